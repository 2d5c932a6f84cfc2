"""Ceilings: how much of each not-to-exceed amount a schedule leaves."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import attrs
import moneyed

from contractbill.charges import Certainty, Charge, Facts, charges_of, last_known_on, standing_orders
from contractbill.deal import BillWhen, Ceiling, Contract, Order
from contractbill.display import Column, Table, format_amount
from contractbill.errors import Issue, NotAllowed
from contractbill.invoices import Schedule
from contractbill.money import add, add_up, exponent, multiply, quantize, quantum, total
from contractbill.reports.value import Worth

_NO_FACTS = Facts()


@attrs.frozen(kw_only=True)
class Headroom:
    """One ceiling, and what a schedule charges under it.

    Args:
        order: the id of the order whose word stands.
        ceiling: the ceiling.
        limit: its amount; of a contingency, what its lines come to as the order agreed them, and the rate on top.
        fixed, estimated, contingent: what the schedule charges for its lines and days.
    """

    order: str
    ceiling: Ceiling
    limit: moneyed.Money
    fixed: moneyed.Money
    estimated: moneyed.Money
    contingent: moneyed.Money

    @property
    def remaining(self) -> moneyed.Money:
        """What is left: the limit less fixed and estimated amounts; negative where they exceed it."""
        return self.limit - self.fixed - self.estimated


def headroom(contract: Contract, schedule: Schedule, *, facts: Facts = _NO_FACTS) -> tuple[Headroom, ...]:
    """How much of each ceiling a schedule leaves.

    A charge counts by the first day it pays for; one that pays for no days, by the day its terms ask for it. The limit
    of a ceiling by rate is what was agreed once its order was known, milestones and what waits for fulfilment included,
    options to renew not. Later orders do not move it, nor does how far the schedule looks, where there is an end.

    Args:
        contract: the deal, whose orders may each bring ceilings or raise them.
        schedule: its schedule; only the orders known by its day count.
        facts: what happened since: the ceilings of a cancelled order do not count.

    Returns:
        One for each ceiling, in the order in which they were first agreed.

    Raises:
        NotAllowed: `other_contract` for a schedule of another contract.

    Source: house rule.

    Example:
        >>> from contractbill.deal import Flat, LineItem, OneTime
        >>> from contractbill.invoices import schedule
        >>> fee = LineItem(id="fee", price=Flat(amount=900), billing=OneTime(once="signature"))
        >>> order = Order(id="O-1", signed_on="2026-01-01", lines=[fee], term="12 months",
        ...               ceilings=[Ceiling(id="nte", amount=1000)])
        >>> contract = Contract(id="C-1", currency="USD", orders=[order])
        >>> headroom(contract, schedule(contract))[0].remaining
        Money('100.00', 'USD')
    """
    if schedule.contract != contract.id:
        message = f"must be a schedule of {contract.id}"
        raise NotAllowed(Issue("$.schedule", "other_contract", message, schedule.contract))
    orders = standing_orders(contract, facts, schedule.as_of or last_known_on(contract, facts))
    standing: dict[str, tuple[int, Ceiling]] = {}
    for place, order in enumerate(orders):
        standing |= {ceiling.id: (place, ceiling) for ceiling in order.ceilings}
    under = _Under(contract, facts, orders, schedule)
    return tuple(under.headroom(place, ceiling) for place, ceiling in standing.values())


@attrs.frozen
class _Under:
    """What stands under the ceilings of some orders of a contract."""

    contract: Contract
    facts: Facts
    orders: Sequence[Order]
    schedule: Schedule

    def headroom(self, place: int, ceiling: Ceiling) -> Headroom:
        """What is charged under the ceiling of the order at a place."""
        currency, charged = self.schedule.currency, self.schedule.charges
        limit = self._agreed(place, ceiling) if ceiling.amount is None else ceiling.amount
        amounts = {certainty.value: _counted(charged, ceiling, self._above(), certainty) for certainty in Certainty}
        monies = {name: total([moneyed.Money(amount, currency)], currency) for name, amount in amounts.items()}
        limited = total([moneyed.Money(limit, currency)], currency)
        return Headroom(order=self.orders[place].id, ceiling=ceiling, limit=limited, **monies)

    def _agreed(self, place: int, ceiling: Ceiling) -> Decimal:
        """What lines come to as the order at a place agrees them, and the contingency on top."""
        assert ceiling.rate is not None, "the constructor requires an amount or a rate"
        # What waits for fulfilment was agreed all the same.
        orders = [attrs.evolve(order, bill_when=BillWhen.SIGNED) for order in self.orders[: place + 1]]
        day = orders[place].known_on
        charges = charges_of(orders, self.contract, self.facts, as_of=day, through=self._through(orders, day))
        agreed = [one for one in charges if one.certainty is not Certainty.CONTINGENT or one.service is None]
        names, above = ceiling.of or ceiling.lines, self._above()
        base, of = (
            _counted(agreed, attrs.evolve(ceiling, lines=lines), above, *Certainty) for lines in (ceiling.lines, names)
        )
        unit = quantum(self.contract.currency)
        return add(base, quantize(multiply(of, ceiling.rate), unit, self.contract.rounding))

    def _through(self, orders: Sequence[Order], day: date) -> date | None:
        """How far what was agreed is followed: to its end, whatever the schedule was asked for, if it has one."""
        horizon = Worth(self.contract, self.facts, orders, day).horizon()
        if horizon is None:
            return self.schedule.through
        endless = any(order.renewal is not None and order.renewal.times is None for order in orders)
        return horizon if endless else None

    def _above(self) -> dict[str, str | None]:
        """The line that each line adds to, or takes the place of."""
        return {line.id: line.extends or line.replaces for order in self.contract.orders for line in order.lines}


def _counted(
    charges: Iterable[Charge], ceiling: Ceiling, above: dict[str, str | None], *certainties: Certainty
) -> Decimal:
    """What the charges of some certainty come to that are of the lines and the days of a ceiling."""
    counted = (one for one in charges if one.certainty in certainties and _counts(one, ceiling, above))
    return add_up(one.value for one in counted)


def _counts(charge: Charge, ceiling: Ceiling, above: dict[str, str | None]) -> bool:
    """Whether a charge is of the lines and the days of a ceiling."""
    name: str | None = charge.line.id
    while ceiling.lines and name not in ceiling.lines:
        if name is None:
            return False
        name = above.get(name)
    day = charge.asked_on if charge.service is None else charge.service.start
    return (ceiling.starts_on is None or ceiling.starts_on <= day) and (
        ceiling.ends_before is None or day < ceiling.ends_before
    )


def over_ceiling(contract: Contract, schedule: Schedule, *, facts: Facts = _NO_FACTS) -> tuple[Issue, ...]:
    """The ceilings that a schedule exceeds; contingent amounts exceed none.

    Returns:
        An `over_ceiling` issue for each, with its path in the contract and what remains of it, below zero.

    Raises:
        NotAllowed: as `headroom`.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> over_ceiling(sales_led(), schedule(sales_led()))
        ()
    """
    found = [one for one in headroom(contract, schedule, facts=facts) if one.remaining.amount < 0]
    places = {order.id: (place, order) for place, order in enumerate(contract.orders)}
    issues = []
    for one in found:
        place, order = places[one.order]
        key, limit = ("rate", one.limit.amount) if one.ceiling.amount is None else ("amount", one.ceiling.amount)
        path = f"$.orders[{place}].ceilings[{order.ceilings.index(one.ceiling)}].{key}"
        message = f"is exceeded: {(one.fixed + one.estimated).amount} are scheduled"
        issues.append(Issue(path, "over_ceiling", message, str(limit)))
    return tuple(issues)


def headroom_table(contract: Contract, rows: Iterable[Headroom]) -> Table:
    """A row for each ceiling.

    Example:
        >>> headroom_table(Contract(id="C-1", currency="USD"), []).rows
        ()
    """
    numbers = ("ceiling", "fixed", "estimated", "contingent", "remaining")
    columns = (Column("id"), Column("order"), *(Column(name, numeric=True) for name in numbers))
    scale = exponent(contract.currency)
    shown = tuple(
        (
            one.ceiling.id,
            one.order,
            *(
                format_amount(money.amount, scale)
                for money in (one.limit, one.fixed, one.estimated, one.contingent, one.remaining)
            ),
        )
        for one in rows
    )
    return Table(columns, shown, f"{contract.id}: ceilings, in {contract.currency}")
