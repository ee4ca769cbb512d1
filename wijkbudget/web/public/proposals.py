"""Plans: in a list, and one by one with the judgement of the gemeente."""

from dataclasses import dataclass

from flask import render_template, request
from sqlmodel import Session, col, select

from wijkbudget import edge
from wijkbudget.domain.budget_round import BudgetRound, RoundStatus
from wijkbudget.domain.errors import NotFound
from wijkbudget.domain.proposal import CostLine, Judgement, Proposal
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.web import access
from wijkbudget.web.public import blueprint, reading


@dataclass(frozen=True)
class ProposalPage:
    """One plan with its costs and the last judgement, if any."""

    proposal: Proposal
    budget_round: BudgetRound
    pot: PotView
    lines: tuple[CostLine, ...]
    judgement: Judgement | None
    certified: bool


@dataclass(frozen=True)
class ProposalList:
    """The plans of a round, or of the one wijk that was asked for."""

    budget_round: BudgetRound
    pots: tuple[PotView, ...]
    wijk_id: int | None
    wijk_of_pot: dict[int, str]
    proposals: tuple[Proposal, ...]


def proposal_list(session: Session, round_id: int, wijk: str) -> ProposalList:
    """The list, filtered by the id of a wijk as it stands in the address. Raises NotFound."""
    budget_round = reading.public_round(session, round_id)
    pots = pots_of(session, round_id)
    wijk_id = next((pot.wijk_id for pot in pots if str(pot.wijk_id) == wijk), None)
    if wijk and wijk_id is None:
        raise NotFound("Deze wijk doet niet mee in deze ronde.")
    proposals = reading.public_proposals(session, round_id, wijk_id)
    return ProposalList(
        budget_round, tuple(pots), wijk_id, {pot.id: pot.wijk for pot in pots}, tuple(proposals)
    )


def proposal_page(session: Session, proposal_id: int) -> ProposalPage:
    """One plan. Raises NotFound, for a draft too."""
    proposal = reading.public_proposal(session, proposal_id)
    budget_round = reading.public_round(session, proposal.round_id)
    lines = session.exec(
        select(CostLine).where(CostLine.proposal_id == proposal_id).order_by(col(CostLine.position))
    )
    judgements = (
        select(Judgement).where(Judgement.proposal_id == proposal_id).order_by(col(Judgement.id).desc())
    )
    return ProposalPage(
        proposal=proposal,
        budget_round=budget_round,
        pot=reading.public_pot(session, budget_round.id, proposal.pot_id),
        lines=tuple(lines),
        judgement=session.exec(judgements.limit(1)).first(),
        certified=budget_round.status == RoundStatus.CERTIFIED,
    )


@blueprint.get("/rondes/<int:round_id>/plannen")
@access.declare(access.PUBLIC)
def list_proposals(round_id: int) -> str:
    """All plans of a round; `?wijk=` keeps those of one wijk."""
    page = proposal_list(edge.session(), round_id, request.args.get("wijk", ""))
    return render_template("public/list_proposals.html", page=page)


@blueprint.get("/plannen/<int:proposal_id>")
@access.declare(access.PUBLIC)
def show_proposal(proposal_id: int) -> str:
    """One plan."""
    return render_template("public/show_proposal.html", page=proposal_page(edge.session(), proposal_id))
