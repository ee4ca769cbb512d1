"""The pages of the counting rules."""

import pytest
from flask.testing import FlaskClient

from tests.web.visitor import Visitor
from wijkbudget.tally import RULES
from wijkbudget.web.public.reglement import blocks


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


def test_every_counting_rule_is_listed_with_its_reglement(visitor: Visitor) -> None:
    page = visitor.get("/telregels")
    assert page.document
    links = {link.attrs["href"] for link in page.document.query("main a[href^='/telregels/']")}
    assert links == {f"/telregels/{rule.reglement.removesuffix('.md')}" for rule in RULES.values()}


@pytest.mark.parametrize("name", sorted({rule.reglement.removesuffix(".md") for rule in RULES.values()}))
def test_a_reglement_is_shown_with_its_articles_and_examples(visitor: Visitor, name: str) -> None:
    page = visitor.get(f"/telregels/{name}")
    assert page.document
    headings = [heading.to_text() for heading in page.document.query("main h2")]
    assert any(heading.startswith("Artikel 1. ") for heading in headings)
    assert "|---" not in page.document.to_text()


@pytest.mark.parametrize("name", ["lijstje", "..%2F..%2FREADME", "README"])
def test_another_file_is_not_shown(visitor: Visitor, name: str) -> None:
    assert visitor.get(f"/telregels/{name}").status == 404


def test_what_stands_in_a_reglement_is_text_and_never_html() -> None:
    (paragraph,) = blocks('<script> **& `<b>`** [hier](https://voorbeeld.example/"x) en [daar](schulze.md)')
    assert str(paragraph.lines[0]) == (
        "&lt;script&gt; <strong>&amp; `&lt;b&gt;`</strong> "
        '<a href="https://voorbeeld.example/&#34;x">hier</a> en daar'
    )


def test_lists_tables_and_code_become_blocks() -> None:
    text = "## A\n\n1. een\n   door\n2. twee\n\n- los\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```\na\n\nb\n```\n\n### B\n\nslot"
    assert [block.kind for block in blocks(text)] == ["h2", "ol", "ul", "table", "pre", "h3", "p"]
    assert [str(line) for line in blocks(text)[1].lines] == ["een door", "twee"]
    assert [[str(cell) for cell in row] for row in blocks(text)[3].rows] == [["x", "y"], ["1", "2"]]
