"""A city that votes: a database with a vote that runs, and for each voter a browser that only has to press the button."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlencode

from flask import current_app
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from tests.conftest import FakeClock
from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.config import Settings
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.domain.proposal import Proposal
from wijkbudget.domain.sealed_vote import BoardLeaf, SealedBallot
from wijkbudget.edge import alembic
from wijkbudget.services.voting_links import VotingLinks
from wijkbudget.web.resident.kept_ballot import BALLOT, MARK_LENGTH

WIJKEN, PLANS, CHOSEN = 4, 15, 5


@dataclass(frozen=True)
class Standing:
    """What the database holds."""

    ballots: int
    leaves: int
    voted: int
    votes: int
    mails: int


def prepare(settings: Settings, voters: int, buttons: Path) -> None:
    """Fill an empty database, and write what each voter's browser sends: [cookie, form without its number]."""
    clock = FakeClock()
    app = create_app(settings, clock=clock)
    with app.app_context():
        alembic.upgrade()
        budget_round = _fixed_round(Scene(clock), voters)
        _let_it_run_now(budget_round)
        with buttons.open("w", encoding="ascii") as file:
            for line in _browsers():
                file.write(json.dumps(line) + "\n")
        edge.session().close()
        edge.db.engine.dispose()


def standing(settings: Settings) -> Standing:
    """What was cast so far."""
    with create_app(settings).app_context():
        session = edge.session()
        voted = select(func.count(), func.coalesce(func.sum(RollEntry.votes_cast), 0))
        on_roll = session.exec(voted.where(col(RollEntry.voted))).one()
        found = Standing(
            _count(session, SealedBallot), _count(session, BoardLeaf), *on_roll, _count(session, OutboxMail)
        )
        edge.session().close()
        edge.db.engine.dispose()
    return found


def _count(session: Session, table: type) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def _fixed_round(scene: Scene, voters: int) -> BudgetRound:
    wijken = [scene.wijk(f"Fictiewijk {n}", f"F{n:02}") for n in range(WIJKEN)]
    budget_round = scene.open_round(*wijken)
    plans = []
    for wijk in wijken:
        platform, pot = scene.platform(wijk, f"Wijkplatform {wijk.name}"), scene.pot(budget_round, wijk)
        plans += [scene.proposal(pot, platform, f"Plan {n}", 500 + 100 * n) for n in range(PLANS)]
        _enrol(budget_round.id, pot.id, wijk.code, voters // WIJKEN)
    scene.list_all(*plans)
    return scene.fix_list(budget_round.id)


def _enrol(round_id: int, pot_id: int, code: str, number: int) -> None:
    rows = [
        {
            "round_id": round_id,
            "pot_id": pot_id,
            "external_number": f"{code}-{n}",
            "postcode": "2000AA",
            "house_number": n,
            "age_ok": True,
            "email": f"kiezer{n}.{code.lower()}@voorbeeld.example",
            "voted": False,
            "votes_cast": 0,
        }
        for n in range(1, number + 1)
    ]
    with edge.transaction() as session:
        session.connection().execute(insert(RollEntry), rows)


def _let_it_run_now(budget_round: BudgetRound) -> None:
    now, round_id = edge.system_clock(), budget_round.id
    with edge.transaction() as session:
        found = session.get_one(BudgetRound, round_id)
        found.submission_opens_at, found.submission_closes_at = now - timedelta(30), now - timedelta(20)
        found.voting_opens_at, found.voting_closes_at = now - timedelta(1), now + timedelta(7)


def _browsers() -> list[tuple[str, str]]:
    """A started link for everyone on the roll, and the session and form of whoever opened it."""
    session, now = edge.session(), edge.system_clock()
    plans: dict[int, list[int]] = {}
    for pot_id, plan_id in session.exec(select(Proposal.pot_id, Proposal.id).order_by(col(Proposal.id))):
        plans.setdefault(pot_id, []).append(plan_id)
    links = VotingLinks(edge.settings().secret_key)
    browsers, rows = [], []
    for entry_id, pot_id, email in session.exec(select(RollEntry.id, RollEntry.pot_id, RollEntry.email)):
        _, hashed = links.new()
        rows.append(
            {
                "id_sha256": hashed,
                "roll_entry_id": entry_id,
                "email": email,
                "created_at": now,
                "expires_at": now + timedelta(minutes=60),
                "started_at": now,
            }
        )
        chosen = [plans[pot_id][(entry_id + 3 * step) % PLANS] for step in range(CHOSEN)]
        browsers.append(_browser(hashed, sorted(chosen)))
    with edge.transaction() as session:
        session.connection().execute(insert(EmailToken), rows)
    return browsers


def _browser(hashed: str, chosen: list[int]) -> tuple[str, str]:
    raw = token_hex(20)
    kept = {"_permanent": True, "csrf_token": raw, BALLOT: {"link": hashed, "choice": chosen}}
    signer = current_app.session_interface.get_signing_serializer(current_app)  # type: ignore[attr-defined]  (Flask's own interface has it)
    cookie = f"{current_app.config['SESSION_COOKIE_NAME']}={signer.dumps(kept)}"
    token = URLSafeTimedSerializer(current_app.secret_key, salt="wtf-csrf-token").dumps(raw)
    form = [("csrf_token", token), ("ballot", hashed[:MARK_LENGTH]), *(("choice", plan) for plan in chosen)]
    return cookie, urlencode(form)
