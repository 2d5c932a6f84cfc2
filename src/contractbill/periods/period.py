"""Half-open periods of civil dates."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Self

import attrs

from contractbill.errors import Issue, refuse
from contractbill.periods.fields import as_date

_DAY = timedelta(1)


@attrs.frozen
class Period:
    """The days from `start` up to, not including, `end`.

    Args:
        start: the first day.
        end: the day after the last one; later than `start`.

    Raises:
        InvalidTerms: `not_a_date` for each end that is not a civil date, `empty_period` when they are one day,
            `reversed_period` when `end` comes first.

    Source: house rule; half-open as Kill Bill, OpenGamma Strata and Meteroid store them.

    Example:
        >>> january = Period(date(2026, 1, 1), date(2026, 2, 1))
        >>> january.days, date(2026, 2, 1) in january
        (31, False)
        >>> print(january)
        2026-01-01 to 2026-01-31
    """

    start: date
    end: date

    def __attrs_post_init__(self) -> None:
        """Refuse what is not a period; the common case costs one comparison."""
        if type(self.start) is date and type(self.end) is date and self.start < self.end:
            return
        refuse(_faults(self.start, self.end))
        object.__setattr__(self, "start", as_date(self.start))
        object.__setattr__(self, "end", as_date(self.end))

    @property
    def days(self) -> int:
        """How many days the period has: at least one."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day inside: what people are shown."""
        return self.end - _DAY

    @property
    def in_whole_months(self) -> int | None:
        """How many months the period is, counted from its first day; None when it is no whole number of them.

        Example:
            >>> Period(date(2026, 1, 31), date(2026, 2, 28)).in_whole_months
            1
        """
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        length = monthrange(self.end.year, self.end.month)[1]
        return months if months and self.end.day == min(self.start.day, length) else None

    def __contains__(self, on: date) -> bool:
        """Whether the day is inside; `end` is not."""
        return self.start <= on < self.end

    def overlap(self, other: Self) -> "Period | None":
        """The days that both have, or None when there are none.

        Example:
            >>> quarter = Period(date(2026, 1, 1), date(2026, 4, 1))
            >>> print(quarter.overlap(Period(date(2026, 3, 15), date(2026, 5, 1))))
            2026-03-15 to 2026-03-31
        """
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def __str__(self) -> str:
        """First and last day, as people read a period."""
        return f"{self.start} to {self.last_day}"


def _faults(start: object, end: object) -> list[Issue]:
    """What keeps `start` and `end` from bounding a period."""
    ends = {"$.start": start, "$.end": end}
    if wrong := [
        Issue(path, "not_a_date", "must be a date without a time", got)
        for path, got in ends.items()
        if isinstance(got, datetime) or not isinstance(got, date)
    ]:
        return wrong
    first, last = as_date(start), as_date(end)
    if first < last:
        return []
    code = "empty_period" if first == last else "reversed_period"
    return [Issue("$.end", code, f"must be later than the start, {first}", last)]
