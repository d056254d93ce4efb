"""The data doctor for music: what each file holds and what is odd about it, and what a set of them suggests.

Never raises for what is wrong inside a file; every sentence names the file and, where there is one, track or record.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from seqtui.errors import BadInput, NotFound
from seqtui.readers.music.folder import midi_files
from seqtui.readers.music.mat_rolls import MAT_SUFFIX, SPLITS, read_rolls
from seqtui.readers.music.midi import DRUMS, PITCH, Score, read_midi
from seqtui.readers.music.piano_roll import KEYS, LOWEST, frames_from_score
from seqtui.readers.music.pieces import GRIDS, channels, encode, music_hash, off_grid, suggest_grid
from seqtui.readers.music.roll_text import note_name
from seqtui.readers.remark import Remark

_FULL_BPTT: Final = 256
_BARS_OF_BPTT: Final = 8
_FINEST: Final = 12


def examine(paths: Sequence[Path]) -> tuple[list[Remark], dict[str, Any]]:
    """Remarks file by file, then on the set; and facts by name as JSON."""
    remarks: list[Remark] = []
    facts: dict[str, Any] = {}
    scores: dict[str, Score] = {}
    files = 0
    for path in paths:
        if path.suffix.lower() == MAT_SUFFIX and not path.is_dir():
            facts[str(path)] = _examine_rolls(path, remarks)
            continue
        found = [file for _, file in midi_files(path)] if path.is_dir() else [path]
        if not found:
            remarks.append(Remark("error", str(path), "holds no MIDI file"))
        files += len(found)
        for file in found:
            try:
                scores[str(file)] = read_midi(file)
            except (BadInput, NotFound) as error:
                remarks.append(Remark("error", str(file), str(error)))
    if files:
        facts |= {"files": files, "readable": len(scores)}
    if scores:
        grid = suggest_grid(list(scores.values()))
        for name, score in scores.items():
            remarks += _examine_score(name, score, grid)
        facts |= _examine_set(scores, grid, remarks)
    return remarks, facts


def _examine_score(name: str, score: Score, grid: int) -> list[Remark]:
    notes = score.pitched()
    if len(notes) == 0:
        return [Remark("warning", name, "holds no notes" + (" but drums" if len(score.notes) else ""))]
    beats, unit = score.meter
    sounding = frames_from_score(score, _FINEST).sum(axis=1)
    seconds = float(score.seconds(np.array([score.end]))[0])
    text = (
        f"format {score.format}, {len(score.track_names)} tracks, {len(score.notes)} notes, {_bars(score):.1f} bars of "
        f"{beats}/{unit}, {seconds:.1f} s at {60e6 / score.tempo:.0f} bpm, "
        f"{note_name(int(notes[:, PITCH].min()))} to {note_name(int(notes[:, PITCH].max()))}, "
        f"up to {int(sounding.max(initial=0))} keys at once"
    )
    outside = int(((notes[:, PITCH] < LOWEST) | (notes[:, PITCH] >= LOWEST + KEYS)).sum())
    off = off_grid(score, grid) / len(notes)
    said = [*score.faults]
    said += [f"{score.odd.hanging} notes are never let go; they last to the end of their track"] * bool(
        score.odd.hanging
    )
    said += [f"{score.odd.zero_length} notes last no time and are left out"] * bool(score.odd.zero_length)
    said += [f"{score.odd.overlapping} notes are struck while they sound"] * bool(score.odd.overlapping)
    said += ["channel 10 plays drums, which are left out"] * (DRUMS in channels(score))
    said += [f"{outside} notes lie outside the 88 keys (21 to 108); frames leave them out"] * bool(outside)
    said += [f"{off:.0%} of the notes begin off a grid of {grid} steps per beat"] * (off > 0.05)
    said += [f"the meter changes {len(score.meters) - 1} times; bars are counted by the first"] * (
        len(score.meters) > 1
    )
    return [Remark("info", name, text), *(Remark("warning", name, sentence) for sentence in said)]


def _bars(score: Score) -> float:
    beats, unit = score.meter
    return float(score.pitched()[:, 1].max(initial=0)) / (score.ticks_per_beat * 4 * beats / unit)


def _examine_set(scores: dict[str, Score], grid: int, remarks: list[Remark]) -> dict[str, Any]:
    same: defaultdict[bytes, list[str]] = defaultdict(list)
    steps: list[int] = []
    bars: list[float] = []
    onsets = 0
    for name, score in scores.items():
        try:
            piece = encode(score, name, "frames", grid)
        except BadInput:
            continue  # said above: no notes
        same[music_hash(piece.values)].append(name)
        steps.append(len(piece.values))
        bars.append(_bars(score))
        onsets += piece.facts.onsets
    twins = [names for names in same.values() if len(names) > 1]
    for names in twins:
        others = f" and {len(names) - 4} more" if len(names) > 4 else ""
        text = f"has the same notes, transposed or not, as {', '.join(names[1:4])}{others}"
        remarks.append(Remark("warning", names[0], text))
    if not steps:
        return {"usable": 0}
    beats, unit = next(iter(scores.values())).meter
    bptt = 0 if np.percentile(steps, 90) <= _FULL_BPTT else round(_BARS_OF_BPTT * grid * 4 * beats / unit)
    whole = " (whole pieces)" if bptt == 0 else ""
    remarks.append(Remark("info", "the set", f"suggested: steps_per_beat={grid}, bptt={bptt}{whole}"))
    return {
        "usable": len(steps),
        "notes": onsets,
        "frames": sum(steps),
        "bars": _histogram(bars),
        "frames_per_piece": _histogram([float(length) for length in steps]),
        "off_grid_share": {str(each): _share_off(scores, each) for each in GRIDS},
        "duplicates": twins,
        "suggested": {"steps_per_beat": grid, "bptt": bptt},
    }


def _share_off(scores: dict[str, Score], grid: int) -> float:
    notes = sum(len(score.pitched()) for score in scores.values())
    return round(sum(off_grid(score, grid) for score in scores.values()) / max(notes, 1), 4)


def _histogram(lengths: Sequence[float]) -> dict[str, Any]:
    counts, edges = np.histogram(lengths, bins=min(10, max(1, len(set(lengths)))))
    return {
        "least": float(min(lengths)),
        "median": float(np.median(lengths)),
        "most": float(max(lengths)),
        "edges": [round(float(edge), 2) for edge in edges],
        "counts": counts.tolist(),
    }


def _examine_rolls(path: Path, remarks: list[Remark]) -> dict[str, Any]:
    try:
        splits, problems = read_rolls(path)
    except (BadInput, NotFound) as error:
        remarks.append(Remark("error", str(path), str(error)))
        return {}
    remarks += [Remark("warning", str(path), problem) for problem in problems]
    facts: dict[str, Any] = {}
    trained = {music_hash(piece.values) for piece in splits["train"]}
    for split, pieces in splits.items():
        lengths = [len(piece.values) for piece in pieces]
        sounding = np.concatenate([piece.values.sum(axis=1, dtype=np.int64) for piece in pieces])
        keys = np.flatnonzero(np.any([piece.values.any(axis=0) for piece in pieces], axis=0))
        span = f"{note_name(int(keys[0]) + LOWEST)} to {note_name(int(keys[-1]) + LOWEST)}" if len(keys) else "silent"
        silent = sum(not piece.values.any() for piece in pieces)
        text = f"{len(pieces)} records, {sum(lengths)} frames, {span}, up to {int(sounding.max())} keys at once"
        remarks.append(Remark("info", f"{path} {SPLITS[split]}", text))
        if silent:
            remarks.append(Remark("warning", f"{path} {SPLITS[split]}", f"{silent} records hold no note"))
        leaked = 0 if split == "train" else sum(music_hash(piece.values) in trained for piece in pieces)
        if leaked:
            text = f"{leaked} records have the same notes as a training record, transposed or not"
            remarks.append(Remark("warning", f"{path} {SPLITS[split]}", text))
        facts[split] = {
            "records": len(pieces),
            "frames": sum(lengths),
            "length": _histogram([float(n) for n in lengths]),
        }
    return facts
