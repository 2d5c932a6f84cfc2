"""Laws of the form over random contracts: it goes round, the schema accepts it, and nothing is lost on the way."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contractbill import Contract, diff, schedule, verify
from contractbill.charges import charges_for
from contractbill.deal import content_hash
from contractbill.testing.strategies import contracts, facts
from contractbill.wire import Value, from_dict, from_json, json_schema, to_dict, to_json

DEAL, SCHEDULE = Draft202012Validator(json_schema("deal")), Draft202012Validator(json_schema("schedule"))
FACTS, DIFFERENCE = Draft202012Validator(json_schema("facts")), Draft202012Validator(json_schema("difference"))
# A random contract takes some 15 ms to make, its schema as much again.
SOME = settings(max_examples=settings().max_examples // 2)


def _goes_round(value: Value, schema: Draft202012Validator) -> None:
    form = to_dict(value)
    schema.validate(form)
    text = to_json(value)
    assert from_dict(form) == from_json(text) == value
    assert to_json(from_json(text)) == text


@SOME
@given(contracts())
def test_deals_go_round(contract: Contract) -> None:
    _goes_round(contract, DEAL)
    read = from_dict(to_dict(contract))
    assert isinstance(read, Contract)
    assert list(map(content_hash, read.orders)) == list(map(content_hash, contract.orders))


@SOME
@given(st.data())
def test_schedules_go_round(data: st.DataObject) -> None:
    contract = data.draw(contracts())
    plan = schedule(contract, data.draw(facts(contract)))
    _goes_round(plan, SCHEDULE)
    assert verify(plan) == ()


@SOME
@given(st.data())
def test_facts_and_what_they_change_go_round(data: st.DataObject) -> None:
    contract = data.draw(contracts())
    known = data.draw(facts(contract))
    _goes_round(known, FACTS)
    _goes_round(diff(schedule(contract), schedule(contract, known)), DIFFERENCE)


@SOME
@given(contracts(ends=False))
def test_schedules_without_end_go_round_up_to_a_day(contract: Contract) -> None:
    through = contract.orders[0].effective_on + timedelta(500)
    _goes_round(contract, DEAL)
    _goes_round(schedule(contract, through=through), SCHEDULE)


@SOME
@given(contracts())
def test_a_deal_that_was_read_is_charged_as_the_one_that_was_written(contract: Contract) -> None:
    read: Any = from_json(to_json(contract))
    assert charges_for(read) == charges_for(contract)
