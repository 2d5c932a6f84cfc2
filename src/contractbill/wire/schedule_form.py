"""The shape of a schedule in the form: flat lines that anyone can check, and what a round trip needs beside them.

The fields of these classes are the form's keys, in their order.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs

from contractbill.charges import Basis, Certainty, PriceStep
from contractbill.deal import GroupSplit, PaymentTerms
from contractbill.money import Rounding
from contractbill.periods import WHOLE, Frequency, Share


@attrs.frozen(kw_only=True)
class PriceForm:
    """How a unit price came about; the unit price itself stands on the line.

    Args:
        per: the price period; absent where there is none.
        base: the first price.
        order: the order that agreed it.
        steps: what raised it since, first to last.
    """

    per: Frequency | None = None
    base: Decimal
    order: str
    steps: tuple[PriceStep, ...] = ()


@attrs.frozen(kw_only=True)
class LineForm:
    """One charge: `amount` is quantity × unit_amount × factor, rounded once.

    Args:
        line, order: ids in the deal.
        component: `base` for the price itself; `base/2` and so on for the parts of a period that was cut;
            `discount/launch` for what the discount `launch` takes off; `rounding` for what rounded parts lack to their
            whole, `rounding:discount` for what their discounts do, `rounding:invoice/base` and the like for what a
            rounded sum lacks.
        description: what people read.
        service_start: the first day it pays for; absent for a one-time charge.
        service_end: the day after the last one.
        quantity: units.
        unit_amount: the price of one unit for one price period, at any precision.
        factor: how many price periods are charged, as a fraction in lowest terms: periods × share.
        amount: the charge, at the scale of its currency.
        certainty: how sure it is.
        basis: why it stands on this day.
        asked_on: the day its terms ask for, when it became known later.
        n: the period's index from the line's anchor.
        entry: its number among the entries of its slot.
        sequence: the order's place in the contract.
        product, unit, tax_code, tags: as the deal has them.
        price: how the unit price came about.
        periods: price periods in a full billing period, when a share of one is charged.
        share: the share of a full billing period that is charged, as counted.
        round_to: what the amount is rounded to, when not the smallest unit of the currency.
        rounding: by which rule.
    """

    line: str
    order: str
    component: str
    description: str
    service_start: date | None = None
    service_end: date | None = None
    quantity: Decimal
    unit_amount: Decimal
    factor: Fraction
    amount: Decimal
    certainty: Certainty
    basis: Basis
    asked_on: date | None = None
    n: int = 0
    entry: int = 1
    sequence: int = 0
    product: str | None = None
    unit: str | None = None
    tax_code: str | None = None
    tags: tuple[str, ...] = ()
    price: PriceForm
    periods: Fraction | None = None
    share: Share = WHOLE
    round_to: Decimal | None = None
    rounding: Rounding = Rounding.HALF_UP


@attrs.frozen(kw_only=True)
class GroupForm:
    """What the lines of an invoice share, beside its currency.

    Args:
        entity: id of the selling entity.
        bill_to: id of the party that pays.
        remit_to: id of the account it pays to.
        po: the number of the purchase order.
        tax_regime: how it is taxed.
        separate: the line's id, for a line that wants an invoice of its own.
        payment_terms: when it is due.
        split: who shares it, where several do.
    """

    entity: str | None = None
    bill_to: str | None = None
    remit_to: str | None = None
    po: str | None = None
    tax_regime: str | None = None
    separate: str | None = None
    payment_terms: PaymentTerms = PaymentTerms()
    split: GroupSplit | None = None


@attrs.frozen(kw_only=True)
class PartForm:
    """One instalment of an invoice.

    Args:
        due_on: the day by which it is to be paid.
        amount: the part.
    """

    due_on: date
    amount: Decimal


@attrs.frozen(kw_only=True)
class ShareForm:
    """What one payer or cost centre takes of an invoice.

    Args:
        id: of the payer or the cost centre.
        bill_to: id of the party that pays it.
        po: the number of its purchase order.
        amount: its part of the total.
        lines: its part of each line, in their order.
        instalments: its part of each instalment, when the terms say so.
    """

    id: str
    bill_to: str | None = None
    po: str | None = None
    amount: Decimal
    lines: tuple[Decimal, ...]
    instalments: tuple[PartForm, ...] = ()


@attrs.frozen(kw_only=True)
class InvoiceForm:
    """One planned invoice.

    Args:
        invoice_on: the day it is planned for.
        due_on: the day by which all of it is to be paid.
        certainty: that of its least certain line.
        currency: ISO 4217 code of every amount.
        total: the sum of its lines.
        instalments: the parts in which it is to be paid, when its terms say so.
        shares: what each payer or cost centre takes of it, when it is split.
        group: what its lines share.
        lines: its charges, at least one.
    """

    invoice_on: date
    due_on: date
    certainty: Certainty
    currency: str
    total: Decimal
    instalments: tuple[PartForm, ...] = ()
    shares: tuple[ShareForm, ...] = ()
    group: GroupForm = GroupForm()
    lines: tuple[LineForm, ...]


@attrs.frozen(kw_only=True)
class TotalsForm:
    """Sums by certainty: of a schedule, or of what it changes by.

    Args:
        fixed: what is certain.
        estimated: what is agreed but not measured yet.
        contingent: what may never be.
        tcv: fixed + estimated.
    """

    fixed: Decimal
    estimated: Decimal
    contingent: Decimal
    tcv: Decimal


@attrs.frozen(kw_only=True)
class ScheduleForm:
    """Every invoice of a contract, past and to come.

    Args:
        contract: the contract's id.
        currency: ISO 4217 code of every amount.
        as_of: the day by which things were known; absent for everything there is.
        through: the last day that was asked for; absent for the whole of the terms.
        invoices: by day.
        totals: their sums.
    """

    contract: str
    currency: str
    as_of: date | None = None
    through: date | None = None
    invoices: tuple[InvoiceForm, ...]
    totals: TotalsForm
