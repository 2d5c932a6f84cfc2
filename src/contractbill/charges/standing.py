"""The charges of a contract as they stand, line by line: worked out anew only where something became known.

Where that is a change of what a line has from a day on, the charges for periods before that day are kept: a line that
changes often is not worked out whole each time.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import assert_never

import attrs

from contractbill.charges.charge import Charge, LineRef, place_in_line
from contractbill.charges.dated_pos import DatedPos, dated_pos, on_their_day
from contractbill.charges.discounts import discounted_once
from contractbill.charges.facts import Facts
from contractbill.charges.levels import levelled
from contractbill.charges.one_time import one_time
from contractbill.charges.percents import agreed_price
from contractbill.charges.recurring import recurring
from contractbill.charges.stretches import Run, Unfolding, base_before
from contractbill.deal.billing import Instalments, Recurring, Spread, occasions
from contractbill.deal.contracts import Contract
from contractbill.deal.coverage import Term, decides_terms, terms
from contractbill.deal.escalators import Escalator
from contractbill.deal.occasions import MOST_DAYS, OneTime
from contractbill.deal.orders import BillWhen, Order, OrderKind
from contractbill.deal.resolve import ContractLine, Fold, Group
from contractbill.deal.rounding import RoundingLevel
from contractbill.errors import InvalidTerms, Issue, NotAllowed, refuse
from contractbill.periods.frequency import days_on

_BEFORE = timedelta(MOST_DAYS)
_LAST = date.max - _BEFORE


@attrs.define
class Standing:
    """The charges of a contract as they stand on a day; going on to a later day works out only what that touches.

    Args:
        contract: the deal.
        facts: what happened since.
        orders: those of the contract that count, in the order they apply.
        through: only charges planned on this day or before; None for all.
        day: the one reached.
        dated: the purchase orders that the day of an invoice decides on.

    Example:
        >>> from contractbill.deal import known_orders
        >>> from contractbill.testing import sales_led
        >>> deal = sales_led()
        >>> standing = Standing(deal, Facts(), known_orders(deal, None), None)
        >>> sorted(standing.advance(date(2025, 12, 18)))
        ['onboarding', 'platform', 'seats']
        >>> str(standing.next_turn(date.max)), sorted(standing.advance(date(2026, 9, 21)))
        ('2026-09-21', ['more-seats'])
    """

    contract: Contract
    facts: Facts
    orders: Sequence[Order]
    through: date | None
    day: date = attrs.field(default=date.min, init=False)
    dated: DatedPos = attrs.field(init=False)
    _coming: list[date] | None = attrs.field(default=None, init=False)
    _cancelled: dict[str, date] = attrs.field(init=False)
    _taken: int = attrs.field(default=0, init=False)
    _fold: Fold = attrs.field(init=False)
    _unfold: Unfolding | None = attrs.field(default=None, init=False)
    _lines: dict[str, ContractLine] = attrs.field(factory=dict, init=False)
    _rated: dict[str, list[Charge]] = attrs.field(factory=dict, init=False)
    _found: dict[str, list[Charge]] = attrs.field(factory=dict, init=False)
    # By line, the days from which it is too late for the notice that a step needs.
    _late: dict[str, set[date]] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Start from a contract without orders."""
        self._fold = Fold(self.contract)
        self.dated = dated_pos(self.contract, self.facts)
        days = {one.order: one.cancelled_on for one in self.facts.progress}
        self._cancelled = {name: day for name, day in days.items() if day is not None}

    def next_turn(self, until: date) -> date | None:
        """The next day, later than the one reached, on which something becomes known or certain."""
        if self._coming is None:
            self._coming = sorted({order.known_on for order in self.orders} | self.facts.known_days(), reverse=True)
        while self._coming and self._coming[-1] <= self.day:
            self._coming.pop()
        certain = (term.certain_on for term in self._terms() if term.certain_on is not None)
        late = (day for days in self._late.values() for day in days)
        coming = [*self._coming[-1:], *(day for day in (*certain, *late) if day > self.day)]
        return min((day for day in coming if day <= until), default=None)

    def advance(self, day: date) -> set[str]:
        """Go on to a day.

        Args:
            day: not before the one reached.

        Returns:
            The ids of the lines whose charges may have changed.

        Raises:
            NotAllowed: `through_required` where terms have no end.
            InvalidTerms: what only the unfolding of terms shows to be impossible.
        """
        since, self.day = self.day, day
        # By line, the first day from which it may be charged otherwise.
        moved, touched = self._unfold is None, dict[str, date]()
        if any(since < on <= day for on in self._cancelled.values()):
            # What a cancelled order brought and changed is undone: everything starts again without it.
            self._fold, self._taken, moved, touched = Fold(self.contract), 0, True, dict.fromkeys(self._found, date.min)
            self._lines, self._rated, self._found = {}, {}, {}
        while self._taken < len(self.orders) and self.orders[self._taken].known_on <= day:
            order = self.orders[self._taken]
            self._taken += 1
            if self._stands(order):
                on = _changes_from(order)
                touched |= {name: min(on, touched.get(name, on)) for name in self._fold.apply(order)}
                moved = moved or decides_terms(order)
        before, knew = self._terms(), self._unfold
        unfold = self._unfold = self._unfolding(before, moved=moved)
        if moved or knew is None or any(term.is_certain(since) is not term.is_certain(day) for term in before):
            touched |= dict.fromkeys(self._fold.homes, date.min)
        else:
            touched |= {name: date.min for name, line in self._lines.items() if _learns(line, knew, unfold)}
        self._work_out(touched, unfold)
        renumbered = self._renumbered(since, touched)
        return set(touched) | self._stand(renumbered.union(touched), unfold)

    def _renumbered(self, since: date, touched: Mapping[str, date]) -> set[str]:
        """Put lines that nothing else touches under the purchase orders as known since a day; returns which."""
        found = (self.dated.learning(since, self.day) & set(self._rated)).difference(touched)
        for name in found:
            self._rated[name] = on_their_day(self._rated[name], self.dated, known_by=self.day)
        return found

    def _stands(self, order: Order) -> bool:
        """Whether an order is not cancelled by the day reached."""
        cancelled_on = self._cancelled.get(order.id)
        return cancelled_on is None or cancelled_on > self.day

    def of(self, line: str) -> list[Charge]:
        """The charges of a line, in order of its days."""
        return self._found.get(line, [])

    def group_of(self, line: str) -> Group:
        """What a line shares with those it may stand on an invoice with."""
        return self._lines[line].group

    def charges(self) -> list[Charge]:
        """All charges, by order, then by line id, then by period."""
        return self._in_order(self._found)

    def _terms(self) -> tuple[Term, ...]:
        """The terms as far as they are known."""
        return () if self._unfold is None else self._unfold.terms

    def _unfolding(self, horizon: tuple[Term, ...], *, moved: bool) -> Unfolding:
        """The terms that the orders lead to, and what else is the same for every line."""
        if moved:
            standing = [one for one in self.orders[: self._taken] if self._stands(one)]
            # An invoice may stand before the term it is for.
            horizon = terms(standing, through=None if self.through is None else min(self.through, _LAST) + _BEFORE)
        if horizon and horizon[-1].end is None and self.through is None:
            raise NotAllowed(Issue("$.through", "through_required", "is required: the contract has no end"))
        return Unfolding(
            terms=horizon,
            facts=self.facts,
            as_of=self.day,
            through=self.through,
            to=self.contract.amounts_to,
            rounding=self.contract.rounding,
            levelled=self._levelled,
            grids=self._unfold.grids if self._unfold is not None else {},
            shares=self._unfold.shares if self._unfold is not None else {},
            steps=self._unfold.steps if self._unfold is not None else {},
        )

    def _work_out(self, touched: Mapping[str, date], unfold: Unfolding) -> None:
        """Work out the charges of some lines, each from a day on."""
        faults: list[Issue] = []
        for name, since in touched.items():
            line = self._fold.line(name)
            if line is None or not unfold.terms:
                continue
            self._lines[name] = line
            try:
                found = _line_charges(self.contract, line, unfold, kept=base_before(self._rated.get(name, ()), since))
            except InvalidTerms as error:
                place = line.order.lines.index(line.item)
                faults += error.under(f"$.orders[{line.sequence}].lines[{place}]").issues
                continue
            if name in self.dated.listed:
                found = on_their_day(found, self.dated, known_by=self.day)
            self._late[name] = _too_late(line, found)
            self._rated[name] = found
        refuse(sorted(faults, key=lambda issue: issue.path))

    @property
    def _levelled(self) -> bool:
        """Whether the contract rounds sums, in which any line may move another."""
        return self.contract.rounding_level is not RoundingLevel.COMPONENT

    def _stand(self, touched: set[str], unfold: Unfolding) -> set[str]:
        """Take what some lines charge for what stands; returns the lines that rounding changed beside them."""
        changed, rated = touched & set(self._rated), self._rated
        if self._levelled:
            rated = {name: [] for name in self._rated}
            for charge in levelled(self._in_order(self._rated), self.contract, unfold.terms):
                rated[charge.line.id].append(charge)
            rated = {name: sorted(listed, key=place_in_line) for name, listed in rated.items()}
            changed = set(rated)
        until, before = self.through, self._found
        found = {
            name: rated[name] if until is None else [one for one in rated[name] if one.planned_on <= until]
            for name in changed
        }
        moved = {name for name in found if found[name] != before.get(name)} if self._levelled else set()
        before.update(found)
        return moved

    def _in_order(self, charges: Mapping[str, list[Charge]]) -> list[Charge]:
        """The charges of lines, by order, then by line id, then by period."""
        names = sorted(charges, key=lambda name: (self._lines[name].sequence, name))
        return list(chain.from_iterable(charges[name] for name in names))


