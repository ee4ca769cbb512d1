"""A vote that runs, with voters who have filled in their form and are about to send it."""

from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from secrets import token_hex
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlmodel import col, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.domain.account import Account, AccountRole, Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.sealed_vote import RoundKey
from wijkbudget.protocol.ballot_text import BallotText
from wijkbudget.protocol.sealing import PrivateKey, ballot_nonce
from wijkbudget.protocol.shares import combine
from wijkbudget.services.cast_ballot import Form
from wijkbudget.services.judge_proposal import fix_ballot_list
from wijkbudget.services.round_keys import check_share, make_round_key
from wijkbudget.services.seal_vote import seal_vote
from wijkbudget.services.voting_links import VotingLinks
from wijkbudget.vault import Vault

PLANS = {"Bomen": 6000, "Plein": 5000, "Bank": 3000}
WIJK = "F01"


@dataclass(frozen=True)
class Paper:
    """A form that a voter is about to send: by which link, in which browser, and the receipt that it must give."""

    entry_id: int
    link: str
    form: Form
    receipt: str
    cookie: str = field(repr=False)
    fields: list[tuple[str, str]] = field(repr=False)


class RunningVote:
    """A round in its voting phase. Its key is divided over three people; the test keeps their shares."""

    def __init__(self, app: Flask, scene: Scene, voters: int) -> None:
        self.app, self.scene, self.vault = app, scene, Vault(edge.settings().keys_folder)
        wijk = scene.wijk(code=WIJK)
        budget_round = scene.open_round(wijk)
        platform, pot = scene.platform(wijk), scene.pot(budget_round, wijk)
        plans = [scene.proposal(pot, platform, title, euros) for title, euros in PLANS.items()]
        scene.list_all(*plans)
        scene.voters(budget_round, wijk, voters)
        ids = [_account(number) for number in range(3)]
        self.holders = [Actor(account_id, frozenset({Role.OFFICIAL})) for account_id in ids]
        self.round_id, self.plans = budget_round.id, [(plan.id, plan.number) for plan in plans]
        self.shares = [
            share.words for share in scene.act(make_round_key, SYSTEM, self.round_id, ids, keys=self.vault)
        ]
        for holder, words in zip(self.holders, self.shares, strict=True):
            scene.act(check_share, holder, self.round_id, words)
        scene.act(fix_ballot_list, SYSTEM, self.round_id)
        scene.voting_phase()
        key = edge.session().get_one(RoundKey, self.round_id)
        self.public_id, self.secret = key.public_id, self.vault.pseudonym_key(key.public_id)
        self.private: PrivateKey = combine(self.shares[:2])
        self.entries = list(edge.session().exec(select(RollEntry.id).order_by(col(RollEntry.id))))
        edge.session().rollback()

    def papers(self, number: int, *, votes_before: int = 0, first: int = 0) -> list[Paper]:
        """So many voters, each with a begun ballot and a filled-in form that was shown after `votes_before` votes."""
        links, papers, now = VotingLinks(edge.settings().secret_key), [], self.scene.clock()
        with edge.transaction() as db:
            for place, entry_id in enumerate(self.entries[first : first + number]):
                link = links.new()[1]
                db.add(
                    EmailToken(
                        id_sha256=link,
                        roll_entry_id=entry_id,
                        email=f"kiezer{entry_id}@voorbeeld.example",
                        created_at=now,
                        expires_at=now + timedelta(minutes=60),
                        started_at=now,
                    )
                )
                papers.append(self._paper(entry_id, link, place, votes_before))
        return papers

    def _paper(self, entry_id: int, link: str, place: int, votes_before: int) -> Paper:
        chosen = [plan for bit, plan in enumerate(self.plans) if place % 7 + 1 & 1 << bit]
        form = Form([plan_id for plan_id, _ in chosen], votes_before, token_hex(16))
        nonce = ballot_nonce(self.secret, entry_id, votes_before, form.number)
        ballot = BallotText(self.public_id, WIJK, tuple(sorted(number for _, number in chosen)), nonce)
        # Outside the application context of the test, which would hand every browser the same token.
        cookie, fields = Context().run(self._browser, link, form)
        return Paper(entry_id, link, form, ballot.receipt, cookie, fields)

    def _browser(self, link: str, form: Form) -> tuple[str, list[tuple[str, str]]]:
        """The cookie and the fields of the check page, as the product would have made them."""
        with self.app.test_request_context():
            session["ballot"], session.permanent = {"link": link, "choice": form.proposal_ids}, True
            fields = [("csrf_token", generate_csrf()), ("ballot", link[:16]), ("form", form.number)]
            cookie = self._serializer().dumps(dict(session))
        fields += [("votes_before", str(form.votes_before))]
        return cookie, fields + [("choice", str(chosen)) for chosen in form.proposal_ids]

    def look(self, client: FlaskClient, path: str) -> TestResponse:
        """A page as a server gives it: outside the application context of the test."""
        return Context().run(client.get, path)

    def send(self, paper: Paper) -> TestResponse:
        """Send the form of a paper from a browser of its own; `receipt_of` reads the answer."""
        client = self.app.test_client()
        client.set_cookie("wijkbudget", paper.cookie)
        return Context().run(client.post, "/stemmen/uitbrengen", data=MultiDict(paper.fields))

    def receipt_of(self, answer: TestResponse) -> str | None:
        """The receipt that this answer hands over."""
        given = SimpleCookie(answer.headers.get("Set-Cookie", "")).get("wijkbudget")
        return self.receipt_in(given.value) if given and answer.status_code == 303 else None

    def receipt_in(self, cookie: str) -> str | None:
        """The receipt that a browser with this cookie shows."""
        received = self._serializer().loads(cookie).get("received")
        return str(received[2]) if received else None

    def _serializer(self) -> Any:
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        assert serializer is not None
        return serializer

    def close(self) -> None:
        """After the close, with the vote sealed."""
        self.scene.closed_phase(opened=False)
        self.scene.act(seal_vote, SYSTEM, self.round_id, keys=self.vault)


def _account(number: int) -> int:
    """An official who never logs in: making a password takes longer than all the rest."""
    email = f"houder{number}@voorbeeld.example"
    with edge.transaction() as db:
        account = Account(email=email, name="Fictief Persoon", password_hash="-")
        db.add(account)
        db.flush()
        db.add(AccountRole(account_id=account.id, role=Role.OFFICIAL))
        return account.id
