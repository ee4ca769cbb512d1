"""The counting library: pure values in, pure values out. No web, no database, no clock, no chance.

>>> ballots = [ApprovalBallot(frozenset({"bank"})), ApprovalBallot(frozenset({"bank", "boom"}))]
>>> election = Election.of(1_000_00, [Project("bank", 800_00), Project("boom", 300_00)], ballots)
>>> count(election, "greedy").funded
('bank',)
"""

from wijkbudget.tally.archive import Archive, ArchiveError, Counted, read_archive, write_archive
from wijkbudget.tally.axioms import Axiom, Finding, Witness
from wijkbudget.tally.ballot_limits import BallotLimits, Breach, Limit
from wijkbudget.tally.ballots import ApprovalBallot, Ballot, PointsBallot, RankingBallot
from wijkbudget.tally.comparison import Comparison, compare, compare_outcomes
from wijkbudget.tally.distances import Distance, Distances, distances
from wijkbudget.tally.election import Election, Project
from wijkbudget.tally.errors import (
    DuplicateProject,
    ElectionError,
    EngineDisagreement,
    EngineMissing,
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
from wijkbudget.tally.explanation import Explanation, Told, as_plain, explain, story
from wijkbudget.tally.file_fault import FileError
from wijkbudget.tally.formats import StoredElection, read_election, write_election
from wijkbudget.tally.gains import Gains, Measure
from wijkbudget.tally.outcome import Basis, Decision, Event, Lot, LotRequired, Outcome, Settled, Step, Tie
from wijkbudget.tally.pabulib import (
    Fault,
    PabulibError,
    PabulibFile,
    ProjectRow,
    read_pabulib,
    write_pabulib,
    write_pabulib_file,
)
from wijkbudget.tally.pairwise import Pairwise
from wijkbudget.tally.pots import NotTogether, Passed, Pot, PotsCount, Waiting
from wijkbudget.tally.pots_count import count_pots
from wijkbudget.tally.preflib import PreflibError, PreflibFile, read_preflib, write_preflib
from wijkbudget.tally.profile import BallotKind, Profile
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.rules import RULES, count, count_by, rule
from wijkbudget.tally.terms import Completion, Eligible, Engine, Progress, Satisfaction, Terms, Ties

__all__ = [
    "RULES",
    "ApprovalBallot",
    "Archive",
    "ArchiveError",
    "Axiom",
    "Ballot",
    "BallotKind",
    "BallotLimits",
    "Basis",
    "Breach",
    "Comparison",
    "Completion",
    "Counted",
    "Decision",
    "Distance",
    "Distances",
    "DuplicateProject",
    "Election",
    "ElectionError",
    "Eligible",
    "Engine",
    "EngineDisagreement",
    "EngineMissing",
    "Event",
    "Explanation",
    "Fault",
    "FileError",
    "Finding",
    "Gains",
    "InvalidBallot",
    "InvalidBudget",
    "InvalidProject",
    "Limit",
    "Lot",
    "LotDoesNotFit",
    "LotRequired",
    "Measure",
    "MixedBallots",
    "NotTogether",
    "Outcome",
    "PabulibError",
    "PabulibFile",
    "Pairwise",
    "Passed",
    "PointsBallot",
    "Pot",
    "PotsCount",
    "PreflibError",
    "PreflibFile",
    "Profile",
    "Progress",
    "Project",
    "ProjectRow",
    "RankingBallot",
    "Rule",
    "RuleDoesNotFit",
    "Satisfaction",
    "Settled",
    "Step",
    "StoredElection",
    "TallyError",
    "Terms",
    "Tie",
    "Ties",
    "Told",
    "UnknownProject",
    "UnknownRule",
    "Waiting",
    "Witness",
    "as_plain",
    "compare",
    "compare_outcomes",
    "count",
    "count_by",
    "count_pots",
    "distances",
    "explain",
    "read_archive",
    "read_election",
    "read_pabulib",
    "read_preflib",
    "rule",
    "story",
    "write_archive",
    "write_election",
    "write_pabulib",
    "write_pabulib_file",
    "write_preflib",
]
