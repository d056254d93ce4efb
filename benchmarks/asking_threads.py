"""What threads cost and gain where a model is only asked: one thread, one a core that spins, one a core that waits.

python benchmarks/asking_threads.py MODEL DATA [MODEL DATA …]   each setting in a process of its own, three rounds
Wall and processor seconds of `score_all` alone, without the start of the process; medians.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 3
SETTINGS = {"one": ("1", ""), "spin": ("0", ""), "wait": ("0", "passive")}


def measure_here(model: str, data: str, threads: int) -> None:
    """Seconds of wall and processor, on stdout."""
    from seqtui.engine.asking import score_all
    from seqtui.engine.open_model import open_model
    from seqtui.runs.models import find_model

    opened = open_model(find_model(model), threads=threads)
    wall, processor = time.perf_counter(), time.process_time()
    score_all(opened, data, progress=lambda *_: None)
    print(time.perf_counter() - wall, time.process_time() - processor)


def measure(model: str, data: str, setting: str) -> tuple[float, float]:
    """The same, in a process whose OpenMP waits as the setting says."""
    threads, policy = SETTINGS[setting]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    environment |= {"OMP_WAIT_POLICY": policy} if policy else {}
    command = [sys.executable, __file__, "--here", model, data, threads]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.split()
    return float(told[0]), float(told[1])


def main(words: list[str]) -> None:
    """One line a setting and model."""
    if words[:1] == ["--here"]:
        measure_here(words[1], words[2], int(words[3]))
        return
    for model, data in zip(words[::2], words[1::2], strict=True):
        found: dict[str, list[tuple[float, float]]] = {setting: [] for setting in SETTINGS}
        for _ in range(ROUNDS):
            for setting, each in found.items():
                each.append(measure(model, str(Path(data)), setting))
        for setting, each in found.items():
            wall, processor = (statistics.median(column) for column in zip(*each, strict=True))
            print(f"{model:16} {setting:5} wall {wall:7.2f} s   processor {processor:7.2f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
