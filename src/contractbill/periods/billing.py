"""Billing periods: a term cut along a line's grid, with a rule for the ends that do not fit it."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import assert_never

import attrs

from contractbill.errors import Issue, invalid, refuse
from contractbill.periods.fields import as_date, as_word
from contractbill.periods.frequency import Unit
from contractbill.periods.period import Period
from contractbill.periods.recurrence import Recurrence

# More than a century of daily billing: whoever asks for more has mistyped a year.
MOST_PERIODS = 50_000

# The longest stub that the smart rule merges, in days.
_SMALL = 6


class StubRule(StrEnum):
    """What becomes of an irregular first or last period.

    `short`: it stands alone; `long`: it is merged into its neighbour; `smart`: merged when of 6 days or fewer, alone
    when of 7 or more; `none`: there must be no stub. Source: OpenGamma Strata's stub conventions.
    """

    SHORT = "short"
    LONG = "long"
    SMART = "smart"
    NONE = "none"

    def merges(self, stub: Period) -> bool:
        """Whether a stub of this length joins its neighbour.

        Example:
            >>> StubRule.SMART.merges(Period(date(2018, 6, 1), date(2018, 6, 7)))
            True
        """
        match self:
            case StubRule.LONG:
                return True
            case StubRule.SMART:
                return stub.days <= _SMALL
            case StubRule.SHORT | StubRule.NONE:
                return False
            case _:
                assert_never(self)


def _first_rule(value: str) -> StubRule:
    return as_word(StubRule, value, "$.first")


def _last_rule(value: str) -> StubRule:
    return as_word(StubRule, value, "$.last")


def _first_edge(value: date | None) -> date | None:
    return None if value is None else as_date(value, "$.first_regular_on")


def _last_edge(value: date | None) -> date | None:
    return None if value is None else as_date(value, "$.last_regular_on")


@attrs.frozen
class Stubs:
    """The rules for both ends of a term, or the edges themselves.

    Args:
        first: the rule for a term that starts between two boundaries.
        last: the rule for a term that ends between two boundaries.
        first_regular_on: the boundary at which regular periods begin; everything before is one period, whatever
            `first` says.
        last_regular_on: the boundary at which regular periods end; everything after is one period, whatever `last`
            says.

    Raises:
        InvalidTerms: `unknown_word`, `not_a_date`; `edges_crossed` when regular periods would end before they begin.
    """

    first: StubRule = attrs.field(default=StubRule.SHORT, converter=_first_rule)
    last: StubRule = attrs.field(default=StubRule.SHORT, converter=_last_rule)
    first_regular_on: date | None = attrs.field(default=None, converter=_first_edge)
    last_regular_on: date | None = attrs.field(default=None, converter=_last_edge)

    def __attrs_post_init__(self) -> None:
        """Refuse edges in the wrong order."""
        first, last = self.first_regular_on, self.last_regular_on
        if first is not None and last is not None and first > last:
            invalid("$.last_regular_on", "edges_crossed", f"must not be before first_regular_on, {first}", last)


@attrs.frozen
class BillingPeriod:
    """One period of a line.

    Args:
        n: the grid's index of the period that holds its first day: unique in the line, and unmoved when the line's
            end moves.
        period: the days.
        regular: whether it is exactly one whole period of the grid.
    """

    n: int
    period: Period
    regular: bool


_DEFAULT = Stubs()


def billing_periods(term: Period, recurrence: Recurrence, stubs: Stubs = _DEFAULT) -> tuple[BillingPeriod, ...]:
    """Cut a term along a grid.

    Args:
        term: the days to cover.
        recurrence: the grid; for the whole term the answer is the term, as period 0.
        stubs: what becomes of irregular ends; by default they stand alone.

    Returns:
        Periods in order that tile the term exactly: no gap, no overlap, at least one, n strictly rising.

    Raises:
        InvalidTerms: `stub_refused`, `edge_outside_term`, `not_on_grid` (all faults of the edges at once),
            `too_many_periods` (more than 50,000), `out_of_range`.

    Source: OpenGamma Strata's periodic schedules, cut from the anchor rather than from an end of the term.

    Example:
        >>> term = Period(date(2026, 1, 15), date(2026, 4, 1))
        >>> for one in billing_periods(term, Recurrence("month", date(2026, 1, 1))):
        ...     print(one.n, one.period, one.regular)
        0 2026-01-15 to 2026-01-31 False
        1 2026-02-01 to 2026-02-28 True
        2 2026-03-01 to 2026-03-31 True
    """
    if recurrence.frequency.unit is Unit.TERM:
        return (BillingPeriod(0, term, regular=True),)
    first, last = recurrence.index(term.start), recurrence.index(term.last_day)
    if last - first >= MOST_PERIODS:
        invalid("$", "too_many_periods", f"must have at most {MOST_PERIODS} periods", last - first + 1)
    # The grid around the term, with the term's own ends in place of the outermost boundaries: only the first and the
    # last of these cells can be partial.
    cuts = list(enumerate(recurrence.boundaries(first, last - first + 2), first))
    starts_within, ends_within = cuts[0][1] != term.start, cuts[-1][1] != term.end
    cuts[0], cuts[-1] = (first, term.start), (last + 1, term.end)
    if stubs != _DEFAULT:
        refuse(_edge_faults(term, recurrence, stubs))
        _settle_first(cuts, stubs, partial=starts_within)
        _settle_last(cuts, stubs, partial=ends_within)
    periods = [BillingPeriod(n, Period(start, end), m == n + 1) for (n, start), (m, end) in pairwise(cuts)]
    if starts_within:
        periods[0] = attrs.evolve(periods[0], regular=False)
    if ends_within:
        periods[-1] = attrs.evolve(periods[-1], regular=False)
    return tuple(periods)


# Grid index and date of each place where the term is cut, in order.
_Cuts = list[tuple[int, date]]


def _settle_first(cuts: _Cuts, stubs: Stubs, *, partial: bool) -> None:
    """Take out the cuts that do not stand at the start of the term."""
    if (edge := stubs.first_regular_on) is not None:
        cuts[1:-1] = [cut for cut in cuts[1:-1] if cut[1] >= edge]
    elif partial:
        _settle(cuts, "first", stubs.first, 0)


def _settle_last(cuts: _Cuts, stubs: Stubs, *, partial: bool) -> None:
    """Take out the cuts that do not stand at the end of the term."""
    if (edge := stubs.last_regular_on) is not None:
        cuts[1:-1] = [cut for cut in cuts[1:-1] if cut[1] <= edge]
    elif partial:
        _settle(cuts, "last", stubs.last, len(cuts) - 2)


def _settle(cuts: _Cuts, name: str, rule: StubRule, at: int) -> None:
    """Refuse, merge or leave the stub that begins at cut `at`, at either end of the term."""
    stub = Period(cuts[at][1], cuts[at + 1][1])
    if rule is StubRule.NONE:
        invalid(f"$.{name}", "stub_refused", "the term must begin and end on a boundary of the grid", str(stub))
    # A stub that is the whole term has no neighbour.
    if rule.merges(stub) and len(cuts) > _ALONE:
        del cuts[1 if at == 0 else at]


_ALONE = 2


def _edge_faults(term: Period, recurrence: Recurrence, stubs: Stubs) -> Iterator[Issue]:
    """What is wrong with explicit edges."""
    for name, edge in (("first_regular_on", stubs.first_regular_on), ("last_regular_on", stubs.last_regular_on)):
        if edge is None:
            continue
        if not term.start <= edge <= term.end:
            yield Issue(f"$.{name}", "edge_outside_term", f"must lie within the term, {term}", edge)
        elif recurrence.boundary(recurrence.index(edge)) != edge:
            yield Issue(f"$.{name}", "not_on_grid", "must be a boundary of the grid", edge)
