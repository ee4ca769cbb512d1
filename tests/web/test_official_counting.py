"""Officials count a closed round, record the lot that it needs, look every step through, and certify."""

import hashlib
import io
import json

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlmodel import Session, select

from tests.scene import Scene
from tests.web.visitor import Visitor
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import BallotType, BudgetRound, Phase
from wijkbudget.domain.count import Draw
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.export.report import REASON_TEXTS
from wijkbudget.services.count_round import count_round
from wijkbudget.services.read_pots import pot_balance

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "pb": "text/plain",
}


@pytest.fixture
def official(scene: Scene, client: FlaskClient) -> Visitor:
    """An official who is logged in."""
    return logged_in(scene, client, Role.OFFICIAL)


def logged_in(scene: Scene, client: FlaskClient, role: Role) -> Visitor:
    scene.account("ambtenaar@voorbeeld.example", role)
    visitor = Visitor(client)
    visitor.log_in("ambtenaar@voorbeeld.example")
    return visitor


def closed_round(scene: Scene, session: Session) -> BudgetRound:
    """Bomen 3 votes, Plein 2 (does not fit), Bank 1, Vlag 0; one blank ballot; € 1.000 is left."""
    euros = {"Bomen": 6000, "Plein": 5000, "Bank": 3000, "Vlag": 500}
    budget_round, (tree, square, bench, _) = scene.voting_round(scene.wijk(), euros, voters=8)
    voters = list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))
    for voter, choice in zip(voters, [(tree, square), (tree, square), (tree, bench), ()], strict=False):
        scene.vote(voter, *choice)
    scene.closed_phase()
    return budget_round


def tied_round(scene: Scene, session: Session) -> BudgetRound:
    """Bank is funded, then Bomen and Plein tie: one of them fits."""
    euros = {"Bomen": 6000, "Plein": 6000, "Bank": 3000}
    budget_round, (tree, square, bench) = scene.voting_round(scene.wijk(), euros, voters=4)
    voters = list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))
    scene.vote(voters[0], tree, square, bench)
    scene.vote(voters[1], bench)
    scene.closed_phase()
    return budget_round


def test_the_count_shows_every_step_with_its_reason_and_its_article(
    scene: Scene, official: Visitor, session: Session
) -> None:
    round_id = closed_round(scene, session).id
    path = f"/gemeente/rondes/{round_id}"
    page = official.submit(official.get(path), action="/tellen")
    assert "De stemmen zijn geteld. Controleer" in page.text
    (count,) = {link for link in page.links() if "/telling/" in link and link.count(".") == 0}
    page = official.get(count)
    assert page.heading == "Telling Fictiewijk"
    assert page.document
    rows = [" ".join(row.to_text().split()) for row in page.document.query("tbody tr")]
    money = [row.replace("\xa0", " ") for row in rows]
    assert money == [
        "1. Bomen 1 3 € 10.000 € 6.000 € 4.000 gekozen Dit plan krijgt geld. (art. 2)",
        f"2. Plein 2 2 € 4.000 € 5.000 € 4.000 niet gekozen {REASON_TEXTS['does-not-fit']} (art. 3)",
        "3. Bank 3 1 € 4.000 € 3.000 € 1.000 gekozen Dit plan krijgt geld. (art. 2)",
        "4. Vlag 4 0 € 1.000 € 500 € 1.000 niet gekozen Dit plan kreeg te weinig stemmen. (art. 6)",
    ]
    text = page.text.replace("\xa0", " ")
    assert "voorlopig" in text
    assert "4 plannen = 2 gekozen + 2 niet gekozen + 0 ingetrokken" in text
    assert "€ 10.000 budget = € 9.000 toegekend + € 1.000 over" in text
    assert "4 van 8 (50,0 %)" in text
    assert "1 blanco" in text
    assert "Gelijke stand" not in text


