"""An act is killed at each of its steps: all of it is there afterwards or nothing, and doing it again succeeds."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from tests.faults import crash
from tests.faults.agreement import check_agreement, everything_stored
from tests.faults.crash import AFTER, BEFORE, Machine
from tests.faults.running_vote import Paper, RunningVote
from wijkbudget import edge
from wijkbudget.domain.ballot import Ballot
from wijkbudget.domain.sealed_vote import BoardLeaf, KeyShare, RoundKey, SealedBallot
from wijkbudget.services.board import add_batch, board_text, last_batch
from wijkbudget.services.cast_ballot import cast_ballot

Act = Callable[..., None]
STATEMENTS = 200


@pytest.fixture
def vote(app: object, scene: Any) -> RunningVote:
    """A vote that runs, with eight voters."""
    return RunningVote(app, scene, 8)  # type: ignore[arg-type]


@pytest.fixture
def machine(vote: RunningVote, tmp_path: Path) -> Iterator[Machine]:
    made = Machine(edge.settings(), vote.scene.clock, tmp_path / "told")
    yield made
    made.stop()


def cast_all(vote: RunningVote, papers: list[Paper]) -> None:
    for paper in papers:
        vote.scene.act(cast_ballot, paper.link, paper.form, keys=vote.vault)


def kill_at_each_step_before_the_commit(machine: Machine, act: Act, *given: Any) -> int:
    """Kill the act at each step up to its first commit, and then just after that; how many statements it had.

    Up to the commit nothing may have changed, so that the next one starts from the same state.
    """
    untouched = everything_stored()
    for step in range(1, STATEMENTS):
        died = machine.crash(act, *given, step=step)
        assert died is not None, "the act ended without a commit"
        if died == AFTER:
            assert everything_stored() != untouched
            return step - 2
        assert everything_stored() == untouched, f"something stayed of an act that died at: {died}"
    raise AssertionError("the act has too many statements")


def key_files(vote: RunningVote) -> list[str]:
    return sorted(path.name for path in vote.vault.folder.glob("*.vote.key"))


def test_a_cast_that_is_killed_is_stored_whole_or_not_at_all_and_can_be_sent_again(
    vote: RunningVote, machine: Machine
) -> None:
    (paper,) = vote.papers(1)
    assert kill_at_each_step_before_the_commit(machine, crash.cast, paper.link, paper.form) > 3
    assert check_agreement(vote) == {paper.receipt}
    stored = everything_stored()
    machine.do(crash.cast, paper.link, paper.form)
    assert everything_stored() == stored


def test_a_second_vote_that_is_killed_leaves_the_first_one_or_replaces_it(
    vote: RunningVote, machine: Machine
) -> None:
    (first,) = vote.papers(1)
    cast_all(vote, [first])
    (second,) = vote.papers(1, votes_before=1)
    kill_at_each_step_before_the_commit(machine, crash.cast, second.link, second.form)
    assert check_agreement(vote, [first.receipt]) == {second.receipt}
    machine.do(crash.cast, second.link, second.form)
    assert check_agreement(vote, [first.receipt]) == {second.receipt}


def test_a_batch_that_is_killed_is_on_the_board_whole_or_not_at_all(
    vote: RunningVote, machine: Machine
) -> None:
    cast_all(vote, vote.papers(6))
    session, before = edge.session(), board_text(edge.session(), vote.round_id)
    kill_at_each_step_before_the_commit(machine, crash.batch)
    check_agreement(vote)
    after = board_text(session, vote.round_id)
    assert after.startswith(before)
    assert last_batch(session, vote.round_id)[0] == 1
    assert not session.exec(select(BoardLeaf).where(col(BoardLeaf.batch).is_(None))).all()
    machine.do(crash.batch)
    assert board_text(edge.session(), vote.round_id) == after


def test_a_seal_that_is_killed_is_whole_or_not_there_and_no_key_is_destroyed_before_it(
    vote: RunningVote, machine: Machine
) -> None:
    papers = vote.papers(7)
    cast_all(vote, papers[:6])
    vote.scene.act(lambda session, _: add_batch(session, vote.round_id))
    cast_all(vote, papers[6:])
    vote.scene.closed_phase(opened=False)
    vote.vault.signing_key()
    kill_at_each_step_before_the_commit(machine, crash.seal, vote.round_id)
    sealed = edge.session().get_one(RoundKey, vote.round_id).seal
    assert sealed is not None
    edge.session().rollback()
    assert len(key_files(vote)) == 1, "it was killed between the commit and the end of the key"
    machine.do(crash.batch)
    assert key_files(vote) == []
    machine.do(crash.seal, vote.round_id)
    edge.session().rollback()
    assert edge.session().get_one(RoundKey, vote.round_id).seal == sealed
    assert check_agreement(vote) == {paper.receipt for paper in papers}


def test_a_key_whose_destruction_is_killed_halfway_is_destroyed_the_next_time(
    vote: RunningVote, machine: Machine
) -> None:
    cast_all(vote, vote.papers(1))
    vote.close()
    (key,) = vote.vault.folder.glob("*.vote.key")
    key.write_bytes(bytes(32))  # it was overwritten and not yet removed
    machine.do(crash.batch)
    assert key_files(vote) == []


def test_a_key_is_destroyed_last_so_that_whoever_is_killed_before_it_does_all_of_it_again(
    vote: RunningVote, machine: Machine
) -> None:
    cast_all(vote, vote.papers(1))
    vote.close()
    for step in range(1, STATEMENTS):
        died = machine.crash(crash.batch, step=step)
        if died is None:
            break
        assert len(key_files(vote)) == 1, died
    assert key_files(vote) == []


def test_opening_that_is_killed_opens_every_ballot_or_none(vote: RunningVote, machine: Machine) -> None:
    papers = vote.papers(7)
    cast_all(vote, papers)
    vote.close()
    machine.do(crash.give, vote.round_id, vote.holders[2], vote.shares[2])
    opening = (crash.give, vote.round_id, vote.holders[0], vote.shares[0])
    kill_at_each_step_before_the_commit(machine, *opening)
    session = edge.session()
    assert {ballot.receipt for ballot in session.exec(select(Ballot))} == {paper.receipt for paper in papers}
    assert not session.exec(select(SealedBallot)).all()
    assert not session.exec(select(KeyShare).where(col(KeyShare.given).is_not(None))).all()
    session.rollback()
    machine.do(crash.batch)
    assert key_files(vote) == []


def test_a_process_can_be_killed_at_every_kind_of_step(vote: RunningVote, machine: Machine) -> None:
    (paper,) = vote.papers(1)
    steps = []
    while AFTER not in steps:
        steps.append(machine.crash(crash.cast, paper.link, paper.form, step=len(steps) + 1))
    assert steps[-2:] == [BEFORE, AFTER]
    for words in (
        "UPDATE roll_entry",
        "INSERT INTO sealed_ballot",
        "INSERT INTO board_leaf",
        "INSERT INTO outbox_mail",
    ):
        assert any(str(step).startswith(words) for step in steps), words
