"""Recurring charges: one for each billing period of a line, at the price that period has."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import chain, pairwise, repeat

import attrs

from contractbill.charges.charge import BASE, ROUNDING, Basis, Certainty, Charge, Derivation, UnitPrice, derive, stated
from contractbill.charges.discounts import discounted
from contractbill.charges.percents import agreed_price, following
from contractbill.charges.prices import PriceTerms, StatedPrice, unit_prices
from contractbill.charges.reductions import reductions
from contractbill.charges.stretches import Run, Shares, Stretch, Unfolding, first_full_on, resumed, stretches
from contractbill.charges.tiers import across_tiers, reached_tiers, tier_price
from contractbill.charges.timeline import Cut, Timeline, timeline
from contractbill.deal.billing import InvoiceTiming, Recurring
from contractbill.deal.coverage import Term
from contractbill.deal.occasions import MOST_DAYS
from contractbill.deal.orders import UpliftBasis
from contractbill.deal.resolve import ContractLine
from contractbill.deal.tiers import Tiered
from contractbill.money import add, multiply, quantize, subtract
from contractbill.periods import (
    WHOLE,
    WHOLE_TERM,
    BillingPeriod,
    Frequency,
    Period,
    Proration,
    ProrationRule,
    Recurrence,
    Share,
    recurrence_for,
    share,
    share_of,
)
from contractbill.periods.frequency import days_on


def recurring(run: Run, billing: Recurring, *, kept: Sequence[Charge] = ()) -> list[Charge]:
    """The charges of a recurring line, term by term.

    Args:
        run: the line.
        billing: how it is billed.
        kept: of its first periods, the charges that it had, where nothing has changed about them since.
    """
    line = run.line
    grid = _grid(line, billing, run.unfold)
    found = tuple(stretches(line, billing, grid, run.unfold))
    if not found:
        return []
    rows = _following(run, found) if run.line.follows else _timeline(run, billing, grid, found)
    measure = _measure(run, billing, grid, cuts=bool(rows.cuts))
    cuts = measure.cuts
    off = reductions(run, billing, grid, until=found[-1].days.end) if run.line.discounts else ()
    charges: list[Charge] = []
    for stretch, stands in resumed(found, kept):
        listed = [*stands, *_stretch_charges(run, stretch, rows, measure)]
        if cuts:
            wholes, always = measure.wholes(stretch.days.start), bool(off) or run.unfold.levelled
            listed = [*_with_remainders(listed, wholes, ends=stretch.ends, always=always)]
        if off:
            measured = partial(measure.of, term=stretch.term)
            listed = [*discounted(listed, off, measured, always=run.unfold.levelled)]
        charges += listed
    return charges


def _grid(line: ContractLine, billing: Recurring, unfold: Unfolding) -> Recurrence:
    """The grid that a line owns for life."""
    days = {"contract_start": unfold.terms[0].start, "line_start": line.root_start}
    return recurrence_for(billing.align, billing.every, **days, month_end=billing.month_end)


def _measure(run: Run, billing: Recurring, grid: Recurrence, *, cuts: bool) -> "_Measure":
    """How the days of a line are measured, whose periods are cut or not."""
    contract_start, per = run.unfold.terms[0].start, run.price.per
    assert per is not None, "the constructor requires it"
    # Only parts of periods are looked up again, on every day on which something about the line becomes known.
    known = run.unfold.shares.setdefault((per, billing, grid), {}) if cuts else {}
    return _Measure(per=per, billing=billing, grid=grid, contract_start=contract_start, known=known)


def _following(run: Run, found: Sequence[Stretch]) -> Timeline:
    """What a line has over time that is a percent of other recurring lines."""
    unfold = run.unfold
    if unfold.through is not None:
        # What it is a percent of is looked at as far as its own days go, whenever that is asked for.
        unfold = attrs.evolve(unfold, through=max(unfold.through, days_on(found[-1].days.end, MOST_DAYS)))
    tracks = []
    for base in run.line.bases:
        billing = base.root.billing
        assert isinstance(billing, Recurring), "the contract refuses to mix them with others"
        own = attrs.evolve(run, line=base, price=agreed_price(base), unfold=unfold)
        grid = _grid(base, billing, unfold)
        served = tuple(stretches(base, billing, grid, unfold))
        tracks += [_timeline(own, billing, grid, served, whole=())] if served else []
    return following(run.line, tracks, _joined(found))


def _timeline(
    run: Run, billing: Recurring, grid: Recurrence, found: Sequence[Stretch], *, whole: Sequence[date] | None = None
) -> Timeline:
    """What a line with a price of its own has over time."""
    line, contract_start = run.line, run.unfold.terms[0].start
    starts = _starts(line, found, grid)
    given = PriceTerms(
        price=run.price,
        escalator=line.root.escalator,
        order=line.root_order.id,
        start=line.root_start,
        contract_start=contract_start,
        first_full_on=first_full_on(line, billing, grid, run.unfold),
        terms=run.unfold.terms,
        starts=starts,
        stated=_stated(line) if line.root_changes else (),
        line=line.root.id,
        known=run.unfold.known,
        list_amount=line.root.list_amount,
        currency=run.ref.group.currency,
        steps=run.unfold.steps,
    )
    if line.item is not line.root and any(term.basis is not UpliftBasis.LAST for term in run.unfold.terms):
        given = attrs.evolve(given, of_root=_root_prices(run, billing, grid, given))
    price, until = line.root.price, found[-1].days.end
    if not isinstance(price, Tiered):
        return timeline(line, unit_prices(given, until=until), starts, whole=whole)
    tracks = {}
    for tier in reached_tiers(line, price):
        own = attrs.evolve(given, price=tier_price(line, price, tier))
        tracks[tier] = timeline(line, unit_prices(own, until=until), starts, whole=whole)
    return across_tiers(price, tracks)


def _root_prices(run: Run, billing: Recurring, grid: Recurrence, given: PriceTerms) -> dict[date, UnitPrice]:
    """The prices of the line that this one adds to, for as long as this one is served."""
    root = attrs.evolve(run.line, item=run.line.root, start=run.line.root_start)
    found = tuple(stretches(root, billing, grid, run.unfold))
    return dict(unit_prices(attrs.evolve(given, starts=_starts(root, found, grid)), until=found[-1].days.end))


def _stated(line: ContractLine) -> list[StatedPrice]:
    """The prices that ramps and orders state anew."""
    return [
        StatedPrice(one.on, one.unit_amount, one.order, one.cause, one.waits)
        for one in line.root_changes
        if one.unit_amount is not None
    ]


def _starts(line: ContractLine, found: Sequence[Stretch], grid: Recurrence) -> Sequence[date]:
    """The first days of a line's billing periods: what a step that waits, waits for.

    A line that joins another inside a period pays what that one pays, also where a step waits for the next: its first
    period counts from where that of the other one began.
    """
    if line.root.escalator is None and not line.changes and not line.root_changes and len(found) == 1:
        return []
    starts = _joined(found)
    if line.item is line.root:
        return starts
    began = date.min if grid.frequency == WHOLE_TERM else grid.boundary(grid.index(starts[0]))
    return [max(began, line.root_start, found[0].term.start), *starts[1:]]


def _joined(found: Sequence[Stretch]) -> Sequence[date]:
    """The first days of all periods of some stretches."""
    return found[0].starts if len(found) == 1 else [*chain.from_iterable(one.starts for one in found)]


_ONE = Fraction(1)


@attrs.frozen(kw_only=True)
class _Measure:
    """How many price periods some days of a line cost."""

    per: Frequency
    billing: Recurring
    grid: Recurrence
    contract_start: date
    known: Shares

    def of_full(self, term: Term) -> Fraction | None:
        """Price periods in every full billing period, where that is always the same number."""
        every, per = self.billing.every, self.per
        if every == per != WHOLE_TERM:
            return _ONE
        months = per.in_whole_months
        if per == WHOLE_TERM and term.priced_end is not None:
            months = Period(term.start, term.priced_end).in_whole_months
        for many, one in ((every.in_whole_months, months), (every.in_whole_days, per.in_whole_days)):
            if many is not None and one is not None:
                return Fraction(many, one)
        return None

    @property
    def cuts(self) -> bool:
        """Whether billing cuts price periods in parts, whose rounded amounts must then add up to the whole."""
        every, per = self.billing.every, self.per
        if every == per:
            return False
        if WHOLE_TERM in {every, per}:
            return per == WHOLE_TERM
        for many, one in ((every.in_whole_months, per.in_whole_months), (every.in_whole_days, per.in_whole_days)):
            if many is not None and one is not None:
                return many % one != 0
        # Days or weeks of a price by the month cut it; months of a price by the day or week do not.
        return every.in_whole_months is None

    def wholes(self, start: date) -> Recurrence | None:
        """The whole price periods from a day on, by which parts add up; None under rules that do not count days."""
        proration = self.billing.proration
        counted = proration.rule is ProrationRule.ACTUAL_DAYS and not proration.last_day_counted
        return Recurrence(self.per, start) if counted and self.per != WHOLE_TERM else None

    def of(self, days: Period, pieces: Sequence[Period], term: Term) -> list[tuple[Fraction, Share]]:
        """The same as `of_days` for each of the pieces some days are cut in; together they cost what the days cost."""
        key = (term.start, term.priced_end or date.max, days.end, *(piece.start for piece in pieces))
        if key not in self.known:
            self.known[key] = self._of(days, pieces, term)
        return self.known[key]

    def _of(self, days: Period, pieces: Sequence[Period], term: Term) -> list[tuple[Fraction, Share]]:
        """What `of` gives, worked out."""
        whole, own = self.of_days(days, term), [self.of_days(piece, term) for piece in pieces]
        if sum(periods * part.fraction for periods, part in own) == whole[0] * whole[1].fraction:
            return own
        # By a rule that does not add up (a part costs as much as the whole, its last day counts twice), days do.
        periods, part = whole
        return [(periods, Share(part.numerator * one.days, part.denominator * days.days)) for one in pieces]

    def of_days(self, days: Period, term: Term) -> tuple[Fraction, Share]:
        """Price periods in a full billing period, and the share of one that some days are."""
        one, proration = _ONE, self.billing.proration
        once = self.billing.every == WHOLE_TERM
        if (ratio := self.of_full(term)) is not None:
            return ratio, share(days, self.grid, proration)
        if self.per == WHOLE_TERM:
            assert term.priced_end is not None, "the contract refuses a price per term without an end"
            # Its periods are no parts of a term that was cut short: they are all of it.
            proration = proration if once else Proration()
            if term.priced_end != term.end:
                # The price is for the term as agreed, and what was added to that costs as much a day.
                proration = attrs.evolve(proration, capped=False)
            return one, share_of(days, Period(term.start, term.priced_end), WHOLE_TERM, proration)
        # A week has no fixed number in a month, nor a year in the whole term: the days are laid on the price's own
        # grid, also where nothing is prorated.
        if proration.rule is ProrationRule.NONE or not once:
            proration = Proration()
        counted = share(days, Recurrence(self.per, self.contract_start), proration)
        whole = counted.denominator == 1
        return (Fraction(counted.numerator), WHOLE) if whole else (one, counted)


def _stretch_charges(run: Run, stretch: Stretch, rows: Timeline, measure: _Measure) -> list[Charge]:
    """The charges of a line within one term: one for each period, or for each part of one that is cut."""
    certain = stretch.term.is_certain(run.unfold.as_of) and not run.pending
    certainty = agreed = Certainty.FIXED if certain else Certainty.CONTINGENT
    earliest = max(run.earliest, stretch.term.certain_on or run.earliest)
    billing = measure.billing
    in_advance, offset = billing.timing is InvoiceTiming.ADVANCE, billing.offset_days
    basis = Basis.IN_ADVANCE if in_advance else Basis.IN_ARREARS
    ref, full = run.ref, measure.of_full(stretch.term)
    charges, until, at = list[Charge](), date.min, 0
    measured: Iterator[tuple[Fraction, Share]] = iter(())
    for period, piece, cut, pieces in _cells(stretch, rows.cuts) if rows.cuts else _uncut(stretch):
        days = period.period
        if piece.start >= until:
            # The next row: all full periods that have it share one derivation; parts have their own.
            at = bisect_right(rows.days, piece.start) - 1
            until = rows.days[at + 1] if at + 1 < len(rows.days) else date.max
            whole = None if full is None else _derived(run, rows, at, full, WHOLE)
            certainty = Certainty.ESTIMATED if certain and rows.prices[at].estimated else agreed
        is_full = period.regular and piece is days
        derivation = whole if is_full else None
        if derivation is None:
            # The parts of a period are measured together, when the first of them comes.
            measured = iter(measure.of(days, pieces or (days,), stretch.term)) if cut is None else measured
            derivation = _derived(run, rows, at, *next(measured))
        component = BASE if is_full else _part(run.parts, period, cut)
        asked_on = days.start if in_advance else days.end
        if offset:
            asked_on = days_on(asked_on, offset)
        planned_on = asked_on if asked_on > earliest else earliest  # noqa: FURB136 - a call to max costs more than the rest
        if cut is not None and cut.known_on > planned_on:
            planned_on = cut.known_on
        charges.append(Charge(ref, component, period.n, piece, asked_on, planned_on, basis, certainty, derivation))
    return charges


# A period, one of its parts, the cut that part starts with, and all parts when it is the first of several.
_Cell = tuple[BillingPeriod, Period, Cut | None, Sequence[Period]]


def _uncut(stretch: Stretch) -> Iterator[_Cell]:
    """Each period as it is."""
    return zip(stretch.periods, [one.period for one in stretch.periods], repeat(None), repeat(()), strict=False)


def _cells(stretch: Stretch, cuts: list[Cut]) -> Iterator[_Cell]:
    """Each period with its parts between cuts; itself if none falls inside."""
    on = [cut.on for cut in cuts]
    for period in stretch.periods:
        days = period.period
        first, last = bisect_right(on, days.start), bisect_right(on, days.last_day)
        if first == last:
            yield period, days, None, ()
            continue
        parts = [Period(*bounds) for bounds in pairwise([days.start, *on[first:last], days.end])]
        for part, cut in zip(parts, [None, *cuts[first:last]], strict=True):
            yield period, part, cut, parts if cut is None else ()


def _derived(run: Run, rows: Timeline, at: int, periods: Fraction, part: Share) -> Derivation:
    """The amount of what a line has, for so many price periods."""
    unfold = run.unfold
    return derive(rows.quantities[at], rows.prices[at], periods, part, to=unfold.to, rounding=unfold.rounding)


def _part(parts: dict[tuple[int, str | None], int], period: BillingPeriod, cut: Cut | None) -> str:
    """The component of the next part of a period that is cut: numbered, or named after the order that cut it there.

    So what one order cut keeps its name when another order cuts the period too.
    """
    order = cut.order if cut is not None else None
    number = parts.get((period.n, order), 0) + 1
    parts[period.n, order] = number
    if order is None:
        return BASE if number == 1 else f"{BASE}/{number}"
    return f"{BASE}/{order}" if number == 1 else f"{BASE}/{order}/{number}"


def _with_remainders(charges: list[Charge], whole: Recurrence | None, *, ends: bool, always: bool) -> Iterator[Charge]:
    """The charges of one term, and a `rounding` charge where the parts of a price period miss its whole.

    Each time another whole price period is charged, and at the end, what has been charged is brought to the exact sum,
    rounded: twelve months of 1,000 a year are 11 × 83.33 and 83.33 + 0.04. Where days were counted, the parts of a year
    that has a price of its own are brought to that price: a stub and the rest are the whole.

    Args:
        charges: those of the term, in order.
        whole: the price periods from the first day of the charges on, where days were counted.
        ends: whether the last of the charges is the last there is.
        always: a `rounding` charge also where nothing is missing.
    """
    # Exact sums: up to the last day that ended a whole price period, and of the charges since then.
    settled, since = Fraction(0), Fraction(0)
    charged, covered, wholes = Decimal(0), Fraction(0), 0
    first, one_price = None, True
    for charge in charges:
        yield charge
        derivation = charge.derivation
        first = first or charge
        one_price = one_price and _same_rate(derivation, first.derivation)
        charged, covered, since = add(charged, derivation.amount), covered + derivation.factor, since + derivation.exact
        priced = None if whole is None else _price_of(first, charge, whole)
        if priced is not None:
            settled, since, first = settled + (priced if one_price else since), Fraction(0), None
        one_price = one_price or first is None
        settles = priced is not None or covered // 1 > wholes or (ends and charge is charges[-1])
        missing = subtract(quantize(settled + since, derivation.to, derivation.rounding), charged)
        if settles and (missing or always):
            yield _remainder(charge, missing)
            charged = add(charged, missing)
        wholes = covered // 1


def _same_rate(one: Derivation, other: Derivation) -> bool:
    """Whether two amounts are of the same quantity at the same price."""
    return one.price == other.price and one.quantity == other.quantity


def _price_of(first: Charge, last: Charge, whole: Recurrence) -> Fraction | None:
    """What the whole price periods from one charge through another cost; None where the last one does not end there."""
    assert first.service is not None, "recurring charges have days"
    assert last.service is not None, "recurring charges have days"
    end = whole.index(last.service.end)
    if whole.boundary(end) != last.service.end:
        return None
    periods = end - whole.index(first.service.start)
    return Fraction(multiply(first.derivation.quantity, first.derivation.price.unit_amount)) * periods


def _remainder(charge: Charge, missing: Decimal) -> Charge:
    """What the rounded parts of a price miss of its whole, beside the last of them."""
    component = ROUNDING + charge.component.removeprefix(BASE)
    return attrs.evolve(charge, component=component, derivation=stated(missing, charge))
