"""Writing a plan down: drafts of platform members, and intake where a wijk has no platform."""

from datetime import date

import pytest
from sqlmodel import Session, select

from tests.scene import SUBMISSION_CLOSES, Scene
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound, WrongPhase
from wijkbudget.domain.proposal import CostLine, Proposal, ProposalStatus, SubmitterKind
from wijkbudget.domain.wijkplatform import PlatformKind
from wijkbudget.services.found_wijkplatform import end_wijkplatform
from wijkbudget.services.save_proposal import ProposalText, change_proposal, draft_proposal, take_in_proposal
from wijkbudget.services.submit_proposal import submit_proposal


def test_a_draft_needs_only_a_title_and_counts_its_own_cost(scene: Scene, session: Session) -> None:
    wijk = scene.wijk()
    pot = scene.pot(scene.open_round(wijk))
    platform = scene.platform(wijk)
    bare = scene.act(
        draft_proposal, SYSTEM, pot_id=pot.id, platform_id=platform.id, text=ProposalText(title=" Bank ")
    )
    assert (bare.number, bare.title, bare.cost_cents, bare.status) == (1, "Bank", 0, ProposalStatus.DRAFT)
    full = scene.text(cost_lines=(("Bank", 2_500_00), (" Plaatsen ", 499_95)))
    second = scene.act(draft_proposal, SYSTEM, pot_id=pot.id, platform_id=platform.id, text=full)
    assert (second.number, second.cost_cents) == (2, 2_999_95)
    lines = session.exec(
        select(CostLine).where(CostLine.proposal_id == second.id).order_by(CostLine.position)
    ).all()
    assert [(line.description, line.cents) for line in lines] == [("Bank", 2_500_00), ("Plaatsen", 499_95)]


def test_a_submitted_plan_can_be_edited_until_the_clock_closes_submission(
    scene: Scene, session: Session
) -> None:
    wijk = scene.wijk()
    budget_round = scene.open_round(wijk)
    proposal = scene.proposal(scene.pot(budget_round), scene.platform(wijk))
    scene.clock.set(SUBMISSION_CLOSES.replace(hour=21, minute=59, second=59))
    scene.act(change_proposal, SYSTEM, proposal, scene.text("Twee bankjes", 4000))
    assert (proposal.title, proposal.cost_cents, proposal.status) == ("Twee bankjes", 4_000_00, "submitted")
    scene.clock.set(SUBMISSION_CLOSES)
    with pytest.raises(WrongPhase):
        scene.act(change_proposal, SYSTEM, proposal, scene.text("Drie bankjes"))
    assert session.get_one(Proposal, proposal.id).title == "Twee bankjes"


def test_a_submitted_plan_stays_complete(scene: Scene) -> None:
    wijk = scene.wijk()
    proposal = scene.proposal(scene.pot(scene.open_round(wijk)), scene.platform(wijk))
    with pytest.raises(InvalidInput) as refusal:
        scene.act(change_proposal, SYSTEM, proposal, scene.text(summary=" "))
    assert refusal.value.field == "summary"
    assert proposal.summary == "Een plek om te zitten."


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", {"title": "  "}),
        ("title", {"title": "x" * 101}),
        ("title", {"title": "\u200b\u200b"}),
        ("title", {"title": "Regel1\r\nRegel2"}),
        ("title", {"title": "\u202eneppiL"}),
        ("location", {"location": "Hof\n1"}),
        ("summary", {"summary": "x" * 301}),
        ("summary", {"summary": "Bank\x1b[31m"}),
        ("own_contribution", {"own_contribution": "\u2066wij"}),
        ("cost_lines", {"cost_lines": (("Bank\nStoel", 100),)}),
        ("cost_lines", {"cost_lines": (("\u200b", 100),)}),
        ("description", {"description": "x" * 5001}),
        ("cost_lines", {"cost_lines": (("Bank", 0),)}),
        ("cost_lines", {"cost_lines": (("", 100),)}),
        ("cost_lines", {"cost_lines": (("x" * 151, 100),)}),
        ("cost_lines", {"cost_lines": (("Bank", 100),) * 31}),
    ],
)
def test_a_text_that_does_not_fit_is_refused_at_its_field(
    scene: Scene, session: Session, field: str, text: dict[str, object]
) -> None:
    wijk = scene.wijk()
    pot, platform = scene.pot(scene.open_round(wijk)), scene.platform(wijk)
    with pytest.raises(InvalidInput) as refusal:
        scene.act(draft_proposal, SYSTEM, pot_id=pot.id, platform_id=platform.id, text=scene.text(**text))
    assert refusal.value.field == field
    assert session.exec(select(Proposal)).all() == []


def test_the_lines_of_a_text_are_kept_as_newlines(scene: Scene) -> None:
    wijk = scene.wijk()
    pot, platform = scene.pot(scene.open_round(wijk)), scene.platform(wijk)
    text = scene.text(description="Een bank.\r\n\r\nEn een boom.")
    drafted = scene.act(draft_proposal, SYSTEM, pot_id=pot.id, platform_id=platform.id, text=text)
    assert drafted.description == "Een bank.\n\nEn een boom."


