"""The view of a curve and the tables behind the charts, as plain functions."""

import numpy as np
import pytest

from seqtui.runs.curve import bucket
from seqtui.runs.events import Evaluated, Gradients, KnobChanged, LagProfile, Span, Step
from seqtui.tui.charts.clip_chart import clipped_share, suggestion
from seqtui.tui.charts.curve_data import CurveData, edits_of, loss_data, trace_of_buckets, trace_of_evaluations
from seqtui.tui.charts.gradient_history import short_name, table_of, worst_first
from seqtui.tui.charts.lag_chart import words_of
from seqtui.tui.charts.view import View, next_smoothing, panned, smooth, x_axis_of, zoomed
from seqtui.tui.drawing.axes import Axis


def report(clipped: float, norm: float, count: int = 10) -> Step:
    span = Span(norm, norm, norm)
    return Step(1, 1, 1, 1, count, span, span, 1e-3, clipped, 100, 0.1, 1.0, 0.0, 1.0)


def evaluation(step: int, loss: float, **metrics: float) -> Evaluated:
    return Evaluated(step, 1, "valid", loss, metrics, 10, 0.1, False, loss, step)


@pytest.mark.parametrize("weight", [0.6, 0.9, 0.98])
def test_smoothing_is_the_recursion_it_says_over_chunks_and_holes(weight: float) -> None:
    y = np.random.default_rng(1).normal(8, 1, 700)
    y[[3, 300, 301]] = np.nan
    expected, carried, seen = np.full(700, np.nan), 0.0, 0
    for place, value in enumerate(y):
        if np.isfinite(value):
            seen += 1
            carried = weight * carried + (1 - weight) * value
            expected[place] = carried / (1 - weight**seen)
    assert smooth(y, weight) == pytest.approx(expected, nan_ok=True)
    assert smooth(y, 0.0) is y


def test_zoom_keeps_its_middle_and_has_an_end() -> None:
    axis = Axis(0, 1000)
    assert zoomed(View(), axis, 0.5, around=250).zoom == (125, 625)
    assert zoomed(View(), Axis(0, 5), 0.5) == View()
    assert panned(View(), axis, 0.1).zoom == (100, 1100)


def test_recent_steps_are_a_fifth_of_the_run_and_move_in_steps() -> None:
    assert x_axis_of(View(), 0, 4812, None) == Axis(0, 5000)
    recent = x_axis_of(View(recent=True), 0, 4812, None)
    assert recent.low >= 3800 and recent.high >= 4812
    assert x_axis_of(View(recent=True), 0, 4813, recent) is recent


def test_smoothing_goes_round() -> None:
    view = View()
    weights = []
    for _ in range(4):
        view = next_smoothing(view)
        weights.append(view.smoothing)
    assert weights == [0.6, 0.9, 0.98, 0.0]


def test_a_bucket_with_news_is_flagged_and_keeps_its_finite_part() -> None:
    nan = float("nan")
    buckets = [bucket(1, 2, low=1, mean=2, high=3), bucket(3, 4, low=nan, mean=nan, high=nan)]
    trace = trace_of_buckets("train", "train", buckets)
    assert trace.x.tolist() == [2, 4]
    assert trace.flags is not None and trace.flags.tolist() == [0, 1]
    assert trace.y[0] == 2 and np.isnan(trace.y[1])
    assert trace.same_as(trace_of_buckets("train", "train", buckets))


def test_a_metric_that_is_missing_is_a_gap_and_one_that_is_nan_is_news() -> None:
    trace = trace_of_evaluations("f1", "validation", [evaluation(1, 2.0), evaluation(2, 2.0, f1=np.nan)], metric="f1")
    assert trace.flags is not None and trace.flags.tolist() == [0, 1]


def test_the_loss_panel_of_a_run() -> None:
    knobs = [KnobChanged(5, "lr", 1.0, 0.5, 0), KnobChanged(7, "max_grad_norm", 1.0, 2.0, 0)]
    data = loss_data([bucket(1, 9, low=1, mean=2, high=3)], [evaluation(9, 2.5)], best=evaluation(9, 2.5), knobs=knobs)
    assert data.best == (9.0, 2.5)
    assert [edit.letter for edit in data.edits] == ["l", "c"] == [edit.letter for edit in edits_of(knobs)]
    assert not data.same_as(CurveData())
    assert loss_data([], []).traces == ()


def test_worst_first_is_news_then_zeros_then_the_farthest_from_the_median() -> None:
    assert worst_first(np.array([1.0, 0.0, 1e-6, np.nan, 2.0, 1.5])) == [3, 1, 2, 4, 0, 5]


def test_a_tensor_that_was_not_told_of_is_missing() -> None:
    events = [Gradients(1, {"a": 1.0}, {}, 1.0, 1.0), Gradients(2, {"a": 2.0, "b": 3.0}, {"b": 1e-3}, 1.0, 1.0)]
    table = table_of(events)
    assert table.names == ("a", "b")
    assert table.norms[0].tolist() == [1, 2] and np.isnan(table.norms[1, 0]) and table.newest.tolist() == [2, 3]
    assert short_name("backbone.layers.0.weight_hh") == "l0.weight_hh"


def test_the_share_clipped_counts_steps_not_reports() -> None:
    assert clipped_share([report(1.0, 2.0, count=30), report(0.0, 0.5, count=10)]) == (0.75, 40)
    assert np.isnan(clipped_share([])[0])
    assert suggestion([report(0, norm) for norm in range(1, 12)]) == pytest.approx(10.0)
    assert np.isnan(suggestion([report(0, 1.0)] * 9))


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (LagProfile(0, "forward", [1, 0.5, 0.001, 0, 0], 2, 1.0), "hears 2 steps back · ratio 1 · 2 exact zero"),
        (LagProfile(0, "forward", [1, 2, 30], None, 30.0), "hears all 3 lags · ratio 30 explodes"),
        (LagProfile(0, "forward", [0, 0], None, np.nan), "no horizon: nothing at lag 0 · ratio nan · 2 exact zero"),
        (
            LagProfile(0, "forward", [1, np.inf], None, np.inf),
            "no horizon: not finite · ratio inf explodes · 1 not finite",
        ),
    ],
)
def test_a_profile_in_words(profile: LagProfile, words: str) -> None:
    assert words_of(profile) == words
