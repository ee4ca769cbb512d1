"""Counting a closed round."""

import pytest
from sqlmodel import Session, select

from tests.scene import Scene
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import Misfit, Phase
from wijkbudget.domain.count import CountStatus
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import DomainError, InvalidInput, WrongPhase
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round
from wijkbudget.services.read_pots import pot_balance
from wijkbudget.services.read_report import read_report
from wijkbudget.services.record_lot import record_lot


def entries(session: Session) -> list[int]:
    return list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))


def test_the_plans_with_most_votes_get_the_money_and_what_does_not_fit_is_skipped(scene: Scene, session: Session) -> None:
    budget_round, (tree, square, bench) = scene.voting_round(
        scene.wijk(), {"Bomen": 6000, "Plein": 5000, "Bank": 3000}, voters=6
    )
    voters = entries(session)
    for i in range(3):
        scene.vote(voters[i], tree, square)
    scene.vote(voters[3], tree, bench)
    scene.closed_phase()
    (count,) = scene.act(count_round, SYSTEM, budget_round.id)
    report = read_report(session, count)
    assert [(line.title, line.votes, line.funded, line.reason, line.left_after_cents) for line in report.lines] == [
        ("Bomen", 4, True, "funded", 4_000_00),
        ("Plein", 3, False, "does-not-fit", 4_000_00),
        ("Bank", 1, True, "funded", 1_000_00),
    ]
    assert (report.entitled, report.ballots, report.left_cents) == (6, 4, 1_000_00)
    assert budget_round.phase_at(scene.clock()) is Phase.COUNTED


def test_with_the_stop_rule_the_first_plan_that_does_not_fit_ends_the_distribution(scene: Scene, session: Session) -> None:
    budget_round, (tree, square, bench) = scene.voting_round(
        scene.wijk(), {"Bomen": 6000, "Plein": 5000, "Bank": 3000}, misfit=Misfit.STOP
    )
    voters = entries(session)
    for i, choice in enumerate([(tree, square), (tree, square), (tree, bench)]):
        scene.vote(voters[i], *choice)
    scene.closed_phase()
    (count,) = scene.act(count_round, SYSTEM, budget_round.id)
    reasons = {line.title: line.reason for line in read_report(session, count).lines}
    assert reasons == {"Bomen": "funded", "Plein": "does-not-fit", "Bank": "after-stop"}


def test_a_tie_that_matters_stops_the_count_until_the_lot_is_recorded(scene: Scene, session: Session) -> None:
    budget_round, (tree, square) = scene.voting_round(scene.wijk(), {"Bomen": 6000, "Plein": 6000})
    scene.vote(entries(session)[0], tree, square)
    scene.closed_phase()
    (count,) = scene.act(count_round, SYSTEM, budget_round.id)
    pot = scene.pot(budget_round)
    assert count.status == CountStatus.LOT_REQUIRED
    assert set(count.tied_ids()) == {tree.id, square.id}
    with pytest.raises(WrongPhase):
        scene.act(certify_result, SYSTEM, budget_round.id)
    with pytest.raises(InvalidInput):
        scene.act(record_lot, SYSTEM, pot.id, order=[square.id], witness="Een getuige")
    with pytest.raises(InvalidInput):
        scene.act(record_lot, SYSTEM, pot.id, order=[square.id, tree.id], witness=" ")
    scene.act(record_lot, SYSTEM, pot.id, order=[square.id, tree.id], witness="Een getuige")
    with pytest.raises(DomainError):
        scene.act(record_lot, SYSTEM, pot.id, order=[tree.id, square.id], witness="Een andere getuige")
    (count,) = scene.act(count_round, SYSTEM, budget_round.id)
    report = read_report(session, count)
    assert [line.title for line in report.funded] == ["Plein"]
    assert report.lots[0].order == (square.number, tree.number)
    scene.act(certify_result, SYSTEM, budget_round.id)
    assert pot_balance(session, pot.id) == 4_000_00


def test_a_round_cannot_be_counted_while_people_vote(scene: Scene) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    with pytest.raises(WrongPhase):
        scene.act(count_round, SYSTEM, budget_round.id)
