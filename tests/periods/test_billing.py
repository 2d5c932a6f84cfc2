"""Billing periods: terms cut along grids, and what becomes of their ends."""

from datetime import date, timedelta

import pytest

from contractbill.errors import InvalidTerms
from contractbill.periods import MOST_PERIODS, Period, Recurrence, StubRule, Stubs, billing_periods

D = date
FIRST = Recurrence("month", D(2026, 1, 1))


def cut(start: date, end: date, stubs: Stubs | None = None, grid: Recurrence = FIRST) -> list[tuple[int, str, bool]]:
    found = (
        billing_periods(Period(start, end), grid) if stubs is None else billing_periods(Period(start, end), grid, stubs)
    )
    return [(one.n, str(one.period), one.regular) for one in found]


FEBRUARY = (1, "2026-02-01 to 2026-02-28", True)
MARCH = (2, "2026-03-01 to 2026-03-31", True)


@pytest.mark.parametrize(
    ("start", "end", "stubs", "expected"),
    [
        (D(2026, 2, 1), D(2026, 4, 1), Stubs(), [FEBRUARY, MARCH]),
        (D(2026, 2, 1), D(2026, 4, 1), Stubs("none", "none"), [FEBRUARY, MARCH]),
        (D(2026, 2, 1), D(2026, 4, 1), Stubs("long", "long"), [FEBRUARY, MARCH]),
        (D(2026, 2, 1), D(2026, 3, 1), Stubs("smart", "smart"), [FEBRUARY]),
        # short: stubs stand alone.
        (
            D(2026, 1, 31),
            D(2026, 4, 2),
            Stubs(),
            [(0, "2026-01-31 to 2026-01-31", False), FEBRUARY, MARCH, (3, "2026-04-01 to 2026-04-01", False)],
        ),
        # long: they join their neighbours, and keep the index of the period that holds their first day.
        (D(2026, 1, 15), D(2026, 4, 1), Stubs(first="long"), [(0, "2026-01-15 to 2026-02-28", False), MARCH]),
        (D(2026, 2, 1), D(2026, 4, 15), Stubs(last="long"), [FEBRUARY, (2, "2026-03-01 to 2026-04-14", False)]),
        (
            D(2026, 1, 15),
            D(2026, 4, 15),
            Stubs("long", "long"),
            [(0, "2026-01-15 to 2026-02-28", False), (2, "2026-03-01 to 2026-04-14", False)],
        ),
        (D(2026, 1, 15), D(2026, 3, 15), Stubs("long", "long"), [(0, "2026-01-15 to 2026-03-14", False)]),
        (D(2026, 1, 15), D(2026, 2, 15), Stubs("long", "short"), [(0, "2026-01-15 to 2026-02-14", False)]),
        (D(2026, 1, 15), D(2026, 2, 15), Stubs("short", "long"), [(0, "2026-01-15 to 2026-02-14", False)]),
        # smart: 6 days join, 7 stand alone.
        (D(2026, 1, 26), D(2026, 3, 1), Stubs(first="smart"), [(0, "2026-01-26 to 2026-02-28", False)]),
        (D(2026, 1, 25), D(2026, 3, 1), Stubs(first="smart"), [(0, "2026-01-25 to 2026-01-31", False), FEBRUARY]),
        (D(2026, 2, 1), D(2026, 3, 7), Stubs(last="smart"), [(1, "2026-02-01 to 2026-03-06", False)]),
        (D(2026, 2, 1), D(2026, 3, 8), Stubs(last="smart"), [FEBRUARY, (2, "2026-03-01 to 2026-03-07", False)]),
        # One rule at each end; the other end keeps its own.
        (
            D(2026, 1, 15),
            D(2026, 3, 15),
            Stubs("short", "none", None, D(2026, 3, 1)),
            [(0, "2026-01-15 to 2026-01-31", False), FEBRUARY, (2, "2026-03-01 to 2026-03-14", False)],
        ),
        # A term inside one period has no neighbour to join.
        (D(2026, 2, 10), D(2026, 2, 12), Stubs("long", "long"), [(1, "2026-02-10 to 2026-02-11", False)]),
        (D(2026, 2, 10), D(2026, 3, 1), Stubs("long", "none"), [(1, "2026-02-10 to 2026-02-28", False)]),
        (D(2026, 2, 1), D(2026, 2, 12), Stubs("none", "smart"), [(1, "2026-02-01 to 2026-02-11", False)]),
        # Edges that are stated decide, whatever the rules say.
        (
            D(2026, 1, 15),
            D(2026, 4, 15),
            Stubs("none", "none", D(2026, 2, 1), D(2026, 3, 1)),
            [(0, "2026-01-15 to 2026-01-31", False), FEBRUARY, (2, "2026-03-01 to 2026-04-14", False)],
        ),
        (
            D(2026, 1, 15),
            D(2026, 4, 1),
            Stubs(first_regular_on=D(2026, 3, 1)),
            [(0, "2026-01-15 to 2026-02-28", False), MARCH],
        ),
        (
            D(2026, 2, 1),
            D(2026, 5, 15),
            Stubs(last_regular_on=D(2026, 3, 1)),
            [FEBRUARY, (2, "2026-03-01 to 2026-05-14", False)],
        ),
        (
            D(2026, 1, 1),
            D(2026, 4, 1),
            Stubs(first_regular_on=D(2026, 3, 1)),
            [(0, "2026-01-01 to 2026-02-28", False), MARCH],
        ),
        (
            D(2026, 1, 15),
            D(2026, 4, 15),
            Stubs("none", "none", D(2026, 3, 1), D(2026, 3, 1)),
            [(0, "2026-01-15 to 2026-02-28", False), (2, "2026-03-01 to 2026-04-14", False)],
        ),
        (
            D(2026, 2, 1),
            D(2026, 3, 1),
            Stubs(first_regular_on=D(2026, 2, 1), last_regular_on=D(2026, 3, 1)),
            [FEBRUARY],
        ),
        (D(2026, 1, 1), D(2026, 3, 1), Stubs(first_regular_on=D(2026, 3, 1)), [(0, "2026-01-01 to 2026-02-28", False)]),
        (D(2026, 1, 1), D(2026, 3, 1), Stubs(last_regular_on=D(2026, 1, 1)), [(0, "2026-01-01 to 2026-02-28", False)]),
    ],
)
def test_terms_are_cut_as_the_stubs_say(
    start: date, end: date, stubs: Stubs, expected: list[tuple[int, str, bool]]
) -> None:
    assert cut(start, end, stubs) == expected
    if stubs == Stubs():
        assert cut(start, end) == expected


