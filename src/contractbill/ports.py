"""Ports: what the host supplies, each a protocol of one to four methods.

Nothing in the domain calls a port: the host asks it, and hands what it got to the domain as facts. For each port there
is a fake in memory and a suite of tests in `contractbill.testing`, which every implementation passes.
"""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from contractbill.charges import IndexReading


@runtime_checkable
class IndexSource(Protocol):
    """Where readings of published indices come from: a file, a table, a service.

    Example:
        >>> from contractbill import Facts
        >>> from contractbill.testing import InMemoryIndexSource
        >>> reading = IndexReading(index="CPI-U West", month="2026-09", value="110.5", known_on="2026-10-14")
        >>> source: IndexSource = InMemoryIndexSource([reading])
        >>> Facts(readings=source.readings("CPI-U West", "2026-01", "2026-12")).readings == (reading,)
        True
    """

    def readings(self, index: str, first_month: str, last_month: str) -> Iterable[IndexReading]:
        """The readings of an index for some months.

        Args:
            index: the name that the clause has, letter by letter.
            first_month, last_month: both included, such as "2025-09".

        Returns:
            All that were ever published for these months, provisional ones too, by month and then by the day they
            became known; none for an index that is not held. Asked again, the same or more.

        Raises:
            AdapterFailure: the source cannot be read now.
            InvalidTerms: what it holds is no reading.
        """
        ...
