"""Officials set up a round, open it, and fix its ballot list."""

import hashlib

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from tests.scene import Scene
from tests.web.telephone import second_step
from tests.web.visitor import Page, Visitor
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.services.choose_rule import rules_for_rounds
from wijkbudget.services.read_pots import pots_of
from wijkbudget.services.round_keys import make_demo_key
from wijkbudget.services.rule_texts import rule_text

GOOD = {
    "name": "Wijkbudget 2026",
    "basis": "Voorbeeldregeling van 1 januari 2026",
    "reference_date": "2026-03-01",
    "min_cost_cents": "3.000",
    "submission_opens_at": "2026-03-03T09:00",
    "submission_closes_at": "2026-03-31T23:59",
    "voting_opens_at": "2026-05-01T09:00",
    "voting_closes_at": "2026-05-21T23:59",
}


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


@pytest.fixture
def official(scene: Scene, visitor: Visitor) -> Visitor:
    """An official who is logged in."""
    scene.account("ambtenaar@voorbeeld.example", Role.OFFICIAL)
    visitor.log_in("ambtenaar@voorbeeld.example")
    return visitor


def logged_in(scene: Scene, client: FlaskClient, role: Role) -> Visitor:
    scene.account("ander@voorbeeld.example", role)
    visitor = Visitor(client)
    visitor.log_in("ander@voorbeeld.example")
    return visitor


def post(visitor: Visitor, path: str, token_from: Page) -> Page:
    """Send an empty form with a valid token: what the page itself no longer offers."""
    token = token_from.form()["csrf_token"]
    return Page(visitor.send(visitor.client.post, path, data={"csrf_token": token}))


def field_error(page: Page, name: str) -> str:
    """The message at a field itself, which the field must point to."""
    assert page.document
    field = page.document.query(f"[name={name}]")[0]
    assert f"{name}-error" in field.attrs.get("aria-describedby", ""), f"{name} does not point to a message"
    return " ".join(page.document.query(f"#{name}-error")[0].to_text().split())


def test_bad_input_comes_back_with_a_message_at_the_field_and_nothing_lost(
    scene: Scene, official: Visitor, session: Session
) -> None:
    wijk = scene.wijk()
    page = official.get("/gemeente/rondes/nieuw")
    assert page.status == 200
    bad = {
        **GOOD,
        "min_cost_cents": "veel",
        "voting_closes_at": "2026-04-01T12:00",
        f"budget_{wijk.id}": "25.000",
    }
    page = official.submit(page, bad)
    assert page.status == 422
    assert "geen bedrag" in field_error(page, "min_cost_cents")
    assert page.form()["name"] == ["Wijkbudget 2026"]
    assert page.form()["min_cost_cents"] == ["veel"]
    assert page.form()[f"budget_{wijk.id}"] == ["25.000"]
    assert "Controleer uw antwoorden" in page.text
    assert "#min_cost_cents" in page.links()
    assert page.document and page.document.query("title")[0].to_text().strip().startswith("Fout: ")
    page = official.submit(page, {"min_cost_cents": "3.000"})
    assert page.status == 422
    assert "Het stemmen sluit vóór het opent" in field_error(page, "voting_closes_at")
    assert session.exec(select(BudgetRound)).all() == []
    page = official.submit(page, {"voting_closes_at": "2026-05-21T23:59"})
    assert page.status == 200
    assert page.heading == "Wijkbudget 2026"
    made = session.exec(select(BudgetRound)).one()
    assert [(pot.wijk, pot.budget_cents) for pot in pots_of(session, made.id)] == [("Fictiewijk", 25_000_00)]


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"name": ""}, "name", "Geef de ronde een naam"),
        ({"minimum_age": "130"}, "minimum_age", "0 tot en met 120"),
        ({"max_cost_cents": "2.000"}, "max_cost_cents", "lager dan het minimum"),
        ({"reference_date": "31 maart"}, "reference_date", ""),
        ({"submission_closes_at": "2026-03-02T12:00"}, "submission_closes_at", "Kies een latere sluiting"),
        ({"voting_opens_at": "2026-03-15T12:00"}, "voting_opens_at", "voordat het indienen sluit"),
        ({"voting_opens_at": "2026-03-29T02:30"}, "voting_opens_at", ""),
    ],
)
def test_each_fault_is_named_at_its_own_field(
    scene: Scene, official: Visitor, change: dict[str, str], field: str, message: str
) -> None:
    wijk = scene.wijk()
    data = {**GOOD, f"budget_{wijk.id}": "25.000", **change}
    page = official.submit(official.get("/gemeente/rondes/nieuw"), data)
    assert page.status == 422
    assert message in field_error(page, field)


