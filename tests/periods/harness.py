"""What this library answers to a case of another project, from the input of the case alone.

Every answer is a library call or a field of its result; nothing here knows what is expected. `policies` names the
conventions a case depends on: those it states, and those its input fields imply.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from contractbill.deal.payment_terms import Instalment, PaymentTerms, due_dates, instalments
from contractbill.errors import InvalidTerms
from contractbill.money import Rounding, add_up, quantize, quantum
from contractbill.periods import (
    NOTHING,
    WHOLE_TERM,
    Alignment,
    AlignTo,
    BillingPeriod,
    Frequency,
    Period,
    Proration,
    ProrationRule,
    Recurrence,
    Share,
    StubRule,
    Stubs,
    Unit,
    add,
    billing_periods,
    civil_date,
    day_count,
    recurrence_for,
    share,
    share_of,
    start_of_day,
)
from contractbill.periods.frequency import grid_day

Given = dict[str, Any]
Answer = dict[str, Any]

DAY = timedelta(1)
# Open ends are looked at this far: no case asks later.
HORIZON = 10


def policies(case: Given) -> frozenset[str]:
    """The conventions a case depends on."""
    return frozenset(case.get("policies", ())) | frozenset(_implied(case["kind"], case["input"]))


def _implied(kind: str, given: Given) -> Iterator[str]:
    """The conventions that input fields imply."""
    if given.get("business_calendar") or (kind == "error" and given.get("business_day")):
        yield "business_day_calendar"
    if given.get("business_day") and _adjusted_input(given):
        yield "business_day_adjusted_input"
    if given.get("arrears_mode"):
        yield f"arrears_{given['arrears_mode']}"
    if kind == "error" and given.get("as_of") and given["as_of"] < given["start"] < given["end"]:
        yield "as_of_before_start_refused"
    if given.get("proration") == "elapsed_time_over_nominal_time" and "T" in "".join(given["period"]):
        yield "proration_elapsed_seconds"
    if given.get("nominal_period") and given["nominal_period"][0] == given["nominal_period"][1]:
        yield "degenerate_nominal_bills_full"
    if "anchor_instant" in given and given.get("start") and _instant(given["start"]).time() != _anchor_time(given):
        yield "periods_within_a_day"
    if any(item["frequency"] is None for item in given.get("items", ())) and not given.get("phase_end"):
        yield "zero_length_service"
    if given.get("forced_month_in_period") is not None:
        yield "forced_month_in_period"
    if given.get("prefer_eom") and _month_end(_date(given["end"])) and not _month_end(_date(given["start"])):
        if given["stub"] == "none":
            yield "roll_from_either_end"
    if given.get("proration") == "actual_days_nominal_period" and "anchor_day" in given and _lookback_differs(given):
        yield "proration_denominator_unaligned_lookback"


def _adjusted_input(given: Given) -> bool:
    """Whether an edge that must be regular misses the stated roll day, so that only a calendar explains it."""
    if given.get("roll") in (None, "none") or given.get("stub") not in (None, "none", "both"):
        return False
    regular = [given.get("first_regular_start") or given["start"], given.get("last_regular_end") or given["end"]]
    grid = Recurrence(_frequency(given), _date(given["end"]), _roll_day(given))
    return any(grid.boundary(grid.index(on)) != on for on in map(_date, regular))


def _lookback_differs(given: Given) -> bool:
    """Whether a leading stub has another length of month when looked back at from its end, unaligned."""
    head = _periods(given)[0]
    grid = _grid(given)
    back = add(head.period.end, grid.frequency, -1)
    return not head.regular and head.period.end == grid.boundary(head.n + 1) and back != grid.boundary(head.n)


# --- reading -----------------------------------------------------------------------------------------------------------


def _date(text: str) -> date:
    return date.fromisoformat(text)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _anchor_time(given: Given) -> Any:
    return _instant(given["anchor_instant"]).time()


def _month_end(on: date) -> bool:
    return (on + DAY).day == 1


def _frequency(given: Given, name: str = "frequency") -> Frequency:
    read = given[name]
    return Frequency(read["count"], Unit(read["unit"]))


def _steps(given: Given) -> tuple[Frequency, int]:
    """A frequency counts forward; a negative count in a case is so many steps back."""
    count = given["frequency"]["count"]
    return Frequency(1, Unit(given["frequency"]["unit"])), count


def _period(pair: list[str]) -> Period:
    return Period(_date(pair[0]), _date(pair[1]))


def _pair(period: Period) -> list[str]:
    return [str(period.start), str(period.end)]


def _roll_day(given: Given) -> int | None:
    roll = given.get("roll")
    return 31 if roll == "eom" else roll if isinstance(roll, int) else None


def _grid(given: Given, start: date | None = None) -> Recurrence:
    """The grid of a case that states an alignment."""
    start = start or _start(given)
    frequency = _frequency(given)
    day = given.get("anchor_day")
    match given.get("alignment"):
        case "calendar":
            alignment = Alignment(AlignTo.CALENDAR)
        case "anchor_date":
            alignment = Alignment(AlignTo.DATE, on=_day_of(given, given["anchor_instant"]))
        case "anchor_day" if frequency.in_whole_months:
            alignment = Alignment(AlignTo.DAY, day=day)
        case _ if given.get("anchor_date"):
            alignment = Alignment(AlignTo.DATE, on=_date(given["anchor_date"]))
        case _ if day and frequency.in_whole_months:
            alignment = Alignment(AlignTo.DAY, day=day)
        case _:
            alignment = Alignment()
    return recurrence_for(alignment, frequency, contract_start=start, line_start=start)


def _start(given: Given) -> date:
    """The local date of the start."""
    if "start_instant" in given:
        return civil_date(_instant(given["start_instant"]), given["timezone"])
    return _day_of(given, given["start"]) if "T" in given["start"] else _date(given["start"])


def _day_of(given: Given, text: str) -> date:
    """The civil date of an instant, for days that begin at the time of day of the anchor."""
    at = _instant(given["anchor_instant"])
    since_midnight = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    return civil_date(_instant(text) - since_midnight, "UTC")


def _periods(given: Given, start: date | None = None) -> tuple[BillingPeriod, ...]:
    """The billing periods of a case; where its end is open, far enough."""
    start = start or _start(given)
    grid = _grid(given, start)
    end = _date(given["end"]) if given.get("end") else _far(grid, given, start)
    return billing_periods(Period(start, end), grid)


def _far(grid: Recurrence, given: Given, start: date) -> date:
    asked = max((_date(given[name][:10]) for name in ("as_of", "invoice_date") if given.get(name)), default=start)
    years = add(max(asked, start), Frequency(2, Unit.YEAR), 1)
    return max(years, grid.boundary(grid.index(max(asked, start)) + HORIZON))


def _billed(given: Given, periods: tuple[BillingPeriod, ...]) -> tuple[BillingPeriod, ...]:
    """Those that a run on `as_of` bills: begun ones in advance, ended ones in arrears."""
    if "as_of" not in given:
        return periods
    as_of = _date(given["as_of"])
    arrears = given["timing"] == "arrears"
    return tuple(one for one in periods if (one.period.end if arrears else one.period.start) <= as_of)


# --- periods -----------------------------------------------------------------------------------------------------------


def _billing_periods(given: Given) -> Answer:
    if "items" in given:
        return _service_and_billing(given)
    if "original" in given:
        return _restarted(given)
    if "stub" in given or "roll" in given or "generation" in given:
        return _with_stubs(given)
    if "invoice_date" in given:
        return _period_on_invoice_date(given)
    if "anchor_instant" in given:
        return _synced(given)
    if given.get("end") and given["end"] <= given["start"]:
        return {"periods": []}
    billed = _billed(given, _periods(given))
    dates = {str(one.period.end if given.get("timing") == "arrears" else one.period.start) for one in billed}
    usage: list[list[str]] = []
    if "usage_frequency" in given:
        usage_given = {**given, "frequency": given["usage_frequency"], "timing": "arrears"}
        usage = [_pair(one.period) for one in _periods(usage_given)]
        dates |= {end for _, end in usage}
    return {
        "periods": [_pair(one.period) for one in billed],
        "service_period": _pair(billed[0].period) if billed else None,
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
    return None if text is None else _date(text)


def _stub_grid(given: Given) -> Recurrence:
    """The grid of a schedule given by its ends: hung on the regular end that the other one agrees with."""
    stub = given.get("stub") or ""
    frequency, day = _frequency(given), _roll_day(given)
    month_end = bool(given.get("prefer_eom"))
    first = _date(given.get("first_regular_start") or given["start"])
    last = _date(given.get("last_regular_end") or given["end"])
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
    periods = billing_periods(Period(_date(given["start"]), _date(given["end"])), grid, stubs)
    return {"periods": [_pair(one.period) for one in periods], "resolved_roll": _resolved(grid)}


def _resolved(grid: Recurrence) -> int | str:
    day = grid_day(grid.anchor, grid.frequency, grid.day, month_end=grid.month_end)
    return "eom" if day == 31 else day


def _restarted(given: Given) -> Answer:
    """A new start on the grid there was."""
    original = {**given["original"], "frequency": given["frequency"]}
    grid = _stub_grid(original)
    term = Period(_date(given["new_start"]), _date(original["end"]))
    periods = billing_periods(term, grid, Stubs(first=StubRule.SMART, last=StubRule.SMART))
    ragged = not periods[-1].regular
    return {
        "periods": [_pair(one.period) for one in periods],
        "resolved_stub": "smart_initial",
        "last_regular_end": str(periods[-1].period.start) if ragged else None,
    }


def _period_on_invoice_date(given: Given) -> Answer:
    on = _date(given["invoice_date"])
    if "is_first_period" in given:
        return {"period": _pair(_periods(given, on)[0].period)}
    periods = [one.period for one in _periods(given)]
    due = [one for one in periods if (one.end if given["timing"] == "arrears" else one.start) <= on]
    return {"period": _pair(due[-1])}


def _synced(given: Given) -> Answer:
    """Instants that share a time of day are civil days which begin at that time."""
    grid, start = _grid(given), _start(given)
    synced = _day_of(given, given["synced_to"])
    answer: Answer = {}
    if "phases" in given:
        first = _period_of(given, billing_periods(Period(start, _far(grid, given, start)), grid)[0].period)
        length = given["phases"][0]["duration"]
        start = add(start, Frequency(length["count"], Unit(length["unit"])), 1)
        answer = {"free_phase_first_period": first, "phase_boundary": _instant_of(given, start)}
    periods = billing_periods(Period(start, _far(grid, given, start)), grid)
    shown = [one.period for one in periods if one.period.start <= synced]
    return answer | {
        "periods": [_period_of(given, one) for one in shown],
        "invoice_instants": [_instant_of(given, one.end) for one in shown],
    }


def _instant_of(given: Given, on: date) -> str:
    text = f"{on}T{_anchor_time(given)}"
    return f"{text}Z"


def _period_of(given: Given, period: Period) -> list[str]:
    return [_instant_of(given, period.start), _instant_of(given, period.end)]


def _service_and_billing(given: Given) -> Answer:
    """Lines of items with a rhythm of their own, each in the invoice period that holds its start."""
    start, until = _date(given["start"][:10]), _date(given["generate_to"][:10])
    invoices = Recurrence(_frequency(given, "billing_frequency"), start)
    lines = []
    for item in given["items"]:
        if item["frequency"] is None:
            term, frequency = Period(start, _date(given["phase_end"][:10])), WHOLE_TERM
        else:
            term, frequency = Period(start, until), _frequency(item)
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
    start, as_of, zone = _start(given), _date(given["as_of"]), given["timezone"]
    grid = _grid(given, start)
    side, _, asked = given["question"].partition("_period_")
    ended = civil_date(_instant(given["terminated_at"]), zone) if "terminated_at" in given else None
    over = ended is not None and ended <= as_of
    n = grid.index(as_of)
    waits = given["timing"] == "arrears" and not given.get("current_usage") and not over
    if side == "previous" or (side == "billed" and waits):
        n -= 1
    if asked == "days":
        # The price of a day divides by the whole period that holds the start, when billing is not past it.
        return {"days": grid.period(max(n, grid.index(start))).days}
    full = grid.period(n)
    if asked == "start":
        on = max(full.start, start)
        return {"date": str(on), "instant": _utc(on, zone)}
    end = min(full.end, ended) if over and ended else full.end
    return {"date_exclusive": str(end), "instant_exclusive": _utc(end, zone)}


def _utc(on: date, zone: str) -> str:
    return start_of_day(on, zone).strftime("%Y-%m-%dT%H:%M:%SZ")


def _period_containing(given: Given) -> Answer:
    as_of = _date(given["as_of"])
    periods = _periods(given)
    held = [one.period for one in periods if as_of in one.period]
    return {"period": _pair(held[0] if held else periods[0].period)}


def _period_count(given: Given) -> Answer:
    if "as_of" in given:
        as_of = _date(given["as_of"])
        return {"completed_periods": sum(one.period.end <= as_of for one in _periods(given))}
    start, end = _date(given["start"]), _date(given["end"])
    grid = Recurrence(_frequency(given), start)
    return {"whole_periods": grid.index(end), "invoices": len(billing_periods(Period(start, end), grid))}


def _bill_run(given: Given) -> Answer:
    start, as_of = _date(given["start"]), _date(given["as_of"])
    grid, n = _grid(given), _grid(given).index(as_of)
    first = grid.boundary(grid.index(start - DAY) + 1)
    begun = as_of >= first
    through = grid.boundary(n) if begun else None
    if given["timing"] == "advance":
        through = _billed(given, _periods(given))[-1].period.end
    last = grid.boundary(grid.index(min(as_of, _date(given["end"])) if given.get("end") else as_of))
    return {
        "something_to_bill": begun,
        "first_cycle_date": str(first),
        "billed_through": None if through is None else str(through),
        "next_cycle_date": str(grid.boundary(n + 1) if begun else first),
        "last_cycle_date": str(last),
    }


# --- dates -------------------------------------------------------------------------------------------------------------


def _anchor(given: Given) -> Answer:
    if "operation" in given:
        return _operation(given)
    if "start_policy" in given:
        return _service_start(given)
    if "start_instant" in given:
        return {"anchor_day": civil_date(_instant(given["start_instant"]), given["timezone"]).day}
    if "stub" in given:
        return {"resolved_roll": _resolved(_stub_grid(given))}
    if "start" not in given:
        return {"resolved_roll": _resolved(Recurrence("month", date(2024, 1, 1), given["anchor_day"]))}
    start = _date(given["start"])
    if "count" in given:
        grid = Recurrence(_frequency(given), start)
        return {"boundaries": [str(grid.boundary(n)) for n in range(given["count"] + 1)]}
    grid = _grid(given)
    return {"first_cycle_date": str(grid.boundary(grid.index(start - DAY) + 1))}


def _operation(given: Given) -> Answer:
    if "at" in given:
        return _boundary_around(given)
    on, day = _date(given["date"]), given.get("anchor_day") or _roll_day(given)
    if given["operation"] == "add":
        step, n = _steps(given)
        return {"date": str(add(on, step, n))}
    grid = Recurrence(_frequency(given) if "frequency" in given else "month", on, day)
    match given["operation"]:
        case "align_in_month":
            return {"date": str(grid.boundary(0))}
        case "is_cycle_date":
            return {"is_cycle_date": grid.boundary(grid.index(on)) == on}
        case "next":
            return {"date": str(grid.boundary(1))}
        case "previous":
            return {"date": str(grid.boundary(-1))}
        case "next_on_or_after":
            return {"date": str(grid.boundary(grid.index(on - DAY) + 1))}
        case other:
            raise NotImplementedError(other)


def _boundary_around(given: Given) -> Answer:
    """The boundary before or after an instant, for days that begin at the anchor's time of day."""
    grid = Recurrence(_frequency(given), _day_of(given, given["anchor_instant"]))
    on = _day_of(given, given["at"])
    sharp = _instant(given["at"]).time() == _anchor_time(given)
    inclusive = given["boundary"] == "inclusive"
    if given["operation"] == "previous_boundary":
        found = grid.boundary(grid.index(on - DAY if sharp and not inclusive else on))
    else:
        found = grid.boundary(grid.index(on - DAY if sharp and inclusive else on) + 1)
    return {"instant": _instant_of(given, found)}


