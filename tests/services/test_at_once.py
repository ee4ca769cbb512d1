"""Acts of several people at the same moment: each is done wholly, or refused in words."""

from datetime import datetime

import pytest
from flask import Flask
from sqlmodel import Session, select

from tests.scene import Scene
from tests.services.crowd import at_once
from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_pot import EntryKind, PotEntry
from wijkbudget.domain.count import Count
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import DomainError, WrongPhase
from wijkbudget.domain.proposal import Proposal
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round
from wijkbudget.services.judge_proposal import judge_proposal
from wijkbudget.services.save_proposal import draft_proposal
from wijkbudget.services.submit_proposal import withdraw_proposal


def test_plans_that_are_begun_at_once_get_numbers_of_their_own(
    app: Flask, scene: Scene, session: Session
) -> None:
    wijk = scene.wijk()
    pot_id, platform_id = scene.pot(scene.open_round(wijk)).id, scene.platform(wijk).id

    def begin(i: int) -> None:
        with edge.transaction() as own:
            text = scene.text(f"Plan {i}")
            draft_proposal(own, scene.clock(), SYSTEM, pot_id=pot_id, platform_id=platform_id, text=text)

    at_once(app, 4, begin)
    session.rollback()
    assert sorted(session.exec(select(Proposal.number))) == [1, 2, 3, 4]


def test_a_plan_that_is_judged_and_taken_back_at_once_is_taken_back(
    app: Flask, scene: Scene, session: Session
) -> None:
    """Whoever comes second finds the plan as the first left it, never as it was when the page was opened."""
    wijk = scene.wijk()
    pot, platform = scene.pot(scene.open_round(wijk)), scene.platform(wijk)
    ids = [scene.proposal(pot, platform, f"Plan {i}").id for i in range(5)]
    scene.review_phase()
    now: datetime = scene.clock()

    def act(worker: int) -> int:
        refused = 0
        for proposal_id in ids:
            try:
                with edge.transaction() as own:
                    proposal = own.get_one(Proposal, proposal_id)
                    if worker:
                        withdraw_proposal(own, now, SYSTEM, proposal, reason="Toch niet.")
                    else:
                        judge_proposal(own, now, SYSTEM, proposal, feasible=True, reason="Het kan.")
            except WrongPhase:
                refused += 1
        return refused

    refused = at_once(app, 2, act)
    session.rollback()
    assert refused[1] == 0, "a plan can be withdrawn before and after its judgement"
    assert set(session.exec(select(Proposal.status))) == {"withdrawn"}


@pytest.mark.parametrize("workers", [3])
def test_a_round_is_counted_and_certified_once(
    app: Flask, scene: Scene, session: Session, workers: int
) -> None:
    budget_round, (tree,) = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    first = session.exec(select(RollEntry.id).order_by(RollEntry.id)).first()
    assert first is not None
    scene.vote(first, tree)
    scene.closed_phase()
    round_id = budget_round.id
    session.rollback()
    for service in (count_round, certify_result):

        def act(_: int, service: object = service) -> bool:
            try:
                with edge.transaction() as own:
                    service(own, scene.clock(), SYSTEM, round_id)  # type: ignore[operator]
            except DomainError:
                return False
            return True

        assert sorted(at_once(app, workers, act)) == [False] * (workers - 1) + [True]
    assert len(session.exec(select(Count)).all()) == 1
    assert len(session.exec(select(PotEntry).where(PotEntry.kind == EntryKind.ALLOCATION)).all()) == 1
