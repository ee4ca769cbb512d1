"""The board: its trees, its growth, and the published test vectors."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol import vote
from wijkbudget.protocol import merkle
from wijkbudget.protocol.ballot_text import in_words
from wijkbudget.protocol.board import Fault, merkle_root, read_board, require_growth
from wijkbudget.protocol.canonical import canonical_json, sha256
from wijkbudget.protocol.sealing import pseudonym

VECTORS = vote.ROOT / "docs" / "protocol-vectors.json"
# RFC 6962's reference implementation: the test data of certificate-transparency's merkle tree tests.
PUBLISHED = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
PUBLISHED_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", sorted(PUBLISHED_ROOTS))
def test_the_tree_has_the_published_roots(size: int) -> None:
    leaves = [bytes.fromhex(leaf) for leaf in PUBLISHED[:size]]
    assert merkle.root(leaves).hex() == PUBLISHED_ROOTS[size]


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_a_proof_proves_its_own_leaf_at_its_own_place_only(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, root = merkle.proof(leaves, index), merkle.root(leaves)
    assert merkle.proves(leaves[index], index, len(leaves), path, root)
    assert not merkle.proves(leaves[index] + b"!", index, len(leaves), path, root)
    assert not merkle.proves(leaves[index], index, len(leaves), [*path, root], root)
    assert not merkle.proves(leaves[index], len(leaves), len(leaves), path, root)


def test_a_board_is_read_back_as_it_was_written() -> None:
    board = vote.board()
    assert read_board(board.text()).text() == board.text()
    assert read_board(board.text()).head == board.head


def test_a_board_that_grew_by_a_batch_only_grew() -> None:
    receipts = [one.receipt for one in vote.IN_FORCE]
    old, new = vote.board(receipts[:5]).text(), vote.board(receipts).text()
    assert require_growth(old, new) == 1
    assert require_growth(new, new) == 0


def test_a_board_that_lost_or_changed_a_batch_did_not_only_grow() -> None:
    receipts = [one.receipt for one in vote.IN_FORCE]
    old = vote.board(receipts[:10]).text()
    for new, named in (
        (vote.board(receipts[:5]).text(), "groep 2"),
        (vote.board([*receipts[1:6], *receipts[6:]]).text(), "groep 1"),
        (vote.board(receipts, first=vote.opening(round_name="Andere ronde")).text(), "de opening"),
    ):
        with pytest.raises(Fault) as found:
            require_growth(old, new)
        assert found.value.code == "board-diff"
        assert named in found.value.what


@pytest.mark.parametrize("text", [b"", b"\n", b"{}\n", vote.board().text()[:-1], vote.board().text() + b"\n"])
def test_a_file_that_is_no_board_is_named_so(text: bytes) -> None:
    with pytest.raises(Fault) as found:
        read_board(text)
    assert found.value.code == "board-form"


def test_the_published_test_vectors_are_what_this_program_makes() -> None:
    """`WIJKBUDGET_TEST_WRITE_GOLDEN=1` writes them; a change of them is a change of the protocol."""
    many = vote.ballots([*vote.CHOICES, *vote.CHOICES])
    board = vote.board([one.receipt for one in many])
    size = 320
    vectors = {
        "round_key": {"private": vote.ROUND_KEY.raw.hex(), "public": vote.ROUND_KEY.public.raw.hex()},
        "signing_key": {"private": vote.KEY.raw.hex(), "public": vote.KEY.public},
        "pseudonym": {"key": bytes(range(32)).hex(), "entry": 7, "pseudonym": pseudonym(bytes(range(32)), 7)},
        "ballots": [
            {"text": one.text.decode(), "receipt": one.receipt, "words": in_words(one.receipt)}
            for one in many
        ],
        "board": board.text().decode().splitlines(),
        "heads": [vote.board([one.receipt for one in many[:n]]).head for n in (5, 10, 15, 20)],
        "proofs": [
            {
                "batch": batch.number,
                "index": index,
                "receipt": leaf,
                "path": [
                    one.hex() for one in merkle.proof([bytes.fromhex(each) for each in batch.leaves], index)
                ],
                "root": merkle_root(batch.leaves),
            }
            for batch in board.batches
            for index, leaf in enumerate(batch.leaves)
        ],
        "seal": vote.KEY.sign(vote.seal(board)).decode(),
    }
    stored = json.loads(VECTORS.read_text(encoding="utf-8")) if VECTORS.exists() else {}
    if os.environ.get("WIJKBUDGET_TEST_WRITE_GOLDEN"):
        sealed = stored.get("sealed") or vote.ROUND_KEY.public.seal(many[0], size).hex()
        text = json.dumps(vectors | {"sealed": sealed}, indent=1, ensure_ascii=False)
        VECTORS.write_text(text + "\n", encoding="utf-8")
        return
    sealed = stored.pop("sealed")
    assert stored == vectors
    assert vote.ROUND_KEY.open(bytes.fromhex(sealed), vote.ROUND, "F01") == many[0]
    assert sha256(canonical_json(json.loads(vectors["board"][-1]))) == vectors["heads"][-1]
