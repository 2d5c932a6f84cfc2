"""The files of published contracts: one for each, which says where it comes from and agrees with the facts."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from contractbill import check
from contractbill.periods import add
from tests.real.deals import BY_ID, FOLDER, ids, read

# Records of contracts whose file assumes another day, or length, than one that is printed; and why.
OTHERWISE = {
    ("sanrafael-opengov-2018-credit", "signed"): "is the day of the amendment, the second order",
    ("orange-county-nc-maint-5pct-2021", "effective"): "is the day of the renewal, the second order",
    ("port-arthur-civicplus-2016", "signed"): "is a month",
    ("denton-codered-2012", "signed"): "is a year",
    ("denton-codered-2012", "months"): "is with the renewals, each signed by itself",
    ("fresno-county-mark43-2019", "signed"): "is the day of the amendment, the second order",
    ("redwood-city-ticketpro-2026", "start"): "is a month",
    ("redwood-city-ticketpro-2026", "end"): "is a month",
    ("yakima-flock-raven", "months"): "is with the second year, which may be called off",
}


FACTS = [(name, key) for name in (*ids("full"), *ids("partial")) for key in BY_ID[name]["facts"]]
# A second offer for the same work.
OTHER_OFFER = "-other-offer"


def test_every_contract_has_a_file_named_after_it() -> None:
    names = {path.stem.removesuffix(OTHER_OFFER) for path in FOLDER.glob("*.toml")}
    assert names == {*ids("full"), *ids("partial")}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_file_says_where_it_comes_from_and_misses_only_what_no_paper_prints(path: Path) -> None:
    assert {issue.code for issue in check(read(path.stem).contract)} <= {"no_remit_to", "no_seller"}
    record = BY_ID[path.stem.removesuffix(OTHER_OFFER)]
    assert f"\n# Source: {record['source']}\n" in path.read_text("utf-8")


@pytest.mark.parametrize(("name", "key"), FACTS)
def test_a_file_has_the_days_and_the_length_that_are_printed(name: str, key: str) -> None:
    contract, printed = read(name).contract, BY_ID[name]["facts"][key]
    first = contract.orders[0]
    assert first.term is not None
    said = {
        "currency": contract.currency,
        "signed": str(first.signed_on),
        "effective": str(first.effective_on),
        "start": str(first.effective_on),
        "months": first.term.in_whole_months,
        "end": str(add(first.effective_on, first.term, 1) - timedelta(1)),
    }
    assert (said[key] == printed) is ((name, key) not in OTHERWISE)


def test_the_page_about_five_of_them_quotes_their_files() -> None:
    page = (FOLDER.parents[2] / "docs" / "explanation" / "real-deals.md").read_text("utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    texts = [path.read_text("utf-8") for path in FOLDER.glob("*.toml")]
    assert len(blocks) >= 4
    assert [block for block in blocks if not any(block in text for text in texts)] == []
