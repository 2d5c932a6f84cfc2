"""Facts: what happened after signing, as far as it is known. Always an argument, never looked up."""

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from contractbill.charges.readings import IndexReading, Known, Notice
from contractbill.deal.billing import occasions
from contractbill.deal.contracts import Contract
from contractbill.deal.fields import as_date, as_optional_date, as_tuple, each, faults, is_a, is_date, is_name, maybe
from contractbill.deal.lifecycle import OrderProgress, OrderState
from contractbill.errors import Issue, refuse
from contractbill.periods.frequency import days_on


def _known_on(done: "MilestoneDone") -> date:
    """The day a milestone became known, unless said."""
    return done.completed_on


@attrs.frozen(kw_only=True)
class MilestoneDone:
    """A milestone that was reached.

    Args:
        milestone: its name, as the lines that wait for it say it.
        completed_on: the day the work was done, or delivered.
        accepted_on: the day the customer accepted it, if they said so; only lines with days for acceptance look at it.
        known_on: the day the books learnt that it was completed; by default that day. An acceptance after it is known
            on its own day.

    Raises:
        InvalidTerms: `before_completed` for an acceptance or knowledge before the completion, `not_an_id`,
            `not_a_date`.

    Example:
        >>> MilestoneDone(milestone="go-live", completed_on="2026-03-02").known_on
        datetime.date(2026, 3, 2)
    """

    milestone: str
    completed_on: date = attrs.field(converter=as_date)
    accepted_on: date | None = attrs.field(default=None, converter=as_optional_date)
    known_on: date = attrs.field(default=attrs.Factory(_known_on, takes_self=True), converter=as_date)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        said = {} if self.known_on is self.completed_on else {"known_on": is_date}
        refuse(faults(self, milestone=is_name, completed_on=is_date, accepted_on=maybe(is_date), **said))
        days = {"accepted_on": self.accepted_on, "known_on": self.known_on}
        refuse(
            Issue(f"$.{name}", "before_completed", "must not be before completed_on", str(day))
            for name, day in days.items()
            if day is not None and day < self.completed_on
        )

    def accepted_by(self, days: int) -> date:
        """The day on which it counts as accepted by a customer who has so many days to say so.

        Example:
            >>> done = MilestoneDone(milestone="go-live", completed_on="2026-03-02", accepted_on="2026-03-09")
            >>> str(done.accepted_by(30)), str(done.accepted_by(5)), str(done.accepted_by(0))
            ('2026-03-09', '2026-03-07', '2026-03-02')
        """
        deemed = days_on(self.completed_on, days)
        return deemed if self.accepted_on is None else min(self.accepted_on, deemed)


def as_milestones(values: Iterable[MilestoneDone]) -> tuple[MilestoneDone, ...]:
    """A tuple of milestones reached."""
    return as_tuple(values)


def as_progress(values: Iterable[OrderProgress]) -> tuple[OrderProgress, ...]:
    """A tuple of how far orders have come."""
    return as_tuple(values)


def as_readings(values: Iterable[IndexReading]) -> tuple[IndexReading, ...]:
    """A tuple of readings."""
    return as_tuple(values)


def as_notices(values: Iterable[Notice]) -> tuple[Notice, ...]:
    """A tuple of notices."""
    return as_tuple(values)


def _repeated(place: str, names: Iterable[str]) -> Iterator[Issue]:
    """Names that stand in a list twice; `place` is where one stands in a member of which list."""
    listed, key = place.split(".")
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield Issue(f"$.{listed}[{index}].{key}", "duplicate_id", "is named already", name)
        seen.add(name)


def _contradicting(readings: Iterable[IndexReading]) -> Iterator[Issue]:
    """Readings of one month that became known on one day: which of them is the later one, nobody can tell."""
    seen: set[tuple[str, str, date]] = set()
    for index, one in enumerate(readings):
        key = (one.index, one.month, one.known_on)
        if key in seen:
            message = f"has {one.month} known on {one.known_on} already"
            yield Issue(f"$.readings[{index}]", "duplicate_reading", message, str(one.value))
        seen.add(key)


