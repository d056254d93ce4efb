"""The four-part Bach chorales of music21's corpus, read from the installed files without importing music21 (slow).

Only the folder bach/ is read: some of music21's other collections are not free for every use.
"""

import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import numpy as np

from seqtui.errors import BadInput, MissingExtra
from seqtui.readers.music.chorales import CHOIR, TEMPO
from seqtui.readers.music.midi import Score
from seqtui.readers.music.piano_roll import VOICES

TICKS_PER_BEAT: Final = 480
MAX_BYTES: Final = 16 * 2**20
_SEMITONES: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def bach_files() -> list[Path]:
    """The corpus files, in order. MissingExtra where music21 is not installed."""
    found = find_spec("music21")
    folders = [Path(place) / "corpus" / "bach" for place in (found.submodule_search_locations or ())] if found else []
    files = sorted(path for folder in folders for path in folder.glob("*.mxl"))
    if not files:
        raise MissingExtra('the Bach chorales come with music21, which is not installed: pip install "seqtui[corpora]"')
    return files


def read_chorale(path: Path) -> Score:
    """The four voices of one compressed MusicXML file; instruments that double them are left out.

    Repeats are not unfolded. BadInput where there are no four voices.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [item for item in archive.infolist() if not item.filename.startswith("META-INF")]
            largest = max(members, key=lambda item: item.file_size)
            if largest.file_size > MAX_BYTES:
                raise BadInput(f"{path} unpacks to {largest.file_size:,} bytes; at most {MAX_BYTES:,} are read")
            root = ElementTree.fromstring(archive.read(largest))
    except (OSError, ValueError, zipfile.BadZipFile, ElementTree.ParseError) as error:
        raise BadInput(f"{path} is no compressed MusicXML file: {error}") from error
    rows = [
        (onset, offset, pitch, 80, voice, voice + 1)
        for voice, part in enumerate(_voices(root, path))
        for onset, offset, pitch in _notes(part)
    ]
    notes = np.array(sorted(rows, key=lambda row: (row[0], row[2], row[5])), dtype=np.int64).reshape(-1, 6)
    return Score(
        ticks_per_beat=TICKS_PER_BEAT,
        notes=notes,
        tempos=((0, TEMPO),),
        meters=((0, *_meter(root)),),
        keys=_key(root),
        track_names=(path.stem, *VOICES),
        programs=(-1, CHOIR, CHOIR, CHOIR, CHOIR),
        end=int(notes[:, 1].max(initial=0)),
    )


def _voices(root: ElementTree.Element, path: Path) -> list[ElementTree.Element]:
    parts = root.findall("part")
    names = {item.get("id"): (item.findtext("part-name") or "").strip().lower() for item in root.iter("score-part")}
    sung = [
        next((part for part in parts if names.get(part.get("id"), "").startswith(name.lower())), None)
        for name in VOICES
    ]
    found = [part for part in sung if part is not None]
    if len(found) == len(VOICES):
        return found
    if len(parts) != len(VOICES):
        raise BadInput(f"{path} has {len(parts)} parts and no soprano, alto, tenor and bass among them")
    return parts


def _notes(part: ElementTree.Element) -> list[tuple[int, int, int]]:
    """(onset, offset, pitch) in ticks, tied notes joined."""
    notes: list[tuple[int, int, int]] = []
    tied: dict[int, int] = {}
    for onset, offset, item in _timed(part):
        pitch = _pitch(item)
        ties = {tie.get("type") for tie in item.findall("tie")}
        if "stop" in ties and pitch in tied:
            begun = notes[tied[pitch]]
            notes[tied[pitch]] = (begun[0], offset, pitch)
        else:
            tied[pitch] = len(notes)
            notes.append((onset, offset, pitch))
        if "start" not in ties:
            tied.pop(pitch, None)
    return [note for note in notes if note[1] > note[0]]


def _timed(part: ElementTree.Element) -> Iterator[tuple[int, int, ElementTree.Element]]:
    """Every sounding note with its onset and offset; a measure is as long as its longest voice."""
    start, divisions, transposed = 0, 1, 0
    for measure in part.findall("measure"):
        now = last = longest = start
        for item in measure:
            if item.tag == "attributes":
                divisions = int(item.findtext("divisions") or divisions)
                transposed = int(item.findtext("transpose/chromatic") or transposed)
            lasts = round(float(item.findtext("duration") or 0) * TICKS_PER_BEAT / divisions)
            if item.tag == "backup":
                now -= lasts
            elif item.tag == "forward":
                now += lasts
            elif item.tag == "note" and item.find("grace") is None:
                onset = last if item.find("chord") is not None else now
                if item.find("pitch") is not None:
                    item.set("transposed", str(transposed))
                    yield onset, onset + lasts, item
                last, now = onset, onset + lasts
            longest = max(longest, now)
        start = longest


def _pitch(item: ElementTree.Element) -> int:
    step, octave = item.findtext("pitch/step") or "C", int(item.findtext("pitch/octave") or 4)
    alter = round(float(item.findtext("pitch/alter") or 0))
    return 12 * (octave + 1) + _SEMITONES[step] + alter + int(item.get("transposed") or 0)


def _meter(root: ElementTree.Element) -> tuple[int, int]:
    beats, unit = root.findtext(".//time/beats") or "4", root.findtext(".//time/beat-type") or "4"
    return (int(beats), int(unit)) if beats.isdecimal() and unit.isdecimal() else (4, 4)


def _key(root: ElementTree.Element) -> tuple[tuple[int, int, int], ...]:
    sharps = root.findtext(".//key/fifths")
    return ((0, int(sharps), int(root.findtext(".//key/mode") == "minor")),) if sharps else ()
