"""Laws of money, over random numbers, against the definitions in exact arithmetic."""

import decimal
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill.errors import InvalidTerms
from contractbill.money import (
    DIGITS,
    Carrier,
    Rounding,
    add,
    add_up,
    allocate,
    exact,
    exponent,
    money,
    multiply,
    quantize,
    quantum,
    subtract,
    total,
)

QUANTA = ("1", "0.1", "0.01", "0.001", "0.0001")
ODD_QUANTA = ("0.05", "0.25", "5", "0.3")
CURRENCIES = ("USD", "JPY", "KWD", "CLF")

rules = st.sampled_from(Rounding)
carriers = st.sampled_from(Carrier)
decimals = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False)
# Many of them lie exactly between two cents, where the rules part.
halves = st.integers(-(10**6), 10**6).map(lambda n: Decimal(n).scaleb(-3))
fractions = st.fractions(-(10**9), 10**9, max_denominator=10**4)
numbers = st.one_of(decimals, halves, fractions)
quanta = st.sampled_from([Decimal(text) for text in (*QUANTA, *ODD_QUANTA)])
units = st.integers(-(10**9), 10**9)
weight = st.one_of(
    st.integers(0, 10**6), st.decimals(0, 10**4, places=3), st.fractions(0, 100, max_denominator=100), st.just(0)
)
weights = st.lists(weight, min_size=1, max_size=12).filter(any)


# ------------------------------------------------------------------------------------------------------------ rounding


@given(st.one_of(decimals, halves), st.sampled_from(QUANTA), rules)
def test_quantize_agrees_with_the_decimal_specification(value: Decimal, to: str, rule: Rounding) -> None:
    with decimal.localcontext(decimal.Context(prec=200)):
        expected = value.quantize(Decimal(to), rounding=f"ROUND_{rule.name}")
    for same in (value, Fraction(value)):
        rounded = quantize(same, Decimal(to), rule)
        assert rounded == expected
        assert rounded.as_tuple().exponent == Decimal(to).as_tuple().exponent
        assert not (rounded.is_signed() and not rounded)


@given(numbers, quanta, rules)
def test_quantize_lands_on_a_multiple_less_than_one_quantum_away(
    value: Decimal | Fraction, to: Decimal, rule: Rounding
) -> None:
    rounded = quantize(value, to, rule)
    distance = Fraction(rounded) - Fraction(value)
    assert Fraction(rounded) % Fraction(to) == 0
    assert abs(distance) < Fraction(to)
    match rule:
        case Rounding.HALF_UP | Rounding.HALF_DOWN | Rounding.HALF_EVEN:
            assert abs(distance) * 2 <= Fraction(to)
        case Rounding.CEILING:
            assert distance >= 0
        case Rounding.FLOOR:
            assert distance <= 0
        case Rounding.UP:
            assert abs(Fraction(rounded)) >= abs(Fraction(value))
        case Rounding.DOWN:
            assert abs(Fraction(rounded)) <= abs(Fraction(value))
    assert quantize(rounded, to, rule) == rounded


@given(numbers, quanta, rules)
def test_quantize_mirrors_negatives(value: Decimal | Fraction, to: Decimal, rule: Rounding) -> None:
    mirrored = {Rounding.CEILING: Rounding.FLOOR, Rounding.FLOOR: Rounding.CEILING}.get(rule, rule)
    assert quantize(-value, to, rule) == -quantize(value, to, mirrored)


@given(fractions, st.sampled_from(QUANTA), rules)
def test_a_fraction_rounds_as_the_decimal_it_equals(value: Fraction, to: str, rule: Rounding) -> None:
    tenths = Fraction(int(value * 10**5), 10**5)
    same = Decimal(tenths.numerator) / Decimal(tenths.denominator)
    assert quantize(tenths, Decimal(to), rule) == quantize(same, Decimal(to), rule)


# ----------------------------------------------------------------------------------------------------------- splitting


@given(units, weights, quanta, carriers, rules)
def test_parts_add_up_to_the_whole(
    amount: int, shares: Sequence[Any], to: Decimal, carrier: Carrier, rule: Rounding
) -> None:
    whole = multiply(Decimal(amount), to)
    parts = allocate(whole, shares, to=to, carrier=carrier, rounding=rule)
    assert len(parts) == len(shares)
    assert add_up(parts) == whole
    assert all(Fraction(part) % Fraction(to) == 0 for part in parts)
    assert not any(part.is_signed() for part in parts if not part)


