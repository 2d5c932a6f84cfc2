"""The commands, each over the same public functions that a program calls."""

from shlex import quote
from typing import Any

import click

from contractbill.charges import check_facts
from contractbill.cli.completion import line_ids
from contractbill.cli.files import read_deal, read_deal_or_schedule, starter, write_new
from contractbill.cli.limits import LimitRow, limit_rows
from contractbill.cli.modelling import compare_files, vary
from contractbill.cli.output import (
    write_bytes,
    write_json,
    write_page,
    write_rows,
    write_table,
    write_tables,
    write_text,
)
from contractbill.cli.reporting import Reporting, issue_form
from contractbill.cli.schemas import (
    HEADROOM,
    ISSUES,
    NAMES,
    SHARES,
    VALUES,
    WORKINGS,
    ValueRow,
    form_of,
    schema_of,
)
from contractbill.cli.views import FILE, View, day_of, deal_options, formatted, viewing
from contractbill.cli.workings import addressed, workings_rows, workings_text
from contractbill.deal import Contract
from contractbill.deal import check as check_deal
from contractbill.display import Column, Table, clean
from contractbill.errors import Issue
from contractbill.invoices import ChangeRow, Row, ShareRow, change_rows, share_rows, to_rows, verify
from contractbill.invoices import diff as diff_of
from contractbill.reports import headroom as headroom_of
from contractbill.reports import (
    headroom_table,
    over_ceiling,
    po_forecast,
    po_issues,
    po_table,
    value_by_order,
    value_table,
)
from contractbill.wire import to_json

_FOUND_ISSUES = 1


@click.group(cls=Reporting, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="contractbill")
def contractbill() -> None:
    """Turn a signed deal into every invoice of its term, and show the working.

    FILE is a deal in TOML or JSON; "-" reads it from standard input. On a terminal tables are drawn, in a pipe they are
    plain text. Dates are written 2026-01-31.

    Exit status: 0 when all is well, 1 when check finds something, 2 for a malformed deal or wrong use.
    """


@contractbill.command(short_help="Show every invoice of the deal.")
@deal_options
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
@deal_options
@click.option("--line", metavar="ID", shell_complete=line_ids, help="Explain this line alone.")
@click.option("--on", callback=day_of, metavar="DATE", help="Explain the invoices planned on this day alone.")
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
@deal_options
@click.pass_context
def check(ctx: click.Context, file: str, form: str, view: View) -> None:
    """Say what is still missing in the deal, whether the facts are about it, and whether its schedule adds up.

    It also says where the schedule exceeds a ceiling or a purchase order, or no purchase order holds.

    Exits with 1 when there is anything to say.
    """
    contract = read_deal(file)
    found = [("deal", issue) for issue in check_deal(contract)]
    found += [("facts", issue) for issue in check_facts(contract, view.facts)]
    plan = view.of(contract)
    found += [("deal", issue) for issue in over_ceiling(contract, plan, facts=view.facts)]
    found += [("deal", issue) for issue in po_issues(contract, plan, facts=view.facts)]
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
@deal_options
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


@contractbill.command(short_help="Show who takes which part of each invoice.")
@deal_options
def shares(file: str, form: str, view: View) -> None:
    """Show what each payer or cost centre is asked for, where the invoices of the deal in FILE are split.

    The table has one row for each share of each invoice, by the day it is due; JSON and CSV have one for each line of
    each share.
    """
    plan = view.of(read_deal(file))
    if form == "json":
        write_json(form_of(SHARES, {"contract": plan.contract, "currency": plan.currency, "shares": share_rows(plan)}))
    elif form == "csv":
        write_rows(share_rows(plan), list(ShareRow.__annotations__))
    elif any(invoice.group.split for invoice in plan.invoices):
        write_table(plan.shares_table())
    else:
        write_text(f"{plan.contract}: no invoice is split")


@contractbill.command(short_help="Show what ceilings and purchase orders leave.")
@deal_options
def headroom(file: str, form: str, view: View) -> None:
    """Show how much of each ceiling and each purchase order the invoices leave, and when they go beyond it.

    What stands under no purchase order is shown beside them. Contingent amounts count against nothing.
    """
    contract = read_deal(file)
    plan = view.of(contract)
    ceilings = headroom_of(contract, plan, facts=view.facts)
    forecast = po_forecast(contract, plan, facts=view.facts)
    rows = limit_rows(ceilings, forecast)
    if form == "json":
        write_json(form_of(HEADROOM, {"contract": contract.id, "currency": contract.currency, "limits": rows}))
    elif form == "csv":
        write_rows(rows, list(LimitRow.__annotations__))
    else:
        tables = [headroom_table(contract, ceilings)] if ceilings else []
        tables += [po_table(contract, forecast)] if any(one.number is not None for one in forecast) else []
        if tables:
            write_tables(tables)
        else:
            write_text(f"{contract.id}: no ceilings or purchase orders")


@contractbill.command(short_help="Show what changes from one deal or schedule to another.")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@formatted("table", "json", "csv", "html")
@viewing
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

    NAME is deal or facts, which they read; or schedule, difference, workings, issues, values, comparison, shares or
    headroom, which they print.
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
    elif not file:
        raise click.BadParameter("it is empty; without FILE the deal is printed.", param_hint="'FILE'")
    elif file.lower().endswith(".json"):
        raise click.BadParameter("JSON has no comments: name it .toml.", param_hint="'FILE'")
    else:
        write_new(file, starter(), over=force)
        write_text(clean(f"{file}: written. Change it, then: contractbill schedule {quote(file)}"))


contractbill.add_command(compare_files)
contractbill.add_command(vary)


def _issue_row(where: str, issue: Issue) -> dict[str, str]:
    """One issue, with which of the two its path starts from."""
    got = "" if issue.got is None else f" (got {issue.got!r})"
    return {"in": where, "path": issue.path, "code": issue.code, "message": f"{issue.message}{got}"}
