"""An election held elsewhere comes in through the round's own acts, ballot by ballot."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

from tests.scene import Scene
from wijkbudget import edge
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.ballot import Ballot
from wijkbudget.domain.budget_round import BallotType, BudgetRound, Phase
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.services.build_election import build_election
from wijkbudget.services.count_round import count_round
from wijkbudget.services.import_election import HeldElection, import_election
from wijkbudget.tally.pabulib import read_pabulib

FILE = """META
key;value
budget;100
vote_type;approval
PROJECTS
project_id;cost;name
x;60;Bankje
y;50;Boom
z;30;Bloem
VOTES
voter_id;vote
1;x,y
2;x
3;z
4;
"""


def bring_in(scene: Scene, text: str = FILE, **changes: Any) -> int:
    file = read_pabulib(text)
    wijk = scene.wijk()
    plan = scene.plan({wijk.id: file.election.budget}, min_cost_cents=0, **changes)
    with edge.transaction() as session:
        return import_election(session, SYSTEM, HeldElection(plan, file, "onbekend")).id


def test_the_ballots_of_the_round_are_those_of_the_file(scene: Scene) -> None:
    round_id = bring_in(scene)
    session = edge.session()
    budget_round = session.get_one(BudgetRound, round_id)
    election = build_election(session, budget_round, scene.pot(budget_round).id)
    assert election.ballot_count == 4
    assert {p.name: election.votes()[p.id] for p in election.projects} == {"Bankje": 2, "Boom": 1, "Bloem": 1}


def test_the_round_waits_for_its_count_and_can_be_counted(scene: Scene) -> None:
    round_id = bring_in(scene)
    scene.clock.set(datetime(2026, 6, 1, tzinfo=UTC))
    assert edge.session().get_one(BudgetRound, round_id).phase_at(scene.clock()) is Phase.CLOSED
    (count,) = scene.act(count_round, SYSTEM, round_id)
    assert (count.ballots, count.blank_ballots, count.entitled) == (4, 1, 0)


def test_ballots_keep_no_voter(scene: Scene) -> None:
    bring_in(scene)
    for ballot in edge.session().exec(select(Ballot)):
        assert ballot.channel == "import" and len(ballot.receipt) == 32 and ballot.nonce is None


def test_a_ballot_that_breaks_the_rules_brings_in_nothing(scene: Scene) -> None:
    with pytest.raises(InvalidInput, match="meer dan het budget"):
        bring_in(scene, ballot_type=BallotType.CAPPED_APPROVAL)
    assert edge.session().exec(select(BudgetRound)).first() is None
