"""Discounts that can never be true, and those that may not do what somebody meant."""

from collections.abc import Callable
from typing import Any

import pytest

from contractbill import Contract, Discount, Flat, InvalidTerms, LineItem, OneTime, Order, Recurring, check

TENTH = Discount(id="off", rate="0.1")
FIXED = Discount(id="off", amount=10)


def line(*off: Discount, name: str = "a", **given: Any) -> LineItem:
    return LineItem(
        **{"id": name, "price": Flat(amount=100, per="month"), "billing": Recurring(), "discounts": off, **given}
    )


def order(*lines: LineItem, **given: Any) -> Order:
    return Order(**{"id": "O-1", "signed_on": "2026-01-01", "term": "12 months", "lines": lines, **given})


def contract(*orders: Order, **given: Any) -> Contract:
    return Contract(id="C-1", currency="USD", orders=orders, **given)


# Each row: what makes it, and every path and code it is refused with.
REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: Discount(id="a"), "$ one_discount"),
    (lambda: Discount(id="a", rate="0.1", amount=5), "$ one_discount"),
    (lambda: Discount(id="a", rates=["0.1"], amount=5), "$ one_discount"),
    (lambda: Discount(id="a/b", rate=1), "$.id not_an_id"),
    (lambda: Discount(id="", rate=1), "$.id not_an_id"),
    (lambda: Discount(id="a", rate=0.1), "$.rate not_exact"),  # type: ignore[arg-type] # that is what is refused
    (lambda: Discount(id="a", rate="10 %"), "$.rate not_a_number"),
    (lambda: Discount(id="a", rate=10), "$.rate too_large"),
    (lambda: Discount(id="a", rate="-0.1"), "$.rate too_small"),
    (lambda: Discount(id="a", amount=0), "$.amount too_small"),
    (lambda: Discount(id="a", rates=["0.1", 2]), "$.rates[1] too_large"),
    (lambda: Discount(id="a", rates="0.1"), "$.rates not_a_list"),
    (lambda: Discount(id="a", rates=["0.1"], every="term"), "$.every unknown_frequency"),
    (lambda: Discount(id="a", rate=1, of="price"), "$.of unknown_word"),
    (lambda: Discount(id="a", rate=1, first=0, last=True), "$.first out_of_range, $.last not_whole"),
    (lambda: Discount(id="a", rate=1, starts_on="soon"), "$.starts_on not_a_date"),
    (
        lambda: Discount(id="a", rate=1, starts_on="2026-02-01", ends_before="2026-02-01"),
        "$.ends_before empty_period",
    ),
    (lambda: Discount(id="a", rate=1, first=1, last=1), "$.last unexpected"),
    (lambda: Discount(id="a", rates=[1], first=1), "$.first unexpected"),
    (lambda: Discount(id="a", rates=[1], last=1), "$.last unexpected"),
    (lambda: Discount(id="a", rate=1, every="month"), "$.every unexpected"),
    (lambda: Discount(id="a", amount=1, of="list"), "$.of unexpected"),
    (lambda: line(TENTH, TENTH), "$.discounts[1].id duplicate_id"),
    (lambda: line("off"), "$.discounts[0] wrong_type"),  # type: ignore[arg-type] # that is what is refused
    (
        lambda: line(
            Discount(id="a", rate=1, first=1),
            Discount(id="b", rates=[1]),
            price=Flat(amount=5),
            billing=OneTime(),
        ),
        "$.discounts[0] discount_refused, $.discounts[1] discount_refused",
    ),
    (lambda: order(line(), discounts=[FIXED]), "$.discounts[0].amount discount_refused"),
    (lambda: order(line(), discounts=[TENTH, TENTH]), "$.discounts[1].id duplicate_id"),
    (lambda: order(line(TENTH), discounts=[TENTH]), "$.lines[0].discounts[0].id duplicate_id"),
    (lambda: contract(discounts=[FIXED]), "$.discounts[0].amount discount_refused"),
    (lambda: contract(discounts=[TENTH, TENTH]), "$.discounts[1].id duplicate_id"),
    (
        lambda: contract(order(line(), discounts=[TENTH]), discounts=[TENTH]),
        "$.orders[0].discounts[0].id duplicate_id",
    ),
    (lambda: contract(order(line(TENTH)), discounts=[TENTH]), "$.orders[0].lines[0].discounts[0].id duplicate_id"),
    (
        lambda: contract(order(line(TENTH, Discount(id="a", amount="0.005")))),
        "$.orders[0].lines[0].discounts[1].amount not_quantized",
    ),
]


@pytest.mark.parametrize(("make", "codes"), REFUSED)
def test_what_can_never_be_true_is_refused(make: Callable[[], object], codes: str) -> None:
    with pytest.raises(InvalidTerms) as caught:
        make()
    assert ", ".join(f"{issue.path} {issue.code}" for issue in caught.value.issues) == codes


LAST = Discount(id="off", rate=1, last=2)
CHECKED: list[tuple[Contract, str]] = [
    (contract(order(line(LAST))), ""),
    (contract(order(line(LAST), term=None)), "$.orders[0].lines[0].discounts[0].last no_end"),
    (contract(order(line(LAST, ends_before="2027-01-01"), term=None)), ""),
    (contract(order(line(), discounts=[LAST], term=None)), "$.orders[0].discounts[0].last no_end"),
    (
        contract(order(line(), term=None), discounts=[TENTH, Discount(id="b", rate=1, last=1)]),
        "$.discounts[1].last no_end",
    ),
    (contract(discounts=[LAST]), ""),
    (contract(order(line(Discount(id="off", amount=100)))), ""),
    (
        contract(order(line(TENTH, Discount(id="b", amount=101)))),
        "$.orders[0].lines[0].discounts[1].amount discount_over_price",
    ),
    (contract(order(line(), line(FIXED, name="b", extends="a", price=None, billing=None))), ""),
]


@pytest.mark.parametrize(("deal", "codes"), CHECKED)
def test_what_may_not_be_meant_is_told(deal: Contract, codes: str) -> None:
    found = [issue for issue in check(deal) if issue.code in {"no_end", "discount_over_price"}]
    assert ", ".join(f"{issue.path} {issue.code}" for issue in found) == codes