def test_a_rule_that_does_not_fit_the_ballot_is_refused_at_the_rule(scene: Scene, official: Visitor) -> None:
    wijk = scene.wijk()
    data = {**GOOD, f"budget_{wijk.id}": "25.000", "ballot_type": "ranking", "counting_rule": "greedy"}
    page = official.submit(official.get("/gemeente/rondes/nieuw"), data)
    assert page.status == 422
    assert page.document
    assert "past niet bij dit stembiljet" in page.document.query("#counting_rule-error")[0].to_text()
    assert page.form()["ballot_type"] == ["ranking"]


def test_every_rule_for_a_round_can_be_chosen_with_its_hint_and_reglement(
    scene: Scene, official: Visitor
) -> None:
    scene.wijk()
    page = official.get("/gemeente/rondes/nieuw")
    assert page.document
    offered = [item.attrs["value"] for item in page.document.query("input[name=counting_rule]")]
    assert sorted(offered) == sorted(rule.name for rule in rules_for_rounds())
    folded = [item.attrs["value"] for item in page.document.query("details input[name=counting_rule]")]
    assert "greedy-stop" in folded
    assert not {"greedy", "equal-shares", "schulze"} & set(folded)
    for rule in rules_for_rounds():
        assert f"/telregels/{rule.reglement.removesuffix('.md')}" in page.links()
        assert rule_text(rule.name).hint in page.text


def test_a_rule_among_the_others_is_shown_open_when_the_draft_has_it(
    scene: Scene, official: Visitor, session: Session
) -> None:
    wijk = scene.wijk()
    data = {**GOOD, f"budget_{wijk.id}": "25.000", "counting_rule": "greedy-stop"}
    made = official.submit(official.get("/gemeente/rondes/nieuw"), data)
    assert "Meeste stemmen eerst, met stoppen, versie 1" in made.text
    stored = session.exec(select(BudgetRound)).one()
    assert (stored.counting_rule, stored.counting_rule_version) == ("greedy-stop", 1)
    page = official.get(f"/gemeente/rondes/{stored.id}/wijzigen")
    assert page.document
    opened = [part for part in page.document.query("details") if "open" in part.attrs]
    assert ["greedy-stop" in part.to_html() for part in opened] == [True]


def test_the_options_of_equal_shares_are_kept_and_shown_and_another_rule_may_still_be_chosen(
    scene: Scene, official: Visitor, session: Session
) -> None:
    wijk = scene.wijk()
    data = {**GOOD, f"budget_{wijk.id}": "25.000", "counting_rule": "equal-shares", "completion": "none"}
    made = official.submit(official.get("/gemeente/rondes/nieuw"), data)
    assert "Gelijke delen (Equal Shares), versie 1; een duur plan telt zwaarder" in made.text
    stored = session.exec(select(BudgetRound)).one()
    assert (stored.satisfaction, stored.completion) == ("cost", "none")
    page = official.get(f"/gemeente/rondes/{stored.id}/wijzigen")
    assert (page.form()["satisfaction"], page.form()["completion"]) == ([""], ["none"])
    official.submit(page, {"counting_rule": "greedy", "completion": ""})
    session.refresh(stored)
    assert (stored.counting_rule, stored.satisfaction, stored.completion) == ("greedy", None, None)


@pytest.mark.parametrize(("field", "value"), [("satisfaction", "cardinality"), ("completion", "none")])
def test_an_option_that_the_rule_does_not_have_is_refused_at_the_option(
    scene: Scene, official: Visitor, field: str, value: str
) -> None:
    wijk = scene.wijk()
    data = {**GOOD, f"budget_{wijk.id}": "25.000", "counting_rule": "greedy", field: value}
    page = official.submit(official.get("/gemeente/rondes/nieuw"), data)
    assert page.status == 422
    assert page.document
    assert "Deze telregel heeft deze keuze niet" in page.document.query(f"#{field}-error")[0].to_text()


