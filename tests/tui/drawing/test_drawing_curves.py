"""Curves: any floats, any size, every line exactly as wide as asked; small pictures to the last dot."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from seqtui.tui.drawing.axes import Axis, linear_ticks, log_ticks, settle, step_texts, tick_texts
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.columns import MINUS_INF, NAN, PLUS_INF, ZERO, columns_of
from seqtui.tui.drawing.curves import Edit, Figure, Line, draw_curves
from seqtui.tui.drawing.look import LOOKS, Look, look_for
from seqtui.tui.drawing.numbers import count, number, percent
from seqtui.tui.drawing.strokes import glyphs_of, line_pixels

DARK = LOOKS["dark"]
ASCII = look_for("dark", colors=0, unicode=False)
ANY_LOOK = st.sampled_from([*LOOKS.values(), ASCII, look_for("light", colors=16, unicode=True)])
ANY_FLOATS = st.lists(st.floats(), min_size=1, max_size=60)


def line(values: list[float], look: Look = DARK, **more: object) -> Line:
    y = np.array(values, np.float64)
    return Line("train", np.arange(len(y), dtype=np.float64), y, look.roles.train, **more)  # type: ignore[arg-type]


def picture(figure: Figure, width: int, height: int, look: Look = ASCII) -> list[str]:
    canvas = Canvas(width, height, look)
    draw_curves(canvas, canvas.box, figure)
    return [row.rstrip() for row in canvas.lines()]


@settings(deadline=None, max_examples=150)
@given(ANY_FLOATS, st.integers(0, 90), st.integers(0, 20), ANY_LOOK, st.booleans())
@example([1.797693134861975e308, 1.7976931348622103e308], 11, 3, ASCII, True)
def test_any_floats_in_any_box_give_lines_of_exactly_that_width(
    values: list[float], width: int, height: int, look: Look, log: bool
) -> None:
    known = [value for value in values if np.isfinite(value)]
    axis = settle(None, min(known, default=0.0), max(known, default=1.0), log=log)
    figure = Figure(
        [line(values, look, band=look.roles.band)],
        settle(None, 0, len(values)),
        axis,
        (Edit(1, "l"),),
        (2.0, 1.0),
        0.5,
        3,
    )
    canvas = Canvas(width, height, look)
    draw_curves(canvas, canvas.box, figure)
    strips = canvas.strips(look.roles.label)
    assert len(strips) == height
    assert all(cell_len(strip.text) == strip.cell_length == width for strip in strips)
    assert all(cell_len(text) == width for text in canvas.lines())
    if look.ascii:
        assert all(text.isascii() for text in canvas.lines())


@given(st.floats(), st.floats(), st.booleans())
def test_an_axis_has_finite_bounds_that_hold_the_data(low: float, high: float, log: bool) -> None:
    axis = settle(None, low, high, log=log)
    assert np.isfinite([axis.low, axis.high]).all()
    assert axis.low < axis.high
    for value in (low, high):
        if np.isfinite(value) and abs(value) < 1e290 and (value > 1e-290 or not log):
            slack = 1e-9 * max(abs(axis.low), abs(axis.high))
            assert axis.low - slack <= value <= axis.high + slack
    ticks = axis.ticks(5)
    assert len(ticks) <= 12
    assert all(len(text) == 6 for text in tick_texts(ticks, 6, log=log))


def test_ticks_are_one_two_five() -> None:
    assert linear_ticks(0, 10, 5) == [0, 2, 4, 6, 8, 10]
    assert linear_ticks(7.4, 9.6, 4) == [8, 9]
    assert log_ticks(1e-6, 1, 4) == [1e-6, 1e-4, 1e-2, 1]
    assert log_ticks(0.5, 20, 6) == [0.5, 1, 2, 5, 10, 20]
    assert tick_texts([8, 8.5, 9], 6) == ["   8.0", "   8.5", "   9.0"]
    assert tick_texts([1e-6, 1], 6, log=True) == ["  1e-6", "     1"]
    assert step_texts([0, 500, 1000, 1500, 2e6]) == ["0", "500", "1k", "1.5k", "2M"]


def test_an_axis_stays_while_the_data_fit_and_fill_it() -> None:
    first = settle(None, 8.1, 9.9)
    assert first == Axis(8.0, 10.0)
    assert settle(first, 8.3, 9.7) is first
    assert settle(first, 8.3, 10.2) == Axis(8.0, 10.5)
    assert settle(first, 8.1, 8.4) != first, "data that fill little of it get a nearer one"


@pytest.mark.parametrize(
    ("value", "text"),
    [(8.4321, " 8.432"), (0.0412, "0.0412"), (4.1e-7, "4.1e-7"), (0.0, "     0"), (float("nan"), "   nan"),
     (float("-inf"), "  -inf"), (123456.0, " 1.2e5"), (-1.23e-300, "######")],
)  # fmt: skip
def test_numbers_keep_their_width(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats(), st.integers(1, 12))
def test_a_number_is_never_wider_than_asked_nor_cut(value: float, width: int) -> None:
    text = number(value, width)
    assert len(text) == width
    if "#" not in text and not 1e300 < abs(value) < np.inf:
        assert np.isnan(value) if text.strip() == "nan" else float(text) == pytest.approx(value, rel=0.5)


@given(st.floats())
def test_shares_and_counts_of_any_float_are_short(value: float) -> None:
    assert len(percent(value)) == 5
    assert len(count(value)) <= 9


def test_a_share_is_never_called_none_or_all_unless_it_is() -> None:
    assert [percent(share) for share in (0, 0.001, 0.5, 0.999, 1)] == ["  0 %", " <1 %", " 50 %", ">99 %", "100 %"]


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=500), st.integers(2, 40))
def test_columns_keep_every_extreme(values: list[float], width: int) -> None:
    y = np.array(values)
    columns = columns_of(np.arange(len(y), dtype=np.float64), y, start=0, stop=max(len(y) - 1, 1), count=width)
    assert columns.bounds() == (y.min(), y.max())
    known = np.isfinite(columns.mean)
    assert (columns.low[known] <= columns.mean[known]).all() and (columns.mean[known] <= columns.high[known]).all()


def test_what_is_not_finite_is_flagged_and_a_missing_value_is_only_a_gap() -> None:
    y = np.array([1.0, np.nan, np.inf, -np.inf, 0.0, 2.0])
    x = np.arange(6, dtype=np.float64)
    columns = columns_of(x, y, start=0, stop=5, count=6, log=True)
    assert columns.flags.tolist() == [0, NAN, PLUS_INF, MINUS_INF, ZERO, 0]
    silent = columns_of(x, y, start=0, stop=5, count=6, flags=np.zeros(6, np.uint8))
    assert silent.flags.tolist() == [0] * 6
    assert np.isnan(silent.mean).tolist() == [False, True, True, True, False, False]


def test_columns_between_points_are_filled_but_not_across_a_gap() -> None:
    x = np.array([0.0, 4.0, 6.0, 8.0, 10.0])
    y = np.array([0.0, 4.0, np.nan, 8.0, 10.0])
    mean = columns_of(x, y, start=0, stop=10, count=11).mean
    assert mean[:5].tolist() == pytest.approx([0, 1, 2, 3, 4])
    assert np.isnan(mean[5:8]).all()
    assert mean[8:].tolist() == pytest.approx([8, 9, 10])


def test_braille_dots_stand_where_the_values_are() -> None:
    columns = columns_of(np.arange(4.0), np.array([0.0, 1.0, 2.0, 3.0]), start=0, stop=3, count=4)
    pixels = line_pixels(columns, Axis(0, 3), 4, mean=True)
    assert pixels[::-1].astype(int).tolist() == np.eye(4, dtype=int).tolist()
    assert "".join(map(chr, glyphs_of(pixels, (2, 4), "*")[0].tolist())) == "⡠⠊"
    dashed = line_pixels(columns_of(np.arange(12.0), np.zeros(12), start=0, stop=11, count=12), Axis(-1, 1), 4,
                         mean=True, pattern="dashed")  # fmt: skip
    assert dashed.any(axis=0).tolist() == [True] * 4 + [False] * 2 + [True] * 4 + [False] * 2


def test_a_small_picture_in_ascii() -> None:
    figure = Figure([line([0, 1, 2, 3, 4, 5, 6, 7, 8])], Axis(0, 8), Axis(0, 8), newest=False)
    assert picture(figure, 16, 6) == [
        "      |       **",
        "      |      *",
        "     5+   ***",
        "      |  *",
        "     0+**",
        "      +0----5---",
    ]


def test_infinities_stand_at_the_edges_and_nan_by_its_neighbor() -> None:
    figure = Figure([line([4, 4, np.inf, -np.inf, np.nan, 4, 4, 4])], Axis(0, 8), Axis(0, 8), newest=False)
    rows = picture(figure, 7 + 8, 6)
    assert rows[0][9] == "^"
    assert rows[4][10] == "v"
    assert rows[2][11] == "?"


def test_log_axis_marks_exact_zeros_at_the_bottom() -> None:
    figure = Figure([line([1, 0.1, 0, 0, 1])], Axis(0, 5), Axis(0.01, 1, log=True), newest=False)
    assert picture(figure, 17, 6)[4][7:] == "    0 0"


def test_a_threshold_keeps_the_band_behind_it_and_an_edit_has_its_letter() -> None:
    canvas = Canvas(40, 8, DARK)
    low, high = np.zeros(9), np.full(9, 8.0)
    figure = Figure(
        [line([8.0] * 9, band=DARK.roles.band, low=low, high=high)],
        Axis(0, 8),
        Axis(0, 8),
        (Edit(4, "l"),),
        threshold=4.0,
        newest=False,
    )
    draw_curves(canvas, canvas.box, figure)
    row = next(strip for strip in canvas.strips(DARK.roles.label) if "╌" in strip.text)
    grounds = {segment.style.bgcolor for segment in row if segment.style and "╌" in segment.text}
    assert grounds == {DARK.roles.band.color}
    assert "l" in canvas.lines()[0][7:]


def test_newest_numbers_stand_at_the_right_and_never_on_each_other() -> None:
    lines = [line([3.0, 2.0]), line([3.0, 2.0]), line([3.0, 2.01])]
    rows = picture(Figure(lines, Axis(0, 1), Axis(0, 4)), 60, 8, DARK)
    assert sorted(row[-6:].strip() for row in rows if row[-6:].strip().startswith("2.")) == ["2.000", "2.000", "2.010"]


def test_text_is_cleaned_cut_and_never_half_a_wide_character() -> None:
    canvas = Canvas(6, 1, DARK)
    canvas.write(0, 0, "a\x1b[31m漢字", DARK.roles.label)
    assert canvas.lines()[0].startswith("a␛[31m"[:6]) and cell_len(canvas.lines()[0]) == 6
    canvas.write(0, 0, "漢字漢", DARK.roles.label)
    canvas.write(1, 0, "x", DARK.roles.label)
    assert canvas.lines() == [" x字漢"]
    assert fit("backbone.weight", 7) == "backbo…"
    assert fit("backbone.weight", 7, keep_end=True) == "…weight"


@given(st.text(max_size=30), st.integers(-5, 20), st.integers(0, 15), ANY_LOOK)
def test_any_text_at_any_place_keeps_the_width(text: str, x: int, width: int, look: Look) -> None:
    canvas = Canvas(width, 1, look)
    canvas.write(x, 0, text, look.roles.label)
    canvas.write(x + 1, 0, "漢", look.roles.label)
    assert cell_len(canvas.lines()[0]) == width
    assert cell_len(canvas.strips(look.roles.label)[0].text) == width


def test_every_look_tells_train_from_validation_without_color() -> None:
    for look in (*LOOKS.values(), ASCII):
        assert len(set(look.marks.samples)) == 3
        assert len(look.ramp) == len(look.diverging) == 32
    assert look_for("dark", colors=0, unicode=True).depth == "none"
    assert look_for("light", colors=16, unicode=True).depth == "few"
    assert Box(0, 0, 3, 2).width == 3
