"""The chart widgets in a running app: what they show, their keys, hostile text, any size, and how often they paint."""

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from seqtui.runs.curve import bucket
from seqtui.runs.events import GateMap, Gates, Gradients, LagProfile, Lags, Span, Step
from seqtui.tui.charts.chart import Chart
from seqtui.tui.charts.clip_chart import ClipChart
from seqtui.tui.charts.confusion_chart import ConfusionChart
from seqtui.tui.charts.curve_chart import CurveChart
from seqtui.tui.charts.curve_data import CurveData, loss_data
from seqtui.tui.charts.gate_chart import GateChart
from seqtui.tui.charts.heat_chart import HeatChart
from seqtui.tui.charts.lag_chart import LagChart
from seqtui.tui.charts.norms_chart import NormsChart
from seqtui.tui.drawing.grid import Scale
from seqtui.tui.drawing.look import LOOKS, look_for

ASCII = look_for("dark", colors=0, unicode=False)
HOSTILE = "\x1b]0;PWNED\x07[/b][@click=app.quit]x[/]漢\u202e"
ALL = (CurveChart, HeatChart, NormsChart, LagChart, ClipChart, GateChart, ConfusionChart)


class Stage(App[None]):
    """One chart, and what it asked for."""

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self.chart = chart
        self.wanted: list[float] = []
        self.picture = ""

    def compose(self) -> ComposeResult:
        yield self.chart

    def on_clip_chart_wanted(self, message: ClipChart.Wanted) -> None:
        self.wanted.append(message.threshold)


def play(
    chart: Chart, act: Callable[[Pilot[None]], Awaitable[None]] | None = None, *, size: tuple[int, int] = (60, 14)
) -> Stage:  # fmt: skip
    """The app after `act`, still with its last picture."""
    stage = Stage(chart)

    async def run() -> None:
        async with stage.run_test(size=size) as pilot:
            chart.focus()
            await pilot.pause()
            if act:
                await act(pilot)
            await pilot.pause()
            stage.picture = text_of(chart)

    asyncio.run(run())
    return stage


def text_of(chart: Chart) -> str:
    return "\n".join(chart.render_line(y).text for y in range(chart.size.height))


def filled(kind: type[Chart], name: str = "PER") -> Chart:
    """A chart with something to show, every text in it being `name`."""
    chart = kind()
    fill(chart, name)
    return chart


def fill(chart: Chart, name: str) -> None:
    """The same facts every time, in fresh objects."""
    match chart:
        case CurveChart():
            chart.show(curves())
        case HeatChart():
            chart.show(np.eye(3), Scale(0, 1, zeros=True), names=[name] * 3, ends=(name, name))
        case NormsChart():
            chart.show([Gradients(step, {name: 1.0, "b": 0.0, "c": np.inf}, {name: 1e-3}, 1, 1) for step in range(5)])
        case LagChart():
            chart.show(Lags(7, [LagProfile(0, name, [1.0, 0.1, 0.001, 0.0, np.nan], 2, 1.0)] * 3))
        case ClipChart():
            chart.show(buckets(), 2.0, steps())
        case GateChart():
            chart.show(
                Gates(9, name, [GateMap(0, name, gate, [[0, 128], [255, 9]], 0.2, 0.4) for gate in ("forget", name)])
            )
        case ConfusionChart():
            chart.show([name, "LOC"], np.array([[8, 1], [2, 5]]))


def buckets() -> list:  # type: ignore[type-arg]
    return [bucket(n, n, low=9 - n / 20, mean=9.5 - n / 20, high=10 - n / 20) for n in range(1, 101)]


def curves() -> CurveData:
    return loss_data(buckets(), [])


def steps() -> list[Step]:
    span = Span(1.0, 1.5, 2.0)
    return [Step(n, 1, 1, 1, 10, span, span, 1e-3, 0.2, 100, 0.1, 1.0, 0.0, 1.0) for n in range(12)]


@pytest.mark.parametrize("kind", ALL)
def test_an_empty_chart_says_what_will_appear_and_when(kind: type[Chart]) -> None:
    shown = " ".join(play(kind()).picture.split())
    assert shown == kind.EMPTY


@pytest.mark.parametrize("kind", ALL)
def test_help_is_short_and_widgets_take_the_focus(kind: type[Chart]) -> None:
    lines = kind.HELP.splitlines()
    assert 3 <= len(lines) <= 6
    assert max(map(len, lines)) <= 120
    assert kind().can_focus


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("size", [(1, 1), (9, 3), (20, 5), (80, 24), (200, 60)])
def test_hostile_names_are_shown_and_never_obeyed_at_any_size(kind: type[Chart], size: tuple[int, int]) -> None:
    stage = play(filled(kind, HOSTILE), size=size)
    assert not {"\x1b", "\x07", "\u202e"} & set(stage.picture)
    assert stage.return_code in (None, 0)


