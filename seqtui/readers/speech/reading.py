"""Utterances read into features: rate found out, broken files left out and named, speakers' own levels taken off."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, NotFound, SeqtuiError
from seqtui.readers.grouped_split import Indices, group_numbers
from seqtui.readers.listing import listed, shortened
from seqtui.readers.regular_file import read_regular
from seqtui.readers.speech.audio_features import Features, Recipe, features
from seqtui.readers.speech.audio_file import read_sound
from seqtui.readers.speech.feature_spool import FeatureSpool
from seqtui.readers.speech.recording_set import Utterance, hear
from seqtui.readers.unpacked_file import Progress

Normalise = Literal["global", "speaker", "utterance"]

MOST_RATE: Final = 16_000  # speech above is resampled to it: nothing that tells words apart is lost
LOOKED_AT: Final = 200  # files, evenly spaced, whose rate is asked for
LEAST_DEVIATION: Final = 1e-3
_BLOCK: Final = 65_536  # rows at once
_TOLD: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """What was read. values: (steps, width) end to end; lengths: (utterances,) steps; notes: a sentence each."""

    values: Features
    lengths: NDArray[np.int64]
    utterances: tuple[Utterance, ...]
    notes: tuple[str, ...]
    fingerprint: str


def usual_rate(utterances: Sequence[Utterance]) -> int:
    """The rate that most files have, at most 16 kHz. BadInput or NotFound where none of those looked at can be read."""
    spaced = np.linspace(0, len(utterances) - 1, min(len(utterances), LOOKED_AT)).round().astype(int)
    rates: Counter[int] = Counter()
    refused: SeqtuiError | None = None
    for index in spaced.tolist():
        for part in utterances[index].parts[:1]:
            try:
                rates[read_sound(part, longest=0).rate if isinstance(part, Path) else part.rate] += 1
            except (BadInput, NotFound) as error:
                refused = refused or error
    if not rates:
        raise refused or BadInput("there is no sound to read")
    return min(max(rates, key=lambda rate: (rates[rate], rate)), MOST_RATE)


def read_utterances(
    utterances: Sequence[Utterance], recipe: Recipe, *, longest: float, normalise: Normalise, progress: Progress
) -> Spoken:
    """Features of all that can be read; what cannot is left out with a note. BadInput where nothing can."""
    spool, lengths, read = FeatureSpool(recipe.width), [], []
    refused: list[SeqtuiError] = []
    faults: list[str] = []
    digest = blake2b(digest_size=16)
    for done, utterance in enumerate(utterances):
        progress("listening", done, len(utterances))
        try:
            heard = hear(utterance, recipe.rate, longest=longest)
        except (BadInput, NotFound) as error:
            refused.append(error)
            continue
        found = features(heard.wave, recipe)
        digest.update(heard.wave.samples.tobytes())
        digest.update(repr((utterance.label, utterance.text, utterance.speaker)).encode())
        faults += heard.faults
        spool.add(found - found.mean(0) if normalise == "utterance" else found)
        lengths.append(len(found))
        read.append(utterance)
    if not read:
        raise refused[0] if refused else BadInput("there is no sound to read")
    values, counts = spool.whole(), np.array(lengths, np.int64)
    if normalise == "speaker":
        level_speakers(values, counts, [each.speaker for each in read])
    return Spoken(values, counts, tuple(read), (*_on_refused(refused), *_on_faults(faults)), digest.hexdigest())


def level_speakers(values: Features, lengths: Indices, speakers: Sequence[str]) -> None:
    """Take off, in place, each speaker's mean, and divide by each one's deviation; who has no name stands alone."""
    ends = np.cumsum(lengths)
    owners = [speaker or f"\0{number}" for number, speaker in enumerate(speakers)]
    members: dict[str, list[int]] = {}
    for number, owner in enumerate(owners):
        members.setdefault(owner, []).append(number)
    for mine in members.values():
        stretches = [slice(int(ends[each] - lengths[each]), int(ends[each])) for each in mine]
        mean, deviation = _moments([values[stretch] for stretch in stretches])
        for stretch in stretches:
            values[stretch] = (values[stretch] - mean) / deviation


def moments(values: Features) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and deviation of each number over all rows, which may be more than memory holds."""
    mean, deviation = _moments([values[first : first + _BLOCK] for first in range(0, len(values), _BLOCK)])
    return tuple(mean.tolist()), tuple(deviation.tolist())


def content_groups(utterances: Sequence[Utterance]) -> Indices:
    """(utterances,) group numbers: recordings of the same bytes are one group."""
    return group_numbers(_digest(each) for each in utterances)


def taken(spoken: Spoken, wanted: Sequence[int]) -> Spoken:
    """Some of the utterances, in this order."""
    ends = np.cumsum(spoken.lengths)
    rows = [spoken.values[ends[each] - spoken.lengths[each] : ends[each]] for each in wanted]
    values = np.concatenate([spoken.values[:0], *rows])
    return replace(
        spoken, values=values, lengths=spoken.lengths[list(wanted)],
        utterances=tuple(spoken.utterances[each] for each in wanted),
    )  # fmt: skip


def _moments(parts: Sequence[Features]) -> tuple[Features, Features]:
    count = max(sum(map(len, parts)), 1)
    mean = sum(part.sum(0, dtype=np.float64) for part in parts) / count
    square = sum((((part - mean) ** 2).sum(0, dtype=np.float64)) for part in parts) / count
    deviation = np.maximum(np.sqrt(square), LEAST_DEVIATION)
    return np.asarray(mean, np.float32), np.asarray(deviation, np.float32)


def _digest(utterance: Utterance) -> bytes:
    digest = blake2b(digest_size=16)
    for part in utterance.parts:
        if isinstance(part, Path):
            try:
                digest.update(read_regular(part, at_most=1 << 31))
            except (BadInput, NotFound):
                digest.update(str(part).encode(errors="replace"))
        else:
            digest.update(part.samples.tobytes())
    return digest.digest()


def _on_refused(refused: Sequence[SeqtuiError]) -> list[str]:
    if not refused:
        return []
    files = "1 file was" if len(refused) == 1 else f"{len(refused):,} files were"
    return [f"{files} left out: {listed(map(str, refused), _TOLD, '; ')}"]


def _on_faults(faults: Sequence[str]) -> list[str]:
    return ["; ".join(shortened(faults, _TOLD, "like these"))] if faults else []
