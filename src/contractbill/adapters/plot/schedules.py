"""Charts of a schedule: what is billed when, and how it adds up."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from contractbill.adapters.plot.looks import AMOUNTS, HEIGHT, WIDTH, Row, alt, title
from contractbill.charges import Certainty, Charge
from contractbill.display import format_amount
from contractbill.invoices import Schedule
from contractbill.money import add, add_up, exponent

# The less certain, the fainter; told apart in grey and by people who see few colours.
COLOURS: Mapping[Certainty, str] = MappingProxyType(
    {Certainty.FIXED: "#1f4e79", Certainty.ESTIMATED: "#d98e04", Certainty.CONTINGENT: "#9dbfdd"}
)


def timeline(schedule: Schedule) -> alt.Chart:
    """A bar for each day on which something is billed, stacked and coloured by certainty.

    Args:
        schedule: what to draw.

    Returns:
        A chart whose bars tell day, due date, lines and amount when pointed at. Heights are binary floating-point
        numbers, since that is what charts draw; every amount that can be read is exact text.

    Example:
        >>> from contractbill import schedule
        >>> from contractbill.testing import sales_led
        >>> timeline(schedule(sales_led())).to_dict()["mark"]["type"]
        'bar'
    """
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=_billings(schedule)), width=WIDTH, height=HEIGHT, title=_title(schedule))
        .mark_bar(width=7)
        .encode(
            x=_days(schedule),
            y=alt.Y("height:Q", title=f"billed, {schedule.currency}", axis=alt.Axis(format=AMOUNTS)),
            color=_certainties(schedule),
            order=alt.Order("doubt:Q"),
            tooltip=[
                alt.Tooltip(f"{name}:N", title=name.replace("_", " "))
                for name in ("invoice_on", "due_on", "amount", "certainty", "for")
            ],
        )
    )
    return chart


def cumulative(schedule: Schedule) -> alt.Chart:
    """What has been billed by each day in all, as steps, stacked and coloured by certainty.

    Args:
        schedule: what to draw.

    Returns:
        A chart as wide as `timeline`, so that `timeline(plan) & cumulative(plan)` stand one above the other.

    Example:
        >>> from contractbill import schedule
        >>> from contractbill.testing import sales_led
        >>> cumulative(schedule(sales_led())).to_dict()["mark"]["interpolate"]
        'step-after'
    """
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=_sums(schedule)), width=WIDTH, height=HEIGHT // 2)
        .mark_area(interpolate="step-after")
        .encode(
            x=_days(schedule),
            y=alt.Y("height:Q", title="in all", axis=alt.Axis(format=AMOUNTS, tickCount=4)),
            color=_certainties(schedule),
            order=alt.Order("doubt:Q"),
            tooltip=[alt.Tooltip(f"{name}:N") for name in ("day", "amount", "certainty")],
        )
    )
    return chart


def _title(schedule: Schedule) -> alt.TitleParams:
    """The contract and its totals."""
    totals = ((certainty, schedule.total_of(certainty).amount) for certainty in Certainty)
    scale = exponent(schedule.currency)
    told = ", ".join(f"{format_amount(amount, scale)} {certainty}" for certainty, amount in totals if amount)
    return title(f"{schedule.contract}: {told}" if told else schedule.contract)


def _days(schedule: Schedule) -> alt.X:
    """The axis of days; on universal time, since a browser would move them to its own."""
    scale = alt.Scale(type="utc", domain=_domain(schedule), padding=0) if schedule.invoices else alt.Scale(type="utc")
    axis = alt.Axis(format="%b %Y", labelAngle=0, labelOverlap="greedy", labelSeparation=16)
    return alt.X("day:T", title=None, scale=scale, axis=axis)


def _domain(schedule: Schedule) -> list[str]:
    """The days that charts reach over: those of the invoices, and a little more for the first and last to have room."""
    first, last = schedule.invoices[0].planned_on, schedule.invoices[-1].planned_on
    room = timedelta(max(3, (last - first).days // 40))
    earliest, latest = max(first, date.min + room) - room, min(last, date.max - room) + room
    return [str(earliest), str(latest)]


def _certainties(schedule: Schedule) -> alt.Color:
    """The colours of the certainties that occur, the same in every chart."""
    shown = [certainty for certainty in Certainty if any(line.certainty is certainty for line in schedule.charges)]
    scale = alt.Scale(domain=[str(one) for one in shown], range=[COLOURS[one] for one in shown])
    return alt.Color("certainty:N", title=None, scale=scale, legend=alt.Legend(orient="top"))


def _billings(schedule: Schedule) -> list[Row]:
    """A row for each certainty on each invoice."""
    scale = exponent(schedule.currency)
    return [
        {
            "day": str(invoice.planned_on),
            "invoice_on": str(invoice.planned_on),
            "due_on": str(invoice.due_on),
            "certainty": str(certainty),
            "doubt": certainty.doubt,
            "amount": f"{format_amount(amount, scale)} {schedule.currency}",
            "for": _told(lines, scale),
            "height": float(amount),
        }
        for invoice in schedule.invoices
        for certainty in Certainty
        if (lines := [line for line in invoice.lines if line.certainty is certainty])
        for amount in [add_up(line.value for line in lines)]
    ]


def _told(lines: Sequence[Charge], scale: int) -> str:
    """Lines with their amounts."""
    return ", ".join(f"{line.line.description} {format_amount(line.value, scale)}" for line in lines)


def _sums(schedule: Schedule) -> list[Row]:
    """A row for each certainty on each day with an invoice, so that stacks have no holes."""
    scale = exponent(schedule.currency)
    sums = {line.certainty: Decimal(0) for line in schedule.charges}
    by_day: dict[str, dict[Certainty, Decimal]] = {}
    for invoice in schedule.invoices:
        for line in invoice.lines:
            sums[line.certainty] = add(sums[line.certainty], line.value)
        by_day[str(invoice.planned_on)] = dict(sums)
    if by_day:
        # The last step reaches to the edge.
        by_day[_domain(schedule)[1]] = sums
    return [
        {
            "day": day,
            "certainty": str(certainty),
            "doubt": certainty.doubt,
            "amount": f"{format_amount(amount, scale)} {schedule.currency}",
            "height": float(amount),
        }
        for day, amounts in by_day.items()
        for certainty, amount in amounts.items()
    ]
