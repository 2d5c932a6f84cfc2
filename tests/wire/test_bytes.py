"""Equal values give equal bytes: in every process, whatever its hash seed, whatever the order of lines."""

import hashlib
import json
import subprocess
import sys

import attrs

from contractbill import schedule
from contractbill.testing import sales_led
from contractbill.wire import to_dict, to_json
from tests.wire.deals import ROOT

PROGRAM = """
import hashlib, json
from contractbill import schedule
from contractbill.testing import sales_led
from contractbill.wire import from_json, json_schema, to_json
names = ("deal", "facts", "schedule", "difference")
golden = [open(f"tests/wire/golden/{name}-1.json", encoding="utf-8").read() for name in names]
texts = [to_json(sales_led()), to_json(schedule(sales_led())), *(to_json(from_json(text)) for text in golden)]
texts += [json.dumps(json_schema(name)) for name in names]
print(hashlib.sha256("".join(texts).encode()).hexdigest())
"""


def test_output_is_byte_identical_across_processes_and_hash_seeds() -> None:
    seen = set()
    for seed in ("0", "1", "4242", "random"):
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(ran.stdout)
    assert len(seen) == 1
    assert len(seen.pop().strip()) == len(hashlib.sha256().hexdigest())


def test_the_order_of_lines_in_an_order_changes_no_byte_of_the_schedule() -> None:
    contract = sales_led()
    first, second = contract.orders
    turned = attrs.evolve(contract, orders=(attrs.evolve(first, lines=first.lines[::-1]), second))
    assert to_json(schedule(turned)) == to_json(schedule(contract))


def test_text_is_the_dict_in_its_order() -> None:
    plan = schedule(sales_led())
    assert json.loads(to_json(plan)) == to_dict(plan)
    assert list(to_dict(plan)) == ["schema", "version", "contract", "currency", "invoices", "totals"]
    assert to_json(plan).endswith("}\n")


def test_the_form_is_plain_types_only() -> None:
    def plain(value: object) -> bool:
        if type(value) is dict:
            return all(type(key) is str and plain(member) for key, member in value.items())
        return all(map(plain, value)) if type(value) is list else type(value) in (str, int, bool)

    assert plain(to_dict(sales_led()))
    assert plain(to_dict(schedule(sales_led())))
