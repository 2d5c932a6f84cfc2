"""Facts: what happened after signing, as far as it is known. Always an argument, never looked up."""

from collections.abc import Iterable
from datetime import date

import attrs

from contractbill.deal.fields import as_tuple, each, faults, is_a
from contractbill.deal.lifecycle import OrderProgress, OrderState
from contractbill.errors import refuse


def as_progress(values: Iterable[OrderProgress]) -> tuple[OrderProgress, ...]:
    """A tuple of how far orders have come."""
    return as_tuple(values)


@attrs.frozen(kw_only=True)
class Facts:
    """What is known beside the deal.

    Args:
        progress: how far orders have come; an order that is not named here has just been signed.

    Raises:
        InvalidTerms: `wrong_type`, `not_a_list`.

    Example:
        >>> Facts().fulfilled_on("O-1") is None
        True
    """

    progress: tuple[OrderProgress, ...] = attrs.field(default=(), converter=as_progress)

    def __attrs_post_init__(self) -> None:
        """Refuse what can never be true."""
        refuse(faults(self, progress=each(is_a(OrderProgress))))

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
