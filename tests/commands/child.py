"""A child as the followers see one: holds the lock, appends events, obeys commands and signals; trains nothing.

child.py FOLDER MODE, MODE: done, steps (until told), deaf, fail, crash, killed.
"""

import os
import signal
import sys
import time
from pathlib import Path

from seqtui.runs.control import ControlReader, SetKnob, Stop
from seqtui.runs.events import (
    DataSummary,
    Evaluated,
    Failed,
    Finished,
    KnobChanged,
    Phase,
    Sampled,
    Saved,
    Span,
    Started,
    Step,
)
from seqtui.runs.folder import RunFolder
from seqtui.runs.journal import EventWriter
from seqtui.runs.lock import hold

asked: list[int] = []


def begin(writer: EventWriter) -> None:
    """What comes before the first step."""
    writer.append(Phase("reading data", 3, 7))
    writer.append(Started("r", "music", os.getpid(), "cpu", 1, "", "own", "fp32", 1234, "2.13.0", "AVX2"))
    splits = {"train": [7, 70], "valid": [3, 30], "test": [3, 30]}
    writer.append(DataSummary("\x1b]0;PWNED\x07", "rule", splits, 12, "next-frame", "nats", {"repeat": 8.4}, [], "f"))


def step(writer: EventWriter, number: int) -> None:
    """One step."""
    span = Span(1.0, 2.0, 3.0)
    writer.append(Step(number, 1, number, 7, 1, span, span, 1e-3, 0.0, 70, 0.01, number * 0.01, 0.0, 321.0))


def obey(reader: ControlReader, writer: EventWriter, number: int) -> bool:
    """Follow commands; whether to stop."""
    for command, offset in reader.poll():
        match command:
            case SetKnob(name=name, value=value):
                writer.append(KnobChanged(number, name, 0.5, value, offset))
            case Stop():
                return True
    return False


def main(folder: RunFolder, mode: str) -> int:
    """Play the part; the exit code."""
    writer = EventWriter(folder.events_file)
    reader = ControlReader(folder.control_file)
    begin(writer)
    if mode == "crash":
        raise ZeroDivisionError("of the child")
    deadline = time.monotonic() + 60
    number = 0
    while time.monotonic() < deadline:
        number += 1
        step(writer, number)
        if number == 2:
            writer.append(Evaluated(number, 1, "valid", 8.0, {"accuracy": 0.5}, 30, 0.1, True, 8.0, number))
            kept = folder.checkpoints / f"step-{number:09d}.safetensors"
            kept.write_bytes(bytes(10))
            writer.append(Saved(number, f"checkpoints/{kept.name}", 10, 0.1, "evaluation", True))
        if mode == "fail" and number == 3:
            writer.append(Failed(number, "roll.csv line 3: no such pitch", 3))
            return 3
        if mode == "killed" and number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        stopped = obey(reader, writer, number)
        if asked or stopped or (mode == "done" and number == 5):
            why = "interrupted" if asked else "stopped" if stopped else "epochs"
            writer.append(Sampled(number, "samples/1", "▁▂▃ drawing", 1.0, 0, 0.1))
            writer.append(Finished(number, 1, why, 0.5, 8.0, 2))
            return 130 if asked else 0
        time.sleep(0.01)
    return 1


def on_signal(number: int, _frame: object) -> None:
    """Ctrl-C, passed on."""
    if sys.argv[2] != "deaf":
        asked.append(number)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, on_signal)
    run = RunFolder(Path(sys.argv[1]))
    with hold(run):
        code = main(run, sys.argv[2])
    sys.exit(code)
