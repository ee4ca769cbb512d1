"""Counting a closed round."""

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.budget_round import BallotType, Phase
from wijkbudget.domain.count import Count, CountStatus, CountStep
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import DomainError, InvalidInput, LotFirst, NotAllowed, WrongPhase
from wijkbudget.services.build_election import last_count
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round
from wijkbudget.services.read_pots import pot_balance
from wijkbudget.services.read_report import read_report
from wijkbudget.services.record_lot import record_lot


def entries(session: Session) -> list[int]:
    return list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))


def test_the_plans_with_most_votes_get_the_money_and_what_does_not_fit_is_skipped(
    scene: Scene, session: Session
) -> None:
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
    assert [
        (line.title, line.votes, line.funded, line.reason, line.left_after_cents) for line in report.lines
    ] == [
        ("Bomen", 4, True, "funded", 4_000_00),
        ("Plein", 3, False, "does-not-fit", 4_000_00),
        ("Bank", 1, True, "funded", 1_000_00),
    ]
    assert (report.entitled, report.ballots, report.left_cents) == (6, 4, 1_000_00)
    assert budget_round.phase_at(scene.clock()) is Phase.COUNTED


def test_with_the_stop_rule_the_first_plan_that_does_not_fit_ends_the_distribution(
    scene: Scene, session: Session
) -> None:
    budget_round, (tree, square, bench) = scene.voting_round(
        scene.wijk(), {"Bomen": 6000, "Plein": 5000, "Bank": 3000}, counting_rule="greedy-stop"
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


def test_ranked_ballots_are_counted_by_schulze(scene: Scene, session: Session) -> None:
    """Five voters: three put Bomen before Plein before Bank, two Bank before Plein before Bomen; money for two."""
    budget_round, (tree, square, bench) = scene.voting_round(
        scene.wijk(),
        {"Bomen": 5000, "Plein": 5000, "Bank": 5000},
        ballot_type=BallotType.RANKING,
        counting_rule="schulze",
    )
    for entry in entries(session)[:3]:
        scene.vote(entry, tree, square, bench)
    for entry in entries(session)[3:5]:
        scene.vote(entry, bench, square, tree)
    scene.closed_phase()
    (count,) = scene.act(count_round, SYSTEM, budget_round.id)
    assert count.rule.startswith("schulze")
    lines = [(line.title, line.place, line.funded) for line in read_report(session, count).lines]
    assert lines == [("Bomen", 1, True), ("Plein", 2, True), ("Bank", 3, False)]


def test_each_wijk_is_counted_by_itself_and_only_the_tied_one_again(scene: Scene, session: Session) -> None:
    north, south = scene.wijk("Noord", "N"), scene.wijk("Zuid", "Z")
    budget_round = scene.open_round(north, south)
    plans = {}
    for wijk in (north, south):
        platform, pot = scene.platform(wijk, f"Wijkplatform {wijk.name}"), scene.pot(budget_round, wijk)
        plans[wijk.code] = [scene.proposal(pot, platform, title, 6000) for title in ("Bomen", "Plein")]
    scene.list_all(*plans["N"], *plans["Z"])
    scene.voters(budget_round, north, 2)
    scene.voters(budget_round, south, 2)
    scene.fix_list(budget_round.id)
    scene.voting_phase()
    north_voters, south_voters = entries(session)[:2], entries(session)[2:]
    scene.vote(north_voters[0], plans["N"][0])
    scene.vote(south_voters[0], *plans["Z"])
    scene.closed_phase()
    first = {
        count.pot_id: (count.number, count.status)
        for count in scene.act(count_round, SYSTEM, budget_round.id)
    }
    pots = {wijk.code: scene.pot(budget_round, wijk).id for wijk in (north, south)}
    assert first == {pots["N"]: (1, "complete"), pots["Z"]: (1, "lot_required")}
    assert budget_round.phase_at(scene.clock()) is Phase.CLOSED
    order = [plan.id for plan in plans["Z"]]
    scene.act(record_lot, SYSTEM, pots["Z"], order=order, witness="Een getuige")
    second = {
        count.pot_id: (count.number, count.status)
        for count in scene.act(count_round, SYSTEM, budget_round.id)
    }
    assert second == {pots["N"]: (1, "complete"), pots["Z"]: (2, "complete")}
    scene.act(certify_result, SYSTEM, budget_round.id)
    assert [pot_balance(session, pot) for pot in pots.values()] == [4_000_00, 4_000_00]


def test_blank_ballots_count_for_the_turnout_and_for_nothing_else(scene: Scene, session: Session) -> None:
    budget_round, (tree,) = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    voters = entries(session)
    scene.vote(voters[0])
    scene.vote(voters[1])
    scene.vote(voters[2], tree)
    scene.closed_phase()
    (count,) = scene.act(count_round, SYSTEM, budget_round.id)
    assert (count.entitled, count.ballots, count.blank_ballots, count.spent_cents) == (5, 3, 2, 6_000_00)


def test_a_plan_without_votes_gets_no_money_even_if_nobody_voted_at_all(
    scene: Scene, session: Session
) -> None:
    budget_round, (tree, square) = scene.voting_round(scene.wijk(), {"Bomen": 6000, "Plein": 6000})
    scene.closed_phase()
    (count,) = scene.act(count_round, SYSTEM, budget_round.id)
    assert (count.status, count.spent_cents, count.ballots) == (CountStatus.COMPLETE, 0, 0)
    scene.act(certify_result, SYSTEM, budget_round.id)
    assert {tree.status, square.status} == {"not_funded"}


@pytest.mark.parametrize(
    "tampering",
    [
        "DELETE FROM ballot",
        "UPDATE roll_entry SET voted = true",
        "INSERT INTO ballot (receipt, pot_id, channel, choice)"
        " SELECT 'erbij', pot_id, channel, choice FROM ballot",
    ],
)
def test_ballots_that_do_not_match_the_voters_are_not_counted(
    scene: Scene, session: Session, tampering: str
) -> None:
    budget_round, (tree,) = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    scene.vote(entries(session)[0], tree)
    scene.closed_phase()
    session.connection().execute(text(tampering))
    session.commit()
    with pytest.raises(DomainError, match="Tel niet"):
        scene.act(count_round, SYSTEM, budget_round.id)
    assert session.exec(select(Count)).all() == []


def test_a_complete_count_is_not_made_again(scene: Scene, session: Session) -> None:
    budget_round, (tree,) = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    scene.vote(entries(session)[0], tree)
    scene.closed_phase()
    scene.act(count_round, SYSTEM, budget_round.id)
    with pytest.raises(WrongPhase):
        scene.act(count_round, SYSTEM, budget_round.id)


def test_nothing_is_counted_again_before_the_lot_is_recorded(scene: Scene, session: Session) -> None:
    budget_round, (tree, square) = scene.voting_round(scene.wijk(), {"Bomen": 6000, "Plein": 6000})
    scene.vote(entries(session)[0], tree, square)
    scene.closed_phase()
    (first,) = scene.act(count_round, SYSTEM, budget_round.id)
    number = first.number
    with pytest.raises(LotFirst, match="Houd eerst een loting in Fictiewijk"):
        scene.act(count_round, SYSTEM, budget_round.id)
    kept = last_count(session, scene.pot(budget_round).id)
    assert kept is not None and kept.number == number


def test_a_count_whose_stored_steps_were_altered_is_not_certified(scene: Scene, session: Session) -> None:
    budget_round, (tree,) = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    scene.vote(entries(session)[0], tree)
    scene.closed_phase()
    scene.act(count_round, SYSTEM, budget_round.id)
    round_id = budget_round.id
    with edge.transaction() as writing:
        # Somebody who owns the database can switch the guard off.
        postgresql = writing.get_bind().dialect.name == "postgresql"
        off = (
            "ALTER TABLE count_step DISABLE TRIGGER USER"
            if postgresql
            else "DROP TRIGGER count_step_no_update"
        )
        writing.connection().execute(text(off))
        writing.exec(select(CountStep)).one().cost_cents -= 100
    with pytest.raises(DomainError, match="telling van Fictiewijk"):
        scene.act(certify_result, SYSTEM, round_id)


def test_only_an_official_counts(scene: Scene) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    scene.closed_phase()
    with pytest.raises(NotAllowed):
        scene.act(count_round, Actor(1, frozenset({Role.AUDITOR, Role.ADMINISTRATOR})), budget_round.id)
