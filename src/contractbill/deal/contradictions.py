"""Contradictions: what the orders of one contract say against each other."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import attrs

from contractbill.deal.billing import AskedOnce, Recurring
from contractbill.deal.ceilings import strange_lines
from contractbill.deal.changes import Change, ramp_day
from contractbill.deal.coverage import Term, known_after_initial, lasting_terms, moves_end, termination_in_force
from contractbill.deal.lines import LineItem
from contractbill.deal.orders import Order, OrderKind
from contractbill.deal.parts import endless_faults
from contractbill.deal.payment_terms import PaymentTerms
from contractbill.deal.percents import bereft, percent_faults
from contractbill.deal.prices import Flat, Percent, PerUnit
from contractbill.deal.tiers import Tiered
from contractbill.errors import Issue
from contractbill.money import Rounding, quantize
from contractbill.periods import WHOLE_TERM, Frequency


def contradictions(orders: tuple[Order, ...], payment_terms: PaymentTerms, unit: Decimal) -> Iterator[Issue]:
    """What is wrong with orders as those of one contract, in a currency with a smallest unit."""
    yield from _repeated(orders)
    yield from (issue.under("$.payment_terms") for issue in _unpayable(payment_terms, unit))
    yield from _misplaced(orders)
    homes = {line.id: (line, order) for order in orders for line in order.lines}
    for index, order in enumerate(orders):
        found = [*_order_faults(order, unit, first=index == 0), *_ceiling_faults(order, homes, unit)]
        found += _all_line_faults(order, homes, unit)
        yield from (issue.under(f"$.orders[{index}]") for issue in found)
    yield from _change_faults(orders, homes, unit)
    yield from bereft(orders, homes)
    yield from _unordered(orders)


# Each line by its id, with the order that brought it.
_Homes = dict[str, tuple[LineItem, Order]]


def _order_faults(order: Order, unit: Decimal, *, first: bool) -> Iterator[Issue]:
    """What is wrong with an order by itself."""
    if (order.kind is OrderKind.INITIAL) != first:
        yield Issue("$.kind", "initial_first", "must be initial for the first order only", str(order.kind))
    if order.payment_terms is not None:
        yield from (issue.under("$.payment_terms") for issue in _unpayable(order.payment_terms, unit))
    for number, grant in enumerate(order.credits):
        yield from _not_quantized(f"$.credits[{number}].amount", grant.amount, unit)


def _ceiling_faults(order: Order, homes: _Homes, unit: Decimal) -> Iterator[Issue]:
    """What is wrong with the ceilings of an order beside the contract's lines."""
    for number, ceiling in enumerate(order.ceilings):
        yield from _not_quantized(f"$.ceilings[{number}].amount", ceiling.amount, unit)
        yield from (issue.under(f"$.ceilings[{number}]") for issue in strange_lines(ceiling, homes))


def _all_line_faults(order: Order, homes: _Homes, unit: Decimal) -> Iterator[Issue]:
    """What is wrong with the lines of an order beside other lines."""
    for number, line in enumerate(order.lines):
        start, flat = line.starts_on or order.effective_on, line.price if isinstance(line.price, Flat) else None
        found = [] if line.extends is None else [*_extension_faults(line, start, homes.get(line.extends))]
        if flat is not None:
            found += _not_quantized("$.price.amount", flat.amount, unit)
            found += _not_quantized("$.list_amount", line.list_amount, unit)
        if isinstance(line.price, Percent):
            found += _not_quantized("$.price.of_amount", line.price.of_amount, unit)
            found += percent_faults(line, line.price, order, homes)
        if isinstance(line.price, Tiered):
            found += _unpayable_tiers(line.price, unit)
        found += _ramp_faults(line, start, unit if flat is not None else None)
        yield from (issue.under(f"$.lines[{number}]") for issue in found)


def _unpayable_tiers(price: Tiered, unit: Decimal) -> Iterator[Issue]:
    """Tiers whose amount cannot be paid in the contract's currency."""
    for place, tier in enumerate(price.tiers):
        yield from _not_quantized(f"$.price.tiers[{place}].amount", tier.amount, unit)


