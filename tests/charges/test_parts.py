"""Parts of periods and of prices: what they cost together, and at whose price."""

from decimal import Decimal
from typing import Any

import pytest

from contractbill import (
    Alignment,
    Charge,
    Contract,
    Escalator,
    Flat,
    InvalidTerms,
    LineItem,
    Order,
    PerUnit,
    Proration,
    Recurring,
    Renewal,
    Stubs,
    charges_for,
)
from contractbill.deal import MonthDay


def deal(
    *lines: LineItem, term: str = "12 months", starts: str = "2026-01-15", renewal: Renewal | None = None
) -> Contract:
    order = Order(id="O-1", signed_on=starts, term=term, renewal=renewal, lines=lines)
    return Contract(id="C-1", currency="USD", orders=[order])


def total(charges: tuple[Charge, ...]) -> Decimal:
    return sum((charge.value for charge in charges), Decimal(0))


# The stubs of a leap year and of a year that is none do not add up by days alone; the year has a price of its own.
@pytest.mark.parametrize(
    ("every", "align", "starts", "term", "whole"),
    [
        ("month", "contract", "2026-01-15", "12 months", "1000.00"),
        ("5 months", "contract", "2026-01-15", "12 months", "1000.00"),
        ("quarter", "calendar", "2023-05-20", "12 months", "1000.00"),
        ("quarter", "calendar", "2024-02-10", "24 months", "2000.00"),
        ("month", "calendar", "2024-02-29", "12 months", "1000.00"),
        ("week", "contract", "2026-01-15", "12 months", "1000.00"),
    ],
)
def test_t_018_a_stub_and_the_rest_of_a_year_are_the_year(
    every: str, align: str, starts: str, term: str, whole: str
) -> None:
    billing = Recurring(every=every, align=Alignment(align))
    line = LineItem(id="licence", price=Flat(amount=1000, per="year"), billing=billing)
    assert total(charges_for(deal(line, starts=starts, term=term))) == Decimal(whole)


def test_rules_that_charge_a_stub_as_a_whole_period_go_beyond_the_year() -> None:
    billing = Recurring(every="month", align=Alignment("calendar"), proration=Proration("none"))
    line = LineItem(id="licence", price=Flat(amount=1200, per="year"), billing=billing)
    assert total(charges_for(deal(line))) == Decimal("1300.00")


def test_a_price_per_term_is_shared_by_months() -> None:
    line = LineItem(id="build", price=Flat(amount=36_000, per="term"), billing=Recurring(every="month"))
    charges = charges_for(deal(line, term="36 months"))
    assert [charge.value for charge in charges] == [Decimal("1000.00")] * 36


def test_a_price_per_term_that_is_no_whole_number_of_months_is_shared_by_days() -> None:
    line = LineItem(id="build", price=Flat(amount=100, per="term"), billing=Recurring(every="month"))
    charges = charges_for(deal(line, term="45 days", starts="2026-01-01"))
    assert [(charge.component, str(charge.value)) for charge in charges] == [("base", "68.89"), ("base", "31.11")]


# 100,000 a year from 15 January; each 1 January +5 %, which waits for the 15th; the renewal of that day is +3 %.
def test_a_renewal_uplift_stands_for_a_step_that_waited_for_that_day() -> None:
    line = LineItem(
        id="platform",
        price=Flat(amount=100_000, per="year"),
        billing=Recurring(every="year"),
        escalator=Escalator(rate="0.05", on=MonthDay(month=1, day=1)),
    )
    renewal = Renewal(term="24 months", uplift="0.03")
    charges = charges_for(deal(line, renewal=renewal))
    assert [str(charge.value) for charge in charges] == ["100000.00", "103000.00", "108150.00"]
    assert [step.cause for step in charges[-1].derivation.price.steps] == ["renewal", "escalator"]


