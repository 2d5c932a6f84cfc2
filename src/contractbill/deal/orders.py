"""Orders: one signed form each. A contract is the fold of its orders."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import attrs

from contractbill.deal.billing import AskedOnce
from contractbill.deal.ceilings import Ceiling, as_ceilings, repeated_ceilings
from contractbill.deal.changes import Change, as_changes
from contractbill.deal.discounts import Discount, as_discounts, repeated_discounts, shared_amounts
from contractbill.deal.fields import (
    as_date,
    as_lenient_frequency,
    as_number,
    as_optional_date,
    as_optional_frequency,
    as_optional_number,
    as_tuple,
    as_word,
    default_of,
    each,
    faults,
    is_a,
    is_bool,
    is_date,
    is_frequency,
    is_name,
    is_number,
    is_text,
    is_whole,
    is_word,
    maybe,
)
from contractbill.deal.lines import LineItem
from contractbill.deal.parties import Party
from contractbill.deal.payment_terms import PaymentTerms
from contractbill.deal.purchase_orders import Addressed, Po, addressed, as_po, contradicting, is_po
from contractbill.deal.splits import Split
from contractbill.errors import Issue, refuse
from contractbill.periods import Frequency


class OrderKind(StrEnum):
    """What a signed form does to the contract."""

    INITIAL = "initial"
    EXPANSION = "expansion"
    RENEWAL = "renewal"
    AMENDMENT = "amendment"
    CANCELLATION = "cancellation"


class BillWhen(StrEnum):
    """What an order's charges wait for: the signature, or the last of its fulfilment steps."""

    SIGNED = "signed"
    FULFILLED = "fulfilled"


class RenewalKind(StrEnum):
    """Auto: the term renews unless somebody gives notice. Optional: it renews when somebody signs."""

    AUTO = "auto"
    OPTIONAL = "optional"


class UpliftBasis(StrEnum):
    """The price a renewal's uplift is taken of, and from which the renewed one starts.

    The one charged last, the line's first, its list price, or the average of the term that ends, by days.
    """

    LAST = "last"
    FIRST = "first"
    LIST = "list"
    AVERAGE = "average"


def as_order_kind(value: OrderKind | str) -> OrderKind:
    """A kind of order by its word."""
    return as_word(OrderKind, value)


def as_bill_when(value: BillWhen | str) -> BillWhen:
    """What billing waits for, by its word."""
    return as_word(BillWhen, value)


def as_renewal_kind(value: RenewalKind | str) -> RenewalKind:
    """A kind of renewal by its word."""
    return as_word(RenewalKind, value)


def as_uplift_basis(value: UpliftBasis | str) -> UpliftBasis:
    """A basis of an uplift by its word."""
    return as_word(UpliftBasis, value)


def as_optional_basis(value: UpliftBasis | str | None) -> UpliftBasis | None:
    """The same, or nothing."""
    return None if value is None else as_uplift_basis(value)


@attrs.frozen(kw_only=True)
class Reference:
    """The name another system has for an order: (scheme, value), such as ("crm", "006A1").

    Args:
        scheme: which system.
        value: the name.

    Raises:
        InvalidTerms: `not_an_id`, `not_text`.
    """

    scheme: str
    value: str

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(faults(self, scheme=is_name, value=is_text))


@attrs.frozen(kw_only=True)
class CreditGrant:
    """A prepaid or promotional balance that comes with an order; alone it adds nothing to totals.

    Args:
        id: unique over the contract.
        amount: how much, in the contract's currency.
        starts_on: by default the day its order takes effect.
        expires_on: the first day it can not be used any more; by default it does not expire.
        description: what the customer reads.

    Raises:
        InvalidTerms: `too_small`, `empty_period`, and the codes of the fields.
    """

    id: str
    amount: Decimal = attrs.field(converter=as_number)
    starts_on: date | None = attrs.field(default=None, converter=as_optional_date)
    expires_on: date | None = attrs.field(default=None, converter=as_optional_date)
    description: str | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(
            faults(
                self,
                id=is_name,
                amount=is_number(over=0),
                starts_on=maybe(is_date),
                expires_on=maybe(is_date),
                description=maybe(is_text),
            )
        )
        if not found and self.starts_on and self.expires_on and self.starts_on >= self.expires_on:
            found.append(Issue("$.expires_on", "empty_period", "must be later than starts_on", str(self.expires_on)))
        refuse(found)


