"""The piano roll as text: within its size, plain cells only."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from seqtui.readers.music.piano_roll import KEYS
from seqtui.readers.music.roll_text import draw_roll, note_name


def test_a_scale_is_drawn_in_half_blocks_with_names_and_bars() -> None:
    frames = np.zeros((8, KEYS), np.uint8)
    for step, key in enumerate((39, 41, 43, 44, 46, 48, 50, 51)):
        frames[step, key] = 1
    assert draw_roll(frames, width=40, height=24, steps_per_bar=4).splitlines() == [
        "  C5│                        ▄▄▄▄▀▀▀▀",
        "  A4│                    ▄▄▄▄",
        "  G4│                ▄▄▄▄",
        "  F4│            ▄▄▄▄",
        "  E4│        ▀▀▀▀",
        "  D4│    ▀▀▀▀",
        "  C4│▀▀▀▀",
        "    └1───────────────2───────────────",
    ]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 300), st.integers(0, 130), st.integers(0, 50), st.integers(0, 3), st.integers(0, 2**31))
def test_a_drawing_never_leaves_its_box(steps: int, width: int, height: int, dense: int, seed: int) -> None:
    frames = (np.random.default_rng(seed).random((steps, KEYS)) < dense / 10).astype(np.uint8)
    lines = draw_roll(frames, width=width, height=height, steps_per_bar=16).splitlines()
    assert len(lines) <= max(height, 1)
    assert all(len(line) <= width and line.isprintable() for line in lines)


def test_every_sounding_key_is_seen_however_small_the_drawing() -> None:
    frames = np.zeros((1000, KEYS), np.uint8)
    frames[500, 40] = frames[999, 70] = 1
    drawn = draw_roll(frames, width=40, height=6, steps_per_bar=16)
    assert sum(drawn.count(block) for block in "▀▄█") == 2


def test_silence_is_said() -> None:
    assert draw_roll(np.zeros((5, KEYS), np.uint8), width=40, height=10, steps_per_bar=4) == "(silence)"
    assert draw_roll(np.zeros((0, KEYS), np.uint8), width=40, height=10, steps_per_bar=4) == "(silence)"


def test_middle_c_is_c4() -> None:
    assert [note_name(pitch) for pitch in (21, 60, 108)] == ["A0", "C4", "C8"]
