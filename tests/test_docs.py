"""What the documents say is true: commands, settings, links, words and reasons are those of the code."""

import re
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from wijkbudget import __version__, domain
from wijkbudget.__main__ import cli
from wijkbudget.config import PREFIX, Settings
from wijkbudget.domain.schema import metadata

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "instance" / "README.md"])
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
# The one group that only exists within an application; its parts are Flask-Alembic's.
DATABASE = click.Command("db")
# Pictures of the running demo.
SCREENSHOTS = DOCS / "screenshots"


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code_lines(page: Path) -> list[str]:
    """The lines of all code in a page, with continued lines joined."""
    code = "\n".join(part.strip("`") for part in CODE.findall(read(page)))
    return code.replace("\\\n", " ").splitlines()


def quoted_after(word: str, page: Path) -> list[list[str]]:
    """What follows the word where a quoted line of code begins with it, in words, up to a comment."""
    found = [
        re.search(rf"(?:^|bin/|WIJKBUDGET_\w+=\S+ |PORT=\d+ ){word} +([^#|;&']+)", line)
        for line in code_lines(page)
    ]
    return [match[1].split() for match in found if match]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", read(ROOT / "Makefile"), re.MULTILINE))


@cache
def commands() -> dict[tuple[str, ...], click.Command]:
    """Every command of the program with its path, groups too."""
    context = click.Context(cli, info_name="wijkbudget")
    found: dict[tuple[str, ...], click.Command] = {}
    waiting: list[tuple[tuple[str, ...], click.Command]] = [((), cli)]
    while waiting:
        path, command = waiting.pop()
        found[path] = command
        if isinstance(command, click.Group):
            names = [name for name in command.list_commands(context) if name != DATABASE.name]
            parts = {name: command.get_command(context, name) for name in names}
            waiting += [((*path, name), part) for name, part in parts.items() if part is not None]
    # Not in the list of commands, since describing it would make the application.
    found["db",] = DATABASE
    return found


def unknown_part(words: list[str]) -> str | None:
    """The first command or option in a quoted command line that does not exist."""
    known, path = commands(), ()
    for word in words:
        if word.startswith("-"):
            options = {
                name
                for parameter in known[path].params
                for name in (*parameter.opts, *parameter.secondary_opts)
            }
            if word.split("=")[0] not in options | {"--help", "--version"}:
                return " ".join((*path, word))
        elif (*path, word) in known:
            path = (*path, word)
        elif isinstance(known[path], click.Group) and word not in ("COMMAND", "…"):
            return " ".join((*path, word))
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_target_that_is_quoted_exists(page: Path) -> None:
    assert [words[0] for words in quoted_after("make", page) if words[0] not in make_targets()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_quoted_exists_with_its_options(page: Path) -> None:
    assert [part for words in quoted_after("wijkbudget", page) if (part := unknown_part(words))] == []


def test_the_readme_names_every_command() -> None:
    named = {tuple(words) for words in quoted_after("wijkbudget", ROOT / "README.md")}
    leaves = {path for path, command in commands().items() if not isinstance(command, click.Group)}
    assert leaves - named == set()


def test_the_table_of_settings_holds_every_setting_with_its_default_and_no_other() -> None:
    shown = {
        name: default
        for name, default, _ in ROW.findall(read(DOCS / "productie.md"))
        if name.startswith(PREFIX)
    }
    assert shown == {PREFIX + name.upper(): _default(name) for name in Settings.model_fields}


def _default(name: str) -> str:
    field = Settings.model_fields[name]
    if field.is_required():
        return "–"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default}`" if field.default != "" else "leeg"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_setting_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", read(page)))
    assert named - {PREFIX + name.upper() for name in Settings.model_fields} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_resolves(page: Path) -> None:
    targets = [a or b for a, b in LINK.findall(CODE.sub("", read(page)))]
    broken = [
        target
        for target in targets
        if not re.match(r"https?:|mailto:", target) and not _resolves(page, target)
    ]
    assert broken == []


def _resolves(page: Path, target: str) -> bool:
    path, _, anchor = unquote(target).partition("#")
    file = (page.parent / path).resolve() if path else page
    if file.parent == SCREENSHOTS:
        return file.suffix == ".png"
    return file.exists() and (not anchor or anchor in _anchors(file))


def _anchors(page: Path) -> set[str]:
    """The anchors that a heading gets: lower case, spaces as hyphens, without punctuation."""
    headings = re.findall(r"^#+ (.+)$", read(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_word_list_has_every_table_and_no_other() -> None:
    tables = {name for name in vars(domain) if not name.startswith("_")}
    classes = {
        cls.__name__
        for module in tables
        for cls in vars(getattr(domain, module)).values()
        if isinstance(cls, type)
        and cls.__module__.startswith("wijkbudget.domain")
        and hasattr(cls, "__table__")
    }
    assert len(classes) == len(metadata.tables)
    section = read(DOCS / "woordenlijst.md").split("\n## ")[1]
    rows = ROW.findall(section)
    assert {name for name, _, _ in rows} == classes
    assert all(dutch.strip() and meaning.strip() for _, dutch, meaning in rows)


def test_every_dependency_has_its_reason_in_the_decision_about_dependencies() -> None:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))
    wanted = [
        *project["project"]["dependencies"],
        *(line for lines in project["project"]["optional-dependencies"].values() for line in lines),
        *(line for lines in project["dependency-groups"].values() for line in lines if isinstance(line, str)),
    ]
    names = {re.split(r"[\[<>=~! ]", line)[0] for line in wanted}
    table = dict(
        re.findall(r"^\| ([\w-]+) \| ([^|]+) \|", read(DOCS / "adr" / "0002-dependencies.md"), re.MULTILINE)
    )
    assert set(table) - {"library"} == names
    assert all(reason.strip() for reason in table.values())


def test_the_list_of_decisions_names_each_page_with_its_title() -> None:
    pages = {
        page.name: read(page).splitlines()[0].removeprefix("# ") for page in (DOCS / "adr").glob("0*.md")
    }
    listed = dict(re.findall(r"^- \[(.+)\]\((.+)\)$", read(DOCS / "adr" / "README.md"), re.MULTILINE))
    assert {file: title for title, file in listed.items()} == pages


def test_a_decision_has_context_decision_and_consequences() -> None:
    for page in (DOCS / "adr").glob("0*.md"):
        headings = re.findall(r"^## (.+)$", read(page), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], page.name


def test_the_handbook_quotes_buttons_and_headings_as_they_are_on_the_screen() -> None:
    shown = "\n".join(
        read(page)
        for page in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "wijkbudget" / "web").rglob("*.py")]
    )
    quoted = re.findall(r"\*\*“([^”]+)”\*\*", re.sub(r"\s+", " ", read(DOCS / "handleiding-ronde.md")))
    assert len(quoted) > 15
    assert [words for words in quoted if words not in shown] == []


def test_the_licence_is_complete() -> None:
    text = read(ROOT / "LICENSE")
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text
    assert re.findall(r"^(\d+)\. \w", text, re.MULTILINE) == [str(number) for number in range(1, 16)]
    assert "GNU General Public License (GPL) v. 2, v. 3" in text.split("\nAppendix\n")[1]


def test_the_version_is_the_same_everywhere() -> None:
    released = re.search(r"^## \[([^\]]+)\]", read(ROOT / "CHANGELOG.md"), re.MULTILINE)
    described = re.search(r'^softwareVersion: "(.+)"$', read(ROOT / "publiccode.yml"), re.MULTILINE)
    assert released is not None and described is not None
    assert released[1] == described[1] == __version__
