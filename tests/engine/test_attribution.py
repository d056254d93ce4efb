"""What speaks for a label: gradients against finite differences, substitutions against brute force."""

import math

import pytest
import torch
from torch import Tensor

from seqtui.config import RunConfig
from seqtui.engine.attribution import BATCH, input_gradient, log_odds, mutagenesis
from seqtui.engine.inputs import MixtureInput, PositionedInput
from seqtui.engine.model import SequenceModel, build_model
from seqtui.shapes import AlignedPooling, Label, Mixtures, Tokens

TABLE = (
    (1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0),
    (0.25, 0.25, 0.25, 0.25), (0.5, 0.0, 0.5, 0.0),
)  # fmt: skip
N = 4
BACKBONES = ("rnn", "gru", "lstm", "dense")


def model_of(
    inputs: Tokens | Mixtures,
    backbone: str = "gru",
    *,
    classes: int = 3,
    pooling: AlignedPooling = "attention",
    positions: int = 0,
    bidirectional: bool = False,
) -> SequenceModel:
    config = RunConfig(
        app="music", backbone=backbone, hidden_size=8, embedding_size=6, bidirectional=bidirectional, dropout=0.5,
        init="gain=2", seed=4,
    )  # type: ignore[arg-type]  # fmt: skip
    names = tuple("abcde"[:classes])
    model = build_model(config, Label(inputs, names, pooling=pooling, positions=positions)).train()
    model.backbone.use_kernel("own")
    with torch.no_grad():
        model.head.classifier.weight.mul_(4)
    return model


def sequence(time: int = 9, symbols: int = len(TABLE)) -> Tensor:
    return torch.randint(0, symbols, (time,), generator=torch.Generator().manual_seed(time))


def odds_of(model: SequenceModel, values: Tensor, label: int) -> float:
    """One forward pass of one sequence, by the definition log p / (1 − p)."""
    model.eval()
    with torch.no_grad():
        chances = model(values.unsqueeze(1))[0][0].double().softmax(0)
    model.train()
    return float(chances[label].log() - (chances.sum() - chances[label]).log())


def test_log_odds_are_those_of_the_chances_and_do_not_saturate() -> None:
    logits = torch.tensor([[1.0, -0.5, 2.0], [0.0, 0.0, 0.0]])
    chances = logits.double().softmax(1)
    for label in range(3):
        wanted = (chances[:, label] / (1 - chances[:, label])).log().float()
        torch.testing.assert_close(log_odds(logits, label), wanted)
    assert log_odds(torch.tensor([[60.0, -60.0]]), 0).item() == 120.0
    assert log_odds(torch.tensor([[3.5]]), 0).item() == 3.5, "one class has no odds, only a logit"


def odds_of_mixture(model: SequenceModel, mixed: Tensor, label: int) -> float:
    """mixed (time, parts), in place of a sequence of symbols."""
    inner = model.embed.inner if isinstance(model.embed, PositionedInput) else model.embed
    assert isinstance(inner, MixtureInput)
    with torch.no_grad():
        x = inner.project(mixed.unsqueeze(1))
        x = model.embed.place(x) if isinstance(model.embed, PositionedInput) else x
        return float(log_odds(model.read(x)[0].double(), label))


@pytest.mark.parametrize(
    ("context", "positions", "bidirectional", "pairs"),
    [(1, 0, False, False), (5, 0, True, False), (3, 4, False, False), (1, 4, True, True), (3, 0, False, True)],
)
@pytest.mark.parametrize("backbone", BACKBONES)
def test_the_gradient_is_the_slope_of_the_log_odds_away_from_not_knowing_the_base(
    backbone: str, context: int, positions: int, bidirectional: bool, pairs: bool
) -> None:
    bidirectional = bidirectional and backbone != "dense"
    model = model_of(Mixtures(TABLE, context, pairs), backbone, positions=positions, bidirectional=bidirectional)
    values = sequence()
    for label in range(3):
        scores = input_gradient(model, values, label)
        assert scores.shape == values.shape
        model.eval()
        mixed, size = torch.tensor(TABLE)[values], 0.02
        for step in range(len(values)):
            away = mixed[step] - 0.25  # from the mean of A, C, G, T to what stands there
            ends = []
            for sign in (1, -1):
                moved = mixed.clone()
                moved[step] += sign * size * away
                ends.append(odds_of_mixture(model, moved, label))
            assert float(scores[step]) == pytest.approx((ends[0] - ends[1]) / (2 * size), rel=0.02, abs=2e-3)
        model.train()


@pytest.mark.parametrize("pairs", [False, True])
def test_a_base_that_is_not_known_speaks_for_nothing(pairs: bool) -> None:
    values = sequence()
    values[3] = N
    scores = input_gradient(model_of(Mixtures(TABLE, 3, pairs)), values, 1)
    assert abs(float(scores[3])) < 1e-6
    assert (scores[values != N].abs() > 1e-4).all()


