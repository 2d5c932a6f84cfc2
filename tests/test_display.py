"""Tables as text and as HTML, and numbers as text that never rounds money."""

import decimal
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contractbill.display import (
    Column,
    Table,
    Tone,
    format_amount,
    format_percent,
    format_quantity,
    format_unit_amount,
    to_html,
    to_page,
    to_text,
)

COLUMNS = (Column("invoice on"), Column("for"), Column("total", numeric=True))
ROWS = (("2026-01-15", "Platform", "104,500.00"), ("2026-04-15", "Seats", "4,500.00"))
Show = Callable[[Any], str]
FORMATTERS: tuple[Show, ...] = (
    lambda value: format_amount(value, 2),
    lambda value: format_unit_amount(value, 2),
    format_quantity,
    format_percent,
)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=None, min_value=-(10**12), max_value=10**12)
cells = st.text(st.characters(), max_size=12)


class Outline(HTMLParser):
    """The tags and texts of a fragment, in order, checking that every tag closes."""

    def __init__(self, fragment: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.styles: list[tuple[str, str]] = []
        self.feed(fragment)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.append(tag)
        if tag in {"td", "th"}:
            self.texts.append((tag, ""))
            self.styles.append((tag, dict(attrs)["style"] or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"td", "th"}:
            tag, before = self.texts[-1]
            self.texts[-1] = (tag, before + data)


# ---------------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("value", "scale", "shown"),
    [
        ("2953.12", 2, "2,953.12"),
        ("0", 2, "0.00"),
        ("-0", 2, "0.00"),
        ("10", 0, "10"),
        ("10.0", 0, "10"),
        ("-1234567.5", 2, "-1,234,567.50"),
        ("1.234", 3, "1.234"),
        ("1E+3", 2, "1,000.00"),
        ("-999", 0, "-999"),
        ("1000", 0, "1,000"),
    ],
)
def test_amounts_have_exactly_the_digits_of_their_currency(value: str, scale: int, shown: str) -> None:
    assert format_amount(Decimal(value), scale) == shown


@pytest.mark.parametrize(("value", "scale"), [("2953.125", 2), ("0.0005", 2), ("10.5", 0), ("0.1234", 3)])
def test_t_005_an_amount_beyond_its_currency_raises_instead_of_rounding(value: str, scale: int) -> None:
    message = f"^an amount must have at most {scale} digits after the point, got {value}$"
    with pytest.raises(ValueError, match=message):
        format_amount(Decimal(value), scale)


@pytest.mark.parametrize(
    ("value", "scale", "shown"),
    [
        ("60", 2, "60.00"),
        ("0.0005", 2, "0.0005"),
        ("0.00050", 2, "0.0005"),
        ("113557.5", 2, "113,557.50"),
        ("2953.125", 2, "2,953.125"),
        ("10.5", 0, "10.5"),
        ("10", 0, "10"),
        ("1.1", 3, "1.100"),
        ("-0.00000000000001", 2, "-0.00000000000001"),
        ("0E-20", 2, "0.00"),
    ],
)
def test_t_005_unit_prices_show_every_significant_digit(value: str, scale: int, shown: str) -> None:
    assert format_unit_amount(Decimal(value), scale) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(15, "15"), ("1400.50", "1,400.5"), ("0", "0"), ("-2.0", "-2"), (10**9, "1,000,000,000")]
)
def test_quantities_show_no_needless_zeros(value: str | int, shown: str) -> None:
    assert format_quantity(Decimal(value) if isinstance(value, str) else value) == shown


@pytest.mark.parametrize(
    ("rate", "shown"),
    [("0.05", "5 %"), ("0.0725", "7.25 %"), ("1", "100 %"), ("-0.1", "-10 %"), ("0", "0 %"), ("12", "1,200 %")],
)
def test_rates_are_shown_as_percent(rate: str, shown: str) -> None:
    assert format_percent(Decimal(rate)) == shown
    assert format_percent(1) == "100 %"


@pytest.mark.parametrize("show", FORMATTERS)
@pytest.mark.parametrize("value", [0.1, True, "1", None, Fraction(1, 2)])
def test_numbers_enter_by_an_allowlist(show: Show, value: Any) -> None:
    with pytest.raises(TypeError, match=r"^a number to show must be a Decimal or an int, got"):
        show(value)


