"""Resolution: every line of a contract with all it takes over from its order, the contract and the line it extends."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import attrs

from contractbill.deal.changes import Change, ramp_day
from contractbill.deal.contracts import Contract
from contractbill.deal.discounting import line_discounts
from contractbill.deal.discounts import LineDiscount
from contractbill.deal.escalators import Timing
from contractbill.deal.lines import LineItem
from contractbill.deal.orders import Order
from contractbill.deal.payment_terms import PaymentTerms
from contractbill.deal.percents import follows
from contractbill.deal.prices import Percent
from contractbill.deal.purchase_orders import Po, purchase_orders
from contractbill.deal.splits import GroupSplit, split_of_group


@attrs.frozen(kw_only=True)
class Group:
    """What lines must share to stand on one invoice.

    Args:
        entity: id of the selling entity.
        currency: ISO 4217 code.
        bill_to: id of the party that pays.
        remit_to: id of the account it pays to.
        po: the number of the purchase order.
        payment_terms: when it is due.
        tax_regime: how it is taxed.
        split: who shares it, where several do.
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
    split: GroupSplit | None = None


@attrs.frozen
class LineChange:
    """One change of a line, with who made it.

    Args:
        on: the day from which it counts.
        order: the order that made it.
        cause: `ramp` or `amendment`.
        known_on: the day from which it can be billed.
        quantity, unit_amount: the new ones; None where they stand.
        waits: whether it waits for the next billing period.
    """

    on: date
    order: str
    cause: str
    known_on: date
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    waits: bool = False


RAMP, AMENDMENT = "ramp", "amendment"


# One is made each time that a line is looked at: without slots that takes half the time.
@attrs.frozen(kw_only=True, slots=False)
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
        end: the first day it is not served any more; None where the contract's end says so.
        removed: whether an order took it away, or put another in its place.
        changes: of its quantity, by day; of one day the last stands.
        root_changes: of the root's price, by day.
        group: what it shares with the lines it may stand on an invoice with; where the day of the invoice says which
            purchase order that is, none stands there.
        discounts: what is taken off its price, in the order in which it is.
        bases: the lines that its price is a percent of; one that ends has a last change, to no unit.
    """

    item: LineItem
    root: LineItem
    order: Order
    root_order: Order
    sequence: int
    start: date
    root_start: date
    end: date | None = None
    removed: bool = False
    changes: tuple[LineChange, ...] = ()
    root_changes: tuple[LineChange, ...] = ()
    group: Group
    discounts: tuple[LineDiscount, ...] = ()
    bases: "tuple[ContractLine, ...]" = ()

    @property
    def follows(self) -> bool:
        """Whether its price is a percent of recurring lines, and so follows theirs."""
        return bool(self.bases) and any(follows(self.item, base.root) for base in self.bases)

    @property
    def known_on(self) -> date:
        """The day from which it can be billed: both its order and the root's were known then."""
        return max(self.order.known_on, self.root_order.known_on)


def known_orders(contract: Contract, as_of: date | None) -> tuple[Order, ...]:
    """The orders known at the end of a day, in the order they apply; without a day, all.

    Orders known on one day apply by their sequence, then by their places in the contract: nothing here is keyed by
    date.

    Example:
        >>> first = Order(id="O-1", signed_on="2026-01-01", term="12 months")
        >>> known_orders(Contract(id="C-1", currency="USD", orders=[first]), date(2025, 12, 31))
        ()
    """
    known = (order for order in contract.orders if as_of is None or order.known_on <= as_of)
    return tuple(sorted(known, key=lambda order: order.known_key))


