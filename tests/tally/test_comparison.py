"""Rules side by side: every figure against an independent formula, pabutools, or a count by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pabutools import election as pb
from pabutools.analysis.votersatisfaction import (
    avg_satisfaction,
    gini_coefficient_of_satisfaction,
    percent_non_empty_handed,
)

from wijkbudget.tally import (
    ApprovalBallot,
    Election,
    LotRequired,
    PointsBallot,
    Project,
    RankingBallot,
    RuleDoesNotFit,
    Terms,
    count,
    read_pabulib,
)
from wijkbudget.tally.axioms import Axiom
from wijkbudget.tally.comparison import compare, compare_outcomes, cost_bounds
from wijkbudget.tally.gains import Measure, gains, gini

DATA = Path(__file__).parent / "data"
LEXICOGRAPHIC = Terms(ties="lexicographic")
NAMES = "abcd"


def yes(names: str) -> ApprovalBallot:
    return ApprovalBallot(frozenset(names))


@st.composite
def elections(draw: st.DrawFn) -> Election:
    projects = [Project(name, draw(st.integers(1, 9))) for name in NAMES]
    sets = st.frozensets(st.sampled_from(NAMES))
    ballots = [ApprovalBallot(chosen) for chosen in draw(st.lists(sets, min_size=1, max_size=8))]
    return Election.of(draw(st.integers(1, 20)), projects, ballots)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_gini_is_half_the_mean_difference_of_two_voters_over_the_mean(values: list[int]) -> None:
    spread = {value: values.count(value) for value in values}
    differences = sum(abs(first - second) for first in values for second in values)
    by_pairs = Fraction(differences, 2 * len(values) * sum(values)) if sum(values) else Fraction(0)
    assert gini(spread) == by_pairs


@given(elections(), st.frozensets(st.sampled_from(NAMES)))
def test_gains_are_those_of_pabutools(election: Election, funded: frozenset[str]) -> None:
    projects = {project.id: pb.Project(project.id, project.cost) for project in election.projects}
    instance = pb.Instance(projects.values(), budget_limit=election.budget)
    profile = pb.ApprovalProfile(
        [
            pb.ApprovalBallot([projects[name] for name in sorted(ballot.named)])
            for ballot, times in election.ballots
            for _ in range(times)
        ]
    )
    won, got = [projects[name] for name in sorted(funded)], gains(election, funded)
    for measure, theirs in ((Measure.COST, pb.Cost_Sat), (Measure.CARDINALITY, pb.Cardinality_Sat)):
        assert got.mean(measure) == Fraction(avg_satisfaction(instance, profile, won, theirs))
        if got.total(measure):
            there = gini_coefficient_of_satisfaction(instance, profile, won, theirs)
            assert float(got.gini(measure)) == pytest.approx(float(there))
    assert float(got.share_served) == pytest.approx(float(percent_non_empty_handed(instance, profile, won)))


def test_points_and_rankings_have_gains_as_the_ballot_states_them() -> None:
    projects = [Project(name, cost) for name, cost in zip(NAMES, (5, 6, 7, 8), strict=True)]
    points = Election.of(20, projects, [PointsBallot.of({"a": 4, "b": 1}), PointsBallot.of({"c": 2})])
    got = gains(points, {"a", "c"})
    assert [got.total(measure) for measure in Measure] == [12, 2, 6]
    ballot = RankingBallot((frozenset("a"), frozenset("bc")))
    got = gains(Election.of(20, projects, [ballot]), {"a", "b", "d"})
    assert [got.total(measure) for measure in Measure] == [11, 2, 3 + 1]


def test_an_election_without_ballots_or_winners_has_figures_too() -> None:
    election = Election.of(10, [Project("a", 20)], [])
    figures = compare(election, ["greedy", "schulze"]).row("schulze").figures
    assert figures is not None
    assert (figures.winners, figures.share_served, figures.left) == ((), 0, 10)
    assert {each.gini for each in figures.gains.values()} == {0}


def election_of_six() -> Election:
    costs = {"bank": 10, "boom": 20, "feest": 30, "muur": 40, "pomp": 50, "weg": 60}
    ballots = [ApprovalBallot(frozenset({"weg", "bank"}))] * 5 + [
        ApprovalBallot(frozenset({"pomp", "muur"}))
    ] * 4
    ballots += [ApprovalBallot(frozenset({"boom"})), ApprovalBallot(frozenset())]
    return Election.of(100, [Project(name, cost) for name, cost in costs.items()], ballots)


def test_a_row_shows_winners_money_classes_and_broken_laws() -> None:
    table = compare(election_of_six(), ["greedy", "greedy-stop"], LEXICOGRAPHIC)
    skip, stop = table.row("greedy").figures, table.row("greedy-stop").figures
    assert skip is not None
    assert stop is not None
    assert (skip.winners, skip.spent, skip.left) == (("bank", "weg", "boom"), 90, 10)
    assert [(each.name, each.up_to, each.projects, each.winners, each.spent) for each in skip.classes] == [
        ("small", 20, 2, 2, 30),
        ("medium", 40, 2, 0, 0),
        ("large", None, 2, 1, 60),
    ]
    broken = {finding.axiom: finding.witness for finding in stop.axioms if finding.met is False}
    assert Axiom.EXHAUSTIVE in broken
    assert table.row("greedy").counted == count(election_of_six(), "greedy", ties="lexicographic")
    with pytest.raises(KeyError):
        table.row("schulze")


def test_overlap_counts_the_shared_projects_and_their_money() -> None:
    [overlap] = compare(election_of_six(), ["greedy", "greedy-stop"], LEXICOGRAPHIC).overlaps
    skip = set(count(election_of_six(), "greedy", ties="lexicographic").funded)  # type: ignore[union-attr]
    stop = set(count(election_of_six(), "greedy-stop", ties="lexicographic").funded)  # type: ignore[union-attr]
    costs = {project.id: project.cost for project in election_of_six().projects}
    assert set(overlap.both) == skip & stop
    assert overlap.both_cents == sum(costs[name] for name in skip & stop)
    assert overlap.share == Fraction(len(skip & stop), len(skip | stop))


@given(elections())
def test_the_order_of_ballots_changes_no_figure(election: Election) -> None:
    turned = Election.grouped(election.budget, election.projects, dict(reversed(election.ballots)))
    rules = ["greedy", "greedy-stop"]
    assert [row.figures for row in compare(election, rules, LEXICOGRAPHIC).rows] == [
        row.figures for row in compare(turned, rules, LEXICOGRAPHIC).rows
    ]


def test_a_rule_that_needs_a_lot_has_no_figures_and_no_overlap() -> None:
    election = Election.of(100, [Project("a", 60), Project("b", 60)], [yes("ab")])
    table = compare(election, ["greedy", "greedy-stop"])
    assert all(isinstance(row.counted, LotRequired) and row.figures is None for row in table.rows)
    assert table.overlaps == ()


def test_outcomes_counted_elsewhere_get_labels_of_their_own() -> None:
    election = election_of_six()
    counted = {
        "met steun": count(election, "greedy", min_support=2, ties="lexicographic"),
        "zonder": count(election, "greedy", ties="lexicographic"),
    }
    table = compare_outcomes(election, counted, bounds=(30, 50))
    figures = table.row("met steun").figures
    assert figures is not None
    assert "boom" not in figures.winners
    assert [each.up_to for each in figures.classes] == [30, 50, None]


def test_projects_of_one_cost_fall_in_one_class_and_withdrawn_ones_in_none() -> None:
    projects = [Project(name, 10) for name in "abcd"] + [Project("e", 99, "", withdrawn=True)]
    assert cost_bounds(Election.of(1, projects, [])) == (10, 10)
    assert cost_bounds(Election.of(1, [], [])) == (0, 0)


def test_comparing_tells_how_far_it_is_and_refuses_a_rule_for_other_ballots() -> None:
    told: list[tuple[str, int, int | None]] = []
    terms = Terms(ties="lexicographic", progress=lambda *what: told.append(what))
    compare(election_of_six(), ["greedy", "greedy-stop"], terms)
    assert told == [("compare", 1, 2), ("compare", 2, 2)]
    with pytest.raises(RuleDoesNotFit):
        compare(election_of_six(), ["schulze"])


@pytest.mark.parametrize("name", ["Switzerland_Zurich_SN.pb", "US_Merced_2019_rankings.pb"])
def test_a_real_election_on_rankings_or_points_is_compared(name: str) -> None:
    with (DATA / name).open("rb") as file:
        election = read_pabulib(file).election
    rules = ["schulze", "schulze-stop"] if election.profile.values and "rankings" in name else []
    table = compare(election, rules, LEXICOGRAPHIC)
    for row in table.rows:
        assert row.figures is not None
        findings = {finding.axiom: finding.met for finding in row.figures.axioms}
        assert findings[Axiom.EJR_PLUS] is None
        assert findings[Axiom.CONDORCET] is True


def test_laws_are_judged_among_the_projects_that_took_part() -> None:
    projects = [Project("a", 900), Project("b", 100), Project("c", 50)]
    ballots = [ApprovalBallot(frozenset("a"))] * 3 + [ApprovalBallot(frozenset("b"))]
    election = Election.of(1000, projects, ballots)
    figures = compare(election, ["greedy"], Terms(min_support=2)).row("greedy").figures
    assert figures is not None
    assert figures.winners == ("a",)
    met = {finding.axiom: finding.met for finding in figures.axioms}
    assert (met[Axiom.EXHAUSTIVE], met[Axiom.EJR_PLUS]) == (True, True)


def test_no_law_is_decided_for_projects_that_go_together_or_exclude_each_other() -> None:
    projects = [Project("a", 100), Project("b", 100)]
    election = Election.of(1000, projects, [ApprovalBallot(frozenset("ab")), ApprovalBallot(frozenset("a"))])
    for terms in (Terms(incompatible=(frozenset("ab"),)), Terms(linked=(frozenset("ab"),))):
        figures = compare(election, ["greedy"], terms).row("greedy").figures
        assert figures is not None
        assert {finding.met for finding in figures.axioms} == {None}
