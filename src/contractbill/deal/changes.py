"""Changes: what becomes of a line after it was agreed, planned from the start (a ramp) or by a later order."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs

from contractbill.deal.escalators import Timing, as_timing
from contractbill.deal.fields import (
    as_optional_date,
    as_optional_frequency,
    as_optional_number,
    as_tuple,
    as_word,
    faults,
    is_bool,
    is_date,
    is_frequency,
    is_name,
    is_number,
    is_word,
    maybe,
)
from contractbill.errors import Issue, refuse
from contractbill.periods import Frequency, add


class Corrections(StrEnum):
    """When a change of what was billed stands on an invoice.

    `next_invoice`: with the next one of its group that is planned anyway, by itself only where none comes. `at_once`:
    on the day on which it became known.
    """

    NEXT_INVOICE = "next_invoice"
    AT_ONCE = "at_once"


def as_corrections(value: Corrections | str) -> Corrections:
    """When corrections stand, by its word."""
    return as_word(Corrections, value)


@attrs.frozen(kw_only=True)
class RampStep:
    """A planned step of a line's quantity, of its price, or of both.

    Args:
        on: the day from which it counts; or
        after: the time since the line's first day ("12 months").
        quantity: how many units from then on.
        unit_amount: the price of one unit (of the whole line, where the price is flat) from then on, for the line's
            price period. Escalators raise it from there.
        inside_period: what a step inside a billing period does: it splits the period, or waits for the next one.

    Raises:
        InvalidTerms: `on_or_after` unless exactly one of the two is given, `nothing_changed`, and the codes of the
            fields.

    Example:
        >>> RampStep(after="12 months", quantity=50).quantity
        Decimal('50')
    """

    on: date | None = attrs.field(default=None, converter=as_optional_date)
    after: Frequency | None = attrs.field(default=None, converter=as_optional_frequency)
    quantity: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    unit_amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    inside_period: Timing = attrs.field(default=Timing.SPLIT, converter=as_timing)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(
            faults(
                self,
                on=maybe(is_date),
                after=maybe(is_frequency(whole_term=False)),
                quantity=maybe(is_number(minimum=0)),
                unit_amount=maybe(is_number()),
                inside_period=is_word(Timing),
            )
        )
        if (self.on is None) is (self.after is None):
            found.append(Issue("$", "on_or_after", "must say exactly one of on and after"))
        if self.quantity is None and self.unit_amount is None:
            found.append(Issue("$", "nothing_changed", "must say a quantity or a unit_amount"))
        refuse(found)


def ramp_day(step: RampStep, start: date) -> date:
    """The day from which a step of a line that starts on a day counts."""
    if step.on is not None:
        return step.on
    assert step.after is not None, "the constructor requires a day or a length of time"
    return add(start, step.after, 1)


@attrs.frozen(kw_only=True)
class Change:
    """What an order changes about a line that an earlier order brought.

    A change of what a line cannot change (its frequency, its days, who pays) is a new line that `replaces` it.

    Args:
        line: the id of the line.
        on: the day from which it counts; by default the day the order takes effect. May lie in the past.
        quantity: how many units from then on.
        unit_amount: the price of one unit (of the whole line, where the price is flat) from then on, for the line's
            price period. Escalators raise it from there, by their own clock.
        remove: the line is not served any more from then on; a one-time charge is taken back.
        ends_before: the first day the line is not served any more, earlier or later than before.
        inside_period: what a change inside a billing period does: it splits the period, or waits for the next one.

    Raises:
        InvalidTerms: `nothing_changed`, `remove_and_change`, and the codes of the fields.

    Example:
        >>> Change(line="seats", quantity=40).quantity
        Decimal('40')
    """

    line: str
    on: date | None = attrs.field(default=None, converter=as_optional_date)
    quantity: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    unit_amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    remove: bool = False
    ends_before: date | None = attrs.field(default=None, converter=as_optional_date)
    inside_period: Timing = attrs.field(default=Timing.SPLIT, converter=as_timing)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = faults(
            self,
            line=is_name,
            on=maybe(is_date),
            quantity=maybe(is_number(minimum=0)),
            unit_amount=maybe(is_number()),
            remove=is_bool,
            ends_before=maybe(is_date),
            inside_period=is_word(Timing),
        )
        refuse(list(found) or list(self._contradictions()))

    def _contradictions(self) -> Iterator[Issue]:
        """What fields say against each other."""
        changed = [value for value in (self.quantity, self.unit_amount, self.ends_before) if value is not None]
        if not changed and not self.remove:
            yield Issue("$", "nothing_changed", "must say a quantity, a unit_amount, ends_before or remove")
        if changed and self.remove:
            yield Issue("$.remove", "remove_and_change", "must not be said together with another change")


def as_ramp(values: Iterable[RampStep]) -> tuple[RampStep, ...]:
    """A tuple of ramp steps."""
    return as_tuple(values)


def as_changes(values: Iterable[Change]) -> tuple[Change, ...]:
    """A tuple of changes."""
    return as_tuple(values)
