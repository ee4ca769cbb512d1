"""A request for a link is only written down; within the limits it is looked up later, and what was typed is wiped."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event
from sqlmodel import Session, select

from tests.scene import Scene
from tests.services.crowd import at_once
from tests.services.test_request_voting_link import HOME, HOUSEHOLD, KEY, SETTINGS, letter_codes, mails
from wijkbudget import edge
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.link_request import VotingLinkRequest
from wijkbudget.domain.network import network_of
from wijkbudget.services.ask_for_link import ask_for_link
from wijkbudget.services.forget_addresses import forget_addresses
from wijkbudget.services.handle_link_requests import PER_ADDRESS, handle_link_request
from wijkbudget.services.request_voting_link import LinkRequest, LinkSettings

UNKNOWN = LinkRequest("niemand@voorbeeld.example", "2000AA", 1)


def ask(scene: Scene, request: LinkRequest = HOME, came_from: str | None = "192.0.2.1") -> None:
    scene.act(ask_for_link, request, came_from=came_from, key=KEY)


def handle(scene: Scene, settings: LinkSettings = SETTINGS) -> int:
    """Handle all that may be handled; how many requests that were."""
    number = 0
    while scene.act(handle_link_request, settings):
        number += 1
    return number


def rows(session: Session) -> list[VotingLinkRequest]:
    session.rollback()
    return list(session.exec(select(VotingLinkRequest).order_by(VotingLinkRequest.asked_at)))


@pytest.fixture
def vote(scene: Scene) -> int:
    """The id of a round in which people vote."""
    return scene.voting_round(scene.wijk(), {"Bomen": 6000})[0].id


def test_asking_does_the_same_in_the_database_for_the_known_and_the_unknown(
    scene: Scene, session: Session, vote: int
) -> None:
    code = letter_codes(scene, vote)["F01-K1"]
    seen: list[list[str]] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen[-1].append(statement)

    event.listen(edge.db.engine, "before_cursor_execute", note)
    try:
        for request in (HOME, UNKNOWN, LinkRequest("nieuw@voorbeeld.example", letter_code=code)):
            seen.append([])
            ask(scene, request)
    finally:
        event.remove(edge.db.engine, "before_cursor_execute", note)
    assert seen[0] == seen[1] == seen[2]
    written = [statement.split()[:3] for statement in seen[0] if not statement.startswith("BEGIN")]
    assert written == [["INSERT", "INTO", "link_request"]]
    assert mails(session) == []


def test_what_was_typed_is_wiped_once_it_is_handled(scene: Scene, session: Session, vote: int) -> None:
    for request in (HOME, UNKNOWN, LinkRequest("nieuw@voorbeeld.example", letter_code="34679ACDEFGHJ")):
        ask(scene, request)
    assert [row.email for row in rows(session)].count(None) == 0
    assert handle(scene) == 3
    for row in rows(session):
        assert (row.email, row.postcode, row.house_number, row.letter_code) == (None, None, None, None)
        assert row.handled_at is not None
        assert not any(
            "voorbeeld" in str(value) or "192.0" in str(value) for value in row.model_dump().values()
        )
    assert [mail.recipient for mail in mails(session)] == ["kiezer1@voorbeeld.example"]


def test_a_thousand_requests_give_at_most_three_mails(scene: Scene, session: Session, vote: int) -> None:
    with edge.transaction() as own:
        for number in range(1000):
            came_from = f"198.51.{number % 200}.7"
            ask_for_link(own, scene.clock(), HOME, came_from=came_from, key=KEY)
    assert handle(scene) == 1000
    assert len(mails(session)) == 3


def test_an_address_gets_no_more_mails_whatever_letters_somebody_holds(
    scene: Scene, session: Session
) -> None:
    roll = tuple(f"F01-Z{i:02};F01;2000 AA;{i};ja;" for i in range(1, 15))
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=0, roll=roll)
    for code in letter_codes(scene, budget_round.id).values():
        ask(scene, LinkRequest("slachtoffer@voorbeeld.example", letter_code=code))
    handle(scene)
    assert len(mails(session)) == PER_ADDRESS["letter_code"]


def test_requests_that_fit_nobody_do_not_use_up_what_an_address_may_ask(
    scene: Scene, session: Session, vote: int
) -> None:
    for _ in range(10):
        ask(scene, replace(HOME, house_number=99), came_from="203.0.113.9")
    ask(scene)
    handle(scene)
    assert len(mails(session)) == 1


def test_a_household_behind_one_address_is_not_cut_short(scene: Scene, session: Session) -> None:
    scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=0, roll=HOUSEHOLD)
    for _ in range(5):
        ask(scene, LinkRequest("thuis@voorbeeld.example", "2000AA", 7))
    handle(scene)
    assert len(mails(session)) == 2 * 3


def test_one_network_may_not_ask_without_end_and_another_is_not_kept_waiting(
    scene: Scene, session: Session, vote: int
) -> None:
    tight = replace(SETTINGS, per_network=4)
    for number in range(9):
        ask(
            scene, replace(UNKNOWN, email=f"niemand{number}@voorbeeld.example"), came_from=f"192.0.2.{number}"
        )
    scene.clock.advance(seconds=1)
    ask(scene, came_from="192.0.2.250")
    handle(scene, tight)
    assert mails(session) == [], "the address is another one, the network is not"
    ask(scene, came_from="192.0.3.1")
    handle(scene, tight)
    assert len(mails(session)) == 1
    scene.clock.advance(minutes=60)
    ask(scene, came_from="192.0.2.250")
    handle(scene, tight)
    assert len(mails(session)) == 2, "an hour later the network may ask again"


def test_when_the_mails_of_the_hour_are_spent_requests_wait_for_their_turn(
    scene: Scene, session: Session, vote: int
) -> None:
    tight = replace(SETTINGS, per_hour=2)
    for number in (1, 2):
        ask(scene, LinkRequest(f"kiezer{number}@voorbeeld.example", "2000AA", number))
    assert handle(scene, tight) == 2
    scene.clock.advance(minutes=40)
    ask(scene, LinkRequest("kiezer3@voorbeeld.example", "2000AA", 3))
    assert handle(scene, tight) == 0
    scene.clock.advance(minutes=20)
    assert handle(scene, tight) == 1
    assert len(mails(session)) == 3


def test_a_request_that_waited_for_an_hour_leads_to_nothing(
    scene: Scene, session: Session, vote: int
) -> None:
    ask(scene)
    scene.clock.advance(hours=1)
    assert handle(scene) == 1
    assert mails(session) == []


def test_a_link_lives_from_its_mail_on_and_not_from_the_request(
    scene: Scene, session: Session, vote: int
) -> None:
    ask(scene)
    scene.clock.advance(minutes=9)
    handle(scene)
    (token,) = session.exec(select(EmailToken)).all()
    assert token.expires_at == scene.clock() + timedelta(minutes=10, seconds=120)


def test_workers_at_once_stay_within_the_limits_together(
    app: Flask, scene: Scene, session: Session, vote: int
) -> None:
    for _ in range(12):
        ask(scene)
    now = scene.clock()

    def work(_: int) -> int:
        number = 0
        while True:
            with edge.transaction() as own:
                if not handle_link_request(own, now, SETTINGS):
                    return number
            number += 1

    assert sum(at_once(app, 3, work)) == 12
    assert len(mails(session)) == 3


def test_after_an_hour_nothing_is_left_of_a_request_handled_or_not(
    scene: Scene, session: Session, vote: int
) -> None:
    ask(scene)
    handle(scene)
    scene.clock.advance(minutes=1)
    ask(scene, UNKNOWN)
    scene.clock.advance(minutes=58)
    assert scene.act(forget_addresses) == 1, "the address of the dead link"
    assert len(rows(session)) == 2
    scene.clock.advance(minutes=1)
    assert scene.act(forget_addresses) == 1
    scene.clock.advance(minutes=1)
    assert scene.act(forget_addresses) == 1
    assert rows(session) == []


def test_the_network_is_kept_as_a_hash_that_counts_neighbours_together(
    scene: Scene, session: Session, vote: int
) -> None:
    for came_from in ("192.0.2.1", "192.0.2.254", "192.0.3.1", "2001:db8::1", "2001:db8::ffff", None):
        ask(scene, came_from=came_from)
    hashes = [row.network_hash for row in rows(session)]
    assert len(set(hashes)) == 4
    scene.act(ask_for_link, HOME, came_from="192.0.2.1", key="a key of another town that is long enough")
    assert len({row.network_hash for row in rows(session)}) == 5, (
        "without the key nobody can try all networks"
    )
    assert network_of("192.0.2.1") == "192.0.2.0/24"
