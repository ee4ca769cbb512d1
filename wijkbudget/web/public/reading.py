"""What of the database is public: rounds that have been opened, and plans that have been handed in."""

from datetime import date

from sqlmodel import Session, col, select

from wijkbudget.domain.budget_round import BudgetRound, RoundStatus
from wijkbudget.domain.errors import NotFound
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.domain.wijkplatform import PlatformKind, PlatformStatus, Wijkplatform
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.web.templating import day as day_text


def public_rounds(session: Session) -> list[BudgetRound]:
    """Every round but the drafts, the newest vote first."""
    wanted = select(BudgetRound).where(BudgetRound.status != RoundStatus.DRAFT)
    return list(
        session.exec(wanted.order_by(col(BudgetRound.voting_opens_at).desc(), col(BudgetRound.id).desc()))
    )


def public_round(session: Session, round_id: int) -> BudgetRound:
    """A round that everybody may see. Raises NotFound, for a draft too."""
    found = session.get(BudgetRound, round_id)
    if found is None or found.status == RoundStatus.DRAFT:
        raise NotFound("Deze ronde bestaat niet.")
    return found


def public_pot(session: Session, round_id: int, pot_id: int) -> PotView:
    """One wijk of a public round. Raises NotFound."""
    for pot in pots_of(session, round_id):
        if pot.id == pot_id:
            return pot
    raise NotFound("Deze wijk doet niet mee in deze ronde.")


def public_proposals(session: Session, round_id: int, wijk_id: int | None = None) -> list[Proposal]:
    """The plans of a round that were handed in, by number; only those of one wijk when it is given."""
    pots = [pot.id for pot in pots_of(session, round_id) if wijk_id is None or pot.wijk_id == wijk_id]
    wanted = select(Proposal).where(
        col(Proposal.pot_id).in_(pots),
        Proposal.status != ProposalStatus.DRAFT,
        # A draft that was taken back was never public; its text stays with its makers.
        col(Proposal.submitted_at).is_not(None),
    )
    return list(session.exec(wanted.order_by(col(Proposal.number))))


def public_proposal(session: Session, proposal_id: int) -> Proposal:
    """One plan that was handed in. Raises NotFound, for a draft too."""
    found = session.get(Proposal, proposal_id)
    if found is None or found.status == ProposalStatus.DRAFT or found.submitted_at is None:
        raise NotFound("Dit plan bestaat niet, of het is nog niet ingediend.")
    return found


def active_platforms(session: Session) -> dict[int, Wijkplatform]:
    """The active platform of each wijk that has one, by the id of the wijk."""
    wanted = select(Wijkplatform).where(Wijkplatform.status == PlatformStatus.ACTIVE)
    return {platform.wijk_id: platform for platform in session.exec(wanted)}


def intake_text(platform: Wijkplatform | None, day: date) -> str:
    """How a resident of a wijk gets a plan submitted."""
    if platform is None:
        return (
            "Deze wijk heeft nog geen wijkplatform. De gemeente helpt u: zij neemt uw plan aan en voert het in. "
            "Neem contact op met de gemeente."
        )
    if platform.may_submit_on(day):
        whom = "de wijkraad" if platform.kind == PlatformKind.WIJKRAAD else "het wijkplatform"
        return f"{platform.name} dient de plannen van deze wijk in. Hebt u een idee? Vertel het aan {whom}."
    until = f" na {day_text(platform.supported_until)}" if platform.supported_until else ""
    return f"{platform.name} kan{until} geen plannen meer indienen. Neem contact op met de gemeente."
