"""Hypothesis strategies of prices by tiers.

Example:
    >>> from hypothesis import given
    >>> @given(tiers())
    ... def test_the_last_tier_is_open(price):
    ...     assert price.tiers[-1].up_to is None
"""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from contractbill.deal import Tier, Tiered
from contractbill.money import exponent
from contractbill.periods import Frequency
from contractbill.testing.draws import amounts


@st.composite
def tiers(draw: DrawFn, currency: str = "USD", *, per: Frequency | str | None = None) -> Tiered:
    """A price by up to four tiers, of whole lines and of units, that begin at up to 200 units.

    Args:
        currency: ISO 4217 code, for amounts at its scale.
        per: the price period; None for a one-time charge.
    """
    bounds = sorted(draw(st.sets(amounts(1, at_most=200).filter(bool), max_size=3)))
    made = [
        Tier(up_to=up_to, amount=draw(amounts(exponent(currency))))
        if draw(st.booleans())
        else Tier(up_to=up_to, unit_amount=draw(_UNIT))
        for up_to in [*bounds, None]
    ]
    return Tiered(mode="volume", per=per, tiers=made)


_UNIT = amounts(4, at_most=1000)
