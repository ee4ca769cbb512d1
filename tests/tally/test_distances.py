"""How many more supporters, or how much less cost: every number against a count of every smaller change."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

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
    Terms,
    UnknownProject,
    count,
    count_by,
    read_pabulib,
    rule,
)
from wijkbudget.tally.distances import MOST_SCANNED, Distance, _search, distances
from wijkbudget.tally.what_if import WhatIf, tie_order

DATA = Path(__file__).parent / "data"
LEXICOGRAPHIC = Terms(ties="lexicographic")
NAMES = ("10", "9", "b")


def make_ballot(kind: BallotKind, named: list[str], points: int) -> Ballot:
    if kind is BallotKind.APPROVAL:
        return ApprovalBallot(frozenset(named))
    if kind is BallotKind.POINTS:
        return PointsBallot.of({name: points + place for place, name in enumerate(named)})
    return RankingBallot(tuple(frozenset({name}) for name in named))


@st.composite
def elections(draw: st.DrawFn, kind: BallotKind = BallotKind.APPROVAL, most: int = 9) -> Election:
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    projects = [Project(name, draw(st.integers(1, most))) for name in names]
    lists = st.lists(st.sampled_from(names), unique=True)
    ballots = [
        make_ballot(kind, named, draw(st.integers(1, 2)))
        for named in draw(st.lists(lists, min_size=1, max_size=5))
    ]
    return Election.of(draw(st.integers(1, 15)), projects, ballots)


def first_change(recount: WhatIf, project: Project, what: str, limit: int) -> int | None:
    """The smallest change that turns the decision, by counting all of them."""
    for change in range(1, limit + 1):
        if what == "supporters" and recount.funded(supporters=change):
            return change
        if what == "lower" and recount.funded(cost=project.cost - change):
            return change
        if what == "higher" and not recount.funded(cost=project.cost + change):
            return change
    return None


@pytest.mark.parametrize("name", sorted(RULES))
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_every_distance_is_enough_one_less_is_not_and_the_smallest_is_the_smallest(
    name: str, data: st.DataObject
) -> None:
    chosen = rule(name)
    election = data.draw(elections(kind=data.draw(st.sampled_from(sorted(chosen.ballot_kinds)))))
    completion = data.draw(st.sampled_from(chosen.completions)) if chosen.completions else None
    terms = replace(LEXICOGRAPHIC, min_support=data.draw(st.integers(0, 2)), completion=completion)
    outcome = count_by(chosen, election, terms)
    assert isinstance(outcome, Outcome)
    for project_id, found in distances(election, name, outcome, terms).items():
        project, recount = election.project(project_id), WhatIf(election, chosen, terms, project_id)
        cases = (
            (found.supporters, "supporters", 12),
            (found.cost_lower, "lower", project.cost - 1),
            (found.cost_higher, "higher", 16),
        )
        for distance, what, limit in cases:
            if distance is None:
                continue
            first = first_change(recount, project, what, limit)
            if distance.smallest:
                assert first == distance.enough or (first is None and (distance.enough or 99) > limit), what
            if distance.enough is not None:
                assert distance.not_enough == distance.enough - 1


@settings(max_examples=40, deadline=None)
@given(elections(), st.sampled_from(["greedy", "greedy-stop"]))
def test_the_distance_is_seen_in_an_ordinary_count_of_the_changed_election(
    election: Election, name: str
) -> None:
    outcome = count(election, name)
    assume(isinstance(outcome, Outcome))
    assert isinstance(outcome, Outcome)
    for project_id, found in distances(election, name, outcome).items():
        if found.supporters and found.supporters.enough:
            extra = {ApprovalBallot(frozenset({project_id})): found.supporters.enough}
            ballots = dict(election.ballots)
            for ballot, times in extra.items():
                ballots[ballot] = ballots.get(ballot, 0) + times
            again = count(Election.grouped(election.budget, election.projects, ballots), name)
            assert isinstance(again, LotRequired) or project_id in again.funded
        if found.cost_lower and found.cost_lower.enough:
            projects = [
                replace(p, cost=p.cost - found.cost_lower.enough) if p.id == project_id else p
                for p in election.projects
            ]
            again = count(replace(election, projects=tuple(projects)), name)
            assert isinstance(again, LotRequired) or project_id in again.funded


def yes(*names: str) -> ApprovalBallot:
    return ApprovalBallot(frozenset(names))


def outcome_of(election: Election, name: str, terms: Terms) -> Outcome:
    outcome = count_by(rule(name), election, terms)
    assert isinstance(outcome, Outcome)
    return outcome


def test_an_equal_number_of_votes_is_not_enough() -> None:
    election = Election.of(100, [Project("a", 60), Project("b", 60)], [yes("a"), yes("a"), yes("b")])
    found = distances(election, "greedy", outcome_of(election, "greedy", Terms()))["b"]
    assert found.supporters == Distance(2, 1, smallest=True)
    assert found.cost_lower == Distance(20, 19, smallest=True)


def test_what_a_lot_has_settled_stays_settled() -> None:
    election = Election.of(100, [Project("a", 60), Project("b", 60)], [yes("a"), yes("b")])
    for order, loser in ((("a", "b"), "b"), (("b", "a"), "a")):
        terms = Terms(lots=(Lot(order),))
        found = distances(election, "greedy", outcome_of(election, "greedy", terms), terms)
        assert found[loser].supporters == Distance(1, 0, smallest=True)
        assert found[order[0]].funded
        assert found[order[0]].cost_higher == Distance(41, 40, smallest=True)


def test_a_lot_that_put_the_project_first_still_does() -> None:
    election = Election.of(100, [Project("a", 60), Project("b", 60), Project("c", 60)], [yes("a", "b")])
    assert tie_order(election, [Lot(("b", "a"))], last=["b"]) == ("c", "b", "a")
    assert tie_order(election, [Lot(("b", "a")), Lot(("a", "c"))], last=["c"]) == ("b", "a", "c")


def test_the_earlier_of_two_contradicting_lots_holds() -> None:
    election = Election.of(1, [Project(name, 1) for name in "abc"], [])
    lots = [Lot(("a", "b")), Lot(("b", "c")), Lot(("c", "a"))]
    assert tie_order(election, lots, last=["a"]) == ("a", "b", "c")


def test_no_number_of_supporters_pays_for_more_than_the_budget() -> None:
    election = Election.of(100, [Project("a", 101)], [yes("a")])
    found = distances(election, "greedy", outcome_of(election, "greedy", Terms()))["a"]
    assert found.supporters is not None
    assert (found.supporters.enough, found.supporters.smallest) == (None, True)
    assert not found.supporters.found
    assert found.cost_lower == Distance(1, 0, smallest=True)


def test_no_lower_cost_helps_when_nothing_is_left_or_the_count_has_stopped() -> None:
    projects = [Project("a", 100), Project("b", 5)]
    election = Election.of(100, projects, [yes("a", "b"), yes("a")])
    found = distances(election, "greedy", outcome_of(election, "greedy", Terms()))["b"]
    assert found.cost_lower == Distance(None, 4, smallest=True)
    stopped = Election.of(99, projects, [yes("a", "b"), yes("a")])
    found = distances(stopped, "greedy-stop", outcome_of(stopped, "greedy-stop", Terms()))["b"]
    assert found.cost_lower == Distance(None, 4, smallest=True)
    assert found.supporters == Distance(2, 1, smallest=True)


def test_minimum_support_counts_in_supporters_and_a_withdrawn_project_has_no_distance() -> None:
    projects = [Project("a", 60), Project("b", 10, "", withdrawn=True)]
    election = Election.of(100, projects, [yes("a"), yes("b")])
    terms = Terms(min_support=5)
    found = distances(election, "greedy", outcome_of(election, "greedy", terms), terms)
    assert found["a"].supporters == Distance(4, 3, smallest=True)
    assert (found["b"].supporters, found["b"].cost_lower) == (None, None)


def test_linked_projects_gain_a_supporter_together_and_stand_last_together() -> None:
    projects = [Project("a", 30), Project("b", 60), Project("z", 30)]
    election = Election.of(100, projects, [yes("a", "z"), yes("b"), yes("b")])
    terms = Terms(linked=(frozenset("az"),))
    found = distances(election, "greedy", outcome_of(election, "greedy", terms), terms)
    for part in "az":
        assert found[part].supporters == Distance(2, 1, smallest=True)
        assert found[part].cost_lower == Distance(20, 19, smallest=found[part].cost_lower.smallest)  # type: ignore[union-attr]


def test_an_election_without_ballots_has_distances_too() -> None:
    election = Election.of(100, [Project("a", 60)], [])
    terms = Terms(min_support=1)
    for name in ("greedy", "schulze"):
        found = distances(election, name, outcome_of(election, name, terms), terms)
        assert found["a"].supporters == Distance(1, 0, smallest=True) or name != "greedy"
        assert found["a"].supporters is not None
        assert found["a"].supporters.enough == 1


def test_an_extra_ballot_gives_the_points_that_someone_gave_or_as_many_as_told() -> None:
    ballots = [PointsBallot.of({"a": 3, "b": 1}), PointsBallot.of({"b": 1})]
    election = Election.of(9, [Project("a", 1), Project("b", 1)], ballots)
    chosen = rule("greedy")
    terms = Terms()
    assert WhatIf(election, chosen, terms, "b").points == 3
    recount = WhatIf(election, chosen, terms, "b", points=1)
    assert recount.points == 1


def test_an_unknown_project_is_refused() -> None:
    election = Election.of(100, [Project("a", 60)], [yes("a")])
    with pytest.raises(UnknownProject, match="project z is not in this election"):
        distances(election, "greedy", outcome_of(election, "greedy", Terms()), projects=["z"])


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_projects_changes_no_distance(election: Election, chance: object) -> None:
    shuffle = chance.shuffle  # type: ignore[attr-defined]
    ballots, projects = list(election.ballots), list(election.projects)
    shuffle(ballots)
    shuffle(projects)
    other = Election.grouped(election.budget, projects, dict(ballots))
    outcome = outcome_of(election, "greedy", LEXICOGRAPHIC)
    assert distances(election, "greedy", outcome, LEXICOGRAPHIC) == distances(
        other, "greedy", outcome_of(other, "greedy", LEXICOGRAPHIC), LEXICOGRAPHIC
    )


@given(st.sets(st.integers(1, 60)), st.integers(1, 60), st.lists(st.integers(-3, 70), max_size=2))
def test_where_more_can_be_worse_the_search_says_what_it_knows(
    enough: set[int], limit: int, hints: list[int]
) -> None:
    found = _search(lambda change: change in enough, limit=limit, certain=False, hints=hints)
    real = min((change for change in enough if change <= limit), default=None)
    if found.smallest:
        assert found.enough == real
    if found.enough is not None:
        assert found.enough in enough
        assert found.enough <= limit
        assert found.not_enough == found.enough - 1
        assert found.not_enough not in enough
    if (real or limit) <= MOST_SCANNED:
        assert found.enough == real
        assert found.smallest
    assert found.recounts <= MOST_SCANNED + 2 * 7 + 2 * len(hints)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.lists(st.integers(-3, 10**6), max_size=2))
def test_where_more_is_never_worse_the_search_finds_the_smallest_in_few_counts(
    threshold: int, limit: int, hints: list[int]
) -> None:
    found = _search(lambda change: change >= threshold, limit=limit, certain=True, hints=hints)
    assert found == Distance(
        threshold if threshold <= limit else None, min(threshold - 1, limit), smallest=True
    )
    assert found.recounts <= 22 + 2 * len(hints)


def test_greedy_on_a_real_election_takes_a_few_recounts_per_project_and_tells_how_far_it_is() -> None:
    with (DATA / "Poland_Zabrze_2021_Grzybowice.pb").open("rb") as file:
        election = read_pabulib(file).election
    told: list[tuple[str, int, int | None]] = []
    terms = replace(LEXICOGRAPHIC, progress=lambda *what: told.append(what))
    outcome = outcome_of(election, "greedy", terms)
    found = distances(election, "greedy", outcome, terms)
    assert told[-1] == ("distances", len(election.projects), len(election.projects))
    for distance in found.values():
        for each in (distance.supporters, distance.cost_lower, distance.cost_higher):
            assert each is None or (each.smallest and each.recounts <= 30)
        if distance.cost_lower and distance.cost_lower.enough:
            assert distance.cost_lower.recounts <= 2


def test_the_example_in_the_reglement_is_counted_again() -> None:
    text = (Path(__file__).parents[2] / "docs" / "rules" / "afstanden.md").read_text(encoding="utf-8")
    printed = {}
    for row in re.findall(r"^\| (bank|boom) \|(.*)\|$", text, re.MULTILINE):
        printed[row[0]] = [cell.strip() for cell in row[1].split("|")]
    election = Election.of(
        100_00, [Project("bank", 60_00), Project("boom", 70_00)], [yes("bank"), yes("bank", "boom")]
    )
    found = distances(election, "greedy", outcome_of(election, "greedy", Terms()))
    for name, row in printed.items():
        each = found[name]
        wanted = [each.supporters, each.cost_lower, each.cost_higher]
        numbers = [str(part.enough) if part else "" for part in wanted]
        assert row[0] == ("ja" if each.funded else "nee")
        assert [re.sub(r"[€ ,.]", "", cell) for cell in row[1:]] == numbers
    assert set(printed) == {"bank", "boom"}


def counted_with_lots(election: Election, name: str, draw: st.DataObject) -> tuple[Outcome, Terms]:
    """Count, and draw a lot for every tie that asks for one."""
    terms = Terms()
    while not isinstance(counted := count_by(rule(name), election, terms), Outcome):
        order = tuple(draw.draw(st.permutations(counted.tied)))
        terms = replace(terms, lots=(*terms.lots, Lot(order)))
    return counted, terms


@pytest.mark.parametrize("name", ["greedy", "greedy-stop"])
@settings(max_examples=30, deadline=None)
@given(election=elections(most=4), data=st.data())
def test_a_recount_without_a_change_gives_what_the_lots_gave(
    name: str, election: Election, data: st.DataObject
) -> None:
    outcome, terms = counted_with_lots(election, name, data)
    for project in election.projects:
        order = tie_order(election, terms.lots, last=[project.id])
        again = WhatIf(election, rule(name), terms, project.id).outcome()
        assert {order[int(number)] for number in again.funded} == set(outcome.funded)
