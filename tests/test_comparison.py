"""Deals side by side, and one deal with a term varied: every figure, what is shown of them, and what is refused."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import moneyed
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill import (
    Change,
    Contract,
    Discount,
    Escalator,
    Facts,
    Flat,
    Index,
    IndexReading,
    Instalment,
    InvalidTerms,
    LineItem,
    MilestoneDone,
    NotAllowed,
    NotFound,
    OneTime,
    Order,
    PaymentTerms,
    Percent,
    PerUnit,
    RampStep,
    Recurring,
    Renewal,
    acv,
    charges_for,
    compare,
    schedule,
    vary,
)
from contractbill.charges import Certainty
from contractbill.deal import evolve_at
from contractbill.display import to_html, to_text
from contractbill.errors import ContractbillError
from contractbill.money import total
from contractbill.reports import (
    average_uplift,
    billings_by_year,
    cash_by_month,
    comparison_rows,
    effective_discount,
)
from contractbill.testing import sales_led
from contractbill.testing.strategies import contracts

DEAL = sales_led()
RATE = "orders[O-1].lines[platform].escalator.rate"


def fee(identifier: str = "fee", amount: int = 1000, **terms: Any) -> LineItem:
    line = LineItem(id=identifier, price=Flat(amount=amount, per="year"), billing=Recurring(every="year"))
    return attrs.evolve(line, **terms)


def units(price: int = 10, **terms: Any) -> LineItem:
    price_each = PerUnit(unit_amount=price, per="month")
    line = LineItem(id="units", quantity=10, price=price_each, billing=Recurring(every="month"))
    return attrs.evolve(line, **terms)


def once(amount: int = 500) -> LineItem:
    return LineItem(id="setup", price=Flat(amount=amount), billing=OneTime(once="signature"))


def deal(*lines: LineItem, later: tuple[Order, ...] = (), **terms: Any) -> Contract:
    first = Order(id="O-1", signed_on="2026-01-01", lines=lines, **{"term": "36 months", **terms})
    return Contract(id="C-1", currency="USD", orders=[first, *later])


def amounts(moneys: tuple[moneyed.Money, ...]) -> list[str]:
    return [str(money.amount) for money in moneys]


def refused(call: Callable[[], object], kind: type[ContractbillError]) -> list[tuple[str, str]]:
    with pytest.raises(kind) as caught:
        call()
    return [(issue.path, issue.code) for issue in caught.value.issues]


# ---- Effective discount: how far recurring charges are below the list.

EIGHT = Discount(id="off", rate="0.08")
DISCOUNTS: list[tuple[str, Contract, str | None]] = [
    ("nothing taken off", deal(fee()), "0.0000"),
    ("a discount", deal(fee(discounts=[EIGHT])), "0.0800"),
    ("a discount of the order", deal(fee(), units(), discounts=[EIGHT]), "0.0800"),
    ("a price below the list", deal(fee(amount=920, list_amount=1000)), "0.0800"),
    ("below the list, and rising", deal(fee(amount=920, list_amount=1000, escalator=Escalator(rate="0.05"))), "0.0800"),
    (
        "below the list, rising by money",
        deal(fee(amount=920, list_amount=1000, escalator=Escalator(amount=46))),
        "0.0800",
    ),
    ("both", deal(fee(amount=800, list_amount=1000, discounts=[EIGHT])), "0.2640"),
    ("above the list", deal(fee(amount=1100, list_amount=1000)), "-0.1000"),
    ("one of two lines", deal(fee(discounts=[EIGHT]), fee("other")), "0.0400"),
    ("in the first of three years", deal(fee(discounts=[Discount(id="off", rate="0.3", first=1)])), "0.1000"),
    ("an amount of money", deal(fee(discounts=[Discount(id="off", amount=100)])), "0.1000"),
    ("units", deal(units(price=9, list_amount=10)), "0.1000"),
    (
        "a ramp up to the list",
        deal(fee(amount=600, list_amount=1000, ramp=[RampStep(after="24 months", unit_amount=1000)])),
        "0.2667",
    ),
    ("a ramp of quantity", deal(units(ramp=[RampStep(after="12 months", quantity=50)], discounts=[EIGHT])), "0.0800"),
    ("a line below zero", deal(fee(), fee("credit", -250)), "0.2500"),
    ("a price that falls below zero", deal(fee(escalator=Escalator(rate="-0.6", compounding=False))), "0.1429"),
    ("a discount of onboarding", deal(fee(), attrs.evolve(once(), discounts=[Discount(id="off", rate=1)])), "0.0000"),
    ("only one-time charges", deal(once()), None),
    ("all for nothing", deal(fee(amount=0)), None),
    ("free", deal(fee(discounts=[Discount(id="off", rate=1)])), "1.0000"),
    ("no orders", Contract(id="C-1", currency="USD"), None),
]


@pytest.mark.parametrize(("contract", "rate"), [row[1:] for row in DISCOUNTS], ids=[row[0] for row in DISCOUNTS])
def test_the_effective_discount_is_what_is_missing_to_the_list(contract: Contract, rate: str | None) -> None:
    found = effective_discount(contract)
    assert (None if found is None else str(found)) == rate


def test_rounding_is_no_discount() -> None:
    third = PerUnit(unit_amount="0.333333", per="month")
    line = LineItem(id="third", price=third, billing=Recurring(every="month"))
    assert effective_discount(deal(line)) == 0
    assert effective_discount(attrs.evolve(deal(line), round_to=1, rounding_level="line")) == 0


def test_a_renewal_that_nobody_signed_counts_for_nothing() -> None:
    option = deal(fee(), renewal=Renewal(term="12 months", uplift="-0.5"))
    assert (effective_discount(option), average_uplift(option)) == (Decimal("0.0000"), Decimal("0.0000"))


def test_a_signed_renewal_at_a_lower_price_lowers_the_list_no_less() -> None:
    renewal = Order(
        id="O-2", kind="renewal", signed_on="2028-11-01", effective_on="2029-01-01", term="12 months", uplift="-0.5"
    )
    renewed = deal(fee(amount=900, list_amount=1000), later=(renewal,))
    assert (effective_discount(renewed), average_uplift(renewed)) == (Decimal("0.1000"), Decimal("-0.2063"))


# ---- Average uplift: how fast prices rise a year.

RISING = Escalator(rate="0.05")
EXPANSION = Order(
    id="O-2", kind="expansion", signed_on="2027-01-01", lines=[LineItem(id="more", extends="units", quantity=90)]
)
REPRICED = Order(id="O-2", kind="amendment", signed_on="2027-06-01", changes=[Change(line="fee", unit_amount=1210)])
UPLIFTS: list[tuple[str, Contract, str | None]] = [
    ("none", deal(fee()), "0.0000"),
    ("5 %, compounding", deal(fee(escalator=RISING)), "0.0500"),
    ("5 %, simple", deal(fee(escalator=Escalator(rate="0.05", compounding=False))), "0.0488"),
    ("different rates", deal(fee(escalator=Escalator(rates=["0.03", "0.07"]))), "0.0498"),
    ("every half year", deal(fee(escalator=Escalator(rate="0.05", every="6 months"))), "0.1025"),
    ("an equal line that stands still", deal(fee(escalator=RISING), fee("other")), "0.0253"),
    ("one year", deal(fee(escalator=RISING), term="12 months"), None),
    (
        "a year and a day counts two",
        deal(fee(escalator=RISING, billing=Recurring(every="month")), term="13 months"),
        "0.0500",
    ),
    ("five years", deal(fee(escalator=RISING), term="60 months"), "0.0500"),
    ("more units are no uplift", deal(units(ramp=[RampStep(after="12 months", quantity=50)])), "0.0000"),
    ("nor are more lines", deal(units(), later=(EXPANSION,)), "0.0000"),
    ("lines that join rise as what they extend", deal(units(escalator=RISING), later=(EXPANSION,)), "0.0500"),
    ("a planned price is", deal(fee(ramp=[RampStep(after="12 months", unit_amount=1210)])), "0.1000"),
    ("so is one that was agreed later", deal(fee(), later=(REPRICED,)), "0.1000"),
    ("falling", deal(fee(escalator=Escalator(rate="-0.1"))), "-0.1000"),
    ("a discount that ends is none", deal(fee(discounts=[Discount(id="off", rate="0.3", first=1)])), "0.0000"),
    (
        "lines that ended before do not count",
        deal(fee(escalator=RISING), fee("short", ends_before="2027-01-01")),
        "0.0500",
    ),
    (
        "percents of others do not count",
        deal(
            fee(escalator=RISING),
            LineItem(id="care", price=Percent(rate="0.2", of=["fee"], per="year"), billing=Recurring(every="year")),
        ),
        "0.0500",
    ),
    (
        "a price for the whole term",
        deal(LineItem(id="fee", price=Flat(amount=3000, per="term"), billing=Recurring(every="year"))),
        "0.0000",
    ),
    ("an index without readings", deal(fee(escalator=Escalator(index=Index(name="CPI")))), "0.0000"),
    ("an index with an estimate", deal(fee(escalator=Escalator(index=Index(name="CPI", estimate="0.03")))), "0.0300"),
    ("only one-time charges", deal(once()), None),
    ("for nothing", deal(fee(amount=0)), None),
    ("down to nothing", deal(fee(ramp=[RampStep(after="12 months", unit_amount=0)])), None),
    ("no orders", Contract(id="C-1", currency="USD"), None),
    ("the sales-led deal: (139,050 ÷ 128,800) ^ ½ − 1", DEAL, "0.0390"),
]


@pytest.mark.parametrize(("contract", "rate"), [row[1:] for row in UPLIFTS], ids=[row[0] for row in UPLIFTS])
def test_the_average_uplift_is_how_fast_prices_rise(contract: Contract, rate: str | None) -> None:
    found = average_uplift(contract)
    assert (None if found is None else str(found)) == rate


def test_a_contract_without_an_end_is_looked_at_as_far_as_is_asked() -> None:
    endless = deal(fee(escalator=RISING, discounts=[EIGHT]), term=None)
    until = date(2030, 1, 1)
    assert (average_uplift(endless, through=until), effective_discount(endless, through=until)) == (
        Decimal("0.0500"),
        Decimal("0.0800"),
    )
    assert refused(lambda: average_uplift(endless), NotAllowed) == [("$.through", "through_required")]


# ---- Billings by year of the contract, cash by month.


@pytest.mark.parametrize(
    ("contract", "years"),
    [
        (DEAL, ["136110.87", "133800.00", "139050.00"]),
        (deal(fee(), once()), ["1500.00", "1000.00", "1000.00"]),
        (deal(fee(billing=Recurring(every="year", timing="arrears"))), ["0.00", "1000.00", "1000.00", "1000.00"]),
        (deal(fee(), effective_on="2026-07-01", term="12 months"), ["1000.00"]),
        (Contract(id="C-1", currency="JPY"), []),
    ],
    ids=["sales-led", "signature counts in the first", "in arrears", "invoiced before it starts", "nothing"],
)
def test_billings_are_told_by_year_of_the_contract(contract: Contract, years: list[str]) -> None:
    assert amounts(billings_by_year(contract, schedule(contract))) == years


def test_an_invoice_before_the_first_day_is_of_the_first_year() -> None:
    early = deal(once(), fee(), effective_on="2027-06-01", term="12 months")
    assert amounts(billings_by_year(early, schedule(early))) == ["1500.00"]


HALVES = PaymentTerms(instalments=[Instalment(share="0.5"), Instalment(share="0.5", net_days=31)])
MILESTONE = LineItem(
    id="live", price=Flat(amount=200), billing=OneTime(once="milestone", milestone="go-live", expected_on="2026-01-01")
)


def partly(contingent: int, terms: PaymentTerms) -> Contract:
    """800 are certain, and as much more waits for fulfilment."""
    certain = attrs.evolve(deal(fee(amount=800), term="12 months"), payment_terms=terms)
    more = Order(
        id="O-2", kind="expansion", signed_on="2026-01-01", bill_when="fulfilled", lines=[fee("more", contingent)]
    )
    return attrs.evolve(certain, orders=[*certain.orders, more])


FIXED_FIRST = PaymentTerms(instalments=[Instalment(amount=1000), Instalment(share=1, net_days=45)])
FOUR_HUNDRED_TWICE = [("2026-01", "400.00"), ("2026-02", "400.00")]


@pytest.mark.parametrize(
    ("contract", "months"),
    [
        (deal(fee(), term="12 months"), [("2026-01", "1000.00")]),
        (
            attrs.evolve(deal(fee(), term="12 months"), payment_terms=PaymentTerms(net_days=45)),
            [("2026-02", "1000.00")],
        ),
        (
            attrs.evolve(deal(fee(), term="12 months"), payment_terms=HALVES),
            [("2026-01", "500.00"), ("2026-02", "500.00")],
        ),
        (
            attrs.evolve(deal(fee(), MILESTONE, term="12 months"), payment_terms=HALVES),
            [("2026-01", "500.00"), ("2026-02", "500.00")],
        ),
        (partly(1200, FIXED_FIRST), FOUR_HUNDRED_TWICE),
        (partly(-800, HALVES), FOUR_HUNDRED_TWICE),
        (deal(fee(), fee("credit", -1000), term="12 months"), []),
        (Contract(id="C-1", currency="USD"), []),
    ],
    ids=[
        "on receipt",
        "net 45",
        "in halves",
        "without what is contingent",
        "partly certain",
        "set off",
        "nothing to pay",
        "nothing",
    ],
)
def test_cash_is_told_by_month_under_payment_terms(contract: Contract, months: list[tuple[str, str]]) -> None:
    assert [(month, str(money.amount)) for month, money in cash_by_month(schedule(contract))] == months


@given(contract=contracts())
def test_years_and_months_add_up_to_the_contract_value(contract: Contract) -> None:
    plan = schedule(contract)
    figures = compare([contract]).deals[0]
    assert total(figures.billings, contract.currency) == plan.tcv == figures.fixed + figures.estimated
    assert total([money for _month, money in figures.cash], contract.currency) == plan.tcv
    assert (figures.tcv, figures.contingent, figures.acv) == (plan.tcv, plan.contingent, acv(contract))


@given(contract=contracts(), rate=st.decimals("0.01", "0.99", places=2))
def test_a_discount_of_a_whole_contract_is_the_effective_discount(contract: Contract, rate: Decimal) -> None:
    orders = [
        attrs.evolve(one, lines=[undiscounted(line) for line in one.lines], discounts=()) for one in contract.orders
    ]
    plain = attrs.evolve(contract, orders=orders, discounts=())
    found = effective_discount(attrs.evolve(plain, discounts=[Discount(id="whole", rate=rate)]))
    assert (found is None) is (effective_discount(plain) is None)
    recurring = [charge for charge in charges_for(plain) if charge.service is not None]
    # A price that has fallen below zero is a discount by itself.
    if found is not None and all(charge.value >= 0 for charge in recurring):
        # A discount that rounds to nothing is not charged.
        listed = sum(charge.derivation.exact for charge in recurring if charge.certainty is not Certainty.CONTINGENT)
        lost = len(recurring) * Fraction(plain.amounts_to) / 2
        assert abs(Fraction(found - rate)) * listed <= lost + listed / 10_000


def undiscounted(line: LineItem) -> LineItem:
    return attrs.evolve(line, discounts=(), list_amount=None)


# ---- Comparisons.

PREPAID = attrs.evolve(DEAL, discounts=[EIGHT])


def test_deals_are_compared_in_the_order_given() -> None:
    both = compare({"as signed": DEAL, "8 % off": PREPAID})
    assert (both.currency, both.varied, [one.label for one in both.deals]) == ("USD", None, ["as signed", "8 % off"])
    first, second = both.deals
    assert (str(first.tcv.amount), str(second.tcv.amount)) == ("408960.87", "376244.00")
    assert (first.effective_discount, second.effective_discount) == (Decimal("0.0000"), Decimal("0.0800"))
    assert both.of("8 % off") is second
    assert compare([DEAL]).deals == compare({"sales-led": DEAL}).deals == compare(iter([DEAL])).deals


def test_facts_are_for_all_or_by_label() -> None:
    index = Index(name="CPI", lag_months=4)
    clause = evolve_at(DEAL, "orders[0].lines[platform].escalator", Escalator(index=index))
    readings = [
        IndexReading(index="CPI", month="2025-09", value="100", known_on="2025-10-14"),
        IndexReading(index="CPI", month="2026-09", value="103", known_on="2026-10-14"),
        IndexReading(index="CPI", month="2027-09", value="105.06", known_on="2027-10-14"),
    ]
    known = Facts(readings=readings)
    found = compare({"no": clause, "yes": clause}, facts={"yes": known}).deals
    assert [str(one.tcv.amount) for one in found] == ["393710.87", "401770.87"]
    assert [str(one.estimated.amount) for one in found] == ["200000.00", "0.00"]
    assert compare({"no": clause, "yes": clause}, facts=known).deals[0].tcv == found[1].tcv
    assert compare([clause], facts=known, as_of=date(2026, 1, 1)).deals[0].estimated.amount == 200_000
    done = Facts(milestones=[MilestoneDone(milestone="go-live", completed_on="2026-03-01")])
    assert compare([deal(fee(), MILESTONE)], facts=done).deals[0].contingent.amount == 0


SIDE_BY_SIDE = """\
as signed compared with 8 % off, in USD
                     as signed     8 % off  difference
