"""Casting a ballot: once, whole, in time, and with nothing that tells whose it is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from tests.scene import VOTING_CLOSES, Scene
from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.audit_line import AuditLine
from wijkbudget.domain.ballot import Ballot
from wijkbudget.domain.budget_round import BallotType
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.errors import (
    AlreadyVoted,
    DomainError,
    InvalidInput,
    LinkExpired,
    LinkInvalid,
    VoteClosed,
)
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.domain.proposal import Proposal
from wijkbudget.services.cast_ballot import cast_ballot
from wijkbudget.services.count_round import count_round
from wijkbudget.services.open_voting_link import start_ballot
from wijkbudget.services.submit_proposal import withdraw_proposal

PLANS = {"Bomen": 6000, "Plein": 5000, "Bank": 3000}


def first_entry(session: Session) -> int:
    return session.exec(select(RollEntry.id).order_by(RollEntry.id)).first()


def ids(proposals: list[Proposal]) -> list[int]:
    return [proposal.id for proposal in proposals]


def started(scene: Scene, session: Session) -> str:
    """A link of the first voter with which the ballot was begun."""
    _, hashed = scene.link(first_entry(session))
    scene.act(start_ballot, hashed)
    return hashed


def standing(session: Session) -> tuple[int, int]:
    """Ballots in the box, and marks on the roll."""
    session.rollback()
    marks = session.exec(select(RollEntry).where(RollEntry.voted)).all()
    return len(session.exec(select(Ballot)).all()), len(marks)


def test_a_cast_ballot_is_in_the_box_and_marks_the_roll(scene: Scene, session: Session) -> None:
    budget_round, plans = scene.voting_round(scene.wijk(), PLANS)
    chosen = ids(plans)[:2]
    hashed = started(scene, session)
    received = scene.act(cast_ballot, hashed, chosen)
    assert (received.round_id, received.pot_id) == (budget_round.id, plans[0].pot_id)
    assert standing(session) == (1, 1)
    assert session.exec(select(Ballot)).one().proposal_ids() == chosen


def test_the_voter_gets_a_confirmation_that_does_not_tell_the_choice(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    scene.act(cast_ballot, started(scene, session), [plans[0].id])
    mail = session.exec(select(OutboxMail)).one()
    assert (mail.kind, mail.recipient) == ("ballot_cast", "kiezer1@voorbeeld.example")
    assert "Bomen" not in f"{mail.subject} {mail.body}"


def test_an_approval_ballot_does_not_keep_the_order_of_the_ticks(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    order = ids(plans)
    scene.act(cast_ballot, started(scene, session), [order[2], order[0], order[1]])
    assert session.exec(select(Ballot)).one().proposal_ids() == sorted(order)


def test_a_ranking_keeps_its_order(scene: Scene, session: Session) -> None:
    rules = {"ballot_type": BallotType.RANKING, "counting_rule": "schulze"}
    _, plans = scene.voting_round(scene.wijk(), PLANS, **rules)
    ranking = [plans[2].id, plans[0].id]
    scene.act(cast_ballot, started(scene, session), ranking)
    assert session.exec(select(Ballot)).one().proposal_ids() == ranking


def test_a_capped_ballot_may_spend_the_whole_budget_and_no_cent_more(scene: Scene, session: Session) -> None:
    rules = {"ballot_type": BallotType.CAPPED_APPROVAL, "budget": 8_000_00}
    _, plans = scene.voting_round(scene.wijk(), PLANS, **rules)
    tree, square, bench = ids(plans)
    hashed = started(scene, session)
    with pytest.raises(InvalidInput, match="9.000.*8.000"):
        scene.act(cast_ballot, hashed, [tree, bench])
    assert standing(session) == (0, 0)
    scene.act(cast_ballot, hashed, [square, bench])
    assert standing(session) == (1, 1)


def test_without_a_cap_a_ballot_may_cost_more_than_the_budget(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS, budget=8_000_00)
    scene.act(cast_ballot, started(scene, session), ids(plans))
    assert standing(session) == (1, 1)


def test_a_blank_ballot_counts_as_a_vote(scene: Scene, session: Session) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    scene.act(cast_ballot, started(scene, session), [])
    assert standing(session) == (1, 1)
    assert session.exec(select(Ballot)).one().proposal_ids() == []


def test_a_plan_twice_unknown_or_withdrawn_is_refused_and_nothing_is_stored(
    scene: Scene, session: Session
) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    tree, square, bench = ids(plans)
    scene.act(withdraw_proposal, SYSTEM, plans[2], reason="Het kan niet meer.")
    hashed = started(scene, session)
    for wrong in ([tree, tree], [tree, 987654], [tree, bench]):
        with pytest.raises(InvalidInput):
            scene.act(cast_ballot, hashed, wrong)
    assert standing(session) == (0, 0)
    scene.act(cast_ballot, hashed, [tree, square])
    assert standing(session) == (1, 1)


def test_a_second_ballot_is_refused_with_the_same_link_and_with_another(
    scene: Scene, session: Session
) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    tree, square, _ = ids(plans)
    _, other = scene.link(first_entry(session))
    hashed = started(scene, session)
    scene.act(start_ballot, other)
    scene.act(cast_ballot, hashed, [tree])
    for link in (hashed, other):
        with pytest.raises(AlreadyVoted):
            scene.act(cast_ballot, link, [square])
    assert standing(session) == (1, 1)
    assert session.exec(select(Ballot)).one().proposal_ids() == [tree]


@pytest.mark.parametrize("links", [1, 2], ids=["one link", "two links"])
def test_casts_at_the_same_time_give_exactly_one_ballot(
    app: Flask, scene: Scene, session: Session, links: int
) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    choices = [[plan.id] for plan in plans] * 2
    entry = first_entry(session)
    hashes = [scene.link(entry)[1] for _ in range(links)]
    for hashed in hashes:
        scene.act(start_ballot, hashed)
    now, together = scene.clock(), Barrier(len(choices))

    def cast(number: int) -> str:
        with app.app_context():
            together.wait(timeout=10)
            try:
                with edge.transaction() as own:
                    cast_ballot(own, now, hashes[number % links], choices[number])
            except DomainError as error:
                return type(error).__name__
            return "cast"

    with ThreadPoolExecutor(len(choices)) as pool:
        answers = sorted(pool.map(cast, range(len(choices))))
    assert answers == ["AlreadyVoted"] * 5 + ["cast"]
    assert standing(session) == (1, 1)
    assert len(session.exec(select(OutboxMail)).all()) == 1


def test_many_people_can_cast_at_the_same_time(app: Flask, scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS, voters=6)
    choice = ids(plans)
    entries = list(session.exec(select(RollEntry.id)))
    hashes = [scene.link(entry)[1] for entry in entries]
    for hashed in hashes:
        scene.act(start_ballot, hashed)
    now, together = scene.clock(), Barrier(6)

    def cast(hashed: str) -> None:
        with app.app_context():
            together.wait(timeout=10)
            with edge.transaction() as own:
                cast_ballot(own, now, hashed, choice)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(cast, hashes))
    assert standing(session) == (6, 6)


def test_the_last_second_counts_and_the_closing_instant_is_too_late(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    choice = [plans[0].id]
    early, late = list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))[:2]
    scene.clock.set(VOTING_CLOSES - timedelta(minutes=5))
    hashes = [scene.link(entry)[1] for entry in (early, late)]
    for hashed in hashes:
        scene.act(start_ballot, hashed)
    scene.clock.set(VOTING_CLOSES - timedelta(microseconds=1))
    scene.act(cast_ballot, hashes[0], choice)
    scene.clock.set(VOTING_CLOSES)
    with pytest.raises(VoteClosed):
        scene.act(cast_ballot, hashes[1], choice)
    assert standing(session) == (1, 1)


def test_a_ballot_under_way_at_the_close_is_counted_or_refused_never_lost(
    app: Flask, scene: Scene, session: Session
) -> None:
    budget_round, plans = scene.voting_round(scene.wijk(), PLANS)
    round_id, choice = budget_round.id, [plans[0].id]
    just_before, just_after = VOTING_CLOSES - timedelta(microseconds=1), VOTING_CLOSES
    first, second = list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))[:2]
    scene.clock.set(VOTING_CLOSES - timedelta(minutes=5))
    hashes = [scene.link(entry)[1] for entry in (first, second)]

    def count() -> int:
        with app.app_context(), edge.transaction() as own:
            (made,) = count_round(own, just_after, SYSTEM, round_id)
            return made.ballots

    with ThreadPoolExecutor(1) as pool:
        with edge.transaction() as casting:
            cast_ballot(casting, just_before, hashes[0], choice)
            casting.flush()
            counting = pool.submit(count)
            with pytest.raises(TimeoutError):
                counting.result(timeout=0.5)
        assert counting.result(timeout=20) == 1
    with pytest.raises(VoteClosed), edge.transaction() as late:
        cast_ballot(late, just_before, hashes[1], choice)
    assert standing(session) == (1, 1)


def test_a_link_that_expired_or_was_never_made_casts_nothing(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    choice = [plans[0].id]
    hashed = started(scene, session)
    scene.clock.advance(hours=2)
    with pytest.raises(LinkExpired):
        scene.act(cast_ballot, hashed, choice)
    with pytest.raises(LinkInvalid):
        scene.act(cast_ballot, "0" * 64, choice)
    assert standing(session) == (0, 0)


def test_a_ballot_row_holds_no_person_no_address_and_no_time_finer_than_the_day(
    scene: Scene, session: Session
) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    scene.act(cast_ballot, started(scene, session), ids(plans))
    row = session.connection().execute(text("SELECT * FROM ballot")).mappings().one()
    assert set(row) == {"id", "pot_id", "channel", "received_on", "choice"}
    assert str(row["received_on"]) == "2026-05-10"
    assert type(session.exec(select(Ballot)).one().received_on) is date


def test_the_day_of_a_ballot_is_that_of_the_town_hall(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    scene.clock.set(VOTING_CLOSES - timedelta(days=1, minutes=-30))
    scene.act(cast_ballot, started(scene, session), [plans[0].id])
    assert session.exec(select(Ballot)).one().received_on == date(2026, 5, 21)


def test_no_column_joins_a_ballot_to_the_roll_to_a_link_or_to_a_mail(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    scene.act(cast_ballot, started(scene, session), ids(plans))
    assert {key.column.table.name for key in Ballot.__table__.foreign_keys} == {"budget_pot"}
    ballot = session.exec(select(Ballot)).one()
    own = {str(value) for value in ballot.model_dump(exclude={"pot_id", "channel"}).values()}
    for table in (RollEntry, EmailToken, OutboxMail):
        for row in session.exec(select(table)):
            values = {str(value) for value in row.model_dump().values() if value is not None}
            assert not own & values, table.__name__
    for table in (RollEntry, EmailToken, OutboxMail):
        assert not {key.column.table.name for key in table.__table__.foreign_keys} & {"ballot"}


def test_the_box_does_not_keep_the_order_in_which_people_voted(scene: Scene, session: Session) -> None:
    scene.voting_round(scene.wijk(), PLANS, voters=12)
    order = []
    for entry in list(session.exec(select(RollEntry.id).order_by(RollEntry.id))):
        before = set(session.exec(select(Ballot.id)))
        scene.vote(entry)
        (new,) = set(session.exec(select(Ballot.id))) - before
        order.append(new)
    assert order != sorted(order)
    if session.get_bind().dialect.name == "sqlite":
        stored = [row[0] for row in session.connection().execute(text("SELECT id FROM ballot"))]
        assert stored == sorted(order)


def test_voting_leaves_no_line_in_the_audit_log(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    before = len(session.exec(select(AuditLine)).all())
    scene.act(cast_ballot, started(scene, session), [plans[0].id])
    assert len(session.exec(select(AuditLine)).all()) == before


def test_a_ballot_that_waited_from_before_the_close_until_after_the_count_is_refused(
    scene: Scene, session: Session
) -> None:
    budget_round, (tree, square) = scene.voting_round(scene.wijk(), {"Bomen": 6000, "Plein": 6000})
    voters = session.exec(select(RollEntry.id).order_by(RollEntry.id)).all()
    scene.vote(voters[1], tree, square)
    round_id, choice, hashed = budget_round.id, [tree.id], started(scene, session)
    in_time = scene.clock()
    scene.closed_phase()
    scene.act(count_round, SYSTEM, round_id)
    scene.clock.set(in_time)
    with pytest.raises(VoteClosed):
        scene.act(cast_ballot, hashed, choice)
    assert standing(session) == (1, 1)
