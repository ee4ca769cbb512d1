"""The text of a voting link: made by us, unchanged, and telling nothing."""

import logging

import pytest

from wijkbudget.domain.errors import LinkInvalid
from wijkbudget.services.voting_links import VotingLinks

LINKS = VotingLinks("a key that only the tests know, long enough")


def test_a_link_leads_back_to_the_hash_under_which_it_was_stored() -> None:
    text, hashed = LINKS.new()
    assert LINKS.read(text) == hashed
    assert hashed not in text


def test_two_links_are_never_the_same() -> None:
    assert len({LINKS.new()[0] for _ in range(50)}) == 50


def test_a_link_with_one_character_changed_lost_or_added_is_refused() -> None:
    text, _ = LINKS.new()
    middle = len(text) // 2
    other = "A" if text[middle] != "A" else "B"
    for wrong in (text[:middle] + other + text[middle + 1 :], text[:-4], text + "x", "", "x", "a.b", "é.ñ"):
        with pytest.raises(LinkInvalid):
            LINKS.read(wrong)


def test_a_link_of_another_installation_is_refused() -> None:
    text, _ = VotingLinks("the key of quite another municipality, long").new()
    with pytest.raises(LinkInvalid):
        LINKS.read(text)


def test_a_refusal_does_not_carry_the_link_into_a_log(caplog: pytest.LogCaptureFixture) -> None:
    text = LINKS.new()[0][:-2]
    try:
        LINKS.read(text)
    except LinkInvalid:
        logging.getLogger("wijkbudget").exception("refused")
    assert text[:20] not in caplog.text
    assert "refused" in caplog.text
