"""What a person waits for at the full screen, and what the screen costs the training, through a real pseudo-terminal.

    python benchmarks/ui.py [--folder DIR] [--only paint keys …] [--keys 200] [--seconds 15] [--rounds 7]

Runs the real `seqtui` and real trainings in a home of its own under --folder (kept: it holds a trained model and a run
of a million steps, 390 MB; else in a temporary folder), prints one Markdown table, leaves no process. Definitions:

- A frame: all that Textual writes between the marks of synchronized output (mode 2026), at the time it has been read.
- First paint: from the start of `seqtui` to the first frame with header, panels and line of keys.
- Key to paint: from the key's write to the end of the first frame that shows the last thing the key changes.
  Keys come 0.1 to 0.3 s after the answer to the one before. A training with --threads threads runs meanwhile.
- "Waiting for a core" is what the kernel says in /proc/…/schedstat (Linux): on a quiet machine it is nothing.
- Bytecode is compiled once, into a folder of its own under the temporary folder: as where seqtui is installed.
- Training rate: unpadded time steps over the seconds of these steps, as the run's own log has them.
- Memory: PSS of the process that draws.

--niceness: of the screen; its trainings get ten more, as in the app. On a machine where others work, root may give
-10: their processes then weigh as much as the training does, and not as much as the screen.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from ui_measures import MEASURES, Setting
from ui_rows import Row
from ui_stage import prepare
from ui_terminal import be_nice


def busy_seconds() -> float:
    """Processor time of everybody on this machine since it was started."""
    words = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    ticks = [int(word) for word in words]
    return (sum(ticks[:3]) + sum(ticks[5:8])) / os.sysconf("SC_CLK_TCK")


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where runs are kept for the next time")
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES), metavar="MEASURE")
    parser.add_argument("--keys", type=int, default=200, help="presses on each screen")
    parser.add_argument("--seconds", type=float, default=15, help="of a slice of training, and of counting repaints")
    parser.add_argument("--rounds", type=int, default=7, help="first paints, and pairs of slices")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="of the training")
    parser.add_argument("--niceness", type=int, default=0, help="of the screen")
    return parser.parse_args()


def main() -> None:
    given = options()
    be_nice(0, given.niceness)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print("| what | measured | promised | met |\n|--|--|--|--|", flush=True)
    with tempfile.TemporaryDirectory(prefix="seqtui-ui-") as temporary:
        home = prepare(given.folder or Path(temporary))
        setting = Setting(home, given.keys, given.seconds, given.rounds, given.threads, given.niceness)
        for name in given.only:
            begun, busy = time.perf_counter(), busy_seconds()
            for row in MEASURES[name](setting):
                print(line(row), flush=True)
            share = (busy_seconds() - busy) / (time.perf_counter() - begun)
            print(f"| *machine during “{name}”* | {share:.1f} of {os.cpu_count()} cores busy | | |", flush=True)


def line(row: Row) -> str:
    met = "" if row.met is None else "yes" if row.met else "**no**"
    return f"| {row.what} | {row.measured} | {row.promised} | {met} |"


if __name__ == "__main__":
    main()