def test_a_tie_that_matters_needs_a_lot_without_doubles_and_then_the_count_goes_on(
    scene: Scene, official: Visitor, session: Session
) -> None:
    budget_round = tied_round(scene, session)
    pot_id = scene.pot(budget_round).id
    path = f"/gemeente/rondes/{budget_round.id}"
    page = official.submit(official.get(path), action="/tellen")
    assert "In 1 wijk is een gelijke stand" in page.text
    assert "Houd een loting in Fictiewijk" in page.text
    assert f"{path}/telling/{pot_id}/loting" in page.links()
    assert "Stemmen tellen" not in page.text
    page = official.get(f"{path}/telling/{pot_id}")
    assert "Er is een loting nodig" in page.text
    assert "1. Bomen" in page.text
    assert "2. Plein" in page.text
    assert "gestopt bij plaats 2" in page.text
    assert "€ 7.000" in page.text.replace("\xa0", " ")

    lot = official.get(f"{path}/telling/{pot_id}/loting")
    tree, square = (name for name in lot.form() if name.startswith("place_"))
    filled = {tree: "1", square: "1", "witness": "Notaris te Voorbeeldstad", "confirm": "y"}
    page = official.submit(lot, filled)
    assert page.status == 422
    assert "Elke plaats kan maar één keer voorkomen" in page.text
    assert page.form()["witness"] == ["Notaris te Voorbeeldstad"]
    page = official.submit(lot, {**filled, square: "2", "witness": "  "})
    assert page.status == 422
    assert "wie getuige was" in page.text
    page = official.submit(lot, {tree: "1", square: "2", "witness": "Notaris te Voorbeeldstad"})
    assert page.status == 422
    assert "Bevestig dat de loting openbaar was" in page.text
    assert session.exec(select(Draw)).all() == []

    page = official.submit(lot, {**filled, tree: "2", square: "1"})
    assert page.status == 200
    assert "De loting is vastgelegd. Tel nu opnieuw" in page.text
    assert official.get(f"{path}/telling/{pot_id}/loting").status == 409
    assert official.submit(lot, {**filled, tree: "1", square: "2"}).status == 409
    page = official.submit(page, action="/tellen")
    assert "Controleer de telling per wijk" in page.text
    text = official.get(f"{path}/telling/{pot_id}").text
    assert "Plaats 2: plan 1 en 2. Het lot bepaalde de volgorde." in text
    assert "Getuige: Notaris te Voorbeeldstad" in text
    assert "nummer 1" in text
    assert "gestopt voor een loting" in text

    page = official.get(f"{path}/vaststellen")
    assert "2. Plein" in page.text
    assert "1. Bomen" not in page.text
    assert "Dit kunt u niet terugdraaien" in page.text
    page = official.submit(page)
    assert "De uitslag is vastgesteld en openbaar" in page.text
    assert "voorlopig" not in official.get(f"{path}/telling/{pot_id}").text
    assert pot_balance(session, pot_id) == 1_000_00
    assert official.get(f"{path}/vaststellen").status == 409
    assert official.get(f"/rondes/{budget_round.id}/uitslag/{pot_id}").status == 200


def test_a_tie_that_does_not_matter_is_named_without_a_lot(
    scene: Scene, official: Visitor, session: Session
) -> None:
    budget_round, (tree, square) = scene.voting_round(scene.wijk(), {"Bomen": 2000, "Plein": 3000})
    scene.vote(session.exec(select(RollEntry.id)).first() or 0, tree, square)
    scene.closed_phase()
    scene.act(count_round, SYSTEM, budget_round.id)
    page = official.get(f"/gemeente/rondes/{budget_round.id}/telling/{scene.pot(budget_round).id}")
    assert "Plaats 1: plan 1 en 2. De volgorde maakte niet uit voor het geld." in page.text


def test_counting_waits_for_the_close_and_certifying_for_the_count(
    scene: Scene, official: Visitor, session: Session
) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    path = f"/gemeente/rondes/{budget_round.id}"
    scene.closed_phase()
    ready = official.get(path)
    scene.voting_phase()
    assert official.submit(ready, action="/tellen").status == 409
    assert official.get(f"{path}/vaststellen").status == 409
    assert session.get_one(BudgetRound, budget_round.id).phase_at(scene.clock()) is Phase.VOTING


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.AUDITOR])
def test_the_files_are_there_for_staff_and_say_that_they_are_provisional(
    scene: Scene, client: FlaskClient, session: Session, role: Role
) -> None:
    budget_round = closed_round(scene, session)
    (count,) = scene.act(count_round, SYSTEM, budget_round.id)
    hashed, pot_id = count.input_sha256, count.pot_id
    reader = logged_in(scene, client, role)
    path = f"/gemeente/rondes/{budget_round.id}/telling/{pot_id}"
    files = {}
    for kind, mimetype in TYPES.items():
        assert f"{path}.{kind}" in reader.get(path).links()
        answer = reader.get(f"{path}.{kind}").response
        assert answer.status_code == 200
        assert answer.mimetype == mimetype
        name = f"voorlopige-uitslag-fictieronde-fictiewijk.{kind}"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        files[kind] = answer.get_data()
    assert files["csv"].startswith(b"\xef\xbb\xbf")
    assert "Bomen" in files["csv"].decode("utf-8-sig")
    assert load_workbook(io.BytesIO(files["xlsx"])).sheetnames
    assert json.loads(files["json"])["certified"] is False
    assert hashlib.sha256(files["pb"]).hexdigest() == hashed


def test_a_count_that_waits_for_a_lot_gives_no_file(
    scene: Scene, official: Visitor, session: Session
) -> None:
    budget_round = tied_round(scene, session)
    pot_id = scene.pot(budget_round).id
    scene.act(count_round, SYSTEM, budget_round.id)
    for kind in TYPES:
        page = official.get(f"/gemeente/rondes/{budget_round.id}/telling/{pot_id}.{kind}")
        assert page.status == 409
        assert "wacht op een loting" in page.text


