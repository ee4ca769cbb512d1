"""A key file is missing, empty or unreadable: a clear refusal, nothing half done, and it goes on when the key is back."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from tests.faults.agreement import check_agreement, everything_stored
from tests.faults.running_vote import RunningVote
from tests.faults.server import served
from wijkbudget import edge
from wijkbudget.cli.board import try_to_add_batches
from wijkbudget.config import SettingsError, load_settings
from wijkbudget.domain.sealed_vote import BoardBatch, RoundKey
from wijkbudget.services.cast_ballot import cast_ballot
from wijkbudget.services.open_ballots import destroy_spent_keys
from wijkbudget.services.seal_vote import seal_vote
from wijkbudget.vault import KeyMissing

Damage = Callable[[Path], object]
NO_VOTING = "Stemmen kan nu even niet: een sleutel van deze stemming ontbreekt. Probeer het later nog eens."
AWAY = "De website is even niet bereikbaar"


def cannot_be_read(path: Path) -> None:
    """In the place of the key stands something that nobody can read, root included."""
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Damage] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:31]),
    "unreadable": cannot_be_read,
}
damaged = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
# A signing key or a secret key that is not there is made, as at the first use.
SPOILT = {name: damage for name, damage in DAMAGES.items() if name != "missing"}
spoilt = pytest.mark.parametrize("damage", SPOILT.values(), ids=SPOILT.keys())


def put_back(path: Path, content: bytes) -> None:
    if path.is_dir():
        path.rmdir()
    path.write_bytes(content)


def key_of(vote: RunningVote) -> Path:
    (path,) = vote.vault.folder.glob("*.vote.key")
    return path


def lose_folder(vote: RunningVote) -> Path:
    """In the place of the folder with keys stands a file; where the folder is kept meanwhile."""
    kept = vote.vault.folder.with_name("kept")
    vote.vault.folder.rename(kept)
    vote.vault.folder.write_bytes(b"")
    return kept


def bring_folder(vote: RunningVote, kept: Path) -> None:
    vote.vault.folder.unlink()
    kept.rename(vote.vault.folder)


@damaged
def test_without_its_key_a_vote_is_refused_in_words_and_taken_when_the_key_is_back(
    vote: RunningVote, damage: Damage
) -> None:
    (before, paper), key = vote.papers(2), key_of(vote)
    content = key.read_bytes()
    assert vote.receipt_of(vote.send(before)) == before.receipt
    damage(key)
    refused = vote.send(paper)
    assert refused.status_code == 503
    assert NO_VOTING in " ".join(refused.text.split())
    assert vote.look(vote.app.test_client(), f"/rondes/{vote.round_id}").status_code == 200
    assert check_agreement(vote) == {before.receipt}
    put_back(key, content)
    assert vote.receipt_of(vote.send(paper)) == paper.receipt
    assert check_agreement(vote) == {before.receipt, paper.receipt}


def test_a_server_that_starts_without_the_key_shows_its_pages_refuses_votes_and_needs_no_new_start(
    vote: RunningVote, tmp_path: Path
) -> None:
    (paper,), key = vote.papers(1), key_of(vote)
    content = key.read_bytes()
    key.write_bytes(b"")
    with served(vote, tmp_path) as server:
        refused = server.cast(paper)
        assert refused is not None and refused.status == 503
        assert NO_VOTING in " ".join(refused.page.split())
        assert check_agreement(vote) == set()
        key.write_bytes(content)
        taken = server.cast(paper)
    assert taken is not None and taken.receipt == paper.receipt


@spoilt
def test_a_vote_is_not_sealed_with_a_signing_key_that_cannot_be_read(
    vote: RunningVote, damage: Damage
) -> None:
    (paper,) = vote.papers(1)
    vote.scene.act(cast_ballot, paper.link, paper.form, keys=vote.vault)
    vote.scene.closed_phase(opened=False)
    content = vote.vault.signing_key()
    damage(vote.vault.folder / "signing.key")
    with pytest.raises(KeyMissing, match="ondertekenen"):
        vote.scene.act(seal_vote, vote.holders[0], vote.round_id, keys=vote.vault)
    assert edge.session().get_one(RoundKey, vote.round_id).sealed_at is None
    assert not edge.session().exec(select(BoardBatch)).all()
    destroy_spent_keys(edge.session(), vote.vault)
    assert key_of(vote).exists()
    page = vote.look(vote.app.test_client(), f"/rondes/{vote.round_id}/bord")
    assert page.status_code == 503
    assert "De sleutel om mee te ondertekenen ontbreekt." in page.text
    put_back(vote.vault.folder / "signing.key", content)
    assert vote.scene.act(seal_vote, vote.holders[0], vote.round_id, keys=vote.vault).seal


def test_a_folder_of_keys_that_cannot_be_used_is_a_clear_page_everywhere(vote: RunningVote) -> None:
    (paper,) = vote.papers(1)
    untouched, kept = everything_stored(), lose_folder(vote)
    refused = vote.send(paper)
    board = vote.look(vote.app.test_client(), f"/rondes/{vote.round_id}/bord")
    bring_folder(vote, kept)
    assert (refused.status_code, board.status_code) == (503, 503)
    assert NO_VOTING in " ".join(refused.text.split())
    assert AWAY in board.text and "Waarschuw de beheerder" in board.text
    assert everything_stored() == untouched
    assert vote.receipt_of(vote.send(paper)) == paper.receipt


def test_a_key_that_cannot_be_destroyed_does_not_stop_the_boards_of_other_votes(
    vote: RunningVote, caplog: pytest.LogCaptureFixture
) -> None:
    (paper,) = vote.papers(1)
    vote.scene.act(cast_ballot, paper.link, paper.form, keys=vote.vault)
    vote.close()
    key = key_of(vote)
    cannot_be_read(key)
    assert try_to_add_batches() == 0
    assert "key" in caplog.text
    put_back(key, bytes(32))
    try_to_add_batches()
    assert not key.exists()


@spoilt
def test_a_spoilt_secret_key_is_named_and_nothing_is_made_with_another(
    tmp_path: Path, damage: Damage
) -> None:
    (tmp_path / "secret_key").write_text("k" * 32)
    damage(tmp_path / "secret_key")
    with pytest.raises(SettingsError, match="WIJKBUDGET_(SECRET_KEY|INSTANCE)"):
        load_settings({"WIJKBUDGET_INSTANCE": str(tmp_path)}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_the_command_does_not_start_with_a_spoilt_secret_key(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_bytes(b"")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WIJKBUDGET_")}
    done = subprocess.run(
        [sys.executable, "-m", "wijkbudget", "init"],
        env=kept | {"WIJKBUDGET_INSTANCE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "WIJKBUDGET_SECRET_KEY" in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.sqlite"))
