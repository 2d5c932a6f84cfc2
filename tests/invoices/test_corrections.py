"""Corrections: what each kind of change leaves on invoices, by the day it became known."""

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from contractbill.charges import Basis, Charge
from contractbill.deal import Change, Contract, LineItem, Order, PerUnit, Recurring
from contractbill.invoices import due, schedule, verify
from contractbill.invoices.corrections import corrections
from contractbill.periods import Period, Proration, Stubs


def seats(**given: Any) -> LineItem:
    price, billing = PerUnit(unit_amount=90, per="quarter"), Recurring(every="quarter")
    said: dict[str, Any] = {"id": "seats", "price": price, "billing": billing, "quantity": 10}
    return LineItem(**(said | given))


def amendment(number: int, signed_on: str, *changes: Change, **given: Any) -> Order:
    return Order(id=f"O-{number}", kind="amendment", signed_on=signed_on, changes=changes, **given)


def contract(line: LineItem, *orders: Order, **given: Any) -> Contract:
    first = Order(**({"id": "O-1", "signed_on": "2026-01-01", "term": "12 months", "lines": [line]} | given))
    return Contract(id="C-1", currency="USD", orders=[first, *orders])


def shown(charge: Charge) -> str:
    days, working = charge.service, charge.derivation
    assert days is not None
    served = f"{days.start:%m-%d}/{days.last_day:%m-%d}"
    return f"{charge.planned_on} {served} {working.quantity}x{working.factor} {charge.value}"


ENDS, LONGER = Change(line="seats", ends_before="2026-05-16"), Change(line="seats", ends_before="2026-09-01")
TERM_RATE = Recurring(every="quarter", proration=Proration("whole_months"))
DAILY_30 = Recurring(every="quarter", proration=Proration("thirty_360"))

# Each row: the orders after the first, and every correction they leave.
ROWS: dict[str, tuple[Contract, list[str]]] = {
    "fewer days of a whole period": (
        contract(seats(), amendment(2, "2026-05-10", ENDS)),
        ["2026-05-10 05-16/06-30 10x-46/91 -454.95"],
    ),
    "fewer days of a part, where one line would be a cent off": (
        contract(seats(ends_before="2026-06-16"), amendment(2, "2026-05-10", ENDS)),
        ["2026-05-10 04-01/06-15 10x-76/91 -751.65", "2026-05-10 04-01/05-15 10x45/91 445.05"],
    ),
    "fewer days by a rule whose shares have other denominators": (
        contract(seats(billing=DAILY_30, ends_before="2026-06-16"), amendment(2, "2026-05-10", ENDS)),
        ["2026-05-10 05-16/06-15 10x-1/3 -300.00"],
    ),
    "days that cost nothing, though they are served no more": (
        contract(seats(billing=TERM_RATE, ends_before="2026-05-20"), amendment(2, "2026-05-10", ENDS)),
        ["2026-05-10 04-01/05-15 1x1 0.00"],
    ),
    "the rest of a period": (
        contract(seats(), amendment(2, "2026-05-10", Change(line="seats", remove=True, on="2026-05-10"))),
        ["2026-05-10 05-10/06-30 10x-4/7 -514.29"],
    ),
    "fewer units": (
        contract(seats(), amendment(2, "2026-05-10", Change(line="seats", quantity=7), effective_on="2026-04-01")),
        ["2026-07-01 04-01/06-30 -3x1 -270.00"],
    ),
    "another price": (
        contract(seats(), amendment(2, "2026-05-10", Change(line="seats", unit_amount=80), effective_on="2026-04-01")),
        ["2026-07-01 04-01/06-30 10x-1 -900.00", "2026-07-01 04-01/06-30 10x1 800.00"],
    ),
    "a period that was taken back whole and comes again": (
        contract(
            seats(),
            amendment(2, "2026-04-10", Change(line="seats", remove=True), effective_on="2026-04-01"),
            amendment(3, "2026-05-10", LONGER, effective_on="2026-04-01"),
        ),
        ["2026-04-10 04-01/06-30 10x-1 -900.00"],
    ),
    "a stub that stood with the period before it, and is a part of one by itself": (
        contract(
            seats(billing=Recurring(every="quarter", stubs=Stubs(last="long")), ends_before="2026-08-16"),
            amendment(2, "2026-04-10", Change(line="seats", ends_before="2026-10-01")),
        ),
        ["2026-07-01 07-01/08-15 10x-1/2 -450.00"],
    ),
}


@pytest.mark.parametrize(("deal", "expected"), ROWS.values(), ids=ROWS)
def test_what_changed_is_corrected_as_somebody_would_write_it(deal: Contract, expected: list[str]) -> None:
    plan = schedule(deal)
    assert [shown(one) for one in plan.charges if one.basis is Basis.CORRECTION] == expected
    assert verify(plan) == ()
    billed: list[Charge] = []
    for day in sorted({invoice.planned_on for invoice in plan.invoices}):
        billed += [line for one in due(deal, billed=billed, as_of=day) for line in one.lines]
    assert {(one.slot, one.entry): one for one in billed} == {(one.slot, one.entry): one for one in plan.charges}


def test_what_was_taken_back_whole_is_charged_again_beside_the_next_invoice() -> None:
    deal, _expected = ROWS["a period that was taken back whole and comes again"]
    again = [one for one in schedule(deal).charges if one.entry == 3]
    assert [(one.planned_on, one.value, one.basis) for one in again] == [
        (date(2026, 7, 1), Decimal("900.00"), Basis.IN_ADVANCE)
    ]


def test_where_the_old_charge_is_not_known_the_plain_difference_is_told() -> None:
    billed, *_rest = schedule(contract(seats())).charges
    fewer, *_rest = schedule(contract(seats(quantity=7))).charges
    (entry,) = corrections([billed], None, fewer, date(2026, 3, 1))
    assert (entry.value, entry.entry, entry.service) == (Decimal("-270.00"), 2, fewer.service)
    (entry,) = corrections([billed], None, None, date(2026, 3, 1))
    assert (entry.value, entry.service) == (Decimal("-900.00"), billed.service)


def test_days_at_the_start_are_given_back_like_days_at_the_end() -> None:
    billed, *_rest = schedule(contract(seats())).charges
    later, *_rest = schedule(contract(seats(starts_on="2026-02-15"))).charges
    (entry,) = corrections([billed], billed, later, date(2026, 3, 1))
    assert (entry.value, entry.service) == (Decimal("-450.00"), Period(date(2026, 1, 1), date(2026, 2, 15)))
    # Of days that nothing tells, the charge goes back whole.
    untold = attrs.evolve(later, service=None)
    assert [one.value for one in corrections([billed], billed, untold, date(2026, 3, 1))] == [
        Decimal("-900.00"),
        Decimal("450.00"),
    ]
