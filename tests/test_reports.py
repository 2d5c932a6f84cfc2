"""What a contract is worth: in total, by the year, after each order."""

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractbill import (
    Alignment,
    Change,
    Contract,
    Discount,
    Escalator,
    Facts,
    Flat,
    LineItem,
    NotAllowed,
    OneTime,
    Order,
    PerUnit,
    Proration,
    Recurring,
    Renewal,
    acv,
    arr,
    billings_by_order,
    schedule,
    value_by_order,
)
from contractbill.charges import Certainty
from contractbill.deal import OrderKind, cancel, complete, started
from contractbill.money import money, total
from contractbill.reports import value_table
from contractbill.testing import sales_led
from contractbill.testing.strategies import contracts, dates, facts


def fee(identifier: str = "fee", amount: int = 1200, **terms: Any) -> LineItem:
    line = LineItem(id=identifier, price=Flat(amount=amount, per="year"), billing=Recurring(every="month"))
    return attrs.evolve(line, **terms)


def setup(amount: int = 500, **billing: Any) -> LineItem:
    return LineItem(id="setup", price=Flat(amount=amount), billing=attrs.evolve(OneTime(), **billing))


def initial(*lines: LineItem, **terms: Any) -> Order:
    return attrs.evolve(Order(id="O-1", signed_on="2026-01-01", term="12 months", lines=lines or [fee()]), **terms)


def deal(*orders: Order) -> Contract:
    return Contract(id="C-1", currency="USD", orders=orders)


def figures(
    contract: Contract, *, as_of: date | None = None, through: date | None = None
) -> list[tuple[str, Decimal, Decimal, Decimal | None]]:
    return [
        (one.order, one.delta.amount, one.tcv_after.amount, None if one.acv_after is None else one.acv_after.amount)
        for one in value_by_order(contract, as_of=as_of, through=through)
    ]


def test_each_order_of_the_sales_led_deal_recalculates_its_value() -> None:
    values = value_by_order(sales_led())
    assert [(one.order, one.kind, one.signed_on) for one in values] == [
        ("O-1", OrderKind.INITIAL, date(2025, 12, 18)),
        ("O-2", OrderKind.EXPANSION, date(2026, 9, 21)),
    ]
    assert figures(sales_led()) == [
        ("O-1", Decimal("384250.00"), Decimal("384250.00"), Decimal("123083.33")),
        ("O-2", Decimal("24710.87"), Decimal("408960.87"), Decimal("131320.29")),
    ]
    assert values[0].tcv_before.amount == 0
    assert values[1].tcv_before == values[0].tcv_after
    assert values[-1].tcv_after == schedule(sales_led()).tcv


def test_value_by_what_was_known() -> None:
    assert [row[0] for row in figures(sales_led(), as_of=date(2026, 9, 20))] == ["O-1"]
    assert figures(sales_led(), as_of=date(2025, 12, 17)) == []
    assert acv(sales_led(), as_of=date(2025, 12, 17)) is None


@pytest.mark.parametrize(
    ("every", "term", "recurring", "expected"),
    [
        ("month", "12 months", "1200.00", "1200.00"),
        ("month", "18 months", "1800.00", "1200.00"),
        ("month", "6 months", "600.00", "1200.00"),
        # What is no whole number of months is measured in years of 365 days.
        ("year", "73 days", "240.00", "1200.00"),
        ("year", "100 days", "328.77", "1200.01"),
    ],
)
def test_acv_is_the_recurring_value_of_one_year(every: str, term: str, recurring: str, expected: str) -> None:
    contract = deal(initial(fee(billing=Recurring(every=every)), setup(), term=term))
    assert schedule(contract).tcv.amount == Decimal(recurring) + 500
    assert acv(contract) == money(expected, "USD")


def test_acv_of_a_contract_with_one_time_charges_alone_is_zero() -> None:
    found = acv(deal(initial(setup())))
    assert found is not None
    assert found.amount == 0


def test_acv_of_a_contract_without_orders_or_without_end_is_none() -> None:
    assert acv(deal()) is None
    assert acv(deal(initial(term=None))) is None


def test_an_evergreen_contract_has_a_value_through_a_day_and_no_acv() -> None:
    evergreen = deal(initial(term=None))
    with pytest.raises(NotAllowed) as raised:
        value_by_order(evergreen)
    assert raised.value.code == "through_required"
    assert figures(evergreen, through=date(2026, 3, 31)) == [("O-1", Decimal("300.00"), Decimal("300.00"), None)]


def test_a_renewal_order_adds_its_term() -> None:
    option = Renewal(term="12 months", uplift="0.1")
    renewal = Order(id="O-2", kind="renewal", signed_on="2026-11-01", effective_on="2027-01-01", term="12 months")
    assert figures(deal(initial(renewal=option), renewal)) == [
        ("O-1", Decimal("1200.00"), Decimal("1200.00"), Decimal("1200.00")),
        ("O-2", Decimal("1320.00"), Decimal("2520.00"), Decimal("1260.00")),
    ]


