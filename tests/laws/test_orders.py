"""Laws of orders that change a contract, over random contracts."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import attrs
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contractbill.charges import Certainty, Charge, charges_for
from contractbill.charges.standing import Standing
from contractbill.deal import (
    Change,
    Contract,
    Flat,
    LineItem,
    Order,
    OrderKind,
    Recurring,
    agreed_terms,
    amend,
    contract_lines,
    known_orders,
)
from contractbill.errors import InvalidTerms
from contractbill.invoices import PlannedInvoice, due, schedule, verify
from contractbill.money import add_up
from contractbill.testing.amending import amended_contracts, amendments
from contractbill.testing.strategies import contracts, facts

SOME = settings(max_examples=settings().max_examples // 2)


def lines_of(invoices: Iterable[PlannedInvoice]) -> list[Charge]:
    return [line for invoice in invoices for line in invoice.lines]


def total_of(charges: Iterable[Charge]) -> Decimal:
    return add_up([Decimal(0), *(one.value for one in charges if one.certainty is not Certainty.CONTINGENT)])


def keyed(charges: Iterable[Charge]) -> dict[object, Charge]:
    return {(one.slot, one.entry): one for one in charges}


def recurring_lines(contract: Contract) -> list[LineItem]:
    resolved = contract_lines(contract, known_orders(contract, None))
    return [line.item for line in resolved if isinstance(line.root.billing, Recurring)]


@SOME
@given(amended_contracts(at_most=6), st.data())
def test_charges_that_are_kept_from_day_to_day_are_those_worked_out_at_once(
    contract: Contract, data: st.DataObject
) -> None:
    known, through = data.draw(facts(contract)), date(2040, 1, 1)
    standing = Standing(contract, known, known_orders(contract, None), through)
    while (turn := standing.next_turn(date.max)) is not None:
        standing.advance(turn)
        assert tuple(standing.charges()) == charges_for(contract, known, as_of=turn, through=through)


@SOME
@given(amended_contracts())
def test_a_changed_contract_verifies_and_bills_what_is_right_in_the_end(contract: Contract) -> None:
    plan = schedule(contract)
    assert verify(plan) == ()
    assert plan.tcv.amount == total_of(charges_for(contract))


@SOME
@given(amended_contracts(), st.data())
def test_runs_on_any_days_bill_what_the_schedule_says(contract: Contract, data: st.DataObject) -> None:
    turns = {order.known_on for order in contract.orders}
    days = sorted(turns | {invoice.planned_on for invoice in schedule(contract).invoices})
    chosen = [*data.draw(st.lists(st.sampled_from(days), max_size=6, unique=True).map(sorted)), days[-1]]
    billed: list[Charge] = []
    for day in chosen:
        billed += lines_of(due(contract, billed=billed, as_of=day))
    plan = schedule(contract, as_of=days[-1])
    wanted = [one for one in plan.charges if one.certainty is not Certainty.CONTINGENT and one.planned_on <= days[-1]]
    assert keyed(billed) == keyed(wanted)
    netted = lines_of(due(contract, as_of=days[-1], catch_up="net"))
    assert total_of(netted) == total_of(wanted)


@SOME
@given(contracts(at_most=2), st.data())
def test_an_amendment_keeps_what_was_billed_and_corrects_by_the_difference(
    contract: Contract, data: st.DataObject
) -> None:
    order = data.draw(amendments(contract))
    after = _amended(contract, order)
    before, plan = schedule(contract, as_of=order.known_on), schedule(after, as_of=order.known_on)
    billed = [
        one for one in before.charges if one.planned_on < order.known_on and one.certainty is not Certainty.CONTINGENT
    ]
    assert all(keyed(plan.charges)[one.slot, one.entry] == one for one in billed)
    right = total_of(charges_for(after, as_of=order.known_on)) - total_of(charges_for(contract, as_of=order.known_on))
    assert plan.tcv.amount - before.tcv.amount == right
    # What was known the day before knows nothing of it.
    day = order.known_on - timedelta(1)
    assert schedule(after, as_of=day).invoices == schedule(contract, as_of=day).invoices


def _amended(contract: Contract, order: Order) -> Contract:
    try:
        return amend(contract, order)
    except InvalidTerms:
        assume(condition=False)
        raise


@SOME
@given(contracts(at_most=2), st.data())
def test_a_change_that_changes_nothing_does_nothing(contract: Contract, data: st.DataObject) -> None:
    order = data.draw(amendments(contract))
    line = data.draw(st.sampled_from(recurring_lines(contract)))
    same = Change(line=line.id, quantity=line.quantity)
    null = attrs.evolve(order, changes=[same], lines=[], ends_before=None)
    after = _amended(contract, null)
    plan = schedule(after)
    assert keyed(plan.charges) == keyed(schedule(contract, as_of=max(one.known_on for one in after.orders)).charges)


@SOME
@given(contracts(at_most=1), st.data())
def test_changes_of_different_lines_commute(contract: Contract, data: st.DataObject) -> None:
    lines = [
        LineItem(id=name, price=Flat(amount=1000, per="year"), billing=Recurring(every=every))
        for name, every in (("one", "month"), ("other", "quarter"))
    ]
    initial = attrs.evolve(contract.orders[0], lines=[*contract.orders[0].lines, *lines])
    contract = attrs.evolve(contract, orders=[initial, *contract.orders[1:]], rounding_level="component")
    first = data.draw(amendments(contract, number=1))
    second = data.draw(amendments(contract, number=2))
    one = attrs.evolve(first, changes=[Change(line="one", remove=True)], lines=[], ends_before=None)
    other = attrs.evolve(second, changes=[Change(line="other", unit_amount=500)], lines=[], ends_before=None)
    both = _amended(_amended(contract, one), other)
    reverse = _amended(_amended(contract, other), one)
    known = max(one.known_on, other.known_on)
    assert schedule(both) == schedule(reverse)
    assert schedule(both, as_of=known) == schedule(reverse, as_of=known)


@SOME
@given(contracts(at_most=2))
def test_a_cancellation_at_the_end_does_nothing(contract: Contract) -> None:
    plain = _without_renewals(contract)
    end = agreed_terms(plain.orders)[-1].end
    assert end is not None
    over = Order(id="end", kind="cancellation", signed_on=plain.orders[0].signed_on, effective_on=end, for_cause=True)
    assert keyed(schedule(amend(plain, over)).charges) == keyed(schedule(plain).charges)


def _without_renewals(contract: Contract) -> Contract:
    """The same for its first term alone."""
    first = agreed_terms(contract.orders)[0]
    orders = [attrs.evolve(one, renewal=None) for one in contract.orders if one.kind is not OrderKind.RENEWAL]
    assume(first.end is not None)
    assert first.end is not None
    assume(all(one.effective_on < first.end for one in orders))
    try:
        return attrs.evolve(contract, orders=orders)
    except InvalidTerms:
        assume(condition=False)
        raise


@SOME
@given(contracts(at_most=2), st.data())
def test_extended_and_shortened_on_one_day_leaves_no_document(contract: Contract, data: st.DataObject) -> None:
    agreed = agreed_terms(contract.orders)[-1]
    assert agreed.end is not None
    known = max(one.known_on for one in contract.orders)
    days = data.draw(st.integers(1, 400))
    moved: dict[str, Any] = {"kind": "amendment", "signed_on": known, "effective_on": agreed.start}
    longer = Order(id="longer", sequence=1, ends_before=agreed.end + timedelta(days), **moved)
    back = Order(id="back", sequence=2, ends_before=agreed.end, **moved)
    before = schedule(contract, as_of=known)
    after = schedule(_amended(_amended(contract, longer), back), as_of=known)
    assert [(one.planned_on, one.value) for one in after.invoices if one.value] == [
        (one.planned_on, one.value) for one in before.invoices if one.value
    ]


@SOME
@given(contracts(at_most=2), st.data())
def test_a_co_termed_line_ends_with_the_contract(contract: Contract, data: st.DataObject) -> None:
    contract = _without_renewals(contract)
    names = [line.id for line in recurring_lines(contract) if line.extends is None and line.ends_before is None]
    assume(names)
    end = agreed_terms(contract.orders)[-1].end
    assert end is not None
    more = LineItem(id="more", extends=data.draw(st.sampled_from(names)))
    first = next(one.start for one in contract_lines(contract, contract.orders) if one.item.id == more.extends)
    start = data.draw(st.dates(first, end - timedelta(1)))
    after = _amended(contract, Order(id="E", kind="expansion", signed_on=start, lines=[more]))
    served = sorted(
        (one.service for one in charges_for(after) if one.line.id == "more" and one.service is not None),
        key=lambda days: (days.start, days.end),
    )
    assert served[-1].end == end
    assert all(before.end >= following.start for before, following in pairwise(served))


@SOME
@given(amended_contracts(), st.data())
def test_what_is_known_later_changes_no_schedule_of_before(contract: Contract, data: st.DataObject) -> None:
    day = data.draw(st.sampled_from(sorted({one.known_on for one in contract.orders})))
    orders = [one for one in contract.orders if one.known_on <= day]
    # The places of orders are part of what a schedule says, so only the last ones can be left out.
    assume(tuple(orders) == contract.orders[: len(orders)])
    known = attrs.evolve(contract, orders=orders)
    assert schedule(contract, as_of=day).invoices == schedule(known, as_of=day).invoices