@attrs.frozen(kw_only=True)
class Facts:
    """What is known beside the deal.

    Args:
        progress: how far orders have come; an order that is not named here has just been signed.
        milestones: those that were reached.
        readings: of indices; of several for one month the last that became known counts.
        notices: of uplifts that need one.

    Raises:
        InvalidTerms: `wrong_type`, `not_a_list`, `duplicate_id` for an order or a milestone that is named twice,
            `duplicate_reading` for two of one month that became known on one day.

    Example:
        >>> Facts().fulfilled_on("O-1") is None
        True
    """

    progress: tuple[OrderProgress, ...] = attrs.field(default=(), converter=as_progress)
    milestones: tuple[MilestoneDone, ...] = attrs.field(default=(), converter=as_milestones)
    readings: tuple[IndexReading, ...] = attrs.field(default=(), converter=as_readings)
    notices: tuple[Notice, ...] = attrs.field(default=(), converter=as_notices)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(
            faults(
                self,
                progress=each(is_a(OrderProgress)),
                milestones=each(is_a(MilestoneDone)),
                readings=each(is_a(IndexReading)),
                notices=each(is_a(Notice)),
            )
        )
        refuse(
            (
                *_repeated("progress.order", (one.order for one in self.progress)),
                *_repeated("milestones.milestone", (one.milestone for one in self.milestones)),
                *_contradicting(self.readings),
            )
        )

    def fulfilled_on(self, order: str) -> date | None:
        """The day an order was fulfilled, if it was."""
        return next((one.fulfilled_on for one in self.progress if one.order == order), None)

    def cancelled_on(self, order: str) -> date | None:
        """The day an order was cancelled, if it was."""
        return next(
            (one.cancelled_on for one in self.progress if one.order == order and one.state is OrderState.CANCELLED),
            None,
        )

    def milestones_done(self, as_of: date) -> dict[str, MilestoneDone]:
        """The milestones that were known to be reached by the end of a day, by name, as they were known then."""
        known = (one for one in self.milestones if one.known_on <= as_of)
        return {
            one.milestone: attrs.evolve(one, accepted_on=None) if _after(one.accepted_on, as_of) else one
            for one in known
        }

    def known_days(self) -> frozenset[date]:
        """The days on which one of these facts became known."""
        days = {one.fulfilled_on for one in self.progress} | {one.cancelled_on for one in self.progress}
        days |= {one.known_on for one in self.milestones}
        days |= {max(one.known_on, one.accepted_on) for one in self.milestones if one.accepted_on is not None}
        days |= {one.known_on for one in self.readings} | {one.known_on for one in self.notices}
        return frozenset(day for day in days if day is not None)

    def known_by(self, as_of: date) -> Known:
        """The readings and notices that are known by the end of a day."""
        if not self.readings and not self.notices:
            return Known(as_of, {}, {})
        readings = sorted((one for one in self.readings if one.known_on <= as_of), key=lambda one: one.known_on)
        notices = sorted((one for one in self.notices if one.known_on <= as_of), key=lambda one: one.given_on)
        return Known(
            as_of,
            {(one.index, one.month): one for one in readings},
            {(one.line, one.step_on): one.given_on for one in reversed(notices)},
        )


def _after(day: date | None, as_of: date) -> bool:
    """Whether something had not happened by the end of a day."""
    return day is not None and day > as_of


def check_facts(contract: Contract, facts: Facts) -> tuple[Issue, ...]:
    """What facts say of things that a contract does not have: names that are misspelt, or meant for another contract.

    Returns:
        Issues in the order of the facts: `unknown_order`, `unknown_milestone` for one that no line waits for,
        `unknown_index` for a reading of one that no line follows, `unknown_line` for a notice that no line needs. No
        schedule looks at them, so without this check nobody would notice.

    Example:
        >>> done = MilestoneDone(milestone="golive", completed_on="2026-03-02")
        >>> for issue in check_facts(Contract(id="C-1", currency="USD"), Facts(milestones=[done])):
        ...     print(issue)
        $.milestones[0].milestone: unknown_milestone: no line of C-1 waits for it (got 'golive')
    """
    orders = {order.id for order in contract.orders}
    waited = {when.milestone for order in contract.orders for line in order.lines for when in occasions(line.billing)}
    unknown = [
        Issue(f"$.progress[{index}].order", "unknown_order", f"is no order of {contract.id}", one.order)
        for index, one in enumerate(facts.progress)
        if one.order not in orders
    ]
    unknown += [
        Issue(
            f"$.milestones[{index}].milestone",
            "unknown_milestone",
            f"no line of {contract.id} waits for it",
            one.milestone,
        )
        for index, one in enumerate(facts.milestones)
        if one.milestone not in waited
    ]
    clauses = {line.id: line.escalator for order in contract.orders for line in order.lines if line.escalator}
    names = {clause.index.name for clause in clauses.values() if clause.index is not None}
    unknown += [
        Issue(f"$.readings[{index}].index", "unknown_index", f"no line of {contract.id} follows it", one.index)
        for index, one in enumerate(facts.readings)
        if one.index not in names
    ]
    noticed = {name for name, clause in clauses.items() if clause.notice_days is not None}
    unknown += [
        Issue(f"$.notices[{index}].line", "unknown_line", f"no such line of {contract.id} needs notice", one.line)
        for index, one in enumerate(facts.notices)
        if one.line not in noticed
    ]
    return tuple(unknown)
