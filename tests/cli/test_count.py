"""`wijkbudget count`: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from wijkbudget.__main__ import cli
from wijkbudget.cli import terminal
from wijkbudget.cli.count import count

WEST = str(files("wijkbudget").joinpath("data/elections/Netherlands_Amsterdam_631.pb"))
EAST = str(files("wijkbudget").joinpath("data/elections/Netherlands_Amsterdam_619.pb"))
RANKED = str(Path(__file__).parents[1] / "tally" / "data" / "US_Merced_2019_rankings.pb")

TIED = """META
key;value
budget;100.50
vote_type;approval
currency;EUR
PROJECTS
project_id;cost;name
a;60.25;Bank
b;70;Boom
VOTES
voter_id;vote
1;a,b
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(count, arguments)


@pytest.fixture
def tied(tmp_path: Path) -> str:
    path = tmp_path / "gelijk.pb"
    path.write_text(TIED, encoding="utf-8")
    return str(path)


def lots_file(tmp_path: Path, content: str) -> str:
    path = tmp_path / "lot.json"
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_json_holds_the_winners_in_order_and_one_row_per_project() -> None:
    result = run(WEST, "--rule", "greedy", "--json")
    data = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (data["rule"], data["budget"], data["spent"]) == ("greedy", 300000, 299873)
    assert (len(data["winners"]), data["winners"][0], data["winners"][-1]) == (25, "44485", "44520")
    assert len(data["projects"]) == 62
    first = data["projects"][0]
    assert {
        key: first[key] for key in ("id", "cost", "votes", "funded", "reason", "place", "left_after")
    } == {
        "id": "44485",
        "cost": 14900,
        "votes": 6234,
        "funded": True,
        "reason": "funded",
        "place": 1,
        "left_after": 285100,
    }
    assert {row["reason"] for row in data["projects"] if not row["funded"]} == {"does-not-fit"}


def test_amounts_in_json_are_whole_or_exact_with_two_decimals(tied: str) -> None:
    output = run(tied, "--rule", "greedy", "--ties", "lexicographic", "--json").stdout
    data = json.loads(output, parse_float=Decimal)
    assert (data["budget"], data["spent"]) == (Decimal("100.50"), Decimal("60.25"))
    assert '"budget": 100.50' in output
    assert '"cost": 70,' in output


def test_the_table_is_the_default_and_shows_every_project() -> None:
    result = run(WEST, "--rule", "greedy-stop")
    assert result.exit_code == 0
    assert "44497" in result.stdout
    assert "past niet in wat over is" in result.stdout
    assert "Toegekend: 24 projecten, 298073 van 300000 EUR" in result.stdout


def test_ranked_ballots_are_counted_by_schulze() -> None:
    data = json.loads(run(RANKED, "--rule", "schulze", "--json").stdout)
    assert (data["winners"][0], data["spent"]) == ("1108", 35000)


def test_a_lot_that_is_needed_gives_exit_3_and_nothing_on_stdout(tied: str) -> None:
    result = run(tied, "--rule", "greedy")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == f"{tied}: a lot must be drawn between a, b (place 1, 100.50 left)\n"


def test_a_lot_that_is_needed_is_on_stdout_with_json(tied: str) -> None:
    result = run(tied, "--rule", "greedy", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout) == {
        "rule": "greedy",
        "budget": 100.5,
        "lot_required": {"tied": ["a", "b"], "place": 1, "left": 100.5, "stage": 1},
    }
    assert "a lot must be drawn" in result.stderr


def test_a_drawn_lot_decides_and_is_shown(tied: str, tmp_path: Path) -> None:
    lots = lots_file(tmp_path, '[["b", "a"]]')
    data = json.loads(run(tied, "--rule", "greedy", "--lots", lots, "--json").stdout)
    assert data["winners"] == ["b"]
    assert data["ties"] == [
        {"place": 1, "tied": ["b", "a"], "left": 100.5, "mattered": True, "settled": "lot"}
    ]
    assert (
        "Gelijk op plaats 1: b, a (beslist door: lot)" in run(tied, "--rule", "greedy", "--lots", lots).stdout
    )


