"""The keys of a vote, its board, its seal, and opening the ballots: by two people, all or none."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.domain.account import Account, Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.audit_line import AuditLine
from wijkbudget.domain.ballot import Ballot
from wijkbudget.domain.budget_round import BudgetRound
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.email_token import EmailToken
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, WrongPhase
from wijkbudget.domain.outbox_mail import OutboxMail
from wijkbudget.domain.proposal import Proposal
from wijkbudget.domain.sealed_vote import BoardBatch, BoardLeaf, KeyShare, RoundKey, SealedBallot
from wijkbudget.protocol.board import read_board
from wijkbudget.protocol.signing import Signed
from wijkbudget.services.board import add_batch, board_text
from wijkbudget.services.count_round import count_round
from wijkbudget.services.deliver_mail import claim_mail, mark_sent
from wijkbudget.services.judge_proposal import fix_ballot_list
from wijkbudget.services.open_ballots import destroy_spent_keys, give_share, open_with_shares
from wijkbudget.services.round_keys import HandedOut, check_share, make_round_key
from wijkbudget.services.seal_vote import seal_vote
from wijkbudget.vault import KeyMissing, Vault

PLANS = {"Bomen": 6000, "Plein": 5000, "Bank": 3000}


@pytest.fixture
def holders(scene: Scene) -> list[Account]:
    roles = (Role.OFFICIAL, Role.OFFICIAL, Role.AUDITOR)
    return [scene.account(f"houder{n}@voorbeeld.example", role) for n, role in enumerate(roles, 1)]


@pytest.fixture
def vault(scene: Scene) -> Vault:
    """The keys as in a real installation: nothing opens by itself."""
    return Vault(edge.settings().keys_folder)


class Vote:
    """A round whose key is divided over three people, from the review to the close."""

    def __init__(self, scene: Scene, vault: Vault, holders: list[Account]) -> None:
        self.scene, self.vault, self.wijk = scene, vault, scene.wijk()
        self.holders = [scene.actor(account) for account in holders]
        self.ids = [account.id for account in holders]
        self.round = scene.open_round(self.wijk)
        platform, pot = scene.platform(self.wijk), scene.pot(self.round, self.wijk)
        self.plans: list[Proposal] = [
            scene.proposal(pot, platform, name, euro) for name, euro in PLANS.items()
        ]
        scene.list_all(*self.plans)
        scene.voters(self.round, self.wijk, 7)
        self.shares: list[HandedOut] = []

    def make_keys(self) -> None:
        self.shares = self.scene.act(
            make_round_key, self.holders[0], self.round.id, self.ids, keys=self.vault
        )

    def check_all(self) -> None:
        for holder, share in zip(self.holders, self.shares, strict=True):
            self.scene.act(check_share, holder, self.round.id, share.words)

    def begin(self) -> None:
        self.make_keys()
        self.check_all()
        self.scene.act(fix_ballot_list, SYSTEM, self.round.id)
        self.scene.voting_phase()

    def cast(self, *choices: str) -> None:
        entries = edge.session().exec(select(RollEntry.id).order_by(col(RollEntry.id))).all()
        for entry, choice in zip(entries, choices, strict=False):
            self.scene.vote(entry, *(self.plans[int(place)] for place in choice))

    def close(self) -> RoundKey:
        self.scene.closed_phase(opened=False)
        return self.scene.act(seal_vote, self.holders[0], self.round.id, keys=self.vault)

    def give(self, number: int, holder: Actor | None = None) -> bool:
        words = self.shares[number].words
        return self.scene.act(give_share, holder or self.holders[number], self.round.id, words)


@pytest.fixture
def vote(scene: Scene, vault: Vault, holders: list[Account]) -> Vote:
    return Vote(scene, vault, holders)


def test_a_ballot_list_is_not_fixed_without_keys_that_every_holder_has_checked(vote: Vote) -> None:
    with pytest.raises(DomainError, match="sleutels"):
        vote.scene.act(fix_ballot_list, SYSTEM, vote.round.id)
    vote.make_keys()
    vote.scene.act(check_share, vote.holders[0], vote.round.id, vote.shares[0].words)
    with pytest.raises(DomainError, match="Nog niet iedereen"):
        vote.scene.act(fix_ballot_list, SYSTEM, vote.round.id)
    vote.check_all()
    vote.scene.act(fix_ballot_list, SYSTEM, vote.round.id)


def test_neither_the_private_key_nor_a_share_is_stored_anywhere(vote: Vote, session: Session) -> None:
    vote.make_keys()
    stored = [
        repr(row.model_dump())
        for table in (RoundKey, KeyShare, AuditLine)
        for row in session.exec(select(table))
    ]
    files = [path.read_bytes() for path in vote.vault.folder.iterdir()]
    for share in vote.shares:
        assert len(share.words.split()) > 20
        assert not any(share.words in row for row in stored)
        assert not any(share.words.encode() in content for content in files)
    assert [path.suffixes for path in vote.vault.folder.iterdir()] == [[".vote", ".key"]]


def test_making_the_keys_again_makes_the_old_shares_worthless(vote: Vote) -> None:
    vote.make_keys()
    old = vote.shares
    vote.make_keys()
    with pytest.raises(InvalidInput):
        vote.scene.act(check_share, vote.holders[0], vote.round.id, old[0].words)


def test_keys_cannot_be_made_again_once_the_ballot_list_is_fixed(vote: Vote) -> None:
    vote.begin()
    with pytest.raises(WrongPhase):
        vote.make_keys()


def test_holders_are_different_people_with_a_fitting_role(vote: Vote) -> None:
    member = vote.scene.account("lid@voorbeeld.example", Role.PLATFORM_MEMBER)
    first, second, _ = vote.ids
    for wrong in ([first, first], [first], [], [first, member.id], [first, 987654]):
        with pytest.raises(InvalidInput):
            vote.scene.act(make_round_key, SYSTEM, vote.round.id, wrong, keys=vote.vault)
    assert second


def test_nobody_can_check_or_give_the_share_of_somebody_else(vote: Vote) -> None:
    vote.begin()
    vote.close()
    outsider = vote.scene.actor(vote.scene.account("buiten@voorbeeld.example", Role.OFFICIAL))
    with pytest.raises(NotAllowed):
        vote.give(0, outsider)
    with pytest.raises(InvalidInput):
        vote.give(0, vote.holders[1])


def test_a_batch_waits_for_five_receipts_and_the_board_only_grows(vote: Vote, session: Session) -> None:
    vote.begin()
    vote.cast("0", "01", "1", "2")
    before = board_text(session, vote.round.id)
    assert vote.scene.act(lambda own, _: add_batch(own, vote.round.id)) == 0
    vote.cast("", "", "", "", "12")
    assert vote.scene.act(lambda own, _: add_batch(own, vote.round.id)) == 9
    after = board_text(session, vote.round.id)
    assert after.startswith(before)
    assert read_board(after).leaves == sorted(session.exec(select(BoardLeaf.receipt)))
    assert not session.exec(select(SealedBallot).where(SealedBallot.fresh)).all()


def test_a_batch_has_five_receipts_of_every_wijk_that_is_in_it(scene: Scene, session: Session) -> None:
    north, south = scene.wijk("Noord", "F01"), scene.wijk("Zuid", "F02")
    budget_round = scene.open_round(north, south)
    platforms = (scene.platform(north, "Noord"), scene.platform(south, "Zuid"))
    plans = [
        scene.proposal(scene.pot(budget_round, wijk), platform)
        for wijk, platform in zip((north, south), platforms, strict=True)
    ]
    scene.fix(budget_round, north, *plans, voters=6, roll=("Z1;F02;2000 AB;1;ja;", "Z2;F02;2000 AB;2;ja;"))
    for entry in list(session.exec(select(RollEntry.id))):
        scene.vote(entry)
    assert scene.act(lambda own, _: add_batch(own, budget_round.id)) == 6
    waiting = session.exec(select(BoardLeaf.pot_id).where(col(BoardLeaf.batch).is_(None))).all()
    assert set(waiting) == {scene.pot(budget_round, south).id}
    assert len(waiting) == 2
    scene.closed_phase()
    assert len(read_board(board_text(session, budget_round.id)).leaves) == 8


def test_after_the_seal_nothing_tells_when_somebody_voted(vote: Vote, session: Session) -> None:
    vote.begin()
    vote.cast("0", "1", "2")
    vote.scene.act(lambda own, now: [mark_sent(own, now, mail.id) for mail in claim_mail(own, now)])
    vote.close()
    tokens = session.exec(select(EmailToken)).all()
    assert {(token.email, token.started_at, token.expires_at) for token in tokens} == {
        (None, None, vote.round.voting_closes_at)
    }
    assert len({token.created_at for token in tokens}) == 1
    times = {
        mail.created_at for mail in session.exec(select(OutboxMail).where(OutboxMail.kind == "ballot_cast"))
    }
    assert times == {vote.round.voting_closes_at}


def test_the_seal_says_what_there_is_and_is_made_before_anything_is_opened(
    vote: Vote, session: Session
) -> None:
    vote.begin()
    vote.cast("0", "01", "")
    vote.cast("1")
    signed = Signed.read((vote.close().seal or "").encode())
    assert signed.is_good
    board = read_board(board_text(session, vote.round.id))
    assert (signed.statement["ballots"], signed.statement["leaves"], signed.statement["head"]) == (
        3,
        4,
        board.head,
    )
    assert signed.statement["pots"] == [{"entitled": 7, "pot": "F01", "roll": 7, "voted": 3}]
    assert not session.exec(select(Ballot)).all()


def test_a_vote_is_not_sealed_while_it_runs_nor_when_a_ballot_is_missing(
    vote: Vote, session: Session
) -> None:
    vote.begin()
    vote.cast("0", "1")
    with pytest.raises(WrongPhase):
        vote.scene.act(seal_vote, SYSTEM, vote.round.id, keys=vote.vault)
    lost = session.exec(select(SealedBallot)).first()
    session.delete(lost)
    session.commit()
    with pytest.raises(DomainError, match="2 kiezers.*1 stembiljetten"):
        vote.close()
    assert session.get_one(RoundKey, vote.round.id).sealed_at is None
    assert not session.exec(select(BoardBatch)).all()


def test_sealing_twice_gives_the_same_seal(vote: Vote) -> None:
    vote.begin()
    vote.cast("0")
    assert vote.close().seal == vote.close().seal


def test_two_of_three_holders_open_the_ballots_and_one_cannot(vote: Vote, session: Session) -> None:
    vote.begin()
    vote.cast("0", "01", "1", "")
    vote.close()
    assert not vote.give(2)
    with pytest.raises(DomainError, match="al gegeven"):
        vote.give(2)
    with pytest.raises(DomainError, match="verzegeld"):
        vote.scene.act(count_round, SYSTEM, vote.round.id)
    assert vote.give(0)
    chosen = sorted(ballot.proposal_ids() for ballot in session.exec(select(Ballot)))
    first, second, _ = (plan.id for plan in vote.plans)
    assert chosen == [[], [first], [first, second], [second]]
    assert not session.exec(select(SealedBallot)).all()
    assert not session.exec(select(KeyShare).where(col(KeyShare.given).is_not(None))).all()
    with pytest.raises(DomainError, match="al geopend"):
        vote.give(1)


def test_no_share_is_taken_before_the_seal(vote: Vote) -> None:
    vote.begin()
    vote.scene.closed_phase(opened=False)
    with pytest.raises(DomainError, match="Sluit eerst"):
        vote.give(0)


def test_a_changed_or_foreign_ballot_stops_the_opening_and_nothing_is_opened(
    vote: Vote, session: Session
) -> None:
    vote.begin()
    vote.cast("0", "1", "2")
    vote.close()
    sealed = session.exec(select(SealedBallot)).first()
    assert sealed is not None
    sealed.sealed = sealed.sealed[:-1] + bytes([sealed.sealed[-1] ^ 1])
    session.add(sealed)
    session.commit()
    vote.give(0)
    with pytest.raises(DomainError, match="niets geopend"):
        vote.give(1)
    session.rollback()
    assert not session.exec(select(Ballot)).all()
    assert len(session.exec(select(SealedBallot)).all()) == 3


def test_a_ballot_copied_over_another_is_noticed(vote: Vote, session: Session) -> None:
    vote.begin()
    vote.cast("0", "1", "2")
    vote.close()
    one, other, _ = session.exec(select(SealedBallot)).all()
    other.sealed = one.sealed
    session.add(other)
    session.commit()
    vote.give(0)
    with pytest.raises(DomainError, match="niets geopend"):
        vote.give(1)


def test_a_receipt_taken_from_the_board_is_noticed(vote: Vote, session: Session) -> None:
    vote.begin()
    vote.cast("0", "1", "2")
    vote.close()
    session.connection().execute(
        text("DELETE FROM board_leaf WHERE receipt = (SELECT min(receipt) FROM board_leaf)")
    )
    session.commit()
    vote.give(0)
    with pytest.raises(DomainError, match="niets geopend"):
        vote.give(1)


def test_whoever_runs_the_installation_opens_with_enough_shares_at_once(vote: Vote) -> None:
    vote.begin()
    vote.cast("0", "1")
    vote.close()
    first, second, third = (share.words for share in vote.shares)
    for wrong in ([first], [first, first], [first, "geen woorden"], [first, second, third]):
        with pytest.raises(InvalidInput):
            vote.scene.act(open_with_shares, SYSTEM, vote.round.id, wrong)
    assert vote.scene.act(open_with_shares, SYSTEM, vote.round.id, [third, second]) == 2


def test_the_keys_on_disk_are_gone_once_the_vote_is_sealed(vote: Vote, session: Session) -> None:
    vote.begin()
    vote.cast("0")
    destroy_spent_keys(session, vote.vault)
    vote.cast("1")
    vote.close()
    destroy_spent_keys(session, vote.vault)
    assert [path.name for path in vote.vault.folder.iterdir()] == ["signing.key"]
    with pytest.raises(KeyMissing):
        vote.vault.pseudonym_key(session.get_one(RoundKey, vote.round.id).public_id)


def test_without_the_pseudonym_key_nothing_is_cast_and_nothing_is_lost(vote: Vote, session: Session) -> None:
    vote.begin()
    vote.cast("0")
    (key,) = vote.vault.folder.glob("*.vote.key")
    content = key.read_bytes()
    for broken in (b"", content[:-1], None):
        key.write_bytes(broken) if broken is not None else key.unlink()
        with pytest.raises(KeyMissing):
            vote.cast("1")
    key.write_bytes(content)
    vote.cast("1")
    assert len(session.exec(select(SealedBallot)).all()) == 1


def test_only_their_owner_can_read_the_keys(vote: Vote) -> None:
    vote.begin()
    modes = {path.stat().st_mode & 0o777 for path in vote.vault.folder.iterdir()}
    assert (modes, vote.vault.folder.stat().st_mode & 0o777) == ({0o600}, 0o700)


def test_a_real_vote_never_keeps_its_private_key(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="never kept"):
        Vault(tmp_path).keep_private("0" * 32, bytes(32))


def test_a_key_file_has_no_other_name_than_that_of_a_round(tmp_path: Path) -> None:
    for name in ("", "../x", "A" * 32, "0" * 31):
        with pytest.raises(ValueError, match="public id"):
            Vault(tmp_path).make(name)


def test_the_signing_key_is_made_once(tmp_path: Path) -> None:
    assert Vault(tmp_path / "keys").signing_key() == Vault(tmp_path / "keys").signing_key()


def test_a_demonstration_opens_by_itself(scene: Scene, session: Session) -> None:
    budget_round, (tree,) = scene.voting_round(scene.wijk(), {"Bomen": 6000})
    scene.vote(session.exec(select(RollEntry.id)).first(), tree)
    scene.closed_phase()
    assert [ballot.proposal_ids() for ballot in session.exec(select(Ballot))] == [[tree.id]]
    destroy_spent_keys(session, scene.vault)
    assert [path.name for path in scene.vault.folder.iterdir()] == ["signing.key"]
    assert json.loads(session.get_one(RoundKey, budget_round.id).seal or "")["statement"]["ballots"] == 1
    assert session.get_one(BudgetRound, budget_round.id).status == "ballot_fixed"
