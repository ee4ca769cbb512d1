"""Write a proposal down: a draft of a platform member, or an official's intake for a resident."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from wijkbudget.db import lock_proposal, lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.amsterdam import local_day
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import Phase
from wijkbudget.domain.errors import DomainError, InvalidInput, NotFound, WrongPhase
from wijkbudget.domain.money import format_euros
from wijkbudget.domain.plain_text import parse_line, parse_text
from wijkbudget.domain.proposal import CostLine, Proposal, ProposalStatus, SubmitterKind
from wijkbudget.domain.wijkplatform import PlatformStatus, Wijkplatform
from wijkbudget.services.found_wijkplatform import require_member
from wijkbudget.services.read_pots import pot_budget
from wijkbudget.services.write_audit import write_audit

MAX_LINES = 30
LIMITS = {"title": 100, "summary": 300, "description": 5000, "location": 200, "own_contribution": 2000}
ON_ONE_LINE = ("title", "location")
LIMITS |= {"asked_of_gemeente": 2000}


@dataclass(frozen=True)
class ProposalText:
    """What the submitter writes. `cost_lines` are (description, cents)."""

    title: str
    summary: str = ""
    description: str = ""
    location: str = ""
    own_contribution: str = ""
    asked_of_gemeente: str = ""
    cost_lines: tuple[tuple[str, int], ...] = ()


def draft_proposal(
    session: Session, now: datetime, actor: Actor, *, pot_id: int, platform_id: int, text: ProposalText
) -> Proposal:
    """A draft of a member of the wijk's own active platform, in the submission phase."""
    pot = _open_pot(session, now, pot_id)
    platform = session.get(Wijkplatform, platform_id)
    if platform is None or platform.wijk_id != pot.wijk_id:
        raise InvalidInput("Dit wijkplatform hoort niet bij deze wijk.")
    require_member(session, actor, platform.id, local_day(now))
    _require_running(platform, now)
    proposal = _new_proposal(session, now, actor, pot, SubmitterKind.PLATFORM, platform.name, platform.id)
    _write(session, now, proposal, text)
    write_audit(session, now, actor, "proposal.drafted", f"proposal:{proposal.id}")
    return proposal


def take_in_proposal(
    session: Session, now: datetime, actor: Actor, *, pot_id: int, submitter_name: str, text: ProposalText
) -> Proposal:
    """An official's draft for a resident, in a wijk that has no active platform."""
    actor.require(Role.OFFICIAL)
    pot = _open_pot(session, now, pot_id)
    if active_platform(session, pot.wijk_id) is not None:
        raise DomainError("Deze wijk heeft een wijkplatform. Het wijkplatform dient het plan in.")
    empty = "Vul in hoe de indiener genoemd wil worden, in hoogstens 100 tekens."
    name = parse_line(submitter_name, limit=100, field="submitter_name", empty=empty)
    proposal = _new_proposal(session, now, actor, pot, SubmitterKind.RESIDENT, name, None)
    _write(session, now, proposal, text)
    write_audit(session, now, actor, "proposal.taken_in", f"proposal:{proposal.id}")
    return proposal


def change_proposal(
    session: Session, now: datetime, actor: Actor, proposal: Proposal, text: ProposalText
) -> None:
    """Rewrite a draft or a submitted proposal, as long as the submission phase lasts."""
    lock_proposal(session, proposal).require_phase(now, Phase.SUBMISSION)
    require_author(session, now, actor, proposal)
    if proposal.status not in (ProposalStatus.DRAFT, ProposalStatus.SUBMITTED):
        raise WrongPhase("Dit plan kan niet meer worden gewijzigd.")
    _write(session, now, proposal, text)
    if proposal.status == ProposalStatus.SUBMITTED:
        check_complete(session, proposal)
    write_audit(
        session, now, actor, "proposal.changed", f"proposal:{proposal.id}", cost_cents=proposal.cost_cents
    )


def require_author(session: Session, now: datetime, actor: Actor, proposal: Proposal) -> None:
    """Raise NotAllowed unless the actor may act for the submitter: the platform's members, else an official.

    A platform that has ended has no members any more; an official then acts for its proposals.
    """
    platform = session.get(Wijkplatform, proposal.wijkplatform_id) if proposal.wijkplatform_id else None
    if platform is not None and platform.status == PlatformStatus.ACTIVE:
        require_member(session, actor, platform.id, local_day(now))
    else:
        actor.require(Role.OFFICIAL)


