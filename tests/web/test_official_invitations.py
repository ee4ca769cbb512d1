"""An official invites the voters, and replaces a lost code or link together with a colleague."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.scene import Scene
from tests.web.test_voting import PLANS, mails
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.domain.account import Role
from wijkbudget.domain.invitation_order import InvitationOrder
from wijkbudget.domain.replacement import Replacement
from wijkbudget.services.invite_voters import invite_batch
from wijkbudget.services.request_voting_link import link_settings

ROLL = ("F01-Z;F01;;;ja;", "F01-J;F01;;;nee;jong@voorbeeld.example")


@pytest.fixture
def address(scene: Scene) -> str:
    """The page of a round in which people vote."""
    budget_round, _ = scene.voting_round(scene.wijk(), PLANS, roll=ROLL)
    return f"/gemeente/rondes/{budget_round.id}"


@pytest.fixture
def colleague(app: Flask, scene: Scene) -> Visitor:
    scene.account("collega@voorbeeld.example", Role.OFFICIAL, name="Collega Fictie")
    visitor = Visitor(app.test_client())
    visitor.log_in("collega@voorbeeld.example")
    return visitor


def test_an_official_invites_everybody_and_sees_how_far_it_is(official: Visitor, address: str) -> None:
    assert f"{address}/uitnodigen" in official.get(address).links()
    page = official.get(f"{address}/uitnodigen")
    assert "nog uit te nodigen 5" in page.text and "zonder e-mailadres: alleen met een brief 1" in page.text
    after = official.submit(page)
    assert (after.status, after.path) == (200, f"{address}/uitnodigen")
    assert "uitgenodigd 5" in after.text and "nog uit te nodigen 0" in after.text
    assert "Iedereen met een e-mailadres is uitgenodigd" in after.text
    assert [mail.kind for mail in mails()] == ["invitation"] * 5
    assert official.submit(page).status == 409, "there is nobody left"


def test_with_a_mail_server_the_loop_writes_them_and_the_page_shows_the_progress(
    app: Flask, official: Visitor, scene: Scene, address: str
) -> None:
    settings = app.extensions["settings"].model_copy(update={"smtp_host": "mail.example"})
    app.extensions["settings"] = settings
    page = official.submit(official.get(f"{address}/uitnodigen"))
    assert mails() == []
    assert "0 van 5" in page.text and "De uitnodigingen worden verstuurd" in page.text
    scene.act(invite_batch, int(address.rsplit("/", 1)[1]), link_settings(settings), limit=2)
    assert "2 van 5" in official.get(f"{address}/uitnodigen").text
    assert edge.session().exec(select(InvitationOrder)).one().ordered_by is not None


def test_before_the_list_is_fixed_nobody_is_invited_or_gets_something_new(
    official: Visitor, scene: Scene
) -> None:
    budget_round = scene.open_round(scene.wijk())
    base = f"/gemeente/rondes/{budget_round.id}"
    assert "Nu kunt u niemand uitnodigen" in official.get(f"{base}/uitnodigen").text
    assert "Nu kan dit niet" in official.get(f"{base}/vervangen").text
    assert f"{base}/uitnodigen" not in official.get(base).links()


def ask(official: Visitor, address: str, **changes: str) -> Page:
    filled = {"number": "F01-K1", "kind": "letter_code", "reason": "letter_lost"} | changes
    return official.submit(official.get(f"{address}/vervangen"), filled, action="/vervangen")


def test_a_new_code_needs_two_officials_and_is_shown_once(
    official: Visitor, colleague: Visitor, address: str
) -> None:
    page = ask(official, address)
    assert "Een andere ambtenaar moet haar goedkeuren" in page.text
    assert "U vroeg dit zelf aan" in page.text
    assert "Keur goed" not in page.text
    forbidden = Page(
        official.client.post(
            f"{address}/vervangen/1/goedkeuren", data={"csrf_token": page.form()["csrf_token"]}
        )
    )
    assert forbidden.status == 403
    waiting = colleague.get(f"{address}/vervangen")
    assert "Kiesnummer F01-K1" in waiting.text and "De brief is kwijt" in waiting.text
    answer = colleague.submit(waiting, action="/goedkeuren")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}", answer.text)
    assert code and "U ziet deze code één keer" in answer.text
    assert answer.response.headers["Cache-Control"] == "no-store"
    assert code[0] not in colleague.get(f"{address}/vervangen").html
    again = colleague.submit(waiting, action="/goedkeuren")
    assert again.status == 404


def test_a_new_link_is_mailed_and_no_page_shows_it(
    official: Visitor, colleague: Visitor, address: str
) -> None:
    ask(official, address, kind="link", email="Nieuw@Voorbeeld.example")
    answer = colleague.submit(colleague.get(f"{address}/vervangen"), action="/goedkeuren")
    assert "De nieuwe stemlink is verstuurd" in answer.text
    assert "/stemmen/link/" not in answer.html
    assert {(mail.kind, mail.recipient) for mail in mails()} == {
        ("replacement", "nieuw@voorbeeld.example"),
        ("replaced", "kiezer1@voorbeeld.example"),
    }


def test_a_request_can_be_turned_down_and_taken_back(
    official: Visitor, colleague: Visitor, address: str
) -> None:
    ask(official, address)
    assert "is afgewezen" in colleague.submit(colleague.get(f"{address}/vervangen"), action="/afwijzen").text
    page = ask(official, address)
    assert "Er wacht geen aanvraag" in official.submit(page, action="/afwijzen").text
    edge.session().rollback()
    assert list(edge.session().exec(select(Replacement.status))) == ["refused", "refused"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"number": ""}, "number", "Vul het kiesnummer in."),
        ({"number": "F01-K99"}, "number", "staat niet in het kiesregister"),
        ({"number": "F01-J"}, "number", "mag niet stemmen"),
        ({"kind": "link"}, "email", "Vul in naar welk e-mailadres"),
        ({"kind": "link", "email": "piet"}, "email", "geen e-mailadres"),
        ({"reason": ""}, "reason", "Kies een reden."),
    ],
)
def test_a_mistake_in_the_request_is_shown_at_its_field(
    official: Visitor, address: str, changes: dict[str, str], field: str, words: str
) -> None:
    page = ask(official, address, **changes)
    assert page.status == 422
    assert page.document is not None
    assert words in page.document.query(f"#{field}-error")[0].to_text()


def test_a_request_of_another_round_cannot_be_decided_here(
    official: Visitor, colleague: Visitor, scene: Scene, address: str
) -> None:
    ask(official, address)
    scene.clock.advance(minutes=1)
    page = colleague.get(f"{address}/vervangen")
    token = {"csrf_token": page.form("/goedkeuren")["csrf_token"]}
    for path in ("/gemeente/rondes/99/vervangen/1/goedkeuren", f"{address}/vervangen/99/afwijzen"):
        assert colleague.client.post(path, data=token).status_code == 404


def test_the_log_shows_these_acts_in_words(official: Visitor, colleague: Visitor, address: str) -> None:
    ask(official, address)
    colleague.submit(colleague.get(f"{address}/vervangen"), action="/goedkeuren")
    text = official.get("/gemeente/logboek").text
    for words in ("nieuwe code of link aangevraagd", "nieuwe code of link goedgekeurd", "aanvraag-id 1"):
        assert words in text
    assert "F01-K1" not in text


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.PLATFORM_MEMBER])
def test_only_an_official_comes_near(client: FlaskClient, scene: Scene, address: str, role: Role) -> None:
    scene.account("ander@voorbeeld.example", role)
    visitor = Visitor(client)
    visitor.log_in("ander@voorbeeld.example")
    for page in ("uitnodigen", "vervangen"):
        assert visitor.get(f"{address}/{page}").status == 403
