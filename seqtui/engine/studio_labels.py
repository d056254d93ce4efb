"""What a model that labels says of a text or a file, and why, for the studio: the quick things first, each as it comes.

The chances are those of `seqtui predict`; the explanations read the record once, as it stands, as `seqtui explain`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from seqtui.engine.asking import predict_labels
from seqtui.engine.attribution import input_gradient, substitutes, substitutions
from seqtui.engine.batches import FlatData, rows_of
from seqtui.engine.explaining import LONGEST, TYPES, spelled_record, spelled_substitutes
from seqtui.engine.open_model import OpenModel
from seqtui.engine.studio_records import AskedRecords, part_of
from seqtui.engine.studio_samples import check_target
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.unpacked_file import silent
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
from seqtui.shapes import FEW_SYMBOLS, Label, Pictures, Tokens, Vectors
from seqtui.task import Prediction, Progress, Records, Values

MOST_LISTED: Final = 100_000
MOST_SHOWN: Final = 20_000  # steps of a record
STEPS_AT_ONCE: Final = 12_000  # read by the model between two looks at the requests
RECORDS_AT_ONCE: Final = 64
MOST_QUOTED: Final = 200  # characters of a record in a list
MOST_READ_AT_ONCE: Final = 2_000  # steps of a gradient, which nothing can end: about half a second


@final
class Labeler:
    """Keeps the records of the last text or file."""

    def __init__(self, opened: OpenModel, folder: StudioFolder, progress: Progress = silent) -> None:
        self._opened = opened
        self._folder = folder
        self._asked = AskedRecords(opened, folder, progress)

    def answer(self, request: AskLabel) -> Iterator[Answer | None]:
        """Answered, Salient, Substituted …, Listed …, Told. Errors in one sentence, as `seqtui predict` has them."""
        head = self._head()
        records, notes = self._asked.read(request.text, request.path)
        count = len(records.names)
        if request.record >= count:
            raise NotFound(f"there is no record {request.record + 1}: there are {count:,}")
        if request.label is not None and not 0 <= request.label < len(head.classes):
            raise Usage(f"there is no class {request.label}; the model knows {', '.join(head.classes)}")
        whole = records.whole(request.record)  # (steps,)
        is_symbols = not isinstance(head.inputs, Vectors | Pictures)
        steps, letters, known = len(whole), list[str](), substitutes(head.inputs) if is_symbols else []
        if not steps:
            raise BadInput(f"record {records.names[request.record]} is empty: there is nothing to ask about")
        values = np.array(whole[:MOST_SHOWN], TYPES.get(type(head.inputs), np.int64))
        (said,) = self._predict(records, request.record, request.record + 1)
        explained = said.guess if request.label is None else request.label
        symbols = spelled_record(self._opened, records, request.record, values)
        if is_symbols and steps <= LONGEST["mutagenesis"]:
            letters = spelled_substitutes(self._opened, head)
        if isinstance(head.inputs, Pictures):
            np.save(self._folder.path / f"clip-{request.id}.npy", values, allow_pickle=False)
        text = "" if records.texts is None else records.texts[request.record][:MOST_SHOWN]
        yield Answered(
            request.id, said.name, request.record, count, steps, symbols, letters, list(said.chances), said.truth,
            explained, list(notes), text, _strange(head, values),
        )  # fmt: skip
        tokens = torch.from_numpy(values)
        if steps <= MOST_READ_AT_ONCE:
            yield Salient(request.id, input_gradient(self._opened.model, tokens, explained).tolist())
        if letters:
            at_once = max(STEPS_AT_ONCE // (steps * len(letters)), 1)
            model = self._opened.model
            for first, changes in substitutions(model, tokens, explained, known, steps_at_once=at_once):
                yield Substituted(request.id, first, changes.tolist())
        if request.whole and count > 1:
            yield from self._list(request.id, records)
        yield Told(request.id)

    def write(self, request: WritePredictions) -> Iterator[Answer | None]:
        """Wrote. Nothing is overwritten."""
        path, head = Path(request.path), self._head()
        check_target(path, self._opened.task.predict_suffixes)
        records, _ = self._asked.read(request.text, request.source)
        chunks = range(0, len(records.names), RECORDS_AT_ONCE)
        made = (each for first in chunks for each in self._predict(records, first, first + RECORDS_AT_ONCE))
        written = self._opened.task.export_predictions(made, head.classes, self._opened.meaning.encoding, path)
        yield Wrote(request.id, [str(each) for each in written])

    def _list(self, number: int, records: Records) -> Iterator[Answer]:
        for first in range(0, min(len(records.names), MOST_LISTED), RECORDS_AT_ONCE):
            said = self._predict(records, first, first + RECORDS_AT_ONCE)
            chances = [each.chances[each.guess] for each in said]
            texts = [] if records.texts is None else [text[:MOST_QUOTED] for text in records.texts[first:][: len(said)]]
            yield Listed(number, first, [each.name for each in said], [each.guess for each in said], chances, texts)

    def _head(self) -> Label:
        head = self._opened.meaning.head
        if not isinstance(head, Label):
            raise Usage(f"{self._opened.name} predicts the next step and labels nothing")
        return head

    def _predict(self, records: Records, begin: int, end: int) -> list[Prediction]:
        """The predictions of some of the records, each by all its parts."""
        some = part_of(records, begin, min(end, len(records.names)))
        rows = rows_of(some, batch_size=1, bptt=0, ahead=0)
        if not len(rows):
            raise BadInput(f"{records.names[begin]} is empty: there is nothing to ask about")
        return list(predict_labels(self._opened, FlatData(some, rows, torch.device("cpu"))))


def _strange(head: Label, values: Values) -> list[int]:
    """The steps that the model does not know, where there are words that it could."""
    if not isinstance(head.inputs, Tokens) or head.inputs.size <= FEW_SYMBOLS:
        return []
    found: list[int] = np.flatnonzero(values == head.inputs.unknown).tolist()
    return found
