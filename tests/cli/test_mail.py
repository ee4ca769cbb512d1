"""Delivering the outbox over SMTP, to a real mail server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlmodel import select

from tests.cli.conftest import Command
from tests.e2e.installation import free_port
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.config import load_settings
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.mail.messages import Message
from wijkbudget.services.queue_mail import queue_mail

RECIPIENT = "inwoner@voorbeeld.example"


class MailServer:
    """A mail server that answers what it is told to, and keeps what it took."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.taken: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    kept, port = MailServer(), free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("WIJKBUDGET_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("WIJKBUDGET_SMTP_PORT", str(port))
    yield kept
    controller.stop()


@pytest.fixture
def outbox(ready: Path) -> Flask:
    """The application, with one mail waiting."""
    app = create_app(load_settings(os.environ, ready))
    with app.app_context():
        with edge.transaction() as session:
            message = Message(
                kind="voting_link", subject="Uw stemlink", body="Hier is uw link: /stemmen/link/geheim"
            )
            queue_mail(session, edge.now(), recipient=RECIPIENT, message=message)
        edge.db.engine.dispose()
    return app


def stored(app: Flask) -> OutboxMail:
    with app.app_context():
        mail = edge.session().exec(select(OutboxMail)).one()
        edge.session().expunge(mail)
        edge.db.session.close()
        edge.db.engine.dispose()
    return mail


def test_a_mail_is_delivered_once_under_its_own_id(
    wijkbudget: Command, outbox: Flask, server: MailServer
) -> None:
    before = stored(outbox).id
    assert wijkbudget("mail", "send").code == 0
    assert wijkbudget("mail", "send").code == 0
    (envelope,) = server.taken
    assert envelope.rcpt_tos == [RECIPIENT]
    assert f"Message-ID: <{before}@voorbeeld.example>" in envelope.content.decode()


def test_recipient_and_text_are_wiped_once_delivered(
    wijkbudget: Command, outbox: Flask, server: MailServer
) -> None:
    wijkbudget("mail", "send")
    mail = stored(outbox)
    assert (mail.status, mail.recipient, mail.body) == ("sent", None, None)
    files = [path for path in Path(outbox.instance_path).iterdir() if RECIPIENT.encode() in path.read_bytes()]
    assert files == [], "the address is in no file any more, the write-ahead log included"


def test_a_temporary_refusal_is_tried_again_later_and_names_nobody(
    wijkbudget: Command, outbox: Flask, server: MailServer
) -> None:
    server.answers = [f"451 {RECIPIENT} try later"]
    done = wijkbudget("mail", "send")
    assert done.code == 1
    assert RECIPIENT not in done.out + done.err and "geheim" not in done.out + done.err
    mail = stored(outbox)
    assert (mail.status, mail.attempts, mail.recipient) == ("queued", 1, RECIPIENT)
    assert RECIPIENT not in mail.last_error and mail.not_before > mail.created_at
    assert wijkbudget("mail", "send").code == 1, "its turn has not come"
    assert server.taken == []
    with outbox.app_context():
        with edge.transaction() as session:
            session.exec(select(OutboxMail)).one().not_before -= timedelta(minutes=2)
        edge.db.engine.dispose()
    assert wijkbudget("mail", "send").code == 0
    assert f"<{mail.id}@" in server.taken[0].content.decode()


def test_a_server_that_is_away_costs_nothing(
    wijkbudget: Command, outbox: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIJKBUDGET_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("WIJKBUDGET_SMTP_PORT", str(free_port()))
    done = wijkbudget("mail", "send")
    assert done.code == 1 and RECIPIENT not in done.err
    assert stored(outbox).status == "queued"


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "Uw stemlink voor Ronde\r\nBcc: x@voorbeeld.example"},
        {"recipient": "in\nwoner@voorbeeld.example"},
        {"recipient": ""},
    ],
)
def test_a_mail_that_cannot_be_made_does_not_keep_the_next_one_waiting(
    wijkbudget: Command, outbox: Flask, server: MailServer, wrong: dict[str, str]
) -> None:
    with outbox.app_context():
        with edge.transaction() as session:
            broken = session.exec(select(OutboxMail)).one()
            for name, value in wrong.items():
                setattr(broken, name, value)
            message = Message(kind="ballot_cast", subject="Uw stem is ontvangen", body="Dank u.")
            queue_mail(session, edge.now(), recipient=RECIPIENT, message=message)
        edge.db.engine.dispose()
    done = wijkbudget("mail", "send")
    assert (done.code, done.out) == (1, "Bezorgd: 1. Wacht nog: 1.\n")
    assert "woner" not in done.err and "Traceback" not in done.err
    assert len(server.taken) == 1 and b"Uw stem is ontvangen" in server.taken[0].content
    with outbox.app_context():
        left = edge.session().exec(select(OutboxMail).where(OutboxMail.status == "queued")).one()
        assert (left.kind, left.attempts) == ("voting_link", 1)
        assert left.last_error and "woner" not in left.last_error
        edge.db.session.close()
        edge.db.engine.dispose()


def test_without_a_mail_server_the_setting_is_named(wijkbudget: Command, outbox: Flask) -> None:
    assert "WIJKBUDGET_SMTP_HOST" in wijkbudget("mail", "send").refusal


def test_the_loop_delivers_and_ends_promptly_when_told_to(outbox: Flask, server: MailServer) -> None:
    loop = subprocess.Popen(
        [sys.executable, "-m", "wijkbudget", "mail", "send", "--loop"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        end = time.monotonic() + 60
        while not server.taken and time.monotonic() < end:
            time.sleep(0.1)
        told = time.monotonic()
        loop.send_signal(signal.SIGTERM)
        said, _ = loop.communicate(timeout=20)
    finally:
        loop.kill()
        loop.wait()
    assert len(server.taken) == 1
    assert loop.returncode == 0, said
    assert time.monotonic() - told < 10
    assert "Traceback" not in said and RECIPIENT not in said
