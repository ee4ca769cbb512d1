"""What everybody sees of rounds, plans and wijken, in each phase."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from tests.databases import make_settings
from tests.scene import Scene
from tests.web.visitor import Visitor
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round
from wijkbudget.services.judge_proposal import judge_proposal
from wijkbudget.services.open_round import open_round
from wijkbudget.services.save_proposal import change_proposal
from wijkbudget.services.submit_proposal import withdraw_proposal

PHASES = ("announced", "submission", "review", "ballot_fixed", "voting", "closed", "counted", "certified")


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


def round_in(scene: Scene, phase: str) -> BudgetRound:
    """A round with one plan and one vote, brought to this phase."""
    wijk = scene.wijk()
    if phase == "announced":
        budget_round = scene.draft_round(wijk)
        scene.clock.set(datetime(2026, 3, 1, 9, 0, tzinfo=UTC))
        scene.act(open_round, SYSTEM, budget_round.id)
        return budget_round
    budget_round = scene.open_round(wijk)
    proposal = scene.proposal(scene.pot(budget_round), scene.platform(wijk))
    if phase == "submission":
        return budget_round
    scene.list_all(proposal)
    if phase == "review":
        return budget_round
    scene.voters(budget_round, wijk, 3)
    scene.fix_list(budget_round.id)
    if phase == "ballot_fixed":
        return budget_round
    scene.voting_phase()
    scene.vote(entries(scene)[0], proposal)
    if phase == "voting":
        return budget_round
    scene.closed_phase()
    if phase != "closed":
        scene.act(count_round, SYSTEM, budget_round.id)
    if phase == "certified":
        scene.act(certify_result, SYSTEM, budget_round.id)
    return budget_round


def entries(scene: Scene) -> list[int]:
    return list(edge.session().exec(select(RollEntry.id).order_by(RollEntry.id)))


@pytest.mark.parametrize("phase", PHASES)
def test_every_public_page_is_good_in_every_phase(scene: Scene, visitor: Visitor, phase: str) -> None:
    budget_round = round_in(scene, phase)
    wijk = scene.pot(budget_round).wijk_id
    paths = ["/", "/rondes", f"/rondes/{budget_round.id}", f"/rondes/{budget_round.id}/spelregels"]
    paths += [f"/rondes/{budget_round.id}/plannen", "/wijken", f"/wijken/{wijk}", "/over"]
    if phase != "announced":
        paths.append("/plannen/1")
    for path in paths:
        page = visitor.get(path)
        assert page.status == 200, path
        assert "frame-ancestors 'none'" in page.response.headers["Content-Security-Policy"]
        assert page.response.headers["X-Content-Type-Options"] == "nosniff"
        assert not [url for url in addresses(page) if not url.startswith(("/", "#"))], path
    assert (visitor.get(f"/rondes/{budget_round.id}/uitslag").status == 200) is (phase == "certified")


def addresses(page: object) -> list[str]:
    """Every address that the page names: links, pictures, styles, forms."""
    found = page.document.query("[href], [src], [action]")  # type: ignore[attr-defined]
    return [e.attrs.get("href") or e.attrs.get("src") or e.attrs.get("action") for e in found]


def test_without_any_round_the_first_page_says_so(scene: Scene, visitor: Visitor) -> None:
    assert "Op dit moment kunt u niet stemmen" in visitor.get("/").text
    assert "Er is nog geen ronde" in visitor.get("/rondes").text
    assert visitor.get("/wijken").status == 200


def test_during_the_vote_the_first_page_leads_to_a_voting_link(scene: Scene, visitor: Visitor) -> None:
    round_in(scene, "voting")
    page = visitor.get("/")
    assert "U kunt nu stemmen" in page.text
    assert "Stemmen kan tot en met 21 mei 2026, 23:59 uur." in page.text
    assert "/stemmen" in page.links()


def test_during_submission_the_first_page_names_who_hands_in_plans(scene: Scene, visitor: Visitor) -> None:
    with_platform, without = scene.wijk("Fictiewijk"), scene.wijk("Verzinwijk", "F02")
    scene.platform(with_platform, "Wijkplatform Fictie")
    scene.open_round(with_platform, without)
    text = visitor.get("/").text
    assert "Wijkplatform Fictie dient de plannen van deze wijk in" in text
    assert "Verzinwijk Deze wijk heeft nog geen wijkplatform. De gemeente helpt u" in text
    assert "U kunt nu stemmen" not in text


def test_a_draft_round_is_nowhere_to_be_seen(scene: Scene, visitor: Visitor) -> None:
    wijk = scene.wijk()
    draft = scene.draft_round(wijk, name="Geheime ronde")
    for path in (
        "",
        "/spelregels",
        "/spelregels.txt",
        "/plannen",
        "/uitslag",
        "/uitslag/1",
        "/uitslag/1.csv",
    ):
        assert visitor.get(f"/rondes/{draft.id}{path}").status == 404, path
    for path in ("/", "/rondes", f"/wijken/{wijk.id}"):
        assert "Geheime ronde" not in visitor.get(path).text, path


def test_a_draft_plan_is_nowhere_to_be_seen(scene: Scene, visitor: Visitor) -> None:
    wijk = scene.wijk()
    budget_round = scene.open_round(wijk)
    platform = scene.platform(wijk)
    draft = scene.draft(scene.pot(budget_round), platform, "Geheim plan")
    dropped = scene.draft(scene.pot(budget_round), platform, "Weggegooid plan")
    scene.act(withdraw_proposal, SYSTEM, dropped, reason="Toch maar niet.")
    for proposal in (draft, dropped):
        assert visitor.get(f"/plannen/{proposal.id}").status == 404
    for path in (f"/rondes/{budget_round.id}", f"/rondes/{budget_round.id}/plannen"):
        text = visitor.get(path).text
        assert "Geheim plan" not in text and "Weggegooid plan" not in text


def test_the_rules_that_are_downloaded_have_the_hash_that_is_shown(scene: Scene, visitor: Visitor) -> None:
    budget_round = scene.open_round(scene.wijk())
    download = visitor.client.get(f"/rondes/{budget_round.id}/spelregels.txt")
    page = visitor.get(f"/rondes/{budget_round.id}/spelregels")
    assert (
        download.headers["Content-Disposition"] == f'attachment; filename="spelregels-{budget_round.id}.txt"'
    )
    assert hashlib.sha256(download.data).hexdigest() in page.text
    assert f"sha256sum spelregels-{budget_round.id}.txt" in page.text
    assert "Artikel 8. Gelijke stand" in page.text


def test_plans_can_be_kept_to_one_wijk(scene: Scene, visitor: Visitor) -> None:
    first, second = scene.wijk("Fictiewijk"), scene.wijk("Verzinwijk", "F02")
    budget_round = scene.open_round(first, second)
    scene.proposal(scene.pot(budget_round, first), scene.platform(first), "Bankje")
    scene.proposal(scene.pot(budget_round, second), scene.platform(second, "Platform Verzin"), "Moestuin")
    everything = visitor.get(f"/rondes/{budget_round.id}/plannen")
    assert "Bankje" in everything.text and "Moestuin" in everything.text
    one = visitor.get(f"/rondes/{budget_round.id}/plannen?wijk={second.id}")
    assert "Moestuin" in one.text and "Bankje" not in one.text
    assert visitor.get(f"/rondes/{budget_round.id}/plannen?wijk=999").status == 404


def test_a_plan_shows_who_asks_for_what_and_what_the_gemeente_thinks(scene: Scene, visitor: Visitor) -> None:
    wijk = scene.wijk()
    proposal = scene.proposal(scene.pot(scene.open_round(wijk)), scene.platform(wijk), "Kabelbaan", 4500)
    scene.review_phase()
    scene.act(
        judge_proposal, SYSTEM, proposal, feasible=False, reason="Boven het kanaal mag niets worden gebouwd."
    )
    page = visitor.get(f"/plannen/{proposal.id}")
    assert "Ingediend door Wijkplatform Fictie" in page.text
    assert "namens" not in page.text
    assert "€ 4.500" in page.text
    assert "Niet haalbaar Boven het kanaal mag niets worden gebouwd." in page.text


def test_a_withdrawn_plan_says_why_it_is_gone(scene: Scene, visitor: Visitor) -> None:
    budget_round, (bench, _) = scene.voting_round(scene.wijk(), {"Bank": 3000, "Bomen": 2000})
    scene.act(withdraw_proposal, SYSTEM, bench, reason="De vijver wordt gedempt.")
    text = visitor.get(f"/plannen/{bench.id}").text
    assert "Dit plan is ingetrokken De vijver wordt gedempt." in text
    assert "Het plan stond op de stemlijst." in text
    assert "Ingetrokken" in visitor.get(f"/rondes/{budget_round.id}/plannen").text


def test_markup_in_a_plan_is_shown_and_never_run(scene: Scene, visitor: Visitor, session: Session) -> None:
    wijk = scene.wijk()
    budget_round = scene.open_round(wijk)
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    proposal = scene.proposal(scene.pot(budget_round), scene.platform(wijk))
    text = scene.text(
        title=attack, summary=attack, description=attack, own_contribution=attack, location=attack
    )
    scene.act(change_proposal, SYSTEM, proposal, text)
    for path in (
        f"/plannen/{proposal.id}",
        f"/rondes/{budget_round.id}",
        f"/rondes/{budget_round.id}/plannen",
    ):
        page = visitor.get(path)
        assert attack in page.text, path
        assert page.document
        assert not page.document.query("script, [onerror]"), path


def test_a_wijk_shows_its_platform_and_its_rounds(scene: Scene, visitor: Visitor) -> None:
    wijk = scene.wijk()
    scene.platform(wijk)
    budget_round = scene.open_round(wijk, budget=25_000_00)
    page = visitor.get(f"/wijken/{wijk.id}")
    assert "Besluit voorbeeld 2025/1" in page.text
    assert "Wijkplatform Fictie" in page.text
    assert "Erkend op 1 februari 2025." in page.text
    assert f"/rondes/{budget_round.id}" in page.links()
    assert "€ 25.000" in page.text
    assert visitor.get("/wijken/999").status == 404


def test_search_engines_stay_away_from_the_voting_pages(visitor: Visitor) -> None:
    answer = visitor.client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Disallow: /stemmen" in answer.text


def test_every_page_has_the_footer_links_and_a_skip_link(visitor: Visitor) -> None:
    page = visitor.get("/over")
    assert {"#inhoud", "/over", "/over#privacy", "/over#toegankelijkheid"} <= set(page.links())
    assert page.document
    ids = {e.attrs["id"] for e in page.document.query("[id]")}
    assert {"inhoud", "privacy", "toegankelijkheid"} <= ids


def test_every_page_says_how_to_reach_the_gemeente_when_that_is_set(
    tmp_path: Path, database_url: str
) -> None:
    made = create_app(make_settings(tmp_path, database_url, contact="bel 010 000 00 00"))
    for address, status in (("/", 200), ("/stemmen/link/geen-link", 404), ("/stemmen/aangevraagd", 200)):
        answer = made.test_client().get(address)
        assert answer.status_code == status and "bel 010 000 00 00" in answer.get_data(as_text=True), address
    with made.app_context():
        edge.db.engine.dispose()
