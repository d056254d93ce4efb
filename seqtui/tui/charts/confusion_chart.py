"""What is taken for what: a confusion matrix with its recalls."""

from collections.abc import Sequence
from typing import final

import numpy as np

from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Canvas
from seqtui.tui.drawing.confusion import Counts, draw_confusion


@final
class ConfusionChart(Chart):
    """Takes labels and counts."""

    HELP = (
        "Rows are the truth, columns what the model says; in numbers of records. Shade: share of the row.\n"
        "Recall of a class: its diagonal over the sum of its row, TP / (TP + FN).\n"
        "Good: a bright diagonal. Bad: a bright cell beside it, the two classes are confused; a bright column,\n"
        "everything is called that.\n"
        "Do: look at records of the confused pair, add data of the rare class, or weigh it."
    )
    EMPTY = "The confusion matrix appears here with the first evaluation of a task with classes."

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._labels: tuple[str, ...] = ()
        self._counts: Counts = np.zeros((0, 0), np.int64)

    def show(self, labels: Sequence[str], counts: Counts) -> None:
        """counts: (true, predicted), in the order of the labels."""
        if tuple(labels) == self._labels and np.array_equal(counts, self._counts):
            return
        self._labels, self._counts = tuple(labels), counts
        self.changed()

    def has_nothing(self) -> bool:
        return not self._labels

    def draw(self, canvas: Canvas) -> None:
        left_out = draw_confusion(canvas, canvas.box, self._labels, self._counts)
        if left_out:
            text = f"{left_out} rarer classes do not fit"
            canvas.write(0, canvas.height - 1, text, canvas.look.roles.warning, width=canvas.width)
