"""The pages of a count and its result, for a round by every rule."""

import json

import pytest
from sqlmodel import Session, col, select

from tests.scene import Scene
from tests.web.visitor import Visitor
from wijkbudget.domain.actor import SYSTEM
from wijkbudget.domain.count import CountStatus
from wijkbudget.domain.electoral_roll import RollEntry
from wijkbudget.services.certify_result import certify_result
from wijkbudget.services.choose_rule import rules_for_rounds
from wijkbudget.services.count_round import count_round
from wijkbudget.services.record_lot import record_lot
from wijkbudget.services.rule_texts import rule_text

RULES = [rule.name for rule in rules_for_rounds()]


@pytest.mark.parametrize("name", RULES)
def test_no_page_breaks_for_any_rule(scene: Scene, official: Visitor, name: str) -> None:
    budget_round, plans = scene.voted_round(name)
    round_id, pot_id = budget_round.id, scene.pot(budget_round).id
    (first,) = scene.act(count_round, SYSTEM, round_id)
    desk = f"/gemeente/rondes/{round_id}/telling/{pot_id}"
    if first.status == CountStatus.LOT_REQUIRED:
        assert "Er is een loting nodig" in official.get(desk).text
        assert official.get(f"{desk}/loting").status == 200
        order = sorted(first.tied_ids(), reverse=True)
        scene.act(record_lot, SYSTEM, pot_id, order=order, witness="Een getuige")
        scene.count_with_lots(budget_round)
    page = official.get(desk)
    assert (page.status, page.heading) == (200, "Telling Fictiewijk")
    assert all(plan.title in page.text for plan in plans)
    assert f"wijkbudget count BESTAND.pb --rule {name} " in page.text
    assert rule_text(name).label in official.get(f"/gemeente/rondes/{round_id}").text
    scene.act(certify_result, SYSTEM, round_id)
    result = official.get(f"/rondes/{round_id}/uitslag/{pot_id}")
    assert result.heading == "Uitslag voor Fictiewijk"
    assert all(plan.title in result.text for plan in plans)
    for sentence in rule_text(name).sentences:
        assert sentence in result.text
    for kind in ("csv", "xlsx", "json"):
        assert official.client.get(f"/rondes/{round_id}/uitslag/{pot_id}.{kind}").status_code == 200
    data = json.loads(official.client.get(f"/rondes/{round_id}/uitslag/{pot_id}.json").text)
    assert (data["rule"], len(data["lines"])) == (name, len(plans))
    assert official.get(f"/rondes/{round_id}").status == 200
    assert official.get(f"/rondes/{round_id}/spelregels").status == 200


def test_the_money_offered_for_a_smaller_version_is_told_apart(
    scene: Scene, official: Visitor, session: Session
) -> None:
    budget_round, (tree, square) = scene.voting_round(
        scene.wijk(), {"Bomen": 6000, "Plein": 5000}, counting_rule="greedy-remainder"
    )
    first, second, *_ = session.exec(select(RollEntry.id).order_by(col(RollEntry.id))).all()
    scene.vote(first, tree, square)
    scene.vote(second, tree)
    scene.closed_phase()
    scene.count_with_lots(budget_round)
    round_id, pot_id = budget_round.id, scene.pot(budget_round).id
    desk = official.get(f"/gemeente/rondes/{round_id}/telling/{pot_id}").text
    assert "€ 6.000 toegekend + € 4.000 aangeboden voor een kleinere versie + € 0 over" in desk.replace(
        "\xa0", " "
    )
    scene.act(certify_result, SYSTEM, round_id)
    page = official.get(f"/rondes/{round_id}/uitslag/{pot_id}")
    assert "Voor een kleinere versie" in page.text
    assert "€ 4.000 aangeboden voor deze kleinere versie" in page.text.replace("\xa0", " ")
