"""Sessions of accounts: they begin with an id of chance, live for a while, and can be ended."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from tests.scene import Scene
from wijkbudget.domain.account_session import AccountSession
from wijkbudget.domain.errors import NotFound
from wijkbudget.services.begin_session import begin_session
from wijkbudget.services.end_sessions import end_other_sessions, end_own_session, end_sessions
from wijkbudget.services.find_session import SessionLimits, find_session, living_sessions
from wijkbudget.services.log_out import log_out

LIMITS = SessionLimits(timedelta(hours=8), timedelta(minutes=60))


def begin(scene: Scene, account_id: int, *, complete: bool = True) -> tuple[str, AccountSession]:
    begun: tuple[str, AccountSession] = scene.act(
        begin_session, account_id, device="Firefox op Linux", complete=complete
    )
    return begun


def test_only_the_id_itself_opens_a_session(scene: Scene, session: Session) -> None:
    account = scene.account()
    text, row = begin(scene, account.id)
    assert len(text) == 43
    found = find_session(session, scene.clock(), text, LIMITS)
    assert found == (row, account)
    for other in (row.id_sha256, text[:-1], "", f"{account.id}.0"):
        assert find_session(session, scene.clock(), other, LIMITS) is None
    assert begin(scene, account.id)[0] != text


def test_a_closed_account_has_no_session(scene: Scene, session: Session) -> None:
    account = scene.account()
    text, _ = begin(scene, account.id)
    with scene.edit(account):
        account.active = False
    assert find_session(session, scene.clock(), text, LIMITS) is None


@pytest.mark.parametrize(
    ("complete", "limits", "minutes"),
    [
        (True, LIMITS, 60),
        (True, SessionLimits(timedelta(hours=1), timedelta(hours=8)), 60),
        (False, LIMITS, 15),
    ],
)
def test_a_session_has_an_end(
    scene: Scene, session: Session, complete: bool, limits: SessionLimits, minutes: int
) -> None:
    text, _ = begin(scene, scene.account().id, complete=complete)
    scene.clock.advance(minutes=minutes, seconds=-1)
    assert find_session(session, scene.clock(), text, limits) is not None
    scene.clock.advance(seconds=1)
    assert find_session(session, scene.clock(), text, limits) is None


def test_logging_out_ends_this_session_and_no_other(scene: Scene, session: Session) -> None:
    account, stranger = scene.account(), scene.account("ander@voorbeeld.example")
    (here, row), (there, _), (elsewhere, foreign) = (
        begin(scene, account.id),
        begin(scene, account.id),
        begin(scene, stranger.id),
    )
    scene.act(log_out, scene.actor(account), row.id)
    scene.act(log_out, scene.actor(account), foreign.id)
    now = scene.clock()
    assert find_session(session, now, here, LIMITS) is None
    assert find_session(session, now, there, LIMITS) is not None
    assert find_session(session, now, elsewhere, LIMITS) is not None


def test_one_ends_one_s_own_sessions_only(scene: Scene, session: Session) -> None:
    account, stranger = scene.account(), scene.account("ander@voorbeeld.example")
    rows = [begin(scene, account.id)[1] for _ in range(3)]
    foreign = begin(scene, stranger.id)[1]
    actor = scene.actor(account)
    for key in (foreign.id, 9999):
        with pytest.raises(NotFound):
            scene.act(end_own_session, actor, key)
    scene.act(end_own_session, actor, rows[0].id)
    assert [row.id for row in living_sessions(session, scene.clock(), account.id, LIMITS)] == [
        rows[2].id,
        rows[1].id,
    ]
    assert scene.act(end_other_sessions, actor, keep=rows[1].id) == 1
    assert [row.id for row in living_sessions(session, scene.clock(), account.id, LIMITS)] == [rows[1].id]
    assert not foreign.ended


def test_ending_all_sessions_of_an_account_ends_those_halfway_too(scene: Scene, session: Session) -> None:
    account = scene.account()
    text, _ = begin(scene, account.id, complete=False)
    begin(scene, account.id)
    with_session = scene.act(lambda db, _now: end_sessions(db, account.id))
    assert with_session == 2
    assert find_session(session, scene.clock(), text, LIMITS) is None


def test_sessions_of_long_ago_go_at_the_next_login(scene: Scene, session: Session) -> None:
    account = scene.account()
    begin(scene, account.id)
    scene.clock.advance(days=7, seconds=1)
    _, row = begin(scene, account.id)
    assert session.exec(select(AccountSession.id)).all() == [row.id]
