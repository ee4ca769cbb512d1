"""Asking for a voting link: who gets a mail, where it goes, and how often."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlmodel import Session, select

from tests.scene import VOTING_OPENS, Scene
from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.errors import LinkExpired
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.services.forget_addresses import forget_addresses
from wijkbudget.services.issue_letter_codes import issue_letter_codes, parse_letter_code
from wijkbudget.services.open_voting_link import open_voting_link, start_ballot
from wijkbudget.services.request_voting_link import LinkRequest, LinkSettings, request_voting_link
from wijkbudget.services.voting_links import VotingLinks

KEY = "a key that only the tests know, long enough"
SETTINGS = LinkSettings(
    KEY, timedelta(minutes=10), lambda token: f"http://wijkbudget.test/stemmen/link/{token}"
)
HOUSEHOLD = tuple(f"F01-H{i};F01;2000 AA;7;ja;thuis@voorbeeld.example" for i in (1, 2))
HOME = LinkRequest("kiezer1@voorbeeld.example", "2000AA", 1)


def mails(session: Session) -> list[OutboxMail]:
    session.rollback()
    return list(session.exec(select(OutboxMail).order_by(OutboxMail.created_at, OutboxMail.id)))


def link_in(mail: OutboxMail) -> str:
    """The hash of the link in this mail."""
    found = re.search(r"http://wijkbudget\.test/stemmen/link/(\S+)", mail.body or "")
    assert found, mail.body
    return VotingLinks(KEY).read(found[1])


def letter_codes(scene: Scene, round_id: int) -> dict[str, str]:
    """The code of each entry, as stored, by its number."""
    issued = scene.act(issue_letter_codes, SYSTEM, round_id, key=KEY)
    return {number: parse_letter_code(code) for number, code in issued}


def ask(scene: Scene, request: LinkRequest = HOME) -> None:
    scene.act(request_voting_link, request, SETTINGS)


def test_the_link_goes_to_the_address_that_the_roll_holds(scene: Scene, session: Session) -> None:
    scene.voting_round(scene.wijk(), {"Bomen": 6000})
    ask(scene)
    (mail,) = mails(session)
    assert (mail.kind, mail.recipient) == ("voting_link", "kiezer1@voorbeeld.example")
    link = open_voting_link(session, scene.clock(), link_in(mail))
    assert link.entry.external_number == "F01-K1"


@pytest.mark.parametrize(
    "request_",
    [
        LinkRequest("vreemde@voorbeeld.example", "2000AA", 1),
        LinkRequest("kiezer2@voorbeeld.example", "2000AA", 1),
        LinkRequest("kiezer1@voorbeeld.example", "2000AB", 1),
        LinkRequest("kiezer1@voorbeeld.example", "2000AA", 2),
        LinkRequest("kiezer1@voorbeeld.example", letter_code="34679ACDEFGHJ"),
        LinkRequest("kiezer1@voorbeeld.example"),
    ],
    ids=["unknown address", "of a neighbour", "other postcode", "other house", "wrong code", "no proof"],
)
def test_nobody_gets_a_mail_unless_address_and_proof_fit(
    scene: Scene, session: Session, request_: LinkRequest
) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    letter_codes(scene, budget_round.id)
    ask(scene, request_)
    assert mails(session) == []
    assert session.exec(select(EmailToken)).all() == []


def test_somebody_who_is_too_young_gets_no_link(scene: Scene, session: Session) -> None:
    roll = ("F01-J;F01;2000 AA;9;nee;jong@voorbeeld.example", "F01-K;F01;2000 AA;9;ja;")
    scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=0, roll=roll)
    ask(scene, LinkRequest("jong@voorbeeld.example", "2000AA", 9))
    assert mails(session) == []


def test_the_code_from_the_letter_sends_the_link_to_the_address_typed(scene: Scene, session: Session) -> None:
    roll = ("F01-Z;F01;2000 AA;1;ja;",)
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=0, roll=roll)
    code = letter_codes(scene, budget_round.id)["F01-Z"]
    ask(scene, LinkRequest("nieuw@voorbeeld.example", letter_code=code))
    (mail,) = mails(session)
    assert mail.recipient == "nieuw@voorbeeld.example"
    assert open_voting_link(session, scene.clock(), link_in(mail)).entry.external_number == "F01-Z"


def test_the_code_replaces_a_link_that_went_to_a_mistyped_address(scene: Scene, session: Session) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    code = letter_codes(scene, budget_round.id)["F01-K1"]
    ask(scene, LinkRequest("niewu@voorbeeld.example", letter_code=code))
    scene.clock.advance(minutes=1)
    ask(scene, LinkRequest("nieuw@voorbeeld.example", letter_code=code))
    wrong, right = mails(session)
    with pytest.raises(LinkExpired, match="vervangen"):
        open_voting_link(session, scene.clock(), link_in(wrong))
    assert open_voting_link(session, scene.clock(), link_in(right))


def test_without_the_code_nobody_can_make_the_link_of_another_address_void(
    scene: Scene, session: Session
) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    code = letter_codes(scene, budget_round.id)["F01-K1"]
    ask(scene, LinkRequest("nieuw@voorbeeld.example", letter_code=code))
    (first,) = mails(session)
    hashed = link_in(first)
    ask(scene, HOME)
    assert open_voting_link(session, scene.clock(), hashed)


def test_two_people_behind_one_address_each_get_a_link_and_both_vote(scene: Scene, session: Session) -> None:
    _, (tree,) = scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=0, roll=HOUSEHOLD)
    tree_id = tree.id
    ask(scene, LinkRequest("thuis@voorbeeld.example", "2000AA", 7))
    found = [(mail.recipient, link_in(mail), mail.body or "") for mail in mails(session)]
    assert [recipient for recipient, _, _ in found] == ["thuis@voorbeeld.example"] * 2
    assert sorted(re.findall(r"kiesnummer (\S+):", body)[0] for _, _, body in found) == ["…1-H1", "…1-H2"]
    for _, hashed, _ in found:
        scene.act(start_ballot, hashed)
        scene.cast(hashed, [tree_id])
    session.rollback()
    household = select(RollEntry).where(RollEntry.email == "thuis@voorbeeld.example")
    assert [entry.voted for entry in session.exec(household)] == [True, True]


def test_who_has_voted_gets_a_link_too_and_can_vote_again(scene: Scene, session: Session) -> None:
    scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=0, roll=HOUSEHOLD)
    scene.vote(session.exec(select(RollEntry.id).where(RollEntry.external_number == "F01-H1")).one())
    sent = len(mails(session))
    scene.clock.advance(minutes=5)
    ask(scene, LinkRequest("thuis@voorbeeld.example", "2000AA", 7))
    new = mails(session)[sent:]
    assert [mail.kind for mail in new] == ["voting_link"] * 2
    assert all("Alleen uw laatste stem telt" in (mail.body or "") for mail in new)
    hashes = [link_in(mail) for mail in new]
    assert len({session.get_one(EmailToken, hashed).roll_entry_id for hashed in hashes}) == 2
    for hashed in hashes:
        scene.act(start_ballot, hashed)
        scene.cast(hashed, [])
    session.rollback()
    assert sorted(session.exec(select(RollEntry.votes_cast))) == [1, 2]


def test_a_person_gets_at_most_three_links_an_hour(scene: Scene, session: Session) -> None:
    scene.voting_round(scene.wijk(), {"Bomen": 6000})
    for _ in range(5):
        ask(scene)
        scene.clock.advance(minutes=10)
    assert len(mails(session)) == 3
    scene.clock.advance(minutes=11)
    ask(scene)
    assert len(mails(session)) == 4


def test_the_limit_of_one_person_does_not_stop_another(scene: Scene, session: Session) -> None:
    scene.voting_round(scene.wijk(), {"Bomen": 6000})
    for _ in range(4):
        ask(scene)
    ask(scene, LinkRequest("kiezer2@voorbeeld.example", "2000AA", 2))
    assert [mail.recipient for mail in mails(session)].count("kiezer2@voorbeeld.example") == 1


def test_requests_at_the_same_time_count_each_others_links(
    app: Flask, scene: Scene, session: Session
) -> None:
    scene.voting_round(scene.wijk(), {"Bomen": 6000})
    now, together = scene.clock(), Barrier(6)

    def ask_at_once(_: int) -> None:
        with app.app_context():
            together.wait(timeout=10)
            with edge.transaction() as own:
                request_voting_link(own, now, HOME, SETTINGS)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask_at_once, range(6)))
    assert len(mails(session)) == 3


def test_outside_the_voting_phase_no_link_is_mailed(scene: Scene, session: Session) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    opens, closes = budget_round.voting_opens_at, budget_round.voting_closes_at
    for moment in (opens - timedelta(seconds=1), closes, closes + timedelta(days=1)):
        scene.clock.set(moment)
        ask(scene)
    assert mails(session) == []
    for moment in (opens, closes - timedelta(seconds=1)):
        scene.clock.set(moment)
        ask(scene)
    assert len(mails(session)) == 2


def test_entries_of_older_rounds_do_not_crowd_out_those_of_the_running_one(
    scene: Scene, session: Session
) -> None:
    old_roll = tuple(f"OUD-{i};F01;2000 AA;7;ja;thuis@voorbeeld.example" for i in range(25))
    over = {"voting_closes_at": VOTING_OPENS + timedelta(days=1)}
    scene.voting_round(scene.wijk(), {"Bomen": 6000}, voters=0, roll=old_roll, **over)
    scene.submission_phase()
    roll = ("NIEUW;F02;2000 AA;7;ja;thuis@voorbeeld.example",)
    scene.voting_round(scene.wijk("Anderwijk", "F02"), {"Plein": 6000}, voters=0, roll=roll)
    ask(scene, LinkRequest("thuis@voorbeeld.example", "2000AA", 7))
    (mail,) = mails(session)
    assert open_voting_link(session, scene.clock(), link_in(mail)).entry.external_number == "NIEUW"


def test_the_database_keeps_the_link_only_as_a_hash(scene: Scene, session: Session) -> None:
    scene.voting_round(scene.wijk(), {"Bomen": 6000})
    ask(scene)
    (mail,) = mails(session)
    text = (mail.body or "").split("/stemmen/link/")[1].split()[0]
    (token,) = session.exec(select(EmailToken)).all()
    assert token.id_sha256 == VotingLinks(KEY).read(text)
    values = [token.id_sha256, token.email, token.proof, token.purpose]
    assert sum(isinstance(value, str) for value in token.model_dump().values()) == len(values)
    assert not any(text in value or value in text for value in values)


def test_who_knows_an_address_cannot_use_up_the_links_of_the_letter(scene: Scene, session: Session) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    code = letter_codes(scene, budget_round.id)["F01-K1"]
    for _ in range(5):
        ask(scene)
    assert len(mails(session)) == 3
    ask(scene, LinkRequest("nieuw@voorbeeld.example", letter_code=code))
    assert [mail.recipient for mail in mails(session)].count("nieuw@voorbeeld.example") == 1


def test_the_address_in_a_link_is_forgotten_once_it_has_expired(scene: Scene, session: Session) -> None:
    scene.voting_round(scene.wijk(), {"Bomen": 6000})
    ask(scene)
    scene.clock.advance(hours=2)
    ask(scene, LinkRequest("kiezer2@voorbeeld.example", "2000AA", 2))
    assert scene.act(forget_addresses) == 1
    session.rollback()
    kept = session.exec(select(EmailToken.email).order_by(EmailToken.created_at)).all()
    assert kept == [None, "kiezer2@voorbeeld.example"]


def test_a_link_that_was_asked_for_is_dead_after_ten_minutes_and_the_skew_of_clocks(
    scene: Scene, session: Session
) -> None:
    scene.voting_round(scene.wijk(), {"Bomen": 6000})
    asked_at = scene.clock()
    ask(scene)
    (mail,) = mails(session)
    assert "vóór 11:10 uur" in (mail.body or ""), "the mail does not tell of the skew"
    hashed = link_in(mail)
    assert open_voting_link(session, asked_at + timedelta(minutes=12) - timedelta(seconds=1), hashed)
    with pytest.raises(LinkExpired):
        open_voting_link(session, asked_at + timedelta(minutes=12), hashed)
    assert open_voting_link(session, asked_at - timedelta(seconds=120), hashed), "a clock that runs behind"


def test_a_letter_code_outlives_the_key_under_which_it_was_printed(scene: Scene, session: Session) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    code = letter_codes(scene, budget_round.id)["F01-K1"]
    new_key = "a key that came after it and is long enough too"
    typed = LinkRequest("nieuw@voorbeeld.example", letter_code=code)
    forgotten = replace(SETTINGS, secret_key=new_key)
    assert scene.act(request_voting_link, typed, forgotten) == 0
    assert scene.act(request_voting_link, typed, replace(forgotten, old_keys=(KEY,))) == 1
