"""The Schulze order of ranked projects, held against py-vote-core.

The order is that of one pairwise matrix (`pairwise.compare_pairs`). py-vote-core counts anew after each winner it
takes out, which orders some elections differently below the first place. It therefore gets the strongest
paths themselves: those stay the same when a project leaves, so its order has to follow ours. It needs time in the
third power of the projects and more, so it lists stretches of the order that overlap; a small election it also
counts from the won duels alone. docs/adr/0018 says what that proves. Reglement: docs/rules/schulze.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wijkbudget.tally import vote_core
from wijkbudget.tally.allocation import Misfit
from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import EngineDisagreement
from wijkbudget.tally.order_rules import Ordering, order_rule
from wijkbudget.tally.pairwise import Pairwise, compare_pairs
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.terms import Terms

_STRETCH = 20
"""Projects that py-vote-core lists at once; the next stretch starts half as far on. It takes 0.03 s for 20, 0.8 for 60."""
_SMALL = 20
"""Projects up to which py-vote-core also names the winner of the duels: with many circles it needs 0.1 s for 20."""


def schulze_places(pairwise: Pairwise) -> tuple[tuple[str, ...], ...]:
    """Groups of equal projects in Schulze order, best first, and by id within a group.

    Raises `EngineDisagreement` when a project stands after one that it beats, or py-vote-core says otherwise.

    >>> schulze_places(Pairwise(("a", "b"), ((0, 1), (2, 0)), ((0, 0), (2, 0))))
    (('b',), ('a',))
    """
    places = pairwise.places()
    order = [project_id for place in places for project_id in place]
    _check_follows(order, pairwise)
    for start in range(0, max(1, len(order) - _STRETCH // 2), _STRETCH // 2):
        stretch = order[start : start + _STRETCH]
        listing = _engine_order(pairwise, stretch)
        if sorted(listing) != sorted(stretch):
            raise EngineDisagreement("py-vote-core does not list each project exactly once")
        _check_follows(listing, pairwise)
    if 1 < len(order) <= _SMALL:
        winner = vote_core.schulze_winner(pairwise.projects, pairwise.wins, order)
        if winner not in places[0]:
            raise EngineDisagreement(f"py-vote-core puts {winner} first, which {places[0][0]} beats")
    return places


def _engine_order(pairwise: Pairwise, stretch: list[str]) -> list[str]:
    """These projects in py-vote-core's order, which gets them in ours to settle ties."""
    index = {project_id: i for i, project_id in enumerate(pairwise.projects)}
    rows = [index[project_id] for project_id in stretch]
    return vote_core.schulze_order(stretch, [[pairwise.paths[i][j] for j in rows] for i in rows])


def _check_follows(listing: Sequence[str], pairwise: Pairwise) -> None:
    """Raise if a project comes after one that it beats."""
    index: Mapping[str, int] = {project_id: i for i, project_id in enumerate(pairwise.projects)}
    numbers = [index[project_id] for project_id in listing]
    for position, later in enumerate(numbers):
        for earlier in numbers[:position]:
            if pairwise.paths[later][earlier] > pairwise.paths[earlier][later]:
                names = pairwise.projects[earlier], pairwise.projects[later]
                raise EngineDisagreement(f"the list has {names[0]} before {names[1]}, which beats it")


def _by_schulze(election: Election, terms: Terms) -> Ordering:
    pairwise = compare_pairs(election, terms.engine)
    return Ordering(schulze_places(pairwise), pairwise)


_RANKING = frozenset({BallotKind.RANKING})
_SKIP = "Volgorde volgens Schulze; wat niet past, wordt overgeslagen"
_STOP = "Volgorde volgens Schulze; stoppen bij het eerste dat niet past"

RULES = (
    order_rule("schulze", _SKIP, "schulze.md", _RANKING, _by_schulze, Misfit.SKIP),
    order_rule("schulze-stop", _STOP, "schulze.md", _RANKING, _by_schulze, Misfit.STOP),
)
