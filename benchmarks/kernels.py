"""Our recurrent kernels against the library's, forward and backward, interleaved: the ratio of their median times.

    python benchmarks/kernels.py [--threads 1] [--time 64]

Over 1: ours is faster. One layer, one direction, float32.
"""

import argparse
import statistics
import time

import torch

torch.set_flush_denormal(True)

from seqtui.engine.recurrent.layer import Cell, Kernel, RecurrentLayer  # noqa: E402


def milliseconds(cell: Cell, *, batch: int, hidden: int, steps: int, repeats: int) -> dict[Kernel, float]:
    """Median of a forward and backward pass with each kernel."""
    layer = RecurrentLayer(cell, hidden, hidden)
    x = torch.randn(steps, batch, hidden, requires_grad=True)
    weight = torch.randn(steps, batch, hidden)
    times: dict[Kernel, list[float]] = {"own": [], "stock": []}
    for _ in range(repeats + 1):
        for kernel, each in times.items():
            layer.kernel = kernel
            layer.zero_grad(set_to_none=True)
            start = time.perf_counter()
            y, _ = layer(x, [layer.zero_state(batch, x)])
            torch.autograd.backward(y, weight)
            each.append(1e3 * (time.perf_counter() - start))
    return {kernel: statistics.median(each[1:]) for kernel, each in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--time", type=int, default=64, help="time steps")
    parser.add_argument("--repeats", type=int, default=15)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    print("| cell | batch | hidden | ours, ms | stock, ms | stock / ours |\n|--|--|--|--|--|--|")
    for cell in ("rnn", "gru", "lstm"):
        for batch in (8, 16, 32):
            for hidden in (128, 256, 512):
                ms = milliseconds(cell, batch=batch, hidden=hidden, steps=given.time, repeats=given.repeats)
                ratio = ms["stock"] / ms["own"]
                print(f"| {cell} | {batch} | {hidden} | {ms['own']:.1f} | {ms['stock']:.1f} | **{ratio:.2f}** |")


if __name__ == "__main__":
    main()
