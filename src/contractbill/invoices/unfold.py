"""Billing is a difference: what should stand on issued invoices by a day, less what does.

The history of a contract is unfolded by what was known when. On each day on which something became known, the charges
are worked out anew; what nobody had billed by then is planned as it stands now, and what was billed and has changed is
corrected by the difference. A schedule is this history to its end; a bill run is the part of it that is due by a day
and not billed yet. So both are one function, and running twice adds nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
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
    last_known_on,
    standing_orders,
)
from contractbill.deal import Contract, Group, OrderKind, RenewalKind, terms
from contractbill.errors import Conflict, Issue, NotAllowed
from contractbill.invoices.planned import PlannedInvoice, Schedule, gather
from contractbill.money import add, add_up, subtract
from contractbill.periods.fields import as_date, as_day, as_word

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
        NotAllowed: `other_contract` for a billed line of another contract, and as `charges_for`.
        Conflict: `entry_conflict` when one slot and entry was billed with two contents.
        InvalidTerms: as `charges_for`.

    Source: house rule: billing is a difference.

    Example:
        >>> from contractbill.testing import sales_led
        >>> plan = schedule(sales_led())
        >>> len(plan.invoices), plan.fixed
        (18, Money('408960.87', 'USD'))
    """
    as_of, through = as_day(as_of, "$.as_of"), as_day(through, "$.through")
    past = _billed(contract, billed)
    # What was billed ahead of `through` is compared with what was planned for it too.
    further = through if through is None else max([through, *(charge.planned_on for charge in past)])
    history = _history(contract, facts, as_of=as_of, through=further)
    # What was billed otherwise is corrected now; without a day, not before the last one that speaks of itself.
    today = as_of or max([last_known_on(contract, facts), *(charge.planned_on for charge in past)])
    found = sorted((*past, *_unbilled(history, past, today)), key=_place) if past else history
    charges = found if through is None else [charge for charge in found if charge.planned_on <= through]
    return Schedule(contract.id, contract.currency, gather(charges), as_of, through)


def due(
    contract: Contract,
    facts: Facts = _NO_FACTS,
    *,
    billed: Iterable[Charge] = (),
    as_of: date,
    catch_up: CatchUp | str = CatchUp.REPLAY,
) -> tuple[PlannedInvoice, ...]:
    """What is to be invoiced now: what should stand on invoices by a day, less what does.

    Args:
        contract: the deal.
        facts: what happened since.
        billed: the lines of issued invoices that are not void, as they were billed.
        as_of: the day of the run; nothing known or planned later counts.
        catch_up: what a late run does, by its word.

    Returns:
        Invoices by day, then by group; their lines are what the next run takes as `billed`. Contingent charges are
        never due. `replay` keeps the days that were planned; `net` makes one invoice a group, on `as_of`.

    Raises:
        NotAllowed: `other_contract` for a billed line of another contract.
        Conflict: `entry_conflict` when one slot and entry was billed with two contents.
        InvalidTerms: as `charges_for`, and `unknown_word`.

    Example:
        >>> from contractbill.testing import sales_led
        >>> run = due(sales_led(), as_of=date(2026, 1, 31))
        >>> [(str(invoice.planned_on), invoice.total.amount) for invoice in run]
        [('2025-12-18', Decimal('15000.00')), ('2026-01-15', Decimal('104500.00'))]
        >>> due(sales_led(), billed=[line for invoice in run for line in invoice.lines], as_of=date(2026, 1, 31))
        ()
    """
    how, day = as_word(CatchUp, catch_up, "$.catch_up"), as_date(as_of, "$.as_of")
    planned = _history(contract, facts, as_of=day, through=day)
    firm = [charge for charge in planned if _is_firm(charge) and charge.planned_on <= day]
    # A netted run bills on a later day what was planned by now.
    planned_by = {(charge.slot, charge.entry) for charge in firm}
    standing = _billed(contract, billed)
    past = [one for one in standing if one.planned_on <= day or (one.slot, one.entry) in planned_by]
    owed = sorted(_unbilled(firm, past, day), key=_place)
    if how is CatchUp.NET:
        owed = [attrs.evolve(charge, planned_on=day) for charge in _netted(owed)]
    return gather(owed)


