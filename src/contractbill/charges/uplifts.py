"""What the uplift of a renewal is taken of, where that is not the price charged last."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from contractbill.charges.charge import UnitPrice
from contractbill.deal.orders import UpliftBasis
from contractbill.money import Rounding, quantize
from contractbill.periods import Period


class BasisPrice(NamedTuple):
    """A price that an uplift is taken of, and whether something that it rests on is still to come."""

    unit_amount: Decimal
    estimated: bool


def basis_price(
    basis: UpliftBasis,
    prices: Mapping[date, UnitPrice],
    ended: Period,
    *,
    list_amount: Decimal | None,
    to: Decimal,
) -> BasisPrice:
    """The price that a renewal's uplift is taken of.

    Args:
        basis: any but `last`.
        prices: of the line, by the days from which they count, rising; at least that of its first day.
        ended: the days of the line in the term that ends.
        list_amount: the list price; None where the line was sold at it, so that it is the first price.
        to: the quantum of an average.
    """
    if basis is UpliftBasis.AVERAGE:
        return _average(prices, ended, to)
    if basis is UpliftBasis.LIST and list_amount is not None:
        return BasisPrice(list_amount, estimated=False)
    first = next(iter(prices.values()))
    return BasisPrice(first.unit_amount, first.estimated)


def _average(prices: Mapping[date, UnitPrice], ended: Period, to: Decimal) -> BasisPrice:
    """The average by days over some days, rounded half-up."""
    spent, estimated = Fraction(0), False
    edges = [*(on for on in prices if on < ended.end), ended.end]
    for on, after in pairwise(edges):
        days = (after - max(on, ended.start)).days
        if days > 0:
            spent += days * Fraction(prices[on].unit_amount)
            estimated = estimated or prices[on].estimated
    return BasisPrice(quantize(spent / ended.days, to, Rounding.HALF_UP), estimated)


def finer(unit: Decimal, price: Decimal) -> Decimal:
    """The finer of two quanta: a unit, and the last digit of a price that is not zero.

    Example:
        >>> str(finer(Decimal("0.01"), Decimal("0.0350"))), str(finer(Decimal("0.01"), Decimal("60.000")))
        ('0.001', '0.01')
    """
    to = unit
    while quantize(price, to, Rounding.DOWN) != price:
        to = to.scaleb(-1)
    return to
