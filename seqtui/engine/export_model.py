"""Models for other programs: ONNX, compared with our own numbers before it counts as written, and safetensors."""

import json
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save
from torch import Tensor, nn

from seqtui.data_sets.naming import named
from seqtui.engine.model import SequenceModel
from seqtui.engine.model_file import meaning_as_json
from seqtui.engine.open_model import OpenModel
from seqtui.errors import MissingExtra, RunFailed, Usage
from seqtui.runs.durable import write_json, write_whole
from seqtui.runs.models import CONFIG, EXPORT_FORMATS
from seqtui.runs.taste import PLAIN, Taste
from seqtui.shapes import (
    Label,
    NextFrame,
    NextPicture,
    NextToken,
    Pictures,
    Tags,
    Tokens,
    Transcript,
    Translation,
    Vectors,
    Words,
)

TOLERANCE: Final = 1e-4
CHECKED_SHAPES: Final = ((2, 7), (1, 1), (5, 33))  # (batch, time): an exporter that froze an axis fails on these


def export_model(
    opened: OpenModel, form: str, path: Path, *, is_half: bool = False, taste: Taste = PLAIN
) -> tuple[Path, ...]:
    """Write the model in a format of EXPORT_FORMATS; the files written. Raises where it would compute otherwise.

    is_half: safetensors of 16-bit numbers, which are read back as 32-bit ones; taste: what such a model is sampled
    with where nobody says otherwise.
    """
    match form:
        case "onnx":
            return (_export_onnx(opened, path),)
        case "safetensors":
            return _export_safetensors(opened, path, is_half=is_half, taste=taste)
    raise Usage(f"there is no model format {form!r}; there are {', '.join(EXPORT_FORMATS)}")


def _export_safetensors(opened: OpenModel, path: Path, *, is_half: bool, taste: Taste) -> tuple[Path, ...]:
    """Weights, and beside them the config.json that makes the folder a model for every seqtui command."""
    card = path.with_name(CONFIG)
    if card.exists():
        raise Usage(f"{card} exists already: export into an empty folder, as model.safetensors")
    tensors = {name: tensor.contiguous() for name, tensor in opened.model.state_dict().items()}
    write_whole(path, save(_halved(tensors) if is_half else tensors, {"seqtui": "1"}))
    # No paths of this machine; a set's own name means the same on every other.
    data = opened.config.data if named(opened.config.data) else None
    config = asdict(opened.config) | {"data": data, "run_dir": None, "export": None}
    own = {"taste": asdict(taste)} if taste != PLAIN else {}
    write_json(card, {"config": config, **own, **meaning_as_json(opened.meaning)})
    return path, card


def _halved(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    halved = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}
    for name, tensor in halved.items():
        if not torch.equal(tensor.isfinite(), tensors[name].isfinite()):
            raise Usage(f"{name} has numbers that 16 bits cannot hold: leave out --half")
    return halved


