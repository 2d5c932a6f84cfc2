"""The public names as their users write them: type-checked by mypy, never run."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Never, assert_type

import altair as alt
import moneyed
from hypothesis.strategies import SearchStrategy

import contractbill as cb
from contractbill import charges, deal, display, errors, invoices, money, periods, ports, reports, testing, wire
from contractbill.adapters import index_csv, plot
from contractbill.charges import Certainty, Slot
from contractbill.invoices import CatchUp
from contractbill.testing import strategies

ON = date(2026, 1, 1)


def numbers_enter_by_an_allowlist() -> None:
    assert_type(money.exact("0.10"), Decimal)
    assert_type(money.quantize(Decimal("1.005"), Decimal("0.01"), money.Rounding.HALF_UP), Decimal)
    assert_type(money.allocate(Decimal("100.00"), [1, 1, 1], to=Decimal("0.01")), tuple[Decimal, ...])


def numbers_are_split_rounded_and_shown() -> None:
    half, half_up = Decimal("0.5"), money.Rounding.HALF_UP
    assert_type((money.multiply(half, half), money.subtract(half, half)), tuple[Decimal, Decimal])
    assert_type((money.add_up([half]), money.quantum("USD"), money.exponent("USD")), tuple[Decimal, Decimal, int])
    assert_type(money.compound_rate(Fraction(1), Fraction(2), 3, to=half, rounding=half_up), Decimal)
    assert_type(money.allocate(half, [1], to=half, carrier=money.Carrier.LAST), tuple[Decimal, ...])
    columns = (display.Column("total", numeric=True),)
    table = display.Table(columns, ((display.format_amount(half, 2),),), tones=(display.Tone.GAIN,))
    assert_type((display.to_text(table), display.to_html(table), display.to_page(table)), tuple[str, str, str])
    texts = (
        display.clean("a"),
        display.format_unit_amount(1, 2),
        display.format_quantity(1),
        display.format_percent(1),
    )
    assert_type(texts, tuple[str, str, str, str])


def schedules_and_comparisons_are_drawn(plan: cb.Schedule, both: cb.Comparison) -> None:
    for chart in (
        plot.timeline(plan),
        plot.cumulative(plan),
        plot.yearly(both),
        plot.cash(both),
        plot.varied(both, "acv"),
    ):
        assert_type(chart, alt.Chart)


def deals_are_drawn_by_strategies() -> None:
    term = cb.Period(ON, date(2027, 1, 1))
    assert_type(strategies.contracts(), SearchStrategy[cb.Contract])
    assert_type(strategies.renewals(), SearchStrategy[cb.Renewal])
    assert_type(strategies.escalators(around=term), SearchStrategy[cb.Escalator])
    assert_type(strategies.alignments(periods.MONTHLY, around=term), SearchStrategy[cb.Alignment])
    assert_type(strategies.recurring(around=term, contract_start=ON), SearchStrategy[cb.Recurring])


def errors_speak_of_issues(error: cb.ContractbillError) -> None:
    assert_type(error.issues, tuple[cb.Issue, ...])
    assert_type(error.code, str)
    assert_type(error.under("$.orders[0]"), errors.ContractbillError)
    errors.refuse(error.issues)
    several: tuple[type[cb.ContractbillError], ...] = (
        cb.InvalidTerms,
        cb.NotAllowed,
        cb.Conflict,
        cb.NotFound,
        cb.AdapterFailure,
    )
    assert_type(several, tuple[type[errors.ContractbillError], ...])


def a_fault_is_raised() -> Never:
    errors.invalid("$.rate", "negative", "must not be negative", "-1")


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
        ramp=[
            cb.RampStep(after="12 months", quantity=50),
            cb.RampStep(on=ON, unit_amount="55.00", inside_period="wait"),
        ],
    )
    setup = cb.LineItem(id="setup", price=cb.Flat(amount=500), billing=cb.OneTime(once="date", on=ON, after_days=3))
    live = cb.OneTime(once="milestone", milestone="go-live", latest_by=ON, acceptance_days=30)
    thirds = cb.Instalments(parts=[cb.Part(share="0.3", once="signature"), cb.Part(amount=50), cb.Part()])
    care = cb.LineItem(
        id="care", price=cb.Percent(rate="0.2", of=["setup"], per="year"), billing=cb.Recurring(every="year")
    )
    spare = cb.LineItem(id="spare", price=cb.Percent(rate=Decimal("0.1"), of_amount=500), billing=cb.OneTime())
    shelter = cb.Tiered(
        mode="volume", per="month", tiers=[cb.Tier(up_to=1_000, amount=100), cb.Tier(unit_amount="0.1")]
    )
    intakes = cb.LineItem(id="intakes", quantity=4_000, price=shelter, billing=cb.Recurring(every="quarter"))
    assert_type((shelter.reached(Decimal(1)), shelter.mode, intakes.quantity), tuple[cb.Tier, deal.TierMode, Decimal])
    build = cb.LineItem(id="build", price=cb.Flat(amount=500), billing=thirds)
    level = cb.Spread(apart="month", times=12, first=cb.OneTime(once="signature"), carrier="first")
    site = cb.LineItem(id="site", price=cb.Flat(amount=500), billing=level)
    assert_type(thirds.shares, Decimal)
    launch = cb.LineItem(id="launch", price=cb.Flat(amount=500), billing=live)
    off = cb.Discount(id="launch", rates=["0.30", Decimal("0.15")], every="6 months", of="list", starts_on=ON)
    assert_type(off.rates, tuple[Decimal, ...])
    listed = deal.Escalator(amounts=[1, "2.50", Decimal(3)], on=deal.MonthDay(month=4, day=1))
    other = cb.LineItem(
        id="other", price=cb.Flat(amount=1, per=cb.Frequency.parse("year")), billing=cb.Recurring(), escalator=listed
    )
    order = cb.Order(
        id="O-1",
        signed_on="2025-12-18",
        effective_on=ON,
        term="36 months",
        renewal=cb.Renewal(term="12 months", kind="auto", notice_days=60, uplift="0.03", basis="list", times=None),
        lines=[seats, setup, care, spare, launch, build, site, other],
        ceilings=[cb.Ceiling(id="nte", amount="110250.00", lines=["seats"], ends_before=ON)],
        credits=[cb.CreditGrant(id="launch", amount=10_000, expires_on=ON)],
        external_refs=[cb.Reference(scheme="crm", value="006A1")],
        bill_when="fulfilled",
    )
    instalments = [deal.Instalment(share="0.5"), deal.Instalment(share="0.5", net_days=30, sequential=True)]
    contract = cb.Contract(
        id="C-1",
        currency="USD",
        seller=parties(),
        payment_terms=cb.PaymentTerms(
            instalments=instalments,
            late_fees=[cb.LateFee(rate="0.015", per="month", grace_days=10), cb.LateFee(amount=25)],
            early_discount=cb.EarlyDiscount(rate="0.02", within_days=10),
        ),
        rounding="half_even",
        corrections=deal.Corrections.AT_ONCE,
        round_to=1,
        rounding_level="invoice",
    )
    amendment = cb.Order(
        id="O-2",
        kind="amendment",
        signed_on=ON,
        sequence=1,
        ends_before="2030-01-01",
        termination=cb.Termination(notice_days=60, refund=True),
        lines=[cb.LineItem(id="more", price=cb.Flat(amount=1, per="year"), billing=cb.Recurring(), replaces="other")],
        changes=[
            cb.Change(line="seats", quantity=40, unit_amount="55.00", inside_period="wait"),
            cb.Change(line="launch", remove=True),
            cb.Change(line="other", on=ON, ends_before="2028-01-01"),
        ],
    )
    assert_type(cb.amend(contract, amendment), cb.Contract)
    cb.Order(id="O-3", kind="cancellation", signed_on=ON, for_cause=True, refund=False)
    assert_type(contract.rounding_level, deal.RoundingLevel)
    assert_type(contract.amounts_to, Decimal)
    assert_type(cb.fold(contract, [order]), cb.Contract)
    assert_type(cb.check(contract), tuple[cb.Issue, ...])
    assert_type(deal.content_hash(order), str)
    assert_type(deal.due_dates(cb.PaymentTerms(net_days=45), ON), tuple[date, ...])
    return cb.amend(contract, order)


def facts_are_an_argument() -> cb.Facts:
    progress = deal.complete(deal.started("O-1", has_usage=True), deal.Step.PROVISIONED, on=ON, actor="ops")
    assert_type(progress.state, deal.OrderState)
    assert_type(progress.done, tuple[deal.StepDone, ...])
    assert_type(progress.fulfilled_on, date | None)
    assert_type(deal.advance(deal.OrderState.NEW, deal.OrderEvent.CANCEL), deal.OrderState)
    done = cb.MilestoneDone(milestone="go-live", completed_on=ON, accepted_on="2026-01-09")
    facts = cb.Facts(progress=[deal.cancel(progress, on=ON)], milestones=[done])
    assert_type(cb.check_facts(cb.Contract(id="C-1", currency="USD"), facts), tuple[cb.Issue, ...])
    assert_type(facts.cancelled_on("O-1"), date | None)
    return facts


def readings_and_notices_are_facts(contract: cb.Contract) -> cb.Facts:
    clause = cb.Index(name="CPI-U West", formula="base", base_month="2025-09", floor=0, cap="0.04", carry_over="all")
    words = (clause.formula, clause.carry_over, clause.missing)
    assert_type(words, tuple[deal.IndexFormula, deal.CarryOver, deal.MissingReading])
    cb.Escalator(index=clause, notice_days=30)
    reading = cb.IndexReading(index="CPI-U West", month="2026-09", value="110.5", known_on="2026-10-14")
    notice = cb.Notice(line="platform", step_on="2027-01-01", given_on=ON)
    facts = cb.Facts(readings=[reading], notices=[notice])
    (charge, *_rest) = cb.charges_for(contract, facts)
    assert_type(charge.derivation.price.steps[0].index, charges.IndexChange | None)
    assert_type(charges.missing_readings(contract, facts, [charge], as_of=ON), list[cb.Issue])
    return facts


def readings_come_from_a_source() -> None:
    source: ports.IndexSource = testing.InMemoryIndexSource([])
    assert_type(cb.Facts(readings=source.readings("CPI-U West", "2026-01", "2026-12")), cb.Facts)
    from_file: ports.IndexSource = index_csv.CsvIndexSource("indices.csv")
    suite: type[object] = testing.IndexSourceSuite
    assert_type((from_file, suite), tuple[ports.IndexSource, type[object]])
    assert_type(index_csv.read_index_csv(b""), tuple[cb.IndexReading, ...])


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


def a_difference_is_a_value(before: cb.Schedule, after: cb.Schedule) -> None:
    preview = cb.diff(before, after)
    assert_type(preview, cb.Difference)
    assert_type(preview.changes, tuple[invoices.ChargeChange, ...])
    change = preview.changes[0]
    assert_type(change.kind, invoices.ChangeKind)
    assert_type((change.planned_before, change.amount_after), tuple[date | None, moneyed.Money | None])
    assert_type(change.difference, moneyed.Money)
    assert_type(preview.net(Certainty.FIXED), moneyed.Money)
    assert_type(preview.total_of(invoices.ChangeKind.ADDED, invoices.ChangeKind.REMOVED), moneyed.Money)
    assert_type(preview.billings(), tuple[tuple[date, moneyed.Money], ...])
    assert_type(preview.kept, invoices.Kept)
    row: invoices.ChangeRow = invoices.change_rows(preview)[0]
    assert_type(row["difference"], Decimal)


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
    assert_type(cb.arr(contract, as_of=ON), moneyed.Money)
    for value in cb.value_by_order(contract):
        assert_type(value.order, str)
        assert_type((value.arr_delta, value.acv_before), tuple[moneyed.Money, moneyed.Money | None])
    billed: reports.OrderBillings = cb.billings_by_order(contract)[0]
    assert_type(billed.billings, tuple[tuple[date, moneyed.Money], ...])


def ceilings_are_watched(contract: cb.Contract, plan: cb.Schedule) -> None:
    rows = cb.headroom(contract, plan, facts=cb.Facts())
    assert_type(rows, tuple[reports.Headroom, ...])
    assert_type(rows[0].remaining, moneyed.Money)
    assert_type(reports.headroom_table(contract, rows), display.Table)
    assert_type(reports.over_ceiling(contract, plan), tuple[cb.Issue, ...])


def deals_are_compared(contract: cb.Contract, facts: cb.Facts, plan: cb.Schedule) -> None:
    both = cb.compare({"as signed": contract, "other": contract}, facts={"other": facts}, as_of=ON, through=ON)
    assert_type(both, cb.Comparison)
    assert_type(cb.compare([contract], facts=facts), reports.Comparison)
    figures: reports.DealFigures = both.of("as signed")
    assert_type((figures.tcv, figures.acv), tuple[moneyed.Money, moneyed.Money | None])
    assert_type(figures.billings, tuple[moneyed.Money, ...])
    assert_type((figures.effective_discount, figures.average_uplift), tuple[Decimal | None, Decimal | None])
    assert_type(both.to_tables(), tuple[display.Table, display.Table])
    row: reports.FigureRow = reports.comparison_rows(both)[0]
    assert_type(row["value"], Decimal | None)
    assert_type(cb.vary(contract, "payment_terms.net_days", [30, 45], facts=facts), cb.Comparison)
    clauses = {"5 %": cb.Escalator(rate="0.05"), "none": None}
    assert_type(cb.vary(contract, "orders[0].lines[0].escalator", clauses).varied, str | None)
    assert_type(reports.effective_discount(contract, facts, as_of=ON, through=ON), Decimal | None)
    assert_type(reports.average_uplift(contract), Decimal | None)
    assert_type(reports.billings_by_year(contract, plan), tuple[moneyed.Money, ...])
    assert_type(reports.cash_by_month(plan), tuple[tuple[str, moneyed.Money], ...])


def invoices_are_shared(order: cb.Order, plan: cb.Schedule) -> cb.Contract:
    shares = [cb.SplitShare(id="police", share="1/3", bill_to=parties(), po="PO-1"), cb.SplitShare(id="fire")]
    split = cb.Split(shares=shares, carrier="largest_remainder", cents_to=["fire"])
    assert_type(split.fractions, tuple[Fraction, ...])
    assert_type(deal.split_amounts(split, [Decimal(1)], to=Decimal("0.01")), tuple[tuple[Decimal, ...], ...])
    group = deal.GroupSplit(shares=[deal.GroupShare(id="all", share=1)])
    assert_type(group.shares, tuple[deal.GroupShare, ...])
    assert_type(plan.invoices[0].group.split, deal.GroupSplit | None)
    share: invoices.InvoiceShare = plan.invoices[0].shares[0]
    assert_type((share.amount, share.lines), tuple[moneyed.Money, tuple[Decimal, ...]])
    row: invoices.ShareRow = invoices.share_rows(plan)[0]
    assert_type((row["share"], plan.shares_table()), tuple[str, display.Table])
    assert_type(display.format_fraction(Fraction(1, 3)), str)
    return cb.Contract(id="C-1", currency="USD", orders=[order], split=split)


def purchase_orders_run_out(plan: cb.Schedule) -> None:
    year = cb.PurchaseOrder(number="PO-26", ends_before="2027-01-01", amount=60_000)
    contract = cb.Contract(id="C-1", currency="USD", po=[year])
    cb.Contract(id="C-1", currency="USD", po="PO-26")
    cb.Contract(id="C-1", currency="USD", po=year)
    assert_type(contract.purchase_orders, tuple[tuple[str, cb.PurchaseOrder], ...])
    rows = cb.po_forecast(contract, plan, facts=cb.Facts())
    assert_type(rows, tuple[reports.PoForecast, ...])
    assert_type((rows[0].remaining, rows[0].exceeded_on), tuple[moneyed.Money | None, date | None])
    assert_type(reports.po_table(contract, rows), display.Table)
    assert_type(reports.po_issues(contract, plan), tuple[cb.Issue, ...])


def periods_are_counted_from_an_anchor() -> None:
    grid = periods.Recurrence("month", ON)
    term = cb.Period(ON, date(2027, 1, 1))
    assert_type(grid.boundary(3), date)
    assert_type(periods.billing_periods(term, grid), tuple[periods.BillingPeriod, ...])
    assert_type(periods.share(term, grid), periods.Share)


def the_wire_has_one_form(contract: cb.Contract, plan: cb.Schedule) -> None:
    assert_type(wire.to_json(contract), str)
    assert_type(wire.to_json(plan), str)
    assert_type(wire.from_json("{}"), wire.Value)
    assert_type(wire.from_json("{}", cb.Schedule), cb.Schedule)
    assert_type(wire.from_toml(""), cb.Contract)
    assert_type(wire.from_toml("", cb.Facts), cb.Facts)
    assert_type(wire.to_json(cb.diff(plan, plan)), str)


def what_was_agreed_has_its_parts(contract: cb.Contract, order: cb.Order) -> None:
    assert_type(order.kind, deal.OrderKind)
    assert_type(order.bill_when, deal.BillWhen)
    assert_type(deal.agreed_terms([order]), tuple[deal.Term, ...])
    assert_type(deal.lasting_terms([order], through=ON), tuple[deal.Term, ...])
    assert_type(deal.terms([order], through=None), tuple[deal.Term, ...])
    assert_type(deal.known_orders(contract, ON), tuple[cb.Order, ...])
    lines = deal.contract_lines(contract, contract.orders)
    assert_type(lines, tuple[deal.ContractLine, ...])
    assert_type(lines[0].group, deal.Group)
    assert_type(lines[0].discounts, tuple[deal.LineDiscount, ...])
    assert_type(lines[0].root.price, deal.Price | None)
    assert_type(lines[0].root.billing, deal.Billing | None)
    when: deal.Occasion = cb.Part(share=1)
    words: tuple[object, ...] = (
        when.once,
        deal.Clock.DATE,
        deal.DiscountOf.LIST,
        deal.InvoiceTiming.ARREARS,
        deal.Once.SIGNATURE,
        deal.RenewalKind.AUTO,
        deal.Timing.SPLIT,
        deal.UpliftBasis.AVERAGE,
    )
    assert_type(words, tuple[object, ...])
    assert_type(deal.due_on(contract.payment_terms, ON), date)


def terms_have_paths(contract: cb.Contract) -> None:
    assert_type(deal.value_at(contract, "orders[0].term"), object)
    assert_type(cb.evolve_at(contract, "orders[O-1].term", "24 months"), cb.Contract)


def orders_live_by_a_table(progress: deal.OrderProgress) -> None:
    state = deal.ORDER_LIFECYCLE[progress.state, deal.OrderEvent.CANCEL]
    assert_type(state, deal.OrderState)


def charges_are_made_of_records(contract: cb.Contract, facts: cb.Facts) -> None:
    known = charges.last_known_on(contract, facts)
    assert_type(known, date)
    orders = charges.standing_orders(contract, facts, known)
    assert_type(orders, tuple[cb.Order, ...])
    (charge, *_rest) = charges.charges_of(orders, contract, facts, as_of=known, through=None)
    assert_type(charge.line, charges.LineRef)
    assert_type(charge.basis, charges.Basis)
    assert_type(charge.derivation, charges.Derivation)
    assert_type(charge.derivation.price, charges.UnitPrice)
    assert_type(charge.derivation.price.steps, tuple[charges.PriceStep, ...])
    assert_type((charges.BASE, charges.DISCOUNT, charges.ROUNDING), tuple[str, str, str])
    assert_type(charges.reason(charge), str)
    again = charges.derive(Decimal(1), charge.derivation.price, to=Decimal("0.01"))
    assert_type(again, charges.Derivation)
    assert_type(invoices.gather([charge]), tuple[cb.PlannedInvoice, ...])


def rows_have_columns(plan: cb.Schedule) -> None:
    row: invoices.Row = cb.to_rows(plan)[0]
    assert_type(row["line"], str)


def periods_have_words_and_rules() -> None:
    rhythms = (periods.DAILY, periods.WEEKLY, periods.MONTHLY, periods.QUARTERLY, periods.HALF_YEARLY, periods.YEARLY)
    assert_type(rhythms[0].unit, periods.Unit)
    assert_type(periods.WHOLE_TERM, cb.Frequency)
    assert_type(periods.as_frequency("quarter"), cb.Frequency)
    assert_type(periods.add(ON, periods.MONTHLY, 3), date)
    assert_type(periods.as_date(ON), date)
    assert_type(periods.MOST_PERIODS, int)
    grid = periods.recurrence_for(cb.Alignment("calendar"), "quarter", contract_start=ON, line_start=ON)
    assert_type(grid, periods.Recurrence)
    full = grid.period(0)
    assert_type(periods.share_of(full, full, periods.QUARTERLY), periods.Share)
    assert_type(periods.WHOLE.fraction, Fraction)
    assert_type(periods.day_count(ON, ON, periods.ProrationRule.ACTUAL_365), Fraction)
    assert_type(periods.days_30_360(ON, ON), int)
    assert_type((periods.AlignTo.DAY, periods.StubRule.LONG), tuple[periods.AlignTo, periods.StubRule])
    assert_type(periods.civil_date(periods.start_of_day(ON, "Europe/Berlin"), "Europe/Berlin"), date)


def value_is_told_by_order(contract: cb.Contract) -> None:
    values = cb.value_by_order(contract)
    assert_type(values, tuple[reports.OrderValue, ...])
    assert_type(reports.value_table(contract, values), display.Table)


def value_is_told_by_line(plan: cb.Schedule) -> None:
    values = cb.value_by_line(plan)
    assert_type(values, tuple[reports.LineValue, ...])
    assert_type(values[0].tcv, moneyed.Money)
    assert_type(reports.line_value_table(plan, values), display.Table)


def the_form_is_plain_data(contract: cb.Contract) -> None:
    assert_type(wire.to_dict(contract), dict[str, Any])
    assert_type(wire.from_dict({}), cb.Contract | cb.Facts | cb.Schedule | cb.Difference)
    assert_type(wire.json_schema("deal"), dict[str, Any])
    assert_type((wire.DEAL, wire.FACTS, wire.SCHEDULE, wire.DIFFERENCE), tuple[str, str, str, str])
    assert_type(wire.VERSIONS["deal"], int)


def tests_of_hosts_have_deals() -> None:
    assert_type(testing.sales_led(), cb.Contract)
