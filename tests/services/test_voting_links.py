"""The text of a voting link: made by us, unchanged, and telling nothing."""

import base64
import hashlib
import hmac
import logging

import pytest
from flask import Flask, url_for

from wijkbudget.domain.email_token import Purpose
from wijkbudget.domain.errors import LinkInvalid
from wijkbudget.services.voting_links import PATH, SALT, VotingLinks

OLD, NEW, OTHER = (f"{name} key that only the tests know, long enough" for name in ("old", "new", "other"))
LINKS = VotingLinks(NEW)


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
    text, _ = VotingLinks(OTHER).new()
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


def signed_by(key: str, text: str, purpose: Purpose) -> bool:
    """Whether this key alone made the signature, worked out anew: HMAC-SHA-256 with a key made by HMAC from the salt."""
    value, _, signature = text.rpartition(".")
    derived = hmac.new(key.encode(), f"{SALT}:{purpose}".encode(), hashlib.sha256).digest()
    made = base64.urlsafe_b64encode(hmac.new(derived, value.encode(), hashlib.sha256).digest())
    return made.rstrip(b"=").decode() == signature


@pytest.mark.parametrize("purpose", Purpose)
def test_the_newest_key_signs_and_no_other(purpose: Purpose) -> None:
    text, _ = VotingLinks(NEW, (OLD,)).new(purpose)
    assert [signed_by(key, text, purpose) for key in (NEW, OLD)] == [True, False]


def test_a_link_signed_with_an_old_key_is_read_until_that_key_is_taken_away() -> None:
    text, hashed = VotingLinks(OLD).new()
    assert VotingLinks(NEW, (OTHER, OLD)).read(text) == hashed
    with pytest.raises(LinkInvalid):
        VotingLinks(NEW, (OTHER,)).read(text)


def test_a_signature_for_one_purpose_finds_no_row_of_another() -> None:
    token_id = "the same identifier in both links"
    hashes = set()
    for purpose in Purpose:
        serializer = LINKS._serializer(purpose)
        text = serializer.dumps(token_id)
        assert [signed_by(NEW, text, other) for other in Purpose].count(True) == 1
        hashes.add(LINKS.read(text))
    assert len(hashes) == len(Purpose)


def test_the_mark_of_a_form_belongs_to_one_link_and_outlives_a_new_key() -> None:
    one, other = LINKS.new()[0], LINKS.new()[0]
    mark = LINKS.form_mark(one)
    assert LINKS.made_form(one, mark) and VotingLinks(OTHER, (NEW,)).made_form(one, mark)
    assert not LINKS.made_form(other, mark) and not LINKS.made_form(one, "") and not LINKS.made_form(one, "é")
    assert not VotingLinks(OTHER).made_form(one, mark)


def test_the_address_of_a_link_is_the_one_that_the_pages_answer(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("resident.open_link", token="abc") == f"{PATH}abc"
