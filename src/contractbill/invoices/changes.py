"""Changes: single charges as they stand in one schedule of a contract and in another."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs
import moneyed

from contractbill.charges import Certainty, Charge, LineRef
from contractbill.errors import invalid
from contractbill.money import add_up, quantum, subtract
from contractbill.periods import Period

ChargeKey = tuple[str, str, int, int]


class ChangeKind(StrEnum):
    """What became of a charge.

    Added or removed; repriced (another amount, perhaps on another day too); retimed (the same amount on another day);
    restated (the same amount on the same day, of other certainty, for other days, or on another invoice).
    """

    ADDED = "added"
    REMOVED = "removed"
    REPRICED = "repriced"
    RETIMED = "retimed"
    RESTATED = "restated"


@attrs.frozen
class ChargeChange:
    """One charge as it stood and as it stands.

    Args:
        before: the charge in the schedule before; None for one that was added.
        after: the charge in the schedule after; None for one that was removed.

    Raises:
        InvalidTerms: `missing` where both are, `other_slot` where they are not of one slot and entry, `not_changed`
            where one stands as the other.
    """

    before: Charge | None
    after: Charge | None

    def __attrs_post_init__(self) -> None:
        """Refuse what is no change of anything."""
        match self.before, self.after:
            case None, None:
                invalid("$", "missing", "must have a charge before or after")
            case Charge() as before, Charge() as after if charge_key(before) != charge_key(after):
                invalid("$.after", "other_slot", f"must be that of before, {charge_key(before)}", charge_key(after))
            case Charge() as before, Charge() as after if is_kept(before, after):
                invalid("$", "not_changed", "must differ in something that an invoice shows")

    @property
    def charge(self) -> Charge:
        """The charge as it stands; as it stood, where it was removed."""
        found = self.before if self.after is None else self.after
        assert found is not None, "a change has a side"
        return found

    @property
    def kind(self) -> ChangeKind:
        """What became of it."""
        if self.before is None:
            return ChangeKind.ADDED
        if self.after is None:
            return ChangeKind.REMOVED
        if self.before.value != self.after.value:
            return ChangeKind.REPRICED
        return ChangeKind.RESTATED if self.before.planned_on == self.after.planned_on else ChangeKind.RETIMED

    @property
    def line(self) -> LineRef:
        """What the charge carries from the deal."""
        return self.charge.line

    @property
    def service(self) -> Period | None:
        """The days it pays for; None for a one-time charge."""
        return self.charge.service

    @property
    def planned_before(self) -> date | None:
        """The day of the invoice it stood on."""
        return None if self.before is None else self.before.planned_on

    @property
    def planned_after(self) -> date | None:
        """The day of the invoice it stands on."""
        return None if self.after is None else self.after.planned_on

    @property
    def amount_before(self) -> moneyed.Money | None:
        """What it came to."""
        return None if self.before is None else self.before.amount

    @property
    def amount_after(self) -> moneyed.Money | None:
        """What it comes to."""
        return None if self.after is None else self.after.amount

    @property
    def value(self) -> Decimal:
        """The amount after less the amount before, where no charge is zero, at the scale of its currency."""
        zero = quantum(self.line.group.currency) * 0
        return add_up([zero, *(value for _on, value in self.parts())])

    @property
    def difference(self) -> moneyed.Money:
        """The amount after less the amount before, where no charge is zero."""
        return moneyed.Money(self.value, self.line.group.currency)

    def parts(self, *certainties: Certainty) -> Iterator[tuple[date, Decimal]]:
        """What it adds to invoices, by day: less what stood, plus what stands.

        Args:
            certainties: only sides of these count; of any, when none is named.
        """
        counted = certainties or tuple(Certainty)
        if self.before is not None and self.before.certainty in counted:
            yield self.before.planned_on, subtract(Decimal(0), self.before.value)
        if self.after is not None and self.after.certainty in counted:
            yield self.after.planned_on, self.after.value


@attrs.frozen
class Kept:
    """The charges that stand in both schedules alike.

    Args:
        count: how many.
        fixed, estimated, contingent: what they come to, by certainty, at the scale of their currency.
    """

    count: int
    fixed: Decimal
    estimated: Decimal
    contingent: Decimal

    def value_of(self, certainty: Certainty) -> Decimal:
        """What those of one certainty come to."""
        values = {
            Certainty.FIXED: self.fixed,
            Certainty.ESTIMATED: self.estimated,
            Certainty.CONTINGENT: self.contingent,
        }
        return values[certainty]


def charge_key(charge: Charge) -> ChargeKey:
    """What tells a charge from all others of its contract: line, component, n and entry."""
    return charge.line.id, charge.component, charge.n, charge.entry


def is_kept(before: Charge, after: Charge) -> bool:
    """Whether a charge stands as it stood: on the same invoice, for the same days, as certain, of the same amount."""
    return (
        before.derivation.amount == after.derivation.amount
        and before.planned_on == after.planned_on
        and before.certainty is after.certainty
        and before.service == after.service
        and before.line.group == after.line.group
    )
