"""The lines of the first screen's lists and the page about an application, as styled plain text."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

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


def app_row(name: str, task: "Task | None") -> Row:
    """An application; its shape as soon as it is known."""
    title = clean(task.title if task else name.capitalize(), limit=40)
    shape = (task.samples_as or task.trains_as).value if task else ""
    content = Content.assemble(Content.styled(f"{title:<16} ", "bold"), Content.styled(shape, "$quiet"))
    words = f"{name} {title} {task.summary if task else ''} {shape}"
    return Row(name, content, words)


def recent_row(recent: Recent, glyphs: Glyphs, *, now: float) -> Row:
    """A run: how it stands, what it is, how good, its loss over time, when."""
    summary, config = recent.summary, recent.summary.config
    mark, style = state_mark(summary.status, glyphs)
    app = clean(config.app, limit=9) if config else "?"
    backbone = f"{config.backbone} {config.layers}×{config.hidden_size}" if config else ""
    curve = sparkline(recent.losses, width=8, plain=glyphs.to_ascii)
    content = Content.assemble(
        Content.styled(f"{mark} ", style),
        f"{app:<8} ",
        Content.styled(f"{glyphs.text(backbone):<12} ", "$foreground 75%"),
        Content.styled(f"{_number(summary.best_loss):>6} ", "bold"),
        Content.styled(f"{curve:<8} ", "$train"),
        Content.styled(f"{clock(summary.created, now):>6}", "$quiet"),
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
        unit = Content.styled(clean(run.summary.loss_unit), "$quiet")
        rows.append(Row(f"run:{run.summary.id}", Content.assemble(text, unit), run.summary.id))
    return rows


def page(task: "Task", shipped: Sequence[Shipped], recent: Sequence[Recent], glyphs: Glyphs) -> Content:
    """All about an application."""
    facts = [
        ("in", task.reads),
        ("out", ", ".join((*task.sample_suffixes, *task.predict_suffixes)) or "predictions"),
        ("learns", task.trains_as.value),
        *([("plays", task.samples_as.value)] if task.samples_as else []),
        ("ready", _ready(task, shipped, recent)),
        ("default", _defaults(task)),
    ]
    lines: list[Content] = [Content(clean(task.summary)), Content("")]
    for line in unrolled(task.samples_as or task.trains_as):
        lines.append(Content.styled(glyphs.text(f"   {line}"), "$accent"))
    lines.append(Content(""))
    for label, text in facts:
        lines.append(Content.assemble(Content.styled(f"{label:<9}", "$quiet"), glyphs.text(clean(text))))
    return Content("\n").join(lines)


def _ready(task: "Task", shipped: Sequence[Shipped], recent: Sequence[Recent]) -> str:
    names = [each.place.name for each in shipped if each.app == task.name]
    mine = [run for run in _by_score(recent) if run.summary.config and run.summary.config.app == task.name]
    names += [f"{run.summary.id} {_number(run.summary.best_loss)} {run.summary.loss_unit}" for run in mine[:1]]
    return ", ".join(names) or "nothing yet: train it"


def _defaults(task: "Task") -> str:
    chosen = task.defaults
    return f"{chosen.get('backbone', 'lstm')}, {chosen.get('layers', 1)} × {chosen.get('hidden_size', 128)} units"


def _by_score(recent: Sequence[Recent]) -> list[Recent]:
    able = [run for run in recent if run.has_model and math.isfinite(run.summary.best_loss)]
    return sorted(able, key=lambda run: run.summary.best_loss)


def _number(value: float) -> str:
    return f"{value:.4g}"[:6] if math.isfinite(value) else "-"
