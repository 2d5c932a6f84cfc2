"""Purchase orders: the customer's numbers that invoices must show, how long they hold, and how much they allow."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TypeAlias, cast

import attrs

from contractbill.deal.fields import (
    as_optional_date,
    as_optional_number,
    as_tuple,
    each,
    faults,
    is_a,
    is_date,
    is_number,
    is_text,
    maybe,
)
from contractbill.display import format_quantity
from contractbill.errors import Issue, refuse
from contractbill.money import Rounding, quantize


@attrs.frozen(kw_only=True)
class PurchaseOrder:
    """A purchase order of the customer.

    One number is one purchase order, wherever it stands. Of what is said of it, the latest known order stands, and what
    that leaves out stands as said before; an invoice shows what was known on its day.

    Args:
        number: as it must stand on invoices.
        starts_on: the first day of invoices it may stand on; from the beginning unless said anywhere.
        ends_before: the first day it does not hold any more; to the end unless said anywhere.
        amount: what may be invoiced under it, in the contract's currency; without one there is no ceiling.

    Raises:
        InvalidTerms: `not_text`, `not_a_date`, `too_small`, `empty_period`, and the codes of a number.

    Source: house rule.

    Example:
        >>> print(PurchaseOrder(number="PO-7", starts_on="2026-01-01", ends_before="2027-01-01", amount=60_000))
        PO-7 from 2026-01-01 to 2026-12-31 up to 60,000
    """

    number: str
    starts_on: date | None = attrs.field(default=None, converter=as_optional_date)
    ends_before: date | None = attrs.field(default=None, converter=as_optional_date)
    amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(
            faults(
                self,
                number=is_text,
                starts_on=maybe(is_date),
                ends_before=maybe(is_date),
                amount=maybe(is_number(over=0)),
            )
        )
        if not found and not self.number.strip():
            found.append(Issue("$.number", "not_text", "must not be blank", self.number))
        if not found and self.starts_on and self.ends_before and self.starts_on >= self.ends_before:
            found.append(Issue("$.ends_before", "empty_period", "must be later than starts_on", str(self.ends_before)))
        refuse(found)

    @property
    def says_more(self) -> bool:
        """Whether it says anything but its number."""
        return self.is_dated or self.amount is not None

    @property
    def is_dated(self) -> bool:
        """Whether there are days on which it does not hold."""
        return self.starts_on is not None or self.ends_before is not None

    def holds_on(self, day: date) -> bool:
        """Whether an invoice of a day may stand on it.

        Example:
            >>> PurchaseOrder(number="PO-7", ends_before="2027-01-01").holds_on(date(2027, 1, 1))
            False
        """
        begun = self.starts_on is None or self.starts_on <= day
        return begun and (self.ends_before is None or day < self.ends_before)

    def __str__(self) -> str:
        """Its number, its days and its ceiling."""
        words = [self.number]
        words += [f"from {self.starts_on}"] if self.starts_on is not None else []
        words += [f"to {self.ends_before - _DAY}"] if self.ends_before is not None else []
        words += [f"up to {format_quantity(self.amount)}"] if self.amount is not None else []
        return " ".join(words)


# People are shown the last day of a range.
_DAY = timedelta(1)

# A number alone says nothing of its days and its amount.
Po: TypeAlias = str | PurchaseOrder | tuple[PurchaseOrder, ...]


def as_po(value: str | PurchaseOrder | Iterable[PurchaseOrder] | None) -> Po | None:
    """A number, a purchase order, or several that take over from each other."""
    if value is None or isinstance(value, str | PurchaseOrder):
        return value
    return cast("Po", as_tuple(value))


def is_po(value: object) -> Iterator[Issue]:
    """A number, a purchase order, or several of which one holds at a time."""
    match value:
        case PurchaseOrder():
            return
        case tuple():
            found = list(each(is_a(PurchaseOrder), at_least=1, at_most=1000)(value))
            yield from found or _not_in_turn(value)
        case _:
            yield from is_text(value)


def _not_in_turn(listed: Sequence[PurchaseOrder]) -> Iterator[Issue]:
    """What keeps purchase orders from taking over from each other."""
    numbers = [one.number for one in listed]
    for place, number in enumerate(numbers):
        if number in numbers[:place]:
            yield Issue(f"$[{place}].number", "duplicate_id", "names another purchase order here", number)
    ordered = sorted(enumerate(listed), key=lambda one: one[1].starts_on or date.min)
    for (_, before), (place, after) in pairwise(ordered):
        # Of two that begin with the contract neither is earlier, so the second has nowhere to begin.
        if after.starts_on is None or before.ends_before is None or after.starts_on < before.ends_before:
            message = f"must not be before {before.number} has ended"
            yield Issue(f"$[{place}].starts_on", "po_overlap", message, after.starts_on and str(after.starts_on))


def purchase_orders(said: Po | None) -> tuple[PurchaseOrder, ...]:
    """What is said of purchase orders in one place, as listed.

    Example:
        >>> [one.number for one in purchase_orders("PO-7")]
        ['PO-7']
    """
    match said:
        case None | "":
            return ()
        case str():
            return (PurchaseOrder(number=said),)
        case PurchaseOrder():
            return (said,)
        case _:
            return said


def as_last_said(before: PurchaseOrder, after: PurchaseOrder) -> PurchaseOrder:
    """A purchase order as two places say it, one after the other: what the later leaves out stands as before.

    Days before that those of the later contradict do not stand: nothing begins after it has ended.

    Example:
        >>> first = PurchaseOrder(number="PO-7", ends_before="2027-01-01", amount=5_000)
        >>> print(as_last_said(first, PurchaseOrder(number="PO-7", amount=9_000)))
        PO-7 to 2026-12-31 up to 9,000
    """
    if after == before:
        return before
    days = after.starts_on or before.starts_on, after.ends_before or before.ends_before
    if days[0] is not None and days[1] is not None and days[0] >= days[1]:
        days = after.starts_on, after.ends_before
    amount = before.amount if after.amount is None else after.amount
    return PurchaseOrder(number=after.number, starts_on=days[0], ends_before=days[1], amount=amount)


Addressed: TypeAlias = tuple[str, PurchaseOrder]


def addressed(said: Iterable[tuple[str, Po | None]]) -> Iterator[Addressed]:
    """The purchase orders of several places, each with its path.

    Example:
        >>> [path for path, _one in addressed([("$.po", "PO-1"), ("$.lines[0].po", [PurchaseOrder(number="PO-2")])])]
        ['$.po', '$.lines[0].po[0]']
    """
    for path, po in said:
        if po is None or isinstance(po, str | PurchaseOrder):
            yield from ((path, one) for one in purchase_orders(po))
        else:
            yield from ((f"{path}[{place}]", one) for place, one in enumerate(po))


def contradicting(listed: Iterable[Addressed]) -> Iterator[Issue]:
    """Numbers of which two places say different things; a number alone says nothing."""
    known: dict[str, PurchaseOrder] = {}
    for path, one in listed:
        if not one.says_more:
            continue
        if known.setdefault(one.number, one) != one:
            yield Issue(path, "po_contradicted", f"is {known[one.number]} elsewhere in this order", str(one))


def unquantized(listed: Iterable[Addressed], unit: Decimal) -> Iterator[Issue]:
    """Amounts that no invoices can come to."""
    for path, one in listed:
        if one.amount is not None and quantize(one.amount, unit, Rounding.DOWN) != one.amount:
            yield Issue(f"{path}.amount", "not_quantized", f"must be a multiple of {unit}", str(one.amount))