def require_supported(session: Session, now: datetime, proposal: Proposal) -> None:
    """Raise DomainError when the proposal is from a platform that may submit no more (an ended one, a wijkraad)."""
    if proposal.wijkplatform_id is not None:
        _require_running(session.get_one(Wijkplatform, proposal.wijkplatform_id), now)


def _require_running(platform: Wijkplatform, now: datetime) -> None:
    if not platform.may_submit_on(local_day(now)):
        raise DomainError("Dit platform kan geen plannen meer indienen. Neem contact op met de gemeente.")


NEEDED = {
    "summary": "Vat het plan in een paar zinnen samen.",
    "description": "Beschrijf het plan.",
    "location": "Vul in waar het plan komt.",
    "own_contribution": "Vul in wat u zelf doet.",
}
"""What a plan must say before it can be submitted, and how to ask for it."""


def check_complete(session: Session, proposal: Proposal) -> None:
    """Raise InvalidInput for what still misses, or for a cost outside the limits of the round."""
    budget_round = lock_round(session, proposal.round_id, shared=True)
    missing = [field for field in NEEDED if not getattr(proposal, field).strip()]
    if missing:
        raise InvalidInput(" ".join(NEEDED[field] for field in missing), field=missing[0])
    maximum = min(budget_round.max_cost_cents or 10**18, pot_budget(session, proposal.pot_id))
    check_cost(proposal.cost_cents, budget_round.min_cost_cents, maximum)


def check_cost(cents: int, minimum: int, maximum: int) -> None:
    """Raise InvalidInput unless minimum <= cents <= maximum."""
    if cents < max(minimum, 1):
        raise InvalidInput(
            f"Het plan kost {format_euros(cents)}. Een plan kost ten minste {format_euros(minimum)}.",
            field="cost_lines",
        )
    if cents > maximum:
        raise InvalidInput(
            f"Het plan kost {format_euros(cents)}. Een plan kost hoogstens {format_euros(maximum)}.",
            field="cost_lines",
        )


def active_platform(session: Session, wijk_id: int) -> Wijkplatform | None:
    """The wijk's one active platform, or None: then the gemeente does the intake."""
    wanted = select(Wijkplatform).where(
        Wijkplatform.wijk_id == wijk_id, Wijkplatform.status == PlatformStatus.ACTIVE
    )
    return session.exec(wanted).first()


def _open_pot(session: Session, now: datetime, pot_id: int) -> BudgetPot:
    pot = session.get(BudgetPot, pot_id)
    if pot is None:
        raise NotFound("Deze wijk doet niet mee in de ronde.")
    lock_round(session, pot.round_id).require_phase(now, Phase.SUBMISSION)
    return pot


def _new_proposal(
    session: Session,
    now: datetime,
    actor: Actor,
    pot: BudgetPot,
    kind: SubmitterKind,
    submitter_name: str,
    platform_id: int | None,
) -> Proposal:
    highest = session.exec(select(func.max(Proposal.number)).where(Proposal.round_id == pot.round_id)).one()
    return Proposal(
        round_id=pot.round_id,
        pot_id=pot.id,
        number=(highest or 0) + 1,
        title="",
        submitter_kind=kind,
        submitter_name=submitter_name,
        wijkplatform_id=platform_id,
        entered_by=actor.account_id,
        updated_at=now,
    )


def _write(session: Session, now: datetime, proposal: Proposal, text: ProposalText) -> None:
    for field, limit in LIMITS.items():
        parse = parse_line if field in ON_ONE_LINE else parse_text
        empty = "Geef het plan een titel." if field == "title" else None
        setattr(proposal, field, parse(getattr(text, field), limit=limit, field=field, empty=empty))
    lines = _cost_lines(text)
    proposal.cost_cents = sum(cents for _, cents in lines)
    proposal.updated_at = now
    session.add(proposal)
    session.flush()
    session.exec(delete(CostLine).where(col(CostLine.proposal_id) == proposal.id))
    for position, (description, cents) in enumerate(lines, start=1):
        session.add(
            CostLine(proposal_id=proposal.id, position=position, description=description, cents=cents)
        )
    session.flush()


def _cost_lines(text: ProposalText) -> list[tuple[str, int]]:
    if len(text.cost_lines) > MAX_LINES:
        raise InvalidInput(f"Gebruik hoogstens {MAX_LINES} kostenregels.", field="cost_lines")
    needed = "Elke kostenregel heeft een omschrijving van hoogstens 150 tekens en een bedrag boven nul."
    if any(cents <= 0 for _, cents in text.cost_lines):
        raise InvalidInput(needed, field="cost_lines")
    return [
        (parse_line(description, limit=150, field="cost_lines", empty=needed), cents)
        for description, cents in text.cost_lines
    ]
