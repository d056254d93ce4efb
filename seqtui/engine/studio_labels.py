"""What a model that labels says of a text or a file, and why, for the studio: the quick things first, each as it comes.

The chances are those of `seqtui predict`; the explanations read the record once, as it stands, as `seqtui explain`.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from seqtui.engine.asking import predict_labels
from seqtui.engine.attribution import input_gradient, substitutions
from seqtui.engine.batches import FlatData, rows_of
from seqtui.engine.explaining import LONGEST
from seqtui.engine.open_model import OpenModel
from seqtui.engine.studio_samples import check_target
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.runs.studio_folder import StudioFolder
from seqtui.runs.studio_words import (
    Answer,
    Answered,
    AskLabel,
    Listed,
    Salient,
    Substituted,
    Told,
    WritePredictions,
    Wrote,
)
from seqtui.shapes import Label, Tokens
from seqtui.task import Prediction, Records

TYPED: Final = "typed"
MOST_LISTED: Final = 100_000
MOST_SHOWN: Final = 20_000  # steps of a record
STEPS_AT_ONCE: Final = 12_000  # read by the model between two looks at the requests
RECORDS_AT_ONCE: Final = 64
MOST_READ_AT_ONCE: Final = 2_000  # steps of a gradient, which nothing can end: about half a second


@final
class Labeler:
    """Keeps the records of the last text or file."""

    def __init__(self, opened: OpenModel, folder: StudioFolder) -> None:
        self._opened = opened
        self._folder = folder
        self._key: tuple[object, ...] = ()
        self._records: Records | None = None
        self._notes: tuple[str, ...] = ()

    def answer(self, request: AskLabel) -> Iterator[Answer | None]:
        """Answered, Salient, Substituted …, Listed …, Told. Errors in one sentence, as `seqtui predict` has them."""
        head = self._head()
        records, notes = self._read(request.text, request.path)
        count = len(records.names)
        if request.record >= count:
            raise NotFound(f"there is no record {request.record + 1}: there are {count:,}")
        if request.label is not None and not 0 <= request.label < len(head.classes):
            raise Usage(f"there is no class {request.label}; the model knows {', '.join(head.classes)}")
        whole = records.whole(request.record)  # (steps,)
        steps, letters = len(whole), list[str]()
        if not steps:
            raise BadInput(f"record {records.names[request.record]} is empty: there is nothing to ask about")
        values = np.array(whole[:MOST_SHOWN], np.int64)
        (said,) = self._predict(records, request.record, request.record + 1)
        explained = said.guess if request.label is None else request.label
        symbols = self._opened.task.spell(values, self._opened.meaning.encoding)
        if steps <= LONGEST["mutagenesis"]:
            letters = self._opened.task.spell(np.arange(_pure(head)), self._opened.meaning.encoding)
        yield Answered(
            request.id, said.name, request.record, count, steps, symbols, letters, list(said.chances), said.truth,
            explained, list(notes),
        )  # fmt: skip
        tokens = torch.from_numpy(values)
        if steps <= MOST_READ_AT_ONCE:
            yield Salient(request.id, input_gradient(self._opened.model, tokens, explained).tolist())
        if letters:
            at_once = max(STEPS_AT_ONCE // (steps * len(letters)), 1)
            model = self._opened.model
            for first, changes in substitutions(model, tokens, explained, len(letters), steps_at_once=at_once):
                yield Substituted(request.id, first, changes.tolist())
        if request.whole and count > 1:
            yield from self._list(request.id, records)
        yield Told(request.id)

    def write(self, request: WritePredictions) -> Iterator[Answer | None]:
        """Wrote. Nothing is overwritten."""
        path, head = Path(request.path), self._head()
        check_target(path, self._opened.task.predict_suffixes)
        records, _ = self._read(request.text, request.source)
        chunks = range(0, len(records.names), RECORDS_AT_ONCE)
        made = (each for first in chunks for each in self._predict(records, first, first + RECORDS_AT_ONCE))
        written = self._opened.task.export_predictions(made, head.classes, self._opened.meaning.encoding, path)
        yield Wrote(request.id, [str(each) for each in written])

    def _list(self, number: int, records: Records) -> Iterator[Answer]:
        for first in range(0, min(len(records.names), MOST_LISTED), RECORDS_AT_ONCE):
            said = self._predict(records, first, first + RECORDS_AT_ONCE)
            chances = [each.chances[each.guess] for each in said]
            yield Listed(number, first, [each.name for each in said], [each.guess for each in said], chances)

    def _head(self) -> Label:
        head = self._opened.meaning.head
        if not isinstance(head, Label):
            raise Usage(f"{self._opened.name} predicts the next step and labels nothing")
        return head

    def _read(self, text: str, given: str) -> tuple[Records, tuple[str, ...]]:
        """The records of a file, or of what was typed; those of the last request are at hand."""
        path, added = (Path(given).expanduser(), 0) if given else self._typed(text)
        stat = path.stat() if given and path.is_file() else None
        key = (text, given, stat and (stat.st_size, stat.st_mtime_ns, stat.st_ino))
        if self._records is None or key != self._key:
            encoding = self._opened.meaning.encoding
            try:
                found = self._opened.task.load_for_scoring(
                    str(path), encoding, progress=lambda _what, _done, _total: None
                )
            except BadInput as error:
                raise BadInput(_plainer(str(error), path, added) if not given else str(error)) from error
            self._records, notes = found
            self._notes = notes if given else tuple(_plainer(note, path, added) for note in notes)
            self._key = key
        return self._records, self._notes

    def _typed(self, text: str) -> tuple[Path, int]:
        """A file of what was typed, of the task's first kind; bare letters get a title line where that is FASTA."""
        if not text.strip():
            raise BadInput("there is nothing to ask about yet: type or paste a sequence, or open a file")
        suffixes = self._opened.task.sample_suffixes
        suffix = suffixes[0] if suffixes else ".txt"
        path = self._folder.path / f"{TYPED}{suffix}"
        is_bare = suffix in (".fa", ".fasta", ".fna") and text.lstrip()[0] not in ">;"
        path.write_text(f">{TYPED}\n{text}\n" if is_bare else f"{text}\n", encoding="utf-8", errors="replace")
        return path, int(is_bare)

    def _predict(self, records: Records, begin: int, end: int) -> list[Prediction]:
        """The predictions of some of the records, each by all its parts."""
        some = part_of(records, begin, min(end, len(records.names)))
        rows = rows_of(some, batch_size=1, bptt=0, ahead=0)
        if not len(rows):
            raise BadInput(f"{records.names[begin]} is empty: there is nothing to ask about")
        return list(predict_labels(self._opened, FlatData(some, rows, torch.device("cpu"))))


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
    )


def _pure(head: Label) -> int:
    """The symbols that are none of a mixture are the first ones, as many as there are parts."""
    return head.inputs.size if isinstance(head.inputs, Tokens) else len(head.inputs.table[0])


def _plainer(text: str, path: Path, lines_added: int) -> str:
    """A sentence about our own file as one about what was typed."""
    text = text.replace(str(path), "what was typed").replace(path.name, "what was typed")
    return re.sub(r"\bline (\d+)", lambda found: f"line {max(int(found[1]) - lines_added, 1)}", text)
