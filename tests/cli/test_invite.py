"""The mail loop looks up requests and writes invitations; an invitation run that is killed goes on where it was."""

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from tests.cli.conftest import Command
from tests.cli.test_mail import MailServer, server  # noqa: F401  (a fixture)
from tests.conftest import FakeClock
from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.config import load_settings
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.link_request import VotingLinkRequest
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.services.ask_for_link import ask_for_link
from wijkbudget.services.invite_voters import order_invitations
from wijkbudget.services.request_voting_link import LinkRequest

KEY = "a key that only the tests know, long enough"
HOME = LinkRequest("kiezer1@voorbeeld.example", "2000AA", 1)
Voting = Callable[[int], Flask]


@pytest.fixture
def voting(ready: Path, monkeypatch: pytest.MonkeyPatch) -> Voting:
    """An installation with round 1, in which so many people vote at this very moment."""
    for name, value in {
        "BASE_URL": "https://wijkbudget.voorbeeld.example",
        "SMTP_HOST": "127.0.0.1",
        "MAIL_FROM": "wijkbudget@voorbeeld.example",
        "SECRET_KEY": KEY,
    }.items():
        if f"WIJKBUDGET_{name}" not in os.environ:
            monkeypatch.setenv(f"WIJKBUDGET_{name}", value)

    def make(voters: int) -> Flask:
        app = create_app(load_settings(os.environ, ready), clock=FakeClock())
        with app.app_context():
            scene, now = Scene(app.extensions["clock"]), edge.system_clock()
            budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=voters)
            with scene.edit(budget_round):
                budget_round.submission_opens_at, budget_round.submission_closes_at = (
                    now - timedelta(days=days) for days in (30, 20)
                )
                budget_round.voting_opens_at, budget_round.voting_closes_at = (
                    now + timedelta(days=days) for days in (-1, 7)
                )
            edge.db.session.close()
            edge.db.engine.dispose()
        return app

    return make


def ask(app: Flask, request: LinkRequest = HOME, ago: timedelta = timedelta(0)) -> None:
    with app.app_context():
        with edge.transaction() as session:
            ask_for_link(session, edge.system_clock() - ago, request, came_from="192.0.2.1", key=KEY)
        edge.db.engine.dispose()


def requests(app: Flask) -> list[VotingLinkRequest]:
    with app.app_context():
        found = list(edge.session().exec(select(VotingLinkRequest)))
        edge.session().expunge_all()
        edge.db.session.close()
        edge.db.engine.dispose()
    return found


def test_who_asked_gets_the_link_from_the_mail_loop_and_what_they_typed_is_gone(
    server: MailServer,  # noqa: F811  (the fixture above)
    voting: Voting,
    wijkbudget: Command,
    instance: Path,
) -> None:
    app = voting(2)
    ask(app)
    assert wijkbudget("mail", "send").out == "Bezorgd: 1. Wacht nog: 0.\n"
    (envelope,) = server.taken
    assert envelope.rcpt_tos == [HOME.email]
    assert b"https://wijkbudget.voorbeeld.example/stemmen/link/" in re.sub(rb"=\r?\n", b"", envelope.content)
    (row,) = requests(app)
    assert (row.email, row.postcode, row.mails) == (None, None, 1)


def test_the_loop_forgets_also_when_nobody_asks_for_anything(
    server: MailServer,  # noqa: F811  (the fixture above)
    voting: Voting,
    wijkbudget: Command,
    instance: Path,
) -> None:
    app, nobody = voting(1), "niemand@voorbeeld.example"

    def held() -> list[str]:
        files = [path for path in instance.iterdir() if path.is_file()]
        return [path.name for path in files if nobody.encode() in path.read_bytes()]

    ask(app, LinkRequest(nobody, "2000AA", 1), ago=timedelta(hours=1))
    assert held()
    assert wijkbudget("mail", "send").code == 0
    assert server.taken == [] and requests(app) == []
    assert held() == [], "it is in no file any more, the write-ahead log included"


def test_the_loop_works_off_an_order_and_a_request_that_comes_in_goes_first(
    server: MailServer,  # noqa: F811  (the fixture above)
    voting: Voting,
    wijkbudget: Command,
) -> None:
    app = voting(25)
    with app.app_context():
        with edge.transaction() as session:
            order_invitations(session, edge.system_clock(), SYSTEM, 1)
        edge.db.engine.dispose()
    ask(app)
    assert wijkbudget("mail", "send").out == "Bezorgd: 26. Wacht nog: 0.\n"
    recipients = [envelope.rcpt_tos[0] for envelope in server.taken]
    assert recipients[0] == HOME.email
    assert Counter(recipients[1:]) == {f"kiezer{i}@voorbeeld.example": 1 for i in range(1, 26)}
    assert wijkbudget("mail", "send").out == "Bezorgd: 0. Wacht nog: 0.\n"


def test_a_run_that_is_killed_goes_on_without_double_mails(voting: Voting, wijkbudget: Command) -> None:
    voters = 6000
    app = voting(voters)
    run = subprocess.Popen(
        [sys.executable, "-m", "wijkbudget", "round", "invite", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    database = sqlite3.connect(Path(app.instance_path) / "wijkbudget.sqlite", timeout=10)
    count = "SELECT count(*) FROM outbox_mail"
    try:
        end = time.monotonic() + 60
        while not (written := database.execute(count).fetchone()[0]) and time.monotonic() < end:
            time.sleep(0.005)
    finally:
        run.kill()
        run.wait()
    written = database.execute(count).fetchone()[0]
    tokens = database.execute("SELECT count(*) FROM email_token WHERE purpose = 'invitation'").fetchone()[0]
    database.close()
    assert 0 < written == tokens < voters
    done = wijkbudget("round", "invite", "1")
    assert done.code == 0
    assert f"{voters - written} uitnodigingen klaargezet. Uitgenodigd in deze ronde: {voters}." in done.out
    with app.app_context():
        recipients = Counter(edge.session().exec(select(OutboxMail.recipient)))
        edge.db.session.close()
        edge.db.engine.dispose()
    assert len(recipients) == voters and set(recipients.values()) == {1}
    assert "niemand (meer)" in wijkbudget("round", "invite", "1").refusal


def test_without_an_address_for_links_nobody_is_invited(
    voting: Voting, wijkbudget: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    voting(1)
    monkeypatch.delenv("WIJKBUDGET_BASE_URL")
    assert "WIJKBUDGET_BASE_URL" in wijkbudget("round", "invite", "1").refusal
