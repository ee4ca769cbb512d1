"""Choose a counting rule for a round: one that the tally knows, that fits the ballots, with options that it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from wijkbudget.domain.budget_round import BallotType, BudgetRound, Completion, Satisfaction
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.tally import RULES, BallotKind, Rule, UnknownRule, rule

KIND_OF_BALLOT = {
    BallotType.APPROVAL: BallotKind.APPROVAL,
    BallotType.CAPPED_APPROVAL: BallotKind.APPROVAL,
    BallotType.RANKING: BallotKind.RANKING,
}
WANTED_BALLOTS = {
    BallotKind.APPROVAL: "kies een stembiljet met aankruisen",
    BallotKind.RANKING: "kies een stembiljet met een volgorde",
}

Option = TypeVar("Option", Satisfaction, Completion)


@dataclass(frozen=True)
class ChosenRule:
    """A rule as a round keeps it, under the names of its columns; an option is None where the rule has none."""

    counting_rule: str
    counting_rule_version: int
    satisfaction: Satisfaction | None
    completion: Completion | None


def rules_for_rounds() -> tuple[Rule, ...]:
    """The newest version of each rule that counts a ballot that a round can have, by name."""
    kinds = frozenset(KIND_OF_BALLOT.values())
    return tuple(RULES[name] for name in sorted(RULES) if RULES[name].ballot_kinds & kinds)


def choose_rule(
    ballot_type: BallotType,
    name: str,
    *,
    version: int | None = None,
    satisfaction: Satisfaction | None = None,
    completion: Completion | None = None,
) -> ChosenRule:
    """The rule with everything chosen: its newest version and its own options unless told.

    Raises InvalidInput, naming the field, for a rule or an option that does not exist or does not fit.
    """
    try:
        chosen = rule(name, version)
    except UnknownRule:
        if name in RULES:
            raise InvalidInput(
                f"Versie {version} van deze telregel bestaat niet. De nieuwste is {RULES[name].version}.",
                field="counting_rule_version",
            ) from None
        raise InvalidInput("Deze telregel bestaat niet. Kies een andere.", field="counting_rule") from None
    if KIND_OF_BALLOT[ballot_type] not in chosen.ballot_kinds:
        raise InvalidInput(_wrong_ballot(chosen), field="counting_rule")
    return ChosenRule(
        chosen.name,
        chosen.version,
        _option(Satisfaction, "satisfaction", satisfaction, chosen.satisfactions),
        _option(Completion, "completion", completion, chosen.completions),
    )


def has_options(chosen: Rule) -> bool:
    """Whether a round with this rule leaves the official anything more to choose."""
    return len(chosen.satisfactions) > 1 or len(chosen.completions) > 1


def rule_of(budget_round: BudgetRound) -> Rule:
    """The rule of a round, in its version. Raises `UnknownRule` for one that this program does not know."""
    return rule(budget_round.counting_rule, budget_round.counting_rule_version)


def _option(kind: type[Option], field: str, wanted: Option | None, known: Sequence[str]) -> Option | None:
    """What was chosen, or the rule's own; None where the rule knows at most one, which is no choice."""
    if len(known) < 2:
        known = ()
    if wanted is None:
        return kind(str(known[0])) if known else None
    if wanted not in known:
        raise InvalidInput(
            "Deze telregel heeft deze keuze niet. Kies “zoals in het reglement”, of een andere telregel.",
            field=field,
        )
    return wanted


def _wrong_ballot(chosen: Rule) -> str:
    """Which ballot the rule wants, or that no round can have it yet."""
    wanted = [WANTED_BALLOTS[kind] for kind in WANTED_BALLOTS if kind in chosen.ballot_kinds]
    if not wanted:
        return (
            "Deze telregel telt punten. In een ronde kunnen kiezers nog geen punten geven. Kies een andere."
        )
    return f"Deze telregel past niet bij dit stembiljet. Kies een andere telregel, of {' of '.join(wanted)}."
