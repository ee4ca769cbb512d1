"""The demonstration is whole, honest about what is real, and made in one go."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from sqlmodel import Session, col, func, select

from tests.databases import SqliteFactory, make_settings
from wijkbudget import edge
from wijkbudget.app import create_app
from wijkbudget.demo import seed
from wijkbudget.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD, DEMO_VOTERS
from wijkbudget.domain.audit_line import AuditLine
from wijkbudget.domain.ballot import Ballot
from wijkbudget.domain.budget_pot import BudgetPot
from wijkbudget.domain.budget_round import BallotType, BudgetRound, Phase
from wijkbudget.domain.count import Draw
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.domain.proposal import Proposal, ProposalStatus
from wijkbudget.domain.sealed_vote import SealedBallot
from wijkbudget.domain.wijk import Buurt, Wijk
from wijkbudget.domain.wijkplatform import Wijkplatform
from wijkbudget.services.build_election import last_count
from wijkbudget.services.log_in import log_in
from wijkbudget.services.verify_audit import verify_audit


@pytest.fixture(scope="module")
def demo_app(tmp_path_factory: pytest.TempPathFactory, sqlite_factory: SqliteFactory) -> Flask:
    folder = tmp_path_factory.mktemp("demo")
    app = create_app(make_settings(folder, sqlite_factory.new(folder), demo=True))
    with app.app_context():
        seed.seed_demo()
        edge.db.engine.dispose()
    return app


@pytest.fixture
def demo(demo_app: Flask) -> Iterator[Session]:
    with demo_app.app_context():
        yield edge.session()
        edge.db.engine.dispose()


def rounds(session: Session) -> list[BudgetRound]:
    return list(session.exec(select(BudgetRound)))


def test_there_is_a_round_in_each_phase(demo: Session) -> None:
    assert {found.phase_at(edge.now()) for found in rounds(demo)} == set(Phase) - {Phase.LAPSED}


def test_each_kind_of_ballot_can_be_tried_now(demo: Session) -> None:
    voting = [found for found in rounds(demo) if found.phase_at(edge.now()) is Phase.VOTING]
    assert {found.ballot_type for found in voting} == set(BallotType)


def test_haarlem_has_its_wijken_and_buurten(demo: Session) -> None:
    assert demo.exec(select(func.count()).where(Wijk.gemeente == "Haarlem")).one() == 21
    assert demo.exec(select(func.count()).select_from(Buurt)).one() == 111


def test_some_wijken_have_no_platform_and_one_wijkraad_was_converted(demo: Session) -> None:
    platforms = list(demo.exec(select(Wijkplatform)))
    assert len({platform.wijk_id for platform in platforms}) < 21
    assert [platform.former_name for platform in platforms if platform.converted_on] == [
        "Wijkraad Zaanenpark"
    ]


def test_rounds_with_plans_have_at_least_five(demo: Session) -> None:
    counted = select(Proposal.round_id, func.count()).group_by(col(Proposal.round_id))
    assert min(number for _, number in demo.exec(counted)) >= 5


def test_everybody_of_the_demo_can_log_in_with_the_printed_password(demo_app: Flask) -> None:
    with demo_app.app_context():
        for known in DEMO_ACCOUNTS:
            with edge.transaction() as session:
                assert log_in(session, edge.now(), email=known.email, password=DEMO_PASSWORD), known.email
        edge.db.engine.dispose()


def test_the_demo_voters_can_vote_now(demo: Session) -> None:
    for voter in DEMO_VOTERS:
        wanted = select(RollEntry).where(
            RollEntry.email == voter.email,
            RollEntry.postcode == voter.postcode,
            RollEntry.house_number == voter.house_number,
        )
        entries = list(demo.exec(wanted))
        assert len(entries) == voter.people, voter
        for entry in entries:
            assert entry.age_ok and not entry.voted
            assert demo.get_one(BudgetRound, entry.round_id).phase_at(edge.now()) is Phase.VOTING


def test_two_people_share_an_address(demo: Session) -> None:
    assert max(voter.people for voter in DEMO_VOTERS) == 2


@pytest.mark.parametrize(
    ("name", "ballots", "spent", "funded", "says"),
    [
        ("West Begroot", 11_519, 298_073_00, 24, "Officieel anders"),
        ("Buurtbudget Buitenveldert-Oost", 865, 96_856_00, 5, "Ook officieel"),
    ],
)
def test_a_real_election_is_counted_and_labelled(
    demo: Session, name: str, ballots: int, spent: int, funded: int, says: str
) -> None:
    (real,) = [found for found in rounds(demo) if found.name.startswith(name)]
    assert "echte verkiezing" in real.name and "Pabulib" in real.basis and says in real.basis
    assert real.phase_at(edge.now()) is Phase.CERTIFIED
    pot = demo.exec(select(BudgetPot).where(BudgetPot.round_id == real.id)).one()
    count = last_count(demo, pot.id)
    assert count is not None and (count.ballots, count.spent_cents) == (ballots, spent)
    won = select(func.count()).where(Proposal.pot_id == pot.id, Proposal.status == ProposalStatus.FUNDED)
    assert demo.exec(won).one() == funded


def test_a_certified_round_needed_a_lot_and_the_closed_one_will(demo: Session) -> None:
    assert "verzonnen" in demo.exec(select(Draw)).one().witness


def test_the_history_is_in_order_and_not_in_the_future(demo: Session) -> None:
    lines, fault = verify_audit(demo)
    assert fault is None and lines > 300
    now, previous = edge.now(), datetime(2000, 1, 1, tzinfo=edge.now().tzinfo)
    for at in demo.exec(select(AuditLine.at).order_by(col(AuditLine.id))):
        assert previous <= at <= now
        previous = at


def test_ballots_and_roll_agree(demo: Session) -> None:
    voted = demo.exec(select(func.count()).where(col(RollEntry.voted))).one()
    opened = demo.exec(select(func.count()).where(Ballot.channel == "web")).one()
    sealed = demo.exec(select(func.count()).select_from(SealedBallot)).one()
    assert opened + sealed == voted
    assert min(opened, sealed) > 0


def test_an_interrupted_seed_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(seed, "read_stories", interrupted)
    monkeypatch.setattr(seed, "bring_in_elections", lambda session: None)
    with app.app_context():
        with pytest.raises(KeyboardInterrupt):
            seed.seed_demo()
        assert not seed.is_demo(edge.session())
        assert edge.session().exec(select(Wijk)).first() is None