@attrs.define
class Fold:
    """The lines of a contract, order by order: what `contract_lines` does at once, one step at a time.

    Args:
        contract: whose lines they are.

    Example:
        >>> fold = Fold(Contract(id="C-1", currency="USD"))
        >>> fold.apply(Order(id="O-1", signed_on="2026-01-01", term="12 months"))
        set()
    """

    contract: Contract
    homes: dict[str, tuple[LineItem, Order]] = attrs.field(factory=dict, init=False)
    _places: dict[str, int] = attrs.field(init=False)
    _changes: dict[str, list[LineChange]] = attrs.field(factory=dict, init=False)
    _ends: dict[str, date] = attrs.field(factory=dict, init=False)
    # By line, the order that ended it.
    _enders: dict[str, Order] = attrs.field(factory=dict, init=False)
    _removed: set[str] = attrs.field(factory=set, init=False)
    _added: dict[str, set[str]] = attrs.field(factory=dict, init=False)
    # By order, the group of its lines that say nothing of their own.
    _groups: dict[str, Group] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Note each order's place."""
        self._places = {order.id: place for place, order in enumerate(self.contract.orders)}

    def apply(self, order: Order) -> set[str]:
        """Take up one more order.

        Args:
            order: one of the contract's, later than those before it by `known_orders`.

        Returns:
            The ids of the lines it brings or changes, and of those that add to them or are a percent of them.
        """
        touched: set[str] = set()
        for item in order.lines:
            self.homes[item.id] = (item, order)
            touched.add(item.id)
            for name in _rests_on(item):
                self._added.setdefault(name, set()).add(item.id)
            if item.replaces is not None:
                self._end_line(item.replaces, item.starts_on or order.effective_on, order)
                self._removed.add(item.replaces)
                touched.add(item.replaces)
            if item.ramp:
                self._changes.setdefault(item.id, []).extend(_planned(item, order))
        for change in order.changes:
            touched.add(change.line)
            self._change(change, order)
        # A line may be a percent of one that adds to another: no chain is longer.
        for _link in range(2 if self._added else 0):
            touched = touched.union(*(self._added.get(name, ()) for name in touched))
        return touched

    def _end_line(self, name: str, on: date, order: Order) -> None:
        """Note where an order ends a line."""
        self._ends[name], self._enders[name] = on, order

    def _change(self, change: Change, order: Order) -> None:
        """Take up one change."""
        on = change.on or order.effective_on
        if change.remove:
            self._end_line(change.line, on, order)
            self._removed.add(change.line)
        if change.ends_before is not None:
            self._end_line(change.line, change.ends_before, order)
        if change.quantity is None and change.unit_amount is None:
            return
        waits = change.inside_period is Timing.WAIT
        made = LineChange(on, order.id, AMENDMENT, order.known_on, change.quantity, change.unit_amount, waits)
        self._changes.setdefault(change.line, []).append(made)

    def line(self, name: str) -> ContractLine | None:
        """A line, complete; None while it, the line it adds to, or one that it is a percent of, is not known."""
        home = self.homes.get(name)
        base = self.homes.get(home[0].extends or name) if home is not None else None
        if home is None or base is None:
            return None
        (item, order), (root, root_order) = home, base
        own, of_root = self._changes.get(name), self._changes.get(root.id)
        named = root.price.of if isinstance(root.price, Percent) else ()
        bases = tuple(one for one in map(self._base, named) if one is not None) if named else ()
        if len(bases) < len(named):
            return None
        return ContractLine(
            item=item,
            root=root,
            order=order,
            root_order=root_order,
            sequence=self._places[order.id],
            start=item.starts_on or order.effective_on,
            root_start=root.starts_on or root_order.effective_on,
            end=self._end(item, root, bases),
            removed=name in self._removed,
            changes=() if own is None else _by_day(one for one in own if one.quantity is not None),
            root_changes=() if of_root is None else _by_day(one for one in of_root if one.unit_amount is not None),
            group=self._group(order, item),
            discounts=_discounts(self.contract, order, item, base),
            bases=bases,
        )

    def _group(self, order: Order, item: LineItem) -> Group:
        """What a line shares: the lines of an order that say nothing of their own have one group, the same object."""
        if item.separate or item.bill_to is not None or item.po is not None or item.split is not None:
            return _group(self.contract, order, item)
        if order.id not in self._groups:
            self._groups[order.id] = _group(self.contract, order, item)
        return self._groups[order.id]

    def _base(self, name: str) -> ContractLine | None:
        """A line that another is a percent of: it costs nothing from its end on."""
        line = self.line(name)
        if line is None or line.end is None:
            return line
        end = line.end
        by = next((self._enders[one] for one in (name, line.root.id) if self._ends.get(one) == end), None)
        order, cause = (line.order, RAMP) if by is None else (by, AMENDMENT)
        last = LineChange(end, order.id, cause, order.known_on, Decimal(0))
        return attrs.evolve(line, changes=(*(one for one in line.changes if one.on < end), last))

    def _end(self, item: LineItem, root: LineItem, bases: tuple[ContractLine, ...]) -> date | None:
        """The first day a line is not served any more: its own word, and none later than where orders end its root.

        What follows other lines is served no longer than the last of them.
        """
        own, moved = self._ends.get(item.id, item.ends_before), self._ends.get(root.id)
        ends = [base.end for base in bases if base.end is not None and follows(item, base.root)] if bases else ()
        if ends and len(ends) == len(bases):
            moved = max(ends)
        if own is None:
            return moved or root.ends_before
        return own if moved is None else min(own, moved)

    def lines(self) -> tuple[ContractLine, ...]:
        """All lines, by their order's place in the contract, then by id."""
        names = sorted(self.homes, key=lambda name: (self._places[self.homes[name][1].id], name))
        found = (self.line(name) for name in names)
        return tuple(line for line in found if line is not None)


