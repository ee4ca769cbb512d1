"""The wheel holds everything that the program needs, and the program starts from it."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline by the build backend that is installed for development."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_every_template_stylesheet_migration_and_data_file_is_inside(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "static", "migrations"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                assert f"wijkbudget/{file.relative_to(ROOT).as_posix()}" in inside
    for file in (ROOT / "docs" / "rules").glob("*.md"):
        assert f"wijkbudget/docs/rules/{file.name}" in inside
    for pattern in ("data/*/*", "demo/rondes/*.toml", "**/*.py"):
        for file in (ROOT / "wijkbudget").glob(pattern):
            assert file.relative_to(ROOT).as_posix() in inside


def test_the_program_starts_from_the_wheel_and_makes_its_database(wheel: Path, tmp_path: Path) -> None:
    """Unpacked elsewhere, so that nothing of the checkout can help."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WIJKBUDGET_")}
    environment = kept | {
        "PYTHONPATH": str(tmp_path / "site"),
        "WIJKBUDGET_INSTANCE": str(tmp_path / "instance"),
    }
    script = (
        "import sys, wijkbudget; from wijkbudget.__main__ import main; print(wijkbudget.__file__); "
        "sys.argv = ['wijkbudget', 'init']; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "site") in done.stdout
    assert (tmp_path / "instance" / "wijkbudget.sqlite").exists()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_lists_for_plain_pip_are_those_of_the_lock_file(name: str) -> None:
    """`make lock` renews them together."""
    locked = {
        (package["name"], package["version"]): {
            file["hash"] for file in [*package.get("wheels", []), package.get("sdist", {})] if "hash" in file
        }
        for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    }
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text())
    listed = [
        match for entry in entries if (match := re.match(r"([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", entry))
    ]
    assert len(listed) > 20
    for match in listed:
        assert set(re.findall(r"sha256:[0-9a-f]+", match.string)) <= locked[match[1], match[2]], match[1]
