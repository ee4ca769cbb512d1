"""Choosing a counting rule for a round."""

import pytest

from wijkbudget.domain import budget_round
from wijkbudget.domain.budget_round import BallotType, Completion, Satisfaction
from wijkbudget.domain.errors import InvalidInput
from wijkbudget.services.choose_rule import choose_rule, rules_for_rounds
from wijkbudget.services.rule_texts import COMPLETION_TEXTS, RULE_TEXTS, SATISFACTION_TEXTS, rule_text
from wijkbudget.tally import RULES, terms


def test_the_options_that_a_round_can_keep_are_those_of_the_tally() -> None:
    for name in ("Satisfaction", "Completion"):
        stored, counted = getattr(budget_round, name), getattr(terms, name)
        assert [value.value for value in stored] == [value.value for value in counted]
    assert set(SATISFACTION_TEXTS) == set(Satisfaction)
    assert set(COMPLETION_TEXTS) == set(Completion)


def test_every_rule_that_a_round_can_have_is_told_in_words_of_its_own() -> None:
    assert {rule.name for rule in rules_for_rounds()} - set(RULE_TEXTS) == set()
    assert {rule_text(name).label for name in RULE_TEXTS} & set(RULE_TEXTS) == set()


def test_no_two_rules_have_the_same_label_or_the_same_published_sentences() -> None:
    known = [RULE_TEXTS[rule.name] for rule in rules_for_rounds()]
    assert len({text.label for text in known}) == len(known)
    assert len({text.sentences for text in known}) == len(known)


def test_a_rule_without_words_of_its_own_is_told_by_its_title_or_name() -> None:
    assert rule_text("lijstje").sentences == ("Telregel lijstje.",)


def test_a_rule_comes_in_its_newest_version_and_without_options_it_does_not_have() -> None:
    chosen = choose_rule(BallotType.APPROVAL, "greedy")
    assert chosen.counting_rule_version == RULES["greedy"].version
    assert (chosen.satisfaction, chosen.completion) == (None, None)


@pytest.mark.parametrize(
    ("ballot", "name", "options", "field", "message"),
    [
        (BallotType.APPROVAL, "lijstje", {}, "counting_rule", "bestaat niet"),
        (
            BallotType.APPROVAL,
            "greedy",
            {"version": 99},
            "counting_rule_version",
            "Versie 99 van deze telregel bestaat niet. De nieuwste is 1",
        ),
        (BallotType.RANKING, "greedy", {}, "counting_rule", "aankruisen"),
        (BallotType.CAPPED_APPROVAL, "schulze", {}, "counting_rule", "met een volgorde"),
        (BallotType.APPROVAL, "greedy", {"satisfaction": Satisfaction.COST}, "satisfaction", "niet"),
        (BallotType.APPROVAL, "greedy", {"completion": Completion.NONE}, "completion", "niet"),
    ],
)
def test_a_rule_or_option_that_does_not_fit_is_refused_at_its_field(
    ballot: BallotType, name: str, options: dict[str, object], field: str, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message) as refusal:
        choose_rule(ballot, name, **options)  # type: ignore[arg-type]
    assert refusal.value.field == field