def test_an_automatic_renewal_counts_once_nobody_can_stop_it() -> None:
    endless = Renewal(term="12 months", kind="auto", notice_days=30, times=None)
    contract = deal(initial(renewal=endless))
    for as_of, years in [(None, 1), (date(2026, 12, 1), 1), (date(2026, 12, 2), 2), (date(2027, 12, 2), 3)]:
        value = Decimal(1200 * years)
        assert figures(contract, as_of=as_of) == [("O-1", value, value, Decimal(1200))]


def test_the_last_day_of_the_calendar_ends_the_look_ahead() -> None:
    assert figures(deal(initial()), as_of=date.max) == [("O-1", Decimal(1200), Decimal(1200), Decimal(1200))]


def test_charges_planned_long_after_the_term_still_count() -> None:
    late = setup(once="date", on=date(2030, 1, 1), after_days=3000)
    arrears = fee(billing=Recurring(every="year", timing="arrears", offset_days=366))
    endless = Renewal(term="12 months", times=None)
    contract = deal(initial(late, arrears, renewal=endless, known_on="2031-01-01"))
    assert figures(contract) == [("O-1", Decimal("1700.00"), Decimal("1700.00"), Decimal("1200.00"))]


def test_a_line_that_adds_to_one_of_a_later_order_waits_for_it() -> None:
    addition = LineItem(id="more", extends="base", quantity=1, starts_on="2026-07-01")
    later = Order(id="O-2", kind="expansion", signed_on="2026-02-01", effective_on="2026-07-01", lines=[fee("base")])
    assert [row[:3] for row in figures(deal(initial(fee(), addition), later))] == [
        ("O-1", Decimal("1200.00"), Decimal("1200.00")),
        ("O-2", Decimal("1200.00"), Decimal("2400.00")),
    ]


def test_a_cancelled_order_is_worth_nothing_once_that_is_known() -> None:
    contract = deal(initial(bill_when="fulfilled"))
    cancelled = Facts(progress=[cancel(started("O-1"), on=date(2026, 1, 10))])
    assert acv(contract, cancelled) is None
    assert acv(contract, cancelled, as_of=date(2026, 1, 9)) == acv(contract, as_of=date(2026, 1, 9))


def test_what_waits_for_fulfilment_counts_from_then_on() -> None:
    contract = deal(initial(bill_when="fulfilled"))
    progress = started("O-1")
    found = acv(contract)
    assert found is not None
    assert found.amount == 0
    for step in sorted(progress.required):
        progress = complete(progress, step, on=date(2026, 2, 1), actor="ops")
    assert acv(contract, Facts(progress=[progress])) == money(1200, "USD")


def test_the_table_of_values() -> None:
    table = value_table(sales_led(), value_by_order(sales_led()))
    assert table.rows[0] == ("O-1", "initial", "2025-12-18", "384,250.00", "384,250.00", "123,083.33", "118,000.00")
    evergreen = deal(initial(term=None))
    assert value_table(evergreen, value_by_order(evergreen, through=date(2026, 1, 1))).rows[0][-2] == "none"


@given(contracts())
def test_the_deltas_of_orders_lead_to_the_total_of_the_schedule(contract: Contract) -> None:
    values = value_by_order(contract)
    assert total([one.delta for one in values], contract.currency) == schedule(contract).tcv
    assert [before.tcv_after for before in values[:-1]] == [after.tcv_before for after in values[1:]]


@given(contracts(ends=None), dates(), dates())
def test_a_value_through_a_day_is_that_of_the_schedule_through_it(
    contract: Contract, as_of: date, through: date
) -> None:
    values = value_by_order(contract, as_of=as_of, through=through)
    if values:
        assert values[-1].tcv_after == schedule(contract, as_of=as_of, through=through).tcv
        assert values[-1].acv_after == acv(contract, as_of=as_of)


# ------------------------------------------------------------------------------ annual recurring revenue, billings


@pytest.mark.parametrize(
    ("price", "every", "expected"),
    [
        (PerUnit(unit_amount=60, per="month"), "quarter", "7200.00"),
        (PerUnit(unit_amount=60, per="quarter"), "year", "2400.00"),
        (PerUnit(unit_amount=60, per="half-year"), "month", "1200.00"),
        (PerUnit(unit_amount=60, per="18 months"), "month", "400.00"),
        # 365 days a year: 365 / 7 weeks.
        (PerUnit(unit_amount=7, per="week"), "month", "3650.00"),
        (PerUnit(unit_amount=1, per="day"), "month", "3650.00"),
        # A price for a term of 24 months is half of it a year.
        (Flat(amount=2400, per="term"), "term", "1200.00"),
        (Flat(amount=2400, per="term"), "month", "1200.00"),
    ],
    ids=str,
)
def test_arr_is_a_year_at_the_price_of_the_day(price: Any, every: str, expected: str) -> None:
    line = LineItem(
        id="use", quantity=1 if isinstance(price, Flat) else 10, price=price, billing=Recurring(every=every)
    )
    contract = deal(initial(line, setup(), term="24 months"))
    assert arr(contract, as_of=date(2026, 7, 15)) == money(expected, "USD")
    # Billing in arrears changes when, not how much.
    late = attrs.evolve(line, billing=Recurring(every=every, timing="arrears"))
    assert arr(deal(initial(late, term="24 months")), as_of=date(2026, 7, 15)) == money(expected, "USD")


