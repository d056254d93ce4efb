"""The header of a run: what trains at the left; at the right how it stands, how far it is, how long still."""

import os

from textual.content import Content

from seqtui.commands.lines import phase_line
from seqtui.config import RunConfig
from seqtui.runs.report import duration
from seqtui.runs.state import RunState, Status
from seqtui.text_safety import clean
from seqtui.tui.drawing.numbers import count
from seqtui.tui.glyphs import Glyphs
from seqtui.tui.home.rows import state_mark

ALIVE = (Status.PREPARING, Status.TRAINING, Status.PAUSED)
_NARROW, _NAMED, _ROOMY, _WIDE = 100, 116, 130, 150


def what_trains(config: RunConfig, state: RunState, glyphs: Glyphs, *, width: int) -> Content:
    """`music › LSTM 2×256 · 1,200,000 parameters`."""
    ways = "bi" if config.bidirectional else ""
    name = f" “{clean(config.name, limit=40)}”" if config.name and width >= _WIDE else ""
    size = f" · {state.started.parameters:,} parameters" if state.started and width >= _ROOMY else ""
    text = f"{config.app} › {ways}{config.backbone.upper()} {config.layers}×{config.hidden_size}{size}"
    return Content.assemble(Content.styled(glyphs.text(clean(text)), "bold"), name)


def takes_every_core(state: RunState, status: Status, *, cores: int = os.cpu_count() or 1) -> bool:
    """Whether a training leaves no core to the screen."""
    return status is Status.TRAINING and (state.started is None or state.started.threads >= cores)


def how_it_stands(
    config: RunConfig, state: RunState, status: Status, glyphs: Glyphs, *, run: str, read: float, width: int
) -> Content:
    """Numbers keep their places; where there is less room the less needed ones are left out."""
    mark, style = state_mark(status, glyphs)
    parts = [Content.styled(clean(run), "$quiet")] if width >= _NAMED else []
    parts.append(Content.styled(f"{mark} {status}", f"bold {style}"))
    step, alive = state.step, status in ALIVE
    if step:
        parts.append(Content(f"epoch {step.epoch:>{len(str(config.epochs))}}/{config.epochs}"))
        parts.append(Content(f"step {step.step:,}"))
        if alive and width >= _NARROW:
            parts.append(Content(f"{state.steps_per_second:.3g} steps/s"))
        if alive and width >= _WIDE and step.seconds:
            parts.append(Content(f"{count(step.real_steps / step.seconds)} time steps/s"))
        if alive and state.eta_seconds is not None:
            parts.append(Content.assemble("ETA ", Content.styled(duration(state.eta_seconds), "bold")))
    elif state.phase and alive:
        parts.append(Content(phase_line(state.phase)))
    if read < 1:
        parts.append(Content.styled(f"reading {read:.0%}", "$warning"))
    return Content("   " if width >= _NARROW else "  ").join(parts)
