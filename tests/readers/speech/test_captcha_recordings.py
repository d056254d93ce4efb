"""Digits and letters of the package captcha: named, varied, joined; and a sentence where it is not installed."""

import string
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from sounds import chunk, form, riff, tone, write_wav

from seqtui.errors import MissingExtra
from seqtui.readers.grouped_split import Plan
from seqtui.readers.speech.audio_features import Recipe
from seqtui.readers.speech.audio_file import Wave
from seqtui.readers.speech.audio_wav import read_wav
from seqtui.readers.speech.captcha_recordings import NOTE, RECORDINGS, captcha_files, varied, vary_captcha
from seqtui.readers.speech.corpus import Wish, load_speech, load_to_hear
from seqtui.readers.speech.layouts import DIGITS
from seqtui.readers.speech.named_speech import name_of, read_named
from seqtui.readers.unpacked_file import silent

RECIPE = Recipe("log-mel", 8000, 20, 13, 0.025, 0.01, 0, 1)
WISH = Wish("word", RECIPE, "global", 5.0, "auto", 0, 10.0)
PLAN = Plan(0, 0, 0.1, 3)
needs_captcha = pytest.mark.skipif(find_spec("captcha") is None, reason="captcha is not installed")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of that name, laid out as it is, whose recordings are tones of 8 bits."""
    package = tmp_path / "site" / "captcha"
    for place, symbol in enumerate(string.digits + string.ascii_uppercase):
        levels = np.round(tone(200 + 40 * place, 0.25) * 127 + 128).astype(np.uint8)
        path = package / "data" / symbol / "default.wav"
        path.parent.mkdir(parents=True)
        path.write_bytes(riff(form(bits=8), chunk(b"data", levels.tobytes())))
    (package / "__init__.py").write_text("raise AssertionError('it must not be imported')\n")
    monkeypatch.syspath_prepend(str(package.parent))
    for split, count in (("train", 108), ("valid", 36), ("test", 36)):  # a tenth of what it is, for speed
        monkeypatch.setitem(RECORDINGS, split, count)
    return package


def test_every_symbol_is_there_in_each_split_and_no_variation_twice(package: Path) -> None:
    found = vary_captcha(5.0, digits_only=False, seed=0)
    assert found.order == (*DIGITS, *string.ascii_lowercase)
    assert found.notes == (NOTE,)
    for split, times in (("train", 3), ("valid", 1), ("test", 1)):
        words = [each.word for each in found.utterances if each.split == split]
        assert sorted(words) == sorted(found.order * times)  # type: ignore[type-var]
    sounds = {each.parts[0].samples.tobytes() for each in found.utterances}  # type: ignore[union-attr]
    assert len(sounds) == len(found.utterances)
    assert package.is_dir() and "captcha" not in sys.modules


def test_digits_alone_are_the_same_for_a_seed_and_others_for_another(package: Path) -> None:
    assert package.is_dir()
    first, again, other = (read_named("captcha-digits", 5.0, seed=seed).utterances for seed in (0, 0, 1))
    assert {each.word for each in first} == set(DIGITS)
    assert len(first) == 100 + 30 + 30
    for one, two, three in zip(first[::17], again[::17], other[::17], strict=True):
        assert np.array_equal(one.parts[0].samples, two.parts[0].samples)  # type: ignore[union-attr]
        assert not np.array_equal(one.parts[0].samples, three.parts[0].samples)  # type: ignore[union-attr]


def test_speed_changes_pitch_and_length_together_and_noise_is_as_loud_as_is_said() -> None:
    wave, rng = Wave(8000, tone(1000, 0.5).astype(np.float32)), np.random.default_rng(5)
    speeds = []
    for _ in range(40):
        found = varied(wave, 40.0, rng)
        spectrum = np.abs(np.fft.rfft(found.samples))
        pitch = float(np.fft.rfftfreq(len(found.samples), 1 / 8000)[spectrum.argmax()])
        lasts = float((np.abs(found.samples) > 0.06).nonzero()[0][[0, -1]] @ [-1, 1]) / 8000
        assert lasts == pytest.approx(0.5 * 1000 / pitch, rel=0.03)
        speeds.append(pitch / 1000)
    assert 0.84 < min(speeds) < 0.92 and 1.15 < max(speeds) < 1.26
    loud = varied(wave, 200.0, np.random.default_rng(1)).samples
    noise = varied(wave, 3.0, np.random.default_rng(1)).samples - loud
    word = loud[np.abs(loud) > 1e-6]
    assert 10 * np.log10((word**2).mean() / (noise**2).mean()) == pytest.approx(3.0, abs=0.5)


def test_they_are_joined_into_strings_of_what_is_said(package: Path) -> None:
    assert package.is_dir()
    wish = replace(WISH, goal="transcript", join=5)
    found = load_speech("captcha-digits", wish, PLAN, progress=silent)
    texts = [(each.transcript or "").split() for part in found.parts for each in part.utterances]
    assert {word for text in texts for word in text} == set(DIGITS)
    assert {2, 3, 4, 5} <= {len(text) for text in texts} <= {2, 3, 4, 5, 6}
    assert found.source == "digits recorded for captcha, 10 dB over noise, joined into strings of up to 5 words"
    assert NOTE in found.notes and not any("see --split" in note for note in found.notes)
    fresh = load_to_hear("captcha-digits", replace(wish, recipe=found.recipe), progress=silent)
    assert len(fresh.utterances) > 30 and fresh.fingerprint != found.parts[2].fingerprint


def test_a_folder_of_that_name_is_what_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (name_of("captcha"), name_of("digits"), name_of(None), name_of("strange")) == (
        "captcha", "digits", "digits", None,
    )  # fmt: skip
    for word in ("yes", "no"):
        write_wav(tmp_path / "captcha" / word / "a.wav", tone())
    assert name_of("captcha") is None
    hears = replace(WISH, recipe=replace(RECIPE, rate=8000))
    assert {each.word for each in load_to_hear("captcha", hears, progress=silent).utterances} == {"yes", "no"}


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(MissingExtra, match=r'not installed: pip install "seqtui\[corpora\]"'):
        captcha_files(digits_only=True)


@needs_captcha
def test_the_package_ships_36_recordings_of_8_bits_at_8_khz() -> None:
    files = captcha_files(digits_only=False)
    assert len(files) == 36
    for path in files.values():
        sound = read_wav(path, longest=10)
        assert (sound.rate, sound.channels, sound.bits, sound.faults) == (8000, 1, 8, ())
        assert 0.2 < sound.seconds < 1 and np.abs(sound.samples).max() > 0.3
    assert "captcha" not in sys.modules
