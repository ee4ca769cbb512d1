"""An official ordered that a round's voters be invited by mail. The mail loop works it off in batches."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from wijkbudget.domain.schema import rule


class InvitationOrder(SQLModel, table=True):
    """The order for one round. Who has been invited is told by their links, so an order can be taken up again anywhere."""

    __tablename__ = "invitation_order"
    __table_args__ = (rule("ends_after_it_began", "finished_at IS NULL OR finished_at >= ordered_at"),)

    round_id: int = Field(primary_key=True, foreign_key="budget_round.id")
    ordered_by: int | None = Field(
        default=None, foreign_key="account.id", description="None: the command line"
    )
    ordered_at: datetime
    finished_at: datetime | None = None
