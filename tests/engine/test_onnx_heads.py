"""Every head that can be a graph, on every backbone: onnxruntime computes what our own kernels do, one sequence at a
time, at lengths and batch sizes that the exporter did not see. What cannot be a graph is told in a sentence.

Frames, tokens and the poolings of labels stand in test_export_model.py.
"""

import copy
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.engine.export_model import export_model
from seqtui.engine.model import build_model
from seqtui.engine.model_file import Meaning
from seqtui.engine.open_model import OpenModel
from seqtui.errors import Usage
from seqtui.shapes import (
    Head,
    Label,
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

BACKBONES = ("rnn tanh", "rnn relu", "gru", "lstm", "dense")
TWO_WAYS = ("rnn tanh", "rnn relu", "gru", "lstm")
SHAPES = ((3, 11), (1, 2), (4, 40))
CLASSES = ("a", "b", "c")

SOUND = Vectors(4, (0.1, 0.2, 0.3, 0.4), (1.0, 2.0, 0.5, 1.0))
FILM = Pictures(8, 9, mean=0.3, deviation=0.2)
HEADS: dict[str, Head] = {
    "transcript": Transcript(SOUND, tuple("abc ")),
    "label of vectors": Label(SOUND, CLASSES, pooling="attention"),
    "label of bare vectors": Label(Vectors(4, projected=False), CLASSES, pooling="last"),
    "label of pictures": Label(FILM, CLASSES, pooling="mean"),
    "tags of words": Tags(Words(9, 0, 7, 4, 3, "none"), CLASSES),
    "tags of spelled words": Tags(Words(9, 0, 7, 4, 3, "cnn", 6, pieces=(5, 2)), CLASSES, decoder="softmax"),
    "tags of read words": Tags(Words(9, 0, 7, 4, 3, "lstm", 6), CLASSES),
    "tags of tokens": Tags(Tokens(6), CLASSES),
}
CAUSAL: dict[str, Head] = {
    "next picture": NextPicture(FILM),
    "next picture of a class": NextPicture(FILM, CLASSES),
    "next token, three layers": NextToken(11),
}
CASES = [
    *((backbone, name, False) for name in (*HEADS, *CAUSAL) for backbone in BACKBONES),
    *((backbone, name, True) for name in HEADS for backbone in TWO_WAYS),
]


def opened(backbone: str, head: Head, *, bidirectional: bool = False, layers: int = 1) -> OpenModel:
    """A small model of random weights, its biases all different."""
    kind, _, nonlinearity = backbone.partition(" ")
    config = RunConfig(
        app="video", backbone=kind, nonlinearity=nonlinearity or "tanh", hidden_size=6, embedding_size=5, dropout=0.5,
        bidirectional=bidirectional, layers=layers,
    )  # fmt: skip
    model = build_model(config, head).eval()
    for parameter in model.parameters():
        parameter.data.add_(0.2 * torch.randn_like(parameter))
    model.backbone.use_kernel("stock")
    return OpenModel("tiny", catalog.load("video"), config, Meaning(head, {}, "nats"), model, "")


def example(head: Head, batch: int, time: int) -> Tensor:
    """(batch, time[, values]), as the head reads them."""
    if isinstance(head, NextPicture):
        told = torch.randint(0, 4, (batch, 1, 1)).expand(batch, time, 1)
        return torch.cat([torch.randint(0, 256, (batch, time, FILM.pixels)), told], 2)[..., : head.width].float()
    if isinstance(head, NextToken):
        return torch.randint(0, head.size, (batch, time))
    assert isinstance(head, Transcript | Label | Tags)
    match head.inputs:
        case Vectors(width):
            return torch.randn(batch, time, width)
        case Pictures() as shape:
            return torch.randint(0, 256, (batch, time, shape.pixels)).float()
        case Words(size, _, characters, letters, casings, pieces=pieces):
            word, casing = torch.randint(0, size, (batch, time, 1)), torch.randint(0, casings, (batch, time, 1))
            spelled = torch.randint(1, characters, (batch, time, letters))
            spelled[torch.arange(letters) > torch.randint(0, letters, (batch, time, 1))] = 0
            ends = [torch.randint(0, count, (batch, time, 1)) for count in pieces]
            return torch.cat([word, casing, spelled, *ends], 2)
    return torch.randint(0, 6, (batch, time))


@pytest.mark.parametrize(("backbone", "name", "bidirectional"), CASES)
def test_onnxruntime_computes_what_our_own_kernels_do(
    tmp_path: Path, backbone: str, name: str, bidirectional: bool
) -> None:
    torch.manual_seed(len(name) + len(backbone))
    head = (HEADS | CAUSAL)[name]
    model = opened(backbone, head, bidirectional=bidirectional, layers=3 if "layers" in name else 1)
    export_model(model, "onnx", tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    ours = copy.deepcopy(model.model)
    ours.backbone.use_kernel("own")
    for shape in SHAPES:
        given = example(head, *shape)
        (found,) = session.run(None, {"inputs": given.numpy()})
        with torch.no_grad():
            each = [ours(row.unsqueeze(1))[0] for row in given]
        wanted = torch.cat(each) if isinstance(head, Label) else torch.cat(each, 1).transpose(0, 1)
        np.testing.assert_allclose(found, wanted.numpy(), atol=2e-5, rtol=2e-4)


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (NextPicture(FILM, predictor="convlstm"), "ConvLSTM goes through time step by step"),
        (Translation(Tokens(7), 7, 1, 2, attention="none"), "which one ONNX graph cannot do"),
    ],
)
def test_what_cannot_be_a_graph_is_told_with_what_can_be_done(tmp_path: Path, head: Head, sentence: str) -> None:
    model = opened("lstm", head)
    with pytest.raises(Usage, match=f"{sentence}.*: export it as safetensors"):
        export_model(model, "onnx", tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []
