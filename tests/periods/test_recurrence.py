"""Grids of lines: boundaries, the period that holds a day, and where a grid hangs."""

from datetime import date

import pytest

from contractbill.errors import InvalidTerms
from contractbill.periods import WHOLE_TERM, Alignment, AlignTo, Frequency, Period, Recurrence, recurrence_for

D = date


@pytest.mark.parametrize(
    ("frequency", "anchor", "day", "on", "n"),
    [
        ("month", D(2026, 1, 31), None, D(2026, 1, 31), 0),
        ("month", D(2026, 1, 31), None, D(2026, 1, 30), -1),
        ("month", D(2026, 1, 31), None, D(2026, 2, 27), 0),
        ("month", D(2026, 1, 31), None, D(2026, 2, 28), 1),
        ("month", D(2026, 1, 31), None, D(2026, 3, 30), 1),
        ("month", D(2026, 1, 31), None, D(2026, 3, 31), 2),
        ("month", D(2026, 1, 15), 31, D(2026, 1, 30), -1),
        ("month", D(2026, 1, 15), 31, D(2026, 2, 28), 1),
        ("quarter", D(2026, 1, 15), None, D(2026, 4, 14), 0),
        ("quarter", D(2026, 1, 15), None, D(2026, 4, 15), 1),
        ("quarter", D(2026, 1, 15), None, D(2026, 6, 30), 1),
        ("quarter", D(2026, 1, 15), None, D(2025, 12, 31), -1),
        ("quarter", D(2026, 1, 15), None, D(2025, 10, 14), -2),
        ("year", D(2024, 2, 29), None, D(2025, 2, 27), 0),
        ("year", D(2024, 2, 29), None, D(2025, 2, 28), 1),
        ("year", D(2024, 2, 29), None, D(2028, 2, 28), 3),
        ("year", D(2024, 2, 29), None, D(2028, 2, 29), 4),
        ("day", D(2026, 1, 1), None, D(2026, 1, 1), 0),
        ("day", D(2026, 1, 1), None, D(2025, 12, 31), -1),
        ("2 weeks", D(2026, 1, 1), None, D(2026, 1, 14), 0),
        ("2 weeks", D(2026, 1, 1), None, D(2026, 1, 15), 1),
        ("2 weeks", D(2026, 1, 1), None, D(2025, 12, 17), -2),
        ("month", D(2026, 1, 1), None, D(9999, 12, 31), 12 * 7973 + 11),
        ("month", D(2026, 1, 1), None, D(1, 1, 1), -12 * 2025),
    ],
)
def test_the_index_is_of_the_period_that_holds_the_day(
    frequency: str, anchor: date, day: int | None, on: date, n: int
) -> None:
    grid = Recurrence(frequency, anchor, day)
    assert grid.index(on) == n
    assert grid.boundary(n) <= on


def test_a_grid_reads_as_boundaries_and_periods() -> None:
    grid = Recurrence("month", D(2026, 1, 31))
    expected = [D(2025, 12, 31), D(2026, 1, 31), D(2026, 2, 28), D(2026, 3, 31)]
    assert grid.boundaries(-1, 4) == expected == [grid.boundary(n) for n in range(-1, 3)]
    assert grid.boundaries(5, 0) == []
    assert grid.period(1) == Period(D(2026, 2, 28), D(2026, 3, 31))
    weeks = Recurrence("2 weeks", D(2026, 1, 1))
    assert weeks.boundaries(-1, 3) == [D(2025, 12, 18), D(2026, 1, 1), D(2026, 1, 15)]
    assert weeks.period(0) == Period(D(2026, 1, 1), D(2026, 1, 15))


def test_t002_month_ends_come_back_after_short_months() -> None:
    assert Recurrence("month", D(2024, 1, 31)).boundaries(1, 4) == [
        D(2024, 2, 29), D(2024, 3, 31), D(2024, 4, 30), D(2024, 5, 31),
    ]  # fmt: skip
    assert Recurrence("year", D(2024, 2, 29)).boundaries(1, 4) == [
        D(2025, 2, 28), D(2026, 2, 28), D(2027, 2, 28), D(2028, 2, 29),
    ]  # fmt: skip


def test_t014_month_ends_stick_only_where_there_are_months() -> None:
    assert Recurrence("month", D(2026, 6, 30), month_end=True).boundaries(0, 3) == [
        D(2026, 6, 30), D(2026, 7, 31), D(2026, 8, 31),
    ]  # fmt: skip
    for frequency in ("day", "week", "10 days"):
        plain, sticky = (Recurrence(frequency, D(2026, 6, 30), month_end=flag) for flag in (False, True))
        assert plain.boundaries(-5, 11) == sticky.boundaries(-5, 11)
    assert Recurrence("month", D(2026, 6, 29), month_end=True).boundary(1) == D(2026, 7, 29)


def test_a_grid_knows_its_day_and_month_end_apart() -> None:
    assert Recurrence("month", D(2026, 4, 10), 30, month_end=True).boundaries(0, 2) == [D(2026, 4, 30), D(2026, 5, 31)]
    assert Recurrence("month", D(2026, 4, 10), 30).boundaries(0, 2) == [D(2026, 4, 30), D(2026, 5, 30)]


