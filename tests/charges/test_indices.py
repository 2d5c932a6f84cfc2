"""Index escalators: what readings, bounds, carry-over, notice and rounding make of a price."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import contractbill
from contractbill import (
    Charge,
    Contract,
    Escalator,
    Facts,
    Flat,
    Index,
    IndexReading,
    InvalidTerms,
    LineItem,
    MonthDay,
    Notice,
    Order,
    Recurring,
    Renewal,
    charges_for,
    check_facts,
    due,
    explain,
    schedule,
)
from contractbill.charges.charge import stated
from contractbill.money import add, multiply

CPI = "CPI-U West"
LONG_AGO = date(2020, 1, 1)


def readings(*values: Any, known_on: date = LONG_AGO, first: int = 2025, month: int = 1) -> list[IndexReading]:
    """One a year, January 2025 first; None for a year that has none."""
    return [
        IndexReading(index=CPI, month=f"{year}-{month:02d}", value=value, known_on=known_on)
        for year, value in enumerate(values, first)
        if value is not None
    ]


def deal(
    index: Index | None,
    *,
    amount: int = 1000,
    years: int = 3,
    starts: str = "2025-01-01",
    per: str = "year",
    renewal: Renewal | None = None,
    **escalator: Any,
) -> Contract:
    line = LineItem(
        id="platform",
        price=Flat(amount=amount, per=per),
        billing=Recurring(every=per),
        escalator=Escalator(index=index, **escalator),
    )
    order = Order(id="O-1", signed_on=starts, term=f"{years} years", renewal=renewal, lines=[line])
    return Contract(id="C-1", currency="USD", orders=[order])


def cpi(**terms: Any) -> Index:
    return Index(**{"name": CPI, **terms})


def paid(contract: Contract, *known: IndexReading | Notice, as_of: str | None = None) -> str:
    facts = Facts(
        readings=[one for one in known if isinstance(one, IndexReading)],
        notices=[one for one in known if isinstance(one, Notice)],
    )
    found = charges_for(contract, facts, as_of=None if as_of is None else date.fromisoformat(as_of))
    assert all(one.derivation.price.evaluate() == one.derivation.price.unit_amount for one in found)
    return " ".join(f"{one.value}{'?' if one.certainty == 'estimated' else ''}" for one in found)


T_074 = readings("105.65", "110.5", "114.25")


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({}, "1045.91 1081.40"),
        ({"carry_over": "capped"}, "1045.91 1081.40"),
        ({"carry_over": "all"}, "1045.91 1081.40"),
        ({"cap": "0.04"}, "1040.00 1075.29"),
        ({"cap": "0.04", "carry_over": "capped"}, "1040.00 1081.40"),
        ({"cap": "0.04", "carry_over": "all"}, "1040.00 1081.40"),
        # The capped part that the next cap cuts again.
        ({"cap": "0.035", "carry_over": "capped"}, "1035.00 1071.23"),
        ({"floor": "0.04"}, "1045.91 1087.74"),
        ({"floor": 0, "cap": "0.05"}, "1045.91 1081.40"),
    ],
)
@pytest.mark.parametrize("formula", ["previous", "base"])
def test_t_074_a_cpi_clause_by_both_formulas(formula: str, terms: dict[str, Any], expected: str) -> None:
    assert paid(deal(cpi(formula=formula, **terms)), *T_074) == f"1000.00 {expected}"


def test_t_074_the_increase_since_the_base_is_not_added_to_the_price_it_raised() -> None:
    assert "1127.31" not in paid(deal(cpi(formula="base")), *T_074)


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        # 80 % of the change, one point more, and both.
        (deal(cpi(share="0.8")), "1000.00 1036.73 1064.87"),
        (deal(cpi(share="0.8", formula="base")), "1000.00 1036.73 1065.12"),
        (deal(cpi(plus="0.01")), "1000.00 1055.91 1102.30"),
        (deal(cpi(share="0.5", plus="-0.01")), "1000.00 1012.95 1020.01"),
        # A factor that the clause rounds.
        (deal(cpi(factor_to="0.001")), "1000.00 1046.00 1081.56"),
        (deal(cpi(factor_to="0.01", factor_rounding="down")), "1000.00 1040.00 1071.20"),
        # Prices that are rounded, and built upon.
        (deal(cpi(), round_to=5), "1000.00 1045.00 1080.00"),
        (deal(cpi(), round_to=5, on_rounded=True), "1000.00 1045.00 1080.00"),
        (deal(cpi(), round_to=10, on_rounded=True), "1000.00 1050.00 1090.00"),
        (deal(cpi(carry_over="all"), round_to=10, on_rounded=True), "1000.00 1050.00 1090.00"),
        # A negative price is a deduction: it grows alike.
        (deal(cpi(cap="0.04"), amount=-1000), "-1000.00 -1040.00 -1075.29"),
        (deal(cpi(floor="0.04"), amount=-1000), "-1000.00 -1045.91 -1087.74"),
        (deal(cpi(floor="0.04", cap="0.05"), amount=0), "0.00 0.00 0.00"),
    ],
)
def test_what_a_clause_makes_of_the_readings(contract: Contract, expected: str) -> None:
    assert paid(contract, *T_074) == expected


# Each row: the clause, the readings of January 2025 and on, and the prices.
MOVES: list[tuple[dict[str, Any], list[object], str]] = [
    ({}, [100, 98, 101], "1000.00 980.00 1010.00"),
    ({"formula": "base"}, [100, 98, 101], "1000.00 980.00 1010.00"),
    # Never falls: of the year before by itself, or never below the price before, by the base.
    ({"floor": 0}, [100, 98, 101], "1000.00 1000.00 1030.61"),
    ({"floor": 0, "formula": "base"}, [100, 98, 101], "1000.00 1000.00 1010.00"),
    # What a floor lifted is not caught up, nor does it add to what is.
    ({"floor": 0, "carry_over": "all"}, [100, 98, 101], "1000.00 1000.00 1030.61"),
    ({"floor": "0.03", "cap": "0.04", "carry_over": "capped"}, [100, 106, 106, 106], "1000.00 1040.00 1071.20 1103.34"),
    ({"floor": "0.03", "cap": "0.04"}, [100, 106, 106, 106], "1000.00 1040.00 1071.20 1103.34"),
    ({"cap": "0.04", "carry_over": "capped"}, [100, 110, 110, 110, 110], "1000.00 1040.00 1081.60 1100.00 1100.00"),
    ({"cap": "0.04"}, [100, 110, 110, 110, 110], "1000.00 1040.00 1040.00 1040.00 1040.00"),
    ({"cap": "0.04", "formula": "base"}, [100, 110, 110, 110, 121], "1000.00 1040.00 1040.00 1040.00 1081.60"),
    # The base formula lets the index fall back on what it did not charge.
    ({"cap": "0.04", "formula": "base", "carry_over": "capped"}, [100, 110, 103], "1000.00 1040.00 1030.00"),
    ({"cap": "0.04", "formula": "base"}, [100, 110, 103], "1000.00 1040.00 973.82"),
    ({"share": 10}, [100, 50, 50], "1000.00 0.00 0.00"),
]


@pytest.mark.parametrize(("terms", "values", "expected"), MOVES)
def test_how_floor_cap_and_carry_over_work_together(terms: dict[str, Any], values: list[object], expected: str) -> None:
    assert paid(deal(cpi(**terms), years=len(values)), *readings(*values)) == expected


@pytest.mark.parametrize(
    ("contract", "month", "since"),
    [
        (deal(cpi(lag_months=4)), "2025-09", "2024-09"),
        (deal(cpi(lag_months=4, base_month="2024-06")), "2025-09", "2024-06"),
        (deal(cpi(), per="month", on=MonthDay(month=4, day=1)), "2025-04", "2024-04"),
        (deal(cpi(lag_months=1)), "2025-12", "2024-12"),
        (deal(cpi(lag_months=13)), "2024-12", "2023-12"),
        (deal(cpi(lag_months=2), every="18 months"), "2026-05", "2024-11"),
        (deal(cpi(), per="month", clock="date", clock_on="2025-02-15"), "2026-02", "2025-02"),
        (deal(cpi(), years=1, at_renewal=True, renewal=Renewal(term="6 months")), "2026-01", "2025-01"),
    ],
)
def test_which_months_the_first_step_compares(contract: Contract, month: str, since: str) -> None:
    step = next(one.derivation.price.steps[0] for one in charges_for(contract) if one.derivation.price.steps)
    assert step.index is not None
    assert (step.index.month, step.index.since) == (month, since)


def test_steps_in_days_look_at_the_month_of_the_day_before_as_long() -> None:
    months = [
        (step.index.month, step.index.since)
        for charge in charges_for(deal(cpi(), years=1, per="month", every="45 days"))[4:5]
        for step in charge.derivation.price.steps
        if step.index is not None
    ]
    assert months == [("2025-02", "2025-01"), ("2025-04", "2025-02")]


# What is known, and when.


def test_a_step_without_a_reading_is_estimated_and_so_is_all_that_rests_on_it() -> None:
    assert paid(deal(cpi())) == "1000.00 1000.00? 1000.00?"
    assert paid(deal(cpi(estimate="0.03"))) == "1000.00 1030.00? 1060.90?"
    assert paid(deal(cpi(floor="0.02"))) == "1000.00 1020.00? 1040.40?"
    assert paid(deal(cpi(estimate="0.03", cap="0.02"))) == "1000.00 1020.00? 1040.40?"
    assert paid(deal(cpi(estimate="0.03")), *T_074[:2]) == "1000.00 1045.91 1077.28?"
    assert paid(deal(cpi(estimate="0.03")), T_074[0], T_074[2]) == "1000.00 1030.00? 1060.90?"
    assert paid(deal(cpi(estimate="0.03", formula="base")), T_074[0], T_074[2]) == "1000.00 1030.00? 1081.40?"


def test_of_several_readings_for_a_month_the_last_known_by_the_day_counts() -> None:
    provisional = IndexReading(index=CPI, month="2026-01", value=110, known_on="2026-02-10", provisional=True)
    final = IndexReading(index=CPI, month="2026-01", value="110.5", known_on="2026-03-12")
    known = [*readings("105.65"), final, provisional]
    assert paid(deal(cpi(), years=2), *known, as_of="2026-02-09") == "1000.00 1000.00?"
    assert paid(deal(cpi(), years=2), *known, as_of="2026-02-10") == "1000.00 1041.17?"
    assert paid(deal(cpi(), years=2), *known, as_of="2026-03-12") == "1000.00 1045.91"
    assert Facts(readings=known).known_days() == {LONG_AGO, date(2026, 2, 10), date(2026, 3, 12)}


def test_readings_of_other_indices_say_nothing() -> None:
    other = [IndexReading(index="RPI", month=one.month, value=one.value, known_on=one.known_on) for one in T_074]
    assert paid(deal(cpi()), *other) == "1000.00 1000.00? 1000.00?"


def test_a_clause_may_refuse_to_go_on_without_a_reading() -> None:
    contract, facts = deal(cpi(missing="refuse")), Facts(readings=T_074[:1])
    # Until the day of the step has come, it is an estimate like any other.
    assert [one.certainty for one in schedule(contract, facts, as_of=date(2025, 12, 31)).charges][1:] == [
        "estimated"
    ] * 2
    assert due(contract, facts, as_of=date(2025, 12, 31)) == due(deal(cpi()), facts, as_of=date(2025, 12, 31))
    for call in (schedule, due):
        with pytest.raises(InvalidTerms) as refused:
            call(contract, facts, as_of=date(2026, 1, 1))
        assert str(refused.value) == (
            "$.orders[0].lines[0].escalator.index: index_reading_missing: has no reading for 2026-01, which platform "
            "needs from 2026-01-01 (got 'CPI-U West')"
        )
    assert schedule(contract, Facts(readings=T_074), as_of=date(2027, 1, 1)).estimated.amount == 0
    assert schedule(deal(None, rate="0.05"), as_of=date(2027, 1, 1)).estimated.amount == 0


def test_all_missing_readings_are_told_at_once() -> None:
    with pytest.raises(InvalidTerms) as refused:
        schedule(deal(cpi(missing="refuse")), as_of=date(2027, 1, 1))
    assert [issue.message.split(",")[0].split(" ")[-1] for issue in refused.value.issues] == [
        "2026-01",
        "2025-01",
        "2027-01",
    ]


def test_readings_and_notices_that_nobody_needs_are_told() -> None:
    stray = [IndexReading(index="RPI", month="2026-01", value=1, known_on=LONG_AGO), *T_074]
    facts = Facts(readings=stray, notices=[IN_TIME, notice("2026-01-01", "2025-11-01", line="other")])
    found = check_facts(deal(cpi(), notice_days=30), facts)
    assert [f"{issue.path}: {issue.code}" for issue in found] == [
        "$.readings[0].index: unknown_index",
        "$.notices[1].line: unknown_line",
    ]
    assert [issue.code for issue in check_facts(deal(None, rate=0), facts)][-2:] == ["unknown_line"] * 2


# Notice.


def notice(step_on: str, given_on: str, known_on: str | None = None, line: str = "platform") -> Notice:
    return Notice(line=line, step_on=step_on, given_on=given_on, known_on=known_on or given_on)


IN_TIME = notice("2026-01-01", "2025-11-01")


@pytest.mark.parametrize(
    ("known", "as_of", "expected"),
    [
        # Until the last day for it the notice is taken as given.
        ([], "2025-12-02", "1000.00 1050.00? 1102.50?"),
        ([], "2025-12-03", "1000.00 1000.00 1050.00?"),
        ([notice("2026-01-01", "2025-12-02")], "2025-12-02", "1000.00 1050.00 1102.50?"),
        ([notice("2026-01-01", "2025-12-03")], "2025-12-03", "1000.00 1000.00 1050.00?"),
        # Given in time, known late.
        ([notice("2026-01-01", "2025-12-01", "2026-02-01")], "2026-01-31", "1000.00 1000.00 1050.00?"),
        ([notice("2026-01-01", "2025-12-01", "2026-02-01")], "2026-02-01", "1000.00 1050.00 1102.50?"),
        # Twice is enough, another line's or another day's is none.
        ([IN_TIME, notice("2026-01-01", "2025-12-30")], "2025-12-30", "1000.00 1050.00 1102.50?"),
        ([notice("2026-01-01", "2025-11-01", line="other")], "2025-12-30", "1000.00 1000.00 1050.00?"),
        ([notice("2026-01-02", "2025-11-01")], "2025-12-30", "1000.00 1000.00 1050.00?"),
        ([IN_TIME, notice("2027-01-01", "2026-11-01")], "2027-01-01", "1000.00 1050.00 1102.50"),
    ],
)  # fmt: skip
def test_an_uplift_that_needs_notice(known: list[Notice], as_of: str, expected: str) -> None:
    assert paid(deal(None, rate="0.05", notice_days=30), *known, as_of=as_of) == expected


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({}, "1000.00 1000.00 1033.94"),
        ({"carry_over": "capped"}, "1000.00 1000.00 1033.94"),
        ({"carry_over": "all"}, "1000.00 1000.00 1081.40"),
        ({"carry_over": "all", "cap": "0.05"}, "1000.00 1000.00 1050.00"),
    ],
)
@pytest.mark.parametrize("formula", ["previous", "base"])
def test_a_skipped_step_is_caught_up_only_where_the_clause_says_so(
    formula: str, terms: dict[str, Any], expected: str
) -> None:
    contract = deal(cpi(formula=formula, **terms), notice_days=0)
    assert paid(contract, *T_074, notice("2027-01-01", "2027-01-01"), as_of="2027-01-01") == expected


# Where it comes from.


FELL = readings(100, 99, 104)


def test_every_price_says_where_it_came_from() -> None:
    facts = Facts(readings=readings("105.65", "110.5", "114.25", month=9, first=2024), notices=[IN_TIME])
    contract = deal(cpi(cap="0.04", share="0.9", plus="0.001", lag_months=4), notice_days=30)
    first, second = explain(charges_for(contract, facts)[-1]).splitlines()[2:]
    assert first == (
        "  from 2026-01-01: 1,000.00 + 4 % = 1,040.00 (escalator, O-1; "
        "CPI-U West 2025-09 110.5 / 2024-09 105.65 = 1.045906294368, 90 % of the change, plus 0.1 %; capped at 4 %)"
    )
    assert second == (
        "  from 2027-01-01: 1,040.00 + 3.15429864256 % = 1,072.804705882624 (escalator, O-1; "
        "CPI-U West 2026-09 114.25 / 2025-09 110.5 = 1.033936651584, 90 % of the change, plus 0.1 %; estimated)"
    )
    first, second = explain(charges_for(deal(cpi(formula="base", floor=0)), Facts(readings=FELL))[-1]).splitlines()[2:]
    assert first.endswith("CPI-U West 2026-01 99 / 2025-01 100 = 0.99; raised to 0 %)")
    assert second == (
        "  from 2027-01-01: 1,000.00 + 4 % = 1,040.00 (escalator, O-1; CPI-U West 2027-01 104 / 2025-01 100 = 1.04)"
    )
    assert "CPI-U West 2027-01 not known / 2025-01 100; estimated)" in explain(
        charges_for(deal(cpi(formula="base")), Facts(readings=FELL[:2]))[-1]
    )
    assert "2027-01 114.25 / 2025-01 105.65 = 1.081400851869 of 1,000.00)" in explain(
        charges_for(deal(cpi(formula="base")), Facts(readings=T_074))[-1]
    )


# Refusals: what no type checker would let pass, among others.
ANY: Any = contractbill


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda: ANY.Index(name=CPI, floor="0.05", cap="0.03"), ["$.floor: floor_above_cap"]),
        (lambda: ANY.Index(name=CPI, formula="base", plus="0.01"), ["$.plus: plus_refused"]),
        (lambda: ANY.Index(name=CPI, base_month="2025-13"), ["$.base_month: not_a_month"]),
        (
            lambda: ANY.Index(name=7, formula="x", lag_months=-1, floor=-1, cap="4%", share=0, plus=-1, factor_to=0),
            [
                "$.name: not_text",
                "$.formula: unknown_word",
                "$.lag_months: out_of_range",
                "$.floor: too_small",
                "$.cap: not_a_number",
                "$.share: too_small",
                "$.plus: too_small",
                "$.factor_to: too_small",
            ],
        ),
        (
            lambda: ANY.Index(name=CPI, carry_over="x", factor_rounding="x", missing="x", estimate=-2, factor_to=2),
            [
                "$.carry_over: unknown_word",
                "$.factor_to: too_large",
                "$.factor_rounding: unknown_word",
                "$.missing: unknown_word",
                "$.estimate: too_small",
            ],
        ),
        (lambda: ANY.Escalator(index=ANY.Index(name=CPI), rate="0.05"), ["$: one_uplift"]),
        (lambda: ANY.Escalator(index=ANY.Index(name=CPI), compounding=False), ["$.compounding: index_compounds"]),
        (lambda: ANY.Escalator(index="CPI", notice_days=-1), ["$.index: wrong_type", "$.notice_days: out_of_range"]),
        (
            lambda: ANY.IndexReading(index=None, month="2026", value=0, known_on="soon", provisional=1),
            [
                "$.index: not_text",
                "$.month: not_a_month",
                "$.value: too_small",
                "$.known_on: not_a_date",
                "$.provisional: not_a_bool",
            ],
        ),
        (
            lambda: ANY.Notice(line="", step_on=1, given_on=2),
            ["$.line: not_an_id", "$.step_on: not_a_date", "$.given_on: not_a_date"],
        ),
        (
            lambda: ANY.Notice(line="a", step_on=LONG_AGO, given_on=LONG_AGO, known_on=LONG_AGO - timedelta(1)),
            ["$.known_on: known_before_given"],
        ),
        (lambda: ANY.Notice(line="a", step_on=LONG_AGO, given_on=LONG_AGO, known_on=3), ["$.known_on: not_a_date"]),
        (
            lambda: ANY.Facts(readings=[*T_074, T_074[1]], notices=[]),
            ["$.readings[3]: duplicate_reading"],
        ),
        (lambda: ANY.Facts(readings=7, notices=[7]), ["$.readings: not_a_list", "$.notices[0]: wrong_type"]),
    ],
)
def test_what_can_never_be_true_is_refused_with_every_fault(make: Any, codes: list[str]) -> None:
    with pytest.raises(InvalidTerms) as refused:
        make()
    assert [f"{issue.path}: {issue.code}" for issue in refused.value.issues] == codes


# Laws.

INDICES = st.lists(st.integers(5000, 20000).map(lambda n: Decimal(n).scaleb(-2)), min_size=2, max_size=6)
CHANGES = st.integers(-100, 150).map(lambda n: Decimal(n).scaleb(-3))
FORMULAS = st.sampled_from(["previous", "base"])
CARRIED = st.sampled_from(["none", "capped", "all"])


def unit_amounts(clause: Index, values: list[Decimal]) -> list[Decimal]:
    found = charges_for(deal(clause, years=len(values)), Facts(readings=readings(*values)))
    return [one.derivation.price.unit_amount for one in found]


@given(INDICES, CHANGES, CHANGES, FORMULAS, CARRIED)
def test_no_year_changes_by_more_than_the_cap_or_less_than_the_floor(
    values: list[Decimal], one: Decimal, other: Decimal, formula: str, carried: str
) -> None:
    clause = cpi(formula=formula, floor=min(one, other), cap=max(one, other), carry_over=carried)
    prices = unit_amounts(clause, values)
    for before, after in pairwise(prices):
        assert multiply(before, add(Decimal(1), min(one, other))) <= after
        assert after <= multiply(before, add(Decimal(1), max(one, other)))


@given(INDICES, st.none() | CHANGES, FORMULAS, CARRIED)
def test_without_a_cap_there_is_nothing_to_carry_over(
    values: list[Decimal], floor: Decimal | None, formula: str, carried: str
) -> None:
    plain, carrying = (cpi(formula=formula, floor=floor, carry_over=word) for word in ("none", carried))
    assert unit_amounts(carrying, values) == unit_amounts(plain, values)


@given(INDICES, CARRIED)
def test_both_formulas_agree_when_nothing_intervenes(values: list[Decimal], carried: str) -> None:
    by_previous, by_base = (
        unit_amounts(cpi(formula=word, carry_over=carried), values) for word in ("previous", "base")
    )
    assert all(abs(one - other) < Decimal("1E-6") for one, other in zip(by_previous, by_base, strict=True))


@given(INDICES, CHANGES, FORMULAS)
def test_carrying_over_never_passes_the_index(values: list[Decimal], cap: Decimal, formula: str) -> None:
    capped = unit_amounts(cpi(formula=formula, cap=cap, carry_over="capped"), values)
    alone = unit_amounts(cpi(formula=formula), values)
    assert all(one <= other + Decimal("1E-6") for one, other in zip(capped, alone, strict=True))


@given(INDICES, CHANGES, CHANGES, FORMULAS, CARRIED)
def test_a_price_is_the_same_whether_readings_came_at_once_or_one_by_one(
    values: list[Decimal], one: Decimal, other: Decimal, formula: str, carried: str
) -> None:
    clause = cpi(formula=formula, floor=min(one, other), cap=max(one, other), carry_over=carried)
    contract, known = deal(clause, years=len(values)), readings(*values)
    late = [
        IndexReading(index=CPI, month=each.month, value=each.value, known_on=f"{2040 + n}-01-01")
        for n, each in enumerate(reversed(known))
    ]
    assert charges_for(contract, Facts(readings=late)) == charges_for(contract, Facts(readings=known))


# What was billed at a provisional price is corrected.


def billed(contract: Contract, facts: Facts, as_of: str) -> list[str]:
    plan = schedule(contract, facts, as_of=date.fromisoformat(as_of))
    return [f"{one.planned_on} {one.value} {one.certainty}" for one in plan.charges]


def test_a_reading_that_comes_late_is_billed_as_a_difference() -> None:
    early, late = readings("105.65")[0], IndexReading(index=CPI, month="2026-01", value="110.5", known_on="2026-02-11")
    contract, facts = deal(cpi(), years=2), Facts(readings=[early, late])
    first = "2025-01-01 1000.00 fixed"
    assert billed(contract, facts, "2026-02-10") == [first, "2026-01-01 1000.00 estimated"]
    assert billed(contract, facts, "2026-02-11") == [
        first,
        "2026-01-01 1000.00 estimated",
        "2026-02-11 -1000.00 fixed",
        "2026-02-11 1045.91 fixed",
    ]
    # What is known before the day is billed right at once.
    early_enough = attrs.evolve(late, known_on=date(2025, 12, 30))
    assert billed(contract, Facts(readings=[early, early_enough]), "2026-02-11") == [first, "2026-01-01 1045.91 fixed"]


def test_a_provisional_reading_and_the_true_one_are_two_corrections() -> None:
    versions = [
        IndexReading(index=CPI, month="2026-01", value=value, known_on=known_on, provisional=value == 110)
        for value, known_on in ((110, "2026-01-20"), ("110.5", "2026-03-20"))
    ]
    facts = Facts(readings=[*readings("105.65"), *versions])
    contract = deal(cpi(), years=2)
    # What is given back is certain; what a provisional reading leads to is not.
    assert billed(contract, facts, "2026-12-31")[1:] == [
        "2026-01-01 1000.00 estimated",
        "2026-01-20 -1000.00 fixed",
        "2026-01-20 1041.17 estimated",
        "2026-03-20 -1041.17 fixed",
        "2026-03-20 1045.91 fixed",
    ]
    # So it is where a late run nets them, and where somebody had billed another amount.
    late = due(contract, facts, as_of=date(2026, 1, 20), catch_up="net")
    assert [(str(line.value), str(line.certainty)) for run in late for line in run.lines] == [
        ("1000.00", "fixed"),
        ("1041.17", "estimated"),
    ]
    first, second = schedule(contract, facts, as_of=date(2026, 1, 1)).charges
    other = attrs.evolve(second, derivation=stated(Decimal("1040.00"), second))
    (run,) = due(contract, facts, billed=[first, other], as_of=date(2026, 1, 20))
    assert [(str(line.value), str(line.certainty)) for line in run.lines] == [("1.17", "estimated")]


def test_every_run_replayed_is_the_schedule() -> None:
    known = [attrs.evolve(one, known_on=date(2025 + n, 1, 20)) for n, one in enumerate(T_074)]
    contract, facts = deal(cpi(cap="0.04", carry_over="capped"), per="month", every="year"), Facts(readings=known)
    lines: list[Charge] = []
    for day in sorted({one.planned_on for one in schedule(contract, facts).charges} | facts.known_days()):
        run = due(contract, facts, billed=lines, as_of=day)
        lines += [line for invoice in run for line in invoice.lines]
    last = date(2028, 1, 1)
    assert due(contract, facts, billed=lines, as_of=last) == ()
    right = charges_for(contract, facts)
    assert sum(one.value for one in lines) == sum(one.value for one in right)


def test_an_uplift_whose_notice_was_missed_is_taken_back() -> None:
    line = LineItem(
        id="platform",
        price=Flat(amount=1000, per="year"),
        billing=Recurring(every="year", offset_days=-60),
        escalator=Escalator(rate="0.05", notice_days=30),
    )
    order = Order(id="O-1", signed_on="2025-01-01", term="2 years", lines=[line])
    contract = Contract(id="C-1", currency="USD", orders=[order])
    assert billed(contract, Facts(), "2025-12-02")[1:] == ["2025-11-02 1050.00 estimated"]
    assert billed(contract, Facts(), "2025-12-31")[1:] == [
        "2025-11-02 1050.00 estimated",
        "2025-12-03 -1050.00 fixed",
        "2025-12-03 1000.00 fixed",
    ]
    assert billed(contract, Facts(notices=[IN_TIME]), "2025-12-31")[1:] == ["2025-11-02 1050.00 fixed"]
