"""Payment terms: from the date of an invoice to the dates, and the parts, in which it must be paid."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import attrs

from contractbill.deal.fields import (
    as_number,
    as_optional_frequency,
    as_optional_number,
    as_tuple,
    as_word,
    each,
    faults,
    is_a,
    is_bool,
    is_frequency,
    is_number,
    is_whole,
    is_word,
    maybe,
)
from contractbill.errors import Issue, invalid, refuse
from contractbill.money import Carrier, Rounding, add_up, allocate, multiply, quantize, subtract
from contractbill.periods import MONTHLY, Frequency, add, as_date
from contractbill.periods.frequency import LAST_DAY, days_on

# Ten years: longer than any trade credit, short enough to stay in the calendar.
_MOST_DAYS = 3653
_MOST_INSTALMENTS = 400
_MOST_LATE_FEES = 10


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


@attrs.frozen(kw_only=True)
class LateFee:
    """What a payment that comes late costs: held with the terms, applied when payments are known.

    Args:
        rate: a fraction of what is overdue, 0.015 for 1.5 %.
        amount: a fixed fee instead, in the contract's currency.
        per: the time for which `rate` or `amount` is asked again and again ("month", "year"); left out, only once.
        grace_days: it starts so many days after the due date.

    Raises:
        InvalidTerms: `rate_or_amount` unless exactly one is given, and the codes of the fields.

    Source: late-charge clauses of published contracts (1.5 % a month; 1 % once after 60 days and 12 % a year after 90).

    Example:
        >>> print(LateFee(rate="0.015", per="month"), "|", LateFee(amount=25, grace_days=10))
        1.5% per month when late | 25 once when late by more than 10 days
    """

    rate: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    per: Frequency | None = attrs.field(default=None, converter=as_optional_frequency)
    grace_days: int = 0

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(
            faults(
                self,
                rate=maybe(is_number(over=0)),
                amount=maybe(is_number(over=0)),
                per=maybe(is_frequency(whole_term=False)),
                grace_days=is_whole(0, _MOST_DAYS),
            )
        )
        if (self.rate is None) is (self.amount is None):
            found.append(Issue("$", "rate_or_amount", "must have a rate or an amount, and not both"))
        refuse(found)

    def __str__(self) -> str:
        """The clause in a few words: `1.5% per month when late`."""
        fee = str(self.amount) if self.rate is None else f"{_percent(self.rate)}%"
        often = "once" if self.per is None else f"per {self.per}"
        grace = f" by more than {self.grace_days} days" if self.grace_days else ""
        return f"{fee} {often} when late{grace}"


@attrs.frozen(kw_only=True)
class EarlyDiscount:
    """What a payment that comes early may deduct: held with the terms, applied when payments are known.

    Args:
        rate: a fraction of the invoice, 0.02 for 2 %.
        within_days: days from the invoice date in which it must be paid.

    Raises:
        InvalidTerms: `too_small`, `too_large`, and the codes of the fields.

    Source: the trade term "2/10 net 30".

    Example:
        >>> print(PaymentTerms(net_days=30, early_discount=EarlyDiscount(rate="0.02", within_days=10)))
        2/10 net 30
    """

    rate: Decimal = attrs.field(converter=as_number)
    within_days: int

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(faults(self, rate=is_number(over=0, maximum=1), within_days=is_whole(0, _MOST_DAYS)))

    def __str__(self) -> str:
        """The trade's short form, percent over days: `2/10`."""
        return f"{_percent(self.rate)}/{self.within_days}"


def _as_instalments(values: Iterable[Instalment]) -> tuple[Instalment, ...]:
    return as_tuple(values)


def _as_late_fees(values: Iterable[LateFee]) -> tuple[LateFee, ...]:
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
        late_fees: what is charged on a payment that comes late; several may stand together.
        early_discount: what may be deducted from a payment that comes early.

    Raises:
        InvalidTerms: `out_of_range`, `not_whole`, `day_missing` for `next_month` without a day, `rule_or_instalments`
            for both, `shares_not_one` when shares do not add up to 1, `sequential_first`, `last_not_a_share`,
            `discount_after_due` for an early discount beyond the net days.

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
    late_fees: tuple[LateFee, ...] = attrs.field(default=(), converter=_as_late_fees)
    early_discount: EarlyDiscount | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = faults(
            self,
            instalments=each(is_a(Instalment), at_most=_MOST_INSTALMENTS),
            carrier=is_word(Carrier),
            late_fees=each(is_a(LateFee), at_most=_MOST_LATE_FEES),
            early_discount=maybe(is_a(EarlyDiscount)),
        )
        refuse([*_rule_faults(self), *found])
        refuse([*_instalment_faults(self), *_discount_faults(self)])

    def __str__(self) -> str:
        """The terms as they stand on an invoice."""
        rule = ", ".join(map(str, self.instalments)) or _rule_text(self)
        early = "" if self.early_discount is None else f"{self.early_discount} "
        return "; ".join([early + rule, *map(str, self.late_fees)])


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
    if not terms.instalments:
        return
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


def _discount_faults(terms: PaymentTerms) -> Iterator[Issue]:
    """What is wrong with an early discount: where only net days are said, it must end by then."""
    early, plain = terms.early_discount, not (terms.instalments or terms.end_of_month or terms.day_of_month)
    if early is not None and plain and early.within_days > terms.net_days:
        message = f"must not be more than the {terms.net_days} days to pay"
        yield Issue("$.early_discount.within_days", "discount_after_due", message, early.within_days)


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


def due_days(terms: PaymentTerms, invoices_on: Iterable[date]) -> list[date]:
    """When invoices of several days must each be paid whole.

    Example:
        >>> [str(day) for day in due_days(PaymentTerms(net_days=45), [date(2025, 12, 18)])]
        ['2026-02-01']
    """
    if terms.instalments or terms.end_of_month or terms.day_of_month:
        return [due_on(terms, day) for day in invoices_on]
    # Most terms are so many days, and nothing else.
    return [days_on(day, terms.net_days) for day in invoices_on]


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
