"""Ballots are sealed to a key of the round; receipts go to a public board; a voter may vote again until the close."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "1795600002"
down_revision = "1795600001"
branch_labels = None
depends_on = None

CHANNELS = "channel IN ('web', 'import')"


def upgrade() -> None:
    string, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "round_key",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("public_id", string(length=32), nullable=False),
        sa.Column("public_key", string(length=64), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("opening", string(), nullable=True),
        sa.Column("sealed_at", moment(), nullable=True),
        sa.Column("seal", string(), nullable=True),
        sa.Column("opened_at", moment(), nullable=True),
        sa.CheckConstraint("threshold >= 2", name=op.f("ck_round_key_more_than_one")),
        sa.CheckConstraint(
            "opened_at IS NULL OR sealed_at IS NOT NULL", name=op.f("ck_round_key_sealed_before_opened")
        ),
        sa.CheckConstraint(
            "sealed_at IS NULL OR seal IS NOT NULL", name=op.f("ck_round_key_sealed_with_statement")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["budget_round.id"], name=op.f("fk_round_key_round_id_budget_round")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_round_key_public_id")),
    )
    op.create_table(
        "key_share",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", string(length=64), nullable=False),
        sa.Column("checked_at", moment(), nullable=True),
        sa.Column("given", string(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_key_share_account_id_account")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round_key.round_id"], name=op.f("fk_key_share_round_id_round_key")
        ),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_key_share")),
        sa.UniqueConstraint("round_id", "account_id", name=op.f("uq_key_share_round_id_account_id")),
    )
    op.create_table(
        "sealed_ballot",
        sa.Column("pseudonym", string(length=64), nullable=False),
        sa.Column("pot_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pot_id"], ["budget_pot.id"], name=op.f("fk_sealed_ballot_pot_id_budget_pot")
        ),
        sa.PrimaryKeyConstraint("pseudonym", name=op.f("pk_sealed_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sealed_ballot_pot_id"), "sealed_ballot", ["pot_id"])
    op.create_table(
        "board_leaf",
        sa.Column("receipt", string(length=64), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("pot_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["pot_id"], ["budget_pot.id"], name=op.f("fk_board_leaf_pot_id_budget_pot")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round_key.round_id"], name=op.f("fk_board_leaf_round_id_round_key")
        ),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_board_leaf")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_board_leaf_round_id"), "board_leaf", ["round_id"])
    op.create_table(
        "board_batch",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("line", string(), nullable=False),
        sa.Column("head", string(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round_key.round_id"], name=op.f("fk_board_batch_round_id_round_key")
        ),
        sa.PrimaryKeyConstraint("round_id", "number", name=op.f("pk_board_batch")),
    )
    _replace_ballots(
        [
            sa.Column("receipt", string(length=64), nullable=False),
            sa.Column("pot_id", sa.Integer(), nullable=False),
            sa.Column("channel", string(length=10), nullable=False),
            sa.Column("nonce", string(length=32), nullable=True),
            sa.Column("choice", string(), nullable=False),
        ],
        "receipt",
        "INSERT INTO ballot (receipt, pot_id, channel, choice) SELECT id, pot_id, channel, choice FROM old_ballot",
    )
    op.add_column("roll_entry", sa.Column("votes_cast", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE roll_entry SET votes_cast = 1 WHERE voted")


def downgrade() -> None:
    string = sqlmodel.sql.sqltypes.AutoString
    op.drop_column("roll_entry", "votes_cast")
    _replace_ballots(
        [
            sa.Column("id", string(length=32), nullable=False),
            sa.Column("pot_id", sa.Integer(), nullable=False),
            sa.Column("channel", string(length=10), nullable=False),
            sa.Column("received_on", sa.Date(), nullable=False),
            sa.Column("choice", string(), nullable=False),
        ],
        "id",
        # The day is gone; that of the opening of the vote stands in for it.
        "INSERT INTO ballot (id, pot_id, channel, received_on, choice)"
        " SELECT substr(old_ballot.receipt, 1, 32), pot_id, channel, date(voting_opens_at), choice FROM old_ballot"
        " JOIN budget_pot ON budget_pot.id = pot_id JOIN budget_round ON budget_round.id = budget_pot.round_id",
    )
    for table_name in ("board_batch", "board_leaf", "sealed_ballot", "key_share", "round_key"):
        op.drop_table(table_name)


def _replace_ballots(columns: "list[sa.Column[object]]", key: str, copy: str) -> None:
    op.drop_index(op.f("ix_ballot_pot_id"), table_name="ballot")
    op.rename_table("ballot", "old_ballot")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_ballot RENAME TO pk_old_ballot")
    op.create_table(
        "ballot",
        *columns,
        sa.CheckConstraint(CHANNELS, name=op.f("ck_ballot_channel_known")),
        sa.ForeignKeyConstraint(["pot_id"], ["budget_pot.id"], name=op.f("fk_ballot_pot_id_budget_pot")),
        sa.PrimaryKeyConstraint(key, name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_ballot_pot_id"), "ballot", ["pot_id"])
    op.execute(copy)
    op.drop_table("old_ballot")
