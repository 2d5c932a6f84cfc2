"""Instants and civil dates."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contractbill.errors import InvalidTerms
from contractbill.periods import civil_date, start_of_day

D = date


@pytest.mark.parametrize(
    ("instant", "zone", "on"),
    [
        ("2012-07-17T02:25:33Z", "Pacific/Pitcairn", D(2012, 7, 16)),
        ("2012-07-16T21:17:03Z", "Asia/Tokyo", D(2012, 7, 17)),
        ("2012-07-16T21:17:03Z", "UTC", D(2012, 7, 16)),
        ("2012-07-16T21:17:03Z", "+03:00", D(2012, 7, 17)),
        ("2012-07-16T20:59:59Z", "+03:00", D(2012, 7, 16)),
        ("2012-07-16T00:29:59Z", "-00:30", D(2012, 7, 15)),
        ("2012-07-16T00:30:00Z", "-00:30", D(2012, 7, 16)),
        ("2012-07-16T00:30:00Z", "+23:59", D(2012, 7, 17)),
        ("2026-01-01T12:00:00+13:00", "Pacific/Midway", D(2025, 12, 31)),
    ],
)
def test_an_instant_has_a_date_in_a_zone(instant: str, zone: str, on: date) -> None:
    assert civil_date(datetime.fromisoformat(instant), zone) == on


@pytest.mark.parametrize(
    ("on", "zone", "instant"),
    [
        (D(2021, 2, 2), "America/New_York", "2021-02-02T05:00:00Z"),
        (D(2021, 7, 2), "America/New_York", "2021-07-02T04:00:00Z"),
        (D(2021, 2, 2), "Asia/Kolkata", "2021-02-01T18:30:00Z"),
        (D(2021, 2, 2), "UTC", "2021-02-02T00:00:00Z"),
        (D(2021, 2, 2), "+05:45", "2021-02-01T18:15:00Z"),
        # Clocks in São Paulo jumped from 00:00 to 01:00: the day began at 01:00.
        (D(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00:00Z"),
        # In Havana midnight came twice: the day began with the first.
        (D(2018, 11, 4), "America/Havana", "2018-11-04T04:00:00Z"),
        # Samoa left out 30 December 2011: the next day begins where the one before ended.
        (D(2011, 12, 31), "Pacific/Apia", "2011-12-30T10:00:00Z"),
    ],
)
def test_a_day_begins_at_an_instant(on: date, zone: str, instant: str) -> None:
    begins = start_of_day(on, zone)
    assert begins == datetime.fromisoformat(instant)
    assert begins.tzinfo is UTC
    assert civil_date(begins, zone) == on
    assert civil_date(begins - timedelta(microseconds=1), zone) < on


def test_t027_a_week_of_changing_clocks_is_a_week() -> None:
    # The week in which New York's clocks go forward has 167 hours and 7 days.
    start, end = D(2026, 3, 8), D(2026, 3, 15)
    hours = (start_of_day(end, "America/New_York") - start_of_day(start, "America/New_York")) / timedelta(hours=1)
    assert (hours, (end - start).days) == (167, 7)


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "", "../etc/passwd", "+3:00", "+24:00", "+03:60", "+03:00:00", "/UTC"]
)
def test_unknown_zones_are_refused(zone: str) -> None:
    with pytest.raises(InvalidTerms) as refused:
        start_of_day(D(2026, 1, 1), zone)
    issue = refused.value.issues[0]
    assert (issue.path, issue.code, issue.got) == ("$.zone", "unknown_zone", zone)
    assert issue.message == "must be a time zone of the IANA database, or an offset as +03:00"
    with pytest.raises(InvalidTerms, match="unknown_zone"):
        civil_date(datetime(2026, 1, 1, tzinfo=UTC), zone)


@pytest.mark.parametrize("instant", [datetime(2026, 1, 1), D(2026, 1, 1), "2026-01-01T00:00:00Z"])  # noqa: DTZ001 - no zone, on purpose
def test_what_has_no_offset_is_no_instant(instant: datetime) -> None:
    with pytest.raises(InvalidTerms) as refused:
        civil_date(instant, "UTC")
    issue = refused.value.issues[0]
    assert (issue.path, issue.code, issue.got) == ("$.instant", "not_an_instant", instant)
    assert issue.message == "must be a datetime with an offset"


def test_the_ends_of_the_calendar_are_refused_where_a_zone_crosses_them() -> None:
    last, first = datetime(9999, 12, 31, 23, tzinfo=UTC), D(1, 1, 1)
    with pytest.raises(InvalidTerms) as refused:
        civil_date(last, "+03:00")
    assert (refused.value.path, refused.value.code, refused.value.got) == ("$.instant", "out_of_range", last)
    with pytest.raises(InvalidTerms) as refused:
        start_of_day(first, "+03:00")
    assert (refused.value.path, refused.value.code, refused.value.got) == ("$.on", "out_of_range", first)
    assert refused.value.issues[0].message == "must stay in years 1 to 9999"
    with pytest.raises(InvalidTerms) as refused:
        civil_date(last, "+03:00")
    assert refused.value.issues[0].message == "must stay in years 1 to 9999"


def test_days_of_zones_must_be_dates() -> None:
    with pytest.raises(InvalidTerms) as refused:
        start_of_day(datetime(2026, 1, 1, tzinfo=UTC), "UTC")
    assert (refused.value.path, refused.value.code) == ("$.on", "not_a_date")
