"""What an official must do now: per round a sentence or two, for the list and the cockpit."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.web.official.round_pages import RoundPage, round_page
from wijkbudget.web.templating import moment, until


@dataclass(frozen=True)
class RoundLine:
    """One round in the list."""

    round: BudgetRound
    phase: Phase
    todo: str


def round_lines(session: Session, now: datetime, *, opens_itself: bool = False) -> list[RoundLine]:
    """All rounds, newest first, each with what must be done now."""
    rounds = session.exec(select(BudgetRound).order_by(col(BudgetRound.id).desc()))
    pages = [round_page(session, now, budget_round, opens_itself=opens_itself) for budget_round in rounds]
    return [RoundLine(page.round, page.phase, todo(page)) for page in pages]


def todo(page: RoundPage) -> str:
    """What an official must do now, in a sentence or two."""
    budget_round = page.round
    no_roll = f" Lees het kiesregister in van {_together(page.without_roll)}." if page.without_roll else ""
    match page.phase:
        case Phase.DRAFT:
            return "Controleer de ronde en open haar."
        case Phase.ANNOUNCED:
            return f"Indienen opent vanzelf op {moment(budget_round.submission_opens_at)}.{no_roll}"
        case Phase.SUBMISSION:
            return f"Neem plannen aan van inwoners zonder wijkplatform.{no_roll}"
        case Phase.REVIEW:
            return f"{_review_todo(page)}{no_roll}"
        case Phase.LAPSED:
            return "Niets. De stemlijst was niet op tijd vast, er is niet gestemd. Maak een nieuwe ronde."
        case Phase.BALLOT_FIXED:
            return f"Stemmen opent vanzelf op {moment(budget_round.voting_opens_at)}. Verstuur de brieven."
        case Phase.VOTING:
            return f"Wacht tot het stemmen sluit: {until(budget_round.voting_closes_at)}."
        case Phase.CLOSED:
            if page.sealed_up:
                return "Sluit de stemming af en open de stembiljetten, met de houders van de sleuteldelen."
            lots = [p.pot.wijk for p in page.pots if p.lot_required]
            return f"Houd een loting in {_together(lots)}." if lots else "Tel de stemmen."
        case Phase.COUNTED:
            return "Controleer de telling en stel de uitslag vast."
    return "Niets. De uitslag is vastgesteld en openbaar."


def _review_todo(page: RoundPage) -> str:
    if page.waiting:
        return "Beoordeel 1 plan." if page.waiting == 1 else f"Beoordeel {page.waiting} plannen."
    if page.undecided:
        plans = "1 haalbaar plan" if page.undecided == 1 else f"{page.undecided} haalbare plannen"
        return f"Zet {plans} op de stemlijst, of geef een ander oordeel."
    if page.without_plans:
        return f"Op de stemlijst van {_together(page.without_plans)} staat nog geen plan."
    if not page.keys_ready:
        return "Maak de sleutels van de stemming en laat elke houder het eigen deel controleren."
    return "" if page.without_roll else "Stel de stemlijst vast."


def _together(names: list[str]) -> str:
    """The names in one phrase: "Noord, Oost en Zuid"."""
    return " en ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
