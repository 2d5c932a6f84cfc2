"""Prices: what one unit, or the whole line, costs for one price period.

A price says nothing of when it is billed: "1,200 a year" may be billed monthly. Prices by tier and by use take their
seat in the `Price` union when usage arrives.
"""

from decimal import Decimal

import attrs

from contractbill.deal.fields import as_number, as_optional_frequency, faults, is_frequency, is_number, maybe
from contractbill.errors import refuse
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


Price = Flat | PerUnit
