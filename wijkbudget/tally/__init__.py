"""The counting library: pure values in, pure values out. No web, no database, no clock, no chance.

>>> ballots = [ApprovalBallot(frozenset({"bank"})), ApprovalBallot(frozenset({"bank", "boom"}))]
>>> election = Election.of(1_000_00, [Project("bank", 800_00), Project("boom", 300_00)], ballots)
>>> count(election, "greedy").funded
('bank',)
"""

from wijkbudget.tally.election import ApprovalBallot, Ballot, Election, Project, RankingBallot
from wijkbudget.tally.errors import (
    DuplicateProject,
    ElectionError,
    EngineDisagreement,
    InvalidBallot,
    InvalidBudget,
    InvalidProject,
    LotDoesNotFit,
    MixedBallots,
    RuleDoesNotFit,
    TallyError,
    UnknownProject,
    UnknownRule,
)
from wijkbudget.tally.outcome import Decision, Lot, LotRequired, Outcome, Settled, Step, Tie
from wijkbudget.tally.pabulib import (
    Fault,
    PabulibError,
    PabulibFile,
    ProjectRow,
    read_pabulib,
    write_pabulib,
)
from wijkbudget.tally.pairwise import Pairwise
from wijkbudget.tally.rules import RULES, Rule, count, rule
from wijkbudget.tally.terms import Ties

__all__ = [
    "RULES",
    "ApprovalBallot",
    "Ballot",
    "Decision",
    "DuplicateProject",
    "Election",
    "ElectionError",
    "EngineDisagreement",
    "Fault",
    "InvalidBallot",
    "InvalidBudget",
    "InvalidProject",
    "Lot",
    "LotDoesNotFit",
    "LotRequired",
    "MixedBallots",
    "Outcome",
    "PabulibError",
    "PabulibFile",
    "Pairwise",
    "Project",
    "ProjectRow",
    "RankingBallot",
    "Rule",
    "RuleDoesNotFit",
    "Settled",
    "Step",
    "TallyError",
    "Tie",
    "Ties",
    "UnknownProject",
    "UnknownRule",
    "count",
    "read_pabulib",
    "rule",
    "write_pabulib",
]
