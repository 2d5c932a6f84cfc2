"""The commands that model: what they show in each format, what they call deals, and what they refuse."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from contractbill import compare, vary
from contractbill.cli.commands import contractbill
from contractbill.display import to_page
from contractbill.reports import FigureRow
from contractbill.testing import sales_led
from contractbill.wire import from_toml, to_json

DEALS = Path(__file__).parents[2] / "examples" / "deals"
SALES_LED, OFFER = str(DEALS / "sales-led.toml"), str(DEALS / "sales-led-offer.toml")
RATE = "orders[O-1].lines[platform].escalator.rate"
BOTH = compare({"sales-led": sales_led(), "sales-led-offer": from_toml(Path(OFFER).read_text())})
RATES = vary(sales_led(), RATE, ["0.03", "0.05"])


def run(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(contractbill, words, input=stdin)


@pytest.mark.parametrize(
    ("words", "shown"), [(("compare", SALES_LED, OFFER), BOTH), (("vary", SALES_LED, RATE, "0.03", "0.05"), RATES)]
)
def test_each_format_is_what_a_program_gets(words: tuple[str, ...], shown: object) -> None:
    comparison = BOTH if shown is BOTH else RATES
    assert run(*words).output == f"{comparison}\n"
    assert run(*words, "--format", "html").output == to_page(*comparison.shown())
    listed = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").output)))
    assert list(listed[0]) == list(FigureRow.__annotations__)
    assert (listed[0]["figure"], listed[0]["value"]) == ("tcv", str(comparison.deals[0].tcv.amount))
    form = json.loads(run(*words, "--format", "json").output)
    assert (form["currency"], form.get("varied")) == ("USD", comparison.varied)
    assert {key: form["figures"][0][key] for key in ("deal", "figure", "value")} == {
        "deal": comparison.deals[0].label,
        "figure": "tcv",
        "value": str(comparison.deals[0].tcv.amount),
    }
    assert len(form["figures"]) == len(listed)


def test_deals_are_called_by_their_files(tmp_path: Path) -> None:
    other = tmp_path / "sales-led.json"
    other.write_text(to_json(sales_led()))
    assert run("compare", SALES_LED, str(other)).output.startswith(f"{SALES_LED} compared with {other}, in USD\n")
    piped = run("compare", OFFER, "-", stdin=other.read_text())
    assert piped.output.startswith("sales-led-offer compared with sales-led, in USD\n")
    both = run("compare", SALES_LED, "-", stdin=other.read_text())
    assert both.output.startswith(f"{SALES_LED} compared with -, in USD\n")


def test_facts_and_days_count_for_every_deal() -> None:
    shown = run("compare", SALES_LED, OFFER, "--through", "2026-12-31", "--as-of", "2026-09-20", "--format", "json")
    figures = json.loads(shown.output)["figures"]
    assert [row["value"] for row in figures if row["figure"] == "tcv"] == ["133000.00", "133000.00"]


@pytest.mark.parametrize(
    ("path", "text", "tcv"),
    [
        ("orders[0].lines[0].escalator", "none", "393710.87"),
        ("payment_terms.net_days", "30", "408960.87"),
        ("orders[0].term", "24 months", "269910.87"),
        ("orders[0].lines[2].separate", "true", "408960.87"),
        ("orders[0].lines[2].billing.timing", "arrears", "408960.87"),
        ("orders[1].effective_on", "2027-01-15", "405850.00"),
        ("po", "4711", "408960.87"),
        ("orders[O-1].po", "007", "408960.87"),
        ("id", "2026", "408960.87"),
        ("orders[0].lines[seats].quantity", "40", "441360.87"),
    ],
)
def test_a_value_is_read_as_its_term_is(path: str, text: str, tcv: str) -> None:
    (row,) = [
        one
        for one in json.loads(run("vary", SALES_LED, path, text, "--format", "json").output)["figures"]
        if one["figure"] == "tcv"
    ]
    assert (row["deal"], row["value"]) == (text, tcv)


def test_a_value_below_zero_comes_after_two_dashes() -> None:
    assert "\n-0.02  " in run("vary", SALES_LED, RATE, "--", "-0.02").output


def test_what_cannot_be_compared_is_told(tmp_path: Path) -> None:
    euros = tmp_path / "euros.toml"
    euros.write_text(Path(SALES_LED).read_text().replace('currency = "USD"', 'currency = "EUR"'))
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('schema = "contractbill/deal"\nversion = 1\nid = "C-1"\n')
    for words, told in (
        (
            ("compare", SALES_LED, str(euros)),
            "$.deals[euros].currency: currency_mismatch: must be USD, as of the first",
        ),
        (("compare", SALES_LED, str(wrong)), f"{wrong}: $.currency: missing"),
        (
            ("vary", SALES_LED, "orders[0].trem", "1"),
            "$.orders[0].trem: unknown_path: is not there; did you mean orders[0].term?",
        ),
        (("vary", SALES_LED, RATE, "5%"), "$.orders[0].lines[0].escalator.rate: not_a_number: must be a fraction"),
        (
            ("vary", SALES_LED, "orders[0].lines[2].escalator.rate", "1"),
            "$.orders[0].lines[2].escalator: nothing_there",
        ),
        (("compare", SALES_LED, SALES_LED), f"Error: {SALES_LED!r} is said twice."),
        (("vary", SALES_LED, RATE, "0.03", "0.05", "0.03"), "Error: '0.03' is said twice."),
        (
            ("vary", SALES_LED, "payment_terms.net_days", "--", "-1"),
            "$.payment_terms.net_days: out_of_range: must be from 0 to 3653 (got -1)",
        ),
        (("vary", SALES_LED, "id", "true"), "$.id: not_an_id"),
        (("vary", SALES_LED, RATE, "9" * 5000), "$.orders[0].lines[0].escalator.rate: out_of_range"),
        (("vary", SALES_LED, "payment_terms.net_days", "9" * 5000), "$.payment_terms.net_days: not_whole"),
        (("vary", SALES_LED, f"orders[{'9' * 5000}]", "1"), "unknown_path: is not there"),
        (("vary", SALES_LED, "", "1"), "$: unknown_path: names the whole deal"),
        (("compare",), "Missing argument"),
        (("vary", SALES_LED, RATE), "Missing argument"),
    ):
        finished = run(*words)
        assert (finished.exit_code, told in finished.output) == (2, True), finished.output
