"""The life of an order: every pair of the table, every order of its steps, and a machine that tries everything."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contractbill.charges import Facts
from contractbill.deal import (
    ORDER_LIFECYCLE,
    OrderEvent,
    OrderProgress,
    OrderState,
    Step,
    StepDone,
    advance,
    cancel,
    complete,
    started,
)
from contractbill.errors import InvalidTerms, NotAllowed

ON = date(2026, 1, 10)
NEW, STARTED, DONE, GONE = OrderState
TABLE = {
    (NEW, OrderEvent.STEP_DONE): STARTED,
    (NEW, OrderEvent.LAST_STEP_DONE): DONE,
    (NEW, OrderEvent.CANCEL): GONE,
    (STARTED, OrderEvent.STEP_DONE): STARTED,
    (STARTED, OrderEvent.LAST_STEP_DONE): DONE,
    (STARTED, OrderEvent.CANCEL): GONE,
}


@pytest.mark.parametrize("event", OrderEvent)
@pytest.mark.parametrize("state", OrderState)
def test_every_pair_leads_where_the_table_says_or_is_not_allowed(state: OrderState, event: OrderEvent) -> None:
    assert ORDER_LIFECYCLE == TABLE
    if (state, event) in TABLE:
        assert advance(state, event) is TABLE[state, event]
    else:
        with pytest.raises(NotAllowed, match=r"\$\.state: order_transition") as caught:
            advance(state, event)
        assert caught.value.got == state


@pytest.mark.parametrize("has_usage", [False, True])
def test_steps_in_any_order_fulfil_on_the_latest_of_their_days(*, has_usage: bool) -> None:
    required = sorted(started("O-1", has_usage=has_usage).required)
    assert (Step.USAGE_MAPPED in required) == has_usage
    for steps in permutations(required):
        for late in range(len(steps)):
            progress = started("O-1", has_usage=has_usage)
            for number, step in enumerate(steps):
                assert progress.fulfilled_on is None
                assert progress.state is (STARTED if number else NEW)
                progress = complete(progress, step, on=ON + timedelta(30 * (number == late)), actor="ops")
            assert progress.state is DONE
            assert progress.fulfilled_on == ON + timedelta(30)


def test_a_step_done_twice_keeps_its_first_day() -> None:
    once = complete(started("O-1"), Step.PROVISIONED, on=ON, actor="ops")
    assert complete(once, Step.PROVISIONED, on=ON + timedelta(5), actor="crm") is once


def test_a_step_the_order_has_not_is_not_allowed() -> None:
    with pytest.raises(NotAllowed, match="step_not_required"):
        complete(started("O-1"), Step.USAGE_MAPPED, on=ON, actor="ops")


HALF: dict[str, Any] = {"order": "O-1", "done": [StepDone(step="provisioned", on=ON, actor="ops")]}
OTHER = StepDone(step="usage_mapped", on=ON, actor="ops")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"required": [Step.PROVISIONED], "cancelled_on": ON}, "$.cancelled_on: fulfilled_cancelled"),
        ({"done": [*HALF["done"], *HALF["done"]]}, "$.done[1].step: step_repeated"),
        ({"done": [OTHER]}, "$.done[0].step: step_not_required"),
        ({"done": [("provisioned", ON, "ops")]}, "$.done[0]: wrong_type"),
        ({"done": "provisioned"}, "$.done: not_a_list"),
        ({"required": []}, "$.required: out_of_range"),
        ({"required": "provisioned"}, "$.required: not_a_list"),
        ({"required": ["provisioned", "paid"]}, "$.required[1]: unknown_word"),
        ({"required": [["provisioned"]]}, "$.required[0]: unknown_word"),
        ({"cancelled_on": "soon", "order": ""}, "$.order: not_an_id; $.cancelled_on: not_a_date"),
    ],
)
def test_progress_that_no_life_leads_to_is_refused(change: dict[str, object], expected: str) -> None:
    with pytest.raises(InvalidTerms) as caught:
        OrderProgress(**(HALF | change))
    assert "; ".join(f"{issue.path}: {issue.code}" for issue in caught.value.issues) == expected


def test_a_step_that_was_done_says_what_when_and_who() -> None:
    with pytest.raises(InvalidTerms) as caught:
        StepDone(step="paid", on="soon", actor=None)  # type: ignore[arg-type]  # on purpose
    assert [(issue.path, issue.code) for issue in caught.value.issues] == [
        ("$.step", "unknown_word"),
        ("$.on", "not_a_date"),
        ("$.actor", "not_text"),
    ]


def test_needs_are_equal_however_they_are_listed() -> None:
    listed = OrderProgress(order="O-1", required=["usage_mapped", "provisioned", "contract_created", "provisioned"])
    assert listed == started("O-1", has_usage=True)
    assert OrderProgress(order="O-1", done=HALF["done"]) == complete(
        started("O-1"), Step.PROVISIONED, on=ON, actor="ops"
    )


def test_facts_name_each_order_once() -> None:
    with pytest.raises(InvalidTerms, match=r"\$\.progress\[1\]\.order: duplicate_id"):
        Facts(progress=[started("O-1"), started("O-1")])
    with pytest.raises(InvalidTerms, match=r"\$\.progress\[0\]: wrong_type"):
        Facts(progress=["O-1"])  # type: ignore[list-item]  # on purpose
    facts = Facts(progress=[cancel(started("O-1"), on=ON), started("O-2")])
    assert (facts.cancelled_on("O-1"), facts.cancelled_on("O-2"), facts.cancelled_on("O-3")) == (ON, None, None)
    assert facts.known_days() == {ON}


class AnOrder(RuleBasedStateMachine):
    """Whatever is said of an order, its state is what its steps and its cancellation say, and days stand."""

    def __init__(self) -> None:
        super().__init__()
        self.progress = started("O-1", has_usage=True)
        self.said: dict[Step, date] = {}
        self.ended = False

    @rule(step=st.sampled_from(Step), on=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    def do(self, step: Step, on: date) -> None:
        if self.ended and step not in self.said:
            with pytest.raises(NotAllowed, match="order_transition"):
                complete(self.progress, step, on=on, actor="ops")
            return
        self.progress = complete(self.progress, step, on=on, actor="ops")
        self.said.setdefault(step, on)
        self.ended = self.ended or len(self.said) == len(Step)

    @precondition(lambda self: not self.ended)
    @rule(on=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    def give_up(self, on: date) -> None:
        self.progress = cancel(self.progress, on=on)
        self.ended = True
        assert self.progress.cancelled_on == on

    @precondition(lambda self: self.ended)
    @rule()
    def give_up_too_late(self) -> None:
        with pytest.raises(NotAllowed, match="order_transition"):
            cancel(self.progress, on=ON)

    @invariant()
    def its_days_stand(self) -> None:
        assert {one.step: one.on for one in self.progress.done} == self.said
        whole = len(self.said) == len(Step)
        assert self.progress.fulfilled_on == (max(self.said.values()) if whole else None)
        assert (self.progress.state is DONE) == whole


TestAnOrder = AnOrder.TestCase
