"""What a pass over a split comes to."""

from dataclasses import dataclass
from typing import Final

HEADLINES: Final = ("f1", "bleu", "exact", "accuracy", "psnr")


@dataclass(frozen=True, slots=True)
class Score:
    """loss: mean over all predictions that were scored, in nats; steps: how many there are: time steps, sequences, or
    symbols of targets with their ends.

    confusion: true classes by predicted ones; None for a head that neither labels nor tags.
    """

    loss: float
    metrics: dict[str, float]
    steps: int
    confusion: list[list[int]] | None = None

    @property
    def headline(self) -> float:
        """The one metric by which the field compares models with this head, larger being better."""
        return self.metrics[next(name for name in HEADLINES if name in self.metrics)]
