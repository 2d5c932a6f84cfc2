"""Limits: ceilings and purchase orders as rows of one form."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TypedDict

import moneyed

from contractbill.reports import Headroom, PoForecast


class LimitRow(TypedDict):
    """A ceiling or a purchase order, and what is charged under it; every row has every key, in this order."""

    kind: str
    id: str | None
    order: str | None
    starts_on: date | None
    ends_before: date | None
    limit: Decimal | None
    fixed: Decimal
    estimated: Decimal
    contingent: Decimal
    remaining: Decimal | None
    exceeded_on: date | None
    exceeded_by: Decimal | None


def limit_rows(ceilings: Iterable[Headroom], forecast: Iterable[PoForecast]) -> list[LimitRow]:
    """A row for each ceiling, then for each purchase order; what stands under none comes last, without an id."""
    return [*map(_ceiling_row, ceilings), *map(_po_row, forecast)]


def _ceiling_row(one: Headroom) -> LimitRow:
    """One ceiling."""
    return {
        "kind": "ceiling",
        "id": one.ceiling.id,
        "order": one.order,
        "starts_on": one.ceiling.starts_on,
        "ends_before": one.ceiling.ends_before,
        "limit": one.limit.amount,
        "fixed": one.fixed.amount,
        "estimated": one.estimated.amount,
        "contingent": one.contingent.amount,
        "remaining": one.remaining.amount,
        "exceeded_on": None,
        "exceeded_by": None,
    }


def _po_row(one: PoForecast) -> LimitRow:
    """One purchase order."""
    return {
        "kind": "purchase_order",
        "id": one.number,
        "order": None,
        "starts_on": None if one.said is None else one.said.starts_on,
        "ends_before": None if one.said is None else one.said.ends_before,
        "limit": _amount(one.limit),
        "fixed": one.fixed.amount,
        "estimated": one.estimated.amount,
        "contingent": one.contingent.amount,
        "remaining": _amount(one.remaining),
        "exceeded_on": one.exceeded_on,
        "exceeded_by": _amount(one.exceeded_by),
    }


def _amount(money: moneyed.Money | None) -> Decimal | None:
    """An amount, if there is one."""
    return None if money is None else money.amount
