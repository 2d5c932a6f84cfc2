"""Laws of milestones: whatever is reached, in whatever order, known late or at once."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from contractbill.charges import Certainty, Charge, Facts, MilestoneDone
from contractbill.deal import Contract, Flat, Instalments, LineItem, OneTime, Order, Part, Recurring, Spread
from contractbill.invoices import due, schedule
from contractbill.money import Carrier, add_up

SOME = settings(max_examples=settings().max_examples // 2)
NAMES = ("design", "delivery", "go-live", "acceptance")
START = date(2026, 1, 31)


@st.composite
def projects(draw: DrawFn) -> Contract:
    """A build in as many parts as there are milestones, payments that begin at one, and a platform beside them."""
    parts = [
        Part(
            share=None if name == NAMES[-1] else draw(st.sampled_from(["0.1", "0.3", "0.333"])),
            once="milestone",
            milestone=name,
            after_days=draw(st.sampled_from([0, 0, 30])),
            acceptance_days=draw(st.sampled_from([0, 0, 45])),
            latest_by=draw(st.none() | st.integers(0, 500).map(_later)),
        )
        for name in NAMES
    ]
    first = OneTime(once="milestone", milestone="go-live", latest_by=draw(st.none() | st.integers(0, 500).map(_later)))
    price = Flat(amount=Decimal(draw(st.integers(0, 10**6))).scaleb(-2))
    lines = [
        LineItem(id="build", price=price, billing=Instalments(parts=parts, carrier=draw(st.sampled_from(Carrier)))),
        LineItem(id="training", price=price, billing=Spread(apart="month", times=draw(st.integers(1, 5)), first=first)),
        LineItem(id="platform", price=Flat(amount=300, per="quarter"), billing=Recurring(every="quarter")),
    ]
    return Contract(id="C-1", currency="USD", orders=[Order(id="O-1", signed_on=START, term="18 months", lines=lines)])


def _later(days: int) -> date:
    return START + timedelta(days)


@st.composite
def reached(draw: DrawFn, name: str) -> MilestoneDone:
    completed_on = _later(draw(st.integers(-30, 700)))
    return MilestoneDone(
        milestone=name,
        completed_on=completed_on,
        accepted_on=draw(st.none() | st.integers(0, 60).map(lambda days: completed_on + timedelta(days))),
        known_on=completed_on + timedelta(draw(st.sampled_from([0, 0, 10, 200]))),
    )


def some_reached() -> st.SearchStrategy[Facts]:
    done = st.lists(st.sampled_from(NAMES), unique=True).flatmap(lambda names: st.tuples(*map(reached, names)))
    return done.map(lambda milestones: Facts(milestones=milestones))


def firm(charges: tuple[Charge, ...]) -> list[Charge]:
    return [one for one in charges if one.certainty is not Certainty.CONTINGENT]


@SOME
@given(projects(), some_reached())
def test_parts_are_the_price_whatever_was_reached(contract: Contract, facts: Facts) -> None:
    price = contract.orders[0].lines[0].price
    assert isinstance(price, Flat)
    for name in ("build", "training"):
        amounts = [one.value for one in schedule(contract, facts).charges if one.line.id == name]
        assert add_up(amounts) == price.unit_amount


@SOME
@given(projects(), some_reached(), st.data())
def test_reaching_one_milestone_moves_only_what_waits_for_it(
    contract: Contract, facts: Facts, data: st.DataObject
) -> None:
    left = [name for name in NAMES if name not in {one.milestone for one in facts.milestones}]
    if not left:
        return
    name = data.draw(st.sampled_from(left))
    more = Facts(milestones=[*facts.milestones, data.draw(reached(name))])
    waiting = {("build", NAMES.index(name))} | ({("training", n) for n in range(5)} if name == "go-live" else set())
    before, after = (
        {one.slot: one for one in schedule(contract, known).charges if (one.line.id, one.n) not in waiting}
        for known in (facts, more)
    )
    assert before == after
    assert len(schedule(contract, facts).charges) == len(schedule(contract, more).charges)


@SOME
@given(projects(), some_reached(), st.data())
def test_nothing_moves_into_days_that_have_passed(contract: Contract, facts: Facts, data: st.DataObject) -> None:
    """What was planned by a day, as known on it, stays; what becomes known later is planned later."""
    day = _later(data.draw(st.integers(0, 800)))
    then, now = schedule(contract, facts, as_of=day), schedule(contract, facts)
    assert [one for one in firm(then.charges) if one.planned_on <= day] == [
        one for one in firm(now.charges) if one.planned_on <= day
    ]


@SOME
@given(projects(), some_reached(), st.sets(st.integers(0, 900), max_size=8))
def test_runs_on_any_days_bill_the_schedule(contract: Contract, facts: Facts, days: set[int]) -> None:
    billed: list[Charge] = []
    for day in sorted({*map(_later, days), _later(1500)}):
        run = [one for invoice in due(contract, facts, billed=billed, as_of=day) for one in invoice.lines]
        assert all(one.planned_on <= day for one in run)
        billed += run
    assert set(billed) == set(firm(schedule(contract, facts).charges))
    assert set(firm(schedule(contract, facts, billed=billed).charges)) == set(billed)
