"""A voting link tells with which proof it was asked for, so that each proof can have a limit of its own."""

import sqlalchemy as sa
from alembic import op

revision = "1795503600"
down_revision = "1795382980"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step. Links from before it count as asked for with an address."""
    with op.batch_alter_table("email_token") as batch_op:
        batch_op.add_column(
            sa.Column("proof", sa.String(length=12), nullable=False, server_default="address")
        )
        batch_op.create_check_constraint(
            op.f("ck_email_token_proof_known"), "proof IN ('address', 'letter_code')"
        )
    with op.batch_alter_table("email_token") as batch_op:
        batch_op.alter_column("proof", server_default=None)


def downgrade() -> None:
    """Take this step back."""
    with op.batch_alter_table("email_token") as batch_op:
        batch_op.drop_constraint(op.f("ck_email_token_proof_known"), type_="check")
        batch_op.drop_column("proof")
