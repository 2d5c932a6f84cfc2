"""Deals that use the form to the full: every key of every class stands in them at least once."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import attrs

from contractbill import (
    Address,
    Alignment,
    Ceiling,
    Change,
    Contract,
    CreditGrant,
    Difference,
    Discount,
    EarlyDiscount,
    Escalator,
    Facts,
    Flat,
    Index,
    IndexReading,
    Instalments,
    LateFee,
    LineItem,
    MilestoneDone,
    Notice,
    OneTime,
    Order,
    Part,
    Party,
    PaymentTerms,
    Percent,
    PerUnit,
    Proration,
    PurchaseOrder,
    RampStep,
    Recurring,
    Reference,
    RemitTo,
    Renewal,
    Schedule,
    Split,
    SplitShare,
    Spread,
    Stubs,
    TaxId,
    Termination,
    Tier,
    Tiered,
    diff,
    schedule,
)
from contractbill.charges import Basis, Certainty, derive
from contractbill.deal import Instalment, MonthDay, OrderProgress, Step, StepDone
from contractbill.invoices import gather
from contractbill.money import Rounding
from contractbill.testing import sales_led

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
DEALS = ROOT / "examples" / "deals"


def everything() -> Contract:
    """A deal that nobody would sign, in which every key is used."""
    bank = RemitTo(id="us-bank", currency="USD", lines=["Routing 011000015", "Account 0042"])
    street = Address(
        lines=["1 Main Street", "Floor 2"], city="Springfield", region="OR", postcode="97477", country="US"
    )
    seller = Party(
        id="vendor",
        name="Vendor “Ünïcode” Inc.",
        address=street,
        tax_ids=[TaxId(scheme="us_ein", value="12-3456789")],
        emails=["billing@vendor.example"],
        remit_to=[bank],
    )
    parts = [
        Instalment(amount="100.00", net_days=10),
        Instalment(share="0.4", net_days=15, end_of_month=True),
        Instalment(share="0.6", net_days=30, day_of_month=[10, 20], next_month=True, sequential=True),
    ]
    return Contract(
        id="everything",
        currency="USD",
        corrections="at_once",
        orders=[
            _initial(),
            _expansion(),
            _renewal(_agreed_on_payment(parts)),
            _amendment(),
            _cancellation(),
        ],
        seller=seller,
        customer=Party(id="customer", name="Customer Corp."),
        bill_to=Party(id="accounts-payable", name="Customer Shared Services"),
        sold_to=Party(id="site", name="Customer Site"),
        payment_terms=PaymentTerms(net_days=30, end_of_month=True, day_of_month=[15], next_month=True),
        po="PO-1",
        tax_regime="domestic",
        rounding="half_even",
        discounts=[Discount(id="framework", rate="0.1", first=2, starts_on="2030-01-01")],
        round_to="0.01",
        rounding_level="line",
    )


def _agreed_on_payment(parts: list[Instalment]) -> PaymentTerms:
    return PaymentTerms(
        instalments=parts,
        late_fees=[LateFee(rate="0.015", per="month", grace_days=10), LateFee(amount="25.00")],
        early_discount=EarlyDiscount(rate="0.02", within_days=10),
    )


def everything_planned() -> Schedule:
    """The ends of its schedule: contingent lines, steps, parts of periods, instalments, a correction."""
    plan = schedule(everything(), as_of=date(2029, 6, 30), through=date(2029, 12, 31))
    first, *others = plan.invoices
    chosen = [*others[:6], *(one for one in others[6:-9] if one.group.separate), *others[-9:]]
    late = attrs.evolve(first.lines[0], asked_on=date(2026, 1, 2), entry=2, basis=Basis.CORRECTION)
    odd = attrs.evolve(
        late, derivation=derive(Decimal(1), late.derivation.price, to=Decimal("0.05"), rounding=Rounding.UP)
    )
    return attrs.evolve(plan, invoices=(attrs.evolve(first, lines=(*first.lines, odd)), *chosen))


def everything_known() -> Facts:
    """What may be known beside a deal."""
    done = [
        StepDone(step="contract_created", on="2026-01-12", actor="crm"),
        StepDone(step="provisioned", on="2026-01-20", actor="ops"),
        StepDone(step="usage_mapped", on="2026-01-21", actor="ops"),
    ]
    return Facts(
        progress=[
            OrderProgress(order="O-1", required=list(Step), done=done),
            OrderProgress(order="O-2", done=done[:1], cancelled_on="2026-11-01"),
        ],
        milestones=[
            MilestoneDone(
                milestone="go-live", completed_on="2026-03-02", accepted_on="2026-03-20", known_on="2026-03-05"
            )
        ],
        readings=[
            IndexReading(index="CPI-U West", month="2026-09", value="110.5", known_on="2026-10-14", provisional=True)
        ],
        notices=[Notice(line="hosting", step_on="2029-01-15", given_on="2028-12-01", known_on="2028-12-03")],
    )


def everything_changed() -> Difference:
    """A change of each kind, and one that is kept."""
    plan = schedule(sales_led())
    repriced, removed, retimed, restated, kept, *_, added = plan.charges
    derivation = derive(Decimal(7), repriced.derivation.price, to=Decimal("0.01"))
    after = [
        attrs.evolve(repriced, derivation=derivation),
        attrs.evolve(retimed, planned_on=date(2026, 6, 30)),
        attrs.evolve(restated, certainty=Certainty.ESTIMATED),
        kept,
        added,
    ]
    before = [repriced, removed, retimed, restated, kept]
    return diff(*(attrs.evolve(plan, invoices=gather(charges)) for charges in (before, after)))


def _initial() -> Order:
    lines = [
        LineItem(
            id="platform",
            price=Flat(amount="120000", per="year"),
            billing=Recurring(every="half-year", timing="arrears", offset_days=-5, align=Alignment("day", day=31)),
            escalator=Escalator(rate="0.05", every="18 months", compounding=False, clock="line_start"),
            starts_on="2026-02-10",
            ends_before="2028-07-01",
            description="Platform – enterprise",
            product="PLT-1",
            unit="licence",
            tax_code="SaaS",
            tags=["core", "emea"],
            bill_to=Party(id="headquarters", name="Customer Holding"),
            po="PO-2",
            separate=True,
        ),
        LineItem(
            id="seats",
            quantity="25.5",
            price=PerUnit(unit_amount="59.9905", per="month"),
            list_amount="75",
            billing=Recurring(
                every="quarter",
                align=Alignment("calendar", fiscal_start_month=2),
                month_end=True,
                stubs=Stubs(first="long", last="smart"),
                proration=Proration("thirty_360", capped=False, last_day_counted=True),
            ),
            escalator=Escalator(
                amounts=["1.50", "2"], on=MonthDay(month=4, day=1), round_to="0.01", rounding="down", on_rounded=True
            ),
        ),
        LineItem(
            id="support",
            price=Flat(amount=800, per="month"),
            billing=Recurring(
                every="month",
                align=Alignment("date", on=date(2026, 1, 20)),
                stubs=Stubs(first_regular_on=date(2026, 2, 20), last_regular_on=date(2026, 5, 20)),
            ),
            escalator=Escalator(
                rates=["0.03", "0.04"], clock="date", clock_on="2026-03-01", inside_period="split", every="year"
            ),
            ends_before="2026-06-30",
        ),
        LineItem(
            id="hosting",
            price=PerUnit(unit_amount=10, per="week"),
            billing=Recurring(every="2 weeks"),
            escalator=Escalator(index=_by_base(), at_renewal=True, notice_days=30),
            discounts=[
                Discount(id="launch", rates=["0.2", "0.1"], every="month", of="list", ends_before="2026-03-10"),
                Discount(id="fixed", amount="2.50", last=2),
            ],
            ends_before="2026-04-01",
        ),
        LineItem(
            id="bandwidth",
            price=Flat(amount=100, per="month"),
            billing=Recurring(),
            escalator=Escalator(index=Index(name="RPI", plus="0.01")),
            ends_before="2026-03-01",
        ),
        LineItem(
            id="storage",
            quantity=40,
            price=Tiered(
                mode="volume", per="month", tiers=[Tier(up_to="99.5", amount="20.00"), Tier(unit_amount="0.45")]
            ),
            billing=Recurring(),
            ends_before="2026-03-01",
        ),
        LineItem(id="setup", price=Flat(amount="9999.99"), billing=OneTime(once="date", on="2026-03-31", after_days=3)),
        LineItem(id="training", price=Flat(amount=500), billing=OneTime(once="start")),
        LineItem(
            id="care",
            price=Percent(rate="0.18", of=["setup", "training"], per="year"),
            billing=Recurring(every="year"),
            ends_before="2027-01-15",
        ),
        LineItem(id="contingency", price=Percent(rate="0.1", of_amount="2500.00"), billing=OneTime(once="start")),
        LineItem(
            id="go-live",
            price=Flat(amount=700),
            billing=OneTime(once="milestone", milestone="go-live", latest_by="2026-05-01", acceptance_days=30),
        ),
        LineItem(
            id="hand-over",
            price=Flat(amount=600),
            billing=OneTime(once="milestone", milestone="hand-over", expected_on="2029-06-01"),
        ),
        LineItem(
            id="build",
            price=Flat(amount=5000),
            billing=Instalments(
                parts=[Part(share="0.25", once="signature"), Part(amount="1000.00", after_days=30), Part()],
                carrier="largest",
            ),
        ),
        LineItem(
            id="migration",
            price=Flat(amount=900),
            billing=Spread(apart="month", times=3, first=OneTime(once="signature"), carrier="first"),
        ),
    ]
    grants = [
        CreditGrant(
            id="credit", amount="1000.00", starts_on="2026-02-01", expires_on="2027-02-01", description="Launch credit"
        )
    ]
    return Order(
        id="O-1",
        signed_on="2025-12-18",
        effective_on="2026-01-15",
        known_on="2025-12-20",
        term="36 months",
        renewal=Renewal(term="12 months", kind="auto", notice_days=60, uplift="0.03", basis="average", times=None),
        termination=Termination(notice_days=30, refund=True),
        lines=lines,
        ceilings=[
            Ceiling(id="nte", amount="900000", lines=["platform"], starts_on="2026-01-15", ends_before="2029-01-15"),
            Ceiling(id="contingency", rate="0.15", of=["platform"]),
        ],
        credits=grants,
        external_refs=[Reference(scheme="crm", value="006A1")],
    )


def _by_base() -> Index:
    return Index(
        name="CPI-U West",
        formula="base",
        base_month="2025-09",
        lag_months=4,
        floor=0,
        cap="0.05",
        share="0.8",
        carry_over="all",
        factor_to="0.001",
        factor_rounding="half_even",
        missing="refuse",
        estimate="0.02",
    )


def _expansion() -> Order:
    halves = Instalment(share="0.5", net_days=30)
    return Order(
        id="O-2",
        kind="expansion",
        signed_on="2026-09-21",
        effective_on="2026-10-01",
        lines=[LineItem(id="more-seats", extends="seats", quantity=15)],
        discounts=[Discount(id="bundle", rate="0.05", ends_before="2026-11-01")],
        bill_when="fulfilled",
        payment_terms=PaymentTerms(instalments=[halves, halves], carrier="first"),
        seller=Party(id="subsidiary", name="Vendor Ltd."),
        bill_to=Party(id="branch", name="Customer Branch"),
        po=PurchaseOrder(number="PO-3", starts_on="2026-01-01", ends_before="2027-01-01", amount="9000"),
        split=Split(
            shares=[
                SplitShare(id="north", share="1/3"),
                SplitShare(id="south", share="0.5", bill_to=Party(id="south", name="Branch South"), po="PO-4"),
                SplitShare(id="east"),
            ],
            cents_to=["east", "north"],
        ),
    )


def _renewal(payment_terms: PaymentTerms) -> Order:
    return Order(
        id="O-3",
        kind="renewal",
        signed_on="2028-12-01",
        effective_on="2029-01-15",
        term="1 year",
        uplift="0.02",
        uplift_basis="list",
        payment_terms=payment_terms,
        lines=[
            LineItem(id="audit", price=Flat(amount=4000, per="term"), billing=Recurring(every="term")),
        ],
    )


def _amendment() -> Order:
    steps = [RampStep(after="3 months", unit_amount=4500), RampStep(on="2029-09-01", unit_amount=5000)]
    yearly = Recurring(every="quarter")
    return Order(
        id="O-4",
        kind="amendment",
        signed_on="2029-03-01",
        sequence=1,
        ends_before="2030-01-01",
        lines=[
            LineItem(id="audits", price=Flat(amount=4200, per="year"), billing=yearly, replaces="audit", ramp=steps)
        ],
        changes=[
            Change(line="seats", quantity=30, inside_period="wait"),
            Change(line="more-seats", on="2029-05-01", remove=True),
        ],
    )


def _cancellation() -> Order:
    return Order(
        id="O-5",
        kind="cancellation",
        signed_on="2029-06-01",
        effective_on="2029-10-01",
        for_cause=True,
        refund=False,
        lines=[LineItem(id="exit", price=Flat(amount=300), billing=OneTime(once="start"))],
    )
