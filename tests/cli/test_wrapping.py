"""What a program that wraps the command relies on, for every command there is: `-`, JSON out, JSON about faults."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from contractbill import Facts, schedule
from contractbill.cli.commands import contractbill
from contractbill.cli.files import InputFile
from contractbill.cli.schemas import NAMES, OUTPUTS, schema_of
from contractbill.testing import sales_led
from contractbill.wire import from_toml, to_json

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "docs" / "reference" / "schemas"
SALES_LED, FACTS = (str(ROOT / "examples" / kind / "sales-led.toml") for kind in ("deals", "facts"))
COMMANDS = dict(contractbill.commands)

# What the files of a command are, by parameter; those not named here are deals.
HOLDS = {"facts": FACTS}
AS_JSON = {
    SALES_LED: to_json(from_toml(Path(SALES_LED).read_text("utf-8"))),
    FACTS: to_json(from_toml(Path(FACTS).read_text("utf-8"), Facts)),
}
# What a command needs beside its files, by command.
BESIDE: dict[str, tuple[str, ...]] = {"vary": ("payment_terms.net_days", "30")}

DRAFT = """
schema = "contractbill/deal"
version = 1
id = "draft"
currency = "EUR"
orders = [{ id = "O-1", signed_on = 2026-01-01, lines = [
  { id = "support", price = { amount = 100, per = "month" }, billing = { every = "month" } },
] }]
"""


def run(*words: str, text: str | bytes | None = None) -> Result:
    return CliRunner().invoke(contractbill, words, input=text, prog_name="contractbill")


def files_of(command: click.Command) -> list[click.Parameter]:
    return [param for param in command.params if isinstance(param.type, InputFile)]


def prints_json(command: click.Command) -> bool:
    return any("json" in param.type.choices for param in command.params if isinstance(param.type, click.Choice))


READING = [name for name, command in COMMANDS.items() if files_of(command)]
PRINTING = [name for name, command in COMMANDS.items() if prints_json(command)]
INPUTS = [(name, param.name or "") for name in READING for param in files_of(COMMANDS[name])]


def words(name: str, *more: str, **given: str) -> list[str]:
    """A call of a command: its arguments all given, of its options those in `given`; the others are real files."""
    found = [name]
    for param in files_of(COMMANDS[name]):
        key = param.name or ""
        file = given.get(key, HOLDS.get(key, SALES_LED))
        if isinstance(param, click.Argument):
            found.append(file)
        elif key in given:
            found += [max(param.opts, key=len), file]
    return [*found, *BESIDE.get(name, ()), *more, *(("--format", "json") if name in PRINTING else ())]


def found_issues(text: str) -> list[dict[str, Any]]:
    form = json.loads(text)
    Draft202012Validator(schema_of("issues")).validate(form)
    issues: list[dict[str, Any]] = form["issues"]
    return issues


def test_the_commands_that_read_files_are_found() -> None:
    assert {("schedule", "file"), ("check", "facts"), ("diff", "old"), ("diff", "new")} <= set(INPUTS)


@pytest.mark.parametrize("form", ["toml", "json"])
@pytest.mark.parametrize(("name", "key"), INPUTS)
def test_every_file_may_be_standard_input_in_both_forms(name: str, key: str, form: str) -> None:
    file = HOLDS.get(key, SALES_LED)
    named = run(*words(name, **{key: file}))
    text = AS_JSON[file] if form == "json" else Path(file).read_text("utf-8")
    piped = run(*words(name, **{key: "-"}), text=text)
    assert (piped.exit_code, piped.stdout, piped.stderr) == (named.exit_code, named.stdout, "")
    assert named.exit_code == 0


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        (name, first.name, second.name)
        for name in READING
        for first, second in combinations(files_of(COMMANDS[name]), 2)
    ],
)
def test_standard_input_holds_one_file(name: str, first: str, second: str) -> None:
    finished = run(*words(name, **{first: "-", second: "-"}), text=AS_JSON[SALES_LED])
    assert (finished.exit_code, finished.stdout) == (2, "")
    (issue,) = found_issues(finished.stderr)
    assert issue["code"] == "wrong_use"
    assert "Standard input holds one file" in issue["message"]


@pytest.mark.parametrize("name", PRINTING)
@pytest.mark.parametrize("deal", ["sales-led", "reference"])
def test_what_a_command_prints_is_what_its_schema_says(name: str, deal: str) -> None:
    form = json.loads(run(*words(name, file=str(ROOT / "examples" / "deals" / f"{deal}.toml"))).stdout)
    assert form["schema"] == f"contractbill/{OUTPUTS[name]}"
    Draft202012Validator(schema_of(OUTPUTS[name])).validate(form)
    # A schema that lets everything pass would say nothing.
    assert not Draft202012Validator(schema_of(OUTPUTS[name])).is_valid({**form, "made_up": 1})


@pytest.mark.parametrize("name", PRINTING)
def test_facts_a_last_day_and_what_is_missing_keep_to_the_schema(name: str) -> None:
    form = json.loads(run(*words(name, "--through", "2027-06-30", facts=FACTS)).stdout)
    Draft202012Validator(schema_of(OUTPUTS[name])).validate(form)
    keys = {key: "-" for _, key in INPUTS if key == "file"}
    if any(param.name == "file" for param in files_of(COMMANDS[name])):
        form = json.loads(run(*words(name, "--through", "2026-03-31", **keys), text=DRAFT).stdout)
        Draft202012Validator(schema_of(OUTPUTS[name])).validate(form)


def test_check_tells_programs_what_people_read() -> None:
    finished = run("check", "-", "--through", "2026-12-31", "--format", "json", text=DRAFT)
    assert finished.exit_code == 1
    assert [(one["in"], one["path"], one["code"]) for one in found_issues(finished.stdout)] == [
        ("deal", "$.seller", "no_seller"),
        ("deal", "$.customer", "no_customer"),
    ]


# Each row: what a deal holds, and what a program is told of it.
FAULTS: list[tuple[bytes, list[dict[str, str]]]] = [
    (b'{"id": ', [{"path": "$", "code": "not_json", "message": "Expecting value", "got": "line 1, column 8"}]),
    (
        DRAFT.replace("100", "5%").encode(),
        [
            {
                "path": "$",
                "code": "not_toml",
                "message": "Unclosed inline table",
                "got": "line 7, column 41",
                "hint": "amounts are written 1_000 or 59.90, dates 2026-01-31, 5 % as 0.05, names in quotation marks",
            }
        ],
    ),
    (
        b'{"schema": "contractbill/deal", "version": 1, "id": "C-1", "curency": true}',
        [
            {
                "path": "$.curency",
                "code": "unknown_key",
                "message": "is not a key here; did you mean currency?",
                "got": "true",
            },
            {"path": "$.currency", "code": "missing", "message": "is required"},
        ],
    ),
    (
        DRAFT.replace("100", "1.001").encode(),
        [
            {
                "path": "$.orders[0].lines[0].price.amount",
                "code": "not_quantized",
                "message": "must be a multiple of 0.01",
                "got": "1.001",
            }
        ],
    ),
    (
        DRAFT.encode(),
        [
            {
                "path": "$.through",
                "code": "through_required",
                "message": "is required: the contract has no end",
                "hint": "give a last day with --through",
            }
        ],
    ),
]


@pytest.mark.parametrize("name", PRINTING)
@pytest.mark.parametrize(("content", "told"), FAULTS)
def test_a_program_is_told_faults_as_json(name: str, content: bytes, told: list[dict[str, str]]) -> None:
    (first, *_) = [key for command, key in INPUTS if command == name and key not in HOLDS]
    finished = run(*words(name, **{first: "-"}), text=content)
    assert (finished.exit_code, finished.stdout) == (2, "")
    issues = found_issues(finished.stderr)
    assert [one["code"] for one in issues] == [one["code"] for one in told]
    assert {one.get("file", "-") for one in issues} == {"-"}
    # Where there is one deal nothing else is told; where there are several, paths may start from all of them.
    assert name != "schedule" or issues == told


def test_a_fault_in_the_facts_names_their_file() -> None:
    finished = run("schedule", SALES_LED, "--facts", "-", "--format", "json", text="{")
    assert [(one["file"], one["code"]) for one in found_issues(finished.stderr)] == [("-", "not_json")]


# Each row: words, and the path and a part of the message that a program is told.
WRONG: list[tuple[list[str], str, str]] = [
    (["schedule", "--format", "json"], "FILE", "Missing argument 'FILE'"),
    (["schedule", "--format=json", "nowhere.toml"], "FILE", "File 'nowhere.toml' does not exist."),
    (["diff", SALES_LED, "nowhere.toml", "--format", "json"], "NEW", "does not exist"),
    (["schedule", SALES_LED, "--as-of", "2026-1-5", "--format", "json"], "--as-of", "'2026-1-5' is not a date"),
    (["schedule", SALES_LED, "--facts", "nowhere", "--format", "json"], "--facts", "does not exist"),
    (["schedule", SALES_LED, "--thru", "2026-01-05", "--format", "json"], "--thru", "No such option"),
    (["explain", SALES_LED, "--line", "unknown", "--format", "json"], "$", "No invoice has such a line"),
    (["bill", SALES_LED, "--format", "json"], "$", "No such command 'bill'"),
    (["--verbose", "schedule", SALES_LED, "--format", "json"], "--verbose", "No such option"),
]


@pytest.mark.parametrize(("call", "path", "told"), WRONG)
def test_a_program_is_told_wrong_use_as_json(call: list[str], path: str, told: str) -> None:
    finished = run(*call)
    assert (finished.exit_code, finished.stdout) == (2, "")
    (issue,) = found_issues(finished.stderr)
    assert (issue["path"], issue["code"]) == (path, "wrong_use")
    assert told in issue["message"]


def test_what_others_wrote_cannot_steer_a_terminal_through_a_fault() -> None:
    text = AS_JSON[SALES_LED].replace('"sales-led"', json.dumps("\u202e\x1b\ud800"))
    finished = run("schedule", "-", "--format", "json", text=text)
    assert finished.stderr.isascii()
    assert "\x1b" not in finished.stderr
    assert found_issues(finished.stderr)[0]["got"] == "\u202e\x1b\ud800"


@pytest.mark.parametrize("name", NAMES)
def test_schema_prints_what_is_published(name: str) -> None:
    printed = run("schema", name)
    assert (printed.exit_code, json.loads(printed.stdout)) == (0, schema_of(name))
    kept = (SCHEMAS / f"{name}.json").read_text("utf-8")
    assert kept == printed.stdout, f"contractbill schema {name} > docs/reference/schemas/{name}.json"
    form = json.loads(kept)
    Draft202012Validator.check_schema(form)
    assert form["$id"] == f"urn:contractbill:{name}:{form['properties']['version']['const']}"


def test_nothing_else_is_published() -> None:
    assert sorted(path.stem for path in SCHEMAS.iterdir()) == sorted(NAMES)


def test_every_command_that_prints_json_has_a_schema() -> None:
    assert {name: OUTPUTS[name] for name in PRINTING}.keys() == OUTPUTS.keys()
    assert set(OUTPUTS.values()) <= set(NAMES)


def described(schema: Any) -> Iterator[tuple[str, str]]:
    """Each key of a schema, and what it says of it."""
    for key, member in schema.get("properties", {}).items():
        yield key, member.get("description", "")
        yield from described(member.get("items", {}))


@pytest.mark.parametrize("name", sorted(set(OUTPUTS.values()) - {"schedule", "difference"}))
def test_every_key_that_a_command_prints_is_explained(name: str) -> None:
    keys = [key for key, said in described(schema_of(name)) if not said]
    assert keys == ["schema", "version"]


def test_the_help_of_schema_names_every_form() -> None:
    words = set(re.findall(r"[a-z]+", run("schema", "--help").stdout))
    assert set(NAMES) <= words


def test_a_schema_that_is_not_there_is_wrong_use() -> None:
    finished = run("schema", "invoice")
    assert (finished.exit_code, finished.stdout) == (2, "")
    assert "'invoice' is not one of 'deal', 'facts', 'schedule', 'difference'" in finished.stderr


def test_a_schedule_that_was_kept_is_read_from_standard_input() -> None:
    text = to_json(schedule(sales_led()))
    finished = run("diff", "-", SALES_LED, "--format", "json", text=text)
    assert (finished.exit_code, json.loads(finished.stdout)["changes"]) == (0, [])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_of_the_command_line_has_every_command(name: str) -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    assert f"## `contractbill {name}" in page
    ends = page.partition("## How it ends")[2].partition("\n## ")[0]
    assert f"| `{name}` |" in ends
