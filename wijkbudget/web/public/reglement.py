"""The reglement of each counting rule, as it is written in docs/rules, on a page of its own."""

import re
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup, escape

from wijkbudget import edge
from wijkbudget.domain.errors import NotFound
from wijkbudget.tally import RULES, Rule
from wijkbudget.web import access
from wijkbudget.web.public import blueprint

_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)")
_ITEM = re.compile(r"(?:\d+\.|-) ")


@dataclass(frozen=True)
class Block:
    """A piece of the text: `kind` is h2, h3, p, ol, ul, pre or table; `lines` its text, `rows` the cells of a table."""

    kind: str
    lines: tuple[Markup, ...] = ()
    rows: tuple[tuple[Markup, ...], ...] = ()


@blueprint.get("/telregels")
@access.declare(access.PUBLIC)
def list_reglements() -> str:
    """Every counting rule with its title, and where its reglement is to be read."""
    rules = sorted(RULES.values(), key=lambda rule: rule.name)
    return render_template("public/list_reglements.html", rules=[(rule, _stem(rule)) for rule in rules])


@blueprint.get("/telregels/<name>")
@access.declare(access.PUBLIC)
def show_reglement(name: str) -> str:
    """One reglement, article by article."""
    rules = [rule for rule in RULES.values() if _stem(rule) == name]
    file = edge.resource_folder("docs") / "rules" / f"{name}.md"
    if not rules or not file.is_file():
        raise NotFound("Deze telregel bestaat niet.")
    title, _, text = file.read_text(encoding="utf-8").partition("\n")
    return render_template(
        "public/show_reglement.html", title=title.removeprefix("# "), blocks=blocks(text), rules=rules
    )


def blocks(text: str) -> list[Block]:
    """The text of a reglement, written in the plain part of Markdown that those texts use.

    >>> [(block.kind, [str(line) for line in block.lines]) for block in blocks("## Artikel 1. Wie\\n\\n1. Elk `p`.\\n")]
    [('h2', ['Artikel 1. Wie']), ('ol', ['Elk <code>p</code>.'])]
    """
    return [_block(part.strip("\n").splitlines()) for part in _parts(text)]


def _parts(text: str) -> list[str]:
    """Pieces between blank lines, where a piece of code may hold blank lines itself."""
    fenced = re.split(r"^(```.*?^```)$", text, flags=re.MULTILINE | re.DOTALL)
    parts: list[str] = []
    for number, part in enumerate(fenced):
        parts += [part] if number % 2 else [piece for piece in re.split(r"\n\s*\n", part) if piece.strip()]
    return parts


def _block(lines: list[str]) -> Block:
    first = lines[0]
    if first.startswith("```"):
        return Block("pre", (escape("\n".join(lines[1:-1])),))
    if first.startswith("## "):
        return Block("h2", (_inline(first[3:]),))
    if first.startswith("### "):
        return Block("h3", (_inline(first[4:]),))
    if first.startswith("|"):
        cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
        rows = [row for number, row in enumerate(cells) if number != 1]
        return Block("table", rows=tuple(tuple(map(_inline, row)) for row in rows))
    if _ITEM.match(first):
        return Block("ol" if first[0].isdigit() else "ul", tuple(map(_inline, _items(lines))))
    return Block("p", (_inline(" ".join(lines)),))


def _items(lines: list[str]) -> list[str]:
    """The items of a list, each with the lines that go on from it."""
    items: list[str] = []
    for line in lines:
        if _ITEM.match(line):
            items.append(_ITEM.sub("", line, count=1))
        else:
            items[-1] += " " + line.strip()
    return items


def _inline(text: str) -> Markup:
    """Code, bold and links to elsewhere; all else is text."""
    pieces, end = [], 0
    for match in _INLINE.finditer(text):
        pieces.append(escape(text[end : match.start()]))
        code, bold, label, target = match.groups()
        if code is not None:
            pieces.append(Markup("<code>{}</code>").format(code))
        elif bold is not None:
            pieces.append(Markup("<strong>{}</strong>").format(bold))
        elif target.startswith("https://"):
            pieces.append(Markup('<a href="{}">{}</a>').format(target, label))
        else:
            pieces.append(escape(label))
        end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _stem(rule: Rule) -> str:
    return rule.reglement.removesuffix(".md")
