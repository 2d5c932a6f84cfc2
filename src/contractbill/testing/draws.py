"""What the strategies of whole deals are drawn from: days, numbers, and the clauses that stand by themselves."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from contractbill.deal import Discount
from contractbill.periods import Period

STEPPED = ("month", "quarter", "5 months", "year", "year", "18 months", "45 days")
# Most deals have no discounts; some have several that compound.
FEW = st.sampled_from([0, 0, 0, 0, 1, 2])
AFTER = timedelta(1)


def dates(first: date = date(2023, 1, 1), last: date = date(2029, 12, 31)) -> SearchStrategy[date]:
    """Days, with month ends and 29 February more often than a calendar has them."""
    spread = st.dates(first, last)
    ends = spread.map(lambda on: on.replace(day=1) - AFTER).filter(lambda on: first <= on <= last)
    return st.one_of(spread, ends, st.sampled_from([on for on in (first, _LEAP_DAY) if first <= on <= last]))


_LEAP_DAY = date(2024, 2, 29)


def amounts(digits: int, *, at_most: int = 10**6) -> SearchStrategy[Decimal]:
    """Numbers of at most so many digits after the point, zero and round ones among them."""
    return st.one_of(
        st.integers(0, at_most * 10**digits).map(lambda n: Decimal(n).scaleb(-digits)),
        st.sampled_from([Decimal(n) for n in (0, 1, 100, 1000)]),
    )


def rates() -> SearchStrategy[Decimal]:
    """Uplifts as fractions, cuts among them."""
    return st.integers(-2000, 3000).map(lambda n: Decimal(n).scaleb(-4))


@st.composite
def discounts(draw: DrawFn, name: str, *, around: Period, money: bool = False, timeless: bool = False) -> Discount:
    """Discounts of every kind.

    Args:
        name: the id.
        around: days of the deal, within or about which the discount may start or end.
        money: whether it may take off an amount of money, as a line's own may.
        timeless: whether it goes by no periods and no steps, as that of a one-time line must.
    """
    part = st.sampled_from([Decimal(n).scaleb(-2) for n in (0, 10, 33, 50, 100)]) | st.integers(0, 10_000).map(
        lambda n: Decimal(n).scaleb(-4)
    )
    of = st.sampled_from(["remaining", "remaining", "list"])
    takes: list[SearchStrategy[dict[str, Any]]] = [st.fixed_dictionaries({"rate": part, "of": of})]
    if money:
        takes.append(st.fixed_dictionaries({"amount": st.integers(1, 500)}))
    counted = [st.just({}), *(st.fixed_dictionaries({name: st.integers(1, 14)}) for name in ("first", "last"))]
    given = draw(st.one_of(takes)) | draw(counted[0] if timeless else st.one_of(counted))
    if not timeless and draw(seldom()):
        rates = draw(st.lists(part, min_size=1, max_size=4))
        given = {"rates": rates, "every": draw(st.sampled_from(STEPPED)), "of": draw(of)}
    starts_on = draw(st.none() | dates(around.start - timedelta(60), around.last_day))
    ends_before = draw(st.none() | dates((starts_on or around.start) + AFTER, around.end + timedelta(400)))
    return Discount(id=name, starts_on=starts_on, ends_before=ends_before, **given)


def seldom() -> SearchStrategy[bool]:
    """True once in a while."""
    return st.sampled_from([False, False, False, False, True])
