"""Tagged sentences out: CoNLL columns, JSON with character offsets, CSV with a row an entity, and plain text.

Tags are written in BIO, whatever scheme the model has. Files are whole or not there (seqtui.readers.prediction_files).
"""

import csv
import io
import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from seqtui.readers.prediction_files import spreadsheet_safe, write_whole_text
from seqtui.readers.tagged.schemes import spans_of, tags_of
from seqtui.text_safety import clean


@dataclass(frozen=True, slots=True, eq=False)
class Tagged:
    """One sentence with the tags that a model gave it.

    text, offsets: what was written, and where in it each word stands; chances: of each tag; truth: the true tags, None
    where they are not known.
    """

    name: str
    text: str
    offsets: Sequence[tuple[int, int]]
    tags: Sequence[str]
    chances: Sequence[float]
    truth: Sequence[str] | None = None

    def words(self) -> list[str]:
        """One a tag."""
        return [self.text[begin:end] for begin, end in self.offsets]

    def entities(self) -> list["Entity"]:
        """What was found, in order."""
        true = None if self.truth is None else set(spans_of(self.truth))
        return [
            Entity(
                self.offsets[span.begin][0], self.offsets[span.end - 1][1], span.type,
                min(self.chances[span.begin : span.end]), None if true is None else span in true,
            )
            for span in spans_of(self.tags)
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entity:
    """start, end: in characters of the text, end exclusive; chance: of its least certain tag; right: where known."""

    start: int
    end: int
    type: str
    chance: float
    right: bool | None


def write_tags_conll(sentences: Iterable[Tagged], path: Path) -> None:
    """Word, true tag (where it is known) and tag, parted by TABs: what conlleval reads."""
    write_whole_text(path, _conll(sentences))


def write_tags_json(sentences: Iterable[Tagged], path: Path) -> None:
    """An array with an object a text: record, text, entities (start, end, type, text, probability; right if known)."""
    write_whole_text(path, _array(sentences))


def write_tags_jsonl(sentences: Iterable[Tagged], path: Path) -> None:
    """The objects of write_tags_json, a line each; they are read as data again."""
    write_whole_text(path, (f"{json.dumps(each, ensure_ascii=False)}\n" for each in _objects(sentences)))


def write_tags_csv(sentences: Iterable[Tagged], path: Path) -> None:
    """A row an entity: record, start, end, type, text, probability, right (yes, no, or empty where it is not known)."""
    write_whole_text(path, _csv(sentences))


WRITERS: Final[dict[str, Callable[[Iterable[Tagged], Path], None]]] = {
    ".conll": write_tags_conll,
    ".json": write_tags_json,
    ".jsonl": write_tags_jsonl,
    ".csv": write_tags_csv,
}


def marked(words: Sequence[str], tags: Sequence[str]) -> str:
    """The words with their entities in brackets, safe to show: [Paris Smith]PER met nobody ."""
    shown = [clean(word) for word in words]
    for span in spans_of(tags):
        shown[span.begin] = f"[{shown[span.begin]}"
        shown[span.end - 1] += f"]{clean(span.type)}"
    return " ".join(shown)


def draw_tagged(tagged: Tagged, *, width: int, height: int) -> str:
    """The marked words in lines of at most `width` cells; below, the true ones, where they are known and others."""
    lines = _lines(marked(tagged.words(), tagged.tags), width)
    if tagged.truth is not None and spans_of(tagged.truth) != spans_of(tagged.tags):
        lines += ["true:", *_lines(marked(tagged.words(), tagged.truth), width)]
    return "\n".join(lines[:height])


def _lines(text: str, width: int) -> list[str]:
    """Broken between words; a word that is wider than a line is cut."""
    lines, used = [""], 0
    for word in text.split(" "):
        cells = list(map(_cells, word))
        if used and used + 1 + sum(cells) > width:
            lines.append("")
            used = 0
        for character, cell in zip((" " if used else "") + word, ([1] if used else []) + cells, strict=True):
            if used + cell > width:
                lines.append("")
                used = 0
            lines[-1] += character
            used += cell
    return lines


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _conll(sentences: Iterable[Tagged]) -> Iterator[str]:
    for each in sentences:
        columns = [each.words(), *([each.truth] if each.truth is not None else []), each.tags]
        rows = [columns[0], *(tags_of(spans_of(column), len(column), "bio") for column in columns[1:])]
        yield "".join("\t".join(cells) + "\n" for cells in zip(*rows, strict=True)) + "\n"


def _array(sentences: Iterable[Tagged]) -> Iterator[str]:
    before = "[\n"
    for each in _objects(sentences):
        yield before + json.dumps(each, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _objects(sentences: Iterable[Tagged]) -> Iterator[dict[str, Any]]:
    """One a text: the sentences of one text follow each other, and each begins behind the one before."""
    current: dict[str, Any] | None = None
    end = 0
    for each in sentences:
        begin = each.offsets[0][0] if each.offsets else 0
        if current is None or each.text != current["text"] or begin < end or not end:
            if current is not None:
                yield current
            current = {"record": each.name, "text": each.text, "entities": []}
        current["entities"] += [_entity(entity, each.text) for entity in each.entities()]
        end = each.offsets[-1][1] if each.offsets else 0
    if current is not None:
        yield current


def _entity(entity: Entity, text: str) -> dict[str, Any]:
    chance = entity.chance if math.isfinite(entity.chance) else str(entity.chance)
    found = {
        "start": entity.start, "end": entity.end, "type": entity.type, "text": text[entity.start : entity.end],
        "probability": chance,
    }  # fmt: skip
    return found if entity.right is None else {**found, "right": entity.right}


def _csv(sentences: Iterable[Tagged]) -> Iterator[str]:
    yield _row(["record", "start", "end", "type", "text", "probability", "right"])
    for each in sentences:
        for entity in each.entities():
            right = {None: "", True: "yes", False: "no"}[entity.right]
            text = spreadsheet_safe(each.text[entity.start : entity.end])
            named = [spreadsheet_safe(each.name), entity.start, entity.end, spreadsheet_safe(entity.type), text]
            yield _row([*named, f"{entity.chance:.9g}", right])


def _row(cells: Sequence[object]) -> str:
    row = io.StringIO()
    csv.writer(row, lineterminator="\n").writerow(cells)
    return row.getvalue()
