"""Example deals."""

from contractbill.deal import (
    Contract,
    CreditGrant,
    Escalator,
    Flat,
    LineItem,
    OneTime,
    Order,
    Party,
    PaymentTerms,
    PerUnit,
    Recurring,
    RemitTo,
    Renewal,
)


def sales_led() -> Contract:
    """The deal every sales-led company knows: three years of platform and seats, and an option to renew.

    Returns:
        A contract whose schedule has 14 fixed invoices of 408,960.87 together, and 4 contingent ones of 143,221.50.

    Example:
        >>> sales_led().id
        'sales-led'
    """
    platform = LineItem(
        id="platform",
        price=Flat(amount=100_000, per="year"),
        billing=Recurring(every="year"),
        escalator=Escalator(rate="0.05"),
    )
    onboarding = LineItem(id="onboarding", price=Flat(amount=15_000), billing=OneTime(once="signature"))
    seats = LineItem(
        id="seats", quantity=25, price=PerUnit(unit_amount=60, per="month"), billing=Recurring(every="quarter")
    )
    initial = Order(
        id="O-1",
        signed_on="2025-12-18",
        effective_on="2026-01-15",
        term="36 months",
        renewal=Renewal(term="12 months", uplift="0.03"),
        lines=[platform, onboarding, seats],
        credits=[CreditGrant(id="launch-credit", amount=10_000)],
    )
    expansion = Order(
        id="O-2",
        kind="expansion",
        signed_on="2026-09-21",
        effective_on="2026-10-01",
        lines=[LineItem(id="more-seats", extends="seats", quantity=15)],
    )
    return Contract(
        id="sales-led",
        currency="USD",
        seller=Party(id="vendor", name="Vendor Inc.", remit_to=[RemitTo(id="us-bank", currency="USD")]),
        customer=Party(id="customer", name="Customer Corp."),
        payment_terms=PaymentTerms(net_days=45),
        orders=[initial, expansion],
    )
