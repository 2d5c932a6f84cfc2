"""What the uplift of a renewal is taken of: the last price, the first, the list price or an average."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contractbill import (
    Change,
    Contract,
    Escalator,
    Facts,
    Flat,
    Index,
    IndexReading,
    LineItem,
    Order,
    PerUnit,
    RampStep,
    Recurring,
    Renewal,
    explain,
)
from contractbill.charges import Certainty, Charge, charges_for
from contractbill.deal import UpliftBasis

RAMP = (RampStep(after="12 months", unit_amount=90), RampStep(after="24 months", unit_amount=100))


def seats(**given: Any) -> LineItem:
    price = PerUnit(unit_amount=given.pop("unit_amount", 80), per="month")
    return LineItem(id="seats", price=price, billing=Recurring(every="quarter"), **given)


def deal(*lines: LineItem, later: tuple[Order, ...] = (), currency: str = "USD", **given: Any) -> Contract:
    renewal = Renewal(term="12 months", **given) if given else None
    order = Order(id="O-1", signed_on="2025-01-01", term="36 months", lines=lines, renewal=renewal)
    return Contract(id="C-1", currency=currency, orders=[order, *later])


def renewed(contract: Contract, *, line: str = "seats", on: str = "2028-01-01", facts: Facts | None = None) -> Charge:
    """The charge of a line that serves from the first day of the renewal."""
    found = charges_for(contract, facts or Facts())
    start = date.fromisoformat(on)
    return next(one for one in found if one.line.id == line and one.service is not None and one.service.start == start)


def price(charge: Charge) -> str:
    found = charge.derivation.price
    assert found.evaluate() == found.unit_amount
    return f"{found.unit_amount.normalize():f}"


@pytest.mark.parametrize(
    ("line", "basis", "expected"),
    [
        # 365 days of 80, 90 and 100 each.
        (seats(ramp=RAMP), "last", "110"),
        (seats(ramp=RAMP), "first", "88"),
        (seats(ramp=RAMP), "list", "88"),
        (seats(ramp=RAMP, list_amount=120), "list", "132"),
        (seats(ramp=RAMP, list_amount=0), "list", "0"),
        (seats(ramp=RAMP), "average", "99"),
        # A price of the last 100 days alone: (995 × 80 + 100 × 90) / 1,095 = 80.9132…, to the cent, and finer where the
        # price is, to no more digits than it needs, or as the escalator says.
        (seats(ramp=[RampStep(on="2027-09-23", unit_amount=90)]), "average", "89.001"),
        (seats(unit_amount="80.0000", ramp=[RampStep(on="2027-09-23", unit_amount=90)]), "average", "89.001"),
        # (995 × 80.001 + 100 × 90) / 1,095 = 80.91415…
        (seats(unit_amount="80.001", ramp=[RampStep(on="2027-09-23", unit_amount=90)]), "average", "89.0054"),
        # Steps of 0 change nothing but say how a price is rounded.
        (seats(ramp=[RampStep(on="2027-09-23", unit_amount=90)], escalator=Escalator(rate=0, round_to="0.5")),
         "average", "89"),
        # Only the days that it was served: from 1 July 2026 184 days of 80, then 365 of 90: 86.65.
        (seats(starts_on="2026-07-01", ramp=[RampStep(on="2027-01-01", unit_amount=90)]), "average", "95.315"),
        # A step inside a quarter waits for the next: 80 up to 31 March 2027, 275 days of 88: 82.01.
        (seats(escalator=Escalator(rates=["0.10"], clock="date", clock_on="2026-02-15")), "average", "90.211"),
        (seats(escalator=Escalator(rates=["0.10"], clock="date", clock_on="2026-02-15")), "last", "96.8"),
    ],
)  # fmt: skip
def test_what_the_uplift_is_taken_of(line: LineItem, basis: str, expected: str) -> None:
    assert price(renewed(deal(line, uplift="0.10", basis=basis))) == expected


def test_an_average_is_rounded_to_the_unit_of_the_currency() -> None:
    ramp = [RampStep(on="2027-09-23", unit_amount=9000)]
    contract = deal(seats(unit_amount=8000, ramp=ramp), currency="JPY", uplift=0, basis="average")
    assert price(renewed(contract)) == "8091"


def test_a_renewed_price_is_where_the_next_average_and_the_next_steps_start() -> None:
    contract = deal(
        seats(ramp=RAMP, escalator=Escalator(rate="0.01", compounding=False, clock="date", clock_on="2027-07-01")),
        uplift="0.10",
        basis="first",
        times=2,
    )
    # Simple steps of the new price on 1 July of each year; the first price stays the one of the first day.
    prices = [price(renewed(contract, on=on)) for on in ("2028-01-01", "2028-07-01", "2029-01-01", "2029-07-01")]
    assert prices == ["88", "88.88", "88", "88.88"]
    averaged = deal(seats(ramp=RAMP), uplift="0.10", basis="average", times=2)
    assert [price(renewed(averaged, on=on)) for on in ("2028-01-01", "2029-01-01")] == ["99", "108.9"]


def test_a_later_amendment_leaves_the_first_price_alone_and_one_of_the_first_day_is_the_first() -> None:
    for on, expected in (("2025-06-01", "80"), ("2025-01-01", "70")):
        change = Change(line="seats", on=on, unit_amount=70)
        later = Order(id="O-2", kind="amendment", signed_on="2025-06-01", effective_on=on, changes=[change])
        assert price(renewed(deal(seats(), later=(later,), uplift=0, basis="first"))) == expected


@pytest.mark.parametrize("basis", UpliftBasis)
def test_a_line_that_adds_to_another_renews_at_its_price(basis: UpliftBasis) -> None:
    # What waited for a quarter of the first line in 2025 counts from there, though the other was not served yet.
    ramp = [
        RampStep(on="2025-01-10", unit_amount=70, inside_period="wait"),
        RampStep(on="2025-02-10", unit_amount=90, inside_period="wait"),
    ]
    more = LineItem(id="more", extends="seats", starts_on="2025-08-15")
    contract = deal(seats(ramp=ramp, list_amount=60), more, uplift="0.10", basis=basis)
    prices = {price(renewed(contract, line=name)) for name in ("seats", "more")}
    # 90 days of 80 and 1,005 of 90 are 89.18 on average.
    assert prices == {{"last": "99", "first": "88", "list": "66", "average": "98.098"}[basis]}


@pytest.mark.parametrize(
    ("agreed", "signed", "expected"),
    [
        ({"uplift": "0.10", "basis": "first"}, {}, "88"),
        ({"uplift": "0.10", "basis": "first"}, {"uplift": "0.05"}, "84"),
        ({"uplift": "0.10", "basis": "first"}, {"uplift": "0.05", "uplift_basis": "last"}, "105"),
        ({"uplift": "0.10"}, {"uplift": "0.05", "uplift_basis": "average"}, "94.5"),
        ({}, {"uplift": "0.05", "uplift_basis": "first"}, "84"),
        ({}, {"uplift": "0.05"}, "105"),
        ({}, {}, "100"),
    ],
)
def test_a_signed_renewal_goes_by_its_own_word_else_by_what_was_agreed(
    agreed: dict[str, Any], signed: dict[str, Any], expected: str
) -> None:
    on = "2028-01-01"
    order = Order(id="O-2", kind="renewal", signed_on="2027-12-01", effective_on=on, term="1 year", **signed)
    assert price(renewed(deal(seats(ramp=RAMP), later=(order,), **agreed))) == expected


@pytest.mark.parametrize(
    ("basis", "reason"),
    [
        ("last", "100.00 + 5 % = 105.00 (renewal, O-1)"),
        ("first", "80.00 + 5 % = 84.00 (renewal from the first price, O-1)"),
        ("list", "120.00 + 5 % = 126.00 (renewal from the list price, O-1)"),
        ("average", "90.00 + 5 % = 94.50 (renewal from the average price of the term before, O-1)"),
    ],
)
def test_the_working_says_what_the_uplift_is_taken_of(basis: str, reason: str) -> None:
    charge = renewed(deal(seats(ramp=RAMP, list_amount=120), uplift="0.05", basis=basis))
    assert explain(charge).splitlines()[-1] == f"  from 2028-01-01: {reason}"


@pytest.mark.parametrize(
    ("basis", "certainty"), [("last", "estimated"), ("first", "fixed"), ("list", "fixed"), ("average", "estimated")]
)
def test_a_renewed_price_is_estimated_only_where_it_rests_on_what_is(basis: str, certainty: str) -> None:
    line = seats(escalator=Escalator(index=Index(name="CPI")), list_amount=120)
    later = Order(
        id="O-2", kind="renewal", signed_on="2027-12-01", effective_on="2028-01-01", term="2 years", uplift="0.10",
        uplift_basis=basis,
    )  # fmt: skip
    contract = deal(line, later=(later,))
    assert renewed(contract).certainty == certainty
    # From the next step of the index on it rests on readings again.
    assert renewed(contract, on="2029-01-01").certainty is Certainty.ESTIMATED
    values = {"2025-01": 100, "2026-01": 102, "2027-01": 105}
    readings = [IndexReading(index="CPI", month=name, value=n, known_on="2027-02-01") for name, n in values.items()]
    assert renewed(contract, facts=Facts(readings=readings)).certainty is Certainty.FIXED


def test_a_flat_price_renews_at_its_list_price() -> None:
    line = LineItem(id="seats", price=Flat(amount=900, per="year"), list_amount=1000, billing=Recurring(every="year"))
    charge = renewed(deal(line, uplift=0, basis="list"))
    assert charge.value == Decimal("1000.00")
