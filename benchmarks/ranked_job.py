"""Count synthetic rankings: `python -m benchmarks.ranked_job ours|pyvotecore RULE BALLOTS PROJECTS`; see benchmarks.job."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.synthetic import rankings, write_pb
from wijkbudget.tally import Election, count
from wijkbudget.tally.formats import read_election


def ours(election: Election, rule: str) -> dict[str, Any]:
    """From a file and then from arrays, ties by id."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rankings.pb"
        write_pb(election, path)
        started = time.process_time()
        election = read_election(path).election
        read = time.process_time() - started
    started = time.process_time()
    count(election, rule, ties="lexicographic", engine="fast")
    first = time.process_time() - started
    started = time.process_time()
    count(election, rule, ties="lexicographic", engine="fast")
    again = time.process_time() - started
    return {"read": read, "count": again, "loading": first - again}


def pyvotecore(election: Election, rule: str) -> dict[str, Any]:
    """Its own count from ballots, first place only: that is what it gives for both rules."""
    from py3votecore.condorcet import CondorcetHelper
    from py3votecore.ranked_pairs import RankedPairs
    from py3votecore.schulze_method import SchulzeMethod

    ids = [project.id for project in election.projects]
    ballots = []
    for weight, marks, ranks in election.profile.rows():
        ballot = {ids[mark]: rank for mark, rank in zip(marks, ranks, strict=True)}
        ballots.append({"count": weight, "ballot": ballot})
    method = SchulzeMethod if rule == "schulze" else RankedPairs
    started = time.process_time()
    method(ballots, ballot_notation=CondorcetHelper.BALLOT_NOTATION_RANKING, tie_breaker=ids)
    return {"read": 0.0, "count": time.process_time() - started, "loading": 0.0}


if __name__ == "__main__":
    who, rule, ballots, projects = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    made = rankings(ballots, projects)
    measured = {"ours": ours, "pyvotecore": pyvotecore}[who](made, rule)
    measured["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(measured))
