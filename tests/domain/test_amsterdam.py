"""Civil time of the municipality, in the two nights that the clock changes too."""

from datetime import UTC, date, datetime, timedelta

import pytest

from wijkbudget.domain.amsterdam import (
    check_day,
    closing_instant,
    last_minute,
    local,
    local_day,
    opening_instant,
)
from wijkbudget.domain.errors import InvalidInput


def utc(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, microsecond: int = 0
) -> datetime:
    return datetime(year, month, day, hour, minute, second, microsecond, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        (datetime(2026, 1, 15, 9, 0), utc(2026, 1, 15, 8, 0)),
        (datetime(2026, 7, 15, 9, 0), utc(2026, 7, 15, 7, 0)),
        (datetime(2026, 3, 29, 1, 59), utc(2026, 3, 29, 0, 59)),
        (datetime(2026, 3, 29, 3, 0), utc(2026, 3, 29, 1, 0)),
        (datetime(2026, 10, 25, 1, 59), utc(2026, 10, 24, 23, 59)),
        (datetime(2026, 10, 25, 2, 30), utc(2026, 10, 25, 0, 30)),
        (datetime(2026, 10, 25, 3, 0), utc(2026, 10, 25, 2, 0)),
    ],
)
def test_a_typed_minute_is_read_on_the_town_halls_clock(typed: datetime, instant: datetime) -> None:
    assert opening_instant(typed) == instant
    assert local(instant).replace(tzinfo=None) == typed


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_a_minute_that_the_clock_skips_is_refused_and_says_why(minute: int) -> None:
    for read in (opening_instant, closing_instant):
        with pytest.raises(InvalidInput, match=f"29-03-2026 02:{minute:02d} bestaat niet"):
            read(datetime(2026, 3, 29, 2, minute))


@pytest.mark.parametrize("year", [1, 1999, 2201, 9999])
def test_a_minute_in_a_year_without_rounds_is_refused(year: int) -> None:
    for read in (opening_instant, closing_instant):
        for typed in (datetime(year, 1, 1), datetime(year, 12, 31, 23, 59)):
            with pytest.raises(InvalidInput, match=f"Het jaar {year} kan niet kloppen"):
                read(typed)


def test_the_first_and_the_last_minute_that_can_be_come_back_as_typed() -> None:
    for typed in (datetime(2000, 1, 1), datetime(2200, 12, 31, 23, 59)):
        assert local(opening_instant(typed)).replace(tzinfo=None) == typed
        assert last_minute(closing_instant(typed)).replace(tzinfo=None) == typed


def test_a_day_may_lie_long_ago_but_not_in_another_age() -> None:
    for day in (date(1900, 1, 1), date(2200, 12, 31)):
        assert check_day(day, field="since") == day
    for day in (date.min, date(1899, 12, 31), date(2201, 1, 1), date.max):
        with pytest.raises(InvalidInput, match="kan niet kloppen") as refusal:
            check_day(day, field="since")
        assert refusal.value.field == "since"


def test_the_last_minute_counts_in_full() -> None:
    closes = closing_instant(datetime(2026, 5, 21, 23, 59))
    assert closes == utc(2026, 5, 21, 22, 0)
    assert last_minute(closes) == local(closes) - timedelta(minutes=1)
    assert f"{last_minute(closes):%d-%m %H:%M}" == "21-05 23:59"


@pytest.mark.parametrize(
    "typed", [datetime(2026, 3, 29, 1, 59), datetime(2026, 10, 25, 1, 59), datetime(2026, 12, 31, 23, 59)]
)
def test_what_was_typed_comes_back_on_the_form(typed: datetime) -> None:
    assert last_minute(closing_instant(typed)).replace(tzinfo=None) == typed


def test_the_hour_that_occurs_twice_means_the_first_time() -> None:
    first = opening_instant(datetime(2026, 10, 25, 2, 15))
    assert first == utc(2026, 10, 25, 0, 15)
    assert local(first).fold == 0
    assert local(first + timedelta(hours=1)).replace(tzinfo=None) == datetime(2026, 10, 25, 2, 15)


def test_a_vote_over_the_spring_night_lasts_an_hour_less() -> None:
    opens, closes = (
        opening_instant(datetime(2026, 3, 28, 12, 0)),
        opening_instant(datetime(2026, 3, 29, 12, 0)),
    )
    assert closes - opens == timedelta(hours=23)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (utc(2026, 5, 10, 21, 59), date(2026, 5, 10)),
        (utc(2026, 5, 10, 22, 0), date(2026, 5, 11)),
        (utc(2026, 12, 31, 23, 0), date(2027, 1, 1)),
    ],
)
def test_the_day_is_that_of_the_town_hall_and_not_of_greenwich(instant: datetime, day: date) -> None:
    assert local_day(instant) == day
