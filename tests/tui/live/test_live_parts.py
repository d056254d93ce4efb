"""The pieces under the panels: rolls and logos as pictures, scores, the log's lines, what can be exported."""

import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqtui.config import RunConfig
from seqtui.readers.music.roll_text import draw_roll
from seqtui.runs.events import (
    Attribution,
    DataSummary,
    Evaluated,
    KnobChanged,
    NonFinite,
    Sampled,
    Span,
    Started,
    Step,
    Warned,
)
from seqtui.runs.journal import Record, read_events
from seqtui.runs.state import RunState, fold
from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.look import LOOKS, look_for
from seqtui.tui.live.exporting import Export, Exportable, export_command, export_fault
from seqtui.tui.live.knobs import knob_now, scheduled
from seqtui.tui.live.logo_picture import draw_logo
from seqtui.tui.live.printed import Printed
from seqtui.tui.live.redrawing import Redrawing
from seqtui.tui.live.roll_picture import draw_roll_picture, read_roll
from seqtui.tui.live.scores_table import score_table
from seqtui.tui.live.seen import RECENT_STEPS, Seen, with_odd_steps

DARK = LOOKS["dark"]
ASCII = look_for("dark", colors=0, unicode=False)


def record(event: Any, seq: int = 0) -> Record:
    return Record(event, seq, 0.0, {})


def roll() -> str:
    frames = np.zeros((24, 88), np.uint8)
    frames[:, 39] = 1  # C4
    frames[::2, 51] = 1  # C5
    return draw_roll(frames, width=60, height=20, steps_per_bar=8)


def test_a_roll_is_read_back_as_it_was_drawn() -> None:
    found = read_roll(roll())
    assert found is not None
    assert found.pixels[-1].all() or found.pixels[-2].all()
    assert found.pixels[0, :2].tolist() != found.pixels[0, 2:4].tolist()


def test_a_roll_in_a_smaller_box_keeps_every_note_and_names_the_cs() -> None:
    canvas = Canvas(40, 5, DARK)
    found = read_roll(roll())
    assert found
    draw_roll_picture(canvas, canvas.box, found)
    lines = canvas.lines()
    assert any(line.strip().startswith("C4") for line in lines)
    assert any(line.strip().startswith("C5") for line in lines)
    assert sum(mark in "▀▄█" for mark in "".join(lines)) > 40
    assert "▸" in lines[-1]


def test_a_roll_without_unicode_is_drawn_in_ascii() -> None:
    canvas = Canvas(60, 12, ASCII)
    found = read_roll(roll())
    assert found
    draw_roll_picture(canvas, canvas.box, found)
    assert "".join(canvas.lines()).isascii()
    assert "#" in "".join(canvas.lines()) or "'" in "".join(canvas.lines())


@pytest.mark.parametrize("text", ["", "ACGT", "(silence)", "  C4│x\n", "\x1b[31m", "│"])
def test_what_is_no_roll_is_none(text: str) -> None:
    assert read_roll(text) is None


def attribution(scores: list[float], *, symbols: str = "ACGTACGT") -> Attribution:
    return Attribution(10, "record 1", list(symbols), scores, "promoter", "random", 0.75)


def test_a_logo_has_what_speaks_for_above_and_what_speaks_against_below() -> None:
    canvas = Canvas(36, 8, DARK)
    draw_logo(canvas, canvas.box, attribution([1.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]))
    lines = canvas.lines()
    middle = next(y for y, line in enumerate(lines) if y and line.startswith("A"))
    assert "█" in lines[middle - 1][:3]
    assert "█" in lines[middle + 1][4:8]
    assert "says random 75 %" in lines[0]
    assert "is promoter" in lines[0]


def test_a_long_sequence_is_shown_around_its_largest_score() -> None:
    scores = [0.0] * 500
    scores[400] = 1.0
    canvas = Canvas(50, 5, DARK)
    draw_logo(canvas, canvas.box, attribution(scores, symbols="A" * 400 + "C" + "G" * 99))
    assert "C" in "".join(canvas.lines()[1:])


