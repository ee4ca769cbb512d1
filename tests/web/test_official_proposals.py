"""Plans at the gemeente: seen per wijk, judged with a public reason, and put on the ballot list."""

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from tests.scene import Scene
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.domain.wijkplatform import Wijkplatform
from wijkbudget.services.found_wijkplatform import join_wijkplatform
from wijkbudget.services.submit_proposal import withdraw_proposal

REASON = "De grond is van de gemeente en er is plaats."


@pytest.fixture
def plan_id(scene: Scene) -> int:
    """A submitted plan of a platform, in the review phase."""
    wijk = scene.wijk()
    plan = scene.proposal(scene.pot(scene.open_round(wijk)), scene.platform(wijk))
    scene.review_phase()
    return plan.id


def status_of(plan_id: int) -> str:
    edge.session().rollback()
    return edge.session().get_one(Proposal, plan_id, populate_existing=True).status


def judged(official: Visitor, plan_id: int, answer: str, reason: str = REASON) -> Page:
    page = official.get(f"/gemeente/plannen/{plan_id}")
    return official.submit(page, {"feasible": answer, "reason": reason}, action="/oordeel")


def test_the_list_has_each_plan_under_its_wijk_and_of_platform_drafts_only_the_number(
    official: Visitor, scene: Scene
) -> None:
    one, two = scene.wijk(), scene.wijk("Verzonnenoord", "F02")
    budget_round = scene.open_round(one, two)
    platform, other = scene.platform(one), scene.platform(two, "Wijkplatform Oord")
    scene.proposal(scene.pot(budget_round, one), platform, "Bankje bij de vijver")
    draft = scene.draft(scene.pot(budget_round, two), other, "Nog geheim plan")
    page = official.get(f"/gemeente/rondes/{budget_round.id}/plannen")
    assert "1 plan is nog concept bij een wijkplatform." in page.text
    heading = "Fictiewijk 1 plan Plan Ingediend door Kosten Status"
    assert f"{heading} 1. Bankje bij de vijver" in page.text
    assert "Er zijn nog geen plannen in deze wijk." in page.text
    assert "Nog geheim plan" not in page.text
    assert official.get(f"/gemeente/plannen/{draft.id}").status == 404


