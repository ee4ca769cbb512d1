"""The first page: what runs, and what a resident can do now."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from sqlmodel import Session

from wijkbudget import edge
from wijkbudget.domain.budget_round import Phase
from wijkbudget.web import access
from wijkbudget.web.public import blueprint, reading
from wijkbudget.web.public.round_page import Intake, RoundCard, intakes, round_card

RECENT = 4


@dataclass(frozen=True)
class HomePage:
    """Rounds by what can be done with them; those in submission with who hands in plans."""

    voting: tuple[RoundCard, ...]
    submitting: tuple[tuple[RoundCard, tuple[Intake, ...]], ...]
    waiting: tuple[RoundCard, ...]
    certified: tuple[RoundCard, ...]


def home_page(session: Session, now: datetime) -> HomePage:
    """All that the first page shows."""
    cards = [round_card(session, now, budget_round) for budget_round in reading.public_rounds(session)]
    acting = (Phase.VOTING, Phase.SUBMISSION, Phase.CERTIFIED)
    return HomePage(
        voting=tuple(card for card in cards if card.phase is Phase.VOTING),
        submitting=tuple(
            (card, intakes(session, now, card.id)) for card in cards if card.phase is Phase.SUBMISSION
        ),
        waiting=tuple(card for card in cards if card.phase not in acting),
        certified=tuple(card for card in cards if card.phase is Phase.CERTIFIED)[:RECENT],
    )


@blueprint.get("/")
@access.declare(access.PUBLIC)
def home() -> str:
    """What runs now and what comes next."""
    return render_template("public/home.html", page=home_page(edge.session(), edge.now()))
