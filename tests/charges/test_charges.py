"""Charges of single lines: prices over time, parts of periods, and what a line takes from the one it extends."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from contractbill.charges import BASE, Basis, Certainty, Charge, charges_for, explain, reason
from contractbill.deal import (
    Contract,
    Escalator,
    Flat,
    LineItem,
    MonthDay,
    OneTime,
    Order,
    PerUnit,
    Recurring,
    Renewal,
)
from contractbill.errors import InvalidTerms, NotAllowed
from contractbill.money import Rounding, add_up, quantize, quantum
from contractbill.periods import Alignment, Proration, Stubs

D = date


def line(name: str = "a", **given: Any) -> LineItem:
    default: dict[str, Any] = {"id": name, "price": Flat(amount=100, per="month"), "billing": Recurring(every="month")}
    return LineItem(**(default | given))


def charges(*lines: LineItem, later: tuple[Order, ...] = (), through: date | None = None, **given: Any) -> list[Charge]:
    order = Order(**({"id": "O-1", "signed_on": "2026-01-01", "term": "12 months", "lines": lines} | given))
    deal = Contract(id="C-1", currency="USD", orders=[order, *later])
    return list(charges_for(deal, through=through))


def unit_amounts(escalator: Escalator, *, every: str = "year", term: str = "48 months", **given: Any) -> list[str]:
    price = PerUnit(unit_amount=100, per="year")
    found = charges(line(price=price, billing=Recurring(every=every), escalator=escalator, **given), term=term)
    return [str(one.derivation.price.unit_amount) for one in found if one.component.startswith(BASE)]


@pytest.mark.parametrize(
    ("escalator", "expected"),
    [
        (Escalator(amount=7), "100 107 114 121"),
        (Escalator(amounts=[5, 10]), "100 105 115 115"),
        (Escalator(rate="0.10", compounding=False), "100 110.00 120.00 130.00"),
        (Escalator(rate="-0.10"), "100 90.00 81.0000 72.900000"),
        (Escalator(rate="0.10", every="24 months"), "100 100 110.00 110.00"),
        # Within a billing period a step waits for the next one.
        (Escalator(rate="0.10", every="18 months"), "100 100 110.00 121.0000"),
        (Escalator(rate="0.10", on=MonthDay(month=1, day=1)), "100 110.00 121.0000 133.100000"),
        (Escalator(rate="0.10", on=MonthDay(month=4, day=1)), "100 110.00 121.0000 133.100000"),
        (Escalator(rate="0.10", clock="date", clock_on="2024-06-30"), "100 110.00 121.0000 133.100000"),
        (Escalator(rate="0.10", clock="date", clock_on="2027-01-01"), "100 100 110.00 121.0000"),
        (Escalator(rate="0.10", at_renewal=True), "100 100 100 100"),
        (Escalator(rate="0.10", round_to=5), "100 110 120 135"),
        (Escalator(rate="0.10", round_to=5, on_rounded=True), "100 110 120 130"),
        (Escalator(rate="0.10", round_to=5, rounding="up"), "100 110 125 135"),
    ],
    ids=str,
)
def test_a_price_over_four_years(escalator: Escalator, expected: str) -> None:
    assert unit_amounts(escalator) == expected.split()


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        # A line that starts in June on calendar quarters: its first full one is July's.
        ("contract_start", "100 100 100 110.00"),
        ("line_start", "100 100 100 100"),
        ("first_full_period", "100 100 100 100"),
    ],
)
def test_what_an_escalator_counts_from(clock: str, expected: str) -> None:
    escalator = Escalator(rate="0.10", clock=clock)
    found = charges(
        line(
            price=PerUnit(unit_amount=100, per="quarter"),
            billing=Recurring(every="quarter", align=Alignment(to="calendar")),
            escalator=escalator,
            starts_on="2026-06-10",
        ),
        term="24 months",
    )
    prices = [(one.planned_on, str(one.derivation.price.unit_amount)) for one in found]
    assert [price for _on, price in prices[:4]] == expected.split()
    first = next(on for on, price in prices if price == "110.00")
    assert first == {"contract_start": D(2027, 1, 1)}.get(clock, D(2027, 7, 1))


def test_a_clock_without_a_full_period_counts_from_the_start() -> None:
    found = charges(
        line(
            billing=Recurring(every="year", align=Alignment(to="calendar")),
            escalator=Escalator(rate="0.10", every="month", clock="first_full_period", inside_period="split"),
        ),
        signed_on="2026-03-15",
        term="3 months",
    )
    assert [one.service.start for one in found if one.service] == [D(2026, 3, 15), D(2026, 4, 15), D(2026, 5, 15)]


def test_a_renewal_takes_the_place_of_that_day_s_step_and_simple_interest_starts_afresh() -> None:
    found = charges(
        line(billing=Recurring(every="year"), escalator=Escalator(rate="0.10", compounding=False)),
        term="24 months",
        renewal=Renewal(term="24 months", uplift="0.05"),
    )
    assert [str(one.value) for one in found] == ["1200.00", "1320.00", "1386.00", "1524.60"]
    assert [step.cause for step in found[-1].derivation.price.steps] == ["escalator", "renewal", "escalator"]


# ----------------------------------------------------------------------------------------------------- parts of periods


@pytest.mark.parametrize(
    "rule", ["none", "whole_months", "months_then_days", "nominal_days", "thirty_360", "actual_365", "fixed_30"]
)
@pytest.mark.parametrize("counted", [False, True])
def test_a_step_that_splits_a_period_never_charges_it_twice(rule: str, *, counted: bool) -> None:
    billing = Recurring(every="quarter", proration=Proration(rule=rule, last_day_counted=counted))
    step = Escalator(amounts=["0.01", "-0.01"], every="5 months", inside_period="split")
    found = charges(line(price=Flat(amount=1200, per="quarter"), billing=billing, escalator=step))
    parts = [one.derivation for one in found if one.component != "rounding"]
    assert len(parts) == 6
    assert sum(part.factor for part in parts) == 4


@pytest.mark.parametrize("rule", ["none", "whole_months", "months_then_days", "nominal_days", "actual_365"])
@pytest.mark.parametrize("counted", [False, True])
def test_billing_by_the_week_or_the_month_charges_each_price_period_once(rule: str, *, counted: bool) -> None:
    proration = Proration(rule=rule, last_day_counted=counted)
    for per, every in (("month", "week"), ("term", "month"), ("year", "10 days")):
        found = charges(line(price=Flat(amount=1200, per=per), billing=Recurring(every=every, proration=proration)))
        assert sum(one.value for one in found) == (1200 * 12 if per == "month" else 1200)


def test_a_stub_and_the_rest_of_a_year_come_to_its_exact_sum_where_the_price_changes() -> None:
    billing = Recurring(every="month", align=Alignment(to="day", day=11))
    dearer = Escalator(amount=365, every="5 months", clock="date", clock_on="2026-02-11")
    found = charges(line(price=Flat(amount=1_000, per="year"), billing=billing, escalator=dearer))
    exact = sum((one.derivation.exact for one in found if one.component.startswith(BASE)), Fraction(0))
    assert add_up(one.value for one in found) == quantize(exact, quantum("USD"), Rounding.HALF_UP)


def test_an_expansion_may_cost_whole_months_of_a_year_at_once() -> None:
    billing = Recurring(every="term", proration=Proration(rule="whole_months"))
    late = line("b", price=Flat(amount=33_800, per="year"), billing=billing, starts_on="2026-08-01")
    (charge,) = charges(late)
    assert charge.value == Decimal("14083.33")


def test_edges_belong_to_the_days_that_hold_them() -> None:
    seats = line(
        price=PerUnit(unit_amount=31, per="month"),
        billing=Recurring(every="month", stubs=Stubs(first_regular_on=D(2026, 3, 1), last_regular_on=D(2026, 11, 1))),
    )
    later = (
        Order(
            id="O-2",
            kind="expansion",
            signed_on="2026-02-10",
            lines=[LineItem(id="b", extends="a"), LineItem(id="c", extends="a", starts_on="2026-05-16")],
        ),
    )
    found = charges(seats, later=later)
    served = {name: [one.service for one in found if one.line.id == name] for name in "abc"}
    assert str(served["a"][0]) == "2026-01-01 to 2026-02-28"
    assert str(served["a"][-1]) == "2026-11-01 to 2026-12-31"
    assert str(served["b"][0]) == "2026-02-10 to 2026-02-28"
    assert str(served["c"][0]) == "2026-05-16 to 2026-05-31"
    assert next(one.value for one in found if one.line.id == "c") == Decimal("16.00")


def test_a_line_that_extends_another_ends_with_it() -> None:
    later = (Order(id="O-2", kind="expansion", signed_on="2026-03-01", lines=[LineItem(id="b", extends="a")]),)
    found = charges(line(ends_before="2026-06-01"), later=later)
    assert max(one.service.end for one in found if one.line.id == "b" and one.service) == D(2026, 6, 1)
    alone = (
        Order(
            id="O-2",
            kind="expansion",
            signed_on="2026-03-01",
            lines=[LineItem(id="b", extends="a", ends_before="2026-05-01")],
        ),
    )
    assert len([one for one in charges(line(ends_before="2026-06-01"), later=alone) if one.line.id == "b"]) == 2


# ------------------------------------------------------------------------------------------------------ where it stands


def test_every_charge_says_why_it_stands_where_it_does() -> None:
    found = charges(
        line("a", billing=Recurring(every="year", timing="arrears")),
        line("b", price=Flat(amount=1), billing=OneTime()),
        line("c", price=Flat(amount=1), billing=OneTime(once="date", on="2026-05-01"), separate=True),
        line("d", price=Flat(amount=1), billing=OneTime(once="signature", after_days=3)),
        line("e", price=Flat(amount=1_000, per="year")),
        known_on="2026-01-02",
    )
    assert [(one.line.id, one.basis) for one in found if one.line.id in "abcd"] == [
        ("a", Basis.IN_ARREARS),
        ("b", Basis.AT_START),
        ("c", Basis.ON_DATE),
        ("d", Basis.AT_SIGNATURE),
    ]
    said = {one.line.id: reason(one) for one in found}
    assert said["a"] == "in arrears, after its service period"
    assert said["b"] == "at the start of the line; asked for 2026-01-01, known or certain only later"
    assert said["c"] == "on the date agreed; on an invoice of its own"
    assert said["d"] == "at signature"
    assert "brings the rounded parts of a price to their whole" in reason(found[-1])
    assert explain(found[-1]) == "1 × 0.04 = 0.04"
    assert found[-1].amount.amount == Decimal("0.04")
    assert found[-1].certainty is Certainty.FIXED


def test_what_has_no_end_needs_a_day_to_stop_at() -> None:
    with pytest.raises(NotAllowed, match=r"\$\.through: through_required"):
        charges(line(), term=None)
    assert len(charges(line(), term=None, through=D(2026, 3, 31))) == 3
    assert charges_for(Contract(id="C-1", currency="USD")) == ()


def test_t_016_no_loop_over_days_is_endless() -> None:
    with pytest.raises(InvalidTerms, match="too_many_steps"):
        charges(line(escalator=Escalator(rate="0.01", every="1 day")), term="4 years")
    with pytest.raises(InvalidTerms, match="too_many_periods"):
        charges(line(billing=Recurring(every="1 day")), term="200 years")
    with pytest.raises(InvalidTerms, match="out_of_range"):
        charges(line(), signed_on="9999-06-01")
    with pytest.raises(InvalidTerms, match="out_of_range"):
        charges(line(price=Flat(amount=1), billing=OneTime(after_days=3000)), signed_on="9998-01-01")