def _changes_from(order: Order) -> date:
    """The first day on which an order can make a difference to a line: of one that moves an end, any day."""
    if order.lines or any(change.remove or change.ends_before is not None for change in order.changes):
        return date.min
    return min((change.on or order.effective_on for change in order.changes), default=date.min)


def _line_charges(contract: Contract, line: ContractLine, unfold: Unfolding, *, kept: Sequence[Charge]) -> list[Charge]:
    """The charges of one line, in order of their days; `kept` are those of its first periods, if they still stand."""
    item, root = line.item, line.root
    ref = LineRef(
        contract=contract.id,
        order=line.order.id,
        id=item.id,
        sequence=line.sequence,
        group=line.group,
        description=item.description or root.description or item.id,
        product=item.product or root.product,
        unit=item.unit or root.unit,
        tax_code=item.tax_code or root.tax_code,
        tags=item.tags or root.tags,
    )
    # Before its contract is known, nothing of it can be billed.
    earliest, pending = max(line.known_on, unfold.terms[0].certain_on or line.known_on), False
    if line.order.bill_when is BillWhen.FULFILLED:
        fulfilled_on = unfold.facts.fulfilled_on(line.order.id)
        pending = fulfilled_on is None or fulfilled_on > unfold.as_of
        earliest = max(earliest, fulfilled_on) if fulfilled_on is not None and not pending else earliest
    assert root.billing is not None, "the constructor requires it"
    run = Run(ref=ref, line=line, price=agreed_price(line), earliest=earliest, pending=pending, unfold=unfold)
    match root.billing:
        case OneTime() | Instalments() | Spread() as billing:
            return [] if _taken_back(line, unfold.terms[-1]) else discounted_once(run, one_time(run, billing))
        case Recurring() as billing:
            return recurring(run, billing, kept=kept)
        case _:
            assert_never(root.billing)


