"""JSON lines of texts with spans: {"text": …, "entities": [[begin, end, type], …]}, offsets in characters.

`spans`, `label` and `labels` are read as `entities`; a span may be an object with start, end and label or type. Texts
are cut into sentences and tokens here, so a span is widened to whole tokens; of spans that overlap the longest is kept.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from seqtui.errors import BadInput
from seqtui.readers.tagged.schemes import Span, tags_of
from seqtui.readers.tagged.tagged_set import Sentence, TagCheck
from seqtui.readers.text_file import Tally, text_lines
from seqtui.readers.tokens import Habit, Offsets, sentences, tokenize, tokens_in
from seqtui.readers.unpacked_file import Progress, silent
from seqtui.text_safety import clean

KEYS: Final = ("entities", "spans", "label", "labels")
_TYPES: Final = ("type", "label", "entity", "tag")


@dataclass(slots=True)
class SpanTally:
    """What was done to spans: widened to whole tokens, left out because they overlap, or because they hold no token."""

    widened: int = 0
    overlapping: int = 0
    empty: int = 0
    first: str = ""

    def notes(self, name: str) -> list[str]:
        """A sentence for each thing that was done; name: the file's."""
        said = (
            (self.widened, "spans that begin or end inside a token were widened to the whole of it"),
            (self.overlapping, "spans that overlap a longer one were left out"),
            (self.empty, "spans that hold nothing but white space were left out"),
        )
        notes = [f"{name}: {count:,} {what}" for count, what in said if count]
        return [f"{notes[0]}, the first in {self.first}", *notes[1:]] if notes else []


def read_span_lines(
    path: Path,
    habit: Habit,
    spans: SpanTally,
    *,
    tally: Tally | None = None,
    progress: Progress = silent,
) -> Iterator[Sentence]:
    """Every sentence of every text; a line is a document, and without a list of spans it has no tags.

    BadInput for a line that is no such object, and for a span outside its text.
    """
    name, check = clean(path.name), TagCheck()
    for number, line in text_lines(path, tally=tally, progress=progress):
        if not line.strip():
            continue
        where = f"{name}, line {number:,}"
        text, marked = _object(line, where)
        found = None if marked is None else [_span(each, text, where, check) for each in marked]
        yield from _sentences(text, found, habit, (where, f"{name}:{number}", number), spans)


def cut_text(text: str, habit: Habit, name: str, number: int) -> Iterator[Sentence]:
    """The sentences of a raw text, without tags; name: of the text, number: of its line."""
    return _sentences(text, None, habit, (name, name, number), SpanTally())


def _object(line: str, where: str) -> tuple[str, list[Any] | None]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "too deep or too large"
        raise BadInput(f"{where}: this is no JSON ({reason}); each line is an object with text and entities") from error
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise BadInput(f'{where}: there is no "text"; each line is an object such as {{"text": "…", "entities": []}}')
    marked = next((found[key] for key in KEYS if found.get(key) is not None), None)
    if marked is not None and not isinstance(marked, list):
        raise BadInput(f"{where}: the entities must be a list of [begin, end, type]")
    return found["text"], marked


def _span(each: Any, text: str, where: str, check: TagCheck) -> tuple[int, int, str]:
    if isinstance(each, dict):
        kind = next((each[key] for key in _TYPES if key in each), None)
        each = [each.get("start", each.get("begin")), each.get("end"), kind]
    match each:
        case [bool(), *_] | [_, bool(), *_]:
            pass
        case [int(begin), int(end), str(kind), *_] if 0 <= begin <= end <= len(text) and kind.strip():
            return begin, end, check.checked(f"I-{kind.strip()}", where)[2:]
        case [int(begin), int(end), str(kind), *_] if kind.strip():
            raise BadInput(f"{where}: the span {begin} to {end} is not in the text, which has {len(text):,} characters")
    shown = clean(json.dumps(each, default=str))[:60]
    raise BadInput(f"{where}: {shown} is no span; give [begin, end, type] with offsets in characters")


def _sentences(
    text: str,
    marked: list[tuple[int, int, str]] | None,
    habit: Habit,
    place: tuple[str, str, int],
    tally: SpanTally,
) -> Iterator[Sentence]:
    """place: as an error names it, as a record is named, and the line."""
    where, name, number = place
    offsets = tokenize(text, habit)
    spans = None if marked is None else _on_tokens(marked, text, offsets, where, tally)
    together = [(offsets[each.begin][0], offsets[each.end - 1][1]) for each in spans or ()]
    tags = None if spans is None else tags_of(spans, len(offsets), "bio")
    begin = 0
    for count, part in enumerate(sentences(text, offsets, together=together), 1):
        end = begin + len(part)
        tokens = [text[one:two] for one, two in part]
        own = f"{name}, sentence {count}" if count > 1 else name
        yield Sentence(own, tokens, tags and tags[begin:end], [number] * len(part), number, text, part)
        begin = end


def _on_tokens(
    marked: list[tuple[int, int, str]], text: str, offsets: list[Offsets], where: str, tally: SpanTally
) -> list[Span]:
    """Spans of tokens that do not overlap, in order; the longest (then the first) is kept."""
    taken = [False] * len(offsets)
    kept = []
    for begin, end, kind in sorted(marked, key=lambda each: (each[0] - each[1], each[0])):
        inside = tokens_in(offsets, begin, end)
        bare = text[begin:end]
        begin, end = begin + len(bare) - len(bare.lstrip()), end - len(bare) + len(bare.rstrip())
        if not inside or begin >= end:
            tally.empty += 1
        elif any(taken[inside[0] : inside[-1] + 1]):
            tally.overlapping += 1
        else:
            taken[inside[0] : inside[-1] + 1] = [True] * len(inside)
            kept.append(Span(inside[0], inside[-1] + 1, kind))
            if (begin, end) == (offsets[inside[0]][0], offsets[inside[-1]][1]):
                continue
            tally.widened += 1
        tally.first = tally.first or where
    return sorted(kept, key=lambda span: span.begin)
