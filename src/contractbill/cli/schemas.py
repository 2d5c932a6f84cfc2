"""What the commands print as JSON: the shape of each form, and its JSON Schema."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, TypedDict, get_args, get_origin, get_type_hints, is_typeddict

from contractbill.cli.limits import LimitRow
from contractbill.invoices import Row, ShareRow
from contractbill.reports import FigureRow
from contractbill.wire import VERSIONS, json_schema
from contractbill.wire.leaves import SCHEDULE_LEAVES
from contractbill.wire.schema import headed


class Working(Row):
    """A line of an invoice, and how its amount came about."""

    working: list[str]
    reason: str


class Workings(TypedDict):
    """How each amount of a schedule came about, as `explain` prints it."""

    contract: str
    currency: str
    lines: list[Working]


# Not as a class, for `in` is a word of the language.
OneIssue = TypedDict(
    "OneIssue",
    {
        "in": Literal["deal", "facts", "schedule"] | None,
        "file": str | None,
        "path": str,
        "code": str,
        "message": str,
        "got": str | None,
        "hint": str | None,
    },
)
OneIssue.__doc__ = "One fault, addressed."


class Issues(TypedDict):
    """What `check` found, on standard output; or why a command came to nothing, on standard error."""

    contract: str | None
    issues: list[OneIssue]


class ValueRow(TypedDict):
    """What one order made the contract worth."""

    order: str
    kind: str
    signed_on: date
    tcv_before: Decimal
    delta: Decimal
    tcv_after: Decimal
    acv_after: Decimal | None
    arr_before: Decimal
    arr_after: Decimal


class Values(TypedDict):
    """What each order made the contract worth, as `value` prints it."""

    contract: str
    currency: str
    orders: list[ValueRow]


class Figures(TypedDict):
    """Deals side by side, or one by the values of a term, as `compare` and `vary` print them."""

    currency: str
    varied: str | None
    figures: list[FigureRow]


class Shares(TypedDict):
    """Who takes which part of each invoice, as `shares` prints it."""

    contract: str
    currency: str
    shares: list[ShareRow]


class Limits(TypedDict):
    """What ceilings and purchase orders leave, as `headroom` prints it."""

    contract: str
    currency: str
    limits: list[LimitRow]


WORKINGS, ISSUES, VALUES, COMPARISON = "workings", "issues", "values", "comparison"
SHARES, HEADROOM = "shares", "headroom"
_VERSION = 1
_PRINTED: Mapping[str, type] = MappingProxyType(
    {WORKINGS: Workings, ISSUES: Issues, VALUES: Values, COMPARISON: Figures, SHARES: Shares, HEADROOM: Limits}
)
_WIRE = tuple(title.rpartition("/")[2] for title in VERSIONS)

# Every form that has a schema.
NAMES = (*_WIRE, *_PRINTED)
# What each command prints as JSON.
OUTPUTS: Mapping[str, str] = MappingProxyType(
    {
        "schedule": "schedule",
        "explain": WORKINGS,
        "check": ISSUES,
        "value": VALUES,
        "diff": "difference",
        "compare": COMPARISON,
        "vary": COMPARISON,
        "shares": SHARES,
        "headroom": HEADROOM,
    }
)


def form_of(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A form that says what it is and in which version."""
    return {"schema": f"contractbill/{name}", "version": _VERSION, **body}


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a form.

    Args:
        name: one of `NAMES`.
    """
    if name not in _PRINTED:
        return json_schema(name)  # type: ignore[arg-type]  # the names of a tuple are any text to mypy
    return headed(f"contractbill/{name}", _VERSION, _object(_PRINTED[name]))


def _object(cls: type) -> dict[str, Any]:
    """The schema of a class of dictionaries."""
    hints = get_type_hints(cls)
    return {
        "description": cls.__doc__,
        "type": "object",
        "properties": {key: {**_member(hint), "description": _MEANINGS[key]} for key, hint in hints.items()},
        # What is None is left out, so null stands nowhere.
        "required": [key for key, hint in hints.items() if type(None) not in get_args(hint)],
        "additionalProperties": False,
    }


def _member(hint: Any) -> dict[str, Any]:  # noqa: ANN401 - annotations are of many types
    """The schema of what an annotation stands for."""
    if is_typeddict(hint):
        return _object(hint)
    if get_origin(hint) is list:
        return {"type": "array", "items": _member(get_args(hint)[0])}
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    found = [one for one in get_args(hint) if one is not type(None)]
    return _member(found[0]) if found else dict(_PLAIN[hint])


_PLAIN: Mapping[Any, Mapping[str, Any]] = MappingProxyType(
    {
        str: {"type": "string"},
        int: {"type": "integer"},
        date: SCHEDULE_LEAVES[date].schema,
        Decimal: SCHEDULE_LEAVES[Decimal].schema,
    }
)

_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "contract": "the contract's id.",
        "currency": "ISO 4217 code of every amount.",
        "lines": "by invoice, then by line as it stands there.",
        "invoice": "which invoice of the schedule, counted from 1.",
        "invoice_on": "the day of the invoice.",
        "due_on": "the last day to pay it.",
        "order": "the id of the order.",
        "line": "the id of the line.",
        "component": "which part of what the line costs: base, rounding, a discount.",
        "n": "which period of the line, or which occurrence, counted from 0.",
        "entry": "1 for the charge itself, more for what corrects it.",
        "description": "what the customer reads.",
        "product": "as the line says.",
        "unit": "as the line says.",
        "tax_code": "as the line says.",
        "tags": "as the line says, with a comma between.",
        "service_start": "the first day the charge is for.",
        "service_end": "the first day it is no longer for.",
        "quantity": "how many units.",
        "unit_amount": "the price of a unit for each price period.",
        "per": "the price period.",
        "factor": "by how many price periods that is taken, as a ratio.",
        "amount": "quantity, unit amount and factor multiplied, rounded once.",
        "certainty": "fixed, estimated or contingent.",
        "entity": "the id of the party that sells.",
        "bill_to": "the id of the party that pays.",
        "po": "the purchase order.",
        "working": "the calculation, then what raised the price, a line each.",
        "reason": "why it stands on an invoice of this day.",
        "issues": "all faults that were found.",
        "in": "what the path starts from, where a command looks at several.",
        "file": "the file at fault, where it is named.",
        "path": "where the fault is; of wrong use, the argument or option.",
        "code": "a stable word to program against.",
        "message": "the same for a person.",
        "got": "what was got, as text.",
        "hint": "what to do about it.",
        "orders": "in the order in which they count.",
        "kind": "the kind of order (initial, expansion, renewal and so on) or of limit (ceiling, purchase_order).",
        "signed_on": "the day of the last signature.",
        "tcv_before": "total contract value without the order.",
        "delta": "what the order changes it by.",
        "tcv_after": "total contract value with it.",
        "acv_after": "annual contract value with it; absent where the contract has no end.",
        "arr_before": "annual recurring revenue before the day the order takes effect.",
        "arr_after": "annual recurring revenue on that day.",
        "shares": "by invoice, then by share, then by line; none where no invoice is split.",
        "share": "the id of the payer or cost centre.",
        "limits": "ceilings, then purchase orders; last what stands under no purchase order, without an id.",
        "id": "of the ceiling, or the number of the purchase order.",
        "starts_on": "the first day that counts.",
        "ends_before": "the first day that does not count any more.",
        "limit": "what it is for; absent where there is no limit.",
        "fixed": "what is charged for certain.",
        "estimated": "what is agreed and not measured yet.",
        "contingent": "what may never be; it counts against no limit.",
        "remaining": "the limit less fixed and estimated amounts; negative where they exceed it.",
        "exceeded_on": "the day of the first invoices that go beyond it.",
        "exceeded_by": "by how much the invoices of that day do.",
        "varied": "the path of the term that was varied; absent where deals are compared.",
        "figures": "by deal, then by figure.",
        "deal": "what the deal is called: its file, or the value of the term.",
        "figure": "tcv, fixed, estimated, contingent, acv, effective_discount, average_uplift, billings or cash.",
        "period": "the year of the contract, from 1, or the month; absent where the figure is of all.",
        "value": "an amount, or a rate as a fraction; absent where the deal has none.",
        "difference": "the value less that of the first deal.",
    }
)
