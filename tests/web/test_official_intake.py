"""At the counter: a plan of a resident in a wijk without a platform, from draft to submitted or withdrawn."""

import pytest
from sqlmodel import func, select

from tests.scene import Scene
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.proposal import Proposal, ProposalStatus

PLAN = {
    "submitter_name": "Bewoonster van de Fictielaan",
    "title": "Boomspiegels op de Fictielaan",
    "summary": "Bloemen rond de bomen.",
    "description": "Met de buren planten wij bloemen.",
    "location": "Fictielaan",
    "own_contribution": "Wij geven water.",
    "cost_lines-0-description": "Planten",
    "cost_lines-0-amount": "1.250,50",
}


@pytest.fixture
def budget_round(scene: Scene) -> BudgetRound:
    """A round of one wijk, which has no platform."""
    return scene.open_round(scene.wijk())


def form_of(official: Visitor, budget_round: BudgetRound) -> Page:
    return official.get(f"/gemeente/rondes/{budget_round.id}/plannen/nieuw")


def only_plan() -> Proposal:
    edge.session().rollback()
    return edge.session().exec(select(Proposal)).one()


def how_many() -> int:
    edge.session().rollback()
    return edge.session().exec(select(func.count()).select_from(Proposal)).one()


def test_a_plan_is_taken_in_as_a_draft_and_submitted_from_its_page(
    official: Visitor, budget_round: BudgetRound
) -> None:
    page = official.submit(form_of(official, budget_round), PLAN | {"draft": "1"})
    assert "Het plan is opgeslagen als concept." in page.text
    assert "Dit plan is nog niet ingediend" in page.text
    plan = only_plan()
    assert (plan.status, plan.submitter_kind, plan.cost_cents) == ("draft", "resident", 125050)
    assert plan.submitter_name == "Bewoonster van de Fictielaan"
    page = official.submit(page, action="/indienen")
    assert "Het plan is ingediend." in page.text
    assert only_plan().status == ProposalStatus.SUBMITTED


def test_a_complete_plan_is_saved_and_submitted_with_one_button(
    official: Visitor, budget_round: BudgetRound
) -> None:
    official.submit(form_of(official, budget_round), PLAN | {"submit": "1"})
    assert only_plan().status == ProposalStatus.SUBMITTED


def test_a_plan_that_is_not_complete_stays_a_draft_and_says_what_misses(
    official: Visitor, budget_round: BudgetRound
) -> None:
    page = official.submit(form_of(official, budget_round), PLAN | {"submit": "1", "location": ""})
    assert page.path.endswith("/wijzigen")
    assert "Vul in waar het plan komt." in page.text
    assert only_plan().status == ProposalStatus.DRAFT


def test_only_wijken_without_a_platform_can_be_chosen(official: Visitor, scene: Scene) -> None:
    with_platform, one = scene.wijk(), scene.wijk("Verzonnenoord", "F02")
    two = scene.wijk("Bedachtzuid", "F03")
    scene.platform(with_platform)
    page = form_of(official, scene.open_round(with_platform, one, two))
    assert page.document
    options = [option.to_text() for option in page.document.query("select[name=pot_id] option")]
    assert options == ["Kies een wijk", "Bedachtzuid", "Verzonnenoord"]
    answer = official.submit(page, PLAN)
    assert answer.status == 422
    assert "Kies een wijk." in answer.text
    assert how_many() == 0


@pytest.mark.parametrize("value", ["999", "nul"])
def test_a_wijk_that_is_not_in_the_list_is_refused(
    official: Visitor, budget_round: BudgetRound, value: str
) -> None:
    answer = official.submit(form_of(official, budget_round), PLAN | {"pot_id": value})
    assert answer.status == 422
    assert how_many() == 0


