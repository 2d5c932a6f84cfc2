"""Laws of charges and schedules, over random contracts."""

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import attrs
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contractbill.charges import BASE, DISCOUNT, Certainty, Charge, charges_for
from contractbill.deal import (
    Contract,
    Escalator,
    Flat,
    LineItem,
    Order,
    OrderKind,
    Recurring,
    Renewal,
    RenewalKind,
    agreed_terms,
)
from contractbill.invoices import PlannedInvoice, due, schedule, verify
from contractbill.money import Carrier, Rounding, add_up, allocate, quantize
from contractbill.periods import Frequency, Period, Recurrence, share
from contractbill.testing.strategies import contracts, dates, facts, recurring, renewals

# A random contract takes some 15 ms to make: two thirds of the default number of them keep this file under a minute.
SOME = settings(max_examples=2 * settings().max_examples // 3)


MIRRORED = {Rounding.FLOOR: Rounding.CEILING, Rounding.CEILING: Rounding.FLOOR}


def lines_of(invoices: Iterable[PlannedInvoice]) -> list[Charge]:
    return [line for invoice in invoices for line in invoice.lines]


def firm(charges: Iterable[Charge]) -> list[Charge]:
    return [one for one in charges if one.certainty is not Certainty.CONTINGENT]


def needs_notice(contract: Contract) -> bool:
    """Whether a step is taken back, with nothing new to know, once it is too late for its notice."""
    clauses = (line.escalator for order in contract.orders for line in order.lines)
    return any(clause is not None and clause.notice_days is not None for clause in clauses)


def content(charges: Iterable[Charge]) -> Counter[tuple[object, ...]]:
    """What makes a charge, however it came about, as a bag."""
    return Counter((one.slot, one.entry, one.service, one.planned_on, one.value, one.line.group) for one in charges)


# ------------------------------------------------------------------------------------------- one schedule by itself


@SOME
@given(contracts(), st.data())
def test_every_schedule_verifies(contract: Contract, data: st.DataObject) -> None:
    known = data.draw(facts(contract))
    assert verify(schedule(contract)) == ()
    assert verify(schedule(contract, known)) == ()


@SOME
@given(contracts())
def test_periods_tile_the_days_of_each_line(contract: Contract) -> None:
    homes = {line.id: (line, order) for order in contract.orders for line in order.lines}
    served: dict[str, list[Period]] = {}
    for charge in charges_for(contract):
        if charge.service is not None and charge.component.startswith(BASE):
            served.setdefault(charge.line.id, []).append(charge.service)
    end = agreed_terms(contract.orders)[-1].end
    for name, (line, order) in homes.items():
        root = homes[line.extends][0] if line.extends is not None else line
        if not isinstance(root.billing, Recurring):
            assert name not in served
            continue
        periods = served[name]
        assert periods[0].start == (line.starts_on or order.effective_on)
        assert all(one.end == after.start for one, after in pairwise(periods))
        ends_before = line.ends_before or root.ends_before
        assert end is not None
        assert periods[-1].end == ends_before if ends_before is not None else periods[-1].end >= end  # renewals go on


@SOME
@given(contracts())
def test_every_charge_lands_on_exactly_one_invoice(contract: Contract) -> None:
    plan = schedule(contract)
    # What an automatic renewal had billed before somebody signed another keeps its day; so does a step without notice.
    if not needs_notice(contract) and all(
        one.kind is not OrderKind.RENEWAL or one.known_on <= one.effective_on for one in contract.orders
    ):
        assert content(plan.charges) == content(charges_for(contract))
    assert all(len({(one.planned_on, one.line.group) for one in invoice.lines}) == 1 for invoice in plan.invoices)
    assert len({(invoice.planned_on, invoice.group) for invoice in plan.invoices}) == len(plan.invoices)
    assert all(invoice.due_on >= invoice.planned_on for invoice in plan.invoices)
    keys = [(one.slot, one.entry) for one in plan.charges]
    assert len(keys) == len(set(keys))


@SOME
@given(contracts())
def test_every_amount_can_be_worked_out_again(contract: Contract) -> None:
    to = contract.amounts_to
    for charge in charges_for(contract):
        working = charge.derivation
        exact = Fraction(working.quantity) * Fraction(working.price.unit_amount) * working.factor
        # What a discount takes off rounds as what it is taken off does, though it is below zero; so does what a sum of
        # them lacks.
        off = charge.component.startswith(DISCOUNT) or f"/{DISCOUNT}/" in charge.component
        mirrored = off and contract.rounding in MIRRORED
        assert working.rounding == (MIRRORED[contract.rounding] if mirrored else contract.rounding)
        assert charge.value == quantize(exact, to, working.rounding) == working.evaluate()
        assert charge.value.as_tuple().exponent == to.as_tuple().exponent
        assert working.price.evaluate() == working.price.unit_amount
        previous = working.price.base
        for step in working.price.steps:
            assert step.evaluate() == step.unit_amount
            assert step.round_to is not None or step.starts_anew or step.previous == previous
            previous = step.unit_amount


@SOME
@given(contracts())
def test_totals_are_sums_of_lines(contract: Contract) -> None:
    plan = schedule(contract)
    parts = {certainty: plan.total_of(certainty).amount for certainty in Certainty}
    assert add_up(parts.values()) == add_up(charge.value for charge in plan.charges)
    assert plan.tcv.amount == parts[Certainty.FIXED] + parts[Certainty.ESTIMATED]
    for invoice in plan.invoices:
        assert invoice.value == add_up(line.value for line in invoice.lines)
        assert invoice.certainty.doubt == max(line.certainty.doubt for line in invoice.lines)
        assert add_up(part for _on, part in invoice.instalments) == invoice.value
        assert max(on for on, _part in invoice.instalments) == invoice.due_on


@SOME
@given(contracts(), st.randoms(use_true_random=False))
def test_permuting_lines_changes_nothing(contract: Contract, chance: random.Random) -> None:
    orders = [attrs.evolve(order, lines=chance.sample(order.lines, len(order.lines))) for order in contract.orders]
    shuffled = attrs.evolve(contract, orders=orders)
    assert repr(schedule(shuffled)) == repr(schedule(contract))


def test_a_schedule_is_the_same_bytes_in_every_process() -> None:
    program = (
        "from datetime import date\n"
        "from contractbill import Facts, due, schedule\n"
        "from contractbill.deal import cancel, content_hash, started\n"
        "from contractbill.testing import sales_led\n"
        "deal = sales_led()\n"
        "facts = Facts(progress=[cancel(started('O-2'), on=date(2027, 5, 5))])\n"
        "billed = schedule(deal, as_of=date(2026, 12, 31), through=date(2026, 12, 31)).charges\n"
        "print(schedule(deal, facts), schedule(deal, facts, billed=billed).charges)\n"
        "print(due(deal, facts, billed=billed, as_of=date(2028, 1, 31), catch_up='net'))\n"
        "print([content_hash(order) for order in deal.orders])\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(runs) == 1


# --------------------------------------------------------------------------------------------------- parts and wholes


@given(
    st.integers(0, 10**7).map(lambda n: Decimal(n).scaleb(-2)),
    st.sampled_from(
        [("year", "month"), ("year", "quarter"), ("quarter", "month"), ("year", "half-year"), ("term", "month")]
    ),
    dates(),
    st.integers(1, 3),
)
def test_t_018_parts_add_up_to_each_whole(amount: Decimal, rhythm: tuple[str, str], start: date, years: int) -> None:
    per, every = rhythm
    line = LineItem(id="a", price=Flat(amount=amount, per=per), billing=Recurring(every=every))
    order = Order(id="O-1", signed_on=start, term=Frequency.parse(f"{12 * years} months"), lines=[line])
    charges = charges_for(Contract(id="C-1", currency="USD", orders=[order]))
    wholes = years if per == "term" else 12 * years // (Frequency.parse(per).in_whole_months or 1)
    assert add_up(one.value for one in charges) == (amount if per == "term" else amount * wholes)
    each: dict[int, Decimal] = {}
    months = 12 * years if per == "term" else (Frequency.parse(per).in_whole_months or 1)
    ratio = months // (Frequency.parse(every).in_whole_months or 1)
    for one in charges:
        each[one.n // ratio] = each.get(one.n // ratio, Decimal(0)) + one.value
    assert set(each.values()) == {amount}


@given(st.data(), st.sampled_from(["week", "month", "quarter", "year"]), dates())
def test_splitting_a_period_and_rejoining_it_changes_nothing(data: st.DataObject, every: str, anchor: date) -> None:
    grid = Recurrence(every, anchor)
    full = grid.period(data.draw(st.integers(0, 30)))
    cuts = sorted(data.draw(st.sets(st.integers(1, full.days - 1), min_size=1, max_size=4)))
    edges = [full.start, *(full.start + timedelta(cut) for cut in cuts), full.end]
    parts = [Period(start, end) for start, end in pairwise(edges)]
    shares = [share(part, grid) for part in parts]
    assert sum(one.fraction for one in shares) == 1
    price = data.draw(st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-2)))
    assert sum(Fraction(price) * one.fraction for one in shares) == Fraction(price)
    split = allocate(price, [one.fraction for one in shares], to=Decimal("0.01"), carrier=Carrier.LARGEST_REMAINDER)
    assert add_up(split) == price


@SOME
@given(st.data(), dates(), st.integers(1, 30))
def test_a_step_that_splits_a_period_changes_no_whole(data: st.DataObject, start: date, months: int) -> None:
    billing = data.draw(recurring(around=Period(start, start + timedelta(800)), contract_start=start))
    prices = st.sampled_from(["week", "month", "quarter", "year", "term"])
    price = Flat(amount=data.draw(st.integers(1, 10**5)), per=data.draw(prices))
    # A step of nothing cuts periods and changes no price.
    nothing = Escalator(rates=["0.5", "-0.5"], compounding=False, every=Frequency.parse(f"{months} months"))
    cut = attrs.evolve(nothing, inside_period="split")

    def factors(escalator: Escalator) -> dict[int, Fraction]:
        line = LineItem(id="a", price=price, billing=billing, escalator=escalator)
        order = Order(id="O-1", signed_on=start, term="2 years", lines=[line])
        total: dict[int, Fraction] = {}
        for one in charges_for(Contract(id="C-1", currency="KWD", orders=[order])):
            if one.component.startswith(BASE):
                total[one.n] = total.get(one.n, Fraction(0)) + one.derivation.factor
        return total

    assert factors(cut) == factors(nothing)


# ---------------------------------------------------------------------------------------------- what is known, and when


@SOME
@given(contracts(), dates(date(2022, 6, 1), date(2032, 12, 31)))
def test_orders_known_later_are_passed_over(contract: Contract, as_of: date) -> None:
    known = [order for order in contract.orders if order.known_on <= as_of]
    ids = {charge.line.order for charge in charges_for(contract, as_of=as_of)}
    assert ids <= {order.id for order in known}
    if known and known[0].kind is OrderKind.INITIAL and all(order.lines for order in known):
        # What is known is a contract by itself, unless it speaks of what is not known.
        names = {line.id for order in known for line in order.lines}
        assume(all(line.extends in {None, *names} for order in known for line in order.lines))
        ends = agreed_terms(known)[-1].end
        assume(ends == agreed_terms(contract.orders)[-1].end)
        alone = attrs.evolve(contract, orders=known)
        there = content(schedule(alone, as_of=as_of).charges)
        assert there == content(schedule(contract, as_of=as_of).charges)


@SOME
@given(contracts(), dates(date(2022, 6, 1), date(2036, 12, 31)))
def test_a_schedule_through_a_day_is_the_beginning_of_the_whole(contract: Contract, through: date) -> None:
    whole = schedule(contract)
    some = schedule(contract, through=through)
    assert some.invoices == tuple(invoice for invoice in whole.invoices if invoice.planned_on <= through)


@SOME
@given(contracts(), st.data())
def test_so_it_is_after_corrections(contract: Contract, data: st.DataObject) -> None:
    known, through = data.draw(facts(contract)), data.draw(dates(date(2022, 6, 1), date(2036, 12, 31)))
    some = schedule(contract, known, through=through)
    whole = schedule(contract, known)
    assert some.invoices == tuple(invoice for invoice in whole.invoices if invoice.planned_on <= through)


@SOME
@given(contracts(ends=False), dates(date(2024, 1, 1), date(2031, 12, 31)), st.integers(1, 500))
def test_an_evergreen_schedule_grows_at_its_end_only(contract: Contract, through: date, more: int) -> None:
    some, longer = (schedule(contract, through=day) for day in (through, through + timedelta(more)))
    assert verify(some) == ()
    assert some.invoices == tuple(invoice for invoice in longer.invoices if invoice.planned_on <= through)


@SOME
@given(contracts(), renewals())
def test_an_automatic_renewal_is_contingent_until_its_deadline(drawn: Contract, renewal: Renewal) -> None:
    initial = attrs.evolve(drawn.orders[0], renewal=renewal, bill_when="signed")
    contract = attrs.evolve(drawn, orders=[initial])
    end = agreed_terms([initial])[0].end
    assert end is not None
    deadline = max(end - timedelta(renewal.notice_days), initial.known_on)
    second = end + timedelta(28)  # no term of a renewal is shorter

    def renewed(as_of: date) -> list[Charge]:
        served = (one for one in charges_for(contract, as_of=as_of) if one.service is not None)
        return [one for one in served if one.service is not None and end <= one.service.start < second]

    if deadline > initial.known_on:
        assert {one.certainty for one in renewed(deadline - timedelta(1))} <= {Certainty.CONTINGENT}
    automatic = renewal.kind is RenewalKind.AUTO
    expected = {Certainty.FIXED, Certainty.ESTIMATED} if automatic else {Certainty.CONTINGENT}
    assert {one.certainty for one in renewed(deadline)} <= expected
    if automatic:
        assert all(one.planned_on >= end - timedelta(renewal.notice_days) for one in renewed(deadline))


# -------------------------------------------------------------------------------------------------------------- replay


# Runs a contract, more or less: each works out everything again.
_RUNS = 12


@SOME
@given(contracts(at_most=2), st.data(), st.randoms(use_true_random=False))
def test_t_040_replaying_each_planned_day_gives_the_schedule(
    contract: Contract, data: st.DataObject, chance: random.Random
) -> None:
    known = data.draw(facts(contract))
    plan = schedule(contract, known)
    days = sorted({invoice.planned_on for invoice in plan.invoices})
    billed: list[Charge] = []
    for day in days:
        if day != days[-1] and chance.random() < max(1 / 3, 1 - _RUNS / len(days)):
            continue  # the run was missed
        billed += lines_of(due(contract, known, billed=billed, as_of=day))
        assert due(contract, known, billed=billed, as_of=day) == ()
    assert len({(one.slot, one.entry) for one in billed}) == len(billed)
    # What is fixed already was billed as it was planned, and nothing else but renewals that became certain since, and
    # what steps without notice take back.
    if not needs_notice(contract):
        assert content(firm(plan.charges)) <= content(billed)
    if days:
        then = schedule(contract, known, as_of=days[-1], through=days[-1])
        assert content(billed) == content(firm(then.charges))
        assert content(firm(schedule(contract, known, billed=billed).charges)) >= content(billed)


@SOME
@given(contracts(at_most=2), st.data())
def test_what_was_billed_stays_in_the_schedule_and_the_rest_unfolds(contract: Contract, data: st.DataObject) -> None:
    known = data.draw(facts(contract))
    day = data.draw(dates(date(2023, 1, 1), date(2031, 12, 31)))
    # As far as everything there is was known on that day.
    assume(all(order.known_on <= day for order in contract.orders))
    assume(all(on <= day for on in known.known_days()))
    billed = lines_of(due(contract, known, as_of=day))
    assert schedule(contract, known, billed=billed, as_of=day) == schedule(contract, known, as_of=day)


@SOME
@given(contracts(at_most=2), st.data())
def test_a_late_run_that_nets_has_the_same_sum(contract: Contract, data: st.DataObject) -> None:
    known = data.draw(facts(contract))
    first, last = sorted(data.draw(st.tuples(dates(), dates(date(2026, 1, 1), date(2033, 12, 31)))))
    billed = lines_of(due(contract, known, as_of=first))
    replayed, netted = (due(contract, known, billed=billed, as_of=last, catch_up=how) for how in ("replay", "net"))
    assert add_up(one.value for one in lines_of(netted)) == add_up(one.value for one in lines_of(replayed))
    assert {invoice.planned_on for invoice in netted} <= {last}
    assert len({invoice.group for invoice in netted}) == len(netted)
    assert due(contract, known, billed=[*billed, *lines_of(netted)], as_of=last, catch_up="net") == ()


@SOME
@given(contracts(at_most=2), st.data())
def test_a_cancelled_order_is_corrected_by_exactly_the_difference(contract: Contract, data: st.DataObject) -> None:
    known = data.draw(facts(contract))
    cancelled = {one.order for one in known.progress if one.cancelled_on is not None}
    standing = {one.slot: one.value for one in firm(charges_for(contract, known))}
    sums: dict[object, Decimal] = {}
    for one in firm(schedule(contract, known).charges):
        sums[one.slot] = sums.get(one.slot, Decimal(0)) + one.value
        if one.line.order in cancelled:
            assert one.slot not in standing
    assert {slot: value for slot, value in sums.items() if value} == {
        slot: value for slot, value in standing.items() if value
    }


@SOME
@given(contracts(), st.data())
def test_orders_that_wait_for_fulfilment_bill_from_it(contract: Contract, data: st.DataObject) -> None:
    known = data.draw(facts(contract))
    waiting = {order.id for order in contract.orders if order.bill_when.value == "fulfilled"}
    for one in charges_for(contract, known):
        if one.line.order in waiting:
            fulfilled_on = known.fulfilled_on(one.line.order)
            assert (one.certainty is Certainty.CONTINGENT) if fulfilled_on is None else one.planned_on >= fulfilled_on
    said = (*known.milestones, *known.readings, *known.notices, *(one for one in known.progress if one.cancelled_on))
    if not waiting and not said:
        as_of = max(order.known_on for order in contract.orders)
        assert charges_for(contract, known, as_of=as_of) == charges_for(contract, as_of=as_of)
