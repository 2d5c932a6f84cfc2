"""Billing: when a line is asked for: again and again, once, or once in parts."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum

import attrs

from contractbill.deal.fields import (
    as_lenient_frequency,
    as_tuple,
    as_word,
    each,
    faults,
    is_a,
    is_bool,
    is_frequency,
    is_whole,
    is_word,
    maybe,
)
from contractbill.deal.occasions import MOST_DAYS, Occasion, Once, OneTime, Part
from contractbill.errors import Issue, refuse
from contractbill.money import Carrier, add_up
from contractbill.periods import MONTHLY, Alignment, Frequency, Proration, Stubs

_MOST_PARTS = 1000


class InvoiceTiming(StrEnum):
    """In advance: at the start of the service period; in arrears: after its end."""

    ADVANCE = "advance"
    ARREARS = "arrears"


def as_invoice_timing(value: InvoiceTiming | str) -> InvoiceTiming:
    """A timing by its word."""
    return as_word(InvoiceTiming, value)


def as_carrier(value: Carrier | str) -> Carrier:
    """Who takes what rounding leaves, by its word."""
    return as_word(Carrier, value)


def as_parts(values: Iterable[Part]) -> tuple[Part, ...]:
    """A tuple of parts."""
    return as_tuple(values)


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
class Instalments:
    """A one-time price in parts, each asked for at an occasion of its own: deposits, milestone payments, retentions.

    Args:
        parts: shares of the price, amounts, and at most one that is the rest; together they are the price.
        carrier: which of the parts that are no amounts takes what rounding leaves; the last (default), first, largest.

    Raises:
        InvalidTerms: `instalments_not_whole` when shares do not add up to 1, leave nothing for the rest or for the
            amounts beside them, or two parts are the rest; and the codes of the fields. That amounts add up to the
            price is for the contract to check, which knows how the price rounds.

    Source: parts round by the contract's rule and one carries the rest, as ERPNext's payment schedules came to do.

    Example:
        >>> parts = [Part(share="0.3", once="signature"), Part(once="milestone", milestone="go-live")]
        >>> len(Instalments(parts=parts).parts)
        2
    """

    parts: tuple[Part, ...] = attrs.field(converter=as_parts)
    carrier: Carrier = attrs.field(default=Carrier.LAST, converter=as_carrier)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        parts = each(is_a(Part), at_least=1, at_most=_MOST_PARTS)
        refuse(faults(self, parts=parts, carrier=is_word(Carrier)))
        found = []
        rests = sum(part.is_rest for part in self.parts)
        if rests > 1:
            found.append(Issue("$.parts", "instalments_not_whole", "at most one part may be the rest", rests))
        alone = all(part.share is not None for part in self.parts)
        if alone and self.shares != 1:
            found.append(Issue("$.parts", "instalments_not_whole", "shares must add up to 1", str(self.shares)))
        if not alone and self.shares >= 1:
            message = "shares must leave something for the other parts"
            found.append(Issue("$.parts", "instalments_not_whole", message, str(self.shares)))
        refuse(found)

    @property
    def shares(self) -> Decimal:
        """What its shares add up to."""
        return add_up(part.share for part in self.parts if part.share is not None)

    @property
    def amounts(self) -> Decimal:
        """What its amounts add up to."""
        return add_up(part.amount for part in self.parts if part.amount is not None)


@attrs.frozen(kw_only=True)
class Spread:
    """A one-time price in equal payments at equal distances: level payments.

    Args:
        apart: from one payment to the next: "month", "quarter", "30 days".
        times: how many payments; left out, as many as start before the line ends in the term it starts in.
        first: what the first payment waits for; the start of the line unless said. The others count from it.
        carrier: which payment takes what rounding leaves: the last (default), first, largest.

    Raises:
        InvalidTerms: `times_required` where the first payment does not wait for the start, and the codes of the fields.

    Example:
        >>> Spread(apart="month", times=12, first=OneTime(once="date", on="2026-03-01")).times
        12
    """

    apart: Frequency = attrs.field(converter=as_lenient_frequency)
    times: int | None = None
    first: OneTime = OneTime()
    carrier: Carrier = attrs.field(default=Carrier.LAST, converter=as_carrier)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(
            faults(
                self,
                apart=is_frequency(whole_term=False),
                times=maybe(is_whole(1, _MOST_PARTS)),
                first=is_a(OneTime),
                carrier=is_word(Carrier),
            )
        )
        if self.times is None and self.first.once is not Once.START:
            message = "is required unless the first payment is asked for at the start of the line"
            refuse([Issue("$.times", "times_required", message)])


# What is no recurring billing: a price that is asked for once, whole or in parts.
AskedOnce = OneTime | Instalments | Spread
Billing = Recurring | AskedOnce


def occasions(billing: Billing | None) -> tuple[Occasion, ...]:
    """What the payments of a line that is not recurring wait for; of equal payments, the first."""
    match billing:
        case OneTime():
            return (billing,)
        case Instalments():
            return billing.parts
        case Spread():
            return (billing.first,)
        case _:
            return ()
