"""The pages docs/state-machines/*.md name the transitions that the code allows, no more and no fewer."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlmodel import Session

from tests.scene import SUBMISSION_CLOSES, SUBMISSION_OPENS, VOTING_CLOSES, VOTING_OPENS, Scene
from wijkbudget import edge
from wijkbudget.domain import budget_round as rounds
from wijkbudget.domain import proposal as proposals
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import BudgetRound, Phase, RoundStatus
from wijkbudget.domain.errors import DomainError
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round
from wijkbudget.services.judge_proposal import fix_ballot_list
from wijkbudget.services.open_round import open_round
from wijkbudget.services.round_keys import make_demo_key

DOCS = Path(__file__).parents[2] / "docs" / "state-machines"
ARROW = re.compile(r"^\s+(\w+) --> (\w+)(?: : (\w+))?$", re.MULTILINE)
ROW = re.compile(r"^\| `(\w+)` \| ([^|`]+) \|", re.MULTILINE)
DATES = (SUBMISSION_OPENS, SUBMISSION_CLOSES, VOTING_OPENS, VOTING_CLOSES)
TICK = timedelta(seconds=1)
MOMENTS = sorted(moment for date in DATES for moment in (date - TICK, date))
DECISIONS = (open_round, fix_ballot_list, count_round, certify_result)

Arrow = tuple[str, str, str]


def diagrams(page: str) -> list[set[Arrow]]:
    """The arrows of each diagram of a page, as (from, to, by)."""
    blocks = re.findall(r"```mermaid\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    return [set(ARROW.findall(block)) for block in blocks]


def allowed(machine: dict[Any, set[Any]]) -> set[Arrow]:
    """The arrows of a table of allowed transitions."""
    return {(start.value, end.value, "") for start, ends in machine.items() for end in ends}


def screen_words(page: str) -> dict[str, str]:
    """The word on screen per state, from the page's table of states."""
    parts = (DOCS / page).read_text(encoding="utf-8").split("\n\n")
    (table,) = (part for part in parts if part.startswith("|") and "| On screen |" in part)
    return dict(ROW.findall(table))


def by_the_clock(budget_round: BudgetRound, statuses: Iterable[RoundStatus]) -> set[Arrow]:
    """The changes of phase that happen while nobody decides anything."""
    found = set()
    for status in statuses:
        budget_round.status = status
        phases = [budget_round.phase_at(moment) for moment in MOMENTS]
        found |= {(a.value, b.value, "clock") for a, b in pairwise(phases) if a is not b}
    return found


def attempted(scene: Scene, session: Session, round_id: int) -> set[Arrow]:
    """Every change of phase that a decision brings about, tried at every moment and taken back."""
    found = set()
    for moment in MOMENTS:
        for decision in DECISIONS:
            before, after = _try(session, moment, decision, round_id)
            if before is not after:
                found.add((before.value, after.value, decision.__name__))
    return found


def _try(
    session: Session, moment: datetime, decision: Callable[..., Any], round_id: int
) -> tuple[Phase, Phase]:
    before = session.get_one(BudgetRound, round_id).phase_at(moment)
    try:
        with edge.transaction() as current:
            decision(current, moment, SYSTEM, round_id)
            after = current.get_one(BudgetRound, round_id).phase_at(moment)
            raise _TakenBackError(after)
    except _TakenBackError as taken_back:
        return before, taken_back.phase
    except DomainError:
        return before, before


class _TakenBackError(Exception):
    """Ends a transaction without storing it."""

    def __init__(self, phase: Phase) -> None:
        super().__init__(phase)
        self.phase = phase


def test_the_page_of_a_proposal_shows_exactly_the_transitions_of_the_code() -> None:
    (shown,) = diagrams("proposal.md")
    assert shown == allowed(proposals.ALLOWED_NEXT)


def test_the_page_of_a_proposal_has_the_words_of_the_screen() -> None:
    assert screen_words("proposal.md") == {s.value: label for s, label in proposals.STATUS_LABELS.items()}


def test_the_page_of_a_round_shows_exactly_the_decisions_of_the_code() -> None:
    decisions, _ = diagrams("budget-round.md")
    assert decisions == allowed(rounds.ALLOWED_NEXT)


def test_the_page_of_a_round_has_the_words_of_the_screen() -> None:
    assert screen_words("budget-round.md") == {p.value: label for p, label in rounds.PHASE_LABELS.items()}


def test_the_page_of_a_round_shows_exactly_the_phases_that_the_clock_moves_on() -> None:
    _, phases = diagrams("budget-round.md")
    budget_round = BudgetRound(**dict(zip(rounds_dates(), DATES, strict=True)))
    assert {arrow for arrow in phases if arrow[2] == "clock"} == by_the_clock(budget_round, RoundStatus)


def rounds_dates() -> tuple[str, ...]:
    """The names of a round's dates, in order."""
    return "submission_opens_at", "submission_closes_at", "voting_opens_at", "voting_closes_at"


def test_the_page_of_a_round_shows_exactly_the_phases_that_decisions_lead_to(
    scene: Scene, session: Session
) -> None:
    _, phases = diagrams("budget-round.md")
    wijk = scene.wijk()
    round_id = scene.draft_round(wijk).id
    found = attempted(scene, session, round_id)
    scene.act(open_round, SYSTEM, round_id)
    scene.submission_phase()
    budget_round = session.get_one(BudgetRound, round_id)
    proposal = scene.proposal(scene.pot(budget_round), scene.platform(wijk))
    scene.list_all(proposal)
    scene.voters(budget_round, wijk, 1)
    scene.act(make_demo_key, SYSTEM, round_id, keys=scene.vault)
    found |= attempted(scene, session, round_id)
    scene.fix_list(round_id)
    found |= attempted(scene, session, round_id)
    scene.closed_phase()
    found |= attempted(scene, session, round_id)
    scene.act(count_round, SYSTEM, round_id)
    found |= attempted(scene, session, round_id)
    scene.act(certify_result, SYSTEM, round_id)
    found |= attempted(scene, session, round_id)
    assert {arrow for arrow in phases if arrow[2] != "clock"} == found