def test_a_step_that_splits_its_period_is_taken_before_a_renewal_uplift() -> None:
    line = LineItem(
        id="platform",
        price=Flat(amount=100_000, per="year"),
        billing=Recurring(every="year"),
        escalator=Escalator(rate="0.05", on=MonthDay(month=1, day=1), inside_period="split"),
    )
    renewal = Renewal(term="12 months", uplift="0.03")
    last = charges_for(deal(line, renewal=renewal))[-1].derivation.price
    assert [step.cause for step in last.steps] == ["escalator", "renewal", "escalator"]


# Seats by the quarter; +10 % from 1 September waits for 15 October. Five more join on 1 October, in the old quarter.
def test_a_line_that_joins_another_pays_the_same_on_any_day() -> None:
    seats = LineItem(
        id="seats",
        quantity=10,
        price=PerUnit(unit_amount=60, per="month"),
        billing=Recurring(every="quarter"),
        escalator=Escalator(rate="0.10", on=MonthDay(month=9, day=1)),
    )
    first = Order(id="O-1", signed_on="2026-01-15", term="12 months", lines=[seats])
    more = LineItem(id="more", extends="seats", quantity=5)
    second = Order(id="O-2", kind="expansion", signed_on="2026-10-01", lines=[more])
    charges = charges_for(Contract(id="C-1", currency="USD", orders=[first, second]))
    prices = {
        (charge.line.id, str(charge.service.start)): charge.derivation.price.unit_amount
        for charge in charges
        if charge.service is not None
    }
    assert prices["seats", "2026-07-15"] == prices["more", "2026-10-01"] == Decimal(60)
    assert prices["seats", "2026-10-15"] == prices["more", "2026-10-15"] == Decimal(66)


# A licence of 300 for the whole term, raised by 10 % in its second month; more join in the third.
def test_a_line_that_joins_one_billed_once_a_term_pays_the_price_of_the_term() -> None:
    licence = LineItem(
        id="licence",
        quantity=2,
        price=PerUnit(unit_amount=300, per="term"),
        billing=Recurring(every="term"),
        escalator=Escalator(rate="0.10", every="month"),
    )
    first = Order(id="O-1", signed_on="2026-01-01", term="3 months", lines=[licence])
    more = LineItem(id="more", extends="licence", quantity=1)
    second = Order(id="O-2", kind="expansion", signed_on="2026-03-01", lines=[more])
    charges = charges_for(Contract(id="C-1", currency="USD", orders=[first, second]))
    assert [(charge.line.id, str(charge.value)) for charge in charges] == [("licence", "600.00"), ("more", "103.33")]


def test_terms_that_cannot_be_unfolded_name_every_line() -> None:
    strict = Recurring(every="month", stubs=Stubs(first="none"), align=Alignment("calendar"))
    fine = LineItem(id="a", price=Flat(amount=1, per="month"), billing=Recurring())
    lines = [LineItem(id=name, price=Flat(amount=1, per="month"), billing=strict) for name in ("b", "c")]
    with pytest.raises(InvalidTerms) as refused:
        charges_for(deal(fine, *lines))
    assert [(issue.path, issue.code) for issue in refused.value.issues] == [
        ("$.orders[0].lines[1].billing.stubs.first", "stub_refused"),
        ("$.orders[0].lines[2].billing.stubs.first", "stub_refused"),
    ]


def test_a_day_of_the_month_needs_months() -> None:
    with pytest.raises(InvalidTerms) as refused:
        Recurring(every="2 weeks", align=Alignment("day", day=3))
    assert [(issue.path, issue.code) for issue in refused.value.issues] == [("$.align.day", "day_needs_months")]


@pytest.mark.parametrize("name", ["as_of", "through"])
def test_days_asked_for_must_be_days(name: str) -> None:
    line = LineItem(id="a", price=Flat(amount=1, per="month"), billing=Recurring())
    wrong: dict[str, Any] = {name: "2026-01-01"}
    with pytest.raises(InvalidTerms) as refused:
        charges_for(deal(line), **wrong)
    assert (refused.value.path, refused.value.code) == (f"$.{name}", "not_a_date")
