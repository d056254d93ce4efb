"""From what a person typed to a trained model: a run, or a model that ships with seqtui."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

from seqtui.errors import NotFound, SeqtuiError
from seqtui.runs.durable import read_json
from seqtui.runs.finding import find, newest_first
from seqtui.runs.model_seal import SEAL, check_on_shelf, check_seal, sealed_on
from seqtui.text_safety import clean

WEIGHTS = "model.safetensors"
CONFIG = "config.json"
CARD = "card.md"
FACTS = "card.json"  # what the card says, for programs
EXPORT_FORMATS = {"onnx": ".onnx", "safetensors": ".safetensors"}  # name -> suffix of the file


@dataclass(frozen=True, slots=True)
class ModelPlace:
    """Where a model lies: a run folder, or a folder with model.safetensors and config.json."""

    kind: Literal["run", "pretrained"]
    path: Path
    name: str


def pretrained() -> list[ModelPlace]:
    """The models that ship with seqtui, by name."""
    root = shelf().resolve()
    # Also those of which a file is gone: who asks for one of them is told which.
    found = {
        *sealed_on(root),
        *(path.parent.name for name in (WEIGHTS, CONFIG, SEAL) for path in root.glob(f"*/{name}")),
    }
    return [ModelPlace("pretrained", root / name, name) for name in sorted(found)]


def shelf() -> Path:
    """The folder that holds a folder for each model that ships with seqtui."""
    try:
        return Path(str(resources.files("seqtui.pretrained")))
    except ModuleNotFoundError as error:
        raise NotFound("the package seqtui.pretrained is not installed; in a checkout run: pip install -e .") from error


def check_whole(place: ModelPlace) -> None:
    """BadInput, naming the file, where a model that is no run of ours is not as it was made."""
    if place.path.parent == shelf().resolve():
        check_on_shelf(place.path)
    else:
        check_seal(place.path)


def trained() -> list[ModelPlace]:
    """The runs that have a model to sample or ask, newest first."""
    return [ModelPlace("run", folder.path, folder.id) for folder in newest_first() if has_model(folder.path)]


def find_model(text: str) -> ModelPlace:
    """The model that `text` means. A shipped model's name wins over a run's; a path is always a path."""
    shipped = {place.name: place for place in pretrained()}
    if text in shipped:
        return shipped[text]
    path = Path(text)
    if any((path / name).is_file() for name in (WEIGHTS, SEAL)) and not (path / "events.jsonl").exists():
        return ModelPlace("pretrained", path.resolve(), path.resolve().name)
    try:
        folder = find(text)
    except NotFound as error:
        hint = f"; the pretrained models are {', '.join(shipped)}" if shipped else ""
        raise NotFound(f"{error}{hint}") from error
    if not has_model(folder.path):
        raise NotFound(f"run {folder.id} has no model yet: it has saved no checkpoint")
    return ModelPlace("run", folder.path, folder.id)


def application_of(place: ModelPlace) -> str:
    """What the model was trained for, '' where that cannot be read; opens neither card nor weights."""
    try:
        config = read_json(place.path / CONFIG).get("config")
    except SeqtuiError:
        return ""
    return clean(str(config.get("app", ""))) if isinstance(config, dict) else ""


def has_model(path: Path) -> bool:
    """Whether the run in this folder has saved a model that can be sampled or asked."""
    return (path / "model.json").is_file() and any((path / "checkpoints").glob("*.safetensors"))
