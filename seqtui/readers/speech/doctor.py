"""The data doctor for speech: what each file says of itself, what is odd in its sound, and what a run would say to it.

Never raises for what is wrong inside a file; every sentence names the file.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from seqtui.errors import SeqtuiError
from seqtui.readers.listing import listed, shortened
from seqtui.readers.remark import Remark
from seqtui.readers.speech.audio_file import read_sound
from seqtui.readers.speech.corpus import classes_of
from seqtui.readers.speech.layouts import read_speech
from seqtui.readers.speech.reading import content_groups
from seqtui.readers.speech.recording_set import SpeechSet, speakers_of
from seqtui.text_safety import clean

LONGEST: Final = 600.0  # seconds of a file that are looked at
CLIPPED: Final = 0.999  # of full scale
MOST_CLIPPED: Final = 0.001  # share of the samples from which on a file is told of
SILENT: Final = 0.001  # of full scale: a file that never gets louder is silence
FEWEST_A_CLASS: Final = 20
MOST_IMBALANCE: Final = 20
_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file is: seconds, and its loudest sample; clipped: share of samples at full scale."""

    name: str
    rate: int
    channels: int
    coding: str
    seconds: float
    peak: float
    clipped: float
    faults: tuple[str, ...]


def examine(paths: Sequence[Path]) -> tuple[list[Remark], dict[str, Any]]:
    """Remarks path by path; facts by name as JSON, under each path where there are several."""
    remarks: list[Remark] = []
    facts: dict[str, Any] = {}
    for path in paths:
        own = _examine(path, remarks)
        facts |= own if len(paths) == 1 else {clean(str(path)): own}
    return remarks, facts


def look_at(path: Path) -> Facts:
    """One file. Raises as read_sound."""
    sound = read_sound(path, longest=LONGEST)
    loud = np.abs(sound.samples)
    clipped = float((loud >= CLIPPED).mean()) if loud.size else 0.0
    coding = f"{sound.coding} {sound.bits} bits"
    return Facts(
        clean(path.name), sound.rate, sound.channels, coding, sound.seconds, float(loud.max(initial=0)), clipped,
        sound.faults,
    )  # fmt: skip


def _examine(path: Path, remarks: list[Remark]) -> dict[str, Any]:
    where = clean(str(path))
    try:
        speech = read_speech(path)
    except SeqtuiError as error:
        remarks.append(Remark("error", where, str(error)))
        return {"readable": 0}
    seen, refused = [], []
    for file in [part for each in speech.utterances for part in each.parts if isinstance(part, Path)]:
        try:
            seen.append(look_at(file))
        except SeqtuiError as error:
            refused.append(str(error))
    remarks += [Remark("error", where, told) for told in shortened(refused, _TOLD, "files that cannot be read")]
    if not seen:
        return {"readable": 0}
    remarks.append(Remark("info", where, _summary(seen)))
    remarks += [Remark("warning", where, text) for text in (*_on_kinds(seen), *_on_sound(seen))]
    remarks += [Remark("info", where, text) for text in speech.notes]
    _tell_truth(speech, where, remarks)
    copies = _copies(speech)
    if copies:
        remarks.append(Remark("warning", where, f"{len(copies):,} recordings are copies, byte for byte: {copies[0]}"))
    return _facts(speech, seen, len(refused), len(copies))


def _summary(seen: Sequence[Facts]) -> str:
    seconds = np.array([each.seconds for each in seen])
    number = "1 recording" if len(seen) == 1 else f"{len(seen):,} recordings"
    return (
        f"{number}, {seconds.sum() / 60:,.1f} minutes: {seconds.min():.2f} to {seconds.max():.2f} s, median "
        f"{np.median(seconds):.2f} s; {_listed(each.rate for each in seen)} Hz, "
        f"{_listed(each.channels for each in seen)} channels, {_listed(each.coding for each in seen)}"
    )


def _on_kinds(seen: Sequence[Facts]) -> list[str]:
    said = []
    if len({each.rate for each in seen}) > 1:
        said.append(f"several rates ({_listed(each.rate for each in seen)} Hz): all are resampled to the commonest")
    if any(each.channels > 1 for each in seen):
        said.append(f"{sum(each.channels > 1 for each in seen):,} files have several channels: they are mixed down")
    return said


