"""Readers of files under damage: any bytes are read, or refused in one line, and never quietly repaired.

A longer search: `WIJKBUDGET_FUZZ=20000 pytest tests/tally/test_readers_fuzz.py`, the number of damaged files per test.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wijkbudget.tally import (
    Archive,
    Counted,
    FileError,
    TallyError,
    Terms,
    count,
    read_archive,
    read_pabulib,
    read_preflib,
    write_archive,
    write_pabulib_file,
    write_preflib,
)
from wijkbudget.tally.preflib import write_preflib_file

DATA = Path(__file__).parent / "data"
LONGEST = 3.0
"""Seconds of work after which a small damaged file counts as a hang."""

searched = settings(
    max_examples=int(os.environ.get("WIJKBUDGET_FUZZ", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def real_files() -> dict[str, list[bytes]]:
    """Small real files of each form; the archives and rankings are made of them."""
    pb = [path.read_bytes()[:20_000].rpartition(b"\n")[0] for path in sorted(DATA.glob("*.pb"))]
    ranked = read_pabulib(DATA / "US_Merced_2019_rankings.pb").election
    approved = read_pabulib(DATA / "Netherlands_Amsterdam_588.pb").election
    result = count(approved, "greedy", ties="lexicographic")
    archives = [
        write_archive(Archive(ranked)),
        write_archive(Archive(approved, Counted("greedy", 1, Terms(), result), {"unit": "Amsterdam"})),
    ]
    return {
        "pb": pb,
        "soi": [write_preflib(ranked, "soi").encode()],
        "json": [text.encode() for text in archives],
    }


FILES = real_files()
READERS: dict[str, Callable[[bytes], Any]] = {"pb": read_pabulib, "soi": read_preflib, "json": read_archive}
WRITERS: dict[str, Callable[[Any], str]] = {
    "pb": write_pabulib_file,
    "soi": write_preflib_file,
    "json": write_archive,
}
pieces = st.binary(max_size=6) | st.sampled_from(
    [
        b"\0", b"\r", b"\n", b"\r\n", b'"', b"'", b";", b",", b":", b"{", b"}", b"[", b"]", b"\\", b"\xef\xbb\xbf",
        b"\xff", "é".encode(), "٣".encode(), "\u2028".encode(), b"\x1c", b"9" * 400, b"9" * 5_000, b"-1", b"0", b"1.5",
        b"1e999", b"NaN", b"Infinity", b"null", b"true", b"[" * 3_000, b'{"a":' * 3_000, b"META\n", b"VOTES\n", b"#",
        b'"' + b"x" * 140_000, b"\\ud800",
    ]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, form: str) -> bytes:
    """A real file in which parts were cut out, put in, copied, or cut off at the end."""
    content = draw(st.sampled_from(FILES[form]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 0, 1, 1, 2, 8, 60, 2_000])))
        how = draw(st.sampled_from(["replace", "replace", "copy", "truncate", "line"]))
        if how == "replace":
            content = content[:start] + draw(pieces) + content[end:]
        elif how == "copy":
            content = content[:end] + content[start:end] + content[end:]
        elif how == "truncate":
            content = content[:start]
        else:
            line = content.find(b"\n", start) + 1
            content = content[:line] + draw(pieces) + b"\n" + content[line:]
    return content


def check(form: str, content: bytes) -> None:
    """Refused in one line that names the file, or read to something that can be written and read the same."""
    begin = time.process_time()
    found, refused = outcome(FileError, READERS[form], content)
    assert time.process_time() - begin < LONGEST
    if refused is not None:
        assert str(refused).startswith("<text>:")
        assert len(str(refused).splitlines()) == 1
        assert 0 <= refused.line <= content.count(b"\n") + 1
        return
    written, unwritable = outcome(TallyError, WRITERS[form], found)
    if unwritable is not None:  # what was read is whole, but the fixed form has no place for it
        assert "cannot" in str(unwritable)
        return
    again = READERS[form](written.encode())
    assert again.election == found.election
    assert WRITERS[form](again) == written


def outcome(kind: type[Any], act: Callable[[Any], Any], value: Any) -> tuple[Any, Any]:
    """What comes out, or the refusal of that kind; any other exception is a failure."""
    try:
        return act(value), None
    except kind as refusal:
        return None, refusal


@pytest.mark.parametrize("form", list(FILES))
@searched
@given(data=st.data())
def test_a_damaged_real_file_is_refused_in_one_line_or_read_whole(form: str, data: st.DataObject) -> None:
    check(form, data.draw(damaged(form)))


@pytest.mark.parametrize("form", list(FILES))
@searched
@given(
    content=st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_at_all_are_refused(form: str, content: bytes) -> None:
    with pytest.raises(FileError):
        READERS[form](content)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(10**30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@searched
@given(data=st.data())
def test_an_archive_with_any_other_value_anywhere_is_refused_or_means_the_same(data: st.DataObject) -> None:
    whole = json.loads(data.draw(st.sampled_from(FILES["json"])))
    place, steps = whole, data.draw(st.integers(1, 5))
    for _ in range(steps):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inside = place[key]
        if not isinstance(inside, dict | list) or not inside:
            break
        place = inside if _ < steps - 1 else place
    place[key] = data.draw(values | st.sampled_from([0, 1, -1, 2, "a", [], {}]))
    check("json", json.dumps(whole).encode())


@pytest.mark.parametrize("form", list(FILES))
def test_every_file_cut_off_anywhere_is_refused_or_read_whole(form: str) -> None:
    content = FILES[form][-1]
    for end in range(0, len(content), max(1, len(content) // 150)):
        check(form, content[:end])
