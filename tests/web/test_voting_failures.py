"""What goes wrong while voting gets its own clear page, and no vote is lost, doubled or cast unseen."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.scene import VOTING_OPENS, Scene
from tests.web.test_voting import PLANS, ballots, begin, mails, new_link, post
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


@pytest.fixture
def plans(scene: Scene) -> list[int]:
    """The ids of the plans of a running vote."""
    return [plan.id for plan in scene.voting_round(scene.wijk(), PLANS)[1]]


@pytest.fixture
def other_device(app: Flask) -> Visitor:
    return Visitor(app.test_client())


def test_a_tampered_link_is_not_found_and_helps_on(visitor: Visitor, scene: Scene, plans: list[int]) -> None:
    path = new_link(scene)
    for wrong in (path[:-3], path + "x", "/stemmen/link/x"):
        page = visitor.get(wrong)
        assert (page.status, page.heading) == (404, "We herkennen deze link niet")
        assert "/stemmen" in page.links()
    good = visitor.get(path)
    refused = Page(visitor.client.post(path[:-3], data=good.form()))
    assert refused.status == 400, "the form belongs to one link"


def test_an_expired_link_is_gone_both_to_look_at_and_to_start(
    visitor: Visitor, scene: Scene, plans: list[int]
) -> None:
    page = visitor.get(new_link(scene))
    scene.clock.advance(hours=1)
    for answer in (visitor.get(page.path), visitor.submit(page)):
        assert (answer.status, answer.heading) == (410, "Deze link werkt niet meer")
        assert "verlopen" in answer.text
        assert "/stemmen" in answer.links()


def test_a_replaced_link_points_to_the_newest_mail(visitor: Visitor, scene: Scene, plans: list[int]) -> None:
    path = new_link(scene)
    with edge.transaction() as session:
        token = session.exec(select(EmailToken)).one()
        token.spent, token.email = True, None
    page = visitor.get(path)
    assert page.status == 410
    assert "Open de link uit de laatste mail" in page.text


def test_somebody_who_voted_votes_again_with_the_same_link_and_the_last_vote_counts(
    visitor: Visitor, scene: Scene, plans: list[int]
) -> None:
    path = new_link(scene)
    first = visitor.submit(post(visitor, visitor.submit(visitor.get(path)), approval=[str(plans[0])]))
    check = post(visitor, visitor.submit(visitor.get(path)), approval=[str(plans[1])])
    assert "Uw vorige stem telt dan niet meer mee" in check.text
    second = visitor.submit(check)
    assert (first.heading, second.heading) == ("Uw stem is ontvangen", "Uw nieuwe stem is ontvangen")
    assert ballots() == [[plans[1]]]


def test_before_the_vote_the_link_says_when_it_begins(
    visitor: Visitor, scene: Scene, plans: list[int]
) -> None:
    scene.clock.set(VOTING_OPENS)
    scene.clock.advance(minutes=-10)
    page = visitor.get(new_link(scene))
    assert (page.status, page.heading) == (409, "U kunt nu niet stemmen")
    assert "Stemmen kan vanaf 01-05-2026 om 09:00 uur" in page.text


def test_after_the_close_no_page_of_the_vote_works_and_each_says_why(
    visitor: Visitor, scene: Scene, plans: list[int]
) -> None:
    path = new_link(scene)
    link = visitor.get(path)
    paper = visitor.submit(link)
    check = post(visitor, paper, approval=[str(plans[0])])
    scene.closed_phase()
    cast = visitor.submit(check)
    assert (cast.status, cast.heading) == (409, "U kunt nu niet stemmen")
    assert "De stemming is gesloten. Uw stem kan niet meer worden geteld." in cast.text
    for answer in (visitor.get(path), visitor.submit(link)):
        assert (answer.status, answer.heading) == (409, "U kunt nu niet stemmen")
    assert ballots() == []
    assert mails() == []


def test_the_ballot_pages_close_with_the_vote(visitor: Visitor, scene: Scene, plans: list[int]) -> None:
    paper = begin(visitor, scene)
    scene.closed_phase()
    page = post(visitor, paper, approval=[str(plans[0])])
    assert (page.status, page.heading) == (409, "U kunt nu niet stemmen")


def test_casting_twice_gives_one_ballot_and_says_that_it_is_in(
    visitor: Visitor, scene: Scene, plans: list[int]
) -> None:
    check = post(visitor, begin(visitor, scene), approval=[str(plans[0])])
    visitor.submit(check)
    again = visitor.submit(check)
    assert (again.status, again.heading) == (409, "Uw stem is al ontvangen")
    for path in ("/stemmen/biljet", "/stemmen/controle"):
        assert visitor.get(path).heading == "Uw stem is al ontvangen"
    assert ballots() == [[plans[0]]]


def test_a_double_click_gives_one_ballot_and_the_same_receipt(
    app: Flask, visitor: Visitor, scene: Scene, plans: list[int]
) -> None:
    check = post(visitor, begin(visitor, scene), approval=[str(plans[0])])
    cookie = visitor.client.get_cookie("wijkbudget")
    assert cookie is not None
    second = app.test_client()
    second.set_cookie("wijkbudget", cookie.value)
    first = visitor.submit(check)
    late = Page(second.post(check.action(), data=check.form(), follow_redirects=True))
    assert (late.status, late.heading) == (200, "Uw stem is ontvangen")
    receipts = [re.search(r"In tekens: ([0-9a-f ]{23})", page.text) for page in (first, late)]
    assert receipts[0] and receipts[1] and receipts[0][1] == receipts[1][1]
    assert ballots() == [[plans[0]]]
    assert [mail.kind for mail in mails()] == ["ballot_cast"]


def test_the_check_page_casts_what_it_shows_whatever_another_tab_chose_since(
    visitor: Visitor, scene: Scene, plans: list[int]
) -> None:
    tree, square, _ = plans
    paper = begin(visitor, scene)
    shown = post(visitor, paper, approval=[str(tree)])
    post(visitor, paper, approval=[str(square)])
    visitor.submit(shown)
    assert ballots() == [[tree]]


def test_a_page_left_open_for_one_person_never_votes_for_another(
    visitor: Visitor, scene: Scene, plans: list[int]
) -> None:
    paper = begin(visitor, scene, 1)
    check = post(visitor, paper, approval=[str(plans[0])])
    begin(visitor, scene, 2)
    for page in (visitor.submit(check), post(visitor, paper, approval=[str(plans[1])])):
        assert (page.status, page.heading) == (409, "Dit is niet meer het stembiljet van dit apparaat")
    assert ballots() == []
    assert "…1-K2" in visitor.get("/stemmen/biljet").text


def test_one_person_on_two_devices_has_one_vote_and_is_told_so(
    visitor: Visitor, other_device: Visitor, scene: Scene, plans: list[int]
) -> None:
    path = new_link(scene)
    here = post(visitor, visitor.submit(visitor.get(path)), approval=[str(plans[0])])
    there = post(other_device, other_device.submit(other_device.get(path)), approval=[str(plans[1])])
    other_device.submit(there)
    late = visitor.submit(here)
    assert (late.status, late.path) == (200, "/stemmen/biljet")
    assert "net een andere keuze ontvangen. Die telt nu" in late.text
    assert ballots() == [[plans[1]]]
    again = visitor.submit(post(visitor, late, approval=[str(plans[0])]))
    assert again.heading == "Uw nieuwe stem is ontvangen"
    assert ballots() == [[plans[0]]]


def test_who_loses_the_session_opens_the_link_again_and_goes_on(
    visitor: Visitor, other_device: Visitor, scene: Scene, plans: list[int]
) -> None:
    path = new_link(scene)
    visitor.submit(visitor.get(path))
    scene.clock.advance(minutes=110)
    for lost in ("/stemmen/biljet", "/stemmen/controle"):
        page = other_device.get(lost)
        assert (page.status, page.heading) == (403, "Open uw stemlink opnieuw")
        assert "Open de link uit uw mail opnieuw" in page.text
    paper = other_device.submit(other_device.get(path))
    done = other_device.submit(post(other_device, paper, approval=[str(plans[0])]))
    assert done.heading == "Uw stem is ontvangen"


def test_after_two_hours_the_ballot_pages_say_that_the_time_is_over(
    visitor: Visitor, scene: Scene, plans: list[int]
) -> None:
    check = post(visitor, begin(visitor, scene), approval=[str(plans[0])])
    scene.clock.advance(hours=2)
    page = visitor.submit(check)
    assert (page.status, page.heading) == (410, "Deze link werkt niet meer")
    assert "/stemmen" in page.links()
    assert ballots() == []


def test_the_confirmation_is_not_for_somebody_who_did_not_vote(visitor: Visitor, plans: list[int]) -> None:
    page = visitor.get("/stemmen/bevestiging")
    assert page.status == 403
    assert page.heading != "Uw stem is ontvangen"


def test_every_form_of_the_vote_needs_its_csrf_token(
    visitor: Visitor, scene: Scene, plans: list[int]
) -> None:
    request, link = visitor.get("/stemmen"), visitor.get(new_link(scene))
    paper = visitor.submit(link)
    check = post(visitor, paper, approval=[str(plans[0])])
    for page in (request, link, paper, check):
        refused = post(visitor, page, csrf_token=None)
        assert refused.status == 400, page.path
    assert ballots() == []
    assert mails() == []


def test_a_ballot_page_that_was_open_too_long_says_to_open_the_link_again(
    visitor: Visitor, scene: Scene, plans: list[int]
) -> None:
    check = post(visitor, begin(visitor, scene), approval=[str(plans[0])])
    visitor.client.delete_cookie("wijkbudget")
    page = visitor.submit(check)
    assert (page.status, page.heading) == (400, "Open uw stemlink opnieuw")
    assert ballots() == []


def test_a_choice_that_cannot_be_read_is_refused(visitor: Visitor, scene: Scene, plans: list[int]) -> None:
    paper = begin(visitor, scene)
    check = post(visitor, paper, approval=[str(plans[0])])
    for wrong in (["x"], ["-1"], ["9" * 5000], [str(plans[0]), str(plans[0])], ["987654"], ["²"]):
        assert post(visitor, paper, approval=wrong).status == 422
        assert post(visitor, check, choice=wrong).status == 422
    assert ballots() == []


def test_voting_logs_nothing_about_person_or_choice(
    visitor: Visitor, scene: Scene, plans: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    path = new_link(scene)
    check = post(visitor, visitor.submit(visitor.get(path)), approval=[str(plans[0])])
    visitor.submit(check)
    visitor.submit(check)
    visitor.get(path[:-2])
    token = path.rsplit("/", 1)[1]
    for secret in (token[:20], "kiezer1", "F01-K1"):
        assert secret not in caplog.text


def test_each_voter_has_one_mark_after_all_this(visitor: Visitor, scene: Scene, plans: list[int]) -> None:
    for number in (1, 2, 3):
        check = post(visitor, begin(visitor, scene, number), approval=[str(plans[0])])
        visitor.submit(check)
        visitor.submit(check)
    edge.session().rollback()
    assert sum(entry.voted for entry in edge.session().exec(select(RollEntry))) == 3
    assert len(ballots()) == 3
