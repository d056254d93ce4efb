"""A file of tagged sentences or raw text, in whichever form it is: columns, CoNLL-U, JSON lines with spans, text."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from seqtui.errors import BadInput, Usage
from seqtui.readers.tagged.conll import holds_predictions, looks_like_a_tag, read_conll
from seqtui.readers.tagged.conllu import is_conllu, read_conllu
from seqtui.readers.tagged.schemes import Scheme, faults_in, recognized
from seqtui.readers.tagged.span_lines import SpanTally, cut_text, read_span_lines
from seqtui.readers.tagged.tagged_set import Cutting, Sentence
from seqtui.readers.text_file import Tally, text_lines
from seqtui.readers.tokens import Habit
from seqtui.readers.unpacked_file import Progress, silent
from seqtui.text_safety import clean

Form = Literal["columns", "CoNLL-U", "JSON lines", "text"]

SCHEME_NAMES: Final[dict[Scheme, str]] = {"io": "IO", "iob1": "IOB1", "bio": "BIO", "iobes": "IOBES"}
TAG_COLUMNS: Final = "last, a number from 1, or for CoNLL-U xpos, upos or misc:KEY"
_OF_A_MODEL: Final = "the last column is taken for what a model said of the second (--tag-column last: read the last)"
_LOOKED_AT: Final = 200  # lines that tell the form
_SURE: Final = 0.9
_LIKELY: Final = 0.6
_COLUMN_SUFFIXES: Final = (".conll", ".bio", ".iob", ".iob2", ".iobes", ".bioes", ".tsv", ".ner")


@dataclass(frozen=True, slots=True, eq=False)
class TaggedFile:
    """sentences, in order; scheme: of their tags, None where there are none; notes: what the policies did."""

    name: str
    form: Form
    sentences: list[Sentence]
    scheme: Scheme | None
    notes: tuple[str, ...]

    def faults(self) -> Iterator[tuple[str, int, str]]:
        """File, line and sentence of each tag that its scheme does not allow."""
        for sentence in self.sentences if self.scheme else ():
            for fault in faults_in(sentence.tags or (), self.scheme or "bio"):
                yield self.name, sentence.lines[fault.step], f"{fault.tag} should be {fault.wanted}"


def read_tagged_file(
    path: Path, *, tag_column: str | None = None, habit: Habit = "clitics", progress: Progress = silent
) -> TaggedFile:
    """tag_column: see TAG_COLUMNS; habit: how texts are cut into tokens, see seqtui.readers.tokens.

    BadInput names file and line; Usage where the form has no such column; NotFound.
    """
    form, name = form_of(path), clean(path.name)
    tally, cutting, spans = Tally(), Cutting(), SpanTally()
    predicted = False
    match form:
        case "columns":
            predicted = tag_column is None and holds_predictions(path)
            column = 2 if predicted else _number(tag_column, name)
            found = read_conll(path, column, tally=tally, progress=progress)
        case "CoNLL-U":
            found = read_conllu(path, None if tag_column == "last" else tag_column, tally=tally, progress=progress)
        case "JSON lines":
            found = read_span_lines(path, habit, spans, tally=tally, progress=progress)
        case "text":
            found = _raw(path, habit, tally, progress)
    sentences = [piece for sentence in found for piece in cutting.pieces(sentence)]
    tagged = [sentence.tags for sentence in sentences if sentence.tags is not None]
    scheme = recognized(tagged) if tagged else None
    notes = [f"{name}: {_OF_A_MODEL}"] if predicted else []
    notes += [*tally.notes(name), *spans.notes(name), *cutting.notes()]
    return TaggedFile(name, form, sentences, scheme, tuple(notes))


def form_of(path: Path) -> Form:
    """By its first lines; a file with one word a line, or ragged ones, is columns only if its name says so."""
    lines = [line for _, line in islice(((n, line) for n, line in text_lines(path) if line.strip(" \t")), _LOOKED_AT)]
    if not lines:
        raise BadInput(f"{clean(path.name)} has no text in it")
    if lines[0].lstrip().startswith("{"):
        return "JSON lines"
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".conllu") or any(is_conllu(line) for line in lines[:20] if not line.startswith("#")):
        return "CoNLL-U"
    if name.endswith(_COLUMN_SUFFIXES):
        return "columns"
    tabs = sum("\t" in line.strip(" \t") for line in lines) >= _SURE * len(lines)
    cells = [line.split("\t") if tabs else line.split() for line in lines]
    usual = sorted(map(len, cells))[len(cells) // 2]
    same = [each for each in cells if len(each) == usual]
    tagged = max(sum(looks_like_a_tag(each[at].strip()) for each in same) for at in range(usual))
    if usual > 1 and (tagged >= _LIKELY * len(cells) or (tabs and len(same) >= _SURE * len(cells))):
        return "columns"
    return "text"


def is_tag_column(text: str | None) -> bool:
    """Whether this is a choice of the tags' column, one of TAG_COLUMNS, or None."""
    if text is None or text in ("last", "xpos", "upos") or (text.startswith("misc:") and len(text) > len("misc:")):
        return True
    return text.isascii() and text.isdigit() and int(text) >= 1


def _number(tag_column: str | None, name: str) -> int | None:
    if tag_column in (None, "last"):
        return None
    if not (tag_column or "").isdigit():
        raise Usage(f"{name} is in columns and no CoNLL-U: give the number of the column of tags, not {tag_column}")
    return int(tag_column or 0)


def _raw(path: Path, habit: Habit, tally: Tally, progress: Progress) -> Iterator[Sentence]:
    """A line is a paragraph: no sentence goes over its end."""
    name = clean(path.name)
    for number, line in text_lines(path, tally=tally, progress=progress):
        if line.strip():
            yield from cut_text(line, habit, f"{name}:{number}", number)
