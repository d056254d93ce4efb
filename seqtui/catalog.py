"""The applications there are: one module in seqtui.tasks each, found by listing, loaded by name."""

import difflib
import pkgutil
from dataclasses import fields
from importlib import import_module
from typing import TYPE_CHECKING

from seqtui.errors import NotFound

if TYPE_CHECKING:
    from seqtui.task import Task


def names() -> tuple[str, ...]:
    """Names of all applications, without importing any."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(import_module("seqtui.tasks").__path__)))


def load(name: str) -> "Task":
    """The application of this name; NotFound, with the nearest name, where there is none."""
    # Here, for it brings numpy: listing names must stay cheap enough for a shell's completion.
    from seqtui.config import RunConfig
    from seqtui.task import Task

    known = names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        raise NotFound(
            f"there is no application {name!r}"
            + (f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}")
        )
    module = import_module(f"seqtui.tasks.{name}")
    found = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Task) and kind.__module__ == module.__name__
    ]
    assert len(found) == 1, f"seqtui/tasks/{name}.py must hold one subclass of Task, and holds {len(found)}"
    task: Task = found[0]()
    shared = {each.name for each in fields(task.options)} & {each.name for each in fields(RunConfig)}
    assert not shared, f"seqtui/tasks/{name}.py calls an option as the program does: {', '.join(sorted(shared))}"
    return task
