"""What may stand in a field of a deal: converters that accept what people write, rules that say what is wrong with it.

A converter never raises: what it cannot read it hands on as it is, and the rule of that field reports it together with
every other fault of the object. So one attempt shows all that must be mended.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar, cast

import attrs

from contractbill.errors import InvalidTerms, Issue
from contractbill.money import Rounding, exact, quantum
from contractbill.periods import Frequency, as_frequency

Rule = Callable[[Any], Iterator[Issue]]
Word = TypeVar("Word", bound=StrEnum)
Item = TypeVar("Item")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}")
_RATIO = re.compile(r"[0-9]{1,30}/0*[1-9][0-9]{0,29}")
_LONGEST_TEXT = 2000
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")


def faults(value: object, /, **rules: Rule) -> Iterator[Issue]:
    """What `rules` find wrong with the fields they are named after, addressed by field."""
    for name, rule in rules.items():
        for issue in rule(getattr(value, name)):
            yield issue.under(f"$.{name}")


def as_number(value: Decimal | int | str) -> Decimal:
    """An exact number from an int, a `Decimal` or decimal text."""
    try:
        return exact(value)
    except InvalidTerms:
        return cast("Decimal", value)


def as_optional_number(value: Decimal | int | str | None) -> Decimal | None:
    """The same, or nothing."""
    return None if value is None else as_number(value)


def as_numbers(values: Iterable[Decimal | int | str]) -> tuple[Decimal, ...]:
    """The same for a list."""
    listed: Any = as_tuple(values)
    return tuple(map(as_number, listed)) if isinstance(listed, tuple) else listed


def as_fraction(value: Fraction | Decimal | int | str) -> Fraction:
    """An exact fraction from a number, or from text such as "1/3"."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and _RATIO.fullmatch(value):
        return Fraction(value)
    try:
        return Fraction(exact(value))
    except InvalidTerms:
        return cast("Fraction", value)


def as_optional_fraction(value: Fraction | Decimal | int | str | None) -> Fraction | None:
    """The same, or nothing."""
    return None if value is None else as_fraction(value)


def as_date(value: date | str) -> date:
    """A civil date from a date or ISO 8601 text; a subclass such as pendulum's becomes a plain date."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return cast("date", value)
    if type(value) is date or isinstance(value, datetime) or not isinstance(value, date):
        return value
    return date(value.year, value.month, value.day)


def as_optional_date(value: date | str | None) -> date | None:
    """The same, or nothing."""
    return None if value is None else as_date(value)


def as_optional_frequency(value: Frequency | str | None) -> Frequency | None:
    """A frequency or a length of time such as "quarter" or "36 months", or nothing."""
    return None if value is None else as_lenient_frequency(value)


def as_lenient_frequency(value: Frequency | str) -> Frequency:
    """A frequency or a length of time such as "quarter" or "36 months"."""
    try:
        return as_frequency(value)
    except InvalidTerms:
        return cast("Frequency", value)


def as_tuple(values: Iterable[Item]) -> tuple[Item, ...]:
    """A tuple of any iterable but text."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        return cast("tuple[Item, ...]", values)
    return tuple(values)


def as_word(words: type[Word], value: str) -> Word:
    """The member of `words` that is written `value`."""
    try:
        return words(value)
    except ValueError:
        return cast("Word", value)


def as_rounding(value: Rounding | str) -> Rounding:
    """A rounding rule by its word."""
    return as_word(Rounding, value)


def as_texts(values: Iterable[str]) -> tuple[str, ...]:
    """A tuple of texts."""
    return as_tuple(values)


def default_of(value: object, field: "attrs.Attribute[Any]") -> object:
    """What a field of a value is when nobody says anything; `attrs.NOTHING` where somebody must."""
    default: Any = field.default
    make = getattr(default, "factory", None)
    if make is None:
        return default
    return make(value) if default.takes_self else make()


