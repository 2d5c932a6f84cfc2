"""How often: a count of days, weeks, months or years, or once for the whole term."""

import re
from calendar import isleap, monthrange
from datetime import date
from enum import StrEnum
from typing import NoReturn, Self

import attrs

from contractbill.errors import invalid
from contractbill.periods.fields import as_date, as_word, is_whole

# No deal bills more rarely than once a century; the bound keeps every loop over periods finite and short.
MOST = 1200


class Unit(StrEnum):
    """What a frequency counts. `term` is the whole term of whatever is billed, whatever its length."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    TERM = "term"


def _as_unit(value: Unit | str) -> Unit:
    return as_word(Unit, value, "$.unit")


@attrs.frozen
class Frequency:
    """Every `count` `unit`s.

    A frequency is what was written: a year and 12 months describe one rhythm but are not equal.

    Args:
        count: 1 to 1200; 1 for the whole term.
        unit: what is counted.

    Raises:
        InvalidTerms: `out_of_range` for another count, `unknown_word` for another unit.

    Example:
        >>> str(Frequency.parse("quarter")), Frequency.parse("quarter").in_whole_months
        ('quarter', 3)
        >>> Frequency.parse("2 weeks").in_whole_days
        14
    """

    count: int
    unit: Unit = attrs.field(converter=_as_unit)

    def __attrs_post_init__(self) -> None:
        """Refuse counts that no loop should see."""
        most = 1 if self.unit is Unit.TERM else MOST
        if not is_whole(self.count, 1, most):
            invalid("$.count", "out_of_range", f"must be a whole number from 1 to {most}", self.count)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `month`, `quarter`, `half-year`, `year`, `2 weeks`, `36 months`, `term`.

        Returns:
            The frequency as written; a quarter is 3 months and a half-year 6.

        Raises:
            InvalidTerms: `unknown_frequency` for other words, `out_of_range` for a count outside 1 to 1200.

        Example:
            >>> Frequency.parse("half-year")
            Frequency(count=6, unit=<Unit.MONTH: 'month'>)
        """
        found = _WRITTEN.fullmatch(str(text))
        word = found["word"].removesuffix("s") if found else ""
        if found is None or word not in _WORDS or (word == "term" and found["count"]):
            invalid("$", "unknown_frequency", 'must be such as "month", "quarter", "2 weeks" or "term"', text)
        times, unit = _WORDS[word]
        return cls(int(found["count"] or 1) * times, unit)

    @property
    def in_whole_months(self) -> int | None:
        """Months from one boundary to the next; None for days, weeks and the whole term."""
        if self.unit is Unit.MONTH:
            return self.count
        return 12 * self.count if self.unit is Unit.YEAR else None

    @property
    def in_whole_days(self) -> int | None:
        """Days from one boundary to the next; None for months, years and the whole term."""
        if self.unit is Unit.DAY:
            return self.count
        return 7 * self.count if self.unit is Unit.WEEK else None

    def __str__(self) -> str:
        """The canonical text, which `parse` reads back."""
        if self.unit is Unit.MONTH and self.count == _QUARTER:
            return "quarter"
        return self.unit.value if self.count == 1 else f"{self.count} {self.unit.value}s"


_QUARTER = 3
_WRITTEN = re.compile(r"(?:(?P<count>[0-9]{1,6}) )?(?P<word>[a-z-]+)")
_WORDS = {
    "day": (1, Unit.DAY),
    "week": (1, Unit.WEEK),
    "month": (1, Unit.MONTH),
    "quarter": (3, Unit.MONTH),
    "half-year": (6, Unit.MONTH),
    "year": (1, Unit.YEAR),
    "term": (1, Unit.TERM),
}

DAILY = Frequency(1, Unit.DAY)
WEEKLY = Frequency(1, Unit.WEEK)
MONTHLY = Frequency(1, Unit.MONTH)
QUARTERLY = Frequency(3, Unit.MONTH)
HALF_YEARLY = Frequency(6, Unit.MONTH)
YEARLY = Frequency(1, Unit.YEAR)
WHOLE_TERM = Frequency(1, Unit.TERM)


def as_frequency(value: Frequency | str) -> Frequency:
    """A frequency, from itself or from its text: the converter of fields that hold one.

    Raises:
        InvalidTerms: `unknown_frequency`, `out_of_range`.

    Example:
        >>> as_frequency("year") == as_frequency(YEARLY) == YEARLY
        True
    """
    return value if isinstance(value, Frequency) else Frequency.parse(value)


