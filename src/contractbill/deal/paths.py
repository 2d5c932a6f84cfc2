"""Paths: one term of a deal, addressed as issues address it, to read it or to say it otherwise."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import Any, NoReturn, TypeVar

import attrs

from contractbill.deal.fields import default_of
from contractbill.errors import InvalidTerms, Issue, NotAllowed, NotFound

Value = TypeVar("Value")

Step = str | int

_STEP = re.compile(r"\.([a-z_]+)|\[([^\]]+)\]")
_PLACE = re.compile(r"[0-9]{1,9}")
# So many terms are looked through for the nearest one.
_MOST_PATHS = 2_000
_LONGEST_SHOWN = 60


def value_at(value: object, path: str) -> object:
    """The term of a deal that stands at a path.

    Args:
        value: a contract, or any part of one.
        path: fields with points between them; members of a list by id, purchase orders by number, or any by place from
            0, in brackets: `orders[0].lines[platform].escalator.rate`. An id of digits alone goes before the place.
            `$.` may stand in front, as in the paths of issues.

    Returns:
        What stands there; None for a term that is left out.

    Raises:
        NotFound: `unknown_path` with the nearest path there is, if any is near; `nothing_there` for a term of something
            that is left out, such as the rate of no escalator.
        NotAllowed: `not_text` for a path that is none.

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
        NotFound, NotAllowed: as `value_at`.
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
    for name, member, start in _steps(value, path):
        owner, reached = found[-1][1], _written(step for step, _held in found[1:])
        if owner is None:
            message = f"is left out, so it has no {name or member}; say {reached.removeprefix('.')} as a whole"
            raise NotFound(Issue(f"${reached}", "nothing_there", message, path))
        step = _place(owner, member) if member else name if name in _fields(owner) else None
        if step is None:
            shown = f"[{member[:_LONGEST_SHOWN]}]" if member else f".{name[:_LONGEST_SHOWN]}"
            _unknown(owner, path, f"${reached}{shown}", start)
        found.append((step, owner[step] if isinstance(step, int) else getattr(owner, step)))
    return found


def _steps(value: object, path: object) -> list[tuple[str, str, int]]:
    """The fields and members that a path names, of each pair one is empty, and where in it they begin."""
    if not isinstance(path, str):
        raise NotAllowed(Issue("$.path", "not_text", "must be text", path))
    text = _bare(path)
    if text == ".":
        raise NotFound(Issue("$", "unknown_path", "names the whole deal, and no term of it", path))
    steps, read = [], 0
    while match := _STEP.match(text, read):
        steps.append((match[1] or "", match[2] or "", read))
        read = match.end()
    if read != len(text):
        _unknown(value, path, "$", 0)
    return steps


def _bare(path: str) -> str:
    """A path as people write it, with a point before every field."""
    return f".{path.removeprefix('$').removeprefix('.')}"


def _place(owner: object, member: str) -> int | None:
    """The place of a member in a list: of the one that is called so, else what digits say."""
    listed = owner if isinstance(owner, tuple) else ()
    named = next((place for place, one in enumerate(listed) if _name(one) == member), None)
    if named is not None or not _PLACE.fullmatch(member):
        return named
    return int(member) if int(member) < len(listed) else None


def _name(member: object) -> str | None:
    """What a member of a list is called: purchase orders have a number where others have an id."""
    return getattr(member, "id", getattr(member, "number", None))


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


def _unknown(owner: object, path: str, reached: str, start: int) -> NoReturn:
    """Refuse what a path says of `owner` from `start` on, and name what is near, its members named as in the path."""
    kept, rest = _bare(path)[:start], _bare(path)[start:]
    by_name = any(not _PLACE.fullmatch(member) for member in re.findall(r"\[([^\]]*)\]", path))
    near = get_close_matches(rest, islice(_paths(owner, by_name=by_name), _MOST_PATHS), 1)
    leads = isinstance(owner, tuple) if rest.startswith("[") else bool(_fields(owner))
    # Where no such step leads on, the term that it was to lead on from may be meant.
    meant = (kept + "".join(near)).removeprefix(".") if near or not leads else ""
    message = f"is not there; did you mean {meant}?" if meant else "is not there"
    raise NotFound(Issue(reached, "unknown_path", message, path))


def _paths(value: object, *, by_name: bool) -> Iterator[str]:
    """Every path to a term of a value, the shortest first."""
    reached = deque([("", value)])
    while reached:
        path, owner = reached.popleft()
        for step, part in _parts(owner, by_name=by_name):
            yield f"{path}{step}"
            reached.append((f"{path}{step}", part))


def _parts(owner: object, *, by_name: bool) -> Iterator[tuple[str, object]]:
    """The terms of a value, or the members of a list, each with the step that leads there."""
    if isinstance(owner, tuple):
        for place, one in enumerate(owner):
            name = _name(one) if by_name else None
            # A bracket would end the step.
            yield f"[{place if name is None or ']' in name else name}]", one
    for name in _fields(owner):
        yield f".{name}", getattr(owner, name)
