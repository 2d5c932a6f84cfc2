"""The kinds of value that have a form: what each is called, and which class says its keys."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import attrs

from contractbill.charges import Facts
from contractbill.deal import Contract
from contractbill.invoices import Difference, Schedule
from contractbill.wire.difference_form import DifferenceForm
from contractbill.wire.differences import difference_form, read_difference
from contractbill.wire.leaves import DEAL_LEAVES, SCHEDULE_LEAVES, Leaves
from contractbill.wire.schedule_form import ScheduleForm
from contractbill.wire.schedules import read_schedule, schedule_form

DEAL, FACTS = "contractbill/deal", "contractbill/facts"
SCHEDULE, DIFFERENCE = "contractbill/schedule", "contractbill/difference"

Value: TypeAlias = Contract | Facts | Schedule | Difference


@attrs.frozen
class Form:
    """How one kind of value stands in the form.

    Args:
        cls: the class of the values.
        shape: the class whose fields are the keys.
        leaves: how its numbers, days and words are read and written.
        shaped: from a value to its shape.
        read: from a shape to the value; raises `InvalidTerms`.
    """

    cls: type
    shape: type
    leaves: Leaves
    shaped: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:  # noqa: ANN401 - what people write is its own shape
    return value


# People write deals and facts, so their numbers may stand without quotation marks; programs write the others.
FORMS: Mapping[str, Form] = MappingProxyType(
    {
        DEAL: Form(Contract, Contract, DEAL_LEAVES, _same, _same),
        FACTS: Form(Facts, Facts, DEAL_LEAVES, _same, _same),
        SCHEDULE: Form(Schedule, ScheduleForm, SCHEDULE_LEAVES, schedule_form, read_schedule),
        DIFFERENCE: Form(Difference, DifferenceForm, SCHEDULE_LEAVES, difference_form, read_difference),
    }
)


def schema_of(cls: type) -> str:
    """What the form of a class is called."""
    return next(schema for schema, form in FORMS.items() if form.cls is cls)
