"""A run, living or ended: how it stands, its losses, what happened. Follows the run folder and nothing else."""

import math
from typing import ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import RichLog, Static

from seqtui.commands.lines import news as news_line
from seqtui.commands.lines import phase_line
from seqtui.runs.control import Command, Pause, Resume, SampleNow, SingleStep, Stop
from seqtui.runs.events import Event, Failed, Finished, Sampled
from seqtui.runs.report import duration
from seqtui.runs.state import RunState, Status
from seqtui.text_safety import clean
from seqtui.tui.following import POLL_SECONDS, News, RunFollower
from seqtui.tui.header import HeaderLine
from seqtui.tui.home_rows import state_mark
from seqtui.tui.place import PlaceScreen, Services
from seqtui.tui.places import Target

_ALIVE: Final = (Status.PREPARING, Status.TRAINING, Status.PAUSED)


@final
class LiveScreen(PlaceScreen):
    """One run. target.run is needed."""

    PLACE = "live"
    HELP = "One run: the numbers of now at the left, what happened at the right. Leaving does not stop it."
    DEFAULT_CSS = """
    LiveScreen Horizontal { height: 1fr; }
    LiveScreen #numbers { width: 40; height: 100%; }
    LiveScreen #events { width: 1fr; height: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "pause", id="live.pause", tooltip="Pause after this step, or go on"),
        Binding("full_stop", "send('step')", "step", id="live.step", tooltip="One step, then wait"),
        Binding("s", "send('sample')", "sample", id="live.sample", tooltip="Make a sample after this step"),
        Binding("x", "send('stop')", "stop", id="live.stop", tooltip="Finish the step, save, end"),
    ]

    def __init__(self, target: Target, services: Services) -> None:
        assert target.run, "a live screen needs a run"
        super().__init__(target, services)
        self._follower = RunFollower(target.run)

    def compose_body(self) -> ComposeResult:
        """Numbers, and the log of events."""
        with Horizontal():
            numbers = Static(id="numbers", classes="panel")
            numbers.border_title = "Now"
            yield numbers
            events = RichLog(id="events", classes="panel", markup=False, highlight=False, wrap=True, max_lines=2000)
            events.border_title = "What happened"
            yield events

    def on_mount(self) -> None:
        """Look at once, and then ten times a second."""
        self.query_one("#events").focus()
        self.set_interval(POLL_SECONDS, self._look)
        self._look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """Only a living run takes commands."""
        return None if action in ("pause", "send") and self._follower.status not in _ALIVE else True

    def action_pause(self) -> None:
        """Pause, or go on."""
        self._send(Resume() if self._follower.status is Status.PAUSED else Pause())

    def action_send(self, command: str) -> None:
        """A command without values."""
        commands: dict[str, Command] = {"stop": Stop(), "sample": SampleNow(), "step": SingleStep()}
        self._send(commands[command])

    def _send(self, command: Command) -> None:
        try:
            self.services.runner.send(self._follower.folder, command)
        except OSError as error:
            self.notify(clean(f"not sent: {error.strerror}"), severity="error", markup=False)

    def _look(self) -> None:
        before = self._follower.status
        found = self._follower.poll()
        if found is None:
            return
        if found.status is not before:
            self.refresh_bindings()
        self.query_one(HeaderLine).show(*self._header(found))
        self.query_one("#numbers", Static).update(_numbers(found.state))
        log = self.query_one("#events", RichLog)
        if found.again:
            log.clear()
        for record in found.records:
            if line := _line(record.event, found.state):
                log.write(line)

    def _header(self, found: News) -> tuple[Content, Content]:
        config, state, glyphs = self._follower.config, found.state, self.services.glyphs
        size = f" · {state.started.parameters:,} parameters" if state.started else ""
        what = f"{config.app} › {config.backbone.upper()} {config.layers}×{config.hidden_size}{size}"
        mark, style = state_mark(found.status, glyphs)
        how = [Content.styled(f"{mark} {found.status}", style)]
        if state.step:
            how.append(Content(f"epoch {state.step.epoch}/{config.epochs}   step {state.step.step:,}"))
            if found.status in _ALIVE:
                how.append(Content(f"{state.steps_per_second:.3g}/s"))
                how += [Content(f"ETA {duration(state.eta_seconds)}")] if state.eta_seconds is not None else []
        elif state.phase:
            how.append(Content(phase_line(state.phase)))
        if not found.complete:
            how.append(Content(f"reading {found.read:.0%}"))
        return Content(glyphs.text(clean(what))), Content("   ").join([Content(self._follower.folder.id), *how])


def _line(event: Event | None, state: RunState) -> str:
    match event:
        case Failed(step=step, sentence=sentence):
            return f"step {step:,}: failed: {clean(sentence)}"
        case Finished(step=step, why=why):
            return f"step {step:,}: the end ({clean(why)})"
        case Sampled(step=step, drawing=drawing):
            return f"step {step:,}: a sample\n{clean(drawing, keep_newlines=True)}"
    return news_line(event, state)


def _numbers(state: RunState) -> Content:
    unit = clean(state.data.loss_unit) if state.data else ""
    rows: list[tuple[str, float, str]] = []
    if state.step:
        rows.append(("train loss", state.step.loss.mean, unit))
        rows.append(("gradient norm", state.step.grad_norm.mean, ""))
        rows.append(("learning rate", state.step.lr, ""))
    valid = state.last_evaluation("valid")
    if valid:
        rows.append(("validation", valid.loss, unit))
        rows.append(("best", valid.best_loss, f"step {valid.best_step:,}"))
    if not rows:
        return Content.styled("The numbers stand here with the first step.", "$quiet")
    return Content("\n").join(
        Content.assemble(
            Content.styled(f"{label:<14}", "$quiet"), Content.styled(f"{_number(value):>9}", "bold"), f" {note}"
        )
        for label, value, note in rows
    )


def _number(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else str(value)
