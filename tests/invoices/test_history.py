"""History: what stands on invoices on each day, as what became known when left it; entry by entry."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs
import pytest

from contractbill import (
    Change,
    Contract,
    Escalator,
    Facts,
    Flat,
    Index,
    IndexReading,
    LineItem,
    Notice,
    Order,
    Recurring,
    Renewal,
)
from contractbill.charges import Certainty, Charge, MilestoneDone
from contractbill.deal import OneTime, PurchaseOrder, cancel, complete, started
from contractbill.invoices.history import history, is_firm, place

D = date


def line(name: str = "a", amount: int | str = 100, every: str = "month", **said: Any) -> LineItem:
    billing = Recurring(every=every, **said.pop("billing", {}))
    return LineItem(id=name, price=Flat(amount=amount, per="month"), billing=billing, **said)


def first(*lines: LineItem, **said: Any) -> Order:
    fields = {"id": "O-1", "signed_on": "2026-01-01", "term": "6 months", "lines": lines or [line()], **said}
    return Order(**fields)


def later(number: int, on: str, *changes: Change, lines: Sequence[LineItem] = (), **said: Any) -> Order:
    fields = {"id": f"O-{number}", "kind": "amendment", "effective_on": "2026-01-01", **said}
    return Order(signed_on=on, changes=changes, lines=lines, **fields)


def costs(amount: int, on: str, name: str = "a", **said: Any) -> Change:
    return Change(line=name, unit_amount=amount, on=on, **said)


def deal(*orders: Order, **said: Any) -> Contract:
    return Contract(**{"id": "C-1", "currency": "USD", "orders": orders, **said})


def entries(charges: Sequence[Charge]) -> str:
    """Each entry: its line, period and number, its day and its amount, with a mark where that may never be."""
    return ", ".join(
        f"{one.line.id}{one.n}.{one.entry} {one.planned_on.isoformat().removeprefix('2026-')} {one.value.normalize():f}"
        f"{'?' * (not is_firm(one))}"
        for one in charges
    )


def stands(contract: Contract, facts: Facts | None = None, *, as_of: str = "2026-12-31", through: str = "") -> str:
    until = D.fromisoformat(through) if through else None
    return entries(history(contract, facts or Facts(), as_of=D.fromisoformat(as_of), through=until))


PO = (PurchaseOrder(number="PO-1", ends_before="2026-04-01"), PurchaseOrder(number="PO-2", starts_on="2026-04-01"))
CHEAPER = later(2, "2026-02-10", costs(70, "2026-02-01"))
SHORTER = later(2, "2026-02-10", Change(line="a", ends_before="2026-04-01"))

# Each row: the contract, and what stands of it in the end.
ROWS: list[tuple[Contract, str]] = [
    (deal(first()), "a0.1 01-01 100, a1.1 02-01 100, a2.1 03-01 100, a3.1 04-01 100, a4.1 05-01 100, a5.1 06-01 100"),
    # What was billed and has changed is corrected with the next invoice; what was not is charged as it stands now.
    (
        deal(first(), CHEAPER),
        (
            "a0.1 01-01 100, a1.2 03-01 -100, a1.3 03-01 70, a1.1 02-01 100, "
            "a2.1 03-01 70, a3.1 04-01 70, a4.1 05-01 70, a5.1 06-01 70"
        ),
    ),
    # At once, where the contract says so.
    (
        deal(first(), CHEAPER, corrections="at_once"),
        (
            "a0.1 01-01 100, a1.2 02-10 -100, a1.3 02-10 70, a1.1 02-01 100, "
            "a2.1 03-01 70, a3.1 04-01 70, a4.1 05-01 70, a5.1 06-01 70"
        ),
    ),
    # The next invoice is one of the same group; where none comes, the day on which it became known.
    (
        deal(first(line(every="term"), line("b", every="quarter")), SHORTER),
        "a0.2 04-01 -600, a0.3 04-01 300, a0.1 01-01 600, b0.1 01-01 300, b1.1 04-01 300",
    ),
    (
        deal(first(line(every="term"), line("b", every="quarter", po="PO-2")), SHORTER),
        "a0.2 02-10 -600, a0.3 02-10 300, a0.1 01-01 600, b0.1 01-01 300, b1.1 04-01 300",
    ),
    # One of the same purchase order, where the day of the invoice says which that is.
    (
        deal(first(line(every="term", po=PO), line("b", every="quarter", po="PO-2")), SHORTER),
        "a0.2 04-01 -600, a0.3 04-01 300, a0.1 01-01 600, b0.1 01-01 300, b1.1 04-01 300",
    ),
    (
        deal(first(line(every="term", po=PO), line("b", every="quarter", po="PO-1")), SHORTER),
        "a0.2 02-10 -600, a0.3 02-10 300, a0.1 01-01 600, b0.1 01-01 300, b1.1 04-01 300",
    ),
    (
        deal(first(line(every="term", po=PO), line("b", every="quarter", po=PO)), SHORTER),
        "a0.2 04-01 -600, a0.3 04-01 300, a0.1 01-01 600, b0.1 01-01 300, b1.1 04-01 300",
    ),
    # Two years is soon enough, more is not.
    (
        deal(
            first(line(every="2 years"), term="4 years"),
            later(2, "2026-02-10", Change(line="a", ends_before="2029-01-01")),
        ),
        "a0.1 01-01 2400, a1.1 2028-01-01 1201.64",
    ),
    (
        deal(
            first(line(every="term", ends_before="2027-01-01"), line("b", every="2 years"), term="4 years"),
            later(2, "2026-02-10", Change(line="a", ends_before="2026-07-01")),
        ),
        "a0.2 2028-01-01 -1200, a0.3 2028-01-01 600, a0.1 01-01 1200, b0.1 01-01 2400, b1.1 2028-01-01 2400",
    ),
    (
        deal(
            first(line(every="term", ends_before="2027-01-01"), line("b", every="3 years"), term="6 years"),
            later(2, "2026-02-10", Change(line="a", ends_before="2026-07-01")),
        ),
        "a0.2 02-10 -1200, a0.3 02-10 600, a0.1 01-01 1200, b0.1 01-01 3600, b1.1 2029-01-01 3600",
    ),
    *(
        (
            deal(
                first(
                    line(every="term", ends_before="2027-01-01"),
                    line("b", every="term", starts_on=on, ends_before="2028-03-01"),
                    term="4 years",
                ),
                later(2, "2026-02-10", Change(line="a", ends_before="2026-07-01")),
            ),
            f"a0.2 {settled} -1200, a0.3 {settled} 600, a0.1 01-01 1200, b0.1 {on} {rest}",
        )
        for on, settled, rest in (("2028-02-12", "2028-02-12", "62.07"), ("2028-02-13", "02-10", "58.62"))
    ),
    # Known on the day of an invoice: that was not billed yet.
    (
        deal(first(), later(2, "2026-03-01", Change(line="a", remove=True, on="2026-01-01"))),
        "a0.2 03-01 -100, a0.1 01-01 100, a1.2 03-01 -100, a1.1 02-01 100",
    ),
    (
        deal(first(), later(2, "2026-03-02", Change(line="a", remove=True, on="2026-03-01"))),
        "a0.1 01-01 100, a1.1 02-01 100, a2.2 03-02 -100, a2.1 03-01 100",
    ),
    # A line in place of another, backdated: what comes late stands on the day it became known.
    (
        deal(first(), later(2, "2026-03-10", lines=[line("n", 50, replaces="a", starts_on="2026-02-01")])),
        (
            "a0.1 01-01 100, a1.2 03-10 -100, a1.1 02-01 100, a2.2 03-10 -100, a2.1 03-01 100, "
            "n1.1 03-10 50, n2.1 03-10 50, n3.1 04-01 50, n4.1 05-01 50, n5.1 06-01 50"
        ),
    ),
    # The same of periods that were not billed, of a line that was.
    (
        deal(
            first(line(ends_before="2026-02-01"), line("b", every="quarter"), term="6 months"),
            later(2, "2026-03-10", Change(line="a", ends_before="2026-04-01")),
        ),
        "a0.1 01-01 100, a1.1 03-10 100, a2.1 03-10 100, b0.1 01-01 300, b1.1 04-01 300",
    ),
    # The later parts of a period that was billed stand with its corrections.
    (
        deal(first(line(every="quarter")), later(2, "2026-02-10", costs(70, "2026-02-01"), costs(60, "2026-03-01"))),
        "a0.1 01-01 300, a0.2 04-01 -196.67, a0.1 04-01 65.33, a0.1 04-01 62, a1.1 04-01 180",
    ),
    # Longer: nothing that was billed has changed.
    (
        deal(first(term="2 months"), later(2, "2026-02-20", ends_before="2026-04-01")),
        "a0.1 01-01 100, a1.1 02-01 100, a2.1 03-01 100",
    ),
    # What waits for its fulfilment was never billed.
    (
        deal(first(bill_when="fulfilled", term="2 months"), CHEAPER),
        "a0.1 01-01 100?, a1.1 02-01 70?",
    ),
    # A one-time charge is taken back.
    (
        deal(
            first(line(), LineItem(id="setup", price=Flat(amount=500), billing=OneTime()), term="2 months"),
            later(2, "2026-01-10", Change(line="setup", remove=True)),
        ),
        "a0.1 01-01 100, a1.1 02-01 100, setup0.1 01-01 500, setup0.2 02-01 -500",
    ),
    # Twice: the second correction follows what the first one left.
    (
        deal(first(term="3 months"), CHEAPER, later(3, "2026-02-20", costs(90, "2026-02-01"), sequence=2)),
        "a0.1 01-01 100, a1.2 03-01 -100, a1.3 03-01 90, a1.1 02-01 100, a2.1 03-01 90",
    ),
    (
        deal(first(term="4 months"), CHEAPER, later(3, "2026-03-20", costs(90, "2026-02-01"), sequence=2)),
        (
            "a0.1 01-01 100, a1.2 03-01 -100, a1.3 03-01 70, a1.4 04-01 -70, a1.5 04-01 90, a1.1 02-01 100, "
            "a2.2 04-01 -70, a2.3 04-01 90, a2.1 03-01 70, a3.1 04-01 90"
        ),
    ),
]


@pytest.mark.parametrize(("contract", "expected"), ROWS)
def test_what_stands_in_the_end(contract: Contract, expected: str) -> None:
    assert stands(contract) == expected


def test_what_is_known_later_or_planned_later_is_passed_over() -> None:
    contract = deal(first(term="3 months"), CHEAPER)
    before = "a0.1 01-01 100, a1.1 02-01 100, a2.1 03-01 100"
    assert stands(contract, as_of="2026-02-09") == before
    assert stands(contract, as_of="2026-02-10") == stands(contract) != before
    assert stands(contract, through="2026-02-28") == "a0.1 01-01 100, a1.1 02-01 100"
    assert stands(contract, through="2026-03-01") == stands(contract)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (D(2026, 1, 31), "a0.1 01-01 100, b0.2 02-01 -100, b0.1 01-01 100, a1.1 02-01 100, a2.1 03-01 100"),
        (D(2026, 2, 1), "a0.1 01-01 100, b0.2 02-01 -100, b0.1 01-01 100, a1.1 02-01 100, a2.1 03-01 100"),
    ],
)
def test_a_cancelled_order_is_given_back_with_the_next_invoice(on: date, expected: str) -> None:
    contract = deal(
        first(term="3 months"), Order(id="O-2", kind="expansion", signed_on="2026-01-01", lines=[line("b")])
    )
    found = stands(contract, Facts(progress=[cancel(started("O-2"), on=on)]))
    assert sorted(found.split(", ")) == sorted(expected.split(", "))


# A platform that follows an index, billed for the quarter ahead; its price moves in the second month.
CPI = Escalator(index=Index(name="CPI", base_month="2025-12"), every="month", inside_period="split")
FOLLOWS = deal(first(line(every="quarter", escalator=CPI), term="3 months"))


def reading(month: str, value: int, known_on: str, index: str = "CPI") -> IndexReading:
    return IndexReading(index=index, month=month, value=value, known_on=known_on)


BASE_KNOWN = (reading("2025-12", 100, "2025-12-31"), reading("2026-03", 100, "2025-12-31"))


def test_a_reading_moves_what_was_billed_on_the_day_it_is_known() -> None:
    plain = "a0.1 01-01 103.33, a0.1 01-01 93.33, a0.1 01-01 103.33"
    assert stands(FOLLOWS, Facts(readings=BASE_KNOWN)) == plain
    assert stands(FOLLOWS, Facts(readings=[*BASE_KNOWN, reading("2026-02", 110, "2026-02-12", "PPI")])) == plain
    assert stands(FOLLOWS, Facts(readings=[*BASE_KNOWN, reading("2026-02", 110, "2026-02-12")])) == (
        "a0.1 01-01 103.33, a0.2 02-12 -93.33, a0.3 02-12 102.67, a0.1 01-01 93.33, a0.1 01-01 103.33"
    )


def test_a_step_whose_notice_was_missed_is_taken_back_on_the_day_after_the_last_for_it() -> None:
    clause = Escalator(amounts=[10], every="month", inside_period="split", notice_days=20)
    contract = deal(first(line(every="quarter", escalator=clause), term="3 months"))
    assert stands(contract, as_of="2026-01-12") == "a0.1 01-01 103.33, a0.1 01-01 216.33"
    assert (
        stands(contract, as_of="2026-01-13")
        == "a0.1 01-01 103.33, a0.2 01-13 196.67, a0.2 01-13 -216.33, a0.1 01-01 216.33"
    )
    told = Notice(line="a", step_on="2026-02-01", given_on="2026-01-12")
    assert stands(contract, Facts(notices=[told])) == "a0.1 01-01 103.33, a0.1 01-01 216.33"


AUTO = Renewal(term="2 months", kind="auto", notice_days=10)


def renewed(on: str, effective_on: str = "2026-03-01", **said: Any) -> Order:
    fields = {"id": "O-2", "kind": "renewal", "signed_on": on, "effective_on": effective_on, "term": "1 month", **said}
    return Order(**fields)


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        # Billed ahead for the automatic renewal; the one that was signed is shorter.
        (
            deal(first(line(every="2 months"), term="2 months", renewal=AUTO), renewed("2026-03-05")),
            "a0.1 01-01 200, a1.1 03-01 200, a1.2 03-05 -98.36",
        ),
        # Nothing was billed ahead.
        (
            deal(first(line(every="2 months"), term="2 months", renewal=AUTO), renewed("2026-02-01")),
            "a0.1 01-01 200, a1.1 03-01 101.64",
        ),
        (
            deal(first(line(every="2 months"), term="2 months"), renewed("2026-03-05")),
            "a0.1 01-01 200, a1.1 03-05 101.64",
        ),
        # Renewed before the term ends: its last days go back.
        (
            deal(first(line(every="2 months"), term="2 months"), renewed("2026-02-01", "2026-02-01", term="2 months")),
            "a0.1 01-01 200, a0.2 02-01 -94.92, a0.1 02-01 94.92, a1.1 03-01 101.64",
        ),
    ],
)
def test_a_renewal_that_was_signed_late_or_early(contract: Contract, expected: str) -> None:
    assert stands(contract) == expected


def test_what_has_an_end_now_may_have_had_none_before() -> None:
    endless = first(line(every="quarter"), term="3 months", renewal=Renewal(term="3 months", kind="auto", times=None))
    contract = deal(endless, renewed("2026-05-01", "2026-04-01", term="1 month"))
    assert stands(contract) == "a0.1 01-01 300, a1.1 04-01 300, a1.2 05-01 -201.1"


def test_what_has_no_end_is_followed_as_far_as_is_asked_for() -> None:
    endless = deal(first(term=None), CHEAPER)
    assert stands(endless, through="2026-03-01") == (
        "a0.1 01-01 100, a1.2 03-01 -100, a1.3 03-01 70, a1.1 02-01 100, a2.1 03-01 70"
    )
    # A renewal without end that is not known yet says nothing of how far to look.
    option = Renewal(term="1 month", kind="auto", times=None)
    contract = deal(first(term="3 months"), CHEAPER, renewed("2027-02-01", "2026-04-01", id="O-3", renewal=option))
    assert stands(contract) == stands(deal(first(term="3 months"), CHEAPER))


def test_what_nothing_was_taken_from_stands_as_charged_by_what_is_known() -> None:
    contract = deal(first(term="3 months", bill_when="fulfilled"))
    progress = started("O-1")
    for step in sorted(progress.required):
        progress = complete(progress, step, on=D(2026, 1, 15), actor="ops")
    facts = Facts(progress=[progress])
    assert stands(contract) == "a0.1 01-01 100?, a1.1 02-01 100?, a2.1 03-01 100?"
    assert stands(contract, facts) == "a0.1 01-15 100, a1.1 02-01 100, a2.1 03-01 100"
    assert stands(contract, facts, through="2026-02-28") == "a0.1 01-15 100, a1.1 02-01 100"


def test_what_is_added_to_a_total_that_is_rounded_moves_what_it_needs() -> None:
    # 98.50 and 50 cents beside it, for there is no more; then comes what was waited for, and the 50 cents go there.
    build = LineItem(id="build", price=Flat(amount=100), billing=OneTime(once="milestone", milestone="go-live"))
    months = first(line("a", amount="98.50"), build, term="1 month")
    reached = Facts(milestones=[MilestoneDone(milestone="go-live", completed_on="2026-01-20")])
    whole = {"round_to": 1, "rounding_level": "total"}
    assert stands(deal(months, **whole), reached, as_of="2026-01-19") == (
        "a0.1 01-01 98.5, a0.1 01-01 0.5, build0.1 01-31 100?"
    )
    assert stands(deal(months, **whole), reached) == (
        "a0.1 01-01 98.5, a0.2 01-20 -0.5, a0.1 01-01 0.5, build0.1 01-20 100, build0.1 01-20 0.5"
    )
    more = Order(id="O-2", kind="expansion", signed_on="2026-01-10", lines=[line("b", amount=31)])
    assert stands(deal(first(line("a", amount="98.50"), term="1 month"), more, **whole)) == (
        "a0.1 01-01 98.5, a0.2 01-10 -0.5, a0.1 01-01 0.5, b0.1 01-10 22, b0.1 01-10 0.5"
    )
    # The sum of an invoice is not moved by what comes on another.
    assert stands(deal(months, round_to=1, rounding_level="invoice"), reached) == (
        "a0.1 01-01 98.5, a0.1 01-01 0.5, build0.1 01-20 100"
    )


# Billed ninety days ahead for a renewal that was certain; the one that was signed is shorter, and may be renewed again.
AGAIN = deal(
    first(
        line(billing={"offset_days": -90}),
        term="2 months",
        renewal=Renewal(term="4 months", kind="auto", notice_days=200),
    ),
    renewed("2026-02-20", renewal=Renewal(term="3 months", kind="auto", notice_days=10)),
)


@pytest.mark.parametrize(
    ("as_of", "april", "june"),
    [
        ("2026-02-19", "a3.1 01-01 100", "a5.1 03-03 100"),
        ("2026-02-20", "a3.2 02-20 -100, a3.1 01-01 100, a3.3 03-22 100?", "a5.1 03-22 100?"),
        ("2026-03-21", "a3.2 02-20 -100, a3.1 01-01 100, a3.3 03-22 100?", "a5.1 03-22 100?"),
        ("2026-03-22", "a3.2 02-20 -100, a3.1 01-01 100, a3.3 03-22 100", "a5.1 03-22 100"),
    ],
)
def test_what_was_taken_back_may_come_again(as_of: str, april: str, june: str) -> None:
    found = stands(AGAIN, as_of=as_of).split(", ")
    assert ", ".join(one for one in found if one.startswith("a3")) == april
    assert ", ".join(one for one in found if one.startswith("a5")) == june


def test_charges_stand_by_order_line_days_and_entry() -> None:
    charges = history(deal(first(), CHEAPER), Facts(), as_of=D(2026, 12, 31), through=None)
    assert [(place(one)[:3], one.entry) for one in charges[:4]] == [
        ((0, "a", D(2026, 1, 1)), 1),
        ((0, "a", D(2026, 2, 1)), 2),
        ((0, "a", D(2026, 2, 1)), 3),
        ((0, "a", D(2026, 2, 1)), 1),
    ]
    assert {is_firm(one) for one in charges} == {True}
    assert {one.certainty for one in charges} == {Certainty.FIXED}
    rounding = attrs.evolve(charges[0], component="rounding")
    again = attrs.evolve(charges[0], entry=2)
    assert sorted([rounding, again, charges[0]], key=place) == [charges[0], again, rounding]
