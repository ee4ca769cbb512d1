"""A second factor with its recovery codes, and sessions that the server keeps and can end."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "1795600000"
down_revision = "1795510800"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step. Everybody has to log in again."""
    string, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "account_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("id_sha256", string(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("device", string(length=60), nullable=False),
        sa.Column("begun_at", moment(), nullable=False),
        sa.Column("seen_at", moment(), nullable=False),
        sa.Column("code_at", moment(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.CheckConstraint("seen_at >= begun_at", name=op.f("ck_account_session_seen_after_begin")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_session_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("id_sha256", name=op.f("uq_account_session_id_sha256")),
    )
    op.create_index(op.f("ix_account_session_account_id"), "account_session", ["account_id"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", string(length=200), nullable=False),
        sa.Column("set_at", moment(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", string(length=64), nullable=False),
        sa.Column("used_at", moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_recovery_code_code_sha256")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"], unique=False)
    op.drop_column("account", "session_epoch")


def downgrade() -> None:
    """Take this step back. Everybody has to log in again, with the password alone."""
    op.add_column("account", sa.Column("session_epoch", sa.Integer(), nullable=False, server_default="0"))
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
    op.drop_table("account_session")