def _service_start(given: Given) -> Answer:
    """A service start by the calendar period of the order's confirmation."""
    on = _date(given["confirmation_date"])
    grid = _grid(given, on)
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
    return {"merge": rule.merges(_period([given["start"], given["end"]]))}


def _invoice_date(given: Given) -> Answer:
    """The day of the invoice of the period that begins on a date."""
    start = _date(given["period_start"])
    end = _maybe(given["contract_end"])
    if end is not None and end <= start:
        return {"invoice_date": None}
    first = _periods({**given, "end": given["contract_end"]}, start)[0].period
    offset = timedelta(given["invoice_offset_days"])
    return {"invoice_date": str((first.last_day if given["timing"] == "arrears" else first.start) + offset)}


def _invoice_dates(given: Given) -> Answer:
    start = _start(given)
    ends = set()
    for name in ("frequency", "usage_frequency"):
        if name in given:
            grid = _grid({**given, "frequency": given[name]}, start)
            ends |= set(grid.boundaries(grid.index(start) + 1, 60))
    return {"invoice_dates": {str(on) for on in ends}}


# --- amounts -----------------------------------------------------------------------------------------------------------

_RULES = {
    "actual_days_nominal_period": ProrationRule.ACTUAL_DAYS,
    "actual_days_full_period": ProrationRule.ACTUAL_DAYS,
    "elapsed_time_over_nominal_time": ProrationRule.ACTUAL_DAYS,
    "fixed_days_per_month": ProrationRule.FIXED_30,
}


