"""Discounts: what is taken off, for which days, in which order, and how it rounds."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contractbill import (
    Alignment,
    Charge,
    Contract,
    Discount,
    Escalator,
    Flat,
    LineItem,
    OneTime,
    Order,
    PerUnit,
    Proration,
    Recurring,
    Renewal,
    charges_for,
    explain,
    schedule,
    to_rows,
    verify,
)
from contractbill.charges import Certainty, reason
from contractbill.deal import Change, Instalments, Part, Spread

MONTHLY = Flat(amount=100, per="month")


def discount(name: str = "off", **given: Any) -> Discount:
    return Discount(**{"id": name, **({} if {"amount", "rates"} & given.keys() else {"rate": "0.1"}), **given})


def line(*off: Discount, name: str = "a", **given: Any) -> LineItem:
    return LineItem(**{"id": name, "price": MONTHLY, "billing": Recurring(), "discounts": off, **given})


def deal(*lines: LineItem, later: tuple[Order, ...] = (), shared: tuple[Discount, ...] = (), **given: Any) -> Contract:
    order = Order(**{"id": "O-1", "signed_on": "2026-01-01", "term": "12 months", "lines": lines, **given})
    return Contract(id="C-1", currency="USD", orders=[order, *later], discounts=shared)


def off(contract: Contract, **given: Any) -> list[Charge]:
    assert verify(schedule(contract, **given)) == ()
    return [one for one in charges_for(contract, **given) if one.component.startswith("discount")]


def told(charges: list[Charge]) -> list[str]:
    """Each discount as its days, its name and its amount."""
    return [f"{one.service or one.asked_on} {one.component.removeprefix('discount/')} {one.value}" for one in charges]


def total(contract: Contract) -> Decimal:
    return schedule(contract).tcv.amount


# ------------------------------------------------------------------------------------------------------ for which days

# Each row: a discount of 100 a month from 1 January to 31 December, and the days it works on.
WINDOWS: list[tuple[dict[str, Any], str, str, int]] = [
    ({}, "2026-01-01", "2026-12-31", 12),
    ({"first": 3}, "2026-01-01", "2026-03-31", 3),
    ({"first": 12}, "2026-01-01", "2026-12-31", 12),
    ({"first": 100}, "2026-01-01", "2026-12-31", 12),
    ({"last": 2}, "2026-11-01", "2026-12-31", 2),
    ({"last": 100}, "2026-01-01", "2026-12-31", 12),
    ({"starts_on": "2026-04-01", "ends_before": "2026-06-01"}, "2026-04-01", "2026-05-31", 2),
    ({"starts_on": "2026-04-10", "first": 2}, "2026-05-01", "2026-06-30", 2),
    ({"ends_before": "2026-04-10", "last": 2}, "2026-02-01", "2026-03-31", 2),
    ({"ends_before": "2026-02-11", "first": 3}, "2026-01-01", "2026-02-10", 2),
    ({"starts_on": "2026-11-16", "last": 3}, "2026-11-16", "2026-12-31", 2),
    ({"starts_on": "2026-04-16", "ends_before": "2026-04-20"}, "2026-04-16", "2026-04-19", 1),
    ({"starts_on": "2020-01-01", "ends_before": "2030-01-01"}, "2026-01-01", "2026-12-31", 12),
]


@pytest.mark.parametrize(("given", "first", "last", "count"), WINDOWS)
def test_a_discount_works_on_the_days_it_names(given: dict[str, Any], first: str, last: str, count: int) -> None:
    found = [one.service for one in off(deal(line(discount(**given))))]
    assert all(found)
    assert (str(found[0].start), str(found[-1].last_day), len(found)) == (first, last, count)  # type: ignore[union-attr] # all have days


@pytest.mark.parametrize(
    "given",
    [
        {"starts_on": "2027-01-01"},
        {"ends_before": "2026-01-01"},
        {"starts_on": "2026-12-02", "first": 1},
        {"ends_before": "2026-01-31", "last": 1},
        {"starts_on": "2026-02-10", "ends_before": "2026-02-20", "first": 1},
        {"rates": ["0.5"], "starts_on": "2027-01-01"},
        {"rates": ["0.5"], "ends_before": "2025-06-01"},
        {"rates": ["0.5"], "starts_on": "2024-01-01"},
        {"rate": 0},
    ],
)
def test_where_it_names_none_of_the_lines_days_nothing_is_taken_off(given: dict[str, Any]) -> None:
    assert off(deal(line(discount(**given)))) == []


def test_what_is_charged_is_not_cut_and_the_discount_takes_its_part_by_the_proration_of_the_line() -> None:
    window = discount(rate="0.5", starts_on="2026-03-11", ends_before="2026-05-16")
    assert told(off(deal(line(window)))) == [
        "2026-03-11 to 2026-03-31 off -33.87",  # 21 of 31 days
        "2026-04-01 to 2026-04-30 off -50.00",
        "2026-05-01 to 2026-05-15 off -24.19",  # 15 of 31
    ]
    months = Recurring(every="year", proration=Proration("whole_months"))
    assert told(off(deal(line(discount(rate="0.5", ends_before="2026-05-01"), billing=months)))) == [
        "2026-01-01 to 2026-04-30 off -200.00"
    ]
    # A stub that costs a whole period has no parts that add up to it: they are taken by days.
    whole = Recurring(align=Alignment("day", day=21), proration=Proration("none"))
    (stub, *_rest) = off(deal(line(discount(rate="0.5", ends_before="2026-01-11"), billing=whole)))
    assert (str(stub.service), str(stub.derivation.share), stub.value) == (
        "2026-01-01 to 2026-01-10",
        "10/20",
        Decimal("-25.00"),
    )


def test_a_part_of_a_part_of_a_period_is_measured_by_days_where_no_rule_adds_up() -> None:
    # The step splits January, which by this rule costs as much in parts as whole; the discount ends inside its rest.
    half = Escalator(rate="0.5", clock="date", clock_on="2025-01-16", inside_period="split")
    off_until = discount(rate="0.5", ends_before="2026-01-21")
    contract = deal(line(off_until, escalator=half, billing=Recurring(proration=Proration("none"))))
    assert [(one.component, str(one.derivation.factor), str(one.value)) for one in off(contract)] == [
        ("discount/off", "15/31", "-24.19"),
        ("discount/off/2", "5/31", "-12.10"),
    ]


def test_a_stub_counts_as_a_billing_period_and_whole_periods_are_covered() -> None:
    billing = Recurring(align=Alignment("calendar"))
    contract = deal(line(discount(rate=1, first=2), billing=billing), signed_on="2026-01-20")
    assert told(off(contract)) == ["2026-01-20 to 2026-01-31 off -38.71", "2026-02-01 to 2026-02-28 off -100.00"]


def test_the_last_periods_count_back_from_the_end_of_the_line_or_of_its_first_term() -> None:
    renewal = Renewal(term="12 months", kind="auto", times=2)
    assert told(off(deal(line(discount(last=1)), renewal=renewal))) == ["2026-12-01 to 2026-12-31 off -10.00"]
    # The line's own end may lie in a later term, beyond what is asked for; it need not be whole periods away.
    own = line(discount(last=2), ends_before="2027-03-16")
    contract = deal(own, renewal=renewal)
    assert told(off(contract)) == ["2027-02-01 to 2027-02-28 off -10.00", "2027-03-01 to 2027-03-15 off -4.84"]
    assert off(contract, through=date(2027, 1, 31)) == []
    assert told(off(contract, through=date(2027, 2, 1))) == ["2027-02-01 to 2027-02-28 off -10.00"]
    # A contract without an end has no last period.
    assert off(deal(line(discount(last=2)), term=None), through=date(2027, 1, 31)) == []
    ended = deal(line(discount(last=1), ends_before="2026-03-01"), term=None)
    assert told(off(ended, through=date(2027, 1, 31))) == ["2026-02-01 to 2026-02-28 off -10.00"]


def test_no_later_order_moves_the_last_periods() -> None:
    """So ending early makes nothing free that was paid."""
    end: dict[str, Any] = {
        "kind": "cancellation",
        "signed_on": "2026-05-10",
        "effective_on": "2026-07-01",
        "for_cause": True,
    }
    longer: dict[str, Any] = {"kind": "amendment", "signed_on": "2026-05-10", "ends_before": "2027-04-01"}
    line_ends: dict[str, Any] = {
        "kind": "amendment",
        "signed_on": "2026-05-10",
        "changes": [Change(line="a", ends_before="2026-07-01")],
    }
    nothing: dict[str, Any] = {}
    for given, days in ((nothing, 2), (end, 0), (longer, 2), (line_ends, 0)):
        later = (Order(id="O-2", **given),) if given else ()
        for last in (discount(last=2), discount(last=2, ends_before="2027-06-01")):
            found = off(deal(line(last), later=later))
            assert [str(one.planned_on) for one in found] == ["2026-11-01", "2026-12-01"][:days]
    # A contract that was without an end has no last period when it gets one.
    assert off(deal(line(discount(last=2)), term=None, later=(Order(id="O-2", **end),))) == []


def test_a_phase_out_counts_from_the_start_of_what_it_stands_on() -> None:
    phases = discount(rates=["0.3", "0.2"], every="2 months")
    late = line(name="b", starts_on="2026-03-01")
    own = deal(line(phases, name="b", starts_on="2026-03-01"))
    assert [one.value for one in off(own)] == [-30, -30, -20, -20]
    assert [one.value for one in off(deal(late, discounts=[phases]))] == [-20, -20]
    assert [one.value for one in off(deal(late, shared=(phases,)))] == [-20, -20]
    dated = discount(rates=["0.3", "0.2"], every="2 months", starts_on="2026-04-01", ends_before="2026-07-01")
    assert [one.value for one in off(deal(late, shared=(dated,)))] == [-30, -30, -20]


def test_steps_that_meet_inside_a_period_stand_beside_each_other() -> None:
    phases = discount(rates=["0.3", "0.1"], every="45 days")
    march = [one for one in off(deal(line(phases))) if str(one.planned_on) in {"2026-02-01", "2026-04-01"}]
    assert [(one.component, str(one.service), str(one.value)) for one in march] == [
        ("discount/off", "2026-02-01 to 2026-02-14", "-15.00"),
        ("discount/off#2", "2026-02-15 to 2026-02-28", "-5.00"),
    ]


def test_a_phase_out_that_outlives_the_calendar_is_no_error() -> None:
    ages = discount(rates=["0.1"] * 1200, every="9 years")
    assert len(off(deal(line(ages)))) == 12


# ----------------------------------------------------------------------------------------------- how much, and in order


def test_discounts_compound_or_are_all_of_the_list_price() -> None:
    both = (discount("half", rate="0.5"), discount("tenth"))
    assert told(off(deal(line(*both))))[:2] == [
        "2026-01-01 to 2026-01-31 half -50.00",
        "2026-01-01 to 2026-01-31 tenth -5.00",
    ]
    listed = (discount("half", rate="0.5"), discount("tenth", of="list"))
    assert [one.value for one in off(deal(line(*listed)))][:2] == [-50, -10]


def test_those_of_the_line_go_first_then_the_orders_then_the_contracts() -> None:
    contract = deal(
        line(discount("line", amount=20), price=PerUnit(unit_amount=10, per="month"), quantity=10),
        discounts=[discount("order", rate="0.5")],
        shared=(discount("contract", of="list"),),
    )
    found = {one.component.removeprefix("discount/"): explain(one) for one in off(contract)[:3]}
    assert found["line"].splitlines() == ["1 × -20.00 = -20.00", "  -20.00 (discount line, O-1)"]
    assert found["order"].splitlines() == ["1 × -40.00 = -40.00", "  -50 % of 80.00 (discount order, O-1)"]
    assert found["contract"].splitlines() == ["1 × -10.00 = -10.00", "  -10 % of 100.00 (discount contract, C-1)"]


def test_at_most_the_price_is_taken_off() -> None:
    assert [one.value for one in off(deal(line(discount(amount=250))))] == [-100] * 12
    three = tuple(discount(f"d{n}", rate="0.45", of="list") for n in range(3))
    assert [one.value for one in off(deal(line(*three)))][:3] == [-45, -45, -10]
    assert total(deal(line(*three, discount("more", amount=1)))) == 0


def test_rounding_takes_off_no_cent_too_much_and_leaves_none_of_what_is_free() -> None:
    cents = Flat(amount="10.01", per="month")
    both = (discount("half", rate="0.5"), discount("free", rate=1))
    assert [str(one.value) for one in off(deal(line(*both, price=cents)))][:2] == ["-5.00", "-5.01"]
    halves = tuple(discount(name, rate="0.5", of="list") for name in ("a", "b"))
    assert total(deal(line(*halves, price=cents))) == 0
    # Two parts of one month round up together; the second takes what is left.
    parts = (discount("tenth", starts_on="2026-01-16"), discount("free", rate=1))
    january = [one for one in off(deal(line(*parts, price=cents))) if str(one.planned_on) == "2026-01-01"]
    assert sum(one.value for one in january) == Decimal("-10.01")


@pytest.mark.parametrize("rounding", ["half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"])
def test_what_is_free_is_free_whatever_the_rounding(rounding: str) -> None:
    free = line(discount(rate=1), price=PerUnit(unit_amount="0.3333", per="month"), quantity=7)
    order = Order(id="O-1", signed_on="2026-01-20", term="12 months", lines=[free])
    contract = Contract(id="C-1", currency="USD", orders=[order], rounding=rounding)
    assert {invoice.value for invoice in schedule(contract).invoices} == {Decimal("0.00")}


def test_a_price_below_zero_is_discounted_alike() -> None:
    credit = deal(line(discount(), price=Flat(amount=-100, per="month")))
    assert [one.value for one in off(credit)] == [10] * 12
    free = deal(
        line(
            discount("a", rate="0.7", of="list"),
            discount("b", rate="0.7", of="list"),
            price=Flat(amount=-100, per="month"),
        )
    )
    assert [one.value for one in off(free)][:2] == [70, 30]
    assert off(deal(line(discount(amount=5), price=Flat(amount=-100, per="month")))) == []
    halves = tuple(discount(name, rate="0.5", of="list") for name in ("a", "b"))
    assert total(deal(line(*halves, price=Flat(amount="-10.01", per="month")))) == 0


def test_an_amount_is_off_the_whole_line_for_each_price_period() -> None:
    seats = line(
        discount(amount=100),
        price=PerUnit(unit_amount=20, per="month"),
        quantity=25,
        billing=Recurring(every="quarter"),
    )
    assert [one.value for one in off(deal(seats))] == [-300] * 4
    assert explain(off(deal(seats))[0]).splitlines()[0] == "-100.00 × 3 months = -300.00"


def test_a_discount_follows_the_price() -> None:
    rising = line(
        discount(),
        price=Flat(amount=100, per="year"),
        billing=Recurring(every="year"),
        escalator=Escalator(rate="0.05"),
    )
    assert [str(one.value) for one in off(deal(rising, term="36 months"))] == ["-10.00", "-10.50", "-11.03"]


# ----------------------------------------------------------------------------------------------------- parts and wholes

YEARLY = Flat(amount=1000, per="year")


@pytest.mark.parametrize(
    ("given", "year"),
    [
        ({}, "900.00"),
        ({"rate": "0.333333"}, "666.67"),
        ({"rate": 1}, "0.00"),
        ({"rate": 1, "first": 3}, "750.00"),
        ({"rate": "0.5", "last": 1}, "958.33"),
        ({"amount": "77.77"}, "922.23"),
    ],
)
def test_t_018_twelve_months_of_a_discounted_year_are_the_discounted_year(given: dict[str, Any], year: str) -> None:
    for starts_on in ("2026-01-01", "2027-01-01", "2028-01-01"):
        again = given if {"first", "last"} & given.keys() else {**given, "starts_on": starts_on}
        contract = deal(line(discount(**again), price=YEARLY), signed_on=starts_on)
        assert total(contract) == Decimal(year)
    three = deal(line(discount(**given), price=YEARLY), term="36 months")
    first = sum(one.value for one in charges_for(three) if one.planned_on < date(2027, 1, 1))
    if not {"first", "last"} & given.keys():
        assert (first, total(three)) == (Decimal(year), 3 * Decimal(year))


def test_t_018_a_stub_and_the_rest_of_a_discounted_year_are_the_discounted_year() -> None:
    billing = Recurring(every="quarter", align=Alignment("calendar"))
    for rate, left in (("0.1", "900.00"), (1, "0.00")):
        contract = deal(line(discount(rate=rate), price=YEARLY, billing=billing), signed_on="2023-05-20")
        assert total(contract) == Decimal(left)
    # Also where two discounts share the year between them.
    shared = (discount("a", rate=1, ends_before="2023-11-11"), discount("b", rate=1, starts_on="2023-11-11"))
    assert total(deal(line(*shared, price=YEARLY, billing=billing), signed_on="2023-05-20")) == 0


def test_what_brings_discounts_to_their_whole_says_so() -> None:
    last = charges_for(deal(line(discount(rate="0.333333"), price=YEARLY)))[-1]
    assert (last.component, str(last.value)) == ("rounding:discount", "0.03")
    assert reason(last).endswith("brings the rounded parts of a price to their whole")


# ------------------------------------------------------------------------------------------------- one-time, extensions


def test_a_one_time_charge_is_discounted_if_the_day_it_is_asked_for_is() -> None:
    setup = line(
        discount(amount=30), name="setup", price=Flat(amount=500), billing=OneTime(once="date", on="2026-03-31")
    )
    inside, outside = discount("in", starts_on="2026-03-01"), discount("out", ends_before="2026-03-31")
    contract = deal(setup, discounts=[inside, outside])
    assert told(off(contract)) == ["2026-03-31 in -47.00", "2026-03-31 off -30.00"]
    # What goes by periods or steps passes it over.
    counted = (discount("f", first=1), discount("l", last=1), discount("r", rates=["0.5"]))
    assert off(deal(line(name="setup", price=Flat(amount=500), billing=OneTime()), discounts=counted)) == []


def test_parts_of_a_price_share_what_is_taken_off_it() -> None:
    first, rest = Part(once="signature", amount=300), Part(once="date", on="2026-05-01")
    setup = line(discount(amount=101), name="setup", price=Flat(amount=1000), billing=Instalments(parts=[first, rest]))
    assert told(off(deal(setup))) == ["2026-01-01 off -30.30", "2026-05-01 off -70.70"]
    thirds = line(discount(), name="setup", price=Flat(amount=100), billing=Spread(times=3, apart="month"))
    found = charges_for(deal(thirds))
    assert [str(one.value) for one in found if one.component == "discount/off"] == ["-3.33"] * 3
    assert (found[-1].component, str(found[-1].value)) == ("rounding:discount", "-0.01")
    assert (
        total(deal(line(discount(rate=1), name="setup", price=Flat(amount=0), billing=Spread(times=3, apart="month"))))
        == 0
    )


def test_a_line_that_adds_to_another_costs_the_same_per_unit() -> None:
    seats = PerUnit(unit_amount=10, per="month")
    root = line(discount("half", rate="0.5", first=6), discount("fixed", amount=7), price=seats, quantity=10)
    more = LineItem(id="more", extends="a", quantity=2)
    later = Order(id="O-2", kind="expansion", signed_on="2026-05-01", lines=[more])
    ordered = discount("ordered", starts_on="2026-06-01", ends_before="2026-07-01")
    found = [one for one in off(deal(root, later=(later,), discounts=[ordered])) if one.line.id == "more"]
    # May and June are the fifth and sixth of the line it adds to; an amount is not taken off twice.
    assert told(found) == [
        "2026-05-01 to 2026-05-31 half -10.00",
        "2026-06-01 to 2026-06-30 half -10.00",
        "2026-06-01 to 2026-06-30 ordered -1.00",
    ]
    assert {one.derivation.price.order for one in found} == {"O-1"}


def test_unless_it_or_its_order_has_discounts_of_its_own() -> None:
    root = line(discount("half", rate="0.5"), price=PerUnit(unit_amount=10, per="month"), quantity=10)
    own, more = discount("own", first=1), LineItem(id="more", extends="a", quantity=2)
    for order in (
        Order(id="O-2", kind="expansion", signed_on="2026-05-01", lines=[more], discounts=[own]),
        Order(
            id="O-2",
            kind="expansion",
            signed_on="2026-05-01",
            lines=[LineItem(id="more", extends="a", quantity=2, discounts=[own])],
        ),
    ):
        contract = deal(root, later=(order,), shared=(discount("all", starts_on="2026-12-01"),))
        found = [one for one in off(contract) if one.line.id == "more"]
        assert told(found) == ["2026-05-01 to 2026-05-31 own -2.00", "2026-12-01 to 2026-12-31 all -2.00"]


# --------------------------------------------------------------------------------------------------- what is seen of it


def test_a_discount_is_as_certain_as_what_it_is_taken_off_and_stands_beside_it() -> None:
    renewal = Renewal(term="12 months")
    contract = deal(line(discount(), billing=Recurring(timing="arrears", offset_days=5)), renewal=renewal)
    charges = charges_for(contract)
    for base, taken in zip(charges[::2], charges[1::2], strict=True):
        assert (base.component, taken.component) == ("base", "discount/off")
        same = ("service", "asked_on", "planned_on", "certainty", "basis", "n", "line")
        assert [getattr(base, name) for name in same] == [getattr(taken, name) for name in same]
        assert base.derivation.share == taken.derivation.share
    assert {one.certainty for one in charges} == {Certainty.FIXED, Certainty.CONTINGENT}


def test_a_free_period_is_an_invoice_of_nothing_like_that_of_a_price_of_nothing() -> None:
    plan = schedule(deal(line(discount(rate=1, first=1))))
    assert (len(plan.invoices), str(plan.invoices[0].value)) == (12, "0.00")
    assert len(schedule(deal(line(price=Flat(amount=0, per="month")))).invoices) == 12


def test_tables_and_rows_name_it() -> None:
    plan = schedule(deal(line(discount("launch"), description="Platform", billing=Recurring(every="year"))))
    assert [row[0] for row in plan.invoices[0].to_table().rows] == ["Platform", "Platform: discount launch"]
    assert [row["component"] for row in to_rows(plan)] == ["base", "discount/launch"]
    working = [row[0] for row in plan.charges[1].derivation.to_table().rows]
    assert working == ["quantity", "discount launch of 2026-01-01", "unit amount per month", "price periods"]


def test_a_deal_tells_its_discounts() -> None:
    given = [
        discount("launch", rate="0.25", of="list", first=3, starts_on="2026-02-01"),
        discount("end", amount="12.5", last=2, ends_before="2026-12-01"),
    ]
    phases = discount("phases", rates=["0.3", "0.15"], every="6 months")
    contract = deal(line(*given), discounts=[phases], shared=(discount("all"),))
    terms, _orders, lines = contract.to_tables()
    assert ("discounts", "all: -10 %") in terms.rows
    assert lines.rows[0][-1] == (
        "launch: -25 % of list first 3 from 2026-02-01; end: -12.50 last 2 to 2026-11-30; "
        "phases: -30 %, -15 % every 6 months"
    )
