"""Differences to their form and back; figures that follow from others are checked when read."""

from collections.abc import Iterator
from decimal import Decimal

import attrs

from contractbill.charges import Certainty, Charge
from contractbill.errors import InvalidTerms, Issue, refuse
from contractbill.invoices import ChargeChange, Difference, Kept
from contractbill.money import Rounding, quantize
from contractbill.wire.difference_form import ChangeForm, DifferenceForm, SideForm
from contractbill.wire.schedule_form import TotalsForm
from contractbill.wire.schedules import (
    currency_unit,
    differences,
    group_form,
    line_form,
    line_ref,
    read_group,
    read_line,
)


def difference_form(difference: Difference) -> DifferenceForm:
    """A difference in the shape of the form."""
    return DifferenceForm(
        contract=difference.contract,
        currency=difference.currency,
        changes=tuple(map(_change_form, difference.changes)),
        kept=difference.kept,
        totals=_totals(difference),
    )


def _change_form(change: ChargeChange) -> ChangeForm:
    """One change."""
    before, after = (None if side is None else _side_form(side) for side in (change.before, change.after))
    return ChangeForm(change=change.kind, difference=change.value, before=before, after=after)


def _side_form(charge: Charge) -> SideForm:
    """A charge with its invoice."""
    return SideForm(invoice_on=charge.planned_on, group=group_form(charge.line.group), line=line_form(charge))


def _totals(difference: Difference) -> TotalsForm:
    """What the sums of the schedule change by."""
    sums = {certainty.value: difference.net(certainty).amount for certainty in Certainty}
    return TotalsForm(**sums, tcv=difference.tcv.amount)


def read_difference(form: DifferenceForm) -> Difference:
    """The difference that a form describes.

    Raises:
        InvalidTerms: `unknown_currency`, `wrong_change`, `wrong_difference`, `wrong_total`, `not_quantized`,
            `out_of_range`, and the codes of `ChargeChange` and of a schedule's lines.
    """
    unit = currency_unit(form.currency)
    found: list[Issue] = list(_kept_faults(form.kept, unit))
    changes = []
    for at, one in enumerate(form.changes):
        try:
            changes.append(_read_change(one, form, unit))
        except InvalidTerms as error:
            found += error.under(f"$.changes[{at}]").issues
    refuse(found)
    # At the scale of the currency, however many zeros were written.
    fixed, estimated, contingent = (quantize(form.kept.value_of(one), unit, Rounding.HALF_UP) for one in Certainty)
    kept = Kept(form.kept.count, fixed, estimated, contingent)
    difference = Difference(form.contract, form.currency, tuple(changes), kept)
    wrong = differences(form.totals, attrs.asdict(_totals(difference)), "as the changes say")
    refuse(attrs.evolve(issue.under("$.totals"), code="wrong_total") for issue in wrong)
    return difference


def _kept_faults(kept: Kept, unit: Decimal) -> Iterator[Issue]:
    """What is wrong with the sum of what is kept."""
    if kept.count < 0:
        yield Issue("$.kept.count", "out_of_range", "must not be negative", kept.count)
    for certainty in Certainty:
        value = kept.value_of(certainty)
        if quantize(value, unit, Rounding.HALF_UP) != value:
            yield Issue(f"$.kept.{certainty}", "not_quantized", f"must be a multiple of {unit}", str(value))


def _read_change(form: ChangeForm, around: DifferenceForm, unit: Decimal) -> ChargeChange:
    """One change, its figures checked against its sides."""
    found: list[Issue] = []
    sides: dict[str, Charge | None] = {"before": None, "after": None}
    for name in sides:
        side = getattr(form, name)
        try:
            sides[name] = None if side is None else _read_side(side, around, unit)
        except InvalidTerms as error:
            found += error.under(f"$.{name}").issues
    refuse(found)
    change = ChargeChange(**sides)
    refuse(differences(form, {"change": change.kind, "difference": change.value}, "as its sides say"))
    return change


def _read_side(form: SideForm, around: DifferenceForm, unit: Decimal) -> Charge:
    """A charge, its working checked."""
    ref = line_ref(form.line, around.contract, read_group(form.group, around.currency))
    try:
        return read_line(form.line, form.invoice_on, ref, unit)
    except InvalidTerms as error:
        raise error.under("$.line") from None
