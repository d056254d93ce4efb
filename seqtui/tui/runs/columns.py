"""The columns of the table of runs: what stands in each, how wide it is, how it sorts, and which fit a width."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from seqtui.config import RunConfig
from seqtui.runs.notes import Note
from seqtui.runs.query import Term, matches
from seqtui.runs.state import Status
from seqtui.runs.summary import Summary
from seqtui.text_safety import clean
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.numbers import count, number
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.home.facts import clock
from seqtui.tui.home.rows import state_mark

GAP: Final = 1
MARK: Final = 2
ROOM_FOR_OPTIONS: Final = 16
_ORDER: Final = {status.value: place for place, status in enumerate(Status)}


_DEFAULT: Final = RunConfig(app="")
_TELLING: Final = (
    "seed", "lr", "dropout", "batch_size", "bptt", "optimizer", "schedule", "weight_decay", "max_grad_norm",
    "forget_bias", "init", "embedding_size", "nonlinearity", "accumulate", "precision",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as the table has it: how it stands, what a person wrote about it, whether it is the best of its kind."""

    run: Summary
    note: Note
    best: bool = False

    @property
    def id(self) -> str:
        """The run's id."""
        return self.run.id

    @property
    def label(self) -> str:
        """Its id, and its name if it has one."""
        name = self.run.config.name if self.run.config else ""
        return f"{self.id} · {name}" if name else self.id

    @property
    def options(self) -> str:
        """What was chosen for it, as far as it makes a difference to training: what is not seqtui's default."""
        config = self.run.config
        if config is None:
            return ""
        found = [(name, getattr(config, name)) for name in _TELLING if getattr(config, name) != getattr(_DEFAULT, name)]
        return " · ".join(f"{name.replace('_', ' ')} {value}" for name, value in [*found, *config.options.items()])

    @property
    def name(self) -> str:
        """Its own name, and behind it the note."""
        name = self.run.config.name or "" if self.run.config else self.run.trouble
        return f"{name} · {self.note.text}" if name and self.note.text else name or self.note.text


