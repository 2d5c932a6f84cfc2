"""Readings and notices: what is known of an index month by month, and which uplifts were announced."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import attrs

from contractbill.deal.fields import as_date, as_number, faults, is_bool, is_date, is_name, is_number, is_text
from contractbill.deal.indices import is_month
from contractbill.errors import Issue, refuse


@attrs.frozen(kw_only=True)
class IndexReading:
    """The value of an index for a month, as it became known on a day.

    Args:
        index: the index, by the name the clause has.
        month: the month it is for, such as "2026-09".
        value: the index.
        known_on: the day it became known; a later one for the same month stands in its place from then on.
        provisional: whether a later one is still expected: amounts that rest on it are estimated.

    Raises:
        InvalidTerms: `not_a_month`, `too_small`, and the codes of the fields.

    Example:
        >>> IndexReading(index="CPI-U West", month="2026-09", value="110.5", known_on="2026-10-14").value
        Decimal('110.5')
    """

    index: str
    month: str
    value: Decimal = attrs.field(converter=as_number)
    known_on: date = attrs.field(converter=as_date)
    provisional: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        rules = {"index": is_text, "month": is_month, "value": is_number(over=0), "known_on": is_date}
        refuse(faults(self, **rules, provisional=is_bool))


@attrs.frozen(kw_only=True)
class Notice:
    """That the customer was told of an uplift before it takes effect.

    Args:
        line: the id of the line whose escalator it is.
        step_on: the day of the step.
        given_on: the day the notice was given.
        known_on: the day the books learnt of it; by default the day it was given.

    Raises:
        InvalidTerms: `known_before_given`, and the codes of the fields.

    Example:
        >>> str(Notice(line="platform", step_on="2027-01-01", given_on="2026-11-15").known_on)
        '2026-11-15'
    """

    line: str
    step_on: date = attrs.field(converter=as_date)
    given_on: date = attrs.field(converter=as_date)
    known_on: date = attrs.field(default=attrs.Factory(lambda self: self.given_on, takes_self=True), converter=as_date)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(faults(self, line=is_name, step_on=is_date, given_on=is_date))
        if self.known_on is not self.given_on:
            found += faults(self, known_on=is_date)
        if not found and self.known_on < self.given_on:
            found.append(Issue("$.known_on", "known_before_given", "must not be before given_on", str(self.known_on)))
        refuse(found)


@attrs.frozen
class IndexChange:
    """How readings moved a price: `of` × (1 + `share` × (`factor` - 1) + `plus`), unless a bound stands in its place.

    Args:
        index: the index.
        month, since: the month whose reading a step looked at, and the one it compared with.
        value, since_value: their readings; None for one that is not known.
        factor: value / since_value, rounded as the clause says; None where one is not known.
        of: the price that moves: the standing one, or with the formula `base` the first.
        share, plus: as the clause has them.
        bound: `floor` or `cap` where the step is what that allows.
    """

    index: str
    month: str
    since: str
    of: Decimal
    value: Decimal | None = None
    since_value: Decimal | None = None
    factor: Decimal | None = None
    share: Decimal = Decimal(1)
    plus: Decimal = Decimal(0)
    bound: str | None = None

    @property
    def taken(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The two readings it takes, by index and month."""
        return (self.index, self.month), (self.index, self.since)


_NO_READINGS: Mapping[tuple[str, str], IndexReading] = MappingProxyType({})
_NO_NOTICES: Mapping[tuple[str, date], date] = MappingProxyType({})


@attrs.frozen
class Known:
    """What is known by the end of a day, for one look-up each.

    Args:
        as_of: the day.
        readings: by index and month, the last that became known.
        notices: by line and day of the step, the day the first of them was given.
    """

    as_of: date = date.min
    readings: Mapping[tuple[str, str], IndexReading] = _NO_READINGS
    notices: Mapping[tuple[str, date], date] = _NO_NOTICES