@pytest.mark.parametrize("show", FORMATTERS)
@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_numbers_are_finite(show: Show, value: str) -> None:
    with pytest.raises(ValueError, match=r"^a number to show must be finite, got"):
        show(Decimal(value))


@given(numbers, st.integers(0, 4))
def test_what_is_shown_is_what_was_given(value: Decimal, scale: int) -> None:
    assert Decimal(format_unit_amount(value, scale).replace(",", "")) == value
    assert Decimal(format_quantity(value).replace(",", "")) == value
    assert Fraction(format_percent(value).replace(",", "").removesuffix(" %")) == Fraction(value) * 100


@given(numbers)
def test_the_ambient_decimal_context_changes_nothing(value: Decimal) -> None:
    calm = [show(value) for show in FORMATTERS[1:]]
    with decimal.localcontext(decimal.Context(prec=3, Emax=3, Emin=-3, traps=[decimal.Inexact, decimal.Rounded])):
        assert [show(value) for show in FORMATTERS[1:]] == calm


# ------------------------------------------------------------------------------------------------------------ tables


def test_text_aligns_numbers_right_and_sets_the_footer_apart() -> None:
    table = Table(COLUMNS, ROWS, title="Schedule", footer=(("", "fixed", "109,000.00"),))
    assert to_text(table).split("\n") == [
        "Schedule",
        "invoice on  for            total",
        "----------  --------  ----------",
        "2026-01-15  Platform  104,500.00",
        "2026-04-15  Seats       4,500.00",
        "----------  --------  ----------",
        "            fixed     109,000.00",
    ]


def test_text_of_a_table_without_rows_is_its_headings() -> None:
    assert to_text(Table((Column("code"), Column("message")), ())) == "code  message\n----  -------"


@pytest.mark.parametrize("name", ["Zürich", "Zu\N{COMBINING DIAERESIS}rich", "東京AB", "Zür\N{ZERO WIDTH JOINER}ich"])
def test_text_aligns_by_what_a_terminal_shows(name: str) -> None:
    shown = to_text(Table((Column("city"), Column("n", numeric=True)), ((name, "1"), ("123456", "2"))))
    *_, first, second = shown.split("\n")
    assert first == f"{name}  1"
    assert second == "123456  2"


def test_text_lets_no_cell_steer_the_terminal() -> None:
    shown = to_text(Table((Column("name"),), (("a\x1b[31m\nb\tc\u202ed\u2028\ud800e",),)))
    assert shown.split("\n")[-1] == "a\ufffd[31m b c\ufffdd\ufffd\ufffde"


def test_html_is_a_semantic_table() -> None:
    table = Table(COLUMNS, ROWS, title="Schedule", footer=(("", "fixed", "109,000.00"), ("", "tcv", "109,000.00")))
    outline = Outline(to_html(table))
    row = ["tr", "td", "td", "td"]
    head = ["table", "caption", "thead", "tr", "th", "th", "th"]
    assert outline.tags == [*head, "tbody", *row, *row, "tfoot", *row, *row]
    assert [text for tag, text in outline.texts if tag == "th"] == ["invoice on", "for", "total"]
    assert [text for tag, text in outline.texts if tag == "td"][:3] == list(ROWS[0])
    for index, (tag, style) in enumerate(outline.styles):
        numeric = index % 3 == 2
        assert ("text-align:right" in style) is numeric
        assert ("text-align:left" in style) is not numeric
        assert ("tabular-nums" in style) is (numeric and tag == "td")
    assert "<caption" in to_html(table)
    assert ">Schedule</caption>" in to_html(table)


def test_html_draws_one_line_below_the_head_and_one_above_the_footer() -> None:
    table = Table(COLUMNS, ROWS, footer=(("", "fixed", "1"), ("", "tcv", "1")))
    head, first, second, *_ = (line for line in to_html(table).split("\n") if line.startswith("<tr>"))
    *_, before_last, last = (line for line in to_html(table).split("\n") if line.startswith("<tr>"))
    assert head.count("border-bottom:1px solid") == len(COLUMNS)
    assert "border" not in first + second
    assert before_last.count("border-top:1px solid;font-weight:bold") == len(COLUMNS)
    assert "border" not in last
    assert last.count("font-weight:bold") == len(COLUMNS)


