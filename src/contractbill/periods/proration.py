"""Proration: which share of a billing period some days are, as an exact fraction, by a named rule.

A share keeps its numerator and denominator as they were counted, so that "14/92" on an invoice can be checked against a
calendar.
"""

from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import assert_never

import attrs

from contractbill.errors import Issue, invalid, refuse
from contractbill.periods.fields import as_date, as_word
from contractbill.periods.frequency import MONTHLY, Frequency
from contractbill.periods.period import Period
from contractbill.periods.recurrence import Recurrence


class ProrationRule(StrEnum):
    """How days become a share of their billing period. A whole period is 1 under every rule.

    `actual_days`: days over the days of the full period that holds them (Lago, Meteroid). `thirty_360`: 30/360 US days
    over 30 a month (OpenGamma Strata). `actual_365`: days over 365, of as many periods as a year has. `fixed_30`: every
    month counts 30 days, over 30 a month (Kill Bill). `nominal_days`: days over 30, 91, 182 or 365 (Meteroid).
    `whole_months`: months begun over the months of the period (house rule). `months_then_days`: whole months first,
    then the days left over those of the month they start in (house rule, common where deals are written by hand).
    `none`: a part costs as much as the whole.

    A rule that speaks of months has no meaning for a period of days or weeks, which is counted by actual days.
    """

    ACTUAL_DAYS = "actual_days"
    THIRTY_360 = "thirty_360"
    ACTUAL_365 = "actual_365"
    FIXED_30 = "fixed_30"
    NOMINAL_DAYS = "nominal_days"
    WHOLE_MONTHS = "whole_months"
    MONTHS_THEN_DAYS = "months_then_days"
    NONE = "none"


def _as_rule(value: ProrationRule | str) -> ProrationRule:
    return as_word(ProrationRule, value, "$.rule")


