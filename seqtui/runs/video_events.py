"""What a run says of clips: a validation clip as the model sees it, and which of its frames decided."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Watched:
    """A validation clip, always the same, at an evaluation.

    path: its frames in the run folder, (frames, height × width × channels) bytes as .npy; the log holds none. scores:
    one a frame, gradient times input summed over its pixels, in nats of the log-odds of `predicted`; truth: its class,
    '' where it is not known.
    """

    step: int
    record: str
    path: str
    height: int
    width: int
    channels: int
    scores: list[float]
    truth: str
    predicted: str
    probability: float
