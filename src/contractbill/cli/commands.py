"""The commands, each over the same public functions that a program calls."""

import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from shlex import quote
from typing import Any

import attrs
import click

from contractbill.charges import Facts, check_facts
from contractbill.cli.completion import line_ids
from contractbill.cli.files import InputFile, read_deal, read_deal_or_schedule, read_facts, starter, write_new
from contractbill.cli.output import write_bytes, write_json, write_page, write_rows, write_table, write_text
from contractbill.cli.reporting import Reporting, issue_form
from contractbill.cli.schemas import ISSUES, NAMES, VALUES, WORKINGS, ValueRow, form_of, schema_of
from contractbill.cli.workings import addressed, workings_rows, workings_text
from contractbill.deal import Contract
from contractbill.deal import check as check_deal
from contractbill.display import Column, Table, clean
from contractbill.errors import Issue
from contractbill.invoices import ChangeRow, Row, Schedule, change_rows, to_rows, verify
from contractbill.invoices import diff as diff_of
from contractbill.invoices import schedule as schedule_of
from contractbill.reports import over_ceiling, value_by_order, value_table
from contractbill.wire import to_json

_FOUND_ISSUES = 1


def _day(_ctx: click.Context, _param: click.Parameter, text: str | None) -> date | None:
    """The date of a text as people and files write it, and in no other of the forms of ISO 8601."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else "")
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not a date such as 2026-01-31.") from error


@attrs.frozen
class View:
    """What a deal is looked at by.

    Args:
        facts: what happened since it was signed.
        as_of: what became known later is passed over.
        through: nothing planned later is shown.
    """

    facts: Facts
    as_of: date | None
    through: date | None

    def of(self, contract: Contract) -> Schedule:
        """The schedule that is seen."""
        return schedule_of(contract, self.facts, as_of=self.as_of, through=self.through)


Command = Callable[..., None]
_File = InputFile()


def _viewing(command: Command) -> Command:
    """What every command takes beside its files and its format, gathered in one `View`."""

    @wraps(command)
    def viewed(*args: Any, facts: str | None, as_of: date | None, through: date | None, **kwargs: Any) -> None:  # noqa: ANN401 - whatever else the command takes
        # Read here, when all words are known to be right: two files cannot both be standard input.
        known = Facts() if facts is None else read_facts(facts)
        command(*args, view=View(known, as_of, through), **kwargs)

    for option in (
        click.option(
            "--through",
            callback=_day,
            metavar="DATE",
            help="Plan no further than this day; a contract without end needs it.",
        ),
        click.option("--as-of", callback=_day, metavar="DATE", help="Use only what was known by the end of this day."),
        click.option(
            "--facts",
            type=_File,
            metavar="FILE",
            help="What happened after signing, in TOML or JSON; without it, nothing did.",
        ),
    ):
        viewed = option(viewed)
    return viewed


def _format(*forms: str) -> Callable[[Command], Command]:
    """The formats that a command has: a table first, then others."""
    told = {"table": "A table for people (default)", "json": "JSON", "csv": "CSV with one row a line", "html": "a page"}
    *listed, last = [told[form] for form in forms]
    help_ = f"{', '.join(listed)}, or {last}."
    return click.option("--format", "form", type=click.Choice(forms), default="table", help=help_)


def _options(command: Command) -> Command:
    """What every command takes that works on one deal."""
    return click.argument("file", type=_File)(_format("table", "json", "csv")(_viewing(command)))


@click.group(cls=Reporting, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="contractbill")
def contractbill() -> None:
    """Turn a signed deal into every invoice of its term, and show the working.

    FILE is a deal in TOML or JSON; "-" reads it from standard input. On a terminal tables are drawn, in a pipe they are
    plain text. Dates are written 2026-01-31.

    Exit status: 0 when all is well, 1 when check finds something, 2 for a malformed deal or wrong use.
    """


@contractbill.command(short_help="Show every invoice of the deal.")
@_options
def schedule(file: str, form: str, view: View) -> None:
    """Show every invoice of the deal in FILE: when, due when, how much, how certain.

    JSON is the versioned form of a schedule; CSV has one row for each line of each invoice.
    """
    plan = view.of(read_deal(file))
    if form == "json":
        write_bytes(to_json(plan).encode())
    elif form == "csv":
        write_rows(to_rows(plan), list(Row.__annotations__))
    else:
        write_table(plan.to_table())


@contractbill.command(short_help="Show how each amount came about.")
@_options
@click.option("--line", metavar="ID", shell_complete=line_ids, help="Explain this line alone.")
@click.option("--on", callback=_day, metavar="DATE", help="Explain the invoices planned on this day alone.")
def explain(file: str, form: str, view: View, **only: Any) -> None:  # noqa: ANN401 - dates and texts
    """Show how each amount came about, and why it stands on its invoice.

    One line with quantity, unit price and proration; then what raised the price; then the reason for the day.
    """
    plan = view.of(read_deal(file))
    lines = addressed(plan, **only)
    if not lines and any(only.values()):
        raise click.UsageError("No invoice has such a line on such a day.")
    if form == "json":
        rows = workings_rows(plan, lines)
        write_json(form_of(WORKINGS, {"contract": plan.contract, "currency": plan.currency, "lines": rows}))
    elif form == "csv":
        rows = [{**row, "working": "\n".join(row["working"])} for row in workings_rows(plan, lines)]
        write_rows(rows, [*Row.__annotations__, "working", "reason"])
    else:
        write_text(workings_text(plan, lines))


@contractbill.command(short_help="Say what is missing, and whether all adds up.")
@_options
@click.pass_context
def check(ctx: click.Context, file: str, form: str, view: View) -> None:
    """Say what is still missing in the deal, whether the facts are about it, and whether its schedule adds up.

    It also says where the schedule exceeds a ceiling.

    Exits with 1 when there is anything to say.
    """
    contract = read_deal(file)
    found = [("deal", issue) for issue in check_deal(contract)]
    found += [("facts", issue) for issue in check_facts(contract, view.facts)]
    plan = view.of(contract)
    found += [("deal", issue) for issue in over_ceiling(contract, plan, facts=view.facts)]
    found += [("schedule", issue) for issue in verify(plan)]
    rows = [_issue_row(where, issue) for where, issue in found]
    names = ["in", "path", "code", "message"]
    if form == "json":
        issues = [issue_form(issue, of=where) for where, issue in found]
        write_json(form_of(ISSUES, {"contract": contract.id, "issues": issues}))
    elif form == "csv":
        write_rows(rows, names)
    elif rows:
        title = f"{contract.id}: {len(rows)} issue{'' if len(rows) == 1 else 's'}"
        write_table(Table(tuple(map(Column, names)), tuple(tuple(row.values()) for row in rows), title))
    else:
        write_text(f"{contract.id}: no issues")
    ctx.exit(_FOUND_ISSUES if rows else 0)


@contractbill.command(short_help="Show what each order made the contract worth.")
@_options
def value(file: str, form: str, view: View) -> None:
    """Show what the contract is worth, and what each order made of it.

    TCV is total contract value: fixed and estimated amounts, never contingent ones. ACV is annual contract value: the
    recurring part of the TCV divided by the years of the term. ARR is annual recurring revenue on the day the order
    takes effect.
    """
    contract = read_deal(file)
    values = value_by_order(contract, view.facts, as_of=view.as_of, through=view.through)
    rows = [
        {
            "order": one.order,
            "kind": one.kind.value,
            "signed_on": one.signed_on,
            "tcv_before": one.tcv_before.amount,
            "delta": one.delta.amount,
            "tcv_after": one.tcv_after.amount,
            "acv_after": None if one.acv_after is None else one.acv_after.amount,
            "arr_before": one.arr_before.amount,
            "arr_after": one.arr_after.amount,
        }
        for one in values
    ]
    if form == "json":
        write_json(form_of(VALUES, {"contract": contract.id, "currency": contract.currency, "orders": rows}))
    elif form == "csv":
        write_rows(rows, list(ValueRow.__annotations__))
    else:
        write_table(value_table(contract, values))


@contractbill.command(short_help="Show what changes from one deal or schedule to another.")
@click.argument("old", type=_File)
@click.argument("new", type=_File)
@_format("table", "json", "csv", "html")
@_viewing
def diff(old: str, new: str, form: str, view: View) -> None:
    """Show what changes in the invoices from OLD to NEW: the preview of an order.

    Each is a deal in TOML or JSON, or a schedule as `schedule --format json` writes it. Facts and days count for deals;
    a schedule stands as it was written.

    JSON is the versioned form of a difference; CSV has one row for each change; HTML is a page to open in a browser.
    """
    before, after = (
        view.of(one) if isinstance(one, Contract) else one for one in map(read_deal_or_schedule, (old, new))
    )
    found = diff_of(before, after)
    if form == "json":
        write_bytes(to_json(found).encode())
    elif form == "csv":
        write_rows(change_rows(found), list(ChangeRow.__annotations__))
    elif form == "html":
        write_page(found.to_table())
    else:
        write_table(found.to_table())


@contractbill.command(short_help="Print the JSON Schema of a form.")
@click.argument("name", type=click.Choice(NAMES), metavar="NAME")
def schema(name: str) -> None:
    """Print the JSON Schema of a form: of what commands read, and of what they print with --format json.

    NAME is deal or facts, which they read; schedule, workings, issues, values or difference, which they print.
    """
    write_json(schema_of(name))


@contractbill.command(short_help="Write a commented deal file to start from.")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True), default="-")
@click.option("--force", is_flag=True, help="Write over FILE if it is there.")
def init(file: str, *, force: bool) -> None:
    """Write a commented deal in TOML to FILE, or to standard output, to start from.

    A file that is there is left as it is.
    """
    if file == "-":
        write_bytes(starter())
    elif file.lower().endswith(".json"):
        raise click.BadParameter("JSON has no comments: name it .toml.", param_hint="'FILE'")
    else:
        write_new(file, starter(), over=force)
        write_text(clean(f"{file}: written. Change it, then: contractbill schedule {quote(file)}"))


def _issue_row(where: str, issue: Issue) -> dict[str, str]:
    """One issue, with which of the two its path starts from."""
    got = "" if issue.got is None else f" (got {issue.got!r})"
    return {"in": where, "path": issue.path, "code": issue.code, "message": f"{issue.message}{got}"}
