"""Utterances as files and manifests give them: recordings with what is said in them, by whom, and in which split."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from seqtui.readers.speech.audio_file import Wave, at_rate, mixed_down, read_sound

QUIET: Final = 1e-4  # of full scale: what silence between joined recordings is filled with, so that it has a logarithm


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing to listen to.

    parts: recordings, files or made ones, which are heard one after the other; pauses: seconds of silence before each,
    none where it is empty. label: its class; text: the words that are said; speaker: '' where nobody tells.
    split: train, valid, test, or None where the data do not say.
    """

    name: str
    parts: tuple[Path | Wave, ...]
    label: str | None = None
    text: str | None = None
    speaker: str = ""
    split: str | None = None
    pauses: tuple[float, ...] = ()

    @property
    def word(self) -> str | None:
        """Its class, or the words that are said where it has none."""
        return self.text if self.label is None else self.label

    @property
    def transcript(self) -> str | None:
        """The words that are said, or its class where nobody wrote them down."""
        return self.label if self.text is None else self.text


@dataclass(frozen=True, slots=True)
class SpeechSet:
    """split_by: what says the splits, such as "the manifest"; '' where nothing does. order: of classes; () for any."""

    utterances: tuple[Utterance, ...]
    split_by: str = ""
    order: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """An utterance that was read: its sound at one rate, and what was wrong with the files, a sentence each."""

    wave: Wave
    faults: tuple[str, ...]


def hear(utterance: Utterance, rate: int, *, longest: float) -> Heard:
    """All parts of an utterance at `rate`, `longest` seconds of each file at most. NotFound or BadInput."""
    pieces: list[np.ndarray] = []
    faults: list[str] = []
    pauses = utterance.pauses or (0.0,) * len(utterance.parts)
    for part, pause in zip(utterance.parts, pauses, strict=True):
        if isinstance(part, Path):
            sound = read_sound(part, longest=longest)
            faults += [f"{part.name}: {fault}" for fault in sound.faults]
            if sound.seconds > longest:
                faults.append(f"{part.name} lasts {sound.seconds:,.1f} s and is read to {longest:g} s: see --longest")
            part = mixed_down(sound)
        if pause:
            pieces.append(_silence(round(pause * rate)))
        pieces.append(at_rate(part, rate).samples)
    return Heard(Wave(rate, np.concatenate(pieces)), tuple(faults))


def _silence(frames: int) -> np.ndarray:
    return np.random.default_rng(frames).normal(0, QUIET, frames).astype(np.float32)


def speakers_of(utterances: Sequence[Utterance]) -> list[str]:
    """All speakers by name, without those that nobody tells."""
    return sorted({each.speaker for each in utterances} - {""})
