"""What can be said of a form as it stands: the config it makes, or what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seqtui.config import RunConfig
from seqtui.tui.setup.form import FormField

if TYPE_CHECKING:
    from seqtui.task import Task


@dataclass(frozen=True, slots=True)
class Verdict:
    """config: None where anything is wrong; nearest: without what is at fault; defaults: of every field now.

    faults: field -> sentence; others: faults of no field in particular; blocked: field -> why it must stay as it is;
    impossible: (field, choice) -> why it cannot be chosen now.
    """

    config: RunConfig | None
    nearest: RunConfig
    defaults: Mapping[str, Any]
    faults: Mapping[str, str]
    others: tuple[str, ...]
    blocked: Mapping[str, str]
    impossible: Mapping[tuple[str, str], str]


def unjudged(task: "Task", fields: Sequence[FormField]) -> Verdict:
    """The defaults, before anything was looked at."""
    options = {field.name: field.known.default for field in fields if field.of_app}
    flat = {field.name: field.known.default for field in fields if not field.of_app} | dict(task.defaults_for(options))
    nearest = RunConfig(app=task.name, options=options, **flat)
    return Verdict(None, nearest, {**options, **flat}, {}, (), {}, {})
