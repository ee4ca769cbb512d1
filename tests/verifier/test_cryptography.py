"""The signatures and trees of the verifier, against published vectors and against another library."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tests.verifier.elections import Dice
from tests.verifier.votes import KEY, root_by_definition, signer_of
from wijkbudget.data.verifier import verify

# RFC 8032, section 7.1: public key, message, signature. The fourth is the one over SHA-512("abc"), the last has 1023 bytes in
# the RFC and is left out for its length.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]
IDENTITY = (1).to_bytes(32, "little")


def holds(public_key: str, message: str, signature: str) -> bool:
    return verify.signature_holds(bytes.fromhex(public_key), bytes.fromhex(message), bytes.fromhex(signature))


@pytest.mark.parametrize(("public_key", "message", "signature"), RFC_8032)
def test_the_signatures_of_rfc_8032_hold(public_key: str, message: str, signature: str) -> None:
    assert holds(public_key, message, signature)
    assert not holds(public_key, message + "00", signature)
    for at in (0, 31, 32, 62):
        spoiled = bytearray.fromhex(signature)
        spoiled[at] ^= 1
        assert not holds(public_key, message, spoiled.hex())


def test_each_signature_has_one_way_to_be_written() -> None:
    public_key, message, signature = map(bytes.fromhex, RFC_8032[2])
    s = int.from_bytes(signature[32:], "little")
    for other in (s + verify.L, s + 2 * verify.L):
        again = signature[:32] + other.to_bytes(32, "little")
        assert not verify.signature_holds(public_key, message, again)
        with pytest.raises(InvalidSignature):
            Ed25519PublicKey.from_public_bytes(public_key).verify(again, message)


@pytest.mark.parametrize(
    "raw",
    [
        (verify.P + 1).to_bytes(32, "little"),  # y = 1, written as y + p
        (2**255 - 1).to_bytes(32, "little"),
        (verify.P).to_bytes(32, "little"),
        bytes([1, *[0] * 30, 128]),  # x = 0 with the sign of an odd x
        (2).to_bytes(32, "little"),  # no point of the curve
        IDENTITY[:31],
        IDENTITY + b"\0",
        b"",
    ],
)
def test_a_key_that_is_no_canonical_point_signs_nothing(raw: bytes) -> None:
    assert not verify.signature_holds(raw, b"x", IDENTITY + bytes(32))
    if len(raw) == 32:
        assert not verify.signature_holds(IDENTITY, b"x", raw + bytes(32))


def test_the_group_has_the_order_of_the_rfc() -> None:
    assert verify._equal(verify._times(verify.L, verify.BASE), (0, 1, 1, 0))
    assert not verify._equal(verify._times(verify.L - 1, verify.BASE), (0, 1, 1, 0))


def test_signatures_of_another_library_hold_only_over_what_was_signed() -> None:
    dice = Dice("signatures")
    for number in range(15):
        key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"%d" % number).digest())
        message = bytes(dice.below(256) for _ in range(dice.below(200)))
        signature = key.sign(message)
        assert verify.signature_holds(bytes.fromhex(signer_of(key)), message, signature)
        assert not verify.signature_holds(bytes.fromhex(signer_of(key)), message + b"x", signature)
        assert not verify.signature_holds(bytes.fromhex(signer_of(KEY)), message, signature)


def test_a_tree_has_the_root_that_the_definition_gives() -> None:
    leaves = [hashlib.sha256(b"%d" % number).digest() for number in range(70)]
    for size in range(71):
        assert verify.merkle_root(leaves[:size]) == root_by_definition(leaves[:size])


def test_a_tree_of_two_is_not_the_tree_of_its_node() -> None:
    leaves = [hashlib.sha256(b"%d" % number).digest() for number in range(2)]
    node = b"".join(hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves)
    assert verify.merkle_root(leaves) != verify.merkle_root([node])


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}',
        '{"a": 1}',
        '{"a":1,"a":1}',
        "[1,]",
        "01",
        "-0",
        "1.0",
        "1e2",
        "9007199254740992",
        "-9007199254740992",
        '"\\u0041"',
        '"\\/"',
        '"\\u001F"',
        '"\\u000a"',
        '"\\u00e9"',
        '"\\u007f"',
        '"\\ud800"',
        '{"é":1}',
        " 1",
        "1 ",
        "tRUE",
        "",
    ],
)
def test_json_in_another_way_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="geen canonieke JSON"):
        verify.parse(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        '{"a":[],"b":{},"c":null}',
        "-9007199254740991",
        "9007199254740991",
        '"\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f/\x7fé😀\u2028"',
        '{"B":1,"a":{"a":false,"b":true}}',
    ],
)
def test_canonical_json_is_read(text: str) -> None:
    assert verify.canonical(verify.parse(text.encode())).decode() == text
