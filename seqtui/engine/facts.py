"""What the engine finds on this machine, for `seqtui doctor`, which must not load torch itself."""

import json
import sys

import torch

from seqtui.engine.machine import cpu_capability, usable_cores


def facts() -> dict[str, object]:
    """Version, devices and threads, as JSON values."""
    return {
        "torch": torch.__version__,
        "cpu": cpu_capability(),
        "cores": usable_cores(),
        "threads": torch.get_num_threads(),
        "cuda": [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())],
        "mps": torch.backends.mps.is_available(),
    }


def print_facts() -> int:
    """One JSON line on stdout; the exit code."""
    sys.stdout.write(json.dumps(facts()) + "\n")
    return 0
