"""Make the keys of a round and divide the private one over officials, before the ballot list is fixed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlmodel import Session, col, delete, select

from wijkbudget.db import lock_round
from wijkbudget.domain.account import Account, AccountRole, Role
from wijkbudget.domain.actor import Actor
from wijkbudget.domain.budget_round import Phase
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed
from wijkbudget.domain.sealed_vote import KeyShare, RoundKey
from wijkbudget.protocol.sealing import PrivateKey
from wijkbudget.protocol.shares import fingerprint, split
from wijkbudget.services.write_audit import write_audit
from wijkbudget.vault import Vault

BEFORE_THE_VOTE = (Phase.ANNOUNCED, Phase.SUBMISSION, Phase.REVIEW)
HOLDERS = frozenset({Role.OFFICIAL, Role.AUDITOR, Role.ADMINISTRATOR})
THRESHOLD, HOLDING = 2, 3


@dataclass(frozen=True)
class HandedOut:
    """A share with its holder, to be printed once. It is stored nowhere."""

    number: int
    holder: str
    words: str


def make_round_key(
    session: Session,
    now: datetime,
    actor: Actor,
    round_id: int,
    holders: Sequence[int],
    *,
    keys: Vault,
    threshold: int = THRESHOLD,
) -> list[HandedOut]:
    """Draw the keys of a round; the shares of the private one, for these accounts. Making them again replaces them.

    Raises WrongPhase once the ballot list is fixed, and InvalidInput for holders who cannot hold a share.
    """
    actor.require(Role.OFFICIAL)
    lock_round(session, round_id).require_phase(now, *BEFORE_THE_VOTE)
    accounts = [_holder(session, account_id) for account_id in holders]
    if len({account.id for account in accounts}) < len(holders):
        raise InvalidInput("Kies voor elk sleuteldeel iemand anders.", field="holders")
    if not 2 <= threshold <= len(accounts):
        raise InvalidInput("Kies minstens twee mensen, van wie er minstens twee nodig zijn.", field="holders")
    private = PrivateKey.new()
    shares = split(private, threshold, len(accounts))
    _store(session, round_id, private, threshold, keys)
    for number, (account, words) in enumerate(zip(accounts, shares, strict=True), 1):
        share = KeyShare(
            round_id=round_id, number=number, account_id=account.id, fingerprint=fingerprint(words)
        )
        session.add(share)
    session.flush()
    write_audit(
        session, now, actor, "keys.made", f"round:{round_id}", shares=len(shares), threshold=threshold
    )
    return [
        HandedOut(number, account.name, words)
        for number, (account, words) in enumerate(zip(accounts, shares, strict=True), 1)
    ]


def make_demo_key(session: Session, now: datetime, actor: Actor, round_id: int, *, keys: Vault) -> None:
    """Keys for a demonstration: the private one stays in the vault, so that the round opens by itself."""
    private = PrivateKey.new()
    stored = _store(session, round_id, private, THRESHOLD, keys)
    keys.keep_private(stored.public_id, private.raw)
    write_audit(session, now, actor, "keys.made_for_demo", f"round:{round_id}")


def check_share(session: Session, now: datetime, actor: Actor, round_id: int, words: str) -> KeyShare:
    """The holder shows to have the right share on paper; it is not stored. Raises NotAllowed or InvalidInput."""
    share = own_share(session, actor, round_id, words)
    lock_round(session, round_id).require_phase(now, *BEFORE_THE_VOTE)
    share.checked_at = now
    write_audit(session, now, actor, "key_share.checked", f"round:{round_id}", number=share.number)
    return share


def own_share(session: Session, actor: Actor, round_id: int, words: str) -> KeyShare:
    """The share of this account, if these are its words. Raises NotAllowed or InvalidInput."""
    wanted = select(KeyShare).where(KeyShare.round_id == round_id, KeyShare.account_id == actor.account_id)
    share = session.exec(wanted.with_for_update()).first()
    if share is None:
        raise NotAllowed("U hebt geen sleuteldeel van deze ronde. Alleen wie er een heeft, kan het invullen.")
    if fingerprint(words) != share.fingerprint:
        raise InvalidInput(
            "Dit zijn niet de woorden van uw sleuteldeel. Controleer alle woorden en hun volgorde.",
            field="words",
        )
    return share


def require_ready_keys(session: Session, round_id: int) -> RoundKey:
    """The keys of a round of which every share was checked. Raises DomainError."""
    found = session.get(RoundKey, round_id)
    if found is None:
        raise DomainError(
            "Maak eerst de sleutels van de stemming. Daarna kan de stemlijst worden vastgesteld."
        )
    unchecked = select(KeyShare).where(KeyShare.round_id == round_id, col(KeyShare.checked_at).is_(None))
    waiting = session.exec(unchecked.order_by(col(KeyShare.number))).all()
    if waiting:
        names = ", ".join(session.get_one(Account, share.account_id).name for share in waiting)
        raise DomainError(
            f"Nog niet iedereen heeft het eigen sleuteldeel gecontroleerd. Nog te doen: {names}."
        )
    return found


def _holder(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    roles = set(session.exec(select(AccountRole.role).where(AccountRole.account_id == account_id)))
    if account is None or not account.active or not roles & HOLDERS:
        raise InvalidInput(
            "Een sleuteldeel is voor een ambtenaar, een controleur of een applicatiebeheerder.",
            field="holders",
        )
    return account


def _store(session: Session, round_id: int, private: PrivateKey, threshold: int, keys: Vault) -> RoundKey:
    old = session.get(RoundKey, round_id)
    if old is not None:
        session.exec(delete(KeyShare).where(col(KeyShare.round_id) == round_id))
        session.delete(old)
        session.flush()
    made = RoundKey(
        round_id=round_id,
        public_id=token_hex(16),
        public_key=private.public.raw.hex(),
        threshold=threshold,
    )
    keys.make(made.public_id)
    session.add(made)
    session.flush()
    return made
