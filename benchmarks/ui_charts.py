"""Milliseconds a repaint of each chart costs: picture and strips, and the same through a running Textual app.

    python benchmarks/ui_charts.py [--repeats 30]

Draws at 120×40 cells with 5,000 and 1,000,000 points. Median; data change every time, so nothing is cached.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable

import numpy as np
from textual.app import App, ComposeResult

from seqtui.runs.curve import Bucket
from seqtui.runs.events import GateMap, Gates, Gradients, LagProfile, Lags, Span, Step
from seqtui.tui.charts.chart import Chart
from seqtui.tui.charts.clip_chart import ClipChart
from seqtui.tui.charts.confusion_chart import ConfusionChart
from seqtui.tui.charts.curve_chart import CurveChart
from seqtui.tui.charts.curve_data import CurveData, Trace
from seqtui.tui.charts.gate_chart import GateChart
from seqtui.tui.charts.heat_chart import HeatChart
from seqtui.tui.charts.lag_chart import LagChart
from seqtui.tui.charts.norms_chart import NormsChart
from seqtui.tui.drawing.grid import Scale

SIZE = (120, 40)
POINTS = (5_000, 1_000_000)
Show = Callable[[int], None]


class Stage(App[None]):
    """One chart over the whole screen."""

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self.chart = chart

    def compose(self) -> ComposeResult:
        yield self.chart


def curve(points: int) -> tuple[Chart, Show]:
    chart, rng = CurveChart(), np.random.default_rng(0)
    x = np.arange(points, dtype=np.float64)
    y = 8 + 3 * np.exp(-6 * x / points) + rng.normal(0, 0.2, points)
    bands = y - 0.1, y + 0.1

    def show(turn: int) -> None:
        train = Trace("train", "train", x, y, *bands)
        validation = Trace("validation", "validation", x, y + 0.1)
        chart.show(CurveData((train, validation), (points / 2, 8.0 + 0.001 * turn)))

    return chart, show


def heat(points: int) -> tuple[Chart, Show]:
    chart, values = HeatChart(), np.random.default_rng(0).random((100, points // 100))
    return chart, lambda turn: chart.show(values + turn, Scale(turn, turn + 1.0))


def norms(points: int) -> tuple[Chart, Show]:
    chart, rng, tensors = NormsChart(), np.random.default_rng(0), 20
    rows = np.exp(rng.normal(0, 1, (points // tensors, tensors))).tolist()
    names = [f"backbone.layers.{number}.weight_hh" for number in range(tensors)]
    history = [Gradients(step, dict(zip(names, row, strict=True)), {}, 1, 1) for step, row in enumerate(rows)]
    return chart, lambda turn: chart.show(history[: len(history) - turn % 7])


def lags(points: int) -> tuple[Chart, Show]:
    chart = LagChart()
    profile = [LagProfile(layer, "forward", np.geomspace(1, 1e-12, points // 4).tolist(), 9, 1.0) for layer in range(4)]
    return chart, lambda turn: chart.show(Lags(turn, profile))


def clip(points: int) -> tuple[Chart, Show]:
    chart, rng = ClipChart(), np.random.default_rng(0)
    buckets = [Bucket(n, n, v / 2, v, v * 2, 1) for n, v in enumerate(np.exp(rng.normal(0, 1, points)).tolist())]
    span = Span(1.0, 1.0, 1.0)
    recent = [Step(n, 1, 1, 1, 10, span, span, 1e-3, 0.1, 9, 0.1, 1.0, 0.0, 1.0) for n in range(50)]
    return chart, lambda turn: chart.show(buckets, 1.0 + turn / 100, recent)


def gates(points: int) -> tuple[Chart, Show]:
    chart = GateChart()
    values = np.random.default_rng(0).integers(0, 256, (50, points // 50)).tolist()
    shown = [GateMap(0, "forward", "forget", values, 0.2, 0.3)]
    return chart, lambda turn: chart.show(Gates(turn, "probe", shown))


def confusion(points: int) -> tuple[Chart, Show]:
    chart, side = ConfusionChart(), int(points**0.5)
    counts = np.random.default_rng(0).integers(0, 5000, (side, side))
    labels = [f"class {number}" for number in range(side)]
    return chart, lambda turn: chart.show(labels, counts + turn)


async def measure(chart: Chart, show: Show, repeats: int) -> tuple[float, float]:
    """Median ms of the picture alone, and from show to a settled screen (an empty app's own share included)."""
    alone, whole = [], []
    async with Stage(chart).run_test(size=SIZE) as pilot:
        for turn in range(1, repeats + 1):
            begin = time.perf_counter()
            show(turn)
            await pilot.pause()
            whole.append(1e3 * (time.perf_counter() - begin))
            show(-turn)
            begin = time.perf_counter()
            for y in range(chart.size.height):
                chart.render_line(y)
            alone.append(1e3 * (time.perf_counter() - begin))
    return statistics.median(alone), statistics.median(whole)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=20)
    repeats = parser.parse_args().repeats
    print("| chart | points | picture, ms | show to screen, ms |\n|--|--|--|--|")
    for make in (curve, heat, norms, lags, clip, gates, confusion):
        for points in POINTS:
            picture, screen = asyncio.run(measure(*make(points), repeats))
            print(f"| {make.__name__} | {points:,} | {picture:.1f} | {screen:.1f} |", flush=True)


if __name__ == "__main__":
    main()
