"""Keep the numbers behind a count as text: exact, in a fixed order, readable without the program."""

import json
from fractions import Fraction

from wijkbudget.tally import Basis, Tie
from wijkbudget.tally.explanation import as_plain


def basis_json(basis: Basis | None) -> str | None:
    """The numbers behind a decision: `kind` and the fields of the basis; a fraction as "p/q", a plan by its number."""
    return None if basis is None else json.dumps(as_plain(basis))


def ties_json(ties: tuple[Tie, ...], ids: dict[str, int]) -> str:
    """The ties of a complete count: place, the proposals as they were treated, and whether the order mattered."""
    return json.dumps(
        [
            {
                "place": tie.place,
                "proposals": [ids[number] for number in tie.projects],
                "mattered": tie.mattered,
            }
            for tie in ties
        ]
    )


def exact(amount: Fraction | None) -> str | None:
    """An amount of cents that may be broken: "1250" or "3751/3"."""
    return None if amount is None else str(amount)
