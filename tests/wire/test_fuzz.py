"""Whatever comes in, only the library's own errors come out, and soon."""

import json
import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractbill import Contract, ContractbillError, check, schedule, verify
from contractbill.testing import sales_led
from contractbill.wire import from_dict, from_json, from_toml, to_dict, to_json
from tests.wire.deals import DEALS, GOLDEN
from tests.wire.mutations import as_json, mutated

SALES_LED = to_dict(sales_led())
EVERYTHING = json.loads((GOLDEN / "deal-1.json").read_text("utf-8"))
PLAN = json.loads((GOLDEN / "schedule-1.json").read_text("utf-8"))
FACTS, CHANGED = (json.loads((GOLDEN / f"{name}-1.json").read_text("utf-8")) for name in ("facts", "difference"))
TOML = (DEALS / "sales-led.toml").read_text("utf-8")
JSON = to_json(sales_led())


def _survives(read: Callable[[], Any]) -> None:
    """What is read goes round and has a schedule; what is refused is refused by an error of the library."""
    try:
        value = read()
    except ContractbillError as error:
        _is_told(error)
        return
    text = to_json(value)
    assert from_json(text) == value
    assert to_json(from_json(text)) == text
    if isinstance(value, Contract):
        _has_a_schedule(value)


def _is_told(error: ContractbillError) -> None:
    """Every issue has a path and a code, and can be printed."""
    assert all(issue.path.startswith("$") and issue.code for issue in error.issues)
    assert len(str(error).splitlines()) >= len(error.issues)


def _has_a_schedule(contract: Contract) -> None:
    """Unfolding gives a schedule that holds together and goes round, or an error of the library."""
    check(contract)
    try:
        plan = schedule(contract, through=date(2031, 6, 30))
        assert verify(plan) == ()
        text = to_json(plan)
    except ContractbillError:
        return
    assert from_json(text) == plan


@given(mutated(SALES_LED))
def test_mutated_short_deals(form: Any) -> None:
    _survives(lambda: from_dict(form))


@given(mutated(EVERYTHING))
def test_mutated_long_deals(form: Any) -> None:
    _survives(lambda: from_json(as_json(form)))


@given(mutated(PLAN))
def test_mutated_schedules(form: Any) -> None:
    _survives(lambda: from_json(as_json(form)))


@given(mutated(FACTS))
def test_mutated_facts(form: Any) -> None:
    _survives(lambda: from_dict(form))


@given(mutated(CHANGED))
def test_mutated_differences(form: Any) -> None:
    _survives(lambda: from_json(as_json(form)))


@given(mutated(tomllib.loads(TOML, parse_float=Decimal)))
def test_mutated_deals_with_dates_and_decimals(form: Any) -> None:
    _survives(lambda: from_dict(form))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)
    )
)
def test_random_forms(form: Any) -> None:
    _survives(lambda: from_dict(form))
    _survives(lambda: from_json(as_json(form)))
    if isinstance(form, dict):
        _survives(lambda: from_dict({"schema": "contractbill/deal", "version": 1, **form}))


@given(st.text())
def test_random_text(text: str) -> None:
    _survives(lambda: from_json(text))
    _survives(lambda: from_toml(text))


@pytest.mark.parametrize(("read", "text"), [(from_toml, TOML), (from_json, JSON)], ids=["toml", "json"])
@given(st.data())
@settings(max_examples=150)
def test_text_with_a_stretch_cut_doubled_or_replaced(read: Any, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    instead = data.draw(
        st.sampled_from(["", text[start:end] * 2]) | st.text(alphabet='0123456789-"[]{}=,.e\n', max_size=6)
    )
    _survives(lambda: read(text[:start] + instead + text[end:]))


# What mutation found beyond the calendar, kept as it was found: a change of the sales-led deal, and a day to ask for.
EDGES = [
    ({}, "9999-12-31"),
    ({}, "0001-01-01"),
    ({"signed_on": "0001-01-01", "effective_on": "0001-01-01"}, "9999-12-31"),
    ({"signed_on": "0001-01-01", "renewal": {"term": "12 months", "kind": "auto", "times": "unlimited"}}, "2040-01-01"),
    ({"term": "1200 years"}, "2040-01-01"),
    ({"term": "8000 years"}, "2040-01-01"),
    ({"renewal": {"term": "1 day", "times": 1000}}, "2029-02-01"),
    ({"effective_on": "9999-01-01"}, "9999-12-31"),
]


@pytest.mark.parametrize(("changes", "through"), EDGES, ids=str)
def test_the_edges_of_the_calendar(changes: dict[str, Any], through: str) -> None:
    form = to_dict(sales_led())
    form["orders"][0].update(changes)
    _survives(lambda: from_dict(form))
    try:
        contract = from_dict(form)
        assert isinstance(contract, Contract)
        plan = schedule(contract, through=date.fromisoformat(through))
    except ContractbillError as error:
        _is_told(error)
    else:
        assert verify(plan) == ()


def test_an_automatic_renewal_signed_on_the_first_day_there_is() -> None:
    renewal = {"term": "12 months", "kind": "auto"}
    line = {"id": "use", "price": {"amount": "10", "per": "month"}, "billing": {"every": "month"}}
    first = {"id": "O-1", "signed_on": "0001-01-01", "effective_on": "2026-01-01", "term": "12 months"}
    second = {"id": "O-2", "signed_on": "0001-01-01", "effective_on": "2027-01-01", "term": "12 months"}
    orders = [{**first, "renewal": renewal, "lines": [line]}, {**second, "kind": "renewal"}]
    contract = from_dict({"schema": "contractbill/deal", "version": 1, "id": "C", "currency": "USD", "orders": orders})
    assert isinstance(contract, Contract)
    assert schedule(contract).tcv.amount == 240