@pytest.mark.parametrize(
    ("frequency", "anchor", "day", "path", "code"),
    [
        ("monthly", D(2026, 1, 1), None, "$", "unknown_frequency"),
        ("month", "2026-01-01", None, "$.anchor", "not_a_date"),
        ("month", D(2026, 1, 1), 32, "$.day", "out_of_range"),
        ("month", D(2026, 1, 1), 0, "$.day", "out_of_range"),
        ("week", D(2026, 1, 1), 1, "$.day", "day_needs_months"),
        ("term", D(2026, 1, 1), 1, "$.day", "day_needs_months"),
    ],
)
def test_impossible_grids_are_refused(frequency: str, anchor: date, day: int | None, path: str, code: str) -> None:
    with pytest.raises(InvalidTerms) as refused:
        Recurrence(frequency, anchor, day)
    assert (refused.value.path, refused.value.code) == (path, code)


def test_the_whole_term_has_no_grid() -> None:
    grid = Recurrence(WHOLE_TERM, D(2026, 1, 1))
    for ask in (
        lambda: grid.boundary(0),
        lambda: grid.boundaries(0, 1),
        lambda: grid.period(0),
        lambda: grid.index(D.max),
    ):
        with pytest.raises(InvalidTerms) as refused:
            ask()
        assert (refused.value.path, refused.value.code, refused.value.got) == ("$.frequency", "no_grid", "term")
        assert refused.value.issues[0].message == "the whole term has no boundaries of its own"


def test_a_grid_ends_with_the_calendar() -> None:
    grid = Recurrence("month", D(2026, 1, 1))
    with pytest.raises(InvalidTerms, match="out_of_range"):
        grid.period(12 * 7973 + 11)
    with pytest.raises(InvalidTerms, match="out_of_range"):
        grid.boundaries(-12 * 2025 - 1, 1)
    with pytest.raises(InvalidTerms, match="not_a_date"):
        grid.index("2026-01-01")  # type: ignore[arg-type]  # a wrong type, on purpose


START, LATER = D(2026, 2, 10), D(2026, 5, 20)


@pytest.mark.parametrize(
    ("alignment", "frequency", "first"),
    [
        (Alignment(), "month", Period(D(2026, 2, 10), D(2026, 3, 10))),
        (Alignment(AlignTo.CONTRACT), "quarter", Period(D(2026, 2, 10), D(2026, 5, 10))),
        (Alignment(AlignTo.LINE), "quarter", Period(D(2026, 5, 20), D(2026, 8, 20))),
        (Alignment(AlignTo.DAY, day=1), "month", Period(D(2026, 2, 1), D(2026, 3, 1))),
        (Alignment(AlignTo.DAY, day=31), "quarter", Period(D(2026, 2, 28), D(2026, 5, 31))),
        (Alignment(AlignTo.DATE, on=D(2027, 7, 31)), "month", Period(D(2027, 7, 31), D(2027, 8, 31))),
        (Alignment(AlignTo.DATE, on=D(2025, 2, 28), day=31), "month", Period(D(2025, 2, 28), D(2025, 3, 31))),
        (Alignment(AlignTo.CALENDAR), "month", Period(D(2026, 2, 1), D(2026, 3, 1))),
        (Alignment(AlignTo.CALENDAR), "2 months", Period(D(2026, 1, 1), D(2026, 3, 1))),
        (Alignment(AlignTo.CALENDAR), "quarter", Period(D(2026, 1, 1), D(2026, 4, 1))),
        (Alignment(AlignTo.CALENDAR), "half-year", Period(D(2026, 1, 1), D(2026, 7, 1))),
        (Alignment(AlignTo.CALENDAR), "year", Period(D(2026, 1, 1), D(2027, 1, 1))),
        (Alignment(AlignTo.CALENDAR), "5 months", Period(D(2026, 1, 1), D(2026, 6, 1))),
        (Alignment(AlignTo.CALENDAR), "2 years", Period(D(2026, 1, 1), D(2028, 1, 1))),
        (Alignment(AlignTo.CALENDAR, fiscal_start_month=4), "year", Period(D(2025, 4, 1), D(2026, 4, 1))),
        (Alignment(AlignTo.CALENDAR, fiscal_start_month=2), "year", Period(D(2026, 2, 1), D(2027, 2, 1))),
        (Alignment(AlignTo.CALENDAR, fiscal_start_month=5), "quarter", Period(D(2026, 2, 1), D(2026, 5, 1))),
        (Alignment(AlignTo.CALENDAR, fiscal_start_month=12), "5 months", Period(D(2025, 12, 1), D(2026, 5, 1))),
        (Alignment(AlignTo.CALENDAR), "week", Period(D(2026, 2, 9), D(2026, 2, 16))),
        (Alignment(AlignTo.CALENDAR), "10 days", Period(D(2026, 2, 10), D(2026, 2, 20))),
        (Alignment(AlignTo.CALENDAR), "day", Period(D(2026, 2, 10), D(2026, 2, 11))),
    ],
)
def test_grids_hang_where_the_alignment_says(alignment: Alignment, frequency: str, first: Period) -> None:
    grid = recurrence_for(alignment, frequency, contract_start=START, line_start=LATER)
    assert grid.period(0) == first