def test_minimum_support_is_applied(tied: str) -> None:
    data = json.loads(run(tied, "--rule", "greedy", "--min-support", "2", "--json").stdout)
    assert [row["reason"] for row in data["projects"]] == ["too-little-support"] * 2


def test_the_steps_tell_the_count_from_begin_to_end(tied: str) -> None:
    arguments = [tied, "--rule", "greedy", "--ties", "lexicographic", "--steps"]
    steps = json.loads(run(*arguments, "--json").stdout)["steps"]
    assert [step["kind"] for step in steps] == ["begin", "tie", "funded", "does-not-fit", "end"]
    assert (steps[2]["project"], steps[2]["cost_cents"], steps[2]["left_after_cents"]) == ("a", 6025, 4025)
    assert steps[4]["spent_cents"] == 6025
    text = run(*arguments).stdout
    assert "  1 a: toegekend (art. 2 en 4); 1 stemmen, kosten 60.25, over 40.25" in text
    assert "Gelijk: a, b (beslist door: volgorde van de nummers)" in text


def test_the_distances_say_how_far_each_project_was_from_another_result() -> None:
    arguments = [EAST, "--rule", "greedy", "--distances"]
    found = json.loads(run(*arguments, "--json").stdout)["distances"]
    assert found["43732"]["supporters"] == {"enough": 6, "not_enough": 5, "smallest": True}
    assert (found["43732"]["cost_lower_cents"]["enough"], found["43732"]["funded"]) == (685600, False)
    assert (found["43738"]["supporters"], found["43738"]["funded"]) == (None, True)
    assert "43732    nee               6       6856         -" in run(*arguments).stdout


def test_one_project_is_explained_in_words_or_as_data() -> None:
    text = run(EAST, "--rule", "greedy", "--explain", "43732").stdout
    assert text.startswith("43732 (Picknicktafel): krijgt geen geld\n")
    assert "Met 6 stemmers meer was er wel geld geweest" in text
    assert "Was het 6856 goedkoper, dan was er wel geld geweest" in text
    data = json.loads(run(EAST, "--rule", "greedy", "--explain", "43732", "--json").stdout)
    assert (data["funded"], data["step"]["decision"]) == (False, "does-not-fit")
    assert_refused(run(EAST, "--rule", "greedy", "--explain", "9"), "--explain: project 9 is not in ")


def test_equal_shares_is_counted_with_its_options_and_told_with_exact_numbers() -> None:
    arguments = [EAST, "--rule", "equal-shares", "--completion", "none", "--satisfaction", "cardinality"]
    data = json.loads(run(*arguments, "--json", "--steps").stdout)
    assert (data["rule"], data["spent"], len(data["winners"])) == ("equal-shares", 57100, 5)
    begin, *_, end = data["steps"]
    assert (begin["endowment_cents"], end["kind"]) == ("2000000/173", "end")
    bought = next(step for step in data["steps"] if step["kind"] == "funded")
    assert bought["basis"]["kind"] == "bought"
    assert "," not in bought["basis"]["price_cents"]
    text = run(*arguments, "--steps").stdout
    assert "Begin: 100000 te verdelen, ≈115.60 per stembiljet" in text


def test_every_engine_gives_the_same_output_to_the_byte() -> None:
    outputs = {
        run(EAST, "--rule", "equal-shares", "--engine", engine, "--json", "--steps").stdout
        for engine in ("auto", "exact", "fast")
    }
    assert len(outputs) == 1


def test_the_compiled_engine_is_refused_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert_refused(run(EAST, "--rule", "phragmen", "--engine", "fast"), "numba is not installed")
    assert run(EAST, "--rule", "phragmen").exit_code == 0


def test_long_work_tells_how_far_it_is_and_wipes_that_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0.0, 0.5, 1.5, 1.6, 2.0])
    monkeypatch.setattr("wijkbudget.cli.terminal.time.monotonic", lambda: next(seconds))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with terminal.progress() as told:
        assert told
        for done in (1, 2, 3, 4):
            told("distances", done, 9)
    shown = capsys.readouterr().err.split("\r\x1b[K")
    assert shown == ["", "afstanden uitrekenen: 2 van 9", "afstanden uitrekenen: 4 van 9", ""]


