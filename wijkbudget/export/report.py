"""The result of one wijk in one round as a value: what every export and the result page are made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

REASON_TEXTS = {
    "funded": "Dit plan krijgt geld.",
    "does-not-fit": "Dit plan past niet in het bedrag dat nog over was.",
    "after-stop": "De verdeling was al gestopt bij een eerder plan dat niet paste.",
    "offered-remainder": "Dit plan paste niet. Wat over was, is aangeboden voor een kleinere versie.",
    "too-little-support": "Dit plan kreeg te weinig stemmen.",
    "not-eligible": "Dit plan deed niet mee: het kreeg te weinig stemmen voor wat het kost.",
    "no-quorum": "Er zijn te weinig stembiljetten. Daarom krijgt geen enkel plan geld.",
    "incompatible": "Dit plan gaat niet samen met een plan dat al geld kreeg.",
    "not-affordable": "Dit plan kon niet worden betaald.",
    "eliminated": "Dit plan viel af, omdat het te weinig kiezers had.",
    "not-chosen": "Dit plan hoort niet bij de groep plannen die samen het best is.",
    "withdrawn": "De indiener heeft dit plan ingetrokken.",
    "linked": "Dit plan hoort bij een plan dat niet meedoet.",
    "funded-elsewhere": "Dit plan krijgt al geld uit een andere pot.",
}


@dataclass(frozen=True)
class ReportLine:
    """What the count decided about one plan, in the order of the count; amounts in cents.

    `basis`: the numbers behind it under the names of the rule, `kind` first; fractions are strings "p/q".
    """

    step: int
    place: int | None
    number: int
    title: str
    submitter: str
    votes: int
    cost_cents: int
    funded: bool
    reason: str
    left_before_cents: int
    left_after_cents: int
    article: str
    basis: Mapping[str, Any] | None = None

    @property
    def allocated_cents(self) -> int:
        """What the plan gets, or is offered for a smaller version."""
        if self.offered:
            return self.left_before_cents - self.left_after_cents
        return self.cost_cents if self.funded else 0

    @property
    def offered(self) -> bool:
        """Whether what was left is offered to this plan, which costs more, for a smaller version."""
        return self.reason == "offered-remainder"

    @property
    def reason_text(self) -> str:
        """The reason in a Dutch sentence."""
        return REASON_TEXTS[self.reason]

    @property
    def withdrawn(self) -> bool:
        """Whether the submitter withdrew the plan after the ballot list was fixed."""
        return self.reason == "withdrawn"

    @property
    def outcome_text(self) -> str:
        """What became of the plan, in Dutch; a plan that is offered the rest is in the sums as not chosen."""
        if self.withdrawn:
            return "ingetrokken"
        if self.offered:
            return "rest aangeboden"
        return "gekozen" if self.funded else "niet gekozen"


@dataclass(frozen=True)
class ReportTie:
    """Plans that stood equal, by number as they were treated; `mattered`: the order decided who got money."""

    place: int | None
    numbers: tuple[int, ...]
    mattered: bool


@dataclass(frozen=True)
class ReportLot:
    """A lot that decided: the plan numbers in drawn order, and who saw it."""

    order: tuple[int, ...]
    witness: str
    drawn_at: datetime


@dataclass(frozen=True)
class Report:
    """The whole result of one wijk. `entitled` is 0 when the roll is not known (imported elections).

    `satisfaction` and `completion`: the chosen options of a rule that has them. `endowment_cents`: what each ballot had
    to spend, for rules that give voters money. `ties` None: counted by a version that did not keep them.
    """

    gemeente: str
    round_name: str
    wijk: str
    certified: bool
    ballot_type: str
    rule: str
    rule_version: int
    rules_sha256: str
    input_sha256: str
    software_version: str
    count_number: int
    counted_at: datetime
    budget_cents: int
    spent_cents: int
    entitled: int
    ballots: int
    blank_ballots: int
    lines: tuple[ReportLine, ...]
    lots: tuple[ReportLot, ...] = ()
    satisfaction: str | None = None
    completion: str | None = None
    endowment_cents: Fraction | None = None
    ties: tuple[ReportTie, ...] | None = None

    @property
    def left_cents(self) -> int:
        """What remains in the pot."""
        return self.budget_cents - self.spent_cents

    @property
    def offered_cents(self) -> int:
        """What is offered for smaller versions: part of `spent_cents`, and of no funded plan."""
        return sum(line.allocated_cents for line in self.lines if line.offered)

    @property
    def funded(self) -> tuple[ReportLine, ...]:
        """The plans that get money, in order of funding."""
        return tuple(line for line in self.lines if line.funded)

    @property
    def not_funded(self) -> tuple[ReportLine, ...]:
        """The plans that took part to the end and get nothing."""
        return tuple(line for line in self.lines if not line.funded and not line.withdrawn)

    @property
    def withdrawn(self) -> tuple[ReportLine, ...]:
        """The plans that were withdrawn; they are not among those that were not funded."""
        return tuple(line for line in self.lines if line.withdrawn)

    @property
    def turnout(self) -> Fraction | None:
        """Ballots, blank ones too, per person entitled to vote; None when the roll is not known."""
        return Fraction(self.ballots, self.entitled) if self.entitled else None

    @property
    def command_options(self) -> str:
        """The options with which the command line counts by the same rule: "--rule equal-shares --completion add1"."""
        options = [f"--rule {self.rule}"]
        if self.satisfaction is not None:
            options.append(f"--satisfaction {self.satisfaction}")
        if self.completion is not None:
            options.append(f"--completion {self.completion}")
        return " ".join(options)
