"""What the page of a certified result shows. It reads the stored steps, never the ballots."""

import json
from dataclasses import dataclass, replace

from babel.numbers import format_decimal, format_percent
from sqlmodel import Session, select

from wijkbudget.domain.budget_round import BallotType, BudgetRound, RoundStatus
from wijkbudget.domain.errors import NotFound
from wijkbudget.domain.proposal import Proposal
from wijkbudget.domain.sealed_vote import RoundKey
from wijkbudget.export.filename import file_name
from wijkbudget.export.numbers_in_words import endowment_in_words, numbers_in_words
from wijkbudget.export.reconciliation import money_sentence, plans_sentence
from wijkbudget.export.report import Report, ReportLine
from wijkbudget.services.build_election import MIN_SUPPORT, counted_proposals, last_count, tally_ids
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.read_report import read_report
from wijkbudget.web.public import reading
from wijkbudget.web.public.round_page import counting_in_words
from wijkbudget.web.templating import euros

LOT_ARTICLE = "4"
NOT_PUBLIC = "niet openbaar"


@dataclass(frozen=True)
class ResultLine:
    """What was decided about one plan, with the reason in a sentence."""

    line: ReportLine
    proposal_id: int
    why: str

    ranked: bool

    @property
    def votes(self) -> str:
        """The number of votes as people read it."""
        return how_many(self.line.votes)

    @property
    def support(self) -> str:
        """The votes with their word; on a ranked ballot a plan is named, not voted for."""
        if self.ranked:
            return f"op {self.votes} {'biljet' if self.line.votes == 1 else 'biljetten'}"
        return f"{self.votes} {'stem' if self.line.votes == 1 else 'stemmen'}"


@dataclass(frozen=True)
class DrawnLot:
    """A lot: the drawn plans as (number, title), who saw it."""

    order: tuple[tuple[int, str], ...]
    witness: str
    drawn_at: object


@dataclass(frozen=True)
class ResultPage:
    """Everything on the page of one wijk's result."""

    budget_round: BudgetRound
    pot: PotView
    several_wijken: bool
    report: Report
    lines: tuple[ResultLine, ...]
    lots: tuple[DrawnLot, ...]
    turnout: str
    turnout_share: str
    ballots: str
    blank: str
    counting_in_words: tuple[str, ...]
    plans_sum: str
    money_sum: str
    off_the_list: int
    ballots_published: bool
    small_area: int
    ranked: bool
    pb_name: str
    lots_file: str
    has_archive: bool

    @property
    def funded(self) -> tuple[ResultLine, ...]:
        """The plans that get money."""
        return tuple(line for line in self.lines if line.line.funded)

    @property
    def count_command(self) -> str:
        """The command that repeats this count from the published ballots."""
        lots = " --lots loting.json" if self.lots else ""
        return (
            f"wijkbudget count {self.pb_name} {self.report.command_options} --min-support {MIN_SUPPORT}{lots}"
        )

    @property
    def others(self) -> tuple[ResultLine, ...]:
        """The plans that get none."""
        return tuple(line for line in self.lines if not line.line.funded and not line.line.offered)

    @property
    def offered(self) -> tuple[ResultLine, ...]:
        """The plan that is offered what was left, for a smaller version; at most one."""
        return tuple(line for line in self.lines if line.line.offered)


class NotKnownYet(NotFound):
    """There is no certified result yet."""


def certified_round(session: Session, round_id: int) -> BudgetRound:
    """A round with a certified result. Raises NotFound, or NotKnownYet before that."""
    budget_round = reading.public_round(session, round_id)
    if budget_round.status != RoundStatus.CERTIFIED:
        raise NotKnownYet("De uitslag van deze ronde is nog niet bekend.")
    return budget_round


def ballots_public(report: Report, small_area: int) -> bool:
    """Whether the single ballots are published: not where so few voted that a guess could be right."""
    return report.ballots >= small_area


def certified_report(session: Session, round_id: int, pot_id: int, *, small_area: int) -> Report:
    """The public report of one wijk of a certified round. Raises NotFound.

    Without public ballots their hash is left out too: whoever guesses the few ballots could prove the guess with it.
    """
    certified_round(session, round_id)
    count = last_count(session, reading.public_pot(session, round_id, pot_id).id)
    if count is None:
        raise NotFound("Van deze wijk is geen telling.")
    report = read_report(session, count)
    return report if ballots_public(report, small_area) else replace(report, input_sha256=NOT_PUBLIC)


