"""Two real elections of Amsterdam in the demonstration: real ballots, counted with our rules, and labelled as such."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from wijkbudget.data import data_file
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.amsterdam import closing_instant, local, opening_instant
from wijkbudget.domain.budget_round import BallotType
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.count_round import count_round
from wijkbudget.services.create_round import RoundPlan
from wijkbudget.services.import_election import HeldElection, import_election
from wijkbudget.services.register_wijk import register_wijk
from wijkbudget.tally.pabulib import read_pabulib

SUBMITTER = "onbekend (ingelezen verkiezing)"
SOURCE = "Bron: Pabulib (Faliszewski e.a., IJCAI 2023)"
YEAR_ONLY = "Van de datums is alleen het jaar echt."


@dataclass(frozen=True)
class RealElection:
    """A file with what our round needs to know about it. `month` is when we let the vote open, in 2022."""

    file: str
    name: str
    wijk_code: str
    wijk: str
    month: int
    counting_rule: str
    official_rule: str


# The official rule is the row `leftover_budget` of the file; see wijkbudget/data/elections/README.md.
REAL_ELECTIONS = (
    RealElection(
        "Netherlands_Amsterdam_619.pb",
        "Buurtbudget Buitenveldert-Oost 2022 (echte verkiezing)",
        "AMS-619",
        "Buitenveldert-Oost",
        5,
        "greedy",
        "Ook officieel: een plan dat niet past, wordt overgeslagen.",
    ),
    RealElection(
        "Netherlands_Amsterdam_631.pb",
        "West Begroot 2022 (echte verkiezing)",
        "AMS-631",
        "Amsterdam-West",
        11,
        "greedy-stop",
        "Officieel anders: het eerste plan dat niet paste kreeg een deel. Bij ons stopt de verdeling daar.",
    ),
)


def bring_in_elections(session: Session) -> None:
    """Import, count and certify both elections, each act on a day of 2022 on which it could have been."""
    for real in REAL_ELECTIONS:
        file = read_pabulib(data_file("elections", real.file).read_bytes(), name=real.file)
        opens = opening_instant(datetime(2022, real.month, 2, 9))
        wijk = register_wijk(
            session,
            opens - timedelta(days=100),
            SYSTEM,
            code=real.wijk_code,
            name=real.wijk,
            gemeente="Amsterdam",
            besluit=f"Gebied van de verkiezing in {real.file}",
            valid_from=date(2022, 1, 1),
        )
        plan = _plan(real, wijk.id, file.election.budget, opens)
        held = import_election(session, SYSTEM, HeldElection(plan, file, SUBMITTER))
        closed = plan.voting_closes_at
        count_round(session, closed + timedelta(hours=10), SYSTEM, held.id)
        certify_result(session, closed + timedelta(days=3), SYSTEM, held.id)


def _days_before(instant: datetime, days: int) -> datetime:
    """So many days earlier, as the clock on the town hall shows it."""
    return local(instant).replace(tzinfo=None) - timedelta(days=days)


def _plan(real: RealElection, wijk_id: int, budget: int, opens: datetime) -> RoundPlan:
    """Every ballot of both files stays within the budget, as their row `max_sum_cost` says: capped approval."""
    return RoundPlan(
        name=real.name,
        basis=f"Echte stembiljetten van de gemeente Amsterdam, 2022. {SOURCE}, bestand {real.file}. "
        f"{YEAR_ONLY} {real.official_rule}",
        reference_date=date(2022, real.month, 1),
        minimum_age=12,
        min_cost_cents=0,
        max_cost_cents=None,
        ballot_type=BallotType.CAPPED_APPROVAL,
        counting_rule=real.counting_rule,
        submission_opens_at=opening_instant(_days_before(opens, 90).replace(hour=9)),
        submission_closes_at=closing_instant(_days_before(opens, 60).replace(hour=23, minute=59)),
        voting_opens_at=opens,
        voting_closes_at=closing_instant(datetime(2022, real.month, 22, 23, 59)),
        budgets={wijk_id: budget},
    )