def _ramp_faults(line: LineItem, start: date, unit: Decimal | None) -> Iterator[Issue]:
    """Steps that fall on one day, or not within the line; amounts of a flat price that cannot be paid."""
    days: set[date] = set()
    for place, step in enumerate(line.ramp):
        on, path = ramp_day(step, start), f"$.ramp[{place}]"
        if on in days:
            yield Issue(path, "ramp_overlap", "another step counts from this day already", str(on))
        if on <= start:
            yield Issue(path, "ramp_before_line", f"must be after the line's first day, {start}", str(on))
        if unit is not None:
            yield from _not_quantized(f"{path}.unit_amount", step.unit_amount, unit)
        days.add(on)


def _repeated(orders: Iterable[Order]) -> Iterator[Issue]:
    """Names that stand for two things."""
    seen: set[tuple[str, str]] = set()
    for at, kind, name in (named for index, order in enumerate(orders) for named in _names(index, order)):
        if (kind, name) in seen:
            code = "duplicate_reference" if kind.startswith("reference") else "duplicate_id"
            yield Issue(at, code, f"names another {kind} of this contract already", name)
        seen.add((kind, name))


def _names(index: int, order: Order) -> Iterator[tuple[str, str, str]]:
    """The path, kind and text of every name an order brings."""
    path = f"$.orders[{index}]"
    yield f"{path}.id", "order", order.id
    for number, line in enumerate(order.lines):
        yield f"{path}.lines[{number}].id", "line", line.id
    for number, grant in enumerate(order.credits):
        yield f"{path}.credits[{number}].id", "credit", grant.id
    for number, reference in enumerate(order.external_refs):
        yield f"{path}.external_refs[{number}]", f"reference {reference.scheme}", reference.value


@attrs.define
class _Terms:
    """The terms that each order speaks of: orders that move the end and became known later count not for it."""

    orders: tuple[Order, ...]
    through: date
    movers: list[Order] = attrs.field(init=False)
    _known: dict[int, tuple[Term, ...]] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Note the orders that move the contract's end."""
        self.movers = sorted((order for order in self.orders if moves_end(order)), key=lambda one: one.known_key)

    def before(self, order: Order) -> tuple[Term, ...]:
        """The terms that an order which moves the end found, by what was known before it."""
        applied = sorted(self.orders, key=known_after_initial)
        return lasting_terms(applied[: applied.index(order)], through=self.through)

    def known_to(self, order: Order) -> tuple[Term, ...]:
        """The terms by what was known when an order became known, and by what it says itself."""
        place = bisect_right([one.known_key for one in self.movers], order.known_key)
        if place not in self._known:
            later = {one.id for one in self.movers[place:]}
            self._known[place] = lasting_terms(
                (one for one in self.orders if one.id not in later), through=self.through
            )
        return self._known[place]


def _misplaced(orders: tuple[Order, ...]) -> Iterator[Issue]:
    """Orders and lines that lie outside the contract's days."""
    agreed = _Terms(orders, max([date.min, *(day for order in orders for day in _mentioned(order))]))
    for index, order in enumerate(orders):
        path, terms = f"$.orders[{index}]", agreed.known_to(order)
        if order.kind is OrderKind.CANCELLATION:
            earlier = [one for one in orders if one.known_key < order.known_key]
            yield from (issue.under(path) for issue in _cancellation_faults(order, agreed.before(order), earlier))
            continue
        if order.kind is OrderKind.RENEWAL:
            yield from _renewal_faults(f"{path}.effective_on", order, terms)
        elif not _holds(agreed.before(order) if moves_end(order) else terms, order.effective_on):
            message = "must lie within the contract's term"
            yield Issue(f"{path}.effective_on", "outside_term", message, str(order.effective_on))
        yield from (issue.under(path) for issue in _outside_faults(order, terms))


def _outside_faults(order: Order, terms: tuple[Term, ...]) -> Iterator[Issue]:
    """What an order says of days outside the contract's."""
    for number, line in enumerate(order.lines):
        found = _line_faults(line, terms, start=line.starts_on or order.effective_on)
        yield from (issue.under(f"$.lines[{number}]") for issue in found)
    end = terms[-1].end if terms else None
    for number, change in enumerate(order.changes):
        if end is not None and change.ends_before is not None and change.ends_before > end:
            path, message = f"$.changes[{number}].ends_before", f"must not be after the contract's end, {end}"
            yield Issue(path, "outside_term", message, str(change.ends_before))


