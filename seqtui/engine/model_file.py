"""model.json: what a model's weights mean: the task's head and encoding. With a config and weights it makes a model."""

import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from seqtui.errors import BadInput
from seqtui.runs.durable import read_json, write_json
from seqtui.shapes import HEADS, Head, Label, Mixtures, Vectors, head_name
from seqtui.task import Corpus

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Meaning:
    """encoding: the task's own JSON; loss_unit: of the loss."""

    head: Head
    encoding: dict[str, Any]
    loss_unit: str


def meaning_as_json(meaning: Meaning) -> dict[str, Any]:
    """Head, encoding and loss unit as JSON values."""
    head = {"kind": head_name(meaning.head), **asdict(meaning.head)}
    return {"format": FORMAT, "head": head, "encoding": meaning.encoding, "loss_unit": meaning.loss_unit}


def write_meaning(corpus: Corpus, path: Path) -> None:
    """Write model.json of a run."""
    write_json(path, meaning_as_json(Meaning(corpus.head, corpus.encoding, corpus.loss_unit)))


def read_meaning(path: Path) -> Meaning:
    """Read model.json back; BadInput where it is damaged."""
    return meaning_from(read_json(path), path)


def meaning_from(values: dict[str, Any], path: Path) -> Meaning:
    """The meaning in JSON values that were read from `path`; BadInput where they are damaged."""
    try:
        given = dict(values["head"])
        kind = HEADS[given.pop("kind")]
        if not given.keys() <= {declared.name for declared in fields(kind)}:
            raise ValueError
        # Strict, from JSON: lists become tuples there, but no text becomes a number.
        head = TypeAdapter(kind).validate_json(json.dumps(given), strict=True)
        if isinstance(head, Label) and not _is_sound(head):
            raise ValueError
        return Meaning(head, dict(values["encoding"]), str(values["loss_unit"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(f"{path} is damaged: it does not say what the model predicts") from error


def _is_sound(head: Label) -> bool:
    """Whether its parts fit each other, which their types do not say."""
    weights = len(head.weights) in (0, len(head.classes)) and all(map(math.isfinite, head.weights))
    if not head.classes or not weights:
        return False
    if isinstance(head.inputs, Vectors):
        return are_sound(head.inputs)
    if not isinstance(head.inputs, Mixtures):
        return True
    table = head.inputs.table
    widths = {len(row) for row in table}
    sums = all(math.isclose(sum(row), 1, abs_tol=1e-6) and min(row) >= 0 for row in table)
    return len(widths) == 1 and widths != {0} and sums and head.inputs.context % 2 == 1


def are_sound(inputs: Vectors) -> bool:
    """Whether every number of a vector has a mean and a deviation, or none has."""
    sizes = len(inputs.mean), len(inputs.deviation)
    return sizes in ((0, 0), (inputs.width,) * 2) and all(map(math.isfinite, (*inputs.mean, *inputs.deviation)))
