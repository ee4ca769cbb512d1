"""Make the demonstration, once, through the domain's own acts."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from sqlalchemy import event
from sqlmodel import Session, select

from wijkbudget import edge
from wijkbudget.demo.elections import bring_in_elections
from wijkbudget.demo.story import read_stories
from wijkbudget.demo.timeline import Timeline
from wijkbudget.demo.wijken import found_town
from wijkbudget.domain.account import Account
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.amsterdam import local_day
from wijkbudget.domain.audit_line import AuditLine
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.errors import DomainError
from wijkbudget.domain.wijk import Wijk
from wijkbudget.services.forget_addresses import forget_addresses
from wijkbudget.services.open_ballots import destroy_spent_keys
from wijkbudget.services.write_audit import write_audit

SEEDED = "demo.seeded"
FOUNDED_DAYS_AGO = -400
KEPT = (BudgetRound, BudgetPot, Wijk)


def is_demo(session: Session) -> bool:
    """Whether the database holds the whole demonstration."""
    return session.exec(select(AuditLine.id).where(AuditLine.action == SEEDED).limit(1)).first() is not None


def seed_demo() -> None:
    """Fill an empty database with the demonstration, in one transaction: all of it or nothing.

    Does nothing when the demonstration is there. Raises DomainError for a database that is in use already.
    """
    now, secret_key = edge.now(), edge.settings().secret_key
    with edge.transaction() as session:
        if is_demo(session):
            return
        _require_empty(session)
        timeline = Timeline(now)
        with _kept_in_memory(session):
            bring_in_elections(session)
            town = found_town(session, timeline.day(FOUNDED_DAYS_AGO), local_day(now))
            for story in read_stories(timeline, town, secret_key, edge.keys(), _round_files()):
                story.tell()
            timeline.play(session)
        forget_addresses(session, now)
        write_audit(session, now, SYSTEM, SEEDED, "demo")
    destroy_spent_keys(edge.session(), edge.keys())


@contextmanager
def _kept_in_memory(session: Session) -> Iterator[None]:
    """Hold on to the rows that every vote needs, so that the session does not read them again and again."""
    kept: list[object] = []

    def keep(_session: object, row: object) -> None:
        if isinstance(row, KEPT):
            kept.append(row)

    for moment in ("loaded_as_persistent", "pending_to_persistent"):
        event.listen(session, moment, keep)
    try:
        yield
    finally:
        for moment in ("loaded_as_persistent", "pending_to_persistent"):
            event.remove(session, moment, keep)


def _require_empty(session: Session) -> None:
    if any(
        session.exec(select(table).limit(1)).first() is not None for table in (Account, BudgetRound, Wijk)
    ):
        raise DomainError(
            "De database is al in gebruik. Kies voor de demo een andere map met WIJKBUDGET_INSTANCE "
            "of een lege database met WIJKBUDGET_DATABASE_URL."
        )


def _round_files() -> list[bytes]:
    folder = files("wijkbudget.demo").joinpath("rondes")
    return [file.read_bytes() for file in sorted(folder.iterdir(), key=lambda file: file.name)]
