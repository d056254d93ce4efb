"""At which frames a roll-out is scored, and on which clips: the same for models and for what stands beside them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

AHEAD: Final = (1, 2, 5, 10, 20, 50)  # frames that were predicted freely, the one that is scored among them
MOST_CLIPS: Final = 128


def error_name(ahead: int) -> str:
    """The metric: the error of the last of so many frames, each predicted from those before it."""
    return f"mse_after_{ahead}"


def scored_clips(frames: NDArray[np.int64], given: int) -> NDArray[np.int64]:
    """Which of the clips with so many frames are rolled out after `given`: those that go on, evenly spaced."""
    long_enough = np.flatnonzero(frames > given)
    some = np.linspace(0, max(len(long_enough) - 1, 0), min(len(long_enough), MOST_CLIPS)).round().astype(np.int64)
    return long_enough[some]
