"""Language: learn to write as a text is written, character by character or word by word (one-to-many).

Data: with none given, the Python language reference (PSF license), 370 thousand characters that every Python carries;
else any text files, or a folder of them. The first 90 % of a text are for training, then 5 % each for validation and
test; a folder in which the files' names say the split is taken as it is.
One real example: after "An assignment statement evaluates the expression " comes "list".
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Interval

from seqtui.config import DATA, Knob, Settings
from seqtui.errors import Usage
from seqtui.readers.language.corpus import LanguageSet, Part, Wish, load_language, load_language_to_score
from seqtui.readers.language.plain_text import encode_symbols
from seqtui.readers.language.units import LOST, NEWLINE, UNKNOWN, UNKNOWN_NAME, Unit, join, numbers_of, parts, shown
from seqtui.readers.prediction_files import write_whole_text
from seqtui.readers.text_panel import draw_text
from seqtui.shapes import IOShape, NextToken
from seqtui.task import Checkup, Corpus, Finding, Progress, Records, Task, Values

LONGEST_PRIME = 10_000


# fmt: off
@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageOptions:
    """What can be chosen about language."""

    unit: Annotated[Unit, Knob("What is read and written step by step.", group=DATA)] = "character"
    least_count: Annotated[int, Interval(ge=1, le=1_000_000), Knob("Symbols that the training text has less often are unknown.", unit="times", group=DATA)] = 1  # noqa: E501
    vocabulary_size: Annotated[int | None, Interval(ge=2, le=1_000_000), Knob("Symbols that are known at most, the most frequent ones; all if left out.", unit="symbols", group=DATA)] = None  # noqa: E501
    valid_share: Annotated[float, Interval(gt=0, lt=0.5), Knob("Share of the text, before the test part, for validation.", group=DATA)] = 0.05  # noqa: E501
    test_share: Annotated[float, Interval(ge=0, lt=0.5), Knob("Share of the text, at its end, for the test.", group=DATA)] = 0.05  # noqa: E501
# fmt: on


class Language(Task):
    """Text in; more of it out."""

    name: ClassVar[str] = "language"
    title: ClassVar[str] = "Language"
    summary: ClassVar[str] = "Learn to write as a text is written; see which letter surprises the model."
    reads: ClassVar[str] = "text files (UTF-8, each also .gz), or a folder of them"
    trains_as: ClassVar[IOShape] = IOShape.MANY_TO_MANY_ALIGNED
    samples_as: ClassVar[IOShape | None] = IOShape.ONE_TO_MANY
    head_kind: ClassVar[str] = "next-token"
    length_unit: ClassVar[str] = "characters"
    default_length: ClassVar[int] = 500
    sample_suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    options: ClassVar[type[Settings]] = LanguageOptions
    defaults: ClassVar[Mapping[str, Any]] = {
        "backbone": "lstm",
        "hidden_size": 320,
        "embedding_size": 64,
        "dropout": 0.2,
        "batch_size": 32,
        "bptt": 64,
        "optimizer": "adamw",
        "weight_decay": 0.02,
        "lr": 6e-3,
        "schedule": "onecycle",
        "epochs": 8,
    }

    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:  # noqa: ARG002
        """Three parts of the text, in order; the vocabulary is of the first."""
        chosen = LanguageOptions(**options)
        wish = Wish(
            chosen.unit, chosen.valid_share, chosen.test_share, chosen.least_count, chosen.vocabulary_size
        )  # fmt: skip
        loaded = load_language(data, wish, self.text_tools.vocabulary, progress=progress)
        return Corpus(
            train=_records(loaded.parts["train"]),
            valid=_records(loaded.parts["valid"]),
            test=_records(loaded.parts["test"]),
            head=NextToken(len(loaded.symbols)),
            encoding={"options": asdict(chosen), "symbols": loaded.symbols, "openings": _openings(loaded)},
            source=loaded.source,
            split_rule=loaded.rule,
            fingerprint=loaded.fingerprint,
            notes=loaded.notes,
            baselines=loaded.losses,
            loss_unit=f"nats/{chosen.unit}",
        )

    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """All of `data`, in the vocabulary of the model; of a folder with splits, the test split."""
        part, notes = load_language_to_score(data, _unit(encoding), encoding["symbols"], progress=progress)
        return _records(part), notes

    def check(self, paths: Sequence[Path], options: Mapping[str, Any]) -> Checkup:  # noqa: ARG002
        """The data doctor for text files."""
        from seqtui.readers.language.doctor import examine

        seen, facts = examine(paths)
        return Checkup(tuple(Finding(*remark) for remark in seen), facts)

    def prime(self, source: str | None, encoding: Mapping[str, Any], *, rng: np.random.Generator) -> Values:
        """Text as typed, or the text of a file of that name; else the beginning of some line of the training text."""
        if source is None:
            openings = encoding["openings"]
            source = openings[int(rng.integers(len(openings)))] if openings else NEWLINE
        elif Path(source).suffix == ".txt" and Path(source).is_file():
            source = _last_text(Path(source))
        found = self.tokens_of(source, encoding)
        if not len(found):
            raise Usage(f"there is nothing to go on from in {source!r}: give some text, or the name of a .txt file")
        return found

    def is_long_enough(self, length: int, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:
        """Counts characters, also where words are written."""
        if length < 1:
            raise Usage(f"a text of {length} characters is none: give at least 1")
        is_word = _unit(encoding) == "word"
        sizes = [len(symbol) + 1 if is_word else 1 for symbol in encoding["symbols"]]  # an unknown character is one too
        made = 0

        def is_enough(value: Values) -> bool:
            nonlocal made
            made += sizes[int(value)]
            return made >= length

        return is_enough

    def show(self, values: Values, encoding: Mapping[str, Any], *, width: int, height: int) -> str:
        """The text, wrapped."""
        return draw_text(_text(values, encoding), width=width, height=height)

    def token_names(self, encoding: Mapping[str, Any]) -> Sequence[str]:
        """Characters or words."""
        return [shown(symbol) for symbol in encoding["symbols"]]

    def tokens_of(self, text: str, encoding: Mapping[str, Any]) -> Values:
        """Characters or words; what is in no vocabulary is the unknown one."""
        return encode_symbols(text, _unit(encoding), numbers_of(encoding["symbols"]), UNKNOWN)

    def unwritten(self, encoding: Mapping[str, Any]) -> Sequence[int]:  # noqa: ARG002
        """The unknown symbol."""
        return (UNKNOWN,)

    def parts(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """Characters; words with the spaces before them."""
        return list(parts((encoding["symbols"][value] for value in values.tolist()), _unit(encoding)))

    def stop_at(self, text: str, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:
        """When the text ends so; \\n is a line's end."""
        if not text:
            raise Usage("a sample that stops at nothing would not begin: give --stop some text")
        wanted, symbols, made = text.replace("\\n", NEWLINE), encoding["symbols"], deque[str](maxlen=len(text) + 1)

        def has_ended(value: Values) -> bool:
            made.append(symbols[int(value)])
            return join(made, _unit(encoding)).endswith(wanted)

        return has_ended

    def spell(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """A character or word a step."""
        symbols = encoding["symbols"]
        return [shown(symbols[value]) for value in values.tolist()]

    def export_samples(self, samples: Sequence[Values], encoding: Mapping[str, Any], path: Path) -> tuple[Path, ...]:
        """A text file a sample."""
        paths = [path]
        if len(samples) > 1:
            paths = [path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(1, len(samples) + 1)]
        for place, values in zip(paths, samples, strict=True):
            write_whole_text(place, [_text(values, encoding), NEWLINE])
        return tuple(paths)


def _unit(encoding: Mapping[str, Any]) -> Unit:
    unit: Unit = encoding["options"]["unit"]
    return unit


def _text(values: Values, encoding: Mapping[str, Any]) -> str:
    symbols = encoding["symbols"]
    return join((symbols[value] for value in values.tolist()), _unit(encoding))


def _records(part: Part) -> Records:
    return Records(part.codes, part.lengths, part.names)


def _openings(loaded: LanguageSet, most: int = 50) -> list[str]:
    """First words of lines of the training text, evenly over it, for samples that start from nothing."""
    codes = loaded.parts["train"].codes[:2_000_000]
    if NEWLINE not in loaded.symbols:
        return []
    breaks = np.flatnonzero(codes == loaded.symbols.index(NEWLINE))
    unit: Unit = "word" if any(len(symbol) > 1 for symbol in loaded.symbols[1:]) else "character"
    texts = [
        join((loaded.symbols[code] for code in codes[begin + 1 : begin + 40].tolist()), unit).split(NEWLINE)[0]
        for begin in breaks[:: max(len(breaks) // (4 * most), 1)].tolist()
    ]
    firsts = [" ".join(text.split()[:2]) for text in texts if len(text.split()) > 2]
    return list(dict.fromkeys(first for first in firsts if UNKNOWN_NAME not in first and LOST not in first))[:most]


def _last_text(path: Path) -> str:
    from seqtui.readers.text_file import text_lines

    return "\n".join(line for _, line in text_lines(path))[-LONGEST_PRIME:]
