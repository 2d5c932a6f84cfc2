"""Facts: what happened after signing, as far as it is known. Always an argument, never looked up."""

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from contractbill.deal.fields import as_tuple, each, faults, is_a
from contractbill.deal.lifecycle import OrderProgress, OrderState
from contractbill.errors import Issue, refuse


def as_progress(values: Iterable[OrderProgress]) -> tuple[OrderProgress, ...]:
    """A tuple of how far orders have come."""
    return as_tuple(values)


def _repeated(progress: Iterable[OrderProgress]) -> Iterator[Issue]:
    """Orders that are named twice."""
    seen: set[str] = set()
    for index, one in enumerate(progress):
        if one.order in seen:
            yield Issue(f"$.progress[{index}].order", "duplicate_id", "is named already", one.order)
        seen.add(one.order)


@attrs.frozen(kw_only=True)
class Facts:
    """What is known beside the deal.

    Args:
        progress: how far orders have come; an order that is not named here has just been signed.

    Raises:
        InvalidTerms: `wrong_type`, `not_a_list`, `duplicate_id` for an order that is named twice.

    Example:
        >>> Facts().fulfilled_on("O-1") is None
        True
    """

    progress: tuple[OrderProgress, ...] = attrs.field(default=(), converter=as_progress)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        found = list(faults(self, progress=each(is_a(OrderProgress))))
        refuse(found or _repeated(self.progress))

    def fulfilled_on(self, order: str) -> date | None:
        """The day an order was fulfilled, if it was."""
        return next((one.fulfilled_on for one in self.progress if one.order == order), None)

    def cancelled_on(self, order: str) -> date | None:
        """The day an order was cancelled, if it was."""
        return next(
            (one.cancelled_on for one in self.progress if one.order == order and one.state is OrderState.CANCELLED),
            None,
        )

    def known_days(self) -> frozenset[date]:
        """The days on which one of these facts became known."""
        days = {one.fulfilled_on for one in self.progress} | {one.cancelled_on for one in self.progress}
        return frozenset(day for day in days if day is not None)