def _billed(contract: Contract, billed: Iterable[Charge]) -> tuple[Charge, ...]:
    """The lines billed, each once however often it was told."""
    found: dict[tuple[Slot, int], Charge] = {}
    for number, charge in enumerate(billed):
        if charge.line.contract != contract.id:
            message = f"must be lines of {contract.id}"
            raise NotAllowed(Issue(f"$.billed[{number}]", "other_contract", message, charge.line.contract))
        if found.setdefault((charge.slot, charge.entry), charge) != charge:
            message = "was billed with other content"
            raise Conflict(Issue(f"$.billed[{number}]", "entry_conflict", message, (*charge.slot, charge.entry)))
    return tuple(found.values())


def _history(contract: Contract, facts: Facts, *, as_of: date | None, through: date | None) -> tuple[Charge, ...]:
    """All that should ever stand on invoices: entries by slot, as what became known when left them."""
    turns = _turns(contract, facts, as_of or last_known_on(contract, facts))
    if not turns:
        return charges_for(contract, facts, as_of=as_of, through=through)
    # Where a correction goes depends on the next planned day of its group, which may lie beyond what was asked for.
    further = None if through is None else _ahead(max(through, turns[-1]))
    final = charges_for(contract, facts, as_of=as_of, through=further)
    if further is None:
        # What has an end now may have had none before.
        further = _ahead(max([turns[-1], *(charge.planned_on for charge in final)]))
    billed: _Entries = {}
    for before, turn in zip([date.min, *turns[:-1]], turns, strict=True):
        standing = charges_for(contract, facts, as_of=turn - _DAY, through=further)
        billed = _billed_by(turn, _unfolded(billed, standing, before))
    unfolded = _unfolded(billed, final, turns[-1])
    flat = (charge for listed in unfolded.values() for charge in listed)
    return tuple(sorted((one for one in flat if through is None or one.planned_on <= through), key=_place))


# The entries of each slot, first to last.
_Entries = dict[Slot, list[Charge]]


def _billed_by(turn: date, entries: _Entries) -> _Entries:
    """The entries that runs before a day took up."""
    taken = (
        (slot, [one for one in listed if _is_firm(one) and one.planned_on < turn]) for slot, listed in entries.items()
    )
    return {slot: listed for slot, listed in taken if listed}


def _unfolded(billed: _Entries, standing: Iterable[Charge], turn: date) -> _Entries:
    """What was billed before a day, corrected to what stands since that day, and what else stands."""
    entries = {slot: list(listed) for slot, listed in billed.items()}
    right = {charge.slot: charge for charge in standing}
    for correction in _corrections(billed, right, turn):
        entries[correction.slot].append(correction)
    for slot, charge in right.items():
        if slot not in billed:
            entries[slot] = [charge]
        elif not _is_firm(charge):
            # Taken back, and it may come again.
            entries[slot].append(attrs.evolve(charge, entry=entries[slot][-1].entry + 1))
    return entries


def _is_firm(charge: Charge) -> bool:
    """Whether a run takes it up when its day comes."""
    return charge.certainty is not Certainty.CONTINGENT


_DAY = timedelta(1)
# A correction waits this long for the next invoice of its group; else it stands alone on the day it became known.
_WAIT = timedelta(2 * 366)


def _ahead(day: date) -> date:
    """The last day on which a correction that became known by `day` may stand."""
    return min(day, date.max - _WAIT) + _WAIT


def _turns(contract: Contract, facts: Facts, as_of: date) -> list[date]:
    """The days on which what was billed before may have changed.

    New lines, a fulfilment, a renewal that has become certain only add charges, none of them planned before it was
    known; so alone they need no turn. Once something was taken away, they may bring it back.
    """
    cancelled = {facts.cancelled_on(order.id) for order in contract.orders}
    renewing = (order for order in contract.orders if order.kind is not OrderKind.EXPANSION)
    deciding = sorted(renewing, key=lambda order: order.effective_on)
    replaced = {
        after.known_on
        for before, after in pairwise(deciding)
        if before.renewal is not None and before.renewal.kind is RenewalKind.AUTO
    }
    first = min((day for day in cancelled | replaced if day is not None and day <= as_of), default=None)
    if first is None:
        return []
    known = sorted({order.known_on for order in contract.orders} | facts.known_days())
    days = {day for day in known if first <= day <= as_of}
    for day in sorted(days):
        horizon = terms(standing_orders(contract, facts, day), through=_ahead(as_of))
        days |= {term.certain_on for term in horizon if term.certain_on is not None}
    # Before the first day there is, nothing was billed.
    return sorted(day for day in days if first <= day <= as_of and day > date.min)