@attrs.frozen(kw_only=True)
class Renewal:
    """What happens at the end of the term.

    Args:
        term: the length of each renewal term.
        kind: auto or optional.
        notice_days: an auto-renewal can be stopped until so many days before the term ends; after that it is certain.
        uplift: the rate on the price that `basis` names, in place of an escalator's step on that day; left out, prices
            stand and an escalator's step on that day is taken.
        basis: the price that the uplift is taken of: the then-current one (`last`), the one of the line's first day
            (`first`), its list price (`list`), or the average over the days of the term that ends (`average`). 0 as
            uplift renews at that price itself.
        times: how often it can renew; None for no end, and a schedule then needs `through`.

    Raises:
        InvalidTerms: `uplift_required` for a basis other than `last` without an uplift, `too_small`, `out_of_range`,
            and the codes of the fields.

    Source: renewal clauses of published SaaS agreements; the default is a house rule.

    Example:
        >>> Renewal(term="12 months", uplift="0.05", basis="list").basis
        <UpliftBasis.LIST: 'list'>
    """

    term: Frequency = attrs.field(converter=as_lenient_frequency)
    kind: RenewalKind = attrs.field(default=RenewalKind.OPTIONAL, converter=as_renewal_kind)
    notice_days: int = 0
    uplift: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    basis: UpliftBasis = attrs.field(default=UpliftBasis.LAST, converter=as_uplift_basis)
    times: int | None = 1

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(
            faults(
                self,
                term=is_frequency(whole_term=False),
                kind=is_word(RenewalKind),
                notice_days=is_whole(0, 1000),
                uplift=maybe(is_number(over=-1)),
                basis=is_word(UpliftBasis),
                times=maybe(is_whole(1, 1000)),
            )
        )
        if self.uplift is None and self.basis is not UpliftBasis.LAST:
            found.append(_uplift_required(self.basis))
        refuse(found)


def _uplift_required(basis: UpliftBasis) -> Issue:
    """A basis of no uplift: the prices would stand, and nobody who says it means that."""
    return Issue("$.uplift", "uplift_required", f"is required with the basis {basis}: 0 renews at that price itself")


@attrs.frozen(kw_only=True)
class Termination:
    """What the parties agree about ending the contract before its term, for convenience.

    Args:
        notice_days: a cancellation takes effect at least so many days after it was signed.
        refund: whether what was charged in advance for days that are not served is given back.

    Raises:
        InvalidTerms: `out_of_range`, `not_whole`, `not_a_bool`.
    """

    notice_days: int = 0
    refund: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(faults(self, notice_days=is_whole(0, 1000), refund=is_bool))


def as_lines(values: Iterable[LineItem]) -> tuple[LineItem, ...]:
    """A tuple of lines."""
    return as_tuple(values)


def as_credits(values: Iterable[CreditGrant]) -> tuple[CreditGrant, ...]:
    """A tuple of grants."""
    return as_tuple(values)


def as_references(values: Iterable[Reference]) -> tuple[Reference, ...]:
    """A tuple of references."""
    return as_tuple(values)


def _is_told(_value: object) -> Iterator[Issue]:
    """Nothing more to tell."""
    return iter(())


