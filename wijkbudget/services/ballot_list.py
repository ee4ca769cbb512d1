"""The ballot list of a wijk, and what is a valid choice on it."""

from sqlmodel import Session, col, select

from wijkbudget.domain.budget_round import BallotType, BudgetRound
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.domain.money import format_euros
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.services.read_pots import pot_budget


def ballot_list(session: Session, pot_id: int) -> list[Proposal]:
    """The plans that can be chosen in this wijk, by number. Withdrawn plans are no longer among them."""
    wanted = select(Proposal).where(Proposal.pot_id == pot_id, Proposal.status == ProposalStatus.ON_BALLOT)
    return list(session.exec(wanted.order_by(col(Proposal.number))))


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