def test_html_without_a_title_or_footer_has_no_empty_elements() -> None:
    outline = Outline(to_html(Table(COLUMNS, ROWS)))
    assert {"caption", "tfoot"}.isdisjoint(outline.tags)


def test_html_names_no_colour_so_that_it_fits_any_ground() -> None:
    shown = to_html(Table(COLUMNS, ROWS, title="Schedule", footer=(ROWS[0],)))
    assert "color" not in shown
    assert "#" not in shown


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\"x\" & 'y'", "</td><td>"])
def test_html_escapes_every_text(text: str) -> None:
    shown = to_html(Table((Column(text),), ((text,),), title=text, footer=((text,),)))
    assert text not in shown
    assert [found for _, found in Outline(shown).texts] == [text] * 3


@given(st.lists(st.tuples(cells, cells), max_size=4), cells, st.booleans())
def test_any_text_makes_a_table_of_the_same_shape(rows: list[tuple[str, str]], title: str, numeric: Any) -> None:
    table = Table((Column("a"), Column("b", numeric=numeric)), tuple(rows), title=title, footer=tuple(rows[:1]))
    shown = to_text(table)
    lines = len(rows) + 2 + bool(title) + 2 * bool(rows)
    assert len(shown.split("\n")) == lines
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in shown.replace("\n", ""))
    assert Outline(to_html(table)).tags.count("tr") == len(rows) + 1 + bool(rows)


def test_a_table_has_columns() -> None:
    with pytest.raises(ValueError, match=r"^a table must have at least one column$"):
        Table((), ())


@pytest.mark.parametrize("where", ["rows", "footer"])
@pytest.mark.parametrize("row", [("a", "b"), ("a", "b", "c", "d")])
def test_a_table_refuses_ragged_rows(where: str, row: tuple[str, ...]) -> None:
    ragged = {where: (row,)}
    with pytest.raises(ValueError, match=rf"^a row must have 3 cells, got {len(row)}: "):
        Table(COLUMNS, ragged.get("rows", ()), footer=ragged.get("footer", ()))


# --------------------------------------------------------------------------------------------------- tones and pages


def test_rows_with_a_tone_are_tinted_and_say_the_same() -> None:
    plain = Table(COLUMNS, ROWS)
    toned = Table(COLUMNS, ROWS, tones=(Tone.GAIN, Tone.PLAIN))
    assert to_text(toned) == to_text(plain)
    assert Outline(to_html(toned)).texts == Outline(to_html(plain)).texts
    tinted = ["rgba(" in style for tag, style in Outline(to_html(toned)).styles if tag == "td"]
    assert tinted == [True] * 3 + [False] * 3
    assert len({to_html(Table(COLUMNS, ROWS, tones=(tone,) * 2)) for tone in Tone}) == len(Tone)


def test_some_rows_with_a_tone_and_some_without_are_refused() -> None:
    with pytest.raises(ValueError, match="a tone for each of its 2 rows, got 1"):
        Table(COLUMNS, ROWS, tones=(Tone.LOSS,))


def test_a_table_shows_itself() -> None:
    table = Table((Column("total", numeric=True),), (("1.00",),), title="Q1")
    assert str(table) == to_text(table)
    assert table._repr_html_() == to_html(table)
    assert table._repr_mimebundle_(include=None) == {"text/plain": to_text(table)}


def test_a_page_is_a_whole_document_around_the_table() -> None:
    table = Table(COLUMNS, ROWS, title="Offer <1>")
    page = to_page(table)
    assert to_html(table) in page
    assert page.startswith("<!DOCTYPE html>\n")
    assert page.endswith("</html>\n")
    assert "<title>Offer &lt;1&gt;</title>" in page
    assert '<meta charset="utf-8">' in page
    # Whatever it shows stands in it: nothing is fetched.
    assert "http" not in page
