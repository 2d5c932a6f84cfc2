"""Contracts: the fold of the orders of one agreement."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import reduce

import attrs

from contractbill.deal.billing import Recurring, undated
from contractbill.deal.coverage import Term, agreed_terms, lasting_terms
from contractbill.deal.discounting import discount_faults, unsettled_discounts
from contractbill.deal.discounts import Discount, as_discounts
from contractbill.deal.escalators import as_rounding
from contractbill.deal.fields import as_tuple, each, faults, is_a, is_currency, is_name, is_text, is_word, maybe
from contractbill.deal.lines import LineItem
from contractbill.deal.orders import Order, OrderKind, content_hash
from contractbill.deal.parties import Party
from contractbill.deal.payment_terms import PaymentTerms
from contractbill.deal.prices import Flat
from contractbill.deal.tables import discounts_text, lines_table, orders_table, terms_table
from contractbill.display import Table, format_percent, to_html, to_text
from contractbill.errors import Conflict, Issue, refuse
from contractbill.money import Rounding, exponent, quantize, quantum
from contractbill.periods import WHOLE_TERM, Frequency


def as_orders(values: Iterable[Order]) -> tuple[Order, ...]:
    """A tuple of orders."""
    return as_tuple(values)


@attrs.frozen(kw_only=True)
class Contract:
    """One agreement: who deals with whom, on which terms, by which orders.

    Args:
        id: its name, part of the identity of every charge.
        currency: ISO 4217 code of every amount in it.
        seller, customer, bill_to, sold_to: the parties; `bill_to` and `sold_to` are the customer unless said.
        payment_terms: when an invoice is due; by default on receipt.
        po: the customer's purchase order, when one covers everything.
        tax_regime: how its invoices are taxed, in the host's words; invoices never mix two.
        rounding: how amounts are rounded to the currency's quantum, half-up unless said.
        discounts: what is taken off the price of every line, by rate, after those of the line and of its order.
        orders: the signed forms, the initial one first. A contract without orders is a draft to fold into.

    Raises:
        InvalidTerms: every contradiction within the deal, each with its path: `unknown_currency`, `initial_first`,
            `duplicate_id`, `discount_refused`, `duplicate_reference`, `not_quantized`, `unknown_line`,
            `extends_refused`, `outside_term`, `renewal_gap`, `evergreen_renewal`, `whole_term_evergreen`,
            `flat_quantity`, and the codes of the fields.

    Example:
        >>> Contract(id="C-1", currency="USD").orders
        ()
    """

    id: str
    currency: str
    seller: Party | None = None
    customer: Party | None = None
    bill_to: Party | None = None
    sold_to: Party | None = None
    payment_terms: PaymentTerms = PaymentTerms()
    po: str | None = None
    tax_regime: str | None = None
    rounding: Rounding = attrs.field(default=Rounding.HALF_UP, converter=as_rounding)
    discounts: tuple[Discount, ...] = attrs.field(default=(), converter=as_discounts)
    orders: tuple[Order, ...] = attrs.field(default=(), converter=as_orders)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        party = maybe(is_a(Party))
        found = faults(
            self,
            id=is_name,
            currency=is_currency,
            orders=each(is_a(Order)),
            seller=party,
            customer=party,
            bill_to=party,
            sold_to=party,
            payment_terms=is_a(PaymentTerms),
            po=maybe(is_text),
            tax_regime=maybe(is_text),
            rounding=is_word(Rounding),
            discounts=each(is_a(Discount), at_most=100),
        )
        refuse(list(found) or list(_contradictions(self)))

    def to_tables(self) -> tuple[Table, Table, Table]:
        """Its terms, its orders and their lines.

        Example:
            >>> from contractbill.testing import sales_led
            >>> [len(table.rows) for table in sales_led().to_tables()]
            [4, 2, 5]
        """
        parties = (("seller", self.seller), ("customer", self.customer), ("bill-to", self.bill_to))
        terms = (
            *((name, party and party.name) for name, party in (*parties, ("sold-to", self.sold_to))),
            ("currency", self.currency),
            ("payment", self.payment_terms),
            ("PO", self.po),
            ("tax regime", self.tax_regime),
            ("discounts", discounts_text(self.discounts, exponent(self.currency)) or None),
        )
        return (
            terms_table(f"Contract {self.id}", terms),
            orders_table(self.orders),
            lines_table(self.currency, self.orders),
        )

    def __str__(self) -> str:
        """Its tables as text."""
        return "\n\n".join(map(to_text, self.to_tables()))

    def _repr_html_(self) -> str:
        """Its tables as a notebook shows them."""
        return "\n<br>\n".join(map(to_html, self.to_tables()))

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, str]:
        """Its text where a notebook or a prompt cannot show HTML."""
        return {"text/plain": str(self)}


def amend(contract: Contract, order: Order) -> Contract:
    """The contract with one more order.

    Args:
        contract: what was agreed so far.
        order: the next signed form.

    Returns:
        A new contract; the very same one when it holds this order already, with this content.

    Raises:
        Conflict: `order_conflict` when the order's id, `reference_conflict` when one of its external references, stands
            for other content.
        InvalidTerms: what the two contradict each other in.

    Example:
        >>> first = Order(id="O-1", signed_on="2026-01-01", term="12 months")
        >>> contract = amend(Contract(id="C-1", currency="USD"), first)
        >>> amend(contract, first) is contract
        True
    """
    for index, known in enumerate(contract.orders):
        same_id = known.id == order.id
        if not same_id and not set(known.external_refs) & set(order.external_refs):
            continue
        if content_hash(known) == content_hash(order):
            return contract
        path, code = f"$.orders[{index}]", "order_conflict" if same_id else "reference_conflict"
        raise Conflict(Issue(path, code, "stands for an order with other content", order.id))
    return attrs.evolve(contract, orders=(*contract.orders, order))


def fold(contract: Contract, orders: Iterable[Order]) -> Contract:
    """The contract after all of `orders`, one at a time.

    Raises:
        Conflict, InvalidTerms: as `amend`.

    Example:
        >>> orders = [Order(id="O-1", signed_on="2026-01-01", term="12 months")]
        >>> len(fold(Contract(id="C-1", currency="USD"), orders + orders).orders)
        1
    """
    return reduce(amend, orders, contract)


def check(contract: Contract) -> tuple[Issue, ...]:
    """What is not yet true, though the contract may stand: what somebody must still settle before invoices go out.

    Returns:
        Issues in the order of the contract's fields: `no_orders`, `no_seller`, `no_customer`, `no_remit_to`,
        `no_lines`, `no_end` and `discount_over_price` for discounts, `large_uplift` for a rate above 1, which is more
        often 5 written for 0.05 than a price doubled.

    Example:
        >>> [issue.code for issue in check(Contract(id="C-1", currency="USD"))]
        ['no_orders', 'no_seller', 'no_customer']
    """
    return tuple(_unsettled(contract))


def _unsettled(contract: Contract) -> Iterator[Issue]:
    """The issues of `check`."""
    if not contract.orders:
        yield Issue("$.orders", "no_orders", "has no order yet, so nothing is billed")
    for name, party in (("seller", contract.seller), ("customer", contract.customer or contract.bill_to)):
        if party is None:
            yield Issue(f"$.{name}", f"no_{name}", "is not named yet, and an invoice must name it")
    if contract.seller is not None and contract.seller.remit_to_in(contract.currency) is None:
        yield Issue("$.seller.remit_to", "no_remit_to", f"has nowhere to receive {contract.currency}")
    agreed = agreed_terms(contract.orders)
    endless = bool(agreed) and agreed[-1].end is None
    yield from unsettled_discounts(contract.discounts, contract.orders, endless=endless)
    for index, order in enumerate(contract.orders):
        if not order.lines and order.kind is not OrderKind.RENEWAL and not order.credits:
            yield Issue(f"$.orders[{index}].lines", "no_lines", "has no line, so the order bills nothing")
        yield from (issue.under(f"$.orders[{index}]") for issue in _large_uplifts(order))


def _large_uplifts(order: Order) -> Iterator[Issue]:
    """Rates that more than double a price."""
    rates = [("$.uplift", order.uplift), ("$.renewal.uplift", order.renewal.uplift if order.renewal else None)]
    for place, line in enumerate(order.lines):
        clause = line.escalator
        if clause is not None:
            path = f"$.lines[{place}].escalator"
            rates += [(f"{path}.rate", clause.rate)]
            rates += [(f"{path}.rates[{number}]", rate) for number, rate in enumerate(clause.rates)]
    for path, rate in rates:
        if rate is not None and rate > 1:
            message = f"raises the price by {format_percent(rate)}: 0.05 is 5 %"
            yield Issue(path, "large_uplift", message, str(rate))


def _contradictions(contract: Contract) -> Iterator[Issue]:
    """What the orders of a contract say against each other."""
    yield from _repeated(contract)
    yield from discount_faults(contract.discounts, contract.orders, quantum(contract.currency))
    yield from (issue.under("$.payment_terms") for issue in _unpayable(contract.payment_terms, contract))
    yield from _misplaced(contract)
    unit = quantum(contract.currency)
    homes = {line.id: (line, order) for order in contract.orders for line in order.lines}
    for index, order in enumerate(contract.orders):
        path = f"$.orders[{index}]"
        if (order.kind is OrderKind.INITIAL) != (index == 0):
            yield Issue(f"{path}.kind", "initial_first", "must be initial for the first order only", str(order.kind))
        if order.payment_terms is not None:
            yield from (issue.under(f"{path}.payment_terms") for issue in _unpayable(order.payment_terms, contract))
        for number, grant in enumerate(order.credits):
            yield from _not_quantized(f"{path}.credits[{number}].amount", grant.amount, unit)
        for number, line in enumerate(order.lines):
            start = line.starts_on or order.effective_on
            found = _extension_faults(line, start, homes.get(line.extends)) if line.extends is not None else ()
            flat = _not_quantized("$.price.amount", line.price.amount, unit) if isinstance(line.price, Flat) else ()
            yield from (issue.under(f"{path}.lines[{number}]") for issue in (*flat, *found))


def _repeated(contract: Contract) -> Iterator[Issue]:
    """Names that stand for two things."""
    seen: set[tuple[str, str]] = set()
    for at, kind, name in (named for index, order in enumerate(contract.orders) for named in _names(index, order)):
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


def _misplaced(contract: Contract) -> Iterator[Issue]:
    """Orders and lines that lie outside the contract's days."""
    mentioned = [
        day
        for order in contract.orders
        for line in order.lines
        for day in (line.starts_on, line.ends_before, *_edges(line).values())
        if day
    ]
    last = max([date.min, *mentioned, *(order.effective_on for order in contract.orders)])
    agreed = lasting_terms(contract.orders, through=last)
    for index, order in enumerate(contract.orders):
        path = f"$.orders[{index}]"
        if order.kind is OrderKind.RENEWAL:
            yield from _renewal_faults(f"{path}.effective_on", order, agreed)
        elif not _holds(agreed, order.effective_on):
            message = "must lie within the contract's term"
            yield Issue(f"{path}.effective_on", "outside_term", message, str(order.effective_on))
        for number, line in enumerate(order.lines):
            found = _line_faults(line, agreed, start=line.starts_on or order.effective_on)
            yield from (issue.under(f"{path}.lines[{number}]") for issue in found)


