"""Stretches: the billing periods of a recurring line, term by term, and those a change leaves as they were charged."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs

from contractbill.charges.charge import BASE, Charge, LineRef, UnitPrice
from contractbill.charges.facts import Facts, MilestoneDone
from contractbill.charges.prices import Steps
from contractbill.charges.readings import Known
from contractbill.deal.billing import InvoiceTiming, Recurring
from contractbill.deal.coverage import Term
from contractbill.deal.escalators import Clock
from contractbill.deal.resolve import ContractLine
from contractbill.errors import InvalidTerms
from contractbill.money import Rounding
from contractbill.periods import BillingPeriod, Period, Recurrence, Share, Stubs, Unit, billing_periods
from contractbill.periods.frequency import days_on

# By the bounds of the parts of some days, their price periods and shares of them.
Shares = dict[tuple[date, ...], list[tuple[Fraction, Share]]]


# Billing periods, and their first days.
Laid = tuple[tuple[BillingPeriod, ...], list[date]]


@attrs.frozen(kw_only=True)
class Unfolding:
    """What is the same for every line of one call.

    `grids` shares the periods of lines that have the same, `shares` what parts of their periods are, `steps` the days
    on which their prices rise; `levelled` says that sums will be rounded, not only amounts.
    """

    terms: tuple[Term, ...]
    facts: Facts
    as_of: date
    through: date | None
    to: Decimal
    rounding: Rounding
    levelled: bool = False
    grids: dict[tuple[Recurrence, Stubs, Period], Laid] = attrs.field(factory=dict)
    shares: dict[object, Shares] = attrs.field(factory=dict)
    steps: Steps = attrs.field(factory=dict)
    milestones: dict[str, MilestoneDone] = attrs.field(init=False)
    known: Known = attrs.field(init=False)

    @milestones.default
    def _milestones(self) -> dict[str, MilestoneDone]:
        return self.facts.milestones_done(self.as_of)

    @known.default
    def _known(self) -> Known:
        return self.facts.known_by(self.as_of)


@attrs.frozen(kw_only=True)
class Run:
    """What is the same for every charge of one line; `earliest` is the first day it may stand on an invoice.

    `price` is the first there is.     `parts` counts the parts of periods that were cut, across terms.
    """

    ref: LineRef
    line: ContractLine
    price: UnitPrice
    earliest: date
    pending: bool
    unfold: Unfolding
    parts: dict[tuple[int, str | None], int] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Stretch:
    """The periods of a line within one term, and their first days.

    `ends` unless they were cut off because nobody asked for more.
    """

    term: Term
    days: Period
    periods: Sequence[BillingPeriod]
    starts: Sequence[date]
    ends: bool


def stretches(line: ContractLine, billing: Recurring, grid: Recurrence, unfold: Unfolding) -> Iterator[Stretch]:
    """The periods of a line, term by term."""
    for term in unfold.terms:
        start = max(line.start, term.start)
        end = term.end if line.end is None or (term.end is not None and term.end < line.end) else line.end
        ends = end is not None
        if end is not None and start >= end:
            continue
        kept = _kept_end(line, billing, term, end)
        limit = _limit(start, kept or end, billing=billing, grid=grid, through=unfold.through)
        if limit is not None and (end is None or limit < end):
            end, kept, ends = limit, None, False
        assert end is not None, "a schedule without an end needs a day to stop at"
        days = Period(start, kept or end)
        if billing.every.unit is Unit.TERM:
            whole = days == Period(term.start, kept or term.end or end)
            once = BillingPeriod(term.number, days, whole)
            yield Stretch(term=term, days=days, periods=(once,), starts=(start,), ends=ends)
            continue
        if kept is not None:
            # What has begun is kept whole; far beyond it no period need be found.
            days = Period(start, min(kept, grid.boundary(grid.index(days_on(end, -1)) + _MARGIN)))
        # What nobody has ended has no last days yet.
        stubs = _stubs_within(billing.stubs if ends else attrs.evolve(billing.stubs, last_regular_on=None), days)
        key = (grid, stubs, days)
        laid = unfold.grids.get(key)
        if laid is None:
            laid = unfold.grids[key] = _laid(days, grid, stubs)
        periods, starts = laid
        if kept is not None:
            begun = bisect_left(starts, end)
            periods, starts = periods[:begun], starts[:begun]
            days = Period(start, periods[-1].period.end)
        yield Stretch(term=term, days=days, periods=periods, starts=starts, ends=ends)


def _kept_end(line: ContractLine, billing: Recurring, term: Term, end: date | None) -> date | None:
    """The end a line would have had without the cancellation that keeps what was charged in advance."""
    if term.kept_until is None or end != term.end or billing.timing is not InvoiceTiming.ADVANCE:
        return None
    return term.kept_until if line.end is None else min(term.kept_until, line.end)


def _laid(days: Period, grid: Recurrence, stubs: Stubs) -> Laid:
    """The billing periods of some days, or what is wrong with their ends."""
    try:
        periods = billing_periods(days, grid, stubs)
    except InvalidTerms as error:
        raise error.under("$.billing.stubs") from error
    return periods, [one.period.start for one in periods]


def _limit(start: date, end: date | None, *, billing: Recurring, grid: Recurrence, through: date | None) -> date | None:
    """A boundary that no period asked for by `through` reaches across, when there is one.

    Two periods of margin keep a last stub that is merged into its neighbour whole.
    """
    if through is None or billing.every.unit is Unit.TERM:
        return None
    # A day past the end asks for everything, however far it is: no boundary need be found there.
    if end is not None and (end - through).days <= -billing.offset_days:
        return None
    first, last = billing.stubs.first_regular_on, billing.stubs.last_regular_on
    asked = days_on(through, -billing.offset_days)
    limit = grid.boundary(grid.index(max(start, asked, first or start)) + _MARGIN)
    return limit if end is None or last is None or limit <= last else None


_MARGIN = 3


def _stubs_within(stubs: Stubs, days: Period) -> Stubs:
    """The stub rules for some days: explicit edges belong to the days that hold them.

    The edges of a line may lie in another of its terms, or before a line that adds to it.
    """
    first, last = stubs.first_regular_on, stubs.last_regular_on
    if first is None and last is None:
        return stubs
    return attrs.evolve(
        stubs,
        first_regular_on=first if first is not None and days.start <= first <= days.end else None,
        last_regular_on=last if last is not None and days.start <= last <= days.end else None,
    )


def first_full_on(line: ContractLine, billing: Recurring, grid: Recurrence, unfold: Unfolding) -> date:
    """The first day of the first full period of the line whose escalator applies."""
    if line.root.escalator is None or line.root.escalator.clock is not Clock.FIRST_FULL_PERIOD:
        return line.root_start
    root = attrs.evolve(line, item=line.root, start=line.root_start, end=line.root.ends_before)
    periods = (period for stretch in stretches(root, billing, grid, unfold) for period in stretch.periods)
    return next((one.period.start for one in periods if one.regular), line.root_start)


def base_before(charges: Sequence[Charge], since: date) -> list[Charge]:
    """Of the charges of a line, those for the periods that end by a day, without what stands beside them.

    A change from that day on leaves them as they are; one inside a period moves all parts of it.
    """
    if not charges:
        return []
    moved = next((one.n for one in charges if one.service is not None and one.service.end > since), None)
    return [one for one in charges if (moved is None or one.n < moved) and one.component.startswith(BASE)]


def resumed(found: Iterable[Stretch], kept: Sequence[Charge]) -> Iterator[tuple[Stretch, Sequence[Charge]]]:
    """Each stretch with the periods that are still to be charged, and those of its charges that are kept.

    Args:
        found: the stretches of a line.
        kept: charges of its first periods, whole: all parts of those that are cut.
    """
    at = 0
    for stretch in found:
        if at == len(kept):
            yield stretch, ()
            continue
        until = bisect_left(kept, stretch.days.end, at, key=_first_day)
        rest = bisect_right(stretch.periods, kept[-1].n, key=lambda one: one.n)
        yield attrs.evolve(stretch, periods=stretch.periods[rest:], starts=stretch.starts[rest:]), kept[at:until]
        at = until


def _first_day(charge: Charge) -> date:
    """The first of the days that a charge is for."""
    assert charge.service is not None, "recurring charges have days"
    return charge.service.start
