"""Tiers: prices that depend on how many units a line has."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

import attrs

from contractbill.deal.fields import (
    as_optional_frequency,
    as_optional_number,
    as_tuple,
    as_word,
    each,
    faults,
    is_a,
    is_frequency,
    is_number,
    is_word,
    maybe,
)
from contractbill.errors import Issue, refuse
from contractbill.periods import Frequency


class TierMode(StrEnum):
    """How tiers make a price: `volume` prices all units by the tier that their number reaches."""

    VOLUME = "volume"


def _as_mode(value: str) -> TierMode:
    """A mode by its word."""
    return as_word(TierMode, value)


@attrs.frozen(kw_only=True)
class Tier:
    """One tier: more than the tier before it reaches, up to and including `up_to`.

    Args:
        up_to: the most units in it, fractions included; the last tier has none, and is open.
        amount: money for the whole line for one price period, at the scale of the contract's currency; or
        unit_amount: money for each unit, at any precision.

    Raises:
        InvalidTerms: `one_price` unless exactly one of `amount` and `unit_amount` is given, `too_small`, and the codes
            of the fields.

    Example:
        >>> Tier(up_to=1_000, amount=100).up_to
        Decimal('1000')
    """

    up_to: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    unit_amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(
            faults(self, up_to=maybe(is_number(over=0)), amount=maybe(is_number()), unit_amount=maybe(is_number()))
        )
        if (self.amount is None) is (self.unit_amount is None):
            found.append(Issue("$", "one_price", "must say exactly one of amount and unit_amount"))
        refuse(found)

    def units(self, quantity: Decimal) -> Decimal:
        """How often its price is charged for so many units: once for the whole line, or each; for none, never."""
        if self.unit_amount is not None:
            return quantity
        return _ONE if quantity else _NOTHING

    @property
    def price(self) -> Decimal:
        """Its amount, of the line or of a unit."""
        amount = self.amount if self.unit_amount is None else self.unit_amount
        assert amount is not None, "the constructor requires one"
        return amount


def _as_tiers(values: Iterable[Tier]) -> tuple[Tier, ...]:
    """A tuple of tiers."""
    return as_tuple(values)


@attrs.frozen(kw_only=True)
class Tiered:
    """A price by tiers of the line's quantity: what is agreed to be served, not what is measured.

    All units have the price of the tier that their number reaches, so that a unit more can cost less; a quantity of
    zero reaches none, and costs nothing. Escalators, and uplifts of renewals, raise each tier by itself.

    Args:
        tiers: each with the units up to which it reaches, rising; the last one is open.
        mode: `volume`.
        per: the price period; left out for a one-time charge.

    Raises:
        InvalidTerms: `tiers_not_rising`, `last_tier_open` unless the last tier, and no other, is open, `unknown_word`,
            `unknown_frequency`, `not_a_list`, `wrong_type`, `out_of_range` without a tier or for more than 100.

    Source: the volume tiers of published price lists; (previous up_to, up_to] is the usual bound of billing systems.

    Example:
        >>> intakes = Tiered(mode="volume", per="month", tiers=[Tier(up_to=1_000, amount=100), Tier(amount=200)])
        >>> intakes.reached(Decimal(1_000)).amount, intakes.reached(Decimal("1000.5")).amount
        (Decimal('100'), Decimal('200'))
    """

    tiers: tuple[Tier, ...] = attrs.field(converter=_as_tiers)
    mode: TierMode = attrs.field(converter=_as_mode)
    per: Frequency | None = attrs.field(default=None, converter=as_optional_frequency)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = faults(
            self,
            tiers=each(is_a(Tier), at_least=1, at_most=_MOST_TIERS),
            mode=is_word(TierMode),
            per=maybe(is_frequency(whole_term=True)),
        )
        refuse(list(found) or list(self._contradictions()))

    def _contradictions(self) -> Iterator[Issue]:
        """What tiers say against each other."""
        last = len(self.tiers) - 1
        for number, tier in enumerate(self.tiers):
            if (tier.up_to is None) is not (number == last):
                message = "must be left out of the last tier, and of no other"
                yield Issue(f"$.tiers[{number}].up_to", "last_tier_open", message, _text(tier.up_to))
        bounds = [(number, tier.up_to) for number, tier in enumerate(self.tiers) if tier.up_to is not None]
        for (_before, lower), (number, upper) in pairwise(bounds):
            if upper <= lower:
                message = f"must be more than that of the tier before, {lower}"
                yield Issue(f"$.tiers[{number}].up_to", "tiers_not_rising", message, str(upper))

    def reached(self, quantity: Decimal) -> Tier:
        """The tier that so many units reach; for none of them, the first."""
        return next(tier for tier in self.tiers if tier.up_to is None or quantity <= tier.up_to)

    def after(self, tier: Tier) -> Decimal:
        """What a tier begins after: the most units of the one before, zero for the first."""
        place = self.tiers.index(tier)
        return self.tiers[place - 1].up_to or _NOTHING if place else _NOTHING


def _text(value: Decimal | None) -> str | None:
    """A number as it was written, if it was."""
    return None if value is None else str(value)


_MOST_TIERS = 100
_NOTHING, _ONE = Decimal(0), Decimal(1)
