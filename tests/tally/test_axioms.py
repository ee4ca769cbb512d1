"""Fairness laws: each verdict against brute force and pabutools, each witness checked by hand."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pabutools import election as pb
from pabutools.analysis.justifiedrepresentation import is_EJR_any_approval
from pabutools.analysis.priceability import priceable as by_linear_program
from pabutools.analysis.priceability import validate_price_system

from wijkbudget.tally import ApprovalBallot, Election, Outcome, Project, RankingBallot, count, read_pabulib
from wijkbudget.tally.axioms import (
    Axiom,
    PassedOver,
    StillFits,
    Underserved,
    condorcet,
    ejr_plus,
    exhaustive,
    underserved,
)
from wijkbudget.tally.priceability import Unspent, priceable
from wijkbudget.tally.prices import (
    Payment,
    PriceFault,
    Prices,
    arrival_payments,
    equal_payments,
    price_fault,
)

DATA = Path(__file__).parent / "data"
NAMES = "abcd"


@st.composite
def elections(draw: st.DrawFn) -> Election:
    names = NAMES[: draw(st.integers(1, 4))]
    projects = [Project(name, draw(st.integers(1, 8))) for name in names]
    sets = st.frozensets(st.sampled_from(names))
    ballots = [ApprovalBallot(chosen) for chosen in draw(st.lists(sets, min_size=1, max_size=5))]
    return Election.of(draw(st.integers(1, 20)), projects, ballots)


@st.composite
def outcomes(draw: st.DrawFn) -> tuple[Election, frozenset[str]]:
    """An election and any set of projects that the budget can pay."""
    election = draw(elections())
    funded, left = set(), election.budget
    for project in draw(st.permutations(election.projects)):
        if project.cost <= left and draw(st.booleans()):
            funded.add(project.id)
            left -= project.cost
    return election, frozenset(funded)


def voters(election: Election) -> list[frozenset[str]]:
    return [ballot.named for ballot, times in election.ballots for _ in range(times)]


def underserved_by_hand(election: Election, funded: frozenset[str]) -> set[str]:
    """Every group of voters and every unfunded project that all of them name, straight from the definition."""
    cost = {project.id: project.cost for project in election.projects}
    everyone, found = voters(election), set()
    for size in range(1, len(everyone) + 1):
        for group in combinations(everyone, size):
            for project_id in frozenset.intersection(*group) - funded:
                deserve = Fraction(election.budget * size, len(everyone))
                if all(sum(cost[p] for p in who & funded) + cost[project_id] <= deserve for who in group):
                    found.add(project_id)
    return found


@given(outcomes())
def test_ejr_plus_names_exactly_the_projects_that_some_group_of_voters_shows(
    case: tuple[Election, frozenset[str]],
) -> None:
    election, funded = case
    found = underserved(election, funded)
    assert {witness.project for witness in found} == underserved_by_hand(election, funded)
    assert ejr_plus(election, funded).met is (not found)


@given(outcomes())
def test_the_witness_of_ejr_plus_can_be_checked_by_hand(case: tuple[Election, frozenset[str]]) -> None:
    election, funded = case
    cost = {project.id: project.cost for project in election.projects}
    for witness in underserved(election, funded):
        group = [sum(cost[p] for p in who & funded) for who in voters(election) if witness.project in who]
        poor = [have for have in group if have <= witness.have_cents]
        assert len(poor) == witness.supporters
        assert max(poor) == witness.have_cents
        assert witness.deserve_cents == Fraction(election.budget * len(poor), election.ballot_count)
        assert witness.have_cents + witness.cost_cents <= witness.deserve_cents


@settings(max_examples=60)
@given(outcomes())
def test_an_outcome_with_ejr_plus_has_ejr_up_to_any_project_by_pabutools(
    case: tuple[Election, frozenset[str]],
) -> None:
    election, funded = case
    projects = {project.id: pb.Project(project.id, project.cost) for project in election.projects}
    instance = pb.Instance(projects.values(), budget_limit=election.budget)
    profile = pb.ApprovalProfile(
        [pb.ApprovalBallot([projects[name] for name in sorted(who)]) for who in voters(election)]
    )
    if ejr_plus(election, funded).met:
        assert is_EJR_any_approval(
            instance, profile, pb.Cost_Sat, [projects[name] for name in sorted(funded)]
        )


def test_a_minority_that_greedy_forgets_is_the_witness() -> None:
    ballots = [ApprovalBallot(frozenset("a"))] * 6 + [ApprovalBallot(frozenset("b"))] * 4
    election = Election.of(100, [Project("a", 70), Project("b", 40)], ballots)
    outcome = count(election, "greedy")
    assert isinstance(outcome, Outcome)
    assert ejr_plus(election, outcome.funded).witness == Underserved("b", 4, 40, 0, Fraction(40))


def test_ejr_plus_is_silent_on_rankings_and_on_withdrawn_projects() -> None:
    ranked = Election.of(9, [Project("a", 1)], [RankingBallot((frozenset("a"),))])
    assert ejr_plus(ranked, []).met is None
    gone = Election.of(9, [Project("a", 1, "", withdrawn=True)], [ApprovalBallot(frozenset("a"))])
    assert ejr_plus(gone, []).met is True


@pytest.mark.parametrize(
    ("funded", "witness"),
    [(["a"], StillFits("c", 10, 40)), (["a", "c"], StillFits("b", 30, 30)), ("abc", None)],
)
def test_the_cheapest_project_that_still_fits_is_the_witness(
    funded: list[str], witness: StillFits | None
) -> None:
    election = Election.of(100, [Project("a", 60), Project("b", 30), Project("c", 10)], [])
    assert exhaustive(election, funded).witness == witness


@given(outcomes())
def test_exhaustive_means_that_no_project_can_be_added(case: tuple[Election, frozenset[str]]) -> None:
    election, funded = case
    cost = {project.id: project.cost for project in election.projects}
    spent = sum(cost[name] for name in funded)
    by_hand = not any(spent + cost[name] <= election.budget for name in cost.keys() - funded)
    assert exhaustive(election, funded).met is by_hand


def ranked(budget: int, costs: dict[str, int], *orders: str) -> Election:
    ballots = [RankingBallot(tuple(frozenset(name) for name in order)) for order in orders]
    return Election.of(budget, [Project(name, cost) for name, cost in costs.items()], ballots)


def test_a_winner_of_every_duel_that_is_passed_over_is_named_with_its_closest_duel() -> None:
    election = ranked(5, {"a": 5, "b": 5, "c": 5}, "abc", "bac", "abc")
    assert condorcet(election, ["b"]).witness == PassedOver("a", 5, "b", 2, 1)
    assert condorcet(election, ["a"]).met is True


def test_a_winner_of_every_duel_that_the_budget_cannot_pay_breaks_nothing() -> None:
    assert condorcet(ranked(5, {"a": 6, "b": 5}, "ab", "ab"), ["b"]).met is True


def test_there_is_no_condorcet_winner_in_a_circle_and_none_on_approval_ballots() -> None:
    assert condorcet(ranked(1, {"a": 1, "b": 1, "c": 1}, "abc", "bca", "cab"), ["a"]).met is True
    approval = Election.of(1, [Project("a", 1)], [ApprovalBallot(frozenset("a"))])
    assert condorcet(approval, []).met is None


@given(st.lists(st.permutations("abc"), min_size=1, max_size=5))
def test_schulze_never_passes_over_a_condorcet_winner(orders: list[list[str]]) -> None:
    election = ranked(2, {"a": 2, "b": 2, "c": 1}, *map("".join, orders))
    outcome = count(election, "schulze", ties="lexicographic")
    assert isinstance(outcome, Outcome)
    assert condorcet(election, outcome.funded, outcome.pairwise).met is True


def by_pabutools(election: Election, funded: frozenset[str], prices: Prices) -> bool:
    """Whether pabutools finds these payments in order; one voter per distinct ballot and time it was cast."""
    projects = {project.id: pb.Project(project.id, project.cost) for project in election.projects}
    instance = pb.Instance(projects.values(), budget_limit=election.budget)
    ballots, paid = [], []
    for number, (weight, marks, _) in enumerate(election.profile.rows()):
        pays = dict.fromkeys(projects.values(), Fraction(0))
        for payment in prices.payments:
            pays[projects[payment.project]] += payment.each_cents * payment.ballots.count(number)
        named = [projects[election.projects[mark].id] for mark in marks]
        ballots += [pb.ApprovalBallot(named)] * weight
        paid += [pays] * weight
    won = [projects[name] for name in sorted(funded)]
    profile = pb.ApprovalProfile(ballots)
    return bool(validate_price_system(instance, profile, won, prices.endowment_cents, paid, exhaustive=False))


@settings(max_examples=80)
@given(outcomes(), st.integers(0, 3), st.booleans())
def test_payments_are_judged_as_pabutools_judges_them(
    case: tuple[Election, frozenset[str]], more: int, equally: bool
) -> None:
    election, funded = case
    amount = Fraction(election.budget, election.ballot_count) + more
    prices = equal_payments(election, sorted(funded), amount) if equally else None
    supported = all(election.supporters(name) for name in funded)
    if prices is None and supported:
        prices = arrival_payments(election, sorted(funded))
    if prices and all(payment.each_cents >= 0 for payment in prices.payments):
        assert (price_fault(election, funded, prices) is None) is by_pabutools(election, funded, prices)


@given(elections())
def test_whatever_order_of_equal_payments_leaves_nobody_able_to_buy_is_priceable(election: Election) -> None:
    amount = Fraction(election.budget, election.ballot_count)
    for order in permutations([project.id for project in election.projects], 2):
        prices = equal_payments(election, order, amount)
        if prices and price_fault(election, order, prices) is None:
            outcome = Outcome("shares", 1, election.budget, 0, order, (), (), endowment=amount)
            assert priceable(election, outcome).met is True


def one_voter(*costs: int) -> Election:
    projects = [Project(name, cost) for name, cost in zip(NAMES, costs, strict=False)]
    return Election.of(100, projects, [ApprovalBallot(frozenset("a"))])


@pytest.mark.parametrize(
    ("funded", "prices", "fault"),
    [
        ("a", Prices(Fraction(99), ()), PriceFault("less-than-the-budget", "", Fraction(99), Fraction(100))),
        ("b", [("b", 20, (0,))], PriceFault("not-a-supporter", "b", Fraction(20), Fraction(0))),
        ("a", [("a", -1, (0,))], PriceFault("negative", "a", Fraction(-1), Fraction(0))),
        ("a", [("a", 101, (0,))], PriceFault("too-much-for-a-voter", "a", Fraction(101), Fraction(100))),
        ("a", [("a", 79, (0,))], PriceFault("not-paid-in-full", "a", Fraction(79), Fraction(80))),
        ("", [("a", 80, (0,))], PriceFault("paid-without-money", "a", Fraction(80), Fraction(0))),
        ("", [], PriceFault("could-be-bought", "a", Fraction(100), Fraction(80))),
        ("a", [("a", 80, (0,))], None),
    ],
)
def test_every_fault_in_payments_is_named(
    funded: str, prices: Prices | list[tuple[str, int, tuple[int, ...]]], fault: PriceFault | None
) -> None:
    if isinstance(prices, list):
        paid = (Payment(project, Fraction(each), ballots) for project, each, ballots in prices)
        prices = Prices(Fraction(100), tuple(paid))
    assert price_fault(one_voter(80, 20), funded, prices) == fault


def test_a_funded_project_that_nobody_supports_is_not_priceable() -> None:
    election = one_voter(80, 20)
    outcome = count(election, "greedy")
    assert isinstance(outcome, Outcome)
    assert outcome.funded == ("a", "b")
    finding = priceable(election, outcome)
    assert (finding.axiom, finding.met) == (Axiom.PRICEABLE, False)
    assert finding.witness == PriceFault("not-paid-in-full", "b", Fraction(0), Fraction(20))


def test_a_group_that_must_be_left_with_more_than_its_project_costs_is_the_witness() -> None:
    ballots = [ApprovalBallot(frozenset("a"))] * 6 + [ApprovalBallot(frozenset("b"))] * 4
    election = Election.of(100, [Project("a", 70), Project("b", 40)], ballots)
    outcome = count(election, "greedy")
    assert isinstance(outcome, Outcome)
    assert priceable(election, outcome).witness == Unspent("b", 4, Fraction(70, 6), 0, 40)


def test_what_cannot_be_shown_is_left_undecided() -> None:
    projects = [Project("a", 7), Project("b", 2), Project("c", 3)]
    ballots = [ApprovalBallot(frozenset(names)) for names in ("abc", "abc", "ac", "c")]
    outcome = Outcome("anything", 1, 9, 3, ("c",), (), ())
    finding = priceable(Election.of(9, projects, ballots), outcome)
    assert (finding.met, finding.note, finding.witness) == (None, "not decided", None)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the solver that pabutools calls
@settings(max_examples=40, deadline=None)
@given(outcomes())
def test_a_verdict_on_priceability_is_that_of_the_linear_program(
    case: tuple[Election, frozenset[str]],
) -> None:
    election, funded = case
    amount = Fraction(election.budget, election.ballot_count)
    outcome = Outcome("any", 1, election.budget, 0, tuple(sorted(funded)), (), (), endowment=amount)
    projects = {project.id: pb.Project(project.id, project.cost) for project in election.projects}
    instance = pb.Instance(projects.values(), budget_limit=election.budget)
    profile = pb.ApprovalProfile([pb.ApprovalBallot([projects[p] for p in who]) for who in voters(election)])
    finding = priceable(election, outcome)
    if finding.met is not None:
        won = [projects[name] for name in sorted(funded)]
        solved = by_linear_program(instance, profile, won, exhaustive=False)
        assert bool(solved.validate()) is finding.met


def test_greedy_breaks_ejr_plus_in_a_real_election() -> None:
    with (DATA / "France_Toulouse_2022_17.pb").open("rb") as file:
        election = read_pabulib(file).election
    outcome = count(election, "greedy", ties="lexicographic")
    assert isinstance(outcome, Outcome)
    witness = ejr_plus(election, outcome.funded).witness
    assert isinstance(witness, Underserved)
    assert (witness.have_cents + witness.cost_cents) * election.ballot_count <= (
        election.budget * witness.supporters
    )


@pytest.mark.parametrize("name", ["equal-shares", "phragmen"])
@settings(max_examples=60, deadline=None)
@given(election=elections())
def test_rules_in_which_voters_pay_are_priceable_by_their_own_payments(name: str, election: Election) -> None:
    outcome = count(election, name, completion="none", ties="lexicographic")
    assert isinstance(outcome, Outcome)
    assert priceable(election, outcome).met is True
    if name == "equal-shares":
        assert ejr_plus(election, outcome.funded).met is True
