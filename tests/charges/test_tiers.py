"""Prices by tiers of a quantity: which tier it reaches, and what that makes of changes, uplifts, percents and parts."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill import (
    Change,
    Contract,
    Discount,
    Escalator,
    Facts,
    Flat,
    InvalidTerms,
    LineItem,
    OneTime,
    Order,
    Part,
    Percent,
    PerUnit,
    RampStep,
    Recurring,
    Renewal,
    Tier,
    Tiered,
    arr,
    check,
    due,
    explain,
    schedule,
    verify,
)
from contractbill.deal import Instalments
from contractbill.deal.prices import charged
from contractbill.testing.pricing import tiers

# Up to 10 users for 100 in all, up to 99.5 for 9 each, more for 8 each.
TIERS = (Tier(up_to=10, amount=100), Tier(up_to="99.5", unit_amount=9), Tier(unit_amount=8))


def priced(per: str | None = "month", some: tuple[Tier, ...] = TIERS) -> Tiered:
    return Tiered(mode="volume", per=per, tiers=some)


def users(quantity: Any = 10, **given: Any) -> LineItem:
    given = {"price": priced(), "billing": Recurring(every="month")} | given
    return LineItem(**{"id": "users", "quantity": quantity, **given})


def order(*lines: LineItem, **given: Any) -> Order:
    return Order(**({"id": "O-1", "signed_on": "2026-01-01", "term": "3 months", "lines": lines} | given))


def later(*changes: Change, on: str = "2026-02-11", **given: Any) -> Order:
    return Order(**({"id": "O-2", "kind": "amendment", "signed_on": on, "changes": changes} | given))


def deal(*orders: Order, **given: Any) -> Contract:
    return Contract(id="C-1", currency="USD", orders=orders, **given)


def charges(contract: Contract) -> str:
    plan = schedule(contract)
    assert verify(plan) == ()
    return " ".join(f"{one.line.id}:{one.value}" for one in plan.charges)


@pytest.mark.parametrize(
    ("quantity", "units", "unit_amount"),
    [
        # None of a tier, at, just below and just above each bound, fractions included.
        (0, 0, 100),
        ("0.001", 1, 100),
        (1, 1, 100),
        ("9.999", 1, 100),
        (10, 1, 100),
        ("10.001", "10.001", 9),
        ("99.499", "99.499", 9),
        ("99.5", "99.5", 9),
        ("99.501", "99.501", 8),
        (100, 100, 8),
        (10**6, 10**6, 8),
    ],
)
def test_a_quantity_is_charged_in_the_one_tier_that_it_reaches(quantity: Any, units: Any, unit_amount: Any) -> None:
    expected = Decimal(units), Decimal(unit_amount)
    assert charged(priced(), Decimal(quantity)) == expected
    (first, *_rest) = schedule(deal(order(users(quantity)))).charges
    assert (first.derivation.quantity, first.derivation.price.unit_amount) == expected
    (once,) = schedule(deal(order(users(quantity, price=priced(None), billing=OneTime())))).charges
    assert once.value == first.value


@given(tiers(), st.data())
def test_every_quantity_is_in_just_one_tier(price: Tiered, data: st.DataObject) -> None:
    bounds = [tier.up_to for tier in price.tiers if tier.up_to is not None]
    near = [bound + step for bound in bounds for step in (Decimal("-0.001"), Decimal(0), Decimal("0.001"))]
    quantity = data.draw(st.sampled_from([*near, Decimal(1), Decimal(10**6)]))
    within = [
        tier for tier in price.tiers if price.after(tier) < quantity and (tier.up_to is None or quantity <= tier.up_to)
    ]
    assert within == [price.reached(quantity)]


def test_the_working_says_which_tier() -> None:
    first = schedule(deal(order(users(20, billing=Recurring(every="quarter"))))).charges[0]
    assert explain(first).splitlines() == [
        "20 × 9.00 × 3 months = 540.00",
        "  from 2026-01-01: 9.00 in the tier above 10 up to 99.5 (O-1)",
    ]
    (last,) = schedule(deal(order(users(2_000, price=priced(None), billing=OneTime())))).charges
    assert explain(last).splitlines()[1:] == ["  from 2026-01-01: 8.00 in the tier above 99.5 (O-1)"]
    none = schedule(deal(order(users(0, billing=Recurring(every="quarter"))))).charges[0]
    assert explain(none).splitlines() == [
        "0 × 100.00 × 3 months = 0.00",
        "  from 2026-01-01: in no tier, as there are no units (O-1)",
    ]
    assert ("tier 10..99.5 of 2026-01-01", "9.00") in first.derivation.to_table().rows


def test_the_tables_of_a_deal_show_the_tiers() -> None:
    assert "100.00 up to 10, 9.00 a unit up to 99.5, 8.00 a unit beyond per month" in str(deal(order(users())))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # 20 users from February: another tier. 5 from March: the whole line's amount again.
        (
            users(5, ramp=[RampStep(after="1 month", quantity=20), RampStep(after="2 months", quantity=5)]),
            "users:100.00 users:180.00 users:100.00",
        ),
        # From the 11th, 18 of 28 days: inside one tier nothing is cut, into another one the month is.
        (users(5, ramp=[RampStep(on="2026-02-11", quantity=8)]), "users:100.00 users:100.00 users:100.00"),
        (users(5, ramp=[RampStep(on="2026-02-11", quantity=20)]), "users:100.00 users:35.71 users:115.71 users:180.00"),
        (
            users(5, ramp=[RampStep(on="2026-02-11", quantity=20, inside_period="wait")]),
            "users:100.00 users:100.00 users:180.00",
        ),
        # None of them costs nothing.
        (users(5, ramp=[RampStep(after="1 month", quantity=0)]), "users:100.00 users:0.00 users:0.00"),
        # Each tier rises by itself, also while the line is in another.
        (
            users(
                5,
                escalator=Escalator(rate="0.1", every="month"),
                ramp=[RampStep(after="2 months", quantity=20)],
            ),
            "users:100.00 users:110.00 users:217.80",
        ),
        (
            users(5, discounts=[Discount(id="half", rate="0.5")]),
            "users:100.00 users:-50.00 users:100.00 users:-50.00 users:100.00 users:-50.00",
        ),
    ],
)
def test_a_price_follows_the_quantity_from_tier_to_tier(line: LineItem, expected: str) -> None:
    assert charges(deal(order(line))) == expected


def test_a_renewal_s_uplift_raises_the_tier() -> None:
    line = users(20, billing=Recurring(every="quarter"))
    contract = deal(order(line, renewal=Renewal(term="3 months", uplift="0.1")))
    assert charges(contract) == "users:540.00 users:594.00"


@pytest.mark.parametrize(
    ("quantity", "second"),
    [
        # In the same tier nothing changes, so nothing is corrected.
        (8, []),
        (20, ["-64.29", "115.71"]),
    ],
)
def test_an_amendment_is_billed_as_the_difference_between_tiers(quantity: int, second: list[str]) -> None:
    contract = deal(order(users(5)))
    billed = [line for invoice in due(contract, as_of=date(2026, 2, 10)) for line in invoice.lines]
    changed = deal(*contract.orders, later(Change(line="users", quantity=quantity)), corrections="at_once")
    run = due(changed, billed=billed, as_of=date(2026, 2, 11))
    assert [str(line.value) for invoice in run for line in invoice.lines] == second


def test_what_a_line_by_tiers_costs_is_the_base_of_a_percent() -> None:
    support = LineItem(
        id="support", price=Percent(rate="0.2", of=["users"], per="month"), billing=Recurring(every="month")
    )
    ramped = users(5, ramp=[RampStep(after="1 month", quantity=20)])
    assert charges(deal(order(ramped, support))) == (
        "support:20.00 users:100.00 support:36.00 users:180.00 support:36.00 users:180.00"
    )
    shorter = attrs.evolve(ramped, ends_before="2026-03-01")
    assert charges(deal(order(shorter, support))) == "support:20.00 users:100.00 support:36.00 users:180.00"
    once = users(5, price=priced(None), billing=OneTime())
    fee = LineItem(id="fee", price=Percent(rate="0.2", of=["users"]), billing=OneTime())
    assert charges(deal(order(once, fee))) == "fee:20.00 users:100.00"


def test_parts_of_a_price_by_tiers_are_the_price() -> None:
    parts = Instalments(parts=[Part(amount=30), Part(after_days=30)])
    assert charges(deal(order(users(5, price=priced(None), billing=parts)))) == "users:30.00 users:70.00"


def test_a_discount_of_more_than_the_tier_is_pointed_at() -> None:
    contract = deal(order(users(5, discounts=[Discount(id="all", amount=101)])))
    assert "discount_over_price" in [issue.code for issue in check(contract)]
    fits = deal(order(users(5, discounts=[Discount(id="all", amount=100)])))
    assert "discount_over_price" not in [issue.code for issue in check(fits)]


def test_the_recurring_revenue_is_that_of_the_tier() -> None:
    contract = deal(order(users(5, ramp=[RampStep(after="1 month", quantity=20)]), term="12 months"))
    days = [date(2026, 1, 31), date(2026, 2, 1)]
    assert [str(arr(contract, Facts(), as_of=day).amount) for day in days] == ["1200.00", "2160.00"]


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: Tier(up_to=0, amount="x"), "$.up_to: too_small; $.amount: not_a_number"),
    (lambda: Tier(up_to=1), "$: one_price"),
    (lambda: Tier(amount=1, unit_amount=1), "$: one_price"),
    (lambda: priced(some=()), "$.tiers: out_of_range"),
    (lambda: priced(some=("a",)), "$.tiers[0]: wrong_type"),  # type: ignore[arg-type]  # the point of the row
    (lambda: Tiered(mode="graduated", tiers=TIERS, per="often"), "$.mode: unknown_word; $.per: unknown_frequency"),
    (lambda: priced(some=TIERS[:2]), "$.tiers[1].up_to: last_tier_open"),
    (lambda: priced(some=(TIERS[2], *TIERS)), "$.tiers[0].up_to: last_tier_open"),
    (lambda: priced(some=(TIERS[1], TIERS[0], TIERS[2])), "$.tiers[1].up_to: tiers_not_rising"),
    (lambda: priced(some=(TIERS[0], TIERS[0], TIERS[2])), "$.tiers[1].up_to: tiers_not_rising"),
    (lambda: users(list_amount=5), "$.list_amount: list_amount_refused"),
    (lambda: users(ramp=[RampStep(after="1 month", unit_amount=5)]), "$.ramp[0].unit_amount: tiers_change"),
    (
        lambda: deal(order(users(), LineItem(id="more", extends="users"))),
        "$.orders[0].lines[1].extends: extends_refused",
    ),
    (
        lambda: deal(order(users()), later(Change(line="users", unit_amount=5))),
        "$.orders[1].changes[0].unit_amount: tiers_change",
    ),
    (
        lambda: deal(order(users(price=priced(some=(Tier(up_to=1, unit_amount="0.001"), Tier(amount="0.001")))))),
        "$.orders[0].lines[0].price.tiers[1].amount: not_quantized",
    ),
    (lambda: users(price=priced(None)), "$.price.per: price_period_required"),
    (lambda: users(billing=OneTime()), "$.price.per: price_period_refused"),
]


@pytest.mark.parametrize(("make", "faults"), REFUSED)
def test_what_can_never_be_true_is_refused(make: Callable[[], object], faults: str) -> None:
    with pytest.raises(InvalidTerms) as refused:
        make()
    assert "; ".join(f"{issue.path}: {issue.code}" for issue in refused.value.issues) == faults


def test_one_tier_is_a_price_like_any_other() -> None:
    tier, unit = priced(some=(Tier(unit_amount=9),)), PerUnit(unit_amount=9, per="month")
    assert charges(deal(order(users(7, price=tier)))) == charges(deal(order(users(7, price=unit))))
    whole, flat = priced(some=(Tier(amount=9),)), Flat(amount=9, per="month")
    assert charges(deal(order(users(7, price=whole)))) == charges(deal(order(users(1, price=flat))))