def test_a_platform_writes_plans_only_for_its_own_wijk(scene: Scene) -> None:
    north, south = scene.wijk("Noord", "N"), scene.wijk("Zuid", "Z")
    budget_round = scene.open_round(north, south)
    platform = scene.platform(north)
    with pytest.raises(InvalidInput, match="hoort niet bij deze wijk"):
        scene.draft(scene.pot(budget_round, south), platform)
    assert scene.draft(scene.pot(budget_round, north), platform).submitter_name == "Wijkplatform Fictie"


def test_only_members_write_for_a_platform(scene: Scene) -> None:
    wijk = scene.wijk()
    pot, platform = scene.pot(scene.open_round(wijk)), scene.platform(wijk)
    member = scene.actor(scene.member(platform))
    official = scene.actor(scene.account("ambtenaar@voorbeeld.example", Role.OFFICIAL))
    stranger = scene.actor(scene.account("vreemd@voorbeeld.example", Role.PLATFORM_MEMBER))
    wanted = {"pot_id": pot.id, "platform_id": platform.id, "text": scene.text()}
    for other in (official, stranger):
        with pytest.raises(NotAllowed):
            scene.act(draft_proposal, other, **wanted)
    proposal = scene.act(draft_proposal, member, **wanted)
    for other in (official, stranger):
        with pytest.raises(NotAllowed):
            scene.act(change_proposal, other, proposal, scene.text("Overgenomen"))
    assert (proposal.title, proposal.entered_by) == ("Bankje bij de vijver", member.account_id)


def test_a_wijkraad_writes_plans_until_its_last_day_and_not_after(scene: Scene) -> None:
    wijk = scene.wijk()
    council = scene.platform(wijk, "Wijkraad Fictie", kind=PlatformKind.WIJKRAAD)
    with scene.edit(council):
        council.supported_until = date(2026, 3, 15)
    pot = scene.pot(scene.open_round(wijk))
    scene.clock.set(scene.clock().replace(day=15, hour=22, minute=59))
    draft = scene.draft(pot, council)
    scene.clock.advance(minutes=1)
    with pytest.raises(DomainError, match="geen plannen meer indienen"):
        scene.draft(pot, council)
    with pytest.raises(DomainError, match="geen plannen meer indienen"):
        scene.act(submit_proposal, SYSTEM, draft)


def test_an_official_acts_for_the_plans_of_a_platform_that_has_ended(scene: Scene) -> None:
    wijk = scene.wijk()
    pot, platform = scene.pot(scene.open_round(wijk)), scene.platform(wijk)
    member = scene.actor(scene.member(platform))
    proposal = scene.proposal(pot, platform)
    scene.act(end_wijkplatform, SYSTEM, platform, on=date(2026, 3, 10))
    with pytest.raises(NotAllowed):
        scene.act(change_proposal, member, proposal, scene.text("Nog even"))
    official = scene.actor(scene.account())
    scene.act(change_proposal, official, proposal, scene.text("Met dank aan de gemeente"))
    assert proposal.title == "Met dank aan de gemeente"


def test_the_gemeente_takes_plans_in_only_where_no_platform_is(scene: Scene) -> None:
    north, south = scene.wijk("Noord", "N"), scene.wijk("Zuid", "Z")
    budget_round = scene.open_round(north, south)
    scene.platform(north)
    wanted = {"submitter_name": " Bewoners van de Fictiestraat ", "text": scene.text()}
    taken = scene.act(take_in_proposal, SYSTEM, pot_id=scene.pot(budget_round, south).id, **wanted)
    assert (taken.submitter_kind, taken.submitter_name) == (
        SubmitterKind.RESIDENT,
        "Bewoners van de Fictiestraat",
    )
    with pytest.raises(DomainError, match="heeft een wijkplatform"):
        scene.act(take_in_proposal, SYSTEM, pot_id=scene.pot(budget_round, north).id, **wanted)
    for name in ("", "\u200b", "Bewoners\r\nvan de straat"):
        with pytest.raises(InvalidInput) as refusal:
            scene.act(
                take_in_proposal,
                SYSTEM,
                pot_id=scene.pot(budget_round, south).id,
                submitter_name=name,
                text=scene.text(),
            )
        assert refusal.value.field == "submitter_name"


def test_outside_the_submission_phase_nothing_is_written_down(scene: Scene) -> None:
    wijk = scene.wijk()
    pot, platform = scene.pot(scene.open_round(wijk)), scene.platform(wijk)
    scene.clock.set(SUBMISSION_CLOSES)
    with pytest.raises(WrongPhase):
        scene.draft(pot, platform)
    with pytest.raises(NotFound):
        scene.act(draft_proposal, SYSTEM, pot_id=4321, platform_id=platform.id, text=scene.text())
