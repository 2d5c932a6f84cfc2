"""Rows to a text or an HTML table, and numbers to plain English text.

What `_repr_html_` and the command line show. Everything here is a pure function of text and numbers: it knows no
currency (the digits after the point come as an argument) and it never rounds. Localized text belongs to documents.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from html import escape


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a `Table`.

    Args:
        title: what stands above it.
        numeric: whether its cells are numbers, which align right.

    Example:
        >>> Column("amount", numeric=True)
        Column(title='amount', numeric=True)
    """

    title: str
    numeric: bool = False


class Tone(StrEnum):
    """What a row of a table tells, for colours beside its words: nothing, a gain, a loss, a shift."""

    PLAIN = "plain"
    GAIN = "gain"
    LOSS = "loss"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True)
class Table:
    """Text in rows and columns, ready to show.

    Args:
        columns: at least one.
        rows: each with one cell per column, already formatted.
        title: what stands above the table; empty for none.
        footer: rows set apart below, such as totals; same shape as `rows`.
        tones: one for each row, or none for rows that are all plain. A tone adds nothing that the cells do not say.

    Raises:
        ValueError: for a table without columns, a row with more or fewer cells than columns, or tones for some rows.

    Example:
        >>> table = Table((Column("date"), Column("total", numeric=True)), (("2026-01-15", "104,500.00"),))
        >>> len(table.rows)
        1
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    footer: tuple[tuple[str, ...], ...] = ()
    tones: tuple[Tone, ...] = ()

    def __post_init__(self) -> None:
        """Refuse ragged rows: a shifted cell would put an amount under the wrong heading."""
        if not self.columns:
            message = "a table must have at least one column"
            raise ValueError(message)
        for row in (*self.rows, *self.footer):
            if len(row) != len(self.columns):
                message = f"a row must have {len(self.columns)} cells, got {len(row)}: {row!r}"
                raise ValueError(message)
        if self.tones and len(self.tones) != len(self.rows):
            message = f"a table must have a tone for each of its {len(self.rows)} rows, got {len(self.tones)}"
            raise ValueError(message)

    def __str__(self) -> str:
        """As `to_text` writes it."""
        return to_text(self)

    def _repr_html_(self) -> str:
        """As a notebook shows it."""
        return to_html(self)

    def _repr_mimebundle_(self, **_wanted: object) -> dict[str, str]:
        """Its text where a notebook or a prompt cannot show HTML."""
        return {"text/plain": str(self)}


def to_text(table: Table) -> str:
    """The table as aligned plain text for a terminal or a pipe.

    Args:
        table: what to show.

    Returns:
        Lines joined by newlines, without trailing blanks or a last newline: the title when there is one, the headings,
        a rule, the rows, and below another rule the footer when there is one.

    Example:
        >>> columns = (Column("date"), Column("total", numeric=True))
        >>> rows = (("2026-01-15", "104,500.00"), ("2026-04-15", "4,500.00"))
        >>> print(to_text(Table(columns, rows, title="Schedule", footer=(("", "109,000.00"),))))
        Schedule
        date             total
        ----------  ----------
        2026-01-15  104,500.00
        2026-04-15    4,500.00
        ----------  ----------
                    109,000.00
    """
    heading = [clean(column.title) for column in table.columns]
    body = [[clean(cell) for cell in row] for row in table.rows]
    footer = [[clean(cell) for cell in row] for row in table.footer]
    widths = [max(map(_width, cells)) for cells in zip(heading, *body, *footer, strict=True)]
    rule = ["-" * width for width in widths]
    lines = [heading, rule, *body, *([rule, *footer] if footer else [])]
    title = [clean(table.title)] if table.title else []
    return "\n".join([*title, *(_line(cells, widths, table.columns) for cells in lines)])


def _line(cells: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    """One line of text, its cells padded to the widths of their columns."""
    padded = (
        " " * (width - _width(cell)) + cell if column.numeric else cell + " " * (width - _width(cell))
        for cell, width, column in zip(cells, widths, columns, strict=True)
    )
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """How many terminal cells `text` takes: none for combining and format characters, two for wide ones."""
    return sum(
        0 if unicodedata.category(char) in _ZERO_WIDTH else 2 if unicodedata.east_asian_width(char) in _WIDE else 1
        for char in text
    )


_ZERO_WIDTH = frozenset({"Mn", "Me", "Cf"})
_WIDE = frozenset({"W", "F"})


def clean(text: str) -> str:
    r"""`text` on one line, without characters that could steer a terminal or reorder what is read.

    Names and descriptions come from deal files that others wrote, so an escape sequence or a right-to-left override in
    one must not change how an amount beside it looks. Line breaks and tabs become blanks, the rest a visible mark.

    Example:
        >>> clean("two\nlines, \x1b[31mred")
        'two lines, �[31mred'
    """
    return "".join(" " if char in "\t\n\r" else _MARK if _steers(char) else char for char in text)


def _steers(char: str) -> bool:
    """Whether `char` is a control, a line or paragraph separator, half a surrogate pair, or a direction override."""
    return unicodedata.category(char) in _CONTROLS or unicodedata.bidirectional(char) in _DIRECTIONS


_MARK = "\N{REPLACEMENT CHARACTER}"
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTIONS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def to_html(table: Table) -> str:
    """The table as one HTML `<table>` element, for a notebook or a page.

    Args:
        table: what to show; its text is escaped.

    Returns:
        A fragment with `<caption>`, `<thead>`, `<tbody>` and `<tfoot>` as far as there is content for them. Colours are
        inherited, and rows with a tone are tinted, so that it reads well on light and on dark grounds.

    Example:
        >>> print(to_html(Table((Column("bill-to"),), (("Smith & Co",),))))
        <table style="border-collapse:collapse">
        <thead>
        <tr><th scope="col" style="padding:0.25em 0.75em;text-align:left;border-bottom:1px solid">bill-to</th></tr>
        </thead>
        <tbody>
        <tr><td style="padding:0.25em 0.75em;text-align:left">Smith &amp; Co</td></tr>
        </tbody>
        </table>
    """
    titles = [column.title for column in table.columns]
    parts = ['<table style="border-collapse:collapse">']
    if table.title:
        parts.append(f'<caption style="{_CAPTION}">{_text(table.title)}</caption>')
    parts += ["<thead>", _html_row("th", titles, table.columns, 'scope="col" ', _BELOW), "</thead>"]
    tones = table.tones or (Tone.PLAIN,) * len(table.rows)
    body = (_html_row("td", row, table.columns, "", _TINTS[tone]) for row, tone in zip(table.rows, tones, strict=True))
    parts += ["<tbody>", *body, "</tbody>"]
    if table.footer:
        # One line above the whole footer, not one above each of its rows.
        first, *others = table.footer
        parts += ["<tfoot>", _html_row("td", first, table.columns, "", _ABOVE)]
        parts += [*(_html_row("td", row, table.columns, "", _STRONG) for row in others), "</tfoot>"]
    return "\n".join([*parts, "</table>"])


def _html_row(tag: str, cells: Iterable[str], columns: Sequence[Column], attribute: str = "", look: str = "") -> str:
    """One `<tr>` of cells with the given tag."""
    # The alignment is stated for text too: notebooks align every cell right unless told.
    inner = "".join(
        f'<{tag} {attribute}style="{_PADDING}{_align(tag, numeric=column.numeric)}{look}">{_text(cell)}</{tag}>'
        for cell, column in zip(cells, columns, strict=True)
    )
    return f"<tr>{inner}</tr>"


def _align(tag: str, *, numeric: bool) -> str:
    """The style that puts a cell left or right, and the digits of numbers under each other."""
    if not numeric:
        return "text-align:left"
    return "text-align:right" if tag == "th" else f"text-align:right;{_DIGITS}"


def _text(raw: str) -> str:
    """`raw` as HTML text."""
    return escape(clean(raw))


_PADDING = "padding:0.25em 0.75em;"
_DIGITS = "font-variant-numeric:tabular-nums;white-space:nowrap"
_CAPTION = "caption-side:top;text-align:left;font-weight:bold;padding:0.25em 0.75em"
_BELOW = ";border-bottom:1px solid"
_STRONG = ";font-weight:bold"
_ABOVE = ";border-top:1px solid" + _STRONG
# Faint enough to keep the contrast of text on any ground.
_TINTS = {
    Tone.PLAIN: "",
    Tone.GAIN: ";background-color:rgba(46,160,67,0.15)",
    Tone.LOSS: ";background-color:rgba(220,60,50,0.15)",
    Tone.SHIFT: ";background-color:rgba(200,140,0,0.15)",
}


def to_page(table: Table, *more: Table) -> str:
    """Tables as a whole HTML page, to keep as a file and open in a browser.

    Args:
        table: what to show; its title is that of the page too.
        more: what to show below it.

    Returns:
        A document in UTF-8 that needs nothing else, light or dark as its reader prefers, ending in a line break.

    Example:
        >>> to_page(Table((Column("total"),), (("1.00",),), title="Q1")).splitlines()[:2]
        ['<!DOCTYPE html>', '<html lang="en">']
    """
    head = [
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{_text(table.title)}</title>",
        "<style>body{font-family:system-ui,sans-serif;margin:2em}</style>",
    ]
    parts = ["<!DOCTYPE html>", '<html lang="en">', "<head>", *head, "</head>", "<body>", to_html(table)]
    for below in more:
        parts += ["<br>", to_html(below)]
    return "\n".join([*parts, "</body>", "</html>", ""])


def format_amount(value: Decimal | int, scale: int) -> str:
    """An amount of money as text, with thousands separators; never rounded.

    Args:
        value: the amount, already a multiple of its currency's smallest unit.
        scale: digits after the point in that currency: 2 for USD, 0 for JPY.

    Returns:
        The number with exactly `scale` digits after the point; a minus in front when negative.

    Raises:
        ValueError: when `value` has more digits than `scale`, or is not finite: showing it would round money.
        TypeError: for any type but int and `Decimal`.

    Example:
        >>> format_amount(Decimal("-1234567.5"), 2)
        '-1,234,567.50'
        >>> format_amount(Decimal("10.5"), 0)
        Traceback (most recent call last):
        ...
        ValueError: an amount must have at most 0 digits after the point, got 10.5
    """
    whole, fraction = _digits(value)
    if len(fraction) > scale:
        message = f"an amount must have at most {scale} digits after the point, got {value}"
        raise ValueError(message)
    return _joined(whole, fraction.ljust(scale, "0"))


def format_unit_amount(value: Decimal | int, scale: int) -> str:
    """A price for one unit as text: all its significant digits, and at least those of its currency.

    Args:
        value: the price, of any precision.
        scale: digits after the point in amounts of its currency.

    Returns:
        The number with at least `scale` digits after the point and no zeros at the end beyond them.

    Raises:
        ValueError: when `value` is not finite.
        TypeError: for any type but int and `Decimal`.

    Example:
        >>> format_unit_amount(Decimal(60), 2), format_unit_amount(Decimal("0.00050"), 2)
        ('60.00', '0.0005')
    """
    whole, fraction = _digits(value)
    return _joined(whole, fraction.ljust(scale, "0"))


def format_quantity(value: Decimal | int) -> str:
    """A quantity as text: all its significant digits, with thousands separators.

    Raises:
        ValueError: when `value` is not finite.
        TypeError: for any type but int and `Decimal`.

    Example:
        >>> format_quantity(Decimal("1400.50")), format_quantity(15)
        ('1,400.5', '15')
    """
    return _joined(*_digits(value))


def format_percent(rate: Decimal | int) -> str:
    """A rate, which is a fraction of one, as percent.

    Raises:
        ValueError: when `rate` is not finite.
        TypeError: for any type but int and `Decimal`.

    Example:
        >>> format_percent(Decimal("0.05")), format_percent(Decimal("0.0725"))
        ('5 %', '7.25 %')
    """
    _check(rate)
    sign, digits, exponent = Decimal(rate).as_tuple()
    # Two places to the right by moving the exponent: exact, where arithmetic would obey the ambient decimal context.
    assert isinstance(exponent, int), "finite numbers have an integer exponent"
    return f"{format_quantity(Decimal((sign, digits, exponent + 2)))} %"


def format_fraction(value: Fraction) -> str:
    """An exact fraction as text: a decimal number where one is exact, else numerator and denominator.

    Example:
        >>> format_fraction(Fraction(3, 20)), format_fraction(Fraction(1, 3))
        ('0.15', '1/3')
    """
    for places in range(_MOST_PLACES):
        if 10**places % value.denominator == 0:
            digits = value.numerator * (10**places // value.denominator)
            return f"{Decimal(f'{digits}E-{places}'):f}"
    return str(value)


# As many digits after the point as a number of a deal may have.
_MOST_PLACES = 31


def _check(value: object) -> None:
    """Let only whole and decimal numbers pass: the text of any other type may hide a rounding."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        message = f"a number to show must be a Decimal or an int, got {value!r}"
        raise TypeError(message)
    if isinstance(value, Decimal) and not value.is_finite():
        message = f"a number to show must be finite, got {value}"
        raise ValueError(message)


def _digits(value: Decimal | int) -> tuple[str, str]:
    """The signed, separated digits before the point, and those after it up to the last that is not zero."""
    _check(value)
    # A format without a precision never rounds, whatever the ambient decimal context says.
    whole, _, fraction = f"{Decimal(value) or Decimal(0):,f}".partition(".")
    return whole, fraction.rstrip("0")


def _joined(whole: str, fraction: str) -> str:
    """The number as text; a whole number without a point."""
    return f"{whole}.{fraction}" if fraction else whole
