"""The deal to start from: it is a deal, it teaches, and nobody's work is written over."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contractbill import check, schedule, verify
from contractbill.cli.commands import contractbill
from contractbill.cli.files import starter
from contractbill.wire import from_json, from_toml, to_json

STARTER = starter().decode()
# What is switched off has its "#" right before a key or a heading; a note has a blank between.
SWITCHED_ON = re.sub(r"^#(?=[a-z\[])", "", STARTER, flags=re.MULTILINE)


def run(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(contractbill, words, input=text, prog_name="contractbill")


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_it_is_printed_where_no_file_is_named(arguments: tuple[str, ...]) -> None:
    printed = run("init", *arguments)
    assert (printed.exit_code, printed.stdout, printed.stderr) == (0, STARTER, "")


def test_it_is_written_once_and_read_by_every_command(tmp_path: Path) -> None:
    file = tmp_path / "my deal.toml"
    written = run("init", str(file))
    assert (written.exit_code, written.stderr) == (0, "")
    assert written.stdout == f"{file}: written. Change it, then: contractbill schedule '{file}'\n"
    assert file.read_text("utf-8") == STARTER
    assert run("schedule", str(file)).stdout.startswith("my-deal: 13 invoices in USD\n")


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "deal.toml"
    file.write_text("mine", "utf-8")
    refused = run("init", str(file))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is there already; --force writes over it." in refused.stderr
    assert file.read_text("utf-8") == "mine"
    assert run("init", str(file), "--force").exit_code == 0
    assert file.read_text("utf-8") == STARTER


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("deal.json", "JSON has no comments"),
        ("nowhere/deal.toml", "cannot be written: No such file"),
        (".", "directory"),
    ],
)
def test_what_cannot_be_written_is_wrong_use(file: str, told: str, tmp_path: Path) -> None:
    refused = run("init", str(tmp_path / file))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert told in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_empty_name_is_no_file() -> None:
    refused = run("init", "")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.endswith("it is empty; without FILE the deal is printed.\n")


def test_it_lacks_only_where_to_pay() -> None:
    finished = run("check", "-", "--format", "json", text=STARTER)
    assert [one["code"] for one in json.loads(finished.stdout)["issues"]] == ["no_remit_to"]
    assert finished.exit_code == 1


def test_all_that_is_switched_off_is_a_deal_when_it_is_switched_on() -> None:
    assert SWITCHED_ON.count("\n[[orders]]") == 2
    contract = from_toml(SWITCHED_ON)
    plan = schedule(contract)
    assert (check(contract), verify(plan)) == ((), ())
    assert run("check", "-", text=SWITCHED_ON).exit_code == 0


@pytest.mark.parametrize("text", [STARTER, SWITCHED_ON])
def test_it_is_the_same_deal_after_a_round_trip(text: str) -> None:
    contract = from_toml(text)
    assert from_json(to_json(contract)) == contract


def test_it_teaches_the_common_keys() -> None:
    keys = set(re.findall(r"(?:^|[{,] ?)([a-z_]+) = ", SWITCHED_ON, flags=re.MULTILINE))
    assert {"seller", "customer", "orders", "orders.lines"} <= set(re.findall(r"^\[+([a-z.]+)", STARTER, re.MULTILINE))
    common = "po remit_to address payment_terms kind signed_on effective_on term renewal discounts"
    of_lines = "id description quantity price unit_amount amount per billing every once escalator rate ramp extends"
    assert {*common.split(), *of_lines.split()} <= keys


def test_no_line_is_wider_than_a_terminal_takes() -> None:
    assert max(map(len, STARTER.splitlines())) <= 120
