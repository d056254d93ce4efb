"""One file of pairs, two columns with a TAB between: with or without a header, with or without a third column of
attributions (Anki, Tatoeba); or, where a model is asked, a text a line.

Rows of another width than the first are refused by line: what is skipped in silence is missed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seqtui.errors import BadInput, Usage
from seqtui.readers.pairs.pair_set import MOST_PAIRS, PairGathering, PairSet
from seqtui.readers.text_file import Tally, text_lines
from seqtui.readers.unpacked_file import Progress, silent
from seqtui.text_safety import clean

SOURCE_NAMES: Final = ("source", "src", "input", "from", "original", "word", "grapheme", "graphemes", "question")
TARGET_NAMES: Final = (
    "target", "tgt", "trg", "output", "to", "reference", "translation", "phonemes", "phones", "pronunciation", "answer",
)  # fmt: skip
LANGUAGES: Final = (
    "en", "fr", "de", "es", "it", "pt", "nl", "ru", "zh", "ja", "ar", "cs", "da", "el", "fi", "he", "hi", "hu", "id",
    "ko", "no", "pl", "ro", "sv", "tr", "uk", "vi", "eng", "fra", "deu", "spa", "ita", "por", "nld", "rus", "english",
    "french", "german", "spanish", "italian", "portuguese", "dutch", "russian", "chinese", "japanese", "arabic",
    "czech", "danish", "greek", "finnish", "hebrew", "hindi", "hungarian", "korean", "latin", "norwegian", "polish",
    "romanian", "swedish", "turkish", "ukrainian", "vietnamese",
)  # fmt: skip
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Sides:
    """Which side is read and which is made, as a person asks for them: a column's name or number from 1, or a file's
    ending; None: to be found.
    """

    source: str | None = None
    target: str | None = None


def read_table(
    path: Path, sides: Sides, *, name: str | None = None, strict: bool = True, progress: Progress = silent
) -> PairSet:
    """All pairs of a file. name: of the file in sentences; its own if left out.

    strict: every text needs its other side; else a file without TABs is a text a line, of which no target is known.
    BadInput with the line for what is damaged, NotFound.
    """
    name = name or clean(path.name)
    gathering, tally = PairGathering(), Tally()
    rows = _rows(text_lines(path, progress=progress, tally=tally))
    first = next(rows, None)
    if first is None:
        raise BadInput(f"{name} holds no text; give two columns with a TAB between, a pair a line")
    if len(first[1]) == 1:
        if strict:
            raise BadInput(
                f"{name}, line {first[0]:,}: there is no TAB, so there is no second side; give two columns with a TAB "
                "between, or two files of as many lines"
            )
        _take_lines(first, rows, name, gathering)
    else:
        _take_columns(first, rows, sides, name, gathering)
    gathering.notes += tally.notes(name)
    return gathering.whole()


def has_tab(path: Path) -> bool:
    """Whether the first line that is not blank has a TAB inside."""
    return "\t" in next((line.strip() for _, line in text_lines(path) if line.strip()), "")


def _rows(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank."""
    return ((number, line.split("\t")) for number, line in lines if line.strip())


def _take_lines(
    first: tuple[int, list[str]], rows: Iterator[tuple[int, list[str]]], name: str, gathering: PairGathering
) -> None:
    gathering.take(first[1][0], None, f"{name}, line {first[0]}")
    for line, cells in rows:
        gathering.take(" ".join(cells), None, f"{name}, line {line}")


def _take_columns(
    first: tuple[int, list[str]],
    rows: Iterator[tuple[int, list[str]]],
    sides: Sides,
    name: str,
    gathering: PairGathering,
) -> None:
    width = len(first[1])
    heads = [cell.strip().lower() for cell in first[1]]
    source, target, headed = _layout(heads, sides, name)
    if not headed:
        gathering.take(first[1][source], first[1][target], f"{name}, line {first[0]}")
    for line, cells in rows:
        if len(cells) != width:
            raise BadInput(
                f"{name}, line {line:,}: has {len(cells)} columns, and the first row has {width}; a TAB parts columns: "
                "mend the line, or take TABs out of its texts"
            )
        gathering.take(cells[source], cells[target], f"{name}, line {line}")
        if len(gathering.sources) > MOST_PAIRS:
            raise BadInput(f"{name} holds over {MOST_PAIRS:,} pairs, more than are held in memory; give a part of it")
    if width > 2:
        names = ", ".join(clean(heads[at], limit=30) if headed else str(at + 1) for at in range(width)[:_SHOWN])
        told = (clean(heads[at], limit=30) if headed else f"column {at + 1}" for at in (source, target))
        gathering.notes.append(f"{name} has {width} columns ({names}); {' → '.join(told)} are read, the rest is not")


def _layout(heads: Sequence[str], sides: Sides, name: str) -> tuple[int, int, bool]:
    """Places of source and target, from 0, and whether the first row is a header."""
    headed = _is_header(heads, sides)
    source, target = (_asked(wanted, heads, name) for wanted in (sides.source, sides.target))
    named = {kind: _named(heads, names) if headed else None for kind, names in _NAMES.items()}
    free = [at for at in range(len(heads)) if at not in (source, target)]
    if source is None:
        source = named["source"] if named["source"] in free else _other(free, named["target"], target)
    free = [at for at in free if at != source]
    if target is None:
        target = named["target"] if named["target"] in free else free[0]
    if source == target:
        raise Usage(f"{name}: source and target are the same column; see --source-side and --target-side")
    return source, target, headed


_NAMES: Final = {"source": SOURCE_NAMES, "target": TARGET_NAMES}


def _is_header(heads: Sequence[str], sides: Sides) -> bool:
    """All known words of headers, or what was asked for by name."""
    known = {*SOURCE_NAMES, *TARGET_NAMES, *LANGUAGES}
    asked = [side.strip().lower() for side in (sides.source, sides.target) if side and not side.isdigit()]
    two = sum(head in known for head in heads) >= 2
    return two or (bool(asked) and all(side in heads for side in asked))


def _named(heads: Sequence[str], names: Sequence[str]) -> int | None:
    return next((heads.index(each) for each in names if each in heads), None)


def _other(free: Sequence[int], *taken: int | None) -> int:
    return next(at for at in free if at not in taken)


def _asked(wanted: str | None, heads: Sequence[str], name: str) -> int | None:
    if wanted is None:
        return None
    if wanted.isdigit():
        if not 1 <= int(wanted) <= len(heads):
            raise BadInput(f"{name} has no column {int(wanted)}: there are {len(heads)}, counted from 1")
        return int(wanted) - 1
    if wanted.strip().lower() in heads:
        return heads.index(wanted.strip().lower())
    there = ", ".join(clean(head, limit=30) for head in heads[:_SHOWN])
    raise BadInput(
        f"{name} has no column named {clean(wanted, limit=40)}; its first row says {there}: give a name of these, or a "
        "number from 1"
    )
