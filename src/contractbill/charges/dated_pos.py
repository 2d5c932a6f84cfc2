"""Purchase orders as their days say: the day of an invoice says under which one its charges stand.

One number is one purchase order. Of what is said of it, the latest known order stands, and what that leaves out as said
before. An invoice shows what was known on its day, so nothing that becomes known later changes it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

import attrs

from contractbill.charges.charge import Charge, LineRef
from contractbill.charges.facts import Facts
from contractbill.deal.contracts import Contract
from contractbill.deal.purchase_orders import Po, PurchaseOrder, addressed, as_last_said, purchase_orders
from contractbill.deal.resolve import Group, known_orders, po_of


@attrs.frozen
class PoWord:
    """What one place says of a purchase order.

    Args:
        path: of that place, in the contract.
        said: more than the number, or only that.
        since: the day from which it is known.
        until: the day from which it does not count any more, as its order was cancelled.
    """

    path: str
    said: PurchaseOrder
    since: date = date.min
    until: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether it was known by a day, and counted still."""
        return self.since <= day and (self.until is None or day < self.until)


def po_words(contract: Contract, facts: Facts) -> tuple[PoWord, ...]:
    """All that a contract says of purchase orders: first its own word, then its orders' as they apply, by number.

    Example:
        >>> [word.path for word in po_words(Contract(id="C-1", currency="USD", po="PO-7"), Facts())]
        ['$.po']
    """
    return tuple(_words(contract, facts))


def _words(contract: Contract, facts: Facts) -> Iterator[PoWord]:
    """What `po_words` gives."""
    yield from (PoWord(path, one) for path, one in addressed([("$.po", contract.po)]))
    places = {order.id: place for place, order in enumerate(contract.orders)}
    for order in known_orders(contract, None):
        # The places of lines within an order mean nothing.
        for path, one in sorted(order.purchase_orders, key=lambda said: said[1].number):
            at = path.replace("$", f"$.orders[{places[order.id]}]", 1)
            yield PoWord(at, one, order.known_on, facts.cancelled_on(order.id))


def po_known_on(named: PurchaseOrder, words: Iterable[PoWord], day: date) -> PurchaseOrder:
    """A purchase order as it was known on a day.

    Args:
        named: as the place that names it says it; every other word on it comes later.
        words: what is said of it, as `po_words` gives it.
        day: that day.
    """
    for word in words:
        if word.counts_on(day):
            named = as_last_said(named, word.said)
    return named


@attrs.frozen
class DatedPos:
    """The purchase orders of lines whose invoices show one or another by their day.

    Args:
        listed: by line, as the nearest place that names any lists them.
        words: by number, what the whole contract says of its days, as `po_words` gives it.
    """

    listed: Mapping[str, tuple[PurchaseOrder, ...]]
    words: Mapping[str, tuple[PoWord, ...]]

    def number_on(self, line: str, day: date, *, known_by: date) -> str | None:
        """The number that an invoice of a day shows for a line, if any holds: of several the first listed.

        Args:
            line: one of those listed.
            day: of the invoice.
            known_by: the day as of which this is asked; what became known after the invoice counts no more than that.
        """
        known = min(day, known_by)
        words = self.words
        return next(
            (
                one.number
                for one in self.listed[line]
                if po_known_on(one, words.get(one.number, ()), known).holds_on(day)
            ),
            None,
        )

    def learning(self, since: date, day: date) -> set[str]:
        """The lines of whose purchase orders something became known, or fell away, after one day and by another."""
        told = {
            number
            for number, words in self.words.items()
            if any(since < on <= day for word in words for on in (word.since, word.until) if on is not None)
        }
        return {line for line, listed in self.listed.items() if any(one.number in told for one in listed)}


_NONE = DatedPos({}, {})


def dated_pos(contract: Contract, facts: Facts) -> DatedPos:
    """The lines for which the day of an invoice says which purchase order it shows.

    Example:
        >>> dated_pos(Contract(id="C-1", currency="USD"), Facts()).listed
        {}
    """
    # Most deals say a number at most, and are asked for this often.
    if all(po is None or isinstance(po, str) for po in _pos(contract)):
        return _NONE
    said = [word for word in po_words(contract, facts) if word.said.is_dated]
    if not said:
        return _NONE
    dated = {word.said.number for word in said}
    of_lines = (
        (item.id, purchase_orders(po_of(contract, order, item))) for order in contract.orders for item in order.lines
    )
    listed = {name: found for name, found in of_lines if any(one.number in dated for one in found)}
    ordered = sorted(said, key=lambda word: word.said.number)
    words = {number: tuple(found) for number, found in groupby(ordered, key=lambda word: word.said.number)}
    return DatedPos(listed, words)


def _pos(contract: Contract) -> Iterator[Po | None]:
    """What is said of purchase orders, place by place."""
    yield contract.po
    for order in contract.orders:
        yield order.po
        for item in order.lines:
            yield item.po


def on_their_day(charges: Iterable[Charge], dated: DatedPos, *, known_by: date) -> list[Charge]:
    """Charges, each under the purchase order that holds on the day it is planned for.

    Args:
        charges: any.
        dated: the purchase orders of lines; charges of other lines stay as they are.
        known_by: the day as of which this is asked.

    Returns:
        The same charges in the same order; those of one line and number share what they carry from the deal.
    """
    kept = list(charges)
    if not dated.listed:
        return kept
    # What a line carries is known by its identity here: of charges billed elsewhere it may be another.
    carried: dict[tuple[int, str | None], LineRef] = {}
    # Lines that say nothing of their own have one list, the same object.
    numbers: dict[tuple[int, date], str | None] = {}
    found = []
    for charge in kept:
        name, day = charge.line.id, charge.planned_on
        if name not in dated.listed:
            found.append(charge)
            continue
        asked = id(dated.listed[name]), day
        if asked not in numbers:
            numbers[asked] = dated.number_on(name, day, known_by=known_by)
        key = id(charge.line), numbers[asked]
        if key not in carried:
            carried[key] = attrs.evolve(charge.line, group=attrs.evolve(charge.line.group, po=key[1]))
        found.append(attrs.evolve(charge, line=carried[key]))
    return found


def group_on(group: Group, line: str, dated: DatedPos, day: date, *, known_by: date) -> Group:
    """What a line shares with others on an invoice of a day."""
    if line not in dated.listed:
        return group
    return attrs.evolve(group, po=dated.number_on(line, day, known_by=known_by))
