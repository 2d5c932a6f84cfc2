"""Discounts among the orders of a contract: which of them work on a line, and what is wrong with them together."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from contractbill.deal.discounts import Discount, LineDiscount, repeated_discounts, shared_amounts
from contractbill.deal.lines import LineItem
from contractbill.deal.orders import Order
from contractbill.deal.prices import Percent, charged
from contractbill.errors import Issue
from contractbill.money import Rounding, multiply, quantize


def line_discounts(item: LineItem, order: Order, home: tuple[LineItem, Order]) -> Iterator[LineDiscount]:
    """The discounts of a line and of its order, in the order in which they are applied.

    Args:
        item: the line.
        order: the order that brought it.
        home: the line whose price it has, itself or the one it extends, and that one's order.

    Returns:
        The line's, then its order's, each in list order. Of a line that extends another and has none of its own by
        either, those by rate of that line and its order.
    """
    taken_over = item is not home[0] and not item.discounts and not order.discounts
    line, brought = home if taken_over else (item, order)
    start = line.starts_on or brought.effective_on
    for one in line.discounts:
        if one.amount is None or not taken_over:
            yield LineDiscount(one, brought.id, start, taken_over)
    for one in brought.discounts:
        yield LineDiscount(one, brought.id, brought.effective_on, taken_over)


def discount_faults(discounts: tuple[Discount, ...], orders: Iterable[Order], unit: Decimal) -> Iterator[Issue]:
    """What is wrong with the discounts of a contract beside what each line and order knows by itself.

    Args:
        discounts: the contract's own.
        orders: its orders.
        unit: the quantum of its currency.
    """
    yield from shared_amounts(discounts)
    yield from repeated_discounts(discounts)
    for index, order in enumerate(orders):
        path = f"$.orders[{index}]"
        yield from (one.under(path) for one in repeated_discounts(discounts, order.discounts))
        for number, line in enumerate(order.lines):
            found = (*repeated_discounts(discounts, line.discounts), *_not_quantized(line, unit))
            yield from (one.under(f"{path}.lines[{number}]") for one in found)


def _not_quantized(line: LineItem, unit: Decimal) -> Iterator[Issue]:
    """Amounts with more digits than the currency has."""
    for place, one in enumerate(line.discounts):
        if one.amount is not None and quantize(one.amount, unit, Rounding.DOWN) != one.amount:
            path = f"$.discounts[{place}].amount"
            yield Issue(path, "not_quantized", f"must be a multiple of {unit}", str(one.amount))


def unsettled_discounts(discounts: Iterable[Discount], orders: Iterable[Order], *, endless: bool) -> Iterator[Issue]:
    """Discounts that may not do what somebody meant: the issues of `check`.

    Args:
        discounts: the contract's own.
        orders: its orders.
        endless: whether the contract has no end.
    """
    yield from _uncountable("$", discounts, endless=endless)
    for index, order in enumerate(orders):
        path = f"$.orders[{index}]"
        yield from _uncountable(path, order.discounts, endless=endless)
        for number, line in enumerate(order.lines):
            own = f"{path}.lines[{number}]"
            yield from _uncountable(own, line.discounts, endless=endless and line.ends_before is None)
            yield from (one.under(own) for one in _over_price(line))


def _uncountable(path: str, discounts: Iterable[Discount], *, endless: bool) -> Iterator[Issue]:
    """Discounts of the last billing periods where there is no last one."""
    for place, one in enumerate(discounts):
        if endless and one.last is not None:
            message = "counts back from an end that there is not, so nothing is taken off"
            yield Issue(f"{path}.discounts[{place}].last", "no_end", message, one.last)


def _over_price(line: LineItem) -> Iterator[Issue]:
    """Amounts of more than the price they are taken off, which go down to zero and no further."""
    for place, one in enumerate(line.discounts):
        if one.amount is None or line.price is None or isinstance(line.price, Percent):
            continue
        price = multiply(*charged(line.price, line.quantity))
        if one.amount > price:
            path = f"$.discounts[{place}].amount"
            yield Issue(path, "discount_over_price", f"is more than the price, {price}", str(one.amount))
