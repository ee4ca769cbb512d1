"""Opening a round: the rules are published, and from then on nobody can change them unnoticed."""

import hashlib
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from tests.scene import Scene
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.budget_round import BallotType, Completion, Phase, Satisfaction
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound, WrongPhase
from wijkbudget.services.choose_rule import KIND_OF_BALLOT, rules_for_rounds
from wijkbudget.services.count_round import count_round
from wijkbudget.services.open_round import open_round, require_unchanged_rules
from wijkbudget.services.rule_texts import reglement_of

# Published rules must never change by an update of the software: a round that was opened under the old
# text would no longer be countable. Whoever changes this hash must give the rules a new version.
GOLDEN = Path(__file__).parents[1] / "golden" / "rules.txt"


def test_the_published_text_is_the_same_to_the_byte_and_its_hash_is_that_of_the_file(scene: Scene) -> None:
    wijken = scene.wijk("Noord", "N"), scene.wijk("Zuid", "Z")
    budget_round = scene.draft_round(*wijken, budget=12_500_50)
    scene.act(open_round, SYSTEM, budget_round.id)
    assert budget_round.rules_text == GOLDEN.read_text(encoding="utf-8")
    assert budget_round.rules_sha256 == hashlib.sha256(GOLDEN.read_bytes()).hexdigest()


def test_the_published_text_of_equal_shares_names_the_rule_its_version_options_and_reglement(
    scene: Scene,
) -> None:
    """This text is frozen too: see GOLDEN."""
    wijk = scene.wijk("Noord", "N")
    chosen = scene.draft_round(wijk, budget=12_500_50, counting_rule="equal-shares")
    scene.act(open_round, SYSTEM, chosen.id)
    assert chosen.rules_text == GOLDEN.with_name("rules-equal-shares.txt").read_text(encoding="utf-8")


def test_every_choice_of_the_official_is_in_the_text(scene: Scene) -> None:
    texts, made, wijk = set(), 0, scene.wijk()
    for ballot in BallotType:
        for chosen in rules_for_rounds():
            if KIND_OF_BALLOT[ballot] not in chosen.ballot_kinds:
                continue
            for satisfaction, completion in product(
                chosen.satisfactions if len(chosen.satisfactions) > 1 else [None],
                chosen.completions if len(chosen.completions) > 1 else [None],
            ):
                budget_round = scene.draft_round(
                    wijk,
                    ballot_type=ballot,
                    counting_rule=chosen.name,
                    satisfaction=satisfaction and Satisfaction(satisfaction),
                    completion=completion and Completion(completion),
                )
                scene.act(open_round, SYSTEM, budget_round.id)
                assert f"reglement “{reglement_of(chosen.name)}”, versie {chosen.version}" in (
                    budget_round.rules_text or ""
                )
                texts.add(budget_round.rules_text)
                made += 1
    assert len(texts) == made


def test_opening_begins_the_announcement(scene: Scene) -> None:
    budget_round = scene.draft_round(scene.wijk())
    scene.clock.set(budget_round.submission_opens_at.replace(hour=7))
    scene.act(open_round, SYSTEM, budget_round.id)
    assert budget_round.phase_at(scene.clock()) is Phase.ANNOUNCED
    with pytest.raises(WrongPhase):
        scene.act(open_round, SYSTEM, budget_round.id)


def test_a_round_without_legal_basis_or_with_a_vote_in_the_past_is_not_opened(scene: Scene) -> None:
    wijk = scene.wijk()
    bare = scene.draft_round(wijk, basis=" ")
    with pytest.raises(InvalidInput) as refusal:
        scene.act(open_round, SYSTEM, bare.id)
    assert refusal.value.field == "basis"
    late = scene.draft_round(wijk)
    scene.clock.set(late.voting_opens_at)
    with pytest.raises(InvalidInput) as refusal:
        scene.act(open_round, SYSTEM, late.id)
    assert refusal.value.field == "submission_closes_at"


def test_a_rule_that_this_program_does_not_know_is_not_published(scene: Scene, session: Session) -> None:
    budget_round = scene.draft_round(scene.wijk())
    session.connection().execute(text("UPDATE budget_round SET counting_rule = 'nope'"))
    session.commit()
    with pytest.raises(InvalidInput, match="bestaat niet") as refusal:
        scene.act(open_round, SYSTEM, budget_round.id)
    assert refusal.value.field == "counting_rule"


def test_a_round_that_is_not_there_is_not_found(scene: Scene) -> None:
    with pytest.raises(NotFound):
        scene.act(open_round, SYSTEM, 12345)


def test_only_an_official_opens_a_round(scene: Scene) -> None:
    budget_round = scene.draft_round(scene.wijk())
    with pytest.raises(NotAllowed):
        scene.act(open_round, Actor(1, frozenset({Role.PLATFORM_MANAGER, Role.AUDITOR})), budget_round.id)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE budget_round SET counting_rule = 'greedy-stop'",
        "UPDATE budget_round SET minimum_age = 17",
        "UPDATE budget_round SET max_cost_cents = 1000000",
        "UPDATE budget_round SET counting_rule_version = 2",
        "UPDATE budget_round SET reference_date = '2026-01-02'",
        "UPDATE budget_round SET voting_opens_at = submission_closes_at",
        "UPDATE budget_round SET rules_text = replace(rules_text, '10.000', '20.000')",
        "UPDATE budget_round SET rules_sha256 = 'x'",
        "UPDATE wijk SET name = 'Eldersveld'",
        "INSERT INTO pot_entry (pot_id, kind, cents, reason, decision, entered_at)"
        " SELECT pot_id, 'budget', 100, 'stil erbij', '', entered_at FROM pot_entry",
    ],
)
def test_a_rule_that_was_changed_in_the_database_is_noticed(
    scene: Scene, session: Session, tampering: str
) -> None:
    budget_round = scene.open_round(scene.wijk())
    assert require_unchanged_rules(session, budget_round) == budget_round.rules_sha256
    session.connection().execute(text(tampering))
    session.expire_all()
    with pytest.raises(DomainError, match="wijken af van de gepubliceerde"):
        require_unchanged_rules(session, budget_round)


def test_a_round_whose_rules_were_changed_is_not_counted(scene: Scene, session: Session) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    session.connection().execute(text("UPDATE budget_round SET counting_rule = 'greedy-stop'"))
    session.commit()
    scene.closed_phase()
    with pytest.raises(DomainError, match="Tel niet"):
        scene.act(count_round, SYSTEM, budget_round.id)


def test_a_round_whose_submission_is_over_cannot_be_opened(scene: Scene) -> None:
    draft = scene.draft_round(scene.wijk())
    scene.review_phase()
    with pytest.raises(InvalidInput, match="Het indienen zou al gesloten zijn"):
        scene.act(open_round, SYSTEM, draft.id)
