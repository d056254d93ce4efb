"""Choosing from a distribution, exactly; stepping against running the whole; what sampling leaves as it found it."""

import copy
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from seqtui.config import RunConfig
from seqtui.engine.generate import choose, generate
from seqtui.engine.model import SequenceModel, build_model
from seqtui.runs.taste import Taste
from seqtui.shapes import Head, NextFrame, NextToken

DRAWS = 20_000
TOKEN_LOGITS = np.array([0.3, -1.2, 2.0, 0.9, -4.0, 1.1, 0.0])
FRAME_LOGITS = np.array([0.3, -1.2, 2.0, 0.9, -4.0, 1.1, 0.0, -0.4])
EXTREMES = (0.0, 1e30, -1e30, np.inf, -np.inf, np.nan, 1e308, -1e308)
TOKENS, FRAMES = NextToken(7), NextFrame(8)


def rng(seed: int = 11) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def token_shares(taste: Taste) -> np.ndarray:
    generator = rng()
    drawn = [int(choose(TOKEN_LOGITS, TOKENS, taste=taste, rng=generator)) for _ in range(DRAWS)]
    return np.bincount(drawn, minlength=7)


def frame_shares(taste: Taste) -> np.ndarray:
    generator = rng()
    return np.mean([choose(FRAME_LOGITS, FRAMES, taste=taste, rng=generator) for _ in range(DRAWS)], axis=0)


def assert_drawn_from(counts: np.ndarray, chances: np.ndarray) -> None:
    """Nothing that cannot be, and Pearson's statistic under its 0.999 quantile (22.5 for six degrees of freedom)."""
    assert (counts[chances == 0] == 0).all()
    expected = chances[chances > 0] * DRAWS
    assert ((counts[chances > 0] - expected) ** 2 / expected).sum() < 22.5


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_tokens_are_drawn_from_the_softmax_at_a_temperature(temperature: float) -> None:
    assert_drawn_from(token_shares(Taste(temperature)), softmax(TOKEN_LOGITS / temperature))


@pytest.mark.parametrize("top_k", [1, 3, 7, 50])
def test_top_k_keeps_the_k_likeliest_tokens_in_proportion(top_k: int) -> None:
    chances = softmax(TOKEN_LOGITS)
    chances[np.argsort(-TOKEN_LOGITS)[top_k:]] = 0
    assert_drawn_from(token_shares(Taste(top_k=top_k)), chances / chances.sum())


@pytest.mark.parametrize(("top_p", "kept"), [(0.01, 1), (0.5, 2), (0.85, 4), (0.999, 7), (1.0, 7)])
def test_top_p_keeps_the_smallest_set_that_holds_the_mass(top_p: float, kept: int) -> None:
    chances = softmax(TOKEN_LOGITS)
    order = np.argsort(-TOKEN_LOGITS)
    assert chances[order[:kept]].sum() >= top_p - 1e-12
    assert chances[order[: kept - 1]].sum() < top_p
    chances[order[kept:]] = 0
    assert_drawn_from(token_shares(Taste(top_p=top_p)), chances / chances.sum())


def test_of_top_k_and_top_p_the_stricter_one_decides() -> None:
    strict, loose = token_shares(Taste(top_k=2, top_p=0.99)), token_shares(Taste(top_k=6, top_p=0.5))
    assert (strict > 0).sum() == (loose > 0).sum() == 2


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_keys_of_a_frame_are_drawn_each_by_itself(temperature: float) -> None:
    chances = 1 / (1 + np.exp(-FRAME_LOGITS / temperature))
    assert np.abs(frame_shares(Taste(temperature)) - chances).max() < 4 * np.sqrt(0.25 / DRAWS)


def test_top_k_and_top_p_of_frames_leave_out_keys() -> None:
    chances = 1 / (1 + np.exp(-FRAME_LOGITS))
    likeliest = np.where(np.isin(np.arange(8), np.argsort(-chances)[:3]), chances, 0)
    assert np.abs(frame_shares(Taste(top_k=3)) - likeliest).max() < 4 * np.sqrt(0.25 / DRAWS)
    nucleus = np.where(chances >= 0.4, chances, 0)
    assert np.abs(frame_shares(Taste(top_p=0.6)) - nucleus).max() < 4 * np.sqrt(0.25 / DRAWS)


def test_temperature_nought_takes_the_likeliest() -> None:
    nought = Taste(0.0)
    assert choose(TOKEN_LOGITS, TOKENS, taste=nought, rng=rng()) == 2
    frame = choose(FRAME_LOGITS, FRAMES, taste=nought, rng=rng())
    assert frame.tolist() == (FRAME_LOGITS > 0).astype(int).tolist()
    assert frame.dtype == np.uint8


