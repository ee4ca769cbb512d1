"""Set up a budget round, and change it while it is a draft."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.amsterdam import check_day
from wijkbudget.domain.budget_pot import BudgetPot, EntryKind, PotEntry
from wijkbudget.domain.budget_round import (
    BallotType,
    BudgetRound,
    Completion,
    RoundStatus,
    Satisfaction,
    TieRule,
)
from wijkbudget.domain.errors import InvalidInput, RulesFrozen
from wijkbudget.domain.plain_text import parse_line
from wijkbudget.domain.wijk import Wijk
from wijkbudget.services.choose_rule import ChosenRule, choose_rule
from wijkbudget.services.read_pots import all_pots_of
from wijkbudget.services.write_audit import write_audit


@dataclass(frozen=True)
class RoundPlan:
    """What an official fills in. Amounts in cents; instants in UTC; `budgets` is cents per wijk id.

    `counting_rule` is a name in the register of the tally. Left None: the newest version of the rule, and what
    its reglement takes for granted where it leaves a choice.
    """

    name: str
    basis: str
    reference_date: date
    minimum_age: int
    min_cost_cents: int
    max_cost_cents: int | None
    ballot_type: BallotType
    counting_rule: str
    submission_opens_at: datetime
    submission_closes_at: datetime
    voting_opens_at: datetime
    voting_closes_at: datetime
    budgets: dict[int, int]
    tie_rule: TieRule = TieRule.LOT
    counting_rule_version: int | None = None
    satisfaction: Satisfaction | None = None
    completion: Completion | None = None

    @property
    def rule(self) -> ChosenRule:
        """The counting rule with everything chosen. Raises InvalidInput, naming the field."""
        return choose_rule(
            self.ballot_type,
            self.counting_rule,
            version=self.counting_rule_version,
            satisfaction=self.satisfaction,
            completion=self.completion,
        )


def create_round(session: Session, now: datetime, actor: Actor, plan: RoundPlan) -> BudgetRound:
    """A draft round with a pot for each wijk that has a budget. Raises InvalidInput."""
    actor.require(Role.OFFICIAL)
    check_plan(session, plan)
    budget_round = BudgetRound(**_columns(plan))
    session.add(budget_round)
    session.flush()
    _set_budgets(session, now, budget_round, plan.budgets)
    write_audit(session, now, actor, "round.created", f"round:{budget_round.id}")
    return budget_round


def change_round(
    session: Session, now: datetime, actor: Actor, budget_round: BudgetRound, plan: RoundPlan
) -> None:
    """Replace the draft by this plan. Raises RulesFrozen once the round has been opened."""
    actor.require(Role.OFFICIAL)
    lock_round(session, budget_round.id)
    if budget_round.status != RoundStatus.DRAFT:
        raise RulesFrozen("De spelregels van een geopende ronde liggen vast. U kunt ze niet meer wijzigen.")
    check_plan(session, plan)
    for name, value in _columns(plan).items():
        setattr(budget_round, name, value)
    _set_budgets(session, now, budget_round, plan.budgets)
    write_audit(session, now, actor, "round.changed", f"round:{budget_round.id}")


def check_plan(session: Session, plan: RoundPlan) -> None:
    """Raise InvalidInput, naming the field, for a plan that cannot be a round."""
    _name(plan)
    _basis(plan)
    check_day(plan.reference_date, field="reference_date")
    if not plan.submission_opens_at < plan.submission_closes_at:
        raise InvalidInput(
            "Het indienen sluit vóór het opent. Kies een latere sluiting.", field="submission_closes_at"
        )
    if plan.voting_opens_at < plan.submission_closes_at:
        raise InvalidInput("Het stemmen opent voordat het indienen sluit.", field="voting_opens_at")
    if not plan.voting_opens_at < plan.voting_closes_at:
        raise InvalidInput(
            "Het stemmen sluit vóór het opent. Kies een latere sluiting.", field="voting_closes_at"
        )
    _ = plan.rule
    if plan.min_cost_cents < 0:
        raise InvalidInput("Het minimum per plan is 0 of meer.", field="min_cost_cents")
    if plan.max_cost_cents is not None and plan.max_cost_cents < plan.min_cost_cents:
        raise InvalidInput("Het maximum per plan is lager dan het minimum.", field="max_cost_cents")
    if not 0 <= plan.minimum_age <= 120:
        raise InvalidInput("Kies een minimumleeftijd van 0 tot en met 120.", field="minimum_age")
    _check_budgets(session, plan)


def _check_budgets(session: Session, plan: RoundPlan) -> None:
    if not plan.budgets:
        raise InvalidInput("Kies ten minste één wijk en vul het budget in.", field="budgets")
    for wijk_id, cents in plan.budgets.items():
        wijk = session.get(Wijk, wijk_id)
        if wijk is None:
            raise InvalidInput("Deze wijk bestaat niet.", field="budgets")
        if not wijk.valid_on(plan.reference_date):
            raise InvalidInput(f"De wijk {wijk.name} bestaat niet op de peildatum.", field="budgets")
        if cents <= 0 or cents < plan.min_cost_cents:
            raise InvalidInput(
                f"Het budget van {wijk.name} is lager dan het minimum per plan.", field="budgets"
            )


def _name(plan: RoundPlan) -> str:
    return parse_line(
        plan.name, limit=100, field="name", empty="Geef de ronde een naam, in hoogstens 100 tekens."
    )


def _basis(plan: RoundPlan) -> str:
    return parse_line(plan.basis, limit=300, field="basis")


def _columns(plan: RoundPlan) -> dict[str, Any]:
    columns = dict(vars(plan)) | {"name": _name(plan), "basis": _basis(plan)} | vars(plan.rule)
    del columns["budgets"]
    return columns


def _set_budgets(session: Session, now: datetime, budget_round: BudgetRound, budgets: dict[int, int]) -> None:
    """Bring the pots to these amounts by adding entries; a wijk that is no longer in the round goes to zero."""
    pots = {pot.wijk_id: pot for pot in all_pots_of(session, budget_round.id)}
    for wijk_id in sorted(budgets.keys() - pots.keys()):
        pot = BudgetPot(round_id=budget_round.id, wijk_id=wijk_id)
        session.add(pot)
        session.flush()
        _enter(session, now, pot.id, budgets[wijk_id], "budget van de ronde")
    for wijk_id, known in pots.items():
        change = budgets.get(wijk_id, 0) - known.budget_cents
        if change:
            _enter(session, now, known.id, change, "budget gewijzigd in het concept")
    session.flush()


def _enter(session: Session, now: datetime, pot_id: int, cents: int, reason: str) -> None:
    session.add(PotEntry(pot_id=pot_id, kind=EntryKind.BUDGET, cents=cents, reason=reason, entered_at=now))
