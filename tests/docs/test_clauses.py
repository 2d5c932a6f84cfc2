"""The page of clauses: a row for each, whose homes are there."""

import importlib
import re
from pathlib import Path

import attrs
import pytest

from tests.real.deals import ids

TEXT = (Path(__file__).parents[2] / "docs" / "reference" / "clauses.md").read_text("utf-8")
ROWS = [row.strip("|\n ").split(" | ") for row in TEXT.splitlines() if row.startswith("| `")]
NAMED = sorted(set(re.findall(r"\[`([A-Z]\w*)(?:\.(\w+))?`\]\[([\w.]+)\]", TEXT)))
SETTLED = re.compile(r"\[`|Planned: (usage|payments|issued invoices)|Not ours: |Not yet: ")


def test_every_clause_has_one_row() -> None:
    assert [row[0].strip("`") for row in ROWS] == ids("clause")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_says_what_is_demanded_and_its_home_or_why_there_is_none(row: list[str]) -> None:
    _name, demanded, home = row
    assert demanded
    assert SETTLED.search(home)


@pytest.mark.parametrize(("name", "key", "address"), NAMED)
def test_a_home_is_a_public_class_with_that_field(name: str, key: str, address: str) -> None:
    module, _, last = address.rpartition(".")
    cls = getattr(importlib.import_module(module), last)
    assert last == name
    assert not key or key in attrs.fields_dict(cls)


def test_the_homes_are_many() -> None:
    assert len(NAMED) > 40