def _mentioned(order: Order) -> Iterator[date]:
    """The days an order speaks of."""
    days = [order.effective_on, order.ends_before]
    days += (day for line in order.lines for day in (line.starts_on, line.ends_before, *_edges(line).values()))
    days += (day for change in order.changes for day in (change.on, change.ends_before))
    return (day for day in days if day is not None)


def _renewal_faults(path: str, order: Order, agreed: tuple[Term, ...]) -> Iterator[Issue]:
    """What is wrong with where a renewal order stands."""
    if order.id in {term.order for term in agreed}:
        return
    last = agreed[-1] if agreed else None
    if last is not None and last.end is None:
        yield Issue(path, "evergreen_renewal", "must follow a term that ends", str(order.effective_on))
    elif last is not None:
        message = f"must be the day a term ends, such as {last.end}, or within the term it replaces the rest of"
        yield Issue(path, "renewal_gap", message, str(order.effective_on))


def _cancellation_faults(order: Order, agreed: tuple[Term, ...], earlier: Iterable[Order]) -> Iterator[Issue]:
    """What is wrong with when a cancellation takes effect."""
    if not agreed:
        return
    end = agreed[-1].end
    if order.effective_on <= agreed[0].start or (end is not None and order.effective_on > end):
        message = "must be after the contract's first day, and not after its end"
        yield Issue("$.effective_on", "outside_term", message, str(order.effective_on))
    clause = termination_in_force(earlier)
    if order.for_cause or clause is None or _just_ends(order, agreed):
        return
    earliest = order.signed_on + timedelta(clause.notice_days)
    if order.effective_on < earliest:
        message = f"must leave {clause.notice_days} days of notice: {earliest} or later"
        yield Issue("$.effective_on", "notice_too_short", message, str(order.effective_on))


def _just_ends(order: Order, agreed: tuple[Term, ...]) -> bool:
    """Whether a cancellation cuts nothing short: it takes effect where a term ends, in time to stop a renewal there."""
    after = next((term for term in agreed if term.start == order.effective_on), None)
    ends = order.effective_on in {term.end for term in agreed}
    return ends and (after is None or not after.is_certain(order.signed_on - timedelta(1)))


def _line_faults(line: LineItem, agreed: tuple[Term, ...], *, start: date) -> Iterator[Issue]:
    """What is wrong with the days of one line."""
    if line.starts_on is not None and not _holds(agreed, line.starts_on):
        yield Issue("$.starts_on", "outside_term", "must lie within the contract's term", str(line.starts_on))
    end = agreed[-1].end if agreed else None
    if line.ends_before is not None and end is not None and line.ends_before > end:
        yield Issue(
            "$.ends_before", "outside_term", f"must not be after the contract's end, {end}", str(line.ends_before)
        )
    last = line.ends_before or end or date.max
    for name, edge in _edges(line).items():
        if edge is not None and not start <= edge <= last:
            path = f"$.billing.stubs.{name}"
            yield Issue(path, "outside_term", f"must lie within the days of the line, {start} to {last}", str(edge))
    if end is None and WHOLE_TERM in _frequencies(line):
        yield Issue("$.billing", "whole_term_evergreen", "needs a contract that ends", "term")
    if end is None:
        yield from endless_faults(line)


def _edges(line: LineItem) -> dict[str, date | None]:
    """The explicit edges of a line's regular periods, by the names of their fields."""
    if not isinstance(line.billing, Recurring):
        return {}
    stubs = line.billing.stubs
    return {"first_regular_on": stubs.first_regular_on, "last_regular_on": stubs.last_regular_on}


def _frequencies(line: LineItem) -> set[Frequency | None]:
    """How often a line is billed and priced."""
    every = line.billing.every if isinstance(line.billing, Recurring) else None
    return {every, line.price.per if line.price is not None else None}


