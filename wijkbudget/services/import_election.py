"""Bring in an election that was held elsewhere, as a round with real ballots, through the round's own acts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlmodel import Session

from wijkbudget.db import lock_round
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.ballot import Ballot, Channel, canonical_choice, new_ballot_id
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BallotType, BudgetRound, Phase
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.domain.proposal import Proposal
from wijkbudget.services.ballot_list import ballot_list, check_valid
from wijkbudget.services.create_round import RoundPlan, create_round
from wijkbudget.services.judge_proposal import fix_ballot_list, judge_proposal, put_on_ballot
from wijkbudget.services.open_round import open_round
from wijkbudget.services.read_pots import pot_budget, pots_of
from wijkbudget.services.save_proposal import ProposalText, take_in_proposal
from wijkbudget.services.submit_proposal import submit_proposal
from wijkbudget.services.write_audit import write_audit
from wijkbudget.tally import Project, RankingBallot
from wijkbudget.tally.pabulib import PabulibFile

UNKNOWN = "Niet bekend: deze uitslag is ingelezen."


@dataclass(frozen=True)
class HeldElection:
    """An election as it was held: the plan of the round (one wijk) and the file with its projects and ballots."""

    plan: RoundPlan
    file: PabulibFile
    submitter: str


def import_election(session: Session, actor: Actor, held: HeldElection) -> BudgetRound:
    """A round in its closed phase with the projects and ballots of the file; the count is still to be made.

    Each act is done at the instant at which it could have been, by the dates of the plan. Project ids become
    proposal numbers in the order of the file. Raises InvalidInput for a ballot the round's rules do not allow.
    """
    plan = held.plan
    before, submission = plan.submission_opens_at - timedelta(days=1), plan.submission_opens_at
    review = plan.submission_closes_at
    budget_round = create_round(session, before, actor, plan)
    open_round(session, before, actor, budget_round.id)
    (pot,) = pots_of(session, budget_round.id)
    proposals: dict[str, Proposal] = {}
    for project in held.file.election.projects:
        proposals[project.id] = take_in_proposal(
            session, submission, actor, pot_id=pot.id, submitter_name=held.submitter, text=_text(project)
        )
        submit_proposal(session, submission, actor, proposals[project.id])
    for proposal in proposals.values():
        judge_proposal(session, review, actor, proposal, feasible=True, reason="Stond op de stemlijst.")
        put_on_ballot(session, review, actor, proposal)
    fix_ballot_list(session, review, actor, budget_round.id, roll_known=False)
    ranked = budget_round.ballot_type == BallotType.RANKING
    choices = (
        [proposals[name].id for name in names]
        for ballot, weight in held.file.election.ballots
        for names in [_names(ballot, ranked=ranked)]
        for _ in range(weight)
    )
    import_ballots(session, plan.voting_opens_at, actor, pot.id, choices)
    return budget_round


def import_ballots(
    session: Session, now: datetime, actor: Actor, pot_id: int, choices: Iterable[list[int]]
) -> int:
    """Store ballots that were cast elsewhere, while the round's vote is open; the number stored."""
    budget_round = lock_round(session, session.get_one(BudgetPot, pot_id).round_id)
    budget_round.require_phase(now, Phase.VOTING)
    ranked = budget_round.ballot_type == BallotType.RANKING
    costs = {proposal.id: proposal.cost_cents for proposal in ballot_list(session, pot_id)}
    cap = pot_budget(session, pot_id) if budget_round.ballot_type == BallotType.CAPPED_APPROVAL else None
    rows, checked, shared = (
        [],
        set(),
        {"pot_id": pot_id, "channel": Channel.IMPORT, "nonce": None},
    )
    for choice in choices:
        written = canonical_choice(choice, ranked=ranked)
        if written not in checked:
            check_valid(choice, costs, cap)
            checked.add(written)
        rows.append({"receipt": new_ballot_id(), "choice": written, **shared})
    if rows:
        session.connection().execute(insert(Ballot), rows)
    write_audit(session, now, actor, "ballots.imported", f"pot:{pot_id}", ballots=len(rows))
    return len(rows)


def _text(project: Project) -> ProposalText:
    title = project.name or f"Plan {project.id}"
    return ProposalText(
        title=title[:100],
        summary=title[:300],
        description=f"{title}\n\nNummer in het bronbestand: {project.id}.",
        location=UNKNOWN,
        own_contribution=UNKNOWN,
        cost_lines=((title[:150], project.cost),),
    )


def _names(ballot: object, *, ranked: bool) -> list[str]:
    if not ranked:
        return sorted(ballot.named)  # type: ignore[attr-defined]
    assert isinstance(ballot, RankingBallot)
    if any(len(rank) > 1 for rank in ballot.ranks):
        raise InvalidInput("Een stembiljet zet twee plannen op dezelfde plaats. Dat kan in deze ronde niet.")
    return [name for rank in ballot.ranks for name in rank]
