"""Casting a ballot: once, whole, in time, and with nothing that tells whose it is."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from secrets import token_hex
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text
from sqlmodel import Session, select

from tests.scene import VOTING_CLOSES, Scene
from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.audit_line import AuditLine
from wijkbudget.domain.ballot import Ballot
from wijkbudget.domain.budget_round import BallotType
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.errors import (
    BallotReplaced,
    DomainError,
    InvalidInput,
    LinkExpired,
    LinkInvalid,
    VoteClosed,
)
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.domain.proposal import Proposal
from wijkbudget.domain.sealed_vote import BoardLeaf, SealedBallot
from wijkbudget.services.board import add_batch
from wijkbudget.services.cast_ballot import Form, cast_ballot
from wijkbudget.services.count_round import count_round
from wijkbudget.services.open_voting_link import start_ballot
from wijkbudget.services.seal_vote import seal_vote
from wijkbudget.services.submit_proposal import withdraw_proposal

PLANS = {"Bomen": 6000, "Plein": 5000, "Bank": 3000}


def first_entry(session: Session) -> int:
    return session.exec(select(RollEntry.id).order_by(RollEntry.id)).first()


def ids(proposals: list[Proposal]) -> list[int]:
    return [proposal.id for proposal in proposals]


def started(scene: Scene, session: Session) -> str:
    """A link of the first voter with which the ballot was begun."""
    _, hashed = scene.link(first_entry(session))
    scene.act(start_ballot, hashed)
    return hashed


def standing(session: Session) -> tuple[int, int]:
    """Sealed ballots in the box, and marks on the roll."""
    session.rollback()
    marks = session.exec(select(RollEntry).where(RollEntry.voted)).all()
    return len(session.exec(select(SealedBallot)).all()), len(marks)


def opened(scene: Scene, session: Session) -> list[list[int]]:
    """What the ballots say once the vote is over and they are opened."""
    scene.closed_phase()
    return [ballot.proposal_ids() for ballot in session.exec(select(Ballot))]


def test_a_cast_ballot_is_in_the_box_and_marks_the_roll(scene: Scene, session: Session) -> None:
    budget_round, plans = scene.voting_round(scene.wijk(), PLANS)
    chosen = ids(plans)[:2]
    hashed = started(scene, session)
    received = scene.cast(hashed, chosen)
    assert (received.round_id, received.pot_id) == (budget_round.id, plans[0].pot_id)
    assert standing(session) == (1, 1)
    assert opened(scene, session) == [chosen]


def test_the_voter_gets_a_confirmation_that_does_not_tell_the_choice(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    scene.cast(started(scene, session), [plans[0].id])
    mail = session.exec(select(OutboxMail)).one()
    assert (mail.kind, mail.recipient) == ("ballot_cast", "kiezer1@voorbeeld.example")
    assert "Bomen" not in f"{mail.subject} {mail.body}"


def test_an_approval_ballot_does_not_keep_the_order_of_the_ticks(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    order = ids(plans)
    scene.cast(started(scene, session), [order[2], order[0], order[1]])
    assert opened(scene, session) == [sorted(order)]


def test_a_ranking_keeps_its_order(scene: Scene, session: Session) -> None:
    rules = {"ballot_type": BallotType.RANKING, "counting_rule": "schulze"}
    _, plans = scene.voting_round(scene.wijk(), PLANS, **rules)
    ranking = [plans[2].id, plans[0].id]
    scene.cast(started(scene, session), ranking)
    assert opened(scene, session) == [ranking]


def test_a_capped_ballot_may_spend_the_whole_budget_and_no_cent_more(scene: Scene, session: Session) -> None:
    rules = {"ballot_type": BallotType.CAPPED_APPROVAL, "budget": 8_000_00}
    _, plans = scene.voting_round(scene.wijk(), PLANS, **rules)
    tree, square, bench = ids(plans)
    hashed = started(scene, session)
    with pytest.raises(InvalidInput, match="9.000.*8.000"):
        scene.cast(hashed, [tree, bench])
    assert standing(session) == (0, 0)
    scene.cast(hashed, [square, bench])
    assert standing(session) == (1, 1)


def test_without_a_cap_a_ballot_may_cost_more_than_the_budget(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS, budget=8_000_00)
    scene.cast(started(scene, session), ids(plans))
    assert standing(session) == (1, 1)


def test_a_blank_ballot_counts_as_a_vote(scene: Scene, session: Session) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    scene.cast(started(scene, session), [])
    assert standing(session) == (1, 1)
    assert opened(scene, session) == [[]]


def test_a_plan_twice_unknown_or_withdrawn_is_refused_and_nothing_is_stored(
    scene: Scene, session: Session
) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    tree, square, bench = ids(plans)
    scene.act(withdraw_proposal, SYSTEM, plans[2], reason="Het kan niet meer.")
    hashed = started(scene, session)
    for wrong in ([tree, tree], [tree, 987654], [tree, bench]):
        with pytest.raises(InvalidInput):
            scene.cast(hashed, wrong)
    assert standing(session) == (0, 0)
    scene.cast(hashed, [tree, square])
    assert standing(session) == (1, 1)


def test_who_votes_again_replaces_the_ballot_and_the_last_one_counts(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    tree, square, bench = ids(plans)
    _, other = scene.link(first_entry(session))
    hashed = started(scene, session)
    scene.act(start_ballot, other)
    first = scene.cast(hashed, [tree])
    again = scene.cast(hashed, [tree, bench])
    last = scene.cast(other, [square])
    assert [one.replaced for one in (first, again, last)] == [False, True, True]
    assert standing(session) == (1, 1)
    assert session.get_one(RollEntry, first_entry(session)).votes_cast == 3
    receipts = {leaf.receipt for leaf in session.exec(select(BoardLeaf))}
    assert receipts == {one.receipt for one in (first, again, last)}
    assert opened(scene, session) == [[square]]
    assert session.exec(select(Ballot)).one().receipt == last.receipt


def test_voting_again_is_told_by_mail_as_a_change(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    hashed = started(scene, session)
    scene.cast(hashed, [plans[0].id])
    scene.cast(hashed, [plans[1].id])
    kinds = sorted(mail.kind for mail in session.exec(select(OutboxMail)))
    assert kinds == ["ballot_cast", "ballot_changed"]


def test_the_same_form_sent_again_gets_the_same_answer_and_changes_nothing(
    scene: Scene, session: Session
) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    hashed = started(scene, session)
    form = scene.form(hashed, [plans[0].id])
    answers = [scene.act(cast_ballot, hashed, form, keys=scene.vault) for _ in range(3)]
    assert len(set(answers)) == 1
    assert len(session.exec(select(OutboxMail)).all()) == 1
    assert len(session.exec(select(BoardLeaf)).all()) == 1


def test_a_form_from_before_another_vote_is_refused_and_that_vote_stays(
    scene: Scene, session: Session
) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    hashed = started(scene, session)
    old, new = scene.form(hashed, [plans[0].id]), scene.form(hashed, [plans[1].id])
    newest = scene.act(cast_ballot, hashed, new, keys=scene.vault)
    scene.cast(hashed, [plans[2].id])
    for stale in (old, new):
        with pytest.raises(BallotReplaced):
            scene.act(cast_ballot, hashed, stale, keys=scene.vault)
    assert not newest.replaced
    assert opened(scene, session) == [[plans[2].id]]


@pytest.mark.parametrize("links", [1, 2], ids=["one link", "two links"])
def test_casts_at_the_same_time_give_exactly_one_ballot(
    app: Flask, scene: Scene, session: Session, links: int
) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    choices = [[plan.id] for plan in plans] * 2
    entry = first_entry(session)
    hashes = [scene.link(entry)[1] for _ in range(links)]
    for hashed in hashes:
        scene.act(start_ballot, hashed)
    now, vault, together = scene.clock(), scene.vault, Barrier(len(choices))
    forms = [scene.form(hashes[0], choice) for choice in choices]

    def cast(number: int) -> str:
        with app.app_context():
            together.wait(timeout=10)
            try:
                with edge.transaction() as own:
                    cast_ballot(own, now, hashes[number % links], forms[number], keys=vault)
            except DomainError as error:
                return type(error).__name__
            return "cast"

    with ThreadPoolExecutor(len(choices)) as pool:
        answers = sorted(pool.map(cast, range(len(choices))))
    assert answers == ["BallotReplaced"] * 5 + ["cast"]
    assert standing(session) == (1, 1)
    assert len(session.exec(select(OutboxMail)).all()) == 1


def test_one_form_sent_many_times_at_once_is_one_vote_with_one_answer(
    app: Flask, scene: Scene, session: Session
) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    hashed = started(scene, session)
    form, now, vault, together = scene.form(hashed, [plans[0].id]), scene.clock(), scene.vault, Barrier(6)

    def cast(_: int) -> str:
        with app.app_context():
            together.wait(timeout=10)
            with edge.transaction() as own:
                return cast_ballot(own, now, hashed, form, keys=vault).receipt

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(cast, range(6)))) == 1
    session.rollback()
    assert session.get_one(RollEntry, first_entry(session)).votes_cast == 1
    assert len(session.exec(select(OutboxMail)).all()) == 1


def test_many_people_can_cast_at_the_same_time(app: Flask, scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS, voters=6)
    choice = ids(plans)
    entries = list(session.exec(select(RollEntry.id)))
    hashes = [scene.link(entry)[1] for entry in entries]
    for hashed in hashes:
        scene.act(start_ballot, hashed)
    now, vault, together = scene.clock(), scene.vault, Barrier(6)

    def cast(hashed: str) -> None:
        with app.app_context():
            together.wait(timeout=10)
            with edge.transaction() as own:
                cast_ballot(own, now, hashed, Form(choice, 0, token_hex(16)), keys=vault)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(cast, hashes))
    assert standing(session) == (6, 6)


def test_the_last_second_counts_and_the_closing_instant_is_too_late(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    choice = [plans[0].id]
    early, late = list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))[:2]
    scene.clock.set(VOTING_CLOSES - timedelta(minutes=5))
    hashes = [scene.link(entry)[1] for entry in (early, late)]
    for hashed in hashes:
        scene.act(start_ballot, hashed)
    scene.clock.set(VOTING_CLOSES - timedelta(microseconds=1))
    scene.cast(hashes[0], choice)
    scene.clock.set(VOTING_CLOSES)
    with pytest.raises(VoteClosed):
        scene.cast(hashes[1], choice)
    assert standing(session) == (1, 1)


def test_a_ballot_under_way_at_the_close_is_counted_or_refused_never_lost(
    app: Flask, scene: Scene, session: Session
) -> None:
    budget_round, plans = scene.voting_round(scene.wijk(), PLANS)
    round_id, choice = budget_round.id, [plans[0].id]
    just_before, just_after = VOTING_CLOSES - timedelta(microseconds=1), VOTING_CLOSES
    first, second = list(session.exec(select(RollEntry.id).order_by(RollEntry.id)))[:2]
    scene.clock.set(VOTING_CLOSES - timedelta(minutes=5))
    hashes = [scene.link(entry)[1] for entry in (first, second)]

    vault = scene.vault

    def seal() -> int:
        with app.app_context(), edge.transaction() as own:
            return json.loads(seal_vote(own, just_after, SYSTEM, round_id, keys=vault).seal or "")[
                "statement"
            ]["ballots"]

    with ThreadPoolExecutor(1) as pool:
        with edge.transaction() as casting:
            cast_ballot(casting, just_before, hashes[0], Form(choice, 0, token_hex(16)), keys=vault)
            casting.flush()
            sealing = pool.submit(seal)
            with pytest.raises(TimeoutError):
                sealing.result(timeout=0.5)
        assert sealing.result(timeout=20) == 1
    with pytest.raises(VoteClosed), edge.transaction() as late:
        cast_ballot(late, just_before, hashes[1], Form(choice, 0, token_hex(16)), keys=vault)
    assert standing(session) == (1, 1)


def test_a_link_that_expired_or_was_never_made_casts_nothing(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    choice = [plans[0].id]
    hashed = started(scene, session)
    scene.clock.advance(hours=2)
    with pytest.raises(LinkExpired):
        scene.cast(hashed, choice)
    with pytest.raises(LinkInvalid):
        scene.cast("0" * 64, choice)
    assert standing(session) == (0, 0)


def test_what_is_stored_of_a_ballot_holds_no_person_no_address_no_time_and_no_choice(
    scene: Scene, session: Session
) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    scene.cast(started(scene, session), ids(plans))
    row = session.connection().execute(text("SELECT * FROM sealed_ballot")).mappings().one()
    assert set(row) == {"pseudonym", "pot_id", "sealed", "fresh"}
    leaf = session.connection().execute(text("SELECT * FROM board_leaf")).mappings().one()
    assert set(leaf) == {"receipt", "round_id", "pot_id", "batch"}
    assert not session.exec(select(Ballot)).all()
    assert b"choice" not in bytes(row["sealed"])


def test_every_choice_is_stored_at_the_same_length(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    for entry, size in zip(list(session.exec(select(RollEntry.id))), range(4), strict=False):
        scene.vote(entry, *plans[:size])
    assert len({len(sealed) for sealed in session.exec(select(SealedBallot.sealed))}) == 1


def test_no_value_joins_a_ballot_to_the_roll_to_a_link_to_a_mail_or_to_its_receipt(
    scene: Scene, session: Session
) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    received = scene.cast(started(scene, session), ids(plans))
    ballot = session.exec(select(SealedBallot)).one()
    assert {key.column.table.name for key in SealedBallot.__table__.foreign_keys} == {"budget_pot"}
    for table in (RollEntry, EmailToken, OutboxMail, AuditLine):
        for row in session.exec(select(table)):
            values = " ".join(str(value) for value in row.model_dump().values())
            assert ballot.pseudonym not in values, table.__name__
            assert received.receipt not in values, table.__name__
            assert received.receipt[:20] not in values, table.__name__
        assert not {key.column.table.name for key in table.__table__.foreign_keys} & {
            "sealed_ballot",
            "board_leaf",
        }


def test_a_transaction_number_joins_nothing_once_a_batch_is_on_the_board(
    scene: Scene, session: Session
) -> None:
    """On PostgreSQL the rows of one transaction share their xmin: it would join roll, ballot and receipt."""
    if session.get_bind().dialect.name != "postgresql":
        pytest.skip("only PostgreSQL shows the transaction of a row")
    budget_round, plans = scene.voting_round(scene.wijk(), PLANS)
    for entry in list(session.exec(select(RollEntry.id))):
        scene.vote(entry, plans[0])
    joins = (
        "SELECT count(*) FROM roll_entry JOIN sealed_ballot ON roll_entry.xmin = sealed_ballot.xmin",
        "SELECT count(*) FROM roll_entry JOIN board_leaf ON roll_entry.xmin = board_leaf.xmin",
    )
    session.rollback()
    assert [session.connection().execute(text(join)).scalar_one() for join in joins] == [5, 5]
    with edge.transaction() as own:
        add_batch(own, budget_round.id)
    assert [session.connection().execute(text(join)).scalar_one() for join in joins] == [0, 0]


def test_the_place_of_a_row_joins_nothing_once_a_batch_is_on_the_board(
    scene: Scene, session: Session
) -> None:
    """On PostgreSQL rows lie, and are dumped, in the order in which they were written."""
    if session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite stores these tables in the order of their keys")
    budget_round, plans = scene.voting_round(scene.wijk(), PLANS, voters=30)
    for entry in list(session.exec(select(RollEntry.id)))[::-1]:
        scene.vote(entry, plans[0])
    with edge.transaction() as own:
        add_batch(own, budget_round.id)
    for table, key in (("board_leaf", "receipt"), ("sealed_ballot", "pseudonym")):
        found = session.connection().execute(text(f"SELECT {key} FROM {table} ORDER BY ctid"))
        keys = [row[0] for row in found]
        assert keys == sorted(keys), table
    scene.closed_phase()
    moments = session.connection().execute(text("SELECT count(DISTINCT xmin::text) FROM roll_entry"))
    assert moments.scalar_one() == 1, "the transactions on the roll tell in which order people voted"


def test_the_box_does_not_keep_the_order_in_which_people_voted(scene: Scene, session: Session) -> None:
    scene.voting_round(scene.wijk(), PLANS, voters=12)
    order = []
    for entry in list(session.exec(select(RollEntry.id).order_by(RollEntry.id))):
        before = set(session.exec(select(SealedBallot.pseudonym)))
        scene.vote(entry)
        (new,) = set(session.exec(select(SealedBallot.pseudonym))) - before
        order.append(new)
    assert order != sorted(order)
    if session.get_bind().dialect.name == "sqlite":
        stored = [row[0] for row in session.connection().execute(text("SELECT pseudonym FROM sealed_ballot"))]
        assert stored == sorted(order)


def test_voting_leaves_no_line_in_the_audit_log(scene: Scene, session: Session) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    before = len(session.exec(select(AuditLine)).all())
    scene.cast(started(scene, session), [plans[0].id])
    assert len(session.exec(select(AuditLine)).all()) == before


def test_a_ballot_that_waited_from_before_the_close_until_after_the_seal_is_refused(
    scene: Scene, session: Session
) -> None:
    budget_round, (tree, square) = scene.voting_round(scene.wijk(), {"Bomen": 6000, "Plein": 6000})
    voters = session.exec(select(RollEntry.id).order_by(RollEntry.id)).all()
    scene.vote(voters[1], tree, square)
    round_id, choice, hashed = budget_round.id, [tree.id], started(scene, session)
    in_time = scene.clock()
    scene.closed_phase()
    scene.act(count_round, SYSTEM, round_id)
    scene.clock.set(in_time)
    with pytest.raises(VoteClosed):
        scene.cast(hashed, choice)
    assert len(session.exec(select(Ballot)).all()) == 1
