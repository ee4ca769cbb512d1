"""A plan that a wijkplatform (or, at the counter, the gemeente for a resident) submits for money."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from wijkbudget.domain.errors import WrongPhase
from wijkbudget.domain.schema import amount, one_of, rule


class ProposalStatus(StrEnum):
    """Where a proposal stands. See docs/state-machines/proposal.md."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    ON_BALLOT = "on_ballot"
    WITHDRAWN = "withdrawn"
    FUNDED = "funded"
    NOT_FUNDED = "not_funded"


STATUS_LABELS = {
    ProposalStatus.DRAFT: "concept",
    ProposalStatus.SUBMITTED: "ingediend",
    ProposalStatus.FEASIBLE: "haalbaar",
    ProposalStatus.INFEASIBLE: "niet haalbaar",
    ProposalStatus.ON_BALLOT: "op de stemlijst",
    ProposalStatus.WITHDRAWN: "ingetrokken",
    ProposalStatus.FUNDED: "gekozen",
    ProposalStatus.NOT_FUNDED: "niet gekozen",
}

_S = ProposalStatus
ALLOWED_NEXT = {
    _S.DRAFT: {_S.SUBMITTED, _S.WITHDRAWN},
    _S.SUBMITTED: {_S.FEASIBLE, _S.INFEASIBLE, _S.WITHDRAWN},
    _S.FEASIBLE: {_S.ON_BALLOT, _S.INFEASIBLE, _S.WITHDRAWN},
    _S.INFEASIBLE: {_S.FEASIBLE, _S.WITHDRAWN},
    _S.ON_BALLOT: {_S.FEASIBLE, _S.WITHDRAWN, _S.FUNDED, _S.NOT_FUNDED},
    _S.WITHDRAWN: set[ProposalStatus](),
    _S.FUNDED: set[ProposalStatus](),
    _S.NOT_FUNDED: set[ProposalStatus](),
}

PUBLIC_STATUSES = tuple(status for status in ProposalStatus if status is not ProposalStatus.DRAFT)


class SubmitterKind(StrEnum):
    """Who the proposal is from; the submitter's name is kept as text, since platforms change."""

    PLATFORM = "platform"
    RESIDENT = "resident"


class Proposal(SQLModel, table=True):
    """A plan in one pot. `cost_cents` is what it asks: the sum of its cost lines."""

    __tablename__ = "proposal"
    __table_args__ = (
        ForeignKeyConstraint(["pot_id", "round_id"], ["budget_pot.id", "budget_pot.round_id"]),
        UniqueConstraint("round_id", "number"),
        one_of("status", ProposalStatus),
        one_of("submitter_kind", SubmitterKind),
        rule("title_given", "title <> ''"),
        rule("cost_not_negative", "cost_cents >= 0"),
        rule("submitted_costs_money", "status IN ('draft', 'withdrawn') OR cost_cents > 0"),
        rule(
            "platform_proposal_has_platform", "(submitter_kind = 'platform') = (wijkplatform_id IS NOT NULL)"
        ),
        rule("withdrawal_has_reason", "(status = 'withdrawn') = (withdrawn_reason IS NOT NULL)"),
    )

    id: int = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="budget_round.id", index=True)
    pot_id: int = Field(index=True)
    number: int = Field(description="shown to people; counts from 1 in each round")
    title: str = Field(max_length=100)
    summary: str = Field(default="", max_length=300)
    description: str = ""
    location: str = Field(default="", max_length=200)
    own_contribution: str = Field(default="", description="what the submitters do themselves")
    asked_of_gemeente: str = Field(default="", description="what they ask of the gemeente besides money")
    submitter_kind: str = Field(max_length=10)
    submitter_name: str = Field(max_length=100)
    wijkplatform_id: int | None = Field(default=None, foreign_key="wijkplatform.id", index=True)
    entered_by: int | None = Field(default=None, foreign_key="account.id")
    cost_cents: int = amount(default=0)
    status: str = Field(default=ProposalStatus.DRAFT, max_length=15)
    was_on_ballot: bool = Field(default=False, description="on the ballot list when that was fixed")
    withdrawn_reason: str | None = Field(default=None, max_length=500)
    submitted_at: datetime | None = None
    updated_at: datetime

    def move_to(self, status: ProposalStatus) -> None:
        """Change the status. Raises WrongPhase when the state machine does not allow it."""
        if status not in ALLOWED_NEXT[ProposalStatus(self.status)]:
            raise WrongPhase(
                f"Plan {self.number} is “{STATUS_LABELS[ProposalStatus(self.status)]}” "
                f"en kan niet “{STATUS_LABELS[status]}” worden."
            )
        self.status = status


class CostLine(SQLModel, table=True):
    """One line of a proposal's estimate, in cents."""

    __tablename__ = "cost_line"
    __table_args__ = (
        UniqueConstraint("proposal_id", "position"),
        rule("costs_money", "cents > 0"),
        rule("description_given", "description <> ''"),
    )

    id: int = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    position: int
    description: str = Field(max_length=150)
    cents: int = amount()


class Judgement(SQLModel, table=True):
    """An official's judgement of feasibility, with the reason that everybody may read. The last one stands."""

    __tablename__ = "judgement"
    __table_args__ = (rule("reason_given", "reason <> ''"),)

    id: int = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    feasible: bool
    reason: str = Field(max_length=2000)
    judged_by: int | None = Field(default=None, foreign_key="account.id")
    judged_at: datetime
