"""Invoices that several payers or cost centres share, and purchase orders that take over from each other."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings

from contractbill.charges import Charge, Facts, charges_for
from contractbill.charges.dated_pos import dated_pos
from contractbill.deal import (
    Change,
    Contract,
    Flat,
    Instalment,
    LineItem,
    OneTime,
    Order,
    Party,
    PaymentTerms,
    PurchaseOrder,
    Recurring,
    Split,
    SplitShare,
)
from contractbill.errors import InvalidTerms
from contractbill.invoices import InvoiceShare, PlannedInvoice, diff, due, schedule, share_rows, verify
from contractbill.money import add_up
from contractbill.testing import sales_led
from contractbill.testing.amending import amended_contracts
from contractbill.testing.strategies import contracts
from contractbill.wire import from_json, to_json

SOME = settings(max_examples=settings().max_examples // 2)
SUBSIDIARY = Party(id="subsidiary", name="Subsidiary Ltd")
PAYERS = Split(
    shares=[SplitShare(id="parent", share="0.6"), SplitShare(id="branch", bill_to=SUBSIDIARY, po="PO-7")],
    carrier="first",
)
HALVES = PaymentTerms(instalments=[Instalment(share="0.5"), Instalment(share="0.5", net_days=30)])


def fee(amount: Any, name: str = "fee", **given: Any) -> LineItem:
    return LineItem(id=name, price=Flat(amount=amount), billing=OneTime(), **given)


def deal(*lines: LineItem, **given: Any) -> Contract:
    order = Order(id="O-1", signed_on="2026-01-01", term="24 months", lines=lines)
    return Contract(id="C-1", currency="USD", customer=Party(id="parent", name="Parent plc"), orders=[order], **given)


def only(contract: Contract) -> PlannedInvoice:
    (invoice,) = schedule(contract).invoices
    return invoice


def test_each_share_says_who_pays_what_and_when() -> None:
    invoice = only(deal(fee("100.01"), fee("0.04", "tag"), split=PAYERS, po="PO-1", payment_terms=HALVES))
    parent, branch = invoice.shares
    assert (parent.id, parent.bill_to, parent.po, str(parent.amount.amount)) == ("parent", "parent", "PO-1", "60.03")
    assert (branch.id, branch.bill_to, branch.po, str(branch.amount.amount)) == (
        "branch",
        "subsidiary",
        "PO-7",
        "40.02",
    )
    assert [str(part) for part in parent.lines] == ["60.01", "0.02"]
    assert [(str(on), str(part)) for on, part in branch.instalments] == [
        ("2026-01-01", "20.01"),
        ("2026-01-31", "20.01"),
    ]
    assert sum(part for _on, part in invoice.instalments) == Decimal("100.05")


def test_an_invoice_that_nobody_shares_has_no_shares() -> None:
    plan = schedule(sales_led())
    assert {invoice.shares for invoice in plan.invoices} == {()}
    assert (share_rows(plan), plan.shares_table().rows) == ([], ())
    assert '"shares"' not in to_json(plan)


def test_lines_with_other_splits_stand_on_other_invoices() -> None:
    other = attrs.evolve(PAYERS, carrier="last")
    plan = schedule(deal(fee(1, "a", split=PAYERS), fee(2, "b"), fee(4, "c", split=other), fee(8, "d", split=PAYERS)))
    assert [[line.line.id for line in invoice.lines] for invoice in plan.invoices] == [["b"], ["a", "d"], ["c"]]


def test_tables_and_rows_say_who_takes_what() -> None:
    plan = schedule(deal(fee("100.01"), fee("10", "own", split=Split(shares=[SplitShare(id="it")])), split=PAYERS))
    assert [row[4] for row in plan.to_table().rows] == ["1 share", "2 shares"]
    assert [row[2] for row in plan.to_table().footer] == ["110.01", "0.00", "0.00", "110.01"]
    assert plan.invoices[1].to_table().footer == (
        ("total", "", "", "", "", "100.01", "fixed"),
        ("parent", "parent", "", "", "", "60.01", ""),
        ("branch", "subsidiary", "PO-7", "", "", "40.00", ""),
    )
    table = plan.shares_table()
    assert table.rows[2] == ("2026-01-01", "2026-01-01", "branch", "subsidiary", "PO-7", "40.00", "fixed")
    assert [(row[2], row[5]) for row in table.footer] == [("it", "10.00"), ("parent", "60.01"), ("branch", "40.00")]
    rows = share_rows(plan)
    assert [(row["invoice"], row["share"], row["line"], str(row["amount"])) for row in rows] == [
        (1, "it", "own", "10.00"),
        (2, "parent", "fee", "60.01"),
        (2, "branch", "fee", "40.00"),
    ]


def test_the_table_of_an_unsplit_deal_has_no_column_for_it() -> None:
    assert [column.title for column in schedule(deal(fee(1))).to_table().columns] == [
        *("invoice on", "due on", "total", "certainty", "for"),
    ]


def test_a_difference_tells_a_new_split() -> None:
    before, after = schedule(deal(fee(1))), schedule(deal(fee(1), split=PAYERS))
    assert diff(before, after).to_table().rows[0][2] == "fee, split parent 0.6, branch 0.4, was none"


@SOME
@given(contracts(at_most=2))
def test_shares_are_the_invoice_line_by_line(contract: Contract) -> None:
    plan = schedule(contract)
    for invoice in plan.invoices:
        if invoice.group.split is None:
            continue
        shares = invoice.shares
        assert [one.id for one in shares] == [one.id for one in invoice.group.split.shares]
        assert add_up(one.amount.amount for one in shares) == invoice.value
        lines = zip(*(one.lines for one in shares), strict=True)
        assert [add_up(parts) for parts in lines] == [line.value for line in invoice.lines]
    totals: dict[int, Decimal] = {}
    for row in share_rows(plan):
        totals[row["invoice"]] = totals.get(row["invoice"], Decimal(0)) + row["amount"]
    assert totals == {
        place: invoice.value for place, invoice in enumerate(plan.invoices, 1) if invoice.group.split is not None
    }


class Off(PlannedInvoice):
    """An invoice whose shares somebody else worked out."""

    @property
    def shares(self) -> tuple[InvoiceShare, ...]:
        """Wrong in what the description of the first line names."""
        first, *others = super().shares
        match self.lines[0].line.description:
            case "lines":
                return (attrs.evolve(first, lines=(first.lines[0] - Decimal("0.01"), *first.lines[1:])), *others)
            case "amount":
                return (attrs.evolve(first, amount=first.amount + first.amount), *others)
            case _:
                ((on, part),) = first.instalments
                return (attrs.evolve(first, instalments=((on, part + 1),)), *others)


@pytest.mark.parametrize("wrong", ["lines", "amount", "instalments"])
def test_verify_adds_shares_up(wrong: str) -> None:
    plan = schedule(deal(fee(100, description=wrong), fee(1, "other"), split=PAYERS))
    assert verify(plan) == ()
    (invoice,) = plan.invoices
    off = Off(invoice.group, invoice.planned_on, invoice.due_on, invoice.lines)
    (issue,) = verify(attrs.evolve(plan, invoices=(off,)))
    assert (issue.path, issue.code) == ("$.invoices[0].shares", "wrong_shares")


def test_verify_tells_of_instalments_that_cannot_be_shared() -> None:
    fixed = PaymentTerms(instalments=[Instalment(amount=500), Instalment(share=1)])
    plan = schedule(deal(fee(100), split=PAYERS, payment_terms=fixed))
    assert [issue.code for issue in verify(plan)] == ["fixed_exceeds_rest"]


def test_shares_that_are_not_those_of_the_split_are_refused_when_read() -> None:
    text = to_json(schedule(deal(fee("100.01"), split=PAYERS)))
    form = json.loads(text)
    form["invoices"][0]["shares"][0]["amount"] = "60.00"
    with pytest.raises(InvalidTerms, match=r"\$.invoices\[0\].shares: wrong_shares: must be those of the split"):
        from_json(json.dumps(form))
    form = json.loads(text)
    form["invoices"][0]["group"]["split"]["shares"][0]["share"] = "1/2"
    with pytest.raises(InvalidTerms, match=r"group\.split\.shares: split_not_whole: must add up to 1: 0.1 is missing"):
        from_json(json.dumps(form))
    assert to_json(from_json(text)) == text


@pytest.mark.parametrize(
    ("said", "kind"),
    [('"PO-1"', str), ('{"number": "PO-1"}', PurchaseOrder), ('[{"number": "PO-1"}]', tuple)],
)
def test_purchase_orders_are_written_as_they_were_said(said: str, kind: type) -> None:
    text = f'{{"schema": "contractbill/deal", "version": 1, "id": "C-1", "currency": "USD", "po": {said}}}'
    found = from_json(text, Contract)
    assert isinstance(found.po, kind)
    assert json.loads(to_json(found)) == json.loads(text)


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("4711", r"\$.po: not_text: must be text in quotation marks"),
        ('{"nummer": "PO-1"}', r"\$.po.nummer: unknown_key: is not a key here; did you mean number\?"),
        (
            '[{"number": 1}, "PO-1"]',
            r"\$.po\[0\].number: not_text: .*\n\$.po\[1\]: wrong_type: must be a group of keys",
        ),
        ("null", r"\$.po: null"),
    ],
)
def test_what_is_no_purchase_order_is_refused_when_read(said: str, fault: str) -> None:
    with pytest.raises(InvalidTerms, match=fault):
        from_json(f'{{"schema": "contractbill/deal", "version": 1, "id": "C-1", "currency": "USD", "po": {said}}}')


# ------------------------------------------------------------------- purchase orders that take over from each other

YEARS = [PurchaseOrder(number="PO-26", ends_before="2027-01-01"), PurchaseOrder(number="PO-27", starts_on="2027-01-01")]


def monthly(name: str = "team", **given: Any) -> LineItem:
    return LineItem(id=name, price=Flat(amount=100, per="month"), billing=Recurring(every="month"), **given)


def numbers(charges: Iterable[Charge]) -> list[tuple[str, str | None]]:
    return [(str(one.planned_on)[:7], one.line.group.po) for one in charges]


def test_the_day_of_the_invoice_says_which_holds() -> None:
    plan = schedule(deal(monthly(), po=YEARS))
    assert numbers(plan.charges)[11:13] == [("2026-12", "PO-26"), ("2027-01", "PO-27")]
    assert plan.charges == charges_for(deal(monthly(), po=YEARS))
    late = deal(LineItem(id="a", price=Flat(amount=1, per="month"), billing=Recurring(timing="arrears")), po=YEARS)
    # December in arrears is invoiced in January.
    assert numbers(schedule(late).charges)[11] == ("2027-01", "PO-27")


@pytest.mark.parametrize(
    ("beside", "stands"),
    [
        # What is given back of December 2026 and of January waits for the next invoice that shows the same number then.
        (YEARS, ("2027-02-01", "PO-27")),
        ("PO-27", ("2027-02-01", "PO-27")),
        ("PO-26", ("2027-01-20", "PO-27")),
    ],
)
def test_a_correction_stands_under_the_one_of_its_own_day(beside: Any, stands: tuple[str, str]) -> None:
    taken_back = Order(
        id="O-2",
        kind="amendment",
        signed_on="2027-01-20",
        effective_on="2026-12-16",
        changes=[Change(line="team", remove=True)],
    )
    base = deal(monthly(), monthly("other", po=beside), po=YEARS)
    plan = schedule(attrs.evolve(base, orders=(*base.orders, taken_back)))
    given_back = [one for one in plan.charges if one.value < 0]
    assert [(str(one.planned_on), one.line.group.po) for one in given_back] == [stands] * 2
    assert verify(plan) == ()


def test_a_late_run_in_one_stands_under_the_one_of_its_day() -> None:
    contract = deal(monthly(), po=YEARS)
    (invoice,) = due(contract, as_of=date(2027, 1, 31), catch_up="net")
    assert invoice.group.po == "PO-27"
    replayed = due(contract, as_of=date(2027, 1, 31))
    assert [one.group.po for one in replayed] == ["PO-26"] * 12 + ["PO-27"]


def test_what_was_billed_keeps_its_number() -> None:
    contract = deal(monthly(), po=YEARS)
    first = due(contract, as_of=date(2026, 1, 31))[0]
    billed = [
        attrs.evolve(one, line=attrs.evolve(one.line, group=attrs.evolve(one.line.group, po="PO-X")))
        for one in first.lines
    ]
    plan = schedule(contract, billed=billed)
    assert numbers(plan.charges)[:2] == [("2026-01", "PO-X"), ("2026-02", "PO-26")]


@SOME
@given(amended_contracts(at_most=2))
def test_replaying_each_day_stands_under_the_same_numbers(contract: Contract) -> None:
    plan = schedule(contract)
    says = dated_pos(contract, Facts()).listed
    for charge in plan.charges:
        if charge.line.id in says:
            holds = [one.number for one in says[charge.line.id] if one.holds_on(charge.planned_on)]
            assert charge.line.group.po == (holds[0] if holds else None)
    run = due(contract, as_of=date.max - timedelta(5000))
    firm = {(one.slot, one.entry): one.line.group for one in plan.charges}
    for invoice in run:
        for line in invoice.lines:
            assert firm[line.slot, line.entry] == line.line.group
