"""Memory stays bounded on long inputs: what is not asked for is neither read nor decoded."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sounds import chunk, form, riff

from seqtui.readers.clips.sources import Reading, read_clips
from seqtui.readers.clips.write import mp4_bytes
from seqtui.readers.speech.audio_features import Recipe
from seqtui.readers.speech.corpus import Wish, load_to_hear
from seqtui.readers.unpacked_file import silent

MIB = 1 << 20


def peak(read: Callable[[], Any]) -> tuple[Any, int]:
    """What is read, and the most bytes that Python and NumPy held for it."""
    tracemalloc.start()
    try:
        return read(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("longest", "most"), [(20.0, 60), (600.0, 300)])
def test_half_an_hour_of_sound_is_read_to_where_it_is_asked_for(tmp_path: Path, longest: float, most: int) -> None:
    rate, minutes = 16_000, 30
    size = minutes * 60 * rate * 2
    head = riff(form(rate=rate), chunk(b"data", b"", said=size), said=size + 36)
    with (tmp_path / "long.wav").open("wb") as file:
        file.write(head)
        file.truncate(len(head) + size)
    recipe = Recipe("log-mel", rate, 40, 13, 0.025, 0.01, 0, 2)
    wish = Wish("word", recipe, "global", longest, "auto", 0, 0.0)
    heard, held = peak(lambda: load_to_hear(str(tmp_path / "long.wav"), wish, progress=silent))
    assert heard.lengths.tolist() == [pytest.approx(longest * 50, abs=3)]
    assert "lasts 1,800.0 s and is read to" in heard.notes[0]
    assert held < most * MIB


def test_a_film_of_thousands_of_frames_is_decoded_to_where_it_is_asked_for(tmp_path: Path) -> None:
    pytest.importorskip("av")
    frames = np.zeros((3000, 32, 32, 1), np.uint8)
    frames[np.arange(3000), np.arange(3000) % 30] = 255
    (tmp_path / "long.mp4").write_bytes(mp4_bytes(frames, 25))
    clips, held = peak(lambda: read_clips(tmp_path / "long.mp4", Reading(), progress=silent))
    assert clips.lengths.tolist() == [200] and "their beginning is kept" in clips.notes[0]
    assert held < 10 * MIB
