"""Count several pots: those first that others wait for, and again without the parts that could not go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from wijkbudget.tally.conditions import LINKED
from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import LotDoesNotFit
from wijkbudget.tally.outcome import Decision, Lot, LotRequired, Outcome
from wijkbudget.tally.pots import (
    NotTogether,
    Passed,
    Place,
    Pot,
    PotsCount,
    Result,
    Waiting,
    checked,
    sources_first,
)
from wijkbudget.tally.prepared import Out
from wijkbudget.tally.rules import count_by, rule

FUNDED_ELSEWHERE = Out(Decision.FUNDED_ELSEWHERE, "voorwaarden art. 7")


def count_pots(pots: Iterable[Pot], together: Iterable[Iterable[Place]] = ()) -> PotsCount:
    """Count every pot, those that others wait for first; raises `TallyError` for pots that wait for each other.

    `together`: parts in several pots, of which all are funded or none. If a count leaves out a part of a set, the whole
    set leaves, and the pots are counted again; all sets that failed in one count leave at once.

    >>> from wijkbudget.tally.ballots import ApprovalBallot
    >>> from wijkbudget.tally.election import Project
    >>> bank, boom = ApprovalBallot(frozenset({"bank"})), ApprovalBallot(frozenset({"boom"}))
    >>> wijk = Pot("wijk", Election.of(100, [Project("bank", 60)], [bank]), "greedy", passes_to="stad")
    >>> stad = Pot("stad", Election.of(50, [Project("boom", 90)], [boom]), "greedy")
    >>> counted = count_pots([stad, wijk])
    >>> counted.passed[0].cents, counted.results["stad"].funded
    (40, ('boom',))
    """
    sets = sorted(tuple(sorted(parts)) for parts in together)
    by_name = checked(pots, sets)
    order, lots = sources_first(by_name), _Lots(fixed=not sets)
    gone: set[Place] = set()
    apart: list[NotTogether] = []
    while True:
        results, passed = _one_count(order, gone, lots)
        active = [parts for parts in sets if gone.isdisjoint(parts)]
        open_pots = _open(active, results)
        failed = [] if open_pots else _failed(active, results, number=len({one.round for one in apart}) + 1)
        if not failed:
            break
        apart += failed
        gone.update(part for one in failed for part in one.parts)
    waiting = _waiting(order, active, open_pots)
    results = {name: _still(results[name], waiting.get(name)) for name in by_name}
    lots.check_all_used(by_name.values(), results)
    passed = [money for money in passed if isinstance(results[money.source], Outcome)]
    return PotsCount(results, tuple(passed), tuple(apart))


def _one_count(order: Sequence[Pot], gone: set[Place], lots: _Lots) -> tuple[dict[str, Result], list[Passed]]:
    """Each pot once, without the parts that are gone."""
    results: dict[str, Result] = {}
    passed: list[Passed] = []
    for pot in order:
        without = sorted(name for name in pot.waits_for(order) if not isinstance(results[name], Outcome))
        if without:
            results[pot.name] = Waiting(tuple(without))
            continue
        out = {project_id: LINKED for name, project_id in gone if name == pot.name}
        out |= {here: FUNDED_ELSEWHERE for here, first in pot.again.items() if _has_money(first, results)}
        extra, election = sum(money.cents for money in passed if money.target == pot.name), pot.election
        if extra:
            election = Election(election.budget + extra, election.projects, election.profile)
        result = lots.count(pot, election, out)
        results[pot.name] = result
        if isinstance(result, Outcome) and pot.passes_to and result.left:
            passed.append(Passed(pot.name, pot.passes_to, result.left))
    return results, passed


def _has_money(place: Place, results: Mapping[str, Result]) -> bool:
    """Whether the project got money there, or was offered some."""
    return _decision(place, results) in (Decision.FUNDED, Decision.OFFERED_REMAINDER)


def _open(active: Iterable[Sequence[Place]], results: Mapping[str, Result]) -> tuple[str, ...]:
    """The pots with a part that goes together with others, and without an outcome."""
    holding = {pot for parts in active for pot, _ in parts}
    return tuple(sorted(name for name in holding if not isinstance(results[name], Outcome)))


def _failed(
    active: Iterable[tuple[Place, ...]], results: Mapping[str, Result], number: int
) -> list[NotTogether]:
    """The sets of which some part got no money in this count."""
    failed = []
    for parts in active:
        decisions = [(part, _decision(part, results)) for part in parts]
        missed = tuple(entry for entry in decisions if entry[1] is not Decision.FUNDED)
        if missed:
            failed.append(NotTogether(number, parts, missed))
    return failed


def _decision(place: Place, results: Mapping[str, Result]) -> Decision:
    result = results[place[0]]
    assert isinstance(result, Outcome)
    return result.step(place[1]).decision


def _waiting(
    order: Sequence[Pot], active: Iterable[Sequence[Place]], open_pots: tuple[str, ...]
) -> dict[str, Waiting]:
    """The pots whose outcome may still change, because of parts in pots without one."""
    if not open_pots:
        return {}
    unsure = {pot for parts in active for pot, _ in parts}
    for pot in order:
        if not unsure.isdisjoint(pot.waits_for(order)):
            unsure.add(pot.name)
    return {name: Waiting(open_pots) for name in unsure if name not in open_pots}


def _still(result: Result, waiting: Waiting | None) -> Result:
    return result if waiting is None or isinstance(result, Waiting) else waiting


class _Lots:
    """The lots of each pot; where pots are counted more than once, a lot may belong to one of these counts only."""

    def __init__(self, *, fixed: bool) -> None:
        self._fixed = fixed
        self._used: set[tuple[str, Lot]] = set()

    def count(self, pot: Pot, election: Election, out: Mapping[str, Out]) -> Outcome | LotRequired:
        """Count one pot with the lots that belong to this count."""
        lots = pot.terms.lots
        while True:
            try:
                terms = replace(pot.terms, lots=lots)
                result = count_by(rule(pot.rule, pot.rule_version), election, terms, out)
            except LotDoesNotFit as fault:
                strange = next((lot for lot in lots if set(fault.order) <= set(lot.order)), None)
                if self._fixed or strange is None:
                    raise
                lots = tuple(lot for lot in lots if lot != strange)
            else:
                self._used.update((pot.name, lot) for lot in lots)
                return result

    def check_all_used(self, pots: Iterable[Pot], results: Mapping[str, Result]) -> None:
        """Refuse (`LotDoesNotFit`) a lot that belongs to no count of its pot."""
        for pot in pots:
            for lot in pot.terms.lots if isinstance(results[pot.name], Outcome) else ():
                if (pot.name, lot) not in self._used:
                    raise LotDoesNotFit(lot.order, f"does not belong to a tie in pot {pot.name}")
