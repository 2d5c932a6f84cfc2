"""What each command shows, in each format, and how each ends."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from contractbill import Facts, diff, schedule, to_rows
from contractbill.cli.commands import contractbill
from contractbill.display import to_page
from contractbill.testing import sales_led
from contractbill.wire import from_json, from_toml, to_json

DEALS = Path(__file__).parents[2] / "examples" / "deals"
SALES_LED, REFERENCE = str(DEALS / "sales-led.toml"), str(DEALS / "reference.toml")
OFFER, FACTS = str(DEALS / "sales-led-offer.toml"), str(DEALS.parent / "facts" / "sales-led.toml")

SCHEDULE = """\
sales-led: 18 invoices in USD
invoice on  due on           total  certainty   for
----------  ----------  ----------  ----------  ---------------------------
2025-12-18  2026-02-01   15,000.00  fixed       onboarding
2026-01-15  2026-03-01  104,500.00  fixed       platform, seats
2026-04-15  2026-05-30    4,500.00  fixed       seats
2026-07-15  2026-08-29    4,500.00  fixed       seats
2026-10-01  2026-11-15      410.87  fixed       more-seats
2026-10-15  2026-11-29    7,200.00  fixed       seats, more-seats
2027-01-15  2027-03-01  112,200.00  fixed       platform, seats, more-seats
2027-04-15  2027-05-30    7,200.00  fixed       seats, more-seats
2027-07-15  2027-08-29    7,200.00  fixed       seats, more-seats
2027-10-15  2027-11-29    7,200.00  fixed       seats, more-seats
2028-01-15  2028-02-29  117,450.00  fixed       platform, seats, more-seats
2028-04-15  2028-05-30    7,200.00  fixed       seats, more-seats
2028-07-15  2028-08-29    7,200.00  fixed       seats, more-seats
2028-10-15  2028-11-29    7,200.00  fixed       seats, more-seats
2029-01-15  2029-03-01  120,973.50  contingent  platform, seats, more-seats
2029-04-15  2029-05-30    7,416.00  contingent  seats, more-seats
2029-07-15  2029-08-29    7,416.00  contingent  seats, more-seats
2029-10-15  2029-11-29    7,416.00  contingent  seats, more-seats
----------  ----------  ----------  ----------  ---------------------------
                        408,960.87  fixed       14 invoices
                              0.00  estimated
                        143,221.50  contingent  4 invoices
                        408,960.87  TCV         fixed + estimated
"""

BEFORE_SIGNING = """\
sales-led: 0 invoices in USD, as known on 2025-12-17
invoice on  due on  total  certainty   for
----------  ------  -----  ----------  -----------------
----------  ------  -----  ----------  -----------------
                     0.00  fixed
                     0.00  estimated
                     0.00  contingent
                     0.00  TCV         fixed + estimated
"""

WORKING = """\
sales-led: how each amount came about, in USD

2027-01-15, due 2027-03-01: 112,200.00 fixed
  platform (O-1), 2027-01-15 to 2028-01-14
    1 × 105,000.00 = 105,000.00
      100,000.00 a year agreed in O-1
      from 2027-01-15: 100,000.00 + 5 % = 105,000.00 (escalator, O-1)
    in advance of its service period
