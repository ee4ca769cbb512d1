"""Setting up a round, and changing it while it is a draft."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from tests.scene import SUBMISSION_CLOSES, SUBMISSION_OPENS, VOTING_CLOSES, VOTING_OPENS, Scene
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.budget_pot import PotEntry
from wijkbudget.domain.budget_round import BallotType, BudgetRound
from wijkbudget.domain.errors import InvalidInput, NotAllowed, RulesFrozen
from wijkbudget.services.create_round import change_round, create_round
from wijkbudget.services.open_round import open_round
from wijkbudget.services.read_pots import pots_of


def test_a_round_has_a_pot_with_money_for_each_wijk(scene: Scene, session: Session) -> None:
    north, south = scene.wijk("Noord", "N"), scene.wijk("Aan de Amstel", "Z")
    plan = scene.plan({north.id: 10_000_00, south.id: 25_000_50})
    budget_round = scene.act(create_round, SYSTEM, plan)
    pots = [(pot.wijk, pot.budget_cents) for pot in pots_of(session, budget_round.id)]
    assert pots == [("Aan de Amstel", 25_000_50), ("Noord", 10_000_00)]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 101}),
        ("name", {"name": "Ronde\r\nBcc: x@voorbeeld.example"}),
        ("basis", {"basis": "x" * 301}),
        ("basis", {"basis": "Regeling\nvan 2026"}),
        ("reference_date", {"reference_date": date.min}),
        ("reference_date", {"reference_date": date.max}),
        ("submission_closes_at", {"submission_closes_at": SUBMISSION_OPENS}),
        ("voting_opens_at", {"voting_opens_at": SUBMISSION_OPENS}),
        ("voting_closes_at", {"voting_closes_at": VOTING_OPENS}),
        ("counting_rule", {"ballot_type": BallotType.RANKING}),
        ("counting_rule", {"counting_rule": "schulze"}),
        ("min_cost_cents", {"min_cost_cents": -1}),
        ("max_cost_cents", {"min_cost_cents": 2, "max_cost_cents": 1}),
        ("minimum_age", {"minimum_age": 121}),
        ("budgets", {"min_cost_cents": 10_000_01}),
        ("budgets", {"reference_date": date(2024, 12, 31)}),
        ("budgets", {"budgets": {}}),
        ("budgets", {"budgets": {99_999: 10_000_00}}),
    ],
)
def test_a_plan_that_cannot_be_a_round_is_refused_at_its_field(
    scene: Scene, session: Session, field: str, changes: dict[str, Any]
) -> None:
    wijk = scene.wijk()
    budgets = changes.get("budgets", {wijk.id: 10_000_00})
    plan = scene.plan(budgets, **{name: value for name, value in changes.items() if name != "budgets"})
    with pytest.raises(InvalidInput) as refusal:
        scene.act(create_round, SYSTEM, plan)
    assert refusal.value.field == field
    assert session.exec(select(BudgetRound)).all() == []


def test_a_negative_or_empty_budget_is_refused(scene: Scene) -> None:
    for cents in (0, -5):
        with pytest.raises(InvalidInput):
            scene.act(
                create_round, SYSTEM, scene.plan({scene.wijk(code=f"W{cents}").id: cents}, min_cost_cents=0)
            )


def test_submission_may_close_at_the_instant_the_vote_opens(scene: Scene) -> None:
    budgets = {scene.wijk().id: 10_000_00}
    plan = scene.plan(budgets, voting_opens_at=SUBMISSION_CLOSES, voting_closes_at=VOTING_CLOSES)
    assert scene.act(create_round, SYSTEM, plan).voting_opens_at == SUBMISSION_CLOSES


def test_a_draft_is_replaced_and_its_ledger_shows_how(scene: Scene, session: Session) -> None:
    north, south = scene.wijk("Noord", "N"), scene.wijk("Zuid", "Z")
    budget_round = scene.act(create_round, SYSTEM, scene.plan({north.id: 10_000_00}))
    scene.act(change_round, SYSTEM, budget_round, scene.plan({south.id: 5_000_00}, name=" Andere naam "))
    assert budget_round.name == "Andere naam"
    assert [(pot.wijk, pot.budget_cents) for pot in pots_of(session, budget_round.id)] == [("Zuid", 5_000_00)]
    entries = session.exec(select(PotEntry.cents).order_by(PotEntry.id)).all()
    assert entries == [10_000_00, 5_000_00, -10_000_00]


def test_the_rules_of_an_opened_round_cannot_be_changed(scene: Scene, session: Session) -> None:
    wijk = scene.wijk()
    budget_round = scene.draft_round(wijk)
    scene.act(open_round, SYSTEM, budget_round.id)
    with pytest.raises(RulesFrozen):
        scene.act(change_round, SYSTEM, budget_round, scene.plan({wijk.id: 99_000_00}, name="Stiekem anders"))
    assert session.get_one(BudgetRound, budget_round.id).name == "Fictieronde"


def test_only_an_official_sets_up_a_round(scene: Scene) -> None:
    plan = scene.plan({scene.wijk().id: 10_000_00})
    for role in set(Role) - {Role.OFFICIAL}:
        with pytest.raises(NotAllowed):
            scene.act(create_round, Actor(1, frozenset({role})), plan)
