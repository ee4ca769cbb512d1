"""Several pots in one count: each wijk its own, and money that wijken leave goes to the pot of the whole city.

Each pot is an election of its own, with its own projects, ballots, rule and terms. A pot may pass what it leaves to one
other pot, which is then counted after it with that money added. A tie in one pot does not hold up the others; only a
pot that still waits for such money is not counted. Reglement: docs/rules/conditions.md, article 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import TallyError
from wijkbudget.tally.outcome import LotRequired, Outcome
from wijkbudget.tally.rules import count_by, rule
from wijkbudget.tally.terms import Terms


@dataclass(frozen=True, slots=True)
class Pot:
    """One pot: its name, what is voted on in it, how that is counted, and to which pot its leftover goes, if any."""

    name: str
    election: Election
    rule: str
    rule_version: int | None = None
    terms: Terms = field(default_factory=Terms)
    passes_to: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pot that cannot be counted yet: these pots, which pass their money to it, have no outcome."""

    pots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """Money that one pot left for another, in cents."""

    source: str
    target: str
    cents: int


@dataclass(frozen=True, slots=True)
class PotsCount:
    """The result of each pot by name, and the money that went from one to another."""

    results: Mapping[str, Outcome | LotRequired | Waiting]
    passed: tuple[Passed, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every pot has its outcome."""
        return all(isinstance(result, Outcome) for result in self.results.values())


def count_pots(pots: Iterable[Pot]) -> PotsCount:
    """Count every pot, those that pass money on first; raises `TallyError` for pots that wait for each other.

    >>> from wijkbudget.tally.election import ApprovalBallot, Project
    >>> bank, boom = ApprovalBallot(frozenset({"bank"})), ApprovalBallot(frozenset({"boom"}))
    >>> wijk = Pot("wijk", Election.of(100, [Project("bank", 60)], [bank]), "greedy", passes_to="stad")
    >>> stad = Pot("stad", Election.of(50, [Project("boom", 90)], [boom]), "greedy")
    >>> counted = count_pots([stad, wijk])
    >>> counted.passed[0].cents, counted.results["stad"].funded
    (40, ('boom',))
    """
    by_name = _checked(pots)
    results: dict[str, Outcome | LotRequired | Waiting] = {}
    passed: list[Passed] = []
    for pot in _sources_first(by_name):
        sources = [source for source in by_name.values() if source.passes_to == pot.name]
        waiting = tuple(source.name for source in sources if not isinstance(results[source.name], Outcome))
        if waiting:
            results[pot.name] = Waiting(waiting)
            continue
        extra = sum(money.cents for money in passed if money.target == pot.name)
        election = pot.election
        if extra:
            election = Election(election.budget + extra, election.projects, election.profile)
        result = count_by(rule(pot.rule, pot.rule_version), election, pot.terms)
        results[pot.name] = result
        if isinstance(result, Outcome) and pot.passes_to and result.left:
            passed.append(Passed(pot.name, pot.passes_to, result.left))
    return PotsCount({name: results[name] for name in by_name}, tuple(passed))


def _checked(pots: Iterable[Pot]) -> dict[str, Pot]:
    by_name: dict[str, Pot] = {}
    for pot in pots:
        if pot.name in by_name:
            raise TallyError(f"pot {pot.name} is listed twice")
        by_name[pot.name] = pot
    for pot in by_name.values():
        if pot.passes_to is not None and pot.passes_to not in by_name:
            raise TallyError(
                f"pot {pot.name} passes its money to {pot.passes_to}, which is not one of the pots"
            )
    return by_name


def _sources_first(by_name: Mapping[str, Pot]) -> list[Pot]:
    """The pots such that each comes after those that pass money to it."""
    order: list[Pot] = []
    rest = sorted(by_name)
    while rest:
        targets = {by_name[name].passes_to for name in rest}
        free = [name for name in rest if not any(by_name[other].passes_to == name for other in rest)]
        if not free:
            ring = ", ".join(name for name in rest if name in targets)
            raise TallyError(f"pots {ring} pass their money to each other")
        order += [by_name[name] for name in free]
        rest = [name for name in rest if name not in free]
    return order
