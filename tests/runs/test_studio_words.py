"""The words of the studio and their lines."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from seqtui.runs.studio_folder import LineReader, append
from seqtui.runs.studio_words import (
    AskLabel,
    Listed,
    MakeSample,
    Opened,
    Quit,
    Refused,
    answer_from,
    request_from,
    to_line,
)

ODD = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(st.binary(max_size=60) | ODD.map(lambda value: json.dumps(value).encode()))
def test_no_line_is_too_odd_to_be_read(line: bytes) -> None:
    found = request_from(line)
    assert isinstance(found, Refused)
    assert answer_from(line) is None


def test_words_come_back_as_they_went() -> None:
    for word in (MakeSample(3, 16, prime="a\n\x1b\u2028b"), AskLabel(4, label=None), Quit()):
        assert request_from(to_line(word)) == word
    for answer in (Listed(1, 0, ["\u2028\x85"], [1], [0.5]), Refused(0, "no\nno"), Opened("x", "", 0.5)):
        assert answer_from(to_line(answer)) == answer
        assert to_line(answer).count(b"\n") == 1


def test_a_torn_line_is_left_for_later(tmp_path: Path) -> None:
    reader = LineReader(tmp_path / "x")
    assert list(reader.poll()) == []
    append(tmp_path / "x", b"one\ntw")
    assert list(reader.poll()) == [b"one\n"]
    append(tmp_path / "x", b"o\n")
    assert list(reader.poll()) == [b"two\n"]
