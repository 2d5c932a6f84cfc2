"""One-time charges: what a line that is billed once, at once or in parts, asks for, and on which days."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

import attrs

from contractbill.charges.charge import BASE, ROUNDING, Basis, Certainty, Charge, Derivation, UnitPrice, derive
from contractbill.charges.percents import agreed_units
from contractbill.charges.stretches import Run
from contractbill.deal.billing import Instalments, Spread
from contractbill.deal.occasions import Occasion, Once, OneTime
from contractbill.deal.parts import part_amounts, shares_of
from contractbill.errors import invalid
from contractbill.money import allocate, subtract
from contractbill.periods import MOST_PERIODS, WHOLE, Recurrence, Share
from contractbill.periods.frequency import days_on


@attrs.frozen
class _Day:
    """When a payment is asked for, the first day on which that can be known, why then, and how sure it is."""

    asked_on: date
    earliest: date
    basis: Basis
    certainty: Certainty


@attrs.frozen
class _Part:
    """When a part is asked for, its amount, and the share of the price that it is."""

    day: _Day
    amount: Decimal
    share: Share


def one_time(run: Run, billing: OneTime | Instalments | Spread) -> list[Charge]:
    """The charges of a line that is not recurring: one for each of its parts, numbered from 0."""
    match billing:
        case OneTime():
            return [_charge(run, 0, _day_of(run, billing), _of_price(run, WHOLE))]
        case Instalments():
            parts = _in_parts(run, billing)
        case Spread():
            parts = _level(run, billing)
        case _:
            assert_never(billing)
    return [charge for n, part in enumerate(parts) for charge in _part_charges(run, n, part)]


def _in_parts(run: Run, billing: Instalments) -> Iterator[_Part]:
    """The parts of instalments."""
    whole, unfold = _of_price(run, WHOLE).amount, run.unfold
    amounts = part_amounts(billing, whole, to=unfold.to, rounding=unfold.rounding)
    for part, amount, share in zip(billing.parts, amounts, shares_of(billing), strict=True):
        counted = _counted(amount, whole, unfold.to) if share is None else Share(*share.as_integer_ratio())
        yield _Part(_day_of(run, part), amount, counted)


def _counted(amount: Decimal, whole: Decimal, to: Decimal) -> Share:
    """The share that an amount is of a price, in the smallest units of both."""
    return Share(*(int(Fraction(one) / Fraction(to)) for one in (amount, whole)))


def _level(run: Run, billing: Spread) -> Iterator[_Part]:
    """Equal payments, each counted from the first."""
    first, unfold = _day_of(run, billing.first), run.unfold
    grid = Recurrence(billing.apart, first.asked_on)
    times = billing.times or _fitting(run, grid)
    amounts = allocate(
        _of_price(run, WHOLE).amount, [1] * times, to=unfold.to, carrier=billing.carrier, rounding=unfold.rounding
    )
    for asked_on, amount in zip(grid.boundaries(0, times), amounts, strict=True):
        basis = first.basis if asked_on == first.asked_on else Basis.INSTALMENT
        yield _Part(attrs.evolve(first, asked_on=asked_on, basis=basis), amount, Share(1, times))


def _fitting(run: Run, grid: Recurrence) -> int:
    """How many payments are asked for before the line ends, in the term it starts in; one at least."""
    item, start = run.line.item, run.line.start
    agreed = [(term.start, term.priced_end) for term in run.unfold.terms]
    ends = [end for first, end in agreed if first <= start and (end is None or start < end)]
    end = min((end for end in (item.ends_before, *ends) if end is not None), default=start)
    times = grid.index(end - _DAY) + 1
    if times > MOST_PERIODS:
        invalid("$.billing.apart", "too_many_periods", f"must make at most {MOST_PERIODS} payments", times)
    return max(times, 1)


def _part_charges(run: Run, n: int, part: _Part) -> Iterator[Charge]:
    """The charge of a part, and one for what rounding left to it."""
    derivation = _of_price(run, part.share)
    yield _charge(run, n, part.day, derivation)
    if missing := subtract(part.amount, derivation.amount):
        yield attrs.evolve(_charge(run, n, part.day, _stated(run, missing)), component=ROUNDING)


def _charge(run: Run, n: int, day: _Day, derivation: Derivation) -> Charge:
    """One charge, on its day or the first on which that can be known."""
    planned_on = max(day.asked_on, day.earliest)
    return Charge(run.ref, BASE, n, None, day.asked_on, planned_on, day.basis, day.certainty, derivation)


def _of_price(run: Run, share: Share) -> Derivation:
    """A share of the line's price."""
    return derive(agreed_units(run.line), run.price, share=share, to=run.unfold.to, rounding=run.unfold.rounding)


def _stated(run: Run, amount: Decimal) -> Derivation:
    """An amount as it is."""
    price = UnitPrice(amount, None, run.line.order.id, amount)
    return derive(Decimal(1), price, to=run.unfold.to, rounding=run.unfold.rounding)


def _day_of(run: Run, when: Occasion) -> _Day:
    """The day of an occasion, by what is known."""
    match when.once:
        case Once.SIGNATURE:
            from_on, basis = run.line.order.signed_on, Basis.AT_SIGNATURE
        case Once.START:
            from_on, basis = run.line.start, Basis.AT_START
        case Once.DATE:
            assert when.on is not None, "the constructor requires it"
            from_on, basis = when.on, Basis.ON_DATE
        case Once.MILESTONE:
            return _milestone_day(run, when)
        case _:
            assert_never(when.once)
    certainty = Certainty.CONTINGENT if run.pending else Certainty.FIXED
    return _Day(days_on(from_on, when.after_days), run.earliest, basis, certainty)


def _milestone_day(run: Run, when: Occasion) -> _Day:
    """The day of a milestone: the one it was reached, else the latest one agreed, else one to plan with.

    Once the latest day has passed, what becomes known of the milestone changes nothing: it was asked for then.
    """
    assert when.milestone is not None, "the constructor requires it"
    done, latest = run.unfold.milestones.get(when.milestone), when.latest_by
    certainty = Certainty.CONTINGENT if run.pending else Certainty.FIXED
    if done is not None and (latest is None or done.known_on <= latest):
        reached = days_on(done.accepted_by(when.acceptance_days), when.after_days)
        asked_on = reached if latest is None else min(reached, latest)
        return _Day(asked_on, max(run.earliest, done.known_on), Basis.MILESTONE, certainty)
    if latest is not None:
        return _Day(latest, run.earliest, Basis.MILESTONE, certainty)
    return _Day(when.expected_on or _last_day(run), run.earliest, Basis.MILESTONE, Certainty.CONTINGENT)


def _last_day(run: Run) -> date:
    """The last day of the terms that are certain."""
    end = [term for term in run.unfold.terms if term.is_certain(run.unfold.as_of)][-1].end
    assert end is not None, "the contract refuses an undated milestone without an end"
    return end - _DAY


_DAY = timedelta(1)
