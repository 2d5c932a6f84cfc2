"""What is written is read again, equal and byte for byte: deals, schedules, and schedules with a past."""

from datetime import date
from decimal import Decimal

import attrs
import pytest

from contractbill import (
    Contract,
    Facts,
    InvalidTerms,
    LineItem,
    Order,
    PaymentTerms,
    PerUnit,
    Recurring,
    diff,
    schedule,
)
from contractbill.deal import Instalment
from contractbill.testing import sales_led
from contractbill.wire import Value, from_dict, from_json, from_toml, to_dict, to_json
from tests.wire.deals import everything, everything_changed, everything_known, everything_planned


def _goes_round(value: Value) -> None:
    text = to_json(value)
    assert from_dict(to_dict(value)) == from_json(text) == value
    assert to_json(from_json(text)) == text


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_schedules_of_currencies_of_any_scale(currency: str) -> None:
    contract = attrs.evolve(sales_led(), currency=currency)
    _goes_round(contract)
    _goes_round(schedule(contract))
    assert (
        to_dict(schedule(contract))["invoices"][0]["total"]
        == {"USD": "15000.00", "JPY": "15000", "KWD": "15000.000"}[currency]
    )


def test_a_schedule_of_every_clause() -> None:
    _goes_round(everything())
    _goes_round(everything_planned())


def test_facts() -> None:
    _goes_round(Facts())
    _goes_round(everything_known())
    assert to_dict(Facts()) == {"schema": "contractbill/facts", "version": 1}


FACTS = """
schema = "contractbill/facts"
version = 1

[[progress]]
order = "O-1"
done = [
  { step = "contract_created", on = 2026-01-12, actor = "crm" },
  { step = "provisioned", on = "2026-01-20", actor = "ops" },
]

[[progress]]
order = "O-2"
cancelled_on = 2026-11-01
"""


def test_facts_as_people_write_them() -> None:
    read = from_toml(FACTS, Facts)
    assert (read.fulfilled_on("O-1"), read.cancelled_on("O-2")) == (date(2026, 1, 20), date(2026, 11, 1))
    _goes_round(read)


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_differences_of_currencies_of_any_scale(currency: str) -> None:
    contract = attrs.evolve(sales_led(), currency=currency)
    plan, before = schedule(contract), schedule(contract, as_of=date(2026, 9, 20))
    for found in (diff(before, plan), diff(plan, before), diff(plan, plan)):
        _goes_round(found)


def test_what_is_kept_is_read_at_another_scale_as_the_same_amount() -> None:
    form = to_dict(everything_changed())
    form["kept"]["fixed"] += "00"
    assert to_json(from_dict(form)) == to_json(everything_changed())


def test_a_schedule_asked_for_up_to_a_day_by_what_was_known_on_another() -> None:
    plan = schedule(sales_led(), as_of=date(2026, 9, 20), through=date(2027, 12, 31))
    assert {"as_of": "2026-09-20", "through": "2027-12-31"}.items() <= to_dict(plan).items()
    _goes_round(plan)


def test_an_empty_schedule() -> None:
    plan = schedule(Contract(id="C-1", currency="JPY"))
    _goes_round(plan)
    assert to_dict(plan)["totals"] == {"fixed": "0", "estimated": "0", "contingent": "0", "tcv": "0"}


def test_prices_of_many_digits() -> None:
    """Thirty-six exact steps of 5.123 %: a unit price of more than a hundred digits is kept to the last."""
    contract = from_dict(
        {
            **to_dict(_monthly(PerUnit(unit_amount="0.0000123", per="month"))),
            "id": "many-digits",
        }
    )
    assert isinstance(contract, Contract)
    form = to_dict(contract)
    form["orders"][0]["lines"][0]["escalator"] = {"rate": "0.05123", "every": "month"}
    raised = from_dict(form)
    assert isinstance(raised, Contract)
    plan = schedule(raised)
    assert len(to_dict(plan)["invoices"][-1]["lines"][0]["unit_amount"]) > 100
    _goes_round(plan)


def _monthly(price: PerUnit, terms: PaymentTerms | None = None) -> Contract:
    line = LineItem(id="use", quantity=1000, price=price, billing=Recurring(every="month"))
    order = Order(id="O-1", signed_on="2026-01-01", term="36 months", lines=[line])
    return Contract(id="C-1", currency="USD", orders=[order], payment_terms=terms or PaymentTerms())


def test_t052_instalments_stand_on_the_invoice_and_add_up_to_it() -> None:
    thirds = [Instalment(share="0.3"), Instalment(share="0.3", net_days=30), Instalment(share="0.4", net_days=60)]
    plan = schedule(_monthly(PerUnit(unit_amount="0.33333", per="month"), PaymentTerms(instalments=thirds)))
    invoice = to_dict(plan)["invoices"][0]
    assert invoice["total"] == "333.33"
    assert [part["amount"] for part in invoice["instalments"]] == ["100.00", "100.00", "133.33"]
    assert [part["due_on"] for part in invoice["instalments"]] == ["2026-01-01", "2026-01-31", "2026-03-02"]
    _goes_round(plan)


def test_instalments_that_do_not_fit_an_invoice_are_told_when_it_is_written() -> None:
    parts = [Instalment(amount="500"), Instalment(share=1, net_days=30)]
    plan = schedule(_monthly(PerUnit(unit_amount="0.1", per="month"), PaymentTerms(instalments=parts)))
    with pytest.raises(InvalidTerms) as caught:
        to_dict(plan)
    assert (caught.value.code, caught.value.path) == (
        "fixed_exceeds_rest",
        "$.invoices[0].group.payment_terms.instalments",
    )


def test_a_line_that_belongs_on_another_invoice_is_not_written() -> None:
    plan = schedule(sales_led())
    first = plan.invoices[0]
    stray = attrs.evolve(first.lines[0], planned_on=date(2027, 1, 1))
    wrong = attrs.evolve(plan, invoices=(attrs.evolve(first, lines=(stray,)), *plan.invoices[1:]))
    with pytest.raises(InvalidTerms, match=r"\$.invoices\[0\].lines\[0\]: wrong_group"):
        to_dict(wrong)


def test_amounts_at_another_scale_are_read_as_the_same_amounts() -> None:
    form = to_dict(schedule(sales_led()))
    form["invoices"][0]["lines"][0]["amount"] = "15000.0000"
    form["totals"]["tcv"] = "408960.8700"
    read = from_dict(form)
    assert read == schedule(sales_led())
    assert to_json(read) == to_json(schedule(sales_led()))


def test_every_line_can_be_checked_by_its_reader() -> None:
    """The amount is round(quantity × unit_amount × factor) on every line, by what is written alone."""
    for plan in (schedule(sales_led()), everything_planned()):
        for line in (line for invoice in to_dict(plan)["invoices"] for line in invoice["lines"]):
            numerator, _, denominator = line["factor"].partition("/")
            exact = Decimal(line["quantity"]) * Decimal(line["unit_amount"]) * int(numerator) / int(denominator or 1)
            assert abs(exact - Decimal(line["amount"])) <= Decimal(line.get("round_to", "0.005"))
