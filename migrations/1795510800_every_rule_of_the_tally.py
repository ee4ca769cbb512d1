"""A round names any rule of the tally, with its options; a count keeps the numbers behind each decision."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "1795510800"
down_revision = "1795503600"
branch_labels = None
depends_on = None

NEW_CHECKS = {
    "counting_rule_given": "counting_rule <> '' AND counting_rule_version >= 1",
    "satisfaction_known": "satisfaction IN ('cost', 'cardinality')",
    "completion_known": (
        "completion IN ('none', 'add1', 'add1-exhaustive', 'greedy', 'add1-greedy', 'add1-exhaustive-greedy')"
    ),
}
OLD_CHECKS = {
    "ranking_is_counted_by_order": "(ballot_type = 'ranking') = (counting_rule = 'schulze')",
    "counting_rule_known": "counting_rule IN ('greedy', 'schulze')",
    "misfit_known": "misfit IN ('skip', 'stop')",
}
KEPT_CHECKS = {
    "ballot_type_known": "ballot_type IN ('approval', 'capped_approval', 'ranking')",
    "name_given": "name <> ''",
    "opened_has_rules": "status = 'draft' OR (rules_sha256 IS NOT NULL AND opened_at IS NOT NULL)",
    "status_known": "status IN ('draft', 'opened', 'ballot_fixed', 'counted', 'certified')",
    "tie_rule_known": "tie_rule IN ('lot')",
    "cost_limits": "min_cost_cents >= 0 AND (max_cost_cents IS NULL OR max_cost_cents >= min_cost_cents)",
    "age": "minimum_age BETWEEN 0 AND 120",
    "dates_in_order": (
        "submission_opens_at < submission_closes_at AND submission_closes_at <= voting_opens_at"
        " AND voting_opens_at < voting_closes_at"
    ),
}
KEPT_COLUMNS = (
    "id, name, status, basis, reference_date, minimum_age, min_cost_cents, max_cost_cents, ballot_type,"
    " counting_rule_version, tie_rule, submission_opens_at, submission_closes_at, voting_opens_at,"
    " voting_closes_at, rules_text, rules_sha256, opened_at"
)
# The old round had a rule and, apart, what happens to a plan that does not fit; the tally has a name for both.
TO_NEW = "counting_rule || CASE misfit WHEN 'stop' THEN '-stop' ELSE '' END"
TO_OLD_RULE = "replace(counting_rule, '-stop', '')"
TO_OLD_MISFIT = "CASE WHEN counting_rule LIKE '%-stop' THEN 'stop' ELSE 'skip' END"
OF_A_COUNT = {"satisfaction": 20, "completion": 30, "endowment": None, "ties": None}


def upgrade() -> None:
    """Apply this step. Every round keeps the rule that it had."""
    for name, length in OF_A_COUNT.items():
        op.add_column("count", _text(name, length))
    op.add_column("count_step", _text("basis", None))
    _widen_article(60)
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(new=True)
        return
    for name in OLD_CHECKS:
        op.drop_constraint(op.f(f"ck_budget_round_{name}"), "budget_round", type_="check")
    op.alter_column("budget_round", "counting_rule", type_=sa.String(length=30), existing_nullable=False)
    op.execute(f"UPDATE budget_round SET counting_rule = {TO_NEW}")  # noqa: S608  (constants of this file)
    op.drop_column("budget_round", "misfit")
    op.add_column("budget_round", _text("satisfaction", 20))
    op.add_column("budget_round", _text("completion", 30))
    for name, condition in NEW_CHECKS.items():
        op.create_check_constraint(op.f(f"ck_budget_round_{name}"), "budget_round", condition)


def downgrade() -> None:
    """Take this step back. The database refuses it once a round has a rule that did not exist before."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(new=False)
    else:
        for name in NEW_CHECKS:
            op.drop_constraint(op.f(f"ck_budget_round_{name}"), "budget_round", type_="check")
        op.drop_column("budget_round", "completion")
        op.drop_column("budget_round", "satisfaction")
        op.add_column("budget_round", sa.Column("misfit", sa.String(length=10), nullable=True))
        op.execute(f"UPDATE budget_round SET misfit = {TO_OLD_MISFIT}, counting_rule = {TO_OLD_RULE}")  # noqa: S608  (constants of this file)
        op.alter_column("budget_round", "misfit", nullable=False)
        op.alter_column("budget_round", "counting_rule", type_=sa.String(length=20), existing_nullable=False)
        for name, condition in OLD_CHECKS.items():
            op.create_check_constraint(op.f(f"ck_budget_round_{name}"), "budget_round", condition)
    op.drop_column("count_step", "basis")
    _widen_article(20)
    for name in reversed(OF_A_COUNT):
        op.drop_column("count", name)


