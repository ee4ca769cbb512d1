"""Open a round: its rules are published and frozen from then on."""

from datetime import datetime

from sqlmodel import Session

from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_round import (
    BallotType,
    BudgetRound,
    Completion,
    Phase,
    RoundStatus,
    Satisfaction,
)
from wijkbudget.domain.errors import DomainError, InvalidInput
from wijkbudget.services.choose_rule import choose_rule
from wijkbudget.services.read_pots import pots_of
from wijkbudget.services.write_audit import write_audit
from wijkbudget.services.write_rules import ONE_VOTE, rules_hash, write_rules


def open_round(session: Session, now: datetime, actor: Actor, round_id: int) -> BudgetRound:
    """Freeze the rules and publish their text with its SHA-256.

    Raises WrongPhase, and InvalidInput for what cannot be published, a rule that this program does not know included.
    """
    actor.require(Role.OFFICIAL)
    budget_round = lock_round(session, round_id)
    budget_round.require_phase(now, Phase.DRAFT)
    if not budget_round.basis.strip():
        raise InvalidInput("Vul eerst de grondslag in: op welke regeling rust deze ronde?", field="basis")
    if now >= budget_round.submission_closes_at:
        raise InvalidInput(
            "Het indienen zou al gesloten zijn. Kies eerst latere datums.", field="submission_closes_at"
        )
    choose_rule(
        BallotType(budget_round.ballot_type),
        budget_round.counting_rule,
        version=budget_round.counting_rule_version,
        satisfaction=Satisfaction(budget_round.satisfaction) if budget_round.satisfaction else None,
        completion=Completion(budget_round.completion) if budget_round.completion else None,
    )
    text = write_rules(budget_round, pots_of(session, round_id))
    budget_round.rules_text, budget_round.rules_sha256, budget_round.opened_at = text, rules_hash(text), now
    budget_round.move_to(RoundStatus.OPENED)
    write_audit(
        session, now, actor, "round.opened", f"round:{round_id}", rules_sha256=budget_round.rules_sha256
    )
    return budget_round


def require_unchanged_rules(session: Session, budget_round: BudgetRound) -> str:
    """The hash of the frozen rules. Raises DomainError when a stored rule no longer gives the published text."""
    pots, published = pots_of(session, budget_round.id), budget_round.rules_text or ""
    known = (write_rules(budget_round, pots, form=form) for form in ONE_VOTE)
    if published not in known or rules_hash(published) != budget_round.rules_sha256:
        raise DomainError(
            "De spelregels in de database wijken af van de gepubliceerde spelregels. Tel niet; waarschuw de beheerder."
        )
    return rules_hash(published)
