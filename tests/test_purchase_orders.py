"""What a schedule puts under purchase orders, when that goes beyond them, and what no purchase order covers."""

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings

from contractbill import Facts, NotAllowed, po_forecast, schedule
from contractbill.charges import Certainty
from contractbill.deal import (
    Contract,
    Flat,
    LineItem,
    OneTime,
    Order,
    PurchaseOrder,
    Recurring,
    Renewal,
    Split,
    SplitShare,
    cancel,
    started,
)
from contractbill.display import to_html, to_text
from contractbill.reports import po_issues, po_table
from contractbill.testing.strategies import contracts

SOME = settings(max_examples=settings().max_examples // 2)


def fee(name: str = "fee", amount: int = 100, **given: Any) -> LineItem:
    return LineItem(id=name, price=Flat(amount=amount, per="quarter"), billing=Recurring(every="quarter"), **given)


def order(*lines: LineItem, **given: Any) -> Order:
    return Order(**({"id": "O-1", "signed_on": "2026-01-01", "term": "12 months", "lines": lines} | given))


def expansion(*lines: LineItem, **given: Any) -> Order:
    return order(*lines, **({"id": "O-2", "kind": "expansion", "signed_on": "2026-04-01", "term": None} | given))


def deal(*orders: Order, **given: Any) -> Contract:
    return Contract(id="C-1", currency="USD", orders=orders, **given)


def po(number: str, amount: Any = None, **given: Any) -> PurchaseOrder:
    return PurchaseOrder(number=number, amount=amount, **given)


def shown(contract: Contract, facts: Facts = Facts(), **known: Any) -> list[str]:
    """A row for each number: what is asked, what is left, when it is exceeded and by how much."""
    plan = schedule(contract, facts, **known)
    return [
        " ".join(
            str(part)
            for part in (
                one.number,
                (one.fixed + one.estimated).amount,
                *([one.remaining.amount] if one.remaining is not None else []),
                *([one.exceeded_on] if one.exceeded_on is not None else []),
                *([one.exceeded_by.amount] if one.exceeded_by is not None else []),
                *([f"lapsed {one.lapsed_on}"] if one.lapsed_on is not None else []),
            )
        )
        for one in po_forecast(contract, plan, facts=facts)
    ]


TURNS = [po("A", 250, ends_before="2026-07-01"), po("B", 100, starts_on="2026-07-01", ends_before="2026-10-01")]
SHARED = Split(shares=[SplitShare(id="it", share="0.25", po="IT"), SplitShare(id="hr")])

# Each row: the deal, and what is forecast of each number.
ROWS: list[tuple[Contract, list[str]]] = [
    (deal(order()), []),
    (deal(order(fee())), ["None 400.00"]),
    (deal(order(fee()), po="P"), ["P 400.00"]),
    (deal(order(fee()), po=po("P", 400)), ["P 400.00 0.00"]),
    (deal(order(fee()), po=po("P", "399.99")), ["P 400.00 -0.01 2026-10-01 0.01"]),
    (deal(order(fee()), po=po("P", 150)), ["P 400.00 -250.00 2026-04-01 50.00"]),
    # One number is one purchase order, wherever it stands; what is said of it last stands.
    (
        deal(order(fee(), fee("more")), expansion(fee("late", po="P"), po=po("Q", 5)), po=po("P", 500)),
        ["P 1100.00 -600.00 2026-07-01 300.00", "Q 0.00 5.00"],
    ),
    (
        deal(order(fee(po=po("P", 300))), expansion(fee("late"), po=po("P", 900)), po="P"),
        ["P 700.00 200.00"],
    ),
    # Those that take turns; what none of them covers stands last.
    (deal(order(fee()), po=TURNS), ["A 200.00 50.00", "B 100.00 0.00", "None 100.00"]),
    # A number of its own for one line, without a word on it in the contract.
    (deal(order(fee(), fee("b", po="B")), po=po("A", 1)), ["A 400.00 -399.00 2026-01-01 99.00", "B 400.00"]),
    # Each share counts under its own number.
    (deal(order(fee(), split=SHARED), po=po("P", 200)), ["P 300.00 -100.00 2026-07-01 25.00", "IT 100.00"]),
    (
        deal(order(fee(), split=SHARED), expansion(po=po("IT", 60, ends_before="2026-09-01"))),
        ["IT 100.00 -40.00 2026-07-01 15.00 lapsed 2026-10-01", "None 300.00"],
    ),
    # A credit makes room; all invoices of a day count together.
    (
        deal(order(fee(), fee("off", -60), fee("own", 20, separate=True)), po=po("P", 130)),
        ["P 240.00 -110.00 2026-07-01 50.00"],
    ),
]


@pytest.mark.parametrize(("contract", "rows"), ROWS)
def test_what_is_forecast_of_each_number(contract: Contract, rows: list[str]) -> None:
    assert shown(contract) == rows


def test_contingent_amounts_exceed_nothing() -> None:
    renewed = order(fee(), renewal=Renewal(term="12 months"), po=po("P", 400, ends_before="2027-01-01"))
    contract = deal(renewed)
    (covered, uncovered) = po_forecast(contract, schedule(contract))
    assert (covered.exceeded_on, covered.lapsed_on, uncovered.contingent.amount) == (None, None, Decimal("400.00"))
    assert po_issues(contract, schedule(contract)) == ()


def test_what_a_cancelled_or_unknown_order_says_does_not_count() -> None:
    later = expansion(fee("late"), po=po("P", 10_000), bill_when="fulfilled")
    contract = deal(order(fee()), later, po=po("P", 100))
    gone = Facts(progress=[cancel(started("O-2"), on=later.signed_on)])
    assert shown(contract, gone) == ["P 400.00 -300.00 2026-04-01 100.00"]
    assert shown(contract, as_of=date(2026, 3, 31))[0].split()[2] == "-300.00"


def test_issues_say_where_what_and_when() -> None:
    lines = [fee(po=TURNS), fee("b", 30, po=TURNS), fee("c", po="A"), fee("free", 0, po=TURNS)]
    contract = deal(order(*lines), expansion(fee("d", split=SHARED, po=TURNS)), po=po("IT", 20))
    uncovered = "no_po: stands on an invoice of a day on which no purchase order holds (got '2026-10-01')"
    assert [str(issue) for issue in po_issues(contract, schedule(contract))] == [
        "$.po.amount: po_exceeded: is exceeded on 2026-04-01 by 5.00: 75.00 are scheduled (got 'IT')",
        (
            "$.orders[0].lines[0].po[0].amount: po_exceeded: "
            "is exceeded on 2026-04-01 by 285.00: 735.00 are scheduled (got 'A')"
        ),
        (
            "$.orders[0].lines[0].po[0]: po_not_valid: "
            "does not hold on 2026-07-01, the day of an invoice under it (got 'A')"
        ),
        (
            "$.orders[0].lines[0].po[1].amount: po_exceeded: "
            "is exceeded on 2026-07-01 by 105.00: 205.00 are scheduled (got 'B')"
        ),
        f"$.orders[0].lines[0]: {uncovered}",
        f"$.orders[0].lines[1]: {uncovered}",
        f"$.orders[1].lines[0]: {uncovered}",
    ]


def test_shares_that_all_have_numbers_of_their_own_need_no_other() -> None:
    own = Split(shares=[SplitShare(id="it", po="IT"), SplitShare(id="hr", po="HR")])
    contract = deal(order(fee(split=own)), po=TURNS)
    assert po_issues(contract, schedule(contract)) == ()
    assert shown(contract) == ["A 0.00 250.00", "B 0.00 100.00", "HR 200.00", "IT 200.00"]


def test_the_places_of_lines_mean_nothing() -> None:
    lines = [fee("a", po=po("Z", 5)), fee("b", po="A"), fee("c", po="Z")]
    assert shown(deal(order(*lines))) == shown(deal(order(*reversed(lines))))


def test_the_table_has_a_row_for_each_number_and_the_sum() -> None:
    contract = deal(order(fee(), fee("rest", po="R")), expansion(fee("one", 7, po="A")), po=TURNS)
    table = po_table(contract, po_forecast(contract, schedule(contract)))
    assert to_text(table) == TABLE
    assert "<td" in to_html(table)


TABLE = """\
C-1: purchase orders, in USD
PO    from        to          ceiling   fixed  estimated  contingent  remaining  exceeded on  by
----  ----------  ----------  -------  ------  ---------  ----------  ---------  -----------  --
A                 2026-06-30   250.00  221.00       0.00        0.00      29.00
B     2026-07-01  2026-09-30   100.00  100.00       0.00        0.00       0.00
R                                      400.00       0.00        0.00
none                                   100.00       0.00        0.00
----  ----------  ----------  -------  ------  ---------  ----------  ---------  -----------  --
                                       821.00       0.00        0.00"""


def test_a_schedule_of_another_contract_is_refused() -> None:
    contract = deal(order(fee()))
    with pytest.raises(NotAllowed, match="other_contract"):
        po_forecast(contract, attrs.evolve(schedule(contract), contract="C-2"))


@SOME
@given(contracts(at_most=2))
def test_the_numbers_together_are_the_schedule(contract: Contract) -> None:
    plan = schedule(contract)
    rows = po_forecast(contract, plan)
    for certainty in Certainty:
        amounts = [getattr(one, certainty.value).amount for one in rows]
        assert sum(amounts, Decimal(0)) == plan.total_of(certainty).amount
    assert len({one.number for one in rows}) == len(rows)
    for one in rows:
        if one.remaining is not None and one.remaining.amount < 0:
            assert one.exceeded_on is not None
        if one.exceeded_by is not None:
            assert one.exceeded_by.amount > 0


def test_one_time_and_recurring_amounts_count_alike() -> None:
    once = LineItem(id="setup", price=Flat(amount=50), billing=OneTime(once="signature"))
    assert shown(deal(order(once, fee()), po=po("P", 500))) == ["P 450.00 50.00"]
