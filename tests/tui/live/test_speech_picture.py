"""What is heard, drawn: letters over their spikes, two bands a cell, within the box, the same without color."""

import math

import pytest

from seqtui.runs.speech_events import Heard, HeardUtterance, Spike
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.look import LOOKS, look_for
from seqtui.tui.live.speech_picture import draw_heard, draw_utterance

PLAIN = look_for(next(iter(LOOKS)), colors=0, unicode=False)
FULL = look_for(next(iter(LOOKS)), colors=1 << 24, unicode=True)
PICTURE = ["0123456789abcdef" * 2, "f" * 32, "0" * 32, "8" * 32]
BLANK = [0.0 if place in (4, 20) else 1.0 for place in range(32)]
SAID = HeardUtterance(
    "a.wav", 0.64, PICTURE, "on", "off", math.nan, [Spike(4, "o", 0.9), Spike(20, "n", 0.8)], BLANK, []
)  # fmt: skip
WORD = HeardUtterance("b.wav", 0.64, PICTURE, "on", "on", 0.97, [], [], [0.0] * 10 + [2.0] + [-1.9] + [0.0] * 20)


def lines(canvas: Canvas) -> list[str]:
    return [line.rstrip() for line in canvas.lines()]


def drawn(heard: HeardUtterance, width: int, height: int) -> list[str]:
    canvas = Canvas(width, height, PLAIN)
    draw_utterance(canvas, canvas.box, heard)
    return lines(canvas)


def test_letters_stand_where_their_bars_are() -> None:
    text = drawn(SAID, 64, 8)
    assert text[0].startswith("x on") and "off" in text[0] and "a.wav" in text[0]
    assert (text[1].index("o"), text[1].index("n")) == (8, 40), "two cells a column"
    assert text[2].strip() == "##" + " " * 30 + "##"
    assert text[2].index("#") == 8


def test_the_picture_is_shaded_and_the_highest_band_is_above() -> None:
    text = drawn(SAID, 32, 7)
    assert text[3][0] == " " and text[3][15] == "@", "the first row grows louder"
    assert set(text[4]) == {"@"} and text[5] == ""


def test_a_word_has_its_chance_and_what_speaks_against_it_has_a_sign() -> None:
    text = drawn(WORD, 32, 8)
    assert text[0].startswith("+ on 97") and "off" not in text[0]
    assert text[1].index("-") == 11
    assert text[2].index("#") == 10


@pytest.mark.parametrize("look", [PLAIN, FULL])
@pytest.mark.parametrize("size", [(1, 1), (8, 2), (31, 3), (80, 24), (200, 60)])
def test_any_size_is_drawn_within_its_box(look: object, size: tuple[int, int]) -> None:
    width, height = size
    canvas = Canvas(width + 4, height + 4, look)  # type: ignore[arg-type]
    draw_heard(canvas, Box(2, 2, width, height), Heard(7, [SAID, WORD, SAID, WORD, SAID]))
    text = lines(canvas)
    assert text[0] == text[1] == "" and text[-1] == text[-2] == ""
    assert all(line[:2].strip() == "" and len(line) <= width + 2 for line in text)


def test_what_is_not_a_number_and_what_is_hostile_are_marked_and_not_acted_on() -> None:
    odd = HeardUtterance("\x1b]0;x\x07.wav", 1.0, PICTURE, "\x1b[2J", "", math.nan, [], [math.nan] * 32, [])
    text = drawn(odd, 60, 8)
    assert "\x1b" not in "".join(text)
    assert "?" in text[2]
    assert drawn(HeardUtterance("c", 0.0, [], "", "", math.nan, [], [], []), 40, 8)[0].startswith("(nothing)")
