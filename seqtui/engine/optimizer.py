"""The optimizer of a run, in the library's fused form where it has one for the device."""

from collections.abc import Iterable

import torch
from torch import nn

from seqtui.config import RunConfig


def build_optimizer(config: RunConfig, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Adam, AdamW, SGD (with momentum) or RMSprop over all parameters."""
    listed = list(parameters)
    decay, momentum, lr = config.weight_decay, config.momentum, config.lr
    match config.optimizer:
        case "adam":
            return torch.optim.Adam(listed, lr=lr, weight_decay=decay, fused=True)
        case "adamw":
            return torch.optim.AdamW(listed, lr=lr, weight_decay=decay, fused=True)
        case "sgd":
            return torch.optim.SGD(listed, lr=lr, weight_decay=decay, momentum=momentum, fused=True)
        case "rmsprop":
            return torch.optim.RMSprop(listed, lr=lr, weight_decay=decay, momentum=momentum, foreach=True)
