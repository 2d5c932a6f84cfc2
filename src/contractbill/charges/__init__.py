"""How much: every charge of a contract's terms, exact, and how each amount came about."""

from contractbill.charges.charge import (
    BASE,
    DISCOUNT,
    ROUNDING,
    Basis,
    Certainty,
    Charge,
    Derivation,
    LineRef,
    PriceStep,
    Slot,
    UnitPrice,
    derive,
)
from contractbill.charges.explanations import explain, reason
from contractbill.charges.facts import Facts, MilestoneDone, check_facts
from contractbill.charges.missing import missing_readings
from contractbill.charges.rating import charges_for, charges_of, last_known_on, standing_orders
from contractbill.charges.readings import IndexChange, IndexReading, Notice

__all__ = [
    "BASE",
    "DISCOUNT",
    "ROUNDING",
    "Basis",
    "Certainty",
    "Charge",
    "Derivation",
    "Facts",
    "IndexChange",
    "IndexReading",
    "LineRef",
    "MilestoneDone",
    "Notice",
    "PriceStep",
    "Slot",
    "UnitPrice",
    "charges_for",
    "charges_of",
    "check_facts",
    "derive",
    "explain",
    "last_known_on",
    "missing_readings",
    "reason",
    "standing_orders",
]
