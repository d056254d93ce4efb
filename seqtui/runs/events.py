"""What a run says of itself: the glossary of events. Facts, frozen; seqtui.runs.event_json writes and reads them."""

from dataclasses import dataclass, field
from typing import Final, get_args

from seqtui.runs.instruments import Attribution as Attribution
from seqtui.runs.instruments import Confusion as Confusion
from seqtui.runs.instruments import GateMap as GateMap
from seqtui.runs.instruments import Gates as Gates
from seqtui.runs.instruments import Gradients as Gradients
from seqtui.runs.instruments import LagProfile as LagProfile
from seqtui.runs.instruments import Lags as Lags
from seqtui.runs.instruments import Surprise as Surprise
from seqtui.runs.instruments import Tagged as Tagged
from seqtui.runs.instruments import TaggedSequence as TaggedSequence
from seqtui.runs.speech_events import Heard as Heard
from seqtui.runs.speech_events import HeardUtterance as HeardUtterance
from seqtui.runs.speech_events import Spike as Spike
from seqtui.runs.translation_events import Translated as Translated
from seqtui.runs.translation_events import TranslatedPair as TranslatedPair
from seqtui.runs.video_events import Watched as Watched

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Phase:
    """What the child is busy with before the first step, and between steps where that takes long. total 0: unknown."""

    text: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Started:
    """The child runs. resumed_from: the checkpoint's step, or None for a fresh run.

    not_bit_exact: why a resumed run may differ from an uninterrupted one, or ''.
    """

    run: str
    app: str
    pid: int
    device: str
    threads: int
    wait_policy: str
    kernel: str
    precision: str
    parameters: int
    torch: str
    cpu: str
    resumed_from: int | None = None
    not_bit_exact: str = ""
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class DataSummary:
    """What was loaded. splits: name -> (records, steps). baselines: name -> loss on test, in loss_unit.

    baseline_metrics: name of a trivial or optimal predictor -> metrics on test. classes: of a head that labels.
    """

    source: str
    split_rule: str
    splits: dict[str, list[int]]
    longest: int
    head: str
    loss_unit: str
    baselines: dict[str, float]
    notes: list[str]
    fingerprint: str
    baseline_metrics: dict[str, dict[str, float]] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Span:
    """Minimum, mean and maximum of a value over the steps that one event stands for."""

    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class Step:
    """Up to a tenth of a second of optimizer steps, `count` of them, the last being `step` (1 is the first of a run).

    loss: per real (unpadded) time step, in loss_unit; grad_norm: total norm before clipping; clipped: share of these
    steps that were clipped; real_steps: unpadded time steps; seconds: wall time of these steps;
    telemetry_seconds: the part of it that went into telemetry.
    """

    step: int
    epoch: int
    batch: int
    batches: int
    count: int
    loss: Span
    grad_norm: Span
    lr: float
    clipped: float
    real_steps: int
    seconds: float
    elapsed: float
    telemetry_seconds: float
    peak_memory_mb: float


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A pass over a split without training. loss in loss_unit; metrics by the field's names.

    steps: predictions that were scored: real time steps, or whole sequences where those are labeled.
    """

    step: int
    epoch: int
    split: str
    loss: float
    metrics: dict[str, float]
    steps: int
    seconds: float
    best: bool
    best_loss: float
    best_step: int


@dataclass(frozen=True, slots=True)
class Sampled:
    """A sample made by the model as it stood. path: the values, in the run folder; drawing: plain text."""

    step: int
    path: str
    drawing: str
    temperature: float
    seed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Saved:
    """A checkpoint is on the disk, whole and read back. why: 'evaluation', 'interval', 'command', 'stop' or 'end'."""

    step: int
    path: str
    bytes: int
    seconds: float
    why: str
    best: bool


@dataclass(frozen=True, slots=True)
class NotSaved:
    """A checkpoint could not be written (or was refused); the ones before it are intact and the run goes on."""

    step: int
    reason: str


@dataclass(frozen=True, slots=True)
class KnobChanged:
    """A command changed a knob; it holds from the step after `step`.

    control_offset: bytes of control.jsonl used so far.
    """

    step: int
    name: str
    old: float
    new: float
    control_offset: int


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """A line of control.jsonl that could not be followed, and why."""

    step: int
    reason: str


@dataclass(frozen=True, slots=True)
class Paused:
    """Training waits for resume, step or stop."""

    step: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """Training goes on after a pause."""

    step: int


@dataclass(frozen=True, slots=True)
class NonFinite:
    """A loss or gradient was not finite: the step was not applied.

    where: 'loss' or 'gradient'; tensor: the first bad parameter, or that of the largest gradient where only the norm
    overflowed; layer and time_step: where in the forward or backward pass a non-finite value first appears ('' and None
    where it cannot be said); records: the batch's input records.
    """

    step: int
    where: str
    loss: float
    grad_norm: float
    tensor: str
    layer: str
    time_step: int | None
    records: list[str]
    in_a_row: int
    last_norms: list[float]


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know that does not stop the run."""

    text: str


@dataclass(frozen=True, slots=True)
class Exported:
    """Files written at the end for --export."""

    paths: list[str]


@dataclass(frozen=True, slots=True)
class Failed:
    """The run cannot go on. sentence: for the user; exit_code: of the child; command: what reproduces or mends it."""

    step: int
    sentence: str
    exit_code: int
    command: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over. why: 'epochs', 'max_steps', 'max_seconds', 'patience', 'stopped' or 'interrupted'."""

    step: int
    epoch: int
    why: str
    seconds: float
    best_loss: float
    best_step: int


Event = (
    Phase | Started | DataSummary | Step | Gradients | Lags | Gates | Confusion | Attribution | Tagged
    | Translated | Heard | Surprise | Watched | Evaluated | Sampled | Saved | NotSaved | KnobChanged
    | CommandRefused | Paused | Resumed | NonFinite | Warned | Exported | Failed | Finished
)  # fmt: skip

KINDS: Final[dict[str, type[Event]]] = {kind.__name__: kind for kind in get_args(Event)}
