"""What the pages of a resident show."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlmodel import Session, col, select

from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BallotType, BudgetRound, Phase, RoundStatus
from wijkbudget.domain.electoral_roll import masked
from wijkbudget.domain.proposal import Proposal
from wijkbudget.domain.wijk import Wijk
from wijkbudget.protocol.ballot_text import SHORT, in_words
from wijkbudget.services.ballot_list import ballot_list
from wijkbudget.services.cast_ballot import Received
from wijkbudget.services.open_voting_link import OpenLink
from wijkbudget.services.read_pots import pot_budget, pots_of

BEFORE_THE_VOTE = (Phase.ANNOUNCED, Phase.SUBMISSION, Phase.REVIEW, Phase.BALLOT_FIXED)


@dataclass(frozen=True)
class VoteLine:
    """A round in which people vote now or later, with its wijken and the dates of the vote."""

    round_id: int
    name: str
    wijken: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Votes:
    """Where one can vote now, and where later."""

    running: tuple[VoteLine, ...]
    coming: tuple[VoteLine, ...]


@dataclass(frozen=True)
class Voter:
    """For whom a link is, and how long it can be used."""

    round_id: int
    round_name: str
    wijk: str
    roll_number: str
    started: bool
    good_until: datetime
    closes_at: datetime


@dataclass(frozen=True)
class PlanLine:
    """One plan on the ballot paper."""

    id: int
    number: int
    title: str
    cost_cents: int
    summary: str
    url: str


@dataclass(frozen=True)
class BallotPaper:
    """The ballot paper: what can be chosen in this wijk, and within what budget. `cap_cents` is None without a cap."""

    voter: Voter
    ranked: bool
    budget_cents: int
    cap_cents: int | None
    plans: tuple[PlanLine, ...]

    def chosen(self, choice: list[int]) -> list[PlanLine]:
        """The plans of this choice that can (still) be chosen, in its order."""
        by_id = {plan.id: plan for plan in self.plans}
        return [by_id[plan_id] for plan_id in choice if plan_id in by_id]

    def not_chosen(self, choice: list[int]) -> list[PlanLine]:
        """The other plans, by number."""
        return [plan for plan in self.plans if plan.id not in choice]


@dataclass(frozen=True)
class Confirmation:
    """What follows on a vote, and its receipt, for the page after it.

    `receipt` is in groups of five digits; `words` are the same in words; `changed`: it replaced an earlier vote.
    """

    receipt: str
    words: str
    changed: bool
    round_id: int
    round_name: str
    wijk: str
    closes_at: datetime
    closed: bool


def votes(session: Session, now: datetime) -> Votes:
    """Every vote that runs (the first to close first) or is to come (the first to open first)."""
    wanted = select(BudgetRound).where(
        col(BudgetRound.status).in_((RoundStatus.OPENED, RoundStatus.BALLOT_FIXED))
    )
    rounds = list(session.exec(wanted.order_by(col(BudgetRound.voting_closes_at), col(BudgetRound.id))))
    running = [found for found in rounds if found.phase_at(now) is Phase.VOTING]
    coming = [
        found for found in rounds if found.phase_at(now) in BEFORE_THE_VOTE and found.voting_opens_at > now
    ]
    coming.sort(key=lambda found: found.voting_opens_at)
    return Votes(
        tuple(_vote_line(session, found) for found in running),
        tuple(_vote_line(session, found) for found in coming),
    )


def _vote_line(session: Session, found: BudgetRound) -> VoteLine:
    wijken = ", ".join(pot.wijk for pot in pots_of(session, found.id))
    return VoteLine(found.id, found.name, wijken, found.voting_opens_at, found.voting_closes_at)


def voter(session: Session, link: OpenLink) -> Voter:
    """For whom this link is."""
    budget_round = link.budget_round
    return Voter(
        round_id=budget_round.id,
        round_name=budget_round.name,
        wijk=_wijk(session, link.entry.pot_id),
        roll_number=masked(link.entry.external_number),
        started=link.token.started_at is not None,
        good_until=min(link.good_until, budget_round.voting_closes_at),
        closes_at=budget_round.voting_closes_at,
    )


def ballot_paper(session: Session, link: OpenLink) -> BallotPaper:
    """The ballot paper that belongs to this link."""
    kind = BallotType(link.budget_round.ballot_type)
    budget = pot_budget(session, link.entry.pot_id)
    return BallotPaper(
        voter=voter(session, link),
        ranked=kind is BallotType.RANKING,
        budget_cents=budget,
        cap_cents=budget if kind is BallotType.CAPPED_APPROVAL else None,
        plans=tuple(_plan_line(plan) for plan in ballot_list(session, link.entry.pot_id)),
    )


def confirmation(session: Session, now: datetime, received: Received) -> Confirmation:
    """What follows on a vote that was received."""
    found = session.get_one(BudgetRound, received.round_id)
    short = received.receipt[:SHORT]
    return Confirmation(
        receipt=" ".join(short[place : place + 5] for place in range(0, SHORT, 5)),
        words=in_words(received.receipt),
        changed=received.replaced,
        round_id=found.id,
        round_name=found.name,
        wijk=_wijk(session, received.pot_id),
        closes_at=found.voting_closes_at,
        closed=found.phase_at(now) is not Phase.VOTING,
    )


def _plan_line(plan: Proposal) -> PlanLine:
    url = url_for("public.show_proposal", proposal_id=plan.id)
    return PlanLine(plan.id, plan.number, plan.title, plan.cost_cents, plan.summary, url)


def _wijk(session: Session, pot_id: int) -> str:
    return session.get_one(Wijk, session.get_one(BudgetPot, pot_id).wijk_id).name
