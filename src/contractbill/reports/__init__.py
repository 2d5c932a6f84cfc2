"""What finance sees: what a contract is worth, what each order made of it, how much its ceilings leave."""

from contractbill.reports.ceilings import Headroom, headroom, headroom_table, over_ceiling
from contractbill.reports.lines import LineValue, line_value_table, value_by_line
from contractbill.reports.recurring import arr
from contractbill.reports.value import OrderBillings, OrderValue, acv, billings_by_order, value_by_order, value_table

__all__ = [
    "Headroom",
    "LineValue",
    "OrderBillings",
    "OrderValue",
    "acv",
    "arr",
    "billings_by_order",
    "headroom",
    "headroom_table",
    "line_value_table",
    "over_ceiling",
    "value_by_line",
    "value_by_order",
    "value_table",
]
