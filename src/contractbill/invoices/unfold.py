"""Billing is a difference: what should stand on issued invoices by a day, less what does.

The history of a contract is unfolded by what was known when. On each day on which something became known, the charges
are worked out anew; what nobody had billed by then is planned as it stands now, and what was billed and has changed is
corrected by the difference. A schedule is this history to its end; a bill run is the part of it that is due by a day
and not billed yet. So both are one function, and running twice adds nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate

import attrs

from contractbill.charges import Certainty, Charge, Facts, Slot, last_known_on, missing_readings
from contractbill.charges.dated_pos import dated_pos, on_their_day
from contractbill.deal import Contract
from contractbill.errors import Conflict, Issue, NotAllowed, refuse
from contractbill.invoices.corrections import difference, total
from contractbill.invoices.history import history, is_firm, place
from contractbill.invoices.planned import PlannedInvoice, Schedule, gather
from contractbill.money import add, subtract
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
        InvalidTerms: as `charges_for`, and `index_reading_missing` where a clause refuses to estimate.

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
    day = as_of or last_known_on(contract, facts)
    planned = history(contract, facts, as_of=day, through=further)
    refuse(missing_readings(contract, facts, planned, as_of=day))
    # What was billed otherwise is corrected now; without a day, not before the last one that speaks of itself.
    today = as_of or max([day, *(charge.planned_on for charge in past)])
    owed = _unbilled(planned, past, today) if past else planned
    fresh = on_their_day(owed, dated_pos(contract, facts), known_by=day)
    found = sorted((*past, *fresh), key=place) if past else fresh
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
        InvalidTerms: as `charges_for`, `index_reading_missing` and `unknown_word`.

    Example:
        >>> from contractbill.testing import sales_led
        >>> run = due(sales_led(), as_of=date(2026, 1, 31))
        >>> [(str(invoice.planned_on), invoice.total.amount) for invoice in run]
        [('2025-12-18', Decimal('15000.00')), ('2026-01-15', Decimal('104500.00'))]
        >>> due(sales_led(), billed=[line for invoice in run for line in invoice.lines], as_of=date(2026, 1, 31))
        ()
    """
    how, day = as_word(CatchUp, catch_up, "$.catch_up"), as_date(as_of, "$.as_of")
    planned = history(contract, facts, as_of=day, through=day)
    refuse(missing_readings(contract, facts, planned, as_of=day))
    firm = [charge for charge in planned if is_firm(charge) and charge.planned_on <= day]
    # A netted run bills on a later day what was planned by now.
    planned_by = {(charge.slot, charge.entry) for charge in firm}
    standing = _billed(contract, billed)
    past = [one for one in standing if one.planned_on <= day or (one.slot, one.entry) in planned_by]
    owed = sorted(_unbilled(firm, past, day), key=place)
    if how is CatchUp.NET:
        owed = [attrs.evolve(charge, planned_on=day) for charge in _netted(owed)]
    return gather(on_their_day(owed, dated_pos(contract, facts), known_by=day))


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


def _unbilled(planned: Iterable[Charge], billed: Iterable[Charge], today: date) -> Iterator[Charge]:
    """The entries of a history that are not billed yet, and corrections, today, of what was billed otherwise."""
    right: dict[Slot, list[Charge]] = {}
    for charge in sorted(planned, key=lambda one: one.entry):
        right.setdefault(charge.slot, []).append(charge)
    stands: dict[Slot, list[Charge]] = {}
    for charge in sorted(billed, key=lambda one: one.entry):
        stands.setdefault(charge.slot, []).append(charge)
    for slot in right.keys() | stands.keys():
        yield from _difference(right.get(slot, []), stands.get(slot, []), today)


def _difference(right: list[Charge], stands: list[Charge], today: date) -> Iterator[Charge]:
    """What brings the entries that stand in a slot to those that should."""
    billed, sums = total(stands), [Decimal(0), *accumulate((charge.value for charge in right), add)]
    # Normally so many entries stand as the history has had by then; after a netted run, fewer with the same sum.
    likely = [len(stands), *range(len(right), -1, -1)]
    matched = next((n for n in likely if n < len(sums) and sums[n] == billed), None)
    if matched is None:
        certainty = right[-1].certainty if right and is_firm(right[-1]) else Certainty.FIXED
        yield attrs.evolve(difference(stands[-1], subtract(sums[-1], billed), today), certainty=certainty)
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
        elif owing := total(listed):
            first, certainty = listed[0], listed[-1].certainty
            yield attrs.evolve(difference(first, owing, first.planned_on), entry=first.entry, certainty=certainty)
