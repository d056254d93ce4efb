"""ONNX files compute what the model computes, at any batch and length; what cannot be exported is told."""

import copy
import itertools
import json
import sys
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.engine.export_model import export_model
from seqtui.engine.model import build_model
from seqtui.engine.model_file import Meaning, meaning_as_json
from seqtui.engine.open_model import OpenModel, open_model
from seqtui.errors import MissingExtra, RunFailed, Usage
from seqtui.runs.models import find_model
from seqtui.shapes import AlignedPooling, Head, Label, Mixtures, NextFrame, NextToken, Tags, Tokens, Words

SHAPES = ((3, 11), (1, 2), (4, 60))  # others than the exporter looks at itself
BACKBONES = ("rnn tanh", "rnn relu", "gru", "lstm", "dense")
HEADS = (NextFrame(13), NextToken(11))
CASES = list(itertools.product(BACKBONES, HEADS, [1, 2]))
BIDIRECTIONAL = [pytest.param(name, NextToken(11), 2, True) for name in ("rnn tanh", "rnn relu", "gru", "lstm")]

BASES = ((1.0, 0.0), (0.0, 1.0), (0.5, 0.5))
POOLINGS: tuple[AlignedPooling, ...] = ("last", "mean", "max", "attention", "sites")
LABELS = [
    *itertools.product(["gru"], [Tokens(3)], POOLINGS, [False], [40]),
    *itertools.product(["lstm"], [Mixtures(BASES, 5)], POOLINGS, [True], [0]),
    ("rnn relu", Mixtures(BASES, 3), "mean", True, 3),
    ("dense", Mixtures(BASES, 9), "max", False, 0),
    ("rnn tanh", Mixtures(BASES, 1, pairs=True), "sites", True, 8),
    ("gru", Mixtures(BASES, 3, pairs=True), "mean", True, 0),
]


def opened(backbone: str, head: Head, **changes: Any) -> OpenModel:
    kind, _, nonlinearity = backbone.partition(" ")
    config = RunConfig(
        app="music", backbone=kind, nonlinearity=nonlinearity or "tanh", hidden_size=7, embedding_size=5, dropout=0.5,
        **changes,
    )  # fmt: skip
    model = build_model(config, head).eval()
    for parameter in model.parameters():
        parameter.data.add_(0.3 * torch.randn_like(parameter))  # biases of both kinds, all different
    model.backbone.use_kernel("stock")
    return OpenModel("tiny", catalog.load("music"), config, Meaning(head, {"tempo": 1}, "nats"), model, "")


def example(head: Head, batch: int, time: int) -> Tensor:
    if isinstance(head, NextFrame):
        return (torch.rand(batch, time, head.keys) < 0.3).float()
    return torch.randint(0, head.size, (batch, time))


def one_at_a_time(given: OpenModel, inputs: Tensor) -> np.ndarray:
    """Each sequence by itself through our own kernel: (batch, time, outputs)."""
    model = copy.deepcopy(given.model)
    model.backbone.use_kernel("own")
    with torch.no_grad():
        return torch.cat([model(row.unsqueeze(1))[0] for row in inputs], 1).transpose(0, 1).numpy()


@pytest.mark.parametrize(
    ("backbone", "head", "layers", "bidirectional"), [(*case, False) for case in CASES] + BIDIRECTIONAL
)
def test_onnxruntime_computes_what_our_kernels_compute(
    tmp_path: Path, backbone: str, head: Head, layers: int, bidirectional: bool
) -> None:
    model = opened(backbone, head, layers=layers, bidirectional=bidirectional)
    path = tmp_path / "model.onnx"
    assert export_model(model, "onnx", path) == (path,)
    assert list(tmp_path.iterdir()) == [path]
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    assert [each.name for each in session.get_inputs() + session.get_outputs()] == ["inputs", "logits"]
    assert session.get_inputs()[0].shape[:2] == ["batch", "time"]
    for shape in SHAPES:
        inputs = example(head, *shape)
        (logits,) = session.run(None, {"inputs": inputs.numpy()})
        np.testing.assert_allclose(logits, one_at_a_time(model, inputs), atol=2e-5, rtol=2e-4)


def test_the_file_says_what_it_means_and_exporting_prints_nothing(tmp_path: Path, capfd) -> None:
    model = opened("gru", NextFrame(13))
    export_model(model, "onnx", tmp_path / "model.onnx")
    facts = {entry.key: entry.value for entry in onnx.load(tmp_path / "model.onnx").metadata_props}
    assert facts["seqtui.app"] == "music"
    assert json.loads(facts["seqtui.meaning"]) == meaning_as_json(model.meaning)
    assert capfd.readouterr() == ("", "")


def test_large_logits_are_compared_by_their_own_size(tmp_path: Path) -> None:
    model = opened("gru", NextToken(11))
    model.model.head.weight.data.mul_(1e5)
    export_model(model, "onnx", tmp_path / "model.onnx")
    assert (tmp_path / "model.onnx").exists()


