"""Bugs that other billing systems and money libraries had, each with its own test."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import moneyed
import pytest

from contractbill.display import format_amount, format_unit_amount
from contractbill.errors import InvalidTerms
from contractbill.money import Carrier, Rounding, add_up, allocate, exact, exponent, money, quantize, quantum, total


@pytest.mark.parametrize("number", [0.1, 1.1, 1.0, 0.0, float("inf"), float("nan")])
def test_t_003_floats_never_become_money(number: object) -> None:
    assert moneyed.Money(0.1, "USD").amount == Decimal("0.1"), "the wrapped type still lets floats in silently"
    for enter in (exact, lambda value: money(value, "USD")):
        with pytest.raises(InvalidTerms, match="not_exact"):
            enter(number)


def test_t_004_the_rounding_rule_is_stated_and_not_the_money_type_s() -> None:
    assert str(moneyed.Money("1.005", "USD").round(2).amount) == "1.00", "the wrapped type rounds half-even"
    assert str(quantize(Decimal("1.005"), quantum("USD"), Rounding.HALF_UP)) == "1.01"
    assert str(quantize(Decimal("0.5"), quantum("JPY"), Rounding.HALF_UP)) == "1"
    assert str(quantize(Decimal("1.005"), quantum("USD"), Rounding.HALF_EVEN)) == "1.00"
    # A third has no end; it is rounded once, and never carried along in 28 digits.
    assert str(quantize(Fraction(10, 3), quantum("USD"), Rounding.HALF_UP)) == "3.33"


def test_t_005_text_never_rounds_money() -> None:
    with pytest.raises(ValueError, match="at most 2 digits"):
        format_amount(Decimal("2953.125"), exponent("USD"))
    with pytest.raises(ValueError, match="at most 0 digits"):
        format_amount(Decimal("10.5"), exponent("JPY"))
    assert format_amount(quantize(Decimal("2953.125"), quantum("USD"), Rounding.HALF_UP), exponent("USD")) == "2,953.13"
    assert format_unit_amount(Decimal("0.0005"), exponent("USD")) == "0.0005"
    assert format_unit_amount(Decimal("10.5"), exponent("JPY")) == "10.5"
    assert format_unit_amount(Decimal(60), exponent("USD")) == "60.00"


@pytest.mark.parametrize(
    ("currency", "half", "rounded", "third"),
    [("JPY", "0.5", "1", "33"), ("USD", "0.005", "0.01", "33.33"), ("KWD", "0.0005", "0.001", "33.333")],
)
@pytest.mark.parametrize("carrier", Carrier)
def test_t_006_every_rounding_path_knows_currencies_of_0_2_and_3_digits(
    currency: str, half: str, rounded: str, third: str, carrier: Carrier
) -> None:
    unit = quantum(currency)
    shown: Callable[[Decimal], str] = lambda amount: format_amount(amount, exponent(currency))  # noqa: E731 - one use
    for kind in (Decimal, Fraction):
        assert str(quantize(kind(half), unit, Rounding.HALF_UP)) == rounded
    parts = allocate(money(100, currency).amount, [1, 1, 1], to=unit, carrier=carrier)
    assert third in {shown(part) for part in parts}
    assert total([money(part, currency) for part in parts], currency) == money(100, currency)
    assert shown(add_up(parts)) == format_unit_amount(Decimal(100), exponent(currency))
    with pytest.raises(InvalidTerms, match="not_quantized"):
        money(half, currency)
