"""Laws of prices by tiers: a tier is a price like any other, and what changes the tier is a change like any other."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contractbill import (
    Change,
    Charge,
    Contract,
    Escalator,
    Flat,
    LineItem,
    Order,
    PerUnit,
    RampStep,
    Recurring,
    Tiered,
    due,
    schedule,
    verify,
)
from contractbill.deal import Price
from contractbill.testing.draws import amounts, rates
from contractbill.testing.pricing import tiers
from contractbill.wire import from_dict, to_dict

QUANTITIES = amounts(1, at_most=200)
RHYTHMS = st.builds(
    Recurring,
    every=st.sampled_from(["month", "quarter", "year"]),
    timing=st.sampled_from(["advance", "arrears"]),
    offset_days=st.sampled_from([0, -30, 10]),
)


def deal(line: LineItem, *later: Order) -> Contract:
    first = Order(id="O-1", signed_on="2026-01-15", term="24 months", lines=[line])
    return Contract(id="C-1", currency="USD", orders=[first, *later])


def line(price: Price, quantity: Decimal, **given: Any) -> LineItem:
    return LineItem(id="users", price=price, quantity=quantity, **given)


def shown(charges: tuple[Charge, ...]) -> list[tuple[object, ...]]:
    return [(one.planned_on, one.service, one.component, one.value) for one in charges]


def reached(price: Tiered, quantity: Decimal) -> tuple[Price, Decimal]:
    """The price of the tier that a quantity reaches, and the quantity that goes with it."""
    tier = price.reached(quantity)
    if tier.amount is not None:
        return Flat(amount=tier.amount, per=price.per), Decimal(1)
    return PerUnit(unit_amount=tier.price, per=price.per), quantity


@given(tiers(per="month"), QUANTITIES.filter(bool), RHYTHMS, st.none() | rates())
def test_a_quantity_that_stays_is_charged_at_the_price_of_its_tier(
    price: Tiered, quantity: Decimal, billing: Recurring, rate: Decimal | None
) -> None:
    rises = {"billing": billing, "escalator": None if rate is None else Escalator(rate=rate)}
    plain, units = reached(price, quantity)
    found = schedule(deal(line(price, quantity, **rises)))
    assert verify(found) == ()
    assert shown(found.charges) == shown(schedule(deal(line(plain, units, **rises))).charges)


@given(tiers(per="year"), st.lists(QUANTITIES, min_size=2, max_size=4), RHYTHMS, st.data())
def test_what_ramps_and_orders_say_of_quantities_is_replayed_and_goes_round(
    price: Tiered, quantities: list[Decimal], billing: Recurring, data: st.DataObject
) -> None:
    first, second, *others = quantities
    days = st.dates(date(2026, 1, 16), date(2027, 12, 31))
    ramp = [RampStep(on=data.draw(days), quantity=second, inside_period=data.draw(st.sampled_from(["split", "wait"])))]
    later = []
    for number, quantity in enumerate(others):
        on = data.draw(days)
        known = max(on + timedelta(data.draw(st.integers(-60, 60))), date(2026, 1, 15))
        later.append(
            Order(
                id=f"A-{number}",
                kind="amendment",
                signed_on=known,
                effective_on=on,
                sequence=number,
                changes=[Change(line="users", quantity=quantity)],
            )
        )
    contract = deal(line(price, first, billing=billing, ramp=ramp), *later)
    plan = schedule(contract)
    assert verify(plan) == ()
    assert from_dict(to_dict(contract)) == contract
    assert from_dict(to_dict(plan)) == plan
    billed: list[Charge] = []
    for day in sorted({invoice.planned_on for invoice in plan.invoices}):
        billed += [one for invoice in due(contract, billed=billed, as_of=day) for one in invoice.lines]
    assert sorted(map(str, shown(tuple(billed)))) == sorted(map(str, shown(plan.charges)))


@given(tiers(per="month"), QUANTITIES, QUANTITIES)
def test_a_change_of_quantity_costs_what_its_tier_costs_from_that_period_on(
    price: Tiered, before: Decimal, after: Decimal
) -> None:
    monthly = Recurring(every="month")
    changed = deal(line(price, before, billing=monthly, ramp=[RampStep(after="12 months", quantity=after)]))
    one, other = (schedule(deal(line(price, quantity, billing=monthly))).charges for quantity in (before, after))
    expected = [charge.value for charge in (*one[:12], *other[12:])]
    assert [charge.value for charge in schedule(changed).charges] == expected
