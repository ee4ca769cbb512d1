"""Each counting rule in Dutch sentences: its name for people, a hint for who chooses, and what its rules say.

The sentences of `RuleText.sentences` and of the options stand in the published rules of a round, which may never change
by an update of the software: whoever changes one must give the rule a new version, with a text of its own.
"""

from dataclasses import dataclass

from wijkbudget.domain.budget_round import Completion, Satisfaction
from wijkbudget.tally import RULES

SKIP = "Past een plan niet in wat er over is? Dan slaan we het over en kijken we naar het volgende."
STOP = "Past een plan niet in wat er over is? Dan stopt de verdeling."
_GREEDY = "De plannen komen aan de beurt op volgorde van het aantal stemmen, meeste stemmen eerst."
_SCHULZE = (
    "De plannen komen aan de beurt in de volgorde van de Schulze-methode: "
    "een plan gaat voor als meer kiezers het verkiezen boven het andere."
)
_PAIRS = (
    "De plannen worden twee aan twee vergeleken. De duidelijkste overwinningen bepalen als eerste de volgorde "
    "waarin de plannen aan de beurt komen."
)
_BORDA = (
    "De plannen komen aan de beurt op volgorde van punten. "
    "Een plan krijgt van elk biljet een punt voor elk plan dat lager staat, en een half punt voor elk plan dat gelijk staat."
)
_SHARES = "Elke kiezer krijgt een gelijk deel van het budget. Een plan wordt betaald door de kiezers die het steunen."


@dataclass(frozen=True)
class RuleText:
    """A rule in words. `label` and `hint` are for the form; `sentences` for the rules that are published."""

    label: str
    hint: str
    sentences: tuple[str, ...]


RULE_TEXTS = {
    "greedy": RuleText(
        "Meeste stemmen eerst",
        "Het plan met de meeste stemmen gaat voor. Past een plan niet meer? Dan kijken we naar het volgende.",
        (_GREEDY, SKIP),
    ),
    "equal-shares": RuleText(
        "Gelijke delen (Equal Shares)",
        "Elke kiezer krijgt een gelijk deel van het geld. Ook een kleine groep krijgt dan haar deel.",
        (_SHARES,),
    ),
    "schulze": RuleText(
        "Schulze-methode",
        "De plannen worden twee aan twee vergeleken. Past een plan niet meer? Dan kijken we naar het volgende.",
        (_SCHULZE, SKIP),
    ),
    "expanding-approvals": RuleText(
        "Gelijke delen bij een volgorde (Expanding Approvals)",
        "Elke kiezer krijgt een gelijk deel van het geld. Eerst tellen de eerste keuzes, dan ook de tweede, enzovoort.",
        (
            _SHARES,
            "Eerst telt alleen de eerste keuze van elke kiezer, daarna ook de tweede, en zo verder.",
        ),
    ),
    "greedy-stop": RuleText(
        "Meeste stemmen eerst, met stoppen",
        "Het plan met de meeste stemmen gaat voor. Past een plan niet meer? Dan stopt de verdeling.",
        (_GREEDY, STOP),
    ),
    "greedy-remainder": RuleText(
        "Meeste stemmen eerst, met de rest voor het volgende plan",
        "Het plan met de meeste stemmen gaat voor. Het eerste plan dat niet past, krijgt wat over is aangeboden.",
        (
            _GREEDY,
            "Past een plan niet in wat er over is? Dan bieden we wat over is aan voor een kleinere versie van dat plan. "
            "Daarna stopt de verdeling.",
        ),
    ),
    "greedy-per-cost": RuleText(
        "Meeste stemmen per euro eerst",
        "Het plan met de meeste stemmen voor elke euro gaat voor. Goedkope plannen hebben een voorsprong.",
        (
            "De plannen komen aan de beurt op volgorde van het aantal stemmen per euro, meeste stemmen per euro eerst.",
            SKIP,
        ),
    ),
    "phragmen": RuleText(
        "Phragmén, één voor één",
        "De kiezers sparen even snel. Een plan wordt gekocht zodra zijn kiezers genoeg hebben gespaard.",
        (
            "Elke kiezer spaart even snel. Een plan krijgt geld zodra de kiezers die het steunen samen de kosten hebben "
            "gespaard. Hun spaargeld is dan op.",
            "De verdeling stopt bij de eerste aankoop die niet meer past in het budget.",
        ),
    ),
    "max-satisfaction": RuleText(
        "De meeste stemmen samen",
        "Van alle groepen plannen die passen, krijgt de groep met de meeste stemmen samen het geld.",
        ("De plannen die samen passen in het budget en samen de meeste stemmen hebben, krijgen geld.",),
    ),
    "bos": RuleText(
        "Gelijke delen met begrensd tekort (BOS)",
        "Als gelijke delen, maar kiezers mogen samen een plan kopen dat zij maar voor een deel kunnen betalen.",
        (
            _SHARES,
            "Kiezers mogen samen een plan kopen dat zij maar voor een deel kunnen betalen. "
            "De rest komt uit het geld dat anderen overlaten.",
        ),
    ),
    "schulze-stop": RuleText(
        "Schulze-methode, met stoppen",
        "De plannen worden twee aan twee vergeleken. Past een plan niet meer? Dan stopt de verdeling.",
        (_SCHULZE, STOP),
    ),
    "ranked-pairs": RuleText(
        "Gerangschikte paren (Ranked Pairs)",
        "De plannen worden twee aan twee vergeleken. De duidelijkste overwinningen tellen het eerst.",
        (_PAIRS, SKIP),
    ),
    "borda": RuleText(
        "Punten voor de plaats (Borda)",
        "Een plan krijgt punten voor elke plaats op elk biljet. De meeste punten gaan voor.",
        (_BORDA, SKIP),
    ),
    "irv-budget": RuleText(
        "Afvallen op eerste keuzes",
        "Steeds valt het plan met de minste eerste keuzes af, tot de plannen die over zijn samen passen.",
        (
            "Steeds valt het plan af dat bij de minste kiezers bovenaan staat. Dat stopt als de plannen die over zijn, samen "
            "passen in het budget.",
            "Van wat dan over is, krijgen afgevallen plannen geld die nog passen. Wie het laatst afviel, komt het eerst.",
        ),
    ),
    "equal-shares-borda": RuleText(
        "Gelijke delen met punten voor de plaats",
        "Elke kiezer krijgt een gelijk deel van het geld. Een hoger geplaatst plan telt zwaarder voor de kiezer.",
        (_SHARES, "Een plan dat hoger op het biljet staat, telt voor die kiezer zwaarder."),
    ),
}
"""By name in the register; the order is that of the form."""

