"""Rounding at the level of a line, an invoice or a whole term."""

from collections.abc import Callable, Hashable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contractbill.charges import BASE, ROUNDING, Certainty, Charge, charges_for, reason
from contractbill.deal import (
    Change,
    Contract,
    Escalator,
    Flat,
    LineItem,
    OneTime,
    Order,
    PerUnit,
    Recurring,
    Renewal,
    RoundingLevel,
    terms,
)
from contractbill.errors import InvalidTerms
from contractbill.invoices import due, schedule, verify
from contractbill.money import add_up, quantize, quantum
from contractbill.testing.strategies import contracts
from contractbill.wire import from_dict, to_dict, to_json

D = Decimal
SOME = settings(max_examples=2 * settings().max_examples // 3)
LEVELS = [level for level in RoundingLevel if level is not RoundingLevel.COMPONENT]


def fee(name: str, unit_amount: str, quantity: int = 1, **given: Any) -> LineItem:
    return LineItem(
        id=name, quantity=quantity, price=PerUnit(unit_amount=unit_amount), billing=OneTime(once="start"), **given
    )


def yearly(name: str, amount: str, **given: Any) -> LineItem:
    return LineItem(id=name, price=Flat(amount=amount, per="year"), billing=Recurring(every="month"), **given)


def deal(*lines: LineItem, term: str | None = "12 months", renewal: Renewal | None = None, **given: Any) -> Contract:
    order = Order(id="O-1", signed_on="2026-01-01", term=term, renewal=renewal, lines=lines)
    return Contract(**({"id": "C-1", "currency": "USD", "orders": [order]} | given))


def standing(contract: Contract) -> list[tuple[str, str, str]]:
    return [(one.line.id, one.component, str(one.value)) for one in charges_for(contract)]


def levels(charge: Charge) -> bool:
    """Whether a charge is what a sum lacks that is rounded as a whole."""
    return charge.component.startswith(tuple(f"{ROUNDING}:{level}/" for level in LEVELS))


THREE = (fee("a", "0.334"), fee("b", "0.333"), fee("c", "0.334"))


def test_what_a_sum_lacks_goes_to_those_that_lost_most_a_unit_each() -> None:
    assert standing(deal(*THREE, rounding_level="invoice")) == [
        ("a", "base", "0.33"),
        ("a", "rounding:invoice/base", "0.01"),
        ("b", "base", "0.33"),
        ("c", "base", "0.33"),
    ]
    six = (*THREE, *(attrs.evolve(one, id=f"{one.id}-2") for one in THREE))
    found = [one for one in standing(deal(*six, rounding_level="invoice")) if one[1] != BASE]
    assert found == [("a", "rounding:invoice/base", "0.01"), ("a-2", "rounding:invoice/base", "0.01")]


def test_what_a_sum_has_too_much_is_taken_from_those_that_gained_most() -> None:
    found = standing(deal(fee("a", "0.335"), fee("b", "0.336"), fee("c", "0.335"), rounding_level="invoice"))
    assert [one for one in found if one[1] != BASE] == [("a", "rounding:invoice/base", "-0.01")]


def test_each_line_and_each_invoice_is_rounded_by_itself() -> None:
    for level, others in (("component", []), ("line", []), ("invoice", [("a", "rounding:invoice/base", "0.01")])):
        found = standing(deal(*THREE, rounding_level=level))
        assert [one for one in found if one[1] != BASE] == others
    apart = [attrs.evolve(one, separate=True) for one in THREE]
    assert all(one[1] == BASE for one in standing(deal(*apart, rounding_level="invoice")))


def test_the_parts_of_a_period_are_one_line() -> None:
    # January costs 0.335 × 15/31 at one price and 0.345 × 16/31 at the next: 0.162… and 0.178…, together 0.340….
    steps = Escalator(amount="0.01", every="15 days", inside_period="split")
    seats = LineItem(
        id="a", price=PerUnit(unit_amount="0.335", per="month"), billing=Recurring(every="month"), escalator=steps
    )
    contract = deal(seats, rounding_level="line", term="1 month")
    found = charges_for(contract)
    assert [one.component for one in found] == ["base", "base/2", "base/3"]
    odd = deal(attrs.evolve(seats, quantity=3), rounding_level="line", term="1 month")
    for one in (contract, odd):
        exact = sum((each.derivation.exact for each in charges_for(one) if each.component[0] == "b"), Fraction(0))
        assert add_up(each.value for each in charges_for(one)) == quantize(exact, D("0.01"), one.rounding)


def test_whole_dollars_stand_beside_one_amount_of_each_invoice() -> None:
    contract = deal(*THREE, yearly("d", "1200.60"), rounding_level="invoice", round_to=1)
    plan = schedule(contract)
    assert {str(invoice.value) for invoice in plan.invoices} == {"101.00", "100.00"}
    assert verify(plan) == ()
    rounding = [one for one in plan.charges if one.component != BASE]
    assert [(one.line.id, one.value) for one in rounding[:2]] == [("d", D("-0.04")), ("d", D("-0.05"))]
    assert reason(rounding[0]) == "in advance of its service period; the invoice is rounded as a whole"


def test_whole_dollars_of_each_amount_still_come_to_the_price_in_whole_dollars() -> None:
    plan = schedule(deal(yearly("d", "1200.60"), round_to=1))
    assert [str(invoice.value) for invoice in plan.invoices] == ["100.00"] * 11 + ["101.00"]


@pytest.mark.parametrize("level", RoundingLevel)
def test_parts_come_to_the_price_at_every_level(level: RoundingLevel) -> None:
    # The step splits a month; its two parts lose or gain a cent, at some levels more than once.
    split = Escalator(amounts=["0.05", "0.05"], every="45 days", inside_period="split")
    for amount in ("1000.00", "1000.10", "0.07", "12.00"):
        for rule in ("half_up", "up", "down"):
            lines = (yearly("a", amount), yearly("b", amount), yearly("c", amount, escalator=split))
            contract = deal(*lines, rounding_level=level, rounding=rule)
            found = charges_for(contract)
            for name in "ab":
                whole = add_up(one.value for one in found if one.line.id == name and _counts(one, level))
                assert abs(whole - D(amount)) <= D("0.01") if level is RoundingLevel.INVOICE else whole == D(amount)
            exact = sum((one.derivation.exact for one in found if one.component.startswith(BASE)), Fraction(0))
            assert abs(Fraction(add_up(one.value for one in found)) - exact) <= Fraction(2, 100)


def _counts(charge: Charge, level: RoundingLevel) -> bool:
    """A whole term is rounded beside whichever of its lines lost most."""
    return level is not RoundingLevel.TOTAL or not levels(charge)


def test_the_total_of_each_term_is_rounded_at_its_end() -> None:
    renewal = Renewal(term="12 months", kind="auto", uplift="0.1")
    contract = deal(yearly("a", "1000.40"), fee("b", "0.20"), rounding_level="total", round_to=1, renewal=renewal)
    found = charges_for(contract, as_of=date(2027, 1, 1))
    assert [(str(one.planned_on), one.component, str(one.value)) for one in found if one.component[:8] == ROUNDING] == [
        ("2026-12-01", "rounding", "-0.04"),
        ("2026-12-01", "rounding:total/base", "0.40"),
        ("2027-12-01", "rounding", "0.04"),
        ("2027-12-01", "rounding:total/base", "-0.44"),
    ]
    # Before the renewal is certain, it is no part of a total; and what is planned later is not asked for.
    early = charges_for(contract, as_of=date(2026, 1, 1))
    assert [one.value for one in early if levels(one)] == [D("0.40")]
    assert not any(levels(one) for one in charges_for(contract, through=date(2026, 11, 30)))


def test_amounts_that_may_never_come_move_no_fixed_one() -> None:
    more = Order(
        id="O-2", kind="expansion", signed_on="2026-01-01", bill_when="fulfilled", lines=[fee("d", "0.334"), *()]
    )
    for level in LEVELS:
        contract = deal(*THREE, rounding_level=level)
        waiting = attrs.evolve(contract, orders=(*contract.orders, more))
        fixed = [one for one in charges_for(waiting) if one.certainty is Certainty.FIXED]
        assert [(one.slot, one.value) for one in fixed] == [(one.slot, one.value) for one in charges_for(contract)]


@pytest.mark.parametrize("level", RoundingLevel)
def test_an_amendment_keeps_what_is_rounded_as_a_whole(level: RoundingLevel) -> None:
    seats = LineItem(
        id="a", quantity=7, price=PerUnit(unit_amount="14.29", per="month"), billing=Recurring(every="quarter")
    )
    more = Order(
        id="O-2",
        kind="amendment",
        signed_on="2026-02-11",
        changes=[Change(line="a", quantity=10)],
    )
    contract = deal(seats, yearly("b", "399.96"), term="6 months", round_to=1, rounding_level=level)
    contract = attrs.evolve(contract, orders=(*contract.orders, more))
    plan = schedule(contract)
    assert verify(plan) == ()
    assert plan.fixed.amount == plan.fixed.amount.to_integral_value()
    if level is not RoundingLevel.TOTAL:
        assert all(invoice.value == invoice.value.to_integral_value() for invoice in plan.invoices)
    # Runs on any days bill what the schedule shows.
    billed: list[Charge] = []
    for day in (date(2026, 1, 20), date(2026, 2, 20), date(2026, 3, 5), date(2026, 7, 1)):
        billed += [line for invoice in due(contract, billed=billed, as_of=day) for line in invoice.lines]
    assert sorted((one.slot, one.entry, one.value) for one in billed) == sorted(
        (one.slot, one.entry, one.value) for one in plan.charges
    )


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({"round_to": 0}, "$.round_to: too_small"),
        ({"round_to": "0.005"}, "$.round_to: not_quantized"),
        ({"round_to": "1.5", "currency": "JPY"}, "$.round_to: not_quantized"),
        ({"round_to": "cent", "rounding_level": "page"}, "$.round_to: not_a_number; $.rounding_level: unknown_word"),
        ({"rounding_level": "total", "term": None}, "$.rounding_level: whole_term_evergreen"),
    ],
)
def test_terms_of_rounding_that_can_never_be_true_are_refused(said: dict[str, Any], faults: str) -> None:
    with pytest.raises(InvalidTerms) as caught:
        deal(**said)
    assert "; ".join(f"{issue.path}: {issue.code}" for issue in caught.value.issues) == faults