def test_weeks_of_the_calendar_begin_on_mondays() -> None:
    for start in (D(2026, 2, 9), D(2026, 2, 15)):
        grid = recurrence_for(Alignment(AlignTo.CALENDAR), "week", contract_start=start, line_start=start)
        assert grid.anchor == D(2026, 2, 9)


def test_the_whole_term_starts_with_its_line() -> None:
    for alignment in (Alignment(), Alignment(AlignTo.DAY, day=3), Alignment(AlignTo.CALENDAR)):
        grid = recurrence_for(alignment, "term", contract_start=START, line_start=LATER, month_end=True)
        assert grid == Recurrence(WHOLE_TERM, LATER)


def test_month_ends_pass_through_the_alignment() -> None:
    for flag, second in ((True, D(2026, 7, 31)), (False, D(2026, 7, 30))):
        start = D(2026, 6, 30)
        grid = recurrence_for(Alignment(), "month", contract_start=start, line_start=start, month_end=flag)
        assert (grid.boundary(1), grid.month_end) == (second, flag)
    assert recurrence_for(Alignment(), "month", contract_start=START, line_start=START).month_end is False


def test_a_day_needs_months() -> None:
    with pytest.raises(InvalidTerms, match="day_needs_months"):
        recurrence_for(Alignment(AlignTo.DAY, day=1), "week", contract_start=START, line_start=START)


def test_starts_must_be_dates() -> None:
    for alignment, path in ((Alignment(AlignTo.CALENDAR), "$.contract_start"), (Alignment(), "$.anchor")):
        with pytest.raises(InvalidTerms) as refused:
            recurrence_for(alignment, Frequency.parse("month"), contract_start="x", line_start=START)  # type: ignore[arg-type]  # a wrong type, on purpose
        assert (refused.value.path, refused.value.code) == (path, "not_a_date")


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"to": "day"}, [("$.day", "missing", "is required when aligning to a day", None)]),
        ({"to": "date"}, [("$.on", "missing", "is required when aligning to a date", None)]),
        ({"to": "line", "day": 3}, [("$.day", "unexpected", "has no meaning when aligning to the line", 3)]),
        ({"to": "calendar", "day": 3}, [("$.day", "unexpected", "has no meaning when aligning to the calendar", 3)]),
        (
            {"day": 32, "on": D(2026, 1, 1), "fiscal_start_month": 13},
            [
                ("$.day", "unexpected", "has no meaning when aligning to the contract", 32),
                ("$.on", "unexpected", "has no meaning when aligning to the contract", D(2026, 1, 1)),
                ("$.fiscal_start_month", "unexpected", "has no meaning when aligning to the contract", 13),
                ("$.day", "out_of_range", "must be a day of the month, 1 to 31", 32),
                ("$.fiscal_start_month", "out_of_range", "must be a month, 1 to 12", 13),
            ],
        ),
        ({"to": "day", "day": 0}, [("$.day", "out_of_range", "must be a day of the month, 1 to 31", 0)]),
        (
            {"to": "calendar", "fiscal_start_month": 0},
            [("$.fiscal_start_month", "out_of_range", "must be a month, 1 to 12", 0)],
        ),
        (
            {"to": "calendar", "fiscal_start_month": "4"},
            [("$.fiscal_start_month", "out_of_range", "must be a month, 1 to 12", "4")],
        ),
        (
            {"to": "nowhere"},
            [("$.to", "unknown_word", "must be one of contract, line, calendar, day, date", "nowhere")],
        ),
        ({"to": "date", "on": "2026-01-01"}, [("$.on", "not_a_date", "must be a date without a time", "2026-01-01")]),
    ],
)
def test_alignments_say_all_that_is_wrong_with_them(
    fields: dict[str, object], faults: list[tuple[str, str, str, object]]
) -> None:
    with pytest.raises(InvalidTerms) as refused:
        Alignment(**fields)  # type: ignore[arg-type]  # wrong types, on purpose
    assert [(issue.path, issue.code, issue.message, issue.got) for issue in refused.value.issues] == faults


def test_alignments_may_be_written() -> None:
    assert Alignment("day", day=31) == Alignment(AlignTo.DAY, day=31)
    assert Alignment("calendar", fiscal_start_month=12).fiscal_start_month == 12
    assert Alignment("date", on=D(2026, 1, 1), day=1).to is AlignTo.DATE
    assert Alignment().to is AlignTo.CONTRACT


# Boundaries on 30 April, 31 May, 30 June: the 30th of May is not one.
@pytest.mark.parametrize(("on", "n"), [("2026-05-30", 0), ("2026-05-31", 1), ("2026-06-29", 1), ("2026-06-30", 2)])
def test_the_index_of_a_grid_on_month_ends(on: str, n: int) -> None:
    grid = Recurrence("month", date(2026, 4, 30), month_end=True)
    assert grid.index(date.fromisoformat(on)) == n
