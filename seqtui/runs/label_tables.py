"""Scores side by side and mistakes class by class, as aligned lines of plain text."""

from collections.abc import Mapping, Sequence
from typing import Final

from seqtui.text_safety import clean

TITLES: Final = {
    "bleu": "BLEU", "chrf": "chrF", "exact": "exact", "wer": "WER", "cer": "CER", "token_errors": "token errors",
    "f1": "F1", "precision": "precision", "recall": "recall", "partial_f1": "partial F1",
    "accuracy": "accuracy",
    "mcc": "MCC", "auroc": "auROC", "auprc": "auPR", "macro_f1": "macro F1",
}  # fmt: skip
OWN: Final = "this model"
LEAST_NAME: Final = 12

Metrics = Mapping[str, float]


def is_ceiling(name: str) -> bool:
    """Whether a predictor is the best that there can be, and so none to beat."""
    return name.startswith(("Bayes", "known physics"))


def scoreboard(own: Metrics, others: Mapping[str, Metrics], *, width: int) -> list[str]:
    """A model's metrics above those of other predictors, best first: at most `width` cells where that is 30 or more.

    What a predictor has no number for is '-'. The last columns are left out where there is no room.
    """
    # Of a model that writes, accuracy is after true symbols, which nothing else can be set beside.
    known = {name for scores in others.values() for name in scores}
    shown = [name for name in TITLES if name in own and (name != "accuracy" or name in known)]
    if not shown or not others:
        return []
    ranked = sorted(others.items(), key=lambda item: item[1].get(shown[0], float("-inf")), reverse=True)
    named = [(f"{name} (ceiling)" if is_ceiling(name) else name, scores) for name, scores in ranked]
    wide = max(len(OWN), *(len(clean(name)) for name, _ in named))
    room = width - 2
    while len(shown) > 1 and room - _columns(shown) < min(wide, LEAST_NAME):
        shown.pop()
    wide = max(min(wide, room - _columns(shown)), len(OWN))
    lines = [" " * (2 + wide) + "".join(f"  {TITLES[name]:>{_cells(name)}}" for name in shown)]
    for label, scores in [(OWN, own), *named]:
        numbers = "".join(f"  {_number(name, scores.get(name)):>{_cells(name)}}" for name in shown)
        lines.append(f"  {clipped(label, wide):<{wide}}{numbers}")
    return lines


def confusion_lines(classes: Sequence[str], counts: Sequence[Sequence[int]], *, width: int) -> list[str]:
    """How often each class (rows, by truth) was taken for each (columns), at most `width` cells; [] without room.

    Columns are headed by the classes, or by their numbers where the names are too long.
    """
    names = [clean(name) for name in classes]
    digits = max((len(f"{count:,}") for row in counts for count in row), default=1)
    heads, rows = names, names
    title = "true \\ predicted"
    if _matrix_width(title, rows, heads, digits) > width:
        heads = [str(number) for number in range(1, len(names) + 1)]
        left = width - 2 - sum(2 + max(digits, len(head)) for head in heads)
        if left < LEAST_NAME:
            return []
        title = "true" if left < len(title) else title
        rows = [clipped(f"{head} {name}", left) for head, name in zip(heads, names, strict=True)]
    wide = max(len(title), *map(len, rows))
    cells = [max(digits, len(head)) for head in heads]
    lines = [f"  {title:<{wide}}" + "".join(f"  {head:>{cell}}" for head, cell in zip(heads, cells, strict=True))]
    for name, row in zip(rows, counts, strict=True):
        numbers = "".join(f"  {f'{count:,}':>{cell}}" for count, cell in zip(row, cells, strict=True))
        lines.append(f"  {name:<{wide}}{numbers}")
    return lines


def _matrix_width(title: str, rows: Sequence[str], heads: Sequence[str], digits: int) -> int:
    return 2 + max(len(title), *map(len, rows)) + sum(2 + max(digits, len(head)) for head in heads)


def _columns(names: Sequence[str]) -> int:
    return sum(2 + _cells(name) for name in names)


def _cells(name: str) -> int:
    return max(len(TITLES[name]), 6)


def _number(name: str, value: float | None) -> str:
    """BLEU and chrF go to 100, all else to 1."""
    return "-" if value is None else f"{value:.2f}" if name in ("bleu", "chrf") else f"{value:.4f}"


def clipped(text: str, wide: int) -> str:
    """`text` in at most `wide` cells, with .. where its end is cut off."""
    text = clean(text)
    return text if len(text) <= wide else text[: wide - 2] + ".."
