"""What a backward pass leaves behind for telemetry: the total gradient of the loss with respect to each state."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(slots=True)
class GradientTape:
    """Filled by the backward pass of one layer and direction; empty until then.

    Entries are in the order in which the layer read its input. dh: (time, batch, hidden), the total gradient dL/dh_t,
    through the output and through the recurrence; dc: the same for the cell state of an LSTM, else None.
    """

    dh: Tensor | None = None
    dc: Tensor | None = None

    def squared_norms(self) -> Tensor:
        """Squared norm of the state's gradient, (time, batch); the state is h, or (h, c) for an LSTM."""
        assert self.dh is not None, "the backward pass has not run"
        squares = self.dh.double().square().sum(-1)
        return squares if self.dc is None else squares + self.dc.double().square().sum(-1)
