"""What this library answers to cases about shares, amounts and payment terms."""

from decimal import Decimal
from fractions import Fraction

from contractbill.deal.payment_terms import Instalment, PaymentTerms, due_dates, instalments
from contractbill.money import Rounding, add_up, quantize, quantum
from contractbill.periods import (
    Frequency,
    Period,
    Proration,
    ProrationRule,
    Share,
    Unit,
    add,
    day_count,
    share,
    share_of,
)
from tests.periods.cases import (
    Answer,
    Given,
    billed,
    grid_of,
    pair,
    periods_of,
    read_date,
    read_frequency,
    read_period,
)

_RULES = {
    "actual_days_nominal_period": ProrationRule.ACTUAL_DAYS,
    "actual_days_full_period": ProrationRule.ACTUAL_DAYS,
    "elapsed_time_over_nominal_time": ProrationRule.ACTUAL_DAYS,
    "fixed_days_per_month": ProrationRule.FIXED_30,
}


def proration(given: Given) -> Answer:
    rule = _RULES[given.get("proration", "actual_days_full_period")]
    if "change_date" in given:
        return _changed(given)
    if "as_of" in given:
        grid = grid_of(given)
        shares = [share(one.period, grid, Proration(rule)) for one in billed(given, periods_of(given))]
        return {"total_cycles": sum((one.fraction for one in shares), Fraction()), "cycle_terms": shares}
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
    if "terminated_on" in given:
        charged = read_period([given["start"], given["terminated_on"]])
        grid = grid_of(given)
        return charged, grid.period(grid.index(charged.start)), Proration(rule, last_day_counted=True)
    if "period" in given:
        start, end = map(read_date, given["period"])
    elif "active_from" in given:
        start, end = read_date(given["active_from"]), read_date(given["active_to"] or given["nominal_period"][1])
    else:
        start = read_date(given["start"])
        end = read_date(given["end"]) if given["end"] else grid_of(given).boundary(grid_of(given).index(start) + 1)
    part = Period(start, end) if start < end else None
    if "nominal_period" in given:
        return part, read_period(given["nominal_period"]), Proration(rule)
    if given.get("stub_side") == "leading":
        return part, Period(add(end, read_frequency(given), -1), end), Proration(rule)
    return part, Period(start, add(start, read_frequency(given), 1)), Proration(rule, capped=False)


def _changed(given: Given) -> Answer:
    """A price exchanged inside a period: what is left of it is given back at the old and charged at the new."""
    full, change = read_period(given["period"]), read_date(given["change_date"])
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


def invoice_amount(given: Given) -> Answer:
    unit = quantum(given["currency"])
    if "changes" in given:
        credit, charge = given["changes"]
        full = read_period(credit["credit_period"])
        back = share_of(Period(read_date(credit["change_date"]), full.end), full, Frequency(1, Unit.MONTH))
        given_back = quantize(Fraction(credit["amount"]) * back.fraction, unit, Rounding.HALF_UP)
        return {"credit_fraction": back, "total": str(add_up([Decimal(charge["charge"]), -given_back]))}
    amounts, periods, shares = [], [], []
    for segment in given["segments"]:
        stated = {**given, **segment}
        grid = grid_of(stated)
        for one in billed(stated, periods_of(stated)):
            periods.append(pair(one.period))
            shares.append(share(one.period, grid))
            amounts.append(quantize(Fraction(segment["amount"]) * shares[-1].fraction, unit, Rounding.HALF_UP))
    return {"periods": periods, "line_count": len(amounts), "total": str(add_up(amounts)), "cycle_terms": shares}


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
        parts = instalments(terms, on, Decimal(given["amount"]), to=Decimal("0.01"))
        answer["amounts"] = [str(part) for _, part in parts]
    return answer
