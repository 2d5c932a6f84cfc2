"""Milestones: undated until they are reached; then their charge has a day, and nothing else moves."""

from datetime import date
from typing import Any

import pytest

from contractbill import check_facts, due, schedule
from contractbill.charges import Basis, Charge, Facts, MilestoneDone, charges_for, reason
from contractbill.deal import BillWhen, Contract, Flat, LineItem, OneTime, Order, Recurring, started
from contractbill.errors import InvalidTerms

D = date.fromisoformat


def line(name: str = "build", **billing: Any) -> LineItem:
    return LineItem(id=name, price=Flat(amount=1000), billing=OneTime(**billing))


def at(milestone: str = "go-live", **billing: Any) -> LineItem:
    return line(once="milestone", milestone=milestone, **billing)


def contract(*lines: LineItem, **given: Any) -> Contract:
    order = Order(**({"id": "O-1", "signed_on": "2026-01-10", "term": "12 months", "lines": lines} | given))
    return Contract(id="C-1", currency="USD", orders=[order])


def reached(completed_on: str, milestone: str = "go-live", **given: str) -> Facts:
    return Facts(milestones=[MilestoneDone(milestone=milestone, completed_on=completed_on, **given)])


def told(charge: Charge) -> str:
    return f"{charge.asked_on} {charge.planned_on} {charge.certainty}"


DONE = reached("2026-03-02")
# Each row: what the line says, what is known, as of when, and the day asked for, the day planned, and how sure it is.
ROWS: list[tuple[dict[str, Any], Facts, str | None, str]] = [
    # Not reached.
    ({}, Facts(), None, "2027-01-09 2027-01-09 contingent"),
    ({"expected_on": "2026-05-01"}, Facts(), None, "2026-05-01 2026-05-01 contingent"),
    ({"expected_on": "2025-05-01"}, Facts(), None, "2025-05-01 2026-01-10 contingent"),
    ({"latest_by": "2026-06-01"}, Facts(), None, "2026-06-01 2026-06-01 fixed"),
    ({"latest_by": "2026-06-01", "after_days": 30}, Facts(), None, "2026-06-01 2026-06-01 fixed"),
    ({"latest_by": "2026-01-01"}, Facts(), None, "2026-01-01 2026-01-10 fixed"),
    # Reached.
    ({}, DONE, None, "2026-03-02 2026-03-02 fixed"),
    ({"after_days": 30}, DONE, None, "2026-04-01 2026-04-01 fixed"),
    ({"expected_on": "2026-05-01"}, DONE, None, "2026-03-02 2026-03-02 fixed"),
    ({"latest_by": "2026-06-01"}, DONE, None, "2026-03-02 2026-03-02 fixed"),
    ({"latest_by": "2026-03-10", "after_days": 30}, DONE, None, "2026-03-10 2026-03-10 fixed"),
    ({"latest_by": "2026-02-10"}, DONE, None, "2026-02-10 2026-02-10 fixed"),
    ({}, reached("2026-03-02", "other"), None, "2027-01-09 2027-01-09 contingent"),
    # Accepted: when the customer says so, at the latest when their days are over.
    ({"acceptance_days": 30}, DONE, None, "2026-04-01 2026-04-01 fixed"),
    ({"acceptance_days": 30, "after_days": 5}, DONE, None, "2026-04-06 2026-04-06 fixed"),
    ({"acceptance_days": 30}, reached("2026-03-02", accepted_on="2026-03-09"), None, "2026-03-09 2026-03-09 fixed"),
    (
        {"acceptance_days": 30},
        reached("2026-03-02", accepted_on="2026-03-09"),
        "2026-03-08",
        "2026-04-01 2026-04-01 fixed",
    ),
    ({"acceptance_days": 30}, reached("2026-03-02", accepted_on="2026-05-09"), None, "2026-04-01 2026-04-01 fixed"),
    ({}, reached("2026-03-02", accepted_on="2026-03-09"), None, "2026-03-02 2026-03-02 fixed"),
    # By what was known.
    ({}, DONE, "2026-03-01", "2027-01-09 2027-01-09 contingent"),
    ({}, DONE, "2026-03-02", "2026-03-02 2026-03-02 fixed"),
    ({}, reached("2026-03-02", known_on="2026-03-20"), None, "2026-03-02 2026-03-20 fixed"),
    ({"latest_by": "2026-03-10"}, reached("2026-03-02", known_on="2026-03-10"), None, "2026-03-02 2026-03-10 fixed"),
    ({"latest_by": "2026-03-10"}, reached("2026-03-02", known_on="2026-03-20"), None, "2026-03-10 2026-03-10 fixed"),
    ({}, reached("2025-12-01"), None, "2025-12-01 2026-01-10 fixed"),
]


@pytest.mark.parametrize(("said", "known", "as_of", "expected"), ROWS)
def test_a_milestone_is_asked_for(said: dict[str, Any], known: Facts, as_of: str | None, expected: str) -> None:
    (charge,) = charges_for(contract(at(**said)), known, as_of=None if as_of is None else D(as_of))
    assert told(charge) == expected
    assert charge.basis is Basis.MILESTONE
    assert charge.service is None
    assert reason(charge).startswith("at a milestone")


