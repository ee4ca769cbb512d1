"""Two things at the same moment: the product does one after the other; a naive way of doing it is seen to fail."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

from sqlmodel import select

from tests.faults import naive
from tests.faults.agreement import check_agreement
from tests.faults.running_vote import Paper, RunningVote
from tests.scene import VOTING_CLOSES
from tests.services.crowd import at_once
from wijkbudget import edge
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import VoteClosed
from wijkbudget.domain.sealed_vote import RoundKey
from wijkbudget.protocol.signing import Signed
from wijkbudget.services.cast_ballot import cast_ballot
from wijkbudget.services.seal_vote import seal_vote

WAIT_SECONDS = 20.0


def votes_counted(vote: RunningVote, paper: Paper) -> int:
    edge.session().rollback()
    return edge.session().get_one(RollEntry, paper.entry_id, populate_existing=True).votes_cast


def sealed_ballots(vote: RunningVote) -> int:
    edge.session().rollback()
    seal = edge.session().get_one(RoundKey, vote.round_id, populate_existing=True).seal
    assert seal is not None
    return int(Signed.read(seal.encode()).statement["ballots"])


def marks(vote: RunningVote) -> int:
    edge.session().rollback()
    return len(edge.session().exec(select(RollEntry.id).where(RollEntry.voted)).all())


def around_the_close(vote: RunningVote, *acts: Callable[[], Any]) -> list[Any]:
    """Do these at once, after six votes, with the clock just past the close."""
    for paper in vote.papers(6):
        vote.scene.act(cast_ballot, paper.link, paper.form, keys=vote.vault)
    vote.scene.clock.set(VOTING_CLOSES)
    return at_once(vote.app, len(acts), lambda i: acts[i]())


def test_a_form_that_is_sent_twice_at_once_counts_once(vote: RunningVote) -> None:
    (paper,) = vote.papers(1)
    answers = at_once(vote.app, 4, lambda _: vote.receipt_of(vote.send(paper)))
    assert answers == [paper.receipt] * 4
    assert votes_counted(vote, paper) == 1
    assert check_agreement(vote) == {paper.receipt}


def test_who_checks_first_and_counts_afterwards_counts_it_twice(vote: RunningVote) -> None:
    (paper,), together = vote.papers(1), Barrier(2)
    pause = lambda: together.wait(WAIT_SECONDS)  # noqa: E731
    counted = at_once(vote.app, 2, lambda _: naive.check_then_count(paper.entry_id, 0, pause))
    assert counted == [True, True]
    assert votes_counted(vote, paper) == 2


def test_the_close_waits_for_a_vote_that_came_in_time_and_counts_it(vote: RunningVote) -> None:
    (paper,), in_hand = vote.papers(1, first=6), Event()
    in_time = VOTING_CLOSES - timedelta(seconds=1)

    def cast() -> None:
        with edge.transaction() as session:
            cast_ballot(session, in_time, paper.link, paper.form, keys=vote.vault)
            in_hand.set()
            Event().wait(0.5)  # the close gets the time to go wrong

    def close() -> None:
        assert in_hand.wait(WAIT_SECONDS)
        vote.scene.act(seal_vote, vote.holders[0], vote.round_id, keys=vote.vault)

    with_link_alive(vote, paper)
    around_the_close(vote, cast, close)
    assert sealed_ballots(vote) == marks(vote) == 7
    check_agreement(vote, [paper.receipt])


def test_a_vote_that_waits_behind_the_close_is_refused_however_early_it_came(vote: RunningVote) -> None:
    (paper,), closing = vote.papers(1, first=6), Event()
    in_time = VOTING_CLOSES - timedelta(seconds=1)

    def cast() -> bool:
        assert closing.wait(WAIT_SECONDS)
        try:
            with edge.transaction() as session:
                cast_ballot(session, in_time, paper.link, paper.form, keys=vote.vault)
        except VoteClosed:
            return False
        return True

    def close() -> None:
        with edge.transaction() as session:
            seal_vote(session, VOTING_CLOSES, vote.holders[0], vote.round_id, keys=vote.vault)
            closing.set()
            Event().wait(0.5)

    with_link_alive(vote, paper)
    assert around_the_close(vote, cast, close)[0] is False
    assert sealed_ballots(vote) == marks(vote) == 6
    check_agreement(vote)


def test_a_phase_that_is_checked_without_the_lock_lets_a_vote_in_after_the_seal(vote: RunningVote) -> None:
    (paper,), checked, sealed = vote.papers(1, first=6), Event(), Event()
    with_link_alive(vote, paper)
    around_the_close(vote)
    vote.scene.clock.set(VOTING_CLOSES - timedelta(seconds=1))

    def cast() -> None:
        naive.check_phase_then_count(paper.link, lambda: (checked.set(), sealed.wait(WAIT_SECONDS)))

    def close() -> None:
        assert checked.wait(WAIT_SECONDS)
        vote.scene.clock.set(VOTING_CLOSES)
        vote.scene.act(seal_vote, vote.holders[0], vote.round_id, keys=vote.vault)
        sealed.set()

    at_once(vote.app, 2, lambda i: (cast, close)[i]())
    assert (sealed_ballots(vote), marks(vote)) == (6, 7)


def test_a_close_that_counts_before_it_has_the_lock_misses_a_vote(vote: RunningVote) -> None:
    papers = vote.papers(2)
    vote.scene.act(cast_ballot, papers[0].link, papers[0].form, keys=vote.vault)

    def one_more() -> None:
        vote.scene.act(cast_ballot, papers[1].link, papers[1].form, keys=vote.vault)

    assert naive.count_then_close(one_more) == 1
    assert marks(vote) == 2


def with_link_alive(vote: RunningVote, paper: Paper) -> None:
    """Let the link of this paper be good until after the close."""
    from wijkbudget.domain.email_token import EmailToken

    with edge.transaction() as session:
        token = session.get_one(EmailToken, paper.link)
        token.expires_at = VOTING_CLOSES + timedelta(hours=2)