def test_how_a_deal_rounds_stands_among_its_terms() -> None:
    table: list[tuple[dict[str, Any], str | None]] = [
        ({}, None),
        ({"rounding": "down"}, "down"),
        ({"round_to": 1}, "half_up to 1, each component"),
        ({"rounding_level": "total", "rounding": "half_even"}, "half_even to 0.01, each total"),
    ]
    for said, text in table:
        contract = deal(**said)
        terms_table, *_others = contract.to_tables()
        assert [value for name, value in terms_table.rows if name == "rounding"] == ([] if text is None else [text])
        assert from_dict(to_dict(contract)) == contract


# ----------------------------------------------------------------------------------------------------------------- laws


def _groups(contract: Contract, level: RoundingLevel) -> Callable[[Charge], Hashable]:
    starts = [term.start for term in terms(contract.orders, through=date(2060, 1, 1))]

    def together(one: Charge) -> Hashable:
        day = one.asked_on if one.service is None else one.service.start
        number = sum(start <= day for start in starts[1:])
        return {
            RoundingLevel.LINE: (one.line.id, one.n, one.planned_on, one.certainty),
            RoundingLevel.INVOICE: (one.planned_on, one.line.group, one.certainty),
            RoundingLevel.TOTAL: number,
        }[level]

    return together


