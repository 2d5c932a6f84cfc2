"""Hypothesis strategies of contracts whose prices follow an index, for what readings and notices make of a schedule.

Example:
    >>> from hypothesis import given
    >>> from contractbill.testing.strategies import facts
    >>> @given(indexed_contracts().flatmap(lambda contract: st.tuples(st.just(contract), facts(contract))))
    ... def test_no_schedule_has_a_gap(drawn):
    ...     assert verify(schedule(*drawn)) == ()
"""

from datetime import timedelta

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from contractbill.deal import Contract, LineItem, Order, Percent, Recurring
from contractbill.periods import Frequency, Period
from contractbill.testing.amending import amended_contracts
from contractbill.testing.draws import seldom
from contractbill.testing.strategies import contracts, escalators

# Often enough that most deals see several steps.
_OFTEN = tuple(Frequency.parse(word) for word in ("month", "quarter", "quarter", "5 months", "year", "100 days"))


@st.composite
def indexed_contracts(draw: DrawFn) -> Contract:
    """Contracts with an end, some of them amended, in which every price that can follows an index, in many steps."""
    contract = draw(st.one_of(contracts(at_most=2), amended_contracts(at_most=2)))
    orders = [attrs.evolve(one, lines=[draw(_indexed(line, one)) for line in one.lines]) for one in contract.orders]
    return attrs.evolve(contract, orders=orders)


@st.composite
def _indexed(draw: DrawFn, line: LineItem, order: Order) -> LineItem:
    """A line that follows an index, if it can."""
    if not isinstance(line.billing, Recurring) or isinstance(line.price, Percent):
        return line
    around = Period(order.effective_on, order.effective_on + timedelta(400))
    clause = draw(escalators(around=around, indexed=True))
    if not draw(seldom()):
        clause = attrs.evolve(clause, on=None, at_renewal=False, every=draw(st.sampled_from(_OFTEN)))
    return attrs.evolve(line, escalator=clause)
