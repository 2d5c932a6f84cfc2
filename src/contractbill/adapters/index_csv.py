"""Readings of indices from CSV, as a spreadsheet saves it.

Columns `index`, `month`, `value`, `known_on` and perhaps `provisional`, in any order, named in the first row; other
columns are passed over. A row for each reading: a value that was revised has a row for each day it became known on.
"""

import codecs
import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

import attrs

from contractbill.charges import IndexReading
from contractbill.errors import AdapterFailure, InvalidTerms, Issue, invalid, refuse

REQUIRED = ("index", "month", "value", "known_on")
_PROVISIONAL = "provisional"
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}
# What a text may begin with to say how it is encoded.
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@attrs.frozen
class CsvIndexSource:
    r"""An `IndexSource` over a CSV file, read anew each time it is asked.

    Args:
        path: the file.
        encoding: of a file that does not begin with a mark of its own (UTF-8 and UTF-16 may).

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> rows = "index,month,value,known_on\nCPI-U West,2026-09,110.5,2026-10-14\n"
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "cpi.csv")
        ...     _ = file.write_text(rows)
        ...     [str(one.value) for one in CsvIndexSource(file).readings("CPI-U West", "2026-01", "2026-12")]
        ['110.5']
    """

    path: Path = attrs.field(converter=Path)
    encoding: str = "utf-8"

    def readings(self, index: str, first_month: str, last_month: str) -> tuple[IndexReading, ...]:
        """The readings of an index for some months, by month and then by the day they became known.

        Raises:
            AdapterFailure: `not_readable` for a file that cannot be read; trying again may help.
            InvalidTerms: as `read_index_csv`.
        """
        try:
            raw = self.path.read_bytes()
        except OSError as error:
            issue = Issue("$", "not_readable", f"cannot be read: {error.strerror}", str(self.path))
            raise AdapterFailure(issue, retryable=True) from error
        found = (one for one in read_index_csv(raw, encoding=self.encoding) if one.index == index)
        months = (one for one in found if first_month <= one.month <= last_month)
        return tuple(sorted(months, key=lambda one: (one.month, one.known_on)))


def read_index_csv(source: str | bytes, *, encoding: str = "utf-8") -> tuple[IndexReading, ...]:
    r"""The readings of a CSV text.

    Args:
        source: the text, or its bytes; a mark at the beginning says how bytes are encoded.
        encoding: of bytes without one.

    Returns:
        Readings in the order of the rows; blank rows are passed over.

    Raises:
        InvalidTerms: every bad row at once, each by its line (`$.lines[7].value` stands in line 7): `missing` for a
            column that is not there, `duplicate_key` for one named twice, `wrong_columns` for a row of another length,
            `not_a_bool`, `duplicate_reading`, and the codes of `IndexReading`; or `wrong_encoding`, `not_csv`.

    Example:
        >>> read_index_csv("index,month,value,known_on\nCPI,2026-9,110.5,2026-10-14\nCPI,2026-10,abc,2026-11-12")
        Traceback (most recent call last):
        ...
        contractbill.errors.InvalidTerms: $.lines[2].month: not_a_month: must be a month such as 2026-09 (got '2026-9')
        $.lines[3].value: not_a_number: must be a decimal number (got 'abc')
    """
    rows = _rows(_text(source, encoding))
    _line, heading = next(rows, (1, []))
    names = [name.strip().lower() for name in heading]
    refuse(_heading_faults(names))
    found: dict[tuple[str, str, object], IndexReading] = {}
    faults: list[Issue] = []
    for line, row in rows:
        try:
            reading = _reading(names, row)
            key = (reading.index, reading.month, reading.known_on)
            refuse([Issue("$", "duplicate_reading", "is known on this day already")] if key in found else [])
            found[key] = reading
        except InvalidTerms as error:
            faults += error.under(f"$.lines[{line}]").issues
    refuse(faults)
    return tuple(found.values())


def _text(source: str | bytes, encoding: str) -> str:
    """The text of what was given, without the mark it may begin with."""
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    chosen = next((name for mark, name in _MARKS if source.startswith(mark)), encoding)
    try:
        return source.decode(chosen)
    except UnicodeDecodeError as error:
        place = f"byte {source[error.start]:#04x} at offset {error.start}"
        invalid("$", "wrong_encoding", f"must be text in {chosen}", place)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line it ends in."""
    rows = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        yield from ((rows.line_num, row) for row in rows if any(cell.strip() for cell in row))
    except csv.Error as error:
        invalid("$", "not_csv", str(error), f"line {rows.line_num}")


def _heading_faults(names: list[str]) -> Iterator[Issue]:
    """What is wrong with the first row."""
    for name in (*REQUIRED, _PROVISIONAL):
        if names.count(name) > 1:
            yield Issue(f"$.{name}", "duplicate_key", "must be one column")
        elif name in REQUIRED and name not in names:
            yield Issue(f"$.{name}", "missing", f"is required: a column {name}", ", ".join(names)[:100] or None)


def _reading(names: list[str], row: list[str]) -> IndexReading:
    """The reading of a row."""
    if len(row) != len(names):
        invalid("$", "wrong_columns", f"must have {len(names)} fields, as the first row has", len(row))
    cells: Mapping[str, str] = dict(zip(names, (cell.strip() for cell in row), strict=True))
    word = cells.get(_PROVISIONAL, "").lower()
    found: list[Issue] = []
    if word not in _WORDS:
        found.append(Issue(f"$.{_PROVISIONAL}", "not_a_bool", "must be true or false, or empty", word))
    try:
        reading = IndexReading(**{name: cells[name] for name in REQUIRED}, provisional=_WORDS.get(word, False))
    except InvalidTerms as error:
        raise InvalidTerms(*error.issues, *found) from None
    refuse(found)
    return reading
