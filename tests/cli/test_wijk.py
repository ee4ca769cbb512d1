"""Wijken and their addresses from the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command

pytestmark = pytest.mark.usefixtures("ready")
NEW = ("wijk", "register", "--code", "WK039208", "--name", "Slachthuiswijk", "--besluit", "Besluit 2025/1")
BUURT = ("--buurt", "BU03920801", "Kruistochtbuurt")


def test_a_wijk_is_registered_once(wijkbudget: Command) -> None:
    assert wijkbudget(*NEW, "--valid-from", "2025-01-01", *BUURT).code == 0
    assert "bestaat al" in wijkbudget(*NEW, "--valid-from", "2025-01-01").refusal


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("--code", "WK\n1", "code: "),
        ("--name", "\u200b", "name: "),
        ("--besluit", "Besluit\t1", "besluit: "),
        ("--valid-from", "0001-01-01", "valid_from: "),
    ],
)
def test_a_wijk_is_registered_as_it_can_be_read(
    wijkbudget: Command, option: str, value: str, named: str
) -> None:
    # The last of two equal options counts.
    assert named in wijkbudget(*NEW, "--valid-from", "2025-01-01", option, value).refusal


def test_addresses_of_known_buurten_are_kept(wijkbudget: Command, tmp_path: Path) -> None:
    wijkbudget(*NEW, "--valid-from", "2025-01-01", *BUURT)
    table = tmp_path / "pc6hnr.csv"
    table.write_text(
        "PC6;Huisnummer;Buurt2025;Wijk2025;Gemeente2025\n2099HA;1;03920801;;\n5611AA;1;07721110;;\n"
    )
    done = wijkbudget("wijk", "addresses", str(table))
    assert (done.code, done.out) == (0, "1 adressen in de wijken ingelezen.\n")


def test_a_file_with_another_heading_is_refused(wijkbudget: Command, tmp_path: Path) -> None:
    table = tmp_path / "anders.csv"
    table.write_text("naam;straat\n")
    assert "PC6" in wijkbudget("wijk", "addresses", str(table)).refusal
