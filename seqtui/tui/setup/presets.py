"""A few starting points for the form, each a handful of fields and what it is good for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from seqtui.task import Task

QUICK_EPOCHS: Final = 3
DEEP_DROPOUT: Final = 0.2


@dataclass(frozen=True, slots=True)
class Preset:
    """values: what it sets; all else goes back to the defaults, but for the data and the application's options.

    whole: these go back too.
    """

    name: str
    why: str
    values: Mapping[str, Any]
    whole: bool = False


def presets(task: "Task", options: Mapping[str, Any]) -> tuple[Preset, ...]:
    """The presets of an application under its options."""
    defaults = task.defaults_for(options)
    dropout = max(float(defaults.get("dropout", 0.0)), DEEP_DROPOUT)
    plain = {"backbone": "dense", **({"bidirectional": False} if defaults.get("bidirectional") else {})}
    return (
        Preset("Defaults", "a visible result in about two minutes on two cores", {}),
        Preset("Quick look", f"{QUICK_EPOCHS} epochs: does it learn at all?", {"epochs": QUICK_EPOCHS}),
        Preset("Deep", "two layers: more to learn with, slower", {"layers": 2, "dropout": dropout}),
        Preset("No memory", "dense: what can be had without recurrence", plain),
        Preset("Plain RNN", "no gates: watch the gradient vanish with the lag", {"backbone": "rnn"}),
    )
