"""Planned invoices as tables for people: a row for each invoice of a schedule, a row for each line of an invoice."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from contractbill.charges import DISCOUNT, Certainty, Charge
from contractbill.deal import Group
from contractbill.display import Column, Table, format_amount, format_quantity, format_unit_amount
from contractbill.invoices.shares import InvoiceShare
from contractbill.money import add, exponent


class _Planned(Protocol):
    """What a table shows of a planned invoice, which imports this module."""

    @property
    def group(self) -> Group: ...
    @property
    def planned_on(self) -> date: ...
    @property
    def due_on(self) -> date: ...
    @property
    def lines(self) -> tuple[Charge, ...]: ...
    @property
    def certainty(self) -> Certainty: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def is_credit(self) -> bool: ...
    @property
    def instalments(self) -> tuple[tuple[date, Decimal], ...]: ...
    @property
    def shares(self) -> tuple[InvoiceShare, ...]: ...


def schedule_table(title: str, currency: str, invoices: Sequence[_Planned], totals: Mapping[str, Decimal]) -> Table:
    """A row for each invoice, and the totals at the foot.

    Args:
        title: what stands above.
        currency: ISO 4217 code of every amount.
        invoices: in the order to show them.
        totals: amounts by label; the label of a certainty is followed by how many invoices are that certain.

    Returns:
        A table that says who pays, under which PO and to which entity only where invoices differ in it; how many share
        an invoice, where several do.
    """
    scale = exponent(currency)
    told = [(name, show) for name, show in _APART if len({show(invoice.group) for invoice in invoices}) > 1]
    told += [("split", _shared)] if any(invoice.group.split is not None for invoice in invoices) else []
    names = (Column("invoice on"), Column("due on"), Column("total", numeric=True), Column("certainty"))
    rows = tuple(
        (
            str(invoice.planned_on),
            str(invoice.due_on),
            format_amount(invoice.value, scale),
            str(invoice.certainty),
            *(show(invoice.group) for _name, show in told),
            contents(invoice),
        )
        for invoice in invoices
    )
    footer = tuple(
        ("", "", format_amount(amount, scale), label, *("" for _ in told), _counted(label, invoices))
        for label, amount in totals.items()
    )
    return Table((*names, *(Column(name) for name, _show in told), Column("for")), rows, title, footer)


# What tells apart invoices of one day, for a schedule in which it differs.
_APART: tuple[tuple[str, Callable[[Group], str]], ...] = (
    ("from", lambda group: group.entity or ""),
    ("bill-to", lambda group: group.bill_to or ""),
    ("PO", lambda group: group.po or ""),
)


def _shared(group: Group) -> str:
    """How many share an invoice."""
    count = 0 if group.split is None else len(group.split.shares)
    return "" if not count else f"{count} share{'' if count == 1 else 's'}"


def contents(invoice: _Planned) -> str:
    """What an invoice is for, in a few words: each description once.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> contents(schedule(sales_led()).invoices[1])
        'platform, seats'
    """
    listed = ", ".join(dict.fromkeys(line.line.description for line in invoice.lines))
    return f"credit note: {listed}" if invoice.is_credit else listed


def _counted(label: str, invoices: Sequence[_Planned]) -> str:
    """How many invoices are of the certainty that a label names; what goes into a label that names none."""
    if label not in set(Certainty):
        return f"{Certainty.FIXED} + {Certainty.ESTIMATED}"
    number = sum(invoice.certainty == label for invoice in invoices)
    return "" if not number else f"{number} invoice{'s' if number > 1 else ''}"


def invoice_table(invoice: _Planned) -> Table:
    """A row for each line with its operands; the total, and instalments if there are, at the foot."""
    scale = exponent(invoice.group.currency)
    columns = (
        *(Column(name) for name in ("for", "service period")),
        *(Column(name, numeric=True) for name in ("quantity", "unit amount", "factor", "amount")),
        Column("certainty"),
    )
    kind = "Credit note" if invoice.is_credit else "Invoice"
    title = f"{kind} planned on {invoice.planned_on}, due on {invoice.due_on}, in {invoice.group.currency}"
    footer = [("total", "", "", "", "", format_amount(invoice.value, scale), str(invoice.certainty))]
    if invoice.group.payment_terms.instalments:
        footer += [
            (f"due on {due_on}", "", "", "", "", format_amount(part, scale), "") for due_on, part in invoice.instalments
        ]
    footer += [(one.id, *_paid(one), "", "", format_amount(one.amount.amount, scale), "") for one in invoice.shares]
    return Table(columns, tuple(_line(line, scale) for line in invoice.lines), title, tuple(footer))


def shares_table(title: str, currency: str, invoices: Sequence[_Planned]) -> Table:
    """What each payer or cost centre is asked for: a row for each share of each invoice, by the day it is due.

    Args:
        title: what stands above.
        currency: ISO 4217 code of every amount.
        invoices: in the order to show them; those that nobody shares are left out.

    Returns:
        A table whose foot says what each share comes to.
    """
    scale = exponent(currency)
    names = ("invoice on", "due on", "share", "bill-to", "PO")
    columns = (*(Column(name) for name in names), Column("amount", numeric=True), Column("certainty"))
    shared = [(invoice, share) for invoice in invoices for share in invoice.shares]
    rows = tuple(
        (
            str(invoice.planned_on),
            str(due_on),
            share.id,
            *_paid(share),
            format_amount(part, scale),
            str(invoice.certainty),
        )
        for invoice, share in shared
        for due_on, part in share.instalments
    )
    sums: dict[str, Decimal] = {}
    for _invoice, share in shared:
        sums[share.id] = add(sums.get(share.id, Decimal(0)), share.amount.amount)
    footer = tuple(("", "", name, "", "", format_amount(amount, scale), "") for name, amount in sums.items())
    return Table(columns, rows, title, footer)


def _paid(share: InvoiceShare) -> tuple[str, str]:
    """Who pays a share, and under which purchase order."""
    return share.bill_to or "", share.po or ""


def _line(charge: Charge, scale: int) -> tuple[str, ...]:
    """One line of an invoice."""
    derivation = charge.derivation
    price = format_unit_amount(derivation.price.unit_amount, scale)
    return (
        described(charge),
        days_of(charge),
        format_quantity(derivation.quantity),
        price if derivation.price.per is None else f"{price} per {derivation.price.per}",
        str(derivation.factor),
        format_amount(charge.value, scale),
        str(charge.certainty),
    )


def described(charge: Charge) -> str:
    """What a charge is for; a discount by its name.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> described(schedule(sales_led()).invoices[0].lines[0])
        'onboarding'
    """
    component, _, rest = charge.component.partition("/")
    text = charge.line.description
    return f"{text}: {DISCOUNT} {rest.partition('/')[0].partition('#')[0]}" if component == DISCOUNT else text


def days_of(charge: Charge) -> str:
    """The first and the last day that a charge pays for; empty for a one-time charge.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> days_of(schedule(sales_led()).invoices[1].lines[0])
        '2026-01-15 to 2027-01-14'
    """
    return "" if charge.service is None else f"{charge.service.start} to {charge.service.last_day}"
