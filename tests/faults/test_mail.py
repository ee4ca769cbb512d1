"""Two workers deliver to a mail server that fails: every mail arrives, and only a lost answer makes it come twice."""

from collections import Counter
from pathlib import Path
from threading import Barrier

from flask import Flask
from sqlmodel import select

from tests.conftest import FakeClock
from tests.faults import crash, naive
from tests.faults.crash import Machine
from tests.faults.moody_mail import Mood, MoodyServer
from tests.scene import Scene
from tests.services.crowd import at_once
from wijkbudget import edge
from wijkbudget.cli.mail import deliver_all
from wijkbudget.domain.outbox_mail import MailStatus, OutboxMail
from wijkbudget.mail.messages import Message
from wijkbudget.mail.smtp import SmtpServer
from wijkbudget.services.deliver_mail import waiting_mail
from wijkbudget.services.queue_mail import queue_mail

SENDER = "wijkbudget@voorbeeld.example"


def queue(scene: Scene, number: int) -> list[str]:
    """So many mails in the outbox; their Message-IDs."""
    with edge.transaction() as session:
        for i in range(number):
            message = Message(kind="test", subject=f"Bericht {i}", body="Beste bewoner")
            queue_mail(session, scene.clock(), recipient=f"kiezer{i}@voorbeeld.example", message=message)
    ids = sorted(edge.session().exec(select(OutboxMail.id)))
    edge.session().rollback()
    return [f"<{mail_id}@voorbeeld.example>" for mail_id in ids]


def all_sent() -> bool:
    edge.session().rollback()
    return set(edge.session().exec(select(OutboxMail.status))) == {MailStatus.SENT}


def test_two_workers_deliver_each_mail_once(app: Flask, scene: Scene) -> None:
    ids = queue(scene, 40)
    with MoodyServer() as server:
        delivered = at_once(app, 2, lambda _: deliver_all(SmtpServer("127.0.0.1", server.port, SENDER)))
    assert sum(delivered) == 40
    assert server.taken == Counter(ids)
    assert all_sent()


def test_two_workers_that_claim_nothing_deliver_mails_twice(app: Flask, scene: Scene) -> None:
    ids, together = queue(scene, 5), Barrier(2)
    with MoodyServer() as server:
        smtp = SmtpServer("127.0.0.1", server.port, SENDER)
        at_once(app, 2, lambda _: naive.send_without_claim(smtp, lambda: together.wait(20)))
    assert server.taken == Counter(ids * 2)


def test_a_failing_mail_server_gets_each_mail_until_it_takes_it_and_a_second_copy_can_be_recognised(
    app: Flask, scene: Scene, clock: FakeClock
) -> None:
    ids = queue(scene, 16)
    first_tries = {
        0: [],
        1: [Mood.LATER, Mood.LATER],
        2: [Mood.HANGS_UP, Mood.LATER],
        3: [Mood.LOSES_ANSWER],
    }

    def mood(message_id: str, tries: int) -> Mood:
        planned = first_tries[ids.index(message_id) % 4]
        return planned[tries] if tries < len(planned) else Mood.TAKES

    with MoodyServer(mood) as server:
        smtp = SmtpServer("127.0.0.1", server.port, SENDER)
        for _ in range(4):
            at_once(app, 2, lambda _: deliver_all(smtp))
            clock.advance(hours=5)
    assert all_sent()
    lost_answer = Counter(ids[3::4])
    assert server.taken == Counter(ids) + lost_answer
    assert server.tries == Counter(ids) + lost_answer + Counter((ids[1::4] + ids[2::4]) * 2)


def test_a_mail_whose_worker_is_killed_at_any_step_arrives_with_the_same_message_id(
    app: Flask, scene: Scene, clock: FakeClock, tmp_path: Path
) -> None:
    ids, sent_by_the_dead = queue(scene, 1), 0
    machine = Machine(edge.settings(), clock, tmp_path / "told")
    with MoodyServer() as server:
        for step in range(1, 100):
            if machine.crash(crash.deliver, server.port, step=step) is None:
                break
            edge.session().rollback()
            if server.taken.total() > sent_by_the_dead and waiting_mail(edge.session()):
                sent_by_the_dead = server.taken.total()
            clock.advance(minutes=6)
    machine.stop()
    assert all_sent()
    assert sent_by_the_dead > 0, "no worker died between sending and noting it"
    assert set(server.taken) == set(ids)
