"""What a run computes on: device, precision, threads, kernel. Measured once when the run is made, stored, kept.

Bit-identity holds per thread count and kernel, so a resumed run must find what it had.
"""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

import torch

from seqtui.config import RunConfig
from seqtui.engine.recurrent.layer import Kernel
from seqtui.errors import BadInput, Usage
from seqtui.runs.durable import read_json, write_json
from seqtui.text_safety import counted

REPEATS: Final = 5
WORTH: Final = 1.15  # more threads must be this much faster than one, or one is kept: one is immune to busy neighbors
STOCK_WORTH: Final = 1.1
THREADS_A_CORE: Final = 4  # a thousand on two cores ended no step in five minutes
MANY_UNITS: Final = 512  # of a backbone, from which on asking it gains by more threads (docs/decisions)
DISTURBED: Final = 3.0  # slowest over median step: threads that wait for a core somebody else has


@dataclass(frozen=True, slots=True)
class Machine:
    """The choice. wait_policy: OMP_WAIT_POLICY of the process ('' is the default); milliseconds: what was measured."""

    device: str
    precision: Literal["fp32", "bf16", "fp16"]
    threads: int
    wait_policy: str
    kernel: Kernel
    torch: str
    cpu: str
    milliseconds: dict[str, float]


def cpu_capability() -> str:
    """The instruction set that torch uses, such as AVX512."""
    return str(torch.backends.cpu.get_cpu_capability())


def choose_device(wanted: str) -> torch.device:
    """The device to train on; Usage where the wanted one is not there."""
    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    kind, _, number = wanted.partition(":")
    if kind == "cuda" and int(number or 0) >= torch.cuda.device_count():
        raise Usage(
            f"device {wanted} is not there: torch {torch.__version__} sees {torch.cuda.device_count()} CUDA devices; "
            "use --device cpu"
        )
    if kind == "mps" and not torch.backends.mps.is_available():
        raise Usage("device mps is not there: this torch sees no Apple GPU; use --device cpu")
    return torch.device(wanted)


def choose_precision(wanted: str, device: torch.device) -> Literal["fp32", "bf16", "fp16"]:
    """bf16 is taken by itself on CUDA devices with tensor cores for it; on CPUs it was slower wherever measured."""
    if wanted == "auto":
        gains = device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 0)
        return "bf16" if gains else "fp32"
    if wanted == "fp16" and device.type == "cpu":
        raise Usage("precision fp16 needs a GPU: a CPU computes it more slowly than fp32; use --precision fp32 or bf16")
    return "bf16" if wanted == "bf16" else "fp16" if wanted == "fp16" else "fp32"


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def refuse_too_many(threads: int) -> None:
    """Usage for more threads than a few a core: they wait for each other, and hardly a step ends."""
    cores = usable_cores()
    if threads > THREADS_A_CORE * cores:
        raise Usage(
            f"{threads:,} threads are too many for {counted(cores, 'core')}: they would wait for each other; "
            f"give --threads {cores}, or leave it out to have it measured"
        )


def threads_to_ask(hidden_size: int) -> int:
    """CPU threads for a model that is only asked: one, but where it is large as many as there are idle cores."""
    return max(usable_cores() - round(os.getloadavg()[0]), 1) if hidden_size >= MANY_UNITS else 1


def wait_policy() -> str:
    """OMP_WAIT_POLICY of this process; '' where it is the default."""
    return os.environ.get("OMP_WAIT_POLICY", "").lower()


def measure(
    config: RunConfig, device: torch.device, step: Callable[[Kernel], None]
) -> tuple[int, Kernel, dict[str, float]]:
    """Threads and kernel to use, and the median milliseconds of each candidate.

    step(kernel) runs one forward and backward pass. On a GPU the library's kernel is always the faster one. Where
    threads that wait for each other were slowed by a neighbor, one is taken, which is immune.
    """
    if device.type == "cuda":
        return config.threads or torch.get_num_threads(), "stock", {}
    kernels = _kernel_candidates(config)
    counts = [config.threads] if config.threads else sorted({1, usable_cores()})
    if len(kernels) == 1 and len(counts) == 1:
        return counts[0], kernels[0], {}
    times = {(count, kernel): each for count in counts for kernel, each in times_of(step, count, kernels).items()}
    medians = {key: statistics.median(each) for key, each in times.items()}
    best = {count: _better({kernel: medians[count, kernel] for kernel in kernels}) for count in counts}
    one, many = counts[0], counts[-1]
    few, all_cores = medians[one, best[one]], medians[many, best[many]]
    disturbed = many != one and is_disturbed(times[one, best[one]], times[many, best[many]])
    chosen = one if disturbed or all_cores * WORTH > few else many
    figures = {f"{count} threads, {kernel}": round(value * 1e3, 3) for (count, kernel), value in medians.items()}
    return chosen, best[chosen], figures


def is_disturbed(one: Sequence[float], many: Sequence[float]) -> bool:
    """Whether threads lost time to a neighbor: seconds of steps made by one thread, and by one on every core."""
    middle = statistics.median(many)
    return max(many) > DISTURBED * middle or middle > DISTURBED / 2 * statistics.median(one)


def _kernel_candidates(config: RunConfig) -> list[Kernel]:
    if config.kernel != "auto":
        return [config.kernel]
    # The LSTM's fused kernel won 8 of 9 measured shapes, ours all 18 of rnn and gru: benchmarks/kernels.py.
    return ["stock"] if config.backbone in ("lstm", "dense") else ["own", "stock"]


def _better(medians: dict[Kernel, float]) -> Kernel:
    """The faster kernel; the stock one must be clearly faster, as ours won wherever it was measured in peace."""
    if len(medians) == 1:
        return next(iter(medians))
    return "stock" if medians["stock"] * STOCK_WORTH < medians["own"] else "own"


def times_of(step: Callable[[Kernel], None], threads: int, kernels: list[Kernel]) -> dict[Kernel, list[float]]:
    """Seconds of each repeat, the kernels in turn, so that a passing neighbor disturbs all of them alike."""
    torch.set_num_threads(threads)
    times: dict[Kernel, list[float]] = {kernel: [] for kernel in kernels}
    for _ in range(REPEATS + 1):
        for kernel in kernels:
            start = time.perf_counter()
            step(kernel)
            times[kernel].append(time.perf_counter() - start)
    return {kernel: each[1:] for kernel, each in times.items()}


def store(machine: Machine, path: Path) -> None:
    """Write the choice into the run folder."""
    write_json(path, asdict(machine))


def recall(path: Path) -> Machine | None:
    """The choice a run was made with, or None for a new run."""
    if not path.exists():
        return None
    try:
        return Machine(**read_json(path))
    except TypeError as error:
        raise BadInput(f"{path} is damaged: it does not say what the run computes on") from error


def why_not_bit_exact(machine: Machine) -> str:
    """What differs from the machine that the run was made on, in words; '' if nothing does."""
    differences = []
    if machine.torch != torch.__version__:
        differences.append(f"torch is {torch.__version__} and was {machine.torch}")
    if machine.cpu != cpu_capability():
        differences.append(f"the CPU offers {cpu_capability()} and was {machine.cpu}")
    return "; ".join(differences)