def test_arr_follows_uplifts_discounts_and_the_end() -> None:
    half = Discount(id="launch", rate="0.5", ends_before="2026-04-01")
    line = fee(escalator=Escalator(rate="0.10"), discounts=[half])
    option = Renewal(term="12 months")
    contract = deal(initial(line, term="24 months", renewal=option))
    expected = [
        ("2025-12-31", "0.00"),
        ("2026-01-01", "600.00"),
        ("2026-04-01", "1200.00"),
        ("2027-01-01", "1320.00"),
        # Nobody has taken up the option.
        ("2028-01-01", "0.00"),
    ]
    assert [(on, str(arr(contract, as_of=date.fromisoformat(on)).amount)) for on, _figure in expected] == expected


def test_arr_of_what_is_free_is_zero_to_the_cent_also_in_a_stub() -> None:
    free = Discount(id="free", rate=1)
    billing = Recurring(every="quarter", align=Alignment("calendar"))
    line = LineItem(id="use", quantity=3, price=PerUnit(unit_amount="33.33", per="month"), billing=billing)
    given = deal(initial(attrs.evolve(line, discounts=[free]), term="12 months", effective_on="2026-01-20"))
    assert arr(given, as_of=date(2026, 2, 1)).amount == 0
    paid = deal(initial(line, term="12 months", effective_on="2026-01-20"))
    assert arr(paid, as_of=date(2026, 2, 1)).amount == Decimal("1199.88")


def test_arr_of_a_term_of_days_and_of_a_contract_without_end() -> None:
    line = LineItem(id="use", price=Flat(amount=730, per="term"), billing=Recurring(every="term"))
    assert arr(deal(initial(line, term="73 days")), as_of=date(2026, 1, 1)).amount == Decimal("3650.00")
    assert arr(deal(initial(term=None)), as_of=date(2040, 5, 5)).amount == Decimal("1200.00")


def test_each_order_says_what_it_did_to_the_recurring_revenue_and_to_the_invoices() -> None:
    first, second = value_by_order(sales_led())
    assert [one.amount for one in (first.arr_before, first.arr_after, first.arr_delta)] == [0, 118_000, 118_000]
    assert [one.amount for one in (second.arr_before, second.arr_after, second.arr_delta)] == [118_000, 128_800, 10_800]
    assert (first.acv_before, second.acv_before) == (None, first.acv_after)
    assert [(str(on), str(one.amount)) for on, one in billings_by_order(sales_led())[1].billings[:3]] == [
        ("2026-10-01", "410.87"),
        ("2026-10-15", "2700.00"),
        ("2027-01-15", "2700.00"),
    ]


def test_an_amendment_says_what_it_takes_away() -> None:
    half = Order(
        id="O-2",
        kind="amendment",
        signed_on="2026-03-10",
        effective_on="2026-07-01",
        changes=[Change(line="fee", unit_amount=600)],
    )
    yearly = fee(billing=Recurring(every="year", proration=Proration("whole_months")))
    contract = deal(initial(yearly, term="24 months"), half)
    (_first, second), (_, billed) = value_by_order(contract), billings_by_order(contract)
    assert (str(second.arr_before.amount), str(second.arr_after.amount)) == ("1200.00", "600.00")
    # Half of six months back, and half of the second year less, on the next invoice.
    assert [(str(on), str(one.amount)) for on, one in billed.billings] == [("2027-01-01", "-900.00")]
    assert str(second.delta.amount) == "-900.00"


def test_an_order_that_was_cancelled_takes_back_what_it_was_billed() -> None:
    gone = Facts(progress=[cancel(started("O-2"), on=date(2026, 11, 2))])
    (_first, second), (_, billed) = value_by_order(sales_led(), gone), billings_by_order(sales_led(), gone)
    assert second.delta.amount == second.arr_delta.amount == 0
    assert [(str(on), str(one.amount)) for on, one in billed.billings] == [
        ("2026-10-01", "410.87"),
        ("2026-10-15", "2700.00"),
        ("2027-01-15", "-3110.87"),
    ]


FEW = settings(max_examples=settings().max_examples // 3)


@FEW
@given(contracts(), st.data())
def test_the_billings_of_orders_are_those_of_the_schedule(contract: Contract, data: st.DataObject) -> None:
    known = data.draw(facts(contract))
    plan = schedule(contract, known)
    expected: dict[date, Decimal] = {}
    for charge in plan.charges:
        if charge.certainty is not Certainty.CONTINGENT:
            expected[charge.planned_on] = expected.get(charge.planned_on, Decimal(0)) + charge.value
    found: dict[date, Decimal] = {}
    for value, billed in zip(value_by_order(contract, known), billings_by_order(contract, known), strict=True):
        assert billed.order == value.order
        assert total([one for _on, one in billed.billings], contract.currency) == value.delta
        for on, one in billed.billings:
            found[on] = found.get(on, Decimal(0)) + one.amount
    assert {on: one for on, one in found.items() if one} == {on: one for on, one in expected.items() if one}
