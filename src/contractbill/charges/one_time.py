"""One-time charges: what a line that is billed once asks for, and on which day."""

from datetime import date, timedelta
from typing import assert_never

import attrs

from contractbill.charges.charge import BASE, Basis, Certainty, Charge, UnitPrice, derive
from contractbill.charges.stretches import Run
from contractbill.deal.billing import Occasion, Once, OneTime
from contractbill.periods.frequency import days_on


def one_time(run: Run, billing: OneTime) -> list[Charge]:
    """The one charge of a one-time line."""
    unit_amount, day = run.price.unit_amount, _day_of(run, billing)
    price = UnitPrice(unit_amount, None, run.line.order.id, unit_amount)
    derivation = derive(run.line.item.quantity, price, to=run.unfold.to, rounding=run.unfold.rounding)
    planned_on = max(day.asked_on, day.earliest)
    return [Charge(run.ref, BASE, 0, None, day.asked_on, planned_on, day.basis, day.certainty, derivation)]


@attrs.frozen
class _Day:
    """When a payment is asked for, the first day on which that can be known, why then, and how sure it is."""

    asked_on: date
    earliest: date
    basis: Basis
    certainty: Certainty


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
