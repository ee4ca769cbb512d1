"""Workers of the real server are killed while people vote; what was acknowledged stays, and nothing counts twice."""

from pathlib import Path

from tests.faults.agreement import check_agreement
from tests.faults.running_vote import RunningVote
from tests.faults.server import Voters, served, wait_until


def test_every_acknowledged_vote_is_there_once_however_often_workers_are_killed(
    vote: RunningVote, tmp_path: Path
) -> None:
    papers = vote.papers(50)
    with served(vote, tmp_path, loops=True) as server:
        voters = Voters(server, papers, first=36).start()
        killed = set()
        for reached in (8, 16, 24):
            wait_until(lambda reached=reached: voters.sent >= reached, f"{reached} forms were sent")
            killed.add(server.kill_worker())
        wait_until(lambda: voters.sent >= 34, "most forms were sent")
        server.kill_all()
        voters.wait()
        assert len(killed) == 3
        first = voters.acknowledged
        check_agreement(vote, first.values())
        server.start()
        again = Voters(server, papers).start()
        again.wait()
    expected = {paper.form.number: paper.receipt for paper in papers}
    assert 10 < len(first) <= 36
    assert first.items() <= expected.items()
    assert again.acknowledged == expected
    assert check_agreement(vote) == set(expected.values())


def test_a_vote_stored_by_a_worker_that_died_before_its_answer_gets_the_same_receipt_when_sent_again(
    vote: RunningVote, tmp_path: Path
) -> None:
    papers = vote.papers(3)
    with served(vote, tmp_path) as server:
        for paper in papers:
            (server.deaths / "one").touch()
            assert server.cast(paper) is None
        stored = check_agreement(vote)
        assert stored == {paper.receipt for paper in papers}
        answers = [server.cast(paper) for paper in papers]
    assert [answer and answer.receipt for answer in answers] == [paper.receipt for paper in papers]
    assert check_agreement(vote) == stored
