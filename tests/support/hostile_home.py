"""A home in which every text means harm: runs with names, notes, logs and events, settings, files beside one.

Every poisoned text begins with a tag of its own (q000, q001 …), so that a test can tell that it was shown.
"""

import gzip
import json
import time
import zlib
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final, final

import mido
from hostile import COCKTAILS

RECORDINGS: Final = Path(__file__).parents[1] / "tui" / "live" / "recordings"

STRANGER: Final = "music-gru-0000ff"
"""The run of which even the application means harm."""

# What a reader takes for a word of its own, not for text: a log in which these are poisoned is a damaged log.
_WORDS: Final = frozenset(
    {"event", "crc", "split", "direction", "gate", "head", "app", "path", "why", "where", "format"}
)
_NUMBERS: Final = frozenset({"nan", "inf", "-inf"})
_FREE_KEYS: Final = frozenset({"metrics", "norms", "update_ratio", "baselines", "baseline_metrics"})


@final
class Poison:
    """Gives texts their harm, another with each; tags: where each stands, by its tag."""

    def __init__(self, turn: int) -> None:
        self.tags: dict[str, str] = {}
        self._turn = turn
        self._given: dict[tuple[str, str], str] = {}
        self._numbers = count()

    def text(self, where: str, text: str = "") -> str:
        """`text` behind a tag and harm; the same for the same text at the same place."""
        if (where, text) not in self._given:
            number = next(self._numbers)
            tag = f"q{number:03}"
            self.tags[tag] = where
            self._given[where, text] = f"{tag}{COCKTAILS[(number + self._turn) % len(COCKTAILS)]}{text}"
        return self._given[where, text]

    def file_name(self, where: str) -> str:
        """What can be the name of a file."""
        kept = self.text(where).translate({0: None, ord("/"): "∕"})
        return kept.encode(errors="ignore").decode()

    def value(self, where: str, value: Any) -> Any:
        """A JSON value, every free text in it poisoned."""
        name = where.rpartition(".")[2]
        if isinstance(value, str):
            return value if value in _NUMBERS or name in _WORDS else self.text(where, value)
        if isinstance(value, list):
            # Of a long list of letters only the first few.
            return [self.value(where, each) if place < 4 else each for place, each in enumerate(value)]
        if isinstance(value, Mapping):
            free = name in _FREE_KEYS
            return {
                self.text(f"{where} key", key) if free and place < 3 else key: self.value(f"{where}.{key}", each)
                for place, (key, each) in enumerate(value.items())
            }
        return value

    def tag_of(self, where: str) -> str:
        """The tag of the first text of a place, as 'dna-gru Gates.probe'."""
        return next(tag for tag, place in self.tags.items() if place == where)


def poisoned_run(poison: Poison, recording: str, runs: Path) -> Path:
    """A run as it was recorded, but for its texts, and with warnings before its end."""
    lines = gzip.decompress((RECORDINGS / f"{recording}.jsonl.gz").read_bytes()).splitlines()
    head = json.loads(lines[0])
    folder = runs / poison.file_name(f"{recording} folder")
    for part in ("checkpoints", "samples"):
        (folder / part).mkdir(parents=True)
    config = head["header"]["config"]
    config["name"] = poison.text(f"{recording} name")
    config["data"] = poison.text(f"{recording} data")
    (folder / "config.json").write_text(json.dumps(head["header"]))
    note = {"format": 1, "note": poison.text(f"{recording} note"), "name": poison.text(f"{recording} other name")}
    (folder / "note.json").write_text(json.dumps(note))
    (folder / "control.jsonl").touch()
    said = "\n".join(poison.text(f"{recording} stderr {number}") for number in range(len(COCKTAILS)))
    (folder / "stderr.log").write_bytes(said.encode(errors="surrogatepass"))
    records = [json.loads(line) for line in lines[1:]]
    extra = [
        {"event": "Warned", "text": "x"},
        {"event": "CommandRefused", "step": 1, "reason": "x"},
        {"event": "KnobChanged", "step": 80, "name": "lr", "old": 0.1, "new": 0.2, "control_offset": 0},
        {"event": "NotSaved", "step": 80, "reason": "x"},
    ]
    end = len(records) - 1
    records = [*records[:end], *extra, *records[end:]]
    with (folder / "events.jsonl").open("wb") as log:
        for number, record in enumerate(records):
            kind = f"{recording} {record['event']}"
            raw = {key: poison.value(f"{kind}.{key}", each) for key, each in record.items() if key != "crc"}
            body = json.dumps({**raw, "seq": number, "time": record.get("time", 1.0)}, separators=(",", ":")).encode()
            log.write(body[:-1] + b',"crc":"%08x"}\n' % zlib.crc32(body))
    return folder


def poisoned_config(poison: Poison, runs: Path) -> None:
    """A run that nobody can train: even the name of its application means harm. The newest."""
    head = json.loads(gzip.decompress((RECORDINGS / "failed.jsonl.gz").read_bytes()).splitlines()[0])["header"]
    head["created"] = time.time()
    texts = {name: poison.text(f"config {name}") for name, each in head["config"].items() if isinstance(each, str)}
    head["config"] |= {**texts, "options": {poison.text("config option"): poison.text("config option value")}}
    folder = runs / STRANGER
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(head))
    (folder / "events.jsonl").touch()


def hostile_data(poison: Poison, folder: Path) -> None:
    """seqs.fa, its records' names and labels; tunes, the names of its files and tracks; a file beside them."""
    lines = []
    for number in range(40):
        name, label = poison.text(f"record {number % 3}"), poison.text(f"label {number % 2}")
        bases = "".join("ACGT"[(number * 7 + place * (3 + number % 5)) % 4] for place in range(30))
        lines.append(f">{_word(name)}{number} label={_word(label)}\n{bases}\n")
    (folder / "seqs.fa").write_text("".join(lines))
    (folder / poison.file_name("file")).touch()
    tunes = folder / "tunes"
    tunes.mkdir()
    for number in range(12):
        file = mido.MidiFile(ticks_per_beat=480)
        name = _word(poison.text("track")).encode(errors="ignore").decode("latin-1")
        file.tracks.append(mido.MidiTrack([mido.MetaMessage("track_name", name=name)]))
        for pitch in range(60, 72):
            file.tracks[0].append(mido.Message("note_on", note=pitch, velocity=80, time=0))
            file.tracks[0].append(mido.Message("note_off", note=pitch, velocity=0, time=480))
        file.save(tunes / f"{poison.file_name('tune')}{number:02}.mid")
    (tunes / f"{poison.file_name('broken tune')}.mid").write_bytes(b"MThd none")


def _word(text: str) -> str:
    """What can be one word of a line of a file."""
    kept = (each for each in text if not each.isspace() and each not in "|;,()]\0" and not "\x1c" <= each <= "\x1f")
    return "".join(kept).encode(errors="ignore").decode()


def hostile_settings(poison: Poison, file: Path) -> None:
    """Settings that were written by somebody else."""
    keys = {"home.train": poison.text("settings key"), poison.text("settings id"): "f2"}
    lines = [f"theme = {_quoted(poison.text('settings theme'))}", "[keys]"]
    lines += [f"{_quoted(name)} = {_quoted(key)}" for name, key in keys.items()]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n")


def _quoted(text: str) -> str:
    """A string of TOML."""
    return json.dumps(text.encode(errors="ignore").decode(), ensure_ascii=False)
