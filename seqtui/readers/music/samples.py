"""What a music model wrote, as scores and files; the encoding it carries is JSON and all that may be relied on."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from seqtui.errors import BadInput, Usage
from seqtui.readers.music.midi import MIDI_SUFFIXES, Score, read_midi
from seqtui.readers.music.midi_events import EOS, STEPS_PER_SECOND, score_from_events, steps_of
from seqtui.readers.music.midi_write import midi_bytes
from seqtui.readers.music.piano_roll import (
    KEYS,
    LOWEST,
    VOICES,
    Frames,
    Performance,
    frames_from_score,
    score_from_frames,
)
from seqtui.readers.music.pieces import Piece, PieceFacts, Values, encode
from seqtui.readers.music.sources import most_common_facts

_OPENINGS: Final = 16
_TOKENS_PER_BAR: Final = 512
_EVENT_GRID: Final = 4
# Slower or faster than anyone plays; and in events a tick must stay far shorter than 10 ms.
_TEMPO_BOUNDS: Final = (150_000, 3_000_000)


def make_encoding(pieces: Sequence[Piece], representation: str, steps_per_beat: int) -> dict[str, Any]:
    """What it takes to hear, prime and measure samples of a model trained on these pieces."""
    encoding: dict[str, Any] = {
        "representation": representation,
        "steps_per_beat": steps_per_beat,
        "voices": ["Piano"],
        "openings": [],
    }
    encoding = played_as(most_common_facts(pieces), encoding)
    if representation == "frames":
        encoding |= {"keys": KEYS, "lowest": LOWEST}
        if _is_four_voiced(pieces):
            encoding["voices"] = list(VOICES)
        bar = steps_per_bar(encoding)
        chosen = pieces[:: -(-len(pieces) // _OPENINGS)]
        encoding["openings"] = [[np.flatnonzero(frame).tolist() for frame in piece.values[:bar]] for piece in chosen]
    return encoding


def played_as(facts: PieceFacts, encoding: Mapping[str, Any]) -> dict[str, Any]:
    """The encoding with the tempo, meter and instrument of a piece."""
    tempo = min(max(facts.tempo, _TEMPO_BOUNDS[0]), _TEMPO_BOUNDS[1])
    return {**encoding, "tempo": tempo, "meter": list(facts.meter), "program": facts.program}


def read_primer(source: str, encoding: Mapping[str, Any]) -> Piece:
    """A MIDI file as the model reads music. BadInput or NotFound where there is none to go on from."""
    return encode(read_midi(Path(source)), source, encoding["representation"], encoding["steps_per_beat"])


def _is_four_voiced(pieces: Sequence[Piece]) -> bool:
    sounding = np.concatenate([piece.values.sum(axis=1, dtype=np.int64) for piece in pieces])
    # Some chorales divide a voice for a chord; the fifth note then joins the nearest.
    return float((sounding <= len(VOICES)).mean()) > 0.99 and float(sounding.mean()) > 3


def steps_per_bar(encoding: Mapping[str, Any]) -> int:
    """Frames a bar, at least one."""
    beats, unit = encoding["meter"]
    steps: int = round(encoding["steps_per_beat"] * 4 * beats / unit)
    return max(1, steps)


def draw_opening(encoding: Mapping[str, Any], rng: np.random.Generator) -> Frames:
    """The first bar of a training piece, drawn from the few that the encoding keeps."""
    openings = encoding["openings"]
    if not openings:
        return np.zeros((1, KEYS), np.uint8)
    keys = openings[int(rng.integers(len(openings)))]
    frames = np.zeros((len(keys), KEYS), np.uint8)
    for step, held in enumerate(keys):
        frames[step, held] = 1
    return frames


def bar_meter(bars: int, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:
    """Fed each new frame or token, says whether so many bars have passed; EOS ends a sample of events at once."""
    beats, unit = encoding["meter"]
    if encoding["representation"] == "frames":
        needed = bars * steps_per_bar(encoding)
        per_token: Callable[[int], int] | None = None
    else:
        needed = round(bars * 4 * beats / unit * encoding["tempo"] / 1e6 * STEPS_PER_SECOND)
        per_token = steps_of
    passed = fed = 0

    def is_reached(value: Values) -> bool:
        nonlocal passed, fed
        fed += 1
        if per_token is None:
            passed += 1
            return passed >= needed
        token = int(value)
        passed += per_token(token)
        # A model that never lets time pass must not run for ever.
        return token == EOS or passed >= needed or fed >= bars * _TOKENS_PER_BAR

    return is_reached


def performance_of(encoding: Mapping[str, Any]) -> Performance:
    """Tempo, meter, program and voices as a player needs them."""
    beats, unit = encoding["meter"]
    return Performance(encoding["tempo"], (beats, unit), encoding["program"], tuple(encoding["voices"]))


def score_of_sample(values: Values, encoding: Mapping[str, Any]) -> Score:
    """A sample as a score."""
    if encoding["representation"] == "frames":
        frames = np.asarray(values).reshape(-1, KEYS) > 0
        return score_from_frames(frames.astype(np.uint8), encoding["steps_per_beat"], performance_of(encoding))
    return score_from_events(np.asarray(values).ravel().tolist(), performance_of(encoding))


def roll_of_sample(values: Values, encoding: Mapping[str, Any]) -> tuple[Frames, int]:
    """A sample as a piano roll to look at, and its steps a bar."""
    if encoding["representation"] == "frames":
        return (np.asarray(values).reshape(-1, KEYS) > 0).astype(np.uint8), steps_per_bar(encoding)
    grid = {**encoding, "steps_per_beat": _EVENT_GRID}
    return frames_from_score(score_of_sample(values, encoding), _EVENT_GRID), steps_per_bar(grid)


def write_samples(samples: Sequence[Values], encoding: Mapping[str, Any], path: Path) -> tuple[Path, ...]:
    """One MIDI file a sample: `path`, or path-1, path-2 … Nothing is written if any of them is there already."""
    if path.suffix.lower() not in MIDI_SUFFIXES:
        raise Usage(f"music is written as a MIDI file: {path} must end in .mid")
    paths = [path]
    if len(samples) != 1:
        paths = [path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(1, len(samples) + 1)]
    for target in paths:
        if _is_taken(target):
            raise Usage(f"{target} exists already; give another name, as nothing is overwritten")
    for target, values in zip(paths, samples, strict=True):
        data = midi_bytes(score_of_sample(values, encoding))
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(data)
        except FileExistsError as error:
            raise Usage(f"{target} exists already; give another name, as nothing is overwritten") from error
        except OSError as error:
            raise BadInput(f"{target} cannot be written: {error.strerror}") from error
    return tuple(paths)


def _is_taken(path: Path) -> bool:
    """Whether something has this name, a dangling link included."""
    return path.is_symlink() or path.exists()
