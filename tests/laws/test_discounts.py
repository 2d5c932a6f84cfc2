"""Laws of discounts, over random contracts."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from contractbill import Contract, Discount, Flat, LineItem, Order, PerUnit, Recurring
from contractbill.charges import BASE, DISCOUNT, ROUNDING, Charge, Slot, charges_for
from contractbill.money import Rounding, add_up
from contractbill.periods import Frequency, Period
from contractbill.testing.strategies import contracts, dates, discounts, recurring

SOME = settings(max_examples=settings().max_examples // 2)

# Where sums are rounded, what one amount comes to moves what stands beside another: these laws are of the amounts.
BY_AMOUNT = contracts().map(lambda contract: attrs.evolve(contract, rounding_level="component"))


def without(contract: Contract) -> Contract:
    """The same at list prices."""
    orders = [
        attrs.evolve(order, discounts=(), lines=[attrs.evolve(line, discounts=()) for line in order.lines])
        for order in contract.orders
    ]
    return attrs.evolve(contract, discounts=(), orders=orders)


def is_discount(charge: Charge) -> bool:
    return charge.component.startswith((DISCOUNT, f"{ROUNDING}:{DISCOUNT}"))


def kept(charges: tuple[Charge, ...]) -> dict[Slot, tuple[object, ...]]:
    return {one.slot: (one.service, one.planned_on, one.derivation) for one in charges if not is_discount(one)}


@SOME
@given(BY_AMOUNT)
def test_what_is_discounted_is_the_list_less_the_discounts(contract: Contract) -> None:
    charges = charges_for(contract)
    assert kept(charges) == kept(charges_for(without(contract)))


@SOME
@given(contracts())
def test_a_discount_takes_off_no_more_than_there_is(contract: Contract) -> None:
    base: dict[tuple[str, int, str], Decimal] = {}
    taken: dict[tuple[str, int, str], Decimal] = {}
    for one in charges_for(contract):
        name, _, rest = one.component.partition("/")
        if name == BASE:
            base[one.line.id, one.n, rest] = one.value
        elif name == DISCOUNT:
            ending = rest.partition("/")[2]
            place = one.line.id, one.n, ending
            taken[place] = taken.get(place, Decimal(0)) + one.value
    assert taken.keys() <= base.keys()
    for place, amount in taken.items():
        assert 0 <= -amount <= base[place] or base[place] <= -amount <= 0


@SOME
@given(BY_AMOUNT, st.sampled_from(["rate", "rates"]))
def test_what_is_free_costs_nothing(contract: Contract, how: str) -> None:
    free: dict[str, Any] = {"rate": 1} if how == "rate" else {"rates": [1] * 60, "starts_on": date(2020, 1, 1)}
    shared = Discount(id="free", **free)
    nothing = attrs.evolve(contract, discounts=[*contract.discounts, shared])
    charges = [one for one in charges_for(nothing) if how == "rate" or one.service is not None]
    totals: dict[str, Decimal] = {}
    for one in charges:
        totals[one.line.id] = totals.get(one.line.id, Decimal(0)) + one.value
    assert set(totals.values()) <= {Decimal(0)}


@SOME
@given(BY_AMOUNT, st.integers(1, 10**4))
def test_discounts_of_one_line_move_no_other(contract: Contract, rate: int) -> None:
    (first, *rest) = contract.orders[0].lines
    more = Discount(id="more", rate=Decimal(rate).scaleb(-4))
    changed = attrs.evolve(first, discounts=[*first.discounts, more])
    orders = [attrs.evolve(contract.orders[0], lines=[changed, *rest]), *contract.orders[1:]]

    def others(some: Contract) -> list[Charge]:
        adding = {line.id for order in some.orders for line in order.lines if line.extends == first.id}
        return [one for one in charges_for(some) if one.line.id not in {first.id, *adding}]

    assert others(attrs.evolve(contract, orders=orders)) == others(contract)


@SOME
@given(st.data(), dates(), st.integers(1, 14), st.sampled_from(["first", "last"]))
def test_t_064_a_discount_of_n_periods_consumes_exactly_n(
    data: st.DataObject, start: date, count: int, which: str
) -> None:
    billing = data.draw(recurring(around=Period(start, start + timedelta(400)), contract_start=start))
    window: dict[str, Any] = {which: count}
    off = Discount(id="d", rate="0.5", **window)
    line = LineItem(id="a", price=Flat(amount=100, per="month"), billing=billing, discounts=[off])
    order = Order(id="O-1", signed_on=start, term="13 months", lines=[line])
    charges = charges_for(Contract(id="C-1", currency="USD", orders=[order]))
    periods = [one.n for one in charges if one.component.startswith(BASE)]
    discounted = [one.n for one in charges if one.component.startswith(DISCOUNT)]
    assert discounted == (periods[:count] if which == "first" else periods[-count:])


@SOME
@given(
    st.integers(0, 10**7).map(lambda n: Decimal(n).scaleb(-2)),
    st.sampled_from([("year", "month"), ("year", "quarter"), ("quarter", "month"), ("term", "month")]),
    dates(),
    st.integers(1, 3),
    st.data(),
)
def test_t_018_discounted_parts_add_up_to_what_the_whole_would_be(
    amount: Decimal, rhythm: tuple[str, str], start: date, years: int, data: st.DataObject
) -> None:
    per, every = rhythm
    around = Period(start, start + timedelta(300))
    drawn = [data.draw(discounts(f"d-{n}", around=around, timeless=True)) for n in range(data.draw(st.integers(1, 3)))]
    given_ = [attrs.evolve(one, starts_on=None, ends_before=None) for one in drawn]
    rounding = data.draw(st.sampled_from(Rounding))

    def totals(every: str) -> Decimal:
        line = LineItem(id="a", price=Flat(amount=amount, per=per), billing=Recurring(every=every), discounts=given_)
        order = Order(id="O-1", signed_on=start, term=Frequency.parse(f"{12 * years} months"), lines=[line])
        contract = Contract(id="C-1", currency="USD", orders=[order], rounding=rounding)
        return add_up(one.value for one in charges_for(contract))

    assert totals(every) == totals(per)


@SOME
@given(
    st.integers(1, 10**5).map(lambda n: Decimal(n).scaleb(-2)),
    st.lists(st.integers(0, 100).map(lambda n: Decimal(n).scaleb(-2)), min_size=1, max_size=4),
    st.permutations([0, 1, 2, 3]),
)
def test_compounding_rates_come_to_the_same_in_any_order_and_rates_of_the_list_add_up(
    price: Decimal, rates: list[Decimal], order: list[int]
) -> None:
    def left(of: str, chosen: list[Decimal]) -> Decimal:
        given_ = [Discount(id=f"d-{n}", rate=rate, of=of) for n, rate in enumerate(chosen)]
        line = LineItem(id="a", price=PerUnit(unit_amount=price, per="month"), billing=Recurring(), discounts=given_)
        first = Order(id="O-1", signed_on="2026-01-01", term="1 month", lines=[line])
        return add_up(one.value for one in charges_for(Contract(id="C-1", currency="KWD", orders=[first])))

    cent = Decimal("0.001") * len(rates)
    shuffled = [rates[place] for place in order if place < len(rates)]
    remaining = price
    for rate in rates:
        remaining *= 1 - rate
    for chosen in (rates, shuffled):
        assert abs(left("remaining", chosen) - remaining) <= cent
        assert abs(left("list", chosen) - max(Decimal(0), price * (1 - sum(chosen)))) <= cent
