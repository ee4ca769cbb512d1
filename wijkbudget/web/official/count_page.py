"""What the page of a count shows: its steps, its ties and lots, its sums and the hashes to check it with."""

import json
from dataclasses import dataclass

from babel.numbers import format_decimal, format_percent
from sqlmodel import Session, col, select

from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.count import Count, CountStatus, Draw
from wijkbudget.domain.errors import DomainError, NotFound
from wijkbudget.domain.proposal import Proposal
from wijkbudget.export.numbers_in_words import endowment_in_words, numbers_in_words
from wijkbudget.export.reconciliation import NotReconciled, money_sentence, plans_sentence
from wijkbudget.export.report import Report, ReportLine
from wijkbudget.services.build_election import MIN_SUPPORT, last_count
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.read_report import read_report
from wijkbudget.web.official.round_pages import get_round


@dataclass(frozen=True)
class Tie:
    """Plans that share a place, by number, and whether a lot put them in order. Some rules have no places."""

    place: int | None
    numbers: tuple[int, ...]
    by_lot: bool


@dataclass(frozen=True)
class CountPage:
    """The newest count of one wijk and those before it. `left_cents` is what the tied plans compete for."""

    budget_round: BudgetRound
    pot: PotView
    count: Count
    earlier: tuple[Count, ...]
    report: Report
    plan_ids: dict[int, int]
    titles: dict[int, str]
    tied: tuple[Proposal, ...]
    draw: Draw | None
    drawn: tuple[Proposal, ...]
    ties: tuple[Tie, ...]
    left_cents: int
    turnout: str

    @property
    def waits(self) -> bool:
        """Whether the count stopped at a tie; the sums are not final then."""
        return self.count.status == CountStatus.LOT_REQUIRED

    @property
    def left_is_known(self) -> bool:
        """Whether `left_cents` is true: of rules that count in rounds the steps before a later tie are not kept."""
        return bool(self.report.lines) or self.count.tied_place in (None, 1)

    @property
    def plans_sum(self) -> str:
        """How the plans add up."""
        return plans_sentence(self.report)

    @property
    def money_sum(self) -> str:
        """How the money adds up."""
        return money_sentence(self.report)

    @property
    def rule_line(self) -> str:
        """The rule by its code, with its version and options."""
        options = [word for word in (self.report.satisfaction, self.report.completion) if word is not None]
        return ", ".join([self.report.rule, *options, f"versie {self.report.rule_version}"])

    @property
    def endowment(self) -> str:
        """What each voter had to spend, for rules with shares."""
        return endowment_in_words(self.report)

    def numbers_of(self, line: ReportLine) -> str:
        """The numbers behind a step, for rules where supporters pay."""
        return numbers_in_words(line, self.report.rule)

    @property
    def command(self) -> str:
        """The command that counts the .pb file again."""
        lots = " --lots lotingen.json" if self.report.lots else ""
        return f"wijkbudget count BESTAND.pb {self.report.command_options} --min-support {MIN_SUPPORT}{lots}"

    @property
    def lots_file(self) -> str:
        """The lots as the command line wants them, to count the ballots again."""
        return json.dumps([[str(number) for number in lot.order] for lot in self.report.lots])


def get_pot(session: Session, round_id: int, pot_id: int) -> PotView:
    """A wijk of this round, or NotFound."""
    for pot in pots_of(session, get_round(session, round_id).id):
        if pot.id == pot_id:
            return pot
    raise NotFound("Deze wijk doet niet mee aan deze ronde.")


def count_page(session: Session, round_id: int, pot_id: int) -> CountPage:
    """The page of the newest count. Raises NotFound, or DomainError before the first count."""
    pot = get_pot(session, round_id, pot_id)
    count = _newest(session, pot)
    report = read_report(session, count)
    plans = list(session.exec(select(Proposal).where(Proposal.pot_id == pot_id)))
    by_id = {plan.id: plan for plan in plans}
    earlier = (
        select(Count).where(Count.pot_id == pot_id, Count.number < count.number).order_by(col(Count.number))
    )
    draw = session.exec(select(Draw).where(Draw.count_id == count.id)).first()
    return CountPage(
        budget_round=get_round(session, round_id),
        pot=pot,
        count=count,
        earlier=tuple(session.exec(earlier)),
        report=report,
        plan_ids={plan.number: plan.id for plan in plans},
        titles={plan.number: plan.title for plan in plans},
        tied=tuple(sorted((by_id[i] for i in count.tied_ids()), key=lambda plan: plan.number)),
        draw=draw,
        drawn=tuple(by_id[i] for i in draw.order()) if draw else (),
        ties=ties_of(report),
        left_cents=report.budget_cents - sum(line.allocated_cents for line in report.lines),
        turnout=turnout_text(report),
    )


def plans_to_draw(session: Session, round_id: int, pot_id: int) -> list[Proposal]:
    """The tied plans that wait for a lot, by number. Raises DomainError when no lot is asked for."""
    page = count_page(session, round_id, pot_id)
    if not page.waits:
        raise DomainError(f"In {page.pot.wijk} is geen loting nodig.")
    if page.draw:
        raise DomainError(f"De loting in {page.pot.wijk} is al vastgelegd. Tel opnieuw.")
    return list(page.tied)


def finished_report(session: Session, round_id: int, pot_id: int) -> Report:
    """The report of a complete count. Raises NotReconciled while it waits for a lot."""
    pot = get_pot(session, round_id, pot_id)
    count = _newest(session, pot)
    if count.status == CountStatus.LOT_REQUIRED:
        raise NotReconciled(
            f"De telling van {pot.wijk} is niet af: ze wacht op een loting. Leg die vast en tel opnieuw. "
            "Daarna kunt u de bestanden downloaden."
        )
    return read_report(session, count)


def ties_of(report: Report) -> tuple[Tie, ...]:
    """The ties of the count; of an old count the places that two or more plans with enough votes share."""
    if report.ties is not None:
        in_order = sorted(report.ties, key=lambda tie: tie.place or 0)
        return tuple(Tie(tie.place, tuple(sorted(tie.numbers)), tie.mattered) for tie in in_order)
    shared: dict[int, list[int]] = {}
    for line in report.lines:
        if line.place is not None and line.reason != "too-little-support":
            shared.setdefault(line.place, []).append(line.number)
    drawn = {number for lot in report.lots for number in lot.order}
    return tuple(
        Tie(place, tuple(sorted(numbers)), not drawn.isdisjoint(numbers))
        for place, numbers in shared.items()
        if len(numbers) > 1
    )


def turnout_text(report: Report) -> str:
    """The turnout as people read it: "42 van 87 (48,3 %)"."""
    if report.turnout is None:
        return f"{how_many(report.ballots)} stembiljetten; hoeveel mensen mochten stemmen, is niet bekend"
    share = format_percent(float(report.turnout), "0.0 %", locale="nl")
    return f"{how_many(report.ballots)} van {how_many(report.entitled)} ({share})"


def how_many(number: int) -> str:
    """A whole number for people: "11.519"."""
    return str(format_decimal(number, locale="nl"))


def _newest(session: Session, pot: PotView) -> Count:
    count = last_count(session, pot.id)
    if count is None:
        raise DomainError(
            f"De stemmen van {pot.wijk} zijn nog niet geteld. Tel eerst, op de pagina van de ronde."
        )
    return count
