"""Charts of a schedule: every amount on them, stacked by certainty, on the right day in every time zone."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import altair as alt
import pytest
import vl_convert

from contractbill import Contract, Flat, LineItem, OneTime, Order, Schedule, schedule
from contractbill.adapters.plot import cumulative, timeline
from contractbill.testing import sales_led

EMPTY = Schedule("C-1", "USD", ())


def drawn(chart: alt.Chart) -> list[dict[str, Any]]:
    (rows,) = chart.to_dict()["datasets"].values()
    assert isinstance(rows, list)
    return rows


def test_a_timeline_draws_every_invoice_with_exact_text() -> None:
    plan = schedule(sales_led())
    rows = drawn(timeline(plan))
    assert [(row["day"], row["height"]) for row in rows] == [
        (str(invoice.planned_on), float(invoice.value)) for invoice in plan.invoices
    ]
    assert rows[1] == {
        "day": "2026-01-15",
        "invoice_on": "2026-01-15",
        "due_on": "2026-03-01",
        "certainty": "fixed",
        "doubt": 0,
        "amount": "104,500.00 USD",
        "for": "platform 100,000.00, seats 4,500.00",
        "height": 104500.0,
    }


def test_a_timeline_stacks_the_certainties_of_one_day() -> None:
    lines = [LineItem(id=name, price=Flat(amount=100), billing=OneTime(once="start")) for name in ("sure", "later")]
    orders = [
        Order(id="O-1", signed_on="2026-01-01", term="12 months", lines=lines[:1]),
        Order(id="O-2", kind="expansion", signed_on="2026-01-01", bill_when="fulfilled", lines=lines[1:]),
    ]
    rows = drawn(timeline(schedule(Contract(id="C-1", currency="JPY", orders=orders))))
    assert [(row["certainty"], row["for"], row["amount"]) for row in rows] == [
        ("fixed", "sure 100", "100 JPY"),
        ("contingent", "later 100", "100 JPY"),
    ]


def test_the_sums_end_at_the_totals() -> None:
    plan = schedule(sales_led())
    rows = drawn(cumulative(plan))
    last = {row["certainty"]: row["amount"] for row in rows[-2:]}
    assert last == {"fixed": "408,960.87 USD", "contingent": "143,221.50 USD"}
    assert rows[0]["amount"] == "15,000.00 USD"
    assert len(rows) == 2 * (len(plan.invoices) + 1)


@pytest.mark.parametrize("draw", [timeline, cumulative])
def test_days_stand_on_universal_time(draw: Any) -> None:
    assert draw(schedule(sales_led())).to_dict()["encoding"]["x"]["scale"]["type"] == "utc"


@pytest.mark.parametrize("draw", [timeline, cumulative])
@pytest.mark.parametrize("plan", [EMPTY, schedule(sales_led(), through=date(2025, 12, 31)), schedule(sales_led())])
def test_charts_are_drawn(draw: Any, plan: Schedule) -> None:
    picture = vl_convert.vegalite_to_svg(draw(plan).to_dict())
    assert picture.startswith("<svg")
    assert plan.contract in vl_convert.vegalite_to_svg(timeline(plan).to_dict())


def test_days_at_the_end_of_the_calendar_have_no_room_beside_them() -> None:
    line = LineItem(id="fee", price=Flat(amount=Decimal(1)), billing=OneTime(once="date", on=date.max))
    order = Order(id="O-1", signed_on="9990-01-01", lines=[line])
    plan = schedule(Contract(id="C-1", currency="USD", orders=[order]), through=date.max)
    assert timeline(plan).to_dict()["encoding"]["x"]["scale"]["domain"][1] == "9999-12-31"


def test_charts_without_altair_say_what_to_install() -> None:
    program = "import sys; sys.modules['altair'] = None; import contractbill.adapters.plot"
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "pip install 'contractbill[plot]'" in finished.stderr
