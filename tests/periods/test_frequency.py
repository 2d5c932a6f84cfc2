"""Frequencies, and dates counted by them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill.errors import InvalidTerms
from contractbill.periods import (
    DAILY,
    HALF_YEARLY,
    MONTHLY,
    QUARTERLY,
    WEEKLY,
    WHOLE_TERM,
    YEARLY,
    Frequency,
    Unit,
    add,
    as_frequency,
)
from contractbill.periods.frequency import days_on

D = date


@pytest.mark.parametrize(
    ("text", "count", "unit", "months", "days", "canonical"),
    [
        ("day", 1, Unit.DAY, None, 1, "day"),
        ("30 days", 30, Unit.DAY, None, 30, "30 days"),
        ("week", 1, Unit.WEEK, None, 7, "week"),
        ("2 weeks", 2, Unit.WEEK, None, 14, "2 weeks"),
        ("month", 1, Unit.MONTH, 1, None, "month"),
        ("1 month", 1, Unit.MONTH, 1, None, "month"),
        ("quarter", 3, Unit.MONTH, 3, None, "quarter"),
        ("3 months", 3, Unit.MONTH, 3, None, "quarter"),
        ("2 quarters", 6, Unit.MONTH, 6, None, "6 months"),
        ("half-year", 6, Unit.MONTH, 6, None, "6 months"),
        ("36 months", 36, Unit.MONTH, 36, None, "36 months"),
        ("year", 1, Unit.YEAR, 12, None, "year"),
        ("3 years", 3, Unit.YEAR, 36, None, "3 years"),
        ("3 weeks", 3, Unit.WEEK, None, 21, "3 weeks"),
        ("1200 months", 1200, Unit.MONTH, 1200, None, "1200 months"),
        ("term", 1, Unit.TERM, None, None, "term"),
    ],
)
def test_a_frequency_is_what_was_written(
    text: str, *, count: int, unit: Unit, months: int | None, days: int | None, canonical: str
) -> None:
    frequency = Frequency.parse(text)
    assert (frequency.count, frequency.unit) == (count, unit)
    assert (frequency.in_whole_months, frequency.in_whole_days) == (months, days)
    assert str(frequency) == canonical
    assert Frequency.parse(canonical) == frequency


def test_constants_are_what_their_names_say() -> None:
    constants = [DAILY, WEEKLY, MONTHLY, QUARTERLY, HALF_YEARLY, YEARLY, WHOLE_TERM]
    words = ["day", "week", "month", "quarter", "half-year", "year", "term"]
    assert constants == [Frequency.parse(word) for word in words]


def test_a_year_is_not_12_months_though_it_lasts_as_long() -> None:
    assert Frequency(12, Unit.MONTH) != YEARLY
    assert YEARLY.in_whole_months == Frequency(12, Unit.MONTH).in_whole_months


@pytest.mark.parametrize(
    "text",
    ["", "monthly", "Month", "months 3", "3  months", "-1 months", "1.5 months", "1 term", "every month", "٣ days"],
)
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(InvalidTerms) as refused:
        as_frequency(text)
    issue = refused.value.issues[0]
    assert (issue.path, issue.code, issue.got) == ("$", "unknown_frequency", text)
    assert issue.message == 'must be such as "month", "quarter", "2 weeks" or "term"'


@pytest.mark.parametrize("value", [None, 3, ["month"]])
def test_what_is_no_text_is_refused(value: str) -> None:
    with pytest.raises(InvalidTerms, match="unknown_frequency"):
        as_frequency(value)


@pytest.mark.parametrize(
    ("count", "unit", "most"),
    [
        (0, Unit.MONTH, 1200),
        (-1, Unit.DAY, 1200),
        (1201, Unit.DAY, 1200),
        (True, Unit.DAY, 1200),
        ("2", Unit.DAY, 1200),
        (2, Unit.TERM, 1),
    ],
)
def test_t016_counts_are_bounded(count: int, unit: Unit, most: int) -> None:
    with pytest.raises(InvalidTerms) as refused:
        Frequency(count, unit)
    issue = refused.value.issues[0]
    assert (issue.path, issue.code, issue.got) == ("$.count", "out_of_range", count)
    assert issue.message == f"must be a whole number from 1 to {most}"


def test_bounds_of_a_count_are_allowed() -> None:
    assert (Frequency(1, Unit.DAY).count, Frequency(1200, Unit.DAY).count) == (1, 1200)


def test_units_may_be_written() -> None:
    assert Frequency(2, "week") == Frequency(2, Unit.WEEK)
    with pytest.raises(InvalidTerms) as refused:
        Frequency(2, "fortnight")
    assert (refused.value.path, refused.value.code) == ("$.unit", "unknown_word")


@pytest.mark.parametrize("frequency", ["month", MONTHLY])
def test_as_frequency_takes_both(frequency: Frequency | str) -> None:
    assert as_frequency(frequency) == MONTHLY
    assert as_frequency(MONTHLY) is MONTHLY


@pytest.mark.parametrize(
    ("anchor", "frequency", "n", "expected"),
    [
        (D(2024, 1, 31), MONTHLY, 0, D(2024, 1, 31)),
        (D(2024, 1, 31), MONTHLY, 1, D(2024, 2, 29)),
        (D(2024, 1, 31), MONTHLY, 2, D(2024, 3, 31)),
        (D(2024, 1, 31), MONTHLY, 13, D(2025, 2, 28)),
        (D(2024, 1, 29), MONTHLY, 1, D(2024, 2, 29)),
        (D(2023, 1, 29), MONTHLY, 1, D(2023, 2, 28)),
        (D(2100, 1, 29), MONTHLY, 1, D(2100, 2, 28)),
        (D(2000, 1, 30), MONTHLY, 1, D(2000, 2, 29)),
        (D(2024, 1, 31), MONTHLY, -2, D(2023, 11, 30)),
        (D(2024, 1, 15), MONTHLY, -1, D(2023, 12, 15)),
        (D(2024, 12, 28), QUARTERLY, 1, D(2025, 3, 28)),
        (D(2024, 2, 29), YEARLY, 1, D(2025, 2, 28)),
        (D(2024, 2, 29), YEARLY, 4, D(2028, 2, 29)),
        (D(2024, 2, 29), YEARLY, -4, D(2020, 2, 29)),
        (D(2024, 2, 28), DAILY, 2, D(2024, 3, 1)),
        (D(2024, 1, 1), WEEKLY, -1, D(2023, 12, 25)),
        (D(9999, 11, 30), MONTHLY, 1, D(9999, 12, 30)),
        (D(1, 2, 1), MONTHLY, -1, D(1, 1, 1)),
        (D(9999, 12, 30), DAILY, 1, D(9999, 12, 31)),
        (D(1, 1, 2), DAILY, -1, D(1, 1, 1)),
    ],
)
def test_dates_are_counted_from_the_anchor(anchor: date, frequency: Frequency, n: int, expected: date) -> None:
    assert add(anchor, frequency, n) == expected


@pytest.mark.parametrize(
    ("anchor", "day", "month_end", "n", "expected"),
    [
        (D(2024, 1, 10), 31, False, 0, D(2024, 1, 31)),
        (D(2024, 1, 10), 31, False, 1, D(2024, 2, 29)),
        (D(2024, 4, 30), 31, False, 1, D(2024, 5, 31)),
        (D(2024, 4, 30), None, False, 1, D(2024, 5, 30)),
        (D(2024, 4, 30), None, True, 1, D(2024, 5, 31)),
        (D(2024, 4, 29), None, True, 1, D(2024, 5, 29)),
        (D(2024, 4, 10), 30, True, 1, D(2024, 5, 31)),
        (D(2024, 4, 30), 1, True, 1, D(2024, 5, 1)),
        (D(2024, 2, 28), None, True, 1, D(2024, 3, 28)),
        (D(2023, 2, 28), None, True, 1, D(2023, 3, 31)),
        (D(2024, 1, 31), 1, False, 1, D(2024, 2, 1)),
    ],
)
def test_days_and_month_ends_are_kept(
    anchor: date,
    *,
    day: int | None,
    month_end: bool,
    n: int,
    expected: date,
) -> None:
    assert add(anchor, MONTHLY, n, day=day, month_end=month_end) == expected


def test_t014_month_ends_belong_to_months() -> None:
    assert add(D(2026, 2, 28), DAILY, 30, month_end=True) == D(2026, 3, 30)
    assert add(D(2026, 2, 28), WEEKLY, 1, month_end=True) == D(2026, 3, 7)
    assert add(D(2026, 2, 28), MONTHLY, 1, month_end=True) == D(2026, 3, 31)
    assert add(D(2026, 2, 28), YEARLY, 2, month_end=True) == D(2028, 2, 29)


@pytest.mark.parametrize(
    ("frequency", "day", "n", "path", "code"),
    [
        (MONTHLY, 0, 1, "$.day", "out_of_range"),
        (MONTHLY, 32, 1, "$.day", "out_of_range"),
        (MONTHLY, True, 1, "$.day", "out_of_range"),
        (DAILY, 1, 1, "$.day", "day_needs_months"),
        (WHOLE_TERM, None, 1, "$.frequency", "no_grid"),
        (YEARLY, None, 7974, "$", "out_of_range"),
        (YEARLY, None, -2026, "$", "out_of_range"),
        (DAILY, None, 3_000_000, "$", "out_of_range"),
        (DAILY, None, -1_000_000, "$", "out_of_range"),
    ],
)
def test_what_the_calendar_has_not_is_refused(
    frequency: Frequency, day: int | None, n: int, path: str, code: str
) -> None:
    with pytest.raises(InvalidTerms) as refused:
        add(D(2026, 1, 1), frequency, n, day=day)
    assert (refused.value.path, refused.value.code) == (path, code)


def test_refusals_say_what_was_got() -> None:
    cases = [
        (MONTHLY, 32, 1, "must be a day of the month, 1 to 31", 32),
        (DAILY, 1, 1, "only months and years have a day of the month", 1),
        (WHOLE_TERM, None, 1, "the whole term has no boundaries of its own", "term"),
        (YEARLY, None, 7974, "must stay in years 1 to 9999", 10000),
        (YEARLY, None, -2026, "must stay in years 1 to 9999", 0),
        (DAILY, None, -1_000_000, "must stay in years 1 to 9999", "2026-01-01 -1000000 days"),
    ]
    for frequency, day, n, message, got in cases:
        with pytest.raises(InvalidTerms) as refused:
            add(D(2026, 1, 1), frequency, n, day=day)
        assert (refused.value.issues[0].message, refused.value.got) == (message, got)


def test_instants_are_no_anchors() -> None:
    with pytest.raises(InvalidTerms) as refused:
        add("2026-01-01", MONTHLY, 1)  # type: ignore[arg-type]  # a wrong type, on purpose
    assert (refused.value.path, refused.value.code) == ("$.anchor", "not_a_date")


def test_the_first_and_the_last_day_of_the_calendar_are_days() -> None:
    assert (days_on(D(1, 1, 1), 0), days_on(D(9999, 12, 31), 0)) == (D.min, D.max)
    with pytest.raises(InvalidTerms, match=r"9999-12-31 \+1 days"):
        days_on(D.max, 1)
    with pytest.raises(InvalidTerms, match="0001-01-01 -1 days"):
        days_on(D.min, -1)


@given(st.dates(D(1990, 1, 1), D(2090, 1, 1)), st.integers(1, 40), st.integers(-200, 200))
def test_months_land_in_their_month_on_the_day_or_its_last(anchor: date, count: int, n: int) -> None:
    found = add(anchor, Frequency(count, Unit.MONTH), n)
    assert found.year * 12 + found.month == anchor.year * 12 + anchor.month + n * count
    assert found.day == anchor.day or (found.day < anchor.day and (found + timedelta(1)).day == 1)
