"""What finance sees: what a contract is worth, and what each order made of it."""

from contractbill.reports.recurring import arr
from contractbill.reports.value import OrderBillings, OrderValue, acv, billings_by_order, value_by_order, value_table

__all__ = ["OrderBillings", "OrderValue", "acv", "arr", "billings_by_order", "value_by_order", "value_table"]
