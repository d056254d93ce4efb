"""Strings of letters to be written backward: the smallest application that translates. Made data, and lines of text."""

# ruff: noqa: ARG002  (the contract names what this application has no use for)

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from seqtui.config import DATA, Knob
from seqtui.shapes import IOShape, Tokens, Translation
from seqtui.task import Checkup, Corpus, Progress, Records, Task, TranslationPrediction, Values

LETTERS = "?abcde"  # the first is unknown; behind them, in the target: start and end
SIZE = len(LETTERS) + 2


# fmt: off
@dataclass(frozen=True, slots=True)
class Options:
    """What the tests vary."""

    attention: Annotated[str, Knob("As in Translation.", group=DATA)] = "luong"
    input_feeding: Annotated[bool, Knob("As in Translation.", group=DATA)] = True
    coverage: Annotated[bool, Knob("As in Translation.", group=DATA)] = False
    tied: Annotated[str, Knob("As in Translation.", group=DATA)] = "none"
    label_smoothing: Annotated[float, Knob("As in Translation.", group=DATA)] = 0.0
    teacher_end: Annotated[float, Knob("As in Translation.", group=DATA)] = 1.0
    scored_by: Annotated[str, Knob("As in Translation.", group=DATA)] = "exact"
    pairs: Annotated[int, Knob("Of the training split.", group=DATA)] = 40
# fmt: on


class Backward(Task):
    """Writes letters backward."""

    name, title, summary, reads = "backward", "Backward", "The last letter first.", "lines of text"
    trains_as, head_kind, options = IOShape.MANY_TO_MANY_UNALIGNED, "translation", Options
    predict_suffixes = (".tsv",)

    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:
        """Made data."""
        given = asdict(Options(**options))
        pairs = given.pop("pairs")
        head = Translation(Tokens(SIZE), SIZE, SIZE - 2, SIZE - 1, 0, longest=12, scored=7, **given)
        rng = np.random.default_rng(seed)
        train, valid, test = (_made(rng, count) for count in (pairs, 12, 9))
        return Corpus(
            train, valid, test, head, {"letters": LETTERS}, "made data", "by a generator", f"{seed}",
            loss_unit="nats/letter",
        )  # fmt: skip

    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """Lines of letters, and behind a tab what they should become, where that is known."""
        lines = [line.split("\t") for line in Path(data).read_text().splitlines()]
        return _records([line[0] for line in lines], [tuple(line[1:]) for line in lines]), ()

    def spell(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """The letters."""
        return [encoding["letters"][value] for value in values.tolist()]

    spell_target = spell

    def target_text(self, tokens: Sequence[str], encoding: Mapping[str, Any]) -> str:
        """Without spaces."""
        return "".join(tokens)

    def show_translation(
        self, prediction: TranslationPrediction, encoding: Mapping[str, Any], *, width: int, height: int
    ) -> str:
        """Both in a line."""
        return f"{prediction.name}: {''.join(self.spell_target(np.array(prediction.hypotheses[0].tokens), encoding))}"

    def export_translations(
        self, predictions: Iterable[TranslationPrediction], encoding: Mapping[str, Any], path: Path
    ) -> tuple[Path, ...]:
        """Two columns."""
        rows = [(self.spell(each.values, encoding), each.hypotheses[0].tokens) for each in predictions]
        lines = [f"{''.join(row)}\t{''.join(LETTERS[token] for token in made)}\n" for row, made in rows]
        path.write_text("".join(lines))
        return (path,)

    def check(self, paths: Sequence[Path]) -> Checkup:
        """Nothing to say."""
        return Checkup((), {"files": len(paths)})

    def prime(self, source: str | None, encoding: Mapping[str, Any], *, rng: np.random.Generator) -> Values:
        """It makes nothing of nothing."""
        raise AssertionError

    def is_long_enough(self, length: int, encoding: Mapping[str, Any]) -> Callable[[Values], bool]:
        """It makes nothing of nothing."""
        raise AssertionError

    def show(self, values: Values, encoding: Mapping[str, Any], *, width: int, height: int) -> str:
        """It makes nothing of nothing."""
        raise AssertionError

    def export_samples(self, samples: Sequence[Values], encoding: Mapping[str, Any], path: Path) -> tuple[Path, ...]:
        """It makes nothing of nothing."""
        raise AssertionError


def _made(rng: np.random.Generator, count: int) -> Records:
    strings = ["".join(rng.choice(list("abcde"), rng.integers(1, 7))) for _ in range(count)]
    return _records(strings, [(each[::-1],) for each in strings])


def _records(strings: Sequence[str], references: Sequence[tuple[str, ...]]) -> Records:
    targets = [each[0] if each else "" for each in references]
    values, lengths = _numbers(strings)
    ends = np.concatenate([np.arange(length) for length in lengths.tolist()] or [np.zeros(0, np.int64)])
    return Records(
        values, lengths, [f"line {number + 1}" for number in range(len(strings))], texts=strings,
        spans=np.stack([ends, ends + 1], 1).astype(np.int32), references=references,
        **dict(zip(("targets", "target_lengths"), _numbers(targets), strict=True)),
    )  # fmt: skip


def _numbers(strings: Sequence[str]) -> tuple[Any, Any]:
    flat = [max(LETTERS.find(letter), 0) for each in strings for letter in each]
    return np.array(flat, np.int64), np.array([len(each) for each in strings], np.int64)
