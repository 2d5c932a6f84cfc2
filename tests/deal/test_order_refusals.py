"""What orders can never say of a running contract: each row with every path, its code and what was got."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from contractbill.deal import (
    Change,
    Contract,
    Flat,
    LineItem,
    OneTime,
    Order,
    PerUnit,
    RampStep,
    Recurring,
    Renewal,
    Termination,
    agreed_terms,
    check,
)
from contractbill.errors import InvalidTerms

Make = Callable[[], object]


SEATS: dict[str, Any] = {
    "price": PerUnit(unit_amount=30, per="month"),
    "billing": Recurring(every="month"),
    "quantity": 10,
}
FLAT: dict[str, Any] = {"price": Flat(amount=900, per="quarter"), "billing": Recurring(every="quarter")}


def seats(name: str = "seats", **given: Any) -> LineItem:
    return LineItem(**({"id": name} | SEATS | given))


def flat(name: str = "flat", **given: Any) -> LineItem:
    return LineItem(**({"id": name} | FLAT | given))


def setup(name: str = "setup") -> LineItem:
    return LineItem(id=name, price=Flat(amount=500), billing=OneTime())


def first(*lines: LineItem, **given: Any) -> Order:
    return Order(**({"id": "O-1", "signed_on": "2026-01-01", "term": "12 months", "lines": lines} | given))


def amendment(*changes: Change, **given: Any) -> Order:
    return Order(**({"id": "O-2", "kind": "amendment", "signed_on": "2026-03-01", "changes": changes} | given))


def cancellation(*lines: LineItem, **given: Any) -> Order:
    return Order(**({"id": "O-2", "kind": "cancellation", "signed_on": "2026-03-01", "lines": lines} | given))


def contract(*orders: Order) -> Contract:
    return Contract(id="C-1", currency="USD", orders=orders)


def amended(*changes: Change, **given: Any) -> Contract:
    lines = (seats(), flat(), setup(), LineItem(id="more", extends="seats"), seats("brief", ends_before="2026-06-01"))
    return contract(first(*lines, seats("late", starts_on="2026-05-01")), amendment(*changes, **given))


def ramp(*steps: RampStep, **given: Any) -> LineItem:
    return seats(ramp=steps, **given)


AUTO = Renewal(term="12 months", kind="auto", notice_days=60)

VALUES: list[tuple[Make, str]] = [
    # Steps of a ramp.
    (RampStep, "$: on_or_after None; $: nothing_changed None"),
    (lambda: RampStep(on="2026-02-01", after="1 month", quantity=1), "$: on_or_after None"),
    (
        lambda: RampStep(after="term", quantity=-1, inside_period="later"),
        "$.after: unknown_frequency 'term'; $.quantity: too_small '-1'; $.inside_period: unknown_word 'later'",
    ),
    (lambda: RampStep(on="soon", unit_amount="NaN"), "$.on: not_a_date 'soon'; $.unit_amount: not_a_number 'NaN'"),
    # Changes.
    (lambda: Change(line="seats"), "$: nothing_changed None"),
    (lambda: Change(line="seats", on="2026-02-01"), "$: nothing_changed None"),
    (lambda: Change(line="seats", remove=True, quantity=1), "$.remove: remove_and_change None"),
    (lambda: Change(line="seats", remove=True, ends_before="2026-04-01"), "$.remove: remove_and_change None"),
    (lambda: Change(line="a b", quantity=-1), "$.line: not_an_id 'a b'; $.quantity: too_small '-1'"),
    (lambda: Change(line="seats", remove="yes"), "$.remove: not_a_bool 'yes'"),  # type: ignore[arg-type]  # on purpose
    # Lines.
    (lambda: seats(replaces="seats"), "$.replaces: replaces_itself 'seats'"),
    (
        lambda: LineItem(id="a", price=Flat(amount=1), billing=OneTime(), ramp=[RampStep(after="1 month", quantity=2)]),
        "$.ramp: ramp_refused None; $.ramp[0].quantity: flat_quantity '2'",
    ),
    (
        lambda: LineItem(id="a", extends="b", ramp=[RampStep(after="1 month", unit_amount=2)]),
        "$.ramp[0].unit_amount: extends_refused None",
    ),
    (
        lambda: ramp(RampStep(after="1 month", quantity=2), RampStep(after="1 month", unit_amount=3)),
        "$.ramp[1]: ramp_overlap 'month'",
    ),
    # Orders.
    (lambda: Termination(notice_days=-1, refund=1), "$.notice_days: out_of_range -1; $.refund: not_a_bool 1"),  # type: ignore[arg-type]  # on purpose
    (lambda: first(ends_before="2026-07-01"), "$.ends_before: ends_before_refused '2026-07-01'"),
    (lambda: amendment(ends_before="2026-03-01"), "$.ends_before: empty_period '2026-03-01'"),
    (
        lambda: amendment(for_cause=True, refund=False),
        "$.for_cause: cancellation_only None; $.refund: cancellation_only None",
    ),
    (lambda: amendment(term="12 months"), "$.term: term_refused '12 months'"),
    (lambda: first(changes=[Change(line="seats", quantity=1)]), "$.changes: changes_refused 1"),
    (lambda: cancellation(changes=[Change(line="seats", quantity=1)]), "$.changes: changes_refused 1"),
    (lambda: cancellation(setup(), flat()), "$.lines[1].billing: fee_not_once None"),
    (lambda: amendment(sequence=-1), "$.sequence: out_of_range -1"),
    (
        lambda: amendment(Change(line="seats", quantity=1, on="2026-02-28")),
        "$.changes[0].on: change_before_order '2026-02-28'",
    ),
    (
        lambda: amendment(
            Change(line="seats", quantity=1),
            Change(line="seats", quantity=2, on="2026-03-01"),
            Change(line="seats", unit_amount=2),
            Change(line="seats", quantity=2, on="2026-04-01"),
            Change(line="seats", unit_amount=2),
        ),
        "$.changes[1].quantity: contradicting_changes '2'; $.changes[4].unit_amount: contradicting_changes '2'",
    ),
]

CONTRACTS: list[tuple[Make, str]] = [
    # Lines that orders speak of.
    (lambda: amended(Change(line="seat", quantity=1)), "$.orders[1].changes[0].line: unknown_line 'seat'"),
    (
        lambda: amended(Change(line="gone", remove=True), Change(line="seat", ends_before="2027-02-01")),
        (
            "$.orders[1].changes[1].ends_before: outside_term '2027-02-01'; "
            "$.orders[1].changes[0].line: unknown_line 'gone'; $.orders[1].changes[1].line: unknown_line 'seat'"
        ),
    ),
    (lambda: amended(Change(line="late", quantity=1)), "$.orders[1].changes[0].on: before_line '2026-03-01'"),
    (
        lambda: amended(Change(line="late", ends_before="2026-05-01", on="2026-05-01")),
        "$.orders[1].changes[0].ends_before: empty_period '2026-05-01'",
    ),
    (
        lambda: amended(Change(line="brief", quantity=1, on="2026-06-01")),
        "$.orders[1].changes[0].on: line_ended '2026-06-01'",
    ),
    (
        lambda: amended(Change(line="brief", remove=True, on="2026-06-01")),
        "$.orders[1].changes[0].on: line_ended '2026-06-01'",
    ),
    (
        lambda: amended(Change(line="setup", unit_amount=1), Change(line="setup", ends_before="2026-06-01")),
        "$.orders[1].changes[0].line: one_time_change 'setup'; $.orders[1].changes[1].line: one_time_change 'setup'",
    ),
    (lambda: amended(Change(line="flat", quantity=2)), "$.orders[1].changes[0].quantity: flat_quantity '2'"),
    (
        lambda: amended(Change(line="flat", unit_amount="0.001")),
        "$.orders[1].changes[0].unit_amount: not_quantized '0.001'",
    ),
    (lambda: amended(Change(line="more", unit_amount=1)), "$.orders[1].changes[0].unit_amount: extends_refused None"),
    (
        lambda: amended(lines=[flat("new", replaces="old"), flat("newer", replaces="late")]),
        ("$.orders[1].lines[0].replaces: unknown_line 'old'; $.orders[1].lines[1].replaces: before_line '2026-03-01'"),
    ),
    (
        lambda: amended(lines=[flat("new", replaces="brief", starts_on="2026-07-01")]),
        "$.orders[1].lines[0].replaces: line_ended '2026-07-01'",
    ),
    (
        # Removed by one order, and changed by another that became known later.
        lambda: contract(
            first(seats()),
            amendment(Change(line="seats", remove=True)),
            amendment(Change(line="seats", quantity=5), id="O-3", signed_on="2026-04-01"),
        ),
        "$.orders[2].changes[0].on: line_ended '2026-04-01'",
    ),
    (
        # Twice replaced.
        lambda: contract(
            first(seats()),
            amendment(lines=[seats("a", replaces="seats")]),
            amendment(lines=[seats("b", replaces="seats")], id="O-3", signed_on="2026-04-01"),
        ),
        "$.orders[2].lines[0].replaces: line_ended '2026-04-01'",
    ),
    # Ramps.
    (
        lambda: contract(first(ramp(RampStep(on="2026-02-01", quantity=1), RampStep(after="1 month", quantity=2)))),
        "$.orders[0].lines[0].ramp[1]: ramp_overlap '2026-02-01'",
    ),
    (
        lambda: contract(first(ramp(RampStep(on="2026-01-01", quantity=1), starts_on="2026-02-01"))),
        "$.orders[0].lines[0].ramp[0]: ramp_before_line '2026-01-01'",
    ),
    (
        lambda: contract(first(flat(ramp=[RampStep(after="1 month", unit_amount="0.001")]))),
        "$.orders[0].lines[0].ramp[0].unit_amount: not_quantized '0.001'",
    ),
    # Days outside the term.
    (
        lambda: amended(Change(line="flat", ends_before="2027-01-02")),
        "$.orders[1].changes[0].ends_before: outside_term '2027-01-02'",
    ),
    (
        lambda: contract(first(seats()), amendment(ends_before="2027-06-01", effective_on="2027-01-01")),
        "$.orders[1].effective_on: outside_term '2027-01-01'",
    ),
    (
        lambda: contract(first(seats()), cancellation(effective_on="2026-01-01")),
        "$.orders[1].effective_on: outside_term '2026-01-01'",
    ),
    (
        lambda: contract(first(seats()), cancellation(effective_on="2027-01-02")),
        "$.orders[1].effective_on: outside_term '2027-01-02'",
    ),
    (
        # Cancelled already, for an earlier day.
        lambda: contract(
            first(seats()),
            cancellation(effective_on="2026-06-01"),
            cancellation(id="O-3", signed_on="2026-04-01", effective_on="2026-07-01"),
        ),
        "$.orders[2].effective_on: outside_term '2026-07-01'",
    ),
    (
        # Inside a renewal of which the books learnt later.
        lambda: contract(
            first(seats()),
            cancellation(signed_on="2027-02-01", effective_on="2027-04-01"),
            Order(
                id="O-3",
                kind="renewal",
                signed_on="2026-12-01",
                known_on="2027-03-01",
                effective_on="2027-01-01",
                term="12 months",
            ),
        ),
        "$.orders[1].effective_on: outside_term '2027-04-01'",
    ),
    (lambda: contract(cancellation()), "$.orders[0].kind: initial_first 'cancellation'"),
    # Notice.
    (
        lambda: contract(first(seats(), termination=Termination(notice_days=60)), cancellation()),
        "$.orders[1].effective_on: notice_too_short '2026-03-01'",
    ),
    (
        lambda: contract(
            first(seats(), termination=Termination(notice_days=60)), cancellation(effective_on="2026-04-29")
        ),
        "$.orders[1].effective_on: notice_too_short '2026-04-29'",
    ),
    (
        # A day after the automatic renewal has become certain, at the end of the term before.
        lambda: contract(
            first(seats(), renewal=AUTO, termination=Termination(notice_days=90)),
            cancellation(signed_on="2026-11-03", effective_on="2027-01-01"),
        ),
        "$.orders[1].effective_on: notice_too_short '2027-01-01'",
    ),
    # Two orders of one day.
    (
        lambda: contract(
            first(seats()),
            amendment(Change(line="seats", quantity=5)),
            amendment(Change(line="seats", quantity=6), id="O-3"),
        ),
        "$.orders[2].changes[0].quantity: sequence_required '6'",
    ),
    (
        lambda: contract(
            first(seats()),
            amendment(Change(line="seats", unit_amount=5), sequence=4),
            amendment(Change(line="seats", unit_amount=6), id="O-3", sequence=4),
        ),
        "$.orders[2].changes[0].unit_amount: sequence_required '6'",
    ),
    (
        lambda: contract(
            first(seats()),
            amendment(Change(line="seats", ends_before="2026-07-01")),
            amendment(id="O-3", lines=[seats("other", replaces="seats", starts_on="2026-05-01")]),
        ),
        "$.orders[2].lines[0].replaces: sequence_required '2026-05-01'",
    ),
    (
        lambda: contract(
            first(seats()),
            amendment(ends_before="2026-07-01"),
            cancellation(id="O-3", effective_on="2026-05-01"),
        ),
        "$.orders[2].effective_on: sequence_required '2026-05-01'",
    ),
    # Several at once, across orders.
    (
        lambda: contract(
            first(seats(), termination=Termination(notice_days=30)),
            amendment(Change(line="seat", quantity=1), Change(line="seats", ends_before="2027-03-01")),
            cancellation(id="O-3", effective_on="2026-03-20"),
        ),
        (
            "$.orders[1].changes[1].ends_before: outside_term '2027-03-01'; "
            "$.orders[2].effective_on: notice_too_short '2026-03-20'; "
            "$.orders[1].changes[0].line: unknown_line 'seat'"
        ),
    ),
]
ROWS = VALUES + CONTRACTS


@pytest.mark.parametrize(("make", "expected"), ROWS, ids=[expected[:70] for _make, expected in ROWS])
def test_it_is_refused_with_every_path_code_and_what_was_got(make: Make, expected: str) -> None:
    with pytest.raises(InvalidTerms) as caught:
        make()
    assert "; ".join(f"{one.path}: {one.code} {one.got!r}" for one in caught.value.issues) == expected


TAKEN: list[Make] = [
    # A line that has ended, or was removed, is taken up again from the day on which it ended.
    lambda: amended(Change(line="brief", ends_before="2026-09-01", on="2026-06-01")),
    lambda: contract(
        first(seats()),
        amendment(Change(line="seats", remove=True)),
        amendment(Change(line="seats", ends_before="2026-09-01"), id="O-3", signed_on="2026-04-01"),
    ),
    # One that is replaced on the day on which another change counts from the same day.
    lambda: amended(Change(line="seats", quantity=4), lines=[flat("new", replaces="flat")]),
    # The same word twice on one day, or another with a sequence.
    lambda: contract(
        first(seats()),
        amendment(Change(line="seats", quantity=5)),
        amendment(Change(line="seats", quantity=5), id="O-3"),
    ),
    lambda: contract(
        first(seats()),
        amendment(Change(line="seats", quantity=5), sequence=1),
        amendment(Change(line="seats", quantity=6), id="O-3", sequence=2),
    ),
    # Different lines, different days, different things.
    lambda: contract(
        first(seats(), flat()),
        amendment(Change(line="seats", quantity=5), Change(line="flat", unit_amount=5)),
        amendment(
            Change(line="seats", quantity=6, on="2026-03-02"),
            Change(line="seats", unit_amount=9),
            Change(line="flat", remove=True),
            id="O-3",
        ),
    ),
    # Notice in time, for cause, and at an end that nothing follows.
    lambda: contract(first(seats(), termination=Termination(notice_days=60)), cancellation(effective_on="2026-04-30")),
    lambda: contract(first(seats(), termination=Termination(notice_days=60)), cancellation(for_cause=True)),
    lambda: contract(
        first(seats(), termination=Termination(notice_days=60)),
        cancellation(signed_on="2026-12-31", effective_on="2027-01-01"),
    ),
    lambda: contract(
        first(seats(), renewal=AUTO, termination=Termination(notice_days=90)),
        cancellation(signed_on="2026-11-02", effective_on="2027-01-01"),
    ),
    # Nothing was agreed about notice, so whoever signs a cancellation settles its day.
    lambda: contract(first(seats(), renewal=AUTO), cancellation(signed_on="2026-12-31", effective_on="2027-01-01")),
    # A clause that an amendment brought.
    lambda: contract(
        first(seats(), termination=Termination(notice_days=60)),
        amendment(termination=Termination(notice_days=7), signed_on="2026-02-01"),
        cancellation(id="O-3", effective_on="2026-03-08"),
    ),
]


@pytest.mark.parametrize("make", TAKEN)
def test_what_contradicts_nothing_is_taken(make: Make) -> None:
    make()


def test_an_order_that_does_nothing_is_pointed_at() -> None:
    def told(order: Order) -> list[tuple[str, str]]:
        found = check(contract(first(seats()), order))
        return [(one.path, one.code) for one in found if one.path.startswith("$.orders[1]")]

    assert told(amendment()) == [("$.orders[1].changes", "no_changes")]
    for order in (
        amendment(Change(line="seats", quantity=1)),
        amendment(lines=[flat()]),
        amendment(ends_before="2026-09-01"),
        amendment(termination=Termination(notice_days=7)),
        cancellation(),
    ):
        assert told(order) == []


def test_the_last_word_on_the_contracts_end_stands() -> None:
    ended = contract(
        first(seats()),
        cancellation(effective_on="2026-06-01"),
        amendment(id="O-3", signed_on="2026-04-01", ends_before="2026-09-01"),
    )
    (term,) = agreed_terms(ended.orders)
    assert (term.end, term.agreed_end, term.kept_until) == (date(2026, 9, 1), date(2027, 1, 1), None)