------------------  ----------  ----------  ----------
TCV                 408,960.87  376,244.00  -32,716.87
fixed               408,960.87  376,244.00  -32,716.87
contingent          143,221.50  131,763.78  -11,457.72
ACV                 131,320.29  120,814.67  -10,505.62
billed year 1       136,110.87  125,222.00  -10,888.87
billed year 2       133,800.00  123,096.00  -10,704.00
billed year 3       139,050.00  127,926.00  -11,124.00
effective discount         0 %         8 %       +8 pp
average uplift           3.9 %       3.9 %        0 pp

Cash by month as invoices fall due, in USD
month     as signed     8 % off  difference
-------  ----------  ----------  ----------
2026-02   15,000.00   13,800.00   -1,200.00
2026-03  104,500.00   96,140.00   -8,360.00
2026-05    4,500.00    4,140.00     -360.00
2026-08    4,500.00    4,140.00     -360.00
2026-11    7,610.87    7,002.00     -608.87
2027-03  112,200.00  103,224.00   -8,976.00
2027-05    7,200.00    6,624.00     -576.00
2027-08    7,200.00    6,624.00     -576.00
2027-11    7,200.00    6,624.00     -576.00
2028-02  117,450.00  108,054.00   -9,396.00
2028-05    7,200.00    6,624.00     -576.00
2028-08    7,200.00    6,624.00     -576.00
2028-11    7,200.00    6,624.00     -576.00
-------  ----------  ----------  ----------
total    408,960.87  376,244.00  -32,716.87"""

BY_RATE = """\
sales-led by orders[O-1].lines[platform].escalator.rate, in USD
rate         TCV  difference  contingent         ACV  billed year 1  billed year 2  billed year 3  average uplift
----  ----------  ----------  ----------  ----------  -------------  -------------  -------------  --------------
0.05  408,960.87        0.00  143,221.50  131,320.29     136,110.87     133,800.00     139,050.00           3.9 %
0.03  402,800.87   -6,160.00  138,936.70  129,266.96     136,110.87     131,800.00     134,890.00          2.34 %
0     393,710.87  -15,250.00  132,664.00  126,236.96     136,110.87     128,800.00     128,800.00             0 %"""


def test_deals_stand_side_by_side_with_their_differences() -> None:
    both = compare({"as signed": DEAL, "8 % off": PREPAID})
    assert str(both) == SIDE_BY_SIDE
    assert both._repr_html_() == "\n<br>\n".join(map(to_html, both.to_tables()))
    assert both._repr_mimebundle_() == {"text/plain": SIDE_BY_SIDE}


def test_values_stand_below_each_other() -> None:
    rates = vary(DEAL, RATE, ["0.05", Decimal("0.03"), 0])
    assert str(rates) == BY_RATE
    assert rates._repr_html_() == to_html(rates.to_tables()[0])
    assert rates._repr_mimebundle_() == {"text/plain": BY_RATE}


def test_a_term_that_moves_payments_alone_shows_them() -> None:
    days = vary(DEAL, "$.payment_terms.net_days", [45, 90])
    figures, cash = days.to_tables()
    assert str(days) == f"{to_text(figures)}\n\n{to_text(cash)}"
    assert figures.title == "sales-led by payment_terms.net_days, in USD"
    assert (
        str(vary(DEAL, "payment_terms.net_days", [45])) == to_text(figures).replace("\n90", "\n45").rpartition("\n")[0]
    )


def test_what_a_deal_does_not_have_is_none() -> None:
    until = date(2027, 6, 30)
    endless = deal(fee(), term=None)
    both = compare({"once": deal(once()), "endless": endless}, through=until)
    rows = {row[0]: row[1:] for row in both.to_tables()[0].rows}
    assert rows["ACV"] == ("0.00", "none", "")
    assert rows["average uplift"] == ("none", "0 %", "")
    assert rows["billed year 2"] == ("0.00", "1,000.00", "+1,000.00")


def test_one_deal_alone_and_none_with_anything_to_pay() -> None:
    alone = compare([Contract(id="C-1", currency="JPY")])
    assert alone.to_tables()[0].title == "C-1, in JPY"
    assert [row[1] for row in alone.to_tables()[0].rows] == ["0", "0", "none", "none", "none"]
    assert alone.to_tables()[1].rows == ()


def test_rows_are_plain_and_complete() -> None:
    both = compare({"as signed": DEAL, "8 % off": PREPAID})
    rows = comparison_rows(both)
    assert {tuple(row) for row in rows} == {("deal", "contract", "figure", "period", "value", "difference", "currency")}
    assert len(rows) == 2 * (7 + 3 + 13)
    found = {(row["deal"], row["figure"], row["period"]): row for row in rows}
    assert found["8 % off", "tcv", None] == {
        "deal": "8 % off",
        "contract": "sales-led",
        "figure": "tcv",
        "period": None,
        "value": Decimal("376244.00"),
        "difference": Decimal("-32716.87"),
        "currency": "USD",
    }
    assert found["8 % off", "effective_discount", None]["difference"] == Decimal("0.0800")
    assert found["8 % off", "effective_discount", None]["currency"] is None
    assert found["as signed", "billings", "3"]["value"] == Decimal("139050.00")
    assert found["as signed", "cash", "2026-03"]["difference"] == 0


def test_a_difference_to_a_year_that_the_first_does_not_have_is_the_whole() -> None:
    both = compare({"one": deal(fee(), term="12 months"), "two": deal(fee(), term="24 months")})
    (row,) = [row for row in comparison_rows(both) if row["figure"] == "billings" and row["period"] == "2"]
    assert (row["value"], row["difference"]) == (Decimal("1000.00"), Decimal("1000.00"))


# ---- What is varied.


@pytest.mark.parametrize(
    ("path", "values", "labels"),
    [
        (RATE, ["0.05", Decimal("0.03"), 0], ["0.05", "0.03", "0"]),
        (RATE, {"as agreed": "0.05", "lower": "0.03"}, ["as agreed", "lower"]),
        ("orders[0].term", ["24 months", "36 months"], ["24 months", "36 months"]),
        ("orders[0].lines[0].escalator", [RISING, None], ["Escalator(rate=0.05)", "none"]),
        ("orders[0].renewal", [None, Renewal(term="24 months")], ["none", "Renewal(term=24 months)"]),
        ("orders[0].effective_on", [date(2026, 1, 15)], ["2026-01-15"]),
        ("orders[0].lines[2].separate", [True, False], ["True", "False"]),
        (
            "orders[0].lines[2].ramp",
            [
                [],
                [RampStep(after="12 months", quantity=50)],
                [RampStep(after="12 months", quantity=50), RampStep(after="24 months", quantity=75)],
            ],
            [
                "none",
                "RampStep(after=12 months, quantity=50)",
                "RampStep(after=12 months, quantity=50), RampStep(after=24 m…",
            ],
        ),
    ],
)
def test_values_are_called_by_their_text_or_by_name(path: str, values: Any, labels: list[str]) -> None:
    assert [one.label for one in vary(DEAL, path, values).deals] == labels


def test_to_vary_a_term_is_to_compare_deals_with_it() -> None:
    by_hand = compare({rate: evolve_at(DEAL, RATE, rate) for rate in ("0.03", "0.05")})
    assert vary(DEAL, RATE, ["0.03", "0.05"]) == attrs.evolve(by_hand, varied=RATE)


# ---- What is refused. Each row: the call, the kind of error, and where and what it says.

EUROS = Contract(id="C-2", currency="EUR")
REFUSED: list[tuple[str, Callable[[], object], type[ContractbillError], list[tuple[str, str]]]] = [
    ("no deals", lambda: compare([]), NotAllowed, [("$.deals", "nothing_to_compare")]),
    ("one deal by itself", lambda: compare(DEAL), NotAllowed, [("$.deals", "wrong_type")]),  # type: ignore[arg-type]  # the mistake
    ("no deal", lambda: compare(None), NotAllowed, [("$.deals", "wrong_type")]),  # type: ignore[arg-type]  # the mistake
    ("a file name", lambda: compare("a.toml"), NotAllowed, [("$.deals", "wrong_type")]),  # type: ignore[arg-type]  # the mistake
    ("an order", lambda: compare([DEAL, DEAL.orders[0]]), NotAllowed, [("$.deals[O-1]", "wrong_type")]),  # type: ignore[list-item]  # the mistake
    ("a number", lambda: compare([DEAL, 1]), NotAllowed, [("$.deals[1]", "wrong_type")]),  # type: ignore[list-item]  # the mistake
    ("one id twice", lambda: compare([DEAL, PREPAID]), NotAllowed, [("$.deals[1]", "duplicate_id")]),
    ("no label", lambda: compare({" ": DEAL}), NotAllowed, [("$.deals[0]", "not_text")]),
    ("two currencies", lambda: compare([DEAL, EUROS]), NotAllowed, [("$.deals[C-2].currency", "currency_mismatch")]),
    (
        "facts of another",
        lambda: compare([DEAL], facts={"C-3": Facts()}),
        NotFound,
        [("$.facts[C-3]", "unknown_label")],
    ),
    (
        "no end",
        lambda: compare({"a": deal(fee(), term=None)}),
        NotAllowed,
        [("$.deals[a].through", "through_required")],
    ),
    ("no such deal", lambda: compare([DEAL]).of("other"), NotFound, [("$[other]", "unknown_label")]),
    (
        "two currencies of one",
        lambda: vary(DEAL, "currency", ["USD", "EUR"]),
        NotAllowed,
        [("$.deals[EUR].currency", "currency_mismatch")],
    ),
    (
        "no end of one",
        lambda: vary(deal(fee(), term=None), "payment_terms.net_days", [30]),
        NotAllowed,
        [("$.deals[30].through", "through_required")],
    ),
    (
        "no end with one value",
        lambda: vary(deal(fee(), term="12 months"), "orders[0].term", ["12 months", None]),
        NotAllowed,
        [("$.deals[none].through", "through_required")],
    ),
    ("no facts", lambda: compare([DEAL], facts=None), NotAllowed, [("$.facts", "wrong_type")]),  # type: ignore[arg-type]  # the mistake
    ("no facts of one", lambda: compare({"a": DEAL}, facts={"a": None}), NotAllowed, [("$.facts[a]", "wrong_type")]),  # type: ignore[dict-item]  # the mistake
    ("no facts to vary by", lambda: vary(DEAL, RATE, ["0.03"], facts=None), NotAllowed, [("$.facts", "wrong_type")]),  # type: ignore[arg-type]  # the mistake
    ("bytes", lambda: vary(DEAL, "id", b"ab"), NotAllowed, [("$.values", "not_a_list")]),
    ("no list", lambda: vary(DEAL, "id", 1), NotAllowed, [("$.values", "not_a_list")]),  # type: ignore[arg-type]  # the mistake
    ("no path", lambda: vary(DEAL, None, ["a"]), NotAllowed, [("$.path", "not_text")]),  # type: ignore[arg-type]  # the mistake
    ("no values", lambda: vary(DEAL, RATE, []), NotAllowed, [("$.values", "nothing_to_compare")]),
    ("one value by itself", lambda: vary(DEAL, RATE, "0.05"), NotAllowed, [("$.values", "not_a_list")]),
    ("one value twice", lambda: vary(DEAL, RATE, ["1", 1]), NotAllowed, [("$.values[1]", "duplicate_id")]),
    (
        "no such term",
        lambda: vary(DEAL, f"{RATE}s.x", []),
        NotFound,
        [("$.orders[0].lines[0].escalator.rates.x", "unknown_path")],
    ),
    (
        "left out",
        lambda: vary(DEAL, "orders[0].lines[2].escalator.rate", [1]),
        NotFound,
        [("$.orders[0].lines[2].escalator", "nothing_there")],
    ),
    ("a float", lambda: vary(DEAL, RATE, [0.05]), InvalidTerms, [("$.orders[0].lines[0].escalator.rate", "not_exact")]),
]


@pytest.mark.parametrize(("call", "kind", "expected"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_compared_is_refused(
    call: Callable[[], object], kind: type[ContractbillError], expected: list[tuple[str, str]]
) -> None:
    assert refused(call, kind) == expected


def test_deals_of_two_currencies_are_told_apart() -> None:
    with pytest.raises(NotAllowed) as caught:
        compare({"in dollars": DEAL, "in euros": EUROS})
    assert str(caught.value) == (
        "$.deals[in euros].currency: currency_mismatch: must be USD, as of the first (got 'EUR')"
    )
