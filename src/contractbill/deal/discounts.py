"""Discounts: what is taken off the price of lines, as a rate or an amount, for all their days or for some of them."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs

from contractbill.deal.fields import (
    as_lenient_frequency,
    as_numbers,
    as_optional_date,
    as_optional_number,
    as_tuple,
    as_word,
    each,
    faults,
    is_date,
    is_frequency,
    is_name,
    is_number,
    is_whole,
    is_word,
    maybe,
)
from contractbill.errors import Issue, refuse
from contractbill.periods import YEARLY, Frequency

_MOST_PERIODS = 50_000


class DiscountOf(StrEnum):
    """What a rate is taken of: what earlier discounts left, so that discounts compound, or always the list price."""

    REMAINING = "remaining"
    LIST = "list"


def as_discount_of(value: DiscountOf | str) -> DiscountOf:
    """What a rate is taken of, by its word."""
    return as_word(DiscountOf, value)


def _is_discount_name(value: object) -> Iterator[Issue]:
    """An id without a slash, for it becomes one part of the name of a component."""
    found = list(is_name(value))
    if not found and "/" in str(value):
        found.append(Issue("$", "not_an_id", "must have no slash", value))
    yield from found


@attrs.frozen(kw_only=True)
class Discount:
    """Something taken off the price. Say exactly one of `rate`, `amount`, `rates`.

    It takes off at most what is left of the price, and works on the days that all of its terms allow. Days are dates;
    `first` and `last` count billing periods, each of which counts, a stub too, and is covered as a whole.

    Args:
        id: its name, unique among the discounts of a line; letters, digits and . _ : -
        rate: the part of the price taken off: 0.10 is 10 %, 0.5 half price, 1 free.
        amount: money taken off the whole line for each price period, whatever its quantity; off a one-time line, once.
        rates: a phase-out: one rate for each step, in order; after the last one nothing is taken off.
        every: the length of each step of `rates`, counted from `starts_on`, else from the start of what the discount
            stands on: the line, the order, or the contract.
        of: what a rate is taken of: what earlier discounts left (they compound), or the undiscounted price.
        starts_on: the first day.
        ends_before: the first day no longer discounted.
        first: only the first so many billing periods that start on `starts_on` or later.
        last: only the last so many billing periods that end by `ends_before`. They count back from the end of the line,
            or of the term it starts in, as first agreed: no renewal and no early end moves them.

    Raises:
        InvalidTerms: `one_discount` unless exactly one of rate, amount and rates is given, `unexpected` for `first` or
            `last` beside each other or beside `rates`, for `every` without `rates` and for `of` beside `amount`,
            `empty_period`, and the codes of the fields.

    Source: discount, ramp-up and free-period clauses of published SaaS agreements; defaults are a house rule.

    Example:
        >>> Discount(id="launch", rate="0.10").of
        <DiscountOf.REMAINING: 'remaining'>
        >>> Discount(id="free-months", rate=1, first=3).first
        3
    """

    id: str
    rate: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    rates: tuple[Decimal, ...] = attrs.field(default=(), converter=as_numbers)
    every: Frequency = attrs.field(default=YEARLY, converter=as_lenient_frequency)
    of: DiscountOf = attrs.field(default=DiscountOf.REMAINING, converter=as_discount_of)
    starts_on: date | None = attrs.field(default=None, converter=as_optional_date)
    ends_before: date | None = attrs.field(default=None, converter=as_optional_date)
    first: int | None = None
    last: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        is_rate = is_number(minimum=0, maximum=1)
        found = faults(
            self,
            id=_is_discount_name,
            rate=maybe(is_rate),
            amount=maybe(is_number(over=0)),
            rates=each(is_rate, at_most=1200),
            every=is_frequency(whole_term=False),
            of=is_word(DiscountOf),
            starts_on=maybe(is_date),
            ends_before=maybe(is_date),
            first=maybe(is_whole(1, _MOST_PERIODS)),
            last=maybe(is_whole(1, _MOST_PERIODS)),
        )
        refuse(list(found) or list(self._contradictions()))

    def _contradictions(self) -> Iterator[Issue]:
        """What fields say against each other."""
        given = sum([self.rate is not None, self.amount is not None, bool(self.rates)])
        if given != 1:
            yield Issue("$", "one_discount", "must say exactly one of rate, amount, rates", given)
        if self.rates and self.first is not None:
            yield Issue("$.first", "unexpected", "has no meaning beside rates", self.first)
        if self.last is not None and (self.rates or self.first is not None):
            yield Issue("$.last", "unexpected", "has no meaning beside rates or first", self.last)
        if self.every != YEARLY and not self.rates:
            yield Issue("$.every", "unexpected", "has no meaning without rates", str(self.every))
        if self.of is DiscountOf.LIST and self.amount is not None:
            yield Issue("$.of", "unexpected", "has no meaning beside amount", str(self.of))
        if self.starts_on and self.ends_before and self.starts_on >= self.ends_before:
            yield Issue("$.ends_before", "empty_period", "must be later than starts_on", str(self.ends_before))

    @property
    def counts(self) -> bool:
        """Whether it goes by billing periods or steps of time, which a one-time charge has none of."""
        return bool(self.rates) or self.first is not None or self.last is not None


@attrs.frozen
class LineDiscount:
    """A discount as it works on one line.

    Args:
        discount: what is taken off.
        order: the order, or the contract, whose clause it is.
        counted_from: the day the steps of `rates` are counted from.
        of_root: whether it counts the billing periods of the line that this one extends, rather than its own.
    """

    discount: Discount
    order: str
    counted_from: date
    of_root: bool = False


def as_discounts(values: Iterable[Discount]) -> tuple[Discount, ...]:
    """A tuple of discounts."""
    return as_tuple(values)


def repeated_discounts(*lists: Iterable[Discount]) -> Iterator[Issue]:
    """The discounts of the last list whose id one before it has, in that list or in another that works on the line."""
    *before, own = lists
    seen = {one.id for listed in before for one in listed}
    for place, one in enumerate(own):
        if one.id in seen:
            message = "names another discount of the same line already"
            yield Issue(f"$.discounts[{place}].id", "duplicate_id", message, one.id)
        seen.add(one.id)


def shared_amounts(discounts: Iterable[Discount]) -> Iterator[Issue]:
    """The discounts by an amount of money among those of an order or a contract, which work on many lines."""
    for place, one in enumerate(discounts):
        if one.amount is not None:
            message = "must be a rate: an amount off everything is a line of its own, with a price below zero"
            yield Issue(f"$.discounts[{place}].amount", "discount_refused", message, str(one.amount))


def counted_once(discounts: Iterable[Discount]) -> Iterator[Issue]:
    """The discounts of a one-time line that go by billing periods or by steps."""
    for place, one in enumerate(discounts):
        if one.counts:
            message = "must not go by periods or steps: the line is billed once"
            yield Issue(f"$.discounts[{place}]", "discount_refused", message, one.id)
