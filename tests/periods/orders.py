"""What this library answers to cases about services that start, change, restart or end: by deals and their orders."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from contractbill.charges import Charge
from contractbill.deal import (
    Change,
    Contract,
    Flat,
    LineItem,
    OneTime,
    Order,
    PaymentTerms,
    PerUnit,
    Recurring,
    Termination,
)
from contractbill.invoices import due, schedule
from contractbill.money import add_up
from contractbill.periods import Alignment, AlignTo, Frequency, Period, Proration, Recurrence, Stubs, Unit, add
from tests.periods.cases import (
    DAY,
    Answer,
    Given,
    alignment_of,
    grid_of,
    pair,
    read_date,
    read_frequency,
    read_period,
    start_of,
)

_CURRENCY_BY_SCALE = {0: "JPY", 2: "USD", 3: "KWD"}


def _contract(*orders: Order, currency: str = "USD", **given: Any) -> Contract:
    return Contract(id="C-1", currency=currency, orders=orders, **given)


def _initial(start: date, *lines: LineItem, **given: Any) -> Order:
    return Order(id="O-1", signed_on=start, lines=lines, **given)


def _cancellation(on: date, known_on: date | None = None) -> Order:
    return Order(id="O-2", kind="cancellation", signed_on=known_on or on, effective_on=on, refund=True)


def _line(given: Given, amount: object, name: str = "fee", **options: Any) -> LineItem:
    """A line that costs so much a billing period."""
    every = read_frequency(given)
    days = {one: options.pop(one) for one in ("starts_on", "ends_before", "replaces") if one in options}
    billing = Recurring(every=every, timing=given.get("timing", "advance"), align=alignment_of(given), **options)
    return LineItem(id=name, price=Flat(amount=Decimal(str(amount)), per=every), billing=billing, **days)


def _length(period: Period) -> Frequency:
    """A frequency that one period shows: months where they fit, else days."""
    months = 12 * (period.end.year - period.start.year) + period.end.month - period.start.month
    monthly = Frequency(months, Unit.MONTH) if months else None
    fits = monthly is not None and add(period.start, monthly, 1) == period.end
    return monthly if fits and monthly is not None else Frequency(period.days, Unit.DAY)


def _until(given: Given) -> date | None:
    return read_date(given["end"]) if given.get("end") else None


def cycles(given: Given, proration: Proration) -> Answer:
    """Periods billed by a day, of a service whose end was agreed; their sum is of one that was cancelled instead."""
    start, end, as_of = start_of(given), _until(given), read_date(given["as_of"])
    if end is not None and end <= start:
        return {"total_cycles": Fraction(), "cycle_terms": []}
    agreed = schedule(
        _contract(_initial(start, _line(given, 1, ends_before=end, proration=proration))), through=as_of
    ).charges
    net = agreed
    if end is not None and end <= as_of:
        open_ended = _initial(start, _line(given, 1, proration=proration))
        net = schedule(_contract(open_ended, _cancellation(end)), through=as_of).charges
    return {
        "total_cycles": sum((one.derivation.factor for one in net), Fraction()),
        "cycle_terms": [one.derivation.share for one in agreed],
    }


def terminated(given: Given, proration: Proration) -> Answer:
    """The last charge of a service that is cancelled from a day on which is charged itself."""
    start, ended = start_of(given), read_date(given["terminated_on"])
    fee = _line(given, given["amount"], proration=proration)
    last = schedule(_contract(_initial(start, fee), _cancellation(ended))).charges[-1]
    grid = grid_of(given)
    share = last.derivation.share
    nominal = grid.period(grid.index(last.service.start if last.service else start))
    return {"fraction": share, "days": share.numerator, "amount": str(last.value), "nominal_period": pair(nominal)}


def active(given: Given, proration: Proration) -> Answer:
    """A fee that an amendment adds inside a period, and may end there."""
    full, start = read_period(given["nominal_period"]), read_date(given["active_from"])
    end = read_date(given["active_to"]) if given["active_to"] else full.end
    every = _length(full)
    billing = Recurring(every=every, timing=given["timing"], proration=proration)
    base, added = (LineItem(id=name, price=Flat(amount=1, per=every), billing=billing) for name in ("base", "added"))
    amendment = Order(id="O-2", kind="amendment", signed_on=start, lines=[added])
    ends = [] if end == full.end else [_ending("added", end)]
    contract = _contract(_initial(full.start, base, term=every), amendment, *ends)
    found = [one for one in schedule(contract).charges if one.line.id == "added"]
    (charge,) = found
    assert charge.service is not None
    return {"fraction": charge.derivation.share, "period": pair(charge.service)}


def _ending(line: str, on: date) -> Order:
    return Order(id="O-3", kind="amendment", signed_on=on, changes=[Change(line=line, remove=True)])


def last_service(given: Given, ended: date) -> Period:
    """The days that the last invoice of a cancelled service is for."""
    contract = _contract(_initial(start_of(given), _line(given, 1)), _cancellation(ended))
    service = schedule(contract).charges[-1].service
    assert service is not None
    return service


def cancelled_in_advance() -> Answer:
    """What stands of a month billed in advance and cancelled on its second day, as agreed with or without refund."""
    return {"older_fraction": _kept(refund=True), "newer_fraction": _kept(refund=False)}


def _kept(*, refund: bool) -> str:
    month = Period(date(2024, 1, 1), date(2024, 2, 1))
    fee = LineItem(id="fee", price=Flat(amount=month.days, per="month"), billing=Recurring())
    first = _initial(month.start, fee, termination=Termination(refund=refund))
    cancellation = Order(id="O-2", kind="cancellation", signed_on=month.start + DAY)
    days = add_up(one.value for one in schedule(_contract(first, cancellation)).charges)
    return "1" if days == month.days else f"{days.normalize()}/period_days"


def exchanged(given: Given) -> Answer:
    """What an order costs that takes away and adds inside a period that was billed in advance."""
    full, change = read_period(given["period"]), read_date(given["change_date"])
    every = _length(full)

    def line(number: int, stated: Given) -> LineItem:
        return LineItem(
            id=f"{stated['role']}-{number}",
            price=Flat(amount=stated["amount"], per=every),
            billing=Recurring(every=every),
        )

    lines = [line(number, stated) for number, stated in enumerate(given["lines"])]
    removed = [one for one in lines if one.id.startswith("removed")]
    swap = Order(
        id="O-2",
        kind="amendment",
        signed_on=change,
        # Known a day later, it finds the period billed even where it changes all of it.
        known_on=change + DAY,
        lines=[one for one in lines if one not in removed],
        changes=[Change(line=one.id, remove=True) for one in removed],
    )
    found = _changed_by(swap, full, given, *removed)
    by_line = {one.line.id: one for one in found}
    charges = [by_line[one.id] for one in lines if one.id in by_line]
    seats = _of_quantities(given, full, change)
    return {
        "remaining_fraction": str(charges[0].derivation.share) if charges else f"0/{full.days}",
        "line_amounts": [str(one.value) for one in charges],
        "net": str(add_up(one.value for one in seats or charges).quantize(Decimal(1).scaleb(-given["currency_scale"]))),
    }


def _of_quantities(given: Given, full: Period, change: date) -> list[Charge]:
    """The same as a change of quantity, where a case states quantities at one price."""
    old, *more = given["lines"]
    if len(more) != 1 or "quantity" not in old:
        return []
    price = PerUnit(unit_amount=Decimal(old["amount"]) / old["quantity"], per=_length(full))
    seats = LineItem(id="seats", quantity=old["quantity"], price=price, billing=Recurring(every=_length(full)))
    to = Change(line="seats", quantity=more[0]["quantity"])
    order = Order(id="O-2", kind="amendment", signed_on=change, known_on=change + DAY, changes=[to])
    return _changed_by(order, full, given, seats)


def _changed_by(order: Order, full: Period, given: Given, *lines: LineItem) -> list[Charge]:
    """What an order adds to what was billed for a period of a contract that goes on after it."""
    currency = _CURRENCY_BY_SCALE[given["currency_scale"]]
    first = _initial(full.start, *lines)
    billed = due(_contract(first, currency=currency), as_of=full.start)
    contract = _contract(first, order, currency=currency)
    past = [one for invoice in billed for one in invoice.lines]
    found = [one for one in schedule(contract, billed=past, through=full.end).charges if one not in past]
    return [one for one in found if one.service is not None and one.service.end <= full.end]


def swapped(given: Given) -> Answer:
    """What a run bills on the day on which a line takes the place of another, at another frequency."""
    old, new = given["changes"]
    full, change = read_period(old["credit_period"]), read_date(old["change_date"])
    every = _length(full)
    fee = LineItem(id="old", price=Flat(amount=old["amount"], per=every), billing=Recurring(every=every))
    other = _line(new, new["charge"], "new", replaces="old")
    amendment = Order(id="O-2", kind="amendment", signed_on=change, lines=[other])
    contract = _contract(_initial(full.start, fee), amendment, currency=given["currency"])
    past = [one for invoice in due(contract, as_of=change - DAY) for one in invoice.lines]
    run = [one for invoice in due(contract, billed=past, as_of=change) for one in invoice.lines]
    (credit,) = (one for one in run if one.line.id == "old")
    return {"credit_fraction": credit.derivation.share, "total": str(add_up(one.value for one in run))}


def segments(given: Given) -> Answer:
    """What runs until a day bill of lines that follow each other or run beside each other."""
    lines = []
    for number, segment in enumerate(given["segments"]):
        stated = {**given, **segment}
        lines.append(
            _line(stated, segment["amount"], f"{number:03}", starts_on=start_of(stated), ends_before=_until(stated))
        )
    start = min(start_of({**given, **segment}) for segment in given["segments"])
    contract = _contract(_initial(start, *lines), currency=given["currency"])
    charges = schedule(contract, through=read_date(given["as_of"])).charges
    return {
        "periods": [pair(one.service) for one in charges if one.service is not None],
        "line_count": len(charges),
        "total": str(add_up(one.value for one in charges)),
        "cycle_terms": [one.derivation.share for one in charges],
    }


def restarted(grid: Recurrence, start: date, end: date) -> list[Period]:
    """The periods of a deal that starts on another day and keeps the grid there was."""
    align = Alignment(AlignTo.DATE, on=grid.anchor, day=grid.day)
    stubs = Stubs(first="smart", last="smart")
    billing = Recurring(every=grid.frequency, align=align, month_end=grid.month_end, stubs=stubs)
    fee = LineItem(id="fee", price=Flat(amount=1, per=grid.frequency), billing=billing, ends_before=end)
    charges = schedule(_contract(_initial(start, fee)), through=end).charges
    return [one.service for one in charges if one.service is not None]


def paid_in_parts(terms: PaymentTerms, on: date, amount: str) -> list[tuple[date, Decimal]]:
    """The instalments of an invoice."""
    fee = LineItem(id="fee", price=Flat(amount=amount), billing=OneTime())
    (invoice,) = schedule(_contract(_initial(on, fee, term="1 month"), payment_terms=terms)).invoices
    return list(invoice.instalments)
