"""Laws of fees that are a percent of other lines, over random contracts with random orders."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contractbill.charges import BASE, Certainty, Charge, charges_for
from contractbill.deal import Contract, LineItem, Percent, Recurring, amend
from contractbill.errors import InvalidTerms
from contractbill.invoices import PlannedInvoice, due, schedule, verify
from contractbill.money import multiply
from contractbill.periods import WHOLE_TERM
from contractbill.testing.amending import amendments, cancellations
from contractbill.testing.strategies import contracts

SOME = settings(max_examples=settings().max_examples // 2)


@st.composite
def with_a_fee(draw: st.DrawFn, *, alike: bool = False, ends: bool = True) -> tuple[Contract, LineItem]:
    """A contract with a percent of one of its lines, changed by up to three orders, and that line.

    Args:
        alike: whether the fee is all of the line, billed as that is.
        ends: whether one of the orders may be a cancellation.
    """
    contract = draw(contracts(at_most=2))
    initial, *others = contract.orders
    steady = [line for line in initial.lines if isinstance(line.billing, Recurring) and not line.discounts]
    assume(steady)
    base = draw(st.sampled_from(steady))
    assert base.price is not None
    assert isinstance(base.billing, Recurring)
    each: Any = st.sampled_from(["month", "quarter", "year"])
    fee = LineItem(
        id="fee",
        price=Percent(rate=1 if alike else "0.125", of=[base.id], per=base.price.per),
        billing=base.billing if alike or base.price.per == WHOLE_TERM else Recurring(every=draw(each)),
        starts_on=base.starts_on,
    )
    contract = attrs.evolve(
        contract, orders=[attrs.evolve(initial, lines=[*initial.lines, fee]), *others], rounding_level="component"
    )
    for number in range(draw(st.integers(0, 3))):
        changes = cancellations if ends and not draw(st.integers(0, 3)) else amendments
        try:
            contract = amend(contract, draw(changes(contract, number=number)))
        except InvalidTerms:
            continue
    assume(not any(change.line == "fee" for order in contract.orders for change in order.changes))
    assume(not any(line.replaces == "fee" for order in contract.orders for line in order.lines))
    return contract, base


def listed(charges: tuple[Charge, ...], line: str) -> list[Charge]:
    return [one for one in charges if one.line.id == line and one.component.startswith(BASE)]


def exact(charges: list[Charge]) -> dict[int, Fraction]:
    """By period, what its parts come to before they are rounded."""
    sums: dict[int, Fraction] = defaultdict(Fraction)
    for one in charges:
        sums[one.n] += one.derivation.exact
    return sums


@SOME
@given(with_a_fee(alike=True))
def test_a_hundred_percent_of_a_line_costs_what_the_line_costs(drawn: tuple[Contract, LineItem]) -> None:
    contract, base = drawn
    charges = charges_for(contract)
    assert exact(listed(charges, "fee")) == exact(listed(charges, base.id))


@SOME
@given(with_a_fee(ends=False))
def test_a_fee_is_its_rate_of_what_the_line_costs_on_every_day(drawn: tuple[Contract, LineItem]) -> None:
    contract, base = drawn
    charges = charges_for(contract)
    of = listed(charges, base.id)
    for one in listed(charges, "fee"):
        assert one.service is not None
        days = one.service
        standing = [other for other in of if other.service is not None and days.start in other.service]
        found = {multiply(other.derivation.quantity, other.derivation.price.unit_amount) for other in standing}
        assert {multiply(cost, Decimal("0.125")) for cost in found} == {one.derivation.price.unit_amount}
        assert one.derivation.evaluate() == one.value
        assert one.derivation.price.evaluate() == one.derivation.price.unit_amount


@SOME
@given(with_a_fee(), st.data())
def test_runs_on_any_days_bill_the_fee_as_planned(drawn: tuple[Contract, LineItem], data: st.DataObject) -> None:
    contract, _base = drawn
    plan = schedule(contract)
    assert verify(plan) == ()
    days = sorted({order.known_on for order in contract.orders} | {one.planned_on for one in plan.invoices})
    chosen = [*data.draw(st.lists(st.sampled_from(days), max_size=6, unique=True).map(sorted)), days[-1]]
    billed: list[Charge] = []
    for day in chosen:
        billed += lines_of(due(contract, billed=billed, as_of=day))
    plan = schedule(contract, as_of=days[-1])
    wanted = [one for one in plan.charges if one.certainty is not Certainty.CONTINGENT and one.planned_on <= days[-1]]
    assert {(one.slot, one.entry): one for one in billed} == {(one.slot, one.entry): one for one in wanted}


def lines_of(invoices: tuple[PlannedInvoice, ...]) -> list[Charge]:
    return [line for invoice in invoices for line in invoice.lines]
