"""Roll-outs scored at an evaluation: the error of frames that are made of the model's own frames."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from seqtui.config import RunConfig
from seqtui.engine.batches import FlatData, rows_of
from seqtui.engine.drift import drift
from seqtui.engine.evaluate import evaluate
from seqtui.engine.generate import generate
from seqtui.engine.model import SequenceModel, build_model
from seqtui.engine.picture_head import PictureHead
from seqtui.engine.step import build_trainee
from seqtui.records import Records
from seqtui.roll_outs import MOST_CLIPS, scored_clips
from seqtui.runs.taste import Taste
from seqtui.shapes import NextPicture, Pictures

SHAPE = Pictures(7, 5)
LENGTHS = (9, 3, 5, 2)
CONFIG = RunConfig(app="any", hidden_size=4, embedding_size=3)
HEADS = [
    NextPicture(SHAPE, given=3),
    NextPicture(SHAPE, (), "convlstm", given=3),
    NextPicture(SHAPE, ("a", "b"), given=3),
]


def clips(head: NextPicture, lengths: tuple[int, ...] = LENGTHS) -> Records:
    values = np.random.default_rng(0).integers(0, 256, (sum(lengths), head.width)).astype(np.uint8)
    if head.classes:
        values[:, -1] = np.repeat(np.arange(len(lengths)) % 2 + 1, lengths)
    return Records(values, np.array(lengths), tuple(map(str, lengths)))


def flat(given: Records) -> FlatData:
    return FlatData(given, rows_of(given, batch_size=2, bptt=0), torch.device("cpu"))


def by_hand(model: SequenceModel, head: NextPicture, record: np.ndarray) -> list[float]:
    """The error of each frame of a sample that goes on as far as the clip does, before it is rounded to bytes."""
    left = len(record) - head.given
    made = generate(
        model, head, record[: head.given], taste=Taste(), rng=np.random.default_rng(0), is_enough=lambda _: False
    )
    sample = np.concatenate([record[: head.given], np.stack([next(made) for _ in range(left)])])
    with torch.no_grad():
        pixels = model(torch.from_numpy(sample[:-1]).unsqueeze(1))[0][head.given - 1 :, 0].sigmoid().numpy()
    truth = record[head.given :, : SHAPE.pixels].astype(float) / 255
    return [float(error) for error in np.square(pixels - truth).mean(1)]


@pytest.mark.parametrize("head", HEADS, ids=lambda head: f"{head.predictor}{len(head.classes)}")
def test_the_error_is_that_of_samples_and_clips_that_have_ended_have_no_part_in_it(head: NextPicture) -> None:
    model, given = build_model(CONFIG, head).eval(), clips(head)
    long, short = (by_hand(model, head, given.record(number)) for number in (0, 2))
    found = evaluate(build_trainee(CONFIG, model, "fp32"), flat(given)).metrics
    assert found["mse_after_1"] == pytest.approx((long[0] + short[0]) / 2, rel=1e-5)
    assert found["mse_after_2"] == pytest.approx((long[1] + short[1]) / 2, rel=1e-5)
    assert found["mse_after_5"] == pytest.approx(long[4], rel=1e-5)
    assert "mse_after_10" not in found and "psnr" in found


def test_clips_no_longer_than_what_is_given_are_not_rolled_out() -> None:
    head = replace(HEADS[0], given=9)
    model = build_model(CONFIG, head)
    assert isinstance(model.head, PictureHead)
    assert drift(model, model.head, flat(clips(head))) == {}


def test_the_mode_of_a_model_in_training_is_as_it_was() -> None:
    model = build_model(CONFIG, HEADS[0]).train()
    evaluate(build_trainee(CONFIG, model, "fp32"), flat(clips(HEADS[0])))
    assert model.training


def test_of_many_clips_some_are_rolled_out_evenly_spaced() -> None:
    chosen = scored_clips(np.full(1000, 5), 4)
    assert len(chosen) == MOST_CLIPS and chosen[0] == 0 and chosen[-1] == 999
    assert scored_clips(np.array([4, 5, 2, 9]), 4).tolist() == [1, 3]
    assert not len(scored_clips(np.array([4]), 4))
