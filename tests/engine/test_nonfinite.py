"""A step that is not finite is not applied, is explained, and can never harm a checkpoint."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from seqtui.engine.checkpoint import Checkpoint, pack
from seqtui.engine.loop import train
from seqtui.engine.shelf import BEST, LATEST, Shelf
from seqtui.errors import RunFailed
from seqtui.runs.durable import read_json
from seqtui.runs.events import Event, Failed, NonFinite, NotSaved, Saved, Step

RUN: dict[str, Any] = {"bptt": 7, "max_steps": 20, "eval_every": 5, "nonfinite_patience": 3}
EXPLODING: dict[str, Any] = {
    "backbone": "rnn", "nonlinearity": "relu", "init": "gain=1e4", "max_steps": 20, "epochs": 20, "max_grad_norm": 0.0,
}  # fmt: skip


def of_kind(events: list[Event], kind: type) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def live_poisoned(lab: Any, folder: Any, at_step: int, poison: Callable[[Any], None]) -> tuple[Any, list[Event]]:
    """One session whose model or data is poisoned before step `at_step` + 1; its events, those of the failure too."""
    session, seen = None, []

    def take(found: Any) -> None:
        nonlocal session
        session = found

    def watch(event: Event) -> bool:
        seen.append(event)
        if isinstance(event, Saved) and event.step == at_step:
            poison(session)
        return False

    with pytest.raises(RunFailed) as failure:
        lab.live(folder, until=watch, change=take)
    return failure, seen


def assert_healthy(folder: Any) -> None:
    """LATEST and BEST name checkpoints of finite weights."""
    for pointer, found in ((LATEST, Shelf(folder.checkpoints).latest()), (BEST, Shelf(folder.checkpoints).best())):
        assert found is not None
        assert found.note == ""
        assert found.path.name == read_json(folder.checkpoints / pointer)["name"]
        assert all(bool(tensor.isfinite().all()) for tensor in found.checkpoint.group("model.").values())


def test_a_poisoned_weight_is_named_with_its_layer_and_time_and_stops_the_run(lab: Any) -> None:
    folder = lab.folder(**RUN, backbone="lstm", layers=2)

    def poison(session: Any) -> None:
        session.trainee.model.backbone.layers[1].weight_ih.data[2, 3] = math.nan

    failure, events = live_poisoned(lab, folder, 7, poison)
    refused = of_kind(events, NonFinite)
    assert [event.step for event in refused] == [8, 9, 10]
    assert [event.in_a_row for event in refused] == [1, 2, 3]
    assert {event.layer for event in refused} == {"backbone.layers.1"}
    assert all(event.time_step is not None and event.time_step >= 0 for event in refused)
    assert all((event.records and "rolls.mat" in event.records[0]) or event.records[0] for event in refused)
    assert len(refused[-1].last_norms) == 10
    assert "stopped: 3 steps in a row were not finite, the last at step 10" in str(failure.value)
    assert "backbone.layers.1" in str(failure.value)
    assert {event.step for event in of_kind(events, NotSaved)} == {8, 9}
    assert_healthy(folder)
    assert Shelf(folder.checkpoints).latest().checkpoint.facts["state"]["step"] == 7


def test_a_weight_that_spoils_only_the_backward_pass_is_found_by_it(lab: Any) -> None:
    folder = lab.folder(**RUN, backbone="lstm", layers=2)

    def poison(session: Any) -> None:
        session.trainee.model.backbone.layers[1].weight_ih.data[2, 3] = math.inf  # an input gate saturates: no NaN yet

    failure, events = live_poisoned(lab, folder, 7, poison)
    refused = of_kind(events, NonFinite)
    assert {(event.where, event.layer) for event in refused} == {("gradient", "backbone.layers.0")}
    assert all(event.tensor and event.time_step is not None for event in refused)
    assert "gradient" in str(failure.value)


def test_one_poisoned_batch_is_left_out_and_the_run_goes_on(lab: Any) -> None:
    folder = lab.folder(**{**RUN, "bptt": 0, "epochs": 3, "eval_every": 0})

    def poison(session: Any) -> None:
        values = session.train.values.float()
        values[int(session.train.rows.starts[0]) + 1] = math.nan
        session.train.values = values

    life = lab.live(folder, change=poison)
    refused = of_kind(life.events, NonFinite)
    assert life.why == "epochs"
    assert len(refused) == 3, "the poisoned record comes once an epoch"
    assert all(life.session.train.records.names[0] in event.records for event in refused)
    assert {(event.where, event.in_a_row) for event in refused} == {("loss", 1)}
    assert {(event.layer, event.time_step) for event in refused} == {("embed", 1)}
    assert_healthy(folder)


def test_a_step_that_is_not_finite_changes_neither_weights_nor_optimizer(lab: Any) -> None:
    folder = lab.folder(**RUN)
    life = lab.live(folder, until=lambda event: isinstance(event, Saved) and event.step == 5)
    session = life.session
    session.train.values = torch.full_like(session.train.values, math.nan, dtype=torch.float32)
    model = {name: tensor.clone() for name, tensor in session.trainee.model.state_dict().items()}
    moments = [value.clone() for state in session.trainee.optimizer.state.values() for value in state.values()]
    steps = train(session)
    refused = next(event for event in steps if isinstance(event, NonFinite))
    steps.close()
    assert refused.step == 6
    assert all(torch.equal(model[name], tensor) for name, tensor in session.trainee.model.state_dict().items())
    now = [value for state in session.trainee.optimizer.state.values() for value in state.values()]
    assert all(torch.equal(before, after) for before, after in zip(moments, now, strict=True))


def test_an_exploding_relu_rnn_fails_with_a_sentence_and_fails_again_when_resumed(lab: Any) -> None:
    folder = lab.folder(**EXPLODING)
    sentences = []
    for _ in range(2):
        assert lab.child(folder) == 1
        refused = of_kind(lab.events(folder), NonFinite)
        assert [event.in_a_row for event in refused[-5:]] == [1, 2, 3, 4, 5]
        placed = [event for event in refused if event.layer]
        assert placed and all(event.layer == "backbone.layers.0" and event.time_step is not None for event in placed)
        assert all(event.tensor for event in refused), "where only the norm overflows, the largest gradient is named"
        failed = of_kind(lab.events(folder), Failed)[-1]
        assert failed.command == f"seqtui resume {folder.id}"
        assert failed.exit_code == 1
        sentences.append(failed.sentence)
    assert sentences[0] == sentences[1]
    assert "5 steps in a row were not finite" in sentences[0]


def test_a_run_that_fails_before_its_first_checkpoint_does_not_speak_of_one(lab: Any) -> None:
    folder = lab.folder(**EXPLODING, checkpoint_seconds=1e6, eval_every=1000)
    assert lab.child(folder) == 1
    assert Shelf(folder.checkpoints).latest() is None
    assert "nothing had been saved yet" in of_kind(lab.events(folder), Failed)[-1].sentence


def test_a_learning_rate_that_blows_up_the_weights_never_reaches_a_checkpoint(lab: Any) -> None:
    folder = lab.folder(
        bptt=7, max_steps=40, epochs=40, lr=1000.0, optimizer="sgd", max_grad_norm=0.0, momentum=0.9,
        backbone="rnn", nonlinearity="relu",
    )  # fmt: skip
    code = lab.child(folder)
    assert code == 1
    assert "the last checkpoint holds finite weights" in of_kind(lab.events(folder), Failed)[-1].sentence
    found = Shelf(folder.checkpoints).latest()
    assert found is not None
    assert all(bool(tensor.isfinite().all()) for tensor in found.checkpoint.group("model.").values())
    first = of_kind(lab.events(folder), Failed)[-1]
    assert lab.child(folder) == 1
    assert of_kind(lab.events(folder), Failed)[-1] == first


def test_a_resumed_run_counts_the_bad_steps_before_its_checkpoint(lab: Any) -> None:
    changes = {**RUN, "bptt": 0, "eval_every": 0, "epochs": 4, "nonfinite_patience": 3}
    folder, straight = lab.folder(**changes), lab.folder(**changes)

    def poison(session: Any) -> None:
        values = session.train.values.float()
        values[int(session.train.rows.starts[3]) + 2] = math.inf
        session.train.values = values

    assert lab.live(straight, change=poison).why == "epochs"
    for step in (1, 2, 3, 5, 6, 9):
        lab.live(folder, change=poison, until=lambda event, step=step: isinstance(event, Saved) and event.step == step)
    lab.live(folder, change=poison)
    lab.assert_same_end(folder, straight)
    lab.assert_same_history(folder, straight)


def test_steps_that_were_refused_are_counted_and_told_apart(lab: Any) -> None:
    folder = lab.folder(**{**RUN, "nonfinite_patience": 4})

    def poison(session: Any) -> None:
        session.trainee.model.head.weight.data[0, 0] = math.nan

    _, events = live_poisoned(lab, folder, 2, poison)
    steps = of_kind(events, Step)
    assert sum(event.count for event in steps) == 6
    assert math.isnan(steps[-1].loss.mean)
    assert {event.layer for event in of_kind(events, NonFinite)} == {"head"}


def test_a_checkpoint_of_non_finite_weights_cannot_enter_by_the_back_door(lab: Any) -> None:
    """Somebody edits a checkpoint: the run refuses every step, saves nothing, and says why."""
    folder = lab.folder(**RUN)
    lab.live(folder, until=lambda event: isinstance(event, Saved) and event.step == 6)
    shelf = Shelf(folder.checkpoints)
    found = shelf.latest()
    assert found is not None
    tensors = dict(found.checkpoint.tensors)
    tensors["model.head.bias"] = torch.full_like(tensors["model.head.bias"], math.inf)
    found.path.write_bytes(pack(Checkpoint(tensors, found.checkpoint.facts)))
    before = {path.name: path.read_bytes() for path in folder.checkpoints.iterdir()}
    assert lab.child(folder) == 1
    assert "3 steps in a row were not finite" in of_kind(lab.events(folder), Failed)[-1].sentence
    assert {path.name: path.read_bytes() for path in folder.checkpoints.iterdir()} == before
