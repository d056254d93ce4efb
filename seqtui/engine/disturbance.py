"""Whether threads that spin while they wait would be disturbed by other work on this machine: found out with the run's
own backbone on noise, before any data are read, as the process must start again to have them wait otherwise.
"""

from collections.abc import Callable
from typing import Final

import torch

from seqtui.config import RunConfig
from seqtui.engine.machine import choose_device, is_disturbed, times_of, usable_cores, wait_policy
from seqtui.engine.recurrent.backbone import Backbone
from seqtui.engine.recurrent.layer import Kernel

STEPS: Final = 16  # time steps of a pass


def spinning_is_disturbed(config: RunConfig) -> bool:
    """Whether a run would do better in a process of OMP_WAIT_POLICY=passive. False where nothing is to be found out."""
    if wait_policy() or config.threads or usable_cores() < 2 or config.device not in ("auto", "cpu"):
        return False
    if choose_device(config.device).type != "cpu":
        return False
    before = torch.get_num_threads()
    kernel: Kernel = "stock" if config.backbone in ("lstm", "dense") else "own"
    try:
        step = _pass(config)
        one, many = (times_of(step, count, [kernel])[kernel] for count in (1, usable_cores()))
    except (RuntimeError, MemoryError):
        return False  # what is wrong with the config is told by the run itself, into its log
    finally:
        torch.set_num_threads(before)
    return is_disturbed(one, many)


def _pass(config: RunConfig) -> Callable[[Kernel], None]:
    backbone = Backbone(
        config.backbone, config.embedding_size, config.hidden_size, layers=config.layers,
        bidirectional=config.bidirectional,
    )  # fmt: skip
    noise = torch.randn(STEPS, config.batch_size, config.embedding_size)  # (time, batch, inputs)

    def step(kernel: Kernel) -> None:
        backbone.use_kernel(kernel)
        torch.autograd.backward(backbone(noise)[0].sum())

    return step
