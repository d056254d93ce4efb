"""What stands before the backbone: mixtures, their contexts and positions against slow loops, and blind to padding."""

from itertools import product

import pytest
import torch
from torch import Tensor

from seqtui.engine.inputs import MixtureInput, PositionedInput, input_layer
from seqtui.engine.token_input import TokenInput
from seqtui.shapes import Label, Mixtures, NextToken, Tokens

N, R = 4, 5  # any base; a purine
TABLE = (
    (1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0),
    (0.25, 0.25, 0.25, 0.25), (0.5, 0.0, 0.5, 0.0),
)  # fmt: skip
TIME, LENGTHS, SIZE = 7, torch.tensor([7, 3, 1]), 5
PADDED = torch.arange(TIME).unsqueeze(1) >= LENGTHS


def tokens(symbols: int = len(TABLE)) -> Tensor:
    """(time, batch); every symbol occurs."""
    return torch.randint(0, symbols, (TIME, 3), generator=torch.Generator().manual_seed(1))


def mixture_input(context: int, *, pairs: bool = False) -> MixtureInput:
    torch.manual_seed(4)
    return MixtureInput(Mixtures(TABLE, context, pairs), SIZE)


def slow_projection(layer: MixtureInput, row: list[int], context: int, *, pairs: bool = False) -> Tensor:
    """One sequence, step by step: the weights are laid out neighbor by neighbor, from left to right."""
    steps, width = [], 20 if pairs else 4
    for time in range(len(row)):
        total = layer.projection.bias.detach().clone()
        for place in range(context):
            neighbor = time + place - context // 2
            if 0 <= neighbor < len(row):
                weights = layer.projection.weight.detach()[:, width * place : width * (place + 1)]
                total += weights[:, :4] @ torch.tensor(TABLE[row[neighbor]])
                for first, second in product(range(4), repeat=2) if pairs and neighbor + 1 < len(row) else ():
                    share = TABLE[row[neighbor]][first] * TABLE[row[neighbor + 1]][second]
                    total += share * weights[:, 4 + 4 * first + second]
        steps.append(total)
    return torch.stack(steps)


@pytest.mark.parametrize("symbol", [N, R])
def test_an_ambiguous_symbol_is_the_mean_of_what_it_may_be(symbol: int) -> None:
    layer = mixture_input(1)
    pure = layer(torch.arange(4).unsqueeze(1))[:, 0]  # (4, embedding): A, C, G, T
    wanted = pure.mean(0) if symbol == N else pure[[0, 2]].mean(0)
    torch.testing.assert_close(layer(torch.tensor([[symbol]]))[0, 0], wanted)


@pytest.mark.parametrize("pairs", [False, True])
@pytest.mark.parametrize("context", [1, 3, 5, 9, 17])
def test_a_context_is_read_around_each_step_and_only_within_the_sequence(context: int, pairs: bool) -> None:
    layer, given = mixture_input(context, pairs=pairs), tokens()
    together = layer(given, LENGTHS)
    for row, length in enumerate(LENGTHS.tolist()):
        wanted = slow_projection(layer, given[:length, row].tolist(), context, pairs=pairs)
        torch.testing.assert_close(together[:length, row], wanted)
        torch.testing.assert_close(layer(given[:length, row : row + 1])[:, 0], wanted)


@pytest.mark.parametrize("pairs", [False, True])
@pytest.mark.parametrize("context", [1, 3, 9])
def test_what_stands_in_the_padding_is_never_read(context: int, pairs: bool) -> None:
    layer, given = mixture_input(context, pairs=pairs), tokens()
    other = torch.where(PADDED, (given + 1) % len(TABLE), given)
    assert not torch.equal(given, other)
    assert torch.equal(layer(given, LENGTHS)[~PADDED], layer(other, LENGTHS)[~PADDED])


@pytest.mark.parametrize("pairs", [False, True])
@pytest.mark.parametrize("context", [1, 3])
def test_padded_steps_have_no_gradient(context: int, pairs: bool) -> None:
    layer = mixture_input(context, pairs=pairs)
    given = torch.where(PADDED, R, tokens(4))  # R stands in the padding alone
    layer.table.requires_grad_()
    (layer(given, LENGTHS)[~PADDED] ** 2).sum().backward()
    assert (layer.table.grad[R] == 0).all()
    assert (layer.table.grad[:4].abs().sum(1) > 0).all()
    wanted = layer.projection.weight.grad.clone()
    layer.zero_grad()
    for row, length in enumerate(LENGTHS.tolist()):
        (layer(given[:length, row : row + 1]) ** 2).sum().backward()
    torch.testing.assert_close(layer.projection.weight.grad, wanted)


def test_the_pair_of_an_ambiguous_symbol_is_the_mean_of_the_pairs_it_may_make() -> None:
    layer = mixture_input(1, pairs=True)
    for given, may_be in (([N, 2], [[each, 2] for each in range(4)]), ([1, R], [[1, 0], [1, 2]])):
        pure = layer(torch.tensor(may_be).T)
        torch.testing.assert_close(layer(torch.tensor(given).unsqueeze(1))[0, 0], pure[0].mean(0))


def test_the_vectors_of_symbols_and_pairs_begin_as_those_of_an_embedding() -> None:
    torch.manual_seed(4)
    weight = MixtureInput(Mixtures(TABLE, pairs=True), 500).projection.weight.detach()
    assert weight.shape == (500, 20)
    assert (weight.std(0) - 1).abs().max() < 0.15
    assert weight.mean(0).abs().max() < 0.2


@pytest.mark.parametrize("context", [2, 4])
def test_a_context_without_a_center_is_refused(context: int) -> None:
    with pytest.raises(ValueError, match=f"context must be odd, not {context}"):
        MixtureInput(Mixtures(TABLE, context), SIZE)


@pytest.mark.parametrize("positions", [1, 3, 20])
def test_the_first_steps_carry_their_place_and_later_ones_share_one(positions: int) -> None:
    layer = PositionedInput(TokenInput(Tokens(6), SIZE), positions, SIZE)
    given = tokens()
    x = layer(given, LENGTHS)
    for time in range(TIME):
        wanted = layer.inner(given[time]) + layer.where.weight[min(time, positions)]
        torch.testing.assert_close(x[time], wanted)


def test_tokens_and_mixtures_differ_in_that_only_tokens_learn_a_vector_for_each_symbol() -> None:
    mixtures = dict(input_layer(Label(Mixtures(TABLE), ("a", "b")), SIZE).named_parameters())
    assert {name: tuple(each.shape) for name, each in mixtures.items()} == {
        "projection.weight": (SIZE, 4),
        "projection.bias": (SIZE,),
    }
    assert tuple(input_layer(Label(Tokens(9), ("a", "b")), SIZE).weight.shape) == (9, SIZE)


@pytest.mark.parametrize("inputs", [Tokens(6), Mixtures(TABLE), Mixtures(TABLE, 3), Mixtures(TABLE, 3, pairs=True)])
def test_positions_wrap_whatever_the_label_head_reads(inputs: Tokens | Mixtures) -> None:
    bare, placed = (input_layer(Label(inputs, ("a", "b"), positions=count), SIZE) for count in (0, 2))
    assert type(bare) is (TokenInput if isinstance(inputs, Tokens) else MixtureInput)
    assert isinstance(placed, PositionedInput)
    assert type(placed.inner) is type(bare)
    assert bare(tokens(), LENGTHS).shape == placed(tokens(), LENGTHS).shape == (TIME, 3, SIZE)
    assert type(input_layer(NextToken(6), SIZE)) is TokenInput