@pytest.mark.parametrize("positions", [0, 3])
def test_the_gradient_of_tokens_is_that_of_their_embeddings(positions: int) -> None:
    model, values = model_of(Tokens(6), positions=positions), sequence()
    scores = input_gradient(model, values, 2)
    model.eval()
    inner = model.embed.inner if isinstance(model.embed, PositionedInput) else model.embed
    vectors, size = inner(values.unsqueeze(1)).detach(), 1e-2
    for step in range(len(values)):
        ends = []
        for factor in (1 + size, 1 - size):
            moved = vectors.clone()
            moved[step] *= factor
            with torch.no_grad():
                x = model.embed.place(moved) if isinstance(model.embed, PositionedInput) else moved
                ends.append(float(log_odds(model.read(x)[0].double(), 2)))
        assert float(scores[step]) == pytest.approx((ends[0] - ends[1]) / (2 * size), rel=0.02, abs=2e-3)


@pytest.mark.parametrize("pooling", ["mean", "last", "max", "sites"])
def test_of_a_model_that_only_adds_up_the_scores_make_up_the_log_odds(pooling: AlignedPooling) -> None:
    """Without memory or curvature, gradient times input is exact: what is left is the sequence of unknown bases."""
    model = model_of(Mixtures(TABLE, 3), "dense", classes=2, pooling=pooling, positions=4 * (pooling == "sites"))
    with torch.no_grad():
        model.backbone.layers[0].linear.weight.mul_(1e-3)  # tanh x = x
        model.backbone.layers[0].linear.bias.mul_(1e-3)
        model.head.classifier.weight.mul_(1e3)
        if pooling == "sites":
            model.head.classifier.weight.normal_(std=1e3)
    values = sequence()
    model.eval()
    whole = odds_of(model, values, 1)
    scores = input_gradient(model.eval(), values, 1)
    if pooling == "max":  # only steps that are the largest somewhere, and their neighbors, have a say
        assert len(scores) == len(values)
    else:
        unknown = odds_of(model, torch.full_like(values, N), 1)
        assert float(scores.sum()) == pytest.approx(whole - unknown, rel=1e-3)
    if pooling == "last":
        assert (scores[:-2] == 0).all(), "a context of three, read at the last step, begins at the last but one"


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("backbone", ["gru", "lstm"])
def test_mutagenesis_is_brute_force(backbone: str, bidirectional: bool) -> None:
    model = model_of(Mixtures(TABLE, 3), backbone, positions=4, bidirectional=bidirectional)
    values = sequence(70)
    assert len(values) * 4 > BATCH
    values[[5, 6]] = N
    changes = mutagenesis(model, values, 1, range(4))
    assert changes.shape == (70, 4)
    before = odds_of(model, values, 1)
    for step in (0, 1, 5, 6, 31, 63, 64, 68, 69):  # both sides of where one batch ends and the next begins
        for symbol in range(4):
            variant = values.clone()
            variant[step] = symbol
            change = odds_of(model, variant, 1) - before
            assert float(changes[step, symbol]) == pytest.approx(change, rel=1e-3, abs=2e-5)


def test_what_stands_there_already_changes_exactly_nothing() -> None:
    for backbone in BACKBONES:
        for time in (1, 2, 33, 70):
            values = sequence(time)
            changes = mutagenesis(model_of(Mixtures(TABLE, 3), backbone), values, 0, range(4))
            pure = values < 4
            assert (changes[pure, values[pure]] == 0).all()
            assert (changes[~pure] != 0).all(), "an ambiguous base has no column of its own"


@pytest.mark.parametrize("inputs", [Tokens(6), Mixtures(TABLE)])
def test_a_head_of_one_class_shows_its_logit(inputs: Tokens | Mixtures) -> None:
    model, values = model_of(inputs, classes=1), sequence()
    assert input_gradient(model, values, 0).abs().sum() > 0
    assert bool(mutagenesis(model, values, 0, range(4)).isfinite().all())


@pytest.mark.parametrize("inputs", [Tokens(6), Mixtures(TABLE, 3)])
@pytest.mark.parametrize("kernel", ["own", "stock"])
def test_looking_leaves_no_trace(inputs: Tokens | Mixtures, kernel: str) -> None:
    model, values = model_of(inputs, "lstm", positions=2), sequence()
    model.backbone.use_kernel(kernel)
    state, before = torch.get_rng_state(), {name: each.clone() for name, each in model.state_dict().items()}
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    given = values.clone()
    input_gradient(model, values, 1)
    mutagenesis(model, values, 1, range(4))
    assert torch.equal(torch.get_rng_state(), state)
    assert model.training
    assert torch.equal(values, given)
    assert all(torch.equal(each, before[name]) for name, each in model.state_dict().items())
    assert all(bool((parameter.grad == 1).all()) for parameter in model.parameters())


def test_a_model_gone_bad_shows_nan_and_does_not_raise() -> None:
    model, values = model_of(Mixtures(TABLE)), sequence()
    with torch.no_grad():
        model.head.classifier.weight[0, 0] = math.nan
    assert bool(input_gradient(model, values, 0).isnan().any())
    changes = mutagenesis(model, values, 0, range(4))
    assert bool(changes.isnan().any())
