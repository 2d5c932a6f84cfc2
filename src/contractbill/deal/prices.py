"""Prices: what one unit, or the whole line, costs for one price period.

A price says nothing of when it is billed: "1,200 a year" may be billed monthly. Prices by use take their seat in the
`Price` union when usage arrives.
"""

from collections.abc import Iterator
from decimal import Decimal

import attrs

from contractbill.deal.fields import (
    as_number,
    as_optional_frequency,
    as_optional_number,
    as_texts,
    each,
    faults,
    is_frequency,
    is_name,
    is_number,
    maybe,
)
from contractbill.deal.tiers import Tiered
from contractbill.errors import Issue, refuse
from contractbill.periods import Frequency


@attrs.frozen(kw_only=True)
class Flat:
    """One amount for the line, whatever its quantity says.

    Args:
        amount: money for one price period, at the scale of the contract's currency.
        per: the price period ("year", "month", "quarter"); left out for a one-time charge.

    Raises:
        InvalidTerms: `not_exact`, `not_a_number`, `out_of_range`, `unknown_frequency`.

    Example:
        >>> Flat(amount=100_000, per="year").unit_amount
        Decimal('100000')
    """

    amount: Decimal = attrs.field(converter=as_number)
    per: Frequency | None = attrs.field(default=None, converter=as_optional_frequency)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(faults(self, amount=is_number(), per=maybe(is_frequency(whole_term=True))))

    @property
    def unit_amount(self) -> Decimal:
        """The amount, as the price of the one unit there is."""
        return self.amount


@attrs.frozen(kw_only=True)
class PerUnit:
    """A price for each unit of the line's quantity.

    Args:
        unit_amount: money for one unit for one price period, at any precision: unit prices round only at the line.
        per: the price period; left out for a one-time charge.

    Raises:
        InvalidTerms: `not_exact`, `not_a_number`, `out_of_range`, `unknown_frequency`.

    Example:
        >>> PerUnit(unit_amount="0.0005", per="month").unit_amount
        Decimal('0.0005')
    """

    unit_amount: Decimal = attrs.field(converter=as_number)
    per: Frequency | None = attrs.field(default=None, converter=as_optional_frequency)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(faults(self, unit_amount=is_number(), per=maybe(is_frequency(whole_term=True))))


@attrs.frozen(kw_only=True)
class Percent:
    """A fee that is a percent of what other lines cost, or of an amount.

    What lines cost is quantity × unit amount, before anything is taken off. Of recurring lines it follows their
    quantities and prices over time; of one-time lines, and of an amount, it is a price like any other.

    Args:
        rate: the fraction that the fee is: 0.2 for 20 %.
        of: ids of the lines it is a percent of, all recurring or all one-time.
        of_amount: the amount it is a percent of, in place of lines.
        per: the price period: of a percent of recurring lines, theirs; left out for a one-time charge.

    Raises:
        InvalidTerms: `percent_of` unless it is of either lines or an amount, `duplicate_id`, `not_exact`,
            `not_a_number`, `too_small`, `out_of_range`, `not_an_id`, `not_a_list`, `unknown_frequency`.

    Example:
        >>> Percent(rate="0.2", of=["licence"], per="year").rate
        Decimal('0.2')
    """

    rate: Decimal = attrs.field(converter=as_number)
    of: tuple[str, ...] = attrs.field(default=(), converter=as_texts)
    of_amount: Decimal | None = attrs.field(default=None, converter=as_optional_number)
    per: Frequency | None = attrs.field(default=None, converter=as_optional_frequency)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = faults(
            self,
            rate=is_number(minimum=0),
            of=each(is_name, at_most=_MOST_LINES),
            of_amount=maybe(is_number()),
            per=maybe(is_frequency(whole_term=True)),
        )
        refuse(list(found) or list(self._contradictions()))

    def _contradictions(self) -> Iterator[Issue]:
        """What fields say against each other."""
        if bool(self.of) is (self.of_amount is not None):
            yield Issue("$.of", "percent_of", "must name lines, unless of_amount says an amount", ", ".join(self.of))
        for place, name in enumerate(self.of):
            if name in self.of[:place]:
                yield Issue(f"$.of[{place}]", "duplicate_id", "names a line that is named already", name)


# A working names them all.
_MOST_LINES = 20

Price = Flat | PerUnit | Percent | Tiered


def charged(price: Flat | PerUnit | Tiered, quantity: Decimal) -> tuple[Decimal, Decimal]:
    """How often, and what, a price charges for so many units: (units, money for one of them).

    Example:
        >>> charged(PerUnit(unit_amount="0.50"), Decimal(30)), charged(Flat(amount=900), Decimal(1))
        ((Decimal('30'), Decimal('0.50')), (Decimal('1'), Decimal('900')))
    """
    if isinstance(price, Tiered):
        tier = price.reached(quantity)
        return tier.units(quantity), tier.price
    return quantity, price.unit_amount
