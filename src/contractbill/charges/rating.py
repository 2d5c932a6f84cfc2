"""Rating: from a contract to every charge of its terms, each with its slot, its certainty and its derivation."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import assert_never

from contractbill.charges.charge import Charge, LineRef
from contractbill.charges.discounts import discounted_once
from contractbill.charges.facts import Facts
from contractbill.charges.one_time import one_time
from contractbill.charges.recurring import recurring
from contractbill.charges.stretches import Run, Unfolding
from contractbill.deal.billing import MOST_DAYS, OneTime, Recurring
from contractbill.deal.contracts import Contract
from contractbill.deal.coverage import terms
from contractbill.deal.orders import BillWhen, Order
from contractbill.deal.resolve import ContractLine, contract_lines, known_orders
from contractbill.errors import InvalidTerms, Issue, NotAllowed, refuse
from contractbill.money import quantum
from contractbill.periods.fields import as_day

_NO_FACTS = Facts()
_BEFORE = timedelta(MOST_DAYS)
_LAST = date.max - _BEFORE


def charges_for(
    contract: Contract, facts: Facts = _NO_FACTS, *, as_of: date | None = None, through: date | None = None
) -> tuple[Charge, ...]:
    """Every charge of a contract's terms, as they stand by what was known on a day.

    Args:
        contract: the deal.
        facts: what happened since.
        as_of: orders and facts known later are passed over; by default all are known, and it is the last day on which
            one of them became known.
        through: only charges planned on this day or before; required where terms have no end.

    Returns:
        Charges by order, then by line id, then by period; permuting the lines of an order changes nothing.

    Raises:
        NotAllowed: `through_required` for an evergreen contract, or renewals without end, without `through`.
        InvalidTerms: `stub_refused`, `edge_outside_term`, `not_on_grid`, `too_many_periods`, `too_many_steps`,
            `out_of_range`: terms that only their unfolding shows to be impossible.

    Example:
        >>> from contractbill.deal import LineItem, PerUnit
        >>> seats = LineItem(id="seats", quantity=25, price=PerUnit(unit_amount=60, per="month"),
        ...                  billing=Recurring(every="quarter"))
        >>> order = Order(id="O-1", signed_on="2026-01-01", term="12 months", lines=[seats])
        >>> for charge in charges_for(Contract(id="C-1", currency="USD", orders=[order])):
        ...     print(charge.planned_on, charge.value)
        2026-01-01 4500.00
        2026-04-01 4500.00
        2026-07-01 4500.00
        2026-10-01 4500.00
    """
    through = as_day(through, "$.through")
    as_of = as_day(as_of, "$.as_of") or last_known_on(contract, facts)
    return charges_of(standing_orders(contract, facts, as_of), contract, facts, as_of=as_of, through=through)


def charges_of(
    orders: Sequence[Order], contract: Contract, facts: Facts, *, as_of: date, through: date | None
) -> tuple[Charge, ...]:
    """The same for some of a contract's orders, such as the first few: what each of them changed.

    A line that adds to one of another order waits for that one.

    Raises:
        NotAllowed, InvalidTerms: as `charges_for`.
    """
    # An invoice may stand before the term it is for.
    horizon = terms(orders, through=None if through is None else min(through, _LAST) + _BEFORE)
    if not horizon:
        return ()
    if horizon[-1].end is None and through is None:
        raise NotAllowed(Issue("$.through", "through_required", "is required: the contract has no end"))
    unfold = Unfolding(
        terms=horizon,
        facts=facts,
        as_of=as_of,
        through=through,
        to=quantum(contract.currency),
        rounding=contract.rounding,
    )
    found: list[Charge] = []
    faults: list[Issue] = []
    for line in contract_lines(contract, orders):
        try:
            found += _line_charges(contract, line, unfold)
        except InvalidTerms as error:
            place = line.order.lines.index(line.item)
            faults += error.under(f"$.orders[{line.sequence}].lines[{place}]").issues
    refuse(faults)
    return tuple(found if through is None else [charge for charge in found if charge.planned_on <= through])


def last_known_on(contract: Contract, facts: Facts) -> date:
    """The last day on which an order, or one of the facts, became known."""
    return max([date.min, *(order.known_on for order in contract.orders), *facts.known_days()])


def standing_orders(contract: Contract, facts: Facts, as_of: date) -> tuple[Order, ...]:
    """The orders that were known by the end of a day, and not cancelled."""
    known = known_orders(contract, as_of)
    return tuple(order for order in known if not _happened(facts.cancelled_on(order.id), as_of))


def _happened(on: date | None, as_of: date) -> bool:
    """Whether something happened by the end of `as_of`."""
    return on is not None and on <= as_of


def _line_charges(contract: Contract, line: ContractLine, unfold: Unfolding) -> list[Charge]:
    """The charges of one line, in order of their days."""
    item, root = line.item, line.root
    ref = LineRef(
        contract=contract.id,
        order=line.order.id,
        id=item.id,
        sequence=line.sequence,
        group=line.group,
        description=item.description or root.description or item.id,
        product=item.product or root.product,
        unit=item.unit or root.unit,
        tax_code=item.tax_code or root.tax_code,
        tags=item.tags or root.tags,
    )
    # Before its contract is known, nothing of it can be billed.
    earliest, pending = max(line.known_on, unfold.terms[0].certain_on or line.known_on), False
    if line.order.bill_when is BillWhen.FULFILLED:
        fulfilled_on = unfold.facts.fulfilled_on(line.order.id)
        pending = not _happened(fulfilled_on, unfold.as_of)
        earliest = max(earliest, fulfilled_on) if fulfilled_on is not None and not pending else earliest
    assert root.price is not None, "the constructor requires it"
    assert root.billing is not None, "the constructor requires it"
    run = Run(ref=ref, line=line, price=root.price, earliest=earliest, pending=pending, unfold=unfold)
    match root.billing:
        case OneTime() as billing:
            return discounted_once(run, one_time(run, billing))
        case Recurring() as billing:
            return recurring(run, billing)
        case _:
            assert_never(root.billing)
