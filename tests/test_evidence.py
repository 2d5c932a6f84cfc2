"""Figures that published contracts print, given back to the cent by their terms: rounding, day counts, end days.

Facts only. Where a paper leaves out a day that does not change the figure, one is chosen and said. Contracts whose
terms are known as a whole have files of their own, in `examples/deals/real/`.
"""

from decimal import Decimal
from typing import Any

import attrs
import pytest

from contractbill.deal import Contract, Escalator, Flat, LineItem, OneTime, Order, PerUnit, Recurring
from contractbill.invoices import schedule
from contractbill.periods import Proration


def yearly(amount: str, **billing: Any) -> LineItem:
    return LineItem(id="fee", price=Flat(amount=amount, per="year"), billing=Recurring(**({"every": "year"} | billing)))


def raised(amount: str, rate: str, *, per: str = "year", **given: Any) -> LineItem:
    price, billing = Flat(amount=amount, per=per), Recurring(every=per)
    return LineItem(id="fee", price=price, billing=billing, escalator=Escalator(rate=rate, **given))


def deal(line: LineItem, signed_on: str, term: str, currency: str = "USD", **given: Any) -> Contract:
    order = Order(id="O-1", signed_on=signed_on, term=term, lines=[line])
    return Contract(id="C-1", currency=currency, orders=[order], **given)


def by_year(contract: Contract) -> list[str]:
    found: dict[int, Decimal] = {}
    for invoice in schedule(contract).invoices:
        found[invoice.planned_on.year] = found.get(invoice.planned_on.year, Decimal(0)) + invoice.value
    return [str(value) for value in found.values()]


BOTH_ENDS = Proration("actual_365", last_day_counted=True)
# The order calls 154 days five months; its days are not printed, so five such months are chosen.
ADD_ON = attrs.evolve(yearly("33800.42", proration=BOTH_ENDS), ends_before="2016-10-01")

ROWS: list[tuple[str, Contract, list[str]]] = [
    ("Clearwater / Accela, add-on", deal(ADD_ON, "2016-05-01", "12 months"), ["14261.00"]),
    # Two of twelve months are 43,333.875: in this order half a cent went down.
    (
        "Clearwater / Accela, gap",
        deal(yearly("260003.25", proration=Proration("whole_months")), "2016-10-01", "2 months", rounding="half_down"),
        ["43333.87"],
    ),
    # What a file of `examples/deals/real/` gives back to the cent is a cent off by the other reading.
    (
        "Orange County NC, from the exact year before",
        deal(raised("174359.25", "0.05", round_to="0.01"), "2021-07-01", "48 months"),
        ["174359.25", "183077.21", "192231.07", "201842.63"],
    ),
    (
        "San Leandro / Granicus, half-up",
        deal(raised("49978.10", "0.07"), "2021-07-01", "24 months"),
        ["49978.10", "53476.57"],
    ),
    (
        "Markham / Johnson Controls, on the year",
        deal(raised("20955.04", "0.03"), "2010-01-01", "24 months", "CAD"),
        ["20955.04", "21583.69"],
    ),
    # 439,089 and 465,830 are printed. 426,300 is what leads to both at 3 % a year; each year is rounded to whole
    # dollars, the price behind it is not.
    (
        "Redwood City, whole dollars",
        deal(raised("426300", "0.03"), "2020-07-01", "48 months", round_to=1),
        ["426300.00", "439089.00", "452262.00", "465830.00"],
    ),
]


@pytest.mark.parametrize(("contract", "printed"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_terms_give_back_what_is_printed(contract: Contract, printed: list[str]) -> None:
    assert by_year(contract) == printed


@pytest.mark.parametrize(("level", "tax"), [("component", "16973.09"), ("invoice", "16973.09"), ("total", "16973.08")])
def test_federal_way_s_tax_of_10_1_percent_is_rounded_on_each_invoice(level: str, tax: str) -> None:
    # The amounts taxed are not printed: two that show what is, .09 by invoice and .08 on the total.
    lines = [
        LineItem(
            id=f"tax-{n}",
            quantity=taxed,
            price=PerUnit(unit_amount="0.101"),
            billing=OneTime(once="date", on=f"2026-0{n}-01"),
        )
        for n, taxed in ((1, "100000.05"), (2, "68050.25"))
    ]
    order = Order(id="O-1", signed_on="2026-01-01", term="12 months", lines=lines)
    plan = schedule(Contract(id="C-1", currency="USD", orders=[order], rounding_level=level))
    assert str(plan.fixed.amount) == tax
