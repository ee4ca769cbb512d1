"""When compiled loops are used: where they are worth it, where they are asked for, and never where numba does not work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from wijkbudget.tally import ApprovalBallot, Election, EngineMissing, Outcome, Project, count, kernels

TINY = Election.of(100, [Project("a", 60)], [ApprovalBallot(frozenset("a"))])


def test_a_numba_that_cannot_be_loaded_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numba.py").write_text("raise ImportError('made for another numpy')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    assert not kernels.wanted("auto", 10**12, worth_it=1)
    with pytest.raises(EngineMissing, match="not installed, or does not work"):
        count(TINY, "phragmen", engine="fast")
    assert isinstance(count(TINY, "phragmen"), Outcome)


def test_the_pure_engine_is_used_when_asked_for_however_much_work_there_is() -> None:
    assert not kernels.wanted("exact", 10**12, worth_it=1)


def test_a_little_work_does_not_load_the_compiled_loops() -> None:
    assert not kernels.wanted("auto", 1, worth_it=1000)
