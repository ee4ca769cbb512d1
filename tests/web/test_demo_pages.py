"""The mail and the clock of the demonstration."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from tests.conftest import FakeClock
from tests.databases import make_settings
from tests.scene import Scene
from tests.web.visitor import Visitor
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.demo.clock import DemoClock
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.mail.messages import ballot_cast, voting_link
from wijkbudget.services.deliver_mail import mark_sent
from wijkbudget.services.open_round import open_round
from wijkbudget.services.queue_mail import queue_mail

LINK = "http://wijkbudget.test/stemmen/link/abc.DEF-xyz_1"


class Running:
    """The clock of the application, for a scene in which nobody sets the time."""

    def __call__(self) -> datetime:
        return edge.now()


@pytest.fixture
def demo(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application as a demonstration, with its own clock."""
    application = create_app(make_settings(tmp_path, database_url, demo=True))
    application.testing = True
    yield application
    with application.app_context():
        edge.db.engine.dispose()


@pytest.fixture
def demo_scene(demo: Flask) -> Iterator[Scene]:
    with demo.app_context():
        yield Scene(Running())


@pytest.fixture
def visitor(demo: Flask) -> Visitor:
    return Visitor(demo.test_client())


def coming_round(scene: Scene, name: str = "Fictieronde") -> BudgetRound:
    """An opened round with all its moments ahead."""
    days = {
        "submission_opens_at": 1,
        "submission_closes_at": 10,
        "voting_opens_at": 20,
        "voting_closes_at": 30,
    }
    now = edge.now()
    moments = {field: now + timedelta(days=number) for field, number in days.items()}
    draft = scene.draft_round(scene.wijk(), name=name, **moments)
    return scene.act(open_round, SYSTEM, draft.id)


def link_mail(scene: Scene, recipient: str = "kiezer@voorbeeld.example") -> None:
    now = edge.now()
    about = {
        "municipality": "Haarlem",
        "round_name": "Fictieronde",
        "wijk": "Fictiewijk",
        "roll_number": "K-1234",
    }
    message = voting_link(
        **about, url=LINK, expires_at=now + timedelta(hours=1), closes_at=now + timedelta(days=9)
    )
    scene.act(queue_mail, recipient=recipient, message=message)


def test_outside_the_demonstration_its_pages_do_not_exist(app: Flask) -> None:
    outsider = Visitor(app.test_client())
    for path in ("/demo/mail", "/demo/klok"):
        assert outsider.get(path).status == 404
    assert outsider.client.post("/demo/klok", data={"naar": "dag"}).status_code in (400, 404)
    assert "/demo/mail" not in outsider.get("/").links()


