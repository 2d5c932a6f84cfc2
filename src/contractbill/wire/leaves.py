"""Leaves: the values that stand at the ends of the form, each with how it is read, written and described.

One table serves reader, writer and JSON Schema, so that the three cannot drift apart. A reader takes whatever JSON or
TOML brings and raises `InvalidTerms` with the path `$`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import attrs

from contractbill.display import format_fraction
from contractbill.errors import invalid
from contractbill.money import exact
from contractbill.periods import Frequency, Share

# What a person reads as a number of days or months; more is a mistake, and Python refuses to print some of them.
_MOST = 10**15
# Exact prices grow with each compounding step, so a schedule's numbers may be much longer than a deal's.
_LONGEST_FIGURE = 40_000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIGURE = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_RATIO = re.compile(r"-?[0-9]{1,100}(/[0-9]{1,100})?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_SHOWN = 200


@attrs.frozen
class Leaf:
    """How one type of value stands in the form.

    Args:
        read: from what JSON or TOML brings to the value; raises `InvalidTerms`.
        write: from the value to a plain JSON type.
        schema: what JSON Schema says of it.
    """

    read: Callable[[object], Any]
    write: Callable[[Any], object]
    schema: Mapping[str, object]


def shown(value: object) -> object:
    """What an issue shows of a value: itself when it is short and simple, else a word for what it is."""
    match value:
        case bool() | date() | Decimal():
            return value
        case str():
            return value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
        case int():
            return value if abs(value) < _MOST else "a longer number"
        case Mapping():
            return "a group of keys"
        case list() | tuple():
            return "a list"
        case _:
            return f"{type(value).__name__} {value}"[:_LONGEST_SHOWN]


def _read_text(value: object) -> str:
    """Text; what no encoding can write is none."""
    if not isinstance(value, str):
        invalid("$", "not_text", "must be text in quotation marks", shown(value))
    if _SURROGATE.search(value):
        invalid("$", "not_text", "must be text that can be written down", shown(value))
    return value


def _read_bool(value: object) -> bool:
    if not isinstance(value, bool):
        invalid("$", "not_a_bool", "must be true or false", shown(value))
    return value


def _read_int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        invalid("$", "not_whole", "must be a whole number", shown(value))
    if abs(value) >= _MOST:
        invalid("$", "out_of_range", "must be a number of a sensible size", shown(value))
    return value


def _read_number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        invalid("$", "not_exact", 'must be an exact number such as 1200 or "59.90"', shown(value))
    return exact(value)


def _read_figure(value: object) -> Decimal:
    if not isinstance(value, str) or len(value) > _LONGEST_FIGURE or not _FIGURE.fullmatch(value):
        invalid("$", "not_a_number", 'must be decimal text such as "410.87"', shown(value))
    return Decimal(value)


def _read_date(value: object) -> date:
    # TOML has dates of its own; a date with a time is an instant, and no instant is a day of a contract.
    if isinstance(value, date) and not isinstance(value, datetime):
        return date(value.year, value.month, value.day)
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            invalid("$", "not_a_date", "must be a day that the calendar has", value)
    return invalid("$", "not_a_date", "must be a date such as 2026-01-31", shown(value))


def _read_frequency(value: object) -> Frequency:
    if not isinstance(value, str):
        message = 'must be such as "month", "quarter", "2 weeks" or "term"'
        invalid("$", "unknown_frequency", message, shown(value))
    return Frequency.parse(value)


def _read_ratio(value: object) -> Fraction:
    if not isinstance(value, str) or not _RATIO.fullmatch(value) or not int(value.partition("/")[2] or "1"):
        invalid("$", "not_a_fraction", 'must be such as "3" or "21/46"', shown(value))
    return Fraction(value)


def _read_share(value: object) -> Share:
    _read_ratio(value)
    numerator, _, denominator = str(value).partition("/")
    return Share(int(numerator), int(denominator or "1"))


def _read_part(value: object) -> Fraction:
    if isinstance(value, str) and "/" in value:
        return _read_ratio(value)
    return Fraction(_read_number(value))


def _write_number(value: Decimal) -> str:
    return f"{value:f}"


def _same(value: object) -> object:
    return value


_FREQUENCY = r"^([0-9]{1,6} )?(day|week|month|quarter|half-year|year)s?$|^terms?$"
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"

_PART = f"{_NUMBER}|^{_RATIO.pattern}$"

_SHARED = {
    # Words of closed lists are text to the converter, and become plain text here.
    str: Leaf(_read_text, str, {"type": "string"}),
    bool: Leaf(_read_bool, _same, {"type": "boolean"}),
    int: Leaf(_read_int, _same, {"type": "integer"}),
    date: Leaf(_read_date, date.isoformat, {"type": "string", "format": "date", "pattern": f"^{_DATE.pattern}$"}),
    Frequency: Leaf(_read_frequency, str, {"type": "string", "pattern": _FREQUENCY}),
    Fraction: Leaf(_read_ratio, str, {"type": "string", "pattern": f"^{_RATIO.pattern}$"}),
    Share: Leaf(_read_share, str, {"type": "string", "pattern": f"^{_RATIO.pattern}$"}),
}

Leaves = Mapping[type, Leaf]

# A deal is written by people too: numbers may stand with or without quotation marks, fractions as numbers where they
# are some.
DEAL_LEAVES: Leaves = MappingProxyType(
    {
        **_SHARED,
        Decimal: Leaf(_read_number, _write_number, {"type": ["string", "number"], "pattern": _NUMBER}),
        Fraction: Leaf(_read_part, format_fraction, {"type": ["string", "number"], "pattern": _PART}),
    }
)
# A schedule is written by programs: numbers are text, at the scale they were computed with.
SCHEDULE_LEAVES: Leaves = MappingProxyType(
    {**_SHARED, Decimal: Leaf(_read_figure, _write_number, {"type": "string", "pattern": f"^{_FIGURE.pattern}$"})}
)


def word_leaf(words: type[StrEnum]) -> Leaf:
    """The leaf of a closed list of words."""
    listed = ", ".join(words)

    def read(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in list(words):
            invalid("$", "unknown_word", f"must be one of {listed}", shown(value))
        return words(value)

    return Leaf(read, str, {"enum": [word.value for word in words]})
