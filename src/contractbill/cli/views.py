"""What commands have in common: a deal is looked at with facts, as of a day, through a day, in a format."""

import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import attrs
import click

from contractbill.charges import Facts
from contractbill.cli.files import InputFile, read_facts
from contractbill.deal import Contract
from contractbill.invoices import Schedule
from contractbill.invoices import schedule as schedule_of


def day_of(_ctx: click.Context, _param: click.Parameter, text: str | None) -> date | None:
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
FILE = InputFile()


def viewing(command: Command) -> Command:
    """What every command takes beside its files and its format, gathered in one `View`."""

    @wraps(command)
    def viewed(*args: Any, facts: str | None, as_of: date | None, through: date | None, **kwargs: Any) -> None:  # noqa: ANN401 - whatever else the command takes
        # Read here, when all words are known to be right: two files cannot both be standard input.
        known = Facts() if facts is None else read_facts(facts)
        command(*args, view=View(known, as_of, through), **kwargs)

    for option in (
        click.option(
            "--through",
            callback=day_of,
            metavar="DATE",
            help="Plan no further than this day; a contract without end needs it.",
        ),
        click.option(
            "--as-of", callback=day_of, metavar="DATE", help="Use only what was known by the end of this day."
        ),
        click.option(
            "--facts",
            type=FILE,
            metavar="FILE",
            help="What happened after signing, in TOML or JSON; without it, nothing did.",
        ),
    ):
        viewed = option(viewed)
    return viewed


def formatted(*forms: str) -> Callable[[Command], Command]:
    """The formats that a command has: a table first, then others."""
    told = {"table": "A table for people (default)", "json": "JSON", "csv": "CSV with one row a line", "html": "a page"}
    *listed, last = [told[form] for form in forms]
    help_ = f"{', '.join(listed)}, or {last}."
    return click.option("--format", "form", type=click.Choice(forms), default="table", help=help_)


def deal_options(command: Command) -> Command:
    """What every command takes that works on one deal."""
    return click.argument("file", type=FILE)(formatted("table", "json", "csv")(viewing(command)))
