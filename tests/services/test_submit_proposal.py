"""Handing a plan in, and taking it back."""

from datetime import date

import pytest
from sqlmodel import Session, select

from tests.scene import SUBMISSION_CLOSES, Scene
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import InvalidInput, NotAllowed, WrongPhase
from wijkbudget.domain.proposal import ProposalStatus
from wijkbudget.services.ballot_list import ballot_list
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round
from wijkbudget.services.read_pots import pot_balance
from wijkbudget.services.read_report import read_report
from wijkbudget.services.submit_proposal import submit_proposal, withdraw_proposal


@pytest.mark.parametrize("field", ["summary", "description", "location", "own_contribution"])
def test_what_misses_is_named_and_the_plan_stays_a_draft(scene: Scene, field: str) -> None:
    wijk = scene.wijk()
    pot, platform = scene.pot(scene.open_round(wijk)), scene.platform(wijk)
    with scene.edit(draft := scene.draft(pot, platform)):
        setattr(draft, field, "")
    with pytest.raises(InvalidInput) as refusal:
        scene.act(submit_proposal, SYSTEM, draft)
    assert refusal.value.field == field
    assert draft.status == ProposalStatus.DRAFT


def test_the_cost_lies_between_minimum_and_maximum_both_included(scene: Scene) -> None:
    wijk = scene.wijk()
    budget_round = scene.open_round(wijk, min_cost_cents=3_000_00, max_cost_cents=5_000_00)
    pot, platform = scene.pot(budget_round), scene.platform(wijk)
    for euros in (3000, 5000):
        assert scene.proposal(pot, platform, euros=euros).status == ProposalStatus.SUBMITTED
    for euros, wanted in ((2999, "ten minste"), (5001, "hoogstens")):
        with pytest.raises(InvalidInput, match=wanted) as refusal:
            scene.proposal(pot, platform, euros=euros)
        assert refusal.value.field == "cost_lines"


def test_without_a_maximum_the_budget_of_the_wijk_is_the_maximum(scene: Scene) -> None:
    wijk = scene.wijk()
    pot, platform = scene.pot(scene.open_round(wijk, budget=4_000_00)), scene.platform(wijk)
    scene.proposal(pot, platform, euros=4000)
    with pytest.raises(InvalidInput, match="hoogstens"):
        scene.proposal(pot, platform, euros=4001)


def test_a_draft_that_is_not_handed_in_on_time_does_not_take_part(scene: Scene) -> None:
    wijk = scene.wijk()
    draft = scene.draft(scene.pot(scene.open_round(wijk)), scene.platform(wijk))
    scene.clock.set(SUBMISSION_CLOSES)
    with pytest.raises(WrongPhase):
        scene.act(submit_proposal, SYSTEM, draft)
    assert (draft.status, draft.submitted_at) == (ProposalStatus.DRAFT, None)


def test_a_plan_is_handed_in_once(scene: Scene) -> None:
    wijk = scene.wijk()
    proposal = scene.proposal(scene.pot(scene.open_round(wijk)), scene.platform(wijk))
    with pytest.raises(WrongPhase):
        scene.act(submit_proposal, SYSTEM, proposal)


def test_a_withdrawal_has_a_reason_and_is_for_good(scene: Scene) -> None:
    wijk = scene.wijk()
    platform = scene.platform(wijk)
    proposal = scene.proposal(scene.pot(scene.open_round(wijk)), platform)
    stranger = scene.actor(scene.account("vreemd@voorbeeld.example"))
    with pytest.raises(NotAllowed):
        scene.act(withdraw_proposal, stranger, proposal, reason="Niet van mij")
    for reason in (" ", "x" * 501, "\u200b", "Klaar\x1b[2J"):
        with pytest.raises(InvalidInput):
            scene.act(withdraw_proposal, SYSTEM, proposal, reason=reason)
    scene.act(withdraw_proposal, SYSTEM, proposal, reason=" Er is al een bankje. ")
    assert (proposal.status, proposal.withdrawn_reason) == (ProposalStatus.WITHDRAWN, "Er is al een bankje.")
    with pytest.raises(WrongPhase):
        scene.act(withdraw_proposal, SYSTEM, proposal, reason="Nog eens")


def test_a_plan_withdrawn_during_the_vote_cannot_be_chosen_and_gets_no_money(
    scene: Scene, session: Session
) -> None:
    budget_round, (tree, square) = scene.voting_round(scene.wijk(), {"Bomen": 6000, "Plein": 5000})
    voters = list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))
    scene.vote(voters[0], tree)
    scene.vote(voters[1], tree, square)
    scene.act(withdraw_proposal, SYSTEM, tree, reason="De bomen zijn al geplant.")
    pot = scene.pot(budget_round)
    assert [proposal.title for proposal in ballot_list(session, pot.id)] == ["Plein"]
    with pytest.raises(InvalidInput, match="niet .meer. op de stemlijst"):
        scene.vote(voters[2], tree)
    scene.vote(voters[2], square)
    scene.closed_phase()
    with pytest.raises(WrongPhase):
        scene.act(withdraw_proposal, SYSTEM, square, reason="Te laat")
    (count,) = scene.act(count_round, SYSTEM, budget_round.id)
    lines = {line.title: (line.votes, line.funded, line.reason) for line in read_report(session, count).lines}
    assert lines == {"Bomen": (2, False, "withdrawn"), "Plein": (2, True, "funded")}
    scene.act(certify_result, SYSTEM, budget_round.id)
    assert (tree.status, square.status) == (ProposalStatus.WITHDRAWN, ProposalStatus.FUNDED)
    assert pot_balance(session, pot.id) == 5_000_00


def test_a_plan_withdrawn_before_the_vote_is_not_in_the_count_at_all(scene: Scene, session: Session) -> None:
    wijk = scene.wijk()
    budget_round = scene.open_round(wijk)
    platform = scene.platform(wijk)
    pot = scene.pot(budget_round)
    proposals = [scene.proposal(pot, platform, title) for title in ("Bomen", "Plein")]
    scene.act(withdraw_proposal, SYSTEM, proposals[0], reason="Toch maar niet.")
    scene.fix(budget_round, wijk, proposals[1])
    scene.closed_phase()
    (count,) = scene.act(count_round, SYSTEM, budget_round.id)
    assert [line.title for line in read_report(session, count).lines] == ["Plein"]
    assert date(2026, 5, 22) == count.counted_at.date()
