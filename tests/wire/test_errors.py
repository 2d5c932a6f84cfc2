"""Every malformed form gives all its faults at once, each with its path, its code and what was got."""

import copy
import re
import tomllib
from decimal import Decimal
from typing import Any

import pytest

from contractbill import Contract, Facts, InvalidTerms
from contractbill.money import Rounding
from contractbill.testing import sales_led
from contractbill.wire import FACTS, from_dict, from_json, from_toml, to_dict, to_json
from tests.wire.deals import DEALS, GOLDEN

GONE = object()
PLATFORM, SEATS = "orders.0.lines.0.", "orders.0.lines.2."


def _changed(form: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The form with members replaced or taken out; keys of `changes` are paths with dots."""
    form = copy.deepcopy(form)
    for path, value in changes.items():
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place: Any = form
        for step in steps:
            place = place[step]
        if value is GONE:
            del place[last]
        else:
            place[last] = value
    return form


def _short(value: Any) -> str:
    """A name for a row of a table; `repr` refuses some of what stands there."""
    return ", ".join(value)[:60] if isinstance(value, dict) else ascii(value)[:40]


def _told(form: Any) -> list[str]:
    with pytest.raises(InvalidTerms) as caught:
        from_dict(form)
    return str(caught.value).splitlines()


FREQUENCY = (
    '$.orders[0].lines[0].billing.every: unknown_frequency: must be such as "month", "quarter", "2 weeks" or "term"'
)
INEXACT = '$.orders[0].lines[0].price.amount: not_exact: must be an exact number such as 1200 or "59.90"'
# What is changed in the sales-led deal, and all that must be said of it.
FORMS = "one of contractbill/deal, contractbill/facts, contractbill/schedule, contractbill/difference"
DEAL_FAULTS = [
    ({"schema": GONE}, [f"$.schema: missing: is required: {FORMS}"]),
    (
        {"schema": "deal"},
        [f"$.schema: unknown_schema: must be {FORMS} (got 'deal')"],
    ),
    ({"version": 2}, ["$.version: unknown_version: must be a version known here, 1 to 1 (got 2)"]),
    ({"version": "1"}, ["$.version: unknown_version: must be a version known here, 1 to 1 (got '1')"]),
    ({"version": True}, ["$.version: unknown_version: must be a version known here, 1 to 1 (got True)"]),
    (
        {"version": GONE, "id": 7},
        ["$.version: missing: is required: 1 to 1", "$.id: not_text: must be text in quotation marks (got 7)"],
    ),
    ({"currency": GONE}, ["$.currency: missing: is required"]),
    ({"currency": None}, ["$.currency: null: must be left out rather than null"]),
    ({"currency": "EURO"}, ["$.currency: unknown_currency: must be a currency code of ISO 4217 (got 'EURO')"]),
    ({"curency": "USD"}, ["$.curency: unknown_key: is not a key here; did you mean currency? (got 'USD')"]),
    ({"id\n": "x"}, ["$['id\\n']: unknown_key: is not a key here; did you mean id? (got 'x')"]),
    (
        {"payment_terms.zzz": 1},
        [
            (
                "$.payment_terms.zzz: unknown_key: is not a key here; the keys here are net_days, end_of_month, "
                "day_of_month, next_month, instalments, carrier, late_fees, early_discount (got 1)"
            )
        ],
    ),
    ({"payment_terms.net_days": "45"}, ["$.payment_terms.net_days: not_whole: must be a whole number (got '45')"]),
    ({"payment_terms.net_days": True}, ["$.payment_terms.net_days: not_whole: must be a whole number (got True)"]),
    ({"payment_terms.net_days": -1}, ["$.payment_terms.net_days: out_of_range: must be from 0 to 3653 (got -1)"]),
    (
        {"payment_terms.net_days": 16**3000},
        ["$.payment_terms.net_days: out_of_range: must be a number of a sensible size (got 'a longer number')"],
    ),
    (
        {"payment_terms": 45},
        ["$.payment_terms: wrong_type: must be a group of keys such as net_days, end_of_month, day_of_month (got 45)"],
    ),
    (
        {"payment_terms.end_of_month": "yes"},
        ["$.payment_terms.end_of_month: not_a_bool: must be true or false (got 'yes')"],
    ),
    (
        {"rounding": "bankers"},
        [f"$.rounding: unknown_word: must be one of {', '.join(Rounding)} (got 'bankers')"],
    ),
    ({"orders": {}}, ["$.orders: not_a_list: must be a list (got 'a group of keys')"]),
    ({"orders": [None]}, ["$.orders[0]: null: must be left out rather than null"]),
    ({"orders": ["O-1"] * 10_001}, ["$.orders: out_of_range: must have at most 10000 members (got 10001)"]),
    (
        {"customer.id": "\ud800"},
        [r"$.customer.id: not_text: must be text that can be written down (got '\ud800')"],
    ),
    (
        {PLATFORM + "price": GONE},
        ["$.orders[0].lines[0].price: price_required: is required unless the line extends another"],
    ),
    (
        {PLATFORM + "price": {"per": "year"}},
        [
            (
                "$.orders[0].lines[0].price: missing: must say amount (a price for the whole line), unit_amount "
                "(a price for each unit), rate (a percent of other lines or of an amount) or tiers (a price by tiers "
                "of the quantity) (got 'per')"
            )
        ],
    ),
    (
        {PLATFORM + "price.unit_amount": "1"},
        [
            (
                "$.orders[0].lines[0].price: ambiguous: must say amount (a price for the whole line), unit_amount "
                "(a price for each unit), rate (a percent of other lines or of an amount) or tiers (a price by tiers "
                "of the quantity), and only one"
            )
        ],
    ),
    (
        {PLATFORM + "price": 100_000},
        [
            (
                "$.orders[0].lines[0].price: wrong_type: must be a group of keys, one of them amount (a price for the "
                "whole line), unit_amount (a price for each unit), rate (a percent of other lines or of an amount) or "
                "tiers (a price by tiers of the quantity) (got 100000)"
            )
        ],
    ),
    (
        {PLATFORM + "billing": {}},
        [
            (
                "$.orders[0].lines[0].billing: missing: must say every (billed again and again), once (billed once), "
                "parts (billed in parts) or apart (billed in equal payments)"
            )
        ],
    ),
    (
        {"orders.0.lines.0.billing": {"every": "month", "once": "start"}},
        [
            (
                "$.orders[0].lines[0].billing: ambiguous: must say every (billed again and again), once (billed once), "
                "parts (billed in parts) or apart (billed in equal payments), and only one"
            )
        ],
    ),
    (
        {PLATFORM + "billing.every": "fortnight"},
        [f"{FREQUENCY} (got 'fortnight')"],
    ),
    (
        {PLATFORM + "billing.every": 3},
        [f"{FREQUENCY} (got 3)"],
    ),
    (
        {PLATFORM + "price.amount": "100.005"},
        ["$.orders[0].lines[0].price.amount: not_quantized: must be a multiple of 0.01 (got '100.005')"],
    ),
    (
        {PLATFORM + "price.amount": 0.5},
        [f"{INEXACT} (got 'float 0.5')"],
    ),
    (
        {PLATFORM + "price.amount": "1,000"},
        ["$.orders[0].lines[0].price.amount: not_a_number: must be a decimal number (got '1,000')"],
    ),
    (
        {PLATFORM + "price.amount": Decimal("NaN")},
        ["$.orders[0].lines[0].price.amount: not_a_number: must be a finite number (got Decimal('NaN'))"],
    ),
    (
        {PLATFORM + "price.amount": ["100"]},
        [f"{INEXACT} (got 'a list')"],
    ),
    (
        {"orders.0.signed_on": "18.12.2025"},
        ["$.orders[0].signed_on: not_a_date: must be a date such as 2026-01-31 (got '18.12.2025')"],
    ),
    (
        {"orders.0.signed_on": "2025-02-30"},
        ["$.orders[0].signed_on: not_a_date: must be a day that the calendar has (got '2025-02-30')"],
    ),
    (
        {"orders.0.signed_on": "20251218"},
        ["$.orders[0].signed_on: not_a_date: must be a date such as 2026-01-31 (got '20251218')"],
    ),
    ({"orders.0.signed_on": GONE}, ["$.orders[0].signed_on: missing: is required"]),
    (
        {"orders.0.renewal.times": "forever"},
        ["$.orders[0].renewal.times: not_whole: must be a whole number (got 'forever')"],
    ),
    (
        {"orders.1.lines.0.extends": "seat"},
        ["$.orders[1].lines[0].extends: unknown_line: names no line of this contract (got 'seat')"],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), DEAL_FAULTS, ids=_short)
def test_a_fault_of_a_deal_is_told_with_path_code_and_value(changes: dict[str, Any], expected: list[str]) -> None:
    assert _told(_changed(to_dict(sales_led()), **changes)) == expected


def test_several_faults_at_any_depth_are_told_at_once() -> None:
    changes = {
        "currency": "XXXX",
        "customer": {"id": "a b", "nme": "Customer"},
        "orders.0.term": "3 years and a bit",
        PLATFORM + "quantity": "-1",
        PLATFORM + "billing.stubs": {"first": "small", "last_regular_on": "soon"},
        PLATFORM + "escalator": {"rate": "-2", "every": "term", "on": {"month": 13}},
        SEATS + "tags": ["a", None, 3],
        "orders.1.lines.0.quantity": [],
    }
    told = _told(_changed(to_dict(sales_led()), **changes))
    assert [line.split(": ")[0:2] for line in told] == [
        ["$.customer.nme", "unknown_key"],
        ["$.customer.name", "missing"],
        ["$.customer.id", "not_an_id"],
        ["$.orders[0].term", "unknown_frequency"],
        ["$.orders[0].lines[0].billing.stubs.first", "unknown_word"],
        ["$.orders[0].lines[0].billing.stubs.last_regular_on", "not_a_date"],
        ["$.orders[0].lines[0].escalator.on.day", "missing"],
        ["$.orders[0].lines[0].escalator.on.month", "out_of_range"],
        ["$.orders[0].lines[0].escalator.rate", "too_small"],
        ["$.orders[0].lines[0].escalator.every", "unknown_frequency"],
        ["$.orders[0].lines[0].quantity", "too_small"],
        ["$.orders[0].lines[2].tags[1]", "null"],
        ["$.orders[0].lines[2].tags[2]", "not_text"],
        ["$.orders[1].lines[0].quantity", "not_exact"],
        ["$.currency", "unknown_currency"],
    ]


@pytest.mark.parametrize("form", [None, [], "deal", 7, object()], ids=str)
def test_what_is_no_group_of_keys_is_told(form: Any) -> None:
    assert _told(form)[0].startswith("$: wrong_type: must be a group of keys such as schema, version, id (got ")


# The text, and what must be said of it.
TEXTS = [
    (from_json, "", "$: not_json: Expecting value (got 'line 1, column 1')"),
    (from_json, '{"schema":\n  "contractbill/deal",}', r"\$: not_json: .* \(got 'line 2, column \d+'\)"),
    (from_json, "[" * 100_000, "$: too_deep: must not be nested so deeply"),
    (from_json, "[]", "$: wrong_type: must be a group of keys such as schema, version, id (got 'a list')"),
    (from_json, "NaN", "$: wrong_type: must be a group of keys such as schema, version, id (got Decimal('NaN'))"),
    (from_json, '{"schema": "a", "schema": "b"}', "$.schema: duplicate_key: must be written once"),
    (from_json, b"{}", "$: not_text: must be text (got 'bytes')"),
    (from_toml, "id = ", "$: not_toml: Invalid value (got 'end of document')"),
    (from_toml, "id = 1\nid = 2", "$: not_toml: Cannot overwrite a value (got 'end of document')"),
    (from_toml, "x = " + "[" * 100_000, r"\$: (too_deep|not_toml): .*"),
    (from_toml, f"x = {'9' * 5000}", r"\$: not_toml: .*"),
    (from_toml, "x = 2025-02-30", r"\$: not_toml: .*"),
    (
        from_toml,
        'schema = "contractbill/schedule"\nversion = 1\n',
        "$.contract: missing: is required",
    ),
]


@pytest.mark.parametrize(("read", "text", "expected"), TEXTS, ids=_short)
def test_a_fault_of_the_text_is_told_with_its_place(read: Any, text: Any, expected: str) -> None:
    with pytest.raises(InvalidTerms) as caught:
        read(text)
    first = str(caught.value).splitlines()[0]
    assert first == expected or re.fullmatch(expected, first)


def test_a_key_that_is_written_twice_is_refused_at_any_depth() -> None:
    text = '{"schema": "contractbill/deal", "version": 1, "id": "C", "currency": "USD", '
    with pytest.raises(InvalidTerms) as caught:
        from_json(text + '"payment_terms": {"net_days": 30, "net_days": 45}, "zzz": 1, "zzz": 2}')
    assert [(issue.path, issue.code) for issue in caught.value.issues] == [
        ("$.zzz", "unknown_key"),
        ("$.payment_terms.net_days", "duplicate_key"),
    ]
    assert caught.value.got is None


def test_numbers_in_json_are_read_digit_by_digit() -> None:
    text = '{"schema": "contractbill/deal", "version": 1, "id": "C", "currency": "USD", "orders": [{"id": "O", '
    text += '"signed_on": "2026-01-01", "lines": [{"id": "L", "price": {"unit_amount": %s, "per": "month"}, '
    text += '"billing": {"every": "month"}}]}]}'
    contract: Any = from_json(text % "0.1000000000000000055511151231")
    assert contract.orders[0].lines[0].price.unit_amount == Decimal("0.1000000000000000055511151231")
    for bad in ("1e999999999", "9" * 5000, "1e99999999999999999999", "Infinity", "-NaN"):
        with pytest.raises(InvalidTerms) as caught:
            from_json(text % bad)
        assert caught.value.code in ("out_of_range", "not_a_number", "not_json")


def test_a_schedule_is_no_deal_file() -> None:
    text = 'schema = "contractbill/schedule"\nversion = 1\ncontract = "C"\ncurrency = "USD"\ninvoices = []\n'
    with pytest.raises(InvalidTerms, match="unknown_schema: must be contractbill/deal"):
        from_toml(text + 'totals = {fixed = "0", estimated = "0", contingent = "0", tcv = "0"}')


def test_what_is_asked_for_must_be_what_is_there() -> None:
    with pytest.raises(InvalidTerms) as caught:
        from_json(to_json(Facts()), Contract)
    assert (caught.value.path, caught.value.code, caught.value.got) == ("$.schema", "unknown_schema", FACTS)
    with pytest.raises(InvalidTerms, match=f"must be {FACTS}"):
        from_toml('schema = "contractbill/deal"\nversion = 1\nid = "C-1"\ncurrency = "USD"', Facts)


def test_a_mark_before_the_text_is_passed_over() -> None:
    text = (DEALS / "sales-led.toml").read_text("utf-8")
    assert from_toml("\ufeff" + text) == from_toml(text)
    assert from_dict(tomllib.loads(text, parse_float=Decimal)) == from_toml(text)


def test_renewals_without_end_are_written_as_a_word() -> None:
    form = _changed(to_dict(sales_led()), **{"orders.0.renewal.times": "unlimited"})
    contract: Any = from_dict(form)
    assert contract.orders[0].renewal.times is None
    assert to_dict(contract) == form


# What is changed in the golden schedule, and the path and code of all that must be said of it.
LINE = "$.invoices[4].lines[0]"
SCHEDULE_FAULTS = [
    ({"totals.tcv": "0.00"}, ["$.totals.tcv: wrong_total"]),
    (
        {"totals.fixed": "1.00", "totals.contingent": "1.00"},
        ["$.totals.fixed: wrong_total", "$.totals.contingent: wrong_total"],
    ),
    ({"totals.tcv": Decimal(0)}, ["$.totals.tcv: not_a_number"]),
    ({"totals": GONE}, ["$.totals: missing"]),
    ({"currency": "USX"}, ["$.currency: unknown_currency"]),
    ({"invoices.4.currency": "EUR"}, ["$.invoices[4].currency: currency_mismatch"]),
    ({"invoices.4.total": "1.00"}, ["$.invoices[4].total: wrong_total"]),
    ({"invoices.4.certainty": "estimated"}, ["$.invoices[4].certainty: wrong_certainty"]),
    ({"invoices.4.lines": []}, ["$.invoices[4].lines: no_lines"]),
    (
        {"invoices.4.instalments": [{"due_on": "2026-01-01", "amount": "1"}]},
        ["$.invoices[4].instalments: wrong_instalments"],
    ),
    ({"invoices.4.lines.0.amount": "1.00"}, [f"{LINE}.amount: wrong_amount"]),
    (
        {"invoices.4.lines.0.amount": "1.00", "invoices.5.total": "9"},
        [f"{LINE}.amount: wrong_amount", "$.invoices[5].total: wrong_total"],
    ),
    ({"invoices.4.lines.0.factor": "5"}, [f"{LINE}.amount: wrong_amount"]),
    ({"invoices.4.lines.0.factor": "1/0"}, [f"{LINE}.factor: not_a_fraction"]),
    ({"invoices.4.lines.0.share": "1/2"}, [f"{LINE}.factor: wrong_factor", f"{LINE}.amount: wrong_amount"]),
    ({"invoices.4.lines.0.share": "-1/2"}, [f"{LINE}.share.numerator: out_of_range"]),
    ({"invoices.4.lines.0.unit_amount": "7"}, [f"{LINE}.unit_amount: wrong_price", f"{LINE}.amount: wrong_amount"]),
    ({"invoices.4.lines.0.round_to": "0"}, [f"{LINE}.round_to: not_positive"]),
    ({"invoices.4.lines.0.service_end": GONE}, [f"{LINE}.service_end: missing"]),
    ({"invoices.4.lines.0.service_start": GONE}, [f"{LINE}.service_start: missing"]),
    ({"invoices.4.lines.0.service_end": "2020-01-01"}, [f"{LINE}.service_end: reversed_period"]),
    ({"invoices.4.lines.0.n": "0"}, [f"{LINE}.n: not_whole"]),
    (
        {"invoices.20.lines.0.price.steps.0.unit_amount": "1"},
        ["$.invoices[20].lines[0].price.steps[0].unit_amount: wrong_price"],
    ),
    (
        {"invoices.20.lines.0.price.steps.0.round_to": "-1"},
        ["$.invoices[20].lines[0].price.steps[0].round_to: not_positive"],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), SCHEDULE_FAULTS, ids=_short)
def test_t054_a_schedule_that_contradicts_itself_is_refused(changes: dict[str, Any], expected: list[str]) -> None:
    golden = to_dict(from_json((GOLDEN / "schedule-1.json").read_text("utf-8")))
    assert [": ".join(line.split(": ")[:2]) for line in _told(_changed(golden, **changes))] == expected


# What is changed in the golden facts, and the path and code of all that must be said of it.
FACTS_FAULTS = [
    ({"progress.0.done.0.step": "paid"}, ["$.progress[0].done[0].step: unknown_word"]),
    (
        {"progress.0.done.0.actor": GONE, "progress.0.done.0.by": "ops"},
        ["$.progress[0].done[0].by: unknown_key", "$.progress[0].done[0].actor: missing"],
    ),
    ({"progress.0.state": "fulfilled"}, ["$.progress[0].state: unknown_key"]),
    ({"progress.1.required": ["provisioned"]}, ["$.progress[1].done[0].step: step_not_required"]),
    ({"progress.0.done.1.step": "contract_created"}, ["$.progress[0].done[1].step: step_repeated"]),
    ({"progress.0.cancelled_on": "2026-02-01"}, ["$.progress[0].cancelled_on: fulfilled_cancelled"]),
    ({"progress.1.order": "O-1"}, ["$.progress[1].order: duplicate_id"]),
    ({"milestones.0.completed_on": "soon"}, ["$.milestones[0].completed_on: not_a_date"]),
]


@pytest.mark.parametrize(("changes", "expected"), FACTS_FAULTS, ids=_short)
def test_facts_that_cannot_be_are_refused(changes: dict[str, Any], expected: list[str]) -> None:
    golden = to_dict(from_json((GOLDEN / "facts-1.json").read_text("utf-8")))
    assert [": ".join(line.split(": ")[:2]) for line in _told(_changed(golden, **changes))] == expected


# What is changed in the golden difference, and the path and code of all that must be said of it.
DIFFERENCE_FAULTS = [
    ({"totals.fixed": "0.00"}, ["$.totals.fixed: wrong_total"]),
    ({"currency": "USX"}, ["$.currency: unknown_currency"]),
    ({"changes.0.change": "added"}, ["$.changes[0].change: wrong_change"]),
    ({"changes.0.change": "gone"}, ["$.changes[0].change: unknown_word"]),
    ({"changes.0.difference": "1.00"}, ["$.changes[0].difference: wrong_difference"]),
    ({"changes.0.before": GONE}, ["$.changes[0].change: wrong_change", "$.changes[0].difference: wrong_difference"]),
    ({"changes.0.before": GONE, "changes.0.after": GONE}, ["$.changes[0]: missing"]),
    ({"changes.0.before.line.n": 7}, ["$.changes[0].after: other_slot"]),
    ({"changes.0.before.line.amount": "1"}, ["$.changes[0].before.line.amount: wrong_amount"]),
    (
        {"changes.0.before.line.amount": "1", "changes.0.after.line.amount": "1", "kept.fixed": "0.001"},
        [
            "$.kept.fixed: not_quantized",
            "$.changes[0].before.line.amount: wrong_amount",
            "$.changes[0].after.line.amount: wrong_amount",
        ],
    ),
    ({"kept.count": -1}, ["$.kept.count: out_of_range"]),
]


@pytest.mark.parametrize(("changes", "expected"), DIFFERENCE_FAULTS, ids=_short)
def test_a_difference_that_contradicts_itself_is_refused(changes: dict[str, Any], expected: list[str]) -> None:
    golden = to_dict(from_json((GOLDEN / "difference-1.json").read_text("utf-8")))
    assert [": ".join(line.split(": ")[:2]) for line in _told(_changed(golden, **changes))] == expected


def test_a_change_of_nothing_is_refused() -> None:
    golden = to_dict(from_json((GOLDEN / "difference-1.json").read_text("utf-8")))
    same = _changed(golden, **{"changes.0.before": golden["changes"][0]["after"]})
    assert _told(same)[0].startswith("$.changes[0]: not_changed")
