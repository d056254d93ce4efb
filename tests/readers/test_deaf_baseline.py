"""What a transcript costs without listening, against PyTorch's CTC and what is best by hand."""

import numpy as np
import pytest
import torch

from seqtui.readers.deaf_baseline import BLANKS, Texts, deaf_loss


def texts(rows: list[list[int]], steps: list[int]) -> Texts:
    targets = np.array([each for row in rows for each in row], np.int64)
    return Texts(targets, np.array([len(row) for row in rows]), np.array(steps))


@pytest.mark.parametrize("seed", range(3))
def test_it_is_ctc_with_the_best_of_the_chances_that_are_tried(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, 7, 12)
    rows = [rng.integers(0, 4, count).tolist() for count in lengths]
    steps = rng.integers(14, 30, 12)
    given = texts(rows, steps.tolist())
    shares = np.bincount(given.targets, minlength=4) + 1.0
    shares /= shares.sum()
    sums = []
    for blank in BLANKS:
        chances = torch.tensor(np.log(np.append((1 - blank) * shares, blank))).expand(30, 12, 5)
        nats = torch.nn.functional.ctc_loss(
            chances, torch.from_numpy(given.targets), torch.from_numpy(given.steps), torch.from_numpy(given.lengths),
            blank=4, reduction="sum",
        )  # fmt: skip
        sums.append(float(nats) / lengths.sum())
    assert deaf_loss(given, given, 4) == pytest.approx(min(sums))


def test_what_no_path_can_read_is_left_out_and_nothing_else_is_nan() -> None:
    train = texts([[0, 1], [1]], [9, 9])
    assert np.isnan(deaf_loss(train, texts([[0, 0]], [2]), 2))
    readable = texts([[0, 0], [1]], [2, 9])
    assert deaf_loss(train, readable, 2) == pytest.approx(deaf_loss(train, texts([[1]], [9]), 2))
    assert np.isnan(deaf_loss(train, texts([], []), 2))
