"""Commands to a living run: lines that anybody appends to control.jsonl and the child polls between steps.

A line that cannot be followed is refused with its reason, never dropped and never fatal.
"""

import json
import math
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from seqtui.runs.folder import RunFolder

LONGEST_LINE: Final = 65536


@dataclass(frozen=True, slots=True)
class Pause:
    """Finish the step and wait."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on after a pause."""


@dataclass(frozen=True, slots=True)
class SingleStep:
    """Make one step and pause again."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Finish the step, save and end: Finished(why='stopped')."""


@dataclass(frozen=True, slots=True)
class Interrupt:
    """As Stop, but Finished(why='interrupted')."""


@dataclass(frozen=True, slots=True)
class SaveNow:
    """Write a checkpoint after this step."""


@dataclass(frozen=True, slots=True)
class SampleNow:
    """Make a sample after this step."""

    temperature: float = 1.0


@dataclass(frozen=True, slots=True)
class SetKnob:
    """Change a knob from the next step on."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is no command, and why."""

    reason: str


Command = Pause | Resume | SingleStep | Stop | Interrupt | SaveNow | SampleNow | SetKnob

COMMANDS: Final[dict[str, type[Command]]] = {
    "pause": Pause,
    "resume": Resume,
    "single-step": SingleStep,
    "stop": Stop,
    "interrupt": Interrupt,
    "save": SaveNow,
    "sample": SampleNow,
    "set": SetKnob,
}

KNOBS: Final[dict[str, tuple[Callable[[float], bool], str]]] = {
    "lr": (lambda value: 0 < value <= 1000, "over 0 and at most 1000"),
    "max_grad_norm": (lambda value: 0 <= value < math.inf, "0 (no clipping) or more"),
    "clip_value": (lambda value: 0 <= value < math.inf, "0 (no clipping) or more"),
    "temperature": (lambda value: 0 < value <= 100, "over 0 and at most 100"),
}


def send(folder: RunFolder, command: Command) -> int:
    """Append a command; the offset of its end in control.jsonl. One write, so that two senders never mix."""
    name = next(key for key, kind in COMMANDS.items() if isinstance(command, kind))
    line = json.dumps({"command": name, **asdict(command)}) + "\n"
    descriptor = os.open(folder.control_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        os.write(descriptor, line.encode())
        return os.lseek(descriptor, 0, os.SEEK_CUR)
    finally:
        os.close(descriptor)


def knob_fault(name: str, value: float) -> str:
    """What is wrong with setting a knob to a value, in words; '' if nothing is."""
    if name not in KNOBS:
        return f"there is no knob {name} to set while training; there are {', '.join(KNOBS)}"
    fits, allowed = KNOBS[name]
    return "" if fits(value) else f"{name}={value:g} is not allowed: give a number {allowed}"


class ControlReader:
    """Reads control.jsonl from `offset` on. A poll that finds nothing new costs one fstat."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self.offset = offset
        self._path = path
        self._descriptor: int | None = None

    def poll(self) -> list[tuple[Command | Refused, int]]:
        """The commands that came since the last poll, each with the offset of its end."""
        if self._descriptor is None:
            try:
                self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return []
        size = os.fstat(self._descriptor).st_size
        if size <= self.offset:
            return []
        data = os.pread(self._descriptor, size - self.offset, self.offset)
        found: list[tuple[Command | Refused, int]] = []
        for line in data[: data.rfind(b"\n") + 1].splitlines(keepends=True):
            self.offset += len(line)
            if line.strip(b"\0 \r\n"):
                found.append((parse(line), self.offset))
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def parse(line: bytes) -> Command | Refused:
    """The command in a line, checked as if a stranger had written it."""
    if len(line) > LONGEST_LINE:
        return Refused(f"a command of {len(line)} bytes is too long")
    try:
        found: Any = json.loads(line)
    except (ValueError, RecursionError):
        return Refused("a line is not JSON")
    kind = COMMANDS.get(str(found.get("command"))) if isinstance(found, dict) else None
    if kind is None:
        return Refused(f"a line is no command; there are {', '.join(COMMANDS)}")
    names = {declared.name for declared in fields(kind)}
    if not found.keys() - {"command"} <= names:
        return Refused(f"command {found['command']} takes {', '.join(sorted(names)) or 'no values'}")
    if kind is SampleNow:
        return _number(found.get("temperature", 1.0), name="temperature", build=SampleNow)
    if kind is SetKnob:
        name = found.get("name")
        if not isinstance(name, str):
            return Refused("command set needs a name and a value")
        return _number(found.get("value"), name=name, build=lambda value: SetKnob(name, value))
    return kind()  # type: ignore[call-arg]  # only SampleNow and SetKnob have fields


def _number(value: Any, *, name: str, build: Callable[[float], Command]) -> Command | Refused:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Refused(f"{name} needs a number")
    try:
        number = float(value)
    except OverflowError:
        return Refused(f"{name} needs a number of ordinary size")
    fault = knob_fault(name, number)
    return Refused(fault) if fault else build(number)
