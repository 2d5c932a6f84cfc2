"""Timelines: which quantity and which price a line has from which day, and where that cuts its periods."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from contractbill import Contract, Escalator, Flat, Frequency, LineItem, Order, PerUnit, Recurring
from contractbill.charges import PriceStep, UnitPrice
from contractbill.charges.timeline import Cut, Timeline, timeline
from contractbill.deal import contract_lines
from contractbill.deal.resolve import AMENDMENT, RAMP, ContractLine, LineChange

QUARTERS = [date(2026, month, 1) for month in (1, 4, 7, 10)]
KNOWN = date(2026, 1, 20)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def line(
    *changes: LineChange, root_changes: Sequence[LineChange] = (), start: str = "01-01", split: bool = False
) -> ContractLine:
    """Ten units, billed by the quarter."""
    item = LineItem(
        id="seats",
        quantity=10,
        price=PerUnit(unit_amount=100, per="month"),
        billing=Recurring(every="quarter"),
        escalator=Escalator(rate="0.1", inside_period="split" if split else "wait"),
    )
    order = Order(id="O-1", signed_on="2026-01-01", term="12 months", lines=[item])
    (found,) = contract_lines(Contract(id="C-1", currency="USD", orders=[order]), [order])
    return attrs.evolve(found, changes=changes, root_changes=tuple(root_changes), start=day(start))


def units(on: str, quantity: int, by: str = "O-2", **said: Any) -> LineChange:
    fields = {"cause": AMENDMENT, "known_on": KNOWN, "quantity": Decimal(quantity), **said}
    return LineChange(day(on), by, **fields)


def states(on: str, amount: int, by: str = "O-2", **said: Any) -> LineChange:
    fields = {"cause": AMENDMENT, "known_on": KNOWN, "unit_amount": Decimal(amount), **said}
    return LineChange(day(on), by, **fields)


def price(amount: int, on: str = "01-01", cause: str = "", by: str = "O-1", *, estimated: bool = False) -> UnitPrice:
    """A price, raised or stated on a day."""
    base, amounts = Decimal(100), (Decimal(amount - 100), Decimal(amount))
    step = PriceStep(day(on), cause, by, base, base, Decimal(0), *amounts, estimated=estimated)
    return UnitPrice(amounts[1], Frequency.parse("month"), "O-1", base, (step,) if cause else ())


Prices = list[tuple[str, UnitPrice]]
FIRST: Prices = [("01-01", price(100))]


def rows(found: Timeline) -> str:
    """Each row, marked with a bar where it cuts a period."""
    cuts = {cut.on for cut in found.cuts}
    assert [cut.on for cut in found.cuts] == sorted(cuts)
    return ", ".join(
        f"{'|' * (on in cuts)}{on:%m-%d} {quantity} × {one.unit_amount}"
        for on, quantity, one in zip(found.days, found.quantities, found.prices, strict=True)
    )


def made(given: ContractLine, prices: Prices, **more: Any) -> Timeline:
    return timeline(given, [(day(on), one) for on, one in prices], QUARTERS, **more)


RAISED = ("06-01", price(110, "06-01", "escalator"))

# Each row: the line, its prices, and what it has over time.
ROWS: list[tuple[ContractLine, Prices, str]] = [
    (line(), FIRST, "01-01 10 × 100"),
    (line(start="02-01"), FIRST, "02-01 10 × 100"),
    # Nothing but rules: a row for each price; what began before the line is what it begins with.
    (line(), [*FIRST, ("04-01", price(110, "04-01", "escalator"))], "01-01 10 × 100, 04-01 10 × 110"),
    (line(start="02-01"), [*FIRST, ("04-01", price(110, "04-01", "escalator"))], "02-01 10 × 100, 04-01 10 × 110"),
    (line(start="04-01"), [*FIRST, ("04-01", price(110, "04-01", "escalator"))], "04-01 10 × 110"),
    (line(start="05-01"), [*FIRST, ("04-01", price(110, "04-01", "escalator")), RAISED],
     "05-01 10 × 110, 06-01 10 × 110"),
    # One that does not wait cuts the period it falls in, not at its edge.
    (line(), [*FIRST, RAISED], "01-01 10 × 100, 06-01 10 × 110"),
    (line(split=True), [*FIRST, RAISED], "01-01 10 × 100, |06-01 10 × 110"),
    (line(split=True), [*FIRST, ("07-01", price(110, "07-01", "escalator"))], "01-01 10 × 100, 07-01 10 × 110"),
    # Changes of quantity cut, or wait for the next period; on its first day none need be.
    (line(units("05-10", 12)), FIRST, "01-01 10 × 100, |05-10 12 × 100"),
    (line(units("05-10", 12, waits=True)), FIRST, "01-01 10 × 100, 07-01 12 × 100"),
    (line(units("07-01", 12, waits=True)), FIRST, "01-01 10 × 100, 07-01 12 × 100"),
    (line(units("07-01", 12)), FIRST, "01-01 10 × 100, 07-01 12 × 100"),
    # No period is left to wait for.
    (line(units("10-02", 12, waits=True)), FIRST, "01-01 10 × 100"),
    (line(units("10-01", 12, waits=True)), FIRST, "01-01 10 × 100, 10-01 12 × 100"),
    # Of one day the last stands; what changes nothing makes no row.
    (line(units("05-10", 12), units("05-10", 13)), FIRST, "01-01 10 × 100, |05-10 13 × 100"),
    (line(units("05-10", 10), units("06-10", 11)), FIRST, "01-01 10 × 100, |06-10 11 × 100"),
    (line(units("05-10", 12), units("06-10", 12)), FIRST, "01-01 10 × 100, |05-10 12 × 100"),
    (line(units("05-10", 12), units("06-10", 10)), FIRST, "01-01 10 × 100, |05-10 12 × 100, |06-10 10 × 100"),
    # What changed before the line began, or on that day, is what it begins with.
    (line(units("01-10", 12), units("02-01", 13), start="02-01"), FIRST, "02-01 13 × 100"),
    (line(units("01-10", 12), units("01-20", 13), start="02-01"), FIRST, "02-01 13 × 100"),
    (line(units("02-02", 12), start="02-01"), FIRST, "02-01 10 × 100, |02-02 12 × 100"),
    # Prices and quantities of one day make one row; a price goes on where only the quantity changes.
    (line(units("06-01", 12)), [*FIRST, RAISED], "01-01 10 × 100, |06-01 12 × 110"),
    (line(units("06-10", 12)), [*FIRST, RAISED], "01-01 10 × 100, |06-01 10 × 110, |06-10 12 × 110"),
    (line(units("05-10", 12)), [*FIRST, RAISED], "01-01 10 × 100, |05-10 12 × 100, |06-01 12 × 110"),
    # A step by a rule is a row also where it changes nothing; a price that was stated anew only where it does.
    (line(units("09-01", 12)), [*FIRST, ("06-01", price(100, "06-01", "escalator"))],
     "01-01 10 × 100, |06-01 10 × 100, |09-01 12 × 100"),
    (line(root_changes=[states("06-01", 100)]), [*FIRST, ("06-01", price(100, "06-01", AMENDMENT, "O-2"))],
     "01-01 10 × 100"),
    (line(root_changes=[states("06-01", 100, "O-1", cause=RAMP)]), [*FIRST, ("06-01", price(100, "06-01", RAMP))],
     "01-01 10 × 100"),
    (line(root_changes=[states("06-01", 90)]), [*FIRST, ("06-01", price(90, "06-01", AMENDMENT, "O-2"))],
     "01-01 10 × 100, |06-01 10 × 90"),
    # But for one that is estimated where the one before is not.
    (line(root_changes=[states("06-01", 100)]),
     [("01-01", price(100, "01-01", "escalator", estimated=True)), ("06-01", price(100, "06-01", AMENDMENT, "O-2"))],
     "01-01 10 × 100, |06-01 10 × 100"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "prices", "expected"), ROWS)
def test_what_a_line_has_over_time(given: ContractLine, prices: Prices, expected: str) -> None:
    assert rows(made(given, prices)) == expected


def test_a_line_without_an_escalator_is_never_cut_by_a_rule() -> None:
    given = line()
    plain = attrs.evolve(given.root, escalator=None, price=Flat(amount=100, per="month"), quantity=1)
    assert made(attrs.evolve(given, root=plain), [*FIRST, RAISED]).cuts == []


def test_nothing_is_cut_on_days_that_are_said_to_need_no_cut() -> None:
    given = line(units("05-10", 12), units("07-01", 13))
    assert [cut.on for cut in made(given, FIRST, whole=[]).cuts] == [day("05-10"), day("07-01")]
    assert [cut.on for cut in made(given, FIRST, whole=[day("05-10")]).cuts] == [day("07-01")]


LATER = date(2026, 2, 20)

# Each row: the line, its prices, and the names of its cuts.
CUTS: list[tuple[ContractLine, Prices, list[Cut]]] = [
    # What was planned has no name; what an order changed is named after it, and can be billed once that is known.
    (line(units("05-10", 12, "O-1", cause=RAMP)), FIRST, [Cut(day("05-10"))]),
    (line(units("05-10", 12)), FIRST, [Cut(day("05-10"), "O-2", KNOWN)]),
    (line(split=True), [*FIRST, RAISED], [Cut(day("06-01"))]),
    (line(units("09-10", 12)), [*FIRST, RAISED], [Cut(day("06-01")), Cut(day("09-10"), "O-2", KNOWN)]),
    # Of several orders the last gives the name, and the day by which all are known counts.
    (line(units("05-10", 12), units("05-10", 13, "O-3", known_on=LATER)), FIRST, [Cut(day("05-10"), "O-3", LATER)]),
    (line(units("05-10", 12, known_on=LATER), units("05-10", 13, "O-3")), FIRST, [Cut(day("05-10"), "O-3", LATER)]),
    # Planned and changed on one day: it was planned.
    (line(units("05-10", 12, "O-1", cause=RAMP), units("05-10", 13)), FIRST, [Cut(day("05-10"))]),
    (line(units("06-01", 12)), [*FIRST, RAISED], [Cut(day("06-01"))]),
    # A price that an order states is that order's change, also where it waited.
    (line(root_changes=[states("06-01", 90)]), [*FIRST, ("06-01", price(90, "06-01", AMENDMENT, "O-2"))],
     [Cut(day("06-01"), "O-2", KNOWN)]),
    (line(root_changes=[states("06-01", 90, "O-1", cause=RAMP)]), [*FIRST, ("06-01", price(90, "06-01", RAMP))],
     [Cut(day("06-01"))]),
    (line(units("06-01", 12, "O-3", known_on=LATER), root_changes=[states("06-01", 90)]),
     [*FIRST, ("06-01", price(90, "06-01", AMENDMENT, "O-2"))], [Cut(day("06-01"), "O-3", LATER)]),
    # One that the same order states for another day is another change.
    (line(root_changes=[states("05-01", 80, known_on=LATER), states("06-01", 90)]),
     [*FIRST, ("06-01", price(90, "06-01", AMENDMENT, "O-2"))], [Cut(day("06-01"), "O-2", KNOWN)]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "prices", "expected"), CUTS)
def test_what_the_cuts_of_a_line_are_named_after(given: ContractLine, prices: Prices, expected: list[Cut]) -> None:
    assert made(given, prices).cuts == expected


def test_a_stated_price_that_waited_is_the_change_of_the_order_that_stated_it() -> None:
    # The periods of the line begin elsewhere than where nothing need be cut, as those of a percent's base do.
    given = line(root_changes=[states("05-10", 90, waits=True)])
    found = made(given, [*FIRST, ("07-01", price(90, "05-10", AMENDMENT, "O-2"))], whole=[])
    assert found.cuts == [Cut(day("07-01"), "O-2", KNOWN)]
