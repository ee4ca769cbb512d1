"""Cast a ballot: mark the roll entry and store the ballot, in one transaction and with nothing to join them by."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from wijkbudget.domain.amsterdam import local_day
from wijkbudget.domain.ballot import Ballot, canonical_choice
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BallotType, BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.errors import AlreadyVoted, InvalidInput, VoteClosed
from wijkbudget.domain.money import format_euros
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.domain.wijk import Wijk
from wijkbudget.mail.messages import ballot_cast
from wijkbudget.services.build_election import last_count
from wijkbudget.services.open_voting_link import ALREADY_VOTED, open_voting_link
from wijkbudget.services.queue_mail import queue_mail
from wijkbudget.services.read_pots import pot_budget


@dataclass(frozen=True)
class Received:
    """What may be told about a ballot that came in: the round and the wijk, nothing of the choice."""

    round_id: int
    pot_id: int


def cast_ballot(session: Session, now: datetime, id_sha256: str, proposal_ids: list[int]) -> Received:
    """Store the choice of whoever holds this started link. Raises what `open_voting_link` does, or InvalidInput.

    `proposal_ids` are the approved plans in any order, or the ranking with the best first; empty is blank.
    Nothing about the act is logged: an audit line with a time would tell when this person voted.
    """
    link = open_voting_link(session, now, id_sha256, lock=True)
    entry, budget_round = link.entry, link.budget_round
    if last_count(session, entry.pot_id) is not None:
        # It waited for its turn since before the close, and the ballots have been counted meanwhile.
        raise VoteClosed("De stemming is net gesloten. Uw stem kon niet meer worden geteld.")
    check_choice(session, budget_round, entry.pot_id, proposal_ids)
    marked = session.exec(
        update(RollEntry)
        .where(col(RollEntry.id) == entry.id, col(RollEntry.voted).is_(False))
        .values(voted=True)
    )
    if marked.rowcount != 1:
        raise AlreadyVoted(ALREADY_VOTED)
    ranked = budget_round.ballot_type == BallotType.RANKING
    choice = canonical_choice(proposal_ids, ranked=ranked)
    session.add(Ballot(pot_id=entry.pot_id, received_on=local_day(now), choice=choice))
    recipient = link.token.email
    _spend_links(session, entry.id)
    if recipient is not None:
        wijk = session.get_one(Wijk, session.get_one(BudgetPot, entry.pot_id).wijk_id)
        message = ballot_cast(
            municipality=wijk.gemeente,
            round_name=budget_round.name,
            wijk=wijk.name,
            closes_at=budget_round.voting_closes_at,
        )
        queue_mail(session, now, recipient=recipient, message=message)
    session.flush()
    return Received(budget_round.id, entry.pot_id)


def check_choice(
    session: Session, budget_round: BudgetRound, pot_id: int, proposal_ids: list[int]
) -> list[Proposal]:
    """The chosen plans, in the order given. Raises InvalidInput for a choice that is not a valid ballot."""
    listed = {proposal.id: proposal for proposal in ballot_list(session, pot_id)}
    capped = budget_round.ballot_type == BallotType.CAPPED_APPROVAL
    costs = {proposal_id: proposal.cost_cents for proposal_id, proposal in listed.items()}
    check_valid(proposal_ids, costs, pot_budget(session, pot_id) if capped else None)
    return [listed[proposal_id] for proposal_id in proposal_ids]


def check_valid(proposal_ids: list[int], costs: dict[int, int], cap_cents: int | None) -> None:
    """Raise InvalidInput unless each plan is listed (a key of `costs`), occurs once, and together they fit the cap."""
    if len(set(proposal_ids)) < len(proposal_ids):
        raise InvalidInput("Een plan staat twee keer op uw stembiljet. Kies elk plan hoogstens één keer.")
    if any(proposal_id not in costs for proposal_id in proposal_ids):
        raise InvalidInput("Een plan dat u koos staat niet (meer) op de stemlijst. Maak uw keuze opnieuw.")
    total = sum(costs[proposal_id] for proposal_id in proposal_ids)
    if cap_cents is not None and total > cap_cents:
        raise InvalidInput(
            f"Uw plannen kosten samen {format_euros(total)}. Dat is meer dan het budget van "
            f"{format_euros(cap_cents)}. Haal een of meer plannen weg."
        )


def ballot_list(session: Session, pot_id: int) -> list[Proposal]:
    """The plans that can be chosen in this wijk, by number. Withdrawn plans are no longer among them."""
    wanted = select(Proposal).where(Proposal.pot_id == pot_id, Proposal.status == ProposalStatus.ON_BALLOT)
    return list(session.exec(wanted.order_by(col(Proposal.number))))


def _spend_links(session: Session, entry_id: int) -> None:
    """Every link of this entry is used up, and the addresses in them are forgotten."""
    session.exec(
        update(EmailToken).where(col(EmailToken.roll_entry_id) == entry_id).values(spent=True, email=None)
    )
