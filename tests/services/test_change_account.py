"""Other roles, and accounts that close and open: only by an administrator, never one's own."""

import pytest
from sqlmodel import Session, select

from tests.scene import Scene
from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.account_session import AccountSession
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from wijkbudget.services.begin_session import begin_session
from wijkbudget.services.change_account import change_roles, close_account, open_account
from wijkbudget.services.log_in import roles_of


@pytest.fixture
def administrator(scene: Scene) -> Actor:
    return scene.actor(scene.account("beheer@voorbeeld.example", Role.ADMINISTRATOR))


@pytest.fixture
def other(scene: Scene) -> Account:
    account = scene.account()
    scene.act(begin_session, account.id, device="Firefox", complete=True)
    return account


def ended(session: Session) -> bool:
    return session.exec(select(AccountSession)).one().ended


def test_other_roles_end_every_session_and_the_same_roles_none(
    scene: Scene, session: Session, administrator: Actor, other: Account
) -> None:
    scene.act(change_roles, administrator, other.id, roles={Role.OFFICIAL})
    assert not ended(session)
    scene.act(change_roles, administrator, other.id, roles={Role.AUDITOR, Role.PLATFORM_MEMBER})
    assert roles_of(session, other.id) == {Role.AUDITOR, Role.PLATFORM_MEMBER}
    assert ended(session)


def test_an_account_keeps_at_least_one_role(
    scene: Scene, session: Session, administrator: Actor, other: Account
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        scene.act(change_roles, administrator, other.id, roles=set())
    assert refusal.value.field == "roles"
    assert roles_of(session, other.id) == {Role.OFFICIAL}


def test_a_closed_account_is_out_and_can_be_opened(
    scene: Scene, session: Session, administrator: Actor, other: Account
) -> None:
    with pytest.raises(DomainError, match="al open"):
        scene.act(open_account, administrator, other.id)
    scene.act(close_account, administrator, other.id)
    assert not other.active
    assert ended(session)
    with pytest.raises(DomainError, match="al gesloten"):
        scene.act(close_account, administrator, other.id)
    scene.act(open_account, administrator, other.id)
    assert other.active


def test_nobody_changes_the_own_account_and_only_administrators_another(
    scene: Scene, administrator: Actor, other: Account
) -> None:
    assert administrator.account_id
    own, official = administrator.account_id, scene.actor(other)
    for act, more in ((change_roles, {"roles": {Role.OFFICIAL}}), (close_account, {}), (open_account, {})):
        with pytest.raises(NotAllowed):
            scene.act(act, administrator, own, **more)
        with pytest.raises(NotAllowed):
            scene.act(act, official, own, **more)
        with pytest.raises(NotFound):
            scene.act(act, administrator, 9999, **more)
