"""The pages of the counting rules."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.visitor import Visitor
from wijkbudget.tally import RULES
from wijkbudget.web.public.reglement import FOR_EVERY_RULE, as_page


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


def test_every_counting_rule_is_listed_with_its_reglement(visitor: Visitor) -> None:
    page = visitor.get("/telregels")
    assert page.document
    links = {link.attrs["href"] for link in page.document.query("main a[href^='/telregels/']")}
    names = {rule.reglement.removesuffix(".md") for rule in RULES.values()} | FOR_EVERY_RULE.keys()
    assert links == {f"/telregels/{name}" for name in names}


@pytest.mark.parametrize(
    "name",
    sorted({rule.reglement.removesuffix(".md") for rule in RULES.values()} | FOR_EVERY_RULE.keys()),
)
def test_a_reglement_is_shown_with_its_articles_and_examples(visitor: Visitor, name: str) -> None:
    page = visitor.get(f"/telregels/{name}")
    assert page.document
    headings = [heading.to_text() for heading in page.document.query("main h2")]
    assert any(heading.startswith("Artikel 1. ") for heading in headings)
    assert "|---" not in page.document.to_text()


@pytest.mark.parametrize("name", ["lijstje", "..%2F..%2FREADME", "README"])
def test_another_file_is_not_shown(visitor: Visitor, name: str) -> None:
    assert visitor.get(f"/telregels/{name}").status == 404


def test_html_in_a_reglement_stays_text(app: Flask) -> None:
    with app.test_request_context():
        html = str(as_page("<script> **& `<b>`** [hier](javascript:alert)"))
    assert "&lt;script&gt;" in html
    assert "<strong>&amp; <code>&lt;b&gt;</code></strong>" in html
    assert "<a" not in html


def test_links_lead_to_pages_that_are_there_and_of_the_rest_the_words_stay(app: Flask) -> None:
    with app.test_request_context():
        html = str(
            as_page(
                "[hier](https://voorbeeld.example/), [`daar`](schulze.md) en [nergens](../adr/0022-bos.md)"
            )
        )
    assert 'href="https://voorbeeld.example/"' in html
    assert 'href="/telregels/schulze"' in html
    assert "<code>daar</code></a> en nergens" in html


def test_a_table_scrolls_in_a_box_with_a_name_and_an_amount_does_not_break(app: Flask) -> None:
    with app.test_request_context():
        html = str(as_page("| x |\n|---|\n| € 5 |\n\n1. een\n   door\n2. twee\n"))
    assert '<div class="wb-table-scroll" tabindex="0" role="region" aria-label="Tabel 1">' in html
    assert '<th scope="col">x</th>' in html
    assert "€\N{NO-BREAK SPACE}5" in html
    assert '<ol class="utrecht-ordered-list">' in html