def _holds(agreed: tuple[Term, ...], day: date) -> bool:
    """Whether a day lies within the agreed terms."""
    return any(term.start <= day and (term.end is None or day < term.end) for term in agreed)


def _change_faults(orders: tuple[Order, ...], homes: _Homes, unit: Decimal) -> Iterator[Issue]:
    """What is wrong with what orders change about lines of other orders, one order after the other."""
    ends = {name: item.ends_before for name, (item, _order) in homes.items()}
    places = {order.id: index for index, order in enumerate(orders)}
    for order in sorted(orders, key=lambda one: one.known_key):
        found = [*_replacing_faults(order, homes, ends)]
        for number, change in enumerate(order.changes):
            wrong = [*_one_change_faults(change, order, homes, ends), *_amount_faults(change, homes, unit)]
            found += (issue.under(f"$.changes[{number}]") for issue in wrong)
            removed_on = (change.on or order.effective_on) if change.remove else None
            ends[change.line] = change.ends_before or removed_on or ends.get(change.line)
        yield from (issue.under(f"$.orders[{places[order.id]}]") for issue in found)


def _replacing_faults(order: Order, homes: _Homes, ends: dict[str, date | None]) -> Iterator[Issue]:
    """What is wrong with lines that take the places of others; those end there."""
    for number, line in enumerate(order.lines):
        if line.replaces is not None:
            on = line.starts_on or order.effective_on
            found = _place_faults(line.replaces, on, homes, ends)
            yield from (attrs.evolve(issue, path=f"$.lines[{number}].replaces") for issue in found)
            ends[line.replaces] = on


def _place_faults(name: str, on: date, homes: _Homes, ends: dict[str, date | None]) -> Iterator[Issue]:
    """What is wrong with a change of a line on a day."""
    if name not in homes:
        yield Issue("$.line", "unknown_line", "names no line of this contract", name)
        return
    item, order = homes[name]
    start, end = item.starts_on or order.effective_on, ends[name]
    if on < start:
        yield Issue("$.on", "before_line", f"must not be before {name} starts, {start}", str(on))
    if end is not None and on >= end and not isinstance(item.billing, AskedOnce):
        yield Issue("$.on", "line_ended", f"must be before {name} ends: it is not served from {end} on", str(on))


def _one_change_faults(change: Change, order: Order, homes: _Homes, ends: dict[str, date | None]) -> Iterator[Issue]:
    """What is wrong with one change, beside the line it names."""
    on = change.on or order.effective_on
    moved_on = change.ends_before is not None and change.quantity is None and change.unit_amount is None
    # A line that has ended may be taken up again, from the day on which it ended.
    yield from _place_faults(change.line, on, homes, {**ends, change.line: None} if moved_on else ends)
    if change.line not in homes:
        return
    item, home = homes[change.line]
    start = item.starts_on or home.effective_on
    if change.ends_before is not None and change.ends_before <= start:
        message = f"must be after {change.line} starts, {start}"
        yield Issue("$.ends_before", "empty_period", message, str(change.ends_before))
    if isinstance(item.billing, AskedOnce) and not change.remove:
        yield Issue("$.line", "one_time_change", "is charged once: remove it, or replace it", change.line)


def _amount_faults(change: Change, homes: _Homes, unit: Decimal) -> Iterator[Issue]:
    """What is wrong with the numbers of a change."""
    item = homes[change.line][0] if change.line in homes else None
    if item is None:
        return
    root = homes[item.extends][0] if item.extends in homes else item
    if change.unit_amount is not None and item.extends is not None:
        yield Issue("$.unit_amount", "extends_refused", f"comes from the line it extends, {item.extends}")
    if change.unit_amount is not None and isinstance(root.price, Tiered):
        yield Issue("$.unit_amount", "tiers_change", "is by tiers: replace the line", str(change.unit_amount))
    if isinstance(root.price, PerUnit | Tiered):
        return
    if change.quantity is not None and change.quantity != 1:
        yield Issue("$.quantity", "flat_quantity", "must be 1 for a flat price", str(change.quantity))
    if change.unit_amount is not None and isinstance(root.price, Percent):
        yield Issue("$.unit_amount", "percent_change", "is a percent: replace the line", str(change.unit_amount))
    yield from _not_quantized("$.unit_amount", change.unit_amount, unit)


