"""Escalators: the rule that raises a price. When its steps fall is worked out from the contract's dates later."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs

from contractbill.deal.fields import (
    as_lenient_frequency,
    as_numbers,
    as_optional_date,
    as_optional_number,
    as_rounding,
    as_word,
    each,
    faults,
    is_a,
    is_bool,
    is_date,
    is_frequency,
    is_number,
    is_whole,
    is_word,
    maybe,
)
from contractbill.deal.indices import Index
from contractbill.errors import Issue, refuse
from contractbill.money import Rounding
from contractbill.periods import YEARLY, Frequency


class Clock(StrEnum):
    """Where the counting of an escalator's steps starts.

    Example:
        >>> Clock("contract_start")
        <Clock.CONTRACT_START: 'contract_start'>
    """

    CONTRACT_START = "contract_start"
    LINE_START = "line_start"
    FIRST_FULL_PERIOD = "first_full_period"
    DATE = "date"


class Timing(StrEnum):
    """What a step inside a billing period does: it waits for the next period, or splits the one it falls in."""

    WAIT = "wait"
    SPLIT = "split"


def as_clock(value: Clock | str) -> Clock:
    """A clock by its word."""
    return as_word(Clock, value)


def as_timing(value: Timing | str) -> Timing:
    """A timing by its word."""
    return as_word(Timing, value)


@attrs.frozen(kw_only=True)
class MonthDay:
    """A day of every year, such as 1 April; the day is clamped in a short month.

    Args:
        month: 1 to 12.
        day: 1 to 31.

    Raises:
        InvalidTerms: `out_of_range`, `not_whole`.
    """

    month: int
    day: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is on no calendar."""
        refuse(faults(self, month=is_whole(1, 12), day=is_whole(1, 31)))


@attrs.frozen(kw_only=True)
class Escalator:
    """The rule that raises the price of a line. Say exactly one of `rate`, `amount`, `rates`, `amounts`, `index`.

    Args:
        rate: the uplift of each step as a fraction: 0.05 is 5 %.
        amount: money added to the unit price at each step.
        rates, amounts: one for each step, in order; after the last one the price stands still.
        index: a published index that moves the price.
        every: time from one step to the next, counted from the clock.
        on: steps fall on this day of the year, each time after the clock; `every` is then not used.
        at_renewal: steps fall only where a renewal term starts.
        compounding: raise the price the last step left (True) or always by the uplift on the first price (False).
        on_rounded: take the rounded previous price as the base of the next step; by default the exact one.
        round_to: the quantum each new unit price is rounded to (0.01); left out, unit prices are never rounded.
        rounding: the rule used with `round_to`.
        clock: where counting starts.
        clock_on: the day, when the clock is `date`.
        inside_period: what a step that falls inside a billing period does.
        notice_days: a step is taken only if notice of it was given at least so many days before; left out, none is
            needed.

    Raises:
        InvalidTerms: `one_uplift` unless exactly one kind of uplift is given, `clock_date` when the clock and its
            date do not fit, `one_calendar` when steps are placed twice, `index_compounds` for an index with simple
            steps, `too_small` for a rate that takes all of the price, and the codes of the fields.

    Source: uplift, CPI and renewal clauses of published SaaS agreements; defaults are a house rule.

    Example:
        >>> Escalator(rate="0.05").every
        Frequency(count=1, unit=<Unit.YEAR: 'year'>)
    """

    rate: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    rates: tuple[Decimal, ...] = attrs.field(default=(), converter=as_numbers)
    amounts: tuple[Decimal, ...] = attrs.field(default=(), converter=as_numbers)
    index: Index | None = None
    every: Frequency = attrs.field(default=YEARLY, converter=as_lenient_frequency)
    on: MonthDay | None = None
    at_renewal: bool = False
    compounding: bool = True
    on_rounded: bool = False
    round_to: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    rounding: Rounding = attrs.field(default=Rounding.HALF_UP, converter=as_rounding)
    clock: Clock = attrs.field(default=Clock.CONTRACT_START, converter=as_clock)
    clock_on: date | None = attrs.field(default=None, converter=as_optional_date)
    inside_period: Timing = attrs.field(default=Timing.WAIT, converter=as_timing)
    notice_days: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        is_rate = is_number(over=-1)
        found = faults(
            self,
            rate=maybe(is_rate),
            amount=maybe(is_number()),
            rates=each(is_rate, at_most=1200),
            amounts=each(is_number(), at_most=1200),
            index=maybe(is_a(Index)),
            every=is_frequency(whole_term=False),
            at_renewal=is_bool,
            compounding=is_bool,
            on_rounded=is_bool,
            round_to=maybe(is_number(over=0)),
            rounding=is_word(Rounding),
            clock=is_word(Clock),
            clock_on=maybe(is_date),
            inside_period=is_word(Timing),
            notice_days=maybe(is_whole(0, 1000)),
        )
        refuse([*found, *self._contradictions()])

    def _contradictions(self) -> list[Issue]:
        """What fields say against each other."""
        found = []
        given = [self.rate is not None, self.amount is not None, bool(self.rates), bool(self.amounts)]
        given.append(self.index is not None)
        if sum(given) != 1:
            message = "must say exactly one of rate, amount, rates, amounts, index"
            found.append(Issue("$", "one_uplift", message, sum(given)))
        if self.index is not None and not self.compounding:
            message = "must not be false for an index: its readings compound"
            found.append(Issue("$.compounding", "index_compounds", message, got=False))
        if (self.clock is Clock.DATE) != (self.clock_on is not None):
            found.append(Issue("$.clock_on", "clock_date", "goes with clock = date, and only with it", self.clock_on))
        if self.at_renewal and (self.on is not None or self.every != YEARLY):
            found.append(Issue("$.at_renewal", "one_calendar", "must not be given together with every or on"))
        if self.on is not None and self.every != YEARLY:
            found.append(Issue("$.on", "one_calendar", "must not be given together with every"))
        return found

    def uplift(self, occurrence: int) -> tuple[Decimal, Decimal]:
        """The (rate, amount) of step number `occurrence`, from 1; one of the two is zero, for an index both.

        Example:
            >>> Escalator(rates=["0.03", "0.05"]).uplift(2)
            (Decimal('0.05'), Decimal('0'))
        """
        nothing = Decimal(0)
        listed = self.rates or self.amounts
        if listed:
            value = listed[occurrence - 1] if occurrence <= len(listed) else nothing
            return (value, nothing) if self.rates else (nothing, value)
        return (self.rate or nothing, self.amount or nothing)
