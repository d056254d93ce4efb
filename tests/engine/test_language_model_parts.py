"""Tied weights, dropout that is the same at every step, dropout on recurrent weights."""

import copy

import pytest
import torch
from safetensors.torch import save

from seqtui import catalog
from seqtui.config import RunConfig
from seqtui.config_check import make_config
from seqtui.engine.model import build_model
from seqtui.engine.recurrent.backbone import drop
from seqtui.errors import Usage
from seqtui.shapes import NextToken

TOKENS = torch.arange(12).view(6, 2) % 7


@pytest.mark.parametrize("embedding", [5, 3], ids=["as wide", "narrower"])
def test_tied_weights_are_one_and_learn_from_both_ends(embedding: int) -> None:
    model = build_model(RunConfig(app="any", hidden_size=5, embedding_size=embedding, tie_weights=True), NextToken(7))
    logits, _ = model(TOKENS)
    h, _ = model.backbone(model.embed(TOKENS))
    between = model.head.between(h) if embedding == 3 else h  # type: ignore[union-attr, operator]
    torch.testing.assert_close(logits, between @ model.embed.weight.t() + model.head.bias)  # type: ignore[union-attr]
    logits[:, :, 6].sum().backward()  # no token 6 … is read where only its score is asked for
    assert model.embed.weight.grad is not None
    assert "head.weight" not in model.state_dict()
    assert save({name: each.contiguous() for name, each in model.state_dict().items()})
    twin = copy.deepcopy(model)
    with torch.no_grad():
        twin.embed.weight += 1
    assert not torch.equal(twin(TOKENS)[0], model(TOKENS)[0])
    assert twin.head._embed[0] is twin.embed  # type: ignore[union-attr]


def test_a_locked_mask_is_the_same_at_every_step_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    x = torch.ones(9, 4, 500)
    dropped = drop(x, 0.4, training=True, locked=True)
    assert (dropped == dropped[:1]).all()
    assert dropped.unique().tolist() == pytest.approx([0.0, 1 / 0.6])
    assert float(dropped.mean()) == pytest.approx(1, abs=0.05)
    free = drop(x, 0.4, training=True, locked=False)
    assert not (free == free[:1]).all()
    assert drop(x, 0.4, training=False, locked=True) is x


@pytest.mark.parametrize("backbone", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("kernel", ["own", "stock"])
def test_recurrent_weights_are_dropped_in_training_only(backbone, kernel) -> None:
    config = RunConfig(app="any", backbone=backbone, weight_drop=0.5, hidden_size=6, embedding_size=4)
    model = build_model(config, NextToken(7))
    model.backbone.use_kernel(kernel)
    first, second = model(TOKENS)[0], model(TOKENS)[0]
    assert torch.equal(first[0], second[0]), "the first step has no state that a recurrent weight could meet"
    assert not torch.equal(first[1:], second[1:])
    model.eval()
    assert torch.equal(model(TOKENS)[0], model(TOKENS)[0])
    model.train()
    model(TOKENS)[0].sum().backward()
    weight = model.backbone.recurrent_layers[0].weights().w_hh
    assert weight.grad is not None
    zeros = float((weight.grad == 0).float().mean())
    assert 0.2 < zeros < 0.8, "a dropped weight has no gradient"


def test_what_only_a_model_of_the_next_token_can_share_is_refused_to_others() -> None:
    with pytest.raises(Usage, match=r"tie_weights=true is not allowed.*leave it out"):
        make_config(catalog.load("dna"), {"tie_weights": True})
    assert make_config(catalog.load("dna"), {"tie_weights": True, "goal": "generate"}).tie_weights
    with pytest.raises(Usage, match="no recurrent weights to drop"):
        make_config(catalog.load("dna"), {"backbone": "dense", "bidirectional": False, "weight_drop": 0.1})