def reports_of(session: Session, round_id: int, *, small_area: int) -> list[tuple[PotView, Report]]:
    """The report of every wijk of a certified round."""
    return [
        (pot, certified_report(session, round_id, pot.id, small_area=small_area))
        for pot in pots_of(session, round_id)
    ]


def result_page(session: Session, round_id: int, pot_id: int, *, small_area: int) -> ResultPage:
    """The page of one wijk. Raises NotFound, or NotKnownYet before the result is certified."""
    budget_round = certified_round(session, round_id)
    report = certified_report(session, round_id, pot_id, small_area=small_area)
    pots = pots_of(session, round_id)
    pot = next(pot for pot in pots if pot.id == pot_id)
    ids = dict(session.exec(select(Proposal.number, Proposal.id).where(Proposal.pot_id == pot_id)).all())
    titles = {line.number: line.title for line in report.lines}
    public = reading.public_proposals(session, round_id, pot.wijk_id)
    ranked = report.ballot_type == BallotType.RANKING
    listed = counted_proposals(session, pot.id)
    in_file = {proposal.number: tally_ids(listed)[proposal.id] for proposal in listed}
    key = session.get(RoundKey, budget_round.id)
    return ResultPage(
        budget_round=budget_round,
        pot=pot,
        several_wijken=len(pots) > 1,
        report=report,
        lines=tuple(ResultLine(line, ids[line.number], why(line, report), ranked) for line in report.lines),
        lots=tuple(
            DrawnLot(tuple((number, titles[number]) for number in lot.order), lot.witness, lot.drawn_at)
            for lot in report.lots
        ),
        turnout=turnout_text(report),
        turnout_share=turnout_share(report),
        ballots=how_many(report.ballots),
        blank=how_many(report.blank_ballots),
        counting_in_words=tuple(
            sentence
            for sentence in (*counting_in_words(budget_round), endowment_in_words(report))
            if sentence
        ),
        plans_sum=plans_sentence(report),
        money_sum=money_sentence(report),
        off_the_list=len(public) - len(report.lines),
        ballots_published=ballots_public(report, small_area),
        small_area=small_area,
        ranked=ranked,
        pb_name=file_name(report, "pb"),
        lots_file=json.dumps([[in_file[number] for number in lot.order] for lot in report.lots]),
        has_archive=key is not None and key.seal is not None,
    )


def why(line: ReportLine, report: Report) -> str:
    """Why the plan gets money or not, with the numbers it turned on."""
    cost, left = euros(line.cost_cents), euros(line.left_before_cents)
    lot = " Het lot bepaalde de volgorde." if _by_lot(line, report) else ""
    numbers = numbers_in_words(line, report.rule)
    more = f" {numbers}" if numbers else ""
    if line.reason == "funded":
        return f"Dit plan kost {cost}. Er was nog {left} over, dus het past.{more}{lot}"
    if line.reason == "does-not-fit":
        stop = " Daarmee stopte de verdeling." if report.rule.endswith("-stop") else ""
        return f"Dit plan kost {cost}. Er was nog {left} over. Dat is te weinig.{stop}{more}{lot}"
    if line.offered:
        return (
            f"Dit plan kost {cost}. Er was nog {left} over. Dat is aangeboden voor een kleinere versie.{lot}"
        )
    if line.reason == "too-little-support":
        return (
            "Niemand koos dit plan."
            if line.votes == 0
            else f"Dit plan kreeg te weinig stemmen: {line.votes}."
        )
    return f"{line.reason_text}{more}{lot}"


def _by_lot(line: ReportLine, report: Report) -> bool:
    """Whether a lot decided over this plan; in an old count its article says so."""
    if report.ties is None:
        return LOT_ARTICLE in line.article
    return any(tie.mattered and line.number in tie.numbers for tie in report.ties)


def turnout_text(report: Report) -> str:
    """The turnout as people read it."""
    if report.turnout is None:
        return f"{how_many(report.ballots)} stembiljetten. Hoeveel mensen mochten stemmen, is niet bekend."
    return f"{how_many(report.ballots)} van de {how_many(report.entitled)} mensen die mochten stemmen ({turnout_share(report)})"


def turnout_share(report: Report) -> str:
    """The turnout as a percentage; empty when it is not known how many people could vote."""
    return "" if report.turnout is None else str(format_percent(float(report.turnout), "0.0 %", locale="nl"))


def how_many(number: int) -> str:
    """A whole number for people: "11.519"."""
    return str(format_decimal(number, locale="nl"))