def test_a_platform_draft_that_was_taken_back_stays_with_its_makers(official: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    budget_round = scene.open_round(wijk)
    draft = scene.draft(scene.pot(budget_round), scene.platform(wijk), "Nog geheim plan")
    scene.act(withdraw_proposal, SYSTEM, draft, reason="Toch niet.")
    assert "Nog geheim plan" not in official.get(f"/gemeente/rondes/{budget_round.id}/plannen").text
    assert official.get(f"/gemeente/plannen/{draft.id}").status == 404


def test_the_list_can_be_narrowed_to_one_status(official: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    budget_round, platform = scene.open_round(wijk), scene.platform(wijk)
    chosen = scene.proposal(scene.pot(budget_round), platform, "Haalbaar bankje")
    scene.proposal(scene.pot(budget_round), platform, "Wachtende boom")
    scene.list_all(chosen)
    address = f"/gemeente/rondes/{budget_round.id}/plannen"
    page = official.get(f"{address}?status=on_ballot")
    assert "Haalbaar bankje" in page.text
    assert "Wachtende boom" not in page.text
    assert official.get(f"{address}?status=zoiets").status == 404


def test_a_plan_is_judged_and_the_reason_is_kept_with_who_gave_it(official: Visitor, plan_id: int) -> None:
    page = judged(official, plan_id, "yes")
    assert "Uw oordeel is opgeslagen." in page.text
    assert f"Haalbaar {REASON} Fictief Persoon" in page.text
    assert status_of(plan_id) == ProposalStatus.FEASIBLE


def test_a_later_judgement_stands_and_the_earlier_one_stays_to_be_read(
    official: Visitor, plan_id: int
) -> None:
    judged(official, plan_id, "yes")
    page = judged(official, plan_id, "no", "De leidingen liggen in de weg.")
    assert "Oordelen, het laatste geldt Niet haalbaar De leidingen liggen in de weg." in page.text
    assert REASON in page.text
    assert status_of(plan_id) == ProposalStatus.INFEASIBLE


@pytest.mark.parametrize(
    ("answer", "reason", "told"),
    [
        (None, REASON, "Kies of het plan haalbaar is."),
        ("yes", "", "Geef de reden van uw oordeel."),
        ("yes", "   ", "Geef de reden van het oordeel"),
        ("no", "x" * 2001, "Gebruik hoogstens 2000 tekens."),
        ("perhaps", REASON, "keuze"),
    ],
)
def test_a_judgement_without_choice_or_reason_is_asked_again(
    official: Visitor, plan_id: int, answer: str | None, reason: str, told: str
) -> None:
    page = official.get(f"/gemeente/plannen/{plan_id}")
    answered = official.submit(page, {"feasible": answer, "reason": reason}, action="/oordeel")
    assert answered.status == 422
    assert told in answered.text
    assert status_of(plan_id) == ProposalStatus.SUBMITTED


def test_a_feasible_plan_goes_on_the_ballot_list_and_off_again(official: Visitor, plan_id: int) -> None:
    page = judged(official, plan_id, "yes")
    page = official.submit(page, action="/stemlijst")
    assert "Het plan staat op de stemlijst." in page.text
    assert status_of(plan_id) == ProposalStatus.ON_BALLOT
    page = official.submit(page, action="/stemlijst")
    assert "Het plan staat niet meer op de stemlijst." in page.text
    assert status_of(plan_id) == ProposalStatus.FEASIBLE


def test_pressing_the_button_twice_on_an_old_page_says_why_it_does_nothing(
    official: Visitor, plan_id: int
) -> None:
    page = judged(official, plan_id, "yes")
    official.submit(page, action="/stemlijst")
    again = official.submit(page, action="/stemlijst")
    assert "kan niet “op de stemlijst” worden." in again.text
    assert status_of(plan_id) == ProposalStatus.ON_BALLOT
    assert official.submit(page, {"on": "misschien"}, action="/stemlijst").status == 422


def test_a_plan_that_is_not_feasible_has_no_button_for_the_ballot_list(
    official: Visitor, plan_id: int
) -> None:
    page = judged(official, plan_id, "no")
    assert "Zet op de stemlijst" not in page.text


def test_nobody_judges_a_plan_of_a_platform_that_they_are_a_member_of(
    official: Visitor, scene: Scene, plan_id: int
) -> None:
    page = official.get(f"/gemeente/plannen/{plan_id}")
    platform = edge.session().exec(select(Wijkplatform)).one()
    me = edge.session().exec(select(Account.id).where(Account.email == "ambtenaar@voorbeeld.example")).one()
    scene.act(join_wijkplatform, SYSTEM, account_id=me, platform=platform, since=scene.clock().date())
    assert "Daarom kunt u dit plan niet beoordelen." in official.get(f"/gemeente/plannen/{plan_id}").text
    refused = official.submit(page, {"feasible": "yes", "reason": REASON}, action="/oordeel")
    assert refused.status == 403
    assert "Een collega moet het beoordelen." in refused.text
    assert status_of(plan_id) == ProposalStatus.SUBMITTED


def test_after_the_review_a_judgement_comes_too_late(official: Visitor, scene: Scene, plan_id: int) -> None:
    page = official.get(f"/gemeente/plannen/{plan_id}")
    scene.submission_phase()
    assert "Oordeel opslaan" not in official.get(f"/gemeente/plannen/{plan_id}").text
    late = official.submit(page, {"feasible": "yes", "reason": REASON}, action="/oordeel")
    assert late.status == 409
    assert "Dit kan alleen in de fase “toetsing”." in late.text
    assert status_of(plan_id) == ProposalStatus.SUBMITTED


def test_what_people_wrote_is_shown_as_text(official: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    plan = scene.proposal(
        scene.pot(scene.open_round(wijk)), scene.platform(wijk), "<script>alert(1)</script>"
    )
    page = official.get(f"/gemeente/plannen/{plan.id}")
    assert page.heading == "<script>alert(1)</script>"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_other_staff_read_along_and_change_nothing(
    client: FlaskClient, scene: Scene, plan_id: int, role: Role
) -> None:
    scene.account("ander@voorbeeld.example", role)
    visitor = Visitor(client)
    visitor.log_in("ander@voorbeeld.example")
    page = visitor.get(f"/gemeente/plannen/{plan_id}")
    assert page.status == 200
    assert "Oordeel opslaan" not in page.text
    token = {"csrf_token": page_token(visitor)}
    for act in ("oordeel", "stemlijst", "indienen", "intrekken"):
        assert visitor.client.post(f"/gemeente/plannen/{plan_id}/{act}", data=token).status_code == 403
    assert status_of(plan_id) == ProposalStatus.SUBMITTED


def page_token(visitor: Visitor) -> str:
    document = visitor.get("/").document
    assert document
    return str(document.query("input[name=csrf_token]")[0].attrs["value"])


def test_a_member_of_a_platform_does_not_see_the_pages_of_officials(
    client: FlaskClient, scene: Scene
) -> None:
    wijk = scene.wijk()
    budget_round = scene.open_round(wijk)
    scene.member(scene.platform(wijk))
    visitor = Visitor(client)
    visitor.log_in("lid@voorbeeld.example")
    assert visitor.get(f"/gemeente/rondes/{budget_round.id}/plannen").status == 403


def test_a_visitor_is_asked_to_log_in(client: FlaskClient, plan_id: int) -> None:
    page = Visitor(client).get(f"/gemeente/plannen/{plan_id}")
    assert page.path == "/inloggen"
