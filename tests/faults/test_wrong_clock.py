"""The clock is stepped back or on, and the two nights in which people change theirs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from tests.faults.agreement import check_agreement
from tests.faults.running_vote import Paper, RunningVote
from tests.scene import VOTING_CLOSES, VOTING_OPENS
from wijkbudget import edge
from wijkbudget.domain.amsterdam import closing_instant, opening_instant
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import LinkExpired, VoteClosed, WrongPhase
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.services.cast_ballot import cast_ballot
from wijkbudget.services.deliver_mail import claim_mail
from wijkbudget.services.open_voting_link import open_voting_link, start_ballot
from wijkbudget.services.request_voting_link import LinkRequest, link_settings, request_voting_link
from wijkbudget.services.seal_vote import seal_vote

TICK = timedelta(microseconds=1)
Papers = Callable[[], Paper]


@pytest.fixture
def next_paper(vote: RunningVote) -> Papers:
    """A voter who has just begun; each time another one."""
    places = iter(range(60))
    return lambda: vote.papers(1, first=next(places))[0]


def cast_at(vote: RunningVote, next_paper: Papers, instant: datetime) -> int:
    """The status that a voter gets who begins and votes at this instant."""
    vote.scene.clock.set(instant)
    return vote.send(next_paper()).status_code


def hold(vote: RunningVote, opens: datetime, closes: datetime) -> None:
    """Let the vote run between these instants."""
    with vote.scene.edit(edge.session().get_one(BudgetRound, vote.round_id)):
        found = edge.session().get_one(BudgetRound, vote.round_id)
        found.submission_opens_at, found.submission_closes_at = opens - timedelta(days=9), opens
        found.voting_opens_at, found.voting_closes_at = opens, closes


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [
        (datetime(2026, 3, 29, 1, 59), datetime(2026, 3, 29, 3, 0), 2 / 60),
        (datetime(2026, 3, 29, 3, 0), datetime(2026, 3, 29, 23, 59), 21),
        (datetime(2026, 10, 25, 1, 0), datetime(2026, 10, 25, 2, 59), 2),
        (datetime(2026, 10, 25, 2, 59), datetime(2026, 10, 25, 3, 0), 1 + 2 / 60),
        (datetime(2026, 10, 25, 0, 0), datetime(2026, 10, 25, 23, 59), 25),
    ],
)
def test_a_vote_opens_and_closes_at_the_right_instant_in_the_nights_that_the_clock_changes(
    vote: RunningVote, next_paper: Papers, opens: datetime, closes: datetime, hours: float
) -> None:
    first, last = opening_instant(opens), closing_instant(closes)
    assert last - first == timedelta(hours=hours)
    hold(vote, first, last)
    statuses = [cast_at(vote, next_paper, instant) for instant in (first - TICK, first, last - TICK, last)]
    assert statuses == [409, 303, 303, 409]
    assert len(check_agreement(vote)) == 2


@pytest.mark.parametrize("back", [timedelta(seconds=2), timedelta(hours=1)], ids=["2 s", "1 hour"])
def test_a_clock_that_steps_back_over_the_opening_closes_the_vote_again_and_loses_nothing(
    vote: RunningVote, next_paper: Papers, back: timedelta
) -> None:
    early = VOTING_OPENS + timedelta(seconds=1)
    assert cast_at(vote, next_paper, early) == 303
    assert cast_at(vote, next_paper, early - back) == 409
    assert cast_at(vote, next_paper, early) == 303
    assert len(check_agreement(vote)) == 2


@pytest.mark.parametrize("back", [timedelta(seconds=2), timedelta(hours=1)], ids=["2 s", "1 hour"])
def test_once_a_vote_is_sealed_no_clock_that_steps_back_lets_a_vote_in(
    vote: RunningVote, next_paper: Papers, back: timedelta
) -> None:
    late = VOTING_CLOSES + timedelta(seconds=1)
    assert cast_at(vote, next_paper, VOTING_CLOSES - TICK) == 303
    assert cast_at(vote, next_paper, late) == 409
    vote.scene.act(seal_vote, vote.holders[0], vote.round_id, keys=vote.vault)
    assert cast_at(vote, next_paper, late - back) == 409
    paper = next_paper()
    with pytest.raises(VoteClosed):
        vote.scene.act(cast_ballot, paper.link, paper.form, keys=vote.vault)
    assert len(check_agreement(vote)) == 1


def test_a_vote_is_not_sealed_by_a_clock_that_stepped_back_before_the_close(
    vote: RunningVote, next_paper: Papers
) -> None:
    assert cast_at(vote, next_paper, VOTING_CLOSES - TICK) == 303
    with pytest.raises(WrongPhase):
        vote.scene.act(seal_vote, vote.holders[0], vote.round_id, keys=vote.vault)
    vote.scene.clock.set(VOTING_CLOSES)
    vote.scene.act(seal_vote, vote.holders[0], vote.round_id, keys=vote.vault)


def asked_link(vote: RunningVote, instant: datetime) -> str:
    """The hash of a link that a voter asks for at this instant."""
    vote.scene.clock.set(instant)
    entry = edge.session().get_one(RollEntry, vote.entries[0])
    asked = LinkRequest(entry.email or "", entry.postcode, entry.house_number)
    settings = link_settings(edge.settings())
    assert vote.scene.act(request_voting_link, asked, settings) == 1
    body = edge.session().exec(select(OutboxMail.body)).one() or ""
    text = next(word for word in body.split() if "/stemmen/link/" in word)
    return settings.links.read(text.rpartition("/")[2])


@pytest.mark.parametrize(
    "asked",
    [
        datetime(2026, 3, 29, 0, 55, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 55, tzinfo=UTC),
        datetime(2026, 5, 10, 9, 0, tzinfo=UTC),
    ],
    ids=["spring night", "autumn night", "a day"],
)
def test_a_link_lives_twelve_minutes_of_real_time_in_every_night(vote: RunningVote, asked: datetime) -> None:
    hold(vote, asked - timedelta(hours=5), asked + timedelta(hours=5))
    link, session = asked_link(vote, asked), edge.session()
    end = asked + timedelta(minutes=12)
    for alive in (asked, end - TICK):
        assert open_voting_link(session, alive, link)
    with pytest.raises(LinkExpired):
        open_voting_link(session, end, link)
    begun = end - timedelta(minutes=1)
    with edge.transaction() as own:
        start_ballot(own, begun, link)
    assert open_voting_link(session, begun + timedelta(hours=2) - TICK, link)
    with pytest.raises(LinkExpired):
        open_voting_link(session, begun + timedelta(hours=2), link)


@pytest.mark.parametrize("step", [timedelta(seconds=-2), timedelta(hours=-1)], ids=["2 s", "1 hour"])
def test_a_clock_that_steps_back_leaves_a_fresh_link_good_and_never_makes_it_shorter(
    vote: RunningVote, step: timedelta
) -> None:
    asked = vote.scene.clock()
    link, session = asked_link(vote, asked), edge.session()
    assert open_voting_link(session, asked + step, link)
    with edge.transaction() as own:
        start_ballot(own, asked + step, link)
    end = max(asked + timedelta(minutes=12), asked + step + timedelta(hours=2))
    assert open_voting_link(session, end - TICK, link)
    with pytest.raises(LinkExpired):
        open_voting_link(session, end, link)


def test_mail_that_was_claimed_before_the_clock_stepped_back_an_hour_still_goes_out(
    vote: RunningVote, next_paper: Papers
) -> None:
    start = vote.scene.clock()
    assert cast_at(vote, next_paper, start) == 303
    assert len(vote.scene.act(claim_mail)) == 1
    vote.scene.clock.set(start - timedelta(hours=1))
    assert vote.scene.act(claim_mail) == []
    vote.scene.clock.set(start + timedelta(minutes=5))
    assert len(vote.scene.act(claim_mail)) == 1