@SOME
@given(contracts(ends=True), st.sampled_from(LEVELS), st.sampled_from([None, 1, 5]))
def test_what_stands_together_is_the_rounded_exact_sum(
    contract: Contract, level: RoundingLevel, round_to: int | None
) -> None:
    contract = attrs.evolve(contract, rounding_level=level, round_to=round_to)
    unit = quantum(contract.currency)
    assume(round_to is None or round_to >= unit)
    together = _groups(contract, level)
    sums: dict[Hashable, list[Charge]] = {}
    for one in charges_for(contract):
        if level is not RoundingLevel.TOTAL or one.certainty is Certainty.FIXED:
            sums.setdefault(together(one), []).append(one)
    for listed in sums.values():
        value = add_up(one.value for one in listed)
        assert value == quantize(value, D(round_to or unit), contract.rounding)
        # What brings parts to their whole has no exact sum of its own.
        if not any(one.component.startswith(ROUNDING) and not levels(one) for one in listed):
            exact = sum((one.derivation.exact for one in listed if not levels(one)), Fraction(0))
            assert value == quantize(exact, D(round_to or unit), contract.rounding)


@SOME
@given(contracts(), st.sampled_from(LEVELS))
def test_a_level_only_adds_to_what_stands(contract: Contract, level: RoundingLevel) -> None:
    assume(contract.orders[0].term is not None or level is not RoundingLevel.TOTAL)
    plain = attrs.evolve(contract, rounding_level="component", round_to=None)
    through = date(2030, 1, 1)
    base = {one.slot: one for one in charges_for(plain, through=through) if one.component.startswith(BASE)}
    found = charges_for(attrs.evolve(contract, rounding_level=level), through=through)
    assert {one.slot: one for one in found if one.component.startswith(BASE)} == base
    assert len({one.slot for one in found}) == len(found)
    assert all(one.value for one in found if one.component.startswith(ROUNDING))


@SOME
@given(contracts(ends=True))
def test_rounding_each_amount_to_the_smallest_unit_is_what_happens_anyway(contract: Contract) -> None:
    plain = attrs.evolve(contract, rounding_level="component", round_to=None)
    stated = attrs.evolve(plain, round_to=quantum(contract.currency))
    assert to_json(schedule(stated)) == to_json(schedule(plain))
