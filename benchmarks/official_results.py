"""Compare our winners with the official ones: `python -m benchmarks.official_results FOLDER`.

FOLDER holds .pb files. Those that state the official selection (column `selected`) are counted by our rule that comes
closest to what the file calls its rule, and by lot: a tie that would decide anything is a difference. Prints one line per
file, each difference with the projects, and a summary per rule of the files. What was found: docs/tally/official-results.md.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from wijkbudget.tally import (
    Ballot,
    BallotKind,
    Decision,
    Election,
    LotRequired,
    PabulibFile,
    PointsBallot,
    RankingBallot,
    count,
    read_pabulib,
)

SELECTED, FROM_RESERVE = "1", "2"
RULES = {
    "greedy": "greedy",
    "greedy-exclusive": "greedy",
    "greedy-threshold": "greedy",
    "greedy-no-skip": "greedy-stop",
    "greedy-custom": "greedy-remainder",
    "equalshares/add1": "equal-shares",
    "equalshares/add1-comparison": "equal-shares",
}
"""What a file calls its rule → ours; anything else is counted by greedy."""


def counted_as(file: PabulibFile) -> tuple[Election, str, dict[str, Any]]:
    """The election, rule and conditions that come closest to the official count."""
    stated = file.meta.get("rule", "unknown")
    terms: dict[str, Any] = {}
    if stated in ("greedy-threshold", "greedy-no-skip") and file.ballot_kind is BallotKind.APPROVAL:
        terms["min_support"] = int(file.meta.get("min_project_score_threshold", 0))
    election = _with_points(file.election) if file.ballot_kind is BallotKind.RANKING else file.election
    return election, RULES.get(stated, "greedy"), terms


def _with_points(election: Election) -> Election:
    """Three points for the first choice, two for the second, one for the third, as in Kraków."""
    cast: Counter[Ballot] = Counter()
    for ballot, weight in election.ballots:
        assert isinstance(ballot, RankingBallot)
        given = {project: 3 - place for place, rank in enumerate(ballot.ranks[:3]) for project in rank}
        cast[PointsBallot.of(given)] += weight
    return Election.grouped(election.budget, election.projects, cast)


def difference(file: PabulibFile) -> str:
    """What differs from the official selection; empty if nothing does."""
    election, rule, terms = counted_as(file)
    outcome = count(election, rule, **terms)
    if isinstance(outcome, LotRequired):
        return f"a lot is needed among {', '.join(outcome.tied)}"
    official = {row.id for row in file.projects if row.selected == SELECTED}
    offered = {step.project for step in outcome.steps if step.decision is Decision.OFFERED_REMAINDER}
    reserve = {row.id for row in file.projects if row.selected == FROM_RESERVE}
    ours, parts = set(outcome.funded), []
    if official - ours:
        parts.append(f"only officially: {', '.join(sorted(official - ours))}")
    if ours - official:
        parts.append(f"only here: {', '.join(sorted(ours - official))}")
    if reserve - offered:
        parts.append(f"from the reserve, not offered here: {', '.join(sorted(reserve - offered))}")
    return "; ".join(parts)


def main(folder: Path) -> int:
    """Compare all files of the folder that state a selection; the number of differences."""
    same: Counter[str] = Counter()
    unlike: Counter[str] = Counter()
    for path in sorted(folder.glob("*.pb")):
        file = read_pabulib(path)
        if not any(row.selected == SELECTED for row in file.projects):
            continue
        found = difference(file)
        key = f"{file.meta.get('rule', 'unknown')} ({file.ballot_kind})"
        same[key], unlike[key] = same[key] + (not found), unlike[key] + bool(found)
        _, rule, terms = counted_as(file)
        shown = rule + "".join(f" {name} {value}" for name, value in terms.items())
        print(f"{path.name}: {key} by {shown}: {found or 'the same'}")
    for key in sorted(same):
        print(f"{key:40} {same[key]:3} the same {unlike[key]:3} different")
    return unlike.total()


if __name__ == "__main__":
    sys.exit(min(1, main(Path(sys.argv[1]))))
