"""Hypothesis strategies for index clauses, for readings of the indices contracts follow, and for notices of steps."""

from collections.abc import Iterator
from datetime import date, timedelta

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from contractbill.charges import IndexReading, Notice, PriceStep, charges_for
from contractbill.deal import CarryOver, Contract, Index, IndexFormula, LineItem
from contractbill.money import Rounding
from contractbill.testing.draws import rates

MONTHS = tuple(f"{year}-{month:02d}" for year in range(2022, 2034) for month in range(1, 13))
# Steps are looked for so many days from the contract's start on: as far as most of the contracts here go.
_LOOKED_AT = timedelta(6 * 366)


@st.composite
def indices(draw: DrawFn) -> Index:
    """Clauses of an index, each of which estimates what it does not know."""
    bounds = sorted(draw(st.lists(rates(), min_size=2, max_size=2)))
    formula = draw(st.sampled_from(IndexFormula))
    return Index(
        name="CPI",
        formula=formula,
        base_month=draw(st.none() | st.sampled_from(MONTHS)),
        lag_months=draw(st.sampled_from([0, 2, 4, 13])),
        floor=draw(st.none() | st.just(bounds[0])),
        cap=draw(st.none() | st.just(bounds[1])),
        share=draw(st.sampled_from(["1", "1", "0.8"])),
        plus=draw(st.sampled_from(["0", "0.01"])) if formula is IndexFormula.PREVIOUS else 0,
        carry_over=draw(st.sampled_from(CarryOver)),
        factor_to=draw(st.sampled_from(["1E-12", "0.001"])),
        factor_rounding=draw(st.sampled_from(Rounding)),
        estimate=draw(st.sampled_from(["0", "0.02"])),
    )


@st.composite
def readings(draw: DrawFn, contract: Contract) -> list[IndexReading]:
    """Readings that the steps of a contract look at, known in time and late; some corrected, some provisional."""
    looked_at = {taken for _line, step in _steps(contract) if step.index is not None for taken in step.index.taken}
    if not looked_at:
        return []
    one = st.sampled_from(sorted(looked_at)).flatmap(lambda taken: _reading(*taken))
    return draw(st.lists(one, min_size=1, max_size=8, unique_by=lambda one: (one.index, one.month, one.known_on)))


@st.composite
def _reading(draw: DrawFn, index: str, month: str) -> IndexReading:
    """A reading for a month, known soon after it or not."""
    published = date.fromisoformat(f"{month}-01") + timedelta(45)
    return IndexReading(
        index=index,
        month=month,
        value=draw(st.sampled_from([100, 105]) | st.integers(60, 160)),
        known_on=published + timedelta(draw(st.sampled_from([0, 0, 0, 30, 200, 700]))),
        provisional=draw(st.sampled_from([False, False, True])),
    )


@st.composite
def notices(draw: DrawFn, contract: Contract) -> list[Notice]:
    """Notices of steps of a contract that need one: some too late, some in time and heard of late."""
    days = {home.id: home.escalator.notice_days for home in _homes(contract).values() if home.escalator is not None}
    needed = sorted({(line, step.on) for line, step in _steps(contract) if days.get(line) is not None})
    found = []
    for line, on in draw(st.lists(st.sampled_from(needed), min_size=1, max_size=4)) if needed else []:
        in_time = on - timedelta(days[line] or 0)
        given_on = in_time + timedelta(draw(st.sampled_from([-200, -1, 0, 0, 1, 20])))
        known_on = given_on + timedelta(draw(st.sampled_from([0, 0, 1, 30, 300])))
        found.append(Notice(line=line, step_on=on, given_on=given_on, known_on=known_on))
    return found


def _steps(contract: Contract) -> Iterator[tuple[str, PriceStep]]:
    """The steps of prices by a contract's escalators, each with the line whose clause it is, whatever was noticed."""
    homes = _homes(contract)
    clauses = [home.escalator for home in homes.values() if home.escalator is not None]
    if all(clause.index is None and clause.notice_days is None for clause in clauses):
        return
    through = contract.orders[0].effective_on + _LOOKED_AT
    last = {charge.line.id: charge for charge in charges_for(_unnoticed(contract), through=through)}
    for name, charge in last.items():
        yield from ((homes[name].id, step) for step in charge.derivation.price.steps)


def _homes(contract: Contract) -> dict[str, LineItem]:
    """By each line's id, the line whose price it has."""
    named = {line.id: line for order in contract.orders for line in order.lines}
    return {name: named[line.extends or name] for name, line in named.items()}


def _unnoticed(contract: Contract) -> Contract:
    """The same, with steps that need no notice, so that none is skipped."""
    orders = [attrs.evolve(one, lines=list(map(_without_notice, one.lines))) for one in contract.orders]
    return attrs.evolve(contract, orders=orders)


def _without_notice(line: LineItem) -> LineItem:
    """A line whose escalator, if it has one, needs no notice."""
    if line.escalator is None:
        return line
    return attrs.evolve(line, escalator=attrs.evolve(line.escalator, notice_days=None))
