"""Grids, bars, sparklines and confusion matrices: any floats, exact sizes, zeros and news with marks of their own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from rich.cells import cell_len

from seqtui.tui.drawing.axes import Axis
from seqtui.tui.drawing.bars import bar_text, draw_bars, draw_meter, draw_side_histogram, draw_sparkline, histogram
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.confusion import draw_confusion
from seqtui.tui.drawing.grid import EXACT_ZERO, NOT_FINITE, Scale, draw_grid, draw_legend, levels_of, scale_of, shrink
from seqtui.tui.drawing.look import LOOKS, Look, look_for

DARK = LOOKS["dark"]
ASCII = look_for("dark", colors=0, unicode=False)
ANY_LOOK = st.sampled_from([*LOOKS.values(), ASCII, look_for("dark", colors=16, unicode=True)])
ANY_GRID = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=30))


def exact(canvas: Canvas) -> bool:
    strips = canvas.strips(canvas.look.roles.label)
    return len(strips) == canvas.height and all(cell_len(strip.text) == canvas.width for strip in strips)


@settings(deadline=None, max_examples=150)
@given(ANY_GRID, st.integers(0, 50), st.integers(0, 15), ANY_LOOK, st.booleans(), st.sampled_from(["max", "mean"]))
def test_any_grid_fits_any_box(values: np.ndarray, width: int, height: int, look: Look, log: bool, pool: str) -> None:
    canvas = Canvas(width, height, look)
    scale = scale_of(values, log=log, zeros=True)
    draw_grid(canvas, canvas.box, values, scale, pool=pool)  # type: ignore[arg-type]
    draw_legend(canvas, 0, 0, width, scale)
    assert exact(canvas)
    assert not look.ascii or all(text.isascii() for text in canvas.lines())


def test_two_pixels_stand_in_a_cell_where_rows_are_many() -> None:
    canvas = Canvas(2, 1, DARK)
    draw_grid(canvas, canvas.box, np.array([[0.0, 1.0], [1.0, 1.0]]), Scale(0, 1), pool="max")
    assert canvas.lines() == ["▀ "]
    first, second = canvas.strips(DARK.roles.label)[0]
    assert first.style is not None and first.style.color is not None and first.style.bgcolor is not None
    assert first.style.color.triplet == DARK.ramp[0]
    assert first.style.bgcolor.triplet == DARK.ramp[-1]
    assert second.style is not None and second.style.bgcolor is not None
    assert second.style.bgcolor.triplet == DARK.ramp[-1]


@pytest.mark.parametrize("look", [DARK, ASCII, LOOKS["plain"]])
def test_exact_zero_and_not_finite_have_marks_that_no_number_has(look: Look) -> None:
    canvas = Canvas(4, 1, look)
    draw_grid(
        canvas, canvas.box, np.array([[0.0, np.nan, 1e-9, 1.0]]), Scale(1e-9, 1, log=True, zeros=True), pool="max"
    )
    zero, news, low, high = canvas.lines()[0]
    assert (zero, news) == (look.marks.zero, look.marks.nan)
    assert not {low, high} & {zero, news}


def test_pooling_keeps_a_spike_and_never_hides_what_is_not_finite() -> None:
    values = np.zeros((4, 8))
    values[1, 3] = 7.0
    assert shrink(values, 2, 2, pool="max").tolist() == [[7, 0], [0, 0]]
    assert shrink(values, 2, 2, pool="mean")[0, 0] == pytest.approx(7 / 8)
    values[3, 7] = -np.inf
    assert np.isnan(shrink(values, 2, 2, pool="max")[1, 1])
    assert shrink(np.array([[1.0, 2.0]]), 2, 4, pool="max").tolist() == [[1, 1, 2, 2]] * 2


def test_levels_are_marks_or_steps_of_the_ramp() -> None:
    levels = levels_of(np.array([[0.0, 1e-3, 1.0, 50.0, np.inf]]), Scale(1e-3, 1, log=True, zeros=True))
    assert levels.tolist() == [[EXACT_ZERO, 0, 31, 31, NOT_FINITE]]
    assert scale_of(np.array([3e-4, 0.2, np.nan, 0.0]), log=True) == Scale(1e-4, 1.0, log=True)


@given(st.floats(), st.integers(0, 40), st.booleans())
def test_a_bar_is_as_wide_as_asked_and_shows_whatever_is_over_zero(share: float, width: int, plain: bool) -> None:
    text = bar_text(share, width, ascii_only=plain)
    assert cell_len(text) == width
    if width and share > 0 and np.isfinite(share):
        assert text.strip()


def test_bars_have_eighths_and_right_aligned_numbers() -> None:
    canvas = Canvas(30, 3, DARK)
    draw_bars(canvas, canvas.box, ["acc", "recall", "f1"], [0.5, 1.0, float("nan")], DARK.roles.train)
    rows = canvas.lines()
    assert rows[0] == "acc    ████████         0.5000"
    assert rows[1].startswith("recall ████████████████")
    assert rows[2].endswith("   nan")
    assert bar_text(0.5, 1, ascii_only=False) == "▌"


def test_a_meter_is_named_and_ends_with_its_percentage() -> None:
    canvas = Canvas(24, 1, ASCII)
    draw_meter(canvas, 0, 0, 24, "low", 0.5, ASCII.roles.train)
    assert canvas.lines() == ["low #######.......  50 %"]


def test_a_histogram_counts_all_finite_values() -> None:
    values = np.array([0.0, 0.1, 0.9, 5.0, -5.0, np.nan])
    assert histogram(values, Axis(0, 1), 2).tolist() == [3, 2]
    canvas = Canvas(4, 2, ASCII)
    draw_side_histogram(canvas, canvas.box, values, Axis(0, 1), ASCII.roles.train)
    assert [text.rstrip() for text in canvas.lines()] == ["###", "####"]


@settings(deadline=None)
@given(st.lists(st.floats(), max_size=200), st.integers(0, 40), st.integers(0, 4), ANY_LOOK, st.booleans())
def test_any_sparkline_fits(values: list[float], width: int, height: int, look: Look, log: bool) -> None:
    canvas = Canvas(width, height, look)
    draw_sparkline(canvas, canvas.box, np.array(values, np.float64), look.roles.train, log=log)
    assert exact(canvas)


def test_a_rising_sparkline_rises_and_marks_nan() -> None:
    canvas = Canvas(8, 1, ASCII)
    draw_sparkline(canvas, canvas.box, np.arange(8.0), ASCII.roles.train)
    heights = ["_.-=+*#@".index(glyph) for glyph in canvas.lines()[0]]
    assert heights == sorted(heights) and heights[0] == 0 and heights[-1] == 7
    canvas = Canvas(8, 1, ASCII)
    draw_sparkline(canvas, canvas.box, np.array([1, 2, np.nan, 4, 5, 6, 7, 8.0]), ASCII.roles.train)
    assert canvas.lines()[0].count("?") == 1
    canvas = Canvas(8, 1, ASCII)
    draw_sparkline(canvas, canvas.box, np.array([1, 2, 3, 0, 0, 0, 0, 0.0]), ASCII.roles.train, log=True)
    assert canvas.lines()[0][3:] == "00000", "zeros keep their place in time"


def test_a_confusion_matrix_reads_as_numbers_with_recalls() -> None:
    canvas = Canvas(36, 4, ASCII)
    left_out = draw_confusion(canvas, canvas.box, ["PER", "LOC"], np.array([[812, 9], [8, 65]]))
    assert left_out == 0
    assert [row.rstrip() for row in canvas.lines()][:3] == [
        "true   PER    LOC recall", "PER    812      9   99 %", "LOC      8     65   89 %",
    ]  # fmt: skip


def test_a_count_that_is_too_wide_is_never_cut() -> None:
    canvas = Canvas(24, 4, ASCII)
    labels = ["one", "two", "six"]
    draw_confusion(canvas, canvas.box, labels, np.array([[9420, 1, 0], [0, 12345678, 0], [0, 0, 5]]))
    text = "\n".join(canvas.lines())
    assert "9k" in text and "12M" in text and "942" not in text


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(0, 80), st.integers(0, 15), ANY_LOOK)
def test_any_confusion_fits(classes: int, width: int, height: int, look: Look) -> None:
    labels = [f"\x1b[3{number}m[b]漢" for number in range(classes)]
    counts = np.arange(classes * classes, dtype=np.int64).reshape(classes, classes) ** 3
    canvas = Canvas(width, height, look)
    draw_confusion(canvas, canvas.box, labels, counts)
    assert exact(canvas)
    assert "\x1b" not in "".join(canvas.lines())
    assert Box(0, 0, 1, 1).height == 1


def test_a_log_scale_of_the_largest_number_has_two_ends() -> None:
    assert scale_of(np.array([[1e308]]), log=True) == Scale(1e300, 1e301, log=True)