@pytest.mark.parametrize(
    ("amount", "message"), [("", "ten minste één wijk"), ("2.000", "lager dan het minimum")]
)
def test_without_enough_budget_the_message_stands_with_the_budgets(
    scene: Scene, official: Visitor, amount: str, message: str
) -> None:
    wijk = scene.wijk()
    page = official.submit(official.get("/gemeente/rondes/nieuw"), {**GOOD, f"budget_{wijk.id}": amount})
    assert page.status == 422
    assert page.document
    assert message in page.document.query("#budgets-error")[0].to_text()


def test_a_draft_can_be_changed_and_a_wijk_taken_out(
    scene: Scene, official: Visitor, session: Session
) -> None:
    north, south = scene.wijk("Noordhoek", "N01"), scene.wijk("Zuidhoek", "Z01")
    round_id = scene.draft_round(north, south).id
    page = official.get(f"/gemeente/rondes/{round_id}/wijzigen")
    assert page.form()[f"budget_{north.id}"] == ["10000"]
    assert page.form()["voting_closes_at"] == ["2026-05-21T23:59"]
    page = official.submit(page, {"name": "Nieuwe naam", f"budget_{south.id}": ""})
    assert (page.status, page.heading) == (200, "Nieuwe naam")
    assert [pot.wijk for pot in pots_of(session, round_id)] == ["Noordhoek"]


def test_opening_shows_the_rules_and_their_hash_and_publishes_exactly_those(
    scene: Scene, official: Visitor, session: Session
) -> None:
    round_id = scene.draft_round(scene.wijk()).id
    assert official.get(f"/rondes/{round_id}/spelregels.txt").status == 404
    page = official.get(f"/gemeente/rondes/{round_id}/openen")
    assert page.document
    shown = page.document.query("pre")[0].to_text(strip=False)
    hashed = page.form()["rules_sha256"][0]
    assert hashed in page.text
    assert "Dit kunt u niet terugdraaien" in page.text
    page = official.submit(page)
    assert (page.status, page.heading) == (200, "Fictieronde")
    assert "De ronde is open" in page.text
    assert hashed in page.text
    published = official.get(f"/rondes/{round_id}/spelregels.txt").response.get_data()
    assert hashlib.sha256(published).hexdigest() == hashed
    assert published.decode().strip() == shown.strip()
    assert session.get_one(BudgetRound, round_id).rules_sha256 == hashed


def test_rules_that_changed_since_they_were_read_are_not_opened(
    scene: Scene, official: Visitor, session: Session
) -> None:
    round_id = scene.draft_round(scene.wijk()).id
    read = official.get(f"/gemeente/rondes/{round_id}/openen")
    change = official.get(f"/gemeente/rondes/{round_id}/wijzigen")
    official.submit(change, {"minimum_age": "12"})
    page = official.submit(read)
    assert page.status == 409
    assert "intussen gewijzigd" in page.text
    assert "12 jaar of ouder" in page.text
    assert session.get_one(BudgetRound, round_id).phase_at(scene.clock()) is Phase.DRAFT
    assert official.submit(page).status == 200


def test_a_round_without_a_legal_basis_is_not_opened(scene: Scene, official: Visitor) -> None:
    round_id = scene.draft_round(scene.wijk(), basis="").id
    page = official.submit(official.get(f"/gemeente/rondes/{round_id}/openen"))
    assert page.status == 422
    assert "Vul eerst de grondslag in" in page.text


def test_an_open_round_cannot_be_changed_or_opened_again(
    scene: Scene, official: Visitor, session: Session
) -> None:
    round_id = scene.draft_round(scene.wijk()).id
    form = official.get(f"/gemeente/rondes/{round_id}/wijzigen")
    confirm = official.get(f"/gemeente/rondes/{round_id}/openen")
    official.submit(confirm)
    page = official.submit(form, {"minimum_age": "12"})
    assert page.status == 409
    assert "liggen vast" in page.text
    assert official.get(f"/gemeente/rondes/{round_id}/wijzigen").status == 409
    assert official.submit(confirm).status == 409
    assert official.get(f"/gemeente/rondes/{round_id}/openen").status == 409
    assert session.get_one(BudgetRound, round_id).minimum_age == 16
    assert f"/gemeente/rondes/{round_id}/wijzigen" not in official.get(f"/gemeente/rondes/{round_id}").links()


