"""A run that is dropped at any step and taken up again by a new process ends as the run that was never interrupted."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
import scipy.io

from seqtui.engine.loop import end_reason
from seqtui.runs.durable import read_json, write_json
from seqtui.runs.events import Evaluated, Event, Finished, Saved, Started, Step
from seqtui.runs.journal import read_events

RUNS: dict[str, dict[str, Any]] = {
    "rnn, full, sgd": {"backbone": "rnn", "optimizer": "sgd", "momentum": 0.9, "lr": 0.05, "dropout": 0.2},
    "relu rnn, windows, rmsprop": {
        "backbone": "rnn", "nonlinearity": "relu", "bptt": 7, "optimizer": "rmsprop", "momentum": 0.5,
        "clip_value": 0.05, "eval_every": 4,
    },
    "gru, full, plateau": {"schedule": "plateau", "plateau_patience": 0, "lr": 0.5, "epochs": 5, "eval_every": 3},
    "gru, windows, adamw, onecycle": {
        "bptt": 9, "optimizer": "adamw", "weight_decay": 0.1, "schedule": "onecycle", "layers": 2, "dropout": 0.3,
    },
    "lstm, full, cosine after warm-up": {
        "backbone": "lstm", "kernel": "stock", "schedule": "cosine", "warmup_steps": 3, "epochs": 3,
    },
    "lstm, windows, accumulated": {"backbone": "lstm", "bptt": 4, "accumulate": 3, "dropout": 0.4, "epochs": 3},
    "lstm, streams cut from few records": {"backbone": "lstm", "bptt": 6, "batch_size": 20, "dropout": 0.1},
    "dense, full": {"backbone": "dense", "dropout": 0.5, "epochs": 3},
    "dense, windows, accumulated": {"backbone": "dense", "bptt": 6, "accumulate": 2, "schedule": "warmup-linear"},
}  # fmt: skip
TOKENS: dict[str, Any] = {"options": {"representation": "events"}, "bptt": 9, "dropout": 0.2, "max_steps": 25}


def last_step(lab: Any, **changes: Any) -> int:
    return lab.result(lab.golden(**changes))[1]["state"]["step"]


def snapshots_of(lab: Any, changes: dict[str, Any]) -> list[Any]:
    """The folder of a run as it stood before the first step and after each one."""
    folder = lab.folder(**changes)
    snapshots = [lab.copy(folder)]

    def keep(event: Event) -> bool:
        if isinstance(event, Saved):
            snapshots.append(lab.copy(folder))
        return False

    lab.live(folder, until=keep)
    assert len(snapshots) >= last_step(lab, **changes) + 1, "there is one of every step, and one before the first"
    return snapshots


def all_end_as_the_golden_run(lab: Any, snapshots: list[Any], changes: dict[str, Any]) -> None:
    """Each goes on in a new process."""
    golden = lab.golden(**changes)
    for snapshot in snapshots:
        assert lab.child(snapshot) == 0
        lab.assert_same_end(snapshot, golden)
        lab.assert_same_history(snapshot, golden)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_dropped_at_a_step_ends_as_the_uninterrupted_one(lab: Any, name: str) -> None:
    """At the first, the last, and every fifth between, other ones in each run; below, all steps in turn."""
    snapshots = snapshots_of(lab, RUNS[name])
    chosen = [snapshots[0], *snapshots[1 + list(RUNS).index(name) % 5 : -1 : 5], snapshots[-1]]
    all_end_as_the_golden_run(lab, chosen, RUNS[name])


@pytest.mark.slow
@pytest.mark.parametrize("changes", RUNS.values(), ids=RUNS)
def test_a_run_dropped_at_any_step_ends_as_the_uninterrupted_one(lab: Any, changes: dict[str, Any]) -> None:
    all_end_as_the_golden_run(lab, snapshots_of(lab, changes), changes)


@pytest.mark.parametrize("changes", RUNS.values(), ids=RUNS)
def test_a_run_that_dies_after_every_single_step_ends_as_the_uninterrupted_one(
    lab: Any, changes: dict[str, Any]
) -> None:
    golden, folder = lab.golden(**changes), lab.folder(**changes)
    for step in range(1, last_step(lab, **changes) + 1):
        life = lab.live(folder, until=lambda event, step=step: isinstance(event, Saved) and event.step == step)
        assert life.session.state.step == step
        assert life.session.resumed_from == (step - 1 or None)
    assert lab.child(folder) == 0
    lab.assert_same_end(folder, golden)
    lab.assert_same_history(folder, golden)


def test_tokens_resume_as_frames_do(lab: Any) -> None:
    changes = {**TOKENS, "data": str(lab.midi)}
    golden = lab.golden(**changes)
    for step in (1, 2, 7, 8, 13, 24, 25):
        folder = lab.folder(**changes)
        lab.live(folder, until=lambda event, step=step: isinstance(event, Saved) and event.step == step)
        assert lab.child(folder) == 0
        lab.assert_same_end(folder, golden)
        lab.assert_same_history(folder, golden)


def test_a_death_between_evaluation_and_checkpoint_only_costs_time(lab: Any) -> None:
    changes = {"bptt": 7, "dropout": 0.2, "epochs": 3, "checkpoint_seconds": 1e6}
    golden, folder = lab.golden(**changes), lab.folder(**changes)
    for evaluation in (1, 2, 3):
        seen: list[Event] = []

        def died(event: Event, evaluation: int = evaluation, seen: list[Event] = seen) -> bool:
            seen.append(event)
            return isinstance(event, Evaluated) and event.epoch == evaluation

        life = lab.live(folder, until=died)
        assert end_reason(life.session) is None or evaluation == 3
        lab.live(folder, until=lambda event: isinstance(event, Saved))
    assert lab.child(folder) == 0
    lab.assert_same_end(folder, golden)


def test_a_finished_run_is_left_as_it_is(lab: Any) -> None:
    folder = lab.copy(lab.golden())
    before = {path: path.read_bytes() for path in folder.path.rglob("*") if path.is_file() and path.name != "lock"}
    assert lab.child(folder) == 0
    after = {path: path.read_bytes() for path in folder.path.rglob("*") if path.is_file() and path.name != "lock"}
    assert after == before


@pytest.mark.parametrize("pieces", [2, 3, 9])
def test_a_run_whose_data_have_changed_begins_its_epoch_anew_and_claims_nothing(
    lab: Any, tmp_path: Path, pieces: int
) -> None:
    data = tmp_path / "rolls.mat"
    shutil.copy(lab.rolls, data)
    changes = {"bptt": 7, "backbone": "lstm", "data": str(data)}
    folder = lab.folder(**changes)
    lab.live(folder, until=lambda event: isinstance(event, Saved) and event.step == 9)
    cells = scipy.io.loadmat(data)
    scipy.io.savemat(data, {name: cells[name][:, :pieces] for name in ("traindata", "validdata", "testdata")})
    assert lab.child(folder) == 0
    started = [event for event in lab.events(folder) if isinstance(event, Started)][-1]
    assert "the data have changed" in started.not_bit_exact
    assert any("not bit-exact" in getattr(event, "text", "") for event in lab.events(folder))
    assert isinstance(lab.events(folder)[-1], Finished)


@pytest.mark.parametrize(("fact", "value"), [("torch", "1.0"), ("cpu", "abacus")])
def test_another_machine_or_build_is_told_and_the_threads_of_the_run_are_kept(lab: Any, fact: str, value: str) -> None:
    folder = lab.folder()
    lab.live(folder, until=lambda event: isinstance(event, Saved) and event.step == 3)
    machine = read_json(folder.path / "machine.json")
    write_json(folder.path / "machine.json", {**machine, fact: value})
    life = lab.live(folder)
    assert value in life.session.not_bit_exact
    assert life.session.machine.threads == machine["threads"] == 1
    assert life.session.machine.kernel == machine["kernel"] == "own"


def test_a_log_that_a_power_cut_shortened_or_filled_with_nuls_only_loses_lines(lab: Any) -> None:
    changes = {"bptt": 7, "dropout": 0.2, "max_steps": 12}
    golden, source, rng = lab.golden(**changes), lab.folder(**changes), random.Random(8)
    lab.live(source, until=lambda event: isinstance(event, Saved) and event.step == 7)
    data = source.events_file.read_bytes()
    for case in range(12):
        folder, at = lab.copy(source), rng.randrange(len(data))
        tail = (b"", b"\0" * 300, data[at + 40 :])[case % 3]
        folder.events_file.write_bytes(data[:at] + tail)
        assert lab.child(folder) == 0
        lab.assert_same_end(folder, golden)
        numbers = [record.seq for record in read_events(folder.events_file).records]
        assert numbers == sorted(set(numbers))
        steps = [event.step for event in lab.events(folder) if isinstance(event, Step)]
        assert steps == sorted(set(steps))
        assert steps[-5:] == [8, 9, 10, 11, 12]
