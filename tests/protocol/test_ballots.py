"""Ballot texts, receipts, words, seals, pseudonyms and shares."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol import vote
from wijkbudget.protocol import shares
from wijkbudget.protocol.ballot_text import BallotText, MalformedBallot, from_words, in_words, sealed_size
from wijkbudget.protocol.canonical import NotCanonical, canonical_json, read_canonical
from wijkbudget.protocol.sealing import PrivateKey, SealBroken, pseudonym

texts = st.text(max_size=8)
ids = st.text("0123456789abcdef", min_size=32, max_size=32)
ballot_texts = st.builds(BallotText, ids, texts, st.lists(st.integers(0, 999), max_size=6).map(tuple), ids)


@given(ballot_texts)
def test_a_ballot_is_read_back_from_its_text(ballot: BallotText) -> None:
    assert BallotText.read(ballot.text) == ballot


@given(ballot_texts, ballot_texts)
def test_two_ballots_share_a_receipt_only_if_they_are_the_same(one: BallotText, other: BallotText) -> None:
    assert (one.receipt == other.receipt) == (one == other)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"choice":[1]}',
        vote.IN_FORCE[0].text + b" ",
        vote.IN_FORCE[0].text.replace(b'"v":1', b'"v":true'),
        vote.IN_FORCE[0].text.replace(b'"v":1', b'"v":1.0'),
        vote.IN_FORCE[0].text.replace(b"[1]", b"[true]"),
        vote.IN_FORCE[0].text.replace(b"[1]", b"[1e0]"),
        vote.IN_FORCE[0].text.replace(b"[1]", b'["1"]'),
        vote.IN_FORCE[0].text.replace(b'"F01"', b"1"),
        vote.IN_FORCE[0].text.replace(b"wijkbudget-ballot", b"another-ballot"),
        vote.IN_FORCE[0].text.replace(vote.nonce(0).encode(), vote.nonce(0).upper().encode()),
    ],
)
def test_what_is_not_written_as_a_ballot_is_not_read_as_one(text: bytes) -> None:
    with pytest.raises(MalformedBallot):
        BallotText.read(text)


@pytest.mark.parametrize(
    "text", [b"\xff", b'{"a":1,"a":1}', b'{"a":NaN}', b'{"b":1,"a":1}', b'"\\u0061"', b"[" * 99_999]
)
def test_only_the_one_way_to_write_a_value_is_accepted(text: bytes) -> None:
    with pytest.raises(NotCanonical):
        read_canonical(text)


def test_canonical_json_leaves_letters_and_slashes_as_they_are() -> None:
    assert canonical_json({"é/\u007f": "\u2028\x1f\n"}).decode() == '{"é/\u007f":"\u2028\\u001f\\n"}'


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_the_words_of_a_receipt_lead_back_to_its_first_twenty_digits(receipt: str) -> None:
    words = in_words(receipt)
    assert [len(word) for word in words.split()] == [5] * 5
    assert from_words(words.upper().replace(" ", "-")) == receipt[:20]


@pytest.mark.parametrize(
    "text", ["", "lusab", "lusab babad babab babab babax", "een twee drie vier vijf", "0" * 20]
)
def test_other_words_lead_nowhere(text: str) -> None:
    assert from_words(text) is None


def test_every_ballot_of_a_pot_is_sealed_to_the_same_length() -> None:
    size = sealed_size(vote.ROUND, "F01", (1, 2, 10))
    public = vote.ROUND_KEY.public
    assert {len(public.seal(one, size)) for one in vote.IN_FORCE if one.pot == "F01"} == {size + 48}
    assert size % 64 == 0


def test_a_sealed_ballot_opens_with_the_key_of_its_round_and_with_no_other() -> None:
    ballot, size = vote.IN_FORCE[3], sealed_size(vote.ROUND, "F01", (1, 2, 10))
    sealed = vote.ROUND_KEY.public.seal(ballot, size)
    assert vote.ROUND_KEY.open(sealed, vote.ROUND, "F01") == ballot
    for key, round_id, pot, content in (
        (PrivateKey.new(), vote.ROUND, "F01", sealed),
        (vote.ROUND_KEY, "f" * 32, "F01", sealed),
        (vote.ROUND_KEY, vote.ROUND, "F02", sealed),
        (vote.ROUND_KEY, vote.ROUND, "F01", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (vote.ROUND_KEY, vote.ROUND, "F01", sealed[:20]),
    ):
        with pytest.raises(SealBroken):
            key.open(content, round_id, pot)


def test_the_same_ballot_sealed_twice_looks_different() -> None:
    public = vote.ROUND_KEY.public
    assert public.seal(vote.IN_FORCE[0], 256) != public.seal(vote.IN_FORCE[0], 256)


def test_a_ballot_that_is_too_long_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="longer"):
        vote.ROUND_KEY.public.seal(vote.IN_FORCE[0], 64)


def test_a_pseudonym_is_the_same_each_time_and_differs_per_voter_and_key() -> None:
    keys = (bytes(32), bytes(31) + b"1")
    found = [pseudonym(key, entry) for key in keys for entry in (1, 2, 11)]
    assert len(set(found)) == 6
    assert found[0] == pseudonym(keys[0], 1)


@pytest.mark.parametrize(("threshold", "count"), [(2, 2), (2, 3), (3, 5)])
def test_enough_shares_make_the_key_and_fewer_do_not(threshold: int, count: int) -> None:
    made = shares.split(vote.ROUND_KEY, threshold, count)
    for chosen in itertools.combinations(made, threshold):
        assert shares.combine(chosen) == vote.ROUND_KEY
    with pytest.raises(shares.WrongShares):
        shares.combine(made[: threshold - 1])


def test_shares_of_two_keys_or_with_a_typing_error_make_no_key() -> None:
    ours, theirs = shares.split(vote.ROUND_KEY, 2, 3), shares.split(PrivateKey.new(), 2, 3)
    words = ours[1].split()
    for wrong in (theirs[1], ours[0], " ".join(words[::-1]), " ".join(words[:-1]), "", "geen woorden"):
        with pytest.raises(shares.WrongShares):
            shares.combine([ours[0], wrong])


def test_a_share_typed_in_capitals_with_extra_spaces_is_the_same_share() -> None:
    first, second, _ = shares.split(vote.ROUND_KEY, 2, 3)
    typed = "  " + second.upper().replace(" ", "  \n")
    assert shares.combine([first, typed]) == vote.ROUND_KEY
    assert shares.fingerprint(typed) == shares.fingerprint(second)


@pytest.mark.parametrize(("threshold", "count"), [(1, 1), (1, 3), (4, 3), (2, 17)])
def test_one_share_alone_may_never_be_enough(threshold: int, count: int) -> None:
    with pytest.raises(ValueError, match="at least two"):
        shares.split(vote.ROUND_KEY, threshold, count)
