"""Sums and maxima over all paths, against counting every path by hand."""

from itertools import pairwise, product

import pytest
import torch
from torch import Tensor

from seqtui.engine.crf import Chain, best_paths, log_partition, marginals, path_score

TIME, TAGS = 5, 3
LENGTHS = (5, 1, 3, 2)


@pytest.fixture
def given() -> tuple[Tensor, Chain, Tensor]:
    generator = torch.Generator().manual_seed(0)
    draw = [torch.randn(*shape, generator=generator, dtype=torch.float64) * 2 for shape in (
        (TIME, len(LENGTHS), TAGS), (TAGS,), (TAGS,), (TAGS, TAGS),
    )]  # fmt: skip
    real = torch.arange(TIME).unsqueeze(1) < torch.tensor(LENGTHS)
    return draw[0], Chain(draw[1], draw[2], draw[3]), real


def by_hand(emissions: Tensor, chain: Chain, row: int) -> dict[tuple[int, ...], float]:
    """Every path of a sequence with its score."""
    length = LENGTHS[row]
    found = {}
    for path in product(range(TAGS), repeat=length):
        score = chain.starts[path[0]] + chain.ends[path[-1]]
        score = score + sum(emissions[step, row, tag] for step, tag in enumerate(path))
        found[path] = float(score + sum(chain.moves[one, two] for one, two in pairwise(path)))
    return found


def test_the_partition_is_the_sum_over_every_path(given: tuple[Tensor, Chain, Tensor]) -> None:
    sums = log_partition(*given)
    for row in range(len(LENGTHS)):
        scores = torch.tensor(list(by_hand(given[0], given[1], row).values()), dtype=torch.float64)
        torch.testing.assert_close(sums[row], scores.logsumexp(0))


def test_the_best_path_is_the_best_of_all(given: tuple[Tensor, Chain, Tensor]) -> None:
    found = best_paths(*given)
    for row, length in enumerate(LENGTHS):
        scores = by_hand(given[0], given[1], row)
        assert tuple(found[:length, row].tolist()) == max(scores, key=lambda path: scores[path])


def test_the_score_of_a_path_is_what_it_is_by_hand_whatever_the_padding_holds(
    given: tuple[Tensor, Chain, Tensor],
) -> None:
    emissions, chain, real = given
    tags = torch.randint(0, TAGS, (TIME, len(LENGTHS)), generator=torch.Generator().manual_seed(1))
    scores = path_score(emissions, chain, real, torch.where(real, tags, -100))
    for row, length in enumerate(LENGTHS):
        assert float(scores[row]) == pytest.approx(by_hand(emissions, chain, row)[tuple(tags[:length, row].tolist())])


def test_marginals_are_the_share_of_the_paths_that_pass(given: tuple[Tensor, Chain, Tensor]) -> None:
    emissions, chain, real = given
    with torch.inference_mode():
        found = marginals(emissions.clone(), chain, real)
    for row, length in enumerate(LENGTHS):
        scores = by_hand(emissions, chain, row)
        weights = torch.tensor(list(scores.values()), dtype=torch.float64).softmax(0).tolist()
        for step, tag in product(range(length), range(TAGS)):
            share = sum(weight for path, weight in zip(scores, weights, strict=True) if path[step] == tag)
            assert float(found[step, row, tag]) == pytest.approx(share)
    assert not found[~real].any()
