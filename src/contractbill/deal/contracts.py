"""Contracts: the fold of the orders of one agreement."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from decimal import Decimal
from functools import reduce

import attrs

from contractbill.deal.changes import Corrections, as_corrections
from contractbill.deal.contradictions import contradictions
from contractbill.deal.coverage import agreed_terms
from contractbill.deal.discounting import discount_faults, unsettled_discounts
from contractbill.deal.discounts import Discount, as_discounts
from contractbill.deal.fields import (
    as_optional_number,
    as_rounding,
    as_tuple,
    each,
    faults,
    is_a,
    is_currency,
    is_name,
    is_number,
    is_text,
    is_word,
    maybe,
)
from contractbill.deal.orders import Order, OrderKind, content_hash
from contractbill.deal.parties import Party
from contractbill.deal.parts import instalment_faults
from contractbill.deal.payment_terms import PaymentTerms
from contractbill.deal.prices import Percent
from contractbill.deal.purchase_orders import Addressed, Po, addressed, as_po, is_po, purchase_orders, unquantized
from contractbill.deal.rounding import RoundingLevel, as_rounding_level
from contractbill.deal.splits import Split
from contractbill.deal.tables import discounts_text, lines_table, orders_table, terms_table
from contractbill.display import Table, format_percent, to_html, to_text
from contractbill.errors import Conflict, Issue, refuse
from contractbill.money import Rounding, exponent, quantize, quantum


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
        po: the customer's purchase order, when one covers everything: its number, a `PurchaseOrder`, or several that
            take over from each other.
        split: how every invoice is shared by several payers or cost centres.
        tax_regime: how its invoices are taxed, in the host's words; invoices never mix two.
        rounding: how amounts are rounded, half-up unless said.
        round_to: the unit they are rounded to: 1 for whole dollars; by default the smallest one of the currency.
        rounding_level: what is rounded to it: each amount unless said. At any other level amounts are rounded to the
            currency's smallest unit, and a `rounding` component brings their sum to `round_to`.
        discounts: what is taken off the price of every line, by rate, after those of the line and of its order.
        corrections: when a change of what was billed stands on an invoice: with the next one that is planned anyway, or
            at once.
        orders: the signed forms, the initial one first. A contract without orders is a draft to fold into.

    Raises:
        InvalidTerms: every contradiction within the deal, each with its path: `unknown_currency`, `initial_first`,
            `duplicate_id`, `discount_refused`, `duplicate_reference`, `not_quantized`, `unknown_line`,
            `extends_refused`, `outside_term`, `renewal_gap`, `evergreen_renewal`, `whole_term_evergreen`,
            `flat_quantity`, `ramp_overlap`, `ramp_before_line`, `before_line`, `line_ended`, `one_time_change`,
            `notice_too_short`, `sequence_required`, and the codes of the fields.

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
    po: Po | None = attrs.field(default=None, converter=as_po)
    split: Split | None = None
    tax_regime: str | None = None
    rounding: Rounding = attrs.field(default=Rounding.HALF_UP, converter=as_rounding)
    round_to: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    rounding_level: RoundingLevel = attrs.field(default=RoundingLevel.COMPONENT, converter=as_rounding_level)
    discounts: tuple[Discount, ...] = attrs.field(default=(), converter=as_discounts)
    corrections: Corrections = attrs.field(default=Corrections.NEXT_INVOICE, converter=as_corrections)
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
            po=maybe(is_po),
            split=maybe(is_a(Split)),
            tax_regime=maybe(is_text),
            rounding=is_word(Rounding),
            round_to=maybe(is_number(over=0)),
            rounding_level=is_word(RoundingLevel),
            discounts=each(is_a(Discount), at_most=100),
            corrections=is_word(Corrections),
        )
        refuse(list(found) or list(self._contradictions()))

    def _contradictions(self) -> Iterator[Issue]:
        """What its orders say against each other."""
        unit = quantum(self.currency)
        if self.round_to is not None and quantize(self.round_to, unit, Rounding.DOWN) != self.round_to:
            yield Issue("$.round_to", "not_quantized", f"must be a multiple of {unit}", str(self.round_to))
        agreed = agreed_terms(self.orders) if self.rounding_level is RoundingLevel.TOTAL else ()
        if agreed and agreed[-1].end is None:
            yield Issue("$.rounding_level", "whole_term_evergreen", "needs a contract that ends", "total")
        yield from contradictions(self.orders, self.payment_terms, unit)
        yield from instalment_faults(self.orders, to=unit, rounding=self.rounding)
        yield from discount_faults(self.discounts, self.orders, unit)
        yield from unquantized(self.purchase_orders, unit)

    @property
    def purchase_orders(self) -> tuple[Addressed, ...]:
        """Those that it, its orders and their lines name, each with its path: first its own, then by order."""
        own = addressed([("$.po", self.po)])
        of_orders = (
            (path.replace("$", f"$.orders[{place}]", 1), one)
            for place, order in enumerate(self.orders)
            for path, one in order.purchase_orders
        )
        return (*own, *of_orders)

    @property
    def amounts_to(self) -> Decimal:
        """What each amount by itself is rounded to, at the scale of the currency."""
        unit = quantum(self.currency)
        if self.round_to is None or self.rounding_level is not RoundingLevel.COMPONENT:
            return unit
        return quantize(self.round_to, unit, Rounding.DOWN)

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
            ("PO", "; ".join(map(str, purchase_orders(self.po))) or None),
            ("split", self.split),
            ("tax regime", self.tax_regime),
            ("rounding", _rounding_text(self)),
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


def _rounding_text(contract: Contract) -> str | None:
    """How a contract rounds, where not as most do."""
    if (contract.round_to, contract.rounding_level) == (None, RoundingLevel.COMPONENT):
        return None if contract.rounding is Rounding.HALF_UP else str(contract.rounding)
    unit = contract.round_to or quantum(contract.currency)
    return f"{contract.rounding} to {unit}, each {contract.rounding_level}"


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
        `no_lines`, `no_changes`, `without_lines`, `no_end` and `discount_over_price` for discounts, `large_uplift` for
        a rate above 1, which is more often 5 written for 0.05 than a price doubled.

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
    named = _numbers_shown(contract)
    for index, order in enumerate(contract.orders):
        brings = order.lines or order.changes or order.credits or order.ceilings
        if order.kind in _BUYING and not brings:
            yield Issue(f"$.orders[{index}].lines", "no_lines", "has no line, so the order bills nothing")
        # What is said of a purchase order that others name is a change of its own.
        speaks = any(one.says_more and one.number in named for _path, one in order.purchase_orders)
        said = brings or order.termination or order.ends_before or speaks
        if order.kind is OrderKind.AMENDMENT and not said:
            yield Issue(f"$.orders[{index}].changes", "no_changes", "has no change, so the order does nothing")
        unsettled = (*_without_lines(order, named), *_large_uplifts(order))
        yield from (issue.under(f"$.orders[{index}]") for issue in unsettled)


_BUYING = frozenset({OrderKind.INITIAL, OrderKind.EXPANSION})


def _numbers_shown(contract: Contract) -> set[str]:
    """The purchase orders under which invoices may stand: those of the contract, of lines, and of shares."""
    bringing = [order for order in contract.orders if order.lines]
    splits = [contract.split, *(order.split for order in bringing)]
    splits += [line.split for order in bringing for line in order.lines]
    said = [*addressed([("$.po", contract.po)]), *(one for order in bringing for one in order.purchase_orders)]
    shares = (share.po for split in splits if split is not None for share in split.shares)
    return {one.number for _path, one in said} | {number for number in shares if number is not None}


def _without_lines(order: Order, named: AbstractSet[str]) -> Iterator[Issue]:
    """What an order says for its lines, and has none; what it says of a purchase order that others name counts."""
    if order.lines:
        return
    for name in ("seller", "bill_to", "payment_terms", "split"):
        if getattr(order, name) is not None:
            yield Issue(f"$.{name}", "without_lines", "is for the order's lines, and it has none: it changes nothing")
    alone = [one.number for _path, one in order.purchase_orders if one.number not in named]
    if alone:
        message = "is for the order's lines, and it has none: no invoice shows it"
        yield Issue("$.po", "without_lines", message, ", ".join(alone))


def _large_uplifts(order: Order) -> Iterator[Issue]:
    """Rates of more than the price itself."""
    rates = [("$.uplift", order.uplift), ("$.renewal.uplift", order.renewal.uplift if order.renewal else None)]
    for place, line in enumerate(order.lines):
        if isinstance(line.price, Percent):
            rates += [(f"$.lines[{place}].price.rate", line.price.rate)]
        clause = line.escalator
        if clause is not None:
            path = f"$.lines[{place}].escalator"
            rates += [(f"{path}.rate", clause.rate)]
            rates += [(f"{path}.rates[{number}]", rate) for number, rate in enumerate(clause.rates)]
    for path, rate in rates:
        if rate is not None and rate > 1:
            message = f"is {format_percent(rate)}: 0.05 is 5 %"
            yield Issue(path, "large_uplift", message, str(rate))