def test_a_score_that_is_not_finite_is_a_mark() -> None:
    canvas = Canvas(30, 8, DARK)
    draw_logo(canvas, canvas.box, attribution([math.nan, 1.0]))
    assert DARK.marks.nan in "".join(canvas.lines())


def test_scores_stand_beside_best_baseline_and_ceiling(recording: Callable[..., Any]) -> None:
    run = recording("dna-gru")
    table = score_table(fold(read_events(run.folder.events_file).records, config=run.folder.read_config()))
    rows = {row.name: row for row in table.rows}
    assert rows["valid"].best <= rows["valid"].now
    assert rows["accuracy"].ceiling > rows["accuracy"].base > 0.5
    assert table.base == "k-mer logistic"
    assert table.ceiling.startswith("Bayes")


def test_scores_before_any_evaluation_are_the_training_loss_alone() -> None:
    state = RunState()
    assert score_table(state).rows == ()
    state.take(step(1))
    assert [row.name for row in score_table(state).rows] == ["train"]


def step(number: int, *, count: int = 1) -> Step:
    span = Span(1.0, 1.0, 1.0)
    return Step(number, 1, 1, 10, count, span, span, 1e-3, 0.5, 10, 0.1, 1.0, 0.001, 10.0)


def test_recent_reports_span_the_recent_steps_and_no_more() -> None:
    seen = Seen()
    seen.take([record(step(number * 10, count=10)) for number in range(1, 200)], RunState())
    assert RECENT_STEPS <= sum(report.count for report in seen.recent) < RECENT_STEPS + 10


def test_a_resumed_run_forgets_what_came_after_its_checkpoint() -> None:
    seen = Seen()
    again = Started("r", "dna", 1, "cpu", 1, "", "own", "fp32", 1, "2", "cpu", resumed_from=5)
    found = [record(step(number)) for number in range(1, 11)]
    seen.take([*found, record(attribution([1.0])), record(again)], RunState())
    assert [report.step for report in seen.recent] == [1, 2, 3, 4, 5]
    assert not seen.glances


def test_a_flood_of_steps_that_are_not_finite_is_one_line() -> None:
    seen = Seen()
    flood = [NonFinite(number, "loss", math.nan, 1.0, "", "", None, [], number, []) for number in range(1, 50)]
    seen.take([record(event) for event in flood], RunState())
    assert len(seen.lines) == 1
    assert "49 in all" in seen.lines[0][1]
    seen.take([record(Warned("low disk")), record(flood[0])], RunState())
    assert [meaning for meaning, _ in seen.lines] == ["bad", "warning", "bad"]


def test_a_step_that_was_left_out_is_marked_in_the_curve_it_falls_into() -> None:
    state, seen = RunState(), Seen()
    odd = NonFinite(15, "gradient", 1.0, math.inf, "", "", None, [], 1, [])
    found = [record(step(10, count=10)), record(odd), record(step(20, count=10)), record(step(30, count=10))]
    for one in found:
        state.take(one.event)
    seen.take(found, state)
    marked = with_odd_steps(state.grad_norm.buckets, seen.odd_steps)
    assert [part.nonfinite for part in marked] == [0, 1, 0]
    assert [part.mean for part in marked] == [1.0, 1.0, 1.0]


def test_lines_are_cleaned() -> None:
    seen = Seen()
    hostile = DataSummary("\x1b]0;x\x07", "", {}, 1, "h", "u", {}, [], "")
    event = Evaluated(1, 1, "valid", 1.0, {"\x1b[31m": 1.0}, 1, 0.1, True, 1.0, 1)
    seen.take([record(hostile), record(event)], RunState())
    assert "\x1b" not in "".join(text for _, text in seen.lines)


def test_the_end_of_what_was_printed(tmp_path: Path) -> None:
    log = tmp_path / "stderr.log"
    printed = Printed(log)
    assert not printed.look()
    log.write_bytes(b"10 %\r50 %\rdone\n\x1b[31mwarning\x1b[0m \xff\n")
    assert printed.look()
    assert printed.lines[0] == "done"
    assert "\x1b" not in printed.lines[1]
    assert not printed.look()


def sampled(path: str) -> Sampled:
    return Sampled(1, path, "as text", 1.0, 0, 0.1)


