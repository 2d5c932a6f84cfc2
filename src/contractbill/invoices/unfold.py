"""Billing is a difference: what should stand on issued invoices by a day, less what does.

The history of a contract is unfolded by what was known when. On each day on which something became known, the charges
are worked out anew; what nobody had billed by then is planned as it stands now, and what was billed and has changed is
corrected by the difference. A schedule is this history to its end; a bill run is the part of it that is due by a day
and not billed yet. So both are one function, and running twice adds nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate, pairwise

import attrs

from contractbill.charges import (
    ROUNDING,
    Basis,
    Certainty,
    Charge,
    Facts,
    Slot,
    UnitPrice,
    charges_for,
    derive,
)
from contractbill.deal import Contract, Group, OrderKind, RenewalKind
from contractbill.invoices.planned import PlannedInvoice, Schedule, gather
from contractbill.money import add, add_up, subtract

_NO_FACTS = Facts()


class CatchUp(StrEnum):
    """What a late run does: replay every day it missed, or net everything into one invoice a group today."""

    REPLAY = "replay"
    NET = "net"


def schedule(
    contract: Contract,
    facts: Facts = _NO_FACTS,
    *,
    billed: Iterable[Charge] = (),
    as_of: date | None = None,
    through: date | None = None,
) -> Schedule:
    """The whole invoice schedule of a contract: the past as it was billed, the rest unfolded.

    Args:
        contract: the deal.
        facts: what happened since.
        billed: the lines of issued invoices that are not void, as they were billed.
        as_of: orders and facts known later are passed over; by default all are known.
        through: only invoices planned on this day or before; required where terms have no end.

    Returns:
        Invoices by day, then by group. The same input gives the same bytes; the order of lines in an order, and of
        `billed`, means nothing.

    Raises:
        NotAllowed, InvalidTerms: as `charges_for`.

    Source: house rule (DESIGN: the one mechanism).

    Example:
        >>> from contractbill.testing import sales_led
        >>> plan = schedule(sales_led())
        >>> len(plan.invoices), plan.fixed
        (18, Money('408960.87', 'USD'))
    """
    history = _history(contract, facts, as_of=as_of, through=through)
    past = tuple(billed)
    charges = sorted((*past, *_unbilled(history, past, as_of=None)), key=_place) if past else history
    return Schedule(contract.id, contract.currency, gather(charges), as_of, through)


def due(
    contract: Contract,
    facts: Facts = _NO_FACTS,
    *,
    billed: Iterable[Charge] = (),
    as_of: date,
    catch_up: CatchUp = CatchUp.REPLAY,
) -> tuple[PlannedInvoice, ...]:
    """What is to be invoiced now: what should stand on invoices by a day, less what does.

    Args:
        contract: the deal.
        facts: what happened since.
        billed: the lines of issued invoices that are not void, as they were billed.
        as_of: the day of the run; nothing known or planned later counts.
        catch_up: what a late run does.

    Returns:
        Invoices by day, then by group; their lines are what the next run takes as `billed`. Contingent charges are
        never due. `replay` keeps the days that were planned; `net` makes one invoice a group, on `as_of`.

    Raises:
        InvalidTerms: as `charges_for`.

    Example:
        >>> from contractbill.testing import sales_led
        >>> run = due(sales_led(), as_of=date(2026, 1, 31))
        >>> [(str(invoice.planned_on), invoice.total.amount) for invoice in run]
        [('2025-12-18', Decimal('15000.00')), ('2026-01-15', Decimal('104500.00'))]
        >>> due(sales_led(), billed=[line for invoice in run for line in invoice.lines], as_of=date(2026, 1, 31))
        ()
    """
    history = _history(contract, facts, as_of=as_of, through=as_of)
    owed = sorted(_unbilled(history, tuple(billed), as_of=as_of), key=_place)
    if catch_up is CatchUp.NET:
        owed = [attrs.evolve(charge, planned_on=as_of) for charge in _netted(owed)]
    return gather(owed)


def _history(contract: Contract, facts: Facts, *, as_of: date | None, through: date | None) -> tuple[Charge, ...]:
    """All that should ever stand on invoices: entries by slot, as what became known when left them."""
    turns = _turns(contract, facts, as_of)
    if not turns:
        return charges_for(contract, facts, as_of=as_of, through=through)
    # Where a correction goes depends on the next planned day of its group, which may lie beyond what was asked for.
    further = through if through is None else min(through, date.max - _LOOK_AHEAD) + _LOOK_AHEAD
    entries: dict[Slot, list[Charge]] = {}
    for turn, end in zip([None, *turns], [*turns, None], strict=True):
        known_by = as_of if end is None else end - timedelta(1)
        standing = charges_for(contract, facts, as_of=known_by, through=further)
        corrections = () if turn is None else tuple(_corrections(entries, standing, turn))
        fresh = (one for one in standing if one.slot not in entries and (end is None or _was_billed(one, end)))
        entries |= {charge.slot: [charge] for charge in fresh}
        for charge in corrections:
            entries[charge.slot].append(charge)
    flat = (charge for listed in entries.values() for charge in listed)
    return tuple(sorted((one for one in flat if through is None or one.planned_on <= through), key=_place))


def _was_billed(charge: Charge, by: date) -> bool:
    """Whether a run before that day took the charge up."""
    return charge.certainty is not Certainty.CONTINGENT and charge.planned_on < by


_LOOK_AHEAD = timedelta(2 * 366)


def _turns(contract: Contract, facts: Facts, as_of: date | None) -> list[date]:
    """The days on which something became known that may change what was billed before.

    New lines, a fulfilment, a renewal that has become certain only add charges, none of them planned before it was
    known; so they need no turn.
    """
    days = {facts.cancelled_on(order.id) for order in contract.orders}
    deciding = [order for order in contract.orders if order.kind is not OrderKind.EXPANSION]
    days |= {
        after.known_on
        for before, after in pairwise(deciding)
        if before.renewal is not None and before.renewal.kind is RenewalKind.AUTO
    }
    return sorted(day for day in days if day is not None and (as_of is None or day <= as_of))


def _corrections(entries: dict[Slot, list[Charge]], standing: Iterable[Charge], turn: date) -> Iterator[Charge]:
    """The differences between what was billed by a day and what is right since that day."""
    right: dict[Slot, Charge] = {}
    upcoming: dict[Group, date] = {}
    for charge in standing:
        if charge.certainty is Certainty.CONTINGENT:
            continue
        right[charge.slot] = charge
        if charge.planned_on >= turn and charge.slot not in entries:
            group = charge.line.group
            upcoming[group] = min(charge.planned_on, upcoming.get(group, charge.planned_on))
    for slot, listed in entries.items():
        difference = subtract(right[slot].value if slot in right else _ZERO, _sum(listed))
        if difference:
            planned_on = upcoming.get(listed[0].line.group, turn)
            yield _correction(listed[-1], difference, planned_on)


_ZERO = Decimal(0)


def _sum(charges: Iterable[Charge]) -> Decimal:
    """What charges add up to."""
    return add_up(charge.value for charge in charges)


def _correction(last: Charge, difference: Decimal, planned_on: date) -> Charge:
    """The entry after `last` in its slot, for a difference."""
    old = last.derivation
    price = UnitPrice(difference, None, last.line.order, difference)
    derivation = derive(Decimal(1), price, to=old.to, rounding=old.rounding)
    return attrs.evolve(
        last,
        derivation=derivation,
        asked_on=planned_on,
        planned_on=planned_on,
        basis=Basis.CORRECTION,
        certainty=Certainty.FIXED,
        entry=last.entry + 1,
    )


def _unbilled(history: Iterable[Charge], billed: tuple[Charge, ...], *, as_of: date | None) -> Iterator[Charge]:
    """The entries of a history that are not billed yet, and corrections of what was billed otherwise.

    With a day, only what is firm and planned by then counts, on both sides.
    """
    right: dict[Slot, list[Charge]] = {}
    for charge in history:
        if as_of is None or (charge.certainty is not Certainty.CONTINGENT and charge.planned_on <= as_of):
            right.setdefault(charge.slot, []).append(charge)
    stands: dict[Slot, list[Charge]] = {}
    for charge in sorted(billed, key=lambda one: one.entry):
        if as_of is None or charge.planned_on <= as_of:
            stands.setdefault(charge.slot, []).append(charge)
    for slot in right.keys() | stands.keys():
        yield from _difference(right.get(slot, []), stands.get(slot, []), as_of)


def _difference(right: list[Charge], stands: list[Charge], as_of: date | None) -> Iterator[Charge]:
    """What brings the entries that stand in a slot to those that should."""
    billed, sums = _sum(stands), [_ZERO, *accumulate((charge.value for charge in right), add)]
    # Normally so many entries stand as the history has had by then; after a netted run, fewer with the same sum.
    likely = [len(stands), *range(len(right), -1, -1)]
    matched = next((n for n in likely if n < len(sums) and sums[n] == billed), None)
    if matched is not None:
        yield from right[matched:]
    else:
        last = stands[-1]
        planned_on = as_of or max(charge.planned_on for charge in (*right, last))
        yield _correction(last, subtract(sums[-1], billed), planned_on)


def _netted(owed: Iterable[Charge]) -> Iterator[Charge]:
    """One entry for each slot."""
    by_slot: dict[Slot, list[Charge]] = {}
    for charge in owed:
        by_slot.setdefault(charge.slot, []).append(charge)
    for listed in by_slot.values():
        if len(listed) == 1:
            yield listed[0]
        elif difference := _sum(listed):
            yield attrs.evolve(_correction(listed[0], difference, listed[0].planned_on), entry=listed[0].entry)


def _place(charge: Charge) -> tuple[int, str, date, bool, int]:
    """Where a charge stands among others, whatever order they come in: by order, line, days, component, entry."""
    start = charge.asked_on if charge.service is None else charge.service.start
    remainder = charge.component.startswith(ROUNDING)
    return charge.line.sequence, charge.line.line, start, remainder, charge.entry
