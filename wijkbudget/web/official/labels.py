"""Dutch words for the choices of a round, its phases and the acts in the audit log."""

from wijkbudget.domain.account import Role
from wijkbudget.domain.budget_round import BallotType, CountingRule, Misfit, Phase
from wijkbudget.domain.proposal import ProposalStatus

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
COUNTING_LABELS = {
    CountingRule.GREEDY: "Meeste stemmen eerst",
    CountingRule.SCHULZE: "Schulze-methode",
}
COUNTING_HINTS = {
    CountingRule.GREEDY.value: (
        "Hoort bij aankruisen. Het plan met de meeste stemmen komt als eerste aan de beurt."
    ),
    CountingRule.SCHULZE.value: "Hoort bij op volgorde zetten. De plannen worden twee aan twee vergeleken.",
}
MISFIT_LABELS = {
    Misfit.SKIP: "Het plan overslaan en verder gaan",
    Misfit.STOP: "De verdeling stopt",
}
MISFIT_HINTS = {
    Misfit.SKIP.value: "Een goedkoper plan met minder stemmen kan dan nog geld krijgen.",
    Misfit.STOP.value: "Een plan met minder stemmen gaat dan nooit voor op een plan met meer stemmen.",
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
    "account.created": "account gemaakt",
    "account.locked": "account tijdelijk geblokkeerd",
    "account.logged_in": "ingelogd",
    "account.logged_out": "uitgelogd",
    "account.password_changed": "wachtwoord gewijzigd",
    "addresses.imported": "adrestabel ingelezen",
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
