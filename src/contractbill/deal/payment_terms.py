"""Payment terms: from the date of an invoice to the dates, and the parts, in which it must be paid."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import attrs

from contractbill.deal.fields import (
    as_optional_number,
    as_tuple,
    as_word,
    each,
    faults,
    is_a,
    is_bool,
    is_number,
    is_whole,
    is_word,
    maybe,
)
from contractbill.errors import Issue, invalid, refuse
from contractbill.money import Carrier, Rounding, add_up, allocate, multiply, quantize, subtract
from contractbill.periods import MONTHLY, add, as_date
from contractbill.periods.frequency import LAST_DAY, days_on

# Ten years: longer than any trade credit, short enough to stay in the calendar.
_MOST_DAYS = 3653
_MOST_INSTALMENTS = 400


def _as_carrier(value: Carrier | str) -> Carrier:
    return as_word(Carrier, value)


def _as_days(values: Iterable[int]) -> tuple[int, ...]:
    return as_tuple(values)


@attrs.frozen(kw_only=True)
class Instalment:
    """One part of an invoice and when it is due.

    Args:
        share: the part as a fraction of the invoice, 0.5 for half.
        amount: the part as a fixed amount, instead of a share; taken off the last instalment.
        net_days, end_of_month, day_of_month, next_month: as in `PaymentTerms`.
        sequential: whether days count from the due date of the instalment before, not from the invoice.

    Raises:
        InvalidTerms: `share_or_amount` unless exactly one is given, and the codes of `PaymentTerms`.
    """

    share: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    net_days: int = 0
    end_of_month: bool = False
    day_of_month: tuple[int, ...] = attrs.field(default=(), converter=_as_days)
    next_month: bool = False
    sequential: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        fraction = maybe(is_number(over=0, maximum=1))
        found = [
            *faults(self, share=fraction, amount=maybe(is_number(over=0)), sequential=is_bool),
            *_rule_faults(self),
        ]
        if (self.share is None) is (self.amount is None):
            found.append(Issue("$", "share_or_amount", "must have a share or an amount, and not both"))
        refuse(found)

    def __str__(self) -> str:
        """The part and its rule: `50% net 30`."""
        part = str(self.amount) if self.share is None else f"{_percent(self.share)}%"
        return f"{part} {_rule_text(self)}" + (" after the one before" if self.sequential else "")


def _as_instalments(values: Iterable[Instalment]) -> tuple[Instalment, ...]:
    return as_tuple(values)


@attrs.frozen(kw_only=True)
class PaymentTerms:
    """When an invoice is due: one rule, or instalments with one each.

    The rule reads from left to right: from the invoice date, go to the end of the month if said, add the net days, then
    wait for a day of the month if one is named.

    Args:
        net_days: days to pay, 0 to 3653; 0 alone is on receipt.
        end_of_month: whether days count from the last day of the invoice's month.
        day_of_month: days of the month, 1 to 31, to wait for: the first on or after the date reached; 31 is the last.
        next_month: whether to wait for the first of those days in the month after the one reached.
        instalments: parts of the invoice, instead of all the above.
        carrier: which instalment carries what is left by rounding.

    Raises:
        InvalidTerms: `out_of_range`, `not_whole`, `day_missing` for `next_month` without a day, `rule_or_instalments`
            for both, `shares_not_one` when shares do not add up to 1, `sequential_first`, `last_not_a_share`.

    Source: the terms of Odoo, ERPNext and OCA account-payment.

    Example:
        >>> print(PaymentTerms(net_days=45), "|", PaymentTerms(), "|", PaymentTerms(net_days=30, end_of_month=True))
        net 45 | on receipt | end of month + 30
        >>> print(PaymentTerms(instalments=[Instalment(share="0.3"), Instalment(share="0.7", net_days=30)]))
        30% on receipt, 70% net 30
    """

    net_days: int = 0
    end_of_month: bool = False
    day_of_month: tuple[int, ...] = attrs.field(default=(), converter=_as_days)
    next_month: bool = False
    instalments: tuple[Instalment, ...] = attrs.field(default=(), converter=_as_instalments)
    carrier: Carrier = attrs.field(default=Carrier.LAST, converter=_as_carrier)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        parts = each(is_a(Instalment), at_most=_MOST_INSTALMENTS)
        refuse([*_rule_faults(self), *faults(self, instalments=parts, carrier=is_word(Carrier))])
        if self.instalments:
            refuse(_instalment_faults(self))

    def __str__(self) -> str:
        """The terms as they stand on an invoice."""
        return ", ".join(map(str, self.instalments)) or _rule_text(self)


_Rule = PaymentTerms | Instalment


def _rule_faults(rule: _Rule) -> Iterator[Issue]:
    """What is wrong with the fields that make a date."""
    yield from faults(
        rule,
        net_days=is_whole(0, _MOST_DAYS),
        end_of_month=is_bool,
        day_of_month=each(is_whole(1, LAST_DAY), at_most=LAST_DAY),
        next_month=is_bool,
    )
    if rule.next_month is True and rule.day_of_month == ():
        yield Issue("$.day_of_month", "day_missing", "is required to wait for a day of the next month")


def _instalment_faults(terms: PaymentTerms) -> Iterator[Issue]:
    """What is wrong with instalments that are each in order."""
    if (terms.net_days, terms.end_of_month, terms.day_of_month, terms.next_month) != (0, False, (), False):
        yield Issue("$.instalments", "rule_or_instalments", "must not stand beside a rule for the whole invoice")
    if terms.instalments[0].sequential:
        yield Issue("$.instalments[0].sequential", "sequential_first", "has no instalment before it")
    whole = add_up(one.share for one in terms.instalments if one.share is not None)
    if whole != 1:
        yield Issue("$.instalments", "shares_not_one", "shares must add up to 1", str(whole))
    fixed = any(one.share is None for one in terms.instalments)
    if fixed and (terms.instalments[-1].share is None or terms.carrier is not Carrier.LAST):
        yield Issue("$.instalments", "last_not_a_share", "after fixed amounts the last share must take the balance")


def _percent(share: Decimal) -> str:
    """A share in percent, without trailing zeros."""
    text = f"{multiply(share, Decimal(100)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rule_text(rule: _Rule) -> str:
    """A rule in a few words."""
    steps = []
    if rule.end_of_month:
        steps.append(f"end of month + {rule.net_days}" if rule.net_days else "end of month")
    elif rule.net_days:
        steps.append(f"net {rule.net_days}")
    if rule.day_of_month:
        named = f"day {' or '.join(map(str, rule.day_of_month))}"
        steps.append(f"{named} of the next month" if rule.next_month else named)
    return ", then ".join(steps) or "on receipt"


def due_dates(terms: PaymentTerms, invoice_on: date) -> tuple[date, ...]:
    """When each part of an invoice is due.

    Args:
        terms: the terms.
        invoice_on: the date of the invoice.

    Returns:
        One date for each instalment, in their order; one alone without instalments. None is before `invoice_on`.

    Raises:
        InvalidTerms: `not_a_date`, `out_of_range` beyond year 9999.

    Source: day rules as OCA account-payment and Odoo compute them.

    Example:
        >>> tenth = PaymentTerms(net_days=30, day_of_month=[10], next_month=True)
        >>> [str(on) for on in due_dates(tenth, date(2023, 12, 12))]
        ['2024-02-10']
    """
    reached = as_date(invoice_on, "$.invoice_on")
    if not terms.instalments:
        return (_due(terms, reached),)
    dates: list[date] = []
    for one in terms.instalments:
        dates.append(_due(one, dates[-1] if one.sequential else reached))
    return tuple(dates)


def due_on(terms: PaymentTerms, invoice_on: date) -> date:
    """When an invoice must be paid whole: the latest of its due dates.

    Raises:
        InvalidTerms: as `due_dates`.

    Example:
        >>> str(due_on(PaymentTerms(net_days=45), date(2025, 12, 18)))
        '2026-02-01'
    """
    if not terms.instalments:
        return _due(terms, as_date(invoice_on, "$.invoice_on"))
    return max(due_dates(terms, invoice_on))


def instalments(
    terms: PaymentTerms, invoice_on: date, amount: Decimal, *, to: Decimal
) -> tuple[tuple[date, Decimal], ...]:
    """The parts of an invoice, and when each is due.

    Args:
        terms: the terms.
        invoice_on: the date of the invoice.
        amount: what the invoice comes to, a multiple of `to`; a negative one mirrors the positive.
        to: the quantum of the currency.

    Returns:
        Due date and amount of each instalment, in their order; amounts add up to `amount`.

    Raises:
        InvalidTerms: `not_quantized` for an amount, the whole or fixed, that is no multiple of `to`;
            `fixed_exceeds_rest` when fixed amounts leave the last instalment less than nothing; those of
            `due_dates`.

    Source: parts round half up and the last carries the rest, as Odoo does.

    Example:
        >>> halves = PaymentTerms(instalments=[Instalment(share="0.5"), Instalment(share="0.5", net_days=30)])
        >>> [str(part) for _, part in instalments(halves, date(2026, 1, 1), Decimal("0.03"), to=Decimal("0.01"))]
        ['0.02', '0.01']
    """
    dates = due_dates(terms, invoice_on)
    if not terms.instalments:
        return ((dates[0], amount),)
    parts = _parts(terms, amount.copy_abs(), to)
    if amount < 0:
        parts = [part.copy_negate() if part else part for part in parts]
    return tuple(zip(dates, parts, strict=True))


def _parts(terms: PaymentTerms, amount: Decimal, to: Decimal) -> list[Decimal]:
    """The parts of an amount that is not negative."""
    refuse(
        Issue(f"$.instalments[{index}].amount", "not_quantized", f"must be a multiple of {to}", str(one.amount))
        for index, one in enumerate(terms.instalments)
        if one.amount is not None and quantize(one.amount, to, Rounding.DOWN) != one.amount
    )
    weights = [one.share for one in terms.instalments if one.share is not None]
    shares = iter(allocate(amount, weights, to=to, carrier=terms.carrier))
    parts = [
        next(shares) if one.amount is None else quantize(one.amount, to, Rounding.DOWN) for one in terms.instalments
    ]
    fixed = add_up(one.amount for one in terms.instalments if one.amount is not None)
    if parts[-1] < fixed:
        invalid("$.instalments", "fixed_exceeds_rest", f"fixed amounts must fit into {amount}", str(fixed))
    parts[-1] = subtract(parts[-1], fixed)
    return parts


def _due(rule: _Rule, reached: date) -> date:
    """Where one rule leads from one date."""
    if rule.end_of_month:
        reached = add(reached, MONTHLY, 0, day=LAST_DAY)
    reached = days_on(reached, rule.net_days)
    if not rule.day_of_month:
        return reached
    month = 1 if rule.next_month else 0
    listed = sorted(add(reached, MONTHLY, month, day=day) for day in rule.day_of_month)
    wait = [on for on in listed if on >= reached]
    return wait[0] if wait else min(add(reached, MONTHLY, 1, day=day) for day in rule.day_of_month)
