"""What a counting rule is: its name and version, what it can count, which options it knows, and where it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import RuleDoesNotFit
from wijkbudget.tally.outcome import LotRequired, Outcome
from wijkbudget.tally.profile import BallotKind
from wijkbudget.tally.terms import Completion, Satisfaction, Terms


@dataclass(frozen=True, slots=True)
class Rule:
    """A way of counting: name and version, the ballots it can count, Dutch title, reglement, and the count itself.

    `completions`: those it knows, its own choice first; none for a rule without that option. `satisfactions`
    likewise. `proportional`: it gives groups of voters their share of the money. `shows_everything`: withdrawn projects
    and those with too little support stay in the election it counts, and it gives them their step itself.
    """

    name: str
    version: int
    ballot_kinds: frozenset[BallotKind]
    title: str
    reglement: str
    run: Callable[[Rule, Election, Terms], Outcome | LotRequired] = field(repr=False)
    completions: tuple[Completion, ...] = ()
    satisfactions: tuple[Satisfaction, ...] = (Satisfaction.COST,)
    proportional: bool = False
    shows_everything: bool = False

    def check_fits(self, kind: BallotKind | None) -> None:
        """Raise `RuleDoesNotFit` if this rule cannot count ballots of that kind (None: no ballots)."""
        if kind is not None and kind not in self.ballot_kinds:
            wanted = " or ".join(sorted(self.ballot_kinds))
            raise RuleDoesNotFit(f"rule {self.name} counts {wanted} ballots, not {kind} ballots")

    def check_options(self, terms: Terms) -> None:
        """Raise `RuleDoesNotFit` for an option that this rule does not know."""
        if terms.satisfaction not in self.satisfactions:
            raise RuleDoesNotFit(f"rule {self.name} has no satisfaction {terms.satisfaction}")
        if terms.completion is not None and terms.completion not in self.completions:
            raise RuleDoesNotFit(f"rule {self.name} has no completion {terms.completion}")

    def completion(self, terms: Terms) -> Completion:
        """The completion asked for, or the rule's own."""
        return terms.completion or (self.completions[0] if self.completions else Completion.NONE)
