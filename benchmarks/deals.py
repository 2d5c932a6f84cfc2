"""Deals of any size, built anew for every measurement."""

from datetime import timedelta

from contractbill import (
    Change,
    Contract,
    Escalator,
    Flat,
    LineItem,
    OneTime,
    Order,
    PaymentTerms,
    PerUnit,
    Proration,
    Recurring,
)


def reference() -> Contract:
    """The deal of `floor.py`."""
    uplift = Escalator(rate="0.05", round_to="0.01")
    platform = LineItem(
        id="platform", price=Flat(amount=120_000, per="year"), billing=Recurring(every="year"), escalator=uplift
    )
    onboarding = LineItem(id="onboarding", price=Flat(amount=15_000), billing=OneTime(once="start"))
    monthly = [
        _monthly(name, quantity, price, uplift)
        for name, quantity, price in (("seats", 50, "49.99"), ("support", 1, "800.00"), ("add-on", 3, "120.50"))
    ]
    return _contract("36 months", [platform, onboarding, *monthly])


def sized(lines: int, periods: int, *, cents: int = 0) -> Contract:
    """So many lines, billed monthly for so many months, with a yearly uplift, some cents below their usual price."""
    price = f"19.{99 - cents}"
    uplift = Escalator(rate="0.05", round_to="0.01")
    return _contract(f"{periods} months", [_monthly(f"line-{n:04}", 1 + n, price, uplift) for n in range(lines)])


def cut(years: int) -> Contract:
    """A price a month, billed by the day under 30/360: parts that must add up, and no whole to bring them to."""
    billing = Recurring(every="day", proration=Proration("thirty_360"))
    line = LineItem(id="daily", price=Flat(amount=1_000, per="month"), billing=billing)
    return _contract(f"{years} years", [line])


def amended(orders: int) -> Contract:
    """Ten years of five monthly lines, with so many amendments of their quantities and prices spread over them."""
    lines = [_monthly(f"line-{n}", 10, "60.00", Escalator(rate="0.05")) for n in range(5)]
    initial = Order(id="O-0", signed_on="2026-01-01", term="10 years", lines=lines)
    later = []
    for n in range(orders):
        on = initial.signed_on + timedelta(9 + 3600 * n // orders)
        change = (
            Change(line=f"line-{n % 5}", quantity=11 + n) if n % 2 else Change(line=f"line-{n % 5}", unit_amount=50 + n)
        )
        later.append(Order(id=f"A-{n}", kind="amendment", signed_on=on, changes=[change]))
    return Contract(id="amended", currency="USD", orders=[initial, *later])


def _monthly(name: str, quantity: int, price: str, uplift: Escalator) -> LineItem:
    return LineItem(
        id=name,
        quantity=quantity,
        price=PerUnit(unit_amount=price, per="month"),
        billing=Recurring(every="month"),
        escalator=uplift,
    )


def _contract(term: str, lines: list[LineItem]) -> Contract:
    order = Order(id="O-1", signed_on="2026-01-31", term=term, lines=lines)
    return Contract(id="bench", currency="USD", orders=[order], payment_terms=PaymentTerms(net_days=45))
