"""A trained model, opened for asking: from a run's best checkpoint, or from a folder with weights and config.json."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.engine.known_options import check_options
from seqtui.engine.machine import choose_device, threads_to_ask
from seqtui.engine.model import SequenceModel
from seqtui.engine.model_file import Meaning, meaning_from, read_meaning
from seqtui.engine.shelf import Shelf
from seqtui.engine.torchtext_tools import TorchtextTools
from seqtui.errors import BadInput, NotFound
from seqtui.runs.durable import read_json
from seqtui.runs.folder import open_folder
from seqtui.runs.models import CONFIG, WEIGHTS, ModelPlace, check_whole
from seqtui.runs.taste import PLAIN, Taste, own_taste
from seqtui.task import Task


@dataclass(frozen=True, slots=True)
class OpenModel:
    """Ready to sample or score. note: why other weights than the best are used, or ''; taste: its own, for samples."""

    name: str
    task: Task
    config: RunConfig
    meaning: Meaning
    model: SequenceModel
    note: str
    taste: Taste = PLAIN

    def arithmetic(self) -> AbstractContextManager[object]:
        """Plain float32: see seqtui.engine.evaluate."""
        return nullcontext()


def open_model(place: ModelPlace, *, device: str = "cpu", threads: int = 0) -> OpenModel:
    """The model at a place. NotFound or BadInput where it is not whole. threads 0: by its size."""
    torch.set_flush_denormal(True)
    taste = PLAIN
    if place.kind == "run":
        folder = open_folder(place.path)
        config, meaning = folder.read_config(), read_meaning(folder.model_file)
        weights, note = _run_weights(folder.checkpoints, place.name)
    else:
        check_whole(place)
        config, meaning, taste = _card(place.path / CONFIG)
        weights, note = _file_weights(place.path / WEIGHTS), ""
    torch.set_num_threads(threads or threads_to_ask(config.hidden_size))
    model = _build(config, meaning, place.path)
    task = catalog.load(config.app)
    check_options(task, {**config.options, **meaning.encoding.get("options", {})}, place.path)
    task.equip(TorchtextTools())
    _fill(model, weights, place.path)
    model.use_kernel("stock")
    return OpenModel(place.name, task, config, meaning, model.to(choose_device(device)).eval(), note, taste)


def _run_weights(checkpoints: Path, name: str) -> tuple[dict[str, Tensor], str]:
    found = Shelf(checkpoints).best()
    if found is None:
        raise NotFound(f"run {name} has saved no checkpoint yet; train on with: seqtui resume {name}")
    return found.checkpoint.group("model."), found.note


def _card(path: Path) -> tuple[RunConfig, Meaning, Taste]:
    values = read_json(path)
    try:
        return RunConfig(**values["config"]), meaning_from(values, path), own_taste(values, path)
    except (KeyError, TypeError) as error:
        raise BadInput(f"{path} is damaged: it does not hold the configuration of a model") from error


def _file_weights(path: Path) -> dict[str, Tensor]:
    try:
        return load(path.read_bytes())
    except (SafetensorError, OSError) as error:
        raise BadInput(f"cannot read the weights in {path}: {error}; install the model again") from error


def _build(config: RunConfig, meaning: Meaning, path: Path) -> SequenceModel:
    try:
        return SequenceModel(config, meaning.head)
    except (KeyError, TypeError, ValueError, RuntimeError, ArithmeticError) as error:
        raise BadInput(f"{path / 'config.json'} is damaged: there is no model of such a configuration") from error


def _fill(model: SequenceModel, weights: dict[str, Tensor], path: Path) -> None:
    wanted: dict[str, Any] = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    if wanted != {name: tuple(tensor.shape) for name, tensor in weights.items()}:
        raise BadInput(f"the weights in {path} do not fit its own config.json: one of the two was changed")
    model.load_state_dict(weights)
