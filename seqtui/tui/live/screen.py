"""A run, living or ended: panels, a verdict, and keys that act on it. Follows the run folder and nothing else.

Wires: the follower's news go down to the panels; what a person wants goes out as commands to the run.
"""

from collections.abc import Callable
from typing import ClassVar, Final, final

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen

from seqtui.errors import SeqtuiError
from seqtui.runs.control import Command, Pause, Resume, SampleNow, SaveNow, SetKnob, SingleStep, Stop
from seqtui.runs.models import has_model
from seqtui.runs.state import Status
from seqtui.text_safety import clean
from seqtui.tui.charts.chart import Chart
from seqtui.tui.charts.clip_chart import ClipChart
from seqtui.tui.charts.curve_chart import CurveChart
from seqtui.tui.charts.gate_chart import GateChart
from seqtui.tui.charts.norms_chart import NormsChart
from seqtui.tui.following import POLL_SECONDS, News, RunFollower
from seqtui.tui.header import HeaderLine
from seqtui.tui.live.arrangement import Arrangement
from seqtui.tui.live.export_dialog import ExportDialog
from seqtui.tui.live.exporting import exportable
from seqtui.tui.live.keys import LIVE_KEYS
from seqtui.tui.live.knobs import knob_now, scheduled
from seqtui.tui.live.lines_chart import Scrolled
from seqtui.tui.live.panel_grid import PanelGrid
from seqtui.tui.live.panels import LOSS, TITLES, Now, curves_of, feed, make_panels, title_of
from seqtui.tui.live.possible import no_one_obeys, nothing_to_play, possible
from seqtui.tui.live.printed import Printed
from seqtui.tui.live.prompts import knob_prompt, stop_choice
from seqtui.tui.live.redrawing import Redrawing
from seqtui.tui.live.run_facts import end_lines
from seqtui.tui.live.sample_chart import SampleChart
from seqtui.tui.live.seen import Seen
from seqtui.tui.live.standing import ALIVE, how_it_stands, takes_every_core, what_trains
from seqtui.tui.live.steering import Steering
from seqtui.tui.live.summary_dialog import WIDTH as SUMMARY_WIDTH
from seqtui.tui.live.summary_dialog import SummaryDialog
from seqtui.tui.live.tab_line import TabLine
from seqtui.tui.live.verdict import judge
from seqtui.tui.live.verdict_line import VerdictLine
from seqtui.tui.menu_dialog import RIGHT_BUTTON, open_menu
from seqtui.tui.pace import Pace
from seqtui.tui.place import PlaceScreen, Services
from seqtui.tui.places import Go, Target
from seqtui.tui.present_look import present_look

LAYOUT: Final = "live_layout"


