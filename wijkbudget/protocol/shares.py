"""Split the private key of a round over officials, so that some of them together can open the ballots: section 3."""

from __future__ import annotations

from collections.abc import Iterable

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from wijkbudget.protocol.canonical import sha256
from wijkbudget.protocol.sealing import PrivateKey

MOST = 16


class WrongShares(ValueError):
    """These shares do not make a key: too few, mistyped, or of different keys."""


def split(key: PrivateKey, threshold: int, count: int) -> list[str]:
    """`count` shares, of which any `threshold` make the key. Raises ValueError unless 2 ≤ threshold ≤ count ≤ 16."""
    if not 2 <= threshold <= count <= MOST:
        raise ValueError("at least two shares must be needed, and no more than there are")
    shares = generate_mnemonics(1, [(threshold, count)], key.raw, extendable=False, iteration_exponent=0)
    return list(shares[0])


def combine(shares: Iterable[str]) -> PrivateKey:
    """The key that these shares make; just as many as the threshold. Raises WrongShares."""
    try:
        return PrivateKey(combine_mnemonics([plain(share) for share in shares]))
    except (MnemonicError, ValueError, IndexError) as error:
        raise WrongShares("these shares do not make a key together") from error


def plain(share: str) -> str:
    """The words of a share as they are hashed: small letters, one space between them."""
    return " ".join(share.lower().split())


def fingerprint(share: str) -> str:
    """SHA-256 of a share: tells later whether it is the right one, and gives nothing away."""
    return sha256(plain(share).encode())
