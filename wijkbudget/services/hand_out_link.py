"""Replace a lost letter code or link of one person: one official asks for it, another one hands it out."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken, Purpose
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from wijkbudget.domain.replacement import (
    LAPSES_AFTER,
    Replacement,
    ReplacementKind,
    ReplacementReason,
    ReplacementStatus,
)
from wijkbudget.domain.wijk import Wijk
from wijkbudget.mail.messages import replaced_notice, replacement_link
from wijkbudget.services.issue_letter_codes import hash_letter_code, new_letter_code, readable
from wijkbudget.services.queue_mail import queue_mail
from wijkbudget.services.request_voting_link import LinkSettings
from wijkbudget.services.write_audit import write_audit

WHEN = (Phase.BALLOT_FIXED, Phase.VOTING)


@dataclass(frozen=True)
class HandedOut:
    """What the second official gets to see, once: the new code, or nothing when a link was mailed."""

    letter_code: str | None


def ask_replacement(
    session: Session,
    now: datetime,
    actor: Actor,
    round_id: int,
    *,
    number: str,
    kind: ReplacementKind,
    reason: ReplacementReason,
    email: str | None = None,
) -> Replacement:
    """Ask for a new code or link for the person with this number. Nothing changes until another official agrees.

    `email` is where a link goes, and is needed for one. Raises InvalidInput, WrongPhase or NotAllowed.
    """
    account_id = _official(actor)
    lock_round(session, round_id).require_phase(now, *WHEN)
    wanted = select(RollEntry).where(RollEntry.round_id == round_id, RollEntry.external_number == number)
    entry = session.exec(wanted).first()
    if entry is None:
        raise InvalidInput("Dit kiesnummer staat niet in het kiesregister van deze ronde.", field="number")
    if not entry.age_ok:
        raise InvalidInput("Wie bij dit kiesnummer hoort, mag niet stemmen.", field="number")
    if kind is ReplacementKind.LINK and email is None:
        raise InvalidInput("Vul in naar welk e-mailadres de link moet.", field="email")
    if any(not _lapsed(open_, now) for open_ in _open_for(session, entry.id)):
        raise InvalidInput("Voor dit kiesnummer wacht al een aanvraag op een besluit.", field="number")
    asked = Replacement(
        roll_entry_id=entry.id,
        kind=kind,
        reason=reason,
        email=email if kind is ReplacementKind.LINK else None,
        asked_by=account_id,
        asked_at=now,
    )
    session.add(asked)
    session.flush()
    _log(session, now, actor, "asked", asked, round_id)
    return asked


def approve_replacement(
    session: Session, now: datetime, actor: Actor, replacement_id: int, settings: LinkSettings
) -> HandedOut:
    """Hand it out: the old code and every old link of this person are dead at once, also one that is in use.

    A link goes by mail to the address that was asked for, which becomes the one in the roll. The address that the
    roll held is told, unless somebody else reads it: then it is not told, and with a new code it leaves the roll.
    Raises NotAllowed for who asked, NotFound, WrongPhase, or DomainError when it was decided already.
    """
    asked, budget_round = _undecided(session, now, actor, replacement_id)
    budget_round.require_phase(now, *WHEN)
    entry = session.get_one(RollEntry, asked.roll_entry_id, populate_existing=True, with_for_update=True)
    old_links = update(EmailToken).where(col(EmailToken.roll_entry_id) == entry.id)
    session.exec(old_links.values(spent=True, email=None))
    entry.letter_code_hash = None
    session.flush()
    wijk = session.get_one(Wijk, session.get_one(BudgetPot, entry.pot_id).wijk_id)
    about = {"municipality": wijk.gemeente, "round_name": budget_round.name, "wijk": wijk.name}
    about["roll_number"] = entry.external_number
    watched = asked.reason == ReplacementReason.SEEN_BY_OTHERS
    if entry.email is not None and entry.email != asked.email and not watched:
        queue_mail(session, now, recipient=entry.email, message=replaced_notice(**about))
    code: str | None = None
    if asked.email is None:
        code = new_letter_code()
        entry.letter_code_hash = hash_letter_code(code, settings.secret_key)
        entry.email = None if watched else entry.email
    else:
        text, hashed = settings.links.new(Purpose.REPLACEMENT)
        session.add(
            EmailToken(
                id_sha256=hashed,
                roll_entry_id=entry.id,
                email=asked.email,
                purpose=Purpose.REPLACEMENT,
                created_at=now,
                expires_at=budget_round.voting_closes_at,
            )
        )
        message = replacement_link(
            **about, url=settings.url_for_link(text), closes_at=budget_round.voting_closes_at
        )
        queue_mail(session, now, recipient=asked.email, message=message)
        entry.email = asked.email
    _decide(session, now, actor, asked, ReplacementStatus.APPROVED, budget_round.id)
    return HandedOut(None if code is None else readable(code))


def refuse_replacement(session: Session, now: datetime, actor: Actor, replacement_id: int) -> None:
    """Turn the request down, or take back one's own: all stays as it was."""
    asked, budget_round = _undecided(session, now, actor, replacement_id, own_too=True)
    _decide(session, now, actor, asked, ReplacementStatus.REFUSED, budget_round.id)


