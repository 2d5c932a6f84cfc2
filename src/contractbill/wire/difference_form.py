"""The shape of a difference in the form. The fields of these classes are the form's keys, in their order."""

from datetime import date
from decimal import Decimal

import attrs

from contractbill.invoices import ChangeKind, Kept
from contractbill.wire.schedule_form import GroupForm, LineForm, TotalsForm


@attrs.frozen(kw_only=True)
class SideForm:
    """A charge as it stands in one of the two schedules.

    Args:
        invoice_on: the day of its invoice.
        group: what the lines of that invoice share.
        line: the charge.
    """

    invoice_on: date
    group: GroupForm = GroupForm()
    line: LineForm


@attrs.frozen(kw_only=True)
class ChangeForm:
    """One charge that is not kept.

    Args:
        change: what became of it.
        difference: its amount after less its amount before.
        before: as it stood; absent where it was added.
        after: as it stands; absent where it was removed.
    """

    change: ChangeKind
    difference: Decimal
    before: SideForm | None = None
    after: SideForm | None = None


@attrs.frozen(kw_only=True)
class DifferenceForm:
    """What changes from one schedule of a contract to another.

    Args:
        contract: the contract's id.
        currency: ISO 4217 code of every amount.
        changes: by day, order, line, period.
        kept: what stands in both alike, added up.
        totals: what the sums of the schedule change by.
    """

    contract: str
    currency: str
    changes: tuple[ChangeForm, ...]
    kept: Kept
    totals: TotalsForm