def test_a_model_that_overflows_on_longer_sequences_only_is_refused(tmp_path: Path) -> None:
    model = opened("rnn relu", NextToken(11), init="gain=9999")
    with torch.no_grad():
        assert model.model(torch.ones(1, 1, dtype=torch.long))[0].isfinite().all()
    with pytest.raises(RunFailed, match="differs from the model"):
        export_model(model, "onnx", tmp_path / "model.onnx")


def test_a_file_that_would_compute_otherwise_is_not_written(tmp_path: Path) -> None:
    model = opened("gru", NextToken(11))
    # Of a hook on one length the tracer records one answer for all of them: an axis that froze.
    model.model.head.register_forward_hook(lambda _head, inputs, logits: logits * len(inputs[0].tolist()))
    with pytest.raises(RunFailed, match=r"model\.onnx was not written: onnxruntime differs from the model by"):
        export_model(model, "onnx", tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("absent", ["onnx", "onnxruntime"])
def test_without_the_extra_the_sentence_names_it(tmp_path: Path, absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, absent, None)  # as if it were not installed
    with pytest.raises(MissingExtra, match=r'needs the extra "export": pip install "seqtui\[export\]"'):
        export_model(opened("gru", NextToken(11)), "onnx", tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="there are onnx, safetensors"):
        export_model(opened("gru", NextToken(11)), "pickle", tmp_path / "model.pkl")


def test_safetensors_come_with_a_card_without_paths_and_overwrite_none(tmp_path: Path) -> None:
    model = opened("gru", NextToken(11), data="secret/place", run_dir="elsewhere", export="x.mid")
    paths = export_model(model, "safetensors", tmp_path / "model.safetensors")
    assert [path.name for path in paths] == ["model.safetensors", "config.json"]
    card = json.loads(paths[1].read_text())
    assert (card["config"]["data"], card["config"]["run_dir"], card["config"]["export"]) == (None, None, None)
    assert card["head"] == {"kind": "next-token", "size": 11}
    with pytest.raises(Usage, match=r"config\.json exists already"):
        export_model(model, "safetensors", tmp_path / "other.safetensors")
    assert not (tmp_path / "other.safetensors").exists()


@pytest.mark.parametrize(("backbone", "inputs", "pooling", "bidirectional", "positions"), LABELS)
def test_onnxruntime_labels_as_our_kernels_do_at_every_length(
    tmp_path: Path,
    backbone: str,
    inputs: Tokens | Mixtures,
    pooling: AlignedPooling,
    bidirectional: bool,
    positions: int,
) -> None:
    head = Label(inputs, ("a", "b", "c"), (1.0, 2.0, 3.0), pooling, positions)
    model = opened(backbone, head, bidirectional=bidirectional)
    export_model(model, "onnx", tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    assert session.get_inputs()[0].shape == ["batch", "time"]
    assert session.get_outputs()[0].shape == ["batch", 3]
    ours = copy.deepcopy(model.model)
    ours.backbone.use_kernel("own")
    for batch, time in SHAPES:
        given = torch.randint(0, 3, (batch, time))
        (logits,) = session.run(None, {"inputs": given.numpy()})
        with torch.no_grad():
            wanted = torch.cat([ours(row.unsqueeze(1))[0] for row in given])
        np.testing.assert_allclose(logits, wanted.numpy(), atol=2e-5, rtol=2e-4)


@pytest.mark.parametrize("characters", ["none", "cnn", "lstm"])
def test_words_of_any_length_with_their_pieces_are_tagged_by_onnxruntime_as_by_our_kernels(
    tmp_path: Path, characters: Literal["none", "cnn", "lstm"]
) -> None:
    head = Tags(Words(9, 0, 7, 4, 3, characters, 6, pieces=(5, 2)), ("O", "B-X", "I-X"))
    model, path = opened("lstm", head, bidirectional=True), tmp_path / "tags.onnx"
    export_model(model, "onnx", path)
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    words = torch.tensor([[8, 2, 1, 2, 3, 4, 4, 1], [0, 0, 6, 0, 0, 0, 0, 0], [3, 1, 0, 0, 0, 0, 2, 1]]).repeat(2, 3, 1)
    (name,) = (each.name for each in session.get_inputs())
    (found,) = session.run(None, {name: words.numpy()})
    with torch.inference_mode():
        wanted = model.model(words.transpose(0, 1))[0].transpose(0, 1)
    np.testing.assert_allclose(found, wanted.numpy(), atol=1e-4)


def test_a_model_that_labels_is_opened_again_from_what_was_exported(tmp_path: Path) -> None:
    head = Label(Mixtures(BASES, 3, pairs=True), ("a", "b"), (1.0, 0.3), "attention", 5)
    model = opened("gru", head, bidirectional=True)
    export_model(model, "safetensors", tmp_path / "model.safetensors")
    again = open_model(find_model(str(tmp_path)), threads=1)
    assert again.meaning == model.meaning
    assert again.model.head.weights.tolist() == model.model.head.weights.tolist()
    inputs = torch.randint(0, 3, (11, 4))
    lengths = torch.tensor([11, 2, 5, 1])
    with torch.no_grad():
        assert torch.equal(again.model(inputs, lengths=lengths)[0], model.model(inputs, lengths=lengths)[0])