"""

VALUE = """\
sales-led: contract value by order, in USD
order  kind       signed on       change         TCV         ACV         ARR
-----  ---------  ----------  ----------  ----------  ----------  ----------
O-1    initial    2025-12-18  384,250.00  384,250.00  123,083.33  118,000.00
O-2    expansion  2026-09-21   24,710.87  408,960.87  131,320.29  128,800.00
"""

INCOMPLETE = """\
id = "draft"
schema = "contractbill/deal"
version = 1
currency = "EUR"
seller = { id = "vendor", name = "Vendor" }
"""

EVERGREEN = """\
schema = "contractbill/deal"
version = 1
id = "evergreen"
currency = "EUR"
[[orders]]
id = "O-1"
signed_on = 2026-01-01
[[orders.lines]]
id = "support"
price = { amount = 100, per = "month" }
billing = { every = "month" }
"""


def run(*arguments: str, text: str | bytes | None = None) -> Result:
    return CliRunner().invoke(contractbill, arguments, input=text, prog_name="contractbill")


def shown(*arguments: str, text: str | None = None) -> str:
    finished = run(*arguments, text=text)
    assert (finished.exit_code, finished.stderr) == (0, "")
    return finished.stdout


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_schedule_shows_every_invoice_and_the_totals() -> None:
    assert shown("schedule", SALES_LED) == SCHEDULE


def test_schedule_as_json_is_the_form_of_a_schedule() -> None:
    printed = shown("schedule", SALES_LED, "--format", "json")
    assert printed == to_json(schedule(from_toml(Path(SALES_LED).read_text("utf-8"))))
    assert from_json(printed) == schedule(sales_led())


def test_schedule_as_csv_is_the_rows_of_a_schedule() -> None:
    printed = rows(shown("schedule", SALES_LED, "--format", "csv"))
    expected = to_rows(schedule(sales_led()))
    assert [list(row) for row in printed] == [list(row) for row in expected]
    assert [Decimal(row["amount"]) for row in printed] == [row["amount"] for row in expected]
    assert [row["service_end"] for row in printed[:2]] == ["", "2027-01-15"]


def test_schedule_by_what_was_known_before_signing_is_empty() -> None:
    assert shown("schedule", SALES_LED, "--as-of", "2025-12-17") == BEFORE_SIGNING
    assert json.loads(shown("schedule", SALES_LED, "--as-of", "2025-12-17", "--format", "json"))["invoices"] == []
    assert rows(shown("schedule", SALES_LED, "--as-of", "2025-12-17", "--format", "csv")) == []


def test_schedule_without_the_expansion_by_what_was_known_before_it() -> None:
    printed = shown("schedule", SALES_LED, "--as-of", "2026-09-20")
    assert "384,250.00  fixed       13 invoices" in printed
    assert "410.87" not in printed


def test_schedule_through_a_day_stops_there() -> None:
    printed = shown("schedule", SALES_LED, "--through", "2026-01-15")
    assert printed.startswith("sales-led: 2 invoices in USD, through 2026-01-15\n")
    assert "119,500.00  TCV" in printed


def test_explain_shows_the_working_of_a_line() -> None:
    assert shown("explain", SALES_LED, "--line", "platform", "--on", "2027-01-15") == WORKING
    assert "    15 × 60.00 × 3 months × 14/92 = 410.87\n" in shown("explain", SALES_LED, "--line", "more-seats")


def test_explain_covers_every_line() -> None:
    plan = schedule(sales_led())
    printed = shown("explain", SALES_LED)
    assert printed.count(", due ") == len(plan.invoices)
    assert printed.count("    in advance of its service period\n") == len(plan.charges) - 1
    assert printed.count("    at signature\n") == 1


def test_explain_names_a_line_by_its_description_too() -> None:
    text = EVERGREEN + 'description = "Support, in German"\n'
    printed = shown("explain", "-", "--through", "2026-01-01", text=text)
    assert "  Support, in German (support, O-1), 2026-01-01 to 2026-01-31\n" in printed


def test_explain_names_the_component_that_brings_parts_to_their_whole() -> None:
    text = EVERGREEN.replace('amount = 100, per = "month"', 'amount = 100, per = "year"')
    printed = shown("explain", "-", "--through", "2026-12-01", text=text)
    assert "  support (O-1), 2026-12-01 to 2026-12-31, rounding\n" in printed


def test_explain_as_json_and_csv() -> None:
    only = ("--line", "more-seats", "--on", "2026-10-01")
    found = json.loads(shown("explain", SALES_LED, *only, "--format", "json"))
    assert (found["contract"], found["currency"], len(found["lines"])) == ("sales-led", "USD", 1)
    line = found["lines"][0]
    assert line["working"] == ["15 × 60.00 × 3 months × 14/92 = 410.87"]
    assert (line["amount"], line["factor"], line["service_end"]) == ("410.87", "21/46", "2026-10-15")
    assert line["reason"] == "in advance of its service period"
    assert "product" not in line
    (row,) = rows(shown("explain", SALES_LED, *only, "--format", "csv"))
    assert (row["working"], row["product"]) == ("15 × 60.00 × 3 months × 14/92 = 410.87", "")


def test_explain_of_an_empty_schedule_explains_nothing() -> None:
    assert shown("explain", SALES_LED, "--as-of", "2025-12-17").count("\n") == 1


@pytest.mark.parametrize(
    "only", [("--line", "unknown"), ("--on", "2026-01-16"), ("--line", "onboarding", "--on", "2026-01-15")]
)
def test_explain_of_nothing_is_wrong_use(only: tuple[str, ...]) -> None:
    finished = run("explain", SALES_LED, *only)
    assert finished.exit_code == 2
    assert "No invoice has such a line on such a day." in finished.stderr


@pytest.mark.parametrize("deal", [SALES_LED, REFERENCE])
def test_check_finds_nothing_in_the_example_deals(deal: str) -> None:
    assert shown("check", deal).endswith(": no issues\n")
    assert json.loads(shown("check", deal, "--format", "json"))["issues"] == []
    assert shown("check", deal, "--format", "csv") == "in,path,code,message\n"


def test_check_lists_what_is_missing_and_ends_with_1() -> None:
    finished = run("check", "-", text=INCOMPLETE)
    assert finished.exit_code == 1
    assert finished.stderr == ""
    assert finished.stdout.splitlines()[0] == "draft: 3 issues"
    assert "deal  $.seller.remit_to  no_remit_to  has nowhere to receive EUR" in finished.stdout
    found = run("check", "-", "--format", "json", text=INCOMPLETE)
    assert [issue["code"] for issue in json.loads(found.stdout)["issues"]] == [
        "no_orders",
        "no_customer",
        "no_remit_to",
    ]
    assert found.exit_code == 1
    listed = run("check", "-", "--format", "csv", text=INCOMPLETE)
    assert [row["in"] for row in rows(listed.stdout)] == ["deal"] * 3
    assert listed.exit_code == 1


def test_check_tells_a_ceiling_that_the_schedule_exceeds() -> None:
    text = """
