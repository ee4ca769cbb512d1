"""The TOML file from which a round is made (docs/ronde.toml)."""

import tomllib
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, select

from wijkbudget.domain.amsterdam import closing_instant, opening_instant
from wijkbudget.domain.budget_round import BallotType, Completion, Satisfaction
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.domain.wijk import Wijk
from wijkbudget.services.create_round import RoundPlan

# What the services call otherwise than the file does.
KEYS = {"min_cost_cents": "min_cost_euro", "max_cost_cents": "max_cost_euro", "budgets": "budgets_euro"}
MOMENTS = ("submission_opens_at", "submission_closes_at", "voting_opens_at", "voting_closes_at")


def read_toml(file: Any) -> dict[str, Any]:
    """What the file says. Raises InvalidInput, naming the file, when it is no TOML."""
    try:
        return tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file.name}: {error}") from None


def plan_from(session: Session, given: dict[str, Any]) -> RoundPlan:
    """A plan from TOML: amounts in whole euros, moments as local date-times, budgets per wijk code."""
    values = dict(given)
    try:
        euros = values.pop("budgets_euro")
        wijken = {wijk.code: wijk.id for wijk in session.exec(select(Wijk))}
        unknown = sorted(set(euros) - set(wijken))
        if unknown:
            raise InvalidInput(f"budgets_euro: de wijk {unknown[0]} bestaat niet.")
        values["budgets"] = {wijken[code]: _cents(amount) for code, amount in euros.items()}
        values["min_cost_cents"] = _cents(values.pop("min_cost_euro"))
        highest = values.pop("max_cost_euro", None)
        values["max_cost_cents"] = None if highest is None else _cents(highest)
        values["ballot_type"] = _choice("ballot_type", BallotType, values["ballot_type"])
        for name, kind in (("satisfaction", Satisfaction), ("completion", Completion)):
            if name in values:
                values[name] = _choice(name, kind, values[name])
        if "tie_rule" in values:
            raise InvalidInput(
                "tie_rule: deze instelling bestaat niet. Bij een gelijke stand beslist het lot."
            )
        for name in MOMENTS:
            values[name] = _instant(name, values[name])
        if type(values["reference_date"]) is not date:
            raise InvalidInput("reference_date: schrijf een datum, zoals 2026-03-01.")
        extra = sorted(set(values) - {field.name for field in fields(RoundPlan)})
        if extra:
            raise InvalidInput(f"{extra[0]}: deze instelling bestaat niet.")
        for name in ("name", "basis", "counting_rule"):
            if not isinstance(values[name], str):
                raise InvalidInput(f"{name}: schrijf tekst tussen aanhalingstekens.")
        for name, example in (("minimum_age", 16), ("counting_rule_version", 1)):
            if type(values.get(name, example)) is not int:
                raise InvalidInput(f"{name}: schrijf een heel getal, zoals {example}.")
        return RoundPlan(**values)
    except KeyError as error:
        raise InvalidInput(f"{error.args[0]}: ontbreekt in het bestand.") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(f"Het bestand klopt niet: {error}.") from None


def _choice(name: str, kind: type[StrEnum], typed: object) -> StrEnum:
    """The choice of that name; the refusal names those that there are."""
    if not isinstance(typed, str) or typed not in list(kind):
        raise InvalidInput(f"{name}: “{typed}” bestaat niet. Kies uit: {', '.join(kind)}.")
    return kind(typed)


def _instant(name: str, typed: object) -> datetime:
    if not isinstance(typed, datetime) or typed.tzinfo is not None:
        raise InvalidInput(f"{name}: schrijf datum en tijd zonder zone, zoals 2026-03-31T23:59.")
    try:
        return closing_instant(typed) if "closes" in name else opening_instant(typed)
    except InvalidInput as error:
        raise InvalidInput(error.message, field=name) from None


def _cents(euros: object) -> int:
    """Cents from an amount in the file; only whole euros, so that nothing is rounded without a word."""
    if type(euros) is not int:
        raise InvalidInput(f"“{euros}” is geen bedrag in hele euro's. Schrijf het zo: 40000.")
    return euros * 100
