"""The files of every version that was ever written are read for ever, and written again byte for byte."""

from typing import Any

import pytest

from contractbill import Schedule
from contractbill.wire import VERSIONS, from_json, json_schema, to_json
from tests.wire.deals import GOLDEN, everything, everything_changed, everything_known


def _golden(name: str) -> str:
    return (GOLDEN / f"{name}.json").read_text("utf-8")


def test_there_is_a_golden_file_for_every_version() -> None:
    named = {
        f"{schema.removeprefix('contractbill/')}-{version}"
        for schema, latest in VERSIONS.items()
        for version in range(1, latest + 1)
    }
    assert {path.stem for path in GOLDEN.glob("*.json")} == named


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_a_golden_file_is_read_and_written_byte_for_byte(name: str) -> None:
    text = _golden(name)
    assert to_json(from_json(text)) == text


def test_the_golden_deal_says_what_it_said_on_the_first_day() -> None:
    assert from_json(_golden("deal-1")) == everything()


def test_the_golden_schedule_says_what_it_said_on_the_first_day() -> None:
    plan = from_json(_golden("schedule-1"))
    assert isinstance(plan, Schedule)
    assert (len(plan.invoices), len(plan.charges), str(plan.tcv.amount)) == (21, 26, "321713.19")


def test_golden_facts_and_differences_say_what_they_said_on_the_first_day() -> None:
    assert from_json(_golden("facts-1")) == everything_known()
    assert from_json(_golden("difference-1")) == everything_changed()


NAMES = ("deal", "facts", "schedule", "difference")


@pytest.mark.parametrize("name", NAMES)
def test_golden_files_use_every_key(name: Any) -> None:
    described = json_schema(name)
    # A line of a difference is that of a schedule.
    shared = json_schema("schedule")["$defs"] if name == "difference" else {}
    classes = [one for title, one in described["$defs"].items() if title not in shared]
    written = {*described["properties"], *(key for one in classes for key in one["properties"])}
    assert [key for key in sorted(written) if f'"{key}":' not in _golden(f"{name}-1")] == []
