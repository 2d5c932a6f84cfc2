"""The timeline of a line: which quantity and which price it has from which day, and where that cuts its periods."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

import attrs

from contractbill.charges.charge import UnitPrice
from contractbill.deal.escalators import Timing
from contractbill.deal.resolve import AMENDMENT, RAMP, ContractLine, LineChange


@attrs.frozen
class Cut:
    """A day inside a billing period from which something else counts.

    Args:
        on: the day.
        order: the order that changed it there, and so names the part that starts; None for what was planned.
        known_on: the day from which that part can be billed.
    """

    on: date
    order: str | None = None
    known_on: date = date.min


@attrs.frozen
class Timeline:
    """What a line has from day to day.

    Args:
        days: from when each row counts, strictly rising; the first counts from the line's first day.
        quantities, prices: what each row has.
        cuts: the days on which rows start inside a billing period, in order.
    """

    days: list[date]
    quantities: list[Decimal]
    prices: list[UnitPrice]
    cuts: list[Cut]


def timeline(
    line: ContractLine,
    prices: Sequence[tuple[date, UnitPrice]],
    starts: Sequence[date],
    *,
    whole: Sequence[date] | None = None,
) -> Timeline:
    """What a line has from day to day.

    Args:
        line: with its changes.
        prices: of its root, each with the day from which it counts.
        starts: the first days of the line's billing periods, in order; of a first one that begins inside a period of
            the root, the first day of that.
        whole: the days on which nothing need be cut, where these are not the starts.

    Returns:
        Rows that differ from each other in quantity or price.
    """
    if len(prices) == 1 and not line.changes:
        return Timeline([line.start], [line.item.quantity], [prices[0][1]], [])
    if not line.changes and not line.root_changes:
        return _of_prices(line, prices, starts)
    found, inside = Timeline([], [], [], []), set(starts if whole is None else whole)
    quantity, price = line.item.quantity, prices[0][1]
    for day, events in groupby(_events(line, prices, starts), key=lambda event: event.on):
        causes = []
        for event in events:
            quantity, price = quantity if event.quantity is None else event.quantity, event.price or price
            causes.append(event.cause)
        if found.days and day <= line.start:
            # What changed before the line began is what it begins with.
            found = Timeline([], [], [], [])
        elif found.days and quantity == found.quantities[-1] and _costs_the_same(price, found.prices[-1]):
            continue
        if found.days and day not in inside:
            found.cuts.append(_cut(day, causes))
        found.days.append(max(day, line.start))
        found.quantities.append(quantity)
        found.prices.append(price)
    return found


def _costs_the_same(price: UnitPrice, before: UnitPrice) -> bool:
    """Whether a price need not be told from the one before: a step by a rule is, also where it changed nothing."""
    if price is before:
        return True
    stated = _stated_by(price) != ""
    return stated and price.unit_amount == before.unit_amount and price.estimated == before.estimated


def _of_prices(line: ContractLine, prices: Sequence[tuple[date, UnitPrice]], starts: Sequence[date]) -> Timeline:
    """The timeline of a line that nothing but rules has changed: one row for each price."""
    by_day = dict(prices)
    days, rows = list(by_day), list(by_day.values())
    began = bisect_right(days, line.start) - 1
    days[: began + 1], rows[:began] = [line.start], []
    escalator, cuts = line.root.escalator, list[Cut]()
    if escalator is not None and escalator.inside_period is Timing.SPLIT:
        inside = set(starts)
        cuts = [Cut(on) for on in days[1:] if on not in inside]
    return Timeline(days, [line.item.quantity] * len(days), rows, cuts)


@attrs.frozen
class _Event:
    """A quantity or a price that counts from a day, and the change that made it, if one did."""

    on: date
    quantity: Decimal | None
    price: UnitPrice | None
    cause: LineChange | None


def _events(line: ContractLine, prices: Sequence[tuple[date, UnitPrice]], starts: Sequence[date]) -> list[_Event]:
    """Everything that happens to a line, by day; of one day, prices and then quantities, each as they were made."""
    made = {(one.order, _from(one.on, starts, waits=one.waits)): one for one in line.root_changes}
    found = [_Event(on, None, price, made.get((_stated_by(price), on))) for on, price in prices]
    found += (
        _Event(_from(change.on, starts, waits=change.waits), change.quantity, None, change) for change in line.changes
    )
    return sorted((one for one in found if one.on < date.max), key=lambda one: one.on)


def _stated_by(price: UnitPrice) -> str:
    """The order that stated a price anew; no order's id for the first price, or one that a rule has raised."""
    return price.steps[-1].order if price.steps and price.steps[-1].cause in (RAMP, AMENDMENT) else ""


def _from(on: date, starts: Sequence[date], *, waits: bool) -> date:
    """The day from which a step counts: its own, or the first day of the next billing period."""
    if not waits:
        return on
    place = bisect_left(starts, on)
    return starts[place] if place < len(starts) else date.max


def _cut(day: date, causes: Sequence[LineChange | None]) -> Cut:
    """A cut, named after the last order that changed something there; what was planned from the start has no name."""
    changes = [one for one in causes if one is not None]
    if len(changes) < len(causes) or any(one.cause != AMENDMENT for one in changes):
        return Cut(day)
    return Cut(day, changes[-1].order, max(one.known_on for one in changes))
