"""Shares of billing periods, by each rule, and year fractions."""

from datetime import date
from fractions import Fraction

import pytest

from contractbill.errors import InvalidTerms
from contractbill.periods import (
    WHOLE,
    Frequency,
    Period,
    Proration,
    ProrationRule,
    Recurrence,
    Share,
    day_count,
    days_30_360,
    share,
    share_of,
)

D = date
RULES = list(ProrationRule)


def counted(rule: str, start: date, end: date, frequency: str = "month", anchor: date = D(2026, 1, 1)) -> str:
    return str(share(Period(start, end), Recurrence(frequency, anchor), Proration(rule)))


@pytest.mark.parametrize(
    ("rule", "frequency", "start", "end", "expected"),
    [
        ("actual_days", "month", D(2026, 1, 15), D(2026, 2, 1), "17/31"),
        ("actual_days", "quarter", D(2026, 3, 1), D(2026, 3, 11), "10/90"),
        ("actual_days", "year", D(2026, 1, 1), D(2026, 1, 2), "1/365"),
        ("actual_days", "2 weeks", D(2026, 1, 1), D(2026, 1, 8), "7/14"),
        ("thirty_360", "month", D(2026, 1, 1), D(2026, 1, 31), "1"),
        ("thirty_360", "month", D(2026, 1, 1), D(2026, 1, 30), "29/30"),
        ("thirty_360", "month", D(2026, 1, 30), D(2026, 2, 1), "1/30"),
        ("thirty_360", "quarter", D(2026, 1, 31), D(2026, 3, 31), "60/90"),
        ("thirty_360", "year", D(2026, 1, 1), D(2026, 7, 1), "180/360"),
        ("fixed_30", "month", D(2026, 1, 1), D(2026, 1, 31), "1"),
        ("fixed_30", "month", D(2026, 1, 31), D(2026, 2, 1), "0/30"),
        ("fixed_30", "month", D(2026, 2, 28), D(2026, 3, 1), "3/30"),
        ("fixed_30", "quarter", D(2026, 1, 31), D(2026, 3, 31), "60/90"),
        ("fixed_30", "year", D(2026, 1, 15), D(2027, 1, 1), "346/360"),
        ("actual_365", "month", D(2026, 1, 1), D(2026, 1, 11), "120/365"),
        ("actual_365", "quarter", D(2026, 1, 1), D(2026, 2, 1), "124/365"),
        ("actual_365", "half-year", D(2026, 7, 1), D(2026, 12, 31), "1"),
        ("actual_365", "year", D(2026, 1, 1), D(2026, 4, 11), "100/365"),
        ("actual_365", "5 months", D(2026, 1, 1), D(2026, 1, 11), "120/1825"),
        ("actual_365", "2 years", D(2026, 1, 1), D(2027, 1, 1), "4380/8760"),
        ("nominal_days", "month", D(2026, 1, 1), D(2026, 1, 16), "15/30"),
        ("nominal_days", "quarter", D(2026, 1, 1), D(2026, 2, 1), "31/91"),
        ("nominal_days", "half-year", D(2026, 1, 1), D(2026, 2, 1), "31/182"),
        ("nominal_days", "year", D(2026, 1, 1), D(2026, 2, 1), "31/365"),
        ("nominal_days", "month", D(2026, 1, 1), D(2026, 1, 31), "1"),
        ("whole_months", "year", D(2026, 1, 1), D(2026, 4, 1), "3/12"),
        ("whole_months", "year", D(2026, 1, 1), D(2026, 4, 2), "4/12"),
        ("whole_months", "year", D(2026, 1, 15), D(2026, 4, 15), "3/12"),
        ("whole_months", "year", D(2026, 1, 15), D(2026, 4, 16), "4/12"),
        ("whole_months", "year", D(2026, 10, 31), D(2027, 1, 1), "3/12"),
        ("whole_months", "quarter", D(2026, 3, 31), D(2026, 4, 1), "1/3"),
        ("whole_months", "month", D(2026, 1, 31), D(2026, 2, 1), "1"),
        ("months_then_days", "year", D(2026, 1, 1), D(2026, 4, 1), "3/12"),
        ("months_then_days", "year", D(2026, 1, 15), D(2026, 4, 15), "3/12"),
        ("months_then_days", "year", D(2026, 1, 15), D(2026, 4, 16), "91/360"),
        ("months_then_days", "quarter", D(2026, 1, 15), D(2026, 4, 1), "79/93"),
        ("months_then_days", "quarter", D(2026, 3, 11), D(2026, 4, 1), "21/93"),
        ("months_then_days", "quarter", D(2026, 1, 1), D(2026, 3, 1), "2/3"),
        ("months_then_days", "month", D(2026, 2, 1), D(2026, 2, 11), "10/28"),
        ("none", "year", D(2026, 1, 1), D(2026, 1, 2), "1"),
    ],
)
def test_each_rule_counts_its_own_way(rule: str, frequency: str, start: date, end: date, expected: str) -> None:
    assert counted(rule, start, end, frequency) == expected


