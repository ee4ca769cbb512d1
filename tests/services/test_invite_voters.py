"""Inviting in bulk: one mail for each entry with an address, whatever happens halfway; the link lives until the close."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from tests.scene import Scene
from tests.services.crowd import at_once
from tests.services.test_request_voting_link import HOME, SETTINGS, link_in, mails
from tests.services.test_request_voting_link import ask as ask_for_link
from wijkbudget import edge
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.audit_line import AuditLine
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.errors import NotAllowed, VoteClosed, WrongPhase
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.services.deliver_mail import claim_mail
from wijkbudget.services.forget_addresses import forget_addresses
from wijkbudget.services.invite_voters import (
    Invited,
    invite_batch,
    next_order,
    order_invitations,
    read_invited,
)
from wijkbudget.services.open_voting_link import open_voting_link

ROLL = (
    *(f"F01-A{i};F01;;;ja;inwoner{i}@voorbeeld.example" for i in range(1, 8)),
    "F01-J;F01;;;nee;jong@voorbeeld.example",
    "F01-Z;F01;;;ja;",
)


@pytest.fixture
def round_id(scene: Scene) -> int:
    """A round in which people vote: seven with an address, one too young, one without an address."""
    return scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=0, roll=ROLL)[0].id


def progress(session: Session, round_id: int) -> Invited:
    session.rollback()
    return read_invited(session, round_id)


def invite_all(scene: Scene, round_id: int, limit: int = 3) -> list[int]:
    """Work the order off; the sizes of the batches."""
    sizes = []
    while size := scene.act(invite_batch, round_id, SETTINGS, limit=limit):
        sizes.append(size)
    return sizes


def test_everybody_with_an_address_who_may_vote_gets_one_mail(
    scene: Scene, session: Session, round_id: int
) -> None:
    scene.act(order_invitations, SYSTEM, round_id)
    assert invite_all(scene, round_id) == [3, 3, 1]
    found = mails(session)
    assert sorted(mail.recipient or "" for mail in found) == [
        f"inwoner{i}@voorbeeld.example" for i in range(1, 8)
    ]
    assert {mail.kind for mail in found} == {"invitation"}
    assert "Stemmen kan van 01-05-2026 09:00 uur tot en met 21-05-2026 23:59 uur." in (found[0].body or "")
    assert {open_voting_link(session, scene.clock(), link_in(mail)).entry.email for mail in found} == {
        mail.recipient for mail in found
    }
    done = progress(session, round_id)
    assert (done.invited, done.waiting, done.without_email, done.running) == (7, 0, 1, False)
    assert next_order(session) is None


def test_an_invitation_lives_until_the_close_and_not_an_instant_longer(
    scene: Scene, session: Session, round_id: int
) -> None:
    scene.act(order_invitations, SYSTEM, round_id)
    invite_all(scene, round_id)
    hashed = link_in(mails(session)[0])
    closes_at = open_voting_link(session, scene.clock(), hashed).budget_round.voting_closes_at
    assert open_voting_link(session, closes_at - timedelta(seconds=1), hashed)
    with pytest.raises(VoteClosed):
        open_voting_link(session, closes_at, hashed)
    scene.clock.set(closes_at)
    assert scene.act(forget_addresses) == 7
    session.rollback()
    assert set(session.exec(select(EmailToken.email))) == {None}


def test_a_worker_that_is_killed_halfway_a_batch_leaves_nothing_half_done(
    scene: Scene, session: Session, round_id: int
) -> None:
    scene.act(order_invitations, SYSTEM, round_id)
    scene.act(invite_batch, round_id, SETTINGS, limit=3)

    def killed() -> None:
        with edge.transaction() as own:
            invite_batch(own, scene.clock(), round_id, SETTINGS, limit=3)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert progress(session, round_id).invited == len(mails(session)) == 3
    assert invite_all(scene, round_id) == [3, 1]
    assert len({mail.recipient for mail in mails(session)}) == len(mails(session)) == 7


def test_workers_at_once_invite_nobody_twice(
    app: Flask, scene: Scene, session: Session, round_id: int
) -> None:
    scene.act(order_invitations, SYSTEM, round_id)
    now = scene.clock()

    def work(_: int) -> None:
        for _turn in range(4):
            with edge.transaction() as own:
                invite_batch(own, now, round_id, SETTINGS, limit=2)

    at_once(app, 3, work)
    assert len({mail.recipient for mail in mails(session)}) == len(mails(session)) == 7


def test_an_order_given_twice_is_one_order(scene: Scene, session: Session, round_id: int) -> None:
    for _ in range(2):
        scene.act(order_invitations, SYSTEM, round_id)
    invite_all(scene, round_id)
    acts = session.exec(select(AuditLine).where(col(AuditLine.action).startswith("invitations"))).all()
    assert [(line.action, line.details) for line in acts] == [
        ("invitations.ordered", '{"invitations":7}'),
        ("invitations.finished", '{"invitations":7}'),
    ]
    with pytest.raises(WrongPhase, match="niemand"):
        scene.act(order_invitations, SYSTEM, round_id)


def test_who_has_voted_is_not_invited(scene: Scene, session: Session, round_id: int) -> None:
    scene.vote(session.exec(select(RollEntry.id).where(RollEntry.external_number == "F01-A1")).one())
    scene.act(order_invitations, SYSTEM, round_id)
    assert sum(invite_all(scene, round_id)) == 6
    assert "inwoner1@voorbeeld.example" not in [m.recipient for m in mails(session) if m.kind == "invitation"]


def test_nobody_is_invited_before_the_list_is_fixed_or_after_the_close(
    scene: Scene, session: Session, round_id: int
) -> None:
    scene.review_phase()
    scene.act(order_invitations, SYSTEM, round_id)
    other = scene.draft_round(scene.wijk("Anderwijk", "F02"), name="Andere ronde").id
    with pytest.raises(WrongPhase):
        scene.act(order_invitations, SYSTEM, other)
    scene.act(invite_batch, round_id, SETTINGS, limit=2)
    scene.closed_phase()
    assert invite_all(scene, round_id) == []
    assert not progress(session, round_id).running, "the order ends with the vote"
    with pytest.raises(WrongPhase):
        scene.act(order_invitations, SYSTEM, round_id)
    assert len(mails(session)) == 2


def test_only_an_official_invites(scene: Scene, round_id: int) -> None:
    auditor = scene.actor(scene.account("controle@voorbeeld.example", Role.AUDITOR))
    with pytest.raises(NotAllowed):
        scene.act(order_invitations, auditor, round_id)


def test_who_asks_for_a_link_does_not_wait_for_a_pile_of_invitations(scene: Scene, session: Session) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=9)
    scene.act(order_invitations, SYSTEM, budget_round.id)
    invite_all(scene, budget_round.id)
    scene.clock.advance(minutes=1)
    ask_for_link(scene, HOME)
    claimed = scene.act(claim_mail, limit=3)
    assert claimed[0].subject.startswith("Uw stemlink")
    assert [mail.subject.startswith("Uw uitnodiging") for mail in claimed[1:]] == [True, True]
    assert session.exec(select(OutboxMail.bulk).where(OutboxMail.kind == "voting_link")).one() is False


def test_an_invitation_does_not_use_up_the_links_that_somebody_may_ask_for(
    scene: Scene, session: Session
) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=1)
    scene.act(order_invitations, SYSTEM, budget_round.id)
    invite_all(scene, budget_round.id)
    for _ in range(4):
        ask_for_link(scene, HOME)
    assert [mail.kind for mail in mails(session)].count("voting_link") == 3