@attrs.frozen(kw_only=True)
class Order:
    """One signed form.

    Args:
        id: its name in the contract.
        kind: initial, expansion, renewal, amendment or cancellation.
        signed_on: the day of the last signature.
        effective_on: the day it takes effect; by default the day it was signed. May lie in the past. Of a cancellation,
            the first day that is not served any more.
        known_on: the day the books learnt of it; by default the day it was signed.
        sequence: which comes first of orders that became known on one day; by default their places in the contract say.
        term: how long the service runs from `effective_on`: required for a renewal; left out of an initial order, the
            contract is evergreen.
        ends_before: of an amendment, the first day the contract does not run any more, earlier or later than before.
        renewal: what happens at the end of that term.
        uplift: of a renewal order, the rate on the then-current prices; by default what `renewal` had agreed.
        uplift_basis: the prices that this uplift is taken of; by default those that `renewal` had agreed.
        termination: how the contract may be cancelled for convenience from then on.
        for_cause: of a cancellation, that the seller has failed: no notice is needed and the rest is given back.
        refund: of a cancellation, whether what was charged in advance for days that are not served is given back, when
            not as agreed.
        lines: what is bought; of a cancellation, one-time fees.
        discounts: what is taken off the price of each of its lines, by rate, after the line's own, in list order.
        changes: what becomes of lines that earlier orders brought.
        credits: balances granted.
        ceilings: amounts not to be exceeded, apart from what is billed; one that names an earlier order's again takes
            its place.
        bill_when: whether its charges wait for fulfilment.
        external_refs: names other systems have for it; one reference never stands for two different orders.
        seller, bill_to, payment_terms, po, split: for the lines of this order, when not as the contract says.

    Raises:
        InvalidTerms: `term_required`, `term_refused`, `uplift_refused`, `uplift_required`, `renewal_refused`,
            `ends_before_refused`, `cancellation_only`, `changes_refused`, `fee_not_once`, `known_before_signed`,
            `line_before_order`, `change_before_order`, `contradicting_changes`, `empty_period`, `discount_refused`,
            `duplicate_id`, `po_contradicted`, and the codes of the fields.
    """

    id: str
    kind: OrderKind = attrs.field(default=OrderKind.INITIAL, converter=as_order_kind)
    signed_on: date = attrs.field(converter=as_date)
    effective_on: date = attrs.field(
        default=attrs.Factory(lambda self: self.signed_on, takes_self=True), converter=as_date
    )
    known_on: date = attrs.field(default=attrs.Factory(lambda self: self.signed_on, takes_self=True), converter=as_date)
    sequence: int | None = None
    term: Frequency | None = attrs.field(default=None, converter=as_optional_frequency)
    ends_before: date | None = attrs.field(default=None, converter=as_optional_date)
    renewal: Renewal | None = None
    uplift: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    uplift_basis: UpliftBasis | None = attrs.field(default=None, converter=as_optional_basis)
    termination: Termination | None = None
    for_cause: bool = False
    refund: bool | None = None
    lines: tuple[LineItem, ...] = attrs.field(default=(), converter=as_lines)
    discounts: tuple[Discount, ...] = attrs.field(default=(), converter=as_discounts)
    changes: tuple[Change, ...] = attrs.field(default=(), converter=as_changes)
    credits: tuple[CreditGrant, ...] = attrs.field(default=(), converter=as_credits)
    ceilings: tuple[Ceiling, ...] = attrs.field(default=(), converter=as_ceilings)
    bill_when: BillWhen = attrs.field(default=BillWhen.SIGNED, converter=as_bill_when)
    external_refs: tuple[Reference, ...] = attrs.field(default=(), converter=as_references)
    seller: Party | None = None
    bill_to: Party | None = None
    payment_terms: PaymentTerms | None = None
    po: Po | None = attrs.field(default=None, converter=as_po)
    split: Split | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = faults(
            self,
            id=is_name,
            kind=is_word(OrderKind),
            signed_on=is_date,
            # Left out, they are the day it was signed: one fault is told once.
            effective_on=is_date if self.effective_on is not self.signed_on else _is_told,
            known_on=is_date if self.known_on is not self.signed_on else _is_told,
            sequence=maybe(is_whole(0, 1_000_000)),
            term=maybe(is_frequency(whole_term=False)),
            ends_before=maybe(is_date),
            renewal=maybe(is_a(Renewal)),
            uplift=maybe(is_number(over=-1)),
            uplift_basis=maybe(is_word(UpliftBasis)),
            termination=maybe(is_a(Termination)),
            for_cause=is_bool,
            refund=maybe(is_bool),
            lines=each(is_a(LineItem)),
            discounts=each(is_a(Discount), at_most=100),
            changes=each(is_a(Change)),
            credits=each(is_a(CreditGrant)),
            ceilings=each(is_a(Ceiling)),
            bill_when=is_word(BillWhen),
            external_refs=each(is_a(Reference)),
            seller=maybe(is_a(Party)),
            bill_to=maybe(is_a(Party)),
            payment_terms=maybe(is_a(PaymentTerms)),
            po=maybe(is_po),
            split=maybe(is_a(Split)),
        )
        refuse(list(found) or list(self._contradictions()))

    def _contradictions(self) -> Iterator[Issue]:
        """What fields say against each other."""
        if self.kind is OrderKind.RENEWAL and self.term is None:
            yield Issue("$.term", "term_required", "is required for a renewal")
        if self.kind not in _DECIDING and self.term is not None:
            message = "belongs to initial and renewal orders; give a line or an amendment its own ends_before"
            yield Issue("$.term", "term_refused", message, str(self.term))
        if self.kind is not OrderKind.RENEWAL and self.uplift is not None:
            yield Issue("$.uplift", "uplift_refused", "belongs to a renewal order", str(self.uplift))
        if self.uplift is None and self.uplift_basis is not None:
            yield _uplift_required(self.uplift_basis)
        if self.term is None and self.renewal is not None:
            yield Issue("$.renewal", "renewal_refused", "needs a term to renew")
        if self.known_on < self.signed_on:
            yield Issue("$.known_on", "known_before_signed", "must not be before signed_on", str(self.known_on))
        yield from shared_amounts(self.discounts)
        yield from repeated_discounts(self.discounts)
        yield from repeated_ceilings(self.ceilings)
        yield from contradicting(self.purchase_orders)
        for index, line in enumerate(self.lines):
            yield from (one.under(f"$.lines[{index}]") for one in repeated_discounts(self.discounts, line.discounts))
        yield from _kind_faults(self)
        yield from _line_day_faults(self)
        yield from _change_faults(self)

    @property
    def purchase_orders(self) -> tuple[Addressed, ...]:
        """Those that it and its lines name, each with its path."""
        lines = ((f"$.lines[{place}].po", line.po) for place, line in enumerate(self.lines))
        return tuple(addressed([("$.po", self.po), *lines]))

    @property
    def known_key(self) -> tuple[date, int]:
        """What orders apply by: the day they became known, then their sequence; then their places in the contract."""
        return self.known_on, -1 if self.sequence is None else self.sequence


