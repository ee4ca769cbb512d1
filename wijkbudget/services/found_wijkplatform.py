"""Recognise a wijkplatform, convert a wijkraad, end a platform, and let people join."""

from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from wijkbudget.domain.account import Membership, MembershipKind, Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.amsterdam import check_day
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from wijkbudget.domain.plain_text import parse_line
from wijkbudget.domain.wijk import Wijk
from wijkbudget.domain.wijkplatform import PlatformKind, PlatformStatus, Wijkplatform
from wijkbudget.services.write_audit import write_audit

WIJKRAAD_SUPPORTED_UNTIL = date(2024, 7, 1)


def found_wijkplatform(
    session: Session,
    now: datetime,
    actor: Actor,
    *,
    wijk_id: int,
    name: str,
    recognised_on: date,
    kind: PlatformKind = PlatformKind.WIJKPLATFORM,
) -> Wijkplatform:
    """An active platform for a wijk. Raises DomainError when the wijk has one already (table constraint)."""
    actor.require(Role.OFFICIAL, Role.ADMINISTRATOR)
    if session.get(Wijk, wijk_id) is None:
        raise NotFound("Deze wijk bestaat niet.")
    platform = Wijkplatform(
        wijk_id=wijk_id,
        name=_checked_name(name),
        kind=kind,
        recognised_on=check_day(recognised_on, field="recognised_on"),
        supported_until=WIJKRAAD_SUPPORTED_UNTIL if kind is PlatformKind.WIJKRAAD else None,
    )
    session.add(platform)
    try:
        session.flush()
    except IntegrityError:
        raise DomainError("Deze wijk heeft al een actief wijkplatform. Per wijk kan er één zijn.") from None
    write_audit(
        session, now, actor, "wijkplatform.founded", f"wijkplatform:{platform.id}", wijk=wijk_id, kind=kind
    )
    return platform


def convert_wijkraad(
    session: Session, now: datetime, actor: Actor, platform: Wijkplatform, *, name: str, converted_on: date
) -> None:
    """Turn a wijkraad into a wijkplatform. It stays the same body, with its members and proposals."""
    actor.require(Role.OFFICIAL, Role.ADMINISTRATOR)
    if platform.kind != PlatformKind.WIJKRAAD or platform.status != PlatformStatus.ACTIVE:
        raise DomainError("Alleen een wijkraad die nog bestaat kan een wijkplatform worden.")
    if check_day(converted_on, field="converted_on") < platform.recognised_on:
        raise InvalidInput(
            "De datum ligt vóór de erkenning van de wijkraad. Kies een latere datum.", field="converted_on"
        )
    platform.former_name, platform.name = platform.name, _checked_name(name)
    platform.kind, platform.converted_on, platform.supported_until = (
        PlatformKind.WIJKPLATFORM,
        converted_on,
        None,
    )
    write_audit(
        session, now, actor, "wijkraad.converted", f"wijkplatform:{platform.id}", on=str(converted_on)
    )


def end_wijkplatform(
    session: Session, now: datetime, actor: Actor, platform: Wijkplatform, *, on: date
) -> None:
    """End a platform; the gemeente does the intake in its wijk from then on."""
    actor.require(Role.OFFICIAL, Role.ADMINISTRATOR)
    if platform.status == PlatformStatus.ENDED:
        raise DomainError("Dit wijkplatform is al gestopt.")
    if check_day(on, field="ended_on") < (platform.converted_on or platform.recognised_on):
        raise InvalidInput(
            "De datum ligt vóór het begin van het wijkplatform. Kies een latere datum.", field="ended_on"
        )
    platform.status, platform.ended_on = PlatformStatus.ENDED, on
    write_audit(session, now, actor, "wijkplatform.ended", f"wijkplatform:{platform.id}", on=str(on))


def join_wijkplatform(
    session: Session,
    now: datetime,
    actor: Actor,
    *,
    account_id: int,
    platform: Wijkplatform,
    since: date,
    kind: MembershipKind = MembershipKind.CORE,
) -> Membership:
    """Make an account a member of an active platform from this day on. Raises DomainError when it is one already."""
    actor.require(Role.OFFICIAL, Role.ADMINISTRATOR)
    if platform.status != PlatformStatus.ACTIVE:
        raise DomainError("Dit wijkplatform is gestopt. Er kunnen geen leden meer bij.")
    check_day(since, field="since")
    current = select(Membership).where(
        Membership.account_id == account_id,
        Membership.wijkplatform_id == platform.id,
        col(Membership.until).is_(None) | (col(Membership.until) >= since),
    )
    if session.exec(current).first() is not None:
        raise DomainError("Dit account is al lid van het wijkplatform.", field="email")
    membership = Membership(account_id=account_id, wijkplatform_id=platform.id, kind=kind, since=since)
    session.add(membership)
    session.flush()
    write_audit(session, now, actor, "wijkplatform.joined", f"wijkplatform:{platform.id}", account=account_id)
    return membership


def _checked_name(name: str) -> str:
    empty = "Geef het platform een naam, in hoogstens 100 tekens."
    return parse_line(name, limit=100, field="name", empty=empty)


def platforms_of(session: Session, account_id: int, day: date) -> list[Wijkplatform]:
    """The active platforms that the account is a member of on this day."""
    wanted = (
        select(Wijkplatform)
        .join(Membership, col(Membership.wijkplatform_id) == col(Wijkplatform.id))
        .where(
            Membership.account_id == account_id,
            Wijkplatform.status == PlatformStatus.ACTIVE,
            Membership.since <= day,
            col(Membership.until).is_(None) | (col(Membership.until) >= day),
        )
        .order_by(Wijkplatform.name)
    )
    return list(session.exec(wanted).unique())


def require_member(session: Session, actor: Actor, platform_id: int | None, day: date) -> None:
    """Raise NotAllowed unless the actor is a member of this platform today (the system may always)."""
    if actor.account_id is None:
        return
    if platform_id not in {platform.id for platform in platforms_of(session, actor.account_id, day)}:
        raise NotAllowed("U bent geen lid van het wijkplatform van dit plan.")
