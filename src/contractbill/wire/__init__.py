"""In and out: one versioned form of deals, facts, schedules and differences, as plain types, JSON or TOML.

The form is the only thing that other programs and older files depend on, so it is versioned and strict: a key is
absent, never null; an unknown key is refused; figures that follow from others are checked.
"""

from contractbill.wire.form import VERSIONS, from_dict, from_json, from_toml, to_dict, to_json
from contractbill.wire.forms import DEAL, DIFFERENCE, FACTS, SCHEDULE, Value
from contractbill.wire.schema import json_schema

__all__ = [
    "DEAL",
    "DIFFERENCE",
    "FACTS",
    "SCHEDULE",
    "VERSIONS",
    "Value",
    "from_dict",
    "from_json",
    "from_toml",
    "json_schema",
    "to_dict",
    "to_json",
]
