"""The keys of a vote on screen: officials make and divide them, holders check and give their share, two open the vote."""

import re

import pytest
from flask import Flask
from sqlmodel import col, select

from tests.scene import Scene
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.ballot import Ballot
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.sealed_vote import KeyShare, RoundKey

HOLDERS = {"anna": Role.OFFICIAL, "bo": Role.OFFICIAL, "cor": Role.AUDITOR}


class Office:
    """Three holders, each in front of a browser of their own, and a round that is ready for its keys."""

    def __init__(self, app: Flask, scene: Scene) -> None:
        self.scene = scene
        self.accounts: dict[str, Account] = {}
        self.visitors: dict[str, Visitor] = {}
        for name, role in HOLDERS.items():
            email = f"{name}@voorbeeld.example"
            self.accounts[name] = scene.account(email, role, name=f"Fictieve {name.title()}")
            self.visitors[name] = Visitor(app.test_client())
            self.visitors[name].log_in(email)
        wijk = scene.wijk()
        self.round = scene.open_round(wijk)
        plan = scene.proposal(scene.pot(self.round), scene.platform(wijk))
        scene.list_all(plan)
        scene.voters(self.round, wijk, 6)
        self.plan = plan
        self.path = f"/gemeente/rondes/{self.round.id}"

    def make(self, *names: str) -> Page:
        chosen = [str(self.accounts[name].id) for name in names]
        page = self.visitors["anna"].get(f"{self.path}/sleutels/maken")
        fields = dict(zip(("first", "second", "third"), chosen, strict=False))
        return self.visitors["anna"].submit(page, fields)

    def shares(self) -> dict[str, str]:
        """The words of each holder, as they stand on the sheets."""
        page = self.make(*HOLDERS)
        assert page.document
        sheets = page.document.query(".wb-keyshare")
        return {
            name: " ".join(item.to_text() for item in sheet.query("li"))
            for name, sheet in zip(HOLDERS, sheets, strict=True)
        }

    def use(self, name: str, words: str) -> Page:
        visitor = self.visitors[name]
        return visitor.submit(visitor.get(f"{self.path}/sleutels/mijn"), {"words": words})

    def vote(self) -> None:
        """Two people vote; then the vote is over."""
        self.scene.voting_phase()
        for entry in list(edge.session().exec(select(RollEntry.id).order_by(col(RollEntry.id))))[:2]:
            self.scene.vote(entry, self.plan)
        self.scene.closed_phase(opened=False)


@pytest.fixture
def office(app: Flask, scene: Scene) -> Office:
    return Office(app, scene)


def test_three_holders_check_their_share_and_two_of_them_open_the_ballots(office: Office) -> None:
    anna, bo = office.visitors["anna"], office.visitors["bo"]
    assert "Maak de sleutels" in anna.get(office.path).text
    shares = office.shares()
    for name, words in shares.items():
        assert "goede sleuteldeel" in office.use(name, words).text
    listed = anna.submit(anna.get(f"{office.path}/stemlijst"))
    assert "liggen vast" in listed.text
    office.vote()
    assert "Sluit de stemming af" in anna.get(office.path).text
    sealed = anna.submit(anna.get(f"{office.path}/sleutels"))
    assert "De stemming is afgesloten" in sealed.text
    assert "een andere houder" in office.use("cor", shares["cor"]).text
    assert not edge.session().exec(select(Ballot)).all()
    opened = office.use("bo", shares["bo"])
    assert "Alle stembiljetten zijn geopend" in opened.text
    counted = bo.submit(bo.get(office.path), action="/tellen")
    assert "De stemmen zijn geteld" in counted.text


def test_the_sheets_are_shown_once_and_never_kept_by_a_browser(office: Office) -> None:
    page = office.make(*HOLDERS)
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.html.count("wb-keyshare__words") == 3
    again = office.visitors["anna"].get(f"{office.path}/sleutels")
    words = {word for word in re.findall(r"<li>(\w+)</li>", page.html)}
    assert len(words) > 20
    assert not any(f"<li>{word}</li>" in again.html for word in words)


@pytest.mark.parametrize("names", [("anna", "anna", "bo"), ("anna", "bo"), ()])
def test_the_same_holder_twice_or_one_too_few_is_refused_with_what_to_do(
    office: Office, names: tuple[str, ...]
) -> None:
    page = office.make(*names)
    assert page.status == 422
    assert edge.session().get(RoundKey, office.round.id) is None


def test_wrong_words_are_refused_and_stay_in_the_form(office: Office) -> None:
    shares = office.shares()
    for wrong in ("", "een paar woorden", shares["bo"]):
        page = office.use("anna", wrong)
        assert page.status == 422
    assert not edge.session().exec(select(KeyShare).where(col(KeyShare.checked_at).is_not(None))).all()


def test_who_holds_no_share_is_told_so(office: Office, app: Flask) -> None:
    office.shares()
    office.scene.account("dan@voorbeeld.example", Role.OFFICIAL)
    outsider = Visitor(app.test_client())
    outsider.log_in("dan@voorbeeld.example")
    assert "geen sleuteldeel" in outsider.get(f"{office.path}/sleutels/mijn").text


def test_the_ballot_list_cannot_be_fixed_before_everybody_has_checked(office: Office) -> None:
    office.use("anna", office.shares()["anna"])
    anna = office.visitors["anna"]
    page = anna.submit(anna.get(f"{office.path}/stemlijst"))
    assert page.status == 409
    assert "Fictieve Bo, Fictieve Cor" in page.text


def test_a_vote_is_not_sealed_before_its_time_is_over(office: Office) -> None:
    for name, words in office.shares().items():
        office.use(name, words)
    anna = office.visitors["anna"]
    anna.submit(anna.get(f"{office.path}/stemlijst"))
    office.scene.voting_phase()
    page = anna.get(office.path)
    token = anna.get(f"{office.path}/sleutels/mijn").form()["csrf_token"]
    refused = Page(anna.send(anna.client.post, f"{office.path}/afsluiten", data={"csrf_token": token}))
    assert refused.status == 409
    assert "afsluiten" not in page.text
    assert edge.session().get_one(BudgetRound, office.round.id).status == "ballot_fixed"
