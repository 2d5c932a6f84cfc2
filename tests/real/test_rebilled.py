"""The lines of published contracts, billed in other rhythms and in instalments: nothing is won or lost by it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

import attrs
import pytest

from contractbill import (
    Charge,
    Contract,
    Flat,
    LineItem,
    OneTime,
    Order,
    Period,
    PerUnit,
    Recurring,
    Spread,
    Tiered,
    schedule,
)
from contractbill.deal.prices import charged
from contractbill.money import Carrier, add_up, multiply
from tests.real.deals import FOLDER, read

NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))

# Lines whose price is not that of the periods they are billed in, so that another rhythm is another price.
OTHER_PRICES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("fresno-county-mark43-2019", "dispatch"): "its first period has 21.5 months at the price of a year",
        ("fresno-county-mark43-2019", "records"): "as above",
        ("sanrafael-opengov-2018-credit", "unused"): "236 days of a year of 365 are not whole months",
    }
)
# Lines whose uplift counts from a period that a shorter rhythm begins elsewhere.
OTHER_UPLIFTS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("kodiak-cleargov-2023", "budget-book"): "its clock starts with the first full period, then a month",
        ("redwood-city-hdl-tot-2025", "monthly-filers"): "its first days are a part of a year, or of less",
        ("redwood-city-hdl-tot-2025", "quarterly-filers"): "as above",
    }
)
# Lines whose first and last days are parts of years of 365 and of 366 days: billed by the year, each stands by itself.
PARTS_OF_TWO_YEARS = {("redwood-city-hdl-tot-2025", name) for name in ("monthly-filers", "quarterly-filers")}


def recurring(contract: Contract) -> Iterator[LineItem]:
    return (line for order in contract.orders for line in order.lines if isinstance(line.billing, Recurring))


def rebilled(contract: Contract, every: str) -> Contract:
    def other(line: LineItem) -> LineItem:
        if not isinstance(line.billing, Recurring):
            return line
        return attrs.evolve(line, billing=attrs.evolve(line.billing, every=every))

    orders = [attrs.evolve(order, lines=map(other, order.lines)) for order in contract.orders]
    return attrs.evolve(contract, orders=orders)


def without_uplifts(contract: Contract) -> Contract:
    orders = [
        attrs.evolve(order, lines=[attrs.evolve(line, escalator=None) for line in order.lines])
        for order in contract.orders
    ]
    return attrs.evolve(contract, orders=orders)


def served(contract: Contract, line: str) -> list[Charge]:
    return [charge for charge in schedule(contract).charges if charge.line.id == line and charge.service is not None]


def within(charge: Charge, period: Period) -> bool:
    assert charge.service is not None
    return period.start <= charge.service.start < period.end


def is_yearly(line: LineItem) -> bool:
    """Whether its price is that of a year, or of a part of one, rather than of all its years together."""
    months = None if line.price is None or line.price.per is None else line.price.per.in_whole_months
    return months is not None and months <= 12


LINES = [(name, line) for name in NAMES for line in recurring(read(name).contract)]
YEARLY = [(name, line.id) for name, line in LINES if is_yearly(line)]
ADDING_UP = [(name, line.id) for name, line in LINES if (name, line.id) not in OTHER_PRICES]


@pytest.mark.parametrize("every", ["month", "quarter"])
@pytest.mark.parametrize(("name", "line"), YEARLY)
def test_the_months_and_quarters_of_a_year_come_to_the_year(name: str, line: str, every: str) -> None:
    contract = read(name).contract
    once, often = served(contract, line), served(rebilled(contract, every), line)
    years = {charge.service for charge in once if charge.service is not None}
    sums = [[add_up(one.value for one in charges if within(one, days)) for days in years] for charges in (once, often)]
    assert (sums[0] == sums[1]) is ((name, line) not in {*OTHER_PRICES, *OTHER_UPLIFTS})


@pytest.mark.parametrize("every", ["month", "quarter"])
@pytest.mark.parametrize(("name", "line"), ADDING_UP)
def test_a_stub_and_the_rest_come_to_the_whole_in_every_rhythm(name: str, line: str, every: str) -> None:
    contract = without_uplifts(read(name).contract)
    once, often = served(contract, line), served(rebilled(contract, every), line)
    same = add_up(one.value for one in once) == add_up(one.value for one in often)
    assert same is ((name, line) not in PARTS_OF_TWO_YEARS)


def one_price(line: LineItem) -> Decimal:
    assert isinstance(line.price, Flat | PerUnit | Tiered)
    return multiply(*charged(line.price, line.quantity))


def instalments(currency: str, price: Decimal, times: int, carrier: Carrier) -> list[Decimal]:
    """What is asked for on each day, where a price is paid in so many equal payments."""
    first = OneTime(once="start")
    line = LineItem(
        id="fee", price=Flat(amount=price), billing=Spread(apart="month", times=times, first=first, carrier=carrier)
    )
    order = Order(id="O-1", signed_on="2026-01-31", term="36 months", lines=[line])
    return [invoice.value for invoice in schedule(Contract(id="C-1", currency=currency, orders=[order])).invoices]


@pytest.mark.parametrize("carrier", Carrier)
@pytest.mark.parametrize("times", [3, 7, 12, 36])
def test_instalments_of_a_price_come_to_it_and_one_of_them_carries_what_is_left(times: int, carrier: Carrier) -> None:
    for name in NAMES:
        contract = read(name).contract
        for line in (line for order in contract.orders for line in order.lines):
            price = one_price(line)
            parts = instalments(contract.currency, price, times, carrier)
            assert (len(parts), add_up(parts)) == (times, price)
            carried = {Carrier.LAST: parts[:-1], Carrier.FIRST: parts[1:], Carrier.LARGEST: parts[1:]}
            even = carried.get(carrier, parts)
            assert max(even) - min(even) <= (0 if carrier in carried else Decimal("0.01"))
