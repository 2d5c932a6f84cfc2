"""Bugs that other billing systems had, as whole contracts: one test for each T-id that is not shown elsewhere.

T-001: tests/style (lint), tests/periods · T-003 to T-006: tests/money/test_incidents.py, tests/test_display.py · T-018
and T-040 also in tests/laws, T-052 in tests/charges · T-041: tests/deal · the rest here, and of periods alone in
tests/periods.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill.charges import Charge, Facts, charges_for
from contractbill.deal import (
    Change,
    Contract,
    Discount,
    Flat,
    Instalment,
    LineItem,
    Order,
    PaymentTerms,
    PerUnit,
    Recurring,
    Renewal,
    cancel,
    started,
)
from contractbill.errors import InvalidTerms
from contractbill.invoices import due, schedule, verify
from contractbill.money import Carrier, add_up, quantum
from contractbill.periods import Alignment, Period, Proration
from contractbill.testing import sales_led
from contractbill.testing.strategies import contracts

D = date
COVERED = (1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 15, 16, 17, 18, 24, 50, 51, 52, 53, 54)


def deal(*lines: LineItem, currency: str = "USD", later: tuple[Order, ...] = (), **given: Any) -> Contract:
    order = Order(**({"id": "O-1", "signed_on": "2026-01-01", "term": "12 months", "lines": lines} | given))
    return Contract(id="C-1", currency=currency, orders=[order, *later])


def flat(name: str = "a", amount: object = 100, per: str = "month", every: str = "month", **given: Any) -> LineItem:
    billing = given.pop("billing", Recurring(every=every))
    return LineItem(id=name, price=Flat(amount=Decimal(str(amount)), per=per), billing=billing, **given)


def services(contract: Contract, through: date | None = None) -> list[Period]:
    return [one.service for one in charges_for(contract, through=through) if one.service is not None]


def test_t_002_a_contract_of_many_years_never_drifts() -> None:
    days = [one.start for one in services(deal(flat(), signed_on="2024-01-31", term="8 years"))]
    assert [day.day for day in days[:6]] == [31, 29, 31, 30, 31, 30]
    assert all(day.day == 31 for day in days if day.month in {1, 3, 5, 7, 8, 10, 12})
    leap = services(deal(flat(every="year"), signed_on="2024-02-29", term="8 years"))
    assert [str(one.start) for one in leap][::4] == ["2024-02-29", "2028-02-29"]


@pytest.mark.parametrize("start", ["2023-01-28", "2023-01-29", "2023-01-30", "2023-01-31", "2024-02-29"])
@pytest.mark.parametrize("every", ["month", "quarter", "half-year", "year"])
def test_t_010_ten_years_tile_exactly_from_any_anchor(start: str, every: str) -> None:
    contract = deal(flat(every=every), signed_on=start, term="10 years")
    periods = services(contract)
    assert len(periods) == 120 // {"month": 1, "quarter": 3, "half-year": 6, "year": 12}[every]
    assert all(one.end == after.start for one, after in pairwise(periods))
    assert sum(one.days for one in periods) == (periods[-1].end - periods[0].start).days
    assert verify(schedule(contract)) == ()
    assert schedule(contract).fixed.amount == 12_000


def test_t_010_the_31st_after_a_short_february() -> None:
    # "28 Feb 2023 -> 31 Jan..27 Feb, next 28 Feb..30 Mar" is how the thread states it.
    periods = services(deal(flat(), signed_on="2022-12-31", term="4 months"))
    assert [str(one) for one in periods[1:3]] == ["2023-01-31 to 2023-02-27", "2023-02-28 to 2023-03-30"]


def test_t_011_a_stub_is_a_share_of_the_full_period_and_not_of_the_clamped_one() -> None:
    billing = Recurring(every="quarter", align=Alignment(to="calendar"))
    first = charges_for(deal(flat(per="quarter", billing=billing), signed_on="2025-02-17"))[0]
    # 43 of the 90 days of January to March; never 43 of 43.
    assert str(first.derivation.share) == "43/90"


def test_t_012_a_change_in_mid_period_bills_both_halves_once_in_arrears() -> None:
    billing = Recurring(every="month", timing="arrears")
    basic = flat("basic", 300, billing=billing, ends_before="2026-04-16")
    better = LineItem(id="better", price=Flat(amount=600, per="month"), billing=billing)
    later = (Order(id="O-2", kind="expansion", signed_on="2026-04-10", effective_on="2026-04-16", lines=[better]),)
    april = [one for one in charges_for(deal(basic, later=later)) if one.planned_on in (D(2026, 4, 16), D(2026, 5, 1))]
    assert [(one.line.id, str(one.derivation.share), str(one.value)) for one in april] == [
        ("basic", "15/30", "150.00"),
        ("better", "15/30", "300.00"),
    ]


def test_t_013_three_phases_of_a_discount_switch_on_their_boundaries() -> None:
    phases = Discount(id="launch", rates=["0.3", "0.2", "0.1"], every="4 months")
    plan = schedule(deal(flat(discounts=[phases]), term="16 months"))
    assert [int(one.value) for one in plan.invoices] == [70] * 4 + [80] * 4 + [90] * 4 + [100] * 4
    # Also where the boundaries lie inside billing periods: 14 of 28 days of February, 15 of 31 of May.
    phases = Discount(id="launch", rates=["0.3", "0.2", "0.1"], every="45 days")
    found = [one for one in charges_for(deal(flat(discounts=[phases]))) if one.component.startswith("discount")]
    assert [(str(one.service), str(one.value)) for one in found] == [
        ("2026-01-01 to 2026-01-31", "-30.00"),
        ("2026-02-01 to 2026-02-14", "-15.00"),
        ("2026-02-15 to 2026-02-28", "-10.00"),
        ("2026-03-01 to 2026-03-31", "-20.00"),
        ("2026-04-01 to 2026-04-30", "-10.00"),
        ("2026-05-01 to 2026-05-15", "-4.84"),
    ]


def test_t_014_month_ends_mean_nothing_to_weeks() -> None:
    weekly = Recurring(every="2 weeks", month_end=True)
    starts = [
        one.start for one in services(deal(flat(per="week", billing=weekly), signed_on="2026-01-31", term="84 days"))
    ]
    assert all(after - one == timedelta(14) for one, after in pairwise(starts))


def test_t_015_the_last_days_of_a_leap_february() -> None:
    billing = Recurring(every="month", align=Alignment(to="calendar"))
    (stub, *_rest) = charges_for(deal(flat(amount=29, billing=billing), signed_on="2024-02-27", term="2 months"))
    assert (str(stub.derivation.share), str(stub.value)) == ("3/29", "3.00")


@pytest.mark.parametrize(
    "given",
    [
        {"starts_on": "2026-06-01", "ends_before": "2026-06-01"},
        {"starts_on": "2026-06-01", "ends_before": "2026-05-01"},
        {"ends_before": "2026-01-01"},
        {"ends_before": "1999-01-01"},
        {"starts_on": "1999-01-01"},
        {"starts_on": "2099-01-01"},
    ],
)
def test_t_016_empty_reversed_and_stale_days_are_refused_when_a_deal_is_made(given: dict[str, str]) -> None:
    with pytest.raises(InvalidTerms, match=r"empty_period|outside_term|line_before_order"):
        deal(flat(**given))


def test_t_016_ranges_of_any_size_end() -> None:
    renewing = deal(flat(), renewal=Renewal(term="1 day", kind="auto", times=None))
    with pytest.raises(InvalidTerms, match="too_many_terms"):
        schedule(renewing, through=date.max)
    assert schedule(deal(flat()), through=date.max) == attrs.evolve(schedule(deal(flat())), through=date.max)
    assert schedule(deal(flat()), through=date.min).invoices == ()


def test_t_017_a_line_that_stops_moves_no_other() -> None:
    others = [flat("b"), flat("c", every="quarter")]

    def rest(contract: Contract) -> list[Charge]:
        return [one for one in charges_for(contract) if one.line.id != "a"]

    assert rest(deal(flat("a"), *others)) == rest(deal(flat("a", ends_before="2026-11-07"), *others))


@given(st.lists(contracts(at_most=2), min_size=2, max_size=3))
def test_t_017_no_state_leaks_from_one_contract_to_the_next(batch: list[Contract]) -> None:
    alone = [schedule(contract) for contract in batch]
    assert [schedule(contract) for contract in reversed(batch)] == alone[::-1]


@pytest.mark.parametrize(("currency", "amount"), [("USD", "1000"), ("JPY", "1000"), ("KWD", "1000.001")])
@pytest.mark.parametrize("every", ["month", "quarter", "4 months", "half-year"])
def test_t_018_the_parts_of_a_year_and_a_stub_with_its_rest_make_the_year(
    currency: str, amount: str, every: str
) -> None:
    parts = charges_for(deal(flat(amount=amount, per="year", every=every), currency=currency))
    assert add_up(one.value for one in parts) == Decimal(amount)
    aligned = Recurring(every=every, align=Alignment(to="day", day=11))
    stubs = charges_for(deal(flat(amount=amount, per="term", billing=aligned), currency=currency))
    assert stubs[0].service == Period(D(2026, 1, 1), D(2026, 1, 11))
    assert add_up(one.value for one in stubs) == Decimal(amount)


def test_t_020_nothing_depends_on_the_day_it_is_asked() -> None:
    contract = sales_led()
    known = max(order.known_on for order in contract.orders)
    plans = {schedule(contract, as_of=known + timedelta(days)).invoices for days in (0, 1, 400)}
    assert len(plans) == 1


def test_t_021_shares_lie_between_nothing_and_one() -> None:
    for start in ("2026-01-01", "2026-01-31", "2026-02-27"):
        for rule in (
            "actual_days",
            "thirty_360",
            "fixed_30",
            "nominal_days",
            "actual_365",
            "whole_months",
            "months_then_days",
        ):
            billing = Recurring(every="month", align=Alignment(to="calendar"), proration=Proration(rule=rule))
            for one in charges_for(deal(flat(billing=billing, ends_before="2026-09-30"), signed_on=start)):
                assert 0 <= one.derivation.share.fraction <= 1


def test_t_024_a_swap_credits_and_charges_with_the_same_discounts() -> None:
    discounts = [Discount(id="fixed", amount=30), Discount(id="tenth", rate="0.1")]
    price = PerUnit(unit_amount=20, per="month")
    seats = LineItem(id="seats", quantity=10, price=price, billing=Recurring(), discounts=discounts)
    given: dict[str, Any] = {"kind": "amendment", "signed_on": "2026-03-10", "effective_on": "2026-03-16"}
    more = Order(id="O-2", changes=[Change(line="seats", quantity=15)], **given)
    plan = schedule(deal(seats, later=(more,)))
    (april,) = [one for one in plan.invoices if one.planned_on == D(2026, 4, 1)]
    # March was billed; 16 of its 31 days come back as they were charged, and are charged anew. No 30 counts twice.
    assert [(one.component.partition("/O-2")[0], str(one.value)) for one in april.lines[:6]] == [
        ("base", "-103.23"),
        ("discount/fixed", "15.48"),
        ("discount/tenth", "8.77"),
        ("base", "154.84"),
        ("discount/fixed", "-15.48"),
        ("discount/tenth", "-13.94"),
    ]
    # Nothing is left of a swap for the same.
    same = Order(id="O-2", changes=[Change(line="seats", quantity=10)], **given)
    assert schedule(deal(seats, later=(same,))).fixed == schedule(deal(seats)).fixed
    assert verify(plan) == ()


def test_t_024_what_is_taken_back_is_discounted_as_what_was_charged() -> None:
    fixed, tenth = Discount(id="fixed", amount=30), Discount(id="tenth", rate="0.1")
    seats = LineItem(
        id="seats",
        quantity=10,
        price=PerUnit(unit_amount=20, per="month"),
        billing=Recurring(every="month"),
        discounts=[fixed, tenth],
    )
    more = LineItem(id="more", extends="seats", quantity=5)
    contract = deal(seats, later=(Order(id="O-2", kind="expansion", signed_on="2026-03-16", lines=[more]),))
    cancelled = Facts(progress=[cancel(started("O-2"), on=D(2026, 5, 10))])
    # A delta of seats takes off its rate and no second amount of money, half of March as half.
    charged = [str(one.value) for one in schedule(contract).charges if one.line.id == "more"]
    assert charged[:4] == ["51.61", "-5.16", "100.00", "-10.00"]
    plan = schedule(contract, cancelled)
    entries = [(one.slot, one.entry, one.value) for one in plan.charges if one.line.id == "more"]
    debits, taken_back = ({slot: value for slot, entry, value in entries if entry == number} for number in (1, 2))
    assert taken_back == {slot: -value for slot, value in debits.items()}
    assert plan.fixed == schedule(deal(seats)).fixed
    assert verify(plan) == ()


@pytest.mark.parametrize("runs", [["2026-04-30"], ["2026-01-15", "2026-04-30"], ["2026-04-30", "2026-04-30"]])
def test_t_040_a_job_that_was_down_bills_what_it_missed_once(runs: list[str]) -> None:
    billed: list[Charge] = []
    for day in runs:
        billed += [line for one in due(deal(flat()), billed=billed, as_of=D.fromisoformat(day)) for line in one.lines]
    assert [one.planned_on.month for one in billed] == [1, 2, 3, 4]


def test_t_050_lines_make_the_total_and_their_credit_makes_it_again() -> None:
    lines = [
        LineItem(id=f"l-{n}", quantity="1.333", price=PerUnit(unit_amount="0.335", per="month"), billing=Recurring())
        for n in range(7)
    ]
    extra = Order(id="O-2", kind="expansion", signed_on="2026-01-01", lines=lines)
    facts = Facts(progress=[cancel(started("O-2"), on=D(2026, 1, 20))])
    plan = schedule(deal(flat(), later=(extra,)), facts)
    first, second = plan.invoices[:2]
    assert first.value == add_up(line.value for line in first.lines) == Decimal("103.15")
    credited = [line for line in second.lines if line.entry == 2]
    assert add_up(line.value for line in credited) == Decimal("-3.15")
    assert second.value == add_up(line.value for line in second.lines) == Decimal("96.85")


def test_t_051_a_product_is_rounded_once_at_its_end() -> None:
    seats = LineItem(
        id="seats", quantity=1000, price=PerUnit(unit_amount="0.0049", per="month"), billing=Recurring(every="quarter")
    )
    assert [str(one.value) for one in charges_for(deal(seats))] == ["14.70"] * 4
    stub = attrs.evolve(seats, starts_on="2026-02-15", billing=Recurring(every="quarter"))
    # 1000 × 0.0049 × 3 × 45/90, not a rounded 0.00, 14.70 or 2.45.
    assert str(charges_for(deal(stub))[0].value) == "7.35"


@pytest.mark.parametrize(
    ("carrier", "expected"),
    [
        (Carrier.FIRST, "30.01 40.00 30.00"),
        (Carrier.LAST, "30.00 40.00 30.01"),
        (Carrier.LARGEST, "30.00 40.01 30.00"),
        (Carrier.LARGEST_REMAINDER, "30.00 40.01 30.00"),
    ],
)
def test_t_052_instalments_make_the_whole_and_say_who_carries_the_rest(carrier: Carrier, expected: str) -> None:
    terms = PaymentTerms(instalments=[Instalment(share=share) for share in ("0.3", "0.4", "0.3")], carrier=carrier)
    (invoice,) = schedule(deal(flat(amount="100.01", per="term", every="term"), payment_terms=terms)).invoices
    assert " ".join(str(part) for _on, part in invoice.instalments) == expected
    assert add_up(part for _on, part in invoice.instalments) == invoice.value


def test_t_053_where_amounts_are_rounded_is_the_line_and_nowhere_else() -> None:
    # Tax comes later; what it is taken of stands at currency scale on each line, and a total is their sum.
    seats = [
        LineItem(id=f"l-{n}", quantity=1, price=PerUnit(unit_amount="0.335", per="month"), billing=Recurring())
        for n in range(3)
    ]
    first = schedule(deal(*seats)).invoices[0]
    assert [str(line.value) for line in first.lines] == ["0.34"] * 3
    assert str(first.value) == "1.02", "not 1.005 rounded, which is 1.01"
    assert all(line.value == line.value.quantize(quantum("USD")) for line in first.lines)


def test_t_054_totals_are_never_stored_beside_the_lines() -> None:
    plan = schedule(sales_led())
    cut = attrs.evolve(plan, invoices=plan.invoices[1:])
    assert cut.fixed.amount == plan.fixed.amount - plan.invoices[0].value
    assert {"total", "value", "fixed", "tcv"}.isdisjoint(
        field.name for cls in (type(plan), type(plan.invoices[0])) for field in attrs.fields(cls)
    )


def test_every_incident_of_this_stage_has_its_test() -> None:
    tests = Path(__file__).parents[1]
    named = "\n".join(path.read_text("utf-8") for path in tests.rglob("test_*.py"))
    missing = [number for number in COVERED if f"test_t_{number:03}" not in named and f"test_t{number:03}" not in named]
    assert missing == []
