"""The records that a studio is asked about: of a file, or of what was typed, which becomes a file of the right kind."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from seqtui.engine.open_model import OpenModel
from seqtui.errors import BadInput
from seqtui.runs.studio_folder import StudioFolder
from seqtui.shapes import Tags
from seqtui.task import Progress, Records

TYPED: Final = "typed"
_FASTA: Final = (".fa", ".fasta", ".fna")


@final
class AskedRecords:
    """Keeps those of the last text or file."""

    def __init__(self, opened: OpenModel, folder: StudioFolder, progress: Progress) -> None:
        self._opened = opened
        self._progress = progress
        self._folder = folder
        self._key: tuple[object, ...] = ()
        self._records: Records | None = None
        self._notes: tuple[str, ...] = ()

    def read(self, text: str, given: str) -> tuple[Records, tuple[str, ...]]:
        """The records, and what was odd. BadInput and NotFound as `seqtui predict` has them."""
        path, added = (Path(given).expanduser(), 0) if given else self._typed(text)
        stat = path.stat() if given and path.is_file() else None
        key = (text, given, stat and (stat.st_size, stat.st_mtime_ns, stat.st_ino))
        if self._records is None or key != self._key:
            try:
                records, notes = self._opened.task.load_for_scoring(
                    str(path), self._opened.meaning.encoding, progress=self._progress
                )
            except BadInput as error:
                raise BadInput(_plainer(str(error), path, added) if not given else str(error)) from error
            if not given:
                notes = tuple(_plainer(note, path, added) for note in notes)
                records = replace(records, names=[_short(name, path) for name in records.names])
            self._records, self._notes, self._key = records, notes, key
        return self._records, self._notes

    def _typed(self, text: str) -> tuple[Path, int]:
        """A file of what was typed, and how many lines it has before that."""
        if not text.strip():
            raise BadInput("there is nothing to ask about yet: type or paste something, or open a file")
        suffix, write, added = self._kind(text)
        path = self._folder.path / f"{TYPED}{suffix}"
        path.write_text(write(text), encoding="utf-8", errors="replace")
        return path, added

    def _kind(self, text: str) -> tuple[str, Callable[[str], str], int]:
        """What cannot be taken for a table: raw text for a model that tags are JSON lines, else a line a record.

        Where the task's first kind is FASTA, bare letters get a title line.
        """
        if isinstance(self._opened.meaning.head, Tags):
            return ".jsonl", _as_json_lines, 0
        suffixes = self._opened.task.sample_suffixes
        if not suffixes:
            return ".txt", lambda typed: f"{typed.replace(chr(9), ' ')}\n", 0
        if suffixes[0] in _FASTA and text.lstrip()[0] not in ">;":
            return suffixes[0], lambda typed: f">{TYPED}\n{typed}\n", 1
        return suffixes[0], lambda typed: f"{typed}\n", 0


def part_of(records: Records, begin: int, end: int) -> Records:
    """Records begin … end, with all their parts where they have some."""
    if records.parents is None:
        chosen, parents = np.arange(begin, end), None
    else:
        chosen = np.flatnonzero((records.parents >= begin) & (records.parents < end))
        parents = records.parents[chosen] - begin
    return replace(
        records,
        lengths=records.lengths[chosen],
        names=[records.names[index] for index in range(begin, end)],
        labels=None if records.labels is None else records.labels[chosen],
        starts=records.begins()[chosen],
        parents=parents,
        wholes=None if records.wholes is None else records.wholes[begin:end],
        texts=None if records.texts is None else [records.texts[index] for index in chosen.tolist()],
        references=None if records.references is None else [records.references[index] for index in chosen.tolist()],
        targets=_targets(records, chosen),
        target_lengths=None if records.target_lengths is None else records.target_lengths[chosen],
    )


def _targets(records: Records, chosen: NDArray[np.int64]) -> NDArray[np.int64] | None:
    if records.targets is None:
        return None
    return np.concatenate([records.target(index) for index in chosen.tolist()] or [records.targets[:0]])


def _as_json_lines(text: str) -> str:
    lines = [line for line in text.replace("\r", "\n").split("\n") if line.strip()]
    return "".join(f"{json.dumps({'text': line})}\n" for line in lines)


def _short(name: str, path: Path) -> str:
    """line 2, where the file has a name that nobody gave it."""
    return name.removeprefix(f"{path.name}, ").replace(path.name, TYPED)


def _plainer(text: str, path: Path, lines_added: int) -> str:
    """A sentence about our own file as one about what was typed."""
    text = text.replace(str(path), "what was typed").replace(path.name, "what was typed")
    return re.sub(r"\bline (\d+)", lambda found: f"line {max(int(found[1]) - lines_added, 1)}", text)