schema = "contractbill/deal"
version = 1
id = "capped"
currency = "USD"
[[orders]]
id = "O-1"
signed_on = 2026-01-01
term = "12 months"
ceilings = [{ id = "nte", amount = 999 }, { id = "enough", amount = 1_000 }]
lines = [{ id = "fee", price = { amount = 1_000 }, billing = { once = "signature" } }]
"""
    finished = run("check", "-", "--format", "json", text=text)
    found = [(one["in"], one["path"], one["code"]) for one in json.loads(finished.stdout)["issues"]]
    assert found[2:] == [("deal", "$.orders[0].ceilings[0].amount", "over_ceiling")]
    assert finished.exit_code == 1


SHARED = str(DEALS / "shared.toml")

SHARES = """\
shared: shares, in USD
invoice on  due on      share    bill-to  PO        amount  certainty
----------  ----------  -------  -------  -----  ---------  ---------
2026-01-01  2026-01-31  fire     city     PO-26  17,800.39  fixed
2026-01-01  2026-01-31  police   city     PO-26  17,800.40  fixed
2026-01-01  2026-01-31  library  library  PO-26   8,900.20  fixed
----------  ----------  -------  -------  -----  ---------  ---------
                        fire                     17,800.39
                        police                   17,800.40
                        library                   8,900.20
