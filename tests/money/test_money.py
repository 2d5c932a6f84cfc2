"""Money by tables: what goes in, what comes out, what is refused and under which code."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import moneyed
import pytest

from contractbill.errors import InvalidTerms
from contractbill.money import (
    DIGITS,
    Carrier,
    Rounding,
    add,
    add_up,
    allocate,
    compound_rate,
    exact,
    exponent,
    money,
    multiply,
    quantize,
    quantum,
    subtract,
    total,
)

CENT = Decimal("0.01")
NINES = "9" * DIGITS


def refused(call: Callable[[], object]) -> list[tuple[str, str, str, Any]]:
    """The path, code, message and offending value of each issue of the error that `call` raises."""
    with pytest.raises(InvalidTerms) as caught:
        call()
    return [(issue.path, issue.code, issue.message, issue.got) for issue in caught.value.issues]


# -------------------------------------------------------------------------------------------------- numbers that enter


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-7, "-7"),
        ("0.10", "0.10"),
        ("+1", "1"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1E+2", "100"),
        ("1e2", "100"),
        ("1.5e1", "15"),
        ("12e-1", "1.2"),
        ("-0", "0"),
        ("-0.00", "0.00"),
        ("0E+3", "0"),
        (Decimal("-2.50"), "-2.50"),
        (Decimal("1E+2"), "100"),
        (NINES, NINES),
        (f"-{NINES}.{NINES}", f"-{NINES}.{NINES}"),
        (10**DIGITS - 1, NINES),
        (f"1E-{DIGITS}", f"0.{'0' * (DIGITS - 1)}1"),
        (f"1E+{DIGITS - 1}", f"1{'0' * (DIGITS - 1)}"),
    ],
)
def test_exact_keeps_the_number_and_writes_it_plainly(value: object, text: str) -> None:
    number = exact(value)
    assert f"{number:f}" == text
    exponent_of = number.as_tuple().exponent
    assert isinstance(exponent_of, int)
    assert exponent_of <= 0


@pytest.mark.parametrize(
    "value", [float("nan"), True, False, None, b"1", Fraction(1, 2), [1], 1j, moneyed.Money(1, "USD")]
)
def test_exact_refuses_every_type_but_three(value: object) -> None:
    message = "must be an int, a Decimal or decimal text"
    assert refused(lambda: exact(value, "$.rate")) == [("$.rate", "not_exact", message, value)]


@pytest.mark.parametrize(("value", "text"), [(0.1, "0.1"), (1.0, "1.0"), (-2.5e-07, "-2.5e-07"), (Fraction(2), "2")])
def test_exact_shows_how_to_write_what_reads_like_a_number(value: object, text: str) -> None:
    message = f'must be an int, a Decimal or text such as "{text}"'
    assert refused(lambda: exact(value, "$.rate")) == [("$.rate", "not_exact", message, value)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        " 1",
        "1 ",
        "1\n",
        "1_000",
        "1,000",
        "1.2.3",
        ".",
        "-",
        "e5",
        "1e",
        "abc",
        "0x10",
        "\u0663",
        "NaN",
        "inf",
    ],
)
def test_exact_refuses_text_that_is_no_plain_number(text: str) -> None:
    assert refused(lambda: exact(text)) == [("$", "not_a_number", "must be a decimal number", text)]


@pytest.mark.parametrize("text", ["NaN", "-sNaN", "Infinity", "-Infinity"])
def test_exact_refuses_decimals_that_are_not_finite(text: str) -> None:
    [(path, code, message, got)] = refused(lambda: exact(Decimal(text), "$.a"))
    assert (path, code, message, str(got)) == ("$.a", "not_a_number", "must be a finite number", text)


@pytest.mark.parametrize(
    "value",
    [
        f"1E+{DIGITS}",
        f"-1E+{DIGITS}",
        f"1E-{DIGITS + 1}",
        f"0E-{DIGITS + 1}",
        f"1.{NINES}9",
        "1E+999999999",
        "1E-999999999",
        "1E+99999999999999999999999",
        "1" * 100_001,
        Decimal(10) ** DIGITS,
        Decimal("1E-999999"),
    ],
)
def test_exact_bounds_the_digits(value: object) -> None:
    message = f"must have at most {DIGITS} digits on each side of the point"
    assert refused(lambda: exact(value, "$.a")) == [("$.a", "out_of_range", message, value)]


@pytest.mark.parametrize("value", [10**DIGITS, -(10**DIGITS), 10**5000], ids=["just", "below", "unprintable"])
def test_exact_bounds_whole_numbers_without_printing_them(value: int) -> None:
    message = f"must have at most {DIGITS} digits"
    assert refused(lambda: exact(value, "$.a")) == [("$.a", "out_of_range", message, "a longer number")]


# ---------------------------------------------------------------------------------------------------------- currencies


@pytest.mark.parametrize(
    ("currency", "digits", "smallest"),
    [
        ("USD", 2, "0.01"),
        ("EUR", 2, "0.01"),
        ("CHF", 2, "0.01"),
        ("MRU", 2, "0.01"),
        ("JPY", 0, "1"),
        ("KRW", 0, "1"),
        ("KWD", 3, "0.001"),
        ("BHD", 3, "0.001"),
        ("CLF", 4, "0.0001"),
    ],
)
def test_currencies_have_the_digits_of_iso_4217(currency: str, digits: int, smallest: str) -> None:
    assert exponent(currency) == digits
    assert str(quantum(currency)) == smallest


@pytest.mark.parametrize("currency", ["usd", "XXQ", "", "US", None, 840, [], {}])
def test_currencies_outside_iso_4217_are_refused(currency: Any) -> None:
    expected = [("$", "unknown_currency", "must be a currency code of ISO 4217", currency)]
    assert refused(lambda: exponent(currency)) == expected
    assert refused(lambda: quantum(currency)) == expected


# ------------------------------------------------------------------------------------------------------------ rounding

# The number, then what each rule makes of it: half_up, half_even, half_down, up, down, ceiling, floor.
ROUNDED = [
    ("1.005", "1.01", "1.00", "1.00", "1.01", "1.00", "1.01", "1.00"),
    ("1.015", "1.02", "1.02", "1.01", "1.02", "1.01", "1.02", "1.01"),
    ("1.0049", "1.00", "1.00", "1.00", "1.01", "1.00", "1.01", "1.00"),
    ("1.0051", "1.01", "1.01", "1.01", "1.01", "1.00", "1.01", "1.00"),
    ("1", "1.00", "1.00", "1.00", "1.00", "1.00", "1.00", "1.00"),
    ("0", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00", "0.00"),
    ("-1.005", "-1.01", "-1.00", "-1.00", "-1.01", "-1.00", "-1.00", "-1.01"),
    ("-1.015", "-1.02", "-1.02", "-1.01", "-1.02", "-1.01", "-1.01", "-1.02"),
    ("-1.0049", "-1.00", "-1.00", "-1.00", "-1.01", "-1.00", "-1.00", "-1.01"),
    ("-0.001", "0.00", "0.00", "0.00", "-0.01", "0.00", "0.00", "-0.01"),
]


@pytest.mark.parametrize("row", ROUNDED, ids=lambda row: row[0])
@pytest.mark.parametrize("kind", [Decimal, Fraction])
def test_quantize_follows_the_named_rule(row: tuple[str, ...], kind: type[Decimal] | type[Fraction]) -> None:
    number, *expected = row
    assert [str(quantize(kind(number), CENT, rule)) for rule in Rounding] == expected


# The same for fractions that lie one part of their denominator away from a whole number or a half.
ROUNDED_FRACTIONS = [
    ("1/3", "0", "0", "0", "1", "0", "1", "0"),
    ("2/3", "1", "1", "1", "1", "0", "1", "0"),
    ("1/2", "1", "0", "0", "1", "0", "1", "0"),
    ("3/2", "2", "2", "1", "2", "1", "2", "1"),
    ("-1/3", "0", "0", "0", "-1", "0", "0", "-1"),
    ("-2/3", "-1", "-1", "-1", "-1", "0", "0", "-1"),
    ("-3/2", "-2", "-2", "-1", "-2", "-1", "-1", "-2"),
]


@pytest.mark.parametrize("row", ROUNDED_FRACTIONS, ids=lambda row: row[0])
def test_quantize_tells_how_near_a_fraction_is(row: tuple[str, ...]) -> None:
    number, *expected = row
    assert [str(quantize(Fraction(number), Decimal(1), rule)) for rule in Rounding] == expected


@pytest.mark.parametrize(
    ("value", "to", "expected"),
    [
        ("0.07", "0.05", "0.05"),
        ("0.075", "0.05", "0.10"),
        ("-0.075", "0.05", "-0.10"),
        ("12", "5", "10"),
        ("3", "2", "4"),
        ("12.5", "5", "15"),
        ("7.49", "2.5", "7.5"),
        ("-0.01", "0.05", "0.00"),
        ("149", "1E+2", "1E+2"),
    ],
)
def test_quantize_takes_any_quantum(value: str, to: str, expected: str) -> None:
    assert str(quantize(Decimal(value), Decimal(to), Rounding.HALF_UP)) == expected


def test_quantize_takes_whole_numbers() -> None:
    whole: Any = 3
    assert str(quantize(whole, CENT, Rounding.HALF_UP)) == "3.00"


@pytest.mark.parametrize("value", [Decimal("0.1"), Fraction(1, 10)])
@pytest.mark.parametrize("to", ["0", "-0.01", "-5"])
def test_quantize_refuses_a_quantum_that_is_not_positive(value: Decimal | Fraction, to: str) -> None:
    expected = [("$.to", "not_positive", "must be greater than zero", to)]
    assert refused(lambda: quantize(value, Decimal(to), Rounding.UP)) == expected


@pytest.mark.parametrize("bad", [0.1, True, "1", None, moneyed.Money(1, "USD")])
def test_quantize_refuses_other_types(bad: Any) -> None:
    message = "must be an int, a Decimal or a Fraction"
    assert refused(lambda: quantize(bad, CENT, Rounding.UP)) == [("$", "not_exact", message, bad)]
    assert refused(lambda: quantize(CENT, bad, Rounding.UP)) == [("$.to", "not_exact", message, bad)]


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_quantize_refuses_numbers_that_are_not_finite(text: str) -> None:
    for path, call in (
        ("$", lambda: quantize(Decimal(text), CENT, Rounding.UP)),
        ("$.to", lambda: quantize(CENT, Decimal(text), Rounding.UP)),
    ):
        [(where, code, message, got)] = refused(call)
        assert (where, code, message, str(got)) == (path, "not_a_number", "must be a finite number", text)


# ---------------------------------------------------------------------------------------------------------- arithmetic


@pytest.mark.parametrize(
    ("first", "second", "product", "plus", "minus"),
    [
        ("1.05", "1.05", "1.1025", "2.10", "0.00"),
        ("-0.10", "0.2", "-0.020", "0.10", "-0.30"),
        (NINES, f"0.{NINES}", f"{10**30 - 2}.{'0' * 29}1", f"{NINES}.{NINES}", f"{10**30 - 2}.{'0' * 29}1"),
    ],
)
def test_arithmetic_is_exact(first: str, second: str, product: str, plus: str, minus: str) -> None:
    left, right = Decimal(first), Decimal(second)
    assert f"{multiply(left, right):f}" == product
    assert f"{add(left, right):f}" == plus
    assert f"{subtract(left, right):f}" == minus
    assert f"{add_up([left, right]):f}" == plus
    assert f"{add_up(iter([left, right, left])):f}" == f"{add(add(left, right), left):f}"


def test_the_sum_of_nothing_is_a_decimal_zero() -> None:
    assert str(add_up([])) == "0"
    assert isinstance(add_up([]), Decimal)


# ----------------------------------------------------------------------------------------------------------- splitting

# The amount, the weights, the quantum, then the parts for each carrier: largest_remainder, first, last, largest.
SPLITS = [
    ("100.00", [1, 1, 1], "0.01", "33.34 33.33 33.33", "33.34 33.33 33.33", "33.33 33.33 33.34", "33.34 33.33 33.33"),
    ("100.00", [1, 2, 3], "0.01", "16.67 33.33 50.00", "16.67 33.33 50.00", "16.67 33.33 50.00", "16.67 33.33 50.00"),
    ("0.05", [1, 1, 1], "0.01", "0.02 0.02 0.01", "0.01 0.02 0.02", "0.02 0.02 0.01", "0.01 0.02 0.02"),
    ("10", [2, 3, 2], "1", "3 4 3", "3 4 3", "3 4 3", "3 4 3"),
    ("8", [2, 3, 3, 1], "1", "2 3 2 1", "1 3 3 1", "2 3 3 0", "2 2 3 1"),
    ("0.02", [1, 0, 1, 1], "0.01", "0.01 0.00 0.01 0.00", "0.00 0.00 0.01 0.01",
     "0.01 0.00 0.01 0.00", "0.00 0.00 0.01 0.01"),
    ("1.00", [0, 1, 1, 1, 0], "0.05", "0.00 0.35 0.35 0.30 0.00", "-0.05 0.35 0.35 0.35 0.00",
     "0.00 0.35 0.35 0.35 -0.05", "0.00 0.30 0.35 0.35 0.00"),
    ("0.00", [5, 7], "0.01", "0.00 0.00", "0.00 0.00", "0.00 0.00", "0.00 0.00"),
    ("7", [Fraction(1, 3), Decimal("0.5")], "1", "3 4", "3 4", "3 4", "3 4"),
    ("9.99", [4], "0.01", "9.99", "9.99", "9.99", "9.99"),
]  # fmt: skip


@pytest.mark.parametrize("row", SPLITS, ids=lambda row: f"{row[0]} by {row[1]}")
@pytest.mark.parametrize("sign", [1, -1])
def test_allocate_names_who_carries_the_rest(row: tuple[Any, ...], sign: int) -> None:
    amount, weights, to, *expected = row
    for carrier, parts in zip(Carrier, expected, strict=True):
        split = allocate(sign * Decimal(amount), weights, to=Decimal(to), carrier=carrier)
        assert split == tuple(sign * Decimal(part) for part in parts.split()), carrier
        assert {part.as_tuple().exponent for part in split} == {Decimal(to).as_tuple().exponent}
        assert not any(part.is_signed() for part in split if not part)


def test_allocate_hands_out_the_largest_remainder_by_default() -> None:
    assert [str(part) for part in allocate(Decimal(8), [2, 3, 3, 1], to=Decimal(1))] == ["2", "3", "2", "1"]


def test_allocate_rounds_carried_parts_half_up_unless_told() -> None:
    amount, weights = Decimal("0.10"), [1] * 4
    half_up = allocate(amount, weights, to=CENT, carrier=Carrier.LAST)
    down = allocate(amount, weights, to=CENT, carrier=Carrier.LAST, rounding=Rounding.DOWN)
    assert [str(part) for part in half_up] == ["0.03", "0.03", "0.03", "0.01"]
    assert [str(part) for part in down] == ["0.02", "0.02", "0.02", "0.04"]


BAD_WEIGHTS = [
    ([], [("$.weights", "no_weights", "must have at least one weight", None)]),
    ([0, Decimal("0.0"), Fraction(0)], [("$.weights", "zero_weights", "must not all be zero", None)]),
    ([1, -1], [("$.weights[1]", "negative_weight", "must not be negative", -1)]),
    ([0.5, 1], [("$.weights[0]", "not_exact", "must be an int, a Decimal or a Fraction", 0.5)]),
    (
        [True, 1, "2", Fraction(-1, 2)],
        [
            ("$.weights[0]", "not_exact", "must be an int, a Decimal or a Fraction", True),
            ("$.weights[2]", "not_exact", "must be an int, a Decimal or a Fraction", "2"),
            ("$.weights[3]", "negative_weight", "must not be negative", Fraction(-1, 2)),
        ],
    ),
    ([1, Decimal("Infinity")], [("$.weights[1]", "not_a_number", "must be a finite number", Decimal("Infinity"))]),
]


@pytest.mark.parametrize(("weights", "expected"), BAD_WEIGHTS)
def test_allocate_reports_every_bad_weight(weights: Any, expected: list[Any]) -> None:
    assert refused(lambda: allocate(Decimal("1.00"), weights, to=CENT)) == expected


@pytest.mark.parametrize("amount", ["0.001", "-0.015"])
def test_allocate_refuses_an_amount_between_two_multiples(amount: str) -> None:
    expected = [("$.amount", "not_quantized", "must be a multiple of 0.01", amount)]
    assert refused(lambda: allocate(Decimal(amount), [1], to=CENT)) == expected


@pytest.mark.parametrize("bad", [1.0, True, "1", None])
def test_allocate_refuses_other_types(bad: Any) -> None:
    message = "must be an int, a Decimal or a Fraction"
    assert refused(lambda: allocate(bad, [1], to=CENT)) == [("$.amount", "not_exact", message, bad)]
    assert refused(lambda: allocate(CENT, [1], to=bad)) == [("$.to", "not_exact", message, bad)]


@pytest.mark.parametrize("to", ["0", "-0.01"])
def test_allocate_refuses_a_quantum_that_is_not_positive(to: str) -> None:
    expected = [("$.to", "not_positive", "must be greater than zero", to)]
    assert refused(lambda: allocate(CENT, [1], to=Decimal(to))) == expected


# ------------------------------------------------------------------------------------------------- amounts on documents


@pytest.mark.parametrize(
    ("amount", "currency", "scaled"),
    [
        ("19.9", "USD", "19.90"),
        (Decimal("-1E+2"), "USD", "-100.00"),
        (7, "KWD", "7.000"),
        ("10.00", "JPY", "10"),
        ("-0.0", "USD", "0.00"),
    ],
)
def test_money_stands_at_the_scale_of_its_currency(amount: object, currency: str, scaled: str) -> None:
    made = money(amount, currency)
    assert (str(made.amount), made.currency.code) == (scaled, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "path", "code", "message"),
    [
        ("10.5", "JPY", "$.amount", "not_quantized", "must be a multiple of 1"),
        ("0.001", "USD", "$.amount", "not_quantized", "must be a multiple of 0.01"),
        ("-0.009", "USD", "$.amount", "not_quantized", "must be a multiple of 0.01"),
        (0.5, "USD", "$.amount", "not_exact", 'must be an int, a Decimal or text such as "0.5"'),
        ("x", "USD", "$.amount", "not_a_number", "must be a decimal number"),
        ("1", "XXQ", "$", "unknown_currency", "must be a currency code of ISO 4217"),
    ],
)
def test_money_refuses_what_cannot_stand_on_a_document(
    amount: object, currency: str, path: str, code: str, message: str
) -> None:
    got = currency if code == "unknown_currency" else amount
    assert refused(lambda: money(amount, currency)) == [(path, code, message, got)]


def test_total_adds_amounts_of_one_currency() -> None:
    amounts = [money("0.10", "USD"), money("0.20", "USD"), money("-1", "USD")]
    assert total(amounts, "USD") == money("-0.70", "USD")
    assert total(iter(amounts), "USD") == money("-0.70", "USD")


@pytest.mark.parametrize(("currency", "zero"), [("USD", "0.00"), ("JPY", "0"), ("KWD", "0.000")])
def test_total_of_nothing_is_money(currency: str, zero: str) -> None:
    nothing = total([], currency)
    assert (type(nothing), str(nothing.amount), nothing.currency.code) == (moneyed.Money, zero, currency)


def test_total_reports_every_amount_of_another_currency() -> None:
    amounts = [money("1", "USD"), money("1", "EUR"), money("1", "JPY")]
    assert refused(lambda: total(amounts, "USD")) == [
        ("$[1]", "currency_mismatch", "must be in USD", "EUR"),
        ("$[2]", "currency_mismatch", "must be in USD", "JPY"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "steps", "rate"),
    [
        ("100", "105", 1, "0.0500"),
        ("100", "110.25", 2, "0.0500"),
        ("100", "100", 7, "0.0000"),
        ("128800", "139050", 2, "0.0390"),
        ("110.25", "100", 2, "-0.0476"),
        ("1", "1000000", 3, "99.0000"),
        ("0.0001", "0.0002", 99, "0.0070"),
    ],
)
def test_a_compound_rate_takes_one_number_to_another(first: str, last: str, steps: int, rate: str) -> None:
    found = compound_rate(Fraction(first), Fraction(last), steps, to=Decimal("0.0001"), rounding=Rounding.HALF_UP)
    assert str(found) == rate


def test_a_compound_rate_is_of_what_is_there() -> None:
    def rate() -> object:
        return compound_rate(Fraction(0), Fraction(-1), 0, to=Decimal("0.01"), rounding=Rounding.HALF_UP)

    assert [(path, code, got) for path, code, _message, got in refused(rate)] == [
        ("$.first", "not_positive", "0"),
        ("$.last", "not_positive", "-1"),
        ("$.steps", "not_positive", "0"),
    ]
