"""What a model that tags says of a text or a record, and the scores that its path follows from, for the studio.

Tags and chances are those of `seqtui predict`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, final

import numpy as np
import torch
from torch import Tensor

from seqtui.engine.batches import FlatData, rows_of
from seqtui.engine.crf import losses
from seqtui.engine.open_model import OpenModel
from seqtui.engine.studio_records import TYPED, AskedRecords, part_of
from seqtui.engine.studio_samples import check_target
from seqtui.engine.tag_head import TagHead
from seqtui.engine.tagging import predict_tags, read_rows, spelled_steps
from seqtui.errors import BadInput, NotFound, Usage
from seqtui.readers.tagged.schemes import spans_of
from seqtui.readers.unpacked_file import silent
from seqtui.runs.studio_folder import StudioFolder
from seqtui.runs.studio_words import Answer, Told, WritePredictions, Wrote
from seqtui.runs.tagging_words import AskTags, TagMoves, TagScores, TagsListed, TagsSaid
from seqtui.shapes import Tags
from seqtui.task import Progress, Records, TagPrediction, Values

MOST_LISTED: Final = 100_000
MOST_SHOWN: Final = 3_000  # steps
MOST_TEXT: Final = 20_000  # characters
RECORDS_AT_ONCE: Final = 64
LINE: Final = 200  # cells of a record in a list
SCORES_AT_ONCE: Final = 20_000  # in an answer
DIGITS: Final = 4
CPU: Final = torch.device("cpu")


@final
class Tagger:
    """Keeps the records of the last text or file."""

    def __init__(self, opened: OpenModel, folder: StudioFolder, progress: Progress = silent) -> None:
        self._opened = opened
        self._asked = AskedRecords(opened, folder, progress)
        self._has_told_moves = False

    def answer(self, request: AskTags) -> Iterator[Answer | None]:
        """TagMoves the first time, TagsSaid, TagScores …, TagsListed …, Told. Errors in one sentence."""
        head = self._head()
        records, notes = self._asked.read(request.text, request.path)
        count = len(records.names)
        if not count:
            raise BadInput("there is no word in it")
        if request.record >= count:
            raise NotFound(f"there is no record {request.record + 1}: there are {count:,}")
        some, cut = _shown(records, request)
        if not int(some.lengths.sum()):
            raise BadInput(f"{records.names[request.record]} is empty: there is nothing to tag in it")
        if not self._has_told_moves:
            yield self._moves(request.id)
            self._has_told_moves = True
        yield from self._say(request, some, cut, count, notes, head)
        if request.whole and request.path and count > 1:
            yield from self._list(request.id, records, head)
        yield Told(request.id)

    def write(self, request: WritePredictions) -> Iterator[Answer | None]:
        """Wrote. Nothing is overwritten."""
        path, head = Path(request.path), self._head()
        check_target(path, self._opened.task.predict_suffixes)
        records, _ = self._asked.read(request.text, request.source)
        made = (each for first in range(0, len(records), RECORDS_AT_ONCE) for each in self._predict(records, first))
        written = self._opened.task.export_tags(made, head.tags, self._opened.meaning.encoding, path)
        yield Wrote(request.id, [str(each) for each in written])

    def _head(self) -> Tags:
        head = self._opened.meaning.head
        if not isinstance(head, Tags):
            raise Usage(f"{self._opened.name} does not tag: only a model with a tag a step can be asked for tags")
        return head

    def _moves(self, number: int) -> TagMoves:
        head = self._opened.model.head
        assert isinstance(head, TagHead)
        with torch.inference_mode():
            chain = head.chain()
        starts, ends, moves = (_rounded(scores) for scores in (chain.starts, chain.ends, chain.moves))
        return TagMoves(number, starts, ends, moves, head.has_chain)

    def _say(
        self, request: AskTags, some: Records, cut: int, count: int, notes: tuple[str, ...], head: Tags
    ) -> Iterator[Answer]:
        """The tags, then sentence by sentence the scores."""
        rows = rows_of(some, batch_size=1, bptt=0, ahead=0)
        read = read_rows(self._opened, FlatData(some, rows, CPU), np.arange(len(rows)))
        sure = read.chances.gather(2, read.tags.unsqueeze(2)).squeeze(2)
        spans = [(row, slice(0, steps)) for row, steps in enumerate(read.steps.tolist())]
        truth = [tag for row, steps in spans for tag in read.targets[steps, row].tolist()]
        values = np.concatenate([some.record(record) for record in rows.records.tolist()])
        starts = (np.cumsum(read.steps) - read.steps).tolist()
        yield TagsSaid(
            request.id,
            some.names[0] if request.path else TYPED,
            request.record,
            count if request.path else 1,
            _own_text(some) if request.path else "",
            self._words(some, rows.records.tolist()),
            starts,
            [tag for row, steps in spans for tag in read.tags[steps, row].tolist()],
            [chance for row, steps in spans for chance in sure[steps, row].tolist()],
            truth if max(truth) >= 0 else [],
            np.flatnonzero(_unknown(head, values)).tolist(),
            cut,
            list(notes),
        )
        for (row, steps), first in zip(spans, starts, strict=True):
            yield from self._scores(request.id, first, read.emissions[steps, row], read.chances[steps, row])

    def _words(self, some: Records, records: list[int]) -> list[str]:
        task, encoding = self._opened.task, self._opened.meaning.encoding
        said = [TagPrediction("", some.record(each), (), (), None, some.text_of(each)) for each in records]
        return [word for each in said for word in spelled_steps(task, each, encoding)]

    def _scores(self, number: int, first: int, emissions: Tensor, chances: Tensor) -> Iterator[TagScores]:
        """Of one sentence: emissions and chances (time, tags)."""
        head = self._opened.model.head
        assert isinstance(head, TagHead)
        with torch.inference_mode():
            lost = losses(emissions, head.chain())
        at_once = max(SCORES_AT_ONCE // emissions.shape[1], 1)
        for begin in range(0, len(emissions), at_once):
            part = slice(begin, begin + at_once)
            told = (_rounded(scores[part]) for scores in (emissions, chances, lost))
            yield TagScores(number, first + begin, *told)

    def _list(self, number: int, records: Records, head: Tags) -> Iterator[Answer]:
        task, encoding = self._opened.task, self._opened.meaning.encoding
        for first in range(0, min(len(records), MOST_LISTED), RECORDS_AT_ONCE):
            said = self._predict(records, first)
            yield TagsListed(
                number,
                first,
                [each.name for each in said],
                [len(spans_of([head.tags[tag] for tag in each.tags])) for each in said],
                [min(each.chances, default=1.0) for each in said],
                [task.show_tags(each, head.tags, encoding, width=LINE, height=1) for each in said],
            )

    def _predict(self, records: Records, first: int) -> list[TagPrediction]:
        some = part_of(records, first, min(first + RECORDS_AT_ONCE, len(records)))
        return list(predict_tags(self._opened, FlatData(some, rows_of(some, batch_size=1, bptt=0, ahead=0), CPU)))


def _shown(records: Records, request: AskTags) -> tuple[Records, int]:
    """One record of a file, all of a text, as far as they can be shown; and how many steps that leaves out."""
    some = part_of(records, request.record, request.record + 1) if request.path else records
    ends = np.cumsum(some.lengths)
    whole = max(int((ends <= MOST_SHOWN).sum()), 1)
    return part_of(some, 0, whole), int(ends[-1] - ends[whole - 1])


def _own_text(some: Records) -> str:
    """That of one record, where several may stand in one text."""
    read_from = some.text_of(0)
    if read_from is None or not len(read_from.spans):
        return ""
    begin, end = int(read_from.spans[0, 0]), int(read_from.spans[-1, 1])
    return read_from.text[begin:end][:MOST_TEXT]


def _unknown(head: Tags, values: Values) -> Values:
    """(steps,) whether each is in no vocabulary."""
    numbers = values if values.ndim == 1 else values[:, 0]
    strange: Values = numbers == head.inputs.unknown
    return strange


def _rounded(scores: Tensor) -> list:  # type: ignore[type-arg]
    """As nested lists, short enough to travel."""
    rounded: list = np.round(scores.double().cpu().numpy(), DIGITS).tolist()  # type: ignore[type-arg]
    return rounded
