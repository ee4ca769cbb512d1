"""The help desk: two officials replace a code or link, the old ones are dead at once, and the log names nobody."""

import pytest
from sqlmodel import Session, select

from tests.scene import VOTING_CLOSES, Scene
from tests.services.test_request_voting_link import HOME, KEY, SETTINGS, letter_codes, link_in, mails
from tests.services.test_request_voting_link import ask as ask_for_link
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.audit_line import AuditLine
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.errors import DomainError, InvalidInput, LinkExpired, NotAllowed, NotFound, WrongPhase
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.domain.replacement import Replacement, ReplacementKind, ReplacementReason, ReplacementStatus
from wijkbudget.services.forget_addresses import forget_addresses
from wijkbudget.services.hand_out_link import (
    HandedOut,
    approve_replacement,
    ask_replacement,
    open_replacements,
    refuse_replacement,
)
from wijkbudget.services.invite_voters import invite_batch, order_invitations
from wijkbudget.services.issue_letter_codes import hash_letter_code, parse_letter_code
from wijkbudget.services.open_voting_link import open_voting_link, start_ballot
from wijkbudget.services.request_voting_link import LinkRequest

NEW = "verhuisd@voorbeeld.example"
CODE = {"kind": ReplacementKind.LETTER_CODE, "reason": ReplacementReason.LETTER_LOST}
LINK = {"kind": ReplacementKind.LINK, "reason": ReplacementReason.ADDRESS_CHANGED, "email": NEW}


@pytest.fixture
def round_id(scene: Scene) -> int:
    return scene.voting_round(scene.wijk(), {"Bomen": 6000})[0].id


@pytest.fixture
def desk(scene: Scene) -> Actor:
    return scene.actor(scene.account("balie@voorbeeld.example", Role.OFFICIAL))


@pytest.fixture
def colleague(scene: Scene) -> Actor:
    return scene.actor(scene.account("collega@voorbeeld.example", Role.OFFICIAL))


def ask(scene: Scene, actor: Actor, round_id: int, **changes: object) -> int:
    values = {"number": "F01-K1"} | CODE | changes
    return int(scene.act(ask_replacement, actor, round_id, **values).id)


def approve(scene: Scene, actor: Actor, replacement_id: int) -> HandedOut:
    handed_out: HandedOut = scene.act(approve_replacement, actor, replacement_id, SETTINGS)
    return handed_out


def entry(session: Session, number: str = "F01-K1") -> RollEntry:
    session.rollback()
    return session.exec(select(RollEntry).where(RollEntry.external_number == number)).one()


def newest(session: Session, kind: str) -> OutboxMail:
    return next(mail for mail in reversed(mails(session)) if mail.kind == kind)


def test_a_new_code_works_and_the_old_code_and_links_are_dead_at_once(
    scene: Scene, session: Session, round_id: int, desk: Actor, colleague: Actor
) -> None:
    old_code = letter_codes(scene, round_id)["F01-K1"]
    ask_for_link(scene, HOME)
    asked_link = link_in(newest(session, "voting_link"))
    scene.act(order_invitations, SYSTEM, round_id)
    scene.act(invite_batch, round_id, SETTINGS)
    invited = [link_in(mail) for mail in mails(session) if mail.recipient == HOME.email]
    begun = asked_link
    scene.act(start_ballot, begun)
    replacement_id = ask(scene, desk, round_id)
    assert open_voting_link(session, scene.clock(), asked_link), "nothing changes until it is approved"
    code = approve(scene, colleague, replacement_id).letter_code
    assert code is not None
    for hashed in {asked_link, *invited}:
        with pytest.raises(LinkExpired):
            open_voting_link(session, scene.clock(), hashed)
    before = len(mails(session))
    ask_for_link(scene, LinkRequest("nieuw@voorbeeld.example", letter_code=old_code))
    assert len(mails(session)) == before
    ask_for_link(scene, LinkRequest("nieuw@voorbeeld.example", letter_code=parse_letter_code(code)))
    assert len(mails(session)) == before + 1


def test_a_new_code_is_kept_only_as_a_hash(
    scene: Scene, session: Session, round_id: int, desk: Actor, colleague: Actor
) -> None:
    code = approve(scene, colleague, ask(scene, desk, round_id)).letter_code
    assert code is not None
    assert entry(session).letter_code_hash == hash_letter_code(parse_letter_code(code), KEY)
    row = session.exec(select(Replacement)).one()
    assert not any(code in str(value) for value in row.model_dump().values())


def test_a_new_link_goes_to_the_new_address_lives_until_the_close_and_the_old_address_is_told(
    scene: Scene, session: Session, round_id: int, desk: Actor, colleague: Actor
) -> None:
    letter_codes(scene, round_id)
    assert approve(scene, colleague, ask(scene, desk, round_id, **LINK)).letter_code is None
    link, notice = newest(session, "replacement"), newest(session, "replaced")
    assert (link.recipient, notice.recipient) == (NEW, "kiezer1@voorbeeld.example")
    assert NEW not in (notice.body or "") and "/stemmen/link/" not in (notice.body or "")
    found = open_voting_link(session, scene.clock(), link_in(link))
    assert found.token.expires_at == found.budget_round.voting_closes_at
    changed = entry(session)
    assert (changed.email, changed.letter_code_hash) == (NEW, None)
    assert session.exec(select(Replacement.email)).one() is None


