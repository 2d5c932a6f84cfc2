"""One-time charges: what a line that is billed once asks for."""

from typing import assert_never

from contractbill.charges.charge import BASE, Basis, Certainty, Charge, UnitPrice, derive
from contractbill.charges.stretches import Run
from contractbill.deal.billing import Once, OneTime
from contractbill.periods.frequency import days_on


def one_time(run: Run, billing: OneTime) -> list[Charge]:
    """The one charge of a one-time line."""
    line, unit_amount = run.line, run.price.unit_amount
    match billing.once:
        case Once.SIGNATURE:
            from_on, basis = line.order.signed_on, Basis.AT_SIGNATURE
        case Once.START:
            from_on, basis = line.start, Basis.AT_START
        case Once.DATE:
            assert billing.on is not None, "the constructor requires it"
            from_on, basis = billing.on, Basis.ON_DATE
        case _:
            assert_never(billing.once)
    asked_on = days_on(from_on, billing.after_days)
    price = UnitPrice(unit_amount, None, line.order.id, unit_amount)
    derivation = derive(line.item.quantity, price, to=run.unfold.to, rounding=run.unfold.rounding)
    certainty = Certainty.CONTINGENT if run.pending else Certainty.FIXED
    planned_on = max(asked_on, run.earliest)
    return [Charge(run.ref, BASE, 0, None, asked_on, planned_on, basis, certainty, derivation)]
