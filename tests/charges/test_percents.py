"""Fees that are a percent of other lines, or of an amount: what they come to, and what they can never say."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contractbill import (
    Change,
    Contract,
    Discount,
    Escalator,
    Facts,
    Flat,
    Index,
    IndexReading,
    Instalments,
    LineItem,
    OneTime,
    Order,
    Part,
    Percent,
    PerUnit,
    RampStep,
    Recurring,
    Renewal,
    Spread,
    check,
    explain,
    schedule,
    verify,
)
from contractbill.charges import Certainty, Charge, charges_for
from contractbill.deal import cancel, started
from contractbill.errors import InvalidTerms

PER_UNIT = PerUnit(unit_amount=10, per="month")


def seats(name: str = "seats", **given: Any) -> LineItem:
    fields: dict[str, Any] = {"id": name, "price": PER_UNIT, "billing": Recurring(), "quantity": 10}
    return LineItem(**(fields | given))


def licence(name: str = "licence", amount: int = 1000) -> LineItem:
    return LineItem(id=name, price=Flat(amount=amount), billing=OneTime())


def fee(*of: str, every: str | None = "month", per: str | None = "month", **given: Any) -> LineItem:
    """A fee of 10 %."""
    billing = OneTime() if every is None else Recurring(every=every)
    amount = given.pop("of_amount", None)
    price = Percent(rate="0.1", of=of, of_amount=amount, per=None if every is None else per)
    fields: dict[str, Any] = {"id": "fee", "price": price, "billing": billing}
    return LineItem(**(fields | given))


def first(*lines: LineItem, **given: Any) -> Order:
    return Order(**({"id": "O-1", "signed_on": "2026-01-01", "term": "4 months", "lines": lines} | given))


def later(*changes: Change, **given: Any) -> Order:
    fields: dict[str, Any] = {"id": "O-2", "kind": "amendment", "signed_on": "2026-01-10", "effective_on": "2026-02-01"}
    return Order(**(fields | {"changes": changes} | given))


def contract(*orders: Order) -> Contract:
    return Contract(id="C-1", currency="USD", orders=orders)


def of_fee(deal: Contract, facts: Facts | None = None) -> list[Charge]:
    charges = charges_for(deal, facts or Facts())
    assert all(one.derivation.evaluate() == one.value for one in charges)
    assert all(one.derivation.price.evaluate() == one.derivation.price.unit_amount for one in charges)
    assert verify(schedule(deal, facts or Facts())) == ()
    return [one for one in charges if one.line.id == "fee"]


def amounts(deal: Contract, facts: Facts | None = None) -> str:
    return " ".join(f"{one.value:f}" for one in of_fee(deal, facts))


def stepped(*steps: RampStep, **given: Any) -> LineItem:
    return seats(ramp=steps, **given)


MORE = seats("more", price=None, billing=None, extends="seats", quantity=5)
TWO = [seats(), seats("b", quantity=20, ends_before="2026-03-01")]
RAISED = Escalator(rate="0.1", every="2 months")

ROWS: list[tuple[str, Contract, str]] = [
    ("of an amount", contract(first(fee(every=None, of_amount=500))), "50.00"),
    ("of an amount, a month", contract(first(fee(of_amount=500))), "50.00 50.00 50.00 50.00"),
    ("of a one-time line", contract(first(licence(), fee("licence", every=None))), "100.00"),
    ("of two", contract(first(licence(), licence("b", 10), fee("licence", "b", every=None))), "101.00"),
    ("a quarter of a licence", contract(first(licence(), fee("licence", per="quarter", every="4 months"))), "133.33"),
    ("with its own escalator", contract(first(licence(), fee("licence", escalator=RAISED))),
     "100.00 100.00 110.00 110.00"),
    ("in equal payments",
     contract(first(fee(every=None, of_amount=100, billing=Spread(apart="month", times=3)))), "3.33 3.33 3.33 0.01"),
    ("in shares",
     contract(first(fee(every=None, of_amount=99, billing=Instalments(parts=[Part(share="0.5"), Part(share="0.5")])))),
     "4.95 4.95"),
    ("of the list price", contract(first(seats(discounts=[Discount(id="off", rate="0.5")]), fee("seats"))),
     "10.00 10.00 10.00 10.00"),
    ("discounted itself", contract(first(seats(), fee("seats", discounts=[Discount(id="off", rate="0.5", first=1)]))),
     "10.00 -5.00 10.00 10.00 10.00"),
    ("of a recurring line", contract(first(seats(), fee("seats", every="2 months"))), "20.00 20.00"),
    ("follows an escalator", contract(first(seats(escalator=RAISED), fee("seats"))), "10.00 10.00 11.00 11.00"),
    ("follows what waits there, cut here", contract(first(seats(escalator=RAISED), fee("seats", every="4 months"))),
     "19.67 22.37"),
    ("follows a ramp", contract(first(stepped(RampStep(after="3 months", quantity=30)), fee("seats"))),
     "10.00 10.00 10.00 30.00"),
    ("follows a change", contract(first(seats(), fee("seats")), later(Change(line="seats", quantity=20))),
     "10.00 20.00 20.00 20.00"),
    ("follows a price", contract(first(seats(), fee("seats")), later(Change(line="seats", unit_amount=20))),
     "10.00 20.00 20.00 20.00"),
    ("is cut in a month",
     contract(first(seats(), fee("seats")), later(Change(line="seats", quantity=20, on="2026-02-15"))),
     "10.00 5.00 10.00 20.00 20.00"),
    ("ends with its line", contract(first(seats(ends_before="2026-03-01"), fee("seats"))), "10.00 10.00"),
    ("ends with its line by an order", contract(first(seats(), fee("seats")), later(Change(line="seats", remove=True))),
     "10.00"),
    ("ends before its line", contract(first(seats(), fee("seats", ends_before="2026-02-01"))), "10.00"),
    ("goes on with one of two", contract(first(*TWO, fee("seats", "b"))), "30.00 30.00 10.00 10.00"),
    ("goes on when an order ends one of two",
     contract(first(*TWO, fee("seats", "b")), later(Change(line="b", remove=True, on="2026-02-15"))),
     "30.00 15.00 5.00 10.00 10.00"),
    ("ends with the last, by its word and by an order",
     contract(first(*TWO, fee("seats", "b")), later(Change(line="seats", ends_before="2026-04-01"))),
     "30.00 30.00 10.00"),
    ("forgets what was planned for after the end",
     contract(first(stepped(RampStep(on="2026-03-01", quantity=50)), seats("b"), fee("seats", "b")),
              later(Change(line="seats", remove=True))),
     "20.00 10.00 10.00 10.00"),
    ("two orders change two lines on one day",
     contract(first(seats(), seats("b"), fee("seats", "b", every="2 months")), later(Change(line="seats", quantity=20)),
              later(Change(line="b", quantity=20), id="O-3", signed_on="2026-01-20")),
     "21.02 37.97 80.00"),
    ("of a line that adds to another", contract(first(seats(), MORE, fee("more"))), "5.00 5.00 5.00 5.00"),
    ("of a line that adds to another, which is repriced",
     contract(first(seats(), MORE, fee("more")), later(Change(line="seats", unit_amount=20))),
     "5.00 10.00 10.00 10.00"),
    ("of a line of an order before",
     contract(first(seats()), later(lines=[fee("seats")])), "10.00 10.00 10.00"),
]  # fmt: skip


@pytest.mark.parametrize(("deal", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_fee_is_its_rate_of_what_the_lines_cost(deal: Contract, expected: str) -> None:
    assert amounts(deal) == expected


def test_a_renewal_raises_what_it_is_of_and_not_the_fee_again() -> None:
    renewal = Renewal(term="2 months", kind="auto", notice_days=0, uplift="0.5", times=1)
    deal = contract(first(seats(), fee("seats"), licence(), fee("licence", id="care"), renewal=renewal))
    assert amounts(deal) == "10.00 10.00 10.00 10.00 15.00 15.00"
    assert str([one.value for one in charges_for(deal) if one.line.id == "care"][-1]) == "150.00"


def test_a_reading_moves_the_fee_on_the_day_it_becomes_known() -> None:
    index = Escalator(index=Index(name="CPI", formula="base", base_month="2025-01"), every="2 months")
    deal = contract(first(seats(escalator=index), fee("seats")))
    assert [one.certainty for one in of_fee(deal)][1:3] == [Certainty.FIXED, Certainty.ESTIMATED]
    base = IndexReading(index="CPI", month="2025-01", value=100, known_on="2025-02-10")
    march = IndexReading(index="CPI", month="2026-03", value=120, known_on="2026-03-20")
    facts = Facts(readings=[base, march])
    assert amounts(deal, facts) == "10.00 10.00 12.00 12.00"
    billed = [one for one in schedule(deal, facts).charges if one.line.id == "fee" and one.n == 2]
    assert sum(one.value for one in billed) == Decimal("12.00")
    # Billed on 1 March at 10.00; what the reading adds stands on the next invoice after it is known.
    assert {one.planned_on for one in billed} == {date(2026, 3, 1), date(2026, 4, 1)}


def test_a_fee_waits_for_the_order_that_brings_what_it_is_of() -> None:
    brings = later(lines=[licence()], kind="expansion")
    deal = contract(first(seats()), brings, later(lines=[fee("licence", every=None)], id="O-3"))
    assert amounts(deal) == "100.00"
    assert amounts(deal, Facts(progress=[cancel(started("O-2"), on=date(2026, 1, 15))])) == ""


def test_through_cuts_the_schedule_and_moves_no_price() -> None:
    yearly = seats(price=PerUnit(unit_amount=120, per="year"), escalator=Escalator(rate="0.5", every="year"))
    lines = yearly, fee("seats", every="5 years", per="year", billing=Recurring(every="5 years", timing="advance"))
    deal = contract(first(*lines, term="120 months"))
    whole = of_fee(deal)
    through = [one for one in charges_for(deal, through=date(2026, 1, 1)) if one.line.id == "fee"]
    assert through == [one for one in whole if one.planned_on <= date(2026, 1, 1)]


def test_the_working_names_what_it_is_of() -> None:
    deal = contract(first(licence(), fee("licence", escalator=RAISED), fee(every=None, of_amount=500, id="other")))
    assert explain(of_fee(deal)[2]) == (
        "1 × 110.00 = 110.00\n"
        "  from 2026-01-01: 10 % of 1,000.00 (licence) = 100.00 (O-1)\n"
        "  from 2026-03-01: 100.00 + 10 % = 110.00 (escalator, O-1)"
    )
    other = next(one for one in charges_for(deal) if one.line.id == "other")
    assert explain(other) == "1 × 50.00 = 50.00\n  from 2026-01-01: 10 % of 500.00 = 50.00 (O-1)"
    assert "10 % of licence per month" in str(deal)
    assert "10 % of 500.00 " in str(deal)


def test_a_rate_above_one_is_pointed_at() -> None:
    price = Percent(rate=20, of_amount=500)
    issues = check(contract(first(LineItem(id="fee", price=price, billing=OneTime()))))
    assert [(one.path, one.code) for one in issues if one.code == "large_uplift"] == [
        ("$.orders[0].lines[0].price.rate", "large_uplift")
    ]


def test_an_amount_off_a_percent_is_compared_with_no_price() -> None:
    line = fee("licence", every=None, discounts=[Discount(id="off", amount="5000")])
    deal = contract(first(licence(), line))
    assert "discount_over_price" not in [one.code for one in check(deal)]
    assert amounts(deal) == "100.00 -100.00"


Make = Callable[[], object]

REFUSED: list[tuple[Make, str]] = [
    (lambda: Percent(rate="0.1"), "$.of: percent_of ''"),
    (lambda: Percent(rate="0.1", of=["a"], of_amount=1), "$.of: percent_of 'a'"),
    (lambda: Percent(rate="0.1", of=["a", "a"]), "$.of[1]: duplicate_id 'a'"),
    (lambda: Percent(rate="20%", of=["a b"]), "$.rate: not_a_number '20%'; $.of[0]: not_an_id 'a b'"),
    (lambda: Percent(rate=-1, of="a", per="blue"),
     "$.rate: too_small '-1'; $.of: not_a_list 'a'; $.per: unknown_frequency 'blue'"),
    (lambda: Percent(rate=1, of_amount="x"), "$.of_amount: not_a_number 'x'"),
    (lambda: fee("a", quantity=2), "$.quantity: flat_quantity '2'"),
    (lambda: fee("a", list_amount=5), "$.list_amount: list_amount_refused '5'"),
    (lambda: fee("a", per=None), "$.price.per: price_period_required None"),
    (lambda: fee("a", ramp=[RampStep(after="1 month", unit_amount=2)]), "$.ramp: ramp_refused None"),
    (lambda: fee("a", every=None, billing=Instalments(parts=[Part(amount=1), Part()])),
     "$.billing.parts: percent_parts None"),
    (lambda: contract(first(fee(every=None, of_amount="0.001"))),
     "$.orders[0].lines[0].price.of_amount: not_quantized '0.001'"),
    (lambda: contract(first(fee("gone"))), "$.orders[0].lines[0].price.of[0]: unknown_line 'gone'"),
    (lambda: contract(first(fee("fee"))), "$.orders[0].lines[0].price.of[0]: percent_cycle 'fee'"),
    (lambda: contract(first(seats(), fee("seats"), fee("fee", id="b"))),
     "$.orders[0].lines[2].price.of[0]: percent_cycle 'fee'"),
    (lambda: contract(first(seats(), fee("seats", per="year"))),
     "$.orders[0].lines[1].price.of[0]: percent_period 'seats'"),
    (lambda: contract(first(seats(), fee("seats", every=None))),
     "$.orders[0].lines[1].price.of[0]: percent_base 'seats'"),
    (lambda: contract(first(seats(), licence(), fee("seats", "licence"))),
     "$.orders[0].lines[2].price.of: percent_base None"),
    (lambda: contract(first(seats(), fee("seats", escalator=RAISED))),
     "$.orders[0].lines[1].escalator: escalator_refused None"),
    (lambda: contract(first(seats(starts_on="2026-02-01"), fee("seats"))),
     "$.orders[0].lines[1].price.of[0]: percent_base 'seats'"),
    (lambda: contract(first(seats(ends_before="2026-02-01"), fee("seats", starts_on="2026-02-01"))),
     "$.orders[0].lines[1].price.of[0]: percent_base 'seats'"),
    (lambda: contract(first(fee("licence")), later(lines=[licence()])),
     "$.orders[0].lines[0].price.of[0]: percent_base 'licence'"),
    (lambda: contract(first(seats(), fee("seats")), later(Change(line="fee", unit_amount=2))),
     "$.orders[1].changes[0].unit_amount: percent_change '2'"),
    (lambda: contract(first(seats(), fee("seats")), later(Change(line="fee", quantity=2))),
     "$.orders[1].changes[0].quantity: flat_quantity '2'"),
    (lambda: contract(first(seats(), fee("seats"), LineItem(id="b", extends="fee"))),
     "$.orders[0].lines[2].extends: extends_refused 'fee'"),
    (lambda: contract(first(seats(), LineItem(id="b", extends="gone"), fee("b"))),
     "$.orders[0].lines[1].extends: unknown_line 'gone'"),
    (lambda: contract(first(licence(), fee("licence")), later(Change(line="licence", remove=True))),
     "$.orders[1].changes[0].line: percent_base 'licence'"),
    (lambda: contract(first(licence(), fee("licence")),
                      later(lines=[LineItem(id="b", price=Flat(amount=5), billing=OneTime(), replaces="licence")])),
     "$.orders[1].lines[0].replaces: percent_base 'licence'"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "expected"), REFUSED)
def test_what_a_percent_can_never_say(make: Make, expected: str) -> None:
    with pytest.raises(InvalidTerms) as error:
        make()
    assert "; ".join(f"{one.path}: {one.code} {one.got!r}" for one in error.value.issues) == expected


def test_a_line_and_its_fee_are_taken_away_together() -> None:
    deal = contract(
        first(licence(), fee("licence")), later(Change(line="licence", remove=True), Change(line="fee", remove=True))
    )
    assert amounts(deal) == "100.00"
