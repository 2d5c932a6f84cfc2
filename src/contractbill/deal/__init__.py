"""What was agreed: parties, prices, escalators, payment terms, orders, and the contract that is their fold."""

from contractbill.deal.billing import Billing, Instalments, InvoiceTiming, Recurring, Spread
from contractbill.deal.ceilings import Ceiling
from contractbill.deal.changes import Change, Corrections, RampStep
from contractbill.deal.contracts import Contract, amend, check, fold
from contractbill.deal.coverage import Term, agreed_terms, lasting_terms, terms
from contractbill.deal.discounts import Discount, DiscountOf, LineDiscount
from contractbill.deal.escalators import Clock, Escalator, MonthDay, Timing
from contractbill.deal.indices import CarryOver, Index, IndexFormula, MissingReading
from contractbill.deal.lifecycle import (
    ORDER_LIFECYCLE,
    OrderEvent,
    OrderProgress,
    OrderState,
    Step,
    StepDone,
    advance,
    cancel,
    complete,
    started,
)
from contractbill.deal.lines import LineItem
from contractbill.deal.occasions import Occasion, Once, OneTime, Part
from contractbill.deal.orders import (
    BillWhen,
    CreditGrant,
    Order,
    OrderKind,
    Reference,
    Renewal,
    RenewalKind,
    Termination,
    UpliftBasis,
    content_hash,
)
from contractbill.deal.parties import Address, Party, RemitTo, TaxId
from contractbill.deal.paths import evolve_at, value_at
from contractbill.deal.payment_terms import (
    EarlyDiscount,
    Instalment,
    LateFee,
    PaymentTerms,
    due_dates,
    due_on,
    instalments,
)
from contractbill.deal.prices import Flat, Percent, PerUnit, Price
from contractbill.deal.purchase_orders import PurchaseOrder
from contractbill.deal.resolve import ContractLine, Group, contract_lines, known_orders
from contractbill.deal.rounding import RoundingLevel
from contractbill.deal.splits import GroupShare, GroupSplit, Split, SplitShare, split_amounts
from contractbill.deal.tiers import Tier, Tiered, TierMode

__all__ = [
    "ORDER_LIFECYCLE",
    "Address",
    "BillWhen",
    "Billing",
    "CarryOver",
    "Ceiling",
    "Change",
    "Clock",
    "Contract",
    "ContractLine",
    "Corrections",
    "CreditGrant",
    "Discount",
    "DiscountOf",
    "EarlyDiscount",
    "Escalator",
    "Flat",
    "Group",
    "GroupShare",
    "GroupSplit",
    "Index",
    "IndexFormula",
    "Instalment",
    "Instalments",
    "InvoiceTiming",
    "LateFee",
    "LineDiscount",
    "LineItem",
    "MissingReading",
    "MonthDay",
    "Occasion",
    "Once",
    "OneTime",
    "Order",
    "OrderEvent",
    "OrderKind",
    "OrderProgress",
    "OrderState",
    "Part",
    "Party",
    "PaymentTerms",
    "PerUnit",
    "Percent",
    "Price",
    "PurchaseOrder",
    "RampStep",
    "Recurring",
    "Reference",
    "RemitTo",
    "Renewal",
    "RenewalKind",
    "RoundingLevel",
    "Split",
    "SplitShare",
    "Spread",
    "Step",
    "StepDone",
    "TaxId",
    "Term",
    "Termination",
    "Tier",
    "TierMode",
    "Tiered",
    "Timing",
    "UpliftBasis",
    "advance",
    "agreed_terms",
    "amend",
    "cancel",
    "check",
    "complete",
    "content_hash",
    "contract_lines",
    "due_dates",
    "due_on",
    "evolve_at",
    "fold",
    "instalments",
    "known_orders",
    "lasting_terms",
    "split_amounts",
    "started",
    "terms",
    "value_at",
]
