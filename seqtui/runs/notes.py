"""What a person wrote about a run afterwards: another name, and a note. In note.json beside config.json, which the
training process neither reads nor writes, so that a living run can be renamed. Losing it loses nothing else.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from seqtui.config import RunConfig
from seqtui.errors import SeqtuiError
from seqtui.runs.durable import read_json, write_json
from seqtui.runs.folder import RunFolder

NOTE_FILE: Final = "note.json"
LONGEST_NAME: Final = 80
LONGEST_NOTE: Final = 2000


@dataclass(frozen=True, slots=True)
class Note:
    """name: instead of the one in the config; None leaves that one, '' takes it away."""

    name: str | None = None
    text: str = ""


def read_note(folder: RunFolder) -> Note:
    """What was written, or an empty note: a damaged file must not hide its run."""
    try:
        found = read_json(folder.path / NOTE_FILE)
    except SeqtuiError:
        return Note()
    name, text = found.get("name"), found.get("note")
    return Note(
        name[:LONGEST_NAME] if isinstance(name, str) else None, text[:LONGEST_NOTE] if isinstance(text, str) else ""
    )


def write_note(folder: RunFolder, note: Note) -> None:
    """Replace the note, whole or not at all. An empty one takes the file away. OSError where it cannot be written."""
    path = folder.path / NOTE_FILE
    if note == Note():
        path.unlink(missing_ok=True)
        return
    found: dict[str, Any] = {"format": 1, "note": note.text[:LONGEST_NOTE]}
    if note.name is not None:
        found["name"] = note.name[:LONGEST_NAME]
    write_json(path, found)


def named(config: RunConfig, note: Note) -> RunConfig:
    """The config under the name that the run has now."""
    return config if note.name is None else replace(config, name=note.name or None)
