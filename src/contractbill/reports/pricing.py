"""What was made of prices over a whole term: how far below the list they are, and how fast they rise.

Both are rates of the recurring charges that are fixed or estimated, worked out exactly and rounded once, half up, to
four digits: hundredths of a percent. There is no standard for either, so each function states its formula.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from contractbill.charges import (
    BASE,
    ROUNDING,
    Certainty,
    Charge,
    Facts,
    UnitPrice,
    charges_of,
    last_known_on,
    standing_orders,
)
from contractbill.charges.charge import STATED
from contractbill.deal import Contract, contract_lines
from contractbill.money import Rounding, compound_rate, quantize
from contractbill.periods import Period, Recurrence
from contractbill.periods.fields import as_day
from contractbill.reports.recurring import term_on, years_priced

_NO_FACTS = Facts()
_TO = Decimal("0.0001")


def effective_discount(
    contract: Contract, facts: Facts = _NO_FACTS, *, as_of: date | None = None, through: date | None = None
) -> Decimal | None:
    """How far recurring charges are below the list: 1 − Σ charged ÷ Σ charged at list prices without discounts.

    The list price of a line is its `list_amount`, raised by the same uplifts as its price; without one, the price
    before discounts. Quantities and days are those that are charged. So a price below the list and a discount of the
    same size come to the same rate, an uplift changes neither, and a planned step of a price counts as what it is below
    the list. A line with a price below zero is a discount. One-time charges count for nothing, nor does what rounding
    adds.

    Args:
        contract: the deal.
        facts: what happened since.
        as_of: orders and facts known later are passed over; by default all are known.
        through: only charges planned on this day or before count; required for an evergreen contract.

    Returns:
        A fraction: 0.08 is 8 % below the list; negative above it; None where nothing is charged at list prices.

    Raises:
        NotAllowed, InvalidTerms: as `charges_for`.

    Source: house rule, after the "discount off list" of deal desks; there is no standard.

    Example:
        >>> from contractbill.deal import Discount
        >>> from contractbill.testing import sales_led
        >>> from attrs import evolve
        >>> effective_discount(evolve(sales_led(), discounts=[Discount(id="early", rate="0.08")]))
        Decimal('0.0800')
    """
    charges = list(_recurring(contract, facts, as_of, through))
    lines = contract_lines(contract, contract.orders)
    listed = {line.item.id: line.root.list_amount for line in lines}
    charged = sum(
        (charge.derivation.exact for charge in charges if not charge.component.startswith(ROUNDING)), _NOTHING
    )
    at_list = sum((_at_list(charge, listed[charge.line.id]) for charge in charges if _is_base(charge)), _NOTHING)
    return None if at_list <= 0 else quantize(1 - charged / at_list, _TO, Rounding.HALF_UP)


def average_uplift(
    contract: Contract, facts: Facts = _NO_FACTS, *, as_of: date | None = None, through: date | None = None
) -> Decimal | None:
    """How fast prices rise a year: (Σ at the last prices ÷ Σ at the first prices) ^ (1 ÷ steps) − 1.

    The sums are of a year's price, quantity × unit amount × price periods a year, over the lines served on the last day
    that is charged: at the price of that day, and at the price that was first agreed for the line. Steps are the years
    from the first year of service to the last, one fewer than years begun. So more units or more lines are no uplift; a
    planned step of a price is; prices are those before discounts. Percents of other lines are left out: they rise with
    them.

    Args:
        contract: the deal.
        facts: what happened since.
        as_of: orders and facts known later are passed over; by default all are known.
        through: only charges planned on this day or before count; required for an evergreen contract.

    Returns:
        A fraction: 0.05 is 5 % a year, compounding; negative where prices fall; None where service is no longer than
        one year, or nothing is priced.

    Raises:
        NotAllowed, InvalidTerms: as `charges_for`.

    Source: house rule: the compound growth rate of prices, weighted by what is bought in the end (a Paasche index).

    Example:
        >>> from contractbill.testing import sales_led
        >>> average_uplift(sales_led())
        Decimal('0.0390')
    """
    charges = list(_recurring(contract, facts, as_of, through))
    days = [charge.service for charge in charges if charge.service is not None]
    if not days:
        return None
    last_day = max(service.end for service in days) - timedelta(1)
    steps = Recurrence("year", min(service.start for service in days)).index(last_day)
    term = term_on(last_day, contract.orders)
    first, last = _NOTHING, _NOTHING
    for charge in charges:
        if _is_priced_on(charge, last_day) and (length := _length(charge.derivation.price, term)):
            price, units = charge.derivation.price, Fraction(charge.derivation.quantity) / length
            first, last = first + units * Fraction(price.base), last + units * Fraction(price.unit_amount)
    if steps < 1 or first <= 0 or last <= 0:
        return None
    return compound_rate(first, last, steps, to=_TO, rounding=Rounding.HALF_UP)


_NOTHING = Fraction(0)


def _recurring(contract: Contract, facts: Facts, as_of: date | None, through: date | None) -> Iterator[Charge]:
    """The charges for a service that recurs, as they stand, without what is contingent."""
    day = as_day(as_of, "$.as_of") or last_known_on(contract, facts)
    orders, until = standing_orders(contract, facts, day), as_day(through, "$.through")
    for charge in charges_of(orders, contract, facts, as_of=day, through=until):
        if charge.service is not None and charge.certainty is not Certainty.CONTINGENT:
            yield charge


def _is_base(charge: Charge) -> bool:
    """Whether a charge is a price, and neither something taken off it nor rounding."""
    return charge.component.partition("/")[0] == BASE and charge.derivation.price.unit_amount >= 0


def _at_list(charge: Charge, list_amount: Decimal | None) -> Fraction:
    """What a charge would come to at the list price."""
    working = charge.derivation
    if list_amount is None:
        return working.exact
    price = Fraction(list_amount)
    for step in working.price.steps:
        if step.cause not in STATED and step.previous:
            price *= Fraction(step.unit_amount) / Fraction(step.previous)
    return Fraction(working.quantity) * price * working.factor


def _is_priced_on(charge: Charge, day: date) -> bool:
    """Whether a charge is the price of a line on a day, and not a percent of other lines."""
    service = charge.service
    assert service is not None, "only what serves days recurs"
    return service.start <= day < service.end and _is_base(charge) and not charge.derivation.price.is_percent


def _length(price: UnitPrice, term: Period | None) -> Fraction | None:
    """How many years a price is for; None for an amount without a price period."""
    return None if price.per is None else years_priced(price.per, term)
