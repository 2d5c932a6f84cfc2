"""Line items: one priced thing on an order."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import get_args

import attrs

from contractbill.deal.billing import AskedOnce, Billing, Instalments, Recurring
from contractbill.deal.changes import RampStep, as_ramp
from contractbill.deal.discounts import Discount, as_discounts, counted_once, repeated_discounts
from contractbill.deal.escalators import Escalator
from contractbill.deal.fields import (
    as_number,
    as_optional_date,
    as_optional_number,
    as_texts,
    each,
    faults,
    is_a,
    is_bool,
    is_date,
    is_name,
    is_number,
    is_text,
    maybe,
)
from contractbill.deal.parties import Party
from contractbill.deal.prices import Flat, Percent, Price
from contractbill.deal.purchase_orders import Po, as_po, is_po
from contractbill.deal.splits import Split
from contractbill.deal.tiers import Tiered
from contractbill.errors import Issue, refuse
from contractbill.periods import Frequency

# Monthly steps for a century.
_MOST_STEPS = 1200


@attrs.frozen(kw_only=True)
class LineItem:
    """One priced thing on an order.

    Args:
        id: its name in the contract, unique over all its orders, for life.
        price: flat or per unit; may be left out only by a line that `extends` another.
        billing: recurring, one-time, or one-time in parts; may be left out only by a line that `extends` another.
        quantity: how many units; 1 for a flat price and for a percent.
        list_amount: what the catalogue asks for one unit (for the whole line, where the price is flat) for one price
            period, where the price is another: a renewal may go back to it.
        escalator: the rule that raises the price.
        discounts: what is taken off the price, before those of the order and of the contract, in list order.
        extends: the line this one adds to: it takes that line's billing, days, price and escalator with its clock, so
            that both cost the same per unit on any day. What it states itself goes before what it takes over. Discounts
            by rate are taken over together, unless the line or its order states any; an amount of money is not.
        ramp: planned steps of its quantity and its price by date.
        replaces: the line whose place it takes: that one is served until the day before this one starts. So a line
            changes its frequency, its price period, its product or who pays.
        starts_on: by default the day its order takes effect.
        ends_before: the first day not served any more; by default that of the line it extends, else the end of the
            contract (co-term).
        description, product, unit, tax_code, tags: carried from the deal to invoices and reports.
        bill_to, po, split: who pays for this line, under which purchase order (a number, a `PurchaseOrder`, or several
            that take over from each other), shared by whom, when not as the order says.
        separate: keeps the line off invoices with other lines.

    Raises:
        InvalidTerms: `price_required`, `billing_required`, `flat_quantity`, `price_period_required`,
            `price_period_refused`, `escalator_refused`, `discount_refused`, `duplicate_id`, `ramp_refused`,
            `ramp_overlap`, `list_amount_refused`, `replaces_itself`, `percent_parts`, `empty_period`, and
            the codes of the fields.

    Example:
        >>> from contractbill.deal import PerUnit
        >>> LineItem(id="seats", price=PerUnit(unit_amount="60.00", per="month"), billing=Recurring(every="quarter"),
        ...          quantity=25).quantity
        Decimal('25')
    """

    id: str
    price: Price | None = None
    billing: Billing | None = None
    quantity: Decimal = attrs.field(default=Decimal(1), converter=as_number)
    list_amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    escalator: Escalator | None = None
    discounts: tuple[Discount, ...] = attrs.field(default=(), converter=as_discounts)
    extends: str | None = None
    ramp: tuple[RampStep, ...] = attrs.field(default=(), converter=as_ramp)
    replaces: str | None = None
    starts_on: date | None = attrs.field(default=None, converter=as_optional_date)
    ends_before: date | None = attrs.field(default=None, converter=as_optional_date)
    description: str | None = None
    product: str | None = None
    unit: str | None = None
    tax_code: str | None = None
    tags: tuple[str, ...] = attrs.field(default=(), converter=as_texts)
    bill_to: Party | None = None
    po: Po | None = attrs.field(default=None, converter=as_po)
    split: Split | None = None
    separate: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        text = maybe(is_text)
        found = faults(
            self,
            id=is_name,
            price=maybe(is_a(*get_args(Price))),
            billing=maybe(is_a(*get_args(Billing))),
            quantity=is_number(minimum=0),
            list_amount=maybe(is_number()),
            escalator=maybe(is_a(Escalator)),
            discounts=each(is_a(Discount), at_most=100),
            extends=maybe(is_name),
            ramp=each(is_a(RampStep), at_most=_MOST_STEPS),
            replaces=maybe(is_name),
            starts_on=maybe(is_date),
            ends_before=maybe(is_date),
            description=text,
            product=text,
            unit=text,
            tax_code=text,
            tags=each(is_text, at_most=100),
            bill_to=maybe(is_a(Party)),
            po=maybe(is_po),
            split=maybe(is_a(Split)),
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
        if isinstance(self.price, Flat | Percent) and self.quantity != 1:
            message = "must be 1 for a flat price, and for a percent"
            found.append(Issue("$.quantity", "flat_quantity", message, str(self.quantity)))
        if self.starts_on and self.ends_before and self.starts_on >= self.ends_before:
            found.append(Issue("$.ends_before", "empty_period", "must be later than starts_on", str(self.ends_before)))
        found += repeated_discounts(self.discounts)
        if isinstance(self.billing, AskedOnce):
            found += counted_once(self.discounts)
        unlisted = isinstance(self.billing, AskedOnce) or isinstance(self.price, Percent | Tiered)
        if self.list_amount is not None and unlisted:
            message = "has no meaning for a one-time charge, a percent, or tiers"
            found.append(Issue("$.list_amount", "list_amount_refused", message, str(self.list_amount)))
        if self.replaces == self.id:
            found.append(Issue("$.replaces", "replaces_itself", "must name another line", self.replaces))
        found += _ramp_faults(self)
        if self.price is not None and self.billing is not None:
            found += _unfitting(self.price, self.billing, self.escalator)
        return found


def _ramp_faults(line: LineItem) -> Iterator[Issue]:
    """What is wrong with planned steps."""
    if line.ramp and isinstance(line.billing, AskedOnce):
        yield Issue("$.ramp", "ramp_refused", "has no meaning for a one-time charge")
    if line.ramp and isinstance(line.price, Percent):
        yield Issue("$.ramp", "ramp_refused", "has no meaning for a percent of something else")
    said: set[date | Frequency | None] = set()
    for number, step in enumerate(line.ramp):
        path = f"$.ramp[{number}]"
        if step.quantity is not None and isinstance(line.price, Flat):
            yield Issue(f"{path}.quantity", "flat_quantity", "must be left out for a flat price", str(step.quantity))
        if step.unit_amount is not None and isinstance(line.price, Tiered):
            yield Issue(f"{path}.unit_amount", "tiers_change", "is by tiers: replace the line", str(step.unit_amount))
        if step.unit_amount is not None and line.extends is not None:
            yield Issue(f"{path}.unit_amount", "extends_refused", f"comes from the line it extends, {line.extends}")
        since = step.on or step.after
        if since in said:
            yield Issue(path, "ramp_overlap", "another step counts from this day already", str(since))
        said.add(since)


def _unfitting(price: Price, billing: Billing, escalator: Escalator | None) -> list[Issue]:
    """What price, billing and escalator say against each other."""
    found = []
    if isinstance(billing, Recurring) and price.per is None:
        found.append(Issue("$.price.per", "price_period_required", "is required for a recurring charge"))
    if not isinstance(billing, Recurring) and price.per is not None:
        found.append(
            Issue("$.price.per", "price_period_refused", "has no meaning for a one-time charge", str(price.per))
        )
    if not isinstance(billing, Recurring) and escalator is not None:
        found.append(Issue("$.escalator", "escalator_refused", "has no meaning for a one-time charge"))
    parts = billing.parts if isinstance(billing, Instalments) else ()
    if isinstance(price, Percent) and any(part.amount is not None for part in parts):
        found.append(Issue("$.billing.parts", "percent_parts", "must be shares, where the price is a percent"))
    return found
