"""What an election accepts, refuses and counts."""

from __future__ import annotations

import pytest

from wijkbudget.tally import (
    ApprovalBallot,
    DuplicateProject,
    Election,
    InvalidBallot,
    InvalidBudget,
    InvalidProject,
    MixedBallots,
    Project,
    RankingBallot,
    UnknownProject,
)

A, B = Project("a", 100), Project("b", 200)


def approve(*projects: str) -> ApprovalBallot:
    return ApprovalBallot(frozenset(projects))


def test_identical_ballots_are_grouped_whatever_their_order() -> None:
    ballots = [approve("a"), approve("b", "a"), approve("a"), approve()]
    election = Election.of(500, [A, B], ballots)
    assert election == Election.of(500, [B, A], reversed(ballots))
    assert dict(election.ballots) == {approve(): 1, approve("a"): 2, approve("a", "b"): 1}


def test_blank_ballots_are_counted() -> None:
    election = Election.of(500, [A], [approve(), approve(), approve("a")])
    assert (election.ballot_count, election.blank_count) == (3, 2)
    assert election.votes() == {"a": 1}


def test_a_ranked_project_is_named_whatever_its_rank() -> None:
    ballot = RankingBallot((frozenset({"b"}), frozenset({"a"})))
    assert Election.of(500, [A, B], [ballot, ballot]).votes() == {"a": 2, "b": 2}


def test_supporters_agree_with_votes() -> None:
    election = Election.of(500, [A, B], [approve("a"), approve("a", "b")])
    assert {p.id: election.supporters(p.id) for p in election.projects} == election.votes()


@pytest.mark.parametrize("cost", [0, -1, 1.5, 100.0, True, "100"])
def test_a_cost_that_is_no_whole_number_of_cents_above_zero_is_refused(cost: object) -> None:
    with pytest.raises(InvalidProject, match="kosten-los: cost"):
        Project("kosten-los", cost)  # type: ignore[arg-type]


@pytest.mark.parametrize("budget", [-1, 100.0, None])
def test_a_budget_that_is_no_whole_number_of_cents_is_refused(budget: object) -> None:
    with pytest.raises(InvalidBudget, match="budget"):
        Election.of(budget, [A], [])  # type: ignore[arg-type]


def test_a_project_without_an_id_is_refused() -> None:
    with pytest.raises(InvalidProject, match="no id"):
        Project("", 100)


def test_two_projects_with_one_id_are_refused() -> None:
    with pytest.raises(DuplicateProject, match="project a is listed twice"):
        Election.of(500, [A, Project("a", 300)], [])


def test_a_ballot_for_an_unknown_project_is_refused() -> None:
    with pytest.raises(UnknownProject, match="project z"):
        Election.of(500, [A], [approve("z")])


def test_asking_for_an_unknown_project_is_refused() -> None:
    with pytest.raises(UnknownProject, match="project z"):
        Election.of(500, [A], []).supporters("z")


def test_two_kinds_of_ballots_are_refused() -> None:
    with pytest.raises(MixedBallots):
        Election.of(500, [A], [approve("a"), RankingBallot((frozenset({"a"}),))])


@pytest.mark.parametrize("ranks", [("a", "ab"), ("a", "")])
def test_a_ranking_with_a_project_twice_or_an_empty_rank_is_refused(ranks: tuple[str, ...]) -> None:
    with pytest.raises(InvalidBallot):
        RankingBallot(tuple(map(frozenset, ranks)))


@pytest.mark.parametrize("weight", [0, -2, 1.0])
def test_a_ballot_that_is_cast_less_than_once_is_refused(weight: object) -> None:
    with pytest.raises(InvalidBallot, match="cast"):
        Election.grouped(500, [A], {approve("a"): weight})  # type: ignore[dict-item]
