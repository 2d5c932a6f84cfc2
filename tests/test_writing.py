"""Deals are pleasant to write: short, read as people write them, and a mistake is told in words that mend it."""

import ast
import inspect
import re
import runpy
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

import contractbill as cb
from contractbill.testing import sales_led
from contractbill.wire import from_toml

EXAMPLES = Path(__file__).parents[1] / "examples"
SCRIPT, FILE = EXAMPLES / "sales_led.py", EXAMPLES / "deals" / "sales-led.toml"


def test_the_sales_led_deal_has_fewer_than_forty_lines_in_python_and_as_few_in_a_file() -> None:
    script = SCRIPT.read_text().splitlines()
    said = [line for line in FILE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    assert len(script) < 40
    assert len(said) <= len(script)


def test_it_imports_nothing_but_contractbill() -> None:
    found = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(SCRIPT.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == ["import contractbill as cb"]


def test_script_file_and_shipped_example_are_one_deal() -> None:
    written = runpy.run_path(str(SCRIPT))["contract"]
    assert written == from_toml(FILE.read_text()) == sales_led()


def test_the_script_prints_the_schedule(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(SCRIPT), run_name="__main__")
    assert capsys.readouterr().out == f"{cb.schedule(sales_led())}\n"


# What people write: values of the deal, of its dates and of facts.
WRITTEN = re.compile(r"contractbill\.(deal|periods|charges\.(facts|readings))")
NAMED = [getattr(cb, name) for name in cb.__all__]
VALUES = [one for one in NAMED if isinstance(one, type) and attrs.has(one) and WRITTEN.match(one.__module__)]


@pytest.mark.parametrize("cls", VALUES, ids=lambda cls: cls.__name__)
def test_every_argument_says_what_may_be_written_there(cls: Any) -> None:
    # Where an editor looks: a converter that does not say what it takes would leave the argument without a type.
    arguments = list(inspect.signature(cls).parameters.values())
    assert arguments
    assert [one.name for one in arguments if one.annotation in (inspect.Parameter.empty, Any)] == []


def test_numbers_dates_lengths_words_and_lists_are_read_as_people_write_them() -> None:
    signed = cb.Order(id="O-1", kind="initial", signed_on="2025-12-18", term="36 months", lines=iter([line()]))
    assert (signed.signed_on, signed.term, signed.lines) == (
        date(2025, 12, 18),
        cb.Frequency.parse("36 months"),
        (line(),),
    )
    assert cb.Flat(amount="59.90") == cb.Flat(amount=Decimal("59.9"))


NOTHING: dict[str, Any] = {}


def line(**terms: Any) -> cb.LineItem:
    usual = {"id": "platform", "price": cb.Flat(amount=100, per="year"), "billing": cb.Recurring(every="year")}
    return cb.LineItem(**{**usual, **terms})


def order(**terms: Any) -> cb.Order:
    return cb.Order(**{"id": "O-1", "signed_on": "2026-01-01", "term": "12 months", "lines": [line()], **terms})


def contract(**terms: Any) -> cb.Contract:
    return cb.Contract(**{"id": "C-1", "currency": "USD", "orders": [order()], **terms})


# Each row: a mistake that people make, and what they read: where and which, and how to mend it.
MISTAKES: list[tuple[str, Callable[[], object], str, str]] = [
    (
        "a float",
        lambda: cb.Escalator(rate=0.05),  # type: ignore[arg-type]  # the mistake
        "$.rate: not_exact",
        'must be an int, a Decimal or text such as "0.05" (got 0.05)',
    ),
    (
        "a float price",
        lambda: cb.Flat(amount=59.9),  # type: ignore[arg-type]  # the mistake
        "$.amount: not_exact",
        'must be an int, a Decimal or text such as "59.9" (got 59.9)',
    ),
    (
        "a percent",
        lambda: cb.Escalator(rate="5%"),
        "$.rate: not_a_number",
        "must be a fraction: 0.05 for 5 % (got '5%')",
    ),
    (
        "separators",
        lambda: cb.Flat(amount="1,000"),
        "$.amount: not_a_number",
        "must be a decimal number (got '1,000')",
    ),
    (
        "text for a list",
        lambda: line(tags="core"),
        "$.tags: not_a_list",
        "must be a list (got 'core')",
    ),
    (
        "a name for lines",
        lambda: order(lines="platform"),
        "$.lines: not_a_list",
        "must be a list (got 'platform')",
    ),
    (
        "a line in no list",
        lambda: order(lines=line()),
        "$.lines: not_a_list",
        "must be a list (got LineItem(id='platform', ",
    ),
    (
        "a line for an order",
        lambda: contract(orders=[line()]),
        "$.orders[0]: wrong_type",
        "must be Order (got LineItem(",
    ),
    (
        "a word",
        lambda: order(kind="expantion"),
        "$.kind: unknown_word",
        "must be one of initial, expansion, renewal, amendment, cancellation (got 'expantion')",
    ),
    (
        "another word",
        lambda: cb.OneTime(once="signing"),
        "$.once: unknown_word",
        "must be one of signature, start, date, milestone (got 'signing')",
    ),
    (
        "a number as price",
        lambda: line(price=100),
        "$.price: wrong_type",
        "must be Flat or PerUnit or Percent or Tiered (got 100)",
    ),
    (
        "keys as price",
        lambda: line(price={"amount": 1}),
        "$.price: wrong_type",
        "must be Flat or PerUnit or Percent or Tiered (got {'amount': 1})",
    ),
    (
        "a word as billing",
        lambda: line(billing="year"),
        "$.billing: wrong_type",
        "must be Recurring or OneTime or Instalments or Spread (got 'year')",
    ),
    (
        "a rate as escalator",
        lambda: line(escalator="0.05"),
        "$.escalator: wrong_type",
        "must be Escalator (got '0.05')",
    ),
    (
        "a frequency",
        lambda: cb.Recurring(every="yearly"),
        "$.every: unknown_frequency",
        'must be such as "month", "quarter", "2 weeks" or "term" (got \'yearly\')',
    ),
    (
        "a date",
        lambda: order(signed_on="18.12.2025"),
        "$.signed_on: not_a_date",
        "must be a date, or its ISO 8601 text (got '18.12.2025')",
    ),
    (
        "a currency",
        lambda: contract(currency="usd"),
        "$.currency: unknown_currency",
        "must be a currency code of ISO 4217 (got 'usd')",
    ),
    (
        "days to pay",
        lambda: contract(payment_terms=45),
        "$.payment_terms: wrong_type",
        "must be PaymentTerms (got 45)",
    ),
    (
        "a customer's name",
        lambda: contract(customer="ACME"),
        "$.customer: wrong_type",
        "must be Party (got 'ACME')",
    ),
    (
        "two at once",
        lambda: order(term=36, lines=[1]),
        "$.term: unknown_frequency",
        (
            'must be such as "month", "quarter", "2 weeks" or "term" (got 36)\n'
            "$.lines[0]: wrong_type: must be LineItem (got 1)"
        ),
    ),
]


@pytest.mark.parametrize(("mistake", "where", "told"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_a_mistake_is_told_where_it_is_and_how_to_mend_it(mistake: Callable[[], object], where: str, told: str) -> None:
    with pytest.raises(cb.InvalidTerms) as caught:
        mistake()
    assert str(caught.value).startswith(f"{where}: {told}")


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (lambda: line(quantiy=3), r"LineItem.__init__\(\) got an unexpected keyword argument 'quantiy'"),
        (lambda: contract(lines=[]), r"Contract.__init__\(\) got an unexpected keyword argument 'lines'"),
        (lambda: cb.Order(id="O-1", **NOTHING), r"missing 1 required keyword-only argument: 'signed_on'"),
    ],
)
def test_a_wrong_argument_is_told_by_python_with_class_and_name(mistake: Callable[[], object], told: str) -> None:
    with pytest.raises(TypeError, match=told):
        mistake()
