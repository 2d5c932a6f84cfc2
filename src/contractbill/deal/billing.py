"""Billing: when a line is asked for."""

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

    Args:
        once: at signature, at the start of the line (default), or on a date.
        on: the day, when `once` is `date`.
        after_days: so many days after that.

    Raises:
        InvalidTerms: `once_date` when the occasion and its date do not fit, `unknown_word`, `out_of_range`,
            `not_a_date`.

    Example:
        >>> OneTime(once="date", on="2026-05-01").on
        datetime.date(2026, 5, 1)
    """

    once: Once = attrs.field(default=Once.START, converter=as_once)
    on: date | None = attrs.field(default=None, converter=as_optional_date)
    after_days: int = 0

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(faults(self, once=is_word(Once), on=maybe(is_date), after_days=is_whole(0, 10 * MOST_DAYS)))
        if (self.once is Once.DATE) != (self.on is not None):
            found.append(Issue("$.on", "once_date", "goes with once = date, and only with it", self.on))
        refuse(found)


Billing = Recurring | OneTime
