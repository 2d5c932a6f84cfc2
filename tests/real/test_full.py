"""Published contracts whose terms fix what they print: every printed figure to the cent, from the terms in a file.

Facts from published contracts, each with its address in `facts.json`; what a paper leaves out, and a file assumes, is
said in the file.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import attrs
import pytest

from contractbill import Facts, IndexReading, MilestoneDone, Proration, Recurring, due, value_by_order
from contractbill.money import add_up
from tests.real.deals import BY_ID, Deal, Figure, ids, only, plain, read


def before_the_pilot(deal: Deal) -> Deal:
    return attrs.evolve(deal, as_of=date(2018, 6, 18))


def the_renewal(deal: Deal) -> Decimal:
    return value_by_order(deal.contract)[1].delta.amount


def fiscal_years(deal: Deal, first: int, count: int) -> dict[str, Decimal]:
    """What is invoiced in fiscal years, each named after the year it ends in."""
    years = dict(zip(range(2019, 2026), deal.each_year("07-01"), strict=True))
    return {f"FY{year}": years[year] for year in range(first, first + count)}


def installed(deal: Deal) -> Deal:
    """What happened at Clermont, on a day that is not printed."""
    return attrs.evolve(
        deal, facts=Facts(milestones=[MilestoneDone(milestone="vpn-installed", completed_on="2008-11-03")])
    )


def november_readings(deal: Deal) -> Deal:
    """An index that rises by 1.5 %, by 3.5 % and by 12 %, as the contract's own examples have it."""
    values = {2024: "100", 2025: "101.5", 2026: "105.0525", 2027: "117.6588"}
    readings = [
        IndexReading(index="CPI-U West", month=f"{year}-11", value=value, known_on=f"{year}-12-12")
        for year, value in values.items()
    ]
    return attrs.evolve(deal, facts=Facts(readings=readings))


def uplifts(deal: Deal) -> list[tuple[Decimal, Decimal]]:
    """By how much the index rose at each step, and the price with it."""
    (last,) = (one for one in deal.plan.charges if one.line.id == "quarterly-filers" and one.n == 3)
    found = []
    for step in last.derivation.price.steps:
        assert step.index is not None
        assert step.index.value is not None
        assert step.index.since_value is not None
        found.append((step.index.value / step.index.since_value - 1, step.rate))
    return found


def other_offer(_deal: Deal) -> dict[str, Decimal]:
    other = read("port-arthur-civicplus-2016-other-offer")
    years = {f"year{number}": total for number, total in enumerate(other.totals, 1)}
    return {**years, "total": other.tcv}


def with_intakes(deal: Deal) -> list[Deal]:
    """The shelter's deal with as many intakes as each tier reaches up to, and with more than all of them."""
    (order,) = deal.contract.orders
    (line,) = order.lines
    numbers = (1_000, 5_000, 10_000, 15_000, 20_000, 30_000, 30_001)
    orders = [attrs.evolve(order, lines=[attrs.evolve(line, quantity=number)]) for number in numbers]
    return [Deal(attrs.evolve(deal.contract, orders=[one])) for one in orders]


def unit_amounts(deal: Deal) -> list[Decimal]:
    return [one.derivation.price.unit_amount for one in deal.plan.charges]


