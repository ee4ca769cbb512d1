"""The schema: migrations go up and down on both databases, and the database itself refuses impossible rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, select

from tests.databases import SqliteFactory, make_settings
from tests.scene import Scene
from wijkbudget import db, edge
from wijkbudget.app import create_app
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.schema import metadata
from wijkbudget.services.begin_session import begin_session
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round
from wijkbudget.services.record_lot import record_lot

# What the database must refuse -> a piece of the refusal. Every statement touches rows that exist.
FORBIDDEN = {
    "a second active platform in a wijk": (
        "INSERT INTO wijkplatform (wijk_id, name, kind, status, recognised_on)"
        " SELECT wijk_id, 'Tweede', 'wijkplatform', 'active', recognised_on FROM wijkplatform",
        "unique",
    ),
    "an ended platform without a date": ("UPDATE wijkplatform SET status = 'ended'", "ended_has_a_date"),
    "a wijkraad without a last day": ("UPDATE wijkplatform SET kind = 'wijkraad'", "wijkraad_has_an_end"),
    "an unknown kind of platform": ("UPDATE wijkplatform SET kind = 'bewonersraad'", "kind_known"),
    "a wijk that ends before it begins": ("UPDATE wijk SET valid_until = '2020-01-01'", "validity"),
    "a wijk twice from the same day": (
        "INSERT INTO wijk (code, name, gemeente, besluit, valid_from)"
        " SELECT code, 'Dubbel', gemeente, besluit, valid_from FROM wijk",
        "unique",
    ),
    "an address in an unknown buurt": (
        "INSERT INTO address (postcode, house_number, buurt_code) VALUES ('2000AA', 1, 'BU99999999')",
        "foreign key",
    ),
    "two accounts with one e-mail address": (
        "INSERT INTO account (email, name, password_hash, active, failed_logins)"
        " SELECT email, name, password_hash, true, 0 FROM account",
        "unique",
    ),
    "two sessions with one id": (
        "INSERT INTO account_session (id_sha256, account_id, device, begun_at, seen_at, complete, ended)"
        " SELECT id_sha256, account_id, device, begun_at, seen_at, true, false FROM account_session",
        "unique",
    ),
    "a session that was used before it began": (
        "UPDATE account_session SET seen_at = '2020-01-01'",
        "seen_after_begin",
    ),
    "a session of nobody": ("UPDATE account_session SET account_id = 9999", "foreign key"),
    "a second factor of nobody": (
        "INSERT INTO second_factor SELECT 9999, 'x', begun_at, 1 FROM account_session",
        "foreign key",
    ),
    "a recovery code of nobody": (
        "INSERT INTO recovery_code (account_id, code_sha256) VALUES (9999, 'x')",
        "foreign key",
    ),
    "an e-mail address with capitals": (
        "UPDATE account SET email = 'Ambtenaar@voorbeeld.example'",
        "email_lower",
    ),
    "an unknown role": ("INSERT INTO account_role SELECT id, 'burgemeester' FROM account", "role_known"),
    "a role of nobody": (
        "INSERT INTO account_role (account_id, role) VALUES (9999, 'official')",
        "foreign key",
    ),
    "a membership that ends before it begins": ("UPDATE membership SET until = '2020-01-01'", "period"),
    "a round without a counting rule": (
        "UPDATE budget_round SET counting_rule = ''",
        "counting_rule_given",
    ),
    "a counting rule without a version": (
        "UPDATE budget_round SET counting_rule_version = 0",
        "counting_rule_given",
    ),
    "an unknown satisfaction": (
        "UPDATE budget_round SET satisfaction = 'joy'",
        "satisfaction_known",
    ),
    "an unknown completion": (
        "UPDATE budget_round SET completion = 'add2'",
        "completion_known",
    ),
    "an unknown tie rule": ("UPDATE budget_round SET tie_rule = 'oldest'", "tie_rule_known"),
    "a round without a name": ("UPDATE budget_round SET name = ''", "name_given"),
    "a maximum under the minimum": (
        "UPDATE budget_round SET min_cost_cents = 5, max_cost_cents = 4",
        "cost_limits",
    ),
    "a vote that closes before it opens": (
        "UPDATE budget_round SET voting_closes_at = submission_opens_at",
        "dates_in_order",
    ),
    "an opened round without published rules": (
        "UPDATE budget_round SET rules_sha256 = NULL",
        "opened_has_rules",
    ),
    "one wijk twice in a round": (
        "INSERT INTO budget_pot (round_id, wijk_id) SELECT round_id, wijk_id FROM budget_pot",
        "unique",
    ),
    "a proposal in a pot of another round": ("UPDATE proposal SET round_id = round_id + 1000", "foreign key"),
    "two proposals with one number": ("UPDATE proposal SET number = 1", "unique"),
    "a submitted proposal that costs nothing": (
        "UPDATE proposal SET cost_cents = 0",
        "submitted_costs_money",
    ),
    "a withdrawal without a reason": ("UPDATE proposal SET status = 'withdrawn'", "withdrawal_has_reason"),
    "a platform proposal without a platform": ("UPDATE proposal SET wijkplatform_id = NULL", "has_platform"),
    "a cost line of nothing": ("UPDATE cost_line SET cents = 0", "costs_money"),
    "a duplicate roll number": (
        "INSERT INTO roll_entry (round_id, pot_id, external_number, age_ok, voted, votes_cast)"
        " SELECT round_id, pot_id, external_number, true, false, 0 FROM roll_entry",
        "unique",
    ),
    "a vote by somebody who is too young": (
        "UPDATE roll_entry SET age_ok = false WHERE voted",
        "only_the_entitled",
    ),
    "a roll entry in a pot of another round": (
        "UPDATE roll_entry SET round_id = round_id + 1000",
        "foreign key",
    ),
    "one letter code for two people": ("UPDATE roll_entry SET letter_code_hash = 'same'", "unique"),
    "a voting link that is dead at birth": (
        "UPDATE email_token SET expires_at = created_at",
        "lives_a_while",
    ),
    "a voting link of nobody": ("UPDATE email_token SET roll_entry_id = 99999", "foreign key"),
    "a voting link for an unknown purpose": ("UPDATE email_token SET purpose = 'gift'", "purpose_known"),
    "two invitations for one person": (
        "INSERT INTO email_token (id_sha256, roll_entry_id, proof, purpose, created_at, expires_at, spent)"
        " SELECT n, roll_entry_id, proof, 'invitation', created_at, expires_at, false"
        " FROM email_token, (SELECT 'x' AS n UNION SELECT 'y') AS twice",
        "unique",
    ),
    "a request for a link that was handled and not wiped": (
        "INSERT INTO link_request (id, email_hash, network_hash, proof, email, asked_at, handled_at, mails)"
        " SELECT 'x', 'x', 'x', 'address', 'iemand@voorbeeld.example', counted_at, counted_at, 0"
        ' FROM "count" WHERE number = 1',
        "handled_is_wiped",
    ),
    "a replacement that one official both asks for and approves": (
        "INSERT INTO replacement (id, roll_entry_id, kind, reason, status, asked_by, asked_at, decided_by)"
        " SELECT 1, email_token.roll_entry_id, 'letter_code', 'letter_lost', 'approved', account.id,"
        " email_token.created_at, account.id FROM email_token, account",
        "two_people",
    ),
    "a replacement that nobody approved": (
        "INSERT INTO replacement (id, roll_entry_id, kind, reason, status, asked_by, asked_at)"
        " SELECT 1, email_token.roll_entry_id, 'letter_code', 'letter_lost', 'approved', account.id,"
        " email_token.created_at FROM email_token, account",
        "approved_by_somebody",
    ),
    "an invitation order that ends before it began": (
        "INSERT INTO invitation_order (round_id, ordered_at, finished_at)"
        " SELECT id, voting_closes_at, voting_opens_at FROM budget_round",
        "ends_after_it_began",
    ),
    "a ballot by an unknown channel": ("UPDATE ballot SET channel = 'telephone'", "channel_known"),
    "a ballot in no pot": ("UPDATE ballot SET pot_id = 99999", "foreign key"),
    "an entry that moves no money": (
        "INSERT INTO pot_entry (pot_id, kind, cents, reason, decision, entered_at)"
        " SELECT pot_id, 'budget', 0, 'niets', '', entered_at FROM pot_entry",
        "moves_money",
    ),
    "an allocation that adds money": (
        "INSERT INTO pot_entry (pot_id, kind, cents, reason, decision, entered_at)"
        " SELECT pot_id, 'allocation', 100, 'plan', '', entered_at FROM pot_entry",
        "allocation_takes",
    ),
    "money for one plan twice": (
        "INSERT INTO pot_entry (pot_id, kind, cents, reason, decision, proposal_id, entered_at)"
        " SELECT pot_id, kind, cents, reason, '', proposal_id, entered_at FROM pot_entry WHERE proposal_id > 0",
        "unique",
    ),
    "two counts with one number": (
        'INSERT INTO "count" (pot_id, number, status, rule, rule_version, rules_sha256, input_sha256,'
        " software_version, counted_at, budget_cents, spent_cents, entitled, ballots, blank_ballots)"
        " SELECT pot_id, number, 'complete', rule, 1, '', '', '', counted_at, 1, 1, 1, 1, 0 FROM \"count\"",
        "unique",
    ),
    "a count that spends more than there is": (
        'INSERT INTO "count" (pot_id, number, status, rule, rule_version, rules_sha256, input_sha256,'
        " software_version, counted_at, budget_cents, spent_cents, entitled, ballots, blank_ballots)"
        " SELECT pot_id, number + 9, 'complete', rule, 1, '', '', '', counted_at, 1, 2, 1, 1, 0 FROM \"count\"",
        "within_budget",
    ),
    "two lots for one count": (
        "INSERT INTO draw (pot_id, count_id, drawn_order, witness, drawn_at)"
        " SELECT pot_id, count_id, '[]', 'Iemand', drawn_at FROM draw",
        "unique",
    ),
    "a queued mail without a recipient": (
        "INSERT INTO outbox_mail (id, kind, subject, status, created_at, attempts, not_before, last_error, bulk)"
        " SELECT 'x', 'test', 'x', 'queued', counted_at, 0, counted_at, '', false FROM \"count\" WHERE number = 1",
        "queued_has_content",
    ),
    "a fork in the audit log": (
        "INSERT INTO audit_line (at, actor, action, subject, details, previous_hash, hash)"
        " SELECT at, actor, action, subject, details, previous_hash, 'x' FROM audit_line",
        "unique",
    ),
}
APPEND_ONLY = ("audit_line", "pot_entry", "count", "count_step", "draw", "judgement")


@pytest.fixture
def finished(scene: Scene, session: Session) -> Iterator[Session]:
    """A database after a whole round with a lot, with a row in every table that the statements touch."""
    wijk = scene.wijk()
    budget_round, (tree, square) = scene.voting_round(wijk, {"Bomen": 6000, "Plein": 6000})
    first = session.exec(select(RollEntry.id).order_by(RollEntry.id)).first()
    assert first is not None
    scene.vote(first, tree, square)
    scene.closed_phase()
    scene.act(count_round, SYSTEM, budget_round.id)
    scene.act(
        record_lot, SYSTEM, scene.pot(budget_round).id, order=[tree.id, square.id], witness="Een getuige"
    )
    scene.act(count_round, SYSTEM, budget_round.id)
    scene.act(certify_result, SYSTEM, budget_round.id)
    other = scene.wijk("Anderswijk", "F02")
    scene.member(scene.platform(other, "Wijkplatform Anders"))
    account = scene.account("ambtenaar@voorbeeld.example", Role.OFFICIAL)
    scene.act(begin_session, account.id, device="Firefox", complete=True)
    session.rollback()
    yield session
    session.rollback()


def test_the_database_refuses_rows_that_cannot_be(finished: Session, subtests: pytest.Subtests) -> None:
    for fault, (statement, refusal) in FORBIDDEN.items():
        with (
            subtests.test(fault),
            pytest.raises(IntegrityError, match=f"(?i){refusal}"),
            finished.begin_nested(),
        ):
            finished.connection().execute(text(statement))


def test_what_was_written_down_cannot_be_changed_or_removed(
    finished: Session, subtests: pytest.Subtests
) -> None:
    replace = (
        'INSERT OR REPLACE INTO "{0}" SELECT * FROM "{0}"'
        if finished.get_bind().dialect.name == "sqlite"
        else 'TRUNCATE "{0}" CASCADE'
    )
    for table in APPEND_ONLY:
        rows = finished.connection().execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
        assert rows, f"the scene left {table} empty"
        for statement in ('UPDATE "{0}" SET id = id + 1000', 'DELETE FROM "{0}"', replace):
            with (
                subtests.test(statement.format(table)),
                pytest.raises(IntegrityError, match="append-only"),
                finished.begin_nested(),
            ):
                finished.connection().execute(text(statement.format(table)))


@pytest.fixture
def empty_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database from which every migration was taken back."""
    application = create_app(make_settings(tmp_path, database_url))
    with application.app_context():
        edge.alembic.downgrade("base")
        yield application
        edge.db.session.close()
        edge.db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(edge.db.engine).get_table_names()) - {"alembic_version"}


