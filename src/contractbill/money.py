"""Money: the only place that rounds or splits it.

Numbers enter through `exact`, by an allowlist (int, Decimal, str), so that a float cannot. Arithmetic runs on `Decimal`
(and `Fraction` for proration factors) under a context of this module's own, never the ambient one; rounding is always
by a named rule to a named quantum.
"""

import decimal
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import reduce
from math import lcm
from typing import assert_never

import moneyed

from contractbill.errors import Issue, invalid, refuse


class Rounding(StrEnum):
    """How a number between two multiples of the quantum is settled.

    `half_up` sends a half away from zero (what tax authorities commonly expect, and Java's and PHP's meaning of the
    name); `up` is away from zero, `down` toward it; `ceiling` and `floor` go by sign. Source: `decimal` of the
    standard library, the General Decimal Arithmetic specification.
    """

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    HALF_DOWN = "half_down"
    UP = "up"
    DOWN = "down"
    CEILING = "ceiling"
    FLOOR = "floor"


class Carrier(StrEnum):
    """Who gets the units that are left when an amount is split.

    `largest_remainder` hands out one unit each to the parts that lost most by cutting (ties: the earlier part);
    `first`, `last` and `largest` round every part and let that one part carry the whole difference.
    """

    LARGEST_REMAINDER = "largest_remainder"
    FIRST = "first"
    LAST = "last"
    LARGEST = "largest"


# A number of a deal has at most this many digits before, and after, the point: no price needs more, and a bound here
# keeps every later loop over digits short.
DIGITS = 30

