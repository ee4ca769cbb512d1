"""What can be wrong with the input of a count, one class per fault."""

from __future__ import annotations

from collections.abc import Iterable


class TallyError(ValueError):
    """An election, a rule or a lot that cannot be counted; the message names the fault."""


class ElectionError(TallyError):
    """The election itself is not well formed."""


class DuplicateProject(ElectionError):
    """Two projects carry the same id."""


class InvalidProject(ElectionError):
    """A project without an id, or whose cost is not a whole number of cents above zero."""


class InvalidBudget(ElectionError):
    """The budget is not a whole number of cents, zero or more."""


class InvalidBallot(ElectionError):
    """A ballot that ranks a project twice, holds an empty rank, or counts less than once."""


class UnknownProject(ElectionError):
    """A ballot names a project that is not in the election."""


class MixedBallots(ElectionError):
    """Approval ballots and ranking ballots in one election."""


class UnknownRule(TallyError):
    """No rule of that name (and version) is in the register."""


class RuleDoesNotFit(TallyError):
    """The rule cannot count this kind of ballot."""


class EngineMissing(TallyError):
    """The compiled engine was asked for, but it is not installed."""


class LotDoesNotFit(TallyError):
    """A drawn lot that does not belong to a tie of this count."""

    def __init__(self, order: Iterable[str], why: str) -> None:
        self.order = tuple(order)
        super().__init__(f"lot [{', '.join(self.order)}] {why}")


class LotNotNeeded(LotDoesNotFit):
    """A drawn lot for a tie that this count does not come to."""

    def __init__(self, order: Iterable[str]) -> None:
        super().__init__(order, "does not belong to a tie of this count")


class EngineDisagreement(RuntimeError):
    """py-vote-core's order contradicts our own strongest paths: no result may be given."""
