"""Payment terms: due dates, parts of an invoice, and what is refused."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill.deal.payment_terms import (
    EarlyDiscount,
    Instalment,
    LateFee,
    PaymentTerms,
    due_dates,
    due_on,
    instalments,
)
from contractbill.errors import InvalidTerms
from contractbill.money import Carrier, add_up

D = date
CENT = Decimal("0.01")


@pytest.mark.parametrize(
    ("terms", "text", "invoice_on", "due"),
    [
        (PaymentTerms(), "on receipt", D(2026, 1, 31), D(2026, 1, 31)),
        (PaymentTerms(net_days=45), "net 45", D(2025, 12, 18), D(2026, 2, 1)),
        (PaymentTerms(net_days=3653), "net 3653", D(2026, 1, 1), D(2036, 1, 2)),
        (PaymentTerms(end_of_month=True), "end of month", D(2024, 2, 1), D(2024, 2, 29)),
        (PaymentTerms(net_days=30, end_of_month=True), "end of month + 30", D(2026, 1, 15), D(2026, 3, 2)),
        (PaymentTerms(net_days=30, end_of_month=True), "end of month + 30", D(2026, 1, 31), D(2026, 3, 2)),
        (PaymentTerms(day_of_month=[10]), "day 10", D(2026, 1, 10), D(2026, 1, 10)),
        (PaymentTerms(day_of_month=[10]), "day 10", D(2026, 1, 11), D(2026, 2, 10)),
        (PaymentTerms(day_of_month=[31]), "day 31", D(2026, 2, 10), D(2026, 2, 28)),
        (PaymentTerms(net_days=30, day_of_month=[10]), "net 30, then day 10", D(2026, 1, 12), D(2026, 3, 10)),
        (PaymentTerms(day_of_month=[20, 5]), "day 20 or 5", D(2026, 1, 6), D(2026, 1, 20)),
        (PaymentTerms(day_of_month=[20, 5]), "day 20 or 5", D(2026, 1, 21), D(2026, 2, 5)),
        (PaymentTerms(day_of_month=[20, 5]), "day 20 or 5", D(2026, 1, 5), D(2026, 1, 5)),
        (
            PaymentTerms(net_days=30, day_of_month=[10], next_month=True),
            "net 30, then day 10 of the next month", D(2023, 12, 12), D(2024, 2, 10),
        ),
        (
            PaymentTerms(day_of_month=[31, 15], next_month=True),
            "day 31 or 15 of the next month", D(2024, 1, 31), D(2024, 2, 15),
        ),
        (
            PaymentTerms(net_days=5, end_of_month=True, day_of_month=[10]),
            "end of month + 5, then day 10", D(2026, 1, 15), D(2026, 2, 10),
        ),
    ],
)  # fmt: skip
def test_terms_read_and_fall_due(terms: PaymentTerms, text: str, invoice_on: date, due: date) -> None:
    assert str(terms) == text
    assert due_dates(terms, invoice_on) == (due,)
    assert due_on(terms, invoice_on) == due
    assert instalments(terms, invoice_on, Decimal("10.00"), to=CENT) == ((due, Decimal("10.00")),)


HALVES = (Instalment(share="0.5"), Instalment(share="0.5", net_days=30))


def test_instalments_read_and_fall_due() -> None:
    terms = PaymentTerms(
        instalments=[Instalment(share="0.125"), Instalment(share="0.875", net_days=30, sequential=True)]
    )
    assert str(terms) == "12.5% on receipt, 87.5% net 30 after the one before"
    assert str(PaymentTerms(instalments=[Instalment(share=1)])) == "100% on receipt"
    assert due_dates(terms, D(2026, 1, 31)) == (D(2026, 1, 31), D(2026, 3, 2))
    waiting = PaymentTerms(
        instalments=[
            Instalment(share="0.5", day_of_month=[15]),
            Instalment(share="0.3", net_days=10, sequential=True),
            Instalment(share="0.2", net_days=10),
        ]
    )
    assert due_dates(waiting, D(2026, 1, 1)) == (D(2026, 1, 15), D(2026, 1, 25), D(2026, 1, 11))
    assert due_on(waiting, D(2026, 1, 1)) == D(2026, 1, 25)


@pytest.mark.parametrize(
    ("shares", "carrier", "amount", "parts"),
    [
        (["0.5", "0.5"], "last", "0.03", ["0.02", "0.01"]),
        (["0.5", "0.5"], "first", "0.03", ["0.01", "0.02"]),
        (["0.3", "0.3", "0.4"], "largest", "100.01", ["30.00", "30.00", "40.01"]),
        (["0.25", "0.25", "0.25", "0.25"], "largest_remainder", "0.03", ["0.01", "0.01", "0.01", "0.00"]),
        (["0.5", "0.5"], "last", "-0.03", ["-0.02", "-0.01"]),
        (["0.9", "0.1"], "last", "-0.01", ["-0.01", "0.00"]),
        (["0.7", "0.3"], "last", "0.00", ["0.00", "0.00"]),
    ],
)
def test_t052_parts_add_up_and_the_carrier_is_named(
    shares: list[str], carrier: Carrier, amount: str, parts: list[str]
) -> None:
    terms = PaymentTerms(instalments=[Instalment(share=share) for share in shares], carrier=carrier)
    found = [part for _, part in instalments(terms, D(2026, 1, 1), Decimal(amount), to=CENT)]
    assert [str(part) for part in found] == parts
    assert add_up(found) == Decimal(amount)


BALANCE = PaymentTerms(instalments=[Instalment(share="0.7"), Instalment(amount=200), Instalment(share="0.3")])


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        ("1000.00", ["700.00", "200.00", "100.00"]),
        ("-1000.00", ["-700.00", "-200.00", "-100.00"]),
        ("666.67", ["466.67", "200.00", "0.00"]),
    ],
)
def test_fixed_amounts_come_off_the_last_instalment(amount: str, parts: list[str]) -> None:
    found = instalments(BALANCE, D(2026, 1, 1), Decimal(amount), to=CENT)
    assert [str(part) for _, part in found] == parts
    assert str(BALANCE) == "70% on receipt, 200 on receipt, 30% on receipt"


def test_fixed_amounts_must_fit() -> None:
    for amount in ("666.63", "-666.63"):
        with pytest.raises(InvalidTerms) as refused:
            instalments(BALANCE, D(2026, 1, 1), Decimal(amount), to=CENT)
        issue = refused.value.issues[0]
        assert (issue.path, issue.code, issue.got) == ("$.instalments", "fixed_exceeds_rest", "200")
        assert issue.message == "fixed amounts must fit into 666.63"


def test_amounts_must_be_of_the_currency() -> None:
    odd = PaymentTerms(instalments=[Instalment(amount="0.5"), Instalment(amount="1.25"), Instalment(share=1)])
    with pytest.raises(InvalidTerms) as refused:
        instalments(odd, D(2026, 1, 1), Decimal(100), to=Decimal(1))
    assert [(issue.path, issue.code, issue.got) for issue in refused.value.issues] == [
        ("$.instalments[0].amount", "not_quantized", "0.5"),
        ("$.instalments[1].amount", "not_quantized", "1.25"),
    ]
    with pytest.raises(InvalidTerms, match="not_quantized"):
        instalments(PaymentTerms(instalments=HALVES), D(2026, 1, 1), Decimal("0.001"), to=CENT)


TENTH = EarlyDiscount(rate="0.02", within_days=10)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"net_days": 30, "early_discount": TENTH}, "2/10 net 30"),
        ({"net_days": 10, "early_discount": TENTH}, "2/10 net 10"),
        ({"end_of_month": True, "early_discount": TENTH}, "2/10 end of month"),
        ({"day_of_month": [5], "early_discount": TENTH}, "2/10 day 5"),
        ({"instalments": HALVES, "early_discount": TENTH}, "2/10 50% on receipt, 50% net 30"),
        # CivicPlus / Pleasanton: 1.5 % a month on what is past due. Santa Ana: 10 % once, after 45 days.
        ({"net_days": 30, "late_fees": [LateFee(rate="0.015", per="month")]}, "net 30; 1.5% per month when late"),
        ({"late_fees": [LateFee(rate="0.1", grace_days=45)]}, "on receipt; 10% once when late by more than 45 days"),
        # SRS / Redwood City: 1 % once after 60 days, and 12 % a year after 90.
        (
            {"late_fees": [LateFee(rate="0.01", grace_days=60), LateFee(rate="0.12", per="year", grace_days=90)]},
            "on receipt; 1% once when late by more than 60 days; 12% per year when late by more than 90 days",
        ),
        ({"late_fees": [LateFee(amount="25.00", per="2 weeks")]}, "on receipt; 25.00 per 2 weeks when late"),
    ],
)
def test_clauses_of_early_and_late_payment_are_held_and_shown(fields: dict[str, Any], text: str) -> None:
    terms = PaymentTerms(**fields)
    assert str(terms) == text
    bare = PaymentTerms(**{key: value for key, value in fields.items() if key not in ("late_fees", "early_discount")})
    # They change neither the day nor the parts of an invoice.
    for amount in (Decimal("100.00"), Decimal("-0.03")):
        on = D(2026, 1, 31)
        assert instalments(terms, on, amount, to=CENT) == instalments(bare, on, amount, to=CENT)


@pytest.mark.parametrize(
    ("make", "faults"),
    [
        (LateFee, [("$", "rate_or_amount")]),
        (lambda: LateFee(rate="0.01", amount=1), [("$", "rate_or_amount")]),
        (
            lambda: LateFee(rate=0, per="term", grace_days=-1),
            [("$.rate", "too_small"), ("$.per", "unknown_frequency"), ("$.grace_days", "out_of_range")],
        ),
        (lambda: LateFee(amount="1 USD"), [("$.amount", "not_a_number")]),
        (
            lambda: EarlyDiscount(rate=2, within_days=1.5),  # type: ignore[arg-type]  # wrong value on purpose
            [("$.rate", "too_large"), ("$.within_days", "not_whole")],
        ),
    ],
)
def test_clauses_say_all_that_is_wrong_with_them(make: Callable[[], object], faults: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidTerms) as refused:
        make()
    assert [(issue.path, issue.code) for issue in refused.value.issues] == faults


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"net_days": -1}, [("$.net_days", "out_of_range")]),
        ({"net_days": 3654}, [("$.net_days", "out_of_range")]),
        ({"net_days": "30"}, [("$.net_days", "not_whole")]),
        ({"net_days": True}, [("$.net_days", "not_whole")]),
        ({"end_of_month": 1}, [("$.end_of_month", "not_a_bool")]),
        ({"day_of_month": [0]}, [("$.day_of_month[0]", "out_of_range")]),
        ({"day_of_month": [1, 32]}, [("$.day_of_month[1]", "out_of_range")]),
        ({"day_of_month": 10}, [("$.day_of_month", "not_a_list")]),
        ({"next_month": True}, [("$.day_of_month", "day_missing")]),
        ({"carrier": "middle"}, [("$.carrier", "unknown_word")]),
        ({"instalments": ["half"]}, [("$.instalments[0]", "wrong_type")]),
        ({"late_fees": [0]}, [("$.late_fees[0]", "wrong_type")]),
        ({"late_fees": [LateFee(amount=1)] * 11}, [("$.late_fees", "out_of_range")]),
        ({"early_discount": "2/10"}, [("$.early_discount", "wrong_type")]),
        ({"early_discount": TENTH}, [("$.early_discount.within_days", "discount_after_due")]),
        ({"early_discount": TENTH, "net_days": 9}, [("$.early_discount.within_days", "discount_after_due")]),
        ({"instalments": HALVES, "net_days": 30}, [("$.instalments", "rule_or_instalments")]),
        ({"instalments": HALVES, "end_of_month": True}, [("$.instalments", "rule_or_instalments")]),
        ({"instalments": HALVES[:1]}, [("$.instalments", "shares_not_one")]),
        (
            {"instalments": [Instalment(share="0.5", sequential=True), Instalment(amount=1)], "day_of_month": [1]},
            [
                ("$.instalments", "rule_or_instalments"),
                ("$.instalments[0].sequential", "sequential_first"),
                ("$.instalments", "shares_not_one"),
                ("$.instalments", "last_not_a_share"),
            ],
        ),
        (
            {"instalments": [Instalment(amount=1), Instalment(share=1)], "carrier": "first"},
            [("$.instalments", "last_not_a_share")],
        ),
        (
            {"net_days": -1, "end_of_month": None, "next_month": "yes", "carrier": 3},
            [
                ("$.net_days", "out_of_range"),
                ("$.end_of_month", "not_a_bool"),
                ("$.next_month", "not_a_bool"),
                ("$.carrier", "unknown_word"),
            ],
        ),
    ],
)
def test_terms_say_all_that_is_wrong_with_them(fields: dict[str, object], faults: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidTerms) as refused:
        PaymentTerms(**fields)  # type: ignore[arg-type]  # wrong values, on purpose
    assert [(issue.path, issue.code) for issue in refused.value.issues] == faults


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({}, [("$", "share_or_amount")]),
        ({"share": "0.5", "amount": 3}, [("$", "share_or_amount")]),
        ({"share": 0}, [("$.share", "too_small")]),
        ({"share": "1.01"}, [("$.share", "too_large")]),
        ({"amount": 0}, [("$.amount", "too_small")]),
        ({"share": 0.5}, [("$.share", "not_exact")]),
        ({"share": "half", "sequential": 1, "net_days": -1}, [
            ("$.share", "not_a_number"), ("$.sequential", "not_a_bool"), ("$.net_days", "out_of_range"),
        ]),
    ],
)  # fmt: skip
def test_instalments_say_all_that_is_wrong_with_them(fields: dict[str, object], faults: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidTerms) as refused:
        Instalment(**fields)  # type: ignore[arg-type]  # wrong values, on purpose
    assert [(issue.path, issue.code) for issue in refused.value.issues] == faults


def test_terms_are_values() -> None:
    assert PaymentTerms(net_days=45) == PaymentTerms(net_days=45)
    assert len({PaymentTerms(instalments=HALVES), PaymentTerms(instalments=list(HALVES))}) == 1


def test_invoices_have_dates() -> None:
    with pytest.raises(InvalidTerms) as refused:
        due_on(PaymentTerms(), "2026-01-01")  # type: ignore[arg-type]  # a wrong type, on purpose
    assert (refused.value.path, refused.value.code) == ("$.invoice_on", "not_a_date")
    with pytest.raises(InvalidTerms, match="out_of_range"):
        due_on(PaymentTerms(net_days=1), D.max)


DAYS = st.lists(st.integers(1, 31), max_size=3)


@given(
    on=st.dates(D(2000, 1, 1), D(2099, 1, 1)),
    net=st.integers(0, 120),
    end=st.booleans(),
    days=DAYS,
    following=st.booleans(),
)
def test_nothing_is_due_before_its_invoice(
    *,
    on: date,
    net: int,
    end: bool,
    days: list[int],
    following: bool,
) -> None:
    terms = PaymentTerms(net_days=net, end_of_month=end, day_of_month=days, next_month=following and bool(days))
    due = due_on(terms, on)
    assert due >= on + timedelta(net)
    assert not days or due.day in days or (due + timedelta(1)).day == 1


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=6),
    st.decimals(-10_000, 10_000, places=2),
    st.sampled_from(Carrier),
)
def test_t052_parts_of_any_invoice_add_up(weights: list[int], amount: Decimal, carrier: Carrier) -> None:
    shares = [Decimal(weight) / 1000 for weight in weights]
    shares.append(1 - sum(shares, Decimal()))
    terms = PaymentTerms(instalments=[Instalment(share=share) for share in shares], carrier=carrier)
    assert add_up(part for _, part in instalments(terms, D(2026, 1, 1), amount, to=CENT)) == amount
