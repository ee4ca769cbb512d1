"""Several pots in one count: own outcomes, money passed on to the cent, and a tie that holds up only who waits for it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wijkbudget.tally import (
    ApprovalBallot,
    Decision,
    Election,
    Lot,
    LotDoesNotFit,
    LotRequired,
    NotTogether,
    Outcome,
    Pot,
    PotsCount,
    Project,
    TallyError,
    Terms,
    Waiting,
    count_pots,
)


def election(budget: int, **projects: tuple[int, int]) -> Election:
    """Projects by name with their cost and number of supporters."""
    voters = max([votes for _, votes in projects.values()], default=0)
    ballots = [
        ApprovalBallot(frozenset(name for name, (_, votes) in projects.items() if votes > voter))
        for voter in range(voters)
    ]
    return Election.of(budget, [Project(name, cost) for name, (cost, _) in projects.items()], ballots)


def test_each_pot_is_counted_by_its_own_rule_and_terms() -> None:
    first = Pot("noord", election(100, a=(90, 3), b=(60, 1)), "greedy")
    second = Pot("zuid", election(100, c=(90, 1)), "greedy", terms=Terms(min_support=2))
    results = count_pots([first, second]).results
    assert [result.funded for result in results.values() if isinstance(result, Outcome)] == [("a",), ()]


def test_what_wijken_leave_goes_to_the_city_and_decides_there() -> None:
    city = Pot("stad", election(10, groot=(60, 2)), "greedy")
    wijken = [Pot(name, election(100, a=(75, 1)), "greedy", passes_to="stad") for name in ("noord", "zuid")]
    counted = count_pots([city, *wijken])
    assert counted.is_complete
    assert [(money.source, money.target, money.cents) for money in counted.passed] == [
        ("noord", "stad", 25),
        ("zuid", "stad", 25),
    ]
    stad = counted.results["stad"]
    assert isinstance(stad, Outcome)
    assert (stad.budget, stad.funded) == (60, ("groot",))


def test_a_tie_holds_up_only_the_pot_that_waits_for_its_money() -> None:
    tied = election(100, a=(60, 1), b=(70, 1))
    pots = [
        Pot("noord", tied, "greedy", passes_to="stad"),
        Pot("zuid", election(100, c=(90, 1)), "greedy"),
        Pot("stad", election(10, groot=(50, 2)), "greedy"),
    ]
    results = count_pots(pots).results
    assert isinstance(results["noord"], LotRequired)
    assert isinstance(results["zuid"], Outcome)
    assert results["stad"] == Waiting(("noord",))
    drawn = Terms(lots=(Lot(("a", "b")),))
    settled = count_pots([Pot("noord", tied, "greedy", terms=drawn, passes_to="stad"), *pots[1:]])
    stad = settled.results["stad"]
    assert isinstance(stad, Outcome)
    assert stad.funded == ("groot",)


@pytest.mark.parametrize(
    ("targets", "fault"),
    [
        ({"a": "b", "b": "a"}, "pots a, b wait for each other"),
        ({"a": "a", "b": None}, "pots a wait for each other"),
        ({"a": "elders", "b": None}, "pot a passes its money to elders, which is not one of the pots"),
    ],
)
def test_pots_that_wait_for_each_other_or_for_nobody_are_refused(
    targets: dict[str, str | None], fault: str
) -> None:
    pots = [Pot(name, election(1, x=(1, 1)), "greedy", passes_to=target) for name, target in targets.items()]
    with pytest.raises(TallyError, match=fault):
        count_pots(pots)


def test_two_pots_of_one_name_are_refused() -> None:
    with pytest.raises(TallyError, match="pot a is listed twice"):
        count_pots([Pot("a", election(1, x=(1, 1)), "greedy")] * 2)


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 300), st.integers(0, 3)), min_size=1, max_size=5),
    st.data(),
)
def test_no_cent_is_lost_or_made(wijken: list[tuple[int, int, int]], data: st.DataObject) -> None:
    pots = []
    for number, (budget, cost, votes) in enumerate(wijken):
        names = [None, *(f"p{later}" for later in range(number + 1, len(wijken)))]
        target = data.draw(st.sampled_from(names))
        pots.append(Pot(f"p{number}", election(budget, x=(cost, votes)), "greedy", passes_to=target))
    counted = count_pots(data.draw(st.permutations(pots)))
    outcomes = {name: result for name, result in counted.results.items() if isinstance(result, Outcome)}
    kept = sum(outcomes[pot.name].left for pot in pots if pot.passes_to is None)
    assert sum(pot.election.budget for pot in pots) == sum(one.spent for one in outcomes.values()) + kept


def outcomes(counted: PotsCount) -> dict[str, Outcome]:
    return {name: result for name, result in counted.results.items() if isinstance(result, Outcome)}


def test_a_project_that_got_nothing_in_its_wijk_stands_again_in_the_city() -> None:
    wijk = Pot("wijk", election(100, a=(90, 3), b=(60, 2)), "greedy")
    city = election(100, a=(90, 9), b=(60, 2), c=(60, 1))
    again = {"a": ("wijk", "a"), "b": ("wijk", "b")}
    stad = outcomes(count_pots([Pot("stad", city, "greedy", again=again), wijk]))["stad"]
    assert stad.funded == ("b",)
    assert [(step.project, step.decision) for step in stad.steps] == [
        ("b", Decision.FUNDED),
        ("c", Decision.DOES_NOT_FIT),
        ("a", Decision.FUNDED_ELSEWHERE),
    ]
    assert stad.step("a").article == "voorwaarden art. 7"


def test_a_project_that_was_offered_the_rest_does_not_stand_again() -> None:
    wijk = Pot("wijk", election(100, a=(190, 3)), "greedy-remainder")
    stad = Pot("stad", election(500, x=(190, 3)), "greedy", again={"x": ("wijk", "a")})
    assert outcomes(count_pots([wijk, stad]))["stad"].funded == ()


def test_the_city_waits_for_the_wijk_in_which_a_project_stands_first() -> None:
    wijk = Pot("wijk", election(100, a=(60, 1), b=(70, 1)), "greedy")
    stad = Pot("stad", election(500, a=(60, 3)), "greedy", again={"a": ("wijk", "a")})
    assert count_pots([stad, wijk]).results["stad"] == Waiting(("wijk",))


PARTS = (("noord", "n"), ("zuid", "z"))


def test_parts_in_two_wijken_are_funded_if_both_win() -> None:
    pots = [
        Pot("noord", election(100, n=(60, 2), m=(50, 1)), "greedy"),
        Pot("zuid", election(100, z=(90, 1)), "greedy"),
    ]
    counted = count_pots(pots, together=[PARTS])
    assert {name: one.funded for name, one in outcomes(counted).items()} == {"noord": ("n",), "zuid": ("z",)}
    assert counted.apart == ()


def test_parts_of_which_one_does_not_win_leave_room_for_others() -> None:
    pots = [
        Pot("noord", election(100, n=(60, 2), m=(50, 1)), "greedy"),
        Pot("zuid", election(100, y=(80, 2), z=(90, 1)), "greedy"),
    ]
    counted = count_pots(pots, together=[PARTS])
    assert {name: one.funded for name, one in outcomes(counted).items()} == {"noord": ("m",), "zuid": ("y",)}
    assert counted.apart == (NotTogether(1, PARTS, ((("zuid", "z"), Decision.DOES_NOT_FIT),)),)
    step = outcomes(counted)["noord"].step("n")
    assert (step.decision, step.article) == (Decision.LINKED, "voorwaarden art. 6")


def test_while_a_lot_decides_about_one_part_the_pots_with_other_parts_are_not_certain() -> None:
    tied = election(100, z=(60, 1), y=(70, 1))
    pots = [
        Pot("noord", election(100, n=(60, 2), m=(50, 1)), "greedy", passes_to="stad"),
        Pot("zuid", tied, "greedy"),
        Pot("west", election(100, w=(60, 2)), "greedy"),
        Pot("stad", election(100, s=(120, 2)), "greedy"),
    ]
    counted = count_pots(pots, together=[PARTS])
    assert isinstance(counted.results["zuid"], LotRequired)
    assert counted.results["noord"] == counted.results["stad"] == Waiting(("zuid",))
    assert outcomes(counted)["west"].funded == ("w",)
    assert counted.passed == ()
    drawn = Pot("zuid", tied, "greedy", terms=Terms(lots=(Lot(("y", "z")),)))
    settled = outcomes(count_pots([drawn if pot.name == "zuid" else pot for pot in pots], together=[PARTS]))
    # The lot belongs to the first count of zuid; in the second z has left, and y meets nobody.
    assert {name: one.funded for name, one in settled.items()} == {
        "noord": ("m",),
        "zuid": ("y",),
        "west": ("w",),
        "stad": ("s",),
    }


def test_a_lot_that_belongs_to_no_count_of_its_pot_is_refused() -> None:
    pots = [
        Pot("noord", election(100, n=(60, 2), m=(50, 1)), "greedy", terms=Terms(lots=(Lot(("m", "n")),))),
        Pot("zuid", election(100, z=(90, 1)), "greedy"),
    ]
    for together in ([], [PARTS]):
        with pytest.raises(LotDoesNotFit):
            count_pots(pots, together=together)


@pytest.mark.parametrize(
    ("together", "fault"),
    [
        ([PARTS, [("zuid", "z"), ("noord", "m")]], "project z of pot zuid is in two sets"),
        ([[("oost", "z")]], "project z is said to be in pot oost, which is not one of the pots"),
        ([[("zuid", "q")]], "project q is not in pot zuid"),
    ],
)
def test_parts_that_cannot_be_are_refused_by_name(together: list[list[tuple[str, str]]], fault: str) -> None:
    pots = [
        Pot("noord", election(100, n=(60, 2), m=(50, 1)), "greedy"),
        Pot("zuid", election(100, z=(90, 1)), "greedy"),
    ]
    with pytest.raises(TallyError, match=fault):
        count_pots(pots, together=together)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_parts_are_funded_all_or_none_and_a_second_chance_is_not_a_second_grant(data: st.DataObject) -> None:
    numbers = st.tuples(st.integers(1, 90), st.integers(0, 3))
    names = ("p0", "p1", "p2")
    made = {name: election(100, a=data.draw(numbers), b=data.draw(numbers)) for name in names}
    rules = st.sampled_from(["greedy", "greedy-stop", "greedy-per-cost", "phragmen"])
    by_id = Terms(ties="lexicographic")
    pots = [Pot(name, made[name], data.draw(rules), terms=by_id, passes_to="stad") for name in names]
    again = {"a": ("p0", "a"), "b": ("p1", "b")}
    pots.append(
        Pot("stad", election(50, a=(60, 2), b=(60, 2), c=(60, 1)), "greedy", terms=by_id, again=again)
    )
    sets = [[("p0", "a"), ("p1", "a")], [("p1", "b"), ("p2", "b"), ("stad", "c")]]
    counted = count_pots(data.draw(st.permutations(pots)), data.draw(st.permutations(sets)))
    assert counted == count_pots(pots, sets)
    funded = {(name, project_id) for name, one in outcomes(counted).items() for project_id in one.funded}
    assert all(len(funded & set(parts)) in (0, len(parts)) for parts in sets)
    assert not {("stad", "a"), ("p0", "a")} <= funded
    assert not {("stad", "b"), ("p1", "b")} <= funded
    spent = sum(one.spent for one in outcomes(counted).values())
    assert spent + outcomes(counted)["stad"].left == 350
