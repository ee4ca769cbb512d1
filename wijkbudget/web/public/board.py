"""The public board of a vote, what becomes of a receipt, and the archive with which anybody can count again."""

from dataclasses import dataclass

from flask import Response, render_template
from sqlmodel import Session, col, func, select
from wtforms import StringField
from wtforms.validators import Length

from wijkbudget import edge
from wijkbudget.domain.ballot import Ballot
from wijkbudget.domain.budget_round import BudgetRound, RoundStatus
from wijkbudget.domain.errors import NotFound
from wijkbudget.domain.sealed_vote import BoardBatch, BoardLeaf, RoundKey
from wijkbudget.enclosed import enclosed_files
from wijkbudget.protocol.ballot_text import SHORT, from_words
from wijkbudget.protocol.signing import SigningKey
from wijkbudget.services.board import board_text, last_batch
from wijkbudget.services.publish_archive import publish_archive
from wijkbudget.web import access
from wijkbudget.web.fields import DutchForm, Needed, form_page
from wijkbudget.web.public import blueprint, reading

TOO_SHORT = "Vul alle vijf de woorden in, of minstens 20 tekens."
FOUND = {
    "counted": ("ok", "Uw stem telt mee", "Dit bewijs hoort bij een stem die is meegeteld."),
    "superseded": (
        "info",
        "Deze stem is vervangen",
        "Met hetzelfde kiesnummer is later opnieuw gestemd. Die latere stem telt mee, deze niet.",
    ),
    "published": ("ok", "Uw stem staat op het bord", "Na de sluiting ziet u hier of de stem is meegeteld."),
    "waiting": (
        "ok",
        "Uw stem is binnen",
        "Het bewijs komt op het bord zodra er genoeg andere bij zijn, of bij de sluiting.",
    ),
    "unknown": (
        "error",
        "Dit bewijs kennen we niet",
        "Controleer de woorden. Kloppen ze? Bel dan de gemeente: dit mag niet gebeuren.",
    ),
}


class ReceiptForm(DutchForm):
    """A receipt as a voter wrote it down."""

    receipt = StringField(
        "Uw bewijs",
        [Needed("Vul uw bewijs in."), Length(max=200, message="Dit is te lang voor een bewijs.")],
        description="De vijf woorden, of de tekens, die u zag toen u stemde.",
    )


@dataclass(frozen=True)
class BoardPage:
    """The board of a round in figures."""

    round: BudgetRound
    batches: int
    leaves: int
    head: str
    signer: str
    archive: bool


@blueprint.route("/rondes/<int:round_id>/bord", methods=["GET", "POST"])
@access.declare(access.PUBLIC)
def show_board(round_id: int) -> tuple[str, int]:
    """The board, and what became of a receipt. The receipt is sent in the form, so that no address holds it."""
    form, found = ReceiptForm(), None
    page = _page(edge.session(), round_id)
    if form.validate_on_submit():
        beginning = _beginning(form.receipt.data)
        if beginning is None:
            form.receipt.errors = [TOO_SHORT]
        else:
            found = FOUND[_status(edge.session(), page.round, beginning)]
    return form_page("public/show_board.html", form, page=page, found=found)


@blueprint.get("/rondes/<int:round_id>/bord.jsonl")
@access.declare(access.PUBLIC)
def download_board(round_id: int) -> Response:
    """The board as a file, to keep and to compare with later."""
    reading.public_round(edge.session(), round_id)
    answer = Response(board_text(edge.session(), round_id), mimetype="application/jsonl")
    answer.headers["Content-Disposition"] = f'attachment; filename="bord-ronde-{round_id}.jsonl"'
    return answer


@blueprint.get("/rondes/<int:round_id>/archief.zip")
@access.declare(access.PUBLIC)
def download_archive(round_id: int) -> Response:
    """Everything with which anybody can check the vote and count it again."""
    reading.public_round(edge.session(), round_id)
    content = publish_archive(
        edge.session(),
        round_id,
        keys=edge.keys(),
        enclosed=enclosed_files(),
        small_area=edge.settings().small_area,
    )
    answer = Response(content, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="archief-ronde-{round_id}.zip"'
    return answer


@blueprint.get("/stemgeheim")
@access.declare(access.PUBLIC)
def is_my_vote_secret() -> str:
    """What is promised about the secrecy of a vote, and what is not."""
    return render_template("public/is_my_vote_secret.html", signer=_signer())


def _page(session: Session, round_id: int) -> BoardPage:
    budget_round = reading.public_round(session, round_id)
    key = session.get(RoundKey, round_id)
    if key is None or key.opening is None:
        raise NotFound("Deze ronde heeft (nog) geen openbaar bord. Dat komt als de stemlijst vaststaat.")
    number, head = last_batch(session, round_id)
    size = select(func.coalesce(func.sum(BoardBatch.size), 0)).where(BoardBatch.round_id == round_id)
    return BoardPage(
        round=budget_round,
        batches=number,
        leaves=int(session.exec(size).one()),
        head=head,
        signer=_signer(),
        archive=budget_round.status == RoundStatus.CERTIFIED,
    )


def _signer() -> str:
    return SigningKey(edge.keys().signing_key()).public


def _beginning(text: str) -> str | None:
    """The hexadecimal digits that a receipt begins with; None when there are too few to know it by."""
    beginning = from_words(text) or "".join(text.lower().split())
    is_hex = set(beginning) <= set("0123456789abcdef")
    return beginning if is_hex and SHORT <= len(beginning) <= 64 else None


def _status(session: Session, budget_round: BudgetRound, beginning: str) -> str:
    wanted = select(BoardLeaf).where(
        BoardLeaf.round_id == budget_round.id,
        col(BoardLeaf.receipt) >= beginning,
        col(BoardLeaf.receipt) < beginning + "g",
    )
    leaf = session.exec(wanted.limit(1)).first()
    if leaf is None:
        return "unknown"
    if budget_round.status == RoundStatus.CERTIFIED:
        return "counted" if session.get(Ballot, leaf.receipt) is not None else "superseded"
    return "waiting" if leaf.batch is None else "published"
