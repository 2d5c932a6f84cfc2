"""What this library answers to a case of another project, from the input of the case alone.

Every answer is a library call or a field of its result; nothing here knows what is expected.
"""

from collections.abc import Callable
from datetime import date, timedelta

from contractbill.errors import InvalidTerms
from contractbill.periods import (
    WHOLE_TERM,
    Frequency,
    Period,
    Recurrence,
    StubRule,
    Stubs,
    Unit,
    add,
    billing_periods,
    civil_date,
    start_of_day,
)
from contractbill.periods.frequency import grid_day
from tests.periods.amounts import due, invoice_amount, proration, years
from tests.periods.cases import (
    DAY,
    Answer,
    Given,
    anchor_time,
    billed,
    day_of,
    far,
    grid_of,
    pair,
    periods_of,
    read_date,
    read_frequency,
    read_instant,
    read_period,
    read_steps,
    roll_day,
    start_of,
)
from tests.periods.orders import last_service, restarted


def _billing_periods(given: Given) -> Answer:
    for field, told in _SHAPES.items():
        if field in given:
            return told(given)
    return _plain(given)


def _plain(given: Given) -> Answer:
    if given.get("end") and given["end"] <= given["start"]:
        return {"periods": []}
    shown = billed(given, periods_of(given))
    dates = {str(one.period.end if given.get("timing") == "arrears" else one.period.start) for one in shown}
    usage: list[list[str]] = []
    if "usage_frequency" in given:
        usage = [pair(one.period) for one in periods_of({**given, "frequency": given["usage_frequency"]})]
        dates |= {end for _, end in usage}
    return {
        "periods": [pair(one.period) for one in shown],
        "service_period": pair(shown[0].period) if shown else None,
        "invoice_dates": sorted(dates),
        "usage_periods": usage,
    }


def _stubs(given: Given) -> Stubs:
    """Strata's stub conventions speak of one end; the other must be regular."""
    rule, _, side = (given.get("stub") or "none").partition("_")
    chosen = StubRule(rule) if side else StubRule.NONE
    return Stubs(
        first=chosen if side == "initial" else StubRule.NONE,
        last=chosen if side == "final" or given.get("generation") == "forward" else StubRule.NONE,
        first_regular_on=_maybe(given.get("first_regular_start")),
        last_regular_on=_maybe(given.get("last_regular_end")),
    )


def _maybe(text: str | None) -> date | None:
    return None if text is None else read_date(text)


def _stub_grid(given: Given) -> Recurrence:
    """The grid of a schedule given by its ends: hung on the regular end that the other one agrees with."""
    stub = given.get("stub") or ""
    frequency, day = read_frequency(given), roll_day(given)
    month_end = bool(given.get("prefer_eom"))
    first = read_date(given.get("first_regular_start") or given["start"])
    last = read_date(given.get("last_regular_end") or given["end"])
    ends = [first, last]
    if stub.endswith("initial") and not given.get("first_regular_start"):
        ends = [last]
    if stub.endswith("final") and not given.get("last_regular_end"):
        ends = [first]
    if frequency.unit is Unit.TERM:
        return Recurrence(frequency, first)
    grids = [Recurrence(frequency, on, day if frequency.in_whole_months else None, month_end) for on in ends]
    agreed = [grid for grid in grids if all(grid.boundary(grid.index(on)) == on for on in ends)]
    return (agreed or grids)[0]


def _with_stubs(given: Given) -> Answer:
    grid = _stub_grid(given)
    stubs = _stubs(given)
    if given.get("generation") == "forward":
        stubs = Stubs(last=StubRule.SHORT, first_regular_on=stubs.first_regular_on)
    periods = billing_periods(Period(read_date(given["start"]), read_date(given["end"])), grid, stubs)
    return {"periods": [pair(one.period) for one in periods], "resolved_roll": _resolved(grid)}


def _resolved(grid: Recurrence) -> int | str:
    day = grid_day(grid.anchor, grid.frequency, grid.day, month_end=grid.month_end)
    return "eom" if day == 31 else day


def _restarted(given: Given) -> Answer:
    """A new start on the grid there was."""
    original = {**given["original"], "frequency": given["frequency"]}
    grid = _stub_grid(original)
    periods = restarted(grid, read_date(given["new_start"]), read_date(original["end"]))
    ragged = grid.boundary(grid.index(periods[-1].end)) != periods[-1].end
    return {
        "periods": [pair(one) for one in periods],
        "resolved_stub": "smart_initial",
        "last_regular_end": str(periods[-1].start) if ragged else None,
    }


def _period_on_invoice_date(given: Given) -> Answer:
    on = read_date(given["invoice_date"])
    if "is_first_period" in given:
        return {"period": pair(periods_of(given, on)[0].period)}
    periods = [one.period for one in periods_of(given)]
    due = [one for one in periods if (one.end if given["timing"] == "arrears" else one.start) <= on]
    return {"period": pair(due[-1])}