def test_the_migrations_go_up_down_and_up_again(empty_app: Flask) -> None:
    assert tables() == set()
    edge.alembic.upgrade()
    assert tables() == set(metadata.tables)
    edge.alembic.downgrade("base")
    assert tables() == set()
    edge.alembic.upgrade()
    assert tables() == set(metadata.tables)
    assert not edge.alembic.needs_upgrade()


def test_rounds_and_all_that_belongs_to_them_live_through_a_step_back_and_forward(
    finished: Session,
) -> None:
    """The last step makes the table of rounds anew, while pots, plans and counts refer to it."""
    refers = ("budget_round", "budget_pot", "proposal", "roll_entry", "count", "count_step")
    before = {table: _rows(finished, table) for table in refers}
    finished.rollback()
    edge.db.session.close()
    edge.alembic.downgrade("1795503600")
    with edge.db.engine.connect() as connection:
        columns = "counting_rule, misfit, rules_sha256"
        (stored,) = connection.execute(text(f"SELECT {columns} FROM budget_round")).all()
        assert stored[:2] == ("greedy", "skip")
    with edge.db.engine.begin() as connection:
        connection.execute(text("UPDATE budget_round SET misfit = 'stop'"))
    edge.alembic.upgrade()
    after = {table: _rows(edge.session(), table) for table in refers}
    kept_numbers = {"basis", "ties", "endowment", "counting_rule"}
    assert after["budget_round"][0]["counting_rule"] == "greedy-stop"
    for table in refers:
        assert before[table]
        assert [_without(row, kept_numbers) for row in after[table]] == [
            _without(row, kept_numbers) for row in before[table]
        ]


