"""Occasions: what a payment that is asked for once waits for."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs

from contractbill.deal.fields import (
    as_optional_date,
    as_optional_number,
    as_word,
    faults,
    is_date,
    is_name,
    is_number,
    is_whole,
    is_word,
    maybe,
)
from contractbill.errors import Issue, refuse

# An invoice may stand this many days before or after the day its terms start from: a year covers what contracts say.
MOST_DAYS = 366


class Once(StrEnum):
    """What a one-time charge waits for."""

    SIGNATURE = "signature"
    START = "start"
    DATE = "date"
    MILESTONE = "milestone"


def as_once(value: Once | str) -> Once:
    """An occasion by its word."""
    return as_word(Once, value)


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
        refuse(_faults(self))


@attrs.frozen(kw_only=True)
class Part:
    """One part of a one-time price, and when it is asked for.

    Args:
        share: the part as a fraction of the price, 0.5 for half.
        amount: the part as a fixed amount, instead of a share. A part with neither is the rest.
        once, on, after_days, milestone, latest_by, expected_on, acceptance_days: as in `OneTime`.

    Raises:
        InvalidTerms: `share_or_amount` for both, and the codes of `OneTime`.

    Example:
        >>> Part(share="0.10", once="milestone", milestone="acceptance").share
        Decimal('0.10')
    """

    share: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    once: Once = attrs.field(default=Once.START, converter=as_once)
    on: date | None = attrs.field(default=None, converter=as_optional_date)
    after_days: int = 0
    milestone: str | None = None
    latest_by: date | None = attrs.field(default=None, converter=as_optional_date)
    expected_on: date | None = attrs.field(default=None, converter=as_optional_date)
    acceptance_days: int = 0

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = [*faults(self, share=maybe(is_number(over=0, maximum=1)), amount=maybe(is_number(over=0)))]
        if self.share is not None and self.amount is not None:
            found.append(Issue("$", "share_or_amount", "must not have both a share and an amount"))
        refuse([*found, *_faults(self)])

    @property
    def is_rest(self) -> bool:
        """Whether it is what the other parts leave."""
        return self.share is None and self.amount is None


Occasion = OneTime | Part


def _faults(when: Occasion) -> list[Issue]:
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