def _synced(given: Given) -> Answer:
    """Instants that share a time of day are civil days which begin at that time."""
    grid, start = grid_of(given), start_of(given)
    synced = day_of(given, given["synced_to"])
    answer: Answer = {}
    if "phases" in given:
        first = _period_of(given, billing_periods(Period(start, far(grid, given, start)), grid)[0].period)
        length = given["phases"][0]["duration"]
        start = add(start, Frequency(length["count"], Unit(length["unit"])), 1)
        answer = {"free_phase_first_period": first, "phase_boundary": _instant_of(given, start)}
    periods = billing_periods(Period(start, far(grid, given, start)), grid)
    shown = [one.period for one in periods if one.period.start <= synced]
    return answer | {
        "periods": [_period_of(given, one) for one in shown],
        "invoice_instants": [_instant_of(given, one.end) for one in shown],
    }


def _instant_of(given: Given, on: date) -> str:
    text = f"{on}T{anchor_time(given)}"
    return f"{text}Z"


def _period_of(given: Given, period: Period) -> list[str]:
    return [_instant_of(given, period.start), _instant_of(given, period.end)]


def _service_and_billing(given: Given) -> Answer:
    """Lines of items with a rhythm of their own, each in the invoice period that holds its start."""
    start, until = read_date(given["start"][:10]), read_date(given["generate_to"][:10])
    invoices = Recurrence(read_frequency(given, "billing_frequency"), start)
    lines = []
    for item in given["items"]:
        if item["frequency"] is None:
            term, frequency = Period(start, read_date(given["phase_end"][:10])), WHOLE_TERM
        else:
            term, frequency = Period(start, until), read_frequency(item)
        for one in billing_periods(term, Recurrence(frequency, start)):
            if one.regular:
                billing = invoices.period(invoices.index(one.period.start))
                pair = _midnights(one.period)
                lines.append({"item": item["key"], "service": pair, "full": pair, "billing": _midnights(billing)})
    return {"lines": lines}


def _midnights(period: Period) -> list[str]:
    return [f"{on}T00:00:00Z" for on in (period.start, period.end)]


def _period_boundary(given: Given) -> Answer:
    """Lago's questions about the period around a date, in the customer's zone."""
    start, as_of, zone = start_of(given), read_date(given["as_of"]), given["timezone"]
    grid = grid_of(given, start)
    side, _, asked = given["question"].partition("_period_")
    ended = civil_date(read_instant(given["terminated_at"]), zone) if "terminated_at" in given else None
    over = ended is not None and ended <= as_of
    n = grid.index(as_of)
    waits = given["timing"] == "arrears" and not given.get("current_usage") and not over
    if side == "previous" or (side == "billed" and waits):
        n -= 1
    if asked == "days":
        # The price of a day divides by the whole period that holds the start, when billing is not past it.
        return {"days": grid.period(max(n, grid.index(start))).days}
    full = grid.period(n)
    if side == "billed" and over and ended:
        full = last_service(given, ended)
    if asked == "start":
        on = max(full.start, start)
        return {"date": str(on), "instant": _utc(on, zone)}
    end = min(full.end, ended) if over and ended else full.end
    return {"date_exclusive": str(end), "instant_exclusive": _utc(end, zone)}


def _utc(on: date, zone: str) -> str:
    return start_of_day(on, zone).strftime("%Y-%m-%dT%H:%M:%SZ")


def _period_containing(given: Given) -> Answer:
    as_of = read_date(given["as_of"])
    periods = periods_of(given)
    held = [one.period for one in periods if as_of in one.period]
    return {"period": pair(held[0] if held else periods[0].period)}


def _period_count(given: Given) -> Answer:
    if "as_of" in given:
        as_of = read_date(given["as_of"])
        return {"completed_periods": sum(one.period.end <= as_of for one in periods_of(given))}
    start, end = read_date(given["start"]), read_date(given["end"])
    grid = Recurrence(read_frequency(given), start)
    return {"whole_periods": grid.index(end), "invoices": len(billing_periods(Period(start, end), grid))}


def _bill_run(given: Given) -> Answer:
    start, as_of = read_date(given["start"]), read_date(given["as_of"])
    grid, n = grid_of(given), grid_of(given).index(as_of)
    first = grid.boundary(grid.index(start - DAY) + 1)
    begun = as_of >= first
    through = grid.boundary(n) if begun else None
    if given["timing"] == "advance":
        through = billed(given, periods_of(given))[-1].period.end
    last = grid.boundary(grid.index(min(as_of, read_date(given["end"])) if given.get("end") else as_of))
    return {
        "something_to_bill": begun,
        "first_cycle_date": str(first),
        "billed_through": None if through is None else str(through),
        "next_cycle_date": str(grid.boundary(n + 1) if begun else first),
        "last_cycle_date": str(last),
    }


def _anchor(given: Given) -> Answer:
    for field, told in _ANCHORS.items():
        if field in given:
            return told(given)
    return {"resolved_roll": _resolved(Recurrence("month", date(2024, 1, 1), given["anchor_day"]))}


def _local_day(given: Given) -> Answer:
    return {"anchor_day": civil_date(read_instant(given["start_instant"]), given["timezone"]).day}


