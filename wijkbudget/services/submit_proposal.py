"""Submit a proposal, or take it back."""

from datetime import datetime

from sqlmodel import Session

from wijkbudget.db import lock_proposal
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_round import Phase
from wijkbudget.domain.plain_text import parse_text
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.services.save_proposal import check_complete, require_author, require_supported
from wijkbudget.services.write_audit import write_audit

BEFORE_THE_RESULT = (Phase.SUBMISSION, Phase.REVIEW, Phase.BALLOT_FIXED, Phase.VOTING)


def submit_proposal(session: Session, now: datetime, actor: Actor, proposal: Proposal) -> None:
    """Hand in a complete draft in the submission phase. Raises InvalidInput for what misses."""
    lock_proposal(session, proposal).require_phase(now, Phase.SUBMISSION)
    require_author(session, now, actor, proposal)
    require_supported(session, now, proposal)
    check_complete(session, proposal)
    proposal.move_to(ProposalStatus.SUBMITTED)
    proposal.submitted_at = now
    write_audit(
        session, now, actor, "proposal.submitted", f"proposal:{proposal.id}", cost_cents=proposal.cost_cents
    )


def withdraw_proposal(
    session: Session, now: datetime, actor: Actor, proposal: Proposal, *, reason: str
) -> None:
    """Take a proposal back, with a public reason, until the vote closes.

    During the vote it stays visible as withdrawn and can no longer be chosen; the count passes over it.
    """
    lock_proposal(session, proposal).require_phase(now, *BEFORE_THE_RESULT)
    require_author(session, now, actor, proposal)
    empty = "Vul in waarom het plan wordt ingetrokken, in hoogstens 500 tekens."
    proposal.withdrawn_reason = parse_text(reason, limit=500, field="reason", empty=empty)
    proposal.move_to(ProposalStatus.WITHDRAWN)
    write_audit(session, now, actor, "proposal.withdrawn", f"proposal:{proposal.id}")
