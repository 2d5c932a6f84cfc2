"""Billing: when a line is asked for."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

import attrs

from contractbill.deal.fields import (
    as_lenient_frequency,
    as_optional_date,
    as_word,
    faults,
    is_a,
    is_bool,
    is_date,
    is_frequency,
    is_name,
    is_whole,
    is_word,
    maybe,
)
from contractbill.errors import Issue, refuse
from contractbill.periods import MONTHLY, Alignment, Frequency, Proration, Stubs

# An invoice may stand this many days before or after the day its terms start from: a year covers what contracts say.
MOST_DAYS = 366


class InvoiceTiming(StrEnum):
    """In advance: at the start of the service period; in arrears: after its end."""

    ADVANCE = "advance"
    ARREARS = "arrears"


class Once(StrEnum):
    """What a one-time charge waits for."""

    SIGNATURE = "signature"
    START = "start"
    DATE = "date"
    MILESTONE = "milestone"


def as_invoice_timing(value: str) -> InvoiceTiming:
    """A timing by its word."""
    return as_word(InvoiceTiming, value)


def as_once(value: str) -> Once:
    """An occasion by its word."""
    return as_word(Once, value)


@attrs.frozen(kw_only=True)
class Recurring:
    """Billed again and again, a service period each time.

    Args:
        every: the billing frequency: "month", "quarter", "year", "2 weeks", "term" for the whole term at once.
        timing: in advance (default) or in arrears.
        offset_days: the invoice stands this many days after (negative: before) the first day of the service period, or,
            in arrears, after the day that follows its last day.
        align: which days periods start on; by default those of the contract's start.
        month_end: a month-end start stays at month end (30 April, 31 May) instead of keeping its day.
        stubs: what happens to an irregular first or last period.
        proration: the share of a full period that a part of one costs.

    Raises:
        InvalidTerms: `day_needs_months`, `unknown_frequency`, `unknown_word`, `out_of_range`, `wrong_type`.

    Example:
        >>> str(Recurring(every="quarter").every)
        'quarter'
    """

    every: Frequency = attrs.field(default=MONTHLY, converter=as_lenient_frequency)
    timing: InvoiceTiming = attrs.field(default=InvoiceTiming.ADVANCE, converter=as_invoice_timing)
    offset_days: int = 0
    align: Alignment = Alignment()
    month_end: bool = False
    stubs: Stubs = Stubs()
    proration: Proration = Proration()

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(
            faults(
                self,
                every=is_frequency(whole_term=True),
                timing=is_word(InvoiceTiming),
                offset_days=is_whole(-MOST_DAYS, MOST_DAYS),
                align=is_a(Alignment),
                month_end=is_bool,
                stubs=is_a(Stubs),
                proration=is_a(Proration),
            )
        )
        if not found and self.align.day is not None and self.every.in_whole_months is None:
            found.append(Issue("$.align.day", "day_needs_months", "has no meaning for days or weeks", self.align.day))
        refuse(found)


@attrs.frozen(kw_only=True)
class OneTime:
    """Billed once.

    A milestone has no day until a fact says that it was reached (`MilestoneDone`). Until then its charge is fixed and
    planned for `latest_by` where that is agreed; else it is contingent, and planned for `expected_on` or for the last
    day of the contract.

    Args:
        once: at signature, at the start of the line (default), on a date, or at a milestone.
        on: the day, when `once` is `date`.
        after_days: so many days after that.
        milestone: its name, when `once` is `milestone`; several lines may wait for one.
        latest_by: the day on which it is asked for even if the milestone was not reached.
        expected_on: the day for which it is planned until more is known, when no latest day is agreed.
        acceptance_days: days the customer has to accept; accepted when they do, at the latest after these days.

    Raises:
        InvalidTerms: `once_date` when the occasion and its date do not fit, `once_milestone` when it does not fit what
            is said of a milestone, `unexpected` for an expected beside a latest day, `unknown_word`, `out_of_range`,
            `not_a_date`, `not_an_id`.

    Example:
        >>> OneTime(once="date", on="2026-05-01").on
        datetime.date(2026, 5, 1)
        >>> OneTime(once="milestone", milestone="go-live", acceptance_days=30).milestone
        'go-live'
    """

    once: Once = attrs.field(default=Once.START, converter=as_once)
    on: date | None = attrs.field(default=None, converter=as_optional_date)
    after_days: int = 0
    milestone: str | None = None
    latest_by: date | None = attrs.field(default=None, converter=as_optional_date)
    expected_on: date | None = attrs.field(default=None, converter=as_optional_date)
    acceptance_days: int = 0

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(_occasion_faults(self))


Occasion = OneTime


def _occasion_faults(when: Occasion) -> list[Issue]:
    """What is wrong with the fields that make a day."""
    found = list(
        faults(
            when,
            once=is_word(Once),
            on=maybe(is_date),
            after_days=is_whole(0, 10 * MOST_DAYS),
            milestone=maybe(is_name),
            latest_by=maybe(is_date),
            expected_on=maybe(is_date),
            acceptance_days=is_whole(0, MOST_DAYS),
        )
    )
    if (when.once is Once.DATE) != (when.on is not None):
        found.append(Issue("$.on", "once_date", "goes with once = date, and only with it", when.on))
    if (when.once is Once.MILESTONE) != (when.milestone is not None):
        found.append(Issue("$.milestone", "once_milestone", _WITH_MILESTONE, when.milestone))
    for name, value in (
        ("latest_by", when.latest_by),
        ("expected_on", when.expected_on),
        ("acceptance_days", when.acceptance_days),
    ):
        if value and when.once is not Once.MILESTONE:
            found.append(Issue(f"$.{name}", "once_milestone", _WITH_MILESTONE, value))
    if when.latest_by is not None and when.expected_on is not None:
        found.append(Issue("$.expected_on", "unexpected", "says nothing beside latest_by", when.expected_on))
    return found


_WITH_MILESTONE = "goes with once = milestone, and only with it"

Billing = Recurring | OneTime


def occasions(billing: Billing | None) -> tuple[Occasion, ...]:
    """What the payments of a line that is not recurring wait for, each once."""
    return (billing,) if isinstance(billing, OneTime) else ()


def undated(billing: Billing | None) -> Iterator[Issue]:
    """What a line of a contract without an end cannot be planned for."""
    for when in occasions(billing):
        if when.once is Once.MILESTONE and when.latest_by is None and when.expected_on is None:
            message = "needs latest_by or expected_on: the contract has no end"
            yield Issue("$.billing", "milestone_undated", message, when.milestone)
