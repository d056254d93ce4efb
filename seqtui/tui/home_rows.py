"""The lines of the first screen's lists and the page about an application, as styled plain text."""

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual.content import Content

from seqtui.runs.report import sparkline
from seqtui.runs.state import Status
from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.home_facts import Recent, Shipped, clock
from seqtui.tui.pick_list import Row
from seqtui.tui.shape_diagram import unrolled

if TYPE_CHECKING:
    from seqtui.task import Task

_LABEL: Final = 9


def app_row(name: str, task: "Task | None") -> Row:
    """An application; its shape as soon as it is known."""
    title = clean(task.title if task else name.capitalize(), limit=40)
    shape = task.trains_as.value if task else ""
    content = Content.assemble(Content.styled(f"{title:<16} ", "bold"), Content.styled(shape, "dim"))
    words = f"{name} {title} {task.summary if task else ''} {shape}"
    return Row(name, content, words)


def recent_row(recent: Recent, glyphs: Glyphs, *, now: float) -> Row:
    """A run: how it stands, what it is, how good, its loss over time, when."""
    summary, config = recent.summary, recent.summary.config
    mark, style = state_mark(summary.status, glyphs)
    app = clean(config.app, limit=7) if config else "?"
    backbone = f"{config.backbone} {config.layers}×{config.hidden_size}" if config else ""
    curve = sparkline(_logged(recent.losses), width=7, plain=glyphs.to_ascii)
    content = Content.assemble(
        Content.styled(f"{mark} ", style),
        f"{app:<7} ",
        Content.styled(f"{glyphs.text(backbone):<11} ", "dim"),
        Content.styled(f"{_number(summary.best_loss):>6} ", "bold"),
        Content.styled(f"{curve:<7} ", "$train"),
        Content.styled(f"{clock(summary.created, now):>6}", "dim"),
    )
    name = config.name or "" if config else ""
    return Row(summary.id, content, f"{summary.id} {app} {backbone} {summary.status} {clean(name)}")


def state_mark(status: str, glyphs: Glyphs) -> tuple[str, str]:
    """The mark of a state and its color."""
    match status:
        case Status.TRAINING | Status.PREPARING:
            return glyphs.living, "$train"
        case Status.PAUSED:
            return glyphs.waiting, "$warning"
        case Status.FINISHED:
            return glyphs.done, "$success"
        case Status.STOPPED:
            return glyphs.dot, "$quiet"
    return glyphs.bad, "$error"


def model_rows(shipped: Sequence[Shipped], recent: Sequence[Recent]) -> list[Row]:
    """What can be played with: pretrained models, then the best runs."""
    rows = [
        Row(f"model:{each.place.name}", Content(f"{clean(each.place.name, limit=28):<29}{clean(each.app)}"), each.app)
        for each in shipped
    ]
    for run in _by_score(recent):
        text = f"{run.summary.id:<22} {_number(run.summary.best_loss):>6} "
        unit = Content.styled(clean(run.summary.loss_unit), "dim")
        rows.append(Row(f"run:{run.summary.id}", Content.assemble(text, unit), run.summary.id))
    return rows


def page(task: "Task", shipped: Sequence[Shipped], recent: Sequence[Recent], glyphs: Glyphs, *, width: int) -> Content:
    """All about an application, in `width` cells."""
    suffixes = dict.fromkeys((*task.sample_suffixes, *task.predict_suffixes))
    facts = (
        ("in", task.reads),
        ("out", ", ".join(suffixes) or "predictions"),
        ("ready", _ready(task, shipped, recent)),
        ("default", _defaults(task)),
    )
    lines = [Content(line) for line in textwrap.wrap(clean(task.summary), max(width, 20))]
    lines += [Content(""), *_diagrams(task, glyphs, width=width), Content("")]
    for label, text in facts:
        wrapped = textwrap.wrap(glyphs.text(clean(text)), max(width - _LABEL, 20)) or [""]
        for index, line in enumerate(wrapped):
            lines.append(Content.assemble(Content.styled(f"{'' if index else label:<{_LABEL}}", "$quiet"), line))
    return Content("\n").join(lines)


def _diagrams(task: "Task", glyphs: Glyphs, *, width: int) -> list[Content]:
    """How it learns and, where it makes something, how it plays: side by side, or the second in words only."""
    shapes = [("learns", task.trains_as)]
    if task.samples_as and task.samples_as is not task.trains_as:
        shapes.append(("plays", task.samples_as))
    drawn = [[f"{name}: {shape.value}", "", *unrolled(shape)] for name, shape in shapes]
    wide = max(len(line) for block in drawn for line in block) + 4
    if len(drawn) * wide <= width:
        rows = ["".join(f"{line:<{wide}}" for line in parts).rstrip() for parts in zip(*drawn, strict=True)]
    else:
        rows = [*drawn[0], *(line for block in drawn[1:] for line in ("", block[0]))]
    return [Content.styled(glyphs.text(row), "$quiet" if ":" in row else "$accent") for row in rows]


def _logged(losses: Sequence[float]) -> list[float]:
    """On a log scale above their least, or the first fall would hide all that follows."""
    finite = [loss for loss in losses if math.isfinite(loss)]
    low, span = (min(finite), max(finite) - min(finite)) if finite else (0.0, 0.0)
    return [math.log(loss - low + 0.02 * span) if math.isfinite(loss) and span else loss for loss in losses]


def _ready(task: "Task", shipped: Sequence[Shipped], recent: Sequence[Recent]) -> str:
    """What Enter plays, first: see seqtui.runs.studio_model. Losses on different data are not compared."""
    names = [each.place.name for each in shipped if each.app == task.name]
    able = [run.summary for run in recent if run.has_model and run.summary.config]
    mine = [run for run in able if run.config and run.config.app == task.name and run.status == Status.FINISHED]
    latest = [f"{run.id} {_number(run.best_loss)} {run.loss_unit}" for run in mine[:1]]
    return ", ".join([*latest, *names]) or "nothing yet: train it"


def _defaults(task: "Task") -> str:
    chosen = task.defaults
    return f"{chosen.get('backbone', 'lstm')}, {chosen.get('layers', 1)} × {chosen.get('hidden_size', 128)} units"


def _by_score(recent: Sequence[Recent]) -> list[Recent]:
    able = [run for run in recent if run.has_model and math.isfinite(run.summary.best_loss)]
    return sorted(able, key=lambda run: run.summary.best_loss)


def _number(value: float) -> str:
    return f"{value:.4g}"[:6] if math.isfinite(value) else "-"
