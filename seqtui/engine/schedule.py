"""The learning rate as a function of the step: nothing to save, nothing to drift on resume."""

import math

from seqtui.config import RunConfig


def lr_factor(config: RunConfig, step: int, *, total: int) -> float:
    """What the base learning rate is multiplied by at `step` (0 is the first) of `total`; plateau acts elsewhere.

    onecycle: cosine up over the first 30 % from 1/25 and down to 1/10,000 (Smith & Topin 2017, torch's defaults);
    warmup-linear: linear down to 0. Every schedule may be preceded by `warmup_steps` of linear warm-up.
    """
    if step < config.warmup_steps:
        return (step + 1) / config.warmup_steps
    span = max(total - config.warmup_steps, 1)
    share = min((step - config.warmup_steps) / span, 1.0)
    match config.schedule:
        case "constant" | "plateau":
            return 1.0
        case "cosine":
            return _cosine(1.0, 0.0, share)
        case "warmup-linear":
            return 1.0 - share
        case "onecycle":
            rise = 0.3
            return _cosine(0.04, 1.0, share / rise) if share < rise else _cosine(1.0, 4e-6, (share - rise) / (1 - rise))


def _cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
