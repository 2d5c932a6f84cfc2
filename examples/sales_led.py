"""The sales-led deal: three years of a platform and seats, an option to renew, and 15 more seats in month nine."""

import contractbill as cb

platform = cb.LineItem(
    id="platform",
    price=cb.Flat(amount=100_000, per="year"),
    billing=cb.Recurring(every="year"),
    escalator=cb.Escalator(rate="0.05"),
)
onboarding = cb.LineItem(id="onboarding", price=cb.Flat(amount=15_000), billing=cb.OneTime(once="signature"))
seats = cb.LineItem(
    id="seats", quantity=25, price=cb.PerUnit(unit_amount=60, per="month"), billing=cb.Recurring(every="quarter")
)
signed = cb.Order(
    id="O-1",
    signed_on="2025-12-18",
    effective_on="2026-01-15",
    term="36 months",
    renewal=cb.Renewal(term="12 months", uplift="0.03"),
    lines=[platform, onboarding, seats],
    credits=[cb.CreditGrant(id="launch-credit", amount=10_000)],
)
more_seats = cb.LineItem(id="more-seats", extends="seats", quantity=15)
contract = cb.Contract(
    id="sales-led",
    currency="USD",
    seller=cb.Party(id="vendor", name="Vendor Inc.", remit_to=[cb.RemitTo(id="us-bank", currency="USD")]),
    customer=cb.Party(id="customer", name="Customer Corp."),
    payment_terms=cb.PaymentTerms(net_days=45),
    orders=[signed],
)
expansion = cb.Order(id="O-2", kind="expansion", signed_on="2026-09-21", effective_on="2026-10-01", lines=[more_seats])
contract = cb.amend(contract, expansion)

if __name__ == "__main__":
    print(cb.schedule(contract))
