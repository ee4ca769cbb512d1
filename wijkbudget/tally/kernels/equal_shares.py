"""The compiled search of equal shares: the same values in and out as `wijkbudget.tally.equal_shares.search`.

`brackets` counts run after run between two whole numbers that hold the truth, and pauses where these cannot decide or
where a tie may matter; `ledger` then counts that run exactly. What is handed back was priced exactly in any case.
See docs/adr/0021-compiled-engine.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from wijkbudget.tally.branches import Ends, OpenTie, Settler, ends
from wijkbudget.tally.equal_shares.run import Run, Shares
from wijkbudget.tally.equal_shares.search import STEP, Found, stops
from wijkbudget.tally.kernels import brackets
from wijkbudget.tally.kernels.brackets import Rows, Tables, Work, turned
from wijkbudget.tally.kernels.ledger import Ledger
from wijkbudget.tally.terms import Completion, Progress

_BITS = 61
"""All amounts and sums stay below 2^61, far enough from the end of 64 bits for one more price or sum."""
_INT32 = 31
_RUNS_AT_ONCE = 500
_NEVER = 1 << 62

Outcome = Ends[Run] | list[int]
"""How a run ended: exactly, with all its ends, or (not priced yet) the certified order of its purchases."""


class OutOfScale(Exception):
    """The amounts of this election do not fit in 64 bits, even with a cent as unit."""


@dataclass(slots=True)
class Statistics:
    """How much work a search was: runs made, endowments settled without a run of their own, runs counted exactly."""

    runs: int = 0
    skipped: int = 0
    exact: int = 0


def search(
    shares: Shares,
    completion: Completion,
    settler: Settler,
    progress: Progress | None = None,
    statistics: Statistics | None = None,
) -> Found | OpenTie:
    """The run that stands by this completion, or a tie that decides it and for which there is no lot.

    Raises `OutOfScale` if the numbers are too large for this engine.
    """
    engine = _Engine(shares, settler, statistics or Statistics())
    if not shares.ids:
        return _settled(ends(engine.ledger(0), settler), 0, None)
    if not completion.value.startswith("add1"):
        return _settled(engine.once(), 0, None)
    return _Climb(engine, completion.value.startswith("add1-exhaustive"), progress).found()


def _settled(found: Ends[Run], steps: int, next_cost: int | None) -> Found | OpenTie:
    if found.tie:
        return found.tie
    return Found(next(iter(found.by_funded.values())), steps, next_cost)


class _Climb:
    """The endowments of one search, from low to high, until the completion says stop."""

    def __init__(self, engine: _Engine, exhaustive: bool, progress: Progress | None) -> None:
        self._engine, self._shares, self._exhaustive = engine, engine.shares, exhaustive
        self._progress = progress
        self._before: Outcome = []

    def found(self) -> Found | OpenTie:
        """The run that stands, or the tie that decides."""
        step, stop = 0, None
        while stop is None:
            pause, step, order, kept = self._engine.advance(step, self._exhaustive)
            if self._progress:
                self._progress("equal shares", step, None)
            if kept is not None:
                self._before = kept
            if pause == brackets.OVER:
                stop = self._stands(self._before, step - 1, self._shares.cost(order))
            elif pause in (brackets.EXHAUSTIVE, brackets.ALL_FUNDED):
                stop = self._stands(order, step, None)
            elif pause == brackets.LOOK:
                stop = self._look(step)
                step += 1
        return stop

    def _look(self, step: int) -> Found | OpenTie | None:
        """Judge one endowment by all its exact ends; None: go on."""
        after = self._engine.ends(step)
        outcomes = [tuple(funded) for funded in after.by_funded]
        over = {self._shares.cost(funded) > self._shares.budget for funded in outcomes}
        if step and after.tie and (not after.complete or len(over) > 1):
            return after.tie
        if step and over == {True}:
            return self._stands(self._before, step - 1, min(map(self._shares.cost, outcomes)))
        last = stops(self._shares, after, self._exhaustive)
        if after.tie and last is None:
            return after.tie
        if last:
            return _settled(after, step, None)
        self._before = after
        return None

    def _stands(self, outcome: Outcome, step: int, next_cost: int | None) -> Found | OpenTie:
        found = self._engine.replay(step, outcome) if isinstance(outcome, list) else outcome
        return _settled(found, step, next_cost)


class _Engine:
    """The arrays of one election, at a scale that grows with the endowment."""

    def __init__(self, shares: Shares, settler: Settler, statistics: Statistics) -> None:
        self.shares, self._settler, self._statistics = shares, settler, statistics
        voters, worth = sum(shares.weights), max((max(each, default=1) for each in shares.worths), default=1)
        if voters.bit_length() > _INT32 or max(voters * worth, shares.budget).bit_length() > _BITS:
            raise OutOfScale
        self._most_shares = max(voters, worth)
        self._columns = _columns(shares)
        self._work = _work(len(shares.ids), len(shares.weights))
        self._scale = -1
        self._rows: Rows | None = None
        self._counts = np.zeros(2, np.int64)

    def advance(
        self, step: int, exhaustive: bool, only: bool = False
    ) -> tuple[int, int, list[int], list[int] | None]:
        """Count from this step on (`only` this one); why it paused and where, and the purchases there and just before."""
        tables, last = self._tables(step)
        pause, at, k, kept = brackets.search(
            tables,
            self._work,
            (self.shares.budget << self._scale) // self.shares.ballots,
            STEP << self._scale,
            step,
            step if only else last,
            self.shares.budget,
            exhaustive,
            self._settler.ties == "lot",
            _RUNS_AT_ONCE,
            self._counts,
        )
        self._statistics.runs, self._statistics.skipped = self._counts.tolist()
        return (
            pause,
            at,
            self._work.order[:k].tolist(),
            self._work.kept[:kept].tolist() if kept >= 0 else None,
        )

    def once(self) -> Ends[Run]:
        """All ends of the run with the budget shared equally."""
        pause, _, order, kept = self.advance(0, exhaustive=False, only=True)
        return self.ends(0) if pause == brackets.LOOK else self.replay(0, order if kept is None else kept)

    def ends(self, step: int) -> Ends[Run]:
        """All ends of the run after this step, counted exactly."""
        self._statistics.exact += 1
        return ends(self.ledger(step), self._settler)

    def replay(self, step: int, order: list[int]) -> Ends[Run]:
        """The run after this step, of which the order of purchases is certain."""
        ledger = self.ledger(step)
        if self.shares.excludes:
            return ends(ledger, self._settler)
        for project in order:
            ledger.ask(project)
            ledger.take(project)
        return Ends({frozenset(order): ledger.end()})

    def ledger(self, step: int) -> Ledger:
        """The money before the first purchase, exactly."""
        tables, _ = self._tables(step)
        if self._rows is None:
            self._rows = turned(tables.groups, tables.worths, tables.starts, len(self.shares.weights))
        return Ledger(self.shares, tables, self._rows, self._scale, self._endowment(step))

    def _endowment(self, step: int) -> Fraction:
        return self.shares.start + step * STEP

    def _tables(self, step: int) -> tuple[Tables, int]:
        """The tables at a scale that serves up to the step given with them, where the endowment has doubled."""
        top = 2 * self._endowment(step) + STEP
        scale = _BITS - (self._most_shares * (int(top) + 2)).bit_length()
        if scale < 0:
            raise OutOfScale
        if scale != self._scale:
            self._scale = scale
            self._work.guess[:] = 0
        return Tables(need=self._columns["cost"] << scale, **self._columns), int(
            (top - self.shares.start) // STEP
        )


def _columns(shares: Shares) -> dict[str, Any]:
    """The tables that do not depend on the scale."""
    lengths = [len(groups) for groups in shares.groups]
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    groups = _joined(shares.groups).astype(np.uint32)
    weights = np.asarray(shares.weights, np.int64)[groups]
    worths = _worths(shares, lengths)
    cost, factor = np.array(shares.costs, np.int64), np.array(shares.factors, np.int64)
    shares_each = weights * worths if len(worths) else weights
    full_weight = np.add.reduceat(shares_each, starts[:-1]) if len(cost) else cost
    excludes = shares.excludes or [()] * len(cost)
    return {
        "starts": starts,
        "groups": groups,
        "weights": weights.astype(np.int32),
        "worths": worths,
        "cost": cost,
        "unit": factor.astype(np.float64),
        "numerator": _numerators(cost, factor, int(full_weight.max(initial=0))),
        "full_weight": full_weight,
        "exclude_starts": np.concatenate(
            [[0], np.cumsum([len(rivals) for rivals in excludes], dtype=np.int64)]
        ),
        "excludes": _joined(excludes),
    }


def _worths(shares: Shares, lengths: list[int]) -> Any:
    if not any(map(len, shares.worths)):
        return np.zeros(0, np.int64)
    return _joined([each if len(each) else [1] * n for each, n in zip(shares.worths, lengths, strict=True)])


def _numerators(cost: Any, factor: Any, most: int) -> Any:
    """Cost / factor in lowest terms over all projects, if whole and small enough to be multiplied; else zeros."""
    numerator = cost // factor
    if (cost % factor).any() or int(numerator.max(initial=0)) * most >= _NEVER:
        return np.zeros_like(cost)
    return numerator // max(1, int(np.gcd.reduce(numerator))) if len(cost) else numerator


def _joined(parts: Sequence[Sequence[int]]) -> Any:
    return np.concatenate([np.zeros(0, np.int64), *(np.asarray(part, np.int64) for part in parts)])


def _work(projects: int, groups: int) -> Work:
    numbers = {name: np.zeros(projects + 1, np.int64) for name in Work._fields}
    numbers["low"], numbers["high"] = np.empty(groups, np.int64), np.empty(groups, np.int64)
    numbers["state"] = np.zeros(projects + 1, np.uint8)
    numbers["hint"][:] = -1
    return Work(**numbers)
