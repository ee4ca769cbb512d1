"""What somebody typed: nothing in it that a reader cannot see."""

import pytest

from wijkbudget.domain.errors import InvalidInput
from wijkbudget.domain.plain_text import parse_line, parse_text

FAMILY = "👩\u200d👩\u200d👧"


def line(text: str, **options: str) -> str:
    return parse_line(text, limit=40, field="title", **options)


def lines(text: str, **options: str) -> str:
    return parse_text(text, limit=40, field="summary", **options)


@pytest.mark.parametrize(
    "text", ["Bankje bij 't hof", "Café Ñandú: 50% méér!", FAMILY, "حديقة", "花", "5", "?"]
)
def test_what_people_write_is_kept(text: str) -> None:
    assert line(f"  {text}\r\n") == text
    assert lines(f"\n{text}  ") == text


@pytest.mark.parametrize(
    "text",
    [
        "Ronde\r\nBcc: x@voorbeeld.example",
        "a\nb",
        "a\rb",
        "a\tb",
        "a\x00b",
        "a\x1fb",
        "a\x7fb",
        "a\x85b",
        "a\u2028b",
        "a\u2029b",
        "a\ud800b",
        "a\uffffb",
    ],
)
def test_a_line_holds_no_line_break_or_control_character(text: str) -> None:
    with pytest.raises(InvalidInput, match="Schrijf dit op één regel") as refusal:
        line(text)
    assert refusal.value.field == "title"


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_nothing_turns_the_reading_order(code: int) -> None:
    for parse in (line, lines):
        with pytest.raises(InvalidInput, match="leesrichting"):
            parse(f"{chr(code)}neppiL")


@pytest.mark.parametrize(
    "text",
    ["", "  ", "\u200b\u200b", "\ufeff", "\u00ad\u2060", "\u3164", "\u2800", "\u0301", "\u200e \u200f"],
)
def test_text_without_anything_to_see_is_empty(text: str) -> None:
    for parse in (line, lines):
        assert parse(text) == ""
        with pytest.raises(InvalidInput, match=r"Vul dit in\."):
            parse(text, empty="Vul dit in.")


def test_a_text_keeps_its_lines_written_in_one_way() -> None:
    assert lines("een\r\ntwee\rdrie\n\n\tvier\u2028vijf") == "een\ntwee\ndrie\n\n\tvier\nvijf"


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1b", "\x7f", "\x9b", "\udfff"])
def test_a_text_holds_no_other_control_character(character: str) -> None:
    with pytest.raises(InvalidInput, match="stuurteken") as refusal:
        lines(f"een{character}\ntwee")
    assert refusal.value.field == "summary"


def test_the_limit_counts_what_is_kept() -> None:
    assert line(" " * 50 + "x" * 40) == "x" * 40
    assert lines("x\r\n" * 19 + "yz") == "x\n" * 19 + "yz"
    for parse in (line, lines):
        with pytest.raises(InvalidInput, match="41 tekens. Gebruik er hoogstens 40"):
            parse("x" * 41)
