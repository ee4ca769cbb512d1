"""What the pages about rounds show."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from wijkbudget.domain.amsterdam import local_day
from wijkbudget.domain.budget_round import BallotType, BudgetRound, Phase
from wijkbudget.domain.proposal import Proposal
from wijkbudget.domain.sealed_vote import RoundKey
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.rule_texts import option_texts, rule_text
from wijkbudget.services.write_rules import BALLOT_TEXTS
from wijkbudget.web.public import reading
from wijkbudget.web.templating import day, euros, moment, until

STEP_OF_PHASE = {
    Phase.ANNOUNCED: -1,
    Phase.SUBMISSION: 0,
    Phase.REVIEW: 1,
    Phase.LAPSED: 1,
    Phase.BALLOT_FIXED: 1,
    Phase.VOTING: 2,
    Phase.CLOSED: 3,
    Phase.COUNTED: 3,
    Phase.CERTIFIED: 4,
}


TIE_TEXT = "Maakt een gelijke stand uit voor het geld? Dan beslist het lot, in het openbaar."


@dataclass(frozen=True)
class RoundCard:
    """A round in a list. Budget in cents, of all its wijken together."""

    id: int
    name: str
    phase: Phase
    wijken: tuple[str, ...]
    budget_cents: int
    next_step: str


@dataclass(frozen=True)
class Intake:
    """Who hands in plans for one wijk."""

    wijk_id: int
    wijk: str
    text: str


@dataclass(frozen=True)
class WijkInRound:
    """One wijk of a round, with its plans."""

    pot: PotView
    intake: str
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True)
class RoundPage:
    """Everything on the page of one round."""

    budget_round: BudgetRound
    phase: Phase
    next_step: str
    steps: tuple[dict[str, str], ...]
    current_step: int
    in_words: tuple[tuple[str, str], ...]
    wijken: tuple[WijkInRound, ...]
    has_board: bool

    @property
    def intakes(self) -> tuple[Intake, ...]:
        """Who hands in plans, for each wijk."""
        return tuple(Intake(wijk.pot.wijk_id, wijk.pot.wijk, wijk.intake) for wijk in self.wijken)


def round_card(session: Session, now: datetime, budget_round: BudgetRound) -> RoundCard:
    """The round as it stands in a list."""
    pots = pots_of(session, budget_round.id)
    return RoundCard(
        id=budget_round.id,
        name=budget_round.name,
        phase=budget_round.phase_at(now),
        wijken=tuple(pot.wijk for pot in pots),
        budget_cents=sum(pot.budget_cents for pot in pots),
        next_step=next_step(budget_round, now),
    )


def next_step(budget_round: BudgetRound, now: datetime) -> str:
    """What happens now, and until or from when."""
    return {
        Phase.ANNOUNCED: f"Plannen indienen kan vanaf {moment(budget_round.submission_opens_at)}.",
        Phase.SUBMISSION: f"Plannen indienen kan tot en met {until(budget_round.submission_closes_at)}.",
        Phase.REVIEW: f"De gemeente toetst nu de plannen. {_vote_opens(budget_round, now)}",
        Phase.LAPSED: "De stemlijst was niet op tijd klaar. Er is niet gestemd. Deze ronde gaat niet door.",
        Phase.BALLOT_FIXED: f"De stemlijst is klaar. Stemmen kan vanaf {moment(budget_round.voting_opens_at)}.",
        Phase.VOTING: f"Stemmen kan tot en met {until(budget_round.voting_closes_at)}.",
        Phase.CLOSED: "De stemming is gesloten. De gemeente telt de stemmen. De uitslag komt op deze website.",
        Phase.COUNTED: "De stemmen zijn geteld. De uitslag komt op deze website zodra die is vastgesteld.",
        Phase.CERTIFIED: "De uitslag is vastgesteld.",
    }[budget_round.phase_at(now)]


def _vote_opens(budget_round: BudgetRound, now: datetime) -> str:
    if now < budget_round.voting_opens_at:
        return f"Stemmen kan vanaf {moment(budget_round.voting_opens_at)}."
    return "Stemmen kan zodra de stemlijst klaar is."


def intakes(session: Session, now: datetime, round_id: int) -> tuple[Intake, ...]:
    """Who hands in plans, for each wijk of the round."""
    platforms, today = reading.active_platforms(session), local_day(now)
    return tuple(
        Intake(pot.wijk_id, pot.wijk, reading.intake_text(platforms.get(pot.wijk_id), today))
        for pot in pots_of(session, round_id)
    )


def round_page(session: Session, now: datetime, round_id: int) -> RoundPage:
    """The page of one round. Raises NotFound."""
    budget_round = reading.public_round(session, round_id)
    phase = budget_round.phase_at(now)
    proposals = reading.public_proposals(session, round_id)
    texts = {intake.wijk_id: intake.text for intake in intakes(session, now, round_id)}
    return RoundPage(
        budget_round=budget_round,
        phase=phase,
        next_step=next_step(budget_round, now),
        steps=_steps(budget_round),
        current_step=STEP_OF_PHASE[phase],
        in_words=rules_in_words(budget_round),
        wijken=tuple(
            WijkInRound(pot, texts[pot.wijk_id], tuple(p for p in proposals if p.pot_id == pot.id))
            for pot in pots_of(session, round_id)
        ),
        has_board=session.exec(
            select(RoundKey.round_id).where(RoundKey.round_id == round_id, col(RoundKey.opening).is_not(None))
        ).first()
        is not None,
    )


def counting_in_words(budget_round: BudgetRound) -> tuple[str, ...]:
    """How the money is given out, in sentences."""
    options = option_texts(budget_round.satisfaction, budget_round.completion)
    return (*rule_text(budget_round.counting_rule).sentences, *options, TIE_TEXT)


def rules_in_words(budget_round: BudgetRound) -> tuple[tuple[str, str], ...]:
    """The main rules as (question, answer)."""
    maximum = "het budget van de wijk"
    if budget_round.max_cost_cents is not None:
        maximum = euros(budget_round.max_cost_cents)
    lowest = budget_round.min_cost_cents
    minimum = f"Ten minste {euros(lowest)} en h" if lowest else "H"
    who_first, *then, _ = counting_in_words(budget_round)
    return (
        ("Hoe stemt u?", BALLOT_TEXTS[BallotType(budget_round.ballot_type)]),
        (
            "Wie mag stemmen?",
            (
                f"Wie op {day(budget_round.reference_date)} in de wijk woonde "
                f"en toen {budget_round.minimum_age} jaar of ouder was."
            ),
        ),
        ("Welk plan gaat voor?", who_first),
        *((("En als het geld op raakt?", " ".join(then)),) if then else ()),
        ("En bij een gelijke stand?", TIE_TEXT),
        ("Wat mag een plan kosten?", f"{minimum}oogstens {maximum}."),
        ("Waar rust deze ronde op?", budget_round.basis),
    )


def _steps(budget_round: BudgetRound) -> tuple[dict[str, str], ...]:
    return (
        {"label": "Plannen indienen", "detail": _span(budget_round, "submission")},
        {"label": "Toetsing", "detail": f"tot {day(budget_round.voting_opens_at)}"},
        {"label": "Stemmen", "detail": _span(budget_round, "voting")},
        {"label": "Tellen", "detail": "na de sluiting"},
        {"label": "Uitslag", "detail": "na de telling"},
    )


def _span(budget_round: BudgetRound, what: str) -> str:
    opens, closes = getattr(budget_round, f"{what}_opens_at"), getattr(budget_round, f"{what}_closes_at")
    return f"{moment(opens)} tot en met {until(closes)}"
