"""Sizes told without torch are those that the engine counts."""

from itertools import product

import pytest

from seqtui.config import RunConfig
from seqtui.engine.model import build_model, parameter_count
from seqtui.shapes import AlignedPooling, Head, Label, Mixtures, NextFrame, NextToken, Tags, Tokens, Vectors, Words
from seqtui.sizes import sizes

TABLE = ((1.0, 0.0, 0.0), (0.0, 0.5, 0.5))
POOLINGS: tuple[AlignedPooling, ...] = ("last", "mean", "max", "attention", "sites")
HEADS: list[Head] = [
    NextFrame(11),
    NextToken(7),
    Label(Tokens(5), ("a", "b", "c"), positions=4),
    *(Label(Mixtures(TABLE, 3), ("a", "b"), pooling=pooling) for pooling in POOLINGS),
    Label(Mixtures(TABLE, 5), ("a", "b"), (0.5, 2.0), positions=9),
    Label(Mixtures(TABLE, 3, pairs=True), ("a", "b"), positions=9),
    Label(Mixtures(TABLE, 5), ("a", "b", "c"), pooling="sites", positions=9),
    Label(Vectors(6), ("a", "b"), pooling="mean"),
    Label(Vectors(6, projected=False), ("a", "b"), positions=9),
    Label(Tokens(5, frozen=True), ("a", "b")),
    Tags(Tokens(5), ("a", "b", "c")),
    Tags(Tokens(5), ("a", "b", "c"), "softmax"),
    Tags(Words(9, 0, 7, 4, 3, "cnn", 6), ("a", "b", "c")),
    Tags(Words(9, 0, 7, 4, 0, "lstm", 7), ("a", "b", "c")),
    Tags(Words(9, 0, 7, 0, 3, "cnn", 6, frozen=True), ("a", "b")),
    Tags(Words(9, 0, 7, 4, 3, "cnn", 6, pieces=(5, 2, 7)), ("a", "b")),
    Tags(Words(9, pieces=(5,)), ("a", "b")),
]


@pytest.mark.parametrize("head", HEADS, ids=lambda head: f"{type(head).__name__}-{getattr(head, 'pooling', '')}")
@pytest.mark.parametrize("backbone", ["rnn", "gru", "lstm", "dense"])
def test_sizes_are_what_the_engine_counts(backbone, head: Head) -> None:
    for layers, both in product((1, 2, 3), (False, True)):
        if both and backbone == "dense":
            continue
        config = RunConfig(
            app="any", backbone=backbone, layers=layers, bidirectional=both, hidden_size=5, embedding_size=3
        )
        model = build_model(config, head)
        told = sizes(config, head)
        assert told.total == parameter_count(model), (layers, both)
        assert told.backbone == parameter_count(model.backbone)
        assert told.head == parameter_count(model.head)


@pytest.mark.parametrize("embedding", [5, 3], ids=["as wide", "narrower"])
def test_sizes_of_tied_weights_count_them_once(embedding: int) -> None:
    config = RunConfig(app="any", hidden_size=5, embedding_size=embedding, tie_weights=True)
    model, told = build_model(config, NextToken(7)), sizes(config, NextToken(7))
    assert told.total == parameter_count(model)
    assert (told.input, told.head) == (parameter_count(model.embed), parameter_count(model.head))
