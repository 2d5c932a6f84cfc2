"""What a schedule puts under purchase orders, when that goes beyond them, and what no purchase order covers."""

from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter, itemgetter
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractbill import Facts, NotAllowed, due, po_forecast, schedule
from contractbill.charges import Certainty, Charge
from contractbill.deal import (
    Change,
    Contract,
    Flat,
    LineItem,
    OneTime,
    Order,
    Party,
    PaymentTerms,
    PerUnit,
    PurchaseOrder,
    Recurring,
    Renewal,
    RoundingLevel,
    Split,
    SplitShare,
    cancel,
    check,
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
        "$.po.amount: po_exceeded: is exceeded on 2026-04-01 by 5.00: 25.00 are scheduled by then (got 'IT')",
        (
            "$.orders[0].lines[0].po[0].amount: po_exceeded: "
            "is exceeded on 2026-04-01 by 285.00: 535.00 are scheduled by then (got 'A')"
        ),
        (
            "$.orders[0].lines[0].po[1].amount: po_exceeded: "
            "is exceeded on 2026-07-01 by 105.00: 205.00 are scheduled by then (got 'B')"
        ),
        f"$.orders[0].lines[0]: {uncovered}",
        f"$.orders[0].lines[1]: {uncovered}",
        f"$.orders[0].lines[2]: {uncovered.replace('10-01', '07-01')}",
        f"$.orders[1].lines[0]: {uncovered}",
    ]


def test_shares_that_all_have_numbers_of_their_own_need_no_other() -> None:
    own = Split(shares=[SplitShare(id="it", po="IT"), SplitShare(id="hr", po="HR")])
    contract = deal(order(fee(split=own)), po=TURNS)
    assert po_issues(contract, schedule(contract)) == ()
    assert shown(contract) == ["A 0.00 250.00", "B 0.00 100.00", "HR 200.00", "IT 200.00"]


def test_a_share_shows_its_number_whatever_the_day() -> None:
    said = expansion(fee("x", 1, po=po("IT", 60, ends_before="2026-09-01")))
    contract = deal(order(fee(split=SHARED), po="P"), said)
    assert [str(issue) for issue in po_issues(contract, schedule(contract))] == [
        (
            "$.orders[1].lines[0].po.amount: po_exceeded: "
            "is exceeded on 2026-07-01 by 17.00: 77.00 are scheduled by then (got 'IT')"
        ),
        "$.orders[1].lines[0].po: po_not_valid: does not hold on 2026-10-01, the day of an invoice under it (got 'IT')",
        (
            "$.orders[1].lines[0]: no_po: "
            "stands on an invoice of a day on which no purchase order holds (got '2026-10-01')"
        ),
    ]


def test_what_was_exceeded_and_credited_later_says_the_sum_of_that_day() -> None:
    contract = deal(order(fee(), fee("back", -300, starts_on="2026-07-01")), po=po("P", 150))
    (issue,) = po_issues(contract, schedule(contract))
    assert issue.message == "is exceeded on 2026-04-01 by 50.00: 200.00 are scheduled by then"


YEARLY = order(
    LineItem(id="a", price=Flat(amount=900, per="year"), billing=Recurring(every="year")),
    term="36 months",
    po=po("P", 2000, ends_before="2027-01-01"),
)


def said_later(said: Any, on: str = "2026-06-01", name: str = "A", quantity: int = 1) -> Order:
    """An amendment that says something of purchase orders, and takes no line away."""
    change = Change(line="a", quantity=quantity, on=on)
    return Order(id=name, kind="amendment", signed_on=on, effective_on=on, changes=[change], po=said)


LONGER = said_later(po("P", ends_before="2029-01-01"))
NEXT = [po("P", ends_before="2027-01-01"), po("Q", starts_on="2027-01-01", ends_before="2028-01-01")]

