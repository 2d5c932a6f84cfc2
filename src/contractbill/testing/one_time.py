"""Hypothesis strategies of prices that are asked for once, at once or in parts, and of the milestones they wait for."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from contractbill.charges import MilestoneDone
from contractbill.deal import Contract, Instalments, Once, OneTime, Part, Spread
from contractbill.deal.billing import occasions
from contractbill.money import Carrier

MILESTONES = ("go-live", "acceptance")
SHARES = (("0.5", "0.5"), ("0.3", None), ("0.333", "0.333", "0.334"), ("0.1", None, "0.25"), (None,))


@st.composite
def one_time(draw: DrawFn, days: SearchStrategy[date], *, ends: bool = True) -> OneTime:
    """Charges billed once, on each of their occasions.

    Args:
        days: those that may be named.
        ends: whether the contract ends, so that a milestone needs no day to plan with.
    """
    return OneTime(**draw(_occasions(days, ends=ends)))


@st.composite
def instalments(draw: DrawFn, days: SearchStrategy[date], *, ends: bool = True) -> Instalments:
    """One-time prices in parts, one of them perhaps the rest. Arguments as for `one_time`."""
    parts = [Part(share=share, **draw(_occasions(days, ends=ends))) for share in draw(st.sampled_from(SHARES))]
    return Instalments(parts=parts, carrier=draw(st.sampled_from(Carrier)))


@st.composite
def spreads(draw: DrawFn, days: SearchStrategy[date], *, ends: bool = True) -> Spread:
    """One-time prices in equal payments. Arguments as for `one_time`."""
    carrier = draw(st.sampled_from(Carrier))
    apart = draw(st.sampled_from(["month", "quarter", "45 days"]))
    if ends and draw(st.booleans()):
        return Spread(apart=apart, carrier=carrier)
    first = draw(one_time(days, ends=ends))
    return Spread(apart=apart, times=draw(st.integers(1, 7)), first=first, carrier=carrier)


def not_recurring(days: SearchStrategy[date], *, ends: bool = True) -> SearchStrategy[OneTime | Instalments | Spread]:
    """Prices that are asked for once, half of them in parts. Arguments as for `one_time`."""
    once = one_time(days, ends=ends)
    return st.one_of(once, once, instalments(days, ends=ends), spreads(days, ends=ends))


@st.composite
def _occasions(draw: DrawFn, days: SearchStrategy[date], *, ends: bool) -> dict[str, Any]:
    """What a payment may wait for."""
    once = draw(st.sampled_from(Once))
    fields: dict[str, Any] = {"once": once, "after_days": draw(st.sampled_from([0, 0, 7, 90]))}
    if once is Once.DATE:
        fields |= {"on": draw(days)}
    if once is Once.MILESTONE:
        planned = [*[{}] * ends, {"latest_by": draw(days)}, {"expected_on": draw(days)}]
        fields |= {"milestone": draw(st.sampled_from(MILESTONES)), **draw(st.sampled_from(planned))}
        fields |= {"acceptance_days": draw(st.sampled_from([0, 0, 30]))}
    return fields


@st.composite
def milestones(draw: DrawFn, contract: Contract) -> list[MilestoneDone]:
    """Some of the milestones that the lines of a contract wait for, each reached and known some time."""
    waited = {when.milestone for order in contract.orders for line in order.lines for when in occasions(line.billing)}
    names = sorted(name for name in waited if name is not None)
    start = contract.orders[0].effective_on
    return [draw(_reached(name, start)) for name in names if draw(st.booleans())]


@st.composite
def _reached(draw: DrawFn, name: str, start: date) -> MilestoneDone:
    """A milestone reached some time around a contract's start or after, accepted or not, known at once or later."""
    completed_on = start + timedelta(draw(st.integers(-30, 800)))
    return MilestoneDone(
        milestone=name,
        completed_on=completed_on,
        accepted_on=draw(st.none() | st.integers(0, 60).map(lambda days: completed_on + timedelta(days))),
        known_on=completed_on + timedelta(draw(st.sampled_from([0, 0, 10, 100]))),
    )
