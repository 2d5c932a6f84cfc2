"""Reductions: which discount of a line works on which of its days."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

import attrs

from contractbill.charges.stretches import Run, stretches
from contractbill.deal.billing import Recurring
from contractbill.deal.coverage import Term
from contractbill.deal.discounts import LineDiscount
from contractbill.periods import Period, Recurrence


@attrs.frozen
class Step:
    """What a discount takes off from one day up to another: a rate, or an amount."""

    start: date
    end: date
    rate: Decimal
    amount: Decimal | None


@attrs.frozen
class Reduction:
    """A discount of one line, and its steps in order of days."""

    clause: LineDiscount
    steps: tuple[Step, ...]

    def on(self, day: date) -> Step | None:
        """The step that a day is in."""
        place = bisect_right(self.steps, day, key=lambda step: step.start) - 1
        return self.steps[place] if place >= 0 and day < self.steps[place].end else None


def reductions(run: Run, billing: Recurring, grid: Recurrence, *, until: date) -> tuple[Reduction, ...]:
    """The discounts of a recurring line, in the order in which they are applied.

    Args:
        run: the line.
        billing: how it is billed.
        grid: what its periods lie on.
        until: no step that starts after this day is worked out.
    """
    found = []
    for clause in run.line.discounts:
        if clause.discount.rates:
            steps = _phases(clause, until)
        else:
            covered = _covered(clause, run, billing, grid) if clause.discount.counts else _ALWAYS
            steps = _within(clause, covered) if covered is not None else ()
        found += [Reduction(clause, steps)] if steps else []
    return tuple(found)


def reductions_once(run: Run) -> tuple[Reduction, ...]:
    """The discounts of a one-time line: those that go by no periods and no steps."""
    timeless = (clause for clause in run.line.discounts if not clause.discount.counts)
    return tuple(Reduction(clause, _within(clause, _ALWAYS)) for clause in timeless)


_ALWAYS = Period(date.min, date.max)


def _within(clause: LineDiscount, days: Period) -> tuple[Step, ...]:
    """The one step of a discount that is not phased out, as far as it lies within some days."""
    given = clause.discount
    start, end = max(given.starts_on or days.start, days.start), min(given.ends_before or days.end, days.end)
    return (Step(start, end, given.rate or Decimal(0), given.amount),) if start < end else ()


def _phases(clause: LineDiscount, until: date) -> tuple[Step, ...]:
    """The steps of a discount that is phased out."""
    given = clause.discount
    grid = Recurrence(given.every, given.starts_on or clause.counted_from)
    known = min(len(given.rates), max(0, grid.index(until)))
    bounds, end = [*grid.boundaries(0, known + 1), date.max], given.ends_before or date.max
    phases = zip(pairwise(bounds), given.rates, strict=False)
    return tuple(Step(on, min(off, end), rate, None) for (on, off), rate in phases if on < end)


def _covered(clause: LineDiscount, run: Run, billing: Recurring, grid: Recurrence) -> Period | None:
    """The days of the billing periods that a discount counts; None where the line has none of them."""
    given, line = clause.discount, run.line
    if clause.of_root:
        line = attrs.evolve(line, item=line.root, start=line.root_start)
    ahead = run.unfold
    if given.last is not None:
        # It counts back from the end as agreed, which may lie beyond what was asked for; no later order moves it.
        own = line.item.ends_before or line.root.ends_before
        end = _agreed_end(own, line.start, ahead.terms)
        if end is None:
            return None
        line = attrs.evolve(line, end=own)
        ahead = attrs.evolve(ahead, terms=tuple(_until(end, ahead.terms)), through=None)
    periods = [one.period for stretch in stretches(line, billing, grid, ahead) for one in stretch.periods]
    if given.first is not None:
        counted = [one for one in periods if given.starts_on is None or one.start >= given.starts_on][: given.first]
    else:
        counted = [one for one in periods if given.ends_before is None or one.end <= given.ends_before]
        counted = counted[-(given.last or 0) :]
    return Period(counted[0].start, counted[-1].end) if counted else None


def _agreed_end(own: date | None, start: date, terms: tuple[Term, ...]) -> date | None:
    """The end from which billing periods are counted back: the line's own, else that of the term it starts in."""
    if own is not None:
        return own
    agreed = (term.agreed_end or term.end or date.max for term in terms if term.start <= start)
    end = max(agreed, default=date.max)
    return end if end < date.max else None


def _until(end: date, terms: tuple[Term, ...]) -> Iterator[Term]:
    """The terms up to a day, the last of them cut or made longer to end there."""
    kept = [term for term in terms if term.start < end]
    yield from kept[:-1]
    yield from (attrs.evolve(term, end=end, kept_until=None) for term in kept[-1:])
