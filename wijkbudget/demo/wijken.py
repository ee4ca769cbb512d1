"""Haarlem's real wijken with fictional addresses, platforms and members."""

from dataclasses import dataclass
from datetime import date, datetime
from string import ascii_uppercase

from sqlmodel import Session

from wijkbudget.data import data_rows
from wijkbudget.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from wijkbudget.domain.account import MembershipKind, Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.wijk import Wijk
from wijkbudget.domain.wijkplatform import PlatformKind, Wijkplatform
from wijkbudget.services.create_account import create_account
from wijkbudget.services.found_wijkplatform import (
    convert_wijkraad,
    end_wijkplatform,
    found_wijkplatform,
    join_wijkplatform,
)
from wijkbudget.services.register_wijk import import_addresses, register_wijk

BESLUIT = "Demonstratie: CBS-wijk 2025 als werkgebied (geen echt besluit)"
VALID_FROM = date(2024, 1, 1)
HOUSES = 120

# Names of platforms are invented. A wijk that is not here has none: there the gemeente does the intake.
PLATFORMS = {
    "WK039201": "Wijkplatform De Oude Kern",
    "WK039202": "Wijkplatform De Houttuin",
    "WK039203": "Wijkplatform Zijlweg Samen",
    "WK039206": "Wijkplatform Tussen Spaarne en Polder",
    "WK039207": "Wijkplatform Amsterdamsewijk Aan Tafel",
    "WK039208": "Wijkplatform Slachthuiswijk Bloeit",
    "WK039210": "Wijkplatform Transvaal Verbindt",
    "WK039211": "Wijkplatform De Indische Zomer",
    "WK039212": "Wijkplatform Ter Kleef Doet",
    "WK039214": "Wijkplatform De Vogelkooi Open",
    "WK039216": "Wijkplatform Vondel Vooruit",
    "WK039219": "Wijkplatform Boerhaave Buiten",
    "WK039220": "Wijkplatform De Vier Wieken",
}
CONVERTED = {
    "WK039213": ("Wijkraad Zaanenpark", "Wijkplatform Zaanenpark", date(2019, 4, 10), date(2024, 3, 15))
}
ENDED = {"WK039209": ("Wijkplatform Parkwijk Fleurt", date(2024, 5, 1))}


@dataclass(frozen=True)
class Town:
    """The wijken by code, the platform of each (if any), and who acts for it; the official acts for the gemeente."""

    wijken: dict[str, Wijk]
    platforms: dict[str, Wijkplatform]
    members: dict[str, Actor]
    official: Actor


def postcode_of(wijk_code: str) -> str:
    """The one postcode of a wijk in the demonstration. The range 2099 is not in use in the Netherlands."""
    return f"2099{ascii_uppercase[int(wijk_code[-2:]) - 1]}A"


def found_town(session: Session, now: datetime, today: date) -> Town:
    """Register Haarlem, its addresses, platforms and people. `today` is the day on which the demo is made."""
    wijken = _register_wijken(session, now)
    _register_addresses(session, now)
    platforms = _found_platforms(session, now, wijken, today)
    official, members = _create_accounts(session, now, platforms)
    return Town(wijken, platforms, members, official)


def _register_wijken(session: Session, now: datetime) -> dict[str, Wijk]:
    buurten: dict[str, list[tuple[str, str]]] = {}
    for row in data_rows("haarlem", "buurten_haarlem_2025.csv"):
        buurten.setdefault(row["wijkcode"], []).append((row["buurtcode"], row["buurtnaam"]))
    return {
        row["wijkcode"]: register_wijk(
            session,
            now,
            SYSTEM,
            code=row["wijkcode"],
            name=row["wijknaam"],
            gemeente="Haarlem",
            besluit=BESLUIT,
            valid_from=VALID_FROM,
            buurten=buurten[row["wijkcode"]],
        )
        for row in data_rows("haarlem", "wijken_haarlem_2025.csv")
    }


def _register_addresses(session: Session, now: datetime) -> None:
    """Houses in the first buurt of each wijk, at a postcode that does not exist."""
    first: dict[str, str] = {}
    for row in data_rows("haarlem", "buurten_haarlem_2025.csv"):
        first.setdefault(row["wijkcode"], row["buurtcode"])
    rows = (
        (postcode_of(wijk), str(number), buurt)
        for wijk, buurt in first.items()
        for number in range(1, HOUSES + 1)
    )
    import_addresses(session, now, SYSTEM, rows)


def _found_platforms(
    session: Session, now: datetime, wijken: dict[str, Wijk], today: date
) -> dict[str, Wijkplatform]:
    founded = {
        code: found_wijkplatform(
            session, now, SYSTEM, wijk_id=wijken[code].id, name=name, recognised_on=VALID_FROM
        )
        for code, name in PLATFORMS.items()
    }
    for code, (old, new, recognised_on, converted_on) in CONVERTED.items():
        wijkraad = found_wijkplatform(
            session,
            now,
            SYSTEM,
            wijk_id=wijken[code].id,
            name=old,
            recognised_on=recognised_on,
            kind=PlatformKind.WIJKRAAD,
        )
        convert_wijkraad(session, now, SYSTEM, wijkraad, name=new, converted_on=converted_on)
        founded[code] = wijkraad
    for code, (name, recognised_on) in ENDED.items():
        ended = found_wijkplatform(
            session, now, SYSTEM, wijk_id=wijken[code].id, name=name, recognised_on=recognised_on
        )
        end_wijkplatform(session, now, SYSTEM, ended, on=min(today, date(2025, 6, 30)))
    return founded


def _create_accounts(
    session: Session, now: datetime, platforms: dict[str, Wijkplatform]
) -> tuple[Actor, dict[str, Actor]]:
    """The demo accounts; one of them supports every platform that has nobody else among them."""
    official, members, supporter = SYSTEM, {}, None
    for known in DEMO_ACCOUNTS:
        actor = _account(session, now, known.email, known.name, known.roles)
        if known.wijk:
            _join(session, now, actor, platforms[known.wijk], MembershipKind.CORE)
            members[known.wijk] = actor
        elif Role.PLATFORM_MEMBER in known.roles:
            supporter = actor
        if Role.OFFICIAL in known.roles:
            official = actor
    assert supporter is not None
    for code in platforms.keys() - members.keys():
        members[code] = supporter
    for code in sorted(code for code, member in members.items() if member is supporter):
        _join(session, now, supporter, platforms[code], MembershipKind.NETWORK)
    return official, members


def _account(session: Session, now: datetime, email: str, name: str, roles: frozenset[Role]) -> Actor:
    made = create_account(
        session, now, SYSTEM, email=email, name=name, password=DEMO_PASSWORD, roles=set(roles)
    )
    return Actor(made.id, roles)


def _join(
    session: Session, now: datetime, actor: Actor, platform: Wijkplatform, kind: MembershipKind
) -> None:
    assert actor.account_id is not None
    join_wijkplatform(
        session, now, SYSTEM, account_id=actor.account_id, platform=platform, since=VALID_FROM, kind=kind
    )