# Each row: what is said with later orders; the numbers of the three invoices, what is forecast, what is found.
LATER: list[tuple[list[Order], list[str | None], list[str], list[str]]] = [
    ([], ["P", None, None], ["P 900.00 1100.00", "None 1800.00"], ["no_po"]),
    # It is extended; its amount stands as said before.
    (
        [LONGER],
        ["P"] * 3,
        ["P 2700.00 -700.00 2028-01-01 700.00"],
        ["po_exceeded"],
    ),
    # It is raised; its days stand as said before.
    ([said_later(po("P", 9000))], ["P", None, None], ["P 900.00 8100.00", "None 1800.00"], ["no_po"]),
    # Both, one after the other; what stands under it is in order.
    (
        [LONGER, said_later(po("P", 9000), "2026-07-01", "B")],
        ["P"] * 3,
        ["P 2700.00 6300.00"],
        [],
    ),
    # The number alone says nothing; another number is another purchase order.
    ([said_later("P")], ["P", None, None], ["P 900.00 1100.00", "None 1800.00"], ["no_po"]),
    (
        [said_later(po("Q", starts_on="2027-01-01"))],
        ["P", None, None],
        ["P 900.00 1100.00", "Q 0.00", "None 1800.00"],
        ["no_po"],
    ),
    # It is shortened before an invoice; what was invoiced by then stands.
    (
        [LONGER, said_later(po("P", ends_before="2027-06-01"), "2027-03-01", "B")],
        ["P", "P", None],
        ["P 1800.00 200.00", "None 900.00"],
        ["no_po"],
    ),
    # It is extended too late for an invoice, which keeps standing under none.
    (
        [said_later(po("P", ends_before="2029-01-01"), "2027-02-01")],
        ["P", None, "P"],
        ["P 1800.00 200.00", "None 900.00"],
        ["no_po"],
    ),
    # It begins after it had ended: the end before does not stand.
    (
        [said_later(po("P", starts_on="2028-01-01"))],
        ["P", None, "P"],
        ["P 1800.00 200.00 lapsed 2026-01-01", "None 900.00"],
        ["po_not_valid", "no_po"],
    ),
]


@pytest.mark.parametrize(("orders", "numbers", "rows", "codes"), LATER)
def test_what_later_orders_say_of_a_number_stands_on_invoices_and_in_the_forecast(
    orders: list[Order], numbers: list[str | None], rows: list[str], codes: list[str]
) -> None:
    contract = deal(YEARLY, *orders)
    plan = schedule(contract)
    assert [one.group.po for one in plan.invoices] == numbers
    assert shown(contract) == rows
    assert [one.code for one in po_issues(contract, plan)] == codes
    for stage in range(len(orders)):
        day = orders[stage].known_on - timedelta(1)
        assert schedule(contract, as_of=day) == schedule(deal(YEARLY, *orders[:stage]), as_of=day)


@pytest.mark.parametrize(("on", "numbers"), [("2026-07-01", ["P", None, None]), ("2027-07-01", ["P", "P", None])])
def test_what_a_cancelled_order_said_of_a_number_stood_until_then(on: str, numbers: list[str | None]) -> None:
    contract = deal(YEARLY, said_later(po("P", ends_before="2029-01-01")))
    facts = Facts(progress=[cancel(started("A"), on=date.fromisoformat(on))])
    assert [one.group.po for one in schedule(contract, facts).invoices] == numbers


def test_of_two_that_a_later_order_lets_hold_the_first_listed_shows() -> None:
    first = attrs.evolve(YEARLY, po=NEXT)
    contract = deal(first, said_later(po("P", ends_before="2027-06-01")))
    assert [one.group.po for one in schedule(contract).invoices] == ["P", "P", None]


def test_one_word_on_a_number_counts_for_all_lines_that_name_it() -> None:
    plain = attrs.evolve(YEARLY, po="P")
    contract = deal(plain, said_later(po("P", ends_before="2028-01-01")))
    assert [one.group.po for one in schedule(contract).invoices] == ["P", "P", None]


TO = Party(id="to", name="To")
NET = PaymentTerms(net_days=30)

# Each row: what an order without lines says, what others name, and what `check` finds of it.
LINELESS: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    (
        {"seller": TO, "bill_to": TO, "payment_terms": NET, "split": SHARED},
        {},
        ["seller", "bill_to", "payment_terms", "split"],
    ),
    ({"po": "P"}, {}, ["po"]),
    ({"po": po("P", 5)}, {"po": "Q"}, ["po"]),
    ({"po": NEXT}, {"po": "Q"}, ["po"]),
    ({"po": "P"}, {"po": "P"}, []),
    ({"po": NEXT}, {"po": NEXT}, []),
    ({"po": po("IT", 5)}, {"split": SHARED}, []),
    ({}, {}, []),
]


