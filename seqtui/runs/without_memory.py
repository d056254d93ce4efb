"""What a model without memory makes of the same data: the test score of an earlier run with the dense backbone.

Measured, not guessed, so that the worth of recurrence stands as a number beside every other score.
"""

from pathlib import Path
from typing import Final

from seqtui.config import RunConfig
from seqtui.errors import SeqtuiError
from seqtui.runs.events import DataSummary, Evaluated, Finished
from seqtui.runs.folder import RunFolder
from seqtui.runs.state import RunState
from seqtui.runs.summary import told_at_the_ends

MOST: Final = 50  # runs that are looked at, the newest first


def without_memory(folder: RunFolder, config: RunConfig, data: DataSummary) -> tuple[str, Evaluated] | None:
    """The newest finished dense run beside this one on the same data, split and options: its name and test score.

    None where there is none, and for a dense run itself.
    """
    if config.backbone == "dense":
        return None
    others = sorted(folder.path.parent.glob(f"{config.app}-dense-*"), key=_changed, reverse=True)
    for path in others[:MOST]:
        scored = _scored_alike(RunFolder(path), config, data)
        if scored is not None:
            return f"no memory ({path.name})", scored
    return None


def _scored_alike(other: RunFolder, config: RunConfig, data: DataSummary) -> Evaluated | None:
    try:
        theirs = other.read_config()
    except SeqtuiError:
        return None
    if theirs.backbone != "dense" or theirs.options != config.options:
        return None
    state = RunState(theirs)
    for event in told_at_the_ends(other.events_file):
        state.take(event)
    if (
        not isinstance(state.ended, Finished)
        or state.data is None
        or _what_is_scored(state.data) != _what_is_scored(data)
    ):
        return None
    return state.last_evaluation("test")


def _what_is_scored(data: DataSummary) -> tuple[str, str, str, str]:
    return data.fingerprint, data.split_rule, data.head, data.loss_unit


def _changed(path: Path) -> float:
    try:
        return (path / "events.jsonl").stat().st_mtime
    except OSError:
        return 0.0