def test_nothing_of_that_is_written_where_nobody_watches() -> None:
    with terminal.progress() as told:
        assert told is None


@pytest.mark.parametrize(
    ("option", "fault"),
    [
        (["--completion", "add1"], "rule greedy has no completion add1"),
        (["--satisfaction", "cardinality"], "rule greedy has no satisfaction cardinality"),
    ],
)
def test_an_option_that_the_rule_does_not_know_is_refused(tied: str, option: list[str], fault: str) -> None:
    assert_refused(run(tied, "--rule", "greedy", *option), fault)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('[["a"]]', "0: lot [a] is not an order of the tied projects [a, b]"),
        ('[["a", "x"]]', "0: lot [a, x] names a project that is not in this election"),
        ('["a", "b"]', "0: is not a list of lists of project ids"),
        ("[[1, 2]]", "0: is not a list of lists of project ids"),
        ("{}", "0: is not a list of lists of project ids"),
        ('[["a",\n"b"', "2: is not JSON: "),
        ("[" * 100_000, "0: is not UTF-8 text with JSON"),
    ],
)
def test_a_wrong_lot_is_refused_in_one_line(tied: str, tmp_path: Path, content: str, fault: str) -> None:
    lots = lots_file(tmp_path, content)
    assert_refused(run(tied, "--rule", "greedy", "--lots", lots), f"{lots}:{fault}")


def assert_refused(result: Result, start: str) -> None:
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(start)
    assert result.stderr.count("\n") == 1


def test_a_file_that_cannot_be_counted_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "slecht.pb"
    path.write_text(TIED.replace("70", "7,0"), encoding="utf-8")
    assert_refused(run(str(path), "--rule", "greedy"), f"{path}:9: cost '7,0' is not an amount")


def test_a_fault_with_a_line_break_in_it_stays_one_line(tmp_path: Path) -> None:
    path = tmp_path / "slecht.pb"
    path.write_text(TIED.replace("\nb;", '\n"b\nc,";'), encoding="utf-8")
    assert_refused(
        run(str(path), "--rule", "greedy"), f"{path}:9: project id 'b\\nc,' is empty or holds a comma"
    )


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "1: the file is empty"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00\x9f\xd4", "1: is not UTF-8 text"),
        (TIED.encode("utf-16-be"), "1: holds a NUL character"),
        (TIED.replace("\n", "\r").encode(), "1: is not a row of fields: a carriage return"),
        (TIED.encode() + b"2;" + b"a," * 5_000_000, "13: line is longer than 1,000,000 characters"),
        (TIED.replace("60.25", "-1").encode(), "8: cost '-1' is not an amount"),
        (TIED.replace("100.50", "1e6").encode(), "3: budget '1e6' is not an amount"),
    ],
    ids=["empty", "workbook", "UTF-16", "CR only", "10 MB line", "negative", "scientific"],
)
def test_what_is_no_election_at_all_is_refused_in_one_line(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    path = tmp_path / "vreemd.pb"
    path.write_bytes(content)
    assert_refused(run(str(path), "--rule", "greedy", "--json"), f"{path}:{fault}")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pijp.pb"
    os.mkfifo(pipe)
    with subprocess.Popen(
        command(str(pipe), "--rule", "greedy", "--ties", "lexicographic", "--json"), stdout=subprocess.PIPE
    ) as program:
        pipe.write_text(TIED, encoding="utf-8")
        assert json.loads(program.communicate(timeout=60)[0])["winners"] == ["a"]


def test_a_missing_file_and_a_directory_are_refused(tmp_path: Path) -> None:
    assert_refused(
        run(str(tmp_path / "weg.pb"), "--rule", "greedy"), f"{tmp_path / 'weg.pb'}:0: cannot be read"
    )
    assert_refused(run(str(tmp_path), "--rule", "greedy"), f"{tmp_path}:0: cannot be read")


def test_a_missing_lots_file_is_refused(tied: str, tmp_path: Path) -> None:
    assert_refused(run(tied, "--rule", "greedy", "--lots", str(tmp_path / "weg")), f"{tmp_path / 'weg'}:0: ")


def test_a_rule_that_does_not_fit_the_ballots_is_refused_at_the_vote_type(tied: str) -> None:
    assert_refused(run(tied, "--rule", "schulze"), f"{tied}:4: rule schulze counts ranking ballots")


def test_a_rule_that_does_not_fit_is_refused_even_without_ballots(tmp_path: Path) -> None:
    path = tmp_path / "leeg.pb"
    path.write_text(TIED.replace("1;a,b\n", ""), encoding="utf-8")
    assert_refused(run(str(path), "--rule", "schulze"), f"{path}:4: ")


def test_warnings_go_to_stderr_and_the_count_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "vreemd.pb"
    path.write_text(TIED.replace("currency;EUR", "num_votes;9"), encoding="utf-8")
    result = run(str(path), "--rule", "greedy", "--ties", "lexicographic", "--json")
    assert result.exit_code == 0
    assert result.stderr == f"{path}:5: num_votes is '9', but the file holds 1\n"
    assert json.loads(result.stdout)["winners"] == ["a"]


def test_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "kleur.pb"
    path.write_text(TIED.replace("Bank", "\x1b[31mBank"), encoding="utf-8")
    assert "\x1b" not in run(str(path), "--rule", "greedy", "--ties", "lexicographic").stdout


@pytest.mark.parametrize("arguments", [["--rule", "toeval"], [], ["--rule", "greedy", "--min-support", "-1"]])
def test_wrong_options_give_exit_2(tied: str, arguments: Sequence[str]) -> None:
    assert run(tied, *arguments).exit_code == 2


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "wijkbudget.cli.count", *arguments]