"""


def test_shares_shows_who_takes_what() -> None:
    assert run("shares", SHARED, "--through", "2026-12-31").stdout == SHARES
    listed = rows(run("shares", SHARED, "--format", "csv").stdout)
    assert sum(Decimal(row["amount"]) for row in listed) == Decimal("81001.98")
    assert (listed[0]["share"], listed[0]["line"], listed[0]["amount"]) == ("fire", "onboarding", "3200.00")
    form = json.loads(run("shares", SHARED, "--format", "json").stdout)
    assert [(row["share"], row["amount"]) for row in form["shares"]] == [
        (row["share"], row["amount"]) for row in listed
    ]
    assert run("shares", SALES_LED).stdout == "sales-led: no invoice is split\n"


def test_headroom_shows_ceilings_and_purchase_orders() -> None:
    ceilings, orders = run("headroom", SHARED).stdout.split("\n\n")
    assert ceilings.splitlines()[-1] == "council  O-1    85,000.00  81,001.98       0.00        0.00   3,998.02"
    assert orders.splitlines()[3] == (
        "PO-26              2026-12-31  50,000.00  44,500.99       0.00        0.00   5,499.01"
    )
    assert run("headroom", SALES_LED).stdout == "sales-led: no ceilings or purchase orders\n"
    listed = rows(run("headroom", SHARED, "--format", "csv").stdout)
    assert [(row["kind"], row["id"], row["remaining"]) for row in listed] == [
        ("ceiling", "council", "3998.02"),
        ("purchase_order", "PO-26", "5499.01"),
        ("purchase_order", "PO-27", "3499.01"),
    ]
    form = json.loads(run("headroom", SALES_LED, "--format", "json").stdout)
    assert form["limits"] == [
        {"kind": "purchase_order", "fixed": "408960.87", "estimated": "0.00", "contingent": "143221.50"},
    ]


def test_check_tells_a_purchase_order_that_runs_out() -> None:
    text = Path(SHARED).read_text("utf-8").replace("amount = 40_000", "amount = 36_000")
    finished = run("check", "-", "--format", "json", text=text)
    (one,) = json.loads(finished.stdout)["issues"]
    assert (one["in"], one["path"], one["code"], one["got"]) == ("deal", "$.po[1].amount", "po_exceeded", "PO-27")
    assert one["message"] == "is exceeded on 2027-01-01 by 500.99: 36500.99 are scheduled by then"
    assert finished.exit_code == 1
    shown = rows(run("headroom", "-", "--format", "csv", text=text).stdout)
    assert (shown[2]["exceeded_on"], shown[2]["exceeded_by"]) == ("2027-01-01", "500.99")


def test_check_tells_what_the_schedule_violates(monkeypatch: pytest.MonkeyPatch) -> None:
    from contractbill import Issue  # noqa: PLC0415 - used here alone
    from contractbill.cli import commands  # noqa: PLC0415 - the module, not the command of that name

    wrong = Issue("$.invoices[0].lines[0]", "wrong_amount", "the working leads to 2", "1")
    monkeypatch.setattr(commands, "verify", lambda _schedule: (wrong,))
    finished = run("check", SALES_LED)
    assert finished.exit_code == 1
    assert finished.stdout.splitlines()[0] == "sales-led: 1 issue"
    assert "schedule  $.invoices[0].lines[0]  wrong_amount  the working leads to 2 (got '1')" in finished.stdout


def test_value_shows_what_each_order_changed() -> None:
    assert shown("value", SALES_LED) == VALUE
    found = json.loads(shown("value", SALES_LED, "--format", "json"))
    assert found["orders"][1] == {
        "order": "O-2",
        "kind": "expansion",
        "signed_on": "2026-09-21",
        "tcv_before": "384250.00",
        "delta": "24710.87",
        "tcv_after": "408960.87",
        "acv_after": "131320.29",
        "arr_before": "118000.00",
        "arr_after": "128800.00",
    }
    assert [row["delta"] for row in rows(shown("value", SALES_LED, "--format", "csv"))] == ["384250.00", "24710.87"]


def test_value_of_an_evergreen_contract_has_no_acv() -> None:
    only = ("value", "-", "--through", "2026-03-01")
    assert "300.00  300.00  none" in shown(*only, text=EVERGREEN)
    assert "acv_after" not in json.loads(shown(*only, "--format", "json", text=EVERGREEN))["orders"][0]
    assert shown(*only, "--format", "csv", text=EVERGREEN).splitlines()[1].endswith(",300.00,,0.00,1200.00")


@pytest.mark.parametrize("command", ["schedule", "explain", "check", "value"])
def test_an_evergreen_contract_needs_through(command: str) -> None:
    finished = run(command, "-", text=EVERGREEN)
    assert (finished.exit_code, finished.stdout) == (2, "")
    told = "$.through: through_required: is required: the contract has no end; give a last day with --through\n"
    assert finished.stderr == told
    assert run(command, "-", "--through", "2026-12-31", text=EVERGREEN).exit_code == (1 if command == "check" else 0)


def deals() -> Iterator[tuple[str, str]]:
    toml = Path(SALES_LED).read_text("utf-8")
    deal_json = to_json(sales_led())
    yield from ((f"deal.{ending}", toml) for ending in ("toml", "TOML", "txt"))
    yield from ((f"deal.{ending}", deal_json) for ending in ("json", "JSON", "txt"))
    yield "deal", "\ufeff" + toml
    yield "deal", "\ufeff\n  " + deal_json


@pytest.mark.parametrize(("name", "text"), list(deals()))
def test_a_deal_is_read_by_its_suffix_or_its_content(name: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    assert shown("schedule", str(file)) == SCHEDULE
    assert shown("schedule", "-", text=text) == SCHEDULE


# Each row: what FILE holds, and the start of each line that must stand on standard error.
MALFORMED: list[tuple[bytes, list[str]]] = [
    (b"", ["$.schema: missing: "]),
    (b"\xff\xfe", ["$: not_utf8: must be text in UTF-8 (got 'byte 0xff at offset 0')"]),
    (b"id = ", ["$: not_toml: "]),
    (b'{"id": ', ["$: not_json: "]),
    (b"[1", ["$: not_toml: "]),
    (b'{"schema": "contractbill/invoice"}', ["$.schema: unknown_schema: "]),
    (
        INCOMPLETE.replace("EUR", "EURO").encode() + b"porders = 1\n",
        ["$.porders: unknown_key: ", "$.currency: unknown_"],
    ),
    (EVERGREEN.replace("100", "1.001").encode(), ["$.orders[0].lines[0].price.amount: not_quantized: "]),
    (to_json(schedule(sales_led())).encode(), ["$.schema: unknown_schema: must be contractbill/deal"]),
    (b"#" * (16 * 1024 * 1024 + 1), ["$: too_large: must have at most 16,777,216 bytes"]),
]


@pytest.mark.parametrize("command", ["schedule", "explain", "check", "value"])
@pytest.mark.parametrize(("content", "told"), MALFORMED)
def test_a_malformed_deal_is_told_one_issue_a_line(command: str, content: bytes, told: list[str]) -> None:
    finished = run(command, "-", text=content)
    assert (finished.exit_code, finished.stdout) == (2, "")
    lines = finished.stderr.splitlines()
    assert sorted(line[: len(start)] for line, start in zip(sorted(lines), sorted(told), strict=True)) == sorted(told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("schedule",), "Missing argument 'FILE'"),
        (("schedule", "nowhere.toml"), "File 'nowhere.toml' does not exist."),
        (("schedule", str(DEALS)), "is a directory"),
        (("schedule", SALES_LED, "--as-of", "2026-1-5"), "'2026-1-5' is not a date such as 2026-01-31."),
        (("schedule", SALES_LED, "--as-of", "20260105"), "'20260105' is not a date"),
        (("schedule", SALES_LED, "--through", "2026-02-30"), "'2026-02-30' is not a date"),
        (("schedule", SALES_LED, "--format", "xml"), "'xml' is not one of 'table', 'json', 'csv'"),
        (("schedule", SALES_LED, "--on", "2026-01-01"), "No such option"),
        (("bill", SALES_LED), "No such command 'bill'"),
    ],
)
def test_wrong_use_ends_with_2(arguments: tuple[str, ...], told: str) -> None:
    finished = run(*arguments)
    assert (finished.exit_code, finished.stdout) == (2, "")
    assert told in finished.stderr


def test_a_file_that_cannot_be_read_is_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)
    finished = run("schedule", SALES_LED)
    assert (finished.exit_code, finished.stdout) == (2, "")
    assert f"{SALES_LED!r} cannot be read: Input/output error." in finished.stderr


HOSTILE = EVERGREEN.replace('id = "support"', 'id = "support"\ndescription = "\\u202e=cmd()"')


def test_no_text_of_a_deal_steers_the_terminal() -> None:
    for command in ("schedule", "explain"):
        printed = shown(command, "-", "--through", "2026-03-01", text=HOSTILE)
        assert "\ufffd=cmd()" in printed
        assert "\u202e" not in printed


def test_no_text_of_a_malformed_deal_steers_the_terminal() -> None:
    finished = run("check", "-", text='"\\u001b[31m\\u202e" = "\\u001b[2J"\n' + EVERGREEN)
    assert finished.exit_code == 2
    assert {"\x1b", "\u202e"}.isdisjoint(finished.stderr)
    assert len(finished.stderr.splitlines()) == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\n"])
def test_no_text_of_a_deal_is_a_formula_in_a_sheet(start: str) -> None:
    text = EVERGREEN.replace('id = "support"', f'id = "support"\ndescription = {json.dumps(start + "1+1")}')
    (row,) = rows(shown("schedule", "-", "--through", "2026-01-01", "--format", "csv", text=text))
    assert row["description"] == f"'{start}1+1"


def test_a_negative_amount_stays_a_number_in_a_sheet() -> None:
    text = EVERGREEN.replace("amount = 100", "amount = -100")
    (row,) = rows(shown("schedule", "-", "--through", "2026-01-01", "--format", "csv", text=text))
    assert row["amount"] == "-100.00"


def test_a_lone_surrogate_does_not_break_any_format() -> None:
    deal = json.loads(to_json(sales_led()))
    deal["orders"][0]["lines"][0]["description"] = "\ud800"
    for form in ("table", "json", "csv"):
        assert run("schedule", "-", "--format", form, text=json.dumps(deal)).exit_code in {0, 2}


def test_dates_of_the_calendar_s_end_are_told_not_thrown() -> None:
    last = str(date.max)
    for command in ("schedule", "explain", "check", "value"):
        finished = run(command, SALES_LED, "--as-of", last, "--through", last)
        assert finished.exit_code in {0, 2}
        assert finished.exception is None or isinstance(finished.exception, SystemExit)


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), *((name, "--help") for name in ("schedule", "value"))])
def test_help_says_what_ends_how(arguments: tuple[str, ...]) -> None:
    printed = shown(*arguments)
    assert "FILE" in printed
    assert "..." not in printed.replace("COMMAND [ARGS]...", "")


def test_an_acv_of_zero_is_a_number() -> None:
    text = EVERGREEN.replace("signed_on = 2026-01-01", 'signed_on = 2026-01-01\nterm = "12 months"').replace("100", "0")
    assert json.loads(shown("value", "-", "--format", "json", text=text))["orders"][0]["acv_after"] == "0.00"


# ----------------------------------------------------------------------------------------------- differences and facts

PREVIEW = """\
sales-led: 3 changes in USD
change  invoice on  for              service period                before       after  difference  certainty
------  ----------  ---------------  ------------------------  ----------  ----------  ----------  ---------
added   2027-04-15  even-more-seats  2027-04-15 to 2027-07-14                1,800.00   +1,800.00  fixed
added   2027-07-15  even-more-seats  2027-07-15 to 2027-10-14                1,800.00   +1,800.00  fixed
added   2027-10-15  even-more-seats  2027-10-15 to 2028-01-14                1,800.00   +1,800.00  fixed
kept                17 charges                                 269,910.87  269,910.87        0.00
------  ----------  ---------------  ------------------------  ----------  ----------  ----------  ---------
added               3 charges                                                           +5,400.00
fixed                                                          269,910.87  275,310.87   +5,400.00
TCV                                  fixed + estimated         269,910.87  275,310.87   +5,400.00
"""


def test_diff_previews_an_order() -> None:
    assert shown("diff", SALES_LED, OFFER, "--through", "2027-12-31") == PREVIEW


def test_diff_of_a_deal_with_itself_says_that_nothing_changes() -> None:
    assert shown("diff", SALES_LED, SALES_LED).startswith("sales-led: no changes in USD\n")


def test_diff_as_json_is_the_form_of_a_difference() -> None:
    printed = shown("diff", SALES_LED, OFFER, "--format", "json")
    before, after = (from_toml(Path(file).read_text("utf-8")) for file in (SALES_LED, OFFER))
    assert printed == to_json(diff(schedule(before), schedule(after)))
    assert json.loads(printed)["totals"]["tcv"] == "12600.00"


def test_diff_as_csv_has_a_row_for_each_change() -> None:
    printed = rows(shown("diff", SALES_LED, OFFER, "--format", "csv"))
    assert [row["change"] for row in printed] == ["added"] * 11
    assert sum(Decimal(row["difference"]) for row in printed) == Decimal("20016.00")
    assert {row["amount_before"] for row in printed} == {""}


def test_diff_as_html_is_a_page_with_the_table() -> None:
    page = shown("diff", SALES_LED, OFFER, "--format", "html")
    before, after = (from_toml(Path(file).read_text("utf-8")) for file in (SALES_LED, OFFER))
    assert page == to_page(diff(schedule(before), schedule(after)).to_table())
    assert page.count("<tr>") == 1 + 11 + 1 + 4


def test_diff_takes_schedules_as_they_were_written(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(shown("schedule", SALES_LED, "--as-of", "2026-09-20", "--format", "json"), "utf-8")
    assert "+24,710.87" in shown("diff", str(kept), SALES_LED)
    assert "-24,710.87" in shown("diff", SALES_LED, str(kept))
    assert "+24,710.87" in shown("diff", "-", SALES_LED, text=kept.read_text("utf-8"))
    # A day to look at counts for the deal alone.
    assert "no changes" in shown("diff", str(kept), SALES_LED, "--as-of", "2026-09-20")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (SALES_LED, REFERENCE, "$.after: other_contract: must be a schedule of sales-led (got 'reference')\n"),
        (
            SALES_LED,
            FACTS,
            f"{FACTS}: $.schema: unknown_schema: must be contractbill/deal (got 'contractbill/facts')\n",
        ),
        ("-", SALES_LED, "-: $.schema: unknown_schema: must be contractbill/deal or contractbill/schedule"),
    ],
)
def test_what_cannot_be_compared_is_told_with_its_file(old: str, new: str, told: str) -> None:
    finished = run("diff", old, new, text=to_json(Facts()))
    assert (finished.exit_code, finished.stdout) == (2, "")
    assert finished.stderr.startswith(told)


def test_standard_input_holds_one_file() -> None:
    finished = run("diff", "-", "-", text=to_json(sales_led()))
    assert finished.exit_code == 2
    assert "Standard input holds one file" in finished.stderr


@pytest.mark.parametrize("command", ["schedule", "explain", "value"])
def test_facts_count_in_every_command(command: str) -> None:
    told = shown(command, SALES_LED, "--facts", FACTS)
    assert told != shown(command, SALES_LED)
    # Before the cancellation nobody knew of it.
    early = ("--as-of", "2026-11-01")
    assert shown(command, SALES_LED, "--facts", FACTS, *early) == shown(command, SALES_LED, *early)


def test_facts_are_read_as_json_too(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(to_json(from_toml(Path(FACTS).read_text("utf-8"), Facts)), "utf-8")
    assert shown("schedule", SALES_LED, "--facts", str(file)) == shown("schedule", SALES_LED, "--facts", FACTS)
    assert "384,250.00  TCV" in shown("schedule", SALES_LED, "--facts", str(file))


def test_facts_count_for_both_sides_of_a_difference() -> None:
    assert "no changes" in shown("diff", SALES_LED, SALES_LED, "--facts", FACTS)


def test_facts_that_cannot_be_are_told_with_their_file(tmp_path: Path) -> None:
    file = tmp_path / "facts.toml"
    file.write_text('schema = "contractbill/facts"\nversion = 1\nprogress = [{ order = "" }]\n', "utf-8")
    finished = run("schedule", SALES_LED, "--facts", str(file))
    assert (finished.exit_code, finished.stdout) == (2, "")
    assert finished.stderr.startswith(f"{file}: $.progress[0].order: not_an_id")


def test_check_tells_facts_that_are_about_something_else() -> None:
    finished = run("check", REFERENCE, "--facts", FACTS, "--format", "json")
    assert finished.exit_code == 1
    assert [(one["in"], one["code"]) for one in json.loads(finished.stdout)["issues"]] == [("facts", "unknown_order")]
