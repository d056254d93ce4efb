"""A masher: keys, clicks, wheel, drags, other sizes and pastes at random, on one place of the app and what it opens.

Nothing waits for what a key does: two keys of a quick hand may reach a screen that the first of them closes.
"""

import asyncio
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from hostile import PAYLOADS
from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input

from seqtui.runs.folder import RunFolder
from seqtui.runs.summary import has_told_its_end
from seqtui.tui.app import SeqtuiApp
from seqtui.tui.quit_dialog import QuitDialog

Return = Callable[[SeqtuiApp], None]
Stands = Callable[[SeqtuiApp], bool]

_NAMED: Final = (
    *("up", "down", "left", "right", "enter", "escape", "tab", "shift+tab", "space", "home", "end", "pageup"),
    *("pagedown", "backspace", "delete", "f1", "ctrl+p", "ctrl+r", "ctrl+u", "ctrl+w", "ctrl+a", "ctrl+k", "ctrl+v"),
    *("shift+left", "shift+right", "shift+up", "shift+down", "ctrl+right", "ctrl+home", "f5", "ctrl+q", "ctrl+l"),
)
_TYPED: Final = "abcdefghijklmnopqrstuvwxyzACEGLNRSTy0123456789.+-=[]?/,:<>é家"
SIZES: Final = ((60, 20), (80, 24), (120, 40), (59, 20), (1, 1), (140, 45), (250, 70), (61, 90), (200, 21), (100, 30))
LEAVING: Final = frozenset({"escape", "tab", "up", "down", "question_mark", "f1", "z"})
"""Keys for the question that ends the app: to leave too often would be no mashing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a masher mashes. stands: whether the app is there; come_back: have it go there, from anywhere.

    seldom: keys that lead away from a place that is dear to open; nine of ten are not pressed there.
    """

    stands: Stands
    come_back: Return
    seldom: frozenset[str] = frozenset()


@dataclass(slots=True)
class Tale:
    """What came of it. count: events, up to one that left the app, if one did; asked: was the end of the app asked."""

    count: int = 0
    asked: bool = False


async def mash(app: SeqtuiApp, pilot: Pilot[None], place: Place, count: int, *, seed: int) -> Tale:
    """So many events, or as many as there are before one leaves the app. Fails as the app fails, and where no key
    leads back.

    Of five events none waits for what the others did: so a quick hand may have answered the question with `leave`.
    """
    chance = random.Random(seed)
    tale = Tale()
    for turn in range(count):
        tale.count = turn
        tale.asked |= isinstance(app.screen, QuitDialog)
        if turn % 5 == 4:
            await pilot.pause()
            if app.return_code == 0:
                return tale
            assert app.return_code is None
            if not place.stands(app) and (turn % 25 == 24 or not isinstance(app.screen, ModalScreen)):
                await _come_back(app, pilot, place)
        _one_event(app, place, chance)
        if chance.random() < 0.01:
            await pilot.resize_terminal(*chance.choice(SIZES))
    await pilot.resize_terminal(100, 30)
    if app.return_code is None:
        await _come_back(app, pilot, place)
    tale.count = count
    return tale


async def _come_back(app: SeqtuiApp, pilot: Pilot[None], place: Place) -> None:
    """Close dialogs as a person would, then go there."""
    for _ in range(60):
        if not isinstance(app.screen, ModalScreen) or place.stands(app):
            break
        await pilot.press("escape")
    for _ in range(400):
        if place.stands(app):
            return
        place.come_back(app)
        await pilot.pause(0.01)
    raise AssertionError(f"no way back from {app.screen_stack}")


def _one_event(app: SeqtuiApp, place: Place, chance: random.Random) -> None:
    kind = chance.random()
    if kind < 0.86:
        _key(app, place, chance)
    elif kind < 0.98:
        _mouse(app, chance)
    else:
        app.post_message(events.Paste(chance.choice((*PAYLOADS, "ACGTACGT\n", ">x\nACGT\n", "", "\n", "x" * 5000))))


