"""Which of two letters is there more often? The smallest application that labels: made data, and lines of text."""

# ruff: noqa: ARG002  (the contract names what this application has no use for)

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from seqtui.config import DATA, Knob
from seqtui.readers.prediction_files import write_predictions_csv
from seqtui.shapes import PADDING, Head, IOShape, Label, Masks, Mixtures, NextToken, Tokens, Vectors
from seqtui.task import Checkup, Corpus, Prediction, Progress, Records, Task, Values

LETTERS = "ab?"
CLASSES = ("more a", "more b")
MIXTURES = ((1.0, 0.0), (0.0, 1.0), (0.5, 0.5))


# fmt: off
@dataclass(frozen=True, slots=True)
class Options:
    """What the tests vary."""

    pooling: Annotated[str, Knob("As in Label.", group=DATA)] = "mean"
    mixtures: Annotated[bool, Knob("Read mixtures, with a context of three, and places.", group=DATA)] = False
    vectors: Annotated[bool, Knob("Read vectors of real numbers, and mask some in training.", group=DATA)] = False
    windows: Annotated[bool, Knob("Read each sequence in two halves that overlap.", group=DATA)] = False
    known: Annotated[bool, Knob("Whether the classes of the validation and test splits are known.", group=DATA)] = True
    tests: Annotated[int, Knob("Sequences of the test split.", group=DATA)] = 9
    lie: Annotated[bool, Knob("Load another head than was said.", group=DATA)] = False
# fmt: on


class Majority(Task):
    """Labels sequences of a, b and ?."""

    name, title, summary, reads = "majority", "Majority", "More a, or more b.", "lines of text"
    trains_as, head_kind, options = IOShape.MANY_TO_ONE, "label", Options
    predict_suffixes = (".csv",)

    def load(self, data: str | None, options: Mapping[str, Any], *, seed: int, progress: Progress) -> Corpus:
        """Made data; odd lengths, so that there is always a majority."""
        progress("making", 0, 0)
        given = Options(**options)
        rng = np.random.default_rng(seed)
        inputs: Vectors | Mixtures | Tokens = Mixtures(MIXTURES, 3) if given.mixtures else Tokens(len(LETTERS))
        if given.vectors:
            inputs = Vectors(2, (0.5, 0.5), (0.5, 0.5), masks=Masks(1, 2, 1, 1))
        head: Head = Label(inputs, CLASSES, (1.0, 1.5), given.pooling, 4 if given.mixtures else 0)  # type: ignore[arg-type]
        counts = {"train": 40, "valid": 12, "test": given.tests}
        train, valid, test = (_made(rng, name, n, given) for name, n in counts.items())
        return Corpus(
            train, valid, test, NextToken(len(LETTERS)) if given.lie else head, {"letters": LETTERS}, "made data",
            "by a generator", f"{seed}", baseline_metrics={"guess": {"accuracy": 0.5}}, loss_unit="nats/sequence",
        )  # fmt: skip

    def load_for_scoring(
        self, data: str, encoding: Mapping[str, Any], *, progress: Progress
    ) -> tuple[Records, tuple[str, ...]]:
        """Lines of letters, and behind a blank a or b where the class is known."""
        progress("reading", 0, 0)
        lines = [line.split(" ") for line in Path(data).read_text().splitlines()]
        values = [[encoding["letters"].index(letter) for letter in line[0]] for line in lines]
        labels = [("ab".index(line[1]) if len(line) > 1 else PADDING) for line in lines]
        names = tuple(f"line {number + 1}" for number in range(len(lines)))
        return _records(values, labels, names), ()

    def spell(self, values: Values, encoding: Mapping[str, Any]) -> list[str]:
        """The letters."""
        letters = values.argmax(1) if values.ndim == 2 else values
        return [encoding["letters"][value] for value in letters.tolist()]

    def export_predictions(
        self, predictions: Iterable[Prediction], classes: Sequence[str], encoding: Mapping[str, Any], path: Path
    ) -> tuple[Path, ...]:
        """As CSV."""
        assert encoding["letters"] == LETTERS
        write_predictions_csv(predictions, classes, path)
        return (path,)

    def check(self, paths: Sequence[Path]) -> Checkup:
        """Nothing to say."""
        return Checkup((), {"files": len(paths)})


def _made(rng: np.random.Generator, split: str, count: int, given: Options) -> Records:
    values = [rng.integers(0, 2, 2 * int(rng.integers(1, 8)) + 1).tolist() for _ in range(count)]
    labels = [int(sum(each) > len(each) / 2) if given.known or split == "train" else PADDING for each in values]
    records = _records(values, labels, tuple(f"{split} {number}" for number in range(count)))
    if given.vectors:
        records = replace(records, values=np.eye(2, dtype=np.float32)[records.values])
    return _in_halves(records) if given.windows else records


def _records(values: list[list[int]], labels: list[int], names: tuple[str, ...]) -> Records:
    flat = np.array([value for each in values for value in each], np.uint8)
    return Records(flat, np.array([len(each) for each in values], np.int64), names, np.array(labels, np.int64))


def _in_halves(whole: Records) -> Records:
    begins, halves = whole.begins()[: len(whole)], whole.lengths // 2 + 1
    assert whole.labels is not None
    return Records(
        whole.values, np.repeat(halves, 2), whole.names, np.repeat(whole.labels, 2),
        np.stack([begins, begins + whole.lengths - halves], 1).ravel(), np.repeat(np.arange(len(whole)), 2),
        np.stack([begins, begins + whole.lengths], 1),
    )  # fmt: skip
