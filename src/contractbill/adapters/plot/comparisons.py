"""Charts of a comparison: deals side by side by year, their cash over time, and a figure for each value of a term."""

from datetime import date
from decimal import Decimal, DecimalException

from contractbill.adapters.plot.looks import AMOUNTS, HEIGHT, WIDTH, Row, alt, title
from contractbill.display import format_amount, format_percent
from contractbill.errors import Issue, NotFound
from contractbill.money import add, exponent
from contractbill.periods import MONTHLY
from contractbill.periods import add as later
from contractbill.reports import Comparison, comparison_rows

# One for each deal; told apart by people who see few colours.
PALETTE = ("#1f4e79", "#d98e04", "#5b9f8b", "#b0413e", "#8a6fb0", "#7f7f7f")
_RATES = {"effective_discount": "effective discount", "average_uplift": "average uplift"}
_FIGURES = {
    "tcv": "TCV",
    **{name: name for name in ("fixed", "estimated", "contingent")},
    "acv": "ACV",
    **_RATES,
}


def yearly(comparison: Comparison) -> alt.Chart:
    """What each deal bills in each year of its contract: a group of bars for each year.

    Args:
        comparison: what to draw.

    Returns:
        A chart whose bars tell deal, year, amount and difference to the first deal when pointed at.

    Example:
        >>> from contractbill import compare
        >>> from contractbill.testing import sales_led
        >>> yearly(compare([sales_led()])).to_dict()["mark"]["type"]
        'bar'
    """
    rows: list[Row] = [{**row, "year": f"year {row['period']}"} for row in _rows(comparison, "billings")]
    chart: alt.Chart = (
        _chart(comparison, rows)
        .mark_bar()
        .encode(
            x=alt.X("year:N", title=None, sort=None, axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("deal:N", sort=None),
            y=alt.Y("height:Q", title=f"billed, {comparison.currency}", axis=alt.Axis(format=AMOUNTS)),
            color=_colours(comparison),
            tooltip=[alt.Tooltip(f"{name}:N") for name in ("deal", "year", "amount", "difference")],
        )
    )
    return chart


def cash(comparison: Comparison) -> alt.Chart:
    """What has been paid by each month in all, as invoices fall due: a line of steps for each deal.

    Args:
        comparison: what to draw.

    Returns:
        A chart without a title, as wide as `yearly`, so that `yearly(both) & cash(both)` stand one above the other.

    Example:
        >>> from contractbill import compare
        >>> from contractbill.testing import sales_led
        >>> cash(compare([sales_led()])).to_dict()["mark"]["interpolate"]
        'step-after'
    """
    axis = alt.Axis(format="%b %Y", labelAngle=0, labelOverlap="parity", labelSeparation=16)
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=_paid(comparison)), width=WIDTH, height=HEIGHT)
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=alt.X("month:T", title=None, scale=alt.Scale(type="utc"), axis=axis),
            y=alt.Y("height:Q", title=f"paid in all, {comparison.currency}", axis=alt.Axis(format=AMOUNTS)),
            color=_colours(comparison),
            tooltip=[alt.Tooltip(f"{name}:N") for name in ("deal", "period", "amount")],
        )
    )
    return chart


def varied(comparison: Comparison, figure: str = "tcv") -> alt.Chart:
    """One figure for each value of a term: a line where all values are numbers, else a bar for each.

    Args:
        comparison: as `vary` returns it.
        figure: one of `tcv`, `fixed`, `estimated`, `contingent`, `acv`, `effective_discount`, `average_uplift`.

    Returns:
        A chart whose marks tell value, figure and difference to the first when pointed at; a value for which there is
        no such figure has no mark.

    Raises:
        NotFound: `unknown_figure`, with those there are.

    Example:
        >>> from contractbill import vary
        >>> from contractbill.testing import sales_led
        >>> varied(vary(sales_led(), "payment_terms.net_days", [30, 45])).to_dict()["encoding"]["x"]["type"]
        'quantitative'
    """
    if figure not in _FIGURES:
        raise NotFound(Issue("$.figure", "unknown_figure", f"must be one of {', '.join(_FIGURES)}", figure))
    rows = _rows(comparison, figure)
    numbers = [_number(deal.label) for deal in comparison.deals]
    is_line = None not in numbers
    if is_line:
        rows = [{**row, "place": float(str(row["deal"]))} for row in rows]
    unit = "" if figure in _RATES else f", {comparison.currency}"
    shows = alt.Axis(format=".1%") if figure in _RATES else alt.Axis(format=AMOUNTS)
    base = _chart(comparison, rows)
    marks = base.mark_line(point=True) if is_line else base.mark_bar(width=alt.RelativeBandSize(0.6))
    chart: alt.Chart = marks.encode(
        x=_values(comparison, is_line=is_line),
        y=alt.Y("height:Q", title=f"{_FIGURES[figure]}{unit}", scale=alt.Scale(zero=not is_line), axis=shows),
        color=alt.value(PALETTE[0]),
        tooltip=[alt.Tooltip(f"{name}:N") for name in ("deal", "amount", "difference")],
    )
    return chart


