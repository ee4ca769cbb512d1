"""Recording a lot: once, over exactly the tied plans, and only when the count asks for it."""

import pytest
from sqlmodel import Session, select

from tests.scene import Scene
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.count import Draw
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, WrongPhase
from wijkbudget.domain.proposal import Proposal
from wijkbudget.services.count_round import count_round
from wijkbudget.services.record_lot import record_lot


@pytest.fixture
def voted(scene: Scene, session: Session) -> tuple[BudgetRound, list[Proposal]]:
    budget_round, plans = scene.voting_round(scene.wijk(), {"Bomen": 6000, "Plein": 6000, "Bank": 1000})
    first = session.exec(select(RollEntry.id).order_by(RollEntry.id)).first()
    assert first is not None
    scene.vote(first, *plans[:2])
    return budget_round, plans


def test_a_lot_is_recorded_only_when_the_count_asks_for_it(
    scene: Scene, voted: tuple[BudgetRound, list[Proposal]]
) -> None:
    budget_round, (tree, square, _) = voted
    pot_id = scene.pot(budget_round).id
    with pytest.raises(WrongPhase):
        scene.act(record_lot, SYSTEM, pot_id, order=[tree.id, square.id], witness="Een getuige")
    scene.closed_phase()
    with pytest.raises(DomainError, match="geen loting nodig"):
        scene.act(record_lot, SYSTEM, pot_id, order=[tree.id, square.id], witness="Een getuige")


def test_the_lot_orders_exactly_the_tied_plans(
    scene: Scene, session: Session, voted: tuple[BudgetRound, list[Proposal]]
) -> None:
    budget_round, (tree, square, bench) = voted
    scene.closed_phase()
    scene.act(count_round, SYSTEM, budget_round.id)
    pot_id = scene.pot(budget_round).id
    for order in (
        [],
        [tree.id],
        [tree.id, tree.id],
        [tree.id, bench.id],
        [tree.id, square.id, bench.id],
        [0, -1],
    ):
        with pytest.raises(InvalidInput) as refusal:
            scene.act(record_lot, SYSTEM, pot_id, order=order, witness="Een getuige")
        assert refusal.value.field == "order"
    for witness in (" ", "x" * 201, "Een\ngetuige", "\u200b"):
        with pytest.raises(InvalidInput) as refusal:
            scene.act(record_lot, SYSTEM, pot_id, order=[tree.id, square.id], witness=witness)
        assert refusal.value.field == "witness"
    auditor = Actor(1, frozenset({Role.AUDITOR}))
    with pytest.raises(NotAllowed):
        scene.act(record_lot, auditor, pot_id, order=[tree.id, square.id], witness="Een getuige")
    assert session.exec(select(Draw)).all() == []
    draw = scene.act(record_lot, SYSTEM, pot_id, order=[square.id, tree.id], witness=" Een getuige ")
    assert (draw.order(), draw.witness, draw.drawn_at) == ([square.id, tree.id], "Een getuige", scene.clock())
