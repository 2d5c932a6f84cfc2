"""Not-to-exceed amounts: what a schedule leaves of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill import Facts, NotAllowed, headroom, schedule
from contractbill.charges import Certainty
from contractbill.deal import (
    Ceiling,
    Contract,
    Flat,
    LineItem,
    OneTime,
    Order,
    PerUnit,
    Recurring,
    Renewal,
    cancel,
    check,
    started,
)
from contractbill.display import to_text
from contractbill.errors import InvalidTerms
from contractbill.money import add_up, quantize, quantum
from contractbill.reports import headroom_table, over_ceiling
from contractbill.testing.strategies import contracts

CONTINGENT = Certainty.CONTINGENT
FEE = LineItem(id="fee", price=Flat(amount=1_000, per="year"), billing=Recurring(every="year", offset_days=-30))
SETUP = LineItem(id="setup", price=Flat(amount=500), billing=OneTime(once="date", on="2026-03-01"))
SEATS = LineItem(id="seats", price=PerUnit(unit_amount=10, per="month"), billing=Recurring(every="month"), quantity=5)


def order(*lines: LineItem, **given: Any) -> Order:
    return Order(**({"id": "O-1", "signed_on": "2026-01-01", "term": "24 months", "lines": lines} | given))


def deal(*ceilings: Ceiling, more: tuple[Order, ...] = (), **given: Any) -> Contract:
    first = order(FEE, SETUP, SEATS, ceilings=ceilings, **given)
    return Contract(id="C-1", currency="USD", orders=[first, *more])


def expansion(*lines: LineItem, name: str = "O-2", **given: Any) -> Order:
    return order(*lines, **({"id": name, "kind": "expansion", "signed_on": "2026-07-01", "term": None} | given))


def remaining(contract: Contract, **known: Any) -> list[str]:
    return [str(one.remaining.amount) for one in headroom(contract, schedule(contract, **known))]


@pytest.mark.parametrize(
    ("ceiling", "left"),
    [
        (Ceiling(id="all", amount=4_000), "300.00"),
        (Ceiling(id="all", amount=3_699), "-1.00"),
        (Ceiling(id="none", amount=0), "-3700.00"),
        (Ceiling(id="some", amount=4_000, lines=["fee", "setup"]), "1500.00"),
        # The second year's fee is asked for on 2 December 2026, and is for 2027.
        (Ceiling(id="first-year", amount=4_000, ends_before="2027-01-01"), "1900.00"),
        (Ceiling(id="second-year", amount=4_000, starts_on="2027-01-01"), "2400.00"),
        (Ceiling(id="march", amount=600, starts_on="2026-03-01", ends_before="2026-03-02"), "50.00"),
        (Ceiling(id="march-2", amount=600, starts_on="2026-03-02", ends_before="2026-04-01"), "600.00"),
    ],
)
def test_what_is_left_of_a_ceiling(ceiling: Ceiling, left: str) -> None:
    contract = deal(ceiling)
    assert remaining(contract) == [left]
    assert bool(over_ceiling(contract, schedule(contract))) is left.startswith("-")


def test_it_changes_no_charge() -> None:
    assert schedule(deal(Ceiling(id="none", amount=0))) == schedule(deal())
    assert headroom(deal(), schedule(deal())) == ()


def test_what_adds_to_a_line_counts_with_it() -> None:
    more = expansion(LineItem(id="more", extends="seats", quantity=2))
    assert remaining(deal(Ceiling(id="seats", amount=2_000, lines=["seats"]), more=(more,))) == ["440.00"]
    assert remaining(deal(Ceiling(id="more", amount=2_000, lines=["more"]), more=(more,))) == ["1640.00"]


def test_what_takes_the_place_of_a_line_counts_with_it() -> None:
    yearly = LineItem(
        id="later",
        replaces="seats",
        quantity=5,
        price=PerUnit(unit_amount=10, per="month"),
        billing=Recurring(every="quarter"),
    )
    more = order(yearly, id="O-2", kind="amendment", signed_on="2027-01-01", term=None)
    assert remaining(deal(Ceiling(id="seats", amount=2_000, lines=["seats"]), more=(more,))) == ["800.00"]


def test_the_latest_order_known_raises_it_and_a_cancelled_one_does_not() -> None:
    raised = expansion(ceilings=[Ceiling(id="nte", amount=5_000)])
    contract = deal(Ceiling(id="nte", amount=1_000), Ceiling(id="other", amount=9_000), more=(raised,))
    assert check(contract)[-1].code != "no_lines"
    assert remaining(contract) == ["1300.00", "5300.00"]
    assert remaining(contract, as_of=date(2026, 6, 30)) == ["-2700.00", "5300.00"]
    facts = Facts(progress=[cancel(started("O-2"), on=date(2026, 7, 2))])
    plan = schedule(contract, facts)
    (first, _other) = headroom(contract, plan, facts=facts)
    assert (first.order, str(first.remaining.amount)) == ("O-1", "-2700.00")
    (issue,) = over_ceiling(contract, plan, facts=facts)
    assert (issue.path, issue.code, issue.got) == ("$.orders[0].ceilings[0].amount", "over_ceiling", "1000")
    lower = attrs.evolve(contract.orders[1], ceilings=[Ceiling(id="other", amount=1)])
    (issue, worse) = over_ceiling(deal(*contract.orders[0].ceilings, more=(lower,)), plan)
    assert [one.path for one in (issue, worse)] == ["$.orders[0].ceilings[0].amount", "$.orders[1].ceilings[0].amount"]


def test_contingent_amounts_are_shown_and_do_not_count() -> None:
    contract = deal(Ceiling(id="nte", amount=3_700), renewal=Renewal(term="12 months"))
    (one,) = headroom(contract, schedule(contract))
    assert [str(money.amount) for money in (one.limit, one.fixed, one.estimated, one.contingent, one.remaining)] == [
        "3700.00",
        "3700.00",
        "0.00",
        "1600.00",
        "0.00",
    ]
    assert to_text(headroom_table(contract, [one])).splitlines()[-1].split() == [
        "nte",
        "O-1",
        "3,700.00",
        "3,700.00",
        "0.00",
        "1,600.00",
        "0.00",
    ]


@pytest.mark.parametrize(
    ("ceiling", "limit", "left"),
    [
        (Ceiling(id="all", rate="0.1"), "4070.00", "370.00"),
        (Ceiling(id="all", rate=0), "3700.00", "0.00"),
        # Of 2,000 of the fee alone; 200.005 goes to the cent by the contract's rounding.
        (Ceiling(id="of-fee", rate="0.1000025", of=["fee"]), "3900.01", "200.01"),
        (Ceiling(id="of-others", rate="0.5", of=["setup"], lines=["fee"]), "2250.00", "250.00"),
        (Ceiling(id="some", rate="0.1", lines=["fee", "setup"]), "2750.00", "250.00"),
        (Ceiling(id="first-year", rate="0.1", ends_before="2027-01-01"), "2310.00", "210.00"),
        (Ceiling(id="second-year", rate="0.1", of=["fee"], starts_on="2027-01-01"), "1700.00", "100.00"),
    ],
)
def test_a_contingency_adds_to_what_its_lines_and_days_come_to(ceiling: Ceiling, limit: str, left: str) -> None:
    contract = deal(ceiling, renewal=Renewal(term="12 months"))
    (one,) = headroom(contract, schedule(contract))
    assert (str(one.limit.amount), str(one.remaining.amount)) == (limit, left)


def test_later_orders_count_against_a_contingency_and_do_not_raise_it() -> None:
    later = LineItem(id="later", price=Flat(amount=300), billing=OneTime(once="start"))
    contract = deal(
        Ceiling(id="nte", rate="0.1"), more=(expansion(later), expansion(attrs.evolve(later, id="last"), name="O-3"))
    )
    (one,) = headroom(contract, schedule(contract))
    assert (str(one.limit.amount), str(one.remaining.amount)) == ("4070.00", "-230.00")
    (issue,) = over_ceiling(contract, schedule(contract))
    assert (issue.path, issue.got) == ("$.orders[0].ceilings[0].rate", "4070.00")
    again = attrs.evolve(contract.orders[2], ceilings=[Ceiling(id="nte", rate="0.1")])
    raised = attrs.evolve(contract, orders=[*contract.orders[:2], again])
    assert remaining(raised) == ["430.00"]


# Delivery, a milestone and how far somebody looks change nothing about what was agreed; an option to renew was not.
@pytest.mark.parametrize("through", [None, date(2026, 12, 31)])
def test_a_contingency_is_on_top_of_all_that_was_agreed(through: date | None) -> None:
    ready = LineItem(id="ready", price=Flat(amount=1_000), billing=OneTime(once="milestone", milestone="ready"))
    tenth = Ceiling(id="tenth", rate="0.10")
    option = Renewal(term="12 months")
    first = order(FEE, ready, ceilings=[tenth], bill_when="fulfilled", renewal=option)
    contract = Contract(id="C-1", currency="USD", orders=[first])
    waiting = headroom(contract, schedule(contract, through=through))[0]
    # 2 x 1,000 and 1,000, and a tenth of it.
    assert (str(waiting.limit.amount), str(waiting.fixed.amount)) == ("3300.00", "0.00")
    endless = attrs.evolve(contract, orders=[attrs.evolve(first, renewal=Renewal(term="12 months", times=None))])
    plan = schedule(endless, through=through or date(2030, 1, 1))
    assert str(headroom(endless, plan)[0].limit.amount) == "3300.00"


def test_a_contingency_of_a_contract_without_an_end_counts_what_was_planned() -> None:
    contract = deal(Ceiling(id="nte", rate="0.1"), term=None)
    plan = schedule(contract, through=date(2026, 3, 31))
    (one,) = headroom(contract, plan)
    assert (str(one.limit.amount), str(one.fixed.amount)) == ("1815.00", "1650.00")


@pytest.mark.parametrize(
    ("make", "faults"),
    [
        (lambda: Ceiling(id="", amount=-1), "$.id: not_an_id; $.amount: too_small"),
        (lambda: Ceiling(id="a", amount=1, lines="fee"), "$.lines: not_a_list"),
        (lambda: Ceiling(id="a", amount=1, starts_on="soon"), "$.starts_on: not_a_date"),
        (
            lambda: Ceiling(id="a", amount=1, starts_on="2026-01-01", ends_before="2026-01-01"),
            "$.ends_before: empty_period",
        ),
        (lambda: Ceiling(id="a"), "$: one_limit"),
        (lambda: Ceiling(id="a", amount=1, rate=1, of=["fee"]), "$: one_limit"),
        (lambda: Ceiling(id="a", amount=1, of=["fee"]), "$.of: of_refused"),
        (lambda: Ceiling(id="a", rate=-1, of="fee"), "$.rate: too_small; $.of: not_a_list"),
        (lambda: deal(Ceiling(id="a", rate=1, of=["fees"])), "$.orders[0].ceilings[0].of[0]: unknown_line"),
        (lambda: order(ceilings=[Ceiling(id="a", amount=1)] * 2), "$.ceilings[1].id: duplicate_id"),
        (lambda: order(ceilings=["a"]), "$.ceilings[0]: wrong_type"),
        (
            lambda: deal(Ceiling(id="a", amount="0.001", lines=["fee", "fees"])),
            "$.orders[0].ceilings[0].amount: not_quantized; $.orders[0].ceilings[0].lines[1]: unknown_line",
        ),
    ],
)
def test_what_can_never_be_true_is_refused(make: Any, faults: str) -> None:
    with pytest.raises(InvalidTerms) as refused:
        make()
    assert "; ".join(f"{issue.path}: {issue.code}" for issue in refused.value.issues) == faults


def test_the_schedule_must_be_the_contract_s() -> None:
    with pytest.raises(NotAllowed, match="other_contract"):
        headroom(deal(), attrs.evolve(schedule(deal()), contract="C-2"))


@given(contracts(ends=True), st.integers(0, 40))
def test_a_contingency_leaves_its_percent_of_what_was_agreed(contract: Contract, percent: int) -> None:
    last = attrs.evolve(contract.orders[-1], ceilings=[Ceiling(id="all", rate=Decimal(percent) / 100)])
    capped = attrs.evolve(contract, orders=[*contract.orders[:-1], last])
    plan = schedule(capped, as_of=last.known_on)
    one = next(one for one in headroom(capped, plan) if one.ceiling.id == "all")
    # As if all that was signed had been fulfilled, and every milestone was still to come.
    signed = attrs.evolve(capped, orders=[attrs.evolve(order, bill_when="signed") for order in capped.orders])
    charges = schedule(signed, as_of=last.known_on).charges
    agreed = add_up(line.value for line in charges if line.certainty is not CONTINGENT or line.service is None)
    on_top = quantize(agreed * percent / 100, quantum(capped.currency), capped.rounding)
    assert one.limit.amount - agreed == on_top


@given(contracts(ends=True))
def test_a_ceiling_on_everything_leaves_what_the_schedule_does_not_charge(contract: Contract) -> None:
    first = attrs.evolve(contract.orders[0], ceilings=[Ceiling(id="all", amount=1_000)])
    capped = attrs.evolve(contract, orders=[first, *contract.orders[1:]])
    plan = schedule(capped)
    (one,) = headroom(capped, plan)
    assert one.limit - plan.tcv == one.remaining
    assert one.contingent == plan.total_of(Certainty.CONTINGENT)
