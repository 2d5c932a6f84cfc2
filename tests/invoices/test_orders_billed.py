"""What orders leave of what was billed, where a rounding rule or a moved term makes it hard."""

from datetime import date
from decimal import Decimal

import pytest

from contractbill import Change, Contract, Flat, LineItem, Order, PerUnit, Recurring, schedule
from contractbill.invoices import verify


@pytest.mark.parametrize("rounding", ["ceiling", "floor"])
def test_what_is_taken_back_is_what_was_billed_also_where_rounding_looks_at_the_sign(rounding: str) -> None:
    price = PerUnit(unit_amount="0.333", per="month")
    line = LineItem(id="calls", price=price, billing=Recurring(every="month"), quantity=Decimal("1.5"))
    first = Order(id="O-1", signed_on="2026-01-01", term="3 months", lines=[line])
    gone = Order(
        id="O-2",
        kind="amendment",
        signed_on="2026-01-10",
        effective_on="2026-01-01",
        changes=[Change(line="calls", remove=True)],
    )
    plan = schedule(Contract(id="C-1", currency="USD", rounding=rounding, orders=[first, gone]))
    billed = Decimal("0.50") if rounding == "ceiling" else Decimal("0.49")
    assert [line.value for line in plan.charges] == [billed, -billed]
    assert verify(plan) == ()


def test_a_price_for_the_term_costs_as_much_a_day_when_the_term_is_moved() -> None:
    line = LineItem(id="site", price=Flat(amount=730, per="term"), billing=Recurring(every="term"))
    first = Order(id="O-1", signed_on="2026-01-01", term="12 months", lines=[line])

    def moved(to: date) -> Decimal:
        order = Order(id="O-2", kind="amendment", signed_on="2026-02-01", ends_before=to)
        return schedule(Contract(id="C-1", currency="USD", orders=[first, order])).tcv.amount

    assert moved(date(2027, 1, 11)) == Decimal("750.00")
    assert moved(date(2026, 12, 22)) == Decimal("710.00")
    assert moved(date(2027, 1, 1)) == Decimal("730.00")
