"""The first screen: applications, what each is, models that are ready, recent runs. Two keys to a first result.

Must paint before anything slow: applications are imported and runs are read afterwards, a little at a time.
"""

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from seqtui.catalog import load, names
from seqtui.errors import SeqtuiError
from seqtui.runs.models import find_model
from seqtui.runs.state import Status
from seqtui.text_safety import clean
from seqtui.tui.home.facts import Recent, Shipped, look_at, recent_runs, shipped_models
from seqtui.tui.home.page import PLAY, page
from seqtui.tui.home.rows import app_row, model_rows, recent_row
from seqtui.tui.keymap import active_keys
from seqtui.tui.pick_list import PickPanel, Picks
from seqtui.tui.place import PlaceScreen, Services
from seqtui.tui.places import PLACES, Go, Target, Train

if TYPE_CHECKING:
    from seqtui.task import Task

REFRESH_SECONDS: Final = 2.0
_TALL, _TALL_WIDTH = 36, 100  # cells of the screen from which an application has two lines
_LIVING: Final = (Status.TRAINING, Status.PREPARING, Status.PAUSED)


@final
class AppsPanel(PickPanel):
    """The applications."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "play", id="home.play", tooltip="Sample a model of this application"),
    ]
    HELP = """
What seqtui can learn. Each line is an application and the shape of its sequences:
one-to-many makes many outputs from one start, many-to-one gives one answer to a whole sequence, aligned answers
at every step.
"""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """Playing needs the studio."""
        return action != "pick" or "studio" in PLACES


@final
class RecentPanel(PickPanel):
    """The newest runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "open", id="home.open", tooltip="Follow a living run, look at an ended one"),
    ]
    HELP = """
Your newest runs: how each stands, its backbone, its best validation loss (lower is better), its training loss over
time (log scale), when it was made.
A living run has a full dot. Enter opens any of them. Losses on different data cannot be compared.
"""


@final
class ModelsPanel(PickPanel):
    """What can be sampled."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "play", id="home.play_model", tooltip="Sample this model"),
    ]
    HELP = """
