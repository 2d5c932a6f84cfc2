"""Instalments: how a one-time price is split in parts, and what keeps parts from being the price."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from contractbill.deal.billing import Billing, Instalments, Spread, occasions
from contractbill.deal.lines import LineItem
from contractbill.deal.occasions import Once
from contractbill.deal.orders import Order
from contractbill.deal.prices import Percent, charged
from contractbill.errors import Issue
from contractbill.money import Rounding, add, allocate, multiply, quantize, subtract


def shares_of(billing: Instalments) -> tuple[Fraction | None, ...]:
    """The share of the price that each part is; None for an amount, and for the rest beside amounts, which is one too.

    Example:
        >>> from contractbill.deal import Part
        >>> [str(share) for share in shares_of(Instalments(parts=[Part(share="0.3"), Part()]))]
        ['3/10', '7/10']
    """
    rest = None if billing.amounts else 1 - Fraction(billing.shares)
    return tuple(rest if part.share is None else Fraction(part.share) for part in billing.parts)


def part_amounts(billing: Instalments, whole: Decimal, *, to: Decimal, rounding: Rounding) -> tuple[Decimal, ...]:
    """The parts of a price.

    Args:
        billing: the parts, which the contract found to be the price.
        whole: the price, a multiple of `to`.
        to: the quantum of the currency.
        rounding: how shares are rounded; what that leaves goes to the carrier.

    Returns:
        An amount for each part, in their order; they add up to `whole`.

    Example:
        >>> from contractbill.deal import Part
        >>> thirds = Instalments(parts=[Part(share="0.333"), Part(share="0.333"), Part()], carrier="first")
        >>> found = part_amounts(thirds, Decimal("100.01"), to=Decimal("0.01"), rounding=Rounding.HALF_UP)
        >>> [str(amount) for amount in found]
        ['33.31', '33.30', '33.40']
    """
    amounts, rest = billing.amounts, 1 - Fraction(billing.shares)
    if amounts:
        rest -= Fraction(amounts) / Fraction(whole)
    weights = [rest if part.share is None else part.share for part in billing.parts if part.amount is None]
    left = subtract(whole, amounts)
    split = iter(allocate(left, weights, to=to, carrier=billing.carrier, rounding=rounding) if weights else ())
    return tuple(next(split) if part.amount is None else quantize(part.amount, to, rounding) for part in billing.parts)


def instalment_faults(orders: Iterable[Order], *, to: Decimal, rounding: Rounding) -> Iterator[Issue]:
    """What keeps parts of lines from being their price, in a currency with this quantum and rule of rounding."""
    for index, order in enumerate(orders):
        for number, line in enumerate(order.lines):
            found = _not_whole(line, to, rounding)
            yield from (issue.under(f"$.orders[{index}].lines[{number}]") for issue in found)


def _not_whole(line: LineItem, to: Decimal, rounding: Rounding) -> Iterator[Issue]:
    """What keeps the parts of one line from being its price."""
    billing, price = line.billing, line.price
    if not isinstance(billing, Instalments) or price is None or isinstance(price, Percent) or not billing.amounts:
        return
    for number, part in enumerate(billing.parts):
        if part.amount is not None and quantize(part.amount, to, Rounding.DOWN) != part.amount:
            path = f"$.billing.parts[{number}].amount"
            yield Issue(path, "not_quantized", f"must be a multiple of {to}", str(part.amount))
    whole = quantize(multiply(*charged(price, line.quantity)), to, rounding)
    stated = add(billing.amounts, multiply(billing.shares, whole))
    if any(part.is_rest for part in billing.parts):
        if stated >= whole:
            message = f"must leave something of {whole} for the rest"
            yield Issue("$.billing.parts", "instalments_not_whole", message, str(stated))
    elif stated != whole:
        yield Issue("$.billing.parts", "instalments_not_whole", f"must add up to the price, {whole}", str(stated))


def endless_faults(line: LineItem) -> Iterator[Issue]:
    """What a line of a contract without an end cannot be planned for."""
    billing: Billing | None = line.billing
    for when in occasions(billing):
        if when.once is Once.MILESTONE and when.latest_by is None and when.expected_on is None:
            message = "needs latest_by or expected_on: the contract has no end"
            yield Issue("$.billing", "milestone_undated", message, when.milestone)
    if isinstance(billing, Spread) and billing.times is None and line.ends_before is None:
        yield Issue("$.billing.times", "whole_term_evergreen", "is required: the contract has no end")
