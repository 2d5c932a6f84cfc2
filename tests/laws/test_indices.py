"""Laws of prices that follow an index, over random contracts: readings late and corrected, notices late and missed."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contractbill.charges import Certainty, Charge, Facts, charges_for
from contractbill.deal import Contract
from contractbill.invoices import PlannedInvoice, due, schedule, verify
from contractbill.money import add_up
from contractbill.testing.indexed import indexed_contracts
from contractbill.testing.strategies import facts
from contractbill.wire import from_json, to_json

SOME = settings(max_examples=settings().max_examples // 2)


@st.composite
def indexed(draw: st.DrawFn) -> tuple[Contract, Facts]:
    """A contract that follows an index, and what became known since."""
    contract = draw(indexed_contracts())
    return contract, draw(facts(contract))


def lines_of(invoices: Iterable[PlannedInvoice]) -> list[Charge]:
    return [line for invoice in invoices for line in invoice.lines]


def total_of(charges: Iterable[Charge]) -> Decimal:
    return add_up([Decimal(0), *(one.value for one in charges)])


def keyed(charges: Iterable[Charge]) -> dict[object, Charge]:
    return {(one.slot, one.entry): one for one in charges}


def firm(charges: Iterable[Charge]) -> list[Charge]:
    return [one for one in charges if one.certainty is not Certainty.CONTINGENT]


def turns(contract: Contract, known: Facts) -> list[date]:
    """The days on which something may be billed, or becomes known."""
    days = {one.planned_on for one in schedule(contract, known).invoices}
    return sorted(days | {one.known_on for one in contract.orders} | known.known_days())


def known_by(known: Facts, day: date) -> Facts:
    """The facts without readings and notices that became known later."""
    fields: dict[str, Any] = {
        name: [one for one in getattr(known, name) if one.known_on <= day] for name in ("readings", "notices")
    }
    return attrs.evolve(known, **fields)


@SOME
@given(indexed())
def test_an_indexed_schedule_verifies_and_bills_what_is_right_in_the_end(drawn: tuple[Contract, Facts]) -> None:
    contract, known = drawn
    plan = schedule(contract, known)
    assert verify(plan) == ()
    assert total_of(firm(plan.charges)) == total_of(firm(charges_for(contract, known)))
    assert from_json(to_json(plan)) == plan
    assert from_json(to_json(known)) == known


@SOME
@given(indexed(), st.data())
def test_runs_on_any_days_bill_what_the_schedule_says(drawn: tuple[Contract, Facts], data: st.DataObject) -> None:
    contract, known = drawn
    days = turns(contract, known)
    chosen = [*data.draw(st.lists(st.sampled_from(days), max_size=6, unique=True).map(sorted)), days[-1]]
    billed: list[Charge] = []
    for day in chosen:
        billed += lines_of(due(contract, known, billed=billed, as_of=day))
    plan = schedule(contract, known, as_of=days[-1])
    wanted = [one for one in firm(plan.charges) if one.planned_on <= days[-1]]
    assert keyed(billed) == keyed(wanted)
    netted = lines_of(due(contract, known, as_of=days[-1], catch_up="net"))
    assert total_of(netted) == total_of(wanted)


@SOME
@given(indexed(), st.data())
def test_what_is_known_later_changes_nothing_of_before(drawn: tuple[Contract, Facts], data: st.DataObject) -> None:
    contract, known = drawn
    days = turns(contract, known)
    day = data.draw(st.sampled_from(days))
    then = schedule(contract, known, as_of=day)
    assert then == schedule(contract, known_by(known, day), as_of=day)
    past = keyed(one for one in firm(then.charges) if one.planned_on < day)
    assert past.items() <= keyed(schedule(contract, known, as_of=days[-1]).charges).items()


@SOME
@given(indexed(), st.data())
def test_what_was_billed_stays_and_the_rest_unfolds(drawn: tuple[Contract, Facts], data: st.DataObject) -> None:
    contract, known = drawn
    days = turns(contract, known)
    first, last = sorted(data.draw(st.tuples(*[st.sampled_from(days)] * 2)))
    billed = lines_of(due(contract, known, as_of=first))
    assume(billed)
    assert schedule(contract, known, billed=billed, as_of=last) == schedule(contract, known, as_of=last)
