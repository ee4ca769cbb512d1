"""The worked examples of the conditions are counted again, and every article that the tally cites is there."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from tests.tally.test_reglements import DECISIONS, REGLEMENTS, ballot, cents, kind_of, tables
from wijkbudget.tally import (
    ApprovalBallot,
    Ballot,
    Election,
    Outcome,
    Pot,
    Project,
    count,
    count_pots,
)
from wijkbudget.tally.conditions import (
    INCOMPATIBLE_ARTICLE,
    LINKED,
    NO_QUORUM,
    NOT_ELIGIBLE,
    TOO_LITTLE_SUPPORT,
    WITHDRAWN,
)
from wijkbudget.tally.pots_count import FUNDED_ELSEWHERE

TEXT = (REGLEMENTS / "conditions.md").read_text(encoding="utf-8")
EXAMPLES = [
    part
    for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)
    if part.startswith("Voorbeeld") and "Regel:" in part
]
POTS = next(part for part in re.split(r"^## ", TEXT, flags=re.MULTILINE) if part.startswith("Voorbeeld 4"))


def terms_of(text: str) -> dict[str, Any]:
    """`linked a+b` is one set, and a whole number is one."""
    terms: dict[str, Any] = {}
    for name, value in (part.split() for part in text.split(", ")):
        if name in ("linked", "incompatible"):
            terms.setdefault(name, []).append(value.split("+"))
        else:
            terms[name] = int(value) if value.isdigit() else value
    return terms


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_worked_example_counts_to_the_printed_result(text: str) -> None:
    stated = re.search(
        r"Regel: `(.+?)` \((.+?)\)\. Budget: (.+?)\. Minimale steun: (\d+)\. Lot: geen\.", text
    )
    assert stated
    rule, terms, budget, support = stated.groups()
    found = tables(text)
    cast: Counter[Ballot] = Counter()
    for number, named in found["aantal"]:
        cast[ballot(named, kind_of(found))] += int(number)
    projects = [Project(name, cents(cost), "", gone == "ja") for name, cost, gone in found["project"]]
    election = Election.grouped(cents(budget), projects, cast)
    outcome = count(election, rule, min_support=int(support), **terms_of(terms))
    assert isinstance(outcome, Outcome)
    assert [
        [
            str(step.number),
            "-" if step.place is None else str(step.place),
            step.project,
            str(step.votes),
            step.cost,
            step.decision,
            step.left_after,
            step.article,
        ]
        for step in outcome.steps
    ] == [[*row[:4], cents(row[4]), DECISIONS[row[5]], cents(row[6]), row[7]] for row in found["nr"]]


def test_the_example_of_several_pots_counts_to_the_printed_result() -> None:
    rows = tables(POTS)["pot"]
    pots = []
    for name, budget in (("Noord", 10_000_00), ("Zuid", 10_000_00), ("Stad", 5_000_00)):
        here = [row for row in rows if row[0] == name]
        projects = [Project(row[1], cents(row[2])) for row in here]
        cast: dict[Ballot, int] = {ApprovalBallot(frozenset({row[1]})): int(row[3]) for row in here}
        election = Election.grouped(budget, projects, cast)
        pots.append(Pot(name, election, "greedy", passes_to=None if name == "Stad" else "Stad"))
    printed = {(row[0], row[1]): (DECISIONS[row[4]], DECISIONS[row[5]]) for row in rows}
    counts = [count_pots(pots), count_pots(pots, [[("Noord", "fietspad"), ("Zuid", "fietspad")]])]
    for (pot, project), decisions in printed.items():
        for counted, decision in zip(counts, decisions, strict=True):
            result = counted.results[pot]
            assert isinstance(result, Outcome)
            assert result.step(project).decision is decision
    assert [money.cents for money in counts[1].passed] == [2_000_00, 1_000_00]
    stad = counts[1].results["Stad"]
    assert isinstance(stad, Outcome)
    assert stad.budget == 8_000_00


def test_every_article_that_a_condition_cites_is_written() -> None:
    written = set(re.findall(r"^## Artikel (\d+)\. ", TEXT, re.MULTILINE))
    outs = (WITHDRAWN, TOO_LITTLE_SUPPORT, NO_QUORUM, NOT_ELIGIBLE, LINKED, FUNDED_ELSEWHERE)
    cited = {
        article.removeprefix("voorwaarden art. ")
        for article in [INCOMPATIBLE_ARTICLE, *(out.article for out in outs)]
    }
    assert cited == written