def test_with_few_ballots_the_official_is_told_not_to_publish_them(
    scene: Scene, official: Visitor, session: Session
) -> None:
    budget_round = closed_round(scene, session)
    scene.act(count_round, SYSTEM, budget_round.id)
    page = official.get(f"/gemeente/rondes/{budget_round.id}/telling/{scene.pot(budget_round).id}")
    assert "Maak het .pb-bestand niet openbaar" in page.text


def test_a_wijk_that_waits_for_its_lot_does_not_hold_up_the_count_of_another(
    scene: Scene, official: Visitor, session: Session
) -> None:
    north, south = scene.wijk("Noordhoek", "N01"), scene.wijk("Zuidhoek", "Z01")
    budget_round = scene.open_round(north, south)
    plans = {}
    for wijk in (north, south):
        pot, platform = scene.pot(budget_round, wijk), scene.platform(wijk, f"Wijkplatform {wijk.code}")
        plans[pot.id] = [scene.proposal(pot, platform, title, 6000) for title in ("Bomen", "Plein")]
        scene.voters(budget_round, wijk, 2)
    scene.list_all(*(plan for both in plans.values() for plan in both))
    scene.fix_list(budget_round.id)
    scene.voting_phase()
    for pot_id, (tree, square) in plans.items():
        voter = session.exec(select(RollEntry.id).where(RollEntry.pot_id == pot_id)).first()
        scene.vote(
            voter or 0, *((tree, square) if tree.pot_id == scene.pot(budget_round, north).id else (tree,))
        )
    scene.closed_phase()
    tied, clear = scene.pot(budget_round, north).id, scene.pot(budget_round, south).id
    path = f"/gemeente/rondes/{budget_round.id}"
    page = official.submit(official.get(path), action="/tellen")
    assert "Houd een loting in Noordhoek." in page.text
    assert f"{path}/telling/{clear}.csv" in page.links()
    assert f"{path}/telling/{tied}.csv" not in page.links()
    assert official.get(f"{path}/vaststellen").status == 409
    assert "Dit plan krijgt geld." in official.get(f"{path}/telling/{clear}").text


def test_a_wijk_of_another_round_is_not_found_under_this_one(
    scene: Scene, official: Visitor, session: Session
) -> None:
    other = scene.open_round(scene.wijk("Andere wijk", "F02"), name="Andere ronde")
    other_pot = scene.pot(other).id
    budget_round = tied_round(scene, session)
    pot_id = scene.pot(budget_round).id
    scene.act(count_round, SYSTEM, budget_round.id)
    assert official.get(f"/gemeente/rondes/{budget_round.id}/telling/{other_pot}").status == 404
    assert official.get(f"/gemeente/rondes/{other.id}/telling/{pot_id}/loting").status == 404
    assert official.get(f"/gemeente/rondes/{other.id}/telling/{pot_id}.csv").status == 404


def test_no_lot_can_be_recorded_where_none_is_needed(
    scene: Scene, official: Visitor, session: Session
) -> None:
    budget_round = closed_round(scene, session)
    path = f"/gemeente/rondes/{budget_round.id}/telling/{scene.pot(budget_round).id}/loting"
    assert official.get(path).status == 409
    scene.act(count_round, SYSTEM, budget_round.id)
    page = official.get(path)
    assert page.status == 409
    assert "geen loting nodig" in page.text


def test_ranked_ballots_are_shown_in_the_order_of_schulze(
    scene: Scene, official: Visitor, session: Session
) -> None:
    budget_round, (tree, square) = scene.voting_round(
        scene.wijk(),
        {"Bomen": 6000, "Plein": 5000},
        ballot_type=BallotType.RANKING,
        counting_rule="schulze",
    )
    voters = list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))
    scene.vote(voters[0], square, tree)
    scene.vote(voters[1], square)
    scene.closed_phase()
    scene.act(count_round, SYSTEM, budget_round.id)
    page = official.get(f"/gemeente/rondes/{budget_round.id}/telling/{scene.pot(budget_round).id}")
    assert page.document
    order = [" ".join(cell.to_text().split()) for cell in page.document.query("tbody th")]
    assert order == ["2. Plein", "1. Bomen"]
    assert "schulze, versie" in page.text


def test_an_auditor_sees_the_tie_and_cannot_record_a_lot(
    scene: Scene, client: FlaskClient, session: Session
) -> None:
    budget_round = tied_round(scene, session)
    scene.act(count_round, SYSTEM, budget_round.id)
    auditor = logged_in(scene, client, Role.AUDITOR)
    path = f"/gemeente/rondes/{budget_round.id}/telling/{scene.pot(budget_round).id}"
    page = auditor.get(path)
    assert "Er is een loting nodig" in page.text
    assert f"{path}/loting" not in page.links()
    assert auditor.get(f"{path}/loting").status == 403
