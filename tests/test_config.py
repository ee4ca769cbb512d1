"""Settings: a wrong or missing one stops the start and is named."""

from pathlib import Path

import pytest

from wijkbudget.config import SettingsError, load_settings, require_production


def test_everything_has_a_default_for_the_demo(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path, demo=True)
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 5000, True)
    assert settings.database_url == f"sqlite:///{tmp_path}/wijkbudget.sqlite"


def test_port_is_honoured_and_the_own_name_goes_first(tmp_path: Path) -> None:
    assert load_settings({"PORT": "5001"}, tmp_path).port == 5001
    assert load_settings({"PORT": "5001", "WIJKBUDGET_PORT": "5002"}, tmp_path).port == 5002


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "vijf"),
        ("PORT", "70000"),
        ("WIJKBUDGET_ONBEKEND", "1"),
        ("WIJKBUDGET_BASE_URL", "wijkbudget.voorbeeld.nl"),
        ("WIJKBUDGET_DATABASE_URL", "mysql://ergens/iets"),
        ("WIJKBUDGET_DATABASE_URL", "geen adres"),
        ("WIJKBUDGET_SECRET_KEY", "te kort"),
        ("WIJKBUDGET_LINK_MINUTES", "1"),
        ("WIJKBUDGET_SMTP_STARTTLS", "misschien"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({name: value}, tmp_path)


def test_production_names_all_that_it_misses(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"WIJKBUDGET_BASE_URL, WIJKBUDGET_SMTP_HOST, WIJKBUDGET_MAIL_FROM"
    ):
        require_production(load_settings({}, tmp_path))


def test_an_empty_setting_is_no_setting(tmp_path: Path) -> None:
    given = {"WIJKBUDGET_BASE_URL": "https://x.example", "WIJKBUDGET_MAIL_FROM": "a@x.example"}
    with pytest.raises(SettingsError, match=r"^WIJKBUDGET_SMTP_HOST: not set"):
        require_production(load_settings(given | {"WIJKBUDGET_SMTP_HOST": ""}, tmp_path))


def test_a_spoilt_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("kort")
    with pytest.raises(SettingsError, match="secret_key"):
        load_settings({}, tmp_path)
