"""The archive: an election and its count in one JSON file, the same bytes for the same content."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tally.schema_check import faults
from wijkbudget.tally import (
    RULES,
    ApprovalBallot,
    Archive,
    ArchiveError,
    Ballot,
    BallotKind,
    Counted,
    Election,
    Lot,
    LotRequired,
    Outcome,
    PointsBallot,
    Project,
    RankingBallot,
    TallyError,
    Terms,
    count_by,
    read_archive,
    read_pabulib,
    write_archive,
)
from wijkbudget.tally.archive import archive_schema
from wijkbudget.tally.archive.values import Misfit, decoded, encoded

DATA = Path(__file__).parent / "data"


def small(kind: BallotKind) -> Election:
    """Four projects, one withdrawn; support differs, so that most rules need no lot."""
    projects = [
        Project("bank", 300_00, "Bank “groen”"),
        Project("boom", 500_50),
        Project("pad", 400_00, "Pad; breed"),
        Project("weg", 100_00, withdrawn=True),
    ]
    ballots: dict[Ballot, int] = {
        BallotKind.APPROVAL: {
            ApprovalBallot(frozenset({"bank", "pad"})): 5,
            ApprovalBallot(frozenset({"boom"})): 3,
            ApprovalBallot(frozenset({"bank"})): 2,
            ApprovalBallot(frozenset()): 1,
        },
        BallotKind.POINTS: {
            PointsBallot.of({"bank": 3, "pad": 1}): 5,
            PointsBallot.of({"boom": 4}): 3,
            PointsBallot(()): 1,
        },
        BallotKind.RANKING: {
            RankingBallot((frozenset({"bank"}), frozenset({"pad"}))): 5,
            RankingBallot((frozenset({"boom", "weg"}), frozenset({"bank"}))): 3,
            RankingBallot(()): 1,
        },
    }[kind]
    return Election.grouped(1000_00, projects, ballots)


def changed(change: Any) -> str:
    """A good archive of approvals, changed by a function, as text."""
    data = json.loads(write_archive(Archive(small(BallotKind.APPROVAL))))
    change(data)
    return json.dumps(data)


def test_the_form_is_fixed_to_the_byte() -> None:
    counted = Counted("greedy", 1, Terms(lots=(Lot(("b", "a")),), linked=(frozenset({"b", "a"}),)))
    election = Election.of(
        10_50, [Project("b", 200, "Bé"), Project("a", 100)], [ApprovalBallot(frozenset("ab"))]
    )
    assert write_archive(Archive(election, counted, {"unit": "Haarlem", "currency": "EUR"})) == (
        "{\n"
        '"format":"wijkbudget-election",\n'
        '"version":1,\n'
        '"budget_cents":1050,\n'
        '"projects":[\n'
        '{"cost_cents":100,"id":"a","name":"","withdrawn":false},\n'
        '{"cost_cents":200,"id":"b","name":"Bé","withdrawn":false}\n'
        "],\n"
        '"ballot_kind":"approval",\n'
        '"ballots":[\n'
        '{"projects":["a","b"],"times":1}\n'
        "],\n"
        '"counted":{"result":null,"rule":"greedy","rule_version":1,"terms":{"completion":null,"eligible":"all",'
        '"incompatible":[],"linked":[["a","b"]],"lots":[{"order":["b","a"]}],"min_support":0,"quorum":0,'
        '"satisfaction":"cost","ties":"lot"}},\n'
        '"meta":{"currency":"EUR","unit":"Haarlem"}\n'
        "}\n"
    )


@pytest.mark.parametrize(
    ("name", "kind"), [(name, kind) for name in sorted(RULES) for kind in sorted(RULES[name].ballot_kinds)]
)
def test_the_count_of_every_rule_survives_with_all_its_steps(name: str, kind: BallotKind) -> None:
    election = small(kind)
    terms = Terms(ties="lexicographic")
    result = count_by(RULES[name], election, terms)
    archive = Archive(election, Counted(name, RULES[name].version, terms, result))
    written = write_archive(archive)
    again = read_archive(written)
    assert again == archive
    assert write_archive(again) == written
    assert faults(archive_schema(), json.loads(written)) == []


def test_a_count_that_waits_for_a_lot_survives() -> None:
    election = Election.of(100, [Project("a", 60), Project("b", 70)], [ApprovalBallot(frozenset("ab"))])
    result = count_by(RULES["greedy"], election, Terms())
    assert isinstance(result, LotRequired)
    archive = Archive(election, Counted("greedy", RULES["greedy"].version, Terms(), result))
    assert read_archive(write_archive(archive)) == archive
    assert faults(archive_schema(), json.loads(write_archive(archive))) == []


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.pb")))
def test_real_elections_survive_and_follow_the_schema(name: str) -> None:
    file = read_pabulib(DATA / name)
    written = write_archive(Archive(file.election, meta=dict(file.meta)))
    again = read_archive(written.encode())
    assert (again.election, again.meta) == (file.election, file.meta)
    assert write_archive(again) == written
    assert faults(archive_schema(), json.loads(written)) == []


ids = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=5)


@st.composite
def archives(draw: st.DrawFn) -> Archive:
    names = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    projects = [Project(p, draw(st.integers(1, 10**17)), draw(ids), draw(st.booleans())) for p in names]
    kind, ballots = draw(st.sampled_from(list(BallotKind))), {}
    for order in draw(st.lists(st.lists(st.sampled_from(names), unique=True), max_size=5)):
        ballot: Ballot = ApprovalBallot(frozenset(order))
        if kind is BallotKind.POINTS:
            ballot = PointsBallot.of({name: draw(st.integers(1, 10**9)) for name in order})
        elif kind is BallotKind.RANKING:
            cut = draw(st.integers(0, len(order)))
            ballot = RankingBallot(tuple(filter(None, (frozenset(order[:cut]), frozenset(order[cut:])))))
        ballots[ballot] = draw(st.integers(1, 10**12))
    election = Election.grouped(draw(st.integers(0, 10**17)), projects, ballots)
    return Archive(election, meta=draw(st.dictionaries(ids, ids, max_size=2)))


@settings(deadline=None)
@given(archives(), st.randoms(use_true_random=False))
def test_what_is_written_is_read_back_and_order_does_not_matter(archive: Archive, chance: Any) -> None:
    written = write_archive(archive)
    assert read_archive(written) == archive
    assert faults(archive_schema(), json.loads(written)) == []
    data = json.loads(written)
    chance.shuffle(data["projects"])
    chance.shuffle(data["ballots"])
    assert write_archive(read_archive(json.dumps(data))) == written


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda d: d.update(format="x"), '0: $.format: is not "wijkbudget-election"'),
        (lambda d: d.update(version=2), "0: $.version: is not 1, the only one this program knows"),
        (lambda d: d.update(version=True), "0: $.version: is not 1"),
        (lambda d: d.pop("meta"), "0: $: has no 'meta'"),
        (lambda d: d.update(extra=1), "0: $: has a key 'extra' that is not known"),
        (lambda d: d.update(budget_cents=-1), "0: $.budget_cents: is not from 0 to 100000000000000000"),
        (lambda d: d.update(budget_cents=1.0), "0: $.budget_cents: is not a whole number"),
        (lambda d: d.update(budget_cents=float("nan")), "0: $.budget_cents: is not a whole number"),
        (lambda d: d.update(budget_cents="5"), "0: $.budget_cents: is not a whole number"),
        (lambda d: d.update(budget_cents=True), "0: $.budget_cents: is not a whole number"),
        (lambda d: d.update(budget_cents=10**4000), "0: $.budget_cents: is not a whole number"),
        (lambda d: d.update(budget_cents=10**17 + 1), "0: $.budget_cents: is not from 0"),
        (lambda d: d.update(projects={}), "0: $.projects: is not a list"),
        (lambda d: d["projects"][1].update(cost_cents=0), "0: $.projects[1].cost_cents: is not from 1"),
        (lambda d: d["projects"][1].update(id="bank"), "0: $.projects[1].id: comes a second time"),
        (lambda d: d["projects"][1].update(id=""), "0: $.projects[1].id: is empty"),
        (lambda d: d["projects"][1].update(id=7), "0: $.projects[1].id: is not text"),
        (lambda d: d["projects"][1].update(name="\ud800"), "0: $.projects[1].name: holds half a character"),
        (lambda d: d["projects"][1].update(withdrawn=0), "0: $.projects[1].withdrawn: is not true or false"),
        (lambda d: d.update(ballot_kind=None), "0: $.ballot_kind: is null if there are no ballots"),
        (lambda d: d.update(ballot_kind="cumulative"), "0: $.ballot_kind: is not one of approval, points"),
        (lambda d: d.update(ballot_kind="points"), "0: $.ballots[0]: has no 'points'"),
        (lambda d: d["ballots"][1].update(times=0), "0: $.ballots[1].times: is not from 1 to 1000000000000"),
        (lambda d: d["ballots"][1].update(times=10**13), "0: $.ballots[1].times: is not from 1"),
        (
            lambda d: d["ballots"][1].update(projects=["x"]),
            "0: $.ballots[1].projects[0]: names 'x', which is",
        ),
        (
            lambda d: d["ballots"][1].update(projects=[[]]),
            "0: $.ballots[1].projects[0]: names '[]', which is",
        ),
        (
            lambda d: d["ballots"][1].update(projects=["pad"] * 2),
            "0: $.ballots[1].projects: names a project tw",
        ),
        (
            lambda d: d["ballots"].append(d["ballots"][0]),
            "0: $.ballots[4]: is the same ballot as one before it",
        ),
        (lambda d: d.update(meta={"a": 1}), "0: $.meta.a: is not text"),
        (lambda d: d.update(meta={"a\nb\x1e": 1}), "0: $.meta.a\\nb\\x1e: is not text"),
        (lambda d: d.update(meta={"a" * 5000: 1}), "0: $.meta." + "a" * 200),
        (lambda d: d.update(counted={}), "0: $.counted: has no 'rule'"),
    ],
)
def test_every_fault_is_named_with_its_place(change: Any, fault: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        read_archive(changed(change), name="proef.json")
    assert str(caught.value).removeprefix("proef.json:").startswith(fault)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"ties":"lot"', '"ties":"coin"', "$.counted.terms.ties: is not one of lot, lexicographic"),
        ('"min_support":0', '"min_support":-1', "$.counted.terms: minimum support -1 is not a whole number"),
        ('"linked":[]', '"linked":[["a","a"]]', "$.counted.terms.linked[0]: holds the same item twice"),
        (
            '"rule":"greedy","rule_version":1,"terms"',
            '"rule":"x","rule_version":1,"terms"',
            "$.counted: there is",
        ),
        (
            '"decision":"funded"',
            '"decision":"maybe"',
            "$.counted.result.steps[0].decision: is not one of funded",
        ),
        ('"type":"Outcome"', '"type":"Basis"', "$.counted.result.type: is not one of"),
        ('"project":"bank"', '"project":"x"', "$.counted.result: tells of 'x', which is no project"),
        (
            '"endowment":null',
            '"endowment":"2/4"',
            "$.counted.result.endowment: is not a fraction in its lowest",
        ),
        (
            '"endowment":null',
            '"endowment":"1/0"',
            "$.counted.result.endowment: is not a whole number or a fract",
        ),
        (
            '"endowment":null',
            '"endowment":0.5',
            "$.counted.result.endowment: is not a whole number or a fract",
        ),
    ],
)
def test_a_fault_in_the_count_is_named_with_its_place(old: str, new: str, fault: str) -> None:
    election = small(BallotKind.APPROVAL)
    result = count_by(RULES["greedy"], election, Terms(ties="lexicographic"))
    assert isinstance(result, Outcome)
    version = RULES["greedy"].version
    text = write_archive(Archive(election, Counted("greedy", version, Terms(), result)))
    assert old in text
    with pytest.raises(ArchiveError) as caught:
        read_archive(text.replace(old, new, 1), name="proef.json")
    assert str(caught.value).removeprefix("proef.json:0: ").startswith(fault)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "1: is not JSON: Expecting value"),
        ("{\n}x", "2: is not JSON: Extra data"),
        ("[]", "0: $: is not an object"),
        ('{"a":1,"a":2}', "0: $: is not an object, or names a key twice"),
        (b"{\n\xff}", "2: is not UTF-8 text"),
        ("\ufeff{}", "1: is not JSON: Unexpected UTF-8 BOM"),
        ("{\0}", "1: is not JSON"),
        ("[" * 200_000, "0: $: is nested too deep"),
        ('{"a":' * 200_000, "0: $: is nested too deep"),
    ],
)
def test_what_is_no_archive_at_all_is_refused(content: str | bytes, fault: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        read_archive(content, name="proef.json")
    assert str(caught.value).removeprefix("proef.json:").startswith(fault)


@pytest.mark.parametrize(
    "election",
    [
        Election.of(10**17 + 1, [Project("a", 1)], []),
        Election.of(1, [Project("a", 10**17 + 1)], []),
        Election.of(1, [Project("\ud800", 1)], []),
        Election.grouped(1, [Project("a", 1)], {ApprovalBallot(frozenset()): 10**12 + 1}),
    ],
)
def test_what_could_not_be_read_back_is_not_written(election: Election) -> None:
    with pytest.raises(TallyError, match="archive"):
        write_archive(Archive(election))


def test_a_fraction_and_a_number_and_a_text_are_told_apart() -> None:
    for value in (Fraction(1, 3), 3, "a/b", None):
        assert decoded(int | Fraction | str | None, encoded(value), "$") == value
    with pytest.raises(Misfit, match=r"\$: is not text"):
        decoded(int | str, [], "$")
    with pytest.raises(TypeError, match="has no place"):
        encoded(0.5)
