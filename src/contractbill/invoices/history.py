"""The history of a contract's charges: what stands on invoices as what became known when left it.

On each day on which something became known that may change what was billed, the lines it touches are worked out anew:
what nobody had billed by then is planned as it stands now, and what was billed and has changed is corrected. So the
work grows with what changed, not with the contract.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

import attrs

from contractbill.charges import ROUNDING, Basis, Certainty, Charge, Facts, LineRef, Slot, charges_for
from contractbill.charges.dated_pos import group_on
from contractbill.charges.standing import Standing
from contractbill.deal import Contract, Corrections, Order, OrderKind, RenewalKind, agreed_terms, known_orders
from contractbill.deal.coverage import moves_end
from contractbill.deal.rounding import RoundingLevel
from contractbill.invoices.corrections import corrections

# The entries of each slot of a line, first to last.
Entries = dict[Slot, list[Charge]]


def history(contract: Contract, facts: Facts, *, as_of: date, through: date | None) -> tuple[Charge, ...]:
    """All that should ever stand on invoices: entries by slot, as what became known when left them.

    Args:
        contract: the deal.
        facts: what happened since.
        as_of: orders and facts known later are passed over.
        through: only what is planned on this day or before; required where terms have no end.

    Returns:
        Charges by `place`.

    Raises:
        NotAllowed, InvalidTerms: as `charges_for`.
    """
    first = _first_turn(contract, facts, as_of)
    if first is None:
        return charges_for(contract, facts, as_of=as_of, through=through)
    # Where a correction goes depends on the next planned day of its group, which may lie beyond what was asked for.
    further = None if through is None else _ahead(max(through, as_of))
    if further is None:
        # What has an end now may have had none before.
        final = charges_for(contract, facts, as_of=as_of)
        further = _ahead(max([as_of, *(charge.planned_on for charge in final)]))
    book = _Book(Standing(contract, facts, known_orders(contract, as_of), further))
    book.begin(max(first, date.min + _DAY) - _DAY)
    while (turn := book.standing.next_turn(as_of)) is not None:
        book.advance(turn)
    flat = (charge for entries in book.entries.values() for listed in entries.values() for charge in listed)
    return tuple(sorted((one for one in flat if through is None or one.planned_on <= through), key=place))


def place(charge: Charge) -> tuple[int, str, date, bool, bool, int, int, str]:
    """Where a charge stands among others, whatever order they come in: by order, line, days, component, entry."""
    start = charge.asked_on if charge.service is None else charge.service.start
    remainder = charge.component.startswith(ROUNDING)
    # What is given back stands before what is charged in its place.
    charged = charge.basis is not Basis.CORRECTION
    return charge.line.sequence, charge.line.id, start, remainder, charged, charge.entry, charge.n, charge.component


def is_firm(charge: Charge) -> bool:
    """Whether a run takes it up when its day comes."""
    return charge.certainty is not Certainty.CONTINGENT


_DAY = timedelta(1)
# A correction waits this long for the next invoice of its group; else it stands alone on the day it became known.
_WAIT = timedelta(2 * 366)


def _ahead(day: date) -> date:
    """The last day on which a correction that became known by `day` may stand."""
    return min(day, date.max - _WAIT) + _WAIT


def _first_turn(contract: Contract, facts: Facts, as_of: date) -> date | None:
    """The first day on which what was billed before may have changed.

    New lines, a fulfilment, a renewal that has become certain only add charges, none of them planned before it was
    known; so alone they need no turn. Once something was taken away, they may bring it back; and where the total of a
    term is rounded, whatever is added moves what that needs from beside the charge that was the last.
    """
    days = {one.cancelled_on for one in facts.progress}
    moves = contract.rounding_level is RoundingLevel.TOTAL
    days |= {order.known_on for order in contract.orders if moves or _takes_away(order)}
    days |= _renewals_replaced(contract.orders)
    days |= _prices_moved(contract, facts)
    return min((day for day in days if day is not None and day <= as_of), default=None)


def _prices_moved(contract: Contract, facts: Facts) -> set[date]:
    """The days on which a reading became known that a line follows; where one needs notice, the very first day."""
    clauses = [line.escalator for order in contract.orders for line in order.lines if line.escalator is not None]
    names = {clause.index.name for clause in clauses if clause.index is not None}
    days = {one.known_on for one in facts.readings if one.index in names}
    if any(clause.notice_days is not None for clause in clauses):
        days |= {min(order.known_on for order in contract.orders)}
    return days


def _takes_away(order: Order) -> bool:
    """Whether an order changes what others brought."""
    return bool(order.changes) or moves_end(order) or any(line.replaces is not None for line in order.lines)


def _renewals_replaced(orders: Iterable[Order]) -> set[date]:
    """The days on which a signed renewal took the place of an automatic one, or of the rest of a term."""
    deciding = [order for order in orders if order.kind in (OrderKind.INITIAL, OrderKind.RENEWAL)]
    if len(deciding) == 1:
        # Nothing was renewed, so terms need not be followed twice.
        return set()
    early = any(term.agreed_end is not None for term in agreed_terms(deciding))
    ordered = sorted(deciding, key=lambda order: order.effective_on)
    return {
        after.known_on
        for before, after in pairwise(ordered)
        if early or (before.renewal is not None and before.renewal.kind is RenewalKind.AUTO)
    }


@attrs.define
class _Book:
    """The entries of every slot, as they were left on the day reached.

    Args:
        standing: the charges that are right on that day.
        entries: by line, what stands on invoices or is planned to.
    """

    standing: Standing
    entries: dict[str, Entries] = attrs.field(factory=dict, init=False)
    # By line and slot, what was right when each entry was the last.
    _was: dict[str, dict[tuple[Slot, int], Charge]] = attrs.field(factory=dict, init=False)
    _planned: dict[str, list[date]] = attrs.field(factory=dict, init=False)

    def begin(self, day: date) -> None:
        """Begin with a day before which nothing was ever changed."""
        for name in self.standing.advance(day):
            charges = self.standing.of(name)
            self.entries[name] = {charge.slot: [charge] for charge in charges}
            self._was[name] = {(charge.slot, 1): charge for charge in charges}
            self._planned[name] = sorted(charge.planned_on for charge in charges if is_firm(charge))

    def advance(self, day: date) -> None:
        """Go on to a day, with what became known until then."""
        touched = sorted(self.standing.advance(day))
        billed = {name: self._billed(name, day) for name in touched}
        right = {name: {charge.slot: charge for charge in self.standing.of(name)} for name in touched}
        for name in touched:
            self._planned[name] = sorted(_upcoming(right[name], billed[name]))
        for name in touched:
            turn = _Turn(day, right[name], self._was.setdefault(name, {}))
            line = next((listed[0].line for listed in billed[name].values()), None)
            if line is not None:
                turn.settle_on = self._next_day(line, day)
            self.entries[name] = turn.settled(billed[name])

    def _billed(self, name: str, day: date) -> Entries:
        """The entries of a line that runs before a day took up."""
        taken = (
            (slot, [one for one in listed if is_firm(one) and one.planned_on < day])
            for slot, listed in self.entries.get(name, {}).items()
        )
        return {slot: listed for slot, listed in taken if listed}

    def _next_day(self, line: LineRef, day: date) -> date:
        """The next day from a day on that has an invoice for a line anyway; that day itself when none comes soon."""
        if self.standing.contract.corrections is Corrections.AT_ONCE:
            return day
        found = []
        for name, planned in self._planned.items():
            at = bisect_left(planned, day)
            if at < len(planned) and self._meets(line, name, planned[at]):
                found.append(planned[at])
        soonest = min(found, default=day)
        return soonest if soonest <= _ahead(day) else day

    def _meets(self, line: LineRef, name: str, on: date) -> bool:
        """Whether what corrects a line may stand with another line on an invoice of a day."""
        other, dated = self.standing.group_of(name), self.standing.dated
        if not dated.listed:
            return line.group == other
        # Of the invoice to come, what is known on the day reached.
        known_by = self.standing.day
        mine = group_on(line.group, line.id, dated, on, known_by=known_by)
        return mine == group_on(other, name, dated, on, known_by=known_by)


def _upcoming(right: Mapping[Slot, Charge], billed: Entries) -> Iterator[date]:
    """The days on which a line has something new to bill, beside what comes late for a period that was billed."""
    begun = {slot.n for slot in billed}
    for slot, charge in right.items():
        late = slot.n in begun and charge.asked_on < charge.planned_on
        if is_firm(charge) and slot not in billed and not late:
            yield charge.planned_on


@attrs.define
class _Turn:
    """A day on which something about a line became known.

    Args:
        day: that day.
        right: by slot, what is right since.
        was: by slot and entry, what was right when that entry was the last; what is right now is noted there.
        settle_on: the day on which corrections stand.
    """

    day: date
    right: Mapping[Slot, Charge]
    was: dict[tuple[Slot, int], Charge]
    settle_on: date = attrs.field(default=attrs.Factory(lambda self: self.day, takes_self=True))

    def settled(self, billed: Entries) -> Entries:
        """What was billed before the day, corrected to what is right since, and what else is right."""
        entries = {slot: self._corrected(slot, listed) for slot, listed in billed.items()}
        begun = {slot.n for slot in billed}
        for slot, charge in self.right.items():
            if slot not in billed:
                entries[slot] = [self._charged(charge, begun=slot.n in begun)]
            elif not is_firm(charge):
                # Taken back, and it may come again.
                entries[slot].append(attrs.evolve(charge, entry=entries[slot][-1].entry + 1))
            self.was[slot, entries[slot][-1].entry] = charge
        return entries

    def _corrected(self, slot: Slot, listed: list[Charge]) -> list[Charge]:
        """The entries of a slot that was billed, and those that correct it."""
        now, was = self.right.get(slot), self.was.get((slot, listed[-1].entry))
        firm = now if now is not None and is_firm(now) else None
        if firm is not None and firm is was:
            # Nothing was worked out anew: the entries come to it already.
            return listed
        return [*listed, *corrections(listed, was, firm, self.settle_on)]

    def _charged(self, charge: Charge, *, begun: bool) -> Charge:
        """A charge that nobody has billed: what comes late stands with the corrections of its period, else now."""
        if not is_firm(charge) or charge.asked_on >= self.day or charge.planned_on > self.day:
            return charge
        return attrs.evolve(charge, planned_on=self.settle_on if begun else self.day)
