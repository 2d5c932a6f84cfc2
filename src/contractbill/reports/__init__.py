"""What finance sees: what a contract is worth, what each order made of it, what its ceilings and POs leave."""

from contractbill.reports.ceilings import Headroom, headroom, headroom_table, over_ceiling
from contractbill.reports.purchase_orders import PoForecast, po_forecast, po_issues, po_table
from contractbill.reports.recurring import arr
from contractbill.reports.value import OrderBillings, OrderValue, acv, billings_by_order, value_by_order, value_table

__all__ = [
    "Headroom",
    "OrderBillings",
    "OrderValue",
    "PoForecast",
    "acv",
    "arr",
    "billings_by_order",
    "headroom",
    "headroom_table",
    "over_ceiling",
    "po_forecast",
    "po_issues",
    "po_table",
    "value_by_order",
    "value_table",
]
