"""One measurement in a process of its own: `python -m benchmarks.job WHO RULE FILE [SATISFACTION COMPLETION]`.

Prints JSON: CPU seconds to read and to count, peak memory in MB, and the funded ids in order.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Counted = tuple[float, list[str]]


def ours(rule: str, path: Path, satisfaction: str, completion: str) -> dict[str, Any]:
    """wijkbudget, ties by id as the peers do; the compiled loops come from the cache on disk."""
    from wijkbudget.tally import LotRequired, count
    from wijkbudget.tally.formats import read_election

    started = time.process_time()
    election = read_election(path).election
    read = time.process_time() - started
    options: dict[str, Any] = {"satisfaction": satisfaction} if rule == "equal-shares" else {}
    if rule in ("equal-shares", "expanding-approvals"):
        options["completion"] = completion
    # The first call loads the compiled loops from disk; that is measured apart and reported as `loading`. It asks for
    # them, also where a process that counts once would not load them for so little work.
    started = time.process_time()
    count(election, rule, ties="lexicographic", engine="fast", **options)
    first = time.process_time() - started
    started = time.process_time()
    outcome = count(election, rule, ties="lexicographic", **options)
    again = time.process_time() - started
    assert not isinstance(outcome, LotRequired)
    return {"read": read, "count": again, "loading": first - again, "funded": list(outcome.funded)}


def pabutools(rule: str, path: Path, satisfaction: str, completion: str) -> dict[str, Any]:
    """pabutools in exact fractions, identical ballots grouped, ties by id."""
    from pabutools import rules
    from pabutools.election import Additive_Borda_Sat, Cardinality_Sat, Cost_Sat, parse_pabulib
    from pabutools.rules.pb_ear import pb_ear
    from pabutools.tiebreaking import lexico_tie_breaking

    started = time.process_time()
    instance, profile = parse_pabulib(str(path))
    read = time.process_time() - started
    sat = {"cost": Cost_Sat, "cardinality": Cardinality_Sat}[satisfaction]
    ties = {"tie_breaking": lexico_tie_breaking}
    calls: dict[str, Callable[[Any], Any]] = {
        "greedy": lambda p: rules.greedy_utilitarian_welfare(instance, p, sat_class=Cost_Sat, **ties),
        "greedy-per-cost": lambda p: rules.greedy_utilitarian_welfare(
            instance, p, sat_class=Cardinality_Sat, **ties
        ),
        "borda": lambda p: rules.greedy_utilitarian_welfare(
            instance, p, sat_class=Additive_Borda_Sat, **ties
        ),
        "expanding-approvals": lambda p: pb_ear(instance, p),
        "max-satisfaction": lambda p: rules.max_additive_utilitarian_welfare(
            instance, p, sat_class=Cardinality_Sat
        ),
        "phragmen": lambda p: rules.sequential_phragmen(instance, p, **ties),
        "equal-shares": lambda p: rules.method_of_equal_shares(
            instance, p, sat_class=sat, voter_budget_increment=None if completion == "none" else 1, **ties
        ),
    }
    started = time.process_time()
    funded = calls[rule](profile.as_multiprofile())
    return {"read": read, "count": time.process_time() - started, "funded": [str(p) for p in funded]}


def pabumeasures(rule: str, path: Path, satisfaction: str, completion: str) -> dict[str, Any]:
    """The C++ rules of pabumeasures, reading left out: it has no reader of its own."""
    from benchmarks.peers import pabumeasures as peer
    from wijkbudget.tally.formats import read_election

    name = rule if satisfaction == "cost" else f"{rule}-{satisfaction}"
    if rule == "equal-shares":
        name += "/" + completion.removesuffix("-exhaustive")
    used, funded = peer.count(name, read_election(path).election, seconds=3600)
    return {"read": 0.0, "count": used, "funded": funded}


if __name__ == "__main__":
    who, rule, file, satisfaction, completion = (*sys.argv[1:], "cost", "none")[:5]
    run = {"ours": ours, "pabutools": pabutools, "pabumeasures": pabumeasures}[who]
    measured = run(rule, Path(file), satisfaction, completion)
    measured["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(measured))
