"""Several pots in one count: each wijk its own, and money that wijken leave goes to the pot of the whole city.

Each pot is an election of its own, with its own projects, ballots, rule and terms. A pot may pass what it leaves to one
other pot, which is then counted after it with that money added. A project that got nothing in one pot may stand again in
another. A project in several wijken has a part in each pot; such parts may be funded together or not at all. A tie in
one pot does not hold up the others; only pots that need its outcome wait. Reglement: docs/rules/conditions.md, article 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import TallyError, UnknownProject
from wijkbudget.tally.outcome import Decision, LotRequired, Outcome
from wijkbudget.tally.terms import Terms

Place = tuple[str, str]
"""A project in a pot: the name of the pot and the id of the project there."""


@dataclass(frozen=True, slots=True)
class Pot:
    """One pot: its name, what is voted on in it, how that is counted, and to which pot its leftover goes, if any.

    `again`: of each project that takes part here only if it got no money elsewhere, where that is.
    """

    name: str
    election: Election
    rule: str
    rule_version: int | None = None
    terms: Terms = field(default_factory=Terms)
    passes_to: str | None = None
    again: Mapping[str, Place] = field(default_factory=dict)

    def waits_for(self, others: Iterable[Pot]) -> set[str]:
        """The pots that must be counted before this one."""
        return {pot.name for pot in others if pot.passes_to == self.name} | {
            pot for pot, _ in self.again.values()
        }


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pot that has no certain outcome yet, because these other pots have none."""

    pots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """Money that one pot left for another, in cents."""

    source: str
    target: str
    cents: int


@dataclass(frozen=True, slots=True)
class NotTogether:
    """Parts in several pots that were to be funded together, and those of them that a count did not fund, with the reason.

    None of the parts takes part in the next count; `round` is the number of the count, from 1.
    """

    round: int
    parts: tuple[Place, ...]
    missed: tuple[tuple[Place, Decision], ...]


Result = Outcome | LotRequired | Waiting


@dataclass(frozen=True, slots=True)
class PotsCount:
    """The result of each pot by name, the money that went from one to another, and parts that could not go together."""

    results: Mapping[str, Result]
    passed: tuple[Passed, ...]
    apart: tuple[NotTogether, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every pot has its outcome."""
        return all(isinstance(result, Outcome) for result in self.results.values())


def checked(pots: Iterable[Pot], together: Iterable[Iterable[Place]]) -> dict[str, Pot]:
    """The pots by name; raises `TallyError` for names that are unknown or used twice, and parts that contradict."""
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
        for project_id, earlier in pot.again.items():
            _check_place((pot.name, project_id), by_name)
            _check_place(earlier, by_name)
    seen: set[Place] = set()
    for parts in together:
        for part in sorted(parts):
            _check_place(part, by_name)
            if part in seen:
                raise TallyError(f"project {part[1]} of pot {part[0]} is in two sets that go together")
            seen.add(part)
    return by_name


def _check_place(place: Place, by_name: Mapping[str, Pot]) -> None:
    pot, project_id = place
    if pot not in by_name:
        raise TallyError(f"project {project_id} is said to be in pot {pot}, which is not one of the pots")
    if project_id not in by_name[pot].election.index:
        raise UnknownProject(f"project {project_id} is not in pot {pot}")


def sources_first(by_name: Mapping[str, Pot]) -> list[Pot]:
    """The pots such that each comes after those that it waits for; raises `TallyError` for pots that wait in a ring."""
    waits = {name: pot.waits_for(by_name.values()) for name, pot in by_name.items()}
    order: list[Pot] = []
    rest = sorted(by_name)
    while rest:
        free = [name for name in rest if waits[name].isdisjoint(rest)]
        if not free:
            ring = [name for name in rest if any(name in waits[other] for other in rest)]
            raise TallyError(f"pots {', '.join(ring)} wait for each other")
        order += [by_name[name] for name in free]
        rest = [name for name in rest if name not in free]
    return order
