"""Sequential Phragmén: against a plain reading of its definition and against pabutools; both engines alike."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pabutools.election import parse_pabulib
from pabutools.rules import sequential_phragmen
from pabutools.tiebreaking import lexico_tie_breaking

from wijkbudget.tally import (
    ApprovalBallot,
    Decision,
    Election,
    Lot,
    LotRequired,
    Outcome,
    Project,
    count,
    read_pabulib,
)
from wijkbudget.tally.phragmen import Earned

DATA = Path(__file__).parent / "data"


@st.composite
def elections(draw: st.DrawFn) -> Election:
    ids = "abcde"[: draw(st.integers(1, 5))]
    projects = [Project(name, draw(st.sampled_from([1, 2, 3, 4, 7, 997, 1009]))) for name in ids]
    ballots = draw(st.lists(st.sets(st.sampled_from(ids)), min_size=1, max_size=7))
    return Election.of(
        draw(st.sampled_from([0, 5, 9, 1500, 3000])),
        projects,
        [ApprovalBallot(frozenset(named)) for named in ballots],
    )


def outcome_of(election: Election, **options: object) -> Outcome:
    outcome = count(election, "phragmen", ties="lexicographic", **options)  # type: ignore[arg-type]
    assert isinstance(outcome, Outcome)
    return outcome


@settings(max_examples=200, deadline=None)
@given(elections())
def test_a_project_is_bought_exactly_when_its_supporters_have_the_cost(election: Election) -> None:
    voters = [ballot.named for ballot, weight in election.ballots for _ in range(weight)]
    since, left, bought = [Fraction(0)] * len(voters), election.budget, []
    while True:
        moments = []
        for project in election.projects:
            supporters = [since[i] for i, named in enumerate(voters) if project.id in named]
            if supporters and project.id not in bought and project.cost <= election.budget:
                moments.append(((project.cost + sum(supporters)) / Fraction(len(supporters)), project))
        first = min((moment for moment, _ in moments), default=None)
        tied = [project for moment, project in moments if moment == first]
        if first is None or any(project.cost > left for project in tied):
            break
        chosen = min(tied, key=lambda project: project.id)
        bought.append(chosen.id)
        left -= chosen.cost
        since = [first if chosen.id in named else before for before, named in zip(since, voters, strict=True)]
    assert list(outcome_of(election).funded) == bought


@settings(max_examples=150, deadline=None)
@given(elections(), st.sampled_from(["lot", "lexicographic"]))
def test_both_engines_give_the_same_in_every_field(election: Election, ties: str) -> None:
    exact = count(election, "phragmen", ties=ties, engine="exact")  # type: ignore[arg-type]
    assert exact == count(election, "phragmen", ties=ties, engine="fast")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    [
        "France_Toulouse_2022_17.pb",
        "Netherlands_Amsterdam_588.pb",
        "Netherlands_Assen_2024.pb",
        "Poland_Zabrze_2021_Grzybowice.pb",
        "Switzerland_Zurich_SN.pb",
    ],
)
def test_pabutools_funds_the_same_projects(name: str) -> None:
    instance, profile = parse_pabulib(str(DATA / name))
    theirs = sequential_phragmen(instance, profile.as_multiprofile(), tie_breaking=lexico_tie_breaking)
    assert set(outcome_of(read_pabulib(DATA / name).election).funded) == {str(p) for p in theirs}


@settings(max_examples=100, deadline=None)
@given(elections())
def test_what_supporters_paid_adds_up_to_the_cost(election: Election) -> None:
    voters = [ballot.named for ballot, weight in election.ballots for _ in range(weight)]
    since = [Fraction(0)] * len(voters)
    for step in outcome_of(election).steps:
        if isinstance(step.basis, Earned):
            paid = [
                step.basis.time_cents - since[i] for i, named in enumerate(voters) if step.project in named
            ]
            assert sum(paid) == step.cost
            assert (step.basis.most_cents, step.basis.least_cents) == (max(paid), min(paid))
            since = [
                step.basis.time_cents if step.project in named else before
                for before, named in zip(since, voters, strict=True)
            ]


def test_two_moments_that_lie_very_close_together_are_told_apart() -> None:
    """The moments differ by one part in some 10^18, less than a double can tell."""
    projects = [Project("a", 10**9), Project("b", 10**9 - 1)]
    a, b = ApprovalBallot(frozenset("a")), ApprovalBallot(frozenset("b"))
    election = Election.grouped(10**9, projects, {a: 10**9 + 1, b: 10**9})
    for engine in ("exact", "fast"):
        assert outcome_of(election, engine=engine).funded == ("b",)


def test_a_project_dearer_than_the_whole_budget_stops_nothing() -> None:
    projects = [Project("big", 101), Project("small", 50)]
    ballots = [ApprovalBallot(frozenset({"big"}))] * 9 + [ApprovalBallot(frozenset({"small"}))]
    outcome = outcome_of(Election.of(100, projects, ballots))
    assert outcome.funded == ("small",)
    assert outcome.step("big").decision is Decision.DOES_NOT_FIT


def test_the_count_stops_at_the_first_that_does_not_fit_unless_the_rest_is_handed_out() -> None:
    projects = [Project("a", 60), Project("b", 50), Project("c", 30)]
    ballots = [ApprovalBallot(frozenset("a"))] * 3 + [ApprovalBallot(frozenset("b"))] * 2
    ballots += [ApprovalBallot(frozenset("c"))]
    election = Election.of(100, projects, ballots)
    outcome = outcome_of(election)
    assert [(step.project, step.decision) for step in outcome.steps] == [
        ("a", Decision.FUNDED),
        ("b", Decision.DOES_NOT_FIT),
        ("c", Decision.AFTER_STOP),
    ]
    assert outcome_of(election, completion="greedy").funded == ("a", "c")


def test_a_tie_with_shared_supporters_that_decides_asks_for_a_lot() -> None:
    projects = [Project("a", 60), Project("b", 60), Project("c", 30)]
    ballots = [ApprovalBallot(frozenset("ab"))] * 2 + [ApprovalBallot(frozenset("c"))]
    required = count(Election.of(100, projects, ballots), "phragmen")
    assert isinstance(required, LotRequired)
    assert required.tied == ("a", "b", "c")
    outcome = count(Election.of(100, projects, ballots), "phragmen", lots=[Lot(("c", "b", "a"))])
    assert isinstance(outcome, Outcome)
    assert outcome.funded == ("c", "b")


def test_tied_projects_without_shared_supporters_need_no_lot() -> None:
    projects = [Project("a", 50), Project("b", 50)]
    outcome = count(
        Election.of(100, projects, [ApprovalBallot(frozenset("a")), ApprovalBallot(frozenset("b"))]),
        "phragmen",
    )
    assert isinstance(outcome, Outcome)
    assert set(outcome.funded) == {"a", "b"}
