"""A budget round: its rules, its dates, and the phase that follows from decisions and the clock."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from wijkbudget.domain.errors import WrongPhase
from wijkbudget.domain.schema import amount, one_of, rule


class BallotType(StrEnum):
    """What a resident fills in."""

    APPROVAL = "approval"
    CAPPED_APPROVAL = "capped_approval"
    RANKING = "ranking"


class Satisfaction(StrEnum):
    """What a funded plan is worth to a voter: its cost, or one, whatever it costs."""

    COST = "cost"
    CARDINALITY = "cardinality"


class Completion(StrEnum):
    """What happens with the money that a rule with equal shares leaves; see its reglement."""

    NONE = "none"
    ADD1 = "add1"
    ADD1_EXHAUSTIVE = "add1-exhaustive"
    GREEDY = "greedy"
    ADD1_GREEDY = "add1-greedy"
    ADD1_EXHAUSTIVE_GREEDY = "add1-exhaustive-greedy"


class TieRule(StrEnum):
    """How a tie that matters is broken."""

    LOT = "lot"


class RoundStatus(StrEnum):
    """The decisions that have been taken; together with the clock they give the phase."""

    DRAFT = "draft"
    OPENED = "opened"
    BALLOT_FIXED = "ballot_fixed"
    COUNTED = "counted"
    CERTIFIED = "certified"


class Phase(StrEnum):
    """Where the round stands now. See docs/state-machines/budget-round.md."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    SUBMISSION = "submission"
    REVIEW = "review"
    LAPSED = "lapsed"
    BALLOT_FIXED = "ballot_fixed"
    VOTING = "voting"
    CLOSED = "closed"
    COUNTED = "counted"
    CERTIFIED = "certified"


PHASE_LABELS = {
    Phase.DRAFT: "concept",
    Phase.ANNOUNCED: "aangekondigd",
    Phase.SUBMISSION: "plannen indienen",
    Phase.REVIEW: "toetsing",
    Phase.LAPSED: "niet doorgegaan",
    Phase.BALLOT_FIXED: "stemlijst vastgesteld",
    Phase.VOTING: "stemmen",
    Phase.CLOSED: "stemmen gesloten",
    Phase.COUNTED: "voorlopige uitslag",
    Phase.CERTIFIED: "uitslag vastgesteld",
}

ALLOWED_NEXT = {
    RoundStatus.DRAFT: {RoundStatus.OPENED},
    RoundStatus.OPENED: {RoundStatus.BALLOT_FIXED},
    RoundStatus.BALLOT_FIXED: {RoundStatus.COUNTED},
    RoundStatus.COUNTED: {RoundStatus.CERTIFIED},
    RoundStatus.CERTIFIED: set[RoundStatus](),
}


class BudgetRound(SQLModel, table=True):
    """One democratic distribution of money over the plans of one or more wijken.

    Amounts are cents; instants are UTC. A closing instant is the first one that is too late. From the
    opening on, `rules_text` and `rules_sha256` hold the published rules and no rule may change.
    `counting_rule` is a name in the register of the tally, which knows what ballots and options fit it.
    """

    __tablename__ = "budget_round"
    __table_args__ = (
        one_of("status", RoundStatus),
        one_of("ballot_type", BallotType),
        one_of("satisfaction", Satisfaction),
        one_of("completion", Completion),
        one_of("tie_rule", TieRule),
        rule("name_given", "name <> ''"),
        rule("counting_rule_given", "counting_rule <> '' AND counting_rule_version >= 1"),
        rule(
            "cost_limits",
            "min_cost_cents >= 0 AND (max_cost_cents IS NULL OR max_cost_cents >= min_cost_cents)",
        ),
        rule("age", "minimum_age BETWEEN 0 AND 120"),
        rule(
            "dates_in_order",
            "submission_opens_at < submission_closes_at AND submission_closes_at <= voting_opens_at"
            " AND voting_opens_at < voting_closes_at",
        ),
        rule("opened_has_rules", "status = 'draft' OR (rules_sha256 IS NOT NULL AND opened_at IS NOT NULL)"),
    )

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=100)
    status: str = Field(default=RoundStatus.DRAFT, max_length=20)
    basis: str = Field(max_length=300, description="legal basis, as text with its date")
    reference_date: date = Field(description="peildatum: residence and age are those of this day")
    minimum_age: int
    min_cost_cents: int = amount()
    max_cost_cents: int | None = amount(
        default=None, description="None: the budget of the wijk is the maximum"
    )
    ballot_type: str = Field(max_length=20)
    counting_rule: str = Field(max_length=30)
    counting_rule_version: int = 1
    satisfaction: str | None = Field(
        default=None, max_length=20, description="None: the rule has no such choice"
    )
    completion: str | None = Field(
        default=None, max_length=30, description="None: the rule has no such choice"
    )
    tie_rule: str = Field(default=TieRule.LOT, max_length=10)
    submission_opens_at: datetime
    submission_closes_at: datetime
    voting_opens_at: datetime
    voting_closes_at: datetime
    rules_text: str | None = None
    rules_sha256: str | None = Field(default=None, max_length=64)
    opened_at: datetime | None = None

    def phase_at(self, now: datetime) -> Phase:
        """The phase at this instant: the last decision, moved on by the clock."""
        if self.status == RoundStatus.OPENED:
            if now < self.submission_opens_at:
                return Phase.ANNOUNCED
            if now < self.submission_closes_at:
                return Phase.SUBMISSION
            # Without a ballot list there was nothing to vote on, and the time to vote does not come back.
            return Phase.REVIEW if now < self.voting_closes_at else Phase.LAPSED
        if self.status == RoundStatus.BALLOT_FIXED:
            if now < self.voting_opens_at:
                return Phase.BALLOT_FIXED
            return Phase.VOTING if now < self.voting_closes_at else Phase.CLOSED
        return Phase(self.status)

    def move_to(self, status: RoundStatus) -> None:
        """Take the next decision. Raises WrongPhase when it is not the next one."""
        if status not in ALLOWED_NEXT[RoundStatus(self.status)]:
            raise WrongPhase(
                f"De ronde “{self.name}” is daar niet aan toe. Kijk op de pagina van de ronde wat nu kan."
            )
        self.status = status

    def require_phase(self, now: datetime, *phases: Phase) -> None:
        """Raise WrongPhase unless the round is in one of these phases."""
        phase = self.phase_at(now)
        if phase not in phases:
            wanted = " of ".join(f"“{PHASE_LABELS[p]}”" for p in phases)
            raise WrongPhase(
                f"Dit kan alleen in de fase {wanted}. De ronde is nu in “{PHASE_LABELS[phase]}”."
            )
