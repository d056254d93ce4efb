"""What can be known of a model before it is opened, without torch: its head, its encoding, what it was trained on.

And which model an application is played with where nobody named one.
"""

from dataclasses import dataclass
from typing import Any, Final

from seqtui.config import RunConfig
from seqtui.errors import BadInput, SeqtuiError
from seqtui.runs.durable import read_json
from seqtui.runs.finding import folders
from seqtui.runs.folder import RunFolder, open_folder
from seqtui.runs.models import ModelPlace, has_model, pretrained
from seqtui.runs.state import Status
from seqtui.runs.summary import summarize
from seqtui.runs.taste import PLAIN, Taste, own_taste
from seqtui.shapes import FEW_SYMBOLS

LOOKED_THROUGH: Final = 300  # of the newest runs, for the latest of an application


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """head: as in seqtui.shapes.HEADS; size: of its output, keys, tokens or classes, 0: pictures; encoding: the task's.

    classes: names of classes or tags; is_of_words: steps are of more kinds than can be looked at one by one.
    taste: what its samples are made with at first.
    """

    place: ModelPlace
    config: RunConfig
    head: str
    size: int
    classes: tuple[str, ...]
    encoding: dict[str, Any]
    is_of_words: bool = False
    taste: Taste = PLAIN

    @property
    def kind(self) -> str:
        """Backbone and size in a few words."""
        arrow = "bi" if self.config.bidirectional else ""
        return f"{arrow}{self.config.backbone.upper()} {self.config.layers}×{self.config.hidden_size}"


def facts_of(place: ModelPlace) -> ModelFacts:
    """The facts; NotFound or BadInput where the model is not whole."""
    if place.kind == "run":
        folder = open_folder(place.path)
        config, path = folder.read_config(), folder.model_file
        meaning = read_json(path)
    else:
        path = place.path / "config.json"
        meaning = read_json(path)
        try:
            config = RunConfig(**meaning["config"])
        except (KeyError, TypeError) as error:
            raise BadInput(f"{path} is damaged: it does not hold the configuration of a model") from error
    try:
        head = meaning["head"]
        classes = tuple(map(str, head.get("classes") or head.get("tags") or ()))
        inputs = head.get("inputs") or {}
        size = len(classes) or len(head.get("symbols") or ())
        if head["kind"] == "next-picture":
            size = 0
        elif not size:
            size = int(head.get("keys") or head["size"])
        is_of_words = inputs.get("kind") != "mixtures" and int(inputs.get("size", 0)) > FEW_SYMBOLS
        encoding, taste = dict(meaning["encoding"]), own_taste(meaning, path)
        return ModelFacts(place, config, str(head["kind"]), size, classes, encoding, is_of_words, taste)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"{path} is damaged: it does not say what the model predicts") from error


def model_of(app: str) -> ModelPlace | None:
    """What an application is played with: its latest finished run, a pretrained model, or its latest run at all."""
    runs = _runs_of(app)
    for folder in runs:
        if summarize(folder).status == Status.FINISHED:
            return ModelPlace("run", folder.path, folder.id)
    for place in _pretrained():
        try:
            if facts_of(place).config.app == app:
                return place
        except SeqtuiError:
            continue
    return ModelPlace("run", runs[0].path, runs[0].id) if runs else None


def _runs_of(app: str) -> list[RunFolder]:
    """The newest runs of an application that have a model, newest first."""
    dated = []
    for folder in folders():
        try:
            dated.append((folder.config_file.stat().st_mtime, folder))
        except OSError:
            continue
    dated.sort(key=lambda pair: pair[0], reverse=True)
    return [folder for _, folder in dated[:LOOKED_THROUGH] if _is_of(folder, app) and has_model(folder.path)]


def _is_of(folder: RunFolder, app: str) -> bool:
    try:
        return folder.read_config().app == app
    except SeqtuiError:
        return False


def _pretrained() -> list[ModelPlace]:
    try:
        return pretrained()
    except SeqtuiError:
        return []