def test_the_ballot_list_is_not_fixed_while_something_is_missing(scene: Scene, official: Visitor) -> None:
    wijk = scene.wijk()
    round_id = scene.open_round(wijk).id
    pot, platform = (
        scene.pot(scene.act(lambda s, now: s.get_one(BudgetRound, round_id)), wijk),
        scene.platform(wijk),
    )
    plan = scene.proposal(pot, platform, "Bankje")
    confirm = f"/gemeente/rondes/{round_id}/stemlijst"
    assert official.get(confirm).status == 409
    scene.review_phase()
    page = official.get(confirm)
    assert "1 plan heeft nog geen oordeel" in page.text
    assert "kiesregister van Fictiewijk is nog leeg" in page.text
    page = post(official, confirm, official.get("/mijn/wachtwoord"))
    assert page.status == 409
    assert "zonder oordeel" in page.text
    scene.list_all(plan)
    assert "Kiesregister inlezen" in official.get(f"/gemeente/rondes/{round_id}").text
    page = post(official, confirm, official.get("/mijn/wachtwoord"))
    assert page.status == 409
    assert "Het kiesregister van Fictiewijk is nog leeg" in page.text
    scene.roll(
        scene.act(lambda s, now: s.get_one(BudgetRound, round_id)),
        "K1;F01;2000 AA;1;ja;",
        "K2;F01;2000 AA;2;nee;",
    )
    assert "sleutels van de stemming zijn nog niet gemaakt" in official.get(confirm).text
    scene.act(make_demo_key, SYSTEM, round_id, keys=scene.vault)
    page = official.get(confirm)
    assert "nog niet klaar" not in page.text
    assert "1. Bankje" in page.text
    page = official.submit(page)
    assert page.status == 200
    assert "De stemlijst en het kiesregister liggen vast" in page.text
    assert "stemlijst vastgesteld" in page.text
    assert official.get(confirm).status == 409


def test_the_list_says_what_must_be_done_now(scene: Scene, official: Visitor) -> None:
    assert "Er is nog geen ronde" in official.get("/gemeente/rondes").text
    north, south = scene.wijk("Noordhoek", "N01"), scene.wijk("Zuidhoek", "Z01")
    scene.draft_round(south, name="Tweede ronde")
    scene.open_round(north, name="Eerste ronde")
    page = official.get("/gemeente/rondes")
    assert "Controleer de ronde en open haar." in page.text
    assert "Lees het kiesregister in van Noordhoek." in page.text
    assert "/gemeente/rondes/nieuw" in page.links()


def test_during_the_vote_the_page_shows_the_turnout_and_no_votes(
    scene: Scene, official: Visitor, session: Session
) -> None:
    from wijkbudget.domain.electoral_roll import RollEntry

    budget_round, (tree, _) = scene.voting_round(scene.wijk(), {"Bomen": 6000, "Plein": 5000}, voters=4)
    path = f"/gemeente/rondes/{budget_round.id}"
    scene.vote(session.exec(select(RollEntry.id)).first() or 0, tree)
    page = official.get(path)
    assert "1 van 4" in page.text
    assert "Tussenstanden bestaan niet" in page.text
    assert not any("telling" in link for link in page.links())
    pot_id = scene.pot(budget_round).id
    assert official.get(f"{path}/telling/{pot_id}").status == 409
    assert official.get(f"{path}/telling/{pot_id}.csv").status == 409


def test_the_drafts_of_a_platform_are_only_counted(scene: Scene, official: Visitor) -> None:
    wijk = scene.wijk()
    budget_round = scene.open_round(wijk)
    scene.draft(scene.pot(budget_round), scene.platform(wijk), "Geheim concept")
    page = official.get(f"/gemeente/rondes/{budget_round.id}")
    assert "1 concept" in page.text
    assert "Geheim" not in page.text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_reads_along_sees_the_round_and_cannot_act(
    scene: Scene, client: FlaskClient, session: Session, role: Role
) -> None:
    round_id = scene.draft_round(scene.wijk()).id
    auditor = logged_in(scene, client, role)
    assert "/gemeente/rondes/nieuw" not in auditor.get("/gemeente/rondes").links()
    page = auditor.get(f"/gemeente/rondes/{round_id}")
    assert page.status == 200
    assert f"/gemeente/rondes/{round_id}/openen" not in page.links()
    token_page = auditor.get("/mijn/wachtwoord")
    for path in (
        "nieuw",
        f"{round_id}/wijzigen",
        f"{round_id}/openen",
        f"{round_id}/stemlijst",
        f"{round_id}/vaststellen",
    ):
        assert auditor.get(f"/gemeente/rondes/{path}").status == 403, path
        assert post(auditor, f"/gemeente/rondes/{path}", token_page).status == 403, path
    assert post(auditor, f"/gemeente/rondes/{round_id}/tellen", token_page).status == 403
    assert session.get_one(BudgetRound, round_id).phase_at(scene.clock()) is Phase.DRAFT