# Products and sums of bounded numbers fit here with room for centuries of compounding; should one not fit, it traps
# rather than rounds.
_EXACT = decimal.Context(
    prec=100_000,
    Emax=decimal.MAX_EMAX,
    Emin=decimal.MIN_EMIN,
    traps=[decimal.Inexact, decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
_ROUND = decimal.Context(
    prec=100_000,
    Emax=decimal.MAX_EMAX,
    Emin=decimal.MIN_EMIN,
    traps=[decimal.InvalidOperation, decimal.Overflow],
)
# Plain digits: what `Decimal` also reads (blanks, underscores, digits of other scripts, "NaN") is nobody's price.
_TEXT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MODES = {rule: f"ROUND_{rule.name}" for rule in Rounding}


def exact(value: object, path: str = "$") -> Decimal:
    """A number of a deal as an exact `Decimal`.

    Args:
        value: an int, a `Decimal`, or the decimal text of one.
        path: where the value stands, for the error.

    Returns:
        A finite `Decimal` of at most 30 digits on each side of the point.

    Raises:
        InvalidTerms: `not_exact` for a float or any other type, `not_a_number` for other text (blanks and underscores
            included), NaN and infinities, `out_of_range` for a number too long.

    Example:
        >>> exact("0.10")
        Decimal('0.10')
        >>> exact(0.1)
        Traceback (most recent call last):
        ...
        contractbill.errors.InvalidTerms: $: not_exact: must be an int, a Decimal or text such as "0.1" (got 0.1)
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        # What reads like a number is most often meant as it reads.
        text = f'text such as "{value}"' if _TEXT.fullmatch(str(value)) else "decimal text"
        invalid(path, "not_exact", f"must be an int, a Decimal or {text}", value)
    if isinstance(value, int) and abs(value) >= 10**DIGITS:
        invalid(path, "out_of_range", f"must have at most {DIGITS} digits", "a longer number")
    if isinstance(value, str) and not _TEXT.fullmatch(value):
        invalid(path, "not_a_number", "must be a decimal number", value)
    if isinstance(value, Decimal) and not value.is_finite():
        invalid(path, "not_a_number", "must be a finite number", value)
    try:
        number = _EXACT.create_decimal(value)
    except decimal.DecimalException:
        invalid(path, "out_of_range", f"must have at most {DIGITS} digits on each side of the point", value)
    if number.adjusted() >= DIGITS or _scale(number) > DIGITS:
        invalid(path, "out_of_range", f"must have at most {DIGITS} digits on each side of the point", value)
    # "-0" and "1E+2" are the same numbers as 0 and 100, and are written that way everywhere.
    if not number:
        number = number.copy_abs()
    return number if _scale(number) >= 0 else number.quantize(Decimal(1), context=_ROUND)


def _scale(number: Decimal) -> int:
    """Digits after the point; negative for trailing zeros before it."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int), "finite numbers have an integer exponent"
    return -exponent


def exponent(currency: str) -> int:
    """Digits after the point in amounts of `currency`: 2 for USD, 0 for JPY, 3 for KWD.

    Raises:
        InvalidTerms: `unknown_currency` when the code is not one of ISO 4217.

    Source: ISO 4217, list one, as py-moneyed carries it; units without a minor unit (gold, drawing rights) have none.

    Example:
        >>> exponent("KWD")
        3
    """
    try:
        known = moneyed.get_currency(currency)
    except (moneyed.CurrencyDoesNotExist, TypeError):
        invalid("$", "unknown_currency", "must be a currency code of ISO 4217", currency)
    return len(str(known.sub_unit)) - 1


def quantum(currency: str) -> Decimal:
    """The smallest amount of `currency`: 0.01 for USD, 1 for JPY.

    Raises:
        InvalidTerms: `unknown_currency`.

    Example:
        >>> quantum("USD")
        Decimal('0.01')
    """
    return Decimal((0, (1,), -exponent(currency)))


def quantize(value: Decimal | Fraction, to: Decimal, rounding: Rounding) -> Decimal:
    """The multiple of `to` that the rule names for `value`, at the scale of `to`.

    Args:
        value: the exact number.
        to: the quantum, greater than zero: 0.01 for cents, 0.05 for cash in Swiss francs, 1 for whole units.
        rounding: the rule, always stated.

    Returns:
        An exact multiple of `to`; never negative zero.

    Raises:
        InvalidTerms: `not_exact`, `not_a_number`, `not_positive` for the quantum.

    Example:
        >>> quantize(Decimal("1.005"), Decimal("0.01"), Rounding.HALF_UP)
        Decimal('1.01')
        >>> quantize(15 * 60 * Fraction(21, 46), Decimal("0.01"), Rounding.HALF_UP)
        Decimal('410.87')
    """
    # Nearly every call comes this way; the rest (fractions, odd quanta, and what must be refused) goes by integers.
    if isinstance(value, Decimal) and type(to) is Decimal and value.is_finite() and to.as_tuple()[:2] == (0, (1,)):
        rounded = value.quantize(to, rounding=_MODES[rounding], context=_ROUND)
        return rounded or rounded.copy_abs()
    numerator, denominator = _ratio(value, "$")
    unit_numerator, unit_denominator = _unit(to)
    units = _nearest(numerator * unit_denominator, denominator * unit_numerator, rounding)
    return _EXACT.multiply(Decimal(units), to)


def _ratio(value: object, path: str) -> tuple[int, int]:
    """A number as numerator and denominator; a float has both too, so it is kept out by name."""
    if fault := _fault(value):
        invalid(path, *fault, value)
    assert isinstance(value, Decimal | Fraction | int), "anything else is a fault"
    return value.as_integer_ratio()


def _unit(to: Decimal) -> tuple[int, int]:
    """The quantum as numerator and denominator."""
    numerator, denominator = _ratio(to, "$.to")
    if numerator <= 0:
        invalid("$.to", "not_positive", "must be greater than zero", str(to))
    return numerator, denominator


def _fault(value: object) -> tuple[str, str] | None:
    """The code and message of what keeps `value` from being an exact number, if anything does."""
    if isinstance(value, bool) or not isinstance(value, Decimal | Fraction | int):
        return "not_exact", "must be an int, a Decimal or a Fraction"
    if isinstance(value, Decimal) and not value.is_finite():
        return "not_a_number", "must be a finite number"
    return None


def _nearest(numerator: int, denominator: int, rounding: Rounding) -> int:
    """The integer that the rule names for a ratio of integers, the denominator positive."""
    whole, rest = divmod(abs(numerator), denominator)
    negative = numerator < 0
    magnitude = whole + _goes_up(rounding, rest, denominator, odd=whole % 2 == 1, negative=negative)
    return -magnitude if negative else magnitude


def _goes_up(rounding: Rounding, rest: int, denominator: int, *, odd: bool, negative: bool) -> bool:
    """Whether the rule adds one to a magnitude that leaves `rest` over; `odd` is its whole part."""
    half = 2 * rest - denominator
    match rounding:
        case Rounding.HALF_UP:
            up = half >= 0
        case Rounding.HALF_EVEN:
            up = half > 0 or (half == 0 and odd)
        case Rounding.HALF_DOWN:
            up = half > 0
        case Rounding.UP:
            up = rest > 0
        case Rounding.DOWN:
            up = False
        case Rounding.CEILING:
            up = rest > 0 and not negative
        case Rounding.FLOOR:
            up = rest > 0 and negative
        case _:
            assert_never(rounding)
    return up


def multiply(first: Decimal, second: Decimal) -> Decimal:
    """The exact product, whatever the ambient decimal context says.

    Example:
        >>> multiply(Decimal("1.05"), Decimal("1.05"))
        Decimal('1.1025')
    """
    return _EXACT.multiply(first, second)


def add(first: Decimal, second: Decimal) -> Decimal:
    """The exact sum, whatever the ambient decimal context says.

    Example:
        >>> add(Decimal("0.10"), Decimal("0.2"))
        Decimal('0.30')
    """
    return _EXACT.add(first, second)


def subtract(first: Decimal, second: Decimal) -> Decimal:
    """The exact difference, whatever the ambient decimal context says.

    Example:
        >>> subtract(Decimal("0.10"), Decimal("0.2"))
        Decimal('-0.10')
    """
    return _EXACT.subtract(first, second)


def add_up(numbers: Iterable[Decimal]) -> Decimal:
    """The exact sum of any number of `Decimal`s; of none, zero.

    Example:
        >>> add_up([Decimal("0.1"), Decimal("0.2")])
        Decimal('0.3')
    """
    return reduce(_EXACT.add, numbers, _NOTHING)


_NOTHING = Decimal(0)


def compound_rate(first: Fraction, last: Fraction, steps: int, *, to: Decimal, rounding: Rounding) -> Decimal:
    """The rate that, applied so many times, takes one number to another.

    Args:
        first: where it starts, greater than zero.
        last: where it ends, greater than zero.
        steps: how often the rate is applied, at least once.
        to: the quantum of the rate: 0.0001 for hundredths of a percent.
        rounding: the rule by which it is rounded to that.

    Returns:
        The root (last ÷ first) ^ (1 ÷ steps) − 1 as a fraction, worked out to 50 digits, then rounded.

    Raises:
        InvalidTerms: `not_positive` for a number or steps of nothing or less.

    Source: compound growth rate, as finance defines it.

    Example:
        >>> compound_rate(Fraction(100), Fraction("110.25"), 2, to=Decimal("0.0001"), rounding=Rounding.HALF_UP)
        Decimal('0.0500')
    """
    given = {"first": first, "last": last, "steps": Fraction(steps)}
    refuse(
        Issue(f"$.{name}", "not_positive", "must be greater than zero", str(one))
        for name, one in given.items()
        if one <= 0
    )
    ratio = last / first
    quotient = _ROOTS.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
    root = _ROOTS.power(quotient, _ROOTS.divide(Decimal(1), Decimal(steps)))
    return quantize(_ROOTS.subtract(root, Decimal(1)), to, rounding)


# A root has no end of digits; of these all but the last are right.
_ROOTS = decimal.Context(prec=50, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[decimal.InvalidOperation])


def allocate(
    amount: Decimal,
    weights: Sequence[Decimal | Fraction | int],
    *,
    to: Decimal,
    carrier: Carrier = Carrier.LARGEST_REMAINDER,
    rounding: Rounding = Rounding.HALF_UP,
) -> tuple[Decimal, ...]:
    """Split `amount` by `weights` so that the parts add up to it exactly.

    Args:
        amount: a multiple of `to`; a negative amount mirrors the split of its magnitude.
        weights: one a part, none negative, not all zero; a zero weight gets nothing unless it is the carrier.
        to: the smallest unit that can be handed out.
        carrier: who gets what is left over.
        rounding: how the parts round when one part carries the rest; no use with `largest_remainder`, which cuts.

    Returns:
        As many parts as weights, in their order, each a multiple of `to`; their sum is `amount`. Where one part carries
        the rest of many tiny parts that were rounded up, it may have the other sign; with `down` it never has.

    Raises:
        InvalidTerms: `no_weights`, `not_exact`, `not_a_number`, `negative_weight`, `zero_weights`, `not_quantized`,
            `not_positive` for the quantum.

    Source: largest remainder is Hamilton's method; carriers are as billing systems name them.

    Example:
        >>> [str(part) for part in allocate(Decimal("100.00"), [1, 1, 1], to=Decimal("0.01"))]
        ['33.34', '33.33', '33.33']
        >>> [str(part) for part in allocate(Decimal("100.00"), [1, 1, 1], to=Decimal("0.01"), carrier=Carrier.LAST)]
        ['33.33', '33.33', '33.34']
    """
    shares = _shares(weights)
    numerator, denominator = _ratio(amount, "$.amount")
    unit_numerator, unit_denominator = _unit(to)
    units, rest = divmod(abs(numerator) * unit_denominator, denominator * unit_numerator)
    if rest:
        invalid("$.amount", "not_quantized", f"must be a multiple of {to}", str(amount))
    magnitudes = _split(units, shares, carrier, rounding)
    sign = -1 if amount < 0 else 1
    return tuple(_EXACT.multiply(Decimal(sign * part), to) for part in magnitudes)


def _shares(weights: Sequence[Decimal | Fraction | int]) -> list[int]:
    """The weights in whole numbers of the same proportion."""
    refuse(
        Issue(f"$.weights[{index}]", *fault, weight)
        for index, weight in enumerate(weights)
        if (fault := _weight_fault(weight))
    )
    if not weights:
        invalid("$.weights", "no_weights", "must have at least one weight")
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = lcm(*(denominator for _, denominator in ratios))
    shares = [numerator * (common // denominator) for numerator, denominator in ratios]
    if not any(shares):
        invalid("$.weights", "zero_weights", "must not all be zero")
    return shares


def _weight_fault(weight: Decimal | Fraction | int) -> tuple[str, str] | None:
    """The code and message of what is wrong with a weight, if anything is."""
    if fault := _fault(weight):
        return fault
    return ("negative_weight", "must not be negative") if weight < 0 else None


def _split(units: int, shares: list[int], carrier: Carrier, rounding: Rounding) -> list[int]:
    """`units`, not negative, split in the proportion of `shares`."""
    whole = sum(shares)
    if carrier is Carrier.LARGEST_REMAINDER:
        parts = [units * share // whole for share in shares]
        # Sorting keeps the order of equals, so ties go to the earlier part.
        by_loss = sorted(range(len(parts)), key=lambda i: -(units * shares[i] % whole))
        for i in by_loss[: units - sum(parts)]:
            parts[i] += 1
        return parts
    parts = [_nearest(units * share, whole, rounding) for share in shares]
    chosen = {
        Carrier.FIRST: 0,
        Carrier.LAST: len(parts) - 1,
        Carrier.LARGEST: shares.index(max(shares)),
    }[carrier]
    parts[chosen] += units - sum(parts)
    return parts


def money(amount: object, currency: str) -> moneyed.Money:
    """An amount that can stand on a document: exact, and at the scale of its currency.

    Raises:
        InvalidTerms: `not_quantized` for more digits than the currency has, and the codes of `exact` and `exponent`.

    Example:
        >>> money("19.9", "USD")
        Money('19.90', 'USD')
        >>> money("10.5", "JPY")
        Traceback (most recent call last):
        ...
        contractbill.errors.InvalidTerms: $.amount: not_quantized: must be a multiple of 1 (got '10.5')
    """
    number, unit = exact(amount, "$.amount"), quantum(currency)
    scaled = quantize(number, unit, Rounding.DOWN)
    if scaled != number:
        invalid("$.amount", "not_quantized", f"must be a multiple of {unit}", str(number))
    return moneyed.Money(scaled, currency)


def total(amounts: Iterable[moneyed.Money], currency: str) -> moneyed.Money:
    """The exact sum of `amounts`, all of one currency; of none, zero at the currency's scale.

    Raises:
        InvalidTerms: `currency_mismatch` with the index of each amount of another currency.

    Example:
        >>> total([], "JPY")
        Money('0', 'JPY')
    """
    listed = list(amounts)
    refuse(
        Issue(f"$[{index}]", "currency_mismatch", f"must be in {currency}", str(amount.currency))
        for index, amount in enumerate(listed)
        if amount.currency.code != currency
    )
    zero = Decimal((0, (0,), -exponent(currency)))
    return moneyed.Money(add_up([zero, *(amount.amount for amount in listed)]), currency)
