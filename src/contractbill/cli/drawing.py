"""Drawing: a table on a terminal, with rules, colours and a last column that wraps."""

from collections.abc import Sequence

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from contractbill.display import Table, Tone, clean


def draw(table: Table) -> bool:
    """Draw a table on the terminal, and say whether there was room for it; else nothing is drawn."""
    console = Console(highlight=False, markup=False, emoji=False)
    if _needed(table) > console.width:
        return False
    console.print(_drawn(table))
    return True


def _needed(table: Table) -> int:
    """How many terminal cells a drawn table needs when its last column wraps as much as it may."""
    titles = tuple(column.title for column in table.columns)
    columns = zip(titles, *table.rows, *table.footer, strict=True)
    widths = [max(cell_len(clean(cell)) for cell in cells) for cells in columns]
    if not table.columns[-1].numeric:
        widths[-1] = min(widths[-1], _LEAST)
    # Two blanks after each column, the last included, and one before the first.
    return sum(widths) + 2 * len(widths)


def _drawn(table: Table) -> RichTable:
    """A table as rich draws it: only its last column wraps, and only if it is text."""
    title = Text(clean(table.title), style="bold", justify="left")
    drawn = RichTable(title=title, title_justify="left", box=_RULES, pad_edge=False, collapse_padding=True)
    for column in table.columns:
        wraps = column is table.columns[-1] and not column.numeric
        drawn.add_column(
            Text(clean(column.title)),
            justify="right" if column.numeric else "left",
            no_wrap=not wraps,
            overflow="fold",
            # Without a least width rich leaves a column away where there is no room for it.
            min_width=_LEAST if wraps else None,
        )
    tones = table.tones or (Tone.PLAIN,) * len(table.rows)
    for row, tone in zip(table.rows, tones, strict=True):
        drawn.add_row(*(Text(clean(cell)) for cell in row), style=" ".join((_TONES[tone], _style(row))).strip())
    drawn.add_section()
    for row in table.footer:
        drawn.add_row(*(Text(clean(cell)) for cell in row), style="bold")
    return drawn


_LEAST = 12
# A rule below the headings and above the footer, and no other line.
_RULES = Box("    \n    \n ── \n    \n ── \n ── \n    \n    \n")


def _style(row: Sequence[str]) -> str:
    """How a row looks: the less certain, the fainter."""
    return next((style for word, style in _STYLES.items() if word in row), "")


_STYLES = {"contingent": "dim", "estimated": "yellow"}
_TONES = {Tone.PLAIN: "", Tone.GAIN: "green", Tone.LOSS: "red", Tone.SHIFT: "cyan"}
