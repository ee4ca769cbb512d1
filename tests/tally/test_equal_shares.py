"""Equal shares: against a plain reading of its definition, against pabutools, and against what cities decided."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pabutools.election import Cardinality_Sat, Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import lexico_tie_breaking

from wijkbudget.tally import (
    ApprovalBallot,
    Decision,
    Election,
    Lot,
    LotRequired,
    Outcome,
    PointsBallot,
    Project,
    RankingBallot,
    count,
    read_pabulib,
)
from wijkbudget.tally.equal_shares import BehindThePlan, Bought, Endowments

DATA = Path(__file__).parent / "data"
APPROVAL_FILES = (
    "France_Toulouse_2022_17.pb",
    "Netherlands_Amsterdam_588.pb",
    "Netherlands_Assen_2024.pb",
    "Poland_Wieliczka_2023_Green_Budget.pb",
    "Poland_Zabrze_2021_Grzybowice.pb",
    "Switzerland_Zurich_SN.pb",
)


@st.composite
def elections(draw: st.DrawFn) -> Election:
    ids = "abcd"[: draw(st.integers(1, 4))]
    projects = [Project(name, draw(st.sampled_from([100, 200, 350, 500, 900, 3000]))) for name in ids]
    ballots = draw(st.lists(st.sets(st.sampled_from(ids)), min_size=1, max_size=6))
    return Election.of(
        draw(st.sampled_from([0, 300, 700, 1200, 2000])),
        projects,
        [ApprovalBallot(frozenset(named)) for named in ballots],
    )


def outcome_of(election: Election, **options: object) -> Outcome:
    outcome = count(election, "equal-shares", ties="lexicographic", **options)  # type: ignore[arg-type]
    assert isinstance(outcome, Outcome)
    return outcome


def bought_by_definition(election: Election, endowment: Fraction, *, by_cost: bool) -> list[str]:
    """One run, every voter alone: who can pay, the price by trying each number of voters that pay all they have."""
    voters = [ballot.named for ballot, weight in election.ballots for _ in range(weight)]
    money = [endowment] * len(voters)
    bought: list[str] = []
    while True:
        offers = []
        for project in election.projects:
            able = sorted((i for i, named in enumerate(voters) if project.id in named), key=money.__getitem__)
            if project.id in bought or project.cost > election.budget:
                continue
            for poor in range(len(able)):
                price = (project.cost - sum(money[i] for i in able[:poor])) / Fraction(len(able) - poor)
                if money[able[poor]] >= price and all(money[i] <= price for i in able[:poor]):
                    offers.append((price / (project.cost if by_cost else 1), project.id, price, able))
                    break
        if not offers:
            return bought
        _, project_id, price, able = min(offers)
        bought.append(project_id)
        for i in able:
            money[i] -= min(money[i], price)


def add1_by_definition(election: Election, *, by_cost: bool, exhaustive: bool) -> set[str]:
    costs = {project.id: project.cost for project in election.projects}
    endowment = Fraction(election.budget, election.ballot_count)
    last: list[str] = []
    supported = {p.id for p in election.projects if election.votes()[p.id] and p.cost <= election.budget}
    while True:
        bought = bought_by_definition(election, endowment, by_cost=by_cost)
        left = election.budget - sum(costs[project_id] for project_id in bought)
        if left < 0:
            return set(last)
        exhausted = not any(costs[project_id] <= left for project_id in supported if project_id not in bought)
        if set(bought) == supported or (exhaustive and exhausted):
            return set(bought)
        last, endowment = bought, endowment + 100


@pytest.mark.parametrize("satisfaction", ["cost", "cardinality"])
@settings(max_examples=150, deadline=None)
@given(election=elections())
def test_one_run_buys_what_the_definition_buys_in_that_order(satisfaction: str, election: Election) -> None:
    outcome = outcome_of(election, satisfaction=satisfaction, completion="none")
    start = Fraction(election.budget, election.ballot_count)
    assert list(outcome.funded) == bought_by_definition(election, start, by_cost=satisfaction == "cost")


@pytest.mark.parametrize("completion", ["add1", "add1-exhaustive"])
@pytest.mark.parametrize("satisfaction", ["cost", "cardinality"])
@settings(max_examples=80, deadline=None)
@given(election=elections())
def test_raising_the_endowment_stops_where_the_definition_says(
    satisfaction: str, completion: str, election: Election
) -> None:
    outcome = outcome_of(election, satisfaction=satisfaction, completion=completion)
    expected = add1_by_definition(
        election, by_cost=satisfaction == "cost", exhaustive=completion == "add1-exhaustive"
    )
    assert set(outcome.funded) == expected


@pytest.mark.parametrize("name", APPROVAL_FILES)
@pytest.mark.parametrize("satisfaction", ["cost", "cardinality"])
def test_pabutools_buys_the_same_projects_in_the_same_order(name: str, satisfaction: str) -> None:
    instance, profile = parse_pabulib(str(DATA / name))
    sat = {"cost": Cost_Sat, "cardinality": Cardinality_Sat}[satisfaction]
    theirs = method_of_equal_shares(
        instance, profile.as_multiprofile(), sat_class=sat, tie_breaking=lexico_tie_breaking
    )
    outcome = outcome_of(read_pabulib(DATA / name).election, satisfaction=satisfaction, completion="none")
    assert list(outcome.funded) == [str(project) for project in theirs]


@pytest.mark.parametrize(
    ("name", "projects"),
    [
        ("Poland_Wieliczka_2023_Green_Budget.pb", 30),
        ("Poland_Swiecie_2023.pb", 17),
        ("Netherlands_Assen_2024.pb", 9),
        ("Netherlands_Assen_2025.pb", 13),
    ],
)
def test_the_official_outcome_comes_out_without_a_lot(name: str, projects: int) -> None:
    file = read_pabulib(DATA / name)
    outcome = count(file.election, "equal-shares")
    assert isinstance(outcome, Outcome)
    official = {row.id for row in file.projects if row.selected == "1"}
    assert len(official) == projects
    assert set(outcome.funded) == official
    assert outcome.ties == ()


@pytest.mark.parametrize(
    ("name", "projects"), [("Poland_Swiecie_2023.pb", 3), ("Netherlands_Assen_2025.pb", 2)]
)
def test_a_project_worth_one_whatever_it_costs_gives_other_winners_than_the_official(
    name: str, projects: int
) -> None:
    file = read_pabulib(DATA / name)
    official = {row.id for row in file.projects if row.selected == "1"}
    assert len(set(outcome_of(file.election, satisfaction="cardinality").funded) ^ official) == projects


def test_one_project_of_swiecie_has_too_few_votes_for_its_cost_and_the_winners_are_the_official_ones() -> (
    None
):
    file = read_pabulib(DATA / "Poland_Swiecie_2023.pb")
    outcome = outcome_of(file.election, eligible="votes-per-cost")
    left_out = [step.project for step in outcome.steps if step.decision is Decision.NOT_ELIGIBLE]
    assert left_out == ["c22"]
    assert set(outcome.funded) == {row.id for row in file.projects if row.selected == "1"}


def test_stopping_at_the_first_exhaustive_outcome_gets_wieliczka_wrong_by_three_projects() -> None:
    file = read_pabulib(DATA / "Poland_Wieliczka_2023_Green_Budget.pb")
    outcome = outcome_of(file.election, completion="add1-exhaustive")
    official = {row.id for row in file.projects if row.selected == "1"}
    assert len(set(outcome.funded) ^ official) == 3


@settings(max_examples=100, deadline=None)
@given(elections())
def test_every_payment_adds_up_and_nobody_pays_more_than_the_endowment(election: Election) -> None:
    outcome = outcome_of(election)
    assert outcome.endowment is not None
    voters = [ballot.named for ballot, weight in election.ballots for _ in range(weight)]
    money = [outcome.endowment] * len(voters)
    for step in outcome.steps:
        supporters = [i for i, named in enumerate(voters) if step.project in named]
        held = sum((money[i] for i in supporters), Fraction(0))
        if isinstance(step.basis, Bought):
            paid = {i: min(money[i], step.basis.price_cents) for i in supporters}
            assert sum(paid.values()) == step.cost
            assert step.basis.held_cents == held
            assert step.basis.effective_support >= 1
            assert step.basis.payers == sum(money[i] > 0 for i in supporters)
            assert step.basis.emptied == sum(0 < money[i] == paid[i] for i in supporters)
            for i in supporters:
                money[i] -= paid[i]
        elif isinstance(step.basis, BehindThePlan) and step.decision is Decision.NOT_AFFORDABLE:
            assert step.basis.held_cents == held
            assert step.basis.effective_support == held / step.cost < 1


def test_blank_ballots_have_a_share_too() -> None:
    projects = [Project("a", 600)]
    ballots = [ApprovalBallot(frozenset({"a"}))] * 2 + [ApprovalBallot(frozenset())]
    assert outcome_of(Election.of(600, projects, ballots), completion="none").funded == ()
    assert outcome_of(Election.of(600, projects, ballots[:2]), completion="none").funded == ("a",)


def test_points_are_paid_in_proportion() -> None:
    ballots = [PointsBallot.of({"a": 3}), PointsBallot.of({"a": 1})]
    outcome = outcome_of(
        Election.of(1000, [Project("a", 400)], ballots), completion="none", satisfaction="cardinality"
    )
    assert isinstance(outcome.steps[0].basis, Bought)
    assert outcome.steps[0].basis.price_cents == 100


def test_a_tie_that_decides_asks_for_a_lot_and_the_lot_holds_in_every_run() -> None:
    projects = [Project("a", 1000), Project("b", 1000)]
    election = Election.of(1000, projects, [ApprovalBallot(frozenset("ab"))] * 2)
    required = count(election, "equal-shares")
    assert isinstance(required, LotRequired)
    assert (required.tied, required.stage, required.left) == (("a", "b"), 1, 1000)
    outcome = count(election, "equal-shares", lots=[Lot(("b", "a"))])
    assert isinstance(outcome, Outcome)
    assert outcome.funded == ("b",)
    assert [(tie.projects, tie.settled) for tie in outcome.ties] == [(("b", "a"), "lot")]


def test_the_story_tells_how_far_the_endowment_was_raised_and_why_it_stopped() -> None:
    projects = [Project("a", 400), Project("b", 900)]
    ballots = [ApprovalBallot(frozenset("a"))] * 2 + [ApprovalBallot(frozenset("b"))] * 2
    outcome = outcome_of(Election.of(1000, projects, ballots))
    assert outcome.events == (Endowments(Fraction(250), Fraction(350), 1, 1300),)
    assert outcome.endowment == 350


def test_what_is_left_goes_to_the_most_votes_that_fit_when_asked() -> None:
    projects = [Project("a", 400), Project("b", 900), Project("c", 500)]
    ballots = [ApprovalBallot(frozenset("a"))] * 3 + [
        ApprovalBallot(frozenset("bc")),
        ApprovalBallot(frozenset("c")),
    ]
    election = Election.of(1000, projects, ballots)
    assert outcome_of(election, completion="none").funded == ("a",)
    outcome = outcome_of(election, completion="greedy")
    assert outcome.funded == ("a", "c")
    assert outcome.step("c").article == "art. 6"


def test_borda_points_count_the_places_below_and_the_own_place() -> None:
    first = RankingBallot((frozenset("a"), frozenset("b")))
    second = RankingBallot((frozenset("bc"),))
    projects = [Project(name, 300) for name in "abc"]
    outcome = count(
        Election.of(600, projects, [first, second]),
        "equal-shares-borda",
        completion="none",
        satisfaction="cardinality",
        ties="lexicographic",
    )
    assert isinstance(outcome, Outcome)
    # a: 6 to the first voter. b: 4 to the first and 5 to the second; so b is cheapest, at 300 / 9 a point.
    assert outcome.funded[0] == "b"
    assert isinstance(outcome.steps[0].basis, Bought)
    assert outcome.steps[0].basis.price_cents == Fraction(100, 3)


def test_a_lot_about_what_is_left_is_told_as_a_tie() -> None:
    projects = [Project("a", 900), Project("b", 800), Project("c", 150)]
    ballots = [ApprovalBallot(frozenset("c"))] * 9 + [
        ApprovalBallot(frozenset("a")),
        ApprovalBallot(frozenset("b")),
    ]
    election = Election.of(1100, projects, ballots)
    assert isinstance(count(election, "equal-shares", completion="greedy"), LotRequired)
    outcome = count(election, "equal-shares", completion="greedy", lots=[Lot(("b", "a"))])
    assert isinstance(outcome, Outcome)
    assert outcome.funded == ("c", "b")
    assert [(tie.projects, tie.mattered, tie.settled) for tie in outcome.ties] == [(("b", "a"), True, "lot")]
