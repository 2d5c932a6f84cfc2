"""Rating: from a contract to every charge of its terms, each with its slot, its certainty and its derivation."""

from collections.abc import Sequence
from datetime import date

from contractbill.charges.charge import Charge
from contractbill.charges.facts import Facts
from contractbill.charges.standing import Standing
from contractbill.deal.contracts import Contract
from contractbill.deal.orders import Order
from contractbill.deal.resolve import known_orders
from contractbill.periods.fields import as_day

_NO_FACTS = Facts()


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
        >>> from contractbill.deal import LineItem, PerUnit, Recurring
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
    standing = Standing(contract, facts, orders, through)
    standing.advance(as_of)
    return tuple(standing.charges())


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
