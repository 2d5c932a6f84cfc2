"""The life of an order after it is signed, as a table.

An order is `new` until the first of its fulfilment steps is done, `in_progress` until the last one is, and `fulfilled`
then. Steps may be done in any order, each once. An order can be cancelled until it is fulfilled; what ends a fulfilled
order is another order.

Rules:
    1. The contract must be created and the service provisioned for every order; usage must be mapped where the order
       has usage.
    2. Doing a step twice is not an error and changes nothing: the first day stands.
    3. The last step fulfils the order on the latest of the days its steps were done.
    4. Nothing leaves `fulfilled` or `cancelled`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import attrs

from contractbill.deal.fields import each, faults, is_a, is_date, is_name, is_word, maybe
from contractbill.errors import Issue, NotAllowed, refuse


class OrderState(StrEnum):
    """Where an order stands."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """A fulfilment step."""

    CONTRACT_CREATED = "contract_created"
    PROVISIONED = "provisioned"
    USAGE_MAPPED = "usage_mapped"


class OrderEvent(StrEnum):
    """What moves an order: a step that leaves others to do, the last step, or its cancellation."""

    STEP_DONE = "step_done"
    LAST_STEP_DONE = "last_step_done"
    CANCEL = "cancel"


ORDER_LIFECYCLE: Mapping[tuple[OrderState, OrderEvent], OrderState] = MappingProxyType(
    {
        (OrderState.NEW, OrderEvent.STEP_DONE): OrderState.IN_PROGRESS,
        (OrderState.NEW, OrderEvent.LAST_STEP_DONE): OrderState.FULFILLED,
        (OrderState.NEW, OrderEvent.CANCEL): OrderState.CANCELLED,
        (OrderState.IN_PROGRESS, OrderEvent.STEP_DONE): OrderState.IN_PROGRESS,
        (OrderState.IN_PROGRESS, OrderEvent.LAST_STEP_DONE): OrderState.FULFILLED,
        (OrderState.IN_PROGRESS, OrderEvent.CANCEL): OrderState.CANCELLED,
    }
)


@attrs.frozen(kw_only=True)
class OrderProgress:
    """How far one order has come. Made by `started`, moved by `complete` and `cancel`.

    Args:
        order: the order's id.
        required: the steps it needs.
        done: the steps done, with the day and who said so, in the order they were said.
        state: where that leaves it.
        cancelled_on: the day it was cancelled, if it was.

    Raises:
        InvalidTerms: `wrong_type`, `not_a_list`, `step_not_required`, `step_repeated`, and `progress_state` for a state
            that its steps and its cancellation do not lead to.
    """

    order: str
    required: frozenset[Step]
    done: tuple[tuple[Step, date, str], ...] = ()
    state: OrderState = OrderState.NEW
    cancelled_on: date | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse what no life leads to."""
        found = faults(
            self,
            order=is_name,
            required=is_a(frozenset),
            done=each(_is_done),
            state=is_word(OrderState),
            cancelled_on=maybe(is_date),
        )
        refuse(list(found) or list(self._contradictions()))

    def _contradictions(self) -> Iterator[Issue]:
        """What fields say against each other."""
        steps = [step for step, _on, _actor in self.done]
        for index, step in enumerate(steps):
            if step not in self.required:
                yield Issue(f"$.done[{index}]", "step_not_required", "is no step of this order", str(step))
            if step in steps[:index]:
                yield Issue(f"$.done[{index}]", "step_repeated", "is done already", str(step))
        state = OrderState.FULFILLED if len(steps) >= len(self.required) else OrderState.IN_PROGRESS
        if self.cancelled_on is not None and state is not OrderState.FULFILLED:
            state = OrderState.CANCELLED
        elif not steps:
            state = OrderState.NEW
        if self.state is not state or (self.cancelled_on is not None) != (state is OrderState.CANCELLED):
            yield Issue(
                "$.state", "progress_state", f"must be {state} by its steps and its cancellation", str(self.state)
            )

    @property
    def fulfilled_on(self) -> date | None:
        """The day the last step was done, once all are."""
        if self.state is not OrderState.FULFILLED:
            return None
        return max(on for _step, on, _actor in self.done)


def _is_done(value: object) -> Iterator[Issue]:
    """A step, its day and who said so."""
    match value:
        case (Step(), date() as on, str()):
            yield from is_date(on)
        case _:
            yield Issue("$", "wrong_type", "must be a step, a date and who said so", value)


def started(order: str, *, has_usage: bool = False) -> OrderProgress:
    """The progress of an order just signed.

    Example:
        >>> started("O-1").state
        <OrderState.NEW: 'new'>
    """
    always = {Step.CONTRACT_CREATED, Step.PROVISIONED}
    return OrderProgress(order=order, required=frozenset(always | {Step.USAGE_MAPPED} if has_usage else always))


def advance(state: OrderState, event: OrderEvent) -> OrderState:
    """The state that follows, by the table.

    Raises:
        NotAllowed: `order_transition` when the table has no such row.

    Example:
        >>> advance(OrderState.NEW, OrderEvent.STEP_DONE)
        <OrderState.IN_PROGRESS: 'in_progress'>
    """
    follows = ORDER_LIFECYCLE.get((state, event))
    if follows is None:
        raise NotAllowed(Issue("$.state", "order_transition", f"does not allow {event}", str(state)))
    return follows


def complete(progress: OrderProgress, step: Step, *, on: date, actor: str) -> OrderProgress:
    """The progress after a fulfilment step; the last one fulfils the order.

    Raises:
        NotAllowed: `step_not_required` for a step this order has not, `order_transition` after its end.

    Example:
        >>> half = complete(started("O-1"), Step.PROVISIONED, on=date(2026, 1, 20), actor="ops")
        >>> complete(half, Step.CONTRACT_CREATED, on=date(2026, 1, 12), actor="crm").fulfilled_on
        datetime.date(2026, 1, 20)
    """
    if step not in progress.required:
        raise NotAllowed(Issue("$.required", "step_not_required", f"has no {step}", sorted(progress.required)))
    if step in {name for name, _on, _actor in progress.done}:
        return progress
    done = (*progress.done, (step, on, actor))
    last = len(done) == len(progress.required)
    state = advance(progress.state, OrderEvent.LAST_STEP_DONE if last else OrderEvent.STEP_DONE)
    return attrs.evolve(progress, done=done, state=state)


def cancel(progress: OrderProgress, *, on: date) -> OrderProgress:
    """The progress after the order was cancelled.

    Raises:
        NotAllowed: `order_transition` once it was fulfilled or cancelled.

    Example:
        >>> cancel(started("O-1"), on=date(2026, 1, 20)).state
        <OrderState.CANCELLED: 'cancelled'>
    """
    return attrs.evolve(progress, state=advance(progress.state, OrderEvent.CANCEL), cancelled_on=on)
