"""Shares: what each payer or cost centre takes of an invoice that several share."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import attrs
import moneyed

from contractbill.deal import Group, split_amounts
from contractbill.money import add_up, quantum


@attrs.frozen
class InvoiceShare:
    """What one payer or cost centre takes of an invoice: what it is asked to pay.

    Args:
        id: of the payer or the cost centre, as the split names it.
        bill_to: id of the party that pays it.
        po: the number of its purchase order.
        amount: its part of the total.
        lines: its part of each line, in the order of the invoice; they add up to the amount.
        instalments: its part of each instalment, with its day; they add up to the amount too.

    Example:
        >>> from contractbill import Contract, Flat, LineItem, OneTime, Order, Split, SplitShare, schedule
        >>> fee = LineItem(id="fee", price=Flat(amount="100.01"), billing=OneTime())
        >>> halves = Split(shares=[SplitShare(id="police"), SplitShare(id="fire")])
        >>> order = Order(id="O-1", signed_on="2026-01-01", term="12 months", lines=[fee], split=halves)
        >>> first = schedule(Contract(id="C-1", currency="USD", orders=[order])).invoices[0]
        >>> [(one.id, one.amount.amount) for one in first.shares]
        [('police', Decimal('50.01')), ('fire', Decimal('50.00'))]
    """

    id: str
    bill_to: str | None
    po: str | None
    amount: moneyed.Money
    lines: tuple[Decimal, ...]
    instalments: tuple[tuple[date, Decimal], ...]


def shares_of(
    group: Group, lines: Sequence[Decimal], instalments: Sequence[tuple[date, Decimal]]
) -> tuple[InvoiceShare, ...]:
    """The shares of an invoice.

    Args:
        group: what its lines share, their split among it.
        lines: the amounts of its lines; at least one.
        instalments: the parts in which it is to be paid, of the same sum.

    Returns:
        One for each share of the split, as listed; none without a split. Their amounts add up to the total, their parts
        of a line to the line, of an instalment to the instalment.
    """
    if group.split is None:
        return ()
    unit = quantum(group.currency)
    of_lines = split_amounts(group.split, lines, to=unit)
    of_parts = split_amounts(group.split, [part for _on, part in instalments], to=unit)
    days = [on for on, _part in instalments]
    return tuple(
        InvoiceShare(
            id=share.id,
            bill_to=group.bill_to if share.bill_to is None else share.bill_to,
            po=share.po or group.po,
            amount=moneyed.Money(add_up(parts), group.currency),
            lines=parts,
            instalments=tuple(zip(days, paid, strict=True)),
        )
        for share, parts, paid in zip(group.split.shares, of_lines, of_parts, strict=True)
    )
