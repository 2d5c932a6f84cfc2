"""Prices over time: one unit price for each stretch of a line's days, worked out before anything is rated."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple, assert_never

import attrs

from contractbill.charges.charge import PriceStep, UnitPrice
from contractbill.charges.indexation import Course, afresh, course_after, course_without, indexed_step
from contractbill.charges.readings import Known
from contractbill.charges.uplifts import basis_price, finer
from contractbill.deal.coverage import Term
from contractbill.deal.escalators import Clock, Escalator, MonthDay, Timing
from contractbill.deal.indices import Index, month_of
from contractbill.deal.orders import UpliftBasis
from contractbill.errors import invalid
from contractbill.money import Rounding, add, multiply, quantize, quantum, subtract
from contractbill.periods import MONTHLY, YEARLY, Frequency, Period, Recurrence
from contractbill.periods import add as add_time
from contractbill.periods.frequency import days_on

# A price may change this often in the life of a line; a century of months.
_MOST_STEPS = 1200


@attrs.frozen
class StatedPrice:
    """A price that somebody stated for a day: a step of a ramp, or an amendment.

    Args:
        on: the day from which it counts.
        unit_amount: money for one unit for one price period.
        order: the order that states it.
        cause: `ramp` or `amendment`.
        waits: whether it waits for the next billing period instead of splitting the one it falls in.
    """

    on: date
    unit_amount: Decimal
    order: str
    cause: str
    waits: bool = False


# By where they are counted from and how far, the number and day of each step.
Steps = dict[tuple[Frequency | MonthDay, date, date, date], list[tuple[int, date]]]


# Without slots a frozen value is made in half the time.
@attrs.frozen(kw_only=True, slots=False)
class PriceTerms:
    """All that decides a line's prices over time.

    Args:
        price: the first price.
        escalator: the rule that raises it, if any.
        order: the order that agreed both.
        start: the line's first day.
        contract_start: the contract's first day.
        first_full_on: the first day of the line's first full billing period.
        terms: the contract's terms, whose renewals may raise prices.
        starts: the first days of the line's billing periods, in order; of a first one that begins inside a period of
            the line it adds to, the first day of that one. Needed where something waits for the next period.
        stated: prices that were stated for a day, in the order they were; of one day the last stands.
        line: the id of the line whose escalator it is, which notices name.
        known: the readings and notices that are known.
        list_amount: the list price, where it is not the first.
        currency: ISO 4217 code of its amounts.
        of_root: of a line that adds to another, the prices of that one by the days from which they count, where an
            uplift may be taken of them.
        steps: the days of steps that were found before, which lines with the same clock share.
    """

    price: UnitPrice
    escalator: Escalator | None
    order: str
    start: date
    contract_start: date
    first_full_on: date
    terms: tuple[Term, ...]
    starts: Sequence[date] = ()
    stated: Sequence[StatedPrice] = ()
    line: str = ""
    known: Known = Known()
    currency: str
    list_amount: Decimal | None = None
    of_root: Mapping[date, UnitPrice] | None = None
    steps: Steps = attrs.field(factory=dict)


def unit_prices(given: PriceTerms, *, until: date) -> list[tuple[date, UnitPrice]]:
    """The prices of a line, each with the day from which it counts.

    Args:
        given: what decides them.
        until: no price that starts on this day or later is worked out.

    Returns:
        At least one pair; days strictly rising, the first that of the line's start. A step that waits stands at the
        first day of the period it waits for, so the price of any day, or period, is the last pair that is not later
        than its first day. Several steps that wait for one day are one pair, with all of them among its steps.

    Raises:
        InvalidTerms: `too_many_steps` for more than 1,200 of them.
    """
    first = given.price.unit_amount
    per, order = given.price.per, given.order
    steps = given.price.steps
    prices = {given.start: given.price}
    if given.escalator is None and not given.stated and not any(map(_uplifts, given.terms)):
        return list(prices.items())
    state = _State(first, first, first, afresh(first))
    for event in _events(given, until):
        if event.skipped:
            state = _skipped(given, state, event)
            continue
        step, state = _renewed(given, state, event, prices) if event.ended is not None else _apply(given, state, event)
        steps = (*steps, step)
        prices[event.counts_on] = UnitPrice(step.unit_amount, per, order, first, steps)
    return list(prices.items())


def _uplifts(term: Term) -> bool:
    """Whether a renewal changes a price that nothing else has changed."""
    return bool(term.uplift) or term.basis is not UpliftBasis.LAST


# Many of these are made and none is kept: a named tuple is made in a third of the time of a frozen value.
class _State(NamedTuple):
    """The first price since the last one that was stated anew, the last one before and after rounding, its course."""

    base: Decimal
    exact: Decimal
    unit_amount: Decimal
    course: Course


class _Event(NamedTuple):
    """What changes the price: the day it falls on and the day it counts from.

    It has a rate or an amount, the months whose readings it compares, or a stated price. `pending` waits for notice;
    `skipped` had none in time. A renewal has the days of the line in the term that `ended`, and its `basis`.
    """

    counts_on: date
    on: date
    cause: str
    order: str
    uplift: tuple[Decimal, Decimal] = (Decimal(0), Decimal(0))
    compared: tuple[str, str] | None = None
    unit_amount: Decimal | None = None
    pending: bool = False
    skipped: bool = False
    ended: Period | None = None
    basis: UpliftBasis = UpliftBasis.LAST


_ESCALATOR, _RENEWAL = "escalator", "renewal"


def _apply(given: PriceTerms, state: _State, event: _Event) -> tuple[PriceStep, _State]:
    """One step, and the state it leaves."""
    clause = given.escalator
    if event.unit_amount is not None:
        return _stated(state, event, event.unit_amount)
    assert clause is not None, "only an escalator has such steps"
    if event.compared is not None:
        return _indexed(given, clause, state, event)
    previous = state.unit_amount if clause.on_rounded else state.exact
    step, exact = _step(given, event, previous, previous if clause.compounding else state.base, event.uplift)
    return step, _State(state.base, exact, step.unit_amount, state.course)


def _renewed(
    given: PriceTerms, state: _State, event: _Event, prices: Mapping[date, UnitPrice]
) -> tuple[PriceStep, _State]:
    """A step by a renewal's uplift, of the price as it was charged or of another; whatever follows starts afresh."""
    previous, estimated = state.unit_amount, False
    if event.basis is not UpliftBasis.LAST:
        assert event.ended is not None, "a renewal follows a term"
        known = prices if given.of_root is None else given.of_root
        found = basis_price(event.basis, known, event.ended, list_amount=given.list_amount, to=_average_to(given))
        previous, estimated = found.unit_amount, found.estimated
    step, _exact = _step(given, event, previous, previous, event.uplift)
    step = attrs.evolve(step, basis=event.basis, estimated=estimated)
    return step, _State(step.exact, step.exact, step.unit_amount, afresh(step.exact))


