"""Figures of other projects for periods, boundaries, proration and due dates, under the policies those projects name.

A case runs when every policy it depends on is offered; `NOT_OFFERED`, keyed by policy, skips the others.
"""

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from contractbill.money import Rounding, quantize
from contractbill.periods import Share
from tests.periods.cases import policies
from tests.periods.harness import answer

Case = dict[str, Any]

VECTORS = Path(__file__).parent / "vectors" / "schedule"
CASES: list[Case] = [case for file in sorted(VECTORS.glob("*.json")) for case in json.loads(file.read_text("utf-8"))]

# Every policy some case depends on that this library does not have, and why.
NOT_OFFERED: dict[str, str] = {
    "arrears_greedy": "a period in arrears is billed when it has ended, never before",
    "as_of_before_start_refused": "before the start nothing is due, which is an answer and no error",
    "business_day_adjusted_input": "a start moved to a business day needs a calendar to be moved back",
    "business_day_calendar": "billing knows no holidays: periods are calendar days",
    "day_count_actual_365_no_leap_day": "no deal counts years without leap days",
    "day_count_actual_actual_by_anniversary_year": "a share of a billing period is what deals ask for",
    "day_count_actual_actual_by_calendar_year": "a share of a billing period is what deals ask for",
    "day_count_thirty_e_360": "30/360 is offered by the US rule",
    "degenerate_nominal_bills_full": "a period without days is refused, so nothing can be shared by it",
    "forced_month_in_period": "the start of a service is agreed, not derived from the date of confirmation",
    "invoice_date_override_moves_period_end": "another invoice date moves no period: the grid is kept for life",
    "issue_current_period_end_align_with_finalization_date": "grace periods belong to issuing, not to periods",
    "issue_current_period_end_keep_anchor": "grace periods belong to issuing, not to periods",
    "issue_next_period_start_align_with_finalization_date": "grace periods belong to issuing, not to periods",
    "periods_within_a_day": "periods are whole civil days",
    "proration_denominator_unaligned_lookback": "the denominator is the full period of the grid",
    "proration_elapsed_seconds": "shares count civil days, so that a change of clocks costs nothing",
    "proration_fixed_28": "a month of 28 days is nobody's convention but an example's",
    "roll_from_either_end": "a grid hangs on one date, which the deal names",
    "timezone_change_keeps_contiguous_usage": "periods are civil dates; usage windows come with usage",
    "wall_clock_grid": "periods are whole civil days",
    "zero_length_period_bills_full": "a period without days is refused, so it costs nothing",
    "zero_length_service": "what is charged once has no service period",
}

# How many cases ran under each policy and were skipped for it. Figures that change must be looked at.
EXPECTED_PASSED = Counter(
    {
        "advance_bills_period_containing_as_of": 93,
        "advance_invoice_on_first_day": 4,
        "advance_no_refund_on_cancel": 1,
        "anchor_31_is_eom": 1,
        "arrears_at_period_end": 4,
        "arrears_invoice_day_after_period": 3,
        "arrears_invoice_on_last_day": 1,
        "change_day_belongs_to_new_price": 3,
        "day_count_actual_365": 4,
        "day_count_thirty_360_us": 11,
        "due_day_of_current_month": 3,
        "due_day_of_next_month": 2,
        "due_days_after_eom": 3,
        "due_net_then_day_of_month": 2,
        "due_net_then_day_of_next_month": 3,
        "due_sequential": 1,
        "ends_inclusive_in_source": 5,
        "eom_flag": 6,
        "first_cycle_from_start_month_plus_n_periods": 11,
        "first_stub_to_anchor_in_start_month_else_one_interval": 7,
        "month_end_anchor_clamp": 52,
        "month_end_eom_sticky": 9,
        "none stated": 196,
        "proration_capped_at_full": 2,
        "proration_denominator_full_period": 13,
        "proration_fixed_30": 6,
        "proration_uncapped": 1,
        "restart_keeps_grid": 5,
        "start_policy_end_next": 2,
        "start_policy_end_this": 1,
        "start_policy_start_next": 4,
        "start_policy_start_this": 2,
        "stub_both": 1,
        "stub_implicit": 11,
        "stub_long_initial": 1,
        "stub_none": 2,
        "stub_short_final": 5,
        "stub_short_initial": 8,
        "stub_smart_final": 2,
        "stub_smart_initial": 8,
        "termination_day_charged": 2,
        "zero_length_period_bills_zero": 1,
    }
)
EXPECTED_SKIPPED = Counter(
    {
        "arrears_greedy": 4,
        "as_of_before_start_refused": 1,
        "business_day_adjusted_input": 8,
        "business_day_calendar": 3,
        "day_count_actual_365_no_leap_day": 6,
        "day_count_actual_actual_by_anniversary_year": 10,
        "day_count_actual_actual_by_calendar_year": 6,
        "day_count_thirty_e_360": 9,
        "degenerate_nominal_bills_full": 1,
        "forced_month_in_period": 2,
        "invoice_date_override_moves_period_end": 11,
        "issue_current_period_end_align_with_finalization_date": 1,
        "issue_current_period_end_keep_anchor": 1,
        "issue_next_period_start_align_with_finalization_date": 1,
        "periods_within_a_day": 2,
        "proration_fixed_28": 2,
        "roll_from_either_end": 2,
        "timezone_change_keeps_contiguous_usage": 3,
        "wall_clock_grid": 1,
        "zero_length_period_bills_full": 1,
        "zero_length_service": 1,
    }
)


