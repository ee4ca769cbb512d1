"""What the pages with wijken and platforms show to an official."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from wijkbudget.domain.account import Account, Membership
from wijkbudget.domain.email_address import parse_email
from wijkbudget.domain.errors import InvalidInput, NotFound
from wijkbudget.domain.wijk import Buurt, Wijk
from wijkbudget.domain.wijkplatform import PlatformStatus, Wijkplatform
from wijkbudget.services.save_proposal import active_platform


@dataclass(frozen=True)
class Member:
    """Somebody who takes part in a platform."""

    membership: Membership
    account: Account


@dataclass(frozen=True)
class WijkPage:
    """One wijk: its active platform with the members of today, and the platforms it had, newest first."""

    wijk: Wijk
    buurten: tuple[Buurt, ...]
    platform: Wijkplatform | None
    may_submit: bool
    members: tuple[Member, ...]
    ended: tuple[Wijkplatform, ...]


def wijk_lines(session: Session) -> list[tuple[Wijk, Wijkplatform | None]]:
    """Every wijk by name, with its active platform."""
    active = select(Wijkplatform).where(Wijkplatform.status == PlatformStatus.ACTIVE)
    platforms = {platform.wijk_id: platform for platform in session.exec(active)}
    wijken = session.exec(select(Wijk).order_by(col(Wijk.name), col(Wijk.id)))
    return [(wijk, platforms.get(wijk.id)) for wijk in wijken]


def get_wijk(session: Session, wijk_id: int) -> Wijk:
    """The wijk, or NotFound."""
    found = session.get(Wijk, wijk_id)
    if found is None:
        raise NotFound("Deze wijk bestaat niet.")
    return found


def get_platform(session: Session, platform_id: int) -> Wijkplatform:
    """The platform, or NotFound."""
    found = session.get(Wijkplatform, platform_id)
    if found is None:
        raise NotFound("Dit wijkplatform bestaat niet.")
    return found


def account_with(session: Session, email: str) -> Account:
    """The open account with this address. Raises InvalidInput when there is none."""
    wanted = select(Account).where(Account.email == parse_email(email), col(Account.active))
    found = session.exec(wanted).first()
    if found is None:
        raise InvalidInput(
            "Er is geen account met dit e-mailadres. Vraag de applicatiebeheerder om een account.",
            field="email",
        )
    return found


def wijk_page(session: Session, today: date, wijk_id: int) -> WijkPage:
    """Everything about one wijk. Raises NotFound."""
    wijk = get_wijk(session, wijk_id)
    platform = active_platform(session, wijk_id)
    ended = select(Wijkplatform).where(
        Wijkplatform.wijk_id == wijk_id, Wijkplatform.status == PlatformStatus.ENDED
    )
    return WijkPage(
        wijk=wijk,
        buurten=tuple(session.exec(select(Buurt).where(Buurt.wijk_id == wijk_id).order_by(col(Buurt.code)))),
        platform=platform,
        may_submit=platform is not None and platform.may_submit_on(today),
        members=_members(session, today, platform.id) if platform else (),
        ended=tuple(
            session.exec(ended.order_by(col(Wijkplatform.ended_on).desc(), col(Wijkplatform.id).desc()))
        ),
    )


def _members(session: Session, today: date, platform_id: int) -> tuple[Member, ...]:
    wanted = (
        select(Membership, Account)
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(
            Membership.wijkplatform_id == platform_id,
            col(Membership.until).is_(None) | (col(Membership.until) >= today),
        )
        .order_by(col(Account.name), col(Membership.id))
    )
    return tuple(Member(membership, account) for membership, account in session.exec(wanted))
