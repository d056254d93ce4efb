"""A studio in which every text means harm: the model's name, note, classes, tags and symbols, and all it answers."""

import sys
from pathlib import Path
from typing import Any, Final

from hostile_home import Poison
from studio_replay import read, write

_TEXTS: Final = frozenset(
    {"record", "symbols", "letters", "truth", "notes", "text", "words", "names", "lines", "reason", "note", "name"}
)
"""The fields of answers that hold text of somebody else."""

_MEANINGS: Final = frozenset({"classes", "tags", "symbols", "openings", "voices", "loss_unit", "tokens"})

PLAYED: Final = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from studio_replay import start_replay
from seqtui.runs.studio_helper import StudioHelper
recording = sys.argv.pop(1)
StudioHelper._start = lambda helper: start_replay(recording, helper.folder)
from seqtui.tui.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
"""The screen, with a recording's answers in the place of a model: -c PLAYED RECORDING RUN_FOLDER."""


def poisoned_studio(poison: Poison, name: str, place: Path) -> str:
    """A recording like that of a name, its texts poisoned; as studio_replay.read knows it."""
    found = read(name)
    for field in ("name", "data"):
        found["config"]["config"][field] = poison.text(f"{name} {field}")
    found["model"] = _poisoned(poison, f"{name} model", found["model"], _MEANINGS)
    found["opened"]["note"] = poison.text(f"{name} note")
    found["answers"] = {
        kind: [_poisoned(poison, f"{name} {each['kind']}", each, _TEXTS) for each in answers]
        for kind, answers in found["answers"].items()
    }
    path = place / f"poisoned-{name}"
    write(path.with_suffix(".json.gz"), found)
    return str(path)


def screen_of(recording: str) -> list[str]:
    """The program that plays it; the run's folder is to follow."""
    return [sys.executable, "-P", "-c", PLAYED, recording]


def _poisoned(poison: Poison, where: str, value: Any, names: frozenset[str], *, is_text: bool = False) -> Any:
    """A JSON value, the texts of the fields of these names poisoned; those of a list by their places, the first few."""
    if isinstance(value, dict):
        return {
            key: _poisoned(poison, f"{where}.{key}", each, names, is_text=key in names) for key, each in value.items()
        }
    if isinstance(value, list):
        return [
            _poisoned(poison, f"{where} {place}", each, names, is_text=is_text and place < 6)
            for place, each in enumerate(value)
        ]
    return poison.text(where, value) if is_text and isinstance(value, str) and value else value