def _skipped_for(case: Case) -> list[str]:
    return sorted(policies(case) & NOT_OFFERED.keys())


RUN = [case for case in CASES if not _skipped_for(case)]


def _fraction(shown: Any) -> Fraction:
    return shown.fraction if isinstance(shown, Share) else Fraction(shown)


def _same_share(expected: str | None, got: Any, _case: Case) -> bool:
    # Sources leave out the share of a whole period; where they show one it must be the very fraction, unreduced.
    if expected is None:
        return _fraction(got) == 1
    return str(got) == expected or (Fraction(expected).denominator == 1 and _fraction(got) == Fraction(expected))


def _same_terms(expected: list[str], got: list[Share], _case: Case) -> bool:
    """The source adds whole cycles up, also to a part: what is left of each part must be the same."""
    shown = [Fraction(one) for one in expected]
    found = [one.fraction for one in got]
    return sum(shown) == sum(found) and sorted(one % 1 for one in shown if one % 1) == sorted(
        one % 1 for one in found if one % 1
    )


def _open_ended(case: Case) -> bool:
    return not case["input"].get("end") and "as_of" not in case["input"]


def _same_list(expected: list[Any], got: list[Any], case: Case) -> bool:
    """Of an open end a source shows the first few."""
    return got[: len(expected)] == expected if _open_ended(case) else got == expected


def _same_dates(expected: list[Any], got: list[Any], case: Case) -> bool:
    """Of an open end a source shows some."""
    return set(expected) <= set(got) if _open_ended(case) else got == expected


def _same_pairs(expected: list[Any], got: list[Any], case: Case) -> bool:
    return all(pair in got for pair in expected) if _open_ended(case) else got == expected


def _same_exact(expected: str, got: Any, _case: Case) -> bool:
    return Fraction(expected) == _fraction(got)


def _same_decimal(expected: str, got: Any, case: Case) -> bool:
    places = Decimal(expected).as_tuple().exponent
    assert isinstance(places, int)
    rounding = Rounding(case["expected"].get("rounding", {}).get("mode", "half_even"))
    return quantize(_fraction(got), Decimal(1).scaleb(places), rounding) == Decimal(expected)


# How expected fields are compared with answers, and which answer they are compared with, when not by equality.
COMPARED: dict[str, tuple[str, Callable[[Any, Any, Case], bool]]] = {
    "fraction": ("fraction", _same_share),
    "credit_fraction": ("credit_fraction", _same_share),
    "fraction_decimal": ("fraction", _same_decimal),
    "cycle_terms": ("cycle_terms", _same_terms),
    "total_cycles": ("total_cycles", _same_exact),
    "year_fraction": ("year_fraction", _same_exact),
    "periods": ("periods", _same_list),
    "invoice_dates": ("invoice_dates", _same_dates),
    "usage_periods": ("usage_periods", _same_pairs),
    "invoice_dates_include": ("invoice_dates", lambda some, got, _case: set(some) <= got),
    "not_invoice_dates": ("invoice_dates", lambda none, got, _case: not set(none) & got),
    "amount": ("amount", lambda wanted, found, _case: Decimal(wanted) == Decimal(found)),
    "error": ("error", lambda _name, got, _case: got is not None),
}
# Fields that are no answer: how to round, and what only a calendar of business days can say.
UNASKED = {"rounding", "adjusted_boundaries"}


@pytest.mark.parametrize("case", RUN, ids=lambda case: case["id"])
def test_agrees_with_the_source(case: Case) -> None:
    got = answer(case["kind"], case["input"])
    for name, expected in case["expected"].items():
        if name in UNASKED:
            continue
        field, same = COMPARED.get(name, (name, lambda wanted, found, _case: wanted == found))
        assert same(expected, got[field], case), f"{name}: expected {expected}, got {got[field]}"


def _counted(cases: list[Case], offered: Callable[[str], bool]) -> Counter[str]:
    return Counter(policy for case in cases for policy in policies(case) or {"none stated"} if offered(policy))


def test_cases_are_counted_by_policy() -> None:
    skipped = [case for case in CASES if _skipped_for(case)]
    assert len(CASES) == len(RUN) + len(skipped)
    assert _counted(RUN, lambda policy: policy not in NOT_OFFERED) == EXPECTED_PASSED
    assert _counted(skipped, lambda policy: policy in NOT_OFFERED) == EXPECTED_SKIPPED