@attrs.frozen
class Proration:
    """A rule and its two options.

    Args:
        rule: how days are counted.
        capped: whether a part that counts for more than its full period is charged as the full period.
        last_day_counted: whether a part that ends inside its period is charged for its end day too (the day of
            termination, as Lago and ERPNext charge it).

    Raises:
        InvalidTerms: `unknown_word` for another rule; `not_a_bool` for each option that is neither true nor false.
    """

    rule: ProrationRule = attrs.field(default=ProrationRule.ACTUAL_DAYS, converter=_as_rule)
    capped: bool = True
    last_day_counted: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse a truthy something."""
        options: dict[str, object] = {"capped": self.capped, "last_day_counted": self.last_day_counted}
        refuse(
            Issue(f"$.{name}", "not_a_bool", "must be true or false", value)
            for name, value in options.items()
            if not isinstance(value, bool)
        )


@attrs.frozen
class Share:
    """A part of a billing period, as counted: 14/92 stays 14/92.

    Args:
        numerator: zero or more.
        denominator: one or more.

    Raises:
        InvalidTerms: `out_of_range`, for each that is less.

    Example:
        >>> str(Share(14, 92)), Share(14, 92).fraction
        ('14/92', Fraction(7, 46))
    """

    numerator: int
    denominator: int

    def __attrs_post_init__(self) -> None:
        """Refuse what is no share."""
        least = {"numerator": (self.numerator, 0), "denominator": (self.denominator, 1)}
        refuse(
            Issue(f"$.{name}", "out_of_range", f"must be at least {bound}", got)
            for name, (got, bound) in least.items()
            if got < bound
        )

    @property
    def fraction(self) -> Fraction:
        """The exact value, in lowest terms."""
        return Fraction(self.numerator, self.denominator)

    def __add__(self, other: "Share") -> "Share":
        """Both together, over the smallest denominator that shows both.

        Example:
            >>> str(Share(17, 31) + Share(1, 1))
            '48/31'
        """
        common = lcm(self.denominator, other.denominator)
        parts = (one.numerator * (common // one.denominator) for one in (self, other))
        return Share(sum(parts), common)

    def __str__(self) -> str:
        """`numerator/denominator`; a whole number stands alone."""
        return str(self.numerator) if self.denominator == 1 else f"{self.numerator}/{self.denominator}"


WHOLE = Share(1, 1)
_DEFAULT = Proration()


def share(part: Period, recurrence: Recurrence, proration: Proration = _DEFAULT) -> Share:
    """How many billing periods some days are.

    Args:
        part: the days: inside one period of the grid (a stub, a split) or across several (a long stub).
        recurrence: the grid whose periods count 1 each; not the whole term, which has no grid (see `share_of`).
        proration: the rule.

    Returns:
        Whole periods plus the shares of partial ones; at most 1 within one period unless uncapped. Under `none`
        always 1.

    Raises:
        InvalidTerms: `no_grid`, `out_of_range`.

    Source: the denominator is the full period that holds the days, never a clamped one (Lago, Meteroid).

    Example:
        >>> quarters = Recurrence("quarter", date(2026, 1, 15))
        >>> str(share(Period(date(2026, 10, 1), date(2026, 10, 15)), quarters))
        '14/92'
    """
    if proration.rule is ProrationRule.NONE:
        return WHOLE
    first, last = recurrence.index(part.start), recurrence.index(part.last_day)
    head = recurrence.period(first)
    if first == last:
        return share_of(part, head, recurrence.frequency, proration)
    tail = recurrence.period(last)
    return (
        share_of(Period(part.start, head.end), head, recurrence.frequency, proration)
        + Share(last - first - 1, 1)
        + share_of(Period(tail.start, part.end), tail, recurrence.frequency, proration)
    )


def share_of(part: Period, full: Period, frequency: Frequency, proration: Proration = _DEFAULT) -> Share:
    """Which share of one given full period some days are.

    Args:
        part: the days; all that is asked of them is to be a period, so an uncapped part may be longer than `full`.
        full: the period whose price is shared: of a grid, or a whole term.
        frequency: what `full` is one of: it says how many months the period nominally has.
        proration: the rule.

    Returns:
        The share, unreduced; exactly 1 when `part` is `full`.

    Source: see `ProrationRule`.

    Example:
        >>> march_to_june = Period(date(2012, 3, 2), date(2012, 6, 2))
        >>> march = Period(date(2012, 3, 2), date(2012, 4, 2))
        >>> str(share_of(march_to_june, march, Frequency.parse("month"), Proration(capped=False)))
        '92/31'
    """
    if part == full:
        return WHOLE
    # The end day belongs to the part only where the full period goes on after it.
    end = part.end
    if proration.last_day_counted and end < full.end:
        end = date.fromordinal(end.toordinal() + 1)
    counted = _counted(part.start, end, full, frequency, proration.rule)
    return WHOLE if proration.capped and counted.numerator >= counted.denominator else counted


def _counted(start: date, end: date, full: Period, frequency: Frequency, rule: ProrationRule) -> Share:
    """The share by the rule, before any cap."""
    days, months = (end - start).days, frequency.in_whole_months
    if rule is ProrationRule.NONE:
        return WHOLE
    if months is None or rule is ProrationRule.ACTUAL_DAYS:
        return Share(days, full.days)
    match rule:
        case ProrationRule.THIRTY_360:
            counted = days_30_360(start, end), _MONTH * months
        case ProrationRule.FIXED_30:
            counted = _days_fixed_30(start, end), _MONTH * months
        case ProrationRule.ACTUAL_365:
            # days / 365 of a year, which is 12 / months periods.
            per_year, rest = divmod(12, months)
            counted = (days * 12, _YEAR * months) if rest else (days * per_year, _YEAR)
        case ProrationRule.NOMINAL_DAYS:
            # A year of 365 days cut evenly, in whole days: 30, 91, 182, 365.
            counted = days, _YEAR * months // 12
        case ProrationRule.WHOLE_MONTHS:
            counted = _months_begun(start, end, full.start), months
        case ProrationRule.MONTHS_THEN_DAYS:
            counted = _months_and_days(start, end, full.start, months)
        case _:
            assert_never(rule)
    return Share(*counted)


def _months_begun(start: date, end: date, full_start: date) -> int:
    """Months that the days touch: counted from their own first day or along the full period's months.

    The fewer of the two, so that neither a part in the middle nor one that starts on a clamped day counts one twice.
    """
    last = date.fromordinal(end.toordinal() - 1)
    own, along = Recurrence(MONTHLY, start), Recurrence(MONTHLY, full_start)
    return 1 + min(own.index(last), along.index(last) - along.index(start))


def _months_and_days(start: date, end: date, full_start: date, months: int) -> tuple[int, int]:
    """Whole months and the days left over, as a share of so many months.

    They are counted from the first of the days; along the full period's months where those days begin one, so that a
    month clamped at its end still counts 1.
    """
    along, own = Recurrence(MONTHLY, full_start), Recurrence(MONTHLY, start)
    first = along.index(start)
    grid, first = (along, first) if along.boundary(first) == start else (own, 0)
    last = grid.index(end)
    month = grid.period(last)
    left = (end - month.start).days
    whole = last - first
    return (whole * month.days + left, months * month.days) if left else (whole, months)


def days_30_360(start: date, end: date) -> int:
    """Days between two dates when every month has 30, by the US rule without its adjustment for February.

    Args:
        start: the first day; a 31st counts as a 30th.
        end: the day after the last; a 31st counts as a 30th when `start` is a 30th or 31st.

    Returns:
        The days, negative when `end` comes first.

    Source: 30/360 bond basis, as OpenGamma Strata's 30U/360 computes it when no end-of-month flag is set.

    Example:
        >>> days_30_360(date(2011, 2, 28), date(2012, 2, 29)), days_30_360(date(2012, 5, 31), date(2013, 8, 31))
        (361, 450)
    """
    first = min(start.day, _MONTH)
    last = min(end.day, _MONTH) if first == _MONTH else end.day
    return _days_of_30(start, end) + last - first


def _days_fixed_30(start: date, end: date) -> int:
    """Days between two dates when crossing the end of any month makes that month count 30."""
    return _days_of_30(start, end) + end.day - start.day


def _days_of_30(start: date, end: date) -> int:
    """Days of 30-day months from the month of `start` to that of `end`."""
    return _MONTH * (12 * (end.year - start.year) + end.month - start.month)


_MONTH = 30
_YEAR = 365


def day_count(start: date, end: date, rule: ProrationRule) -> Fraction:
    """The year fraction from `start` to `end`.

    Args:
        start: the first day.
        end: the day after the last; not before `start`.
        rule: `actual_365` or `thirty_360`.

    Returns:
        Years, exactly; zero for no days.

    Raises:
        InvalidTerms: `not_a_day_count` for rules that need a billing period, `reversed_period`, `not_a_date`.

    Source: ISDA's actual/365 fixed and 30/360, as OpenGamma Strata computes them.

    Example:
        >>> day_count(date(2026, 1, 1), date(2026, 7, 1), ProrationRule.THIRTY_360)
        Fraction(1, 2)
    """
    start, end = as_date(start, "$.start"), as_date(end, "$.end")
    if end < start:
        invalid("$.end", "reversed_period", f"must not be before the start, {start}", end)
    if rule is ProrationRule.ACTUAL_365:
        return Fraction((end - start).days, _YEAR)
    if rule is ProrationRule.THIRTY_360:
        return Fraction(days_30_360(start, end), 360)
    return invalid("$.rule", "not_a_day_count", "must be actual_365 or thirty_360", str(rule))