@pytest.mark.parametrize("kind", ALL)
def test_in_ascii_a_chart_has_nothing_else(kind: type[Chart]) -> None:
    chart = filled(kind)
    chart.look = ASCII
    assert play(chart).picture.isascii()


@pytest.mark.parametrize("kind", ALL)
def test_the_same_data_again_is_not_painted_again(kind: type[Chart], monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    real = kind.draw
    monkeypatch.setattr(kind, "draw", lambda self, canvas: (drawn.append(1), real(self, canvas))[1])
    chart = filled(kind)

    async def again(pilot: Pilot[None]) -> None:
        before = len(drawn)
        fill(chart, "PER")
        await pilot.pause()
        assert len(drawn) == before > 0
        chart.look = LOOKS["light"]
        await pilot.pause()
        assert len(drawn) == before + 1

    play(chart, again)


def test_keys_of_the_curve_chart_change_the_view() -> None:
    chart = CurveChart()
    chart.show(curves())

    async def press(pilot: Pilot[None]) -> None:
        await pilot.press("y", "w", "m")
        assert (chart.view.log, chart.view.recent, chart.view.smoothing) == (True, True, 0.6)
        assert chart.border_subtitle == "log · recent · smooth 0.6"
        await pilot.press("+")
        assert chart.view.zoom is not None
        await pilot.press("0")
        assert (chart.view.log, chart.view.zoom, chart.view.smoothing) == (False, None, 0.0)
        await pilot.press("left")
        assert "step 100" in text_of(chart)
        await pilot.press("left")
        assert chart.view.cursor is not None and chart.view.cursor < 100

    play(chart, press)


def test_the_curve_follows_the_mouse_with_numbers() -> None:
    chart = CurveChart()
    chart.show(curves())

    async def hover(pilot: Pilot[None]) -> None:
        await pilot.hover(CurveChart, offset=(20, 6))
        await pilot.pause()
        assert "step" in text_of(chart).splitlines()[0] and "train" in text_of(chart).splitlines()[0]

    play(chart, hover)


def test_a_small_loss_panel_to_the_letter() -> None:
    chart = CurveChart()
    chart.show(curves())
    chart.look = ASCII
    assert play(chart, size=(46, 9)).picture.splitlines()[0].rstrip() == "       * train"
    assert play(filled(CurveChart), size=(30, 9)).picture.splitlines()[0].rstrip() == "       ━ train  4.500"


def test_norms_sort_by_worst_and_mark_zeros_and_news() -> None:
    chart = filled(NormsChart)

    async def sort(pilot: Pilot[None]) -> None:
        text = text_of(chart)
        assert text.index("PER") < text.index("inf")
        await pilot.press("s")
        await pilot.pause()
        text = text_of(chart)
        assert text.index("inf") < text.index("PER")
        await pilot.press("v")
        await pilot.pause()
        assert "exact zero" in text_of(chart)

    play(chart, sort)


def test_g_shows_the_next_gate_and_comes_round() -> None:
    chart = GateChart()
    maps = [GateMap(0, "forward", gate, [[0, 255]], 0.5, 0.5) for gate in ("forget", "input", "candidate")]
    chart.show(Gates(9, "record 1", maps))

    async def step(pilot: Pilot[None]) -> None:
        seen = []
        for _ in range(4):
            seen.append(text_of(chart).splitlines()[0].split("  ")[0])
            await pilot.press("g")
            await pilot.pause()
        assert seen == ["l0 → forget Γf", "l0 → input Γu (update)", "l0 → candidate c~", "l0 → forget Γf"]

    play(chart, step)


def test_the_clip_chart_says_its_share_and_asks_for_thresholds() -> None:
    async def ask(pilot: Pilot[None]) -> None:
        await pilot.press("+", "-", "u")

    stage = play(filled(ClipChart), ask, size=(80, 14))
    assert stage.wanted == [2.5, 1.6, 1.5]
    assert "clipped  20 %" in stage.picture and "of 120 steps" in stage.picture


def test_a_lag_panel_tells_horizon_zeros_and_news_of_every_layer() -> None:
    text = play(filled(LagChart), size=(70, 24)).picture
    assert text.count("hears 2 steps back · ratio 1 · 1 exact zero · 1 not finite") == 3
    assert "1 %" in text


def test_the_heat_chart_reads_the_number_under_the_mouse() -> None:
    chart = filled(HeatChart)

    async def hover(pilot: Pilot[None]) -> None:
        await pilot.hover(HeatChart, offset=(6, 0))
        await pilot.pause()
        assert text_of(chart).splitlines()[-1].rstrip() == "PER · column 0 · 1.000"

    play(chart, hover)
