"""A round by every rule of the tally: counted, kept, repeated, exported and certified."""

import json

import pytest
from sqlmodel import Session, col, select

from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import BudgetRound, Completion, Satisfaction
from wijkbudget.domain.count import Count, CountStep
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import DomainError
from wijkbudget.export.files import FORMATS, export_report
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.choose_rule import rules_for_rounds
from wijkbudget.services.count_round import is_repeated
from wijkbudget.services.read_pots import pot_balance
from wijkbudget.services.read_report import read_report

RULES = [rule.name for rule in rules_for_rounds()]
WITH_OPTIONS = [rule for rule in rules_for_rounds() if rule.completions or len(rule.satisfactions) > 1]


def steps_of(session: Session, count: Count) -> list[CountStep]:
    wanted = select(CountStep).where(CountStep.count_id == count.id)
    return list(session.exec(wanted.order_by(col(CountStep.number))))


@pytest.mark.parametrize("name", RULES)
def test_a_round_by_every_rule_is_counted_kept_repeated_and_certified(
    scene: Scene, session: Session, name: str
) -> None:
    budget_round, plans = scene.voted_round(name)
    count = scene.count_with_lots(budget_round)
    steps = steps_of(session, count)
    assert sorted(step.proposal_id for step in steps) == sorted(plan.id for plan in plans)
    assert (count.rule, count.rule_version) == (name, budget_round.counting_rule_version)
    assert is_repeated(session, budget_round, count, steps)
    report = read_report(session, count)
    assert [line.title for line in report.withdrawn] == ["Hek"]
    assert "Boot" not in [line.title for line in report.funded]
    assert all(line.reason_text for line in report.lines)
    assert all(export_report(report, kind) for kind in FORMATS)
    scene.act(certify_result, SYSTEM, budget_round.id)
    assert pot_balance(session, count.pot_id) == 10_000_00 - count.spent_cents
    assert sum(plan.status == "funded" for plan in plans) == len(report.funded)


@pytest.mark.parametrize("name", [rule.name for rule in WITH_OPTIONS])
def test_the_options_of_a_round_are_those_of_its_count(scene: Scene, session: Session, name: str) -> None:
    rule = next(rule for rule in WITH_OPTIONS if rule.name == name)
    options = {
        "satisfaction": Satisfaction(rule.satisfactions[-1]) if len(rule.satisfactions) > 1 else None,
        "completion": Completion(rule.completions[-1]) if len(rule.completions) > 1 else None,
    }
    budget_round, _ = scene.voted_round(name, **options)
    count = scene.count_with_lots(budget_round)
    assert (count.satisfaction, count.completion) == (options["satisfaction"], options["completion"])
    report = read_report(session, count)
    assert (report.satisfaction, report.completion) == (count.satisfaction, count.completion)
    scene.act(certify_result, SYSTEM, budget_round.id)


def altered(scene: Scene, session: Session, statement: str) -> None:
    """Change a stored count as somebody who owns the database could."""
    with edge.transaction() as writing:
        postgresql = writing.get_bind().dialect.name == "postgresql"
        for table in ("count", "count_step"):
            off = (
                f'ALTER TABLE "{table}" DISABLE TRIGGER USER'
                if postgresql
                else f"DROP TRIGGER {table}_no_update"
            )
            writing.connection().exec_driver_sql(off)
        writing.connection().exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE count_step SET basis = \'{"kind": "guess"}\' WHERE number = 1',
        "UPDATE \"count\" SET ties = '[]', endowment = '12/5'",
    ],
)
def test_a_count_whose_numbers_were_altered_is_not_certified(
    scene: Scene, session: Session, statement: str
) -> None:
    budget_round, _ = scene.voted_round("greedy")
    scene.count_with_lots(budget_round)
    round_id = budget_round.id
    altered(scene, session, statement)
    with pytest.raises(DomainError, match="telling van Fictiewijk"):
        scene.act(certify_result, SYSTEM, round_id)


def test_a_count_from_before_these_numbers_were_kept_is_still_certified(
    scene: Scene, session: Session
) -> None:
    budget_round, _ = scene.voted_round("greedy")
    count = scene.count_with_lots(budget_round)
    round_id, count_id = budget_round.id, count.id
    altered(scene, session, 'UPDATE "count" SET ties = NULL, endowment = NULL')
    altered_count = session.get_one(Count, count_id)
    session.refresh(altered_count)
    assert read_report(session, altered_count).ties is None
    scene.act(certify_result, SYSTEM, round_id)
    certified = session.get_one(BudgetRound, round_id)
    assert certified.status == "certified"


def test_what_is_offered_for_a_smaller_version_is_kept_in_the_ledger_and_told(
    scene: Scene, session: Session
) -> None:
    budget_round, (tree, square) = scene.voting_round(
        scene.wijk(), {"Bomen": 6000, "Plein": 5000}, counting_rule="greedy-remainder"
    )
    first, second, *_ = session.exec(select(RollEntry.id).order_by(col(RollEntry.id))).all()
    scene.vote(first, tree, square)
    scene.vote(second, tree)
    scene.closed_phase()
    count = scene.count_with_lots(budget_round)
    report = read_report(session, count)
    assert [(line.outcome_text, line.allocated_cents) for line in report.lines] == [
        ("gekozen", 6_000_00),
        ("rest aangeboden", 4_000_00),
    ]
    assert all(export_report(report, kind) for kind in FORMATS)
    scene.act(certify_result, SYSTEM, budget_round.id)
    assert pot_balance(session, count.pot_id) == 0
    assert (tree.status, square.status) == ("funded", "not_funded")


def test_the_ties_of_a_count_are_kept_with_the_order_in_which_they_were_treated(
    scene: Scene, session: Session
) -> None:
    budget_round, (tree, square) = scene.voting_round(scene.wijk(), {"Bomen": 6000, "Plein": 6000}, voters=2)
    scene.vote(session.exec(select(RollEntry.id).order_by(RollEntry.id)).first() or 0, tree, square)
    scene.closed_phase()
    count = scene.count_with_lots(budget_round)
    assert json.loads(count.ties or "") == [{"place": 1, "proposals": [square.id, tree.id], "mattered": True}]
    (tie,) = read_report(session, count).ties or ()
    assert (tie.numbers, tie.mattered) == ((square.number, tree.number), True)
