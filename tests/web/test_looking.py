"""Looking at a page changes nothing, whatever word the browser uses for looking."""

from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.scene import PASSWORD, Scene
from tests.web.visitor import Visitor
from wijkbudget import edge
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.schema import metadata


def contents() -> dict[str, list[object]]:
    """Every row of every table."""
    edge.session().rollback()
    connection = edge.session().connection()
    return {
        table.name: sorted(map(str, connection.execute(select(table)))) for table in metadata.sorted_tables
    }


def test_head_on_a_page_with_a_form_does_not_send_the_form(scene: Scene, official: Visitor) -> None:
    draft = scene.draft_round(scene.wijk("Anderwijk", "F02"))
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    addresses = [f"/gemeente/rondes/{draft.id}/{act}" for act in ("openen", "wijzigen")]
    addresses += [
        f"/gemeente/rondes/{budget_round.id}/{act}"
        for act in ("briefcodes", "stemlijst", "vaststellen", "kiesregister")
    ]
    before = contents()
    for address in addresses:
        for look in (official.client.head, official.client.get):
            answer = look(address)
            assert answer.status_code in (200, 409), (address, answer.status_code)
    assert contents() == before
    assert "De ronde is open" not in official.get("/gemeente/rondes").text


def test_head_without_a_login_is_sent_to_log_in_and_back(client: FlaskClient) -> None:
    answer = client.head("/gemeente/rondes")
    assert answer.status_code == 303 and "verder=" in answer.headers["Location"]
    assert client.head("/inloggen").status_code == 200


def test_head_on_the_form_for_a_plan_saves_nothing(scene: Scene, client: FlaskClient) -> None:
    wijk = scene.wijk()
    pot, platform = scene.pot(scene.open_round(wijk), wijk), scene.platform(wijk)
    plan = scene.proposal(pot, platform)
    scene.member(platform)
    Visitor(client).log_in("lid@voorbeeld.example")
    new, change = (
        f"/wijkplatform/{platform.id}/rondes/{pot.id}/nieuw",
        f"/wijkplatform/plannen/{plan.id}/wijzigen",
    )
    before = contents()
    for address in (new, change):
        assert client.head(address).status_code == 200, address
    assert contents() == before


def test_letter_codes_are_still_to_be_had_after_somebody_looked(scene: Scene, official: Visitor) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=3)
    official.client.head(f"/gemeente/rondes/{budget_round.id}/briefcodes")
    edge.session().rollback()
    query = select(RollEntry.letter_code_hash)
    assert edge.session().connection().execute(query).scalars().all() == [None, None, None]


def test_after_logging_out_a_kept_cookie_opens_nothing(scene: Scene, client: FlaskClient) -> None:
    scene.account()
    visitor = Visitor(client)
    visitor.log_in("ambtenaar@voorbeeld.example", PASSWORD)
    cookie = client.get_cookie("wijkbudget")
    assert cookie
    page = visitor.get("/gemeente/rondes")
    assert page.document
    token = page.document.query("form[action='/uitloggen'] input[name=csrf_token]")[0].attrs["value"]
    assert client.post("/uitloggen", data={"csrf_token": token}).status_code == 303
    client.set_cookie("wijkbudget", cookie.value)
    answer = client.get("/gemeente/rondes")
    assert answer.status_code == 303 and "/inloggen" in answer.headers["Location"]
    with_line = text("SELECT count(*) FROM audit_line WHERE action = 'account.logged_out'")
    edge.session().rollback()
    assert edge.session().connection().execute(with_line).scalar() == 1
