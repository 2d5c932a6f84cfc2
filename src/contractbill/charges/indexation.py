"""Indexation: what a step of an index clause makes of a price, by the readings that are known.

Beside the standing price a clause has a course: the price that the index alone would have reached, and from which
month its next change counts. Floor and cap bound the step of the standing price; what they cut stays on the course or
leaves it, as the clause says.
"""

from decimal import Decimal
from fractions import Fraction

import attrs

from contractbill.charges.readings import IndexChange, IndexReading, Known
from contractbill.deal.indices import CarryOver, Index, IndexFormula
from contractbill.money import add, multiply, quantize, subtract

FLOOR, CAP = "floor", "cap"


@attrs.frozen
class Course:
    """Where the index alone would have brought a price.

    Args:
        target: the price it would have reached by the last step.
        of: the price that the next change is applied to.
        since: the month that change counts from; None for the one a step looked at before the next one.
    """

    target: Decimal
    of: Decimal
    since: str | None = None


@attrs.frozen
class IndexedStep:
    """A step: its rate or amount on the standing price, what moved it, and whether a reading is still to come."""

    rate: Decimal
    amount: Decimal
    change: IndexChange
    estimated: bool
    target: Decimal


def afresh(price: Decimal) -> Course:
    """The course of a price that was agreed rather than computed."""
    return Course(price, price)


def indexed_step(
    clause: Index, known: Known, course: Course, *, months: tuple[str, str], standing: Decimal
) -> IndexedStep:
    """What a step makes of the standing price.

    Args:
        clause: the index clause.
        known: the readings.
        course: where the index has brought the price.
        months: the month whose reading the step looks at, and the one before it that a step looked at.
        standing: the price it raises.

    Returns:
        A step whose previous + of × rate + amount is the new price, exactly.
    """
    month, since = months[0], course.since or months[1]
    now, then = known.readings.get((clause.name, month)), known.readings.get((clause.name, since))
    factor = None
    if now is None or then is None:
        estimated, of, growth = True, course.target, add(_ONE, clause.estimate)
    else:
        estimated, of = now.provisional or then.provisional, course.of
        factor = quantize(Fraction(now.value) / Fraction(then.value), clause.factor_to, clause.factor_rounding)
        growth = add(add(_ONE, multiply(clause.share, subtract(factor, _ONE))), clause.plus)
    # No index makes a price change its sign.
    growth = max(growth, Decimal(0))
    target = multiply(of, growth)
    change = IndexChange(clause.name, month, since, of, _value(now), _value(then), factor, clause.share, clause.plus)
    most, least = _bound(standing, clause.cap), _bound(standing, clause.floor)
    if clause.cap is not None and most is not None and target.copy_abs() > most:
        return IndexedStep(clause.cap, _NOTHING, attrs.evolve(change, bound=CAP), estimated, target)
    if clause.floor is not None and least is not None and target.copy_abs() < least:
        return IndexedStep(clause.floor, _NOTHING, attrs.evolve(change, bound=FLOOR), estimated, target)
    if of == standing:
        return IndexedStep(subtract(growth, _ONE), _NOTHING, change, estimated, target)
    return IndexedStep(_NOTHING, subtract(target, standing), change, estimated, target)


_ONE, _NOTHING = Decimal(1), Decimal(0)


def _value(reading: IndexReading | None) -> Decimal | None:
    return None if reading is None else reading.value


def _bound(standing: Decimal, change: Decimal | None) -> Decimal | None:
    """The size of the price that a bound of its change allows."""
    return None if change is None else multiply(standing, add(_ONE, change)).copy_abs()


def course_after(clause: Index, course: Course, step: IndexedStep, *, month: str, standing: Decimal) -> Course:
    """The course once a step was taken.

    Args:
        clause: the index clause.
        course: the one before the step.
        step: what was taken.
        month: the month whose reading it looked at.
        standing: the price that the next step raises.
    """
    capped = step.change.bound == CAP
    if capped and clause.carry_over is CarryOver.NONE:
        return Course(standing, standing, month)
    if clause.formula is IndexFormula.BASE:
        return Course(step.target, course.of, step.change.since)
    # What a floor lifted, or rounding did, stays: the next change is that of the standing price.
    price = step.target if capped else standing
    return Course(price, price, month)


def course_without(clause: Index, course: Course, *, months: tuple[str, str]) -> Course:
    """The course once a step was skipped: its change is lost, unless the clause carries that over too."""
    if clause.carry_over is CarryOver.ALL:
        return attrs.evolve(course, since=course.since or months[1])
    return Course(course.target, course.target, months[0])
