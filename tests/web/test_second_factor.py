"""The second step on screen: forced for some, asked for again before weighty acts, and looked after."""

from datetime import timedelta

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.databases import make_settings
from tests.scene import PASSWORD, Scene
from tests.web.telephone import code_now, code_of, secret_on
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.domain.account import Role
from wijkbudget.domain.account_session import AccountSession
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import BudgetRound, RoundStatus
from wijkbudget.domain.second_factor import SecondFactor
from wijkbudget.services.count_round import count_round
from wijkbudget.web.account.qr import draw_qr

EMAIL = "ambtenaar@voorbeeld.example"
MEMBER = "lid@voorbeeld.example"


@pytest.fixture
def visitor(client: FlaskClient, scene: Scene) -> Visitor:
    scene.account(EMAIL, Role.OFFICIAL)
    return Visitor(client)


def give_password(visitor: Visitor, email: str = EMAIL) -> Page:
    return visitor.submit(visitor.get("/inloggen"), {"email": email, "password": PASSWORD})


def another(visitor: Visitor) -> Visitor:
    return Visitor(visitor.client.application.test_client())


def code_was_given(ago: timedelta) -> None:
    """Every session gave its code this long ago."""
    with edge.transaction() as session:
        for row in session.exec(select(AccountSession)):
            row.code_at = edge.system_clock() - ago


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.ADMINISTRATOR, Role.AUDITOR])
def test_after_the_password_nothing_opens_until_the_second_step_is_set_up(
    client: FlaskClient, scene: Scene, role: Role
) -> None:
    scene.account(EMAIL, role)
    visitor = Visitor(client)
    page = give_password(visitor)
    assert page.heading == "Inloggen in twee stappen"
    for path in (
        "/mijn",
        "/mijn/account",
        "/mijn/wachtwoord",
        "/mijn/sessies",
        "/gemeente/rondes",
        "/inloggen/code",
    ):
        assert visitor.get(path).path == "/inloggen/twee-stappen", path
    refused = visitor.client.post("/gemeente/rondes/1/tellen", data={"csrf_token": page.form()["csrf_token"]})
    assert refused.headers["Location"] == "/inloggen/twee-stappen"
    assert "Uitloggen" not in visitor.get("/").text


def test_setting_up_shows_a_qr_code_the_secret_and_then_ten_codes_once(visitor: Visitor) -> None:
    page = give_password(visitor)
    assert page.document
    secret = secret_on(page)
    assert len(secret) == 32
    drawing = page.document.query("svg[role=img]")[0]
    assert "QR-code voor uw app" in drawing.to_text()
    assert drawing.attrs["aria-labelledby"] == "qr-title"
    shown = visitor.submit(page, {"code": code_now(secret)})
    assert shown.heading == "Uw herstelcodes"
    assert shown.document
    codes = [item.to_text().strip() for item in shown.document.query("main ol code")]
    assert len(set(codes)) == 10
    assert secret not in shown.html
    assert not any(code in visitor.get("/mijn/account").html for code in codes)
    assert "U hebt nog 10 herstelcodes" in visitor.get("/mijn/account").text

    lost = another(visitor)
    assert give_password(lost).heading == "Vul uw code in"
    inside = lost.submit(lost.get("/inloggen/code"), {"code": codes[0]})
    assert "U hebt er nog 9" in inside.text
    again = another(visitor)
    give_password(again)
    assert again.submit(again.get("/inloggen/code"), {"code": codes[0]}).status == 422


def test_a_wrong_first_code_keeps_the_same_secret_on_screen(visitor: Visitor) -> None:
    page = give_password(visitor)
    secret = secret_on(page)
    wrong = f"{(int(code_now(secret)) + 1) % 10**6:06}"
    again = visitor.submit(page, {"code": wrong})
    assert again.status == 422
    assert "Deze code klopt niet" in again.text
    assert secret_on(again) == secret
    forged = visitor.submit(again, {"code": wrong, "sealed": "verzonnen"})
    assert forged.status == 422
    assert "Dit blad is te oud" in forged.text
    assert secret_on(forged) != secret
    assert edge.session().exec(select(SecondFactor)).all() == []


