"""What can never be true of a deal, each with its path and its code; and what is not yet true."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contractbill.deal import (
    Contract,
    CreditGrant,
    Escalator,
    Flat,
    Instalment,
    LateFee,
    LineItem,
    MonthDay,
    OneTime,
    Order,
    Party,
    PaymentTerms,
    PerUnit,
    Recurring,
    Reference,
    RemitTo,
    Renewal,
    check,
)
from contractbill.deal.fields import as_date
from contractbill.errors import InvalidTerms
from contractbill.periods import Stubs

YEARLY: dict[str, Any] = {"price": Flat(amount=100, per="year"), "billing": Recurring(every="year")}


def line(name: str = "a", **given: Any) -> LineItem:
    return LineItem(**({"id": name, **YEARLY} | given))


def order(*lines: LineItem, **given: Any) -> Order:
    return Order(**({"id": "O-1", "signed_on": "2026-01-01", "term": "12 months", "lines": lines} | given))


def expansion(*lines: LineItem, **given: Any) -> Order:
    return order(*lines, **({"id": "O-2", "kind": "expansion", "signed_on": "2026-03-01", "term": None} | given))


def contract(*orders: Order, **given: Any) -> Contract:
    return Contract(**({"id": "C-1", "currency": "USD", "orders": orders} | given))


def edges(first: date, last: date | None = None) -> Recurring:
    return Recurring(every="month", stubs=Stubs(first_regular_on=first, last_regular_on=last))


FEE = PaymentTerms(late_fees=[LateFee(rate="0.015"), LateFee(amount="0.005")])
FINE = PaymentTerms(instalments=[Instalment(amount="0.005"), Instalment(share=1)])
AUTO = Renewal(term="12 months", kind="auto", times=2)

# Each row: what makes it, and every path and code it is refused with.
ROWS: list[tuple[Callable[[], object], str]] = [
    # Fields.
    (lambda: Flat(amount=0.5, per="year"), "$.amount: not_exact"),  # type: ignore[arg-type]  # on purpose
    (lambda: Flat(amount="NaN"), "$.amount: not_a_number"),
    (lambda: PerUnit(unit_amount=1, per="fortnight"), "$.per: unknown_frequency"),
    (lambda: Recurring(every="0 months"), "$.every.count: out_of_range"),
    (lambda: Recurring(timing="later", offset_days=400), "$.timing: unknown_word; $.offset_days: out_of_range"),
    (lambda: Recurring(offset_days=True), "$.offset_days: not_whole"),
    (lambda: Recurring(month_end=1), "$.month_end: not_a_bool"),  # type: ignore[arg-type]  # on purpose
    (lambda: OneTime(once="date"), "$.on: once_date"),
    (lambda: OneTime(on="2026-01-01"), "$.on: once_date"),
    (lambda: OneTime(once="date", on="soon"), "$.on: not_a_date"),
    (lambda: OneTime(once="date", on=datetime(2026, 1, 1)), "$.on: not_a_date"),  # noqa: DTZ001 - refused for being one
    (lambda: OneTime(once="milestone"), "$.milestone: once_milestone"),
    (
        lambda: OneTime(milestone="go-live", acceptance_days=400),
        "$.acceptance_days: out_of_range; $.milestone: once_milestone; $.acceptance_days: once_milestone",
    ),
    (
        lambda: OneTime(latest_by="2026-01-01", acceptance_days=1),
        "$.latest_by: once_milestone; $.acceptance_days: once_milestone",
    ),
    (
        lambda: OneTime(once="milestone", milestone="a b", latest_by="2026-02-01", expected_on="2026-01-01"),
        "$.milestone: not_an_id; $.expected_on: unexpected",
    ),
    (lambda: MonthDay(month=13, day=0), "$.month: out_of_range; $.day: out_of_range"),
    (lambda: Reference(scheme="", value="\0"), "$.scheme: not_an_id; $.value: not_text"),
    (lambda: CreditGrant(id="g", amount=0), "$.amount: too_small"),
    (
        lambda: CreditGrant(id="g", amount=1, starts_on="2026-02-01", expires_on="2026-02-01"),
        "$.expires_on: empty_period",
    ),
    (lambda: Renewal(term="term"), "$.term: unknown_frequency"),
    (lambda: Renewal(term="1 year", times=0, uplift=-1), "$.uplift: too_small; $.times: out_of_range"),
    (lambda: Party(id="p", name="P", emails="p@example.com"), "$.emails: not_a_list"),
    # Escalators.
    (Escalator, "$: one_uplift"),
    (lambda: Escalator(rate="0.05", amount=5), "$: one_uplift"),
    (lambda: Escalator(rate=-1), "$.rate: too_small"),
    (lambda: Escalator(rate="0.05", clock="date"), "$.clock_on: clock_date"),
    (lambda: Escalator(rate="0.05", clock_on="2026-01-01"), "$.clock_on: clock_date"),
    (lambda: Escalator(rate="0.05", at_renewal=True, every="month"), "$.at_renewal: one_calendar"),
    (lambda: Escalator(rate="0.05", on=MonthDay(month=4, day=1), every="month"), "$.on: one_calendar"),
    (lambda: Escalator(rate="0.05", every="term"), "$.every: unknown_frequency"),
    (lambda: Escalator(rate="0.05", round_to=0), "$.round_to: too_small"),
    # Lines.
    (lambda: LineItem(id="a"), "$.price: price_required; $.billing: billing_required"),
    (lambda: line(quantity=2), "$.quantity: flat_quantity"),
    (lambda: line(quantity=-1), "$.quantity: too_small"),
    (lambda: line(price=Flat(amount=1)), "$.price.per: price_period_required"),
    (
        lambda: line(billing=OneTime(), escalator=Escalator(rate="0.05")),
        "$.price.per: price_period_refused; $.escalator: escalator_refused",
    ),
    (lambda: line(starts_on="2026-02-01", ends_before="2026-02-01"), "$.ends_before: empty_period"),
    (lambda: line(bill_to="me"), "$.bill_to: wrong_type"),
    (lambda: line(tags=["x"] * 101), "$.tags: out_of_range"),
    # Orders.
    (lambda: order(id=""), "$.id: not_an_id"),
    (lambda: order(kind="renewal", term=None), "$.term: term_required"),
    (lambda: expansion(term="1 month"), "$.term: term_refused"),
    (lambda: order(uplift="0.05"), "$.uplift: uplift_refused"),
    (lambda: order(term=None, renewal=AUTO), "$.renewal: renewal_refused"),
    (lambda: order(known_on="2025-12-31"), "$.known_on: known_before_signed"),
    (lambda: order(line(starts_on="2025-12-31")), "$.lines[0].starts_on: line_before_order"),
    (lambda: RemitTo(id="bank", currency="US"), "$.currency: unknown_currency"),
    (
        lambda: Party(id="s", name="S", remit_to=[RemitTo(id=one, currency="USD") for one in ("a", "b")]),
        "$.remit_to[1].currency: duplicate_currency",
    ),
    (lambda: contract(payment_terms=FEE), "$.payment_terms.late_fees[1].amount: not_quantized"),
    (
        lambda: contract(order(payment_terms=FINE), payment_terms=FINE),
        (
            "$.payment_terms.instalments[0].amount: not_quantized; "
            "$.orders[0].payment_terms.instalments[0].amount: not_quantized"
        ),
    ),
    (lambda: order(line(ends_before="2026-01-01")), "$.lines[0].ends_before: empty_period"),
    (lambda: order(lines=["a"]), "$.lines[0]: wrong_type"),
    # Contracts.
    (lambda: contract(currency="XYZ"), "$.currency: unknown_currency"),
    (lambda: contract(currency=5), "$.currency: unknown_currency"),
    (lambda: contract(expansion()), "$.orders[0].effective_on: outside_term; $.orders[0].kind: initial_first"),
    (lambda: contract(order(), order(id="O-2")), "$.orders[1].kind: initial_first"),
    (lambda: contract(order(kind="renewal")), "$.orders[0].kind: initial_first"),
    (
        lambda: contract(order(line()), expansion(line())),
        "$.orders[1].lines[0].id: duplicate_id",
    ),
    (
        lambda: contract(
            order(credits=[CreditGrant(id="g", amount="0.005")]), expansion(credits=[CreditGrant(id="g", amount=1)])
        ),
        "$.orders[1].credits[0].id: duplicate_id; $.orders[0].credits[0].amount: not_quantized",
    ),
    (
        lambda: contract(
            order(external_refs=[Reference(scheme="crm", value="1")]),
            expansion(external_refs=[Reference(scheme="crm", value="1")]),
        ),
        "$.orders[1].external_refs[0]: duplicate_reference",
    ),
    (
        lambda: contract(order(line(price=Flat(amount="0.001", per="year")))),
        "$.orders[0].lines[0].price.amount: not_quantized",
    ),
    (lambda: contract(order(), expansion(effective_on="2027-01-01")), "$.orders[1].effective_on: outside_term"),
    (lambda: contract(order(line(starts_on="2027-01-01"))), "$.orders[0].lines[0].starts_on: outside_term"),
    (lambda: contract(order(line(ends_before="2027-01-02"))), "$.orders[0].lines[0].ends_before: outside_term"),
    (
        lambda: contract(order(line(billing=edges(date(2025, 12, 1), date(2027, 2, 1))))),
        (
            "$.orders[0].lines[0].billing.stubs.first_regular_on: outside_term; "
            "$.orders[0].lines[0].billing.stubs.last_regular_on: outside_term"
        ),
    ),
    (
        lambda: contract(order(line(starts_on="2026-03-01", billing=edges(date(2026, 2, 1))))),
        "$.orders[0].lines[0].billing.stubs.first_regular_on: outside_term",
    ),
    (
        lambda: contract(order(), order(id="O-2", kind="renewal", effective_on="2027-02-01")),
        "$.orders[1].effective_on: renewal_gap",
    ),
    (
        lambda: contract(order(term=None), order(id="O-2", kind="renewal", effective_on="2027-01-01")),
        "$.orders[1].effective_on: evergreen_renewal",
    ),
    (
        lambda: contract(order(line(billing=Recurring(every="term")), term=None)),
        "$.orders[0].lines[0].billing: whole_term_evergreen",
    ),
    (
        lambda: contract(
            order(renewal=Renewal(term="1 day", kind="auto", times=None)), expansion(effective_on="2090-01-01")
        ),
        "$.renewal.term: too_many_terms",
    ),
    # Lines that add to others.
    (lambda: contract(order(), expansion(LineItem(id="b", extends="a"))), "$.orders[1].lines[0].extends: unknown_line"),
    (
        lambda: contract(order(line()), expansion(line("b", extends="a", escalator=Escalator(rate="0.05")))),
        (
            "$.orders[1].lines[0].price: extends_refused; $.orders[1].lines[0].billing: extends_refused; "
            "$.orders[1].lines[0].escalator: extends_refused"
        ),
    ),
    (
        lambda: contract(order(line(), LineItem(id="b", extends="a")), expansion(LineItem(id="c", extends="b"))),
        "$.orders[1].lines[0].extends: extends_refused",
    ),
    (
        lambda: contract(
            order(line(price=Flat(amount=1), billing=OneTime())), expansion(LineItem(id="b", extends="a"))
        ),
        "$.orders[1].lines[0].extends: extends_refused",
    ),
    (
        lambda: contract(order(line()), expansion(LineItem(id="b", extends="a", quantity=2))),
        "$.orders[1].lines[0].quantity: flat_quantity",
    ),
    (
        lambda: contract(order(line()), expansion(LineItem(id="b", extends="a", list_amount=2))),
        "$.orders[1].lines[0].list_amount: extends_refused",
    ),
    (lambda: contract(order(line(list_amount="0.001"))), "$.orders[0].lines[0].list_amount: not_quantized"),
    (lambda: line(billing=OneTime(), price=Flat(amount=1), list_amount=2), "$.list_amount: list_amount_refused"),
    # What uplifts at renewal are taken of.
    (lambda: Renewal(term="1 year", basis="list"), "$.uplift: uplift_required"),
    (lambda: Renewal(term="1 year", uplift=0, basis="mean"), "$.basis: unknown_word"),
    (lambda: order(kind="renewal", uplift_basis="first"), "$.uplift: uplift_required"),
    (lambda: order(uplift=0, uplift_basis="first"), "$.uplift: uplift_refused"),
    (lambda: order(kind="renewal", uplift=0, uplift_basis="mean"), "$.uplift_basis: unknown_word"),
    (
        lambda: contract(order(line(starts_on="2026-06-01")), expansion(LineItem(id="b", extends="a"))),
        "$.orders[1].lines[0].starts_on: extends_refused",
    ),
    (
        lambda: contract(order(line(ends_before="2026-02-01")), expansion(LineItem(id="b", extends="a"))),
        "$.orders[1].lines[0].starts_on: extends_refused",
    ),
]


@pytest.mark.parametrize(("make", "expected"), ROWS, ids=[expected[:70] for _make, expected in ROWS])
def test_it_is_refused_with_every_path_and_code(make: Callable[[], object], expected: str) -> None:
    with pytest.raises(InvalidTerms) as caught:
        make()
    assert "; ".join(f"{issue.path}: {issue.code}" for issue in caught.value.issues) == expected


def test_a_renewed_contract_can_be_expanded_and_renewed_again() -> None:
    agreed = order(line(), renewal=AUTO)
    # Within the second automatic term, and at its end.
    more = expansion(line("b"), signed_on="2028-03-01")
    again = order(id="O-3", kind="renewal", signed_on="2028-11-01", effective_on="2029-01-01")
    assert len(contract(agreed, more, again).orders) == 3
    # An edge in a term that only an automatic renewal brings.
    assert len(contract(agreed, expansion(line("b", billing=edges(date(2026, 4, 1), date(2027, 5, 1))))).orders) == 2
    with pytest.raises(InvalidTerms, match="outside_term"):
        contract(agreed, expansion(line("b"), signed_on="2029-03-01"))
    with pytest.raises(InvalidTerms, match="outside_term"):
        contract(order(line(), renewal=Renewal(term="12 months")), expansion(line("b"), signed_on="2027-03-01"))
    # Inside a term it renews early; after the last one it follows nothing.
    assert len(contract(agreed, order(id="O-3", kind="renewal", effective_on="2028-06-01")).orders) == 2
    late = order(id="O-3", kind="renewal", effective_on="2028-06-01")
    with pytest.raises(InvalidTerms, match="renewal_gap"):
        contract(order(line(), renewal=Renewal(term="12 months")), late)


def test_what_is_not_yet_true_is_said_and_not_refused() -> None:
    def codes(deal: Contract) -> list[str]:
        return [issue.code for issue in check(deal)]

    seller = Party(id="s", name="Seller", remit_to=[RemitTo(id="bank", currency="USD")])
    named = {"seller": seller, "customer": Party(id="c", name="Customer")}
    assert codes(contract()) == ["no_orders", "no_seller", "no_customer"]
    assert codes(contract(order(), **named)) == ["no_lines"]
    assert codes(contract(order(line()), **named)) == []
    assert codes(contract(order(line()), **named, currency="EUR")) == ["no_remit_to"]
    assert codes(contract(order(line()), seller=seller, bill_to=Party(id="b", name="Payer"))) == []
    assert codes(contract(order(credits=[CreditGrant(id="g", amount=1)]), **named)) == []


class LikePendulum(date):
    """A civil date of another library."""


def test_people_write_numbers_and_dates_as_they_like() -> None:
    like = LikePendulum(2026, 1, 31)
    assert type(as_date(like)) is date
    same = [order(signed_on="2026-01-31"), order(signed_on=date(2026, 1, 31)), order(signed_on=like)]
    assert same[0] == same[1] == same[2]
    assert Flat(amount="60.0") == Flat(amount=60) == Flat(amount=Decimal("6E+1"))
    assert PaymentTerms(day_of_month=iter([10])) == PaymentTerms(day_of_month=(10,))


def test_an_uplift_that_doubles_the_price_is_pointed_at() -> None:
    lines = [line(escalator=Escalator(rate=5)), line("b", escalator=Escalator(rates=["0.05", "1.5"]))]
    deal = contract(order(*lines, renewal=Renewal(term="12 months", uplift=3)))
    found = [(issue.path, issue.message) for issue in check(deal) if issue.code == "large_uplift"]
    assert found == [
        ("$.orders[0].renewal.uplift", "is 300 %: 0.05 is 5 %"),
        ("$.orders[0].lines[0].escalator.rate", "is 500 %: 0.05 is 5 %"),
        ("$.orders[0].lines[1].escalator.rates[1]", "is 150 %: 0.05 is 5 %"),
    ]


def test_percent_signs_are_answered_with_the_fraction_to_write() -> None:
    with pytest.raises(InvalidTerms, match=r"^\$\.rate: not_a_number: must be a fraction: 0\.05 for 5 % \(got '5%'\)$"):
        Escalator(rate="5%")


def test_a_wrong_day_of_signature_is_told_once() -> None:
    with pytest.raises(InvalidTerms) as refused:
        Order(id="O-1", signed_on="2026-02-30", term="12 months")
    assert [(issue.path, issue.code) for issue in refused.value.issues] == [("$.signed_on", "not_a_date")]
