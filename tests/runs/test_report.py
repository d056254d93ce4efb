"""The end report says what was trained, beside what, and gives a verdict in one sentence."""

import math
from dataclasses import replace

import pytest

from seqtui.config import RunConfig
from seqtui.runs.events import Evaluated, Exported, Failed, Finished
from seqtui.runs.journal import read_events
from seqtui.runs.report import duration, sparkline, summary, verdict
from seqtui.runs.state import fold


def state_of(folder, *more):
    state = fold(read_events(folder.events_file).records, config=RunConfig(app="music"))
    for event in more:
        state.take(event)
    return state


def test_the_summary_names_losses_baselines_places_and_what_next(make_run) -> None:
    folder = make_run()
    lines = summary(state_of(folder, Exported(["/tmp/x.mid"])), folder=folder, width=80)
    text = "\n".join(lines)
    for part in ("1,234 parameters", "seven chorales", "8.1", "8.4", "repeat", "wrote: /tmp/x.mid", str(folder.path)):
        assert part in text
    assert f"next: seqtui sample {folder.id} -o sample.mid" in lines
    assert all(len(line) <= 80 for line in lines if not line.startswith(("run:", "wrote:", "next:")))


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (8.1, "healthy: test loss 4% under"),
        (8.4, "no better than the baseline 'repeat'"),
        (math.nan, "test loss is nan"),
    ],
)
def test_the_verdict_compares_with_the_best_baseline(make_run, loss: float, said: str) -> None:
    test = Evaluated(7, 1, "test", loss, {}, 30, 0.1, False, 8.0, 7)
    assert said in verdict(state_of(make_run(), test))


def test_a_failure_and_an_interruption_say_how_to_go_on(make_run) -> None:
    folder = make_run()
    failed = summary(state_of(folder, Failed(3, "the loss was not finite", 1, "")), folder=folder)
    assert "Verdict: failed: the loss was not finite" in failed
    assert f"next: seqtui resume {folder.id}" in failed
    stopped = replace(read_events(folder.events_file).records[-1].event, why="interrupted")
    assert isinstance(stopped, Finished)
    assert f"next: seqtui resume {folder.id}" in summary(state_of(folder, stopped), folder=folder)


def test_text_from_data_cannot_act_on_the_terminal(make_run) -> None:
    folder = make_run()
    state = state_of(folder)
    state.data = replace(state.data, source="\x1b]0;PWNED\x07")
    assert not any("\x1b" in line for line in summary(state, folder=folder))


def test_a_sparkline_fits_and_marks_what_is_not_finite() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8], width=8) == "▁▂▃▄▅▆▇█"
    assert sparkline([8, 1], width=8, plain=True) == "#_"
    assert sparkline([1, math.nan, 2], width=8) == "▁!█"
    assert sparkline([math.inf], width=8) == "!"
    assert len(sparkline(list(range(1000)), width=40)) == 40
    assert sparkline([], width=8) == ""


def test_durations_are_said_as_people_say_them() -> None:
    said = [duration(seconds) for seconds in (0.04, 9.96, 42, 185, 7800, -1)]
    assert said == ["0.0 s", "10.0 s", "42 s", "3 min 05 s", "2 h 10 min", "0.0 s"]