def test_a_wrong_code_and_a_used_one_get_the_same_refusal(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    other = another(visitor)
    page = give_password(other)
    used = code_of(visitor.client.application, EMAIL)
    elsewhere = another(visitor)
    give_password(elsewhere)
    elsewhere.submit(elsewhere.get("/inloggen/code"), {"code": used})
    first, second = (other.submit(page, {"code": code}) for code in (used, "geen code"))
    assert first.status == second.status == 422
    assert "Deze code klopt niet, of is al een keer gebruikt" in first.text
    assert first.text == second.text
    assert used not in first.html
    assert other.get("/mijn/wachtwoord").path == "/inloggen/code"


def test_ten_wrong_codes_lock_the_account_for_a_quarter_of_an_hour(visitor: Visitor, scene: Scene) -> None:
    visitor.log_in(EMAIL)
    other = another(visitor)
    page = give_password(other)
    for _ in range(10):
        other.submit(page, {"code": "geen code"})
    code = code_of(visitor.client.application, EMAIL)
    assert other.submit(page, {"code": code}).status == 422
    assert give_password(another(visitor)).status == 422
    scene.clock.advance(minutes=15)
    assert other.submit(page, {"code": code}).path == "/gemeente/rondes"


def test_the_page_for_the_code_opens_for_a_quarter_of_an_hour(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    other = another(visitor)
    give_password(other)
    assert other.get("/inloggen/code").status == 200
    with edge.transaction() as session:
        for row in session.exec(select(AccountSession).where(~col(AccountSession.complete))):
            row.begun_at -= timedelta(minutes=15)
    assert other.get("/inloggen/code").path == "/inloggen"


def test_a_member_logs_in_with_a_password_and_may_set_up_the_second_step_and_take_it_away(
    visitor: Visitor, scene: Scene
) -> None:
    scene.account(MEMBER, Role.PLATFORM_MEMBER)
    page = visitor.log_in(MEMBER)
    assert page.path == "/wijkplatform/plannen"
    assert "Mijn account" in page.text
    setting_up = visitor.get("/mijn/twee-stappen")
    visitor.submit(setting_up, {"code": code_now(secret_on(setting_up))})
    assert visitor.get("/mijn/account").status == 200
    other = another(visitor)
    assert give_password(other, MEMBER).path == "/inloggen/code"
    gone = visitor.submit(visitor.get("/mijn/account"), action="/mijn/twee-stappen/uit")
    assert "U logt voortaan in met alleen uw wachtwoord." in gone.text
    assert give_password(another(visitor), MEMBER).path == "/wijkplatform/plannen"


def test_an_official_cannot_take_the_second_step_away(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    page = visitor.get("/mijn/account")
    assert "Uitzetten" not in page.text
    data = {"csrf_token": page.form("/mijn/herstelcodes")["csrf_token"]}
    assert visitor.send(visitor.client.post, "/mijn/twee-stappen/uit", data=data).status_code == 403
    assert edge.session().exec(select(SecondFactor)).all() != []


def test_new_recovery_codes_and_another_telephone_ask_for_the_code_again(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    page = visitor.get("/mijn/account")
    code_was_given(timedelta(minutes=5))
    asked = visitor.submit(page, action="/mijn/herstelcodes")
    assert asked.heading == "Vul uw code nog een keer in"
    assert visitor.get("/mijn/twee-stappen").path == "/mijn/code"
    assert visitor.submit(asked, {"code": "geen code"}).status == 422
    back = visitor.submit(asked, {"code": code_of(visitor.client.application, EMAIL)})
    assert back.path == "/mijn/account"
    assert "Druk nu nog een keer op de knop" in back.text
    assert visitor.submit(back, action="/mijn/herstelcodes").heading == "Uw herstelcodes"
    other = another(visitor)
    other.log_in(EMAIL)
    changed = visitor.get("/mijn/twee-stappen")
    assert visitor.submit(changed, {"code": code_now(secret_on(changed))}).heading == "Uw herstelcodes"
    assert visitor.get("/mijn/account").status == 200
    assert other.get("/mijn/account").path == "/inloggen"


def test_certifying_a_result_asks_for_the_code_again(visitor: Visitor, scene: Scene) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    scene.closed_phase()
    scene.act(count_round, SYSTEM, budget_round.id)
    visitor.log_in(EMAIL)
    path = f"/gemeente/rondes/{budget_round.id}/vaststellen"
    page = visitor.get(path)
    code_was_given(timedelta(minutes=5))
    asked = visitor.submit(page)
    assert asked.path == "/mijn/code"
    assert "Er is nog niets gebeurd." in asked.text
    edge.session().expire_all()
    assert edge.session().get_one(BudgetRound, budget_round.id).status == RoundStatus.COUNTED
    back = visitor.submit(asked, {"code": code_of(visitor.client.application, EMAIL)})
    assert back.path == path
    assert "De uitslag is vastgesteld en openbaar" in visitor.submit(back).text


def test_the_code_counts_for_five_minutes(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    code_was_given(timedelta(minutes=4, seconds=50))
    assert visitor.get("/mijn/twee-stappen").path == "/mijn/twee-stappen"
    code_was_given(timedelta(minutes=5))
    assert visitor.get("/mijn/twee-stappen").path == "/mijn/code"


def test_a_session_without_the_second_step_opens_nothing_for_a_role_that_needs_it(visitor: Visitor) -> None:
    visitor.log_in(EMAIL)
    with edge.transaction() as session:
        for row in session.exec(select(AccountSession)):
            row.code_at = None
    assert visitor.get("/mijn/account").path == "/inloggen"


@pytest.fixture
def demo(app: Flask, scene: Scene) -> Visitor:
    """The same database, served as a demonstration."""
    settings = app.extensions["settings"]
    served = create_app(make_settings(settings.instance, settings.database_url, demo=True))
    served.testing = True
    scene.account(EMAIL, Role.OFFICIAL)
    return Visitor(served.test_client())


def test_in_the_demonstration_a_password_is_enough_and_the_page_says_so(demo: Visitor) -> None:
    assert "In deze demonstratie hebt u alleen een wachtwoord nodig." in demo.get("/inloggen").text
    assert give_password(demo).path == "/gemeente/rondes"
    assert "In deze demonstratie is de tweede stap niet verplicht." in demo.get("/mijn/account").text


def test_a_real_installation_says_nothing_of_a_demonstration(visitor: Visitor) -> None:
    assert "demonstratie" not in visitor.get("/inloggen").text


def test_the_drawing_of_a_qr_code_is_that_of_the_library() -> None:
    text = "otpauth://totp/Wijkbudget:x?secret=ABC"
    drawn = draw_qr(text)
    squares = {tuple(map(int, part.split("h")[0].split())) for part in drawn.path.split("M")[1:]}
    matrix = segno.make(text, error="m", micro=False).matrix
    assert squares == {(x + 4, y + 4) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
    assert drawn.side == len(matrix) + 8