Models that can make or answer something now, by application and data. Within the same data the lowest validation
loss is first; between data, losses say nothing.
"""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """Playing needs the studio."""
        return action != "pick" or "studio" in PLACES


@final
class HomeScreen(PlaceScreen):
    """Applications, details, recent runs, models."""

    PLACE = "home"
    HELP = "Choose what to learn. t trains it on data that came with it; no file and no network is needed."
    KEYED = (Picks, AppsPanel, RecentPanel, ModelsPanel)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-usual"), (156, "-wide")]  # noqa: RUF012  Textual's own
    VERTICAL_BREAKPOINTS = [(0, "-low"), (36, "-high")]  # noqa: RUF012  Textual's own
    DEFAULT_CSS = """
    HomeScreen #home { layout: grid; grid-size: 2 2; grid-columns: 48 1fr; grid-rows: 24 1fr; height: 1fr; }
    HomeScreen #models { display: none; }
    HomeScreen.-narrow #home, HomeScreen.-low #home { grid-rows: 1fr 1fr; }
    HomeScreen.-narrow #home { grid-columns: 4fr 5fr; }
    HomeScreen.-narrow #details, HomeScreen.-low #details { row-span: 2; }
    HomeScreen.-usual.-high #models, HomeScreen.-wide.-high #models { display: block; }
    HomeScreen.-wide.-high #home { grid-size: 3 2; grid-columns: 48 1fr 67; }
    HomeScreen.-wide.-high #apps, HomeScreen.-wide.-high #recent { row-span: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "train", "train", id="home.train", tooltip="Train on the data that came with it, now"),
        Binding("n", "go('setup')", "new run", id="home.setup", tooltip="Set up a run of your own"),
        Binding("o", "open_files", "open files", id="home.files", tooltip="Set up a run on data of your own"),
        Binding("d", "go('data')", "data sets", id="home.data", tooltip="Open data sets by name: look, fetch, use"),
        Binding("r", "go('runs')", "runs", id="home.runs", tooltip="All runs"),
        Binding("slash", "filter", "filter", id="home.filter", tooltip="Only the lines with these words"),
        Binding("right_square_bracket", "app.focus_next", "next panel", id="home.next", show=False),
        Binding("left_square_bracket", "app.focus_previous", "panel before", id="home.previous", show=False),
    ]

    def __init__(self, target: Target, services: Services) -> None:
        super().__init__(target, services)
        self._names = names()
        self._tasks: dict[str, Task] = {}
        self._recent: dict[str, Recent] = {}
        self._shipped: list[Shipped] = []

    def compose_body(self) -> ComposeResult:
        """Four panels; a small terminal shows three."""
        with Container(id="home"):
            yield AppsPanel("Applications", id="apps", empty="no applications: add one as tasks/NAME.py")
            with VerticalScroll(id="details", classes="panel", can_focus=False):
                yield Static(id="page")
            yield RecentPanel("Recent", id="recent", empty="No runs yet.\nYour trainings will stand here: press t.")
            yield ModelsPanel("Ready to play", id="models", empty="No models yet.\nA trained run will stand here.")

    def on_mount(self) -> None:
        """Names now; the rest after the first paint."""
        self._show_apps()
        self.query_one("#apps Picks").focus()
        self.call_after_refresh(self._begin)

    def on_resize(self, event: events.Resize) -> None:
        """The page is wrapped anew."""
        super().on_resize(event)
        self.call_after_refresh(self._show_all)

    def on_screen_resume(self) -> None:
        """Runs may have begun or ended meanwhile."""
        if self._recent:
            self.work(self._read_runs, "runs", exclusive=True)

    def on_pick_panel_looked(self, message: PickPanel.Looked) -> None:
        """The page is about the application under the cursor."""
        if message.panel == "apps":
            self._show_page()

    def on_pick_panel_picked(self, message: PickPanel.Picked) -> None:
        """Enter: play an application's model, or open a run."""
        match message.panel:
            case "apps":
                self.post_message(Go("studio", Target(app=message.key)))
            case "recent":
                self.post_message(Go("live", Target(run=self._recent[message.key].summary.folder)))
            case "models":
                self.post_message(Go("studio", Target(model=find_model(message.key.partition(":")[2]))))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key whose place does not exist is not there."""
        return action != "go" or parameters[0] in PLACES

    def action_train(self) -> None:
        """Train the application under the cursor."""
        if self._app:
            self.post_message(Train(self._app))

    def action_go(self, place: str) -> None:
        """To a place, for the application under the cursor."""
        self.post_message(Go(place, Target(app=self._app)))

    def action_open_files(self) -> None:
        """To the set-up of the application under the cursor, where a path is typed."""
        self.post_message(Go("setup", Target(app=self._app, paths=(Path.cwd(),))))

    def action_filter(self) -> None:
        """Filter the list that has the focus, or the applications."""
        panels = [panel for panel in self.query(PickPanel) if panel.has_focus_within]
        (panels[0] if panels else self.query_one("#apps", PickPanel)).action_filter()

    @property
    def _app(self) -> str:
        return self.query_one("#apps", PickPanel).key

    def _begin(self) -> None:
        """After the first paint."""
        self.work(self._read_runs, "runs", exclusive=True)
        self.work(self._import_tasks, "tasks")
        self.set_interval(REFRESH_SECONDS, self._look_at_the_living)

    async def _read_runs(self) -> None:
        found: dict[str, Recent] = {}
        for count, recent in enumerate(recent_runs()):
            found[recent.summary.id] = recent
            if count % 8 == 7:
                await asyncio.sleep(0)
        self._shipped = shipped_models()
        self._recent = found
        self._show_runs()

    def _look_at_the_living(self) -> None:
        living = [recent for recent in self._recent.values() if recent.summary.status in _LIVING]
        if living and self.is_current:
            self._recent |= {recent.summary.id: look_at(recent.summary.folder) for recent in living}
            self._show_runs()

    async def _import_tasks(self) -> None:
        # One at a time between other work; only the first, which brings numpy, takes a tenth of a second.
        for name in self._names:
            await asyncio.sleep(0.02)
            try:
                self._tasks[name] = load(name)
            except (SeqtuiError, ImportError) as error:
                self.notify(clean(f"{name} cannot be loaded: {error}"), severity="error", markup=False)
            self._show_apps()
            self._show_page()
        self._show_runs()

    def _stands(self) -> bool:
        """Whether every panel is there: what is read in the background may come while the app is being taken down."""
        return all(self.query(f"#{panel}") for panel in ("apps", "recent", "models", "details", "page"))

    def _show_apps(self) -> None:
        if not self._stands():
            return
        width, tall = self._width_of("#apps"), self.size.height >= _TALL and self.size.width >= _TALL_WIDTH
        glyphs = self.services.glyphs
        rows = [app_row(name, self._tasks.get(name), glyphs, width=width, tall=tall) for name in self._names]
        self.query_one("#apps", PickPanel).show(rows)

    def _show_runs(self) -> None:
        if not self._stands():
            return
        now = time.time()
        runs = sorted(self._recent.values(), key=lambda recent: recent.summary.created, reverse=True)
        glyphs, width = self.services.glyphs, self._width_of("#recent")
        self.query_one("#recent", PickPanel).show([recent_row(run, glyphs, now=now, width=width) for run in runs])
        titles = {name: task.title for name, task in self._tasks.items()}
        self.query_one("#models", PickPanel).show(model_rows(self._shipped, runs, titles, glyphs))
        self._show_page()

    def _show_page(self) -> None:
        if not self._stands():
            return
        task = self._tasks.get(self._app)
        details = self.query_one("#details")
        details.border_title = Content(clean(task.title) if task else self._app.capitalize())
        if task:
            width, height = details.scrollable_content_region.size
            runs, glyphs, keys = list(self._recent.values()), self.services.glyphs, self._beginnings()
            text = page(task, self._shipped, runs, glyphs, keys, width=width, height=height)
            self.query_one("#page", Static).update(text)

    def _show_all(self) -> None:
        self._show_apps()
        self._show_runs()

    def _width_of(self, panel: str) -> int:
        # One cell is kept for the bar of a list that scrolls.
        return max(self.query_one(panel).content_size.width - 1, 20)

    def _beginnings(self) -> dict[str, str]:
        """The keys that begin something with the application under the cursor, as they are set."""
        texts = {
            "train": "train now, on built-in data",
            "go('setup')": "set up a run of your own",
            "open_files": "learn from your own files",
        }
        shown = {entry.action.rpartition(".")[2]: entry.shown for entry in active_keys(self)}
        keys = {shown[action]: text for action, text in texts.items() if action in shown}
        return {PLAY: "play with a model that is ready", **keys} if "studio" in PLACES else keys
