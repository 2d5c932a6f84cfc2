"""Missing readings: steps that an index clause refuses to estimate once their day has come.

Told of the charges that are there in the end, never while prices are worked out: history is worked out for earlier
days too, on which nothing was missing yet.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from contractbill.charges.charge import Charge
from contractbill.charges.facts import Facts
from contractbill.deal.contracts import Contract
from contractbill.deal.indices import MissingReading
from contractbill.errors import Issue


def missing_readings(contract: Contract, facts: Facts, charges: Iterable[Charge], *, as_of: date) -> list[Issue]:
    """What is missing for the prices of some charges.

    Args:
        contract: whose clauses say whether a reading may be missing.
        facts: with the readings.
        charges: as they stand in the end.
        as_of: the day by which things are known; steps on a later day may still wait.

    Returns:
        One `index_reading_missing` for each line and reading, in the order of charges and of their steps; empty where
        no clause refuses.
    """
    paths = _refusing(contract)
    if not paths:
        return []
    homes = {item.id: item.extends or item.id for order in contract.orders for item in order.lines}
    known, found = facts.known_by(as_of).readings, dict[tuple[str, str, str], Issue]()
    for home, on, index, month in _needed(charges, homes):
        if home in paths and on <= as_of and (index, month) not in known:
            message = f"has no reading for {month}, which {home} needs from {on}"
            found.setdefault((home, index, month), Issue(paths[home], "index_reading_missing", message, index))
    return list(found.values())


def _needed(charges: Iterable[Charge], homes: Mapping[str, str]) -> Iterator[tuple[str, date, str, str]]:
    """The line, day, index and month of each reading that a step needs."""
    steps = ((homes[one.line.id], step) for one in charges for step in one.derivation.price.steps)
    for home, on, index in ((home, step.on, step.index) for home, step in steps if step.index is not None):
        yield from ((home, on, *reading) for reading in index.taken)


def _refusing(contract: Contract) -> dict[str, str]:
    """The lines whose clause refuses a missing reading, with the path of it."""
    lines = ((o, n, item) for o, order in enumerate(contract.orders) for n, item in enumerate(order.lines))
    return {
        item.id: f"$.orders[{o}].lines[{n}].escalator.index"
        for o, n, item in lines
        if item.escalator is not None
        and item.escalator.index is not None
        and item.escalator.index.missing is MissingReading.REFUSE
    }
