"""How speech data lie: a file, a manifest, the Free Spoken Digit layout, a folder a class, folders that say splits."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput, NotFound
from seqtui.readers.speech.audio_file import AUDIO_SUFFIXES, is_sound_file
from seqtui.readers.speech.manifest import MANIFEST_SUFFIXES, is_manifest, read_manifest
from seqtui.readers.speech.recording_set import SpeechSet, Utterance
from seqtui.readers.split_folder import data_files, splits_of
from seqtui.text_safety import clean

DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
OFFICIAL_TEST: Final = 5  # FSDD: recordings 0 … 4 of each speaker and digit are the test split
WANTED: Final = (
    "WAV or FLAC files in a folder a class, named DIGIT_SPEAKER_INDEX.wav, or listed in a CSV or JSON manifest"
)

_SPOKEN_DIGIT: Final = re.compile(r"(\d)_([^_]+)_(\d+)\.(wav|flac)", re.I)
_NO_CLASS: Final = ("_background_noise_",)  # Speech Commands


def read_speech(data: Path) -> SpeechSet:
    """All utterances of a file or folder. NotFound, or BadInput where there is no sound."""
    name = clean(str(data))
    if data.is_dir():
        return _folder(data)
    if not data.exists():
        raise NotFound(f"there is no file or folder {name}")
    if is_sound_file(data) or not data.suffix:  # without one: what came on stdin
        return SpeechSet((Utterance(clean(data.name), (data,)),))
    if data.suffix.lower() in MANIFEST_SUFFIXES:
        return read_manifest(data)
    raise BadInput(f"{name} is neither sound nor a manifest by its name; give {WANTED}")


def _folder(folder: Path) -> SpeechSet:
    inside = data_files(folder)
    manifests = [path for path in inside if is_manifest(path)]
    if manifests:
        return _manifests(manifests)
    sounds = [path for path in inside if is_sound_file(path)]
    digits = [(path, found) for path in sounds if (found := _SPOKEN_DIGIT.fullmatch(path.name))]
    if digits:
        return _spoken_digits(digits, len(sounds) - len(digits))
    folders = [path for path in inside if path.is_dir() and path.name.lower() not in _NO_CLASS]
    with_sound = [path for path in folders if _sounds_within(path)]
    if not with_sound:
        if sounds:
            return SpeechSet(tuple(Utterance(clean(path.name), (path,)) for path in sounds))
        if len(folders) == 1:
            return _folder(folders[0])
        raise BadInput(f"{clean(str(folder))} holds no sound; give {WANTED}")
    if len(with_sound) == 1 and not sounds:
        return _folder(with_sound[0])
    splits, _ = splits_of(with_sound)
    if splits:
        return _split_folders(splits)
    return _classes(with_sound)


def _manifests(paths: Sequence[Path]) -> SpeechSet:
    splits, others = splits_of(paths)
    if splits:
        parts = [read_manifest(path, split=split) for split, path in splits.items()]
        return SpeechSet(tuple(each for part in parts for each in part.utterances), "the manifests' names")
    if len(others) > 1:
        names = ", ".join(clean(path.name) for path in others[:3])
        raise BadInput(f"{clean(str(others[0].parent))} holds several manifests ({names}): give one of them")
    return read_manifest(others[0])


def _spoken_digits(found: Sequence[tuple[Path, re.Match[str]]], others: int) -> SpeechSet:
    """Named as in the Free Spoken Digit Dataset, with its official split."""
    utterances = []
    for path, parts in found:
        digit, speaker, index = parts[1], parts[2], int(parts[3])
        split = "test" if index < OFFICIAL_TEST else "train"
        word = DIGITS[int(digit)]
        utterances.append(Utterance(clean(path.name), (path,), word, word, clean(speaker), split))
    is_split = len({each.split for each in utterances}) == 2
    notes = (f"{others:,} sound files are not named DIGIT_SPEAKER_INDEX and were left out",) if others else ()
    if not is_split:
        utterances = [replace(each, split=None) for each in utterances]
    return SpeechSet(tuple(utterances), "the index of each recording (0–4 test)" if is_split else "", DIGITS, notes)


def _classes(folders: Sequence[Path], prefix: str = "") -> SpeechSet:
    """A folder a class. The Speech Commands' names tell the speaker before _nohash_."""
    utterances = [
        Utterance(
            f"{prefix}{clean(folder.name)}/{clean(path.name)}", (path,), clean(folder.name),
            clean(folder.name).replace("_", " "), clean(path.name.partition("_nohash_")[0]) * ("_nohash_" in path.name),
        )
        for folder in folders
        for path in _sounds_within(folder)
    ]  # fmt: skip
    return SpeechSet(tuple(utterances))


def _split_folders(splits: dict[str, Path]) -> SpeechSet:
    parts = []
    for split, folder in splits.items():
        inside = [path for path in data_files(folder) if path.is_dir()]
        read = _classes([path for path in inside if _sounds_within(path)], f"{clean(folder.name)}/")
        if not read.utterances:
            raise BadInput(f"{clean(str(folder))} has no folder with sound in it; give a folder a class in each split")
        parts += [replace(each, split=split) for each in read.utterances]
    return SpeechSet(tuple(parts), "the folders' names")


def _sounds_within(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES and path.is_file())
