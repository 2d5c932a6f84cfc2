"""Time zones: the one place where an instant becomes a civil date, and a civil date an instant."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contractbill.errors import invalid
from contractbill.periods.fields import as_date


def civil_date(instant: datetime, zone: str) -> date:
    """The date on a wall calendar in `zone` at an instant.

    Args:
        instant: a datetime that knows its offset.
        zone: a name of the IANA time zone database, or an offset such as `+03:00`.

    Returns:
        The local date.

    Raises:
        InvalidTerms: `not_an_instant` for a datetime without an offset, `unknown_zone`, `out_of_range`.

    Source: the anchor day is the local day of the start, as Kill Bill and Lago assert.

    Example:
        >>> str(civil_date(datetime(2012, 7, 17, 2, 25, tzinfo=UTC), "Pacific/Pitcairn"))
        '2012-07-16'
    """
    if getattr(instant, "tzinfo", None) is None:
        invalid("$.instant", "not_an_instant", "must be a datetime with an offset", instant)
    try:
        return instant.astimezone(_zone(zone)).date()
    except OverflowError:
        invalid("$.instant", "out_of_range", "must stay in years 1 to 9999", instant)


def start_of_day(on: date, zone: str) -> datetime:
    """The instant at which a civil date begins in `zone`.

    Args:
        on: the date.
        zone: a name of the IANA time zone database, or an offset such as `+03:00`.

    Returns:
        A datetime in UTC: local midnight, the earlier one where clocks repeat it, the moment of the jump where
        clocks skip it.

    Raises:
        InvalidTerms: `not_a_date`, `unknown_zone`, `out_of_range`.

    Source: local midnights as Lago and Kill Bill bound their periods.

    Example:
        >>> str(start_of_day(date(2021, 2, 2), "America/New_York"))
        '2021-02-02 05:00:00+00:00'
    """
    # Python reads a time that clocks skip by the offset before the jump, which makes it the moment of the jump.
    midnight = datetime.combine(as_date(on, "$.on"), time(), _zone(zone))
    try:
        return midnight.astimezone(UTC)
    except OverflowError:
        invalid("$.on", "out_of_range", "must stay in years 1 to 9999", on)


def _zone(name: str) -> tzinfo:
    """The zone of that name, or the fixed offset that is written."""
    if found := _OFFSET.fullmatch(name):
        ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
        return timezone(ahead if found["sign"] == "+" else -ahead)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        invalid("$.zone", "unknown_zone", "must be a time zone of the IANA database, or an offset as +03:00", name)


_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>[01][0-9]|2[0-3]):(?P<minutes>[0-5][0-9])")
