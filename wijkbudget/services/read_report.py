"""Read the result of a pot as a Report."""

import json
from fractions import Fraction

from sqlmodel import Session, col, select

from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BudgetRound, RoundStatus
from wijkbudget.domain.count import Count, CountStep, Draw
from wijkbudget.domain.proposal import Proposal
from wijkbudget.domain.wijk import Wijk
from wijkbudget.export.report import Report, ReportLine, ReportLot, ReportTie
from wijkbudget.tally import Decision


def read_report(session: Session, count: Count) -> Report:
    """The report of a count; for one that waits for a lot, the steps so far."""
    pot = session.get_one(BudgetPot, count.pot_id)
    wijk, budget_round = session.get_one(Wijk, pot.wijk_id), session.get_one(BudgetRound, pot.round_id)
    wanted = (
        select(CountStep, Proposal)
        .join(Proposal, col(Proposal.id) == col(CountStep.proposal_id))
        .where(CountStep.count_id == count.id)
        .order_by(col(CountStep.number))
    )
    return Report(
        gemeente=wijk.gemeente,
        round_name=budget_round.name,
        wijk=wijk.name,
        certified=budget_round.status == RoundStatus.CERTIFIED,
        ballot_type=budget_round.ballot_type,
        rule=count.rule,
        rule_version=count.rule_version,
        rules_sha256=count.rules_sha256,
        input_sha256=count.input_sha256,
        software_version=count.software_version,
        count_number=count.number,
        counted_at=count.counted_at,
        budget_cents=count.budget_cents,
        spent_cents=count.spent_cents,
        entitled=count.entitled,
        ballots=count.ballots,
        blank_ballots=count.blank_ballots,
        lines=tuple(_line(step, proposal) for step, proposal in session.exec(wanted)),
        lots=_lots(session, count),
        satisfaction=count.satisfaction,
        completion=count.completion,
        endowment_cents=None if count.endowment is None else Fraction(count.endowment),
        ties=_ties(session, count),
    )


def _line(step: CountStep, proposal: Proposal) -> ReportLine:
    return ReportLine(
        step=step.number,
        place=step.place,
        number=proposal.number,
        title=proposal.title,
        submitter=proposal.submitter_name,
        votes=step.votes,
        cost_cents=step.cost_cents,
        funded=step.decision == Decision.FUNDED,
        reason=step.decision,
        left_before_cents=step.left_before_cents,
        left_after_cents=step.left_after_cents,
        article=step.article,
        basis=None if step.basis is None else json.loads(step.basis),
    )


def _ties(session: Session, count: Count) -> tuple[ReportTie, ...] | None:
    if count.ties is None:
        return None
    found = json.loads(count.ties)
    numbers = _numbers(session, [proposal_id for tie in found for proposal_id in tie["proposals"]])
    return tuple(
        ReportTie(tie["place"], tuple(numbers[i] for i in tie["proposals"]), tie["mattered"]) for tie in found
    )


def _numbers(session: Session, proposal_ids: list[int]) -> dict[int, int]:
    """The plan number of each of these proposals."""
    wanted = select(Proposal.id, Proposal.number).where(col(Proposal.id).in_(proposal_ids))
    return {proposal_id: number for proposal_id, number in session.exec(wanted)}


def _lots(session: Session, count: Count) -> tuple[ReportLot, ...]:
    asked_before = select(Count.id).where(Count.pot_id == count.pot_id, Count.number < count.number)
    draws = session.exec(select(Draw).where(col(Draw.count_id).in_(asked_before)).order_by(col(Draw.id)))
    lots = []
    for draw in draws:
        numbers = _numbers(session, draw.order())
        lots.append(ReportLot(tuple(numbers[i] for i in draw.order()), draw.witness, draw.drawn_at))
    return tuple(lots)
