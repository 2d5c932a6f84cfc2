"""What the strategies of whole deals are drawn from: days, numbers, and the clauses that stand by themselves."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from contractbill.deal import (
    Discount,
    EarlyDiscount,
    Instalment,
    LateFee,
    Party,
    PaymentTerms,
    PurchaseOrder,
    RoundingLevel,
    Split,
    SplitShare,
)
from contractbill.money import Carrier
from contractbill.periods import Period

STEPPED = ("month", "quarter", "5 months", "year", "year", "18 months", "45 days")
# Most deals have no discounts; some have several that compound.
FEW = st.sampled_from([0, 0, 0, 0, 1, 2])
AFTER = timedelta(1)


def dates(first: date = date(2023, 1, 1), last: date = date(2029, 12, 31)) -> SearchStrategy[date]:
    """Days, with month ends and 29 February more often than a calendar has them."""
    spread = st.dates(first, last)
    ends = spread.map(lambda on: on.replace(day=1) - AFTER).filter(lambda on: first <= on <= last)
    return st.one_of(spread, ends, st.sampled_from([on for on in (first, _LEAP_DAY) if first <= on <= last]))


_LEAP_DAY = date(2024, 2, 29)


def amounts(digits: int, *, at_most: int = 10**6) -> SearchStrategy[Decimal]:
    """Numbers of at most so many digits after the point, zero and round ones among them."""
    return st.one_of(
        st.integers(0, at_most * 10**digits).map(lambda n: Decimal(n).scaleb(-digits)),
        st.sampled_from([Decimal(n) for n in (0, 1, 100, 1000)]),
    )


def rates() -> SearchStrategy[Decimal]:
    """Uplifts as fractions, cuts among them."""
    return st.integers(-2000, 3000).map(lambda n: Decimal(n).scaleb(-4))


@st.composite
def discounts(draw: DrawFn, name: str, *, around: Period, money: bool = False, timeless: bool = False) -> Discount:
    """Discounts of every kind.

    Args:
        name: the id.
        around: days of the deal, within or about which the discount may start or end.
        money: whether it may take off an amount of money, as a line's own may.
        timeless: whether it goes by no periods and no steps, as that of a one-time line must.
    """
    part = st.sampled_from([Decimal(n).scaleb(-2) for n in (0, 10, 33, 50, 100)]) | st.integers(0, 10_000).map(
        lambda n: Decimal(n).scaleb(-4)
    )
    of = st.sampled_from(["remaining", "remaining", "list"])
    takes: list[SearchStrategy[dict[str, Any]]] = [st.fixed_dictionaries({"rate": part, "of": of})]
    if money:
        takes.append(st.fixed_dictionaries({"amount": st.integers(1, 500)}))
    counted = [st.just({}), *(st.fixed_dictionaries({name: st.integers(1, 14)}) for name in ("first", "last"))]
    given = draw(st.one_of(takes)) | draw(counted[0] if timeless else st.one_of(counted))
    if not timeless and draw(seldom()):
        rates = draw(st.lists(part, min_size=1, max_size=4))
        given = {"rates": rates, "every": draw(st.sampled_from(STEPPED)), "of": draw(of)}
    starts_on = draw(st.none() | dates(around.start - timedelta(60), around.last_day))
    ends_before = draw(st.none() | dates((starts_on or around.start) + AFTER, around.end + timedelta(400)))
    return Discount(id=name, starts_on=starts_on, ends_before=ends_before, **given)


def seldom() -> SearchStrategy[bool]:
    """True once in a while."""
    return st.sampled_from([False, False, False, False, True])


def payment_terms() -> SearchStrategy[PaymentTerms]:
    """Net days, days of the month, and parts; some with what is agreed on early and late payment."""
    fee = st.sampled_from([LateFee(rate="0.015", per="month"), LateFee(amount=25, grace_days=10)])
    early = EarlyDiscount(rate="0.02", within_days=0)
    clauses = st.builds(lambda fees: {"late_fees": fees, "early_discount": early}, st.lists(fee, max_size=2))
    plain: SearchStrategy[dict[str, Any]] = st.just({})
    return st.builds(lambda terms, said: attrs.evolve(terms, **said), _due_rules(), st.one_of(plain, plain, clauses))


def _due_rules() -> SearchStrategy[PaymentTerms]:
    """When an invoice is due."""
    net = st.integers(0, 90)
    halves = st.builds(
        lambda days, carrier, sequential: PaymentTerms(
            instalments=[
                Instalment(share="0.5"),
                Instalment(share="0.3", net_days=days, sequential=sequential),
                Instalment(share="0.2", net_days=2 * days),
            ],
            carrier=carrier,
        ),
        st.integers(0, 60),
        st.sampled_from(Carrier),
        st.booleans(),
    )
    days = st.lists(st.integers(1, 31), min_size=1, max_size=2)
    return st.one_of(
        st.builds(lambda net_days: PaymentTerms(net_days=net_days), net),
        st.builds(lambda net_days: PaymentTerms(net_days=net_days, end_of_month=True), net),
        st.builds(lambda net_days, day_of_month: PaymentTerms(net_days=net_days, day_of_month=day_of_month), net, days),
        halves,
    )


def rounding_terms(*, ends: bool) -> SearchStrategy[dict[str, Any]]:
    """To which unit and at which level a contract rounds; mostly as most contracts do."""
    levels = [level for level in RoundingLevel if ends or level is not RoundingLevel.TOTAL]
    given = {"round_to": st.sampled_from([None, None, 1, 5]), "rounding_level": st.sampled_from(levels)}
    return st.one_of(st.just({}), st.just({}), st.fixed_dictionaries(given))


@st.composite
def splits(draw: DrawFn) -> Split:
    """Splits of one to four shares, with every carrier, some of equal shares and some with payers of their own."""
    parts = draw(st.lists(st.integers(1, 20), min_size=1, max_size=4))
    equal, ids = draw(st.booleans()), [f"share-{n}" for n in range(len(parts))]
    payers = st.none() | st.none() | st.just(Party(id="payer-9", name="Payer"))
    shares = [
        SplitShare(
            id=name,
            share=None if equal else Fraction(part, sum(parts)),
            bill_to=draw(payers),
            po=draw(st.sampled_from([None, None, "PO-8"])),
        )
        for name, part in zip(ids, parts, strict=True)
    ]
    carrier = draw(st.sampled_from(Carrier))
    named = st.lists(st.sampled_from(ids), unique=True) if carrier is Carrier.LARGEST_REMAINDER else st.just([])
    return Split(shares=shares, carrier=carrier, cents_to=draw(named))


@st.composite
def purchase_orders(draw: DrawFn, name: str) -> list[PurchaseOrder]:
    """Purchase orders that take over from each other, some after days on which none holds.

    Args:
        name: how their numbers begin.
    """
    days = sorted(draw(st.lists(dates(), min_size=2, max_size=4, unique=True)))
    ceilings = st.none() | st.integers(1, 10**5)
    found = [
        PurchaseOrder(number=f"{name}-{n}", starts_on=start, ends_before=end, amount=draw(ceilings))
        for n, (start, end) in enumerate(pairwise(days))
    ]
    return [one for one in found if one is found[-1] or draw(st.booleans())]


def po_terms(name: str, *numbers: str) -> SearchStrategy[str | list[PurchaseOrder] | None]:
    """Nothing, one of some numbers, or purchase orders that take over from each other."""
    return st.one_of(st.none(), st.sampled_from([None, *numbers]), purchase_orders(name))
