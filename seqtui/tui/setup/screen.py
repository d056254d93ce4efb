"""Set up a run: fields, backbone, data, shape; the command that does the same; train.

Must paint before anything slow: the checks (pydantic) are imported and past runs are read in threads afterwards, data
are read in a child.
"""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final, final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.timer import Timer
from textual.widget import Widget

from seqtui.catalog import load, names
from seqtui.errors import SeqtuiError
from seqtui.text_safety import clean
from seqtui.tui.header import HeaderLine
from seqtui.tui.line_input import LineInput
from seqtui.tui.place import PlaceScreen, Services
from seqtui.tui.places import Go, Target
from seqtui.tui.setup.asked import ask_for_preset, ask_for_set
from seqtui.tui.setup.backbone_panel import BackbonePanel
from seqtui.tui.setup.data_panel import DataPanel
from seqtui.tui.setup.dialogs import FileDialog
from seqtui.tui.setup.draft import Draft, Judge, warm_judge
from seqtui.tui.setup.field_list import FieldList
from seqtui.tui.setup.fields_panel import FieldsPanel
from seqtui.tui.setup.foot import CommandPanel, FoldTabs, TrainButton
from seqtui.tui.setup.found import Found, Question
from seqtui.tui.setup.last_time import remember
from seqtui.tui.setup.layout import HEIGHTS, LAYOUT, PANELS, WIDTHS
from seqtui.tui.setup.research import Research, known_paces
from seqtui.tui.setup.shape_panel import ShapePanel
from seqtui.tui.setup.showing import bring, show_backbone, show_form, show_found

LOOK_AFTER_SECONDS: Final = 0.5


