"""The commands, each over the same public functions that a program calls."""

import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import attrs
import click

from contractbill.charges import Facts, check_facts
from contractbill.cli.files import read_deal, read_deal_or_schedule, read_facts
from contractbill.cli.output import write_bytes, write_json, write_page, write_rows, write_table, write_text
from contractbill.cli.workings import addressed, workings_rows, workings_text
from contractbill.deal import Contract
from contractbill.deal import check as check_deal
from contractbill.display import Column, Table, clean
from contractbill.errors import ContractbillError, Issue
from contractbill.invoices import ChangeRow, Row, Schedule, change_rows, to_rows, verify
from contractbill.invoices import diff as diff_of
from contractbill.invoices import schedule as schedule_of
from contractbill.reports import line_value_table, over_ceiling, value_by_line, value_by_order, value_table
from contractbill.wire import to_json

_FOUND_ISSUES, _MALFORMED = 1, 2


class _Reporting(click.Group):
    """A group of commands that report the library's own errors, one issue a line, and never a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except ContractbillError as error:
            # Where there are several files, a note says which one.
            where = "".join(f"{note}: " for note in getattr(error, "__notes__", ()))
            for issue in error.issues:
                click.echo(clean(f"{where}{issue}{_HINTS.get(issue.code, '')}"), err=True)
            ctx.exit(_MALFORMED)


# What to do about an issue that the command can settle.
_HINTS = {"through_required": "; give a last day with --through"}


def _day(_ctx: click.Context, _param: click.Parameter, text: str | None) -> date | None:
    """The date of a text as people and files write it, and in no other of the forms of ISO 8601."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else "")
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not a date such as 2026-01-31.") from error


def _facts(_ctx: click.Context, _param: click.Parameter, file: str | None) -> Facts:
    """The facts of a file; without one, none are known."""
    return Facts() if file is None else read_facts(file)


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
_File = click.Path(exists=True, dir_okay=False, allow_dash=True)


def _viewing(command: Command) -> Command:
    """What every command takes beside its files and its format, gathered in one `View`."""

    @wraps(command)
    def viewed(*args: Any, facts: Facts, as_of: date | None, through: date | None, **kwargs: Any) -> None:  # noqa: ANN401 - whatever else the command takes
        command(*args, view=View(facts, as_of, through), **kwargs)

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
            callback=_facts,
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


@click.group(cls=_Reporting, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
@click.option("--line", metavar="ID", help="Explain this line alone.")
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
        write_json({"contract": plan.contract, "currency": plan.currency, "lines": rows})
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
        write_json({"contract": contract.id, "issues": rows})
    elif form == "csv":
        write_rows(rows, names)
    elif rows:
        title = f"{contract.id}: {len(rows)} issue{'' if len(rows) == 1 else 's'}"
        write_table(Table(tuple(map(Column, names)), tuple(tuple(row.values()) for row in rows), title))
    else:
        write_text(f"{contract.id}: no issues")
    ctx.exit(_FOUND_ISSUES if rows else 0)


@contractbill.command(short_help="Show what the contract is worth, by order or by line.")
@_options
@click.option("--by", type=click.Choice(["order", "line"]), default="order", help="What made it worth that much.")
def value(file: str, form: str, view: View, by: str) -> None:
    """Show what the contract is worth, and what each order made of it, or what each line comes to.

    TCV is total contract value: fixed and estimated amounts, never contingent ones. ACV is annual contract value: the
    recurring part of the TCV divided by the years of the term. ARR is annual recurring revenue on the day the order
    takes effect.
    """
    contract = read_deal(file)
    if by == "line":
        _value_by_line(view.of(contract), form)
        return
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
        write_json({"contract": contract.id, "currency": contract.currency, "orders": rows})
    elif form == "csv":
        write_rows(rows, _VALUES)
    else:
        write_table(value_table(contract, values))


def _value_by_line(plan: Schedule, form: str) -> None:
    """Write what each line comes to."""
    values = value_by_line(plan)
    rows = [
        {
            "order": one.order,
            "line": one.line,
            "description": one.description,
            "fixed": one.fixed.amount,
            "estimated": one.estimated.amount,
            "contingent": one.contingent.amount,
        }
        for one in values
    ]
    if form == "json":
        write_json({"contract": plan.contract, "currency": plan.currency, "lines": rows})
    elif form == "csv":
        write_rows(rows, ["order", "line", "description", "fixed", "estimated", "contingent"])
    else:
        write_table(line_value_table(plan, values))


_VALUES = "order kind signed_on tcv_before delta tcv_after acv_after arr_before arr_after".split()


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
    if old == new == "-":
        raise click.UsageError("Standard input holds one file: name the other.")
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


def _issue_row(where: str, issue: Issue) -> dict[str, str]:
    """One issue, with which of the two its path starts from."""
    got = "" if issue.got is None else f" (got {issue.got!r})"
    return {"in": where, "path": issue.path, "code": issue.code, "message": f"{issue.message}{got}"}