def _average_to(given: PriceTerms) -> Decimal:
    """What an average is rounded to: as the escalator says, else the finer of the currency's unit and the price's."""
    clause = given.escalator
    if clause is not None and clause.round_to is not None:
        return clause.round_to
    return finer(quantum(given.currency), given.price.unit_amount)


def _step(
    given: PriceTerms, event: _Event, previous: Decimal, of: Decimal, uplift: tuple[Decimal, Decimal]
) -> tuple[PriceStep, Decimal]:
    """A step by a rate and an amount, rounded as the clause says, and the price it was before that."""
    clause, (rate, amount) = given.escalator, uplift
    round_to = clause.round_to if clause is not None else None
    rounding = clause.rounding if clause is not None else Rounding.HALF_UP
    exact = add(previous, multiply(of, rate) if rate else amount)
    unit_amount = exact if round_to is None else quantize(exact, round_to, rounding)
    cause, order, pending = event.cause, event.order, event.pending
    step = PriceStep(event.on, cause, order, previous, of, rate, amount, unit_amount, round_to, rounding, None, pending)
    return step, exact


def _indexed(given: PriceTerms, clause: Escalator, state: _State, event: _Event) -> tuple[PriceStep, _State]:
    """A step of an index."""
    assert clause.index is not None, "only an index clause has such steps"
    assert event.compared is not None, "a step of an index has its months"
    previous = state.unit_amount if clause.on_rounded else state.exact
    found = indexed_step(clause.index, given.known, state.course, months=event.compared, standing=previous)
    step, _exact = _step(given, event, previous, previous, (found.rate, found.amount))
    step = attrs.evolve(step, index=found.change, estimated=event.pending or found.estimated)
    standing = step.unit_amount if clause.on_rounded else step.exact
    course = course_after(clause.index, state.course, found, month=event.compared[0], standing=standing)
    return step, _State(state.base, step.exact, step.unit_amount, course)


