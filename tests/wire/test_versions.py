"""Older versions are turned into the current one, step by step; newer ones are refused."""

from collections.abc import Mapping
from typing import Any

import pytest

from contractbill import InvalidTerms
from contractbill.testing import sales_led
from contractbill.wire import DEAL, VERSIONS, form, from_dict, to_dict

Body = dict[str, Any]


def _from_1(body: Body) -> Body:
    """Version 1 called the id a name."""
    return {("id" if key == "name" else key): value for key, value in body.items()}


def _from_2(body: Body) -> Body:
    """Version 2 had the purchase order in a list."""
    return {key: value[0] if key == "po" and isinstance(value, list) else value for key, value in body.items()}


@pytest.fixture
def third(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library whose deals are at version 3."""
    monkeypatch.setattr(form, "VERSIONS", {**VERSIONS, DEAL: 3})
    monkeypatch.setattr(form, "UPCASTERS", {(DEAL, 1): _from_1, (DEAL, 2): _from_2})


def _deal(version: int, **keys: Any) -> Mapping[str, Any]:
    return {"schema": DEAL, "version": version, "currency": "USD", **keys}


@pytest.mark.usefixtures("third")
@pytest.mark.parametrize(
    "old",
    [_deal(1, name="C-1", po=["PO-7"]), _deal(2, id="C-1", po=["PO-7"]), _deal(3, id="C-1", po="PO-7")],
    ids=["1", "2", "3"],
)
def test_every_version_is_read_as_the_latest(old: Mapping[str, Any]) -> None:
    assert to_dict(from_dict(old)) == _deal(3, id="C-1", po="PO-7")


@pytest.mark.usefixtures("third")
def test_the_keys_of_an_older_version_are_unknown_to_the_latest() -> None:
    with pytest.raises(InvalidTerms, match=r"\$.name: unknown_key"):
        from_dict(_deal(3, name="C-1"))


@pytest.mark.usefixtures("third")
@pytest.mark.parametrize("version", [0, 4, -1, 10**9])
def test_a_version_that_is_not_known_is_refused(version: int) -> None:
    with pytest.raises(InvalidTerms, match="unknown_version: must be a version known here, 1 to 3"):
        from_dict(_deal(version, id="C-1"))


def test_there_is_an_upcaster_for_every_older_version() -> None:
    older = {(schema, version) for schema, latest in VERSIONS.items() for version in range(1, latest)}
    assert form.UPCASTERS.keys() == older


def test_reading_leaves_the_form_as_it_was() -> None:
    written = to_dict(sales_led())
    from_dict(written)
    assert written == to_dict(sales_led())
