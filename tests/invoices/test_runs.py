"""Bill runs after something was taken away: one case for each way in which a run and the schedule once differed."""

from datetime import date
from decimal import Decimal

import pytest

from contractbill.charges import Certainty, Charge, Facts
from contractbill.deal import Contract, Flat, LineItem, Order, Recurring, Renewal, cancel, started
from contractbill.errors import InvalidTerms, NotAllowed
from contractbill.invoices import CatchUp, due, schedule, verify
from contractbill.periods import Alignment, Stubs

D = date


def monthly(name: str = "a", amount: int = 100, every: str = "month") -> LineItem:
    return LineItem(id=name, price=Flat(amount=amount, per="month"), billing=Recurring(every=every))


def initial(*lines: LineItem, renewal: Renewal | None = None, term: str | None = "12 months") -> Order:
    return Order(id="O-1", signed_on="2026-01-01", term=term, lines=lines or [monthly()], renewal=renewal)


def expansion(number: int, on: str, *lines: LineItem) -> Order:
    return Order(id=f"O-{number}", kind="expansion", signed_on=on, lines=lines)


def contract(*orders: Order) -> Contract:
    return Contract(id="C-1", currency="USD", orders=orders)


def cancelled(order: str, on: str) -> Facts:
    return Facts(progress=[cancel(started(order), on=D.fromisoformat(on))])


def replayed(deal: Contract, facts: Facts, *, until: date = date.max) -> list[Charge]:
    billed: list[Charge] = []
    for invoice in schedule(deal, facts).invoices:
        if invoice.planned_on <= until:
            run = due(deal, facts, billed=billed, as_of=invoice.planned_on)
            billed += [line for one in run for line in one.lines]
    return billed


def test_a_correction_stands_where_it_stood_when_it_became_known() -> None:
    # Cancelled on 10 March, when nothing else is planned for the group; an order of June must not move the credit.
    deal = contract(
        initial(monthly("a", every="term")),
        expansion(2, "2026-02-01", monthly("b")),
        expansion(3, "2026-06-01", monthly("c", every="term")),
    )
    plan = schedule(deal, cancelled("O-2", "2026-03-10"))
    assert [(one.planned_on, one.value) for one in plan.charges if one.entry == 2] == [
        (D(2026, 3, 10), Decimal("-100.00")),
        (D(2026, 3, 10), Decimal("-100.00")),
    ]
    assert set(replayed(deal, cancelled("O-2", "2026-03-10"))) == set(plan.charges)


def test_a_credit_does_not_wait_years_for_the_next_invoice() -> None:
    order = Order(
        id="O-1",
        signed_on="2026-01-01",
        term="8 years",
        lines=[LineItem(id="a", price=Flat(amount=100, per="year"), billing=Recurring(every="4 years"))],
    )
    deal, facts = contract(order, expansion(2, "2026-02-01", monthly("b"))), cancelled("O-2", "2026-02-20")
    plan = schedule(deal, facts)
    assert [one.planned_on for one in plan.charges if one.entry == 2] == [D(2026, 2, 20)]
    assert set(replayed(deal, facts)) == set(plan.charges)


AUTO = Renewal(term="12 months", kind="auto", notice_days=30)


def test_cancelling_an_order_leaves_an_automatic_renewal_alone() -> None:
    deal = contract(initial(renewal=AUTO), expansion(2, "2026-03-01", monthly("b")))
    facts = cancelled("O-2", "2027-02-10")
    plan = schedule(deal, facts)
    renewed = [one for one in plan.charges if one.line.id == "a" and one.planned_on >= D(2027, 1, 1)]
    assert [one.value for one in renewed] == [Decimal("100.00")] * 12
    assert sum(one.value for one in plan.charges if one.line.id == "b") == 0
    assert set(replayed(deal, facts)) == set(plan.charges)


def test_what_was_taken_back_is_charged_again_when_it_comes_again() -> None:
    # January to March 2027 were billed ahead, for the renewal was certain; the order of December renews for a month
    # only and may be renewed again: so February and March go back, and come again when that is certain.
    ahead = LineItem(id="a", price=Flat(amount=100, per="month"), billing=Recurring(every="month", offset_days=-90))
    renewal = Order(
        id="O-2",
        kind="renewal",
        signed_on="2026-12-20",
        effective_on="2027-01-01",
        term="1 month",
        renewal=Renewal(term="11 months", kind="auto", notice_days=10),
    )
    deal = contract(initial(ahead, renewal=Renewal(term="12 months", kind="auto", notice_days=200)), renewal)
    then = schedule(deal, as_of=D(2027, 1, 22))
    assert verify(then) == ()
    assert sum(one.value for one in then.charges) == 2400
    assert {one.certainty for one in then.charges} == {Certainty.FIXED}
    before = schedule(deal, as_of=D(2027, 1, 21))
    again = [one for one in before.charges if one.certainty is Certainty.CONTINGENT]
    assert sum(one.value for one in again) == 1100
    assert before.fixed.amount == 1300
    entries = [(one.n, one.entry) for one in then.charges]
    assert len(entries) == len(set(entries))
    assert max(entry for _n, entry in entries) == 3


def test_entries_that_serve_earlier_days_than_those_they_correct_stay_in_order() -> None:
    seats = LineItem(
        id="a",
        price=Flat(amount=100, per="week"),
        billing=Recurring(timing="arrears", align=Alignment(to="day", day=3), stubs=Stubs(last="long")),
    )
    first = Order(
        id="O-1",
        signed_on="2027-04-28",
        effective_on="2027-07-17",
        term="90 days",
        lines=[seats],
        renewal=Renewal(term="100 days", kind="auto", notice_days=200),
    )
    renewal = Order(
        id="O-2",
        kind="renewal",
        signed_on="2027-08-26",
        effective_on="2027-10-15",
        term="1 month",
        renewal=Renewal(term="1 month", kind="auto", notice_days=60, times=2),
    )
    facts = cancelled("O-2", "2028-09-29")
    deal = contract(first, renewal)
    assert set(replayed(deal, facts)) == set(schedule(deal, facts).charges)


