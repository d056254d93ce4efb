"""What a model translates, and where it looked: texts, marks of what is wrong, the map, in any look and any room."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqtui.runs.translation_events import Translated, TranslatedPair
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.look import LOOKS
from seqtui.tui.live.attention_picture import (
    column_of,
    draw_attention,
    draw_translated,
    marked,
    shown_token,
    text_of,
)

SOURCE = ["The", "black", "mouse", "sees", "her", "￭."]
SAID = ["La", "souris", "noir", "la", "voit", "￭."]
TRUE = ["La", "souris", "noire", "la", "voit", "￭."]


def looks(lines: int, columns: int) -> list[list[float]]:
    return [[0.9 if column == line % columns else 0.1 / columns for column in range(columns)] for line in range(lines)]


def pair(output: Sequence[str] = SAID, reference: Sequence[str] = TRUE, *, maps: bool = True) -> TranslatedPair:
    steps = len(output) + 1
    attention = looks(steps, len(SOURCE)) if maps else []
    return TranslatedPair("r", SOURCE, list(output), list(reference), attention, [0.9] * steps, [-1] * len(output))


def drawn(pairs: Sequence[TranslatedPair], width: int, height: int, look: str = "dark") -> list[str]:
    canvas = Canvas(width, height, LOOKS[look])
    draw_translated(canvas, Box(0, 0, width, height), Translated(1, list(pairs)))
    return [line.rstrip() for line in canvas.lines()]


def test_texts_are_joined_and_what_is_wrong_stands_in_brackets() -> None:
    lines = drawn([pair()], 60, 4)
    assert lines == [
        "  The black mouse sees her.",
        "✕ La souris [noir] la voit.",
        "≠ La souris noire la voit.",
        "",
    ]
    assert drawn([pair(TRUE)], 60, 3)[1] == "✓ La souris noire la voit."
    assert drawn([pair(reference=())], 60, 3)[1:] == ["  La souris noir la voit.", ""]


def test_the_map_stands_under_the_texts_or_beside_them() -> None:
    narrow = drawn([pair()], 70, 16)
    assert narrow[4].split() == ["The", "black", "mouse", "sees", "her", "."]
    assert (
        narrow[5].split() == ["La", "90"]
        and narrow[10].split() == [".", "90"]
        and narrow[11].split() == ["<end>", "90"]
    )
    wide = drawn([pair(), pair(TRUE)], 120, 12)
    assert wide[0].split()[:5] == ["The", "black", "mouse", "sees", "her."] and "mouse" in wide[0][60:]
    assert any("✓" in line for line in wide) and "90" in wide[1]


def test_a_model_without_attention_has_texts_alone() -> None:
    lines = drawn([pair(maps=False)], 70, 16)
    assert lines[1].startswith("✕ La souris") and not any("90" in line for line in lines)


def test_tokens_of_every_unit_are_read_as_texts() -> None:
    assert text_of(["l'", "homme", "\uffed,"]) == "l'homme,"
    assert text_of(["\u2581The", "\u2581ca", "t", "."]) == "The cat."
    assert text_of(list("cat")) == "cat" and text_of(["K", "AE1", "T"]) == "K AE1 T" and text_of([]) == ""
    assert [shown_token(each) for each in ("\uffed.", "\u2581ab", " ", "")] == [".", "_ab", "_", "_"]
    assert list(marked(["a", "b", "c"], ["a", "c"])) == [("a", True), ("b", False), ("c", True)]


def test_columns_are_as_wide_as_their_words_where_there_is_room() -> None:
    assert column_of(["a", "word"], 60) == 5 and column_of(["a" * 40], 60) == 12 and column_of(["ab"] * 40, 60) == 2


@pytest.mark.parametrize("look", LOOKS)
def test_shares_are_told_without_color_too(look: str) -> None:
    canvas = Canvas(40, 9, LOOKS[look])
    draw_attention(canvas, Box(0, 0, 40, 9), SOURCE, SAID, looks(7, 6), at=(1, 1), first=(1, 1))
    assert canvas.lines()[1].split()[:2] == ["souris", "90"]
    assert LOOKS[look].depth == "full" or sum("90" in line for line in canvas.lines()) >= 5


@given(
    st.integers(0, 130), st.integers(0, 30), st.lists(st.text(max_size=6), max_size=12),
    st.lists(st.text(max_size=6), max_size=12), st.floats(allow_nan=False) | st.just(0.5),
)  # fmt: skip
def test_any_tokens_are_drawn_in_any_room(
    width: int, height: int, source: list[str], output: list[str], share: float
) -> None:
    attention = [[share] * len(source) for _ in range(len(output) + 1)]
    some = TranslatedPair("r", source, output, output[:3], attention, [0.5] * (len(output) + 1), [-1] * len(output))
    canvas = Canvas(width, height, LOOKS["dark"])
    draw_translated(canvas, Box(0, 0, width, height), Translated(1, [some, some]))
    assert len(canvas.lines()) == height
