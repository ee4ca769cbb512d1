"""Civil time of the municipality. Instants are stored in UTC; people read and type Europe/Amsterdam."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from wijkbudget.domain.errors import InvalidInput

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST_DAY_YEAR, FIRST_YEAR, LAST_YEAR = 1900, 2000, 2200


def local(instant: datetime) -> datetime:
    """The instant as the clock on the town hall shows it."""
    return instant.astimezone(AMSTERDAM)


def local_day(instant: datetime) -> date:
    """The calendar day in the municipality at this instant."""
    return local(instant).date()


def opening_instant(typed: datetime) -> datetime:
    """The instant at which a typed minute (naive, local) begins.

    Raises InvalidInput for a year in which no round can be, and for a minute that the clock skips in the
    night summer time begins. A minute that occurs twice, when summer time ends, means the first of the two.
    """
    _check_year(typed.year, FIRST_YEAR)
    instant = typed.replace(tzinfo=AMSTERDAM, fold=0).astimezone(UTC)
    if local(instant).replace(tzinfo=None) != typed:
        raise InvalidInput(
            f"{typed:%d-%m-%Y %H:%M} bestaat niet: die nacht gaat de klok een uur vooruit. Kies een andere tijd."
        )
    return instant


def closing_instant(typed: datetime) -> datetime:
    """The instant at which a typed last minute (naive, local) has passed: 23:59 means up to 23:59:59."""
    return opening_instant(typed) + timedelta(minutes=1)


def last_minute(closes_at: datetime) -> datetime:
    """The inverse of `closing_instant`: the last local minute before the close."""
    return local(closes_at - timedelta(minutes=1))


def check_day(day: date, *, field: str) -> date:
    """The same day. Raises InvalidInput at `field` for a year that can only be a slip of the pen."""
    _check_year(day.year, FIRST_DAY_YEAR, field)
    return day


def _check_year(year: int, first: int, field: str | None = None) -> None:
    if not first <= year <= LAST_YEAR:
        raise InvalidInput(
            f"Het jaar {year} kan niet kloppen. Kies een jaar van {first} tot en met {LAST_YEAR}.",
            field=field,
        )
