"""Escalators, ramp steps and changes, each alone: every word of what is refused, and the bounds that are allowed."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contractbill.deal import Change, Escalator, Index, MonthDay, RampStep
from contractbill.deal.changes import Corrections, as_changes, as_corrections, as_ramp, ramp_day
from contractbill.errors import InvalidTerms
from contractbill.money import Rounding

CPI = Index(name="CPI-U")


def wrong(**given: Any) -> dict[str, Any]:
    """Terms of the wrong type, on purpose."""
    return given


REFUSED: list[tuple[Callable[[], object], list[str]]] = [
    (
        lambda: MonthDay(month=0, day=32),
        ["$.month: out_of_range: must be from 1 to 12 (got 0)", "$.day: out_of_range: must be from 1 to 31 (got 32)"],
    ),
    (
        lambda: MonthDay(month=13, day=0),
        ["$.month: out_of_range: must be from 1 to 12 (got 13)", "$.day: out_of_range: must be from 1 to 31 (got 0)"],
    ),
    # Escalators: every field is looked at, and all that is wrong is said at once.
    (
        lambda: Escalator(**wrong(rate=-1, amount="NaN", rates=["0.05", -1], amounts=["NaN"], index="CPI-U")),
        [
            "$.rate: too_small: must be greater than -1 (got '-1')",
            "$.amount: not_a_number: must be a decimal number (got 'NaN')",
            "$.rates[1]: too_small: must be greater than -1 (got '-1')",
            "$.amounts[0]: not_a_number: must be a decimal number (got 'NaN')",
            "$.index: wrong_type: must be Index (got 'CPI-U')",
            "$: one_uplift: must say exactly one of rate, amount, rates, amounts, index (got 5)",
        ],
    ),
    (
        lambda: Escalator(**wrong(rate="0.05", at_renewal=1, compounding=1, on_rounded=1, every="term")),
        [
            "$.every: unknown_frequency: must be a number of days, weeks, months or years (got 'term')",
            "$.at_renewal: not_a_bool: must be true or false (got 1)",
            "$.compounding: not_a_bool: must be true or false (got 1)",
            "$.on_rounded: not_a_bool: must be true or false (got 1)",
            "$.at_renewal: one_calendar: must not be given together with every or on",
        ],
    ),
    (
        lambda: Escalator(rate="0.05", round_to=0, rounding="best", clock="noon", inside_period="jump", notice_days=-1),
        [
            "$.round_to: too_small: must be greater than 0 (got '0')",
            f"$.rounding: unknown_word: must be one of {', '.join(Rounding)} (got 'best')",
            "$.clock: unknown_word: must be one of contract_start, line_start, first_full_period, date (got 'noon')",
            "$.inside_period: unknown_word: must be one of wait, split (got 'jump')",
            "$.notice_days: out_of_range: must be from 0 to 1000 (got -1)",
        ],
    ),
    (
        lambda: Escalator(rate="0.05", notice_days=1001, clock="date", clock_on="soon"),
        [
            "$.clock_on: not_a_date: must be a date, or its ISO 8601 text (got 'soon')",
            "$.notice_days: out_of_range: must be from 0 to 1000 (got 1001)",
        ],
    ),
    (
        lambda: Escalator(rates=[0] * 1201),
        ["$.rates: out_of_range: must have 0 to 1200 members (got 1201)"],
    ),
    (
        lambda: Escalator(amounts=[0] * 1201),
        ["$.amounts: out_of_range: must have 0 to 1200 members (got 1201)"],
    ),
    # What fields of an escalator say against each other.
    (Escalator, ["$: one_uplift: must say exactly one of rate, amount, rates, amounts, index (got 0)"]),
    (
        lambda: Escalator(rates=["0.05"], amounts=[1]),
        ["$: one_uplift: must say exactly one of rate, amount, rates, amounts, index (got 2)"],
    ),
    (
        lambda: Escalator(rate="0.05", index=CPI),
        ["$: one_uplift: must say exactly one of rate, amount, rates, amounts, index (got 2)"],
    ),
    (
        lambda: Escalator(index=CPI, compounding=False),
        ["$.compounding: index_compounds: must not be false for an index: its readings compound (got False)"],
    ),
    (
        lambda: Escalator(rate="0.05", clock="date"),
        ["$.clock_on: clock_date: goes with clock = date, and only with it"],
    ),
    (
        lambda: Escalator(rate="0.05", clock_on="2026-01-01"),
        ["$.clock_on: clock_date: goes with clock = date, and only with it (got datetime.date(2026, 1, 1))"],
    ),
    (
        lambda: Escalator(rate="0.05", at_renewal=True, on=MonthDay(month=4, day=1)),
        ["$.at_renewal: one_calendar: must not be given together with every or on"],
    ),
    (
        lambda: Escalator(rate="0.05", at_renewal=True, every="2 years"),
        ["$.at_renewal: one_calendar: must not be given together with every or on"],
    ),
    (
        lambda: Escalator(rate="0.05", on=MonthDay(month=4, day=1), every="2 years"),
        ["$.on: one_calendar: must not be given together with every"],
    ),
    # Steps of a ramp.
    (
        RampStep,
        [
            "$: on_or_after: must say exactly one of on and after",
            "$: nothing_changed: must say a quantity or a unit_amount",
        ],
    ),
    (
        lambda: RampStep(on="soon", quantity="-0.01", unit_amount="NaN", inside_period="later"),
        [
            "$.on: not_a_date: must be a date, or its ISO 8601 text (got 'soon')",
            "$.quantity: too_small: must be at least 0 (got '-0.01')",
            "$.unit_amount: not_a_number: must be a decimal number (got 'NaN')",
            "$.inside_period: unknown_word: must be one of wait, split (got 'later')",
        ],
    ),
    (
        lambda: RampStep(after="term", quantity=1),
        ["$.after: unknown_frequency: must be a number of days, weeks, months or years (got 'term')"],
    ),
    # Changes.
    (
        lambda: Change(**wrong(line="a b", on="soon", quantity="-0.01", unit_amount="NaN", remove=1)),
        [
            "$.line: not_an_id: must be 1 to 100 letters, digits or . _ : / -, a letter or digit first (got 'a b')",
            "$.on: not_a_date: must be a date, or its ISO 8601 text (got 'soon')",
            "$.quantity: too_small: must be at least 0 (got '-0.01')",
            "$.unit_amount: not_a_number: must be a decimal number (got 'NaN')",
            "$.remove: not_a_bool: must be true or false (got 1)",
        ],
    ),
    (
        lambda: Change(line="a", ends_before="never", inside_period="later"),
        [
            "$.ends_before: not_a_date: must be a date, or its ISO 8601 text (got 'never')",
            "$.inside_period: unknown_word: must be one of wait, split (got 'later')",
        ],
    ),
    (
        lambda: Change(line="a"),
        ["$: nothing_changed: must say a quantity, a unit_amount, ends_before or remove"],
    ),
    (
        lambda: Change(line="a", remove=True, unit_amount=1),
        ["$.remove: remove_and_change: must not be said together with another change"],
    ),
]


@pytest.mark.parametrize(("make", "expected"), REFUSED, ids=range(len(REFUSED)))
def test_each_refusal_says_what_is_wrong_and_what_was_got(make: Callable[[], object], expected: list[str]) -> None:
    with pytest.raises(InvalidTerms) as caught:
        make()
    assert str(caught.value).splitlines() == expected


def test_what_lies_on_a_bound_is_allowed() -> None:
    assert [MonthDay(month=1, day=1).month, MonthDay(month=12, day=31).day] == [1, 31]
    assert [Escalator(rate=0, notice_days=days).notice_days for days in (0, 1000)] == [0, 1000]
    assert len(Escalator(rates=["-0.99"] * 1200).rates) == len(Escalator(amounts=[-1] * 1200).amounts)
    assert Escalator(rate="0.05", round_to="0.01").round_to == Decimal("0.01")
    assert Escalator(rate="0.05", compounding=False).index is None
    assert Escalator(index=CPI, clock="date", clock_on="2026-01-01").clock_on == date(2026, 1, 1)
    assert Escalator(rate="0.05", at_renewal=True).at_renewal
    assert Escalator(rate="0.05", on=MonthDay(month=4, day=1)).on == MonthDay(month=4, day=1)
    assert [RampStep(after="month", quantity=0).quantity, Change(line="a", quantity=0).quantity] == [0, 0]
    assert [RampStep(after="month", unit_amount=-1).unit_amount, Change(line="a", unit_amount=-1).unit_amount] == [
        -1,
        -1,
    ]
    assert Change(line="a", remove=True).quantity is None


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (Escalator(rate="0.05"), [("0.05", "0"), ("0.05", "0"), ("0.05", "0")]),
        (Escalator(amount=3), [("0", "3"), ("0", "3"), ("0", "3")]),
        (Escalator(rates=["0.03", "0.05"]), [("0.03", "0"), ("0.05", "0"), ("0", "0")]),
        (Escalator(amounts=[1, 2]), [("0", "1"), ("0", "2"), ("0", "0")]),
        (Escalator(index=CPI), [("0", "0"), ("0", "0"), ("0", "0")]),
    ],
)
def test_each_step_has_its_rate_or_its_amount(clause: Escalator, expected: list[tuple[str, str]]) -> None:
    assert [tuple(map(str, clause.uplift(number))) for number in (1, 2, 3)] == expected


def test_a_step_of_a_ramp_counts_from_its_day_or_some_time_after_the_lines_first() -> None:
    start = date(2026, 1, 31)
    steps = (
        RampStep(on="2026-05-05", quantity=1),
        RampStep(after="month", quantity=1),
        RampStep(after="year", quantity=1),
    )
    assert [str(ramp_day(step, start)) for step in steps] == ["2026-05-05", "2026-02-28", "2027-01-31"]


def test_lists_and_words_become_what_they_stand_for() -> None:
    step, change = RampStep(on="2026-05-05", quantity=1), Change(line="a", quantity=1)
    assert (as_ramp([step]), as_changes([change])) == ((step,), (change,))
    assert as_corrections("at_once") is Corrections.AT_ONCE
