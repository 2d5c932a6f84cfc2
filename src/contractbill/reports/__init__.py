"""What finance sees: what a contract is worth, and what each order made of it."""

from contractbill.reports.recurring import arr
from contractbill.reports.value import OrderValue, acv, value_by_order, value_table

__all__ = ["OrderValue", "acv", "arr", "value_by_order", "value_table"]
