"""Each invariant, broken on purpose in a schedule that had none broken."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest

from contractbill.charges import BASE, Charge
from contractbill.deal import Contract, Escalator, Flat, Instalment, LineItem, Order, PaymentTerms, Recurring
from contractbill.invoices import PlannedInvoice, Schedule, schedule, verify
from contractbill.periods import Alignment, Period, Stubs
from contractbill.testing import sales_led

PLAN = schedule(sales_led())


def with_line(plan: Schedule, place: int, **change: Any) -> Schedule:
    """The schedule with the first line of one invoice changed."""
    invoice = plan.invoices[place]
    lines = (attrs.evolve(invoice.lines[0], **change), *invoice.lines[1:])
    return with_invoice(plan, place, attrs.evolve(invoice, lines=lines))


def with_working(plan: Schedule, place: int, **change: Any) -> Schedule:
    return with_line(plan, place, derivation=attrs.evolve(first(plan, place).derivation, **change))


def with_invoice(plan: Schedule, place: int, *invoices: PlannedInvoice) -> Schedule:
    return attrs.evolve(plan, invoices=(*plan.invoices[:place], *invoices, *plan.invoices[place + 1 :]))


def first(plan: Schedule, place: int) -> Charge:
    return plan.invoices[place].lines[0]


def doubled(plan: Schedule) -> Schedule:
    one = plan.invoices[2]
    return with_invoice(plan, 2, attrs.evolve(one, lines=(*one.lines, *one.lines)))


DEAR = attrs.evolve(first(PLAN, 6).derivation.price, unit_amount=Decimal(1))
EARLY, LATE = Period(date(2026, 4, 1), date(2026, 7, 15)), Period(date(2026, 4, 20), date(2026, 7, 15))

ROWS: list[tuple[Callable[[], Schedule], list[str]]] = [
    (lambda: PLAN, []),
    (lambda: doubled(PLAN), ["$.invoices[2].lines[1]: duplicate_entry"]),
    (
        lambda: with_line(PLAN, 2, planned_on=date(2026, 4, 16)),
        ["$.invoices[2].lines[0]: wrong_group"],
    ),
    (lambda: attrs.evolve(PLAN, invoices=PLAN.invoices[:1], currency="EUR"), ["$.invoices[0].lines[0]: wrong_group"]),
    (
        lambda: with_working(PLAN, 2, amount=Decimal("4500.01")),
        ["$.invoices[2].lines[0]: wrong_amount"],
    ),
    (
        lambda: with_working(PLAN, 2, amount=Decimal("4500.001")),
        ["$.invoices[2].lines[0]: wrong_amount", "$.invoices[2].lines[0]: not_quantized"],
    ),
    (lambda: with_working(PLAN, 2, factor=Fraction(4)), ["$.invoices[2].lines[0]: wrong_amount"]),
    (
        lambda: with_working(PLAN, 6, price=DEAR),
        ["$.invoices[6].lines[0]: wrong_price", "$.invoices[6].lines[0]: wrong_amount"],
    ),
    (lambda: with_line(PLAN, 2, service=LATE), ["$.invoices[2].lines[0]: gap"]),
    (lambda: with_line(PLAN, 2, service=EARLY), ["$.invoices[2].lines[0]: overlap"]),
    (
        lambda: with_invoice(with_invoice(PLAN, 2, PLAN.invoices[3]), 3, PLAN.invoices[2]),
        ["$.invoices[3]: not_sorted"],
    ),
]


@pytest.mark.parametrize(("make", "expected"), ROWS, ids=[" ".join(expected) or "none" for _make, expected in ROWS])
def test_what_is_broken_is_found(make: Callable[[], Schedule], expected: list[str]) -> None:
    assert [f"{issue.path}: {issue.code}" for issue in verify(make())] == expected


def test_days_that_cost_nothing_are_no_gap() -> None:
    free_year = Escalator(amounts=[-100, 100])
    line = LineItem(id="a", price=Flat(amount=100, per="year"), billing=Recurring(every="quarter"), escalator=free_year)
    order = Order(id="O-1", signed_on="2026-01-01", term="36 months", lines=[line])
    plan = schedule(Contract(id="C-1", currency="USD", orders=[order]))
    amounts = [
        sum(one.value for one in plan.charges if one.service and one.service.start.year == year)
        for year in range(2026, 2029)
    ]
    assert amounts == [100, 0, 100]
    assert {one.component for one in plan.charges} == {BASE}
    assert verify(plan) == ()
    # But the same days left out are one.
    cut = attrs.evolve(plan, invoices=tuple(one for one in plan.invoices if one.planned_on.year != 2027))
    assert [issue.code for issue in verify(cut)] == ["gap"]


def test_an_amount_taken_back_as_it_was_gives_its_days_back() -> None:
    # Rounded up, minus a price is no price taken back: the credit says the amount itself, and the days are shorter now.
    week = Recurring(timing="arrears", align=Alignment(to="date", on=date(2021, 11, 27)), stubs=Stubs(last="long"))
    line = LineItem(id="a", price=Flat(amount="0.01", per="week"), billing=week)
    first = Order(id="O-1", signed_on="2023-01-01", term="1 month", lines=[line])
    moved = Order(
        id="O-2", kind="amendment", signed_on="2023-02-02", effective_on="2023-01-01", ends_before="2023-02-27"
    )
    plan = schedule(Contract(id="C-1", currency="USD", orders=[first, moved], rounding="ceiling"))
    assert [(str(one.service), str(one.value), one.entry) for one in plan.charges] == [
        ("2023-01-01 to 2023-01-31", "0.05", 1),
        ("2023-01-01 to 2023-01-31", "-0.05", 2),
        ("2023-01-01 to 2023-01-26", "0.04", 3),
        ("2023-01-27 to 2023-02-26", "0.05", 1),
    ]
    assert verify(plan) == ()


def test_fixed_instalments_must_fit_into_every_invoice() -> None:
    terms = PaymentTerms(instalments=[Instalment(amount=50_000), Instalment(share=1, net_days=30)])
    plan = schedule(attrs.evolve(sales_led(), payment_terms=terms))
    small = [place for place, invoice in enumerate(plan.invoices) if invoice.value < 50_000]
    assert [(issue.path, issue.code) for issue in verify(plan)] == [
        (f"$.invoices[{place}].instalments", "fixed_exceeds_rest") for place in small
    ]
