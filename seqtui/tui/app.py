"""The app: opens places, holds what is the same everywhere. What a place shows and does stands in its own file."""

import asyncio
import gc
import os
import signal
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, final

from rich.console import RenderableType
from textual.actions import ActionParseResult
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen, Screen

from seqtui.commands.terminal_kind import takes_ascii_only
from seqtui.errors import SeqtuiError
from seqtui.runs.finding import remember
from seqtui.runs.folder import open_folder
from seqtui.runs.summary import has_told_its_end
from seqtui.text_safety import clean
from seqtui.tui import themes
from seqtui.tui.glyphs import ASCII, FULL
from seqtui.tui.help_screen import HelpScreen
from seqtui.tui.home.tour import SEEN, Tour
from seqtui.tui.keymap import active_keys, faults
from seqtui.tui.memory import Memory, memory_file
from seqtui.tui.palette import Palette
from seqtui.tui.place import PlaceScreen, Services, stands
from seqtui.tui.places import PLACES, Go, Target, Train, build
from seqtui.tui.quit_dialog import QuitAnswer, QuitDialog
from seqtui.tui.runner import Runner
from seqtui.tui.settings import read_settings, remember_theme, settings_file
from seqtui.tui.style_sheet import STYLE_SHEET
from seqtui.tui.terminal import Terminal


