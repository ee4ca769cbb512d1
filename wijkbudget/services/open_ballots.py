"""Open the ballots of a sealed vote, once enough holders have given their share of the key."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from wijkbudget.db import lock_round, remove_remains
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.ballot import Ballot, Channel, canonical_choice
from wijkbudget.domain.budget_round import BallotType, BudgetRound, Phase
from wijkbudget.domain.errors import DomainError, InvalidInput
from wijkbudget.domain.sealed_vote import BoardLeaf, KeyShare, RoundKey, SealedBallot
from wijkbudget.protocol.ballot_text import BallotText, MalformedBallot
from wijkbudget.protocol.sealing import PrivateKey, SealBroken
from wijkbudget.protocol.shares import WrongShares, combine, fingerprint
from wijkbudget.services.build_election import counted_proposals
from wijkbudget.services.read_pots import PotView, pots_of
from wijkbudget.services.round_keys import HOLDERS, own_share
from wijkbudget.services.seal_vote import seal_vote, sealed_vote_of
from wijkbudget.services.write_audit import write_audit
from wijkbudget.vault import Vault

DAMAGED = "Een stembiljet kan niet worden geopend of staat niet op het bord. Er is niets geopend. Waarschuw de beheerder."


def give_share(session: Session, now: datetime, actor: Actor, round_id: int, words: str) -> bool:
    """A holder gives the share that is theirs; with the last one needed all ballots are opened, and True is given back.

    Raises NotAllowed for who holds no share, InvalidInput for other words, and DomainError before the seal.
    """
    actor.require(*HOLDERS)
    budget_round, key = _sealed(session, now, round_id)
    share = own_share(session, actor, round_id, words)
    if share.given is not None:
        raise DomainError("U hebt uw sleuteldeel al gegeven. Nu is een ander aan de beurt.")
    share.given = words
    session.flush()
    write_audit(session, now, actor, "key_share.given", f"round:{round_id}", number=share.number)
    given = session.exec(
        select(KeyShare.given).where(KeyShare.round_id == round_id, col(KeyShare.given).is_not(None))
    ).all()
    if len(given) < key.threshold:
        return False
    _open(session, now, actor, budget_round, key, _private([words for words in given if words], key))
    return True


def open_with_shares(session: Session, now: datetime, actor: Actor, round_id: int, shares: list[str]) -> int:
    """Open all ballots with the words of enough shares at once, for who runs the installation; how many there were."""
    budget_round, key = _sealed(session, now, round_id)
    known = set(session.exec(select(KeyShare.fingerprint).where(KeyShare.round_id == round_id)))
    if not {fingerprint(share) for share in shares} <= known:
        raise InvalidInput("Een van deze sleuteldelen hoort niet bij deze ronde.")
    return _open(session, now, actor, budget_round, key, _private(shares, key))


def open_demo(session: Session, now: datetime, round_id: int, *, keys: Vault) -> bool:
    """Seal and open a vote whose private key is in the vault of a demonstration; False if there is nothing to do."""
    key = session.get(RoundKey, round_id)
    if not keys.opens_itself or key is None or key.opening is None or key.opened_at is not None:
        return False
    seal_vote(session, now, SYSTEM, round_id, keys=keys)
    budget_round, key = _sealed(session, now, round_id)
    private = PrivateKey(keys.private_key(key.public_id))
    _open(session, now, SYSTEM, budget_round, key, private)
    return True


def destroy_spent_keys(session: Session, keys: Vault) -> None:
    """Destroy the keys on disk of every vote that is sealed or opened; call it once that is committed. Safe to repeat.

    What deleted rows left behind in the database goes first: whoever is stopped halfway finds the keys still there, and
    does both again.
    """
    spent = {
        key.public_id: key.opened_at is not None
        for key in session.exec(select(RoundKey).where(col(RoundKey.sealed_at).is_not(None)))
    }
    if not any(keys.holds(round_id, private=opened) for round_id, opened in spent.items()):
        return
    remove_remains(session)
    for round_id, opened in spent.items():
        end = keys.end_opening if opened else keys.end_vote
        end(round_id)


def _sealed(session: Session, now: datetime, round_id: int) -> tuple[BudgetRound, RoundKey]:
    budget_round = lock_round(session, round_id)
    budget_round.require_phase(now, Phase.CLOSED)
    key = sealed_vote_of(session, round_id)
    session.refresh(key)
    if key.sealed_at is None:
        raise DomainError("Sluit eerst de stemming af. Daarna kunnen de stembiljetten worden geopend.")
    if key.opened_at is not None:
        raise DomainError("De stembiljetten van deze ronde zijn al geopend.")
    return budget_round, key


def _private(shares: list[str], key: RoundKey) -> PrivateKey:
    try:
        private = combine(shares)
    except WrongShares:
        raise InvalidInput(
            f"Met deze sleuteldelen kan niet worden geopend. Er zijn er precies {key.threshold} nodig.",
            field="words",
        ) from None
    if private.public.raw.hex() != key.public_key:
        raise InvalidInput("Deze sleuteldelen zijn niet die van deze ronde.", field="words")
    return private


def _open(
    session: Session,
    now: datetime,
    actor: Actor,
    budget_round: BudgetRound,
    key: RoundKey,
    private: PrivateKey,
) -> int:
    """Open every ballot or none: they are stored by receipt, and the pseudonyms and shares are gone afterwards."""
    pots = pots_of(session, budget_round.id)
    leaves = set(session.exec(select(BoardLeaf.receipt).where(BoardLeaf.round_id == budget_round.id)))
    rows = sorted(
        (row for pot in pots for row in _opened(session, budget_round, key, pot, private, leaves)),
        key=lambda row: str(row["receipt"]),
    )
    if len({row["receipt"] for row in rows}) < len(rows):
        raise DomainError(DAMAGED)
    connection = session.connection()
    if rows:
        connection.execute(insert(Ballot), rows)
    connection.execute(delete(SealedBallot).where(col(SealedBallot.pot_id).in_([pot.id for pot in pots])))
    for share in session.exec(select(KeyShare).where(KeyShare.round_id == budget_round.id)):
        share.given = None
    key.opened_at = now
    session.flush()
    write_audit(session, now, actor, "ballots.opened", f"round:{budget_round.id}", ballots=len(rows))
    return len(rows)


def _opened(
    session: Session,
    budget_round: BudgetRound,
    key: RoundKey,
    pot: PotView,
    private: PrivateKey,
    leaves: set[str],
) -> Iterator[dict[str, object]]:
    ids = {proposal.number: proposal.id for proposal in counted_proposals(session, pot.id)}
    ranked = budget_round.ballot_type == BallotType.RANKING
    wanted = select(SealedBallot.sealed).where(SealedBallot.pot_id == pot.id)
    for sealed in session.exec(wanted).all():
        try:
            ballot: BallotText = private.open(sealed, key.public_id, pot.wijk_code)
        except (SealBroken, MalformedBallot):
            raise DomainError(DAMAGED) from None
        if ballot.receipt not in leaves or not ids.keys() >= set(ballot.choice):
            raise DomainError(DAMAGED)
        yield {
            "receipt": ballot.receipt,
            "pot_id": pot.id,
            "channel": Channel.WEB,
            "nonce": ballot.nonce,
            "choice": canonical_choice([ids[number] for number in ballot.choice], ranked=ranked),
        }
