"""The outbox: each mail goes out once, however many workers there are, and keeps nothing once it is gone."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlmodel import Session, select

from tests.scene import Scene
from tests.services.crowd import at_once
from wijkbudget import edge
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.domain.outbox_mail import MailStatus, OutboxMail
from wijkbudget.mail.messages import Message
from wijkbudget.services.deliver_mail import LEASE, RETRY, claim_mail, mark_failed, mark_sent, waiting_mail
from wijkbudget.services.queue_mail import queue_mail


def queue(scene: Scene, number: int = 1) -> None:
    with edge.transaction() as session:
        for i in range(number):
            message = Message(kind="test", subject=f"Bericht {i}", body="Beste bewoner")
            queue_mail(session, scene.clock(), recipient=f"kiezer{i}@voorbeeld.example", message=message)


def only(session: Session) -> OutboxMail:
    return session.exec(select(OutboxMail)).one()


def test_two_workers_at_once_send_each_mail_once(app: Flask, scene: Scene, session: Session) -> None:
    queue(scene, 40)

    def work(_: int) -> list[str]:
        taken: list[str] = []
        while True:
            with edge.transaction() as own:
                claimed = claim_mail(own, scene.clock(), limit=3)
            if not claimed:
                return taken
            for mail in claimed:
                taken.append(mail.recipient)
                with edge.transaction() as own:
                    mark_sent(own, scene.clock(), mail.id)

    parts = at_once(app, 4, work)
    everyone = sorted(recipient for part in parts for recipient in part)
    assert everyone == sorted(f"kiezer{i}@voorbeeld.example" for i in range(40))
    assert waiting_mail(session) == 0


def test_a_claim_is_for_five_minutes(scene: Scene) -> None:
    queue(scene)
    (claimed,) = scene.act(claim_mail)
    assert (claimed.recipient, claimed.subject) == ("kiezer0@voorbeeld.example", "Bericht 0")
    assert scene.act(claim_mail) == []
    scene.clock.advance(seconds=LEASE.total_seconds())
    assert [mail.id for mail in scene.act(claim_mail)] == [claimed.id], (
        "a worker that died must not keep the mail"
    )


def test_a_sent_mail_keeps_neither_recipient_nor_text(scene: Scene, session: Session) -> None:
    queue(scene)
    (claimed,) = scene.act(claim_mail)
    scene.act(mark_sent, claimed.id)
    mail = only(session)
    assert (mail.status, mail.recipient, mail.body, mail.sent_at) == (
        MailStatus.SENT,
        None,
        None,
        scene.clock(),
    )


def test_a_mail_that_is_refused_is_tried_six_times_ever_later(scene: Scene, session: Session) -> None:
    queue(scene)
    waits: list[timedelta] = []
    for _ in range(len(RETRY) + 1):
        (claimed,) = scene.act(claim_mail)
        scene.act(mark_failed, claimed.id, error="SMTPDataError 451")
        mail = only(session)
        if mail.status == MailStatus.FAILED:
            break
        waits.append(mail.not_before - scene.clock())
        scene.clock.set(mail.not_before - timedelta(seconds=1))
        assert scene.act(claim_mail) == []
        scene.clock.set(mail.not_before)
    assert waits == list(RETRY)
    assert (mail.status, mail.attempts, mail.last_error) == (MailStatus.FAILED, 6, "SMTPDataError 451")
    assert waiting_mail(session) == 0


def test_a_worker_that_was_too_slow_does_not_undo_the_delivery(scene: Scene, session: Session) -> None:
    queue(scene)
    (claimed,) = scene.act(claim_mail)
    scene.act(mark_sent, claimed.id)
    scene.act(mark_failed, claimed.id, error="TimeoutError")
    assert only(session).status == MailStatus.SENT


def test_an_act_that_fails_leaves_no_mail(scene: Scene, session: Session) -> None:
    def queue_and_fail(own: Session, now: datetime) -> None:
        message = Message(kind="test", subject="Bericht", body="Beste bewoner")
        queue_mail(own, now, recipient="kiezer@voorbeeld.example", message=message)
        own.flush()
        raise InvalidInput("the act went wrong")

    with pytest.raises(InvalidInput):
        scene.act(queue_and_fail)
    assert session.exec(select(OutboxMail)).all() == []