def test_two_lines_may_wait_for_one_milestone_and_two_for_two() -> None:
    deal = contract(
        line("a", once="milestone", milestone="delivery"),
        line("b", once="milestone", milestone="delivery", acceptance_days=10),
        line("c", once="milestone", milestone="go-live"),
    )
    found = charges_for(deal, reached("2026-03-02", "delivery", accepted_on="2026-03-05"))
    assert [str(one.planned_on) for one in found] == ["2026-03-02", "2026-03-05", "2027-01-09"]


def test_an_order_that_waits_for_its_fulfilment_does_not_bill_its_milestones() -> None:
    deal = contract(at(latest_by="2026-06-01"), bill_when=BillWhen.FULFILLED)
    assert [told(one) for one in charges_for(deal)] == ["2026-06-01 2026-06-01 contingent"]
    assert [told(one) for one in charges_for(deal, DONE)] == ["2026-03-02 2026-03-02 contingent"]


def test_a_milestone_moves_to_the_end_of_a_renewed_contract() -> None:
    renewal = Order(id="O-2", kind="renewal", signed_on="2026-12-01", effective_on="2027-01-10", term="12 months")
    deal = Contract(id="C-1", currency="USD", orders=[*contract(at()).orders, renewal])
    days = [str(charges_for(deal, as_of=D(day))[0].planned_on) for day in ("2026-11-30", "2026-12-01")]
    assert days == ["2027-01-09", "2028-01-09"]


def test_a_contract_without_an_end_needs_a_day_to_plan_with() -> None:
    with pytest.raises(InvalidTerms, match=r"\$\.orders\[0\]\.lines\[0\]\.billing: milestone_undated"):
        contract(at(), term=None)
    for said in ({"latest_by": "2026-06-01"}, {"expected_on": "2026-06-01"}):
        (charge,) = charges_for(contract(at(**said), term=None), through=D("2026-12-31"))
        assert str(charge.planned_on) == "2026-06-01"


def test_completing_one_milestone_dates_it_and_nothing_else_moves() -> None:
    platform = LineItem(id="platform", price=Flat(amount=100, per="month"), billing=Recurring(every="month"))
    others = (platform, line("fee", once="milestone", milestone="other"), line("start", once="start"))
    deal = contract(at(), *others)
    before, after = (
        {one.slot: one for one in schedule(deal, facts).charges if one.line.id != "build"} for facts in (Facts(), DONE)
    )
    assert before == after


def test_nothing_is_billed_before_it_is_known_and_what_was_billed_stays() -> None:
    deal = contract(at(latest_by="2026-06-01"))
    late = reached("2026-03-02", known_on="2026-07-01")
    assert due(deal, late, as_of=D("2026-05-31")) == ()
    billed = [one for invoice in due(deal, late, as_of=D("2026-06-01")) for one in invoice.lines]
    assert [str(one.planned_on) for one in billed] == ["2026-06-01"]
    assert due(deal, late, billed=billed, as_of=D("2026-07-01")) == ()
    assert list(schedule(deal, late, billed=billed).charges) == billed == list(schedule(deal, late).charges)
    unbilled = due(contract(at()), reached("2026-03-02", known_on="2026-07-01"), as_of=D("2026-06-30"))
    assert unbilled == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"completed_on": "soon"}, "$.completed_on: not_a_date"),
        ({"milestone": "", "accepted_on": 5}, "$.milestone: not_an_id; $.accepted_on: not_a_date"),
        (
            {"accepted_on": "2026-03-01", "known_on": "2026-02-28"},
            "$.accepted_on: before_completed; $.known_on: before_completed",
        ),
    ],
)
def test_a_milestone_that_can_never_be_true_is_refused(given: dict[str, Any], expected: str) -> None:
    with pytest.raises(InvalidTerms) as caught:
        MilestoneDone(**({"milestone": "go-live", "completed_on": "2026-03-02"} | given))
    assert "; ".join(f"{issue.path}: {issue.code}" for issue in caught.value.issues) == expected


def test_a_milestone_is_told_once() -> None:
    done = MilestoneDone(milestone="go-live", completed_on="2026-03-02")
    with pytest.raises(InvalidTerms, match=r"\$\.milestones\[1\]\.milestone: duplicate_id"):
        Facts(milestones=[done, done])
    with pytest.raises(InvalidTerms, match=r"\$\.milestones\[0\]: wrong_type"):
        Facts(milestones=["go-live"])  # type: ignore[list-item]  # on purpose


def test_facts_about_what_the_contract_does_not_have_are_pointed_at() -> None:
    deal = contract(at())
    assert check_facts(deal, DONE) == ()
    wrong = Facts(progress=[started("O-1"), started("O-9")], milestones=reached("2026-03-02", "golive").milestones)
    assert [(issue.path, issue.code, issue.got) for issue in check_facts(deal, wrong)] == [
        ("$.progress[1].order", "unknown_order", "O-9"),
        ("$.milestones[0].milestone", "unknown_milestone", "golive"),
    ]
