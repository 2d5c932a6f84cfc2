"""Schedules and differences as rows of plain values, for whatever works on rows: data frames, sheets, databases."""

from datetime import date
from decimal import Decimal
from typing import TypedDict

from contractbill.charges import Charge
from contractbill.invoices.changes import ChargeChange
from contractbill.invoices.difference import Difference
from contractbill.invoices.planned import PlannedInvoice, Schedule
from contractbill.invoices.shares import InvoiceShare


class Row(TypedDict):
    """One line of one invoice; every row has every key, in this order."""

    contract: str
    invoice: int
    invoice_on: date
    due_on: date
    order: str
    line: str
    component: str
    n: int
    entry: int
    description: str
    product: str | None
    unit: str | None
    tax_code: str | None
    tags: str | None
    service_start: date | None
    service_end: date | None
    quantity: Decimal
    unit_amount: Decimal
    per: str | None
    factor: str
    amount: Decimal
    currency: str
    certainty: str
    entity: str | None
    bill_to: str | None
    po: str | None


def to_rows(schedule: Schedule) -> list[Row]:
    """One row for each line of each invoice.

    Args:
        schedule: what to lay out.

    Returns:
        Dictionaries that all have the same keys in the same order, by invoice, then by line as it stands there.
        `invoice` counts invoices from 1; `n` and `entry` tell the charges of a line apart. `service_end` is exclusive.
        Amounts, quantities and unit prices are Decimals, dates are dates, the factor is text, since no decimal number
        holds 14/92; what a line does not have is None. The sum of `amount` is the sum of the invoices.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> rows = to_rows(schedule(sales_led()))
        >>> rows[0]["line"], rows[0]["amount"], len(rows)
        ('onboarding', Decimal('15000.00'), 35)
    """
    return [
        _row(schedule.contract, place, invoice, charge)
        for place, invoice in enumerate(schedule.invoices, 1)
        for charge in invoice.lines
    ]


def _row(contract: str, place: int, invoice: PlannedInvoice, charge: Charge) -> Row:
    """One line of one invoice."""
    line, derivation, service, group = charge.line, charge.derivation, charge.service, invoice.group
    return {
        "contract": contract,
        "invoice": place,
        "invoice_on": invoice.planned_on,
        "due_on": invoice.due_on,
        "order": line.order,
        "line": line.id,
        "component": charge.component,
        "n": charge.n,
        "entry": charge.entry,
        "description": line.description,
        "product": line.product,
        "unit": line.unit,
        "tax_code": line.tax_code,
        "tags": ", ".join(line.tags) or None,
        "service_start": service.start if service is not None else None,
        "service_end": service.end if service is not None else None,
        "quantity": derivation.quantity,
        "unit_amount": derivation.price.unit_amount,
        "per": str(derivation.price.per) if derivation.price.per is not None else None,
        "factor": str(derivation.factor),
        "amount": charge.value,
        "currency": group.currency,
        "certainty": charge.certainty.value,
        "entity": group.entity,
        "bill_to": group.bill_to,
        "po": group.po,
    }


class ShareRow(TypedDict):
    """What one payer or cost centre takes of one line; every row has every key, in this order."""

    contract: str
    invoice: int
    invoice_on: date
    due_on: date
    share: str
    bill_to: str | None
    po: str | None
    order: str
    line: str
    component: str
    n: int
    entry: int
    description: str
    tags: str | None
    amount: Decimal
    currency: str
    certainty: str


def share_rows(schedule: Schedule) -> list[ShareRow]:
    """One row for each line of each share of each invoice that is split.

    Args:
        schedule: what to lay out.

    Returns:
        Dictionaries that all have the same keys in the same order, by invoice, then by share, then by line. `invoice`
        counts invoices from 1, as in `to_rows`, and the sum of `amount` of an invoice is its sum there.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> share_rows(schedule(sales_led()))
        []
    """
    return [
        _share_row(row, share, part)
        for place, invoice in enumerate(schedule.invoices, 1)
        for share in invoice.shares
        for charge, part in zip(invoice.lines, share.lines, strict=True)
        for row in [_row(schedule.contract, place, invoice, charge)]
    ]


def _share_row(row: Row, share: InvoiceShare, part: Decimal) -> ShareRow:
    """What one share takes of a line."""
    return {
        "contract": row["contract"],
        "invoice": row["invoice"],
        "invoice_on": row["invoice_on"],
        "due_on": row["due_on"],
        "share": share.id,
        "bill_to": share.bill_to,
        "po": share.po,
        "order": row["order"],
        "line": row["line"],
        "component": row["component"],
        "n": row["n"],
        "entry": row["entry"],
        "description": row["description"],
        "tags": row["tags"],
        "amount": part,
        "currency": row["currency"],
        "certainty": row["certainty"],
    }


class ChangeRow(TypedDict):
    """One change from a schedule to another; every row has every key, in this order."""

    contract: str
    change: str
    order: str
    line: str
    component: str
    n: int
    entry: int
    description: str
    service_start: date | None
    service_end: date | None
    invoice_on_before: date | None
    invoice_on_after: date | None
    amount_before: Decimal | None
    amount_after: Decimal | None
    difference: Decimal
    currency: str
    certainty_before: str | None
    certainty_after: str | None


def change_rows(difference: Difference) -> list[ChangeRow]:
    """One row for each change.

    Args:
        difference: what to lay out.

    Returns:
        Dictionaries that all have the same keys in the same order, in the order of the changes; what is kept has none.
        What a side does not have is None. The sum of `difference` is the net of all changes.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import diff, schedule
        >>> plan = schedule(sales_led(), as_of=date(2026, 9, 20))
        >>> row = change_rows(diff(plan, schedule(sales_led())))[0]
        >>> row["change"], row["line"], row["difference"]
        ('added', 'more-seats', Decimal('410.87'))
    """
    return [_change_row(difference, change) for change in difference.changes]


def _change_row(difference: Difference, change: ChargeChange) -> ChangeRow:
    """One change."""
    charge, before, after = change.charge, change.before, change.after
    return {
        "contract": difference.contract,
        "change": change.kind.value,
        "order": charge.line.order,
        "line": charge.line.id,
        "component": charge.component,
        "n": charge.n,
        "entry": charge.entry,
        "description": charge.line.description,
        "service_start": None if charge.service is None else charge.service.start,
        "service_end": None if charge.service is None else charge.service.end,
        "invoice_on_before": change.planned_before,
        "invoice_on_after": change.planned_after,
        "amount_before": None if before is None else before.value,
        "amount_after": None if after is None else after.value,
        "difference": change.value,
        "currency": difference.currency,
        "certainty_before": None if before is None else before.certainty.value,
        "certainty_after": None if after is None else after.certainty.value,
    }
