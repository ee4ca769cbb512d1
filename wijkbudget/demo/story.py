"""One round of the demonstration: what its file in `rondes/` tells, put on the timeline as acts of the domain."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from wijkbudget.demo.timeline import Timeline
from wijkbudget.demo.voters import Voter, choices, roll_lines, vote
from wijkbudget.demo.wijken import Town
from wijkbudget.domain.amsterdam import local, local_day
from wijkbudget.domain.budget_round import BallotType, BudgetRound
from wijkbudget.domain.count import CountStatus
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.services.board import add_batch
from wijkbudget.services.build_election import last_count
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round
from wijkbudget.services.create_round import RoundPlan, create_round
from wijkbudget.services.import_roll import import_roll
from wijkbudget.services.judge_proposal import fix_ballot_list, judge_proposal, put_on_ballot
from wijkbudget.services.open_ballots import open_demo
from wijkbudget.services.open_round import open_round
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.read_roll import read_roll
from wijkbudget.services.record_lot import record_lot
from wijkbudget.services.round_keys import make_demo_key
from wijkbudget.services.save_proposal import ProposalText, draft_proposal, take_in_proposal
from wijkbudget.services.submit_proposal import submit_proposal, withdraw_proposal
from wijkbudget.vault import Vault

REASON = "Haalbaar. De kosten zijn redelijk en het plan kan binnen een jaar klaar zijn."


@dataclass
class Story:
    """A round with its plans and voters; `days` in the file count from the day on which the demo is made."""

    timeline: Timeline
    town: Town
    secret_key: str
    keys: Vault
    given: dict[str, Any]
    round_id: int = 0
    proposals: dict[int, Proposal] = field(default_factory=dict)

    def tell(self) -> None:
        """Put the whole round on the timeline."""
        days, day = self.given["days"], self.timeline.day
        self.timeline.at(day(days["created"], 11), self._create)
        if "opened" not in days:
            return
        self.timeline.at(day(days["opened"], 14), self._open)
        for number, plan in enumerate(self.given.get("plans", ())):
            self._tell_plan(number, plan)
        self.timeline.at(day(days["submission"][1] + 3, 16), self._import_roll)
        if "fixed" not in days:
            return
        self.timeline.at(day(days["fixed"], 15), self._fix)
        self._tell_votes()
        if "counted" in days:
            self.timeline.at(day(days["counted"], 10), self._count)
        if "certified" in days:
            self.timeline.at(day(days["certified"], 13), self._certify)

    def _tell_plan(self, number: int, plan: dict[str, Any]) -> None:
        opens, closes = self.given["days"]["submission"]
        written = self.timeline.day(opens + 1 + 2 * number, 10, 7 * number)
        self.timeline.at(written, partial(self._write, number, plan))
        state = plan.get("state", "on_ballot")
        if state == "draft":
            return
        self.timeline.at(written + timedelta(hours=1), partial(self._submit, number))
        judged = self.timeline.day(closes + 2, 9 + number % 8, 5 * number % 60)
        if state == "withdrawn":
            self.timeline.at(self.timeline.day(closes + 1, 9), partial(self._withdraw, number, plan))
        elif state != "submitted":
            self.timeline.at(judged, partial(self._judge, number, plan, state))
        if state == "withdrawn_during_vote":
            withdrawn = self.timeline.day(self.given["days"]["voting"][0] + 2, 12)
            self.timeline.at(withdrawn, partial(self._withdraw, number, plan))

    def _tell_votes(self) -> None:
        """Spread the ballots evenly over the vote, as far as it has come."""
        opens, closes = self._voting()
        until = min(closes, self.timeline.now)
        for wijk, facts in self.given["wijken"].items():
            ballots = choices(self.given, wijk, facts["cast"]) if "cast" in facts else []
            step = (until - opens) / (len(ballots) + 2)
            for turn, (voter, numbers) in enumerate(ballots, start=1):
                self.timeline.at(opens + turn * step, partial(self._vote, voter, numbers))

    def _voting(self) -> tuple[datetime, datetime]:
        opens, closes = self.given["days"]["voting"]
        return self.timeline.day(opens), self.timeline.day(closes + 1, 0)

    def _create(self, session: Session, now: datetime) -> None:
        self.round_id = create_round(session, now, self.town.official, self.plan()).id

    def plan(self) -> RoundPlan:
        """The round as the official fills it in."""
        given, day = self.given, self.timeline.day
        submission, (voting_opens_at, voting_closes_at) = given["days"]["submission"], self._voting()
        decided = local_day(day(given["days"]["created"]))
        return RoundPlan(
            name=f"{given['name']} {local(voting_opens_at).year}",
            basis=f"Demonstratie: verzonnen regeling van {decided:%d-%m-%Y}",
            reference_date=local_day(day(submission[0])),
            minimum_age=16,
            min_cost_cents=3000_00,
            max_cost_cents=given["max_euro"] * 100 if "max_euro" in given else None,
            ballot_type=BallotType(given["ballot_type"]),
            counting_rule=given["counting_rule"],
            submission_opens_at=day(submission[0]),
            submission_closes_at=day(submission[1] + 1, 0),
            voting_opens_at=voting_opens_at,
            voting_closes_at=voting_closes_at,
            budgets={
                self.town.wijken[code].id: facts["euro"] * 100 for code, facts in given["wijken"].items()
            },
        )

    def _open(self, session: Session, now: datetime) -> None:
        open_round(session, now, self.town.official, self.round_id)

    def _pot(self, session: Session, wijk: str) -> PotView:
        return next(pot for pot in pots_of(session, self.round_id) if pot.wijk_code == wijk)

    def _write(self, number: int, plan: dict[str, Any], session: Session, now: datetime) -> None:
        pot, text, town = self._pot(session, plan["wijk"]), _text(plan), self.town
        if "by" in plan:
            self.proposals[number] = take_in_proposal(
                session, now, town.official, pot_id=pot.id, submitter_name=plan["by"], text=text
            )
        else:
            member, platform = town.members[plan["wijk"]], town.platforms[plan["wijk"]]
            self.proposals[number] = draft_proposal(
                session, now, member, pot_id=pot.id, platform_id=platform.id, text=text
            )

    def _author(self, proposal: Proposal) -> Any:
        platforms = {platform.id: code for code, platform in self.town.platforms.items()}
        code = platforms.get(proposal.wijkplatform_id or 0)
        return self.town.members[code] if code else self.town.official

    def _submit(self, number: int, session: Session, now: datetime) -> None:
        submit_proposal(session, now, self._author(self.proposals[number]), self.proposals[number])

    def _withdraw(self, number: int, plan: dict[str, Any], session: Session, now: datetime) -> None:
        proposal = self.proposals[number]
        withdraw_proposal(session, now, self._author(proposal), proposal, reason=plan["withdrawn"])

    def _judge(self, number: int, plan: dict[str, Any], state: str, session: Session, now: datetime) -> None:
        proposal, official = self.proposals[number], self.town.official
        feasible = state != "infeasible"
        judge_proposal(session, now, official, proposal, feasible=feasible, reason=plan.get("reason", REASON))
        if feasible and state != "feasible":
            put_on_ballot(session, now, official, proposal)

    def _import_roll(self, session: Session, now: datetime) -> None:
        lines = roll_lines(
            {code: w["entitled"] for code, w in self.given["wijken"].items() if "entitled" in w}
        )
        reading = read_roll(session, self.round_id, lines)
        import_roll(session, now, self.town.official, self.round_id, reading)

    def _fix(self, session: Session, now: datetime) -> None:
        make_demo_key(session, now, self.town.official, self.round_id, keys=self.keys)
        fix_ballot_list(session, now, self.town.official, self.round_id)

    def _vote(self, voter: Voter, numbers: list[int], session: Session, now: datetime) -> None:
        chosen = (self.proposals[number] for number in numbers)
        listed = [proposal.id for proposal in chosen if proposal.status == ProposalStatus.ON_BALLOT]
        vote(session, now, voter, listed, self.secret_key, self.keys)
        add_batch(session, self.round_id)

    def _count(self, session: Session, now: datetime) -> None:
        """Count; when a lot is required, draw it and count again, as the official would."""
        open_demo(session, now, self.round_id, keys=self.keys)
        counts = count_round(session, now, self.town.official, self.round_id)
        for pot_id in [count.pot_id for count in counts if count.status == CountStatus.LOT_REQUIRED]:
            asked = last_count(session, pot_id)
            assert asked is not None
            drawn, witness = asked.tied_ids()[::-1], self.given["witness"]
            record_lot(
                session, now + timedelta(hours=4), self.town.official, pot_id, order=drawn, witness=witness
            )
            count_round(session, now + timedelta(hours=5), self.town.official, self.round_id)

    def _certify(self, session: Session, now: datetime) -> BudgetRound:
        return certify_result(session, now, self.town.official, self.round_id)


def read_stories(
    timeline: Timeline, town: Town, secret_key: str, keys: Vault, files: list[bytes]
) -> list[Story]:
    """The rounds that these files tell."""
    return [Story(timeline, town, secret_key, keys, tomllib.loads(content.decode())) for content in files]


def _text(plan: dict[str, Any]) -> ProposalText:
    return ProposalText(
        title=plan["title"],
        summary=plan["summary"],
        description=plan["description"].strip(),
        location=plan["location"],
        own_contribution=plan["own"],
        asked_of_gemeente=plan.get("asked", ""),
        cost_lines=tuple((what, euros * 100) for what, euros in plan["costs"]),
    )