def test_temperature_nought_with_top_k_keeps_the_likeliest_keys_not_the_lowest() -> None:
    frame = choose(FRAME_LOGITS, FRAMES, taste=Taste(0.0, top_k=2), rng=rng())
    assert np.flatnonzero(frame).tolist() == [2, 5]
    sure = choose(np.array([70.0, 90.0, 80.0]), NextFrame(3), taste=Taste(top_k=1), rng=rng())
    assert sure.tolist() == [0, 1, 0]


@pytest.mark.parametrize("taste", [Taste(), Taste(0.0), Taste(1e-300), Taste(100.0), Taste(top_k=2), Taste(top_p=0.3)])
@pytest.mark.parametrize("head", [NextToken(3), NextFrame(3)])
def test_extreme_logits_neither_raise_nor_warn(taste: Taste, head: Head) -> None:
    for logits in itertools.product(EXTREMES, repeat=3):
        value = choose(np.array(logits), head, taste=taste, rng=rng())
        assert (value >= 0).all()
        assert (value < (3 if isinstance(head, NextToken) else 2)).all()


def test_nan_is_never_chosen_while_there_is_a_number_and_infinity_always_is() -> None:
    for taste in (Taste(), Taste(0.0), Taste(top_k=1)):
        picked = {int(choose(np.array([np.nan, 0.0, np.nan]), NextToken(3), taste=taste, rng=rng(n))) for n in range(9)}
        assert picked == {1}
        picked = {int(choose(np.array([5.0, np.inf, 3.0]), NextToken(3), taste=taste, rng=rng(n))) for n in range(9)}
        assert picked == {1}
    frame = choose(np.array([np.nan, np.inf, -np.inf]), NextFrame(3), taste=Taste(), rng=rng())
    assert frame.tolist() == [0, 1, 0]


def model_of(backbone: str, head: Head, **changes: Any) -> SequenceModel:
    config = RunConfig(app="music", backbone=backbone, hidden_size=9, embedding_size=6, layers=2, **changes)
    return build_model(config, head)


def after(steps: int) -> Callable[[Any], bool]:
    counter = itertools.count(1)
    return lambda _value: next(counter) >= steps


def prime_of(head: Head) -> np.ndarray:
    return np.array([1, 4], np.int16) if isinstance(head, NextToken) else np.eye(2, 8, dtype=np.uint8)


@pytest.mark.parametrize("backbone", ["rnn", "gru", "lstm", "dense"])
@pytest.mark.parametrize("head", [TOKENS, FRAMES])
@pytest.mark.parametrize("kernel", ["own", "stock"])
def test_stepping_gives_the_logits_of_the_whole_sequence(backbone: str, head: Head, kernel: str) -> None:
    model = model_of(backbone, head, dropout=0.5)
    model.backbone.use_kernel(kernel)
    seen = []
    model.head.register_forward_hook(lambda _module, _inputs, logits: seen.append(logits.reshape(-1, logits.shape[-1])))
    values = list(generate(model, head, prime_of(head), taste=Taste(), rng=rng(), is_enough=after(12)))
    stepped = torch.cat([seen[0][-1:], *seen[1:]])
    whole = torch.from_numpy(np.concatenate([prime_of(head), np.stack(values)[:-1]])).unsqueeze(1)
    with torch.no_grad():
        logits, _ = model.eval()(whole.float() if head == FRAMES else whole.long())
    torch.testing.assert_close(stepped.squeeze(1), logits[1:, 0], atol=2e-6, rtol=2e-5)


def test_the_same_random_numbers_give_the_same_values_and_others_do_not() -> None:
    model = model_of("lstm", FRAMES)

    def made(seed: int) -> bytes:
        new = generate(model, FRAMES, prime_of(FRAMES), taste=Taste(), rng=rng(seed), is_enough=after(20))
        return np.stack(list(new)).tobytes()

    assert made(3) == made(3)
    assert made(3) != made(4)


def test_a_longer_sample_begins_like_a_shorter_one() -> None:
    model = model_of("gru", TOKENS)
    short, long = (
        [int(v) for v in generate(model, TOKENS, prime_of(TOKENS), taste=Taste(), rng=rng(), is_enough=after(n))]
        for n in (5, 30)
    )
    assert (len(short), len(long)) == (5, 30)
    assert long[:5] == short


@pytest.mark.parametrize("training", [True, False])
def test_sampling_leaves_mode_weights_and_random_numbers_as_they_were(training: bool) -> None:
    model = model_of("gru", FRAMES, dropout=0.5).train(training)
    weights, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    list(generate(model, FRAMES, prime_of(FRAMES), taste=Taste(), rng=rng(), is_enough=after(5)))
    assert model.training is training
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(tensor, weights[name]) for name, tensor in model.state_dict().items())


def test_a_sample_that_is_dropped_half_way_gives_the_mode_back_and_leaks_no_inference_mode() -> None:
    model = model_of("gru", TOKENS).train()
    started = generate(model, TOKENS, prime_of(TOKENS), taste=Taste(), rng=rng(), is_enough=after(9))
    next(started)
    assert not torch.is_inference_mode_enabled()
    started.close()
    assert model.training