def test_the_real_program_prints_json_only() -> None:
    done = subprocess.run(command(WEST, "--rule", "greedy", "--json"), capture_output=True, check=True)
    assert json.loads(done.stdout)["spent"] == 299873
    assert done.stderr == b""


def test_the_result_does_not_depend_on_the_hash_seed() -> None:
    outputs = {
        subprocess.run(
            command(RANKED, "--rule", "schulze", "--ties", "lexicographic", "--json"),
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1


def test_a_reader_that_goes_away_causes_no_traceback() -> None:
    with subprocess.Popen(
        command(WEST, "--rule", "greedy"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdout
        assert program.stderr
        program.stdout.close()
        assert program.stderr.read() == b""


def test_a_full_disk_is_one_line_and_no_traceback() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command(WEST, "--rule", "greedy"), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1


COUNTING_NEEDS_NOTHING = """
import sys
from wijkbudget.__main__ import cli
cli.main(sys.argv[1:], standalone_mode=False)
ours = ("wijkbudget.app", "wijkbudget.config", "wijkbudget.domain", "wijkbudget.services")
loaded = [name for name in (*ours, "sqlalchemy", "pydantic") if name in sys.modules]
sys.exit(f"loaded: {loaded}" if loaded else 0)
"""


@pytest.mark.parametrize("arguments", [["count", "--help"], ["count", WEST, "--rule", "greedy"]])
def test_counting_needs_no_web_application_no_settings_and_no_folder(
    tmp_path: Path, arguments: list[str]
) -> None:
    wrong = {**os.environ, "WIJKBUDGET_PORT": "geen getal", "WIJKBUDGET_INSTANCE": str(tmp_path / "instance")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", COUNTING_NEEDS_NOTHING, *arguments],
        cwd=tmp_path,
        env=wrong,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_command_is_refused_without_making_the_application(tmp_path: Path) -> None:
    program = [sys.executable, "-W", "error", "-m", "wijkbudget", "tellen"]
    instance = {**os.environ, "WIJKBUDGET_INSTANCE": str(tmp_path / "instance")}
    done = subprocess.run(program, cwd=tmp_path, env=instance, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "No such command 'tellen'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_command_that_is_listed_can_be_asked_for_help(tmp_path: Path) -> None:
    names = cli.list_commands(click.Context(cli))
    assert {"run", "demo", "init", "user", "roll", "round", "count", "export", "mail"} <= set(names)
    for name in names:
        done = CliRunner().invoke(cli, [name, "--help"], env={"WIJKBUDGET_INSTANCE": str(tmp_path)})
        assert (name, done.exit_code) == (name, 0)
        assert done.output.startswith(f"Usage: wijkbudget {name}")
