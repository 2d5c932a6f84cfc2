"""Prices over time: from which day each counts, and what stands in place of what."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from contractbill import Escalator, Frequency, Index, IndexReading, InvalidTerms, MonthDay, explain
from contractbill.charges import UnitPrice, derive
from contractbill.charges.prices import PriceTerms, StatedPrice, Steps, unit_prices
from contractbill.charges.readings import Known
from contractbill.deal import Term, UpliftBasis

QUARTERS = [date(2026 + n // 4, 1 + n % 4 * 3, 1) for n in range(16)]
END = date(2030, 1, 1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def ramp(on: str, amount: int, *, order: str = "O-1", waits: bool = False) -> StatedPrice:
    return StatedPrice(day(on), Decimal(amount), order, "ramp", waits)


def terms(escalator: Escalator | None = None, *stated: StatedPrice, **more: Any) -> PriceTerms:
    start = more.get("start", date(2026, 1, 1))
    return PriceTerms(
        price=UnitPrice(Decimal(100), Frequency.parse("month"), "O-1", Decimal(100)),
        escalator=escalator,
        order="O-1",
        start=start,
        contract_start=date(2026, 1, 1),
        first_full_on=more.get("first_full_on", start),
        known=more.get("known", Known()),
        terms=more.get("terms", (Term(number=0, start=start, end=END),)),
        starts=QUARTERS,
        currency="USD",
        stated=stated,
    )


def found(given: PriceTerms, until: date = END) -> list[str]:
    prices = unit_prices(given, until=until)
    assert all(price.evaluate() == price.unit_amount for _on, price in prices)
    assert [on for on, _price in prices] == sorted({on for on, _price in prices})
    return [f"{on} {price.unit_amount.normalize():f}" for on, price in prices]


MAY = Escalator(rate="0.10", clock="date", clock_on="2025-05-15")
RENEWED = (Term(number=0, start=QUARTERS[0], end=QUARTERS[8]), Term(number=1, start=QUARTERS[8], end=END))
UPLIFTED = (RENEWED[0], attrs.evolve(RENEWED[1], uplift=Decimal("0.05")))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # A step that waits counts from the period it waits for; several that wait for one day, together.
        (terms(MAY), "2026-01-01 100, 2026-07-01 110, 2027-07-01 121, 2028-07-01 133.1, 2029-07-01 146.41"),
        (terms(Escalator(amounts=[1, 2, 3], every="month")), "2026-01-01 100, 2026-04-01 106"),
        (terms(Escalator(amounts=[1, 2], every="2 months", inside_period="split")),
         "2026-01-01 100, 2026-03-01 101, 2026-05-01 103"),
        # After the last period there is none to wait for.
        (terms(Escalator(amount=1, clock="date", clock_on="2028-10-02")), "2026-01-01 100"),
        (terms(None, ramp("2027-02-01", 120)), "2026-01-01 100, 2027-02-01 120"),
        (terms(None, ramp("2027-02-01", 120, waits=True)), "2026-01-01 100, 2027-04-01 120"),
        (terms(None, ramp("2029-11-01", 120, waits=True)), "2026-01-01 100"),
        # On one day the last stands; on the first day, in place of the first price; before it, nothing was stated.
        (terms(None, ramp("2027-02-01", 120), ramp("2027-02-01", 130)), "2026-01-01 100, 2027-02-01 130"),
        (terms(None, ramp("2026-01-01", 90)), "2026-01-01 90"),
        (terms(None, ramp("2025-12-31", 90)), "2026-01-01 100"),
        # In place of a step of that day, of one that waited for it, and of a renewal.
        (terms(Escalator(rate="0.10"), ramp("2027-01-01", 150)),
         "2026-01-01 100, 2027-01-01 150, 2028-01-01 165, 2029-01-01 181.5"),
        (terms(MAY, ramp("2027-07-01", 150)),
         "2026-01-01 100, 2026-07-01 110, 2027-07-01 150, 2028-07-01 165, 2029-07-01 181.5"),
        (terms(MAY, ramp("2027-05-15", 150)),
         "2026-01-01 100, 2026-07-01 110, 2027-05-15 150, 2028-07-01 165, 2029-07-01 181.5"),
        (terms(None, ramp("2028-01-01", 150), terms=(RENEWED[0], Term(number=1, start=QUARTERS[8], end=END,
               uplift=Decimal("0.05")))), "2026-01-01 100, 2028-01-01 150"),
        # Between a step's day and the day it counts from: the step still raises what was stated.
        (terms(MAY, ramp("2027-06-01", 150)),
         "2026-01-01 100, 2026-07-01 110, 2027-06-01 150, 2027-07-01 165, 2028-07-01 181.5, 2029-07-01 199.65"),
        # Simple interest starts afresh.
        (terms(Escalator(rate="0.10", compounding=False), ramp("2028-01-01", 200)),
         "2026-01-01 100, 2027-01-01 110, 2028-01-01 200, 2029-01-01 220"),
        # What was stated is not rounded.
        (terms(Escalator(rate="0.10", round_to=5), attrs.evolve(ramp("2028-01-01", 0), unit_amount=Decimal("99.99"))),
         "2026-01-01 100, 2027-01-01 110, 2028-01-01 99.99, 2029-01-01 110"),
        # Of one day the last order stands, whatever it calls it.
        (terms(None, ramp("2027-02-01", 120), StatedPrice(day("2027-02-01"), Decimal(130), "O-2", "amendment")),
         "2026-01-01 100, 2027-02-01 130"),
        # One that waits stands in place of a step on the day it waits for; one on the last day was not asked for.
        (terms(Escalator(rate="0.10", clock="date", clock_on="2026-04-01"), ramp("2027-02-01", 150, waits=True)),
         "2026-01-01 100, 2027-04-01 150, 2028-04-01 165, 2029-04-01 181.5"),
        (terms(None, ramp("2029-12-31", 120), ramp("2030-01-01", 130)), "2026-01-01 100, 2029-12-31 120"),
        (terms(None, terms=UPLIFTED), "2026-01-01 100, 2028-01-01 105"),
        # A step of nothing is none, and others follow it.
        (terms(Escalator(rates=["0.10", 0, "0.10"])), "2026-01-01 100, 2027-01-01 110, 2029-01-01 121"),
        # After a renewal's uplift a stated price follows on it.
        (terms(None, ramp("2028-06-01", 150), terms=UPLIFTED),
         "2026-01-01 100, 2028-01-01 105, 2028-06-01 150"),
        # Simple steps are of the first price; rounded ones build on the exact price, or on the rounded one.
        (terms(Escalator(rate="0.10", compounding=False)),
         "2026-01-01 100, 2027-01-01 110, 2028-01-01 120, 2029-01-01 130"),
        (terms(Escalator(rate="0.055", round_to=1)), "2026-01-01 100, 2027-01-01 106, 2028-01-01 111, 2029-01-01 117"),
        (terms(Escalator(rate="0.055", round_to=1, on_rounded=True)),
         "2026-01-01 100, 2027-01-01 106, 2028-01-01 112, 2029-01-01 118"),
        (terms(Escalator(rate="0.055", round_to=1, rounding="down")),
         "2026-01-01 100, 2027-01-01 105, 2028-01-01 111, 2029-01-01 117"),
        # An average is rounded as the escalator says before it is raised: of 100 and 105 it is 105.
        (terms(Escalator(amounts=[7], round_to=5),
               terms=(RENEWED[0], attrs.evolve(RENEWED[1], uplift=Decimal("0.5"), basis=UpliftBasis.AVERAGE))),
         "2026-01-01 100, 2027-01-01 105, 2028-01-01 160"),
        # An index goes on from a stated price, and without a reading by what is estimated.
        (terms(Escalator(index=Index(name="CPI", estimate="0.10")), ramp("2027-06-01", 150)),
         "2026-01-01 100, 2027-01-01 110, 2027-06-01 150, 2028-01-01 165, 2029-01-01 181.5"),
    ],
)  # fmt: skip
def test_the_days_from_which_prices_count(given: PriceTerms, expected: str) -> None:
    assert found(given) == expected.split(", ")


TENTHS = ["0.10", "0.20", "0.30"]
APRIL, FEBRUARY, JANUARY = (MonthDay(month=month, day=day) for month, day in ((4, 1), (2, 30), (1, 1)))


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (Escalator(rates=TENTHS, on=APRIL), "2026-04-01 110, 2027-04-01 132, 2028-04-01 171.6"),
        # The first such day later than the clock is the first step, also where the line starts after it.
        (Escalator(rates=TENTHS, on=JANUARY), "2027-01-01 110, 2028-01-01 132, 2029-01-01 171.6"),
        (Escalator(rates=TENTHS, on=APRIL, clock="date", clock_on="2025-03-31"), "2026-04-01 120, 2027-04-01 156"),
        (Escalator(rates=TENTHS, on=APRIL, clock="date", clock_on="2025-04-01"),
         "2026-04-01 110, 2027-04-01 132, 2028-04-01 171.6"),
        (Escalator(rates=TENTHS, on=APRIL, clock="date", clock_on="2023-05-15"), "2026-04-01 130"),
        (Escalator(rates=TENTHS, on=MonthDay(month=4, day=20), clock="date", clock_on="2025-04-10"),
         "2026-07-01 120, 2027-07-01 156"),
        # A day that a month has not is its last; a longer month has it again.
        (Escalator(rates=TENTHS, on=FEBRUARY, inside_period="split"),
         "2026-02-28 110, 2027-02-28 132, 2028-02-29 171.6"),
        (Escalator(rates=TENTHS, on=FEBRUARY, inside_period="split", clock="date", clock_on="2025-03-15"),
         "2026-02-28 110, 2027-02-28 132, 2028-02-29 171.6"),
        (Escalator(rates=TENTHS, on=FEBRUARY, inside_period="split", clock="date", clock_on="2027-02-28"),
         "2028-02-29 110, 2029-02-28 132"),
    ],
)  # fmt: skip
def test_steps_on_a_day_of_the_year(clause: Escalator, expected: str) -> None:
    assert found(terms(clause)) == ["2026-01-01 100", *expected.split(", ")]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ({}, "2027-01-01 110"),
        ({"clock": "line_start"}, "2027-02-15 110"),
        ({"clock": "first_full_period"}, "2027-04-01 110"),
        ({"clock": "date", "clock_on": "2025-08-20"}, "2026-08-20 110, 2027-08-20 120"),
    ],
)
def test_from_when_steps_are_counted(clock: dict[str, Any], expected: str) -> None:
    clause = Escalator(amounts=[10, 10], inside_period="split", **clock)
    given = terms(clause, start=date(2026, 2, 15), first_full_on=date(2026, 4, 1))
    assert found(given, date(2027, 12, 1)) == ["2026-02-15 100", *expected.split(", ")]


def test_a_price_that_nothing_moves_is_the_one_agreed() -> None:
    given = terms(None)
    assert unit_prices(given, until=END) == [(date(2026, 1, 1), given.price)]


def known(*readings: tuple[str, int]) -> Known:
    found = {
        ("CPI", month): IndexReading(index="CPI", month=month, value=value, known_on="2025-12-31")
        for month, value in readings
    }
    return Known(END, found, {})


READ = known(("2026-01", 100), ("2027-01", 110), ("2028-01", 121), ("2029-01", 121))


@pytest.mark.parametrize(
    ("clause", "stated", "expected"),
    [
        ({}, [], "2027-01-01 110, 2028-01-01 121, 2029-01-01 121"),
        # After a stated price a step compares with the month the one before looked at, not with the base month.
        (
            {"base_month": "2026-01"},
            [ramp("2027-06-01", 150)],
            "2027-01-01 110, 2027-06-01 150, 2028-01-01 165, 2029-01-01 165",
        ),
    ],
)
def test_an_index_goes_on_from_what_was_stated(
    clause: dict[str, Any], stated: list[StatedPrice], expected: str
) -> None:
    given = terms(Escalator(index=Index(name="CPI", **clause)), *stated, known=READ)
    assert found(given) == ["2026-01-01 100", *expected.split(", ")]


@pytest.mark.parametrize(
    ("clause", "rounded", "expected"),
    [
        # A step by a bound is of the exact price, or of the rounded one; so is the course of the index.
        ({"cap": "0.06"}, {"round_to": 10}, "110 110 110"),
        ({"cap": "0.06"}, {"round_to": 10, "on_rounded": True}, "110 120 120"),
        ({}, {"round_to": 20}, "120 120 120"),
        ({}, {"round_to": 20, "on_rounded": True}, "120 140 140"),
    ],
)
def test_an_index_builds_on_the_exact_price_unless_told(
    clause: dict[str, Any], rounded: dict[str, Any], expected: str
) -> None:
    prices = unit_prices(terms(Escalator(index=Index(name="CPI", **clause), **rounded), known=READ), until=END)
    assert " ".join(f"{price.unit_amount.normalize():f}" for _on, price in prices[1:]) == expected


@pytest.mark.parametrize(
    ("escalator", "since"),
    [
        ({"every": "year"}, "2025-11"),
        ({"every": "45 days", "inside_period": "split"}, "2025-11"),
        ({"at_renewal": True}, "2025-11"),
    ],
)
def test_the_first_step_compares_with_the_month_a_step_before_it_would_have(
    escalator: dict[str, Any], since: str
) -> None:
    clause = Escalator(index=Index(name="CPI", lag_months=2), **escalator)
    (_first, (_on, price), *_more) = unit_prices(terms(clause, terms=RENEWED), until=END)
    assert price.steps[0].index is not None
    assert price.steps[0].index.since == since


def test_no_price_starts_with_the_line_or_on_the_day_it_is_asked_until() -> None:
    yearly, renewing = Escalator(rate="0.10"), Escalator(rate="0.10", at_renewal=True)
    first, second = date(2027, 1, 1), QUARTERS[8]
    assert found(terms(yearly), first) == ["2026-01-01 100"]
    assert found(terms(yearly), date(2027, 1, 2)) == ["2026-01-01 100", "2027-01-01 110"]
    assert found(terms(yearly, start=first), date(2028, 1, 1)) == ["2027-01-01 100"]
    assert found(terms(renewing, terms=RENEWED)) == ["2026-01-01 100", "2028-01-01 110"]
    assert found(terms(renewing, terms=RENEWED), second) == ["2026-01-01 100"]
    assert found(terms(renewing, terms=RENEWED), date(2028, 1, 2)) == ["2026-01-01 100", "2028-01-01 110"]
    assert found(terms(renewing, terms=RENEWED, start=second)) == ["2028-01-01 100"]
    assert found(terms(None, terms=UPLIFTED), second) == ["2026-01-01 100"]
    assert found(terms(None, terms=UPLIFTED, start=second)) == ["2028-01-01 100"]


def test_lines_that_share_what_was_counted_keep_their_own_calendars() -> None:
    shared: Steps = {}
    calendars: list[dict[str, Any]] = [{"every": "year"}, {"every": "2 years"}, {"on": APRIL}, {"on": FEBRUARY}]
    first_steps = [
        unit_prices(attrs.evolve(terms(Escalator(rate="0.10", inside_period="split", **one)), steps=shared), until=END)[
            1
        ]
        for one in calendars
    ]
    assert [on for on, _price in first_steps] == [
        date(2027, 1, 1),
        date(2028, 1, 1),
        date(2026, 4, 1),
        date(2026, 2, 28),
    ]


def test_a_price_steps_at_most_as_often_as_a_century_of_months() -> None:
    daily = terms(Escalator(amount=1, every="day", inside_period="split"), start=date(2026, 6, 1))
    last = date(2026, 6, 1) + timedelta(days=1201)
    assert found(daily, last)[-1] == f"{last - timedelta(days=1)} 1300"
    with pytest.raises(InvalidTerms) as refused:
        unit_prices(daily, until=last + timedelta(days=1))
    assert str(refused.value) == "$.escalator: too_many_steps: must have at most 1200 steps (got 1201)"


def test_a_stated_price_says_so() -> None:
    given = terms(Escalator(rate="0.10"), ramp("2028-01-01", 150))
    price = dict(unit_prices(given, until=END))[date(2028, 1, 1)]
    assert explain(derive(Decimal(1), price, to=Decimal("0.01"))).splitlines()[1:] == [
        "  100.00 a month agreed in O-1",
        "  from 2027-01-01: 100.00 + 10 % = 110.00 (escalator, O-1)",
        "  from 2028-01-01: 150.00 stated (ramp, O-1)",
    ]
