"""Percents: what lines whose price is a percent of other lines must have in common with those."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from contractbill.deal.billing import Recurring
from contractbill.deal.lines import LineItem
from contractbill.deal.orders import Order
from contractbill.deal.prices import Percent
from contractbill.errors import Issue

Homes = Mapping[str, tuple[LineItem, Order]]


def follows(line: LineItem, base: LineItem) -> bool:
    """Whether a line is a percent of recurring lines, such as this one, and so follows what they cost over time.

    Args:
        line: the line that is a percent.
        base: the line whose billing applies to one that it is of.

    Returns:
        Whether both are recurring.
    """
    return isinstance(line.billing, Recurring) and isinstance(base.billing, Recurring)


def percent_faults(line: LineItem, price: Percent, order: Order, homes: Homes) -> Iterator[Issue]:
    """What is wrong with a line that is a percent of others, beside those.

    Args:
        line: that line.
        price: its price.
        order: the order that brings it.
        homes: each line of the contract by its id, with the order that brought it.

    Returns:
        Issues with paths from the line, in the order of `of`: `unknown_line`, `percent_cycle`, `percent_period`,
        `percent_base`; `escalator_refused`.
    """
    roots = [_root(name, homes) for name in price.of]
    for place, (name, root) in enumerate(zip(price.of, roots, strict=True)):
        path = f"$.price.of[{place}]"
        if root is None:
            yield Issue(path, "unknown_line", "names no line of this contract", name)
        elif isinstance(root.price, Percent):
            yield Issue(path, "percent_cycle", "must be a line with a price of its own", name)
        elif (message := _unfit(line, order, homes[name], root)) is not None:
            yield Issue(path, "percent_base", message, name)
        elif follows(line, root) and root.price is not None and root.price.per != price.per:
            yield Issue(path, "percent_period", f"is priced per {root.price.per}, and the percent is not", name)
    known = [root for root in roots if root is not None]
    if line.escalator is not None and any(follows(line, root) for root in known):
        yield Issue("$.escalator", "escalator_refused", "has no meaning where the price follows that of other lines")
    if len({isinstance(root.billing, Recurring) for root in known}) > 1:
        yield Issue("$.price.of", "percent_base", "must be lines that are all recurring, or all one-time")


def _root(name: str, homes: Homes) -> LineItem | None:
    """The line whose price and billing apply to the one of this name, if it is known."""
    if name not in homes:
        return None
    item = homes[name][0]
    extended = None if item.extends is None else homes.get(item.extends)
    return item if extended is None else extended[0]


def _unfit(line: LineItem, order: Order, home: tuple[LineItem, Order], root: LineItem) -> str | None:
    """Why a line cannot be a percent of another one."""
    base, brought = home
    if isinstance(root.billing, Recurring) and not isinstance(line.billing, Recurring):
        return "must be a one-time line, as the percent is"
    if brought.known_on > order.known_on:
        return f"comes with {brought.id}, which is not known before this order"
    start = _start(line, order)
    if follows(line, root) and not _start(base, brought) <= start < (base.ends_before or date.max):
        return f"must be served on the first day of the percent, {start}"
    return None


def _start(line: LineItem, order: Order) -> date:
    """The first day of a line."""
    return line.starts_on or order.effective_on


def bereft(orders: Iterable[Order], homes: Homes) -> Iterator[Issue]:
    """Percents of one-time lines that orders take away, where nobody ended them with those.

    Args:
        orders: those of a contract.
        homes: each of its lines by its id, with the order that brought it.

    Returns:
        Issues of code `percent_base`, by the order that takes a line away.
    """
    orders = tuple(orders)
    percents = [(item, item.price) for item, _order in homes.values() if isinstance(item.price, Percent)]
    if not percents:
        return
    taken = [(path, name) for index, order in enumerate(orders) for path, name in _ended(order, index)]
    ended = {name for _path, name in taken}
    for path, name in taken:
        once = name in homes and not isinstance(homes[name][0].billing, Recurring)
        left = (item.id for item, price in percents if name in price.of and item.id not in ended and once)
        yield from (Issue(path, "percent_base", f"is what {one} is a percent of: end that, too", name) for one in left)


def _ended(order: Order, index: int) -> Iterator[tuple[str, str]]:
    """Where an order ends lines, and which."""
    for number, change in enumerate(order.changes):
        if change.remove or change.ends_before is not None:
            yield f"$.orders[{index}].changes[{number}].line", change.line
    for number, line in enumerate(order.lines):
        if line.replaces is not None:
            yield f"$.orders[{index}].lines[{number}].replaces", line.replaces
