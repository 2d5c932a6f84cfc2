"""The page of codes says all that the sources can raise, and nothing else."""

import re
from collections import Counter
from pathlib import Path

from tests.docs.codes import codes_in, constants, patterns, raised

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "errors.md"
LISTED = [
    code
    for line in PAGE.read_text().splitlines()
    if line.startswith("| `")
    for code in re.findall(r"`([a-z_0-9]+)`", line.split("|")[1])
]


def test_every_code_that_can_be_raised_is_listed() -> None:
    assert {code: place for code, place in raised().items() if code not in LISTED} == {}


def test_every_family_of_codes_is_listed() -> None:
    assert [pattern for pattern in patterns() if not any(re.fullmatch(pattern, code) for code in LISTED)] == []


def test_no_code_is_made_up() -> None:
    known = constants()
    assert [
        code for code in LISTED if code not in known and not any(re.fullmatch(pattern, code) for pattern in patterns())
    ] == []


def test_no_code_is_listed_twice() -> None:
    assert [code for code, times in Counter(LISTED).items() if times > 1] == []


def test_codes_are_found_however_they_are_written() -> None:
    source = """
def one(value):
    yield Issue("$", "literal", "message")
    invalid("$", "first" if value else "second", "message")
    code = "named" if value else "other"
    yield Issue("$", code, "message")
    path, code = "$", "paired"
    yield Issue(path, code, "message")

def fault(value):
    return ("weight_wrong", "must not be wrong") if value else None
"""
    expected = {"literal", "first", "second", "named", "other", "paired", "weight_wrong"}
    assert {code for code, _line in codes_in(source)} == expected
