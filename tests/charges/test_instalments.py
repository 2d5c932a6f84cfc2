"""One-time prices in parts: which parts there are, on which days, and that they are the price."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill.charges import BASE, ROUNDING, Basis, Certainty, Facts, MilestoneDone, charges_for, explain, reason
from contractbill.deal import (
    Billing,
    Contract,
    Discount,
    Flat,
    Instalments,
    LineItem,
    OneTime,
    Order,
    Part,
    PerUnit,
    Spread,
)
from contractbill.errors import InvalidTerms
from contractbill.money import Carrier, Rounding, add_up, quantize, quantum
from contractbill.testing.one_time import instalments, spreads

SIGNED, START, LATER = {"once": "signature"}, {"once": "start"}, {"once": "date", "on": "2026-06-01"}


def contract(billing: Billing, amount: Any = 1000, currency: str = "USD", **given: Any) -> Contract:
    price = given.pop("price", None) or Flat(amount=amount)
    item = LineItem(id="build", price=price, billing=billing, **given.pop("line", {}))
    fields = {"id": "O-1", "signed_on": "2026-01-10", "effective_on": "2026-02-01", "term": "12 months"}
    rounding = given.pop("rounding", "half_up")
    return Contract(id="C-1", currency=currency, rounding=rounding, orders=[Order(lines=[item], **(fields | given))])


def parts(*listed: dict[str, Any], carrier: str = "last") -> Instalments:
    return Instalments(parts=[Part(**one) for one in listed], carrier=carrier)


def shown(deal: Contract, facts: Facts = Facts()) -> str:
    return ", ".join(
        f"{one.planned_on} {'+' if one.component == ROUNDING else ''}{one.value}" for one in charges_for(deal, facts)
    )


# Each row: the parts, the price, and what is asked for when; a rounding line has a sign before its amount.
ROWS: list[tuple[Billing, Any, str]] = [
    (parts({"share": "0.3", **SIGNED}, {"share": "0.7"}), 1000, "2026-01-10 300.00, 2026-02-01 700.00"),
    (parts({"share": "0.3", **SIGNED}, {}), 1000, "2026-01-10 300.00, 2026-02-01 700.00"),
    (parts({"amount": 400, **SIGNED}, LATER), 1000, "2026-01-10 400.00, 2026-06-01 600.00"),
    (parts({"amount": 400, **SIGNED}, {"amount": "600.00"}), 1000, "2026-01-10 400.00, 2026-02-01 600.00"),
    (parts({"amount": 400, **SIGNED}, {"share": "0.6"}), 1000, "2026-01-10 400.00, 2026-02-01 600.00"),
    (
        parts({"amount": 100, **SIGNED}, {"share": "0.25"}, LATER),
        "0.50e3",
        "2026-01-10 100.00, 2026-02-01 125.00, 2026-06-01 275.00",
    ),
    # What rounding leaves goes to the carrier, on a line of its own.
    (
        parts({"share": "0.5", **SIGNED}, {"share": "0.5"}),
        "0.01",
        "2026-01-10 0.01, 2026-02-01 0.01, 2026-02-01 +-0.01",
    ),
    (
        parts({"share": "0.5", **SIGNED}, {"share": "0.5"}, carrier="first"),
        "0.01",
        "2026-01-10 0.01, 2026-01-10 +-0.01, 2026-02-01 0.01",
    ),
    (
        parts({"share": "0.25"}, {"amount": "0.01", **SIGNED}, {"share": "0.25", **LATER}, {}),
        "0.04",
        "2026-01-10 0.01, 2026-02-01 0.01, 2026-02-01 0.01, 2026-06-01 0.01",
    ),
    (parts({"share": 1, **SIGNED}), 0, "2026-01-10 0.00"),
    (parts({"share": "0.4", **SIGNED}, {}), -1000, "2026-01-10 -400.00, 2026-02-01 -600.00"),
    # Equal payments.
    (Spread(apart="quarter"), 1000, "2026-02-01 250.00, 2026-05-01 250.00, 2026-08-01 250.00, 2026-11-01 250.00"),
    (
        Spread(apart="month", times=3),
        1000,
        "2026-02-01 333.33, 2026-03-01 333.33, 2026-04-01 333.33, 2026-04-01 +0.01",
    ),
    (
        Spread(apart="month", times=3, carrier="first", first=OneTime(once="signature")),
        1000,
        "2026-01-10 333.33, 2026-01-10 +0.01, 2026-02-10 333.33, 2026-03-10 333.33",
    ),
    (
        Spread(apart="month", times=3, first=OneTime(once="date", on="2026-01-31")),
        600,
        "2026-01-31 200.00, 2026-02-28 200.00, 2026-03-31 200.00",
    ),
    (Spread(apart="5 months"), 900, "2026-02-01 300.00, 2026-07-01 300.00, 2026-12-01 300.00"),
    (Spread(apart="2 years"), 900, "2026-02-01 900.00"),
    (Spread(apart="quarter", first=OneTime(after_days=400)), 900, "2027-03-08 900.00"),
]


@pytest.mark.parametrize(("billing", "amount", "expected"), ROWS)
def test_parts_stand_on_their_days_and_are_the_price(billing: Billing, amount: Any, expected: str) -> None:
    deal = contract(billing, amount)
    assert shown(deal) == expected
    found = charges_for(deal)
    assert add_up(one.value for one in found) == Decimal(amount)
    numbers = sorted(one.n for one in found if one.component == BASE)
    assert numbers == list(range(len(numbers)))
    assert all(one.service is None and one.derivation.evaluate() == one.value for one in found)


def test_parts_show_their_share_of_the_price() -> None:
    deal = contract(
        parts({"share": "0.3", **SIGNED}, {"amount": 25}, LATER),
        price=PerUnit(unit_amount="33.335"),
        line={"quantity": 3},
    )
    assert [explain(one) for one in charges_for(deal)] == [
        "3 × 33.335 × 3/10 = 30.00",
        "3 × 33.335 × 2500/10001 = 25.00",
        "3 × 33.335 × 4501/10001 = 45.01",
    ]
    (first, _second, last) = charges_for(contract(Spread(apart="month", times=3), 300))
    assert (explain(first), reason(first)) == ("300.00 × 1/3 = 100.00", "at the start of the line")
    assert (last.basis, reason(last)) == (Basis.INSTALMENT, "as an instalment, counted from the first")


def test_a_line_shorter_than_the_term_is_paid_within_its_own_days() -> None:
    assert (
        shown(contract(Spread(apart="month"), line={"ends_before": "2026-04-01"}))
        == "2026-02-01 500.00, 2026-03-01 500.00"
    )
    evergreen = contract(Spread(apart="month"), line={"ends_before": "2026-04-01"}, term=None)
    assert len(charges_for(evergreen, through=date(2027, 1, 1))) == 2


def test_payments_fit_the_term_the_line_starts_in_and_a_renewal_adds_none() -> None:
    deal = contract(Spread(apart="quarter"))
    renewal = Order(id="O-2", kind="renewal", signed_on="2026-12-01", effective_on="2027-02-01", term="12 months")
    assert shown(deal) == shown(Contract(id="C-1", currency="USD", orders=[*deal.orders, renewal]))


def test_ending_the_contract_early_changes_no_payment() -> None:
    deal = contract(Spread(apart="quarter"))
    shorter = Order(id="O-2", kind="amendment", signed_on="2026-06-01", ends_before="2026-09-01")
    assert shown(deal) == shown(Contract(id="C-1", currency="USD", orders=[*deal.orders, shorter]))


def test_equal_payments_may_wait_for_a_milestone() -> None:
    first = OneTime(once="milestone", milestone="go-live", expected_on="2026-12-01")
    deal = contract(Spread(apart="month", times=3, first=first), 900)
    assert {one.certainty for one in charges_for(deal)} == {Certainty.CONTINGENT}
    assert shown(deal) == "2026-12-01 300.00, 2027-01-01 300.00, 2027-02-01 300.00"
    late = Facts(milestones=[MilestoneDone(milestone="go-live", completed_on="2026-03-10", known_on="2026-04-20")])
    assert shown(deal, late) == "2026-04-20 300.00, 2026-04-20 300.00, 2026-05-10 300.00"
    assert {one.certainty for one in charges_for(deal, late)} == {Certainty.FIXED}


def test_a_retention_is_released_on_acceptance_and_moves_no_other_part() -> None:
    retained = {"share": "0.1", "once": "milestone", "milestone": "acceptance", "acceptance_days": 30}
    deal = contract(parts({"share": "0.9", **SIGNED}, retained))
    assert shown(deal) == "2026-01-10 900.00, 2027-01-31 100.00"
    assert [one.certainty for one in charges_for(deal)] == [Certainty.FIXED, Certainty.CONTINGENT]
    done = Facts(
        milestones=[MilestoneDone(milestone="acceptance", completed_on="2026-05-01", accepted_on="2026-05-20")]
    )
    assert shown(deal, done) == "2026-01-10 900.00, 2026-05-20 100.00"


# Each row: what makes it, and every path and code it is refused with.
REFUSED: list[tuple[Any, str]] = [
    (lambda: Part(share="0.5", amount=1), "$: share_or_amount"),
    (lambda: Part(share="1.5", once="date"), "$.share: too_large; $.on: once_date"),
    (lambda: Part(amount=0), "$.amount: too_small"),
    (lambda: Instalments(parts=[]), "$.parts: out_of_range"),
    (lambda: Instalments(parts=["all"], carrier="me"), "$.parts[0]: wrong_type; $.carrier: unknown_word"),  # type: ignore[list-item]  # on purpose
    (lambda: parts({"share": "0.3"}, {"share": "0.3"}), "$.parts: instalments_not_whole"),
    (lambda: parts({"share": 1}, {}), "$.parts: instalments_not_whole"),
    (lambda: parts({"share": "0.6"}, {"share": "0.4"}, {"amount": 1}), "$.parts: instalments_not_whole"),
    (lambda: parts({}, {}), "$.parts: instalments_not_whole"),
    (lambda: parts({}, {}, {"share": 1}), "$.parts: instalments_not_whole; $.parts: instalments_not_whole"),
    (lambda: Spread(apart="term", times=0), "$.apart: unknown_frequency; $.times: out_of_range"),
    (lambda: Spread(apart="month", first=OneTime(once="signature")), "$.times: times_required"),
    (
        lambda: contract(parts({"amount": 400}, {"amount": 500})),
        "$.orders[0].lines[0].billing.parts: instalments_not_whole",
    ),
    (
        lambda: contract(parts({"amount": 1000}, {})),
        "$.orders[0].lines[0].billing.parts: instalments_not_whole",
    ),
    (
        lambda: contract(parts({"amount": "400.005"}, {"share": "0.5"})),
        (
            "$.orders[0].lines[0].billing.parts[0].amount: not_quantized; "
            "$.orders[0].lines[0].billing.parts: instalments_not_whole"
        ),
    ),
    (lambda: contract(parts({"amount": 10}, {}), -1000), "$.orders[0].lines[0].billing.parts: instalments_not_whole"),
    (
        lambda: contract(parts({"share": 1, "once": "milestone", "milestone": "go-live"}), term=None),
        "$.orders[0].lines[0].billing: milestone_undated",
    ),
    (lambda: contract(Spread(apart="month"), term=None), "$.orders[0].lines[0].billing.times: whole_term_evergreen"),
    (
        lambda: LineItem(id="a", price=Flat(amount=1, per="year"), billing=Spread(apart="month")),
        "$.price.per: price_period_refused",
    ),
]


@pytest.mark.parametrize(("make", "expected"), REFUSED, ids=[expected[:70] for _make, expected in REFUSED])
def test_parts_that_are_no_price_are_refused(make: Any, expected: str) -> None:
    with pytest.raises(InvalidTerms) as caught:
        make()
    assert "; ".join(f"{issue.path}: {issue.code}" for issue in caught.value.issues) == expected


def test_what_was_stated_is_told_beside_the_price() -> None:
    with pytest.raises(InvalidTerms, match=r"must add up to the price, 1000\.00 \(got '900\.00'\)"):
        contract(parts({"amount": 400}, {"amount": 500}))


def test_t_016_payments_are_not_endless() -> None:
    with pytest.raises(InvalidTerms, match=r"\$\.orders\[0\]\.lines\[0\]\.billing\.apart: too_many_periods"):
        charges_for(contract(Spread(apart="1 day"), term="200 years"))
    with pytest.raises(InvalidTerms, match="out_of_range"):
        charges_for(contract(Spread(apart="100 years", times=1000)))


@given(
    st.lists(st.integers(1, 500), min_size=1, max_size=9),
    st.integers(-(10**6), 10**6),
    st.sampled_from(["USD", "JPY", "KWD"]),
    st.sampled_from(Carrier),
    st.sampled_from(Rounding),
)
def test_t_052_parts_of_any_shares_are_the_price(
    weights: list[int], units: int, currency: str, carrier: Carrier, rounding: Rounding
) -> None:
    """However it is shared, rounded and carried: the last part is the rest of some of them."""
    whole = sum(weights)
    shares = [quantize(Decimal(weight) / whole, Decimal("0.0001"), Rounding.DOWN) for weight in weights[:-1]]
    listed = [Part(share=share, once="start") for share in shares if share]
    billing = Instalments(parts=[*listed, Part()], carrier=carrier)
    amount = units * quantum(currency)
    charges = charges_for(contract(billing, amount, currency, rounding=rounding))
    assert add_up(one.value for one in charges) == amount
    moved = [one for one in charges if one.component == ROUNDING]
    named = {Carrier.FIRST: 0, Carrier.LAST: len(listed)}.get(carrier)
    # A negative price is shared as its magnitude, whatever rounding says of signs.
    assert named is None or amount < 0 or {one.n for one in moved} <= {named}


@given(st.integers(1, 60), st.integers(0, 10**6), st.sampled_from(Carrier), st.sampled_from(Rounding))
def test_t_052_equal_payments_are_the_price_and_equal(
    times: int, units: int, carrier: Carrier, rounding: Rounding
) -> None:
    amount = Decimal(units).scaleb(-2)
    charges = charges_for(contract(Spread(apart="month", times=times, carrier=carrier), amount, rounding=rounding))
    assert add_up(one.value for one in charges) == amount
    assert len({one.value for one in charges if one.component == BASE}) == 1


BILLINGS = st.one_of(
    instalments(st.just(date(2026, 6, 1))),
    spreads(st.just(date(2026, 6, 1))),
    st.just(parts({"amount": "33.33", **SIGNED}, {"share": "0.2"}, {})),
)


@given(
    billing=BILLINGS,
    units=st.integers(10**4, 10**6),
    rates=st.lists(st.integers(0, 10**4), min_size=1, max_size=2),
    with_money=st.booleans(),
)
def test_t_024_parts_of_a_price_have_the_discount_of_the_whole(
    *, billing: Billing, units: int, rates: list[int], with_money: bool
) -> None:
    off = [Discount(id=f"d-{n}", rate=Decimal(rate).scaleb(-4)) for n, rate in enumerate(rates)]
    off += [Discount(id="money", amount="12.34")] if with_money else []
    price = Decimal(units).scaleb(-2)
    whole, split = (
        add_up(one.value for one in charges_for(contract(way, price, line={"discounts": off})))
        for way in (OneTime(), billing)
    )
    assert split == whole


def test_a_contract_says_in_which_parts_a_line_is_billed() -> None:
    listed = parts(
        {"share": "0.3", **SIGNED},
        {"amount": 50, "once": "milestone", "milestone": "delivery", "acceptance_days": 30},
        {"once": "milestone", "milestone": "go-live", "latest_by": "2026-12-31"},
    )
    assert (
        "30 % at signature; 50.00 at milestone delivery, accepted within 30 days; "
        "the rest at milestone go-live, at the latest on 2026-12-31"
    ) in str(contract(listed))
    assert "3 equal payments every month, the first at start" in str(contract(Spread(apart="month", times=3)))
    assert "  equal payments every year, the first at start" in str(contract(Spread(apart="year")))
