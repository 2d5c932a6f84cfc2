"""Rows and tables of a schedule, a deal and a derivation: complete, in a stable order, and clear to read."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given

from contractbill import (
    Contract,
    CreditGrant,
    Escalator,
    Flat,
    LineItem,
    OneTime,
    Order,
    Party,
    PaymentTerms,
    PerUnit,
    Recurring,
    Renewal,
    Schedule,
    charges_for,
    schedule,
    to_rows,
)
from contractbill.charges import Derivation, explain, reason
from contractbill.deal import Instalment, MonthDay
from contractbill.display import Table, to_text
from contractbill.invoices import Row
from contractbill.money import add_up
from contractbill.testing import sales_led
from contractbill.testing.strategies import contracts, dates

COLUMNS = """
    contract invoice invoice_on due_on order line component n entry description product unit tax_code tags service_start
    service_end quantity unit_amount per factor amount currency certainty entity bill_to po
""".split()


def deal(*lines: LineItem, **terms: Any) -> Contract:
    order = Order(id="O-1", signed_on="2026-01-01", term="12 months", lines=lines)
    return attrs.evolve(Contract(id="C-1", currency="USD", orders=[order]), **terms)


def flat(identifier: str = "fee", **terms: Any) -> LineItem:
    return attrs.evolve(LineItem(id=identifier, price=Flat(amount=100), billing=OneTime(once="start")), **terms)


def texts(table: Table) -> list[str]:
    return to_text(table).split("\n")


# --------------------------------------------------------------------------------------------------------------- rows


def test_every_row_has_every_column_in_one_order() -> None:
    rows = to_rows(schedule(sales_led()))
    assert {tuple(row) for row in rows} == {tuple(COLUMNS)}
    assert list(Row.__annotations__) == COLUMNS


def test_rows_hold_plain_values_and_add_up_to_the_schedule() -> None:
    plan = schedule(sales_led())
    rows = to_rows(plan)
    assert {type(value) for row in rows for value in row.values()} == {str, int, date, Decimal, type(None)}
    assert add_up(row["amount"] for row in rows if row["certainty"] == "fixed") == plan.fixed.amount
    assert [row["invoice"] for row in rows] == sorted(row["invoice"] for row in rows)
    assert {(row["invoice"], row["invoice_on"], row["due_on"]) for row in rows} == {
        (place, invoice.planned_on, invoice.due_on) for place, invoice in enumerate(plan.invoices, 1)
    }


def test_a_row_carries_all_that_the_deal_says_of_a_line() -> None:
    line = LineItem(
        id="seats",
        description="Seats",
        product="SKU-1",
        unit="seat",
        tax_code="S",
        tags=["emea", "core"],
        quantity=3,
        price=PerUnit(unit_amount="9.995", per="month"),
        billing=Recurring(every="year"),
        po="PO-7",
    )
    parties = {"seller": Party(id="us", name="Us"), "customer": Party(id="them", name="Them")}
    (row,) = to_rows(schedule(deal(line, **parties)))
    assert row == {
        "contract": "C-1",
        "invoice": 1,
        "invoice_on": date(2026, 1, 1),
        "due_on": date(2026, 1, 1),
        "order": "O-1",
        "line": "seats",
        "component": "base",
        "n": 0,
        "entry": 1,
        "description": "Seats",
        "product": "SKU-1",
        "unit": "seat",
        "tax_code": "S",
        "tags": "emea, core",
        "service_start": date(2026, 1, 1),
        "service_end": date(2027, 1, 1),
        "quantity": Decimal(3),
        "unit_amount": Decimal("9.995"),
        "per": "month",
        "factor": "12",
        "amount": Decimal("359.82"),
        "currency": "USD",
        "certainty": "fixed",
        "entity": "us",
        "bill_to": "them",
        "po": "PO-7",
    }


def test_a_one_time_line_has_no_service_dates_and_no_price_period() -> None:
    (row,) = to_rows(schedule(deal(flat())))
    assert (row["service_start"], row["service_end"], row["per"], row["tags"]) == (None, None, None, None)


def test_rows_feed_a_csv_writer_as_they_are() -> None:
    rows = to_rows(schedule(sales_led()))
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    text.seek(0)
    assert [Decimal(row["amount"]) for row in csv.DictReader(text)] == [row["amount"] for row in rows]


def test_an_empty_schedule_has_no_rows() -> None:
    assert to_rows(Schedule("C-1", "USD", ())) == []


# ---------------------------------------------------------------------------------------------------- schedule tables


def test_a_schedule_names_who_pays_only_where_invoices_differ_in_it() -> None:
    assert [column.title for column in schedule(sales_led()).to_table().columns] == [
        "invoice on",
        "due on",
        "total",
        "certainty",
        "for",
    ]
    parties = {"seller": Party(id="us", name="Us"), "customer": Party(id="them", name="Them")}
    branch = flat("branch", bill_to=Party(id="branch", name="Branch"), po="PO-7")
    assert texts(schedule(deal(flat(), branch, **parties)).to_table()) == [
        "C-1: 2 invoices in USD",
        "invoice on  due on       total  certainty   bill-to  PO    for",
        "----------  ----------  ------  ----------  -------  ----  -----------------",
        "2026-01-01  2026-01-01  100.00  fixed       branch   PO-7  branch",
        "2026-01-01  2026-01-01  100.00  fixed       them           fee",
        "----------  ----------  ------  ----------  -------  ----  -----------------",
        "                        200.00  fixed                      2 invoices",
        "                          0.00  estimated",
        "                          0.00  contingent",
        "                        200.00  TCV                        fixed + estimated",
    ]


def test_a_schedule_calls_what_nets_below_zero_a_credit_note() -> None:
    refund = flat(price=Flat(amount=-100))
    table = schedule(deal(refund)).to_table()
    assert table.title == "C-1: 1 invoice in USD"
    assert table.rows == (("2026-01-01", "2026-01-01", "-100.00", "fixed", "credit note: fee"),)
    assert table.footer[0][-1] == "1 invoice"
    assert str(schedule(deal(refund)).invoices[0]).startswith("Credit note planned on 2026-01-01,")


def test_a_schedule_says_by_what_was_known_and_how_far_it_goes() -> None:
    plan = schedule(sales_led(), as_of=date(2026, 3, 1), through=date(2026, 12, 31))
    assert plan.to_table().title == "sales-led: 5 invoices in USD, as known on 2026-03-01, through 2026-12-31"


def test_a_yen_has_no_digits_after_the_point() -> None:
    assert schedule(deal(flat(), currency="JPY")).to_table().rows[0][2] == "100"


def test_an_invoice_shows_its_lines_with_their_operands() -> None:
    (invoice,) = [one for one in schedule(sales_led()).invoices if one.planned_on == date(2026, 10, 1)]
    assert str(invoice).split("\n") == [
        "Invoice planned on 2026-10-01, due on 2026-11-15, in USD",
        "for         service period            quantity      unit amount  factor  amount  certainty",
        "----------  ------------------------  --------  ---------------  ------  ------  ---------",
        "more-seats  2026-10-01 to 2026-10-14        15  60.00 per month   21/46  410.87  fixed",
        "----------  ------------------------  --------  ---------------  ------  ------  ---------",
        "total                                                                    410.87  fixed",
    ]


def test_an_invoice_shows_its_instalments() -> None:
    halves = PaymentTerms(instalments=[Instalment(share="0.3"), Instalment(share="0.7", net_days=30)])
    (invoice,) = schedule(deal(flat(), payment_terms=halves)).invoices
    assert [(row[0], row[5]) for row in invoice.to_table().footer] == [
        ("total", "100.00"),
        ("due on 2026-01-01", "30.00"),
        ("due on 2026-01-31", "70.00"),
    ]


# -------------------------------------------------------------------------------------------- deals and derivations


def test_a_deal_shows_parties_orders_and_lines() -> None:
    assert str(sales_led()).split("\n") == [
        "Contract sales-led",
        "term      agreed",
        "--------  --------------",
        "seller    Vendor Inc.",
        "customer  Customer Corp.",
        "currency  USD",
        "payment   net 45",
        "",
        "Orders",
        "order  kind       signed on   effective on  term       then",
        "-----  ---------  ----------  ------------  ---------  -----------------------------------",
        "O-1    initial    2025-12-18  2026-01-15    36 months  optional renewal of 12 months, +3 %",
        "O-2    expansion  2026-09-21  2026-10-01",
        "",
        "Lines, in USD",
        "order  line           quantity                price  billed                    uplift",
        "-----  -------------  --------  -------------------  ------------------------  ---------------",
        "O-1    platform              1  100,000.00 per year  every year in advance     +5 % every year",
        "O-1    onboarding            1            15,000.00  once at signature",
        "O-1    seats                25      60.00 per month  every quarter in advance",
        "O-1    launch-credit                      10,000.00  credit granted",
        "O-2    more-seats           15             as seats  as seats",
    ]


@pytest.mark.parametrize(
    ("renewal", "told"),
    [
        (Renewal(term="12 months"), "optional renewal of 12 months"),
        (Renewal(term="1 year", kind="auto", notice_days=60), "auto renewal of year, 60 days' notice"),
        (Renewal(term="6 months", times=3, uplift="-0.01"), "optional renewal of 6 months up to 3 times, -1 %"),
        (Renewal(term="month", times=None), "optional renewal of month again and again"),
    ],
)
def test_a_renewal_in_a_few_words(renewal: Renewal, told: str) -> None:
    order = Order(id="O-1", signed_on="2026-01-01", term="12 months", renewal=renewal)
    (row,) = Contract(id="C-1", currency="USD", orders=[order]).to_tables()[1].rows
    assert row[-1] == told


@pytest.mark.parametrize(
    ("escalator", "told"),
    [
        (Escalator(rate="0.05"), "+5 % every year"),
        (Escalator(rate="-0.05", every="6 months"), "-5 % every 6 months"),
        (Escalator(amount=10, compounding=False), "+10.00 every year, simple"),
        (Escalator(rates=["0.03", "0.05"]), "+3 %, +5 % every year"),
        (Escalator(amounts=[1, 2], on=MonthDay(month=4, day=1)), "+1.00, +2.00 every year on day 1 of month 4"),
        (Escalator(rate="0.03", at_renewal=True), "+3 % at each renewal"),
    ],
)
def test_an_escalator_in_a_few_words(escalator: Escalator, told: str) -> None:
    line = LineItem(id="fee", price=Flat(amount=1, per="year"), billing=Recurring(every="year"), escalator=escalator)
    assert deal(line).to_tables()[2].rows[0][-1] == told


@pytest.mark.parametrize(
    ("billing", "told"),
    [
        (OneTime(once="start", after_days=30), "once at start, 30 days after"),
        (OneTime(once="date", on="2026-05-01"), "once on 2026-05-01"),
    ],
)
def test_one_time_billing_in_a_few_words(billing: OneTime, told: str) -> None:
    assert deal(flat(billing=billing)).to_tables()[2].rows[0][-1] == told


def test_recurring_billing_and_days_in_a_few_words() -> None:
    line = LineItem(
        id="fee",
        description="Fee",
        price=Flat(amount=1, per="month"),
        billing=Recurring(every="quarter", timing="arrears", offset_days=-5),
        starts_on="2026-02-01",
        ends_before="2026-08-01",
    )
    table = deal(line).to_tables()[2]
    shown = dict(zip([column.title for column in table.columns], table.rows[0], strict=True))
    assert shown["for"] == "Fee"
    assert shown["billed"] == "every quarter in arrears, 5 days before"
    assert shown["days"] == "from 2026-02-01, to 2026-07-31"
    assert "uplift" not in shown


def test_a_grant_shows_until_when_it_can_be_used() -> None:
    grant = CreditGrant(id="launch", amount=10, expires_on="2027-01-01", description="Launch")
    order = Order(id="O-1", signed_on="2026-01-01", term="12 months", credits=[grant])
    (row,) = Contract(id="C-1", currency="USD", orders=[order]).to_tables()[2].rows
    assert row == ("O-1", "launch", "Launch", "", "10.00", "credit granted", "to 2026-12-31")


def test_a_derivation_shows_every_step_of_its_price() -> None:
    charges = [charge for charge in charges_for(sales_led()) if charge.line.id == "platform"]
    assert str(charges[-1].derivation).split("\n") == [
        "working                               value",
        "-------------------------------  ----------",
        "quantity                                  1",
        "agreed in O-1                    100,000.00",
        "escalator of 2027-01-15          105,000.00",
        "escalator of 2028-01-15          110,250.00",
        "renewal of 2029-01-15            113,557.50",
        "unit amount per year             113,557.50",
        "-------------------------------  ----------",
        "amount, rounded half_up to 0.01  113,557.50",
    ]


def test_a_derivation_of_a_one_time_charge_has_no_price_period() -> None:
    onboarding = next(charge for charge in charges_for(sales_led()) if charge.line.id == "onboarding")
    assert "unit amount  " in str(onboarding.derivation)


# ---------------------------------------------------------------------------------------------------------- notebooks


def shown_in_notebooks() -> list[Contract | Schedule | Derivation]:
    contract = sales_led()
    plan = schedule(contract)
    return [contract, plan, plan.charges[0].derivation]


@pytest.mark.parametrize("value", shown_in_notebooks(), ids=lambda value: type(value).__name__)
def test_notebooks_show_html_tables(value: Contract | Schedule | Derivation) -> None:
    html = value._repr_html_()
    assert html.startswith("<table ")
    assert html.endswith("</table>")
    assert value._repr_mimebundle_(include=None, exclude=None) == {"text/plain": str(value)}
    assert html.count("<table ") == html.count("</table>") == (3 if isinstance(value, Contract) else 1)


def test_notebooks_show_an_invoice_as_an_html_table_with_its_text_escaped() -> None:
    (invoice,) = schedule(deal(flat(description="<script>"))).invoices
    assert invoice._repr_mimebundle_() == {"text/plain": str(invoice)}
    assert "&lt;script&gt;" in invoice._repr_html_()
    assert "<script>" not in invoice._repr_html_()


# --------------------------------------------------------------------------------------------------------------- laws


@given(contracts(ends=None), dates())
def test_any_deal_and_its_schedule_can_be_shown(contract: Contract, through: date) -> None:
    plan = schedule(contract, through=through)
    rows = to_rows(plan)
    shown = plan.to_table()
    assert [row[:2] for row in shown.rows] == [(str(one.planned_on), str(one.due_on)) for one in plan.invoices]
    assert add_up(row["amount"] for row in rows) == add_up(invoice.value for invoice in plan.invoices)
    assert len(rows) == sum(len(invoice.to_table().rows) for invoice in plan.invoices)
    assert all(str(line.derivation) and explain(line) and reason(line) for line in plan.charges)
    assert str(contract).count("\n") >= len(contract.orders)
