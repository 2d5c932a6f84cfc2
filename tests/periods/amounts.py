"""What this library answers to cases about shares, amounts and payment terms."""

from decimal import Decimal
from fractions import Fraction

from contractbill.deal.payment_terms import Instalment, PaymentTerms, due_dates
from contractbill.money import Rounding, quantize, quantum
from contractbill.periods import (
    Frequency,
    Period,
    Proration,
    ProrationRule,
    Share,
    Unit,
    add,
    day_count,
    share_of,
)
from tests.periods.cases import Answer, Given, grid_of, pair, read_date, read_frequency, read_period
from tests.periods.orders import (
    active,
    cancelled_in_advance,
    cycles,
    exchanged,
    paid_in_parts,
    segments,
    swapped,
    terminated,
)

_RULES = {
    "actual_days_nominal_period": ProrationRule.ACTUAL_DAYS,
    "actual_days_full_period": ProrationRule.ACTUAL_DAYS,
    "elapsed_time_over_nominal_time": ProrationRule.ACTUAL_DAYS,
    "fixed_days_per_month": ProrationRule.FIXED_30,
}


def proration(given: Given) -> Answer:
    if "event" in given:
        return cancelled_in_advance()
    if "change_date" in given:
        return exchanged(given)
    rule = _RULES[given.get("proration", "actual_days_full_period")]
    if "terminated_on" in given:
        return terminated(given, Proration(rule, last_day_counted=True))
    if "active_from" in given:
        return active(given, Proration(rule))
    if "as_of" in given:
        return cycles(given, Proration(rule))
    part, full, options = _part_and_full(given, rule)
    counted = Share(0, 1) if part is None else share_of(part, full, _frequency_of(given), options)
    answer: Answer = {"fraction": counted, "nominal_period": pair(full)}
    if part is not None:
        answer |= {"days": counted.numerator, "period": pair(part)}
    if "amount" in given:
        unit = quantum(given.get("currency", "USD"))
        answer["amount"] = str(quantize(Fraction(given["amount"]) * counted.fraction, unit, Rounding.HALF_UP))
    return answer


def _frequency_of(given: Given) -> Frequency:
    return read_frequency(given) if "frequency" in given else Frequency(1, Unit.MONTH)


def _part_and_full(given: Given, rule: ProrationRule) -> tuple[Period | None, Period, Proration]:
    """The days charged, the full period that holds them, and the options stated."""
    if "period" in given:
        start, end = map(read_date, given["period"])
    else:
        start = read_date(given["start"])
        end = read_date(given["end"]) if given["end"] else grid_of(given).boundary(grid_of(given).index(start) + 1)
    part = Period(start, end) if start < end else None
    if "nominal_period" in given:
        return part, read_period(given["nominal_period"]), Proration(rule)
    if given.get("stub_side") == "leading":
        return part, Period(add(end, read_frequency(given), -1), end), Proration(rule)
    return part, Period(start, add(start, read_frequency(given), 1)), Proration(rule, capped=False)


def invoice_amount(given: Given) -> Answer:
    return swapped(given) if "changes" in given else segments(given)


def years(given: Given) -> Answer:
    rule = ProrationRule(given["day_count"].removesuffix("_us"))
    years = day_count(read_date(given["start"]), read_date(given["end"]), rule)
    return {"year_fraction": years, "days": years * 360}


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
    listed = line.get("days")
    days = listed if isinstance(listed, list) else [line["day"]] if "day" in line else []
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


def due(given: Given) -> Answer:
    terms = _terms(given)
    on = read_date(given.get("invoice_date", "2024-01-01"))
    answer: Answer = {"due_dates": [str(due) for due in due_dates(terms, on)]}
    if "amount" in given:
        answer["amounts"] = [str(part) for _, part in paid_in_parts(terms, on, given["amount"])]
    return answer