def test_a_platform_member_has_no_business_here(scene: Scene, client: FlaskClient) -> None:
    round_id = scene.draft_round(scene.wijk()).id
    member = logged_in(scene, client, Role.PLATFORM_MEMBER)
    for path in ("", "/nieuw", f"/{round_id}", f"/{round_id}/openen", f"/{round_id}/telling/1"):
        assert member.get(f"/gemeente/rondes{path}").status == 403, path


def test_a_visitor_is_sent_to_log_in_and_comes_back(scene: Scene, visitor: Visitor) -> None:
    round_id = scene.draft_round(scene.wijk()).id
    scene.account()
    page = visitor.get(f"/gemeente/rondes/{round_id}")
    assert page.path == "/inloggen"
    page = visitor.submit(page, {"email": "ambtenaar@voorbeeld.example", "password": "een lang wachtwoord"})
    assert second_step(visitor, page, "ambtenaar@voorbeeld.example").heading == "Fictieronde"


def test_a_round_that_does_not_exist_is_not_found(official: Visitor) -> None:
    for path in ("99", "99/openen", "99/stemlijst", "99/vaststellen", "99/telling/1", "99/telling/1.csv"):
        assert official.get(f"/gemeente/rondes/{path}").status == 404, path


@pytest.mark.parametrize(
    "field", ["submission_opens_at", "submission_closes_at", "voting_opens_at", "voting_closes_at"]
)
@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_moment_in_another_age_comes_back_with_a_message(
    scene: Scene, official: Visitor, field: str, typed: str
) -> None:
    wijk = scene.wijk()
    page = official.get("/gemeente/rondes/nieuw")
    page = official.submit(page, {**GOOD, f"budget_{wijk.id}": "25.000", field: typed})
    assert page.status == 422
    assert "Kies een jaar van 2000 tot en met 2200" in field_error(page, field)
    assert page.form()[field] == [typed]


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "Ronde\r\nBcc: x@voorbeeld.example", "op één regel"),
        ("name", "\u200b\u200b", "Geef de ronde een naam"),
        ("basis", "\u202egnilegeR", "leesrichting"),
        ("reference_date", "0001-01-01", "Het jaar 1 kan niet kloppen"),
        ("reference_date", "9999-12-31", "Het jaar 9999 kan niet kloppen"),
    ],
)
def test_a_draft_is_not_changed_into_what_cannot_be_read(
    scene: Scene, official: Visitor, session: Session, field: str, typed: str, message: str
) -> None:
    budget_round = scene.draft_round(scene.wijk())
    path = f"/gemeente/rondes/{budget_round.id}/wijzigen"
    page = official.submit(official.get(path), {field: typed})
    assert page.status == 422
    assert message in field_error(page, field)
    assert session.exec(select(BudgetRound.name)).one() == "Fictieronde"


def test_a_round_without_a_ballot_list_in_time_has_not_gone_through_and_every_page_says_so(
    scene: Scene, client: FlaskClient
) -> None:
    scene.account()
    budget_round = scene.open_round(scene.wijk())
    round_id = budget_round.id
    scene.closed_phase()
    visitor = Visitor(client)
    page = visitor.get(f"/rondes/{round_id}")
    assert "Er is niet gestemd" in page.text and "Stemmen kan vanaf" not in page.text
    assert "Fictieronde" not in visitor.get("/").text
    visitor.log_in("ambtenaar@voorbeeld.example")
    page = visitor.get(f"/gemeente/rondes/{round_id}")
    assert "Maak een nieuwe ronde" in page.text and "Stel de stemlijst vast" not in page.text
    assert visitor.get(f"/gemeente/rondes/{round_id}/stemlijst").status == 409


@pytest.mark.parametrize("age", ["121", "-1", "9" * 400])
def test_an_age_that_nobody_has_is_refused_with_what_to_fill_in(
    scene: Scene, official: Visitor, age: str
) -> None:
    scene.wijk()
    page = official.submit(official.get("/gemeente/rondes/nieuw"), {"minimum_age": age})
    assert page.status == 422
    assert "Kies een minimumleeftijd van 0 tot en met 120." in page.text