def _renewal_faults(path: str, order: Order, agreed: tuple[Term, ...]) -> Iterator[Issue]:
    """What is wrong with where a renewal order stands."""
    if order.id in {term.order for term in agreed}:
        return
    last = agreed[-1] if agreed else None
    if last is not None and last.end is None:
        yield Issue(path, "evergreen_renewal", "must follow a term that ends", str(order.effective_on))
    elif last is not None:
        yield Issue(path, "renewal_gap", f"must be the day a term ends, such as {last.end}", str(order.effective_on))


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
        yield from undated(line.billing)


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


def _unpayable(terms: PaymentTerms, contract: Contract) -> Iterator[Issue]:
    """Fixed instalments and late fees that cannot be paid in the contract's currency."""
    unit = quantum(contract.currency)
    for number, fee in enumerate(terms.late_fees):
        if fee.amount is not None:
            yield from _not_quantized(f"$.late_fees[{number}].amount", fee.amount, unit)
    for number, part in enumerate(terms.instalments):
        if part.amount is not None:
            yield from _not_quantized(f"$.instalments[{number}].amount", part.amount, unit)


def _not_quantized(path: str, amount: Decimal, unit: Decimal) -> Iterator[Issue]:
    """A stated amount with more digits than its currency has."""
    if quantize(amount, unit, Rounding.DOWN) != amount:
        yield Issue(path, "not_quantized", f"must be a multiple of {unit}", str(amount))


def _extension_faults(line: LineItem, start: date, home: tuple[LineItem, Order] | None) -> Iterator[Issue]:
    """What is wrong with a line that adds to another, whose home is that one and its order."""
    for name in ("price", "billing", "escalator"):
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
    elif isinstance(root.price, Flat) and line.quantity != 1:
        yield Issue("$.quantity", "flat_quantity", "must be 1 for a flat price", str(line.quantity))
