"""The deal files that are shipped as examples say what they promise."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from contractbill import Schedule, check, schedule, verify
from contractbill.testing import sales_led
from contractbill.wire import from_dict, from_json, from_toml, to_dict, to_json
from tests.wire.deals import DEALS

SALES_LED = """
    2025-12-18  15000.00  2026-02-01  fixed
    2026-01-15 104500.00  2026-03-01  fixed
    2026-04-15   4500.00  2026-05-30  fixed
    2026-07-15   4500.00  2026-08-29  fixed
    2026-10-01    410.87  2026-11-15  fixed
    2026-10-15   7200.00  2026-11-29  fixed
    2027-01-15 112200.00  2027-03-01  fixed
    2027-04-15   7200.00  2027-05-30  fixed
    2027-07-15   7200.00  2027-08-29  fixed
    2027-10-15   7200.00  2027-11-29  fixed
    2028-01-15 117450.00  2028-02-29  fixed
    2028-04-15   7200.00  2028-05-30  fixed
    2028-07-15   7200.00  2028-08-29  fixed
    2028-10-15   7200.00  2028-11-29  fixed
    2029-01-15 120973.50  2029-03-01  contingent
    2029-04-15   7416.00  2029-05-30  contingent
    2029-07-15   7416.00  2029-08-29  contingent
    2029-10-15   7416.00  2029-11-29  contingent
"""


def _planned(name: str) -> Schedule:
    return schedule(from_toml((DEALS / f"{name}.toml").read_text("utf-8")))


def test_the_sales_led_file_is_the_deal_of_the_testing_module() -> None:
    assert from_toml((DEALS / "sales-led.toml").read_text("utf-8")) == sales_led()


def test_the_sales_led_file_gives_the_schedule_that_is_promised() -> None:
    plan = to_dict(_planned("sales-led"))
    told = [(one["invoice_on"], one["total"], one["due_on"], one["certainty"]) for one in plan["invoices"]]
    assert told == [tuple(row.split()) for row in SALES_LED.split("\n") if row.strip()]
    totals = {"fixed": "408960.87", "estimated": "0.00", "contingent": "143221.50", "tcv": "408960.87"}
    assert plan["totals"] == totals


def test_the_expansion_is_charged_for_14_of_92_days() -> None:
    invoice = next(one for one in to_dict(_planned("sales-led"))["invoices"] if one["invoice_on"] == "2026-10-01")
    assert invoice["lines"] == [
        {
            "line": "more-seats",
            "order": "O-2",
            "component": "base",
            "description": "more-seats",
            "service_start": "2026-10-01",
            "service_end": "2026-10-15",
            "quantity": "15",
            "unit_amount": "60.00",
            "factor": "21/46",
            "amount": "410.87",
            "certainty": "fixed",
            "basis": "in_advance",
            "n": 2,
            "sequence": 1,
            "price": {"per": "month", "base": "60.00", "order": "O-1"},
            "periods": "3",
            "share": "14/92",
        }
    ]


def test_the_reference_file_gives_the_schedule_that_is_promised() -> None:
    plan = _planned("reference")
    assert (len(plan.invoices), len(plan.charges), plan.tcv.amount) == (36, 112, Decimal("531793.68"))
    assert {invoice.certainty.value for invoice in plan.invoices} == {"fixed"}
    assert (plan.invoices[0].planned_on, plan.invoices[1].planned_on) == (date(2026, 1, 31), date(2026, 2, 28))


@pytest.mark.parametrize("path", sorted(DEALS.rglob("*.toml")), ids=lambda path: path.stem)
def test_every_file_goes_round(path: Path) -> None:
    contract = from_toml(path.read_text("utf-8"))
    plan = schedule(contract)
    assert verify(plan) == ()
    for value in (contract, plan):
        assert from_dict(to_dict(value)) == value
        assert to_json(from_json(to_json(value))) == to_json(value)


def test_the_sales_led_file_is_short_and_settles_everything_an_invoice_needs() -> None:
    text = (DEALS / "sales-led.toml").read_text("utf-8")
    assert len(text.splitlines()) < 60
    assert check(from_toml(text)) == ()
