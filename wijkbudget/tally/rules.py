"""The register of counting rules, and the one function that counts.

An old result names its rule and version, so it can be counted again after the code has moved on: a change
that may alter an outcome gets a new version beside the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from wijkbudget.tally.allocation import Allocation, Misfit
from wijkbudget.tally.election import ApprovalBallot, Election, RankingBallot
from wijkbudget.tally.errors import RuleDoesNotFit, UnknownRule
from wijkbudget.tally.greedy import approval_places
from wijkbudget.tally.outcome import Decision, Lot, LotRequired, Outcome
from wijkbudget.tally.pairwise import Pairwise, compare
from wijkbudget.tally.schulze import schulze_places
from wijkbudget.tally.terms import Terms, Ties

BallotKind = type[ApprovalBallot] | type[RankingBallot]
Places = tuple[tuple[str, ...], ...]

_KIND_NAMES: dict[BallotKind, str] = {ApprovalBallot: "approval", RankingBallot: "ranking"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A way of counting: its name and version, the ballots it can count, Dutch title, and its reglement.

    `run` does the count itself; rules that are not "order, then fund" bring their own.
    """

    name: str
    version: int
    ballot_kinds: frozenset[BallotKind]
    title: str
    reglement: str
    run: Callable[[Rule, Election, Terms], Outcome | LotRequired] = field(repr=False)

    def check_fits(self, kind: BallotKind | None) -> None:
        """Raise `RuleDoesNotFit` if this rule cannot count ballots of that kind (None: no ballots).

        >>> rule("greedy").check_fits(ApprovalBallot)
        """
        if kind is not None and kind not in self.ballot_kinds:
            wanted = " or ".join(sorted(_KIND_NAMES[known] for known in self.ballot_kinds))
            raise RuleDoesNotFit(f"rule {self.name} counts {wanted} ballots, not {_KIND_NAMES[kind]} ballots")


def _by_approvals(election: Election) -> tuple[Places, None]:
    return approval_places(election), None


def _by_schulze(election: Election) -> tuple[Places, Pairwise]:
    pairwise = compare(election)
    return schulze_places(pairwise), pairwise


def _order_then_fund(
    order: Callable[[Election], tuple[Places, Pairwise | None]],
    misfit: Misfit,
    chosen: Rule,
    election: Election,
    terms: Terms,
) -> Outcome | LotRequired:
    """Count with a rule that orders the projects first and then hands out the money in that order."""
    places, pairwise = order(election)
    purse = Allocation(election, election.votes(), misfit, terms)
    lot_required = purse.run(places, chosen.name, chosen.version)
    if lot_required:
        return lot_required
    funded = tuple(step.project for step in purse.steps if step.decision is Decision.FUNDED)
    return Outcome(
        rule=chosen.name,
        rule_version=chosen.version,
        budget=election.budget,
        spent=election.budget - purse.left,
        funded=funded,
        steps=tuple(purse.steps),
        ties=tuple(purse.ties),
        pairwise=pairwise,
    )


_APPROVAL: frozenset[BallotKind] = frozenset({ApprovalBallot})
_RANKING: frozenset[BallotKind] = frozenset({RankingBallot})

_REGISTER: tuple[Rule, ...] = (
    Rule(
        "greedy",
        1,
        _APPROVAL,
        "Meeste stemmen eerst; wat niet past, wordt overgeslagen",
        "greedy.md",
        partial(_order_then_fund, _by_approvals, Misfit.SKIP),
    ),
    Rule(
        "greedy-stop",
        1,
        _APPROVAL,
        "Meeste stemmen eerst; stoppen bij het eerste dat niet past",
        "greedy.md",
        partial(_order_then_fund, _by_approvals, Misfit.STOP),
    ),
    Rule(
        "schulze",
        1,
        _RANKING,
        "Volgorde volgens Schulze; wat niet past, wordt overgeslagen",
        "schulze.md",
        partial(_order_then_fund, _by_schulze, Misfit.SKIP),
    ),
    Rule(
        "schulze-stop",
        1,
        _RANKING,
        "Volgorde volgens Schulze; stoppen bij het eerste dat niet past",
        "schulze.md",
        partial(_order_then_fund, _by_schulze, Misfit.STOP),
    ),
)

RULES: dict[str, Rule] = {entry.name: entry for entry in sorted(_REGISTER, key=lambda entry: entry.version)}
"""The newest version of each rule, by name."""


def rule(name: str, version: int | None = None) -> Rule:
    """The rule of that name, newest version unless told; `UnknownRule` if the register has none.

    >>> rule("greedy").title
    'Meeste stemmen eerst; wat niet past, wordt overgeslagen'
    """
    for entry in _REGISTER:
        if entry.name == name and entry.version == (RULES[name].version if version is None else version):
            return entry
    raise UnknownRule(f"there is no rule {name}" + ("" if version is None else f" version {version}"))


def count(
    election: Election,
    rule_name: str,
    *,
    lots: Iterable[Lot] = (),
    min_support: int = 0,
    ties: Ties = "lot",
    rule_version: int | None = None,
) -> Outcome | LotRequired:
    """Count an election; a tie that decides who gets money asks for a lot, unless `ties` says by id.

    `lots` are those drawn so far, `min_support` the least number of votes for money. Raises `UnknownRule`,
    `RuleDoesNotFit`, and `LotDoesNotFit` for a lot that belongs to no tie of this count.

    >>> from wijkbudget.tally.election import Project
    >>> yes = [ApprovalBallot(frozenset({"a", "b"}))]
    >>> election = Election.of(100, [Project("a", 60), Project("b", 70)], yes)
    >>> count(election, "greedy").tied
    ('a', 'b')
    >>> count(election, "greedy", lots=[Lot(("b", "a"))]).funded
    ('b',)
    """
    chosen = rule(rule_name, rule_version)
    chosen.check_fits(election.kind)
    return chosen.run(chosen, election, Terms(tuple(lots), min_support, ties))
