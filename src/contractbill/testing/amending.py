"""Hypothesis strategies of orders that change a contract: amendments, cancellations, and contracts that have some.

Example:
    >>> from hypothesis import given
    >>> @given(amended_contracts())
    ... def test_no_schedule_has_a_gap(contract):
    ...     assert verify(schedule(contract)) == ()
"""

from datetime import date, timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from contractbill.deal import (
    Change,
    Contract,
    Flat,
    LineItem,
    Order,
    OrderKind,
    Recurring,
    agreed_terms,
    amend,
)
from contractbill.errors import InvalidTerms
from contractbill.testing.draws import AFTER, amounts, dates
from contractbill.testing.strategies import contracts


@st.composite
def amended_contracts(draw: DrawFn, *, at_most: int = 3) -> Contract:
    """Contracts with an end that amendments and cancellations have changed, known early, late and on one day.

    Args:
        at_most: orders that change it.
    """
    contract = draw(contracts(at_most=2))
    for number in range(draw(st.integers(1, at_most))):
        order = draw(
            amendments(contract, number=number) if draw(st.integers(0, 4)) else cancellations(contract, number=number)
        )
        try:
            contract = amend(contract, order)
        except InvalidTerms:
            # What it speaks of has ended by then: the contract stays as it is.
            continue
    return contract


@st.composite
def amendments(draw: DrawFn, contract: Contract, *, number: int = 0) -> Order:
    """An amendment of a contract's recurring lines: one or two changes, a line in place of another, another end.

    It may speak of what has ended by then; a contract refuses it if so.

    Args:
        contract: what it changes; at least one line must be recurring.
        number: tells it from others, and which comes first of those that became known on one day.
    """
    fields, around = draw(_known(contract, number)), _days_of(contract)
    recurring = [line for order in contract.orders for line in order.lines if not _is_once(contract, line)]
    assume(recurring)
    kind = draw(st.sampled_from(["change", "change", "change", "two", "replace", "end"]))
    if kind == "end":
        return Order(**fields, ends_before=fields["effective_on"] + timedelta(draw(st.integers(1, 500))))
    if kind == "replace":
        old = draw(st.sampled_from(recurring))
        assume(old.extends is None)
        new = LineItem(
            id=f"new-{number}",
            price=old.price,
            quantity=old.quantity,
            billing=Recurring(every=draw(st.sampled_from(["month", "quarter", "year"]))),
            replaces=old.id,
        )
        assume(new.price is not None and new.price.per is not None and new.price.per.in_whole_months is not None)
        return Order(**fields, lines=[new])
    changed = draw(st.lists(st.sampled_from(recurring), min_size=1, max_size=2 if kind == "two" else 1, unique=True))
    return Order(**fields, changes=[draw(_changes(line, around=around)) for line in changed])


def _days_of(contract: Contract) -> tuple[date, date]:
    """The first and the last day a contract was agreed to run."""
    agreed = agreed_terms(contract.orders)
    return agreed[0].start, (agreed[-1].end or agreed[0].start + timedelta(700)) - AFTER


def _is_once(contract: Contract, line: LineItem) -> bool:
    """Whether a line, or the one it adds to, is not billed again and again."""
    homes = {one.id: one for order in contract.orders for one in order.lines}
    return not isinstance(homes[line.extends or line.id].billing, Recurring)


@st.composite
def _known(draw: DrawFn, contract: Contract, number: int) -> dict[str, Any]:
    """When an order takes effect, was signed and became known: in advance, late, or with the order before it."""
    effective_on = draw(dates(*_days_of(contract)))
    signed_on = effective_on + timedelta(draw(st.integers(-200, 200)))
    known_on = signed_on + timedelta(draw(st.sampled_from([0, 0, 30, 100])))
    last = contract.orders[-1].known_on
    if last >= signed_on and draw(st.booleans()):
        known_on = last
    return {
        "id": f"A-{number}",
        "kind": OrderKind.AMENDMENT,
        "signed_on": signed_on,
        "known_on": known_on,
        "effective_on": effective_on,
        "sequence": number,
    }


@st.composite
def _changes(draw: DrawFn, line: LineItem, *, around: tuple[date, date]) -> Change:
    """A change of one line."""
    kind = draw(st.sampled_from(["quantity", "quantity", "unit_amount", "remove", "ends_before"]))
    timing = draw(st.sampled_from(["split", "split", "wait"]))
    if kind == "remove":
        return Change(line=line.id, remove=True)
    if kind == "ends_before":
        return Change(line=line.id, ends_before=draw(dates(around[0] + AFTER, around[1] + AFTER)))
    if kind == "unit_amount" or isinstance(line.price, Flat):
        assume(line.extends is None)
        return Change(line=line.id, unit_amount=draw(st.integers(0, 500)), inside_period=timing)
    return Change(line=line.id, quantity=draw(amounts(1, at_most=50)), inside_period=timing)


@st.composite
def cancellations(draw: DrawFn, contract: Contract, *, number: int = 0) -> Order:
    """A cancellation of a contract: for cause or not, giving back what was charged in advance or not.

    Args:
        contract: what it ends.
        number: as for `amendments`.
    """
    fields = draw(_known(contract, number))
    return Order(
        **{**fields, "kind": OrderKind.CANCELLATION},
        for_cause=draw(st.booleans()),
        refund=draw(st.sampled_from([None, True, False])),
    )
