"""The fold: the same order again changes nothing, another under the same name is a conflict."""

import random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill.deal import Contract, LineItem, Order, PerUnit, Recurring, Reference, amend, content_hash, fold
from contractbill.errors import Conflict
from contractbill.testing.strategies import contracts

SEATS = LineItem(
    id="seats", quantity="2.50", price=PerUnit(unit_amount="60.0", per="month"), billing=Recurring(every="month")
)
FIRST = Order(
    id="O-1",
    signed_on="2026-01-01",
    term="12 months",
    lines=[SEATS],
    external_refs=[Reference(scheme="crm", value="006A1"), Reference(scheme="cpq", value="Q-1")],
)
DRAFT = Contract(id="C-1", currency="USD")


def test_the_same_order_again_changes_nothing() -> None:
    deal = amend(DRAFT, FIRST)
    assert amend(deal, FIRST) is deal
    written_otherwise = attrs.evolve(
        FIRST, lines=[attrs.evolve(SEATS, quantity="2.5", price=PerUnit(unit_amount=60, per="month"))]
    )
    assert amend(deal, written_otherwise) is deal
    assert amend(deal, attrs.evolve(FIRST, known_on="2026-02-01")) is deal, "sent again a month later"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"term": "24 months"}, "order_conflict"),
        ({"lines": []}, "order_conflict"),
        ({"external_refs": []}, "order_conflict"),
        ({"id": "O-2", "kind": "expansion", "term": None, "lines": []}, "reference_conflict"),
        ({"id": "O-2"}, "reference_conflict"),
    ],
)
def test_a_name_never_stands_for_two_contents(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Conflict, match=rf"\$\.orders\[0\]: {code}"):
        amend(amend(DRAFT, FIRST), attrs.evolve(FIRST, **change))


@given(contracts(ends=None), st.randoms(use_true_random=False))
def test_folding_orders_once_or_often_is_the_same(deal: Contract, chance: random.Random) -> None:
    draft = attrs.evolve(deal, orders=[])
    again = chance.choices(deal.orders, k=3)
    assert fold(draft, deal.orders) == deal
    assert fold(fold(draft, deal.orders), again) == deal
    hashes = {content_hash(order) for order in deal.orders}
    assert len(hashes) == len(deal.orders)


def test_t_041_a_fingerprint_is_the_same_everywhere_and_for_ever() -> None:
    # Stored by hosts: it must not change with Python, attrs, or the order in which fields were given.
    assert content_hash(FIRST) == "24fa1ce29877d5caee7061889658d7c3d0eb21197005853e1baf04d0312d5fd6"


def test_a_fingerprint_leaves_out_what_is_left_at_its_default() -> None:
    told = attrs.evolve(FIRST, bill_when="signed", effective_on=FIRST.signed_on, po=None)
    assert content_hash(attrs.evolve(FIRST, effective_on=FIRST.signed_on)) == content_hash(told)
    assert content_hash(attrs.evolve(FIRST, po="PO-1")) != content_hash(FIRST)
