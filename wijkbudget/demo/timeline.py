"""The history of the demonstration: acts of many rounds, played in the order in which they happened."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from wijkbudget.domain.amsterdam import local, opening_instant

Act = Callable[[Session, datetime], object]


class Timeline:
    """Acts with the instant of each. Acts that lie after the present are left out: they have not happened yet."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._acts: list[tuple[datetime, int, Act]] = []

    def day(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """The instant so many days from today (negative: ago) at this local time."""
        midnight = local(self.now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return opening_instant(midnight + timedelta(days=days, hours=hour, minutes=minute))

    def at(self, instant: datetime, act: Act) -> None:
        """Let this happen then. Acts at one instant happen in the order in which they were given."""
        self._acts.append((instant, len(self._acts), act))

    def play(self, session: Session) -> None:
        """Do every act, the earliest first, at its own instant."""
        for instant, _, act in sorted(self._acts, key=lambda entry: entry[:2]):
            if instant < self.now:
                act(session, instant)
