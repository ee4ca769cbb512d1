"""The Schulze order: golden cases, an independent count, and what py-vote-core says of it."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3votecore.schulze_method import SchulzeMethod

from wijkbudget.tally import (
    Election,
    EngineDisagreement,
    Lot,
    LotDoesNotFit,
    LotRequired,
    Outcome,
    Pairwise,
    Project,
    RankingBallot,
    count,
    schulze,
    vote_core,
)
from wijkbudget.tally.pairwise import compare_pairs
from wijkbudget.tally.schulze import _check_follows, schulze_places

Profile = list[tuple[int, str]]  # (number of voters, "A>B=C"), unranked left out


def ballot(text: str) -> RankingBallot:
    return RankingBallot(tuple(frozenset(rank.split("=")) for rank in text.split(">") if rank))


def election_of(profile: Profile, projects: str, budget: int = 100, withdrawn: str = "") -> Election:
    ballots = [ballot(text) for times, text in profile for _ in range(times)]
    return Election.of(budget, [Project(p, 1, "", p in withdrawn) for p in projects], ballots)


def places(profile: Profile, projects: str, withdrawn: str = "") -> list[str]:
    return [
        "".join(place)
        for place in schulze_places(compare_pairs(election_of(profile, projects, 100, withdrawn)))
    ]


def test_the_example_with_45_voters_gives_e_a_c_b_d() -> None:
    # Wikipedia, "Schulze method"; the matrix is in docs/rules/schulze.md.
    profile = [
        (5, "A>C>B>E>D"),
        (5, "A>D>E>C>B"),
        (8, "B>E>D>A>C"),
        (3, "C>A>B>E>D"),
        (7, "C>A>E>B>D"),
        (2, "C>B>A>D>E"),
        (7, "D>C>E>B>A"),
        (8, "E>B>A>D>C"),
    ]
    assert places(profile, "ABCDE") == ["E", "A", "C", "B", "D"]


def test_example_1_of_schulze_2011_gives_d_a_c_b() -> None:
    profile = [(8, "a>c>d>b"), (2, "b>a>d>c"), (4, "c>d>b>a"), (4, "d>b>a>c"), (3, "d>c>b>a")]
    assert places(profile, "abcd") == ["d", "a", "c", "b"]


def test_a_perfect_cycle_is_one_tied_place() -> None:
    assert places([(1, "a>b>c"), (1, "b>c>a"), (1, "c>a>b")], "abc") == ["abc"]


def test_tied_winners_that_the_library_misses_on_the_ballots_are_tied_here() -> None:
    # py-vote-core gives C as the only winner of these ballots; B and C are the Schulze set.
    profile = [(2, "C>B>D>A"), (1, "D>A>B"), (2, "A>B>D"), (1, "C>D")]
    assert places(profile, "ABCD")[0] == "BC"


def test_unranked_projects_are_below_ranked_ones_and_equal_to_each_other() -> None:
    wins = compare_pairs(election_of([(3, "b"), (2, "a=c")], "abc")).wins
    assert wins == ((0, 2, 0), (3, 0, 3), (0, 2, 0))


def test_projects_nobody_ranks_share_the_last_place() -> None:
    assert places([(2, "b")], "abc") == ["b", "ac"]


def test_without_ballots_all_projects_are_tied() -> None:
    assert places([], "ab") == ["ab"]
    assert isinstance(count(election_of([], "ab", budget=1), "schulze"), LotRequired)


def test_blank_ballots_change_nothing() -> None:
    assert places([(2, "b>a"), (5, "")], "ab") == ["b", "a"]


@pytest.mark.parametrize("projects", ["", "a"])
def test_one_project_or_none_needs_no_engine(projects: str) -> None:
    result = count(election_of([], projects), "schulze")
    assert isinstance(result, Outcome)
    assert result.funded == tuple(projects)


def test_a_withdrawn_project_leaves_the_ballots_before_the_comparison() -> None:
    # The cycle is broken by taking c out: only a above b remains.
    cycle = [(4, "a>b>c"), (3, "b>c>a"), (2, "c>a>b")]
    assert places(cycle, "abc", withdrawn="c") == ["a", "b"]
    result = count(election_of(cycle, "abc", withdrawn="a"), "schulze")
    assert isinstance(result, Outcome)
    assert (result.funded, result.step("a").votes, result.step("a").place) == (("b", "c"), 9, None)


def test_votes_are_the_ballots_that_rank_a_project() -> None:
    result = count(election_of([(3, "b>a"), (2, "b")], "ab"), "schulze")
    assert isinstance(result, Outcome)
    assert {step.project: step.votes for step in result.steps} == {"a": 3, "b": 5}


def test_a_project_with_too_little_support_keeps_its_place() -> None:
    result = count(election_of([(2, "a>b"), (1, "b")], "ab"), "schulze", min_support=3)
    assert isinstance(result, Outcome)
    assert [(step.project, step.place, step.decision.value) for step in result.steps] == [
        ("a", 1, "too-little-support"),
        ("b", 2, "funded"),
    ]


def test_the_outcome_explains_who_beats_whom() -> None:
    result = count(election_of([(2, "a>b"), (1, "b>a")], "ab"), "schulze")
    assert isinstance(result, Outcome)
    assert result.pairwise is not None
    assert result.pairwise.beats("a", "b")
    assert not result.pairwise.beats("b", "a")


def test_a_listing_that_contradicts_the_paths_is_refused() -> None:
    with pytest.raises(EngineDisagreement):
        _check_follows(["b", "a"], Pairwise(("a", "b"), ((0, 2), (1, 0)), ((0, 2), (0, 0))))


@pytest.mark.parametrize("listing", [["b", "a"], ["a"], ["a", "a"]])
def test_no_result_is_given_when_the_engine_lists_another_order(
    monkeypatch: pytest.MonkeyPatch, listing: list[str]
) -> None:
    monkeypatch.setattr(schulze, "_engine_order", lambda pairwise, stretch: listing)
    with pytest.raises(EngineDisagreement, match="before|exactly once"):
        count(election_of([(2, "a>b")], "ab"), "schulze")


def test_no_result_is_given_when_the_engine_finds_another_winner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vote_core, "schulze_winner", lambda projects, wins, tie_list: "b")
    with pytest.raises(EngineDisagreement, match="puts b first"):
        count(election_of([(2, "a>b")], "ab"), "schulze")


def test_the_engine_lists_a_long_order_in_stretches_that_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    projects = [f"p{i:02}" for i in range(47)]
    ballot = RankingBallot(tuple(frozenset({p}) for p in reversed(projects)))
    election = Election.of(1, [Project(p, 1) for p in projects], [ballot])
    stretches: list[list[str]] = []
    monkeypatch.setattr(
        schulze, "_engine_order", lambda pairwise, stretch: stretches.append(stretch) or stretch
    )
    order = [place[0] for place in schulze_places(compare_pairs(election))]
    assert order == projects[::-1]
    neighbours = {pair for stretch in stretches for pair in pairwise(stretch)}
    assert neighbours == set(pairwise(order))
    assert max(map(len, stretches)) == 20


CYCLE = [(1, "a>b>c"), (1, "b>c>a"), (1, "c>a>b")]


@pytest.mark.parametrize("rule", ["schulze", "schulze-stop"])
def test_a_circle_of_equals_that_cannot_all_be_funded_is_decided_by_the_drawn_order(rule: str) -> None:
    election = election_of(CYCLE, "abc", budget=2)
    required = count(election, rule)
    assert isinstance(required, LotRequired)
    assert (required.tied, required.place, required.stage, required.left) == (("a", "b", "c"), 1, 1, 2)
    drawn = count(election, rule, lots=[Lot(("c", "a", "b"))])
    assert isinstance(drawn, Outcome)
    assert (drawn.funded, drawn.step("b").decision) == (("c", "a"), "does-not-fit")


def test_a_lot_among_equals_below_the_top_is_asked_for_at_that_place() -> None:
    # a is above all; b and c are equal, and after a there is money for one of them.
    election = election_of([(1, "a>b=c"), (1, "a")], "abc", budget=2)
    required = count(election, "schulze")
    assert isinstance(required, LotRequired)
    assert (required.tied, required.place, required.stage) == (("b", "c"), 2, 2)
    with pytest.raises(LotDoesNotFit):
        count(election, "schulze", lots=[Lot(("a", "b"))])


def test_the_library_always_gets_a_full_list_for_ties_and_the_whole_matrix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Recorded(vote_core.SchulzeNPRByGraph):  # type: ignore[misc]
        """The library itself, which also remembers what it was given."""

        calls: ClassVar[list[tuple[dict[tuple[str, str], float], list[str]]]] = []

        def __init__(self, edges: dict[tuple[str, str], float], *, tie_breaker: list[str]) -> None:
            self.calls.append((dict(edges), list(tie_breaker)))
            super().__init__(edges, tie_breaker=tie_breaker)

    monkeypatch.setattr(vote_core, "SchulzeNPRByGraph", Recorded)
    election = election_of([*CYCLE, (1, "d")], "abcd")
    first, second = (schulze_places(compare_pairs(election)) for _ in range(2))
    assert first == second
    assert [sorted(tie_list) for _, tie_list in Recorded.calls] == [list("abcd")] * 2
    assert [set(edges) for edges, _ in Recorded.calls] == [set(permutations("abcd", 2))] * 2


PROJECTS = "abcde"


@st.composite
def ballots(draw: st.DrawFn) -> str:
    """A ranking with ties that may leave projects out."""
    named = draw(st.lists(st.sampled_from(PROJECTS), unique=True, max_size=5))
    marks = [draw(st.sampled_from([">", ">", "="])) for _ in named]
    return "".join(project + mark for project, mark in zip(named, marks, strict=True))[:-1]


profiles = st.lists(st.tuples(st.integers(1, 3), ballots()), max_size=8)


def naive_wins(profile: Profile) -> dict[tuple[str, str], int]:
    wins = {}
    for i in PROJECTS:
        for j in PROJECTS:
            wins[i, j] = 0
            for times, text in profile:
                rank = {p: r for r, group in enumerate(text.split(">")) for p in group.split("=") if p}
                wins[i, j] += times * (rank.get(i, 99) < rank.get(j, 99))
    return wins


def naive_strength(wins: dict[tuple[str, str], int], path: str, goal: str) -> int:
    """The strongest simple path that goes on from `path` to `goal`, by trying every one of them."""
    best = 0
    for onward in PROJECTS:
        link = wins[path[-1], onward]
        if onward not in path and link > wins[onward, path[-1]]:
            best = max(best, link if onward == goal else min(link, naive_strength(wins, path + onward, goal)))
    return best


@given(profiles)
@settings(max_examples=150, deadline=None)
def test_an_independent_count_over_all_simple_paths_gives_the_same_places(profile: Profile) -> None:
    wins = naive_wins(profile)
    strength = {(i, j): naive_strength(wins, i, j) for i in PROJECTS for j in PROJECTS if i != j}
    expected, rest = [], set(PROJECTS)
    while rest:
        best = {i for i in rest if all(strength[j, i] <= strength[i, j] for j in rest - {i})}
        expected.append("".join(sorted(best)))
        rest -= best
    assert places(profile, PROJECTS) == expected


@given(profiles)
@settings(deadline=None)
def test_a_condorcet_winner_is_alone_in_first_place(profile: Profile) -> None:
    wins = naive_wins(profile)
    for i in PROJECTS:
        if all(wins[i, j] > wins[j, i] for j in PROJECTS if i != j):
            assert places(profile, PROJECTS)[0] == i


@given(profiles.filter(lambda profile: any(text for _, text in profile)))
@settings(deadline=None)
def test_the_library_winner_on_the_ballots_themselves_is_in_our_first_place(profile: Profile) -> None:
    given_ballots = []
    for times, text in profile:
        if text:
            groups = [rank.split("=") for rank in text.split(">")]
            unranked = [p for p in PROJECTS if p not in text]
            given_ballots.append({"count": times, "ballot": [*groups, unranked] if unranked else groups})
    winner = SchulzeMethod(given_ballots, tie_breaker=list(PROJECTS), ballot_notation=0).winner
    assert winner in places(profile, PROJECTS)[0]


@given(profiles, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_ballots_and_projects_does_not_matter(profile: Profile, shuffle: object) -> None:
    shuffled, projects = list(profile), list(PROJECTS)
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]
    shuffle.shuffle(projects)  # type: ignore[attr-defined]
    first, second = election_of(profile, PROJECTS, 3), election_of(shuffled, "".join(projects), 3)
    assert count(first, "schulze") == count(second, "schulze")


@given(profiles)
@settings(deadline=None)
def test_beating_is_never_circular(profile: Profile) -> None:
    pairwise = compare_pairs(election_of(profile, PROJECTS))
    order = [p for place in pairwise.places() for p in place]
    assert not any(pairwise.beats(later, earlier) for earlier, later in combinations(order, 2))