def test_the_whole_term_is_one_regular_period() -> None:
    grid = Recurrence("term", D(2020, 1, 1))
    expected = [(0, "2026-01-15 to 2029-01-14", True)]
    assert cut(D(2026, 1, 15), D(2029, 1, 15), grid=grid) == expected
    assert cut(D(2026, 1, 15), D(2029, 1, 15), Stubs("none", "none"), grid) == expected


def test_the_index_follows_the_grid_and_not_the_term() -> None:
    assert [one[0] for one in cut(D(2025, 11, 10), D(2026, 3, 1))] == [-2, -1, 0, 1]
    assert cut(D(2025, 11, 10), D(2025, 12, 24))[1] == (-1, "2025-12-01 to 2025-12-23", False)


@pytest.mark.parametrize(
    ("start", "end", "stubs", "faults"),
    [
        (D(2026, 1, 15), D(2026, 3, 1), Stubs(first="none"), [("$.first", "stub_refused", "2026-01-15 to 2026-01-31")]),
        (D(2026, 1, 1), D(2026, 3, 15), Stubs(last="none"), [("$.last", "stub_refused", "2026-03-01 to 2026-03-14")]),
        (
            D(2026, 1, 5),
            D(2026, 1, 9),
            Stubs("short", "none"),
            [("$.last", "stub_refused", "2026-01-05 to 2026-01-08")],
        ),
        (
            D(2026, 1, 1),
            D(2026, 3, 1),
            Stubs(first_regular_on=D(2026, 1, 2)),
            [("$.first_regular_on", "not_on_grid", D(2026, 1, 2))],
        ),
        (
            D(2026, 1, 1),
            D(2026, 3, 1),
            Stubs(last_regular_on=D(2026, 4, 1)),
            [("$.last_regular_on", "edge_outside_term", D(2026, 4, 1))],
        ),
        (
            D(2026, 1, 1),
            D(2026, 3, 1),
            Stubs(first_regular_on=D(2025, 12, 1), last_regular_on=D(2026, 2, 2)),
            [
                ("$.first_regular_on", "edge_outside_term", D(2025, 12, 1)),
                ("$.last_regular_on", "not_on_grid", D(2026, 2, 2)),
            ],
        ),
    ],
)
def test_ends_that_may_not_be_are_refused(
    start: date, end: date, stubs: Stubs, faults: list[tuple[str, str, object]]
) -> None:
    with pytest.raises(InvalidTerms) as refused:
        cut(start, end, stubs)
    assert [(issue.path, issue.code, issue.got) for issue in refused.value.issues] == faults


