"""Percents: the price of a line that is a percent of other lines, or of an amount."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from contractbill.charges.charge import PERCENT, PriceStep, UnitPrice
from contractbill.charges.tiers import tier_price
from contractbill.charges.timeline import Cut, Timeline
from contractbill.deal.prices import Percent
from contractbill.deal.resolve import ContractLine
from contractbill.deal.tiers import Tiered
from contractbill.money import add_up, multiply


def agreed_price(line: ContractLine) -> UnitPrice:
    """The first price of a line.

    Args:
        line: with the lines that it is a percent of.

    Returns:
        The price as it was agreed; of a percent, with the step that shows what it is of; of tiers, which one.
    """
    price, order = line.root.price, line.root_order.id
    assert price is not None, "the constructor requires it"
    if isinstance(price, Tiered):
        return tier_price(line, price, price.reached(line.item.quantity))
    if not isinstance(price, Percent):
        return UnitPrice(price.unit_amount, price.per, order, price.unit_amount)
    of = price.of_amount
    if of is None:
        of = add_up(multiply(agreed_units(base), agreed_price(base).unit_amount) for base in line.bases)
    return _percent(line, price, of, line.root_start, estimated=False)


def agreed_units(line: ContractLine) -> Decimal:
    """How often a line's first price is charged: for each unit, or once in a tier with an amount for the whole line."""
    price, quantity = line.root.price, line.item.quantity
    return price.reached(quantity).units(quantity) if isinstance(price, Tiered) else quantity


def _percent(line: ContractLine, price: Percent, of: Decimal, on: date, *, estimated: bool) -> UnitPrice:
    """A percent of a sum, from a day on."""
    cause, order = f"{PERCENT} {', '.join(price.of)}".strip(), line.root_order.id
    amount, nothing = multiply(of, price.rate), Decimal(0)
    step = PriceStep(on, cause, order, nothing, of, price.rate, nothing, amount, estimated=estimated)
    return UnitPrice(amount, price.per, order, amount, (step,))


def following(line: ContractLine, tracks: Sequence[Timeline], starts: Sequence[date]) -> Timeline:
    """What a line has over time that is a percent of other lines, all recurring.

    Args:
        line: the line.
        tracks: what each of those has over time, every row but its first with a cut.
        starts: the first days of the line's billing periods.

    Returns:
        A row for each of theirs: its price is of the sum of their quantity × unit amount from then on.
    """
    price = line.root.price
    assert isinstance(price, Percent), "only a percent follows other lines"
    days = {line.start, *(day for track in tracks for day in track.days if day > line.start)}
    rows, whole = Timeline([], [], [], []), set(starts)
    for day in sorted(days):
        of, estimated = _costs(tracks, day)
        if rows.days and day not in whole:
            rows.cuts.append(_cut(day, (cut for track in tracks for cut in track.cuts if cut.on == day)))
        rows.days.append(day)
        rows.quantities.append(line.item.quantity)
        rows.prices.append(_percent(line, price, of, day, estimated=estimated))
    return rows


def _costs(tracks: Iterable[Timeline], day: date) -> tuple[Decimal, bool]:
    """What lines cost on a day for one price period, and whether that is estimated."""
    found = [(track, bisect_right(track.days, day) - 1) for track in tracks]
    costs = [(track.quantities[at], track.prices[at]) for track, at in found]
    of = add_up(multiply(quantity, price.unit_amount) for quantity, price in costs)
    return of, any(price.estimated for quantity, price in costs if quantity)


def _cut(day: date, cuts: Iterable[Cut]) -> Cut:
    """A cut, named after the order that was known last; what was planned has no name."""
    found = list(cuts)
    if not found or any(one.order is None for one in found):
        return Cut(day)
    return max(found, key=lambda one: one.known_on)