def test_a_contract_that_had_no_end_and_has_one_needs_no_day_to_stop_at() -> None:
    endless = Renewal(term="12 months", kind="auto", times=None)
    last = Order(id="O-2", kind="renewal", signed_on="2027-02-01", effective_on="2027-01-01", term="6 months")
    plan = schedule(contract(initial(renewal=endless), last))
    assert plan.fixed.amount == 1800
    assert verify(plan) == ()
    with pytest.raises(NotAllowed, match="through_required"):
        schedule(contract(initial(renewal=endless)))


def test_nothing_is_billed_before_the_initial_order_is_known_or_after_it_is_cancelled() -> None:
    first = Order(id="O-1", signed_on="2026-01-01", known_on="2026-03-05", term="12 months", lines=[monthly()])
    renewal = Order(
        id="O-3", kind="renewal", signed_on="2026-02-01", effective_on="2027-01-01", term="1 month", lines=[]
    )
    deal = contract(first, expansion(2, "2026-01-15", monthly("b")), renewal)
    assert schedule(deal, as_of=D(2026, 3, 4)).invoices == ()
    assert schedule(deal).invoices[0].planned_on == D(2026, 3, 5)
    gone = schedule(deal, cancelled("O-1", "2026-04-15"))
    assert sum(one.value for one in gone.charges) == 0
    assert set(replayed(deal, cancelled("O-1", "2026-04-15"))) == set(gone.charges)


# ------------------------------------------------------------------------------------------------- what stands already


def test_what_was_billed_ahead_is_no_difference() -> None:
    deal = contract(initial())
    billed = schedule(deal).charges
    early = schedule(deal, billed=billed, through=D(2026, 3, 31))
    assert early == schedule(deal, through=D(2026, 3, 31))
    assert schedule(deal, billed=billed) == schedule(deal)
    assert due(deal, billed=billed, as_of=D(2026, 3, 31)) == ()


def test_what_was_billed_otherwise_is_brought_to_what_is_right() -> None:
    dear = contract(initial(monthly(amount=120)))
    billed = [line for invoice in due(dear, as_of=D(2026, 2, 15)) for line in invoice.lines]
    (run,) = due(contract(initial()), billed=billed, as_of=D(2026, 2, 20))
    assert [(one.entry, one.planned_on, one.value) for one in run.lines] == [
        (2, D(2026, 2, 20), Decimal("-20.00")),
        (2, D(2026, 2, 20), Decimal("-20.00")),
    ]
    assert run.is_credit
    assert due(contract(initial()), billed=[*billed, *run.lines], as_of=D(2026, 2, 20)) == ()
    plan = schedule(contract(initial()), billed=[*billed, *run.lines])
    assert plan.fixed.amount == 1200
    without = schedule(contract(initial()), billed=billed)
    assert without.fixed.amount == 1200
    assert verify(without) == ()


def test_a_netted_run_makes_one_entry_of_several() -> None:
    deal = contract(initial(), expansion(2, "2026-02-01", monthly("b", every="term")))
    facts = cancelled("O-2", "2026-03-10")
    for how in ("net", CatchUp.NET):
        (run,) = due(deal, facts, as_of=D(2026, 4, 30), catch_up=how)
        assert (run.planned_on, run.value) == (D(2026, 4, 30), Decimal("400.00"))
        assert {one.line.id for one in run.lines} == {"a"}
    assert due(deal, facts, billed=run.lines, as_of=D(2026, 4, 30), catch_up="net") == ()
    # Credited in part after it was billed: one entry with the difference.
    (first,) = due(contract(initial(monthly(every="term"))), as_of=D(2026, 1, 1))
    half = contract(initial(LineItem(id="a", price=Flat(amount=50, per="month"), billing=Recurring(every="term"))))
    (second,) = due(half, billed=first.lines, as_of=D(2026, 2, 1), catch_up="net")
    assert second.value == -600


def test_what_was_charged_and_partly_taken_back_since_the_last_run_is_netted_in_its_slot() -> None:
    yearly = LineItem(id="a", price=Flat(amount=1200, per="year"), billing=Recurring(every="year"))
    shorter = Order(id="O-2", kind="renewal", signed_on="2027-02-01", effective_on="2027-01-01", term="6 months")
    deal = contract(initial(yearly, renewal=AUTO), shorter)
    first = due(deal, as_of=D(2026, 12, 31))[0]
    (run,) = due(deal, billed=first.lines, as_of=D(2027, 3, 31), catch_up="net")
    # 181 of the 365 days of 2027, in one entry.
    assert [(one.entry, one.value) for one in run.lines] == [(1, Decimal("595.07"))]
    assert due(deal, billed=[*first.lines, *run.lines], as_of=D(2027, 3, 31), catch_up="net") == ()
    replayed_later = due(deal, billed=first.lines, as_of=D(2027, 3, 31))
    assert [one.value for one in replayed_later] == [Decimal("1200.00"), Decimal("-604.93")]
    assert replayed_later[1].is_credit


def test_a_word_that_names_no_way_to_catch_up_is_refused() -> None:
    with pytest.raises(InvalidTerms, match=r"\$\.catch_up: unknown_word"):
        due(contract(initial()), as_of=D(2026, 1, 1), catch_up="later")
