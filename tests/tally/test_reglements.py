"""The worked examples in docs/rules/ are counted again, and every article that a step cites exists."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from wijkbudget.tally import (
    RULES,
    ApprovalBallot,
    Ballot,
    BallotKind,
    Decision,
    Election,
    Lot,
    Outcome,
    PointsBallot,
    Project,
    RankingBallot,
    count,
)

REGLEMENTS = Path(__file__).parents[2] / "docs" / "rules"
DECISIONS = {
    "toegekend": Decision.FUNDED,
    "past niet": Decision.DOES_NOT_FIT,
    "na het stoppen": Decision.AFTER_STOP,
    "rest aangeboden": Decision.OFFERED_REMAINDER,
    "te weinig steun": Decision.TOO_LITTLE_SUPPORT,
    "niet toegelaten": Decision.NOT_ELIGIBLE,
    "te weinig stemmen": Decision.NO_QUORUM,
    "kan niet samen": Decision.INCOMPATIBLE,
    "niet te betalen": Decision.NOT_AFFORDABLE,
    "afgevallen": Decision.ELIMINATED,
    "niet gekozen": Decision.NOT_CHOSEN,
    "ingetrokken": Decision.WITHDRAWN,
    "hoort bij een ander": Decision.LINKED,
    "al betaald": Decision.FUNDED_ELSEWHERE,
}


def examples() -> list[tuple[str, str]]:
    found = []
    for path in sorted(REGLEMENTS / name for name in {rule.reglement for rule in RULES.values()}):
        parts = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        found += [(path.name, part) for part in parts if part.startswith("Voorbeeld")]
    return found


def tables(text: str) -> dict[str, list[list[str]]]:
    """The tables of an example by the title of their first column, without the heading."""
    found = {}
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.splitlines()]
        found[rows[0][0]] = rows[2:]
    return found


def cents(text: str) -> int:
    return int(re.sub(r"[€. ]", "", text)) * 100


def ballot(text: str, kind: BallotKind) -> Ballot:
    """Approval: `a, b`. Points: `a 3, b 2`. Ranking: `a > b = c`. Nothing between the bars: a blank ballot."""
    if kind is BallotKind.RANKING:
        ranks = [frozenset(map(str.strip, rank.split("="))) for rank in text.split(">")]
        return RankingBallot(tuple(ranks) if text else ())
    named = [part.strip() for part in text.split(",")] if text else []
    if kind is BallotKind.POINTS:
        return PointsBallot.of({project: int(given) for project, given in map(str.split, named)})
    return ApprovalBallot(frozenset(named))


def kind_of(example: dict[str, list[list[str]]]) -> BallotKind:
    cast = " ".join(row[1] for row in example["aantal"])
    if ">" in cast:
        return BallotKind.RANKING
    return BallotKind.POINTS if re.search(r" \d+(,|$)", cast) else BallotKind.APPROVAL


def recounted(text: str) -> Outcome:
    """The example counted: `Regel: `name` (option value, …). Budget: … Minimale steun: … Lot: ….`"""
    found = tables(text)
    terms = re.search(
        r"Regel: `(.+?)`(?: \((.+?)\))?\. Budget: (.+?)\. Minimale steun: (\d+)\. Lot: (.+?)\.", text
    )
    assert terms, "an example states its rule, budget, minimum support and lot"
    rule, option_text, budget, support, lot = terms.groups()
    options: dict[str, Any] = dict(part.split() for part in (option_text or "").split(", ") if part)
    projects = [Project(name, cents(cost), "", gone == "ja") for name, cost, gone in found["project"]]
    cast: Counter[Ballot] = Counter()
    for row in found["aantal"]:
        cast[ballot(row[1], kind_of(found))] += int(row[0])
    lots = [] if lot == "geen" else [Lot(tuple(lot.split(", ")))]
    election = Election.grouped(cents(budget), projects, cast)
    result = count(election, rule, lots=lots, min_support=int(support), **options)
    assert isinstance(result, Outcome)
    return result


@pytest.mark.parametrize(("name", "text"), examples())
def test_the_worked_example_counts_to_the_printed_result(name: str, text: str) -> None:
    printed = [
        (
            int(nr),
            None if place == "-" else int(place),
            project,
            int(votes),
            cents(cost),
            DECISIONS[decision],
            cents(left),
            article,
        )
        for nr, place, project, votes, cost, decision, left, article in tables(text)["nr"]
    ]
    assert printed == [
        (s.number, s.place, s.project, s.votes, s.cost, s.decision, s.left_after, s.article)
        for s in recounted(text).steps
    ]


def test_every_reglement_has_an_example() -> None:
    assert {name for name, _ in examples()} == {rule.reglement for rule in RULES.values()}


def test_the_printed_matrices_of_schulze_are_those_of_the_count() -> None:
    text = next(text for name, text in examples() if name == "schulze.md")
    pairwise = recounted(text).pairwise
    assert pairwise is not None
    for title, matrix in (("stemmers", pairwise.wins), ("pad", pairwise.paths)):
        printed = [[0 if cell == "-" else int(cell) for cell in row[1:]] for row in tables(text)[title]]
        assert printed == [list(row) for row in matrix]


@pytest.mark.parametrize(("name", "text"), examples())
def test_the_articles_that_steps_cite_are_in_the_reglement(name: str, text: str) -> None:
    written = set(
        re.findall(r"^## Artikel (\d+)\. ", (REGLEMENTS / name).read_text(encoding="utf-8"), re.MULTILINE)
    )
    cited = {number for step in recounted(text).steps for number in re.findall(r"\d+", step.article)}
    assert cited
    assert cited <= written