@given(units, weights, quanta, carriers)
def test_splitting_mirrors_negatives(amount: int, shares: Sequence[Any], to: Decimal, carrier: Carrier) -> None:
    whole = multiply(Decimal(amount), to)
    mirrored = allocate(-whole, shares, to=to, carrier=carrier)
    assert mirrored == tuple(-part for part in allocate(whole, shares, to=to, carrier=carrier))


@given(units, weights, quanta)
def test_largest_remainder_stays_within_one_quantum_of_the_exact_share(
    amount: int, shares: Sequence[Any], to: Decimal
) -> None:
    whole = multiply(Decimal(amount), to)
    parts = allocate(whole, shares, to=to)
    everything = sum(map(Fraction, shares), Fraction(0))
    for part, share in zip(parts, shares, strict=True):
        assert abs(Fraction(part) - Fraction(whole) * Fraction(share) / everything) < Fraction(to)
        assert share or not part
    # Hamilton's fairness: nobody who lost more was passed over for somebody who lost less.
    losses = [abs(Fraction(whole)) * Fraction(share) / everything / Fraction(to) % 1 for share in shares]
    lucky = [Fraction(part) / Fraction(whole) > Fraction(share) / everything if whole else False
             for part, share in zip(parts, shares, strict=True)]  # fmt: skip
    ranked = sorted(range(len(parts)), key=lambda i: (-losses[i], i))
    assert [lucky[i] for i in ranked] == sorted(lucky, reverse=True)


@given(units, weights, quanta, st.sampled_from([Carrier.FIRST, Carrier.LAST, Carrier.LARGEST]), rules)
def test_only_the_carrier_departs_from_its_own_rounding(
    amount: int, shares: Sequence[Any], to: Decimal, carrier: Carrier, rule: Rounding
) -> None:
    whole = multiply(Decimal(abs(amount)), to)
    parts = allocate(whole, shares, to=to, carrier=carrier, rounding=rule)
    everything = sum(map(Fraction, shares), Fraction(0))
    largest = max(range(len(shares)), key=lambda i: (Fraction(shares[i]), -i))
    chosen = {Carrier.FIRST: 0, Carrier.LAST: len(parts) - 1, Carrier.LARGEST: largest}[carrier]
    for index, (part, share) in enumerate(zip(parts, shares, strict=True)):
        if index != chosen:
            assert part == quantize(Fraction(whole) * Fraction(share) / everything, to, rule)


@given(units, weights, st.integers(1, 1000), carriers)
def test_only_the_proportion_of_weights_matters(
    amount: int, shares: Sequence[Any], scale: int, carrier: Carrier
) -> None:
    whole, cent = multiply(Decimal(amount), Decimal("0.01")), Decimal("0.01")
    scaled = [Fraction(share) * scale for share in shares]
    assert allocate(whole, shares, to=cent, carrier=carrier) == allocate(whole, scaled, to=cent, carrier=carrier)


# ---------------------------------------------------------------------------------------------------------- arithmetic


@given(decimals, decimals, st.lists(decimals, max_size=8))
def test_arithmetic_is_that_of_fractions(first: Decimal, second: Decimal, many: list[Decimal]) -> None:
    assert Fraction(multiply(first, second)) == Fraction(first) * Fraction(second)
    assert Fraction(add(first, second)) == Fraction(first) + Fraction(second)
    assert Fraction(subtract(first, second)) == Fraction(first) - Fraction(second)
    assert Fraction(add_up(many)) == sum(map(Fraction, many), Fraction(0))


@given(decimals.map(lambda number: number.quantize(Decimal("1E-6"))))
def test_exact_reads_what_it_writes(number: Decimal) -> None:
    assert exact(number) == number
    assert str(exact(str(exact(number)))) == str(exact(number))


@given(st.one_of(st.integers(), st.text(max_size=50), st.decimals(), st.from_regex(r"[-+0-9._eE]{1,40}")))
def test_exact_gives_a_bounded_number_or_the_library_s_own_error(value: object) -> None:
    try:
        number = exact(value)
    except InvalidTerms as error:
        codes = {issue.code for issue in error.issues}
    else:
        codes = set()
        whole, _, fraction = f"{number.copy_abs():f}".partition(".")
        assert max(len(whole), len(fraction)) <= DIGITS
        assert str(exact(str(number))) == str(number)
    assert codes <= {"not_a_number", "out_of_range"}


