"""Voting areas with their CBS buurten and addresses."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.amsterdam import check_day
from wijkbudget.domain.errors import DomainError, InvalidInput
from wijkbudget.domain.plain_text import parse_line
from wijkbudget.domain.postal_address import parse_house_number, parse_postcode
from wijkbudget.domain.wijk import Address, Buurt, Wijk
from wijkbudget.services.write_audit import write_audit

LIMITS = {"code": 20, "name": 100, "gemeente": 100, "besluit": 200, "buurt": 10, "buurt_name": 100}


def register_wijk(
    session: Session,
    now: datetime,
    actor: Actor,
    *,
    code: str,
    name: str,
    gemeente: str,
    besluit: str,
    valid_from: date,
    buurten: Iterable[tuple[str, str]] = (),
) -> Wijk:
    """A voting area with the buurten (code, name) that make it up. A buurt lies in one area at a time."""
    actor.require(Role.OFFICIAL, Role.ADMINISTRATOR)
    typed = {"code": code, "name": name, "gemeente": gemeente, "besluit": besluit}
    kept = {field: _part(field, value) for field, value in typed.items()}
    parts = [(_part("buurt", number), _part("buurt_name", named)) for number, named in buurten]
    since = check_day(valid_from, field="valid_from")
    _require_codes([number for number, _ in parts])
    wijk = Wijk.model_validate({**kept, "valid_from": since})
    session.add(wijk)
    try:
        session.flush()
        for buurt_code, buurt_name in parts:
            session.merge(Buurt(code=buurt_code, name=buurt_name, wijk_id=wijk.id))
        session.flush()
    except IntegrityError:
        raise DomainError(
            f"De wijk met code {kept['code']} bestaat al vanaf die datum.", field="code"
        ) from None
    write_audit(
        session,
        now,
        actor,
        "wijk.registered",
        f"wijk:{wijk.id}",
        code=wijk.code,
        besluit=wijk.besluit,
        buurten=[number for number, _ in parts],
    )
    return wijk


def _require_codes(codes: list[str]) -> None:
    """Raise InvalidInput for a buurt that is no CBS code, or is named twice."""
    for code in codes:
        if not re.fullmatch(r"BU[0-9]{8}", code) or codes.count(code) > 1:
            raise InvalidInput(
                f"“{code}” is geen CBS-buurtcode, of staat er twee keer. Schrijf BU en acht cijfers.",
                field="buurt",
            )


def _part(field: str, text: str) -> str:
    limit = LIMITS[field]
    empty = f"Vul “{field}” in, in hoogstens {limit} tekens."
    return parse_line(text, limit=limit, field=field, empty=empty)


def import_addresses(
    session: Session,
    now: datetime,
    actor: Actor,
    rows: Iterable[tuple[str, str, str]],
    progress: Callable[[int], object] = lambda count: None,
) -> int:
    """Replace the address table by these rows (postcode, house number, CBS buurt code); the number kept.

    Rows of buurten that are not registered (other municipalities) are left out. Raises InvalidInput with
    the row's number.
    """
    actor.require(Role.OFFICIAL, Role.ADMINISTRATOR)
    known = set(session.exec(select(Buurt.code)))
    found: dict[tuple[str, int], str] = {}
    for number, (postcode, house_number, buurt) in enumerate(rows, start=2):
        code = "BU" + buurt.strip().removeprefix("BU").zfill(8)
        if code in known:
            try:
                found[parse_postcode(postcode), parse_house_number(house_number)] = code
            except InvalidInput as error:
                raise InvalidInput(f"Regel {number}: {error.message}") from None
        if number % 10_000 == 0:
            progress(number)
    session.connection().execute(Address.__table__.delete())  # type: ignore[attr-defined]
    if found:
        session.connection().execute(
            insert(Address),
            [{"postcode": p, "house_number": n, "buurt_code": code} for (p, n), code in found.items()],
        )
    write_audit(session, now, actor, "addresses.imported", "addresses", kept=len(found))
    return len(found)
