"""Forms with something wrong: members deleted, replaced, inserted, doubled, moved, their types swapped."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

# What people and programs write where something else belongs, and numbers at the edges of what can be held.
_WORDS = (
    "",
    "0",
    "-1",
    "1e400",
    "1e-40",
    "1/3",
    "0/5",
    "year",
    "term",
    "1200 years",
    "1 day",
    "2 weeks",
    "9999-12-31",
    "0001-01-01",
    "2024-02-29",
    "2026-01-15",
    "date",
    "day",
    "line",
    "calendar",
    "auto",
    "arrears",
    "split",
    "none",
    "renewal",
    "fulfilled",
    "unlimited",
    "JPY",
    "KWD",
    "XXX",
    "seats",
    "O-1",
    "\ud800",
    "\x00",
    "é" * 300,
)
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 40),
    st.integers(),
    st.sampled_from([10**18, 10**40, -(10**400)]),
    st.sampled_from(_WORDS),
    st.text(max_size=8),
    st.floats(),
    st.dates().map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
)
_ANYTHING = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


@st.composite
def mutated(draw: st.DrawFn, form: Any) -> Any:
    """A form after one to four mutations."""
    changed = copy.deepcopy(form)
    for _ in range(draw(st.integers(1, 4))):
        places = list(_members(changed))
        if not places:
            return changed
        container, key = draw(st.sampled_from(places))
        changed = _mutate(draw, changed, container, key)
    return changed


def _mutate(draw: st.DrawFn, whole: Any, container: Any, key: Any) -> Any:
    """One mutation at one place."""
    others = [(other, at) for other, at in _members(whole) if other is not container]
    match draw(st.sampled_from(["delete", "word", "leaf", "replace", "insert", "double", "copy", "nest"])):
        case "delete":
            del container[key]
        case "word":
            container[key] = draw(st.sampled_from(_WORDS))
        case "leaf":
            container[key] = draw(_LEAVES)
        case "replace":
            container[key] = draw(_ANYTHING)
        case "insert" if isinstance(container, list):
            container.insert(key, draw(_ANYTHING))
        case "insert":
            container[draw(st.sampled_from(_KEYS) | st.text(max_size=6))] = draw(_ANYTHING)
        case "double" if isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        case "nest":
            container[key] = [container[key]] if draw(st.booleans()) else {str(key): container[key]}
        case _ if others:
            other, at = draw(st.sampled_from(others))
            container[key] = copy.deepcopy(other[at])
    return whole


_KEYS = ("price", "per", "amount", "unit_amount", "on", "day", "every", "once", "term", "extends", "starts_on", "align")


def _members(form: Any) -> Iterator[tuple[Any, Any]]:
    """Every member of every container, as the container and the key."""
    members = list(form.items()) if isinstance(form, dict) else list(enumerate(form)) if isinstance(form, list) else []
    for key, member in members:
        yield form, key
        yield from _members(member)


def as_json(form: Any) -> str:
    """A form as JSON text, also where it has what JSON has not."""
    return json.dumps(form)