@final
class SeqtuiApp(App[None]):
    """seqtui, full screen."""

    TITLE = "seqtui"
    CSS = STYLE_SHEET
    COMMAND_PALETTE_DISPLAY = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "help", id="app.help", tooltip="Keys and panels of this place"),
        Binding("f1", "help_here", "help of the panel", id="app.help_here", show=False),
        Binding("ctrl+p", "command_palette", "everything", id="app.palette", tooltip="Find anything by its name"),
        Binding("q", "leave", "quit", id="app.quit", show=False, tooltip="Leave; trainings go on unless you stop them"),
        Binding("ctrl+c,ctrl+q", "leave", "quit", id="app.quit_anywhere", show=False, priority=True),
        Binding("escape", "back", "back", id="app.back", show=False, tooltip="To the place before"),
        Binding("ctrl+z", "suspend_process", "suspend", id="app.suspend", show=False, tooltip="Back with fg"),
    ]
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, services: Services, *, theme: str) -> None:
        colorless = "NO_COLOR" in os.environ
        super().__init__(driver_class=Terminal, ansi_color=True if colorless else None)
        self.services = services
        self._first = ("home", Target())
        for each in themes.THEMES:
            self.register_theme(each)
        self.theme = theme
        self.set_class(services.glyphs.to_ascii, "-ascii")
        self.set_keymap(dict(services.settings.keys))

    @classmethod
    def from_disk(cls) -> "SeqtuiApp":
        """The app as the settings file and the terminal ask for it."""
        settings = read_settings(settings_file())
        theme = themes.choose(settings.theme)
        glyphs = ASCII if settings.theme == "plain" or takes_ascii_only() else FULL
        runner = Runner(niceness=settings.niceness)
        return cls(Services(runner, settings, Memory(memory_file()), glyphs), theme=theme)

    def open_first(self, path: Path) -> None:
        """Begin with a run instead of the applications."""
        folder = open_folder(path)
        remember(folder)
        self._first = ("live", Target(run=folder))

    def get_default_screen(self) -> Screen[Any]:
        """The first place."""
        return build(*self._first, self.services)

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave. A fault or a signal that came first has the exit code: a key that was still waiting is no good end."""
        super().exit(result, self.return_code or return_code, message)

    def on_mount(self) -> None:
        """Leave well when told to: a signal must not leave the terminal as it is."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(number, self.exit, None, 128 + number)
        self.app_resume_signal.subscribe(self, self._paint_anew)
        self.call_after_refresh(self._after_first_paint)

    def on_go(self, message: Go) -> None:
        """Open a place over the present one; a place with a tab that is open already comes to the top."""
        if any(isinstance(screen, PlaceScreen) and message.place == screen.PLACE for screen in self.screen_stack):
            while not (isinstance(self.screen, PlaceScreen) and message.place == self.screen.PLACE):
                self.pop_screen()
            if PLACES[message.place].tab:
                return
            self.pop_screen()
        self._open(message.place, message.target)

    def on_train(self, message: Train) -> None:
        """Start a run with defaults and show it."""
        try:
            folder = self.services.runner.train(message.app)
        except (SeqtuiError, OSError) as error:
            self.tell(str(error), severity="error")
        else:
            self._open("live", Target(app=message.app, run=folder))

    def tell(self, text: str, *, severity: SeverityLevel = "information") -> None:
        """A notice in a corner. The text may be somebody else's: it is cleaned and never markup."""
        self.notify(clean(text), severity=severity, markup=False, timeout=8)

    def action_help(self) -> None:
        """Everything of this place."""
        self.push_screen(HelpScreen.of_place(self.screen))

    def action_help_here(self) -> None:
        """The panel that has the focus."""
        self.push_screen(HelpScreen.of_panel(self.screen))

    async def action_back(self) -> None:
        """To the place before; from a run that was opened first, to the applications."""
        if isinstance(self.screen, PlaceScreen) and self.screen.PLACE == "home":
            return
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self._open("home", Target())

    def action_command_palette(self) -> None:
        """Find anything."""
        if not isinstance(self.screen, Palette):
            # Without an id: one that closes still stands among the screens.
            self.push_screen(Palette(placeholder=self.services.glyphs.text("Search for commands…")))

    def action_leave(self) -> None:
        """Quit; while a run of ours lives, ask what is to become of it."""
        living = [folder for folder in self.services.runner.living() if not has_told_its_end(folder)]
        if isinstance(self.screen, QuitDialog):
            return  # asked already: ctrl+c is pressed twice by many
        if living:
            self.push_screen(QuitDialog(living), self._leave)
        else:
            self.exit()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  Textual's
        """Over a dialog only the dialog's own keys work, and leaving."""
        return not (isinstance(self.screen, ModalScreen) and action in ("help", "help_here", "command_palette"))

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Not where a place is not whole yet, or no more: a quick key comes too early or too late."""
        if default_namespace is not None and not stands(default_namespace):
            return False
        return await super().run_action(action, default_namespace, namespaces)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: every key of this place by name, every place, every theme."""
        for entry in active_keys(screen):
            if entry.enabled and entry.action != "command_palette":
                title = f"{entry.text[:1].upper()}{entry.text[1:]}  ({entry.shown})"
                yield SystemCommand(title, entry.tooltip, partial(self.run_action, entry.action, entry.node))
        for name, kind in PLACES.items():
            if kind.tab:
                yield SystemCommand(f"Go to: {kind.title}", "", partial(self.post_message, Go(name)))
        for theme in themes.THEMES:
            yield SystemCommand(f"Theme: {theme.name}", "Colors", partial(self._use_theme, theme.name))
        yield SystemCommand("Tour", "The three cards of the first start", self._show_tour)

    def _open(self, place: str, target: Target) -> None:
        try:
            screen = build(place, target, self.services)
        except SeqtuiError as error:
            self.tell(str(error), severity="error")
            return
        # A quick hand may have opened a dialog meanwhile: places lie on places, so that no dialog lies under one.
        while isinstance(self.screen, ModalScreen):
            self.pop_screen()
        self.push_screen(screen)

    def _leave(self, answer: QuitAnswer | None) -> None:
        if answer is QuitAnswer.STOP:
            self.services.runner.stop_all()
        if answer in (QuitAnswer.STOP, QuitAnswer.DETACH):
            self.exit()

    def _show_tour(self) -> None:
        self.push_screen(Tour(self.services.glyphs))

    def _use_theme(self, name: str) -> None:
        self.theme = name
        try:
            remember_theme(settings_file(), name)
        except OSError as error:
            self.tell(f"the theme was not remembered: {settings_file()}: {error.strerror}", severity="warning")

    def _after_first_paint(self) -> None:
        gc.freeze()
        gc.enable()
        if self.return_code is not None:
            return
        if self.services.memory.get(SEEN) is not True:
            self.services.memory.set(SEEN, True)
            self._show_tour()
        settings = self.services.settings
        for notice in (*settings.notices, *(faults(settings.keys, [type(self)]) if settings.keys else ())):
            self.tell(notice, severity="warning")

    def _paint_anew(self, _app: App[Any]) -> None:
        """Back from Ctrl-Z: the terminal has forgotten what stood there."""
        self.screen.refresh(layout=True)
