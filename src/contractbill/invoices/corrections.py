"""Corrections: what brings the entries billed in a slot to what is right now, by subtraction: never a cent off."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs

from contractbill.charges import Basis, Certainty, Charge, Derivation, UnitPrice, derive
from contractbill.money import add_up, subtract
from contractbill.periods import Period, Share

_ZERO = Decimal(0)


def corrections(billed: list[Charge], was: Charge | None, now: Charge | None, planned_on: date) -> list[Charge]:
    """The entries that follow those billed in a slot, so that all of them come to what is right now.

    Args:
        billed: the entries of the slot that were billed, first to last; at least one.
        was: what was right when the last of them was billed, where that is known.
        now: what is right now; None for nothing.
        planned_on: the day they are to stand on.

    Returns:
        Nothing where nothing changed. One line where the same price is charged for more or fewer days or units. Else a
        credit of the old charge, and the new one. A negative factor is of days that are given back. Where the old
        charge is not known, the plain difference. The entry that leads to what is right is as certain as that; what is
        only given back is fixed.
    """
    found = _corrections(billed, was, now, planned_on)
    if found and now is not None:
        found[-1] = attrs.evolve(found[-1], certainty=now.certainty)
    return found


def _corrections(billed: list[Charge], was: Charge | None, now: Charge | None, planned_on: date) -> list[Charge]:
    """The same, each of them fixed."""
    stands = total(billed)
    right = _ZERO if now is None else now.value
    old = was if was is not None and was.value == stands else None
    if now is not None and stands == right:
        served = billed[-1].service if old is None else old.service
        return [] if not stands or now.service == served else [difference(billed[-1], _ZERO, planned_on, now.service)]
    if not stands:
        # It was taken back whole: charged again as it stands now, if anything does.
        return (
            []
            if now is None
            else [attrs.evolve(now, planned_on=max(now.planned_on, planned_on), entry=billed[-1].entry + 1)]
        )
    if old is None:
        return [difference(billed[-1], subtract(right, stands), planned_on, now.service if now is not None else None)]
    if now is None:
        return [_entry(billed[-1], _given_back(old.derivation), planned_on, 1, old.service)]
    if (line := _of_days(old, now) or _of_units(old, now)) is not None:
        return [_entry(billed[-1], line[0], planned_on, 1, line[1])]
    credit = _entry(billed[-1], _given_back(old.derivation), planned_on, 1, old.service)
    return [credit, _entry(billed[-1], now.derivation, planned_on, 2, now.service)]


def total(charges: Iterable[Charge]) -> Decimal:
    """What charges add up to."""
    return add_up(charge.value for charge in charges)


def difference(last: Charge, amount: Decimal, planned_on: date, service: Period | None = None) -> Charge:
    """The entry after `last` in its slot for a plain difference; it pays for the days of `last` unless said."""
    old = last.derivation
    price = UnitPrice(amount, None, last.line.order, amount)
    derivation = derive(Decimal(1), price, to=old.to, rounding=old.rounding)
    return _entry(last, derivation, planned_on, 1, service or last.service)


def _entry(last: Charge, derivation: Derivation, planned_on: date, ahead: int, service: Period | None) -> Charge:
    """An entry after `last`."""
    return attrs.evolve(
        last,
        derivation=derivation,
        service=service,
        asked_on=planned_on,
        planned_on=planned_on,
        basis=Basis.CORRECTION,
        certainty=Certainty.FIXED,
        entry=last.entry + ahead,
    )


def _given_back(old: Derivation) -> Derivation:
    """The same amount, taken back: a negative factor is of days that are given back.

    Rounding rules that look at the sign may lead elsewhere; then the amount itself is taken back.
    """
    taken = derive(old.quantity, old.price, -old.periods, old.share, to=old.to, rounding=old.rounding)
    if taken.amount == -old.amount:
        return taken
    price = UnitPrice(old.amount, None, old.price.order, old.amount)
    return derive(Decimal(1), price, Fraction(-1), to=old.to, rounding=old.rounding)


_Line = tuple[Derivation, Period | None]


def _of_days(was: Charge, now: Charge) -> _Line | None:
    """One line for the days that are given back or added, where quantity and price are the same."""
    old, new = was.derivation, now.derivation
    if (old.quantity, old.price, old.periods) != (new.quantity, new.price, new.periods) or not old.periods:
        return None
    days = _days_between(was.service, now.service)
    more = new.share.fraction - old.share.fraction
    # By a rule that counts no days, fewer of them may cost more.
    if days is None or not more or (more > 0) is not _longer(now.service, was.service):
        return None
    share = _apart(old.share, new.share)
    periods = old.periods if more > 0 else -old.periods
    line = derive(old.quantity, old.price, periods, share, to=old.to, rounding=old.rounding)
    return (line, days) if line.amount == subtract(now.value, was.value) else None


def _longer(one: Period | None, other: Period | None) -> bool:
    """Whether the first of two periods has more days."""
    return one is not None and other is not None and one.days > other.days


def _apart(one: Share, other: Share) -> Share:
    """How far two shares are apart, over their common denominator where they have one."""
    if one.denominator == other.denominator:
        return Share(abs(one.numerator - other.numerator), one.denominator)
    if other.fraction == 1 or one.fraction == 1:
        part = one if other.fraction == 1 else other
        return Share(abs(part.denominator - part.numerator), part.denominator)
    apart = abs(one.fraction - other.fraction)
    return Share(apart.numerator, apart.denominator)


def _days_between(was: Period | None, now: Period | None) -> Period | None:
    """The days that one of two periods has more at one end; None where they differ otherwise."""
    if was is None or now is None:
        return None
    if was.start == now.start and was.end != now.end:
        return Period(min(was.end, now.end), max(was.end, now.end))
    if was.end == now.end and was.start != now.start:
        return Period(min(was.start, now.start), max(was.start, now.start))
    return None


def _of_units(was: Charge, now: Charge) -> _Line | None:
    """One line for the units that are more or fewer, where days and price are the same."""
    old, new = was.derivation, now.derivation
    if (old.price, old.periods, old.share, was.service) != (new.price, new.periods, new.share, now.service):
        return None
    units = subtract(new.quantity, old.quantity)
    line = derive(units, old.price, old.periods, old.share, to=old.to, rounding=old.rounding)
    return (line, now.service) if line.amount == subtract(now.value, was.value) else None
