"""Expanding approvals: who pays what at which rank, Inclusion PSC checked group by group, and a simpler recount."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tally.ranking_elections import decided, election_of, elections
from wijkbudget.tally import Decision, Election, Outcome, count
from wijkbudget.tally.expanding_approvals import BoughtAtRank, NeverBought


def counted(election: Election, **options: str) -> Outcome:
    outcome = count(election, "expanding-approvals", **options)  # type: ignore[arg-type]
    assert isinstance(outcome, Outcome)
    return outcome


def test_supporters_pay_alike_and_who_has_less_pays_all_it_has() -> None:
    # Everyone has 10. All pay for a at rank 1 or 2; then b's three supporters hold 10 + 10 + 4.
    cast = [(1, "a>b"), (1, "a"), (2, "b")]
    outcome = counted(election_of(cast, {"a": 12, "b": 23, "c": 40}, 40), completion="none")
    assert outcome.funded == ("a", "b")
    assert outcome.step("a").basis == BoughtAtRank(1, 2, Fraction(6), 0, Fraction(20), Fraction(5, 3))
    assert outcome.step("b").basis == BoughtAtRank(2, 3, Fraction(19, 2), 1, Fraction(24), Fraction(24, 23))
    assert outcome.endowment == 10


def test_nobody_pays_for_a_project_it_does_not_rank() -> None:
    outcome = counted(election_of([(3, "a"), (1, "b")], {"a": 1, "b": 6}, 8), completion="none")
    assert outcome.funded == ("a",)
    assert outcome.step("b").basis == NeverBought(1, Fraction(2), Fraction(1, 3))
    assert outcome.step("b").decision is Decision.NOT_AFFORDABLE


def test_without_another_choice_what_is_left_goes_by_votes() -> None:
    election = election_of([(3, "a"), (1, "b")], {"a": 1, "b": 6}, 8)
    assert counted(election).funded == ("a", "b")


def test_equal_projects_come_in_together_at_the_place_of_the_first() -> None:
    outcome = counted(election_of([(2, "a=b>c")], {"a": 5, "b": 4, "c": 1}, 10))
    assert [step.basis.rank for step in outcome.steps] == [1, 1, 3]  # type: ignore[union-attr]


def test_equal_support_of_separate_groups_needs_no_lot() -> None:
    outcome = counted(election_of([(1, "a"), (1, "b")], {"a": 5, "b": 5}, 10))
    assert outcome.funded == ("a", "b")
    assert [tie.mattered for tie in outcome.ties] == [False]


def test_equal_support_that_ends_alike_whoever_goes_first_needs_no_lot() -> None:
    outcome = counted(election_of([(2, "a=b")], {"a": 5, "b": 5}, 10))
    assert outcome.funded == ("a", "b")


def subsets(items: list[str]) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(items) + 1):
        yield from combinations(items, size)


def broken_promises(election: Election, funded: set[str]) -> list[tuple[str, ...]]:
    """Sets of projects for which some group of voters is denied Inclusion PSC (Aziz and Lee), group by group."""
    costs = {p.id: p.cost for p in election.projects}
    above = []
    for cast, voters in election.ballots:
        higher, ranks = 0, {}
        for rank in [*cast.ranks, frozenset(costs) - cast.named]:  # type: ignore[union-attr]
            ranks |= dict.fromkeys(rank, higher)
            higher += len(rank)
        above.append((ranks, voters))
    found = []
    for wanted in subsets(sorted(costs)):
        others = set(costs) - set(wanted)
        solid = [
            (ranks, voters)
            for ranks, voters in above
            if all(ranks[p] <= ranks[q] for p in wanted for q in others)
        ]
        for number in range(1, 2 ** len(solid)):
            group = [entry for k, entry in enumerate(solid) if number >> k & 1]
            share = Fraction(election.budget * sum(voters for _, voters in group), election.ballot_count)
            near = {p for p in costs if any(ranks[p] < len(wanted) for ranks, _ in group)} & funded
            spent = sum(costs[p] for p in near)
            if any(spent + costs[p] <= share for p in wanted if p not in funded):
                found.append(wanted)
    return found


def test_the_checker_finds_a_group_that_got_nothing() -> None:
    election = election_of([(6, "a"), (4, "b")], {"a": 10, "b": 4}, 10)
    assert broken_promises(election, {"a"}) == [("b",)]
    assert broken_promises(election, {"b"}) == []


@given(elections())
@settings(max_examples=200, deadline=None)
def test_every_group_gets_what_inclusion_psc_promises(election: Election) -> None:
    outcome = decided(election, "expanding-approvals")
    assert broken_promises(election, set(outcome.funded)) == []


def naive(election: Election) -> list[tuple[str, Fraction]]:
    """Purchases voter by voter, with ties by id."""
    costs = {p.id: p.cost for p in election.projects}
    voters = []
    for cast, number in election.ballots:
        higher, ranks = 0, {}
        for rank in cast.ranks:  # type: ignore[union-attr]
            ranks |= dict.fromkeys(rank, higher)
            higher += len(rank)
        voters += [[ranks, Fraction(election.budget, election.ballot_count)] for _ in range(number)]
    bought: list[tuple[str, Fraction]] = []
    for level in range(1, len(costs) + 1):
        while True:
            options = []
            for p in sorted(costs.keys() - {name for name, _ in bought}):
                held = sum(money for ranks, money in voters if ranks.get(p, level) < level)  # type: ignore[attr-defined]
                if held >= costs[p]:
                    options.append((-held / costs[p], p))
            if not options:
                break
            project = min(options)[1]
            paying = sorted((v for v in voters if v[0].get(project, level) < level), key=lambda v: v[1])  # type: ignore[attr-defined]
            owed = Fraction(costs[project])
            for k, voter in enumerate(paying):
                pays = min(voter[1], owed / (len(paying) - k))  # type: ignore[type-var]
                voter[1] -= pays  # type: ignore[operator]
                owed -= pays  # type: ignore[operator]
            bought.append((project, pays))  # type: ignore[arg-type]
    return bought


@given(elections())
@example(election_of([(1, "a=b"), (1, "b=c")], {"a": 2, "b": 3, "c": 2}, 6))
@settings(max_examples=200, deadline=None)
def test_a_simpler_program_makes_the_same_purchases_at_the_same_price(election: Election) -> None:
    outcome = count(election, "expanding-approvals", ties="lexicographic", completion="none")
    assert isinstance(outcome, Outcome)
    made = [(s.project, s.basis.price_cents) for s in outcome.steps if isinstance(s.basis, BoughtAtRank)]
    assert made == naive(election)


@given(elections(), st.sampled_from(["lot", "lexicographic"]), st.sampled_from([(), ("ab", "cd")]))
@example(election_of([(2, "a=b=c"), (1, "b>c=d"), (3, "d>a")], dict.fromkeys("abcde", 3), 12), "lot", ())
@settings(max_examples=200, deadline=None)
def test_the_compiled_supporters_give_the_same_outcome_in_every_field(
    election: Election, ties: str, rivals: tuple[str, ...]
) -> None:
    pytest.importorskip("numba", reason="the compiled loops come with wijkbudget[fast]")
    exact = count(election, "expanding-approvals", ties=ties, incompatible=rivals, engine="exact")  # type: ignore[arg-type]
    assert exact == count(election, "expanding-approvals", ties=ties, incompatible=rivals, engine="fast")  # type: ignore[arg-type]
