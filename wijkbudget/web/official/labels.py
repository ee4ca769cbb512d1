"""Dutch words for the choices of a round, its phases and the acts in the audit log."""

from wijkbudget.domain.account import Role
from wijkbudget.domain.budget_round import BallotType, BudgetRound, Completion, Phase, Satisfaction
from wijkbudget.domain.proposal import ProposalStatus
from wijkbudget.services.choose_rule import WANTED_BALLOTS, has_options, rules_for_rounds
from wijkbudget.services.rule_texts import RULE_TEXTS, reglement_of, rule_text

BALLOT_LABELS = {
    BallotType.APPROVAL: "Plannen aankruisen",
    BallotType.CAPPED_APPROVAL: "Plannen aankruisen binnen het budget",
    BallotType.RANKING: "Plannen op volgorde zetten",
}
BALLOT_HINTS = {
    BallotType.APPROVAL.value: "De kiezer kruist alle plannen aan die hij steunt. Er is geen grens.",
    BallotType.CAPPED_APPROVAL.value: (
        "De kiezer kruist plannen aan. Samen kosten ze hoogstens het budget van de wijk."
    ),
    BallotType.RANKING.value: "De kiezer zet plannen op volgorde. Het beste plan staat bovenaan.",
}
FIRST_RULES = ("greedy", "equal-shares", "schulze", "expanding-approvals")
"""The counting rules that an official sees at once; the others open under “Meer telregels”."""
AS_THE_REGLEMENT = "Zoals in het reglement"
SATISFACTION_LABELS = {
    Satisfaction.COST: "Een duur plan telt zwaarder",
    Satisfaction.CARDINALITY: "Elk plan telt even zwaar",
}
COMPLETION_LABELS = {
    Completion.NONE: "Het blijft over",
    Completion.ADD1: "Elke kiezer een euro meer, tot het volgende plan te duur is",
    Completion.ADD1_EXHAUSTIVE: "Elke kiezer een euro meer, of tot er niets meer bij past",
    Completion.GREEDY: "Naar de meeste stemmen",
    Completion.ADD1_GREEDY: "Eerst een euro meer, daarna naar de meeste stemmen",
    Completion.ADD1_EXHAUSTIVE_GREEDY: "Eerst een euro meer tot er niets meer bij past, daarna naar de meeste stemmen",
}
TIE_TEXT = (
    "Maakt een gelijke stand uit wie geld krijgt? Dan beslist het lot, in het openbaar en met een getuige. "
    "Dit kunt u niet veranderen."
)
PHASE_TONES = {
    Phase.DRAFT: "neutral",
    Phase.ANNOUNCED: "info",
    Phase.SUBMISSION: "ok",
    Phase.REVIEW: "warning",
    Phase.LAPSED: "danger",
    Phase.BALLOT_FIXED: "info",
    Phase.VOTING: "ok",
    Phase.CLOSED: "warning",
    Phase.COUNTED: "warning",
    Phase.CERTIFIED: "neutral",
}
STATUS_TONES = {
    ProposalStatus.DRAFT: "neutral",
    ProposalStatus.SUBMITTED: "warning",
    ProposalStatus.FEASIBLE: "info",
    ProposalStatus.INFEASIBLE: "danger",
    ProposalStatus.ON_BALLOT: "ok",
    ProposalStatus.WITHDRAWN: "neutral",
    ProposalStatus.FUNDED: "ok",
    ProposalStatus.NOT_FUNDED: "neutral",
}
ACTION_LABELS = {
    "account.closed": "account gesloten",
    "account.created": "account gemaakt",
    "account.locked": "account tijdelijk geblokkeerd",
    "account.logged_in": "ingelogd",
    "account.logged_out": "uitgelogd",
    "account.opened": "account weer geopend",
    "account.password_changed": "wachtwoord gewijzigd",
    "account.recovery_code_used": "herstelcode gebruikt",
    "account.recovery_codes_renewed": "nieuwe herstelcodes gemaakt",
    "account.roles_changed": "rollen gewijzigd",
    "account.second_factor_removed": "tweede stap uitgezet",
    "account.second_factor_reset": "tweede stap gewist",
    "account.second_factor_set": "tweede stap ingesteld",
    "account.session_ended": "op een ander apparaat uitgelogd",
    "account.sessions_ended": "op andere apparaten uitgelogd",
    "addresses.imported": "adrestabel ingelezen",
    "invitations.finished": "uitnodigingen klaargezet",
    "invitations.ordered": "uitnodigingen besteld",
    "letter_codes.issued": "briefcodes gemaakt",
    "lot.recorded": "loting vastgelegd",
    "pot.counted": "wijk geteld",
    "proposal.changed": "plan gewijzigd",
    "proposal.drafted": "plan begonnen",
    "proposal.judged": "plan beoordeeld",
    "proposal.put_on_ballot": "plan op de stemlijst gezet",
    "proposal.submitted": "plan ingediend",
    "proposal.taken_in": "plan aangenomen aan de balie",
    "proposal.taken_off_ballot": "plan van de stemlijst gehaald",
    "proposal.withdrawn": "plan ingetrokken",
    "replacement.approved": "nieuwe code of link goedgekeurd",
    "replacement.asked": "nieuwe code of link aangevraagd",
    "replacement.refused": "nieuwe code of link afgewezen",
    "roll.imported": "kiesregister ingelezen",
    "round.ballot_fixed": "stemlijst vastgesteld",
    "round.certified": "uitslag vastgesteld",
    "round.changed": "ronde gewijzigd",
    "round.created": "ronde gemaakt",
    "round.opened": "ronde geopend",
    "wijk.registered": "wijk vastgelegd",
    "wijkplatform.ended": "wijkplatform gestopt",
    "wijkplatform.founded": "wijkplatform erkend",
    "wijkplatform.joined": "lid toegevoegd",
    "wijkraad.converted": "wijkraad omgezet",
}
SUBJECT_LABELS = {
    "account": "account",
    "addresses": "adrestabel",
    "pot": "budget-id",
    "proposal": "plan-id",
    "replacement": "aanvraag-id",
    "round": "ronde-id",
    "wijk": "wijk-id",
    "wijkplatform": "platform-id",
}
ROLE_HINTS = {
    Role.PLATFORM_MEMBER.value: "Schrijft plannen van het eigen wijkplatform en dient ze in.",
    Role.PLATFORM_MANAGER.value: "Beheert de leden van het eigen wijkplatform.",
    Role.OFFICIAL.value: "Richt rondes in, beoordeelt plannen, telt en stelt de uitslag vast.",
    Role.ADMINISTRATOR.value: "Maakt accounts. Kan een ronde wel zien, niet veranderen.",
    Role.AUDITOR.value: "Leest alles mee, ook het logboek. Verandert niets.",
}


