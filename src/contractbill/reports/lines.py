"""Contract value by line: what each line of a schedule comes to."""

from collections.abc import Iterable, Sequence

import attrs
import moneyed

from contractbill.charges import Certainty, Charge
from contractbill.display import Column, Table, format_amount
from contractbill.invoices import Schedule
from contractbill.money import exponent, total


@attrs.frozen(kw_only=True)
class LineValue:
    """What a line comes to.

    Args:
        order: the order that brought it.
        line: its id.
        description: what people read.
        fixed, estimated, contingent: what the schedule charges for it; below zero for a credit.
    """

    order: str
    line: str
    description: str
    fixed: moneyed.Money
    estimated: moneyed.Money
    contingent: moneyed.Money

    @property
    def tcv(self) -> moneyed.Money:
        """Its part of the total contract value: fixed + estimated, never contingent. Source: house rule."""
        return self.fixed + self.estimated


def value_by_line(schedule: Schedule) -> tuple[LineValue, ...]:
    """What each line of a schedule comes to.

    The lines together are the schedule. A value before credits, as papers state it beside what is invoiced, is the sum
    of the lines above zero.

    Args:
        schedule: the schedule of a contract.

    Returns:
        One for each line that is charged, by the order's place in the contract, then by id.

    Source: house rule.

    Example:
        >>> from contractbill.invoices import schedule
        >>> from contractbill.testing import sales_led
        >>> for one in value_by_line(schedule(sales_led())):
        ...     print(one.line, one.tcv.amount)
        onboarding 15000.00
        platform 315250.00
        seats 54000.00
        more-seats 24710.87
    """
    lines: dict[tuple[int, str], list[Charge]] = {}
    for charge in schedule.charges:
        lines.setdefault((charge.line.sequence, charge.line.id), []).append(charge)
    return tuple(_line_value(charges, schedule.currency) for _place, charges in sorted(lines.items()))


def _line_value(charges: Sequence[Charge], currency: str) -> LineValue:
    """What the charges of one line come to."""
    line = charges[0].line
    sums = {
        certainty.value: total((one.amount for one in charges if one.certainty is certainty), currency)
        for certainty in Certainty
    }
    return LineValue(order=line.order, line=line.id, description=line.description, **sums)


def line_value_table(schedule: Schedule, values: Iterable[LineValue]) -> Table:
    """A row for each line.

    Example:
        >>> from contractbill.invoices import schedule
        >>> from contractbill.testing import sales_led
        >>> plan = schedule(sales_led())
        >>> line_value_table(plan, value_by_line(plan)).rows[-1]
        ('O-2', 'more-seats', '24,710.87', '0.00', '11,124.00')
    """
    columns = (Column("order"), Column("line"), *(Column(one.value, numeric=True) for one in Certainty))
    scale = exponent(schedule.currency)
    rows = tuple(
        (
            one.order,
            one.line,
            *(format_amount(money.amount, scale) for money in (one.fixed, one.estimated, one.contingent)),
        )
        for one in values
    )
    return Table(columns, rows, f"{schedule.contract}: contract value by line, in {schedule.currency}")
