"""How good the model is: scores beside best, baseline and ceiling; and what it takes for what."""

import math
from typing import Final, final

import numpy as np

from seqtui.runs.events import Confusion
from seqtui.tui.charts.chart import Chart
from seqtui.tui.drawing.canvas import Box, Canvas
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.confusion import draw_confusion
from seqtui.tui.drawing.numbers import number
from seqtui.tui.live.scores_table import ScoreRow, ScoreTable

_CELL: Final = 7
_LEAST_NAME: Final = 8
_MATRIX_ROWS: Final = 3
_BESIDE_FROM: Final = 30


@final
class ScoresChart(Chart):
    """Takes a ScoreTable and the newest Confusion."""

    HELP = (
        "now: the newest evaluation; best: the one with the lowest validation loss; base: the best trivial predictor\n"
        "(measured on test); max: the best that there can be (Bayes), where the data were made by a known rule.\n"
        "Good: now near best, and beyond base. Bad: base is better: nothing has been learned yet.\n"
        "Below: rows are the truth, columns what the model says. Recall of a class: TP / (TP + FN), of its row.\n"
        "Good: a bright diagonal. Bad: a bright column: everything is called that.\n"
        "Do: train on while best still moves; stop when it has not for long."
    )
    EMPTY = "Scores appear here with the first step, and their baselines with the first evaluation."

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._table = ScoreTable()
        self._confusion: Confusion | None = None

    def show(self, table: ScoreTable, confusion: Confusion | None) -> None:
        """Draw this from now on."""
        # NaN is not itself: a table is compared as it is written.
        if repr(table) != repr(self._table) or confusion != self._confusion:
            self._table, self._confusion = table, confusion
            self.changed()

    def has_nothing(self) -> bool:
        return not self._table.rows

    def state_text(self) -> str:
        step = self._table.best_step
        return f"best at step {step:,}" if step is not None else ""

    def draw(self, canvas: Canvas) -> None:
        matrix = self._matrix_box(canvas)
        width = canvas.width if matrix is None or matrix.y else matrix.x - 2
        self._draw_table(canvas, width, canvas.height if matrix is None or not matrix.y else matrix.y - 1)
        if matrix is None or self._confusion is None:
            return
        counts = np.array(self._confusion.counts, np.int64)
        left_out = draw_confusion(canvas, matrix, self._confusion.classes, counts)
        if left_out:
            text = f"{left_out} rarer classes do not fit"
            canvas.write(matrix.x, matrix.y + matrix.height - 1, text, canvas.look.roles.warning, width=matrix.width)

    def _matrix_box(self, canvas: Canvas) -> Box | None:
        """Below the table where it is high enough, beside it where it is wide enough."""
        if self._confusion is None or not self._confusion.classes:
            return None
        size = min(len(self._confusion.classes), 6)
        table = len(self._table.rows) + 1 + int(bool(self._table.base))
        if canvas.height - table - 1 > _MATRIX_ROWS and canvas.height - table - 1 >= min(size + 1, 5):
            return Box(0, table + 1, canvas.width, canvas.height - table - 1)
        wide = 20 + 6 * size
        if canvas.width - wide - 2 >= _BESIDE_FROM and canvas.height > _MATRIX_ROWS:
            return Box(canvas.width - wide, 0, wide, canvas.height)
        return None

    def _draw_table(self, canvas: Canvas, width: int, height: int) -> None:
        roles, table = canvas.look.roles, self._table
        columns = ["now", "best"] + (["base"] if table.base else []) + (["max"] if table.ceiling else [])
        for spare in ("best", "max", "base"):
            if spare in columns and width - _CELL * len(columns) < _LEAST_NAME:
                columns.remove(spare)
        room = min(max(len(row.name) for row in table.rows) + 1, width - _CELL * len(columns))
        for place, title in enumerate(columns):
            canvas.write(room + place * _CELL, 0, f"{title:>{_CELL}}", roles.axis)
        hidden = len(table.rows) - max(height - 1, 0)
        shown = table.rows if hidden <= 0 else table.rows[: max(height - 2, 0)]
        if hidden > 0:
            canvas.write(0, height - 1, fit(f"… {hidden + 1} more", width), roles.axis)
        for y, row in enumerate(shown, start=1):
            canvas.write(0, y, fit(row.name, room - 1), roles.label)
            for place, title in enumerate(columns):
                self._draw_number(canvas, room + place * _CELL, y, row, title)
        y = len(table.rows) + 1
        if table.base and y < height:
            most = f" · max: {table.ceiling}" if table.ceiling else ""
            canvas.write(0, y, fit(f"base: {table.base}{most}", width), roles.axis)

    def _draw_number(self, canvas: Canvas, x: int, y: int, row: ScoreRow, column: str) -> None:
        roles = canvas.look.roles
        value, style = {
            "now": (row.now, roles.value), "best": (row.best, roles.best), "base": (row.base, roles.label),
            "max": (row.ceiling, roles.threshold),
        }[column]  # fmt: skip
        if math.isnan(value) and column != "now":
            canvas.write(x, y, f"{'–':>{_CELL}}", roles.axis)
        else:
            canvas.write(x + 1, y, number(value), style if math.isfinite(value) else roles.nonfinite)
