"""What a count gives back: a full outcome, or the tie for which a lot must first be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from wijkbudget.tally.pairwise import Pairwise


class Decision(StrEnum):
    """What was decided about one project, and so why it did or did not get money.

    OFFERED_REMAINDER: what is left is offered for a smaller version. NOT_AFFORDABLE: the supporters together have
    too little money of their own. ELIMINATED: dropped in an earlier round. NOT_CHOSEN: not in the best set.
    LINKED: a project that it is linked to does not take part. FUNDED_ELSEWHERE: another pot pays for it.
    """

    FUNDED = "funded"
    DOES_NOT_FIT = "does-not-fit"
    AFTER_STOP = "after-stop"
    OFFERED_REMAINDER = "offered-remainder"
    TOO_LITTLE_SUPPORT = "too-little-support"
    NOT_ELIGIBLE = "not-eligible"
    NO_QUORUM = "no-quorum"
    INCOMPATIBLE = "incompatible"
    NOT_AFFORDABLE = "not-affordable"
    ELIMINATED = "eliminated"
    NOT_CHOSEN = "not-chosen"
    WITHDRAWN = "withdrawn"
    LINKED = "linked"
    FUNDED_ELSEWHERE = "funded-elsewhere"


class Settled(StrEnum):
    """How the order inside a tie came about."""

    NOT_NEEDED = "not-needed"
    LOT = "lot"
    LEXICOGRAPHIC = "lexicographic"


@dataclass(frozen=True, slots=True)
class Lot:
    """The order in which tied projects were drawn; the first drawn goes first.

    `asked`: a count with the lots before it asked for it. A later lot can take away the tie that it was drawn for, so
    it need not be used.

    >>> Lot(("b", "a")).order
    ('b', 'a')
    """

    order: tuple[str, ...]
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Basis:
    """The numbers behind a decision, as data; each rule has its own kinds, with plain fields.

    Fields are whole numbers, `Fraction`s (amounts: in cents), ids, or tuples of those; a field name that ends in
    `_cents` holds an amount.
    """


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened during a count besides the decision on one project, told like a `Basis`."""


@dataclass(frozen=True, slots=True)
class Step:
    """One project in the order of the count; amounts in cents, `article` of the rule's reglement.

    `votes`: ballots that name the project. `place` is shared by equal projects (1, 1, 3); None if the rule gives
    the project no place, as with a withdrawn one. `basis`: what the decision was based on, for rules where votes
    and money alone do not tell.
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
    basis: Basis | None = None


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
    """The complete result: amounts in cents, `funded` in order of funding, one step per project.

    `ties`: rules that follow ties to their ends (equal shares, Phragmén, BOS, elimination) list those that a lot has
    settled, and none when ties go by id. `endowment`: what each ballot had to spend in the run that stands, in cents,
    for rules that give voters money.
    `events`: the rest of the story, in order.
    """

    rule: str
    rule_version: int
    budget: int
    spent: int
    funded: tuple[str, ...]
    steps: tuple[Step, ...]
    ties: tuple[Tie, ...]
    pairwise: Pairwise | None = None
    endowment: Fraction | None = None
    events: tuple[Event, ...] = ()

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
