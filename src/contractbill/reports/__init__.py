"""What finance sees: what a contract is worth, what its ceilings and purchase orders leave, and how deals compare."""

from contractbill.reports.ceilings import Headroom, headroom, headroom_table, over_ceiling
from contractbill.reports.comparison import Comparison, DealFigures, FigureRow, compare, comparison_rows, vary
from contractbill.reports.lines import LineValue, line_value_table, value_by_line
from contractbill.reports.pricing import average_uplift, effective_discount
from contractbill.reports.purchase_orders import PoForecast, po_forecast, po_issues, po_table
from contractbill.reports.recurring import arr
from contractbill.reports.timing import billings_by_year, cash_by_month
from contractbill.reports.value import OrderBillings, OrderValue, acv, billings_by_order, value_by_order, value_table

__all__ = [
    "Comparison",
    "DealFigures",
    "FigureRow",
    "Headroom",
    "LineValue",
    "OrderBillings",
    "OrderValue",
    "PoForecast",
    "acv",
    "arr",
    "average_uplift",
    "billings_by_order",
    "billings_by_year",
    "cash_by_month",
    "compare",
    "comparison_rows",
    "effective_discount",
    "headroom",
    "headroom_table",
    "line_value_table",
    "over_ceiling",
    "po_forecast",
    "po_issues",
    "po_table",
    "value_by_line",
    "value_by_order",
    "value_table",
    "vary",
]