def test_refusals_explain_themselves() -> None:
    cases = [
        (Stubs(first="none"), "the term must begin and end on a boundary of the grid"),
        (Stubs(first_regular_on=D(2026, 1, 20)), "must be a boundary of the grid"),
        (Stubs(last_regular_on=D(2026, 9, 1)), "must lie within the term, 2026-01-15 to 2026-02-28"),
    ]
    for stubs, message in cases:
        with pytest.raises(InvalidTerms) as refused:
            cut(D(2026, 1, 15), D(2026, 3, 1), stubs)
        assert refused.value.issues[0].message == message


def test_edges_come_in_order() -> None:
    with pytest.raises(InvalidTerms) as refused:
        Stubs(first_regular_on=D(2026, 3, 1), last_regular_on=D(2026, 2, 1))
    issue = refused.value.issues[0]
    assert (issue.path, issue.code, issue.got) == ("$.last_regular_on", "edges_crossed", D(2026, 2, 1))
    assert issue.message == "must not be before first_regular_on, 2026-03-01"
    assert Stubs(first_regular_on=D(2026, 3, 1), last_regular_on=D(2026, 3, 1)).last_regular_on == D(2026, 3, 1)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("first", "tiny", "unknown_word"),
        ("last", "tiny", "unknown_word"),
        ("first_regular_on", "2026-01-01", "not_a_date"),
        ("last_regular_on", "2026-01-01", "not_a_date"),
    ],
)
def test_fields_of_stubs_are_checked(field: str, value: str, code: str) -> None:
    with pytest.raises(InvalidTerms) as refused:
        Stubs(**{field: value})  # type: ignore[arg-type]  # wrong values, on purpose
    assert (refused.value.path, refused.value.code, refused.value.got) == (f"$.{field}", code, value)


@pytest.mark.parametrize(
    ("rule", "six", "seven"),
    [("short", False, False), ("none", False, False), ("long", True, True), ("smart", True, False)],
)
def test_rules_merge_by_length(rule: str, six: object, seven: object) -> None:
    start = D(2018, 6, 1)
    merged = [StubRule(rule).merges(Period(start, start + timedelta(days))) for days in (6, 7)]
    assert merged == [six, seven]


def test_t016_periods_are_bounded() -> None:
    daily = Recurrence("day", D(2000, 1, 1))
    term = Period(D(2000, 1, 1), D(2000, 1, 1) + timedelta(MOST_PERIODS))
    assert len(billing_periods(term, daily)) == MOST_PERIODS == 50_000
    with pytest.raises(InvalidTerms) as refused:
        billing_periods(Period(term.start, term.end + timedelta(1)), daily)
    issue = refused.value.issues[0]
    assert (issue.path, issue.code, issue.got) == ("$", "too_many_periods", 50_001)
    assert issue.message == "must have at most 50000 periods"
    # Periods are counted from the first one, wherever it is on the grid.
    for anchor in (D(1800, 1, 1), D(2200, 1, 1)):
        assert len(billing_periods(term, Recurrence("day", anchor))) == MOST_PERIODS
        with pytest.raises(InvalidTerms, match="50001"):
            billing_periods(Period(term.start, term.end + timedelta(1)), Recurrence("day", anchor))
