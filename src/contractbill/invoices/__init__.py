"""Who is asked to pay what, when: the schedule of a contract, what of it is due, and how two of them differ."""

from contractbill.invoices.changes import ChangeKind, ChargeChange, Kept
from contractbill.invoices.difference import Difference, diff
from contractbill.invoices.planned import PlannedInvoice, Schedule, gather
from contractbill.invoices.rows import ChangeRow, Row, ShareRow, change_rows, share_rows, to_rows
from contractbill.invoices.shares import InvoiceShare
from contractbill.invoices.unfold import CatchUp, due, schedule
from contractbill.invoices.verification import verify

__all__ = [
    "CatchUp",
    "ChangeKind",
    "ChangeRow",
    "ChargeChange",
    "Difference",
    "InvoiceShare",
    "Kept",
    "PlannedInvoice",
    "Row",
    "Schedule",
    "ShareRow",
    "change_rows",
    "diff",
    "due",
    "gather",
    "schedule",
    "share_rows",
    "to_rows",
    "verify",
]
