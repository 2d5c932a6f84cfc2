"""Contract value: in total, by the year, and what each order added to it.

There is no standard for these figures, so each function states its formula. The total contract value (TCV) is that of
the schedule: fixed and estimated amounts, never contingent ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

import attrs
import moneyed

from contractbill.charges import Certainty, Charge, Facts, charges_of, last_known_on, standing_orders
from contractbill.deal import (
    Contract,
    Order,
    OrderKind,
    Recurring,
    Spread,
    Term,
    contract_lines,
    known_orders,
    terms,
)
from contractbill.deal.billing import occasions
from contractbill.display import Column, Table, format_amount
from contractbill.invoices import Schedule, diff, schedule
from contractbill.money import add_up, exponent, quantize, quantum
from contractbill.periods import Period, add
from contractbill.periods.fields import as_day
from contractbill.reports.recurring import MOST_OFFSET, later, recurring_on, years

_NO_FACTS = Facts()


@attrs.frozen(kw_only=True)
class OrderValue:
    """What a contract was worth before an order and after it.

    Args:
        order: its id.
        kind: what it did to the contract.
        signed_on: the day of its last signature.
        tcv_before, tcv_after: total contract value.
        acv_before, acv_after: annual contract value; None where there is no contract yet, or it has no end.
        arr_before, arr_after: annual recurring revenue on the day the order takes effect, without it and with it.
    """

    order: str
    kind: OrderKind
    signed_on: date
    tcv_before: moneyed.Money
    tcv_after: moneyed.Money
    acv_before: moneyed.Money | None
    acv_after: moneyed.Money | None
    arr_before: moneyed.Money
    arr_after: moneyed.Money

    @property
    def delta(self) -> moneyed.Money:
        """What the order added to the total contract value; negative where it took away."""
        return self.tcv_after - self.tcv_before

    @property
    def arr_delta(self) -> moneyed.Money:
        """What the order added to the annual recurring revenue on the day it takes effect."""
        return self.arr_after - self.arr_before


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
    day = as_day(as_of, "$.as_of") or last_known_on(contract, facts)
    worth = Worth(contract, facts, standing_orders(contract, facts, day), day)
    return worth.acv(worth.charges()) if worth.horizon() is not None else None


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
    day = as_day(as_of, "$.as_of") or last_known_on(contract, facts)
    return tuple(_values(contract, facts, day, as_day(through, "$.through")))


def _values(contract: Contract, facts: Facts, day: date, through: date | None) -> Iterator[OrderValue]:
    """The values after each order known by a day."""
    known, standing = known_orders(contract, day), set(standing_orders(contract, facts, day))
    nothing = moneyed.Money(quantum(contract.currency) * 0, contract.currency)
    tcv, acv_before = nothing, None
    charges: Sequence[Charge] = ()
    orders: list[Order] = []
    for place, order in enumerate(contract.orders, 1):
        if order not in known:
            continue
        arr_before = recurring_on(order.effective_on, charges, orders, contract)
        orders = [one for one in contract.orders[:place] if one in standing]
        worth = Worth(contract, facts, orders, day)
        charges = worth.charges(through)
        value = OrderValue(
            order=order.id,
            kind=order.kind,
            signed_on=order.signed_on,
            tcv_before=tcv,
            tcv_after=worth.tcv(charges, through),
            acv_before=acv_before,
            acv_after=worth.acv(charges),
            arr_before=arr_before,
            arr_after=recurring_on(order.effective_on, charges, orders, contract),
        )
        yield value
        tcv, acv_before = value.tcv_after, value.acv_after


@attrs.frozen
class OrderBillings:
    """What an order adds to the invoices of a contract.

    Args:
        order: its id.
        billings: by day, what its invoices come to more, fixed and estimated; negative where less.
    """

    order: str
    billings: tuple[tuple[date, moneyed.Money], ...]


def billings_by_order(
    contract: Contract, facts: Facts = _NO_FACTS, *, as_of: date | None = None, through: date | None = None
) -> tuple[OrderBillings, ...]:
    """What each order adds to the invoices: the difference of the schedules with it and without it.

    This unfolds the contract once for each order, so it costs as many schedules as there are orders.

    Args:
        contract: the deal.
        facts: what happened since.
        as_of: orders and facts known later are passed over; by default all are known.
        through: only amounts planned on this day or before count; required for an evergreen contract.

    Returns:
        One for each order known, in the order of the contract. All billings of a day together are the invoices of the
        schedule on that day; without `through`, those of an order are what it adds to the total contract value.

    Raises:
        NotAllowed: `through_required` for an evergreen contract without `through`.
        InvalidTerms: as `charges_for`.

    Source: house rule: each order is a difference.

    Example:
        >>> from contractbill.testing import sales_led
        >>> day, amount = billings_by_order(sales_led())[1].billings[0]
        >>> str(day), amount
        ('2026-10-01', Money('410.87', 'USD'))
    """
    day, until = as_day(as_of, "$.as_of") or last_known_on(contract, facts), as_day(through, "$.through")
    known, standing = known_orders(contract, day), set(standing_orders(contract, facts, day))
    plan, found = Schedule(contract.id, contract.currency, ()), []
    for place, order in enumerate(contract.orders, 1):
        if order not in known:
            continue
        orders = [one for one in contract.orders[:place] if one in standing]
        horizon = until or Worth(contract, facts, orders, day).horizon()
        after = schedule(_so_far(contract, place), facts, as_of=day, through=horizon)
        found.append(OrderBillings(order.id, diff(plan, after).billings(Certainty.FIXED, Certainty.ESTIMATED)))
        plan = after
    return tuple(found)


def _so_far(contract: Contract, place: int) -> Contract:
    """The contract as its first orders leave it; a line that adds to one of a later order waits for that order."""
    orders = contract.orders[:place]
    named = {line.id for order in orders for line in order.lines}
    if all(line.extends is None or line.extends in named for order in orders for line in order.lines):
        return attrs.evolve(contract, orders=orders)
    kept = [[line for line in order.lines if line.extends is None or line.extends in named] for order in orders]
    shortened = [attrs.evolve(order, lines=lines) for order, lines in zip(orders, kept, strict=True)]
    return attrs.evolve(contract, orders=shortened)


@attrs.frozen
class Worth:
    """What some of a contract's orders are worth, as certain as it was on a day."""

    contract: Contract
    facts: Facts
    orders: Sequence[Order]
    day: date

    def charges(self, through: date | None = None) -> list[Charge]:
        """The charges that count, to the end of what is certain; where there is none, to an end that is asked for."""
        until = self.horizon() or through
        charges = charges_of(self.orders, self.contract, self.facts, as_of=self.day, through=until)
        return [charge for charge in charges if charge.certainty is not Certainty.CONTINGENT]

    def tcv(self, charges: Iterable[Charge], through: date | None) -> moneyed.Money:
        """The total value of what is planned by `through`."""
        currency = self.contract.currency
        values = (one.value for one in charges if through is None or one.planned_on <= through)
        return moneyed.Money(add_up([quantum(currency) * 0, *values]), currency)

    def acv(self, charges: Iterable[Charge]) -> moneyed.Money | None:
        """The recurring part of the total value, by the year."""
        certain = self._certain()
        if not certain or (end := certain[-1].end) is None:
            return None
        billings = {line.item.id: line.root.billing for line in contract_lines(self.contract, self.orders)}
        amounts = (one.value for one in charges if isinstance(billings[one.line.id], Recurring))
        yearly = Fraction(add_up(amounts)) / years(Period(certain[0].start, end))
        rounded = quantize(yearly, quantum(self.contract.currency), self.contract.rounding)
        return moneyed.Money(rounded, self.contract.currency)

    def _certain(self) -> list[Term]:
        """The terms that nobody can stop any more."""
        reach = terms(self.orders, through=later(self.day, _MOST_NOTICE))
        return [term for term in reach if term.is_certain(self.day)]

    def horizon(self) -> date | None:
        """A day by which all that is certain is planned; None for a contract that has no end.

        Renewals without end are contingent sooner or later, so the value needs no day to stop at.
        """
        certain = self._certain()
        if not certain or certain[-1].end is None:
            return None
        billings = [line.billing for order in self.orders for line in order.lines]
        agreed = [day for billing in billings for when in occasions(billing) for day in (when.on, when.latest_by)]
        last = max([certain[-1].end, self.day, *(day for day in agreed if day is not None)])
        spread = [add(last, one.apart, one.times) for one in billings if isinstance(one, Spread) and one.times]
        return later(max([last, *spread]), MOST_OFFSET)


# No renewal becomes certain earlier than this before it starts.
_MOST_NOTICE = 1000


def value_table(contract: Contract, values: Iterable[OrderValue]) -> Table:
    """A row for each order, with what it changed.

    Example:
        >>> from contractbill.testing import sales_led
        >>> value_table(sales_led(), value_by_order(sales_led())).rows[-1]
        ('O-2', 'expansion', '2026-09-21', '24,710.87', '408,960.87', '131,320.29', '128,800.00')
    """
    texts, numbers = ("order", "kind", "signed on"), ("change", "TCV", "ACV", "ARR")
    columns = (*(Column(name) for name in texts), *(Column(name, numeric=True) for name in numbers))
    scale = exponent(contract.currency)
    rows = tuple(
        (
            one.order,
            str(one.kind),
            str(one.signed_on),
            *(format_amount(money.amount, scale) for money in (one.delta, one.tcv_after)),
            "none" if one.acv_after is None else format_amount(one.acv_after.amount, scale),
            format_amount(one.arr_after.amount, scale),
        )
        for one in values
    )
    return Table(columns, rows, f"{contract.id}: contract value by order, in {contract.currency}")
