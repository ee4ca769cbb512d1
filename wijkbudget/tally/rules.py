"""The register of counting rules, and the one function that counts.

An old result names its rule and version, so it can be counted again after the code has moved on: a change
that may alter an outcome gets a new version beside the old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from wijkbudget.tally import (
    borda,
    bos,
    equal_shares,
    expanding_approvals,
    greedy,
    irv_budget,
    max_satisfaction,
    phragmen,
    ranked_pairs,
    schulze,
)
from wijkbudget.tally.conditions import prepare
from wijkbudget.tally.election import Election
from wijkbudget.tally.errors import LotNotNeeded, TallyError, UnknownRule
from wijkbudget.tally.outcome import Lot, LotRequired, Outcome
from wijkbudget.tally.prepared import Out
from wijkbudget.tally.rule import Rule
from wijkbudget.tally.terms import (
    Completion,
    Eligible,
    Engine,
    Progress,
    Satisfaction,
    Terms,
    Ties,
)

Option = TypeVar("Option", Satisfaction, Completion, Eligible)

_REGISTER: tuple[Rule, ...] = (
    *ranked_pairs.RULES,
    *expanding_approvals.RULES,
    *borda.RULES,
    *irv_budget.RULES,
    *greedy.RULES,
    *equal_shares.RULES,
    *phragmen.RULES,
    *max_satisfaction.RULES,
    *bos.RULES,
    *schulze.RULES,
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
    rule_version: int | None = None,
    lots: Iterable[Lot] = (),
    ties: Ties = "lot",
    min_support: int = 0,
    quorum: int = 0,
    incompatible: Iterable[Iterable[str]] = (),
    linked: Iterable[Iterable[str]] = (),
    satisfaction: Satisfaction | str = Satisfaction.COST,
    completion: Completion | str | None = None,
    eligible: Eligible | str = Eligible.ALL,
    engine: Engine = "auto",
    progress: Progress | None = None,
) -> Outcome | LotRequired:
    """Count an election; a tie that decides who gets money asks for a lot, unless `ties` says by id.

    The further arguments are those of `Terms`. Raises `UnknownRule`, `RuleDoesNotFit` for ballots or options that
    the rule does not know, `TallyError` for an option that does not exist, and `LotDoesNotFit` for a lot that belongs
    to no tie of this count.

    >>> from wijkbudget.tally.ballots import ApprovalBallot
    >>> from wijkbudget.tally.election import Project
    >>> yes = [ApprovalBallot(frozenset({"a", "b"}))]
    >>> election = Election.of(100, [Project("a", 60), Project("b", 70)], yes)
    >>> count(election, "greedy").tied
    ('a', 'b')
    >>> count(election, "greedy", lots=[Lot(("b", "a"))]).funded
    ('b',)
    """
    terms = Terms(
        lots=tuple(lots),
        min_support=min_support,
        ties=ties,
        quorum=quorum,
        incompatible=tuple(map(frozenset, incompatible)),
        linked=tuple(map(frozenset, linked)),
        satisfaction=_option(Satisfaction, satisfaction),
        completion=None if completion is None else _option(Completion, completion),
        eligible=_option(Eligible, eligible),
        engine=engine,
        progress=progress,
    )
    return count_by(rule(rule_name, rule_version), election, terms)


def _option(kind: type[Option], value: str) -> Option:
    """The option of that name; `TallyError` names those that there are."""
    try:
        return kind(value)
    except ValueError:
        names = ", ".join(kind)
        raise TallyError(f"there is no {kind.__name__.lower()} {value!r}; choose {names}") from None


def count_by(
    chosen: Rule, election: Election, terms: Terms, out: Mapping[str, Out] | None = None
) -> Outcome | LotRequired:
    """Count by a rule from the register on terms that are already put together; `out`: projects that do not take part.

    Lots are drawn one after the other, each because a count with those before it asked for it. A later one can take
    away the tie of an earlier one; such a lot is passed over, any other that is not needed is refused.
    """
    while True:
        try:
            return _count_once(chosen, election, terms, out)
        except LotNotNeeded as unused:
            terms = _with_asked(chosen, election, terms, out, unused)


def _with_asked(
    chosen: Rule,
    election: Election,
    terms: Terms,
    out: Mapping[str, Out] | None,
    unused: LotNotNeeded,
) -> Terms:
    """The terms with this lot marked as asked for. Raises the same when a count with the lots before it did not."""
    place = next((i for i, lot in enumerate(terms.lots) if lot.order == unused.order), None)
    if place is None:
        raise unused
    before = count_by(chosen, election, replace(terms, lots=terms.lots[:place]), out)
    if not isinstance(before, LotRequired) or set(before.tied) != set(unused.order):
        raise unused
    asked = Lot(unused.order, asked=True)
    return replace(terms, lots=(*terms.lots[:place], asked, *terms.lots[place + 1 :]))


def _count_once(
    chosen: Rule, election: Election, terms: Terms, out: Mapping[str, Out] | None
) -> Outcome | LotRequired:
    chosen.check_fits(election.kind)
    chosen.check_options(terms)
    prepared = prepare(election, terms, keep=chosen.shows_everything, out=out)
    return prepared.restore(chosen.run(chosen, prepared.election, prepared.terms))
