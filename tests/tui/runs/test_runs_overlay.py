"""The overlay of several runs: told apart without color, honest about what is not finite, at any size, by its keys."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from seqtui.runs.comparison import Point, RunCurves
from seqtui.tui.drawing.look import LOOKS, look_for
from seqtui.tui.runs.letters import style_of
from seqtui.tui.runs.overlay import MOST, Drawn, OverlayChart

HOSTILE = "\x1b]0;PWNED\x07[/b]漢\u202e"
ASCII = look_for("dark", colors=0, unicode=False)


class Stage(App[None]):
    """The chart alone."""

    def __init__(self) -> None:
        super().__init__()
        self.chart = OverlayChart()

    def compose(self) -> ComposeResult:
        yield self.chart


def run(letter: str, *values: float, label: str = "", gradient: tuple[float, ...] = ()) -> Drawn:
    """A run with a validation loss every ten steps, and norms of its gradient."""
    curves = {
        name: tuple(Point(10 * n, n / 2, 3 * n, value, value, value) for n, value in enumerate(found, 1))
        for name, found in (("validation", values), ("training", ()), ("gradient", gradient))
    }
    return Drawn(letter, label or f"run {letter}", RunCurves(letter, "nats", "f", curves))  # type: ignore[arg-type]


def play(
    runs: list[Drawn],
    act: Callable[[OverlayChart, Pilot[None]], Awaitable[None]] | None = None,
    *,
    size: tuple[int, int] = (70, 16),
) -> list[str]:
    """The lines of the picture after `act`."""
    stage = Stage()

    async def perform() -> list[str]:
        async with stage.run_test(size=size) as pilot:
            stage.chart.look = ASCII
            stage.chart.show(runs, of=len(runs))
            stage.chart.focus()
            await pilot.pause()
            if act:
                await act(stage.chart, pilot)
                await pilot.pause()
            return lines_of(stage.chart)

    return asyncio.run(perform())


def lines_of(chart: OverlayChart) -> list[str]:
    return [chart.render_line(y).text for y in range(chart.size.height)]


def falling(letter: str, height: float) -> Drawn:
    return run(letter, *(height - 0.1 * n for n in range(20)))


def test_every_run_has_its_letter_in_the_legend_on_its_line_and_at_its_end() -> None:
    shown = play([falling(letter, 9.0 - place) for place, letter in enumerate("abc")])
    assert [part in shown[0] for part in ("a * run a", "b o run b", "c + run c")] == [True] * 3
    for letter, newest in (("a", "7.100"), ("b", "6.100"), ("c", "5.100")):
        assert any(line.rstrip().endswith(f"{letter}  {newest}") for line in shown)
        assert sum(f"{letter}" in line[7:60] for line in shown[1:]) >= 2, f"{letter} stands on its line"


def test_twelve_runs_that_end_at_one_height_all_keep_their_numbers() -> None:
    shown = play([run(letter, 5.0, 4.0) for letter in "abcdefghijkl"], size=(70, 20))
    assert sum("  4.000" in line for line in shown) == MOST


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_neighbors_do_not_share_a_color(look: object) -> None:
    styles = [style_of(look, place) for place in range(MOST)]  # type: ignore[arg-type]
    assert all(one != other for one, other in pairwise(styles))


def test_what_is_not_finite_is_marked_and_zero_on_a_log_axis_too() -> None:
    async def to_log(chart: OverlayChart, pilot: Pilot[None]) -> None:
        assert any("?" in line for line in lines_of(chart)[1:-1]), "NaN"
        assert any("^" in line for line in lines_of(chart)[1:-1]), "inf"
        await pilot.press("v", "v", "y")
        assert chart.curve == "gradient" and chart.view.log

    shown = play([run("a", 3.0, math.nan, 2.0, math.inf, 1.5, gradient=(1.0, 0.0, 0.01, 1e-5))], to_log)
    assert any("0" in line[8:60] for line in shown[1:-1])


def test_keys_change_curve_axis_smoothing_window_and_zoom() -> None:
    async def press(chart: OverlayChart, pilot: Pilot[None]) -> None:
        await pilot.press("x")
        assert "1" in lines_of(chart)[-1] and chart.against == "epochs" and "over epochs" in str(chart.border_subtitle)
        await pilot.press("x", "m", "w", "+")
        assert (chart.against, chart.view.smoothing, chart.view.recent) == ("seconds", 0.6, True)
        assert chart.view.zoom is not None
        await pilot.press("x")
        assert chart.view.zoom is None, "a zoom in seconds means nothing in steps"
        await pilot.press("0")
        assert (chart.view.smoothing, chart.view.recent) == (0.0, False)
        await pilot.press("v")
        assert "Training loss" in str(chart.border_title) and chart.has_nothing()

    shown = play([falling("a", 9.0)], press)
    assert "first" in " ".join(shown)


def test_the_cursor_tells_the_value_of_every_run_at_its_step() -> None:
    async def point(_chart: OverlayChart, pilot: Pilot[None]) -> None:
        await pilot.press("left")

    assert play([run("a", 3.0, 2.0), run("b", 5.0, 4.0, 1.0)], point)[0].split() == [
        "steps", "30", "a", "*", "2.000", "b", "o", "1.000",
    ]  # fmt: skip

    async def hover(_chart: OverlayChart, pilot: Pilot[None]) -> None:
        await pilot.hover(OverlayChart, offset=(9, 6))

    shown = play([run("a", 3.0, 2.0), run("b", 5.0, 4.0, 1.0)], hover)[0].split()
    assert shown[2:] == ["a", "*", "-", "b", "o", "-"], "before the first evaluation there is no value"


def test_the_same_runs_again_are_not_painted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    real = OverlayChart.draw
    monkeypatch.setattr(OverlayChart, "draw", lambda self, canvas: (drawn.append(1), real(self, canvas))[1])

    async def again(chart: OverlayChart, pilot: Pilot[None]) -> None:
        before = len(drawn)
        chart.show([falling("a", 9.0)], of=1)
        await pilot.pause()
        assert len(drawn) == before > 0

    play([falling("a", 9.0)], again)


@pytest.mark.parametrize("size", [(1, 1), (9, 3), (20, 5), (80, 24), (200, 60)])
@pytest.mark.parametrize("values", [(), (1.0,), (math.nan,), (0.0, 0.0), (1e-300, 1e300), (-3.0, 2.0)])
def test_hostile_labels_and_odd_values_at_any_size(size: tuple[int, int], values: tuple[float, ...]) -> None:
    shown = play([run("a", *values, label=HOSTILE), run("b", 1.0, 2.0)], size=size)
    assert not {"\x1b", "\x07", "\u202e"} & set("".join(shown))
    assert all(line.isascii() and len(line) == size[0] for line in shown)
