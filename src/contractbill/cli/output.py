"""Output: tables drawn on a terminal and plain in a pipe; JSON, CSV and HTML as the same bytes everywhere."""

import csv
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any, TextIO

import click

from contractbill.display import Table, to_page, to_text

# What a shell shows for a program whose reader has left: 128 + SIGPIPE.
_READER_LEFT = 141


@contextmanager
def written() -> Iterator[None]:
    """Whatever is written to standard output inside, by this package or by click, is written in full.

    Raises:
        SystemExit: 141 when the reader has left, as for any Unix tool; that is no error to speak of.
        click.UsageError: when it cannot be written to.
    """
    # Typed as always there; a process that is started with it closed has None.
    if getattr(sys, "stdout", None) is None:
        raise click.UsageError("The output cannot be written: it is closed.")
    try:
        yield
    except OSError as error:
        _let_go(sys.stdout)
        if isinstance(error, BrokenPipeError):
            raise SystemExit(_READER_LEFT) from error
        raise click.UsageError(f"The output cannot be written: {error.strerror}.") from error


@contextmanager
def told() -> Iterator[None]:
    """What is written to standard error inside is written if it can be: there is nowhere left to say that it cannot."""
    try:
        yield
    except OSError:
        _let_go(sys.stderr)


def _let_go(stream: TextIO) -> None:
    """Send what is left in a buffer nowhere, or the interpreter would try again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def write_bytes(content: bytes) -> None:
    """Write to standard output, in full."""
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def write_text(text: str) -> None:
    """Write lines in UTF-8, whatever the locale says."""
    write_bytes(f"{text}\n".encode())


def write_table(table: Table) -> None:
    """Draw a table on a terminal that has room for it; elsewhere write it as plain text."""
    if sys.stdout.isatty():
        # What draws takes long to import, and programs that read a pipe call often.
        from contractbill.cli.drawing import draw  # noqa: PLC0415 - see above

        if draw(table):
            return
    write_text(to_text(table))


def write_tables(tables: Sequence[Table]) -> None:
    """Write tables with a blank line between them."""
    for number, table in enumerate(tables):
        if number:
            write_text("")
        write_table(table)


def write_page(table: Table, *more: Table) -> None:
    """Write a page that a browser opens."""
    write_bytes(to_page(table, *more).encode())


def write_json(form: Mapping[str, Any]) -> None:
    """Write JSON in UTF-8."""
    write_bytes(json_text(form).encode())


def json_text(form: Mapping[str, Any], *, ascii_only: bool = False) -> str:
    """A form as JSON: numbers that may have a fraction as decimal text, dates as text, what is absent left out."""
    return json.dumps(_plain(form), ensure_ascii=ascii_only, indent=2) + "\n"


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a row, to any JSON type
    """A value as JSON types."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def write_rows(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
    """Write CSV in UTF-8: a row of names, then the rows; lines end in a line feed."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    write_bytes(text.getvalue().encode())


def _cell(value: object) -> str:
    """A value as text that no sheet takes for a formula.

    Sheets run text that begins like a formula, and names and descriptions come from files that others wrote: such text
    gets an apostrophe in front, which sheets hide. Numbers are numbers, minus included.

    Source: OWASP, CSV injection.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
