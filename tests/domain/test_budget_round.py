"""The phase of a round: the last decision, moved on by the clock."""

from datetime import UTC, date, datetime, timedelta

import pytest

from wijkbudget.domain.budget_round import BudgetRound, Phase, RoundStatus
from wijkbudget.domain.errors import WrongPhase

FIRST = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def a_round(status: RoundStatus) -> BudgetRound:
    return BudgetRound(
        name="Fictieronde",
        status=status,
        basis="",
        reference_date=date(2026, 1, 1),
        minimum_age=16,
        min_cost_cents=0,
        ballot_type="approval",
        counting_rule="greedy",
        submission_opens_at=FIRST,
        submission_closes_at=FIRST + timedelta(days=10),
        voting_opens_at=FIRST + timedelta(days=20),
        voting_closes_at=FIRST + timedelta(days=30),
    )


@pytest.mark.parametrize(
    ("status", "since_first", "phase"),
    [
        (RoundStatus.DRAFT, timedelta(days=25), Phase.DRAFT),
        (RoundStatus.OPENED, -TICK, Phase.ANNOUNCED),
        (RoundStatus.OPENED, timedelta(), Phase.SUBMISSION),
        (RoundStatus.OPENED, timedelta(days=10) - TICK, Phase.SUBMISSION),
        (RoundStatus.OPENED, timedelta(days=10), Phase.REVIEW),
        (RoundStatus.OPENED, timedelta(days=25), Phase.REVIEW),
        (RoundStatus.BALLOT_FIXED, timedelta(days=20) - TICK, Phase.BALLOT_FIXED),
        (RoundStatus.BALLOT_FIXED, timedelta(days=20), Phase.VOTING),
        (RoundStatus.BALLOT_FIXED, timedelta(days=30) - TICK, Phase.VOTING),
        (RoundStatus.BALLOT_FIXED, timedelta(days=30), Phase.CLOSED),
        (RoundStatus.COUNTED, timedelta(days=25), Phase.COUNTED),
        (RoundStatus.CERTIFIED, timedelta(days=25), Phase.CERTIFIED),
    ],
)
def test_the_phase_follows_from_decision_and_clock(
    status: RoundStatus, since_first: timedelta, phase: Phase
) -> None:
    assert a_round(status).phase_at(FIRST + since_first) is phase


def test_the_vote_does_not_open_by_itself_while_the_ballot_list_is_not_fixed() -> None:
    with pytest.raises(WrongPhase, match="“stemmen”. De ronde is nu in “toetsing”"):
        a_round(RoundStatus.OPENED).require_phase(FIRST + timedelta(days=25), Phase.VOTING)


def test_decisions_are_taken_one_by_one_and_never_taken_back() -> None:
    order = list(RoundStatus)
    for here, status in enumerate(order):
        for there, wanted in enumerate(order):
            budget_round = a_round(status)
            if there == here + 1:
                budget_round.move_to(wanted)
                assert budget_round.status == wanted
            else:
                with pytest.raises(WrongPhase):
                    budget_round.move_to(wanted)
                assert budget_round.status == status


def test_nights_in_which_the_clock_changes_do_not_move_the_close() -> None:
    """A round that closes at local midnight after the spring night: one hour less, and not a second more."""
    budget_round = a_round(RoundStatus.BALLOT_FIXED)
    budget_round.voting_closes_at = datetime(2026, 3, 29, 22, 0, tzinfo=UTC)  # 30 March 0:00 in summer time
    assert budget_round.phase_at(datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)) is Phase.VOTING
    assert budget_round.phase_at(datetime(2026, 3, 29, 22, 0, tzinfo=UTC)) is Phase.CLOSED
    budget_round.voting_closes_at = datetime(
        2026, 10, 25, 23, 0, tzinfo=UTC
    )  # 26 October 0:00 in winter time
    assert budget_round.phase_at(datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)) is Phase.VOTING
    assert budget_round.phase_at(datetime(2026, 10, 25, 23, 0, tzinfo=UTC)) is Phase.CLOSED