@final
class SetupScreen(PlaceScreen):
    """One run to be. target.app: of which application; target.paths or target.data: its data, to begin with."""

    PLACE = "setup"
    HELP = """
Set up a run. Left, every field; the backbone with its size and how long an
epoch may take; the data this run would read; the shape of its network. What
you leave alone trains to a visible result in about two minutes.
"""
    KEYED = (FieldList, FieldsPanel, LineInput, BackbonePanel, TrainButton)
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    DEFAULT_CSS = LAYOUT
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "train", "train", id="setup.train", tooltip="Start this run and watch it", priority=True),
        Binding("slash", "filter", "filter", id="setup.filter", tooltip="Only the fields with these words"),
        Binding("p", "presets", "presets", id="setup.presets", tooltip="Start from a few good settings"),
        Binding("y", "copy", "copy", id="setup.copy", tooltip="Copy the command that does the same"),
        Binding("s", "save", "save", id="setup.save", tooltip="Save this as a TOML file for --config"),
        Binding("o", "open", "load", id="setup.open", tooltip="Load a TOML file"),
        Binding("f", "files", "your files", id="setup.files", tooltip="Type the path of your own data"),
        Binding("d", "sets", "data sets", id="setup.sets", tooltip="Choose an open data set by name, or fetch one"),
        Binding("R", "reset_all", "reset all", id="setup.reset_all", tooltip="Every field as it was at first"),
        Binding("1", "panel('fields')", "fields", id="setup.fields", show=False),
        Binding("2", "panel('backbone')", "backbone", id="setup.backbone", show=False),
        Binding("3", "panel('data')", "data", id="setup.data", show=False),
        Binding("4", "panel('shape')", "shape", id="setup.shape", show=False),
        Binding("right_square_bracket", "turn(1)", "next panel", id="setup.next", show=False),
        Binding("left_square_bracket", "turn(-1)", "panel before", id="setup.previous", show=False),
    ]

    class Seen(Message):
        """The child that looks at data told something."""

        def __init__(self, question: Question, found: Found) -> None:
            super().__init__()
            self.question = question
            self.found = found

    def __init__(self, target: Target, services: Services) -> None:
        super().__init__(target, services)
        self._draft = Draft(load(target.app or names()[0]))
        self._research = Research(self._hear)
        self._timer: Timer | None = None
        self._front = "fields"

    def compose_body(self) -> ComposeResult:
        """Four panels that fold, and the foot."""
        glyphs = self.services.glyphs
        yield FoldTabs(PANELS)
        with Container(id="setup"):
            yield FieldsPanel(self._draft.fields, glyphs)
            yield BackbonePanel(glyphs)
            yield DataPanel(glyphs)
            yield ShapePanel(glyphs)
        with Horizontal(id="foot"):
            yield CommandPanel(glyphs)
            yield TrainButton(glyphs)

    def on_mount(self) -> None:
        """The defaults at once; the checks after the first paint."""
        task, glyphs = self._draft.task, self.services.glyphs
        where = Content.assemble((clean(task.title), "bold $accent"), glyphs.text(" › set up a run   "))
        more = Content.styled(clean(task.summary), "$quiet")
        self.query_one(HeaderLine).show(where, Content(""), more=more)
        self.query_one("#backbone").add_class("-side")
        self._bring("fields")
        self._show()
        self.query_one(FieldList).focus()
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        """Leave no child behind."""
        self._research.stop()
        remember(self.services.memory, self._draft)

    def on_fields_panel_edited(self, message: FieldsPanel.Edited) -> None:
        """A field has a value."""
        self._draft.set(message.name, message.value)
        self._show()

    def on_fields_panel_reset(self, message: FieldsPanel.Reset) -> None:
        """A field goes back."""
        self._draft.reset(message.name)
        self._show()

    def on_fields_panel_refused(self, message: FieldsPanel.Refused) -> None:
        """Say why."""
        self._tell(message.why, severity="warning")

    def on_backbone_panel_stepped(self, message: BackbonePanel.Stepped) -> None:
        """A field goes up or down."""
        why_not = self._draft.step(message.name, message.way)
        if why_not:
            self._tell(why_not, severity="warning")
        self._show()

    def on_backbone_panel_picked(self, message: BackbonePanel.Picked) -> None:
        """A cell."""
        self._draft.set(message.name, message.value)
        self._show()

    def on_fold_tabs_chosen(self, message: FoldTabs.Chosen) -> None:
        """A tab was clicked."""
        self.action_panel(message.panel)

    def on_descendant_focus(self) -> None:
        """What has the focus is in front."""
        for name in PANELS:
            if self.query_one(f"#{name}", Widget).has_focus_within:
                self._bring(name)

    def on_setup_screen_seen(self, message: "SetupScreen.Seen") -> None:
        """Keep what was found; show it if it is still wanted."""
        if self._research.take(message.question, message.found):
            show_found(self, self._draft, self._research)

    def action_panel(self, name: str) -> None:
        """To a panel."""
        self._bring(name)
        panel = self.query_one(f"#{name}", Widget)
        (self.query_one(FieldList) if name == "fields" else panel).focus()

    def action_turn(self, way: int) -> None:
        """To the next panel."""
        self.action_panel(PANELS[(PANELS.index(self._front) + way) % len(PANELS)])

    def action_filter(self) -> None:
        """Filter the fields."""
        self._bring("fields")
        self.query_one(FieldsPanel).action_filter()

    def action_files(self) -> None:
        """Type a path."""
        self._bring("fields")
        self.query_one(FieldsPanel).go_to("data", typing=True)

    def action_sets(self) -> None:
        """Choose a data set by name."""
        ask_for_set(self.app, self._draft, self.services.glyphs, self._show)

    def action_reset_all(self) -> None:
        """All defaults."""
        self._draft.reset_all()
        self._show()

    def action_copy(self) -> None:
        """Copy the command."""
        line = self.query_one(CommandPanel).line
        if line:
            self.app.copy_to_clipboard(line)
            self._tell("copied, where your terminal allows it")
        else:
            self._tell("there is no command while a field is at fault", severity="warning")

    def action_presets(self) -> None:
        """Pick a preset."""
        ask_for_preset(self.app, self._draft, self.services.memory, self._show)

    def action_save(self) -> None:
        """Save as TOML."""
        config = self._draft.verdict.config
        if config is None:
            self._tell("not while a field is at fault", severity="warning")
            return
        from seqtui.tui.setup.start import save

        self.app.push_screen(FileDialog("Save as TOML", f"{self._draft.task.name}.toml", partial(save, config)))

    def action_open(self) -> None:
        """Load a TOML file."""
        from seqtui.tui.setup.start import load as load_file

        self.app.push_screen(FileDialog("Load a TOML file", "", partial(load_file, self._take)))

    def action_train(self) -> None:
        """Start the run, or go to what is wrong."""
        self._use(warm_judge(self._draft))
        verdict = self._draft.verdict
        if verdict.config is None:
            panel = self.query_one(FieldsPanel)
            if verdict.faults and not panel.is_typing:
                panel.go_to(next(iter(verdict.faults)))
            self._tell("first mend what is marked", severity="warning")
            return
        from seqtui.tui.setup.start import start_run

        try:
            folder = start_run(self._draft.task, verdict.config, self.services.runner)
        except SeqtuiError as error:
            self._tell(str(error), severity="error")
        except OSError as error:
            self._tell(f"cannot start: {error.strerror}", severity="error")
        else:
            self.post_message(Go("live", Target(app=self._draft.task.name, run=folder)))

    def _take(self, values: dict[str, Any], where: str) -> None:
        strange = self._draft.take_values(values, where=where)
        self._show()
        if strange:
            self._tell(f"no such fields, left out: {', '.join(strange[:8])}", severity="warning")

    def _begin(self) -> None:
        if self.target.data:
            self._draft.set("data", self.target.data)
            self._show()
        if self.target.paths:
            self._begin_with(self.target.paths[0])
        self.work(self._warm_up, "checks")

    def _begin_with(self, path: Path) -> None:
        # A folder that is just where one stands is a place to choose from, not data.
        if path.is_file():
            self._draft.set("data", str(path))
            self._show()
        self.query_one(FieldsPanel).go_to("data", typing=True)

    async def _warm_up(self) -> None:
        # In threads: the checks take a tenth of a second to import, and many logs are read.
        judge = await asyncio.to_thread(warm_judge, self._draft)
        self._use(judge)
        self._research.take_paces(await asyncio.to_thread(known_paces, self._draft.task.name))
        show_backbone(self, self._draft, self._research)

    def _use(self, judge: Judge) -> None:
        if not self._draft.is_judged:
            self._draft.use(judge)
            self._show()

    def _hear(self, question: Question, found: Found) -> None:
        self.post_message(self.Seen(question, found))

    def _show(self) -> None:
        show_form(self, self._draft, self._research)
        config = self._draft.verdict.config
        if self._timer:
            self._timer.stop()
        if config and self._research.wants(config):
            self._timer = self.set_timer(LOOK_AFTER_SECONDS, self._look)

    def _look(self) -> None:
        config = self._draft.verdict.config
        if self.query_one(FieldsPanel).is_typing:  # half a path may be a disk
            self._timer = self.set_timer(LOOK_AFTER_SECONDS, self._look)
        elif config:
            self._research.ask(config)
            show_found(self, self._draft, self._research)

    def _bring(self, name: str) -> None:
        self._front = name
        bring(self, name)

    def _tell(self, text: str, *, severity: SeverityLevel = "information") -> None:
        self.notify(self.services.glyphs.text(clean(text)), severity=severity, markup=False)
