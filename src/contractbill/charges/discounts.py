"""Discounts as charges: each a charge of its own beside the one it takes something off, rounded once like any other.

What is charged is never cut for a discount: one that starts inside a service period takes its part off by the days that
it covers.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise

import attrs

from contractbill.charges.charge import (
    BASE,
    DISCOUNT,
    ROUNDING,
    Charge,
    Derivation,
    PriceStep,
    UnitPrice,
    derive,
    place_in_line,
)
from contractbill.charges.reductions import Reduction, Step, reductions_once
from contractbill.charges.stretches import Run
from contractbill.deal.discounts import DiscountOf
from contractbill.money import Rounding, add, add_up, multiply, quantize, subtract
from contractbill.periods import Period, Share

# The price periods, and the share of them, that each of the parts of some days are.
Measured = Callable[[Period, Sequence[Period]], list[tuple[Fraction, Share]]]


def discounted(
    charges: Iterable[Charge], given: Sequence[Reduction], measured: Measured | None = None, *, always: bool = False
) -> Iterator[Charge]:
    """Charges of a line, each with what is taken off it.

    Args:
        charges: in order of their days. A `rounding` charge stands wherever parts of a price period are brought to
            their whole, also where nothing is missing: there their discounts are brought to their whole, too.
        given: the discounts, in the order in which they are applied.
        measured: how many price periods parts of a service period are; charges without days have no parts.
        always: `rounding` charges also where nothing is missing.

    Returns:
        Charges by day, what brings parts to their whole last; of one charge its discounts by id.
    """
    edges = sorted({day for one in given for step in one.steps for day in (step.start, step.end)})
    found: list[Charge] = []
    since: list[_Reduced] = []
    before: _Reduced | None = None
    for charge in charges:
        if charge.component.startswith(ROUNDING):
            whole = add_up([charge.value, *(one.base.value for one in since)])
            remainder = _remainder(charge, _missing(whole, since))
            found += [one for one in (charge, remainder) if one.value or always]
            since = []
        else:
            before = _reduced(charge, given, _tiles(charge.service, edges), measured, before)
            since.append(before)
            found += [charge, *before.charges]
    return iter(sorted(found, key=place_in_line))


def discounted_once(run: Run, charges: list[Charge]) -> list[Charge]:
    """The charges of a line that is billed once, at once or in parts, each with what is taken off it, by day.

    Discounts of parts of a price are together those of the price: what rounding leaves stands beside the last of them.
    """
    given = reductions_once(run) if run.line.discounts else ()
    if not given:
        return sorted(charges, key=place_in_line)
    parts = [charge for charge in charges if charge.component == BASE]
    whole = add_up(charge.value for charge in charges)
    reduced = [_reduced(part, given, [None], None, None) for part in parts]
    found = [*charges, *(charge for one in reduced for charge in one.charges)]
    if (last := next((one for one in reversed(reduced) if one.charges), None)) is not None:
        remainder = _remainder(attrs.evolve(last.base, component=ROUNDING), _missing(whole, reduced))
        found += [remainder] if remainder.value else []
    return sorted(found, key=place_in_line)


@attrs.frozen
class _Reduced:
    """A charge, what is taken off it, and both exact: the charge, and the sum that each discount takes off.

    `steps` are those of the discounts, where they are the same on all its days.
    """

    base: Charge
    charges: tuple[Charge, ...]
    whole: Fraction
    exact: tuple[Fraction, ...]
    steps: tuple[Step | None, ...] | None

    def again(self, base: Charge, steps: tuple[Step | None, ...]) -> "_Reduced | None":
        """The same beside another charge, if nothing but its days differs: most periods share their working."""
        if self.steps != steps or self.base.derivation is not base.derivation or self.base.component != base.component:
            return None
        charges = (attrs.evolve(base, component=one.component, derivation=one.derivation) for one in self.charges)
        return _Reduced(base, tuple(charges), self.whole, self.exact, steps)


@attrs.frozen
class _Off:
    """What one discount takes off at a time: so many times a price below zero."""

    quantity: Decimal
    price: UnitPrice


# Some days, all of which the same is taken off; None for a charge that pays for no days.
_Days = Period | None


def _reduced(
    base: Charge, given: Sequence[Reduction], tiles: Sequence[_Days], measured: Measured | None, before: _Reduced | None
) -> _Reduced:
    """What is taken off one charge, and never more than there is of it; `before` is that of the charge before it."""
    steps = [tuple(one.on(base.asked_on if tile is None else tile.start) for one in given) for tile in tiles]
    alike = steps[0] if len(steps) == 1 else None
    if before is not None and alike is not None and (again := before.again(base, alike)) is not None:
        return again
    chains = [_chain(base.derivation, given, some) for some in steps]
    left, exact_left = base.value, base.derivation.exact
    charges, exact = [], []
    for one, offs in zip(given, zip(*chains, strict=True), strict=True):
        start, named = exact_left, f"{DISCOUNT}/{one.clause.discount.id}"
        for part, (days, off, formula) in enumerate(_parts(base, tiles, offs, measured), 1):
            exact_left += formula.exact
            amount = _at_most(formula.amount, left, base.value, is_all=not exact_left)
            derivation = formula if amount == formula.amount else _all_of(left, off.price, formula)
            left = add(left, amount)
            # Neither a discount nor an order has a # in its name.
            component = (named if part == 1 else f"{named}#{part}") + base.component.removeprefix(BASE)
            charges.append(attrs.evolve(base, component=component, service=days, derivation=derivation))
        exact.append(exact_left - start)
    kept = tuple(one for one in charges if one.value)
    return _Reduced(base, kept, base.derivation.exact, tuple(exact), alike)


def _tiles(days: _Days, edges: Sequence[date]) -> list[_Days]:
    """The parts of some days throughout which each discount stays the same."""
    assert days is not None, "recurring charges have days"
    inside = edges[bisect_right(edges, days.start) : bisect_left(edges, days.end)]
    return [Period(start, end) for start, end in pairwise([days.start, *inside, days.end])]


def _chain(working: Derivation, given: Sequence[Reduction], steps: Sequence[Step | None]) -> list[_Off | None]:
    """What each discount takes off the price at its step, after those before it."""
    quantity, listed = working.quantity, working.price.unit_amount
    left, chain = listed, list[_Off | None]()
    for one, step in zip(given, steps, strict=True):
        if step is not None and step.amount is not None and quantity != 1:
            # Money is taken off the whole line, and so is all that comes after it.
            listed, left, quantity = multiply(quantity, listed), multiply(quantity, left), Decimal(1)
        taken = None if step is None else _taken(one, step, listed, left)
        if taken is None or not taken.unit_amount:
            chain.append(None)
            continue
        left = add(left, taken.unit_amount)
        per, order = working.price.per, one.clause.order
        chain.append(_Off(quantity, UnitPrice(taken.unit_amount, per, order, _NOTHING, (taken,))))
    return chain


_NOTHING, _ALL = Decimal(0), Decimal(-1)


def _taken(one: Reduction, step: Step, listed: Decimal, left: Decimal) -> PriceStep:
    """What a discount takes off a price of which earlier ones have left something."""
    clause = one.clause
    cause = f"{DISCOUNT} {clause.discount.id}"
    on = clause.counted_from if step.start == date.min else step.start
    if step.amount is not None:
        amount = subtract(_NOTHING, min(step.amount, max(left, _NOTHING)))
        return PriceStep(on, cause, clause.order, _NOTHING, _NOTHING, _NOTHING, amount, amount)
    of = listed if clause.discount.of is DiscountOf.LIST else left
    rate = subtract(_NOTHING, step.rate)
    if abs(Fraction(of) * Fraction(rate)) > abs(Fraction(left)):
        of, rate = left, _ALL
    return PriceStep(on, cause, clause.order, _NOTHING, of, rate, _NOTHING, multiply(of, rate))


def _parts(
    base: Charge, tiles: Sequence[_Days], offs: Sequence[_Off | None], measured: Measured | None
) -> Iterator[tuple[_Days, _Off, Derivation]]:
    """The days of a charge from which one discount takes something off, joined where it is the same, with how much."""
    working = base.derivation
    runs = [
        (off, [tile for tile, _off in same]) for off, same in groupby(zip(tiles, offs, strict=True), lambda one: one[1])
    ]
    days = [_joined(some) for _off, some in runs]
    shares = [(working.periods, working.share)] if len(runs) == 1 else _measured(base, days, measured)
    for (off, _some), some_days, (periods, share) in zip(runs, days, shares, strict=True):
        if off is not None:
            rounding = _MIRRORED.get(working.rounding, working.rounding)
            yield some_days, off, derive(off.quantity, off.price, periods, share, to=working.to, rounding=rounding)


# What is taken off rounds as what it is taken off does, though it is below zero: so that all of it is all of it.
_MIRRORED = {Rounding.CEILING: Rounding.FLOOR, Rounding.FLOOR: Rounding.CEILING}


def _joined(tiles: Sequence[_Days]) -> _Days:
    """Days that follow each other, as one period."""
    first, last = tiles[0], tiles[-1]
    return None if first is None or last is None else Period(first.start, last.end)


def _measured(base: Charge, days: Sequence[_Days], measured: Measured | None) -> list[tuple[Fraction, Share]]:
    """What parts of the days of a charge are of its price periods; together what the charge is."""
    working, whole = base.derivation, base.service
    pieces = [one for one in days if one is not None]
    assert whole is not None, "only days have parts"
    assert measured is not None, "charges for days can be measured"
    found = measured(whole, pieces)
    if sum(periods * share.fraction for periods, share in found) == working.factor:
        return found
    # The charge is itself a part of a period, by a rule whose parts are no sum: then days are.
    part = working.share
    return [(working.periods, Share(part.numerator * one.days, part.denominator * whole.days)) for one in pieces]


def _at_most(amount: Decimal, left: Decimal, whole: Decimal, *, is_all: bool) -> Decimal:
    """An amount to take off what is left of a whole: all of it where that is meant, and never beyond zero."""
    after = add(left, amount)
    return subtract(_NOTHING, left) if is_all or after < 0 <= whole or whole <= 0 < after else amount


def _all_of(left: Decimal, price: UnitPrice, working: Derivation) -> Derivation:
    """All that is left, in place of a cent more or less that rounding makes of it."""
    amount = multiply(left, _ALL)
    step = attrs.evolve(price.steps[0], of=left, rate=_ALL, amount=_NOTHING, unit_amount=amount)
    whole = UnitPrice(amount, None, price.order, _NOTHING, (step,))
    return derive(Decimal(1), whole, to=working.to, rounding=working.rounding)


def _missing(whole: Decimal, since: Sequence[_Reduced]) -> Decimal:
    """What the discounts of the parts of a price miss of those of the whole, rounded as if it were charged."""
    working = since[-1].base.derivation
    exact = sum((one.whole for one in since), Fraction(0))
    # Days that were brought to the price of their whole periods bring their discounts along.
    settled = not exact or quantize(exact, working.to, working.rounding) == whole
    scale = Fraction(1) if settled else Fraction(whole) / exact
    left, exact_left = whole, exact * scale
    for listed in zip(*(one.exact for one in since), strict=True):
        off = sum(listed) * scale
        exact_left += off
        rounding = _MIRRORED.get(working.rounding, working.rounding)
        amount = quantize(off, working.to, rounding)
        left = add(left, _at_most(amount, left, whole, is_all=not exact_left))
    charged = add_up(charge.value for one in since for charge in one.charges)
    return subtract(subtract(left, whole), charged)


def _remainder(marker: Charge, missing: Decimal) -> Charge:
    """What the rounded discounts of the parts of a price miss of that of the whole, beside the last of them."""
    price = UnitPrice(missing, None, marker.line.order, missing)
    derivation = derive(Decimal(1), price, to=marker.derivation.to, rounding=marker.derivation.rounding)
    component = marker.component.replace(ROUNDING, f"{ROUNDING}:{DISCOUNT}", 1)
    return attrs.evolve(marker, component=component, derivation=derivation)
