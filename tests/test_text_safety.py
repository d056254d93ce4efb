"""What comes from files and names is shown, never acted on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqtui.text_safety import clean, counted, typed

CORPUS = {
    "window title": ("\x1b]0;PWNED\x07", "␛]0;PWNED␇"),
    "link": ("\x1b]8;;http://x\x1b\\click\x1b]8;;\x1b\\", "␛]8;;http://x␛\\click␛]8;;␛\\"),
    "clipboard": ("\x1b]52;c;AAAA\x1b\\", "␛]52;c;AAAA␛\\"),
    "color": ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
    "8-bit CSI": ("\x9b31m", "\\x9b31m"),
    "8-bit DCS": ("\x90q\x9c", "\\x90q\\x9c"),
    "DCS": ("\x1bP1$r\x1b\\", "␛P1$r␛\\"),
    "reset": ("\x1bc", "␛c"),
    "carriage return": ("safe\revil", "safe␍evil"),
    "bell, null, delete": ("\x07\x00\x7f", "␇␀␡"),
    "newline": ("one\ntwo", "one␊two"),
    "line separators": ("one\u2028two\u2029three", "one two three"),
    "right-to-left override": ("\u202egpj.exe", "⟨RLO⟩gpj.exe"),
    "isolates and marks": ("\u2066a\u2069\u200f\u061c", "⟨LRI⟩a⟨PDI⟩⟨RLM⟩⟨ALM⟩"),
    "zero width": ("a\u200bb\u200dc\ufeffd", "abcd"),
    "tag characters": ("\U000e0041", "⟨U+E0041⟩"),
    "lone surrogate": ("a\ud800b", "a\ufffdb"),
    "undecodable name": (b"caf\xe9".decode("utf-8", "surrogateescape"), "caf\ufffd"),
    "bytes": (b"caf\xe9", "caf\ufffd"),
    "stacked marks": ("e" + "\u0301" * 50, "e\u0301\u0301"),
    "tab": ("a\tb", "a    b"),
    "ordinary text": ("[PAD] arr[0] = naïve 猫 🎵", "[PAD] arr[0] = naïve 猫 🎵"),
}


@pytest.mark.parametrize(("text", "shown"), CORPUS.values(), ids=CORPUS.keys())
def test_the_corpus_is_shown_and_not_acted_on(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_newlines_stay_where_they_are_wanted() -> None:
    assert clean("one\r\ntwo\nthree\r", keep_newlines=True) == "one\ntwo\nthree␍"


def test_ten_megabytes_in_one_line_are_cut_and_counted() -> None:
    assert clean("x" * 10_000_000, limit=20) == "x" * 20 + "…(+9999980)"


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_that_acts_on_a_terminal_comes_through(text: str) -> None:
    shown = clean(text)
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u2028\u2029")
    shown.encode()


def test_what_is_typed_or_pasted_keeps_only_what_can_be_seen() -> None:
    assert typed("a\x1b[31mb\x9bc\u202ed\u200b\n\t\ud800") == "a[31mbcd"
    assert typed("ACGT\xa0ACGT") == "ACGT ACGT"
    assert typed("e\u0301\u0300\u0302\u0303家👩/é") == "e\u0301\u0300家👩/é"
    assert typed("x" * 20_000) == "x" * 20_000


def test_what_is_counted_is_one_or_many() -> None:
    assert [counted(number, "record") for number in (0, 1, 1200)] == ["0 records", "1 record", "1,200 records"]
