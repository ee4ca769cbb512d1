"""The keys of a vote: make and divide them, check one's own share, seal the vote, and give one's share to open it."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from wijkbudget import edge
from wijkbudget.domain.account import Account, AccountRole
from wijkbudget.domain.budget_round import BudgetRound, Phase
from wijkbudget.domain.errors import DomainError
from wijkbudget.domain.sealed_vote import KeyShare, RoundKey
from wijkbudget.services.open_ballots import destroy_spent_keys, give_share
from wijkbudget.services.round_keys import (
    BEFORE_THE_VOTE,
    HOLDERS,
    HOLDING,
    THRESHOLD,
    check_share,
    make_round_key,
)
from wijkbudget.services.seal_vote import seal_vote as seal
from wijkbudget.web import access
from wijkbudget.web.fields import DutchForm, Needed, form_page
from wijkbudget.web.official import blueprint
from wijkbudget.web.official.round_pages import get_round

Answer = Response | str | tuple[str, int]


class HoldersForm(DutchForm):
    """Who get a share of the key."""

    first = SelectField("Houder van deel 1", [Needed("Kies iemand.")], coerce=int)
    second = SelectField("Houder van deel 2", [Needed("Kies iemand.")], coerce=int)
    third = SelectField("Houder van deel 3", [Needed("Kies iemand.")], coerce=int)


class ShareForm(DutchForm):
    """The words of one's own share."""

    words = TextAreaField(
        "De woorden van uw sleuteldeel",
        [Needed("Vul de woorden in."), Length(max=2000, message="Dit is te lang voor een sleuteldeel.")],
        description="Alle woorden van uw papier, in dezelfde volgorde, met een spatie ertussen.",
    )


@dataclass(frozen=True)
class ShareLine:
    """A share as the page shows it: never its words."""

    number: int
    holder: str
    mine: bool
    checked: bool
    given: bool


@dataclass(frozen=True)
class KeysPage:
    """Where the keys of a round stand, for the person who looks."""

    round: BudgetRound
    phase: Phase
    key: RoundKey | None
    shares: tuple[ShareLine, ...]
    before_the_vote: bool
    may_make: bool
    opens_itself: bool

    @property
    def mine(self) -> ShareLine | None:
        """The share of who looks."""
        return next((share for share in self.shares if share.mine), None)

    @property
    def given(self) -> int:
        """How many shares have been given for opening."""
        return sum(share.given for share in self.shares)


@blueprint.get("/rondes/<int:round_id>/sleutels")
@access.declare(access.STAFF)
def show_keys(round_id: int) -> str:
    """Who hold a share, who checked it, and what is to be done now."""
    return render_template("official/show_keys.html", page=_page(round_id), Phase=Phase)


@blueprint.route("/rondes/<int:round_id>/sleutels/maken", methods=["GET", "POST"])
@access.declare(access.OFFICIAL)
def make_keys(round_id: int) -> Answer:
    """Choose the holders; the answer shows every share once, to be printed."""
    form, people = HoldersForm(), _people(edge.session())
    for field in (form.first, form.second, form.third):
        field.choices = [(0, "Kies iemand"), *people]
    if form.validate_on_submit():
        if asked := access.code_first():
            return asked
        holders = [form.first.data, form.second.data, form.third.data]
        try:
            with edge.transaction() as session:
                shares = make_round_key(
                    session, edge.now(), access.actor(), round_id, holders, keys=edge.keys()
                )
        except DomainError as error:
            form.refuse(error)
        else:
            page = _page(round_id)
            return render_template(
                "official/hand_out_shares.html", page=page, shares=shares, needed=THRESHOLD
            )
    return form_page("official/make_keys.html", form, page=_page(round_id), needed=THRESHOLD, of=HOLDING)


@blueprint.route("/rondes/<int:round_id>/sleutels/mijn", methods=["GET", "POST"])
@access.declare(access.STAFF)
def use_own_share(round_id: int) -> Answer:
    """Before the vote a holder checks their share; after the seal they give it."""
    form, page = ShareForm(), _page(round_id)
    if form.validate_on_submit():
        if asked := access.code_first():
            return asked
        try:
            said = _use(round_id, form.words.data, before_the_vote=page.before_the_vote)
        except DomainError as error:
            form.refuse(error)
        else:
            destroy_spent_keys(edge.session(), edge.keys())
            flash(said, "success")
            return redirect(url_for(".show_keys", round_id=round_id), 303)
    return form_page("official/use_own_share.html", form, page=page)


@blueprint.post("/rondes/<int:round_id>/afsluiten")
@access.declare(access.OFFICIAL)
def seal_vote(round_id: int) -> Answer:
    """Seal the vote: the last batch, the signed seal, and an end to the pseudonym key."""
    if asked := access.code_first(url_for(".show_keys", round_id=round_id)):
        return asked
    with edge.transaction() as session:
        seal(session, edge.now(), access.actor(), round_id, keys=edge.keys())
    destroy_spent_keys(edge.session(), edge.keys())
    flash("De stemming is afgesloten. Nu kunnen de houders hun sleuteldeel geven.", "success")
    return redirect(url_for(".show_keys", round_id=round_id), 303)


def _use(round_id: int, words: str, *, before_the_vote: bool) -> str:
    with edge.transaction() as session:
        if before_the_vote:
            check_share(session, edge.now(), access.actor(), round_id, words)
            return "Dit is het goede sleuteldeel. Bewaar het papier op een veilige plek, zonder kopie."
        opened = give_share(session, edge.now(), access.actor(), round_id, words)
    if opened:
        return "Alle stembiljetten zijn geopend. De stemmen kunnen nu worden geteld."
    return "Uw sleuteldeel is ontvangen. Nu moet een andere houder het eigen deel geven."


def _people(session: Session) -> list[tuple[int, str]]:
    wanted = (
        select(Account.id, Account.name)
        .join(AccountRole, col(AccountRole.account_id) == col(Account.id))
        .where(col(Account.active), col(AccountRole.role).in_(HOLDERS))
        .distinct()
    )
    people = [(account_id, name) for account_id, name in session.exec(wanted)]
    return sorted(people, key=lambda row: (row[1].casefold(), row[0]))


def _page(round_id: int) -> KeysPage:
    session, now = edge.session(), edge.now()
    budget_round = get_round(session, round_id)
    phase, me = budget_round.phase_at(now), access.actor().account_id
    wanted = (
        select(KeyShare, Account.name)
        .join(Account, col(Account.id) == col(KeyShare.account_id))
        .where(KeyShare.round_id == round_id)
        .order_by(col(KeyShare.number))
    )
    shares = [
        ShareLine(
            share.number, name, share.account_id == me, share.checked_at is not None, share.given is not None
        )
        for share, name in session.exec(wanted)
    ]
    return KeysPage(
        round=budget_round,
        phase=phase,
        key=session.get(RoundKey, round_id),
        shares=tuple(shares),
        before_the_vote=phase in BEFORE_THE_VOTE,
        may_make=access.OFFICIAL.admits(access.current_roles()),
        opens_itself=edge.keys().opens_itself,
    )
