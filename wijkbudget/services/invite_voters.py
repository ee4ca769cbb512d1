"""Invite the voters of a round by mail, each with a link of their own that lives until the close. In batches."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, exists, func, select

from wijkbudget.db import lock_round
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken, Purpose
from wijkbudget.domain.errors import WrongPhase
from wijkbudget.domain.invitation_order import InvitationOrder
from wijkbudget.domain.wijk import Wijk
from wijkbudget.mail.messages import invitation
from wijkbudget.services.queue_mail import queue_mail
from wijkbudget.services.request_voting_link import LinkSettings
from wijkbudget.services.write_audit import write_audit

WHEN = (Phase.BALLOT_FIXED, Phase.VOTING)
BATCH = 200


@dataclass(frozen=True)
class Invited:
    """How far the invitations of a round are. `without_email` can vote with a letter only."""

    invited: int
    waiting: int
    without_email: int
    order: InvitationOrder | None

    @property
    def running(self) -> bool:
        """Whether an order is being worked off."""
        return self.order is not None and self.order.finished_at is None


def order_invitations(session: Session, now: datetime, actor: Actor, round_id: int) -> None:
    """Order that everybody with an e-mail address who may vote, has not voted and has no such link yet be invited.

    An order that is being worked off stays as it is. Raises WrongPhase, also when there is nobody to invite.
    """
    actor.require(Role.OFFICIAL)
    lock_round(session, round_id).require_phase(now, *WHEN)
    progress = read_invited(session, round_id)
    if progress.running:
        return
    if not progress.waiting:
        raise WrongPhase(
            "Er is niemand (meer) om uit te nodigen: iedereen met een e-mailadres is al uitgenodigd of heeft gestemd."
        )
    order = progress.order or InvitationOrder(round_id=round_id, ordered_at=now)
    order.ordered_by, order.ordered_at, order.finished_at = actor.account_id, now, None
    session.add(order)
    write_audit(session, now, actor, "invitations.ordered", f"round:{round_id}", invitations=progress.waiting)


def next_order(session: Session) -> int | None:
    """The round whose order waits longest to be worked off, if any."""
    unfinished = select(InvitationOrder.round_id).where(col(InvitationOrder.finished_at).is_(None))
    return session.exec(unfinished.order_by(col(InvitationOrder.ordered_at)).limit(1)).first()


def invite_batch(
    session: Session, now: datetime, round_id: int, settings: LinkSettings, *, limit: int = BATCH
) -> int:
    """Invite the next people of an order, in one transaction: their links and their mails, or nothing. How many.

    Who has been invited is told by the links themselves, so a worker that is killed leaves nothing half done, and the
    next one goes on where it was. The order ends when nobody is left, or when the vote has closed.
    """
    budget_round = lock_round(session, round_id)
    order = session.get(InvitationOrder, round_id, populate_existing=True)
    if order is None or order.finished_at is not None:
        return 0
    entries: list[RollEntry] = []
    if budget_round.phase_at(now) in WHEN:
        waiting = select(RollEntry).where(*_to_invite(round_id))
        entries = list(session.exec(waiting.order_by(col(RollEntry.id)).limit(limit)))
    for entry in entries:
        _invite(session, now, budget_round, entry, settings)
    if len(entries) < limit:
        order.finished_at = now
        session.flush()
        total = read_invited(session, round_id).invited
        write_audit(session, now, SYSTEM, "invitations.finished", f"round:{round_id}", invitations=total)
    session.flush()
    return len(entries)


def read_invited(session: Session, round_id: int) -> Invited:
    """How many have been invited, how many can be, and how many have no e-mail address."""
    entries = select(func.count()).select_from(RollEntry)
    invited = entries.join(EmailToken, col(EmailToken.roll_entry_id) == col(RollEntry.id)).where(
        RollEntry.round_id == round_id, EmailToken.purpose == Purpose.INVITATION
    )
    without = entries.where(
        RollEntry.round_id == round_id, col(RollEntry.age_ok), col(RollEntry.email).is_(None)
    )
    return Invited(
        invited=session.exec(invited).one(),
        waiting=session.exec(entries.where(*_to_invite(round_id))).one(),
        without_email=session.exec(without).one(),
        order=session.get(InvitationOrder, round_id),
    )


def _to_invite(round_id: int) -> tuple[ColumnElement[bool], ...]:
    """Who replaced a lost link at the help desk has a link that lives until the close already."""
    has_link = exists().where(
        col(EmailToken.roll_entry_id) == col(RollEntry.id),
        col(EmailToken.purpose).in_((Purpose.INVITATION, Purpose.REPLACEMENT)),
    )
    return (
        col(RollEntry.round_id) == round_id,
        col(RollEntry.age_ok).is_(True),
        col(RollEntry.email).is_not(None),
        col(RollEntry.voted).is_(False),
        ~has_link,
    )


def _invite(
    session: Session, now: datetime, budget_round: BudgetRound, entry: RollEntry, settings: LinkSettings
) -> None:
    wijk = session.get_one(Wijk, session.get_one(BudgetPot, entry.pot_id).wijk_id)
    assert entry.email is not None
    text, hashed = settings.links.new(Purpose.INVITATION)
    session.add(
        EmailToken(
            id_sha256=hashed,
            roll_entry_id=entry.id,
            email=entry.email,
            purpose=Purpose.INVITATION,
            created_at=now,
            expires_at=budget_round.voting_closes_at,
        )
    )
    message = invitation(
        municipality=wijk.gemeente,
        round_name=budget_round.name,
        wijk=wijk.name,
        roll_number=entry.external_number,
        url=settings.url_for_link(text),
        opens_at=budget_round.voting_opens_at,
        closes_at=budget_round.voting_closes_at,
    )
    queue_mail(session, now, recipient=entry.email, message=message, bulk=True)
