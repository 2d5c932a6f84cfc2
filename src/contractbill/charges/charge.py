"""Charges: one amount each, with how it came about.

A charge is small because it shares: its line's particulars with every charge of the line, its derivation with every
period that costs the same for the same reason.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

import attrs
import moneyed

from contractbill.charges.readings import IndexChange
from contractbill.deal.orders import UpliftBasis
from contractbill.deal.resolve import Group
from contractbill.display import (
    Column,
    Table,
    format_amount,
    format_quantity,
    format_unit_amount,
    to_html,
    to_text,
)
from contractbill.money import Rounding, add, multiply, quantize
from contractbill.periods import WHOLE, Frequency, Period, Share


class Certainty(StrEnum):
    """How sure an amount is.

    Fixed by the deal; estimated, where usage or an index is still to come; contingent on a renewal, a milestone or a
    fulfilment that may not happen.
    """

    FIXED = "fixed"
    ESTIMATED = "estimated"
    CONTINGENT = "contingent"

    @property
    def doubt(self) -> int:
        """0 for fixed, 1 for estimated, 2 for contingent."""
        return _DOUBTS[self]


_DOUBTS = {certainty: doubt for doubt, certainty in enumerate(Certainty)}


class Basis(StrEnum):
    """Why a charge asks to be invoiced on the day it does."""

    IN_ADVANCE = "in_advance"
    IN_ARREARS = "in_arrears"
    AT_SIGNATURE = "at_signature"
    AT_START = "at_start"
    ON_DATE = "on_date"
    MILESTONE = "milestone"
    INSTALMENT = "instalment"
    CORRECTION = "correction"


# What states a price rather than raising the one before it.
STATED = frozenset({"ramp", "amendment"})


# Without slots a frozen value is made in half the time; of these and those below a schedule makes the most.
@attrs.frozen(slots=False)
class PriceStep:
    """One application of an uplift, a price that was stated anew, or a discount, which is a price below zero.

    Args:
        on: the day it falls on; where it waits for the next billing period, it counts from the first day of that.
        cause: `escalator` or `renewal`; `ramp` or `amendment` for a stated price; `discount` and its id; `percent` and
            the lines it is of; `tier` and its bounds, as "1000..5000", or "1000.." for the last.
        order: the order whose clause it is; of a discount of the contract, the contract.
        previous: the price it raises: the one before, unless `basis` names another; zero for a discount, a percent, a
            tier.
        of: the price the rate is taken of: `previous` when compounding, the first price when simple; of a discount, the
            price it is taken off; of a percent, what the lines it is of cost; of a tier, zero.
        rate: the uplift as a fraction of `of`; zero for an uplift by amount.
        amount: the uplift as an amount, for a stated price its difference; zero for an uplift by rate.
        unit_amount: the price it leads to, rounded where the clause says so.
        round_to, rounding: how it was rounded; no quantum, no rounding.
        index: the readings that moved it, for a step of an index.
        estimated: whether a reading, or the notice of it, is still to come.
        basis: of a renewal, which price it raises.
    """

    on: date
    cause: str
    order: str
    previous: Decimal
    of: Decimal
    rate: Decimal
    amount: Decimal
    unit_amount: Decimal
    round_to: Decimal | None = None
    rounding: Rounding = Rounding.HALF_UP
    index: IndexChange | None = None
    estimated: bool = False
    basis: UpliftBasis = UpliftBasis.LAST

    @property
    def starts_anew(self) -> bool:
        """Whether it does not rest on the step before it."""
        return self.cause in STATED or self.basis is not UpliftBasis.LAST

    @property
    def exact(self) -> Decimal:
        """The sum previous + of × rate + amount, before rounding."""
        return add(add(self.previous, multiply(self.of, self.rate)), self.amount)

    def evaluate(self) -> Decimal:
        """The unit amount, worked out again."""
        return self.exact if self.round_to is None else quantize(self.exact, self.round_to, self.rounding)


@attrs.frozen(slots=False)
class UnitPrice:
    """The price of one unit over a stretch of days, and how it came about.

    Args:
        unit_amount: money for one unit for one price period, at any precision.
        per: the price period; None where there is none (one-time charges, corrections).
        order: the order that agreed the first price.
        base: the first price.
        steps: what raised it since, first to last. What a discount takes off starts from zero and has one step.
    """

    unit_amount: Decimal
    per: Frequency | None
    order: str
    base: Decimal
    steps: tuple[PriceStep, ...] = ()

    @property
    def is_percent(self) -> bool:
        """Whether its first price is a percent of what other lines cost, or of an amount."""
        return bool(self.steps) and self.steps[0].cause.startswith(PERCENT)

    @property
    def is_worked_out(self) -> bool:
        """Whether its first step says where its first price is from: other lines, an amount, or a tier."""
        return bool(self.steps) and self.steps[0].cause.startswith((PERCENT, TIER))

    @property
    def is_discount(self) -> bool:
        """Whether it is what a discount takes off, rather than a price with its uplifts."""
        return bool(self.steps) and self.steps[0].cause.startswith(DISCOUNT)

    def evaluate(self) -> Decimal:
        """The unit amount, worked out again from its last step."""
        return self.steps[-1].evaluate() if self.steps else self.base

    @property
    def estimated(self) -> bool:
        """Whether a reading or a notice that it rests on is still to come: one since a step last started anew."""
        for step in reversed(self.steps):
            # What starts anew, without a call for each step.
            if step.estimated or step.cause in STATED or step.basis is not UpliftBasis.LAST:
                return step.estimated
        return False


@attrs.frozen(slots=False)
class Derivation:
    """How an amount came about; evaluating it again gives the amount.

    Args:
        quantity: units.
        price: of one unit for one price period.
        periods: price periods in one full billing period: 3 for a monthly price billed quarterly, 1/12 for a yearly
            price billed monthly.
        share: the part of a full billing period that is charged.
        factor: periods × share.
        to: the quantum the amount is rounded to.
        rounding: by which rule.
        amount: the result, at currency scale.
    """

    quantity: Decimal
    price: UnitPrice
    periods: Fraction
    share: Share
    factor: Fraction
    to: Decimal
    rounding: Rounding
    amount: Decimal

    @property
    def exact(self) -> Fraction:
        """The product quantity × unit amount × periods × share, before rounding."""
        return _exact(self.quantity, self.price.unit_amount, self.periods * self.share.fraction)

    def evaluate(self) -> Decimal:
        """The amount, worked out again from its operands.

        Example:
            >>> price = UnitPrice(Decimal("60.00"), Frequency.parse("month"), "O-2", Decimal("60.00"))
            >>> stub = derive(Decimal(15), price, Fraction(3), Share(14, 92), to=Decimal("0.01"))
            >>> stub.amount == stub.evaluate() == Decimal("410.87")
            True
        """
        return quantize(self.exact, self.to, self.rounding)

    def to_table(self) -> Table:
        """Its operands, the steps of its price, and the amount at the foot.

        Example:
            >>> price = UnitPrice(Decimal("60.00"), Frequency.parse("month"), "O-2", Decimal("60.00"))
            >>> stub = derive(Decimal(15), price, Fraction(3), Share(14, 92), to=Decimal("0.01"))
            >>> print(to_text(stub.to_table()))
            working                            value
            -------------------------------  -------
            quantity                              15
            unit amount per month              60.00
            price periods                          3
            share of a full period             14/92
            exact amount                     9450/23
            -------------------------------  -------
            amount, rounded half_up to 0.01   410.87
        """
        return _working(self)

    def __str__(self) -> str:
        """Its table as text."""
        return to_text(self.to_table())

    def _repr_html_(self) -> str:
        """Its table as a notebook shows it."""
        return to_html(self.to_table())

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, str]:
        """Its text where a notebook or a prompt cannot show HTML."""
        return {"text/plain": str(self)}


def _working(derivation: Derivation) -> Table:
    """The table of a derivation."""
    scale = max(0, -int(derivation.to.as_tuple().exponent))
    price = derivation.price
    per = "" if price.per is None else f" per {price.per}"
    rows = [("quantity", format_quantity(derivation.quantity))]
    if price.steps:
        rows += [] if price.is_discount else [(f"agreed in {price.order}", format_unit_amount(price.base, scale))]
        rows += ((f"{step.cause} of {step.on}", format_unit_amount(step.unit_amount, scale)) for step in price.steps)
    rows.append((f"unit amount{per}", format_unit_amount(price.unit_amount, scale)))
    if derivation.periods != 1:
        rows.append(("price periods", str(derivation.periods)))
    if derivation.share.fraction != 1:
        rows.append(("share of a full period", str(derivation.share)))
    if derivation.exact != derivation.amount:
        rows.append(("exact amount", str(derivation.exact)))
    footer = ((f"amount, rounded {derivation.rounding} to {derivation.to}", format_amount(derivation.amount, scale)),)
    return Table((Column("working"), Column("value", numeric=True)), tuple(rows), footer=footer)


def derive(  # noqa: PLR0913 - the operands of one formula, in its order
    quantity: Decimal,
    price: UnitPrice,
    periods: Fraction = Fraction(1),
    share: Share = WHOLE,
    *,
    to: Decimal,
    rounding: Rounding = Rounding.HALF_UP,
) -> Derivation:
    """An amount by the one formula: round(quantity × unit amount × factor), rounded once.

    Example:
        >>> fee = UnitPrice(Decimal(15000), None, "O-1", Decimal(15000))
        >>> derive(Decimal(1), fee, to=Decimal("0.01")).amount
        Decimal('15000.00')
    """
    factor = periods if share is WHOLE else periods * share.fraction
    numerator, denominator = factor.as_integer_ratio()
    if denominator == 1:
        one = multiply(quantity, price.unit_amount)
        exact: Decimal | Fraction = one if numerator == 1 else multiply(one, Decimal(numerator))
    else:
        exact = _exact(quantity, price.unit_amount, factor)
    return Derivation(quantity, price, periods, share, factor, to, rounding, quantize(exact, to, rounding))


def _exact(quantity: Decimal, unit_amount: Decimal, factor: Fraction) -> Fraction:
    """The product, exact."""
    return Fraction(multiply(quantity, unit_amount)) * factor


@attrs.frozen(kw_only=True, slots=False)
class LineRef:
    """What every charge of a line carries from the deal to the report.

    Args:
        contract, order: the ids of both.
        id: the line's own.
        sequence: the order's place in the contract.
        group: what the line must share with others on its invoice.
        description: what people read; the line's id unless the deal says otherwise.
        product, unit, tax_code, tags: as the deal has them.
    """

    contract: str
    order: str
    id: str
    sequence: int
    group: Group
    description: str
    product: str | None = None
    unit: str | None = None
    tax_code: str | None = None
    tags: tuple[str, ...] = ()


BASE, DISCOUNT, ROUNDING, PERCENT, TIER = "base", "discount", "rounding", "percent", "tier"


class Slot(NamedTuple):
    """The identity of what is charged, for life: dates are content, not identity.

    `n` is the period's index from the line's anchor (for a line billed once a term, the term's number), 0 for a
    one-time charge. `component` is `base`; `base/2` and so on where a price step or the end of a term cuts period `n`
    in parts; `discount/launch` for what the discount `launch` takes off the base, with the same ending, its second part
    `discount/launch#2`; `rounding` for what the parts of a price period lack to its whole, `rounding:discount` for what
    their discounts do; `rounding:invoice/base` and so on for what a sum lacks that is rounded as a whole, named
    after the amount beside it.
    """

    contract: str
    line: str
    component: str
    n: int


@attrs.frozen(slots=False)
class Charge:
    """One amount somebody is to be asked for.

    Args:
        line: what it carries from the deal.
        component, n, entry: with contract and line its slot, and its number among the entries of that slot.
        service: the days it pays for; None for a one-time charge.
        asked_on: the day its terms ask for.
        planned_on: the day it stands on an invoice: later than `asked_on` where it became known later.
        basis: why that day.
        certainty: how sure it is.
        derivation: how its amount came about.
    """

    line: LineRef
    component: str
    n: int
    service: Period | None
    asked_on: date
    planned_on: date
    basis: Basis
    certainty: Certainty
    derivation: Derivation
    entry: int = 1

    @property
    def slot(self) -> Slot:
        """What identifies it; (slot, entry) is the idempotency key."""
        return Slot(self.line.contract, self.line.id, self.component, self.n)

    @property
    def value(self) -> Decimal:
        """The amount as a number, at the scale of its currency."""
        return self.derivation.amount

    @property
    def amount(self) -> moneyed.Money:
        """The amount."""
        return moneyed.Money(self.derivation.amount, self.line.group.currency)


def stated(amount: Decimal, like: Charge) -> Derivation:
    """The derivation of an amount that stands by itself beside a charge: one times the amount, at the charge's scale.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.charges import charges_for
        >>> stated(Decimal("0.04"), charges_for(sales_led())[0]).amount
        Decimal('0.04')
    """
    price = UnitPrice(amount, None, like.line.order, amount)
    return derive(Decimal(1), price, to=like.derivation.to, rounding=like.derivation.rounding)


def place_in_line(charge: Charge) -> tuple[date, bool, int, str]:
    """Where a charge of a line stands among the others, as it does in a schedule: by day, what rounding adds last."""
    start = charge.asked_on if charge.service is None else charge.service.start
    return start, charge.component.startswith(ROUNDING), charge.n, charge.component