def _rests_on(item: LineItem) -> tuple[str, ...]:
    """The lines whose price a line takes over or is a percent of."""
    if isinstance(item.price, Percent):
        return item.price.of
    return () if item.extends is None else (item.extends,)


def _planned(item: LineItem, order: Order) -> Iterator[LineChange]:
    """The steps of a line's ramp."""
    start = item.starts_on or order.effective_on
    for step in item.ramp:
        waits = step.inside_period is Timing.WAIT
        on = ramp_day(step, start)
        yield LineChange(on, order.id, RAMP, order.known_on, step.quantity, step.unit_amount, waits)


def _by_day(changes: Iterable[LineChange]) -> tuple[LineChange, ...]:
    """Changes by day; those of one day as they were made."""
    return tuple(sorted(changes, key=lambda one: one.on))


def contract_lines(contract: Contract, orders: Iterable[Order]) -> tuple[ContractLine, ...]:
    """The lines that `orders` of a contract brought, complete.

    Args:
        contract: whose orders they are.
        orders: in the order they apply, as `known_orders` gives them.

    Returns:
        Lines by their order's place in the contract, then by id: the places of lines within an order mean nothing.
    """
    fold = Fold(contract)
    for order in orders:
        fold.apply(order)
    return fold.lines()


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
        po=_always(po_of(contract, order, item)),
        payment_terms=order.payment_terms or contract.payment_terms,
        tax_regime=contract.tax_regime,
        separate=item.id if item.separate else None,
        split=_split(contract, order, item),
    )


def po_of(contract: Contract, order: Order, item: LineItem) -> Po | None:
    """What is said of the purchase orders of a line, by the nearest that says anything."""
    return item.po or order.po or contract.po


def _always(said: Po | None) -> str | None:
    """The number of the purchase order that holds whatever the day."""
    if said is None or isinstance(said, str):
        return said
    listed = purchase_orders(said)
    return None if any(one.is_dated for one in listed) else listed[0].number


def _split(contract: Contract, order: Order, item: LineItem) -> GroupSplit | None:
    """Who shares a line: the nearest word on who pays counts, and a bill-to alone says that nobody shares."""
    levels: tuple[LineItem | Order, ...] = (item, order)
    said = (level for level in levels if level.split is not None or level.bill_to is not None)
    nearest: LineItem | Order | Contract = next(said, contract)
    return None if nearest.split is None else split_of_group(nearest.split)


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
