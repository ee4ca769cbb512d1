"""Rules in which voters pay: points, Borda points, rivals and the rest by definition; lots against orders of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count as numbers
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pabutools.election import Additive_Cardinal_Sat, Cardinality_Sat, Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import lexico_tie_breaking

from tests.tally.test_axioms import underserved_by_hand
from tests.tally.test_laws import ballots, by_id, elections, renamed
from wijkbudget.tally import (
    RULES,
    ApprovalBallot,
    Ballot,
    BallotKind,
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
from wijkbudget.tally.axioms import ejr_plus

DATA = Path(__file__).parent / "data"
SHARES, BORDA = "equal-shares", "equal-shares-borda"
COMPLETIONS = ("none", "add1", "add1-exhaustive", "greedy", "add1-greedy", "add1-exhaustive-greedy")
Worths = Mapping[str, int]


def worths(ballot: Ballot, projects: Sequence[str]) -> Worths:
    """What each project is worth to the voter; a ranked one two for itself and each below, and one for each equal."""
    if isinstance(ballot, ApprovalBallot):
        return dict.fromkeys(ballot.projects, 1)
    if isinstance(ballot, PointsBallot):
        return dict(ballot.points)
    assert isinstance(ballot, RankingBallot)
    ranks = {project: place for place, rank in enumerate(ballot.ranks) for project in rank}
    last = len(ballot.ranks)
    return {
        project: 2
        + sum(
            (ranks.get(p, last) > rank) * 2 + (ranks.get(p, last) == rank) for p in set(projects) - {project}
        )
        for project, rank in ranks.items()
    }


def price(cost: int, purses: Sequence[tuple[Fraction, int]]) -> Fraction | None:
    """The price per worth at which these purses (money, worth) pay exactly the cost."""
    empty_at = [money / worth for money, worth in purses]
    enough = [p for p in empty_at if sum(min(money, p * worth) for money, worth in purses) >= cost]
    if not enough:
        return None
    first = min(enough)
    all_of_it = sum((money for money, worth in purses if money / worth < first), Fraction(0))
    return (cost - all_of_it) / sum(worth for money, worth in purses if money / worth >= first)


class ByDefinition:
    """Equal shares as the reglement has it, every voter alone; ties by id."""

    def __init__(self, election: Election, satisfaction: str, rivals: Sequence[str] = ()) -> None:
        self.ranked = election.kind is BallotKind.RANKING
        self.budget, self.costs = election.budget, {p.id: p.cost for p in election.projects}
        self.voters = [
            worths(ballot, list(self.costs)) for ballot, weight in election.ballots for _ in range(weight)
        ]
        self.by_cost, self.rivals = satisfaction == "cost", rivals
        self.supported = {p for voter in self.voters for p in voter if self.costs[p] <= self.budget}

    def open(self, funded: Sequence[str], among: set[str]) -> list[str]:
        """Which of these may still be funded, by id."""
        excluded = {p for group in self.rivals if set(group) & set(funded) for p in group}
        return sorted(among - set(funded) - excluded)

    def run(self, endowment: Fraction) -> list[str]:
        """What is bought, in order."""
        money, bought = [endowment] * len(self.voters), list[str]()
        while True:
            offers = []
            for project in self.open(bought, self.supported):
                purses = [
                    (have, voter[project])
                    for have, voter in zip(money, self.voters, strict=True)
                    if project in voter
                ]
                asked = price(self.costs[project], purses)
                if asked is not None:
                    offers.append((asked / (self.costs[project] if self.by_cost else 1), project, asked))
            if not offers:
                return bought
            _, project, asked = min(offers)
            bought.append(project)
            money = [
                have - min(have, asked * voter.get(project, 0))
                for have, voter in zip(money, self.voters, strict=True)
            ]

    def left(self, funded: Sequence[str]) -> int:
        return self.budget - sum(self.costs[project] for project in funded)

    def funded(self, completion: str) -> set[str]:
        """The winners after raising the endowment and handing out the rest, as far as asked."""
        share = Fraction(self.budget, len(self.voters))
        stands = self.run(share)
        if completion.startswith("add1"):
            for more in numbers(1):
                rest = self.open(stands, self.supported)
                fits = any(self.costs[p] <= self.left(stands) for p in rest)
                if not rest or ("exhaustive" in completion and not fits):
                    break
                following = self.run(share + 100 * more)
                if self.left(following) < 0:
                    break
                stands = following
        if completion.endswith("greedy"):
            stands = list(self._filled_up(stands))
        return set(stands)

    def _filled_up(self, stands: list[str]) -> Iterator[str]:
        points = {p: sum(self._vote(voter, p) for voter in self.voters) for p in self.costs}
        for project in sorted(self.costs, key=lambda p: (-points[p], p)):
            if project in self.open(stands, {project}) and self.costs[project] <= self.left(stands):
                stands.append(project)
        yield from stands

    def _vote(self, voter: Worths, project: str) -> int:
        return int(project in voter) if self.ranked else voter.get(project, 0)


@pytest.mark.parametrize("rule", [SHARES, BORDA])
@pytest.mark.parametrize("satisfaction", ["cost", "cardinality"])
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_each_completion_funds_what_the_reglement_says(
    rule: str, satisfaction: str, data: st.DataObject
) -> None:
    election, completion = data.draw(elections(rule)), data.draw(st.sampled_from(COMPLETIONS))
    rivals = data.draw(st.sampled_from([[], ["ab"], ["ab", "bc"]]))
    rivals = [group for group in rivals if set(group) <= election.index.keys()]
    plain = ByDefinition(election, satisfaction, rivals)
    outcome = count(
        election,
        rule,
        ties="lexicographic",
        satisfaction=satisfaction,
        completion=completion,
        incompatible=rivals,
    )
    assert isinstance(outcome, Outcome)
    assert set(outcome.funded) == plain.funded(completion)


def test_what_is_left_goes_by_points_and_not_by_votes() -> None:
    cast = [PointsBallot.of({"a": 1})] * 3 + [PointsBallot.of({"b": 5})] * 2 + [PointsBallot.of({})] * 5
    election = Election.of(1000, [Project("a", 900), Project("b", 900)], cast)
    outcome = count(election, SHARES, completion="greedy")
    assert isinstance(outcome, Outcome)
    assert outcome.funded == ("b",)


@pytest.mark.parametrize(
    ("name", "increment"),
    [
        ("Worldwide_Mechanical_Turk_Utilities_7.pb", None),
        ("Poland_Czestochowa_2024_Mirow.pb", None),
        ("Poland_Czestochowa_2024_Mirow.pb", 1),
    ],
)
def test_pabutools_funds_the_same_projects_by_points(name: str, increment: int | None) -> None:
    instance, profile = parse_pabulib(str(DATA / name))
    theirs = method_of_equal_shares(
        instance,
        profile.as_multiprofile(),
        sat_class=Additive_Cardinal_Sat,
        tie_breaking=lexico_tie_breaking,
        voter_budget_increment=increment,
    )
    outcome = count(
        read_pabulib(DATA / name).election,
        SHARES,
        ties="lexicographic",
        satisfaction="cardinality",
        completion="add1-exhaustive" if increment else "none",
    )
    assert isinstance(outcome, Outcome)
    assert set(outcome.funded) == {str(project) for project in theirs}


@pytest.mark.parametrize(
    ("name", "satisfaction"),
    [
        ("Netherlands_Amsterdam_588.pb", "cost"),
        ("Poland_Zabrze_2021_Grzybowice.pb", "cost"),
        ("Poland_Zabrze_2021_Grzybowice.pb", "cardinality"),
    ],
)
def test_pabutools_raises_the_endowment_to_the_same_projects(name: str, satisfaction: str) -> None:
    instance, profile = parse_pabulib(str(DATA / name))
    theirs = method_of_equal_shares(
        instance,
        profile.as_multiprofile(),
        sat_class={"cost": Cost_Sat, "cardinality": Cardinality_Sat}[satisfaction],
        tie_breaking=lexico_tie_breaking,
        voter_budget_increment=1,
    )
    outcome = count(
        read_pabulib(DATA / name).election,
        SHARES,
        ties="lexicographic",
        satisfaction=satisfaction,
        completion="add1-exhaustive",
    )
    assert isinstance(outcome, Outcome)
    assert set(outcome.funded) == {str(project) for project in theirs}


@st.composite
def close_elections(draw: st.DrawFn, rule: str) -> Election:
    """Few ballots, and costs of which some are equal: in about one in six of these a lot decides."""
    ids = "abcd"[: draw(st.integers(2, 4))]
    kind = draw(st.sampled_from(sorted(RULES[rule].ballot_kinds)))
    projects = [Project(name, draw(st.sampled_from([200, 300]))) for name in ids]
    cast = draw(st.lists(ballots(kind, ids), min_size=1, max_size=4))
    return Election.of(draw(st.sampled_from([300, 400, 500, 700])), projects, cast)


def winners_by_name(election: Election, order: Sequence[str], rule: str, completion: str) -> frozenset[str]:
    """Who is funded if equal projects go in this order, as with names that sort so."""
    names = dict(zip(order, sorted(order), strict=True))
    under = count(renamed(election, names), rule, ties="lexicographic", completion=completion)
    assert isinstance(under, Outcome)
    return frozenset(project for project in order if names[project] in under.funded)


@pytest.mark.parametrize("rule", [SHARES, BORDA, "phragmen"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_lot_is_asked_for_exactly_where_two_orders_of_names_give_other_winners(
    rule: str, data: st.DataObject
) -> None:
    election = data.draw(close_elections(rule))
    winners = {winners_by_name(election, order, rule, "none") for order in permutations(election.index)}
    result = count(election, rule, completion="none")
    assert isinstance(result, LotRequired) is (len(winners) > 1)


@pytest.mark.parametrize("rule", [SHARES, BORDA, "phragmen"])
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_one_lot_among_all_projects_gives_what_names_in_that_order_give(
    rule: str, data: st.DataObject
) -> None:
    election = data.draw(close_elections(rule))
    completion = data.draw(st.sampled_from(("none", "greedy") if rule == "phragmen" else COMPLETIONS))
    order = data.draw(st.permutations(sorted(election.index)))
    result = count(election, rule, completion=completion)
    if isinstance(result, LotRequired):
        result = count(election, rule, completion=completion, lots=[Lot(tuple(order))])
    assert isinstance(result, Outcome)
    assert set(result.funded) == winners_by_name(election, order, rule, completion)


@pytest.mark.parametrize("completion", COMPLETIONS)
@settings(max_examples=60, deadline=None)
@given(election=elections(SHARES).filter(lambda made: made.kind is BallotKind.APPROVAL))
def test_no_group_that_agrees_on_a_project_is_left_with_less_than_its_part(
    completion: str, election: Election
) -> None:
    outcome = count(election, SHARES, ties="lexicographic", completion=completion)
    assert isinstance(outcome, Outcome)
    assert underserved_by_hand(election, frozenset(outcome.funded)) == set()


@pytest.mark.parametrize(
    "name", ["Netherlands_Assen_2025.pb", "Poland_Swiecie_2023.pb", "Switzerland_Zurich_SN.pb"]
)
def test_no_group_of_a_real_election_is_left_with_less_than_its_part(name: str) -> None:
    election = read_pabulib(DATA / name).election
    assert ejr_plus(election, by_id(election, SHARES).funded).met is True