@pytest.mark.parametrize(("said", "named", "fields"), LINELESS)
def test_check_says_what_an_order_without_lines_says_in_vain(
    said: dict[str, Any], named: dict[str, Any], fields: list[str]
) -> None:
    renewal = order(id="R", kind="renewal", effective_on="2027-01-01", **said)
    for contract in (
        deal(order(fee()), renewal, **named),
        deal(order(fee(), **named), renewal),
        deal(order(fee(**named)), renewal),
        # Another order without lines names nothing that invoices show.
        deal(order(fee(), **named), renewal, said_late(**said)),
    ):
        found = [one for one in check(contract) if one.path.startswith("$.orders[1]")]
        assert [(one.path, one.code) for one in found] == [(f"$.orders[1].{name}", "without_lines") for name in fields]
    # With lines it is for these.
    assert "without_lines" not in {one.code for one in check(deal(attrs.evolve(order(fee()), **said)))}


def said_late(**said: Any) -> Order:
    """An amendment of nothing else."""
    return order(id="M", kind="amendment", signed_on="2026-05-01", term=None, **said)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (po("P", 5), []),
        (po("P", ends_before="2027-01-01"), []),
        ("P", ["no_changes"]),
        (po("Q", 5), ["no_changes", "without_lines"]),
    ],
)
def test_an_amendment_may_say_something_of_a_purchase_order_alone(said: Any, codes: list[str]) -> None:
    contract = deal(order(fee(), po="P"), said_late(po=said))
    assert [one.code for one in check(contract) if one.path.startswith("$.orders[1]")] == codes


def monthly(name: str, **given: Any) -> LineItem:
    return LineItem(id=name, price=PerUnit(unit_amount="10.013", per="month"), billing=Recurring(), **given)


WORDS = st.sampled_from(
    [
        None,
        "P",
        po("P", 500),
        po("P", ends_before="2026-09-01"),
        po("P", starts_on="2026-05-01"),
        [po("P", ends_before="2026-06-01"), po("Q", starts_on="2026-06-01", ends_before="2026-11-01")],
        po("Q", ends_before="2027-01-01"),
    ]
)
DAYS = st.dates(date(2026, 1, 2), date(2026, 12, 31))
LATER_WORDS = st.lists(st.tuples(WORDS, DAYS, st.integers(1, 3)), max_size=3, unique_by=itemgetter(1))


@given(WORDS, st.tuples(WORDS, WORDS), LATER_WORDS, DAYS, st.sampled_from(RoundingLevel))
def test_runs_stand_under_the_numbers_of_the_schedule_as_of_their_day(
    of_contract: Any,
    of_lines: tuple[Any, Any],
    later: list[tuple[Any, date, int]],
    day: date,
    level: RoundingLevel,
) -> None:
    first, second = (monthly(name, po=said) for name, said in zip("ab", of_lines, strict=True))
    orders = [said_later(said, str(on), f"A-{n}", quantity) for n, (said, on, quantity) in enumerate(later)]
    bought = order(first), expansion(second, signed_on="2026-01-02"), *orders
    contract = deal(*bought, po=of_contract, rounding_level=level)
    known = attrs.evolve(contract, orders=[one for one in bought if one.known_on <= day])
    assert schedule(contract, as_of=day) == schedule(known, as_of=day)
    billed: list[Charge] = []
    for on in sorted({day, *(one.known_on for one in bought), date(2027, 12, 31)}):
        billed += [line for run in due(contract, billed=billed, as_of=on) for line in run.lines]
    key = attrgetter("planned_on", "line.id", "slot", "entry")
    assert sorted(billed, key=key) == sorted(schedule(contract).charges, key=key)


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
A                 2026-06-30   250.00  207.00       0.00        0.00      43.00
B     2026-07-01  2026-09-30   100.00  100.00       0.00        0.00       0.00
R                                      400.00       0.00        0.00
none                                   114.00       0.00        0.00
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
