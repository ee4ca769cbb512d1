"""Translate the rows of a pot into the values that the tally counts, and back."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, select

from wijkbudget.domain.ballot import Ballot
from wijkbudget.domain.budget_round import BallotType, BudgetRound
from wijkbudget.domain.count import Count, Draw
from wijkbudget.domain.errors import DomainError
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.services.read_pots import pot_budget
from wijkbudget.tally import ApprovalBallot, Election, Lot, Project, RankingBallot

COUNTED = (ProposalStatus.ON_BALLOT, ProposalStatus.FUNDED, ProposalStatus.NOT_FUNDED)
# A plan without votes never gets money in a round; research on the command line may set another minimum.
MIN_SUPPORT = 1


def build_election(session: Session, budget_round: BudgetRound, pot_id: int) -> Election:
    """The pot as an election: proposals by their id in the tally, costs in cents, ballots without order or origin.

    Proposals that were withdrawn after the ballot list was fixed take part as withdrawn.
    """
    ranked = budget_round.ballot_type == BallotType.RANKING
    proposals = counted_proposals(session, pot_id)
    numbers = tally_ids(proposals)
    projects = [
        Project(numbers[p.id], p.cost_cents, p.title, withdrawn=p.status == ProposalStatus.WITHDRAWN)
        for p in proposals
    ]
    return Election.of(
        pot_budget(session, pot_id), projects, _ballots(session, pot_id, numbers, ranked=ranked)
    )


def counted_proposals(session: Session, pot_id: int) -> list[Proposal]:
    """The proposals that are or were on the ballot list, by number: those withdrawn during the vote too."""
    wanted = (
        select(Proposal)
        .where(
            Proposal.pot_id == pot_id,
            col(Proposal.status).in_(COUNTED)
            | ((col(Proposal.status) == ProposalStatus.WITHDRAWN) & col(Proposal.was_on_ballot)),
        )
        .order_by(col(Proposal.number))
    )
    return list(session.exec(wanted))


def tally_ids(proposals: Sequence[Proposal]) -> dict[int, str]:
    """What each proposal (by its id) is called in the tally: its number, in as many digits as the highest has.

    So ids that are sorted as text stand in the order of the numbers.
    """
    width = len(str(max((proposal.number for proposal in proposals), default=0)))
    return {proposal.id: str(proposal.number).zfill(width) for proposal in proposals}


def _ballots(
    session: Session, pot_id: int, numbers: dict[int, str], *, ranked: bool
) -> Iterator[ApprovalBallot | RankingBallot]:
    wanted = select(Ballot).where(Ballot.pot_id == pot_id).execution_options(yield_per=5000)
    with session.exec(wanted) as ballots:
        for ballot in ballots:
            chosen = ballot.proposal_ids()
            if not numbers.keys() >= set(chosen):
                raise DomainError(
                    "Een stembiljet noemt een plan dat niet op de stemlijst staat. Waarschuw de beheerder."
                )
            named = [numbers[i] for i in chosen]
            if ranked:
                yield RankingBallot(tuple(frozenset({name}) for name in named))
            else:
                yield ApprovalBallot(frozenset(named))


def lots_of(session: Session, pot_id: int) -> tuple[Lot, ...]:
    """The lots drawn for this pot, oldest first."""
    numbers = tally_ids(counted_proposals(session, pot_id))
    draws = session.exec(select(Draw).where(Draw.pot_id == pot_id).order_by(col(Draw.id)))
    return tuple(Lot(tuple(numbers[i] for i in draw.order())) for draw in draws)


def last_count(session: Session, pot_id: int) -> Count | None:
    """The newest count of a pot, if any."""
    wanted = select(Count).where(Count.pot_id == pot_id).order_by(col(Count.number).desc())
    return session.exec(wanted.limit(1)).first()
