"""A resident votes in the browser, without JavaScript: from the request to the confirmation."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from tests.databases import make_settings
from tests.scene import Scene, cast_choices
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import BallotType
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.services.issue_letter_codes import issue_letter_codes

PLANS = {"Bomen": 6000, "Plein": 5000, "Bank": 3000}
HOME = {"email": "Kiezer1@Voorbeeld.example", "postcode": "2000 aa", "house_number": "1"}
RANKING = {"ballot_type": BallotType.RANKING, "counting_rule": "schulze"}


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


def ballots() -> list[list[int]]:
    return cast_choices()


def mails() -> list[OutboxMail]:
    edge.session().rollback()
    return list(edge.session().exec(select(OutboxMail).order_by(OutboxMail.created_at)))


def link_in(body: str | None) -> str:
    """The path of the link in a mail."""
    found = re.search(r"http://wijkbudget\.test(/stemmen/link/\S+)", body or "")
    assert found, body
    return found[1]


def new_link(scene: Scene, number: int = 1) -> str:
    """The path of a fresh link for this voter."""
    wanted = select(RollEntry.id).where(RollEntry.external_number == f"F01-K{number}")
    return "/stemmen/link/" + scene.link(edge.session().exec(wanted).one())[0]


def begin(visitor: Visitor, scene: Scene, number: int = 1) -> Page:
    """The ballot paper of this voter."""
    return visitor.submit(visitor.get(new_link(scene, number)))


def post(visitor: Visitor, page: Page, action: str | None = None, **data: object) -> Page:
    return visitor.submit(page, data, action=action)


def test_from_the_request_to_the_confirmation(visitor: Visitor, scene: Scene) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    tree, _, bench = [plan.id for plan in plans]
    page = visitor.get("/stemmen")
    assert "Fictieronde" in page.text
    assert "tot en met 21 mei 2026, 23:59 uur" in page.text
    answer = visitor.submit(page, HOME)
    assert (answer.status, answer.path) == (200, "/stemmen/aangevraagd")
    (mail,) = mails()
    link = visitor.get(link_in(mail.body))
    for word in ("Fictiewijk", "Fictieronde", "…1-K1", "Begin met stemmen"):
        assert word in link.text
    paper = visitor.submit(link)
    assert paper.path == "/stemmen/biljet"
    assert [name in paper.text for name in PLANS] == [True] * 3
    check = visitor.submit(paper, {"approval": [str(tree), str(bench)]})
    assert check.path == "/stemmen/controle"
    assert "Bomen" in check.text and "Bank" in check.text and "Plein" not in check.text
    assert "2 plannen, samen € 9.000" in check.text
    assert ballots() == []
    done = visitor.submit(check)
    assert (done.status, done.path) == (200, "/stemmen/bevestiging")
    assert done.heading == "Uw stem is ontvangen"
    assert "De stemming sluit op 21 mei 2026, 23:59 uur" in done.text
    assert "mail" in done.text
    assert "Bomen" not in done.text
    assert ballots() == [[tree, bench]]
    assert sorted(mail.kind for mail in mails()) == ["ballot_cast", "voting_link"]
    assert visitor.get("/stemmen/bevestiging").heading == "Uw stem is ontvangen"


def test_after_klaar_the_receipt_is_gone_from_the_device(visitor: Visitor, scene: Scene) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    check = visitor.submit(begin(visitor, scene), {"approval": []})
    done = visitor.submit(check, {"blank": "yes"})
    assert "Uw bewijs" in done.text
    assert visitor.submit(done, action="/klaar").path == "/"
    assert visitor.get("/stemmen/bevestiging").status == 403


def test_the_answer_is_the_same_for_the_known_the_unknown_and_those_who_voted(
    visitor: Visitor, scene: Scene
) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    scene.vote(edge.session().exec(select(RollEntry.id).where(RollEntry.external_number == "F01-K2")).one())
    texts = set()
    for email, house, code in (
        ("kiezer1@voorbeeld.example", "1", ""),
        ("niemand@voorbeeld.example", "99", ""),
        ("kiezer2@voorbeeld.example", "2", ""),
        ("kiezer1@voorbeeld.example", "2", ""),
        ("kiezer1@voorbeeld.example", "", "34679-ACDEF-GHJ"),
    ):
        data = {"email": email, "postcode": "2000AA", "house_number": house, "letter_code": code}
        answer = visitor.submit(visitor.get("/stemmen"), data)
        texts.add((answer.status, answer.path, re.sub(r'name="csrf_token" value="[^"]*"', "", answer.html)))
    assert len(texts) == 1
    assert "spam" in texts.pop()[2]


def test_the_code_from_the_letter_goes_without_a_home_address(visitor: Visitor, scene: Scene) -> None:
    budget_round, _ = scene.voting_round(scene.wijk(), PLANS)
    key = edge.settings().secret_key
    codes = dict(scene.act(issue_letter_codes, SYSTEM, budget_round.id, key=key))
    data = {"email": "nieuw@voorbeeld.example", "letter_code": codes["F01-K3"].lower().replace("-", " ")}
    assert visitor.submit(visitor.get("/stemmen"), data).path == "/stemmen/aangevraagd"
    (mail,) = mails()
    assert mail.recipient == "nieuw@voorbeeld.example"
    assert "…1-K3" in visitor.get(link_in(mail.body)).text


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"email": ""}, "email", "Vul uw e-mailadres in."),
        ({"email": "piet"}, "email", "geen e-mailadres"),
        ({"postcode": "20"}, "postcode", "geen postcode"),
        ({"postcode": ""}, "postcode", "Vul uw postcode in. Of vul hieronder de code uit uw brief in."),
        ({"house_number": "  "}, "house_number", "Vul uw huisnummer in."),
        ({"house_number": "nul"}, "house_number", "geen huisnummer"),
        ({"letter_code": "ABC"}, "letter_code", "De code in uw brief heeft 13 letters en cijfers."),
        ({"email": "a" * 300 + "@voorbeeld.example"}, "email", "te lang"),
    ],
)
def test_a_mistake_in_the_request_is_shown_at_its_field_and_nothing_is_lost(
    visitor: Visitor, scene: Scene, changes: dict[str, str], field: str, words: str
) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    page = visitor.submit(visitor.get("/stemmen"), HOME | changes)
    assert page.status == 422
    assert page.document is not None
    assert page.document.query("title")[0].to_text().startswith("Fout:")
    assert words in page.document.query(f"#{field}-error")[0].to_text()
    for name, value in (HOME | changes).items():
        assert page.form()[name] == [value.strip()]
    assert mails() == []


def test_when_no_vote_runs_the_page_says_so_and_when(visitor: Visitor, scene: Scene) -> None:
    assert "geen nieuwe stemming bekend" in visitor.get("/stemmen").text
    scene.voting_round(scene.wijk(), PLANS)
    open_page = visitor.get("/stemmen")
    scene.submission_phase()
    page = visitor.get("/stemmen")
    assert page.heading == "Er is nu geen stemming"
    assert "De volgende stemming begint op 1 mei 2026, 09:00 uur" in page.text
    refused = visitor.submit(open_page, HOME)
    assert (refused.status, refused.heading) == (409, "Er is nu geen stemming")
    scene.closed_phase()
    assert "geen nieuwe stemming bekend" in visitor.get("/stemmen").text


def test_looking_at_the_link_changes_nothing_so_a_mail_scanner_may(visitor: Visitor, scene: Scene) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    path = new_link(scene)

    def stored() -> list[dict[str, object]]:
        edge.session().rollback()
        return [token.model_dump() for token in edge.session().exec(select(EmailToken))]

    before = stored()
    for _ in range(3):
        assert visitor.client.head(path).status_code == 200
        assert visitor.get(path).heading == "Stem over de plannen voor Fictiewijk"
    assert stored() == before
    assert visitor.get("/stemmen/biljet").status == 403


def test_the_link_does_not_travel_on(visitor: Visitor, scene: Scene) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    path = new_link(scene)
    page = visitor.get(path)
    token = path.rsplit("/", 1)[1]
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert token not in page.html
    started = visitor.client.post(path, data=page.form())
    assert (started.status_code, started.headers["Location"]) == (303, "/stemmen/biljet")
    assert token not in str(started.headers)
    paper = visitor.get("/stemmen/biljet")
    assert token not in paper.html
    assert paper.response.headers["Referrer-Policy"] == "no-referrer"


def test_a_plan_opens_in_a_new_tab(visitor: Visitor, scene: Scene) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    paper = begin(visitor, scene)
    assert paper.document is not None
    links = paper.document.query('main a[target="_blank"]')
    assert [link.attrs["href"] for link in links] == [f"/plannen/{plan.id}" for plan in plans]


def test_changing_the_choice_begins_with_the_choice_so_far(visitor: Visitor, scene: Scene) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    tree, square, bench = [str(plan.id) for plan in plans]
    check = post(visitor, begin(visitor, scene), approval=[tree, square])
    assert "/stemmen/biljet" in check.links()
    paper = visitor.get("/stemmen/biljet")
    assert paper.form()["approval"] == [tree, square]
    assert "€ 11.000 gekozen, 2 plannen" in paper.text
    check = post(visitor, paper, approval=[bench])
    visitor.submit(check)
    assert ballots() == [[int(bench)]]


def test_looking_at_the_ballot_with_head_keeps_the_choice(visitor: Visitor, scene: Scene) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    tree = str(plans[0].id)
    post(visitor, begin(visitor, scene), approval=[tree])
    for address in ("/stemmen", "/stemmen/biljet", "/stemmen/controle"):
        assert visitor.client.head(address).status_code == 200, address
    assert visitor.get("/stemmen/biljet").form()["approval"] == [tree]


@pytest.mark.parametrize("base_url", ["", "https://wijkbudget.voorbeeld.example"])
def test_a_mailed_link_never_takes_its_host_from_the_request(app: Flask, scene: Scene, base_url: str) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    settings = app.extensions["settings"].model_copy(update={"base_url": base_url, "port": 5123})
    app.extensions["settings"] = settings
    app.config["WTF_CSRF_ENABLED"] = False
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "kwaad.example"}
    answer = app.test_client().post("/stemmen", data=HOME, headers=forged, base_url="http://kwaad.example")
    assert answer.status_code == 303
    bodies = [mail.body or "" for mail in mails()]
    assert all("kwaad" not in body for body in bodies)
    assert [f"{base_url or 'http://127.0.0.1:5123'}/stemmen/link/" in body for body in bodies] == [True]


def test_a_capped_choice_over_the_budget_is_refused_and_kept(visitor: Visitor, scene: Scene) -> None:
    rules = {"ballot_type": BallotType.CAPPED_APPROVAL, "budget": 8_000_00}
    _, plans = scene.voting_round(scene.wijk(), PLANS, **rules)
    tree, square, bench = [str(plan.id) for plan in plans]
    paper = begin(visitor, scene)
    assert "€ 0 gekozen van € 8.000" in paper.text
    over = post(visitor, paper, approval=[tree, bench])
    assert over.status == 422
    assert "Uw plannen kosten samen € 9.000. Dat is meer dan het budget van € 8.000." in over.text
    assert over.form()["approval"] == [tree, bench]
    check = post(visitor, over, approval=[square, bench])
    assert "Het budget is € 8.000" in check.text
    cheat = post(visitor, check, choice=[tree, bench])
    assert cheat.status == 422
    assert ballots() == []
    visitor.submit(check)
    assert ballots() == [[int(square), int(bench)]]


def test_a_ranking_is_made_with_the_buttons_alone(visitor: Visitor, scene: Scene) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS, **RANKING)
    tree, square, bench = [plan.id for plan in plans]
    page = begin(visitor, scene)
    for move in (f"{tree}:in", f"{bench}:in", f"{square}:in", f"{bench}:up", f"{tree}:down", f"{tree}:out"):
        page = post(visitor, page, move=move)
        assert (page.status, page.path) == (200, "/stemmen/biljet")
    assert page.form()["ranking"] == [str(bench), str(square)]
    check = visitor.submit(page)
    assert "1. Bank" in check.text and "2. Plein" in check.text
    visitor.submit(check)
    assert ballots() == [[bench, square]]


def test_a_move_that_does_not_exist_is_refused(visitor: Visitor, scene: Scene) -> None:
    scene.voting_round(scene.wijk(), PLANS, **RANKING)
    paper = begin(visitor, scene)
    for move in ("x:up", "1:sideways", "99999999999999999999:in", "٣:in", "987654:in"):
        assert post(visitor, paper, move=move).status == 422


def test_a_blank_vote_is_asked_about_before_it_is_cast(visitor: Visitor, scene: Scene) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    check = visitor.submit(begin(visitor, scene))
    assert "U hebt geen plan gekozen" in check.text
    again = visitor.submit(check)
    assert again.status == 422
    assert "U hebt geen plan gekozen" in again.text
    assert ballots() == []
    assert post(visitor, again, blank="yes").heading == "Uw stem is ontvangen"
    assert ballots() == [[]]


def test_a_plan_withdrawn_meanwhile_is_named_as_gone_and_the_rest_is_kept(
    visitor: Visitor, scene: Scene
) -> None:
    from wijkbudget.domain.proposal import Proposal
    from wijkbudget.services.submit_proposal import withdraw_proposal

    _, plans = scene.voting_round(scene.wijk(), PLANS)
    tree, square, _ = [plan.id for plan in plans]
    check = post(visitor, begin(visitor, scene), approval=[str(tree), str(square)])
    edge.session().rollback()
    scene.act(withdraw_proposal, SYSTEM, edge.session().get_one(Proposal, tree), reason="Het kan niet meer.")
    refused = visitor.submit(check)
    assert refused.status == 422
    assert "niet (meer) op de stemlijst" in refused.text
    assert refused.form()["approval"] == [str(square)]
    assert "niet (meer) op de stemlijst" in visitor.get("/stemmen/controle").text
    assert ballots() == []
    visitor.submit(visitor.submit(refused))
    assert ballots() == [[square]]


def test_a_housemate_votes_next_on_the_same_device(visitor: Visitor, scene: Scene) -> None:
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    tree, square, _ = [plan.id for plan in plans]
    visitor.submit(post(visitor, begin(visitor, scene, 1), approval=[str(tree)]))
    paper = begin(visitor, scene, 2)
    assert "…1-K2" in paper.text
    assert "approval" not in paper.form()
    visitor.submit(post(visitor, paper, approval=[str(square)]))
    assert sorted(ballots()) == [[tree], [square]]


def test_an_official_who_votes_stays_logged_in_and_keeps_the_vote_apart(
    visitor: Visitor, scene: Scene
) -> None:
    scene.account()
    _, plans = scene.voting_round(scene.wijk(), PLANS)
    visitor.log_in("ambtenaar@voorbeeld.example")
    paper = begin(visitor, scene)
    with visitor.client.session_transaction() as kept:
        before = kept["_user_id"]
    visitor.submit(post(visitor, paper, approval=[str(plans[0].id)]))
    with visitor.client.session_transaction() as kept:
        assert kept["_user_id"] == before
        assert "ballot" not in kept
    assert len(ballots()) == 1


@pytest.fixture
def served_over_https(
    scene: Scene, database_url: str, tmp_path: object, clock: Callable[[], object]
) -> Flask:
    """The same database behind an address with TLS, as in production."""
    settings = make_settings(tmp_path, database_url, base_url="https://wijkbudget.test")
    return create_app(settings, clock=clock)


def test_voting_works_over_https_where_browsers_send_no_referer(
    scene: Scene, served_over_https: Flask
) -> None:
    scene.voting_round(scene.wijk(), PLANS)
    client = served_over_https.test_client()
    path, base = new_link(scene), "https://wijkbudget.test"
    page = Page(client.get(path, base_url=base))
    started = client.post(path, data=page.form(), base_url=base)
    assert started.status_code == 303
    assert Page(client.get("/stemmen/biljet", base_url=base)).status == 200
    cookie = started.headers["Set-Cookie"]
    assert cookie.startswith("__Host-wijkbudget=")
    assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    with served_over_https.app_context():
        edge.db.engine.dispose()
