"""Coverage: which terms a contract runs through, from the orders that agreed to them."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import reduce

import attrs

from contractbill.deal.orders import Order, OrderKind, RenewalKind
from contractbill.errors import Issue, NotAllowed
from contractbill.periods import DAILY, MONTHLY, Frequency, add
from contractbill.periods.frequency import days_on


@attrs.frozen(kw_only=True)
class Term:
    """One stretch of a contract: the first, or a renewal.

    Args:
        number: 0 for the first, one more for each renewal.
        start: its first day.
        end: the first day after it; None for evergreen.
        order: the order that agreed to it; None for a renewal that is only provided for.
        uplift: the rate on the then-current prices at its start; None leaves that day to the escalators.
        certain_on: the day from which it is certain; None for an option that nobody has taken up.
    """

    number: int
    start: date
    end: date | None
    order: str | None = None
    uplift: Decimal | None = None
    certain_on: date | None = None

    def is_certain(self, as_of: date) -> bool:
        """Whether it is certain by what was known at the end of `as_of`."""
        return self.order is not None or (self.certain_on is not None and self.certain_on <= as_of)


def agreed_terms(orders: Iterable[Order]) -> tuple[Term, ...]:
    """The terms that orders agreed to, first to last.

    Args:
        orders: initial and renewal orders count, others are passed over.

    Returns:
        Terms that abut: each starts on the day the one before it ends. An end is counted from the contract's first day,
        so a day lost in February comes back.

    Example:
        >>> first = Order(id="O-1", signed_on="2026-01-31", term="1 month")
        >>> str(agreed_terms([first])[0].end)
        '2026-02-28'
    """
    return tuple(term for term, _order in _agreed(orders))


def terms(orders: Iterable[Order], *, through: date | None) -> tuple[Term, ...]:
    """The agreed terms and the renewals that are provided for after them.

    Args:
        orders: as for `agreed_terms`.
        through: renewals without end are followed to this day.

    Raises:
        NotAllowed: `through_required` for renewals without end.

    Example:
        >>> from contractbill.deal import Renewal
        >>> renewal = Renewal(term="12 months", kind="auto", notice_days=60)
        >>> first = Order(id="O-1", signed_on="2026-01-15", term="36 months", renewal=renewal)
        >>> option = terms([first], through=None)[1]
        >>> str(option.start), str(option.certain_on)
        ('2029-01-15', '2028-11-16')
    """
    agreed = _agreed(orders)
    return (*(term for term, _order in agreed), *_provided(agreed, through))


def _agreed(orders: Iterable[Order]) -> list[tuple[Term, Order]]:
    """The terms of initial and renewal orders, as they follow each other, each with its order."""
    deciding = (order for order in orders if order.kind is not OrderKind.EXPANSION)
    found: list[tuple[Term, Order]] = []
    length = _NOTHING
    for order in sorted(deciding, key=lambda order: order.effective_on):
        start, end, uplift = order.effective_on, None, order.uplift
        if (found[-1][0].end != start) if found else (order.kind is not OrderKind.INITIAL):
            # What it follows is not known yet, is cancelled, or never was: the contract refuses the latter.
            continue
        if order.term is not None:
            length = _longer(length, order.term)
            end = _end(found[0][0].start if found else start, length)
        if uplift is None and found and found[-1][1].renewal is not None:
            uplift = found[-1][1].renewal.uplift
        known_on = max([order.known_on, *(before.known_on for _term, before in found)])
        term = Term(number=len(found), start=start, end=end, order=order.id, uplift=uplift, certain_on=known_on)
        found.append((term, order))
    return found


def _provided(agreed: list[tuple[Term, Order]], through: date | None) -> Iterator[Term]:
    """The renewals after the last agreed term."""
    if not agreed or (renewal := agreed[-1][1].renewal) is None:
        return
    if renewal.times is None and through is None:
        message = "is required: the renewals of this contract have no end"
        raise NotAllowed(Issue("$.through", "through_required", message))
    length = reduce(_longer, (order.term for _term, order in agreed if order.term is not None), _NOTHING)
    number, start = len(agreed), agreed[-1][0].end
    last = None if renewal.times is None else number + renewal.times
    while start is not None and number != last and (through is None or start <= through):
        length = _longer(length, renewal.term)
        end = _end(agreed[0][0].start, length)
        # Automatic renewals become certain when it is too late to stop them.
        certain_on = days_on(start, -renewal.notice_days) if renewal.kind is RenewalKind.AUTO else None
        yield Term(number=number, start=start, end=end, uplift=renewal.uplift, certain_on=certain_on)
        number, start = number + 1, end


# Months and days since the contract's first day.
_Length = tuple[int, int]
_NOTHING: _Length = (0, 0)


def _longer(length: _Length, term: Frequency) -> _Length:
    """The length with one more term."""
    return length[0] + (term.in_whole_months or 0), length[1] + (term.in_whole_days or 0)


def _end(start: date, length: _Length) -> date:
    """The day after a length from `start`."""
    months, days = length
    return add(add(start, MONTHLY, months), DAILY, days)
