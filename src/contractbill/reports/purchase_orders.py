"""Purchase orders: what a schedule puts under each number, how much that leaves, and when it runs out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

import attrs
import moneyed

from contractbill.charges import Certainty, Facts, last_known_on
from contractbill.charges.dated_pos import PoWord, dated_pos, po_words
from contractbill.deal import Contract, PurchaseOrder, split_amounts
from contractbill.deal.purchase_orders import as_last_said
from contractbill.display import Column, Table, format_amount
from contractbill.errors import Issue, NotAllowed
from contractbill.invoices import PlannedInvoice, Schedule
from contractbill.money import add, add_up, exponent, quantum, subtract, total

_NO_FACTS = Facts()
_DAY = timedelta(1)


@attrs.frozen(kw_only=True)
class PoForecast:
    """What a schedule puts under one number.

    Args:
        number: of the purchase order; None for what stands under none.
        said: what the contract says of it, all in all; None for a number that only invoices have.
        path: where the contract says that, at last.
        limit: its ceiling; None where it has none.
        fixed, estimated, contingent: what the schedule asks for under it.
        exceeded_on: the day of the first invoices that go beyond the ceiling.
        exceeded_by: by how much they do.
        lapsed_on: the day of the first invoice under it on which it does not hold.
    """

    number: str | None
    said: PurchaseOrder | None
    path: str | None
    limit: moneyed.Money | None
    fixed: moneyed.Money
    estimated: moneyed.Money
    contingent: moneyed.Money
    exceeded_on: date | None
    exceeded_by: moneyed.Money | None
    lapsed_on: date | None

    @property
    def remaining(self) -> moneyed.Money | None:
        """What is left: the ceiling less fixed and estimated amounts; negative where they exceed it."""
        return None if self.limit is None else self.limit - self.fixed - self.estimated


def po_forecast(contract: Contract, schedule: Schedule, *, facts: Facts = _NO_FACTS) -> tuple[PoForecast, ...]:
    """What a schedule puts under each purchase order, and when that goes beyond its ceiling.

    One number is one purchase order, over all orders, lines and shares that name it. Of what is said of it, the latest
    known order stands, and what that leaves out as said before. Contingent amounts exceed nothing.

    Args:
        contract: the deal.
        schedule: its schedule; only the orders known by its day count.
        facts: what happened since: what a cancelled order says does not count.

    Returns:
        One for each number: those of the contract as listed, those of each order, by number, those that only invoices
        have; then what stands under none, if anything does. All together come to the schedule.

    Raises:
        NotAllowed: `other_contract` for a schedule of another contract.

    Source: house rule.

    Example:
        >>> from contractbill.deal import Flat, LineItem, Order, Recurring
        >>> from contractbill.invoices import schedule
        >>> fee = LineItem(id="fee", price=Flat(amount=900, per="year"), billing=Recurring(every="year"))
        >>> order = Order(id="O-1", signed_on="2026-01-01", lines=[fee], term="24 months")
        >>> po = PurchaseOrder(number="PO-7", amount=1_000)
        >>> contract = Contract(id="C-1", currency="USD", po=po, orders=[order])
        >>> one, = po_forecast(contract, schedule(contract))
        >>> str(one.exceeded_on), one.exceeded_by, one.remaining
        ('2027-01-01', Money('800.00', 'USD'), Money('-800.00', 'USD'))
    """
    if schedule.contract != contract.id:
        message = f"must be a schedule of {contract.id}"
        raise NotAllowed(Issue("$.schedule", "other_contract", message, schedule.contract))
    said = _said(contract, facts, schedule.as_of or last_known_on(contract, facts))
    asked: dict[str | None, _Asked] = {number: {} for number in said}
    found = [part for invoice in schedule.invoices for part in _parts(invoice)]
    named = {number for number, *_rest in found if number is not None}
    asked |= {number: {} for number in sorted(named - asked.keys())}
    for number, day, certainty, amount in found:
        by_day = asked.setdefault(number, {}).setdefault(certainty, {})
        by_day[day] = add(by_day.get(day, _NOTHING), amount)
    return tuple(_forecast(number, said, by, schedule.currency) for number, by in asked.items())


_Asked = dict[Certainty, dict[date, Decimal]]
_NOTHING = Decimal(0)


def _said(contract: Contract, facts: Facts, as_of: date) -> dict[str | None, tuple[str, PurchaseOrder]]:
    """What is said of each number, and where last."""
    found: dict[str | None, tuple[str, PurchaseOrder]] = {}
    for word in po_words(contract, facts):
        path, before = found.get(word.said.number, (word.path, word.said))
        if word.counts_on(as_of):
            said = as_last_said(before, word.said)
            found[word.said.number] = path if said == before else word.path, said
    return found


def _parts(invoice: PlannedInvoice) -> Iterator[tuple[str | None, date, Certainty, Decimal]]:
    """What an invoice asks for under which number: as a whole, or share by share."""
    group, lines = invoice.group, invoice.lines
    if group.split is None:
        yield from ((group.po, invoice.planned_on, line.certainty, line.value) for line in lines)
        return
    shared = split_amounts(group.split, [line.value for line in lines], to=quantum(group.currency))
    for share, parts in zip(group.split.shares, shared, strict=True):
        for line, part in zip(lines, parts, strict=True):
            yield share.po or group.po, invoice.planned_on, line.certainty, part


def _forecast(
    number: str | None, said: Mapping[str | None, tuple[str, PurchaseOrder]], asked: _Asked, currency: str
) -> PoForecast:
    """What stands under one number."""
    path, po = said.get(number, (None, None))
    limit = None if po is None else po.amount
    firm: dict[date, Decimal] = {}
    for certainty, by_day in asked.items():
        for day, amount in by_day.items() if certainty is not Certainty.CONTINGENT else ():
            firm[day] = add(firm.get(day, _NOTHING), amount)
    exceeded = _exceeded(firm, limit)
    lapsed = (day for day, amount in sorted(firm.items()) if amount and po is not None and not po.holds_on(day))
    sums = {one.value: _sum(asked.get(one, {}).values(), currency) for one in Certainty}
    return PoForecast(
        number=number,
        said=po,
        path=path,
        limit=None if limit is None else _sum([limit], currency),
        **sums,
        exceeded_on=None if exceeded is None else exceeded[0],
        exceeded_by=None if exceeded is None else _sum([exceeded[1]], currency),
        lapsed_on=next(lapsed, None),
    )


def _exceeded(firm: Mapping[date, Decimal], limit: Decimal | None) -> tuple[date, Decimal] | None:
    """The first day whose invoices go beyond a ceiling, and by how much; all invoices of a day count together."""
    if limit is None:
        return None
    used = _NOTHING
    for day, amount in sorted(firm.items()):
        used = add(used, amount)
        if used > limit:
            return day, subtract(used, limit)
    return None


def _sum(amounts: Iterable[Decimal], currency: str) -> moneyed.Money:
    """Amounts added up, at the scale of their currency."""
    return total([moneyed.Money(add_up(amounts), currency)], currency)


def po_issues(contract: Contract, schedule: Schedule, *, facts: Facts = _NO_FACTS) -> tuple[Issue, ...]:
    """Purchase orders that a schedule exceeds or outlives; contingent amounts do neither.

    Returns:
        `po_exceeded` for each that is exceeded, with the first day and by how much; `po_not_valid` for each that
        stands on an invoice of a day on which it does not hold; `no_po` for each line of which an invoice falls on a
        day on which none of its purchase orders holds.

    Raises:
        NotAllowed: as `po_forecast`.

    Example:
        >>> from contractbill.testing import sales_led
        >>> from contractbill.invoices import schedule
        >>> po_issues(sales_led(), schedule(sales_led()))
        ()
    """
    found: list[Issue] = []
    day = schedule.as_of or last_known_on(contract, facts)
    words = [word for word in po_words(contract, facts) if word.counts_on(day)]
    amounts = _last_said(words, lambda said: said.amount)
    days = _last_said(words, lambda said: (said.starts_on, said.ends_before) if said.is_dated else None)
    for one in po_forecast(contract, schedule, facts=facts):
        if one.limit is not None and one.exceeded_by is not None:
            asked = (one.limit + one.exceeded_by).amount
            message = f"is exceeded on {one.exceeded_on} by {one.exceeded_by.amount}: {asked} are scheduled by then"
            found.append(Issue(f"{amounts[one.number]}.amount", "po_exceeded", message, one.number))
        if one.lapsed_on is not None:
            message = f"does not hold on {one.lapsed_on}, the day of an invoice under it"
            found.append(Issue(days[one.number], "po_not_valid", message, one.number))
    return (*found, *_uncovered(contract, schedule, facts))


def _last_said(words: Iterable[PoWord], of: Callable[[PurchaseOrder], object]) -> dict[str | None, str]:
    """By number, where what stands of it was said first."""
    found: dict[str | None, tuple[str, object]] = {}
    for word in words:
        told = of(word.said)
        if told is not None and found.get(word.said.number, ("", None))[1] != told:
            found[word.said.number] = word.path, told
    return {number: path for number, (path, _told) in found.items()}


def _uncovered(contract: Contract, schedule: Schedule, facts: Facts) -> Iterator[Issue]:
    """Lines whose purchase orders do not cover all their invoices."""
    days: dict[str, list[date]] = {name: [] for name in dated_pos(contract, facts).listed}
    for charge in schedule.charges:
        group, firm = charge.line.group, charge.certainty is not Certainty.CONTINGENT
        shown = group.po or (group.split is not None and all(one.po for one in group.split.shares))
        if firm and charge.value and not shown and charge.line.id in days:
            days[charge.line.id].append(charge.planned_on)
    paths = {
        line.id: f"$.orders[{place}].lines[{number}]"
        for place, order in enumerate(contract.orders)
        for number, line in enumerate(order.lines)
    }
    for name, listed in days.items():
        if listed:
            message = "stands on an invoice of a day on which no purchase order holds"
            yield Issue(paths[name], "no_po", message, str(min(listed)))


def po_table(contract: Contract, rows: Iterable[PoForecast]) -> Table:
    """A row for each number, and at the foot what all come to.

    Example:
        >>> po_table(Contract(id="C-1", currency="USD"), []).rows
        ()
    """
    names = ("ceiling", "fixed", "estimated", "contingent", "remaining")
    columns = (
        *(Column(name) for name in ("PO", "from", "to")),
        *(Column(name, numeric=True) for name in names),
        Column("exceeded on"),
        Column("by", numeric=True),
    )
    scale, listed = exponent(contract.currency), list(rows)

    def shown(amount: moneyed.Money | None) -> str:
        return "" if amount is None else format_amount(amount.amount, scale)

    sums = [
        shown(total([getattr(one, name) for one in listed], contract.currency))
        for name in ("fixed", "estimated", "contingent")
    ]
    body = tuple(
        (
            one.number or "none",
            *_days(one.said),
            *map(shown, (one.limit, one.fixed, one.estimated, one.contingent, one.remaining)),
            "" if one.exceeded_on is None else str(one.exceeded_on),
            shown(one.exceeded_by),
        )
        for one in listed
    )
    title = f"{contract.id}: purchase orders, in {contract.currency}"
    return Table(columns, body, title, (("", "", "", "", *sums, "", "", ""),))


def _days(said: PurchaseOrder | None) -> tuple[str, str]:
    """The first and the last day on which a purchase order holds."""
    if said is None:
        return "", ""
    last = None if said.ends_before is None else said.ends_before - _DAY
    return "" if said.starts_on is None else str(said.starts_on), "" if last is None else str(last)
