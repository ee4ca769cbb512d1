"""Certifying a result: it becomes public and the money moves, over exactly what was counted."""

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from tests.scene import Scene
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.budget_pot import EntryKind, PotEntry
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import DomainError, NotAllowed, WrongPhase
from wijkbudget.domain.proposal import Proposal
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round


@pytest.fixture
def counted(scene: Scene, session: Session) -> tuple[BudgetRound, list[Proposal]]:
    """A counted round: Bomen wins with two votes, Plein does not fit, Bank gets what is left."""
    budget_round, plans = scene.voting_round(scene.wijk(), {"Bomen": 6000, "Plein": 5000, "Bank": 3000})
    voters = list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))
    scene.vote(voters[0], *plans)
    scene.vote(voters[1], plans[0], plans[1])
    scene.vote(voters[2], plans[0])
    scene.closed_phase()
    scene.act(count_round, SYSTEM, budget_round.id)
    return budget_round, plans


def test_the_ledger_holds_an_allocation_for_each_chosen_plan(
    scene: Scene, session: Session, counted: tuple[BudgetRound, list[Proposal]]
) -> None:
    budget_round, (tree, square, bench) = counted
    scene.act(certify_result, SYSTEM, budget_round.id)
    allocated = select(PotEntry).where(PotEntry.kind == EntryKind.ALLOCATION).order_by(PotEntry.id)
    assert [(entry.proposal_id, entry.cents) for entry in session.exec(allocated)] == [
        (tree.id, -6_000_00),
        (bench.id, -3_000_00),
    ]
    assert (tree.status, square.status, bench.status) == ("funded", "not_funded", "funded")
    assert budget_round.phase_at(scene.clock()) is Phase.CERTIFIED


def test_a_result_is_certified_once_and_by_an_official(
    scene: Scene, session: Session, counted: tuple[BudgetRound, list[Proposal]]
) -> None:
    budget_round, _ = counted
    with pytest.raises(NotAllowed):
        scene.act(certify_result, Actor(1, frozenset({Role.AUDITOR})), budget_round.id)
    scene.act(certify_result, SYSTEM, budget_round.id)
    with pytest.raises(WrongPhase):
        scene.act(certify_result, SYSTEM, budget_round.id)
    assert len(session.exec(select(PotEntry).where(PotEntry.kind == EntryKind.ALLOCATION)).all()) == 2


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE ballot SET choice = '[]'",
        "DELETE FROM ballot",
        "UPDATE proposal SET cost_cents = cost_cents + 1",
        "UPDATE proposal SET title = 'Iets anders'",
        "UPDATE proposal SET status = 'feasible' WHERE number = 3",
        "UPDATE budget_round SET counting_rule = 'greedy-stop'",
    ],
)
def test_a_result_over_something_else_than_was_counted_is_refused(
    scene: Scene, session: Session, counted: tuple[BudgetRound, list[Proposal]], tampering: str
) -> None:
    budget_round, _ = counted
    session.connection().execute(text(tampering))
    session.commit()
    with pytest.raises(DomainError, match="Waarschuw de beheerder|waarschuw de beheerder"):
        scene.act(certify_result, SYSTEM, budget_round.id)
    assert budget_round.phase_at(scene.clock()) is Phase.COUNTED
    assert session.exec(select(PotEntry).where(PotEntry.kind == EntryKind.ALLOCATION)).all() == []