def test_the_banner_leads_to_the_mail_and_the_clock(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert "personen en plannen in Haarlem zijn verzonnen" in page.text
    assert {"/demo/mail", "/demo/klok"} <= set(page.links())


def test_without_mail_the_outbox_says_how_to_get_some(visitor: Visitor) -> None:
    assert "Er is nog geen mail." in visitor.get("/demo/mail").text


def test_the_newest_mail_is_on_top_and_its_voting_link_can_be_followed(
    demo_scene: Scene, visitor: Visitor
) -> None:
    about = {"municipality": "Haarlem", "round_name": "Oude ronde", "wijk": "Fictiewijk"}
    message = ballot_cast(**about, closes_at=edge.now())
    demo_scene.act(queue_mail, recipient="eerder@voorbeeld.example", message=message)
    link_mail(demo_scene)
    page = visitor.get("/demo/mail")
    assert LINK in page.links()
    assert "Aan kiezer@voorbeeld.example" in page.text
    assert page.document
    subjects = [heading.to_text().strip() for heading in page.document.query("h2")]
    assert subjects == ["Uw stemlink voor Fictieronde", "Uw stem voor Oude ronde is ontvangen"]


def test_of_a_delivered_mail_only_the_subject_is_left(demo_scene: Scene, visitor: Visitor) -> None:
    link_mail(demo_scene)
    mail = edge.session().exec(select(OutboxMail)).one()
    demo_scene.act(mark_sent, mail.id)
    page = visitor.get("/demo/mail")
    assert "bezorgd, inhoud gewist" in page.text
    assert LINK not in page.html and "kiezer@voorbeeld.example" not in page.html


def test_markup_in_a_mail_is_not_run(demo_scene: Scene, visitor: Visitor) -> None:
    link_mail(demo_scene, "<script>x</script>@voorbeeld.example")
    page = visitor.get("/demo/mail")
    assert page.document and not page.document.query("main script")


def test_the_clock_offers_the_moments_to_come_in_order(demo_scene: Scene, visitor: Visitor) -> None:
    coming_round(demo_scene)
    demo_scene.draft_round(demo_scene.wijk("Verzinwijk", "F02"), name="Geheime ronde")
    page = visitor.get("/demo/klok")
    assert page.document
    offered = [p.to_text().strip() for p in page.document.query(".wb-moment__what")]
    assert offered == ["Indienen begint", "Indienen sluit", "Stemmen begint", "Stemmen sluit"]
    assert "Geheime ronde" not in page.text


def test_the_clock_moves_the_round_into_its_next_phase(demo_scene: Scene, visitor: Visitor) -> None:
    budget_round = coming_round(demo_scene)
    assert "Aangekondigd" in visitor.get(f"/rondes/{budget_round.id}").text
    page = visitor.submit(visitor.get("/demo/klok"), {"naar": f"{budget_round.id}-submission_opens_at"})
    assert page.status == 200
    assert "De demo-klok staat nu op" in page.text
    assert "Indienen begint" not in page.text
    assert "Plannen indienen kan tot en met" in visitor.get(f"/rondes/{budget_round.id}").text
    assert edge.now() >= budget_round.submission_opens_at


def test_a_day_further_is_a_day_further(demo: Flask, demo_scene: Scene, visitor: Visitor) -> None:
    before = edge.now()
    visitor.submit(visitor.get("/demo/klok"), {"naar": "dag"})
    assert timedelta(days=1) <= edge.now() - before < timedelta(days=1, minutes=5)


@pytest.mark.parametrize("chosen", ["", "1-submission_opens_at", "1-opened_at", "2020-01-01", "-dag"])
def test_the_clock_refuses_what_has_passed_or_does_not_exist(
    demo_scene: Scene, visitor: Visitor, chosen: str
) -> None:
    budget_round = coming_round(demo_scene)
    page = visitor.get("/demo/klok")
    visitor.submit(page, {"naar": f"{budget_round.id}-submission_opens_at"})
    before = edge.now()
    refused = visitor.submit(page, {"naar": chosen})
    assert refused.status == 422
    assert "De klok gaat alleen vooruit." in refused.text
    assert edge.now() - before < timedelta(minutes=5)


def test_the_clock_does_not_move_without_the_csrf_token(demo_scene: Scene, visitor: Visitor) -> None:
    before = edge.now()
    assert visitor.client.post("/demo/klok", data={"naar": "dag"}).status_code == 400
    assert edge.now() - before < timedelta(minutes=5)


def test_looking_at_the_clock_does_not_move_it(demo: Flask, visitor: Visitor) -> None:
    running = demo.extensions["clock"]
    assert isinstance(running, DemoClock)
    visitor.get("/demo/klok")
    visitor.get("/demo/klok?naar=dag")
    assert running.offset_seconds() == 0


def test_a_clock_that_was_given_stands_fast(database_url: str, tmp_path: Path) -> None:
    application = create_app(make_settings(tmp_path, database_url, demo=True), clock=FakeClock())
    visitor = Visitor(application.test_client())
    assert visitor.submit(visitor.get("/demo/klok"), {"naar": "dag"}).status == 404
    with application.app_context():
        edge.db.engine.dispose()
