"""A member of a wijkplatform writes, hands in, changes and takes back plans."""

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from tests.scene import SUBMISSION_CLOSES, Scene
from tests.web.visitor import Page, Visitor
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.proposal import CostLine, Proposal
from wijkbudget.services.judge_proposal import judge_proposal

PLAN = {
    "title": "Geveltuinen",
    "summary": "Groen langs de gevels.",
    "description": "We leggen twintig geveltuinen aan.",
    "location": "Fictiestraat",
    "own_contribution": "Wij geven water.",
    "cost_lines-0-description": "Planten",
    "cost_lines-0-amount": "2.500,50",
}


@pytest.fixture
def member(client: FlaskClient, scene: Scene) -> Visitor:
    """A member of the wijkplatform of Fictiewijk, logged in, in the submission phase of a round."""
    wijk = scene.wijk()
    scene.member(scene.platform(wijk))
    scene.open_round(wijk)
    visitor = Visitor(client)
    visitor.log_in("lid@voorbeeld.example")
    return visitor


def new_plan(member: Visitor) -> Page:
    home = member.get("/wijkplatform/plannen")
    (link,) = [link for link in home.links() if link.endswith("/nieuw")]
    return member.get(link)


def press(member: Visitor, page: Page, button: str, data: dict[str, str] | None = None) -> Page:
    return member.submit(page, {**(data or {}), button: "1"})


def test_a_plan_is_saved_as_a_draft_and_handed_in_from_its_page(member: Visitor, session: Session) -> None:
    draft = press(member, new_plan(member), "save", PLAN)
    assert draft.heading == "Geveltuinen"
    assert "Dit plan is nog niet ingediend" in draft.text
    assert "€ 2.500,50" in draft.text
    handed_in = member.submit(draft, action="/indienen")
    assert "Uw plan is ingediend." in handed_in.text
    assert session.exec(select(Proposal.status, Proposal.cost_cents)).one() == ("submitted", 2_500_50)
    assert "Geveltuinen" in member.get("/wijkplatform/plannen").text


def test_a_plan_is_saved_and_handed_in_at_once(member: Visitor, session: Session) -> None:
    page = press(member, new_plan(member), "submit", PLAN)
    assert "Uw plan is ingediend." in page.text
    assert session.exec(select(Proposal.status)).one() == "submitted"


def test_a_plan_that_is_not_complete_stays_a_draft_and_the_page_says_what_misses(
    member: Visitor, session: Session
) -> None:
    page = press(member, new_plan(member), "submit", PLAN | {"own_contribution": ""})
    assert page.heading == "Plan wijzigen"
    assert "nog niet ingediend. Vul in wat u zelf doet." in page.text
    assert page.form()["summary"] == ["Groen langs de gevels."]
    assert session.exec(select(Proposal.status)).one() == "draft"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"title": ""}, "Geef het plan een titel."),
        ({"summary": "x" * 301}, "300"),
        ({"cost_lines-0-amount": "1250.50"}, "is geen bedrag"),
        ({"cost_lines-0-amount": "duizend"}, "is geen bedrag"),
        ({"cost_lines-0-amount": "0"}, "een bedrag boven nul"),
        ({"cost_lines-0-amount": ""}, "een omschrijving én een bedrag"),
        ({"cost_lines-0-description": ""}, "een omschrijving én een bedrag"),
    ],
)
def test_bad_input_is_named_and_everything_that_was_typed_stays(
    member: Visitor, session: Session, typed: dict[str, str], message: str
) -> None:
    page = press(member, new_plan(member), "save", PLAN | typed)
    assert page.status == 422
    assert message in page.text
    form = page.form()
    for name, value in (PLAN | typed).items():
        assert form[name] == [value], name
    assert session.exec(select(Proposal)).all() == []


def test_more_cost_lines_come_without_complaints_and_without_saving(
    member: Visitor, session: Session
) -> None:
    page = new_plan(member)
    before = len([name for name in page.form() if name.endswith("-amount")])
    page = press(member, page, "more", PLAN | {"title": ""})
    after = len([name for name in page.form() if name.endswith("-amount")])
    assert page.status == 200
    assert after > before
    assert "Geef het plan een titel." not in page.text
    assert page.form()["cost_lines-0-description"] == ["Planten"]
    assert session.exec(select(Proposal)).all() == []
    more = {"title": "Veel regels"} | {f"cost_lines-{i}-description": f"Post {i}" for i in range(after)}
    saved = press(member, page, "save", more | {f"cost_lines-{i}-amount": "100" for i in range(after)})
    assert saved.heading == "Veel regels"
    assert len(session.exec(select(CostLine)).all()) == after


