"""What published contracts say of themselves, and the files that say it again.

`facts.json` keeps days, lengths and printed figures, nothing else, of contracts and papers that public bodies
published; each record has the address it comes from. *full*: the terms fix the printed figures; *partial*: some are
missing, or the paper disagrees with itself; *clause*: a clause without figures, by its name alone.
"""

import json
import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from contractbill import Contract, Facts, Schedule, arr, headroom, schedule
from contractbill.money import add_up
from contractbill.reports import Headroom, value_by_line
from contractbill.wire import from_toml

FOLDER = Path(__file__).parents[2] / "examples" / "deals" / "real"
RECORDS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "facts.json").read_text("utf-8"))
BY_ID = {record["id"]: record for record in RECORDS}


def ids(quality: str) -> list[str]:
    return [record["id"] for record in RECORDS if record["quality"] == quality]


@attrs.frozen
class Deal:
    """A file, with its schedule by all that is known or by a day."""

    contract: Contract
    facts: Facts = Facts()
    as_of: date | None = None

    @property
    def plan(self) -> Schedule:
        return schedule(self.contract, self.facts, as_of=self.as_of)

    @property
    def totals(self) -> list[Decimal]:
        return [invoice.value for invoice in self.plan.invoices]

    @property
    def payments(self) -> list[tuple[date, Decimal]]:
        return [(invoice.planned_on, invoice.value) for invoice in self.plan.invoices]

    @property
    def tcv(self) -> Decimal:
        return self.plan.tcv.amount

    @property
    def gross(self) -> Decimal:
        """The value before credits: that of the lines above zero."""
        return add_up(one.tcv.amount for one in value_by_line(self.plan) if one.tcv.amount > 0)

    def line(self, *names: str) -> Decimal:
        return add_up(one.tcv.amount for one in value_by_line(self.plan) if one.line in names)

    def each_year(self, starts_on: str = "01-01") -> list[Decimal]:
        """What is invoiced in each year that begins on a day."""
        sums: dict[int, Decimal] = {}
        for day, value in self.payments:
            year = day.year - (f"{day:%m-%d}" < starts_on)
            sums[year] = sums.get(year, Decimal(0)) + value
        return list(sums.values())

    def arr(self, day: str) -> Decimal:
        return arr(self.contract, self.facts, as_of=date.fromisoformat(day)).amount

    def ceiling(self, name: str) -> Headroom:
        (found,) = (one for one in headroom(self.contract, self.plan, facts=self.facts) if one.ceiling.id == name)
        return found


Figure = Callable[[Deal], object]


def read(name: str) -> Deal:
    return Deal(from_toml((FOLDER / f"{name}.toml").read_text("utf-8")))


def only(values: Iterable[Any]) -> Any:
    """The one value that all have."""
    (value,) = set(values)
    return value


def plain(value: object) -> object:
    """Printed and computed figures in one shape: numbers by value, percents as fractions, days as texts."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?%?", value):
        return Decimal(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
    return str(value) if isinstance(value, date) else value