SATISFACTION_TEXTS = {
    Satisfaction.COST: "Een plan telt voor een kiezer zwaarder als het meer kost (tevredenheid “cost”).",
    Satisfaction.CARDINALITY: "Elk plan telt voor een kiezer even zwaar, wat het ook kost (tevredenheid “cardinality”).",
}
_ADD1 = "Blijft er geld over? Dan tellen we steeds opnieuw, met voor elke kiezer een euro meer. "
_OVER = "We stoppen vóór de plannen samen meer kosten dan het budget"
_FULL = f"{_OVER}, of als er geen plan meer bij past"
_REST = " Wat daarna over is, gaat naar de plannen met de meeste stemmen die nog passen"
COMPLETION_TEXTS = {
    Completion.NONE: "Blijft er geld over? Dan blijft dat in de pot (aanvulling “none”).",
    Completion.ADD1: f"{_ADD1}{_OVER} (aanvulling “add1”).",
    Completion.ADD1_EXHAUSTIVE: f"{_ADD1}{_FULL} (aanvulling “add1-exhaustive”).",
    Completion.GREEDY: f"Blijft er geld over?{_REST.replace(' Wat daarna over is,', ' Dat')} (aanvulling “greedy”).",
    Completion.ADD1_GREEDY: f"{_ADD1}{_OVER}.{_REST} (aanvulling “add1-greedy”).",
    Completion.ADD1_EXHAUSTIVE_GREEDY: f"{_ADD1}{_FULL}.{_REST} (aanvulling “add1-exhaustive-greedy”).",
}


def rule_text(name: str) -> RuleText:
    """The rule in words; a rule without words of its own gets its title, and an unknown one its name."""
    if name in RULE_TEXTS:
        return RULE_TEXTS[name]
    title = RULES[name].title if name in RULES else f"Telregel {name}"
    return RuleText(title, "", (f"{title}.",))


def option_texts(satisfaction: str | None, completion: str | None) -> tuple[str, ...]:
    """The chosen options of a rule in sentences; none for a rule without options."""
    first = () if satisfaction is None else (SATISFACTION_TEXTS[Satisfaction(satisfaction)],)
    return first if completion is None else (*first, COMPLETION_TEXTS[Completion(completion)])


def reglement_of(name: str) -> str:
    """The name of the reglement of a rule, without ending: "greedy" for `greedy-stop` too."""
    return RULES[name].reglement.removesuffix(".md") if name in RULES else name
