"""One project explained, the story of a count, and numbers in a form that files can hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wijkbudget.tally import (
    RULES,
    ApprovalBallot,
    Basis,
    Decision,
    Election,
    Event,
    Lot,
    Outcome,
    PointsBallot,
    Project,
    RankingBallot,
    Terms,
    UnknownProject,
    count,
    count_by,
    rule,
)
from wijkbudget.tally.explanation import Told, as_plain, explain, kind_of, story
from wijkbudget.tally.outcome import Step
from wijkbudget.tally.profile import BallotKind


def yes(*names: str) -> ApprovalBallot:
    return ApprovalBallot(frozenset(names))


def example() -> Election:
    projects = [
        Project("a", 60, "Bank"),
        Project("b", 70, "Boom"),
        Project("c", 40),
        Project("d", 1, "", True),
    ]
    return Election.of(100, projects, [yes("a", "b"), yes("a"), yes("c"), yes("c", "a"), yes()])


def outcome_of(election: Election, name: str, terms: Terms) -> Outcome:
    outcome = count_by(rule(name), election, terms)
    assert isinstance(outcome, Outcome)
    return outcome


def test_a_project_without_money_is_explained_by_step_reason_rivals_and_distances() -> None:
    election = example()
    why = explain(election, "greedy", Terms(), outcome_of(election, "greedy", Terms()), "b")
    assert (why.name, why.funded, why.ballots) == ("Boom", False, 5)
    assert (why.step.decision, why.step.article, why.step.left_before) == (Decision.DOES_NOT_FIT, "art. 3", 0)
    assert [(rival.project, rival.votes, rival.number) for rival in why.rivals] == [("a", 3, 1), ("c", 2, 2)]
    assert why.cost_per_supporter == 70
    assert why.distances is not None
    assert why.distances.supporters is not None
    assert why.distances.supporters.enough == 3
    assert why.distances.cost_lower is not None
    assert not why.distances.cost_lower.found


def test_a_funded_project_is_explained_with_those_before_it() -> None:
    election = example()
    outcome = outcome_of(election, "greedy", Terms())
    why = explain(election, "greedy", Terms(), outcome, "c")
    assert (why.funded, [rival.project for rival in why.rivals]) == (True, ["a"])
    assert why.cost_per_supporter == 20
    assert explain(election, "greedy", Terms(), outcome, "c", with_distances=False).distances is None


def test_the_tie_a_project_was_in_is_part_of_its_explanation() -> None:
    election = Election.of(100, [Project("a", 60), Project("b", 60)], [yes("a", "b")])
    terms = Terms(lots=(Lot(("b", "a")),))
    why = explain(election, "greedy", terms, outcome_of(election, "greedy", terms), "a")
    assert why.tie is not None
    assert why.tie.projects == ("b", "a")
    assert why.cost_per_supporter == 60


def test_a_project_nobody_votes_for_costs_no_supporter_anything() -> None:
    election = Election.of(100, [Project("a", 160)], [yes()])
    why = explain(election, "greedy", Terms(), outcome_of(election, "greedy", Terms()), "a")
    assert (why.cost_per_supporter, why.effective_support, why.price_cents) == (None, None, None)


def test_an_unknown_project_has_no_explanation() -> None:
    election = example()
    with pytest.raises(UnknownProject):
        explain(election, "greedy", Terms(), outcome_of(election, "greedy", Terms()), "z")


@dataclass(frozen=True, slots=True)
class Raised(Event):
    """Every voter got more."""

    before_step: int
    amount_cents: Fraction


@dataclass(frozen=True, slots=True)
class Payments(Basis):
    """What supporters paid."""

    effective_support: Fraction


def test_the_story_tells_ties_and_events_before_the_steps_they_belong_to() -> None:
    election = Election.of(
        100, [Project("a", 30), Project("b", 60), Project("c", 60)], [yes("a"), yes("a", "b", "c")]
    )
    counted = outcome_of(election, "greedy", Terms(lots=(Lot(("c", "b")),)))
    events = (Raised(3, Fraction(7, 2)), Raised(0, Fraction(1)))
    told_twice = Outcome(
        counted.rule, 1, 100, counted.spent, counted.funded, counted.steps, counted.ties, events=events
    )
    told = list(story(told_twice))
    kinds = ["begin", "raised", "funded", "tie", "funded", "raised", "does-not-fit", "end"]
    assert [each.kind for each in told] == kinds
    assert told[2].numbers["project"] == "a"
    assert told[-1].numbers == {"funded": ("a", "c"), "spent": 90, "left": 10}


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_tells_each_project_once_in_json(name: str) -> None:
    kind = min(rule(name).ballot_kinds)
    if kind is BallotKind.APPROVAL:
        election = example()
    elif kind is BallotKind.POINTS:
        election = Election.of(100, example().projects, [PointsBallot.of({"a": 2, "b": 1})])
    else:
        ranking = RankingBallot((frozenset("a"), frozenset("b"), frozenset("c")))
        election = Election.of(100, example().projects, [ranking, ranking])
    outcome = outcome_of(election, name, Terms(ties="lexicographic"))
    told = list(story(outcome))
    projects = [each.numbers["project"] for each in told if each.kind in set(Decision)]
    assert sorted(projects) == ["a", "b", "c", "d"]
    assert (told[0].kind, told[-1].kind) == ("begin", "end")
    assert json.loads(json.dumps(as_plain(told))) == as_plain(told)
    assert json.loads(json.dumps(as_plain(outcome))) == as_plain(outcome)
    for project_id in "abcd":
        why = explain(election, name, Terms(ties="lexicographic"), outcome, project_id)
        assert json.dumps(as_plain(why))


def test_effective_support_comes_from_the_basis_of_the_step() -> None:
    election = Election.of(10, [Project("a", 60)], [yes("a")])
    step = Step(1, 1, "a", 1, 60, 10, 10, Decision.NOT_AFFORDABLE, "art. 2", Payments(Fraction(1, 6)))
    outcome = Outcome("greedy", 1, 10, 0, (), (step,), ())
    why = explain(election, "greedy", Terms(), outcome, "a", with_distances=False)
    assert why.effective_support == Fraction(1, 6)
    assert as_plain(why)["step"]["basis"] == {"kind": "payments", "effective_support": "1/6"}


def test_plain_values_keep_every_amount_exact() -> None:
    assert as_plain(Raised(2, Fraction(10, 4))) == {
        "kind": "raised",
        "before_step": 2,
        "amount_cents": "5/2",
    }
    assert as_plain({Decision.FUNDED: frozenset({"b", "a"})}) == {"funded": ["a", "b"]}
    assert as_plain([None, True, Fraction(3)]) == [None, True, "3/1"]


@pytest.mark.parametrize("value", [0.5, object(), Told])
def test_a_value_without_exact_plain_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="has no exact plain form"):
        as_plain({"x": value})


@given(st.fractions())
def test_a_plain_fraction_reads_back_as_the_same_fraction(value: Fraction) -> None:
    assert Fraction(as_plain(value)) == value


def test_names_of_kinds_are_those_of_the_classes() -> None:
    assert kind_of(Raised(0, Fraction(0))) == "raised"


def test_counting_is_not_touched_by_explaining() -> None:
    election = example()
    before = count(election, "greedy")
    explain(election, "greedy", Terms(), outcome_of(election, "greedy", Terms()), "b")
    assert count(election, "greedy") == before
