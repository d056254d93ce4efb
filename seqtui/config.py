"""The configuration of a run: one frozen dataclass, one field a knob.

A field's annotation carries all that is known of it (bounds, choices, help, unit, group); the command line, the
set-up form, the checks (seqtui.config_check) and the documentation are made from it. Must stay cheap to import.
"""

from dataclasses import MISSING, Field, dataclass, field, fields
from types import UnionType
from typing import Annotated, Any, ClassVar, Final, Literal, Protocol, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Interval


class Settings(Protocol):
    """Any dataclass of knobs: RunConfig itself, or the options of one application."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


@dataclass(frozen=True, slots=True)
class Knob:
    """What a person should know of one field: a sentence, the unit, and where in the form it stands."""

    help: str
    unit: str = ""
    group: str = "general"
    metavar: str = ""


@dataclass(frozen=True, slots=True)
class KnobField:
    """One field as the command line and the form see it. `kind` is the bare type; `choices` is empty for open fields."""

    name: str
    kind: type
    optional: bool
    choices: tuple[str, ...]
    default: Any
    knob: Knob
    bounds: tuple[Any, ...]

    @property
    def flag(self) -> str:
        """The option of the command line that sets this field."""
        return "--" + self.name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the field `name`: `text` goes on from the field as a person spelled it.

    other: a field that it cannot be together with, if that is what is wrong.
    """

    name: str
    text: str
    other: str = ""


Backbone = Literal["rnn", "gru", "lstm", "dense"]
Optimizer = Literal["adam", "adamw", "sgd", "rmsprop"]
Schedule = Literal["constant", "cosine", "plateau", "onecycle", "warmup-linear"]

DATA: Final = "data"
BACKBONE: Final = "backbone"
TRAINING: Final = "training"
GRADIENTS: Final = "gradients"
MACHINE: Final = "machine"
OUTPUT: Final = "output"


