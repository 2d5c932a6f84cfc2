"""Tiers: what a line has over time whose price depends on its quantity."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from contractbill.charges.charge import TIER, PriceStep, UnitPrice
from contractbill.charges.timeline import Timeline
from contractbill.deal.resolve import ContractLine
from contractbill.deal.tiers import Tier, Tiered


def tier_price(line: ContractLine, price: Tiered, tier: Tier) -> UnitPrice:
    """The first price of a line in one of its tiers, with the step that shows which."""
    nothing, amount = Decimal(0), tier.price
    upper = "" if tier.up_to is None else f"{tier.up_to.normalize():f}"
    cause, order = f"{TIER} {price.after(tier).normalize():f}..{upper}", line.root_order.id
    step = PriceStep(line.root_start, cause, order, nothing, nothing, nothing, amount, amount)
    return UnitPrice(amount, price.per, order, amount, (step,))


def reached_tiers(line: ContractLine, price: Tiered) -> list[Tier]:
    """The tiers that the quantities of a line reach, each once."""
    quantities = [line.item.quantity, *(one.quantity for one in line.changes if one.quantity is not None)]
    return list(dict.fromkeys(map(price.reached, quantities)))


def across_tiers(price: Tiered, tracks: Mapping[Tier, Timeline]) -> Timeline:
    """What a line has over time, at each day by the tier that its quantity reaches.

    Args:
        price: the tiers.
        tracks: by tier, what the line has as if all its quantities had the price of that one.

    Returns:
        Rows with what is charged: one for the whole line where a tier has one amount for it. A quantity that changes
        nothing that is charged makes no row, and cuts nothing.
    """
    found = Timeline([], [], [], [])
    for day in sorted({day for track in tracks.values() for day in track.days}):
        quantity = _row(next(iter(tracks.values())), day)[0]
        tier = price.reached(quantity)
        units, unit_price = tier.units(quantity), _row(tracks[tier], day)[1]
        if found.days and (units, unit_price) == (found.quantities[-1], found.prices[-1]):
            continue
        found.cuts.extend(cut for cut in tracks[tier].cuts if cut.on == day)
        found.days.append(day)
        found.quantities.append(units)
        found.prices.append(unit_price)
    return found


def _row(track: Timeline, day: date) -> tuple[Decimal, UnitPrice]:
    """The quantity and the price of a day."""
    at = bisect_right(track.days, day) - 1
    return track.quantities[at], track.prices[at]
