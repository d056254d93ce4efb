"""Negative controls: leave any part of a run's state out of its checkpoint, and the resumed run must end elsewhere.

Without these, equal weights could mean that nothing was compared.
"""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from seqtui.engine.checkpoint import Checkpoint, pack
from seqtui.engine.shelf import Shelf
from seqtui.runs.events import Saved

RUN: dict[str, Any] = {"backbone": "lstm", "bptt": 4, "dropout": 0.3, "epochs": 3}
PLATEAU: dict[str, Any] = {"schedule": "plateau", "plateau_patience": 1, "lr": 0.5, "eval_every": 2, "epochs": 5}
Edit = Callable[[dict[str, Any], dict[str, Any]], None]


def without_random_numbers(tensors: dict[str, Any], facts: dict[str, Any]) -> None:  # noqa: ARG001
    tensors["rng.cpu"] = torch.Generator().manual_seed(1).get_state()


def without_optimizer(tensors: dict[str, Any], facts: dict[str, Any]) -> None:  # noqa: ARG001
    for name in [name for name in tensors if name.startswith("optimizer.")]:
        del tensors[name]


def without_second_moments(tensors: dict[str, Any], facts: dict[str, Any]) -> None:  # noqa: ARG001
    for name in [name for name in tensors if name.endswith(".exp_avg_sq")]:
        tensors[name] = torch.zeros_like(tensors[name])


def without_position(tensors: dict[str, Any], facts: dict[str, Any]) -> None:  # noqa: ARG001
    facts["state"]["unit"] = 0


def without_epoch(tensors: dict[str, Any], facts: dict[str, Any]) -> None:  # noqa: ARG001
    facts["state"]["epoch"] = 0


def without_carried_state(tensors: dict[str, Any], facts: dict[str, Any]) -> None:  # noqa: ARG001
    for name in [name for name in tensors if name.startswith("carry.")]:
        del tensors[name]


def without_plateau_scale(tensors: dict[str, Any], facts: dict[str, Any]) -> None:  # noqa: ARG001
    facts["state"]["plateau_scale"] = 1.0


def without_plateau_patience(tensors: dict[str, Any], facts: dict[str, Any]) -> None:  # noqa: ARG001
    facts["state"]["plateau_stale"] = 0


def without_best_value(tensors: dict[str, Any], facts: dict[str, Any]) -> None:  # noqa: ARG001
    facts["state"]["best_value"] = "inf"


def with_nothing_left_out(tensors: dict[str, Any], facts: dict[str, Any]) -> None:
    """The control of the controls."""


def ends_elsewhere(lab: Any, changes: dict[str, Any], edit: Edit, step: int) -> bool:
    """Whether any weight differs in the end when the checkpoint of this step was edited."""
    folder = lab.folder(**changes)
    lab.live(folder, until=lambda event: isinstance(event, Saved) and event.step == step)
    shelf = Shelf(folder.checkpoints)
    found = shelf.latest()
    assert found is not None
    tensors, facts = dict(found.checkpoint.tensors), found.checkpoint.facts
    edit(tensors, facts)
    shelf.put(pack(Checkpoint(tensors, facts)), step=step, best=False)
    lab.live(folder)
    ended, wanted = lab.result(folder)[0], lab.result(lab.golden(**changes))[0]
    return any(not torch.equal(ended[name], wanted[name]) for name in wanted if name.startswith("model."))


def test_a_checkpoint_that_is_only_rewritten_changes_nothing(lab: Any) -> None:
    assert not ends_elsewhere(lab, RUN, with_nothing_left_out, 7)
    assert not ends_elsewhere(lab, PLATEAU, with_nothing_left_out, 3)


@pytest.mark.parametrize(
    "edit", [without_random_numbers, without_optimizer, without_second_moments, without_epoch, without_position]
)
def test_no_part_of_the_training_state_may_be_left_out(lab: Any, edit: Edit) -> None:
    step = next(step for step in range(30, 0, -1) if position(lab, step)[0] == 1 and position(lab, step)[1] > 1)
    assert ends_elsewhere(lab, RUN, edit, step)


def test_the_carried_state_may_not_be_left_out_within_a_batch(lab: Any) -> None:
    edited = [ends_elsewhere(lab, RUN, without_carried_state, step) for step in range(1, 9)]
    assert any(edited)


@pytest.mark.parametrize("edit", [without_plateau_scale, without_plateau_patience, without_best_value])
def test_the_state_of_the_plateau_may_not_be_left_out(lab: Any, edit: Edit) -> None:
    assert lab.result(lab.golden(**PLATEAU))[1]["state"]["plateau_scale"] < 1, "this run's plateau never acts"
    assert any(ends_elsewhere(lab, PLATEAU, edit, step) for step in range(5, 19, 2))


def position(lab: Any, step: int) -> tuple[int, int]:
    """Epoch and unit that the run stands at after a step."""
    folder = lab.folder(**RUN)
    life = lab.live(folder, until=lambda event: isinstance(event, Saved) and event.step == step)
    return life.session.state.epoch, life.session.state.unit
