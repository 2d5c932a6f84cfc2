"""The commands that model: deals side by side, and one deal with a term varied."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from contractbill.cli.files import noted, read_deal
from contractbill.cli.output import write_json, write_page, write_rows, write_tables
from contractbill.cli.schemas import COMPARISON, form_of
from contractbill.cli.views import FILE, View, formatted, viewing
from contractbill.deal import Contract, evolve_at
from contractbill.errors import InvalidTerms
from contractbill.reports import Comparison, FigureRow, compare, comparison_rows
from contractbill.reports import vary as vary_of


@click.command("compare", short_help="Show deals side by side.")
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE FILE…")
@formatted("table", "json", "csv", "html")
@viewing
def compare_files(files: Sequence[str], form: str, view: View) -> None:
    """Show deals side by side, each with its differences to the first.

    Value, billings by year of the contract, how far prices are below the list and how fast they rise, and cash by month
    as invoices fall due. Deals are called by the names of their files, one from standard input by its id; facts count
    for all of them.

    JSON and CSV have one row for each figure of each deal.
    """
    deals = [_noted_deal(file) for file in files]
    labels = [one.id if file == "-" else _legible(Path(file).stem) for file, one in zip(files, deals, strict=True)]
    if len(set(labels)) < len(labels):
        labels = _once(map(_legible, files))
    named = dict(zip(labels, deals, strict=True))
    _write(compare(named, facts=view.facts, as_of=view.as_of, through=view.through), form)


@click.command(short_help="Show a deal by the values of one term.")
@click.argument("file", type=FILE)
@click.argument("path")
@click.argument("values", nargs=-1, required=True, metavar="VALUE VALUE…")
@formatted("table", "json", "csv", "html")
@viewing
def vary(file: str, path: str, values: Sequence[str], form: str, view: View) -> None:
    """Show what becomes of the deal in FILE where the term at PATH has other values.

    PATH names fields with points between them, and members of lists by their ids or places in brackets:
    orders[0].lines[platform].escalator.rate. A VALUE is a number, a date, a length of time, a word or a text; "none"
    leaves the term out. A value below zero comes after "--".

    JSON and CSV have one row for each figure and value.
    """
    contract = read_deal(file)
    named = {value: _value(contract, path, value) for value in _once(values)}
    _write(vary_of(contract, path, named, facts=view.facts, as_of=view.as_of, through=view.through), form)


def _legible(name: str) -> str:
    r"""The name of a file as text that any form can hold: a byte that is no text as `\xff`."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _once(words: Iterable[str]) -> list[str]:
    """Words that are each said once: what they name would replace each other."""
    listed = list(words)
    for place, word in enumerate(listed):
        if word in listed[:place]:
            raise click.UsageError(f"{word!r} is said twice.")
    return listed


def _value(contract: Contract, path: str, text: str) -> Any:  # noqa: ANN401 - what the constructors of a deal take
    """What a text on the command line stands for: digits are a whole number only where the term must be one."""
    if text in _WORDS:
        return _WORDS[text]
    if not _WHOLE.fullmatch(text):
        return text
    try:
        evolve_at(contract, path, text)
    except InvalidTerms as error:
        # Whatever else is wrong with it is said of what was written.
        return int(text) if any(issue.code == "not_whole" for issue in error.issues) else text
    return text


_WORDS = {"none": None, "true": True, "false": False}
# Longer than any count.
_WHOLE = re.compile(r"-?[0-9]{1,18}")


def _noted_deal(file: str) -> Contract:
    """The contract of a deal file; faults are noted with its name."""
    with noted(file):
        return read_deal(file)


def _write(comparison: Comparison, form: str) -> None:
    """A comparison in one of its formats."""
    if form == "json":
        body = {"currency": comparison.currency, "varied": comparison.varied, "figures": comparison_rows(comparison)}
        write_json(form_of(COMPARISON, body))
    elif form == "csv":
        write_rows(comparison_rows(comparison), list(FigureRow.__annotations__))
    elif form == "html":
        write_page(*comparison.shown())
    else:
        write_tables(comparison.shown())
