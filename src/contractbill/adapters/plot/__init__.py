"""Charts, drawn by altair (extra `plot`): what a schedule bills when, and how deals compare."""

from contractbill.adapters.plot.comparisons import cash, varied, yearly
from contractbill.adapters.plot.schedules import cumulative, timeline

__all__ = ["cash", "cumulative", "timeline", "varied", "yearly"]
