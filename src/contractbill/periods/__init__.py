"""When: periods of civil dates, the grids they repeat on, the ends that do not fit, and shares of a period."""

from contractbill.periods.billing import MOST_PERIODS, BillingPeriod, StubRule, Stubs, billing_periods
from contractbill.periods.fields import as_date
from contractbill.periods.frequency import (
    DAILY,
    HALF_YEARLY,
    MONTHLY,
    QUARTERLY,
    WEEKLY,
    WHOLE_TERM,
    YEARLY,
    Frequency,
    Unit,
    add,
    as_frequency,
)
from contractbill.periods.period import Period
from contractbill.periods.proration import (
    WHOLE,
    Proration,
    ProrationRule,
    Share,
    day_count,
    days_30_360,
    share,
    share_of,
)
from contractbill.periods.recurrence import Alignment, AlignTo, Recurrence, recurrence_for
from contractbill.periods.zones import civil_date, start_of_day

__all__ = [
    "DAILY",
    "HALF_YEARLY",
    "MONTHLY",
    "MOST_PERIODS",
    "QUARTERLY",
    "WEEKLY",
    "WHOLE",
    "WHOLE_TERM",
    "YEARLY",
    "AlignTo",
    "Alignment",
    "BillingPeriod",
    "Frequency",
    "Period",
    "Proration",
    "ProrationRule",
    "Recurrence",
    "Share",
    "StubRule",
    "Stubs",
    "Unit",
    "add",
    "as_date",
    "as_frequency",
    "billing_periods",
    "civil_date",
    "day_count",
    "days_30_360",
    "recurrence_for",
    "share",
    "share_of",
    "start_of_day",
]
