"""Indices: how a clause turns the readings of a published index into the steps of a price.

A step on a day looks at the reading of one month, `lag_months` before the month of that day, and compares it with the
reading of an earlier month. What the readings were is a fact, known later; here stands only what was agreed.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs

from contractbill.deal.fields import (
    as_number,
    as_optional_number,
    as_rounding,
    as_word,
    faults,
    is_number,
    is_text,
    is_whole,
    is_word,
    maybe,
)
from contractbill.errors import Issue, refuse
from contractbill.money import Rounding

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class IndexFormula(StrEnum):
    """Which earlier reading a step compares with.

    `previous`: that of the step before, and the standing price grows by the change. `base`: that of the base month,
    and the first price grows by the change since then.
    """

    PREVIOUS = "previous"
    BASE = "base"


class CarryOver(StrEnum):
    """What later steps catch up: nothing; what a cap cut; that, and steps skipped for want of notice."""

    NONE = "none"
    CAPPED = "capped"
    ALL = "all"


class MissingReading(StrEnum):
    """What happens on the day of a step whose reading is not known: it is estimated, or refused."""

    ESTIMATE = "estimate"
    REFUSE = "refuse"


def as_formula(value: IndexFormula | str) -> IndexFormula:
    """A formula by its word."""
    return as_word(IndexFormula, value)


def as_carry_over(value: CarryOver | str) -> CarryOver:
    """A rule of carry-over by its word."""
    return as_word(CarryOver, value)


def as_missing(value: MissingReading | str) -> MissingReading:
    """What happens without a reading, by its word."""
    return as_word(MissingReading, value)


def is_month(value: object) -> Iterator[Issue]:
    """A month of a year, such as 2026-09."""
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        yield Issue("$", "not_a_month", "must be a month such as 2026-09", value)


def month_of(day: date, *, lag: int = 0) -> str:
    """The month so many months before that of a day.

    Example:
        >>> month_of(date(2027, 1, 15), lag=4)
        '2026-09'
    """
    year, month = divmod(day.year * 12 + day.month - 1 - lag, 12)
    return f"{year:04d}-{month + 1:02d}"


@attrs.frozen(kw_only=True)
class Index:
    """A published index that moves a price, as contracts write the clause.

    The change of a step is `share` of the change of the index, plus `plus`, kept within `floor` and `cap`. "The greater
    of 3 % and CPI" is `floor=0.03`; "the lesser of 5 % and CPI", `cap=0.05`; "never falls", `floor=0`; "80 % of CPI",
    `share=0.8`; "CPI + 1 %", `plus=0.01`.

    Args:
        name: which index, by the name that readings have: area, items and base period belong to it.
        formula: which earlier reading a step compares with.
        base_month: what the first step compares with ("2025-09"), and with the formula `base` every step; by default
            the month that a step before the first one would have looked at.
        lag_months: a step looks at the reading of this many months before its own month.
        floor, cap: bounds of each step's change of the standing price, as fractions.
        share: the part of the index's change that counts.
        plus: added to the change of each step, as a fraction.
        carry_over: what later steps catch up, within their own cap. What a floor lifted is never caught up.
        factor_to: the quantum to which reading / earlier reading is rounded.
        factor_rounding: by which rule.
        missing: what happens without a reading, once the day of the step has come; before, it is estimated.
        estimate: the change that a step without a reading provisionally has, kept within floor and cap.

    Raises:
        InvalidTerms: `not_a_month`, `floor_above_cap`, `plus_refused` with the formula `base`, which has one change
            since the base month and none of each step, and the codes of the fields.

    Source: the guidance of statistical offices on escalation clauses (U.S. Bureau of Labor Statistics, "How to use the
    Consumer Price Index for escalation"); published CPI clauses; defaults are a house rule.

    Example:
        >>> Index(name="CPI-U West", lag_months=4, floor=0, cap="0.04").formula
        <IndexFormula.PREVIOUS: 'previous'>
    """

    name: str
    formula: IndexFormula = attrs.field(default=IndexFormula.PREVIOUS, converter=as_formula)
    base_month: str | None = None
    lag_months: int = 0
    floor: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    cap: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    share: Decimal = attrs.field(default=Decimal(1), converter=as_number)
    plus: Decimal = attrs.field(default=Decimal(0), converter=as_number)
    carry_over: CarryOver = attrs.field(default=CarryOver.NONE, converter=as_carry_over)
    factor_to: Decimal = attrs.field(default=Decimal("1E-12"), converter=as_number)
    factor_rounding: Rounding = attrs.field(default=Rounding.HALF_UP, converter=as_rounding)
    missing: MissingReading = attrs.field(default=MissingReading.ESTIMATE, converter=as_missing)
    estimate: Decimal = attrs.field(default=Decimal(0), converter=as_number)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        change = is_number(over=-1)
        found = list(
            faults(
                self,
                name=is_text,
                formula=is_word(IndexFormula),
                base_month=maybe(is_month),
                lag_months=is_whole(0, 60),
                floor=maybe(change),
                cap=maybe(change),
                share=is_number(over=0, maximum=10),
                plus=change,
                carry_over=is_word(CarryOver),
                factor_to=is_number(over=0, maximum=1),
                factor_rounding=is_word(Rounding),
                missing=is_word(MissingReading),
                estimate=change,
            )
        )
        refuse(found or self._contradictions())

    def _contradictions(self) -> Iterator[Issue]:
        """What fields say against each other."""
        if self.floor is not None and self.cap is not None and self.floor > self.cap:
            yield Issue("$.floor", "floor_above_cap", "must not be greater than the cap", str(self.floor))
        if self.plus and self.formula is IndexFormula.BASE:
            message = "belongs to a step's own change; the formula base has the change since the base month"
            yield Issue("$.plus", "plus_refused", message, str(self.plus))
