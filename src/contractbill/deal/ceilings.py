"""Ceilings: not-to-exceed amounts, agreed apart from what is billed."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal

import attrs

from contractbill.deal.fields import (
    as_number,
    as_optional_date,
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
        amount: money, in the contract's currency.
        lines: ids of the lines that count, with what extends or replaces them; all of the contract unless said.
        starts_on: only what is for this day or later counts; from the beginning unless said.
        ends_before: only what is for a day before this one counts; to the end unless said.

    Raises:
        InvalidTerms: `too_small`, `empty_period`, and the codes of the fields.

    Source: not-to-exceed clauses of published contracts.

    Example:
        >>> Ceiling(id="nte", amount=110_250).lines
        ()
    """

    id: str
    amount: Decimal = attrs.field(converter=as_number)
    lines: tuple[str, ...] = attrs.field(default=(), converter=as_texts)
    starts_on: date | None = attrs.field(default=None, converter=as_optional_date)
    ends_before: date | None = attrs.field(default=None, converter=as_optional_date)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(
            faults(
                self,
                id=is_name,
                amount=is_number(minimum=0),
                lines=each(is_name),
                starts_on=maybe(is_date),
                ends_before=maybe(is_date),
            )
        )
        if not found and self.starts_on and self.ends_before and self.starts_on >= self.ends_before:
            found.append(Issue("$.ends_before", "empty_period", "must be later than starts_on", str(self.ends_before)))
        refuse(found)


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
    for number, name in enumerate(ceiling.lines):
        if name not in known:
            yield Issue(f"$.lines[{number}]", "unknown_line", "names no line of this contract", name)
