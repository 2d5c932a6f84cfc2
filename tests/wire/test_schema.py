"""The JSON Schema and the reader agree: what is written validates, what the schema refuses is refused."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from contractbill import InvalidTerms, NotFound, schedule
from contractbill.wire import from_json, from_toml, json_schema, to_dict
from contractbill.wire.shapes import TELLING
from tests.wire.deals import DEALS, GOLDEN, everything
from tests.wire.mutations import mutated

DEAL, SCHEDULE = Draft202012Validator(json_schema("deal")), Draft202012Validator(json_schema("schedule"))
FACTS, DIFFERENCE = Draft202012Validator(json_schema("facts")), Draft202012Validator(json_schema("difference"))
GOLDEN_DEAL = json.loads((GOLDEN / "deal-1.json").read_text("utf-8"))
GOLDEN_SCHEDULE = json.loads((GOLDEN / "schedule-1.json").read_text("utf-8"))
GOLDEN_FACTS = json.loads((GOLDEN / "facts-1.json").read_text("utf-8"))
GOLDEN_DIFFERENCE = json.loads((GOLDEN / "difference-1.json").read_text("utf-8"))
NAMES = ("deal", "facts", "schedule", "difference")


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_is_a_schema(name: Any) -> None:
    Draft202012Validator.check_schema(json_schema(name))
    assert json.loads(json.dumps(json_schema(name))) == json_schema(name)


def test_there_is_no_schema_of_anything_else() -> None:
    with pytest.raises(NotFound, match="unknown_schema"):
        json_schema("invoice")  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("path", sorted(DEALS.rglob("*.toml")), ids=lambda path: path.stem)
def test_what_is_written_of_the_examples_validates(path: Any) -> None:
    contract = from_toml(path.read_text("utf-8"))
    DEAL.validate(to_dict(contract))
    SCHEDULE.validate(to_dict(schedule(contract)))


def test_what_is_written_of_every_key_validates() -> None:
    DEAL.validate(to_dict(everything()))
    DEAL.validate(GOLDEN_DEAL)
    SCHEDULE.validate(GOLDEN_SCHEDULE)
    FACTS.validate(GOLDEN_FACTS)
    DIFFERENCE.validate(GOLDEN_DIFFERENCE)


def test_every_key_and_class_is_explained() -> None:
    for name in NAMES:
        described: Any = json_schema(name)  # type: ignore[arg-type]  # the names of a tuple are any text to mypy
        for title, one in {"": described, **described["$defs"]}.items():
            keys = one["properties"].keys() - {"schema", "version"}
            unexplained = [key for key in sorted(keys) if not one["properties"][key].get("description")]
            assert (title, unexplained) == (title, [])
            assert one["description"]


def test_classes_of_a_union_are_told_apart_by_a_required_key_of_their_own() -> None:
    for cls, (key, _meaning) in TELLING.items():
        assert key in attrs.fields_dict(cls)
        assert key in json_schema("deal")["$defs"][cls.__name__]["required"]


@given(mutated(GOLDEN_DEAL))
def test_a_deal_that_the_schema_refuses_is_refused(form: Any) -> None:
    _agree(DEAL, form)


@given(mutated(GOLDEN_SCHEDULE))
def test_a_schedule_that_the_schema_refuses_is_refused(form: Any) -> None:
    _agree(SCHEDULE, form)


@given(mutated(GOLDEN_FACTS))
def test_facts_that_the_schema_refuses_are_refused(form: Any) -> None:
    _agree(FACTS, form)


@given(mutated(GOLDEN_DIFFERENCE))
def test_a_difference_that_the_schema_refuses_is_refused(form: Any) -> None:
    _agree(DIFFERENCE, form)


def _agree(schema: Draft202012Validator, form: Any) -> None:
    """What the schema accepts is read or refused by what it says; what it refuses is refused."""
    try:
        value = from_json(json.dumps(form))
    except InvalidTerms:
        return
    assert list(schema.iter_errors(form)) == []
    schema.validate(to_dict(value))


# Where a key of the golden deal stands, and a value that only a careless reader would take.
def _places(form: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    members: Any = form.items() if isinstance(form, dict) else enumerate(form) if isinstance(form, list) else ()
    for key, member in members:
        yield (*path, key)
        yield from _places(member, (*path, key))


@pytest.mark.parametrize("wrong", [None, 1.5, True, [], {"nobody": "knows"}, "7 and a half"], ids=str)
@pytest.mark.parametrize(
    ("golden", "schema"),
    [(GOLDEN_DEAL, DEAL), (GOLDEN_FACTS, FACTS), (GOLDEN_SCHEDULE, SCHEDULE), (GOLDEN_DIFFERENCE, DIFFERENCE)],
    ids=NAMES,
)
def test_a_wrong_value_anywhere_is_refused_by_both_or_by_the_reader(golden: Any, schema: Any, wrong: Any) -> None:
    for path in {
        tuple("*" if isinstance(step, int) else step for step in path): path for path in _places(golden)
    }.values():
        form = copy.deepcopy(golden)
        *above, last = path
        place = form
        for step in above:
            place = place[step]
        place[last] = wrong
        _agree(schema, form)
