"""The data doctor for clips: how many, how long, how large, of what classes, what stands twice, and what is broken."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import SeqtuiError
from seqtui.readers.clips.clip_set import ClipSet
from seqtui.readers.clips.files import kind_of
from seqtui.readers.clips.made_clips import find_digits, make_clips, read_digits
from seqtui.readers.clips.sources import Reading, read_clips
from seqtui.readers.grouped_split import group_numbers
from seqtui.readers.remark import Remark
from seqtui.readers.unpacked_file import silent
from seqtui.text_safety import clean

MOST_FRAMES: Final = 2000  # of a clip that is looked at
BINS: Final = 12
RARE: Final = 0.2  # a class with less than this share of what an even one would have
_TOLD: Final = 3


def examine(paths: Sequence[Path]) -> tuple[list[Remark], dict[str, Any]]:
    """What is wrong with each path, and facts by its name. Never raises for what is wrong inside."""
    remarks: list[Remark] = []
    facts: dict[str, Any] = {}
    for path in paths:
        try:
            clips = _read(path)
        except SeqtuiError as error:
            remarks.append(Remark("error", clean(path.name), str(error)))
            continue
        remarks += _remarks(clips, clean(path.name))
        facts[clean(path.name)] = _facts(clips, path)
    return remarks, facts


def _read(path: Path) -> ClipSet:
    digits = find_digits(path)
    if digits is not None:
        return make_clips("motions", seed=0, size=None, length=None, sprites=read_digits(digits)[0])
    return read_clips(path, Reading(max_frames=MOST_FRAMES), progress=silent)


def _remarks(clips: ClipSet, where: str) -> list[Remark]:
    found = [Remark(_level(note), where, note) for note in clips.notes]
    groups = group_numbers(clips.digests())
    counts = np.bincount(groups)
    copies = len(clips) - len(counts)
    if copies:
        found.append(
            Remark("warning", where, f"{copies:,} clips are copies of others, frame by frame: {_pair(clips, groups)}")
        )
    found += _contradictions(clips, groups, where)
    still = _still(clips)
    if len(still):
        names = ", ".join(clips.names[each] for each in still[:_TOLD].tolist())
        found.append(Remark("warning", where, f"in {len(still):,} clips nothing moves, such as {names}"))
    found += _on_classes(clips, where)
    if (clips.lengths < 2).any():
        found.append(Remark("warning", where, f"{int((clips.lengths < 2).sum()):,} clips have a single frame"))
    return found


def _level(note: str) -> str:
    broken = ("left out", "cannot be decoded", "cannot be read", "is empty")
    return "error" if any(words in note for words in broken) else "info"


def _pair(clips: ClipSet, groups: NDArray[np.int64]) -> str:
    first = int(np.flatnonzero(np.bincount(groups) > 1)[0])
    return " and ".join(clips.names[each] for each in np.flatnonzero(groups == first)[:2].tolist())


def _contradictions(clips: ClipSet, groups: NDArray[np.int64], where: str) -> list[Remark]:
    """Equal clips of different classes."""
    said: dict[int, set[str]] = {}
    for group, label in zip(groups.tolist(), clips.labels, strict=True):
        if label is not None:
            said.setdefault(group, set()).add(label)
    torn = [labels for labels in said.values() if len(labels) > 1]
    if not torn:
        return []
    text = f"{len(torn):,} clips stand under more than one class, such as {' and '.join(sorted(torn[0]))}"
    return [Remark("warning", where, text)]


def _still(clips: ClipSet) -> NDArray[np.int64]:
    """(…,) clips of several frames that are all the same."""
    found = []
    for index in range(len(clips)):
        frames = clips.clip(index)
        if len(frames) > 1 and (frames[1:] == frames[0]).all():
            found.append(index)
    return np.array(found, np.int64)


def _on_classes(clips: ClipSet, where: str) -> list[Remark]:
    counts = Counter(label for label in clips.labels if label is not None)
    without = sum(label is None for label in clips.labels)
    found = []
    if not counts:
        found.append(Remark("info", where, "no clip has a class: fit for goal=next and for predict"))
    elif without:
        found.append(Remark("warning", where, f"{without:,} of {len(clips):,} clips have no class"))
    even = sum(counts.values()) / max(len(counts), 1)
    rare = [name for name, count in counts.items() if count < RARE * even]
    if rare:
        told = ", ".join(f"{name} ({counts[name]})" for name in rare[:_TOLD])
        found.append(Remark("warning", where, f"rare classes: {told}; --class-weights balanced weighs all the same"))
    return found


def _facts(clips: ClipSet, path: Path) -> dict[str, Any]:
    shape = clips.shape
    reads = f"{clips.values.shape[1]} numbers a frame"
    if shape is not None:
        reads = f"{shape.width} × {shape.height} pixels, {'grey' if shape.channels == 1 else 'color'}"
    facts: dict[str, Any] = {
        "clips": len(clips),
        "kind": kind_of(path) or "folder",
        "frames": int(clips.lengths.sum()),
        "frames a clip": _histogram(clips.lengths),
        "read as": reads,
    }
    if clips.rate:
        facts["frames a second"] = round(clips.rate, 3)
    classes = Counter(label for label in clips.labels if label is not None)
    if classes:
        facts["classes"] = dict(sorted(classes.items()))
    if clips.splits is not None:
        facts["splits"] = dict(Counter(clips.splits))
    return facts


def _histogram(numbers: NDArray[np.int64]) -> dict[str, Any]:
    counts, _ = np.histogram(numbers, BINS)
    return {
        "least": int(numbers.min()), "median": float(np.median(numbers)), "most": int(numbers.max()),
        "counts": counts.tolist(),
    }  # fmt: skip
