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

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import attrs

from contractbill.deal.fields import (
    as_date,
    as_optional_date,
    as_tuple,
    as_word,
    each,
    faults,
    is_a,
    is_date,
    is_name,
    is_text,
    is_word,
    maybe,
)
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


def _as_step(value: Step | str) -> Step:
    return as_word(Step, value)


@attrs.frozen(kw_only=True)
class StepDone:
    """A fulfilment step that was done.

    Args:
        step: which.
        on: the day it was done.
        actor: who said so.

    Raises:
        InvalidTerms: `unknown_word`, `not_a_date`, `not_text`.
    """

    step: Step = attrs.field(converter=_as_step)
    on: date = attrs.field(converter=as_date)
    actor: str

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(faults(self, step=is_word(Step), on=is_date, actor=is_text))


def _as_steps(values: Iterable[Step | str]) -> tuple[Step, ...]:
    """Steps, each once, in the order of the list of all: equal needs are equal values."""
    listed: Any = as_tuple(values)
    steps = tuple(map(_as_step, listed)) if isinstance(listed, tuple) else listed
    known = isinstance(steps, tuple) and all(step in list(Step) for step in steps)
    return tuple(step for step in Step if step in steps) if known else steps


def _as_done(values: Iterable[StepDone]) -> tuple[StepDone, ...]:
    return as_tuple(values)


_ALWAYS = (Step.CONTRACT_CREATED, Step.PROVISIONED)


@attrs.frozen(kw_only=True)
class OrderProgress:
    """How far one order has come. Made by `started`, moved by `complete` and `cancel`.

    Args:
        order: the order's id.
        required: the steps it needs, those of an order without usage unless said otherwise.
        done: the steps done, in the order they were said.
        cancelled_on: the day it was cancelled, if it was.

    Raises:
        InvalidTerms: `wrong_type`, `unknown_word`, `not_a_list`, `out_of_range` without a step, `step_not_required`,
            `step_repeated`, and `fulfilled_cancelled` for an order that was cancelled though all steps are done.
    """

    order: str
    required: tuple[Step, ...] = attrs.field(default=_ALWAYS, converter=_as_steps)
    done: tuple[StepDone, ...] = attrs.field(default=(), converter=_as_done)
    cancelled_on: date | None = attrs.field(default=None, converter=as_optional_date)

    def __attrs_post_init__(self) -> None:
        """Refuse what no life leads to."""
        found = faults(
            self,
            order=is_name,
            required=each(is_word(Step), at_least=1),
            done=each(is_a(StepDone)),
            cancelled_on=maybe(is_date),
        )
        refuse(list(found) or list(self._contradictions()))

    def _contradictions(self) -> Iterator[Issue]:
        """What fields say against each other."""
        steps = [one.step for one in self.done]
        for index, step in enumerate(steps):
            if step not in self.required:
                yield Issue(f"$.done[{index}].step", "step_not_required", "is no step of this order", str(step))
            if step in steps[:index]:
                yield Issue(f"$.done[{index}].step", "step_repeated", "is done already", str(step))
        if self.cancelled_on is not None and set(self.required) <= set(steps):
            message = "must not be there: all steps are done, and another order ends a fulfilled one"
            yield Issue("$.cancelled_on", "fulfilled_cancelled", message, str(self.cancelled_on))

    @property
    def state(self) -> OrderState:
        """Where that leaves the order."""
        if self.cancelled_on is not None:
            return OrderState.CANCELLED
        if not self.done:
            return OrderState.NEW
        return OrderState.FULFILLED if len(self.done) == len(self.required) else OrderState.IN_PROGRESS

    @property
    def fulfilled_on(self) -> date | None:
        """The day the last step was done, once all are."""
        return max(one.on for one in self.done) if self.state is OrderState.FULFILLED else None


def started(order: str, *, has_usage: bool = False) -> OrderProgress:
    """The progress of an order just signed.

    Example:
        >>> started("O-1").state
        <OrderState.NEW: 'new'>
    """
    return OrderProgress(order=order, required=(*_ALWAYS, Step.USAGE_MAPPED) if has_usage else _ALWAYS)


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
    if step in {one.step for one in progress.done}:
        return progress
    last = len(progress.done) + 1 == len(progress.required)
    advance(progress.state, OrderEvent.LAST_STEP_DONE if last else OrderEvent.STEP_DONE)
    return attrs.evolve(progress, done=(*progress.done, StepDone(step=step, on=on, actor=actor)))


def cancel(progress: OrderProgress, *, on: date) -> OrderProgress:
    """The progress after the order was cancelled.

    Raises:
        NotAllowed: `order_transition` once it was fulfilled or cancelled.

    Example:
        >>> cancel(started("O-1"), on=date(2026, 1, 20)).state
        <OrderState.CANCELLED: 'cancelled'>
    """
    advance(progress.state, OrderEvent.CANCEL)
    return attrs.evolve(progress, cancelled_on=on)