FIGURES: Mapping[str, Mapping[str, Figure]] = MappingProxyType(
    {
        "sanrafael-opengov-2018-credit": {
            "credit": lambda deal: deal.line("unused"),
            "grand_total_before_amendment": lambda deal: value_by_order(deal.contract)[1].tcv_before.amount,
            "annual_fee_before": lambda deal: before_the_pilot(deal).gross,
            "pilot": lambda deal: deal.line("pilot"),
            "annual_fee_after": lambda deal: deal.gross,
            "grand_total_after": lambda deal: value_by_order(deal.contract)[1].tcv_after.amount,
            "already_paid": lambda deal: add_up(before_the_pilot(deal).totals),
        },
        "orange-county-nc-maint-5pct-2021": {
            "yearly": lambda deal: fiscal_years(deal, 2022, 4),
            "total": the_renewal,
            "history": lambda deal: fiscal_years(deal, 2019, 3),
        },
        "clermont-tyler-asp-2008": {
            "payments": lambda deal: [(one.due_on, one.value) for one in deal.plan.invoices[:-1]],
            "vpn": lambda deal: installed(deal).line("vpn"),
            "financial_obligation": lambda deal: installed(deal).gross,
        },
        "kodiak-cleargov-2023": {
            "billing": lambda deal: sorted((one.planned_on, one.value) for one in deal.plan.charges)[:3],
            "setup_total": lambda deal: deal.line("setup"),
            "annual": lambda deal: deal.arr("2024-07-01"),
        },
        "everett-azteca-cityworks-2020": {"periods": lambda deal: deal.totals},
        "fresno-esri-ea-2025": {"total": lambda deal: deal.tcv, "installments": lambda deal: deal.totals},
        "lubbock-opengov-carahsoft-2019": {
            "line1": lambda deal: deal.line("platform"),
            "line2": lambda deal: deal.line("deployment"),
            "total": lambda deal: only(deal.totals),
        },
        "redding-opengov-2024": {
            "terms": lambda deal: deal.totals,
            "total": lambda deal: deal.tcv,
            "splits": lambda deal: {
                year: [share.amount.amount for share in invoice.shares]
                for year, invoice in enumerate(deal.plan.invoices, 1)
            },
        },
        "alameda-opengov-2020": {
            "year1": lambda deal: deal.totals[0],
            "years2_5": lambda deal: only(deal.totals[1:]),
            "total": lambda deal: deal.tcv,
        },
        "port-arthur-civicplus-2016": {
            "year1": lambda deal: deal.totals[0],
            "year2": lambda deal: deal.totals[1],
            "year3": lambda deal: deal.totals[2],
            "total": lambda deal: deal.tcv,
            "year4_option": lambda deal: deal.plan.contingent.amount,
            "competing_quote_vision": other_offer,
        },
        "menifee-flock-2021": {
            "year1_total": lambda deal: deal.totals[0],
            "recurring_total": lambda deal: deal.arr("2021-06-03"),
            "line1": lambda deal: deal.line("cameras"),
            "line2": lambda deal: deal.line("implementation"),
        },
        "denton-codered-2012": {
            "annual": lambda deal: deal.tcv,
            "total": lambda deal: (deal.plan.fixed + deal.plan.contingent).amount,
        },
        "santa-ana-contingency-2022": {
            "max_by_year": lambda deal: [deal.ceiling(f"20{year}-{year + 1}").limit.amount for year in range(22, 30)],
            "support": lambda deal: deal.line("support"),
            "base": lambda deal: deal.line("base"),
            "contingency": lambda deal: deal.ceiling("all-years").remaining.amount,
            "max_total": lambda deal: deal.ceiling("all-years").limit.amount,
        },
        "redwood-city-hdl-tot-2025": {
            "contract_examples": lambda deal: uplifts(november_readings(deal)),
            "implementation_halves": lambda deal: [
                one.value for one in deal.plan.charges if one.line.id == "implementation"
            ],
        },
        "everett-shelter-tiers": {
            "monthly": lambda deal: [only(unit_amounts(one)) for one in with_intakes(deal)],
            "annual": lambda deal: [one.tcv for one in with_intakes(deal)],
        },
        "clearwater-aptean-2015": {
            "annual": lambda deal: deal.arr("2015-07-01"),
            "prorated": lambda deal: only(one.value for one in deal.plan.charges),
            "quote_total": lambda deal: deal.tcv,
        },
    }
)

# What is printed beside the terms, and follows from none of them.
NO_TERM = MappingProxyType(
    {
        (
            "sanrafael-opengov-2018-credit",
            "superseded_prepaid_balance_shown",
        ): "the balance that the replaced order showed; the credit is worked out from that order's days and price",
    }
)


@pytest.mark.parametrize(("name", "key"), [(name, key) for name, figures in FIGURES.items() for key in figures])
def test_a_printed_figure_follows_from_the_terms(name: str, key: str) -> None:
    assert plain(FIGURES[name][key](read(name))) == plain(BY_ID[name]["printed"][key])


def test_no_printed_figure_is_left_out() -> None:
    printed = {(name, key) for name in ids("full") for key in BY_ID[name]["printed"]}
    asserted = {(name, key) for name, figures in FIGURES.items() for key in figures}
    assert asserted | NO_TERM.keys() == printed
    assert not asserted & NO_TERM.keys()


def test_san_rafael_pays_for_the_pilot_alone_once_the_rest_is_billed() -> None:
    deal = read("sanrafael-opengov-2018-credit")
    billed = before_the_pilot(deal).plan.charges
    assert [
        (invoice.planned_on, str(invoice.value))
        for invoice in due(deal.contract, billed=billed, as_of=date(2019, 1, 31))
    ] == [(date(2018, 7, 1), "3000.00")]


def test_clermont_s_invoices_come_to_less_than_its_obligation_by_the_credit() -> None:
    deal = installed(read("clermont-tyler-asp-2008"))
    assert (deal.tcv, deal.gross - deal.tcv) == (Decimal("122131.00"), Decimal("1875.00"))


def test_everett_s_years_end_on_30_december_in_leap_years_too() -> None:
    days = [one.service for one in read("everett-azteca-cityworks-2020").plan.charges]
    assert [str(one.last_day) for one in days if one is not None] == [f"{year}-12-30" for year in range(2021, 2026)]


def test_kodiak_s_first_uplift_waits_for_a_year_after_the_first_full_one() -> None:
    assert [str(one) for one in read("kodiak-cleargov-2023").totals][:3] == ["6750.00", "8100.00", "8343.00"]


@pytest.mark.parametrize("rule", ["actual_days", "actual_365", "thirty_360", "whole_months"])
def test_clearwater_s_leap_year_is_a_year_by_every_rule(rule: str) -> None:
    contract = read("clearwater-aptean-2015").contract
    (order,) = contract.orders
    (line,) = order.lines
    billing = Recurring(every="year", proration=Proration(rule, last_day_counted=True))
    other = attrs.evolve(order, lines=[attrs.evolve(line, billing=billing)])
    assert only(Deal(attrs.evolve(contract, orders=[other])).totals) == Decimal("92763.30")
