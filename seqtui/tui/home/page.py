"""The page about an application: what it does, what goes in and comes out, and the keys that begin."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from textual.content import Content

from seqtui.runs.state import Status
from seqtui.text_safety import clean
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.home.facts import Recent, Shipped
from seqtui.tui.shape_diagram import unrolled

if TYPE_CHECKING:
    from seqtui.task import Task

PLAY: Final = "Enter"
_LABEL: Final = 9
Lines = list[Content]


def page(
    task: "Task", shipped: Sequence[Shipped], recent: Sequence[Recent], glyphs: Glyphs, keys: Mapping[str, str], *,
    width: int, height: int,
) -> Content:  # fmt: skip
    """All about an application in `width` by `height` cells; where it is low, without the drawing of its shape.

    keys: what begins something, by the key as it is shown.
    """
    ready = _ready(task, shipped, recent)
    about = [Content(line) for line in textwrap.wrap(glyphs.text(clean(task.summary)), max(width, 20))]
    drawing = _diagrams(task, glyphs, width=width)
    facts = _facts(_told(task, ready or "nothing yet: train it"), glyphs, width=width)
    wide = max((len(key) for key in keys), default=0)
    invitations = [
        Content.assemble(Content.styled(f"{glyphs.text(key):>{wide}}", "bold $footer-key-foreground"), f"  {text}")
        for key, text in keys.items()
        if ready or key != PLAY
    ]
    blocks = [about, drawing, facts, invitations]
    if sum(map(len, blocks)) + len(blocks) - 1 > height:
        blocks = [about, invitations, _facts({"shape": _shapes(task)}, glyphs, width=width) + facts]
    gaps = [[Content("")] * min(index, 1) + block for index, block in enumerate(blocks)]
    return Content("\n").join([line for block in gaps for line in block])


def _told(task: "Task", ready: str) -> dict[str, str]:
    suffixes = list(dict.fromkeys((*task.sample_suffixes, *task.predict_suffixes)))
    short = [each for each in suffixes if not (each.endswith(".gz") and each.removesuffix(".gz") in suffixes)]
    out = ", ".join(short) + (" (also .gz)" if len(short) < len(suffixes) else "")
    chosen = task.defaults
    default = f"{chosen.get('backbone', 'lstm')}, {chosen.get('layers', 1)} × {chosen.get('hidden_size', 128)} units"
    return {"in": task.reads, "out": out or "predictions", "default": default, "ready": ready}


def _facts(told: Mapping[str, str], glyphs: Glyphs, *, width: int) -> Lines:
    lines = []
    for label, text in told.items():
        for index, line in enumerate(textwrap.wrap(glyphs.text(clean(text)), max(width - _LABEL, 20)) or [""]):
            lines.append(Content.assemble(Content.styled(f"{'' if index else label:<{_LABEL}}", "$quiet"), line))
    return lines


def _shapes(task: "Task") -> str:
    played = task.samples_as if task.samples_as and task.samples_as is not task.trains_as else None
    return f"{task.trains_as.value}{f'; plays {played.value}' if played else ''}"


def _diagrams(task: "Task", glyphs: Glyphs, *, width: int) -> Lines:
    """How it learns and, where it makes something, how it plays: side by side, or the second in words only."""
    shapes = [("learns", task.trains_as)]
    if task.samples_as and task.samples_as is not task.trains_as:
        shapes.append(("plays", task.samples_as))
    # In ASCII an arrow to the right would be two cells wide and move what stands above it.
    drawn = [
        [
            f"{name}: {shape.value}",
            "",
            *(line.replace("→", ">") if glyphs.to_ascii else line for line in unrolled(shape)),
        ]
        for name, shape in shapes
    ]
    wide = max(len(line) for block in drawn for line in block) + 4
    if len(drawn) * wide <= width:
        rows = ["".join(f"{line:<{wide}}" for line in parts).rstrip() for parts in zip(*drawn, strict=True)]
    else:
        rows = [*drawn[0], *(line for block in drawn[1:] for line in ("", block[0]))]
    return [Content.styled(glyphs.text(row), "$quiet" if ":" in row else "$accent") for row in rows]


def _ready(task: "Task", shipped: Sequence[Shipped], recent: Sequence[Recent]) -> str:
    """What Enter plays, first, or '': see seqtui.runs.studio_model. Losses on different data are not compared."""
    names = [each.place.name for each in shipped if each.app == task.name]
    able = [run.summary for run in recent if run.has_model and run.summary.config]
    mine = [run for run in able if run.config and run.config.app == task.name and run.status == Status.FINISHED]
    latest = [f"{run.id}, {run.best_loss:.4g} {run.loss_unit}" for run in mine[:1]]
    return "; ".join([*latest, *names])
