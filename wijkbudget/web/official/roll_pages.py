"""What the pages with the electoral roll show."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.services.issue_letter_codes import WHEN as CODES_WHEN
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.read_roll import RollFault, RollReading
from wijkbudget.services.read_turnout import read_turnout
from wijkbudget.web.official.round_pages import ROLL_OPEN, get_round
from wijkbudget.web.official.staged_rolls import StagedRoll

SHOWN_FAULTS = 200


@dataclass(frozen=True)
class WijkRoll:
    """The roll of one wijk: everybody in it, and who may vote."""

    pot: PotView
    registered: int
    entitled: int


@dataclass(frozen=True)
class RollPage:
    """The roll of a round as it stands."""

    budget_round: BudgetRound
    open: bool
    wijken: tuple[WijkRoll, ...]

    @property
    def registered(self) -> int:
        """All entries of the round."""
        return sum(wijk.registered for wijk in self.wijken)

    @property
    def entitled(self) -> int:
        """All entries that may vote."""
        return sum(wijk.entitled for wijk in self.wijken)


@dataclass(frozen=True)
class CheckedRoll:
    """What a check found, before anything is stored."""

    budget_round: BudgetRound
    staged: StagedRoll
    lines: int
    entitled: int
    per_wijk: tuple[tuple[str, int], ...]
    faults: tuple[RollFault, ...]
    all_faults: int


@dataclass(frozen=True)
class CodesPage:
    """How many codes would be made, and how many there are."""

    budget_round: BudgetRound
    open: bool
    without: int
    issued: int


def roll_page(session: Session, now: datetime, round_id: int) -> RollPage:
    """The roll per wijk. Raises NotFound."""
    budget_round = get_round(session, round_id)
    wijken = []
    for pot in pots_of(session, round_id):
        registered = session.exec(select(func.count()).where(RollEntry.pot_id == pot.id)).one()
        wijken.append(WijkRoll(pot, registered, read_turnout(session, pot.id).entitled))
    return RollPage(budget_round, budget_round.phase_at(now) in ROLL_OPEN, tuple(wijken))


def checked_roll(session: Session, round_id: int, staged: StagedRoll, reading: RollReading) -> CheckedRoll:
    """The report of a check."""
    per_pot = reading.per_pot()
    return CheckedRoll(
        budget_round=get_round(session, round_id),
        staged=staged,
        lines=len(reading.lines),
        entitled=reading.entitled,
        per_wijk=tuple((pot.wijk, per_pot.get(pot.id, 0)) for pot in pots_of(session, round_id)),
        faults=tuple(reading.faults[:SHOWN_FAULTS]),
        all_faults=len(reading.faults),
    )


def codes_page(session: Session, now: datetime, round_id: int) -> CodesPage:
    """Who has a code and who has none. Raises NotFound."""
    budget_round = get_round(session, round_id)
    entitled = select(func.count()).where(RollEntry.round_id == round_id, col(RollEntry.age_ok))
    without = session.exec(entitled.where(col(RollEntry.letter_code_hash).is_(None))).one()
    issued = session.exec(entitled).one() - without
    return CodesPage(budget_round, budget_round.phase_at(now) in CODES_WHEN, without, issued)
