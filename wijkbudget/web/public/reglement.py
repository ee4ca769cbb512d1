"""The reglement of each counting rule, as it is written in docs/rules, on a page of its own."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from wijkbudget import edge
from wijkbudget.domain.errors import NotFound
from wijkbudget.tally import RULES, Rule
from wijkbudget.web import access
from wijkbudget.web.public import blueprint

FOR_EVERY_RULE = {"conditions": "Voorwaarden", "afstanden": "Afstanden"}
"""The texts that go with every rule: conditions for money, and how far a plan was from another result."""

_CLASSES = {
    "h2": "utrecht-heading-2",
    "h3": "utrecht-heading-3",
    "p": "utrecht-paragraph",
    "ol": "utrecht-ordered-list",
    "ul": "utrecht-unordered-list",
    "a": "utrecht-link utrecht-link--html-a",
    "table": "utrecht-table utrecht-table--html-table wb-table",
    "thead": "utrecht-table__header",
    "tbody": "utrecht-table__body",
}


@blueprint.get("/telregels")
@access.declare(access.PUBLIC)
def list_reglements() -> str:
    """Every counting rule with its title, and where its reglement is to be read."""
    rules = sorted(RULES.values(), key=lambda rule: rule.name)
    return render_template(
        "public/list_reglements.html", rules=[(rule, _stem(rule)) for rule in rules], others=FOR_EVERY_RULE
    )


@blueprint.get("/telregels/<name>")
@access.declare(access.PUBLIC)
def show_reglement(name: str) -> str:
    """One reglement, article by article."""
    if name not in _published():
        raise NotFound("Deze telregel bestaat niet.")
    file = edge.resource_folder("docs") / "rules" / f"{name}.md"
    title, _, text = file.read_text(encoding="utf-8").partition("\n")
    rules = [rule for rule in RULES.values() if _stem(rule) == name]
    return render_template(
        "public/show_reglement.html", title=title.removeprefix("# "), text=as_page(text), rules=rules
    )


def as_page(text: str) -> Markup:
    """The Markdown of a reglement as HTML in the house style; HTML in the text stays text."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    _style(tokens)
    _unlink(tokens)
    reader.add_render_rule("table_open", _open_table)
    reader.add_render_rule("table_close", lambda *_: "</table>\n</div>\n")
    html: str = reader.renderer.render(tokens, reader.options, {})
    # Our own text, rendered without HTML of its own.
    return Markup(html)  # noqa: S704  # nosec B704


def _style(tokens: Sequence[Token]) -> None:
    """Give each element the class that the design system has for it."""
    for token in tokens:
        if token.nesting == 1 and token.tag in _CLASSES:
            token.attrJoin("class", _CLASSES[token.tag])
        if token.tag == "th" and token.nesting == 1:
            token.attrSet("scope", "col")
        if token.type in ("text", "code_inline"):
            token.content = token.content.replace("€ ", "€\N{NO-BREAK SPACE}")
        _style(token.children or [])


def _unlink(tokens: Sequence[Token]) -> None:
    """Let links lead to pages that are there: other reglementen and addresses elsewhere; of the rest the words stay."""
    for token in tokens:
        kept: list[Token] = []
        open_links: list[bool] = []
        for child in token.children or []:
            if child.type == "link_open":
                target = _target(str(child.attrGet("href") or ""))
                open_links.append(target is not None)
                child.attrSet("href", target or "")
            if child.type not in ("link_open", "link_close") or open_links[-1]:
                kept.append(child)
            if child.type == "link_close":
                open_links.pop()
        if token.children is not None:
            token.children = kept


def _target(href: str) -> str | None:
    if href.startswith("https://"):
        return href
    name, _, anchor = href.partition("#")
    stem = name.removesuffix(".md")
    if stem not in _published():
        return None
    return url_for(".show_reglement", name=stem) + (f"#{anchor}" if anchor else "")


def _open_table(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A table in a box of its own that scrolls sideways, reachable by keyboard and named by its number."""
    number = sum(token.type == "table_open" for token in tokens[: index + 1])
    box = f'<div class="wb-table-scroll" tabindex="0" role="region" aria-label="Tabel {number}">'
    return f"{box}\n{renderer.renderToken(tokens, index, options, env)}"


def _published() -> set[str]:
    return {_stem(rule) for rule in RULES.values()} | FOR_EVERY_RULE.keys()


def _stem(rule: Rule) -> str:
    return rule.reglement.removesuffix(".md")
