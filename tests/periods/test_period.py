"""Periods, plain dates and the words of closed lists."""

from datetime import UTC, date, datetime

import pendulum
import pytest

from contractbill.errors import InvalidTerms
from contractbill.periods import Period, as_date
from contractbill.periods.fields import as_word, is_whole
from contractbill.periods.frequency import Unit

D = date
JANUARY = Period(D(2026, 1, 1), D(2026, 2, 1))


def test_a_period_holds_its_start_and_not_its_end() -> None:
    assert (JANUARY.days, JANUARY.last_day, str(JANUARY)) == (31, D(2026, 1, 31), "2026-01-01 to 2026-01-31")
    assert D(2026, 1, 1) in JANUARY
    assert D(2026, 1, 31) in JANUARY
    assert D(2026, 2, 1) not in JANUARY
    assert D(2025, 12, 31) not in JANUARY


def test_one_day_is_the_shortest_period() -> None:
    day = Period(D(2026, 1, 1), D(2026, 1, 2))
    assert (day.days, day.last_day) == (1, D(2026, 1, 1))


@pytest.mark.parametrize(
    ("start", "end", "shared"),
    [
        (D(2025, 12, 1), D(2026, 1, 1), None),
        (D(2026, 2, 1), D(2026, 3, 1), None),
        (D(2025, 12, 1), D(2026, 1, 2), Period(D(2026, 1, 1), D(2026, 1, 2))),
        (D(2026, 1, 31), D(2026, 3, 1), Period(D(2026, 1, 31), D(2026, 2, 1))),
        (D(2026, 1, 10), D(2026, 1, 20), Period(D(2026, 1, 10), D(2026, 1, 20))),
        (D(2025, 1, 1), D(2027, 1, 1), JANUARY),
    ],
)
def test_overlap_is_what_both_have(start: date, end: date, shared: Period | None) -> None:
    assert JANUARY.overlap(Period(start, end)) == shared
    assert Period(start, end).overlap(JANUARY) == shared


@pytest.mark.parametrize(
    ("start", "end", "faults"),
    [
        (D(2026, 1, 1), D(2026, 1, 1), [("$.end", "empty_period", D(2026, 1, 1))]),
        (D(2026, 1, 2), D(2026, 1, 1), [("$.end", "reversed_period", D(2026, 1, 1))]),
        (
            datetime(2026, 1, 1, tzinfo=UTC),
            D(2026, 2, 1),
            [("$.start", "not_a_date", datetime(2026, 1, 1, tzinfo=UTC))],
        ),
        (D(2026, 1, 1), "2026-02-01", [("$.end", "not_a_date", "2026-02-01")]),
        (None, 7, [("$.start", "not_a_date", None), ("$.end", "not_a_date", 7)]),
        (pendulum.datetime(2026, 1, 1), D(2026, 2, 1), [("$.start", "not_a_date", pendulum.datetime(2026, 1, 1))]),
    ],
)
def test_t016_what_is_no_period_is_refused(start: date, end: date, faults: list[tuple[str, str, object]]) -> None:
    with pytest.raises(InvalidTerms) as refused:
        Period(start, end)
    assert [(issue.path, issue.code, issue.got) for issue in refused.value.issues] == faults


def test_messages_say_what_must_change() -> None:
    with pytest.raises(InvalidTerms) as refused:
        Period(D(2026, 1, 2), D(2026, 1, 1))
    assert refused.value.issues[0].message == "must be later than the start, 2026-01-02"
    with pytest.raises(InvalidTerms) as refused:
        Period(D(2026, 1, 1), D(2026, 1, 1))
    assert refused.value.issues[0].message == "must be later than the start, 2026-01-01"
    with pytest.raises(InvalidTerms) as refused:
        Period(D(2026, 1, 1), "2026-02-01")  # type: ignore[arg-type]  # a wrong type, on purpose
    assert refused.value.issues[0].message == "must be a date without a time"


def test_a_pendulum_date_becomes_a_plain_one() -> None:
    period = Period(pendulum.date(2026, 1, 1), pendulum.date(2026, 2, 1))
    assert (type(period.start), type(period.end)) == (date, date)
    assert period == JANUARY
    assert type(Period(D(2026, 1, 1), pendulum.date(2026, 2, 1)).end) is date
    assert type(Period(pendulum.date(2026, 1, 1), D(2026, 2, 1)).start) is date


def test_a_plain_date_stays_what_it_is() -> None:
    on = D(2026, 1, 31)
    assert as_date(on) is on


def test_as_date_refuses_instants_with_the_path_it_was_given() -> None:
    with pytest.raises(InvalidTerms) as refused:
        as_date(datetime(2026, 1, 31, tzinfo=UTC), "$.signed_on")
    issue = refused.value.issues[0]
    assert (issue.path, issue.code, issue.message) == ("$.signed_on", "not_a_date", "must be a date without a time")
    assert issue.got == datetime(2026, 1, 31, tzinfo=UTC)
    with pytest.raises(InvalidTerms) as refused:
        as_date("2026-01-31")
    assert (refused.value.path, refused.value.got) == ("$", "2026-01-31")


def test_words_are_read_or_refused() -> None:
    assert as_word(Unit, "month") is Unit.MONTH
    with pytest.raises(InvalidTerms) as refused:
        as_word(Unit, "fortnight")
    issue = refused.value.issues[0]
    assert (issue.path, issue.code, issue.got) == ("$", "unknown_word", "fortnight")
    assert issue.message == "must be one of day, week, month, year, term"


@pytest.mark.parametrize(
    ("value", "whole"), [(1, True), (3, True), (0, False), (4, False), (True, False), ("2", False)]
)
def test_whole_numbers_are_ints_within_bounds(value: object, whole: object) -> None:
    assert is_whole(value, 1, 3) is whole
