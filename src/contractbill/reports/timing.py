"""When the money comes: billings by year of the contract, cash by month."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import moneyed

from contractbill.charges import Certainty
from contractbill.deal import Contract
from contractbill.invoices import PlannedInvoice, Schedule
from contractbill.money import add, add_up, allocate, quantum
from contractbill.periods import Recurrence


def billings_by_year(contract: Contract, schedule: Schedule) -> tuple[moneyed.Money, ...]:
    """What is invoiced in each year of a contract: Σ fixed and estimated lines of the invoices planned in it.

    Years are counted from the day the first order takes effect, so that deals that start on different days compare;
    what is invoiced before that day is of the first year.

    Args:
        contract: the deal.
        schedule: its schedule.

    Returns:
        A sum for each year from the first up to the last with an invoice. All together are the total contract value of
        the schedule.

    Source: house rule.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> [str(year.amount) for year in billings_by_year(sales_led(), schedule(sales_led()))]
        ['136110.87', '133800.00', '139050.00']
    """
    sums: dict[int, Decimal] = {}
    for invoice in schedule.invoices:
        if (value := _certain(invoice)) is not None:
            year = max(0, Recurrence("year", contract.orders[0].effective_on).index(invoice.planned_on))
            sums[year] = add(sums.get(year, Decimal(0)), value)
    none = quantum(schedule.currency) * 0
    return tuple(moneyed.Money(sums.get(year, none), schedule.currency) for year in range(max(sums, default=-1) + 1))


def cash_by_month(schedule: Schedule) -> tuple[tuple[str, moneyed.Money], ...]:
    """What is to be paid in each month: Σ instalments of the fixed and estimated lines of invoices, by due date.

    Every invoice is taken to be paid on the days its payment terms say, a credit note to be paid out on its own. Of an
    invoice that is contingent in part, each instalment counts in the part that is certain.

    Args:
        schedule: the schedule of a contract.

    Returns:
        Months such as `2026-03`, in order, each with its sum; months of nothing are left out. All together are the
        total contract value of the schedule.

    Raises:
        InvalidTerms: `fixed_exceeds_rest` for instalments that do not fit into an invoice, `out_of_range`.

    Source: house rule.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> month, cash = cash_by_month(schedule(sales_led()))[1]
        >>> month, str(cash.amount)
        ('2026-03', '104500.00')
    """
    sums: dict[str, Decimal] = {}
    for due_on, value in _payments(schedule):
        month = f"{due_on:%Y-%m}"
        sums[month] = add(sums.get(month, Decimal(0)), value)
    return tuple((month, moneyed.Money(value, schedule.currency)) for month, value in sorted(sums.items()) if value)


def _payments(schedule: Schedule) -> Iterable[tuple[date, Decimal]]:
    """The days on which something is to be paid, and how much."""
    for invoice in schedule.invoices:
        if (value := _certain(invoice)) is None:
            continue
        parts = invoice.instalments
        if value == invoice.value:
            yield from parts
            continue
        # Of an invoice that is contingent in part, each instalment is certain in the same part.
        days, weights = [on for on, _part in parts], [abs(part) for _on, part in parts]
        shared = allocate(value, weights if any(weights) else [1] * len(parts), to=quantum(schedule.currency))
        yield from zip(days, shared, strict=True)


def _certain(invoice: PlannedInvoice) -> Decimal | None:
    """What an invoice comes to without its contingent lines; None where it has no others."""
    values = [line.value for line in invoice.lines if line.certainty is not Certainty.CONTINGENT]
    return add_up(values) if values else None
