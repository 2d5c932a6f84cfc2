"""Laws of periods over random terms and grids, and the incidents they answer."""

import calendar
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pendulum
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from contractbill.periods import (
    WHOLE,
    BillingPeriod,
    Frequency,
    Period,
    Proration,
    ProrationRule,
    Recurrence,
    StubRule,
    Stubs,
    Unit,
    add,
    billing_periods,
    share,
    start_of_day,
)

D = date
DATES = st.dates(D(1990, 1, 1), D(2060, 12, 31))
FREQUENCIES = st.builds(Frequency, st.integers(1, 40), st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR]))
RULES = st.sampled_from([StubRule.SHORT, StubRule.LONG, StubRule.SMART])


@st.composite
def grids(draw: st.DrawFn) -> Recurrence:
    frequency = draw(FREQUENCIES)
    day = draw(st.none() | st.integers(1, 31)) if frequency.in_whole_months else None
    return Recurrence(frequency, draw(DATES), day, draw(st.booleans()))


@st.composite
def terms(draw: st.DrawFn) -> Period:
    start = draw(DATES)
    return Period(start, start + timedelta(draw(st.integers(1, 1500))))


def assert_tiles(term: Period, periods: tuple[BillingPeriod, ...]) -> None:
    assert periods[0].period.start == term.start
    assert periods[-1].period.end == term.end
    for one, following in pairwise(periods):
        assert one.period.end == following.period.start
        assert one.n < following.n


@given(grids(), DATES)
def test_index_and_boundary_are_inverse(grid: Recurrence, on: date) -> None:
    n = grid.index(on)
    assert grid.boundary(n) <= on < grid.boundary(n + 1)
    assert grid.index(grid.boundary(n)) == n
    assert grid.boundaries(n - 1, 3) == [grid.boundary(n - 1), grid.boundary(n), grid.boundary(n + 1)]


@given(terms(), grids(), RULES, RULES)
def test_periods_tile_the_term(term: Period, grid: Recurrence, first: StubRule, last: StubRule) -> None:
    periods = billing_periods(term, grid, Stubs(first, last))
    assert_tiles(term, periods)
    for one in periods:
        assert one.n == grid.index(one.period.start)
        assert one.regular == (one.period == grid.period(one.n))
    assert all(one.regular for one in periods[1:-1])


@given(terms(), grids())
def test_the_end_of_a_term_moves_no_index(term: Period, grid: Recurrence) -> None:
    longer = Period(term.start, term.end + timedelta(400))
    starts = {one.period.start: one.n for one in billing_periods(longer, grid)}
    assert all(starts[one.period.start] == one.n for one in billing_periods(term, grid))


@given(terms(), grids(), st.integers(1, 1499))
def test_split_parts_add_up_again_under_actual_days(term: Period, grid: Recurrence, at: int) -> None:
    assume(at < term.days)
    middle = term.start + timedelta(at)
    left, right = (share(part, grid).fraction for part in (Period(term.start, middle), Period(middle, term.end)))
    assert left + right == share(term, grid).fraction


@given(terms(), grids())
def test_a_term_counts_its_periods(term: Period, grid: Recurrence) -> None:
    parts = [share(one.period, grid) for one in billing_periods(term, grid)]
    assert sum((one.fraction for one in parts), Fraction()) == share(term, grid).fraction


RULE = st.sampled_from(list(ProrationRule))


@given(term=terms(), grid=grids(), rule=RULE, counted=st.booleans())
def test_t021_shares_of_one_period_stay_within_0_and_1(
    *, term: Period, grid: Recurrence, rule: ProrationRule, counted: bool
) -> None:
    for one in billing_periods(term, grid):
        part = share(one.period, grid, Proration(rule, last_day_counted=counted))
        assert 0 <= part.fraction <= 1
        assert not one.regular or part == WHOLE


