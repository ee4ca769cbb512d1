"""Accounts: making one, logging in, and choosing a new password."""

from typing import Any

import pytest
from sqlmodel import Session, select

from tests.scene import PASSWORD, Scene
from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.account_session import AccountSession
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed
from wijkbudget.services.begin_session import begin_session
from wijkbudget.services.change_password import change_password
from wijkbudget.services.create_account import create_account
from wijkbudget.services.log_in import log_in as log_in_service
from wijkbudget.services.log_in import roles_of

EMAIL = "ambtenaar@voorbeeld.example"


def log_in(scene: Scene, password: str = PASSWORD, email: str = EMAIL) -> Account | None:
    found: Account | None = scene.act(log_in_service, email=email, password=password)
    return found


def test_an_account_has_its_roles_and_a_scrypt_password(scene: Scene, session: Session) -> None:
    account = scene.account("  Ambtenaar@Voorbeeld.Example ", Role.OFFICIAL, Role.AUDITOR)
    assert account.email == EMAIL
    assert roles_of(session, account.id) == {Role.OFFICIAL, Role.AUDITOR}
    assert account.password_hash.startswith("scrypt:")
    assert PASSWORD not in account.password_hash


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 101}),
        ("name", {"name": "Fictief\nPersoon"}),
        ("name", {"name": "\u202efeitciF"}),
        ("password", {"password": "elf tekens!"}),
        ("password", {"password": "x" * 201}),
        ("roles", {"roles": set()}),
        (None, {"email": "geen adres"}),
    ],
)
def test_a_wrong_value_is_refused(
    scene: Scene, session: Session, field: str | None, changes: dict[str, Any]
) -> None:
    values = {"email": EMAIL, "name": "Fictief", "password": PASSWORD, "roles": {Role.OFFICIAL}}
    with pytest.raises(InvalidInput) as refusal:
        scene.act(create_account, SYSTEM, **(values | changes))
    assert refusal.value.field == field
    assert session.exec(select(Account)).all() == []


def test_one_address_has_one_account_and_only_an_administrator_makes_it(scene: Scene) -> None:
    scene.account(EMAIL)
    with pytest.raises(DomainError, match="al een account") as refusal:
        scene.account(EMAIL.upper())
    assert refusal.value.field == "email"
    official = Actor(1, frozenset({Role.OFFICIAL}))
    with pytest.raises(NotAllowed):
        scene.act(
            create_account,
            official,
            email="x@y.example",
            name="X",
            password=PASSWORD,
            roles={Role.ADMINISTRATOR},
        )


def test_the_right_password_opens_and_anything_else_does_not(scene: Scene) -> None:
    account = scene.account(EMAIL)
    assert log_in(scene) == account
    assert log_in(scene, email=f" {EMAIL.upper()} ") == account
    assert log_in(scene, "een ander wachtwoord") is None
    assert log_in(scene, email="niemand@voorbeeld.example") is None
    assert log_in(scene, email="geen adres\x00") is None
    with scene.edit(account):
        account.active = False
    assert log_in(scene) is None


def test_ten_failures_lock_the_account_for_a_quarter_of_an_hour(scene: Scene) -> None:
    account = scene.account(EMAIL)
    for _ in range(9):
        log_in(scene, "mis")
    assert log_in(scene) == account, "nine failures do not lock, and success forgets them"
    for _ in range(10):
        log_in(scene, "mis")
    assert log_in(scene) is None
    scene.clock.advance(minutes=14, seconds=59)
    assert log_in(scene) is None
    scene.clock.advance(seconds=1)
    assert log_in(scene) == account
    assert (account.failed_logins, account.locked_until) == (0, None)


def test_a_new_password_replaces_the_old_and_ends_every_session(scene: Scene, session: Session) -> None:
    account = scene.account(EMAIL)
    actor = scene.actor(account)
    scene.act(begin_session, account.id, device="Firefox", complete=True)
    for field, old, new in (("old", "niet dit", "een nieuw wachtwoord"), ("new", PASSWORD, "te kort")):
        with pytest.raises(InvalidInput) as refusal:
            scene.act(change_password, actor, old=old, new=new)
        assert refusal.value.field == field
    assert not session.exec(select(AccountSession)).one().ended
    scene.act(change_password, actor, old=PASSWORD, new="een nieuw wachtwoord")
    assert session.exec(select(AccountSession)).one().ended
    assert log_in(scene) is None
    assert log_in(scene, "een nieuw wachtwoord") == account
