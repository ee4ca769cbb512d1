"""Ballots about fewer projects, and sums over all ballots: compiled and pure give the same."""

from __future__ import annotations

from array import array

from hypothesis import given, settings
from hypothesis import strategies as st

from wijkbudget.tally import Election, Project
from wijkbudget.tally.kernels import totals
from wijkbudget.tally.narrowed import narrowed
from wijkbudget.tally.profile import BallotKind, Profile
from wijkbudget.tally.terms import Engine

SIZE = 6


@st.composite
def elections(draw: st.DrawFn) -> Election:
    """Any kind of ballots over six projects, with blank ones and ballots that differ in one mark only."""
    kind = draw(st.sampled_from(BallotKind))
    rows = draw(st.lists(st.lists(st.integers(0, SIZE - 1), unique=True), max_size=8))
    seen: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
    for marks in rows:
        values: list[int] = []
        if kind is BallotKind.POINTS:
            values = [draw(st.integers(1, 3)) for _ in marks]
        elif kind is BallotKind.RANKING:
            for number in range(len(marks)):
                values.append(1 if not number else values[-1] + draw(st.integers(0, 1)))
        pairs = list(zip(marks, values or [0] * len(marks), strict=True))
        pairs.sort(key=lambda pair: (pair[1], pair[0]) if kind is BallotKind.RANKING else (pair[0], 0))
        key = tuple(mark for mark, _ in pairs), tuple(value for _, value in pairs if values)
        seen[key] = draw(st.integers(1, 5))
    profile = Profile(kind)
    for (named, beside), weight in seen.items():
        profile.add(named, beside, weight)
    return Election(100, tuple(Project(f"p{number}", 10) for number in range(SIZE)), profile)


@st.composite
def groups(draw: st.DrawFn) -> list[tuple[Project, tuple[str, ...]]]:
    """Some of the projects, each alone or together with later ones."""
    parts: dict[str, list[str]] = {}
    for number in range(SIZE):
        name = f"p{number}"
        first = draw(st.sampled_from([None, name, *parts]))
        if first is not None:
            parts.setdefault(first, []).append(name)
    return [(Project(first, 10 * len(names)), tuple(names)) for first, names in parts.items()]


@given(elections(), groups())
@settings(max_examples=300, deadline=None)
def test_compiled_and_pure_make_the_same_ballots_and_each_once(
    election: Election, kept: list[tuple[Project, tuple[str, ...]]]
) -> None:
    pure, compiled = narrowed(election, kept, "exact"), narrowed(election, kept, "fast")
    assert pure == compiled
    assert pure.ballot_count == election.ballot_count
    for made in (pure, compiled):
        assert len(made.ballots) == len(dict(made.ballots)) == len(made.profile)
        assert made.profile.starts[-1] == len(made.profile.marks)


@given(elections())
@settings(max_examples=100, deadline=None)
def test_compiled_sums_are_those_of_every_ballot_one_by_one(election: Election) -> None:
    named, points = [0] * SIZE, [0] * SIZE
    for weight, marks, values in election.profile.rows():
        for mark, value in zip(marks, values or [1] * len(marks), strict=True):
            named[mark] += weight
            points[mark] += weight * value
    assert totals.votes(election.profile, SIZE) == list(election.votes().values()) == named
    if election.profile.kind is BallotKind.POINTS:
        assert totals.points(election.profile, SIZE) == list(election.points().values()) == points


def test_points_that_do_not_fit_in_64_bits_are_added_up_without_loss() -> None:
    ballots, most = 700_000, 10**9
    profile = Profile(BallotKind.POINTS)
    profile.weights = array("q", [10**9]) * ballots
    profile.starts = array("q", range(0, 2 * ballots + 1, 2))
    profile.marks = array("q", [0, 1]) * ballots
    profile.values = array("q", [most, 1]) * ballots
    election = Election(1, (Project("a", 1), Project("b", 1)), profile)
    assert election.points() == {"a": ballots * 10**18, "b": ballots * 10**9}


def test_a_blank_ballot_and_one_that_has_become_blank_are_one_distinct_ballot() -> None:
    profile = Profile(BallotKind.APPROVAL)
    profile.add([], weight=2)
    profile.add([1], weight=3)
    election = Election(1, (Project("a", 1), Project("b", 1)), profile)
    engines: tuple[Engine, ...] = ("exact", "fast")
    for engine in engines:
        left = narrowed(election, [(Project("a", 1), ("a",))], engine)
        assert (len(left.profile), left.blank_count) == (1, 5)
