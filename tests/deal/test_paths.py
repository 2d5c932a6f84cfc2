"""Paths to the terms of a deal: what stands there, the deal with something else there, and what is no path."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill import (
    Change,
    Contract,
    Discount,
    Escalator,
    Flat,
    InvalidTerms,
    LineItem,
    NotAllowed,
    NotFound,
    Order,
    PerUnit,
    PurchaseOrder,
    RampStep,
    Recurring,
)
from contractbill.deal import evolve_at, value_at
from contractbill.errors import ContractbillError
from contractbill.testing import sales_led
from contractbill.testing.strategies import contracts
from contractbill.wire import from_json, to_json

DEAL = sales_led()


def refused(call: Callable[[], object], kind: type[ContractbillError] = NotFound) -> list[tuple[str, str, str]]:
    with pytest.raises(kind) as caught:
        call()
    return [(issue.path, issue.code, issue.message) for issue in caught.value.issues]


# Each row: a path, what stands there, and what it is replaced by, as its constructor reads it and as it holds it.
TERMS: list[tuple[str, Any, Any, Any]] = [
    ("id", "sales-led", "other", "other"),
    ("$.currency", "USD", "EUR", "EUR"),
    ("payment_terms.net_days", 45, 30, 30),
    ("orders[0].lines[0].escalator.rate", Decimal("0.05"), "0.03", Decimal("0.03")),
    ("$.orders[O-1].lines[platform].escalator.rate", Decimal("0.05"), 0, Decimal(0)),
    ("orders[O-1].lines[seats].escalator", None, Escalator(amount=1), Escalator(amount=1)),
    ("orders[0].lines[seats].price.unit_amount", Decimal(60), "59.9", Decimal("59.9")),
    ("orders[0].lines[0].price", Flat(amount=100_000, per="year"), PerUnit(unit_amount=1, per="month"), None),
    ("orders[0].lines[2].ramp", (), [RampStep(after="12 months", quantity=50)], None),
    ("orders[1].effective_on", date(2026, 10, 1), "2026-11-01", date(2026, 11, 1)),
    ("orders[0].renewal", DEAL.orders[0].renewal, None, None),
    ("orders[0].lines[onboarding]", DEAL.orders[0].lines[1], attrs.evolve(DEAL.orders[0].lines[1], id="setup"), None),
]


@pytest.mark.parametrize(("path", "held", "said", "becomes"), TERMS, ids=[row[0] for row in TERMS])
def test_a_path_leads_to_a_term_and_to_the_deal_with_another(path: str, held: Any, said: Any, becomes: Any) -> None:
    assert value_at(DEAL, path) == held
    other = evolve_at(DEAL, path, said)
    place = path.replace("onboarding", "1")
    expected = becomes if becomes is not None else tuple(said) if isinstance(said, list) else said
    assert value_at(other, place) == expected
    assert evolve_at(other, place, held) == DEAL


def test_only_what_is_named_changes() -> None:
    other = evolve_at(DEAL, "orders[0].lines[0].escalator.rate", "0.03")
    assert other.orders[1] is DEAL.orders[1]
    assert other.orders[0].lines[1:] == DEAL.orders[0].lines[1:]


def test_what_was_left_out_is_worked_out_again() -> None:
    order = Order(id="O-1", signed_on="2026-01-01", term="12 months")
    other = evolve_at(Contract(id="C-1", currency="USD", orders=[order]), "orders[0].signed_on", "2026-03-01")
    assert other.orders[0] == Order(id="O-1", signed_on="2026-03-01", term="12 months")


# Each row: a path, where it goes wrong, and the nearest path there is; of several, the last.
UNKNOWN = [
    ("orders[0].lines[0].escalatr.rate", "$.orders[0].lines[0].escalatr", "orders[0].lines[0].escalator.rate"),
    ("$.orders[O-1].lines[platfrm].price", "$.orders[0].lines[platfrm]", "orders[O-1].lines[platform].price"),
    ("orders[2].term", "$.orders[2]", "orders[1].term"),
    ("orders[0].lines[9].quantity", "$.orders[0].lines[9]", "orders[0].lines[2].quantity"),
    ("escalator.rate", "$.escalator", "orders[0].lines[0].escalator.rate"),
    ("payment_terms.netdays", "$.payment_terms.netdays", "payment_terms.net_days"),
    ("payment_terms[0]", "$.payment_terms[0]", "payment_terms"),
    ("orders.lines", "$.orders.lines", "orders[1].lines"),
    ("currency.code", "$.currency.code", "currency"),
    ("currency[0]", "$.currency[0]", "currency"),
    ("orders[0]lines", "$", "orders[0].lines"),
    ("orders[0", "$", "orders[0]"),
    ("Orders[0]", "$", "orders[0]"),
    ("orders[0].amounts_to", "$.orders[0].amounts_to", None),
    ("orders[0].qwxz", "$.orders[0].qwxz", None),
    ("zzzz", "$.zzzz", None),
    ("[0]", "$", None),
    (f"orders[{'9' * 5000}]", f"$.orders[{'9' * 60}]", None),
    ("orders[\u0661]", "$.orders[\u0661]", None),
]


@pytest.mark.parametrize(("path", "reached", "nearest"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_a_path_to_nothing_names_the_nearest_one(path: str, reached: str, nearest: str | None) -> None:
    found = refused(lambda: value_at(DEAL, path))
    assert found == refused(lambda: evolve_at(DEAL, path, 1))
    ((where, code, message),) = found
    assert (where, code) == (reached, "unknown_path")
    assert message == ("is not there" if nearest is None else f"is not there; did you mean {nearest}?")


@pytest.mark.parametrize("path", ["", "$", "$."])
def test_a_path_without_a_step_names_the_whole(path: str) -> None:
    assert refused(lambda: value_at(DEAL, path)) == [("$", "unknown_path", "names the whole deal, and no term of it")]


@pytest.mark.parametrize("path", [None, 1, b"id", ("id",)])
def test_a_path_is_text(path: Any) -> None:
    for call in (lambda: value_at(DEAL, path), lambda: evolve_at(DEAL, path, 1)):
        assert refused(call, NotAllowed) == [("$.path", "not_text", "must be text")]


# Lines that are called by digits, and purchase orders, which have a number and no id.
CALLED = Contract(
    id="C-1",
    currency="USD",
    po=[
        PurchaseOrder(number="PO-26", ends_before="2027-01-01"),
        PurchaseOrder(number="[27]", starts_on="2027-01-01"),
    ],
    orders=[
        Order(
            id="O-1",
            signed_on="2026-01-01",
            term="12 months",
            lines=[
                LineItem(id=name, price=Flat(amount=1, per="month"), billing=Recurring(every="month"))
                for name in ("2024", "1", "platform")
            ],
        )
    ],
)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("orders[0].lines[2024].id", "2024"),
        ("orders[0].lines[0].id", "2024"),
        ("orders[0].lines[1].id", "1"),
        ("orders[0].lines[2].id", "platform"),
        ("po[PO-26].ends_before", date(2027, 1, 1)),
        ("po[1].number", "[27]"),
    ],
)
def test_a_member_is_named_by_what_it_is_called_then_by_place(path: str, expected: object) -> None:
    assert value_at(CALLED, path) == expected
    assert evolve_at(CALLED, path, expected) == CALLED


def test_a_name_goes_before_a_place() -> None:
    swapped = evolve_at(CALLED, "orders[0].lines", CALLED.orders[0].lines[::-1])
    assert value_at(swapped, "orders[0].lines[1].id") == "1"
    assert value_at(evolve_at(CALLED, "orders[0].lines[1].id", "0"), "orders[0].lines[0].id") == "0"


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("po[PO-2].amount", "po[PO-26].amount"),
        ("po[PO-2].nmber", "po[PO-26].number"),
        ("po[[2].starts_on", "po[1].starts_on"),
        ("orders[O-1].lines[2025].price", "orders[O-1].lines[2024].price"),
    ],
)
def test_what_is_near_is_there(path: str, nearest: str) -> None:
    ((_where, code, message),) = refused(lambda: value_at(CALLED, path))
    assert (code, message) == ("unknown_path", f"is not there; did you mean {nearest}?")
    value_at(CALLED, nearest)


def test_an_unknown_path_of_a_large_deal_looks_through_a_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def near(word: str, possibilities: Iterable[str], n: int) -> list[str]:
        listed = list(possibilities)
        looked.append(len(listed))
        return get_close_matches(word, listed, n)

    monkeypatch.setattr("contractbill.deal.paths.get_close_matches", near)
    lines = [attrs.evolve(CALLED.orders[0].lines[0], id=f"line-{number}") for number in range(1000)]
    large = evolve_at(CALLED, "orders[0].lines", lines)
    ((_where, _code, message),) = refused(lambda: value_at(large, "orders[O-1].lines[lin-999]"))
    assert message == "is not there; did you mean orders[O-1].lines[line-999]?"
    assert looked == [2000]


def test_a_path_through_what_is_left_out_says_so() -> None:
    assert refused(lambda: evolve_at(DEAL, "orders[O-1].lines[seats].escalator.rate", "0.05")) == [
        (
            "$.orders[0].lines[2].escalator",
            "nothing_there",
            "is left out, so it has no rate; say orders[0].lines[2].escalator as a whole",
        )
    ]


# Each row: a path, a term that cannot stand there, and what is said of it.
REFUSED: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("orders[0].lines[0].escalator.rate", 0.05, [("$.orders[0].lines[0].escalator.rate", "not_exact")]),
    ("orders[0].lines[0].escalator.rate", None, [("$.orders[0].lines[0].escalator", "one_uplift")]),
    ("orders[0].lines[1].escalator", Escalator(rate=1), [("$.orders[0].lines[1].escalator", "escalator_refused")]),
    ("orders[0].lines[0].price", 100, [("$.orders[0].lines[0].price", "wrong_type")]),
    ("orders[0].discounts", [Discount(id="d", amount=1)], [("$.orders[0].discounts[0].amount", "discount_refused")]),
    ("orders[1].lines[0].extends", "seat", [("$.orders[1].lines[0].extends", "unknown_line")]),
    ("orders[1].changes", [Change(line="none", quantity=1)], [("$.orders[1].changes[0].line", "unknown_line")]),
    ("orders[1].id", "O-1", [("$.orders[1].id", "duplicate_id")]),
    ("payment_terms.net_days", "45", [("$.payment_terms.net_days", "not_whole")]),
]


@pytest.mark.parametrize(("path", "term", "expected"), REFUSED)
def test_a_term_that_cannot_stand_is_refused_with_its_path(
    path: str, term: Any, expected: list[tuple[str, str]]
) -> None:
    found = refused(lambda: evolve_at(DEAL, path, term), InvalidTerms)
    assert [(where, code) for where, code, _message in found] == expected


@given(deal=contracts(), pick=st.data())
def test_saying_what_stands_there_changes_nothing(deal: Contract, pick: st.DataObject) -> None:
    order = pick.draw(st.integers(0, len(deal.orders) - 1))
    fields = pick.draw(st.sampled_from([field.name for field in attrs.fields(Order)]))
    path = f"orders[{order}].{fields}"
    other = evolve_at(deal, path, value_at(deal, path))
    assert other == deal == from_json(to_json(other))
