"""All runs: a table to filter, sort and mark; the marked ones on the same axes, and what differs between them.

Whatever waits for the disk is done in a thread; what is asked of a run goes through its folder.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ClassVar, Final, final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from seqtui.errors import SeqtuiError
from seqtui.runs.finding import find, remember
from seqtui.runs.folder import RunFolder
from seqtui.runs.models import has_model
from seqtui.runs.notes import Note
from seqtui.runs.state import Status
from seqtui.runs.trash import LIVING
from seqtui.text_safety import clean
from seqtui.tui.place import PlaceScreen, Services
from seqtui.tui.places import Go, Target
from seqtui.tui.runs.body import RunsBody
from seqtui.tui.runs.columns import RunRow
from seqtui.tui.runs.commands import RunCommands
from seqtui.tui.runs.details import RunDetails
from seqtui.tui.runs.dialogs import AskExport, AskNote, AskText, AskYes, Export
from seqtui.tui.runs.overlay import OverlayChart
from seqtui.tui.runs.panel import RunsPanel
from seqtui.tui.runs.store import RunStore, file_size, wrong_path, wrong_run
from seqtui.tui.runs.table import RunTable

PULSE_SECONDS: Final = 1.0
SCAN_EVERY: Final = 5
"""Pulses between two looks at every run; the living ones are looked at with each."""

DEBOUNCE_SECONDS: Final = 0.06
_GOES_ON: Final = frozenset({Status.STOPPED, Status.FAILED, Status.DEAD})


@final
class RunsScreen(PlaceScreen):
    """Needs no target."""

    PLACE = "runs"
    HELP = "Every run. Mark two or more with space to see their curves together and what differs between them."
    KEYED = (RunsBody, RunsPanel, RunTable, OverlayChart, RunDetails)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-usual"), (160, "-wide")]  # noqa: RUF012  Textual's own
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012  Textual's own
    DEFAULT_CSS = """
    RunsScreen #body { layout: grid; grid-size: 2 2; grid-columns: 3fr 2fr; grid-rows: 3fr 2fr; height: 1fr; }
    RunsScreen #runs { column-span: 2; }
    RunsScreen.-wide #body { grid-columns: 1fr 82; grid-rows: 3fr 2fr; }
    RunsScreen.-wide #runs { column-span: 1; row-span: 2; }
    RunsScreen.-narrow #body, RunsScreen.-low #body { layout: vertical; }
    RunsScreen.-narrow #overlay, RunsScreen.-low #overlay { display: none; }
    RunsScreen.-narrow #details, RunsScreen.-low #details { display: none; }
    RunsScreen.-empty #body { layout: vertical; }
    RunsScreen.-empty #overlay, RunsScreen.-empty #details { display: none; }
    RunsScreen.-overlay #body { layout: vertical; }
    RunsScreen.-overlay #runs { display: none; }
    RunsScreen.-overlay #overlay { display: block; height: 2fr; }
    RunsScreen.-overlay #details { display: block; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "overlay", "overlay", id="runs.overlay", tooltip="The curves alone, or the table again"),
        Binding("p", "play", "play", id="runs.play", tooltip="Its model, in the sample studio"),
        Binding("r", "resume", "resume", id="runs.resume", tooltip="Go on from its last good checkpoint"),
        Binding("n", "rename", "name", id="runs.rename", tooltip="A name and a note of your own"),
        Binding("d,delete", "discard", "delete", id="runs.delete", tooltip="Marked runs, or this, to the trash"),
        Binding("e", "export", "export", id="runs.export", tooltip="Table or curves as CSV, the overlay as SVG"),
        Binding("u", "undo", "undo", id="runs.undo", tooltip="What was deleted last comes back"),
        Binding("a", "attach", "attach", id="runs.attach", show=False, tooltip="Open any run by folder, id or name"),
        Binding("E", "empty", "empty trash", id="runs.empty", show=False, tooltip="Deleted runs go for good"),
        Binding("right_square_bracket", "app.focus_next", "next panel", id="runs.next", show=False),
        Binding("left_square_bracket", "app.focus_previous", "panel before", id="runs.previous", show=False),
    ]

    def __init__(self, target: Target, services: Services) -> None:
        super().__init__(target, services)
        self._store = RunStore()
        self._commands = RunCommands(self._store, self._tell)
        self._rows: dict[str, RunRow] = {}
        self._body = RunsBody(services.glyphs)
        self._is_read = False
        self._pulses = 0

    def compose_body(self) -> ComposeResult:
        """Table, curves, differences."""
        yield self._body

    def on_mount(self) -> None:
        """Everything is read after the first paint."""
        self._panel.table.focus()
        self.call_after_refresh(self._begin)

    def on_screen_resume(self) -> None:
        """Runs may have begun, ended or gone meanwhile."""
        if self._is_read:
            self._do(None)

    def on_unmount(self) -> None:
        """Nothing waits for the disk any more."""
        self.workers.cancel_node(self)
        self._commands.close()

    def on_runs_panel_changed(self) -> None:
        """Other runs to draw."""
        self.set_class(self._panel.is_empty, "-empty")
        self.refresh_bindings()
        self._draw_soon()

    def on_run_table_opened(self) -> None:
        """Follow a living run, replay an ended one."""
        if row := self._panel.current:
            self._open(row.run.folder)

    def on_key(self, event: events.Key) -> None:
        """Esc leads from the curves alone to the table, and only from there to the place before."""
        if event.key == "escape" and self.has_class("-overlay"):
            event.stop()
            self.action_overlay()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """Grey where there is no run for it; only a run that ended before its end goes on."""
        row = self._panel.current
        if action == "resume":
            return True if row and row.run.config and row.run.status in _GOES_ON else None
        return True if row or action not in ("play", "rename", "discard", "export") else None

    def action_overlay(self) -> None:
        """The curves over the whole screen, or the table again."""
        if self._panel.is_empty:
            return
        self.toggle_class("-overlay")
        shown = self._body.chart if self.has_class("-overlay") else self._panel.table
        self.call_after_refresh(shown.focus)  # what is not in view yet takes no focus
        self._draw_soon()

    def action_attach(self) -> None:
        """Open any run."""
        label = "A run folder (of a mounted disk, too), an id, the beginning of one, or a name"
        self.app.push_screen(AskText("Open a run", label, wrong_run), self._open_any)

    def action_play(self) -> None:
        """Its model, in the studio."""
        if row := self._panel.current:
            folder = RunFolder(row.run.folder.path.resolve())
            if has_model(folder.path):
                self.post_message(Go("studio", Target(run=folder)))
            else:
                self._tell(f"{folder.id} has no model to play: it has saved no checkpoint")

    def action_resume(self) -> None:
        """Go on in a process of its own, and watch."""
        if row := self._panel.current:
            try:
                folder = RunFolder(row.run.folder.path.resolve())
                self.services.runner.take_up(folder)
            except (SeqtuiError, OSError) as error:
                self._tell(str(error), wrong=True)
            else:
                self.post_message(Go("live", Target(run=folder)))

    def action_rename(self) -> None:
        """A name and a note."""
        if row := self._panel.current:
            name = row.run.config.name or "" if row.run.config else ""

            def keep(note: Note | None) -> None:
                if note is not None:
                    self._do(partial(self._commands.keep_note, row.run.folder, note))

            self.app.push_screen(AskNote(row.id, name, row.note), keep)

    def action_discard(self) -> None:
        """Into the trash."""
        self._do(partial(self._commands.discard, [row.run.folder for row in self._panel.chosen]))

    def action_undo(self) -> None:
        """Out of the trash."""
        self._do(self._commands.undo)

    def action_empty(self) -> None:
        """For good, when a person says yes."""
        self.work(self._ask_to_empty, "ask", exclusive=True)

    def action_export(self) -> None:
        """Ask what and where."""
        first = "picture" if self._body.chart.has_focus else "curves" if self._panel.marked else "table"
        self.app.push_screen(AskExport(first, wrong_path), self._export)

    @property
    def _panel(self) -> RunsPanel:
        return self._body.panel

    def _begin(self) -> None:
        self.work(self._read_first, "first")
        self.set_interval(PULSE_SECONDS, self._pulse)

    async def _read_first(self) -> None:
        await self._commands.wait_for(self._store.load)
        await self._read_all()
        self._is_read = True

    async def _read_all(self) -> None:
        """Every run, a slice at a time; what is not there any more goes with the last."""
        found: dict[str, RunRow] = {}
        slices = self._store.slices()
        while (slice_ := await self._commands.wait_for(lambda: next(slices, None))) is not None:
            found |= {row.id: row for row in slice_}
            if not self._is_read:
                self._panel.show(list(found.values()), complete=False)
        self._show(found)

    def _pulse(self) -> None:
        """The living ones each second, all of them now and then."""
        if not (self._is_read and self.is_current):
            return
        self._pulses += 1
        if self._pulses % SCAN_EVERY == 0:
            self._do(None)
        elif living := [row.run.folder for row in self._rows.values() if row.run.status in LIVING]:
            self.work(partial(self._look_again, living), "pulse", exclusive=True)

    async def _look_again(self, living: list[RunFolder]) -> None:
        rows = await self._commands.wait_for(lambda: self._store.look_at(living))
        self._show(self._rows | {row.id: row for row in rows if row.id in self._rows})

    def _show(self, rows: dict[str, RunRow]) -> None:
        if rows != self._rows or not self._is_read:
            self._rows = rows
            self._panel.show(list(rows.values()), complete=True)

    def _do(self, work: Callable[[], Coroutine[Any, Any, None]] | None) -> None:
        """Something that changes runs, if anything, and then a look at all of them."""

        async def work_and_look() -> None:
            if work:
                await work()
            await self._read_all()

        self.work(work_and_look, "work")

    def _draw_soon(self) -> None:
        self.work(self._draw, "draw", exclusive=True)

    async def _draw(self) -> None:
        """Curves and details of what is marked or under the cursor now; a cursor that runs along draws nothing."""
        await asyncio.sleep(DEBOUNCE_SECONDS)
        if not self._body.chart.display:
            return
        rows = self._body.to_draw
        curves = await self._commands.wait_for(lambda: self._store.curves([row.run.folder for row in rows]))
        self._body.draw(rows, curves)

    def _open(self, folder: RunFolder) -> None:
        self.post_message(Go("live", Target(run=RunFolder(folder.path.resolve()))))

    def _open_any(self, text: str | None) -> None:
        if text:
            folder = find(text)
            remember(folder)
            self._open(folder)

    async def _ask_to_empty(self) -> None:
        records, size = await self._commands.trash_size()
        if not records:
            self._tell("The trash is empty.")
            return
        runs = "1 run" if len(records) == 1 else f"{len(records):,} runs"
        question = f"{runs}, {file_size(size)}, with all checkpoints. They cannot be had back."

        def empty(yes: bool | None) -> None:
            if yes:
                self._do(partial(self._commands.empty_trash, records))

        self.app.push_screen(AskYes("Empty the trash?", question, "Yes, remove them for good"), empty)

    def _export(self, wanted: Export | None) -> None:
        if wanted is None:
            return
        chart = self._body.chart
        work = partial(self._commands.write_picture, wanted, chart.shown, chart.curve, chart.against, chart.view)
        if wanted.what != "picture":
            rows = self._panel.in_view if wanted.what == "table" else self._panel.marked or self._panel.chosen
            work = partial(self._commands.write_rows, wanted, rows)
        self.work(work, "export")

    def _tell(self, text: str, *, wrong: bool = False) -> None:
        self.notify(clean(text), severity="error" if wrong else "information", markup=False)
