"""Commands to a living run: edits are made again after a death, old orders are not; looking changes nothing."""

import json
import time
from typing import Any

import pytest

from seqtui.engine.past import EDITS
from seqtui.runs.control import Command, Interrupt, Pause, Resume, SampleNow, SaveNow, SetKnob, SingleStep, Stop, send
from seqtui.runs.events import (
    CommandRefused,
    Event,
    Failed,
    Finished,
    KnobChanged,
    Paused,
    Resumed,
    Sampled,
    Saved,
    Step,
)

RUN: dict[str, Any] = {"backbone": "lstm", "bptt": 7, "dropout": 0.3, "max_steps": 14}
SELDOM = {**RUN, "checkpoint_seconds": 1e6, "eval_every": 6}
SCHEDULE: dict[int, list[Command]] = {
    2: [SetKnob("lr", 0.02)],
    3: [SetKnob("max_grad_norm", 0.2), SetKnob("max_grad_norm", 0.1)],
    7: [SetKnob("lr", 0.005)],
    9: [SetKnob("clip_value", 0.01), SetKnob("lr", 0.05)],
}


class Killed(Exception):
    """Stands for kill -9 between two steps."""


class Sending:
    """The reader of a session's commands, before which a person's commands arrive at their steps."""

    def __init__(self, folder: Any, session: Any, schedule: dict[int, list[Command]], dies_at: int) -> None:
        self.folder, self.session, self.schedule, self.dies_at = folder, session, schedule, dies_at
        self.reader = session.control

    def poll(self) -> Any:
        step = self.session.state.step
        if self.dies_at and step == self.dies_at:
            raise Killed
        for command in self.schedule.pop(step, []):
            send(self.folder, command)
        return self.reader.poll()

    def close(self) -> None:
        self.reader.close()


def live(lab: Any, folder: Any, schedule: dict[int, list[Command]], *, dies_at: int = 0) -> Any:
    """One session to which commands come as scheduled; None if it died at the beginning of step `dies_at` + 1."""

    def change(session: Any) -> None:
        session.control = Sending(folder, session, schedule, dies_at)

    try:
        return lab.live(folder, change=change)
    except Killed:
        return None


