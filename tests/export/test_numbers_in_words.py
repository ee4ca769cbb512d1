"""The numbers of a step in words."""

import re
from dataclasses import replace
from fractions import Fraction

from wijkbudget.export.numbers_in_words import (
    _SENTENCES,
    endowment_in_words,
    euros_down,
    numbers_in_words,
    percent_down,
)
from wijkbudget.export.report import REASON_TEXTS, Report
from wijkbudget.tally import Basis, Decision


def test_every_decision_of_the_tally_has_a_reason_in_words() -> None:
    assert set(REASON_TEXTS) == {decision.value for decision in Decision}


def test_a_step_without_numbers_says_nothing(report: Report) -> None:
    assert {numbers_in_words(line, report.rule) for line in report.lines} == {""}
    assert endowment_in_words(report) == ""


def test_a_plan_without_money_tells_how_near_its_voters_came(report: Report) -> None:
    line = replace(report.lines[2], basis={"kind": "behind-the-plan", "effective_support": "999/1000"})
    assert numbers_in_words(line, "equal-shares") == "De kiezers hadden samen nog 99,9 % van de kosten."


def test_with_points_for_places_a_voter_pays_per_point(report: Report) -> None:
    basis = {"kind": "bought", "price_cents": "250/1", "payers": 1, "effective_support": "1/1"}
    line = replace(report.lines[0], basis=basis)
    assert numbers_in_words(line, "equal-shares-borda") == (
        "1 kiezer betaalde hoogstens € 2,50 per punt. Samen hadden zij 100 % van de kosten."
    )


def test_a_plan_bought_from_savings_tells_the_most_and_the_least_that_a_voter_paid(report: Report) -> None:
    basis = {
        "kind": "earned",
        "time_cents": "900/1",
        "supporters": 4,
        "most_cents": "900/1",
        "least_cents": "100/1",
    }
    words = numbers_in_words(replace(report.lines[0], basis=basis), "phragmen")
    assert words == "Elke kiezer van dit plan betaalde hoogstens € 9, en ten minste € 1."
    same = basis | {"least_cents": "900/1"}
    words = numbers_in_words(replace(report.lines[0], basis=same), "phragmen")
    assert words == "Elke kiezer van dit plan betaalde hoogstens € 9."


def test_points_and_first_places_are_told(report: Report) -> None:
    points = {"kind": "borda-points", "points": "7/2"}
    assert numbers_in_words(replace(report.lines[0], basis=points), "borda") == "Dit plan kreeg 3,5 punten."
    for turn, words in ((2, "Toen het afviel, in ronde 2, stond"), (0, "Aan het eind stond")):
        basis = {"kind": "first-places", "round": turn, "first_places": "4/1"}
        told = numbers_in_words(replace(report.lines[0], basis=basis), "irv-budget")
        assert told == f"{words} dit plan op 4 stembiljetten bovenaan."


def test_a_plan_outside_the_best_set_tells_what_the_best_set_with_it_would_have(report: Report) -> None:
    basis = {"kind": "not-in-best-set", "best": 41, "with_it": 40}
    assert numbers_in_words(replace(report.lines[2], basis=basis), "max-satisfaction") == (
        "De plannen met geld hebben samen 41 stemmen. De beste groep met dit plan erbij heeft er 40."
    )
    inside = {"kind": "in-best-set", "best": 41, "without": 39}
    told = numbers_in_words(replace(report.lines[0], basis=inside), "max-satisfaction")
    assert told.endswith("De beste groep zonder dit plan heeft er 39.")


def test_a_plan_that_its_voters_paid_in_part_tells_what_they_paid_together(report: Report) -> None:
    basis = {"kind": "overspent", "price_cents": "300/1", "paid_cents": "2000/3"}
    assert numbers_in_words(replace(report.lines[0], basis=basis), "bos") == (
        "Elke kiezer van dit plan betaalde hoogstens € 3. Samen betaalden zij € 6,66 (naar beneden afgerond)."
    )


def test_every_kind_of_numbers_that_is_told_is_kept_by_a_rule() -> None:
    kept = {kind_of_class(basis) for basis in subclasses(Basis)}
    assert set(_SENTENCES) - kept == set()


def subclasses(cls: type) -> list[type]:
    return [*cls.__subclasses__(), *(deeper for sub in cls.__subclasses__() for deeper in subclasses(sub))]


def kind_of_class(cls: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


def test_parts_of_a_cent_are_rounded_down_and_that_is_said() -> None:
    assert euros_down(Fraction(1999, 2)) == "€ 9,99 (naar beneden afgerond)"
    assert euros_down(Fraction(1000)) == "€ 10"
    assert percent_down(Fraction(9999, 10000)) == "99,9 %"


def test_what_each_voter_had_is_told(report: Report) -> None:
    assert endowment_in_words(replace(report, endowment_cents=Fraction(2500))) == "Elke kiezer had € 25."
    raised = replace(report, endowment_cents=Fraction(2500), completion="add1-greedy")
    assert endowment_in_words(raised) == "Na het ophogen had elke kiezer € 25."