class _BatchFirst(nn.Module):
    """What other programs expect: (batch, time[, features]) in, (batch[, time], outputs) out, from a zero state."""

    def __init__(self, model: SequenceModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits of every step, or of the whole sequence."""
        logits, _ = self.model(inputs.transpose(0, 1))
        return torch.as_tensor(logits.transpose(0, 1) if logits.ndim == 3 else logits)


def _export_onnx(opened: OpenModel, path: Path) -> Path:
    if isinstance(opened.meaning.head, Translation):
        raise Usage(
            "a model that translates writes its symbols one after another, each from the one before, which one ONNX "
            "graph cannot do: export it as safetensors"
        )
    if isinstance(opened.meaning.head, NextPicture) and opened.meaning.head.predictor == "convlstm":
        raise Usage("a ConvLSTM goes through time step by step, which ONNX has no node for: export it as safetensors")
    try:
        import onnx
        import onnxruntime
    except ImportError as error:
        raise MissingExtra('ONNX export needs the extra "export": pip install "seqtui[export]"') from error
    wrapped = _BatchFirst(opened.model).eval()
    temp = path.with_name(path.name + ".unchecked")
    try:
        _write_onnx(wrapped, _example(opened, 2, 7), temp, labels=isinstance(opened.meaning.head, Label))
        loaded = onnx.load(str(temp))
        _describe(loaded, opened)
        data = loaded.SerializeToString()
        session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
        worst = max(_difference(wrapped, session, _example(opened, *shape)) for shape in CHECKED_SHAPES)
        if not worst < TOLERANCE:
            raise RunFailed(f"{path} was not written: onnxruntime differs from the model by {worst:.1e}")
        write_whole(path, data)
    finally:
        temp.unlink(missing_ok=True)
    return path


def _write_onnx(wrapped: nn.Module, example: Tensor, path: Path, *, labels: bool) -> None:
    axes = {0: "batch", 1: "time"}
    with warnings.catch_warnings():
        # The tracing exporter is the one that is right at every length (the newer one freezes the time axis).
        # What it warns of (deprecation, traced constants) is checked below by numbers, at three shapes.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            wrapped,
            (example,),
            str(path),
            dynamo=False,
            input_names=["inputs"],
            output_names=["logits"],
            dynamic_axes={"inputs": axes, "logits": {0: "batch"} if labels else axes},
        )


def _example(opened: OpenModel, batch: int, time: int) -> Tensor:
    generator = torch.Generator().manual_seed(batch * 1000 + time)
    match opened.meaning.head:
        case NextFrame(keys):
            return (torch.rand(batch, time, keys, generator=generator) < 0.1).float()
        case NextPicture(inputs, classes) as head:
            pixels = torch.randint(0, 256, (batch, time, inputs.pixels), generator=generator)
            told = torch.randint(0, len(classes) + 1, (batch, 1, 1), generator=generator).expand(batch, time, 1)
            return torch.cat([pixels, told], 2)[..., : head.width].float()
        case NextToken(size):
            return torch.randint(0, size, (batch, time), generator=generator)
        case Label(inputs) | Tags(inputs) | Transcript(inputs):
            if isinstance(inputs, Words):
                return _words(inputs, (batch, time), generator)
            if isinstance(inputs, Vectors):
                return torch.randn(batch, time, inputs.width, generator=generator)
            if isinstance(inputs, Pictures):
                return torch.randint(0, 256, (batch, time, inputs.pixels), generator=generator).float()
            symbols = inputs.size if isinstance(inputs, Tokens) else len(inputs.table)
            return torch.randint(0, symbols, (batch, time), generator=generator)
    raise TypeError("there is no ONNX graph of such a head")


def _words(inputs: Words, shape: tuple[int, int], generator: torch.Generator) -> Tensor:
    """(batch, time, 2 + letters + pieces): words of every length, spelled at random."""
    word, casing = (
        torch.randint(0, max(most, 1), shape, generator=generator) for most in (inputs.size, inputs.casings)
    )
    letters = torch.randint(1, max(inputs.characters, 2), (*shape, inputs.letters), generator=generator)
    ends = torch.randint(1, inputs.letters + 1, (*shape, 1), generator=generator)
    letters = letters.masked_fill(torch.arange(inputs.letters) >= ends, 0)
    pieces = [torch.randint(0, count, (*shape, 1), generator=generator) for count in inputs.pieces]
    return torch.cat([torch.stack([word, casing], 2), letters, *pieces], 2)


def _difference(wrapped: nn.Module, session: Any, inputs: Tensor) -> float:
    """The largest difference, as a share of the step's largest logit where that is over one; nan only equals nan."""
    with torch.inference_mode():
        ours: NDArray[np.float32] = wrapped(inputs).numpy()
    theirs = session.run(None, {"inputs": inputs.numpy()})[0]
    if ours.shape != theirs.shape:
        return float("inf")
    with np.errstate(invalid="ignore"):
        difference = np.abs(ours - theirs) / np.maximum(np.abs(ours).max(-1, keepdims=True), 1)
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    return float(np.where(same, 0, np.nan_to_num(difference, nan=np.inf)).max())


def _describe(loaded: Any, opened: OpenModel) -> None:
    for key, value in (
        ("seqtui.app", opened.config.app),
        ("seqtui.meaning", json.dumps(meaning_as_json(opened.meaning))),
    ):
        entry = loaded.metadata_props.add()
        entry.key, entry.value = key, value
