"""Clips made by rule: what a single frame cannot tell, films run backwards, known physics, the same bytes by seed."""

import numpy as np
import pytest

from seqtui.errors import Usage
from seqtui.readers.clips.baselines import label_baselines, next_frame_baselines
from seqtui.readers.clips.made_clips import made_name, make_clips
from seqtui.readers.clips.made_motion import MOTIONS, Paths, bounce, draw, make_bouncing, make_motions
from seqtui.readers.clips.motion_sprites import own_sprites


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others() -> None:
    one, two, other = make_motions(16, seed=3), make_motions(16, seed=3), make_motions(16, seed=4)
    assert one.frames.tobytes() == two.frames.tobytes()
    assert one.frames.tobytes() != other.frames.tobytes()
    assert np.bincount(one.labels, minlength=8).tolist() == [2] * 8


def test_every_picture_changes_when_it_is_turned_a_little() -> None:
    names, pictures = own_sprites()
    assert set("0123456789") <= set(names)
    turns = np.array([0.0, 0.35])
    number = np.arange(len(names))[:, None]
    middle = np.full((len(names), 1, 2), 8.0)
    paths = Paths(middle, middle, np.broadcast_to(turns, middle.shape), number)
    frames = draw(paths, pictures, 16, wraps=True).astype(int)
    moved = np.abs(frames[:, 1] - frames[:, 0]).sum((1, 2)) / frames[:, 0].sum((1, 2))
    assert moved.min() > 0.15, names[int(moved.argmin())]


def test_a_thing_that_leaves_at_the_right_comes_back_at_the_left() -> None:
    _, pictures = own_sprites()
    x = np.array([[[15.5, 16.0 + 15.5]]])
    frames = draw(Paths(x, x * 0 + 8, x * 0, np.zeros((1, 1), int)), pictures, 16, wraps=True)
    assert np.array_equal(frames[0, 0], frames[0, 1])
    assert frames[0, 0, :, :3].any() and frames[0, 0, :, -3:].any()
    edge = draw(Paths(x[..., :1], x[..., :1] * 0 + 8, x[..., :1] * 0, np.zeros((1, 1), int)), pictures, 16, wraps=False)
    assert not edge[0, 0, :, :3].any()


def center(frame: np.ndarray) -> complex:
    """Where the light is on a screen that closes upon itself: the angle of its first Fourier coefficient."""
    around = np.exp(2j * np.pi * (np.arange(16) + 0.5) / 16)
    x, y = (frame.sum(axis) @ around for axis in (0, 1))
    return complex(np.angle(x), np.angle(y)) * 16 / (2 * np.pi)


@pytest.mark.parametrize(("name", "axis", "sign"), [("right", 0, 1), ("left", 0, -1), ("down", 1, 1), ("up", 1, -1)])
def test_each_direction_goes_where_it_says(name: str, axis: int, sign: int) -> None:
    made = make_motions(64, seed=0)
    for clip in made.frames[made.labels == MOTIONS.index(name)].astype(float):
        centers = np.array([center(frame) for frame in clip])
        steps = np.diff(np.stack([centers.real, centers.imag], 1), axis=0)
        steps = (steps + 8) % 16 - 8
        assert (sign * steps[:, axis]).mean() == pytest.approx(1.2, abs=0.65)
        assert np.abs(steps[:, 1 - axis]).mean() < 0.35


def test_what_slows_down_is_what_speeds_up_run_backwards() -> None:
    made = make_motions(400, seed=1)
    gains = []
    for name, turn in (("speeding up", 1), ("slowing down", -1)):
        for clip in made.frames[made.labels == MOTIONS.index(name)].astype(float):
            centers = np.array([center(frame) for frame in clip])
            steps = np.diff(np.stack([centers.real, centers.imag], 1), axis=0)
            speed = np.abs(np.hypot(*((steps + 8) % 16 - 8).T))
            gains.append(turn * (speed[-3:].mean() - speed[:3].mean()))
    assert np.mean(np.array(gains) > 0) > 0.95


