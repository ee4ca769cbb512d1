"""Voting areas, the buurten in them, and the addresses in those."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from tests.scene import Scene
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed
from wijkbudget.domain.wijk import Address, Buurt, Wijk
from wijkbudget.services.register_wijk import import_addresses, register_wijk

VALUES: dict[str, Any] = {
    "code": "F01",
    "name": "Fictiewijk",
    "gemeente": "Voorbeeldstad",
    "besluit": "Besluit voorbeeld 2025/1",
    "valid_from": date(2025, 1, 1),
}


def register(scene: Scene, **changes: Any) -> Wijk:
    wijk: Wijk = scene.act(register_wijk, SYSTEM, **(VALUES | changes))
    return wijk


def test_an_area_joins_buurten_and_a_later_area_takes_them_over(scene: Scene, session: Session) -> None:
    buurten = [("BU99990101", "Noordbuurt"), ("BU99990102", "Zuidbuurt")]
    old = register(scene, buurten=buurten)
    new = register(scene, code="F02", buurten=buurten[1:])
    found = session.exec(select(Buurt.code, Buurt.wijk_id).order_by(Buurt.code)).all()
    assert found == [("BU99990101", old.id), ("BU99990102", new.id)]


def test_an_area_can_be_decided_again_from_another_day_but_not_twice_from_the_same(scene: Scene) -> None:
    register(scene)
    register(scene, valid_from=date(2026, 1, 1))
    with pytest.raises(DomainError, match="F01 bestaat al") as refusal:
        register(scene)
    assert refusal.value.field == "code"


@pytest.mark.parametrize("field", ["code", "name", "gemeente", "besluit"])
def test_every_part_of_the_decision_is_needed_and_fits(scene: Scene, field: str) -> None:
    for value in (" ", "x" * 201, "F\n1", "\u200b"):
        with pytest.raises(InvalidInput) as refusal:
            register(scene, **{field: value})
        assert refusal.value.field == field


def test_addresses_are_replaced_as_a_whole_and_those_of_elsewhere_left_out(
    scene: Scene, session: Session
) -> None:
    register(scene, buurten=[("BU03920101", "Noordbuurt")])
    rows = [("2011 ab", "1", "BU03920101"), ("2011AB", "2", "3920101"), ("9999ZZ", "1", "BU00140000")]
    assert scene.act(import_addresses, SYSTEM, rows) == 2
    assert scene.act(import_addresses, SYSTEM, [("2012CD", "7", "03920101")]) == 1
    assert [(a.postcode, a.house_number) for a in session.exec(select(Address))] == [("2012CD", 7)]


def test_a_bad_row_is_named_and_nothing_is_replaced(scene: Scene, session: Session) -> None:
    register(scene, buurten=[("BU03920101", "Noordbuurt")])
    scene.act(import_addresses, SYSTEM, [("2011AB", "1", "BU03920101")])
    with pytest.raises(InvalidInput, match="Regel 3: .*geen postcode"):
        scene.act(import_addresses, SYSTEM, [("2012CD", "1", "BU03920101"), ("20", "1", "BU03920101")])
    assert [a.postcode for a in session.exec(select(Address))] == ["2011AB"]


def test_a_platform_member_draws_no_areas(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        scene.act(register_wijk, Actor(1, frozenset({Role.PLATFORM_MANAGER})), **VALUES)


@pytest.mark.parametrize(
    "buurt", [("BU999901010", "Te lange code"), ("BU99990101", "Noord\nbuurt"), ("", "Noord")]
)
def test_a_buurt_has_a_code_and_a_name_on_one_line(scene: Scene, buurt: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput):
        register(scene, buurten=[buurt])


def test_an_area_does_not_begin_in_another_age(scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refusal:
        register(scene, valid_from=date.min)
    assert refusal.value.field == "valid_from"
