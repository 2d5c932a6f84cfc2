"""The reference names every key that people write, and every word a key may have."""

import json
import re
from typing import Any

import pytest

from contractbill.wire import json_schema
from tests.wire.deals import ROOT

PAGES = {"deal": "deal-file.md", "facts": "json.md", "difference": "json.md"}


def _named(name: str) -> set[str]:
    """What the page of a form names in its text, examples left out."""
    page = (ROOT / "docs" / "reference" / PAGES[name]).read_text("utf-8")
    prose = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    return set(re.findall(r"[a-z0-9_]+", " ".join(re.findall(r"`[^`]+`", prose))))


def _described(name: Any) -> dict[str, Any]:
    """The schema of a form, without the classes that a schedule shares with it."""
    described = json_schema(name)
    shared = json_schema("schedule")["$defs"] if name == "difference" else {}
    return {**described, "$defs": {key: one for key, one in described["$defs"].items() if key not in shared}}


@pytest.mark.parametrize("name", ["deal", "facts"])
def test_the_page_of_a_file_that_people_write_names_every_key(name: str) -> None:
    described = _described(name)
    keys = {*described["properties"], *(key for one in described["$defs"].values() for key in one["properties"])}
    assert sorted(keys - _named(name)) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_page_of_a_form_names_every_word(name: str) -> None:
    lists = re.findall(r'"enum": \[([^]]*)\]', json.dumps(_described(name)))
    words = {word for listed in lists for word in re.findall(r'"([^"]+)"', listed)}
    assert sorted(words - _named(name)) == []