def test_no_single_frame_tells_the_class() -> None:
    clips = make_clips("motions", seed=0, size=None, length=None)
    chosen = np.arange(3000)
    labels = np.array([MOTIONS.index(str(label)) for label in clips.labels])
    scores = label_baselines(clips, labels, chosen[:2400], chosen[2400:], 8)["logistic regression, last frame"]
    assert scores["accuracy"] < 0.125 + 4 * np.sqrt(0.125 * 0.875 / 600)


def test_the_light_falls_alike_on_every_pixel_in_every_class() -> None:
    made = make_motions(4000, seed=5)
    for number in range(8):
        mean = made.frames[made.labels == number][:, -1].mean(0)
        assert mean.std() / mean.mean() < 0.25


def test_bouncing_is_free_flight_folded_between_the_walls() -> None:
    rng = np.random.default_rng(0)
    place, velocity = 3 + 10 * rng.random(50), 3 * rng.standard_normal(50)
    start, speed = place.copy(), velocity.copy()
    for step in range(1, 30):
        place, velocity = bounce(place, velocity, 3, 13)
        phase = (start - 3 + speed * step) % 20
        np.testing.assert_allclose(place, 3 + np.where(phase > 10, 20 - phase, phase), atol=1e-9)
    assert place.min() >= 3 and place.max() <= 13


def test_things_stay_on_a_screen_with_walls() -> None:
    alone = make_bouncing(40, seed=0, things=1, size=20, length=30).frames.astype(float).sum((2, 3))
    assert (alone.std(1) / alone.mean(1)).max() < 0.05  # nothing is cut off at a wall


def test_known_physics_is_the_floor_of_the_next_frame() -> None:
    clips = make_clips("bouncing", seed=0, size=None, length=6)
    scores = next_frame_baselines(clips, np.arange(400), np.arange(400, 500), given=3)
    assert scores["known physics"]["mse"] == 0
    assert (
        0
        < scores["known physics"]["loss"]
        < min(scores[n]["loss"] for n in ("copy last frame", "linear extrapolation"))
    )
    last, coming = (clips.values.reshape(-1, 6, 256)[400:500, each].astype(float) for each in (slice(5), slice(1, 6)))
    assert scores["copy last frame"]["mse"] == pytest.approx(np.square((coming - last) / 255).mean())


def test_baselines_of_roll_outs_go_on_from_the_frames_that_are_given() -> None:
    clips = make_clips("bouncing", seed=0, size=None, length=6, clips=300)
    scores = next_frame_baselines(clips, np.arange(200), np.arange(200, 300), given=3)
    frames = clips.values.reshape(-1, 6, 256)
    tested, mean = frames[200:].astype(float), frames[:200, 1:].mean((0, 1))
    copied = [np.square((tested[:, 2 + ahead] - tested[:, 2]) / 255).mean() for ahead in (1, 2)]
    assert [scores["copy last frame"][f"mse_after_{ahead}"] for ahead in (1, 2)] == pytest.approx(copied)
    ahead = np.clip(3 * tested[:, 2] - 2 * tested[:, 1], 0, 255)
    assert scores["linear extrapolation"]["mse_after_2"] == pytest.approx(
        np.square((tested[:, 4] - ahead) / 255).mean()
    )
    assert scores["mean frame"]["mse_after_2"] == pytest.approx(np.square((tested[:, 4] - mean) / 255).mean())
    assert scores["mean frame"]["mse"] == pytest.approx(np.square((tested[:, 1:] - mean) / 255).mean())
    assert scores["known physics"]["mse_after_2"] == 0 and "mse_after_5" not in scores["mean frame"]


def test_names_of_made_sets_carry_seeds() -> None:
    assert made_name("motions") == ("motions", None)
    assert made_name("bouncing:41") == ("bouncing", 41)
    assert made_name("motions:x") is None and made_name(None) is None and made_name("clips") is None


def test_made_clips_have_a_least_size_and_length() -> None:
    with pytest.raises(Usage, match="12 or more"):
        make_clips("motions", seed=0, size=8, length=None)
    with pytest.raises(Usage, match="4 or more"):
        make_clips("bouncing", seed=0, size=None, length=3)
