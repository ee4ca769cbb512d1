"""Ranked pairs (Tideman 1987): the strongest duels are settled first, unless they contradict stronger ones.

The strength of a duel is its winning votes. Equally strong duels have no order, so nothing may depend on one: a duel
is certain if it is settled in whatever order the equals are taken, and only certain duels put a project before another.
Without equally strong duels that is Tideman's rule itself. Reglement: docs/rules/ranked-pairs.md.

Sources: T.N. Tideman, "Independence of clones as a criterion for voting rules", Social Choice and Welfare 4 (1987),
185-206; T.M. Zavist and T.N. Tideman, "Complete independence of clones in the ranked pairs rule", Social Choice and
Welfare 6 (1989), 167-173, on ties.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from wijkbudget.tally import vote_core
from wijkbudget.tally.allocation import Misfit
from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import EngineDisagreement
from wijkbudget.tally.order_rules import Ordering, order_rule
from wijkbudget.tally.outcome import Event
from wijkbudget.tally.pairwise import Pairwise, compare_pairs
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.terms import Terms

_SMALL = 20
"""Projects up to which py-vote-core also names the winner; it looks for a circle after every single duel."""


@dataclass(frozen=True, slots=True)
class DuelSetAside(Event):
    """A duel that `winner` won by `votes` against `against`, and that still does not put it before `loser`.

    `certain`: stronger duels say the opposite. Otherwise it depends on the order of equally strong duels.
    """

    winner: str
    loser: str
    votes: int
    against: int
    certain: bool


class _Above:
    """Who is above whom, directly or through others, as one whole number of bits per project."""

    def __init__(self, size: int) -> None:
        self.below = [0] * size

    def __contains__(self, pair: tuple[int, int]) -> bool:
        return bool(self.below[pair[0]] >> pair[1] & 1)

    def add(self, high: int, low: int) -> None:
        """Put one project above another, and with it all that are above the one and below the other."""
        if (high, low) in self:
            return
        reached = self.below[low] | 1 << low
        for project, below in enumerate(self.below):
            if project == high or below >> high & 1:
                self.below[project] = below | reached


def ranked_pairs_places(pairwise: Pairwise) -> tuple[tuple[tuple[str, ...], ...], tuple[DuelSetAside, ...]]:
    """Groups of equal projects, best first, and the won duels that do not count.

    >>> wins = ((0, 5, 2), (2, 0, 5), (5, 2, 0))
    >>> ranked_pairs_places(Pairwise(("a", "b", "c"), wins, wins))[0]
    (('a', 'b', 'c'),)
    """
    size = len(pairwise.projects)
    certain, possible, aside = _Above(size), _Above(size), []
    for _, group in groupby(_duels(pairwise.wins), key=itemgetter(0)):
        equals = list(group)
        open_duels = [duel for duel in equals if (duel[2], duel[1]) not in certain]
        for _, winner, loser in open_duels:
            possible.add(winner, loser)
        settled = [duel for duel in open_duels if (duel[2], duel[1]) not in possible]
        aside += [
            DuelSetAside(
                pairwise.projects[winner],
                pairwise.projects[loser],
                votes,
                pairwise.wins[loser][winner],
                (loser, winner) in certain,
            )
            for votes, winner, loser in equals
            if (votes, winner, loser) not in settled
        ]
        for _, winner, loser in settled:
            certain.add(winner, loser)
    return tuple(_places(pairwise.projects, certain)), tuple(aside)


def _duels(wins: Sequence[Sequence[int]]) -> list[tuple[int, int, int]]:
    """Each won duel as (winning votes, winner, loser), strongest first."""
    size = range(len(wins))
    won = [(wins[i][j], i, j) for i in size for j in size if wins[i][j] > wins[j][i]]
    return sorted(won, key=lambda duel: (-duel[0], duel[1:]))


def _places(projects: Sequence[str], certain: _Above) -> Iterator[tuple[str, ...]]:
    """Those that no remaining project is above share a place; then the same with the rest."""
    rest = set(range(len(projects)))
    while rest:
        beaten = 0
        for project in rest:
            beaten |= certain.below[project]
        best = [project for project in sorted(rest) if not beaten >> project & 1]
        yield tuple(projects[project] for project in best)
        rest.difference_update(best)


def _check_winner(pairwise: Pairwise, first: Sequence[str]) -> None:
    """Raise `EngineDisagreement` if py-vote-core's winner is not in our first place."""
    if 1 < len(pairwise.projects) <= _SMALL:
        winner = vote_core.ranked_pairs_winner(pairwise.projects, pairwise.wins)
        if winner not in first:
            raise EngineDisagreement(f"py-vote-core puts {winner} first, which {first[0]} is above")


def _by_ranked_pairs(election: Election, terms: Terms) -> Ordering:
    pairwise = compare_pairs(election, terms.engine)
    places, aside = ranked_pairs_places(pairwise)
    if places:
        _check_winner(pairwise, places[0])
    return Ordering(places, pairwise, events=aside)


_TITLE = "Volgorde volgens de sterkste vergelijkingen; wat niet past, wordt overgeslagen"
_RANKING = frozenset({BallotKind.RANKING})

RULES = (order_rule("ranked-pairs", _TITLE, "ranked-pairs.md", _RANKING, _by_ranked_pairs, Misfit.SKIP),)