def open_replacements(session: Session, now: datetime, round_id: int) -> list[tuple[Replacement, RollEntry]]:
    """The requests of a round that wait for a decision, oldest first."""
    wanted = (
        select(Replacement, RollEntry)
        .join(RollEntry, col(RollEntry.id) == col(Replacement.roll_entry_id))
        .where(RollEntry.round_id == round_id, Replacement.status == ReplacementStatus.ASKED)
        .order_by(col(Replacement.asked_at), col(Replacement.id))
    )
    return [(asked, entry) for asked, entry in session.exec(wanted) if not _lapsed(asked, now)]


def _official(actor: Actor) -> int:
    """The account of the official: two different people must be told apart, so the command line cannot do this."""
    actor.require(Role.OFFICIAL)
    if actor.account_id is None:
        raise NotAllowed("Dit kan alleen wie is ingelogd met een eigen account.")
    return actor.account_id


def _open_for(session: Session, entry_id: int) -> list[Replacement]:
    wanted = select(Replacement).where(
        Replacement.roll_entry_id == entry_id, Replacement.status == ReplacementStatus.ASKED
    )
    return list(session.exec(wanted))


def _lapsed(asked: Replacement, now: datetime) -> bool:
    return asked.asked_at <= now - LAPSES_AFTER


def _undecided(
    session: Session, now: datetime, actor: Actor, replacement_id: int, *, own_too: bool = False
) -> tuple[Replacement, BudgetRound]:
    """The request with its round, both locked."""
    account_id = _official(actor)
    found = session.get(Replacement, replacement_id)
    if found is None:
        raise NotFound("Deze aanvraag bestaat niet.")
    budget_round = lock_round(session, session.get_one(RollEntry, found.roll_entry_id).round_id)
    session.refresh(found)
    if found.status != ReplacementStatus.ASKED or _lapsed(found, now):
        raise DomainError("Over deze aanvraag is al besloten, of zij is verlopen. Laad de pagina opnieuw.")
    if found.asked_by == account_id and not own_too:
        raise NotAllowed("U vroeg dit zelf aan. Een andere ambtenaar moet het goedkeuren.")
    return found, budget_round


def _decide(
    session: Session,
    now: datetime,
    actor: Actor,
    asked: Replacement,
    status: ReplacementStatus,
    round_id: int,
) -> None:
    # Who takes back an own request decides nothing.
    decided_by = None if actor.account_id == asked.asked_by else actor.account_id
    asked.status, asked.decided_by, asked.decided_at, asked.email = status, decided_by, now, None
    session.flush()
    _log(session, now, actor, str(status), asked, round_id)


def _log(session: Session, now: datetime, actor: Actor, what: str, asked: Replacement, round_id: int) -> None:
    """Which request, never for whom: the number of a person does not belong in the log."""
    write_audit(
        session,
        now,
        actor,
        f"replacement.{what}",
        f"replacement:{asked.id}",
        kind=asked.kind,
        reason=asked.reason,
        round=round_id,
    )