def _learns(line: ContractLine, knew: Unfolding, knows: Unfolding) -> bool:
    """Whether one of the facts that a line waits for became known from one day to another."""
    if any(_learns(base, knew, knows) for base in line.bases):
        return True
    if line.order.bill_when is BillWhen.FULFILLED:
        fulfilled_on = knows.facts.fulfilled_on(line.order.id)
        if fulfilled_on is not None and knew.as_of < fulfilled_on <= knows.as_of:
            return True
    clause = line.root.escalator
    if clause is not None and (clause.notice_days is not None or _reads(clause, knew, knows)):
        return True
    waited = (when.milestone for when in occasions(line.root.billing) if when.milestone is not None)
    return any(knew.milestones.get(name) != knows.milestones.get(name) for name in waited)


def _reads(clause: Escalator, knew: Unfolding, knows: Unfolding) -> bool:
    """Whether a reading of the index of a clause became known from one day to another."""
    if clause.index is None:
        return False
    before, name = knew.known.readings, clause.index.name
    return any(before.get(key) is not one for key, one in knows.known.readings.items() if one.index == name)


def _too_late(line: ContractLine, charges: Sequence[Charge]) -> set[date]:
    """The days from which it is too late for the notices that the prices of some charges wait for."""
    clause = line.root.escalator
    if clause is None or clause.notice_days is None:
        return set()
    prices = (one.derivation.price for one in reversed(charges))
    steps = next((price.steps for price in prices if price.steps), ())
    return {days_on(step.on, 1 - clause.notice_days) for step in steps if step.estimated}


def _taken_back(line: ContractLine, last: Term) -> bool:
    """Whether a one-time charge is removed, or of a line that would begin after the contract was ended."""
    ended = last.agreed_end is not None and last.end is not None and line.start >= last.end
    return line.removed or (ended and line.order.kind is not OrderKind.CANCELLATION)
