"""The first page: what runs, and what a resident can do now."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from sqlmodel import Session, col, select

from wijkbudget import edge
from wijkbudget.domain.budget_round import Phase
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.web import access
from wijkbudget.web.public import blueprint, reading
from wijkbudget.web.public.round_page import Intake, RoundCard, intakes, round_card

RECENT = 4
NAMED = 3


@dataclass(frozen=True)
class ResultCard:
    """A certified round in short: how many plans get money, how much in cents, and the first of them."""

    card: RoundCard
    funded: int
    spent_cents: int
    titles: tuple[str, ...]


@dataclass(frozen=True)
class HomePage:
    """Rounds by what can be done with them; those in submission with who hands in plans."""

    voting: tuple[RoundCard, ...]
    submitting: tuple[tuple[RoundCard, tuple[Intake, ...]], ...]
    waiting: tuple[RoundCard, ...]
    results: tuple[ResultCard, ...]

    @property
    def running(self) -> tuple[RoundCard, ...]:
        """Every round without a result, those in which a resident can act first."""
        return (*self.voting, *(card for card, _ in self.submitting), *self.waiting)


def home_page(session: Session, now: datetime) -> HomePage:
    """All that the first page shows."""
    cards = [round_card(session, now, budget_round) for budget_round in reading.public_rounds(session)]
    soonest = cards[::-1]
    elsewhere = (Phase.VOTING, Phase.SUBMISSION, Phase.CERTIFIED, Phase.LAPSED)
    return HomePage(
        voting=tuple(card for card in soonest if card.phase is Phase.VOTING),
        submitting=tuple(
            (card, intakes(session, now, card.id)) for card in soonest if card.phase is Phase.SUBMISSION
        ),
        waiting=tuple(card for card in soonest if card.phase not in elsewhere),
        results=tuple(
            _result_card(session, card) for card in [c for c in cards if c.phase is Phase.CERTIFIED][:RECENT]
        ),
    )


def _result_card(session: Session, card: RoundCard) -> ResultCard:
    wanted = select(Proposal.title, Proposal.cost_cents).where(
        Proposal.round_id == card.id, Proposal.status == ProposalStatus.FUNDED
    )
    funded = session.exec(wanted.order_by(col(Proposal.cost_cents).desc(), col(Proposal.number))).all()
    return ResultCard(
        card, len(funded), sum(cost for _, cost in funded), tuple(title for title, _ in funded[:NAMED])
    )


@blueprint.get("/")
@access.declare(access.PUBLIC)
def home() -> str:
    """What runs now and what comes next."""
    return render_template("public/home.html", page=home_page(edge.session(), edge.now()))
