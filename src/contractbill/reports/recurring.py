"""Annual recurring revenue: what the recurring lines of a contract come to in a year, at the prices of one day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction

import moneyed

from contractbill.charges import BASE, ROUNDING, Certainty, Charge, Facts, charges_of, standing_orders
from contractbill.deal import Contract, Order, terms
from contractbill.money import quantize, quantum
from contractbill.periods import WHOLE_TERM, Frequency, Period
from contractbill.periods.fields import as_date

_NO_FACTS = Facts()
_YEAR_DAYS = 365
_YEAR_MONTHS = 12
# No charge is planned later than this after the day it is counted from: ten years, after one to accept.
MOST_OFFSET = 4026


def arr(contract: Contract, facts: Facts = _NO_FACTS, *, as_of: date) -> moneyed.Money:
    """Annual recurring revenue on a day: Σ quantity × unit amount × price periods a year, of what is served that day.

    A year has 12 ÷ n price periods of n months, 365 ÷ n of n days; a price for the whole term counts as one for so many
    months, or days, as the term has. Discounts that hold on the day are taken off. One-time charges count for nothing,
    nor does what is contingent. An amount without a price period counts in proportion to the price it belongs to, else
    to its days.

    Args:
        contract: the deal.
        facts: what happened since.
        as_of: the day; orders and facts known later are passed over.

    Returns:
        Money for one year, rounded once, as the contract rounds; zero on a day that nothing is served.

    Raises:
        InvalidTerms: as `charges_for`.

    Source: house rule, after the usual "monthly recurring revenue × 12" of SaaS finance; there is no standard, and no
    accounting rule asks for the figure.

    Example:
        >>> from contractbill.testing import sales_led
        >>> arr(sales_led(), as_of=date(2026, 9, 30)), arr(sales_led(), as_of=date(2026, 10, 1))
        (Money('118000.00', 'USD'), Money('128800.00', 'USD'))
    """
    day = as_date(as_of, "$.as_of")
    orders = standing_orders(contract, facts, day)
    charges = charges_of(orders, contract, facts, as_of=day, through=later(day, MOST_OFFSET))
    return recurring_on(day, charges, orders, contract)


def recurring_on(day: date, charges: Iterable[Charge], orders: Sequence[Order], contract: Contract) -> moneyed.Money:
    """What the charges that serve a day come to in a year; `orders` say which term the day is in."""
    served = [charge for charge in charges if _counts(charge, day)]
    whole = term_on(day, orders)
    yearly: dict[tuple[str, int], tuple[Fraction, Charge]] = {}
    total = Fraction(0)
    # The base first: what has no price of its own counts in proportion to it.
    for charge in sorted(served, key=lambda one: not one.component.startswith(BASE)):
        base = yearly.get((charge.line.id, charge.n))
        rate = _yearly(charge, whole, base)
        total += rate
        if base is None:
            yearly[charge.line.id, charge.n] = rate, charge
    return moneyed.Money(quantize(total, quantum(contract.currency), contract.rounding), contract.currency)


def _counts(charge: Charge, day: date) -> bool:
    """Whether a charge is for a service that recurs, on that day; what rounding lacks is none."""
    service = charge.service
    return (
        service is not None
        and service.start <= day < service.end
        and charge.certainty is not Certainty.CONTINGENT
        and not charge.component.startswith(ROUNDING)
    )


def term_on(day: date, orders: Sequence[Order]) -> Period | None:
    """The term that a day is in; None where there is none, or it has no end."""
    found = next((term for term in terms(orders, through=day) if _holds(term.start, term.end, day)), None)
    return None if found is None or found.end is None else Period(found.start, found.end)


def _holds(start: date, end: date | None, day: date) -> bool:
    return start <= day and (end is None or day < end)


def _yearly(charge: Charge, term: Period | None, base: tuple[Fraction, Charge] | None) -> Fraction:
    """What a charge comes to in a year."""
    working, service = charge.derivation, charge.service
    priced = None if working.price.per is None else years_priced(working.price.per, term)
    if priced is not None:
        return Fraction(working.quantity) * Fraction(working.price.unit_amount) / priced
    if base is not None and base[1].value:
        return base[0] * Fraction(charge.value) / Fraction(base[1].value)
    assert service is not None, "only what serves days recurs"
    return Fraction(charge.value) / years(service)


def years_priced(per: Frequency, term: Period | None) -> Fraction | None:
    """How many years a price period has; None for a term that has no end."""
    if per == WHOLE_TERM:
        return None if term is None else years(term)
    months, days = per.in_whole_months, per.in_whole_days
    return Fraction(days or 0, _YEAR_DAYS) if months is None else Fraction(months, _YEAR_MONTHS)


def years(period: Period) -> Fraction:
    """How many years a period has: by months where it is a whole number of them, else by days."""
    months = period.in_whole_months
    return Fraction(period.days, _YEAR_DAYS) if months is None else Fraction(months, _YEAR_MONTHS)


def later(day: date, days: int) -> date:
    """So many days later, or the last day there is."""
    return min(day, date.max - timedelta(days)) + timedelta(days)
