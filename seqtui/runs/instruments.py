"""What the instruments say of a model: gradients, gates, mistakes, and what in an input it looked at. Facts, frozen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gradients:
    """Per parameter tensor at one step, before clipping.

    update_ratio: norm of the step's change over norm of the weights.
    """

    step: int
    norms: dict[str, float]
    update_ratio: dict[str, float]
    total: float
    threshold: float


@dataclass(frozen=True, slots=True)
class LagProfile:
    """The norm of dL/dh(T-k) for k = 0, 1, 2 …, L the loss at the last step alone (at the first, for backward).

    horizon: the first lag whose norm is under 1 % of lag 0's, or None if none is; exploding: largest norm over lag 0's.
    """

    layer: int
    direction: str
    norms: list[float]
    horizon: int | None
    exploding: float


@dataclass(frozen=True, slots=True)
class Lags:
    """Gradient against time lag, for every layer and direction, on the probe sequences."""

    step: int
    profiles: list[LagProfile]


@dataclass(frozen=True, slots=True)
class GateMap:
    """One gate of one layer on the probe sequence. values: units × time, each 0–255 for low … high of the gate's range.

    low and high: share of values under 0.1 and over 0.9 (of |value| for the candidate).
    """

    layer: int
    direction: str
    gate: str
    values: list[list[int]]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Gates:
    """Gates of the probe sequence, at an evaluation. probe: the record's name."""

    step: int
    probe: str
    maps: list[GateMap]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Right and wrong labels of an evaluation. counts: rows are the true classes, columns the predicted ones."""

    step: int
    split: str
    classes: list[str]
    counts: list[list[int]]


@dataclass(frozen=True, slots=True)
class TaggedSequence:
    """One sequence as a model tags it: symbols, one a step; truth and guess, a tag each; truth is empty where none is
    known; chances: of each guessed tag by itself.
    """

    record: str
    symbols: list[str]
    truth: list[str]
    guess: list[str]
    chances: list[float]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A few validation sequences, always the same, as the model tags them at an evaluation."""

    step: int
    sequences: list[TaggedSequence]


@dataclass(frozen=True, slots=True)
class Surprise:
    """How much each step of a validation text surprised a model of the next token, at an evaluation.

    symbols: one a step; nats and expected have one less, as nothing is expected of the first: −log p of each symbol
    after it, and the likeliest symbol in its place.
    """

    step: int
    record: str
    symbols: list[str]
    nats: list[float]
    expected: list[str]


@dataclass(frozen=True, slots=True)
class Attribution:
    """What in one validation sequence spoke for the predicted class, at an evaluation.

    symbols: one a step; scores: gradient times input of the predicted class's log-odds (Shrikumar et al. 2017),
    signed, one a step; truth: the true class; probability: of the predicted class.
    """

    step: int
    record: str
    symbols: list[str]
    scores: list[float]
    truth: str
    predicted: str
    probability: float