def _skipped(given: PriceTerms, state: _State, event: _Event) -> _State:
    """What a step that is not taken leaves: for an index, perhaps something to catch up."""
    clause = given.escalator
    if event.compared is None:
        return state
    assert clause is not None, "only an escalator has such steps"
    assert clause.index is not None, "only an index clause has such steps"
    return state._replace(course=course_without(clause.index, state.course, months=event.compared))


def _stated(state: _State, event: _Event, unit_amount: Decimal) -> tuple[PriceStep, _State]:
    """A stated price as a step from the one before; whatever follows starts afresh from it."""
    previous = state.unit_amount
    amount = subtract(unit_amount, previous)
    step = PriceStep(event.on, event.cause, event.order, previous, previous, Decimal(0), amount, unit_amount)
    return step, _State(unit_amount, unit_amount, unit_amount, afresh(unit_amount))


def _events(given: PriceTerms, until: date) -> list[_Event]:
    """What changes the price, in the order in which it counts.

    A renewal's uplift stands in place of a step on that day, and of one that waited for it; a stated price in place of
    either.
    """
    renewals = _renewals(given, until) if len(given.terms) > 1 else []
    stated = _statements(given, until) if given.stated else []
    if not renewals and not stated:
        return _escalations(given, until)
    raised = [*_without(_escalations(given, until), renewals), *renewals]
    return sorted([*_without(raised, stated), *stated], key=lambda event: (event.counts_on, event.on))


def _without(events: list[_Event], standing: list[_Event]) -> list[_Event]:
    """The events but those in whose place others stand."""
    taken = {one.on for one in standing} | {one.counts_on for one in standing}
    return [one for one in events if taken.isdisjoint((one.on, one.counts_on))] if taken else events


def _statements(given: PriceTerms, until: date) -> list[_Event]:
    """The stated prices: all of one day, as one may wait while another does not."""
    found = []
    for one in (one for one in given.stated if given.start <= one.on < until):
        counts_on = _counts_from(given, one.on, waits=one.waits)
        if counts_on is not None:
            found.append(_Event(counts_on, one.on, one.cause, one.order, unit_amount=one.unit_amount))
    return found


def _escalations(given: PriceTerms, until: date) -> list[_Event]:
    """The escalator's steps that change anything, and those that are skipped for want of notice."""
    clause = given.escalator
    if clause is None:
        return []
    found, waits = [], clause.inside_period is Timing.WAIT
    since, months = None, None
    for number, on in _steps(given, clause, until):
        uplift, counts_on = clause.uplift(number), _counts_from(given, on, waits=waits)
        if clause.index is not None:
            month = month_of(on, lag=clause.index.lag_months)
            months = month, since or clause.index.base_month or _month_before(given, clause, clause.index, on)
            since = month
        if counts_on is None or not (any(uplift) or months):
            continue
        days = clause.notice_days
        pending, skipped = (False, False) if days is None else _notice(given, on, days_on(on, -days))
        found.append(_Event(counts_on, on, _ESCALATOR, given.order, uplift, months, pending=pending, skipped=skipped))
    return found


