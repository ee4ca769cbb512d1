"""The second step: setting it up, codes that work once, guessing, recovery codes, and taking it away."""

from datetime import UTC, datetime

import pyotp
import pytest
from flask import Flask
from sqlmodel import Session, select

from tests.scene import PASSWORD, Scene
from tests.services.crowd import at_once
from wijkbudget import edge
from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.account_session import AccountSession
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.audit_line import AuditLine
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from wijkbudget.domain.second_factor import NEEDS_SECOND_FACTOR, RecoveryCode, SecondFactor
from wijkbudget.services.begin_session import begin_session
from wijkbudget.services.check_code import Proof, check_code, time_step
from wijkbudget.services.factor_secrets import FactorSecrets
from wijkbudget.services.log_in import log_in
from wijkbudget.services.read_second_factor import recovery_codes_left, second_factor_of
from wijkbudget.services.reset_second_factor import reset_second_factor
from wijkbudget.services.set_up_second_factor import (
    remove_second_factor,
    renew_recovery_codes,
    set_up_second_factor,
)

KEY = "a key that only this test knows, long enough"
SECRETS = FactorSecrets(KEY)
EMAIL = "ambtenaar@voorbeeld.example"
STEP = time_step(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


class Phone:
    """Somebody's app, set up for an account; with the recovery codes on paper."""

    def __init__(self, scene: Scene, account: Account, step: int = STEP) -> None:
        self.scene, self.account, self.actor = scene, account, scene.actor(account)
        sealed = SECRETS.new(account.id)
        secret = SECRETS.open(sealed, account.id)
        assert secret
        self.secret = secret
        self.paper = scene.act(
            set_up_second_factor,
            self.actor,
            sealed=sealed,
            typed=self.shows(step),
            step=step,
            secrets=SECRETS,
        )

    def shows(self, step: int) -> str:
        return pyotp.HOTP(self.secret).at(step)

    def type(self, typed: str, step: int = STEP + 1) -> Proof | None:
        found: Proof | None = self.scene.act(check_code, self.actor, typed=typed, step=step, secrets=SECRETS)
        return found


@pytest.fixture
def phone(scene: Scene) -> Phone:
    return Phone(scene, scene.account(EMAIL))


def actions(session: Session) -> list[str]:
    return [line.action for line in session.exec(select(AuditLine).order_by(AuditLine.id))]


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B: the secret "12345678901234567890" at 59 seconds gives 94287082, of eight digits."""
    step = time_step(datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC))
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert step == 1
    assert pyotp.HOTP(secret, digits=8).at(step) == "94287082"


def test_a_sealed_secret_opens_for_its_account_under_its_key_alone() -> None:
    sealed = SECRETS.new(7)
    secret = SECRETS.open(sealed, 7)
    assert secret
    assert len(secret) == 32
    assert secret not in sealed
    assert SECRETS.open(sealed, 8) is None
    assert FactorSecrets("another key, that is also long enough").open(sealed, 7) is None
    assert SECRETS.open(sealed[:-4] + "AAAA", 7) is None
    assert SECRETS.open("", 7) is None
    assert SECRETS.open("geen base64 é", 7) is None
    assert SECRETS.new(7) != SECRETS.new(7)


def test_the_database_holds_neither_the_secret_nor_a_recovery_code(phone: Phone, session: Session) -> None:
    factor = second_factor_of(session, phone.account.id)
    assert factor is not None
    assert phone.secret not in factor.sealed_secret
    stored = {code.code_sha256 for code in session.exec(select(RecoveryCode))}
    assert len(stored) == len(set(phone.paper)) == 10
    assert all(len(code) == 64 for code in stored)


def test_setting_up_needs_the_first_code_and_a_secret_of_ours(scene: Scene, session: Session) -> None:
    account = scene.account(EMAIL)
    actor, sealed = scene.actor(account), SECRETS.new(account.id)
    right = pyotp.HOTP(SECRETS.open(sealed, account.id) or "").at(STEP)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for given, typed, field in (
        (sealed, wrong, "code"),
        (sealed, "", "code"),
        (SECRETS.new(account.id + 1), right, "sealed"),
        ("verzonnen", right, "sealed"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            scene.act(set_up_second_factor, actor, sealed=given, typed=typed, step=STEP, secrets=SECRETS)
        assert refusal.value.field == field
    assert second_factor_of(session, account.id) is None


def test_a_code_works_once_and_an_older_one_not_at_all(phone: Phone) -> None:
    assert phone.type(phone.shows(STEP), STEP) is None, "it was used to set up"
    assert phone.type(phone.shows(STEP + 2), STEP + 2) is Proof.APP
    assert phone.type(phone.shows(STEP + 2), STEP + 2) is None
    assert phone.type(phone.shows(STEP + 1), STEP + 2) is None, "it is of an earlier half minute"
    assert phone.type(phone.shows(STEP + 3), STEP + 3) is Proof.APP


@pytest.mark.parametrize(("off", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_half_a_minute_off(phone: Phone, off: int, right: bool) -> None:
    at = STEP + 10
    assert (phone.type(phone.shows(at + off), at) is Proof.APP) is right


@pytest.mark.parametrize("typed", ["", " ", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "A" * 40])
def test_what_is_no_code_is_refused(phone: Phone, typed: str) -> None:
    assert phone.type(typed) is None


def test_spaces_in_a_code_are_forgiven(phone: Phone) -> None:
    code = phone.shows(STEP + 1)
    assert phone.type(f" {code[:3]} {code[3:]} ") is Proof.APP


def test_one_code_typed_twice_at_once_opens_once(app: Flask, phone: Phone) -> None:
    typed, actor, now = phone.shows(STEP + 1), phone.actor, phone.scene.clock()
    proofs: list[Proof | None] = []

    def type_it(_i: int) -> None:
        with edge.transaction() as own:
            proofs.append(check_code(own, now, actor, typed=typed, step=STEP + 1, secrets=SECRETS))

    at_once(app, 4, type_it)
    assert sorted(proofs, key=str) == [None, None, None, Proof.APP]


def test_wrong_codes_and_wrong_passwords_are_counted_together(scene: Scene, phone: Phone) -> None:
    for _ in range(5):
        assert scene.act(log_in, email=EMAIL, password="mis") is None
        assert scene.act(log_in, email=EMAIL, password=PASSWORD) == phone.account
        assert phone.type("000000") is None
    right = phone.shows(STEP + 1)
    assert phone.type(right) is None, "a right password alone does not set the counter back"
    assert scene.act(log_in, email=EMAIL, password=PASSWORD) is None
    scene.clock.advance(minutes=15)
    assert phone.type(right) is Proof.APP, "a refusal during the lock uses up no code"


def test_the_log_tells_of_a_login_after_the_second_step_only(
    scene: Scene, phone: Phone, session: Session
) -> None:
    scene.act(log_in, email=EMAIL, password=PASSWORD)
    assert "account.logged_in" not in actions(session)
    other = scene.account("ander@voorbeeld.example")
    scene.act(log_in, email=other.email, password=PASSWORD, demanded_of=NEEDS_SECOND_FACTOR)
    assert "account.logged_in" not in actions(session)
    scene.act(log_in, email=other.email, password=PASSWORD)
    assert "account.logged_in" in actions(session)


def test_a_recovery_code_works_once_however_it_is_written(phone: Phone, session: Session) -> None:
    code = phone.paper[0].lower().replace("-", " ").translate(str.maketrans("oib", "018"))
    assert phone.type(code) is Proof.RECOVERY_CODE
    assert phone.type(code) is None
    assert recovery_codes_left(session, phone.account.id) == 9
    assert actions(session)[-1] == "account.recovery_code_used"


def test_a_recovery_code_of_somebody_else_opens_nothing(scene: Scene, phone: Phone) -> None:
    other = Phone(scene, scene.account("ander@voorbeeld.example"))
    assert other.type(phone.paper[0]) is None


def test_new_recovery_codes_void_the_old_ones(scene: Scene, phone: Phone) -> None:
    fresh = scene.act(renew_recovery_codes, phone.actor)
    assert phone.type(phone.paper[0]) is None
    assert phone.type(fresh[0]) is Proof.RECOVERY_CODE
    without = scene.actor(scene.account("ander@voorbeeld.example"))
    with pytest.raises(DomainError, match="Stel eerst"):
        scene.act(renew_recovery_codes, without)


def test_with_another_key_of_the_server_only_recovery_codes_open(scene: Scene, phone: Phone) -> None:
    other = FactorSecrets("the key after the round, long enough as well")

    def typed(code: str) -> Proof | None:
        found: Proof | None = scene.act(check_code, phone.actor, typed=code, step=STEP + 1, secrets=other)
        return found

    assert typed(phone.shows(STEP + 1)) is None
    assert typed(phone.paper[0]) is Proof.RECOVERY_CODE


def test_a_former_key_still_opens_and_is_left_behind_at_the_first_login(
    scene: Scene, phone: Phone, session: Session
) -> None:
    new = "the key after the round, long enough as well"
    typed = {"typed": phone.shows(STEP + 1), "step": STEP + 1}
    with_old = FactorSecrets(new, (KEY,))
    assert scene.act(check_code, phone.actor, **typed, secrets=with_old) is Proof.APP
    factor = second_factor_of(session, phone.account.id)
    assert factor is not None
    assert FactorSecrets(new).open(factor.sealed_secret, phone.account.id) == phone.secret
    assert SECRETS.open(factor.sealed_secret, phone.account.id) is None


def test_another_telephone_replaces_the_first_and_ends_every_session(
    scene: Scene, phone: Phone, session: Session
) -> None:
    scene.act(begin_session, phone.account.id, device="Firefox", complete=True)
    fresh = Phone(scene, phone.account, STEP + 5)
    assert session.exec(select(AccountSession)).one().ended
    assert phone.type(phone.shows(STEP + 7), STEP + 7) is None
    assert phone.type(phone.paper[1], STEP + 7) is None
    assert fresh.type(fresh.shows(STEP + 7), STEP + 7) is Proof.APP


def test_an_administrator_takes_away_the_second_step_of_another_never_the_own(
    scene: Scene, phone: Phone, session: Session
) -> None:
    boss = scene.account("beheer@voorbeeld.example", Role.ADMINISTRATOR)
    own = Phone(scene, boss)
    scene.act(begin_session, phone.account.id, device="Firefox", complete=True)
    with pytest.raises(NotAllowed):
        scene.act(reset_second_factor, own.actor, boss.id)
    with pytest.raises(NotAllowed):
        scene.act(reset_second_factor, phone.actor, boss.id)
    with pytest.raises(NotFound):
        scene.act(reset_second_factor, own.actor, 9999)
    scene.act(reset_second_factor, own.actor, phone.account.id)
    assert second_factor_of(session, phone.account.id) is None
    assert recovery_codes_left(session, phone.account.id) == 0
    assert session.exec(select(AccountSession)).one().ended
    assert actions(session)[-1] == "account.second_factor_reset"
    with pytest.raises(DomainError, match="niets te wissen"):
        scene.act(reset_second_factor, SYSTEM, phone.account.id)
    assert second_factor_of(session, boss.id) is not None


def test_who_must_have_a_second_step_cannot_take_it_away(
    scene: Scene, phone: Phone, session: Session
) -> None:
    with pytest.raises(NotAllowed):
        scene.act(remove_second_factor, phone.actor, demanded_of=NEEDS_SECOND_FACTOR)
    member = Phone(scene, scene.account("lid@voorbeeld.example", Role.PLATFORM_MEMBER))
    scene.act(remove_second_factor, member.actor, demanded_of=NEEDS_SECOND_FACTOR)
    assert session.exec(select(SecondFactor.account_id)).all() == [phone.account.id]
