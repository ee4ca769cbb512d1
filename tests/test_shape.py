"""The shape of the project: who may import whom, how files are called, and what the text may not mention."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import wijkbudget.domain  # registers every table
from wijkbudget.domain.schema import metadata

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "wijkbudget"
REFUSED_STEMS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "shared", "manager"}
# Where the people who build this keep their own notes; put together here so that this file passes too.
OUTSIDE = ("../" + "shared", "/" + "work/", "." + "library")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".html",
    ".css",
    ".js",
    ".txt",
    ".yml",
    ".yaml",
    ".mako",
    ".cfg",
    ".json",
    ".csv",
    "",
}
assert wijkbudget.domain


def project_files() -> list[Path]:
    """What belongs to the project: what git keeps or would keep; all files where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.splitlines()]
    else:
        paths = [
            path
            for part in ("wijkbudget", "tests", "templates", "static", "docs")
            for path in (ROOT / part).rglob("*")
        ]
    return [path for path in paths if path.is_file()]


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_arrows_only_point_down() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_file_is_a_drawer_for_everything() -> None:
    drawers = [p.relative_to(ROOT) for p in project_files() if p.suffix == ".py" and p.stem in REFUSED_STEMS]
    folders = [p.relative_to(ROOT) for p in PACKAGE.rglob("*") if p.is_dir() and p.name in REFUSED_STEMS]
    assert not drawers + folders


def test_every_table_is_in_the_word_list() -> None:
    words = (ROOT / "docs" / "woordenlijst.md").read_text(encoding="utf-8")
    classes = {cls.__name__ for cls in SQLModel.__subclasses__() if cls.__module__.startswith("wijkbudget.")}
    assert len(classes) >= len(metadata.tables)
    missing = sorted(name for name in classes if f"| `{name}` |" not in words)
    assert not missing, f"docs/woordenlijst.md lacks {missing}"


def test_the_text_does_not_mention_where_it_was_made() -> None:
    found = []
    for path in project_files():
        if path.suffix in TEXT and "vendor" not in path.parts and path.name != "uv.lock":
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {word}" for word in OUTSIDE if word in text]
    assert not found


def test_one_module_speaks_to_the_vote_library() -> None:
    users = [path.name for path in modules() if "py3votecore" in imported(path)]
    assert len(users) == 1


@pytest.mark.parametrize("layer", ["domain", "services", "tally", "export", "mail", "web"])
def test_only_the_edge_knows_the_time_and_nobody_throws_dice(layer: str) -> None:
    for path in sorted((PACKAGE / layer).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        clocks = {
            call for call in calls if call.split(".")[-1] in ("now", "utcnow", "today") and call != "edge.now"
        }
        assert not clocks, f"{path.name}: {clocks}"
        assert "random" not in imported(path), path.name


@pytest.mark.parametrize("layer", ["services", "domain"])
def test_services_never_commit(layer: str) -> None:
    for path in sorted((PACKAGE / layer).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {
            n.func.attr
            for n in ast.walk(tree)
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        }
        assert not called & {"commit", "rollback"}, path.name


def imported(path: Path) -> set[str]:
    """The top-level names that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names