def test_months_begun_follow_a_clamped_grid() -> None:
    # From 28 February on two months of the quarter are left, though 28 April is no boundary of it.
    assert counted("whole_months", D(2026, 2, 28), D(2026, 4, 30), "quarter", D(2026, 1, 31)) == "2/3"
    assert counted("whole_months", D(2026, 1, 31), D(2026, 2, 28), "quarter", D(2026, 1, 31)) == "1/3"


def test_whole_months_then_days_follow_a_clamped_grid() -> None:
    # From 28 February to 31 March is a whole month of this quarter; counted by itself it would be a month and 3 days.
    assert counted("months_then_days", D(2026, 2, 28), D(2026, 3, 31), "quarter", D(2026, 1, 31)) == "1/3"
    assert counted("months_then_days", D(2026, 3, 1), D(2026, 4, 30), "quarter", D(2026, 1, 31)) == "59/90"


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("frequency", "anchor"),
    [("month", D(2026, 1, 31)), ("quarter", D(2025, 11, 30)), ("year", D(2024, 2, 29)), ("week", D(2026, 1, 1))],
)
def test_a_whole_period_is_one_by_every_rule(rule: ProrationRule, frequency: str, anchor: date) -> None:
    grid = Recurrence(frequency, anchor)
    for n in range(-3, 4):
        for options in (Proration(rule), Proration(rule, capped=False), Proration(rule, last_day_counted=True)):
            assert share(grid.period(n), grid, options) == WHOLE
            assert share_of(grid.period(n), grid.period(n), grid.frequency, options) == WHOLE


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule is not ProrationRule.NONE])
def test_days_and_weeks_are_counted_by_days_under_every_rule(rule: ProrationRule) -> None:
    grid = Recurrence("10 days", D(2026, 1, 1))
    assert str(share(Period(D(2026, 1, 2), D(2026, 1, 5)), grid, Proration(rule))) == "3/10"


def test_long_stubs_add_whole_periods_to_parts() -> None:
    assert counted("actual_days", D(2026, 1, 15), D(2026, 3, 1)) == "48/31"
    assert counted("actual_days", D(2026, 1, 15), D(2026, 4, 1)) == "79/31"
    assert counted("actual_days", D(2026, 1, 1), D(2026, 3, 11)) == "72/31"
    assert counted("actual_days", D(2026, 1, 31), D(2026, 3, 2)) == "33/31"
    assert counted("actual_days", D(2026, 1, 31), D(2026, 2, 2)) == "59/868"
    assert counted("actual_days", D(2026, 1, 1), D(2026, 4, 1)) == "3"
    assert counted("none", D(2026, 1, 1), D(2026, 4, 1)) == "1"
    assert counted("nominal_days", D(2026, 1, 15), D(2026, 3, 1)) == "47/30"
    assert counted("nominal_days", D(2026, 1, 1), D(2026, 2, 11)) == "40/30"


