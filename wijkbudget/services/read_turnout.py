"""How many may vote and how many have: the only figure about a running vote that anyone may see."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from wijkbudget.domain.electoral_roll import RollEntry


@dataclass(frozen=True)
class Turnout:
    """Entries of the roll of one pot that may vote, and those that have."""

    entitled: int
    voted: int


def read_turnout(session: Session, pot_id: int) -> Turnout:
    """The turnout of one wijk."""
    entitled = select(func.count()).where(RollEntry.pot_id == pot_id, col(RollEntry.age_ok))
    return Turnout(session.exec(entitled).one(), session.exec(entitled.where(col(RollEntry.voted))).one())
