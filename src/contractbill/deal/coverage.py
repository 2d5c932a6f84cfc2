"""Coverage: which terms a contract runs through, from the orders that agreed to them."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, takewhile

import attrs

from contractbill.deal.orders import Order, OrderKind, Renewal, RenewalKind, Termination, UpliftBasis
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
        uplift: the rate on the prices that `basis` names, at its start; None leaves that day to the escalators.
        basis: what the uplift is taken of.
        certain_on: the day from which it is certain; None for an option that nobody has taken up.
        kept_until: the end it had before a cancellation that gives nothing back: billing periods in advance that have
            begun by `end` are charged as they would have been; None otherwise.
        agreed_end: the end it was agreed with, where a later order has moved it; `date.max` for none.
    """

    number: int
    start: date
    end: date | None
    order: str | None = None
    uplift: Decimal | None = None
    basis: UpliftBasis = UpliftBasis.LAST
    certain_on: date | None = None
    kept_until: date | None = None
    agreed_end: date | None = None

    @property
    def priced_end(self) -> date | None:
        """The end that a price for the whole term is for."""
        return self.end if self.agreed_end in (None, date.max) else self.agreed_end

    def is_certain(self, as_of: date) -> bool:
        """Whether it is certain by what was known at the end of `as_of`."""
        return self.order is not None or (self.certain_on is not None and self.certain_on <= as_of)


def agreed_terms(orders: Iterable[Order]) -> tuple[Term, ...]:
    """The terms that orders agreed to, first to last.

    Args:
        orders: initial and renewal orders, amendments that move the contract's end, and cancellations count, others
            are passed over.

    Returns:
        Terms that abut: each starts on the day the one before it ends; where automatic renewals lie between two orders,
        they are among them. An end is counted from the contract's first day, or from the last one that an order moved,
        so a day lost in February comes back.

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


# What a length of time is counted from, and its months and days.
_Length = tuple[date, int, int]


@attrs.frozen
class _Stretch:
    """A term, what happens at its end and who says so, and how its end is counted."""

    term: Term
    renewal: Renewal | None
    termination: Termination | None
    known_on: date
    length: _Length


def _agreed(orders: Iterable[Order]) -> list[_Stretch]:
    """The terms that orders agreed to, as they follow each other, and the automatic renewals between them."""
    found: list[_Stretch] = []
    for order in _applying(orders):
        if order.kind in (OrderKind.INITIAL, OrderKind.RENEWAL):
            _open(found, order)
        else:
            _close(found, order)
    return found


def _applying(orders: Iterable[Order]) -> list[Order]:
    """The orders that decide terms, in the order they apply.

    Terms follow each other by the day they take effect, whichever was known first. What moves an end speaks of the
    terms known by then: it comes after all that was known before it, and before all that became known later.
    """
    deciding = sorted(filter(decides_terms, orders), key=known_after_initial)
    if len(deciding) == 1:
        return deciding
    reached, moved, placed = date.min, date.min, list[tuple[date, int, Order]]()
    for place, order in enumerate(deciding):
        reached = max(reached, order.effective_on)
        if order.kind in (OrderKind.INITIAL, OrderKind.RENEWAL):
            placed.append((max(order.effective_on, moved), place, order))
        else:
            moved = reached
            placed.append((moved, place, order))
    return [order for _day, _place, order in sorted(placed, key=lambda one: one[:2])]


def moves_end(order: Order) -> bool:
    """Whether an order puts the contract's end elsewhere: a cancellation, or an amendment that says so.

    Example:
        >>> moves_end(Order(id="O-2", kind="cancellation", signed_on="2026-01-31"))
        True
    """
    return order.kind is OrderKind.CANCELLATION or order.ends_before is not None


def termination_in_force(orders: Iterable[Order]) -> Termination | None:
    """What the parties agreed last about a cancellation for convenience, if they did.

    Example:
        >>> first = Order(id="O-1", signed_on="2026-01-31", term="1 year", termination=Termination(notice_days=60))
        >>> termination_in_force([first]).notice_days
        60
    """
    agreed = _agreed(orders)
    return agreed[-1].termination if agreed else None


def known_after_initial(order: Order) -> tuple[bool, tuple[date, int]]:
    """What orders that decide terms apply by: an initial order is first, however late the books learnt of it."""
    return order.kind is not OrderKind.INITIAL, order.known_key


def decides_terms(order: Order) -> bool:
    """Whether an order says anything about the contract's terms."""
    return order.kind in (OrderKind.INITIAL, OrderKind.RENEWAL) or order.termination is not None or moves_end(order)


def _open(found: list[_Stretch], order: Order) -> None:
    """Add the term that an initial or renewal order agreed to."""
    start = order.effective_on
    _bridge(found, start)
    last = found[-1] if found else None
    if (last is None) is not (order.kind is OrderKind.INITIAL):
        # What it follows is not known yet, or is cancelled.
        return
    uplift, basis = order.uplift, order.uplift_basis
    if last is not None:
        end = last.term.end
        if end is None or not last.term.start < start <= end:
            # The contract refuses a renewal that follows nothing.
            return
        if last.renewal is not None:
            uplift = last.renewal.uplift if uplift is None else uplift
            basis = basis or last.renewal.basis
        # Renewed early, the term that runs ends where the new one starts. Renewed after a cancellation, its last days
        # are served: nothing is kept for nothing.
        found[-1] = attrs.evolve(last, term=attrs.evolve(_ended(last.term, start), kept_until=None))
    length = _counted(found[-1]) if last is not None else (start, 0, 0)
    if order.term is not None:
        length = _longer(length, order.term)
    known_on = max([order.known_on, *(before.known_on for before in found)])
    term = Term(
        number=len(found),
        start=start,
        end=_end(length) if order.term is not None else None,
        order=order.id,
        uplift=uplift,
        basis=basis or UpliftBasis.LAST,
        certain_on=known_on,
    )
    agreed = order.termination or (last.termination if last is not None else None)
    found.append(_Stretch(term, order.renewal, agreed, known_on, length))


