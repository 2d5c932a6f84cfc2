"""Comparisons as tables for people: a column for each deal, or a row for each value of a term."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Protocol

import moneyed

from contractbill.display import Column, Table, format_amount, format_percent
from contractbill.money import exponent, quantum, subtract


class _Deal(Protocol):
    """What a table shows of a deal, whose module imports this one."""

    @property
    def label(self) -> str: ...
    @property
    def contract(self) -> str: ...
    @property
    def tcv(self) -> moneyed.Money: ...
    @property
    def fixed(self) -> moneyed.Money: ...
    @property
    def estimated(self) -> moneyed.Money: ...
    @property
    def contingent(self) -> moneyed.Money: ...
    @property
    def acv(self) -> moneyed.Money | None: ...
    @property
    def billings(self) -> tuple[moneyed.Money, ...]: ...
    @property
    def cash(self) -> tuple[tuple[str, moneyed.Money], ...]: ...
    @property
    def effective_discount(self) -> Decimal | None: ...
    @property
    def average_uplift(self) -> Decimal | None: ...


class _Comparison(Protocol):
    """What is shown."""

    @property
    def currency(self) -> str: ...
    @property
    def deals(self) -> Sequence[_Deal]: ...
    @property
    def varied(self) -> str | None: ...


_Values = Sequence[Decimal | None]
_Show = Callable[[Decimal], str]
# A figure: what it is called, its value for each deal, how a value reads, and how a difference does.
_Figure = tuple[str, _Values, _Show, _Show]


def side_by_side(comparison: _Comparison) -> Table:
    """A row for each figure, a column for each deal, and beside each but the first its difference to that."""
    rows = tuple((name, *_beside(values, show, signed)) for name, values, show, signed in _figures(comparison))
    labels = [deal.label for deal in comparison.deals]
    title = f"{labels[0]}, in {comparison.currency}"
    if labels[1:]:
        title = f"{labels[0]} compared with {' and '.join(labels[1:])}, in {comparison.currency}"
    return Table(_columns("", labels), rows, title)


def cash_table(comparison: _Comparison) -> Table:
    """A row for each month in which one of the deals is paid for, and the sums at the foot."""
    months = sorted({month for deal in comparison.deals for month, _money in deal.cash})
    paid = [dict(deal.cash) for deal in comparison.deals]
    show, signed = _amounts(comparison.currency)
    none = moneyed.Money(quantum(comparison.currency) * 0, comparison.currency)
    rows = tuple(
        (month, *_beside([by_month.get(month, none).amount for by_month in paid], show, signed)) for month in months
    )
    footer = (("total", *_beside([deal.tcv.amount for deal in comparison.deals], show, signed)),)
    labels = [deal.label for deal in comparison.deals]
    return Table(
        _columns("month", labels), rows, f"Cash by month as invoices fall due, in {comparison.currency}", footer
    )


def value_by_value(comparison: _Comparison) -> Table:
    """A row for each value of a term, with the difference of its total to that of the first."""
    path = comparison.varied or ""
    figures = [figure for figure in _figures(comparison) if figure[0] != "fixed"]
    columns, cells = [Column(path.rpartition(".")[2])], [[deal.label for deal in comparison.deals]]
    for name, values, show, signed in figures:
        if not any(values):
            continue
        columns.append(Column(name, numeric=True))
        cells.append([_shown(value, show) for value in values])
        if name == _TOTAL:
            columns.append(Column("difference", numeric=True))
            cells.append([_difference(value, values[0], signed) for value in values])
    rows = tuple(zip(*cells, strict=True))
    title = f"{comparison.deals[0].contract} by {path.removeprefix('$.')}, in {comparison.currency}"
    return Table(tuple(columns), rows, title)


_TOTAL = "TCV"


def _figures(comparison: _Comparison) -> Iterator[_Figure]:
    """The figures of deals, without the uncertain sums that none of them has."""
    deals, amounts = comparison.deals, _amounts(comparison.currency)
    yield _TOTAL, [deal.tcv.amount for deal in deals], *amounts
    yield "fixed", [deal.fixed.amount for deal in deals], *amounts
    for name, sums in (
        ("estimated", [deal.estimated.amount for deal in deals]),
        ("contingent", [deal.contingent.amount for deal in deals]),
    ):
        if any(sums):
            yield name, sums, *amounts
    yield "ACV", [None if deal.acv is None else deal.acv.amount for deal in deals], *amounts
    none = quantum(comparison.currency) * 0
    for year in range(max(len(deal.billings) for deal in deals)):
        billed = [deal.billings[year].amount if year < len(deal.billings) else none for deal in deals]
        yield f"billed year {year + 1}", billed, *amounts
    yield "effective discount", [deal.effective_discount for deal in deals], format_percent, _points
    yield "average uplift", [deal.average_uplift for deal in deals], format_percent, _points


def _columns(first: str, labels: Sequence[str]) -> tuple[Column, ...]:
    """A column for each deal, and beside each but the first one for its difference."""
    columns = [Column(first), Column(labels[0], numeric=True)]
    for label in labels[1:]:
        columns += [Column(label, numeric=True), Column("difference", numeric=True)]
    return tuple(columns)


def _beside(values: _Values, show: _Show, signed: _Show) -> Iterator[str]:
    """Values, each but the first followed by its difference to that."""
    yield _shown(values[0], show)
    for value in values[1:]:
        yield _shown(value, show)
        yield _difference(value, values[0], signed)


def _shown(value: Decimal | None, show: _Show) -> str:
    """A value, or that there is none."""
    return "none" if value is None else show(value)


def _difference(value: Decimal | None, first: Decimal | None, signed: _Show) -> str:
    """What a value is more than the first; nothing where one of them is not there."""
    return "" if value is None or first is None else signed(subtract(value, first))


def _amounts(currency: str) -> tuple[_Show, _Show]:
    """How amounts and differences of amounts read."""
    scale = exponent(currency)
    return (
        lambda value: format_amount(value, scale),
        lambda value: f"{'+' if value > 0 else ''}{format_amount(value, scale)}",
    )


def _points(value: Decimal) -> str:
    """A difference of rates, in percentage points."""
    return f"{'+' if value > 0 else ''}{format_percent(value).removesuffix('%')}pp"
