"""Compare first places of Schulze and ranked pairs with other programs: `python -m benchmarks.compare_ranked FOLDER…`.

The folders hold PrefLib files (.soc, .soi, .toc, .toi) and ordinal .pb files. Both peers get our count of the duels:
py-vote-core, which names one winner, that has to be in our first place; and pref_voting if it is there, which names
all winners. Where equally strong duels leave us in doubt, its ranked pairs may name fewer of them. Larger elections
than `MOST` are left out, and so is a peer above its own limit: all of them are named. Ends with code 1 after any difference.

pref_voting wants an older numba than we do, so it is no dependency. From the root of the repository:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install pref-voting py-vote-core
    /tmp/peers/bin/python -m benchmarks.compare_ranked FOLDER
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from wijkbudget.tally import BallotKind, vote_core
from wijkbudget.tally.errors import TallyError
from wijkbudget.tally.formats import read_election
from wijkbudget.tally.pairwise import Pairwise, compare_pairs
from wijkbudget.tally.ranked_pairs import ranked_pairs_places

MOST = 200
"""Projects up to which an election is compared at all."""

RULES = ("schulze", "ranked-pairs")


@dataclass(frozen=True)
class First:
    """Our first place: its projects, and whether equally strong duels leave a doubt about them."""

    projects: frozenset[str]
    in_doubt: bool = False

    def agrees_with(self, winners: frozenset[str], *, all_of_them: bool) -> bool:
        """Whether a peer's winners are ours; a peer that names one winner, or settles a doubt, may name fewer."""
        return winners <= self.projects and (winners == self.projects or self.in_doubt or not all_of_them)


@dataclass(frozen=True)
class Peer:
    """Another program: up to how many projects it is asked; it answers None if it gives up by itself."""

    name: str
    rule: str
    most: int
    all_winners: bool
    winners: Callable[[Pairwise], Sequence[str] | None]


def peers() -> list[Peer]:
    """The programs that are installed."""
    found = [
        Peer(
            "py-vote-core",
            "schulze",
            40,
            False,
            lambda duels: [vote_core.schulze_winner(duels.projects, duels.wins, duels.projects)],
        ),
        Peer(
            "py-vote-core",
            "ranked-pairs",
            24,
            False,
            lambda duels: [vote_core.ranked_pairs_winner(duels.projects, duels.wins)],
        ),
    ]
    if find_spec("pref_voting"):
        found += [
            Peer("pref_voting", "schulze", MOST, True, lambda duels: by_pref_voting("beat_path", duels)),
            Peer(
                "pref_voting",
                "ranked-pairs",
                45,
                True,
                lambda duels: by_pref_voting("ranked_pairs_with_test", duels),
            ),
        ]
    return found


def by_pref_voting(method: str, duels: Pairwise) -> list[str] | None:
    """Its winners with winning votes as the strength of a duel; None if too many duels are equally strong for it."""
    from pref_voting import margin_based_methods
    from pref_voting.weighted_majority_graphs import SupportGraph

    wins, size = duels.wins, range(len(duels.projects))
    pairs = [(i, j, (wins[i][j], wins[j][i])) for i in size for j in size if i < j]
    graph = SupportGraph(list(size), pairs)
    rule: Any = getattr(margin_based_methods, method)
    winners = rule(graph, strength_function=lambda i, j: wins[i][j])
    return None if winners is None else [duels.projects[winner] for winner in winners]


def ours(rule: str, duels: Pairwise) -> First:
    """Our first place, without the check that our own rules do with py-vote-core."""
    if rule == "schulze":
        return First(frozenset(duels.places()[0]))
    places, aside = ranked_pairs_places(duels)
    return First(frozenset(places[0]), any(not duel.certain for duel in aside))


def elections(folders: Sequence[Path], skipped: Callable[[str], None]) -> Iterator[tuple[str, Pairwise]]:
    """The name and duels of each election with rankings; `skipped` is told what is left out, and why."""
    for path in sorted(path for folder in folders for path in folder.iterdir()):
        if path.suffix not in (".pb", ".soc", ".soi", ".toc", ".toi"):
            continue
        try:
            election = read_election(path).election
        except TallyError as error:
            skipped(f"{path.name}: cannot be read: {str(error).splitlines()[0]}")
            continue
        standing = sum(not project.withdrawn for project in election.projects)
        if election.kind is not BallotKind.RANKING:
            skipped(f"{path.name}: no rankings")
        elif not 2 <= standing <= MOST:
            skipped(f"{path.name}: {standing} projects")
        else:
            yield path.name, compare_pairs(election)


def main(folders: Sequence[Path]) -> int:
    """Print the differences, what was left out, and a line of figures for each peer; the number of differences."""
    asked, same, unlike, left_out = peers(), Counter[str](), Counter[str](), Counter[str]()

    def skipped(why: str) -> None:
        print(f"skipped {why}")

    for name, duels in elections(folders, skipped):
        first = {rule: ours(rule, duels) for rule in RULES}
        for peer in asked:
            key = f"{peer.rule:12} {peer.name}"
            size = len(duels.projects)
            winners = peer.winners(duels) if size <= peer.most else None
            if winners is None:
                why = f"{size} projects" if size > peer.most else "too many equally strong duels for it"
                skipped(f"{name} for {peer.rule} by {peer.name}: {why}")
                left_out[key] += 1
            elif first[peer.rule].agrees_with(frozenset(winners), all_of_them=peer.all_winners):
                same[key] += 1
            else:
                unlike[key] += 1
                print(f"{name} {key}: {sorted(winners)}, here {sorted(first[peer.rule].projects)}")
    for key in sorted({f"{peer.rule:12} {peer.name}" for peer in asked}):
        print(f"{key:26} {same[key]:4} the same  {unlike[key]:4} different  {left_out[key]:4} not asked")
    return unlike.total()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(min(1, main([Path(folder) for folder in sys.argv[1:]])))