def _on_sound(seen: Sequence[Facts]) -> list[str]:
    """Clipping, silence, and what headers hid."""
    said = []
    for told, found in (
        ("are clipped: over one sample in a thousand is at full scale", [f for f in seen if f.clipped > MOST_CLIPPED]),
        ("are silent", [f for f in seen if f.peak < SILENT]),
        ("are not as their headers say", [f for f in seen if f.faults]),
    ):
        if found:
            names = listed((each.name + (f" ({each.faults[0]})" if each.faults else "") for each in found), _TOLD)
            said.append(f"{len(found):,} of {len(seen):,} files {told}: {names}")
    return said


def _tell_truth(speech: SpeechSet, where: str, remarks: list[Remark]) -> None:
    """Classes, speakers and splits, and whether a run could be trained."""
    counts = Counter(each.word for each in speech.utterances if each.word is not None)
    if not counts:
        remarks.append(Remark("info", where, "nothing says what is spoken: a trained model can be asked about it"))
        return
    try:
        classes = classes_of(speech)
    except SeqtuiError as refused:
        remarks.append(Remark("info", where, str(refused)))
    else:
        remarks.append(
            Remark("info", where, f"classes: {', '.join(f'{name} {counts[name]:,}' for name in classes[:12])}")
        )
        few = [name for name in classes if counts[name] < FEWEST_A_CLASS]
        if few:
            remarks.append(
                Remark("warning", where, f"{len(few):,} classes have under {FEWEST_A_CLASS} recordings: {few[0]}")
            )
        if max(counts.values()) > MOST_IMBALANCE * min(counts.values()):
            remarks.append(Remark("warning", where, "the classes are far from equally common: look at macro F1"))
    voices = speakers_of(speech.utterances)
    if voices:
        remarks.append(Remark("info", where, f"{len(voices)} speakers: {listed(voices, 8)}"))
    splits = Counter(each.split for each in speech.utterances if each.split)
    if splits:
        told = ", ".join(f"{name} {count:,}" for name, count in splits.items())
        remarks.append(Remark("info", where, f"split by {speech.split_by}: {told}"))


def _copies(speech: SpeechSet) -> list[str]:
    groups = content_groups(speech.utterances)
    first: dict[int, str] = {}
    found = []
    for group, each in zip(groups.tolist(), speech.utterances, strict=True):
        if group in first:
            found.append(f"{each.name} is {first[group]}")
        first.setdefault(group, each.name)
    return found


def _facts(speech: SpeechSet, seen: Sequence[Facts], refused: int, copies: int) -> dict[str, Any]:
    seconds = np.array([each.seconds for each in seen])
    edges = [0, 0.25, 0.5, 1, 2, 5, 10, 30, 1e9]
    names = ["under 0.25 s", "0.25–0.5 s", "0.5–1 s", "1–2 s", "2–5 s", "5–10 s", "10–30 s", "over 30 s"]
    return {
        "readable": len(seen),
        "refused": refused,
        "seconds": {"total": round(float(seconds.sum()), 3), "median": round(float(np.median(seconds)), 3)},
        "durations": dict(zip(names, np.histogram(seconds, edges)[0].tolist(), strict=True)),
        "rates": {str(rate): count for rate, count in Counter(each.rate for each in seen).items()},
        "channels": {str(number): count for number, count in Counter(each.channels for each in seen).items()},
        "codings": dict(Counter(each.coding for each in seen)),
        "clipped": sum(each.clipped > MOST_CLIPPED for each in seen),
        "silent": sum(each.peak < SILENT for each in seen),
        "copies": copies,
        "classes": dict(Counter(each.word for each in speech.utterances if each.word is not None).most_common(100)),
        "speakers": dict(Counter(each.speaker for each in speech.utterances if each.speaker).most_common(100)),
        "splits": dict(Counter(each.split for each in speech.utterances if each.split)),
    }


def _listed(values: Any) -> str:
    return ", ".join(str(value) for value, _ in Counter(values).most_common(3))