def _key(app: SeqtuiApp, place: Place, chance: random.Random) -> None:
    name = chance.choice(_NAMED) if chance.random() < 0.45 else chance.choice(_TYPED)
    character = name if len(name) == 1 else " " if name == "space" else None
    key = _character_to_key(name) if len(name) == 1 else name
    if isinstance(app.screen, QuitDialog) and key not in LEAVING:
        return
    if name in place.seldom and place.stands(app) and chance.random() < 0.9:
        return
    if key == "slash" and isinstance(app.focused, Input):
        return  # what is typed may be the path of a file to write
    app.post_message(events.Key(key, character))


def _mouse(app: App[Any], chance: random.Random) -> None:
    if isinstance(app.screen, QuitDialog):
        return
    width, height = app.screen.size
    x, y = chance.randrange(max(width, 1)), chance.randrange(max(height, 1))
    kind = chance.random()
    if kind < 0.5:
        button = chance.choice((1, 1, 1, 2, 3))
        for event in (events.MouseDown, events.MouseUp):
            app.post_message(event(None, x, y, 0, 0, button, False, False, False, x, y))
    elif kind < 0.7:
        wheel = chance.choice((events.MouseScrollDown, events.MouseScrollUp, events.MouseScrollLeft))
        app.post_message(wheel(None, x, y, 0, 0, 0, False, chance.random() < 0.2, False, x, y))
    elif kind < 0.9:
        app.post_message(events.MouseMove(None, x, y, 1, 1, 0, False, False, False, x, y))
    else:  # a drag that ends elsewhere
        to = chance.randrange(max(width, 1)), chance.randrange(max(height, 1))
        app.post_message(events.MouseDown(None, x, y, 0, 0, 1, False, False, False, x, y))
        app.post_message(events.MouseMove(None, *to, 1, 1, 1, False, False, False, *to))
        app.post_message(events.MouseUp(None, *to, 0, 0, 1, False, False, False, *to))


class Bystander:
    """A process that stands for the training of a run of ours: nothing that is mashed may end it.

    It waits for the end of its standard input, and leaves with 0; a signal would leave with another code.
    """

    def __init__(self, app: SeqtuiApp, folder: RunFolder) -> None:
        words = [sys.executable, "-S", "-c", "import sys; sys.stdin.read()"]
        self._child = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)
        app.services.runner.children[folder.id] = (folder, self._child)
        assert not has_told_its_end(folder), "nobody asks before the app is left for a run that is over"

    def end(self) -> None:
        """Fails if it was ended before."""
        assert self._child.poll() is None, f"the training was ended: {self._child.returncode}"
        self._child.communicate()
        assert self._child.returncode == 0


def end_all(app: SeqtuiApp) -> None:
    """The processes of runs that keys have started."""
    for _, child in app.services.runner.children.values():
        if child.poll() is None:
            child.kill()
        child.wait()


def no_torch(monkeypatch: pytest.MonkeyPatch, folder: Path, *, but: str = "") -> None:
    """Runs that a key starts fail at once, as where torch is broken: they would eat the machine. Screens need none.

    but: a module whose processes have torch all the same.
    """
    (folder / "torch").mkdir(parents=True)
    (folder / "torch" / "__init__.py").write_text(_BROKEN.format(but=but or None))
    monkeypatch.setenv("PYTHONPATH", str(folder))


_BROKEN: Final = """
import sys
if "{but}" not in sys.orig_argv:
    raise ImportError("libtorch.so: cannot open shared object file")
sys.path = [each for each in sys.path if not __file__.startswith(each + "/torch/")]
del sys.modules["torch"]
import torch
"""


def mash_all(place: Place, count: int, *, run: RunFolder, seed: int) -> None:
    """So many events, in a new app whenever one of them left it. run: seems to be trained by this app.

    Of a thousand events one at least asks for the end of the app, and is asked what is to become of that run.
    """

    async def play(left: int) -> Tale:
        app = SeqtuiApp.from_disk()
        bystander = Bystander(app, run)
        try:
            async with app.run_test(size=(100, 30), notifications=True, tooltips=True) as pilot:
                tale = await mash(app, pilot, place, left, seed=seed + left)
            bystander.end()
        finally:
            end_all(app)
        return tale

    left, asked = count, False
    while left > 0:
        tale = asyncio.run(play(left))
        left -= tale.count
        asked |= tale.asked
    assert asked or count < 1000, "the question before the app is left was never reached"