def test_a_sample_is_redrawn_from_its_values(recording: Callable[..., Any]) -> None:
    run = recording("music-lstm")
    run.folder.model_file.write_text('{"encoding": {"representation": "frames", "steps_per_beat": 2, "meter": [4, 4]}}')
    values = np.zeros((40, 88), np.uint8)
    values[:, 40] = 1
    np.save(run.folder.samples / "one.npy", values)
    redrawing = Redrawing(run.folder, "music")
    assert read_roll(redrawing.draw(sampled("samples/one.npy"), 30, 8)) is not None


@pytest.mark.parametrize("path", ["../../secret.npy", "samples/none.npy", "samples/odd.npy", "samples/lies.npy", ""])
def test_a_sample_that_cannot_be_read_is_not_redrawn(path: str, recording: Callable[..., Any]) -> None:
    run = recording("music-lstm")
    run.folder.model_file.write_text('{"encoding": {}}')
    np.save(run.folder.path.parent / "secret.npy", np.zeros((4, 88), np.uint8))
    (run.folder.samples / "odd.npy").write_bytes(b"no array")
    np.save(run.folder.samples / "lies.npy", np.zeros(10, np.uint8))
    lies = (run.folder.samples / "lies.npy").read_bytes().replace(b"(10,)", b"(9999999999999,)")
    (run.folder.samples / "lies.npy").write_bytes(lies)
    assert Redrawing(run.folder, "music").draw(sampled(path), 30, 8) == ""


MUSIC = Exportable(makes=True, suffixes=(".mid",))
LABELS = Exportable(makes=False, suffixes=(".csv",))


def test_what_is_wrong_with_a_file_to_export(tmp_path: Path) -> None:
    taken = tmp_path / "taken.mid"
    taken.touch()
    assert "name a file" in export_fault(MUSIC, " ", "")
    assert ".mid, .onnx, .safetensors" in export_fault(MUSIC, "song.wav", "")
    assert "exists" in export_fault(MUSIC, str(taken), "")
    assert "no folder" in export_fault(MUSIC, str(tmp_path / "none" / "a.mid"), "")
    assert "records" in export_fault(LABELS, str(tmp_path / "a.csv"), "")
    assert not export_fault(MUSIC, str(tmp_path / "a.mid"), "")
    assert not export_fault(LABELS, str(tmp_path / "a.onnx"), "")


def test_the_command_of_each_kind_of_file(recording: Callable[..., Any]) -> None:
    folder = recording("music-lstm").folder
    assert export_command(folder, MUSIC, "a.mid", "")[4:5] == ["sample"]
    assert export_command(folder, MUSIC, "a.onnx", "")[4:8] == ["export", str(folder.path), "--format", "onnx"]
    assert export_command(folder, LABELS, "a.csv", "r.fa")[4:5] == ["predict"]


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("", ""),
        ("import sys; sys.exit('seqtui: error: no room')", "seqtui: error: no room"),
        ("exit(3)", "exit code 3"),
    ],
)
def test_an_export_says_how_it_ended(program: str, said: str) -> None:
    export = Export([sys.executable, "-c", program], path="a.mid")
    deadline = time.monotonic() + 30
    while (result := export.result()) is None:
        assert time.monotonic() < deadline
    assert result.endswith(said)
    assert bool(result) == bool(said)


def test_a_learning_rate_is_told_before_and_after_its_schedule() -> None:
    state = RunState(config=RunConfig(app="music", lr=0.004, schedule="cosine"))
    assert knob_now(state, "lr") == 0.004 and scheduled(state)(0.1) == ""
    state.take(step(10))  # its rate: 0.001
    assert scheduled(state)(0.1) == "its schedule (cosine) makes 0.025 of it now"
    state.take(KnobChanged(10, "lr", 0.004, 0.1, 0))
    assert knob_now(state, "lr") == 0.1
    assert scheduled(state)(0.1) == "its schedule (cosine) makes 0.025 of it now", "no step was made with it yet"
    assert scheduled(RunState(config=RunConfig(app="music", lr=0.001)))(0.1) == ""
