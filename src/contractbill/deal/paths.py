"""Paths: one term of a deal, addressed as issues address it, to read it or to say it otherwise."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Any, NoReturn, TypeVar

import attrs

from contractbill.deal.fields import default_of
from contractbill.errors import InvalidTerms, Issue, NotFound

Value = TypeVar("Value")

Step = str | int

_STEP = re.compile(r"\.([a-z_]+)|\[([^\]]+)\]")
# Among more terms than these nobody meant the nearest one.
_MOST_PATHS = 20_000


def value_at(value: object, path: str) -> object:
    """The term of a deal that stands at a path.

    Args:
        value: a contract, or any part of one.
        path: fields with points between them; members of a list by place from 0 or by id, in brackets:
            `orders[0].lines[platform].escalator.rate`. `$.` may stand in front, as in the paths of issues.

    Returns:
        What stands there; None for a term that is left out.

    Raises:
        NotFound: `unknown_path` with the nearest path there is; `nothing_there` for a term of something that is left
            out, such as the rate of no escalator.

    Example:
        >>> from contractbill.testing import sales_led
        >>> value_at(sales_led(), "orders[O-1].lines[platform].escalator.rate")
        Decimal('0.05')
        >>> value_at(sales_led(), "curency")
        Traceback (most recent call last):
        ...
        contractbill.errors.NotFound: $.curency: unknown_path: is not there; did you mean currency? (got 'curency')
    """
    return _found(value, path)[-1][1]


def evolve_at(value: Value, path: str, term: Any) -> Value:  # noqa: ANN401 - whatever the constructor of its owner takes
    """The same deal with another term at a path.

    Args:
        value: a contract, or any part of one.
        path: as `value_at` reads it; not the value itself.
        term: what the constructor takes in that place: a number as int, Decimal or text, a date, a word, or a value
            such as an `Escalator`.

    Returns:
        A new value; what was left out of the old one is worked out again, as it is from a deal file.

    Raises:
        NotFound: as `value_at`.
        InvalidTerms: what the constructors on the way say of it, with paths from `value`.

    Example:
        >>> from contractbill.testing import sales_led
        >>> later = evolve_at(sales_led(), "orders[O-1].signed_on", "2026-01-05")
        >>> str(later.orders[0].known_on)
        '2026-01-05'
    """
    found = _found(value, path)
    steps, new = [step for step, _held in found], term
    for place in range(len(found) - 1, 0, -1):
        try:
            new = _with(found[place - 1][1], steps[place], new)
        except InvalidTerms as error:
            raise error.under(f"${_written(steps[1:place])}") from None
    assert isinstance(new, type(value)), "a value is made anew of its own class"
    return new


def _found(value: object, path: str) -> list[tuple[Step, Any]]:
    """The value, then each step of a path with what stands there; members of lists by place."""
    found: list[tuple[Step, Any]] = [("", value)]
    for name, member in _steps(value, path):
        owner, reached = found[-1][1], _written(step for step, _held in found[1:])
        if owner is None:
            message = f"is left out, so it has no {name or member}; say {reached.removeprefix('.')} as a whole"
            raise NotFound(Issue(f"${reached}", "nothing_there", message, path))
        step = _place(owner, member) if member else name if name in _fields(owner) else None
        if step is None:
            _unknown(value, path, f"${reached}[{member}]" if member else f"${reached}.{name}")
        found.append((step, owner[step] if isinstance(step, int) else getattr(owner, step)))
    return found


def _steps(value: object, path: str) -> list[tuple[str, str]]:
    """The fields and members that a path names: of each pair one is empty."""
    text = f".{_bare(path)}"
    steps, read = [], 0
    while match := _STEP.match(text, read):
        steps.append((match[1] or "", match[2] or ""))
        read = match.end()
    if read != len(text):
        _unknown(value, path, "$")
    return steps


def _bare(path: str) -> str:
    """A path as people write it."""
    return path.removeprefix("$").removeprefix(".")


def _place(owner: object, member: str) -> int | None:
    """The place of a member in a list: digits say it, anything else is an id."""
    listed = owner if isinstance(owner, tuple) else ()
    if member.isdecimal():
        return int(member) if int(member) < len(listed) else None
    return next((place for place, one in enumerate(listed) if getattr(one, "id", None) == member), None)


def _fields(owner: object) -> "Mapping[str, attrs.Attribute[Any]]":
    """The fields of a value by name; of what is no value of this package, none."""
    cls: Any = type(owner)
    return attrs.fields_dict(cls) if attrs.has(cls) else {}


def _written(steps: Iterable[Step]) -> str:
    """Steps as a path has them."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _with(owner: Any, step: Step, new: object) -> object:  # noqa: ANN401 - a tuple, or a value of any class
    """A list with another member, or a value with another field, its defaults worked out again."""
    if isinstance(step, int):
        return (*owner[:step], new, *owner[step + 1 :])
    said = {
        name: held
        for name, field in _fields(owner).items()
        if (held := getattr(owner, name)) != default_of(owner, field)
    }
    return type(owner)(**{**said, step: new})


def _unknown(value: object, path: str, reached: str) -> NoReturn:
    """Refuse a path, and name the nearest one that is there, its members named as in the path."""
    by_id = any(not member.isdecimal() for member in re.findall(r"\[([^\]]*)\]", path))
    paths = [_bare(known) for known in islice(_paths(value, by_id=by_id), _MOST_PATHS)]
    near = get_close_matches(_bare(path), paths, 1, cutoff=0)
    raise NotFound(Issue(reached, "unknown_path", f"is not there; did you mean {near[0]}?", path))


def _paths(value: object, *, by_id: bool) -> Iterator[str]:
    """Every path to a term of a value."""
    parts: Iterable[tuple[str, object]] = ((f".{name}", getattr(value, name)) for name in _fields(value))
    if isinstance(value, tuple):
        parts = ((f"[{getattr(one, 'id', place) if by_id else place}]", one) for place, one in enumerate(value))
    for step, part in parts:
        yield step
        yield from (f"{step}{rest}" for rest in _paths(part, by_id=by_id))
