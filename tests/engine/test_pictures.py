"""Pictures in: bytes kept as bytes, encoded frame by frame in bounded memory, never mixed with padding."""

from pathlib import Path

import numpy as np
import pytest
import torch

from seqtui.config import RunConfig
from seqtui.engine import picture_input
from seqtui.engine.attribution import input_gradient, substitutes
from seqtui.engine.batches import FlatData, Window, epoch_units, rows_of
from seqtui.engine.evaluate import MOST_NUMBERS, _batch
from seqtui.engine.model import build_model, parameter_count
from seqtui.engine.model_file import Meaning, meaning_as_json, meaning_from
from seqtui.errors import BadInput, Usage
from seqtui.records import Records
from seqtui.shapes import Head, Label, NextPicture, Pictures
from seqtui.sizes import sizes

SHAPE = Pictures(9, 6, 3)
LENGTHS = (7, 3, 2)
HEADS: list[Head] = [
    Label(SHAPE, ("a", "b")),
    Label(Pictures(16, 16), ("a", "b", "c"), pooling="attention"),
    NextPicture(SHAPE),
    NextPicture(Pictures(16, 12), ("a", "b")),
    NextPicture(SHAPE, ("a", "b"), "convlstm"),
    NextPicture(Pictures(24, 24), (), "convlstm"),
]


def config(**changes: object) -> RunConfig:
    return RunConfig(app="any", hidden_size=6, embedding_size=4, **changes)  # type: ignore[arg-type]


def records(width: int = SHAPE.pixels) -> Records:
    values = np.random.default_rng(0).integers(0, 256, (sum(LENGTHS), width)).astype(np.uint8)
    return Records(values, np.array(LENGTHS), tuple("abc"), np.array([0, 1, 0]))


def gathered(given: Records, *, ahead: int) -> Window:
    data = FlatData(given, rows_of(given, batch_size=3, bptt=0, ahead=ahead), torch.device("cpu"))
    (unit,) = epoch_units(data.rows, batch_size=3, bptt=0, seed=1, epoch=0)
    return data.gather(unit)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("head", HEADS, ids=lambda head: f"{type(head).__name__}-{getattr(head, 'predictor', '')}")
def test_sizes_told_without_torch_are_those_of_the_model(head: Head, layers: int) -> None:
    told, model = sizes(config(layers=layers), head), build_model(config(layers=layers), head)
    assert told.input == parameter_count(model.embed)
    assert told.backbone == parameter_count(model.backbone)
    assert told.head == parameter_count(model.head)


def test_batches_keep_bytes() -> None:
    window = gathered(records(), ahead=1)
    assert window.inputs.dtype == window.targets.dtype == torch.uint8
    assert window.inputs.shape == (6, 3, SHAPE.pixels)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("pooling", ["last", "mean", "max", "attention"])
def test_a_label_is_the_same_in_a_padded_batch_as_alone(pooling: str, bidirectional: bool) -> None:
    head = Label(SHAPE, ("a", "b"), pooling=pooling)  # type: ignore[arg-type]
    model = build_model(config(bidirectional=bidirectional), head).eval()
    window, given = gathered(records(), ahead=0), records()
    assert window.lengths is not None
    with torch.no_grad():
        together, _ = model(window.inputs, lengths=window.lengths)
        for column, length in enumerate(window.lengths.tolist()):
            row = LENGTHS.index(length)
            alone, _ = model(torch.from_numpy(given.record(row).copy()).unsqueeze(1))
            torch.testing.assert_close(together[column], alone[0])


def test_frames_encoded_some_at_a_time_give_the_same_numbers_and_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build_model(config(), Label(SHAPE, ("a", "b")))
    values = torch.from_numpy(records().values.copy()).unsqueeze(1)

    def gradients() -> tuple[torch.Tensor, list[torch.Tensor]]:
        model.zero_grad()
        logits, _ = model(values)
        logits[0, 0].backward()
        return logits.detach(), [p.grad.clone() for p in model.parameters() if p.grad is not None]

    whole, wanted = gradients()
    monkeypatch.setattr(picture_input, "AT_ONCE", 2 * SHAPE.pixels)
    parts, found = gradients()
    torch.testing.assert_close(parts, whole)
    assert len(found) == len(wanted) > 0
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other)


def test_large_pictures_are_scored_in_smaller_batches() -> None:
    long = Records(np.zeros((900, 1 << 14), np.uint8), np.full(9, 100), [""] * 9)
    data = FlatData(long, rows_of(long, batch_size=1, bptt=0, ahead=0), torch.device("cpu"))
    assert _batch(data, 512) == MOST_NUMBERS // (100 << 14) < 64
    small = records()
    assert _batch(FlatData(small, rows_of(small, batch_size=1, bptt=0, ahead=0), torch.device("cpu")), 512) == 64


def test_black_frames_have_no_say_in_the_saliency() -> None:
    model = build_model(config(), Label(SHAPE, ("a", "b"), pooling="mean"))
    values = torch.from_numpy(records().record(0).copy())
    values[2] = 0
    scores = input_gradient(model, values, 1)
    assert scores.shape == (7,)
    assert scores[2] == 0
    assert (scores[[0, 1, 3, 4, 5, 6]] != 0).all()


def test_no_symbol_can_stand_in_the_place_of_a_picture() -> None:
    with pytest.raises(Usage, match="ask for --method saliency"):
        substitutes(SHAPE)


@pytest.mark.parametrize("head", HEADS, ids=lambda head: type(head).__name__)
def test_the_meaning_of_a_model_of_pictures_survives_the_disk(head: Head) -> None:
    meaning = Meaning(head, {"classes": ["a"]}, "nats/clip")
    assert meaning_from(meaning_as_json(meaning), Path("model.json")) == meaning


@pytest.mark.parametrize("side", [3, 513, 10**9])
def test_a_picture_of_a_monstrous_size_is_refused_before_anything_is_made(side: int) -> None:
    values = meaning_as_json(Meaning(Label(SHAPE, ("a", "b")), {}, ""))
    values["head"]["inputs"]["width"] = side
    with pytest.raises(BadInput, match="damaged"):
        meaning_from(values, Path("model.json"))
