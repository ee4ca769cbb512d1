"""What everybody sees of a result, and the files with which anybody checks it."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, select

from tests.scene import Scene
from tests.web.visitor import Page, Visitor
from wijkbudget.cli.count import count as count_command
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import BallotType, BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.proposal import Proposal
from wijkbudget.services.build_election import last_count
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round
from wijkbudget.services.record_lot import record_lot
from wijkbudget.services.submit_proposal import withdraw_proposal

PLANS = {"Bomen": 6000, "Plein": 5000, "Bank": 3000, "Vlag": 500}
SMALL = 3


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


@pytest.fixture(autouse=True)
def small_area(app: Flask) -> None:
    """From three ballots on they are published."""
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"small_area": SMALL})


def voted_round(
    scene: Scene, session: Session, *ballots: str, **changes: object
) -> tuple[BudgetRound, list[Proposal]]:
    """A closed round in which these ballots were cast: the first letters of plans, such as "BoPl" or ""."""
    budget_round, proposals = scene.voting_round(scene.wijk(), PLANS, voters=6, **changes)
    voters = list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))
    by_letters = {proposal.title[:2]: proposal for proposal in proposals}
    for voter, ballot in zip(voters, ballots, strict=False):
        scene.vote(voter, *(by_letters[ballot[i : i + 2]] for i in range(0, len(ballot), 2)))
    scene.closed_phase()
    return budget_round, proposals


def certify(scene: Scene, budget_round: BudgetRound) -> str:
    """Count and certify; the address of the result."""
    scene.act(count_round, SYSTEM, budget_round.id)
    scene.act(certify_result, SYSTEM, budget_round.id)
    return f"/rondes/{budget_round.id}/uitslag/{scene.pot(budget_round).id}"


def table_rows(page: Page) -> list[list[str]]:
    assert page.document
    rows = page.document.query("table.wb-count tbody tr")
    return [[" ".join(cell.to_text().split()) for cell in row.query("th, td")] for row in rows]


def test_nothing_of_the_count_is_public_before_the_result_is_certified(
    scene: Scene, session: Session, visitor: Visitor
) -> None:
    budget_round, proposals = voted_round(scene, session, "BoPl", "BoPl", "Bo", "Ba")
    pot_id = scene.pot(budget_round).id
    before = [visitor.get(f"/plannen/{p.id}").text for p in proposals] + [visitor.get("/").html]
    scene.act(count_round, SYSTEM, budget_round.id)
    page = visitor.get(f"/rondes/{budget_round.id}/uitslag/{pot_id}")
    assert (page.status, page.heading) == (404, "Nog geen uitslag")
    assert visitor.get(f"/rondes/{budget_round.id}/uitslag").status == 404
    for kind in ("csv", "xlsx", "json", "pb"):
        answer = visitor.client.get(f"/rondes/{budget_round.id}/uitslag/{pot_id}.{kind}")
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert [visitor.get(f"/plannen/{p.id}").text for p in proposals] == before[:-1]
    assert "Bomen" not in visitor.get("/").text


def test_a_result_tells_who_gets_money_and_why_the_others_do_not(
    scene: Scene, session: Session, visitor: Visitor
) -> None:
    budget_round, _ = voted_round(scene, session, "BoPl", "BoPl", "BoBa", "")
    page = visitor.get(certify(scene, budget_round))
    assert page.heading == "Uitslag voor Fictiewijk"
    assert "€ 9.000 van € 10.000" in page.text
    assert "Dit plan kost € 5.000. Er was nog € 4.000 over." in page.text
    assert "Niemand koos dit plan." in page.text
    assert "4 van de 6 mensen die mochten stemmen (66,7 %)" in page.text
    assert "4 plannen = 2 gekozen + 2 niet gekozen + 0 ingetrokken" in page.text
    assert "€ 10.000 budget = € 9.000 toegekend + € 1.000 over" in page.text


def test_every_step_of_the_count_is_in_the_table(scene: Scene, session: Session, visitor: Visitor) -> None:
    budget_round, _ = voted_round(scene, session, "BoPl", "BoPl", "BoBa", counting_rule="greedy-stop")
    rows = table_rows(visitor.get(certify(scene, budget_round)))
    assert [(row[0], row[1], row[2], row[3], row[4], row[6]) for row in rows] == [
        ("1", "Bomen", "1", "3", "€ 6.000", "€ 4.000"),
        ("2", "Plein", "2", "2", "€ 5.000", "€ 4.000"),
        ("3", "Bank", "3", "1", "€ 3.000", "€ 4.000"),
        ("4", "Vlag", "4", "0", "€ 500", "€ 4.000"),
    ]
    assert [row[5].split(".")[0] for row in rows] == [
        "Gekozen",
        "Niet gekozen",
        "Niet gekozen",
        "Niet gekozen",
    ]
    assert "Daarmee stopte de verdeling." in rows[1][5]
    assert "al gestopt bij een eerder plan" in rows[2][5]


def test_anybody_can_repeat_the_count_with_the_file_and_the_command_on_the_page(
    scene: Scene, session: Session, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget_round, _ = voted_round(scene, session, "BoPl", "BoPl", "BoBa", "")
    path = certify(scene, budget_round)
    page, download = visitor.get(path), visitor.client.get(f"{path}.pb")
    name = "uitslag-fictieronde-fictiewijk.pb"
    assert download.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert hashlib.sha256(download.data).hexdigest() in page.text
    (tmp_path / name).write_bytes(download.data)
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(count_command, [*command_on(page), "--json"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["winners"] == ["1", "3"]


def command_on(page: Page) -> list[str]:
    """The arguments of the count command as the page prints it."""
    assert page.document
    lines = [code.to_text() for code in page.document.query("pre code")]
    return next(line for line in lines if line.startswith("wijkbudget count ")).split()[2:]


def test_after_a_lot_the_page_shows_it_and_the_count_can_still_be_repeated(
    scene: Scene, session: Session, visitor: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget_round, (trees, square, *_) = voted_round(scene, session, "BoPl", "BoPl", "BoPl")
    scene.act(count_round, SYSTEM, budget_round.id)
    order, witness = [square.id, trees.id], "N. Otaris (verzonnen)"
    scene.act(record_lot, SYSTEM, scene.pot(budget_round).id, order=order, witness=witness)
    path = certify(scene, budget_round)
    page = visitor.get(path)
    assert "Getuige: N. Otaris (verzonnen)" in page.text
    assert "Het lot bepaalde de volgorde." in page.text
    assert page.document
    lots = next(c.to_text() for c in page.document.query("pre code") if c.to_text().startswith("["))
    (tmp_path / "loting.json").write_text(lots)
    (tmp_path / "uitslag-fictieronde-fictiewijk.pb").write_bytes(visitor.client.get(f"{path}.pb").data)
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(count_command, [*command_on(page), "--json"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["winners"] == ["2"]


def test_with_few_ballots_neither_they_nor_their_hash_are_published(
    scene: Scene, session: Session, visitor: Visitor
) -> None:
    budget_round, _ = voted_round(scene, session, "BoPl", "Bo")
    path = certify(scene, budget_round)
    page = visitor.get(path)
    answer = visitor.client.get(f"{path}.pb")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "Er zijn er minder dan 3." in page.text
    assert f"{path}.pb" not in page.links()
    count = last_count(session, scene.pot(budget_round).id)
    assert count is not None
    for kind in ("json", "xlsx", "csv"):
        assert count.input_sha256.encode() not in visitor.client.get(f"{path}.{kind}").data
    assert count.input_sha256 not in page.html
    assert json.loads(visitor.client.get(f"{path}.json").data)["input_sha256"] == "niet openbaar"


@pytest.mark.parametrize(
    ("kind", "mimetype", "start"),
    [
        ("csv", "text/csv", b"\xef\xbb\xbf"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("json", "application/json", b"{"),
        ("pb", "text/plain", b"META"),
    ],
)
def test_each_download_has_its_own_type_and_name(
    scene: Scene, session: Session, visitor: Visitor, kind: str, mimetype: str, start: bytes
) -> None:
    path = certify(scene, voted_round(scene, session, "BoPl", "BoPl", "Bo")[0])
    answer = visitor.client.get(f"{path}.{kind}")
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    assert answer.data.startswith(start)
    assert (
        answer.headers["Content-Disposition"]
        == f'attachment; filename="uitslag-fictieronde-fictiewijk.{kind}"'
    )
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert f"{path}.{kind}" in visitor.get(path).links()


def test_a_plan_withdrawn_during_the_vote_is_named_as_such(
    scene: Scene, session: Session, visitor: Visitor
) -> None:
    budget_round, proposals = scene.voting_round(scene.wijk(), PLANS, voters=3)
    scene.vote(session.exec(select(RollEntry.id)).first(), *proposals[:2])
    scene.act(withdraw_proposal, SYSTEM, proposals[0], reason="De grond is verkocht.")
    scene.closed_phase()
    page = visitor.get(certify(scene, budget_round))
    assert next(row[2:4] for row in table_rows(page) if row[1] == "Bomen") == ["geen", "1"]
    assert "De indiener heeft dit plan ingetrokken." in page.text


def test_ranked_votes_are_called_places_on_ballots(scene: Scene, session: Session, visitor: Visitor) -> None:
    rules = {"ballot_type": BallotType.RANKING, "counting_rule": "schulze"}
    budget_round, _ = voted_round(scene, session, "BaBo", "BaBoPl", "BoPl", **rules)
    page = visitor.get(certify(scene, budget_round))
    assert "op 3 biljetten" in page.text
    assert "3 stemmen" not in page.text
    assert table_rows(page)[0][1] == "Bank"


def test_with_several_wijken_each_has_its_own_result(
    scene: Scene, session: Session, visitor: Visitor
) -> None:
    first, second = scene.wijk("Fictiewijk"), scene.wijk("Verzinwijk", "F02")
    budget_round = scene.open_round(first, second)
    plans = [
        scene.proposal(scene.pot(budget_round, first), scene.platform(first), "Bankje"),
        scene.proposal(
            scene.pot(budget_round, second), scene.platform(second, "Platform Verzin"), "Moestuin"
        ),
    ]
    scene.list_all(*plans)
    scene.voters(budget_round, first, 2)
    scene.roll(budget_round, "V1;F02;2000 AB;1;ja;v1@voorbeeld.example")
    scene.fix_list(budget_round.id)
    scene.voting_phase()
    scene.vote(session.exec(select(RollEntry.id).order_by(RollEntry.id)).first(), plans[0])
    scene.closed_phase()
    certify(scene, budget_round)
    page = visitor.get(f"/rondes/{budget_round.id}/uitslag")
    assert page.heading == "Uitslag per wijk"
    assert "1 plan krijgt geld: Bankje." in page.text
    assert "Geen plan krijgt geld." in page.text
    pots = [scene.pot(budget_round, wijk).id for wijk in (first, second)]
    for pot_id in pots:
        assert f"/rondes/{budget_round.id}/uitslag/{pot_id}" in page.links()
    assert "Geen enkel plan krijgt geld." in visitor.get(f"/rondes/{budget_round.id}/uitslag/{pots[1]}").text
    assert visitor.get(f"/rondes/{budget_round.id}/uitslag/999").status == 404


def test_the_first_page_shows_the_newest_results(scene: Scene, session: Session, visitor: Visitor) -> None:
    budget_round, _ = voted_round(scene, session, "BoPl", "Bo", "Ba")
    certify(scene, budget_round)
    page = visitor.get("/")
    assert "2 plannen krijgen geld: Bomen, Bank." in page.text
    assert f"/rondes/{budget_round.id}/uitslag" in page.links()
