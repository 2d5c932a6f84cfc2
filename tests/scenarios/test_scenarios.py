"""Golden deals: the terms on top of each file, the schedule that somebody worked out by hand below them.

Below `= Expected` stands a row for each invoice: its day, the day it is due, its total, its lines, and what else is to
be said of it. What is known comes after a comma: `as of` a day, `through` a day, an order `fulfilled` or `cancelled` on
one, a milestone `completed` on one, `accepted` or `known` on another.
"""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from contractbill.charges import DISCOUNT, Certainty, Charge, Facts, IndexReading, MilestoneDone
from contractbill.deal import Contract, OrderProgress, cancel, complete, started
from contractbill.display import format_amount
from contractbill.invoices import PlannedInvoice, Schedule, schedule, verify
from contractbill.money import exponent
from contractbill.wire import from_toml

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.txt"))


@attrs.frozen
class Scenario:
    deal: Contract
    known: str
    expected: list[list[str]]


def read(path: Path) -> list[Scenario]:
    terms, *answers = re.split(r"^= Expected", path.read_text("utf-8"), flags=re.MULTILINE)
    head = f'schema = "contractbill/deal"\nversion = 1\nid = "{path.stem}"\n'
    deal = from_toml(head + terms)
    assert isinstance(deal, Contract)
    scenarios = []
    for answer in answers:
        known, *rows = answer.strip().splitlines() if answer.startswith(",") else ["", *answer.strip().splitlines()]
        scenarios.append(Scenario(deal, known, [re.split(r"  +", row.strip()) for row in rows]))
    return scenarios


SCENARIOS = [(f"{path.stem}{one.known}", one) for path in FILES for one in read(path)]


def scheduled(scenario: Scenario) -> Schedule:
    days: dict[str, date] = {}
    progress: list[OrderProgress] = []
    readings: list[IndexReading] = []
    reached: dict[str, dict[str, date]] = {}
    for word in filter(None, scenario.known.split(", ")):
        *what, day = word.strip(", ").split(" ")
        on = date.fromisoformat(day)
        match what:
            case ["as", "of"]:
                days["as_of"] = on
            case ["through"]:
                days["through"] = on
            case [order, "cancelled"]:
                progress.append(cancel(started(order), on=on))
            case [index, month, value, "known"]:
                readings.append(IndexReading(index=index, month=month, value=value, known_on=on))
            case [milestone, "completed" | "accepted" | "known" as event]:
                reached.setdefault(milestone, {})[f"{event}_on"] = on
            case [order, "fulfilled"]:
                one = started(order)
                for step in sorted(one.required):
                    one = complete(one, step, on=on, actor="ops")
                progress.append(one)
            case _:
                pytest.fail(f"not understood: {word}")
    milestones = [MilestoneDone(milestone=name, **told) for name, told in reached.items()]
    facts = Facts(progress=progress, milestones=milestones, readings=readings)
    return schedule(scenario.deal, facts, as_of=days.get("as_of"), through=days.get("through"))


def named(charge: Charge) -> str:
    """The line, with the discount if it is one."""
    component, _, rest = charge.component.partition("/")
    return f"{charge.line.id}/{rest}" if component == DISCOUNT else charge.line.id


def row(invoice: PlannedInvoice) -> list[str]:
    digits = exponent(invoice.group.currency)
    lines = ", ".join(f"{named(line)} {format_amount(line.value, digits)}" for line in invoice.lines)
    group = invoice.group
    notes = [
        "" if invoice.certainty is Certainty.FIXED else str(invoice.certainty),
        f"bill-to {group.bill_to}" if group.bill_to else "",
        f"PO {group.po}" if group.po else "",
        "separate" if group.separate else "",
    ]
    if group.payment_terms.instalments:
        notes += (f"{format_amount(part, digits)} on {on}" for on, part in invoice.instalments)
    notes += (f"{one.id} {format_amount(one.amount.amount, digits)}" for one in invoice.shares)
    noted = ", ".join(filter(None, notes))
    shown = [str(invoice.planned_on), str(invoice.due_on), format_amount(invoice.value, digits), lines]
    return [*shown, noted] if noted else shown


@pytest.mark.parametrize("scenario", [one for _name, one in SCENARIOS], ids=[name for name, _one in SCENARIOS])
def test_a_deal_has_the_schedule_worked_out_by_hand(scenario: Scenario) -> None:
    plan = scheduled(scenario)
    digits = exponent(plan.currency)
    totals = [(name, plan.total_of(Certainty(name)).amount) for name in Certainty]
    found = [row(invoice) for invoice in plan.invoices]
    found += [[f"{name} {format_amount(amount, digits)}"] for name, amount in totals if amount]
    assert found == scenario.expected
    assert verify(plan) == ()


def test_the_figures_of_each_file_agree_with_each_other() -> None:
    for name, scenario in SCENARIOS:
        sums = {str(name): Decimal(0) for name in Certainty}
        for invoice_on, due_on, total, lines, *notes in (one for one in scenario.expected if len(one) > 1):
            assert date.fromisoformat(invoice_on) <= date.fromisoformat(due_on)
            parts = [Decimal(part.split(" ")[1].replace(",", "")) for part in re.split(r", (?=[a-z])", lines)]
            assert sum(parts) == Decimal(total.replace(",", "")), (name, invoice_on)
            word = notes[0].partition(",")[0] if notes else "fixed"
            sums[word if word in sums else "fixed"] += sum(parts)
        stated = dict(one[0].split(" ") for one in scenario.expected if len(one) == 1)
        assert {key: Decimal(value.replace(",", "")) for key, value in stated.items()} == {
            key: value for key, value in sums.items() if value
        }, name
