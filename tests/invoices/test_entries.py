"""The entries that follow what was billed in a slot: which lines they are, of which days and how much."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import attrs
import pytest

from contractbill import Charge
from contractbill.charges import Basis, Certainty, UnitPrice, charges_for, derive
from contractbill.invoices.corrections import corrections
from contractbill.money import Rounding
from contractbill.periods import MONTHLY, WHOLE, Period, Share
from contractbill.testing import sales_led

PATTERN = charges_for(sales_led())[0]
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
TODAY = date(2026, 3, 20)
CENT = Decimal("0.01")


def days(first: int, last: int) -> Period:
    """Days of March, the last included."""
    return Period(date(2026, 3, first), MARCH.end if last == MARCH.days else date(2026, 3, last + 1))


def charge(
    quantity: int = 10,
    price: str = "31",
    share: Share = WHOLE,
    *,
    service: Period | None = MARCH,
    periods: int = 1,
    to: Decimal = CENT,
    rounding: Rounding = Rounding.HALF_UP,
) -> Charge:
    """A charge for days of March: 10 units at 31 a month, a unit a day, unless said."""
    unit = UnitPrice(Decimal(price), MONTHLY, "O-7", Decimal(price))
    derivation = derive(Decimal(quantity), unit, Fraction(periods), share, to=to, rounding=rounding)
    return attrs.evolve(
        PATTERN,
        component="base",
        n=2,
        service=service,
        asked_on=date(2026, 3, 1),
        planned_on=date(2026, 3, 1),
        basis=Basis.IN_ADVANCE,
        certainty=Certainty.CONTINGENT,
        derivation=derivation,
    )


def plain(value: str, *, service: Period | None = MARCH, entry: int = 1) -> Charge:
    """A charge of an amount that says nothing of its units."""
    price = UnitPrice(Decimal(value), None, "O-7", Decimal(value))
    return attrs.evolve(charge(service=service), derivation=derive(Decimal(1), price, to=CENT), entry=entry)


def shown(entries: list[Charge]) -> list[str]:
    """Each entry: its number, units at a price × price periods × share, amount, days."""
    return [
        f"{one.entry} {one.derivation.quantity}@{one.derivation.price.unit_amount} × {one.derivation.periods}"
        f" × {one.derivation.share} {one.value} {_service(one.service)}"
        for one in entries
    ]


def _service(service: Period | None) -> str:
    return "" if service is None else f"{service.start:%m-%d}/{service.end:%m-%d}"


def part(first: int, last: int, quantity: int = 10, price: str = "31") -> Charge:
    """What some days of March cost by the day."""
    service = days(first, last)
    return charge(quantity, price, Share(service.days, 31), service=service)


WHOLE_MONTH = charge()
TO_THE_10TH, TO_THE_20TH = part(1, 10), part(1, 20)
WON_BACK = [WHOLE_MONTH, plain("-310.00", entry=2)]
YEN = Decimal(1)
UP, DOWN, EVEN = Rounding.CEILING, Rounding.FLOOR, Rounding.HALF_EVEN
MOVED = attrs.evolve(WHOLE_MONTH, service=days(1, 30))


def yen(quantity: int, price: str, rounding: Rounding, eighths: int = 8) -> Charge:
    """A charge in whole units of money, for eighths of 16 days."""
    service, share = days(1, 2 * eighths), WHOLE if eighths == WHOLE_EIGHTHS else Share(eighths, 8)
    return charge(quantity, price, share, service=service, to=YEN, rounding=rounding)


WHOLE_EIGHTHS = 8
CHARGED, BACK = "10@31 × 1 × 1 310.00 03-01/04-01", "10@31 × -1 × 1 -310.00 03-01/04-01"

# What was billed, what was right then, what is right now, and what follows.
ROWS: list[tuple[list[Charge], Charge | None, Charge | None, list[str]]] = [
    # Nothing changed; or the days alone, which is said without money.
    ([WHOLE_MONTH], WHOLE_MONTH, WHOLE_MONTH, []),
    ([WHOLE_MONTH], None, WHOLE_MONTH, []),
    ([WHOLE_MONTH], WHOLE_MONTH, MOVED, ["2 1@0 × 1 × 1 0.00 03-01/03-31"]),
    ([WHOLE_MONTH], None, MOVED, ["2 1@0 × 1 × 1 0.00 03-01/03-31"]),
    ([WHOLE_MONTH], MOVED, MOVED, []),
    ([WHOLE_MONTH], MOVED, WHOLE_MONTH, ["2 1@0 × 1 × 1 0.00 03-01/04-01"]),
    ([WHOLE_MONTH], TO_THE_10TH, MOVED, ["2 1@0 × 1 × 1 0.00 03-01/03-31"]),
    ([plain("0.00")], None, plain("0.00", service=days(1, 30)), []),
    # Taken back whole before: charged again as it stands now.
    (WON_BACK, None, TO_THE_10TH, ["3 10@31 × 1 × 10/31 100.00 03-01/03-11"]),
    (WON_BACK, WHOLE_MONTH, WHOLE_MONTH, [f"3 {CHARGED}"]),
    ([*WON_BACK, plain("5.00", entry=3), plain("-5.00", entry=4)], None, WHOLE_MONTH, [f"5 {CHARGED}"]),
    (WON_BACK, None, None, []),
    # What was right then is not known, or is not what was billed: the plain difference.
    ([WHOLE_MONTH], None, TO_THE_10TH, ["2 1@-210.00 × 1 × 1 -210.00 03-01/03-11"]),
    ([WHOLE_MONTH], TO_THE_20TH, TO_THE_10TH, ["2 1@-210.00 × 1 × 1 -210.00 03-01/03-11"]),
    ([WHOLE_MONTH], None, None, ["2 1@-310.00 × 1 × 1 -310.00 03-01/04-01"]),
    ([WHOLE_MONTH, plain("1.00", entry=2)], WHOLE_MONTH, None, ["3 1@-311.00 × 1 × 1 -311.00 03-01/04-01"]),
    # Given back.
    ([WHOLE_MONTH], WHOLE_MONTH, None, [f"2 {BACK}"]),
    ([WHOLE_MONTH], MOVED, None, ["2 10@31 × -1 × 1 -310.00 03-01/03-31"]),
    ([TO_THE_10TH], TO_THE_10TH, None, ["2 10@31 × -1 × 10/31 -100.00 03-01/03-11"]),
    ([charge(periods=3)], charge(periods=3), None, ["2 10@31 × -3 × 1 -930.00 03-01/04-01"]),
    # Given back by a rule that looks at the sign: the amount itself, where the same units would come to another.
    ([yen(1, "2.5", EVEN)], yen(1, "2.5", EVEN), None, ["2 1@2.5 × -1 × 1 -2 03-01/03-17"]),
    ([yen(1, "2.5", UP)], yen(1, "2.5", UP), None, ["2 1@3 × -1 × 1 -3 03-01/03-17"]),
    # Fewer or more days, at the end or at the start: one line for them.
    ([WHOLE_MONTH], WHOLE_MONTH, TO_THE_10TH, ["2 10@31 × -1 × 21/31 -210.00 03-11/04-01"]),
    ([TO_THE_10TH], TO_THE_10TH, WHOLE_MONTH, ["2 10@31 × 1 × 21/31 210.00 03-11/04-01"]),
    ([WHOLE_MONTH], WHOLE_MONTH, part(11, 31), ["2 10@31 × -1 × 10/31 -100.00 03-01/03-11"]),
    ([part(11, 31)], part(11, 31), WHOLE_MONTH, ["2 10@31 × 1 × 10/31 100.00 03-01/03-11"]),
    ([TO_THE_10TH], TO_THE_10TH, TO_THE_20TH, ["2 10@31 × 1 × 10/31 100.00 03-11/03-21"]),
    ([TO_THE_20TH], TO_THE_20TH, TO_THE_10TH, ["2 10@31 × -1 × 10/31 -100.00 03-11/03-21"]),
    (
        [WHOLE_MONTH, plain("-100.00", entry=2)],
        part(1, 21),
        TO_THE_10TH,
        ["3 10@31 × -1 × 11/31 -110.00 03-11/03-22"],
    ),
    (
        [charge(share=Share(1, 3), service=days(1, 10))],
        charge(share=Share(1, 3), service=days(1, 10)),
        charge(share=Share(1, 2), service=days(1, 15)),
        ["2 10@31 × 1 × 1/6 51.67 03-11/03-16"],
    ),
    ([yen(1, "10", DOWN, 1)], yen(1, "10", DOWN, 1), yen(1, "10", DOWN, 3), ["2 1@10 × 1 × 2/8 2 03-03/03-07"]),
    (
        [charge(1, "30", Share(10, 30), service=days(1, 10))],
        charge(1, "30", Share(10, 30), service=days(1, 10)),
        charge(1, "30"),
        ["2 1@30 × 1 × 20/30 20.00 03-11/04-01"],
    ),
    (
        [charge(1, "30")],
        charge(1, "30"),
        charge(1, "30", Share(10, 30), service=days(1, 10)),
        ["2 1@30 × -1 × 20/30 -20.00 03-11/04-01"],
    ),
    # Days that differ at both ends are no stretch, nor are those of a charge that has none.
    ([WHOLE_MONTH], WHOLE_MONTH, part(5, 20), [f"2 {BACK}", "3 10@31 × 1 × 16/31 160.00 03-05/03-21"]),
    (
        [WHOLE_MONTH],
        WHOLE_MONTH,
        charge(share=Share(1, 2), service=None),
        [f"2 {BACK}", "3 10@31 × 1 × 1/2 155.00 "],
    ),
    (
        [charge(share=Share(1, 2), service=None)],
        charge(share=Share(1, 2), service=None),
        WHOLE_MONTH,
        ["2 10@31 × -1 × 1/2 -155.00 ", f"3 {CHARGED}"],
    ),
    # More days that cost less, fewer that cost more, the same that cost otherwise.
    (
        [TO_THE_10TH],
        TO_THE_10TH,
        charge(share=Share(5, 31), service=days(1, 20)),
        ["2 10@31 × -1 × 10/31 -100.00 03-01/03-11", "3 10@31 × 1 × 5/31 50.00 03-01/03-21"],
    ),
    (
        [TO_THE_20TH],
        TO_THE_20TH,
        charge(share=Share(25, 31), service=days(1, 10)),
        ["2 10@31 × -1 × 20/31 -200.00 03-01/03-21", "3 10@31 × 1 × 25/31 250.00 03-01/03-11"],
    ),
    (
        [TO_THE_10TH],
        TO_THE_10TH,
        charge(share=Share(5, 31), service=days(1, 10)),
        ["2 10@31 × -1 × 10/31 -100.00 03-01/03-11", "3 10@31 × 1 × 5/31 50.00 03-01/03-11"],
    ),
    # A line that would be a cent off is not written.
    (
        [charge(1, "100", Share(1, 3), service=days(1, 10))],
        charge(1, "100", Share(1, 3), service=days(1, 10)),
        charge(1, "100", Share(2, 3), service=days(1, 20)),
        ["2 1@100 × -1 × 1/3 -33.33 03-01/03-11", "3 1@100 × 1 × 2/3 66.67 03-01/03-21"],
    ),
    (
        [charge(1, "33.335")],
        charge(1, "33.335"),
        charge(2, "33.335"),
        ["2 1@33.335 × -1 × 1 -33.34 03-01/04-01", "3 2@33.335 × 1 × 1 66.67 03-01/04-01"],
    ),
    # Fewer or more units: one line for them.
    ([WHOLE_MONTH], WHOLE_MONTH, charge(7), ["2 -3@31 × 1 × 1 -93.00 03-01/04-01"]),
    ([WHOLE_MONTH], WHOLE_MONTH, charge(12), ["2 2@31 × 1 × 1 62.00 03-01/04-01"]),
    ([TO_THE_10TH], TO_THE_10TH, part(1, 10, 7), ["2 -3@31 × 1 × 10/31 -30.00 03-01/03-11"]),
    ([charge(periods=3)], charge(periods=3), charge(7, periods=3), ["2 -3@31 × 3 × 1 -279.00 03-01/04-01"]),
    ([charge(service=None)], charge(service=None), charge(7, service=None), ["2 -3@31 × 1 × 1 -93.00 "]),
    ([yen(1, "1.25", DOWN)], yen(1, "1.25", DOWN), yen(3, "1.25", DOWN), ["2 2@1.25 × 1 × 1 2 03-01/03-17"]),
    # Another price, other price periods, other units on other days: a credit, and what is right.
    ([WHOLE_MONTH], WHOLE_MONTH, charge(price="40"), [f"2 {BACK}", "3 10@40 × 1 × 1 400.00 03-01/04-01"]),
    ([WHOLE_MONTH], WHOLE_MONTH, charge(periods=3), [f"2 {BACK}", "3 10@31 × 3 × 1 930.00 03-01/04-01"]),
    ([WHOLE_MONTH], WHOLE_MONTH, part(1, 10, 7), [f"2 {BACK}", "3 7@31 × 1 × 10/31 70.00 03-01/03-11"]),
    (
        [WHOLE_MONTH],
        WHOLE_MONTH,
        charge(7, service=days(1, 30)),
        [f"2 {BACK}", "3 7@31 × 1 × 1 217.00 03-01/03-31"],
    ),
    # That the money of 5 units at 62 is that of 10 at 31 makes them no days of each other.
    ([WHOLE_MONTH], WHOLE_MONTH, part(1, 10, 5, "62"), [f"2 {BACK}", "3 5@62 × 1 × 10/31 100.00 03-01/03-11"]),
    # Another rule of rounding is neither days nor units.
    (
        [charge(1, "1.005", rounding=UP)],
        charge(1, "1.005", rounding=UP),
        charge(1, "1.005", rounding=DOWN),
        ["2 1@1.01 × -1 × 1 -1.01 03-01/04-01", "3 1@1.005 × 1 × 1 1.00 03-01/04-01"],
    ),
    (
        [charge(1, "1.005", rounding=UP)],
        charge(1, "1.005", rounding=UP),
        charge(1, "1.005", rounding=DOWN, service=days(1, 30)),
        ["2 1@1.01 × -1 × 1 -1.01 03-01/04-01", "3 1@1.005 × 1 × 1 1.00 03-01/03-31"],
    ),
]


@pytest.mark.parametrize(("billed", "was", "now", "expected"), ROWS, ids=range(len(ROWS)))
def test_what_follows_brings_what_was_billed_to_what_is_right(
    billed: list[Charge], was: Charge | None, now: Charge | None, expected: list[str]
) -> None:
    entries = corrections(billed, was, now, TODAY)
    assert shown(entries) == expected
    assert sum(one.value for one in [*billed, *entries]) == (0 if now is None else now.value)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (None, yen(2, "1.25", DOWN)),
        (yen(1, "1.25", DOWN), None),
        (yen(1, "1.25", DOWN), yen(3, "1.25", DOWN)),
        (None, yen(1, "1.25", DOWN, 7)),
        (yen(1, "1.25", DOWN), yen(1, "1.25", DOWN, 4)),
        (yen(1, "1.25", DOWN), yen(1, "2.25", DOWN)),
    ],
)
def test_an_entry_stays_in_its_slot_and_the_last_is_as_certain_as_what_is_right(
    was: Charge | None, now: Charge | None
) -> None:
    billed = yen(1, "1.25", DOWN)
    entries = corrections([billed], was, now, TODAY)
    sure: list[Certainty] = [Certainty.FIXED] * len(entries)
    if now is not None:
        sure[-1] = now.certainty
    assert [one.certainty for one in entries] == sure
    for one in entries:
        assert (one.slot, one.line) == (billed.slot, billed.line)
        assert (one.asked_on, one.planned_on, one.basis) == (TODAY, TODAY, "correction")
        assert (one.derivation.to, one.derivation.rounding) == (YEN, DOWN)
        assert one.derivation.evaluate() == one.value


@pytest.mark.parametrize(("planned", "stands"), [("2026-03-01", "2026-03-20"), ("2026-04-05", "2026-04-05")])
def test_what_is_charged_again_stands_on_its_own_day_but_not_before_it_is_known(planned: str, stands: str) -> None:
    again = attrs.evolve(WHOLE_MONTH, planned_on=date.fromisoformat(planned))
    (entry,) = corrections(WON_BACK, None, again, TODAY)
    assert entry == attrs.evolve(again, planned_on=date.fromisoformat(stands), entry=3)


def test_the_price_of_a_difference_is_its_amount_and_of_what_is_given_back_its_orders() -> None:
    (plainly,) = corrections([WHOLE_MONTH], None, TO_THE_10TH, TODAY)
    off = Decimal("-210.00")
    assert plainly.derivation.price == UnitPrice(off, None, PATTERN.line.order, off)
    (back,) = corrections([yen(1, "2.5", UP)], yen(1, "2.5", UP), None, TODAY)
    assert back.derivation.price == UnitPrice(Decimal(3), None, "O-7", Decimal(3))
    assert (back.derivation.to, back.derivation.rounding) == (YEN, UP)
