"""Small elections with rankings for the tests of ranking rules, and counts that draw a lot whenever one is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from wijkbudget.tally import Election, Lot, LotRequired, Outcome, Project, RankingBallot, count

PROJECTS = "abcde"
Cast = list[tuple[int, str]]
"""How many voters cast "a>b=c"; projects left out are unranked."""


def ballot(text: str) -> RankingBallot:
    return RankingBallot(tuple(frozenset(rank.split("=")) for rank in text.split(">") if rank))


def election_of(cast: Cast, costs: dict[str, int], budget: int, withdrawn: str = "") -> Election:
    ballots: Counter[RankingBallot] = Counter()
    for voters, text in cast:
        ballots[ballot(text)] += voters
    return Election.grouped(budget, [Project(p, c, "", p in withdrawn) for p, c in costs.items()], ballots)


@st.composite
def rankings(draw: st.DrawFn, projects: str = PROJECTS) -> str:
    """A ranking with ties that may leave projects out."""
    named = draw(st.lists(st.sampled_from(projects), unique=True, max_size=len(projects)))
    marks = [draw(st.sampled_from([">", ">", "="])) for _ in named]
    return "".join(project + mark for project, mark in zip(named, marks, strict=True))[:-1]


def casts(projects: str = PROJECTS, most: int = 6) -> st.SearchStrategy[Cast]:
    return st.lists(st.tuples(st.integers(1, 4), rankings(projects)), max_size=most)


@st.composite
def elections(draw: st.DrawFn, projects: str = PROJECTS) -> Election:
    costs = {p: draw(st.integers(1, 12)) for p in projects}
    return election_of(draw(casts(projects)), costs, draw(st.integers(0, 30)))


def decided(
    election: Election, rule: str, key: Callable[[str], Any] = lambda project_id: project_id, **options: Any
) -> Outcome:
    """The outcome if every lot that is asked for comes out in the order of `key`."""
    lots: list[Lot] = []
    while len(lots) < 20:
        result = count(election, rule, lots=lots, **options)
        if isinstance(result, Outcome):
            return result
        assert isinstance(result, LotRequired)
        lots.append(Lot(tuple(sorted(result.tied, key=key))))
        mine = set(lots[-1].order)
        lots = [lot for lot in lots[:-1] if not set(lot.order) < mine] + lots[-1:]
    raise AssertionError("the count keeps asking for lots")


def renamed(election: Election, names: dict[str, str]) -> Election:
    """The same election with other ids."""
    ballots = {
        RankingBallot(tuple(frozenset(names[p] for p in rank) for rank in given.ranks)): voters  # type: ignore[union-attr]
        for given, voters in election.ballots
    }
    projects = [Project(names[p.id], p.cost, "", p.withdrawn) for p in election.projects]
    return Election.grouped(election.budget, projects, ballots)