def test_when_submission_closes_while_somebody_writes_a_new_plan_the_text_stays_on_the_page(
    member: Visitor, scene: Scene, session: Session
) -> None:
    page = new_plan(member)
    scene.clock.set(SUBMISSION_CLOSES)
    late = press(member, page, "save", PLAN)
    assert late.status == 422
    assert "plannen indienen" in late.text
    assert late.form()["description"] == [PLAN["description"]]
    assert late.form()["cost_lines-0-amount"] == [PLAN["cost_lines-0-amount"]]
    assert session.exec(select(Proposal)).all() == []
    assert member.get(page.path).status == 404


def test_when_submission_closes_while_somebody_changes_a_plan_the_text_stays_and_the_old_plan_holds(
    member: Visitor, scene: Scene, session: Session
) -> None:
    shown = press(member, new_plan(member), "submit", PLAN)
    page = member.get(next(link for link in shown.links() if link.endswith("/wijzigen")))
    scene.clock.set(SUBMISSION_CLOSES)
    late = press(member, page, "save", {"description": "Een nieuw verhaal."})
    assert late.status == 422
    assert late.form()["description"] == ["Een nieuw verhaal."]
    session.expire_all()
    assert session.exec(select(Proposal.description)).one() == PLAN["description"]
    own = member.get(shown.path)
    assert not [link for link in own.links() if link.endswith("/wijzigen")]


def test_a_plan_that_was_handed_in_can_be_changed(member: Visitor, session: Session) -> None:
    shown = press(member, new_plan(member), "submit", PLAN)
    page = member.get(next(link for link in shown.links() if link.endswith("/wijzigen")))
    assert page.form()["cost_lines-0-amount"] == ["2500,50"]
    changed = press(member, page, "save", {"cost_lines-0-amount": "3.000"})
    assert "Het plan is opgeslagen." in changed.text
    assert session.exec(select(Proposal.status, Proposal.cost_cents)).one() == ("submitted", 3_000_00)
    incomplete = press(member, page, "save", {"summary": ""})
    assert incomplete.status == 422
    assert "Vat het plan in een paar zinnen samen." in incomplete.text


def test_a_plan_is_taken_back_with_a_reason(member: Visitor) -> None:
    shown = press(member, new_plan(member), "submit", PLAN)
    refused = member.submit(shown, {"reason": " "}, action="/intrekken")
    assert refused.status == 422
    assert "Vul in waarom" in refused.text
    gone = member.submit(refused, {"reason": "Er zijn al geveltuinen."}, action="/intrekken")
    assert "Het plan is ingetrokken." in gone.text
    assert "Er zijn al geveltuinen." in gone.text
    assert not gone.document.query("main form")  # type: ignore[union-attr]


def test_the_member_reads_the_judgement_of_the_gemeente(
    member: Visitor, scene: Scene, session: Session
) -> None:
    shown = press(member, new_plan(member), "submit", PLAN)
    scene.review_phase()
    proposal = session.exec(select(Proposal)).one()
    scene.act(judge_proposal, SYSTEM, proposal, feasible=False, reason="De stoep is te smal.")
    page = member.get(shown.path)
    assert "Niet haalbaar" in page.text
    assert "De stoep is te smal." in page.text


def test_plans_of_another_platform_are_out_of_reach(member: Visitor, scene: Scene, session: Session) -> None:
    other = scene.wijk("Anderswijk", "F02")
    platform = scene.platform(other, "Wijkplatform Anders")
    pot = scene.pot(scene.open_round(other), other)
    proposal_id = scene.proposal(pot, platform, "Niet van u").id
    token = new_plan(member).form()["csrf_token"]
    for path in ("", "/wijzigen"):
        assert member.get(f"/wijkplatform/plannen/{proposal_id}{path}").status == 403
    for path in ("/wijzigen", "/indienen", "/intrekken"):
        data = PLAN | {"csrf_token": token, "reason": "Weg ermee"}
        answer = member.client.post(f"/wijkplatform/plannen/{proposal_id}{path}", data=data)
        assert answer.status_code == 403, path
    assert member.get(f"/wijkplatform/{platform.id}/rondes/{pot.id}/nieuw").status == 403
    assert session.exec(select(Proposal.title, Proposal.status)).one() == ("Niet van u", "submitted")


def test_a_plan_or_platform_that_does_not_exist_is_not_found(member: Visitor) -> None:
    for path in ("plannen/999", "plannen/99999999999999999999", "999/rondes/1/nieuw", "1/rondes/999/nieuw"):
        assert member.get(f"/wijkplatform/{path}").status == 404, path


def test_a_member_of_no_platform_is_told_so(client: FlaskClient, scene: Scene) -> None:
    scene.account("los@voorbeeld.example", Role.PLATFORM_MEMBER)
    visitor = Visitor(client)
    assert "U bent nog geen lid van een wijkplatform." in visitor.log_in("los@voorbeeld.example").text