@dataclass(frozen=True, slots=True)
class Column:
    """text: of a cell, before it is cut; by: what it sorts by, None going last; down: largest first, to begin with."""

    name: str
    title: str
    width: int
    text: Callable[[RunRow, Glyphs, float], str]
    by: Callable[[RunRow], Any]
    right: bool = False
    down: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Which column the table is sorted by, and which way."""

    column: str = "made"
    down: bool = True


def _state(row: RunRow, glyphs: Glyphs, _now: float) -> str:
    return f"{state_mark(row.run.status, glyphs)[0]} {row.run.status}"


def _backbone(row: RunRow, glyphs: Glyphs, _now: float) -> str:
    config = row.run.config
    if config is None:
        return ""
    return glyphs.text(f"{'bi' if config.bidirectional else ''}{config.backbone} {config.layers}×{config.hidden_size}")


def _best(row: RunRow, glyphs: Glyphs, _now: float) -> str:
    return f"{glyphs.best if row.best else ' '}{_loss(row.run.best_loss)}"


def _loss(value: float) -> str:
    return number(value, 6) if not math.isnan(value) else "-".rjust(6)


def _time(row: RunRow, _glyphs: Glyphs, _now: float) -> str:
    """Seconds of training in six cells: 42 s, 3m05s, 2h10m."""
    whole = round(row.run.seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60}m{whole % 60:02d}s" if whole < 3600 else f"{whole // 3600}h{whole % 3600 // 60:02d}m"


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _size(row: RunRow) -> tuple[str, int, int] | None:
    config = row.run.config
    return (config.backbone, config.layers, config.hidden_size) if config else None


COLUMNS: Final[tuple[Column, ...]] = (
    Column("state", "State", 11, _state, lambda row: _ORDER.get(row.run.status, len(_ORDER))),
    Column("id", "Run", 18, lambda row, _g, _n: row.id, lambda row: row.id),
    Column(
        "name", "Name · note", 9, lambda row, glyphs, _n: glyphs.text(row.name or row.options),
        lambda row: row.name.lower() or None,
    ),
    Column(
        "app", "App", 11, lambda row, _g, _n: row.run.config.app if row.run.config else "",
        lambda row: row.run.config.app if row.run.config else None,
    ),
    Column("backbone", "Backbone", 12, _backbone, _size),
    Column("best", "Best", 7, _best, lambda row: _known(row.run.best_loss), right=True),
    Column(
        "test", "Test", 6, lambda row, _g, _n: _loss(row.run.test_loss), lambda row: _known(row.run.test_loss),
        right=True,
    ),
    Column(
        "steps", "Steps", 6, lambda row, _g, _n: count(row.run.step), lambda row: row.run.step, right=True, down=True
    ),
    Column("time", "Time", 6, _time, lambda row: row.run.seconds, right=True, down=True),
    Column(
        "made", "Made", 6, lambda row, _g, now: clock(row.run.created, now) if row.run.created else "",
        lambda row: row.run.created, right=True, down=True,
    ),
)  # fmt: skip
_FIRST_TO_GO: Final = ("app", "time", "state", "steps", "made", "name", "test")
"""Which columns a narrow table does without, in this order; of the state its mark stays."""


def column(name: str) -> Column:
    """The column of that name."""
    return next(each for each in COLUMNS if each.name == name)


def fitting(width: int, *, longest_id: int) -> list[Column]:
    """The columns for `width` cells beside the mark. Ids are not cut while there is room; names take what is left."""
    chosen = [replace(each, width=min(max(longest_id, 8), 28)) if each.name == "id" else each for each in COLUMNS]
    for name in _FIRST_TO_GO:
        # Ids mostly begin with the application, and names without room for options tell it where they do not.
        if _needed(chosen) + (ROOM_FOR_OPTIONS - column("name").width if name == "app" else 0) <= width:
            break
        mark_alone = [replace(each, width=1, title="") for each in chosen if each.name == name == "state"]
        chosen = mark_alone + [each for each in chosen if each.name != name]
    spare = width - _needed(chosen)
    grows = "name" if any(each.name == "name" for each in chosen) else "id"
    wide = [replace(each, width=max(each.width + spare, 4)) if each.name == grows else each for each in chosen]
    return [
        replace(each, title="Name") if each.name == "name" and each.width < len(each.title) else each for each in wide
    ]


def arranged(runs: Sequence[RunRow], terms: Sequence[Term], order: Order) -> list[RunRow]:
    """The rows that pass a filter, sorted; of equals the newest first, and what is unknown last either way."""
    kept = sorted((row for row in runs if matches(row.run, terms)), key=lambda row: row.run.created, reverse=True)
    by = column(order.column).by
    known = [row for row in kept if by(row) is not None]
    known.sort(key=by, reverse=order.down)
    return [*known, *(row for row in kept if by(row) is None)]


def with_best(rows: Sequence[RunRow]) -> list[RunRow]:
    """The same rows; of several that learnt the same from the same data, the lowest validation loss is marked."""
    best: dict[tuple[str, str | None, str], tuple[float, str]] = {}
    counts: dict[tuple[str, str | None, str], int] = {}
    for row in rows:
        if row.run.config and math.isfinite(row.run.best_loss):
            kind = (row.run.config.app, row.run.config.data, row.run.loss_unit)
            counts[kind] = counts.get(kind, 0) + 1
            best[kind] = min(best.get(kind, (math.inf, "")), (row.run.best_loss, row.id))
    chosen = {name for kind, (_, name) in best.items() if counts[kind] > 1}
    return [row if row.best == (row.id in chosen) else replace(row, best=row.id in chosen) for row in rows]


def cell(row: RunRow, shown: Column, glyphs: Glyphs, now: float) -> str:
    """The text of a cell, cleaned and cut at the column's width; in ASCII where the terminal has no more."""
    text = clean(shown.text(row, glyphs, now), limit=400)
    if shown.name == "state" and shown.width == 1:
        text = text[:1]
    elif shown.name == "name" and shown.width < ROOM_FOR_OPTIONS and not row.name:
        app = row.run.config.app if row.run.config else ""
        text = "" if row.id.startswith(f"{app}-") else app
    return fitted(text, shown.width, glyphs)


def fitted(text: str, width: int, glyphs: Glyphs, *, keep_end: bool = False) -> str:
    """Text of at most `width` cells in what the terminal can show; a cut is told by … or ~."""
    if not glyphs.to_ascii:
        return fit(text, width, keep_end=keep_end)
    plain = glyphs.text(text).encode("ascii", "replace").decode()
    return fit(plain, width, keep_end=keep_end).replace("…", "~")


def _needed(columns: Sequence[Column]) -> int:
    return sum(each.width + GAP for each in columns) - GAP
