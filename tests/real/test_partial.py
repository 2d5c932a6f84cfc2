"""Published contracts of which a part is missing, or that disagree with themselves: what they give, and what not.

Each figure that they do not give is named, with what they give in its place and why.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

import pytest

from contractbill import check
from tests.real.deals import BY_ID, Deal, Figure, ids, only, plain, read

FIGURES: Mapping[str, Mapping[str, Figure]] = MappingProxyType(
    {
        "redwood-city-opengov": {"payments": lambda deal: deal.totals[:3], "total": lambda deal: deal.tcv},
        "san-leandro-granicus-2020": {"yearly": lambda deal: deal.totals, "total": lambda deal: deal.tcv},
        "markham-johnson-bas-2009": {
            "2010": lambda deal: deal.each_year()[0],
            "2011": lambda deal: deal.each_year()[1],
            "2012": lambda deal: deal.each_year()[2],
            "total": lambda deal: deal.tcv,
        },
        "fresno-county-mark43-2019": {
            "year1": lambda deal: deal.totals[0],
            "year2": lambda deal: deal.each_year("09-01")[1],
        },
        "snap-google-cloud-2017": {"annual": lambda deal: only(deal.totals), "total": lambda deal: deal.tcv},
        "rpv-everbridge-2019": {
            "year1": lambda deal: deal.totals[0],
            "year2": lambda deal: deal.totals[1],
            "year3": lambda deal: deal.totals[2],
            "alternative_year1": lambda deal: deal.ceiling("first-year").limit.amount,
        },
        "rpv-tyler-saas-2021": {"five_years": lambda deal: deal.tcv},
        "santa-ana-tritech": {
            "contract_price": lambda deal: deal.line("system"),
            "support_years_2_6": lambda deal: deal.line("support"),
            "iq_years_2_6": lambda deal: deal.line("subscription"),
            "not_to_exceed": lambda deal: deal.ceiling("nte").fixed.amount,
        },
        "yakima-flock-raven": {
            "year1_total": lambda deal: deal.totals[0],
            "recurring_total": lambda deal: deal.arr("2023-07-01"),
            "standard": lambda deal: deal.plan.contingent.amount,
        },
        "azusa-flock-2020": {"nte": lambda deal: deal.tcv},
        "dublin-flock-2024": {
            "total": lambda deal: deal.ceiling("total").limit.amount,
            "recurring": lambda deal: only(deal.totals),
        },
        "rosemead-tyler-2020": {"years1_3": lambda deal: only(deal.totals[:3])},
        "bozeman-mcci-2020": {
            "one_time_net": lambda deal: deal.line("software", "software-trade-in"),
            "annual": lambda deal: deal.arr("2020-11-10"),
            "support_credit": lambda deal: -deal.line("support-trade-in"),
            "services": lambda deal: deal.line("services"),
        },
        "boynton-motorola-2019": {
            "year1": lambda deal: deal.totals[0],
            "years2_6": lambda deal: only(deal.totals[1:]),
        },
        "el-dorado-granicus-2011": {
            "fy11_12": lambda deal: deal.each_year("07-01")[0],
            "annual": lambda deal: deal.each_year("07-01")[1],
        },
        "palm-springs-docusign-2022": {"total": lambda deal: deal.tcv},
        "redwood-city-ticketpro-2026": {"nte": lambda deal: deal.ceiling("nte").limit.amount},
    }
)

# What is printed and does not follow from the terms: what they give in its place, and why.
DEVIATIONS: Mapping[tuple[str, str], tuple[Figure, object, str]] = MappingProxyType(
    {
        ("snap-google-cloud-2017", "combined_with_aws"): (
            lambda deal: deal.totals,
            ["400000000.00"] * 5,
            "counts a contract with another vendor, of which no terms are known",
        ),
        ("snap-google-cloud-2017", "disclosed_2018_commitment"): (
            lambda deal: deal.totals[1],
            "400000000.00",
            "counts that contract, less what was used in 2017 beyond the minimum; use is not measured yet",
        ),
        ("rpv-tyler-saas-2021", "approx_year"): (
            lambda deal: only(deal.totals),
            "61184.00",
            "is printed as approximate, in hundreds",
        ),
        ("rpv-tyler-saas-2021", "contingency_10pct"): (
            lambda deal: deal.ceiling("with-contingency").remaining.amount,
            "30592.00",
            "10 % is 30,592: the paper rounds up to hundreds",
        ),
        ("rpv-tyler-saas-2021", "original"): (
            lambda deal: deal.plan.contingent.amount,
            "0.00",
            "is the contract before this renewal, of which no terms are known",
        ),
        ("rpv-tyler-saas-2021", "new_nte"): (
            lambda deal: deal.ceiling("with-contingency").limit.amount,
            "336512.00",
            "counts the contract before and its change orders; the paper's own parts do not add up to it",
        ),
        ("dublin-flock-2024", "funding"): (
            lambda deal: [deal.ceiling("total").limit.amount],
            ["733528"],
            "says where the customer takes the money from; the two sources add up to the ceiling",
        ),
    }
)


@pytest.mark.parametrize(("name", "key"), [(name, key) for name, figures in FIGURES.items() for key in figures])
def test_a_printed_figure_follows_from_the_terms(name: str, key: str) -> None:
    assert plain(FIGURES[name][key](read(name))) == plain(BY_ID[name]["printed"][key])


@pytest.mark.parametrize(("name", "key"), DEVIATIONS)
def test_a_deviation_is_one_and_has_a_reason(name: str, key: str) -> None:
    figure, given, reason = DEVIATIONS[name, key]
    assert plain(figure(read(name))) == plain(given) != plain(BY_ID[name]["printed"][key])
    assert reason


def test_every_printed_figure_is_reproduced_or_named_as_a_deviation() -> None:
    printed = {(name, key) for name in ids("partial") for key in BY_ID[name]["printed"]}
    asserted = {(name, key) for name, figures in FIGURES.items() for key in figures}
    assert asserted | DEVIATIONS.keys() == printed
    assert not asserted & DEVIATIONS.keys()


@pytest.mark.parametrize(("name", "ceiling"), [("azusa-flock-2020", "nte"), ("santa-ana-tritech", "nte")])
def test_a_contract_reaches_its_ceiling_to_the_cent(name: str, ceiling: str) -> None:
    one = read(name).ceiling(ceiling)
    assert one.remaining.amount == Decimal("0.00") != one.limit.amount


def test_dublin_s_sources_of_money_add_up_to_the_ceiling() -> None:
    printed = BY_ID["dublin-flock-2024"]["printed"]
    assert sum(map(Decimal, printed["funding"])) == Decimal(printed["total"])


def test_rosemead_s_fee_rises_to_what_the_cap_allows() -> None:
    assert read("rosemead-tyler-2020").totals[3:] == [Decimal(74100), Decimal(77064)]


def test_redwood_city_s_renewal_is_4_percent_more() -> None:
    assert read("redwood-city-opengov").totals[3:] == [Decimal(88400)]


def test_palm_springs_three_years_are_level() -> None:
    assert only(read("palm-springs-docusign-2022").totals) == Decimal("20553.50")


def test_fresno_county_is_asked_for_the_added_users_when_they_are_known() -> None:
    last = read("fresno-county-mark43-2019").payments[-1]
    assert (str(last[0]), last[1]) == ("2019-09-25", Decimal(39900))


def test_a_ceiling_without_lines_waits_for_them() -> None:
    deal: Deal = read("redwood-city-ticketpro-2026")
    assert [issue.code for issue in check(deal.contract)] == ["no_seller"]
    assert deal.ceiling("nte").remaining == deal.ceiling("nte").limit
