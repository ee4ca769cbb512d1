"""Links are asked for in a table of their own, voters are invited in bulk, and two officials replace a lost link or code."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "1795600001"
down_revision = "1795600000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step. Links from before it count as asked for, mails as not sent in bulk."""
    with op.batch_alter_table("email_token") as batch_op:
        batch_op.add_column(
            sa.Column("purpose", AutoString(length=12), nullable=False, server_default="asked")
        )
        batch_op.create_check_constraint(
            op.f("ck_email_token_purpose_known"), "purpose IN ('asked', 'invitation', 'replacement')"
        )
    with op.batch_alter_table("email_token") as batch_op:
        batch_op.alter_column("purpose", server_default=None)
    with op.batch_alter_table("outbox_mail") as batch_op:
        batch_op.add_column(sa.Column("bulk", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("outbox_mail") as batch_op:
        batch_op.alter_column("bulk", server_default=None)
    invited = sa.text("purpose = 'invitation'")
    op.create_index(
        "uq_email_token_invitation",
        "email_token",
        ["roll_entry_id"],
        unique=True,
        sqlite_where=invited,
        postgresql_where=invited,
    )
    _create_link_request()
    _create_invitation_order()
    _create_replacement()


def _create_link_request() -> None:
    op.create_table(
        "link_request",
        sa.Column("id", AutoString(length=32), nullable=False),
        sa.Column("email_hash", AutoString(length=64), nullable=False),
        sa.Column("network_hash", AutoString(length=64), nullable=False),
        sa.Column("proof", AutoString(length=12), nullable=False),
        sa.Column("email", AutoString(length=254), nullable=True),
        sa.Column("postcode", AutoString(length=6), nullable=True),
        sa.Column("house_number", sa.Integer(), nullable=True),
        sa.Column("letter_code", AutoString(length=13), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("handled_at", UTCDateTime(), nullable=True),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.CheckConstraint("proof IN ('address', 'letter_code')", name=op.f("ck_link_request_proof_known")),
        sa.CheckConstraint("mails >= 0", name=op.f("ck_link_request_mails_counted")),
        sa.CheckConstraint(
            "handled_at IS NULL OR"
            " (email IS NULL AND postcode IS NULL AND house_number IS NULL AND letter_code IS NULL)",
            name=op.f("ck_link_request_handled_is_wiped"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_request")),
    )
    for column in ("email_hash", "network_hash", "asked_at", "handled_at"):
        op.create_index(op.f(f"ix_link_request_{column}"), "link_request", [column], unique=False)


def _create_invitation_order() -> None:
    op.create_table(
        "invitation_order",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("ordered_by", sa.Integer(), nullable=True),
        sa.Column("ordered_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "finished_at IS NULL OR finished_at >= ordered_at",
            name=op.f("ck_invitation_order_ends_after_it_began"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["budget_round.id"], name=op.f("fk_invitation_order_round_id_budget_round")
        ),
        sa.ForeignKeyConstraint(
            ["ordered_by"], ["account.id"], name=op.f("fk_invitation_order_ordered_by_account")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_invitation_order")),
    )


def _create_replacement() -> None:
    op.create_table(
        "replacement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roll_entry_id", sa.Integer(), nullable=False),
        sa.Column("kind", AutoString(length=12), nullable=False),
        sa.Column("reason", AutoString(length=20), nullable=False),
        sa.Column("email", AutoString(length=254), nullable=True),
        sa.Column("status", AutoString(length=10), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('letter_code', 'link')", name=op.f("ck_replacement_kind_known")),
        sa.CheckConstraint(
            "reason IN ('letter_lost', 'letter_never_came', 'mail_never_came', 'address_changed',"
            " 'seen_by_others')",
            name=op.f("ck_replacement_reason_known"),
        ),
        sa.CheckConstraint(
            "status IN ('asked', 'approved', 'refused', 'lapsed')", name=op.f("ck_replacement_status_known")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_replacement_two_people")
        ),
        sa.CheckConstraint(
            "status <> 'approved' OR decided_by IS NOT NULL", name=op.f("ck_replacement_approved_by_somebody")
        ),
        sa.CheckConstraint(
            "status = 'asked' OR email IS NULL", name=op.f("ck_replacement_address_only_while_asked")
        ),
        sa.CheckConstraint(
            "status <> 'asked' OR kind = 'letter_code' OR email IS NOT NULL",
            name=op.f("ck_replacement_link_has_address"),
        ),
        sa.ForeignKeyConstraint(
            ["roll_entry_id"], ["roll_entry.id"], name=op.f("fk_replacement_roll_entry_id_roll_entry")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_replacement_asked_by_account")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_replacement_decided_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacement")),
    )
    for column in ("roll_entry_id", "status"):
        op.create_index(op.f(f"ix_replacement_{column}"), "replacement", [column], unique=False)


def downgrade() -> None:
    """Take this step back."""
    for table in ("replacement", "invitation_order", "link_request"):
        op.drop_table(table)
    op.drop_index("uq_email_token_invitation", table_name="email_token")
    with op.batch_alter_table("email_token") as batch_op:
        batch_op.drop_constraint(op.f("ck_email_token_purpose_known"), type_="check")
        batch_op.drop_column("purpose")
    with op.batch_alter_table("outbox_mail") as batch_op:
        batch_op.drop_column("bulk")
