"""Features of sound against formulas written out slowly, and against what tones must look like."""

import math
from dataclasses import replace

import numpy as np
import pytest
from sounds import tone

from seqtui.readers.speech.audio_features import (
    FLOOR,
    PRE_EMPHASIS,
    Recipe,
    features,
    frames_of,
    mel,
    mel_triangles,
    slopes,
    spectrum_points,
    stacked,
)
from seqtui.readers.speech.audio_file import Wave

PLAIN = Recipe("log-mel", 8000, 23, 13, 0.025, 0.01, 0, 1)
NOISE = Wave(8000, np.random.default_rng(0).normal(0, 0.1, 4000).astype(np.float32))


def slow_log_mel(samples: np.ndarray, first: int, recipe: Recipe) -> list[float]:
    """One frame by the book: pre-emphasis, Hamming window, discrete Fourier transform, triangles on the mel scale."""
    window, points = round(recipe.window * recipe.rate), spectrum_points(recipe)
    before = np.concatenate([[samples[0]], samples])
    emphasized = [samples[first + n] - PRE_EMPHASIS * before[first + n] for n in range(window)]
    shaped = [value * (0.54 - 0.46 * math.cos(2 * math.pi * n / (window - 1))) for n, value in enumerate(emphasized)]
    edges = np.linspace(2595 * math.log10(1 + 20 / 700), 2595 * math.log10(1 + 4000 / 700), recipe.bands + 2)
    totals = [0.0] * recipe.bands
    for point in range(points // 2 + 1):
        angle = -2j * math.pi * point / points
        power = abs(sum(value * np.exp(angle * n) for n, value in enumerate(shaped))) ** 2
        place = 2595 * math.log10(1 + point * recipe.rate / points / 700)
        for band in range(recipe.bands):
            left, center, right = edges[band : band + 3]
            totals[band] += power * max(0, min((place - left) / (center - left), (right - place) / (right - center)))
    return [math.log(total + FLOOR) for total in totals]


def test_a_frame_is_what_the_formulas_say() -> None:
    found = features(NOISE, PLAIN)
    assert found.shape == (1 + (4000 - 200) // 80, 23)
    for frame in (0, 7):
        np.testing.assert_allclose(found[frame], slow_log_mel(NOISE.samples, 80 * frame, PLAIN), rtol=2e-4)


def test_mfcc_are_the_cosine_transform_of_the_log_energies() -> None:
    energies = features(NOISE, PLAIN)
    found = features(NOISE, replace(PLAIN, kind="mfcc"))
    wanted = [
        math.sqrt(2 / 23) * sum(energies[3, band] * math.cos(math.pi * order * (band + 0.5) / 23) for band in range(23))
        for order in range(13)
    ]
    np.testing.assert_allclose(found[3], wanted, rtol=1e-4, atol=1e-4)
    from scipy.fft import dct

    np.testing.assert_allclose(found[:, 1:], dct(energies, norm="ortho")[:, 1:13], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("frequency", [300, 1000, 2500])
def test_a_tone_is_loudest_in_the_band_it_falls_in(frequency: float) -> None:
    found = features(Wave(8000, tone(frequency, 0.5).astype(np.float32)), PLAIN)
    edges = np.linspace(mel(20.0), mel(4000.0), 25)
    assert np.unique(found.argmax(1)).tolist() == [int(np.abs(edges[1:-1] - mel(frequency)).argmin())]


@pytest.mark.parametrize(("bands", "rate"), [(40, 8000), (80, 16_000), (23, 48_000)])
def test_every_band_hears_something_and_triangles_add_up_to_one_between_their_centers(bands: int, rate: int) -> None:
    points = spectrum_points(replace(PLAIN, rate=rate))
    weights = mel_triangles(bands, points, rate)
    assert (weights.max(1) > 0.3).all()
    centers = weights.argmax(1)
    np.testing.assert_allclose(weights[:, centers[0] + 1 : centers[-1]].sum(0), 1, atol=1e-5)


def test_slopes_are_those_of_a_straight_line_and_nought_of_a_level() -> None:
    line = np.arange(10, dtype=np.float32)[:, None] * np.array([2.0, 0.0], np.float32)
    np.testing.assert_allclose(slopes(line)[2:-2], np.tile([2.0, 0.0], (6, 1)))


def test_frames_are_stacked_and_taken_apart_again() -> None:
    frames = np.arange(21, dtype=np.float32).reshape(7, 3)
    steps = stacked(frames, 2)
    assert steps.shape == (4, 6)
    assert steps[0].tolist() == [0, 1, 2, 3, 4, 5]
    assert steps[3].tolist() == [18, 19, 20, 18, 19, 20], "the last frame is repeated"
    recipe = replace(PLAIN, deltas=2, stack=3)
    found = features(NOISE, recipe)
    assert found.shape == (math.ceil(48 / 3), recipe.width) == (16, 207)
    np.testing.assert_array_equal(frames_of(found, recipe)[:48], features(NOISE, PLAIN))


def test_silence_and_a_single_sample_have_finite_features() -> None:
    for samples in (np.zeros(4000, np.float32), np.ones(1, np.float32)):
        found = features(Wave(8000, samples), PLAIN)
        assert np.isfinite(found).all()
        assert len(found) >= 1


def test_memory_for_spectra_is_bounded_and_pieces_join_without_a_seam() -> None:
    long = Wave(8000, np.random.default_rng(1).normal(0, 0.1, 8000 * 50).astype(np.float32))
    whole = features(long, PLAIN)  # 4,998 frames: two pieces
    part = features(replace(long, samples=long.samples[4000 * 80 :]), PLAIN)
    np.testing.assert_allclose(whole[4001:], part[1:], rtol=1e-4, atol=1e-5)