def _notice(given: PriceTerms, on: date, last: date) -> tuple[bool, bool]:
    """Whether a step still waits for its notice, and whether the last day for one has passed."""
    given_on = given.known.notices.get((given.line, on))
    if given_on is not None and given_on <= last:
        return False, False
    late = given.known.as_of > last
    return not late, late


def _renewals(given: PriceTerms, until: date) -> list[_Event]:
    """The uplifts of the terms that renew; a term starts with a period, so none of them waits."""
    return [
        _Event(
            term.start,
            term.start,
            _RENEWAL,
            term.order or given.order,
            (term.uplift, Decimal(0)),
            ended=Period(max(before.start, given.start), term.start),
            basis=term.basis,
        )
        for before, term in pairwise(given.terms)
        if term.uplift is not None and given.start < term.start < until
    ]


def _counts_from(given: PriceTerms, on: date, *, waits: bool) -> date | None:
    """The first day that is charged at the price of a step; None where no period is left to wait for."""
    if not waits:
        return on
    place = bisect_left(given.starts, on)
    return given.starts[place] if place < len(given.starts) else None


def _month_before(given: PriceTerms, clause: Escalator, index: Index, on: date) -> str:
    """The month that a step before the first one would have looked at."""
    months = clause.every.in_whole_months
    if clause.at_renewal:
        before = max(term.start for term in given.terms if term.start < on)
        return month_of(before, lag=index.lag_months)
    if months is None:
        return month_of(days_on(on, -(clause.every.in_whole_days or 0)), lag=index.lag_months)
    return month_of(on, lag=index.lag_months + months)


def _steps(given: PriceTerms, clause: Escalator, until: date) -> list[tuple[int, date]]:
    """The number and day of each step after the line's start, numbered from the clock's first."""
    if clause.at_renewal:
        renewals = ((term.number, term.start) for term in given.terms[1:])
        return [(number, on) for number, on in renewals if given.start < on < until]
    clock = _clock(given, clause)
    key = (clause.on or clause.every, clock, given.start, until)
    if key not in given.steps:
        given.steps[key] = _counted(given, clause, clock, until)
    return given.steps[key]


def _counted(given: PriceTerms, clause: Escalator, clock: date, until: date) -> list[tuple[int, date]]:
    """The same for steps that are counted from a day."""
    if clause.on is None:
        grid, ahead = Recurrence(clause.every, clock), 0
    else:
        # Boundary 0 is the first such day after the clock, so it is step 1.
        grid, ahead = Recurrence(YEARLY, _first_after(clock, clause.on), clause.on.day), 1
    first, end = max(1 - ahead, grid.index(given.start) + 1), grid.index(until - _DAY) + 1
    if end - first > _MOST_STEPS:
        invalid("$.escalator", "too_many_steps", f"must have at most {_MOST_STEPS} steps", end - first)
    return [(n + ahead, on) for n, on in enumerate(grid.boundaries(first, max(0, end - first)), first)]


_DAY = timedelta(1)


def _clock(given: PriceTerms, clause: Escalator) -> date:
    """Where the counting starts."""
    match clause.clock:
        case Clock.CONTRACT_START:
            return given.contract_start
        case Clock.LINE_START:
            return given.start
        case Clock.FIRST_FULL_PERIOD:
            return given.first_full_on
        case Clock.DATE:
            assert clause.clock_on is not None, "the constructor requires it"
            return clause.clock_on
        case _:
            assert_never(clause.clock)


def _first_after(clock: date, on: MonthDay) -> date:
    """The first such day of the year that is later than the clock."""
    january = date(clock.year, 1, 1)
    this_year = add_time(january, MONTHLY, on.month - 1, day=on.day)
    return this_year if this_year > clock else add_time(january, MONTHLY, on.month + 11, day=on.day)