def _first_boundaries(given: Given) -> Answer:
    grid = Recurrence(read_frequency(given), read_date(given["start"]))
    return {"boundaries": [str(grid.boundary(n)) for n in range(given["count"] + 1)]}


def _first_cycle(given: Given) -> Answer:
    grid = grid_of(given)
    return {"first_cycle_date": str(grid.boundary(grid.index(read_date(given["start"]) - DAY) + 1))}


def _operation(given: Given) -> Answer:
    if "at" in given:
        return _boundary_around(given)
    on = read_date(given["date"])
    if given["operation"] == "add":
        step, n = read_steps(given)
        return {"date": str(add(on, step, n))}
    frequency = read_frequency(given) if "frequency" in given else "month"
    grid = Recurrence(frequency, on, given.get("anchor_day") or roll_day(given))
    if given["operation"] == "is_cycle_date":
        return {"is_cycle_date": grid.boundary(grid.index(on)) == on}
    steps = {"align_in_month": 0, "next": 1, "previous": -1, "next_on_or_after": grid.index(on - DAY) + 1}
    return {"date": str(grid.boundary(steps[given["operation"]]))}


def _boundary_around(given: Given) -> Answer:
    """The boundary before or after an instant, for days that begin at the anchor's time of day."""
    grid = Recurrence(read_frequency(given), day_of(given, given["anchor_instant"]))
    on = day_of(given, given["at"])
    sharp = read_instant(given["at"]).time() == anchor_time(given)
    inclusive = given["boundary"] == "inclusive"
    if given["operation"] == "previous_boundary":
        found = grid.boundary(grid.index(on - DAY if sharp and not inclusive else on))
    else:
        found = grid.boundary(grid.index(on - DAY if sharp and inclusive else on) + 1)
    return {"instant": _instant_of(given, found)}


def _service_start(given: Given) -> Answer:
    """A service start by the calendar period of the order's confirmation."""
    on = read_date(given["confirmation_date"])
    grid = grid_of(given, on)
    match given["start_policy"]:
        case "start_this":
            return {"start": str(grid.period(grid.index(on)).start)}
        case "start_next":
            return {"start": str(grid.period(grid.index(on) + 1).start)}
        case "end_this":
            return {"start": str(grid.period(grid.index(on)).last_day)}
        case _:
            return {"start": str(grid.period(grid.index(on + DAY)).last_day)}


def _stub_rule(given: Given) -> Answer:
    rule = StubRule(given["stub"].split("_")[0])
    return {"merge": rule.merges(read_period([given["start"], given["end"]]))}


def _invoice_date(given: Given) -> Answer:
    """The day of the invoice of the period that begins on a date."""
    start = read_date(given["period_start"])
    end = _maybe(given["contract_end"])
    if end is not None and end <= start:
        return {"invoice_date": None}
    first = periods_of({**given, "end": given["contract_end"]}, start)[0].period
    offset = timedelta(given["invoice_offset_days"])
    return {"invoice_date": str((first.last_day if given["timing"] == "arrears" else first.start) + offset)}


def _invoice_dates(given: Given) -> Answer:
    start = start_of(given)
    ends = set()
    for name in ("frequency", "usage_frequency"):
        if name in given:
            grid = grid_of({**given, "frequency": given[name]}, start)
            ends |= set(grid.boundaries(grid.index(start) + 1, 60))
    return {"invoice_dates": {str(on) for on in ends}}


def _error(given: Given) -> Answer:
    """Whether building what is described is refused."""
    try:
        if "original" in given:
            _restarted(given)
        elif "stub" in given:
            _with_stubs(given)
        else:
            periods_of(given)
    except InvalidTerms as error:
        return {"error": error.code}
    return {"error": None}


# Cases of one kind come in several shapes; the first field that is there decides.
_SHAPES: dict[str, Callable[[Given], Answer]] = {
    "items": _service_and_billing,
    "original": _restarted,
    "stub": _with_stubs,
    "roll": _with_stubs,
    "generation": _with_stubs,
    "invoice_date": _period_on_invoice_date,
    "anchor_instant": _synced,
}
_ANCHORS: dict[str, Callable[[Given], Answer]] = {
    "operation": _operation,
    "start_policy": _service_start,
    "start_instant": _local_day,
    "stub": lambda given: {"resolved_roll": _resolved(_stub_grid(given))},
    "count": _first_boundaries,
    "start": _first_cycle,
}
_ANSWERS: dict[str, Callable[[Given], Answer]] = {
    "anchor": _anchor,
    "bill_run": _bill_run,
    "billing_periods": _billing_periods,
    "day_count": years,
    "due_date": due,
    "error": _error,
    "instalments": due,
    "invoice_amount": invoice_amount,
    "invoice_date": _invoice_date,
    "invoice_dates": _invoice_dates,
    "period_boundary": _period_boundary,
    "period_containing": _period_containing,
    "period_count": _period_count,
    "proration": proration,
    "stub_rule": _stub_rule,
}


def answer(kind: str, given: Given) -> Answer:
    """What this library says to a case of that kind."""
    return _ANSWERS[kind](given)
