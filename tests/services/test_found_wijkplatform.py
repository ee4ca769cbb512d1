"""Wijkplatforms: one active per wijk, conversion of a wijkraad, the end, and members."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from tests.scene import Scene
from wijkbudget.domain.account import Role
from wijkbudget.domain.actor import SYSTEM, Actor
from wijkbudget.domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from wijkbudget.domain.wijkplatform import PlatformKind
from wijkbudget.services.found_wijkplatform import (
    convert_wijkraad,
    end_wijkplatform,
    found_wijkplatform,
    join_wijkplatform,
    platforms_of,
)
from wijkbudget.services.save_proposal import active_platform

DAY = date(2026, 3, 2)


def test_a_wijk_has_one_active_platform_and_keeps_its_history(scene: Scene, session: Session) -> None:
    wijk = scene.wijk()
    first = scene.platform(wijk, "De eerste")
    with pytest.raises(DomainError, match="al een actief wijkplatform"):
        scene.platform(wijk, "De tweede")
    scene.act(end_wijkplatform, SYSTEM, first, on=DAY)
    assert active_platform(session, wijk.id) is None
    second = scene.platform(wijk, "De tweede", recognised_on=DAY)
    assert active_platform(session, wijk.id) == second
    assert (first.status, first.ended_on) == ("ended", DAY)
    with pytest.raises(DomainError, match="al gestopt"):
        scene.act(end_wijkplatform, SYSTEM, first, on=DAY)


def test_a_wijkraad_that_converts_stays_the_same_body_with_its_members_and_plans(
    scene: Scene, session: Session
) -> None:
    wijk = scene.wijk()
    council = scene.platform(wijk, "Wijkraad Fictie", kind=PlatformKind.WIJKRAAD)
    assert not council.may_submit_on(DAY)
    member = scene.member(council)
    pot = scene.pot(scene.open_round(wijk))
    with pytest.raises(InvalidInput):
        scene.act(convert_wijkraad, SYSTEM, council, name="Te vroeg", converted_on=date(2020, 1, 1))
    with pytest.raises(InvalidInput):
        scene.act(convert_wijkraad, SYSTEM, council, name=" ", converted_on=DAY)
    scene.act(convert_wijkraad, SYSTEM, council, name=" Wijkplatform Fictie ", converted_on=DAY)
    assert (council.kind, council.name, council.former_name) == (
        "wijkplatform",
        "Wijkplatform Fictie",
        "Wijkraad Fictie",
    )
    assert council.may_submit_on(DAY)
    assert [platform.id for platform in platforms_of(session, member.id, DAY)] == [council.id]
    assert scene.proposal(pot, council).wijkplatform_id == council.id
    with pytest.raises(DomainError, match="Alleen een wijkraad"):
        scene.act(convert_wijkraad, SYSTEM, council, name="Nog eens", converted_on=DAY)


def test_a_wijkraad_may_submit_on_its_last_day_and_not_the_day_after(scene: Scene) -> None:
    council = scene.platform(scene.wijk(), kind=PlatformKind.WIJKRAAD)
    assert council.supported_until == date(2024, 7, 1)
    assert council.may_submit_on(date(2024, 7, 1))
    assert not council.may_submit_on(date(2024, 7, 2))


def test_a_platform_needs_a_name_and_a_wijk(scene: Scene) -> None:
    wijk = scene.wijk()
    for name in (" ", "x" * 101):
        with pytest.raises(InvalidInput) as refusal:
            scene.platform(wijk, name)
        assert refusal.value.field == "name"
    with pytest.raises(NotFound):
        scene.act(found_wijkplatform, SYSTEM, wijk_id=999, name="Nergens", recognised_on=DAY)


def test_a_platform_does_not_end_before_it_began(scene: Scene) -> None:
    platform = scene.platform(scene.wijk())
    with pytest.raises(InvalidInput):
        scene.act(end_wijkplatform, SYSTEM, platform, on=platform.recognised_on - timedelta(days=1))


def test_a_membership_begins_on_its_day_and_is_entered_once(scene: Scene, session: Session) -> None:
    platform, account = (
        scene.platform(scene.wijk()),
        scene.account("lid@voorbeeld.example", Role.PLATFORM_MEMBER),
    )
    scene.act(join_wijkplatform, SYSTEM, account_id=account.id, platform=platform, since=DAY)
    assert platforms_of(session, account.id, DAY - timedelta(days=1)) == []
    assert platforms_of(session, account.id, DAY) == [platform]
    with pytest.raises(DomainError, match="al lid"):
        scene.act(join_wijkplatform, SYSTEM, account_id=account.id, platform=platform, since=DAY)
    scene.act(end_wijkplatform, SYSTEM, platform, on=DAY)
    assert platforms_of(session, account.id, DAY) == []


def test_a_platform_member_recognises_no_platform(scene: Scene) -> None:
    wijk = scene.wijk()
    for role in (Role.PLATFORM_MEMBER, Role.PLATFORM_MANAGER, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            scene.act(
                found_wijkplatform,
                Actor(1, frozenset({role})),
                wijk_id=wijk.id,
                name="Zelf opgericht",
                recognised_on=DAY,
            )


@pytest.mark.parametrize("day", [date.min, date.max])
def test_no_day_of_a_platform_lies_in_another_age(scene: Scene, day: date) -> None:
    wijk = scene.wijk()
    council = scene.platform(wijk, "Wijkraad Fictie", kind=PlatformKind.WIJKRAAD)
    account = scene.account()
    elsewhere = scene.wijk("Elders", "F02")
    for field, service, given in (
        ("recognised_on", found_wijkplatform, {"wijk_id": elsewhere.id, "name": "A", "recognised_on": day}),
        ("converted_on", convert_wijkraad, {"platform": council, "name": "A", "converted_on": day}),
        ("ended_on", end_wijkplatform, {"platform": council, "on": day}),
        ("since", join_wijkplatform, {"platform": council, "account_id": account.id, "since": day}),
    ):
        with pytest.raises(InvalidInput, match="kan niet kloppen") as refusal:
            scene.act(service, SYSTEM, **given)
        assert refusal.value.field == field


def test_the_name_of_a_platform_is_one_line(scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refusal:
        scene.platform(scene.wijk(), "Wijkplatform\r\nFictie")
    assert refusal.value.field == "name"
