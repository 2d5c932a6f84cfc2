"""Rounding levels: what a deal rounds, single amounts or sums of them."""

from enum import StrEnum

from contractbill.deal.fields import as_word


class RoundingLevel(StrEnum):
    """What is rounded to the unit that the deal names.

    `component`: each amount by itself. `line`: what a line asks for one of its periods. `invoice`: the sum of an
    invoice. `total`: the sum of all that is fixed in one term of the contract.

    Source: published contracts round at each of these levels.
    """

    COMPONENT = "component"
    LINE = "line"
    INVOICE = "invoice"
    TOTAL = "total"


def as_rounding_level(value: RoundingLevel | str) -> RoundingLevel:
    """A level by its word."""
    return as_word(RoundingLevel, value)
