"""From recordings to features in splits: who stands where, what is joined, what is left out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sounds import tone, write_wav

from seqtui.errors import BadInput, Usage
from seqtui.readers.grouped_split import Plan
from seqtui.readers.speech.audio_features import Recipe
from seqtui.readers.speech.audio_file import Wave
from seqtui.readers.speech.corpus import Wish, load_speech, load_to_hear
from seqtui.readers.speech.feature_spool import FeatureSpool
from seqtui.readers.speech.layouts import DIGITS
from seqtui.readers.speech.made_digits import make_digits, make_voice, say
from seqtui.readers.speech.reading import level_speakers, moments
from seqtui.readers.speech.recording_set import Utterance, hear
from seqtui.readers.speech.strings import joined
from seqtui.readers.unpacked_file import silent

RECIPE = Recipe("log-mel", 0, 20, 13, 0.025, 0.01, 0, 1)
WISH = Wish("word", RECIPE, "global", 5.0, "auto", 0, 10.0)
PLAN = Plan(0, 0, 0.1, 3)
VOICES = ("ann", "bob", "cid")


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """Three speakers, two digits, eight recordings each, all of them different."""
    for number, who in enumerate(VOICES):
        for digit in (1, 2):
            for index in range(8):
                pitch = 200 + 400 * digit + 30 * number + index
                write_wav(tmp_path / f"{digit}_{who}_{index}.wav", tone(pitch, 0.1 + 0.01 * index))
    return tmp_path


def names(part: object) -> set[str]:
    return {each.name for each in part.utterances}  # type: ignore[attr-defined]


def test_the_official_split_is_kept_and_validation_comes_from_training(digits: Path) -> None:
    found = load_speech(str(digits), WISH, PLAN, progress=silent)
    train, valid, test = found.parts
    assert all(int(name[-5]) < 5 for name in names(test))
    assert len(test.lengths) == 30
    assert len(train.lengths) + len(valid.lengths) == 18
    assert not names(train) & names(valid)
    assert found.classes == ("one", "two")
    assert found.recipe.rate == 8000
    assert train.values.shape == (int(train.lengths.sum()), 20)
    again = load_speech(str(digits), WISH, PLAN, progress=silent)
    assert again.fingerprint == found.fingerprint
    assert np.array_equal(again.parts[0].values, train.values)


def test_a_speaker_can_be_left_out(digits: Path) -> None:
    found = load_speech(str(digits), replace(WISH, split="speaker:bob"), PLAN, progress=silent)
    assert {each.speaker for each in found.parts[2].utterances} == {"bob"}
    assert {each.speaker for part in found.parts[:2] for each in part.utterances} == {"ann", "cid"}
    assert any("1 are never heard in training" in note for note in found.notes)
    with pytest.raises(Usage, match="no speaker 'dan' to test on; they are ann, bob, cid"):
        load_speech(str(digits), replace(WISH, split="speaker:dan"), PLAN, progress=silent)


def test_folds_by_speakers_test_every_voice_once(digits: Path) -> None:
    tested = []
    for fold in range(3):
        found = load_speech(
            str(digits), replace(WISH, split="speakers"), Plan(3, fold, 0.2, 3), progress=silent
        )  # fmt: skip
        voices = [{each.speaker for each in part.utterances} for part in found.parts]
        assert not (voices[2] & (voices[0] | voices[1]))
        tested += sorted(voices[2])
    assert sorted(tested) == list(VOICES)


def test_copies_are_never_parted_by_a_random_split(digits: Path) -> None:
    for index in range(8):
        (digits / f"1_dan_{index}.wav").write_bytes((digits / f"1_ann_{index}.wav").read_bytes())
    found = load_speech(str(digits), replace(WISH, split="random"), PLAN, progress=silent)
    where = {name: number for number, part in enumerate(found.parts) for name in names(part)}
    assert all(where[f"1_dan_{index}.wav"] == where[f"1_ann_{index}.wav"] for index in range(8))
    official = load_speech(str(digits), WISH, PLAN, progress=silent)
    assert not any("byte for byte" in note for note in official.notes), "the official split parts none of these"


def test_broken_files_are_left_out_by_name_and_all_broken_is_an_error(digits: Path) -> None:
    (digits / "1_ann_6.wav").write_bytes(b"RIFF, but no more")
    found = load_speech(str(digits), WISH, PLAN, progress=silent)
    assert any("1 file was left out" in note and "1_ann_6.wav is no WAV file" in note for note in found.notes)
    for path in digits.iterdir():
        path.write_bytes(b"RIFF" + path.name.encode())
    with pytest.raises(BadInput, match="no WAV file"):
        load_speech(str(digits), WISH, PLAN, progress=silent)


def test_joined_strings_hold_every_recording_once_of_one_voice_and_say_what_they_say() -> None:
    single = [
        Utterance(f"{who}{n}", (Wave(8000, np.full(80, n, np.float32)),), None, DIGITS[n % 10], who, "test")
        for who in VOICES
        for n in range(11)
    ]
    strings = joined(single, 4, seed=1)
    assert strings == joined(single, 4, seed=1)
    parts = [part for each in strings for part in each.parts]
    assert len(parts) == 33
    assert {id(part) for part in parts} == {id(each.parts[0]) for each in single}
    text_of = {id(each.parts[0]): (each.text, each.speaker) for each in single}
    for each in strings:
        assert each.text == " ".join(text_of[id(part)][0] for part in each.parts)
        assert {text_of[id(part)][1] for part in each.parts} == {each.speaker}
        assert 2 <= len(each.parts) <= 5
        heard = hear(each, 8000, longest=1).wave
        assert heard.seconds == pytest.approx(0.01 * len(each.parts) + sum(each.pauses), abs=0.001)
    assert len(joined(single, 4, seed=1, passes=3)) > 2 * len(strings)


def test_each_speakers_own_level_is_taken_off() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(5, 2, (40, 3)), rng.normal(-1, 1, (60, 3))]).astype(np.float32)
    level_speakers(values, np.array([10, 30, 60]), ["ann", "ann", ""])
    for part in (values[:40], values[40:]):
        np.testing.assert_allclose(part.mean(0), 0, atol=1e-5)
        np.testing.assert_allclose(part.std(0), 1, atol=1e-4)
    mean, deviation = moments(values)
    np.testing.assert_allclose([*mean, *deviation], [0, 0, 0, 1, 1, 1], atol=1e-4)


def test_features_beyond_memory_go_to_a_file_and_come_back_the_same() -> None:
    pieces = [np.random.default_rng(n).normal(size=(50 + n, 7)).astype(np.float32) for n in range(6)]
    kept, spilled = FeatureSpool(7), FeatureSpool(7, in_memory=3000)
    for piece in pieces:
        kept.add(piece)
        spilled.add(piece)
    assert isinstance(spilled.whole(), np.memmap)
    assert np.array_equal(kept.whole(), spilled.whole())
    whole = spilled.whole()
    whole[:50] = 0
    assert not spilled.whole()[:50].any(), "it can be written to"


def test_files_to_ask_about_need_no_truth_and_long_ones_are_cut_and_told_of(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", tone(300, 6.0))
    found = load_to_hear(str(path), replace(WISH, recipe=replace(RECIPE, rate=8000)), progress=silent)
    assert found.utterances[0].word is None
    assert int(found.lengths[0]) == 1 + (5 * 8000 - 200) // 80
    assert any("a.wav lasts 6.0 s and is read to 5 s" in note for note in found.notes)


def test_made_digits_are_the_same_for_ever_and_of_other_voices_in_each_split() -> None:
    found = make_digits(5.0, seed=0)
    again = make_digits(5.0, seed=0)
    assert len(found.utterances) == 1480
    assert all(
        np.array_equal(one.parts[0].samples, two.parts[0].samples)  # type: ignore[union-attr]
        for one, two in zip(found.utterances[::97], again.utterances[::97], strict=True)
    )
    voices = {split: {e.speaker for e in found.utterances if e.split == split} for split in ("train", "valid", "test")}
    assert [len(voices[split]) for split in voices] == [10, 3, 3]
    assert not voices["train"] & (voices["valid"] | voices["test"])


@pytest.mark.parametrize("noise", [-5.0, 10.0, 30.0])
def test_made_words_are_as_much_louder_than_the_noise_as_is_said(noise: float) -> None:
    voice = make_voice(np.random.default_rng(1))
    loud = say("nine", voice, 200.0, np.random.default_rng(2)).samples.astype(np.float64)
    noisy = say("nine", voice, noise, np.random.default_rng(2)).samples.astype(np.float64)
    word = np.trim_zeros(np.round(loud, 9))
    ratio = 10 * np.log10((word**2).mean() / ((noisy - loud) ** 2).mean())
    assert ratio == pytest.approx(noise, abs=0.6)
