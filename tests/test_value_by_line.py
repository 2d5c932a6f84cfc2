"""What each line of a schedule comes to."""

import attrs
from hypothesis import given

from contractbill import Contract, Facts, MilestoneDone, schedule, value_by_line
from contractbill.charges import Certainty
from contractbill.display import to_text
from contractbill.money import total
from contractbill.reports import line_value_table
from contractbill.testing import sales_led
from contractbill.testing.strategies import contracts
from tests.real.deals import read


def test_lines_stand_by_order_then_by_id_and_by_certainty() -> None:
    plan = schedule(sales_led())
    assert to_text(line_value_table(plan, value_by_line(plan))).splitlines()[3:] == [
        "O-1    onboarding   15,000.00       0.00        0.00",
        "O-1    platform    315,250.00       0.00  113,557.50",
        "O-1    seats        54,000.00       0.00   18,540.00",
        "O-2    more-seats   24,710.87       0.00   11,124.00",
    ]


def test_a_line_without_charges_is_left_out_and_a_credit_is_below_zero() -> None:
    deal = read("clermont-tyler-asp-2008").contract
    known = Facts(milestones=[MilestoneDone(milestone="vpn-installed", completed_on="2008-11-03")])
    found = {one.line: str(one.tcv.amount) for one in value_by_line(schedule(deal, known))}
    assert found == {"hosting": "120006.00", "prepaid-maintenance": "-1875.00", "vpn": "4000.00"}
    assert value_by_line(attrs.evolve(schedule(deal), invoices=())) == ()


@given(contracts(ends=True))
def test_the_lines_together_are_the_schedule(contract: Contract) -> None:
    plan = schedule(contract)
    values = value_by_line(plan)
    for certainty in Certainty:
        sums = [getattr(one, certainty.value) for one in values]
        assert total(sums, contract.currency) == plan.total_of(certainty)
    assert total([one.tcv for one in values], contract.currency) == plan.tcv
    assert [one.line for one in values] == list(dict.fromkeys(one.line for one in values))
