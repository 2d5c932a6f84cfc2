"""In and out: one versioned form for deals and schedules, as plain types, JSON or TOML text, and its JSON Schema.

The form is the only thing that other programs and older files depend on, so it is versioned and strict: a key is
absent, never null; an unknown key is refused; figures that follow from others are checked.
"""

from contractbill.wire.form import DEAL, SCHEDULE, VERSIONS, from_dict, from_json, from_toml, to_dict, to_json
from contractbill.wire.schema import json_schema

__all__ = ["DEAL", "SCHEDULE", "VERSIONS", "from_dict", "from_json", "from_toml", "json_schema", "to_dict", "to_json"]
