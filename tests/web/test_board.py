"""The public board, what becomes of a receipt, and the archive that passes every check."""

import re

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select

from tests.scene import Scene
from tests.web.visitor import Page, Visitor
from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.protocol.ballot_text import in_words
from wijkbudget.protocol.board import read_board
from wijkbudget.protocol.verify import verify_archive
from wijkbudget.services.board import add_batch
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round

PLANS = {"Bomen": 6000, "Plein": 5000, "Bank": 3000}


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


@pytest.fixture
def vote(scene: Scene) -> tuple[BudgetRound, list[str]]:
    """A running vote with six ballots, the first of which replaced an earlier one; and all receipts in order."""
    budget_round, plans = scene.voting_round(scene.wijk(), PLANS, voters=6)
    receipts = []
    entries = list(edge.session().exec(select(RollEntry.id).order_by(col(RollEntry.id))))
    for entry in (entries[0], *entries):
        _, hashed = scene.link(entry)
        receipts.append(scene.cast(hashed, [plans[0].id]).receipt)
    return budget_round, receipts


def batch(scene: Scene, round_id: int) -> None:
    scene.act(lambda session, _: add_batch(session, round_id))


def certify(scene: Scene, round_id: int) -> None:
    scene.closed_phase()
    scene.act(count_round, SYSTEM, round_id)
    scene.act(certify_result, SYSTEM, round_id)


def look_up(visitor: Visitor, round_id: int, receipt: str) -> Page:
    return visitor.submit(visitor.get(f"/rondes/{round_id}/bord"), {"receipt": receipt})


def test_a_voter_sees_five_words_and_finds_them_on_the_board(
    visitor: Visitor, scene: Scene, vote: tuple[BudgetRound, list[str]]
) -> None:
    budget_round, receipts = vote
    words = in_words(receipts[-1])
    assert "Uw stem is binnen" in look_up(visitor, budget_round.id, words).text
    batch(scene, budget_round.id)
    assert "Uw stem staat op het bord" in look_up(visitor, budget_round.id, words.upper()).text
    assert "Uw stem staat op het bord" in look_up(visitor, budget_round.id, receipts[-1]).text


def test_during_the_vote_nobody_sees_that_a_vote_was_replaced(
    visitor: Visitor, scene: Scene, vote: tuple[BudgetRound, list[str]]
) -> None:
    budget_round, receipts = vote
    batch(scene, budget_round.id)
    answers = {
        look_up(visitor, budget_round.id, receipt).text.split("Zoek uw bewijs")[0] for receipt in receipts
    }
    assert len(answers) == 1


def test_after_the_result_a_receipt_is_counted_or_replaced(
    visitor: Visitor, scene: Scene, vote: tuple[BudgetRound, list[str]]
) -> None:
    budget_round, receipts = vote
    certify(scene, budget_round.id)
    assert "Deze stem is vervangen" in look_up(visitor, budget_round.id, receipts[0]).text
    for receipt in receipts[1:]:
        assert "Uw stem telt mee" in look_up(visitor, budget_round.id, receipt[:20]).text


@pytest.mark.parametrize("receipt", ["0" * 64, "lusab babad babab babab babab"])
def test_an_unknown_receipt_says_what_to_do(
    visitor: Visitor, vote: tuple[BudgetRound, list[str]], receipt: str
) -> None:
    assert "Bel dan de gemeente" in look_up(visitor, vote[0].id, receipt).text


@pytest.mark.parametrize("receipt", ["", "ab", "lusab babad", "z" * 30, "é" * 300, "0" * 65])
def test_what_is_no_receipt_is_refused(
    visitor: Visitor, vote: tuple[BudgetRound, list[str]], receipt: str
) -> None:
    assert look_up(visitor, vote[0].id, receipt).status == 422


def test_the_board_is_a_file_that_only_grows(
    visitor: Visitor, client: FlaskClient, scene: Scene, vote: tuple[BudgetRound, list[str]]
) -> None:
    budget_round, receipts = vote
    before = client.get(f"/rondes/{budget_round.id}/bord.jsonl").data
    batch(scene, budget_round.id)
    after = client.get(f"/rondes/{budget_round.id}/bord.jsonl").data
    assert after.startswith(before)
    assert sorted(read_board(after).leaves) == sorted(receipts)


def test_the_archive_of_a_result_passes_every_check_and_names_its_signer(
    visitor: Visitor, client: FlaskClient, scene: Scene, vote: tuple[BudgetRound, list[str]]
) -> None:
    budget_round, receipts = vote
    assert client.get(f"/rondes/{budget_round.id}/archief.zip").status_code == 404
    certify(scene, budget_round.id)
    page = visitor.get(f"/rondes/{budget_round.id}/bord")
    signer = re.search(r"ondertekent: ([0-9a-f]{64})", page.text)
    assert signer
    answer = client.get(f"/rondes/{budget_round.id}/archief.zip")
    found = verify_archive(answer.data, signer[1])
    assert len(found.board.leaves) == len(receipts) == 7
    assert len(found.ballots) == 6
    assert all(one.ballot is None for one in found.ballots), (
        "with six ballots a wijk is too small to publish them"
    )


def test_a_round_before_its_ballot_list_or_a_draft_has_no_board(visitor: Visitor, scene: Scene) -> None:
    wijk = scene.wijk()
    opened, draft = scene.open_round(wijk).id, scene.draft_round(wijk).id
    for round_id in (opened, draft, 99):
        for path in ("bord", "bord.jsonl", "archief.zip"):
            assert visitor.send(visitor.client.get, f"/rondes/{round_id}/{path}").status_code == 404


def test_the_page_about_secrecy_names_what_is_not_promised_too(visitor: Visitor) -> None:
    page = visitor.get("/stemgeheim")
    assert page.heading == "Is mijn stem geheim?"
    assert "Wat u moet weten" in page.text
