"""Verification: what must hold of every schedule, looked for from the outside."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from contractbill.charges import BASE, Basis, Charge, Slot
from contractbill.errors import InvalidTerms, Issue
from contractbill.invoices.planned import PlannedInvoice, Schedule
from contractbill.money import add_up, quantize
from contractbill.periods import Period


def verify(schedule: Schedule) -> tuple[Issue, ...]:
    """The invariants that a schedule violates; none of one that this library made.

    Args:
        schedule: made here, or read back from somewhere else.

    Returns:
        Issues with paths into the schedule: `duplicate_entry` (one slot and entry twice), `wrong_amount` (a derivation
        that does not lead to its amount), `wrong_price` (steps that do not lead to the unit price), `not_quantized`,
        `wrong_group` (a line on an invoice of another day, group or currency), `gap` and `overlap` (between the service
        periods of one line), `not_sorted`, `fixed_exceeds_rest` (fixed instalments of more than the invoice),
        `wrong_shares` (of a split invoice, that do not add up to its lines).

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> verify(schedule(sales_led()))
        ()
    """
    return (
        *_line_faults(schedule),
        *_instalment_faults(schedule),
        *_period_faults(schedule),
        *_order_faults(schedule),
    )


def _addressed(schedule: Schedule) -> Iterator[tuple[str, PlannedInvoice, Charge]]:
    """Every line with its path and its invoice."""
    for place, invoice in enumerate(schedule.invoices):
        for number, line in enumerate(invoice.lines):
            yield f"$.invoices[{place}].lines[{number}]", invoice, line


def _line_faults(schedule: Schedule) -> Iterator[Issue]:
    """What is wrong with single lines."""
    seen: set[tuple[Slot, int]] = set()
    for path, invoice, line in _addressed(schedule):
        key = (line.slot, line.entry)
        if key in seen:
            yield Issue(path, "duplicate_entry", "stands in the schedule already", (*line.slot, line.entry))
        seen.add(key)
        if (line.planned_on, line.line.group) != (invoice.planned_on, invoice.group):
            yield Issue(path, "wrong_group", "belongs on another invoice", str(line.planned_on))
        if line.line.group.currency != schedule.currency:
            yield Issue(path, "wrong_group", f"must be in {schedule.currency}", line.line.group.currency)
        yield from _amount_faults(path, line)


def _instalment_faults(schedule: Schedule) -> Iterator[Issue]:
    """Invoices whose fixed instalments are more than their total, or whose shares are not."""
    for place, invoice in enumerate(schedule.invoices):
        try:
            _ = invoice.instalments
        except InvalidTerms as error:
            yield from error.under(f"$.invoices[{place}]").issues
            continue
        yield from (one.under(f"$.invoices[{place}]") for one in _share_faults(invoice))


def _share_faults(invoice: PlannedInvoice) -> Iterator[Issue]:
    """Shares that are not the invoice: line by line, instalment by instalment, and together."""
    shares = invoice.shares
    if not shares:
        return
    lines = [add_up(parts) for parts in zip(*(one.lines for one in shares), strict=True)]
    parts = [add_up(part for _on, part in due) for due in zip(*(one.instalments for one in shares), strict=True)]
    whole = [add_up(one.lines) == add_up(part for _on, part in one.instalments) == one.amount.amount for one in shares]
    right = [line.value for line in invoice.lines], [part for _on, part in invoice.instalments]
    if (lines, parts) != right or not all(whole):
        yield Issue("$.shares", "wrong_shares", f"must add up to {invoice.value}", str(add_up(lines)))


def _amount_faults(path: str, line: Charge) -> Iterator[Issue]:
    """What is wrong with the working of one line."""
    derivation = line.derivation
    if derivation.price.evaluate() != derivation.price.unit_amount:
        yield Issue(path, "wrong_price", "the steps lead elsewhere", str(derivation.price.unit_amount))
    if derivation.factor != derivation.periods * derivation.share.fraction:
        yield Issue(path, "wrong_amount", "must be periods × share", str(derivation.factor))
    if derivation.evaluate() != derivation.amount:
        yield Issue(path, "wrong_amount", f"the working leads to {derivation.evaluate()}", str(derivation.amount))
    if quantize(derivation.amount, derivation.to, derivation.rounding) != derivation.amount:
        yield Issue(path, "not_quantized", f"must be a multiple of {derivation.to}", str(derivation.amount))


def _period_faults(schedule: Schedule) -> Iterator[Issue]:
    """Gaps and overlaps between the service periods of each line."""
    paid: dict[str, list[tuple[Period, str]]] = {}
    free: dict[str, list[Period]] = {}
    for path, line, served, amount in _standing(schedule):
        if served is None or not line.component.startswith(BASE):
            continue
        if amount:
            paid.setdefault(line.line.id, []).append((served, path))
        else:
            free.setdefault(line.line.id, []).append(served)
    for name, listed in paid.items():
        yield from _neighbour_faults(sorted(listed, key=lambda one: one[0].start), free.get(name, []))


def _neighbour_faults(paid: list[tuple[Period, str]], free: list[Period]) -> Iterator[Issue]:
    """What is wrong between each period of a line and the next."""
    for (before, _path), (after, path) in pairwise(paid):
        if after.start < before.end:
            yield Issue(path, "overlap", f"the period before ends on {before.end}", str(after.start))
        elif before.end < after.start and not _covered(Period(before.end, after.start), free):
            yield Issue(path, "gap", f"the period before ends on {before.end}", str(after.start))


def _covered(gap: Period, free: Iterable[Period]) -> bool:
    """Whether a gap is one of money only: days that cost nothing, or were taken back."""
    return any(gap.overlap(one) for one in free)


def _standing(schedule: Schedule) -> Iterator[tuple[str, Charge, Period | None, Decimal]]:
    """The last entry of each slot, the days that its entries pay for together, and what they come to."""
    slots: dict[Slot, list[tuple[str, Charge]]] = {}
    for path, _invoice, line in _addressed(schedule):
        slots.setdefault(line.slot, []).append((path, line))
    for listed in slots.values():
        entries = sorted(listed, key=lambda one: one[1].entry)
        path, last = entries[-1]
        amount = add_up(line.value for _path, line in entries)
        yield path, last, _served([line for _path, line in entries]), amount


def _served(entries: Iterable[Charge]) -> Period | None:
    """The days that entries of a slot pay for: a negative factor gives days back, a plain difference says them all.

    Also where the amount itself is taken back, as a rule that looks at the sign may demand, its factor is negative.
    """
    served: Period | None = None
    last: Period | None = None
    for one in entries:
        days, factor = one.service, one.derivation.factor
        if days is None or served is None or one.basis is not Basis.CORRECTION:
            served = days
        elif factor < 0:
            served = _less(served, days)
        elif one.derivation.price.per is None:
            served = days
        else:
            served = Period(min(served.start, days.start), max(served.end, days.end))
        last = served or last
    # Where all days were given back, they cost nothing.
    return last


def _less(served: Period, days: Period) -> Period | None:
    """Some days without those at one of their ends."""
    if days.start <= served.start:
        return Period(days.end, served.end) if days.end < served.end else None
    return Period(served.start, days.start)


def _order_faults(schedule: Schedule) -> Iterator[Issue]:
    """Invoices out of order."""
    days = [invoice.planned_on for invoice in schedule.invoices]
    for place, (before, after) in enumerate(pairwise(days), 1):
        if after < before:
            yield Issue(f"$.invoices[{place}]", "not_sorted", f"comes after an invoice of {before}", str(after))
