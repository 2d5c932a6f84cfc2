"""Hypothesis strategies: random deals that are valid, over every field a deal has.

Sizes are kept small (at most three orders of three lines, a few years) so that a law can see many of them; amounts,
days and rules are anything a contract may say.

Example:
    >>> from hypothesis import given
    >>> from contractbill import schedule, verify
    >>> @given(contracts())
    ... def test_no_schedule_has_a_gap(contract):
    ...     assert verify(schedule(contract)) == ()
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from contractbill.charges import Facts
from contractbill.deal import (
    Billing,
    BillWhen,
    Ceiling,
    Contract,
    CreditGrant,
    Escalator,
    Flat,
    InvoiceTiming,
    LineItem,
    MonthDay,
    Order,
    OrderKind,
    Party,
    PerUnit,
    Price,
    Recurring,
    Reference,
    RemitTo,
    Renewal,
    RenewalKind,
    Step,
    UpliftBasis,
    agreed_terms,
    cancel,
    complete,
    lasting_terms,
    started,
)
from contractbill.money import Rounding, exponent
from contractbill.periods import (
    Alignment,
    AlignTo,
    Frequency,
    Period,
    Proration,
    ProrationRule,
    StubRule,
    Stubs,
    recurrence_for,
)
from contractbill.testing.draws import (
    AFTER,
    FEW,
    STEPPED,
    amounts,
    dates,
    discounts,
    payment_terms,
    po_terms,
    purchase_orders,
    rates,
    rounding_terms,
    seldom,
    splits,
)
from contractbill.testing.indexation import indices, notices, readings
from contractbill.testing.one_time import milestones, not_recurring

__all__ = [
    "alignments",
    "amounts",
    "contracts",
    "dates",
    "discounts",
    "escalators",
    "facts",
    "indices",
    "lines",
    "notices",
    "parties",
    "payment_terms",
    "purchase_orders",
    "rates",
    "readings",
    "recurring",
    "renewals",
    "splits",
]

CURRENCIES = ("USD", "EUR", "JPY", "KWD")
TERMS = ("1 month", "3 months", "12 months", "13 months", "2 years", "36 months", "90 days", "30 weeks")
BILLED = ("2 weeks", "10 days", "month", "month", "2 months", "quarter", "quarter", "half-year", "year", "year", "term")
PRICED = ("week", "month", "month", "quarter", "year", "year", "term")

LATER = ("", "", "expansion", "renewal", "expansion renewal", "renewal expansion", "expansion expansion")


@st.composite
def parties(draw: DrawFn, name: str = "party") -> Party:
    """Parties, some with an account for dollars."""
    accounts = [RemitTo(id="usd", currency="USD", lines=["IBAN"])] if draw(st.booleans()) else []
    return Party(id=f"{name}-{draw(st.integers(1, 2))}", name=name.title(), remit_to=accounts)


@st.composite
def escalators(draw: DrawFn, *, around: Period, indexed: bool = False) -> Escalator:
    """Escalators of every kind, whose clock may stand on a day within or before some days.

    Args:
        around: those days.
        indexed: whether it follows an index.
    """
    listed = st.lists(rates(), min_size=1, max_size=3)
    index = st.fixed_dictionaries({"index": indices()})
    uplifts = st.one_of(
        st.fixed_dictionaries({"rate": rates()}),
        st.fixed_dictionaries({"amount": amounts(3, at_most=20)}),
        st.fixed_dictionaries({"rates": listed}),
        st.fixed_dictionaries({"amounts": st.lists(amounts(2, at_most=20), min_size=1, max_size=3)}),
        index,
    )
    uplift = draw(index if indexed else uplifts)
    month_days = st.builds(MonthDay, month=st.integers(1, 12), day=st.integers(1, 31))
    calendar = draw(
        st.one_of(
            st.fixed_dictionaries({"every": st.sampled_from(STEPPED)}),
            st.fixed_dictionaries({"on": month_days}),
            st.just({"at_renewal": True}),
        )
    )
    clocks = st.sampled_from(["contract_start", "line_start", "first_full_period"]).map(lambda word: {"clock": word})
    dated = dates(around.start - timedelta(400), around.last_day).map(lambda on: {"clock": "date", "clock_on": on})
    return Escalator(
        **uplift,
        **calendar,
        **draw(st.one_of(clocks, clocks, dated)),
        compounding="index" in uplift or draw(st.booleans()),
        on_rounded=draw(st.booleans()),
        round_to=draw(st.sampled_from([None, None, "0.01", "1", "0.05"])),
        rounding=draw(st.sampled_from(Rounding)),
        inside_period=draw(st.sampled_from(["wait", "wait", "split"])),
        notice_days=draw(st.sampled_from([0, 30, 90])) if draw(seldom()) else None,
    )


@st.composite
def alignments(draw: DrawFn, every: Frequency, *, around: Period) -> Alignment:
    """Every way to hang up a grid that its frequency allows."""
    to = draw(st.sampled_from(AlignTo))
    in_months = every.in_whole_months is not None
    if to is AlignTo.DAY:
        return Alignment(to, day=draw(st.integers(1, 31))) if in_months else Alignment()
    if to is AlignTo.DATE:
        return Alignment(to, on=draw(dates(around.start - timedelta(400), around.last_day)))
    if to is AlignTo.CALENDAR:
        return Alignment(to, fiscal_start_month=draw(st.integers(1, 12)))
    return Alignment(to)


@st.composite
def recurring(draw: DrawFn, *, around: Period, contract_start: date, ends: bool = True) -> Recurring:
    """Billing of every frequency, timing, alignment, stub rule and proration, for a line that serves some days.

    Args:
        around: the days the line serves, or the first of them.
        contract_start: the contract's first day.
        ends: whether the contract ends, so that something may be billed once for its whole term.
    """
    every = Frequency.parse(draw(st.sampled_from(BILLED if ends else BILLED[:-1])))
    align = draw(alignments(every, around=around))
    month_end = draw(st.booleans())
    rules = st.sampled_from([StubRule.SHORT, StubRule.LONG, StubRule.SMART])
    first_regular_on = last_regular_on = None
    if str(every) != "term":
        grid = recurrence_for(align, every, contract_start=contract_start, line_start=around.start, month_end=month_end)
        at = grid.index(around.start) + draw(st.integers(1, 6))
        edges = [on for on in (grid.boundary(at), grid.boundary(at + draw(st.integers(0, 6)))) if on < around.end]
        first_regular_on = edges[0] if draw(seldom()) and edges else None
        last_regular_on = edges[-1] if draw(seldom()) and edges else None
    return Recurring(
        every=every,
        timing=draw(st.sampled_from(InvoiceTiming)),
        offset_days=draw(st.sampled_from([0, 0, 0, -30, 10, 45])),
        align=align,
        month_end=month_end,
        stubs=Stubs(draw(rules), draw(rules), first_regular_on, last_regular_on),
        proration=Proration(draw(st.sampled_from(ProrationRule)), draw(st.booleans()), draw(seldom())),
    )


@st.composite
def lines(  # noqa: PLR0913 - what a line has to fit into
    draw: DrawFn, name: str, *, around: Period, contract_start: date, currency: str = "USD", ends: bool = True
) -> LineItem:
    """Line items of their own (for those that add to another, see `contracts`).

    Args:
        name: the id.
        around: days within the contract, from the day its order takes effect.
        contract_start: the contract's first day.
        currency: ISO 4217 code, for amounts at its scale.
        ends: whether the contract ends.
    """
    optional = st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=1000), max_size=5)
    starts_on = draw(st.none() | st.none() | dates(around.start, around.last_day))
    served = Period(starts_on or around.start, around.end)
    ends_before = draw(st.none() | st.none() | dates(served.start + AFTER, around.end)) if served.days > 1 else None
    is_recurring = draw(st.sampled_from([True, True, True, False]))
    billing: Billing
    if is_recurring:
        days = Period(served.start, ends_before or served.end)
        billing = draw(recurring(around=days, contract_start=contract_start, ends=ends))
    else:
        billing = draw(not_recurring(dates(served.start, served.last_day), ends=ends))
    per = draw(st.sampled_from(PRICED if ends else PRICED[:-1])) if is_recurring else None
    flat = draw(st.booleans())
    price: Price = (
        Flat(amount=draw(amounts(exponent(currency))), per=per)
        if flat
        else PerUnit(unit_amount=draw(amounts(4, at_most=1000)), per=per)
    )
    return LineItem(
        id=name,
        price=price,
        billing=billing,
        quantity=1 if flat else draw(amounts(1, at_most=200)),
        list_amount=draw(st.none() | st.integers(0, 1000)) if is_recurring else None,
        escalator=draw(st.none() | escalators(around=around)) if is_recurring else None,
        discounts=[
            draw(discounts(f"of-{name}-{n}", around=around, money=True, timeless=not is_recurring))
            for n in range(draw(FEW))
        ],
        starts_on=starts_on,
        ends_before=ends_before,
        description=draw(optional),
        product=draw(optional),
        unit=draw(optional),
        tax_code=draw(optional),
        tags=draw(st.lists(st.sampled_from(["emea", "core", "x"]), max_size=2)),
        **draw(_who_pays(f"PO-{name}", "PO-1", "PO-2")),
        separate=draw(seldom()),
    )


@st.composite
def _who_pays(draw: DrawFn, name: str, *numbers: str) -> dict[str, Any]:
    """Who pays, under which purchase orders, shared by whom; mostly nobody says so."""
    return {
        "bill_to": draw(st.one_of(st.none(), st.none(), parties("payer"))),
        "po": draw(po_terms(name, *numbers)),
        "split": draw(splits()) if draw(seldom()) else None,
    }


@st.composite
def renewals(draw: DrawFn, *, ends: bool = True) -> Renewal:
    """Automatic and optional renewals; without an end only where a schedule will say `through`.

    Args:
        ends: whether the number of renewals must have one.
    """
    uplift = draw(st.none() | rates())
    return Renewal(
        term=draw(st.sampled_from(["1 month", "6 months", "12 months", "100 days"])),
        kind=draw(st.sampled_from(RenewalKind)),
        notice_days=draw(st.sampled_from([0, 30, 60, 200])),
        uplift=uplift,
        basis=UpliftBasis.LAST if uplift is None else draw(st.sampled_from(UpliftBasis)),
        times=draw(st.integers(1, 2) if ends else st.none() | st.integers(1, 2)),
    )


@st.composite
def _order_fields(draw: DrawFn, number: int, signed_on: date) -> dict[str, Any]:
    """What every kind of order has."""
    references = [Reference(scheme="crm", value=f"006A{number}")] if draw(st.booleans()) else []
    return {
        "id": f"O-{number}",
        "signed_on": signed_on,
        "known_on": signed_on + timedelta(draw(st.sampled_from([0, 0, 0, 10, 100]))),
        "bill_when": BillWhen.FULFILLED if draw(seldom()) else BillWhen.SIGNED,
        "external_refs": references,
        "seller": draw(parties("seller")) if draw(seldom()) else None,
        "payment_terms": draw(payment_terms()) if draw(seldom()) else None,
        **draw(_who_pays(f"PO-O{number}", "PO-3")),
    }


def _signed(effective_on: date) -> SearchStrategy[date]:
    """Days of signature: before an order takes effect, mostly, or after (backdated)."""
    return st.integers(-120, 40).map(lambda days: effective_on + timedelta(days))


@st.composite
def contracts(draw: DrawFn, *, ends: bool | None = True, at_most: int = 3) -> Contract:
    """Contracts of an initial order and up to two more: expansions and a renewal.

    Args:
        ends: whether the contract has an end; with None, either. One that has none needs `through`.
        at_most: lines an order.
    """
    has_end = draw(st.booleans()) if ends is None else ends
    currency = draw(st.sampled_from(CURRENCIES))
    start = draw(dates())
    initial = draw(_initial(start, currency, at_most, ends=has_end))
    orders = [initial]
    orders += draw(_later_orders(initial, currency, at_most, ends=has_end))
    return Contract(
        id="C-1",
        currency=currency,
        orders=orders,
        seller=draw(st.none() | parties("seller")),
        customer=draw(st.none() | parties("customer")),
        bill_to=draw(st.none() | parties("payer")),
        sold_to=draw(st.none() | parties("user")),
        payment_terms=draw(payment_terms()),
        po=draw(po_terms("PO-C", "PO-0")),
        split=draw(splits()) if draw(seldom()) else None,
        tax_regime=draw(st.sampled_from([None, "us"])),
        rounding=draw(st.sampled_from(Rounding)),
        discounts=[draw(discounts("of-contract", around=Period(start, start + timedelta(500))))]
        if draw(seldom())
        else [],
        **draw(rounding_terms(ends=has_end)),
    )


@st.composite
def _initial(draw: DrawFn, start: date, currency: str, at_most: int, *, ends: bool) -> Order:
    """The first order, with at least one line."""
    fields = draw(_order_fields(1, draw(_signed(start))))
    term = Frequency.parse(draw(st.sampled_from(TERMS))) if ends or draw(st.booleans()) else None
    first_days = Period(start, agreed_terms([_bare(start, term)])[0].end or start + timedelta(700))
    fitting = [
        draw(lines(f"l-{n}", around=first_days, contract_start=start, currency=currency, ends=term is not None))
        for n in range(draw(st.integers(1, at_most)))
    ]
    extra: dict[str, Any] = {
        "credits": [CreditGrant(id="credit", amount=draw(st.integers(1, 1000)))] if draw(seldom()) else [],
        "ceilings": [Ceiling(id="nte", amount=draw(st.integers(0, 10**6)), lines=["l-0"])] if draw(seldom()) else [],
    }
    renewal = draw(st.none() | renewals(ends=ends)) if term is not None else None
    off = [draw(discounts("of-order", around=first_days))] if draw(seldom()) else []
    return Order(**fields, effective_on=start, term=term, renewal=renewal, lines=fitting, discounts=off, **extra)


def _bare(start: date, term: Frequency | None) -> Order:
    return Order(id="O-1", signed_on=start, term=term)


@st.composite
def _later_orders(draw: DrawFn, initial: Order, currency: str, at_most: int, *, ends: bool) -> list[Order]:
    """An expansion, a renewal, both in either order, or none of them."""
    orders: list[Order] = []
    for kind in draw(st.sampled_from(LATER)).split():
        end = draw(_ends([initial, *orders]))
        if kind == "renewal" and end is not None:
            orders.append(draw(_renewal_order(len(orders) + 2, end, ends=ends)))
        elif kind == "expansion":
            orders.append(draw(_expansion([initial, *orders], currency, at_most)))
    return orders


def _ends(orders: list[Order]) -> SearchStrategy[date | None]:
    """The end of the last term agreed, or of an automatic renewal after it."""
    last = agreed_terms(orders)[-1].end
    if last is None:
        return st.none()
    spoken = [
        day for order in orders for line in order.lines for day in (line.starts_on, line.ends_before) if day is not None
    ]
    needed = max([last, *spoken, *(order.effective_on + AFTER for order in orders)])
    longest = lasting_terms(orders, through=needed + timedelta(300))
    return st.sampled_from([term.end for term in longest if term.end is not None and term.end >= needed])


@st.composite
def _renewal_order(draw: DrawFn, number: int, start: date, *, ends: bool) -> Order:
    """A signed renewal."""
    uplift = draw(st.none() | rates())
    return Order(
        **draw(_order_fields(number, draw(_signed(start)))),
        kind=OrderKind.RENEWAL,
        effective_on=start,
        term=draw(st.sampled_from(["1 month", "12 months", "100 days"])),
        renewal=draw(st.none() | renewals(ends=ends)),
        uplift=uplift,
        uplift_basis=None if uplift is None else draw(st.none() | st.sampled_from(UpliftBasis)),
    )


@st.composite
def _expansion(draw: DrawFn, orders: list[Order], currency: str, at_most: int) -> Order:
    """More of what there is, or something new, for the rest of the term."""
    start, end = orders[0].effective_on, draw(_ends(orders))
    effective_on = draw(dates(start, (end or start + timedelta(700)) - AFTER))
    around = Period(effective_on, end or effective_on + timedelta(700))
    number = len(orders) + 1
    open_to_more = [
        line
        for order in orders
        for line in order.lines
        if isinstance(line.billing, Recurring)
        and (line.starts_on or order.effective_on) <= effective_on < (line.ends_before or date.max)
    ]
    found = []
    for n in range(draw(st.integers(1, at_most))):
        root = draw(st.sampled_from([None, *open_to_more]))
        name = f"l-{number}-{n}"
        if root is None:
            new = lines(name, around=around, contract_start=start, currency=currency, ends=end is not None)
            found.append(draw(new))
        else:
            quantity = Decimal(1) if isinstance(root.price, Flat) else draw(amounts(1, at_most=50))
            off = [draw(discounts(f"of-{name}", around=around, money=True))] if draw(seldom()) else []
            found.append(LineItem(id=name, extends=root.id, quantity=quantity, discounts=off))
    fields = draw(_order_fields(number, draw(_signed(effective_on))))
    return Order(**fields, kind=OrderKind.EXPANSION, effective_on=effective_on, lines=found)


@st.composite
def facts(draw: DrawFn, contract: Contract) -> Facts:
    """How far the orders of a contract have come, which of its milestones were reached, and what moves its prices.

    Each order is just signed, half done, fulfilled or cancelled. Of the indices it follows some readings are known, and
    of the steps that need one, some notices.
    """
    progress = []
    for order in contract.orders:
        one = started(order.id, has_usage=draw(st.booleans()))
        done = draw(st.lists(st.sampled_from(sorted(one.required)), unique=True))
        # Only an order that waits for its fulfilment, or may still be cancelled, bills by how far it has come.
        steps: list[Step] = sorted(one.required) if draw(st.booleans()) else done
        for step in steps:
            one = complete(one, step, on=order.signed_on + timedelta(draw(st.integers(0, 300))), actor="ops")
        if one.fulfilled_on is None and draw(st.booleans()):
            one = cancel(one, on=order.signed_on + timedelta(draw(st.integers(0, 800))))
        progress.append(one)
    return Facts(
        progress=progress,
        milestones=draw(milestones(contract)),
        readings=draw(readings(contract)),
        notices=draw(notices(contract)),
    )
