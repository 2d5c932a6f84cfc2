"""The grid of a line, kept for life: boundary n is n frequencies from the anchor, never from boundary n - 1."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import assert_never

import attrs

from contractbill.errors import Issue, refuse
from contractbill.periods.fields import as_date, as_word, is_whole
from contractbill.periods.frequency import (
    LAST_DAY,
    Frequency,
    Unit,
    add,
    as_frequency,
    days_on,
    grid_day,
    month_days,
    refuse_whole_term,
)
from contractbill.periods.period import Period


def _anchor_date(value: date) -> date:
    return as_date(value, "$.anchor")


def _on_date(value: date | None) -> date | None:
    return None if value is None else as_date(value, "$.on")


@attrs.frozen
class Recurrence:
    """Boundaries at `anchor` plus any whole number of frequencies.

    Args:
        frequency: the step; the whole term has no boundaries of its own.
        anchor: where n = 0 stands, give or take `day`.
        day: the day of the month of every boundary, 1 to 31, clamped in short months; by default that of the anchor.
        month_end: whether an anchor on the last day of its month keeps to last days. No meaning for days and weeks.

    Raises:
        InvalidTerms: `unknown_frequency`, `not_a_date`, `out_of_range`, `day_needs_months`.

    Example:
        >>> grid = Recurrence("month", date(2026, 1, 31))
        >>> [str(grid.boundary(n)) for n in range(4)]
        ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']
        >>> grid.index(date(2026, 3, 30)), str(grid.period(1))
        (1, '2026-02-28 to 2026-03-30')
    """

    frequency: Frequency = attrs.field(converter=as_frequency)
    anchor: date = attrs.field(converter=_anchor_date)
    day: int | None = None
    month_end: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse a day that the frequency or the calendar does not have."""
        grid_day(self.anchor, self.frequency, self.day, month_end=self.month_end)

    def boundary(self, n: int) -> date:
        """Where period `n` starts and period `n - 1` ends.

        Raises:
            InvalidTerms: `out_of_range` outside years 1 to 9999, `no_grid` for the whole term.
        """
        return add(self.anchor, self.frequency, n, day=self.day, month_end=self.month_end)

    def boundaries(self, first: int, count: int) -> list[date]:
        """`count` boundaries, from number `first` on, in order.

        Raises:
            InvalidTerms: `out_of_range`, `no_grid`.

        Example:
            >>> [str(on) for on in Recurrence("year", date(2024, 2, 29)).boundaries(3, 2)]
            ['2027-02-28', '2028-02-29']
        """
        # The same dates as `boundary`, with what does not depend on n worked out once.
        anchor, frequency = self.anchor, self.frequency
        if (months := frequency.in_whole_months) is not None:
            day = grid_day(anchor, frequency, self.day, month_end=self.month_end)
            return month_days(12 * anchor.year + anchor.month - 1 + first * months, day, count=count, step=months)
        if (days := frequency.in_whole_days) is not None:
            return [days_on(anchor, n * days) for n in range(first, first + count)]
        return refuse_whole_term(frequency)

    def index(self, on: date) -> int:
        """The n whose period holds the day: `boundary(n) <= on < boundary(n + 1)`.

        Raises:
            InvalidTerms: `not_a_date`, `out_of_range`, `no_grid` for the whole term.
        """
        on = as_date(on)
        if (days := self.frequency.in_whole_days) is not None:
            return (on - self.anchor).days // days
        if (months := self.frequency.in_whole_months) is None:
            refuse_whole_term(self.frequency)
        # The boundary of this n lies in the month of `on` or in an earlier one, the next one in a later month: only
        # the day inside the month is open.
        n, after = divmod(12 * (on.year - self.anchor.year) + on.month - self.anchor.month, months)
        if after:
            return n
        reached = on.day >= grid_day(self.anchor, self.frequency, self.day, month_end=self.month_end)
        # On the last day of a month a boundary clamped to it is reached too.
        return n if reached or on.day == monthrange(on.year, on.month)[1] else n - 1

    def period(self, n: int) -> Period:
        """Period `n`, whole: from boundary n up to boundary n + 1.

        Raises:
            InvalidTerms: `out_of_range`, `no_grid`.
        """
        return Period(self.boundary(n), self.boundary(n + 1))


_DECEMBER = 12


class AlignTo(StrEnum):
    """Where a grid is hung up.

    `contract`: the contract's start, so that lines added later fall in step; `line`: the line's own start;
    `calendar`: the first of the month, quarter, half-year or (fiscal) year, Mondays for weeks; `day`: a given day of
    the month; `date`: a given date, before or after the start.
    """

    CONTRACT = "contract"
    LINE = "line"
    CALENDAR = "calendar"
    DAY = "day"
    DATE = "date"


def _as_align_to(value: AlignTo | str) -> AlignTo:
    return as_word(AlignTo, value, "$.to")


