"""Workings: the lines of a schedule, each with how its amount came about and why it stands where it stands."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from contractbill.charges import BASE, Charge, explain, reason
from contractbill.display import clean, format_amount
from contractbill.invoices import PlannedInvoice, Schedule, to_rows
from contractbill.money import exponent

# The places of an invoice in its schedule, and of a line on it.
Addressed = tuple[int, int]


def addressed(schedule: Schedule, *, line: str | None, on: date | None) -> list[Addressed]:
    """The lines of a schedule, those of one line id or one day alone when asked."""
    return [
        (place, number)
        for place, invoice in enumerate(schedule.invoices)
        for number, charge in enumerate(invoice.lines)
        if line in (None, charge.line.id) and on in (None, invoice.planned_on)
    ]


def workings_text(schedule: Schedule, lines: Iterable[Addressed]) -> str:
    """An invoice a paragraph, its lines below it, their working below them."""
    scale = exponent(schedule.currency)
    texts = [clean(f"{schedule.contract}: how each amount came about, in {schedule.currency}")]
    shown = None
    for place, number in lines:
        invoice = schedule.invoices[place]
        if place != shown:
            texts += ["", _heading(invoice, scale)]
        shown = place
        texts += (f"  {text}" for text in _paragraph(invoice.lines[number]))
    return "\n".join(texts)


def _heading(invoice: PlannedInvoice, scale: int) -> str:
    """An invoice on one line."""
    amount = format_amount(invoice.value, scale)
    return f"{invoice.planned_on}, due {invoice.due_on}: {amount} {invoice.certainty}"


def _paragraph(charge: Charge) -> list[str]:
    """A line with its working."""
    line = charge.line
    named = line.order if line.description == line.id else f"{line.id}, {line.order}"
    parts = [f"{line.description} ({named})"]
    parts += [] if charge.service is None else [str(charge.service)]
    parts += [] if charge.component == BASE else [charge.component]
    parts += [] if charge.entry == 1 else [f"entry {charge.entry}"]
    working = [f"  {text}" for text in explain(charge).splitlines()]
    return [clean(text) for text in (", ".join(parts), *working, f"  {reason(charge)}")]


def workings_rows(schedule: Schedule, lines: Iterable[Addressed]) -> list[dict[str, Any]]:
    """The rows of `to_rows`, each with its working and the reason for its day."""
    charges = [
        (place, number) for place, invoice in enumerate(schedule.invoices) for number in range(len(invoice.lines))
    ]
    rows = dict(zip(charges, to_rows(schedule), strict=True))
    found: list[dict[str, Any]] = []
    for place, number in lines:
        charge = schedule.invoices[place].lines[number]
        working = [text.strip() for text in explain(charge).splitlines()]
        found.append({**rows[place, number], "working": working, "reason": reason(charge)})
    return found
