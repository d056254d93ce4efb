"""Frames as half blocks: true to the pixels, honest about fewer of them; films from a stranger's folder."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from seqtui.runs.events import Sampled, Watched
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.film import LEVELS, Film, draw_film, resized
from seqtui.tui.drawing.look import LOOKS, look_for
from seqtui.tui.live.film_reel import FilmReel
from seqtui.tui.studio.film_view import film_from, shape_in

RNG = np.random.default_rng(0)
ENCODING = {"shape": {"height": 6, "width": 5, "channels": 1}, "rate": 8.0, "options": {"goal": "next", "given": 2}}


def drawn(film: Film, at: int, width: int, height: int, look: str = "dark") -> tuple[list[str], Any]:
    canvas = Canvas(width, height, look_for(look, colors=16, unicode=False) if look == "plain" else LOOKS[look])
    draw_film(canvas, Box(0, 0, width, height), film, at)
    strips = canvas.strips(canvas.look.roles.label)
    return [strip.text for strip in strips], strips


def film(frames: int = 4, side: int = 6, channels: int = 1, **facts: Any) -> Film:
    return Film(RNG.integers(0, 256, (frames, side, side, channels)).astype(np.uint8), **facts)


@pytest.mark.parametrize("channels", [1, 3])
def test_two_pixels_a_cell_have_the_colors_of_the_frame(channels: int) -> None:
    shown = film(channels=channels)
    _, strips = drawn(shown, 1, 6, 4)
    cells = [(segment.text, segment.style) for strip in strips[1:4] for segment in strip]
    colors = [style for text, style in cells for _ in text]
    for row in range(3):
        for column in range(6):
            style = colors[row * 6 + column]
            for color, pixel in (
                (style.color, shown.frames[1, 2 * row, column]),
                (style.bgcolor, shown.frames[1, 2 * row + 1, column]),
            ):
                wanted = np.broadcast_to(pixel.astype(int) * LEVELS // 256 * 255 // (LEVELS - 1), 3)
                assert color.get_truecolor() == tuple(wanted.tolist())


def test_it_says_which_frame_and_at_how_many_pixels() -> None:
    lines, _ = drawn(film(side=6), 1, 40, 8)
    assert lines[0].rstrip() == "frame 2 of 4  6 × 6"
    lines, _ = drawn(film(side=64), 3, 40, 9)
    assert lines[0].rstrip() == "frame 4 of 4  64 × 64 shown at 16 × 16"
    lines, _ = drawn(film(given=2), 1, 40, 8)
    assert "given" in lines[0]
    lines, _ = drawn(film(given=2), 2, 40, 8)
    assert "made" in lines[0]


def test_bars_under_the_frames_tell_for_and_against() -> None:
    lines, strips = drawn(film(scores=(2.0, -1.0, 0.0, float("nan"))), 1, 40, 12)
    assert lines[-2].split() == ["███", "▄▄▄", LOOKS["dark"].marks.nan]
    assert lines[-1].index("▴") == lines[-2].index("▄")
    styles = [segment.style for segment in strips[-2] if segment.text.strip()]
    assert styles[0] != styles[1]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (4, 2), (5, 6), (80, 24), (200, 60), (3, 40)])
@pytest.mark.parametrize("side", [4, 16, 200])
@pytest.mark.parametrize("look", ["dark", "plain"])
def test_it_is_drawn_in_any_room(width: int, height: int, side: int, look: str) -> None:
    lines, _ = drawn(film(side=side, scores=(1.0, 2.0, 3.0, -1.0)), 9, width, height, look)
    assert len(lines) == height and all(len(line) == width for line in lines)
    if look == "plain":  # without color and Unicode
        assert all(line.isascii() for line in lines)


def test_fewer_pixels_are_means() -> None:
    frame = RNG.integers(0, 256, (8, 6, 1)).astype(np.uint8)
    found = resized(frame, 4, 3)[..., 0]
    assert np.abs(found - frame[..., 0].reshape(4, 2, 3, 2).mean((1, 3))).max() <= 0.5


def sampled(name: str) -> Sampled:
    return Sampled(3, f"samples/{name}", "drawing", 1.0, 0, 0.1)


def reel(folder: Path) -> FilmReel:
    return FilmReel(SimpleNamespace(samples=folder))  # type: ignore[arg-type]


def test_a_roll_out_is_read_from_the_run_folder(tmp_path: Path) -> None:
    values = RNG.integers(0, 256, (7, 31)).astype(np.uint8)  # a class stands after the pixels
    np.save(tmp_path / "one.npy", values)
    found = reel(tmp_path).of_sample(sampled("one.npy"), ENCODING)
    assert found is not None and found.given == 2 and found.rate == 8
    assert np.array_equal(found.frames.reshape(7, 30), values[:, :30])


@pytest.mark.parametrize("name", ["../one.npy", "missing.npy", "objects.npy", "floats.npy", "narrow.npy", "text.npy"])
def test_what_is_no_film_is_none(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "samples"
    inside.mkdir()
    np.save(tmp_path / "one.npy", np.zeros((2, 30), np.uint8))
    np.save(inside / "objects.npy", np.array([{}], object), allow_pickle=True)
    np.save(inside / "floats.npy", np.zeros((2, 30)))
    np.save(inside / "narrow.npy", np.zeros((2, 3), np.uint8))
    (inside / "text.npy").write_text("no array")
    assert reel(inside).of_sample(sampled(name), ENCODING) is None


@pytest.mark.parametrize(
    "shape",
    [None, {"height": 10**9, "width": 1, "channels": 1}, {"height": "6"}, {"height": 6, "width": 5, "channels": 2}],
)
def test_a_strange_shape_is_none(tmp_path: Path, shape: Any) -> None:
    np.save(tmp_path / "one.npy", np.zeros((2, 30), np.uint8))
    assert reel(tmp_path).of_sample(sampled("one.npy"), ENCODING | {"shape": shape}) is None
    assert shape_in({"shape": shape}) is None
    assert film_from(np.zeros((2, 30), np.uint8), {"shape": shape}) is None


def test_a_watched_clip_has_its_scores(tmp_path: Path) -> None:
    np.save(tmp_path / "watched.npy", np.zeros((3, 12), np.uint8))
    seen = Watched(5, "a", "samples/watched.npy", 2, 2, 3, [0.5, -1.0, 2.0], "x", "y", 0.7)
    found = reel(tmp_path).of_watched(seen)
    assert found is not None and found.frames.shape == (3, 2, 2, 3) and found.scores == (0.5, -1.0, 2.0)