def _proration(given: Given) -> Answer:
    rule = _RULES[given.get("proration", "actual_days_full_period")]
    if "change_date" in given:
        return _changed(given)
    if "as_of" in given:
        grid = _grid(given)
        shares = [share(one.period, grid, Proration(rule)) for one in _billed(given, _periods(given))]
        return {"total_cycles": sum((one.fraction for one in shares), Fraction()), "cycle_terms": shares}
    part, full, options = _part_and_full(given, rule)
    counted = NOTHING if part is None else share_of(part, full, _frequency_of(given), options)
    answer: Answer = {"fraction": counted, "nominal_period": _pair(full)}
    if part is not None:
        answer |= {"days": counted.numerator, "period": _pair(part)}
    if "amount" in given:
        unit = quantum(given.get("currency", "USD"))
        answer["amount"] = str(quantize(Fraction(given["amount"]) * counted.fraction, unit, Rounding.HALF_UP))
    return answer


def _frequency_of(given: Given) -> Frequency:
    return _frequency(given) if "frequency" in given else Frequency(1, Unit.MONTH)


def _part_and_full(given: Given, rule: ProrationRule) -> tuple[Period | None, Period, Proration]:
    """The days charged, the full period that holds them, and the options stated."""
    if "terminated_on" in given:
        part = _period([given["start"], given["terminated_on"]])
        grid = _grid(given)
        return part, grid.period(grid.index(part.start)), Proration(rule, last_day_counted=True)
    if "period" in given:
        start, end = map(_date, given["period"])
    elif "active_from" in given:
        start, end = _date(given["active_from"]), _date(given["active_to"] or given["nominal_period"][1])
    else:
        start = _date(given["start"])
        end = _date(given["end"]) if given["end"] else _grid(given).boundary(_grid(given).index(start) + 1)
    part = Period(start, end) if start < end else None
    if "nominal_period" in given:
        return part, _period(given["nominal_period"]), Proration(rule)
    if given.get("stub_side") == "leading":
        return part, Period(add(end, _frequency(given), -1), end), Proration(rule)
    return part, Period(start, add(start, _frequency(given), 1)), Proration(rule, capped=False)