def test_t011_the_denominator_is_the_full_period() -> None:
    # 42 or 87 days of a line that starts or ends inside it do not make the quarter shorter.
    quarters = Recurrence("quarter", D(2024, 4, 15))
    assert str(share(Period(D(2024, 5, 20), D(2024, 6, 21)), quarters)) == "32/91"
    assert str(share(Period(D(2024, 4, 15), D(2024, 5, 27)), quarters)) == "42/91"
    assert str(share(Period(D(2024, 4, 19), D(2024, 7, 15)), quarters)) == "87/91"


def test_t015_parts_of_february() -> None:
    leap, common = Recurrence("month", D(2024, 1, 1)), Recurrence("month", D(2026, 1, 1))
    assert str(share(Period(D(2024, 2, 27), D(2024, 3, 1)), leap)) == "3/29"
    assert str(share(Period(D(2024, 2, 29), D(2024, 3, 1)), leap)) == "1/29"
    assert str(share(Period(D(2026, 2, 27), D(2026, 3, 1)), common)) == "2/28"


def test_caps_bind_unless_lifted() -> None:
    january = Period(D(2026, 1, 1), D(2026, 2, 1))
    month, long = Frequency.parse("month"), Period(D(2026, 1, 1), D(2026, 2, 15))
    assert share_of(long, january, month) == WHOLE
    assert str(share_of(long, january, month, Proration(capped=False))) == "45/31"
    thirty = Period(D(2026, 1, 1), D(2026, 1, 31))
    assert share_of(thirty, january, month, Proration("nominal_days")) == WHOLE
    assert share_of(thirty, january, month, Proration("nominal_days", capped=False)) == Share(30, 30)
    grid = Recurrence("half-year", D(2026, 1, 1))
    most = Period(D(2026, 7, 1), D(2026, 12, 31))
    assert share(most, grid, Proration("actual_365", capped=False)) == Share(366, 365)
    assert share(most, grid, Proration("actual_365")) == WHOLE


def test_the_last_day_may_be_charged_too() -> None:
    month, charged = Recurrence("month", D(2026, 1, 1)), Proration(last_day_counted=True)
    assert str(share(Period(D(2026, 1, 10), D(2026, 1, 20)), month, charged)) == "11/31"
    # Where the period itself ends, the next day is another period's.
    assert str(share(Period(D(2026, 1, 10), D(2026, 2, 1)), month, charged)) == "22/31"
    assert str(share(Period(D(2026, 1, 10), D(2026, 1, 31)), month, charged)) == "22/31"
    assert share(Period(D(2026, 1, 1), D(2026, 1, 31)), month, charged) == WHOLE
    assert str(share(Period(D(2026, 1, 10), D(2026, 2, 3)), month, charged)) == "709/868"
    assert str(share_of(Period(D(2026, 1, 10), D(2026, 3, 1)), month.period(0), month.frequency, Proration(
        last_day_counted=True, capped=False))) == "50/31"  # fmt: skip


def test_shares_keep_what_was_counted() -> None:
    one = Share(14, 92)
    assert (str(one), one.fraction, one == Share(7, 46)) == ("14/92", Fraction(7, 46), False)
    assert (str(WHOLE), str(Share(0, 31)), str(Share(3, 1))) == ("1", "0/31", "3")
    assert Share(1, 31) + Share(1, 28) == Share(59, 868)
    assert Share(1, 30) + Share(1, 30) == Share(2, 30)
    assert Share(17, 31) + Share(1, 1) + Share(0, 1) == Share(48, 31)


@pytest.mark.parametrize(
    ("numerator", "denominator", "faults"),
    [
        (-1, 1, [("$.numerator", "must be at least 0", -1)]),
        (0, 0, [("$.denominator", "must be at least 1", 0)]),
        (-1, 0, [("$.numerator", "must be at least 0", -1), ("$.denominator", "must be at least 1", 0)]),
    ],
)
def test_what_is_no_share_is_refused(numerator: int, denominator: int, faults: list[tuple[str, str, int]]) -> None:
    with pytest.raises(InvalidTerms) as refused:
        Share(numerator, denominator)
    assert {issue.code for issue in refused.value.issues} == {"out_of_range"}
    assert [(issue.path, issue.message, issue.got) for issue in refused.value.issues] == faults


