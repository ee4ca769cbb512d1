"""the first tables"""

import sqlalchemy as sa
import sqlmodel
import sqlmodel.sql.sqltypes
from alembic import op

revision = "1795382979"
down_revision = None
branch_labels = ("default",)
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("password_hash", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "audit_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("details", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("previous_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_line")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_line_hash")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_audit_line_previous_hash")),
    )
    op.create_table(
        "budget_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("basis", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("min_cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("max_cost_cents", sa.BigInteger(), nullable=True),
        sa.Column("ballot_type", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("counting_rule", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("counting_rule_version", sa.Integer(), nullable=False),
        sa.Column("misfit", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("tie_rule", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("submission_opens_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("submission_closes_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("voting_opens_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("voting_closes_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("rules_text", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("rules_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("opened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(ballot_type = 'ranking') = (counting_rule = 'schulze')",
            name=op.f("ck_budget_round_ranking_is_counted_by_order"),
        ),
        sa.CheckConstraint(
            "ballot_type IN ('approval', 'capped_approval', 'ranking')",
            name=op.f("ck_budget_round_ballot_type_known"),
        ),
        sa.CheckConstraint(
            "counting_rule IN ('greedy', 'schulze')", name=op.f("ck_budget_round_counting_rule_known")
        ),
        sa.CheckConstraint("misfit IN ('skip', 'stop')", name=op.f("ck_budget_round_misfit_known")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_budget_round_name_given")),
        sa.CheckConstraint(
            "status = 'draft' OR (rules_sha256 IS NOT NULL AND opened_at IS NOT NULL)",
            name=op.f("ck_budget_round_opened_has_rules"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'opened', 'ballot_fixed', 'counted', 'certified')",
            name=op.f("ck_budget_round_status_known"),
        ),
        sa.CheckConstraint("tie_rule IN ('lot')", name=op.f("ck_budget_round_tie_rule_known")),
        sa.CheckConstraint(
            "min_cost_cents >= 0 AND (max_cost_cents IS NULL OR max_cost_cents >= min_cost_cents)",
            name=op.f("ck_budget_round_cost_limits"),
        ),
        sa.CheckConstraint("minimum_age BETWEEN 0 AND 120", name=op.f("ck_budget_round_age")),
        sa.CheckConstraint(
            "submission_opens_at < submission_closes_at AND submission_closes_at <= voting_opens_at AND voting_opens_at < voting_closes_at",
            name=op.f("ck_budget_round_dates_in_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_round")),
    )
    op.create_table(
        "outbox_mail",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("recipient", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("body", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("sent_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("last_error", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.CheckConstraint(
            "status = 'sent' OR (recipient IS NOT NULL AND body IS NOT NULL)",
            name=op.f("ck_outbox_mail_queued_has_content"),
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'sent', 'failed')", name=op.f("ck_outbox_mail_status_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
    )
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_mail_not_before"), ["not_before"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_mail_status"), ["status"], unique=False)

    op.create_table(
        "wijk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("gemeente", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("besluit", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_wijk_name_given")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_wijk_validity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wijk")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_wijk_code_valid_from")),
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.CheckConstraint(
            "role IN ('platform_member', 'platform_manager', 'official', 'administrator', 'auditor')",
            name=op.f("ck_account_role_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_role_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    op.create_table(
        "budget_pot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("wijk_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["budget_round.id"], name=op.f("fk_budget_pot_round_id_budget_round")
        ),
        sa.ForeignKeyConstraint(["wijk_id"], ["wijk.id"], name=op.f("fk_budget_pot_wijk_id_wijk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_pot")),
        sa.UniqueConstraint("id", "round_id", name=op.f("uq_budget_pot_id_round_id")),
        sa.UniqueConstraint("round_id", "wijk_id", name=op.f("uq_budget_pot_round_id_wijk_id")),
    )
    with op.batch_alter_table("budget_pot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budget_pot_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_budget_pot_wijk_id"), ["wijk_id"], unique=False)

    op.create_table(
        "buurt",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("wijk_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wijk_id"], ["wijk.id"], name=op.f("fk_buurt_wijk_id_wijk")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_buurt")),
    )
    with op.batch_alter_table("buurt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_buurt_wijk_id"), ["wijk_id"], unique=False)

    op.create_table(
        "wijkplatform",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wijk_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=15), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("recognised_on", sa.Date(), nullable=False),
        sa.Column("supported_until", sa.Date(), nullable=True),
        sa.Column("converted_on", sa.Date(), nullable=True),
        sa.Column("former_name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(status = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_wijkplatform_ended_has_a_date")
        ),
        sa.CheckConstraint(
            "converted_on IS NULL OR kind = 'wijkplatform'",
            name=op.f("ck_wijkplatform_converted_is_wijkplatform"),
        ),
        sa.CheckConstraint(
            "kind <> 'wijkraad' OR supported_until IS NOT NULL",
            name=op.f("ck_wijkplatform_wijkraad_has_an_end"),
        ),
        sa.CheckConstraint("kind IN ('wijkplatform', 'wijkraad')", name=op.f("ck_wijkplatform_kind_known")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_wijkplatform_name_given")),
        sa.CheckConstraint("status IN ('active', 'ended')", name=op.f("ck_wijkplatform_status_known")),
        sa.ForeignKeyConstraint(["wijk_id"], ["wijk.id"], name=op.f("fk_wijkplatform_wijk_id_wijk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wijkplatform")),
    )
    with op.batch_alter_table("wijkplatform", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wijkplatform_wijk_id"), ["wijk_id"], unique=False)
        batch_op.create_index(
            "uq_wijkplatform_active_per_wijk",
            ["wijk_id"],
            unique=True,
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )

    op.create_table(
        "address",
        sa.Column("postcode", sqlmodel.sql.sqltypes.AutoString(length=6), nullable=False),
        sa.Column("house_number", sa.Integer(), nullable=False),
        sa.Column("buurt_code", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.ForeignKeyConstraint(["buurt_code"], ["buurt.code"], name=op.f("fk_address_buurt_code_buurt")),
        sa.PrimaryKeyConstraint("postcode", "house_number", name=op.f("pk_address")),
    )
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_address_buurt_code"), ["buurt_code"], unique=False)

    op.create_table(
        "ballot",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("pot_id", sa.Integer(), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("choice", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("channel IN ('web', 'import')", name=op.f("ck_ballot_channel_known")),
        sa.ForeignKeyConstraint(["pot_id"], ["budget_pot.id"], name=op.f("fk_ballot_pot_id_budget_pot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_pot_id"), ["pot_id"], unique=False)

    op.create_table(
        "count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pot_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=15), nullable=False),
        sa.Column("rule", sqlmodel.sql.sqltypes.AutoString(length=30), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("rules_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("input_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("software_version", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("counted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("counted_by", sa.Integer(), nullable=True),
        sa.Column("budget_cents", sa.BigInteger(), nullable=False),
        sa.Column("spent_cents", sa.BigInteger(), nullable=False),
        sa.Column("entitled", sa.Integer(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("blank_ballots", sa.Integer(), nullable=False),
        sa.Column("tied", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("tied_place", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status = 'lot_required') = (tied IS NOT NULL)",
            name=op.f("ck_count_lot_required_names_the_tied"),
        ),
        sa.CheckConstraint("status IN ('complete', 'lot_required')", name=op.f("ck_count_status_known")),
        sa.CheckConstraint("spent_cents BETWEEN 0 AND budget_cents", name=op.f("ck_count_within_budget")),
        sa.ForeignKeyConstraint(["counted_by"], ["account.id"], name=op.f("fk_count_counted_by_account")),
        sa.ForeignKeyConstraint(["pot_id"], ["budget_pot.id"], name=op.f("fk_count_pot_id_budget_pot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count")),
        sa.UniqueConstraint("pot_id", "number", name=op.f("uq_count_pot_id_number")),
    )
    with op.batch_alter_table("count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_count_pot_id"), ["pot_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("wijkplatform_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('core', 'network', 'one_off')", name=op.f("ck_membership_kind_known")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_membership_period")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["wijkplatform_id"], ["wijkplatform.id"], name=op.f("fk_membership_wijkplatform_id_wijkplatform")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "account_id",
            "wijkplatform_id",
            "since",
            name=op.f("uq_membership_account_id_wijkplatform_id_since"),
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_wijkplatform_id"), ["wijkplatform_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("pot_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("summary", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("location", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("own_contribution", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_of_gemeente", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("submitter_kind", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("submitter_name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("wijkplatform_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(length=15), nullable=False),
        sa.Column("was_on_ballot", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_reason", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=True),
        sa.Column("submitted_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("updated_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_reason IS NOT NULL)",
            name=op.f("ck_proposal_withdrawal_has_reason"),
        ),
        sa.CheckConstraint(
            "(submitter_kind = 'platform') = (wijkplatform_id IS NOT NULL)",
            name=op.f("ck_proposal_platform_proposal_has_platform"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'feasible', 'infeasible', 'on_ballot', 'withdrawn', 'funded', 'not_funded')",
            name=op.f("ck_proposal_status_known"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR cost_cents > 0",
            name=op.f("ck_proposal_submitted_costs_money"),
        ),
        sa.CheckConstraint(
            "submitter_kind IN ('platform', 'resident')", name=op.f("ck_proposal_submitter_kind_known")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_proposal_title_given")),
        sa.CheckConstraint("cost_cents >= 0", name=op.f("ck_proposal_cost_not_negative")),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_proposal_entered_by_account")),
        sa.ForeignKeyConstraint(
            ["pot_id", "round_id"],
            ["budget_pot.id", "budget_pot.round_id"],
            name=op.f("fk_proposal_pot_id_round_id_budget_pot"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["budget_round.id"], name=op.f("fk_proposal_round_id_budget_round")
        ),
        sa.ForeignKeyConstraint(
            ["wijkplatform_id"], ["wijkplatform.id"], name=op.f("fk_proposal_wijkplatform_id_wijkplatform")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_proposal_round_id_number")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_pot_id"), ["pot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_wijkplatform_id"), ["wijkplatform_id"], unique=False)

    op.create_table(
        "roll_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("pot_id", sa.Integer(), nullable=False),
        sa.Column("external_number", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("postcode", sqlmodel.sql.sqltypes.AutoString(length=6), nullable=True),
        sa.Column("house_number", sa.Integer(), nullable=True),
        sa.Column("age_ok", sa.Boolean(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True),
        sa.Column("letter_code_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("voted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT voted OR age_ok", name=op.f("ck_roll_entry_only_the_entitled_vote")),
        sa.CheckConstraint("email IS NULL OR email = lower(email)", name=op.f("ck_roll_entry_email_lower")),
        sa.ForeignKeyConstraint(
            ["pot_id", "round_id"],
            ["budget_pot.id", "budget_pot.round_id"],
            name=op.f("fk_roll_entry_pot_id_round_id_budget_pot"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["budget_round.id"], name=op.f("fk_roll_entry_round_id_budget_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_entry")),
        sa.UniqueConstraint("letter_code_hash", name=op.f("uq_roll_entry_letter_code_hash")),
        sa.UniqueConstraint(
            "round_id", "external_number", name=op.f("uq_roll_entry_round_id_external_number")
        ),
    )
    with op.batch_alter_table("roll_entry", schema=None) as batch_op:
        batch_op.create_index("ix_roll_entry_lookup", ["email", "postcode", "house_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_roll_entry_pot_id"), ["pot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roll_entry_round_id"), ["round_id"], unique=False)

    op.create_table(
        "cost_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(length=150), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("description <> ''", name=op.f("ck_cost_line_description_given")),
        sa.CheckConstraint("cents > 0", name=op.f("ck_cost_line_costs_money")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_cost_line_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_line")),
        sa.UniqueConstraint("proposal_id", "position", name=op.f("uq_cost_line_proposal_id_position")),
    )
    with op.batch_alter_table("cost_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cost_line_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "count_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("left_before_cents", sa.BigInteger(), nullable=False),
        sa.Column("left_after_cents", sa.BigInteger(), nullable=False),
        sa.Column("decision", sqlmodel.sql.sqltypes.AutoString(length=25), nullable=False),
        sa.Column("article", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.ForeignKeyConstraint(["count_id"], ["count.id"], name=op.f("fk_count_step_count_id_count")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_count_step_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_step")),
        sa.UniqueConstraint("count_id", "number", name=op.f("uq_count_step_count_id_number")),
        sa.UniqueConstraint("count_id", "proposal_id", name=op.f("uq_count_step_count_id_proposal_id")),
    )
    with op.batch_alter_table("count_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_count_step_count_id"), ["count_id"], unique=False)

    op.create_table(
        "draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pot_id", sa.Integer(), nullable=False),
        sa.Column("count_id", sa.Integer(), nullable=False),
        sa.Column("drawn_order", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("witness", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("drawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("witness <> ''", name=op.f("ck_draw_witness_given")),
        sa.ForeignKeyConstraint(["count_id"], ["count.id"], name=op.f("fk_draw_count_id_count")),
        sa.ForeignKeyConstraint(["pot_id"], ["budget_pot.id"], name=op.f("fk_draw_pot_id_budget_pot")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_draw_recorded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("count_id", name=op.f("uq_draw_count_id")),
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_pot_id"), ["pot_id"], unique=False)

    op.create_table(
        "email_token",
        sa.Column("id_sha256", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("roll_entry_id", sa.Integer(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(length=254), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_email_token_lives_a_while")),
        sa.ForeignKeyConstraint(
            ["roll_entry_id"], ["roll_entry.id"], name=op.f("fk_email_token_roll_entry_id_roll_entry")
        ),
        sa.PrimaryKeyConstraint("id_sha256", name=op.f("pk_email_token")),
    )
    with op.batch_alter_table("email_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_email_token_roll_entry_id"), ["roll_entry_id"], unique=False)

    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("feasible", sa.Boolean(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
        sa.Column("judged_by", sa.Integer(), nullable=True),
        sa.Column("judged_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_judgement_reason_given")),
        sa.ForeignKeyConstraint(["judged_by"], ["account.id"], name=op.f("fk_judgement_judged_by_account")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_judgement_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
    )
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judgement_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "pot_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pot_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("decision", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'allocation' OR (cents < 0 AND proposal_id IS NOT NULL)",
            name=op.f("ck_pot_entry_allocation_takes"),
        ),
        sa.CheckConstraint("kind IN ('budget', 'allocation')", name=op.f("ck_pot_entry_kind_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_pot_entry_reason_given")),
        sa.CheckConstraint("cents <> 0", name=op.f("ck_pot_entry_moves_money")),
        sa.ForeignKeyConstraint(["pot_id"], ["budget_pot.id"], name=op.f("fk_pot_entry_pot_id_budget_pot")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_pot_entry_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pot_entry")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_pot_entry_proposal_id")),
    )
    with op.batch_alter_table("pot_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pot_entry_pot_id"), ["pot_id"], unique=False)


def downgrade() -> None:
    """Take this step back."""
    with op.batch_alter_table("pot_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pot_entry_pot_id"))

    op.drop_table("pot_entry")
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judgement_proposal_id"))

    op.drop_table("judgement")
    with op.batch_alter_table("email_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_email_token_roll_entry_id"))

    op.drop_table("email_token")
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_pot_id"))

    op.drop_table("draw")
    with op.batch_alter_table("count_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_count_step_count_id"))

    op.drop_table("count_step")
    with op.batch_alter_table("cost_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cost_line_proposal_id"))

    op.drop_table("cost_line")
    with op.batch_alter_table("roll_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roll_entry_round_id"))
        batch_op.drop_index(batch_op.f("ix_roll_entry_pot_id"))
        batch_op.drop_index("ix_roll_entry_lookup")

    op.drop_table("roll_entry")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_wijkplatform_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_round_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_pot_id"))

    op.drop_table("proposal")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_wijkplatform_id"))
        batch_op.drop_index(batch_op.f("ix_membership_account_id"))

    op.drop_table("membership")
    with op.batch_alter_table("count", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_count_pot_id"))

    op.drop_table("count")
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballot_pot_id"))

    op.drop_table("ballot")
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_buurt_code"))

    op.drop_table("address")
    with op.batch_alter_table("wijkplatform", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_wijkplatform_active_per_wijk",
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )
        batch_op.drop_index(batch_op.f("ix_wijkplatform_wijk_id"))

    op.drop_table("wijkplatform")
    with op.batch_alter_table("buurt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_buurt_wijk_id"))

    op.drop_table("buurt")
    with op.batch_alter_table("budget_pot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_budget_pot_wijk_id"))
        batch_op.drop_index(batch_op.f("ix_budget_pot_round_id"))

    op.drop_table("budget_pot")
    op.drop_table("account_role")
    op.drop_table("wijk")
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_mail_status"))
        batch_op.drop_index(batch_op.f("ix_outbox_mail_not_before"))

    op.drop_table("outbox_mail")
    op.drop_table("budget_round")
    op.drop_table("audit_line")
    op.drop_table("account")
