"""Levels: where a deal rounds sums rather than amounts, what the sums need stands beside the amounts they are of.

Amounts stay rounded one by one to the currency, so that each can be checked; a `rounding` component beside those that
lost most by it brings the sum to the unit of the deal.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, assert_never

import attrs

from contractbill.charges.charge import ROUNDING, Certainty, Charge, stated
from contractbill.deal.contracts import Contract
from contractbill.deal.coverage import Term
from contractbill.deal.rounding import RoundingLevel
from contractbill.money import add, add_up, quantize, quantum, subtract


def levelled(charges: Sequence[Charge], contract: Contract, terms: Sequence[Term]) -> list[Charge]:
    """Charges with what rounding at the contract's level adds to them.

    The exact sum of what stands together is rounded once. Where it is rounded to the currency's smallest unit, what the
    rounded amounts miss of it is handed out, a unit each, to those that lost most by their own rounding; and the next
    `rounding` component that brings the parts of a price to their whole takes that back, so that parts still add up.
    Where it is rounded to a coarser unit, such as whole dollars, all that is missing stands beside the one that lost
    most, each sum for itself. Fixed, estimated and contingent amounts are never summed with each other, so none moves
    another.

    Args:
        charges: of all lines, those of a line in order of its days, each amount at currency scale; with a remainder of
            zero, too, where parts come to their whole by themselves.
        contract: whose rounding applies, at another level than component.
        terms: the contract's terms, in order.

    Returns:
        The charges in their order, each followed by what stands beside it.

    Source: house rule; largest remainder is Hamilton's method.
    """
    level = contract.rounding_level
    assert level is not RoundingLevel.COMPONENT, "single amounts are rounded where they are made"
    starts = [term.start.toordinal() for term in terms]
    together: dict[Hashable, list[_Place]] = {}
    standing = [_Place(charge, _term(charge, starts)) for charge in charges]
    for one in standing:
        if (key := _key(level, one)) is not None:
            together.setdefault(key, []).append(one)
    sums = _Sums(contract, quantum(contract.currency))
    for places in sorted(together.values(), key=lambda some: some[0].charge.planned_on):
        sums.round(places)
    return [charge for one in standing for charge in one.charges()]


@attrs.define
class _Place:
    """A charge, the number of its term, and what stands beside it."""

    charge: Charge
    term: int
    beside: Charge | None = None

    @property
    def line(self) -> tuple[str, int]:
        """Its line within its term, over which the parts of a price add up."""
        return self.charge.line.id, self.term

    @property
    def is_remainder(self) -> bool:
        """Whether it brings parts to their whole, rather than being one."""
        return self.charge.component.startswith(ROUNDING)

    def charges(self) -> Iterator[Charge]:
        """What stands here: no remainder that has nothing to say."""
        if self.charge.value or not self.is_remainder:
            yield self.charge
        if self.beside is not None:
            yield self.beside


def _term(charge: Charge, starts: list[int]) -> int:
    """The place of a charge's term; what is asked for before the first belongs to it."""
    day = charge.asked_on if charge.service is None else charge.service.start
    return max(0, bisect_right(starts, day.toordinal()) - 1)


def _key(level: Literal[RoundingLevel.LINE, RoundingLevel.INVOICE, RoundingLevel.TOTAL], one: _Place) -> Hashable:
    """What the charges that are summed share; None for one that is not."""
    charge = one.charge
    match level:
        case RoundingLevel.LINE:
            return charge.line.id, charge.n, charge.planned_on, charge.certainty
        case RoundingLevel.INVOICE:
            return charge.planned_on, charge.line.group, charge.certainty
        case RoundingLevel.TOTAL:
            return one.term if charge.certainty is Certainty.FIXED else None
        case _:
            assert_never(level)


@attrs.define
class _Sums:
    """Rounds sums, earliest first.

    `added` is what that gave a line, in a term, since its parts last came to their whole.
    """

    contract: Contract
    unit: Decimal
    added: dict[tuple[str, int], Decimal] = attrs.field(factory=dict)

    def round(self, places: Sequence[_Place]) -> None:
        """Round one sum, and put what it misses beside the amounts that lost most."""
        to = self.contract.round_to or self.unit
        for one in places:
            if one.is_remainder and (extra := self.added.pop(one.line, None)):
                one.charge = attrs.evolve(one.charge, derivation=stated(subtract(one.charge.value, extra), one.charge))
        right = quantize(_exact(places), to, self.contract.rounding)
        missing = subtract(right, add_up(one.charge.value for one in places))
        # The rounding of a whole term shows at its end only.
        last = max(one.charge.planned_on for one in places)
        hosts = [one for one in places if not one.is_remainder and one.charge.planned_on == last]
        for one, part in _handed_out(missing, hosts, self.unit if to == self.unit else None):
            component = f"{ROUNDING}:{self.contract.rounding_level}/{one.charge.component}"
            one.beside = attrs.evolve(one.charge, component=component, derivation=stated(part, one.charge))
            if to == self.unit:
                self.added[one.line] = add(self.added.get(one.line, _NOTHING), part)


_NOTHING = Decimal(0)


def _exact(places: Sequence[_Place]) -> Fraction:
    """The exact sum; parts that a remainder among them brings to their whole come to just what the two stand for."""
    total, gained = Fraction(0), dict[tuple[str, int], Fraction]()
    for one in places:
        value, exact = Fraction(one.charge.value), one.charge.derivation.exact
        if one.is_remainder:
            settled = gained.pop(one.line, Fraction(0))
            # Where nothing was missing, the exact amounts stand: what is rounded twice is not what was agreed.
            total += value + settled if value else 0
        else:
            total += exact
            gained[one.line] = gained.get(one.line, Fraction(0)) + value - exact
    return total


def _handed_out(missing: Decimal, hosts: Sequence[_Place], unit: Decimal | None) -> Iterator[tuple[_Place, Decimal]]:
    """Who gets how much of what a sum misses: units one each, if given and enough can take one, else all in one."""
    if not missing:
        return
    sign = 1 if missing > 0 else -1
    # Sorting keeps the order of equals, so ties go to the earlier one.
    by_loss = sorted(hosts, key=lambda one: sign * (Fraction(one.charge.value) - one.charge.derivation.exact))
    if unit is None or (units := abs(Fraction(missing)) / Fraction(unit)) > len(hosts):
        yield by_loss[0], missing
        return
    for one in by_loss[: units.numerator]:
        yield one, unit.copy_sign(missing)