def add(anchor: date, frequency: Frequency, n: int, *, day: int | None = None, month_end: bool = False) -> date:
    """The date `n` frequencies from `anchor`, counted from it in one step.

    Nothing here starts from an earlier result, so a day lost to a short month comes back in the next long one.

    Args:
        anchor: where counting starts.
        frequency: what is counted; not the whole term, which has no step.
        n: how many times, also negative; 0 gives the anchor on its aligned day.
        day: the day of the month wanted, 1 to 31, clamped to the month's last; by default that of the anchor. Only
            for months and years.
        month_end: whether an aligned anchor on the last day of its month stays on last days. Days and weeks have no
            month end and take no notice.

    Returns:
        The date, in years 1 to 9999.

    Raises:
        InvalidTerms: `out_of_range` for other years or another day, `day_needs_months`, `no_grid` for the whole term.

    Source: clamping as Kill Bill, Lago, Meteroid and OpenMeter do; sticky month ends as Strata and QuantLib offer.

    Example:
        >>> str(add(date(2024, 1, 31), MONTHLY, 1)), str(add(date(2024, 1, 31), MONTHLY, 2))
        ('2024-02-29', '2024-03-31')
        >>> str(add(date(2026, 6, 30), MONTHLY, 1)), str(add(date(2026, 6, 30), MONTHLY, 1, month_end=True))
        ('2026-07-30', '2026-07-31')
    """
    anchor = as_date(anchor, "$.anchor")
    wanted = grid_day(anchor, frequency, day, month_end=month_end)
    if (months := frequency.in_whole_months) is not None:
        return month_days(12 * anchor.year + anchor.month - 1 + n * months, wanted)[0]
    if (days := frequency.in_whole_days) is not None:
        return days_on(anchor, n * days)
    return refuse_whole_term(frequency)


def refuse_whole_term(frequency: Frequency) -> NoReturn:
    """Refuse to count boundaries of the whole term, which has none.

    Raises:
        InvalidTerms: `no_grid`.
    """
    invalid("$.frequency", "no_grid", "the whole term has no boundaries of its own", str(frequency))


def grid_day(anchor: date, frequency: Frequency, day: int | None, *, month_end: bool) -> int:
    """The day of the month a grid aims at: 31 for the last day, whatever the month.

    Raises:
        InvalidTerms: `out_of_range`, `day_needs_months`.
    """
    if day is None:
        wanted = anchor.day
    elif not is_whole(day, 1, LAST_DAY):
        invalid("$.day", "out_of_range", "must be a day of the month, 1 to 31", day)
    elif frequency.in_whole_months is None:
        invalid("$.day", "day_needs_months", "only months and years have a day of the month", day)
    else:
        wanted = day
    return LAST_DAY if month_end and wanted >= monthrange(anchor.year, anchor.month)[1] else wanted


def month_days(origin: int, day: int, *, count: int = 1, step: int = 1) -> list[date]:
    """The given day of `count` months, `step` apart, clamped to the last day of each.

    Args:
        origin: the first month, numbered year × 12 + month - 1.
        day: 1 to 31.
        count: how many dates.
        step: months from one to the next.

    Raises:
        InvalidTerms: `out_of_range` outside years 1 to 9999.
    """
    # The inner loop of every schedule: twice as fast without a call for each month.
    dates = []
    for month in range(origin, origin + count * step, step):
        year, index = divmod(month, 12)
        if not 1 <= year <= _LAST_YEAR:
            invalid("$", "out_of_range", "must stay in years 1 to 9999", year)
        if day > _SAFE_DAY:
            last = _LENGTHS[index] if index != 1 or not isleap(year) else _LEAP_DAY
            dates.append(date(year, index + 1, min(day, last)))
        else:
            dates.append(date(year, index + 1, day))
    return dates


def days_on(anchor: date, days: int) -> date:
    """The date a number of days after `anchor`.

    Raises:
        InvalidTerms: `out_of_range` outside years 1 to 9999.
    """
    ordinal = anchor.toordinal() + days
    if not 1 <= ordinal <= _LAST_ORDINAL:
        invalid("$", "out_of_range", "must stay in years 1 to 9999", f"{anchor} {days:+d} days")
    return date.fromordinal(ordinal)


# Asked for day 31, every month gives its last.
LAST_DAY = 31
# The last day that every month has.
_SAFE_DAY = 28
_LEAP_DAY = 29
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LAST_YEAR = date.max.year
_LAST_ORDINAL = date.max.toordinal()