def _changed(given: Given) -> Answer:
    """A price exchanged inside a period: what is left of it is given back at the old and charged at the new."""
    full, change = _period(given["period"]), _date(given["change_date"])
    unit = Decimal(1).scaleb(-given["currency_scale"])
    left = share_of(Period(change, full.end), full, Frequency(1, Unit.MONTH)) if change < full.end else None
    amounts = [] if left is None else [_share_of_amount(line, left, unit) for line in given["lines"]]
    return {
        "remaining_fraction": f"0/{full.days}" if left is None else str(left),
        "line_amounts": [str(one) for one in amounts],
        "net": str(quantize(add_up(amounts), unit, Rounding.HALF_UP)),
    }


def _share_of_amount(line: Given, left: Share, unit: Decimal) -> Decimal:
    sign = -1 if line["role"] == "removed" else 1
    return quantize(sign * Fraction(line["amount"]) * left.fraction, unit, Rounding.HALF_UP)


def _invoice_amount(given: Given) -> Answer:
    unit = quantum(given["currency"])
    if "changes" in given:
        credit, charge = given["changes"]
        full = _period(credit["credit_period"])
        back = share_of(Period(_date(credit["change_date"]), full.end), full, Frequency(1, Unit.MONTH))
        given_back = quantize(Fraction(credit["amount"]) * back.fraction, unit, Rounding.HALF_UP)
        return {"credit_fraction": back, "total": str(add_up([Decimal(charge["charge"]), -given_back]))}
    amounts, periods, shares = [], [], []
    for segment in given["segments"]:
        stated = {**given, **segment}
        grid = _grid(stated)
        for one in _billed(stated, _periods(stated)):
            periods.append(_pair(one.period))
            shares.append(share(one.period, grid))
            amounts.append(quantize(Fraction(segment["amount"]) * shares[-1].fraction, unit, Rounding.HALF_UP))
    return {"periods": periods, "line_count": len(amounts), "total": str(add_up(amounts)), "cycle_terms": shares}


