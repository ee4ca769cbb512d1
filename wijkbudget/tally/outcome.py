"""What a count gives back: a full outcome, or the tie for which a lot must first be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wijkbudget.tally.pairwise import Pairwise


class Decision(StrEnum):
    """What was decided about one project, and so why it did or did not get money."""

    FUNDED = "funded"
    DOES_NOT_FIT = "does-not-fit"
    AFTER_STOP = "after-stop"
    TOO_LITTLE_SUPPORT = "too-little-support"
    WITHDRAWN = "withdrawn"


class Settled(StrEnum):
    """How the order inside a tie came about."""

    NOT_NEEDED = "not-needed"
    LOT = "lot"
    LEXICOGRAPHIC = "lexicographic"


@dataclass(frozen=True, slots=True)
class Lot:
    """The order in which tied projects were drawn; the first drawn goes first.

    >>> Lot(("b", "a")).order
    ('b', 'a')
    """

    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One project in the order of the count; amounts in cents, `article` of the rule's reglement.

    `place` is shared by equal projects (1, 1, 3) and None for a withdrawn project, which has no place.
    """

    number: int
    place: int | None
    project: str
    votes: int
    cost: int
    left_before: int
    left_after: int
    decision: Decision
    article: str


@dataclass(frozen=True, slots=True)
class Tie:
    """Equal projects that could be funded as far as support goes, in the order in which they were treated.

    `mattered`: the order decided who got money. `contested`: the projects among which it did. `left`: cents.
    """

    place: int
    projects: tuple[str, ...]
    left: int
    mattered: bool
    settled: Settled
    contested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The complete result: amounts in cents, `funded` in order of funding, one step per project."""

    rule: str
    rule_version: int
    budget: int
    spent: int
    funded: tuple[str, ...]
    steps: tuple[Step, ...]
    ties: tuple[Tie, ...]
    pairwise: Pairwise | None = None

    @property
    def left(self) -> int:
        """Cents that no project got."""
        return self.budget - self.spent

    def step(self, project_id: str) -> Step:
        """The step of one project; KeyError if the count does not know it."""
        for step in self.steps:
            if step.project == project_id:
                return step
        raise KeyError(project_id)


@dataclass(frozen=True, slots=True)
class LotRequired:
    """The count stopped: a lot among `tied` (by id) decides who gets the `left` cents.

    `stage` is the number of the step at which the count stopped. Count again with the drawn `Lot` added.
    """

    rule: str
    rule_version: int
    tied: tuple[str, ...]
    stage: int
    place: int
    left: int
    steps_so_far: tuple[Step, ...]
