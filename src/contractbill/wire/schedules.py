"""Schedules to their form and back.

Figures that follow from others (`amount`, `total`, `totals`, `certainty`, `instalments`, the unit price after its
steps) are written for readers and checked when read: a form that contradicts itself is refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import attrs

from contractbill.charges import Charge, Derivation, LineRef, UnitPrice
from contractbill.deal import Group
from contractbill.errors import InvalidTerms, Issue, refuse
from contractbill.invoices import PlannedInvoice, Schedule
from contractbill.money import quantum
from contractbill.periods import WHOLE, Period
from contractbill.wire.schedule_form import (
    GroupForm,
    InvoiceForm,
    LineForm,
    PartForm,
    PriceForm,
    ScheduleForm,
    ShareForm,
    TotalsForm,
)


def schedule_form(schedule: Schedule) -> ScheduleForm:
    """A schedule in the shape of the form.

    Raises:
        InvalidTerms: `wrong_group` for a line that belongs on another invoice, and the codes of `instalments`.
    """
    refuse(_strays(schedule))
    return ScheduleForm(
        contract=schedule.contract,
        currency=schedule.currency,
        as_of=schedule.as_of,
        through=schedule.through,
        invoices=tuple(_invoice_form(invoice, f"$.invoices[{at}]") for at, invoice in enumerate(schedule.invoices)),
        totals=_totals(schedule),
    )


def _strays(schedule: Schedule) -> Iterator[Issue]:
    """Lines that say of themselves that they stand elsewhere."""
    for at, invoice in enumerate(schedule.invoices):
        place = (schedule.contract, invoice.group, invoice.planned_on)
        strays = (
            Issue(f"$.invoices[{at}].lines[{number}]", "wrong_group", "belongs on another invoice", line.slot)
            for number, line in enumerate(invoice.lines)
            if (line.line.contract, line.line.group, line.planned_on) != place
        )
        yield from strays


def _invoice_form(invoice: PlannedInvoice, path: str) -> InvoiceForm:
    """One invoice; its instalments are written when its terms have any."""
    group, parts = invoice.group, _parts(invoice, path)
    return InvoiceForm(
        invoice_on=invoice.planned_on,
        due_on=invoice.due_on,
        certainty=invoice.certainty,
        currency=group.currency,
        total=invoice.value,
        instalments=parts,
        shares=_shares(invoice),
        group=group_form(group),
        lines=tuple(map(line_form, invoice.lines)),
    )


def group_form(group: Group) -> GroupForm:
    """What lines share, but the currency."""
    return GroupForm(**{field.name: getattr(group, field.name) for field in attrs.fields(GroupForm)})


def read_group(form: GroupForm, currency: str) -> Group:
    """What lines share."""
    return Group(currency=currency, **{field.name: getattr(form, field.name) for field in attrs.fields(GroupForm)})


def _parts(invoice: PlannedInvoice, path: str) -> tuple[PartForm, ...]:
    """The instalments of an invoice whose terms have any."""
    terms = invoice.group.payment_terms
    try:
        parts = invoice.instalments if terms.instalments else ()
    except InvalidTerms as error:
        raise error.under(f"{path}.group.payment_terms") from None
    return _part_forms(parts)


def _part_forms(parts: Iterable[tuple[date, Decimal]]) -> tuple[PartForm, ...]:
    """Instalments as they are written."""
    return tuple(PartForm(due_on=due_on, amount=amount) for due_on, amount in parts)


def _shares(invoice: PlannedInvoice) -> tuple[ShareForm, ...]:
    """Who takes what of an invoice that is split; its instalments are known to be right."""
    in_parts = invoice.group.payment_terms.instalments
    return tuple(
        ShareForm(
            id=one.id,
            bill_to=one.bill_to,
            po=one.po,
            amount=one.amount.amount,
            lines=one.lines,
            instalments=_part_forms(one.instalments if in_parts else ()),
        )
        for one in invoice.shares
    )


def line_form(charge: Charge) -> LineForm:
    """One line: figures as they stand, the rest where it is not what a reader would expect."""
    ref, derivation, service = charge.line, charge.derivation, charge.service
    price, whole = derivation.price, derivation.share == WHOLE
    usual = quantum(ref.group.currency)
    return LineForm(
        line=ref.id,
        order=ref.order,
        component=charge.component,
        description=ref.description,
        service_start=None if service is None else service.start,
        service_end=None if service is None else service.end,
        quantity=derivation.quantity,
        unit_amount=price.unit_amount,
        factor=derivation.factor,
        amount=derivation.amount,
        certainty=charge.certainty,
        basis=charge.basis,
        asked_on=None if charge.asked_on == charge.planned_on else charge.asked_on,
        n=charge.n,
        entry=charge.entry,
        sequence=ref.sequence,
        product=ref.product,
        unit=ref.unit,
        tax_code=ref.tax_code,
        tags=ref.tags,
        price=PriceForm(per=price.per, base=price.base, order=price.order, steps=price.steps),
        periods=None if whole else derivation.periods,
        share=derivation.share,
        round_to=None if derivation.to == usual else derivation.to,
        rounding=derivation.rounding,
    )


def _totals(schedule: Schedule) -> TotalsForm:
    """The sums of a schedule."""
    sums = {field.name: getattr(schedule, field.name).amount for field in attrs.fields(TotalsForm)}
    return TotalsForm(**sums)


def read_schedule(form: ScheduleForm) -> Schedule:
    """The schedule that a form describes.

    Raises:
        InvalidTerms: `unknown_currency`, `missing`, `wrong_amount`, `wrong_factor`, `wrong_price`, `wrong_total`,
            `wrong_certainty`, `wrong_instalments`, `wrong_shares`, `no_lines`, `currency_mismatch`, the codes of
            `Period` and `GroupSplit`.
    """
    unit = currency_unit(form.currency)
    found: list[Issue] = []
    invoices = []
    for at, one in enumerate(form.invoices):
        try:
            invoices.append(_read_invoice(one, form, unit))
        except InvalidTerms as error:
            found += error.under(f"$.invoices[{at}]").issues
    refuse(found)
    schedule = Schedule(form.contract, form.currency, tuple(invoices), form.as_of, form.through)
    sums = attrs.asdict(_totals(schedule))
    wrong = differences(form.totals, sums, "as the lines say")
    refuse(attrs.evolve(issue.under("$.totals"), code="wrong_total") for issue in wrong)
    return schedule


def currency_unit(currency: str) -> Decimal:
    """The quantum of the schedule's currency."""
    try:
        return quantum(currency)
    except InvalidTerms as error:
        raise error.under("$.currency") from None


