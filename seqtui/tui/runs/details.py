"""Beside the curves: what differs in the configurations of the marked runs, or all about the one under the cursor."""

import math
import time
from collections.abc import Sequence
from typing import ClassVar, Final, final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.widgets import Static

from seqtui.config import RunConfig, knob_fields
from seqtui.runs.comparison import LETTERS, RunCurves, differences, remarks
from seqtui.runs.report import duration
from seqtui.text_safety import clean, counted
from seqtui.tui.drawing.cells import fit
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.runs.columns import RunRow, fitted

WIDEST: Final = 14
NARROWEST: Final = 6
GAP: Final = 2
LEAST_ROOM_FOR_LABELS: Final = 18
_NOT_CHOSEN: Final = frozenset({"app", "name", "run_dir", "backbone", "layers", "hidden_size", "options", "export"})


@final
class RunDetails(ScrollableContainer, inherit_bindings=False):
    """Plain text that scrolls both ways."""

    HELP = """
With two or more marked runs: the options that differ, and only those, each
run under its letter; below, what to know before one is called better: runs
that differ in the seed alone show how much is luck.
Else: the run under the cursor, its options that are not the default, its note.
"""
    DEFAULT_CSS = """
    RunDetails { overflow: auto auto; }
    RunDetails > Static { width: auto; height: auto; text-wrap: nowrap; }
    RunDetails > #words { width: 100%; text-wrap: wrap; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "down", id="details.down", show=False),
        Binding("up,k", "scroll_up", "up", id="details.up", show=False),
        Binding("left,h", "scroll_left", "left", id="details.left", show=False),
        Binding("right,l", "scroll_right", "right", id="details.right", show=False),
        Binding("pagedown", "page_down", "page down", id="details.page_down", show=False),
        Binding("pageup", "page_up", "page up", id="details.page_up", show=False),
    ]

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="details", classes="panel")
        self.border_title = "Run"
        self._glyphs = glyphs
        self._grid, self._words = Static(id="grid"), Static(id="words")
        self._shown: dict[Static, Content] = {}

    def compose(self) -> ComposeResult:
        """A table, and sentences that wrap."""
        yield self._grid
        yield self._words

    def show_differences(self, rows: Sequence[RunRow], curves: Sequence[RunCurves]) -> None:
        """The marked runs beside each other; those whose config cannot be read are left out."""
        known = [(letter, row) for letter, row in zip(LETTERS, rows, strict=False) if row.run.config]
        different = differences([row.run.config for _, row in known if row.run.config])
        lines = [["", *(letter for letter, _ in known)]]
        lines += [[fit(self._plain(each.field), self._room_for_labels), *each.values] for each in different]
        lines.append(["best loss", *(_loss(row.run.best_loss) for _, row in known)])
        lines.append(["test loss", *(_loss(row.run.test_loss) for _, row in known)])
        words = [] if different else ["The configurations do not differ."]
        if len(known) == len(rows):
            words += remarks([row.run for row in rows], curves)
        grid = _grid(lines, self._glyphs, width=self.scrollable_content_region.width)
        self._say("Differences", grid, Content("\n".join(self._plain(each) for each in words)))

    def show_run(self, row: RunRow | None) -> None:
        """One run, or nothing."""
        if row is None:
            self._say("Run", Content(""), Content(""))
            return
        facts = [
            (fit(self._plain(label), self._room_for_labels), self._plain(value))
            for label, value in _facts(row)
            if value
        ]
        wide = max(cell_len(label) for label, _ in facts) + GAP
        # The bar may come with these very lines, and would then cover the ends of the longest.
        beside_bar = self.content_region.width - self.styles.scrollbar_size_vertical
        room = max(beside_bar - wide, 4 * NARROWEST)
        grid = Content("\n").join(
            Content.assemble(
                Content.styled(label + " " * (wide - cell_len(label)), "$quiet"),
                fitted(value, room, self._glyphs, keep_end="/" in value and " " not in value),
            )
            for label, value in facts
        )
        words = [each for each in (row.note.text, row.run.trouble) if each]
        self._say("Run", grid, Content("\n".join(["", *map(self._plain, words)]) if words else ""))

    @property
    def _room_for_labels(self) -> int:
        return max(LEAST_ROOM_FOR_LABELS, self.scrollable_content_region.width // 3)

    def _say(self, title: str, grid: Content, words: Content) -> None:
        self.border_title = title
        for widget, content in ((self._grid, grid), (self._words, words)):
            before = self._shown.get(widget)
            if before is None or not before.is_same(content):
                self._shown[widget] = content
                # Laying the screen out again takes longer than all else that a cursor that moves brings about.
                widget.update(content, layout=before is None or _size(before) != _size(content))

    def _plain(self, text: str) -> str:
        text = self._glyphs.text(clean(text, limit=2000))
        return text.encode("ascii", "replace").decode() if self._glyphs.to_ascii else text


def _size(content: Content) -> tuple[int, int]:
    lines = content.plain.split("\n")
    return max(cell_len(line) for line in lines), len(lines)


def _grid(lines: Sequence[Sequence[str]], glyphs: Glyphs, *, width: int) -> Content:
    """Columns aligned; a value that the first run has too is dim. Long values are cut, so that more runs fit."""
    names, runs = max(cell_len(line[0]) for line in lines), max(len(lines[0]) - 1, 1)
    widest = min(max((width - 1 - names - GAP * runs) // runs, NARROWEST), WIDEST)
    # Of a path its end tells the most.
    cells = [[line[0], *(fitted(text, widest, glyphs, keep_end="/" in text) for text in line[1:])] for line in lines]
    widths = [max(cell_len(line[place]) for line in cells) for place in range(len(cells[0]))]
    shown = []
    for number, line in enumerate(cells):
        parts = []
        for place, (text, width) in enumerate(zip(line, widths, strict=True)):
            style = "bold $accent" if number == 0 else "$quiet" if place == 0 else ""
            style = "$foreground 60%" if number and place > 1 and text == line[1] else style
            padded = text + " " * (width - cell_len(text) + GAP if place < len(line) - 1 else 0)
            parts.append(Content.styled(padded, style) if style else Content(padded))
        shown.append(Content.assemble(*parts))
    return Content("\n").join(shown)


def _facts(row: RunRow) -> list[tuple[str, str]]:
    run, config = row.run, row.run.config
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created)) if run.created else ""
    facts = [("run", run.id), ("name", config.name or "" if config else ""), ("state", _state(row)), ("made", made)]
    if config:
        way = "bidirectional " if config.bidirectional else ""
        size = f", {run.parameters:,} parameters" if run.parameters else ""
        facts.append(("model", f"{way}{config.backbone} {config.layers} × {config.hidden_size}{size}"))
        facts.append(
            ("trained", f"{counted(run.step, 'step')}, {counted(run.epoch, 'epoch')}, {duration(run.seconds)}")
        )
        best = f"{_loss(run.best_loss)} {run.loss_unit}, step {run.best_step:,}"
        facts.append(("best", best if math.isfinite(run.best_loss) else ""))
        facts += _chosen(config)
    # The path goes last: it is long, and seldom needed.
    return [*facts, ("folder", str(run.folder.path))]


def _state(row: RunRow) -> str:
    return f"{row.run.status}: {row.run.why}" if row.run.why else row.run.status


def _chosen(config: RunConfig) -> list[tuple[str, str]]:
    """The options that are not seqtui's default."""
    found = [(each.name, getattr(config, each.name), each.default) for each in knob_fields(RunConfig)]
    chosen = [(name, value) for name, value, default in found if name not in _NOT_CHOSEN and value != default]
    return [(name.replace("_", " "), str(value)) for name, value in [*chosen, *config.options.items()]]


def _loss(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.4g}"
