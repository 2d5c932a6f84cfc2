"""Resolution: every line of a contract with all it takes over from its order, the contract and the line it extends."""

from collections.abc import Iterable
from datetime import date

import attrs

from contractbill.deal.contracts import Contract
from contractbill.deal.discounting import line_discounts
from contractbill.deal.discounts import LineDiscount
from contractbill.deal.lines import LineItem
from contractbill.deal.orders import Order
from contractbill.deal.payment_terms import PaymentTerms


@attrs.frozen(kw_only=True)
class Group:
    """What lines must share to stand on one invoice.

    Args:
        entity: id of the selling entity.
        currency: ISO 4217 code.
        bill_to: id of the party that pays.
        remit_to: id of the account it pays to.
        po: purchase order.
        payment_terms: when it is due.
        tax_regime: how it is taxed.
        separate: the line's id, for a line that wants an invoice of its own.
    """

    currency: str
    payment_terms: PaymentTerms
    entity: str | None = None
    bill_to: str | None = None
    remit_to: str | None = None
    po: str | None = None
    tax_regime: str | None = None
    separate: str | None = None


@attrs.frozen(kw_only=True)
class ContractLine:
    """A line of a contract, complete.

    Args:
        item: the line as its order has it.
        root: the line whose price, billing and escalator apply: `item` itself, or the one it extends.
        order: the order that brought it.
        root_order: the order that brought the root.
        sequence: the order's place in the contract.
        start: its first day.
        root_start: the root's first day.
        group: what it shares with the lines it may stand on an invoice with.
        discounts: what is taken off its price, in the order in which it is.
    """

    item: LineItem
    root: LineItem
    order: Order
    root_order: Order
    sequence: int
    start: date
    root_start: date
    group: Group
    discounts: tuple[LineDiscount, ...] = ()

    @property
    def known_on(self) -> date:
        """The day from which it can be billed: both its order and the root's were known then."""
        return max(self.order.known_on, self.root_order.known_on)


def known_orders(contract: Contract, as_of: date | None) -> tuple[Order, ...]:
    """The orders known at the end of a day, in the order they became known; without a day, all.

    Orders known on one day keep their places in the contract: nothing here is keyed by date.

    Example:
        >>> first = Order(id="O-1", signed_on="2026-01-01", term="12 months")
        >>> known_orders(Contract(id="C-1", currency="USD", orders=[first]), date(2025, 12, 31))
        ()
    """
    known = (order for order in contract.orders if as_of is None or order.known_on <= as_of)
    return tuple(sorted(known, key=lambda order: order.known_on))


def contract_lines(contract: Contract, orders: Iterable[Order]) -> tuple[ContractLine, ...]:
    """The lines that `orders` of a contract brought, complete.

    Returns:
        Lines by their order's place in the contract, then by id: the places of lines within an order mean nothing.
    """
    listed = list(orders)
    homes = {line.id: (line, order) for order in listed for line in order.lines}
    places = {order.id: place for place, order in enumerate(contract.orders)}
    lines = []
    for item, order in sorted(homes.values(), key=lambda home: (places[home[1].id], home[0].id)):
        home = homes.get(item.extends or item.id)
        if home is None:
            # What it adds to is not known yet, so neither is its price.
            continue
        root, root_order = home
        line = ContractLine(
            item=item,
            root=root,
            order=order,
            root_order=root_order,
            sequence=places[order.id],
            start=item.starts_on or order.effective_on,
            root_start=root.starts_on or root_order.effective_on,
            group=_group(contract, order, item),
            discounts=_discounts(contract, order, item, home),
        )
        lines.append(line)
    return tuple(lines)


def _group(contract: Contract, order: Order, item: LineItem) -> Group:
    """What a line shares: its own word first, then its order's, then the contract's."""
    seller = order.seller or contract.seller
    bill_to = item.bill_to or order.bill_to or contract.bill_to or contract.customer
    remit_to = seller.remit_to_in(contract.currency) if seller is not None else None
    return Group(
        entity=seller.id if seller is not None else None,
        currency=contract.currency,
        bill_to=bill_to.id if bill_to is not None else None,
        remit_to=remit_to.id if remit_to is not None else None,
        po=item.po or order.po or contract.po,
        payment_terms=order.payment_terms or contract.payment_terms,
        tax_regime=contract.tax_regime,
        separate=item.id if item.separate else None,
    )


def _discounts(
    contract: Contract, order: Order, item: LineItem, home: tuple[LineItem, Order]
) -> tuple[LineDiscount, ...]:
    """What is taken off a line: its own discounts and its order's, else those of its home, then the contract's."""
    root, root_order = home
    if not (item.discounts or order.discounts or root.discounts or root_order.discounts or contract.discounts):
        return ()
    start = contract.orders[0].effective_on
    shared = (LineDiscount(one, contract.id, start, of_root=True) for one in contract.discounts)
    return (*line_discounts(item, order, home), *shared)
