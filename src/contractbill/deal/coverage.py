"""Coverage: which terms a contract runs through, from the orders that agreed to them."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, takewhile

import attrs

from contractbill.deal.orders import Order, OrderKind, RenewalKind
from contractbill.errors import Issue, NotAllowed, invalid
from contractbill.periods import DAILY, MONTHLY, Frequency, add
from contractbill.periods.frequency import days_on


@attrs.frozen(kw_only=True)
class Term:
    """One stretch of a contract: the first, or a renewal.

    Args:
        number: 0 for the first, one more for each renewal.
        start: its first day.
        end: the first day after it; None for evergreen.
        order: the order that agreed to it; None for a renewal that an order only provides for.
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
        Terms that abut: each starts on the day the one before it ends; where automatic renewals lie between two orders,
        they are among them. An end is counted from the contract's first day, so a day lost in February comes back.

    Example:
        >>> first = Order(id="O-1", signed_on="2026-01-31", term="1 month")
        >>> str(agreed_terms([first])[0].end)
        '2026-02-28'
    """
    return tuple(one.term for one in _agreed(orders))


def lasting_terms(orders: Iterable[Order], *, through: date) -> tuple[Term, ...]:
    """The agreed terms and the automatic renewals after them that start on a day or before: what orders may speak of.

    Raises:
        InvalidTerms: `too_many_terms`.

    Example:
        >>> from contractbill.deal import Renewal
        >>> renewal = Renewal(term="12 months", kind="auto", times=None)
        >>> first = Order(id="O-1", signed_on="2026-01-15", term="12 months", renewal=renewal)
        >>> str(lasting_terms([first], through=date(2028, 3, 1))[-1].end)
        '2029-01-15'
    """
    agreed = _agreed(orders)
    after = min(through, date.max - _DAY) + _DAY
    return tuple(one.term for one in (*agreed, *_automatic(agreed, before=after)))


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
    return tuple(one.term for one in (*agreed, *_provided(agreed, through)))


@attrs.frozen
class _Stretch:
    """A term, the order that agreed to it or provided for it, and the contract's length to its end."""

    term: Term
    order: Order
    length: "_Length"


def _agreed(orders: Iterable[Order]) -> list[_Stretch]:
    """The terms of initial and renewal orders, as they follow each other, and the automatic renewals between them."""
    deciding = (order for order in orders if order.kind is not OrderKind.EXPANSION)
    found: list[_Stretch] = []
    for order in sorted(deciding, key=lambda order: order.effective_on):
        start, end, length = order.effective_on, None, found[-1].length if found else _NOTHING
        between = list(_automatic(found, before=start))
        if between and between[-1].term.end == start:
            found += between
            length = between[-1].length
        if (found[-1].term.end != start) if found else (order.kind is not OrderKind.INITIAL):
            # What it follows is not known yet, is cancelled, or never was: the contract refuses the latter.
            continue
        if order.term is not None:
            length = _longer(length, order.term)
            end = _end(found[0].term.start if found else start, length)
        uplift = order.uplift
        if uplift is None and found and found[-1].order.renewal is not None:
            uplift = found[-1].order.renewal.uplift
        known_on = max([order.known_on, *(before.order.known_on for before in found)])
        term = Term(number=len(found), start=start, end=end, order=order.id, uplift=uplift, certain_on=known_on)
        found.append(_Stretch(term, order, length))
    return found


def _provided(agreed: list[_Stretch], through: date | None) -> Iterator[_Stretch]:
    """The renewals after the last agreed term."""
    renewal = agreed[-1].order.renewal if agreed else None
    if renewal is not None and renewal.times is None and through is None:
        message = "is required: the renewals of this contract have no end"
        raise NotAllowed(Issue("$.through", "through_required", message))
    return takewhile(lambda one: through is None or one.term.start <= through, _renewals(agreed))


def _automatic(agreed: list[_Stretch], *, before: date) -> Iterator[_Stretch]:
    """The automatic renewals after the last agreed term that start before a day."""
    renewal = agreed[-1].order.renewal if agreed else None
    if renewal is None or renewal.kind is not RenewalKind.AUTO:
        return iter(())
    return takewhile(lambda one: one.term.start < before, _renewals(agreed))


_DAY = timedelta(1)
# A day's renewal for a quarter of a century: whoever asks for more has mistyped a year.
_MOST_TERMS = 10_000


def _renewals(agreed: list[_Stretch]) -> Iterator[_Stretch]:
    """The renewals that the last order provides for, as many as there may be."""
    if not agreed or (renewal := agreed[-1].order.renewal) is None:
        return
    order, number, start, length = agreed[-1].order, len(agreed), agreed[-1].term.end, agreed[-1].length
    for n in count() if renewal.times is None else range(renewal.times):
        assert start is not None, "a renewal needs a term that ends"
        if n >= _MOST_TERMS:
            invalid(
                "$.renewal.term", "too_many_terms", f"must not renew more than {_MOST_TERMS} times", str(renewal.term)
            )
        length = _longer(length, renewal.term)
        end = _end(agreed[0].term.start, length)
        # Automatic renewals become certain when it is too late to stop them.
        certain_on = days_on(start, -renewal.notice_days) if renewal.kind is RenewalKind.AUTO else None
        term = Term(number=number + n, start=start, end=end, uplift=renewal.uplift, certain_on=certain_on)
        yield _Stretch(term, order, length)
        start = end


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
