"""Write the rules of a round (spelregels) as the text that is published, hashed and frozen."""

import hashlib

from wijkbudget.domain.amsterdam import last_minute, local
from wijkbudget.domain.budget_round import BallotType, BudgetRound
from wijkbudget.domain.money import format_euros
from wijkbudget.services.read_pots import PotView
from wijkbudget.services.rule_texts import option_texts, reglement_of, rule_text

BALLOT_TEXTS = {
    BallotType.APPROVAL: "U kiest de plannen die u steunt. U mag er zoveel kiezen als u wilt.",
    BallotType.CAPPED_APPROVAL: (
        "U kiest de plannen die u steunt. Samen mogen ze niet meer kosten dan het budget van uw wijk."
    ),
    BallotType.RANKING: "U zet de plannen die u steunt op volgorde. Uw beste plan staat bovenaan.",
}


ONE_VOTE = {
    1: "Ieder stemt één keer, in de eigen wijk. De stem is geheim.",
    2: (
        "Ieder heeft één stem, in de eigen wijk. De stem is geheim. "
        "Wie opnieuw stemt, vervangt de eigen stem: de laatste telt."
    ),
}
"""What the texts of rules say about voting, by the form of the text: rounds keep the form with which they were opened."""


def write_rules(budget_round: BudgetRound, pots: list[PotView], *, form: int = max(ONE_VOTE)) -> str:
    """The rules, article by article. The same round always gives the same text, to the byte."""
    ballot = BallotType(budget_round.ballot_type)
    maximum = (
        "het budget van de wijk"
        if budget_round.max_cost_cents is None
        else format_euros(budget_round.max_cost_cents)
    )
    articles = [
        (
            "Wijken en budget",
            [f"{pot.wijk} ({pot.gemeente}): {format_euros(pot.budget_cents)}." for pot in pots],
        ),
        ("Grondslag", [budget_round.basis or "Geen grondslag opgegeven."]),
        (
            "Plannen indienen",
            [
                f"Indienen kan van {_moment(budget_round, 'submission')}.",
                "Het wijkplatform van de wijk dient plannen in. Heeft een wijk geen wijkplatform? "
                "Dan neemt de gemeente plannen van inwoners aan.",
                f"Een plan kost ten minste {format_euros(budget_round.min_cost_cents)} en hoogstens {maximum}.",
            ],
        ),
        (
            "Toetsing",
            ["De gemeente beoordeelt of een plan haalbaar is. Het oordeel en de reden zijn openbaar."],
        ),
        (
            "Wie mag stemmen",
            [
                f"Stemmen mag wie op {budget_round.reference_date:%d-%m-%Y} in de wijk woonde "
                f"en toen {budget_round.minimum_age} jaar of ouder was.",
                ONE_VOTE[form],
                f"Stemmen kan van {_moment(budget_round, 'voting')}.",
            ],
        ),
        ("Het stembiljet", [BALLOT_TEXTS[ballot], "Een leeg stembiljet mag. Het telt mee voor de opkomst."]),
        (
            "De telling",
            [
                *_counting(budget_round),
                "Een plan zonder stemmen krijgt geen geld. Een ingetrokken plan krijgt geen geld.",
            ],
        ),
        (
            "Gelijke stand",
            [
                "Maakt een gelijke stand uit voor wie geld krijgt? Dan beslist het lot, in het openbaar en met getuige."
            ],
        ),
    ]
    lines = [f"Spelregels van de budgetronde “{budget_round.name}”", ""]
    for number, (title, sentences) in enumerate(articles, start=1):
        lines += [
            f"Artikel {number}. {title}",
            *(f"{number}.{i} {text}" for i, text in enumerate(sentences, 1)),
            "",
        ]
    return "\n".join(lines)


def _counting(budget_round: BudgetRound) -> tuple[str, ...]:
    """How the ballots are counted, with the rule and where it is written."""
    name = budget_round.counting_rule
    first, *others = rule_text(name).sentences
    reglement = reglement_of(name)
    # A reglement holds a rule and the same rule with stopping, which the next sentence tells apart.
    rule = "" if name.removesuffix("-stop") == reglement else f"telregel “{name}”, "
    where = f"({rule}reglement “{reglement}”, versie {budget_round.counting_rule_version})"
    return f"{first} {where}", *others, *option_texts(budget_round.satisfaction, budget_round.completion)


def rules_hash(text: str) -> str:
    """SHA-256 of the text as UTF-8, in hexadecimal: what `sha256sum` prints for the published file."""
    return hashlib.sha256(text.encode()).hexdigest()


def _moment(budget_round: BudgetRound, what: str) -> str:
    opens = local(getattr(budget_round, f"{what}_opens_at"))
    last = last_minute(getattr(budget_round, f"{what}_closes_at"))
    return f"{opens:%d-%m-%Y %H:%M} tot en met {last:%d-%m-%Y %H:%M} uur"
