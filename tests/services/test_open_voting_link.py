"""Opening a voting link: looking changes nothing, starting gives time to fill in."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from tests.scene import VOTING_CLOSES, VOTING_OPENS, Scene
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.errors import LinkExpired, LinkInvalid, VoteClosed
from wijkbudget.services.open_voting_link import open_voting_link, start_ballot


@pytest.fixture
def entry_id(scene: Scene, session: Session) -> int:
    """Somebody who may vote now."""
    scene.voting_round(scene.wijk(), {"Bomen": 6000})
    return session.exec(select(RollEntry.id).order_by(RollEntry.id)).first()


def stored(session: Session, hashed: str) -> dict[str, object]:
    session.rollback()
    return session.get_one(EmailToken, hashed).model_dump()


def test_looking_at_a_link_changes_nothing_however_often(
    scene: Scene, session: Session, entry_id: int
) -> None:
    _, hashed = scene.link(entry_id)
    before = stored(session, hashed)
    for _ in range(3):
        link = scene.act(open_voting_link, hashed)
        assert link.entry.id == entry_id
    assert stored(session, hashed) == before


def test_a_link_that_is_not_started_expires(scene: Scene, session: Session, entry_id: int) -> None:
    _, hashed = scene.link(entry_id)
    scene.clock.advance(minutes=59, seconds=59)
    assert open_voting_link(session, scene.clock(), hashed)
    scene.clock.advance(seconds=1)
    for act in (open_voting_link, start_ballot):
        with pytest.raises(LinkExpired, match="verlopen"):
            scene.act(act, hashed)


def test_a_started_link_can_be_opened_again_for_two_hours(
    scene: Scene, session: Session, entry_id: int
) -> None:
    _, hashed = scene.link(entry_id)
    scene.clock.advance(minutes=50)
    scene.act(start_ballot, hashed)
    scene.clock.advance(minutes=119)
    assert open_voting_link(session, scene.clock(), hashed)
    scene.act(start_ballot, hashed)
    scene.clock.advance(minutes=1)
    with pytest.raises(LinkExpired):
        open_voting_link(session, scene.clock(), hashed)


def test_starting_again_does_not_give_more_time(scene: Scene, session: Session, entry_id: int) -> None:
    _, hashed = scene.link(entry_id)
    scene.act(start_ballot, hashed)
    first = stored(session, hashed)["started_at"]
    scene.clock.advance(minutes=30)
    scene.act(start_ballot, hashed)
    assert stored(session, hashed)["started_at"] == first


def test_an_unknown_link_is_refused(scene: Scene, session: Session, entry_id: int) -> None:
    with pytest.raises(LinkInvalid):
        open_voting_link(session, scene.clock(), "0" * 64)


def test_after_a_vote_a_link_of_that_person_still_opens_the_ballot_until_it_is_too_old(
    scene: Scene, session: Session, entry_id: int
) -> None:
    _, other = scene.link(entry_id)
    scene.vote(entry_id)
    assert open_voting_link(session, scene.clock(), other).entry.voted
    scene.clock.advance(hours=2)
    with pytest.raises(LinkExpired):
        open_voting_link(session, scene.clock(), other)


@pytest.mark.parametrize(
    ("moment", "words"),
    [(VOTING_OPENS - timedelta(seconds=1), "nog niet open"), (VOTING_CLOSES, "gesloten")],
)
def test_before_and_after_the_vote_the_refusal_says_which(
    scene: Scene, session: Session, entry_id: int, moment: object, words: str
) -> None:
    scene.clock.set(moment)
    _, hashed = scene.link(entry_id)
    with pytest.raises(VoteClosed, match=words):
        open_voting_link(session, scene.clock(), hashed)


def test_before_the_vote_the_refusal_says_when_it_begins(
    scene: Scene, session: Session, entry_id: int
) -> None:
    scene.clock.set(VOTING_OPENS - timedelta(hours=1))
    _, hashed = scene.link(entry_id)
    with pytest.raises(VoteClosed, match="01-05-2026 om 09:00 uur"):
        open_voting_link(session, scene.clock(), hashed)
