"""Who is asked to pay what, when: the schedule of a contract, and what of it is due."""

from contractbill.invoices.planned import PlannedInvoice, Schedule, gather
from contractbill.invoices.rows import Row, to_rows
from contractbill.invoices.unfold import CatchUp, due, schedule
from contractbill.invoices.verification import verify

__all__ = ["CatchUp", "PlannedInvoice", "Row", "Schedule", "due", "gather", "schedule", "to_rows", "verify"]
