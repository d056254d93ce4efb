"""What earlier children of a run left: the checkpoint to go on from, where the log goes on, edits to make again.

An edit is a knob change that a command made. One made after the last checkpoint is made again at its own step; it must
outlive any number of deaths, so it stands in edits.json before the log that told of it is cut.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from seqtui.engine.shelf import Found, Shelf
from seqtui.errors import BadInput, NotFound
from seqtui.runs.control import ControlReader, Refused
from seqtui.runs.durable import read_json, write_json
from seqtui.runs.events import CommandRefused, Event, Finished, KnobChanged
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import read_events

FINAL: Final = ("epochs", "max_steps", "max_seconds", "patience")
EDITS: Final = "edits.json"
MACHINE: Final = "machine.json"


@dataclass(frozen=True, slots=True)
class Past:
    """offset, seq: where the log goes on; edits: to be made again, in order; is_over: nothing is left to do.

    answered: bytes of control.jsonl that were sent to earlier children; what they hold is not obeyed (0: a new run).
    """

    found: Found | None = None
    offset: int = 0
    seq: int = 0
    edits: list[KnobChanged] = field(default_factory=list)
    answered: int = 0
    is_over: bool = False

    @property
    def state(self) -> dict[str, Any]:
        """The training state of the checkpoint, as facts; empty without one."""
        return dict(self.found.checkpoint.facts["state"]) if self.found else {}


def look_back(folder: RunFolder, shelf: Shelf) -> Past:
    """Read what is there, and make the edits safe. CheckpointDamaged where no checkpoint verifies."""
    answered = folder.control_file.stat().st_size if folder.control_file.exists() else 0
    found = shelf.latest()
    nothing: dict[str, Any] = {"state": {"step": -1, "control_offset": 0}}
    facts = found.checkpoint.facts if found else nothing
    offset = int(facts.get("events_offset", 0))
    tail = [record.event for record in read_events(folder.events_file, offset=offset).records]
    # A run whose last checkpoint could not be written says Finished, but its weights are not on the disk: go on.
    step = int(facts["state"]["step"])
    is_over = any(isinstance(event, Finished) and event.why in FINAL and event.step == step for event in tail)
    # The log cannot say whether the run is new: a child that died while preparing may have emptied it.
    is_new = found is None and not (folder.path / MACHINE).exists()
    later = [*_stored(folder), *(event for event in tail if isinstance(event, KnobChanged))]
    known = int(facts["state"]["control_offset"])
    # Each edit is the only one that ends at its byte of control.jsonl; the checkpoint holds all up to `known`.
    edits = {edit.control_offset: edit for edit in later if edit.control_offset > known}
    edits |= {edit.control_offset: edit for edit in (KnobChanged(**edit) for edit in facts.get("edits", []))}
    ordered = sorted(edits.values(), key=lambda edit: (edit.step, edit.control_offset))
    if ordered and not is_over:
        write_json(folder.path / EDITS, {"edits": [asdict(edit) for edit in ordered]})
    return Past(found, offset, int(facts.get("events_seq", 0)), ordered, 0 if is_new else answered, is_over)


def refuse_old_commands(folder: RunFolder, past: Past) -> Iterator[Event]:
    """Tell of the commands that earlier children left: a dead child's `stop` must not stop the resumed run."""
    step, known = int(past.state.get("step", 0)), int(past.state.get("control_offset", 0))
    made_again = {edit.control_offset for edit in past.edits}
    reader = ControlReader(folder.control_file, known)
    for command, offset in reader.poll():
        if offset <= past.answered and offset not in made_again and not isinstance(command, Refused):
            name = type(command).__name__
            yield CommandRefused(step, f"{name} was sent before the run was resumed and is not carried out now")
    reader.close()


def _stored(folder: RunFolder) -> list[KnobChanged]:
    try:
        return [KnobChanged(**edit) for edit in read_json(folder.path / EDITS)["edits"]]
    except NotFound:
        return []
    except (KeyError, TypeError) as error:
        raise BadInput(f"{folder.path / EDITS} is damaged: remove it to resume without the edits it holds") from error
