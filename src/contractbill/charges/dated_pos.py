"""Purchase orders that take over from each other: the day of an invoice says under which one its charges stand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import attrs

from contractbill.charges.charge import Charge, LineRef
from contractbill.deal.purchase_orders import PurchaseOrder, number_on
from contractbill.deal.resolve import Group

DatedPos = Mapping[str, Sequence[PurchaseOrder]]


def on_their_day(charges: Iterable[Charge], dated: DatedPos) -> list[Charge]:
    """Charges, each under the purchase order that holds on the day it is planned for.

    Args:
        charges: any.
        dated: by line, its purchase orders; charges of other lines stay as they are.

    Redated:
        The same charges in the same order; those of one line and number share what they carry from the deal.
    """
    kept = list(charges)
    if not dated:
        return kept
    # What a line carries is known by its identity here: of charges billed elsewhere it may be another.
    carried: dict[tuple[int, str | None], LineRef] = {}
    found = []
    for charge in kept:
        listed = dated.get(charge.line.id)
        if listed is None:
            found.append(charge)
            continue
        key = id(charge.line), number_on(listed, charge.planned_on)
        if key not in carried:
            carried[key] = attrs.evolve(charge.line, group=attrs.evolve(charge.line.group, po=key[1]))
        found.append(attrs.evolve(charge, line=carried[key]))
    return found


def group_on(group: Group, line: str, dated: DatedPos, day: date) -> Group:
    """What a line shares with others on an invoice of a day."""
    listed = dated.get(line)
    return group if listed is None else attrs.evolve(group, po=number_on(listed, day))
