"""Judging plans, the ballot list, and fixing it."""

import pytest
from sqlmodel import Session, select

from tests.scene import VOTING_CLOSES, Scene
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, WrongPhase
from wijkbudget.domain.proposal import Judgement, Proposal, ProposalStatus
from wijkbudget.services.judge_proposal import fix_ballot_list, judge_proposal, put_on_ballot


@pytest.fixture
def judged(scene: Scene) -> tuple[BudgetRound, Proposal, Proposal]:
    """Two submitted plans in the review phase."""
    wijk = scene.wijk()
    budget_round = scene.open_round(wijk)
    pot, platform = scene.pot(budget_round), scene.platform(wijk)
    plans = scene.proposal(pot, platform, "Bomen"), scene.proposal(pot, platform, "Plein")
    scene.review_phase()
    return budget_round, *plans


def judge(
    scene: Scene, proposal: Proposal, feasible: bool, reason: str = "Om deze reden.", actor: Actor = SYSTEM
) -> None:
    scene.act(judge_proposal, actor, proposal, feasible=feasible, reason=reason)


def test_the_last_judgement_stands_and_all_are_kept(
    scene: Scene, session: Session, judged: tuple[BudgetRound, Proposal, Proposal]
) -> None:
    _, tree, _ = judged
    judge(scene, tree, False, "De grond is niet van de gemeente.")
    assert tree.status == ProposalStatus.INFEASIBLE
    judge(scene, tree, True, "De eigenaar doet mee.")
    assert tree.status == ProposalStatus.FEASIBLE
    kept = session.exec(select(Judgement).order_by(Judgement.id)).all()
    assert [(k.feasible, k.reason) for k in kept] == [
        (False, "De grond is niet van de gemeente."),
        (True, "De eigenaar doet mee."),
    ]


def test_a_plan_on_the_ballot_list_leaves_it_only_when_it_is_infeasible(
    scene: Scene, judged: tuple[BudgetRound, Proposal, Proposal]
) -> None:
    _, tree, _ = judged
    judge(scene, tree, True)
    scene.act(put_on_ballot, SYSTEM, tree)
    judge(scene, tree, True, "Ook na een tweede blik.")
    assert tree.status == ProposalStatus.ON_BALLOT
    judge(scene, tree, False, "Toch niet.")
    assert tree.status == ProposalStatus.INFEASIBLE


def test_a_judgement_without_reason_is_no_judgement(
    scene: Scene, session: Session, judged: tuple[BudgetRound, Proposal, Proposal]
) -> None:
    for reason in ("  ", "x" * 2001, "\u200b", "Nee\x08\x08Ja"):
        with pytest.raises(InvalidInput) as refusal:
            judge(scene, judged[1], True, reason)
        assert refusal.value.field == "reason"
    assert session.exec(select(Judgement)).all() == []


def test_nobody_judges_a_plan_of_their_own_platform(
    scene: Scene, judged: tuple[BudgetRound, Proposal, Proposal]
) -> None:
    _, tree, _ = judged
    account = scene.account("ambtenaar@voorbeeld.example", Role.OFFICIAL, Role.PLATFORM_MEMBER)
    official = scene.actor(account)
    judge(scene, tree, True, actor=official)
    platform_id = tree.wijkplatform_id
    scene.join(account, platform_id)
    with pytest.raises(NotAllowed, match="Een collega"):
        judge(scene, tree, False, actor=official)


def test_only_an_official_judges_and_only_in_the_review_phase(
    scene: Scene, judged: tuple[BudgetRound, Proposal, Proposal]
) -> None:
    _, tree, _ = judged
    with pytest.raises(NotAllowed):
        judge(scene, tree, True, actor=Actor(1, frozenset({Role.PLATFORM_MANAGER})))
    scene.submission_phase()
    with pytest.raises(WrongPhase):
        judge(scene, tree, True)


def test_only_a_feasible_plan_goes_on_the_ballot_list(
    scene: Scene, judged: tuple[BudgetRound, Proposal, Proposal]
) -> None:
    _, tree, square = judged
    judge(scene, square, False)
    for proposal in (tree, square):
        with pytest.raises(WrongPhase):
            scene.act(put_on_ballot, SYSTEM, proposal)
    judge(scene, tree, True)
    scene.act(put_on_ballot, SYSTEM, tree)
    scene.act(put_on_ballot, SYSTEM, tree, on=False)
    assert tree.status == ProposalStatus.FEASIBLE


def test_the_ballot_list_is_fixed_step_by_step(
    scene: Scene, judged: tuple[BudgetRound, Proposal, Proposal]
) -> None:
    budget_round, tree, square = judged
    wijk_name = scene.pot(budget_round).wijk

    def refused(why: str) -> None:
        with pytest.raises(DomainError, match=why):
            scene.fix_list(budget_round.id)

    refused("2 plannen zonder oordeel")
    judge(scene, square, False)
    judge(scene, tree, True)
    refused("1 haalbare plannen die niet op de stemlijst staan")
    scene.act(put_on_ballot, SYSTEM, tree)
    refused(f"Het kiesregister van {wijk_name} is nog leeg")
    scene.roll(budget_round, "K1;F01;;;nee;")
    refused("kiesregister van .* is nog leeg")
    scene.roll(budget_round, "K2;F01;;;ja;")
    scene.fix_list(budget_round.id)
    assert budget_round.phase_at(scene.clock()) is Phase.BALLOT_FIXED
    assert (tree.was_on_ballot, square.was_on_ballot) == (True, False)
    for late in (put_on_ballot, fix_ballot_list):
        with pytest.raises(WrongPhase):
            scene.act(late, SYSTEM, tree if late is put_on_ballot else budget_round.id)


def test_a_wijk_without_plans_keeps_the_list_open(scene: Scene) -> None:
    north, south = scene.wijk("Noord", "N"), scene.wijk("Zuid", "Z")
    budget_round = scene.open_round(north, south)
    proposal = scene.proposal(scene.pot(budget_round, north), scene.platform(north))
    scene.list_all(proposal)
    scene.roll(budget_round, "K1;N;;;ja;", "K2;Z;;;ja;")
    with pytest.raises(DomainError, match="stemlijst van Zuid staat nog geen plan"):
        scene.fix_list(budget_round.id)


def test_a_list_that_is_fixed_after_the_vote_should_have_closed_is_refused(
    scene: Scene, judged: tuple[BudgetRound, Proposal, Proposal]
) -> None:
    scene.clock.set(VOTING_CLOSES)
    with pytest.raises(DomainError, match="niet doorgegaan"):
        scene.fix_list(judged[0].id)
