"""A deal as tables for people: its terms, its orders, their lines."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import assert_never

from contractbill.deal.billing import Billing, Instalments, Recurring, Spread
from contractbill.deal.discounts import Discount, DiscountOf
from contractbill.deal.escalators import Escalator
from contractbill.deal.lines import LineItem
from contractbill.deal.occasions import Occasion, Once, OneTime, Part
from contractbill.deal.orders import Order, Renewal
from contractbill.deal.prices import Percent, Price
from contractbill.deal.tiers import Tier, Tiered
from contractbill.display import Column, Table, format_percent, format_quantity, format_unit_amount
from contractbill.money import exponent


def terms_table(title: str, terms: Iterable[tuple[str, object]]) -> Table:
    """Names and what stands for them; those that stand for nothing are left out."""
    rows = tuple((name, str(value)) for name, value in terms if value is not None)
    return Table((Column("term"), Column("agreed")), rows, title)


def orders_table(orders: Iterable[Order]) -> Table:
    """A row for each order."""
    columns = [Column(name) for name in ("order", "kind", "signed on", "effective on", "term", "then")]
    rows = (
        (
            order.id,
            str(order.kind),
            str(order.signed_on),
            str(order.effective_on),
            "" if order.term is None else str(order.term),
            "" if order.renewal is None else _renewal(order.renewal),
        )
        for order in orders
    )
    return Table(tuple(columns), tuple(rows), "Orders")


def _renewal(renewal: Renewal) -> str:
    """What happens at the end of a term, in a few words."""
    often = {None: " again and again", 1: ""}.get(renewal.times, f" up to {renewal.times} times")
    notice = f", {renewal.notice_days} days' notice" if renewal.notice_days else ""
    uplift = "" if renewal.uplift is None else f", {_signed(format_percent(renewal.uplift))}"
    return f"{renewal.kind} renewal of {renewal.term}{often}{uplift}{notice}"


def lines_table(currency: str, orders: Iterable[Order]) -> Table:
    """A row for each line, and for each grant of credit, of each order; columns that would be empty are left out."""
    scale = exponent(currency)
    rows = [row for order in orders for row in _order_rows(order, scale)]
    filled = [place for place, name in enumerate(_LINE) if name not in _SELDOM or any(row[place] for row in rows)]
    columns = tuple(Column(_LINE[place], numeric=_LINE[place] in ("quantity", "price")) for place in filled)
    return Table(columns, tuple(tuple(row[place] for place in filled) for row in rows), f"Lines, in {currency}")


_LINE = ("order", "line", "for", "quantity", "price", "billed", "uplift", "discounts", "days")
_SELDOM = ("for", "uplift", "discounts", "days")
# People are shown the last day of a range.
_DAY = timedelta(1)


def _order_rows(order: Order, scale: int) -> Iterator[tuple[str, ...]]:
    """The lines and grants of one order."""
    for line in order.lines:
        yield order.id, *_line(line, order, scale)
    for grant in order.credits:
        amount = format_unit_amount(grant.amount, scale)
        days = f"to {grant.expires_on - _DAY}" if grant.expires_on is not None else ""
        yield order.id, grant.id, grant.description or "", "", amount, "credit granted", "", "", days


def _line(line: LineItem, order: Order, scale: int) -> tuple[str, ...]:
    """One line."""
    days = [f"from {line.starts_on}"] if line.starts_on is not None else []
    days += [f"to {line.ends_before - _DAY}"] if line.ends_before is not None else []
    return (
        line.id,
        line.description or "",
        format_quantity(line.quantity),
        f"as {line.extends}" if line.price is None else _price(line.price, scale),
        f"as {line.extends}" if line.billing is None else _billing(line.billing, scale),
        "" if line.escalator is None else _uplift(line.escalator, scale),
        discounts_text((*line.discounts, *order.discounts), scale),
        ", ".join(days),
    )


def _price(price: Price, scale: int) -> str:
    """A price and its period."""
    if isinstance(price, Percent):
        base = ", ".join(price.of) if price.of_amount is None else format_unit_amount(price.of_amount, scale)
        amount = f"{format_percent(price.rate)} of {base}"
    elif isinstance(price, Tiered):
        amount = ", ".join(_tier(tier, scale) for tier in price.tiers)
    else:
        amount = format_unit_amount(price.unit_amount, scale)
    return amount if price.per is None else f"{amount} per {price.per}"


def _tier(tier: Tier, scale: int) -> str:
    """What a tier costs, and up to how many units."""
    unit = "" if tier.unit_amount is None else " a unit"
    reach = "beyond" if tier.up_to is None else f"up to {format_quantity(tier.up_to)}"
    return f"{format_unit_amount(tier.price, scale)}{unit} {reach}"


def _billing(billing: Billing, scale: int) -> str:
    """When a line is billed, in a few words."""
    match billing:
        case Recurring():
            return f"every {billing.every} in {billing.timing}{_offset(billing.offset_days)}"
        case OneTime():
            return f"once {_occasion(billing)}"
        case Instalments():
            return "; ".join(f"{_part(part, scale)} {_occasion(part)}" for part in billing.parts)
        case Spread():
            often = "equal payments" if billing.times is None else f"{billing.times} equal payments"
            return f"{often} every {billing.apart}, the first {_occasion(billing.first)}"
        case _:
            assert_never(billing)


def _part(part: Part, scale: int) -> str:
    """How much of a price a part is."""
    if part.amount is not None:
        return format_unit_amount(part.amount, scale)
    return "the rest" if part.share is None else format_percent(part.share)


def _occasion(when: Occasion) -> str:
    """What a payment waits for, in a few words."""
    named = {Once.DATE: f"on {when.on}", Once.MILESTONE: f"at milestone {when.milestone}"}
    latest = "" if when.latest_by is None else f", at the latest on {when.latest_by}"
    accepted = f", accepted within {when.acceptance_days} days" if when.acceptance_days else ""
    return f"{named.get(when.once, f'at {when.once}')}{accepted}{_offset(when.after_days)}{latest}"


def _offset(days: int) -> str:
    """Days before or after."""
    return f", {abs(days)} days {'after' if days > 0 else 'before'}" if days else ""


def _uplift(escalator: Escalator, scale: int) -> str:
    """What an escalator does, in a few words."""
    rates = [escalator.rate] if escalator.rate is not None else escalator.rates
    amounts = [escalator.amount] if escalator.amount is not None else escalator.amounts
    steps = [format_percent(rate) for rate in rates] or [format_unit_amount(amount, scale) for amount in amounts]
    simple = "" if escalator.compounding else ", simple"
    return f"{', '.join(map(_signed, steps))} {_when(escalator)}{simple}"


def discounts_text(discounts: Iterable[Discount], scale: int) -> str:
    """What is taken off, in a few words."""
    return "; ".join(_discount(one, scale) for one in discounts)


def _discount(one: Discount, scale: int) -> str:
    """One discount."""
    rates = [one.rate] if one.rate is not None else one.rates
    steps = [format_percent(rate) for rate in rates] if one.amount is None else [format_unit_amount(one.amount, scale)]
    words = [f"{one.id}: {', '.join(f'-{step}' for step in steps)}"]
    words += [f"every {one.every}"] if one.rates else []
    words += ["of list"] if one.of is DiscountOf.LIST else []
    words += [f"first {one.first}"] if one.first is not None else []
    words += [f"last {one.last}"] if one.last is not None else []
    words += [f"from {one.starts_on}"] if one.starts_on is not None else []
    words += [f"to {one.ends_before - _DAY}"] if one.ends_before is not None else []
    return " ".join(words)


def _when(escalator: Escalator) -> str:
    """When the steps of an escalator fall."""
    if escalator.at_renewal:
        return "at each renewal"
    if escalator.on is not None:
        return f"every year on day {escalator.on.day} of month {escalator.on.month}"
    return f"every {escalator.every}"


def _signed(text: str) -> str:
    """A number with its sign."""
    return text if text.startswith("-") else f"+{text}"
