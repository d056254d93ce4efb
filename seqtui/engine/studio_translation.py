"""What a model that translates makes of a text or a record, and the search that found it step by step, for the studio.

Translations and scores are those of `seqtui predict` with the same search.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from seqtui.engine.batches import FlatData, rows_of
from seqtui.engine.beam import Kept, Search
from seqtui.engine.open_model import OpenModel
from seqtui.engine.studio_records import TYPED, AskedRecords, part_of
from seqtui.engine.studio_samples import check_target
from seqtui.engine.translating import translate_all, translate_rows
from seqtui.engine.translation_head import TranslationHead
from seqtui.engine.wording import Wording
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.unpacked_file import silent
from seqtui.runs.studio_folder import StudioFolder
from seqtui.runs.studio_words import Answer, Told, WritePredictions, Wrote
from seqtui.runs.translation_words import (
    AskTranslation,
    BeamMoved,
    TranslationAsked,
    TranslationFound,
    TranslationsListed,
)
from seqtui.shapes import Translation
from seqtui.task import Hypothesis, Progress, Records, TranslationPrediction

MOST_LISTED: Final = 20_000
MOST_STEPS: Final = 400  # of a source that are read
MOST_TEXT: Final = 20_000  # characters
RECORDS_AT_ONCE: Final = 32
DIGITS: Final = 4
CPU: Final = torch.device("cpu")


@final
class Translator:
    """Keeps the records of the last text or file."""

    def __init__(self, opened: OpenModel, folder: StudioFolder, progress: Progress = silent) -> None:
        self._opened = opened
        self._asked = AskedRecords(opened, folder, progress)
        self._wording = Wording(opened.task, opened.meaning.encoding)

    def answer(self, request: AskTranslation) -> Iterator[Answer | None]:
        """TranslationAsked, BeamMoved …, TranslationFound …, TranslationsListed …, Told. Errors in one sentence."""
        head = self._head()
        records, notes = self._asked.read(request.text, request.path)
        count = len(records.names)
        if not count:
            raise BadInput("there is no text in it")
        if request.record >= count:
            raise NotFound(f"there is no record {request.record + 1}: there are {count:,}")
        some, cut = _shortened(part_of(records, request.record, request.record + 1))
        if not int(some.lengths.sum()):
            raise BadInput(f"{records.names[request.record]} is empty: there is nothing to translate in it")
        source = self._wording.source(some, 0)
        yield TranslationAsked(
            request.id,
            some.names[0] if request.path else TYPED,
            request.record,
            count,
            _own_text(some),
            source,
            [] if some.references is None else list(some.references[0]),
            np.flatnonzero(some.record(0) == head.inputs.unknown).tolist(),
            cut,
            head.attention != "none",
            list(notes),
        )
        yield from self._search(request, some, source)
        if request.whole and count > 1:
            yield from self._list(request, records)
        yield Told(request.id)

    def write(self, request: WritePredictions) -> Iterator[Answer | None]:
        """Wrote. Nothing is overwritten."""
        path = Path(request.path)
        self._head()
        check_target(path, self._opened.task.predict_suffixes)
        records, _ = self._asked.read(request.text, request.source)
        made = translate_all(self._opened, self._data(records), Search())
        written = self._opened.task.export_translations(made, self._opened.meaning.encoding, path)
        yield Wrote(request.id, [str(each) for each in written])

    def _head(self) -> Translation:
        head = self._opened.meaning.head
        if not isinstance(head, Translation):
            raise Usage(f"{self._opened.name} does not translate: only a model that writes sequences can be asked to")
        return head

    def _search(self, request: AskTranslation, some: Records, source: list[str]) -> Iterator[Answer]:
        kept: list[Kept] = []
        asked = Search(request.beam, min(request.best, request.beam), request.length_penalty)
        (said,) = translate_rows(self._opened, self._data(some), np.arange(1), asked, watch=kept.append)
        for step, each in enumerate(kept):
            yield self._moved(request.id, step, each)
        for rank, hypothesis in enumerate(said.hypotheses):
            yield self._found(request.id, rank, hypothesis, source)

    def _moved(self, number: int, step: int, kept: Kept) -> BeamMoved:
        head = self._opened.model.head
        assert isinstance(head, TranslationHead)
        real = np.flatnonzero(np.isfinite(kept.totals[0]))
        symbols = kept.symbols[0, real]
        ended = symbols == head.says.end
        spelled = iter(self._wording.spell(symbols[~ended].tolist()))
        return BeamMoved(
            number,
            step,
            kept.parents[0, real].tolist(),
            ["" if end else next(spelled) for end in ended.tolist()],
            [round(total, DIGITS) for total in kept.totals[0, real].tolist()],
            ended.tolist(),
        )

    def _found(self, number: int, rank: int, found: Hypothesis, source: list[str]) -> TranslationFound:
        attention = [] if found.attention is None else np.round(found.attention.astype(np.float64), DIGITS).tolist()
        return TranslationFound(
            number,
            rank,
            self._wording.text(found, source),
            self._wording.tokens(found, source),
            list(found.chances),
            found.score,
            found.log_probability,
            list(found.copied) or [-1] * len(found.tokens),
            attention,
        )

    def _list(self, request: AskTranslation, records: Records) -> Iterator[Answer]:
        asked = Search(request.beam, 1, request.length_penalty)
        for first in range(0, min(len(records), MOST_LISTED), RECORDS_AT_ONCE):
            some = part_of(records, first, min(first + RECORDS_AT_ONCE, len(records)))
            said = list(translate_all(self._opened, self._data(some), asked))
            texts = [self._wording.text(each.hypotheses[0], self._wording.read(each)) for each in said]
            yield TranslationsListed(
                request.id,
                first,
                [each.name for each in said],
                [self._source_text(each) for each in said],
                texts,
                [each.hypotheses[0].score for each in said],
                [
                    int(text in each.references) if each.references else -1
                    for text, each in zip(texts, said, strict=True)
                ],
            )

    def _source_text(self, said: TranslationPrediction) -> str:
        return " ".join(self._wording.read(said)) if said.read_from is None else said.read_from.text[:MOST_TEXT]

    def _data(self, records: Records) -> FlatData:
        return FlatData(records, rows_of(records, batch_size=1, bptt=0, ahead=0, ends=1), CPU, self._wording)


def _shortened(one: Records) -> tuple[Records, int]:
    """A record as far as it is read, and how many steps that leaves out."""
    lengths = np.minimum(one.lengths, MOST_STEPS)
    return replace(one, lengths=lengths), int((one.lengths - lengths).sum())


def _own_text(one: Records) -> str:
    return one.texts[0][:MOST_TEXT] if one.texts is not None else ""
