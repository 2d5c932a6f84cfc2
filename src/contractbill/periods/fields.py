"""What may stand in a field of this stage: plain dates and the words of closed lists."""

from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from contractbill.errors import invalid

Word = TypeVar("Word", bound=StrEnum)


def as_date(value: object, path: str = "$") -> date:
    """A civil date of the standard library, whatever kind of civil date came in.

    Args:
        value: a `date`, or a subclass of it without a time of day, such as `pendulum.Date`.
        path: where the value stands, for the error.

    Returns:
        A plain `date`: its arithmetic is several times faster than a subclass's and has no surprises.

    Raises:
        InvalidTerms: `not_a_date`, also for a `datetime`: an instant has a zone, and only `civil_date` may choose it.

    Source: house rule.

    Example:
        >>> as_date(date(2026, 1, 31))
        datetime.date(2026, 1, 31)
        >>> as_date("2026-01-31")
        Traceback (most recent call last):
        ...
        contractbill.errors.InvalidTerms: $: not_a_date: must be a date without a time (got '2026-01-31')
    """
    if type(value) is date:
        return value
    if isinstance(value, datetime) or not isinstance(value, date):
        invalid(path, "not_a_date", "must be a date without a time", value)
    return date(value.year, value.month, value.day)


def as_day(value: object, path: str) -> date | None:
    """The same, or nothing.

    Raises:
        InvalidTerms: `not_a_date`.
    """
    return None if value is None else as_date(value, path)


def as_word(words: type[Word], value: str, path: str = "$") -> Word:
    """The member of `words` that is written `value`.

    Raises:
        InvalidTerms: `unknown_word`.
    """
    try:
        return words(value)
    except ValueError:
        invalid(path, "unknown_word", f"must be one of {', '.join(words)}", value)


def is_whole(value: object, least: int, most: int) -> bool:
    """Whether the value is an int, and no bool, within bounds that are both included."""
    return type(value) is int and least <= value <= most
