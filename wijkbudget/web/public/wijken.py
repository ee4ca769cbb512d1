"""Wijken and who hands in plans there."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from sqlmodel import Session, col, select

from wijkbudget import edge
from wijkbudget.domain.amsterdam import local_day
from wijkbudget.domain.budget_round import Phase
from wijkbudget.domain.errors import NotFound
from wijkbudget.domain.wijk import Buurt, Wijk
from wijkbudget.domain.wijkplatform import Wijkplatform
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.web import access
from wijkbudget.web.public import blueprint, reading


@dataclass(frozen=True)
class WijkCard:
    """A wijk with its active platform, if any."""

    wijk: Wijk
    platform: Wijkplatform | None
    intake: str


@dataclass(frozen=True)
class RoundOfWijk:
    """A round in which the wijk takes part, with the wijk's own budget."""

    id: int
    name: str
    phase: Phase
    pot: PotView


@dataclass(frozen=True)
class WijkPage:
    """One wijk: where it lies, who hands in plans, and its rounds."""

    card: WijkCard
    buurten: tuple[str, ...]
    rounds: tuple[RoundOfWijk, ...]
    ended: bool


def wijk_cards(session: Session, now: datetime) -> list[WijkCard]:
    """The wijken of today, by name."""
    today, platforms = local_day(now), reading.active_platforms(session)
    wijken = session.exec(select(Wijk).order_by(col(Wijk.name), col(Wijk.id)))
    return [
        WijkCard(wijk, platforms.get(wijk.id), reading.intake_text(platforms.get(wijk.id), today))
        for wijk in wijken
        if wijk.valid_on(today)
    ]


def wijk_page(session: Session, now: datetime, wijk_id: int) -> WijkPage:
    """The page of one wijk, also of one that no longer exists. Raises NotFound."""
    wijk = session.get(Wijk, wijk_id)
    if wijk is None:
        raise NotFound("Deze wijk bestaat niet.")
    platform = reading.active_platforms(session).get(wijk_id)
    rounds = (
        RoundOfWijk(found.id, found.name, found.phase_at(now), pot)
        for found in reading.public_rounds(session)
        for pot in pots_of(session, found.id)
        if pot.wijk_id == wijk_id
    )
    buurten = session.exec(select(Buurt.name).where(Buurt.wijk_id == wijk_id).order_by(col(Buurt.name)))
    card = WijkCard(wijk, platform, reading.intake_text(platform, local_day(now)))
    ended = wijk.valid_until is not None and wijk.valid_until <= local_day(now)
    return WijkPage(card, tuple(buurten), tuple(rounds), ended)


@blueprint.get("/wijken")
@access.declare(access.PUBLIC)
def list_wijken() -> str:
    """All wijken with their wijkplatform."""
    return render_template("public/list_wijken.html", cards=wijk_cards(edge.session(), edge.now()))


@blueprint.get("/wijken/<int:wijk_id>")
@access.declare(access.PUBLIC)
def show_wijk(wijk_id: int) -> str:
    """One wijk."""
    return render_template("public/show_wijk.html", page=wijk_page(edge.session(), edge.now(), wijk_id))
