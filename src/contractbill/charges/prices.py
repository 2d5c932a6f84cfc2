"""Prices over time: one unit price for each stretch of a line's days, worked out before anything is rated."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import assert_never

import attrs

from contractbill.charges.charge import PriceStep, UnitPrice
from contractbill.deal.coverage import Term
from contractbill.deal.escalators import Clock, Escalator, MonthDay, Timing
from contractbill.deal.prices import Price
from contractbill.errors import invalid
from contractbill.money import Rounding, add, multiply, quantize
from contractbill.periods import MONTHLY, YEARLY, Recurrence
from contractbill.periods import add as add_time

# A price may change this often in the life of a line; a century of months.
_MOST_STEPS = 1200


@attrs.frozen(kw_only=True)
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
        starts: the first days of the line's billing periods, in order.
    """

    price: Price
    escalator: Escalator | None
    order: str
    start: date
    contract_start: date
    first_full_on: date
    terms: tuple[Term, ...]
    starts: Sequence[date] = ()


def unit_prices(given: PriceTerms, *, until: date) -> list[tuple[date, UnitPrice]]:
    """The prices of a line, each with the day from which it counts.

    Args:
        given: what decides them.
        until: no price that starts on this day or later is worked out.

    Returns:
        At least one pair; days strictly rising, the first that of the line's start.

    Raises:
        InvalidTerms: `too_many_steps` for more than 1,200 of them.
    """
    first = given.price.unit_amount
    per, order = given.price.per, given.order
    steps: tuple[PriceStep, ...] = ()
    prices = [(given.start, UnitPrice(first, per, order, first))]
    state = _State(first, first, first)
    for on, cause, uplift in _uplifts(given, until):
        step, state = _apply(given, state, on, cause, uplift)
        steps = (*steps, step)
        prices.append((on, UnitPrice(step.unit_amount, per, order, first, steps)))
    return prices


@attrs.frozen
class _State:
    """The first price since the last renewal uplift, and the last price before and after its rounding."""

    base: Decimal
    exact: Decimal
    unit_amount: Decimal


_Uplift = tuple[date, str, tuple[Decimal, Decimal]]
_ESCALATOR, _RENEWAL = "escalator", "renewal"


def _apply(
    given: PriceTerms, state: _State, on: date, cause: str, uplift: tuple[Decimal, Decimal]
) -> tuple[PriceStep, _State]:
    """One step, and the state it leaves."""
    rate, amount = uplift
    clause = given.escalator
    renewal = cause == _RENEWAL
    # A renewal uplifts the price as it was charged; so does an escalator that says so.
    previous = state.unit_amount if renewal or (clause is not None and clause.on_rounded) else state.exact
    of = previous if renewal or clause is None or clause.compounding else state.base
    round_to = clause.round_to if clause is not None else None
    rounding = clause.rounding if clause is not None else Rounding.HALF_UP
    order = given.order
    if renewal:
        order = next((term.order for term in given.terms if term.start == on and term.order), order)
    exact = add(add(previous, multiply(of, rate)), amount)
    unit_amount = exact if round_to is None else quantize(exact, round_to, rounding)
    step = PriceStep(on, cause, order, previous, of, rate, amount, unit_amount, round_to, rounding)
    # After a renewal uplift, simple interest starts afresh from the new price.
    return step, _State(exact if renewal else state.base, exact, unit_amount)


def _uplifts(given: PriceTerms, until: date) -> list[_Uplift]:
    """What raises the price and when, in order of days.

    A renewal's uplift stands in place of a step on that day, and of one that waited for it.
    """
    none = Decimal(0)
    found: dict[date, _Uplift] = {}
    if (clause := given.escalator) is not None:
        steps = ((on, clause.uplift(number)) for number, on in _steps(given, clause, until))
        found = {on: (on, _ESCALATOR, uplift) for on, uplift in steps if any(uplift)}
    for term in given.terms[1:]:
        if term.uplift is not None and given.start < term.start < until:
            found = {on: one for on, one in found.items() if _counts_from(given, on) != term.start}
            found[term.start] = (term.start, _RENEWAL, (term.uplift, none))
    return [found[on] for on in sorted(found)]


def _counts_from(given: PriceTerms, on: date) -> date:
    """The first day that is charged at the price of a step."""
    if given.escalator is None or given.escalator.inside_period is Timing.SPLIT:
        return on
    place = bisect_left(given.starts, on)
    return given.starts[place] if place < len(given.starts) else on


def _steps(given: PriceTerms, clause: Escalator, until: date) -> list[tuple[int, date]]:
    """The number and day of each step after the line's start, numbered from the clock's first."""
    if clause.at_renewal:
        renewals = ((term.number, term.start) for term in given.terms[1:])
        return [(number, on) for number, on in renewals if given.start < on < until]
    clock = _clock(given, clause)
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