def _rows(session: Session, table: str) -> list[dict[str, object]]:
    found = session.connection().execute(text(f'SELECT * FROM "{table}" ORDER BY id'))
    return [dict(row) for row in found.mappings()]


def _without(row: dict[str, object], names: set[str]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in names}


def test_the_migrations_give_what_the_tables_say(app: Flask) -> None:
    with app.app_context():
        assert edge.alembic.compare_metadata() == []
        edge.db.session.close()


def test_the_migrations_give_every_check_of_the_tables(app: Flask) -> None:
    with app.app_context():
        inspector = inspect(edge.db.engine)
        for name, table in metadata.tables.items():
            stored = {c["name"]: c["sqltext"] for c in inspector.get_check_constraints(name)}
            declared = {c.name: str(c.sqltext) for c in table.constraints if isinstance(c, CheckConstraint)}
            assert stored.keys() == declared.keys(), name
            if edge.db.engine.dialect.name == "sqlite":
                assert {k: flat(v) for k, v in stored.items()} == {k: flat(v) for k, v in declared.items()}


def flat(sql: str) -> str:
    return " ".join(sql.split())


@pytest.fixture
def sqlite_app(sqlite_factory: SqliteFactory, tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite, with an application context."""
    application = create_app(make_settings(tmp_path, sqlite_factory.new(tmp_path)))
    with application.app_context():
        yield application
        edge.db.session.close()
        edge.db.engine.dispose()


def test_sqlite_is_set_to_be_safe(sqlite_app: Flask) -> None:
    wanted = {
        "foreign_keys": 1,
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 10_000,
        "secure_delete": 1,
    }
    wanted["recursive_triggers"] = 1
    found = {
        name: edge.session().connection().execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted
    }
    assert found == wanted


def test_a_second_writer_on_sqlite_waits_before_it_reads_anything(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 50)
    with edge.transaction() as first:
        first.connection().execute(text("SELECT 1"))
        rival = edge.db.engine.connect()
        raw = rival.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA busy_timeout=50")
        with pytest.raises(OperationalError, match="database is locked"):
            rival.execution_options(wijkbudget_write=True).execute(text("SELECT 1"))
        rival.invalidate()
        rival.close()