@given(st.dates(D(2020, 1, 1), D(2030, 12, 31)), st.integers(1, 11))
def test_whole_months_cost_whole_months_wherever_they_start(start: date, months: int) -> None:
    grid = Recurrence("year", start)
    later = Recurrence("month", start).boundary(months)
    rule = Proration("months_then_days")
    assert share(Period(start, later), grid, rule).fraction == Fraction(months, 12)
    assert share(Period(later, grid.boundary(1)), grid, rule).fraction == Fraction(12 - months, 12)
    # A day more than whole months costs more, and less than another month.
    longer = share(Period(start, later + timedelta(1)), grid, rule).fraction
    assert Fraction(months, 12) < longer <= Fraction(months + 1, 12)


@pytest.mark.parametrize("anchor", [D(2023, 1, 28), D(2023, 1, 29), D(2023, 1, 30), D(2023, 1, 31), D(2024, 2, 29)])
@pytest.mark.parametrize("frequency", ["month", "quarter", "half-year", "year"])
@pytest.mark.parametrize("month_end", [False, True])
def test_t010_ten_years_of_month_ends_leave_no_gap(anchor: date, frequency: str, *, month_end: bool) -> None:
    grid = Recurrence(frequency, anchor, month_end=month_end)
    term = Period(anchor, grid.boundary(120 // (grid.frequency.in_whole_months or 1)))
    periods = billing_periods(term, grid)
    assert_tiles(term, periods)
    assert len(periods) == 120 // (grid.frequency.in_whole_months or 1)
    assert [one.n for one in periods] == list(range(len(periods)))
    assert all(one.regular for one in periods)
    for one in periods:
        last = calendar.monthrange(one.period.start.year, one.period.start.month)[1]
        sticky = month_end and anchor.day == calendar.monthrange(anchor.year, anchor.month)[1]
        assert one.period.start.day == (last if sticky else min(anchor.day, last))


def test_t010_the_31st_of_january_to_the_27th_of_february() -> None:
    grid = Recurrence("month", D(2023, 1, 31))
    periods = billing_periods(Period(D(2023, 1, 31), D(2023, 4, 30)), grid)
    assert [str(one.period) for one in periods] == [
        "2023-01-31 to 2023-02-27", "2023-02-28 to 2023-03-30", "2023-03-31 to 2023-04-29",
    ]  # fmt: skip


@given(DATES, st.integers(0, 600))
@example(D(2019, 4, 2), 12)
@example(D(2019, 8, 30), 6)
def test_t001_months_are_counted_from_the_anchor_and_never_from_a_difference(anchor: date, months: int) -> None:
    grid = Recurrence("month", anchor)
    reached = add(anchor, Frequency(1, Unit.MONTH), months)
    assert grid.index(reached) == months
    assert grid.index(reached - timedelta(1)) == months - 1


def test_t001_the_hazard_is_real() -> None:
    # 30 August + 6 months is 29 February, yet the difference of the two reads 5 months.
    august, february = pendulum.date(2019, 8, 30), pendulum.date(2020, 2, 29)
    assert august.add(months=6) == february
    assert (february - august).in_months() == 5
    assert Recurrence("month", D(2019, 8, 30)).index(D(2020, 2, 29)) == 6


@given(DATES, st.integers(0, 120))
def test_t002_boundaries_do_not_drift(anchor: date, n: int) -> None:
    on = Recurrence("month", anchor).boundary(n)
    assert on.day == min(anchor.day, calendar.monthrange(on.year, on.month)[1])


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"])
def test_t027_clocks_that_change_move_no_share(zone: str) -> None:
    weeks = Recurrence("week", D(2026, 1, 1))
    shares = set()
    for n in range(52):
        whole = weeks.period(n)
        part = Period(whole.start, whole.start + timedelta(3))
        assert start_of_day(part.start, zone) < start_of_day(part.end, zone)
        shares.add(str(share(part, weeks)))
    assert shares == {"3/7"}
