"""Limits: ceilings and purchase orders as rows of one form."""

from collections.abc import Iterable
from typing import Any

import moneyed

from contractbill.reports import Headroom, PoForecast

LIMITS = (
    "kind id order starts_on ends_before limit fixed estimated contingent remaining exceeded_on exceeded_by"
).split()


def limit_rows(ceilings: Iterable[Headroom], forecast: Iterable[PoForecast]) -> list[dict[str, Any]]:
    """A row for each ceiling, then for each purchase order; what stands under none comes last, without an id."""
    return [*map(_ceiling_row, ceilings), *map(_po_row, forecast)]


def _ceiling_row(one: Headroom) -> dict[str, Any]:
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


def _po_row(one: PoForecast) -> dict[str, Any]:
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


def _amount(money: moneyed.Money | None) -> object:
    """An amount, if there is one."""
    return None if money is None else money.amount
