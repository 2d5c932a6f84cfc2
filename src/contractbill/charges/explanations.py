"""Explanations: the working of an amount as text, made on demand from its derivation."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from contractbill.charges.charge import PERCENT, ROUNDING, STATED, TIER, Basis, Charge, Derivation, PriceStep
from contractbill.charges.indexation import CAP, FLOOR
from contractbill.charges.readings import IndexChange
from contractbill.deal.orders import UpliftBasis
from contractbill.deal.rounding import RoundingLevel
from contractbill.display import format_amount, format_percent, format_quantity, format_unit_amount


def explain(amount: Charge | Derivation) -> str:
    """How an amount came about, as somebody would write it down.

    Args:
        amount: a charge, or the derivation of one.

    Returns:
        One line with the operands and the amount, then one line for each step of the unit price, oldest first.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.charges import charges_for
        >>> charges = charges_for(sales_led())
        >>> print(explain(next(charge for charge in charges if charge.line.id == "more-seats")))
        15 × 60.00 × 3 months × 14/92 = 410.87
        >>> print(explain(charges[2]))
        1 × 105,000.00 = 105,000.00
          100,000.00 a year agreed in O-1
          from 2027-01-15: 100,000.00 + 5 % = 105,000.00 (escalator, O-1)
    """
    derivation = amount.derivation if isinstance(amount, Charge) else amount
    scale = _scale(derivation.amount)
    price = derivation.price
    operands = [format_unit_amount(price.unit_amount, scale), *_times(derivation)]
    if derivation.quantity != 1 or len(operands) == 1:
        operands.insert(0, format_quantity(derivation.quantity))
    product = " × ".join(operands)
    if derivation.periods < 0:
        # Days that are given back.
        product = f"-({product})" if len(operands) > 1 else f"-{product}"
    lines = [f"{product} = {format_amount(derivation.amount, scale)}"]
    if price.is_discount:
        lines += (f"  {_taken_off(step, scale)}" for step in price.steps)
    elif price.steps:
        per = f" a {price.per}" if price.per is not None else ""
        if not price.is_worked_out:
            lines.append(f"  {format_unit_amount(price.base, scale)}{per} agreed in {price.order}")
        lines += (f"  {_step(step, scale, nothing=not derivation.quantity)}" for step in price.steps)
    return "\n".join(lines)


def reason(charge: Charge) -> str:
    """Why a charge stands on the day it does.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.charges import charges_for
        >>> reason(charges_for(sales_led())[0])
        'at signature'
    """
    text = _BASES[charge.basis]
    level = charge.component.removeprefix(f"{ROUNDING}:").partition("/")[0]
    if level in _LEVELS:
        text += f"; {_LEVELS[level]} is rounded as a whole"
    elif charge.component.startswith(ROUNDING):
        text += "; brings the rounded parts of a price to their whole"
    if charge.planned_on > charge.asked_on:
        text += f"; asked for {charge.asked_on}, known or certain only later"
    if charge.line.group.separate is not None:
        text += "; on an invoice of its own"
    return text


_BASES = {
    Basis.IN_ADVANCE: "in advance of its service period",
    Basis.IN_ARREARS: "in arrears, after its service period",
    Basis.AT_SIGNATURE: "at signature",
    Basis.AT_START: "at the start of the line",
    Basis.ON_DATE: "on the date agreed",
    Basis.MILESTONE: "at a milestone",
    Basis.INSTALMENT: "as an instalment, counted from the first",
    Basis.CORRECTION: "corrects what was billed before",
}


_LEVELS: Mapping[str, str] = MappingProxyType(
    {
        RoundingLevel.LINE: "the line",
        RoundingLevel.INVOICE: "the invoice",
        RoundingLevel.TOTAL: "the total of the term",
    }
)


def _scale(amount: Decimal) -> int:
    """Digits after the point of an amount at currency scale."""
    exponent = amount.as_tuple().exponent
    assert isinstance(exponent, int), "amounts are finite"
    return -exponent


def _times(derivation: Derivation) -> list[str]:
    """The factors beside quantity and unit price, those that are one left out."""
    periods, per = abs(derivation.periods), derivation.price.per
    factors = []
    if periods != 1 and per is not None:
        unit = str(per) if per.count == 1 else f"({per})"
        factors.append(f"{periods} {unit}{'s' if periods > 1 else ''}")
    if derivation.share.fraction != 1:
        factors.append(str(derivation.share))
    return factors


def _taken_off(step: PriceStep, scale: int) -> str:
    """What a discount takes off, and what it is taken of."""
    of = f"{format_percent(step.rate)} of {format_unit_amount(step.of, scale)}"
    by = format_unit_amount(step.amount, scale) if step.amount else of
    return f"{by} ({step.cause}, {step.order})"


def _step(step: PriceStep, scale: int, *, nothing: bool) -> str:
    """One application of an uplift, a stated price, or a percent; of no units, the tier that they do not reach."""
    if step.cause.startswith(PERCENT):
        of, names = format_unit_amount(step.of, scale), step.cause.removeprefix(PERCENT).strip()
        of += f" ({names})" if names else ""
        result = format_unit_amount(step.unit_amount, scale)
        return f"from {step.on}: {format_percent(step.rate)} of {of} = {result} ({step.order})"
    if step.cause.startswith(TIER) and nothing:
        return f"from {step.on}: in no tier, as there are no units ({step.order})"
    if step.cause.startswith(TIER):
        lower, _, upper = step.cause.removeprefix(TIER).strip().partition("..")
        reach = f"above {format_quantity(Decimal(lower))}"
        reach += f" up to {format_quantity(Decimal(upper))}" if upper else ""
        return f"from {step.on}: {format_unit_amount(step.unit_amount, scale)} in the tier {reach} ({step.order})"
    if step.cause in STATED:
        return f"from {step.on}: {format_unit_amount(step.unit_amount, scale)} stated ({step.cause}, {step.order})"
    by = format_unit_amount(step.amount, scale) if step.amount else format_percent(step.rate)
    of = "" if step.of == step.previous or step.amount else f" of {format_unit_amount(step.of, scale)}"
    exact = step.exact
    result = format_unit_amount(exact, scale)
    if step.unit_amount != exact:
        result += f", rounded {format_unit_amount(step.unit_amount, scale)}"
    previous = format_unit_amount(step.previous, scale)
    reason = f"{step.cause}{_BASED[step.basis]}, {step.order}"
    reason += "" if step.index is None else f"; {_indexed(step.index, step, scale)}"
    reason += "; estimated" if step.estimated else ""
    return f"from {step.on}: {previous} + {by}{of} = {result} ({reason})"


def _indexed(change: IndexChange, step: PriceStep, scale: int) -> str:
    """The readings behind a step."""
    now, then = change.value or "not known", change.since_value or "not known"
    text = f"{change.index} {change.month} {now} / {change.since} {then}"
    if change.factor is not None:
        text += f" = {change.factor.normalize():f}"
    if step.amount:
        text += f" of {format_unit_amount(change.of, scale)}"
    if change.share != 1:
        text += f", {format_percent(change.share)} of the change"
    if change.plus:
        text += f", plus {format_percent(change.plus)}"
    return text + (f"; {_BOUNDS[change.bound]} {format_percent(step.rate)}" if change.bound is not None else "")


_BASED = {
    UpliftBasis.LAST: "",
    UpliftBasis.FIRST: " from the first price",
    UpliftBasis.LIST: " from the list price",
    UpliftBasis.AVERAGE: " from the average price of the term before",
}
_BOUNDS = {FLOOR: "raised to", CAP: "capped at"}