def _corrections(billed: _Entries, right: Mapping[Slot, Charge], turn: date) -> Iterator[Charge]:
    """The differences between what was billed by a day and what is right since that day."""
    firm = {slot: charge for slot, charge in right.items() if _is_firm(charge)}
    upcoming: dict[Group, date] = {}
    for slot, charge in firm.items():
        if turn <= charge.planned_on <= _ahead(turn) and slot not in billed:
            group = charge.line.group
            upcoming[group] = min(charge.planned_on, upcoming.get(group, charge.planned_on))
    for slot, listed in billed.items():
        now, stands = firm.get(slot), _sum(listed)
        difference = subtract(_ZERO if now is None else now.value, stands)
        if now is not None and difference and not stands:
            # It was taken back whole: charged again as it stands now.
            yield attrs.evolve(now, planned_on=max(now.planned_on, turn), entry=listed[-1].entry + 1)
        elif difference or (now is not None and stands and now.service != listed[-1].service):
            # Also where the money stays and the days it pays for do not.
            correction = _correction(listed[-1], difference, upcoming.get(listed[0].line.group, turn))
            yield correction if now is None else attrs.evolve(correction, service=now.service)


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


def _unbilled(history: Iterable[Charge], billed: Iterable[Charge], today: date) -> Iterator[Charge]:
    """The entries of a history that are not billed yet, and corrections, today, of what was billed otherwise."""
    right: dict[Slot, list[Charge]] = {}
    for charge in sorted(history, key=lambda one: one.entry):
        right.setdefault(charge.slot, []).append(charge)
    stands: dict[Slot, list[Charge]] = {}
    for charge in sorted(billed, key=lambda one: one.entry):
        stands.setdefault(charge.slot, []).append(charge)
    for slot in right.keys() | stands.keys():
        yield from _difference(right.get(slot, []), stands.get(slot, []), today)


def _difference(right: list[Charge], stands: list[Charge], today: date) -> Iterator[Charge]:
    """What brings the entries that stand in a slot to those that should."""
    billed, sums = _sum(stands), [_ZERO, *accumulate((charge.value for charge in right), add)]
    # Normally so many entries stand as the history has had by then; after a netted run, fewer with the same sum.
    likely = [len(stands), *range(len(right), -1, -1)]
    matched = next((n for n in likely if n < len(sums) and sums[n] == billed), None)
    if matched is None:
        yield _correction(stands[-1], subtract(sums[-1], billed), today)
        return
    # After corrections that the history knows nothing of, its own numbers are taken.
    free = stands[-1].entry + 1 if stands else 1
    for number, charge in enumerate(right[matched:], free):
        yield charge if charge.entry >= number else attrs.evolve(charge, entry=number)


def _netted(owed: Iterable[Charge]) -> Iterator[Charge]:
    """One entry for each slot."""
    by_slot: dict[Slot, list[Charge]] = {}
    for charge in owed:
        by_slot.setdefault(charge.slot, []).append(charge)
    for listed in by_slot.values():
        if len(listed) == 1 and (listed[0].value or listed[0].entry == 1):
            yield listed[0]
        elif difference := _sum(listed):
            yield attrs.evolve(_correction(listed[0], difference, listed[0].planned_on), entry=listed[0].entry)


def _place(charge: Charge) -> tuple[int, str, date, bool, int, int, str]:
    """Where a charge stands among others, whatever order they come in: by order, line, days, component, entry."""
    start = charge.asked_on if charge.service is None else charge.service.start
    remainder = charge.component.startswith(ROUNDING)
    return charge.line.sequence, charge.line.id, start, remainder, charge.entry, charge.n, charge.component