def test_an_address_that_others_read_is_not_told_and_can_ask_for_nothing_any_more(
    scene: Scene, session: Session, round_id: int, desk: Actor, colleague: Actor
) -> None:
    approve(scene, colleague, ask(scene, desk, round_id, reason=ReplacementReason.SEEN_BY_OTHERS))
    ask_for_link(scene, HOME)
    assert mails(session) == []
    assert entry(session).email is None


def test_who_asks_cannot_approve_and_the_command_line_can_do_neither(
    scene: Scene, session: Session, round_id: int, desk: Actor
) -> None:
    replacement_id = ask(scene, desk, round_id)
    with pytest.raises(NotAllowed, match="andere ambtenaar"):
        approve(scene, desk, replacement_id)
    with pytest.raises(NotAllowed, match="eigen account"):
        approve(scene, SYSTEM, replacement_id)
    with pytest.raises(NotAllowed, match="eigen account"):
        ask(scene, SYSTEM, round_id, number="F01-K2")
    auditor = scene.actor(scene.account("controle@voorbeeld.example", Role.AUDITOR))
    with pytest.raises(NotAllowed):
        approve(scene, auditor, replacement_id)
    assert entry(session).letter_code_hash is None


def test_what_is_decided_cannot_be_decided_again(
    scene: Scene, session: Session, round_id: int, desk: Actor, colleague: Actor
) -> None:
    replacement_id = ask(scene, desk, round_id)
    approve(scene, colleague, replacement_id)
    kept = entry(session).letter_code_hash
    for act in (
        lambda: approve(scene, colleague, replacement_id),
        lambda: refuse(scene, desk, replacement_id),
    ):
        with pytest.raises(DomainError, match="al besloten"):
            act()
    assert entry(session).letter_code_hash == kept
    with pytest.raises(NotFound):
        approve(scene, colleague, 999)


def refuse(scene: Scene, actor: Actor, replacement_id: int) -> None:
    scene.act(refuse_replacement, actor, replacement_id)


def test_a_refusal_leaves_the_old_code_and_links_and_forgets_the_address(
    scene: Scene, session: Session, round_id: int, desk: Actor, colleague: Actor
) -> None:
    letter_codes(scene, round_id)
    before = entry(session).letter_code_hash
    refuse(scene, colleague, ask(scene, desk, round_id, **LINK))
    refuse(scene, desk, ask(scene, desk, round_id, **LINK))
    assert entry(session).letter_code_hash == before
    rows = session.exec(select(Replacement).order_by(Replacement.id)).all()  # type: ignore[arg-type]
    assert [(row.status, row.email, row.decided_by) for row in rows] == [
        ("refused", None, colleague.account_id),
        ("refused", None, None),
    ]
    assert mails(session) == []


def test_a_request_lapses_after_two_days_and_its_address_is_forgotten(
    scene: Scene, session: Session, round_id: int, desk: Actor, colleague: Actor
) -> None:
    replacement_id = ask(scene, desk, round_id, **LINK)
    scene.clock.advance(hours=48)
    with pytest.raises(DomainError, match="verlopen"):
        approve(scene, colleague, replacement_id)
    assert open_replacements(session, scene.clock(), round_id) == []
    assert scene.act(forget_addresses) == 1
    session.rollback()
    row = session.exec(select(Replacement)).one()
    assert (row.status, row.email) == (ReplacementStatus.LAPSED, None)
    assert ask(scene, desk, round_id, **LINK), "it can be asked for anew"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "F01-BESTAATNIET"}, "number"),
        ({"number": "F01-J"}, "number"),
        ({"kind": ReplacementKind.LINK, "email": None}, "email"),
    ],
)
def test_a_request_that_cannot_be_is_refused_at_its_field(
    scene: Scene, desk: Actor, changes: dict[str, object], field: str
) -> None:
    roll = ("F01-J;F01;;;nee;jong@voorbeeld.example",)
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000}, roll=roll)
    with pytest.raises(InvalidInput) as refused:
        ask(scene, desk, budget_round.id, **changes)
    assert refused.value.field == field


def test_one_request_at_a_time_for_one_person_and_only_around_the_vote(
    scene: Scene, round_id: int, desk: Actor, colleague: Actor
) -> None:
    scene.clock.set(VOTING_CLOSES)
    scene.clock.advance(minutes=-1)
    replacement_id = ask(scene, desk, round_id)
    with pytest.raises(InvalidInput, match="wacht al een aanvraag"):
        ask(scene, colleague, round_id)
    scene.clock.set(VOTING_CLOSES)
    with pytest.raises(WrongPhase):
        ask(scene, desk, round_id, number="F01-K2")
    with pytest.raises(WrongPhase):
        approve(scene, colleague, replacement_id)


def test_the_log_tells_who_did_what_and_why_and_nothing_about_the_person(
    scene: Scene, session: Session, round_id: int, desk: Actor, colleague: Actor
) -> None:
    replacement_id = ask(scene, desk, round_id, **LINK)
    approve(scene, colleague, replacement_id)
    lines = session.exec(select(AuditLine).order_by(AuditLine.id)).all()[-2:]  # type: ignore[arg-type]
    assert [(line.action, line.actor, line.subject) for line in lines] == [
        ("replacement.asked", desk.label, f"replacement:{replacement_id}"),
        ("replacement.approved", colleague.label, f"replacement:{replacement_id}"),
    ]
    for line in lines:
        assert line.details == f'{{"kind":"link","reason":"address_changed","round":{round_id}}}'