def _day_count(given: Given) -> Answer:
    rule = ProrationRule(given["day_count"].removesuffix("_us"))
    years = day_count(_date(given["start"]), _date(given["end"]), rule)
    return {"year_fraction": years, "days": years * 360}


# --- payment terms -----------------------------------------------------------------------------------------------------


def _terms(given: Given) -> PaymentTerms:
    listed = given["terms"]
    if len(listed) <= 1:
        return PaymentTerms(**(_rule(listed[0]) if listed else {}))
    return PaymentTerms(instalments=[Instalment(**_part(line), **_rule(line)) for line in listed])


def _part(line: Given) -> Given:
    part: Given = {"sequential": line.get("sequential", False)}
    if "fixed" in line:
        return part | {"amount": line["fixed"]}
    return part | {"share": Decimal(line["percent"]) / 100}


def _rule(line: Given) -> Given:
    """A rule in the words of this library; a day 0 is the last day of the month reached."""
    days = line.get("days") if isinstance(line.get("days"), list) else [line["day"]] if "day" in line else []
    net = line.get("net_days", 0)
    match line.get("rule"):
        case "days_after_end_of_month":
            return {"net_days": line["days"], "end_of_month": True}
        case "day_of_following_month" | "net_then_day_of_following_month" if days != [0]:
            return {"net_days": net, "day_of_month": days, "next_month": True}
        case None:
            return {"net_days": net}
        case _:
            return {"net_days": net, "day_of_month": [day or 31 for day in days]}


