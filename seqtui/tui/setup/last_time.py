"""A form outlives its screen: what was left in it is offered again among the presets."""

from seqtui.tui.memory import Memory
from seqtui.tui.setup.draft import Draft
from seqtui.tui.setup.presets import Preset


def remember(memory: Memory, draft: Draft) -> None:
    """Keep what was changed; a form without changes forgets nothing."""
    values = {name: value for name, value in draft.given.items() if isinstance(value, str | int | float | None)}
    if values:
        memory.set(_key(draft), values)


def last_time(memory: Memory, draft: Draft) -> tuple[Preset, ...]:
    """The form as it was left last time, if it was."""
    values = memory.get(_key(draft))
    if not isinstance(values, dict) or not values:
        return ()
    return (Preset("Last time", "as you left this form", values, whole=True),)


def _key(draft: Draft) -> str:
    return f"setup.{draft.task.name}"
