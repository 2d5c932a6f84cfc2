"""The reference of the deal file names every key of the form and every word a key may have."""

import json
import re

from contractbill.wire import json_schema
from tests.wire.deals import ROOT

PAGE = (ROOT / "docs" / "reference" / "deal-file.md").read_text("utf-8")
PROSE = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
NAMED = set(re.findall(r"[a-z0-9_]+", " ".join(re.findall(r"`[^`]+`", PROSE))))


def test_the_page_of_the_deal_file_names_every_key() -> None:
    described = json_schema("deal")
    keys = {*described["properties"], *(key for one in described["$defs"].values() for key in one["properties"])}
    assert sorted(keys - NAMED) == []


def test_the_page_of_the_deal_file_names_every_word() -> None:
    lists = re.findall(r'"enum": \[([^]]*)\]', json.dumps(json_schema("deal")))
    words = {word for listed in lists for word in re.findall(r'"([^"]+)"', listed)}
    assert sorted(words - NAMED) == []
