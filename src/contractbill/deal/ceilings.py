"""Ceilings: not-to-exceed amounts, agreed apart from what is billed."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal

import attrs

from contractbill.deal.fields import (
    as_optional_date,
    as_optional_number,
    as_texts,
    as_tuple,
    each,
    faults,
    is_date,
    is_name,
    is_number,
    maybe,
)
from contractbill.errors import Issue, refuse


@attrs.frozen(kw_only=True)
class Ceiling:
    """An amount that what is charged must not exceed. It changes no charge; a report says how much of it is left.

    Args:
        id: its name. A later order that names it again raises or lowers it: the latest stands.
        amount: money, in the contract's currency; or
        rate: a contingency as a fraction, 0.15 for 15 %, on top of what the lines come to as this order agrees them.
        of: ids of the lines that the rate is taken of, as `lines`; all that count unless said.
        lines: ids of the lines that count, with what extends or replaces them; all of the contract unless said.
        starts_on: only what is for this day or later counts; from the beginning unless said.
        ends_before: only what is for a day before this one counts; to the end unless said.

    Raises:
        InvalidTerms: `one_limit` unless it says exactly one of `amount` and `rate`, `of_refused` for an `of` without a
            rate, `too_small`, `empty_period`, and the codes of the fields.

    Source: not-to-exceed clauses of published contracts.

    Example:
        >>> Ceiling(id="nte", amount=110_250).lines
        ()
    """

    id: str
    amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    rate: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    of: tuple[str, ...] = attrs.field(default=(), converter=as_texts)
    lines: tuple[str, ...] = attrs.field(default=(), converter=as_texts)
    starts_on: date | None = attrs.field(default=None, converter=as_optional_date)
    ends_before: date | None = attrs.field(default=None, converter=as_optional_date)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = faults(
            self,
            id=is_name,
            amount=maybe(is_number(minimum=0)),
            rate=maybe(is_number(minimum=0)),
            of=each(is_name),
            lines=each(is_name),
            starts_on=maybe(is_date),
            ends_before=maybe(is_date),
        )
        refuse(list(found) or list(self._contradictions()))

    def _contradictions(self) -> Iterator[Issue]:
        """What fields say against each other."""
        if (self.amount is None) is (self.rate is None):
            yield Issue("$", "one_limit", "must say exactly one of amount and rate")
        if self.of and self.rate is None:
            yield Issue("$.of", "of_refused", "has no meaning without a rate", ", ".join(self.of))
        if self.starts_on and self.ends_before and self.starts_on >= self.ends_before:
            yield Issue("$.ends_before", "empty_period", "must be later than starts_on", str(self.ends_before))


def as_ceilings(values: Iterable[Ceiling]) -> tuple[Ceiling, ...]:
    """A tuple of ceilings."""
    return as_tuple(values)


def repeated_ceilings(ceilings: Iterable[Ceiling]) -> Iterator[Issue]:
    """Ceilings that one order names twice."""
    seen: set[str] = set()
    for number, one in enumerate(ceilings):
        if one.id in seen:
            yield Issue(f"$.ceilings[{number}].id", "duplicate_id", "names another ceiling of this order", one.id)
        seen.add(one.id)


def strange_lines(ceiling: Ceiling, known: Collection[str]) -> Iterator[Issue]:
    """Lines that a ceiling names and the contract does not have."""
    named = [(f"$.of[{number}]", name) for number, name in enumerate(ceiling.of)]
    named += [(f"$.lines[{number}]", name) for number, name in enumerate(ceiling.lines)]
    for path, name in named:
        if name not in known:
            yield Issue(path, "unknown_line", "names no line of this contract", name)