# fmt: off
@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """Everything that decides a run. Two equal configs on one machine, build and thread count give equal weights."""

    app: Annotated[str, Knob("The application to train.", group=DATA)]
    data: Annotated[str | None, Knob("File, folder or data set; the application's own offline data if left out.", group=DATA, metavar="PATH|NAME")] = None
    options: Annotated[dict[str, Any], Knob("The application's own options.", group=DATA)] = field(default_factory=dict)

    backbone: Annotated[Backbone, Knob("Recurrent cell; dense has no memory and is the baseline.", group=BACKBONE)] = "lstm"
    nonlinearity: Annotated[Literal["tanh", "relu"], Knob("Activation of the rnn backbone.", group=BACKBONE)] = "tanh"
    bidirectional: Annotated[bool, Knob("Read each sequence in both directions; never for causal tasks.", group=BACKBONE)] = False
    layers: Annotated[int, Interval(ge=1, le=16), Knob("Stacked recurrent layers.", group=BACKBONE)] = 1
    hidden_size: Annotated[int, Interval(ge=1, le=8192), Knob("Units of the hidden state h, per layer and direction.", unit="units", group=BACKBONE)] = 128
    embedding_size: Annotated[int, Interval(ge=1, le=8192), Knob("Size of the input projection or embedding.", unit="units", group=BACKBONE)] = 64
    dropout: Annotated[float, Interval(ge=0, lt=1), Knob("Dropout on the inputs, between layers and before the head.", unit="probability", group=BACKBONE)] = 0.0
    locked_dropout: Annotated[bool, Knob("The same dropout mask at every time step of a sequence (variational dropout).", group=BACKBONE)] = False
    weight_drop: Annotated[float, Interval(ge=0, lt=1), Knob("Dropout on the recurrent weights while training (DropConnect).", unit="probability", group=BACKBONE)] = 0.0
    tie_weights: Annotated[bool, Knob("The output layer of a model of the next token shares the embedding's weights.", group=BACKBONE)] = False
    forget_bias: Annotated[float | None, Interval(ge=-20, le=20), Knob("Bias of the LSTM forget gate (the GRU's update gate); left alone if not given.", group=BACKBONE)] = None
    init: Annotated[str, Knob("Initialization of the recurrent weights: default, orthogonal, identity, or gain=G.", group=BACKBONE, metavar="default|orthogonal|identity|gain=G")] = "default"

    epochs: Annotated[int, Interval(ge=1, le=1_000_000), Knob("Passes over the training data, at most.", unit="epochs", group=TRAINING)] = 20
    max_steps: Annotated[int | None, Ge(1), Knob("Stop after this many optimizer steps.", unit="steps", group=TRAINING)] = None
    max_seconds: Annotated[float | None, Gt(0), Knob("Stop after this much training time.", unit="s", group=TRAINING)] = None
    batch_size: Annotated[int, Interval(ge=1, le=65536), Knob("Sequences a batch.", unit="sequences", group=TRAINING)] = 16
    bptt: Annotated[int, Interval(ge=0, le=1_000_000), Knob("Window of truncated back-propagation through time; 0 is full BPTT.", unit="time steps", group=TRAINING)] = 0
    optimizer: Annotated[Optimizer, Knob("Optimization algorithm.", group=TRAINING)] = "adam"
    lr: Annotated[float, Interval(gt=0, le=1000), Knob("Learning rate.", group=TRAINING)] = 2e-3
    weight_decay: Annotated[float, Interval(ge=0, le=10), Knob("Weight decay (decoupled for adamw).", group=TRAINING)] = 0.0
    momentum: Annotated[float, Interval(ge=0, lt=1), Knob("Momentum of sgd and rmsprop.", group=TRAINING)] = 0.0
    schedule: Annotated[Schedule, Knob("How the learning rate changes over the run.", group=TRAINING)] = "constant"
    warmup_steps: Annotated[int, Interval(ge=0, le=1_000_000), Knob("Steps of linear warm-up before the schedule.", unit="steps", group=TRAINING)] = 0
    plateau_factor: Annotated[float, Interval(gt=0, lt=1), Knob("What schedule=plateau multiplies the learning rate by.", group=TRAINING)] = 0.5
    plateau_patience: Annotated[int, Interval(ge=0, le=10_000), Knob("Evaluations without improvement before schedule=plateau acts.", unit="evaluations", group=TRAINING)] = 2
    patience: Annotated[int, Interval(ge=0, le=100_000), Knob("Stop after this many evaluations without improvement; 0 never stops early.", unit="evaluations", group=TRAINING)] = 0
    best_by: Annotated[Literal["loss", "score"], Knob("What the best evaluation is the best of: the loss, or the score of the head (accuracy, F1).", group=TRAINING)] = "loss"
    eval_every: Annotated[int, Interval(ge=0), Knob("Evaluate every so many steps; 0 is once an epoch.", unit="steps", group=TRAINING)] = 0
    seed: Annotated[int, Interval(ge=0, lt=2**31), Knob("Seed of weights, order, dropout and samples.", group=TRAINING)] = 0

    max_grad_norm: Annotated[float, Interval(ge=0), Knob("Clip the gradient's total norm to this; 0 does not clip.", unit="norm", group=GRADIENTS)] = 1.0
    clip_value: Annotated[float, Interval(ge=0), Knob("Clip each gradient element to ± this; 0 does not clip.", group=GRADIENTS)] = 0.0
    accumulate: Annotated[int, Interval(ge=1, le=4096), Knob("Batches whose gradients are added up before a step.", unit="batches", group=GRADIENTS)] = 1
    nonfinite_patience: Annotated[int, Interval(ge=1, le=10_000), Knob("Non-finite steps in a row before the run stops.", unit="steps", group=GRADIENTS)] = 5
    telemetry: Annotated[Literal["full", "light", "off"], Knob("Gradient and gate telemetry: full, norms only, or none.", group=GRADIENTS)] = "full"

    device: Annotated[str, Knob("Where to train: auto, cpu, cuda, cuda:i or mps.", group=MACHINE, metavar="auto|cpu|cuda[:i]|mps")] = "auto"
    precision: Annotated[Literal["auto", "fp32", "bf16", "fp16"], Knob("Arithmetic of the matrix products; auto takes bf16 where the device gains by it.", group=MACHINE)] = "auto"
    threads: Annotated[int, Interval(ge=0, le=1024), Knob("CPU threads; 0 measures at the start and chooses.", unit="threads", group=MACHINE)] = 0
    kernel: Annotated[Literal["auto", "own", "stock"], Knob("Recurrent kernel: our own, the library's, or whichever is faster here.", group=MACHINE)] = "auto"

    name: Annotated[str | None, Knob("A name for the run.", group=OUTPUT, metavar="TEXT")] = None
    run_dir: Annotated[str | None, Knob("Folder that holds the run folders.", group=OUTPUT, metavar="DIR")] = None
    export: Annotated[str | None, Knob("Sample or predict at the end and write this file.", group=OUTPUT, metavar="FILE")] = None
    checkpoint_seconds: Annotated[float, Ge(0), Knob("Seconds between checkpoints, beside one at each evaluation; 0 makes one every step.", unit="s", group=OUTPUT)] = 30.0
# fmt: on


def knob_fields(settings: type[Settings]) -> tuple[KnobField, ...]:
    """Every field of a dataclass of knobs, in order, as the command line and the form need it."""
    hints = get_type_hints(settings, include_extras=True)
    return tuple(_knob_field(declared, hints[declared.name]) for declared in fields(settings))


def _knob_field(declared: Field[Any], hint: Any) -> KnobField:
    bare, *extras = get_args(hint)
    optional = False
    if get_origin(bare) in (Union, UnionType):
        parts = [part for part in get_args(bare) if part is not type(None)]
        optional = len(parts) < len(get_args(bare))
        bare = parts[0]
    choices = tuple(str(choice) for choice in get_args(bare)) if get_origin(bare) is Literal else ()
    kind = str if choices else get_origin(bare) or bare
    knob = next(extra for extra in extras if isinstance(extra, Knob))
    bounds = tuple(extra for extra in extras if not isinstance(extra, Knob))
    default = declared.default_factory() if declared.default_factory is not MISSING else declared.default
    return KnobField(declared.name, kind, optional, choices, default, knob, bounds)
