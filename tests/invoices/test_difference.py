"""What changes from one schedule to another: by kind, by certainty, by day, in words."""

import random
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contractbill import (
    Change,
    Contract,
    Discount,
    Facts,
    Flat,
    InvalidTerms,
    LineItem,
    NotAllowed,
    OneTime,
    Order,
    PerUnit,
    Proration,
    Recurring,
    Renewal,
    Schedule,
    amend,
    diff,
    schedule,
)
from contractbill.charges import Certainty, Charge, derive
from contractbill.deal import cancel, started
from contractbill.display import Tone, to_html
from contractbill.invoices import ChangeKind, ChargeChange, change_rows, gather
from contractbill.money import add_up, money, subtract
from contractbill.periods import Period
from contractbill.testing import sales_led
from contractbill.testing.strategies import contracts, dates, facts

SOME = settings(max_examples=settings().max_examples // 2)
BEFORE_SIGNING = date(2026, 9, 20)


def deal(*lines: LineItem, **terms: Any) -> Contract:
    fee = LineItem(id="fee", price=Flat(amount=1200, per="year"), billing=Recurring(every="quarter"))
    order = Order(id="O-1", signed_on="2026-01-01", term="12 months", lines=lines or [fee])
    return Contract(id="C-1", currency="USD", orders=[attrs.evolve(order, **terms)])


def of(charges: list[Charge], plan: Schedule) -> Schedule:
    """The schedule with other charges."""
    return attrs.evolve(plan, invoices=gather(charges))


def worth(charge: Charge, amount: str) -> Charge:
    """The charge with another amount."""
    price = attrs.evolve(charge.derivation.price, unit_amount=Decimal(amount), base=Decimal(amount), steps=())
    return attrs.evolve(charge, derivation=derive(Decimal(1), price, to=charge.derivation.to))


def on_po(charge: Charge, po: str) -> Charge:
    line = attrs.evolve(charge.line, group=attrs.evolve(charge.line.group, po=po))
    return attrs.evolve(charge, line=line)


LATER = date(2026, 8, 1)
# What happens to the third quarter's charge of 300.00 on 2026-07-01; the kind that results; the days on which invoices
# change, with what they change by.
CASES: list[tuple[str, dict[str, Any] | str | None, str, list[tuple[str, str]]]] = [
    ("gone", None, "removed", [("2026-07-01", "-300.00")]),
    ("cheaper", "250.00", "repriced", [("2026-07-01", "-50.00")]),
    ("free", "0.00", "repriced", [("2026-07-01", "-300.00")]),
    ("later", {"planned_on": LATER}, "retimed", [("2026-07-01", "-300.00"), ("2026-08-01", "300.00")]),
    ("unsure", {"certainty": Certainty.ESTIMATED}, "restated", []),
    ("other days", {"service": Period(date(2026, 7, 1), date(2026, 9, 1))}, "restated", []),
]


@pytest.mark.parametrize(("what", "kind", "days"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_becomes_of_a_charge(what: dict[str, Any] | str | None, kind: str, days: list[tuple[str, str]]) -> None:
    plan = schedule(deal())
    first, second, third, fourth = plan.charges
    now = [worth(third, what)] if isinstance(what, str) else [attrs.evolve(third, **what)] if what else []
    found = diff(plan, of([first, second, *now, fourth], plan))
    (change,) = found.changes
    assert (change.kind, change.before, change.after) == (kind, third, now[0] if now else None)
    assert (found.kept.count, found.kept.fixed) == (3, Decimal("900.00"))
    assert [(str(on), str(total.amount)) for on, total in found.billings()] == days
    assert found.net() == change.difference == found.total_of(ChangeKind(kind))


def test_a_charge_that_is_cheaper_and_later_is_repriced() -> None:
    plan = schedule(deal())
    moved = attrs.evolve(worth(plan.charges[2], "250.00"), planned_on=LATER)
    (change,) = diff(plan, of([*plan.charges[:2], moved, plan.charges[3]], plan)).changes
    assert (change.kind, change.planned_before, change.planned_after) == ("repriced", date(2026, 7, 1), LATER)
    assert (change.amount_before, change.amount_after) == (money("300.00", "USD"), money("250.00", "USD"))
    assert (change.difference.amount, change.service) == (Decimal("-50.00"), moved.service)


def test_a_charge_for_another_purchase_order_is_restated_and_says_so() -> None:
    plan = schedule(deal())
    found = diff(plan, of([on_po(plan.charges[0], "PO-7"), *plan.charges[1:]], plan))
    assert [change.kind for change in found.changes] == [ChangeKind.RESTATED]
    assert found.to_table().rows[0][2] == "fee, po PO-7, was none"


def test_a_discount_is_told_by_its_name() -> None:
    launch = Discount(id="launch", rate="0.10")
    (line,) = deal().orders[0].lines
    found = diff(schedule(deal()), schedule(deal(attrs.evolve(line, discounts=[launch]))))
    assert {row[2] for row in found.to_table().rows} == {"fee: discount launch", "4 charges"}
    assert found.tcv.amount == Decimal("-120.00")


def test_a_renewal_that_is_signed_turns_contingent_into_fixed() -> None:
    before = deal(renewal=Renewal(term="12 months"))
    renewal = Order(id="O-2", kind="renewal", signed_on="2026-12-01", effective_on="2027-01-01", term="12 months")
    found = diff(schedule(before), schedule(amend(before, renewal)))
    assert {change.kind for change in found.changes} == {ChangeKind.RESTATED}
    assert found.net().amount == 0
    assert [found.net(one).amount for one in Certainty] == [Decimal("1200.00"), Decimal(0), Decimal("-1200.00")]
    assert found.tcv.amount == Decimal("1200.00")
    assert found.billings() == ()
    assert len(found.billings(Certainty.FIXED)) == 4
    assert found.to_table().rows[0][-1] == "fixed, was contingent"


def test_an_entry_that_corrects_another_is_a_charge_of_its_own() -> None:
    line = LineItem(id="fee", price=Flat(amount=1200, per="year"), billing=Recurring(every="year"))
    expansion = Order(
        id="O-2", kind="expansion", signed_on="2026-02-01", lines=[attrs.evolve(line, id="more", starts_on=None)]
    )
    contract = attrs.evolve(deal(line), orders=[*deal(line).orders, expansion])
    facts_ = Facts(progress=[cancel(started("O-2"), on=date(2026, 3, 1))])
    found = diff(schedule(contract), schedule(contract, facts_))
    assert [(one.line.id, one.charge.entry, one.kind.value) for one in found.changes] == [("more", 2, "added")]
    assert found.changes[0].difference == -schedule(contract).charges[1].amount
    # More is charged, of an amount below zero: what counts for the colour is the money.
    assert (found.to_table().rows[0][2], found.to_table().tones[0]) == ("more, correction", Tone.LOSS)


def test_schedules_of_two_contracts_or_currencies_cannot_be_compared() -> None:
    plan = schedule(deal())
    with pytest.raises(NotAllowed) as raised:
        diff(plan, attrs.evolve(plan, contract="C-2", currency="EUR"))
    assert [(one.code, one.path, one.got) for one in raised.value.issues] == [
        ("other_contract", "$.after", "C-2"),
        ("currency_mismatch", "$.after", "EUR"),
    ]


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_schedule_with_an_entry_twice_is_refused(side: str) -> None:
    plan = schedule(deal())
    twice = of([plan.charges[0], *plan.charges], plan)
    with pytest.raises(InvalidTerms) as raised:
        diff(**{"before": plan, "after": plan, side: twice})
    assert (raised.value.code, raised.value.path) == ("duplicate_entry", f"$.{side}")
    assert raised.value.got == ("fee", "base", 0, 1)


def test_a_change_is_of_one_charge_and_of_something() -> None:
    first, second, *_ = schedule(deal()).charges
    for before, after, code in [(None, None, "missing"), (first, second, "other_slot"), (first, first, "not_changed")]:
        with pytest.raises(InvalidTerms) as raised:
            ChargeChange(before, after)
        assert raised.value.code == code


def test_what_is_not_shown_on_an_invoice_is_no_change() -> None:
    plan = schedule(deal())
    for same in (
        attrs.evolve(plan.charges[0], asked_on=date(2025, 12, 1)),
        attrs.evolve(plan.charges[0], line=attrs.evolve(plan.charges[0].line, sequence=7)),
    ):
        assert diff(plan, of([same, *plan.charges[1:]], plan)).changes == ()


def test_changes_stand_by_day_then_order_line_period_and_entry() -> None:
    plan = schedule(sales_led())
    empty = attrs.evolve(plan, invoices=())
    found = diff(empty, plan)
    assert [(change.planned_after, change.line.id) for change in found.changes[:5]] == [
        (date(2025, 12, 18), "onboarding"),
        (date(2026, 1, 15), "platform"),
        (date(2026, 1, 15), "seats"),
        (date(2026, 4, 15), "seats"),
        (date(2026, 7, 15), "seats"),
    ]
    # Where a charge moves, the earlier day counts.
    early, *others = plan.charges
    moved = diff(plan, of([attrs.evolve(early, planned_on=date(2030, 1, 1)), *others[1:]], plan))
    assert [change.kind.value for change in moved.changes] == ["retimed", "removed"]


TEXT = """\
C-1: 4 changes in USD
change    invoice on                  for       service period              before     after  difference  certainty
--------  --------------------------  --------  ------------------------  --------  --------  ----------  ---------
repriced  2026-01-01                  fee       2026-01-01 to 2026-03-31    300.00    350.00      +50.00  fixed
removed   2026-04-01                  fee       2026-04-01 to 2026-06-30    300.00               -300.00  fixed
retimed   2026-08-01, was 2026-07-01  fee       2026-07-01 to 2026-09-30    300.00    300.00        0.00  fixed
added     2026-09-01                  setup                                            80.00      +80.00  fixed
kept                                  1 charge                              300.00    300.00        0.00
--------  --------------------------  --------  ------------------------  --------  --------  ----------  ---------
added                                 1 charge                                                    +80.00
removed                               1 charge                                                   -300.00
repriced                              1 charge                                                    +50.00
retimed                               1 charge                                                      0.00
fixed                                                                     1,200.00  1,030.00     -170.00
TCV                                             fixed + estimated         1,200.00  1,030.00     -170.00"""


def test_the_table_of_every_kind() -> None:
    plan = schedule(deal())
    setup = LineItem(id="setup", price=Flat(amount=80), billing=OneTime(once="date", on="2026-09-01"))
    (extra,) = schedule(deal(setup)).charges
    first, _gone, third, fourth = plan.charges
    now = [
        worth(first, "350.00"),
        attrs.evolve(third, planned_on=LATER),
        fourth,
        extra,
    ]
    table = diff(plan, of(now, plan)).to_table()
    assert str(diff(plan, of(now, plan))) == TEXT
    assert table.tones == (Tone.GAIN, Tone.LOSS, Tone.SHIFT, Tone.GAIN, Tone.PLAIN)
    assert diff(plan, of(now, plan))._repr_html_() == to_html(table)
    assert diff(plan, of(now, plan))._repr_mimebundle_() == {"text/plain": TEXT}


HALVED = """\
halved: 3 changes in USD
change    invoice on  for                service period               before      after  difference  certainty
--------  ----------  -----------------  ------------------------  ---------  ---------  ----------  ---------
added     2027-01-01  seats, correction  2026-07-01 to 2026-12-31             -6,000.00   -6,000.00  fixed
added     2027-01-01  seats              2026-07-01 to 2026-12-31              3,000.00   +3,000.00  fixed
repriced  2027-01-01  seats              2027-01-01 to 2027-12-31  12,000.00   6,000.00   -6,000.00  fixed
kept                  1 charge                                     12,000.00  12,000.00        0.00
--------  ----------  -----------------  ------------------------  ---------  ---------  ----------  ---------
added                 2 charges                                                           -3,000.00
repriced              1 charge                                                            -6,000.00
fixed                                                              24,000.00  15,000.00   -9,000.00
TCV                                      fixed + estimated         24,000.00  15,000.00   -9,000.00"""


def test_the_preview_of_an_amendment() -> None:
    """Two years in advance, 12,000 a year; half the seats go after six months: 3,000 back, and 6,000 less next year."""
    seats = LineItem(
        id="seats",
        quantity=100,
        price=PerUnit(unit_amount=10, per="month"),
        billing=Recurring(every="year", proration=Proration("whole_months")),
    )
    contract = attrs.evolve(deal(seats, term="24 months"), id="halved")
    halving = Order(
        id="O-2",
        kind="amendment",
        signed_on="2026-03-10",
        effective_on="2026-07-01",
        changes=[Change(line="seats", quantity=50)],
    )
    preview = diff(schedule(contract), schedule(amend(contract, halving)))
    assert str(preview) == HALVED
    assert [(str(on), str(total.amount)) for on, total in preview.billings()] == [("2027-01-01", "-9000.00")]


def test_nothing_kept_and_nothing_there() -> None:
    empty = attrs.evolve(schedule(deal()), invoices=())
    assert diff(empty, empty).to_table().rows == ()
    assert diff(empty, empty).to_table().footer == (("TCV", "", "", "fixed + estimated", "0.00", "0.00", "0.00", ""),)
    assert "kept" not in str(diff(empty, schedule(deal())))


def test_rows_of_plain_values_add_up_to_the_net() -> None:
    found = diff(schedule(sales_led(), as_of=BEFORE_SIGNING), schedule(sales_led()))
    rows = change_rows(found)
    assert add_up(row["difference"] for row in rows) == found.net().amount == Decimal("35834.87")
    assert rows[0] == {
        "contract": "sales-led",
        "change": "added",
        "order": "O-2",
        "line": "more-seats",
        "component": "base",
        "n": 2,
        "entry": 1,
        "description": "more-seats",
        "service_start": date(2026, 10, 1),
        "service_end": date(2026, 10, 15),
        "invoice_on_before": None,
        "invoice_on_after": date(2026, 10, 1),
        "amount_before": None,
        "amount_after": Decimal("410.87"),
        "difference": Decimal("410.87"),
        "currency": "USD",
        "certainty_before": None,
        "certainty_after": "fixed",
    }
    back = change_rows(diff(schedule(sales_led()), schedule(sales_led(), as_of=BEFORE_SIGNING)))
    assert (back[0]["change"], back[0]["amount_before"], back[0]["amount_after"]) == (
        "removed",
        Decimal("410.87"),
        None,
    )
    assert (back[0]["certainty_before"], back[0]["certainty_after"]) == ("fixed", None)


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_sums_are_at_the_scale_of_their_currency(currency: str) -> None:
    plan = schedule(attrs.evolve(sales_led(), currency=currency))
    scale = {"USD": 2, "JPY": 0, "KWD": 3}[currency]
    for total in (diff(plan, plan).net(), diff(plan, plan).tcv, *diff(plan, plan).sums()):
        assert -int(total.amount.as_tuple().exponent) == scale


# --------------------------------------------------------------------------------------------------------------- laws


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Schedule, Schedule]:
    """Two views of one contract: by other facts, on other days, up to other days."""
    contract = draw(contracts())
    first, second = (
        schedule(
            contract,
            draw(st.just(Facts()) | facts(contract)),
            as_of=draw(st.none() | dates()),
            through=draw(st.none() | dates()),
        )
        for _ in range(2)
    )
    return first, second


@SOME
@given(pairs())
def test_differences_add_up_to_what_the_sums_differ_by(pair: tuple[Schedule, Schedule]) -> None:
    before, after = pair
    found = diff(before, after)
    for certainty in Certainty:
        sums = before.total_of(certainty), after.total_of(certainty)
        assert found.sums(certainty) == sums
        assert found.net(certainty) == sums[1] - sums[0]
        assert add_up(total.amount for _on, total in found.billings(certainty)) == found.net(certainty).amount
    assert found.tcv == after.tcv - before.tcv
    assert add_up(found.total_of(kind).amount for kind in ChangeKind) == found.net().amount
    assert found.kept.count + len(found.changes) - len(found.of(ChangeKind.ADDED)) == len(before.charges)
    assert found.kept.count + len(found.changes) - len(found.of(ChangeKind.REMOVED)) == len(after.charges)


@SOME
@given(pairs(), st.randoms(use_true_random=False))
def test_the_order_of_invoices_means_nothing(pair: tuple[Schedule, Schedule], by: random.Random) -> None:
    before, after = pair
    mixed = attrs.evolve(after, invoices=tuple(by.sample(after.invoices, len(after.invoices))))
    assert diff(before, mixed) == diff(before, after)


@SOME
@given(pairs())
def test_the_way_back_is_the_opposite(pair: tuple[Schedule, Schedule]) -> None:
    before, after = pair
    there, back = diff(before, after), diff(after, before)
    assert {(one.before, one.after) for one in there.changes} == {(one.after, one.before) for one in back.changes}
    assert there.net().amount == subtract(Decimal(0), back.net().amount)
    assert diff(before, before).changes == ()


@SOME
@given(pairs())
def test_invoices_by_day_change_by_what_the_difference_says(pair: tuple[Schedule, Schedule]) -> None:
    before, after = pair
    days: dict[date, Decimal] = {}
    for plan, sign in ((before, -1), (after, 1)):
        for invoice in plan.invoices:
            days[invoice.planned_on] = days.get(invoice.planned_on, Decimal(0)) + sign * invoice.value
    expected = [(on, value) for on, value in sorted(days.items()) if value]
    assert [(on, total.amount) for on, total in diff(before, after).billings()] == expected