@given(st.lists(units, max_size=8), st.sampled_from(CURRENCIES))
def test_totals_keep_the_scale_of_the_currency(amounts: list[int], currency: str) -> None:
    whole = total([money(multiply(Decimal(amount), quantum(currency)), currency) for amount in amounts], currency)
    assert whole.amount == multiply(Decimal(sum(amounts)), quantum(currency))
    assert whole.amount.as_tuple().exponent == -exponent(currency)


# --------------------------------------------------------------------------------------------- what the caller sets up

CENT = Decimal("0.01")
BIG = Decimal("-123456789.98765")

# Every public function that computes, on numbers that a small context would spoil.
CALLS: dict[str, Callable[[], object]] = {
    "exact": lambda: [exact("-0.0000"), exact("123456789.98765"), exact("-0E-20"), exact(10**20), exact("1E+9")],
    "quantum": lambda: [str(quantum(currency)) for currency in CURRENCIES],
    "quantize": lambda: [str(quantize(BIG, to, rule)) for rule in Rounding for to in (CENT, Decimal("0.05"))],
    "quantize a fraction": lambda: [str(quantize(Fraction(10**12, 7), CENT, rule)) for rule in Rounding],
    "quantize to zero": lambda: [str(quantize(Decimal("-0.001"), CENT, Rounding.HALF_UP))],
    "multiply": lambda: str(multiply(BIG, BIG)),
    "add": lambda: str(add(BIG, BIG)),
    "subtract": lambda: str(subtract(BIG, Decimal("0.000001"))),
    "add_up": lambda: str(add_up([BIG, BIG, CENT])),
    "allocate": lambda: [
        [str(part) for part in allocate(Decimal("-98765432.10"), [1, CENT, Fraction(1, 3)], to=CENT, carrier=carrier)]
        for carrier in Carrier
    ],
    "money": lambda: [str(money("-98765432.10", "USD").amount), str(money("0", "KWD").amount)],
    "total": lambda: [
        str(total([], "KWD").amount),
        str(total([money("98765432.10", "USD"), money("0.01", "USD")], "USD").amount),
    ],
}
HOSTILE = [
    decimal.Context(prec=3),
    decimal.Context(prec=3, rounding=decimal.ROUND_UP, traps=[decimal.Inexact, decimal.Rounded, decimal.Subnormal]),
    decimal.Context(prec=1, Emin=0, Emax=0),
    decimal.Context(prec=1, Emin=0, Emax=0, clamp=1, traps=[decimal.Clamped, decimal.Overflow, decimal.Underflow]),
    decimal.Context(prec=3, traps=[decimal.FloatOperation, decimal.InvalidOperation]),
]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("context", HOSTILE, ids=range(len(HOSTILE)))
def test_the_ambient_decimal_context_has_no_effect(call: Callable[[], object], context: decimal.Context) -> None:
    calm = call()
    with decimal.localcontext(context) as ambient:
        ambient.clear_flags()
        assert call() == calm
        assert not any(ambient.flags.values())


# Every place of the public functions where a number enters.
ENTRANCES: dict[str, Callable[[Any], object]] = {
    "exact": exact,
    "quantize value": lambda x: quantize(x, CENT, Rounding.HALF_UP),
    "quantize to": lambda x: quantize(CENT, x, Rounding.HALF_UP),
    "quantize both": lambda x: quantize(x, x, Rounding.HALF_UP),
    "multiply first": lambda x: multiply(x, CENT),
    "multiply second": lambda x: multiply(CENT, x),
    "add first": lambda x: add(x, CENT),
    "add second": lambda x: add(CENT, x),
    "subtract first": lambda x: subtract(x, CENT),
    "subtract second": lambda x: subtract(CENT, x),
    "add_up": lambda x: add_up([CENT, x]),
    "allocate amount": lambda x: allocate(x, [1], to=CENT),
    "allocate weight": lambda x: allocate(CENT, [1, x], to=CENT),
    "allocate to": lambda x: allocate(CENT, [1], to=x),
    "allocate all": lambda x: allocate(x, [x], to=x),
    "money": lambda x: money(x, "USD"),
}


@pytest.mark.parametrize("enter", ENTRANCES.values(), ids=ENTRANCES)
@given(number=st.one_of(st.floats(), st.sampled_from([0.0, 1.0, 0.5, 100.0])))
def test_no_float_gets_in(enter: Callable[[Any], object], number: object) -> None:
    with pytest.raises((InvalidTerms, TypeError)):
        enter(number)