_DECIDING = frozenset({OrderKind.INITIAL, OrderKind.RENEWAL})


def _kind_faults(order: Order) -> Iterator[Issue]:
    """What only some kinds of order may say."""
    if order.ends_before is not None:
        if order.kind is not OrderKind.AMENDMENT:
            yield Issue("$.ends_before", "ends_before_refused", "belongs to an amendment", str(order.ends_before))
        elif order.ends_before <= order.effective_on:
            message = "must be after the day the order takes effect"
            yield Issue("$.ends_before", "empty_period", message, str(order.ends_before))
    if order.kind is OrderKind.CANCELLATION:
        fees = (
            f"$.lines[{n}].billing" for n, line in enumerate(order.lines) if not isinstance(line.billing, AskedOnce)
        )
        yield from (Issue(path, "fee_not_once", "must be one-time: a cancellation serves nothing") for path in fees)
    else:
        said = (name for name, told in (("for_cause", order.for_cause), ("refund", order.refund is not None)) if told)
        yield from (Issue(f"$.{name}", "cancellation_only", "belongs to a cancellation") for name in said)
    if order.changes and order.kind in (OrderKind.INITIAL, OrderKind.CANCELLATION):
        message = f"has no meaning in an order of kind {order.kind}"
        yield Issue("$.changes", "changes_refused", message, len(order.changes))


def _line_day_faults(order: Order) -> Iterator[Issue]:
    """What lines say against the day their order takes effect."""
    for index, line in enumerate(order.lines):
        if line.starts_on is not None and line.starts_on < order.effective_on:
            path = f"$.lines[{index}].starts_on"
            yield Issue(path, "line_before_order", "must not be before the order takes effect", str(line.starts_on))
        elif line.starts_on is None and line.ends_before is not None and line.ends_before <= order.effective_on:
            path = f"$.lines[{index}].ends_before"
            yield Issue(path, "empty_period", "must be after the day the order takes effect", str(line.ends_before))


def _change_faults(order: Order) -> Iterator[Issue]:
    """What changes say against their order and against each other."""
    said: set[tuple[str, date, str]] = set()
    for index, change in enumerate(order.changes):
        path, on = f"$.changes[{index}]", change.on or order.effective_on
        if on < order.effective_on:
            yield Issue(f"{path}.on", "change_before_order", "must not be before the order takes effect", str(on))
        given = {name: getattr(change, name) for name in ("quantity", "unit_amount", "ends_before", "remove")}
        keys = {
            name: (change.line, on, name) for name, value in given.items() if value is not None and value is not False
        }
        message = f"is changed from {on} already by this order"
        yield from (
            Issue(f"{path}.{name}", "contradicting_changes", message, str(given[name]))
            for name, key in keys.items()
            if key in said
        )
        said |= set(keys.values())


def content_hash(order: Order) -> str:
    """A fingerprint of what an order says: equal for equal orders, in every process and on every machine.

    Returns:
        64 hexadecimal digits: SHA-256 over the order's fields by name, numbers by value (`60.0` and `60.00` agree).
        The day the books learnt of it is not what it says: sent again later, it is the same order. Nor is what it
        leaves at its default, so that fields which later versions bring change no fingerprint.

    Source: house rule.

    Example:
        >>> first = Order(id="O-1", signed_on="2026-01-01", term="12 months")
        >>> content_hash(first) == content_hash(Order(id="O-1", signed_on="2026-01-01", term="12 months"))
        True
    """
    return hashlib.sha256(_canonical(attrs.evolve(order, known_on=order.signed_on)).encode()).hexdigest()


def _canonical(value: object) -> str:
    """Text that is equal exactly when the values are."""
    cls = type(value)
    if attrs.has(cls):
        given = {field.name: getattr(value, field.name) for field in attrs.fields(cls)}
        said = {field.name for field in attrs.fields(cls) if given[field.name] != default_of(value, field)}
        fields = (f"{name}:{_canonical(given[name])}" for name in sorted(said))
        return f"{cls.__name__}({','.join(fields)})"
    if isinstance(value, tuple):
        return f"[{','.join(map(_canonical, value))}]"
    if isinstance(value, Decimal):
        return str(Fraction(value))
    return repr(str(value)) if isinstance(value, str) else str(value)