def counting_labels() -> dict[str, str]:
    """The counting rules for the form: first the few that most rounds choose, then the rest in the order of their texts."""
    known = {rule.name for rule in rules_for_rounds()}
    ordered = [*FIRST_RULES, *RULE_TEXTS, *sorted(known)]
    return {name: rule_text(name).label for name in dict.fromkeys(ordered) if name in known}


def shown_at_once() -> int:
    """How many counting rules the form shows before “Meer telregels”."""
    return sum(name in counting_labels() for name in FIRST_RULES)


def counting_hints() -> dict[str, str]:
    """What each counting rule does, and with which ballot it goes."""
    words = {"approval": "aankruisen", "ranking": "op volgorde zetten"}
    hints = {}
    for rule in rules_for_rounds():
        ballots = " of ".join(words[kind] for kind in WANTED_BALLOTS if kind in rule.ballot_kinds)
        hints[rule.name] = f"{rule_text(rule.name).hint} Hoort bij {ballots}.".strip()
    return hints


def reglements() -> dict[str, str]:
    """The reglement of each counting rule, by the name of the rule."""
    return {rule.name: reglement_of(rule.name) for rule in rules_for_rounds()}


def rules_with_options() -> str:
    """The names of the rules that leave something to choose, in a list for a sentence."""
    names = [rule_text(rule.name).label for rule in rules_for_rounds() if has_options(rule)]
    return ", ".join(names)


def counting_text(budget_round: BudgetRound) -> str:
    """The counting rule of a round with its version and options, on one line."""
    parts = [f"{rule_text(budget_round.counting_rule).label}, versie {budget_round.counting_rule_version}"]
    if budget_round.satisfaction is not None:
        parts.append(SATISFACTION_LABELS[Satisfaction(budget_round.satisfaction)].lower())
    if budget_round.completion is not None:
        left = COMPLETION_LABELS[Completion(budget_round.completion)]
        parts.append(f"geld dat overblijft: {left[0].lower()}{left[1:]}")
    return "; ".join(parts)
