"""What a host gives back as billed: told twice, told wrong, told of another contract."""

from datetime import date
from decimal import Decimal

import attrs
import pytest

from contractbill import (
    Charge,
    Conflict,
    Contract,
    Discount,
    Facts,
    Flat,
    InvalidTerms,
    LineItem,
    NotAllowed,
    Order,
    Recurring,
    due,
    schedule,
    verify,
)
from contractbill.charges import UnitPrice, derive
from contractbill.deal import Renewal, cancel, started
from contractbill.testing import sales_led

DAY = date(2026, 1, 31)


def billed(contract: Contract) -> list[Charge]:
    return [line for invoice in due(contract, as_of=DAY) for line in invoice.lines]


def at(charge: Charge, amount: str) -> Charge:
    """The same charge, billed at another amount."""
    price = UnitPrice(Decimal(amount), None, "O-1", Decimal(amount))
    return attrs.evolve(charge, derivation=derive(Decimal(1), price, to=Decimal("0.01")))


def test_lines_told_twice_count_once() -> None:
    lines = billed(sales_led())
    assert due(sales_led(), billed=lines + lines, as_of=DAY) == ()


# What rounding adds stands after all that it is of, whether something was billed or not.
def test_lines_stand_in_one_order_with_what_was_billed_and_without() -> None:
    off = Discount(id="off", rate="0.1")
    fee = LineItem(
        id="fee", price=Flat(amount="100.10", per="month"), billing=Recurring(every="month"), discounts=[off]
    )
    order = Order(id="O-1", signed_on="2026-01-01", term="3 months", lines=[fee])
    whole = Contract(id="C-1", currency="USD", rounding_level="line", round_to=1, orders=[order])
    plan = schedule(whole)
    assert [line.component for line in plan.charges[:3]] == ["base", "discount/off", "rounding:line/base"]
    assert schedule(whole, billed=billed(whole)) == plan


def test_one_entry_with_two_contents_is_a_conflict() -> None:
    lines = billed(sales_led())
    with pytest.raises(Conflict) as refused:
        due(sales_led(), billed=[*lines, at(lines[0], "1.00")], as_of=DAY)
    assert (refused.value.path, refused.value.code) == ("$.billed[3]", "entry_conflict")


def test_lines_of_another_contract_are_refused() -> None:
    other = attrs.evolve(sales_led(), id="another")
    with pytest.raises(NotAllowed) as refused:
        schedule(sales_led(), billed=billed(other))
    assert (refused.value.path, refused.value.code, refused.value.got) == ("$.billed[0]", "other_contract", "another")


# The platform was billed at 90,000 on 15 January; the run of 31 January asks for the rest on its own day.
def test_what_was_billed_otherwise_is_corrected_today_and_not_on_the_invoice_that_stands() -> None:
    lines = [at(line, "90000.00") if line.line.id == "platform" else line for line in billed(sales_led())]
    correction = due(sales_led(), billed=lines, as_of=DAY)
    assert [(one.planned_on, one.value) for one in correction] == [(DAY, Decimal("10000.00"))]
    plan = schedule(sales_led(), billed=lines, as_of=DAY)
    assert {one.planned_on: one.value for one in plan.invoices}[DAY] == Decimal("10000.00")
    assert next(one.value for one in plan.invoices if one.planned_on == date(2026, 1, 15)) == Decimal("94500.00")


# Without a day of its own, a schedule corrects no earlier than the last day anything speaks of.
def test_without_a_day_a_correction_stands_on_the_last_day_known() -> None:
    lines = [at(line, "90000.00") if line.line.id == "platform" else line for line in billed(sales_led())]
    plan = schedule(sales_led(), billed=lines)
    assert [one.planned_on for one in plan.charges if one.basis == "correction"] == [date(2026, 9, 21)]


def test_entries_go_on_after_corrections_of_amounts_nobody_planned() -> None:
    contract = sales_led()
    lines = [at(line, "90000.00") if line.line.id == "platform" else line for line in billed(contract)]
    lines += [line for invoice in due(contract, billed=lines, as_of=DAY) for line in invoice.lines]
    facts = Facts(progress=[cancel(started("O-1"), on=date(2026, 3, 1))])
    back = due(contract, facts, billed=lines, as_of=date(2026, 3, 2))
    keys = [(line.slot, line.entry) for line in (*lines, *(one for invoice in back for one in invoice.lines))]
    assert len(keys) == len(set(keys))
    assert sum(invoice.value for invoice in back) == -sum(line.value for line in lines)
    assert verify(schedule(contract, facts, billed=lines, as_of=date(2026, 3, 2))) == ()


def test_renewals_count_by_their_days_wherever_they_are_listed() -> None:
    first = attrs.evolve(sales_led().orders[0], term="12 months", renewal=Renewal(term="12 months", kind="auto"))
    second = Order(
        id="R-1",
        kind="renewal",
        signed_on="2026-06-01",
        effective_on="2027-01-15",
        term="12 months",
        renewal=Renewal(term="12 months", kind="auto", uplift="0.02"),
    )
    third = Order(id="R-2", kind="renewal", signed_on="2026-07-01", effective_on="2028-01-15", term="12 months")
    plans = [
        schedule(Contract(id="C-1", currency="USD", orders=orders)).invoices
        for orders in ([first, second, third], [first, third, second])
    ]
    assert [(one.planned_on, one.value) for one in plans[0]] == [(one.planned_on, one.value) for one in plans[1]]


@pytest.mark.parametrize("wrong", ["2026-01-31", None])
def test_a_run_needs_a_day(wrong: object) -> None:
    with pytest.raises(InvalidTerms) as refused:
        due(sales_led(), as_of=wrong)  # type: ignore[arg-type]  # what notebooks try first
    assert (refused.value.path, refused.value.code) == ("$.as_of", "not_a_date")


def test_a_run_of_an_earlier_day_after_a_netted_one_bills_nothing_again() -> None:
    net = due(sales_led(), as_of=date(2026, 8, 1), catch_up="net")
    lines = [line for invoice in net for line in invoice.lines]
    assert {line.planned_on for line in lines} == {date(2026, 8, 1)}
    assert due(sales_led(), billed=lines, as_of=date(2026, 6, 1)) == ()