def _widen_article(length: int) -> None:
    """Give the cited article this much room. On SQLite that makes the table anew, and its triggers with it."""
    string = sqlmodel.sql.sqltypes.AutoString(length=length)
    with op.batch_alter_table("count_step") as batch_op:
        batch_op.alter_column("article", type_=string, existing_nullable=False)
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER count_step_no_{verb.lower()} BEFORE {verb} ON count_step"
                " BEGIN SELECT RAISE(ABORT, 'count_step is append-only'); END"
            )


def _text(name: str, length: int | None) -> sa.Column[str]:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(length=length), nullable=True)


def _rebuild(*, new: bool) -> None:
    """Make the table anew on SQLite, which cannot change the CHECKs of a table, while other tables refer to it.

    Their references are checked at the end of the transaction: then each round is there again, under its own id.
    """
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TEMPORARY TABLE kept_round AS SELECT * FROM budget_round")
    op.drop_table("budget_round")
    if new:
        rule, options = 30, [_text("satisfaction", 20), _text("completion", 30)]
        into, values = "counting_rule", TO_NEW
    else:
        rule, options = 20, [sa.Column("misfit", sa.String(length=10), nullable=False)]
        into, values = "counting_rule, misfit", f"{TO_OLD_RULE}, {TO_OLD_MISFIT}"
    _create_round(rule, options, KEPT_CHECKS | (NEW_CHECKS if new else OLD_CHECKS))
    op.execute(
        f"INSERT INTO budget_round ({KEPT_COLUMNS}, {into}) SELECT {KEPT_COLUMNS}, {values} FROM kept_round"  # noqa: S608  (constants of this file)
    )
    op.execute("DROP TABLE kept_round")


def _create_round(rule_length: int, options: list[sa.Column[str]], checks: dict[str, str]) -> None:
    string, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "budget_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", string(length=100), nullable=False),
        sa.Column("status", string(length=20), nullable=False),
        sa.Column("basis", string(length=300), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("minimum_age", sa.Integer(), nullable=False),
        sa.Column("min_cost_cents", sa.BigInteger(), nullable=False),
        sa.Column("max_cost_cents", sa.BigInteger(), nullable=True),
        sa.Column("ballot_type", string(length=20), nullable=False),
        sa.Column("counting_rule", string(length=rule_length), nullable=False),
        sa.Column("counting_rule_version", sa.Integer(), nullable=False),
        *options,
        sa.Column("tie_rule", string(length=10), nullable=False),
        sa.Column("submission_opens_at", moment(), nullable=False),
        sa.Column("submission_closes_at", moment(), nullable=False),
        sa.Column("voting_opens_at", moment(), nullable=False),
        sa.Column("voting_closes_at", moment(), nullable=False),
        sa.Column("rules_text", string(), nullable=True),
        sa.Column("rules_sha256", string(length=64), nullable=True),
        sa.Column("opened_at", moment(), nullable=True),
        *(sa.CheckConstraint(text, name=op.f(f"ck_budget_round_{name}")) for name, text in checks.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_round")),
    )
