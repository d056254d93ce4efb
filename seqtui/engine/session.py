"""All that one run needs while it trains: data, model, optimizer, position, instruments. Put together in prepare."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

from seqtui.config import RunConfig
from seqtui.engine.batches import FlatData, Unit, epoch_units
from seqtui.engine.checkpoint import Checkpoint, pack, tensors_of
from seqtui.engine.machine import Machine
from seqtui.engine.meter import StepMeter
from seqtui.engine.schedule import lr_factor
from seqtui.engine.shelf import Shelf
from seqtui.engine.state import TrainingState
from seqtui.engine.step import Carry, Trainee
from seqtui.engine.telemetry import Telemetry
from seqtui.engine.translation_head import TranslationHead
from seqtui.runs.control import ControlReader
from seqtui.runs.events import Event, KnobChanged
from seqtui.runs.folder import RunFolder
from seqtui.shapes import Label, Tags
from seqtui.task import Corpus, Task


@dataclass(slots=True)
class Interruption:
    """Set from outside the loop (a signal); looked at between steps."""

    asked: bool = False


@dataclass(slots=True)
class Session:
    """A run in the making. edits: knob changes to make again at their steps, after a resume."""

    config: RunConfig
    task: Task
    corpus: Corpus
    folder: RunFolder
    machine: Machine
    trainee: Trainee
    train: FlatData
    valid: FlatData
    test: FlatData
    state: TrainingState
    shelf: Shelf
    control: ControlReader
    telemetry: Telemetry
    interruption: Interruption
    log_position: Callable[[], tuple[int, int]]
    sync_log: Callable[[], bool]
    carry: Carry = None
    edits: list[KnobChanged] = field(default_factory=list)
    resumed_from: int | None = None
    resume_note: str = ""
    not_bit_exact: str = ""
    meter: StepMeter = field(default_factory=StepMeter)
    stop_asked: bool = False
    paused: bool = False
    last_save: float = 0.0
    save_cost: float = 0.0
    saved_step: int = -1
    _epoch: int = -1
    _units: list[Unit] = field(default_factory=list)

    def units(self) -> list[Unit]:
        """All units of the epoch that the state stands in."""
        if self._epoch != self.state.epoch:
            self._epoch = self.state.epoch
            self._units = epoch_units(
                self.train.rows,
                batch_size=self.config.batch_size,
                bptt=self.config.bptt,
                seed=self.config.seed,
                epoch=self.state.epoch,
            )
        return self._units

    def next_units(self) -> Sequence[Unit]:
        """The units of the next optimizer step."""
        return self.units()[self.state.unit : self.state.unit + self.config.accumulate]

    def advance(self, count: int) -> bool:
        """Move the position behind `count` units; whether an epoch ended."""
        self.state.unit += count
        ended = self.state.unit >= len(self.units())
        if ended:
            self.state.epoch, self.state.unit = self.state.epoch + 1, 0
        return ended

    @property
    def epoch_number(self) -> int:
        """The epoch that the last step belonged to; 1 is the first."""
        return self.state.epoch + (self.state.unit > 0)

    def total_steps(self) -> int:
        """Steps that the run would take if nothing ended it early."""
        an_epoch = -(-len(self.units()) // self.config.accumulate)
        return min(self.config.epochs * an_epoch, self.config.max_steps or 1 << 62)

    def learning_rate(self) -> float:
        """Of the next step."""
        factor = lr_factor(self.config, self.state.step, total=self.total_steps())
        return self.state.knobs.lr * factor * self.state.plateau_scale

    def teach(self) -> None:
        """Tell a head that is taught, before a step, how far the run is."""
        head = self.trainee.model.head
        if isinstance(head, TranslationHead):
            head.stand_at(self.state.step / self.total_steps())

    def report(self) -> Iterator[Event]:
        """The event of the steps since the last one, if there are any."""
        if self.meter.outcomes:
            yield self.meter.event(
                step=self.state.step,
                epoch=self.epoch_number,
                batch=self.state.unit or len(self.units()),
                batches=len(self.units()),
                lr=self.learning_rate(),
                elapsed=self.state.seconds,
                telemetry=self.telemetry.price.spent,
            )

    def class_names(self) -> list[str]:
        """Of a head that labels or tags; none for another."""
        match self.corpus.head:
            case Label(classes=names) | Tags(tags=names):
                return list(names)
        return []

    def packed(self) -> bytes:
        """A checkpoint of this moment."""
        offset, seq = self.log_position()
        facts = {
            "state": self.state.facts(),
            "scaler": self.trainee.scaler.state_dict(),
            "events_offset": offset,
            "events_seq": seq,
            "fingerprint": self.corpus.fingerprint,
            "edits": [asdict(edit) for edit in self.edits],
        }
        return pack(Checkpoint(tensors_of(self.trainee, self.carry), facts))