def is_number(*, minimum: int | None = None, over: int | None = None, maximum: int | None = None) -> Rule:
    """An exact number, perhaps within bounds."""

    def rule(value: object) -> Iterator[Issue]:
        if isinstance(value, str) and value.endswith("%"):
            yield Issue("$", "not_a_number", "must be a fraction: 0.05 for 5 %", value)
            return
        try:
            number = exact(value)
        except InvalidTerms as error:
            yield from error.issues
            return
        if minimum is not None and number < minimum:
            yield Issue("$", "too_small", f"must be at least {minimum}", str(number))
        if over is not None and number <= over:
            yield Issue("$", "too_small", f"must be greater than {over}", str(number))
        if maximum is not None and number > maximum:
            yield Issue("$", "too_large", f"must be at most {maximum}", str(number))

    return rule


def is_fraction(value: object) -> Iterator[Issue]:
    """An exact fraction above zero."""
    if not isinstance(value, Fraction):
        yield from is_number()(value)
    elif value <= 0:
        yield Issue("$", "too_small", "must be greater than 0", str(value))


def is_whole(minimum: int, maximum: int) -> Rule:
    """An int within bounds, both included."""

    def rule(value: object) -> Iterator[Issue]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Issue("$", "not_whole", "must be a whole number", value)
        elif not minimum <= value <= maximum:
            yield Issue("$", "out_of_range", f"must be from {minimum} to {maximum}", value)

    return rule


def is_name(value: object) -> Iterator[Issue]:
    """An id: letters, digits and . _ : / - , at most 100."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        yield Issue("$", "not_an_id", "must be 1 to 100 letters, digits or . _ : / -, a letter or digit first", value)


def is_text(value: object) -> Iterator[Issue]:
    """Text of at most 2000 characters that can be encoded, none a control character other than a line break."""
    if not isinstance(value, str):
        yield Issue("$", "not_text", "must be text", value)
    elif len(value) > _LONGEST_TEXT or _UNPRINTABLE.search(value):
        yield Issue("$", "not_text", f"must be at most {_LONGEST_TEXT} printable characters", value)


def is_date(value: object) -> Iterator[Issue]:
    """A civil date; a `datetime` is a `date` to Python, not to a contract."""
    if not isinstance(value, date) or isinstance(value, datetime):
        yield Issue("$", "not_a_date", "must be a date, or its ISO 8601 text", value)


def is_currency(value: object) -> Iterator[Issue]:
    """A currency code of ISO 4217."""
    try:
        quantum(value if isinstance(value, str) else "")
    except InvalidTerms as error:
        yield attrs.evolve(error.issues[0], got=value)


def is_bool(value: object) -> Iterator[Issue]:
    """True or false, not a truthy something."""
    if not isinstance(value, bool):
        yield Issue("$", "not_a_bool", "must be true or false", value)


def is_word(words: type[StrEnum]) -> Rule:
    """A member of a closed list of words."""

    def rule(value: object) -> Iterator[Issue]:
        if not isinstance(value, words):
            yield Issue("$", "unknown_word", f"must be one of {', '.join(words)}", value)

    return rule


def is_frequency(*, whole_term: bool) -> Rule:
    """A frequency; the whole term only where it makes sense."""

    def rule(value: object) -> Iterator[Issue]:
        try:
            frequency = as_frequency(cast("Frequency | str", value))
        except InvalidTerms as error:
            yield from error.issues
            return
        if not whole_term and str(frequency) == "term":
            yield Issue("$", "unknown_frequency", "must be a number of days, weeks, months or years", str(value))

    return rule


def is_a(*classes: type) -> Rule:
    """An instance of one of the classes."""

    def rule(value: object) -> Iterator[Issue]:
        if not isinstance(value, classes):
            names = " or ".join(cls.__name__ for cls in classes)
            yield Issue("$", "wrong_type", f"must be {names}", value)

    return rule


def maybe(rule: Rule) -> Rule:
    """Nothing, or what the rule allows."""

    def optional(value: object) -> Iterator[Issue]:
        return iter(()) if value is None else rule(value)

    return optional


def each(rule: Rule, *, at_least: int = 0, at_most: int = 10_000) -> Rule:
    """A list, each member of which the rule allows."""

    def rules(values: object) -> Iterator[Issue]:
        if not isinstance(values, tuple):
            yield Issue("$", "not_a_list", "must be a list", values)
            return
        if not at_least <= len(values) <= at_most:
            yield Issue("$", "out_of_range", f"must have {at_least} to {at_most} members", len(values))
        for index, value in enumerate(values):
            for issue in rule(value):
                yield issue.under(f"$[{index}]")

    return rules