def _values(comparison: Comparison, *, is_line: bool) -> alt.X:
    """The axis of the values of a term."""
    term = (comparison.varied or "").rpartition(".")[2]
    if is_line:
        # A tick at each value, and at no other.
        axis = alt.Axis(values=[float(deal.label) for deal in comparison.deals], format="~g", labelOverlap="greedy")
        return alt.X("place:Q", title=term, scale=alt.Scale(zero=False, nice=False, padding=16), axis=axis)
    return alt.X(
        "deal:N", title=term, sort=None, axis=alt.Axis(labelAngle=0, labelLimit=WIDTH // len(comparison.deals))
    )


def _number(label: str) -> Decimal | None:
    """The number that a label is."""
    try:
        return Decimal(label)
    except DecimalException:
        return None


def _chart(comparison: Comparison, rows: list[Row]) -> alt.Chart:
    """A chart of rows, named after what is compared."""
    first, *others = (deal.label for deal in comparison.deals)
    text = f"{first} compared with {' and '.join(others)}" if others else first
    if comparison.varied is not None:
        text = f"{comparison.deals[0].contract} by {comparison.varied.removeprefix('$.')}"
    return alt.Chart(alt.InlineData(values=rows), width=WIDTH, height=HEIGHT, title=title(text))


def _colours(comparison: Comparison) -> alt.Color:
    """A colour for each deal, the same in every chart."""
    labels = [deal.label for deal in comparison.deals]
    colours = [PALETTE[place % len(PALETTE)] for place in range(len(labels))]
    legend = alt.Legend(orient="top", labelLimit=WIDTH // 2)
    return alt.Color("deal:N", title=None, scale=alt.Scale(domain=labels, range=colours), legend=legend)


def _rows(comparison: Comparison, figure: str) -> list[Row]:
    """What is drawn of a figure: exact text to read, and heights, which charts draw as binary numbers."""
    return [
        {
            "deal": row["deal"],
            "period": row["period"] or "",
            "amount": _told(row["value"], row["currency"]),
            "difference": "none" if row["difference"] is None else _told(row["difference"], row["currency"]),
            "height": float(row["value"]),
        }
        for row in comparison_rows(comparison)
        if row["figure"] == figure and row["value"] is not None
    ]


def _told(value: Decimal, currency: str | None) -> str:
    """A figure as text; rates have no currency."""
    return format_percent(value) if currency is None else f"{format_amount(value, exponent(currency))} {currency}"


def _paid(comparison: Comparison) -> list[Row]:
    """For each deal, what it has come to by each month in which one of them is paid for, and one beyond either end."""
    paid_for = sorted({date.fromisoformat(f"{month}-01") for deal in comparison.deals for month, _money in deal.cash})
    months = [later(paid_for[0], MONTHLY, -1), *paid_for, later(paid_for[-1], MONTHLY, 1)] if paid_for else []
    rows: list[Row] = []
    for deal in comparison.deals:
        paid, so_far = dict(deal.cash), Decimal(0)
        for month in months:
            money = paid.get(f"{month:%Y-%m}")
            so_far = so_far if money is None else add(so_far, money.amount)
            rows.append(
                {
                    "deal": deal.label,
                    "month": str(month),
                    "period": f"{month:%b %Y}",
                    "amount": _told(so_far, comparison.currency),
                    "height": float(so_far),
                }
            )
    return rows
