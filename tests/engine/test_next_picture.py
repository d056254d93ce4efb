"""The next picture: its loss and error, roll-outs, what class is told, and the convolutional LSTM."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from seqtui.config import RunConfig
from seqtui.engine.batches import FlatData, rows_of, units_in_order
from seqtui.engine.evaluate import run_over
from seqtui.engine.gates import gate_maps
from seqtui.engine.generate import generate
from seqtui.engine.lag_probe import model_lag_profiles
from seqtui.engine.model import SequenceModel, build_model
from seqtui.engine.picture_head import PictureHead
from seqtui.engine.recurrent.conv_lstm import ConvLSTMLayer
from seqtui.engine.recurrent.tape import GradientTape
from seqtui.engine.step import build_trainee
from seqtui.records import Records
from seqtui.runs.taste import Taste
from seqtui.shapes import NextPicture, Pictures

SHAPE = Pictures(7, 5)
LENGTHS = (6, 3)
HEADS = [
    NextPicture(SHAPE),
    NextPicture(SHAPE, (), "convlstm"),
    NextPicture(SHAPE, ("a", "b")),
    NextPicture(SHAPE, ("a", "b"), "convlstm"),
]


def model_of(head: NextPicture, backbone: str = "lstm") -> SequenceModel:
    return build_model(RunConfig(app="any", hidden_size=4, embedding_size=3, backbone=backbone), head).eval()  # type: ignore[arg-type]


def clips(head: NextPicture) -> Records:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 256, (sum(LENGTHS), head.width)).astype(np.uint8)
    if head.classes:
        values[:, -1] = np.repeat([1, 2], LENGTHS)
    return Records(values, np.array(LENGTHS), ("one", "two"))


def flat(given: Records) -> FlatData:
    return FlatData(given, rows_of(given, batch_size=2, bptt=0), torch.device("cpu"))


@pytest.mark.parametrize("head", HEADS, ids=lambda head: f"{head.predictor}{len(head.classes)}")
def test_loss_and_error_are_those_of_the_real_frames_alone(head: NextPicture) -> None:
    model, given = model_of(head), clips(head)
    trainee = build_trainee(RunConfig(app="any", hidden_size=4, embedding_size=3), model, "fp32")
    score = run_over(trainee, flat(given)).score()
    losses, errors = [], []
    for number in range(2):
        frames = torch.from_numpy(given.record(number).copy())
        with torch.no_grad():
            logits, _ = model(frames[:-1].unsqueeze(1))
        truth = frames[1:, : SHAPE.pixels].float() / 255
        losses.append(functional.binary_cross_entropy_with_logits(logits[:, 0], truth, reduction="none").mean(1))
        errors.append((logits[:, 0].sigmoid() - truth).square().mean(1))
    assert score.steps == sum(LENGTHS) - 2
    assert score.loss == pytest.approx(float(torch.cat(losses).mean()), rel=1e-5)
    assert score.metrics["mse"] == pytest.approx(float(torch.cat(errors).mean()), rel=1e-5)
    assert score.metrics["psnr"] == pytest.approx(-10 * np.log10(score.metrics["mse"]), rel=1e-5)
    assert score.headline == score.metrics["psnr"]


@pytest.mark.parametrize("head", HEADS, ids=lambda head: f"{head.predictor}{len(head.classes)}")
def test_a_roll_out_goes_on_from_what_it_made_and_keeps_the_class(head: NextPicture) -> None:
    model, prime = model_of(head), clips(head).record(1)
    count = 0

    def is_enough(_value: np.ndarray) -> bool:
        nonlocal count
        count += 1
        return count == 4

    made = list(generate(model, head, prime, taste=Taste(), rng=np.random.default_rng(0), is_enough=is_enough))
    whole = np.concatenate([prime, np.stack(made)])
    assert whole.dtype == np.uint8
    assert whole.shape == (len(prime) + 4, head.width)
    if head.classes:
        assert (whole[:, -1] == 2).all()
    with torch.no_grad():
        logits, _ = model(torch.from_numpy(whole[:-1].copy()).unsqueeze(1))
    expected = (logits[len(prime) - 1 :, 0].sigmoid() * 255).round().numpy()
    assert np.abs(expected - whole[len(prime) :, : SHAPE.pixels]).max() <= 1


def test_at_temperature_0_every_pixel_is_black_or_white() -> None:
    head = NextPicture(SHAPE)
    (value,) = generate(
        model_of(head),
        head,
        clips(head).record(0),
        taste=Taste(0),
        rng=np.random.default_rng(0),
        is_enough=lambda _: True,
    )
    assert set(np.unique(value).tolist()) <= {0, 255}


def test_another_class_makes_another_next_frame() -> None:
    head = NextPicture(SHAPE, ("a", "b"))
    model, frames = model_of(head), torch.from_numpy(clips(head).record(0).copy())
    other = frames.clone()
    other[:, -1] = 2
    with torch.no_grad():
        one, two = (model(each.unsqueeze(1))[0] for each in (frames, other))
    assert not torch.allclose(one, two)


def test_a_conv_lstm_computes_its_equations() -> None:
    torch.manual_seed(0)
    layer = ConvLSTMLayer(2, 3, (4, 5), forget_bias=1.5)
    x = torch.randn(6, 2, 2 * 20)
    h, c = (torch.zeros(2, 3, 4, 5) for _ in range(2))
    wanted = []
    for step in x.view(6, 2, 2, 4, 5):
        pre = functional.conv2d(step, layer.weight_ih, layer.bias, padding=1)
        pre = pre + functional.conv2d(h, layer.weight_hh, padding=1)
        i, f, g, o = pre.chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        wanted.append(h.flatten(1))
    found, last = layer(x, [layer.zero_state(2, x)])
    torch.testing.assert_close(found, torch.stack(wanted))
    torch.testing.assert_close(last[0], (h.flatten(1), c.flatten(1)))
    assert (layer.bias[3:6] == 1.5).all()
    state = layer.zero_state(2, x)
    for step in range(6):
        state = layer.step(x[step], state)
    torch.testing.assert_close(state, last[0])


def test_the_tape_of_a_conv_lstm_holds_the_gradient_of_every_state() -> None:
    torch.manual_seed(0)
    layer, x, tape = ConvLSTMLayer(1, 2, (3, 3), forget_bias=None), torch.randn(5, 2, 9), GradientTape()
    h, _ = layer(x, [layer.zero_state(2, x)], tapes=[tape])
    h[-1].square().sum().backward()
    assert tape.dh is not None and tape.dc is not None
    torch.testing.assert_close(tape.dh[-1], 2 * h[-1].detach())
    eps, start = 1e-3, 2
    state = layer.zero_state(2, x)
    for step in range(start):
        state = layer.step(x[step], state)

    def after(state: tuple[torch.Tensor, ...]) -> float:
        for step in range(start, 5):
            state = layer.step(x[step], state)
        return float(state[0].double().square().sum())

    with torch.no_grad():
        for which, gradient in enumerate((tape.dh, tape.dc)):
            moved = [entry.clone() for entry in state]
            moved[which][1, 4] += eps
            slope = (after(tuple(moved)) - after(state)) / eps
            if which:  # the state's own gradient leaves out what goes through its h, which comes after it
                continue
            assert slope == pytest.approx(float(gradient[start - 1, 1, 4]), abs=2e-3)


def test_a_conv_lstm_has_lags_and_gates_to_look_at() -> None:
    head = NextPicture(SHAPE, (), "convlstm")
    model, data = model_of(head), flat(clips(head))
    (unit,) = units_in_order(data.rows, batch_size=2, window=0)
    window = data.gather(unit)
    (profile,) = model_lag_profiles(model, window, longest=10)
    assert len(profile.norms) == LENGTHS[0] - 1
    assert all(norm > 0 for norm in profile.norms)
    maps = gate_maps(model, window.inputs[:, :1])
    assert {each.gate for each in maps} == {"forget", "input", "output", "candidate"}
    assert all(len(each.values) == 4 for each in maps)


def test_a_clip_read_in_windows_is_predicted_as_when_read_whole() -> None:
    head = NextPicture(SHAPE, (), "convlstm")
    model, frames = model_of(head), torch.from_numpy(clips(head).record(0).copy()).unsqueeze(1)
    with torch.no_grad():
        whole, _ = model(frames)
        first, state = model(frames[:4])
        second, _ = model(frames[4:], state)
    torch.testing.assert_close(torch.cat([first, second]), whole)


def test_the_least_loss_is_the_entropy_of_the_true_greys() -> None:
    head = PictureHead(NextPicture(SHAPE), 4)
    truth = torch.randint(1, 255, (2, 1, SHAPE.pixels), dtype=torch.uint8)
    bright = truth.float() / 255
    entropy = -(bright * bright.log() + (1 - bright) * (1 - bright).log()).mean(2).sum()
    mask = torch.ones(2, 1)
    assert float(head.loss(bright.logit(), truth, mask)) == pytest.approx(float(entropy), rel=1e-5)
    assert float(head.loss(bright.logit() + 0.3, truth, mask)) > float(entropy)
