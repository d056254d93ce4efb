"""What is asked over the form and answered by a pick: a preset, a data set by its name."""

from collections.abc import Callable
from typing import Any

from textual.app import App

from seqtui.tui.glyphs import Glyphs
from seqtui.tui.memory import Memory
from seqtui.tui.setup.dialogs import PresetDialog
from seqtui.tui.setup.draft import Draft
from seqtui.tui.setup.last_time import last_time
from seqtui.tui.setup.presets import Preset, presets


def ask_for_preset(app: App[Any], draft: Draft, memory: Memory, show: Callable[[], None]) -> None:
    """Pick a preset, and have the draft take it. show: called when it has."""

    def take(preset: Preset | None) -> None:
        if preset:
            draft.take_preset(preset)
            show()

    known = presets(draft.task, draft.options)
    app.push_screen(PresetDialog((*known, *last_time(memory, draft))), take)


def ask_for_set(app: App[Any], draft: Draft, glyphs: Glyphs, show: Callable[[], None]) -> None:
    """Choose a data set, fetched before if need be, and have the draft take it."""
    from seqtui.tui.catalogue.dialog import CatalogueDialog

    def take(name: str | None) -> None:
        if name:
            draft.set("data", name)
            show()

    app.push_screen(CatalogueDialog(glyphs, draft.task.name), take)
