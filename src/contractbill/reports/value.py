"""Contract value: in total, by the year, and what each order added to it.

There is no standard for these figures, so each function states its formula. The total contract value (TCV) is that of
the schedule: fixed and estimated amounts, never contingent ones.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

import attrs
import moneyed

from contractbill.charges import Certainty, Charge, Facts, charges_for
from contractbill.deal import (
    Contract,
    OneTime,
    Order,
    OrderKind,
    Recurring,
    Term,
    agreed_terms,
    contract_lines,
    known_orders,
    terms,
)
from contractbill.display import Column, Table, format_amount
from contractbill.invoices import schedule
from contractbill.money import add_up, exponent, quantize, quantum
from contractbill.periods import MONTHLY, add

_NO_FACTS = Facts()
_YEAR_DAYS = 365
_YEAR_MONTHS = 12


@attrs.frozen(kw_only=True)
class OrderValue:
    """What a contract was worth before an order and after it.

    Args:
        order: its id.
        kind: what it did to the contract.
        signed_on: the day of its last signature.
        tcv_before, tcv_after: total contract value.
        acv_after: annual contract value; None where the contract has no end.
    """

    order: str
    kind: OrderKind
    signed_on: date
    tcv_before: moneyed.Money
    tcv_after: moneyed.Money
    acv_after: moneyed.Money | None

    @property
    def delta(self) -> moneyed.Money:
        """What the order added to the total contract value; negative where it took away."""
        return self.tcv_after - self.tcv_before


def acv(contract: Contract, facts: Facts = _NO_FACTS, *, as_of: date | None = None) -> moneyed.Money | None:
    """Annual contract value: the recurring part of the total contract value ÷ years of the term.

    One-time charges are left out. The term is what is certain: all that orders have agreed to, and renewals that
    nobody can stop any more. Years are months ÷ 12 where it is a whole number of months, else days ÷ 365.

    Args:
        contract: the deal.
        facts: what happened since.
        as_of: orders and facts known later are passed over; by default all are known.

    Returns:
        Money for one year, rounded as the contract rounds; None for a contract without a term, or without an end:
        there is nothing to divide by.

    Raises:
        InvalidTerms: as `charges_for`.

    Source: house rule, after the usual "(total contract value − one-time fees) ÷ contract years" of SaaS finance
    (Wall Street Prep, Baremetrics); there is no standard, and no accounting rule asks for the figure.

    Example:
        >>> from contractbill.testing import sales_led
        >>> acv(sales_led())
        Money('131320.29', 'USD')
    """
    orders = _standing(contract, facts, as_of)
    certain = _certain(orders, as_of)
    if not certain or (end := certain[-1].end) is None:
        return None
    horizon = _horizon(contract, facts, as_of)
    charges = charges_for(contract, facts, as_of=as_of, through=horizon)
    recurring = {line.item.id for line in contract_lines(contract, orders) if isinstance(line.root.billing, Recurring)}
    amounts = (charge.value for charge in charges if charge.line.line in recurring and _counts(charge))
    yearly = Fraction(add_up(amounts)) / _years(certain[0].start, end)
    return moneyed.Money(quantize(yearly, quantum(contract.currency), contract.rounding), contract.currency)


def _counts(charge: Charge) -> bool:
    """Whether a charge is part of the total contract value."""
    return charge.certainty is not Certainty.CONTINGENT


def value_by_order(
    contract: Contract, facts: Facts = _NO_FACTS, *, as_of: date | None = None, through: date | None = None
) -> tuple[OrderValue, ...]:
    """The value of a contract after each of its orders, found by folding them one by one.

    Args:
        contract: the deal.
        facts: what happened since.
        as_of: orders and facts known later are passed over; by default all are known.
        through: only amounts planned on this day or before count; required for an evergreen contract.

    Returns:
        One value for each order known, in the order of the contract; each starts where the one before it ended.

    Raises:
        NotAllowed: `through_required` for an evergreen contract without `through`.
        InvalidTerms: as `charges_for`.

    Source: house rule: each order recalculates the contract's value.

    Example:
        >>> from contractbill.testing import sales_led
        >>> [(one.order, one.delta.amount) for one in value_by_order(sales_led())]
        [('O-1', Decimal('384250.00')), ('O-2', Decimal('24710.87'))]
    """
    return tuple(_values(contract, facts, as_of, through))


def _values(contract: Contract, facts: Facts, as_of: date | None, through: date | None) -> Iterator[OrderValue]:
    """The values after each order."""
    known = {order.id for order in known_orders(contract, as_of)}
    before = moneyed.Money(quantum(contract.currency) * 0, contract.currency)
    for place, order in enumerate(contract.orders, 1):
        if order.id not in known:
            continue
        so_far = _after(contract, place)
        after = schedule(so_far, facts, as_of=as_of, through=through or _horizon(so_far, facts, as_of)).tcv
        yield OrderValue(
            order=order.id,
            kind=order.kind,
            signed_on=order.signed_on,
            tcv_before=before,
            tcv_after=after,
            acv_after=acv(so_far, facts, as_of=as_of),
        )
        before = after


def _after(contract: Contract, count: int) -> Contract:
    """The contract after so many orders; a line that adds to one of a later order waits for that one."""
    orders = contract.orders[:count]
    there = {line.id for order in orders for line in order.lines}
    held = (
        attrs.evolve(order, lines=[line for line in order.lines if line.extends is None or line.extends in there])
        for order in orders
    )
    return attrs.evolve(contract, orders=held)


def _standing(contract: Contract, facts: Facts, as_of: date | None) -> tuple[Order, ...]:
    """The orders known, without those known to be cancelled."""
    orders = known_orders(contract, as_of)
    days = {order.id: facts.cancelled_on(order.id) for order in orders}
    return tuple(order for order in orders if not _happened(days[order.id], as_of))


def _happened(day: date | None, as_of: date | None) -> bool:
    """Whether something is known to have happened by the end of `as_of`."""
    return day is not None and (as_of is None or day <= as_of)


def _certain(orders: tuple[Order, ...], as_of: date | None) -> tuple[Term, ...]:
    """The terms that nobody can stop any more."""
    if as_of is None:
        return agreed_terms(orders)
    reach = _later(as_of, _MOST_NOTICE)
    return tuple(term for term in terms(orders, through=reach) if term.is_certain(as_of))


# No renewal becomes certain earlier than this before it starts.
_MOST_NOTICE = 1000


def _horizon(contract: Contract, facts: Facts, as_of: date | None) -> date | None:
    """A day by which all that is certain is planned; None for a contract that has no end.

    Renewals without end are contingent sooner or later, so the value needs no day to stop at where the schedule does.
    """
    orders = _standing(contract, facts, as_of)
    certain = _certain(orders, as_of)
    if not certain or certain[-1].end is None:
        return None
    agreed = (line.billing.on for order in orders for line in order.lines if isinstance(line.billing, OneTime))
    days = [certain[-1].end, *(order.known_on for order in orders), *facts.known_days()]
    return _later(max([*days, *(day for day in agreed if day is not None)]), _MOST_OFFSET)


# No charge is planned later than this after the day it is counted from.
_MOST_OFFSET = 3660


def _later(day: date, days: int) -> date:
    """So many days later, or the last day there is."""
    return min(day, date.max - timedelta(days)) + timedelta(days)


def _years(start: date, end: date) -> Fraction:
    """From the first day to the day after the last."""
    months = (end.year - start.year) * _YEAR_MONTHS + end.month - start.month
    return (
        Fraction(months, _YEAR_MONTHS)
        if add(start, MONTHLY, months) == end
        else Fraction((end - start).days, _YEAR_DAYS)
    )


def value_table(contract: Contract, values: Iterable[OrderValue]) -> Table:
    """A row for each order, with what it changed.

    Example:
        >>> from contractbill.testing import sales_led
        >>> value_table(sales_led(), value_by_order(sales_led())).rows[-1]
        ('O-2', 'expansion', '2026-09-21', '24,710.87', '408,960.87', '131,320.29')
    """
    texts, numbers = ("order", "kind", "signed on"), ("change", "TCV", "ACV")
    columns = (*(Column(name) for name in texts), *(Column(name, numeric=True) for name in numbers))
    scale = exponent(contract.currency)
    rows = tuple(
        (
            one.order,
            str(one.kind),
            str(one.signed_on),
            *(format_amount(money.amount, scale) for money in (one.delta, one.tcv_after)),
            "none" if one.acv_after is None else format_amount(one.acv_after.amount, scale),
        )
        for one in values
    )
    return Table(columns, rows, f"{contract.id}: contract value by order, in {contract.currency}")