def _read_invoice(form: InvoiceForm, around: ScheduleForm, unit: Decimal) -> PlannedInvoice:
    """One invoice, its figures checked against its lines."""
    if form.currency != around.currency:
        raise InvalidTerms(Issue("$.currency", "currency_mismatch", f"must be {around.currency}", form.currency))
    if not form.lines:
        raise InvalidTerms(Issue("$.lines", "no_lines", "must have at least one line"))
    group = read_group(form.group, form.currency)
    found: list[Issue] = []
    lines = []
    for number, line in enumerate(form.lines):
        try:
            lines.append(read_line(line, form.invoice_on, line_ref(line, around.contract, group), unit))
        except InvalidTerms as error:
            found += error.under(f"$.lines[{number}]").issues
    refuse(found)
    invoice = PlannedInvoice(group, form.invoice_on, form.due_on, tuple(lines))
    right = {"certainty": invoice.certainty, "total": invoice.value, "instalments": _parts(invoice, "$")}
    right["shares"] = _shares(invoice)
    refuse(differences(form, right, "as its lines say"))
    return invoice


def differences(form: object, right: Mapping[str, object], because: str) -> Iterator[Issue]:
    """The figures of a form that are not what they should be."""
    for name, expected in right.items():
        got = getattr(form, name)
        if got != expected:
            figure = not isinstance(expected, tuple)
            message = f"must be {expected}, {because}" if figure else f"must be those of the {_OF[name]}"
            yield Issue(f"$.{name}", f"wrong_{name}", message, str(got) if figure else None)


