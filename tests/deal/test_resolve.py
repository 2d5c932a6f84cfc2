"""Resolution: what each line of a contract is once some of its orders are known, field by field."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from contractbill.charges import Facts
from contractbill.charges.dated_pos import dated_pos
from contractbill.deal import (
    Change,
    Contract,
    Discount,
    Flat,
    LineItem,
    OneTime,
    Order,
    Party,
    PaymentTerms,
    Percent,
    PerUnit,
    PurchaseOrder,
    RampStep,
    Recurring,
    RemitTo,
    Split,
    SplitShare,
    contract_lines,
    known_orders,
)
from contractbill.deal.resolve import AMENDMENT, RAMP, ContractLine, Fold, Group, LineChange
from contractbill.deal.splits import split_of_group

D = date


def seats(name: str = "seats", **said: Any) -> LineItem:
    return LineItem(
        **{"id": name, "price": PerUnit(unit_amount=60, per="month"), "billing": Recurring(), "quantity": 10, **said}
    )


def more(name: str = "more", of: str = "seats", **said: Any) -> LineItem:
    return LineItem(id=name, extends=of, quantity=5, **said)


def fee(*of: str, name: str = "fee", **said: Any) -> LineItem:
    return LineItem(id=name, price=Percent(rate="0.2", of=of, per="month"), billing=Recurring(), **said)


def build(name: str = "build", **said: Any) -> LineItem:
    return LineItem(id=name, price=Flat(amount=1000), billing=OneTime(), **said)


def first(*lines: LineItem, **said: Any) -> Order:
    return Order(**{"id": "O-1", "signed_on": "2026-01-01", "term": "12 months", "lines": lines, **said})


def later(number: int, on: str, *changes: Change, lines: Sequence[LineItem] = (), **said: Any) -> Order:
    fields = {"id": f"O-{number}", "kind": "amendment", "signed_on": on, "changes": changes, "lines": lines, **said}
    return Order(**fields)


def expansion(number: int, on: str, *lines: LineItem, **said: Any) -> Order:
    return later(number, on, lines=lines, **{"kind": "expansion", **said})


def deal(*orders: Order, **said: Any) -> Contract:
    return Contract(**{"id": "C-1", "currency": "USD", "orders": orders, **said})


def resolved(contract: Contract) -> dict[str, ContractLine]:
    return {line.item.id: line for line in contract_lines(contract, known_orders(contract, None))}


# ---------------------------------------------------------------------------------------------------- who pays, and how

SELLER = Party(
    id="seller", name="Seller", remit_to=[RemitTo(id="usd", currency="USD"), RemitTo(id="eur", currency="EUR")]
)
BRANCH = Party(id="branch", name="Branch", remit_to=[RemitTo(id="branch-usd", currency="USD")])
BUYER, HEAD, DESK, SITE = (Party(id=name, name=name.title()) for name in ("buyer", "head", "desk", "site"))
NET_30, NET_60 = PaymentTerms(net_days=30), PaymentTerms(net_days=60)

# Each row: what the contract, the order and the line say, and what they come to.
GROUPS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any], Group]] = [
    ({}, {}, {}, Group(currency="USD", payment_terms=PaymentTerms())),
    (
        {"seller": SELLER, "customer": BUYER, "payment_terms": NET_30, "po": "PO-0", "tax_regime": "us"},
        {},
        {},
        Group(
            currency="USD",
            payment_terms=NET_30,
            entity="seller",
            bill_to="buyer",
            remit_to="usd",
            po="PO-0",
            tax_regime="us",
        ),
    ),
    (
        {"seller": SELLER, "currency": "EUR"},
        {},
        {},
        Group(currency="EUR", payment_terms=PaymentTerms(), entity="seller", remit_to="eur"),
    ),
    # A seller without an account in the currency.
    (
        {"seller": BRANCH, "currency": "EUR"},
        {},
        {},
        Group(currency="EUR", payment_terms=PaymentTerms(), entity="branch"),
    ),
    # The contract's bill-to comes before its customer, the order's word before the contract's, the line's before all.
    (
        {"customer": BUYER, "bill_to": HEAD, "sold_to": SITE},
        {},
        {},
        Group(currency="USD", payment_terms=PaymentTerms(), bill_to="head"),
    ),
    (
        {"seller": SELLER, "customer": BUYER, "bill_to": HEAD, "payment_terms": NET_30, "po": "PO-0"},
        {"seller": BRANCH, "bill_to": DESK, "payment_terms": NET_60, "po": "PO-1"},
        {},
        Group(
            currency="USD",
            payment_terms=NET_60,
            entity="branch",
            bill_to="desk",
            remit_to="branch-usd",
            po="PO-1",
        ),
    ),
    (
        {"bill_to": HEAD, "po": "PO-0"},
        {"bill_to": DESK, "po": "PO-1"},
        {"bill_to": SITE, "po": "PO-2", "separate": True},
        Group(currency="USD", payment_terms=PaymentTerms(), bill_to="site", po="PO-2", separate="seats"),
    ),
]


HALVES = Split(shares=[SplitShare(id="police", bill_to=SITE), SplitShare(id="fire", po="PO-F")])
THIRDS = Split(shares=[SplitShare(id=name) for name in ("one", "two", "three")])


@pytest.mark.parametrize(
    ("of_contract", "of_order", "of_line", "expected"),
    [
        ({}, {}, {}, None),
        ({"split": HALVES}, {}, {}, HALVES),
        ({"split": HALVES}, {"split": THIRDS}, {}, THIRDS),
        ({"split": HALVES}, {"split": THIRDS}, {"split": HALVES}, HALVES),
        # A bill-to alone says that nobody shares; that of the contract does not.
        ({"split": HALVES}, {"bill_to": DESK}, {}, None),
        ({"split": HALVES}, {"split": THIRDS}, {"bill_to": SITE}, None),
        ({"split": HALVES, "bill_to": HEAD}, {}, {}, HALVES),
        ({}, {"bill_to": DESK, "split": THIRDS}, {}, THIRDS),
    ],
)
def test_a_line_is_shared_as_the_nearest_word_on_who_pays_says(
    of_contract: dict[str, Any], of_order: dict[str, Any], of_line: dict[str, Any], expected: Split | None
) -> None:
    (line,) = resolved(deal(first(seats(**of_line), **of_order), **of_contract)).values()
    assert line.group.split == (None if expected is None else split_of_group(expected))


OLD, NEW = PurchaseOrder(number="PO-1", ends_before="2026-07-01"), PurchaseOrder(number="PO-2", starts_on="2026-07-01")
OPEN = PurchaseOrder(number="PO-3", amount=1000)


@pytest.mark.parametrize(
    ("of_contract", "of_order", "of_line", "number", "listed"),
    [
        (None, None, None, None, ()),
        # One without days always holds; of those with days, the day of an invoice says which.
        (OPEN, None, None, "PO-3", ()),
        (OLD, None, None, None, (OLD,)),
        ([OLD, NEW], None, None, None, (OLD, NEW)),
        ([OLD, NEW], "PO-0", None, "PO-0", ()),
        ("PO-0", [OLD, NEW], None, None, (OLD, NEW)),
        (OLD, OPEN, [OLD, NEW], None, (OLD, NEW)),
        (OLD, [OLD, NEW], OPEN, "PO-3", ()),
    ],
)
def test_the_nearest_word_on_purchase_orders_counts(
    of_contract: Any, of_order: Any, of_line: Any, number: str | None, listed: tuple[PurchaseOrder, ...]
) -> None:
    contract = deal(first(seats(po=of_line), po=of_order), po=of_contract)
    (line,) = resolved(contract).values()
    assert line.group.po == number
    assert dated_pos(contract, Facts()).listed == ({"seats": listed} if listed else {})


def test_only_lines_whose_purchase_orders_have_days_are_listed_by_them() -> None:
    contract = deal(first(seats(), seats("b", po="PO-0")), expansion(2, "2026-02-01", more(po=[OLD, NEW])), po=NEW)
    assert dated_pos(contract, Facts()).listed == {"seats": (NEW,), "more": (OLD, NEW)}


@pytest.mark.parametrize(("of_contract", "of_order", "of_line", "expected"), GROUPS)
def test_a_line_shares_what_it_says_else_its_order_else_the_contract(
    of_contract: dict[str, Any], of_order: dict[str, Any], of_line: dict[str, Any], expected: Group
) -> None:
    (line,) = resolved(deal(first(seats(**of_line), **of_order), **of_contract)).values()
    assert line.group == expected


def test_lines_of_an_order_share_one_group_but_for_those_that_say_something_themselves() -> None:
    own: dict[str, dict[str, Any]] = {
        "b": {"po": "PO-1"},
        "c": {"bill_to": SITE},
        "d": {"separate": True},
        "e": {"split": HALVES},
    }
    lines = [seats("a"), *(seats(name, **said) for name, said in own.items()), seats("f")]
    contract = deal(first(*lines), expansion(2, "2026-02-01", seats("g"), po="PO-2"), bill_to=HEAD)
    groups = {name: line.group for name, line in resolved(contract).items()}
    shared = Group(currency="USD", payment_terms=PaymentTerms(), bill_to="head")
    assert groups["a"] is groups["f"]
    assert groups == {
        "a": shared,
        "b": attrs.evolve(shared, po="PO-1"),
        "c": attrs.evolve(shared, bill_to="site"),
        "d": attrs.evolve(shared, separate="d"),
        "e": attrs.evolve(shared, split=split_of_group(HALVES)),
        "f": shared,
        "g": attrs.evolve(shared, po="PO-2"),
    }


def test_a_line_that_adds_to_another_shares_what_its_own_order_says() -> None:
    contract = deal(first(seats(po="PO-1")), expansion(2, "2026-03-01", more(), po="PO-2"), po="PO-0")
    assert {name: line.group.po for name, line in resolved(contract).items()} == {"seats": "PO-1", "more": "PO-2"}


# ------------------------------------------------------------------------------------------------------- where it comes


def test_a_line_knows_its_home_and_its_days() -> None:
    contract = deal(
        first(seats(starts_on="2026-02-01"), known_on="2026-01-20"),
        expansion(2, "2026-03-01", more(), effective_on="2026-04-01"),
        expansion(3, "2026-03-05", more("later", starts_on="2026-05-01"), effective_on="2026-04-01"),
    )
    found = resolved(contract)
    assert [
        (
            name,
            line.item.id,
            line.root.id,
            line.order.id,
            line.root_order.id,
            line.sequence,
            line.start,
            line.root_start,
        )
        for name, line in found.items()
    ] == [
        ("seats", "seats", "seats", "O-1", "O-1", 0, D(2026, 2, 1), D(2026, 2, 1)),
        ("more", "more", "seats", "O-2", "O-1", 1, D(2026, 4, 1), D(2026, 2, 1)),
        ("later", "later", "seats", "O-3", "O-1", 2, D(2026, 5, 1), D(2026, 2, 1)),
    ]
    assert [(line.removed, line.changes, line.root_changes, line.discounts, line.bases) for line in found.values()] == [
        (False, (), (), (), ())
    ] * 3


def test_a_line_is_known_when_its_order_and_its_home_are() -> None:
    contract = deal(first(seats(), known_on="2026-06-01"), expansion(2, "2026-03-01", more(), known_on="2026-04-01"))
    assert {name: line.known_on for name, line in resolved(contract).items()} == {
        "seats": D(2026, 6, 1),
        "more": D(2026, 6, 1),
    }
    fold = Fold(contract)
    fold.apply(contract.orders[1])
    assert fold.line("more") is None
    assert fold.line("nothing") is None
    assert fold.lines() == ()
    fold.apply(contract.orders[0])
    assert [line.item.id for line in fold.lines()] == ["seats", "more"]


def test_lines_stand_by_the_place_of_their_order_then_by_id() -> None:
    contract = deal(
        first(seats("b"), seats("a")),
        expansion(2, "2026-05-01", seats("d")),
        expansion(3, "2026-03-01", seats("c")),
    )
    assert [order.id for order in known_orders(contract, None)] == ["O-1", "O-3", "O-2"]
    assert list(resolved(contract)) == ["a", "b", "d", "c"]


def test_orders_apply_by_the_day_they_are_known_then_by_sequence_then_by_place() -> None:
    contract = deal(
        first(seats()),
        later(2, "2026-02-01", Change(line="seats", quantity=2), sequence=2),
        later(3, "2026-02-01", Change(line="seats", quantity=3), sequence=1),
        later(4, "2026-02-01", lines=[seats("other")]),
        later(5, "2026-01-15", lines=[seats("another")], known_on="2026-02-01"),
        later(6, "2026-02-02", lines=[seats("last")]),
    )
    ids = [order.id for order in known_orders(contract, None)]
    assert ids == ["O-1", "O-4", "O-5", "O-3", "O-2", "O-6"]
    assert [order.id for order in known_orders(contract, D(2026, 2, 1))] == ids[:5]
    assert [order.id for order in known_orders(contract, D(2026, 1, 31))] == ["O-1"]


# -------------------------------------------------------------------------------------------------------------- changes


def made(on: date, order: str, cause: str, known_on: date, **to: Any) -> LineChange:
    return LineChange(on, order, cause, known_on, **to)


def test_changes_of_quantity_are_the_lines_own_and_those_of_price_its_homes() -> None:
    contract = deal(
        first(
            seats(
                ramp=[
                    RampStep(on="2026-09-01", quantity=30),
                    RampStep(after="3 months", unit_amount=70, inside_period="wait"),
                ]
            )
        ),
        expansion(2, "2026-02-01", more(ramp=[RampStep(after="1 month", quantity=6)], starts_on="2026-03-01")),
        later(
            3,
            "2026-02-10",
            Change(line="seats", on="2026-08-01", quantity=20, inside_period="wait"),
            Change(line="more", quantity=7),
            Change(line="seats", on="2026-07-01", unit_amount=75, inside_period="wait"),
            effective_on="2026-05-01",
            known_on="2026-02-20",
        ),
        later(4, "2026-02-20", Change(line="seats", on="2026-08-01", quantity=21, unit_amount=80), sequence=1),
    )
    found = resolved(contract)
    known, twentieth = D(2026, 1, 1), D(2026, 2, 20)
    prices = (
        made(D(2026, 4, 1), "O-1", RAMP, known, unit_amount=Decimal(70), waits=True),
        made(D(2026, 7, 1), "O-3", AMENDMENT, twentieth, unit_amount=Decimal(75), waits=True),
        made(D(2026, 8, 1), "O-4", AMENDMENT, twentieth, quantity=Decimal(21), unit_amount=Decimal(80)),
    )
    assert found["seats"].root_changes == found["more"].root_changes == prices
    # Two of one day, as they were made.
    assert found["seats"].changes == (
        made(D(2026, 8, 1), "O-3", AMENDMENT, twentieth, quantity=Decimal(20), waits=True),
        prices[-1],
        made(D(2026, 9, 1), "O-1", RAMP, known, quantity=Decimal(30)),
    )
    assert found["more"].changes == (
        made(D(2026, 4, 1), "O-2", RAMP, D(2026, 2, 1), quantity=Decimal(6)),
        made(D(2026, 5, 1), "O-3", AMENDMENT, twentieth, quantity=Decimal(7)),
    )


@pytest.mark.parametrize(
    ("contract", "order", "touched"),
    [
        (deal(first(seats(), build())), "O-1", "build seats"),
        (deal(first(seats()), expansion(2, "2026-02-01", more())), "O-2", "more"),
        # With a line go those that add to it, those that are a percent of it, and those of both.
        (
            deal(
                first(seats(), seats("other")),
                expansion(2, "2026-02-01", more()),
                expansion(4, "2026-02-02", fee("more")),
                later(3, "2026-03-01", Change(line="seats", quantity=11)),
            ),
            "O-3",
            "fee more seats",
        ),
        (
            deal(
                first(seats(), seats("other"), fee("seats", "other")),
                later(2, "2026-02-01", Change(line="other", quantity=2)),
            ),
            "O-2",
            "fee other",
        ),
        (deal(first(seats(), build()), later(2, "2026-02-01", Change(line="build", remove=True))), "O-2", "build"),
        # With a line that replaces another, that one and what adds to it.
        (
            deal(
                first(seats()),
                expansion(2, "2026-02-01", more()),
                later(3, "2026-03-01", lines=[seats("new", replaces="seats")]),
            ),
            "O-3",
            "more new seats",
        ),
    ],
)
def test_an_order_touches_what_it_says_and_all_that_rests_on_it(contract: Contract, order: str, touched: str) -> None:
    fold, found = Fold(contract), set[str]()
    for one in known_orders(contract, None):
        found = fold.apply(one)
        if one.id == order:
            break
    assert " ".join(sorted(found)) == touched


# ------------------------------------------------------------------------------------------------------------------ end

ENDS: list[tuple[Contract, str]] = [
    (deal(first(seats())), "seats -"),
    (deal(first(seats(ends_before="2026-07-01"))), "seats 2026-07-01"),
    # A line that adds to another ends with it, or by its own word before.
    (
        deal(
            first(seats(ends_before="2026-07-01")),
            expansion(2, "2026-02-01", more(), more("short", ends_before="2026-05-01")),
        ),
        "seats 2026-07-01, more 2026-07-01, short 2026-05-01",
    ),
    # An order moves an end, earlier or later; it has the last word.
    (
        deal(
            first(seats(ends_before="2026-07-01")),
            later(2, "2026-02-01", Change(line="seats", ends_before="2026-06-01")),
            later(3, "2026-03-01", Change(line="seats", ends_before="2026-10-01")),
        ),
        "seats 2026-10-01",
    ),
    # One that ends what others add to ends these with it, but for those that end before.
    (
        deal(
            first(seats()),
            expansion(
                2, "2026-02-01", more(), more("short", ends_before="2026-05-01"), more("long", ends_before="2026-11-01")
            ),
            later(3, "2026-03-01", Change(line="seats", ends_before="2026-09-01")),
        ),
        "seats 2026-09-01, long 2026-09-01, more 2026-09-01, short 2026-05-01",
    ),
    # What is taken away ends where the change counts from, else where the order takes effect.
    (
        deal(
            first(seats(), seats("a"), seats("b")),
            later(
                2,
                "2026-02-01",
                Change(line="seats", remove=True),
                Change(line="a", remove=True, on="2026-04-01"),
                effective_on="2026-03-01",
            ),
        ),
        "a 2026-04-01 removed, b -, seats 2026-03-01 removed",
    ),
    # What is replaced ends where the other begins.
    (
        deal(
            first(seats(), seats("a")),
            later(
                2,
                "2026-02-01",
                lines=[seats("new", replaces="seats"), seats("late", replaces="a", starts_on="2026-05-01")],
                effective_on="2026-03-01",
            ),
        ),
        "a 2026-05-01 removed, seats 2026-03-01 removed, late -, new -",
    ),
    # A percent of recurring lines ends with the last of them, as far as all of them end; else by its own word.
    (
        deal(first(seats(ends_before="2026-05-01"), seats("b", ends_before="2026-09-01"), fee("seats", "b"))),
        "b 2026-09-01, fee 2026-09-01, seats 2026-05-01",
    ),
    (
        deal(first(seats(ends_before="2026-05-01"), seats("b"), fee("seats", "b"))),
        "b -, fee -, seats 2026-05-01",
    ),
    (
        deal(first(seats(ends_before="2026-05-01"), fee("seats", ends_before="2026-03-01"))),
        "fee 2026-03-01, seats 2026-05-01",
    ),
    (
        deal(
            first(seats(ends_before="2026-05-01"), fee("seats")),
            later(2, "2026-02-01", Change(line="fee", ends_before="2026-04-01")),
        ),
        "fee 2026-04-01, seats 2026-05-01",
    ),
    (
        deal(
            first(seats(), fee("seats")),
            later(2, "2026-02-01", Change(line="fee", ends_before="2026-08-01")),
            later(3, "2026-02-02", Change(line="seats", ends_before="2026-06-01")),
        ),
        "fee 2026-06-01, seats 2026-06-01",
    ),
]


@pytest.mark.parametrize(("contract", "expected"), ENDS)
def test_where_a_line_ends(contract: Contract, expected: str) -> None:
    assert (
        ", ".join(f"{name} {line.end or '-'}{' removed' * line.removed}" for name, line in resolved(contract).items())
        == expected
    )


# ------------------------------------------------------------------------------------------------------------- percents


def nothing_from(on: date, order: str, cause: str, known_on: date) -> LineChange:
    return made(on, order, cause, known_on, quantity=Decimal(0))


@pytest.mark.parametrize(
    ("contract", "last"),
    [
        # By its own word it was planned to end; by an order, that one ended it, whether it is named or adds to another.
        (
            deal(first(seats(ends_before="2026-05-01"), fee("seats"))),
            nothing_from(D(2026, 5, 1), "O-1", RAMP, D(2026, 1, 1)),
        ),
        (
            deal(
                first(seats(ends_before="2026-05-01"), fee("seats")),
                later(2, "2026-02-01", Change(line="seats", ends_before="2026-06-01"), known_on="2026-02-03"),
            ),
            nothing_from(D(2026, 6, 1), "O-2", AMENDMENT, D(2026, 2, 3)),
        ),
        (
            deal(first(seats(), fee("seats")), later(2, "2026-02-01", lines=[seats("new", replaces="seats")])),
            nothing_from(D(2026, 2, 1), "O-2", AMENDMENT, D(2026, 2, 1)),
        ),
        (
            deal(
                first(seats()),
                expansion(2, "2026-01-02", more()),
                expansion(3, "2026-01-03", fee("more")),
                later(4, "2026-02-01", Change(line="seats", remove=True)),
            ),
            nothing_from(D(2026, 2, 1), "O-4", AMENDMENT, D(2026, 2, 1)),
        ),
        (
            deal(
                first(seats(ends_before="2026-05-01")),
                expansion(2, "2026-01-02", more()),
                expansion(3, "2026-01-03", fee("more")),
            ),
            nothing_from(D(2026, 5, 1), "O-2", RAMP, D(2026, 1, 2)),
        ),
    ],
)
def test_what_a_percent_is_of_costs_nothing_from_its_end_on(contract: Contract, last: LineChange) -> None:
    found = resolved(contract)
    (base,) = found["fee"].bases
    assert base.changes == (last,)
    assert (base.item, base.end) == (found[base.item.id].item, last.on)
    assert found[base.item.id].changes == ()


def test_changes_of_what_a_percent_is_of_count_up_to_its_end() -> None:
    steps = [RampStep(on=on, quantity=quantity) for on, quantity in (("2026-03-01", 11), ("2026-05-01", 12))]
    found = resolved(deal(first(seats(ramp=steps, ends_before="2026-05-01"), seats("b"), fee("seats", "b"))))
    one, other = found["fee"].bases
    assert [(change.on, change.quantity) for change in one.changes] == [
        (D(2026, 3, 1), Decimal(11)),
        (D(2026, 5, 1), Decimal(0)),
    ]
    assert other == found["b"]


@pytest.mark.parametrize(
    ("contract", "follows"),
    [
        (deal(first(seats(), fee("seats"))), True),
        (
            deal(
                first(
                    build(),
                    LineItem(
                        id="fee", price=Percent(rate="0.2", of=["build"], per="year"), billing=Recurring(every="year")
                    ),
                )
            ),
            False,
        ),
        (deal(first(build(), LineItem(id="fee", price=Percent(rate="0.2", of=["build"]), billing=OneTime()))), False),
        (
            deal(
                first(
                    seats(),
                    LineItem(
                        id="fee", price=Percent(rate="0.2", of_amount=500, per="year"), billing=Recurring(every="year")
                    ),
                )
            ),
            False,
        ),
    ],
)
def test_a_percent_follows_what_is_recurring(contract: Contract, follows: bool) -> None:  # noqa: FBT001 - a row
    fee = resolved(contract)["fee"]
    assert fee.follows is follows
    price = fee.item.price
    assert isinstance(price, Percent)
    assert tuple(base.item.id for base in fee.bases) == price.of


def test_a_percent_is_not_there_before_all_that_it_is_of() -> None:
    contract = deal(first(seats(), seats("b"), fee("seats", "b")))
    fold = Fold(contract)
    fold.homes["fee"] = (contract.orders[0].lines[2], contract.orders[0])
    fold.homes["seats"] = (contract.orders[0].lines[0], contract.orders[0])
    assert fold.line("fee") is None
    fold.apply(contract.orders[0])
    line = fold.line("fee")
    assert line is not None
    assert [base.item.id for base in line.bases] == ["seats", "b"]


# ------------------------------------------------------------------------------------------------------------ discounts


def off(name: str, **said: Any) -> Discount:
    return Discount(**{"id": name, "rate": "0.1", **said})


@pytest.mark.parametrize(
    ("of_contract", "of_orders", "of_lines", "expected"),
    [
        ("", ("", ""), ("", ""), ("", "")),
        ("c", ("", ""), ("", ""), ("c@C-1 2026-01-01 root", "c@C-1 2026-01-01 root")),
        ("", ("o", ""), ("", ""), ("o@O-1 2026-01-01", "o@O-1 2026-01-01 root")),
        ("", ("", "p"), ("", ""), ("", "p@O-2 2026-03-01")),
        ("", ("", ""), ("l", ""), ("l@O-1 2026-01-01", "l@O-1 2026-01-01 root")),
        ("", ("", ""), ("", "m"), ("", "m@O-2 2026-03-01")),
        (
            "c",
            ("o", "p"),
            ("l", "m"),
            (
                "l@O-1 2026-01-01, o@O-1 2026-01-01, c@C-1 2026-01-01 root",
                "m@O-2 2026-03-01, p@O-2 2026-03-01, c@C-1 2026-01-01 root",
            ),
        ),
    ],
)
def test_what_is_taken_off_a_line_and_one_that_adds_to_it(
    of_contract: str, of_orders: tuple[str, str], of_lines: tuple[str, str], expected: tuple[str, str]
) -> None:
    offs = [[off(name)] if name else [] for name in (of_contract, *of_orders, *of_lines)]
    contract = deal(
        first(seats(discounts=offs[3]), discounts=offs[1]),
        expansion(2, "2026-03-01", more(discounts=offs[4]), discounts=offs[2]),
        discounts=offs[0],
    )
    found = resolved(contract)
    assert expected == tuple(
        ", ".join(
            f"{one.discount.id}@{one.order} {one.counted_from}{' root' * one.of_root}" for one in found[name].discounts
        )
        for name in ("seats", "more")
    )
