"""The public names as their users write them: type-checked by mypy, never run."""

from datetime import date
from decimal import Decimal
from typing import assert_type

import moneyed

import contractbill as cb
from contractbill import deal, errors, money, periods, wire
from contractbill.charges import Certainty, Slot
from contractbill.invoices import CatchUp

ON = date(2026, 1, 1)


def numbers_enter_by_an_allowlist() -> None:
    assert_type(money.exact("0.10"), Decimal)
    assert_type(money.quantize(Decimal("1.005"), Decimal("0.01"), money.Rounding.HALF_UP), Decimal)
    assert_type(money.allocate(Decimal("100.00"), [1, 1, 1], to=Decimal("0.01")), tuple[Decimal, ...])


def errors_speak_of_issues(error: cb.ContractbillError) -> None:
    assert_type(error.issues, tuple[cb.Issue, ...])
    assert_type(error.code, str)
    assert_type(error.under("$.orders[0]"), errors.ContractbillError)
    several: tuple[type[cb.ContractbillError], ...] = (
        cb.InvalidTerms,
        cb.NotAllowed,
        cb.Conflict,
        cb.NotFound,
        cb.AdapterFailure,
    )
    assert_type(several, tuple[type[errors.ContractbillError], ...])


def parties() -> cb.Party:
    address = cb.Address(lines=["1 Main St"], city="Springfield", country="US")
    bank = cb.RemitTo(id="us-bank", currency="USD", lines=["Routing 011000015"])
    return cb.Party(
        id="vendor",
        name="Vendor Inc.",
        address=address,
        tax_ids=[cb.TaxId(scheme="us_ein", value="12-3456789")],
        emails=["billing@example.com"],
        remit_to=[bank],
    )


def a_deal_is_written_in_plain_words() -> cb.Contract:
    seats = cb.LineItem(
        id="seats",
        quantity=25,
        price=cb.PerUnit(unit_amount="60.00", per="month"),
        billing=cb.Recurring(
            every="quarter",
            timing="arrears",
            offset_days=5,
            align=cb.Alignment(to="calendar"),
            stubs=cb.Stubs(first="long"),
            proration=cb.Proration(rule="thirty_360"),
        ),
        escalator=cb.Escalator(rate="0.05", every="year", clock="line_start", round_to="0.01", inside_period="split"),
        tags=["core"],
    )
    setup = cb.LineItem(id="setup", price=cb.Flat(amount=500), billing=cb.OneTime(once="date", on=ON, after_days=3))
    listed = deal.Escalator(amounts=[1, "2.50", Decimal(3)], on=deal.MonthDay(month=4, day=1))
    other = cb.LineItem(
        id="other", price=cb.Flat(amount=1, per=cb.Frequency.parse("year")), billing=cb.Recurring(), escalator=listed
    )
    order = cb.Order(
        id="O-1",
        signed_on="2025-12-18",
        effective_on=ON,
        term="36 months",
        renewal=cb.Renewal(term="12 months", kind="auto", notice_days=60, uplift="0.03", times=None),
        lines=[seats, setup, other],
        credits=[cb.CreditGrant(id="launch", amount=10_000, expires_on=ON)],
        external_refs=[cb.Reference(scheme="crm", value="006A1")],
        bill_when="fulfilled",
    )
    instalments = [deal.Instalment(share="0.5"), deal.Instalment(share="0.5", net_days=30, sequential=True)]
    contract = cb.Contract(
        id="C-1",
        currency="USD",
        seller=parties(),
        payment_terms=cb.PaymentTerms(instalments=instalments),
        rounding="half_even",
    )
    assert_type(cb.fold(contract, [order]), cb.Contract)
    assert_type(cb.check(contract), tuple[cb.Issue, ...])
    assert_type(deal.content_hash(order), str)
    assert_type(deal.due_dates(cb.PaymentTerms(net_days=45), ON), tuple[date, ...])
    return cb.amend(contract, order)


def facts_are_an_argument() -> cb.Facts:
    progress = deal.complete(deal.started("O-1", has_usage=True), deal.Step.PROVISIONED, on=ON, actor="ops")
    assert_type(progress.state, deal.OrderState)
    assert_type(progress.fulfilled_on, date | None)
    assert_type(deal.advance(deal.OrderState.NEW, deal.OrderEvent.CANCEL), deal.OrderState)
    facts = cb.Facts(progress=[deal.cancel(progress, on=ON)])
    assert_type(facts.cancelled_on("O-1"), date | None)
    return facts


def a_schedule_is_a_value(contract: cb.Contract, facts: cb.Facts) -> None:
    plan = cb.schedule(contract, facts, billed=[], as_of=ON, through=ON)
    assert_type(plan, cb.Schedule)
    assert_type(plan.invoices, tuple[cb.PlannedInvoice, ...])
    assert_type(plan.fixed, moneyed.Money)
    assert_type(plan.total_of(Certainty.ESTIMATED, Certainty.CONTINGENT), moneyed.Money)
    assert_type(plan.charges, tuple[cb.Charge, ...])
    assert_type(plan.invoices[0].total, moneyed.Money)
    assert_type(plan.invoices[0].instalments, tuple[tuple[date, Decimal], ...])
    assert_type(cb.verify(plan), tuple[cb.Issue, ...])
    assert_type(cb.to_rows(plan)[0]["amount"], Decimal)


def runs_bill_the_difference(contract: cb.Contract) -> None:
    run = cb.due(contract, billed=(), as_of=ON, catch_up="net")
    assert_type(run, tuple[cb.PlannedInvoice, ...])
    assert_type(cb.due(contract, cb.Facts(), as_of=ON, catch_up=CatchUp.REPLAY), tuple[cb.PlannedInvoice, ...])


def charges_show_their_working(contract: cb.Contract) -> None:
    (charge, *_rest) = cb.charges_for(contract, as_of=ON, through=ON)
    assert_type(charge, cb.Charge)
    assert_type(charge.slot, Slot)
    assert_type(charge.amount, moneyed.Money)
    assert_type(charge.service, cb.Period | None)
    assert_type(charge.derivation.evaluate(), Decimal)
    assert_type(cb.explain(charge), str)
    assert_type(cb.explain(charge.derivation), str)


def values_are_named_functions(contract: cb.Contract) -> None:
    assert_type(cb.acv(contract), moneyed.Money | None)
    for value in cb.value_by_order(contract):
        assert_type(value.order, str)


def periods_are_counted_from_an_anchor() -> None:
    grid = periods.Recurrence("month", ON)
    term = cb.Period(ON, date(2027, 1, 1))
    assert_type(grid.boundary(3), date)
    assert_type(periods.billing_periods(term, grid), tuple[periods.BillingPeriod, ...])
    assert_type(periods.share(term, grid), periods.Share)


def the_wire_has_one_form(contract: cb.Contract, plan: cb.Schedule) -> None:
    assert_type(wire.to_json(contract), str)
    assert_type(wire.to_json(plan), str)
    assert_type(wire.from_json("{}"), cb.Contract | cb.Schedule)
    assert_type(wire.from_toml(""), cb.Contract)
