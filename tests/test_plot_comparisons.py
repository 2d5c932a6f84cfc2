"""Charts of comparisons: every figure on them, in the colours of its deal, on the right month in every time zone."""

from typing import Any

import altair as alt
import attrs
import pytest
import vl_convert

from contractbill import Comparison, Contract, Discount, Escalator, NotFound, compare, vary
from contractbill.adapters.plot import cash, varied, yearly
from contractbill.testing import sales_led

DEAL = sales_led()
BOTH = compare({"as signed": DEAL, "8 % off": attrs.evolve(DEAL, discounts=[Discount(id="off", rate="0.08")])})
RATES = vary(DEAL, "orders[O-1].lines[platform].escalator.rate", ["0.05", "0.03", 0])
CLAUSES = vary(DEAL, "orders[O-1].lines[platform].escalator", {"5 % fixed": Escalator(rate="0.05"), "none": None})
EMPTY = compare([Contract(id="C-1", currency="JPY")])


def drawn(chart: alt.Chart) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [row for rows in chart.to_dict()["datasets"].values() for row in rows]
    return rows


def test_a_bar_for_each_deal_and_year() -> None:
    rows = drawn(yearly(BOTH))
    assert [(row["deal"], row["year"], row["amount"]) for row in rows[2:5]] == [
        ("as signed", "year 3", "139,050.00 USD"),
        ("8 % off", "year 1", "125,222.00 USD"),
        ("8 % off", "year 2", "123,096.00 USD"),
    ]
    assert (rows[3]["difference"], rows[3]["height"]) == ("-10,888.87 USD", 125222.0)


def test_a_line_for_each_deal_up_to_all_that_is_paid() -> None:
    rows = drawn(cash(BOTH))
    assert len(rows) == 2 * (1 + 13 + 1)
    assert [(row["month"], row["period"], row["amount"]) for row in rows[:3]] == [
        ("2026-01-01", "Jan 2026", "0.00 USD"),
        ("2026-02-01", "Feb 2026", "15,000.00 USD"),
        ("2026-03-01", "Mar 2026", "119,500.00 USD"),
    ]
    assert (rows[-1]["month"], rows[-1]["amount"]) == ("2028-12-01", "376,244.00 USD")
    assert cash(BOTH).to_dict()["encoding"]["x"]["scale"]["type"] == "utc"


@pytest.mark.parametrize("draw", [yearly, cash])
def test_every_deal_has_its_colour_in_every_chart(draw: Any) -> None:
    assert draw(BOTH).to_dict()["encoding"]["color"]["scale"] == {
        "domain": ["as signed", "8 % off"],
        "range": ["#1f4e79", "#d98e04"],
    }


def test_numbers_make_a_line_with_a_tick_at_each() -> None:
    chart = varied(RATES).to_dict()
    assert (chart["mark"]["type"], chart["encoding"]["x"]["axis"]["values"]) == ("line", [0.05, 0.03, 0.0])
    assert [(row["place"], row["amount"], row["difference"]) for row in drawn(varied(RATES))] == [
        (0.05, "408,960.87 USD", "0.00 USD"),
        (0.03, "402,800.87 USD", "-6,160.00 USD"),
        (0.0, "393,710.87 USD", "-15,250.00 USD"),
    ]


def test_other_values_make_bars_from_zero() -> None:
    chart = varied(CLAUSES, "average_uplift").to_dict()
    assert (chart["mark"]["type"], chart["encoding"]["y"]["scale"], chart["encoding"]["x"]["title"]) == (
        "bar",
        {"zero": True},
        "escalator",
    )
    rows = drawn(varied(CLAUSES, "average_uplift"))
    assert [(row["deal"], row["amount"], row["difference"]) for row in rows] == [
        ("5 % fixed", "3.9 %", "0 %"),
        ("none", "0 %", "-3.9 %"),
    ]


def test_what_a_value_does_not_have_is_not_drawn() -> None:
    terms = vary(DEAL, "orders[0].term", ["12 months", "24 months"])
    assert [row["deal"] for row in drawn(varied(terms, "average_uplift"))] == ["24 months"]


def test_a_figure_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound) as caught:
        varied(RATES, "arr")
    assert (caught.value.path, caught.value.code) == ("$.figure", "unknown_figure")


@pytest.mark.parametrize("draw", [yearly, cash, varied])
@pytest.mark.parametrize("comparison", [BOTH, RATES, CLAUSES, EMPTY], ids=["both", "rates", "clauses", "empty"])
def test_charts_of_comparisons_are_drawn(draw: Any, comparison: Comparison) -> None:
    assert vl_convert.vegalite_to_svg(draw(comparison).to_dict()).startswith("<svg")


def test_charts_are_named_after_what_is_compared() -> None:
    assert "as signed compared with 8 % off" in vl_convert.vegalite_to_svg(yearly(BOTH).to_dict())
    assert "sales-led by orders[O-1].lines[platform].escalator.rate" in vl_convert.vegalite_to_svg(
        varied(RATES).to_dict()
    )