def _close(found: list[_Stretch], order: Order) -> None:
    """Move the contract's end to where an amendment or a cancellation puts it."""
    cancels = order.kind is OrderKind.CANCELLATION
    _bridge(found, order.effective_on if cancels else order.effective_on + _DAY)
    end = order.effective_on if cancels else order.ends_before
    while end is not None and len(found) > 1 and found[-1].term.start >= end:
        found.pop()
    if not found or (end is not None and found[-1].term.start >= end):
        return
    last = found[-1]
    before = last.term.end
    end = before if end is None else end
    if cancels and before is not None and end is not None and before < end:
        # Not served by then in any case.
        return
    keeps = cancels and end != before and not _gives_back(order, last.termination)
    found[-1] = attrs.evolve(
        last,
        term=attrs.evolve(_ended(last.term, end), kept_until=(before or date.max) if keeps else None),
        renewal=None if cancels else last.renewal,
        termination=order.termination or last.termination,
        known_on=max(last.known_on, order.known_on),
    )


def _ended(term: Term, end: date | None) -> Term:
    """The term with another end, or with the one it was agreed with."""
    agreed = term.agreed_end or term.end or date.max
    return attrs.evolve(term, end=end, agreed_end=None if end == agreed else agreed)


def _bridge(found: list[_Stretch], before: date) -> None:
    """Add the automatic renewals that start before a day."""
    found += list(_automatic(found, before=before))


def _provided(agreed: list[_Stretch], through: date | None) -> Iterator[_Stretch]:
    """The renewals after the last agreed term."""
    renewal = agreed[-1].renewal if agreed else None
    if renewal is not None and renewal.times is None and through is None:
        message = "is required: the renewals of this contract have no end"
        raise NotAllowed(Issue("$.through", "through_required", message))
    return takewhile(lambda one: through is None or one.term.start <= through, _renewals(agreed))


def _automatic(agreed: list[_Stretch], *, before: date) -> Iterator[_Stretch]:
    """The automatic renewals after the last agreed term that start before a day."""
    renewal = agreed[-1].renewal if agreed else None
    if renewal is None or renewal.kind is not RenewalKind.AUTO:
        return iter(())
    return takewhile(lambda one: one.term.start < before, _renewals(agreed))


_DAY = timedelta(1)
# A day's renewal for a quarter of a century: whoever asks for more has mistyped a year.
_MOST_TERMS = 10_000


def _renewals(agreed: list[_Stretch]) -> Iterator[_Stretch]:
    """The renewals that the last term provides for, as many as there may be."""
    if not agreed or (renewal := agreed[-1].renewal) is None:
        return
    last, number, times = agreed[-1], len(agreed), renewal.times
    start, length = last.term.end, _counted(last)
    for n in count() if times is None else range(times):
        assert start is not None, "a renewal needs a term that ends"
        if n >= _MOST_TERMS:
            invalid(
                "$.renewal.term", "too_many_terms", f"must not renew more than {_MOST_TERMS} times", str(renewal.term)
            )
        length = _longer(length, renewal.term)
        end = _end(length)
        # Automatic renewals become certain when it is too late to stop them.
        certain_on = days_on(start, -renewal.notice_days) if renewal.kind is RenewalKind.AUTO else None
        term = Term(number=number + n, start=start, end=end, uplift=renewal.uplift, certain_on=certain_on)
        term = attrs.evolve(term, basis=renewal.basis)
        yield attrs.evolve(last, term=term, renewal=_left(renewal, n + 1), length=length)
        start = end


def _counted(last: _Stretch) -> _Length:
    """What the length of a term that follows is added to: the agreed one, or an end that an order has moved."""
    end = last.term.end
    return last.length if last.term.agreed_end is None or end is None else (end, 0, 0)


def _left(renewal: Renewal, taken: int) -> Renewal | None:
    """What is left of a renewal clause after so many renewals."""
    if renewal.times is None:
        return renewal
    return attrs.evolve(renewal, times=renewal.times - taken) if taken < renewal.times else None


def _gives_back(order: Order, termination: Termination | None) -> bool:
    """Whether a cancellation gives back what was charged for days that are not served: by its word, else as agreed."""
    if order.refund is not None:
        return order.refund
    return order.for_cause or (termination is not None and termination.refund)


def _longer(length: _Length, term: Frequency) -> _Length:
    """The length with one more term; months after days count from where those ended, so that a leap year is a year."""
    start, months, days = (_end(length), 0, 0) if length[2] and term.in_whole_months else length
    return start, months + (term.in_whole_months or 0), days + (term.in_whole_days or 0)


def _end(length: _Length) -> date:
    """The day after a length."""
    start, months, days = length
    return add(add(start, MONTHLY, months), DAILY, days)
