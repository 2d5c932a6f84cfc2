"""Splits and purchase orders as terms: what they say, what they refuse, and which of them a line takes over."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill.charges import Facts
from contractbill.charges.dated_pos import dated_pos
from contractbill.deal import (
    Contract,
    Flat,
    GroupShare,
    GroupSplit,
    LineItem,
    Order,
    Party,
    PurchaseOrder,
    Recurring,
    Split,
    SplitShare,
    content_hash,
    contract_lines,
    split_amounts,
)
from contractbill.errors import InvalidTerms
from contractbill.money import Carrier, add_up, allocate
from contractbill.testing.strategies import purchase_orders, splits

CENT = Decimal("0.01")


def line(name: str = "a", **given: Any) -> LineItem:
    return LineItem(id=name, price=Flat(amount=100, per="year"), billing=Recurring(every="year"), **given)


def order(*lines: LineItem, **given: Any) -> Order:
    return Order(**({"id": "O-1", "signed_on": "2026-01-01", "term": "12 months", "lines": lines} | given))


def contract(*lines: LineItem, of_order: dict[str, Any] | None = None, **given: Any) -> Contract:
    return Contract(id="C-1", currency="USD", orders=[order(*lines, **(of_order or {}))], **given)


def split(*shares: Any, **given: Any) -> Split:
    """Shares `a`, `b` and so on of the parts given; None for one that says none."""
    listed = [SplitShare(id=chr(ord("a") + place), share=share) for place, share in enumerate(shares)]
    return Split(shares=listed, **given)


def po(number: str, starts_on: str | None = None, ends_before: str | None = None, **given: Any) -> PurchaseOrder:
    return PurchaseOrder(number=number, starts_on=starts_on, ends_before=ends_before, **given)


TWICE = [SplitShare(id="a"), SplitShare(id="a")]
YEARS = (po("PO-26", ends_before="2027-01-01"), po("PO-27", "2027-01-01", "2028-01-01"))

# Each row: what makes it, and every path, code and difference it is refused with.
ROWS: list[tuple[Callable[[], object], str]] = [
    (lambda: split("0.5", "0.4"), "$.shares: split_not_whole: must add up to 1: 0.1 is missing (got '0.9')"),
    (lambda: split("0.5", "0.55"), "$.shares: split_not_whole: must add up to 1: 0.05 too much (got '1.05')"),
    (lambda: split("1/3", "1/3"), "$.shares: split_not_whole: must add up to 1: 1/3 is missing (got '2/3')"),
    (
        lambda: split("0.5", "0.5", None),
        "$.shares: split_not_whole: must leave something for the shares that say none (got '1')",
    ),
    (split, "$.shares: out_of_range: must have 1 to 1000 members (got 0)"),
    (lambda: Split(shares="a"), "$.shares: not_a_list"),  # type: ignore[arg-type]  # on purpose
    (lambda: Split(shares=TWICE), "$.shares[1].id: duplicate_id"),
    (lambda: split(None, cents_to=["a", "a"]), "$.cents_to[1]: duplicate_id"),
    (lambda: split(None, cents_to=["b"]), "$.cents_to[0]: unknown_share: names no share of this split (got 'b')"),
    (lambda: split(None, cents_to=["a"], carrier="last"), "$.cents_to: unexpected"),
    (lambda: split(None, carrier="biggest"), "$.carrier: unknown_word"),
    (lambda: SplitShare(id=" ", share=0), "$.id: not_an_id; $.share: too_small: must be greater than 0 (got '0')"),
    (lambda: SplitShare(id="a", share="-1/3"), "$.share: not_a_number"),
    (lambda: SplitShare(id="a", share="1/0"), "$.share: not_a_number"),
    (lambda: SplitShare(id="a", share="50%"), "$.share: not_a_number: must be a fraction: 0.05 for 5 %"),
    (lambda: SplitShare(id="a", share=Decimal("NaN")), "$.share: not_a_number"),
    (lambda: SplitShare(id="a", share="1e40"), "$.share: out_of_range"),
    (lambda: SplitShare(id="a", share=0.5), "$.share: not_exact"),  # type: ignore[arg-type]  # on purpose
    (lambda: SplitShare(id="a", bill_to="b", po=1), "$.bill_to: wrong_type; $.po: not_text"),  # type: ignore[arg-type]  # on purpose
    (lambda: GroupShare(id="a", share=-1), "$.share: too_small"),
    (lambda: GroupSplit(shares=[GroupShare(id="a", share="0.9")]), "$.shares: split_not_whole"),
    (lambda: GroupSplit(shares=[], carrier="x"), "$.shares: out_of_range: must have 1 to 1000 members (got 0); $.carr"),
    (lambda: po(""), "$.number: not_text: must not be blank (got '')"),
    (lambda: po(" "), "$.number: not_text: must not be blank (got ' ')"),
    (lambda: po("x", "soon", amount=0), "$.starts_on: not_a_date; $.amount: too_small"),
    (lambda: po("x", "2026-01-01", "2026-01-01"), "$.ends_before: empty_period"),
    (lambda: contract(po=4711), "$.po: not_text"),
    (lambda: contract(po=[]), "$.po: out_of_range"),
    (lambda: contract(po=["PO-1"]), "$.po[0]: wrong_type"),
    (lambda: contract(po=[YEARS[0], po("PO-26", "2027-01-01")]), "$.po[1].number: duplicate_id"),
    (
        lambda: contract(po=[YEARS[0], po("PO-27", "2026-12-31")]),
        "$.po[1].starts_on: po_overlap: must not be before PO-26 has ended (got '2026-12-31')",
    ),
    (lambda: contract(po=[po("PO-27", "2027-01-01"), YEARS[0]]), ""),
    (
        lambda: contract(po=[po("PO-2", "2027-01-01"), po("PO-1")]),
        "$.po[0].starts_on: po_overlap: must not be before P",
    ),
    (lambda: contract(po=[po("PO-1"), po("PO-2")]), "$.po[1].starts_on: po_overlap"),
    (lambda: order(po=[po("PO-1"), po("PO-2")]), "$.po[1].starts_on: po_overlap"),
    (lambda: line(po=[po("PO-1"), po("PO-2")]), "$.po[1].starts_on: po_overlap"),
    (lambda: line(split=1, po=1), "$.po: not_text"),
    (
        lambda: order(line(po=po("PO-1", amount=2)), po=po("PO-1", amount=1)),
        "$.lines[0].po: po_contradicted: is PO-1 up to 1 elsewhere in this order (got 'PO-1 up to 2')",
    ),
    (lambda: order(line(po="PO-1"), line("b", po=po("PO-1", amount=1)), po=[po("PO-1", amount=1)]), ""),
    (
        lambda: contract(line(po=[po("PO-1", amount="0.001")]), po=po("PO-2", amount="1.005")),
        "$.po.amount: not_quantized; $.orders[0].lines[0].po[0].amount: not_quantized",
    ),
]


@pytest.mark.parametrize(("make", "refused"), ROWS, ids=[refused or f"{n}" for n, (_, refused) in enumerate(ROWS)])
def test_what_can_never_be_true_is_refused(make: Callable[[], object], refused: str) -> None:
    try:
        make()
    except InvalidTerms as error:
        told = [str(issue) for issue in error.issues]
    else:
        told = []
    expected = refused.split("; ") if refused else []
    assert [text[: len(start)] for text, start in zip(told, expected, strict=False)] == expected, told
    assert bool(told) is bool(refused)


@pytest.mark.parametrize(
    ("terms", "fractions"),
    [
        (split(None, None, None), ["1/3", "1/3", "1/3"]),
        (split("0.5", None, None), ["1/2", "1/4", "1/4"]),
        (split("1/3", "2/3"), ["1/3", "2/3"]),
        (split(1), ["1"]),
        (split(Fraction(1, 7), Decimal("0.5"), None), ["1/7", "1/2", "5/14"]),
    ],
    ids=str,
)
def test_shares_that_say_none_take_what_is_left(terms: Split, fractions: list[str]) -> None:
    assert [str(one) for one in terms.fractions] == fractions


# Each row: a split, the amounts, and for each share its part of each amount.
PARTS: list[tuple[Split, str, str]] = [
    (split(None, None, None), "100.00", "33.34 | 33.33 | 33.33"),
    (split(None, None, None, cents_to=["c"]), "100.00", "33.33 | 33.33 | 33.34"),
    (split(None, None, None, cents_to=["c", "b"]), "100.01", "33.33 | 33.34 | 33.34"),
    # Where one part lost more than the others, it takes the cent whoever comes first.
    (split("0.25", "0.25", "0.5", cents_to=["a"]), "0.02 0.01", "0.01 0.00 | 0.00 0.01 | 0.01 0.00"),
    (split("0.4", "0.6", cents_to=["a"]), "0.01", "0.00 | 0.01"),
    (split(None, None, None, carrier="first"), "0.05", "0.01 | 0.02 | 0.02"),
    (split(None, None, None, carrier="last"), "0.05", "0.02 | 0.02 | 0.01"),
    (split("0.3", "0.4", "0.3", carrier="largest"), "0.05", "0.02 | 0.01 | 0.02"),
    # Rows and columns add up; a credit mirrors the charge.
    (split(None, None, None), "50.00 50.00", "16.67 16.67 | 16.67 16.66 | 16.66 16.67"),
    (split(None, None, None), "-100.00", "-33.34 | -33.33 | -33.33"),
    (split(None, None, None), "100.00 -100.00", "33.34 -33.34 | 33.33 -33.33 | 33.33 -33.33"),
    (split(None, None), "0.00 0.01 0.00", "0.00 0.01 0.00 | 0.00 0.00 0.00"),
    (split(1), "12.34 -0.04", "12.34 -0.04"),
]


@pytest.mark.parametrize(("terms", "amounts", "parts"), PARTS)
def test_the_parts_of_amounts(terms: Split, amounts: str, parts: str) -> None:
    found = split_amounts(terms, [Decimal(one) for one in amounts.split()], to=CENT)
    assert " | ".join(" ".join(map(str, listed)) for listed in found) == parts


AMOUNTS = st.lists(st.integers(-(10**6), 10**6).map(lambda n: Decimal(n).scaleb(-2)), min_size=1, max_size=6)


@given(splits(), AMOUNTS)
def test_parts_add_up_both_ways_and_are_near_their_share(terms: Split, amounts: list[Decimal]) -> None:
    found = split_amounts(terms, amounts, to=CENT)
    assert [add_up(parts) for parts in zip(*found, strict=True)] == amounts
    whole = add_up(amounts)
    assert add_up(map(add_up, found)) == whole
    if terms.carrier is not Carrier.LARGEST_REMAINDER:
        assert list(map(add_up, found)) == list(allocate(whole, terms.fractions, to=CENT, carrier=terms.carrier))
        return
    for fraction, parts in zip(terms.fractions, found, strict=True):
        assert abs(Fraction(add_up(parts)) - fraction * Fraction(whole)) < Fraction(CENT)
        for part, amount in zip(parts, amounts, strict=True):
            assert abs(Fraction(part) - fraction * Fraction(amount)) < 2 * Fraction(CENT)
            assert amount or not part


@given(splits(), AMOUNTS)
def test_opposite_amounts_have_opposite_parts(terms: Split, amounts: list[Decimal]) -> None:
    found = split_amounts(terms, amounts, to=CENT)
    assert split_amounts(terms, [-one for one in amounts], to=CENT) == tuple(tuple(-n for n in one) for one in found)


@given(splits(), AMOUNTS, st.randoms(use_true_random=False))
def test_the_places_of_shares_matter_only_where_cents_tie(terms: Split, amounts: list[Decimal], random: Any) -> None:
    ids = [one.id for one in terms.shares]
    listed = list(terms.shares)
    random.shuffle(listed)
    # With all of the order said, nothing is left to the places of shares.
    said = Split(shares=terms.shares, cents_to=ids)
    found = dict(zip(ids, split_amounts(said, amounts, to=CENT), strict=True))
    again = split_amounts(Split(shares=listed, cents_to=ids), amounts, to=CENT)
    assert dict(zip((one.id for one in listed), again, strict=True)) == found


A, B = Party(id="a", name="A"), Party(id="b", name="B")
HALVES, THIRDS = split(None, None), split(None, None, None)


@pytest.mark.parametrize(
    ("of_contract", "of_order", "of_line", "shares"),
    [
        ({}, {}, {}, 0),
        ({"split": HALVES}, {}, {}, 2),
        ({"split": HALVES}, {"split": THIRDS}, {}, 3),
        ({}, {"split": THIRDS}, {"split": HALVES}, 2),
        # Who pays is said by the nearest: a bill-to alone is not shared, beside a split it is.
        ({"split": HALVES, "bill_to": A}, {}, {}, 2),
        ({"split": HALVES}, {"bill_to": B}, {}, 0),
        ({"split": HALVES}, {"split": THIRDS}, {"bill_to": B}, 0),
        ({"split": HALVES}, {"bill_to": B}, {"split": THIRDS}, 3),
        ({}, {}, {"split": THIRDS, "bill_to": B}, 3),
    ],
)
def test_the_nearest_word_on_who_pays_counts(
    of_contract: dict[str, Any], of_order: dict[str, Any], of_line: dict[str, Any], shares: int
) -> None:
    deal = contract(line(**of_line), of_order=of_order, **of_contract)
    (found,) = contract_lines(deal, deal.orders)
    assert (0 if found.group.split is None else len(found.group.split.shares)) == shares


@pytest.mark.parametrize(
    ("of_contract", "of_order", "of_line", "number", "dated"),
    [
        (None, None, None, None, []),
        ("PO-1", None, None, "PO-1", []),
        (po("PO-1", amount=5), None, None, "PO-1", []),
        ([po("PO-1")], None, None, "PO-1", []),
        (YEARS, None, None, None, ["PO-26", "PO-27"]),
        (YEARS[0], None, None, None, ["PO-26"]),
        (YEARS, "PO-3", None, "PO-3", []),
        ("PO-1", YEARS, "PO-4", "PO-4", []),
        ("PO-1", "PO-3", YEARS, None, ["PO-26", "PO-27"]),
    ],
)
def test_the_nearest_word_on_purchase_orders_counts(
    of_contract: Any, of_order: Any, of_line: Any, number: str | None, dated: list[str]
) -> None:
    deal = contract(line(po=of_line), of_order={"po": of_order}, po=of_contract)
    (found,) = contract_lines(deal, deal.orders)
    assert found.group.po == number
    listed = dated_pos(deal, Facts()).listed
    assert {name: [one.number for one in said] for name, said in listed.items()} == ({"a": dated} if dated else {})


@given(purchase_orders("PO"), st.dates(date(2022, 1, 1), date(2031, 1, 1)))
def test_at_most_one_of_several_holds(listed: list[PurchaseOrder], day: date) -> None:
    contract(po=listed)
    assert sum(one.holds_on(day) for one in listed) <= 1


def test_an_order_that_says_only_text_keeps_its_fingerprint() -> None:
    # Worked out before purchase orders and splits were more than text.
    assert content_hash(order(line(po="PO-1"), po="PO-2")) == HASH
    assert content_hash(order(line(po="PO-1"), po=po("PO-2"))) != HASH
    assert content_hash(order(line(po="PO-1"), po="PO-2", split=HALVES)) != HASH


HASH = "f0900b1b2f0ee10e8fe213ea447ad15864a08f8866d99ae623515f8f33c7e0c2"


def test_the_table_of_a_contract_says_who_shares_it_under_which_purchase_orders() -> None:
    told = {row[0]: row[1] for row in contract(po=YEARS, split=split("0.6", "0.4")).to_tables()[0].rows}
    assert told["PO"] == "PO-26 to 2026-12-31; PO-27 from 2027-01-01 to 2027-12-31"
    assert told["split"] == "a 0.6, b 0.4"
