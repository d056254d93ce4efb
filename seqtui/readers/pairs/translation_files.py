"""Translations as files: TSV, JSON, or a text a line; and drawn as plain text."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from seqtui.readers.pairs.units import Side
from seqtui.readers.prediction_files import spreadsheet_safe, write_whole_text
from seqtui.text_safety import clean


class Guess(Protocol):
    """One sequence that a model made of another, such as seqtui.task.Hypothesis."""

    @property
    def tokens(self) -> tuple[int, ...]:
        """Numbers of the target's vocabulary."""

    @property
    def copied(self) -> tuple[int, ...]:
        """For each, the source token that stands there instead, -1 for none; or nothing at all."""

    @property
    def score(self) -> float:
        """By which it is ranked."""

    @property
    def log_probability(self) -> float:
        """Nats."""

    @property
    def attention(self) -> NDArray[np.float32] | None:
        """(tokens + 1, source tokens)."""


@dataclass(frozen=True, slots=True)
class Found:
    """One translation. text: as one would write it; score: by which it is ranked; log_probability: nats.

    attention: a row for each of tokens, and one for the end, over the source's tokens; or none.
    """

    text: str
    tokens: Sequence[str]
    score: float
    log_probability: float
    attention: Sequence[Sequence[float]] = ()


@dataclass(frozen=True, slots=True)
class Translated:
    """One record: its text, its tokens, what it may become where that is known, and what a model says, best first."""

    name: str
    source: str
    tokens: Sequence[str]
    references: Sequence[str]
    found: Sequence[Found]

    @property
    def best(self) -> str:
        """The best translation; empty where there is none."""
        return self.found[0].text if self.found else ""


def found(guess: Guess, source: Sequence[str], side: Side) -> Found:
    """What a model made, in tokens and as a text. source: tokens as they were read; side: of the target."""
    copied = guess.copied or (-1,) * len(guess.tokens)
    tokens = [word if at < 0 else source[at] for word, at in zip(side.spell(guess.tokens), copied, strict=True)]
    attention = () if guess.attention is None else guess.attention.tolist()
    return Found(side.joined(tokens), tokens, guess.score, guess.log_probability, attention)


def write_translations_tsv(translated: Iterable[Translated], path: Path) -> None:
    """Columns record, source, translation, reference (the first; empty where unknown), score, exact (1, 0 or empty),
    and rank: a row for each translation that was asked for. TABs in texts become spaces.
    """
    write_whole_text(path, _tsv_rows(translated))


def write_translations_json(translated: Iterable[Translated], path: Path) -> None:
    """One array with an object a record: record, source, source_tokens, references, and translations, best first.

    Each translation: text, tokens, score, log_probability, and attention (rows of tokens and end) where there is any.
    """
    write_whole_text(path, _json_rows(translated))


def write_translations_txt(translated: Iterable[Translated], path: Path) -> None:
    """The best translation a line, line N being that of record N, as scripts for BLEU want it."""
    write_whole_text(path, (_one_line(each.best) + "\n" for each in translated))


WRITERS: Final[dict[str, Callable[[Iterable[Translated], Path], None]]] = {
    ".tsv": write_translations_tsv,
    ".json": write_translations_json,
    ".txt": write_translations_txt,
}


def draw_translated(translated: Translated, *, width: int, height: int) -> str:
    """Source, translation and reference, a line each, as wide as there is room."""
    rows = [("source", translated.source), ("output", translated.best)]
    rows += [("reference", text) for text in translated.references]
    lines = [clean(f"{name:9} {_one_line(text)}") for name, text in rows[: max(height, 1)]]
    return "\n".join(line if len(line) <= width else line[: max(width - 1, 0)] + "…" for line in lines)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tsv_rows(translated: Iterable[Translated]) -> Iterator[str]:
    row = io.StringIO()
    writer = csv.writer(row, delimiter="\t", lineterminator="\n")

    def line(cells: Sequence[str]) -> str:
        row.seek(0)
        row.truncate()
        writer.writerow([_one_line(cell) for cell in cells])
        return row.getvalue()

    yield line(["record", "source", "translation", "reference", "score", "exact", "rank"])
    for each in translated:
        reference = each.references[0] if each.references else ""
        for rank, one in enumerate(each.found, 1):
            exact = "" if not each.references else str(int(one.text in each.references))
            texts = [spreadsheet_safe(text) for text in (each.name, each.source, one.text, reference)]
            yield line([*texts, f"{one.score:.6g}", exact, str(rank)])


def _json_rows(translated: Iterable[Translated]) -> Iterator[str]:
    before = "[\n"
    for each in translated:
        row = {
            "record": each.name,
            "source": each.source,
            "source_tokens": list(each.tokens),
            "references": list(each.references),
            "translations": [_told(one) for one in each.found],
        }
        yield before + json.dumps(row, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _told(one: Found) -> dict[str, object]:
    told: dict[str, object] = {
        "text": one.text,
        "tokens": list(one.tokens),
        "score": _number(one.score),
        "log_probability": _number(one.log_probability),
    }
    if len(one.attention):
        told["attention"] = [[round(float(weight), 4) for weight in row] for row in one.attention]
    return told


def _number(value: float) -> float | str:
    """JSON has no number that is not finite."""
    return value if abs(value) < float("inf") else str(value)
