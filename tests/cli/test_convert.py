"""`wijkbudget convert`: the same election in another form of file."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from click.testing import CliRunner, Result

from wijkbudget.cli.compare import compare
from wijkbudget.cli.convert import convert
from wijkbudget.cli.count import count

EAST = str(files("wijkbudget").joinpath("data/elections/Netherlands_Amsterdam_619.pb"))
RANKED = str(Path(__file__).parents[1] / "tally" / "data" / "US_Merced_2019_rankings.pb")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(convert, arguments)


def winners(file: str, *arguments: str) -> list[str]:
    done = CliRunner().invoke(count, [file, *arguments, "--ties", "lexicographic", "--json"])
    assert done.exit_code == 0, done.stderr
    found: list[str] = json.loads(done.stdout)["winners"]
    return found


def test_an_election_as_archive_gives_the_same_winners_and_comes_back(tmp_path: Path) -> None:
    archive, back = str(tmp_path / "oost.json"), str(tmp_path / "oost.pb")
    program = [sys.executable, "-W", "error", "-m", "wijkbudget", "convert", EAST, archive]
    done = subprocess.run(program, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    assert run(archive, back).exit_code == 0
    assert winners(EAST, "--rule", "greedy") == winners(archive, "--rule", "greedy")
    assert winners(EAST, "--rule", "greedy") == winners(back, "--rule", "greedy")


def test_a_ranking_in_preflib_form_needs_its_money_told_again(tmp_path: Path) -> None:
    orders = str(tmp_path / "merced.soi")
    done = run(RANKED, orders)
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"{orders}: left out: the budget and the costs" in done.stderr
    assert len(winners(orders, "--rule", "schulze")) == 1
    assert len(winners(orders, "--rule", "schulze", "--budget", "100", "--cost", "30.50")) == 3
    table = CliRunner().invoke(compare, [orders, "--rule", "schulze", "--budget", "60", "--cost", "30"])
    assert "schulze" in table.stdout


def test_money_for_a_file_that_has_its_own_is_refused() -> None:
    done = CliRunner().invoke(count, [EAST, "--rule", "greedy", "--budget", "5"])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert CliRunner().invoke(count, [EAST, "--rule", "greedy", "--cost", "veel"]).exit_code == 2


def test_nothing_is_written_over_unless_told(tmp_path: Path) -> None:
    target = tmp_path / "er-al.json"
    target.write_text("mijn werk", encoding="utf-8")
    done = run(EAST, str(target))
    assert (done.exit_code, done.stderr) == (2, f"{target}:0: is there already; --force writes over it\n")
    assert target.read_text(encoding="utf-8") == "mijn werk"
    assert run(EAST, str(target), "--force").exit_code == 0


def test_what_a_form_cannot_hold_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    for name in ("kruisjes.soc", "onbekend.doc"):
        done = run(EAST, str(tmp_path / name))
        assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert list(tmp_path.iterdir()) == []
    assert run(str(tmp_path / "weg.pb"), str(tmp_path / "a.json")).exit_code == 2
