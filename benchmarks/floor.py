"""The floor for a whole-term schedule: straight-line code that hard-wires one deal and keeps nothing.

The reference deal, 36 months from 31 January 2026, USD, net 45:
  platform    120,000 a year, annually in advance, +5 % compounding each anniversary
  onboarding   15,000 once, at the start
  seats        50 x 49.99 a month, monthly in advance, +5 % compounding each anniversary
  support      1 x 800.00 a month, monthly in advance, same uplift
  add-on       3 x 120.50 a month, monthly in advance, same uplift
36 invoices, 112 lines. A library does the same and much more; the ratio of the two, taken in one run, is the figure.
"""

import calendar
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MONTHLY = (("seats", 50, "49.99"), ("support", 1, "800"), ("add-on", 3, "120.50"))

Line = tuple[str, date, date, Decimal]
Invoice = tuple[date, list[Line], Decimal, date]


def add_months(day: date, n: int) -> date:
    """A day n months later, clamped to the month."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def floor(start: date = date(2026, 1, 31), months: int = 36) -> list[Invoice]:
    """The schedule as tuples: (day, lines, total, due day)."""
    invoices: dict[date, list[Line]] = {}
    for year in range(months // 12):
        on = add_months(start, 12 * year)
        price = (Decimal(120000) * Decimal("1.05") ** year).quantize(CENT, ROUND_HALF_UP)
        invoices.setdefault(on, []).append(("platform", on, add_months(start, 12 * year + 12), price))
    invoices[start].append(("onboarding", start, start, Decimal("15000.00")))
    for month in range(months):
        on, end = add_months(start, month), add_months(start, month + 1)
        lines = invoices.setdefault(on, [])
        for name, quantity, unit in MONTHLY:
            unit_now = (Decimal(unit) * Decimal("1.05") ** (month // 12)).quantize(CENT, ROUND_HALF_UP)
            lines.append((name, on, end, Decimal(quantity) * unit_now))
    return [
        (on, lines, sum((line[3] for line in lines), Decimal(0)), on + timedelta(45))
        for on, lines in sorted(invoices.items())
    ]
