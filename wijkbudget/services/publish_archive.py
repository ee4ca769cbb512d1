"""The archive of a certified vote: everything with which anybody can check and count it again."""

from sqlmodel import Session, col, select

from wijkbudget.domain.ballot import Ballot, Channel
from wijkbudget.domain.budget_round import BudgetRound, RoundStatus
from wijkbudget.domain.count import Count, CountStep, Draw
from wijkbudget.domain.errors import NotFound
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.domain.sealed_vote import RoundKey
from wijkbudget.protocol.archive import Enclosed, write_archive
from wijkbudget.protocol.ballot_text import BallotText
from wijkbudget.protocol.signing import SigningKey
from wijkbudget.protocol.statements import Granted, PotResult
from wijkbudget.services.board import read_stored_board
from wijkbudget.services.build_election import MIN_SUPPORT, counted_proposals, last_count
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.tally import Decision
from wijkbudget.vault import Vault


def publish_archive(
    session: Session, round_id: int, *, keys: Vault, enclosed: Enclosed, small_area: int
) -> bytes:
    """The archive of a certified round; the ballots of a wijk with fewer than `small_area` are withheld.

    With `small_area` 0 nothing is withheld: that archive is for the auditor alone. The same round gives the same bytes.
    Raises NotFound while there is nothing to publish.
    """
    budget_round, key = session.get(BudgetRound, round_id), session.get(RoundKey, round_id)
    if budget_round is None or budget_round.status != RoundStatus.CERTIFIED:
        raise NotFound("Het archief komt er als de uitslag is vastgesteld.")
    if key is None or key.seal is None:
        raise NotFound("Van deze ronde is geen archief: er is niet met dit programma gestemd.")
    pots = pots_of(session, round_id)
    return write_archive(
        read_stored_board(session, round_id),
        key.seal.encode(),
        (budget_round.rules_text or "").encode(),
        [ballot for pot in pots for ballot in _ballots(session, key, pot)],
        [_result(session, pot, small_area) for pot in pots],
        enclosed,
        SigningKey(keys.signing_key()),
    )


def _ballots(session: Session, key: RoundKey, pot: PotView) -> list[BallotText]:
    numbers = {proposal.id: proposal.number for proposal in counted_proposals(session, pot.id)}
    wanted = select(Ballot).where(Ballot.pot_id == pot.id, Ballot.channel == Channel.WEB)
    return [
        BallotText(
            key.public_id,
            pot.wijk_code,
            tuple(numbers[proposal_id] for proposal_id in ballot.proposal_ids()),
            ballot.nonce or "",
        )
        for ballot in session.exec(wanted)
    ]


def _result(session: Session, pot: PotView, small_area: int) -> PotResult:
    count = last_count(session, pot.id)
    assert count is not None
    proposals = counted_proposals(session, pot.id)
    funded, offered = _grants(session, count, proposals)
    return PotResult(
        pot=pot.wijk_code,
        rule=count.rule,
        rule_version=count.rule_version,
        satisfaction=count.satisfaction,
        completion=count.completion,
        min_support=MIN_SUPPORT,
        lots=_lots(session, pot, proposals),
        withdrawn=tuple(p.number for p in proposals if p.status == ProposalStatus.WITHDRAWN),
        budget_cents=count.budget_cents,
        ballots=count.ballots,
        blank=count.blank_ballots,
        funded=funded,
        offered=offered,
        withheld=count.ballots < small_area,
    )


def _grants(
    session: Session, count: Count, proposals: list[Proposal]
) -> tuple[tuple[Granted, ...], tuple[Granted, ...]]:
    """What is funded and what is offered, in the order of the count."""
    numbers = {proposal.id: proposal.number for proposal in proposals}
    steps = session.exec(
        select(CountStep).where(CountStep.count_id == count.id).order_by(col(CountStep.number))
    ).all()
    funded = (
        Granted(numbers[step.proposal_id], step.cost_cents)
        for step in steps
        if step.decision == Decision.FUNDED
    )
    offered = (
        Granted(numbers[step.proposal_id], step.left_before_cents - step.left_after_cents)
        for step in steps
        if step.decision == Decision.OFFERED_REMAINDER
    )
    return tuple(funded), tuple(offered)


def _lots(session: Session, pot: PotView, proposals: list[Proposal]) -> tuple[tuple[int, ...], ...]:
    numbers = {proposal.id: proposal.number for proposal in proposals}
    draws = session.exec(select(Draw).where(Draw.pot_id == pot.id).order_by(col(Draw.id)))
    return tuple(tuple(numbers[proposal_id] for proposal_id in draw.order()) for draw in draws)