@final
class LiveScreen(PlaceScreen):
    """One run. target.run is needed."""

    PLACE = "live"
    HELP = """
One run. Leaving does not stop it: d or Esc goes back and it trains on; x stops it, after asking.
1 to 9 show a panel, Enter makes it large, shift with arrows moves it, Del hides it, L brings all back.
a, or the right button of the mouse, is a menu of all that can be done now.
Letters in the charts (l, c) mark your edits; ▾ is the best; × ▲ ▼ are numbers that are not finite.
"""
    KEYED = (CurveChart, NormsChart, ClipChart, GateChart, SampleChart, Scrolled, PanelGrid)
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = LIVE_KEYS

    def __init__(self, target: Target, services: Services) -> None:
        assert target.run, "a live screen needs a run"
        super().__init__(target, services)
        self._follower = RunFollower(target.run)
        self._steering = Steering(services.runner, target.run)
        self._printed = Printed(target.run.stderr_file)
        self._seen = Seen()
        self._curve = LOSS
        self._read = 0.0
        self._temperature = 1.0
        self._pace = Pace(self._look)
        self._shown_status: Status | None = None
        self._titles: dict[str, str] = {}

    def compose_body(self) -> ComposeResult:
        """Tabs, panels, verdict."""
        yield TabLine(TITLES)
        yield PanelGrid(*make_panels(), arrangement=Arrangement.remembered(self.services.memory.get(LAYOUT)))
        yield VerdictLine(self.services.glyphs)

    def on_mount(self) -> None:
        """Look at once, and then up to ten times a second."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._take_look())
        self._take_look()
        self.set_interval(POLL_SECONDS, self._tick)
        self.call_after_refresh(self._draw_samples_well)
        self._look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """A key that can do nothing here is not there; one that will is grey."""
        if action == "next_curve":
            return self._grid.focused_name == LOSS
        return possible(action, self._follower.status, self._follower.state, is_starting=self._steering.is_starting)

    def on_panel_grid_rearranged(self) -> None:
        """Other panels are seen: they have something to catch up with; the layout is remembered."""
        layout = self._grid.arrangement.to_remember()
        if layout != (self.services.memory.get(LAYOUT) or Arrangement().to_remember()):
            self.services.memory.set(LAYOUT, layout)
        self.query_one(TabLine).show(self._grid.seen)
        self.refresh_bindings()
        self._feed()

    def on_tab_line_called(self, message: TabLine.Called) -> None:
        """A click on a panel's name."""
        self.action_panel(message.panel)

    def on_clip_chart_wanted(self, message: ClipChart.Wanted) -> None:
        """+ and - on the clipping panel."""
        if not self.check_action("clip", ()):
            self.action_too_late()
            return
        self._send(SetKnob("max_grad_norm", float(f"{message.threshold:.3g}")))

    def action_pause(self) -> None:
        """Wait."""
        self._send(Pause())

    def action_go_on(self) -> None:
        """Train on."""
        self._send(Resume())

    def action_take_up(self) -> None:
        """Go on from the last checkpoint, in a new process."""
        self._tell(self._steering.take_up(), done="resuming: the training process starts")
        self.refresh_bindings()

    def action_step(self) -> None:
        """One step."""
        self._send(SingleStep())

    def action_sample(self) -> None:
        """Ask for the temperature, then sample."""
        self._ask("temperature", self._temperature)

    def action_rate(self) -> None:
        """Ask for a learning rate."""
        self._ask("lr", knob_now(self._follower.state, "lr"), scheduled(self._follower.state))

    def action_clip(self) -> None:
        """Ask for a threshold."""
        self._ask("max_grad_norm", knob_now(self._follower.state, "max_grad_norm"))

    def action_save(self) -> None:
        """A checkpoint."""
        self._send(SaveNow())

    def action_stop(self) -> None:
        """Stop, after asking."""
        step = self._follower.state.step
        question = stop_choice(self._follower.folder.id, step.step if step else 0)
        self.app.push_screen(question, lambda said: self._send(Stop()) if said else None)

    def action_detach(self) -> None:
        """Back to the applications."""
        self.post_message(Go("home"))

    def action_export(self) -> None:
        """Ask for a file, and have it written."""
        try:
            kinds = exportable(self._follower.config)
        except SeqtuiError as error:
            self._tell(str(error))
            return
        self.app.push_screen(
            ExportDialog(kinds, name=self._follower.folder.id),
            lambda said: self._tell(self._steering.export(kinds, *said), done=f"writing {said[0]}") if said else None,
        )

    def action_play(self) -> None:
        """To the studio, with the best weights there are."""
        folder, status = self._follower.folder, self._follower.status
        if has_model(folder.path):
            self.post_message(Go("studio", Target(run=folder)))
        else:
            self._tell("", done=nothing_to_play(status))

    def action_too_late(self) -> None:
        """Say why a command finds nobody who could obey it."""
        self._tell(no_one_obeys(self._follower.state, self._follower.status), severity="warning")

    def action_menu(self) -> None:
        """Everything that can be done now, to be picked with arrows or the mouse."""
        open_menu(self)

    def on_click(self, event: events.Click) -> None:
        """The right button opens the menu."""
        if event.button == RIGHT_BUTTON:
            self.action_menu()

    def action_panel(self, name: str) -> None:
        """Show a panel, and give it the focus."""
        self._grid.call_up(name)

    def action_summary(self) -> None:
        """As `seqtui run` prints it at the end."""
        follower, plain = self._follower, self.services.glyphs.to_ascii
        width = min(SUMMARY_WIDTH, self.size.width - 10)
        lines = end_lines(follower.state, follower.folder, follower.status, width=width, plain=plain)
        self.app.push_screen(SummaryDialog(lines))

    def action_next_curve(self) -> None:
        """The next metric in the first panel."""
        curves = curves_of(self._follower.state)
        self._curve = curves[(curves.index(self._curve) + 1) % len(curves)] if self._curve in curves else LOSS
        self._feed()

    @property
    def _grid(self) -> PanelGrid:
        return self.query_one(PanelGrid)

    def _ask(self, knob: str, now: float | None, hint: Callable[[float], str] | None = None) -> None:
        def answered(value: float | None) -> None:
            if value is None:
                return
            if knob == "temperature":
                self._temperature = value
                self._send(SampleNow(value))
            else:
                self._send(SetKnob(knob, value))

        self.app.push_screen(knob_prompt(knob, now=now, hint=hint), answered)

    def _send(self, command: Command) -> None:
        self._tell(self._steering.send(command))
        self._pace.hurry()

    def _tell(self, fault: str, *, done: str = "", severity: SeverityLevel = "error") -> None:
        if text := fault or done:
            self.notify(clean(text), severity=severity if fault else "information", markup=False)

    def _tick(self) -> None:
        self._pace.tick(sparing=self._read == 1 and takes_every_core(self._follower.state, self._follower.status))

    def _look(self) -> None:
        """What is new since a tenth of a second ago, down to the panels; nothing, if nothing is."""
        if not (self.is_current or isinstance(self.app.screen, ModalScreen)):
            return
        for fault, path in self._steering.finished_exports():
            self._tell(f"{path} was not written: {fault}" if fault else "", done=f"wrote {path}")
        found = self._follower.poll(others_train=bool(self.services.runner.living()))
        printed = self._printed.look()
        if found:
            self._take(found)
        if found or printed:
            self._feed()

    def _take(self, found: News) -> None:
        first, self._read = self._read == 0.0 and not self._seen.lines, found.read
        if found.again:
            self._seen = Seen()
        self._seen.take(found.records, found.state)
        for reason in () if first or found.again else self._seen.refused:
            self._tell(f"the run refused: {reason}", severity="warning")
        if self._shown_status in ALIVE and found.status not in ALIVE:
            said = judge(found.state, found.status)
            severity: SeverityLevel = "error" if said.mood == "bad" else "information"
            self._tell(f"{said.what}: {said.why}  (i shows the summary)", severity=severity)
        if found.status is not self._shown_status:
            self._shown_status = found.status
            self.refresh_bindings()

    def _feed(self) -> None:
        follower, glyphs, width = self._follower, self.services.glyphs, self.size.width
        state, status, run = follower.state, follower.status, follower.folder.id
        now = Now(state, status, self._seen, self._curve, self._printed.lines, self._read >= 1)
        right = how_it_stands(follower.config, state, status, glyphs, run=run, read=self._read, width=width)
        self.query_one(HeaderLine).show(what_trains(follower.config, state, glyphs, width=width), right)
        self.query_one(VerdictLine).show(judge(state, status, now.recent), begun=follower.created)
        for name in self._grid.seen:
            panel = self.query_one(f"#{name}", Chart)
            title = Content(glyphs.text(title_of(name, now)))
            if self._titles.get(name) != title.plain:
                self._titles[name] = title.plain
                panel.border_title = title
            feed(panel, now)

    def _draw_samples_well(self) -> None:
        self.query_one(SampleChart).redraw_by(Redrawing(self._follower.folder, self._follower.config.app))

    def _take_look(self) -> None:
        """Charts in the colors of the theme, as the terminal can show them."""
        look = present_look(self.app.theme, self.services.glyphs)
        for panel in self.query(Chart):
            panel.look = look
            panel.changed()
