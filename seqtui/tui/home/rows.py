"""The lines of the first screen's lists, as styled plain text, each in the width at hand."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from textwrap import shorten
from typing import TYPE_CHECKING

from textual.content import Content

from seqtui.runs.report import sparkline
from seqtui.runs.state import Status
from seqtui.runs.summary import Summary
from seqtui.text_safety import clean
from seqtui.tui.drawing.cells import fit
from seqtui.tui.drawing.numbers import number
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.home.facts import Recent, Shipped, clock
from seqtui.tui.pick_list import Row

if TYPE_CHECKING:
    from seqtui.task import Task

# Cells from which on a run's line tells more, and what each of it takes.
_WITH_TIME, _WITH_BACKBONE, _WITH_UNIT = 34, 43, 58
_TAKE = {_WITH_TIME: 6, _WITH_BACKBONE: 13, _WITH_UNIT: 15}
_BARE = 17
LEAST_APP, MOST_APP = 7, 11  # of an application's name


def app_row(name: str, task: "Task | None", glyphs: Glyphs, *, width: int, tall: bool) -> Row:
    """An application; its shape as soon as it is known; tall: with a line about what it does."""
    title = clean(task.title if task else name.capitalize(), limit=40)
    shape = task.trains_as.value if task else ""
    if len(shape) + 18 > width:
        shape = shape.removeprefix("many-to-many, ")
    content = Content.assemble(Content.styled(f"{title:<16} ", "bold"), Content.styled(shape, "$quiet"))
    if tall:
        about = shorten(task.summary, width - 2, placeholder=" …") if task else ""
        content = Content.assemble(content, "\n  ", Content.styled(glyphs.text(about), "$quiet"))
    return Row(name, content, f"{name} {title} {task.summary if task else ''} {shape}")


def recent_row(recent: Recent, glyphs: Glyphs, *, now: float, width: int) -> Row:
    """A run: how it stands, what it is, how good, its loss over time, when; what has no room is left out."""
    summary, config = recent.summary, recent.summary.config
    mark, style = state_mark(summary.status, glyphs)
    taken = _BARE + sum(cells for least, cells in _TAKE.items() if width >= least)
    room = min(max(width - taken, LEAST_APP), MOST_APP)
    app = clean(config.app) if config else "?"
    backbone = backbone_of(summary)
    curve = sparkline(_logged(recent.losses), width=6, plain=glyphs.to_ascii)
    unit = f" {clean(summary.loss_unit, limit=14):<14}" if width >= _WITH_UNIT else ""
    content = Content.assemble(
        Content.styled(f"{mark} ", style),
        f"{fit(app, room):<{room}} ",
        Content.styled(f"{glyphs.text(fit(backbone, 12)):<12} " if width >= _WITH_BACKBONE else "", "$quiet"),
        Content.styled(f"{_number(summary.best_loss):>6}", "bold"),
        Content.styled(unit, "$quiet"),
        Content.styled(f" {curve:<6} ", "$train"),
        Content.styled(f"{clock(summary.created, now):>6}" if width >= _WITH_TIME else "", "$quiet"),
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


def model_rows(
    shipped: Sequence[Shipped], recent: Sequence[Recent], titles: Mapping[str, str], glyphs: Glyphs
) -> list[Row]:  # fmt: skip
    """What can be played with, by application and data: losses on different data are not beside each other.

    Within the same data the lowest loss is first. titles: of applications, by name.
    """
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for each in shipped:
        name = clean(each.place.name, limit=40)
        groups[each.app, "came with seqtui", ""].append(Row(f"model:{each.place.name}", Content(f"  {name}"), name))
    able = [run for run in recent if run.has_model and run.summary.config and math.isfinite(run.summary.best_loss)]
    for run in sorted(able, key=lambda run: run.summary.best_loss):
        config = run.summary.config
        assert config
        data = clean(PurePath(config.data).name, limit=24) if config.data else "built-in data"
        content = Content.assemble(
            Content.styled(f"  {_number(run.summary.best_loss):>6}  ", "bold"),
            f"{clean(run.summary.id):<20} ",
            Content.styled(
                glyphs.text(f"{backbone_of(run.summary):<12}{clean(config.name or '', limit=24)}"), "$quiet"
            ),
        )
        row = Row(f"run:{run.summary.id}", content, f"{run.summary.id} {clean(config.name or '')}")
        groups[config.app, data, clean(run.summary.loss_unit)].append(row)
    rows = []
    for app, data, unit in sorted(groups, key=lambda group: group[0]):
        words = " · ".join(part for part in (clean(titles.get(app, app)), data, unit) if part)
        rows.append(Row("", Content.styled(glyphs.text(words), "$accent"), words, heading=True))
        rows += groups[app, data, unit]
    return rows


def backbone_of(summary: Summary) -> str:
    """`bigru 1×48`, or '' where the config cannot be read."""
    config = summary.config
    if config is None:
        return ""
    name = f"{'bi' if config.bidirectional else ''}{clean(config.backbone, limit=12)}"
    return f"{name} {config.layers}×{config.hidden_size}"


def _logged(losses: Sequence[float]) -> list[float]:
    """On a log scale above their least, or the first fall would hide all that follows."""
    finite = [loss for loss in losses if math.isfinite(loss)]
    low, span = (min(finite), max(finite) - min(finite)) if finite else (0.0, 0.0)
    return [math.log(loss - low + 0.02 * span) if math.isfinite(loss) and span else loss for loss in losses]


def _number(value: float) -> str:
    return number(value, 6) if math.isfinite(value) else "-"
