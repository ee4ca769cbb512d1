"""The clock of the demonstration."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wijkbudget.demo.clock import DemoClock
from wijkbudget.domain.errors import InvalidInput

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Wall:
    """A system clock that a test moves."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def wall() -> Wall:
    return Wall()


def test_an_untouched_clock_shows_the_real_time(tmp_path: Path, wall: Wall) -> None:
    assert DemoClock(tmp_path / "demo-clock", wall)() == NOON


def test_after_a_move_the_clock_runs_on_from_there(tmp_path: Path, wall: Wall) -> None:
    clock = DemoClock(tmp_path / "demo-clock", wall)
    clock.advance_to(NOON + timedelta(days=40))
    wall.time += timedelta(minutes=5)
    assert clock() == NOON + timedelta(days=40, minutes=5)


def test_a_moment_has_come_once_the_clock_is_moved_to_it(tmp_path: Path, wall: Wall) -> None:
    wall.time += timedelta(microseconds=300)
    clock = DemoClock(tmp_path / "demo-clock", wall)
    clock.advance_to(NOON + timedelta(hours=1))
    assert clock() >= NOON + timedelta(hours=1)


def test_the_clock_never_goes_back_or_stands_still(tmp_path: Path, wall: Wall) -> None:
    clock = DemoClock(tmp_path / "demo-clock", wall)
    clock.advance_to(NOON + timedelta(days=2))
    for wrong in (NOON + timedelta(days=1), clock()):
        with pytest.raises(InvalidInput, match="alleen vooruit"):
            clock.advance_to(wrong)
    assert clock() == NOON + timedelta(days=2)


def test_another_process_sees_the_same_time(tmp_path: Path, wall: Wall) -> None:
    path = tmp_path / "instance" / "demo-clock"
    DemoClock(path, wall).advance_to(NOON + timedelta(days=3))
    assert DemoClock(path, wall)() == NOON + timedelta(days=3)


@pytest.mark.parametrize("spoilt", ["", "morgen", "-86400"])
def test_a_spoilt_file_counts_as_the_real_time(tmp_path: Path, wall: Wall, spoilt: str) -> None:
    (tmp_path / "demo-clock").write_text(spoilt)
    assert DemoClock(tmp_path / "demo-clock", wall)() == NOON
