"""Figures of other projects for allocation, rounding and currencies, under the policies those projects name.

A case runs when every policy its figures depend on is offered; `NOT_OFFERED`, keyed by policy, skips the others.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from contractbill.errors import InvalidTerms
from contractbill.money import Carrier, Rounding, add_up, allocate, exponent, quantize, quantum

Case = dict[str, Any]
Policy = tuple[str, str]

VECTORS = Path(__file__).parent / "vectors" / "rating"
CASES: list[Case] = [case for file in sorted(VECTORS.glob("*.json")) for case in json.loads(file.read_text("utf-8"))]

# What this library calls the policies it offers.
CARRIERS = {"largest_remainder": Carrier.LARGEST_REMAINDER}
ROUNDINGS = {
    "half_up": Rounding.HALF_UP,
    "half_even": Rounding.HALF_EVEN,
    "half_down": Rounding.HALF_DOWN,
    "half_towards_zero": Rounding.HALF_DOWN,
    "floor": Rounding.FLOOR,
    "java_DOWN": Rounding.DOWN,
    "java_UP": Rounding.UP,
    # dinero names its modes by the number line, so its "up" is this library's ceiling.
    "dinero up": Rounding.CEILING,
}

# Every policy some case depends on that this library does not have, and why.
NOT_OFFERED: dict[Policy, str] = {
    ("remainder", "first_in_order"): "one unit each in order ignores who lost most; `first` carries the whole rest",
    (
        "remainder",
        "sequential_from_last",
    ): "it cuts from the last part on, and the first takes all that is left",
    ("remainder", "largest_ratio"): "one unit each by weight; `largest` carries the whole rest",
    ("remainder", "separate"): "parts always add up to the whole, so no rest is handed back",
    ("remainder", "block_separate"): "parts always add up to the whole, so no rest is handed back",
    ("negative", "floor"): "a negative amount mirrors the split of its magnitude, so that a credit undoes its charge",
    ("no_weights", "no_parts"): "splitting an amount over nothing would lose it, so it is refused",
    ("cap", "at_weights"): "a cap belongs to the discount that is spread, not to the spreading",
    ("rounding", "half_odd"): "not among the rules of the General Decimal Arithmetic specification",
    ("rounding", "half_positive_infinity"): "halves go by magnitude, so that a credit undoes its charge",
    ("rounding", "half_negative_infinity"): "halves go by magnitude, so that a credit undoes its charge",
    ("rounding", "dinero half_up"): "its half toward plus infinity: halves go by magnitude here",
    ("rounding", "dinero half_down"): "its half toward minus infinity: halves go by magnitude here",
    ("currency", "not_in_py_moneyed"): "the list of ISO 4217 is the one that py-moneyed carries; it lacks this code",
}
# Codes that the newest py-moneyed does not carry: the Arab accounting dinar and the Zimbabwe gold of 2024.
NOT_IN_PY_MONEYED = frozenset({"XAD", "ZWG"})

# How many cases ran under each policy and were skipped for it. Figures that change must be looked at.
EXPECTED_PASSED = Counter(
    {
        "all_zero_weights error": 1,
        "currency iso_4217": 84,
        "currency iso_4217_over_cldr": 13,
        "no_weights error": 1,
        "remainder largest_remainder": 32,
        "rounding dinero up": 1,
        "rounding floor": 1,
        "rounding half_down": 2,
        "rounding half_even": 9,
        "rounding half_towards_zero": 1,
        "rounding half_up": 21,
        "rounding java_DOWN": 1,
        "rounding java_UP": 1,
    }
)
EXPECTED_SKIPPED = Counter(
    {
        "cap at_weights": 4,
        "currency not_in_py_moneyed": 2,
        "negative floor": 1,
        "no_weights no_parts": 2,
        "remainder block_separate": 9,
        "remainder first_in_order": 20,
        "remainder largest_ratio": 1,
        "remainder separate": 6,
        "remainder sequential_from_last": 10,
        "rounding dinero half_down": 1,
        "rounding dinero half_up": 1,
        "rounding half_negative_infinity": 1,
        "rounding half_odd": 4,
        "rounding half_positive_infinity": 1,
    }
)


def policies(case: Case) -> Iterator[Policy]:
    """The policies that the figures of a case depend on; one that could not show (a sign, a zero) is not named."""
    given = case["input"]
    match case["kind"]:
        case "allocation":
            weights = [Fraction(weight) for weight in given["weights"]]
            codes = given["codes"]
            yield "remainder", codes["remainder"]
            if Fraction(given["amount"]) < 0:
                yield "negative", codes["negative"]
            if not weights:
                yield "no_weights", "error" if "error" in case["expected"] else "no_parts"
            elif not any(weights):
                yield "all_zero_weights", codes["all_zero_weights"]
            if "cap" in given["policy"] and Fraction(given["amount"]) > sum(weights):
                yield "cap", "at_weights"
        case "rounding_mode" | "money_arithmetic":
            yield "rounding", mode(case)
        case "money_rounding" | "line_rounding":
            yield "rounding", "half_up"
        case "currency_minor_units":
            known = given["currency"] not in NOT_IN_PY_MONEYED
            yield "currency", "iso_4217" if known else "not_in_py_moneyed"
            # CLDR counts the digits people write, ISO 4217 those that exist; amounts keep the latter.
            if case["expected"]["by_source"]["cldr"] != case["expected"]["minor_units_iso4217"]:
                yield "currency", "iso_4217_over_cldr"


def mode(case: Case) -> str:
    """The rounding a case names, told apart where one library means something else by the word."""
    name: str = case["input"]["mode"]
    clashes = case["id"].startswith("dinero") and name in {"up", "down", "half_up", "half_down"}
    return f"dinero {name}" if clashes else name


def run_allocation(case: Case) -> None:
    given, expected = case["input"], case["expected"]
    weights = [Fraction(weight) for weight in given["weights"]]
    carrier = CARRIERS[given["codes"]["remainder"]]
    amount, unit = Decimal(given["amount"]), Decimal(given["quantum"])
    if "error" in expected:
        with pytest.raises(InvalidTerms):
            allocate(amount, weights, to=unit, carrier=carrier)
    else:
        assert list(allocate(amount, weights, to=unit, carrier=carrier)) == [
            Decimal(part) for part in expected["parts"]
        ]


def run_rounding_mode(case: Case) -> None:
    given = case["input"]
    unit = Decimal((0, (1,), -given["digits"]))
    rounded = quantize(Decimal(given["value"]), unit, ROUNDINGS[mode(case)])
    assert rounded == Decimal(case["expected"]["value"])


def run_money_rounding(case: Case) -> None:
    given = case["input"]
    rounded = quantize(Decimal(given["amount"]), quantum(given["currency"]), Rounding.HALF_UP)
    assert str(rounded) == case["expected"]["amount"]


def run_line_rounding(case: Case) -> None:
    given = case["input"]
    unit = quantum(given["currency"])
    total = add_up(quantize(Decimal(amount), unit, Rounding.HALF_UP) for amount in given["line_amounts"])
    assert total == Decimal(case["expected"]["total"])


def run_money_arithmetic(case: Case) -> None:
    given = case["input"]
    by = Fraction(given["by"])
    factor = 1 / by if given["op"] == "divide" else by
    unit = Decimal((0, (1,), -given["digits"]))
    result = quantize(Fraction(given["amount"]) * factor, unit, ROUNDINGS[mode(case)])
    assert result == Decimal(case["expected"]["amount"])


def run_currency_minor_units(case: Case) -> None:
    assert exponent(case["input"]["currency"]) == int(case["expected"]["minor_units_iso4217"])


RUNNERS: dict[str, Callable[[Case], None]] = {
    "allocation": run_allocation,
    "rounding_mode": run_rounding_mode,
    "money_rounding": run_money_rounding,
    "line_rounding": run_line_rounding,
    "money_arithmetic": run_money_arithmetic,
    "currency_minor_units": run_currency_minor_units,
}


def missing(case: Case) -> list[Policy]:
    return [policy for policy in policies(case) if policy in NOT_OFFERED]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case: Case) -> None:
    for policy in missing(case):
        pytest.skip(f"{': '.join(policy)}: {NOT_OFFERED[policy]}")
    RUNNERS[case["kind"]](case)


def test_cases_are_counted_per_policy() -> None:
    passed = Counter(" ".join(policy) for case in CASES if not missing(case) for policy in policies(case))
    skipped = Counter(" ".join(policy) for case in CASES for policy in missing(case))
    assert passed == EXPECTED_PASSED
    assert skipped == EXPECTED_SKIPPED
    assert sum(not missing(case) for case in CASES) == 153
    assert len(CASES) == 215


def test_every_reason_is_needed() -> None:
    assert {policy for case in CASES for policy in missing(case)} == set(NOT_OFFERED)


def test_case_ids_are_unique() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
