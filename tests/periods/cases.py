"""Cases of other projects, read into the values of this library, and the conventions they depend on."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from contractbill.periods import (
    Alignment,
    AlignTo,
    BillingPeriod,
    Frequency,
    Period,
    Recurrence,
    Unit,
    add,
    billing_periods,
    civil_date,
    recurrence_for,
)

Given = dict[str, Any]
Answer = dict[str, Any]

DAY = timedelta(1)
# Open ends are looked at this far: no case asks later.
HORIZON = 10


def read_date(text: str) -> date:
    return date.fromisoformat(text)


def read_instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def anchor_time(given: Given) -> time:
    return read_instant(given["anchor_instant"]).time()


def is_month_end(on: date) -> bool:
    return (on + DAY).day == 1


def read_frequency(given: Given, name: str = "frequency") -> Frequency:
    read = given[name]
    return Frequency(read["count"], Unit(read["unit"]))


def read_steps(given: Given) -> tuple[Frequency, int]:
    """A frequency counts forward; a negative count in a case is so many steps back."""
    count = given["frequency"]["count"]
    return Frequency(1, Unit(given["frequency"]["unit"])), count


def read_period(pair: list[str]) -> Period:
    return Period(read_date(pair[0]), read_date(pair[1]))


def pair(period: Period) -> list[str]:
    return [str(period.start), str(period.end)]


def roll_day(given: Given) -> int | None:
    roll = given.get("roll")
    return 31 if roll == "eom" else roll if isinstance(roll, int) else None


def alignment_of(given: Given) -> Alignment:
    """Which days the periods of a case start on."""
    day = given.get("anchor_day") if read_frequency(given).in_whole_months else None
    match given.get("alignment"):
        case "calendar":
            return Alignment(AlignTo.CALENDAR)
        case "anchor_date":
            return Alignment(AlignTo.DATE, on=day_of(given, given["anchor_instant"]))
        case "anchor_day" if day:
            return Alignment(AlignTo.DAY, day=day)
        case _ if given.get("anchor_date"):
            return Alignment(AlignTo.DATE, on=read_date(given["anchor_date"]))
        case _ if day:
            return Alignment(AlignTo.DAY, day=day)
        case _:
            return Alignment(AlignTo.LINE)


def grid_of(given: Given, start: date | None = None) -> Recurrence:
    """The grid of a case that states an alignment."""
    start = start or start_of(given)
    return recurrence_for(alignment_of(given), read_frequency(given), contract_start=start, line_start=start)


def start_of(given: Given) -> date:
    """The local date of the start."""
    if "start_instant" in given:
        return civil_date(read_instant(given["start_instant"]), given["timezone"])
    return day_of(given, given["start"]) if "T" in given["start"] else read_date(given["start"])


def day_of(given: Given, text: str) -> date:
    """The civil date of an instant, for days that begin at the time of day of the anchor."""
    at = read_instant(given["anchor_instant"])
    since_midnight = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    return civil_date(read_instant(text) - since_midnight, "UTC")


def periods_of(given: Given, start: date | None = None) -> tuple[BillingPeriod, ...]:
    """The billing periods of a case; where its end is open, far enough."""
    start = start or start_of(given)
    grid = grid_of(given, start)
    end = read_date(given["end"]) if given.get("end") else far(grid, given, start)
    return billing_periods(Period(start, end), grid)


def far(grid: Recurrence, given: Given, start: date) -> date:
    asked = max((read_date(given[name][:10]) for name in ("as_of", "invoice_date") if given.get(name)), default=start)
    years = add(max(asked, start), Frequency(2, Unit.YEAR), 1)
    return max(years, grid.boundary(grid.index(max(asked, start)) + HORIZON))


def billed(given: Given, periods: tuple[BillingPeriod, ...]) -> tuple[BillingPeriod, ...]:
    """Those that a run on `as_of` bills: begun ones in advance, ended ones in arrears."""
    if "as_of" not in given:
        return periods
    as_of = read_date(given["as_of"])
    arrears = given["timing"] == "arrears"
    return tuple(one for one in periods if (one.period.end if arrears else one.period.start) <= as_of)


def policies(case: Given) -> frozenset[str]:
    """The conventions a case depends on: those it states, and those its input fields imply."""
    kind, given = case["kind"], case["input"]
    implied = {policy for policy, implies in _IMPLIED.items() if implies(kind, given)}
    if given.get("arrears_mode"):
        implied.add(f"arrears_{given['arrears_mode']}")
    return frozenset(case.get("policies", ())) | implied


def _adjusted_input(given: Given) -> bool:
    """Whether an edge that must be regular misses the stated roll day, so that only a calendar explains it."""
    if given.get("roll") in (None, "none") or given.get("stub") not in (None, "none", "both"):
        return False
    regular = [given.get("first_regular_start") or given["start"], given.get("last_regular_end") or given["end"]]
    grid = Recurrence(read_frequency(given), read_date(given["end"]), roll_day(given))
    return any(grid.boundary(grid.index(on)) != on for on in map(read_date, regular))


def _lookback_differs(given: Given) -> bool:
    """Whether a leading stub has another length of month when looked back at from its end, unaligned."""
    if given.get("proration") != "actual_days_nominal_period" or "anchor_day" not in given:
        return False
    head = periods_of(given)[0]
    grid = grid_of(given)
    back = add(head.period.end, grid.frequency, -1)
    return not head.regular and head.period.end == grid.boundary(head.n + 1) and back != grid.boundary(head.n)


def _elapsed_seconds(given: Given) -> bool:
    return given.get("proration") == "elapsed_time_over_nominal_time" and "T" in "".join(given["period"])


def _asked_before_start(given: Given) -> bool:
    return "as_of" in given and given["as_of"] < given["start"] < given["end"]


def _empty_nominal(given: Given) -> bool:
    start, end = given.get("nominal_period") or ("first", "last")
    return start == end


def _within_a_day(given: Given) -> bool:
    return bool("anchor_instant" in given and given.get("start")) and (
        read_instant(given["start"]).time() != anchor_time(given)
    )


def _without_service(given: Given) -> bool:
    return not given.get("phase_end") and any(item["frequency"] is None for item in given.get("items", ()))


def _from_either_end(given: Given) -> bool:
    """Whether only the end, not the start, is a month end that the roll could be taken from."""
    if not given.get("prefer_eom") or given["stub"] != "none":
        return False
    return is_month_end(read_date(given["end"])) and not is_month_end(read_date(given["start"]))


_IMPLIED: dict[str, Callable[[str, Given], bool]] = {
    "as_of_before_start_refused": lambda kind, given: kind == "error" and _asked_before_start(given),
    "business_day_adjusted_input": lambda _kind, given: "business_day" in given and _adjusted_input(given),
    "business_day_calendar": lambda kind, given: (
        "business_calendar" in given or (kind == "error" and "business_day" in given)
    ),
    "degenerate_nominal_bills_full": lambda _kind, given: _empty_nominal(given),
    "forced_month_in_period": lambda _kind, given: given.get("forced_month_in_period") is not None,
    "periods_within_a_day": lambda _kind, given: _within_a_day(given),
    "proration_denominator_unaligned_lookback": lambda _kind, given: _lookback_differs(given),
    "proration_elapsed_seconds": lambda _kind, given: _elapsed_seconds(given),
    "roll_from_either_end": lambda _kind, given: _from_either_end(given),
    "zero_length_service": lambda _kind, given: _without_service(given),
}