def test_the_whole_term_is_shared_by_its_own_days() -> None:
    term, half = Period(D(2026, 1, 1), D(2027, 1, 1)), Period(D(2026, 7, 1), D(2027, 1, 1))
    for rule in (ProrationRule.ACTUAL_DAYS, ProrationRule.THIRTY_360):
        assert str(share_of(half, term, Frequency.parse("term"), Proration(rule))) == "184/365"
    assert share_of(half, term, Frequency.parse("term"), Proration("none")) == WHOLE
    with pytest.raises(InvalidTerms, match="no_grid"):
        share(half, Recurrence("term", D(2026, 1, 1)))


def test_rules_may_be_written() -> None:
    assert Proration("thirty_360").rule is ProrationRule.THIRTY_360
    assert Proration() == Proration(ProrationRule.ACTUAL_DAYS, capped=True, last_day_counted=False)
    with pytest.raises(InvalidTerms) as refused:
        Proration("thirty_e_360")
    assert (refused.value.path, refused.value.code) == ("$.rule", "unknown_word")


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (D(2026, 1, 1), D(2026, 2, 1), 30),
        (D(2026, 1, 30), D(2026, 1, 31), 0),
        (D(2026, 1, 31), D(2026, 2, 28), 28),
        (D(2026, 1, 29), D(2026, 3, 31), 62),
        (D(2026, 1, 30), D(2026, 3, 31), 60),
        (D(2025, 12, 31), D(2026, 12, 31), 360),
        (D(2026, 3, 1), D(2026, 2, 1), -30),
    ],
)
def test_days_of_30_360(start: date, end: date, days: int) -> None:
    assert days_30_360(start, end) == days


def test_year_fractions() -> None:
    start, end = D(2026, 1, 1), D(2026, 7, 1)
    assert day_count(start, end, ProrationRule.ACTUAL_365) == Fraction(181, 365)
    assert day_count(start, end, ProrationRule.THIRTY_360) == Fraction(180, 360)
    assert day_count(start, start, ProrationRule.ACTUAL_365) == 0


@pytest.mark.parametrize(
    ("start", "end", "rule", "path", "code", "message"),
    [
        (
            D(2026, 1, 2),
            D(2026, 1, 1),
            "actual_365",
            "$.end",
            "reversed_period",
            "must not be before the start, 2026-01-02",
        ),
        (D(2026, 1, 1), D(2026, 1, 2), "fixed_30", "$.rule", "not_a_day_count", "must be actual_365 or thirty_360"),
        ("x", D(2026, 1, 2), "actual_365", "$.start", "not_a_date", "must be a date without a time"),
        (D(2026, 1, 1), "x", "actual_365", "$.end", "not_a_date", "must be a date without a time"),
    ],
)
def test_year_fractions_of_nothing_are_refused(
    start: date, end: date, *, rule: str, path: str, code: str, message: str
) -> None:
    with pytest.raises(InvalidTerms) as refused:
        day_count(start, end, ProrationRule(rule))
    issue = refused.value.issues[0]
    assert (issue.path, issue.code, issue.message) == (path, code, message)
    assert issue.got in (start, end, rule)


def test_options_that_are_neither_true_nor_false_are_refused_together() -> None:
    with pytest.raises(InvalidTerms) as refused:
        Proration(capped="no", last_day_counted=1)  # type: ignore[arg-type]  # as a file may have it
    assert [(one.path, one.code, one.got) for one in refused.value.issues] == [
        ("$.capped", "not_a_bool", "no"),
        ("$.last_day_counted", "not_a_bool", 1),
    ]
    assert {one.message for one in refused.value.issues} == {"must be true or false"}