def of_kind(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture(scope="session")
def edited(lab: Any) -> Any:
    """The uninterrupted run with mid-run edits."""
    folder = lab.folder(**SELDOM)
    life = live(lab, folder, {step: list(commands) for step, commands in SCHEDULE.items()})
    assert life.why == "max_steps"
    assert len(of_kind(life.events, KnobChanged)) == 6
    return folder


@pytest.mark.parametrize(
    "deaths", [[4], [8], [10], [11], [12], [4, 3, 5], [4, 1, 2, 1], [10, 7, 6, 9], [11, 10, 13, 12]]
)
def test_edits_made_after_the_last_checkpoint_are_made_again_however_often_it_dies(
    lab: Any, edited: Any, deaths: list[int]
) -> None:
    folder = lab.folder(**SELDOM)
    schedule = {step: list(commands) for step, commands in SCHEDULE.items()}
    for step in deaths:
        live(lab, folder, schedule, dies_at=step)
    life = live(lab, folder, schedule)
    assert life is not None
    lab.assert_same_end(folder, edited)
    lab.assert_same_history(folder, edited)


def test_an_edit_that_waits_for_its_step_is_in_the_checkpoints_made_before_it(lab: Any) -> None:
    golden, folder = lab.folder(**RUN), lab.folder(**RUN)
    live(lab, golden, {8: [SetKnob("lr", 0.05)]})
    # It dies at step 10, and all checkpoints but that of step 2 are lost; from then on it dies after every step.
    live(lab, folder, {8: [SetKnob("lr", 0.05)]}, dies_at=10)
    for path in folder.checkpoints.iterdir():
        path.unlink()
    for step in range(2, 14):
        live(lab, folder, {}, dies_at=step)
    live(lab, folder, {})
    lab.assert_same_end(folder, golden)
    lab.assert_same_history(folder, golden)


def test_leaving_the_edits_out_ends_elsewhere(lab: Any, edited: Any) -> None:
    folder = lab.folder(**SELDOM)
    live(lab, folder, {step: list(commands) for step, commands in SCHEDULE.items()}, dies_at=10)
    life = lab.live(folder, change=lambda session: session.edits.clear())
    assert life.why == "max_steps"
    assert life.session.state.knobs.lr != lab.result(edited)[1]["state"]["knobs"]["lr"]


def test_damaged_stored_edits_are_told_not_ignored(lab: Any) -> None:
    folder = lab.folder(**SELDOM)
    live(lab, folder, {2: [SetKnob("lr", 0.5)]}, dies_at=4)
    (folder.path / EDITS).write_text('{"edits": [{"st')
    assert lab.child(folder) == 3
    assert "edits.json is damaged" in of_kind(lab.events(folder), Failed)[-1].sentence


@pytest.mark.parametrize("order", [Stop(), Pause(), Interrupt(), SetKnob("lr", 0.9), SaveNow(), SampleNow()])
def test_an_order_to_a_dead_child_is_refused_by_the_next_and_told(lab: Any, order: Command) -> None:
    golden, folder = lab.golden(**RUN), lab.folder(**RUN)
    live(lab, folder, {}, dies_at=5)
    send(folder, order)
    assert lab.child(folder) == 0
    refused = of_kind(lab.events(folder), CommandRefused)
    assert [event.step for event in refused] == [5]
    assert f"{type(order).__name__} was sent before the run was resumed" in refused[0].reason
    lab.assert_same_end(folder, golden)


def test_orders_that_came_before_the_first_start_are_obeyed(lab: Any) -> None:
    folder = lab.folder(**RUN)
    send(folder, Stop())
    assert lab.child(folder) == 0
    assert of_kind(lab.events(folder), Finished)[-1].why == "stopped"
    assert of_kind(lab.events(folder), Finished)[-1].step == 0


def test_a_stopped_run_goes_on_when_it_is_resumed(lab: Any) -> None:
    golden, folder = lab.golden(**RUN), lab.folder(**RUN)
    for step in (3, 4, 9):
        life = live(lab, folder, {step: [Stop()]})
        assert life.why == "stopped"
        assert life.session.state.step == step
    assert lab.child(folder) == 0
    assert not of_kind(lab.events(folder), CommandRefused)
    lab.assert_same_end(folder, golden)
    lab.assert_same_history(folder, golden)


def test_pausing_stepping_sampling_and_saving_change_nothing(lab: Any) -> None:
    golden, folder = lab.golden(**SELDOM), lab.folder(**SELDOM)
    schedule: dict[int, list[Command]] = {
        1: [SampleNow(0.7), SaveNow(), SampleNow(1.3)],
        2: [SingleStep()],
        3: [SingleStep(), SaveNow(), SaveNow()],
        4: [SampleNow(), Resume()],
        6: [Pause(), Pause(), Resume()],
    }
    life = live(lab, folder, schedule)
    assert life.why == "max_steps"
    assert [type(event) for event in life.events if isinstance(event, Paused | Resumed)] == [
        Paused, Resumed, Paused, Resumed
    ]  # fmt: skip
    assert [event.step for event in of_kind(life.events, Saved) if event.why == "command"] == [1, 3, 3]
    assert sum(event.count for event in of_kind(life.events, Step)) == 14
    assert len(of_kind(life.events, Sampled)) == 3 + 3  # three on command, three at evaluations
    lab.assert_same_end(folder, golden)


def test_what_was_done_before_a_checkpoint_on_command_stays_in_the_log(lab: Any) -> None:
    folder = lab.folder(**SELDOM)
    live(lab, folder, {4: [SaveNow()]}, dies_at=5)
    assert lab.child(folder) == 0
    steps = of_kind(lab.events(folder), Step)
    assert sum(event.count for event in steps) == 14
    assert [event.step for event in steps] == sorted({event.step for event in steps})


def test_an_interrupt_by_command_ends_with_130_and_resumes(lab: Any) -> None:
    changes = {**SELDOM, "max_steps": 400, "eval_every": 50, "epochs": 1000}
    golden, folder = lab.golden(**changes), lab.folder(**changes)
    pid = lab.fork(folder)
    deadline = time.monotonic() + 60
    while b'"event":"Step"' not in (folder.events_file.read_bytes() if folder.events_file.exists() else b""):
        assert time.monotonic() < deadline
    send(folder, Interrupt())
    assert lab.reap(pid) == 130
    assert of_kind(lab.events(folder), Finished)[-1].why == "interrupted"
    assert lab.child(folder) == 0
    lab.assert_same_end(folder, golden)


@pytest.mark.parametrize("level", ["off", "light", "full"])
def test_telemetry_and_samples_leave_no_trace_in_the_weights(
    lab: Any, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqtui.engine.telemetry.SHARES", {"gradients": 1e9, "lags": 1e9, "gates": 1e9})
    monkeypatch.setattr("seqtui.engine.telemetry.SECONDS_BETWEEN", {"gradients": 0.0, "lags": 0.0, "gates": 0.0})
    for backbone in ("rnn", "gru", "lstm"):
        changes = {**RUN, "backbone": backbone}
        folder = lab.folder(**changes, telemetry=level)
        life = live(lab, folder, {step: [SampleNow(0.5)] for step in range(1, 12, 2)})
        seen = {type(event).__name__ for event in life.events}
        assert ("Gradients" in seen) == (level != "off")
        assert ({"Lags", "Gates"} <= seen) == (level == "full")
        lab.assert_same_end(folder, lab.golden(**changes))


def test_evaluating_at_every_step_or_never_leaves_no_trace_in_the_weights(lab: Any) -> None:
    golden = lab.result(lab.golden(**RUN, eval_every=1000))[0]
    for every in (0, 1, 3):
        tensors = lab.result(lab.golden(**RUN, eval_every=every))[0]
        assert tensors.keys() == golden.keys()
        assert all(bool((tensors[name] == golden[name]).all()) for name in golden)


def test_lines_that_are_no_commands_are_refused_and_stop_nothing(lab: Any) -> None:
    golden, folder = lab.golden(**RUN), lab.folder(**RUN)
    folder.control_file.write_text('not json\n{"command": "explode"}\n' + json.dumps({"command": "set"}) + "\n\0\n")
    assert lab.child(folder) == 0
    assert len(of_kind(lab.events(folder), CommandRefused)) == 3
    lab.assert_same_end(folder, golden)
