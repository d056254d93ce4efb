"""Words and letters as a model sees them, drawn with colors and told without them too."""

import math

import pytest

from seqtui.runs.events import Attribution, Surprise, Tagged, TaggedSequence
from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.look import LOOKS, Look, look_for
from seqtui.tui.live.text_picture import draw_surprise, draw_tagged, draw_weighed_words, is_of_words

DARK, PLAIN = LOOKS["dark"], look_for("dark", colors=0, unicode=False)
BOTH = pytest.mark.parametrize("look", [DARK, PLAIN], ids=["colors", "plain"])


def lines_of(canvas: Canvas) -> list[str]:
    return [line.rstrip() for line in canvas.lines()]


def weighed(scores: list[float], words: str = "not a bad film") -> Attribution:
    return Attribution(9, "mr.txt, line 3", words.split(), scores, "negative", "positive", 0.75)


@BOTH
def test_words_that_speak_for_or_against_carry_a_sign(look: Look) -> None:
    canvas = Canvas(60, 8, look)
    draw_weighed_words(canvas, canvas.box, weighed([1.0, 0.1, -0.6, math.nan]))
    said, _, words, *_ = lines_of(canvas)
    assert "says positive 75 %" in said
    assert "is negative" in said
    assert words == ("not+ a bad- film?" if look is PLAIN else "not+ a bad- film×")


def test_strong_words_stand_on_a_ground_of_their_own() -> None:
    canvas = Canvas(60, 8, DARK)
    draw_weighed_words(canvas, canvas.box, weighed([1.0, 0.0, -1.0, 0.0]))
    inks = canvas.inks[2]
    assert len({inks[0], inks[5], inks[7]}) == 3


def test_words_flow_into_lines_and_end_with_the_room() -> None:
    canvas = Canvas(12, 5, DARK)
    draw_weighed_words(canvas, canvas.box, weighed([0.0] * 9, "one two three four five six seven eight nine"))
    assert lines_of(canvas)[2:] == ["one+ two"[:3] + " two", "three four", "five six"]


@BOTH
def test_tags_stand_under_their_words_and_what_is_wrong_is_told(look: Look) -> None:
    sequence = TaggedSequence(
        "s",
        ["Ada", "Lovelace", "saw", "Paris"],
        ["B-PER", "I-PER", "O", "B-LOC"],
        ["B-PER", "I-PER", "O", "O"],
        [1.0] * 4,
    )
    canvas = Canvas(40, 4, look)
    draw_tagged(canvas, canvas.box, Tagged(1, [sequence]))
    words, tags, *_ = lines_of(canvas)
    assert words == "Ada Lovelace saw Paris"
    assert tags == ("PER --------     O!LOC" if look is PLAIN else "PER ────────     O≠LOC")


def test_several_sequences_follow_one_another_while_there_is_room() -> None:
    short = TaggedSequence("s", ["Rome"], [], ["B-LOC"], [0.9])
    canvas = Canvas(20, 6, DARK)
    draw_tagged(canvas, canvas.box, Tagged(1, [short] * 9))
    assert lines_of(canvas) == ["Rome", "LOC", "", "Rome", "LOC", ""]


@BOTH
def test_bars_are_as_high_as_a_symbol_is_surprising(look: Look) -> None:
    found = Surprise(1, "text", list("abc↵d"), [0.0, 4.0, 8.0, 99.0], ["b", "x", "y", "z"])
    canvas = Canvas(60, 6, look)
    draw_surprise(canvas, canvas.box, found)
    head, first, bars, second, more, *_ = lines_of(canvas)
    assert head.startswith("27.75 nats a symbol")
    assert (first[:3], second) == ("abc", "d")
    assert bars == ("  =@" if look is PLAIN else "  ▄█")
    assert more == ("@" if look is PLAIN else "█")


@BOTH
@pytest.mark.parametrize("size", [(0, 0), (1, 1), (3, 2), (200, 1)])
def test_nothing_is_too_small_to_draw_in(look: Look, size: tuple[int, int]) -> None:
    canvas = Canvas(*size, look)
    draw_weighed_words(canvas, canvas.box, weighed([1.0, math.inf, -1.0, 0.0], "\x1b[31m wide 漢字 end"))
    draw_tagged(canvas, canvas.box, Tagged(1, [TaggedSequence("s", ["\x1b]0;x\x07"], ["O"], ["B-X"], [math.nan])]))
    draw_surprise(canvas, canvas.box, Surprise(1, "text", ["a"], [], []))
    assert all(len(line) <= size[0] for line in canvas.lines())
    assert "\x1b" not in "".join(canvas.lines())


def test_a_record_of_letters_is_no_record_of_words() -> None:
    assert is_of_words(weighed([0.0] * 4))
    assert not is_of_words(weighed([0.0] * 4, "A C G T"))