def test_where_every_wijk_has_a_platform_there_is_nothing_to_fill_in(official: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    scene.platform(wijk)
    page = form_of(official, scene.open_round(wijk))
    assert "Alle wijken van deze ronde hebben een wijkplatform" in page.text
    assert page.document
    assert not page.document.query("main form")


def test_a_platform_that_was_recognised_meanwhile_stops_the_intake(official: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    page = form_of(official, scene.open_round(wijk))
    scene.platform(wijk)
    answer = official.submit(page, PLAN)
    assert "Alle wijken van deze ronde hebben een wijkplatform" in answer.text
    assert how_many() == 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"submitter_name": ""}, "Vul in hoe de indiener genoemd wil worden."),
        ({"submitter_name": "   "}, "Vul in hoe de indiener genoemd wil worden"),
        ({"title": ""}, "Geef het plan een titel."),
        ({"title": "\u200b\u200b"}, "Geef het plan een titel."),
        ({"title": "Regel1\r\nRegel2"}, "Schrijf dit op één regel"),
        ({"title": "\u202eneppiL"}, "leesrichting"),
        ({"cost_lines-0-description": "Bank\tstoel"}, "Schrijf dit op één regel"),
        ({"cost_lines-0-amount": "1250.50"}, "“1250.50” is geen bedrag."),
        ({"cost_lines-0-amount": ""}, "een omschrijving én een bedrag"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(
    official: Visitor, budget_round: BudgetRound, changes: dict[str, str], told: str
) -> None:
    page = official.submit(form_of(official, budget_round), PLAN | changes)
    assert page.status == 422
    assert told in page.text
    assert page.form()["description"] == ["Met de buren planten wij bloemen."]
    assert how_many() == 0


def test_more_cost_lines_appear_without_saving(official: Visitor, budget_round: BudgetRound) -> None:
    page = official.submit(form_of(official, budget_round), {"title": "", "more": "1"})
    assert page.status == 200
    assert "cost_lines-5-amount" in page.form()
    assert how_many() == 0


def test_a_plan_is_changed_for_the_resident_as_long_as_plans_are_submitted(
    official: Visitor, scene: Scene, budget_round: BudgetRound
) -> None:
    page = official.submit(form_of(official, budget_round), PLAN | {"submit": "1"})
    plan_id = only_plan().id
    form = official.get(f"/gemeente/plannen/{plan_id}/wijzigen")
    assert form.form()["cost_lines-0-amount"] == ["1250,50"]
    page = official.submit(form, {"title": "Boomspiegels met bloemen", "save": "1"})
    assert page.heading == "Boomspiegels met bloemen"
    scene.review_phase()
    assert official.submit(form, {"title": "Te laat"}).status == 422
    assert only_plan().title == "Boomspiegels met bloemen"


def test_a_plan_is_taken_back_for_the_resident_with_a_reason(
    official: Visitor, budget_round: BudgetRound
) -> None:
    page = official.submit(form_of(official, budget_round), PLAN | {"submit": "1"})
    answer = official.submit(page, action="/intrekken")
    assert answer.status == 422
    assert "Vul in waarom het plan wordt ingetrokken." in answer.text
    page = official.submit(answer, {"withdraw-reason": "De indiener verhuist."}, action="/intrekken")
    assert "Het plan is ingetrokken." in page.text
    assert "De indiener verhuist." in page.text
    assert only_plan().status == ProposalStatus.WITHDRAWN


def test_an_official_does_not_write_in_the_plan_of_a_platform(official: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    plan = scene.proposal(scene.pot(scene.open_round(wijk)), scene.platform(wijk))
    plan_id, title = plan.id, plan.title
    page = official.get(f"/gemeente/plannen/{plan_id}")
    assert "Wijzigen" not in page.text
    assert official.get(f"/gemeente/plannen/{plan_id}/wijzigen").status == 403
    token = form_token(official)
    for act in ("indienen", "intrekken"):
        data = {"csrf_token": token, "withdraw-reason": "Zomaar."}
        assert official.client.post(f"/gemeente/plannen/{plan_id}/{act}", data=data).status_code == 403
    assert (only_plan().status, only_plan().title) == ("submitted", title)


def form_token(visitor: Visitor) -> str:
    document = visitor.get("/").document
    assert document
    return str(document.query("input[name=csrf_token]")[0].attrs["value"])


def test_outside_the_submission_phase_nothing_is_taken_in(
    official: Visitor, scene: Scene, budget_round: BudgetRound
) -> None:
    scene.review_phase()
    page = form_of(official, budget_round)
    assert page.status == 409
    assert "Dit kan alleen in de fase “plannen indienen”." in page.text