_OF = {"instalments": "payment terms", "shares": "split"}


def line_ref(form: LineForm, contract: str, group: Group) -> LineRef:
    """What a line carries from the deal."""
    return LineRef(
        contract=contract,
        order=form.order,
        id=form.line,
        sequence=form.sequence,
        group=group,
        description=form.description,
        product=form.product,
        unit=form.unit,
        tax_code=form.tax_code,
        tags=form.tags,
    )


def read_line(form: LineForm, invoice_on: date, ref: LineRef, unit: Decimal) -> Charge:
    """One charge, its working checked."""
    return Charge(
        line=ref,
        component=form.component,
        n=form.n,
        service=_service(form),
        asked_on=form.asked_on or invoice_on,
        planned_on=invoice_on,
        basis=form.basis,
        certainty=form.certainty,
        derivation=_derivation(form, unit),
        entry=form.entry,
    )


def _service(form: LineForm) -> Period | None:
    """The days a line pays for: both ends, or neither."""
    start, end = form.service_start, form.service_end
    if start is None and end is None:
        return None
    if start is None or end is None:
        name = "service_start" if start is None else "service_end"
        raise InvalidTerms(Issue(f"$.{name}", "missing", "is required beside the other end of the service period"))
    try:
        return Period(start, end)
    except InvalidTerms as error:
        raise InvalidTerms(*(attrs.evolve(issue, path="$.service_end") for issue in error.issues)) from None


def _derivation(form: LineForm, unit: Decimal) -> Derivation:
    """How an amount came about, worked out again."""
    price = UnitPrice(form.unit_amount, form.price.per, form.price.order, form.price.base, form.price.steps)
    derivation = Derivation(
        quantity=form.quantity,
        price=price,
        periods=form.factor if form.periods is None else form.periods,
        share=form.share,
        factor=form.factor,
        to=unit if form.round_to is None else form.round_to,
        rounding=form.rounding,
        amount=form.amount,
    )
    refuse(_quantum_faults(form))
    refuse(_working_faults(form, derivation))
    # "410.870" is the right amount at the wrong scale; what is kept is the amount as it is computed.
    return attrs.evolve(derivation, amount=derivation.evaluate())


def _quantum_faults(form: LineForm) -> Iterator[Issue]:
    """Quanta that nothing can be rounded to."""
    units = {"$.round_to": form.round_to}
    units |= {f"$.price.steps[{at}].round_to": step.round_to for at, step in enumerate(form.price.steps)}
    for path, to in units.items():
        if to is not None and to <= 0:
            yield Issue(path, "not_positive", "must be greater than zero", str(to))


def _working_faults(form: LineForm, derivation: Derivation) -> Iterator[Issue]:
    """The figures of a line that do not follow from its operands."""
    right: object
    for at, step in enumerate(form.price.steps):
        if (right := step.evaluate()) != step.unit_amount:
            path = f"$.price.steps[{at}].unit_amount"
            yield Issue(path, "wrong_price", f"must be {right}, as its operands say", str(step.unit_amount))
    if (right := derivation.price.evaluate()) != form.unit_amount:
        yield Issue("$.unit_amount", "wrong_price", f"must be {right}, as its steps say", str(form.unit_amount))
    if (right := derivation.periods * form.share.fraction) != form.factor:
        yield Issue("$.factor", "wrong_factor", f"must be {right}, as periods × share say", str(form.factor))
    if (right := derivation.evaluate()) != form.amount:
        message = f"must be {right}, as quantity × unit_amount × factor say"
        yield Issue("$.amount", "wrong_amount", message, str(form.amount))