def _due_date(given: Given) -> Answer:
    terms = _terms(given)
    on = _date(given.get("invoice_date", "2024-01-01"))
    answer: Answer = {"due_dates": [str(due) for due in due_dates(terms, on)]}
    if "amount" in given:
        parts = instalments(terms, on, Decimal(given["amount"]), to=Decimal("0.01"))
        answer["amounts"] = [str(part) for _, part in parts]
    return answer


def _error(given: Given) -> Answer:
    """Whether building what is described is refused."""
    try:
        if "original" in given:
            _restarted(given)
        elif "stub" in given:
            _with_stubs(given)
        else:
            _periods(given)
    except InvalidTerms as error:
        return {"error": error.code}
    return {"error": None}


_ANSWERS: dict[str, Callable[[Given], Answer]] = {
    "anchor": _anchor,
    "bill_run": _bill_run,
    "billing_periods": _billing_periods,
    "day_count": _day_count,
    "due_date": _due_date,
    "error": _error,
    "instalments": _due_date,
    "invoice_amount": _invoice_amount,
    "invoice_date": _invoice_date,
    "invoice_dates": _invoice_dates,
    "period_boundary": _period_boundary,
    "period_containing": _period_containing,
    "period_count": _period_count,
    "proration": _proration,
    "stub_rule": _stub_rule,
}


def answer(kind: str, given: Given) -> Answer:
    """What this library says to a case of that kind."""
    return _ANSWERS[kind](given)
