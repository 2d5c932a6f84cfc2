"""Line items: one priced thing on an order, and when it is asked for."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs

from contractbill.deal.escalators import Escalator
from contractbill.deal.fields import (
    as_lenient_frequency,
    as_number,
    as_optional_date,
    as_texts,
    as_word,
    each,
    faults,
    is_a,
    is_bool,
    is_date,
    is_frequency,
    is_name,
    is_number,
    is_text,
    is_whole,
    is_word,
    maybe,
)
from contractbill.deal.parties import Party
from contractbill.deal.prices import Flat, PerUnit, Price
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


@attrs.frozen(kw_only=True)
class LineItem:
    """One priced thing on an order.

    Args:
        id: its name in the contract, unique over all its orders, for life.
        price: flat or per unit; may be left out only by a line that `extends` another.
        billing: recurring or one-time; may be left out only by a line that `extends` another.
        quantity: how many units; 1 for a flat price.
        escalator: the rule that raises the price.
        extends: the line this one adds to: it takes that line's billing, days, price and escalator with its clock, so
            that both cost the same per unit on any day. What it states itself goes before what it takes over.
        starts_on: by default the day its order takes effect.
        ends_before: the first day not served any more; by default that of the line it extends, else the end of the
            contract (co-term).
        description, product, unit, tax_code, tags: carried from the deal to invoices and reports.
        bill_to, po: who pays for this line, under which purchase order, when not as the order says.
        separate: keeps the line off invoices with other lines.

    Raises:
        InvalidTerms: `price_required`, `billing_required`, `flat_quantity`, `price_period_required`,
            `price_period_refused`, `escalator_refused`, `empty_period`, and the codes of the fields.

    Example:
        >>> LineItem(id="seats", price=PerUnit(unit_amount="60.00", per="month"), billing=Recurring(every="quarter"),
        ...          quantity=25).quantity
        Decimal('25')
    """

    id: str
    price: Price | None = None
    billing: Billing | None = None
    quantity: Decimal = attrs.field(default=Decimal(1), converter=as_number)
    escalator: Escalator | None = None
    extends: str | None = None
    starts_on: date | None = attrs.field(default=None, converter=as_optional_date)
    ends_before: date | None = attrs.field(default=None, converter=as_optional_date)
    description: str | None = None
    product: str | None = None
    unit: str | None = None
    tax_code: str | None = None
    tags: tuple[str, ...] = attrs.field(default=(), converter=as_texts)
    bill_to: Party | None = None
    po: str | None = None
    separate: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        text = maybe(is_text)
        found = faults(
            self,
            id=is_name,
            price=maybe(is_a(Flat, PerUnit)),
            billing=maybe(is_a(Recurring, OneTime)),
            quantity=is_number(minimum=0),
            escalator=maybe(is_a(Escalator)),
            extends=maybe(is_name),
            starts_on=maybe(is_date),
            ends_before=maybe(is_date),
            description=text,
            product=text,
            unit=text,
            tax_code=text,
            tags=each(is_text, at_most=100),
            bill_to=maybe(is_a(Party)),
            po=text,
            separate=is_bool,
        )
        refuse(list(found) or list(self._contradictions()))

    def _contradictions(self) -> list[Issue]:
        """What fields say against each other."""
        found = []
        if self.extends is None and self.price is None:
            found.append(Issue("$.price", "price_required", "is required unless the line extends another"))
        if self.extends is None and self.billing is None:
            found.append(Issue("$.billing", "billing_required", "is required unless the line extends another"))
        if isinstance(self.price, Flat) and self.quantity != 1:
            found.append(Issue("$.quantity", "flat_quantity", "must be 1 for a flat price", str(self.quantity)))
        if self.starts_on and self.ends_before and self.starts_on >= self.ends_before:
            found.append(Issue("$.ends_before", "empty_period", "must be later than starts_on", str(self.ends_before)))
        if self.price is not None and self.billing is not None:
            found += _unfitting(self.price, self.billing, self.escalator)
        return found


def _unfitting(price: Price, billing: Billing, escalator: Escalator | None) -> list[Issue]:
    """What price, billing and escalator say against each other."""
    found = []
    if isinstance(billing, Recurring) and price.per is None:
        found.append(Issue("$.price.per", "price_period_required", "is required for a recurring charge"))
    if isinstance(billing, OneTime) and price.per is not None:
        found.append(
            Issue("$.price.per", "price_period_refused", "has no meaning for a one-time charge", str(price.per))
        )
    if isinstance(billing, OneTime) and escalator is not None:
        found.append(Issue("$.escalator", "escalator_refused", "has no meaning for a one-time charge"))
    return found
