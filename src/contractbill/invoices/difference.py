"""The difference between two schedules of one contract: what an order, a fact or another day of view changes."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import attrs
import moneyed

from contractbill.charges import Basis, Certainty, Charge
from contractbill.deal import Group
from contractbill.display import Column, Table, Tone, format_amount, to_html, to_text
from contractbill.errors import Issue, NotAllowed, invalid
from contractbill.invoices.changes import ChangeKind, ChargeChange, ChargeKey, Kept, charge_key, is_kept
from contractbill.invoices.planned import Schedule
from contractbill.invoices.tables import days_of, described
from contractbill.money import add, add_up, exponent, quantum, subtract


@attrs.frozen
class Difference:
    """What changes from one schedule of a contract to another.

    Args:
        contract: the contract's id.
        currency: ISO 4217 code of every amount.
        changes: every charge that is not kept, by day (the earlier one, where it moves), order, line, period, component
            and entry.
        kept: the others, added up.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> signed = date(2026, 9, 21)
        >>> before, after = schedule(sales_led(), as_of=date(2026, 9, 20)), schedule(sales_led(), as_of=signed)
        >>> preview = diff(before, after)
        >>> len(preview.changes), preview.kept.count, preview.tcv
        (14, 21, Money('24710.87', 'USD'))
    """

    contract: str
    currency: str
    changes: tuple[ChargeChange, ...]
    kept: Kept

    def of(self, *kinds: ChangeKind) -> tuple[ChargeChange, ...]:
        """The changes of some kinds, in their order."""
        return tuple(change for change in self.changes if change.kind in kinds)

    def total_of(self, *kinds: ChangeKind) -> moneyed.Money:
        """What the changes of some kinds add up to."""
        return _sum(self.currency, (change.value for change in self.of(*kinds)))

    def net(self, *certainties: Certainty) -> moneyed.Money:
        """What all changes add up to, of some certainty; of any, when none is named.

        Returns:
            The sum of that certainty after less the sum before: what turns from contingent to fixed counts in both.
        """
        return _sum(self.currency, (value for change in self.changes for _on, value in change.parts(*certainties)))

    @property
    def tcv(self) -> moneyed.Money:
        """What total contract value changes by: fixed + estimated, never contingent."""
        return self.net(Certainty.FIXED, Certainty.ESTIMATED)

    def billings(self, *certainties: Certainty) -> tuple[tuple[date, moneyed.Money], ...]:
        """What is added to the invoices of each day, of some certainty; of any, when none is named.

        Returns:
            Days in order, each with what its invoices come to more, negative where less; days whose sum stays are left
            out. All together are `net` of the same certainties.
        """
        found: dict[date, Decimal] = {}
        for change in self.changes:
            for on, value in change.parts(*certainties):
                found[on] = add(found.get(on, Decimal(0)), value)
        return tuple((on, moneyed.Money(value, self.currency)) for on, value in sorted(found.items()) if value)

    def sums(self, *certainties: Certainty) -> tuple[moneyed.Money, moneyed.Money]:
        """What the two schedules come to, before and after, of some certainty; of any, when none is named."""
        counted = certainties or tuple(Certainty)
        kept = [self.kept.value_of(certainty) for certainty in counted]
        sides = [(change.before, change.after) for change in self.changes]
        before = [old.value for old, _new in sides if old is not None and old.certainty in counted]
        after = [new.value for _old, new in sides if new is not None and new.certainty in counted]
        return _sum(self.currency, [*kept, *before]), _sum(self.currency, [*kept, *after])

    def to_table(self) -> Table:
        """A row for each change, one for all that is kept, and at the foot the sums by kind and by certainty.

        Example:
            >>> from contractbill.testing import sales_led
            >>> from contractbill.invoices import schedule
            >>> plan = schedule(sales_led())
            >>> print(diff(plan, plan))
            sales-led: no changes in USD
            change      invoice on  for         service period         before       after  difference  certainty
            ----------  ----------  ----------  -----------------  ----------  ----------  ----------  ---------
            kept                    35 charges                     552,182.37  552,182.37        0.00
            ----------  ----------  ----------  -----------------  ----------  ----------  ----------  ---------
            fixed                                                  408,960.87  408,960.87        0.00
            contingent                                             143,221.50  143,221.50        0.00
            TCV                                 fixed + estimated  408,960.87  408,960.87        0.00
        """
        return _table(self)

    def __str__(self) -> str:
        """Its table as text."""
        return to_text(self.to_table())

    def _repr_html_(self) -> str:
        """Its table as a notebook shows it."""
        return to_html(self.to_table())

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, str]:
        """Its text where a notebook or a prompt cannot show HTML."""
        return {"text/plain": str(self)}


def diff(before: Schedule, after: Schedule) -> Difference:
    """What changes from one schedule of a contract to another: kept, added, removed, repriced, retimed, restated.

    Charges are paired by slot and entry, so that a day that moves is one change, not two. Where one schedule was asked
    for up to an earlier day than the other (`through`), what lies behind that day is added or removed.

    Args:
        before: the schedule as it stands, such as that of the contract as signed.
        after: the schedule to compare it with, such as that of the contract with one more order.

    Returns:
        The same for the same charges, whatever order they come in. For every certainty, the sum after less the sum
        before is the sum of the differences, to the cent.

    Raises:
        NotAllowed: `other_contract`, `currency_mismatch` for schedules that cannot be compared.
        InvalidTerms: `duplicate_entry` for a schedule that has a slot and entry twice.

    Source: house rule: the preview of an order is the difference of two schedules.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> plan = schedule(sales_led())
        >>> diff(plan, plan).changes, diff(plan, plan).kept.count
        ((), 35)
    """
    _refuse_strangers(before, after)
    stood, stands = _by_key(before, "$.before"), _by_key(after, "$.after")
    kept: dict[Certainty, list[Decimal]] = {certainty: [] for certainty in Certainty}
    changes: list[ChargeChange] = []
    for key, charge in stands.items():
        old = stood.pop(key, None)
        if old is not None and is_kept(old, charge):
            kept[charge.certainty].append(charge.value)
        else:
            changes.append(ChargeChange(old, charge))
    changes += (ChargeChange(charge, None) for charge in stood.values())
    sums = {certainty.value: _sum(after.currency, values).amount for certainty, values in kept.items()}
    found = Kept(sum(map(len, kept.values())), **sums)
    return Difference(after.contract, after.currency, tuple(sorted(changes, key=_place)), found)


def _refuse_strangers(before: Schedule, after: Schedule) -> None:
    """Refuse schedules whose amounts cannot be compared."""
    found = []
    if before.contract != after.contract:
        found.append(Issue("$.after", "other_contract", f"must be a schedule of {before.contract}", after.contract))
    if before.currency != after.currency:
        found.append(Issue("$.after", "currency_mismatch", f"must be in {before.currency}", after.currency))
    if found:
        raise NotAllowed(*found)


def _by_key(schedule: Schedule, path: str) -> dict[ChargeKey, Charge]:
    """The charges of a schedule, each by what tells it from the others."""
    found: dict[ChargeKey, Charge] = {}
    for charge in schedule.charges:
        key = charge_key(charge)
        if key in found:
            invalid(path, "duplicate_entry", "must have each slot and entry once", key)
        found[key] = charge
    return found


def _place(change: ChargeChange) -> tuple[date, int, str, int, str, int]:
    """Where a change stands among others, whatever order they come in."""
    charge = change.charge
    on = min(side.planned_on for side in (change.before, change.after) if side is not None)
    return on, charge.line.sequence, charge.line.id, charge.n, charge.component, charge.entry


def _sum(currency: str, values: Iterable[Decimal]) -> moneyed.Money:
    """A sum, at the scale of its currency also when there is nothing to add."""
    return moneyed.Money(add_up([quantum(currency) * 0, *values]), currency)


_TEXTS, _NUMBERS = ("change", "invoice on", "for", "service period"), ("before", "after", "difference")


def _table(difference: Difference) -> Table:
    """A difference for people."""
    scale, changes = exponent(difference.currency), difference.changes
    columns = (
        *(Column(name) for name in _TEXTS),
        *(Column(name, numeric=True) for name in _NUMBERS),
        Column("certainty"),
    )
    rows = [_row(change, scale) for change in changes]
    tones = [_tone(change.value) for change in changes]
    if difference.kept.count:
        kept = _sum(difference.currency, map(difference.kept.value_of, Certainty))
        rows.append(("kept", "", _counted(difference.kept.count, "charge"), "", *_figures((kept, kept), scale), ""))
        tones.append(Tone.PLAIN)
    counted = _counted(len(changes), "change") if changes else "no changes"
    title = f"{difference.contract}: {counted} in {difference.currency}"
    return Table(columns, tuple(rows), title, tuple(_footer(difference, scale)), tuple(tones))


def _tone(value: Decimal) -> Tone:
    """What a change of money tells."""
    return Tone.SHIFT if not value else Tone.GAIN if value > 0 else Tone.LOSS


def _row(change: ChargeChange, scale: int) -> tuple[str, ...]:
    """One change: what is otherwise than before says what it was."""
    old, new = change.before, change.after
    days = tuple("" if side is None else str(side.planned_on) for side in (old, new))
    served = tuple("" if side is None else days_of(side) for side in (old, new))
    certain = tuple("" if side is None else str(side.certainty) for side in (old, new))
    told = [described(change.charge)]
    if change.charge.basis is Basis.CORRECTION:
        told.append("correction")
    if old is not None and new is not None:
        told += _regrouped(old.line.group, new.line.group)
    figures = _figures((change.amount_before, change.amount_after), scale)
    return (str(change.kind), _was(*days), ", ".join(told), _was(*served), *figures, _was(*certain))


def _was(old: str, new: str) -> str:
    """What something is, and what it was where that was otherwise."""
    return f"{new}, was {old}" if old and new and old != new else new or old


def _regrouped(old: Group, new: Group) -> Iterator[str]:
    """What puts a charge on another invoice of its day."""
    for field in attrs.fields(Group):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after:
            yield f"{field.name.replace('_', ' ')} {after or 'none'}, was {before or 'none'}"


def _figures(sides: tuple[moneyed.Money | None, moneyed.Money | None], scale: int) -> tuple[str, str, str]:
    """Before, after and the difference, which has a sign unless it is zero."""
    before, after = (Decimal(0) if side is None else side.amount for side in sides)
    old, new = ("" if side is None else format_amount(side.amount, scale) for side in sides)
    return old, new, _signed(subtract(after, before), scale)


def _signed(value: Decimal, scale: int) -> str:
    """An amount with its sign, unless it is zero."""
    return f"{'+' if value > 0 else ''}{format_amount(value, scale)}"


def _footer(difference: Difference, scale: int) -> Iterator[tuple[str, ...]]:
    """The sums by kind, then those of the whole schedules by certainty, as far as there are any."""
    for kind in ChangeKind:
        if changes := difference.of(kind):
            net = _signed(difference.total_of(kind).amount, scale)
            yield str(kind), "", _counted(len(changes), "charge"), "", "", "", net, ""
    for certainty in Certainty:
        sums = difference.sums(certainty)
        if any(sums):
            yield str(certainty), "", "", "", *_figures(sums, scale), ""
    firm = (Certainty.FIXED, Certainty.ESTIMATED)
    yield "TCV", "", "", " + ".join(firm), *_figures(difference.sums(*firm), scale), ""


def _counted(number: int, thing: str) -> str:
    """So many of something."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
