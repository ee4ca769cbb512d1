"""Compare our winners with stored ones of pabutools: `python -m benchmarks.compare_reference ELECTIONS REFERENCE`.

ELECTIONS is a folder of .pb files, REFERENCE a JSON file {"files": {name: {"results": {key: {"winners": […],
"cost": "…"}}}}} made with pabutools in exact fractions, ties by id. The keys are in `CALLS`. Prints each difference, and
ends with code 1 if there is any.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

from wijkbudget.tally import Election, LotRequired, Outcome, count
from wijkbudget.tally.formats import read_election

EQUAL_SHARES = "equal-shares"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "greedy_cost": ("greedy", {}),
    "greedy_card": ("greedy-per-cost", {}),
    "greedy_points": ("greedy-per-cost", {}),
    "phragmen": ("phragmen", {}),
    "mes_cost": (EQUAL_SHARES, {"completion": "none"}),
    "mes_cost+greedy": (EQUAL_SHARES, {"completion": "greedy"}),
    "mes_cost_add1": (EQUAL_SHARES, {"completion": "add1-exhaustive"}),
    "mes_cost_add1+greedy": (EQUAL_SHARES, {"completion": "add1-exhaustive-greedy"}),
    "mes_card": (EQUAL_SHARES, {"completion": "none", "satisfaction": "cardinality"}),
    "mes_card_add1": (EQUAL_SHARES, {"completion": "add1-exhaustive", "satisfaction": "cardinality"}),
    "mes_points": (EQUAL_SHARES, {"completion": "none", "satisfaction": "cardinality"}),
    "mes_points_add1": (EQUAL_SHARES, {"completion": "add1-exhaustive", "satisfaction": "cardinality"}),
}
"""Key of the reference → our rule and options. Borda is not here: pabutools gives the last name on a ballot nothing."""


def counted(election: Election, key: str) -> Outcome:
    """Our outcome for one key of the reference."""
    rule, options = CALLS[key]
    outcome = count(election, rule, ties="lexicographic", **options)
    assert not isinstance(outcome, LotRequired)
    return outcome


def difference(expected: dict[str, Any], outcome: Outcome) -> str | None:
    """What differs, or None. Winners are compared as sets: two of the reference's lists are sorted by id."""
    theirs, ours = set(expected["winners"]), set(outcome.funded)
    if theirs != ours:
        return f"only there {sorted(theirs - ours)}, only here {sorted(ours - theirs)}"
    if Fraction(expected["cost"]) * 100 != outcome.spent:
        return f"same winners, but they cost {expected['cost']} there"
    return None


def main(elections: Path, reference: Path) -> int:
    """Compare all files that are in both; the number of differences."""
    files = json.loads(reference.read_text(encoding="utf-8"))["files"]
    same: Counter[str] = Counter()
    unlike: Counter[str] = Counter()
    used = 0.0
    for path in sorted(path for path in elections.glob("*.pb") if path.name in files):
        election = read_election(path).election
        for key in files[path.name]["results"].keys() & CALLS.keys():
            started = time.process_time()
            outcome = counted(election, key)
            used += time.process_time() - started
            found = difference(files[path.name]["results"][key], outcome)
            same[key], unlike[key] = same[key] + (found is None), unlike[key] + (found is not None)
            if found:
                print(f"{path.name} {key}: {found}")
    for key in CALLS:
        if same[key] + unlike[key]:
            print(f"{key:22} {same[key]:4} the same  {unlike[key]:4} different")
    print(
        f"{sum(same.values())} of {(same + unlike).total()} outcomes the same; counting took {used:.1f} s CPU"
    )
    return unlike.total()


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]), Path(sys.argv[2]))))