@attrs.frozen
class Alignment:
    """How the anchor of a grid is found.

    Args:
        to: the rule.
        day: the day of the month, 1 to 31; required with `day`, possible with `date`, refused elsewhere.
        on: the anchor; required with `date`, refused elsewhere.
        fiscal_start_month: the month in which the year begins, 1 to 12; other than 1 only with `calendar`.

    Raises:
        InvalidTerms: `unknown_word`, `not_a_date`; then `missing`, `unexpected`, `out_of_range`, all that are found.

    Example:
        >>> Alignment(AlignTo.DAY)
        Traceback (most recent call last):
        ...
        contractbill.errors.InvalidTerms: $.day: missing: is required when aligning to a day
    """

    to: AlignTo = attrs.field(default=AlignTo.CONTRACT, converter=_as_align_to)
    day: int | None = None
    on: date | None = attrs.field(default=None, converter=_on_date)
    fiscal_start_month: int = 1

    def __attrs_post_init__(self) -> None:
        """Refuse what the rule needs and has not, or has and cannot use."""
        refuse([*self._uses(), *self._ranges()])

    def _uses(self) -> Iterator[Issue]:
        """Fields the rule lacks, and fields it has no use for."""
        if self.day is None and self.to is AlignTo.DAY:
            yield Issue("$.day", "missing", "is required when aligning to a day")
        if self.on is None and self.to is AlignTo.DATE:
            yield Issue("$.on", "missing", "is required when aligning to a date")
        if self.day is not None and self.to not in (AlignTo.DAY, AlignTo.DATE):
            yield Issue("$.day", "unexpected", f"has no meaning when aligning to the {self.to}", self.day)
        if self.on is not None and self.to is not AlignTo.DATE:
            yield Issue("$.on", "unexpected", f"has no meaning when aligning to the {self.to}", self.on)
        if self.fiscal_start_month != 1 and self.to is not AlignTo.CALENDAR:
            yield Issue(
                "$.fiscal_start_month",
                "unexpected",
                f"has no meaning when aligning to the {self.to}",
                self.fiscal_start_month,
            )

    def _ranges(self) -> Iterator[Issue]:
        """Numbers the calendar does not have."""
        if self.day is not None and not is_whole(self.day, 1, LAST_DAY):
            yield Issue("$.day", "out_of_range", "must be a day of the month, 1 to 31", self.day)
        if not is_whole(self.fiscal_start_month, 1, _DECEMBER):
            yield Issue("$.fiscal_start_month", "out_of_range", "must be a month, 1 to 12", self.fiscal_start_month)


def recurrence_for(
    alignment: Alignment,
    frequency: Frequency | str,
    *,
    contract_start: date,
    line_start: date,
    month_end: bool = False,
) -> Recurrence:
    """The grid of a line.

    Args:
        alignment: the rule.
        frequency: the step of the grid.
        contract_start: the first day of the contract.
        line_start: the first day of the line, whose grid this is.
        month_end: whether an anchor on a month's last day keeps to last days.

    Returns:
        The recurrence; period 0 holds the contract's start under `contract` and `calendar`, the line's under `line`,
        and starts in the contract's first month under `day`. For the whole term it only records the line's start.

    Raises:
        InvalidTerms: `day_needs_months` for a day with days or weeks, and the codes of `Recurrence`.

    Source: `day` as Kill Bill and Meteroid align (the day in the first month if it is still ahead, else one step
        on); `calendar` as Lago and ERPNext; `date` as OpenMeter; one grid for all lines of a contract: house rule.

    Example:
        >>> start = date(2026, 2, 10)
        >>> fiscal = Alignment(AlignTo.CALENDAR, fiscal_start_month=5)
        >>> str(recurrence_for(fiscal, "quarter", contract_start=start, line_start=start).period(0))
        '2026-02-01 to 2026-04-30'
    """
    frequency = as_frequency(frequency)
    if frequency.unit is Unit.TERM:
        return Recurrence(frequency, line_start)
    match alignment.to:
        case AlignTo.CONTRACT | AlignTo.DAY:
            anchor = contract_start
        case AlignTo.LINE:
            anchor = line_start
        case AlignTo.DATE:
            assert alignment.on is not None
            anchor = alignment.on
        case AlignTo.CALENDAR:
            anchor = _calendar_anchor(as_date(contract_start, "$.contract_start"), frequency, alignment)
        case _:
            assert_never(alignment.to)
    return Recurrence(frequency, anchor, alignment.day, month_end)


def _calendar_anchor(start: date, frequency: Frequency, alignment: Alignment) -> date:
    """The boundary of the calendar's grid on or before `start`."""
    if (months := frequency.in_whole_months) is not None:
        # Steps count from the start of the fiscal year that holds `start`, so those that do not divide a year have a
        # defined grid too.
        into_year = (start.month - alignment.fiscal_start_month) % 12
        return month_days(12 * start.year + start.month - 1 - into_year % months, 1)[0]
    return days_on(start, -start.weekday()) if frequency.unit is Unit.WEEK else start