def _unordered(orders: tuple[Order, ...]) -> Iterator[Issue]:
    """Different words about one thing by orders of which none comes first."""
    said: dict[tuple[object, ...], tuple[str, object]] = {}
    sayings = ((index, saying) for index, order in enumerate(orders) for saying in _sayings(order))
    for index, (path, subject, value) in sayings:
        name, value_before = said.setdefault((*orders[index].known_key, *subject), (orders[index].id, value))
        if name != orders[index].id and value_before != value:
            message = f"is said otherwise by {name}, known on the same day: give each order its sequence"
            yield Issue(f"$.orders[{index}]{path}", "sequence_required", message, str(value))


# Where something is said, of what, and the word.
_Saying = tuple[str, tuple[object, ...], object]


def _sayings(order: Order) -> Iterator[_Saying]:
    """What an order says of things that other orders may speak of too."""
    if moves_end(order):
        end = order.ends_before or order.effective_on
        yield ".ends_before" if order.ends_before else ".effective_on", ("contract",), end
    for number, change in enumerate(order.changes):
        path, on = f".changes[{number}]", change.on or order.effective_on
        amounts = {"quantity": change.quantity, "unit_amount": change.unit_amount}
        yield from (
            (f"{path}.{name}", (change.line, name, on), one) for name, one in amounts.items() if one is not None
        )
        ends = {"remove": on if change.remove else None, "ends_before": change.ends_before}
        yield from ((f"{path}.{name}", (change.line, "end"), one) for name, one in ends.items() if one is not None)
    for number, line in enumerate(order.lines):
        if line.replaces is not None:
            yield f".lines[{number}].replaces", (line.replaces, "end"), line.starts_on or order.effective_on


def _unpayable(terms: PaymentTerms, unit: Decimal) -> Iterator[Issue]:
    """Fixed instalments and late fees that cannot be paid in the contract's currency."""
    for number, fee in enumerate(terms.late_fees):
        yield from _not_quantized(f"$.late_fees[{number}].amount", fee.amount, unit)
    for number, part in enumerate(terms.instalments):
        yield from _not_quantized(f"$.instalments[{number}].amount", part.amount, unit)


def _not_quantized(path: str, amount: Decimal | None, unit: Decimal) -> Iterator[Issue]:
    """A stated amount with more digits than its currency has."""
    if amount is not None and quantize(amount, unit, Rounding.DOWN) != amount:
        yield Issue(path, "not_quantized", f"must be a multiple of {unit}", str(amount))


def _extension_faults(line: LineItem, start: date, home: tuple[LineItem, Order] | None) -> Iterator[Issue]:
    """What is wrong with a line that adds to another, whose home is that one and its order."""
    for name in ("price", "billing", "escalator", "list_amount"):
        if getattr(line, name) is not None:
            yield Issue(f"$.{name}", "extends_refused", f"comes from the line it extends, {line.extends}")
    if home is None:
        yield Issue("$.extends", "unknown_line", "names no line of this contract", line.extends)
        return
    root, first, end = home[0], home[0].starts_on or home[1].effective_on, home[0].ends_before or date.max
    if not first <= start < end:
        yield Issue("$.starts_on", "extends_refused", f"must be a day on which {root.id} is served", str(start))
    if root.extends is not None:
        yield Issue("$.extends", "extends_refused", f"must name the line that {root.id} extends, {root.extends}")
    elif not isinstance(root.billing, Recurring):
        yield Issue("$.extends", "extends_refused", "must name a recurring line", line.extends)
    elif isinstance(root.price, Percent):
        yield Issue("$.extends", "extends_refused", "must name a line that is no percent of others", line.extends)
    elif isinstance(root.price, Tiered):
        yield Issue("$.extends", "extends_refused", "must name a line without tiers: change its quantity", line.extends)
    elif isinstance(root.price, Flat) and line.quantity != 1:
        yield Issue("$.quantity", "flat_quantity", "must be 1 for a flat price", str(line.quantity))
